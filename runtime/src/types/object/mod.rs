//! `object`.

mod reduce;

use crate::error::PyResult;
use crate::names::names;
use crate::object::{Header, Kind, P, Ref, alloc};
use crate::protocol::slot_table::{SlotFn, same_slot};
use crate::protocol::{attr, compare, repr};
use crate::pymethods;
use crate::runtime::{runtime, types};
use crate::slots::Args;
use crate::types::dict::{self, Dict};
use crate::types::instance::{self, Instance};
use crate::types::list;
use crate::types::str::Str;
use crate::types::type_object::{Bare, TypeObject, flags, merge_class_dicts};
use crate::value::{NOT_IMPLEMENTED, Value};

pub use reduce::getstate;

/// The methods of `object`.
pub enum Object {}

/// Methods and slots of `object`. The slots that are recognised by their addresses are set as they are.
pub fn install(class: P<TypeObject>) {
    Object::install_methods(class);
    let s = &class.slots;
    s.new.set(Some(object_new));
    s.init.set(Some(object_init));
    s.getattr.set(Some(attr::generic_getattr));
    s.setattr.set(Some(attr::generic_setattr));
    s.compare.set(Some(compare::object_compare));
    s.hash.set(Some(compare::hash_identity));
}

/// The `new` slot of `object`: a bare object, or an instance with slots.
#[inline(never)]
pub fn object_new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
    if !args.values.is_empty() {
        excess_new(class)?;
    }
    if class.has(flags::ABSTRACT) {
        return abstract_class(class);
    }
    if class.layout.get() == Kind::Instance {
        return Ok(instance::new(class).erase());
    }
    if class.layout.get() != Kind::Object {
        let name = class.name();
        return crate::raise!(TypeError, "object.__new__({name}) is not safe, use {name}.__new__()");
    }
    Ok(alloc(Bare { head: Header::new(class) }).erase())
}

/// The `init` slot of `object`.
#[inline(never)]
pub fn object_init(v: Value, args: Args<'_>) -> PyResult<()> {
    if args.values.is_empty() {
        return Ok(());
    }
    let class = v.class();
    if !has_init(class, object_init) {
        return crate::raise!(
            TypeError,
            "object.__init__() takes exactly one argument (the instance to initialize)"
        );
    }
    if has_object_new(class) {
        let name = class.name();
        return crate::raise!(
            TypeError,
            "{name}.__init__() takes exactly one argument (the instance to initialize)"
        );
    }
    Ok(())
}

fn has_init(class: P<TypeObject>, init: crate::slots::InitFn) -> bool {
    class.slots.init.get().is_some_and(|f| same_slot(SlotFn::InitFn(f), SlotFn::InitFn(init)))
}
fn has_object_new(class: P<TypeObject>) -> bool {
    class.slots.new.get().is_some_and(|f| same_slot(SlotFn::NewFn(f), SlotFn::NewFn(object_new)))
}

#[cold]
fn excess_new(class: P<TypeObject>) -> PyResult<()> {
    if !has_object_new(class) {
        return crate::raise!(
            TypeError,
            "object.__new__() takes exactly one argument (the type to instantiate)"
        );
    }
    if has_init(class, object_init) {
        return crate::raise!(TypeError, "{}() takes no arguments", class.name());
    }
    Ok(())
}

#[cold]
fn abstract_class(class: P<TypeObject>) -> PyResult {
    let missing = attr::getattr(class.value(), names().__abstractmethods__)?;
    let mut all: Vec<String> = Vec::new();
    for m in crate::protocol::iter::collect(*missing)? {
        all.push(repr::str(*m)?.to_lossy());
    }
    all.sort();
    let quoted: Vec<String> = all.iter().map(|m| format!("'{m}'")).collect();
    crate::raise!(
        TypeError,
        "Can't instantiate abstract class {} without an implementation for abstract method{} {}",
        class.name(),
        if all.len() == 1 { "" } else { "s" },
        quoted.join(", ")
    )
}

#[pymethods(install_methods)]
impl Object {
    #[slot(repr)]
    fn repr(v: Value) -> PyResult {
        Ok(repr::default_repr(v).erase())
    }
    #[slot(str)]
    fn str(v: Value) -> PyResult {
        repr::repr(v).map(Ref::from)
    }
    /// the object's class
    #[getter]
    fn __class__(v: Value) -> P<TypeObject> {
        v.class()
    }
    #[setter(name = "__class__")]
    fn set_class(v: Value, value: Option<Value>) -> PyResult<()> {
        assign_class(v, value)
    }
    /// Helper for pickle.
    #[method("($self, /)")]
    fn __reduce__(v: Value) -> PyResult {
        reduce::reduce(v, 0)
    }
    /// Helper for pickle.
    #[method("($self, protocol, /)")]
    fn __reduce_ex__(v: Value, protocol: i32) -> PyResult {
        reduce::reduce_ex(v, protocol)
    }
    /// Helper for pickle.
    #[method("($self, /)")]
    fn __getstate__(v: Value) -> PyResult {
        reduce::default_state(v, false)
    }
    /// Default object formatter.
    ///
    /// Return str(self) if format_spec is empty. Raise TypeError otherwise.
    #[method("($self, format_spec, /)")]
    fn __format__(v: Value, format_spec: P<Str>) -> PyResult {
        if !format_spec.is_empty() {
            let class = v.class().name();
            return crate::raise!(TypeError, "unsupported format string passed to {class}.__format__");
        }
        repr::str(v).map(Ref::from)
    }
    /// Default dir() implementation.
    #[method("($self, /)")]
    fn __dir__(v: Value) -> PyResult {
        let d = match attr::getattr_opt(v, names().__dict__)? {
            Some(own) => match own.downcast::<Dict>() {
                Some(own) => own.copy(),
                None => dict::new(),
            },
            None => dict::new(),
        };
        let class = attr::getattr_opt(v, names().__class__)?;
        if let Some(t) = class.as_ref().and_then(|c| c.downcast::<TypeObject>()) {
            merge_class_dicts(d.p(), t)?;
        }
        Ok(list::new(d.iter().map(|(k, _)| k.own()).collect()).erase())
    }
    /// Size of object in memory, in bytes.
    #[method("($self, /)")]
    fn __sizeof__(v: Value) -> usize {
        if v.is_pointer() { crate::protocol::place::size_of(v) } else { 24 }
    }
    /// This method is called when a class is subclassed.
    ///
    /// The default implementation does nothing. It may be
    /// overridden to extend subclasses.
    #[classmethod("()")]
    fn __init_subclass__(_class: Value) {}
    /// Abstract classes can override this to customize issubclass().
    ///
    /// This is invoked early on by abc.ABCMeta.__subclasscheck__().
    /// It should return True, False or NotImplemented.  If it returns
    /// NotImplemented, the normal algorithm is used.  Otherwise, it
    /// overrides the normal algorithm (and the outcome is cached).
    #[classmethod("(object, /)")]
    fn __subclasshook__(_class: Value, _object: Value) -> Value {
        NOT_IMPLEMENTED
    }
}

/// `v.__class__ = value`
fn assign_class(v: Value, value: Option<Value>) -> PyResult<()> {
    let Some(value) = value else { return crate::raise!(TypeError, "can't delete __class__ attribute") };
    let Some(new) = value.downcast::<TypeObject>() else {
        let got = value.class().name();
        return crate::raise!(TypeError, "__class__ must be set to a class, not '{got}' object");
    };
    let old = v.class();
    let module = types().module;
    let modules = old.is_subtype(module) && new.is_subtype(module);
    if !modules && (new.has(flags::IMMUTABLE) || old.has(flags::IMMUTABLE)) {
        return crate::raise!(
            TypeError,
            "__class__ assignment only supported for mutable types or ModuleType subclasses"
        );
    }
    if !compatible(old, new) {
        return crate::raise!(
            TypeError,
            "__class__ assignment: '{}' object layout differs from '{}'",
            new.name(),
            old.name()
        );
    }
    let head = v.header();
    let id = match instance::slotted(v) {
        Some(i) => same_names(i, new),
        None => new.instance_id.get(),
    };
    if new.is_heap() {
        crate::object::incref(new.value());
    }
    head.class.set(new);
    head.id.set(id);
    if old.is_heap() {
        crate::object::decref(old.value());
    }
    Ok(())
}

/// The shape of `new` with the attributes of `i`.
fn same_names(i: P<Instance>, new: P<TypeObject>) -> u32 {
    let shape = i.shape();
    if shape.dict_mode || shape.first_attribute() != new.attribute_base.get() as usize {
        i.make_dict();
        return runtime().dict_shape(new).id;
    }
    let mut to = runtime().shape(new.instance_id.get());
    for &name in &shape.names[shape.first_attribute()..] {
        to = runtime().shape_with(to, name);
    }
    to.id
}

/// Have the two classes' instances the same layout?
fn compatible(a: P<TypeObject>, b: P<TypeObject>) -> bool {
    let shared = flags::HAS_DICT | flags::HAS_WEAKREF | flags::TRAILING;
    if a.layout_type.get() != b.layout_type.get()
        || a.slot_count.get() != b.slot_count.get()
        || (a.flags.get() ^ b.flags.get()) & shared != 0
    {
        return false;
    }
    let n = a.slot_count.get() as usize;
    if a.layout.get() != Kind::Instance || n == 0 {
        return n == 0
            || crate::types::type_object::solid_base(a) == crate::types::type_object::solid_base(b);
    }
    let (a, b) = (runtime().shape(a.instance_id.get()), runtime().shape(b.instance_id.get()));
    a.names[..n] == b.names[..n]
}

/// `object()`
pub fn new() -> Ref {
    alloc(Bare { head: Header::new(types().object) }).erase()
}
