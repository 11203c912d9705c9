//! `property`.

use crate::error::PyResult;
use crate::names::names;
use crate::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use crate::protocol::attr;
use crate::protocol::call::{call1, call2};
use crate::protocol::truth::truth;
use crate::runtime::types;
use crate::slots::Args;
use crate::types::type_object::TypeObject;
use crate::value::{NONE, Value};
use crate::{object_layout, pymethods};
use std::cell::Cell;

/// A property.
#[repr(C)]
pub struct Property {
    /// The header.
    pub head: Header,
    /// `fget`; nothing instead of `None`, as in the other fields.
    pub get: OwnedCell,
    /// `fset`
    pub set: OwnedCell,
    /// `fdel`
    pub delete: OwnedCell,
    /// `__doc__`
    pub doc: OwnedCell,
    /// `__name__`, from `__set_name__`.
    pub name: OwnedCell,
    /// The doc is the getter's.
    getter_doc: Cell<bool>,
}
object_layout!(Property, Kind::Property, container, [get, set, delete, doc, name]);

fn given(v: Option<Value>) -> Option<Ref> {
    v.filter(|v| !v.is_none()).map(Value::own)
}

impl Property {
    /// "property 'x' of 'C' object has no setter"
    #[cold]
    fn missing<T>(&self, object: Value, what: &str) -> PyResult<T> {
        let class = object.class().qualified_name();
        match self.name()? {
            Some(name) => {
                let name = crate::protocol::repr::repr_text(*name)?;
                crate::raise!(AttributeError, "property {name} of '{class}' object has no {what}")
            }
            None => crate::raise!(AttributeError, "property of '{class}' object has no {what}"),
        }
    }
    /// The name: from `__set_name__`, or the getter's.
    fn name(&self) -> PyResult<Option<Ref>> {
        if let Some(n) = self.name.get() {
            return Ok(Some(n.own()));
        }
        match self.get.get() {
            Some(f) => attr::getattr_opt(f, names().__name__),
            None => Ok(None),
        }
    }
    /// A property like this one with some functions replaced (`NONE`: keep).
    fn copy_with(this: P<Property>, get: Value, set: Value, delete: Value) -> PyResult {
        let pick = |new: Value, old: &OwnedCell| if new.is_none() { old.or_none().own() } else { new.own() };
        let (get, set, delete) = (pick(get, &this.get), pick(set, &this.set), pick(delete, &this.delete));
        let doc = if this.getter_doc.get() && !get.is_none() { NONE } else { this.doc.or_none() };
        let doc = doc.own();
        let args = [*get, *set, *delete, *doc];
        let new = crate::protocol::call::call(this.head.class.get().value(), Args::positional(&args))?;
        if let (Some(p), Some(name)) = (new.downcast::<Property>(), this.name.get()) {
            p.name.set(Some(name.own()));
        }
        Ok(new)
    }
}

#[pymethods]
impl Property {
    #[slot(new)]
    fn make(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        let empty = || OwnedCell::new(None);
        let p = Property {
            head: Header::new(class),
            get: empty(),
            set: empty(),
            delete: empty(),
            doc: empty(),
            name: empty(),
            getter_doc: Cell::new(false),
        };
        Ok(alloc_in(class, p).erase())
    }
    #[slot(init)]
    fn init(p: P<Property>, args: Args<'_>) -> PyResult<()> {
        use crate::builtins::args::{named, parse};
        let [get, set, delete, doc] =
            parse("property", args, &[named("fget"), named("fset"), named("fdel"), named("doc")])?;
        if p.get.get().is_some() {
            crate::protocol::type_attr::descriptor_changed();
        }
        p.get.set(given(get));
        p.set.set(given(set));
        p.delete.set(given(delete));
        p.name.set(None);
        p.getter_doc.set(false);
        let mut doc = given(doc);
        if doc.is_none()
            && let Some(f) = p.get.get()
        {
            doc = attr::getattr_opt(f, names().__doc__)?.filter(|d| !d.is_none());
            p.getter_doc.set(doc.is_some());
        }
        if p.head.class.get() == types().property {
            p.doc.set(doc);
            return Ok(());
        }
        // The class's own `__doc__` hides the descriptor: the instance gets one of its own.
        p.doc.set(doc.clone());
        let value = doc.unwrap_or_else(|| Ref::from_raw(NONE));
        match attr::setattr(p.value(), names().__doc__, *value) {
            Err(raised) if !p.getter_doc.get() && value.is_none() => {
                crate::error::take_if(crate::error::Exc::AttributeError).map(drop).ok_or(raised)
            }
            r => r,
        }
    }
    #[slot(descr_get)]
    fn get(p: P<Property>, object: Option<Value>, _owner: P<TypeObject>) -> PyResult {
        let Some(object) = object else { return Ok(p.own()) };
        match p.get.get() {
            Some(f) => call1(f, object),
            None => p.missing(object, "getter"),
        }
    }
    #[slot(descr_set)]
    fn set(p: P<Property>, object: Value, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(v) => match p.set.get() {
                Some(f) => call2(f, object, v).map(drop),
                None => p.missing(object, "setter"),
            },
            None => match p.delete.get() {
                Some(f) => call1(f, object).map(drop),
                None => p.missing(object, "deleter"),
            },
        }
    }
    #[getter]
    fn fget(p: P<Property>) -> Option<Value> {
        p.get.get()
    }
    #[getter]
    fn fset(p: P<Property>) -> Option<Value> {
        p.set.get()
    }
    #[getter]
    fn fdel(p: P<Property>) -> Option<Value> {
        p.delete.get()
    }
    #[getter]
    fn __doc__(p: P<Property>) -> Option<Value> {
        p.doc.get()
    }
    #[setter(name = "__doc__")]
    fn set_doc(p: P<Property>, value: Option<Value>) -> PyResult<()> {
        p.doc.set(given(value));
        Ok(())
    }
    #[getter]
    fn __name__(p: P<Property>) -> PyResult {
        match p.name()? {
            Some(n) => Ok(n),
            None => attr::raise_missing(
                p.value(),
                names().__name__,
                "'property' object has no attribute '__name__'".to_owned(),
            ),
        }
    }
    #[setter(name = "__name__")]
    fn set_name_attr(p: P<Property>, value: Option<Value>) -> PyResult<()> {
        p.name.set(value.map(Value::own));
        Ok(())
    }
    #[getter]
    fn __isabstractmethod__(p: P<Property>) -> PyResult<bool> {
        for f in [p.get.get(), p.set.get(), p.delete.get()].into_iter().flatten() {
            if let Some(v) = attr::getattr_opt(f, names().__isabstractmethod__)?
                && truth(*v)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
    /// Descriptor to obtain a copy of the property with a different getter.
    #[method("($self, object, /)")]
    fn getter(p: P<Property>, object: Value) -> PyResult {
        Property::copy_with(p, object, NONE, NONE)
    }
    /// Descriptor to obtain a copy of the property with a different setter.
    #[method("($self, object, /)")]
    fn setter(p: P<Property>, object: Value) -> PyResult {
        Property::copy_with(p, NONE, object, NONE)
    }
    /// Descriptor to obtain a copy of the property with a different deleter.
    #[method("($self, object, /)")]
    fn deleter(p: P<Property>, object: Value) -> PyResult {
        Property::copy_with(p, NONE, NONE, object)
    }
    /// Method to set name of a property.
    #[method("($self, owner, name, /)")]
    fn __set_name__(p: P<Property>, _owner: Value, name: Value) {
        p.name.set(Some(name.own()));
    }
}
