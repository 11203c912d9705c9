//! Encodings given by a map: `charmap_decode`, `charmap_encode`, `charmap_build`.

use super::{Input, decoded};
use taipan_runtime::codecs::errors::Handler;
use taipan_runtime::codecs::narrow::{self, Mapped};
use taipan_runtime::error::{Exc, PyResult, take_if};
use taipan_runtime::object::{Own, P, Ref};
use taipan_runtime::protocol::mapping;
use taipan_runtime::raise;
use taipan_runtime::text::StrBuilder;
use taipan_runtime::types::bytes::Bytes;
use taipan_runtime::types::dict::{self, Dict};
use taipan_runtime::types::int;
use taipan_runtime::types::str::Str;
use taipan_runtime::value::Value;

/// What a decoding table has for "undefined".
const UNDEFINED: u32 = 0xfffe;

/// `mapping[key]`; `None` where it is missing or `None`.
fn look_up(map: Value, key: i64) -> PyResult<Option<Ref>> {
    match mapping::getitem(map, *int::new(key)) {
        Ok(v) if v.is_none() => Ok(None),
        Ok(v) => Ok(Some(v)),
        Err(raised) => {
            if take_if(Exc::LookupError).is_some() {
                return Ok(None);
            }
            Err(raised)
        }
    }
}

fn single(c: u32) -> Mapped {
    if c == UNDEFINED {
        return Mapped::Undefined;
    }
    let mut text = StrBuilder::new();
    text.push(c);
    Mapped::Text(text)
}

fn mapped(map: Value, byte: u8) -> PyResult<Mapped> {
    let Some(v) = look_up(map, byte.into())? else { return Ok(Mapped::Undefined) };
    if let Some(s) = v.as_str() {
        let mut text = StrBuilder::new();
        text.push_pystr(&s);
        return Ok(if s.len() == 1 { single(s.chars().at(0)) } else { Mapped::Text(text) });
    }
    if !v.is_int_like() {
        return raise!(TypeError, "character mapping must return integer, None or str");
    }
    match v.as_i64().and_then(|i| u32::try_from(i).ok()) {
        Some(c) if c < 0x110000 => Ok(single(c)),
        _ => raise!(TypeError, "character mapping must be in range(0x110000)"),
    }
}

/// `charmap_decode(data, errors, mapping)`
pub fn decode(input: &Input, errors: Option<&str>, map: Option<Value>) -> PyResult {
    let mut out = StrBuilder::with_capacity(input.data.len());
    let mut handler = Handler::decoding(errors, input.object.as_ref().map(|o| o.value()));
    match map {
        None => narrow::decode_latin1(&input.data, &mut out),
        Some(map) => match map.exact::<Str>() {
            Some(table) => {
                let chars = table.chars();
                let lookup = |b: u8| Ok(chars.get(b.into()).map_or(Mapped::Undefined, single));
                narrow::decode_charmap(&input.data, lookup, &mut out, &mut handler)?;
            }
            None => narrow::decode_charmap(&input.data, |b| mapped(map, b), &mut out, &mut handler)?,
        },
    }
    decoded(out, input.data.len())
}

fn unmapped(map: Value, c: u32) -> PyResult<Option<Vec<u8>>> {
    let Some(v) = look_up(map, c.into())? else { return Ok(None) };
    if let Some(b) = v.downcast::<Bytes>() {
        return Ok(Some(b.as_slice().to_vec()));
    }
    if !v.is_int_like() {
        let class = v.class().name();
        return raise!(TypeError, "character mapping must return integer, bytes or None, not {class}");
    }
    match v.as_i64().and_then(|i| u8::try_from(i).ok()) {
        Some(b) => Ok(Some(vec![b])),
        None => raise!(TypeError, "character mapping must be in range(256)"),
    }
}

/// `charmap_encode(text, errors, mapping)`
pub fn encode(text: P<Str>, errors: Option<&str>, map: Option<Value>) -> PyResult<Vec<u8>> {
    let mut handler = Handler::encoding(errors, text);
    match map {
        None => narrow::encode_latin1(text.chars(), &mut handler),
        Some(map) => narrow::encode_charmap(text.chars(), |c| unmapped(map, c), &mut handler),
    }
}

/// `charmap_build(table)`: the encoding map of a decoding table.
pub fn build(table: P<Str>) -> PyResult<Own<Dict>> {
    let map = dict::new();
    for (i, c) in table.chars().iter().take(256).enumerate() {
        if c != UNDEFINED {
            map.insert(*int::new(c.into()), int::new(i as i64))?;
        }
    }
    Ok(map)
}
