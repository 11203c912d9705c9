//! Shapes (hidden classes, after Self's maps): which attributes an instance has, and in which slots.
//!
//! A shape belongs to one class and is found by adding names one by one, so that instances filled in the same
//! order share it. Its id is in the instance's header: one 32-bit compare proves class and slots at once.
//! An instance leaves the tree ("dict mode") when its `__dict__` is asked for, an attribute is deleted, or it
//! grows past [`MAX_SLOTS`] names; it then has the class's dict shape and keeps its attributes in a dict.

use crate::object::P;
use crate::types::str::Str;
use crate::types::type_object::TypeObject;
use hashbrown::HashMap;
use std::cell::{Cell, RefCell};

/// Attributes kept in slots at most.
pub const MAX_SLOTS: usize = 64;

/// A hidden class.
pub struct Shape {
    /// The id in headers.
    pub id: u32,
    /// The class of its instances.
    pub class: P<TypeObject>,
    /// Names in slot order; interned. The first are the class's `__slots__`.
    pub names: Vec<P<Str>>,
    /// Is this the shape of instances with a real dict?
    pub dict_mode: bool,
    next: RefCell<HashMap<usize, u32>>,
    /// Slot last found for a name, a one-entry cache.
    last: Cell<(usize, u32)>,
}

impl Shape {
    /// A shape without successors.
    pub fn new(id: u32, class: P<TypeObject>, names: Vec<P<Str>>, dict_mode: bool) -> Shape {
        Shape { id, class, names, dict_mode, next: RefCell::new(HashMap::new()), last: Cell::new((0, 0)) }
    }
    /// The first slot that is an attribute of the dict.
    #[inline]
    pub fn first_attribute(&self) -> usize {
        self.class.attribute_base.get() as usize
    }
    /// The slot of an interned name.
    #[inline]
    pub fn slot_of(&self, name: P<Str>) -> Option<usize> {
        let key = name.as_ptr() as usize;
        let (last, slot) = self.last.get();
        if last == key {
            return Some(slot as usize);
        }
        let slot = self.names.iter().position(|n| n.as_ptr() as usize == key)?;
        self.last.set((key, slot as u32));
        Some(slot)
    }
    /// The id of the shape with one name more, if it was made before.
    pub fn successor(&self, name: P<Str>) -> Option<u32> {
        self.next.borrow().get(&(name.as_ptr() as usize)).copied()
    }
    /// Remember the shape with one name more.
    pub fn set_successor(&self, name: P<Str>, id: u32) {
        self.next.borrow_mut().insert(name.as_ptr() as usize, id);
    }
}
