//! Functions of doubles: those that are instructions, and those that a helper computes from doubles alone.
//!
//! Where the result is no finite number, the function itself is called: it knows which error that is, if it is one.

use crate::helper::Helper;
use crate::machine::{FltFn, Machine, Owned};
use crate::slots::CmpOp;

/// Doubles below this are whole numbers of less than 63 bits when they are rounded.
const WHOLE: f64 = 4e18;

/// A float, or a small int as one.
#[inline(always)]
fn double<M: Machine>(m: &mut M, v: M::V) -> Option<M::Flt> {
    if let Some(x) = m.as_float(v) {
        return Some(x);
    }
    let i = m.as_int(v)?;
    Some(m.int_to_float(i))
}

/// Is `|x|` below this?
#[inline(always)]
fn below<M: Machine>(m: &mut M, x: M::Flt, limit: f64) -> Option<()> {
    let (size, limit) = (m.flt_fn(FltFn::Abs, x), m.flt(limit));
    let ok = m.flt_cmp(CmpOp::Lt, size, limit);
    m.test(ok).then_some(())
}

/// `math.sqrt(v)`
#[inline(always)]
pub fn sqrt<M: Machine>(m: &mut M, v: M::V) -> Option<Owned<M::V>> {
    let x = double(m, v)?;
    let zero = m.flt(0.0);
    let ok = m.flt_cmp(CmpOp::Ge, x, zero);
    if !m.test(ok) {
        return None;
    }
    let r = m.flt_fn(FltFn::Sqrt, x);
    Some(m.box_float(r))
}

/// `math.fabs(v)`
#[inline(always)]
pub fn fabs<M: Machine>(m: &mut M, v: M::V) -> Option<Owned<M::V>> {
    let x = double(m, v)?;
    let r = m.flt_fn(FltFn::Abs, x);
    Some(m.box_float(r))
}

/// `math.floor(v)`, `math.ceil(v)`, `math.trunc(v)`
#[inline(always)]
pub fn round<M: Machine>(m: &mut M, f: FltFn, v: M::V) -> Option<Owned<M::V>> {
    if let Some(i) = m.as_int(v) {
        return Some(m.box_int(i));
    }
    let x = m.as_float(v)?;
    below(m, x, WHOLE)?;
    let r = m.flt_fn(f, x);
    let i = m.flt_to_int(r);
    Some(m.box_int(i))
}

#[inline(always)]
fn finite<M: Machine>(m: &mut M, r: M::Flt) -> Option<Owned<M::V>> {
    below(m, r, f64::INFINITY)?;
    Some(m.box_float(r))
}

#[inline(always)]
fn helper<M: Machine>(m: &M, f: M::V, arity: u8) -> Option<&'static Helper> {
    m.numeric(f).filter(|h| h.arity == arity)
}

/// `f(v)`
#[inline(always)]
pub fn unary<M: Machine>(m: &mut M, f: M::V, v: M::V) -> Option<Owned<M::V>> {
    let h = helper(m, f, 1)?;
    let x = double(m, v)?;
    let r = m.flt_call(h, [x]);
    finite(m, r)
}

/// `f(v, w)`
#[inline(always)]
pub fn binary<M: Machine>(m: &mut M, f: M::V, v: M::V, w: M::V) -> Option<Owned<M::V>> {
    let h = helper(m, f, 2)?;
    let (x, y) = (double(m, v)?, double(m, w)?);
    let r = m.flt_call(h, [x, y]);
    finite(m, r)
}
