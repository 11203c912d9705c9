//! The iterators of the builtin sequences.

#[allow(unsafe_code, reason = "the layouts that machine code reads")]
mod hot;
pub use hot::{ListIter, RangeIter, TupleIter, list_iter, range_iter, tuple_iter};
