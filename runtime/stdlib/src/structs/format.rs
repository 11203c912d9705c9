//! Format strings: parsed once into fields with their offsets.

use crate::construct::raise_own;
use smallvec::SmallVec;
use taipan_runtime::error::PyResult;

/// Marks `struct.error`.
pub struct StructError;

/// Raise `struct.error`.
pub fn fail<T>(message: &str) -> PyResult<T> {
    raise_own::<StructError, T>(message)
}

/// One run of equal items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The format character.
    pub code: u8,
    /// Bytes an item (of `s` and `p`: of the whole).
    pub size: usize,
    /// Items; 1 for `s` and `p`.
    pub count: usize,
    /// Where the first item lies.
    pub offset: usize,
}

/// A parsed format.
#[derive(Clone, Debug)]
pub struct Format {
    /// The fields that take values.
    pub fields: SmallVec<[Field; 4]>,
    /// Bytes in all.
    pub size: usize,
    /// Values in all.
    pub values: usize,
    /// Least significant byte first?
    pub little: bool,
}

/// Size and alignment of a format character.
fn layout(code: u8, native: bool) -> Option<(usize, usize)> {
    let sized = |n| Some((n, if native { n } else { 1 }));
    match code {
        b'x' | b'b' | b'B' | b'c' | b's' | b'p' | b'?' => Some((1, 1)),
        b'h' | b'H' | b'e' => sized(2),
        b'i' | b'I' | b'f' => sized(4),
        b'l' | b'L' => sized(if native { 8 } else { 4 }),
        b'q' | b'Q' | b'd' => sized(8),
        b'n' | b'N' | b'P' if native => sized(8),
        b'F' => Some((8, if native { 4 } else { 1 })),
        b'D' => Some((16, if native { 8 } else { 1 })),
        _ => None,
    }
}

const TOO_LONG: &str = "total struct size too long";

/// Parse a format.
pub fn parse(text: &[u8]) -> PyResult<Format> {
    let (native, little, rest) = match text.first() {
        Some(b'@') => (true, cfg!(target_endian = "little"), &text[1..]),
        Some(b'=') => (false, cfg!(target_endian = "little"), &text[1..]),
        Some(b'<') => (false, true, &text[1..]),
        Some(b'>' | b'!') => (false, false, &text[1..]),
        _ => (true, cfg!(target_endian = "little"), text),
    };
    let mut f = Format { fields: SmallVec::new(), size: 0, values: 0, little };
    let mut i = 0;
    while i < rest.len() {
        let c = rest[i];
        i += 1;
        if c.is_ascii_whitespace() {
            continue;
        }
        let (mut code, mut count) = (c, 1usize);
        if c.is_ascii_digit() {
            count = usize::from(c - b'0');
            while let Some(d) = rest.get(i).filter(|d| d.is_ascii_digit()) {
                let next = count.checked_mul(10).and_then(|n| n.checked_add(usize::from(d - b'0')));
                count = match next.filter(|&n| n <= isize::MAX as usize) {
                    Some(n) => n,
                    None => return fail(TOO_LONG),
                };
                i += 1;
            }
            code = match rest.get(i) {
                Some(&c) => c,
                None => return fail("repeat count given without format specifier"),
            };
            i += 1;
        }
        let Some((size, align)) = layout(code, native) else { return fail("bad char in struct format") };
        let offset = f.size.next_multiple_of(align);
        let end = count.checked_mul(size).and_then(|n| n.checked_add(offset));
        f.size = match end.filter(|&n| n <= isize::MAX as usize) {
            Some(n) => n,
            None => return fail(TOO_LONG),
        };
        match code {
            b'x' => {}
            b's' | b'p' => {
                f.fields.push(Field { code, size: count, count: 1, offset });
                f.values += 1;
            }
            _ if count > 0 => {
                f.fields.push(Field { code, size, count, offset });
                f.values += count;
            }
            _ => {}
        }
    }
    Ok(f)
}
