//! Lowering of computations: ints, doubles, bools, and tagging.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{BlockArg, InstBuilder, MemFlagsData, Value, types};
use taipan_runtime::value::{
    FALSE, FLONUM_BIAS, FLONUM_END, FLONUM_MIN, FLONUM_ROTATE, FLONUM_SCALE, FLONUM_TAG, INT_TAG,
};

use super::Lower;
use crate::ir::{Inst, Op, Ref, Ty};

/// The condition of an integer comparison.
pub(super) fn int_cc(op: Op) -> Option<IntCC> {
    Some(match op {
        Op::Eq => IntCC::Equal,
        Op::Ne => IntCC::NotEqual,
        Op::Lt => IntCC::SignedLessThan,
        Op::Le => IntCC::SignedLessThanOrEqual,
        Op::Gt => IntCC::SignedGreaterThan,
        Op::Ge => IntCC::SignedGreaterThanOrEqual,
        Op::Ult => IntCC::UnsignedLessThan,
        Op::Ule => IntCC::UnsignedLessThanOrEqual,
        Op::Ugt => IntCC::UnsignedGreaterThan,
        Op::Uge => IntCC::UnsignedGreaterThanOrEqual,
        _ => return None,
    })
}

fn float_cc(op: Op) -> Option<FloatCC> {
    Some(match op {
        Op::FEq => FloatCC::Equal,
        Op::FNe => FloatCC::NotEqual,
        Op::FLt => FloatCC::LessThan,
        Op::FLe => FloatCC::LessThanOrEqual,
        Op::FGt => FloatCC::GreaterThan,
        Op::FGe => FloatCC::GreaterThanOrEqual,
        _ => return None,
    })
}

impl Lower<'_, '_> {
    /// A constant operand that fits an instruction's immediate.
    fn small_const(&self, r: Ref) -> Option<i64> {
        let c = self.g.body.as_const(r)?;
        (c.ty != Ty::F64 && i32::try_from(c.bits as i64).is_ok()).then_some(c.bits as i64)
    }

    pub(super) fn arith(&mut self, inst: &Inst) -> Value {
        let a = self.value(inst.args[0]);
        if let Some(cc) = int_cc(inst.op) {
            if let Some(c) = self.small_const(inst.args[1]) {
                return self.fb.ins().icmp_imm_s(cc, a, c);
            }
            let b = self.value(inst.args[1]);
            return self.fb.ins().icmp(cc, a, b);
        }
        if inst.args.len() == 1 {
            return self.unary(inst.op, a);
        }
        let b = self.value(inst.args[1]);
        if let Some(cc) = float_cc(inst.op) {
            return self.fb.ins().fcmp(cc, a, b);
        }
        let ins = self.fb.ins();
        match inst.op {
            Op::Add => ins.iadd(a, b),
            Op::Sub => ins.isub(a, b),
            Op::Mul => ins.imul(a, b),
            Op::And | Op::BAnd => ins.band(a, b),
            Op::Or | Op::BOr => ins.bor(a, b),
            Op::Xor => ins.bxor(a, b),
            Op::Shl => ins.ishl(a, b),
            Op::Sar => ins.sshr(a, b),
            Op::Shr => ins.ushr(a, b),
            Op::UMulHigh => ins.umulhi(a, b),
            Op::UDiv => ins.udiv(a, b),
            Op::URem => ins.urem(a, b),
            Op::FAdd => ins.fadd(a, b),
            Op::FSub => ins.fsub(a, b),
            Op::FMul => ins.fmul(a, b),
            Op::FDiv => ins.fdiv(a, b),
            Op::FloorDiv => self.floor_div(a, b),
            Op::FloorMod => self.floor_mod(a, b),
            Op::Select => {
                let c = self.value(inst.args[2]);
                self.fb.ins().select(a, b, c)
            }
            op => unreachable!("{} is lowered elsewhere", op.name()),
        }
    }

    fn unary(&mut self, op: Op, a: Value) -> Value {
        let ins = self.fb.ins();
        match op {
            Op::Neg => ins.ineg(a),
            Op::Not => ins.bnot(a),
            Op::FNeg => ins.fneg(a),
            Op::FAbs => ins.fabs(a),
            Op::FSqrt => ins.sqrt(a),
            Op::FFloor => ins.floor(a),
            Op::FCeil => ins.ceil(a),
            Op::FTrunc => ins.trunc(a),
            Op::I2F => ins.fcvt_from_sint(types::F64, a),
            Op::F2I => ins.fcvt_to_sint_sat(types::I64, a),
            Op::FloatBits => ins.bitcast(types::I64, MemFlagsData::new(), a),
            Op::BitsFloat => ins.bitcast(types::F64, MemFlagsData::new(), a),
            Op::BNot => ins.bxor_imm_s(a, 1),
            Op::BoolInt => ins.uextend(types::I64, a),
            Op::IntBool => ins.ireduce(types::I8, a),
            Op::AsPtr | Op::AsVal | Op::AsInt | Op::AsU64 | Op::RawU64 => a,
            op => unreachable!("{} is lowered elsewhere", op.name()),
        }
    }

    /// Rounds down: one less than the truncated quotient where the remainder's sign is not the divisor's.
    fn floor_div(&mut self, a: Value, b: Value) -> Value {
        let q = self.fb.ins().sdiv(a, b);
        let p = self.fb.ins().imul(q, b);
        let r = self.fb.ins().isub(a, p);
        let off = self.remainder_is_off(r, b);
        let off = self.fb.ins().uextend(types::I64, off);
        self.fb.ins().isub(q, off)
    }

    fn floor_mod(&mut self, a: Value, b: Value) -> Value {
        let r = self.fb.ins().srem(a, b);
        let off = self.remainder_is_off(r, b);
        let fixed = self.fb.ins().iadd(r, b);
        self.fb.ins().select(off, fixed, r)
    }

    fn remainder_is_off(&mut self, r: Value, b: Value) -> Value {
        let some = self.fb.ins().icmp_imm_s(IntCC::NotEqual, r, 0);
        let x = self.fb.ins().bxor(r, b);
        let sign = self.fb.ins().icmp_imm_s(IntCC::SignedLessThan, x, 0);
        self.fb.ins().band(some, sign)
    }

    pub(super) fn box_int(&mut self, r: Ref) -> Value {
        let i = self.value(r);
        self.tag_int(i)
    }

    /// The word of an int that fits.
    pub(super) fn tag_int(&mut self, i: Value) -> Value {
        let twice = self.fb.ins().iadd(i, i);
        self.fb.ins().bor_imm_s(twice, INT_TAG as i64)
    }

    pub(super) fn box_bool(&mut self, r: Ref) -> Value {
        let b = self.value(r);
        let wide = self.fb.ins().uextend(types::I64, b);
        let scaled = self.fb.ins().ishl_imm_s(wide, 3);
        self.fb.ins().iadd_imm_s(scaled, FALSE.bits() as i64)
    }

    pub(super) fn unbox_bool(&mut self, v: Value) -> Value {
        let bit = self.fb.ins().ushr_imm_s(v, 3);
        let bit = self.fb.ins().band_imm_s(bit, 1);
        self.fb.ins().ireduce(types::I8, bit)
    }

    /// The word of a double: re-biased and rotated where the exponent allows, a heap float otherwise.
    pub(super) fn box_float(&mut self, r: Ref) -> Value {
        let f = self.value(r);
        let bits = self.fb.ins().bitcast(types::I64, MemFlagsData::new(), f);
        let bias = self.iconst(-(FLONUM_BIAS as i64));
        let biased = self.fb.ins().iadd(bits, bias);
        let y = self.fb.ins().rotl_imm_s(biased, 1);
        let least = self.iconst(-(FLONUM_MIN as i64));
        let less = self.fb.ins().iadd(y, least);
        let limit = self.iconst((FLONUM_END - FLONUM_MIN) as i64);
        let fits = self.fb.ins().icmp(IntCC::UnsignedLessThan, less, limit);
        let (odd, zero, heap) = (self.cold_block(), self.cold_block(), self.cold_block());
        let done = self.fb.create_block();
        let word = self.fb.append_block_param(done, types::I64);
        let shifted = self.fb.ins().ishl_imm_s(y, 2);
        let tagged = self.fb.ins().bor_imm_s(shifted, FLONUM_TAG as i64);
        self.fb.ins().brif(fits, done, &[BlockArg::Value(tagged)], odd, &[]);
        self.continue_in(odd);
        let magnitude = self.fb.ins().iadd(bits, bits);
        self.fb.ins().brif(magnitude, heap, &[], zero, &[]);
        self.continue_in(zero);
        let rotated = self.fb.ins().rotl_imm_s(bits, FLONUM_ROTATE as i64);
        let tagged = self.fb.ins().bor_imm_s(rotated, FLONUM_TAG as i64);
        self.fb.ins().jump(done, &[BlockArg::Value(tagged)]);
        self.continue_in(heap);
        let boxed = self.call_cold(self.layout.box_float_cold, &[f]);
        self.fb.ins().jump(done, &[BlockArg::Value(boxed)]);
        self.continue_in(done);
        word
    }

    /// The double of an immediate float's word, of which `stripped` is left when the tag is taken off.
    pub(super) fn decode_flonum(&mut self, stripped: Value) -> Value {
        let bits = self.fb.ins().rotr_imm_s(stripped, FLONUM_ROTATE as i64);
        let small = self.fb.ins().bitcast(types::F64, MemFlagsData::new(), bits);
        let scale = self.fb.ins().f64const(FLONUM_SCALE);
        self.fb.ins().fmul(small, scale)
    }

    /// The word without the tag of an immediate float; its bits of [`FLONUM_MASK`] are zero if it is one.
    ///
    /// [`FLONUM_MASK`]: taipan_runtime::value::FLONUM_MASK
    pub(super) fn strip_flonum(&mut self, word: Value) -> Value {
        self.fb.ins().iadd_imm_s(word, -(FLONUM_TAG as i64))
    }
}
