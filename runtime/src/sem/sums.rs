//! `sum` of a generator expression, which the compiler makes a loop of.
//!
//! The total of floats is compensated, as CPython's is: its rounding errors are added up beside it. The error of one
//! addition is computed without a branch (Knuth, The Art of Computer Programming, vol. 2, 4.2.2, theorem B); where
//! nothing overflows it is the one that Neumaier's variant of Kahan's sum gives, which CPython uses, and where
//! something does, neither counts.

use super::arith::ints;
use crate::exec::insn::{B_TEMP, Insn, Op};
use crate::helpers;
use crate::machine::{Exit, FltOp, Machine, Owned, Step};
use crate::slots::CmpOp;

/// A step: `a += b`. The errors so far are in `a + 1`, the iterator in `a + 2`.
#[inline(always)]
pub fn add<M: Machine>(m: &mut M, i: Insn) -> Step {
    let (total, item) = (m.get(i.a), m.get(i.b));
    if let Some((a, b)) = m.both_int(total, item)
        && let Some(r) = ints(m, Op::Add, a, b)
    {
        let v = m.box_int(r);
        m.drop_temp(i.a);
        m.put_temp(i.a, v);
        return Ok(());
    }
    if let Some(step) = floats(m, i, total, item) {
        return step;
    }
    let (errors, it) = (m.get(i.a + 1), m.get(i.a + 2));
    let Ok(v) = m.call(&helpers::SUM_ADD, [total, errors, it, item]) else { return Err(Exit::Raised) };
    let none = m.flt(0.0);
    let none = m.box_float(none);
    put(m, i, v, none)
}

#[inline(always)]
fn floats<M: Machine>(m: &mut M, i: Insn, total: M::V, item: M::V) -> Option<Step> {
    if let Some(n) = m.as_int(total) {
        // The first float: ints before it were exact.
        let x = m.as_float(item)?;
        let total = m.int_to_float(n);
        let sum = m.flt_arith(FltOp::Add, total, x)?;
        let sum = m.box_float(sum);
        m.drop_temp(i.a);
        m.put_temp(i.a, sum);
        return Some(Ok(()));
    }
    let hi = m.as_float(total)?;
    let x = match m.as_float(item) {
        Some(x) => x,
        None => {
            let n = m.as_int(item)?;
            m.int_to_float(n)
        }
    };
    let errors = m.get(i.a + 1);
    let lo = m.as_float(errors)?;
    let sum = m.flt_arith(FltOp::Add, hi, x)?;
    let added = m.flt_arith(FltOp::Sub, sum, hi)?;
    let kept = m.flt_arith(FltOp::Sub, sum, added)?;
    let (of_hi, of_x) = (m.flt_arith(FltOp::Sub, hi, kept)?, m.flt_arith(FltOp::Sub, x, added)?);
    let error = m.flt_arith(FltOp::Add, of_hi, of_x)?;
    let lo = m.flt_arith(FltOp::Add, lo, error)?;
    let (sum, lo) = (m.box_float(sum), m.box_float(lo));
    Some(put(m, i, sum, lo))
}

#[inline(always)]
fn put<M: Machine>(m: &mut M, i: Insn, total: Owned<M::V>, errors: Owned<M::V>) -> Step {
    if i.has(B_TEMP) {
        m.drop_temp(i.b);
    }
    m.drop_temp(i.a);
    m.put_temp(i.a, total);
    m.drop_temp(i.a + 1);
    m.put_temp(i.a + 1, errors);
    Ok(())
}

/// The result: the total `a`, and its errors `a + 1` if it is a float.
#[inline(always)]
pub fn end<M: Machine>(m: &mut M, i: Insn) -> Step {
    let (total, errors) = (m.get(i.a), m.get(i.a + 1));
    if let Some(lo) = m.as_float(errors) {
        let zero = m.flt(0.0);
        let some = m.flt_cmp(CmpOp::Ne, lo, zero);
        if m.test(some)
            && let Some(hi) = m.as_float(total)
            && let Some(nothing) = m.flt_arith(FltOp::Sub, lo, lo)
        {
            // An infinity was met where that is not zero: the sum itself is right then.
            let finite = m.flt_cmp(CmpOp::Eq, nothing, zero);
            if m.test(finite)
                && let Some(sum) = m.flt_arith(FltOp::Add, hi, lo)
            {
                let v = m.box_float(sum);
                m.drop_temp(i.a);
                m.drop_temp(i.a + 1);
                m.put(i, v);
                return Ok(());
            }
        }
    }
    let v = m.take(i.a);
    m.drop_temp(i.a + 1);
    m.put(i, v);
    Ok(())
}
