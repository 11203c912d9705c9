//! A string's characters in their width, and the builder of new ones.

use smallvec::SmallVec;
use std::ops::Range;

/// A string's characters in their width. Bytes objects use the first variant.
#[derive(Clone, Copy, Debug)]
pub enum Chars<'a> {
    /// All below 256.
    Latin1(&'a [u8]),
    /// All below 65,536.
    Ucs2(&'a [u16]),
    /// Any code point, surrogates included.
    Ucs4(&'a [u32]),
}

/// Evaluate an expression with the slice of whichever width.
#[macro_export]
macro_rules! with_units {
    ($chars:expr, $units:ident => $body:expr) => {
        match $chars {
            $crate::text::Chars::Latin1($units) => $body,
            $crate::text::Chars::Ucs2($units) => $body,
            #[allow(clippy::useless_conversion, reason = "the other arms need it")]
            $crate::text::Chars::Ucs4($units) => $body,
        }
    };
}

impl<'a> Chars<'a> {
    /// Number of characters.
    #[inline]
    pub fn len(&self) -> usize {
        with_units!(self, s => s.len())
    }
    /// No characters?
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Bytes a character: 1, 2 or 4.
    #[inline]
    pub fn width(&self) -> u8 {
        match self {
            Chars::Latin1(_) => 1,
            Chars::Ucs2(_) => 2,
            Chars::Ucs4(_) => 4,
        }
    }
    /// The code point at `i < len`.
    #[inline(always)]
    pub fn at(&self, i: usize) -> u32 {
        match self {
            Chars::Latin1(s) => s[i].into(),
            Chars::Ucs2(s) => s[i].into(),
            Chars::Ucs4(s) => s[i],
        }
    }
    /// The code point at `i`, if there is one.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Option<u32> {
        if i < self.len() { Some(self.at(i)) } else { None }
    }
    /// The code points.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + 'a {
        let chars = *self;
        (0..chars.len()).map(move |i| chars.at(i))
    }
    /// The characters in `range`, in the same width (which may be wider than they need).
    #[inline]
    pub fn slice(&self, range: Range<usize>) -> Chars<'a> {
        match self {
            Chars::Latin1(s) => Chars::Latin1(&s[range]),
            Chars::Ucs2(s) => Chars::Ucs2(&s[range]),
            Chars::Ucs4(s) => Chars::Ucs4(&s[range]),
        }
    }
    /// Are all below 128?
    pub fn is_ascii(&self) -> bool {
        match self {
            Chars::Latin1(s) => s.is_ascii(),
            Chars::Ucs2(s) => s.iter().all(|&c| c < 128),
            Chars::Ucs4(s) => s.iter().all(|&c| c < 128),
        }
    }
    /// The text, if it is ASCII.
    pub fn as_ascii(&self) -> Option<&'a str> {
        match self {
            Chars::Latin1(s) if s.is_ascii() => std::str::from_utf8(s).ok(),
            _ => None,
        }
    }
    /// The index of a character.
    pub fn position(&self, c: u32) -> Option<usize> {
        match self {
            Chars::Latin1(s) => u8::try_from(c).ok().and_then(|c| memchr::memchr(c, s)),
            Chars::Ucs2(s) => u16::try_from(c).ok().and_then(|c| position_of(s, c)),
            Chars::Ucs4(s) => position_of(s, c),
        }
    }
    /// Does it contain this character?
    pub fn contains(&self, c: u32) -> bool {
        if let Chars::Latin1(s) = self
            && s.len() <= 16
        {
            // Too short for a vectorized search to pay.
            return s.iter().any(|&b| u32::from(b) == c);
        }
        self.position(c).is_some()
    }
    /// The same characters (the widths may differ)?
    pub fn same(&self, other: Chars<'_>) -> bool {
        match (*self, other) {
            (Chars::Latin1(a), Chars::Latin1(b)) => a == b,
            (Chars::Ucs2(a), Chars::Ucs2(b)) => a == b,
            (Chars::Ucs4(a), Chars::Ucs4(b)) => a == b,
            (a, b) => a.len() == b.len() && a.iter().eq(b.iter()),
        }
    }
    /// Order by code points.
    pub fn order(&self, other: Chars<'_>) -> std::cmp::Ordering {
        match (*self, other) {
            (Chars::Latin1(a), Chars::Latin1(b)) => a.cmp(b),
            (Chars::Ucs2(a), Chars::Ucs2(b)) => a.cmp(b),
            (Chars::Ucs4(a), Chars::Ucs4(b)) => a.cmp(b),
            (a, b) => a.iter().cmp(b.iter()),
        }
    }
    /// Do they start with `prefix`?
    pub fn starts_with(&self, prefix: Chars<'_>) -> bool {
        prefix.len() <= self.len() && self.slice(0..prefix.len()).same(prefix)
    }
    /// Do they end with `suffix`?
    pub fn ends_with(&self, suffix: Chars<'_>) -> bool {
        suffix.len() <= self.len() && self.slice(self.len() - suffix.len()..self.len()).same(suffix)
    }
    /// As UTF-8, lone surrogates replaced by U+FFFD: for messages.
    pub fn to_lossy(&self) -> String {
        match self.as_ascii() {
            Some(s) => s.to_owned(),
            None => self.iter().map(|c| char::from_u32(c).unwrap_or('\u{fffd}')).collect(),
        }
    }
}

/// The first `wanted`, looked for in blocks that are compared as vectors.
pub(super) fn position_of<T: Copy + Eq>(units: &[T], wanted: T) -> Option<usize> {
    const BLOCK: usize = 32;
    let holds = |block: &&[T]| block.iter().fold(false, |found, &c| found | (c == wanted));
    let (i, block) = units.chunks(BLOCK).enumerate().find(|(_, block)| holds(block))?;
    block.iter().position(|&c| c == wanted).map(|at| i * BLOCK + at)
}

/// How many of the first bytes are ASCII.
fn ascii_run(bytes: &[u8]) -> usize {
    const BLOCK: usize = 16;
    let blocks = bytes.chunks_exact(BLOCK).take_while(|block| block.is_ascii()).count();
    let rest = &bytes[blocks * BLOCK..];
    blocks * BLOCK + rest.iter().take_while(|b| b.is_ascii()).count()
}

/// Append UTF-8, whose characters all fit: runs of ASCII at once.
fn push_utf8<T>(units: &mut impl Extend<T>, mut text: &str, unit: impl Fn(u32) -> T) {
    while !text.is_empty() {
        let (ascii, rest) = text.split_at(ascii_run(text.as_bytes()));
        units.extend(ascii.bytes().map(|b| unit(b.into())));
        let wide = rest.bytes().take_while(|b| !b.is_ascii()).count();
        let (wide, rest) = rest.split_at(wide);
        units.extend(wide.chars().map(|c| unit(c.into())));
        text = rest;
    }
}

/// The units in a vector of wider ones with room for `capacity`, if there is memory.
fn widened<T: Copy, U: From<T>>(units: &[T], capacity: usize) -> Option<Vec<U>> {
    let mut wide = Vec::new();
    wide.try_reserve_exact(capacity).or_else(|_| wide.try_reserve_exact(units.len())).ok()?;
    wide.extend(units.iter().map(|&c| U::from(c)));
    Some(wide)
}

/// Short texts (numbers, fields, names), of so many bytes, are built without an allocation.
const INLINE: usize = 64;
type Bytes = SmallVec<[u8; INLINE]>;

enum Units {
    One(Bytes),
    Two(Vec<u16>),
    Four(Vec<u32>),
    /// There was no memory.
    Lost,
}

/// Builds a string piece by piece; starts at one byte a character and widens when it must. Where there is no memory for
/// it, it is lost and takes no more, and a `MemoryError` is due ([`crate::memory::check`]).
pub struct StrBuilder(Units);

impl Default for StrBuilder {
    fn default() -> Self {
        StrBuilder::new()
    }
}

impl StrBuilder {
    /// An empty builder: a constant, for to move what has just been written in pieces makes loads wait.
    #[inline(always)]
    pub fn new() -> StrBuilder {
        StrBuilder(const { Units::One(Bytes::new_const()) })
    }
    /// Room for about `n` characters.
    #[inline(always)]
    pub fn with_capacity(n: usize) -> StrBuilder {
        let mut new = StrBuilder::new();
        new.reserve(n);
        new
    }
    /// Room for `n` more characters; `false` if there is no memory.
    #[inline(always)]
    fn reserve(&mut self, n: usize) -> bool {
        let free = match &self.0 {
            Units::One(v) => v.capacity() - v.len(),
            Units::Two(v) => v.capacity() - v.len(),
            Units::Four(v) => v.capacity() - v.len(),
            Units::Lost => 0,
        };
        n <= free || self.grow(n)
    }
    #[cold]
    #[inline(never)]
    fn grow(&mut self, n: usize) -> bool {
        let grown = match &mut self.0 {
            Units::One(v) => v.try_reserve(n).is_ok() || v.try_reserve_exact(n).is_ok(),
            Units::Two(v) => v.try_reserve(n).is_ok() || v.try_reserve_exact(n).is_ok(),
            Units::Four(v) => v.try_reserve(n).is_ok() || v.try_reserve_exact(n).is_ok(),
            Units::Lost => false,
        };
        if !grown {
            self.0 = Units::Lost;
            crate::memory::run_out();
        }
        grown
    }
    /// From Latin-1 characters.
    pub fn from_latin1(bytes: Vec<u8>) -> StrBuilder {
        StrBuilder(Units::One(Bytes::from_vec(bytes)))
    }
    /// Characters so far.
    pub fn len(&self) -> usize {
        self.chars().len()
    }
    /// No characters?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// What was built so far.
    pub fn chars(&self) -> Chars<'_> {
        match &self.0 {
            Units::One(v) => Chars::Latin1(v),
            Units::Two(v) => Chars::Ucs2(v),
            Units::Four(v) => Chars::Ucs4(v),
            Units::Lost => Chars::Latin1(&[]),
        }
    }
    #[cold]
    fn widen_for(&mut self, c: u32) {
        let wider = match &self.0 {
            Units::One(v) if c < 0x10000 => widened(v, v.capacity()).map(Units::Two),
            Units::One(v) => widened(v, v.capacity()).map(Units::Four),
            Units::Two(v) => widened(v, v.capacity()).map(Units::Four),
            Units::Four(_) | Units::Lost => return,
        };
        self.0 = wider.unwrap_or_else(|| {
            crate::memory::run_out();
            Units::Lost
        });
    }
    /// Append a code point.
    #[inline]
    pub fn push(&mut self, c: u32) {
        if !self.reserve(1) {
            return;
        }
        match &mut self.0 {
            Units::One(v) if c < 0x100 => v.push(c as u8),
            Units::Two(v) if c < 0x10000 => v.push(c as u16),
            Units::Four(v) => v.push(c),
            _ => {
                self.widen_for(c);
                self.push(c);
            }
        }
    }
    /// Append a character.
    #[inline]
    pub fn push_char(&mut self, c: char) {
        self.push(c.into());
    }
    /// Append a code point `n` times.
    pub fn push_n(&mut self, c: u32, n: usize) {
        if n == 0 {
            return;
        }
        self.push(c);
        if !self.reserve(n - 1) {
            return;
        }
        match &mut self.0 {
            Units::One(v) => v.resize(v.len() + n - 1, c as u8),
            Units::Two(v) => v.resize(v.len() + n - 1, c as u16),
            Units::Four(v) => v.resize(v.len() + n - 1, c),
            Units::Lost => {}
        }
    }
    /// Append UTF-8.
    #[inline]
    pub fn push_str(&mut self, s: &str) {
        if s.is_ascii() {
            self.push_latin1(s.as_bytes());
        } else {
            self.push_non_ascii(s);
        }
    }
    #[cold]
    #[inline(never)]
    fn push_non_ascii(&mut self, s: &str) {
        // The first byte of a sequence says how wide the character is, at least.
        let widest = match s.bytes().max() {
            Some(0..=0xc3) | None => 0xff,
            Some(0xc4..=0xef) => 0xffff,
            Some(_) => 0x10000,
        };
        let fits = match &self.0 {
            Units::One(_) => widest < 0x100,
            Units::Two(_) => widest < 0x10000,
            Units::Four(_) | Units::Lost => true,
        };
        if !fits {
            self.widen_for(widest);
        }
        if !self.reserve(s.len()) {
            return;
        }
        match &mut self.0 {
            Units::One(v) => push_utf8(v, s, |c| c as u8),
            Units::Two(v) => push_utf8(v, s, |c| c as u16),
            Units::Four(v) => push_utf8(v, s, |c| c),
            Units::Lost => {}
        }
    }
    /// Append characters. Wide slices may hold narrow characters only: the builder widens by what it sees.
    #[inline]
    pub fn push_chars(&mut self, chars: Chars<'_>) {
        if !self.reserve(chars.len()) {
            return;
        }
        match (&mut self.0, chars) {
            (Units::One(v), Chars::Latin1(s)) => v.extend_from_slice(s),
            _ => self.push_wide(chars),
        }
    }
    /// [`Self::push_chars`] where the characters or those so far are wide.
    #[inline(never)]
    fn push_wide(&mut self, chars: Chars<'_>) {
        match (&mut self.0, chars) {
            (Units::Two(v), Chars::Latin1(s)) => v.extend(s.iter().map(|&c| u16::from(c))),
            (Units::Two(v), Chars::Ucs2(s)) => v.extend_from_slice(s),
            (Units::Four(v), Chars::Latin1(s)) => v.extend(s.iter().map(|&c| u32::from(c))),
            (Units::Four(v), Chars::Ucs2(s)) => v.extend(s.iter().map(|&c| u32::from(c))),
            (Units::Four(v), Chars::Ucs4(s)) => v.extend_from_slice(s),
            (Units::One(v), Chars::Ucs2(s)) if s.iter().all(|&c| c < 0x100) => {
                v.extend(s.iter().map(|&c| c as u8));
            }
            (_, chars) => {
                for c in chars.iter() {
                    self.push(c);
                }
            }
        }
    }
    /// Append bytes as Latin-1 characters.
    #[inline]
    pub fn push_latin1(&mut self, bytes: &[u8]) {
        self.push_chars(Chars::Latin1(bytes));
    }
    /// The bytes, of a builder into which only characters below 256 were pushed.
    pub fn into_latin1(self) -> Vec<u8> {
        match self.0 {
            Units::One(v) => v.into_vec(),
            Units::Two(v) => v.into_iter().map(|c| c as u8).collect(),
            Units::Four(v) => v.into_iter().map(|c| c as u8).collect(),
            Units::Lost => Vec::new(),
        }
    }
}

impl std::fmt::Write for StrBuilder {
    fn write_str(&mut self, s: &str) -> std::fmt::Result {
        self.push_str(s);
        Ok(())
    }
}
