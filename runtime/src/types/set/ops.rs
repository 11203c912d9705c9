//! Set algebra, in the order of look-ups and insertions that CPython has (which decides the iteration order of
//! the results).

use super::{FrozenSet, Set, SetTable};
use crate::error::PyResult;
use crate::object::P;
use crate::protocol::compare::hash;
use crate::protocol::iter;
use crate::types::dict::Dict;
use crate::value::Value;

/// A set or frozenset, borrowed.
#[derive(Clone, Copy)]
pub enum AnySet {
    /// A `set`.
    Set(P<Set>),
    /// A `frozenset`.
    Frozen(P<FrozenSet>),
}

impl AnySet {
    /// The set, if the value is one (or of a subclass).
    pub fn of(v: Value) -> Option<AnySet> {
        v.downcast::<Set>().map(AnySet::Set).or_else(|| v.downcast::<FrozenSet>().map(AnySet::Frozen))
    }
    /// The items.
    pub fn table(&self) -> &SetTable {
        match self {
            AnySet::Set(s) => &s.table,
            AnySet::Frozen(s) => &s.table,
        }
    }
    /// The object.
    pub fn value(self) -> Value {
        match self {
            AnySet::Set(s) => s.value(),
            AnySet::Frozen(s) => s.value(),
        }
    }
}

/// `to |= other` for any iterable.
pub fn update(to: &SetTable, other: Value) -> PyResult<()> {
    if let Some(s) = AnySet::of(other) {
        return to.merge(s.table());
    }
    if let Some(d) = other.exact::<Dict>() {
        to.reserve(d.len());
        let mut i = 0;
        while i < d.places() {
            if let Some((k, _)) = d.entry(i) {
                let k = k.own();
                to.add_hashed(*k, d.hash_at(i))?;
            }
            i += 1;
        }
        return Ok(());
    }
    iter::for_each(other, |item| to.add(*item).map(drop))
}

/// A copy of the items.
pub fn copy(of: &SetTable) -> PyResult<SetTable> {
    let t = SetTable::default();
    t.merge(of)?;
    Ok(t)
}

/// Fill `result`, an empty set, with the items that both have.
pub fn intersection(result: &SetTable, a: &SetTable, other: Value) -> PyResult<()> {
    if let Some(s) = AnySet::of(other) {
        let mut small = s.table();
        let mut large = a;
        if std::ptr::eq(small, large) {
            return result.merge(a);
        }
        if small.len() > large.len() {
            std::mem::swap(&mut small, &mut large);
        }
        for (k, h) in small.stepwise() {
            if large.contains_hashed(*k, h)? {
                result.add_hashed(*k, h)?;
            }
        }
        return Ok(());
    }
    iter::for_each(other, |item| {
        let h = hash(*item)?;
        if a.contains_hashed(*item, h)? {
            result.add_hashed(*item, h)?;
        }
        Ok(())
    })
}

/// `from -= other` for any iterable.
pub fn remove_all(from: &SetTable, other: Value) -> PyResult<()> {
    if let Some(s) = AnySet::of(other) {
        if std::ptr::eq(s.table(), from) {
            from.clear();
            return Ok(());
        }
        // Where the other set is far larger, look up the own items instead.
        let common;
        let mut table = s.table();
        if table.len() >> 3 > from.len() {
            common = SetTable::default();
            intersection(&common, from, other)?;
            table = &common;
        }
        for (k, h) in table.stepwise() {
            drop(from.remove_hashed(*k, h)?);
        }
    } else {
        iter::for_each(other, |item| from.remove(*item).map(drop))?;
    }
    from.shrink();
    Ok(())
}

/// Fill `result`, an empty set, with the items of `a` that `other` does not have.
pub fn difference(result: &SetTable, a: &SetTable, other: Value) -> PyResult<()> {
    let set = AnySet::of(other);
    let dict = other.exact::<Dict>();
    let size = match (&set, &dict) {
        (Some(s), _) => s.table().len(),
        (None, Some(d)) => d.len(),
        (None, None) => usize::MAX,
    };
    if size == usize::MAX || a.len() >> 2 > size {
        result.merge(a)?;
        return remove_all(result, other);
    }
    for (k, h) in a.stepwise() {
        let there = match (&set, &dict) {
            (Some(s), _) => s.table().contains_hashed(*k, h)?,
            (None, Some(d)) => d.get_hashed(*k, h)?.is_some(),
            (None, None) => false,
        };
        if !there {
            result.add_hashed(*k, h)?;
        }
    }
    Ok(())
}

/// `a ^= other` for any iterable.
pub fn symmetric_update(a: &SetTable, other: Value) -> PyResult<()> {
    let toggle = |k: Value, h: i64| -> PyResult<()> {
        if a.remove_hashed(k, h)?.is_none() {
            a.add_hashed(k, h)?;
        }
        Ok(())
    };
    if let Some(s) = AnySet::of(other) {
        if std::ptr::eq(s.table(), a) {
            a.clear();
            return Ok(());
        }
        for (k, h) in s.table().stepwise() {
            toggle(*k, h)?;
        }
        return Ok(());
    }
    let items = SetTable::default();
    update(&items, other)?;
    for (k, h) in items.stepwise() {
        toggle(*k, h)?;
    }
    Ok(())
}

/// Fill `result`, an empty set, with the items that exactly one of them has.
pub fn symmetric_difference(result: &SetTable, a: Value, b: Value) -> PyResult<()> {
    update(result, b)?;
    symmetric_update(result, a)
}

/// Have they no item in common?
pub fn is_disjoint(a: &SetTable, other: Value) -> PyResult<bool> {
    if let Some(s) = AnySet::of(other) {
        let (mut small, mut large) = (s.table(), a);
        if std::ptr::eq(small, large) {
            return Ok(a.is_empty());
        }
        if small.len() > large.len() {
            std::mem::swap(&mut small, &mut large);
        }
        for (k, h) in small.stepwise() {
            if large.contains_hashed(*k, h)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let it = iter::iter(other)?;
    while let Some(item) = iter::next(*it)? {
        if a.contains(*item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Has `b` every item of `a`?
pub fn is_subset(a: &SetTable, b: &SetTable) -> PyResult<bool> {
    if a.len() > b.len() {
        return Ok(false);
    }
    for (k, h) in a.stepwise() {
        if !b.contains_hashed(*k, h)? {
            return Ok(false);
        }
    }
    Ok(true)
}
