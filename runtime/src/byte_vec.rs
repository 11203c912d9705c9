//! `ByteVec`: growable bytes with a fixed layout that machine code reads and writes (`ptr`, `len`).
//!
//! # Invariants
//! - `ptr`, `len` and `capacity` are the parts of a `Vec<u8>`; while a [`ByteVecMut`] has that vector, they are those of
//!   an empty one, so that whoever looks meanwhile sees no bytes.
//! - `readers` counts the [`ByteVecRef`]s; the vector is not taken while there are any.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};

/// See the module's page.
#[repr(C)]
pub struct ByteVec {
    /// The bytes.
    pub ptr: Cell<*mut u8>,
    /// Their number.
    pub len: Cell<usize>,
    capacity: Cell<usize>,
    readers: Cell<usize>,
}

/// The bytes, readable.
pub struct ByteVecRef<'a>(&'a ByteVec);

/// The vector, taken out to be changed; it returns when this is dropped.
pub struct ByteVecMut<'a> {
    home: &'a ByteVec,
    data: Vec<u8>,
}

impl From<Vec<u8>> for ByteVec {
    fn from(data: Vec<u8>) -> ByteVec {
        let mut data = ManuallyDrop::new(data);
        ByteVec {
            ptr: Cell::new(data.as_mut_ptr()),
            len: Cell::new(data.len()),
            capacity: Cell::new(data.capacity()),
            readers: Cell::new(0),
        }
    }
}

impl ByteVec {
    /// Put `data` in place of what the parts tell, which is returned.
    fn replace(&self, data: Vec<u8>) -> Vec<u8> {
        let mut data = ManuallyDrop::new(data);
        let (p, n) = (self.ptr.replace(data.as_mut_ptr()), self.len.replace(data.len()));
        let capacity = self.capacity.replace(data.capacity());
        // SAFETY: the parts of a vector (the module's invariant), which the cells do not tell any more.
        unsafe { Vec::from_raw_parts(p, n, capacity) }
    }
    /// The bytes, to be read.
    #[inline(always)]
    pub fn borrow(&self) -> ByteVecRef<'_> {
        self.readers.set(self.readers.get() + 1);
        ByteVecRef(self)
    }
    /// The vector, to be changed.
    ///
    /// # Panics
    /// While somebody reads the bytes.
    pub fn borrow_mut(&self) -> ByteVecMut<'_> {
        assert_eq!(self.readers.get(), 0, "the bytes are being read");
        ByteVecMut { home: self, data: self.replace(Vec::new()) }
    }
    /// How many bytes there is room for.
    pub fn capacity(&self) -> usize {
        self.capacity.get()
    }
}

impl Drop for ByteVec {
    fn drop(&mut self) {
        drop(self.replace(Vec::new()));
    }
}

impl Deref for ByteVecRef<'_> {
    type Target = [u8];
    #[inline(always)]
    fn deref(&self) -> &[u8] {
        // SAFETY: the parts of a vector, which stays where it is while there are readers. Machine code may write items
        // meanwhile only where this is held across Python code, which no caller does.
        unsafe { std::slice::from_raw_parts(self.0.ptr.get(), self.0.len.get()) }
    }
}

impl Drop for ByteVecRef<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.readers.set(self.0.readers.get() - 1);
    }
}

impl Deref for ByteVecMut<'_> {
    type Target = Vec<u8>;
    fn deref(&self) -> &Vec<u8> {
        &self.data
    }
}

impl DerefMut for ByteVecMut<'_> {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.data
    }
}

impl Drop for ByteVecMut<'_> {
    fn drop(&mut self) {
        drop(self.home.replace(std::mem::take(&mut self.data)));
    }
}
