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
use crate::object::{Header, Own, P, Ref, alloc_in};
use crate::runtime::types;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use std::cell::Cell;

/// An empty set.
pub fn new() -> Own<Set> {
    from_table(SetTable::default())
}
/// A set with these items.
pub fn from_table(table: SetTable) -> Own<Set> {
    new_in(types().set, table)
}
/// A frozenset with these items.
/// A set of this class.
pub(crate) fn new_in(class: P<TypeObject>, table: SetTable) -> Own<Set> {
    alloc_in(class, Set { head: Header::new(class), table, weakrefs: Cell::new(None) })
}
pub fn frozen_from_table(table: SetTable) -> Own<FrozenSet> {
    frozen_in(types().frozenset, table)
}
/// A frozenset of this class with these items.
fn frozen_in(class: P<TypeObject>, table: SetTable) -> Own<FrozenSet> {
    let (hash, weakrefs) = (Cell::new(-1), Cell::new(None));
    alloc_in(class, FrozenSet { head: Header::new(class), table, hash, weakrefs })
}
/// `set(iterable)`
pub fn from_iterable(iterable: Value) -> PyResult<Own<Set>> {
    let table = SetTable::default();
    update(&table, iterable)?;
    Ok(from_table(table))
}
/// A set, or a frozenset if `model` is one, with these items.
pub fn like(model: Value, table: SetTable) -> Ref {
    if model.downcast::<FrozenSet>().is_some() {
        frozen_from_table(table).erase()
    } else {
        from_table(table).erase()
    }
}
