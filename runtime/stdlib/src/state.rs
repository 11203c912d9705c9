//! Objects that native modules keep for an interpreter, by name.

use taipan_runtime::object::Ref;
use taipan_runtime::runtime::runtime;

/// The object kept under this name.
pub fn get(name: &'static str) -> Option<Ref> {
    runtime().native_state.borrow().get(name).cloned()
}

/// Keep an object under this name.
pub fn set(name: &'static str, v: impl Into<Ref>) {
    let old = runtime().native_state.borrow_mut().insert(name, v.into());
    drop(old);
}
