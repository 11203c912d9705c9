//! Guards: those that are known to hold are not emitted; those that are emitted teach facts; one that is known
//! to fail ends the fragment.
//!
//! ```text
//! guard_int v0 @0
//! v1 = unbox_int v0
//! guard_int v0 @1            -> gone
//! v2 = lt v1 10
//! guard_true v2 @1           v1 <= 9, v2 is true
//! guard_type v3 7 @1
//! guard_ptr v3 @2            -> gone
//! guard_word v4 '5 @2        v4 is 5 from here on
//! ```

use super::Opt;
use super::facts::{Fact, Kind};
use crate::ir::{Const, Imm, Inst, Op, Ref, SnapId, Ty};

/// Is it known what a guard will do?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Holds,
    Fails,
    Open,
}

fn decide(b: bool) -> Outcome {
    if b { Outcome::Holds } else { Outcome::Fails }
}

impl Opt<'_> {
    /// Emits a guard where it is needed; false where it always fails (then nothing is emitted).
    pub(super) fn guard(
        &mut self,
        op: Op,
        arg: Option<Ref>,
        imm: &Imm,
        snap: impl FnOnce(&mut Self) -> SnapId,
    ) -> bool {
        let Some(v) = arg else {
            let snap = Some(snap(self));
            self.push(Inst { snap, ..Inst::new(op, &[]) });
            return true;
        };
        if self.passes.guards {
            match self.outcome(op, v, imm) {
                Outcome::Holds => {
                    // What it proves may be more than why it holds.
                    self.learn_guard(op, v, imm);
                    return true;
                }
                Outcome::Fails => return false,
                Outcome::Open => {}
            }
            if let Some((op, b)) = self.guard_of_bool(op, v, imm) {
                return self.guard(op, Some(b), &Imm::None, snap);
            }
        }
        let snap = Some(snap(self));
        // A negated condition is tested as it is.
        let (mut op_, mut v_) = (op, v);
        while let (Op::GuardTrue | Op::GuardFalse, Some(Op::BNot)) = (op_, self.g.body.def(v_).map(|d| d.op))
        {
            op_ = if op_ == Op::GuardTrue { Op::GuardFalse } else { Op::GuardTrue };
            v_ = self.g.body.insts[v_.index()].args[0];
        }
        if op == Op::GuardType && self.fact(v).kind == Kind::Ptr {
            v_ = self.as_ptr(v);
        }
        self.push(Inst { snap, imm: imm.clone(), ..Inst::new(op_, &[v_]) });
        if self.passes.guards {
            self.learn_guard(op, v, imm);
        }
        true
    }

    /// A guard that a boxed bool is `True` (or not) is one on the bool.
    fn guard_of_bool(&self, op: Op, v: Ref, imm: &Imm) -> Option<(Op, Ref)> {
        use taipan_runtime::value::{FALSE, TRUE};
        let d = self.g.body.def(v).filter(|d| d.op == Op::BoxBool)?;
        let b = self.resolve(d.args[0]);
        match (op, imm) {
            (Op::GuardWord, Imm::Word(w)) if *w == TRUE.bits() => Some((Op::GuardTrue, b)),
            (Op::GuardWord, Imm::Word(w)) if *w == FALSE.bits() => Some((Op::GuardFalse, b)),
            (Op::GuardNotWord, Imm::Word(w)) if *w == TRUE.bits() => Some((Op::GuardFalse, b)),
            (Op::GuardNotWord, Imm::Word(w)) if *w == FALSE.bits() => Some((Op::GuardTrue, b)),
            _ => None,
        }
    }

    /// The same value, typed as a pointer (it is known to be one), so that its tag is not tested.
    pub(super) fn as_ptr(&mut self, v: Ref) -> Ref {
        if self.ty(v) == Ty::Ptr || v.is_const() { v } else { self.share(Inst::new(Op::AsPtr, &[v])) }
    }

    fn outcome(&self, op: Op, v: Ref, imm: &Imm) -> Outcome {
        let f = self.fact(v);
        let kind = |k: Kind| match f.kind {
            Kind::Unknown => Outcome::Open,
            x => decide(x == k),
        };
        let constant = self.g.body.as_const(v).map(|c| c.bits);
        if let Some(c) = constant {
            match (op, imm) {
                (Op::GuardTrue | Op::GuardNonzero, _) => return decide(c != 0),
                (Op::GuardFalse, _) => return decide(c == 0),
                (Op::GuardWord, Imm::Word(w)) => return decide(c == *w),
                (Op::GuardNotWord, Imm::Word(w)) => return decide(c != *w),
                _ => {}
            }
        }
        let passed =
            |w: u64| if self.st.passed.contains(&(op, v, w)) { Outcome::Holds } else { Outcome::Open };
        let float = self.layout.float_type_id;
        match (op, imm) {
            (Op::GuardInt | Op::GuardPtr, _) if f.kind == Kind::U64 => Outcome::Open,
            (Op::GuardInt, _) => kind(Kind::Int),
            (Op::GuardU64, _) if f.kind == Kind::Int => {
                if f.lo >= 0 {
                    Outcome::Holds
                } else {
                    Outcome::Open
                }
            }
            (Op::GuardU64, _) if f.kind == Kind::Ptr => Outcome::Open,
            (Op::GuardU64, _) => kind(Kind::U64),
            (Op::GuardBool, _) => kind(Kind::Bool),
            (Op::GuardPtr, _) if f.kind == Kind::Float => Outcome::Open,
            (Op::GuardPtr, _) => kind(Kind::Ptr),
            (Op::GuardFloat, _) if f.kind == Kind::Ptr => {
                f.type_id.map_or(Outcome::Open, |t| decide(t == float))
            }
            (Op::GuardFloat, _) => kind(Kind::Float),
            (Op::GuardType, Imm::TypeId(id)) => match (f.kind, f.type_id) {
                (_, Some(t)) => decide(t == *id),
                (Kind::Ptr | Kind::Unknown, _) => Outcome::Open,
                (Kind::Float, _) if *id == float => Outcome::Open,
                (Kind::U64, _) => Outcome::Open,
                _ => Outcome::Fails,
            },
            (Op::GuardWord | Op::GuardNotWord, Imm::Word(w)) if self.ty(v).is_value() => {
                let k = Fact::of_const(Const { ty: Ty::Val, bits: *w }).kind;
                let apart = f.kind != Kind::Unknown
                    && f.kind != k
                    && k != Kind::Ptr
                    && !matches!(f.kind, Kind::Float | Kind::U64);
                match (apart, op) {
                    (true, Op::GuardWord) => Outcome::Fails,
                    (true, _) => Outcome::Holds,
                    (false, _) => passed(*w),
                }
            }
            (Op::GuardNotWord, Imm::Word(w)) => passed(*w),
            (Op::GuardNonzero, _) if f.kind != Kind::Unknown || f.lo > 0 || f.hi < 0 => Outcome::Holds,
            (Op::GuardNonzero, _) => passed(0),
            // Nobody takes it away while the region runs.
            (Op::GuardRoom, Imm::Word(w)) => passed(*w),
            (Op::GuardBoolOk, _) if f.lo >= 0 && f.hi <= 1 => Outcome::Holds,
            (Op::GuardFits, _) if f.fits() => Outcome::Holds,
            _ => Outcome::Open,
        }
    }

    /// What is true behind a guard.
    fn learn_guard(&mut self, op: Op, v: Ref, imm: &Imm) {
        match (op, imm) {
            (Op::GuardInt, _) => self.learn_kind(v, Kind::Int),
            (Op::GuardFloat, _) => self.learn_kind(v, Kind::Float),
            (Op::GuardU64, _) => self.learn_kind(v, Kind::U64),
            (Op::GuardBool, _) => self.learn_kind(v, Kind::Bool),
            (Op::GuardPtr, _) => self.learn_kind(v, Kind::Ptr),
            (Op::GuardType, Imm::TypeId(id)) => {
                self.learn(v, Fact { type_id: Some(*id), ..Fact::of(Kind::Ptr) })
            }
            (Op::GuardWord, Imm::Word(w)) => {
                let c = self.g.body.constant(Const { ty: self.ty(v), bits: *w });
                self.replace(v, c);
            }
            (Op::GuardNotWord | Op::GuardRoom, Imm::Word(w)) => {
                self.st.passed.insert((op, v, *w));
            }
            (Op::GuardNonzero, _) => {
                self.st.passed.insert((op, v, 0));
            }
            (Op::GuardBoolOk, _) => self.learn(v, Fact::range(0, 1)),
            (Op::GuardFits, _) => {
                self.learn(v, Fact::range(taipan_runtime::value::INT_MIN, taipan_runtime::value::INT_MAX));
            }
            (Op::GuardTrue, _) => self.learn_bool(v, true),
            (Op::GuardFalse, _) => self.learn_bool(v, false),
            _ => {}
        }
    }

    fn learn_kind(&mut self, v: Ref, k: Kind) {
        self.learn(v, Fact::of(k));
        if matches!(k, Kind::Int | Kind::Bool) {
            self.forget_pending(v);
        }
    }

    /// From here on, `v` is `c`.
    pub(super) fn replace(&mut self, v: Ref, c: Ref) {
        if v != c && !v.is_const() {
            self.forget_pending_if_immediate(v, c);
            let known = self.fact(v);
            self.learn(c, known);
            self.st.subst.insert(v, c);
        }
    }

    /// What follows from a bool's value.
    pub(super) fn learn_bool(&mut self, v: Ref, holds: bool) {
        let Some(d) = self.g.body.def(v) else { return };
        let (op, args) = (d.op, d.args.clone());
        let c = self.g.body.constant(Const::bool(holds));
        self.replace(v, c);
        match op {
            Op::BNot => self.learn_bool(args[0], !holds),
            Op::UnboxBool => {
                let w = Const::bool(holds).boxed().unwrap_or_default();
                let c = self.g.body.constant(Const { ty: Ty::Val, bits: w });
                self.replace(args[0], c);
            }
            Op::BAnd if holds => args.iter().for_each(|a| self.learn_bool(*a, true)),
            Op::BOr if !holds => args.iter().for_each(|a| self.learn_bool(*a, false)),
            _ => {
                let op = if holds { Some(op) } else { super::fold::inverted(op) };
                if let (Some(op), [a, b]) = (op, &*args) {
                    self.learn_compare(op, *a, *b);
                }
            }
        }
    }

    fn learn_compare(&mut self, op: Op, a: Ref, b: Ref) {
        let (a, b) = (self.resolve(a), self.resolve(b));
        let (x, y) = (self.fact(a), self.fact(b));
        let (range, all) = (Fact::range, (i64::MIN, i64::MAX));
        match op {
            Op::Lt => {
                self.learn(a, range(all.0, y.hi.saturating_sub(1)));
                self.learn(b, range(x.lo.saturating_add(1), all.1));
            }
            Op::Le => {
                self.learn(a, range(all.0, y.hi));
                self.learn(b, range(x.lo, all.1));
            }
            Op::Gt => self.learn_compare(Op::Lt, b, a),
            Op::Ge => self.learn_compare(Op::Le, b, a),
            Op::Ugt => self.learn_compare(Op::Ult, b, a),
            Op::Uge => self.learn_compare(Op::Ule, b, a),
            Op::Ult if y.lo >= 0 => self.learn(a, range(0, y.hi.saturating_sub(1))),
            Op::Ule if y.lo >= 0 => self.learn(a, range(0, y.hi)),
            Op::Eq if b.is_const() && self.ty(a) == self.ty(b) => self.replace(a, b),
            Op::Eq if a.is_const() && self.ty(a) == self.ty(b) => self.replace(b, a),
            Op::Eq if self.ty(a) == Ty::I64 => {
                let both = x.and(y);
                self.learn(a, range(both.lo, both.hi));
                self.learn(b, range(both.lo, both.hi));
            }
            _ => {}
        }
    }
}
