//! The `str` object: characters behind the struct in the narrowest of three widths.
//!
//! # Invariants
//! - `kind` is 1, 2 or 4 bytes a character and the narrowest that fits; `ascii` iff all are below 128.
//! - `len` characters follow the struct, then `capacity - len` unused ones. Contents never change once a
//!   second reference exists ([`Str::append_in_place`] needs the only one).
//! - `hash` is 0 until computed (a computed 0 is stored as the hash's fallback and never occurs).

use crate::error::{PyResult, has_room};
use crate::object::{Header, Kind, Object, Own, P, Ref, alloc_uninit, alloc_uninit_in};
use crate::runtime::{runtime, types};
use crate::text::{Chars, StrBuilder};
use crate::types::type_object::TypeObject;
use crate::value::Value;
use std::cell::Cell;
use std::mem::MaybeUninit;

/// A Python string.
#[repr(C)]
pub struct Str {
    /// The header.
    pub head: Header,
    /// The cached hash, 0 if not computed.
    pub hash: Cell<i64>,
    /// Characters.
    pub len: Cell<usize>,
    /// Characters there is room for.
    pub capacity: u32,
    /// Bytes a character: 1, 2 or 4.
    pub kind: Cell<u8>,
    /// Are all below 128?
    pub ascii: Cell<bool>,
    /// In the table of interned strings?
    pub interned: Cell<bool>,
}

// SAFETY: `repr(C)`, starts with the header; `size` counts the characters behind the struct.
unsafe impl Object for Str {
    const KIND: Kind = Kind::Str;
    const CONTAINER: bool = false;
    fn size(&self) -> usize {
        (size_of::<Str>() + self.capacity as usize * self.kind.get() as usize).next_multiple_of(8)
    }
}

impl Str {
    /// Number of characters.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }
    /// No characters?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Are all characters below 128?
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.ascii.get()
    }
    #[inline(always)]
    fn data(&self) -> *mut u8 {
        // SAFETY: the characters follow the struct.
        unsafe { (&raw const *self).add(1).cast::<u8>().cast_mut() }
    }
    /// The characters.
    #[inline(always)]
    pub fn chars(&self) -> Chars<'_> {
        let (p, n) = (self.data(), self.len());
        // SAFETY: `len` characters of `kind` bytes follow the struct, 8-byte aligned.
        unsafe {
            match self.kind.get() {
                1 => Chars::Latin1(std::slice::from_raw_parts(p, n)),
                2 => Chars::Ucs2(std::slice::from_raw_parts(p.cast(), n)),
                _ => Chars::Ucs4(std::slice::from_raw_parts(p.cast(), n)),
            }
        }
    }
    /// The text, if it is ASCII (UTF-8 and characters are then the same bytes).
    #[inline(always)]
    pub fn as_ascii(&self) -> Option<&str> {
        if !self.ascii.get() {
            return None;
        }
        // SAFETY: `len` ASCII bytes follow the struct.
        Some(unsafe { std::str::from_utf8_unchecked(std::slice::from_raw_parts(self.data(), self.len())) })
    }
    /// As UTF-8; `None` if there is a lone surrogate.
    pub fn to_utf8(&self) -> Option<String> {
        if let Some(s) = self.as_ascii() {
            return Some(s.to_owned());
        }
        self.chars().iter().map(char::from_u32).collect()
    }
    /// As UTF-8 with lone surrogates replaced, for messages.
    pub fn to_lossy(&self) -> String {
        if let Some(s) = self.as_ascii() {
            return s.to_owned();
        }
        self.chars().iter().map(|c| char::from_u32(c).unwrap_or('\u{fffd}')).collect()
    }
    /// Is it this text?
    pub fn is_str(&self, text: &str) -> bool {
        match self.as_ascii() {
            Some(s) => s == text,
            None => self.chars().iter().eq(text.chars().map(u32::from)),
        }
    }
    /// The same characters?
    #[inline]
    pub fn equals(&self, other: &Str) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        if self.len() != other.len() || self.kind.get() != other.kind.get() {
            return false;
        }
        let n = self.len() * self.kind.get() as usize;
        // SAFETY: both have `n` bytes of characters. Most strings that differ do so in the first one.
        unsafe {
            if n != 0 && *self.data() != *other.data() {
                return false;
            }
            std::slice::from_raw_parts(self.data(), n) == std::slice::from_raw_parts(other.data(), n)
        }
    }
    /// The hash: SipHash-1-3 over the characters' bytes, like CPython's; never 0 or -1.
    #[inline(always)]
    pub fn hash(&self) -> i64 {
        let h = self.hash.get();
        if h != 0 { h } else { self.compute_hash() }
    }
    #[cold]
    fn compute_hash(&self) -> i64 {
        // SAFETY: as in `equals`.
        let bytes = unsafe { std::slice::from_raw_parts(self.data(), self.len() * self.kind.get() as usize) };
        let h = match runtime().hash_bytes(bytes) {
            0 if !self.is_empty() => 1,
            -1 => -2,
            h => h,
        };
        self.hash.set(h);
        h
    }
    /// Append in place if this string has room; the caller holds the only reference and asks for no wider kind.
    /// `false` if it cannot.
    pub fn append_in_place(&self, tail: &Str) -> bool {
        let n = self.len() + tail.len();
        if self.head.refcount.get() != 1
            || self.interned.get()
            || n > self.capacity as usize
            || tail.kind.get() > self.kind.get()
        {
            return false;
        }
        // SAFETY: there is room for `n` characters, and nobody else sees this string.
        unsafe { copy_chars(tail.chars(), self.kind.get(), self.data(), self.len()) };
        self.len.set(n);
        self.hash.set(0);
        self.ascii.set(self.ascii.get() && tail.ascii.get());
        true
    }
}

/// Write characters from index `at` of a buffer of `kind` bytes a character.
///
/// # Safety
/// The buffer has room, and `kind` fits the characters.
unsafe fn copy_chars(from: Chars<'_>, kind: u8, to: *mut u8, at: usize) {
    // SAFETY: as the caller promises.
    unsafe {
        match (from, kind) {
            (Chars::Latin1(s), 1) => std::ptr::copy_nonoverlapping(s.as_ptr(), to.add(at), s.len()),
            (Chars::Ucs2(s), 2) => {
                std::ptr::copy_nonoverlapping(s.as_ptr(), to.cast::<u16>().add(at), s.len())
            }
            (Chars::Ucs4(s), 4) => {
                std::ptr::copy_nonoverlapping(s.as_ptr(), to.cast::<u32>().add(at), s.len())
            }
            (Chars::Latin1(s), 2) => widen(s, to.cast::<u16>().add(at)),
            (Chars::Latin1(s), _) => widen(s, to.cast::<u32>().add(at)),
            (Chars::Ucs2(s), 1) => narrow(s, to.add(at), |c| c as u8),
            (Chars::Ucs2(s), _) => widen(s, to.cast::<u32>().add(at)),
            (Chars::Ucs4(s), 1) => narrow(s, to.add(at), |c| c as u8),
            (Chars::Ucs4(s), _) => narrow(s, to.cast::<u16>().add(at), |c| c as u16),
        }
    }
}

/// # Safety
/// There is room for the characters at `to`.
unsafe fn widen<T: Copy, U: From<T>>(from: &[T], to: *mut U) {
    for (i, &c) in from.iter().enumerate() {
        // SAFETY: as the caller promises.
        unsafe { to.add(i).write(U::from(c)) };
    }
}

/// # Safety
/// There is room for the characters at `to`.
unsafe fn narrow<T: Copy, U>(from: &[T], to: *mut U, convert: impl Fn(T) -> U) {
    for (i, &c) in from.iter().enumerate() {
        // SAFETY: as the caller promises.
        unsafe { to.add(i).write(convert(c)) };
    }
}

/// An uninitialised string of `len` characters of `kind` bytes, with room for `capacity`.
fn raw(len: usize, capacity: usize, kind: u8, ascii: bool) -> Own<Str> {
    let bytes = (capacity * kind as usize).next_multiple_of(8);
    // SAFETY: written here.
    unsafe { write_raw(alloc_uninit(bytes), types().str, len, bytes, kind, ascii) }
}

/// [`raw`] for an instance of `class`, `str` or a subclass.
fn raw_in(class: P<TypeObject>, len: usize, capacity: usize, kind: u8, ascii: bool) -> Own<Str> {
    let bytes = (capacity * kind as usize).next_multiple_of(8);
    // SAFETY: written here.
    unsafe { write_raw(alloc_uninit_in(class, bytes), class, len, bytes, kind, ascii) }
}

/// Write the struct of a new string with room for `bytes`.
///
/// # Safety
/// `p` is fresh memory for the struct and the bytes, of which the caller writes the characters before it returns.
unsafe fn write_raw(
    p: *mut Str,
    class: P<TypeObject>,
    len: usize,
    bytes: usize,
    kind: u8,
    ascii: bool,
) -> Own<Str> {
    let capacity = u32::try_from(bytes / kind as usize).expect("a str has fewer than 2^32 characters");
    // SAFETY: as the caller promises.
    unsafe {
        p.write(Str {
            head: Header::new(class),
            hash: Cell::new(0),
            len: Cell::new(len),
            capacity,
            kind: Cell::new(kind),
            ascii: Cell::new(ascii),
            interned: Cell::new(false),
        });
        Own::from_raw(P::from_ptr(p))
    }
}

fn kind_of(max: u32) -> u8 {
    match max {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        _ => 4,
    }
}

/// The empty string.
pub fn empty() -> Own<Str> {
    runtime().empty_str().own_typed()
}

/// The one-character string; Latin-1 characters are shared.
pub fn char_str(c: u32) -> Own<Str> {
    if c < 256 {
        return runtime().latin1_char(c as u8).own_typed();
    }
    from_chars(&[c])
}

/// A string from UTF-8.
pub fn new(text: &str) -> Own<Str> {
    if text.is_ascii() {
        return latin1(text.as_bytes());
    }
    let chars: Vec<u32> = text.chars().map(u32::from).collect();
    from_chars(&chars)
}

/// A string from bytes that are Latin-1 characters.
pub fn latin1(bytes: &[u8]) -> Own<Str> {
    if bytes.len() <= 1 && runtime().shared_strings_ready() {
        return bytes.first().map_or_else(empty, |&c| char_str(c.into()));
    }
    let s = raw(bytes.len(), bytes.len(), 1, bytes.is_ascii());
    // SAFETY: room for `bytes`.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), s.data(), bytes.len()) };
    s
}

/// A string of ASCII characters, which the caller knows to be some.
pub(super) fn ascii(bytes: &[u8]) -> Own<Str> {
    if bytes.len() <= 1 && runtime().shared_strings_ready() {
        return bytes.first().map_or_else(empty, |&c| char_str(c.into()));
    }
    let s = raw(bytes.len(), bytes.len(), 1, true);
    // SAFETY: room for `bytes`.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), s.data(), bytes.len()) };
    s
}

/// An ASCII string with each character replaced by another ASCII character; `None` for other strings.
pub fn map_ascii(s: &Str, map: impl Fn(&u8) -> u8) -> Option<Own<Str>> {
    let bytes = s.as_ascii()?.as_bytes();
    if let &[only] = bytes {
        return Some(char_str(map(&only).into()));
    }
    let mapped = raw(bytes.len(), bytes.len(), 1, true);
    for (i, c) in bytes.iter().enumerate() {
        // SAFETY: room for as many characters.
        unsafe { mapped.data().add(i).write(map(c)) };
    }
    Some(mapped)
}

/// A string from 16-bit characters (not UTF-16: each is a code point).
pub fn ucs2(chars: &[u16]) -> Own<Str> {
    build(Chars::Ucs2(chars))
}

/// A string from code points.
pub fn ucs4(chars: &[u32]) -> Own<Str> {
    build(Chars::Ucs4(chars))
}

/// A string from code points.
pub fn from_chars(chars: &[u32]) -> Own<Str> {
    build(Chars::Ucs4(chars))
}

fn build(chars: Chars<'_>) -> Own<Str> {
    let max = chars.iter().fold(0, |a, c| a | c);
    if chars.len() == 1 && max < 256 {
        return char_str(max);
    }
    if chars.is_empty() {
        return empty();
    }
    let kind = kind_of(max);
    let s = raw(chars.len(), chars.len(), kind, max < 128);
    // SAFETY: room for the characters, and `kind` fits the largest.
    unsafe { copy_chars(chars, kind, s.data(), 0) };
    s
}

/// A string from WTF-8 (UTF-8 in which lone surrogates are encoded as three bytes).
pub fn from_wtf8(bytes: &[u8]) -> Own<Str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return new(text);
    }
    let mut chars = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(&b) = rest.first() {
        let (n, first) = match b {
            0..=0x7f => (1, u32::from(b)),
            0xc0..=0xdf => (2, u32::from(b & 0x1f)),
            0xe0..=0xef => (3, u32::from(b & 0x0f)),
            _ => (4, u32::from(b & 0x07)),
        };
        let n = n.min(rest.len());
        chars.push(rest[1..n].iter().fold(first, |c, &b| (c << 6) | u32::from(b & 0x3f)));
        rest = &rest[n..];
    }
    from_chars(&chars)
}

/// The interned string with this text.
pub fn interned(text: &str) -> P<Str> {
    runtime().intern_text(text)
}

/// The interned string equal to `s` (which becomes it, if there was none).
pub fn intern(s: Own<Str>) -> P<Str> {
    runtime().intern(s)
}

impl StrBuilder {
    /// Append a string.
    #[inline]
    pub fn push_pystr(&mut self, s: &Str) {
        self.push_chars(s.chars());
    }
    /// The string.
    #[inline(always)]
    pub fn finish(self) -> Own<Str> {
        self.text()
    }
    /// The string, or the `MemoryError` that is due because there was no memory for it.
    #[inline(always)]
    pub fn try_finish(self) -> PyResult<Own<Str>> {
        let text = self.text();
        crate::memory::check()?;
        Ok(text)
    }
    /// What was built so far.
    fn text(&self) -> Own<Str> {
        if !has_room(self.len() * self.chars().width() as usize) {
            crate::memory::run_out();
            return empty();
        }
        // The builder widens only for characters that need it, so its width is the narrowest.
        match self.chars() {
            Chars::Latin1(b) => latin1(b),
            wide => exactly(wide),
        }
    }
}

/// A string of wide characters at least one of which needs the width.
fn exactly(chars: Chars<'_>) -> Own<Str> {
    let s = raw(chars.len(), chars.len(), chars.width(), false);
    // SAFETY: room for the characters, in their own width.
    unsafe { copy_chars(chars, chars.width(), s.data(), 0) };
    s
}

/// A string of these characters in the narrowest width that fits; single Latin-1 characters are shared.
pub fn from_slice(chars: Chars<'_>) -> Own<Str> {
    match chars {
        Chars::Latin1(b) => latin1(b),
        wide => build(wide),
    }
}

/// Short pieces are copied as a word.
const WORD: usize = 8;

/// A string that is put together from others, whose total length is known.
pub struct Pieces {
    whole: Own<Str>,
    at: usize,
}

impl Pieces {
    /// For pieces of `len` characters in all; `width` and `ascii` describe the result.
    pub fn new(len: usize, width: u8, ascii: bool) -> Pieces {
        Pieces { whole: raw(len, len, width, ascii), at: 0 }
    }
    /// Append a piece.
    #[inline(always)]
    pub fn push(&mut self, piece: &Str) {
        let (s, n, at) = (&*self.whole, piece.len(), self.at);
        assert!(piece.kind.get() <= s.kind.get() && at + n <= s.len());
        self.at += n;
        if (1..=WORD).contains(&n) && s.kind.get() == 1 && at + WORD <= s.capacity as usize {
            // SAFETY: characters take whole words, so both have room for one. (What is behind the last character is not
            // looked at, and may be uninitialised.)
            unsafe {
                let (from, to) = (piece.data().cast::<MaybeUninit<[u8; WORD]>>(), s.data().add(at));
                to.cast::<MaybeUninit<[u8; WORD]>>().write(from.read());
            }
            return;
        }
        // SAFETY: there is room, and the width fits.
        unsafe { copy_chars(piece.chars(), s.kind.get(), s.data(), at) };
    }
    /// The whole, once all pieces are there.
    pub fn finish(self) -> Own<Str> {
        assert_eq!(self.at, self.whole.len());
        self.whole
    }
}

/// A copy of a string as an instance of `class`, `str` or a subclass.
pub fn copy_in(class: P<TypeObject>, s: &Str) -> Own<Str> {
    let new = raw_in(class, s.len(), s.len(), s.kind.get(), s.is_ascii());
    // SAFETY: room for the characters, in their own width.
    unsafe { copy_chars(s.chars(), s.kind.get(), new.data(), 0) };
    new
}

/// `a + b`.
pub fn concat(a: &Str, b: &Str) -> Own<Str> {
    concat_with_room(a, b, a.len() + b.len())
}

/// `a + b` in a string with room for `capacity` characters, so that further appends are in place.
pub fn concat_with_room(a: &Str, b: &Str, capacity: usize) -> Own<Str> {
    let kind = a.kind.get().max(b.kind.get());
    let s = raw(a.len() + b.len(), capacity.max(a.len() + b.len()), kind, a.is_ascii() && b.is_ascii());
    // SAFETY: room for both, and `kind` fits both.
    unsafe {
        copy_chars(a.chars(), kind, s.data(), 0);
        copy_chars(b.chars(), kind, s.data(), a.len());
    }
    s
}

impl Value {
    /// The string, if this is a `str` (or of a subclass).
    #[inline(always)]
    pub fn as_str(self) -> Option<P<Str>> {
        self.downcast::<Str>()
    }
}

impl From<&str> for Ref {
    fn from(s: &str) -> Ref {
        new(s).erase()
    }
}
