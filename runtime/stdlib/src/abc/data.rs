//! What `_abc` keeps for each abstract base class, and the checks.

use hashbrown::HashMap;
use std::cell::{Cell, RefCell};
use taipan_runtime::error::PyResult;
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, Kind, Own, P, Ref, Trace, Visitor, alloc_in};
use taipan_runtime::protocol::attr::{getattr, getattr_opt, getattr_text, setattr};
use taipan_runtime::protocol::call::call_method_text;
use taipan_runtime::protocol::isinstance::issubclass;
use taipan_runtime::protocol::iter::{collect, for_each};
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::runtime::{runtime, types};
use taipan_runtime::types::str::{Str, interned};
use taipan_runtime::types::type_object::{TypeObject, flags};
use taipan_runtime::types::weakref::{self, WeakRef};
use taipan_runtime::types::{int, set, tuple};
use taipan_runtime::value::{FALSE, NOT_IMPLEMENTED, TRUE, Value};
use taipan_runtime::{object_layout, raise};

/// Classes by address, weakly held: an entry whose reference is dead does not count.
#[derive(Default)]
struct WeakClasses(RefCell<HashMap<u64, Own<WeakRef>>>);

impl Trace for WeakClasses {
    fn trace(&self, visit: Visitor<'_>) {
        if let Ok(all) = self.0.try_borrow() {
            all.values().for_each(|r| visit(&[r.p().value()]));
        }
    }
    fn untrace(&self) {
        drop(self.0.take());
    }
}

impl WeakClasses {
    fn contains(&self, class: Value) -> bool {
        self.0.borrow().get(&class.bits()).is_some_and(|r| r.target.get().is_some_and(|t| t.is(class)))
    }
    fn add(&self, class: Value) -> PyResult<()> {
        match weakref::new(types().weakref, class, None) {
            Some(r) => {
                let old = self.0.borrow_mut().insert(class.bits(), r);
                drop(old);
                Ok(())
            }
            None => raise!(TypeError, "cannot create weak reference to '{}' object", class.class().name()),
        }
    }
    fn clear(&self) {
        drop(self.0.take());
    }
    fn live(&self) -> Vec<Ref> {
        self.0.borrow().values().filter_map(|r| r.get()).collect()
    }
    fn references(&self) -> Vec<Ref> {
        self.0.borrow().values().map(|r| r.clone().erase()).collect()
    }
}

/// `_abc_impl`
#[repr(C)]
pub struct AbcData {
    head: Header,
    registry: WeakClasses,
    cache: WeakClasses,
    negative: WeakClasses,
    negative_version: Cell<u64>,
}
object_layout!(AbcData, Kind::Native, container, [registry, cache, negative]);

fn data_of(class: Value) -> PyResult<Own<AbcData>> {
    let found = getattr_text(class, "_abc_impl")?;
    match found.downcast::<AbcData>() {
        Some(d) => Ok(d.own_typed()),
        None => raise!(TypeError, "_abc_impl is set to a wrong type"),
    }
}

fn type_of(v: Value) -> PyResult<P<TypeObject>> {
    match v.downcast::<TypeObject>() {
        Some(t) => Ok(t),
        None => raise!(TypeError, "_abc needs a class, not '{}'", v.class().name()),
    }
}

fn is_abstract(v: Value) -> PyResult<bool> {
    match getattr_opt(v, interned("__isabstractmethod__"))? {
        Some(flag) => truth(flag.value()),
        None => Ok(false),
    }
}

/// `__abstractmethods__`: the abstract attributes of the class and those inherited and not overridden.
fn abstract_methods(class: P<TypeObject>) -> PyResult {
    let mut names: Vec<Ref> = Vec::new();
    let own: Vec<(Ref, Ref)> = class.dict().iter().map(|(k, v)| (k.own(), v.own())).collect();
    for (name, value) in own {
        if is_abstract(value.value())? {
            names.push(name);
        }
    }
    let bases: Vec<Ref> = match class.bases.get() {
        Some(b) => collect(b)?,
        None => Vec::new(),
    };
    for base in bases {
        let Some(inherited) = getattr_opt(base.value(), interned("__abstractmethods__"))? else { continue };
        for name in collect(inherited.value())? {
            let Some(text) = name.downcast::<Str>() else { continue };
            let key = taipan_runtime::protocol::repr::intern_name(text);
            if let Some(value) = getattr_opt(class.value(), key)?
                && is_abstract(value.value())?
            {
                names.push(name);
            }
        }
    }
    let names = taipan_runtime::types::list::new(names);
    taipan_runtime::protocol::call::call1(types().frozenset.value(), names.p().value())
}

/// The bits of `__abc_tpflags__`: CPython's `Py_TPFLAGS_SEQUENCE` and `Py_TPFLAGS_MAPPING`.
const TP_SEQUENCE: i64 = 1 << 5;
const TP_MAPPING: i64 = 1 << 6;
const COLLECTION: u32 = flags::SEQUENCE | flags::MAPPING;

pub fn init(class: Value) -> PyResult<()> {
    let t = type_of(class)?;
    let methods = abstract_methods(t)?;
    setattr(class, interned("__abstractmethods__"), methods.value())?;
    let Some(data_class) = native_class::<AbcData>() else {
        return raise!(SystemError, "_abc is not initialised");
    };
    let data = AbcData {
        head: Header::new(data_class),
        registry: WeakClasses::default(),
        cache: WeakClasses::default(),
        negative: WeakClasses::default(),
        negative_version: Cell::new(runtime().abc_version.get()),
    };
    let data = alloc_in(data_class, data);
    setattr(class, interned("_abc_impl"), data.p().value())?;
    let name = interned("__abc_tpflags__");
    let found = t.dict().get_text("__abc_tpflags__").and_then(|v| v.as_i64());
    if let Some(bits) = found {
        if bits & (TP_SEQUENCE | TP_MAPPING) == TP_SEQUENCE | TP_MAPPING {
            return raise!(
                TypeError,
                "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING"
            );
        }
        t.set_flag(COLLECTION, false);
        t.set_flag(flags::SEQUENCE, bits & TP_SEQUENCE != 0);
        t.set_flag(flags::MAPPING, bits & TP_MAPPING != 0);
        taipan_runtime::protocol::attr::delattr(class, name)?;
    }
    Ok(())
}

/// A registered class matches patterns as the abstract class does.
fn set_collection_flags(class: P<TypeObject>, bits: u32) {
    if class.has(flags::IMMUTABLE) || class.flags.get() & COLLECTION == bits {
        return;
    }
    class.set_flag(COLLECTION, false);
    class.set_flag(bits, true);
    taipan_runtime::protocol::type_attr::modified(class);
    for sub in class.subclasses.borrow().clone() {
        set_collection_flags(sub, bits);
    }
}

pub fn register(class: Value, subclass: Value) -> PyResult {
    let Some(sub) = subclass.downcast::<TypeObject>() else {
        return raise!(TypeError, "Can only register classes");
    };
    if issubclass(subclass, class)? {
        return Ok(subclass.own());
    }
    if issubclass(class, subclass)? {
        return raise!(RuntimeError, "Refusing to create an inheritance cycle");
    }
    data_of(class)?.registry.add(subclass)?;
    runtime().abc_version.set(runtime().abc_version.get() + 1);
    let bits = type_of(class)?.flags.get() & COLLECTION;
    if bits != 0 {
        set_collection_flags(sub, bits);
    }
    Ok(subclass.own())
}

pub fn instance_check(class: Value, instance: Value) -> PyResult {
    let data = data_of(class)?;
    let subclass = getattr(instance, interned("__class__"))?;
    if data.cache.contains(subclass.value()) {
        return Ok(Ref::from_raw(TRUE));
    }
    let actual = instance.class();
    let check = |c: Value| call_method_text(class, "__subclasscheck__", &[c]);
    if actual.value().is(subclass.value()) {
        if data.negative_version.get() == runtime().abc_version.get()
            && data.negative.contains(subclass.value())
        {
            return Ok(Ref::from_raw(FALSE));
        }
        return check(subclass.value());
    }
    let first = check(subclass.value())?;
    if truth(first.value())? {
        return Ok(first);
    }
    check(actual.value())
}

pub fn subclass_check(class: Value, subclass: Value) -> PyResult<bool> {
    let Some(sub) = subclass.downcast::<TypeObject>() else {
        return raise!(TypeError, "issubclass() arg 1 must be a class");
    };
    let data = data_of(class)?;
    if data.cache.contains(subclass) {
        return Ok(true);
    }
    let version = runtime().abc_version.get();
    if data.negative_version.get() < version {
        data.negative.clear();
        data.negative_version.set(version);
    } else if data.negative.contains(subclass) {
        return Ok(false);
    }
    let hook = call_method_text(class, "__subclasshook__", &[subclass])?;
    if hook.is(TRUE) {
        data.cache.add(subclass)?;
        return Ok(true);
    }
    if hook.is(FALSE) {
        data.negative.add(subclass)?;
        return Ok(false);
    }
    if !hook.is(NOT_IMPLEMENTED) {
        return raise!(AssertionError, "__subclasshook__ must return either False, True, or NotImplemented");
    }
    if sub.mro.borrow().iter().any(|c| c.value().is(class)) {
        data.cache.add(subclass)?;
        return Ok(true);
    }
    for registered in data.registry.live() {
        if issubclass(subclass, registered.value())? {
            data.cache.add(subclass)?;
            return Ok(true);
        }
    }
    let derived = call_method_text(class, "__subclasses__", &[])?;
    let mut found = false;
    for_each(derived.value(), |c| {
        found = found || issubclass(subclass, c.value())?;
        Ok(())
    })?;
    if found {
        data.cache.add(subclass)?;
    } else {
        data.negative.add(subclass)?;
    }
    Ok(found)
}

pub fn dump(class: Value) -> PyResult {
    let data = data_of(class)?;
    let all = [&data.registry, &data.cache, &data.negative];
    let mut items: Vec<Ref> = Vec::new();
    for classes in all {
        let references = taipan_runtime::types::list::new(classes.references());
        items.push(set::from_iterable(references.p().value())?.erase());
    }
    items.push(int::from_u64(data.negative_version.get()));
    Ok(tuple::from_refs(items).erase())
}

pub fn reset_registry(class: Value) -> PyResult<()> {
    data_of(class)?.registry.clear();
    Ok(())
}

pub fn reset_caches(class: Value) -> PyResult<()> {
    let data = data_of(class)?;
    data.cache.clear();
    data.negative.clear();
    Ok(())
}
