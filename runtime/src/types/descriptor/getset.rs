//! `getset_descriptor`: attributes computed by native code.

use crate::error::PyResult;
use crate::object::{Header, Kind, Own, P, alloc};
use crate::runtime::types;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use crate::{object_layout, pymethods};

/// What a computed attribute does.
pub struct GetSetDef {
    /// Its name.
    pub name: &'static str,
    /// Its `__doc__`; empty is `None`.
    pub doc: &'static str,
    /// Reads it.
    pub get: Option<fn(Value) -> PyResult>,
    /// Sets it, or with `None` deletes it; attributes without are read-only.
    pub set: Option<fn(Value, Option<Value>) -> PyResult<()>>,
}

/// The descriptor.
#[repr(C)]
pub struct GetSet {
    /// The header.
    pub head: Header,
    /// What it does.
    pub def: &'static GetSetDef,
    /// `__objclass__`
    pub owner: Own<TypeObject>,
}
object_layout!(GetSet, Kind::GetSet, container, [owner]);

impl GetSet {
    /// The descriptor of an attribute of `owner`.
    pub fn new(def: &'static GetSetDef, owner: P<TypeObject>) -> Own<GetSet> {
        alloc(GetSet { head: Header::new(types().getset_descriptor), def, owner: owner.own_typed() })
    }
}

#[pymethods]
impl GetSet {
    #[slot(descr_get)]
    fn get(d: P<GetSet>, object: Option<Value>, _owner: P<TypeObject>) -> PyResult {
        let Some(object) = object else { return Ok(d.own()) };
        check(d, object)?;
        match d.def.get {
            Some(get) => get(object),
            None => crate::raise!(
                AttributeError,
                "attribute '{}' of '{}' objects is not readable",
                d.def.name,
                d.owner.name()
            ),
        }
    }
    #[slot(descr_set)]
    fn set(d: P<GetSet>, object: Value, value: Option<Value>) -> PyResult<()> {
        check(d, object)?;
        match d.def.set {
            Some(set) => set(object, value),
            None => crate::raise!(
                AttributeError,
                "attribute '{}' of '{}' objects is not writable",
                d.def.name,
                d.owner.name()
            ),
        }
    }
    #[slot(repr)]
    fn repr(d: P<GetSet>) -> PyResult {
        Ok(format!(
            "<attribute '{}' of '{}' objects>",
            d.def.name,
            crate::protocol::type_attr::full_name(d.owner.p())
        )
        .as_str()
        .into())
    }
    #[getter]
    fn __name__(d: P<GetSet>) -> &'static str {
        d.def.name
    }
    #[getter]
    fn __qualname__(d: P<GetSet>) -> String {
        format!("{}.{}", d.owner.qualified_name(), d.def.name)
    }
    #[getter]
    fn __objclass__(d: P<GetSet>) -> P<TypeObject> {
        d.owner.p()
    }
    #[getter]
    fn __doc__(d: P<GetSet>) -> Option<&'static str> {
        super::doc_value(d.def.doc)
    }
}

fn check(d: P<GetSet>, object: Value) -> PyResult<()> {
    if object.is_instance_of(d.owner.p()) {
        return Ok(());
    }
    crate::raise!(
        TypeError,
        "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
        d.def.name,
        d.owner.name(),
        object.class().name()
    )
}
