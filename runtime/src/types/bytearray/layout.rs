//! The `bytearray` object.
//!
//! # Invariants
//! While `exports` is not zero the vector is neither resized nor dropped, so that the memory which buffers show
//! stays where it is.

use crate::buffer::Buffer;
use crate::byte_vec::{ByteVec, ByteVecRef};
use crate::error::PyResult;
use crate::object::{Header, Kind, Own, P, alloc, alloc_in};
use crate::object_layout;
use crate::raise;
use crate::runtime::types;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use std::cell::Cell;

/// A bytearray.
#[repr(C)]
pub struct ByteArray {
    /// The header.
    pub head: Header,
    /// The bytes.
    pub data: ByteVec,
    /// Buffers that show the bytes.
    exports: Cell<usize>,
}
object_layout!(ByteArray, Kind::ByteArray, leaf);

/// A bytearray with these bytes.
pub fn new(data: Vec<u8>) -> Own<ByteArray> {
    alloc(ByteArray { head: Header::new(types().bytearray), data: data.into(), exports: Cell::new(0) })
}

/// An empty instance of `class`, `bytearray` or a subclass.
pub fn empty_in(class: P<TypeObject>) -> Own<ByteArray> {
    alloc_in(class, ByteArray { head: Header::new(class), data: Vec::new().into(), exports: Cell::new(0) })
}

fn release(v: Value) {
    if let Some(b) = v.downcast::<ByteArray>() {
        b.exports.set(b.exports.get() - 1);
    }
}

impl ByteArray {
    /// The bytes; not to be held across anything that may run Python.
    pub fn borrow(&self) -> ByteVecRef<'_> {
        self.data.borrow()
    }
    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.data.len.get()
    }
    /// No bytes?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Room, as `__alloc__` tells it.
    pub fn capacity(&self) -> usize {
        self.data.capacity()
    }
    /// Change bytes in place, without changing the length.
    pub fn with_slice<T>(&self, f: impl FnOnce(&mut [u8]) -> T) -> T {
        f(&mut self.data.borrow_mut())
    }
    /// Change the bytes and their number; refused while a buffer shows them.
    pub fn resize_with<T>(&self, f: impl FnOnce(&mut Vec<u8>) -> T) -> PyResult<T> {
        if self.exports.get() != 0 {
            return raise!(BufferError, "Existing exports of data: object cannot be re-sized");
        }
        Ok(f(&mut self.data.borrow_mut()))
    }
    /// As [`Self::resize_with`], for an `f` that makes the array longer by `more`; a `MemoryError` if there is no room.
    pub fn grow_with(&self, more: usize, f: impl FnOnce(&mut Vec<u8>)) -> PyResult<()> {
        self.resize_with(|b| {
            crate::memory::make_room(b, more)?;
            f(b);
            Ok(())
        })?
    }
    /// A buffer that shows the bytes.
    pub fn export(&self) -> Buffer {
        let (p, n) = (self.data.ptr.get(), self.data.len.get());
        self.exports.set(self.exports.get() + 1);
        // SAFETY: the object lives as long as the reference that the buffer holds.
        let owner = unsafe { P::from_ptr(&raw const *self) };
        // SAFETY: the memory stays until `release` (the module's invariant).
        unsafe { Buffer::new(owner.own(), p, n, false, release) }
    }
}
