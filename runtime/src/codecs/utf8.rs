//! UTF-8, by the standard library's validator; its idea of the shortest bad sequence is CPython's.

use super::fault::{DecodeErrors, DecodeFault, EncodeErrors, EncodeFault, Substitute};
use crate::text::{Chars, StrBuilder};

const NAME: &str = "utf-8";

/// Decode; returns how many bytes were consumed. Unless `final_`, an incomplete sequence at the end is left.
pub fn decode<H: DecodeErrors>(
    input: &[u8],
    final_: bool,
    out: &mut StrBuilder,
    errors: &mut H,
) -> Result<usize, H::Error> {
    let mut at = 0;
    loop {
        let e = match std::str::from_utf8(&input[at..]) {
            Ok(text) => {
                out.push_str(text);
                return Ok(input.len());
            }
            Err(e) => e,
        };
        let start = at + e.valid_up_to();
        if let Ok(text) = std::str::from_utf8(&input[at..start]) {
            out.push_str(text);
        }
        let (end, reason) = match (e.error_len(), input[start]) {
            (None, _) if !final_ => return Ok(start),
            (None, _) => (input.len(), "unexpected end of data"),
            (Some(n), 0x80..=0xc1 | 0xf5..=0xff) => (start + n, "invalid start byte"),
            // Without more input, ED A0 may be a surrogate that `surrogatepass` wants to see whole.
            (Some(_), 0xed)
                if !final_ && start + 2 == input.len() && matches!(input[start + 1], 0xa0..=0xbf) =>
            {
                return Ok(start);
            }
            (Some(n), _) => (start + n, "invalid continuation byte"),
        };
        at = errors.decode_error(DecodeFault { encoding: NAME, input, start, end, reason }, out)?;
    }
}

/// Append a code point that is no surrogate.
fn push(out: &mut Vec<u8>, c: u32) {
    let tail = |shift: u32| 0x80 | (c >> shift & 63) as u8;
    match c {
        0..=0x7f => out.push(c as u8),
        0x80..=0x7ff => out.extend([0xc0 | (c >> 6) as u8, tail(0)]),
        0x800..=0xffff => out.extend([0xe0 | (c >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend([0xf0 | (c >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}

/// Encode; lone surrogates are errors.
pub fn encode<H: EncodeErrors>(input: Chars<'_>, errors: &mut H) -> Result<Vec<u8>, H::Error> {
    if let Some(text) = input.as_ascii() {
        return Ok(text.as_bytes().to_vec());
    }
    let mut out = Vec::with_capacity(input.len() * 2);
    if let Chars::Latin1(bytes) = input {
        for &b in bytes {
            if b < 128 { out.push(b) } else { out.extend([0xc0 | b >> 6, 0x80 | b & 63]) }
        }
        return Ok(out);
    }
    let surrogate = |c: u32| (0xd800..0xe000).contains(&c);
    let mut i = 0;
    while i < input.len() {
        let c = input.at(i);
        if !surrogate(c) {
            push(&mut out, c);
            i += 1;
            continue;
        }
        let end = (i..input.len()).find(|&j| !surrogate(input.at(j))).unwrap_or(input.len());
        let fault = EncodeFault { encoding: NAME, input, start: i, end, reason: "surrogates not allowed" };
        let (substitute, next) = errors.encode_error(fault)?;
        match substitute {
            Substitute::Bytes(b) => out.extend(b),
            Substitute::Text(t) if t.chars().is_ascii() => out.extend(t.into_latin1()),
            Substitute::Text(_) => return Err(errors.refuse(fault)),
        }
        i = next;
    }
    Ok(out)
}
