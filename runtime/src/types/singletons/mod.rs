//! `None`, `NotImplemented` and `...`: immediates with a class each.

use crate::error::PyResult;
use crate::object::P;
use crate::pymethods;
use crate::raise;
use crate::slots::{Args, CmpOp};
use crate::types::str;
use crate::types::type_object::TypeObject;
use crate::value::{ELLIPSIS, NONE, NOT_IMPLEMENTED, Value};

/// The hash of `None`, a constant since CPython 3.12.
pub const NONE_HASH: i64 = 0xfca8_6420;

fn no_arguments(name: &str, args: Args<'_>) -> PyResult<()> {
    if args.values.is_empty() { Ok(()) } else { raise!(TypeError, "{name} takes no arguments") }
}

/// The class of `None`.
pub enum NoneType {}

#[pymethods]
impl NoneType {
    #[slot(new)]
    fn py_new(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        no_arguments("NoneType", args)?;
        Ok(NONE.own())
    }
    #[slot(repr)]
    fn repr(_v: Value) -> PyResult {
        Ok(str::interned("None").own())
    }
    #[slot(bool_)]
    fn is_true(_v: Value) -> PyResult<bool> {
        Ok(false)
    }
    #[slot(hash)]
    fn hash(_v: Value) -> PyResult<i64> {
        Ok(NONE_HASH)
    }
    #[slot(compare)]
    fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
        crate::protocol::compare::object_compare(a, b, op)
    }
}

/// The class of `NotImplemented`.
pub enum NotImplementedType {}

#[pymethods]
impl NotImplementedType {
    #[slot(new)]
    fn py_new(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        no_arguments("NotImplementedType", args)?;
        Ok(NOT_IMPLEMENTED.own())
    }
    #[slot(repr)]
    fn repr(_v: Value) -> PyResult {
        Ok(str::interned("NotImplemented").own())
    }
    #[slot(bool_)]
    fn is_true(_v: Value) -> PyResult<bool> {
        raise!(TypeError, "NotImplemented should not be used in a boolean context")
    }
    #[method("(self, /)")]
    fn __reduce__(_this: Value) -> &'static str {
        "NotImplemented"
    }
}

/// The class of `...`.
pub enum EllipsisType {}

#[pymethods]
impl EllipsisType {
    #[slot(new)]
    fn py_new(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        no_arguments("EllipsisType", args)?;
        Ok(ELLIPSIS.own())
    }
    #[slot(repr)]
    fn repr(_v: Value) -> PyResult {
        Ok(str::interned("Ellipsis").own())
    }
    #[method("(self, /)")]
    fn __reduce__(_this: Value) -> &'static str {
        "Ellipsis"
    }
}
