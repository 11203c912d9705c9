//! `math`: the C library's functions with CPython's checks and messages.

mod aggregate;
mod integer;
mod numeric;

pub use module::MODULE;

use taipan_runtime::error::PyResult;
use taipan_runtime::raise;
use taipan_runtime::value::Value;

/// "math domain error"
fn domain<T>() -> PyResult<T> {
    raise!(ValueError, "math domain error")
}

/// "math range error"
pub(super) fn range<T>() -> PyResult<T> {
    raise!(OverflowError, "math range error")
}

/// A float as `repr` shows it, for messages.
fn shown(x: f64) -> PyResult<String> {
    let v = taipan_runtime::types::float::new(x);
    taipan_runtime::protocol::repr::repr_text(v.value())
}

/// What a function does at the edges, for [`check`].
enum Edge {
    /// Results cannot overflow: an infinite result is an error of the argument.
    NoOverflow,
    /// An infinite result of a finite argument is a range error.
    Overflow,
}

/// The result of a C function under CPython's rules for NaN and infinity; `message` says what is expected of the
/// argument.
fn check(x: f64, r: f64, edge: Edge, message: &str) -> PyResult<f64> {
    if r.is_nan() && !x.is_nan() {
        return raise!(ValueError, "{message}, got {}", shown(x)?);
    }
    if r.is_infinite() && x.is_finite() {
        return match edge {
            Edge::Overflow => range(),
            Edge::NoOverflow => raise!(ValueError, "{message}, got {}", shown(x)?),
        };
    }
    Ok(r)
}

/// The result of a two-argument C function under CPython's rules.
fn check2(x: f64, y: f64, r: f64) -> PyResult<f64> {
    if r.is_nan() && !x.is_nan() && !y.is_nan() {
        return domain();
    }
    if r.is_infinite() && x.is_finite() && y.is_finite() {
        return range();
    }
    Ok(r)
}

/// What pymath returns, as a plain double: its errors are found again by [`check`].
fn plain(r: pymath::Result<f64>, on_overflow: f64) -> f64 {
    match r {
        Ok(r) => r,
        Err(pymath::Error::ERANGE) => on_overflow,
        Err(_) => f64::NAN,
    }
}

const FINITE: &str = "expected a finite input";
const UNIT: &str = "expected a number in range from -1 up to 1";

/// The natural, binary or decimal logarithm of a Python number, however large.
fn log_of(v: Value, f: fn(f64) -> f64, per_bit: f64) -> PyResult<f64> {
    if let Some(x) = v.as_float() {
        return log_float(x, f, true);
    }
    if v.is_int_like() {
        let Some(big) = v.as_big() else { return log_float(f64::NAN, f, true) };
        if *big <= dashu_int::IBig::ZERO {
            return raise!(ValueError, "expected a positive input");
        }
        return match taipan_runtime::types::int::to_f64(v) {
            Ok(x) => Ok(f(x)),
            Err(raised) => match taipan_runtime::error::take_if(taipan_runtime::error::Exc::OverflowError) {
                Some(_) => {
                    // Too large for a double: split off a power of two.
                    use dashu_int::ops::BitTest;
                    let shift = big.bit_len() - 64;
                    let top: dashu_int::IBig = big.as_ref() >> shift;
                    Ok(f(top.to_f64().value()) + per_bit * shift as f64)
                }
                None => Err(raised),
            },
        };
    }
    log_float(taipan_runtime::protocol::index::to_f64(v)?, f, true)
}

fn log_float(x: f64, f: fn(f64) -> f64, show: bool) -> PyResult<f64> {
    if x.is_nan() || (x.is_infinite() && x > 0.0) {
        return Ok(x);
    }
    if x > 0.0 {
        return Ok(f(x));
    }
    if show && x != 0.0 {
        return raise!(ValueError, "expected a positive input, got {}", shown(x)?);
    }
    raise!(ValueError, "expected a positive input")
}

/// Logarithm without the argument in the message, as `log2` and `log10` have it.
fn log_quiet(v: Value, f: fn(f64) -> f64, per_bit: f64) -> PyResult<f64> {
    match v.as_float() {
        Some(x) => log_float(x, f, false),
        None if v.is_int_like() => log_of(v, f, per_bit),
        None => log_float(taipan_runtime::protocol::index::to_f64(v)?, f, false),
    }
}

/// This module provides access to the mathematical functions
/// defined by the C standard.
#[taipan_runtime::pymodule(name = "math")]
mod module {
    use super::aggregate::*;
    use super::integer::*;
    use super::*;
    use taipan_runtime::object::{P, Ref};
    use taipan_runtime::protocol::call::call_special;
    use taipan_runtime::protocol::index::to_f64;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::str::interned;
    use taipan_runtime::types::tuple;
    use taipan_runtime::types::{float, int};

    #[init]
    fn mark(m: P<Module>) -> PyResult<()> {
        let get = |name: &str| m.dict().get_text(name);
        taipan_runtime::sem::intrinsics::mark_module("math", get, super::numeric::NUMERIC);
        Ok(())
    }

    #[pyattr]
    fn pi() -> f64 {
        std::f64::consts::PI
    }
    #[pyattr]
    fn e() -> f64 {
        std::f64::consts::E
    }
    #[pyattr]
    fn tau() -> f64 {
        std::f64::consts::TAU
    }
    #[pyattr]
    fn inf() -> f64 {
        f64::INFINITY
    }
    #[pyattr]
    fn nan() -> f64 {
        f64::NAN
    }

    /// Return the arc cosine (measured in radians) of x.
    ///
    /// The result is between 0 and pi.
    #[pyfunction("(x, /)")]
    fn acos(x: f64) -> PyResult<f64> {
        check(x, plain(pymath::math::acos(x), f64::NAN), Edge::NoOverflow, UNIT)
    }
    /// Return the inverse hyperbolic cosine of x.
    #[pyfunction("(x, /)")]
    fn acosh(x: f64) -> PyResult<f64> {
        let r = plain(pymath::math::acosh(x), f64::NAN);
        check(x, r, Edge::NoOverflow, "expected argument value not less than 1")
    }
    /// Return the arc sine (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[pyfunction("(x, /)")]
    fn asin(x: f64) -> PyResult<f64> {
        check(x, plain(pymath::math::asin(x), f64::NAN), Edge::NoOverflow, UNIT)
    }
    /// Return the inverse hyperbolic sine of x.
    #[pyfunction("(x, /)")]
    fn asinh(x: f64) -> f64 {
        plain(pymath::math::asinh(x), f64::INFINITY)
    }
    /// Return the arc tangent (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[pyfunction("(x, /)")]
    fn atan(x: f64) -> f64 {
        plain(pymath::math::atan(x), f64::NAN)
    }
    /// Return the arc tangent (measured in radians) of y/x.
    ///
    /// Unlike atan(y/x), the signs of both x and y are considered.
    #[pyfunction("(y, x, /)")]
    fn atan2(y: f64, x: f64) -> f64 {
        plain(pymath::math::atan2(y, x), f64::NAN)
    }
    /// Return the inverse hyperbolic tangent of x.
    #[pyfunction("(x, /)")]
    fn atanh(x: f64) -> PyResult<f64> {
        let r = plain(pymath::math::atanh(x), f64::INFINITY);
        check(x, r, Edge::NoOverflow, "expected a number between -1 and 1")
    }
    /// Return the cube root of x.
    #[pyfunction("(x, /)")]
    fn cbrt(x: f64) -> f64 {
        plain(pymath::math::cbrt(x), f64::NAN)
    }
    /// Return a float with the magnitude (absolute value) of x but the sign of y.
    ///
    /// On platforms that support signed zeros, copysign(1.0, -0.0)
    /// returns -1.0.
    #[pyfunction("(x, y, /)")]
    fn copysign(x: f64, y: f64) -> f64 {
        x.copysign(y)
    }
    /// Return the cosine of x (measured in radians).
    #[pyfunction("(x, /)")]
    fn cos(x: f64) -> PyResult<f64> {
        check(x, plain(pymath::math::cos(x), f64::NAN), Edge::NoOverflow, FINITE)
    }
    /// Return the hyperbolic cosine of x.
    #[pyfunction("(x, /)")]
    fn cosh(x: f64) -> PyResult<f64> {
        check(x, plain(pymath::math::cosh(x), f64::INFINITY), Edge::Overflow, FINITE)
    }
    /// Convert angle x from radians to degrees.
    #[pyfunction("(x, /)")]
    fn degrees(x: f64) -> f64 {
        x * (180.0 / std::f64::consts::PI)
    }
    /// Error function at x.
    #[pyfunction("(x, /)")]
    fn erf(x: f64) -> f64 {
        plain(pymath::math::erf(x), f64::NAN)
    }
    /// Complementary error function at x.
    #[pyfunction("(x, /)")]
    fn erfc(x: f64) -> f64 {
        plain(pymath::math::erfc(x), f64::NAN)
    }
    /// Return e raised to the power of x.
    #[pyfunction("(x, /)")]
    fn exp(x: f64) -> PyResult<f64> {
        check(x, plain(pymath::math::exp(x), f64::INFINITY), Edge::Overflow, FINITE)
    }
    /// Return 2 raised to the power of x.
    #[pyfunction("(x, /)")]
    fn exp2(x: f64) -> PyResult<f64> {
        check(x, plain(pymath::math::exp2(x), f64::INFINITY), Edge::Overflow, FINITE)
    }
    /// Return exp(x)-1.
    ///
    /// This function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x.
    #[pyfunction("(x, /)")]
    fn expm1(x: f64) -> PyResult<f64> {
        check(x, plain(pymath::math::expm1(x), f64::INFINITY), Edge::Overflow, FINITE)
    }
    /// Return the absolute value of the float x.
    #[pyfunction("(x, /)")]
    fn fabs(x: f64) -> f64 {
        x.abs()
    }
    /// Fused multiply-add operation.
    ///
    /// Compute (x * y) + z with a single round.
    #[pyfunction("(x, y, z, /)")]
    fn fma(x: f64, y: f64, z: f64) -> PyResult<f64> {
        let r = x.mul_add(y, z);
        if r.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
            return raise!(ValueError, "invalid operation in fma");
        }
        if r.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
            return raise!(OverflowError, "overflow in fma");
        }
        Ok(r)
    }
    /// Return fmod(x, y), according to platform C.
    ///
    /// x % y may differ.
    #[pyfunction("(x, y, /)")]
    fn fmod(x: f64, y: f64) -> PyResult<f64> {
        if y.is_infinite() && x.is_finite() {
            return Ok(x);
        }
        check2(x, y, x % y)
    }
    /// Return the mantissa and exponent of x, as pair (m, e).
    ///
    /// m is a float and e is an int, such that x = m * 2.**e.
    /// If x is 0, m and e are both 0.  Else 0.5 <= abs(m) < 1.0.
    #[pyfunction("(x, /)")]
    fn frexp(x: f64) -> Ref {
        let (m, e) = pymath::math::frexp(x);
        tuple::from_refs(vec![float::new(m), int::new(e.into())]).erase()
    }
    /// Gamma function at x.
    #[pyfunction("(x, /)")]
    fn gamma(x: f64) -> PyResult<f64> {
        let overflow = if x == 0.0 { f64::NAN } else { f64::INFINITY };
        let r = plain(pymath::math::gamma(x), overflow);
        check(x, r, Edge::Overflow, "expected a noninteger or positive integer")
    }
    /// Natural logarithm of absolute value of Gamma function at x.
    #[pyfunction("(x, /)")]
    fn lgamma(x: f64) -> PyResult<f64> {
        let r = plain(pymath::math::lgamma(x), f64::INFINITY);
        check(x, r, Edge::Overflow, "expected a noninteger or positive integer")
    }
    /// Return True if x is neither an infinity nor a NaN, and False otherwise.
    #[pyfunction("(x, /)")]
    fn isfinite(x: f64) -> bool {
        x.is_finite()
    }
    /// Return True if x is a positive or negative infinity, and False otherwise.
    #[pyfunction("(x, /)")]
    fn isinf(x: f64) -> bool {
        x.is_infinite()
    }
    /// Return True if x is a NaN (not a number), and False otherwise.
    #[pyfunction("(x, /)")]
    fn isnan(x: f64) -> bool {
        x.is_nan()
    }
    /// Determine whether two floating-point numbers are close in value.
    ///
    ///   rel_tol
    ///     maximum difference for being considered "close", relative to the
    ///     magnitude of the input values
    ///   abs_tol
    ///     maximum difference for being considered "close", regardless of the
    ///     magnitude of the input values
    ///
    /// Return True if a is close in value to b, and False otherwise.
    ///
    /// For the values to be considered close, the difference between them
    /// must be smaller than at least one of the tolerances.
    ///
    /// -inf, inf and NaN behave similarly to the IEEE 754 Standard.  That
    /// is, NaN is not close to anything, even itself.  inf and -inf are
    /// only close to themselves.
    #[pyfunction("(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(a: f64, b: f64, rel_tol: f64, abs_tol: f64) -> PyResult<bool> {
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return raise!(ValueError, "tolerances must be non-negative");
        }
        if a == b {
            return Ok(true);
        }
        if a.is_infinite() || b.is_infinite() {
            return Ok(false);
        }
        let diff = (b - a).abs();
        Ok(diff <= (rel_tol * b).abs() || diff <= (rel_tol * a).abs() || diff <= abs_tol)
    }
    /// Return x * (2**i).
    ///
    /// This is essentially the inverse of frexp().
    #[pyfunction("(x, i, /)")]
    fn ldexp(x: f64, i: Value) -> PyResult<f64> {
        if !i.is_int_like() {
            return raise!(TypeError, "Expected an int as second argument to ldexp.");
        }
        let e = i.as_i64().unwrap_or(if int::is_negative(i) { i64::MIN } else { i64::MAX });
        if x == 0.0 || !x.is_finite() {
            return Ok(x);
        }
        if e > i64::from(i32::MAX) {
            return range();
        }
        if e < i64::from(i32::MIN) {
            return Ok(0.0f64.copysign(x));
        }
        match pymath::math::ldexp(x, e as i32) {
            Ok(r) if r.is_finite() => Ok(r),
            _ => range(),
        }
    }
    /// log(x, [base=math.e])
    /// Return the logarithm of x to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of x.
    #[pyfunction("(x, base=None, /)")]
    fn log(x: Value, base: Option<Value>) -> PyResult {
        let num = log_of(x, f64::ln, std::f64::consts::LN_2)?;
        let Some(base) = base else { return Ok(float::new(num)) };
        let den = log_of(base, f64::ln, std::f64::consts::LN_2)?;
        if den == 0.0 {
            return raise!(ZeroDivisionError, "division by zero");
        }
        Ok(float::new(num / den))
    }
    /// Return the base 2 logarithm of x.
    #[pyfunction("(x, /)")]
    fn log2(x: Value) -> PyResult<f64> {
        log_quiet(x, |x| plain(pymath::math::log2(x), f64::NAN), 1.0)
    }
    /// Return the base 10 logarithm of x.
    #[pyfunction("(x, /)")]
    fn log10(x: Value) -> PyResult<f64> {
        log_quiet(x, |x| plain(pymath::math::log10(x), f64::NAN), std::f64::consts::LOG10_2)
    }
    /// Return the natural logarithm of 1+x (base e).
    ///
    /// The result is computed in a way which is accurate for x near zero.
    #[pyfunction("(x, /)")]
    fn log1p(x: f64) -> PyResult<f64> {
        let r = plain(pymath::math::log1p(x), f64::NAN);
        check(x, r, Edge::NoOverflow, "expected argument value > -1")
    }
    /// Return the fractional and integer parts of x.
    ///
    /// Both results carry the sign of x and are floats.
    #[pyfunction("(x, /)")]
    fn modf(x: f64) -> Ref {
        let (f, i) = match () {
            () if x.is_nan() => (x, x),
            () if x.is_infinite() => (0.0f64.copysign(x), x),
            () => ((x - x.trunc()).copysign(x), x.trunc()),
        };
        tuple::from_refs(vec![float::new(f), float::new(i)]).erase()
    }
    /// Return the floating-point value the given number of steps after x towards y.
    ///
    /// If steps is not specified or is None, it defaults to 1.
    ///
    /// Raises a TypeError, if x or y is not a double, or if steps is not an integer.
    /// Raises ValueError if steps is negative.
    #[pyfunction("(x, y, /, *, steps=None)")]
    fn nextafter(x: f64, y: f64, steps: Option<Value>) -> PyResult<f64> {
        let steps = match steps.filter(|s| !s.is_none()) {
            None => None,
            Some(s) => {
                let n = taipan_runtime::protocol::index::index(s)?;
                if int::is_negative(n.value()) {
                    return raise!(ValueError, "steps must be a non-negative integer");
                }
                Some(n.as_i64().map_or(u64::MAX, |n| n as u64))
            }
        };
        Ok(pymath::math::nextafter(x, y, steps))
    }
    /// Return x**y (x to the power of y).
    #[pyfunction("(x, y, /)")]
    fn pow(x: f64, y: f64) -> PyResult<f64> {
        match pymath::math::pow(x, y) {
            Ok(r) => Ok(r),
            Err(pymath::Error::ERANGE) => range(),
            Err(_) => domain(),
        }
    }
    /// Convert angle x from degrees to radians.
    #[pyfunction("(x, /)")]
    fn radians(x: f64) -> f64 {
        x * (std::f64::consts::PI / 180.0)
    }
    /// Difference between x and the closest integer multiple of y.
    ///
    /// Return x - n*y where n*y is the closest integer multiple of y.
    /// In the case where x is exactly halfway between two multiples of
    /// y, the nearest even value of n is used. The result is always exact.
    #[pyfunction("(x, y, /)")]
    fn remainder(x: f64, y: f64) -> PyResult<f64> {
        check2(x, y, plain(pymath::math::remainder(x, y), f64::NAN))
    }
    /// Return the sine of x (measured in radians).
    #[pyfunction("(x, /)")]
    fn sin(x: f64) -> PyResult<f64> {
        check(x, plain(pymath::math::sin(x), f64::NAN), Edge::NoOverflow, FINITE)
    }
    /// Return the hyperbolic sine of x.
    #[pyfunction("(x, /)")]
    fn sinh(x: f64) -> PyResult<f64> {
        check(x, plain(pymath::math::sinh(x), f64::INFINITY), Edge::Overflow, FINITE)
    }
    /// Return the square root of x.
    #[pyfunction("(x, /)")]
    fn sqrt(x: f64) -> PyResult<f64> {
        check(x, x.sqrt(), Edge::NoOverflow, "expected a nonnegative input")
    }
    /// Return the tangent of x (measured in radians).
    #[pyfunction("(x, /)")]
    fn tan(x: f64) -> PyResult<f64> {
        check(x, plain(pymath::math::tan(x), f64::NAN), Edge::NoOverflow, FINITE)
    }
    /// Return the hyperbolic tangent of x.
    #[pyfunction("(x, /)")]
    fn tanh(x: f64) -> f64 {
        plain(pymath::math::tanh(x), f64::NAN)
    }
    /// Return the value of the least significant bit of the float x.
    #[pyfunction("(x, /)")]
    fn ulp(x: f64) -> f64 {
        pymath::math::ulp(x)
    }

    /// Return the ceiling of x as an Integral.
    ///
    /// This is the smallest integer >= x.
    #[pyfunction("(x, /)")]
    fn ceil(x: Value) -> PyResult {
        rounded(x, "__ceil__", f64::ceil)
    }
    /// Return the floor of x as an Integral.
    ///
    /// This is the largest integer <= x.
    #[pyfunction("(x, /)")]
    fn floor(x: Value) -> PyResult {
        rounded(x, "__floor__", f64::floor)
    }
    fn rounded(x: Value, method: &str, f: fn(f64) -> f64) -> PyResult {
        if let Some(x) = x.as_exact_float() {
            return float::to_int(f(x));
        }
        if x.is_int() {
            return Ok(x.own());
        }
        match call_special(x, interned(method), &[]) {
            Some(r) => r,
            None => float::to_int(f(to_f64(x)?)),
        }
    }
    /// Truncates the Real x to the nearest Integral toward 0.
    ///
    /// Uses the __trunc__ magic method.
    #[pyfunction("(x, /)")]
    fn trunc(x: Value) -> PyResult {
        if let Some(x) = x.as_exact_float() {
            return float::to_int(x.trunc());
        }
        match call_special(x, interned("__trunc__"), &[]) {
            Some(r) => r,
            None => raise!(TypeError, "type {} doesn't define __trunc__ method", x.class().name()),
        }
    }

    /// Greatest Common Divisor.
    #[pyfunction("(*integers)")]
    fn gcd(integers: &[Value]) -> PyResult {
        gcd_of(integers)
    }
    /// Least Common Multiple.
    #[pyfunction("(*integers)")]
    fn lcm(integers: &[Value]) -> PyResult {
        lcm_of(integers)
    }
    /// Return the integer part of the square root of the input.
    #[pyfunction("(n, /)")]
    fn isqrt(n: Value) -> PyResult {
        isqrt_of(n)
    }
    /// Find n!.
    #[pyfunction("(n, /)")]
    fn factorial(n: Value) -> PyResult {
        factorial_of(n)
    }
    /// Number of ways to choose k items from n items without repetition and without order.
    ///
    /// Evaluates to n! / (k! * (n - k)!) when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// Also called the binomial coefficient because it is equivalent
    /// to the coefficient of k-th term in polynomial expansion of the
    /// expression (1 + x)**n.
    ///
    /// Raises TypeError if either of the arguments are not integers.
    /// Raises ValueError if either of the arguments are negative.
    #[pyfunction("(n, k, /)")]
    fn comb(n: Value, k: Value) -> PyResult {
        comb_of(n, k)
    }
    /// Number of ways to choose k items from n items without repetition and with order.
    ///
    /// Evaluates to n! / (n - k)! when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// If k is not specified or is None, then k defaults to n
    /// and the function returns n!.
    ///
    /// Raises TypeError if either of the arguments are not integers.
    /// Raises ValueError if either of the arguments are negative.
    #[pyfunction("(n, k=None, /)")]
    fn perm(n: Value, k: Option<Value>) -> PyResult {
        match k.filter(|k| !k.is_none()) {
            Some(k) => perm_of(n, k),
            None => factorial_of(n),
        }
    }
    /// hypot(*coordinates) -> value
    ///
    /// Multidimensional Euclidean distance from the origin to a point.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum(x**2 for x in coordinates))
    ///
    /// For a two dimensional point (x, y), gives the hypotenuse
    /// using the Pythagorean theorem:  sqrt(x*x + y*y).
    ///
    /// For example, the hypotenuse of a 3/4/5 right triangle is:
    ///
    ///     >>> hypot(3.0, 4.0)
    ///     5.0
    #[pyfunction("(*coordinates)")]
    fn hypot(coordinates: &[Value]) -> PyResult<f64> {
        let c: PyResult<Vec<f64>> = coordinates.iter().map(|&v| to_f64(v)).collect();
        Ok(pymath::math::hypot(&c?))
    }
    /// Return the Euclidean distance between two points p and q.
    ///
    /// The points should be specified as sequences (or iterables) of
    /// coordinates.  Both inputs must have the same dimension.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))
    #[pyfunction("(p, q, /)")]
    fn dist(p: Value, q: Value) -> PyResult<f64> {
        dist_of(p, q)
    }
    /// Return an accurate floating-point sum of values in the iterable seq.
    ///
    /// Assumes IEEE-754 floating-point arithmetic.
    #[pyfunction("(seq, /)")]
    fn fsum(seq: Value) -> PyResult<f64> {
        fsum_of(seq)
    }
    /// Calculate the product of all the elements in the input iterable.
    ///
    /// The default start value for the product is 1.
    ///
    /// When the iterable is empty, return the start value.  This function is
    /// intended specifically for use with numeric values and may reject
    /// non-numeric types.
    #[pyfunction("(iterable, /, *, start=1)")]
    fn prod(iterable: Value, start: Option<Value>) -> PyResult {
        prod_of(iterable, start)
    }
    /// Return the sum of products of values from two iterables p and q.
    ///
    /// Roughly equivalent to:
    ///
    ///     sum(itertools.starmap(operator.mul, zip(p, q, strict=True)))
    ///
    /// For float and mixed int/float inputs, the intermediate products
    /// and sums are computed with extended precision.
    #[pyfunction("(p, q, /)")]
    fn sumprod(p: Value, q: Value) -> PyResult {
        sumprod_of(p, q)
    }
}
