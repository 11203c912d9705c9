//! `deque`: the object and its iterators.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, Kind, Own, P, Ref, Trace, Visitor, alloc_in};
use taipan_runtime::slots::Args;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{int, tuple};
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, raise};

/// The items of a deque. No borrow is held across anything that may run Python.
#[derive(Default)]
pub struct Items(RefCell<VecDeque<Ref>>);

impl Trace for Items {
    fn trace(&self, visit: Visitor<'_>) {
        if let Ok(items) = self.0.try_borrow() {
            items.iter().for_each(|r| visit(&[r.value()]));
        }
    }
    fn untrace(&self) {
        drop(self.0.take());
    }
}

/// A deque.
#[repr(C)]
pub struct Deque {
    /// The header.
    pub head: Header,
    items: Items,
    /// Changes whenever the deque does.
    pub state: Cell<u64>,
    /// `maxlen`, or -1.
    pub maxlen: Cell<i64>,
}
object_layout!(Deque, Kind::Native, container, [items]);

impl Deque {
    /// An empty deque.
    pub fn empty(class: P<TypeObject>, maxlen: i64) -> Own<Deque> {
        let d = Deque {
            head: Header::new(class),
            items: Items::default(),
            state: Cell::new(0),
            maxlen: Cell::new(maxlen),
        };
        alloc_in(class, d)
    }
    fn touch(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }
    /// Number of items.
    pub fn len(&self) -> usize {
        self.items.0.borrow().len()
    }
    /// The item at `i`, borrowed.
    pub fn get(&self, i: usize) -> Option<Value> {
        self.items.0.borrow().get(i).map(Ref::value)
    }
    /// Owned copies of the items.
    pub fn to_refs(&self) -> Vec<Ref> {
        self.items.0.borrow().iter().cloned().collect()
    }
    fn room_for_one(&self) -> PyResult<std::cell::RefMut<'_, VecDeque<Ref>>> {
        let mut items = self.items.0.borrow_mut();
        if items.len() == items.capacity() && items.try_reserve(1).is_err() {
            return raise!(MemoryError);
        }
        Ok(items)
    }
    /// Append; a full deque drops its first item.
    pub fn push_back(&self, v: Ref) -> PyResult<()> {
        let mut items = self.room_for_one()?;
        items.push_back(v);
        let limit = self.maxlen.get();
        let old = if limit >= 0 && items.len() as i64 > limit { items.pop_front() } else { None };
        drop(items);
        self.touch();
        drop(old);
        Ok(())
    }
    /// Put in front; a full deque drops its last item.
    pub fn push_front(&self, v: Ref) -> PyResult<()> {
        let mut items = self.room_for_one()?;
        items.push_front(v);
        let limit = self.maxlen.get();
        let old = if limit >= 0 && items.len() as i64 > limit { items.pop_back() } else { None };
        drop(items);
        self.touch();
        drop(old);
        Ok(())
    }
    /// Take the last.
    pub fn pop_back(&self) -> Option<Ref> {
        let v = self.items.0.borrow_mut().pop_back();
        self.touch();
        v
    }
    /// Take the first.
    pub fn pop_front(&self) -> Option<Ref> {
        let v = self.items.0.borrow_mut().pop_front();
        self.touch();
        v
    }
    /// Take everything.
    pub fn take(&self) -> VecDeque<Ref> {
        self.touch();
        self.items.0.take()
    }
    /// Replace everything.
    pub fn set_all(&self, items: VecDeque<Ref>) {
        self.touch();
        let old = self.items.0.replace(items);
        drop(old);
    }
    /// Change the items in place; `f` runs no Python and drops nothing.
    pub fn edit<T>(&self, f: impl FnOnce(&mut VecDeque<Ref>) -> T) -> T {
        self.touch();
        f(&mut self.items.0.borrow_mut())
    }
}

macro_rules! deque_iterator {
    ($(#[$doc:meta])* $t:ident $reverse:literal) => {
        $(#[$doc])*
        #[repr(C)]
        pub struct $t {
            head: Header,
            deque: Own<Deque>,
            state: Cell<u64>,
            left: Cell<usize>,
        }
        object_layout!($t, Kind::Native, container, [deque]);

        impl $t {
            /// Over this deque.
            pub fn over(deque: P<Deque>) -> PyResult {
                let Some(class) = native_class::<$t>() else {
                    return raise!(SystemError, "_collections is not initialised");
                };
                let it = $t {
                    head: Header::new(class),
                    deque: deque.own_typed(),
                    state: Cell::new(deque.state.get()),
                    left: Cell::new(deque.len()),
                };
                Ok(alloc_in(class, it).erase())
            }
        }

        #[taipan_runtime::pymethods]
        impl $t {
            #[slot(new)]
            fn new(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
                let &[deque, ref rest @ ..] = args.pos() else {
                    return raise!(TypeError, "function missing required argument 'deque' (pos 1)");
                };
                let Some(d) = deque.downcast::<Deque>() else {
                    return raise!(TypeError, "argument 1 must be collections.deque, not {}", deque.class().name());
                };
                let skip = match rest.first() {
                    Some(&n) => taipan_runtime::protocol::index::to_i64(n)?.max(0) as usize,
                    None => 0,
                };
                let it = $t::over(d)?;
                if let Some(p) = it.downcast::<$t>() {
                    p.left.set(p.left.get().saturating_sub(skip));
                }
                Ok(it)
            }
            #[slot(iter)]
            fn iter(this: Value) -> PyResult {
                Ok(this.own())
            }
            #[slot(next)]
            fn next(this: P<$t>) -> PyResult<Option<Ref>> {
                let left = this.left.get();
                if this.state.get() != this.deque.state.get() {
                    this.left.set(0);
                    return raise!(RuntimeError, "deque mutated during iteration");
                }
                if left == 0 {
                    return Ok(None);
                }
                this.left.set(left - 1);
                let at = if $reverse { left - 1 } else { this.deque.len() - left };
                Ok(this.deque.get(at).map(|v| v.own()))
            }
            /// Private method returning an estimate of len(list(it)).
            #[method("(self, /)", name = "__length_hint__")]
            fn length_hint(this: P<$t>) -> usize {
                this.left.get()
            }
            /// Return state information for pickling.
            #[method("(self, /)", name = "__reduce__")]
            fn reduce(this: P<$t>) -> Ref {
                let done = int::new((this.deque.len() - this.left.get().min(this.deque.len())) as i64);
                let args = tuple::from_refs(vec![this.deque.clone().erase(), done]).erase();
                tuple::from_refs(vec![this.head.class.get().own(), args]).erase()
            }
        }
    };
}

deque_iterator! {
    /// Iterates forward.
    DequeIter false
}
deque_iterator! {
    /// Iterates backward.
    DequeRevIter true
}
