//! Lowering of guards and of arithmetic that leaves where the result does not fit 63 bits.

use cranelift_codegen::ir::condcodes::{CondCode, IntCC};
use cranelift_codegen::ir::{
    Block as CBlock, BlockArg, InstBuilder, InstructionData, MemFlagsData, Value, types,
};
use taipan_runtime::value::{FALSE, FLONUM_MASK, FLONUM_TAG, INT_MAX, INT_MIN, INT_TAG, POINTER_MASK};

use super::Lower;
use crate::ir::{Imm, Inst, Op, Ref, Ty};

impl Lower<'_, '_> {
    /// Goes on where `ok` is not zero, else to `exit`.
    pub(super) fn stay_if(&mut self, ok: Value, exit: CBlock) {
        // Of two blocks that are not cold, Cranelift puts the second one next.
        if !self.fb.func.layout.is_cold(exit)
            && let Some(bad) = self.negated(ok)
        {
            return self.leave_if(bad, exit);
        }
        let next = self.fb.create_block();
        self.fb.ins().brif(ok, next, &[], exit, &[]);
        self.continue_in(next);
    }

    /// The opposite of a comparison.
    fn negated(&mut self, v: Value) -> Option<Value> {
        let def = self.fb.func.dfg.value_def(v).inst()?;
        match self.fb.func.dfg.insts[def] {
            InstructionData::IntCompare { cond, args: [a, b], .. } => {
                Some(self.fb.ins().icmp(cond.complement(), a, b))
            }
            InstructionData::FloatCompare { cond, args: [a, b], .. } => {
                Some(self.fb.ins().fcmp(cond.complement(), a, b))
            }
            _ => None,
        }
    }

    /// Goes to `exit` where `bad` is not zero.
    pub(super) fn leave_if(&mut self, bad: Value, exit: CBlock) {
        let next = self.fb.create_block();
        self.fb.ins().brif(bad, exit, &[], next, &[]);
        self.continue_in(next);
    }

    pub(super) fn guard(&mut self, inst: &Inst) -> Option<Value> {
        let snap = inst.snap.expect("the verifier checks snapshots");
        self.fail_once(snap);
        let exit = self.exit_block(snap, Some(inst.op));
        match inst.op {
            Op::Poll => {
                let offset = self.layout.poll_offset;
                let w = self.fb.ins().load(types::I32, MemFlagsData::trusted(), self.thread, offset);
                self.leave_if(w, exit);
            }
            Op::GuardRoom => self.guard_room(inst, exit),
            Op::GuardInnermost => self.guard_innermost(exit),
            // The call before it has seen to it.
            Op::GuardStable
                if self.stable_later.values().any(|(_, s)| *s == snap) && self.failing.is_none() => {}
            Op::GuardStable => self.guard_stable(inst, exit),
            Op::GuardQuiet => {
                let before = self.value(inst.args[0]);
                let offset = self.layout.events_offset;
                let now = self.fb.ins().load(types::I64, MemFlagsData::trusted(), self.thread, offset);
                let same = self.fb.ins().icmp(IntCC::Equal, now, before);
                self.stay_if(same, exit);
            }
            // The call that it comes from has seen to it.
            Op::GuardInt if self.words_later.contains_key(&inst.args[0]) => {}
            Op::GuardFloat => self.guard_float(inst.args[0], exit),
            Op::GuardU64 => self.guard_u64(inst.args[0], exit),
            Op::GuardType => self.guard_type(inst, exit),
            Op::AddChecked | Op::SubChecked | Op::MulChecked | Op::ShlChecked | Op::NegChecked => {
                return Some(self.checked(inst, exit));
            }
            // The call itself has seen to it.
            Op::GuardNonzero if self.checked_calls.contains(&inst.args[0]) => {}
            _ => {
                let v = self.value(inst.args[0]);
                self.guard_value(inst, v, exit);
            }
        }
        None
    }

    fn guard_value(&mut self, inst: &Inst, v: Value, exit: CBlock) {
        match inst.op {
            Op::GuardTrue | Op::GuardNonzero => self.stay_if(v, exit),
            Op::GuardFalse => self.leave_if(v, exit),
            Op::GuardInt => {
                let bit = self.fb.ins().band_imm_s(v, INT_TAG as i64);
                self.stay_if(bit, exit);
            }
            Op::GuardBool => {
                let w = self.fb.ins().band_imm_s(v, !8);
                let ok = self.fb.ins().icmp_imm_s(IntCC::Equal, w, FALSE.bits() as i64);
                self.stay_if(ok, exit);
            }
            Op::GuardPtr => {
                let tag = self.fb.ins().band_imm_s(v, POINTER_MASK as i64);
                self.leave_if(tag, exit);
            }
            Op::GuardWord | Op::GuardNotWord => {
                let Imm::Word(w) = inst.imm else { unreachable!("the verifier checks immediates") };
                let cc = if inst.op == Op::GuardWord { IntCC::Equal } else { IntCC::NotEqual };
                let w = self.iconst(w as i64);
                let ok = self.fb.ins().icmp(cc, v, w);
                self.stay_if(ok, exit);
            }
            Op::GuardBoolOk => {
                let ok = self.fb.ins().icmp_imm_s(IntCC::UnsignedLessThanOrEqual, v, 1);
                self.stay_if(ok, exit);
            }
            Op::GuardFits => self.check_fits(v, exit),
            op => unreachable!("{} is no guard of a value", op.name()),
        }
    }

    /// A flonum goes on at once; a pointer to a heap float does after a look at its header, out of line. The
    /// double is computed on the way where an `unbox_float` follows.
    fn guard_float(&mut self, r: Ref, exit: CBlock) {
        let v = self.value(r);
        let unbox = self.unboxed_later.get(&r).copied().filter(|u| self.vals[u.index()].is_none());
        let (flonum, other, heap) = (self.fb.create_block(), self.cold_block(), self.cold_block());
        let done = self.fb.create_block();
        let stripped = self.strip_flonum(v);
        let odd = self.fb.ins().band_imm_s(stripped, FLONUM_MASK as i64);
        self.fb.ins().brif(odd, other, &[], flonum, &[]);
        self.continue_in(other);
        let tag = self.fb.ins().band_imm_s(v, POINTER_MASK as i64);
        self.fb.ins().brif(tag, exit, &[], heap, &[]);
        self.continue_in(heap);
        let id = self.fb.ins().load(types::I32, MemFlagsData::trusted(), v, self.layout.type_id_offset);
        let same = self.fb.ins().icmp_imm_s(IntCC::Equal, id, self.layout.float_type_id as i64);
        let found = self.cold_block();
        self.fb.ins().brif(same, found, &[], exit, &[]);
        self.continue_in(found);
        let mut args = Vec::new();
        if unbox.is_some() {
            let f =
                self.fb.ins().load(types::F64, MemFlagsData::trusted(), v, self.layout.float_value_offset);
            args.push(BlockArg::Value(f));
        }
        self.fb.ins().jump(done, &args);
        self.continue_in(flonum);
        args.clear();
        if let Some(u) = unbox {
            args.push(BlockArg::Value(self.decode_flonum(stripped)));
            self.vals[u.index()] = Some(self.fb.append_block_param(done, types::F64));
        }
        self.fb.ins().jump(done, &args);
        self.continue_in(done);
    }

    /// The double of a value known to be a float.
    pub(super) fn unbox_float(&mut self, r: Ref) -> Value {
        let v = self.value(r);
        let (flonum, heap, done) = (self.fb.create_block(), self.cold_block(), self.fb.create_block());
        let result = self.fb.append_block_param(done, types::F64);
        let bit = self.fb.ins().band_imm_s(v, FLONUM_TAG as i64);
        self.fb.ins().brif(bit, flonum, &[], heap, &[]);
        self.continue_in(heap);
        let f = self.fb.ins().load(types::F64, MemFlagsData::trusted(), v, self.layout.float_value_offset);
        self.fb.ins().jump(done, &[BlockArg::Value(f)]);
        self.continue_in(flonum);
        let stripped = self.strip_flonum(v);
        let f = self.decode_flonum(stripped);
        self.fb.ins().jump(done, &[BlockArg::Value(f)]);
        self.continue_in(done);
        result
    }

    fn guard_type(&mut self, inst: &Inst, exit: CBlock) {
        let Imm::TypeId(id) = inst.imm else { unreachable!("the verifier checks immediates") };
        let v = self.value(inst.args[0]);
        if self.g.body.ty(inst.args[0]) != Ty::Ptr {
            let tag = self.fb.ins().band_imm_s(v, POINTER_MASK as i64);
            self.leave_if(tag, exit);
        }
        let w = self.fb.ins().load(types::I32, MemFlagsData::trusted(), v, self.layout.type_id_offset);
        // Sign-extended, as the immediate of a 32-bit comparison is.
        let ok = self.fb.ins().icmp_imm_s(IntCC::Equal, w, id as i32 as i64);
        self.stay_if(ok, exit);
    }

    fn checked(&mut self, inst: &Inst, exit: CBlock) -> Value {
        let a = self.value(inst.args[0]);
        let consts: Vec<Option<i64>> =
            inst.args.iter().map(|r| self.g.body.as_const(*r).map(|c| c.as_int())).collect();
        let b = inst.args.get(1).map(|r| self.value(*r));
        match (inst.op, b) {
            (Op::AddChecked, Some(b)) => {
                let r = self.fb.ins().iadd(a, b);
                self.check_sum(r, consts[0].or(consts[1]), exit);
                r
            }
            (Op::SubChecked, Some(b)) => {
                let r = self.fb.ins().isub(a, b);
                self.check_sum(r, consts[1].map(i64::wrapping_neg), exit);
                r
            }
            (Op::MulChecked, Some(b)) => {
                let (r, of) = self.fb.ins().smul_overflow(a, b);
                self.leave_if(of, exit);
                self.check_fits(r, exit);
                r
            }
            (Op::ShlChecked, Some(b)) => {
                // Lossless, and within 63 bits, where shifting back gives the operand.
                let r = self.fb.ins().ishl(a, b);
                let back = self.fb.ins().sshr(r, b);
                let same = self.fb.ins().icmp(IntCC::Equal, back, a);
                self.stay_if(same, exit);
                self.check_fits(r, exit);
                r
            }
            _ => {
                let r = self.fb.ins().ineg(a);
                // Only the smallest int has no negative.
                self.check_sum(r, Some(1), exit);
                r
            }
        }
    }

    /// The sum of two 63-bit ints fits 64 bits. Where one is a constant, only one side can be passed.
    fn check_sum(&mut self, r: Value, constant: Option<i64>, exit: CBlock) {
        match constant {
            Some(c) => {
                let (cc, limit) = if c >= 0 {
                    (IntCC::SignedGreaterThan, INT_MAX)
                } else {
                    (IntCC::SignedLessThan, INT_MIN)
                };
                let limit = self.iconst(limit);
                let bad = self.fb.ins().icmp(cc, r, limit);
                self.leave_if(bad, exit);
            }
            None => self.check_fits(r, exit),
        }
    }

    /// An int fits 63 bits where its two top bits are the same.
    fn check_fits(&mut self, r: Value, exit: CBlock) {
        let twice = self.fb.ins().iadd(r, r);
        let x = self.fb.ins().bxor(r, twice);
        let bad = self.fb.ins().icmp_imm_s(IntCC::SignedLessThan, x, 0);
        self.leave_if(bad, exit);
    }
}
