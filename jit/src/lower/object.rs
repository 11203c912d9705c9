//! Lowering of allocation and of reference counts.

use cranelift_codegen::ir::{BlockArg, InstBuilder, MemFlagsData, Value, types};
use taipan_runtime::value::POINTER_MASK;

use super::Lower;
use crate::ir::{AllocDesc, Imm, Inst, Ref, Ty};
use crate::layout::FreeLists;

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
        self.if_pointer(r, |l, p| l.count_up(p));
    }

    fn count_up(&mut self, p: Value) {
        let offset = self.layout.refcount_offset;
        let n = self.fb.ins().load(types::I32, MemFlagsData::trusted(), p, offset);
        let more = self.fb.ins().iadd_imm_s(n, 1);
        self.fb.ins().store(MemFlagsData::trusted(), more, p, offset);
    }

    pub(super) fn decref(&mut self, r: Ref) {
        self.if_pointer(r, |l, p| {
            let offset = l.layout.refcount_offset;
            let n = l.fb.ins().load(types::I32, MemFlagsData::trusted(), p, offset);
            let less = l.fb.ins().iadd_imm_s(n, -1);
            l.fb.ins().store(MemFlagsData::trusted(), less, p, offset);
            let (free, live) = (l.cold_block(), l.fb.create_block());
            l.fb.ins().brif(less, live, &[], free, &[]);
            l.continue_in(free);
            // It may run code of the class.
            l.store_place();
            l.call_cold(l.layout.dealloc, &[p]);
            l.fb.ins().jump(live, &[]);
            l.continue_in(live);
        });
    }

    pub(super) fn alloc(&mut self, inst: &Inst) -> Value {
        let Imm::Alloc(desc) = &inst.imm else { unreachable!("the verifier checks immediates") };
        let p = match self.layout.free_lists.and_then(|f| Some((f, f.head(desc.size, desc.container)?))) {
            None => {
                let args = self.alloc_args(desc);
                self.call(self.layout.alloc, &args)
            }
            Some((lists, head)) => self.alloc_inline(desc, lists, head),
        };
        for (f, r) in desc.fields.iter().zip(inst.args.iter()) {
            let v = self.value(*r);
            self.store_at(f.mem.ty, v, p, f.mem.offset);
        }
        p
    }

    fn alloc_args(&mut self, desc: &AllocDesc) -> [Value; 4] {
        [desc.size as i64, desc.container as i64, desc.type_id as i64, desc.type_ptr as i64]
            .map(|a| self.iconst(a))
    }

    /// Pops a free object; calls the helper where there is none.
    fn alloc_inline(&mut self, desc: &AllocDesc, lists: FreeLists, head: u64) -> Value {
        let (pop, slow, done) = (self.fb.create_block(), self.cold_block(), self.fb.create_block());
        let object = self.fb.append_block_param(done, types::I64);
        let flags = MemFlagsData::trusted();
        let head = self.iconst(head as i64);
        let first = self.fb.ins().load(types::I64, flags, head, 0);
        self.fb.ins().brif(first, pop, &[], slow, &[]);
        self.continue_in(slow);
        let args = self.alloc_args(desc);
        let made = self.call_cold(self.layout.alloc, &args);
        self.fb.ins().jump(done, &[BlockArg::Value(made)]);
        self.continue_in(pop);
        let next = self.fb.ins().load(types::I64, flags, first, lists.next_offset);
        self.fb.ins().store(flags, next, head, 0);
        let one = self.fb.ins().iconst(types::I32, 1);
        self.fb.ins().store(flags, one, first, self.layout.refcount_offset);
        let id = self.iconst(desc.type_id as i64);
        self.fb.ins().istore32(flags, id, first, self.layout.type_id_offset);
        let class = self.iconst(desc.type_ptr as i64);
        self.fb.ins().store(flags, class, first, self.layout.type_ptr_offset);
        if desc.counts_type {
            self.count_up(class);
        }
        if desc.container {
            let at = self.iconst(lists.young as i64);
            let n = self.fb.ins().load(types::I64, flags, at, 0);
            let n = self.fb.ins().iadd_imm_s(n, 1);
            self.fb.ins().store(flags, n, at, 0);
        }
        self.fb.ins().jump(done, &[BlockArg::Value(first)]);
        self.continue_in(done);
        object
    }
}
