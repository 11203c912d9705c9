//! What `bytes` and `bytearray` share beyond the algorithms of [`super::search`] and [`super::split`]: ASCII
//! case and predicates, translation, hexadecimal.

use super::{TextError, TextResult};

/// `upper`
pub fn upper(b: &[u8]) -> Vec<u8> {
    b.to_ascii_uppercase()
}

/// `lower`
pub fn lower(b: &[u8]) -> Vec<u8> {
    b.to_ascii_lowercase()
}

/// `swapcase`
pub fn swapcase(b: &[u8]) -> Vec<u8> {
    b.iter().map(|c| if c.is_ascii_alphabetic() { c ^ 0x20 } else { *c }).collect()
}

/// `capitalize`
pub fn capitalize(b: &[u8]) -> Vec<u8> {
    let mut out = b.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

/// `title`
pub fn title(b: &[u8]) -> Vec<u8> {
    let mut after_letter = false;
    let convert = |c: &u8| {
        let out = if after_letter { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() };
        after_letter = c.is_ascii_alphabetic();
        out
    };
    b.iter().map(convert).collect()
}

fn all(b: &[u8], f: impl Fn(&u8) -> bool) -> bool {
    !b.is_empty() && b.iter().all(f)
}

/// `isalpha`
pub fn is_alpha(b: &[u8]) -> bool {
    all(b, u8::is_ascii_alphabetic)
}
/// `isalnum`
pub fn is_alnum(b: &[u8]) -> bool {
    all(b, u8::is_ascii_alphanumeric)
}
/// `isdigit`
pub fn is_digit(b: &[u8]) -> bool {
    all(b, u8::is_ascii_digit)
}
/// `isspace`
pub fn is_space(b: &[u8]) -> bool {
    all(b, |c| matches!(c, 9..=13 | 32))
}
/// `islower`
pub fn is_lower(b: &[u8]) -> bool {
    b.iter().any(u8::is_ascii_lowercase) && !b.iter().any(u8::is_ascii_uppercase)
}
/// `isupper`
pub fn is_upper(b: &[u8]) -> bool {
    b.iter().any(u8::is_ascii_uppercase) && !b.iter().any(u8::is_ascii_lowercase)
}
/// `istitle`
pub fn is_title(b: &[u8]) -> bool {
    let (mut seen, mut after_letter) = (false, false);
    for c in b {
        let bad = if after_letter { c.is_ascii_uppercase() } else { c.is_ascii_lowercase() };
        if bad {
            return false;
        }
        after_letter = c.is_ascii_alphabetic();
        seen |= after_letter;
    }
    seen
}

/// `translate`: drop the bytes in `delete`, map the others through `table` (256 bytes).
pub fn translate(b: &[u8], table: Option<&[u8]>, delete: &[u8]) -> Vec<u8> {
    if let (Some(t), []) = (table, delete) {
        return b.iter().map(|&c| t[usize::from(c)]).collect();
    }
    let mut dropped = [false; 256];
    delete.iter().for_each(|&d| dropped[usize::from(d)] = true);
    let kept = b.iter().filter(|&&c| !dropped[usize::from(c)]);
    match table {
        Some(t) => kept.map(|&c| t[usize::from(c)]).collect(),
        None => kept.copied().collect(),
    }
}

/// The two digits of each byte.
const HEX: [[u8; 2]; 256] = {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut table = [[0; 2]; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = [DIGITS[i >> 4], DIGITS[i & 15]];
        i += 1;
    }
    table
};

/// `hex`, in ASCII: a separator every `group` bytes, counted from the right, or from the left if negative.
pub fn hex(b: &[u8], separator: Option<u8>, group: i64) -> Vec<u8> {
    let size = usize::try_from(group.unsigned_abs()).unwrap_or(usize::MAX);
    let Some(separator) = separator.filter(|_| size != 0) else {
        return b.iter().flat_map(|&c| HEX[usize::from(c)]).collect();
    };
    let mut out = Vec::with_capacity(b.len() * 3);
    for (i, &c) in b.iter().enumerate() {
        let before = if group > 0 { b.len() - i } else { i };
        if i > 0 && before.is_multiple_of(size) {
            out.push(separator);
        }
        out.extend(HEX[usize::from(c)]);
    }
    out
}

/// `fromhex`: pairs of digits, white space between pairs.
pub fn from_hex(chars: super::Chars<'_>) -> TextResult<Vec<u8>> {
    let bad = |at: usize| {
        TextError::value(format!("non-hexadecimal number found in fromhex() arg at position {at}"))
    };
    let digit = |i: usize| chars.get(i).and_then(char::from_u32).and_then(|c| c.to_digit(16));
    let mut out = Vec::with_capacity(chars.len() / 2);
    let mut i = 0;
    while let Some(c) = chars.get(i) {
        if matches!(c, 9..=13 | 32) {
            i += 1;
            continue;
        }
        let Some(high) = digit(i) else { return Err(bad(i)) };
        match digit(i + 1) {
            Some(low) => out.push((high << 4 | low) as u8),
            None if i + 1 >= chars.len() => {
                return Err(TextError::value(
                    "fromhex() arg must contain an even number of hexadecimal digits",
                ));
            }
            None => return Err(bad(i + 1)),
        }
        i += 2;
    }
    Ok(out)
}
