//! Watchpoints: who must hear of it when a class, a function or a global name changes.
//!
//! Machine code relies on facts that rarely break ("class `C` finds `m` here", "global `n` is this function"). It does
//! not check them one by one: it registers with their [`Assumption`]s, and a change breaks those (the idea is Self's
//! and HotSpot's dependencies; PyPy calls it quasi-immutable fields).

use crate::object::P;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::type_object::TypeObject;
use hashbrown::HashMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What breaks this often is not watched any more: it has to be checked.
const PATIENCE: u32 = 2;

/// Something that rarely changes.
#[derive(Clone, Copy)]
pub enum Fact {
    /// What the key with this hash means in a dict with `str` keys, or that there is none.
    Key(P<Dict>, i64),
    /// The attributes of a class, its bases' included.
    Class(P<TypeObject>),
    /// A function's code and defaults.
    Function(P<Function>),
}

/// A fact by addresses: the object's, and a hash.
type Id = (usize, i64);

impl Fact {
    fn id(self) -> Id {
        match self {
            Fact::Key(d, hash) => (d.as_ptr() as usize, hash),
            Fact::Class(c) => (c.as_ptr() as usize, 0),
            Fact::Function(f) => (f.as_ptr() as usize, 0),
        }
    }
}

/// The bit of [`Dict::watched`] for keys with this hash.
#[inline]
pub fn bit(hash: i64) -> u64 {
    1 << (hash & 63)
}

/// A fact, as long as it holds.
pub struct Assumption {
    broken: Cell<bool>,
    on_break: RefCell<Vec<Box<dyn FnOnce() + 'static>>>,
}

impl Assumption {
    /// Does it still hold?
    pub fn holds(&self) -> bool {
        !self.broken.get()
    }
    /// Run `f` when it breaks.
    pub fn when_broken(&self, f: impl FnOnce() + 'static) {
        self.on_break.borrow_mut().push(Box::new(f));
    }
    fn break_now(&self) {
        self.broken.set(true);
        for f in self.on_break.take() {
            f();
        }
    }
}

/// What an interpreter watches.
#[derive(Default)]
pub struct Watchers {
    watched: RefCell<HashMap<Id, Rc<Assumption>>>,
    /// How often facts have broken that were watched.
    broken: RefCell<HashMap<Id, u32>>,
}

impl Watchers {
    /// Watch a fact, unless it keeps breaking.
    pub fn watch(&self, fact: Fact) -> Option<Rc<Assumption>> {
        let id = fact.id();
        if self.broken.borrow().get(&id).is_some_and(|n| *n >= PATIENCE) {
            return None;
        }
        if let Fact::Key(d, hash) = fact {
            d.watched.set(d.watched.get() | bit(hash));
        }
        let new = || Rc::new(Assumption { broken: Cell::new(false), on_break: RefCell::default() });
        Some(self.watched.borrow_mut().entry(id).or_insert_with(new).clone())
    }
    /// It has changed.
    pub fn changed(&self, fact: Fact) {
        self.break_fact(fact.id());
    }
    /// All that is known of the dict's keys has changed.
    #[cold]
    pub fn cleared(&self, d: &Dict) {
        let at = &raw const *d as usize;
        let ids: Vec<Id> = self.watched.borrow().keys().filter(|id| id.0 == at).copied().collect();
        ids.into_iter().for_each(|id| self.break_fact(id));
    }
    fn break_fact(&self, id: Id) {
        let found = self.watched.borrow_mut().remove(&id);
        if let Some(a) = found {
            *self.broken.borrow_mut().entry(id).or_default() += 1;
            a.break_now();
        }
    }
}
