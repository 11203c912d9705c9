//! `list`.
//!
//! # Invariants
//! - The layout is `repr(C)` behind a header, of fixed size; it owns the items that it reports.

pub mod iter;
pub(crate) mod methods;
pub(crate) mod slices;
mod sort;

pub use methods::{extend, from_iterable, install};
pub use sort::sort;

use crate::object::{Header, Kind, Object, Own, Ref, Visitor, alloc};
use crate::runtime::types;
use crate::value::Value;
use crate::value_vec::ValueVec;

/// A list.
#[repr(C)]
pub struct List {
    /// The header.
    pub head: Header,
    /// The items.
    pub items: ValueVec,
}

#[allow(unsafe_code, reason = "the layout's declaration")]
// SAFETY: `repr(C)`, starts with the header, fixed size.
unsafe impl Object for List {
    const KIND: Kind = Kind::List;
    const CONTAINER: bool = true;
    fn traverse(&self, visit: Visitor<'_>) {
        self.items.traverse(visit);
    }
    fn clear(&self) {
        drop(self.items.take());
    }
}

/// A list of these references.
pub fn new(items: Vec<Ref>) -> Own<List> {
    from_vec(ValueVec::from_refs(items))
}

/// A list that takes over this vector.
pub fn from_vec(items: ValueVec) -> Own<List> {
    alloc(List { head: Header::new(types().list), items })
}

/// A list of these values (each counted once more).
pub fn from_values(items: &[Value]) -> Own<List> {
    new(items.iter().map(|v| v.own()).collect())
}
