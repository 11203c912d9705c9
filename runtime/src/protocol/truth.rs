//! Truth values.

use crate::error::PyResult;
use crate::types::list::List;
use crate::types::str::Str;
use crate::value::{FALSE, NONE, TRUE, Value};

/// `bool(v)`
#[inline]
pub fn truth(v: Value) -> PyResult<bool> {
    if v.is(TRUE) {
        return Ok(true);
    }
    if v.is(FALSE) || v.is(NONE) {
        return Ok(false);
    }
    if v.is_int() {
        return Ok(v.int_unchecked() != 0);
    }
    if let Some(f) = v.as_flonum() {
        return Ok(f != 0.0);
    }
    slow(v)
}

fn slow(v: Value) -> PyResult<bool> {
    if let Some(l) = v.exact::<List>() {
        return Ok(!l.items.is_empty());
    }
    if let Some(s) = v.exact::<Str>() {
        return Ok(!s.is_empty());
    }
    let slots = &v.class().slots;
    if let Some(f) = slots.bool_.get() {
        return f(v);
    }
    match slots.len.get() {
        Some(f) => Ok(f(v)? != 0),
        None => Ok(true),
    }
}

/// `not v`
#[inline]
pub fn not(v: Value) -> PyResult<bool> {
    Ok(!truth(v)?)
}
