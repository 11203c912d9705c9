//! Objects as numbers: `__index__`, `__int__`, `__float__`, and as sizes and bounds of native code.

use crate::error::{Exc, PyResult, raise_message};
use crate::object::Ref;
use crate::raise;
use crate::runtime::types;
use crate::types::int::Int;
use crate::types::{float, int};
use crate::value::Value;

/// Can the object be used as an index (`PyIndex_Check`)?
#[inline]
pub fn has_index(v: Value) -> bool {
    v.is_int() || v.class().slots.index.get().is_some()
}

/// `operator.index(v)` as an int object of exactly the type `int`.
pub fn index(v: Value) -> PyResult {
    exact_int(index_any(v)?)
}

/// As [`index`], but an instance of a subclass of `int` is returned as it is.
#[inline]
pub fn index_any(v: Value) -> PyResult {
    if v.is_int_like() {
        return Ok(v.own());
    }
    let Some(f) = v.class().slots.index.get() else {
        return raise!(TypeError, "'{}' object cannot be interpreted as an integer", v.class().name());
    };
    let r = f(v)?;
    check_int_result(r, "__index__")
}

/// A conversion method returned `r`: it must be an int, and should be of exactly that type.
fn check_int_result(r: Ref, method: &str) -> PyResult {
    if r.is_int() || r.exact::<Int>().is_some() {
        return Ok(r);
    }
    let class = r.class().name();
    if !r.is_int_like() {
        return raise!(TypeError, "{method} returned non-int (type {class})");
    }
    crate::builtins::warn::warn(
        Exc::DeprecationWarning,
        &format!(
            "{method} returned non-int (type {class}).  The ability to return an instance of a strict subclass of \
             int is deprecated, and may be removed in a future version of Python."
        ),
    )?;
    Ok(r)
}

/// An int-like value as an object of exactly the type `int`.
pub fn exact_int(v: Ref) -> PyResult {
    if v.is_int() || v.exact::<Int>().is_some() {
        return Ok(v);
    }
    match v.as_big() {
        Some(big) => Ok(int::from_big(big.into_owned())),
        None => raise!(TypeError, "'{}' object cannot be interpreted as an integer", v.class().name()),
    }
}

/// `v.__index__()` as an `i64`; `None` where it does not fit, with the sign that it has.
pub fn index_i64(v: Value) -> PyResult<Result<i64, bool>> {
    if v.is_int() {
        return Ok(Ok(v.int_unchecked()));
    }
    let r = index_any(v)?;
    Ok(match r.as_i64() {
        Some(i) => Ok(i),
        None => Err(int::is_negative(*r)),
    })
}

/// A size or position for native code; raises `exc` where it does not fit.
#[inline]
pub fn index_size(v: Value, exc: Exc) -> PyResult<i64> {
    if v.is_int() {
        return Ok(v.int_unchecked());
    }
    match index_i64(v)? {
        Ok(i) => Ok(i),
        Err(_) => {
            let class = v.class().name();
            raise_message(exc, &format!("cannot fit '{class}' into an index-sized integer"))
        }
    }
}

/// A position that is clamped where it does not fit.
pub fn index_clamped(v: Value) -> PyResult<i64> {
    Ok(match index_i64(v)? {
        Ok(i) => i,
        Err(negative) => {
            if negative {
                i64::MIN
            } else {
                i64::MAX
            }
        }
    })
}

/// A bound of a slice: `None` if absent, else clamped.
#[inline]
pub fn slice_index(v: Value) -> PyResult<Option<i64>> {
    if v.is_int() {
        return Ok(Some(v.int_unchecked()));
    }
    if v.is_none() {
        return Ok(None);
    }
    if !has_index(v) {
        return raise!(TypeError, "slice indices must be integers or None or have an __index__ method");
    }
    index_clamped(v).map(Some)
}

/// The arguments `start` and `stop` of `list.index` and its kind: absent or clamped.
pub fn search_bound(v: Option<Value>, default: i64) -> PyResult<i64> {
    let Some(v) = v else { return Ok(default) };
    if !has_index(v) {
        return raise!(TypeError, "slice indices must be integers or have an __index__ method");
    }
    index_clamped(v)
}

/// A C `int` argument.
pub fn to_i32(v: Value) -> PyResult<i32> {
    let r = index_any(v)?;
    match r.as_i64() {
        Some(i) if i32::try_from(i).is_ok() => Ok(i as i32),
        _ => raise!(OverflowError, "Python int too large to convert to C int"),
    }
}

/// A C `long` argument.
pub fn to_i64(v: Value) -> PyResult<i64> {
    if v.is_int() {
        return Ok(v.int_unchecked());
    }
    match index_any(v)?.as_i64() {
        Some(i) => Ok(i),
        None => raise!(OverflowError, "Python int too large to convert to C long"),
    }
}

/// The value as a float, as `PyFloat_AsDouble`: floats, `__float__`, then `__index__`.
pub fn to_f64(v: Value) -> PyResult<f64> {
    if let Some(f) = v.as_float() {
        return Ok(f);
    }
    if v.is_int() {
        return Ok(v.int_unchecked() as f64);
    }
    match convert_float(v)? {
        Some(f) => Ok(f),
        None => raise!(TypeError, "must be real number, not {}", v.class().name()),
    }
}

/// By `__float__` or `__index__`; `None` if the class has neither.
pub(crate) fn convert_float(v: Value) -> PyResult<Option<f64>> {
    let class = v.class();
    if let Some(f) = class.slots.float.get() {
        let r = f(v)?;
        if let Some(x) = r.as_float() {
            if r.as_exact_float().is_none() {
                let (class, result) = (class.name(), r.class().name());
                crate::builtins::warn::warn(
                    Exc::DeprecationWarning,
                    &format!(
                        "{class}.__float__ returned non-float (type {result}).  The ability to return an instance of \
                         a strict subclass of float is deprecated, and may be removed in a future version of Python."
                    ),
                )?;
            }
            return Ok(Some(x));
        }
        let (class, result) = (class.name(), r.class().name());
        return raise!(TypeError, "{class}.__float__ returned non-float (type {result})");
    }
    if has_index(v) {
        let i = index_any(v)?;
        return int::to_f64(*i).map(Some);
    }
    Ok(None)
}

/// `float(v)` for anything but text.
pub fn to_float(v: Value) -> PyResult {
    if v.as_exact_float().is_some() {
        return Ok(v.own());
    }
    to_f64(v).map(float::new)
}

/// `int(v)` for numbers: `__int__`, then `__index__`; `None` if the class has neither.
pub fn to_int(v: Value) -> PyResult<Option<Ref>> {
    if v.is_int() || v.exact::<Int>().is_some() {
        return Ok(Some(v.own()));
    }
    if let Some(f) = v.class().slots.int.get() {
        let r = f(v)?;
        return exact_int(check_int_result(r, "__int__")?).map(Some);
    }
    if has_index(v) {
        return index(v).map(Some);
    }
    Ok(None)
}

/// Is the class exactly `int`?
pub fn is_exact_int(v: Value) -> bool {
    v.is_int() || (v.is_pointer() && v.class() == types().int)
}
