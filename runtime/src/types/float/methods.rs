//! The methods of `float`.

use super::arith::{self, own_float};
use super::{Float, algorithms, new};
use crate::builtins::args::positional;
use crate::concrete;
use crate::error::PyResult;
use crate::object::{Header, P, Ref, alloc_in};
use crate::protocol::{call, index};
use crate::pymethods;
use crate::raise;
use crate::runtime::types;
use crate::slots::Args;
use crate::text::{Flavor, float_repr, parse_float};
use crate::types::bytes;
use crate::types::str::{self, Chars, Str};
use crate::types::type_object::TypeObject;
use crate::types::{int, tuple};
use crate::value::Value;

/// Sets the slots and methods of `float`.
pub fn install(class: P<TypeObject>) {
    let s = &class.slots;
    s.add.set(Some(arith::add));
    s.sub.set(Some(arith::subtract));
    s.mul.set(Some(arith::multiply));
    s.truediv.set(Some(arith::true_divide));
    s.floordiv.set(Some(arith::floor_divide));
    s.modulo.set(Some(arith::modulo));
    s.divmod.set(Some(arith::divmod));
    s.pow.set(Some(arith::power));
    s.hash.set(Some(arith::hash));
    s.compare.set(Some(arith::compare));
    Float::install_methods(class);
}

/// A float of this class, `float` itself or a subclass.
fn in_class(class: P<TypeObject>, value: f64) -> Ref {
    if class == types().float {
        return new(value);
    }
    alloc_in(class, Float { head: Header::new(class), value }).erase()
}

/// `float(x)`
fn convert(x: Value) -> PyResult<f64> {
    if let Some(f) = x.as_float() {
        return Ok(f);
    }
    if let Some(s) = x.as_str() {
        return Ok(parse_float::parse(s.chars(), Flavor::Str)?);
    }
    if let Some(f) = from_number(x)? {
        return Ok(f);
    }
    if let Some(data) = bytes::buffer(x) {
        return Ok(parse_float::parse(Chars::Latin1(&data?), Flavor::Bytes)?);
    }
    raise!(TypeError, "float() argument must be a string or a real number, not '{}'", x.class().name())
}

fn from_number(x: Value) -> PyResult<Option<f64>> {
    if let Some(f) = x.as_float() {
        return Ok(Some(f));
    }
    index::convert_float(x)
}

#[pymethods(install_methods)]
impl Float {
    #[slot(new)]
    fn py_new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let f = match positional("float", args, 0, 1)? {
            [] => 0.0,
            [x, ..] => {
                if class == types().float && x.as_exact_float().is_some() {
                    return Ok(x.own());
                }
                convert(*x)?
            }
        };
        Ok(in_class(class, f))
    }

    #[slot(repr)]
    fn repr(v: Value) -> PyResult {
        Ok(str::new(&float_repr::repr(own_float(v))).erase())
    }

    #[slot(neg)]
    fn neg(v: Value) -> PyResult {
        Ok(new(-own_float(v)))
    }

    #[slot(abs)]
    fn abs(v: Value) -> PyResult {
        Ok(new(own_float(v).abs()))
    }

    #[slot(pos)]
    #[slot(float)]
    fn pos(v: Value) -> PyResult {
        if v.as_exact_float().is_some() { Ok(v.own()) } else { Ok(new(own_float(v))) }
    }

    #[slot(bool_)]
    fn is_true(v: Value) -> PyResult<bool> {
        Ok(own_float(v) != 0.0)
    }

    #[slot(int)]
    fn to_int(v: Value) -> PyResult {
        arith::to_int(own_float(v))
    }

    /// Convert real number to a floating-point number.
    #[classmethod("($type, number, /)")]
    fn from_number(class: P<TypeObject>, number: Value) -> PyResult {
        match from_number(number)? {
            Some(f) => Ok(in_class(class, f)),
            None => raise!(TypeError, "must be real number, not {}", number.class().name()),
        }
    }

    /// Return self, the complex conjugate of any float.
    #[method("(self, /)")]
    fn conjugate(this: Value) -> PyResult {
        Float::pos(this)
    }

    /// Return the Integral closest to x between 0 and x.
    #[method("(self, /)")]
    fn __trunc__(this: Value) -> PyResult {
        arith::to_int(own_float(this))
    }

    /// Return the floor as an Integral.
    #[method("(self, /)")]
    fn __floor__(this: Value) -> PyResult {
        arith::to_int(own_float(this).floor())
    }

    /// Return the ceiling as an Integral.
    #[method("(self, /)")]
    fn __ceil__(this: Value) -> PyResult {
        arith::to_int(own_float(this).ceil())
    }

    /// Return the Integral closest to x, rounding half toward even.
    ///
    /// When an argument is passed, work like built-in round(x, ndigits).
    #[method("(self, ndigits=None, /)")]
    fn __round__(this: Value, ndigits: Option<Value>) -> PyResult {
        let x = own_float(this);
        let Some(n) = ndigits.filter(|n| !n.is_none()) else {
            return arith::to_int(concrete::round_half_even(x));
        };
        match algorithms::round_digits(x, index::index_clamped(n)?) {
            Some(f) => Ok(new(f)),
            None => raise!(OverflowError, "rounded value too large to represent"),
        }
    }

    /// Return a pair of integers, whose ratio is exactly equal to the original float.
    #[method("(self, /)")]
    fn as_integer_ratio(this: Value) -> PyResult {
        let x = own_float(this);
        if x.is_infinite() {
            return raise!(OverflowError, "cannot convert Infinity to integer ratio");
        }
        if x.is_nan() {
            return raise!(ValueError, "cannot convert NaN to integer ratio");
        }
        let (n, d) = algorithms::integer_ratio(x);
        Ok(tuple::from_refs(vec![int::from_big(n), int::from_big(d)]).erase())
    }

    /// Create a floating-point number from a hexadecimal string.
    #[classmethod("($type, string, /)")]
    fn fromhex(class: P<TypeObject>, string: P<Str>) -> PyResult {
        let text = string.to_lossy();
        let f = match algorithms::from_hex(&text) {
            Ok(f) => f,
            Err(algorithms::HexError::Invalid) => {
                return raise!(ValueError, "invalid hexadecimal floating-point string");
            }
            Err(algorithms::HexError::TooLarge) => {
                return raise!(OverflowError, "hexadecimal value too large to represent as a float");
            }
        };
        if class == types().float { Ok(new(f)) } else { call::call1(class.value(), *new(f)) }
    }

    /// Return a hexadecimal representation of a floating-point number.
    #[method("(self, /)")]
    fn hex(this: Value) -> String {
        let x = own_float(this);
        if x.is_finite() { algorithms::to_hex(x) } else { float_repr::repr(x) }
    }

    /// Return True if the float is an integer.
    #[method("(self, /)")]
    fn is_integer(this: Value) -> bool {
        let x = own_float(this);
        x.is_finite() && x == x.floor()
    }

    #[method("(self, /)")]
    fn __getnewargs__(this: Value) -> PyResult {
        Ok(tuple::from_refs(vec![new(own_float(this))]).erase())
    }

    /// You probably don't want to use this function.
    #[classmethod("($type, typestr, /)")]
    fn __getformat__(_class: P<TypeObject>, typestr: P<Str>) -> PyResult<&'static str> {
        if !typestr.is_str("double") && !typestr.is_str("float") {
            return raise!(ValueError, "__getformat__() argument 1 must be 'double' or 'float'");
        }
        Ok(if cfg!(target_endian = "little") { "IEEE, little-endian" } else { "IEEE, big-endian" })
    }

    /// Formats the float according to format_spec.
    #[method("(self, format_spec, /)")]
    fn __format__(this: Value, format_spec: P<Str>) -> PyResult {
        super::format_with(this, format_spec)
    }

    /// the real part of a complex number
    #[getter]
    fn real(this: Value) -> PyResult {
        Float::pos(this)
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(_this: Value) -> f64 {
        0.0
    }
}
