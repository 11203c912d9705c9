//! `bytes(source, encoding, errors)`, and what `bytearray` takes in the same way.

use super::{Bytes, new, new_in};
use crate::buffer::Buffer;
use crate::builtins::args::{self, named};
use crate::error::{Exc, PyResult, take_if, zeroed};
use crate::names::names;
use crate::object::{P, Ref};
use crate::protocol::{call, index, iter, sequence};
use crate::runtime::types;
use crate::slots::Args;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use crate::{codecs, raise};

pub(super) fn install(class: P<TypeObject>) {
    class.slots.new.set(Some(py_new));
}

/// The arguments `source`, `encoding`, `errors`: a text to be encoded, or the source alone.
pub fn from_argument(function: &str, arguments: Args<'_>) -> PyResult<Option<Source>> {
    let params = [named("source"), named("encoding"), named("errors")];
    let [source, encoding, errors] = args::parse(function, arguments, &params)?;
    let text = |v: Option<Value>, name: &str| match v {
        None => Ok(None),
        Some(v) => match v.as_str() {
            Some(s) => codecs::name_argument(s).map(Some),
            None => raise!(TypeError, "{function}() argument '{name}' must be str, not {}", v.class().name()),
        },
    };
    let (encoding, errors) = (text(encoding, "encoding")?, text(errors, "errors")?);
    let Some(source) = source else {
        if encoding.is_some() || errors.is_some() {
            let what = if encoding.is_some() { "encoding" } else { "errors" };
            return raise!(TypeError, "{what} without a string argument");
        }
        return Ok(None);
    };
    if let (Some(s), Some(encoding)) = (source.as_str(), &encoding) {
        return Ok(Some(Source::Encoded(codecs::encode_str(s, Some(encoding), errors.as_deref())?)));
    }
    if source.as_str().is_some() {
        return raise!(TypeError, "string argument without an encoding");
    }
    if encoding.is_some() || errors.is_some() {
        let what = if encoding.is_some() { "encoding" } else { "errors" };
        return raise!(TypeError, "{what} without a string argument");
    }
    Ok(Some(Source::Object(source)))
}

/// What a bytes object is made from.
pub enum Source {
    /// The `bytes` that a text was encoded to.
    Encoded(Ref),
    /// Any other object.
    Object(Value),
}

/// The bytes of an object that is no text: a length, a buffer or an iterable of ints. `range_error` is the message
/// about items out of range.
pub fn collect(source: Value, type_name: &str, range_error: &str) -> PyResult<Vec<u8>> {
    if index::has_index(source) {
        match index::index_size(source, Exc::OverflowError) {
            Ok(n) if n < 0 => return raise!(ValueError, "negative count"),
            Ok(n) if n > isize::MAX as i64 / 2 => return raise!(MemoryError),
            Ok(n) => return zeroed(n as usize),
            Err(raised) => {
                // An `__index__` that cannot: the object may be something else as well.
                if take_if(Exc::TypeError).is_none() {
                    return Err(raised);
                }
            }
        }
    }
    if let Some(b) = Buffer::get(source)? {
        return Ok(b.to_vec());
    }
    if source.as_str().is_some() || !sequence::is_iterable(source) {
        return raise!(TypeError, "cannot convert '{}' object to {type_name}", source.class().name());
    }
    let mut out = Vec::new();
    if source.exact::<List>().is_some() || source.exact::<Tuple>().is_some() {
        out.reserve(crate::protocol::mapping::len(source)?);
    }
    iter::for_each(source, |item| {
        out.push(byte(*item, range_error)?);
        Ok(())
    })?;
    Ok(out)
}

/// An int as a byte.
pub(crate) fn byte(v: Value, range_error: &str) -> PyResult<u8> {
    let i = match v.as_small_int() {
        Some(i) => i,
        None => index::index_clamped(v)?,
    };
    match u8::try_from(i) {
        Ok(b) => Ok(b),
        Err(_) => raise!(ValueError, "{range_error}"),
    }
}

fn py_new(class: P<TypeObject>, arguments: Args<'_>) -> PyResult {
    let exactly = class == types().bytes;
    let data: Ref = match from_argument("bytes", arguments)? {
        None => new(&[]).erase(),
        Some(Source::Encoded(b)) => b,
        Some(Source::Object(v)) => convert(v)?,
    };
    match data.downcast::<Bytes>() {
        Some(b) if !exactly => Ok(new_in(class, b.as_slice()).erase()),
        _ => Ok(data),
    }
}

/// `bytes(v)` of an object that is no text.
pub fn convert(v: Value) -> PyResult {
    if v.exact::<Bytes>().is_some() {
        return Ok(v.own());
    }
    if let Some(r) = call::call_special(v, names().__bytes__, &[]) {
        let r = r?;
        if r.downcast::<Bytes>().is_none() {
            return raise!(TypeError, "__bytes__ returned non-bytes (type {})", r.class().name());
        }
        return Ok(r);
    }
    Ok(new(&collect(v, "bytes", "bytes must be in range(0, 256)")?).erase())
}
