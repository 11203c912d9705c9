//! `format(v, spec)`.

use crate::error::PyResult;
use crate::object::Ref;
use crate::protocol::{call, repr};
use crate::raise;
use crate::types::int::Int;
use crate::types::str::Str;
use crate::value::Value;

/// `format(v, spec)`; `spec` is a str.
pub fn format(v: Value, spec: Value) -> PyResult {
    let plain = spec.as_str().is_some_and(|s| s.is_empty());
    if plain {
        if v.exact::<Str>().is_some() {
            return Ok(v.own());
        }
        if v.is_int() || v.as_exact_float().is_some() || v.exact::<Int>().is_some() {
            return repr::repr(v).map(Ref::from);
        }
    }
    let name = crate::names::names().__format__;
    let Some(r) = call::call_special(v, name, &[spec]) else {
        return raise!(TypeError, "Type {} doesn't define __format__", v.class().name());
    };
    let r = r?;
    match r.as_str() {
        Some(_) => Ok(r),
        None => raise!(TypeError, "__format__ must return a str, not {}", r.class().name()),
    }
}
