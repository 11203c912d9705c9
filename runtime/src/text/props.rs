//! Character properties (Unicode 16.0, as CPython 3.14), and the whole-string predicates built on them.

use super::chars::Chars;
use super::tables;
use crate::with_units;

/// Properties of a code point: bits of the table's flags.
pub mod bits {
    /// `str.isalpha`
    pub const ALPHA: u16 = 1;
    /// `str.isdecimal`
    pub const DECIMAL: u16 = 2;
    /// `str.isdigit`
    pub const DIGIT: u16 = 4;
    /// `str.isnumeric`
    pub const NUMERIC: u16 = 8;
    /// `str.isspace`
    pub const SPACE: u16 = 16;
    /// The property Lowercase.
    pub const LOWER: u16 = 32;
    /// The property Uppercase.
    pub const UPPER: u16 = 64;
    /// Category Lt.
    pub const TITLE: u16 = 128;
    /// `str.isprintable`
    pub const PRINTABLE: u16 = 256;
    /// May start an identifier.
    pub const XID_START: u16 = 512;
    /// May continue an identifier.
    pub const XID_CONTINUE: u16 = 1024;
    /// The property Case_Ignorable.
    pub const CASE_IGNORABLE: u16 = 2048;
    /// The property Cased.
    pub const CASED: u16 = LOWER | UPPER | TITLE;
    /// `str.isalnum`
    pub const ALNUM: u16 = ALPHA | DECIMAL | DIGIT | NUMERIC;
}

static LATIN1: [u16; 256] = latin1_table();

const fn latin1_table() -> [u16; 256] {
    let mut table = [0; 256];
    let (mut c, mut run) = (0, 0);
    while c < 256 {
        while tables::RUN_STARTS[run + 1] as usize <= c {
            run += 1;
        }
        table[c] = tables::RUN_FLAGS[run];
        c += 1;
    }
    table
}

static RUN_STARTS: [u32; tables::RUN_STARTS.len()] = tables::RUN_STARTS;
static RUN_FLAGS: [u16; tables::RUN_FLAGS.len()] = tables::RUN_FLAGS;

/// The properties of a code point (see [`bits`]).
#[inline]
pub fn flags(c: u32) -> u16 {
    if c < 256 {
        return LATIN1[c as usize];
    }
    RUN_FLAGS[RUN_STARTS.partition_point(|&start| start <= c) - 1]
}

/// Does it have (one of) these properties?
#[inline]
pub fn is(c: u32, property: u16) -> bool {
    flags(c) & property != 0
}

/// `str.isspace` of one character.
#[inline]
pub fn is_space(c: u32) -> bool {
    is(c, bits::SPACE)
}

/// Does `repr` show it as it is?
#[inline]
pub fn is_printable(c: u32) -> bool {
    is(c, bits::PRINTABLE)
}

/// Does `str.splitlines` break after it?
#[inline]
pub fn is_linebreak(c: u32) -> bool {
    matches!(c, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

/// The value of a decimal digit of any script.
pub fn decimal_value(c: u32) -> Option<u32> {
    if c < 128 {
        return char::from_u32(c).and_then(|c| c.to_digit(10));
    }
    if !is(c, bits::DECIMAL) {
        return None;
    }
    let zeros = &tables::DECIMAL_ZEROS;
    Some(c - zeros[zeros.partition_point(|&z| z <= c) - 1])
}

/// Not empty, and every character has (one of) these properties: `isalpha`, `isdigit` and the like.
pub fn all(chars: Chars<'_>, property: u16) -> bool {
    !chars.is_empty() && with_units!(chars, s => s.iter().all(|&c| is(u32::from(c), property)))
}

/// `str.isprintable`: true of the empty string.
pub fn all_printable(chars: Chars<'_>) -> bool {
    with_units!(chars, s => s.iter().all(|&c| is_printable(u32::from(c))))
}

/// `str.isidentifier`
pub fn is_identifier(chars: Chars<'_>) -> bool {
    let Some(first) = chars.get(0) else { return false };
    (first == u32::from(b'_') || is(first, bits::XID_START))
        && with_units!(chars, s => s[1..].iter().all(|&c| is(u32::from(c), bits::XID_CONTINUE)))
}

/// `str.islower`: some cased character, and none that is upper- or titlecase.
pub fn is_lower(chars: Chars<'_>) -> bool {
    one_case(chars, bits::LOWER, bits::UPPER | bits::TITLE)
}

/// `str.isupper`
pub fn is_upper(chars: Chars<'_>) -> bool {
    one_case(chars, bits::UPPER, bits::LOWER | bits::TITLE)
}

fn one_case(chars: Chars<'_>, wanted: u16, other: u16) -> bool {
    let mut seen = false;
    for c in chars.iter() {
        let f = flags(c);
        if f & other != 0 {
            return false;
        }
        seen |= f & wanted != 0;
    }
    seen
}

/// `str.istitle`: uppercase follows uncased characters only, lowercase follows cased ones only.
pub fn is_title(chars: Chars<'_>) -> bool {
    let (mut seen, mut after_cased) = (false, false);
    for c in chars.iter() {
        let f = flags(c);
        if f & (bits::UPPER | bits::TITLE) != 0 {
            if after_cased {
                return false;
            }
            (seen, after_cased) = (true, true);
        } else if f & bits::LOWER != 0 {
            if !after_cased {
                return false;
            }
            seen = true;
        } else {
            after_cased = false;
        }
    }
    seen
}
