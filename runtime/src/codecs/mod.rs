//! Codecs: bytes to text and back.
//!
//! The algorithms (`utf8`, `wide`, `utf7`, `narrow`, `escapes`) know nothing of objects; who decides about errors is
//! a trait. `errors` is that decision with Python's exceptions and registered handlers; `registry` is what
//! `codecs.register` and `codecs.lookup` work on. Here is what `str`, `bytes` and the `_codecs` module call.

pub mod errors;
pub mod escapes;
mod fault;
pub mod narrow;
pub mod registry;
#[cfg(test)]
mod tests;
pub mod utf7;
pub mod utf8;
pub mod wide;

pub use fault::{DecodeErrors, DecodeFault, EncodeErrors, EncodeFault, Policy, Substitute, Verdict};

use crate::error::PyResult;
use crate::object::{Own, P, Ref};
use crate::raise;
use crate::text::{Chars, StrBuilder};
use crate::types::bytes;
use crate::types::bytes::Bytes;
use crate::types::str::{self, Str};
use crate::value::Value;
use errors::Handler;
use wide::Order;

/// Encodings that need no look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `utf-8`
    Utf8,
    /// `ascii`
    Ascii,
    /// `latin-1`
    Latin1,
    /// `utf-16`, `utf-16-le`, `utf-16-be`
    Utf16(Order),
    /// `utf-32` and its kin
    Utf32(Order),
}

impl Encoding {
    /// The encoding with this name or one of its usual spellings.
    pub fn from_name(name: &str) -> Option<Encoding> {
        // Longer than the longest spelling.
        let mut normal = [0; 12];
        let normal = normal.get_mut(..name.len())?;
        for (to, &from) in normal.iter_mut().zip(name.as_bytes()) {
            *to = if matches!(from, b' ' | b'_') { b'-' } else { from.to_ascii_lowercase() };
        }
        Some(match &*normal {
            b"utf-8" | b"utf8" | b"u8" => Encoding::Utf8,
            b"ascii" | b"us-ascii" | b"646" => Encoding::Ascii,
            b"latin-1" | b"latin1" | b"iso-8859-1" | b"iso8859-1" | b"8859" | b"l1" => Encoding::Latin1,
            b"utf-16" | b"utf16" => Encoding::Utf16(Order::Mark),
            b"utf-16-le" | b"utf-16le" => Encoding::Utf16(Order::Little),
            b"utf-16-be" | b"utf-16be" => Encoding::Utf16(Order::Big),
            b"utf-32" | b"utf32" => Encoding::Utf32(Order::Mark),
            b"utf-32-le" | b"utf-32le" => Encoding::Utf32(Order::Little),
            b"utf-32-be" | b"utf-32be" => Encoding::Utf32(Order::Big),
            _ => return None,
        })
    }

    /// Decode all of `input`.
    pub fn decode<H: DecodeErrors>(
        self,
        input: &[u8],
        out: &mut StrBuilder,
        errors: &mut H,
    ) -> Result<(), H::Error> {
        match self {
            Encoding::Utf8 => utf8::decode(input, true, out, errors).map(drop),
            Encoding::Ascii => narrow::decode_ascii(input, out, errors),
            Encoding::Latin1 => {
                narrow::decode_latin1(input, out);
                Ok(())
            }
            Encoding::Utf16(order) => wide::decode_utf16(input, order, true, out, errors).map(drop),
            Encoding::Utf32(order) => wide::decode_utf32(input, order, true, out, errors).map(drop),
        }
    }

    /// Encode.
    pub fn encode<H: EncodeErrors>(self, input: Chars<'_>, errors: &mut H) -> Result<Vec<u8>, H::Error> {
        match self {
            Encoding::Utf8 => utf8::encode(input, errors),
            Encoding::Ascii => narrow::encode_ascii(input, errors),
            Encoding::Latin1 => narrow::encode_latin1(input, errors),
            Encoding::Utf16(order) => wide::encode_utf16(input, order, errors),
            Encoding::Utf32(order) => wide::encode_utf32(input, order, errors),
        }
    }
}

/// The text of an argument that names an encoding or an error handler.
pub fn name_argument(s: P<Str>) -> PyResult<String> {
    match s.to_utf8() {
        Some(text) if text.contains('\0') => raise!(ValueError, "embedded null character"),
        Some(text) => Ok(text),
        None => {
            errors::encode_with(Encoding::Utf8, s, None)?;
            Ok(s.to_lossy())
        }
    }
}

/// `s.encode(encoding, errors)`: always a `bytes` object.
pub fn encode_str(s: P<Str>, encoding: Option<&str>, errors: Option<&str>) -> PyResult {
    let known = encoding.map_or(Some(Encoding::Utf8), Encoding::from_name);
    if let (Some(Encoding::Utf8 | Encoding::Ascii | Encoding::Latin1), Some(text)) = (known, s.as_ascii()) {
        return Ok(bytes::new(text.as_bytes()).erase());
    }
    let encoding = encoding.unwrap_or("utf-8");
    crate::error::check_room(s.len(), 4)?;
    if let Some(e) = known {
        return Ok(bytes::new(&errors::encode_with(e, s, errors)?).erase());
    }
    let codec = registry::lookup_text_encoding(encoding, "codecs.encode()")?;
    let result = registry::run(&codec, registry::Direction::Encode, s.value(), errors, encoding)?;
    if let Some(b) = result.downcast::<crate::types::bytearray::ByteArray>() {
        return Ok(bytes::new(&b.borrow()).erase());
    }
    if result.downcast::<Bytes>().is_none() {
        return raise!(
            TypeError,
            "'{encoding}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
            result.class().name()
        );
    }
    Ok(result)
}

/// The text of bytes: `bytes(data).decode(encoding, errors)`; `object` is a `bytes` object with the data, if there
/// is one at hand.
pub fn decode_bytes(
    data: &[u8],
    object: Option<Value>,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Own<Str>> {
    let known = encoding.map_or(Some(Encoding::Utf8), Encoding::from_name);
    if known == Some(Encoding::Latin1)
        || matches!(known, Some(Encoding::Utf8 | Encoding::Ascii)) && data.is_ascii()
    {
        return Ok(str::latin1(data));
    }
    let encoding = encoding.unwrap_or("utf-8");
    if let Some(e) = known {
        let mut out = StrBuilder::with_capacity(data.len());
        e.decode(data, &mut out, &mut Handler::decoding(errors, object))?;
        return out.try_finish();
    }
    let codec = registry::lookup_text_encoding(encoding, "codecs.decode()")?;
    let object: Ref = object.map_or_else(|| bytes::new(data).erase(), |o| o.own());
    let result = registry::run(&codec, registry::Direction::Decode, *object, errors, encoding)?;
    match result.as_str() {
        Some(s) => Ok(s.own_typed()),
        None => raise!(
            TypeError,
            "'{encoding}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
            result.class().name()
        ),
    }
}

/// `str(object, encoding, errors)`
pub fn decode_object(object: Value, encoding: Option<&str>, errors: Option<&str>) -> PyResult<Own<Str>> {
    if let Some(b) = object.downcast::<Bytes>() {
        let _owner = object.own();
        let exact = object.exact::<Bytes>().map(|_| object);
        return decode_bytes(b.as_slice(), exact, encoding, errors);
    }
    if object.as_str().is_some() {
        return raise!(TypeError, "decoding str is not supported");
    }
    let Some(view) = crate::buffer::Buffer::get(object)? else {
        let class = object.class().name();
        return raise!(TypeError, "decoding to str: need a bytes-like object, {class} found");
    };
    decode_bytes(&view.to_vec(), None, encoding, errors)
}

/// UTF-8 of a string for the operating system: lone surrogates are the bytes that they stand for.
pub fn fs_encode(s: P<Str>) -> PyResult<Vec<u8>> {
    errors::encode_with(Encoding::Utf8, s, Some("surrogateescape"))
}

/// The string of bytes from the operating system.
pub fn fs_decode(data: &[u8]) -> Own<Str> {
    let mut out = StrBuilder::with_capacity(data.len());
    match Encoding::Utf8.decode(data, &mut out, &mut Handler::decoding(Some("surrogateescape"), None)) {
        Ok(()) => out.finish(),
        // The policy accepts every byte that is no UTF-8.
        Err(_) => str::new(&String::from_utf8_lossy(data)),
    }
}
