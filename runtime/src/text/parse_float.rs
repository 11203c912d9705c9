//! `float(text)`: white space around, digits of any script, underscores between digits, `inf` and `nan`.

use super::escape::repr_of;
use super::{Chars, Flavor, TextError, TextResult, props};
use std::borrow::Cow;

/// The number that a text says; the error quotes it.
pub fn parse(text: Chars<'_>, flavor: Flavor) -> TextResult<f64> {
    let inner = text.slice(super::split::strip(text, flavor, None, super::split::Side::Both));
    ascii_digits(inner, flavor)
        .and_then(|bytes| without_underscores(&bytes).and_then(|b| fast_float2::parse::<f64, _>(&*b).ok()))
        .ok_or_else(|| {
            TextError::value(format!("could not convert string to float: {}", repr_of(text, flavor)))
        })
}

/// The number that ASCII bytes say (no white space, no underscores).
pub fn parse_ascii(text: &[u8]) -> Option<f64> {
    fast_float2::parse(text).ok()
}

/// With decimal digits of any script as ASCII; `None` if anything else is not ASCII.
pub(crate) fn ascii_digits<'a>(chars: Chars<'a>, flavor: Flavor) -> Option<Cow<'a, [u8]>> {
    if let Chars::Latin1(s) = chars
        && (flavor == Flavor::Bytes || s.is_ascii())
    {
        return Some(Cow::Borrowed(s));
    }
    let digit =
        |c: u32| if c < 128 { Some(c as u8) } else { props::decimal_value(c).map(|d| b'0' + d as u8) };
    chars.iter().map(digit).collect::<Option<Vec<u8>>>().map(Cow::Owned)
}

/// Underscores may stand between two digits only.
fn without_underscores(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !text.contains(&b'_') {
        return Some(Cow::Borrowed(text));
    }
    let digit = |i: usize| text.get(i).is_some_and(u8::is_ascii_digit);
    let good = |i: usize| text[i] != b'_' || (i > 0 && digit(i - 1) && digit(i + 1));
    if !(0..text.len()).all(good) {
        return None;
    }
    Some(Cow::Owned(text.iter().copied().filter(|&b| b != b'_').collect()))
}
