//! The iterator of `memoryview`.

use super::MemoryView;
use super::element::unpack;
use crate::error::PyResult;
use crate::object::{Header, Kind, Own, P, Ref, alloc};
use crate::runtime::types;
use crate::value::Value;
use crate::{object_layout, pymethods, raise};
use std::cell::{Cell, RefCell};

/// Yields the elements of a one-dimensional view.
#[repr(C)]
pub struct MemoryIter {
    /// The header.
    pub head: Header,
    /// The next element.
    pub index: Cell<usize>,
    view: RefCell<Option<Own<MemoryView>>>,
}
object_layout!(MemoryIter, Kind::MemoryIter, leaf);

/// `iter(view)`
pub fn iter(view: P<MemoryView>) -> PyResult<Own<MemoryIter>> {
    match view.buffer()?.shape.len() {
        0 => raise!(TypeError, "invalid indexing of 0-dim memory"),
        1 => Ok(alloc(MemoryIter {
            head: Header::new(types().memory_iterator),
            index: Cell::new(0),
            view: RefCell::new(Some(view.own_typed())),
        })),
        _ => raise!(NotImplementedError, "multi-dimensional sub-views are not implemented"),
    }
}

#[pymethods]
impl MemoryIter {
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }

    #[slot(next)]
    fn next(this: P<MemoryIter>) -> PyResult<Option<Ref>> {
        let Some(view) = this.view.borrow().clone() else { return Ok(None) };
        let b = view.buffer()?;
        let i = this.index.get();
        if i < b.shape[0] {
            this.index.set(i + 1);
            let at = b.offset as isize + i as isize * b.strides[0];
            return unpack(&b.format, b.element(at)).map(Some);
        }
        drop(this.view.take());
        Ok(None)
    }
}
