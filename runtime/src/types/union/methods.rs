//! The slots and methods of `typing.Union`.

use super::{Union, make, or};
use crate::error::PyResult;
use crate::object::{P, Ref};
use crate::protocol::compare::{equal, hash};
use crate::protocol::{attr, isinstance};
use crate::pymethods;
use crate::runtime::{runtime, types};
use crate::slots::CmpOp;
use crate::types::generic_alias::{GenericAlias, member_repr, params};
use crate::types::str;
use crate::types::tuple::{self, Tuple};
use crate::types::type_object::TypeObject;
use crate::value::{NOT_IMPLEMENTED, Value};

fn parameters(u: P<Union>) -> PyResult<P<Tuple>> {
    if u.parameters.get().is_none() {
        u.parameters.set(Some(params::collect(u.args.items())?.erase()));
    }
    match u.parameters.get().and_then(Value::downcast::<Tuple>) {
        Some(t) => Ok(t),
        None => unreachable!("set above"),
    }
}

/// Is every member of `a` equal to one of `b`?
fn within(a: P<Tuple>, b: P<Tuple>) -> PyResult<bool> {
    for &x in a.items() {
        let mut found = false;
        for &y in b.items() {
            found = found || equal(x, y)?;
        }
        if !found {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What `typing.Union[...]` makes of a member that is no class: `typing` checks it.
fn checked(member: Value) -> PyResult {
    let plain = member.is_none()
        || member.downcast::<TypeObject>().is_some()
        || member.downcast::<Union>().is_some()
        || member.downcast::<GenericAlias>().is_some();
    if plain {
        return Ok(member.own());
    }
    let Some(typing) = runtime().modules().get_text("typing").map(Value::own) else {
        return Ok(member.own());
    };
    let check = attr::getattr_text(*typing, "_type_check")?;
    let message: Ref = "Union[arg, ...]: each arg must be a type.".into();
    crate::protocol::call::call2(*check, member, *message)
}

#[pymethods]
impl Union {
    #[slot(repr)]
    fn repr(u: P<Union>) -> PyResult {
        let parts: PyResult<Vec<String>> = u.args.items().iter().map(|v| member_repr(*v)).collect();
        Ok(str::new(&parts?.join(" | ")).erase())
    }
    #[slot(hash)]
    fn hash(u: P<Union>) -> PyResult<i64> {
        // The order of the members does not count.
        let mut h = 0;
        for &m in u.args.items() {
            h ^= hash(m)?.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64).rotate_left(17);
        }
        Ok(if h == -1 { -2 } else { h })
    }
    #[slot(compare)]
    fn compare(u: P<Union>, other: Value, op: CmpOp) -> PyResult {
        let Some(o) = other.downcast::<Union>().filter(|_| matches!(op, CmpOp::Eq | CmpOp::Ne)) else {
            return Ok(NOT_IMPLEMENTED.own());
        };
        let same = within(u.args.p(), o.args.p())? && within(o.args.p(), u.args.p())?;
        Ok(Value::bool(same == (op == CmpOp::Eq)).own())
    }
    #[slot(or)]
    fn py_or(a: Value, b: Value) -> PyResult {
        or(a, b)
    }
    #[slot(getitem)]
    fn getitem(u: P<Union>, item: Value) -> PyResult {
        let args = params::substitute(u.value(), u.args.p(), parameters(u)?, item)?;
        let mut members = args.items().iter();
        let Some(&first) = members.next() else { return crate::raise!(TypeError, "an empty union") };
        let mut result = first.own();
        for &m in members {
            result = crate::protocol::number::or(*result, m)?;
        }
        Ok(result)
    }
    #[getter]
    fn __args__(u: P<Union>) -> P<Tuple> {
        u.args.p()
    }
    #[getter]
    fn __parameters__(u: P<Union>) -> PyResult<P<Tuple>> {
        parameters(u)
    }
    #[getter]
    fn __origin__(_u: P<Union>) -> P<TypeObject> {
        types().union_
    }
    #[getter]
    fn __name__(_u: P<Union>) -> &'static str {
        "Union"
    }
    #[getter]
    fn __qualname__(_u: P<Union>) -> &'static str {
        "Union"
    }
    #[method("($self, instance, /)")]
    fn __instancecheck__(u: P<Union>, instance: Value) -> PyResult<bool> {
        isinstance::isinstance(instance, u.value())
    }
    #[method("($self, subclass, /)")]
    fn __subclasscheck__(u: P<Union>, subclass: Value) -> PyResult<bool> {
        isinstance::issubclass(subclass, u.value())
    }
    #[method("($self, bases, /)")]
    fn __mro_entries__(u: P<Union>, _bases: Value) -> PyResult {
        crate::raise!(TypeError, "Cannot subclass {}", crate::protocol::repr::repr_text(u.value())?)
    }
    #[classmethod("($cls, item, /)")]
    fn __class_getitem__(_class: Value, item: Value) -> PyResult {
        let members: Vec<Value> = match item.downcast::<Tuple>() {
            Some(t) => t.items().to_vec(),
            None => vec![item],
        };
        if members.is_empty() {
            return crate::raise!(TypeError, "Cannot take a Union of no types.");
        }
        let checked: PyResult<Vec<Ref>> = members.into_iter().map(checked).collect();
        let checked = tuple::from_refs(checked?);
        make(checked.items())
    }
    #[method("($self, /)")]
    fn __reduce__(u: P<Union>) -> PyResult {
        let getitem = crate::protocol::attr::getattr_text(types().union_.value(), "__class_getitem__")?;
        Ok(tuple::from_refs(vec![getitem, tuple::from_values(&[u.args.p().value()]).erase()]).erase())
    }
}
