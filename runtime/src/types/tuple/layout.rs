//! The `tuple` object: its items follow the struct.
//!
//! # Invariants
//! `len` owned words follow the struct and never change once the tuple is shared.

use crate::error::PyResult;
use crate::object::{
    Header, Kind, Object, Own, OwnedCell, P, Ref, Trace, Visitor, alloc_uninit, alloc_uninit_in, decref,
    incref,
};
use crate::runtime::{runtime, types};
use crate::types::type_object::TypeObject;
use crate::value::{NONE, Value};
use std::cell::Cell;

/// A tuple.
#[repr(C)]
pub struct Tuple {
    /// The header.
    pub head: Header,
    /// Number of items.
    pub len: usize,
    /// The hash, once it has been computed; zero before.
    pub hash: Cell<i64>,
}

// SAFETY: `repr(C)`, starts with the header; `size` counts the items.
unsafe impl Object for Tuple {
    const KIND: Kind = Kind::Tuple;
    const CONTAINER: bool = true;
    fn size(&self) -> usize {
        size_of::<Tuple>() + 8 * self.len
    }
    fn traverse(&self, visit: Visitor<'_>) {
        visit(self.items());
    }
}

impl Tuple {
    /// The items.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        // SAFETY: `len` words follow the struct.
        unsafe { std::slice::from_raw_parts((&raw const *self).add(1).cast(), self.len) }
    }
}

impl Drop for Tuple {
    fn drop(&mut self) {
        // From the end, as in CPython: finalizers show the order.
        self.items().iter().rev().for_each(|&v| decref(v));
    }
}

/// The empty tuple.
pub fn empty() -> Own<Tuple> {
    runtime().empty_tuple().own_typed()
}

fn uninit(len: usize) -> *mut Tuple {
    // SAFETY: the callers write the items at once.
    unsafe {
        let p = alloc_uninit::<Tuple>(8 * len);
        p.write(Tuple { head: Header::new(types().tuple), len, hash: Cell::new(0) });
        p
    }
}

/// A tuple that takes over these references.
pub fn from_refs(items: Vec<Ref>) -> Own<Tuple> {
    if items.is_empty() && runtime().shared_strings_ready() {
        return empty();
    }
    let p = uninit(items.len());
    // SAFETY: room for the items.
    unsafe {
        for (i, v) in items.into_iter().enumerate() {
            p.add(1).cast::<Value>().add(i).write(v.into_raw());
        }
        Own::from_raw(P::from_ptr(p))
    }
}

/// A tuple of these values (each counted once more).
pub fn from_values(items: &[Value]) -> Own<Tuple> {
    if items.is_empty() && runtime().shared_strings_ready() {
        return empty();
    }
    items.iter().for_each(|&v| incref(v));
    // SAFETY: the counts were just taken.
    unsafe { from_owned(items) }
}

/// A tuple of two.
#[inline]
pub fn pair(a: Ref, b: Ref) -> Own<Tuple> {
    let p = uninit(2);
    // SAFETY: room for the items.
    unsafe {
        let items = p.add(1).cast::<Value>();
        items.write(a.into_raw());
        items.add(1).write(b.into_raw());
        Own::from_raw(P::from_ptr(p))
    }
}

/// A tuple of `n` items, which `item` makes one after the other; it must not run Python code.
pub fn from_fn(n: usize, mut item: impl FnMut(usize) -> Ref) -> Own<Tuple> {
    let t = of_nones(n);
    for i in 0..n {
        Recycled::put(t.p(), i, item(i));
    }
    t
}

/// A tuple that is to be filled: `None` is no reference to count.
fn of_nones(n: usize) -> Own<Tuple> {
    if n == 0 {
        return empty();
    }
    let p = uninit(n);
    // SAFETY: room for the items.
    unsafe {
        let items = p.add(1).cast::<Value>();
        (0..n).for_each(|i| items.add(i).write(NONE));
        Own::from_raw(P::from_ptr(p))
    }
}

/// A tuple that an iterator gives out again and again, with other items, as long as nobody else keeps it. While somebody
/// does, each result is a tuple of its own.
#[derive(Default)]
pub struct Recycled(OwnedCell);

impl Recycled {
    fn free(&self, n: usize) -> Option<Own<Tuple>> {
        let t = self.0.get()?.exact::<Tuple>()?;
        (t.len == n && t.head.refcount.get() == 1).then(|| t.own_typed())
    }
    /// Put an item into a tuple that nobody else has; what was there is dropped.
    fn put(tuple: P<Tuple>, i: usize, v: Ref) {
        assert!(i < tuple.len);
        tuple.hash.set(0);
        // SAFETY: in range; whoever looks at the items has the tuple, and nobody has.
        let old = unsafe { tuple.as_ptr().add(1).cast::<Value>().add(i).replace(v.into_raw()) };
        decref(old);
    }
    fn keep(&self, tuple: Own<Tuple>) -> Own<Tuple> {
        if self.0.get().is_none() {
            self.0.set(Some(tuple.p().own()));
        }
        tuple
    }
    /// A tuple of two.
    pub fn pair(&self, a: Ref, b: Ref) -> Own<Tuple> {
        match self.free(2) {
            Some(t) => {
                Recycled::put(t.p(), 0, a);
                Recycled::put(t.p(), 1, b);
                t
            }
            None => self.keep(pair(a, b)),
        }
    }
    /// A tuple of `n` items, which `item` makes one after the other; `None` if there is one that it does not make.
    pub fn fill(
        &self,
        n: usize,
        mut item: impl FnMut(usize) -> PyResult<Option<Ref>>,
    ) -> PyResult<Option<Own<Tuple>>> {
        let t = self.free(n).unwrap_or_else(|| self.keep(of_nones(n)));
        for i in 0..n {
            let Some(v) = item(i)? else { return Ok(None) };
            Recycled::put(t.p(), i, v);
        }
        Ok(Some(t))
    }
}
impl Trace for Recycled {
    fn trace(&self, visit: Visitor<'_>) {
        self.0.trace(visit);
    }
    fn untrace(&self) {
        self.0.untrace();
    }
}

/// A tuple that takes over the references that these words own.
///
/// # Safety
/// Each word owns a reference, which the caller gives up.
pub unsafe fn from_owned(items: &[Value]) -> Own<Tuple> {
    let p = uninit(items.len());
    // SAFETY: room for the items.
    unsafe {
        std::ptr::copy_nonoverlapping(items.as_ptr(), p.add(1).cast(), items.len());
        Own::from_raw(P::from_ptr(p))
    }
}

/// An instance of a subclass of `tuple` with these items (each counted once more).
pub fn new_in(class: P<TypeObject>, items: &[Value]) -> Own<Tuple> {
    items.iter().for_each(|&v| incref(v));
    // SAFETY: the struct and the items are written at once; the counts were just taken.
    unsafe {
        let p = alloc_uninit_in::<Tuple>(class, 8 * items.len());
        p.write(Tuple { head: Header::new(class), len: items.len(), hash: Cell::new(0) });
        std::ptr::copy_nonoverlapping(items.as_ptr(), p.add(1).cast(), items.len());
        Own::from_raw(P::from_ptr(p))
    }
}
