//! Watchpoints: who must hear of it when a class attribute or a watched dict changes.
//!
//! Inline caches and machine code rely on facts that rarely break ("class `C` finds `m` here", "global `n` is
//! this function"). They do not check them; they register a watcher, and the change fires it.

use crate::types::dict::Dict;
use crate::types::type_object::TypeObject;
use hashbrown::HashMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A flag that is cleared when what it stands for no longer holds.
pub struct Assumption {
    valid: Cell<bool>,
    on_break: RefCell<Vec<Box<dyn FnOnce() + 'static>>>,
}

impl Assumption {
    /// An assumption that holds.
    pub fn new() -> Rc<Assumption> {
        Rc::new(Assumption { valid: Cell::new(true), on_break: RefCell::new(Vec::new()) })
    }
    /// Does it still hold?
    pub fn holds(&self) -> bool {
        self.valid.get()
    }
    /// Run `f` when it breaks.
    pub fn when_broken(&self, f: impl FnOnce() + 'static) {
        self.on_break.borrow_mut().push(Box::new(f));
    }
    /// It no longer holds.
    pub fn break_now(&self) {
        self.valid.set(false);
        for f in self.on_break.take() {
            f();
        }
    }
}

/// The watchers of an interpreter, by the address of what they watch.
#[derive(Default)]
pub struct Watchers {
    dicts: RefCell<HashMap<usize, Rc<Assumption>>>,
    classes: RefCell<HashMap<usize, Rc<Assumption>>>,
}

impl Watchers {
    /// "No value and no key of this dict changes."
    pub fn dict(&self, d: &Dict) -> Rc<Assumption> {
        d.watched.set(true);
        self.dicts.borrow_mut().entry(&raw const *d as usize).or_insert_with(Assumption::new).clone()
    }
    /// "No attribute of this class, or of a class in its MRO, changes."
    pub fn class(&self, t: &TypeObject) -> Rc<Assumption> {
        self.classes.borrow_mut().entry(&raw const *t as usize).or_insert_with(Assumption::new).clone()
    }
    /// Fire the dict's watchers.
    pub fn dict_changed(&self, d: &Dict) {
        d.watched.set(false);
        let a = self.dicts.borrow_mut().remove(&(&raw const *d as usize));
        if let Some(a) = a {
            a.break_now();
        }
    }
    /// Fire the class's watchers.
    pub fn class_changed(&self, t: &TypeObject) {
        let a = self.classes.borrow_mut().remove(&(&raw const *t as usize));
        if let Some(a) = a {
            a.break_now();
        }
    }
}
