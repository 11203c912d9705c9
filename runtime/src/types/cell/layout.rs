//! The cell object.
//!
//! # Invariants
//! `value` is an owned word, or `UNBOUND`.

use crate::object::{Header, Kind, Object, Own, Ref, Visitor, alloc, decref};
use crate::runtime::types;
use crate::value::{UNBOUND, Value};

/// A cell.
#[repr(C)]
pub struct Cell {
    /// The header.
    pub head: Header,
    /// The content, or `UNBOUND`.
    pub value: std::cell::Cell<Value>,
}

// SAFETY: `repr(C)`, starts with the header, fixed size.
unsafe impl Object for Cell {
    const KIND: Kind = Kind::Cell;
    const CONTAINER: bool = true;
    fn traverse(&self, visit: Visitor<'_>) {
        visit(&[self.value.get()]);
    }
    fn clear(&self) {
        drop(Ref::from_raw(self.value.replace(UNBOUND)));
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        decref(self.value.get());
    }
}

/// A cell that takes over a reference (or `UNBOUND`).
pub fn new(content: Ref) -> Own<Cell> {
    alloc(Cell { head: Header::new(types().cell), value: std::cell::Cell::new(content.into_raw()) })
}

impl Cell {
    /// Set the content; returns what was there.
    pub fn set(&self, v: Ref) -> Ref {
        crate::thread::current().event();
        Ref::from_raw(self.value.replace(v.into_raw()))
    }
}
