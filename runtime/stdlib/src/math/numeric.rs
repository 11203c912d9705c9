//! The functions of doubles that machine code calls without a frame: what they compute where the result is finite.
//! Where it is not, the module's function says what is wrong.

use super::plain;
use taipan_runtime::helper::{Code, Helper};

macro_rules! numeric {
    ($($name:literal $code:ident $function:ident ($($x:ident),*) $body:expr;)*) => {
        $(extern "C" fn $function($($x: f64),*) -> f64 {
            $body
        })*
        /// One row a function.
        pub static NUMERIC: &[Helper] =
            &[$(Helper::numeric($name, Code::$code($function), [$(stringify!($x)),*].len() as u8)),*];
    };
}
numeric! {
    "acos" M1 acos (x) plain(pymath::math::acos(x), f64::NAN);
    "asin" M1 asin (x) plain(pymath::math::asin(x), f64::NAN);
    "atan" M1 atan (x) plain(pymath::math::atan(x), f64::NAN);
    "atan2" M2 atan2 (y, x) plain(pymath::math::atan2(y, x), f64::NAN);
    "cos" M1 cos (x) plain(pymath::math::cos(x), f64::NAN);
    "cosh" M1 cosh (x) plain(pymath::math::cosh(x), f64::NAN);
    "degrees" M1 degrees (x) x * (180.0 / std::f64::consts::PI);
    "exp" M1 exp (x) plain(pymath::math::exp(x), f64::NAN);
    "log" M1 log (x) if x > 0.0 { x.ln() } else { f64::NAN };
    "log10" M1 log10 (x) if x > 0.0 { plain(pymath::math::log10(x), f64::NAN) } else { f64::NAN };
    "log2" M1 log2 (x) if x > 0.0 { plain(pymath::math::log2(x), f64::NAN) } else { f64::NAN };
    "pow" M2 pow (x, y) pymath::math::pow(x, y).unwrap_or(f64::NAN);
    "radians" M1 radians (x) x * (std::f64::consts::PI / 180.0);
    "sin" M1 sin (x) plain(pymath::math::sin(x), f64::NAN);
    "sinh" M1 sinh (x) plain(pymath::math::sinh(x), f64::NAN);
    "tan" M1 tan (x) plain(pymath::math::tan(x), f64::NAN);
    "tanh" M1 tanh (x) plain(pymath::math::tanh(x), f64::NAN);
}
