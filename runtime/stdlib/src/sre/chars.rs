//! Characters: categories, case, sets.

use super::ops::{category as cat, op};
use taipan_runtime::text::props::{self, bits};

/// Lower case of an ASCII letter.
pub fn ascii_lower(c: u32) -> u32 {
    if c < 128 { u32::from((c as u8).to_ascii_lowercase()) } else { c }
}

/// The first character of the lower case mapping.
pub fn unicode_lower(c: u32) -> u32 {
    match c {
        ..128 => ascii_lower(c),
        0xC0..=0xD6 | 0xD8..=0xDE => c + 0x20,
        128..256 => c,
        _ => char::from_u32(c).and_then(|ch| ch.to_lowercase().next()).map_or(c, u32::from),
    }
}

/// The first character of the upper case mapping: what two small letters that share a capital have in common.
pub fn unicode_upper(c: u32) -> u32 {
    let Some(ch) = char::from_u32(c) else { return c };
    ch.to_uppercase().next().map_or(c, u32::from)
}

/// Is it an ASCII letter?
pub fn ascii_cased(c: u32) -> bool {
    c < 128 && (c as u8).is_ascii_alphabetic()
}

/// Does it have another case?
pub fn unicode_cased(c: u32) -> bool {
    unicode_lower(c) != c || unicode_upper(c) != c
}

fn ascii_word(c: u32) -> bool {
    c < 128 && ((c as u8).is_ascii_alphanumeric() || c == u32::from(b'_'))
}

/// A letter or digit in the C locale that Python runs in: bytes beyond ASCII are none.
fn locale_word(c: u32) -> bool {
    ascii_word(c)
}

/// `\w` in str patterns.
pub fn unicode_word(c: u32) -> bool {
    if c < 128 { ascii_word(c) } else { props::is(c, bits::ALNUM) }
}

fn ascii_space(c: u32) -> bool {
    matches!(c, 9..=13 | 32)
}

/// Is the character in the category?
#[inline]
pub fn in_category(category: u32, c: u32) -> bool {
    match category {
        cat::DIGIT => (48..58).contains(&c),
        cat::NOT_DIGIT => !(48..58).contains(&c),
        cat::SPACE => ascii_space(c),
        cat::NOT_SPACE => !ascii_space(c),
        cat::WORD => ascii_word(c),
        cat::NOT_WORD => !ascii_word(c),
        cat::LINEBREAK => c == 10,
        cat::NOT_LINEBREAK => c != 10,
        cat::LOC_WORD => locale_word(c),
        cat::LOC_NOT_WORD => !locale_word(c),
        cat::UNI_DIGIT => props::is(c, bits::DECIMAL),
        cat::UNI_NOT_DIGIT => !props::is(c, bits::DECIMAL),
        cat::UNI_SPACE => props::is_space(c),
        cat::UNI_NOT_SPACE => !props::is_space(c),
        cat::UNI_WORD => unicode_word(c),
        cat::UNI_NOT_WORD => !unicode_word(c),
        cat::UNI_LINEBREAK => props::is_linebreak(c),
        cat::UNI_NOT_LINEBREAK => !props::is_linebreak(c),
        _ => false,
    }
}

/// Is the character a word character for a boundary code (`kind`: 0 ASCII, 1 locale, 2 Unicode)?
pub fn is_word(kind: u8, c: u32) -> bool {
    match kind {
        0 => ascii_word(c),
        1 => locale_word(c),
        _ => unicode_word(c),
    }
}

/// Is the character in the set whose code starts here?
pub fn in_set(set: &[u32], c: u32) -> bool {
    let mut ok = true;
    let mut i = 0;
    let word = |i: usize| set.get(i).copied().unwrap_or(op::FAILURE);
    loop {
        match word(i) {
            op::LITERAL => {
                if c == word(i + 1) {
                    return ok;
                }
                i += 2;
            }
            op::CATEGORY => {
                if in_category(word(i + 1), c) {
                    return ok;
                }
                i += 2;
            }
            op::CHARSET => {
                if c < 256 && word(i + 1 + (c >> 5) as usize) & (1 << (c & 31)) != 0 {
                    return ok;
                }
                i += 9;
            }
            op::RANGE => {
                if (word(i + 1)..=word(i + 2)).contains(&c) {
                    return ok;
                }
                i += 3;
            }
            op::RANGE_UNI_IGNORE => {
                let range = word(i + 1)..=word(i + 2);
                if range.contains(&c) || range.contains(&unicode_upper(c)) {
                    return ok;
                }
                i += 3;
            }
            op::NEGATE => {
                ok = !ok;
                i += 1;
            }
            op::BIGCHARSET => {
                // A count, 256 block numbers in bytes, then the blocks.
                let count = word(i + 1) as usize;
                if c < 65536 {
                    let high = (c >> 8) as usize;
                    let block = word(i + 2 + high / 4).to_le_bytes()[high % 4] as usize;
                    let low = c & 255;
                    if word(i + 66 + block * 8 + (low >> 5) as usize) & (1 << (low & 31)) != 0 {
                        return ok;
                    }
                }
                i += 66 + count * 8;
            }
            _ => return !ok,
        }
    }
}
