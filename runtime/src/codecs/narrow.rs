//! ASCII, Latin-1, and encodings given by a map of single bytes.

use super::fault::{DecodeErrors, DecodeFault, EncodeErrors, EncodeFault, Substitute};
use crate::text::{Chars, StrBuilder};

/// Decode ASCII.
pub fn decode_ascii<H: DecodeErrors>(
    input: &[u8],
    out: &mut StrBuilder,
    errors: &mut H,
) -> Result<(), H::Error> {
    let mut at = 0;
    while at < input.len() {
        let n = input[at..].iter().position(|&b| b >= 128).unwrap_or(input.len() - at);
        out.push_latin1(&input[at..at + n]);
        at += n;
        if at < input.len() {
            let reason = "ordinal not in range(128)";
            at = errors.decode_error(
                DecodeFault { encoding: "ascii", input, start: at, end: at + 1, reason },
                out,
            )?;
        }
    }
    Ok(())
}

/// Decode Latin-1.
pub fn decode_latin1(input: &[u8], out: &mut StrBuilder) {
    out.push_latin1(input);
}

/// Encode ASCII.
pub fn encode_ascii<H: EncodeErrors>(input: Chars<'_>, errors: &mut H) -> Result<Vec<u8>, H::Error> {
    encode_below(input, 128, "ascii", "ordinal not in range(128)", errors)
}

/// Encode Latin-1.
pub fn encode_latin1<H: EncodeErrors>(input: Chars<'_>, errors: &mut H) -> Result<Vec<u8>, H::Error> {
    encode_below(input, 256, "latin-1", "ordinal not in range(256)", errors)
}

fn encode_below<H: EncodeErrors>(
    input: Chars<'_>,
    limit: u32,
    encoding: &str,
    reason: &str,
    errors: &mut H,
) -> Result<Vec<u8>, H::Error> {
    if let Chars::Latin1(bytes) = input
        && (limit == 256 || bytes.is_ascii())
    {
        return Ok(bytes.to_vec());
    }
    let mut out = Vec::with_capacity(input.len());
    let mut i = 0;
    while i < input.len() {
        let c = input.at(i);
        if c < limit {
            out.push(c as u8);
            i += 1;
            continue;
        }
        let end = (i..input.len()).find(|&j| input.at(j) < limit).unwrap_or(input.len());
        let fault = EncodeFault { encoding, input, start: i, end, reason };
        let (substitute, next) = errors.encode_error(fault)?;
        match substitute {
            Substitute::Bytes(b) => out.extend(b),
            Substitute::Text(t) if t.chars().iter().all(|c| c < limit) => out.extend(t.into_latin1()),
            Substitute::Text(_) => return Err(errors.refuse(EncodeFault { end: i + 1, ..fault })),
        }
        i = next;
    }
    Ok(out)
}

/// What a map says about a byte that is to be decoded.
pub enum Mapped {
    /// It becomes these characters.
    Text(StrBuilder),
    /// It has no meaning.
    Undefined,
}

/// Decode by a map that may run Python (`lookup`).
pub fn decode_charmap<H: DecodeErrors>(
    input: &[u8],
    mut lookup: impl FnMut(u8) -> Result<Mapped, H::Error>,
    out: &mut StrBuilder,
    errors: &mut H,
) -> Result<(), H::Error> {
    let mut at = 0;
    while let Some(&b) = input.get(at) {
        match lookup(b)? {
            Mapped::Text(t) => {
                out.push_chars(t.chars());
                at += 1;
            }
            Mapped::Undefined => {
                let reason = "character maps to <undefined>";
                let fault = DecodeFault { encoding: "charmap", input, start: at, end: at + 1, reason };
                at = errors.decode_error(fault, out)?;
            }
        }
    }
    Ok(())
}

/// Encode by a map that may run Python (`lookup`; `None` is "undefined").
pub fn encode_charmap<H: EncodeErrors>(
    input: Chars<'_>,
    mut lookup: impl FnMut(u32) -> Result<Option<Vec<u8>>, H::Error>,
    errors: &mut H,
) -> Result<Vec<u8>, H::Error> {
    let mut out = Vec::with_capacity(input.len());
    let mut i = 0;
    while i < input.len() {
        if let Some(bytes) = lookup(input.at(i))? {
            out.extend(bytes);
            i += 1;
            continue;
        }
        let mut end = i + 1;
        while end < input.len() && lookup(input.at(end))?.is_none() {
            end += 1;
        }
        let reason = "character maps to <undefined>";
        let fault = EncodeFault { encoding: "charmap", input, start: i, end, reason };
        let (substitute, next) = errors.encode_error(fault)?;
        match substitute {
            Substitute::Bytes(b) => out.extend(b),
            Substitute::Text(t) => {
                for c in t.chars().iter() {
                    match lookup(c)? {
                        Some(bytes) => out.extend(bytes),
                        None => return Err(errors.refuse(fault)),
                    }
                }
            }
        }
        i = next;
    }
    Ok(out)
}
