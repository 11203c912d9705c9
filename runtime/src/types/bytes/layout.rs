//! The `bytes` object: its bytes follow the struct.
//!
//! # Invariants
//! `len` bytes follow the struct and never change once the object is shared.

use crate::object::{Header, Kind, Object, Own, P, alloc_uninit_in};
use crate::runtime::{runtime, types};
use crate::types::type_object::TypeObject;
use std::cell::Cell;

/// A bytes object.
#[repr(C)]
pub struct Bytes {
    /// The header.
    pub head: Header,
    /// The cached hash, 0 if not computed.
    hash: Cell<i64>,
    /// Number of bytes.
    pub len: usize,
}

// SAFETY: `repr(C)`, starts with the header; `size` counts the bytes behind the struct.
unsafe impl Object for Bytes {
    const KIND: Kind = Kind::Bytes;
    const CONTAINER: bool = false;
    fn size(&self) -> usize {
        size_of::<Bytes>() + self.len.next_multiple_of(8)
    }
}

impl Bytes {
    /// The bytes.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `len` bytes follow the struct.
        unsafe { std::slice::from_raw_parts((&raw const *self).add(1).cast(), self.len) }
    }
    /// The hash, equal to that of the ASCII `str` with these bytes.
    pub fn hash(&self) -> i64 {
        let h = self.hash.get();
        if h != 0 {
            return h;
        }
        let h = match runtime().hash_bytes(self.as_slice()) {
            0 if self.len != 0 => 1,
            -1 => -2,
            h => h,
        };
        self.hash.set(h);
        h
    }
}

/// A bytes object with a copy of `data`.
#[inline]
pub fn new(data: &[u8]) -> Own<Bytes> {
    new_in(types().bytes, data)
}

/// An instance of `class`, `bytes` or a subclass, with a copy of `data`.
pub fn new_in(class: P<TypeObject>, data: &[u8]) -> Own<Bytes> {
    build_in(class, data.len(), std::iter::once(data))
}

/// The concatenation of pieces whose total length is `len`.
pub fn from_pieces<'a>(len: usize, pieces: impl Iterator<Item = &'a [u8]>) -> Own<Bytes> {
    build_in(types().bytes, len, pieces)
}

fn build_in<'a>(class: P<TypeObject>, len: usize, pieces: impl Iterator<Item = &'a [u8]>) -> Own<Bytes> {
    // SAFETY: the struct and the bytes are written here; each piece is checked to fit.
    unsafe {
        let p = alloc_uninit_in::<Bytes>(class, len.next_multiple_of(8));
        p.write(Bytes { head: Header::new(class), hash: Cell::new(0), len });
        let own = Own::from_raw(P::from_ptr(p));
        let to = p.add(1).cast::<u8>();
        let mut at = 0;
        for piece in pieces {
            assert!(at + piece.len() <= len);
            std::ptr::copy_nonoverlapping(piece.as_ptr(), to.add(at), piece.len());
            at += piece.len();
        }
        assert_eq!(at, len);
        own
    }
}
