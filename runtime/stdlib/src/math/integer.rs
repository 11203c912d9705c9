//! The functions on ints: gcd, lcm, isqrt, factorial, comb, perm.

use dashu_int::ops::{Gcd, SquareRoot, UnsignedAbs};
use dashu_int::{IBig, UBig};
use taipan_runtime::error::PyResult;
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::index::index;
use taipan_runtime::raise;
use taipan_runtime::types::int;
use taipan_runtime::value::Value;

fn big(v: &Ref) -> IBig {
    v.as_big().map(|b| b.into_owned()).unwrap_or(IBig::ZERO)
}

fn gcd_u64(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

pub(super) fn gcd_of(values: &[Value]) -> PyResult {
    let mut total = UBig::ZERO;
    let mut small = 0u64;
    for &v in values {
        let i = index(v)?;
        match i.as_i64() {
            Some(n) if total == UBig::ZERO => small = gcd_u64(small, n.unsigned_abs()),
            _ => {
                let other = big(&i).unsigned_abs();
                let mine = if total == UBig::ZERO { UBig::from(small) } else { total };
                total = match (mine == UBig::ZERO, other == UBig::ZERO) {
                    (true, _) => other,
                    (_, true) => mine,
                    _ => mine.gcd(other),
                };
                if let Ok(n) = u64::try_from(&total) {
                    (small, total) = (n, UBig::ZERO);
                }
            }
        }
    }
    Ok(if total == UBig::ZERO { int::from_u64(small) } else { int::from_big(total.into()) })
}

pub(super) fn lcm_of(values: &[Value]) -> PyResult {
    let mut total = UBig::ONE;
    for &v in values {
        let n = big(&index(v)?).unsigned_abs();
        if n == UBig::ZERO || total == UBig::ZERO {
            // The remaining arguments are still checked.
            total = UBig::ZERO;
            continue;
        }
        let g = (&total).gcd(&n);
        total = total / g * n;
    }
    Ok(int::from_big(total.into()))
}

pub(super) fn isqrt_of(v: Value) -> PyResult {
    let n = index(v)?;
    if int::is_negative(n.value()) {
        return raise!(ValueError, "isqrt() argument must be nonnegative");
    }
    Ok(match n.as_i64() {
        Some(i) => int::new(i.isqrt()),
        None => int::from_big(big(&n).unsigned_abs().sqrt().into()),
    })
}

/// The product `low * (low + 1) * … * (high - 1)`, by halves so that the factors stay balanced; what fits two words is
/// multiplied there.
fn range_product(low: u64, high: u64) -> UBig {
    let factors = high.saturating_sub(low);
    let bits = u64::from(u64::BITS - high.leading_zeros());
    if factors.saturating_mul(bits) <= u64::from(u128::BITS) {
        return UBig::from((low..high).map(u128::from).product::<u128>());
    }
    let mid = low + factors / 2;
    range_product(low, mid) * range_product(mid, high)
}

pub(super) fn factorial_of(v: Value) -> PyResult {
    let n = index(v)?;
    if int::is_negative(n.value()) {
        return raise!(ValueError, "factorial() not defined for negative values");
    }
    match n.as_i64() {
        Some(n) if n <= 20 => Ok(int::new((1..=n).product())),
        Some(n) => Ok(int::from_big(range_product(1, n as u64 + 1).into())),
        None => raise!(OverflowError, "factorial() argument should not exceed {}", i64::MAX),
    }
}

fn non_negative(v: Value, name: &str) -> PyResult {
    let n = index(v)?;
    if int::is_negative(n.value()) {
        return raise!(ValueError, "{name} must be a non-negative integer");
    }
    Ok(n)
}

/// `n * (n - 1) * … * (n - k + 1)`, by halves.
fn falling(n: &IBig, from: u64, to: u64) -> IBig {
    if to - from <= 8 {
        return (from..to).fold(IBig::ONE, |p, i| p * (n - IBig::from(i)));
    }
    let mid = from + (to - from) / 2;
    falling(n, from, mid) * falling(n, mid, to)
}

pub(super) fn perm_of(n: Value, k: Value) -> PyResult {
    let (n, k) = (index(n)?, index(k)?);
    let (n, k) = (non_negative(n.value(), "n")?, non_negative(k.value(), "k")?);
    if let (Some(n), Some(k)) = (n.as_i64(), k.as_i64()) {
        let (n, k) = (n as u64, k as u64);
        let product = (k <= n).then(|| range_product(n - k + 1, n + 1));
        return Ok(product.map_or_else(|| int::new(0), |p| int::from_big(p.into())));
    }
    let (n, k) = (big(&n), big(&k));
    if n < k {
        return Ok(int::new(0));
    }
    match u64::try_from(&k) {
        Ok(k) => Ok(int::from_big(falling(&n, 0, k))),
        Err(_) => raise!(OverflowError, "k must not exceed {}", i64::MAX),
    }
}

/// Of each `n` below [`FACTORIALS`]: the odd part of `n!` modulo 2**128, its inverse there, and how many twos it lacks.
struct Factorial {
    odd: u128,
    inverse: u128,
    twos: u32,
}

/// Binomial coefficients of numbers below have at most 128 bits.
const FACTORIALS: usize = 131;

static FACTORIAL: [Factorial; FACTORIALS] = {
    let mut table = [const { Factorial { odd: 1, inverse: 1, twos: 0 } }; FACTORIALS];
    let mut n = 1;
    while n < FACTORIALS {
        let twos = n.trailing_zeros();
        let odd = table[n - 1].odd.wrapping_mul((n >> twos) as u128);
        // Newton's iteration: an odd number is its own inverse modulo 8, and each step doubles the bits that are right.
        let (mut inverse, mut bits) = (odd, 3);
        while bits < u128::BITS {
            inverse = inverse.wrapping_mul(2u128.wrapping_sub(odd.wrapping_mul(inverse)));
            bits *= 2;
        }
        table[n] = Factorial { odd, inverse, twos: table[n - 1].twos + twos };
        n += 1;
    }
    table
};

/// `n! / (k! * (n - k)!)` for `k <= n`, if `n` is in the table: the odd parts divide modulo 2**128, and the result has no
/// more bits.
fn small_comb(n: u64, k: u64) -> Option<u128> {
    let row = FACTORIAL.get(usize::try_from(n).ok()?)?;
    let (a, b) = (&FACTORIAL[k as usize], &FACTORIAL[(n - k) as usize]);
    let odd = row.odd.wrapping_mul(a.inverse).wrapping_mul(b.inverse);
    Some(odd << (row.twos - a.twos - b.twos))
}

pub(super) fn comb_of(n: Value, k: Value) -> PyResult {
    let (n, k) = (index(n)?, index(k)?);
    let (n, k) = (non_negative(n.value(), "n")?, non_negative(k.value(), "k")?);
    if let (Some(n), Some(k)) = (n.as_i64(), k.as_i64()) {
        return Ok(comb_of_words(n as u64, k as u64));
    }
    let (n, k) = (big(&n), big(&k));
    if n < k {
        return Ok(int::new(0));
    }
    let k = k.clone().min(&n - &k);
    match u64::try_from(&k) {
        Ok(k) => {
            let divisor: IBig = range_product(1, k + 1).into();
            Ok(int::from_big(falling(&n, 0, k) / divisor))
        }
        Err(_) => raise!(OverflowError, "min(n - k, k) must not exceed {}", i64::MAX),
    }
}

fn comb_of_words(n: u64, k: u64) -> Ref {
    if n < k {
        return int::new(0);
    }
    if let Some(small) = small_comb(n, k) {
        return int::from_u128(small);
    }
    let k = k.min(n - k);
    int::from_big((range_product(n - k + 1, n + 1) / range_product(1, k + 1)).into())
}
