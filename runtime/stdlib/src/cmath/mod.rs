//! `cmath`

pub use module::MODULE;

use num_complex::Complex64;
use pymath::Error;
use taipan_runtime::error::PyResult;
use taipan_runtime::raise;
use taipan_runtime::types::complex;
use taipan_runtime::value::Value;

/// A number as a complex.
fn number(v: Value) -> PyResult<Complex64> {
    let class = taipan_runtime::runtime::types().complex;
    let c = match v.as_complex() {
        Some(c) => c,
        None if v.as_str().is_some() => {
            return raise!(TypeError, "must be real number, not str");
        }
        None => {
            let made = taipan_runtime::protocol::call::call1(class.value(), v).or_else(|raised| {
                match taipan_runtime::error::take_if(taipan_runtime::error::Exc::TypeError) {
                    Some(_) => raise!(TypeError, "must be real number, not {}", v.class().name()),
                    None => Err(raised),
                }
            })?;
            match made.as_complex() {
                Some(c) => c,
                None => return raise!(TypeError, "must be real number, not {}", v.class().name()),
            }
        }
    };
    Ok(Complex64::new(c.re, c.im))
}

fn failed<T>(e: Error) -> PyResult<T> {
    match e {
        Error::EDOM => raise!(ValueError, "math domain error"),
        Error::ERANGE => raise!(OverflowError, "math range error"),
    }
}

fn result(r: Result<Complex64, Error>) -> PyResult {
    match r {
        Ok(z) => Ok(complex::new(z.re, z.im)),
        Err(e) => failed(e),
    }
}

macro_rules! functions {
    ($($name:ident $doc:literal;)*) => {
        /// This module provides access to mathematical functions for complex
        /// numbers.
        #[taipan_runtime::pymodule(name = "cmath")]
        mod module {
            use super::*;
            use taipan_runtime::object::P;
            use taipan_runtime::types::float;
            use taipan_runtime::types::module::Module;
            use taipan_runtime::types::tuple;

            #[init]
            fn constants(m: P<Module>) -> PyResult<()> {
                use std::f64::consts::{E, PI, TAU};
                let reals = [("pi", PI), ("e", E), ("tau", TAU), ("inf", f64::INFINITY), ("nan", f64::NAN)];
                for (name, x) in reals {
                    m.set(name, *float::new(x));
                }
                m.set("infj", *complex::new(0.0, f64::INFINITY));
                m.set("nanj", *complex::new(0.0, f64::NAN));
                Ok(())
            }
            $(
                #[doc = $doc]
                #[pyfunction("(z, /)")]
                fn $name(z: Value) -> PyResult {
                    result(pymath::cmath::$name(number(z)?))
                }
            )*
            /// log(z[, base]) -> the logarithm of z to the given base.
            ///
            /// If the base is not specified, returns the natural logarithm (base e) of z.
            #[pyfunction("(z, base=<unrepresentable>, /)")]
            fn log(z: Value, base: Option<Value>) -> PyResult {
                let base = base.map(number).transpose()?;
                result(pymath::cmath::log(number(z)?, base))
            }
            /// Return argument, also known as the phase angle, of a complex.
            #[pyfunction("(z, /)")]
            fn phase(z: Value) -> PyResult<f64> {
                pymath::cmath::phase(number(z)?).or_else(failed)
            }
            /// Convert a complex from rectangular coordinates to polar coordinates.
            ///
            /// r is the distance from 0 and phi the phase angle.
            #[pyfunction("(z, /)")]
            fn polar(z: Value) -> PyResult {
                let (r, phi) = pymath::cmath::polar(number(z)?).or_else(failed)?;
                Ok(tuple::from_refs(vec![float::new(r), float::new(phi)]).erase())
            }
            /// Convert from polar coordinates to rectangular coordinates.
            #[pyfunction("(r, phi, /)")]
            fn rect(r: f64, phi: f64) -> PyResult {
                result(pymath::cmath::rect(r, phi))
            }
            /// Return True if both the real and imaginary parts of z are finite, else False.
            #[pyfunction("(z, /)")]
            fn isfinite(z: Value) -> PyResult<bool> {
                Ok(pymath::cmath::isfinite(number(z)?))
            }
            /// Checks if the real or imaginary part of z not a number (NaN).
            #[pyfunction("(z, /)")]
            fn isnan(z: Value) -> PyResult<bool> {
                Ok(pymath::cmath::isnan(number(z)?))
            }
            /// Checks if the real or imaginary part of z is infinite.
            #[pyfunction("(z, /)")]
            fn isinf(z: Value) -> PyResult<bool> {
                Ok(pymath::cmath::isinf(number(z)?))
            }
            /// Determine whether two complex numbers are close in value.
            ///
            ///   rel_tol
            ///     maximum difference for being considered "close", relative to the
            ///     magnitude of the input values
            ///   abs_tol
            ///     maximum difference for being considered "close", regardless of the
            ///     magnitude of the input values
            ///
            /// Return True if a is close in value to b, and False otherwise.
            #[pyfunction("(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
            fn isclose(a: Value, b: Value, rel_tol: Option<f64>, abs_tol: Option<f64>) -> PyResult<bool> {
                match pymath::cmath::isclose(number(a)?, number(b)?, rel_tol, abs_tol) {
                    Ok(close) => Ok(close),
                    Err(_) => raise!(ValueError, "tolerances must be non-negative"),
                }
            }
        }
    };
}
functions! {
    sqrt "Return the square root of z.";
    exp "Return the exponential value e**z.";
    log10 "Return the base-10 logarithm of z.";
    cosh "Return the hyperbolic cosine of z.";
    sinh "Return the hyperbolic sine of z.";
    tanh "Return the hyperbolic tangent of z.";
    cos "Return the cosine of z.";
    sin "Return the sine of z.";
    tan "Return the tangent of z.";
    asinh "Return the inverse hyperbolic sine of z.";
    acosh "Return the inverse hyperbolic cosine of z.";
    atanh "Return the inverse hyperbolic tangent of z.";
    acos "Return the arc cosine of z.";
    asin "Return the arc sine of z.";
    atan "Return the arc tangent of z.";
}
