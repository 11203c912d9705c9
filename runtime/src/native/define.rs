//! Native methods, attributes, classes and modules into the object model.

use super::NativeDef;
use crate::error::PyResult;
use crate::object::{Object, Own, P, Ref};
use crate::runtime::runtime;
use crate::types::descriptor::{ClassMethodDescriptor, GetSet, GetSetDef, MethodDescriptor, NativeFunction};
use crate::types::module::{self, Module};
use crate::types::str;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use std::any::TypeId;

/// An entry of a native class's dict.
#[derive(Clone, Copy)]
pub enum Item {
    /// A method.
    Method(&'static NativeDef),
    /// A class method.
    ClassMethod(&'static NativeDef),
    /// A static method.
    StaticMethod(&'static NativeDef),
    /// A computed attribute.
    GetSet(&'static GetSetDef),
}

/// Put the entries into the class's dict.
pub fn install(class: P<TypeObject>, items: &[Item]) {
    let dict = class.dict();
    for item in items {
        let (name, value): (&str, Ref) = match *item {
            Item::Method(def) => (def.name, MethodDescriptor::new(def, class).erase()),
            Item::ClassMethod(def) => (def.name, ClassMethodDescriptor::new(def, class).erase()),
            Item::StaticMethod(def) => {
                let f = NativeFunction::new(def, Some(class.own()), None).erase();
                (def.name, crate::types::descriptor::StaticMethod::new(*f).erase())
            }
            Item::GetSet(def) => (def.name, GetSet::new(def, class).erase()),
        };
        dict.insert_text(name, value);
    }
}

/// A native module.
pub struct ModuleDef {
    /// Its name.
    pub name: &'static str,
    /// Its `__doc__`; empty is `None`.
    pub doc: &'static str,
    /// Its functions.
    pub functions: &'static [&'static NativeDef],
    /// Fills in the rest.
    pub exec: fn(P<Module>) -> PyResult<()>,
}

impl ModuleDef {
    /// Put the functions and attributes into a module (several definitions may fill one module).
    pub fn fill(&'static self, m: P<Module>) -> PyResult<()> {
        let module = str::new(self.name).erase();
        for def in self.functions {
            let f = NativeFunction::new(def, Some(m.own()), Some(module.clone()));
            m.dict().insert_text(def.name, f.erase());
        }
        (self.exec)(m)
    }
}

/// Make a native module.
pub fn make_module(def: &'static ModuleDef) -> PyResult<Own<Module>> {
    let m = module::new(def.name, def.doc);
    def.fill(m.p())?;
    Ok(m)
}

/// The class whose instances are `T`s, made by [`new_class`] in this interpreter.
pub fn native_class<T: Object>() -> Option<P<TypeObject>> {
    runtime().native_classes.borrow().get(&TypeId::of::<T>()).copied()
}

/// Make the class whose instances are `T`s, in a native module; it lives as long as the interpreter.
/// `flags` are of [`crate::types::type_object::flags`]; `install` is what `#[pymethods]` generates.
pub fn new_class<T: Object>(
    module: &str,
    name: &str,
    base: P<TypeObject>,
    flags: u32,
    install: fn(P<TypeObject>),
) -> P<TypeObject> {
    let class = crate::boot::native_class(module, name, base, flags, |c| c.set_layout::<T>(), install);
    runtime().native_classes.borrow_mut().insert(TypeId::of::<T>(), class);
    class
}

impl From<Value> for Ref {
    fn from(v: Value) -> Ref {
        v.own()
    }
}
