//! `repr` of strings and bytes, and the `\x`, `\u`, `\U`, `\N`, octal escapes of string and bytes literals.

use super::props::is_printable;
use super::{Chars, Flavor, StrBuilder};
use crate::with_units;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Append `\x..`, `\u....` or `\U........`.
pub fn push_escape(out: &mut StrBuilder, c: u32) {
    let (letter, digits) = match c {
        0..=0xff => (b'x', 2),
        0x100..=0xffff => (b'u', 4),
        _ => (b'U', 8),
    };
    out.push(u32::from(b'\\'));
    out.push(letter.into());
    for i in (0..digits).rev() {
        out.push(HEX[(c >> (4 * i)) as usize & 15].into());
    }
}

/// The quote for a literal: `'`, or `"` where the text has `'` and no `"`.
fn quote_for(single: bool, double: bool) -> u32 {
    u32::from(if single && !double { b'"' } else { b'\'' })
}

/// `repr` of a string.
pub fn repr_str(chars: Chars<'_>) -> StrBuilder {
    let mut out = StrBuilder::with_capacity(chars.len() + 2);
    push_repr(&mut out, chars);
    out
}

/// Append `repr` of a string.
pub fn push_repr(out: &mut StrBuilder, chars: Chars<'_>) {
    let plain = |c: u8| matches!(c, 32..=126) & !matches!(c, b'\'' | b'"' | b'\\');
    match chars {
        // (No early end: so it is done by vectors.)
        Chars::Latin1(s) if s.iter().fold(true, |all, &c| all & plain(c)) => {
            out.push(0x27);
            out.push_latin1(s);
            out.push(0x27);
        }
        _ => push_quoted(out, chars, |c| if c < 127 { c >= 32 } else { is_printable(c) }),
    }
}

/// `ascii` of a string: everything beyond ASCII escaped.
pub fn ascii_str(chars: Chars<'_>) -> StrBuilder {
    let mut out = StrBuilder::with_capacity(chars.len() + 2);
    push_quoted(&mut out, chars, |c| (32..127).contains(&c));
    out
}

/// `ascii` of what `repr` gave: everything beyond ASCII escaped, quotes untouched.
pub fn escape_non_ascii(chars: Chars<'_>) -> StrBuilder {
    let mut out = StrBuilder::with_capacity(chars.len());
    for c in chars.iter() {
        if c < 128 { out.push(c) } else { push_escape(&mut out, c) }
    }
    out
}

fn push_quoted(out: &mut StrBuilder, chars: Chars<'_>, plain: impl Fn(u32) -> bool) {
    let quote = quote_for(chars.contains(0x27), chars.contains(0x22));
    out.push(quote);
    let clean = |c: u32| c != 0x5c && c != quote && plain(c);
    if with_units!(chars, s => s.iter().all(|&c| clean(c.into()))) {
        out.push_chars(chars);
    } else {
        for c in chars.iter() {
            push_char(out, c, quote, &plain);
        }
    }
    out.push(quote);
}

fn push_char(out: &mut StrBuilder, c: u32, quote: u32, plain: &impl Fn(u32) -> bool) {
    match c {
        0x0a => out.push_str("\\n"),
        0x0d => out.push_str("\\r"),
        0x09 => out.push_str("\\t"),
        0x5c => out.push_str("\\\\"),
        _ if c == quote => {
            out.push(0x5c);
            out.push(c);
        }
        _ if plain(c) => out.push(c),
        _ => push_escape(out, c),
    }
}

/// `repr` of a bytes object: `b'…'`.
pub fn repr_bytes(bytes: &[u8]) -> String {
    quoted_bytes(bytes, false)
}

/// The bytes literal in the `repr` of a bytearray: `'` is escaped even between `"`.
pub fn repr_bytearray(bytes: &[u8]) -> String {
    quoted_bytes(bytes, true)
}

fn quoted_bytes(bytes: &[u8], escape_single: bool) -> String {
    let quote = quote_for(bytes.contains(&b'\''), bytes.contains(&b'"')) as u8 as char;
    let mut out = String::with_capacity(bytes.len() + 3);
    out.push('b');
    out.push(quote);
    for &b in bytes {
        match b {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'\\' => out.push_str("\\\\"),
            _ if b as char == quote || (escape_single && b == b'\'') => {
                out.push('\\');
                out.push(b as char);
            }
            32..=126 => out.push(b as char),
            _ => {
                out.push_str("\\x");
                out.push(HEX[usize::from(b >> 4)] as char);
                out.push(HEX[usize::from(b & 15)] as char);
            }
        }
    }
    out.push(quote);
    out
}

/// `repr` of a text of either flavor, for messages.
pub fn repr_of(chars: Chars<'_>, flavor: Flavor) -> String {
    match (flavor, chars) {
        (Flavor::Bytes, Chars::Latin1(b)) => repr_bytes(b),
        _ => repr_str(chars).chars().to_lossy(),
    }
}

/// `n` hexadecimal digits at the start: their value, or how many there are.
pub fn hex_digits(text: &[u8], n: usize) -> Result<u32, usize> {
    let digits = text.iter().take(n).take_while(|b| b.is_ascii_hexdigit()).count();
    if digits < n {
        return Err(digits);
    }
    Ok(text[..n].iter().fold(0, |v, &b| (v << 4) | (b as char).to_digit(16).unwrap_or(0)))
}

/// An escape sequence, from behind its backslash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// A character (in bytes: a byte), and how long the sequence is. `None` is a line continuation.
    Char(Option<u32>, usize),
    /// An octal escape above `\377`: a character, with a warning.
    BigOctal(u32, usize),
    /// No escape: the backslash stays, with a warning.
    Unknown,
    /// `\x`, `\u` or `\U` with this letter and too few digits: how long the bad part is (without backslash).
    Truncated(u8, usize),
    /// `\U` beyond U+10FFFF; the length as above.
    TooBig(usize),
    /// `\N{…}` that is malformed (`false`) or names nothing (`true`); the length as above.
    BadName(bool, usize),
}

/// Read one escape sequence of a str (`unicode`) or bytes literal, from behind the backslash. `text` may hold
/// more than the sequence; it is not empty.
pub fn read_escape(text: &[u8], unicode: bool) -> Escape {
    let simple = |c: u32| Escape::Char(Some(c), 1);
    match text[0] {
        b'\n' => Escape::Char(None, 1),
        c @ (b'\\' | b'\'' | b'"') => simple(c.into()),
        b'b' => simple(8),
        b'f' => simple(12),
        b't' => simple(9),
        b'n' => simple(10),
        b'r' => simple(13),
        b'v' => simple(11),
        b'a' => simple(7),
        b'0'..=b'7' => {
            let n = text.iter().take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
            let v = text[..n].iter().fold(0, |v, &b| v * 8 + u32::from(b - b'0'));
            if v > 0o377 { Escape::BigOctal(v, n) } else { Escape::Char(Some(v), n) }
        }
        b'x' => hex_escape(text, 2),
        b'u' if unicode => hex_escape(text, 4),
        b'U' if unicode => match hex_escape(text, 8) {
            Escape::Char(Some(c), n) if c > 0x10ffff => Escape::TooBig(n),
            other => other,
        },
        b'N' if unicode => named_escape(text),
        _ => Escape::Unknown,
    }
}

fn hex_escape(text: &[u8], n: usize) -> Escape {
    match hex_digits(&text[1..], n) {
        Ok(c) => Escape::Char(Some(c), n + 1),
        Err(digits) => Escape::Truncated(text[0], digits + 1),
    }
}

fn named_escape(text: &[u8]) -> Escape {
    if text.get(1) != Some(&b'{') {
        return Escape::BadName(false, 1);
    }
    let Some(close) = text.iter().position(|&b| b == b'}') else {
        return Escape::BadName(false, text.len());
    };
    if close == 2 {
        return Escape::BadName(false, 2);
    }
    let found = std::str::from_utf8(&text[2..close]).ok().and_then(unicode_names2::character);
    match found {
        Some(c) => Escape::Char(Some(c.into()), close + 1),
        None => Escape::BadName(true, close + 1),
    }
}
