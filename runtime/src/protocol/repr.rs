//! `repr`, `str` and `ascii`.

use crate::error::PyResult;
use crate::object::{Own, P, Ref};
use crate::text::{StrBuilder, escape, float_repr};
use crate::types::int::text::decimal_i64;
use crate::types::str::{self, Str};
use crate::value::Value;

/// The owned `Str` in `r`, which must be a str.
fn text(r: Ref, dunder: &str) -> PyResult<Own<Str>> {
    match r.as_str() {
        Some(s) => {
            std::mem::forget(r);
            Ok(Own::from_raw(s))
        }
        None => crate::raise!(TypeError, "{dunder} returned non-string (type {})", r.class().name()),
    }
}

/// `repr(v)`
pub fn repr(v: Value) -> PyResult<Own<Str>> {
    crate::thread::current().check_repr_stack(" while getting the repr of an object")?;
    match v.class().slots.repr.get() {
        Some(f) => text(f(v)?, "__repr__"),
        None => Ok(default_repr(v)),
    }
}

/// `<module.Class object at 0x…>`
pub fn default_repr(v: Value) -> Own<Str> {
    let class = v.class();
    let address = v.bits();
    match crate::protocol::type_attr::module_name(class) {
        Some(module) if module != "builtins" => {
            str::new(&format!("<{module}.{} object at {address:#x}>", class.qualified_name()))
        }
        _ => str::new(&format!("<{} object at {address:#x}>", class.name())),
    }
}

/// `str(v)`
pub fn str(v: Value) -> PyResult<Own<Str>> {
    if let Some(s) = v.exact::<Str>() {
        return Ok(s.own_typed());
    }
    crate::thread::current().check_native_stack(" while getting the str of an object")?;
    match v.class().slots.str.get() {
        Some(f) => text(f(v)?, "__str__"),
        None => repr(v),
    }
}

/// Append `repr(v)`; common values are written where they go.
pub fn write_repr(out: &mut StrBuilder, v: Value) -> PyResult<()> {
    if let Some(s) = v.exact::<Str>() {
        escape::push_repr(out, s.chars());
    } else if !write_number(out, v) {
        out.push_pystr(&*repr(v)?);
    }
    Ok(())
}

/// Append `str(v)`, like [`write_repr`].
pub fn write_str(out: &mut StrBuilder, v: Value) -> PyResult<()> {
    if let Some(s) = v.exact::<Str>() {
        out.push_pystr(&s);
    } else if !write_number(out, v) {
        out.push_pystr(&*str(v)?);
    }
    Ok(())
}

/// Append an int of exactly that type, or a float.
#[inline]
fn write_number(out: &mut StrBuilder, v: Value) -> bool {
    if v.is_int() {
        decimal_i64(v.int_unchecked(), |digits| out.push_latin1(digits));
    } else if let Some(f) = v.as_exact_float() {
        out.push_str(&float_repr::repr(f));
    } else {
        return false;
    }
    true
}

/// `ascii(v)`
pub fn ascii(v: Value) -> PyResult<Own<Str>> {
    let s = repr(v)?;
    Ok(if s.is_ascii() { s } else { escape::escape_non_ascii(s.chars()).finish() })
}

/// `repr(v)` as Rust text, lone surrogates replaced: for messages.
pub fn repr_text(v: Value) -> PyResult<String> {
    Ok(repr(v)?.to_lossy())
}

/// Run `f` unless `v`'s repr is being made already (`None` then: print `...`).
pub fn guarded<T>(v: Value, f: impl FnOnce() -> PyResult<T>) -> PyResult<Option<T>> {
    let thread = crate::thread::current();
    if thread.repr_running.borrow().iter().any(|r| r.is(v)) {
        return Ok(None);
    }
    thread.repr_running.borrow_mut().push(v);
    let r = f();
    let mut running = thread.repr_running.borrow_mut();
    if let Some(i) = running.iter().rposition(|r| r.is(v)) {
        running.remove(i);
    }
    r.map(Some)
}

/// An interned name from a str that may be of a subclass.
pub fn intern_name(s: P<Str>) -> P<Str> {
    if s.interned.get() {
        return s;
    }
    if s.value().exact::<Str>().is_some() {
        return str::intern(s.own_typed());
    }
    let copy = match s.chars() {
        str::Chars::Latin1(b) => str::latin1(b),
        str::Chars::Ucs2(c) => str::ucs2(c),
        str::Chars::Ucs4(c) => str::ucs4(c),
    };
    str::intern(copy)
}
