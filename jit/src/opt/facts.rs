//! Facts: what is known of a value.
//!
//! A fact has the value's kind (int, float, bool, heap object, another immediate), the type id of a heap object,
//! and for ints the range. Values are immutable, so facts stay true, with one exception: an object's *shape* may
//! change, so ids from `first_shape_id` up are forgotten where something may change shapes.
//!
//! Facts come from definitions (`box_int` gives an int; a `u8` load is in 0..=255), and from guards (see
//! [`super::guards`]). Ranges go through arithmetic:
//!
//! ```text
//! v1 = and v0 255            v1 in 0..=255
//! v2 = lt v1 v3
//! guard_true v2 @0           v1 < v3's upper bound, so:
//! v4 = add_checked v1 1 @0   -> add: cannot leave 63 bits
//! ```

use taipan_runtime::value::{INT_MAX, INT_MIN};

use super::Opt;
use crate::ir::{Const, Imm, Op, Ref, Ty};

/// What kind of Python value a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Unknown,
    Int,
    /// Immediate or on the heap.
    Float,
    /// An int of at most 64 bits that is not negative, immediate or on the heap.
    U64,
    Bool,
    /// A heap object.
    Ptr,
    /// Another immediate.
    Other,
}

/// See the module's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub kind: Kind,
    pub type_id: Option<u32>,
    /// Range of an int, raw or tagged.
    pub lo: i64,
    pub hi: i64,
}

impl Fact {
    pub const UNKNOWN: Fact = Fact { kind: Kind::Unknown, type_id: None, lo: i64::MIN, hi: i64::MAX };
    pub const fn of(kind: Kind) -> Fact {
        Fact { kind, ..Fact::UNKNOWN }
    }
    pub const fn range(lo: i64, hi: i64) -> Fact {
        Fact { lo, hi, ..Fact::UNKNOWN }
    }
    pub fn of_const(c: Const) -> Fact {
        match c.ty {
            Ty::I64 => Fact::range(c.as_int(), c.as_int()),
            Ty::Ptr => Fact::of(Kind::Ptr),
            Ty::Val => match c.bits & 7 {
                b if b & 1 != 0 => Fact { kind: Kind::Int, ..Fact::range(c.as_int() >> 1, c.as_int() >> 1) },
                b if b & 2 != 0 => Fact::of(Kind::Float),
                0 => Fact::of(Kind::Ptr),
                _ if c.bits & !8 == taipan_runtime::value::FALSE.bits() => Fact::of(Kind::Bool),
                _ => Fact::of(Kind::Other),
            },
            _ => Fact::UNKNOWN,
        }
    }
    /// Does it fit 63 bits?
    pub const fn fits(&self) -> bool {
        self.lo >= INT_MIN && self.hi <= INT_MAX
    }
    /// Both hold.
    pub fn and(mut self, o: Fact) -> Fact {
        if self.kind == Kind::Unknown {
            self.kind = o.kind;
        }
        self.type_id = self.type_id.or(o.type_id);
        self.lo = self.lo.max(o.lo);
        self.hi = self.hi.min(o.hi);
        self
    }
}

impl Opt<'_> {
    /// What is known of a value.
    pub(super) fn fact(&self, r: Ref) -> Fact {
        if let Some(c) = self.g.body.as_const(r) {
            let type_id = self.st.facts.get(&r).and_then(|f| f.type_id);
            return Fact { type_id, ..Fact::of_const(c) };
        }
        if let Some(v) = self.st.virtuals.get(&r) {
            return Fact { type_id: Some(v.desc.type_id), ..Fact::of(Kind::Ptr) };
        }
        let def = self.def_fact(r);
        match self.st.facts.get(&r) {
            Some(f) => f.and(def),
            None => def,
        }
    }

    /// What its definition says.
    fn def_fact(&self, r: Ref) -> Fact {
        let i = &self.g.body.insts[r.index()];
        match i.op {
            Op::BoxInt => Fact { kind: Kind::Int, ..self.fact(i.args[0]).and(Fact::range(INT_MIN, INT_MAX)) },
            Op::BoxFloat => Fact::of(Kind::Float),
            Op::BoxU64 => Fact::of(Kind::U64),
            Op::BoxBool => Fact::of(Kind::Bool),
            Op::UnboxInt => Fact::range(INT_MIN, INT_MAX),
            Op::AddChecked | Op::SubChecked | Op::MulChecked | Op::ShlChecked | Op::NegChecked => {
                Fact::range(INT_MIN, INT_MAX)
            }
            Op::BoolInt => Fact::range(0, 1),
            Op::Load | Op::LoadElem => match i.imm {
                Imm::Mem(m) if m.ty == crate::ir::MemTy::Ptr => Fact::of(Kind::Ptr),
                Imm::Mem(m) => Fact::range(m.ty.range().0, m.ty.range().1),
                _ => Fact::UNKNOWN,
            },
            Op::Alloc => match &i.imm {
                // It may have got another shape since.
                Imm::Alloc(d) if d.type_id < self.layout.first_shape_id => {
                    Fact { type_id: Some(d.type_id), ..Fact::of(Kind::Ptr) }
                }
                _ => Fact::of(Kind::Ptr),
            },
            _ if i.ty == Ty::Ptr => Fact::of(Kind::Ptr),
            _ => Fact::UNKNOWN,
        }
    }

    /// Adds to what is known.
    pub(super) fn learn(&mut self, r: Ref, f: Fact) {
        if r.is_const() {
            // The id of an object that does not change its shape.
            if f.type_id.is_some_and(|t| t < self.layout.first_shape_id) {
                self.st.facts.insert(r, Fact { type_id: f.type_id, ..Fact::UNKNOWN });
            }
        } else {
            let known = self.st.facts.get(&r).copied().unwrap_or(Fact::UNKNOWN);
            // The newer type id is the better one: an older one may be a shape.
            let f = Fact { type_id: f.type_id.or(known.type_id), ..known.and(f) };
            self.st.facts.insert(r, f);
        }
    }

    /// The range of a computed int, from those of its operands.
    pub(super) fn compute_range(&self, op: Op, args: &[Ref]) -> Option<(i64, i64)> {
        if !self.passes.ranges {
            return None;
        }
        let a = self.fact(*args.first()?);
        let b = args.get(1).map_or(Fact::UNKNOWN, |b| self.fact(*b));
        let corners = |f: fn(i64, i64) -> Option<i64>| {
            let all = [f(a.lo, b.lo)?, f(a.lo, b.hi)?, f(a.hi, b.lo)?, f(a.hi, b.hi)?];
            Some((*all.iter().min()?, *all.iter().max()?))
        };
        match op {
            Op::Add | Op::AddChecked => Some((a.lo.checked_add(b.lo)?, a.hi.checked_add(b.hi)?)),
            Op::Sub | Op::SubChecked => Some((a.lo.checked_sub(b.hi)?, a.hi.checked_sub(b.lo)?)),
            Op::Mul | Op::MulChecked => corners(i64::checked_mul),
            Op::Neg | Op::NegChecked => Some((a.hi.checked_neg()?, a.lo.checked_neg()?)),
            Op::Not => Some((!a.hi, !a.lo)),
            Op::And if b.lo >= 0 => Some((0, if a.lo >= 0 { a.hi.min(b.hi) } else { b.hi })),
            Op::And if a.lo >= 0 => Some((0, a.hi)),
            Op::Or | Op::Xor if a.lo >= 0 && b.lo >= 0 => Some((0, ones(a.hi | b.hi))),
            Op::Sar if b.lo >= 0 && b.hi <= 63 => corners(|x, n| Some(x >> n)),
            Op::Shr if b.lo == b.hi && b.lo > 0 && b.lo < 64 => Some((0, (u64::MAX >> b.lo) as i64)),
            Op::Shr if a.lo >= 0 && b.lo >= 0 && b.hi <= 63 => Some((0, a.hi)),
            Op::Shl | Op::ShlChecked if b.lo >= 0 && b.hi <= 62 => corners(|x, n| x.checked_mul(1 << n)),
            Op::FloorDiv if b.lo > 0 => corners(|x, d| Some(x.div_euclid(d))),
            Op::FloorMod if b.lo > 0 => Some((0, if a.lo >= 0 { a.hi.min(b.hi - 1) } else { b.hi - 1 })),
            Op::FloorMod if b.hi < 0 => Some((b.lo + 1, 0)),
            _ => None,
        }
    }
}

/// The smallest `2^n - 1` that is not below.
fn ones(x: i64) -> i64 {
    if x <= 0 { 0 } else { (u64::MAX >> x.leading_zeros()) as i64 }
}
