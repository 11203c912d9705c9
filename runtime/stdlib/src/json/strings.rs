//! JSON strings to Python's, and what an error in a document says.

use std::hash::Hash;
use taipan_runtime::error::{PyResult, raise_exception};
use taipan_runtime::object::{Own, P};
use taipan_runtime::protocol::attr::getattr_text;
use taipan_runtime::protocol::call::call3;
use taipan_runtime::types::int;
use taipan_runtime::types::str::{self, Chars, Str, StrBuilder};

/// A character as documents hold it.
pub trait Unit: Copy + Eq + Hash + Into<u32> {
    /// Characters as those of a text of any kind.
    fn chars(text: &[Self]) -> Chars<'_>;
}
impl Unit for u8 {
    fn chars(text: &[u8]) -> Chars<'_> {
        Chars::Latin1(text)
    }
}
impl Unit for u16 {
    fn chars(text: &[u16]) -> Chars<'_> {
        Chars::Ucs2(text)
    }
}
impl Unit for u32 {
    fn chars(text: &[u32]) -> Chars<'_> {
        Chars::Ucs4(text)
    }
}

/// A str of these characters.
#[inline]
pub fn text_of<C: Unit>(text: &[C]) -> Own<Str> {
    str::from_slice(C::chars(text))
}

/// Raise `json.JSONDecodeError` for a place in the document.
#[cold]
pub fn fail<T>(doc: P<Str>, message: &str, at: i64) -> PyResult<T> {
    let module = crate::construct::import("json.decoder")?;
    let class = getattr_text(module.value(), "JSONDecodeError")?;
    let (message, at) = (str::new(message), int::new(at));
    raise_exception(call3(class.value(), message.p().value(), doc.value(), at.value())?)
}

/// Where the characters that stand for themselves, from `from` on, end.
#[inline(always)]
pub fn plain_end<C: Unit>(text: &[C], from: usize, strict: bool) -> usize {
    let special = |c: u32| c == 0x22 || c == 0x5c || (c < 0x20 && strict);
    let rest = &text[from..];
    from + rest.iter().position(|&c| special(c.into())).unwrap_or(rest.len())
}

/// The string whose opening quote is before `from`, and where the text behind its closing quote begins. `strict`
/// refuses control characters.
pub fn scan<C: Unit>(doc: P<Str>, text: &[C], from: usize, strict: bool) -> PyResult<(Own<Str>, usize)> {
    let end = plain_end(text, from, strict);
    if is(text, end, b'"') {
        return Ok((text_of(&text[from..end]), end + 1));
    }
    scan_escaped(doc, text, from, strict)
}

/// Is this ASCII character there?
#[inline(always)]
pub fn is<C: Unit>(text: &[C], at: usize, wanted: u8) -> bool {
    text.get(at).is_some_and(|&c| c.into() == u32::from(wanted))
}

fn scan_escaped<C: Unit>(doc: P<Str>, text: &[C], from: usize, strict: bool) -> PyResult<(Own<Str>, usize)> {
    let mut out = StrBuilder::with_capacity(32);
    // -1 if there can be no quote.
    let opened = from as i64 - 1;
    let mut at = from;
    loop {
        let end = plain_end(text, at, strict);
        out.push_chars(C::chars(&text[at..end]));
        let Some(&c) = text.get(end) else {
            return fail(doc, "Unterminated string starting at", opened);
        };
        match c.into() {
            0x22 => return Ok((out.finish(), end + 1)),
            0x5c if end + 1 == text.len() => {
                return fail(doc, "Unterminated string starting at", opened);
            }
            0x5c => {
                let (c, next) = escape(doc, text, end + 1)?;
                out.push(c);
                at = next;
            }
            _ => return fail(doc, "Invalid control character at", end as i64),
        }
    }
}

/// What the escape whose letter is at `at` stands for, and where it ends.
fn escape<C: Unit>(doc: P<Str>, text: &[C], at: usize) -> PyResult<(u32, usize)> {
    let c: u32 = text[at].into();
    let simple = match c.try_into().unwrap_or(0) {
        b @ (b'"' | b'\\' | b'/') => b,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => return unicode_escape(doc, text, at),
        _ => return fail(doc, "Invalid \\escape", at as i64 - 1),
    };
    Ok((simple.into(), at + 1))
}

/// `\uXXXX` whose `u` is at `at`, with its second half if it is the first of a surrogate pair.
fn unicode_escape<C: Unit>(doc: P<Str>, text: &[C], at: usize) -> PyResult<(u32, usize)> {
    const INVALID: &str = "Invalid \\uXXXX escape";
    let (end, len) = (at + 5, text.len());
    if end > len {
        return fail(doc, INVALID, at as i64);
    }
    let Some(first) = hex(&text[at + 1..end]) else { return fail(doc, INVALID, at as i64) };
    let pair =
        (0xd800..0xdc00).contains(&first) && end + 6 < len && is(text, end, b'\\') && is(text, end + 1, b'u');
    if !pair {
        return Ok((first, end));
    }
    match hex(&text[end + 2..end + 6]) {
        None => fail(doc, INVALID, end as i64 + 1),
        Some(second @ 0xdc00..0xe000) => {
            Ok((0x10000 + ((first - 0xd800) << 10 | (second - 0xdc00)), end + 6))
        }
        Some(_) => Ok((first, end)),
    }
}

fn hex<C: Unit>(digits: &[C]) -> Option<u32> {
    digits.iter().try_fold(0, |n, &c| Some(n << 4 | char::from_u32(c.into())?.to_digit(16)?))
}
