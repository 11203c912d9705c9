//! `frozenset`, and the slots and methods that `set` shares with it.

use super::ops::{self, AnySet};
use super::{FrozenSet, SetTable, frozen_from_table, frozen_in, iter, like};
use crate::builtins::args::{no_keywords, wrong_count};
use crate::error::PyResult;
use crate::object::{Own, P};
use crate::protocol::{attr, repr};
use crate::pymethods;
use crate::runtime::types;
use crate::slots::{Args, CmpOp};
use crate::types::list;
use crate::types::str;
use crate::types::tuple;
use crate::types::type_object::TypeObject;
use crate::value::{NONE, NOT_IMPLEMENTED, Value};

/// The set that a slot was called on.
pub(super) fn own_set(v: Value) -> AnySet {
    match AnySet::of(v) {
        Some(s) => s,
        None => unreachable!("a slot of set got something else"),
    }
}

/// `frozenset(iterable)` of exactly that type.
pub fn from_iterable(iterable: Value) -> PyResult<Own<FrozenSet>> {
    if let Some(f) = iterable.exact::<FrozenSet>() {
        return Ok(f.own_typed());
    }
    let s = frozen_from_table(SetTable::default());
    ops::update(&s.table, iterable)?;
    Ok(s)
}

/// Set the slots that `set` and `frozenset` have in common.
pub(super) fn shared_slots(class: P<TypeObject>) {
    let s = &class.slots;
    s.len.set(Some(|v| Ok(own_set(v).table().len())));
    s.iter.set(Some(|v| Ok(iter::over(own_set(v)))));
    s.contains.set(Some(contains));
    s.repr.set(Some(repr_set));
    s.compare.set(Some(compare));
    s.or.set(Some(or));
    s.and.set(Some(and));
    s.sub.set(Some(subtract));
    s.xor.set(Some(xor));
}

/// Sets the layout, slots and methods of `frozenset`.
pub fn install_frozen(class: P<TypeObject>) {
    class.set_layout::<FrozenSet>();
    class.weakref_offset.set(std::mem::offset_of!(FrozenSet, weakrefs) as u32);
    shared_slots(class);
    FrozenSet::install_methods(class);
}

/// Run `f` with `key`; where a `set` cannot be hashed, with a frozenset of the same items.
pub(super) fn with_key<T>(key: Value, f: impl Fn(Value) -> PyResult<T>) -> PyResult<T> {
    match f(key) {
        Err(raised) => {
            let Some(s) = key.downcast::<super::Set>() else { return Err(raised) };
            if crate::error::take_if(crate::error::Exc::TypeError).is_none() {
                return Err(raised);
            }
            let frozen = frozen_from_table(ops::copy(&s.table)?);
            f(frozen.p().value())
        }
        ok => ok,
    }
}

fn contains(v: Value, key: Value) -> PyResult<bool> {
    let s = own_set(v);
    with_key(key, |k| s.table().contains(k))
}

fn repr_set(v: Value) -> PyResult {
    let (s, name) = (own_set(v), v.class().name());
    if s.table().is_empty() {
        return Ok(format!("{name}()").as_str().into());
    }
    let text = repr::guarded(v, || {
        let items = list::new(s.table().stepwise().map(|(k, _)| k).collect());
        let mut out = str::StrBuilder::new();
        let is_set = v.class() == types().set;
        if !is_set {
            out.push_str(&name);
            out.push_str("(");
        }
        out.push_str("{");
        for (i, item) in items.items.as_slice().iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            repr::write_repr(&mut out, *item)?;
        }
        out.push_str(if is_set { "}" } else { "})" });
        Ok(out.try_finish()?.erase())
    })?;
    Ok(text.unwrap_or_else(|| format!("{name}(...)").as_str().into()))
}

fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
    let (Some(x), Some(y)) = (AnySet::of(a), AnySet::of(b)) else { return Ok(NOT_IMPLEMENTED.own()) };
    let (s, t) = (x.table(), y.table());
    let holds = match op {
        CmpOp::Eq | CmpOp::Ne => {
            let hashes = match (x, y) {
                (AnySet::Frozen(f), AnySet::Frozen(g)) => (f.hash.get(), g.hash.get()),
                _ => (-1, -1),
            };
            let differ = s.len() != t.len() || (hashes.0 != -1 && hashes.1 != -1 && hashes.0 != hashes.1);
            (!differ && ops::is_subset(s, t)?) == (op == CmpOp::Eq)
        }
        CmpOp::Le => ops::is_subset(s, t)?,
        CmpOp::Ge => ops::is_subset(t, s)?,
        CmpOp::Lt => s.len() < t.len() && ops::is_subset(s, t)?,
        CmpOp::Gt => s.len() > t.len() && ops::is_subset(t, s)?,
    };
    Ok(Value::bool(holds).own())
}

macro_rules! both {
    ($a:ident, $b:ident) => {
        match (AnySet::of($a), AnySet::of($b)) {
            (Some(x), Some(y)) => (x, y),
            _ => return Ok(NOT_IMPLEMENTED.own()),
        }
    };
}

fn or(a: Value, b: Value) -> PyResult {
    let (x, _) = both!(a, b);
    like(a, |result| {
        result.merge(x.table())?;
        ops::update(result, b)
    })
}

fn and(a: Value, b: Value) -> PyResult {
    let (x, _) = both!(a, b);
    like(a, |result| ops::intersection(result, x.table(), b))
}

fn subtract(a: Value, b: Value) -> PyResult {
    let (x, _) = both!(a, b);
    like(a, |result| ops::difference(result, x.table(), b))
}

fn xor(a: Value, b: Value) -> PyResult {
    let (_, _) = both!(a, b);
    like(a, |result| ops::symmetric_difference(result, a, b))
}

/// `s.union(*others)`
pub(super) fn union(v: Value, others: &[Value]) -> PyResult {
    like(v, |result| {
        result.merge(own_set(v).table())?;
        others.iter().try_for_each(|&o| ops::update(result, o))
    })
}

/// Fill `result`, an empty set, with the items that the set and all the others have.
pub(super) fn intersection_of(result: &SetTable, v: Value, others: &[Value]) -> PyResult<()> {
    let s = own_set(v);
    let Some((first, rest)) = others.split_first() else { return result.merge(s.table()) };
    ops::intersection(result, s.table(), *first)?;
    for &o in rest {
        let next = SetTable::default();
        ops::intersection(&next, result, o)?;
        result.swap(&next);
    }
    Ok(())
}

/// `s.difference(*others)`
pub(super) fn difference(v: Value, others: &[Value]) -> PyResult {
    let s = own_set(v);
    like(v, |result| {
        let Some((first, rest)) = others.split_first() else { return result.merge(s.table()) };
        ops::difference(result, s.table(), *first)?;
        rest.iter().try_for_each(|&o| ops::remove_all(result, o))
    })
}

/// `s.issubset(other)`
pub(super) fn is_subset_of(v: Value, other: Value) -> PyResult<bool> {
    let s = own_set(v);
    if let Some(o) = AnySet::of(other) {
        return ops::is_subset(s.table(), o.table());
    }
    let o = SetTable::default();
    ops::update(&o, other)?;
    ops::is_subset(s.table(), &o)
}

/// `s.issuperset(other)`
pub(super) fn is_superset_of(v: Value, other: Value) -> PyResult<bool> {
    let s = own_set(v);
    if let Some(o) = AnySet::of(other) {
        return ops::is_subset(o.table(), s.table());
    }
    let it = crate::protocol::iter::iter(other)?;
    while let Some(item) = crate::protocol::iter::next(*it)? {
        if !s.table().contains(*item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `(cls, ([items],), state)`
pub(super) fn reduce(v: Value) -> PyResult {
    let items = list::new(own_set(v).table().stepwise().map(|(k, _)| k).collect());
    let args = tuple::from_refs(vec![items.erase()]).erase();
    let state = attr::dict_of(v).map_or(NONE.own(), |d| d.own());
    Ok(tuple::from_refs(vec![v.class().own(), args, state]).erase())
}

#[pymethods(install_methods)]
impl FrozenSet {
    #[slot(new)]
    fn py_new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        if !args.names.is_empty() && class == types().frozenset {
            return no_keywords("frozenset");
        }
        let result = match args.pos() {
            [] => frozen_from_table(SetTable::default()),
            [iterable] => from_iterable(*iterable)?,
            more => return wrong_count("frozenset", more.len(), 0, 1),
        };
        if class == types().frozenset {
            return Ok(result.erase());
        }
        Ok(frozen_in(class, ops::copy(&result.table)?).erase())
    }

    #[slot(hash)]
    fn hash(this: P<FrozenSet>) -> PyResult<i64> {
        if this.hash.get() == -1 {
            this.hash.set(this.table.frozen_hash());
        }
        Ok(this.hash.get())
    }

    /// Return a shallow copy of a set.
    #[method("(self, /)")]
    fn copy(this: P<FrozenSet>) -> PyResult {
        if this.value().exact::<FrozenSet>().is_some() {
            return Ok(this.own());
        }
        Ok(frozen_from_table(ops::copy(&this.table)?).erase())
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
    fn __sizeof__(this: P<FrozenSet>) -> usize {
        size_of::<FrozenSet>() + 16 * this.table.cells()
    }

    /// See PEP 585
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(class: P<TypeObject>, object: Value) -> PyResult {
        crate::types::generic_alias::new(class.value(), object)
    }
}
