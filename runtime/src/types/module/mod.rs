//! `module`.

mod methods;
pub use methods::lookup;

use crate::names::names;
use crate::object::{Header, Kind, Own, OwnedCell, P, Ref, alloc_in};
use crate::object_layout;
use crate::runtime::types;
use crate::types::dict::{self, Dict};
use crate::types::str;
use crate::types::type_object::TypeObject;
use crate::value::{NONE, Value};
use std::cell::Cell;

/// A module.
#[repr(C)]
pub struct Module {
    /// The header.
    pub head: Header,
    /// `__dict__`; always set.
    pub dict: OwnedCell,
    /// Weak references to it.
    pub weakrefs: Cell<Option<Value>>,
}
object_layout!(Module, Kind::Module, container, [dict]);

impl Module {
    /// A module of this class (`module` or a subclass) with an empty dict.
    pub fn in_class(class: P<TypeObject>) -> Own<Module> {
        let dict = OwnedCell::new(Some(dict::new().erase()));
        alloc_in(class, Module { head: Header::new(class), dict, weakrefs: Cell::new(None) })
    }
    /// Its namespace.
    pub fn dict(&self) -> P<Dict> {
        match self.dict.get().and_then(Value::downcast::<Dict>) {
            Some(d) => d,
            None => unreachable!("a module always has its dict"),
        }
    }
    /// The attribute `name`, borrowed, without `__getattr__`.
    pub fn get(&self, name: &str) -> Option<Value> {
        self.dict().get_text(name)
    }
    /// Set an attribute.
    pub fn set(&self, name: &str, v: impl Into<Ref>) {
        self.dict().insert_text(name, v.into());
    }
    /// `__name__`, if it is a str.
    pub fn name(&self) -> Option<String> {
        let d = self.dict();
        let i = d.place_of(names().__name__)?;
        d.value_at(i).as_str().map(|s| s.to_lossy())
    }
}

/// A new module with the standard attributes, around a dict.
pub fn with_dict(name: &str, dict: P<Dict>) -> Own<Module> {
    let m = Module::in_class(types().module);
    m.dict.set(Some(dict.own()));
    set_standard(m, name, "")
}

/// A new module with the standard attributes.
pub fn new(name: &str, doc: &str) -> Own<Module> {
    set_standard(Module::in_class(types().module), name, doc)
}

fn set_standard(m: Own<Module>, name: &str, doc: &str) -> Own<Module> {
    let doc = if doc.is_empty() { NONE.own() } else { str::new(doc).erase() };
    m.set("__name__", str::new(name));
    m.set("__doc__", doc);
    for name in ["__package__", "__loader__", "__spec__"] {
        m.set(name, NONE.own());
    }
    m
}
