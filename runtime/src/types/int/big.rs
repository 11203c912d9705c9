//! Algorithms on big integers that have Python's meaning: floor division, correctly rounded true division,
//! modular powers, conversion to and from floats, hashing. No objects here.

use crate::concrete::{HASH_MODULUS, frexp, ldexp};
use dashu_int::fast_div::ConstDivisor;
use dashu_int::ops::{BitTest, DivRem};
use dashu_int::{IBig, Sign, UBig};

/// `a // b` and `a % b` for `b != 0`.
pub fn floor_div_rem(a: &IBig, b: &IBig) -> (IBig, IBig) {
    let (q, r) = a.div_rem(b);
    if !r.is_zero() && r.sign() != b.sign() { (q - IBig::ONE, r + b) } else { (q, r) }
}

/// `a % b` for `b != 0`.
pub fn floor_rem(a: &IBig, b: &IBig) -> IBig {
    let r = a % b;
    if !r.is_zero() && r.sign() != b.sign() { r + b } else { r }
}

/// The nearest double, halves to even; `None` if it is out of range.
pub fn to_f64(i: &IBig) -> Option<f64> {
    let f = i.to_f64().value();
    if f.is_finite() { Some(f) } else { None }
}

/// The integer part of a finite float.
pub fn from_f64(f: f64) -> IBig {
    let (m, e) = frexp(f.trunc());
    if e <= 63 {
        return IBig::from(f as i64);
    }
    // 2^53 * m is an integer.
    IBig::from((m * 9_007_199_254_740_992.0) as i64) << (e - 53) as usize
}

/// `a / b` correctly rounded, for `b != 0`; `None` if it is too large for a float.
pub fn true_divide(a: &IBig, b: &IBig) -> Option<f64> {
    let negative = (a.sign() == Sign::Negative) != (b.sign() == Sign::Negative);
    let (a, b) = (a.clone().into_parts().1, b.clone().into_parts().1);
    let signed = |f: f64| if negative { -f } else { f };
    if a.is_zero() {
        return Some(signed(0.0));
    }
    let diff = a.bit_len() as i64 - b.bit_len() as i64;
    if diff > 1024 {
        return None;
    }
    if diff < -1076 {
        return Some(signed(0.0));
    }
    // A quotient of 54 to 56 significant bits, one of them sticky; fewer where the result is subnormal.
    let shift = diff.max(-1021) - 55;
    let (x, y, lost) = if shift <= 0 {
        (a << (-shift) as usize, b, false)
    } else {
        let lost = a.trailing_zeros().is_some_and(|z| (z as i64) < shift);
        (a >> shift as usize, b, lost)
    };
    let (q, r) = x.div_rem(y);
    let q = u64::try_from(&q).ok()?;
    let bits = 64 - i64::from(q.leading_zeros());
    let mut low = q | u64::from(lost || !r.is_zero());
    let extra = bits.max(-1021 - shift) - 53;
    let mask = 1u64 << (extra - 1);
    if low & mask != 0 && low & (3 * mask - 1) != 0 {
        low += mask;
    }
    low &= !(2 * mask - 1);
    let f = ldexp(low as f64, shift);
    if f.is_finite() { Some(signed(f)) } else { None }
}

/// Why a modular power does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModPowError {
    /// The modulus is zero.
    ZeroModulus,
    /// A negative exponent, and the base has no inverse.
    NotInvertible,
}

/// `pow(a, n, m)`; the sign of the result is the modulus's.
pub fn mod_pow(a: &IBig, n: &IBig, m: &IBig) -> Result<IBig, ModPowError> {
    if m.is_zero() {
        return Err(ModPowError::ZeroModulus);
    }
    let (sign, modulus) = m.clone().into_parts();
    let big_modulus = IBig::from(modulus.clone());
    let base = floor_rem(a, &big_modulus).into_parts().1;
    let (exponent_sign, exponent) = n.clone().into_parts();
    let ring = ConstDivisor::new(modulus.clone());
    let mut base = ring.reduce(base);
    if exponent_sign == Sign::Negative {
        base = if modulus.is_one() { base } else { base.inv().ok_or(ModPowError::NotInvertible)? };
    }
    let r = if modulus.is_one() { UBig::ZERO } else { base.pow(&exponent).residue() };
    let r = IBig::from(r);
    Ok(if sign == Sign::Negative && !r.is_zero() { r + m } else { r })
}

/// The hash: the number modulo 2^61 - 1, with its sign.
pub fn hash(i: &IBig) -> i64 {
    let (sign, words) = i.as_sign_words();
    let p = u128::from(HASH_MODULUS);
    // 2^64 is 8 modulo 2^61 - 1.
    let m = words.iter().rev().fold(0u128, |x, &w| (x * 8 + u128::from(w)) % p) as i64;
    let h = if sign == Sign::Negative { -m } else { m };
    if h == -1 { -2 } else { h }
}

/// Bits of the magnitude.
pub fn bit_length(i: &IBig) -> usize {
    let (_, words) = i.as_sign_words();
    words.last().map_or(0, |w| words.len() * 64 - w.leading_zeros() as usize)
}

/// `round(i, -digits)` for `digits > 0`: to a multiple of `10**digits`, halves to the even multiple.
pub fn round_to(i: &IBig, digits: usize) -> IBig {
    let unit = IBig::from(10u8).pow(digits);
    let (q, r) = floor_div_rem(i, &unit);
    let twice: IBig = &r << 1;
    let up = twice > unit || (twice == unit && (&q & IBig::ONE) == IBig::ONE);
    let down = i - &r;
    if up { down + unit } else { down }
}

/// The largest integer whose square is not more than `i >= 0`.
pub fn isqrt(i: &UBig) -> UBig {
    use dashu_int::ops::SquareRoot;
    i.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(s: &str) -> IBig {
        IBig::from_str_radix(s, 10).unwrap()
    }

    #[test]
    fn division_floors() {
        let a = n("-100000000000000000000000000001");
        let b = n("100000000000000000000");
        let (q, r) = floor_div_rem(&a, &b);
        assert_eq!((q.clone() * &b + &r, r), (a.clone(), n("99999999999999999999")));
        assert_eq!(q, n("-1000000001"));
        assert_eq!(floor_rem(&-a, &-b), n("-99999999999999999999"));
    }

    #[test]
    fn true_division_rounds_correctly() {
        assert_eq!(true_divide(&(IBig::ONE << 2000), &(IBig::ONE << 1990)), Some(1024.0));
        assert_eq!(true_divide(&IBig::ONE, &n("3")), Some(1.0 / 3.0));
        assert_eq!(true_divide(&IBig::ONE, &(IBig::ONE << 1074)), Some(5e-324));
        assert_eq!(true_divide(&n("3"), &(IBig::ONE << 1076)), Some(5e-324));
        assert_eq!(true_divide(&IBig::ONE, &(IBig::ONE << 1075)), Some(0.0));
        assert_eq!(true_divide(&(IBig::ONE << 1024), &IBig::ONE), None);
        assert_eq!(true_divide(&n("-9007199254740993"), &IBig::ONE), Some(-9_007_199_254_740_992.0));
        assert_eq!(true_divide(&n("9007199254740995"), &IBig::ONE), Some(9_007_199_254_740_996.0));
    }

    #[test]
    fn floats_convert() {
        assert_eq!(to_f64(&n("9007199254740993")), Some(9_007_199_254_740_992.0));
        assert_eq!(to_f64(&n("9007199254740995")), Some(9_007_199_254_740_996.0));
        assert_eq!(to_f64(&(IBig::ONE << 1024)), None);
        assert_eq!(to_f64(&((IBig::ONE << 1024) - (IBig::ONE << 970))), None);
        assert_eq!(to_f64(&((IBig::ONE << 1024) - (IBig::ONE << 970) - IBig::ONE)), Some(f64::MAX));
        assert_eq!(from_f64(-1e30), n("-1000000000000000019884624838656"));
        assert_eq!(from_f64(-2.9), n("-2"));
    }

    #[test]
    fn modular_powers() {
        let p = |a: &str, b: &str, m: &str| mod_pow(&n(a), &n(b), &n(m));
        assert_eq!(p("3", "-1", "7"), Ok(n("5")));
        assert_eq!(p("2", "10", "-1000"), Ok(n("-976")));
        assert_eq!(p("2", "-1", "4"), Err(ModPowError::NotInvertible));
        assert_eq!(p("5", "-3", "1"), Ok(n("0")));
        assert_eq!(p("-2", "3", "5"), Ok(n("2")));
    }

    #[test]
    fn shifts_of_negative_numbers_floor() {
        assert_eq!(n("-5") >> 1usize, n("-3"));
        assert_eq!(hash(&(IBig::ONE << 61)), 1);
        assert_eq!(hash(&-(IBig::ONE << 100)), -(1 << 39));
        assert_eq!(round_to(&n("25"), 1), n("20"));
        assert_eq!(round_to(&n("-35"), 1), n("-40"));
        assert_eq!(bit_length(&n("-8")), 4);
    }
}
