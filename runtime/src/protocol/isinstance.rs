//! `isinstance` and `issubclass`, with `__instancecheck__`, `__subclasscheck__` and `__class__`.

use crate::error::PyResult;
use crate::names::names;
use crate::object::{P, Ref};
use crate::protocol::{attr, call, truth, type_attr};
use crate::raise;
use crate::runtime::types;
use crate::types::tuple::Tuple;
use crate::types::type_object::TypeObject;
use crate::value::Value;

/// `isinstance(v, class_or_tuple)`
pub fn isinstance(v: Value, of: Value) -> PyResult<bool> {
    if v.class().value().is(of) {
        return Ok(true);
    }
    if of.class() == types().type_ {
        return real_instance(v, of);
    }
    if of.class() == types().union_ {
        let args = attr::getattr(of, names().__args__)?;
        return isinstance(v, *args);
    }
    if let Some(t) = of.downcast::<Tuple>() {
        crate::thread::current().check_native_stack(" in __instancecheck__")?;
        for &c in t.items() {
            // Each nested tuple takes native stack: the limit is what ends them.
            if std::hint::black_box(isinstance(v, c))? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match call::call_special(of, names().__instancecheck__, &[v]) {
        Some(r) => truth::truth(*r?),
        None => real_instance(v, of),
    }
}

/// `type.__instancecheck__(of, v)`: by class and by `__class__`.
pub fn real_instance(v: Value, of: Value) -> PyResult<bool> {
    if let Some(class) = of.downcast::<TypeObject>() {
        if v.is_instance_of(class) {
            return Ok(true);
        }
        if !may_claim(v) {
            return Ok(false);
        }
        let claimed = attr::getattr_opt(v, names().__class__)?;
        return Ok(match claimed.and_then(|c| c.downcast::<TypeObject>()) {
            Some(c) => c != v.class() && c.is_subtype(class),
            None => false,
        });
    }
    check_class(of, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
    match attr::getattr_opt(v, names().__class__)? {
        Some(c) => abstract_subclass(*c, of),
        None => Ok(false),
    }
}

/// May an object's `__class__` differ from its class? Weak proxies forward it, and classes of Python code (other proxies,
/// mocks) may define it. It depends on the class and its version alone.
pub fn may_claim(v: Value) -> bool {
    let (t, class) = (types(), v.class());
    if !class.is_heap() {
        return [t.weakproxy, t.weakcallableproxy].contains(&class);
    }
    let getattr = |c: P<TypeObject>| c.slots.getattr.get().map(|f| f as usize);
    let own = |c: P<TypeObject>| type_attr::lookup(c, names().__class__);
    getattr(class) != getattr(t.object) || own(class) != own(t.object)
}

/// `issubclass(c, class_or_tuple)`
pub fn issubclass(c: Value, of: Value) -> PyResult<bool> {
    if of.class() == types().type_ {
        return if c.is(of) { Ok(true) } else { real_subclass(c, of) };
    }
    if of.class() == types().union_ {
        let args = attr::getattr(of, names().__args__)?;
        return issubclass(c, *args);
    }
    if let Some(t) = of.downcast::<Tuple>() {
        crate::thread::current().check_native_stack(" in __subclasscheck__")?;
        for &x in t.items() {
            if std::hint::black_box(issubclass(c, x))? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match call::call_special(of, names().__subclasscheck__, &[c]) {
        Some(r) => truth::truth(*r?),
        None => real_subclass(c, of),
    }
}

/// `type.__subclasscheck__(of, c)`
pub fn real_subclass(c: Value, of: Value) -> PyResult<bool> {
    if let (Some(a), Some(b)) = (c.downcast::<TypeObject>(), of.downcast::<TypeObject>()) {
        return Ok(a.is_subtype(b));
    }
    check_class(c, "issubclass() arg 1 must be a class")?;
    check_class(of, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
    abstract_subclass(c, of)
}

/// `__bases__`, if it is a tuple.
fn bases(c: Value) -> PyResult<Option<Ref>> {
    Ok(attr::getattr_opt(c, names().__bases__)?.filter(|b| b.downcast::<Tuple>().is_some()))
}

fn check_class(c: Value, message: &str) -> PyResult<()> {
    if bases(c)?.is_some() { Ok(()) } else { raise!(TypeError, "{message}") }
}

/// By the `__bases__` of objects that need not be classes.
fn abstract_subclass(c: Value, of: Value) -> PyResult<bool> {
    if c.is(of) {
        return Ok(true);
    }
    crate::thread::current().check_native_stack(" in __subclasscheck__")?;
    let Some(bases) = bases(c)? else { return Ok(false) };
    if let Some(t) = bases.downcast::<Tuple>() {
        for &b in t.items() {
            if abstract_subclass(b, of)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
