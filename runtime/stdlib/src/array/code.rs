//! Type codes: the C types of items.

use taipan_runtime::error::{Exc, PyResult};
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::index::{index, to_f64};
use taipan_runtime::raise;
use taipan_runtime::types::{float, int, str};
use taipan_runtime::value::Value;

/// The letters.
pub const LETTERS: &str = "bBuwhHiIlLqQfd";

/// A type of items.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Code {
    pub letter: u8,
    pub size: usize,
}

/// What ints of a type are called in messages.
fn int_name(letter: u8) -> &'static str {
    match letter {
        b'b' => "signed char",
        b'B' => "unsigned byte integer",
        b'h' => "signed short integer",
        b'H' => "unsigned short",
        b'i' => "signed integer",
        _ => "unsigned int",
    }
}

/// The error for an int below `low` or too large, which C code converts by way of a wider type: `b` by a short, `H` by
/// an int, all by a long.
fn out_of_range(letter: u8, n: Option<i64>, low: i64) -> PyResult<Item> {
    let way = match letter {
        b'b' => Some((i64::from(i16::MIN), i64::from(i16::MAX), b'h')),
        b'H' => Some((i64::from(i32::MIN), i64::from(i32::MAX), b'i')),
        _ => None,
    };
    let Some(n) = n.filter(|_| letter != b'I') else {
        if letter == b'I' {
            return raise!(OverflowError, "unsigned int is greater than maximum");
        }
        return raise!(OverflowError, "Python int too large to convert to C long");
    };
    let (low, what) = match way {
        Some((least, most, wider)) if n < least || n > most => (least, int_name(wider)),
        _ => (low, int_name(letter)),
    };
    let problem = if n < low { "less than minimum" } else { "greater than maximum" };
    raise!(OverflowError, "{what} is {problem}")
}

/// The bytes of an item.
pub struct Item {
    bytes: [u8; 8],
    size: usize,
}

impl std::ops::Deref for Item {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.bytes[..self.size]
    }
}

impl Code {
    /// How many items so many bytes are.
    pub fn count(self, bytes: usize) -> usize {
        // The size is a power of two.
        bytes >> self.size.trailing_zeros()
    }
    /// The type of a letter.
    pub fn of(v: Value) -> PyResult<Code> {
        let letter = v.as_str().filter(|s| s.len() == 1).map(|s| s.chars().at(0));
        let letter = match letter {
            Some(c) => u8::try_from(c).unwrap_or(0),
            None if v.as_str().is_some() => {
                return raise!(
                    TypeError,
                    "array() argument 1 must be a unicode character, not a string of length {}",
                    v.as_str().map_or(0, |s| s.len())
                );
            }
            None => {
                let got = v.class().name();
                return raise!(TypeError, "array() argument 1 must be a unicode character, not {got}");
            }
        };
        let size = match letter {
            b'b' | b'B' => 1,
            b'h' | b'H' => 2,
            b'i' | b'I' | b'f' | b'u' | b'w' => 4,
            b'l' | b'L' | b'q' | b'Q' | b'd' => 8,
            _ => {
                return raise!(
                    ValueError,
                    "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"
                );
            }
        };
        Ok(Code { letter, size })
    }
    pub fn is_text(self) -> bool {
        matches!(self.letter, b'u' | b'w')
    }
    fn is_signed(self) -> bool {
        self.letter.is_ascii_lowercase()
    }
    /// An item from its bytes.
    pub fn load(self, b: &[u8]) -> Ref {
        let raw = match *b {
            [a] => a.into(),
            [a, b] => u16::from_le_bytes([a, b]).into(),
            [a, b, c, d] => u32::from_le_bytes([a, b, c, d]).into(),
            [a, b, c, d, e, f, g, h] => u64::from_le_bytes([a, b, c, d, e, f, g, h]),
            _ => unreachable!("items have 1, 2, 4 or 8 bytes"),
        };
        match self.letter {
            b'f' => float::new(f32::from_bits(raw as u32).into()),
            b'd' => float::new(f64::from_bits(raw)),
            b'u' | b'w' => str::char_str(raw as u32).erase(),
            _ if self.is_signed() => {
                let shift = 64 - 8 * self.size;
                int::new((raw << shift) as i64 >> shift)
            }
            _ => int::from_u64(raw),
        }
    }
    /// The bytes of an item.
    pub fn store(self, v: Value) -> PyResult<Item> {
        match self.letter {
            b'f' => Ok(self.item((to_f64(v)? as f32).to_bits().into())),
            b'd' => Ok(self.item(to_f64(v)?.to_bits())),
            b'u' | b'w' => match v.as_str() {
                Some(s) if s.len() == 1 => Ok(self.item(s.chars().at(0).into())),
                Some(s) => raise!(
                    TypeError,
                    "array item must be a unicode character, not a string of length {}",
                    s.len()
                ),
                None => raise!(TypeError, "array item must be a unicode character, not {}", v.class().name()),
            },
            _ => self.store_int(v),
        }
    }
    fn item(self, raw: u64) -> Item {
        Item { bytes: raw.to_le_bytes(), size: self.size }
    }
    fn store_int(self, v: Value) -> PyResult<Item> {
        if v.downcast::<taipan_runtime::types::float::Float>().is_some() || v.as_flonum().is_some() {
            return raise!(TypeError, "'float' object cannot be interpreted as an integer");
        }
        let i = index(v)?;
        let number = match i.as_i64() {
            Some(i) => Some(i128::from(i)),
            None => i.as_big().and_then(|b| i128::try_from(b.as_ref()).ok()),
        };
        let bits = 8 * self.size as u32;
        let (low, high) = if self.is_signed() {
            (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
        } else {
            (0, (1i128 << bits) - 1)
        };
        match number {
            Some(n) if (low..=high).contains(&n) => Ok(self.item(n as u64)),
            Some(n) if n < 0 && matches!(self.letter, b'I' | b'L') => {
                raise!(OverflowError, "can't convert negative value to unsigned int")
            }
            Some(n) if n < 0 && self.letter == b'Q' => {
                raise!(OverflowError, "can't convert negative int to unsigned")
            }
            _ if matches!(self.letter, b'q' | b'Q') => raise!(OverflowError, "int too big to convert"),
            _ if self.letter == b'l' => raise!(OverflowError, "Python int too large to convert to C long"),
            _ if self.letter == b'L' => {
                raise!(OverflowError, "Python int too large to convert to C unsigned long")
            }
            _ => out_of_range(self.letter, i.as_i64(), low as i64),
        }
    }
}

/// The number of the machine format, for pickles (`array.__reduce_ex__`).
pub fn machine_format(code: Code) -> i64 {
    match code.letter {
        b'B' => 0,
        b'b' => 1,
        b'H' => 2,
        b'h' => 4,
        b'I' => 6,
        b'i' => 8,
        b'L' | b'Q' => 10,
        b'l' | b'q' => 12,
        b'f' => 14,
        b'd' => 16,
        _ => 20,
    }
}

/// Items in a machine format as items of this type.
pub fn from_machine_format(code: Code, format: i64, data: &[u8]) -> PyResult<Vec<u8>> {
    let (size, big) = match format {
        0 | 1 => (1, false),
        2..=5 => (2, format % 2 == 1),
        6..=9 => (4, format % 2 == 1),
        10..=13 => (8, format % 2 == 1),
        14 | 15 => (4, format == 15),
        16 | 17 => (8, format == 17),
        18 | 19 => (2, format == 19),
        20 | 21 => (4, format == 21),
        _ => return raise!(ValueError, "third argument must be a valid machine format code."),
    };
    if !data.len().is_multiple_of(size) {
        return raise!(ValueError, "bytes length not a multiple of item size");
    }
    let mut out = Vec::with_capacity(data.len());
    for item in data.chunks(size) {
        let mut item = item.to_vec();
        if big {
            item.reverse();
        }
        if size == code.size {
            out.extend(item);
        } else {
            // The item's size differs on the machine that wrote it.
            let signed = matches!(format, 1 | 4 | 5 | 8 | 9 | 12 | 13);
            let from = Code { letter: if signed { b'l' } else { b'L' }, size };
            out.extend_from_slice(&code.store(*from.load(&item))?);
        }
    }
    Ok(out)
}

/// The place of an item, counted from the end if negative.
pub fn place(i: i64, len: usize, message: &str) -> PyResult<usize> {
    match taipan_runtime::protocol::mapping::place(i, len) {
        Some(i) => Ok(i),
        None => taipan_runtime::error::raise_message(Exc::IndexError, message),
    }
}
