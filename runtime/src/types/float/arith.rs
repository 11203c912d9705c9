//! The arithmetic slots of `float`.

use super::{algorithms, new};
use crate::concrete::{self, FloatPow};
use crate::error::PyResult;
use crate::object::Ref;
use crate::raise;
use crate::slots::CmpOp;
use crate::types::int::{self, Num};
use crate::types::tuple;
use crate::value::{NOT_IMPLEMENTED, Value};
use std::cmp::Ordering;

/// An operand as a double: a float, or an int (which may be too large); `None` for anything else.
pub(crate) fn operand(v: Value) -> PyResult<Option<f64>> {
    if let Some(f) = v.as_float() {
        return Ok(Some(f));
    }
    if v.is_int_like() { int::to_f64(v).map(Some) } else { Ok(None) }
}

macro_rules! operands {
    ($a:ident, $b:ident) => {
        match (operand($a)?, operand($b)?) {
            (Some(x), Some(y)) => (x, y),
            _ => return Ok(NOT_IMPLEMENTED.own()),
        }
    };
}

fn zero_division<T>() -> PyResult<T> {
    raise!(ZeroDivisionError, "division by zero")
}

pub(super) fn add(a: Value, b: Value) -> PyResult {
    let (x, y) = operands!(a, b);
    Ok(new(x + y))
}

pub(super) fn subtract(a: Value, b: Value) -> PyResult {
    let (x, y) = operands!(a, b);
    Ok(new(x - y))
}

pub(super) fn multiply(a: Value, b: Value) -> PyResult {
    let (x, y) = operands!(a, b);
    Ok(new(x * y))
}

pub(super) fn true_divide(a: Value, b: Value) -> PyResult {
    let (x, y) = operands!(a, b);
    if y == 0.0 { zero_division() } else { Ok(new(x / y)) }
}

pub(super) fn floor_divide(a: Value, b: Value) -> PyResult {
    let (x, y) = operands!(a, b);
    if y == 0.0 { zero_division() } else { Ok(new(concrete::float_floordiv(x, y))) }
}

pub(super) fn modulo(a: Value, b: Value) -> PyResult {
    let (x, y) = operands!(a, b);
    if y == 0.0 { zero_division() } else { Ok(new(concrete::float_mod(x, y))) }
}

pub(super) fn divmod(a: Value, b: Value) -> PyResult {
    let (x, y) = operands!(a, b);
    if y == 0.0 {
        return zero_division();
    }
    let (q, r) = concrete::float_divmod(x, y);
    Ok(tuple::from_refs(vec![new(q), new(r)]).erase())
}

pub(super) fn power(a: Value, b: Value, m: Value) -> PyResult {
    if !m.is_none() {
        return raise!(TypeError, "pow() 3rd argument not allowed unless all arguments are integers");
    }
    let (x, y) = operands!(a, b);
    match concrete::float_pow(x, y) {
        FloatPow::Value(f) => Ok(new(f)),
        FloatPow::ZeroDivision => raise!(ZeroDivisionError, "zero to a negative power"),
        FloatPow::Overflow => crate::protocol::number::range_error(),
        FloatPow::Complex => crate::types::complex::power_of(x, y),
    }
}

/// The operand of a unary slot, which is a float by construction.
pub(crate) fn own_float(v: Value) -> f64 {
    match v.as_float() {
        Some(f) => f,
        None => unreachable!("a slot of float got something else"),
    }
}

pub(super) fn hash(v: Value) -> PyResult<i64> {
    Ok(concrete::hash_float(own_float(v)).unwrap_or_else(|| concrete::hash_address(v.bits())))
}

pub(super) fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
    let x = own_float(a);
    if let Some(y) = b.as_float() {
        return Ok(Value::bool(op.holds(&x, &y)).own());
    }
    let Some(y) = Num::of(b) else { return Ok(NOT_IMPLEMENTED.own()) };
    let order = match y {
        Num::Small(i) => concrete::cmp_int_float(i, x).map(Ordering::reverse),
        Num::Big(p) => algorithms::compare_big(x, &p.value),
    };
    Ok(Value::bool(order.map_or(op == CmpOp::Ne, |o| op.holds(&o, &Ordering::Equal))).own())
}

/// The integer part as an int.
pub fn to_int(f: f64) -> PyResult<Ref> {
    if let Some(i) = concrete::float_to_int(f) {
        return Ok(int::new(i));
    }
    if f.is_infinite() {
        return raise!(OverflowError, "cannot convert float infinity to integer");
    }
    if f.is_nan() {
        return raise!(ValueError, "cannot convert float NaN to integer");
    }
    Ok(int::from_big(int::big::from_f64(f)))
}
