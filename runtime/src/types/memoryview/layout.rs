//! The `memoryview` object.

use crate::buffer::Buffer;
use crate::error::PyResult;
use crate::object::{Header, Kind, Own, alloc};
use crate::runtime::types;
use crate::value::Value;
use crate::{object_layout, raise};
use std::cell::{Cell, RefCell};

/// A memoryview.
#[repr(C)]
pub struct MemoryView {
    /// The header.
    pub head: Header,
    pub(super) view: RefCell<Option<Buffer>>,
    /// The cached hash, 0 if not computed.
    pub(super) hash: Cell<i64>,
    /// Weak references to it.
    pub(super) weakrefs: Cell<Option<Value>>,
}
object_layout!(MemoryView, Kind::MemoryView, leaf);

/// A view of this buffer.
pub fn from_buffer(view: Buffer) -> Own<MemoryView> {
    alloc(MemoryView {
        head: Header::new(types().memoryview),
        view: RefCell::new(Some(view)),
        hash: Cell::new(0),
        weakrefs: Cell::new(None),
    })
}

/// `memoryview(v)`
pub fn new(v: Value) -> PyResult<Own<MemoryView>> {
    match Buffer::get(v)? {
        Some(b) => Ok(from_buffer(b)),
        None => {
            let class = v.class().name();
            raise!(TypeError, "memoryview: a bytes-like object is required, not '{class}'")
        }
    }
}

/// `v.__buffer__(flags)` of a native exporter.
pub fn from_flags(v: Value, flags: i32) -> PyResult {
    const WRITABLE: i32 = 1;
    let view = new(v)?;
    if flags & WRITABLE != 0 && view.buffer()?.readonly {
        return raise!(BufferError, "Object is not writable.");
    }
    Ok(view.erase())
}

impl MemoryView {
    /// The buffer it shows; an error once it was released.
    pub fn buffer(&self) -> PyResult<Buffer> {
        match &*self.view.borrow() {
            Some(b) => Ok(b.clone()),
            None => raise!(ValueError, "operation forbidden on released memoryview object"),
        }
    }
    /// Was it released?
    pub fn is_released(&self) -> bool {
        self.view.borrow().is_none()
    }
    /// Let go of the exporter.
    pub fn let_go(&self) {
        let view = self.view.take();
        drop(view);
    }
}
