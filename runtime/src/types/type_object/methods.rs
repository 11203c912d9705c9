//! What classes do: the slots and methods of `type`.

use super::make::type_new;
use super::{TypeObject, attributes, flags, mro};
use crate::error::PyResult;
use crate::names::names;
use crate::object::{P, Ref};
use crate::protocol::{attr, isinstance, type_attr};
use crate::pymethods;
use crate::runtime::types;
use crate::slots::Args;
use crate::types::dict::Dict;
use crate::types::tuple::{self, Tuple};
use crate::types::{list, str, union};
use crate::value::Value;

/// `class(...)`: the `call` slot of classes.
pub fn call_type(v: Value, args: Args<'_>) -> PyResult {
    let Some(class) = v.downcast::<TypeObject>() else { return crate::raise!(TypeError, "expected a class") };
    if class == types().type_ {
        match (args.pos().len(), args.names.len()) {
            (1, 0) => return Ok(args.pos()[0].class().own()),
            (3, _) => {}
            _ => return crate::raise!(TypeError, "type() takes 1 or 3 arguments"),
        }
    }
    let new = match class.slots.new.get() {
        Some(new) if !class.has(flags::NO_NEW) => new,
        _ => return no_instances(class),
    };
    let object = new(class, args)?;
    let own = object.class();
    if own != class && !own.is_subtype(class) {
        return Ok(object);
    }
    if let Some(init) = own.slots.init.get() {
        init(*object, args)?;
    }
    Ok(object)
}

#[cold]
fn no_instances(class: P<TypeObject>) -> PyResult {
    let name = class.name();
    match type_attr::module_name(class).filter(|m| m != "builtins") {
        Some(m) => crate::raise!(TypeError, "cannot create '{m}.{name}' instances"),
        None => crate::raise!(TypeError, "cannot create '{name}' instances"),
    }
}

/// The `__mro__` of a class.
pub fn mro_tuple(t: P<TypeObject>) -> P<Tuple> {
    if let Some(m) = t.mro_tuple.get().and_then(Value::downcast::<Tuple>) {
        return m;
    }
    let values: Vec<Value> = t.mro.borrow().iter().map(|c| c.value()).collect();
    let m = tuple::from_values(&values);
    let p = m.p();
    t.mro_tuple.set(Some(m.erase().into_raw()));
    p
}

/// Methods and slots of `type`. The slots that are recognised by their addresses are set as they are.
pub fn install(class: P<TypeObject>) {
    TypeObject::install_methods(class);
    let s = &class.slots;
    s.call.set(Some(call_type));
    s.new.set(Some(type_new));
    s.getattr.set(Some(attr::type_getattr));
    s.setattr.set(Some(attr::type_setattr));
}

#[pymethods(install_methods)]
impl TypeObject {
    #[slot(init)]
    fn init(_t: Value, args: Args<'_>) -> PyResult<()> {
        match (args.pos().len(), args.names.len()) {
            (1, 0) | (3, _) => Ok(()),
            (1, _) => crate::raise!(TypeError, "type.__init__() takes no keyword arguments"),
            _ => crate::raise!(TypeError, "type.__init__() takes 1 or 3 arguments"),
        }
    }
    #[slot(repr)]
    fn repr(t: P<TypeObject>) -> PyResult {
        let name = t.qualified_name();
        Ok(match type_attr::module_name(t).filter(|m| m != "builtins") {
            Some(m) => str::new(&format!("<class '{m}.{name}'>")).erase(),
            None => str::new(&format!("<class '{name}'>")).erase(),
        })
    }
    #[slot(or)]
    fn or(a: Value, b: Value) -> PyResult {
        union::or(a, b)
    }
    #[getter]
    fn __name__(t: P<TypeObject>) -> String {
        t.name()
    }
    #[setter(name = "__name__")]
    fn set_name(t: P<TypeObject>, value: Option<Value>) -> PyResult<()> {
        attributes::set_name(t, value)
    }
    #[getter]
    fn __qualname__(t: P<TypeObject>) -> PyResult {
        Ok(match t.qualname.get() {
            Some(q) => q.own(),
            None => str::new(&t.name()).erase(),
        })
    }
    #[setter(name = "__qualname__")]
    fn set_qualname(t: P<TypeObject>, value: Option<Value>) -> PyResult<()> {
        attributes::set_qualname(t, value)
    }
    #[getter]
    fn __module__(t: P<TypeObject>) -> PyResult {
        attributes::module(t)
    }
    #[setter(name = "__module__")]
    fn set_module(t: P<TypeObject>, value: Option<Value>) -> PyResult<()> {
        attributes::set_in_dict(t, names().__module__, value).map(drop)
    }
    #[getter]
    fn __doc__(t: P<TypeObject>) -> PyResult {
        attributes::doc(t)
    }
    #[setter(name = "__doc__")]
    fn set_doc(t: P<TypeObject>, value: Option<Value>) -> PyResult<()> {
        attributes::set_in_dict(t, names().__doc__, value).map(drop)
    }
    #[getter]
    fn __bases__(t: P<TypeObject>) -> P<Tuple> {
        t.bases_tuple()
    }
    #[setter(name = "__bases__")]
    fn set_bases(t: P<TypeObject>, value: Option<Value>) -> PyResult<()> {
        attributes::set_bases(t, value)
    }
    #[getter]
    fn __base__(t: P<TypeObject>) -> Option<P<TypeObject>> {
        t.base.get()
    }
    #[getter]
    fn __mro__(t: P<TypeObject>) -> P<Tuple> {
        mro_tuple(t)
    }
    #[getter]
    fn __dict__(t: P<TypeObject>) -> PyResult {
        crate::types::mappingproxy::new(t.dict().value()).map(Ref::from)
    }
    #[getter]
    fn __abstractmethods__(t: P<TypeObject>) -> PyResult {
        match t.dict().get_text("__abstractmethods__") {
            Some(v) if t != types().type_ => Ok(v.own()),
            _ => crate::raise!(AttributeError, "__abstractmethods__"),
        }
    }
    #[setter(name = "__abstractmethods__")]
    fn set_abstractmethods(t: P<TypeObject>, value: Option<Value>) -> PyResult<()> {
        if attributes::set_in_dict(t, names().__abstractmethods__, value)? {
            return Ok(());
        }
        crate::raise!(AttributeError, "__abstractmethods__")
    }
    #[getter]
    fn __annotations__(t: P<TypeObject>) -> PyResult {
        attributes::annotations(t)
    }
    #[setter(name = "__annotations__")]
    fn set_annotations(t: P<TypeObject>, value: Option<Value>) -> PyResult<()> {
        attributes::set_annotations(t, value)
    }
    #[getter]
    fn __annotate__(t: P<TypeObject>) -> PyResult {
        attributes::annotate(t)
    }
    #[setter(name = "__annotate__")]
    fn set_annotate(t: P<TypeObject>, value: Option<Value>) -> PyResult<()> {
        attributes::set_annotate(t, value)
    }
    #[getter]
    fn __type_params__(t: P<TypeObject>) -> Ref {
        // What `type`'s own dict has is this property.
        let own = t.dict().get_text("__type_params__").filter(|_| t != types().type_);
        own.map_or_else(|| tuple::empty().erase(), Value::own)
    }
    #[setter(name = "__type_params__")]
    fn set_type_params(t: P<TypeObject>, value: Option<Value>) -> PyResult<()> {
        attributes::set_in_dict(t, names().__type_params__, value).map(drop)
    }
    #[getter]
    fn __basicsize__(t: P<TypeObject>) -> i64 {
        16 + i64::from(t.slot_count.get()) * 8
    }
    #[getter]
    fn __itemsize__(_t: P<TypeObject>) -> i64 {
        0
    }
    #[getter]
    fn __flags__(t: P<TypeObject>) -> i64 {
        attributes::cpython_flags(t)
    }
    #[getter]
    fn __dictoffset__(t: P<TypeObject>) -> i64 {
        if t.has(flags::HAS_DICT) { -1 } else { 0 }
    }
    #[getter]
    fn __weakrefoffset__(t: P<TypeObject>) -> i64 {
        i64::from(t.weakref_offset.get())
    }
    #[getter]
    fn __text_signature__(t: P<TypeObject>) -> Option<Value> {
        t.dict().get_text("__text_signature__")
    }
    /// Return a type's method resolution order.
    #[method("($self, /)")]
    fn mro(t: P<TypeObject>) -> PyResult {
        let order = mro::c3(t, &mro::classes(t.bases_tuple())?)?;
        Ok(list::new(order.into_iter().map(P::own).collect()).erase())
    }
    /// Return a list of immediate subclasses.
    #[method("($self, /)")]
    fn __subclasses__(t: P<TypeObject>) -> Ref {
        // A class that is waiting to be destroyed is none any more.
        let subclasses = t.subclasses.borrow();
        let subs = subclasses.iter().filter(|s| s.head.refcount.get() != 0).map(|s| s.own()).collect();
        list::new(subs).erase()
    }
    /// Check if an object is an instance.
    #[method("($self, instance, /)")]
    fn __instancecheck__(t: P<TypeObject>, instance: Value) -> PyResult<bool> {
        isinstance::real_instance(instance, t.value())
    }
    /// Check if a class is a subclass.
    #[method("($self, subclass, /)")]
    fn __subclasscheck__(t: P<TypeObject>, subclass: Value) -> PyResult<bool> {
        isinstance::real_subclass(subclass, t.value())
    }
    /// Create the namespace for the class statement
    #[classmethod("(*args, **kwargs)")]
    fn __prepare__(_class: Value, _args: &[Value], _kwargs: crate::native::Kwargs) -> Ref {
        crate::types::dict::new().erase()
    }
    /// Specialized __dir__ implementation for types.
    #[method("($self, /)")]
    fn __dir__(t: P<TypeObject>) -> PyResult {
        let d = crate::types::dict::new();
        merge_class_dicts(d.p(), t)?;
        Ok(list::new(d.iter().map(|(k, _)| k.own()).collect()).erase())
    }
    /// Return memory consumption of the type object.
    #[method("($self, /)")]
    fn __sizeof__(_t: P<TypeObject>) -> usize {
        size_of::<TypeObject>()
    }
}

/// The names of a class and its bases, into `d`.
pub fn merge_class_dicts(d: P<Dict>, t: P<TypeObject>) -> PyResult<()> {
    let order = t.mro.borrow().clone();
    for c in order.iter().rev() {
        for (k, v) in c.dict().copy().iter() {
            d.insert(k, v.own())?;
        }
    }
    Ok(())
}
