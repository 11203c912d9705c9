//! The arithmetic slots of `complex`. A real operand stays real (CPython 3.14's mixed-mode rules).

use super::polar::{C64, Domain};
use super::{Complex, from_c64};
use crate::concrete;
use crate::error::PyResult;
use crate::raise;
use crate::slots::CmpOp;
use crate::types::float::operand;
use crate::types::int::Num;
use crate::value::{NOT_IMPLEMENTED, Value};

/// An operand.
#[derive(Clone, Copy)]
enum Arg {
    Real(f64),
    Complex(C64),
}

fn arg(v: Value) -> PyResult<Option<Arg>> {
    Ok(match v.as_complex() {
        Some(c) => Some(Arg::Complex(c)),
        None => operand(v)?.map(Arg::Real),
    })
}

impl Arg {
    fn c64(self) -> C64 {
        match self {
            Arg::Real(re) => C64 { re, im: 0.0 },
            Arg::Complex(c) => c,
        }
    }
}

macro_rules! operands {
    ($a:ident, $b:ident) => {
        match (arg($a)?, arg($b)?) {
            (Some(x), Some(y)) => (x, y),
            _ => return Ok(NOT_IMPLEMENTED.own()),
        }
    };
}

pub(super) fn add(a: Value, b: Value) -> PyResult {
    Ok(from_c64(match operands!(a, b) {
        (Arg::Complex(x), Arg::Complex(y)) => C64 { re: x.re + y.re, im: x.im + y.im },
        (Arg::Complex(x), Arg::Real(y)) | (Arg::Real(y), Arg::Complex(x)) => C64 { re: x.re + y, im: x.im },
        (Arg::Real(x), Arg::Real(y)) => C64 { re: x + y, im: 0.0 },
    }))
}

pub(super) fn subtract(a: Value, b: Value) -> PyResult {
    Ok(from_c64(match operands!(a, b) {
        (Arg::Complex(x), Arg::Complex(y)) => C64 { re: x.re - y.re, im: x.im - y.im },
        (Arg::Complex(x), Arg::Real(y)) => C64 { re: x.re - y, im: x.im },
        (Arg::Real(x), Arg::Complex(y)) => C64 { re: x - y.re, im: -y.im },
        (Arg::Real(x), Arg::Real(y)) => C64 { re: x - y, im: 0.0 },
    }))
}

pub(super) fn multiply(a: Value, b: Value) -> PyResult {
    Ok(from_c64(match operands!(a, b) {
        (Arg::Complex(x), Arg::Complex(y)) => x.times(y),
        (Arg::Complex(x), Arg::Real(y)) | (Arg::Real(y), Arg::Complex(x)) => {
            C64 { re: x.re * y, im: x.im * y }
        }
        (Arg::Real(x), Arg::Real(y)) => C64 { re: x * y, im: 0.0 },
    }))
}

pub(super) fn true_divide(a: Value, b: Value) -> PyResult {
    let r = match operands!(a, b) {
        (Arg::Complex(_), Arg::Real(0.0)) => Err(Domain::Zero),
        (Arg::Complex(x), Arg::Real(y)) => Ok(C64 { re: x.re / y, im: x.im / y }),
        (x, y) => x.c64().over(y.c64()),
    };
    match r {
        Ok(c) => Ok(from_c64(c)),
        Err(_) => raise!(ZeroDivisionError, "division by zero"),
    }
}

pub(super) fn power(a: Value, b: Value, m: Value) -> PyResult {
    let (x, y) = operands!(a, b);
    if !m.is_none() {
        return raise!(ValueError, "complex modulo");
    }
    power_c64(x.c64(), y.c64())
}

pub(super) fn power_c64(x: C64, y: C64) -> PyResult {
    match x.power(y) {
        Ok(c) => Ok(from_c64(c)),
        Err(Domain::Zero) => raise!(ZeroDivisionError, "zero to a negative or complex power"),
        Err(Domain::Overflow) => raise!(OverflowError, "complex exponentiation"),
    }
}

/// The operand of a unary slot, which is a complex by construction.
pub(super) fn own_complex(v: Value) -> C64 {
    match v.downcast::<Complex>() {
        Some(c) => c.value,
        None => unreachable!("a slot of complex got something else"),
    }
}

pub(super) fn hash(v: Value) -> PyResult<i64> {
    let c = own_complex(v);
    let part = |f: f64| concrete::hash_float(f).unwrap_or_else(|| concrete::hash_address(v.bits()));
    let h = part(c.re).wrapping_add(part(c.im).wrapping_mul(1_000_003));
    Ok(if h == -1 { -2 } else { h })
}

pub(super) fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(NOT_IMPLEMENTED.own());
    }
    let x = own_complex(a);
    let equal = if let Some(y) = b.as_complex() {
        x.re == y.re && x.im == y.im
    } else if let Some(y) = b.as_float() {
        x.re == y && x.im == 0.0
    } else if let Some(y) = Num::of(b) {
        let re_equal = match y {
            Num::Small(i) => concrete::cmp_int_float(i, x.re),
            Num::Big(p) => crate::types::float::compare_big(x.re, &p.value),
        };
        x.im == 0.0 && re_equal.is_some_and(std::cmp::Ordering::is_eq)
    } else {
        return Ok(NOT_IMPLEMENTED.own());
    };
    Ok(Value::bool(equal == (op == CmpOp::Eq)).own())
}
