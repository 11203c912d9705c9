//! The attributes of classes that are computed, or checked when they are set.

use super::{TypeObject, flags, mro};
use crate::error::PyResult;
use crate::names::names;
use crate::object::{P, Ref};
use crate::protocol::call::call1;
use crate::protocol::{attr, slot_table, type_attr};
use crate::runtime::types;
use crate::types::dict::{self, Dict};
use crate::types::str::{self, Str};
use crate::types::tuple::Tuple;
use crate::value::{NONE, Value};

/// Fails unless attribute `what` of the class can be set (or deleted: never).
fn check_settable(t: P<TypeObject>, what: &str, value: Option<Value>) -> PyResult<Value> {
    if t.has(flags::IMMUTABLE) {
        return crate::raise!(TypeError, "cannot set '{what}' attribute of immutable type '{}'", t.name());
    }
    match value {
        Some(v) => Ok(v),
        None => crate::raise!(TypeError, "cannot delete '{what}' attribute of immutable type '{}'", t.name()),
    }
}

/// `t.__name__ = value`
pub fn set_name(t: P<TypeObject>, value: Option<Value>) -> PyResult<()> {
    let v = check_settable(t, "__name__", value)?;
    let Some(s) = v.as_str() else {
        let got = v.class().name();
        return crate::raise!(TypeError, "can only assign string to {}.__name__, not '{got}'", t.name());
    };
    match s.to_utf8() {
        Some(text) if !text.contains('\0') => *t.name.borrow_mut() = text,
        Some(_) => return crate::raise!(ValueError, "type name must not contain null characters"),
        None => return crate::raise!(ValueError, "type name must not contain surrogates"),
    }
    Ok(())
}

/// `t.__qualname__ = value`
pub fn set_qualname(t: P<TypeObject>, value: Option<Value>) -> PyResult<()> {
    let v = check_settable(t, "__qualname__", value)?;
    if v.as_str().is_none() {
        let got = v.class().name();
        return crate::raise!(TypeError, "can only assign string to {}.__qualname__, not '{got}'", t.name());
    }
    drop(t.qualname.replace(Some(v.own().into_raw())).map(Ref::from_raw));
    Ok(())
}

/// `t.__module__`
pub fn module(t: P<TypeObject>) -> PyResult {
    match t.dict().get_text("__module__").filter(|_| t != types().type_) {
        Some(v) => Ok(v.own()),
        None if t.is_heap() => crate::raise!(AttributeError, "__module__"),
        None => Ok("builtins".into()),
    }
}

const TYPE_DOC: &str = "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type";

/// `t.__doc__`
pub fn doc(t: P<TypeObject>) -> PyResult {
    if t == types().type_ {
        return Ok(TYPE_DOC.into());
    }
    let Some(v) = t.dict().get_text("__doc__") else { return Ok(Ref::from_raw(NONE)) };
    let v = v.own();
    match v.class().slots.descr_get.get() {
        Some(get) => get(*v, None, t),
        None => Ok(v),
    }
}

/// Set (or delete) an attribute that simply lies in the dict of a mutable class.
pub fn set_in_dict(t: P<TypeObject>, name: P<Str>, value: Option<Value>) -> PyResult<bool> {
    if t.has(flags::IMMUTABLE) {
        let what = name.to_lossy();
        return crate::raise!(TypeError, "cannot set '{what}' attribute of immutable type '{}'", t.name());
    }
    type_attr::set(t, name, value)
}

/// The value of a class's own dict, bound if it is a descriptor.
fn own_value(t: P<TypeObject>, name: P<Str>) -> PyResult<Option<Ref>> {
    let d = t.dict();
    let Some(v) = d.place_of(name).map(|i| d.value_at(i).own()) else { return Ok(None) };
    match v.class().slots.descr_get.get() {
        Some(get) => get(*v, None, t).map(Some),
        None => Ok(Some(v)),
    }
}

/// `t.__annotate__`
pub fn annotate(t: P<TypeObject>) -> PyResult {
    no_annotations(t, "__annotate__")?;
    let n = names();
    if let Some(f) = own_value(t, n.__annotate_func__)? {
        return Ok(f);
    }
    match own_value(t, n.__annotate__)? {
        Some(f) => Ok(f),
        None => {
            type_attr::set(t, n.__annotate_func__, Some(NONE))?;
            Ok(Ref::from_raw(NONE))
        }
    }
}

fn no_annotations(t: P<TypeObject>, what: &str) -> PyResult<()> {
    if t.is_heap() {
        return Ok(());
    }
    let message = format!("type object '{}' has no attribute '{what}'", t.name());
    attr::raise_missing(t.value(), str::interned(what), message)
}

/// `t.__annotate__ = value`
pub fn set_annotate(t: P<TypeObject>, value: Option<Value>) -> PyResult<()> {
    let Some(v) = value else { return crate::raise!(TypeError, "cannot delete __annotate__ attribute") };
    if t.has(flags::IMMUTABLE) {
        return crate::raise!(
            TypeError,
            "cannot set '__annotate__' attribute of immutable type '{}'",
            t.name()
        );
    }
    if !v.is_none() && v.class().slots.call.get().is_none() {
        return crate::raise!(TypeError, "__annotate__ must be callable or None");
    }
    type_attr::set(t, names().__annotate_func__, Some(v))?;
    if !v.is_none() {
        type_attr::set(t, names().__annotations_cache__, None)?;
    }
    Ok(())
}

/// `t.__annotations__`, computed by `__annotate__` when first asked for.
pub fn annotations(t: P<TypeObject>) -> PyResult {
    no_annotations(t, "__annotations__")?;
    let n = names();
    for name in [n.__annotations__, n.__annotations_cache__] {
        if let Some(v) = own_value(t, name)? {
            return Ok(v);
        }
    }
    let f = annotate(t)?;
    let result = if f.class().slots.call.get().is_some() {
        let r = call1(*f, Value::small_int(1))?;
        if r.downcast::<Dict>().is_none() {
            let got = r.class().name();
            return crate::raise!(TypeError, "__annotate__() must return a dict, not {got}");
        }
        r
    } else {
        dict::new().erase()
    };
    type_attr::set(t, n.__annotations_cache__, Some(*result))?;
    Ok(result)
}

/// `t.__annotations__ = value`
pub fn set_annotations(t: P<TypeObject>, value: Option<Value>) -> PyResult<()> {
    if t.has(flags::IMMUTABLE) {
        return crate::raise!(
            TypeError,
            "cannot set '__annotations__' attribute of immutable type '{}'",
            t.name()
        );
    }
    let n = names();
    let own = t.dict().place_of(n.__annotations__).is_some();
    let name = if own { n.__annotations__ } else { n.__annotations_cache__ };
    if !type_attr::set(t, name, value)? {
        return crate::raise!(AttributeError, "__annotations__");
    }
    // The annotations no longer come from `__annotate__`.
    for name in [n.__annotate_func__, n.__annotate__] {
        type_attr::set(t, name, None)?;
    }
    Ok(())
}

/// `t.__bases__ = value`
pub fn set_bases(t: P<TypeObject>, value: Option<Value>) -> PyResult<()> {
    let v = check_settable(t, "__bases__", value)?;
    let Some(tuple) = v.downcast::<Tuple>() else {
        let got = v.class().name();
        return crate::raise!(TypeError, "can only assign tuple to {}.__bases__, not {got}", t.name());
    };
    if tuple.len == 0 {
        return crate::raise!(TypeError, "can only assign non-empty tuple to {}.__bases__, not ()", t.name());
    }
    for &b in tuple.items() {
        let Some(b) = b.downcast::<TypeObject>() else {
            let got = b.class().name();
            return crate::raise!(TypeError, "{}.__bases__ must be tuple of classes, not '{got}'", t.name());
        };
        // The MRO may be behind when `mro()` of a metaclass assigns bases itself; the chain of bases never is.
        if b.is_subtype(t) || std::iter::successors(Some(b), |c| c.base.get()).any(|c| c == t) {
            return crate::raise!(TypeError, "a __bases__ item causes an inheritance cycle");
        }
    }
    let bases = mro::classes(tuple)?;
    let base = mro::best_base(&bases)?;
    let same_layout = t.base.get().is_some_and(|old| mro::solid_base(old) == mro::solid_base(base));
    let dict_and_weakrefs = flags::HAS_DICT | flags::HAS_WEAKREF;
    let compatible = |old: P<TypeObject>| base.flags.get() & dict_and_weakrefs & !old.flags.get() == 0;
    if t.base.get().is_some_and(|old| old.is_heap() != base.is_heap() && !same_layout) {
        return crate::raise!(
            TypeError,
            "__bases__ assignment: '{}' deallocator differs from '{}'",
            base.name(),
            t.base.get().map_or_else(String::new, |b| b.name())
        );
    }
    if !same_layout || !t.base.get().is_some_and(|old| compatible(old) || compatible(t)) {
        return crate::raise!(
            TypeError,
            "__bases__ assignment: '{}' object layout differs from '{}'",
            base.name(),
            t.base.get().map_or_else(String::new, |b| b.name())
        );
    }
    let old_bases = t.bases.replace(Some(v.own().into_raw()));
    let old_base = t.base.replace(Some(base));
    let mut undo = Vec::new();
    let result = recompute_mro(t, &mut undo);
    if t.bases.get() != Some(v) {
        // Assigned again meanwhile: that assignment counts.
        drop(old_bases.map(Ref::from_raw));
        return result;
    }
    if let Err(raised) = result {
        for (c, order, held) in undo {
            *c.mro.borrow_mut() = order;
            drop(c.mro_tuple.replace(held.map(Ref::into_raw)).map(Ref::from_raw));
        }
        drop(t.bases.replace(old_bases).map(Ref::from_raw));
        t.base.set(old_base);
        return Err(raised);
    }
    let old = old_bases.map(Ref::from_raw);
    if let Some(old) = old.as_ref().and_then(|o| o.downcast::<Tuple>()) {
        for b in mro::classes(old)? {
            b.subclasses.borrow_mut().retain(|s| *s != t);
        }
    }
    for b in bases {
        b.subclasses.borrow_mut().push(t);
    }
    type_attr::modified(t);
    refill_slots(t);
    Ok(())
}

/// A class with its MRO, as a list and as the tuple that `__mro__` gives.
type OldMro = (P<TypeObject>, Vec<P<TypeObject>>, Option<Ref>);

fn recompute_mro(t: P<TypeObject>, undo: &mut Vec<OldMro>) -> PyResult<()> {
    // `__mro__` is made anew when somebody asks; a `mro()` of the metaclass makes it at once.
    let held = t.mro_tuple.take();
    let order = mro::compute(t).inspect_err(|_| t.mro_tuple.set(held))?;
    undo.push((t, t.mro.replace(order), held.map(Ref::from_raw)));
    for sub in t.subclasses.borrow().clone() {
        recompute_mro(sub, undo)?;
    }
    Ok(())
}

fn refill_slots(t: P<TypeObject>) {
    slot_table::recompute_all(t);
    for sub in t.subclasses.borrow().clone() {
        refill_slots(sub);
    }
}

/// `__flags__`, as far as Python code looks at it: CPython's bits.
pub fn cpython_flags(t: P<TypeObject>) -> i64 {
    let bits = [
        (flags::IMMUTABLE, 8),
        (flags::HEAP, 9),
        (flags::BASETYPE, 10),
        (flags::ABSTRACT, 20),
        (flags::SEQUENCE, 5),
        (flags::MAPPING, 6),
        (flags::NO_NEW, 7),
        (flags::MATCH_SELF, 22),
        (flags::IS_EXCEPTION, 30),
        (flags::IS_META, 31),
    ];
    // In CPython `Generic` is on the heap, and immutable: `copyreg` takes what is not there for a class with a layout of
    // its own, that `__new__` needs arguments for.
    let heap = if t == crate::runtime::types().generic { 1 << 9 } else { 0 };
    // Every class is ready (bit 12) and has a valid version (19).
    heap | bits.iter().filter(|(f, _)| t.has(*f)).map(|(_, bit)| 1i64 << bit).sum::<i64>() | 1 << 12 | 1 << 19
}
