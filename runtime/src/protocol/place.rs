//! Where an object keeps its dict, its weak references and the slots that its class adds.
//!
//! # Invariants
//! - A class's `dict_offset` and `weakref_offset`, where not 0, are the byte offsets in the instance's layout of
//!   a `Cell<Option<P<Dict>>>` and a `Cell<Option<Value>>`.
//! - Instances of a class with `TRAILING` have, at `object_size` bytes, the words: dict, weak references (each 0
//!   if there is none), then `slot_count` owned words (`UNBOUND` if empty).
//! - A cell from here is used while something owns the object, and not across a change of its class.

use crate::object::P;
use crate::types::dict::Dict;
use crate::types::type_object::{TypeObject, flags};
use crate::value::Value;
use std::cell::Cell;

#[inline]
fn trailing(v: Value, class: P<TypeObject>) -> *const u8 {
    let p = v.bits() as *const u8;
    // SAFETY: `object_size` is the layout's; the words lie behind it.
    unsafe { p.add((class.object_size.get())(p)) }
}

/// The place of the instance's dict; `None` for slot-keeping instances and classes without dicts.
#[inline]
pub fn dict_cell(v: Value, class: P<TypeObject>) -> Option<&'static Cell<Option<P<Dict>>>> {
    let offset = class.dict_offset.get() as usize;
    if offset != 0 {
        // SAFETY: the module's invariant.
        return Some(unsafe { &*(v.bits() as *const u8).add(offset).cast() });
    }
    if class.has(flags::TRAILING) && class.has(flags::HAS_DICT) {
        // SAFETY: the first trailing word; `Option<P>` is one word, `None` is zero.
        return Some(unsafe { &*trailing(v, class).cast() });
    }
    None
}

/// The place of the instance's list of weak references.
#[inline]
pub fn weakref_cell(v: Value, class: P<TypeObject>) -> Option<&'static Cell<Option<Value>>> {
    let offset = class.weakref_offset.get() as usize;
    if offset != 0 {
        // SAFETY: the module's invariant.
        return Some(unsafe { &*(v.bits() as *const u8).add(offset).cast() });
    }
    if class.has(flags::TRAILING) && class.has(flags::HAS_WEAKREF) {
        // SAFETY: the second trailing word.
        return Some(unsafe { &*trailing(v, class).add(8).cast() });
    }
    None
}

/// The trailing slot `i < slot_count`.
pub fn trailing_slot(v: Value, class: P<TypeObject>, i: usize) -> &'static Cell<Value> {
    assert!(class.has(flags::TRAILING) && i < class.slot_count.get() as usize);
    // SAFETY: within the trailing words.
    unsafe { &*trailing(v, class).add(16 + 8 * i).cast() }
}

/// Bytes of the object, with what its class adds behind the layout.
pub fn size_of(v: Value) -> usize {
    let class = v.class();
    // SAFETY: `object_size` is the layout's.
    unsafe { (class.object_size.get())(v.bits() as *const u8) + class.trailing_bytes() }
}
