//! `int(text, base)` and `str(int)`, with CPython's limit on the number of decimal digits.

use super::escape::repr_of;
use super::parse_float::ascii_digits;
use super::split::{Side, strip};
use super::{Chars, Flavor, TextError, TextResult};
use dashu_int::{IBig, UBig};

/// The default of `sys.set_int_max_str_digits`.
pub const DEFAULT_MAX_STR_DIGITS: usize = 4300;

/// A number that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParsedInt {
    /// It fits in 64 bits.
    Small(i64),
    /// It does not.
    Big(IBig),
}

/// The int that a text says. `base` is 0 (by the prefix) or 2 to 36 (anything else is an error); texts of more
/// than `max_digits` digits are refused for bases that are no power of two, unless it is 0.
pub fn parse(text: Chars<'_>, base: u32, flavor: Flavor, max_digits: usize) -> TextResult<ParsedInt> {
    if let Chars::Latin1(bytes) = text
        && let Some(n) = plain(bytes.trim_ascii(), base)
    {
        return Ok(ParsedInt::Small(n));
    }
    if base == 1 || base > 36 {
        return Err(TextError::value("int() base must be >= 2 and <= 36, or 0"));
    }
    let invalid = || {
        let shown = repr_of(text, flavor);
        let shown: String = shown.chars().take(200).collect();
        TextError::value(format!("invalid literal for int() with base {base}: {shown}"))
    };
    let inner = text.slice(strip(text, flavor, None, Side::Both));
    let bytes = ascii_digits(inner, flavor).ok_or_else(invalid)?;
    let (negative, rest) = match bytes.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, &*bytes),
    };
    let (actual, rest, prefixed) = split_base(rest, base);
    let digits = clean(rest, actual, prefixed).ok_or_else(invalid)?;
    if base == 0 && !prefixed && digits.len() > 1 && digits[0] == b'0' && digits.iter().any(|&b| b != b'0') {
        return Err(invalid());
    }
    number(&digits, actual, negative, max_digits)
}

/// A few digits, perhaps with a sign: what most texts are.
#[inline]
fn plain(text: &[u8], base: u32) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let most = match base {
        10 => 18,
        2..=36 => 12,
        _ => return None,
    };
    if digits.is_empty() || digits.len() > most {
        return None;
    }
    let mut n = 0;
    for &d in digits {
        let digit = match d {
            b'0'..=b'9' => d - b'0',
            b'a'..=b'z' => d - b'a' + 10,
            b'A'..=b'Z' => d - b'A' + 10,
            _ => return None,
        };
        if u32::from(digit) >= base {
            return None;
        }
        n = n * i64::from(base) + i64::from(digit);
    }
    Some(if negative { -n } else { n })
}

/// The base that counts, what is behind the prefix, and whether there was one.
fn split_base(text: &[u8], base: u32) -> (u32, &[u8], bool) {
    let by_prefix = match text {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    if by_prefix != 0 && (base == 0 || base == by_prefix) {
        (by_prefix, &text[2..], true)
    } else {
        (if base == 0 { 10 } else { base }, text, false)
    }
}

/// The digits without underscores; `None` if they are not well-formed.
fn clean(text: &[u8], base: u32, prefixed: bool) -> Option<Vec<u8>> {
    let mut digits = Vec::with_capacity(text.len());
    // One underscore may follow a prefix or a digit.
    let mut may_underscore = prefixed;
    for &b in text {
        if b == b'_' {
            if !may_underscore {
                return None;
            }
            may_underscore = false;
        } else {
            (b as char).to_digit(base)?;
            digits.push(b);
            may_underscore = true;
        }
    }
    if digits.is_empty() || text.last() == Some(&b'_') { None } else { Some(digits) }
}

fn number(digits: &[u8], base: u32, negative: bool, max_digits: usize) -> TextResult<ParsedInt> {
    let text = std::str::from_utf8(digits).unwrap_or("0");
    if digits.len() <= 12 {
        let n = i64::from_str_radix(text, base).unwrap_or(0);
        return Ok(ParsedInt::Small(if negative { -n } else { n }));
    }
    if max_digits != 0 && digits.len() > max_digits && !base.is_power_of_two() {
        return Err(TextError::value(format!(
            "Exceeds the limit ({max_digits} digits) for integer string conversion: value has {} digits; \
             use sys.set_int_max_str_digits() to increase the limit",
            digits.len()
        )));
    }
    let n = match UBig::from_str_radix(text, base) {
        Ok(n) => IBig::from(n),
        Err(e) => return Err(TextError::value(e.to_string())),
    };
    let n = if negative { -n } else { n };
    Ok(i64::try_from(&n).map_or(ParsedInt::Big(n), ParsedInt::Small))
}

/// The error for an int with too many decimal digits.
pub fn too_many_digits(max_digits: usize) -> TextError {
    TextError::value(format!(
        "Exceeds the limit ({max_digits} digits) for integer string conversion; \
         use sys.set_int_max_str_digits() to increase the limit"
    ))
}

/// `str(n)`; numbers of more than `max_digits` digits are refused unless it is 0.
pub fn to_decimal(n: &IBig, max_digits: usize) -> TextResult<String> {
    if max_digits != 0 {
        // A number of b bits has at least 0.301 * (b - 1) digits: refuse before the expensive conversion.
        let bits = dashu_int::ops::BitTest::bit_len(n);
        if bits.saturating_sub(1) as u64 * 3010 / 10000 > max_digits as u64 {
            return Err(too_many_digits(max_digits));
        }
    }
    let text = n.to_string();
    let digits = text.len() - usize::from(text.starts_with('-'));
    if max_digits != 0 && digits > max_digits { Err(too_many_digits(max_digits)) } else { Ok(text) }
}
