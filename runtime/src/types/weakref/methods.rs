//! The slots and methods of weak references and proxies.

use super::{WeakRef, new};
use crate::error::PyResult;
use crate::names::names;
use crate::object::{P, Ref};
use crate::protocol::call::call;
use crate::protocol::compare::{hash, rich_compare};
use crate::protocol::truth::truth;
use crate::protocol::{attr, iter, mapping, number, repr};
use crate::pymethods;
use crate::runtime::types;
use crate::slots::{Args, CmpOp};
use crate::types::str::Str;
use crate::types::type_object::TypeObject;
use crate::value::{NONE, NOT_IMPLEMENTED, Value};

#[pymethods]
impl WeakRef {
    #[slot(new)]
    fn make(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        if class == types().weakref && !args.names.is_empty() {
            return crate::raise!(TypeError, "ref() takes no keyword arguments");
        }
        let (target, callback) = match *args.pos() {
            [target] => (target, None),
            [target, callback] => (target, Some(callback).filter(|c| !c.is_none())),
            ref all => {
                let (n, most) =
                    (all.len(), if all.is_empty() { "at least 1 argument" } else { "at most 2 arguments" });
                return crate::raise!(TypeError, "__new__ expected {most}, got {n}");
            }
        };
        reference(class, target, callback)
    }
    #[slot(init)]
    fn init(_r: P<WeakRef>, args: Args<'_>) -> PyResult<()> {
        match args.pos().len() {
            1 | 2 => Ok(()),
            0 => crate::raise!(TypeError, "__init__ expected at least 1 argument, got 0"),
            n => crate::raise!(TypeError, "__init__ expected at most 2 arguments, got {n}"),
        }
    }
    #[slot(call)]
    fn call(r: P<WeakRef>, args: Args<'_>) -> PyResult {
        if !args.values.is_empty() {
            let n = args.values.len();
            return crate::raise!(TypeError, "weakref.ReferenceType() takes no arguments ({n} given)");
        }
        Ok(r.get().unwrap_or_else(|| Ref::from_raw(NONE)))
    }
    #[slot(hash)]
    fn hash(r: P<WeakRef>) -> PyResult<i64> {
        if let Some(h) = r.hash.get() {
            return Ok(h);
        }
        let Some(target) = r.get() else { return crate::raise!(TypeError, "weak object has gone away") };
        let h = hash(*target)?;
        r.hash.set(Some(h));
        Ok(h)
    }
    #[slot(compare)]
    fn compare(r: P<WeakRef>, other: Value, op: CmpOp) -> PyResult {
        let Some(o) = other.downcast::<WeakRef>().filter(|_| matches!(op, CmpOp::Eq | CmpOp::Ne)) else {
            return Ok(NOT_IMPLEMENTED.own());
        };
        match (r.get(), o.get()) {
            (Some(a), Some(b)) => rich_compare(*a, *b, op),
            _ => Ok(Value::bool((r == o) == (op == CmpOp::Eq)).own()),
        }
    }
    #[slot(repr)]
    fn repr(r: P<WeakRef>) -> PyResult {
        let at = r.value().bits();
        let Some(target) = r.get() else { return Ok(format!("<weakref at {at:#x}; dead>").as_str().into()) };
        let name = attr::getattr_opt(*target, names().__name__)?;
        let name = name.and_then(|n| n.as_str().map(|s| format!(" ({})", s.to_lossy()))).unwrap_or_default();
        let (class, to) = (target.class().name(), target.bits());
        Ok(format!("<weakref at {at:#x}; to '{class}' at {to:#x}{name}>").as_str().into())
    }
    #[getter]
    fn __callback__(r: P<WeakRef>) -> Option<Value> {
        r.callback.get()
    }
    /// See PEP 585
    #[classmethod("($cls, object, /)")]
    fn __class_getitem__(class: Value, item: Value) -> PyResult {
        crate::types::generic_alias::new(class, item)
    }
}

/// A weak reference or proxy of `class` to `target`.
pub fn reference(class: P<TypeObject>, target: Value, callback: Option<Value>) -> PyResult {
    match new(class, target, callback) {
        Some(r) => Ok(r.erase()),
        None => {
            crate::raise!(TypeError, "cannot create weak reference to '{}' object", target.class().name())
        }
    }
}

/// `weakref.proxy(target, callback)`
pub fn proxy(target: Value, callback: Option<Value>) -> PyResult {
    let callable = target.class().slots.call.get().is_some();
    let class = if callable { types().weakcallableproxy } else { types().weakproxy };
    reference(class, target, callback.filter(|c| !c.is_none()))
}

/// The object behind a proxy; other values are themselves.
fn unwrap(v: Value) -> PyResult {
    let t = types();
    if v.class() != t.weakproxy && v.class() != t.weakcallableproxy {
        return Ok(v.own());
    }
    match v.downcast::<WeakRef>().and_then(|r| r.get()) {
        Some(target) => Ok(target),
        None => crate::raise!(ReferenceError, "weakly-referenced object no longer exists"),
    }
}

macro_rules! forward_binary {
    ($slots:expr; $($slot:ident $f:path;)*) => {$(
        $slots.$slot.set(Some(|a, b| $f(*unwrap(a)?, *unwrap(b)?)));
    )*};
}
macro_rules! forward_unary {
    ($slots:expr; $($slot:ident $f:path;)*) => {$(
        $slots.$slot.set(Some(|v| $f(*unwrap(v)?)));
    )*};
}

/// The slots of proxies: each works on the object behind.
pub fn install_proxy(class: P<TypeObject>) {
    let s = &class.slots;
    s.getattr.set(Some(|v, name| attr::getattr(*unwrap(v)?, name)));
    s.setattr.set(Some(|v, name: P<Str>, value| attr::store(*unwrap(v)?, name, value)));
    s.str.set(Some(|v| repr::str(*unwrap(v)?).map(Ref::from)));
    s.repr.set(Some(proxy_repr));
    s.hash.set(Some(|v| {
        let name = v.class().name();
        crate::raise!(TypeError, "unhashable type: 'weakref.{name}'")
    }));
    s.compare.set(Some(|a, b, op| rich_compare(*unwrap(a)?, *unwrap(b)?, op)));
    s.bool_.set(Some(|v| truth(*unwrap(v)?)));
    s.len.set(Some(|v| mapping::len(*unwrap(v)?)));
    s.getitem.set(Some(|v, key| mapping::getitem(*unwrap(v)?, key)));
    s.setitem.set(Some(|v, key, value| match value {
        Some(value) => mapping::setitem(*unwrap(v)?, key, value),
        None => mapping::delitem(*unwrap(v)?, key),
    }));
    s.contains.set(Some(|v, item| mapping::contains(*unwrap(v)?, item)));
    s.iter.set(Some(|v| iter::iter(*unwrap(v)?)));
    s.next.set(Some(|v| {
        let target = unwrap(v)?;
        if target.class().slots.next.get().is_none() {
            let name = target.class().name();
            return crate::raise!(TypeError, "Weakref proxy referenced a non-iterator '{name}' object");
        }
        iter::advance(*target)
    }));
    s.pow.set(Some(|a, b, m| number::power(*unwrap(a)?, *unwrap(b)?, *unwrap(m)?)));
    forward_binary! { s;
        add number::add; sub number::subtract; mul number::multiply; truediv number::true_divide;
        floordiv number::floor_divide; modulo number::modulo; divmod number::divmod;
        matmul number::matrix_multiply; lshift number::lshift; rshift number::rshift;
        and number::and; or number::or; xor number::xor;
    }
    forward_unary! { s;
        neg number::negative; pos number::positive; abs number::absolute; invert number::invert;
        index crate::protocol::index::index;
    }
    s.int.set(Some(|v| crate::protocol::call::call1(types().int.value(), *unwrap(v)?)));
    s.float.set(Some(|v| crate::protocol::call::call1(types().float.value(), *unwrap(v)?)));
    if class == types().weakcallableproxy {
        s.call.set(Some(|v, args| call(*unwrap(v)?, args)));
    }
}

fn proxy_repr(v: Value) -> PyResult {
    let at = v.bits();
    Ok(match v.downcast::<WeakRef>().and_then(|r| r.get()) {
        Some(t) => format!("<weakproxy at {at:#x}; to '{}' at {:#x}>", t.class().name(), t.bits()),
        None => format!("<weakproxy at {at:#x}; dead>"),
    }
    .as_str()
    .into())
}
