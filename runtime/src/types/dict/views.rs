//! `dict.keys()`, `dict.values()`, `dict.items()`.

use super::{Dict, iter};
use crate::error::PyResult;
use crate::object::{Header, Kind, Own, P, Ref, alloc};
use crate::protocol::{compare, iter as protocol_iter, mapping, repr};
use crate::runtime::types;
use crate::slots::CmpOp;
use crate::types::set::{self, AnySet, SetTable};
use crate::types::tuple::Tuple;
use crate::types::type_object::TypeObject;
use crate::types::{list, str};
use crate::value::{NOT_IMPLEMENTED, Value};
use crate::{object_layout, pymethods};

/// `dict.keys()`
#[repr(C)]
pub struct DictKeys {
    /// The header.
    pub head: Header,
    /// The dict.
    pub dict: Own<Dict>,
}
object_layout!(DictKeys, Kind::DictKeys, container, [dict]);

/// `dict.values()`
#[repr(C)]
pub struct DictValues {
    /// The header.
    pub head: Header,
    /// The dict.
    pub dict: Own<Dict>,
}
object_layout!(DictValues, Kind::DictValues, container, [dict]);

/// `dict.items()`
#[repr(C)]
pub struct DictItems {
    /// The header.
    pub head: Header,
    /// The dict.
    pub dict: Own<Dict>,
}
object_layout!(DictItems, Kind::DictItems, container, [dict]);

/// `d.keys()`
pub fn keys(d: P<Dict>) -> Ref {
    alloc(DictKeys { head: Header::new(types().dict_keys), dict: d.own_typed() }).erase()
}
/// `d.values()`
pub fn values(d: P<Dict>) -> Ref {
    alloc(DictValues { head: Header::new(types().dict_values), dict: d.own_typed() }).erase()
}
/// `d.items()`
pub fn items(d: P<Dict>) -> Ref {
    alloc(DictItems { head: Header::new(types().dict_items), dict: d.own_typed() }).erase()
}

fn is_set_view(v: Value) -> bool {
    v.exact::<DictKeys>().is_some() || v.exact::<DictItems>().is_some()
}

fn is_set_like(v: Value) -> bool {
    AnySet::of(v).is_some() || is_set_view(v)
}

/// A set of the items of a view, or of any iterable.
fn to_set(v: Value) -> PyResult<SetTable> {
    let table = SetTable::default();
    match v.exact::<DictKeys>() {
        Some(k) => set::update(&table, k.dict.p().value())?,
        None => set::update(&table, v)?,
    }
    Ok(table)
}

fn subtract(a: Value, b: Value) -> PyResult {
    let result = to_set(a)?;
    set::remove_all(&result, b)?;
    Ok(set::from_table(result).erase())
}

fn or(a: Value, b: Value) -> PyResult {
    let result = to_set(a)?;
    set::update(&result, b)?;
    Ok(set::from_table(result).erase())
}

fn xor(a: Value, b: Value) -> PyResult {
    let result = to_set(a)?;
    set::symmetric_update(&result, b)?;
    Ok(set::from_table(result).erase())
}

fn and(a: Value, b: Value) -> PyResult {
    // The interpreter swaps the operands when the view is on the right.
    let (mut view, mut other) = if is_set_view(a) { (a, b) } else { (b, a) };
    if let Some(s) = AnySet::of(other).filter(|_| other.class() == types().set)
        && mapping::len(view)? <= s.table().len()
    {
        return set::like(other, |result| set::intersection(result, s.table(), view));
    }
    if is_set_view(other) && mapping::len(other)? > mapping::len(view)? {
        std::mem::swap(&mut view, &mut other);
    }
    let result = SetTable::default();
    protocol_iter::for_each(other, |item| {
        if mapping::contains(view, *item)? {
            result.add(*item)?;
        }
        Ok(())
    })?;
    Ok(set::from_table(result).erase())
}

fn contains_all(a: Value, b: Value) -> PyResult<bool> {
    let it = protocol_iter::iter(a)?;
    while let Some(item) = protocol_iter::next(*it)? {
        if !mapping::contains(b, *item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare_views(a: Value, b: Value, op: CmpOp) -> PyResult {
    if !is_set_like(b) {
        return Ok(NOT_IMPLEMENTED.own());
    }
    let (n, m) = (mapping::len(a)?, mapping::len(b)?);
    let holds = match op {
        CmpOp::Eq | CmpOp::Ne => (n == m && contains_all(a, b)?) == (op == CmpOp::Eq),
        CmpOp::Lt => n < m && contains_all(a, b)?,
        CmpOp::Le => n <= m && contains_all(a, b)?,
        CmpOp::Gt => n > m && contains_all(b, a)?,
        CmpOp::Ge => n >= m && contains_all(b, a)?,
    };
    Ok(Value::bool(holds).own())
}

fn is_disjoint(view: Value, other: Value) -> PyResult<bool> {
    if view.is(other) {
        return Ok(mapping::len(view)? == 0);
    }
    let (mut view, mut other) = (view, other);
    if is_set_like(other) && mapping::len(other)? > mapping::len(view)? {
        std::mem::swap(&mut view, &mut other);
    }
    let it = protocol_iter::iter(other)?;
    while let Some(item) = protocol_iter::next(*it)? {
        if mapping::contains(view, *item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn repr_view(v: Value, name: &str) -> PyResult {
    let text = repr::guarded(v, || {
        let l = list::from_iterable(v)?;
        let mut out = str::StrBuilder::new();
        out.push_str(name);
        out.push_str("(");
        out.push_pystr(&*repr::repr(l.p().value())?);
        out.push_str(")");
        Ok(out.finish().erase())
    })?;
    Ok(text.unwrap_or_else(|| "...".into()))
}

fn set_slots(class: P<TypeObject>) {
    let s = &class.slots;
    s.sub.set(Some(subtract));
    s.or.set(Some(or));
    s.and.set(Some(and));
    s.xor.set(Some(xor));
    s.compare.set(Some(compare_views));
    s.hash.set(Some(compare::hash_not_implemented));
}

/// Sets the layout, slots and methods of `dict_keys`.
pub fn install_keys(class: P<TypeObject>) {
    class.set_layout::<DictKeys>();
    set_slots(class);
    DictKeys::install_methods(class);
}
/// Sets the layout, slots and methods of `dict_values`.
pub fn install_values(class: P<TypeObject>) {
    class.set_layout::<DictValues>();
    DictValues::install_methods(class);
}
/// Sets the layout, slots and methods of `dict_items`.
pub fn install_items(class: P<TypeObject>) {
    class.set_layout::<DictItems>();
    set_slots(class);
    DictItems::install_methods(class);
}

#[pymethods(install_methods)]
impl DictKeys {
    #[slot(repr)]
    fn repr(v: Value) -> PyResult {
        repr_view(v, "dict_keys")
    }
    #[slot(len)]
    fn len(this: P<DictKeys>) -> PyResult<usize> {
        Ok(this.dict.len())
    }
    #[slot(iter)]
    fn iter(this: P<DictKeys>) -> PyResult {
        Ok(iter::keys(this.dict.p()))
    }
    #[slot(contains)]
    fn contains(this: P<DictKeys>, key: Value) -> PyResult<bool> {
        this.dict.contains(key)
    }
    /// Return a reverse iterator over the dict keys.
    #[method("(self, /)")]
    fn __reversed__(this: P<DictKeys>) -> Ref {
        iter::rev_keys(this.dict.p())
    }
    /// Return True if the view and the given iterable have a null intersection.
    #[method("(self, other, /)")]
    fn isdisjoint(this: Value, other: Value) -> PyResult<bool> {
        is_disjoint(this, other)
    }
    /// dictionary that this view refers to
    #[getter]
    fn mapping(this: P<DictKeys>) -> PyResult {
        crate::types::mappingproxy::new(this.dict.p().value()).map(Ref::from)
    }
}

#[pymethods(install_methods)]
impl DictValues {
    #[slot(repr)]
    fn repr(v: Value) -> PyResult {
        repr_view(v, "dict_values")
    }
    #[slot(len)]
    fn len(this: P<DictValues>) -> PyResult<usize> {
        Ok(this.dict.len())
    }
    #[slot(iter)]
    fn iter(this: P<DictValues>) -> PyResult {
        Ok(iter::values(this.dict.p()))
    }
    /// Return a reverse iterator over the dict values.
    #[method("(self, /)")]
    fn __reversed__(this: P<DictValues>) -> Ref {
        iter::rev_values(this.dict.p())
    }
    /// dictionary that this view refers to
    #[getter]
    fn mapping(this: P<DictValues>) -> PyResult {
        crate::types::mappingproxy::new(this.dict.p().value()).map(Ref::from)
    }
}

#[pymethods(install_methods)]
impl DictItems {
    #[slot(repr)]
    fn repr(v: Value) -> PyResult {
        repr_view(v, "dict_items")
    }
    #[slot(len)]
    fn len(this: P<DictItems>) -> PyResult<usize> {
        Ok(this.dict.len())
    }
    #[slot(iter)]
    fn iter(this: P<DictItems>) -> PyResult {
        Ok(iter::items(this.dict.p()))
    }
    #[slot(contains)]
    fn contains(this: P<DictItems>, item: Value) -> PyResult<bool> {
        let Some(pair) = item.downcast::<Tuple>().filter(|t| t.len == 2) else { return Ok(false) };
        match this.dict.get(pair.items()[0])? {
            Some(v) => {
                let v = v.own();
                compare::equal(*v, pair.items()[1])
            }
            None => Ok(false),
        }
    }
    /// Return a reverse iterator over the dict items.
    #[method("(self, /)")]
    fn __reversed__(this: P<DictItems>) -> Ref {
        iter::rev_items(this.dict.p())
    }
    /// Return True if the view and the given iterable have a null intersection.
    #[method("(self, other, /)")]
    fn isdisjoint(this: Value, other: Value) -> PyResult<bool> {
        is_disjoint(this, other)
    }
    /// dictionary that this view refers to
    #[getter]
    fn mapping(this: P<DictItems>) -> PyResult {
        crate::types::mappingproxy::new(this.dict.p().value()).map(Ref::from)
    }
}
