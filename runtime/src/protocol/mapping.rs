//! Subscripts and lengths: `o[k]`, `o[k] = v`, `del o[k]`, `len(o)`, `k in o`.

use crate::error::{Exc, PyResult, raise_with};
use crate::names::names;
use crate::object::Ref;
use crate::protocol::{attr, call, compare, iter};
use crate::raise;
use crate::runtime::types;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::TypeObject;
use crate::value::Value;

/// An index from the end, or `None` if it is out of range.
#[inline(always)]
pub fn place(i: i64, len: usize) -> Option<usize> {
    let at = if i < 0 { i + len as i64 } else { i };
    if at >= 0 && (at as usize) < len { Some(at as usize) } else { None }
}

/// `o[key]`
#[inline]
pub fn getitem(o: Value, key: Value) -> PyResult {
    if let Some(i) = key.as_small_int() {
        if let Some(l) = o.exact::<List>()
            && let Some(v) = place(i, l.items.len()).and_then(|i| l.items.get(i))
        {
            return Ok(v.own());
        }
        if let Some(t) = o.exact::<Tuple>()
            && let Some(i) = place(i, t.len)
        {
            return Ok(t.items()[i].own());
        }
        if let Some(s) = o.exact::<Str>()
            && let Some(c) = place(i, s.len()).and_then(|i| s.chars().get(i))
        {
            return Ok(crate::types::str::char_str(c).erase());
        }
    }
    if let Some(d) = o.exact::<Dict>() {
        return match d.get(key)? {
            Some(v) => Ok(v.own()),
            None => key_error(key),
        };
    }
    match o.class().slots.getitem.get() {
        Some(f) => f(o, key),
        None => getitem_class(o, key),
    }
}

/// Raise `KeyError(key)`.
#[cold]
pub fn key_error<T>(key: Value) -> PyResult<T> {
    raise_with(Exc::KeyError, &[key])
}

/// `o[key]` for an object without the slot: a class may have `__class_getitem__`.
#[cold]
fn getitem_class(o: Value, key: Value) -> PyResult {
    let Some(class) = o.downcast::<TypeObject>() else {
        return raise!(TypeError, "'{}' object is not subscriptable", o.class().name());
    };
    if class == types().type_ {
        return crate::types::generic_alias::new(o, key);
    }
    if let Some(f) = attr::getattr_opt(o, names().__class_getitem__)?
        && !f.is_none()
    {
        return call::call1(*f, key);
    }
    raise!(TypeError, "type '{}' is not subscriptable", class.name())
}

/// `o[key] = v`
#[inline]
pub fn setitem(o: Value, key: Value, v: Value) -> PyResult<()> {
    if let (Some(i), Some(l)) = (key.as_small_int(), o.exact::<List>())
        && let Some(i) = place(i, l.items.len())
    {
        drop(l.items.replace(i, v.own()));
        return Ok(());
    }
    if let Some(d) = o.exact::<Dict>() {
        return d.insert(key, v.own());
    }
    match o.class().slots.setitem.get() {
        Some(f) => f(o, key, Some(v)),
        None => raise!(TypeError, "'{}' object does not support item assignment", o.class().name()),
    }
}

/// `del o[key]`
pub fn delitem(o: Value, key: Value) -> PyResult<()> {
    match o.class().slots.setitem.get() {
        Some(f) => f(o, key, None),
        None => {
            // CPython has two messages: the other is that of objects with sequence slots.
            let class = o.class();
            let slots = &class.slots;
            let is_sequence = class.is_heap() || slots.len.get().is_some() || slots.contains.get().is_some();
            let not =
                if is_sequence && crate::protocol::index::has_index(key) { "doesn't" } else { "does not" };
            raise!(TypeError, "'{}' object {not} support item deletion", class.name())
        }
    }
}

/// `len(o)`
#[inline]
pub fn len(o: Value) -> PyResult<usize> {
    if let Some(l) = o.exact::<List>() {
        return Ok(l.items.len());
    }
    match o.class().slots.len.get() {
        Some(f) => f(o),
        None => raise!(TypeError, "object of type '{}' has no len()", o.class().name()),
    }
}

/// `item in o`
#[inline]
pub fn contains(o: Value, item: Value) -> PyResult<bool> {
    if let Some(d) = o.exact::<Dict>() {
        return d.contains(item);
    }
    match o.class().slots.contains.get() {
        Some(f) => f(o, item),
        None => contains_by_iteration(o, item),
    }
}

fn contains_by_iteration(o: Value, item: Value) -> PyResult<bool> {
    let it = match iter::iter(o) {
        Ok(it) => it,
        Err(raised) => {
            let no_iter = o.class().slots.iter.get().is_none();
            if no_iter && crate::error::take_if(Exc::TypeError).is_some() {
                return raise!(
                    TypeError,
                    "argument of type '{}' is not a container or iterable",
                    o.class().name()
                );
            }
            return Err(raised);
        }
    };
    while let Some(v) = iter::next(*it)? {
        if compare::equal(*v, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Does it look like a mapping: subscripts, and is it not a list, tuple or str (`PyMapping_Check`)?
pub fn is_mapping(o: Value) -> bool {
    let class = o.class();
    let t = types();
    class.slots.getitem.get().is_some() && ![t.list, t.tuple, t.str].iter().any(|&c| class.is_subtype(c))
}

/// `list(o.keys())` of any mapping.
pub fn keys(o: Value) -> PyResult<Vec<Ref>> {
    if let Some(d) = o.exact::<Dict>() {
        return Ok(d.iter().map(|(k, _)| k.own()).collect());
    }
    let view = call::call_method(o, names().keys, &[])?;
    match iter::iter(*view) {
        Ok(it) => iter::collect(*it),
        Err(raised) => {
            if crate::error::take_if(Exc::TypeError).is_some() {
                let (o, r) = (o.class().name(), view.class().name());
                return raise!(TypeError, "{o}.keys() returned a non-iterable (type {r})");
            }
            Err(raised)
        }
    }
}
