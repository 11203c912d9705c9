//! The buffer protocol: objects that show a block of memory to others.
//!
//! # Invariants
//! - An exporter keeps `len` bytes at `data` where they are, and alive, until the buffer's `release` was called:
//!   what could move them is refused meanwhile ("Existing exports of data").
//! - A slice from [`Buffer::bytes`] is not held across anything that may run Python or write to the exporter.
//! - `shape` and `strides` have one entry a dimension, and every element they reach lies in the block.

use crate::error::PyResult;
use crate::names::names;
use crate::object::{Own, P, Ref};
use crate::protocol::call;
use crate::raise;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::memoryview::MemoryView;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use std::borrow::Cow;
use std::rc::Rc;

/// Exports an object's memory. A class's `buffer` holds the one of its layout.
pub type ExportFn = fn(Value) -> PyResult<Buffer>;

/// How an exporter is told that a buffer is gone.
pub type ReleaseFn = fn(Value);

/// The holder of an export; tells the exporter when the last one that shares it is gone.
struct Export {
    owner: Ref,
    release: ReleaseFn,
}

impl Drop for Export {
    fn drop(&mut self) {
        (self.release)(*self.owner);
    }
}

/// A view of an exporter's memory.
#[derive(Clone)]
pub struct Buffer {
    export: Rc<Export>,
    data: *mut u8,
    len: usize,
    /// May it not be written?
    pub readonly: bool,
    /// The elements' type, as in `struct`.
    pub format: Cow<'static, str>,
    /// Bytes an element.
    pub itemsize: usize,
    /// Elements in each dimension.
    pub shape: Vec<usize>,
    /// Bytes from one element to the next in each dimension.
    pub strides: Vec<isize>,
    /// Bytes from `data` to the first element.
    pub offset: usize,
}

fn keep(_: Value) {}

impl Buffer {
    /// A one-dimensional view of `len` bytes at `data`.
    ///
    /// # Safety
    /// The memory stays until `release(owner)` is called, which happens when the buffer and its clones are gone.
    pub unsafe fn new(owner: Ref, data: *mut u8, len: usize, readonly: bool, release: ReleaseFn) -> Buffer {
        Buffer {
            export: Rc::new(Export { owner, release }),
            data,
            len,
            readonly,
            format: Cow::Borrowed("B"),
            itemsize: 1,
            shape: vec![len],
            strides: vec![1],
            offset: 0,
        }
    }
    /// [`Buffer::new`] for elements of another type; `itemsize` divides the length.
    ///
    /// # Safety
    /// As for [`Buffer::new`].
    pub unsafe fn with_format(
        owner: Ref,
        data: *mut u8,
        len: usize,
        readonly: bool,
        release: ReleaseFn,
        format: Cow<'static, str>,
        itemsize: usize,
    ) -> Buffer {
        // SAFETY: as the caller promises.
        let plain = unsafe { Buffer::new(owner, data, len, readonly, release) };
        Buffer { format, itemsize, shape: vec![len / itemsize], strides: vec![itemsize as isize], ..plain }
    }
    /// A read-only view of a `bytes` object, which never changes.
    pub fn of_bytes(b: P<Bytes>) -> Buffer {
        let s = b.as_slice();
        // SAFETY: a bytes object's memory is as it is while the reference lives.
        unsafe { Buffer::new(b.own(), s.as_ptr().cast_mut(), s.len(), true, keep) }
    }
    /// The buffer of an object; `None` if it has none.
    pub fn get(v: Value) -> PyResult<Option<Buffer>> {
        if let Some(b) = v.downcast::<Bytes>() {
            return Ok(Some(Buffer::of_bytes(b)));
        }
        if let Some(b) = v.downcast::<ByteArray>() {
            return Ok(Some(b.export()));
        }
        if let Some(m) = v.downcast::<MemoryView>() {
            return m.buffer().map(Some);
        }
        if let Some(export) = v.class().buffer.get() {
            return export(v).map(Some);
        }
        from_dunder(v)
    }
    /// The buffer of an object, or the `TypeError` "a bytes-like object is required".
    pub fn require(v: Value) -> PyResult<Buffer> {
        match Buffer::get(v)? {
            Some(b) => Ok(b),
            None => raise!(TypeError, "a bytes-like object is required, not '{}'", v.class().name()),
        }
    }
    /// A buffer that can be written, for `function() argument 1 must be read-write bytes-like object`.
    pub fn require_writable(v: Value, what: &str) -> PyResult<Buffer> {
        match Buffer::get(v)? {
            Some(b) if !b.readonly && b.is_contiguous() => Ok(b),
            _ => raise!(TypeError, "{what} must be read-write bytes-like object, not {}", v.class().name()),
        }
    }
    /// The same memory, not to be written through this view.
    pub fn into_readonly(mut self) -> Buffer {
        self.readonly = true;
        self
    }
    /// The same memory as elements of another type in another shape.
    pub fn with_layout(
        mut self,
        format: Cow<'static, str>,
        itemsize: usize,
        shape: Vec<usize>,
        strides: Vec<isize>,
    ) -> Buffer {
        debug_assert_eq!(shape.len(), strides.len());
        (self.format, self.itemsize, self.shape, self.strides) = (format, itemsize, shape, strides);
        self
    }
    /// The exporter.
    pub fn owner(&self) -> Value {
        *self.export.owner
    }
    /// Elements.
    pub fn items(&self) -> usize {
        self.shape.iter().product()
    }
    /// Bytes of all elements.
    pub fn nbytes(&self) -> usize {
        self.items() * self.itemsize
    }
    /// Are the elements one behind the other, the last index fastest?
    pub fn is_contiguous(&self) -> bool {
        let mut step = self.itemsize as isize;
        self.nbytes() == 0
            || self.shape.iter().zip(&self.strides).rev().all(|(&n, &stride)| {
                let fits = n == 1 || stride == step;
                step *= n as isize;
                fits
            })
    }
    /// Are the elements one behind the other, the first index fastest?
    pub fn is_fortran_contiguous(&self) -> bool {
        let mut step = self.itemsize as isize;
        self.nbytes() == 0
            || self.shape.iter().zip(&self.strides).all(|(&n, &stride)| {
                let fits = n == 1 || stride == step;
                step *= n as isize;
                fits
            })
    }
    /// The bytes, of a contiguous buffer; see the module's invariants.
    pub fn bytes(&self) -> Option<&[u8]> {
        if !self.is_contiguous() {
            return None;
        }
        let n = self.nbytes();
        if n == 0 {
            return Some(&[]);
        }
        assert!(self.offset + n <= self.len);
        // SAFETY: the block is alive, and the elements lie in it (module invariants).
        Some(unsafe { std::slice::from_raw_parts(self.data.add(self.offset), n) })
    }
    /// The bytes of the elements in order.
    pub fn to_vec(&self) -> Vec<u8> {
        if let Some(b) = self.bytes() {
            return b.to_vec();
        }
        let mut out = Vec::with_capacity(self.nbytes());
        self.for_each(|p| out.extend_from_slice(self.element(p)));
        out
    }
    /// Visit the position of every element in order.
    pub fn for_each(&self, mut f: impl FnMut(isize)) {
        if self.items() == 0 {
            return;
        }
        let mut index = vec![0usize; self.shape.len()];
        let mut at = self.offset as isize;
        loop {
            f(at);
            let mut d = self.shape.len();
            loop {
                if d == 0 {
                    return;
                }
                d -= 1;
                index[d] += 1;
                at += self.strides[d];
                if index[d] < self.shape[d] {
                    break;
                }
                at -= self.strides[d] * self.shape[d] as isize;
                index[d] = 0;
            }
        }
    }
    /// The bytes of the element at a position (from `data`).
    pub fn element(&self, at: isize) -> &[u8] {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        assert!(at.checked_add(self.itemsize).is_some_and(|end| end <= self.len));
        // SAFETY: in the block, as just checked.
        unsafe { std::slice::from_raw_parts(self.data.add(at), self.itemsize) }
    }
    /// Write bytes at a position (from `data`).
    pub fn write(&self, at: isize, bytes: &[u8]) {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        assert!(!self.readonly && at.checked_add(bytes.len()).is_some_and(|end| end <= self.len));
        // SAFETY: in the block, as just checked; nobody holds a slice of it.
        unsafe { std::ptr::copy(bytes.as_ptr(), self.data.add(at), bytes.len()) };
    }
    /// Run `f` on the bytes of a writable, contiguous buffer.
    pub fn with_bytes_mut<T>(&self, f: impl FnOnce(&mut [u8]) -> T) -> T {
        assert!(!self.readonly && self.is_contiguous());
        let n = self.nbytes();
        if n == 0 {
            return f(&mut []);
        }
        // SAFETY: the block is alive and writable; `f` is the only one that looks at it.
        f(unsafe { std::slice::from_raw_parts_mut(self.data.add(self.offset), n) })
    }
}

/// `v.__buffer__(flags)` of a Python class.
fn from_dunder(v: Value) -> PyResult<Option<Buffer>> {
    let name = names().__buffer__;
    if !v.class().is_heap() {
        return Ok(None);
    }
    const FULL_RO: i64 = 284;
    match call::call_special(v, name, &[Value::small_int(FULL_RO)]) {
        None => Ok(None),
        Some(r) => {
            let view = r?;
            match view.downcast::<MemoryView>() {
                Some(m) => m.buffer().map(Some),
                None => raise!(TypeError, "__buffer__ returned non-memoryview object"),
            }
        }
    }
}

/// Set what exports the memory of instances of `class`.
pub fn set_exporter(class: P<TypeObject>, export: ExportFn) {
    class.buffer.set(Some(export));
}

/// The bytes of a bytes-like object where they lie, kept there: what a [`Buffer`] is for calls that only want to read.
/// The module's invariant about slices holds for it, too.
pub enum Contents {
    /// Those of a `bytes` object.
    Bytes(Own<Bytes>),
    /// Those of a contiguous buffer.
    View(Buffer),
    /// One that stands for an int.
    Byte([u8; 1]),
}

impl Contents {
    /// The bytes of an object; `None` if it has no buffer, `BufferError` if it has one whose bytes are not in a row.
    #[inline]
    pub fn get(v: Value) -> PyResult<Option<Contents>> {
        match Contents::in_a_row(v)? {
            None if Buffer::get(v)?.is_some() => not_in_a_row(),
            found => Ok(found),
        }
    }
    /// The same for calls to which bytes that are not in a row are none.
    #[inline]
    pub fn in_a_row(v: Value) -> PyResult<Option<Contents>> {
        if let Some(b) = v.downcast::<Bytes>() {
            return Ok(Some(Contents::Bytes(b.own_typed())));
        }
        Ok(Buffer::get(v)?.filter(Buffer::is_contiguous).map(Contents::View))
    }
    /// The bytes of an object, or the `TypeError` "a bytes-like object is required".
    #[inline]
    pub fn require(v: Value) -> PyResult<Contents> {
        if let Some(b) = v.downcast::<Bytes>() {
            return Ok(Contents::Bytes(b.own_typed()));
        }
        let buffer = Buffer::require(v)?;
        if buffer.is_contiguous() { Ok(Contents::View(buffer)) } else { not_in_a_row() }
    }
}

#[cold]
fn not_in_a_row<T>() -> PyResult<T> {
    raise!(BufferError, "memoryview: underlying buffer is not C-contiguous")
}

impl std::ops::Deref for Contents {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Contents::Bytes(b) => b.as_slice(),
            Contents::View(b) => b.bytes().unwrap_or(&[]),
            Contents::Byte(b) => b,
        }
    }
}
