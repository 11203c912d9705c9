//! Python strings to JSON's.

use super::strings::Unit;
use taipan_runtime::error::PyResult;
use taipan_runtime::types::str::{Str, StrBuilder};
use taipan_runtime::value::Value;
use taipan_runtime::{raise, with_units};

/// Which characters are written as escapes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// Quotes, backslashes and control characters.
    Needed,
    /// Those, and all that is not printable ASCII.
    Ascii,
}

/// The string in quotes, with escapes.
pub fn escaped(string: Value, escapes: Escapes) -> PyResult {
    let Some(s) = string.as_str() else {
        return raise!(TypeError, "first argument must be a string, not {}", string.class().name());
    };
    let mut out = StrBuilder::with_capacity(s.len() + 2);
    write_string(&mut out, &s, escapes);
    Ok(out.finish().erase())
}

/// Write a string in quotes, with escapes.
#[inline]
pub fn write_string(out: &mut StrBuilder, s: &Str, escapes: Escapes) {
    out.push(0x22);
    with_units!(s.chars(), text => write(out, text, escapes));
    out.push(0x22);
}

/// For each character below 256 whether it is written as an escape: if needed (1), in ASCII (2).
static ESCAPED: [u8; 256] = {
    let mut table = [0; 256];
    let mut c = 0;
    while c < 256 {
        if c < 0x20 || c == 0x22 || c == 0x5c {
            table[c] = 3;
        } else if c > 0x7e {
            table[c] = 2;
        }
        c += 1;
    }
    table
};

fn write<C: Unit>(out: &mut StrBuilder, mut text: &[C], escapes: Escapes) {
    let (mask, beyond) = match escapes {
        Escapes::Needed => (1, false),
        Escapes::Ascii => (2, true),
    };
    let is_escaped = |c: u32| ESCAPED.get(c as usize).map_or(beyond, |&e| e & mask != 0);
    while let Some(n) = text.iter().position(|&c| is_escaped(c.into())) {
        out.push_chars(C::chars(&text[..n]));
        push_escape(out, text[n].into());
        text = &text[n + 1..];
    }
    out.push_chars(C::chars(text));
}

fn push_escape(out: &mut StrBuilder, c: u32) {
    let short = match c {
        0x22 => b"\\\"",
        0x5c => b"\\\\",
        0x08 => b"\\b",
        0x0c => b"\\f",
        0x0a => b"\\n",
        0x0d => b"\\r",
        0x09 => b"\\t",
        0x10000.. => {
            push_unit(out, 0xd7c0 + (c >> 10));
            return push_unit(out, 0xdc00 | c & 0x3ff);
        }
        _ => return push_unit(out, c),
    };
    out.push_latin1(short);
}

/// `\uXXXX`
fn push_unit(out: &mut StrBuilder, c: u32) {
    let digit = |shift: u32| b"0123456789abcdef"[(c >> shift & 15) as usize];
    out.push_latin1(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
}
