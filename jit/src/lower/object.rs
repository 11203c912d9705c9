//! Lowering of allocation and of reference counts.
//!
//! Counting is branch-free once the tag is known: an immortal count has its high bit set, and the count's sign
//! bit is taken away from the change.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, MemFlagsData, Value, types};
use taipan_runtime::value::POINTER_MASK;

use super::Lower;
use crate::ir::{Imm, Inst, Ref, Ty};

impl Lower<'_, '_> {
    /// Is it known that this value is a heap object?
    fn is_pointer(&self, r: Ref) -> bool {
        match self.g.body.as_const(r) {
            Some(c) => c.bits & POINTER_MASK == 0,
            None => self.g.body.ty(r) == Ty::Ptr,
        }
    }

    /// Runs `f` where the value is a heap object.
    fn if_pointer(&mut self, r: Ref, f: impl FnOnce(&mut Self, Value)) {
        let v = self.value(r);
        if self.is_pointer(r) {
            return f(self, v);
        }
        let (heap, done) = (self.fb.create_block(), self.fb.create_block());
        let tag = self.fb.ins().band_imm_s(v, POINTER_MASK as i64);
        self.fb.ins().brif(tag, done, &[], heap, &[]);
        self.continue_in(heap);
        f(self, v);
        self.fb.ins().jump(done, &[]);
        self.continue_in(done);
    }

    pub(super) fn incref(&mut self, r: Ref) {
        self.if_pointer(r, |l, p| {
            let offset = l.layout.refcount_offset;
            let n = l.fb.ins().load(types::I32, MemFlagsData::trusted(), p, offset);
            let immortal = l.fb.ins().ushr_imm_s(n, 31);
            let more = l.fb.ins().iadd_imm_s(n, 1);
            let more = l.fb.ins().isub(more, immortal);
            l.fb.ins().store(MemFlagsData::trusted(), more, p, offset);
        });
    }

    pub(super) fn decref(&mut self, r: Ref) {
        self.if_pointer(r, |l, p| {
            let offset = l.layout.refcount_offset;
            let n = l.fb.ins().load(types::I32, MemFlagsData::trusted(), p, offset);
            let immortal = l.fb.ins().ushr_imm_s(n, 31);
            let less = l.fb.ins().iadd_imm_s(n, -1);
            let less = l.fb.ins().iadd(less, immortal);
            l.fb.ins().store(MemFlagsData::trusted(), less, p, offset);
            let (free, live) = (l.cold_block(), l.fb.create_block());
            let gone = l.fb.ins().icmp_imm_s(IntCC::Equal, less, 0);
            l.fb.ins().brif(gone, free, &[], live, &[]);
            l.continue_in(free);
            l.call(l.layout.dealloc, &[p]);
            l.fb.ins().jump(live, &[]);
            l.continue_in(live);
        });
    }

    pub(super) fn alloc(&mut self, inst: &Inst) -> Value {
        let Imm::Alloc(desc) = &inst.imm else { unreachable!("the verifier checks immediates") };
        let size = self.iconst(desc.size as i64);
        let id = self.iconst(desc.type_id as i64);
        let type_ptr = self.iconst(desc.type_ptr as i64);
        let alloc = self.layout.alloc;
        let p = match self.layout.free_lists.and_then(|f| f.head_offset(desc.size)) {
            None => self.call(alloc, &[size, id, type_ptr]),
            Some(head) => {
                let (pop, slow, done) = (self.fb.create_block(), self.cold_block(), self.fb.create_block());
                let object = self.fb.append_block_param(done, types::I64);
                let flags = MemFlagsData::trusted();
                let first = self.fb.ins().load(types::I64, flags, self.thread, head);
                self.fb.ins().brif(first, pop, &[], slow, &[]);
                self.continue_in(slow);
                let made = self.call(alloc, &[size, id, type_ptr]);
                self.fb.ins().jump(done, &[BlockArg::Value(made)]);
                self.continue_in(pop);
                let next = self.fb.ins().load(types::I64, flags, first, 0);
                self.fb.ins().store(flags, next, self.thread, head);
                let one = self.fb.ins().iconst(types::I32, 1);
                self.fb.ins().store(flags, one, first, self.layout.refcount_offset);
                self.fb.ins().istore32(flags, id, first, self.layout.type_id_offset);
                self.fb.ins().store(flags, type_ptr, first, self.layout.type_ptr_offset);
                self.fb.ins().jump(done, &[BlockArg::Value(first)]);
                self.continue_in(done);
                object
            }
        };
        for (f, r) in desc.fields.iter().zip(inst.args.iter()) {
            let v = self.value(*r);
            self.store_at(f.mem.ty, v, p, f.mem.offset);
        }
        p
    }
}
