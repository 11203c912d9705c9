//! The iterators that machine code sees through: of ranges, lists and tuples.
//!
//! # Invariants
//! - A `RangeIter` yields `next`, `next + step`, … `left` times; none of them leaves 63 bits.
//! - `ListIter::list` is a list, or None once exhausted; `TupleIter::tuple` likewise. Both are owned.

use crate::object::{Header, Kind, Object, Own, Ref, Visitor, alloc, decref};
use crate::runtime::types;
use crate::value::{NONE, Value};
use std::cell::Cell;

/// The iterator of a range of small ints.
#[repr(C)]
pub struct RangeIter {
    /// The header.
    pub head: Header,
    /// What comes next.
    pub next: Cell<i64>,
    /// How many are left; never negative.
    pub left: Cell<i64>,
    /// From one to the next.
    pub step: i64,
}

/// The iterator of a list.
#[repr(C)]
pub struct ListIter {
    /// The header.
    pub head: Header,
    /// The next index.
    pub index: Cell<i64>,
    /// The list, or None.
    pub list: Cell<Value>,
}

/// The iterator of a tuple.
#[repr(C)]
pub struct TupleIter {
    /// The header.
    pub head: Header,
    /// The next index.
    pub index: Cell<i64>,
    /// The tuple, or None.
    pub tuple: Cell<Value>,
}

// SAFETY: `repr(C)`, starts with the header, fixed size.
unsafe impl Object for RangeIter {
    const KIND: Kind = Kind::RangeIter;
    const CONTAINER: bool = false;
}

macro_rules! sequence_iterator {
    ($name:ident, $field:ident, $new:ident, $class:ident, $doc:literal) => {
        // SAFETY: `repr(C)`, starts with the header, fixed size.
        unsafe impl Object for $name {
            const KIND: Kind = Kind::$name;
            const CONTAINER: bool = true;
            fn traverse(&self, visit: Visitor<'_>) {
                visit(self.$field.get());
            }
            fn clear(&self) {
                self.exhaust();
            }
        }
        impl Drop for $name {
            fn drop(&mut self) {
                decref(self.$field.get());
            }
        }
        impl $name {
            /// Let go of the sequence: the iterator yields nothing more.
            pub fn exhaust(&self) {
                drop(Ref::from_raw(self.$field.replace(NONE)));
            }
        }
        #[doc = $doc]
        pub fn $new(sequence: Ref) -> Own<$name> {
            let head = Header::new(types().$class);
            alloc($name { head, index: Cell::new(0), $field: Cell::new(sequence.into_raw()) })
        }
    };
}
sequence_iterator!(ListIter, list, list_iter, list_iterator, "The iterator of a list.");
sequence_iterator!(TupleIter, tuple, tuple_iter, tuple_iterator, "The iterator of a tuple.");

/// The iterator over `left` small ints from `next` on.
pub fn range_iter(next: i64, step: i64, left: i64) -> Own<RangeIter> {
    let head = Header::new(types().range_iterator);
    alloc(RangeIter { head, next: Cell::new(next), left: Cell::new(left), step })
}
