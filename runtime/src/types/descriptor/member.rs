//! `member_descriptor`: a name in `__slots__`.

use crate::error::PyResult;
use crate::object::{Header, Kind, Own, P, Ref, alloc};
use crate::protocol::{attr, place};
use crate::runtime::types;
use crate::types::instance::Instance;
use crate::types::str::Str;
use crate::types::type_object::TypeObject;
use crate::value::{UNBOUND, Value};
use crate::{object_layout, pymethods};

/// The descriptor of a slot.
#[repr(C)]
pub struct Member {
    /// The header.
    pub head: Header,
    /// `__objclass__`
    pub owner: Own<TypeObject>,
    /// `__name__`, interned.
    pub name: P<Str>,
    /// The slot's number in instances.
    pub index: usize,
}
object_layout!(Member, Kind::Member, container, [owner]);

impl Member {
    /// The descriptor of slot `index` of the instances of `owner`.
    pub fn new(owner: P<TypeObject>, name: P<Str>, index: usize) -> Own<Member> {
        let head = Header::new(types().member_descriptor);
        alloc(Member { head, owner: owner.own_typed(), name, index })
    }
    fn check(&self, object: Value) -> PyResult<()> {
        if object.is_instance_of(self.owner.p()) {
            return Ok(());
        }
        crate::raise!(
            TypeError,
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            self.name.to_lossy(),
            self.owner.name(),
            object.class().name()
        )
    }
    /// What the slot holds, `UNBOUND` if nothing. The caller has checked the class.
    pub fn read(&self, object: Value) -> Value {
        match object.downcast::<Instance>() {
            Some(i) => i.slot(self.index),
            None => place::trailing_slot(object, object.class(), self.index).get(),
        }
    }
    /// Put `v` (or `UNBOUND`) into the slot; returns what was there.
    pub fn write(&self, object: Value, v: Ref) -> Ref {
        match object.downcast::<Instance>() {
            Some(i) => {
                crate::thread::current().event();
                i.set_slot(self.index, v)
            }
            None => {
                Ref::from_raw(place::trailing_slot(object, object.class(), self.index).replace(v.into_raw()))
            }
        }
    }
}

#[pymethods]
impl Member {
    #[slot(descr_get)]
    fn get(m: P<Member>, object: Option<Value>, _owner: P<TypeObject>) -> PyResult {
        let Some(object) = object else { return Ok(m.own()) };
        m.check(object)?;
        let v = m.read(object);
        if v.is_unbound() { attr::no_attribute(object, m.name) } else { Ok(v.own()) }
    }
    #[slot(descr_set)]
    fn set(m: P<Member>, object: Value, value: Option<Value>) -> PyResult<()> {
        m.check(object)?;
        if value.is_none() && m.read(object).is_unbound() {
            return crate::error::raise_with(crate::error::Exc::AttributeError, &[m.name.value()]);
        }
        drop(m.write(object, value.unwrap_or(UNBOUND).own()));
        Ok(())
    }
    #[slot(repr)]
    fn repr(m: P<Member>) -> PyResult {
        Ok(format!(
            "<member '{}' of '{}' objects>",
            m.name.to_lossy(),
            crate::protocol::type_attr::full_name(m.owner.p())
        )
        .as_str()
        .into())
    }
    #[getter]
    fn __name__(m: P<Member>) -> P<Str> {
        m.name
    }
    #[getter]
    fn __qualname__(m: P<Member>) -> String {
        format!("{}.{}", m.owner.qualified_name(), m.name.to_lossy())
    }
    #[getter]
    fn __objclass__(m: P<Member>) -> P<TypeObject> {
        m.owner.p()
    }
    #[getter]
    fn __doc__(_m: P<Member>) -> Option<Value> {
        None
    }
    #[method("(self, /)")]
    fn __reduce__(m: P<Member>) -> PyResult {
        super::native_function::reduce_descriptor(m.owner.p(), &m.name.to_lossy())
    }
}
