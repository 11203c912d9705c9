//! Arithmetic: small ints and floats here, everything else in `protocol::number`.

use crate::exec::insn::{A_TEMP, B_TEMP, DST_LOCAL, INPLACE, Insn, Op, WIDE};
use crate::helpers;
use crate::machine::{Exit, FltFn, FltOp, IntOp, Machine, Owned, Step};
use crate::protocol::operator::Operator;
use crate::slots::CmpOp;
use crate::types::str::Str;

/// A binary operator; `x` and `y` are its operands, not yet consumed.
#[inline(always)]
pub fn binary<M: Machine>(m: &mut M, i: Insn, op: Op, x: M::V, y: M::V) -> Step {
    if M::WIDE_FIRST
        && i.has(WIDE)
        && let Some(v) = super::wide::binary(m, op, x, y)
    {
        return finish(m, i, v);
    }
    if let Some((a, b)) = m.both_int(x, y) {
        if let Some(r) = ints(m, op, a, b) {
            m.drop_numbers(i);
            let v = m.box_int(r);
            m.put(i, v);
            return Ok(());
        }
        if op as u8 == Op::TrueDiv as u8 {
            // Both are exact as doubles up to 53 bits; the quotient is then correctly rounded.
            let (lo, hi) = (m.int(-EXACT), m.int(EXACT));
            let zero = m.int(0);
            let exact = in_range(m, a, lo, hi) && in_range(m, b, lo, hi);
            if exact {
                let is_zero = m.int_cmp(CmpOp::Eq, b, zero);
                if !m.test(is_zero) {
                    let (f, g) = (m.int_to_float(a), m.int_to_float(b));
                    if let Some(r) = m.flt_arith(FltOp::Div, f, g) {
                        m.drop_numbers(i);
                        let v = m.box_float(r);
                        m.put(i, v);
                        return Ok(());
                    }
                }
            }
        }
        return slow(m, i, op, x, y);
    }
    if let Some(flt) = float_op(op) {
        let pair = match m.both_float(x, y) {
            Some(pair) => Some(pair),
            None => m.mixed_float(x, y),
        };
        if let Some((a, b)) = pair
            && let Some(r) = m.flt_arith(flt, a, b)
        {
            m.drop_numbers(i);
            let v = m.box_float(r);
            m.put(i, v);
            return Ok(());
        }
    }
    slow(m, i, op, x, y)
}

/// An int is exact as a double within these limits.
pub(super) const EXACT: i64 = 1 << 53;

#[inline(always)]
pub(super) fn in_range<M: Machine>(m: &mut M, a: M::Int, lo: M::Int, hi: M::Int) -> bool {
    let above = m.int_cmp(CmpOp::Ge, a, lo);
    if !m.test(above) {
        return false;
    }
    let below = m.int_cmp(CmpOp::Le, a, hi);
    m.test(below)
}

#[inline(always)]
fn float_op(op: Op) -> Option<FltOp> {
    match op {
        Op::Add => Some(FltOp::Add),
        Op::Sub => Some(FltOp::Sub),
        Op::Mul => Some(FltOp::Mul),
        Op::TrueDiv => Some(FltOp::Div),
        _ => None,
    }
}

/// The result on small ints, if it is one.
#[inline(always)]
pub(super) fn ints<M: Machine>(m: &mut M, op: Op, a: M::Int, b: M::Int) -> Option<M::Int> {
    let op = match op {
        Op::Add => IntOp::Add,
        Op::Sub => IntOp::Sub,
        Op::Mul => IntOp::Mul,
        Op::And => IntOp::And,
        Op::Or => IntOp::Or,
        Op::Xor => IntOp::Xor,
        Op::FloorDiv | Op::Mod => {
            let zero = m.int(0);
            let is_zero = m.int_cmp(CmpOp::Eq, b, zero);
            if m.test(is_zero) {
                return None;
            }
            if op as u8 == Op::Mod as u8 { IntOp::Mod } else { IntOp::FloorDiv }
        }
        Op::Lshift | Op::Rshift => {
            let limit = m.int(63);
            let small = m.int_below(b, limit);
            if !m.test(small) {
                return None;
            }
            if op as u8 == Op::Lshift as u8 { IntOp::Shl } else { IntOp::Shr }
        }
        _ => return None,
    };
    m.int_arith(op, a, b)
}

#[inline(always)]
fn slow<M: Machine>(m: &mut M, i: Insn, op: Op, x: M::V, y: M::V) -> Step {
    if let Some(v) = super::wide::binary(m, op, x, y) {
        return finish(m, i, v);
    }
    if op as u8 == Op::Add as u8
        && let Some(step) = strs(m, i, x, y)
    {
        return step;
    }
    let at = (op as usize - Op::Add as usize) / 3;
    let operator = Operator::Binary(super::operators::BINARY[at], i.has(INPLACE));
    if let Some(step) = super::operators::call(m, operator, x, y) {
        return step;
    }
    let helper = helpers::binary(at, i.has(INPLACE));
    let Ok(v) = m.call(helper, [x, y]) else { return Err(Exit::Raised) };
    finish(m, i, v)
}

/// `x + y`, if both are strs. Where the result goes into the local that has `x`, `x` is appended to: building a string
/// piece by piece takes time linear in its length.
#[inline(always)]
fn strs<M: Machine>(m: &mut M, i: Insn, x: M::V, y: M::V) -> Option<Step> {
    m.exact::<Str>(x)?;
    m.exact::<Str>(y)?;
    if !grows_local(m, i, x) {
        let Ok(v) = m.call(&helpers::STR_CONCAT, [x, y]) else { return Some(Err(Exit::Raised)) };
        m.made::<Str>(&v);
        return Some(finish(m, i, v));
    }
    m.own_slot(i.a);
    if i.has(A_TEMP) {
        let old = m.take_local(i.c);
        m.release(old);
    }
    let Ok(v) = m.call(&helpers::STR_APPEND, [x, y]) else { return Some(Err(Exit::Raised)) };
    m.made::<Str>(&v);
    if i.has(A_TEMP) {
        m.moved(i.a);
    } else {
        m.moved_local(i.a);
    }
    if i.has(B_TEMP) {
        m.drop_temp(i.b);
    }
    m.put(i, v);
    Some(Ok(()))
}

/// Is `x`, the left operand, what the local holds that the result goes into?
#[inline(always)]
fn grows_local<M: Machine>(m: &mut M, i: Insn, x: M::V) -> bool {
    let from_slot = i.op as u8 == Op::Add as u8 || i.op as u8 == Op::AddK as u8;
    if !from_slot || !i.has(DST_LOCAL) {
        return false;
    }
    if !i.has(A_TEMP) {
        return i.a == i.c;
    }
    let local = m.get(i.c);
    m.known_same(x, local)
}

/// Drop both operands and put the result.
#[inline(always)]
pub(super) fn finish<M: Machine>(m: &mut M, i: Insn, v: Owned<M::V>) -> Step {
    drop_operands(m, i);
    m.put(i, v);
    Ok(())
}

/// Drop `a` and `b` where they lie on the operand stack.
#[inline(always)]
pub(super) fn drop_operands<M: Machine>(m: &mut M, i: Insn) {
    if i.has(A_TEMP) {
        m.drop_temp(i.a);
    }
    if i.has(B_TEMP) {
        m.drop_temp(i.b);
    }
}

/// `-a`
#[inline(always)]
pub fn negative<M: Machine>(m: &mut M, i: Insn) -> Step {
    let x = m.get(i.a);
    if let Some(a) = m.as_int(x) {
        let zero = m.int(0);
        if let Some(r) = m.int_arith(IntOp::Sub, zero, a) {
            let v = m.box_int(r);
            m.put(i, v);
            return Ok(());
        }
    } else if let Some(f) = m.as_float(x) {
        let r = m.flt_fn(FltFn::Neg, f);
        m.drop_numbers(i);
        let v = m.box_float(r);
        m.put(i, v);
        return Ok(());
    }
    let Ok(v) = m.call(&helpers::NEGATIVE, [x]) else { return Err(Exit::Raised) };
    finish(m, i, v)
}

/// `~a` and `+a`
#[inline(always)]
pub fn unary<M: Machine>(m: &mut M, i: Insn) -> Step {
    let x = m.get(i.a);
    if let Some(a) = m.as_int(x) {
        let mask = m.int(if i.op as u8 == Op::Invert as u8 { -1 } else { 0 });
        if let Some(r) = m.int_arith(IntOp::Xor, a, mask) {
            let v = m.box_int(r);
            m.put(i, v);
            return Ok(());
        }
    }
    let helper = if i.op as u8 == Op::Invert as u8 { &helpers::INVERT } else { &helpers::POSITIVE };
    let Ok(v) = m.call(helper, [x]) else { return Err(Exit::Raised) };
    finish(m, i, v)
}
