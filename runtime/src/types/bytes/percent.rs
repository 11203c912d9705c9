//! `bytes % args`.

use super::Bytes;
use crate::buffer::Buffer;
use crate::error::{Exc, PyResult, take_if};
use crate::names::names;
use crate::object::Ref;
use crate::protocol::{call, index, repr};
use crate::raise;
use crate::text::percent::{self, Conversion, Format, Piece, Resolved};
use crate::text::{Chars, StrBuilder, escape};
use crate::types::bytearray::ByteArray;
use crate::types::str::percent::{Arguments, resolve, write_number};
use crate::value::Value;
use std::ops::Range;

/// `format % operand`
pub fn format(template: &[u8], operand: Value) -> PyResult<Vec<u8>> {
    let chars = Chars::Latin1(template);
    let is_bytes = operand.downcast::<Bytes>().is_some() || operand.downcast::<ByteArray>().is_some();
    let is_text = is_bytes || operand.as_str().is_some();
    let mut args = Arguments::new(operand, is_text);
    let mut pieces = Format::new(chars);
    let mut out = StrBuilder::with_capacity(template.len() + 16);
    while let Some(piece) = pieces.next_piece() {
        if let Piece::Literal(range) = piece {
            out.push_latin1(&template[range]);
            continue;
        }
        let key = |r: Range<usize>| super::new(&template[r]).erase();
        let mut r = Resolved::default();
        let c = match pieces.bare() {
            Some(c) => c,
            None => resolve(&mut pieces, &mut args, &mut r, key)?,
        };
        let v: Ref = args.take()?;
        convert(&mut out, &c, &r, *v)?;
    }
    args.check_done("bytes")?;
    Ok(out.into_latin1())
}

fn convert(out: &mut StrBuilder, c: &Conversion, r: &Resolved, v: Value) -> PyResult<()> {
    match char::from_u32(c.code) {
        Some('s' | 'b') => match v.exact::<Bytes>() {
            Some(b) => percent::write_text(out, Chars::Latin1(b.as_slice()), r),
            None => percent::write_text(out, Chars::Latin1(&to_bytes(v)?), r),
        },
        Some('r' | 'a') => {
            percent::write_text(out, escape::escape_non_ascii(repr::repr(v)?.chars()).chars(), r);
        }
        Some('c') => {
            let byte = [character(v)?];
            percent::write_text(out, Chars::Latin1(&byte), &Resolved { precision: None, ..*r });
        }
        Some('e' | 'E' | 'f' | 'F' | 'g' | 'G') => {
            let f = match index::to_f64(v) {
                Ok(f) => f,
                Err(raised) => {
                    if take_if(Exc::TypeError).is_some() {
                        return raise!(TypeError, "float argument required, not {}", v.class().name());
                    }
                    return Err(raised);
                }
            };
            percent::write_float(out, f, c.code as u8, r)?;
        }
        _ => {
            if !write_number(out, c.code, v, r)? {
                return Err(percent::unsupported(c).into());
            }
        }
    }
    Ok(())
}

fn to_bytes(v: Value) -> PyResult<Vec<u8>> {
    if let Some(r) = call::call_special(v, names().__bytes__, &[]) {
        let r = r?;
        return match r.downcast::<Bytes>() {
            Some(b) => Ok(b.as_slice().to_vec()),
            None => raise!(TypeError, "__bytes__ returned non-bytes (type {})", r.class().name()),
        };
    }
    match Buffer::get(v)? {
        Some(b) => Ok(b.to_vec()),
        None => {
            let class = v.class().name();
            raise!(
                TypeError,
                "%b requires a bytes-like object, or an object that implements __bytes__, not '{class}'"
            )
        }
    }
}

fn character(v: Value) -> PyResult<u8> {
    let single = |b: &[u8], class: &str| match b {
        [b] => Ok(*b),
        _ => raise!(
            TypeError,
            "%c requires an integer in range(256) or a single byte, not a {class} object of length {}",
            b.len()
        ),
    };
    if let Some(b) = v.downcast::<Bytes>() {
        return single(b.as_slice(), "bytes");
    }
    if let Some(b) = v.downcast::<ByteArray>() {
        return single(&b.borrow(), "bytearray");
    }
    if !index::has_index(v) {
        let class = v.class().name();
        return raise!(TypeError, "%c requires an integer in range(256) or a single byte, not {class}");
    }
    match u8::try_from(index::index_clamped(v)?) {
        Ok(b) => Ok(b),
        Err(_) => raise!(OverflowError, "%c arg not in range(256)"),
    }
}
