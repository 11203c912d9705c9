//! `with` and `super()`: special methods looked up on the class.

use crate::error::PyResult;
use crate::object::P;
use crate::protocol::attr::{self, Method};
use crate::protocol::{call, type_attr};
use crate::raise;
use crate::types::str::{Str, interned};
use crate::types::super_;
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
    let base = format!(
        "'{name}' object does not support the {protocol} protocol (missed {} method)",
        method.name()
    );
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

/// `super(class, this).name`, where `sup` is what the name `super` is bound to.
pub(super) fn load_super(sup: Value, class: Value, this: Value, name: P<Str>, method: bool) -> PyResult<Method> {
    let types = crate::runtime::types();
    if !sup.is(types.super_.value()) {
        let proxy = call::call0(sup)?;
        return Ok(Method::Attribute(attr::getattr(*proxy, name)?));
    }
    super_::lookup(class, this, name, method)
}
