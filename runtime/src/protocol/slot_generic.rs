//! The generic slots: each looks up a dunder method on the class and calls it.

use super::slot_table::{ROWS, SlotFn, SlotIndex, slot_name};
use crate::error::{self, Exc, PyResult};
use crate::object::{P, Ref};
use crate::protocol::call::{call, call_prepend, call_special};
use crate::protocol::truth::truth;
use crate::protocol::{attr, type_attr};
use crate::slots::{Args, CmpOp};
use crate::types::str::Str;
use crate::types::type_object::TypeObject;
use crate::value::{NONE, NOT_IMPLEMENTED, TRUE, Value};

/// The generic slot of a row, by its kind.
macro_rules! generic {
    (unary $f:ident) => {
        Some(SlotFn::Unary(|v| slot_generic::required(v, SlotIndex::$f, &[])))
    };
    (hash $f:ident) => {
        Some(SlotFn::HashFn(slot_generic::hash))
    };
    (call $f:ident) => {
        Some(SlotFn::CallFn(slot_generic::call_dunder))
    };
    (getattr $f:ident) => {
        Some(SlotFn::GetAttrFn(slot_generic::getattr))
    };
    (setattr $f:ident) => {
        Some(SlotFn::SetAttrFn(slot_generic::setattr))
    };
    (compare $f:ident) => {
        Some(SlotFn::CompareFn(slot_generic::compare))
    };
    (next $f:ident) => {
        Some(SlotFn::NextFn(slot_generic::next))
    };
    (descr_get $f:ident) => {
        Some(SlotFn::DescrGetFn(slot_generic::descr_get))
    };
    (descr_set $f:ident) => {
        Some(SlotFn::DescrSetFn(slot_generic::descr_set))
    };
    (init $f:ident) => {
        Some(SlotFn::InitFn(slot_generic::init))
    };
    (new $f:ident) => {
        Some(SlotFn::NewFn(slot_generic::new))
    };
    (finalize $f:ident) => {
        Some(SlotFn::FinalizeFn(slot_generic::del))
    };
    (binary $f:ident) => {
        Some(SlotFn::Binary(|a, b| slot_generic::binary(a, b, SlotIndex::$f)))
    };
    (power $f:ident) => {
        Some(SlotFn::Ternary(slot_generic::power))
    };
    (inquiry $f:ident) => {
        Some(SlotFn::Inquiry(slot_generic::inquiry))
    };
    (inplace $f:ident) => {
        Some(SlotFn::Binary(|a, b| slot_generic::required(a, SlotIndex::$f, &[b])))
    };
    (len $f:ident) => {
        Some(SlotFn::LenFn(slot_generic::len))
    };
    (getitem $f:ident) => {
        Some(SlotFn::Binary(|a, b| slot_generic::required(a, SlotIndex::$f, &[b])))
    };
    (setitem $f:ident) => {
        Some(SlotFn::StoreItemFn(slot_generic::setitem))
    };
    (contains $f:ident) => {
        Some(SlotFn::ContainsFn(slot_generic::contains))
    };
    (sequence $f:ident) => {
        None
    };
}
pub(super) use generic;

/// Call the method of a slot; its absence is an `AttributeError`, as for any missing attribute.
pub(super) fn required(v: Value, slot: SlotIndex, args: &[Value]) -> PyResult {
    let name = slot_name(slot, 0);
    if slot == SlotIndex::iter && type_attr::lookup(v.class(), name).is_some_and(Value::is_none) {
        return crate::raise!(TypeError, "'{}' object is not iterable", v.class().name());
    }
    match call_special(v, name, args) {
        Some(r) => r,
        None => attr::no_attribute(v, name),
    }
}

pub(super) fn hash(v: Value) -> PyResult<i64> {
    let name = slot_name(SlotIndex::hash, 0);
    let Some(r) = call_special(v, name, &[]) else { return super::compare::hash_not_implemented(v) };
    let r = r?;
    if !r.is_int_like() {
        return crate::raise!(TypeError, "__hash__ method should return an integer");
    }
    // A hash that fits a machine word is taken as it is; a larger one is reduced as ints' hashes are.
    let h = match r.as_i64() {
        Some(h) => h,
        None => super::compare::hash(*r)?,
    };
    Ok(if h == -1 { -2 } else { h })
}

pub(super) fn call_dunder(v: Value, args: Args<'_>) -> PyResult {
    let name = slot_name(SlotIndex::call, 0);
    crate::thread::current().check_native_stack("")?;
    match lookup_method(v, name)? {
        Some(Bound::Unbound(f)) => call_prepend(*f, v, args),
        Some(Bound::Bound(f)) => call(*f, args),
        None => crate::raise!(TypeError, "'{}' object is not callable", v.class().name()),
    }
}

enum Bound {
    Unbound(Ref),
    Bound(Ref),
}

/// A special method, looked up on the class.
fn lookup_method(v: Value, name: P<Str>) -> PyResult<Option<Bound>> {
    let class = v.class();
    let Some(f) = type_attr::lookup(class, name) else { return Ok(None) };
    let f = f.own();
    if super::call::binds_self(*f) {
        return Ok(Some(Bound::Unbound(f)));
    }
    Ok(Some(Bound::Bound(match f.class().slots.descr_get.get() {
        Some(get) => get(*f, Some(v), class)?,
        None => f,
    })))
}

pub(super) fn getattr(v: Value, name: P<Str>) -> PyResult {
    let class = v.class();
    let (own, hook) = (slot_name(SlotIndex::getattr, 0), slot_name(SlotIndex::getattr, 1));
    let overridden = type_attr::lookup(class, own)
        .is_some_and(|f| f.downcast::<crate::types::descriptor::SlotWrapper>().is_none());
    if overridden {
        let r = required(v, SlotIndex::getattr, &[name.value()]);
        return match r {
            Err(raised) if type_attr::lookup(class, hook).is_some() => {
                let Some(e) = error::take_if(Exc::AttributeError) else { return Err(raised) };
                drop(e);
                call_hook(v, hook, name)
            }
            r => r,
        };
    }
    let native = native_getattr(class);
    if SlotFn::GetAttrFn(native).address() == SlotFn::GetAttrFn(attr::generic_getattr).address() {
        return match attr::generic_lookup(v, name) {
            Ok(Some(r)) => Ok(r),
            Ok(None) => call_hook(v, hook, name),
            Err(raised) => match error::take_if(Exc::AttributeError) {
                Some(_) => call_hook(v, hook, name),
                None => Err(raised),
            },
        };
    }
    match native(v, name) {
        Err(raised) => match error::take_if(Exc::AttributeError) {
            Some(_) => call_hook(v, hook, name),
            None => Err(raised),
        },
        ok => ok,
    }
}

/// The native `getattr` slot that a class with `__getattr__` inherits.
fn native_getattr(class: P<TypeObject>) -> crate::slots::GetAttrFn {
    let generic = ROWS[SlotIndex::getattr as usize].generic.map(SlotFn::address);
    let mro = class.mro.borrow();
    let mut slots = mro.iter().filter_map(|c| c.slots.getattr.get());
    slots.find(|f| Some(*f as usize) != generic).unwrap_or(attr::generic_getattr)
}

fn call_hook(v: Value, hook: P<Str>, name: P<Str>) -> PyResult {
    match call_special(v, hook, &[name.value()]) {
        Some(r) => r,
        None => attr::no_attribute(v, name),
    }
}

pub(super) fn setattr(v: Value, name: P<Str>, value: Option<Value>) -> PyResult<()> {
    two_way(v, SlotIndex::setattr, name.value(), value)
}

pub(super) fn setitem(v: Value, key: Value, value: Option<Value>) -> PyResult<()> {
    two_way(v, SlotIndex::setitem, key, value)
}

pub(super) fn descr_set(v: Value, object: Value, value: Option<Value>) -> PyResult<()> {
    two_way(v, SlotIndex::descr_set, object, value)
}

fn two_way(v: Value, slot: SlotIndex, key: Value, value: Option<Value>) -> PyResult<()> {
    let (name, r) = match value {
        Some(value) => (slot_name(slot, 0), call_special(v, slot_name(slot, 0), &[key, value])),
        None => (slot_name(slot, 1), call_special(v, slot_name(slot, 1), &[key])),
    };
    match r {
        Some(r) => r.map(drop),
        None => attr::no_attribute(v, name).map(drop),
    }
}

pub(super) fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
    match call_special(a, slot_name(SlotIndex::compare, op as usize), &[b]) {
        Some(r) => r,
        None => Ok(Ref::from_raw(NOT_IMPLEMENTED)),
    }
}

pub(super) fn next(v: Value) -> PyResult<Option<Ref>> {
    required(v, SlotIndex::next, &[]).map(Some)
}

pub(super) fn descr_get(d: Value, object: Option<Value>, owner: P<TypeObject>) -> PyResult {
    match call_special(d, slot_name(SlotIndex::descr_get, 0), &[object.unwrap_or(NONE), owner.value()]) {
        Some(r) => r,
        None => Ok(d.own()),
    }
}

pub(super) fn init(v: Value, args: Args<'_>) -> PyResult<()> {
    let r = match lookup_method(v, slot_name(SlotIndex::init, 0))? {
        Some(Bound::Unbound(f)) => call_prepend(*f, v, args)?,
        Some(Bound::Bound(f)) => call(*f, args)?,
        None => return Ok(()),
    };
    if !r.is_none() {
        return crate::raise!(TypeError, "__init__() should return None, not '{}'", r.class().name());
    }
    Ok(())
}

pub(super) fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
    let f = attr::getattr(class.value(), slot_name(SlotIndex::new, 0))?;
    call_prepend(*f, class.value(), args)
}

pub(super) fn del(v: Value) {
    if let Some(Err(_)) = call_special(v, slot_name(SlotIndex::finalize, 0), &[]) {
        let f = type_attr::lookup(v.class(), slot_name(SlotIndex::finalize, 0)).unwrap_or(NONE);
        error::write_unraisable("Exception ignored while calling deallocator", Some(f));
    }
}

/// Does the class have the generic slot of this row?
fn is_generic(class: P<TypeObject>, slot: SlotIndex) -> bool {
    let row = &ROWS[slot as usize];
    match ((row.get)(&class.slots), row.generic) {
        (Some(f), Some(g)) => f.address() == g.address(),
        _ => false,
    }
}

/// `a op b`, where one of the two has the generic slot: the method of `a`, the reflected one of `b`, the latter
/// first where `b`'s class derives from `a`'s and overrides it.
pub(super) fn binary(a: Value, b: Value, slot: SlotIndex) -> PyResult {
    let (ta, tb) = (a.class(), b.class());
    let (name, reflected) = (slot_name(slot, 0), slot_name(slot, 1));
    let mut try_other = ta != tb && is_generic(tb, slot);
    if is_generic(ta, slot) {
        if try_other
            && tb.is_subtype(ta)
            && type_attr::lookup(tb, reflected) != type_attr::lookup(ta, reflected)
        {
            let r = optional(b, reflected, &[a])?;
            if !r.is(NOT_IMPLEMENTED) {
                return Ok(r);
            }
            try_other = false;
        }
        let r = optional(a, name, &[b])?;
        if !r.is(NOT_IMPLEMENTED) || ta == tb {
            return Ok(r);
        }
    }
    if try_other { optional(b, reflected, &[a]) } else { Ok(Ref::from_raw(NOT_IMPLEMENTED)) }
}

/// The method's result, `NotImplemented` if there is no method (or it is `None`).
fn optional(v: Value, name: P<Str>, args: &[Value]) -> PyResult {
    call_special(v, name, args).unwrap_or(Ok(Ref::from_raw(NOT_IMPLEMENTED)))
}

pub(super) fn power(a: Value, b: Value, modulus: Value) -> PyResult {
    if modulus.is_none() {
        return binary(a, b, SlotIndex::pow);
    }
    if is_generic(a.class(), SlotIndex::pow) {
        return required(a, SlotIndex::pow, &[b, modulus]);
    }
    if is_generic(b.class(), SlotIndex::pow) {
        return optional(b, slot_name(SlotIndex::pow, 1), &[a, modulus]);
    }
    Ok(Ref::from_raw(NOT_IMPLEMENTED))
}

pub(super) fn inquiry(v: Value) -> PyResult<bool> {
    let Some(r) = call_special(v, slot_name(SlotIndex::bool_, 0), &[]) else { return Ok(true) };
    let r = r?;
    if !r.is_bool() {
        return crate::raise!(TypeError, "__bool__ should return bool, returned {}", r.class().name());
    }
    Ok(r.is(TRUE))
}

pub(super) fn len(v: Value) -> PyResult<usize> {
    let n = required(v, SlotIndex::len, &[])?;
    let n = crate::protocol::index::index(*n)?;
    match n.as_i64() {
        Some(n) if n >= 0 => Ok(n as usize),
        Some(_) => crate::raise!(ValueError, "__len__() should return >= 0"),
        None if n.as_big().is_some_and(|b| *b < dashu_int::IBig::ZERO) => {
            crate::raise!(ValueError, "__len__() should return >= 0")
        }
        None => crate::raise!(OverflowError, "cannot fit 'int' into an index-sized integer"),
    }
}

pub(super) fn contains(v: Value, item: Value) -> PyResult<bool> {
    let name = slot_name(SlotIndex::contains, 0);
    if type_attr::lookup(v.class(), name).is_some_and(Value::is_none) {
        return crate::raise!(TypeError, "'{}' object is not a container", v.class().name());
    }
    match call_special(v, name, &[item]) {
        Some(r) => truth(*r?),
        None => search(v, item),
    }
}

/// `item in v` by iteration.
fn search(v: Value, item: Value) -> PyResult<bool> {
    let it = super::iter::iter(v)?;
    while let Some(x) = super::iter::next(*it)? {
        if super::compare::equal(*x, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}
