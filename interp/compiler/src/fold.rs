//! Constant folding: operators on constants, with CPython's limits on the size of results.

use dashu_int::IBig;
use dashu_int::ops::BitTest;
use taipan_bytecode::marshal::int_const;
use taipan_bytecode::{Const, Opcode, Wtf8Str};

/// Results of `**`, `<<` and `*` may have this many bits at most.
const MAX_INT_BITS: usize = 128;
/// Items of a repeated tuple.
const MAX_ITEMS: usize = 256;
/// Length of a repeated str or bytes.
const MAX_STR: usize = 4096;
/// Items of a repeated tuple with all its nested tuples.
const MAX_TOTAL_ITEMS: usize = 1024;

/// The value of a unary operator, if it is safe to compute now.
pub(crate) fn unary(op: Opcode, operand: &Const) -> Option<Const> {
    match (op, operand) {
        (Opcode::UNARY_NOT, Const::Code(_)) => None,
        (Opcode::UNARY_NOT, value) => Some(boolean(!value.is_true())),
        (Opcode::UNARY_NEGATIVE, Const::Float(value)) => Some(Const::Float(-value)),
        (Opcode::UNARY_POSITIVE, Const::Float(value)) => Some(Const::Float(*value)),
        (Opcode::UNARY_NEGATIVE, Const::Complex { real, imag }) => {
            Some(Const::Complex { real: -real, imag: -imag })
        }
        (Opcode::UNARY_POSITIVE, Const::Complex { .. }) => Some(operand.clone()),
        (Opcode::UNARY_INVERT, Const::True | Const::False) => None,
        _ => {
            let value = integer(operand)?;
            Some(match op {
                Opcode::UNARY_NEGATIVE => big(-value),
                Opcode::UNARY_POSITIVE => big(value),
                Opcode::UNARY_INVERT => big(!value),
                _ => return None,
            })
        }
    }
}

/// The value of a binary operator, if it is safe to compute now.
pub(crate) fn binary(op: Opcode, left: &Const, right: &Const) -> Option<Const> {
    match (left, right) {
        (Const::Str(text), Const::Str(other)) if op == Opcode::BINARY_ADD => {
            let joined = [text.as_bytes(), other.as_bytes()].concat();
            // Joining halves of a surrogate pair would have to make one character of them.
            let halves = text.as_str().is_none() && other.as_str().is_none();
            (!halves).then(|| Const::Str(Wtf8Str::from_wtf8_bytes(joined)))
        }
        (Const::Bytes(text), Const::Bytes(other)) if op == Opcode::BINARY_ADD => {
            Some(Const::Bytes([&text[..], &other[..]].concat().into()))
        }
        (Const::Tuple(items), Const::Tuple(other)) if op == Opcode::BINARY_ADD => {
            Some(Const::Tuple([&items[..], &other[..]].concat().into()))
        }
        _ if op == Opcode::BINARY_MULTIPLY => {
            repeat(left, right).or_else(|| repeat(right, left)).or_else(|| arithmetic(op, left, right))
        }
        _ => arithmetic(op, left, right),
    }
}

fn repeat(sequence: &Const, count: &Const) -> Option<Const> {
    let count = match count {
        Const::Int(count) => usize::try_from((*count).max(0)).ok()?,
        Const::True => 1,
        Const::False => 0,
        _ => return None,
    };
    let fits = |length: usize, limit: usize| length.checked_mul(count).is_some_and(|size| size <= limit);
    match sequence {
        Const::Str(text) if fits(text.as_bytes().len(), MAX_STR) => {
            Some(Const::Str(Wtf8Str::from_wtf8_bytes(text.as_bytes().repeat(count))))
        }
        Const::Bytes(bytes) if fits(bytes.len(), MAX_STR) => Some(Const::Bytes(bytes.repeat(count).into())),
        Const::Tuple(items) if fits(items.len(), MAX_ITEMS) && fits(total(items), MAX_TOTAL_ITEMS) => {
            let mut all = Vec::with_capacity(items.len() * count);
            for _ in 0..count {
                all.extend_from_slice(items);
            }
            Some(Const::Tuple(all.into()))
        }
        _ => None,
    }
}

fn total(items: &[Const]) -> usize {
    let nested = |item: &Const| if let Const::Tuple(inner) = item { total(inner) } else { 0 };
    items.len() + items.iter().map(nested).sum::<usize>()
}

fn arithmetic(op: Opcode, left: &Const, right: &Const) -> Option<Const> {
    if let (Some(a), Some(b)) = (integer(left), integer(right)) {
        return integers(op, left, right, a, b);
    }
    if matches!(left, Const::Complex { .. }) || matches!(right, Const::Complex { .. }) {
        return complexes(op, left, right);
    }
    floats(op, float(left)?, float(right)?)
}

fn integers(op: Opcode, left: &Const, right: &Const, a: IBig, b: IBig) -> Option<Const> {
    let zero = b == IBig::ZERO;
    let logic = matches!(op, Opcode::BINARY_AND | Opcode::BINARY_OR | Opcode::BINARY_XOR);
    if let (true, Some(x), Some(y)) = (logic, bool_of(left), bool_of(right)) {
        return Some(boolean(match op {
            Opcode::BINARY_AND => x & y,
            Opcode::BINARY_OR => x | y,
            _ => x ^ y,
        }));
    }
    Some(big(match op {
        Opcode::BINARY_ADD => a + b,
        Opcode::BINARY_SUBTRACT => a - b,
        Opcode::BINARY_MULTIPLY if a.bit_len() + b.bit_len() <= MAX_INT_BITS => a * b,
        Opcode::BINARY_FLOOR_DIVIDE if !zero => floor_divide(&a, &b).0,
        Opcode::BINARY_MODULO if !zero => floor_divide(&a, &b).1,
        Opcode::BINARY_TRUE_DIVIDE if !zero => return floats(op, exact(&a)?, exact(&b)?),
        Opcode::BINARY_AND => a & b,
        Opcode::BINARY_OR => a | b,
        Opcode::BINARY_XOR => a ^ b,
        Opcode::BINARY_LSHIFT => {
            let count = usize::try_from(&b).ok()?;
            if a != IBig::ZERO && (count > MAX_INT_BITS || a.bit_len() > MAX_INT_BITS - count) {
                return None;
            }
            if a == IBig::ZERO { a } else { a << count }
        }
        Opcode::BINARY_RSHIFT => a >> usize::try_from(&b).ok()?,
        Opcode::BINARY_POWER => {
            let Ok(exponent) = usize::try_from(&b) else {
                // A negative exponent makes a float.
                if a == IBig::ZERO {
                    return None;
                }
                return floats(op, exact(&a)?, exact(&b)?);
            };
            if exponent > MAX_INT_BITS || exponent > 0 && a.bit_len() > MAX_INT_BITS / exponent {
                return None;
            }
            a.pow(exponent)
        }
        _ => return None,
    }))
}

/// Python's `//` and `%`: rounding toward minus infinity.
fn floor_divide(a: &IBig, b: &IBig) -> (IBig, IBig) {
    let (quotient, remainder) = (a / b, a % b);
    if remainder != IBig::ZERO && (remainder < IBig::ZERO) != (*b < IBig::ZERO) {
        (quotient - 1, remainder + b)
    } else {
        (quotient, remainder)
    }
}

/// As a float, if that is exact.
fn exact(value: &IBig) -> Option<f64> {
    let small = i64::try_from(value).ok()?;
    (small.unsigned_abs() <= 1 << 53).then_some(small as f64)
}

fn floats(op: Opcode, a: f64, b: f64) -> Option<Const> {
    let value = match op {
        Opcode::BINARY_ADD => a + b,
        Opcode::BINARY_SUBTRACT => a - b,
        Opcode::BINARY_MULTIPLY => a * b,
        Opcode::BINARY_TRUE_DIVIDE if b != 0.0 => a / b,
        // Overflow, domain errors and complex results are left to run time.
        Opcode::BINARY_POWER if a > 0.0 => {
            let power = a.powf(b);
            if !power.is_finite() {
                return None;
            }
            power
        }
        _ => return None,
    };
    Some(Const::Float(value))
}

fn complexes(op: Opcode, left: &Const, right: &Const) -> Option<Const> {
    // Mixed with a real number, only the real part takes part (3.14).
    let (real, imag) = match (left, right) {
        (Const::Complex { real: a, imag: b }, Const::Complex { real: c, imag: d }) => match op {
            Opcode::BINARY_ADD => (a + c, b + d),
            Opcode::BINARY_SUBTRACT => (a - c, b - d),
            Opcode::BINARY_MULTIPLY => {
                let value = (a * c - b * d, a * d + b * c);
                if value.0.is_nan() || value.1.is_nan() {
                    return None;
                }
                value
            }
            _ => return None,
        },
        (Const::Complex { real: a, imag: b }, _) => {
            let c = float(right)?;
            match op {
                Opcode::BINARY_ADD => (a + c, *b),
                Opcode::BINARY_SUBTRACT => (a - c, *b),
                Opcode::BINARY_MULTIPLY => (a * c, b * c),
                _ => return None,
            }
        }
        (_, Const::Complex { real: c, imag: d }) => {
            let a = float(left)?;
            match op {
                Opcode::BINARY_ADD => (a + c, *d),
                Opcode::BINARY_SUBTRACT => (a - c, -d),
                Opcode::BINARY_MULTIPLY => (a * c, a * d),
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(Const::Complex { real, imag })
}

fn float(value: &Const) -> Option<f64> {
    match value {
        Const::Float(value) => Some(*value),
        _ => exact(&integer(value)?),
    }
}

fn integer(value: &Const) -> Option<IBig> {
    match value {
        Const::Int(value) => Some(IBig::from(*value)),
        Const::True => Some(IBig::ONE),
        Const::False => Some(IBig::ZERO),
        Const::BigInt(value) => {
            let magnitude = IBig::from(dashu_int::UBig::from_le_bytes(&value.magnitude));
            Some(if value.negative { -magnitude } else { magnitude })
        }
        _ => None,
    }
}

fn bool_of(value: &Const) -> Option<bool> {
    match value {
        Const::True => Some(true),
        Const::False => Some(false),
        _ => None,
    }
}

fn boolean(value: bool) -> Const {
    if value { Const::True } else { Const::False }
}

fn big(value: IBig) -> Const {
    let negative = value < IBig::ZERO;
    let magnitude = dashu_int::UBig::try_from(if negative { -value } else { value }).unwrap_or_default();
    int_const(negative, magnitude.to_le_bytes().to_vec())
}
