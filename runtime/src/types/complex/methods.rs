//! The methods of `complex`.

use super::arith::{self, own_complex};
use super::polar::{C64, Domain};
use super::{Complex, from_c64, new};
use crate::builtins::args::{named, parse};
use crate::error::{Exc, PyResult};
use crate::names::names;
use crate::object::{Header, P, Ref, alloc_in};
use crate::protocol::{call, index};
use crate::pymethods;
use crate::raise;
use crate::runtime::types;
use crate::slots::Args;
use crate::text::{float_repr, format_spec, parse_float};
use crate::types::str::{self, Str};
use crate::types::type_object::TypeObject;
use crate::types::{float, tuple};
use crate::value::Value;

/// Sets the slots and methods of `complex`.
pub fn install(class: P<TypeObject>) {
    class.set_layout::<Complex>();
    let s = &class.slots;
    s.add.set(Some(arith::add));
    s.sub.set(Some(arith::subtract));
    s.mul.set(Some(arith::multiply));
    s.truediv.set(Some(arith::true_divide));
    s.pow.set(Some(arith::power));
    s.hash.set(Some(arith::hash));
    s.compare.set(Some(arith::compare));
    Complex::install_methods(class);
}

fn in_class(class: P<TypeObject>, value: C64) -> Ref {
    if class == types().complex {
        return from_c64(value);
    }
    alloc_in(class, Complex { head: Header::new(class), value }).erase()
}

/// By `__complex__`, if the class has it.
fn by_method(x: Value) -> PyResult<Option<C64>> {
    let Some(r) = call::call_special(x, names().__complex__, &[]) else { return Ok(None) };
    let r = r?;
    let Some(c) = r.as_complex() else {
        let (class, result) = (x.class().name(), r.class().name());
        return raise!(TypeError, "{class}.__complex__() must return a complex, not {result}");
    };
    if r.class() != types().complex {
        let (class, result) = (x.class().name(), r.class().name());
        crate::builtins::warn::warn(
            Exc::DeprecationWarning,
            &format!(
                "{class}.__complex__() must return a complex, not {result}.  The ability to return an instance of a \
                 strict subclass of complex is deprecated, and may be removed in a future version of Python."
            ),
        )?;
    }
    Ok(Some(c))
}

/// A number as a complex: `__complex__`, then `__float__` or `__index__`.
pub fn to_c64(x: Value) -> PyResult<Option<C64>> {
    if let Some(c) = x.as_complex() {
        return Ok(Some(c));
    }
    if let Some(c) = by_method(x)? {
        return Ok(Some(c));
    }
    if let Some(f) = x.as_float() {
        return Ok(Some(C64 { re: f, im: 0.0 }));
    }
    Ok(index::convert_float(x)?.map(|re| C64 { re, im: 0.0 }))
}

fn malformed<T>() -> PyResult<T> {
    raise!(ValueError, "complex() arg is a malformed string")
}

/// `complex(text)`
fn from_text(s: P<Str>) -> PyResult<C64> {
    let text = s.to_lossy();
    let mut t = text.trim();
    if let Some(inner) = t.strip_prefix('(') {
        match inner.strip_suffix(')') {
            Some(inner) => t = inner.trim(),
            None => return malformed(),
        }
    }
    match parse_parts(t) {
        Some(c) => Ok(c),
        None => malformed(),
    }
}

fn parse_parts(t: &str) -> Option<C64> {
    let number = |s: &str| -> Option<f64> {
        let plain = digits_without_underscores(s)?;
        parse_float::parse_ascii(plain.as_bytes())
    };
    let imaginary = |s: &str| match s {
        "" | "+" => Some(1.0),
        "-" => Some(-1.0),
        s => number(s),
    };
    let Some(body) = t.strip_suffix(['j', 'J']) else { return number(t).map(|re| C64 { re, im: 0.0 }) };
    // The sign that separates the parts: the last one that neither begins the text nor follows an exponent's `e`.
    let bytes = body.as_bytes();
    let split = (1..bytes.len())
        .rev()
        .find(|&i| matches!(bytes[i], b'+' | b'-') && !matches!(bytes[i - 1], b'e' | b'E'));
    match split {
        None => imaginary(body).map(|im| C64 { re: 0.0, im }),
        Some(i) => Some(C64 { re: number(&body[..i])?, im: imaginary(&body[i..])? }),
    }
}

/// Underscores may stand between digits alone.
fn digits_without_underscores(s: &str) -> Option<String> {
    let b = s.as_bytes();
    for (i, &c) in b.iter().enumerate() {
        let digit = |j: Option<usize>| j.and_then(|j| b.get(j)).is_some_and(u8::is_ascii_digit);
        if c == b'_' && !(digit(i.checked_sub(1)) && digit(Some(i + 1))) {
            return None;
        }
    }
    Some(s.replace('_', ""))
}

/// A part that was given as an argument.
fn part(x: Value, name: &str) -> PyResult<C64> {
    match to_c64(x)? {
        Some(c) => Ok(c),
        None => {
            let class = x.class().name();
            raise!(TypeError, "complex() argument '{name}' must be a real number, not {class}")
        }
    }
}

fn construct(class: P<TypeObject>, real: Option<Value>, imag: Option<Value>) -> PyResult {
    let Some(imag) = imag else {
        let Some(real) = real else { return Ok(in_class(class, C64 { re: 0.0, im: 0.0 })) };
        if class == types().complex && real.class() == class {
            return Ok(real.own());
        }
        if let Some(s) = real.as_str() {
            return from_text(s).map(|c| in_class(class, c));
        }
        return match to_c64(real)? {
            Some(c) => Ok(in_class(class, c)),
            None => {
                let name = real.class().name();
                raise!(TypeError, "complex() argument must be a string or a number, not {name}")
            }
        };
    };
    let re = real.map_or(Ok(C64 { re: 0.0, im: 0.0 }), |r| part(r, "real"))?;
    let im = part(imag, "imag")?;
    let is_complex = |v: Option<Value>| v.is_some_and(|v| v.as_complex().is_some());
    // A real part alone keeps the signs of zeros.
    let mut c = C64 { re: re.re, im: im.re };
    if is_complex(Some(imag)) {
        c.re -= im.im;
    }
    if is_complex(real) {
        c.im += re.im;
    }
    // The imaginary part of either argument is deprecated, but counts.
    for (v, name) in [(real, "real"), (Some(imag), "imag")] {
        if let Some(v) = v.filter(|v| v.as_complex().is_some()) {
            let class = v.class().name();
            crate::builtins::warn::warn(
                Exc::DeprecationWarning,
                &format!("complex() argument '{name}' must be a real number, not {class}"),
            )?;
        }
    }
    Ok(in_class(class, c))
}

/// `repr` of a complex number.
pub fn repr_c64(c: C64) -> String {
    let plain = |f: f64| {
        let s = float_repr::repr(f);
        s.strip_suffix(".0").map_or(s.clone(), str::to_owned)
    };
    let im = plain(c.im);
    if c.re == 0.0 && c.re.is_sign_positive() {
        return format!("{im}j");
    }
    let sign = if im.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{im}j)", plain(c.re))
}

#[pymethods(install_methods)]
impl Complex {
    #[slot(new)]
    fn py_new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let [real, imag] = parse("complex", args, &[named("real"), named("imag")])?;
        construct(class, real, imag)
    }

    #[slot(repr)]
    fn repr(v: Value) -> PyResult {
        Ok(str::new(&repr_c64(own_complex(v))).erase())
    }

    #[slot(neg)]
    fn neg(v: Value) -> PyResult {
        let c = own_complex(v);
        Ok(new(-c.re, -c.im))
    }

    #[slot(pos)]
    fn pos(v: Value) -> PyResult {
        if v.class() == types().complex { Ok(v.own()) } else { Ok(from_c64(own_complex(v))) }
    }

    #[slot(abs)]
    fn abs(v: Value) -> PyResult {
        match own_complex(v).magnitude() {
            Ok(f) => Ok(float::new(f)),
            Err(Domain::Overflow | Domain::Zero) => raise!(OverflowError, "absolute value too large"),
        }
    }

    #[slot(bool_)]
    fn is_true(v: Value) -> PyResult<bool> {
        let c = own_complex(v);
        Ok(c.re != 0.0 || c.im != 0.0)
    }

    /// Convert number to a complex floating-point number.
    #[classmethod("($type, number, /)")]
    fn from_number(class: P<TypeObject>, number: Value) -> PyResult {
        if class == types().complex && number.class() == class {
            return Ok(number.own());
        }
        match to_c64(number)? {
            Some(c) => Ok(in_class(class, c)),
            None => raise!(TypeError, "must be real number, not {}", number.class().name()),
        }
    }

    /// Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.
    #[method("(self, /)")]
    fn conjugate(this: Value) -> Ref {
        let c = own_complex(this);
        new(c.re, -c.im)
    }

    /// Convert this value to exact type complex.
    #[method("(self, /)")]
    fn __complex__(this: Value) -> PyResult {
        Complex::pos(this)
    }

    #[method("(self, /)")]
    fn __getnewargs__(this: Value) -> PyResult {
        let c = own_complex(this);
        Ok(tuple::from_refs(vec![float::new(c.re), float::new(c.im)]).erase())
    }

    /// Convert to a string according to format_spec.
    #[method("(self, format_spec, /)")]
    fn __format__(this: Value, format_spec: P<Str>) -> PyResult {
        if format_spec.is_empty() {
            return crate::protocol::repr::str(this).map(Ref::from);
        }
        let (c, class) = (own_complex(this), this.class().name());
        Ok(format_spec::format_complex(c.re, c.im, format_spec.chars(), &class)?.finish().erase())
    }

    /// the real part of a complex number
    #[getter]
    fn real(this: Value) -> f64 {
        own_complex(this).re
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(this: Value) -> f64 {
        own_complex(this).im
    }
}
