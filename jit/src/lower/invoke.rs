//! Lowering of calls of Python functions: a frame record, arguments in its slots, the function region's code.
//!
//! ```text
//! record, slots     behind the innermost frame's; records of inlined frames between them
//! call [entry]      (RETURNED, value), or the number of an exit
//! linked?           call the code that it leads to
//! exit?             the runtime goes on in the interpreter until the callee returns
//! innermost = the base frame
//! ```

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{AbiParam, Block as CBlock, InstBuilder, MemFlagsData, Signature, Value, types};
use taipan_runtime::value::UNBOUND;

use super::Lower;
use crate::ir::{Callee, Imm, Inst};
use crate::memory::{LINKED, RETURNED};

impl Lower<'_, '_> {
    fn load_word(&mut self, base: Value, offset: i32) -> Value {
        self.fb.ins().load(types::I64, MemFlagsData::trusted(), base, offset)
    }
    fn store_word(&mut self, v: Value, base: Value, offset: i32) {
        self.fb.ins().store(MemFlagsData::trusted(), v, base, offset);
    }

    /// Leaves unless there is room for one more frame with so many slots, and native stack for its code.
    pub(super) fn guard_room(&mut self, inst: &Inst, exit: CBlock) {
        let f = self.layout.frames;
        let slots = self.g.body.as_const(inst.args[0]).map_or(0, |c| c.as_int());
        let frame = self.load_word(self.thread, f.innermost);
        let limit = self.load_word(self.thread, f.records_limit);
        // Inlined frames are at most a handful: the limit has that much to spare.
        let next = self.fb.ins().iadd_imm_s(frame, i64::from(f.size));
        let full = self.fb.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, next, limit);
        self.leave_if(full, exit);
        let top = self.load_word(frame, f.top);
        let end = self.fb.ins().iadd_imm_s(top, 8 * slots);
        let limit = self.load_word(self.thread, f.stack_limit);
        let full = self.fb.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, end, limit);
        self.leave_if(full, exit);
        let sp = self.fb.ins().get_stack_pointer(types::I64);
        let limit = self.load_word(self.thread, f.native_limit);
        let full = self.fb.ins().icmp(IntCC::UnsignedLessThan, sp, limit);
        self.leave_if(full, exit);
    }

    /// Writes a frame record: its function (a constant, or the next of these), and where its slots lie.
    fn record(
        &mut self,
        at: Value,
        [pc, code, function]: [u64; 3],
        functions: &mut impl Iterator<Item = Value>,
        fp: Value,
        top: Value,
    ) {
        let f = self.layout.frames;
        let (pc, code) = (self.iconst(pc as i64), self.iconst(code as i64));
        self.store_word(pc, at, f.pc);
        self.store_word(code, at, f.code);
        let constant = (function != 0).then(|| self.iconst(function as i64));
        if let Some(function) = constant.or_else(|| functions.next()) {
            self.store_word(function, at, f.function);
        }
        self.store_word(fp, at, f.fp);
        self.store_word(top, at, f.top);
        let flags = self.fb.ins().iconst(types::I32, i64::from(f.machine));
        self.fb.ins().store(MemFlagsData::trusted(), flags, at, f.flags);
    }

    fn fill_slots(&mut self, c: &Callee, args: &[Value], fp: Value) {
        for (i, a) in args.iter().enumerate() {
            self.store_word(*a, fp, 8 * i as i32);
        }
        if args.len() < c.locals as usize {
            let unbound = self.iconst(UNBOUND.bits() as i64);
            for i in args.len()..c.locals as usize {
                self.store_word(unbound, fp, 8 * i as i32);
            }
        }
    }

    pub(super) fn invoke(&mut self, inst: &Inst) -> Value {
        let Imm::Callee(c) = &inst.imm else { unreachable!("the verifier checks immediates") };
        let f = self.layout.frames;
        let mut args: Vec<Value> = inst.args.iter().map(|a| self.value(*a)).collect();
        let mut functions = args.split_off(args.len() - c.functions()).into_iter();
        let own = (c.function == 0).then(|| functions.next()).flatten();
        let frame = self.load_word(self.thread, f.innermost);
        let fp = self.load_word(frame, f.top);
        self.fill_slots(c, &args, fp);
        let mut record = frame;
        for t in &c.through {
            record = self.fb.ins().iadd_imm_s(record, i64::from(f.size));
            let slots = self.fb.ins().iadd_imm_s(self.fp, 8 * i64::from(t.first));
            self.record(record, [t.pc, t.code, t.function], &mut functions, slots, fp);
        }
        let record = self.fb.ins().iadd_imm_s(record, i64::from(f.size));
        let top = self.fb.ins().iadd_imm_s(fp, 8 * i64::from(c.frame_slots));
        self.record(record, [c.pc, c.code, c.function], &mut own.into_iter(), fp, top);
        self.store_word(record, self.thread, f.innermost);
        let result = self.run_region(c.entry, fp);
        for n in 1..=c.through.len() + 1 {
            self.detach(frame, n as i32);
        }
        self.store_word(frame, self.thread, f.innermost);
        result
    }

    /// The `n`th frame above the base frame has ended.
    fn detach(&mut self, base: Value, n: i32) {
        let f = self.layout.frames;
        let flags = self.fb.ins().load(types::I32, MemFlagsData::trusted(), base, n * f.size + f.flags);
        let seen = self.fb.ins().band_imm_s(flags, i64::from(f.object));
        let (cold, next) = (self.cold_block(), self.fb.create_block());
        self.fb.ins().brif(seen, cold, &[], next, &[]);
        self.continue_in(cold);
        let record = self.fb.ins().iadd_imm_s(base, i64::from(n * f.size));
        self.call_cold(f.detach, &[record]);
        self.fb.ins().jump(next, &[]);
        self.continue_in(next);
    }

    /// Calls the code whose address lies at `entry`; the result, whichever way it leaves.
    fn run_region(&mut self, entry: u64, fp: Value) -> Value {
        let mut sig = Signature::new(self.call_conv);
        sig.params.extend([AbiParam::new(types::I64); 2]);
        sig.returns.extend([AbiParam::new(types::I64); 2]);
        let sig = {
            let fb = &mut self.fb;
            *self.sigs.entry(sig).or_insert_with_key(|s| fb.import_signature(s.clone()))
        };
        let entry = self.iconst(entry as i64);
        let code = self.load_word(entry, 0);
        let (again, left, done) = (self.fb.create_block(), self.cold_block(), self.fb.create_block());
        let (next, out) = (self.fb.create_block(), self.cold_block());
        let result = self.fb.append_block_param(done, types::I64);
        let at = self.fb.append_block_param(again, types::I64);
        self.fb.ins().jump(again, &[code.into()]);
        self.continue_in(again);
        let call = self.fb.ins().call_indirect(sig, at, &[self.thread, fp]);
        let (exit, value) = (self.fb.inst_results(call)[0], self.fb.inst_results(call)[1]);
        let returned = self.iconst(RETURNED as i64);
        let ok = self.fb.ins().icmp(IntCC::Equal, exit, returned);
        self.fb.ins().brif(ok, done, &[value.into()], next, &[]);
        self.continue_in(next);
        let linked = self.iconst(LINKED as i64);
        let ok = self.fb.ins().icmp(IntCC::Equal, exit, linked);
        self.fb.ins().brif(ok, again, &[value.into()], out, &[]);
        self.continue_in(out);
        self.fb.ins().jump(left, &[]);
        self.continue_in(left);
        let finished = self.call(self.layout.frames.leave, &[exit]);
        self.fb.ins().jump(done, &[finished.into()]);
        self.continue_in(done);
        result
    }
}
