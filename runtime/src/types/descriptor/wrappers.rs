//! `classmethod` and `staticmethod`.

use super::BoundMethod;
use crate::error::PyResult;
use crate::names::names;
use crate::object::{Header, Kind, Own, OwnedCell, P, alloc_in};
use crate::protocol::attr;
use crate::protocol::call::call;
use crate::protocol::repr::repr_text;
use crate::protocol::truth::truth;
use crate::protocol::type_attr;
use crate::runtime::types;
use crate::slots::Args;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use crate::{object_layout, pymethods};

macro_rules! wrapper {
    ($(#[$doc:meta])* $name:ident $field:ident) => {
        $(#[$doc])*
        #[repr(C)]
        pub struct $name {
            /// The header.
            pub head: Header,
            /// `__func__`; nothing until `__init__`.
            pub callable: OwnedCell,
            /// `__dict__`
            pub dict: OwnedCell,
        }
        object_layout!($name, Kind::$name, container, [callable, dict]);

        impl $name {
            /// Wraps `callable`.
            pub fn new(callable: Value) -> Own<$name> {
                let w = $name::empty(types().$field);
                w.callable.set(Some(callable.own()));
                w
            }
            /// An instance of the class before `__init__`.
            pub fn empty(class: P<TypeObject>) -> Own<$name> {
                let head = Header::new(class);
                alloc_in(class, $name { head, callable: OwnedCell::new(None), dict: OwnedCell::new(None) })
            }
        }
    };
}
wrapper! {
    /// A class method.
    ClassMethod classmethod
}
wrapper! {
    /// A static method.
    StaticMethod staticmethod
}

/// `__init__`, which may come again.
fn set_callable(callable: &OwnedCell, f: Value) {
    if callable.get().is_some() {
        type_attr::descriptor_changed();
    }
    callable.set(Some(f.own()));
}

/// What `functools.wraps` copies, and the wrapped function's own dict.
fn copy_attributes(to: Value, from: Value) -> PyResult<()> {
    let n = names();
    for name in [n.__module__, n.__name__, n.__qualname__, n.__doc__] {
        if let Some(v) = attr::getattr_opt(from, name)? {
            attr::setattr(to, name, *v)?;
        }
    }
    Ok(())
}

/// `__annotations__` or `__annotate__`: the wrapped function's, until something is put into the wrapper's own dict.
fn wrapped_attribute(wrapper: Value, callable: &OwnedCell, name: &str) -> PyResult {
    let dict = attr::dict_of(wrapper);
    if let Some(own) = dict.and_then(|d| d.get_text(name)) {
        return Ok(own.own());
    }
    let found = attr::getattr_text(*callable_of(callable, "method")?, name)?;
    if let Some(dict) = dict {
        dict.insert_text(name, found.clone());
    }
    Ok(found)
}

fn set_wrapped_attribute(wrapper: Value, name: &str, v: Option<Value>) -> PyResult<()> {
    let Some(dict) = attr::dict_of(wrapper) else { return Ok(()) };
    match v {
        Some(v) => dict.insert_text(name, v.own()),
        None if dict.get_text(name).is_none() => {
            let class = wrapper.class().name();
            return crate::raise!(AttributeError, "'{class}' object has no attribute '{name}'");
        }
        None => drop(dict.remove(crate::types::str::interned(name).value())?),
    }
    Ok(())
}

fn only_argument(what: &str, args: Args<'_>) -> PyResult<Value> {
    if !args.names.is_empty() {
        return crate::raise!(TypeError, "{what}() takes no keyword arguments");
    }
    match args.pos() {
        &[f] => Ok(f),
        all => crate::raise!(TypeError, "{what} expected 1 argument, got {}", all.len()),
    }
}

fn callable_of(cell: &OwnedCell, what: &str) -> PyResult {
    match cell.get() {
        Some(f) => Ok(f.own()),
        None => crate::raise!(RuntimeError, "uninitialized {what} object"),
    }
}

fn is_abstract(cell: &OwnedCell) -> PyResult<bool> {
    match cell.get() {
        Some(f) => match attr::getattr_opt(f, names().__isabstractmethod__)? {
            Some(v) => truth(*v),
            None => Ok(false),
        },
        None => Ok(false),
    }
}

#[pymethods]
impl ClassMethod {
    #[getter]
    fn __annotations__(m: P<ClassMethod>) -> PyResult {
        wrapped_attribute(m.value(), &m.callable, "__annotations__")
    }
    #[setter(name = "__annotations__")]
    fn set_annotations(m: P<ClassMethod>, v: Option<Value>) -> PyResult<()> {
        set_wrapped_attribute(m.value(), "__annotations__", v)
    }
    #[getter]
    fn __annotate__(m: P<ClassMethod>) -> PyResult {
        wrapped_attribute(m.value(), &m.callable, "__annotate__")
    }
    #[setter(name = "__annotate__")]
    fn set_annotate(m: P<ClassMethod>, v: Option<Value>) -> PyResult<()> {
        set_wrapped_attribute(m.value(), "__annotate__", v)
    }
    #[slot(new)]
    fn make(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        Ok(ClassMethod::empty(class).erase())
    }
    #[slot(init)]
    fn init(c: P<ClassMethod>, args: Args<'_>) -> PyResult<()> {
        let f = only_argument("classmethod", args)?;
        set_callable(&c.callable, f);
        copy_attributes(c.value(), f)
    }
    #[slot(descr_get)]
    fn get(c: P<ClassMethod>, _object: Option<Value>, owner: P<TypeObject>) -> PyResult {
        let f = callable_of(&c.callable, "classmethod")?;
        Ok(BoundMethod::new(*f, owner.value()).erase())
    }
    #[slot(repr)]
    fn repr(c: P<ClassMethod>) -> PyResult {
        Ok(format!("<classmethod({})>", repr_text(c.callable.or_none())?).as_str().into())
    }
    #[getter]
    fn __func__(c: P<ClassMethod>) -> Option<Value> {
        c.callable.get()
    }
    #[getter]
    fn __wrapped__(c: P<ClassMethod>) -> Option<Value> {
        c.callable.get()
    }
    #[getter]
    fn __isabstractmethod__(c: P<ClassMethod>) -> PyResult<bool> {
        is_abstract(&c.callable)
    }
    /// Represent a PEP 585 generic type
    #[classmethod("($cls, object, /)")]
    fn __class_getitem__(class: Value, item: Value) -> PyResult {
        crate::types::generic_alias::new(class, item)
    }
}

#[pymethods]
impl StaticMethod {
    #[getter]
    fn __annotations__(m: P<StaticMethod>) -> PyResult {
        wrapped_attribute(m.value(), &m.callable, "__annotations__")
    }
    #[setter(name = "__annotations__")]
    fn set_annotations(m: P<StaticMethod>, v: Option<Value>) -> PyResult<()> {
        set_wrapped_attribute(m.value(), "__annotations__", v)
    }
    #[getter]
    fn __annotate__(m: P<StaticMethod>) -> PyResult {
        wrapped_attribute(m.value(), &m.callable, "__annotate__")
    }
    #[setter(name = "__annotate__")]
    fn set_annotate(m: P<StaticMethod>, v: Option<Value>) -> PyResult<()> {
        set_wrapped_attribute(m.value(), "__annotate__", v)
    }
    #[slot(new)]
    fn make(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        Ok(StaticMethod::empty(class).erase())
    }
    #[slot(init)]
    fn init(s: P<StaticMethod>, args: Args<'_>) -> PyResult<()> {
        let f = only_argument("staticmethod", args)?;
        set_callable(&s.callable, f);
        copy_attributes(s.value(), f)
    }
    #[slot(call)]
    fn call(s: P<StaticMethod>, args: Args<'_>) -> PyResult {
        call(*callable_of(&s.callable, "staticmethod")?, args)
    }
    #[slot(descr_get)]
    fn get(s: P<StaticMethod>, _object: Option<Value>, _owner: P<TypeObject>) -> PyResult {
        callable_of(&s.callable, "staticmethod")
    }
    #[slot(repr)]
    fn repr(s: P<StaticMethod>) -> PyResult {
        Ok(format!("<staticmethod({})>", repr_text(s.callable.or_none())?).as_str().into())
    }
    #[getter]
    fn __func__(s: P<StaticMethod>) -> Option<Value> {
        s.callable.get()
    }
    #[getter]
    fn __wrapped__(s: P<StaticMethod>) -> Option<Value> {
        s.callable.get()
    }
    #[getter]
    fn __isabstractmethod__(s: P<StaticMethod>) -> PyResult<bool> {
        is_abstract(&s.callable)
    }
    /// Represent a PEP 585 generic type
    #[classmethod("($cls, object, /)")]
    fn __class_getitem__(class: Value, item: Value) -> PyResult {
        crate::types::generic_alias::new(class, item)
    }
}
