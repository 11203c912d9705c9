//! `typing.Union`: `int | str`.

mod methods;

use crate::object::{Header, Kind, Own, OwnedCell, Ref, alloc};
use crate::object_layout;
use crate::protocol::compare::equal;
use crate::runtime::types;
use crate::types::generic_alias::GenericAlias;
use crate::types::tuple::{self, Tuple};
use crate::types::type_object::TypeObject;
use crate::value::{NOT_IMPLEMENTED, Value};
use std::cell::Cell;

/// A union of types.
#[repr(C)]
pub struct Union {
    /// The header.
    pub head: Header,
    /// `__args__`: flat and without duplicates.
    pub args: Own<Tuple>,
    /// `__parameters__`, once asked for.
    pub parameters: OwnedCell,
    /// Weak references to it.
    pub weakrefs: Cell<Option<Value>>,
}
object_layout!(Union, Kind::Union, container, [args, parameters]);

/// `a | b` of types; `NotImplemented` where one is no type.
pub fn or(a: Value, b: Value) -> crate::error::PyResult {
    let ok = |v: Value| {
        let k = v.class();
        let t = types();
        v.is_none()
            || v.downcast::<TypeObject>().is_some()
            || v.downcast::<GenericAlias>().is_some()
            || v.downcast::<Union>().is_some()
            || k == t.typealiastype
    };
    if !ok(a) || !ok(b) {
        return Ok(NOT_IMPLEMENTED.own());
    }
    make(&[a, b])
}

/// The union of these types: flat, without duplicates; one alone is itself.
pub fn make(members: &[Value]) -> crate::error::PyResult {
    let mut flat: Vec<Ref> = Vec::new();
    let mut todo: Vec<Value> = members.iter().rev().copied().collect();
    while let Some(m) = todo.pop() {
        if let Some(u) = m.downcast::<Union>() {
            todo.extend(u.args.items().iter().rev());
            continue;
        }
        let m = if m.is_none() { types().none_type.value() } else { m };
        let mut seen = false;
        for f in &flat {
            seen = seen || equal(**f, m)?;
        }
        if !seen {
            flat.push(m.own());
        }
    }
    if let [only] = flat.as_slice() {
        return Ok(only.clone());
    }
    let head = Header::new(types().union_);
    let args = tuple::from_refs(flat);
    Ok(alloc(Union { head, args, parameters: OwnedCell::new(None), weakrefs: Cell::new(None) }).erase())
}
