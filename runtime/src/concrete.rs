//! Scalar functions that the interpreter, the native types and machine code share: arithmetic on raw `i64` and
//! `f64` with Python's meaning. None of them allocates, raises or looks at an object; a `None` says that the
//! result needs a big integer (or that the operation is not defined) and that the caller takes the slow path.

use std::cmp::Ordering;

/// `a // b` for `b != 0`. Cannot overflow for immediates; `None` for `i64::MIN // -1`.
#[inline(always)]
pub const fn int_floordiv(a: i64, b: i64) -> Option<i64> {
    match a.checked_div(b) {
        Some(q) if a % b != 0 && (a < 0) != (b < 0) => Some(q - 1),
        q => q,
    }
}

/// `a % b` for `b != 0`: the sign is the divisor's.
#[inline(always)]
pub const fn int_mod(a: i64, b: i64) -> i64 {
    let r = a.wrapping_rem(b);
    if r != 0 && (r < 0) != (b < 0) { r + b } else { r }
}

/// `a << n` for `n >= 0`, if it fits.
#[inline(always)]
pub const fn int_shl(a: i64, n: i64) -> Option<i64> {
    if a == 0 {
        return Some(0);
    }
    if n > 62 {
        return None;
    }
    let r = a << n;
    if r >> n == a { Some(r) } else { None }
}

/// `a >> n` for `n >= 0`.
#[inline(always)]
pub const fn int_shr(a: i64, n: i64) -> i64 {
    a >> (if n > 63 { 63 } else { n })
}

/// `a ** n` for `n >= 0`, if it fits.
pub const fn int_pow(mut a: i64, mut n: i64) -> Option<i64> {
    let mut r = 1i64;
    loop {
        if n & 1 != 0 {
            r = match r.checked_mul(a) {
                Some(r) => r,
                None => return None,
            };
        }
        n >>= 1;
        if n == 0 {
            return Some(r);
        }
        a = match a.checked_mul(a) {
            Some(a) => a,
            None => return None,
        };
    }
}

/// `a / b` for `b != 0`, where the quotient of the doubles is the correctly rounded one.
#[inline(always)]
pub const fn int_truediv(a: i64, b: i64) -> Option<f64> {
    const EXACT: i64 = 1 << 53;
    if a >= -EXACT && a <= EXACT && b >= -EXACT && b <= EXACT { Some(a as f64 / b as f64) } else { None }
}

/// Greatest common divisor of the magnitudes.
pub const fn int_gcd(a: i64, b: i64) -> u64 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// `x // y` for `y != 0`, as CPython computes it (not merely `floor(x / y)`).
#[inline]
pub fn float_floordiv(x: f64, y: f64) -> f64 {
    float_divmod(x, y).0
}

/// `x % y` for `y != 0`: the sign is the divisor's, zero included.
#[inline]
pub fn float_mod(x: f64, y: f64) -> f64 {
    let r = x % y;
    if r == 0.0 {
        0.0f64.copysign(y)
    } else if (y < 0.0) != (r < 0.0) {
        r + y
    } else {
        r
    }
}

/// `divmod(x, y)` for `y != 0`.
pub fn float_divmod(x: f64, y: f64) -> (f64, f64) {
    let mut r = x % y;
    // `x - r` is nearly an exact multiple of `y`; the quotient is snapped to the nearest integer.
    let mut div = (x - r) / y;
    if r == 0.0 {
        r = 0.0f64.copysign(y);
    } else if (y < 0.0) != (r < 0.0) {
        r += y;
        div -= 1.0;
    }
    if div == 0.0 {
        return (0.0f64.copysign(x / y), r);
    }
    let mut floor = div.floor();
    if div - floor > 0.5 {
        floor += 1.0;
    }
    (floor, r)
}

/// What `x ** y` is on floats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FloatPow {
    /// A float.
    Value(f64),
    /// `ZeroDivisionError`: zero to a negative power.
    ZeroDivision,
    /// `OverflowError`
    Overflow,
    /// A negative base to a power that is no integer: the result is complex.
    Complex,
}

/// `x ** y`
pub fn float_pow(x: f64, y: f64) -> FloatPow {
    if y == 0.0 || x == 1.0 {
        return FloatPow::Value(1.0);
    }
    if x.is_nan() || y.is_nan() {
        return FloatPow::Value(f64::NAN);
    }
    if y.is_infinite() || x.is_infinite() {
        // C's `pow` has Python's rules for infinities.
        return FloatPow::Value(x.powf(y));
    }
    if x == 0.0 {
        let odd = y.abs() % 2.0 == 1.0;
        return if y < 0.0 { FloatPow::ZeroDivision } else { FloatPow::Value(if odd { x } else { 0.0 }) };
    }
    if x < 0.0 && y != y.floor() {
        return FloatPow::Complex;
    }
    let r = x.powf(y);
    if r.is_infinite() { FloatPow::Overflow } else { FloatPow::Value(r) }
}

/// Compares an int with a float exactly; `None` for a NaN.
#[inline]
pub fn cmp_int_float(i: i64, f: f64) -> Option<Ordering> {
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    if f.is_nan() {
        return None;
    }
    if f >= TWO_63 {
        return Some(Ordering::Less);
    }
    if f < -TWO_63 {
        return Some(Ordering::Greater);
    }
    let whole = f.trunc();
    let by_int = i.cmp(&(whole as i64));
    Some(by_int.then_with(|| whole.partial_cmp(&f).unwrap_or(Ordering::Equal)))
}

/// The integer part of a float, if it fits.
#[inline(always)]
pub fn float_to_int(f: f64) -> Option<i64> {
    if f > -9.2e18 && f < 9.2e18 { Some(f as i64) } else { None }
}

/// The nearest integer; halves go to the even one.
#[inline(always)]
pub fn round_half_even(f: f64) -> f64 {
    f.round_ties_even()
}

/// `round(x, -digits)` on an int: to a multiple of `unit` (a positive power of ten); halves go to the even one.
pub fn int_round_to(x: i64, unit: i64) -> Option<i64> {
    let r = int_mod(x, unit);
    let down = x - r;
    let half = unit / 2;
    let up = r > half || (r == half && unit % 2 == 0 && (down / unit) % 2 != 0);
    if up { down.checked_add(unit) } else { Some(down) }
}

/// The modulus of CPython's numeric hashes: the Mersenne prime 2^61 - 1.
pub const HASH_MODULUS: u64 = (1 << 61) - 1;
/// The hash of an infinity.
pub const HASH_INF: i64 = 314_159;

/// The hash of an int.
#[inline(always)]
pub const fn hash_int(i: i64) -> i64 {
    let m = (i.unsigned_abs() % HASH_MODULUS) as i64;
    let h = if i < 0 { -m } else { m };
    if h == -1 { -2 } else { h }
}

/// The hash of a float, if it is not a NaN (whose hash is the object's identity).
pub fn hash_float(f: f64) -> Option<i64> {
    if f.is_nan() {
        return None;
    }
    if f.is_infinite() {
        return Some(if f > 0.0 { HASH_INF } else { -HASH_INF });
    }
    if let Some(i) = float_to_int(f)
        && i as f64 == f
    {
        return Some(hash_int(i));
    }
    let (mut m, e) = frexp(f.abs());
    let mut x = 0u64;
    // Process 28 bits of the mantissa at a time, reducing modulo 2^61 - 1 by rotation.
    let mut e = e;
    while m != 0.0 {
        x = ((x << 28) & HASH_MODULUS) | (x >> (61 - 28));
        m *= 268_435_456.0;
        e -= 28;
        let y = m as u64;
        m -= y as f64;
        x += y;
        if x >= HASH_MODULUS {
            x -= HASH_MODULUS;
        }
    }
    let shift = e.rem_euclid(61) as u32;
    x = ((x << shift) & HASH_MODULUS) | (x >> ((61 - shift) % 64));
    let h = if f < 0.0 { -(x as i64) } else { x as i64 };
    Some(if h == -1 { -2 } else { h })
}

/// A float as mantissa in `[0.5, 1)` (with the sign) and exponent, as C's `frexp`.
pub fn frexp(f: f64) -> (f64, i32) {
    if f == 0.0 || !f.is_finite() {
        return (f, 0);
    }
    let bits = f.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    if exponent == 0 {
        let (m, e) = frexp(f * 18_014_398_509_481_984.0);
        return (m, e - 54);
    }
    (f64::from_bits((bits & !(0x7ff << 52)) | (1022 << 52)), exponent - 1022)
}

/// `m * 2^e`, rounded once, as C's `ldexp`.
pub fn ldexp(m: f64, e: i64) -> f64 {
    let (mut m, e0) = frexp(m);
    let e = e.saturating_add(e0.into());
    if m == 0.0 || !m.is_finite() || e > 1100 {
        return if m == 0.0 || !m.is_finite() { m } else { f64::INFINITY.copysign(m) };
    }
    if e < -1100 {
        return 0.0f64.copysign(m);
    }
    // Two exact steps and one that may round.
    let mut e = e as i32;
    while e > 1000 {
        m *= pow2(1000);
        e -= 1000;
    }
    if e < -1000 {
        return m * pow2(e + 100) * pow2(-100);
    }
    m * pow2(e)
}

/// `2^e` for a normal exponent.
fn pow2(e: i32) -> f64 {
    f64::from_bits(((e + 1023) as u64) << 52)
}

const XX_PRIME_1: u64 = 11_400_714_785_074_694_791;
const XX_PRIME_2: u64 = 14_029_467_366_897_019_727;
const XX_PRIME_5: u64 = 2_870_177_450_012_600_261;

/// CPython's hash of a tuple from the hashes of its items: a variant of xxHash's lanes.
#[derive(Clone, Copy)]
pub struct TupleHasher(u64);

impl Default for TupleHasher {
    fn default() -> Self {
        TupleHasher(XX_PRIME_5)
    }
}

impl TupleHasher {
    /// The next item's hash.
    #[inline(always)]
    pub fn add(&mut self, lane: i64) {
        self.0 = self.0.wrapping_add((lane as u64).wrapping_mul(XX_PRIME_2));
        self.0 = self.0.rotate_left(31).wrapping_mul(XX_PRIME_1);
    }
    /// The hash of `len` items.
    #[inline(always)]
    pub fn finish(self, len: usize) -> i64 {
        let h = self.0.wrapping_add((len as u64) ^ (XX_PRIME_5 ^ 3_527_539));
        if h == u64::MAX { 1_546_275_796 } else { h as i64 }
    }
    /// The hash of a fixed number of items (slices).
    pub fn finish_without_length(self) -> i64 {
        if self.0 == u64::MAX { 1_546_275_796 } else { self.0 as i64 }
    }
}

/// CPython's hash of a frozenset: independent of the order of the items.
#[derive(Clone, Copy, Default)]
pub struct SetHasher(u64);

impl SetHasher {
    /// The next item's hash.
    #[inline(always)]
    pub fn add(&mut self, h: i64) {
        let h = h as u64;
        self.0 ^= ((h ^ 89_869_747) ^ (h << 16)).wrapping_mul(3_644_798_167);
    }
    /// The hash of `len` items.
    pub fn finish(self, len: usize) -> i64 {
        let mut h = self.0 ^ (len as u64 + 1).wrapping_mul(1_927_868_237);
        h ^= (h >> 11) ^ (h >> 25);
        h = h.wrapping_mul(69_069).wrapping_add(907_133_923);
        if h == u64::MAX { 590_923_713 } else { h as i64 }
    }
}

/// A hash from an address: the low bits, always zero, are rotated out.
#[inline(always)]
pub const fn hash_address(bits: u64) -> i64 {
    let h = bits.rotate_right(4) as i64;
    if h == -1 { -2 } else { h }
}

/// Floats summed with compensation (Neumaier), as `sum()` does since CPython 3.12.
#[derive(Clone, Copy, Default)]
pub struct CompensatedSum {
    hi: f64,
    lo: f64,
}

impl CompensatedSum {
    /// A sum that starts with `x`.
    pub fn new(x: f64) -> CompensatedSum {
        CompensatedSum { hi: x, lo: 0.0 }
    }
    /// A sum that has come to `hi`, with these rounding errors.
    pub fn with_errors(hi: f64, lo: f64) -> CompensatedSum {
        CompensatedSum { hi, lo }
    }
    /// One more summand.
    #[inline(always)]
    pub fn add(&mut self, x: f64) {
        let t = self.hi + x;
        if self.hi.abs() >= x.abs() {
            self.lo += (self.hi - t) + x;
        } else {
            self.lo += (x - t) + self.hi;
        }
        self.hi = t;
    }
    /// The sum.
    pub fn value(self) -> f64 {
        // The correction is NaN when an infinity was met; the sum itself is right then.
        if self.lo != 0.0 && self.lo.is_finite() { self.hi + self.lo } else { self.hi }
    }
}

/// The number of items of `range(start, stop, step)`, `step != 0`.
#[inline]
pub const fn range_len(start: i64, stop: i64, step: i64) -> u64 {
    if step > 0 {
        if start >= stop {
            return 0;
        }
        (stop.wrapping_sub(start) as u64 - 1) / step as u64 + 1
    } else {
        if stop >= start {
            return 0;
        }
        (start.wrapping_sub(stop) as u64 - 1) / step.unsigned_abs() + 1
    }
}

/// The bounds of a slice over `len` items, as `slice.indices` and its number of items; `step != 0`.
/// `start` and `stop` are clamped as CPython's `PySlice_AdjustIndices` does.
#[inline]
pub fn adjust_indices(len: usize, start: i64, stop: i64, step: i64) -> (i64, i64, usize) {
    let n = len as i64;
    let clamp = |i: i64| {
        if i < 0 {
            let i = i.saturating_add(n);
            if i < 0 { if step < 0 { -1 } else { 0 } } else { i }
        } else if i >= n {
            if step < 0 { n - 1 } else { n }
        } else {
            i
        }
    };
    let (start, stop) = (clamp(start), clamp(stop));
    let count = if step == 1 { (stop - start).max(0) } else { range_len(start, stop, step) as i64 };
    (start, stop, count as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_has_pythons_signs() {
        assert_eq!((int_floordiv(-7, 2), int_mod(-7, 2)), (Some(-4), 1));
        assert_eq!((int_floordiv(7, -2), int_mod(7, -2)), (Some(-4), -1));
        assert_eq!(int_floordiv(i64::MIN, -1), None);
        assert_eq!(float_divmod(-7.5, 2.0), (-4.0, 0.5));
        assert_eq!(float_mod(5.0, -3.0), -1.0);
        assert!(float_mod(-0.0, 3.0).is_sign_positive());
    }

    #[test]
    fn powers_and_shifts_report_overflow() {
        assert_eq!(int_pow(3, 4), Some(81));
        assert_eq!(int_pow(-2, 63), Some(i64::MIN));
        assert_eq!(int_pow(10, 19), None);
        assert_eq!(int_shl(1, 62), Some(1 << 62));
        assert_eq!(int_shl(1, 63), None);
        assert_eq!(int_shr(-1, 1000), -1);
    }

    #[test]
    fn hashes_are_cpythons() {
        assert_eq!(hash_int(-1), -2);
        assert_eq!(hash_int((1 << 61) - 1), 0);
        assert_eq!(hash_float(0.5), Some(1_152_921_504_606_846_976));
        assert_eq!(hash_float(0.1), Some(230_584_300_921_369_408));
        assert_eq!(hash_float(1e300), Some(1_224_995_262_755_759_164));
        assert_eq!(hash_float(-2.5), Some(-1_152_921_504_606_846_978));
        let mut t = TupleHasher::default();
        (1..=3).for_each(|i| t.add(i));
        assert_eq!(t.finish(3), 529_344_067_295_497_451);
        let mut s = SetHasher::default();
        (1..=3).for_each(|i| s.add(i));
        assert_eq!(s.finish(3), -272_375_401_224_217_160);
    }

    #[test]
    fn ints_compare_exactly_with_floats() {
        assert_eq!(cmp_int_float((1 << 53) + 1, 9_007_199_254_740_992.0), Some(Ordering::Greater));
        assert_eq!(cmp_int_float(-1, -1.5), Some(Ordering::Greater));
        assert_eq!(cmp_int_float(1, 1.5), Some(Ordering::Less));
        assert_eq!(cmp_int_float(0, f64::NAN), None);
    }

    #[test]
    fn ldexp_rounds_once() {
        assert_eq!(ldexp(1.0, -1074), 5e-324);
        assert_eq!(ldexp(0.75, -1074), 5e-324);
        assert_eq!(ldexp(1.5, 1023), 1.348_269_851_146_737e308);
        assert_eq!(ldexp(1.0, 1024), f64::INFINITY);
        assert_eq!(frexp(5e-324), (0.5, -1073));
    }

    #[test]
    fn slices_are_clamped() {
        assert_eq!(adjust_indices(5, -3, i64::MAX, 1), (2, 5, 3));
        assert_eq!(adjust_indices(5, i64::MAX, i64::MIN, -2), (4, -1, 3));
        assert_eq!(range_len(i64::MIN, i64::MAX, 1), u64::MAX);
    }
}
