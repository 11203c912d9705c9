//! `_codecs`: the functions that the `codecs` module and the `encodings` package are made of, over
//! `taipan_runtime::codecs`.

mod charmap;
mod handlers;
mod module;

pub use module::MODULE;

use taipan_runtime::buffer::Buffer;
use taipan_runtime::codecs::errors::Handler;
use taipan_runtime::codecs::name_argument;
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::raise;
use taipan_runtime::text::{Chars, StrBuilder};
use taipan_runtime::types::bytes::{self, Bytes};
use taipan_runtime::types::str::Str;
use taipan_runtime::types::{int, tuple};
use taipan_runtime::value::Value;

/// The name in an `errors` argument, which may be `None`.
fn error_name(v: Option<Value>, function: &str, index: usize) -> PyResult<Option<String>> {
    match v.filter(|v| !v.is_none()) {
        None => Ok(None),
        Some(v) => match v.as_str() {
            Some(s) => name_argument(s).map(Some),
            None => {
                let class = v.class().name();
                raise!(TypeError, "{function}() argument {index} must be str or None, not {class}")
            }
        },
    }
}

/// The bytes of a bytes-like argument, and the `bytes` object if it is one.
struct Input {
    data: Vec<u8>,
    object: Option<Ref>,
}

fn input(v: Value) -> PyResult<Input> {
    if let Some(b) = v.exact::<Bytes>() {
        return Ok(Input { data: b.as_slice().to_vec(), object: Some(v.own()) });
    }
    Ok(Input { data: Buffer::require(v)?.to_vec(), object: None })
}

/// [`input`], or the UTF-8 of a string.
fn input_or_text(v: Value) -> PyResult<Input> {
    match v.as_str() {
        Some(s) => {
            let encoding = taipan_runtime::codecs::Encoding::Utf8;
            let data = taipan_runtime::codecs::errors::encode_with(encoding, s, None)?;
            Ok(Input { data, object: None })
        }
        None => input(v),
    }
}

/// `(text, consumed)`
fn decoded(out: StrBuilder, consumed: usize) -> PyResult {
    Ok(tuple::from_refs(vec![out.finish().erase(), int::new(consumed as i64)]).erase())
}

/// `(bytes, length)`
fn encoded(data: &[u8], length: usize) -> PyResult {
    Ok(tuple::from_refs(vec![bytes::new(data).erase(), int::new(length as i64)]).erase())
}

/// Decode with a function that tells how much it consumed.
fn decode_with(
    data: Value,
    errors: Option<Value>,
    name: &str,
    decode: impl FnOnce(&[u8], &mut StrBuilder, &mut Handler<'_>) -> PyResult<usize>,
) -> PyResult {
    let input = input(data)?;
    let errors = error_name(errors, name, 2)?;
    let mut out = StrBuilder::with_capacity(input.data.len());
    let mut handler = Handler::decoding(errors.as_deref(), input.object.as_ref().map(|o| o.value()));
    let consumed = decode(&input.data, &mut out, &mut handler)?;
    decoded(out, consumed)
}

/// Encode with a function.
fn encode_with(
    text: P<Str>,
    errors: Option<Value>,
    name: &str,
    encode: impl FnOnce(Chars<'_>, &mut Handler<'_>) -> PyResult<Vec<u8>>,
) -> PyResult {
    let errors = error_name(errors, name, 2)?;
    let data = encode(text.chars(), &mut Handler::encoding(errors.as_deref(), text))?;
    encoded(&data, text.len())
}
