//! Characters of one, two and four bytes, and the scans over them that repeats and searches are made of.

use memchr::memmem::Finder;
use memchr::{memchr, memchr3, memrchr};

/// A character as texts hold it.
pub trait Unit: Copy + Eq + Into<u32> {
    /// 0 if all characters are below 256, else 1: an index into what is known for each kind.
    const WIDE: usize;
    /// The character with this number, if the kind has it.
    fn of(c: u32) -> Option<Self>;

    /// Where the character first occurs.
    #[inline(always)]
    fn find(text: &[Self], c: u32) -> Option<usize> {
        let c = Self::of(c)?;
        text.iter().position(|&x| x == c)
    }
    /// Where it occurs last.
    #[inline(always)]
    fn find_last(text: &[Self], c: u32) -> Option<usize> {
        let c = Self::of(c)?;
        text.iter().rposition(|&x| x == c)
    }
    /// Where one of three first occurs.
    #[inline(always)]
    fn find_few(text: &[Self], set: [u8; 3]) -> Option<usize> {
        let set = set.map(u32::from);
        text.iter().position(|&x| set.contains(&x.into()))
    }
    /// Where a text that is not empty first occurs; `bytes` searches for the same, if it consists of bytes.
    #[inline(always)]
    fn find_text(text: &[Self], wanted: &[u32], _bytes: Option<&Finder<'_>>) -> Option<usize> {
        let (&first, rest) = wanted.split_first()?;
        let mut from = 0;
        loop {
            from += Self::find(text.get(from..)?, first)?;
            if starts_with(&text[from + 1..], rest) {
                return Some(from);
            }
            from += 1;
        }
    }
}

impl Unit for u8 {
    const WIDE: usize = 0;
    #[inline(always)]
    fn of(c: u32) -> Option<u8> {
        u8::try_from(c).ok()
    }
    #[inline(always)]
    fn find(text: &[u8], c: u32) -> Option<usize> {
        memchr(u8::of(c)?, text)
    }
    #[inline(always)]
    fn find_last(text: &[u8], c: u32) -> Option<usize> {
        memrchr(u8::of(c)?, text)
    }
    #[inline(always)]
    fn find_few(text: &[u8], [a, b, c]: [u8; 3]) -> Option<usize> {
        memchr3(a, b, c, text)
    }
    #[inline(always)]
    fn find_text(text: &[u8], _wanted: &[u32], bytes: Option<&Finder<'_>>) -> Option<usize> {
        bytes?.find(text)
    }
}
impl Unit for u16 {
    const WIDE: usize = 1;
    #[inline(always)]
    fn of(c: u32) -> Option<u16> {
        u16::try_from(c).ok()
    }
}
impl Unit for u32 {
    const WIDE: usize = 1;
    #[inline(always)]
    fn of(c: u32) -> Option<u32> {
        Some(c)
    }
}

/// Does the text start with these characters?
#[inline(always)]
pub fn starts_with<C: Unit>(text: &[C], wanted: &[u32]) -> bool {
    text.len() >= wanted.len() && text.iter().zip(wanted).all(|(&a, &b)| a.into() == b)
}
