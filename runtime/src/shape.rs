//! Shapes (hidden classes, after Self's maps): which attributes an instance has, and in which slots.
//!
//! A shape belongs to one class and is found by adding names one by one, so that instances filled in the same
//! order share it. Its id is in the instance's header: one 32-bit compare proves class and slots at once.
//! An instance whose attribute is deleted gets the shape that the other names make. It leaves the tree ("dict mode")
//! when its `__dict__` is asked for, it grows past [`MAX_SLOTS`] names, or its class has deleted in more than
//! [`MAX_REMOVALS`] ways; it then has the class's dict shape and keeps its attributes in a dict.

use crate::object::P;
use crate::types::str::Str;
use crate::types::type_object::TypeObject;
use hashbrown::HashMap;
use std::cell::{Cell, RefCell};

/// Attributes kept in slots at most.
pub const MAX_SLOTS: usize = 64;

/// Pairs of a shape and a name that is deleted from it, of one class, for which there are shapes: whose attributes come
/// and go under ever new names is better off with dicts.
pub const MAX_REMOVALS: u32 = 64;

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
    /// Of a class's first shape: the id of the shape of instances with a dict; 0: not made yet.
    pub dict_shape: Cell<u32>,
    /// Of a class's first shape: see [`MAX_REMOVALS`].
    pub removals: Cell<u32>,
    /// Slot last found for a name, a one-entry cache.
    last: Cell<(usize, u32)>,
}

impl Shape {
    /// A shape without successors.
    pub fn new(id: u32, class: P<TypeObject>, names: Vec<P<Str>>, dict_mode: bool) -> Shape {
        let (next, last) = (RefCell::new(HashMap::new()), Cell::new((0, 0)));
        let (dict_shape, removals) = (Cell::new(0), Cell::new(0));
        Shape { id, class, names, dict_mode, next, dict_shape, removals, last }
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
    /// The id of the shape without the name, if it was made before.
    pub fn remainder(&self, name: P<Str>) -> Option<u32> {
        self.next.borrow().get(&(name.as_ptr() as usize | 1)).copied()
    }
    /// Remember the shape without the name. (Objects are aligned: the key is no name's address.)
    pub fn set_remainder(&self, name: P<Str>, id: u32) {
        self.next.borrow_mut().insert(name.as_ptr() as usize | 1, id);
    }
}
