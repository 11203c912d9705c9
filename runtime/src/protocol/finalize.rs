//! The death of objects: `__del__`, weak references, and the words that a class adds behind a layout.
//!
//! # Invariants
//! - [`run`] is called with one reference held for the object, before anything of it is dropped.
//! - [`drop_trailing`] is called once, when nothing refers to the object any more.

use crate::error;
use crate::object::{P, Ref};
use crate::protocol::{call, place};
use crate::runtime::runtime;
use crate::types::type_object::{TypeObject, flags};
use crate::types::weakref;
use crate::value::{UNBOUND, Value};

/// Run `v`'s finalizer (once in its life), then clear its weak references, unless it came back to life.
pub fn run(v: Value) {
    let class = v.class();
    let thread = crate::thread::current();
    // The exception being raised, if any, is not the finalizer's business.
    let raised = thread.take_raised();
    if let Some(finalize) = class.slots.finalize.get() {
        let gc = &runtime().gc;
        if !crate::types::generator::is_done(v) && !gc.is_finalized(v) {
            gc.set_finalized(v);
            finalize(v);
        }
        if v.header().refcount.get() > 1 {
            restore(raised);
            return;
        }
        gc.forget_finalized(v);
    }
    if class.has(flags::HAS_WEAKREF) {
        clear_weakrefs(v);
    }
    restore(raised);
}

fn restore(raised: Option<Ref>) {
    if let Some(e) = raised {
        crate::thread::current().set_raised(e);
    }
}

/// Clear the weak references to `v` and call their callbacks.
pub fn clear_weakrefs(v: Value) {
    let pending = weakref::with_callbacks(v);
    weakref::clear_all(v);
    for r in pending {
        let Some(callback) = weakref::detach(*r) else { continue };
        if call::call1(*callback, *r).is_err() {
            error::write_unraisable("Exception ignored while calling weakref callback", Some(*callback));
        }
    }
}

/// Drop the dict and the slots that lie behind the layout of an instance of `class`, and the instance's entry in
/// weak reference lists.
///
/// # Safety
/// `v` is dying, and has such words; its fields are still intact.
pub unsafe fn drop_trailing(v: Value, class: P<TypeObject>) {
    if class.has(flags::HAS_DICT)
        && class.dict_offset.get() == 0
        && let Some(cell) = place::dict_cell(v, class)
    {
        drop(cell.take().map(|d| Ref::from_raw(d.value())));
    }
    for i in 0..class.slot_count.get() as usize {
        drop(Ref::from_raw(place::trailing_slot(v, class, i).replace(UNBOUND)));
    }
}
