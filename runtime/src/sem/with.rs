//! `with` and `super()`: special methods looked up on the class.

use crate::error::PyResult;
use crate::object::P;
use crate::protocol::attr::{self, Method};
use crate::protocol::{call, type_attr};
use crate::raise;
use crate::types::descriptor::StaticMethod;
use crate::types::str::{Str, interned};
use crate::types::type_object::TypeObject;
use crate::value::Value;
use taipan_bytecode::SpecialMethod;

fn has(class: P<TypeObject>, method: SpecialMethod) -> bool {
    type_attr::lookup(class, interned(method.name())).is_some()
}

/// The special method `number` of `owner`, for a call.
pub(super) fn load_special(owner: Value, number: i32) -> PyResult<Method> {
    let method = SpecialMethod::ALL[number as usize];
    let class = owner.class();
    let Some(d) = type_attr::lookup(class, interned(method.name())) else { return missing(class, method) };
    if call::binds_self(d) {
        return Ok(Method::Unbound(d.own()));
    }
    let d = d.own();
    Ok(Method::Attribute(match d.class().slots.descr_get.get() {
        Some(get) => get(*d, Some(owner), class)?,
        None => d,
    }))
}

#[cold]
fn missing(class: P<TypeObject>, method: SpecialMethod) -> PyResult<Method> {
    use SpecialMethod::{Aenter, Aexit, Enter, Exit};
    let is_async = matches!(method, Aenter | Aexit);
    let (protocol, other, statement, others) = if is_async {
        ("asynchronous context manager", "context manager", "with", [Enter, Exit])
    } else {
        ("context manager", "asynchronous context manager", "async with", [Aenter, Aexit])
    };
    let name = class.name();
    let base =
        format!("'{name}' object does not support the {protocol} protocol (missed {} method)", method.name());
    if others.iter().all(|&m| has(class, m)) {
        return raise!(
            TypeError,
            "'{name}' object does not support the {protocol} protocol (missed {} method) but it supports the \
             {other} protocol. Did you mean to use '{statement}'?",
            method.name()
        );
    }
    raise!(TypeError, "{base}")
}

/// The plain function that special method `number` of `owner` is, if it is one.
pub fn special_function(owner: Value, number: i32) -> Option<Value> {
    if !owner.is_pointer() {
        return None;
    }
    let method = SpecialMethod::ALL[number as usize];
    type_attr::lookup(owner.class(), interned(method.name())).filter(|d| call::binds_self(*d))
}

/// The plain function that `super(class, this).name` is, if it is one: `sup` is the builtin `super`, and `this` an
/// instance.
pub fn super_function(sup: Value, class: Value, this: Value, name: P<Str>) -> Option<Value> {
    if !sup.is(crate::runtime::types().super_.value()) || !this.is_pointer() {
        return None;
    }
    let (class, owner) = (class.downcast::<TypeObject>()?, this.class());
    if this.downcast::<TypeObject>().is_some() {
        return None;
    }
    behind(owner, class, name).filter(|d| call::binds_self(*d))
}

/// What `super(class, this)` finds by this name, where `this` is a class, if it is found as it is: `object.__new__`, a
/// static method's function.
pub fn super_static(sup: Value, class: Value, this: Value, name: P<Str>) -> Option<Value> {
    if !sup.is(crate::runtime::types().super_.value()) {
        return None;
    }
    let (class, owner) = (class.downcast::<TypeObject>()?, this.downcast::<TypeObject>()?);
    let found = behind(owner, class, name)?;
    if let Some(s) = found.exact::<StaticMethod>() {
        return s.callable.get();
    }
    found.class().slots.descr_get.get().is_none().then_some(found)
}

/// See the helper's row.
pub(crate) fn super_attribute(class: Value, this: Value, name: P<Str>) -> PyResult {
    let (Method::Unbound(v) | Method::Attribute(v)) = super_lookup(class, this, name, false)?;
    Ok(v)
}

/// What a class's MRO has by this name behind another class.
fn behind(owner: P<TypeObject>, class: P<TypeObject>, name: P<Str>) -> Option<Value> {
    owner.mro.borrow().iter().skip_while(|t| **t != class).skip(1).find_map(|t| {
        let dict = t.dict();
        dict.place_of(name).map(|at| dict.value_at(at))
    })
}

/// Look `name` up in the MRO of `this`'s class (of `this` itself, if it is a class) behind `class`.
fn super_lookup(class: Value, this: Value, name: P<Str>, method: bool) -> PyResult<Method> {
    let Some(class) = class.downcast::<TypeObject>() else {
        return raise!(TypeError, "super() argument 1 must be a type, not {}", class.class().name());
    };
    let (owner, instance) = match this.downcast::<TypeObject>() {
        Some(t) if t == class || t.is_subtype(class) => (t, None),
        _ => (this.class(), Some(this)),
    };
    if owner != class && !owner.is_subtype(class) {
        return raise!(
            TypeError,
            "super(type, obj): obj ({} {}) is not an instance or subtype of type ({}).",
            if instance.is_some() { "instance of" } else { "type" },
            owner.name(),
            class.name()
        );
    }
    if let Some(d) = behind(owner, class, name).map(Value::own) {
        if method && instance.is_some() && call::binds_self(*d) {
            return Ok(Method::Unbound(d));
        }
        return Ok(Method::Attribute(match d.class().slots.descr_get.get() {
            Some(get) => get(*d, instance, owner)?,
            None => d,
        }));
    }
    let proxy = call::call2(crate::runtime::types().super_.value(), class.value(), this)?;
    Ok(Method::Attribute(attr::getattr(*proxy, name)?))
}

/// `super(class, this).name`, where `sup` is what the name `super` is bound to; were the arguments `written` out?
pub(super) fn load_super(
    sup: Value,
    class: Value,
    this: Value,
    name: P<Str>,
    method: bool,
    written: bool,
) -> PyResult<Method> {
    let types = crate::runtime::types();
    if !sup.is(types.super_.value()) {
        let proxy = if written { call::call2(sup, class, this)? } else { call::call0(sup)? };
        return Ok(Method::Attribute(attr::getattr(*proxy, name)?));
    }
    super_lookup(class, this, name, method)
}
