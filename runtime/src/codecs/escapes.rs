//! `unicode_escape`, `raw_unicode_escape`, and the escapes of bytes literals (`codecs.escape_decode`).

use super::fault::{DecodeErrors, DecodeFault};
use crate::text::escape::{Escape, hex_digits, push_escape, read_escape};
use crate::text::{Chars, StrBuilder, TextError, TextResult};

/// The first escape that is none, for the warning: `\q`, or an octal one above `\377`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadEscape {
    /// The character behind the backslash.
    pub letter: u8,
    /// The octal value, if that is what is wrong.
    pub octal: Option<u32>,
}

impl BadEscape {
    /// The text of the `DeprecationWarning`; `kind` is `b` for bytes.
    pub fn warning(&self, kind: &str) -> String {
        let tail = "Such sequences will not work in the future. ";
        match self.octal {
            Some(v) => format!("{kind}\"\\{v:o}\" is an invalid octal escape sequence. {tail}"),
            None => format!("{kind}\"\\{}\" is an invalid escape sequence. {tail}", self.letter as char),
        }
    }
}

/// Decode `unicode_escape`; returns the bytes consumed and the first escape that is none. Unless `final_`, an
/// escape that the input's end cuts off is left.
pub fn decode_unicode_escape<H: DecodeErrors>(
    input: &[u8],
    final_: bool,
    out: &mut StrBuilder,
    errors: &mut H,
) -> Result<(usize, Option<BadEscape>), H::Error> {
    let encoding = "unicodeescape";
    let (mut at, mut bad) = (0, None);
    while at < input.len() {
        let n = memchr::memchr(b'\\', &input[at..]).unwrap_or(input.len() - at);
        out.push_latin1(&input[at..at + n]);
        at += n;
        if at == input.len() {
            break;
        }
        let (start, rest) = (at, &input[at + 1..]);
        let (len, reason) = if rest.is_empty() {
            (0, "\\ at end of string")
        } else {
            match read_escape(rest, true) {
                Escape::Char(c, n) => {
                    let cut = matches!(rest[0], b'0'..=b'7') && n < 3 && n == rest.len();
                    if cut && !final_ {
                        return Ok((start, bad));
                    }
                    c.into_iter().for_each(|c| out.push(c));
                    at += n + 1;
                    continue;
                }
                Escape::BigOctal(v, n) => {
                    bad = bad.or(Some(BadEscape { letter: rest[0], octal: Some(v) }));
                    out.push(v);
                    at += n + 1;
                    continue;
                }
                Escape::Unknown => {
                    bad = bad.or(Some(BadEscape { letter: rest[0], octal: None }));
                    out.push_latin1(&input[at..at + 2]);
                    at += 2;
                    continue;
                }
                Escape::Truncated(b'x', n) => (n, "truncated \\xXX escape"),
                Escape::Truncated(b'u', n) => (n, "truncated \\uXXXX escape"),
                Escape::Truncated(_, n) => (n, "truncated \\UXXXXXXXX escape"),
                Escape::TooBig(n) => (n, "illegal Unicode character"),
                Escape::BadName(false, n) => (n, "malformed \\N character escape"),
                Escape::BadName(true, n) => (n, "unknown Unicode character name"),
            }
        };
        let end = start + 1 + len;
        let complete = matches!(reason, "illegal Unicode character" | "unknown Unicode character name");
        if !final_ && end == input.len() && !complete {
            return Ok((start, bad));
        }
        at = errors.decode_error(DecodeFault { encoding, input, start, end, reason }, out)?;
    }
    Ok((at, bad))
}

/// Decode `raw_unicode_escape`: only `\u` and `\U` behind an odd number of backslashes count.
pub fn decode_raw_unicode_escape<H: DecodeErrors>(
    input: &[u8],
    final_: bool,
    out: &mut StrBuilder,
    errors: &mut H,
) -> Result<usize, H::Error> {
    let encoding = "rawunicodeescape";
    let mut at = 0;
    while at < input.len() {
        let n = memchr::memchr(b'\\', &input[at..]).unwrap_or(input.len() - at);
        out.push_latin1(&input[at..at + n]);
        at += n;
        if at == input.len() {
            break;
        }
        let digits = match input.get(at + 1) {
            Some(b'u') => 4,
            Some(b'U') => 8,
            None if !final_ => break,
            next => {
                // A backslash takes the next character with it, so that `\\u` is no escape.
                let pair = if next.is_some() { 2 } else { 1 };
                out.push_latin1(&input[at..at + pair]);
                at += pair;
                continue;
            }
        };
        let (end, reason) = match hex_digits(&input[at + 2..], digits) {
            Ok(c) if c < 0x110000 => {
                out.push(c);
                at += 2 + digits;
                continue;
            }
            Ok(_) => (at + 2 + digits, "\\Uxxxxxxxx out of range"),
            Err(n) if !final_ && at + 2 + n == input.len() => break,
            Err(n) if digits == 4 => (at + 2 + n, "truncated \\uXXXX escape"),
            Err(n) => (at + 2 + n, "truncated \\UXXXXXXXX escape"),
        };
        at = errors.decode_error(DecodeFault { encoding, input, start: at, end, reason }, out)?;
    }
    Ok(at)
}

/// Encode `unicode_escape`.
pub fn encode_unicode_escape(input: Chars<'_>) -> Vec<u8> {
    let mut out = StrBuilder::with_capacity(input.len());
    for c in input.iter() {
        match c {
            0x5c => out.push_str("\\\\"),
            9 => out.push_str("\\t"),
            10 => out.push_str("\\n"),
            13 => out.push_str("\\r"),
            32..=126 => out.push(c),
            _ => push_escape(&mut out, c),
        }
    }
    out.into_latin1()
}

/// Encode `raw_unicode_escape`.
pub fn encode_raw_unicode_escape(input: Chars<'_>) -> Vec<u8> {
    let mut out = StrBuilder::with_capacity(input.len());
    for c in input.iter() {
        if c < 256 { out.push(c) } else { push_escape(&mut out, c) }
    }
    out.into_latin1()
}

/// Decode the escapes of a bytes literal. `errors` is `strict`, `replace` or `ignore` (for bad `\x`).
pub fn decode_bytes_escapes(input: &[u8], errors: &str) -> TextResult<(Vec<u8>, Option<BadEscape>)> {
    let mut out = Vec::with_capacity(input.len());
    let (mut at, mut bad) = (0, None);
    while let Some(&b) = input.get(at) {
        at += 1;
        if b != b'\\' {
            out.push(b);
            continue;
        }
        let rest = &input[at..];
        if rest.is_empty() {
            return Err(TextError::value("Trailing \\ in string"));
        }
        at += match read_escape(rest, false) {
            Escape::Char(c, n) => {
                out.extend(c.map(|c| c as u8));
                n
            }
            Escape::BigOctal(v, n) => {
                bad = bad.or(Some(BadEscape { letter: rest[0], octal: Some(v) }));
                out.push(v as u8);
                n
            }
            Escape::Truncated(_, n) => {
                match errors {
                    "strict" => {
                        return Err(TextError::value(format!("invalid \\x escape at position {}", at - 1)));
                    }
                    "replace" => out.push(b'?'),
                    "ignore" => {}
                    other => {
                        return Err(TextError::value(format!(
                            "decoding error; unknown error handling code: {other}"
                        )));
                    }
                }
                n
            }
            Escape::Unknown | Escape::TooBig(_) | Escape::BadName(..) => {
                bad = bad.or(Some(BadEscape { letter: rest[0], octal: None }));
                out.extend([b'\\', rest[0]]);
                1
            }
        };
    }
    Ok((out, bad))
}

/// Encode as a bytes literal without quotes (`codecs.escape_encode`).
pub fn encode_bytes_escapes(input: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len());
    for &b in input {
        match b {
            b'\\' | b'\'' => out.extend([b'\\', b]),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            32..=126 => out.push(b),
            _ => out.extend(format!("\\x{b:02x}").into_bytes()),
        }
    }
    out
}
