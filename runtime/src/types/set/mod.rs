//! `set` and `frozenset`.

mod frozen;
mod iter;
mod methods;
pub mod ops;
#[allow(unsafe_code, reason = "the cells")]
mod table;

pub use frozen::{from_iterable as frozen_from_iterable, install_frozen};
pub use iter::{SetIter, install_iter};
pub use methods::install;
pub use ops::{
    AnySet, copy, difference, intersection, is_disjoint, is_subset, remove_all, symmetric_difference,
    symmetric_update, update,
};
pub use table::{FrozenSet, Set, SetTable};

use crate::error::PyResult;
use crate::object::{Header, Own, P, alloc_in};
use crate::runtime::types;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use std::cell::Cell;

/// An empty set.
#[inline]
pub fn new() -> Own<Set> {
    from_table(SetTable::default())
}
/// A set with these items. (What makes a set fills it in place: to move a table costs more than a small set.)
#[inline]
pub fn from_table(table: SetTable) -> Own<Set> {
    new_in(types().set, table)
}
/// A set of this class.
#[inline]
pub(crate) fn new_in(class: P<TypeObject>, table: SetTable) -> Own<Set> {
    alloc_in(class, Set { head: Header::new(class), table, weakrefs: Cell::new(None) })
}
/// A frozenset with these items.
#[inline]
pub fn frozen_from_table(table: SetTable) -> Own<FrozenSet> {
    frozen_in(types().frozenset, table)
}
/// A frozenset of this class with these items.
#[inline]
fn frozen_in(class: P<TypeObject>, table: SetTable) -> Own<FrozenSet> {
    let (hash, weakrefs) = (Cell::new(-1), Cell::new(None));
    alloc_in(class, FrozenSet { head: Header::new(class), table, hash, weakrefs })
}
/// `set(iterable)`
pub fn from_iterable(iterable: Value) -> PyResult<Own<Set>> {
    let s = new();
    update(&s.table, iterable)?;
    Ok(s)
}
/// A set, or a frozenset if `model` is one, that `fill` fills.
pub fn like(model: Value, fill: impl FnOnce(&SetTable) -> PyResult<()>) -> PyResult {
    if model.downcast::<FrozenSet>().is_some() {
        let s = frozen_from_table(SetTable::default());
        fill(&s.table)?;
        return Ok(s.erase());
    }
    let s = new();
    fill(&s.table)?;
    Ok(s.erase())
}
