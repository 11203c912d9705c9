//! Comparison, truth, identity and the jumps on them.

use super::arith::{EXACT, drop_operands, finish, in_range};
use crate::exec::insn::{INVERT, Insn};
use crate::helpers;
use crate::machine::{Exit, Machine, Step};
use crate::protocol::operator::Operator;
use crate::slots::CmpOp;
use crate::types::str::Str;
use crate::value::{NONE, Value};

/// A small int as a float that it is equal to.
#[inline(always)]
fn exact_float<M: Machine>(m: &mut M, v: M::V) -> Option<M::Flt> {
    let a = m.as_int(v)?;
    let (lo, hi) = (m.int(-EXACT), m.int(EXACT));
    if in_range(m, a, lo, hi) { Some(m.int_to_float(a)) } else { None }
}

/// The comparison of two numbers or two strs; `None` if they are neither.
#[inline(always)]
fn plain<M: Machine>(m: &mut M, op: CmpOp, x: M::V, y: M::V) -> Option<M::Bool> {
    if let Some((a, b)) = m.both_int(x, y) {
        return Some(m.int_cmp(op, a, b));
    }
    if let Some((a, b)) = m.both_float(x, y) {
        return Some(m.flt_cmp(op, a, b));
    }
    if let Some(a) = m.as_float(x) {
        if let Some(b) = exact_float(m, y) {
            return Some(m.flt_cmp(op, a, b));
        }
    } else if let Some(b) = m.as_float(y) {
        if let Some(a) = exact_float(m, x) {
            return Some(m.flt_cmp(op, a, b));
        }
    } else if m.exact::<Str>(x).is_some() && m.exact::<Str>(y).is_some() {
        let n = m.literal(Value::small_int(op as i64));
        return Some(m.decide(&helpers::STR_COMPARE, [x, y, n]));
    }
    None
}

/// `c = a <op> b`
#[inline(always)]
pub fn compare<M: Machine>(m: &mut M, i: Insn, x: M::V, y: M::V) -> Step {
    let op = CmpOp::ALL[i.d as usize];
    if let Some(b) = plain(m, op, x, y) {
        drop_operands(m, i);
        let v = m.box_bool(b, false);
        m.put(i, v);
        return Ok(());
    }
    if let Some(step) = super::operators::call(m, Operator::Compare(op), x, y) {
        return step;
    }
    let n = m.literal(Value::small_int(i.d.into()));
    let Ok(v) = m.call(&helpers::COMPARE, [x, y, n]) else { return Err(Exit::Raised) };
    finish(m, i, v)
}

/// Jump if `a <op> b` (if not, with `INVERT`).
#[inline(always)]
pub fn jump_compare<M: Machine>(m: &mut M, i: Insn, op: CmpOp, x: M::V, y: M::V) -> Step {
    let holds = if let Some(b) = plain(m, op, x, y) {
        let holds = m.test(b);
        drop_operands(m, i);
        holds
    } else if let Some(step) = super::operators::call(m, Operator::Compare(op), x, y) {
        return step;
    } else {
        let n = m.literal(Value::small_int(op as i64));
        let Ok(holds) = m.ask(&helpers::COMPARE_BOOL, [x, y, n]) else { return Err(Exit::Raised) };
        drop_operands(m, i);
        holds
    };
    if holds != i.has(INVERT) {
        m.jump(i.d);
    }
    Ok(())
}

/// The truth of `v`.
#[inline(always)]
fn truth<M: Machine>(m: &mut M, v: M::V) -> Result<bool, Exit> {
    if let Some(b) = m.as_bool(v) {
        return Ok(b);
    }
    if let Some(a) = m.as_int(v) {
        let zero = m.int(0);
        let b = m.int_cmp(CmpOp::Ne, a, zero);
        return Ok(m.test(b));
    }
    if m.is_word(v, NONE) {
        return Ok(false);
    }
    m.ask(&helpers::TRUTH, [v]).map_err(|_| Exit::Raised)
}

/// Jump if the truth of `a` is `sense`.
#[inline(always)]
pub fn jump_if<M: Machine>(m: &mut M, i: Insn, sense: bool) -> Step {
    let v = m.get(i.a);
    let b = truth(m, v)?;
    drop_operands(m, i);
    if b == sense {
        m.jump(i.d);
    }
    Ok(())
}

/// Jump if `a is None` is `sense`.
#[inline(always)]
pub fn jump_if_none<M: Machine>(m: &mut M, i: Insn, sense: bool) -> Step {
    let v = m.get(i.a);
    let none = m.literal(NONE);
    let same = m.same(v, none);
    let b = m.test(same);
    drop_operands(m, i);
    if b == sense {
        m.jump(i.d);
    }
    Ok(())
}

/// `c = not a`
#[inline(always)]
pub fn not<M: Machine>(m: &mut M, i: Insn) -> Step {
    let v = m.get(i.a);
    let b = truth(m, v)?;
    drop_operands(m, i);
    let v = m.literal(Value::bool(!b));
    let v = m.retain(v);
    m.put(i, v);
    Ok(())
}

/// `c = a is b`
#[inline(always)]
pub fn is<M: Machine>(m: &mut M, i: Insn) -> Step {
    let (x, y) = (m.get(i.a), m.get(i.b));
    let b = m.same(x, y);
    let v = m.box_bool(b, i.has(INVERT));
    drop_operands(m, i);
    m.put(i, v);
    Ok(())
}

/// `c = a in b`
#[inline(always)]
pub fn contains<M: Machine>(m: &mut M, i: Insn) -> Step {
    let (x, y) = (m.get(i.a), m.get(i.b));
    if let Some(step) = super::operators::call(m, Operator::Contains, x, y) {
        return step;
    }
    let Ok(b) = m.ask(&helpers::CONTAINS, [x, y]) else { return Err(Exit::Raised) };
    drop_operands(m, i);
    let v = m.literal(Value::bool(b != i.has(INVERT)));
    let v = m.retain(v);
    m.put(i, v);
    Ok(())
}
