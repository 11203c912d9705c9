//! Ints of more than 63 bits in traces: unboxed, as one word or two.
//!
//! The recorder knows beforehand how many bits a result has at most: up to 62 it goes on as an ordinary int, up to 64
//! as a `u64`, which is boxed where it escapes. What is wider is boxed at once, and its two words are remembered: mostly
//! a mask comes next, and nobody needs the box.

use super::{Concrete, Known, Recorder, Sym};
use crate::ir::{ExitKind, Ref as IrRef, Ty};
use taipan_runtime::machine::{Machine, Owned, WideOp};
use taipan_runtime::sem::wide::arith;
use taipan_runtime::value::Value;

/// An int that is not negative.
#[derive(Clone, Copy, Debug)]
pub struct Wide {
    /// What it is now.
    now: u128,
    /// The lower 64 bits.
    lo: IrRef,
    /// The upper ones, where it may have such.
    hi: Option<IrRef>,
    /// It has no more bits.
    bits: u32,
}

/// Bits of an int that is not negative and immediate.
const SMALL: u32 = 62;

fn is_mask(n: u128) -> bool {
    n & n.wrapping_add(1) == 0
}

impl<C: Concrete> Recorder<C> {
    fn wide_constant(&mut self, now: u128) -> Wide {
        let bits = 128 - now.leading_zeros();
        let hi = (bits > 64).then(|| self.b.const_int((now >> 64) as i64));
        Wide { now, lo: self.b.const_int(now as i64), hi, bits }
    }

    /// The number that `v` is, unless the trace would have to look into more than 64 bits of an object.
    fn wide_now(&self, v: Sym) -> Option<u128> {
        let now = self.c.wide(v.word)?;
        let known = self.as_const(v.ir).is_some() || self.wides.contains_key(&v.ir);
        (known || now <= u128::from(u64::MAX)).then_some(now).filter(|_| self.raw_type(v.ir) != Ty::Bool)
    }

    fn wide_operand(&mut self, v: Sym, now: u128) -> Wide {
        if self.as_const(v.ir).is_some() {
            return self.wide_constant(now);
        }
        if let Some(w) = self.wides.get(&v.ir) {
            return *w;
        }
        let (lo, bits) = match self.raw_type(v.ir) {
            Ty::I64 => {
                let zero = self.b.const_int(0);
                let ok = self.b.ge(v.ir, zero);
                let snap = self.snapshot(ExitKind::Resume);
                self.b.guard_true(ok, snap);
                (v.ir, SMALL)
            }
            Ty::U64 => (self.b.raw_u64(v.ir), 64),
            _ => {
                let snap = self.snapshot(ExitKind::Resume);
                self.b.guard_u64(v.ir, snap);
                self.learn(v.ir, Known::Int);
                let u = self.b.unbox_u64(v.ir);
                (self.b.raw_u64(u), 64)
            }
        };
        Wide { now, lo, hi: None, bits }
    }

    /// See [`Machine::both_wide`].
    pub(super) fn wide_operands(&mut self, op: WideOp, x: Sym, y: Sym) -> Option<(Wide, Wide)> {
        let (a, b) = (self.wide_now(x)?, self.wide_now(y)?);
        if matches!(op, WideOp::Shl | WideOp::Shr) {
            let count = self.as_int(y)?;
            let count = self.promote(count);
            let a = self.wide_operand(x, a);
            return Some((a, self.wide_constant(count as u128)));
        }
        let a = self.wide_operand(x, a);
        // A mask is the same one the next time: how many bits it has is worth more than any mask.
        if op == WideOp::And && is_mask(b) && y.word.is_pointer() {
            self.guard_identity(y);
            return Some((a, self.wide_constant(b)));
        }
        let b = self.wide_operand(y, b);
        Some((a, b))
    }

    fn upper(&mut self, w: Wide) -> IrRef {
        w.hi.unwrap_or_else(|| self.b.const_int(0))
    }

    /// See [`Machine::wide_arith`].
    pub(super) fn wide_result(&mut self, op: WideOp, a: Wide, b: Wide) -> Option<Wide> {
        let now = arith(op, a.now, b.now)?;
        let single = a.hi.is_none() && b.hi.is_none();
        let widest = a.bits.max(b.bits);
        let (lo, hi, bits) = match op {
            WideOp::And => (self.b.and(a.lo, b.lo), self.both_upper(op, a, b), a.bits.min(b.bits)),
            WideOp::Or => (self.b.or(a.lo, b.lo), self.both_upper(op, a, b), widest),
            WideOp::Xor => (self.b.xor(a.lo, b.lo), self.both_upper(op, a, b), widest),
            WideOp::Add if widest < 128 => {
                let lo = self.b.add(a.lo, b.lo);
                (lo, (widest >= 64).then(|| self.carried(a, b, lo)), widest + 1)
            }
            WideOp::Mul if single && a.bits + b.bits <= 128 => {
                let hi = (a.bits + b.bits > 64).then(|| self.b.umul_high(a.lo, b.lo));
                (self.b.mul(a.lo, b.lo), hi, a.bits + b.bits)
            }
            WideOp::Sub if single => {
                let below = self.b.ult(a.lo, b.lo);
                let snap = self.snapshot(ExitKind::Resume);
                self.b.guard_false(below, snap);
                (self.b.sub(a.lo, b.lo), None, a.bits)
            }
            WideOp::Div | WideOp::Rem if single => {
                let snap = self.snapshot(ExitKind::Resume);
                self.b.guard_nonzero(b.lo, snap);
                match op {
                    WideOp::Div => (self.b.udiv(a.lo, b.lo), None, a.bits),
                    _ => (self.b.urem(a.lo, b.lo), None, b.bits),
                }
            }
            WideOp::Shl if a.bits + b.now as u32 <= 128 => self.shifted_left(a, b.now as u32),
            WideOp::Shr => self.shifted_right(a, b.now as u32),
            _ => return None,
        };
        Some(Wide { now, lo, hi: hi.filter(|_| bits > 64), bits })
    }

    fn both_upper(&mut self, op: WideOp, a: Wide, b: Wide) -> Option<IrRef> {
        Some(match (op, a.hi, b.hi) {
            (WideOp::And, Some(x), Some(y)) => self.b.and(x, y),
            (WideOp::And, ..) | (_, None, None) => return None,
            (_, Some(x), None) | (_, None, Some(x)) => x,
            (WideOp::Or, Some(x), Some(y)) => self.b.or(x, y),
            (_, Some(x), Some(y)) => self.b.xor(x, y),
        })
    }

    /// The upper word of a sum whose lower one is this.
    fn carried(&mut self, a: Wide, b: Wide, lo: IrRef) -> IrRef {
        let carry = self.b.ult(lo, a.lo);
        let carry = self.b.bool_int(carry);
        let (x, y) = (self.upper(a), self.upper(b));
        let hi = self.b.add(x, y);
        self.b.add(hi, carry)
    }

    fn shifted_left(&mut self, a: Wide, k: u32) -> (IrRef, Option<IrRef>, u32) {
        let hi = self.upper(a);
        let bits = a.bits + k;
        if k == 0 {
            return (a.lo, a.hi, bits);
        }
        if k >= 64 {
            let by = self.b.const_int((k - 64).into());
            return (self.b.const_int(0), Some(self.b.shl(a.lo, by)), bits);
        }
        let (by, rest) = (self.b.const_int(k.into()), self.b.const_int((64 - k).into()));
        let (over, up) = (self.b.shr(a.lo, rest), self.b.shl(hi, by));
        (self.b.shl(a.lo, by), Some(self.b.or(up, over)), bits)
    }

    fn shifted_right(&mut self, a: Wide, k: u32) -> (IrRef, Option<IrRef>, u32) {
        let bits = a.bits.saturating_sub(k).max(1);
        let Some(hi) = a.hi else {
            if k >= 64 {
                return (self.b.const_int(0), None, 1);
            }
            let by = self.b.const_int(k.into());
            return (self.b.shr(a.lo, by), None, bits);
        };
        if k == 0 {
            return (a.lo, a.hi, bits);
        }
        if k >= 64 {
            let by = self.b.const_int((k - 64).into());
            return (self.b.shr(hi, by), None, bits);
        }
        let (by, rest) = (self.b.const_int(k.into()), self.b.const_int((64 - k).into()));
        let (down, over) = (self.b.shr(a.lo, by), self.b.shl(hi, rest));
        (self.b.or(down, over), Some(self.b.shr(hi, by)), bits)
    }

    /// See [`Machine::box_wide`].
    pub(super) fn wide_boxed(&mut self, r: Wide) -> Owned<Sym> {
        let Owned(word): Owned<Value> = Owned(taipan_runtime::types::int::from_u128(r.now).into_raw());
        let ir = match r.hi {
            _ if r.bits <= SMALL => r.lo,
            None => self.b.as_u64(r.lo),
            Some(hi) => {
                let ir = self.b.box_u128(r.lo, hi);
                self.learn(ir, Known::Int);
                self.wides.insert(ir, r);
                ir
            }
        };
        Self::owned(self.sym(word, ir))
    }
}
