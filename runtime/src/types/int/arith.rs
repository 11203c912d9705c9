//! The arithmetic slots of `int`: immediates where they fit, big integers beyond, `NotImplemented` for the rest.

use super::{Int, big, from_big, new, to_f64};
use crate::concrete;
use crate::error::{PyResult, check_room};
use crate::object::{P, Ref};
use crate::raise;
use crate::types::{float, tuple};
use crate::value::{NOT_IMPLEMENTED, Value};
use dashu_int::{IBig, Sign};
use std::borrow::Cow;

/// Results beyond this many bits (8 GiB) are refused with a `MemoryError`.
const MAX_BITS: u64 = 1 << 36;

/// An operand: an `int`, bool or instance of a subclass.
#[derive(Clone, Copy)]
pub(crate) enum Num {
    /// It fits.
    Small(i64),
    /// Any magnitude.
    Big(P<Int>),
}

impl Num {
    pub(crate) fn of(v: Value) -> Option<Num> {
        if v.is_int() {
            return Some(Num::Small(v.int_unchecked()));
        }
        match v.downcast::<Int>() {
            Some(p) => Some(i64::try_from(&p.value).map_or(Num::Big(p), Num::Small)),
            None => v.as_i64().map(Num::Small),
        }
    }
    pub(crate) fn big(&self) -> Cow<'_, IBig> {
        match self {
            Num::Small(i) => Cow::Owned(IBig::from(*i)),
            Num::Big(p) => Cow::Borrowed(&p.value),
        }
    }
    pub(crate) fn is_zero(self) -> bool {
        matches!(self, Num::Small(0))
    }
    pub(crate) fn is_negative(self) -> bool {
        match self {
            Num::Small(i) => i < 0,
            Num::Big(p) => p.value.sign() == Sign::Negative,
        }
    }
}

/// `from_big(i)`, trying the narrow type first.
fn from_wide(i: i128) -> Ref {
    match i64::try_from(i) {
        Ok(i) => new(i),
        Err(_) => from_big(IBig::from(i)),
    }
}

fn zero_division<T>() -> PyResult<T> {
    raise!(ZeroDivisionError, "division by zero")
}

macro_rules! operands {
    ($a:ident, $b:ident) => {
        match (Num::of($a), Num::of($b)) {
            (Some(x), Some(y)) => (x, y),
            _ => return Ok(NOT_IMPLEMENTED.own()),
        }
    };
}

pub(super) fn add(a: Value, b: Value) -> PyResult {
    Ok(match operands!(a, b) {
        (Num::Small(x), Num::Small(y)) => from_wide(i128::from(x) + i128::from(y)),
        (x, y) => from_big(x.big().as_ref() + y.big().as_ref()),
    })
}

pub(super) fn subtract(a: Value, b: Value) -> PyResult {
    Ok(match operands!(a, b) {
        (Num::Small(x), Num::Small(y)) => from_wide(i128::from(x) - i128::from(y)),
        (x, y) => from_big(x.big().as_ref() - y.big().as_ref()),
    })
}

pub(super) fn multiply(a: Value, b: Value) -> PyResult {
    Ok(match operands!(a, b) {
        (Num::Small(x), Num::Small(y)) => from_wide(i128::from(x) * i128::from(y)),
        (x, y) => {
            let (x, y) = (x.big(), y.big());
            check_bits(big::bit_length(&x) as u64 + big::bit_length(&y) as u64)?;
            from_big(x.as_ref() * y.as_ref())
        }
    })
}

/// A `MemoryError` if there is no memory for a result of so many bits, and what is needed to get it.
fn check_bits(bits: u64) -> PyResult<()> {
    const COPIES: usize = 16;
    if bits > MAX_BITS { raise!(MemoryError) } else { check_room((bits / 8) as usize, COPIES) }
}

pub(super) fn true_divide(a: Value, b: Value) -> PyResult {
    let (x, y) = operands!(a, b);
    if y.is_zero() {
        return zero_division();
    }
    if let (Num::Small(x), Num::Small(y)) = (x, y)
        && let Some(f) = concrete::int_truediv(x, y)
    {
        return Ok(float::new(f));
    }
    match big::true_divide(&x.big(), &y.big()) {
        Some(f) => Ok(float::new(f)),
        None => raise!(OverflowError, "integer division result too large for a float"),
    }
}

fn quotient_remainder(x: Num, y: Num) -> (Ref, Ref) {
    if let (Num::Small(x), Num::Small(y)) = (x, y)
        && let Some(q) = concrete::int_floordiv(x, y)
    {
        return (new(q), new(concrete::int_mod(x, y)));
    }
    let (q, r) = big::floor_div_rem(&x.big(), &y.big());
    (from_big(q), from_big(r))
}

pub(super) fn floor_divide(a: Value, b: Value) -> PyResult {
    let (x, y) = operands!(a, b);
    if y.is_zero() { zero_division() } else { Ok(quotient_remainder(x, y).0) }
}

pub(super) fn modulo(a: Value, b: Value) -> PyResult {
    let (x, y) = operands!(a, b);
    if y.is_zero() { zero_division() } else { Ok(quotient_remainder(x, y).1) }
}

pub(super) fn divmod(a: Value, b: Value) -> PyResult {
    let (x, y) = operands!(a, b);
    if y.is_zero() {
        return zero_division();
    }
    let (q, r) = quotient_remainder(x, y);
    Ok(tuple::from_refs(vec![q, r]).erase())
}

pub(super) fn power(a: Value, b: Value, m: Value) -> PyResult {
    let (x, y) = operands!(a, b);
    if !m.is_none() {
        let Some(m) = Num::of(m) else { return Ok(NOT_IMPLEMENTED.own()) };
        return match big::mod_pow(&x.big(), &y.big(), &m.big()) {
            Ok(r) => Ok(from_big(r)),
            Err(big::ModPowError::ZeroModulus) => raise!(ValueError, "pow() 3rd argument cannot be 0"),
            Err(big::ModPowError::NotInvertible) => {
                raise!(ValueError, "base is not invertible for the given modulus")
            }
        };
    }
    if y.is_negative() {
        if x.is_zero() {
            return raise!(ZeroDivisionError, "zero to a negative power");
        }
        let (fa, fb) = (float::new(to_f64(a)?), float::new(to_f64(b)?));
        return crate::protocol::number::power(*fa, *fb, crate::value::NONE);
    }
    match (x, y) {
        (_, Num::Small(0)) => Ok(new(1)),
        (Num::Small(x @ (0 | 1)), _) => Ok(new(x)),
        (Num::Small(-1), y) => Ok(new(if is_odd(y) { -1 } else { 1 })),
        (x, Num::Small(n)) => match x {
            Num::Small(x) if concrete::int_pow(x, n).is_some() => {
                Ok(concrete::int_pow(x, n).map_or_else(|| new(0), new))
            }
            _ => {
                let bits = (big::bit_length(&x.big()) as u64).saturating_mul(n as u64);
                check_bits(bits)?;
                Ok(from_big(x.big().pow(n as usize)))
            }
        },
        _ => raise!(MemoryError),
    }
}

fn is_odd(n: Num) -> bool {
    match n {
        Num::Small(i) => i & 1 != 0,
        Num::Big(p) => p.value.as_sign_words().1.first().is_some_and(|w| w & 1 != 0),
    }
}

pub(super) fn lshift(a: Value, b: Value) -> PyResult {
    let (x, y) = operands!(a, b);
    if y.is_negative() {
        return raise!(ValueError, "negative shift count");
    }
    if x.is_zero() {
        return Ok(new(0));
    }
    match (x, y) {
        (Num::Small(x), Num::Small(n)) if concrete::int_shl(x, n).is_some() => {
            Ok(concrete::int_shl(x, n).map_or_else(|| new(0), new))
        }
        (x, Num::Small(n)) => {
            let x = x.big();
            check_bits((big::bit_length(&x) as u64).saturating_add(n as u64))?;
            Ok(from_big(x.into_owned() << n as usize))
        }
        _ => raise!(OverflowError, "too many digits in integer"),
    }
}

pub(super) fn rshift(a: Value, b: Value) -> PyResult {
    let (x, y) = operands!(a, b);
    if y.is_negative() {
        return raise!(ValueError, "negative shift count");
    }
    Ok(match (x, y) {
        (Num::Small(x), Num::Small(n)) => new(concrete::int_shr(x, n)),
        (Num::Big(p), Num::Small(n)) if (n as u64) < big::bit_length(&p.value) as u64 => {
            from_big(&p.value >> n as usize)
        }
        _ => new(if x.is_negative() { -1 } else { 0 }),
    })
}

macro_rules! bitwise {
    ($name:ident, $op:tt) => {
        pub(super) fn $name(a: Value, b: Value) -> PyResult {
            Ok(match operands!(a, b) {
                (Num::Small(x), Num::Small(y)) => new(x $op y),
                (x, y) => from_big(x.big().as_ref() $op y.big().as_ref()),
            })
        }
    };
}
bitwise!(and, &);
bitwise!(or, |);
bitwise!(xor, ^);

/// The operand of a unary slot, which is an int by construction.
pub(crate) fn own_num(v: Value) -> Num {
    match Num::of(v) {
        Some(n) => n,
        None => unreachable!("a slot of int got something else"),
    }
}

pub(super) fn negative(v: Value) -> PyResult {
    Ok(match own_num(v) {
        Num::Small(i) => from_wide(-i128::from(i)),
        Num::Big(p) => from_big(-&p.value),
    })
}

pub(super) fn absolute(v: Value) -> PyResult {
    if own_num(v).is_negative() { negative(v) } else { positive(v) }
}

/// The number as an object of exactly the type `int`.
pub(super) fn positive(v: Value) -> PyResult {
    Ok(match own_num(v) {
        Num::Small(i) => new(i),
        Num::Big(p) => {
            if v.exact::<Int>().is_some() {
                v.own()
            } else {
                from_big(p.value.clone())
            }
        }
    })
}

pub(super) fn invert(v: Value) -> PyResult {
    Ok(match own_num(v) {
        Num::Small(i) => new(!i),
        Num::Big(p) => from_big(!&p.value),
    })
}

pub(super) fn is_true(v: Value) -> PyResult<bool> {
    Ok(!own_num(v).is_zero())
}

pub(super) fn hash(v: Value) -> PyResult<i64> {
    Ok(match own_num(v) {
        Num::Small(i) => concrete::hash_int(i),
        Num::Big(p) => big::hash(&p.value),
    })
}

pub(super) fn as_float(v: Value) -> PyResult {
    to_f64(v).map(float::new)
}

pub(super) fn compare(a: Value, b: Value, op: crate::slots::CmpOp) -> PyResult {
    let holds = match operands!(a, b) {
        (Num::Small(x), Num::Small(y)) => op.holds(&x, &y),
        (x, y) => op.holds(x.big().as_ref(), y.big().as_ref()),
    };
    Ok(Value::bool(holds).own())
}
