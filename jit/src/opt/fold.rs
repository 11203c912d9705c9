//! Constant folding, algebra, and sharing of equal pure computations.
//!
//! ```text
//! v1 = add 2 3               -> 5
//! v2 = mul v0 8              -> shl v0 3
//! v3 = floor_mod v0 16       -> and v0 15
//! v4 = box_int v3
//! v5 = unbox_int v4          -> v3 (and box_int of an unboxed value is that value)
//! v6 = lt v3 100             -> true, by v3's range
//! v7 = add v0 v1; v8 = add v0 v1      -> one of them
//! ```

use taipan_runtime::value::encode_flonum;

use super::Opt;
use super::facts::{Fact, Kind};
use crate::eval::scalar;
use crate::ir::{Args, Const, Imm, Inst, Op, Ref, Ty};

impl Opt<'_> {
    /// Shares an equal computation, or emits it.
    pub(super) fn share(&mut self, mut inst: Inst) -> Ref {
        if !self.passes.fold {
            return self.push(inst);
        }
        if commutes(inst.op)
            && (inst.args[0].is_const(), inst.args[0]) > (inst.args[1].is_const(), inst.args[1])
        {
            inst.args.swap(0, 1);
        }
        let key = (inst.op, inst.args.clone(), inst.imm.clone());
        // Every box is a new object with its own count.
        if !inst.op.is_box()
            && let Some(r) = self.st.pure.get(&key)
        {
            return self.resolve(*r);
        }
        let range = self.compute_range(inst.op, &inst.args);
        let (op, args) = (inst.op, inst.args.clone());
        let r = self.push(inst);
        self.st.pure.insert(key, r);
        if let Some((lo, hi)) = range {
            self.learn(r, Fact::range(lo, hi));
        }
        self.pair(op, &args, r);
        r
    }

    /// Boxing and unboxing are each other's inverse.
    pub(super) fn pair(&mut self, op: Op, args: &Args, r: Ref) {
        let inverse = match op {
            Op::BoxInt => Op::UnboxInt,
            Op::BoxFloat => Op::UnboxFloat,
            Op::BoxU64 => Op::UnboxU64,
            Op::AsU64 => Op::RawU64,
            Op::RawU64 => Op::AsU64,
            Op::BoxBool => Op::UnboxBool,
            Op::UnboxInt => Op::BoxInt,
            Op::UnboxBool => Op::BoxBool,
            // `box_float` of an unboxed float (or `box_u64`) would have to share the object's identity and count.
            _ => return,
        };
        self.st.pure.insert((inverse, Args::new(&[r]), Imm::None), args[0]);
        if op == Op::UnboxInt {
            let f = self.fact(args[0]);
            self.learn(r, Fact::range(f.lo, f.hi));
        }
    }

    /// The simpler value that a computation has.
    pub(super) fn fold(&mut self, inst: &Inst) -> Option<Ref> {
        let consts: Option<Vec<Const>> = inst.args.iter().map(|a| self.g.body.as_const(*a)).collect();
        if let Some(c) = consts
            && !c.is_empty()
            && let Some(v) = fold_const(inst.op, &c)
        {
            return Some(self.g.body.constant(v));
        }
        match *inst.args {
            [a] => self.fold_unary(inst.op, a),
            [a, b] => self.fold_compare(inst.op, a, b).or_else(|| self.fold_binary(inst.op, a, b)),
            [c, a, b] if inst.op == Op::Select => {
                let known = self.g.body.as_const(c).map(|c| if c.bits != 0 { a } else { b });
                known.or((a == b).then_some(a))
            }
            _ => None,
        }
    }

    fn fold_unary(&mut self, op: Op, a: Ref) -> Option<Ref> {
        // The instruction that made the operand, where it is of use here.
        let (from, inner) = {
            let d = self.g.body.def(a)?;
            (d.op, d.args.first().copied())
        };
        match (op, from) {
            // A tagged word has the same bits as a pointer: loads and counts take either.
            (Op::AsPtr | Op::AsVal, _) if self.ty(a).is_value() => Some(a),
            (Op::Neg, Op::Neg) | (Op::Not, Op::Not) | (Op::BNot, Op::BNot) | (Op::FNeg, Op::FNeg) => inner,
            (Op::IntBool, Op::BoolInt) | (Op::BitsFloat, Op::FloatBits) | (Op::FloatBits, Op::BitsFloat) => {
                inner
            }
            (Op::FAbs, Op::FAbs | Op::FNeg) => inner.map(|x| self.op(Op::FAbs, &[x])),
            (Op::BNot, _) => {
                let inverted = inverted(from)?;
                let args = self.g.body.def(a)?.args.clone();
                Some(self.op(inverted, &args))
            }
            _ => None,
        }
    }

    fn fold_binary(&mut self, op: Op, a: Ref, b: Ref) -> Option<Ref> {
        let ca = self.g.body.as_const(a).map(|c| c.bits as i64);
        let cb = self.g.body.as_const(b).map(|c| c.bits as i64);
        if self.ty(a) == Ty::F64 {
            // x * 1.0 and x / 1.0 are x for every x; x + 0.0 is not (-0.0).
            return match op {
                Op::FMul | Op::FDiv if cb == Some(1f64.to_bits() as i64) => Some(a),
                Op::FMul if ca == Some(1f64.to_bits() as i64) => Some(b),
                Op::FSub if cb == Some(0) => Some(a),
                Op::FMul if cb == Some(2f64.to_bits() as i64) => Some(self.op(Op::FAdd, &[a, a])),
                _ => None,
            };
        }
        if ca.is_some() && commutes(op) {
            return self.fold_binary_const(op, b, ca?);
        }
        if let Some(c) = cb {
            return self.fold_binary_const(op, a, c);
        }
        if a == b {
            return match op {
                Op::Sub | Op::Xor => Some(self.g.body.int(0)),
                Op::And | Op::Or | Op::BAnd | Op::BOr => Some(a),
                _ => None,
            };
        }
        None
    }

    /// With a constant on the right.
    fn fold_binary_const(&mut self, op: Op, a: Ref, c: i64) -> Option<Ref> {
        let f = self.fact(a);
        match (op, c) {
            (Op::Add | Op::Sub | Op::Or | Op::Xor | Op::Shl | Op::Sar | Op::Shr, 0)
            | (Op::Mul | Op::FloorDiv, 1)
            | (Op::And, -1) => return Some(a),
            (Op::BAnd, 0) | (Op::BOr, 1) => return Some(self.g.body.constant(Const::bool(c != 0))),
            (Op::BAnd, 1) | (Op::BOr, 0) => return Some(a),
            (Op::Mul | Op::And, 0) | (Op::FloorMod, 1 | -1) => return Some(self.g.body.int(0)),
            (Op::Or, -1) => return Some(self.g.body.int(-1)),
            // A mask that keeps every bit the value can have.
            (Op::And, m) if m > 0 && (m & (m + 1)) == 0 && f.lo >= 0 && f.hi <= m && self.passes.ranges => {
                return Some(a);
            }
            (Op::FloorMod, m) if f.lo >= 0 && f.hi < m && self.passes.ranges => return Some(a),
            _ => {}
        }
        if c > 1 && c & (c - 1) == 0 {
            let n = c.trailing_zeros() as i64;
            let (op, k) = match op {
                Op::Mul => (Op::Shl, n),
                Op::FloorDiv => (Op::Sar, n),
                Op::FloorMod => (Op::And, c - 1),
                _ => return None,
            };
            let k = self.g.body.int(k);
            return Some(self.op(op, &[a, k]));
        }
        // (x + c1) + c2 = x + (c1 + c2): wrapping addition is associative.
        if op == Op::Add
            && let Some(d) = self.g.body.def(a)
            && d.op == Op::Add
            && let (x, Some(c1)) = (d.args[0], self.g.body.as_const(d.args[1]))
        {
            let k = self.g.body.int(c1.as_int().wrapping_add(c));
            return Some(self.op(Op::Add, &[x, k]));
        }
        None
    }

    fn fold_compare(&mut self, op: Op, a: Ref, b: Ref) -> Option<Ref> {
        let decided = |o: &mut Self, b: bool| Some(o.g.body.constant(Const::bool(b)));
        if a == b {
            return match op {
                Op::Eq | Op::Le | Op::Ge | Op::Ule | Op::Uge => decided(self, true),
                Op::Ne | Op::Lt | Op::Gt | Op::Ult | Op::Ugt => decided(self, false),
                _ => None,
            };
        }
        if matches!(op, Op::Eq | Op::Ne) {
            let virtuals = [a, b].map(|r| self.st.virtuals.contains_key(&r));
            let (fa, fb) = (self.fact(a), self.fact(b));
            let apart =
                fa.kind != Kind::Unknown && fb.kind != Kind::Unknown && !may_be_same(fa.kind, fb.kind);
            // An object that has not been made is not any other.
            if virtuals[0] || virtuals[1] || apart {
                return decided(self, op == Op::Ne);
            }
        }
        if self.ty(a) != Ty::I64 || !self.passes.ranges {
            return None;
        }
        let (x, y) = (self.fact(a), self.fact(b));
        let known = match op {
            Op::Lt => less(x, y),
            Op::Le => less(y, x).map(|b| !b),
            Op::Gt => less(y, x),
            Op::Ge => less(x, y).map(|b| !b),
            Op::Eq | Op::Ne if x.hi < y.lo || y.hi < x.lo => Some(op == Op::Ne),
            // Both not negative: as signed. Below a bound that is not negative, a negative one never is.
            Op::Ult if x.lo >= 0 && y.lo >= 0 => less(x, y),
            Op::Ule if x.lo >= 0 && y.lo >= 0 => less(y, x).map(|b| !b),
            Op::Ugt if x.lo >= 0 && y.lo >= 0 => less(y, x),
            Op::Uge if x.lo >= 0 && y.lo >= 0 => less(x, y).map(|b| !b),
            _ => None,
        };
        known.and_then(|b| decided(self, b))
    }
}

fn less(x: Fact, y: Fact) -> Option<bool> {
    if x.hi < y.lo {
        Some(true)
    } else if x.lo >= y.hi {
        Some(false)
    } else {
        None
    }
}

/// Can words of these kinds be equal? (A float may lie on the heap.)
fn may_be_same(a: Kind, b: Kind) -> bool {
    a == b || matches!((a, b), (Kind::Float, Kind::Ptr) | (Kind::Ptr, Kind::Float))
}

fn commutes(op: Op) -> bool {
    use Op::*;
    matches!(
        op,
        Add | Mul | And | Or | Xor | Eq | Ne | AddChecked | MulChecked | FAdd | FMul | FEq | FNe | BAnd | BOr
    )
}

/// The comparison that holds exactly where this one does not.
pub(super) fn inverted(op: Op) -> Option<Op> {
    Some(match op {
        Op::Eq => Op::Ne,
        Op::Ne => Op::Eq,
        Op::Lt => Op::Ge,
        Op::Ge => Op::Lt,
        Op::Le => Op::Gt,
        Op::Gt => Op::Le,
        Op::Ult => Op::Uge,
        Op::Uge => Op::Ult,
        Op::Ule => Op::Ugt,
        Op::Ugt => Op::Ule,
        Op::FEq => Op::FNe,
        Op::FNe => Op::FEq,
        _ => return None,
    })
}

/// A computation of constants, where its result is a constant too.
fn fold_const(op: Op, args: &[Const]) -> Option<Const> {
    match op {
        // Doubles outside the immediate range need an object; an unboxed heap float needs the heap.
        Op::BoxFloat => encode_flonum(args[0].as_float()).map(|bits| Const { ty: Ty::Val, bits }),
        Op::UnboxFloat => args[0].as_flonum().map(Const::float),
        Op::FloorDiv | Op::FloorMod if args[1].bits == 0 => None,
        // Ints of 64 bits are constants as raw ones.
        Op::AsU64 => None,
        _ => {
            let bits: Vec<u64> = args.iter().map(|c| c.bits).collect();
            let ty = if op == Op::Select { args[1].ty } else { op.result() };
            scalar(op, &bits).map(|bits| Const { ty, bits })
        }
    }
}
