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

/// An empty list with room for `n` items.
#[inline]
pub fn with_room(n: usize) -> Own<List> {
    let l = alloc(List { head: Header::new(types().list), items: ValueVec::default() });
    l.items.reserve_exact(n);
    l
}

/// A list of these references.
pub fn new(items: Vec<Ref>) -> Own<List> {
    let l = with_room(items.len());
    l.items.extend_refs(items);
    l
}

/// A list of these values (each counted once more).
pub fn from_values(items: &[Value]) -> Own<List> {
    let l = with_room(items.len());
    l.items.extend_values(items);
    l
}
