//! The slots and attributes of `cell`.

use super::Cell;
use crate::error::PyResult;
use crate::object::{P, Ref};
use crate::protocol::compare::rich_compare;
use crate::pymethods;
use crate::slots::{Args, CmpOp};
use crate::types::type_object::TypeObject;
use crate::value::{NOT_IMPLEMENTED, UNBOUND, Value};

#[pymethods]
impl Cell {
    #[slot(new)]
    fn make(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        if !args.names.is_empty() {
            return crate::raise!(TypeError, "cell() takes no keyword arguments");
        }
        match args.pos() {
            [] => Ok(super::new(Ref::from_raw(UNBOUND)).erase()),
            [v] => Ok(super::new(v.own()).erase()),
            all => crate::raise!(TypeError, "cell expected at most 1 argument, got {}", all.len()),
        }
    }
    #[slot(repr)]
    fn repr(c: P<Cell>) -> PyResult {
        let (at, v) = (c.value().bits(), c.value.get());
        let text = if v.is_unbound() {
            format!("<cell at {at:#x}: empty>")
        } else {
            format!("<cell at {at:#x}: {} object at {:#x}>", v.class().name(), v.bits())
        };
        Ok(text.as_str().into())
    }
    #[slot(compare)]
    fn compare(c: P<Cell>, other: Value, op: CmpOp) -> PyResult {
        let Some(o) = other.downcast::<Cell>() else { return Ok(NOT_IMPLEMENTED.own()) };
        let (a, b) = (c.value.get(), o.value.get());
        if a.is_unbound() || b.is_unbound() {
            return Ok(Value::bool(op.holds(&!a.is_unbound(), &!b.is_unbound())).own());
        }
        let (a, b) = (a.own(), b.own());
        rich_compare(*a, *b, op)
    }
    #[getter]
    fn cell_contents(c: P<Cell>) -> PyResult {
        let v = c.value.get();
        if v.is_unbound() { crate::raise!(ValueError, "Cell is empty") } else { Ok(v.own()) }
    }
    #[setter(name = "cell_contents")]
    fn set_contents(c: P<Cell>, value: Option<Value>) -> PyResult<()> {
        drop(c.set(value.unwrap_or(UNBOUND).own()));
        Ok(())
    }
}
