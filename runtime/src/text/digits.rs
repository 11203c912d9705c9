//! The digits of ints, made without going through `fmt`.

use smallvec::SmallVec;

/// ASCII digits with a `-` if the number is negative; those of a machine word lie on the stack.
#[derive(Clone, Debug)]
pub struct Digits(SmallVec<[u8; 64]>);

impl Digits {
    /// The digits of a word, in base 2, 8, 10 or 16.
    #[inline]
    pub fn of_word(i: i64, base: u32) -> Digits {
        if base == 10 {
            return decimal_i64(i, |digits| Digits(SmallVec::from_slice(digits)));
        }
        let mut text = SmallVec::new();
        if i < 0 {
            text.push(b'-');
        }
        with_digits(i.unsigned_abs(), base.trailing_zeros(), |digits| text.extend_from_slice(digits));
        Digits(text)
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits are ASCII")
    }
    /// Use capital letters.
    pub fn make_uppercase(&mut self) {
        self.0.make_ascii_uppercase();
    }
}

impl From<String> for Digits {
    fn from(text: String) -> Digits {
        Digits(text.into_bytes().into())
    }
}

/// Give `f` the decimal digits of a small int, with its sign.
#[inline]
pub fn decimal_i64<T>(i: i64, f: impl FnOnce(&[u8]) -> T) -> T {
    let mut buffer = [0u8; 20];
    let mut at = buffer.len();
    let mut n = i.unsigned_abs();
    loop {
        at -= 1;
        buffer[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            break;
        }
    }
    if i < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    f(&buffer[at..])
}

/// Give `f` the digits of `n` in base `2^bits`, in lower case.
#[inline]
pub fn with_digits<T>(mut n: u64, bits: u32, f: impl FnOnce(&[u8]) -> T) -> T {
    let mut buffer = [0; 64];
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b"0123456789abcdef"[(n & ((1 << bits) - 1)) as usize];
        n >>= bits;
        if n == 0 {
            return f(&buffer[at..]);
        }
    }
}
