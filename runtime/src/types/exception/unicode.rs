//! The `UnicodeError` classes.

use super::init::{base_init, no_keywords, this};
use super::layout::{BaseException, field};
use crate::error::{Exc, PyResult};
use crate::object::{P, Ref};
use crate::protocol::repr::str as to_str;
use crate::raise;
use crate::slots::Args;
use crate::types::bytes::Bytes;
use crate::types::str::StrBuilder;
use crate::value::Value;

fn str_argument(v: Value, i: usize) -> PyResult<()> {
    if v.as_str().is_some() {
        return Ok(());
    }
    raise!(TypeError, "argument {i} must be str, not {}", v.class().name())
}

fn position_argument(v: Value) -> PyResult {
    let n = crate::protocol::index::index(v)?;
    if n.as_i64().is_none() {
        return raise!(OverflowError, "Python int too large to convert to C ssize_t");
    }
    Ok(n)
}

fn init_with_encoding(v: Value, args: Args<'_>, decode: bool) -> PyResult<()> {
    use field::UnicodeError::*;
    base_init(v, args)?;
    let e = this(v)?;
    let &[enc, obj, from, to, why] = args.pos() else {
        return raise!(TypeError, "function takes exactly 5 arguments ({} given)", args.pos().len());
    };
    str_argument(enc, 1)?;
    if !decode {
        str_argument(obj, 2)?;
    }
    let (from, to) = (position_argument(from)?, position_argument(to)?);
    str_argument(why, 5)?;
    let obj = if decode && obj.downcast::<Bytes>().is_none() {
        crate::types::bytes::from_buffer(obj)?
    } else {
        obj.own()
    };
    set_fields(e, Some(enc), obj, from, to, why);
    debug_assert!(e.field(encoding).is_some());
    Ok(())
}

fn set_fields(e: P<BaseException>, enc: Option<Value>, obj: Ref, from: Ref, to: Ref, why: Value) {
    use field::UnicodeError::*;
    e.set_field(encoding, enc.map(|v| v.own()));
    e.set_field(object, Some(obj));
    e.set_field(start, Some(from));
    e.set_field(end, Some(to));
    e.set_field(reason, Some(why.own()));
}

/// `UnicodeDecodeError.__init__`
pub fn decode_init(v: Value, args: Args<'_>) -> PyResult<()> {
    no_keywords(v, args)?;
    init_with_encoding(v, args, true)
}

/// `UnicodeEncodeError.__init__`
pub fn encode_init(v: Value, args: Args<'_>) -> PyResult<()> {
    no_keywords(v, args)?;
    init_with_encoding(v, args, false)
}

/// `UnicodeTranslateError.__init__`
pub fn translate_init(v: Value, args: Args<'_>) -> PyResult<()> {
    base_init(v, args)?;
    let e = this(v)?;
    let &[obj, from, to, why] = args.pos() else {
        return raise!(TypeError, "function takes exactly 4 arguments ({} given)", args.pos().len());
    };
    str_argument(obj, 1)?;
    let (from, to) = (position_argument(from)?, position_argument(to)?);
    str_argument(why, 4)?;
    set_fields(e, None, obj.own(), from, to, why);
    Ok(())
}

struct Parts {
    encoding: String,
    reason: crate::object::Own<crate::types::str::Str>,
    start: i64,
    end: i64,
}

fn parts(e: P<BaseException>) -> PyResult<Parts> {
    use field::UnicodeError as f;
    let number = |r| e.field(r).and_then(Value::as_i64).unwrap_or(0);
    let reason = match e.field(f::reason) {
        Some(r) => to_str(r)?,
        None => crate::types::str::new("<NULL>"),
    };
    let encoding = match e.field(f::encoding) {
        Some(v) => to_str(v)?.to_lossy(),
        None => "<NULL>".to_owned(),
    };
    Ok(Parts { encoding, reason, start: number(f::start), end: number(f::end) })
}

fn message(head: &str, p: &Parts) -> Ref {
    let mut out = StrBuilder::new();
    out.push_str(head);
    out.push_str(": ");
    out.push_pystr(&p.reason);
    out.finish().erase()
}

fn escaped(c: u32) -> String {
    match c {
        0..=0xff => format!("\\x{c:02x}"),
        0x100..=0xffff => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }
}

/// The character at `start`, where the error is about one character of a str.
fn single_char(e: P<BaseException>, p: &Parts) -> Option<u32> {
    let s = e.field(field::UnicodeError::object)?.as_str()?;
    let i = usize::try_from(p.start).ok()?;
    (p.end == p.start + 1 && i < s.len()).then(|| s.chars().at(i))
}

/// `UnicodeDecodeError.__str__`
pub fn decode_str(v: Value) -> PyResult {
    let e = this(v)?;
    let Some(object) = e.field(field::UnicodeError::object) else {
        return Ok(crate::types::str::empty().erase());
    };
    let p = parts(e)?;
    let byte =
        object.downcast::<Bytes>().and_then(|b| b.as_slice().get(usize::try_from(p.start).ok()?).copied());
    let head = match byte {
        Some(b) if p.end == p.start + 1 => {
            format!("'{}' codec can't decode byte 0x{b:02x} in position {}", p.encoding, p.start)
        }
        _ => format!("'{}' codec can't decode bytes in position {}-{}", p.encoding, p.start, p.end - 1),
    };
    Ok(message(&head, &p))
}

/// `UnicodeEncodeError.__str__`
pub fn encode_str(v: Value) -> PyResult {
    let e = this(v)?;
    if e.field(field::UnicodeError::object).is_none() {
        return Ok(crate::types::str::empty().erase());
    }
    let p = parts(e)?;
    let head = match single_char(e, &p) {
        Some(c) => {
            format!("'{}' codec can't encode character '{}' in position {}", p.encoding, escaped(c), p.start)
        }
        None => {
            format!("'{}' codec can't encode characters in position {}-{}", p.encoding, p.start, p.end - 1)
        }
    };
    Ok(message(&head, &p))
}

/// `UnicodeTranslateError.__str__`
pub fn translate_str(v: Value) -> PyResult {
    let e = this(v)?;
    if e.field(field::UnicodeError::object).is_none() {
        return Ok(crate::types::str::empty().erase());
    }
    let p = parts(e)?;
    let head = match single_char(e, &p) {
        Some(c) => format!("can't translate character '{}' in position {}", escaped(c), p.start),
        None => format!("can't translate characters in position {}-{}", p.start, p.end - 1),
    };
    Ok(message(&head, &p))
}

/// Raise a `UnicodeDecodeError` about `object[start..end]`.
pub fn raise_decode<T>(encoding: &str, object: Value, start: usize, end: usize, reason: &str) -> PyResult<T> {
    raise_error(Exc::UnicodeDecodeError, encoding, object, start, end, reason)
}

/// Raise a `UnicodeEncodeError` about `object[start..end]`.
pub fn raise_encode<T>(encoding: &str, object: Value, start: usize, end: usize, reason: &str) -> PyResult<T> {
    raise_error(Exc::UnicodeEncodeError, encoding, object, start, end, reason)
}

fn raise_error<T>(
    exc: Exc,
    encoding: &str,
    object: Value,
    start: usize,
    end: usize,
    reason: &str,
) -> PyResult<T> {
    let encoding = crate::types::str::new(encoding).erase();
    let reason = crate::types::str::new(reason).erase();
    let (start, end) = (crate::types::int::new(start as i64), crate::types::int::new(end as i64));
    crate::error::raise_with(exc, &[encoding.value(), object, start.value(), end.value(), reason.value()])
}
