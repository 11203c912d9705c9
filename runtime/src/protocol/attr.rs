//! Attribute access: the complete slow path.

use crate::error::{self, Exc, PyResult};
use crate::names::names;
use crate::object::{Own, P, Ref};
use crate::protocol::{call, place, type_attr};
use crate::slots::GetAttrFn;
use crate::types::dict::{self, Dict};
use crate::types::instance::slotted;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::type_object::{TypeObject, flags};
use crate::value::Value;

/// `v.name`; the name is interned.
#[inline]
pub fn getattr(v: Value, name: P<Str>) -> PyResult {
    match v.class().slots.getattr.get() {
        Some(f) => f(v, name),
        None => generic_getattr(v, name),
    }
}

/// [`getattr`] with the name as text.
pub fn getattr_text(v: Value, name: &str) -> PyResult {
    getattr(v, crate::types::str::interned(name))
}

fn same(f: GetAttrFn, g: GetAttrFn) -> bool {
    f as usize == g as usize
}

/// `v.name`, or `None` where that raises `AttributeError` (which, on the common paths, is never made).
pub fn getattr_opt(v: Value, name: P<Str>) -> PyResult<Option<Ref>> {
    let found = match v.class().slots.getattr.get() {
        None => return generic_lookup(v, name),
        Some(f) if same(f, generic_getattr) => generic_lookup(v, name),
        Some(f) if same(f, type_getattr) => match v.downcast::<TypeObject>() {
            Some(t) => type_lookup(t, name),
            None => f(v, name).map(Some),
        },
        Some(f) => match v.exact::<Module>() {
            Some(m) => crate::types::module::lookup(m, name),
            None => f(v, name).map(Some),
        },
    };
    match found {
        Err(raised) => error::take_if(Exc::AttributeError).map(|_| None).ok_or(raised),
        ok => ok,
    }
}

/// `v.name = value`
#[inline]
pub fn setattr(v: Value, name: P<Str>, value: Value) -> PyResult<()> {
    store(v, name, Some(value))
}

/// `del v.name`
pub fn delattr(v: Value, name: P<Str>) -> PyResult<()> {
    store(v, name, None)
}

/// `v.name = value`, or `del v.name`.
#[inline]
pub fn store(v: Value, name: P<Str>, value: Option<Value>) -> PyResult<()> {
    crate::thread::current().event();
    match v.class().slots.setattr.get() {
        Some(f) => f(v, name, value),
        None => generic_setattr(v, name, value),
    }
}

/// The attribute in the instance itself (its slots or dict), borrowed.
#[inline]
pub fn instance_attr(v: Value, class: P<TypeObject>, name: P<Str>) -> Option<Value> {
    if let Some(i) = slotted(v) {
        return i.get(name);
    }
    if !v.is_pointer() {
        return None;
    }
    let d = place::dict_cell(v, class)?.get()?;
    d.place_of(name).map(|i| d.value_at(i))
}

/// `object.__getattribute__`: data descriptors, the instance, other class attributes.
#[inline(never)]
pub fn generic_getattr(v: Value, name: P<Str>) -> PyResult {
    match generic_lookup(v, name)? {
        Some(r) => Ok(r),
        None => no_attribute(v, name),
    }
}

/// [`generic_getattr`] with `None` where there is no such attribute.
#[inline]
pub fn generic_lookup(v: Value, name: P<Str>) -> PyResult<Option<Ref>> {
    let class = v.class();
    let Some(d) = type_attr::lookup(class, name) else {
        return Ok(instance_attr(v, class, name).map(Value::own));
    };
    let slots = &d.class().slots;
    let get = slots.descr_get.get();
    if let Some(get) = get
        && slots.descr_set.get().is_some()
    {
        let d = d.own();
        return get(*d, Some(v), class).map(Some);
    }
    if let Some(found) = instance_attr(v, class, name) {
        return Ok(Some(found.own()));
    }
    let d = d.own();
    match get {
        Some(get) => get(*d, Some(v), class).map(Some),
        None => Ok(Some(d)),
    }
}

/// What a method call finds.
pub enum Method {
    /// A function that takes the instance as its first argument.
    Unbound(Ref),
    /// Whatever `object.name` is; call it without the instance.
    Attribute(Ref),
}

/// `v.name` for a call: does not make a bound method where `v` can be passed instead.
#[inline]
pub fn get_method(v: Value, name: P<Str>) -> PyResult<Method> {
    let class = v.class();
    let generic = class.slots.getattr.get().is_none_or(|f| same(f, generic_getattr));
    if generic
        && let Some(d) = type_attr::lookup(class, name)
        && call::binds_self(d)
    {
        return Ok(match instance_attr(v, class, name) {
            Some(found) => Method::Attribute(found.own()),
            None => Method::Unbound(d.own()),
        });
    }
    Ok(Method::Attribute(getattr(v, name)?))
}

/// `type.__getattribute__`
#[inline(never)]
pub fn type_getattr(v: Value, name: P<Str>) -> PyResult {
    let Some(t) = v.downcast::<TypeObject>() else { return generic_getattr(v, name) };
    match type_lookup(t, name)? {
        Some(r) => Ok(r),
        None => raise_missing(
            v,
            name,
            format!("type object '{}' has no attribute '{}'", t.name(), name.to_lossy()),
        ),
    }
}

/// [`type_getattr`] with `None` where there is no such attribute.
pub fn type_lookup(t: P<TypeObject>, name: P<Str>) -> PyResult<Option<Ref>> {
    let meta = t.head.class.get();
    let on_meta = type_attr::lookup(meta, name).map(Value::own);
    let meta_get = on_meta.as_ref().and_then(|d| d.class().slots.descr_get.get());
    if let (Some(d), Some(get)) = (&on_meta, meta_get)
        && d.class().slots.descr_set.get().is_some()
    {
        return get(**d, Some(t.value()), meta).map(Some);
    }
    if let Some(found) = type_attr::lookup(t, name) {
        let found = found.own();
        return match found.class().slots.descr_get.get() {
            Some(get) => get(*found, None, t).map(Some),
            None => Ok(Some(found)),
        };
    }
    match (on_meta, meta_get) {
        (Some(d), Some(get)) => get(*d, Some(t.value()), meta).map(Some),
        (found, _) => Ok(found),
    }
}

/// `type.__setattr__`
#[inline(never)]
pub fn type_setattr(v: Value, name: P<Str>, value: Option<Value>) -> PyResult<()> {
    let Some(t) = v.downcast::<TypeObject>() else { return generic_setattr(v, name, value) };
    if t.has(flags::IMMUTABLE) {
        return crate::raise!(
            TypeError,
            "cannot set '{}' attribute of immutable type '{}'",
            name.to_lossy(),
            t.name()
        );
    }
    if let Some(d) = type_attr::lookup(t.head.class.get(), name)
        && let Some(set) = d.class().slots.descr_set.get()
    {
        let d = d.own();
        return set(*d, v, value);
    }
    let name = crate::protocol::repr::intern_name(name);
    if type_attr::set(t, name, value)? {
        return Ok(());
    }
    raise_missing(v, name, format!("type object '{}' has no attribute '{}'", t.name(), name.to_lossy()))
}

/// `object.__setattr__` and `object.__delattr__`
#[inline(never)]
pub fn generic_setattr(v: Value, name: P<Str>, value: Option<Value>) -> PyResult<()> {
    let class = v.class();
    let descriptor = type_attr::lookup(class, name);
    if let Some(d) = descriptor
        && let Some(set) = d.class().slots.descr_set.get()
    {
        let d = d.own();
        return set(*d, v, value);
    }
    if class.has(flags::HAS_DICT) {
        let stored = match (slotted(v), value) {
            (Some(i), Some(value)) => i.set(name, value.own()).map(|()| true)?,
            (Some(i), None) => i.delete(name)?,
            (None, value) => store_in_cell(v, class, name, value)?,
        };
        return if stored { Ok(()) } else { no_attribute(v, name).map(drop) };
    }
    let (class, text) = (class.name(), name.to_lossy());
    let message = match descriptor {
        Some(_) => format!("'{class}' object attribute '{text}' is read-only"),
        None if v.class().slots.setattr.get().is_none_or(|f| {
            crate::protocol::slot_table::SlotFn::SetAttrFn(f).address()
                == crate::protocol::slot_table::SlotFn::SetAttrFn(generic_setattr).address()
        }) =>
        {
            format!("'{class}' object has no attribute '{text}' and no __dict__ for setting new attributes")
        }
        None => format!("'{class}' object has no attribute '{text}'"),
    };
    raise_missing(v, name, message)
}

fn store_in_cell(v: Value, class: P<TypeObject>, name: P<Str>, value: Option<Value>) -> PyResult<bool> {
    let Some(value) = value else {
        let Some(d) = place::dict_cell(v, class).and_then(|c| c.get()) else { return Ok(false) };
        return Ok(d.remove(name.value())?.is_some());
    };
    match dict_of(v) {
        Some(d) => d.insert_str(name, value.own()).map(|()| true),
        None => Ok(false),
    }
}

/// The instance's `__dict__`, made if there was none yet; `None` if instances have no dict.
pub fn dict_of(v: Value) -> Option<P<Dict>> {
    let class = v.class();
    if !class.has(flags::HAS_DICT) || !v.is_pointer() {
        return None;
    }
    if let Some(i) = slotted(v) {
        return Some(i.make_dict());
    }
    let cell = place::dict_cell(v, class)?;
    if cell.get().is_none() {
        let d = dict::new();
        cell.set(Some(d.p()));
        std::mem::forget(d);
    }
    cell.get()
}

/// Make `d` the instance's `__dict__`; `false` if instances have no dict.
pub fn set_dict(v: Value, d: Own<Dict>) -> bool {
    if let Some(i) = slotted(v) {
        i.set_dict(d);
        return true;
    }
    let Some(cell) = place::dict_cell(v, v.class()) else { return false };
    let old = cell.replace(Some(d.p()));
    std::mem::forget(d);
    drop(old.map(|d| Ref::from_raw(d.value())));
    true
}

/// Raise `AttributeError: 'X' object has no attribute 'y'`.
#[cold]
#[inline(never)]
pub fn no_attribute(v: Value, name: P<Str>) -> PyResult {
    if v.downcast::<TypeObject>().is_some() {
        return type_missing(v, name);
    }
    raise_missing(v, name, format!("'{}' object has no attribute '{}'", v.class().name(), name.to_lossy()))
}

fn type_missing(v: Value, name: P<Str>) -> PyResult {
    let class = v.downcast::<TypeObject>().map_or_else(String::new, |t| t.name());
    raise_missing(v, name, format!("type object '{class}' has no attribute '{}'", name.to_lossy()))
}

/// Raise an `AttributeError` that knows the object and the name.
#[cold]
#[inline(never)]
pub fn raise_missing<T>(v: Value, name: P<Str>, message: String) -> PyResult<T> {
    let class = crate::runtime::exception_class(Exc::AttributeError);
    let text = crate::types::str::new(&message).erase();
    let e = call::call1(class.value(), *text)?;
    setattr(*e, names().name, name.value())?;
    setattr(*e, names().obj, v)?;
    error::raise_exception(e)
}
