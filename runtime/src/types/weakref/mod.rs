//! `weakref`: references that do not keep their object alive, and proxies.
//!
//! The weak references to an object form a doubly linked list whose head is in the object (see
//! `protocol::place`); nothing in the list is counted.

mod methods;
pub use methods::{install_proxy, proxy, reference};

use crate::object::{Header, Kind, Own, OwnedCell, P, Ref, alloc_in};
use crate::object_layout;
use crate::protocol::place::weakref_cell;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use std::cell::Cell;

/// A weak reference (`ref`, proxies, and subclasses of `ref`).
#[repr(C)]
pub struct WeakRef {
    /// The header.
    pub head: Header,
    /// The object, while it is alive; not counted.
    pub target: Cell<Option<Value>>,
    /// Called with this reference when the object dies.
    pub callback: OwnedCell,
    /// The object's hash, once asked for.
    pub hash: Cell<Option<i64>>,
    next: Cell<Option<P<WeakRef>>>,
    previous: Cell<Option<P<WeakRef>>>,
}
object_layout!(WeakRef, Kind::WeakRef, container, [callback]);

impl WeakRef {
    /// The object, if it is alive.
    pub fn get(&self) -> Option<Ref> {
        self.target.get().map(Value::own)
    }
    /// Forget the object: leave its list.
    pub fn unlink(&self) {
        let Some(target) = self.target.take() else { return };
        let (previous, next) = (self.previous.take(), self.next.take());
        match previous {
            Some(p) => p.next.set(next),
            None => {
                if let Some(cell) = weakref_cell(target, target.class()) {
                    cell.set(next.map(P::value));
                }
            }
        }
        if let Some(n) = next {
            n.previous.set(previous);
        }
    }
}

impl Drop for WeakRef {
    fn drop(&mut self) {
        self.unlink();
    }
}

/// The first weak reference to `v`.
fn first(v: Value) -> Option<P<WeakRef>> {
    weakref_cell(v, v.class())?.get()?.downcast::<WeakRef>()
}

/// The weak references to `v`, newest first; not those that are being destroyed.
pub fn all(v: Value) -> Vec<P<WeakRef>> {
    let linked = std::iter::successors(first(v), |r| r.next.get());
    linked.filter(|r| r.head.refcount.get() != 0).collect()
}

/// A reference (or proxy) of `class` to `target`; `None` if it cannot be weakly referenced. A plain reference or
/// proxy without a callback is shared.
pub fn new(class: P<TypeObject>, target: Value, callback: Option<Value>) -> Option<Own<WeakRef>> {
    if !target.is_pointer() {
        return None;
    }
    let cell = weakref_cell(target, target.class())?;
    if callback.is_none()
        && !class.is_heap()
        && let Some(shared) =
            all(target).into_iter().find(|r| r.head.class.get() == class && r.callback.get().is_none())
    {
        return Some(shared.own_typed());
    }
    let next = first(target);
    let r = alloc_in(
        class,
        WeakRef {
            head: Header::new(class),
            target: Cell::new(Some(target)),
            callback: OwnedCell::new(callback.map(Value::own)),
            hash: Cell::new(None),
            next: Cell::new(next),
            previous: Cell::new(None),
        },
    );
    if let Some(n) = next {
        n.previous.set(Some(r.p()));
    }
    cell.set(Some(r.p().value()));
    Some(r)
}

/// The weak references to `v` that have callbacks, newest first.
pub fn with_callbacks(v: Value) -> Vec<Ref> {
    all(v).into_iter().filter(|r| r.callback.get().is_some()).map(P::own).collect()
}

/// Make a weak reference forget its object; returns its callback, which it forgets too.
pub fn detach(weak: Value) -> Option<Ref> {
    let r = weak.downcast::<WeakRef>()?;
    r.unlink();
    r.callback.take()
}

/// `v` dies: clear its weak references, without calling anybody.
pub fn clear_all(v: Value) {
    while let Some(r) = first(v) {
        r.unlink();
    }
}
