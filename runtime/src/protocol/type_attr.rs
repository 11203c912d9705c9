//! Attributes of classes: look-up through the MRO with a global cache, and changes.

use crate::error::PyResult;
use crate::names::names;
use crate::object::{P, Ref};
use crate::protocol::slot_table;
use crate::runtime::runtime;
use crate::types::str::Str;
use crate::types::type_object::{TypeObject, flags};
use crate::value::Value;
use crate::watch::Fact;
use std::cell::Cell;

/// Entries of the cache; a power of two.
const ENTRIES: usize = 4096;

#[derive(Clone, Copy)]
struct Entry {
    version: u32,
    name: usize,
    value: Option<Value>,
}

/// The cache of look-ups: `(version, name) -> value`. Versions are never used twice, so that an entry is right or
/// unreachable; values are borrowed from class dicts, whose changes bump the version. Volatile attributes
/// (`TypeObject::volatile`) are not in it.
pub struct AttrCache {
    entries: Box<[Cell<Entry>]>,
}

impl Default for AttrCache {
    fn default() -> Self {
        let empty = Entry { version: 0, name: 0, value: None };
        AttrCache { entries: vec![Cell::new(empty); ENTRIES].into_boxed_slice() }
    }
}

/// The attribute `name` (interned) of the first class in the MRO that has it, borrowed.
#[inline]
pub fn lookup(class: P<TypeObject>, name: P<Str>) -> Option<Value> {
    let version = class.version.get();
    let key = name.as_ptr() as usize;
    let cache = &runtime().attr_cache.entries;
    let cell = &cache[(version as usize).wrapping_mul(0x9e37).wrapping_add(key >> 4) & (ENTRIES - 1)];
    let e = cell.get();
    if e.version == version && e.name == key && version != 0 {
        return e.value;
    }
    lookup_slow(class, name)
}

#[cold]
#[inline(never)]
fn lookup_slow(class: P<TypeObject>, name: P<Str>) -> Option<Value> {
    let found = lookup_where(class, name);
    let value = found.map(|(v, _)| v);
    if !name.interned.get() || found.is_some_and(|(_, owner)| owner.volatile.borrow().contains(&name)) {
        return value;
    }
    if class.version.get() == 0 {
        class.version.set(runtime().next_type_version());
    }
    let (version, key) = (class.version.get(), name.as_ptr() as usize);
    let at = (version as usize).wrapping_mul(0x9e37).wrapping_add(key >> 4) & (ENTRIES - 1);
    runtime().attr_cache.entries[at].set(Entry { version, name: key, value });
    value
}

/// The attribute and the class it was found in.
pub fn lookup_where(class: P<TypeObject>, name: P<Str>) -> Option<(Value, P<TypeObject>)> {
    class.mro.borrow().iter().find_map(|&c| {
        let d = c.dict.get()?;
        Some((d.value_at(d.place_of(name)?), c))
    })
}

/// Is the attribute that `class` has by this name one whose value must not be cached?
pub fn is_volatile(class: P<TypeObject>, name: P<Str>) -> bool {
    lookup_where(class, name).is_some_and(|(_, owner)| owner.volatile.borrow().contains(&name))
}

/// A class attribute is assigned to again, plain data to plain data (a counter, a registry): it becomes volatile. Is it
/// so already, so that nothing that is cached depends on it?
fn set_again(class: P<TypeObject>, name: P<Str>, old: Value, new: Value) -> bool {
    let plain = |v: Value| {
        let slots = &v.class().slots;
        slots.descr_get.get().is_none() && slots.descr_set.get().is_none()
    };
    if is_dunder(name) || !plain(old) || !plain(new) {
        return false;
    }
    let mut volatile = class.volatile.borrow_mut();
    let known = volatile.contains(&name);
    if !known && name.interned.get() {
        volatile.push(name);
    }
    known
}

/// The attributes of this class (or of its subclasses) have changed: forget what was cached about them.
pub fn modified(class: P<TypeObject>) {
    class.version.set(0);
    crate::thread::current().change();
    runtime().watch.changed(Fact::Class(class));
    for sub in class.subclasses.borrow().clone() {
        modified(sub);
    }
}

/// A descriptor that classes may have changes what it does: nothing that is known of any class holds.
#[cold]
pub fn descriptor_changed() {
    modified(crate::runtime::types().object);
}

/// Set (or with `None` delete) a class attribute, whatever the class; keeps caches and slots in step.
/// Returns whether there was one to delete.
pub fn set(class: P<TypeObject>, name: P<Str>, value: Option<Value>) -> PyResult<bool> {
    let dict = class.dict();
    // What is replaced is kept until the class is consistent again: its `__del__` may look.
    let old: Option<Ref> = dict.place_of(name).map(|i| dict.value_at(i).own());
    let unseen = match (&old, value) {
        (Some(old), Some(new)) => set_again(class, name, **old, new),
        _ => false,
    };
    match value {
        Some(v) => dict.insert_str(name, v.own())?,
        None => {
            if old.is_none() {
                return Ok(false);
            }
            drop(dict.remove(name.value())?);
        }
    }
    if unseen {
        return Ok(true);
    }
    modified(class);
    if name == names().__abstractmethods__ {
        let abstract_ = match value {
            Some(v) => crate::protocol::truth::truth(v)?,
            None => false,
        };
        class.set_flag(flags::ABSTRACT, abstract_);
    }
    if is_dunder(name) {
        slot_table::update_slots(class, name);
    }
    Ok(old.is_some() || value.is_some())
}

/// Does the name start and end with two underscores?
pub fn is_dunder(name: P<Str>) -> bool {
    name.as_ascii().is_some_and(|s| s.len() > 4 && s.starts_with("__") && s.ends_with("__"))
}

/// The class's `__module__` as text, if it is a str.
pub fn module_name(class: P<TypeObject>) -> Option<String> {
    match class.dict().get_text("__module__") {
        Some(v) => v.as_str().map(|s| s.to_lossy()),
        None => class.is_heap().then(|| "builtins".to_owned()),
    }
}

/// A class's name; that of a native class with its module, as CPython's `tp_name` has it.
pub fn full_name(class: P<TypeObject>) -> String {
    match module_name(class) {
        Some(m) if m != "builtins" && !class.is_heap() => format!("{m}.{}", class.name()),
        _ => class.name(),
    }
}
