//! The slots and methods of `set` that change it, and those that it shares with `frozenset`.

use super::frozen::{
    difference, intersection_of, is_subset_of, is_superset_of, own_set, reduce, shared_slots, union, with_key,
};
use super::ops::{self, AnySet};
use super::{Set, SetTable, from_table, like};
use crate::builtins::args::positional;
use crate::error::PyResult;
use crate::object::{P, Ref};
use crate::protocol::{compare, mapping};
use crate::pymethods;
use crate::slots::Args;
use crate::types::type_object::TypeObject;
use crate::value::{NOT_IMPLEMENTED, Value};

/// Sets the layout, slots and methods of `set`.
pub fn install(class: P<TypeObject>) {
    class.set_layout::<Set>();
    class.weakref_offset.set(std::mem::offset_of!(Set, weakrefs) as u32);
    shared_slots(class);
    class.slots.hash.set(Some(compare::hash_not_implemented));
    Set::install_methods(class);
}

#[pymethods(install_methods)]
impl Set {
    #[slot(new)]
    fn py_new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        Ok(super::new_in(class, SetTable::default()).erase())
    }

    #[slot(init)]
    fn init(this: P<Set>, args: Args<'_>) -> PyResult<()> {
        let args = positional("set", args, 0, 1)?;
        if !this.table.is_empty() {
            this.table.clear();
        }
        match args {
            [iterable, ..] => ops::update(&this.table, *iterable),
            [] => Ok(()),
        }
    }

    #[slot(ior)]
    fn ior(this: P<Set>, other: Value) -> PyResult {
        if AnySet::of(other).is_none() {
            return Ok(NOT_IMPLEMENTED.own());
        }
        ops::update(&this.table, other)?;
        Ok(this.own())
    }

    #[slot(iand)]
    fn iand(this: P<Set>, other: Value) -> PyResult {
        if AnySet::of(other).is_none() {
            return Ok(NOT_IMPLEMENTED.own());
        }
        let result = SetTable::default();
        ops::intersection(&result, &this.table, other)?;
        this.table.swap(&result);
        Ok(this.own())
    }

    #[slot(isub)]
    fn isub(this: P<Set>, other: Value) -> PyResult {
        if AnySet::of(other).is_none() {
            return Ok(NOT_IMPLEMENTED.own());
        }
        ops::remove_all(&this.table, other)?;
        Ok(this.own())
    }

    #[slot(ixor)]
    fn ixor(this: P<Set>, other: Value) -> PyResult {
        if AnySet::of(other).is_none() {
            return Ok(NOT_IMPLEMENTED.own());
        }
        ops::symmetric_update(&this.table, other)?;
        Ok(this.own())
    }

    /// Add an element to a set.
    ///
    /// This has no effect if the element is already present.
    #[method("(self, object, /)")]
    fn add(this: P<Set>, object: Value) -> PyResult<()> {
        this.table.add(object).map(drop)
    }

    /// Remove all elements from this set.
    #[method("(self, /)")]
    fn clear(this: P<Set>) {
        this.table.clear();
    }

    /// Return a shallow copy of a set.
    #[method("(self, /)")]
    fn copy(this: P<Set>) -> PyResult {
        Ok(from_table(ops::copy(&this.table)?).erase())
    }

    /// Remove an element from a set if it is a member.
    ///
    /// Unlike set.remove(), the discard() method does not raise
    /// an exception when an element is missing from the set.
    #[method("(self, object, /)")]
    fn discard(this: P<Set>, object: Value) -> PyResult<()> {
        with_key(object, |k| this.table.remove(k)).map(drop)
    }

    /// Remove an element from a set; it must be a member.
    ///
    /// If the element is not a member, raise a KeyError.
    #[method("(self, object, /)")]
    fn remove(this: P<Set>, object: Value) -> PyResult<()> {
        match with_key(object, |k| this.table.remove(k))? {
            Some(_) => Ok(()),
            None => mapping::key_error(object),
        }
    }

    /// Remove and return an arbitrary set element.
    ///
    /// Raises KeyError if the set is empty.
    #[method("(self, /)")]
    fn pop(this: P<Set>) -> PyResult {
        match this.table.pop() {
            Some(v) => Ok(v),
            None => {
                let text: Ref = "pop from an empty set".into();
                mapping::key_error(text.value())
            }
        }
    }

    /// Update the set, adding elements from all others.
    #[method("(self, /, *others)")]
    fn update(this: P<Set>, others: &[Value]) -> PyResult<()> {
        others.iter().try_for_each(|&o| ops::update(&this.table, o))
    }

    /// Update the set, keeping only elements found in it and all others.
    #[method("(self, /, *others)")]
    fn intersection_update(this: P<Set>, others: &[Value]) -> PyResult<()> {
        let result = SetTable::default();
        intersection_of(&result, this.value(), others)?;
        this.table.swap(&result);
        Ok(())
    }

    /// Update the set, removing elements found in others.
    #[method("(self, /, *others)")]
    fn difference_update(this: P<Set>, others: &[Value]) -> PyResult<()> {
        others.iter().try_for_each(|&o| ops::remove_all(&this.table, o))
    }

    /// Update the set, keeping only elements found in either set, but not in both.
    #[method("(self, other, /)")]
    fn symmetric_difference_update(this: P<Set>, other: Value) -> PyResult<()> {
        ops::symmetric_update(&this.table, other)
    }

    /// Return a new set with elements from the set and all others.
    #[method("(self, /, *others)")]
    fn union(this: Value, others: &[Value]) -> PyResult {
        union(this, others)
    }

    /// Return a new set with elements common to the set and all others.
    #[method("(self, /, *others)")]
    fn intersection(this: Value, others: &[Value]) -> PyResult {
        like(this, |result| intersection_of(result, this, others))
    }

    /// Return a new set with elements in the set that are not in the others.
    #[method("(self, /, *others)")]
    fn difference(this: Value, others: &[Value]) -> PyResult {
        difference(this, others)
    }

    /// Return a new set with elements in either the set or other but not both.
    #[method("(self, other, /)")]
    fn symmetric_difference(this: Value, other: Value) -> PyResult {
        like(this, |result| ops::symmetric_difference(result, this, other))
    }

    /// Return True if two sets have a null intersection.
    #[method("(self, other, /)")]
    fn isdisjoint(this: Value, other: Value) -> PyResult<bool> {
        ops::is_disjoint(own_set(this).table(), other)
    }

    /// Report whether another set contains this set.
    #[method("(self, other, /)")]
    fn issubset(this: Value, other: Value) -> PyResult<bool> {
        is_subset_of(this, other)
    }

    /// Report whether this set contains another set.
    #[method("(self, other, /)")]
    fn issuperset(this: Value, other: Value) -> PyResult<bool> {
        is_superset_of(this, other)
    }

    /// Return state information for pickling.
    #[method("(self, /)")]
    fn __reduce__(this: Value) -> PyResult {
        reduce(this)
    }

    /// S.__sizeof__() -> size of S in memory, in bytes.
    #[method("(self, /)")]
    fn __sizeof__(this: P<Set>) -> usize {
        size_of::<Set>() + 16 * this.table.cells()
    }

    /// See PEP 585
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(class: P<TypeObject>, object: Value) -> PyResult {
        crate::types::generic_alias::new(class.value(), object)
    }
}
