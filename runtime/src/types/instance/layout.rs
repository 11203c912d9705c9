//! The instance object: its slots follow the struct.
//!
//! # Invariants
//! - `inline` words follow the struct, at least as many as the shape has names: a shape proves that its slots are
//!   there. An instance that needs more goes to dict mode, and its class gives later ones more room.
//! - Slots at or past the shape's name count are `UNBOUND`; slots of `__slots__` names may be `UNBOUND` too.
//! - In dict mode, `dict` holds the attributes, and only the slots before the class's `attribute_base` are used.
//! - Exceptions of Python classes are laid out so that they can be taken for instances ([`slotted`]).

use crate::object::{Header, Kind, Object, Own, P, Ref, Visitor, alloc_uninit, decref};
use crate::runtime::runtime;
use crate::shape::Shape;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::type_object::{TypeObject, flags};
use crate::value::{UNBOUND, Value};
use std::cell::Cell;

/// An instance of a Python class whose layout is `object`'s.
#[repr(C)]
pub struct Instance {
    /// The header; `id` is the shape.
    pub head: Header,
    /// The attribute dict, in dict mode; owned.
    pub dict: Cell<Option<P<Dict>>>,
    /// Weak references to this object.
    pub weakrefs: Cell<Option<Value>>,
    /// Words behind the struct.
    pub inline: u32,
}

// SAFETY: `repr(C)`, starts with the header; `size` counts the slots.
unsafe impl Object for Instance {
    const KIND: Kind = Kind::Instance;
    const CONTAINER: bool = true;
    fn size(&self) -> usize {
        size_of::<Instance>() + 8 * self.inline as usize
    }
    fn traverse(&self, visit: Visitor<'_>) {
        if let Some(d) = self.dict.get() {
            visit(&[d.value()]);
        }
        for i in 0..self.inline as usize {
            visit(&[self.inline_slot(i).get()]);
        }
    }
    fn clear(&self) {
        for i in 0..self.inline as usize {
            decref(self.inline_slot(i).replace(UNBOUND));
        }
        if let Some(d) = self.dict.get() {
            d.clear_all();
        }
    }
}

/// A new instance of a heap class, without attributes.
pub fn new(class: P<TypeObject>) -> Own<Instance> {
    let inline = class.inline_slots.get().max(class.slot_count.get());
    // SAFETY: struct and slots are written here.
    unsafe {
        let p = alloc_uninit::<Instance>(8 * inline as usize);
        p.write(Instance {
            head: Header::new(class),
            dict: Cell::new(None),
            weakrefs: Cell::new(None),
            inline,
        });
        for i in 0..inline as usize {
            p.add(1).cast::<Value>().add(i).write(UNBOUND);
        }
        Own::from_raw(P::from_ptr(p))
    }
}

/// The object as one that keeps attributes in slots: an instance, or an exception of a Python class.
#[inline]
pub fn slotted(v: Value) -> Option<P<Instance>> {
    if !v.is_pointer() {
        return None;
    }
    let class = v.header().class.get();
    let slots = class.has_layout::<Instance>() || class.has(flags::IS_EXCEPTION) && class.is_heap();
    // SAFETY: both have the layout.
    slots.then(|| unsafe { P::from_ptr(v.bits() as *const Instance) })
}

impl Instance {
    /// Has it attributes?
    pub fn has_attributes(&self) -> bool {
        let shape = self.shape();
        self.dict.get().is_some_and(|d| !d.is_empty()) || shape.names.len() > shape.first_attribute()
    }
    #[inline(always)]
    fn inline_slot(&self, i: usize) -> &Cell<Value> {
        debug_assert!(i < self.inline as usize);
        // SAFETY: `inline` words follow the struct.
        unsafe { &*(&raw const *self).add(1).cast::<Cell<Value>>().add(i) }
    }
    /// The shape.
    pub fn shape(&self) -> &'static Shape {
        runtime().shape(self.head.id.get())
    }
    /// What slot `i` holds (`UNBOUND` if nothing).
    #[inline(always)]
    pub fn slot(&self, i: usize) -> Value {
        self.inline_slot(i).get()
    }
    /// Put `v` into slot `i`, which the shape has; returns what was there.
    #[inline(always)]
    pub fn set_slot(&self, i: usize, v: Ref) -> Ref {
        Ref::from_raw(self.inline_slot(i).replace(v.into_raw()))
    }
    /// The attribute `name` (interned) from the slots or the dict, borrowed.
    pub fn get(&self, name: P<Str>) -> Option<Value> {
        if let Some(d) = self.dict.get() {
            return d.place_of(name).map(|i| d.value_at(i));
        }
        let shape = self.shape();
        let i = shape.slot_of(name).filter(|&i| i >= shape.first_attribute())?;
        Some(self.slot(i)).filter(|v| !v.is_unbound())
    }
    /// Set the attribute `name` (interned), adding a slot or going to dict mode as needed.
    pub fn set(&self, name: P<Str>, v: Ref) -> crate::error::PyResult<()> {
        crate::thread::current().event();
        if let Some(d) = self.dict.get() {
            return d.insert_str(name, v);
        }
        let shape = self.shape();
        let fixed = shape.first_attribute();
        if let Some(i) = shape.slot_of(name).filter(|&i| i >= fixed) {
            drop(self.set_slot(i, v));
            return Ok(());
        }
        let i = shape.names.len();
        if i >= self.inline as usize {
            let room = (i + i / 2 + 2).min(crate::shape::MAX_SLOTS) as u32;
            shape.class.inline_slots.set(shape.class.inline_slots.get().max(room));
            return self.make_dict().insert_str(name, v);
        }
        let next = runtime().shape_with(shape, name);
        drop(self.set_slot(i, v));
        self.head.id.set(next.id);
        Ok(())
    }
    /// Delete the attribute; `false` if there is none.
    pub fn delete(&self, name: P<Str>) -> crate::error::PyResult<bool> {
        crate::thread::current().event();
        if let Some(d) = self.dict.get() {
            return Ok(d.remove(name.value())?.is_some());
        }
        let shape = self.shape();
        let Some(slot) = shape.slot_of(name).filter(|&i| i >= shape.first_attribute()) else {
            return Ok(false);
        };
        let Some(rest) = runtime().shape_without(shape, slot) else {
            return Ok(self.make_dict().remove(name.value())?.is_some());
        };
        let deleted = self.inline_slot(slot).get();
        for i in slot..rest.names.len() {
            self.inline_slot(i).set(self.slot(i + 1));
        }
        self.inline_slot(rest.names.len()).set(UNBOUND);
        self.head.id.set(rest.id);
        drop(Ref::from_raw(deleted));
        Ok(true)
    }
    /// The `__dict__`: the instance is in dict mode afterwards.
    pub fn make_dict(&self) -> P<Dict> {
        if let Some(d) = self.dict.get() {
            return d;
        }
        let shape = self.shape();
        let dict = crate::types::dict::new();
        for (i, name) in shape.names.iter().enumerate().skip(shape.first_attribute()) {
            let v = self.slot(i);
            if !v.is_unbound() {
                dict.append_new(*name, v.own());
            }
        }
        self.set_dict(dict);
        match self.dict.get() {
            Some(d) => d,
            None => unreachable!("it was just set"),
        }
    }
    /// Make `dict` the `__dict__`; attributes kept in slots are dropped.
    pub fn set_dict(&self, dict: Own<Dict>) {
        crate::thread::current().event();
        let shape = self.shape();
        let fixed = shape.first_attribute();
        let old = self.dict.replace(Some(dict.p()));
        std::mem::forget(dict);
        self.head.id.set(runtime().dict_shape(shape.class).id);
        for i in fixed..shape.names.len() {
            drop(self.set_slot(i, Ref::from_raw(UNBOUND)));
        }
        drop(old.map(|d| Ref::from_raw(d.value())));
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        for i in 0..self.inline as usize {
            decref(self.inline_slot(i).get());
        }
        drop(self.dict.take().map(|d| Ref::from_raw(d.value())));
    }
}
