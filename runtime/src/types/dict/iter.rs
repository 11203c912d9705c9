//! The iterators of dicts and their views.

use super::Dict;
use crate::builtins::lookup::reduce_iter;
use crate::error::PyResult;
use crate::object::{Header, Kind, OwnedCell, P, Ref, Trace, alloc};
use crate::runtime::types;
use crate::types::list;
use crate::types::tuple::Recycled;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use crate::{object_layout, pymethods, raise};
use std::cell::Cell;

/// The size that an iterator expects once the dict has changed under it: no dict has it, so it keeps raising.
const CHANGED: usize = usize::MAX;

/// What all the iterators of dicts keep.
#[repr(C)]
pub struct Position {
    /// The dict; a zero word once the end was reached.
    pub dict: OwnedCell,
    /// The place of the next entry (one more than it, backwards).
    pub place: Cell<usize>,
    /// The number of keys when iteration began.
    pub used: Cell<usize>,
    /// Items left.
    pub left: Cell<usize>,
    /// The last pair, of an iterator over items.
    pub pair: Recycled,
}

impl Trace for Position {
    fn trace(&self, visit: crate::object::Visitor<'_>) {
        self.dict.trace(visit);
        self.pair.trace(visit);
    }
    fn untrace(&self) {
        drop(self.dict.take());
        self.pair.untrace();
    }
}

impl Position {
    fn new(d: P<Dict>, forwards: bool) -> Position {
        Position {
            dict: OwnedCell::new(Some(d.own())),
            place: Cell::new(if forwards { 0 } else { d.places() }),
            used: Cell::new(d.len()),
            left: Cell::new(d.len()),
            pair: Recycled::default(),
        }
    }
    fn target(&self) -> Option<P<Dict>> {
        self.dict.get().and_then(|v| v.downcast::<Dict>())
    }
    fn hint(&self) -> usize {
        match self.target() {
            Some(d) if d.len() == self.used.get() => self.left.get(),
            _ => 0,
        }
    }
    /// The next key and value, borrowed.
    #[inline(always)]
    fn advance(&self, forwards: bool) -> PyResult<Option<(Value, Value)>> {
        let Some(d) = self.target() else { return Ok(None) };
        if d.len() != self.used.get() {
            self.used.set(CHANGED);
            return raise!(RuntimeError, "dictionary changed size during iteration");
        }
        let mut place = self.place.get();
        if forwards {
            place = place.max(d.first_place());
            while place < d.places() {
                place += 1;
                if let Some(entry) = d.entry(place - 1) {
                    return self.found(place, entry);
                }
            }
        } else {
            place = place.min(d.places());
            while place > 0 {
                place -= 1;
                if let Some(entry) = d.entry(place) {
                    return self.found(place, entry);
                }
            }
        }
        drop(self.dict.take());
        Ok(None)
    }
    /// The iterator stands at `place` now.
    #[inline(always)]
    fn found(&self, place: usize, entry: (Value, Value)) -> PyResult<Option<(Value, Value)>> {
        let Some(left) = self.left.get().checked_sub(1) else {
            return raise!(RuntimeError, "dictionary keys changed during iteration");
        };
        self.left.set(left);
        self.place.set(place);
        Ok(Some(entry))
    }
}

/// The items that an iterator over a dict has left, without moving it.
fn remaining(p: &Position, forwards: bool, pick: impl Fn(&Position, Value, Value) -> Ref) -> PyResult {
    let mut items = Vec::new();
    if let Some(d) = p.target() {
        if forwards {
            items.extend((p.place.get()..d.places()).filter_map(|i| d.entry(i)).map(|(k, v)| pick(p, k, v)));
        } else {
            let n = p.place.get().min(d.places());
            items.extend((0..n).rev().filter_map(|i| d.entry(i)).map(|(k, v)| pick(p, k, v)));
        }
    }
    reduce_iter(list::new(items).erase(), None)
}

fn key(_: &Position, k: Value, _v: Value) -> Ref {
    k.own()
}
fn value(_: &Position, _k: Value, v: Value) -> Ref {
    v.own()
}
fn item(at: &Position, k: Value, v: Value) -> Ref {
    at.pair.pair(k.own(), v.own()).erase()
}

macro_rules! dict_iterators {
    ($($name:ident $field:ident $make:ident $install:ident $forwards:literal $pick:ident;)*) => {$(
        #[doc = concat!("`", stringify!($field), "`")]
        #[repr(C)]
        pub struct $name {
            /// The header.
            pub head: Header,
            /// Where it is.
            pub at: Position,
        }
        object_layout!($name, Kind::$name, container, [at]);

        #[doc = concat!("A new `", stringify!($field), "`.")]
        pub fn $make(d: P<Dict>) -> Ref {
            alloc($name { head: Header::new(types().$field), at: Position::new(d, $forwards) }).erase()
        }
        #[doc = concat!("Sets the layout, slots and methods of `", stringify!($field), "`.")]
        pub fn $install(class: P<TypeObject>) {
            class.set_layout::<$name>();
            $name::install_methods(class);
        }

        #[pymethods(install_methods)]
        impl $name {
            #[slot(iter)]
            fn iter(v: Value) -> PyResult {
                Ok(v.own())
            }
            #[slot(next)]
            fn next(this: P<$name>) -> PyResult<Option<Ref>> {
                Ok(this.at.advance($forwards)?.map(|(k, v)| $pick(&this.at, k, v)))
            }
            /// Private method returning an estimate of len(list(it)).
            #[method("(self, /)")]
            fn __length_hint__(this: P<$name>) -> usize {
                this.at.hint()
            }
            /// Return state information for pickling.
            #[method("(self, /)")]
            fn __reduce__(this: P<$name>) -> PyResult {
                remaining(&this.at, $forwards, $pick)
            }
        }
    )*};
}
impl DictItemIter {
    /// The next key and value, borrowed from the dict; `None` at the end.
    ///
    /// # Errors
    /// `RuntimeError` if the dict's keys have changed since iteration began.
    pub fn advance(&self) -> PyResult<Option<(Value, Value)>> {
        self.at.advance(true)
    }
}

dict_iterators! {
    DictKeyIter dict_keyiterator keys install_keys true key;
    DictValueIter dict_valueiterator values install_values true value;
    DictItemIter dict_itemiterator items install_items true item;
    DictRevKeyIter dict_reversekeyiterator rev_keys install_rev_keys false key;
    DictRevValueIter dict_reversevalueiterator rev_values install_rev_values false value;
    DictRevItemIter dict_reverseitemiterator rev_items install_rev_items false item;
}
