//! `ValueVec`: a growable array of owned words with a fixed layout that machine code reads (`ptr`, `len`).
//!
//! # Invariants
//! - `ptr[..len]` are owned words; `capacity` words are allocated (a buffer of the heap), none if it is 0.
//! - A vector is built where it stays: to move one is three stores and three loads that wait for them.
//! - A slice from `as_slice` is not held across anything that may change the vector (Python code included).

use crate::error::PyResult;
use crate::object::{Ref, Visitor, decref, incref};
use crate::runtime::heap;
use crate::value::{UNBOUND, Value};
use std::alloc::Layout;
use std::cell::Cell;
use std::ptr::null_mut;

/// See the module's page.
#[repr(C)]
pub struct ValueVec {
    /// The items.
    pub ptr: Cell<*mut Value>,
    /// Their number.
    pub len: Cell<usize>,
    /// Room.
    pub capacity: Cell<usize>,
}

impl Default for ValueVec {
    fn default() -> Self {
        ValueVec { ptr: Cell::new(null_mut()), len: Cell::new(0), capacity: Cell::new(0) }
    }
}

impl ValueVec {
    /// An empty vector with room for `n`.
    pub fn with_capacity(n: usize) -> ValueVec {
        let v = ValueVec::default();
        v.reserve_exact(n);
        v
    }
    /// From owned references.
    pub fn from_refs(items: Vec<Ref>) -> ValueVec {
        let v = ValueVec::default();
        v.extend_refs(items);
        v
    }
    /// Append owned references.
    pub fn extend_refs(&self, items: Vec<Ref>) {
        self.reserve(self.len() + items.len());
        items.into_iter().for_each(|r| self.push(r));
    }
    /// Append these values, each counted once more. They may be the vector's own.
    #[inline]
    pub fn extend_values(&self, items: &[Value]) {
        let own = std::ptr::eq(items.as_ptr(), self.ptr.get());
        let n = items.len();
        items.iter().for_each(|&v| incref(v));
        self.reserve(self.len() + n);
        let from = if own { self.ptr.get().cast_const() } else { items.as_ptr() };
        // SAFETY: there is room; the counts were just taken.
        unsafe { std::ptr::copy_nonoverlapping(from, self.ptr.get().add(self.len()), n) };
        self.len.set(self.len() + n);
    }
    /// Append the words, which own their references.
    ///
    /// # Safety
    /// The caller gives the references up.
    pub unsafe fn extend_owned(&self, words: &[Value]) {
        self.reserve(self.len() + words.len());
        // SAFETY: there is room.
        unsafe {
            std::ptr::copy_nonoverlapping(words.as_ptr(), self.ptr.get().add(self.len()), words.len());
        }
        self.len.set(self.len() + words.len());
    }
    /// Append `n` of these values, from `start` on, `step` apart, each counted once more.
    ///
    /// # Panics
    /// Where that leads outside.
    pub fn extend_every(&self, items: &[Value], start: usize, step: isize, n: usize) {
        let Some(last) = n.checked_sub(1) else { return };
        let end = start as i128 + last as i128 * step as i128;
        assert!(start < items.len() && end >= 0 && end < items.len() as i128);
        self.reserve_exact(self.len() + n);
        let (mut at, len) = (start, self.len());
        for k in 0..n {
            let word = items[at].own().into_raw();
            // SAFETY: there is room.
            unsafe { self.ptr.get().add(len + k).write(word) };
            at = at.wrapping_add_signed(step);
        }
        self.len.set(len + n);
    }
    /// Put these values, each counted once more, over as many items from `at` on, if none of those is counted.
    pub fn overwrite_immediates(&self, at: usize, items: &[Value]) -> bool {
        let old = &self.as_slice()[at..][..items.len()];
        if old.iter().any(|v| v.is_pointer()) {
            return false;
        }
        for (k, v) in items.iter().enumerate() {
            let word = v.own().into_raw();
            // SAFETY: such an item was found above; it owns nothing.
            unsafe { self.ptr.get().add(at + k).write(word) };
        }
        true
    }
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }
    /// No items?
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The items, until the vector next changes.
    #[inline(always)]
    pub fn as_slice(&self) -> &[Value] {
        if self.is_empty() {
            return &[];
        }
        // SAFETY: module invariant.
        unsafe { std::slice::from_raw_parts(self.ptr.get(), self.len()) }
    }
    /// The item at `i`.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Option<Value> {
        // SAFETY: in range.
        if i < self.len() { Some(unsafe { *self.ptr.get().add(i) }) } else { None }
    }
    /// Put `v` at `i < len`; returns what was there.
    #[inline(always)]
    pub fn replace(&self, i: usize, v: Ref) -> Ref {
        assert!(i < self.len());
        // SAFETY: in range.
        unsafe { Ref::from_raw(self.ptr.get().add(i).replace(v.into_raw())) }
    }
    fn layout(n: usize) -> Layout {
        Layout::array::<Value>(n).expect("fewer than 2^60 items")
    }
    /// Room for exactly `n` items at least.
    pub fn reserve_exact(&self, n: usize) {
        if !self.resize(n) {
            std::alloc::handle_alloc_error(Self::layout(n));
        }
    }
    /// Room for `n` items at least, if there is memory.
    fn resize(&self, n: usize) -> bool {
        let old = self.capacity.get();
        if n <= old {
            return true;
        }
        // SAFETY: the block has `old` words.
        let p = unsafe { heap().resize_buffer(self.ptr.get().cast(), old * 8, Self::layout(n).size()) };
        if p.is_null() {
            return false;
        }
        self.ptr.set(p.cast());
        self.capacity.set(n);
        true
    }
    /// CPython's growth pattern: an eighth more, in steps of four.
    fn next_capacity(&self) -> usize {
        let n = self.len() + 1;
        (n + (n >> 3) + 6) & !3
    }
    #[cold]
    #[inline(never)]
    fn grow(&self) {
        self.reserve_exact(self.next_capacity());
    }
    #[cold]
    #[inline(never)]
    fn try_grow(&self) -> PyResult<()> {
        if self.resize(self.next_capacity()) {
            return Ok(());
        }
        crate::raise!(MemoryError)
    }
    /// As [`Self::reserve`]; a `MemoryError` if there is no memory.
    pub fn try_reserve(&self, n: usize) -> PyResult<()> {
        let most = isize::MAX as usize / size_of::<Value>();
        let more = n.max(self.len() + (self.len() >> 3)).min(most);
        if n <= self.capacity.get() || n <= most && self.resize(more) {
            return Ok(());
        }
        crate::raise!(MemoryError)
    }
    /// As [`Self::push`]; a `MemoryError` if there is no memory.
    #[inline(always)]
    pub fn try_push(&self, v: Ref) -> PyResult<()> {
        self.room_for_one()?;
        // SAFETY: there is room now.
        unsafe { self.put(v) };
        Ok(())
    }
    /// Grow, if another item would need that; a `MemoryError` if there is no memory.
    #[inline(always)]
    pub fn room_for_one(&self) -> PyResult<()> {
        if self.len() == self.capacity.get() { self.try_grow() } else { Ok(()) }
    }
    /// Is there room for another item without growing?
    #[inline(always)]
    pub fn has_room(&self) -> bool {
        self.len() != self.capacity.get()
    }
    /// Append.
    #[inline(always)]
    pub fn push(&self, v: Ref) {
        if self.len() == self.capacity.get() {
            self.grow();
        }
        // SAFETY: there is room.
        unsafe { self.put(v) };
    }
    /// # Safety
    /// There is room for another item.
    #[inline(always)]
    unsafe fn put(&self, v: Ref) {
        let n = self.len();
        // SAFETY: as the caller promises.
        unsafe { self.ptr.get().add(n).write(v.into_raw()) };
        self.len.set(n + 1);
    }
    /// Remove the last.
    #[inline(always)]
    pub fn pop(&self) -> Option<Ref> {
        let n = self.len().checked_sub(1)?;
        self.len.set(n);
        // SAFETY: it was in range.
        Some(Ref::from_raw(unsafe { *self.ptr.get().add(n) }))
    }
    /// Put `v` before index `i <= len`.
    pub fn insert(&self, i: usize, v: Ref) {
        assert!(i <= self.len());
        if self.len() == self.capacity.get() {
            self.grow();
        }
        // SAFETY: there is room for one more behind the items that move.
        unsafe {
            let p = self.ptr.get().add(i);
            std::ptr::copy(p, p.add(1), self.len() - i);
            p.write(v.into_raw());
        }
        self.len.set(self.len() + 1);
    }
    /// Take out the item at `i < len`.
    pub fn remove(&self, i: usize) -> Ref {
        assert!(i < self.len());
        // SAFETY: in range.
        unsafe {
            let p = self.ptr.get().add(i);
            let v = p.read();
            std::ptr::copy(p.add(1), p, self.len() - i - 1);
            self.len.set(self.len() - 1);
            Ref::from_raw(v)
        }
    }
    /// Replace `range` by `items`; returns what was there, to be dropped once the vector is consistent.
    pub fn splice(&self, range: std::ops::Range<usize>, mut items: Vec<Ref>) -> Vec<Ref> {
        assert!(range.start <= range.end && range.end <= self.len());
        if items.len() == range.len() {
            for (i, item) in range.zip(&mut items) {
                // SAFETY: in range.
                let old = unsafe {
                    self.ptr.get().add(i).replace(std::mem::replace(item, Ref::from_raw(UNBOUND)).into_raw())
                };
                *item = Ref::from_raw(old);
            }
            return items;
        }
        let (new, tail) = (items.len(), self.len() - range.end);
        self.reserve_exact(self.len() - range.len() + new);
        let old = self.as_slice()[range.clone()].iter().map(|&v| Ref::from_raw(v)).collect();
        // SAFETY: room was reserved; the words in `range` were moved to `old`.
        unsafe {
            let p = self.ptr.get();
            if !p.is_null() {
                std::ptr::copy(p.add(range.end), p.add(range.start + new), tail);
            }
            for (i, v) in items.into_iter().enumerate() {
                p.add(range.start + i).write(v.into_raw());
            }
        }
        self.len.set(range.start + new + tail);
        old
    }
    /// Room for `n` items at least, growing by an eighth at least.
    pub fn reserve(&self, n: usize) {
        if n > self.capacity.get() {
            self.reserve_exact(n.max(self.len() + (self.len() >> 3)));
        }
    }
    /// Exchange contents with another vector.
    pub fn swap(&self, other: &ValueVec) {
        self.ptr.swap(&other.ptr);
        self.len.swap(&other.len);
        self.capacity.swap(&other.capacity);
    }
    /// Take everything out.
    pub fn take(&self) -> Vec<Ref> {
        let all = self.as_slice().iter().map(|&v| Ref::from_raw(v)).collect();
        self.len.set(0);
        all
    }
    /// Owned copies of the items.
    pub fn to_refs(&self) -> Vec<Ref> {
        self.as_slice().iter().map(|v| v.own()).collect()
    }
    /// Reorder in place: `order` gets the words and must leave a permutation of them.
    pub fn permute(&self, order: impl FnOnce(&mut [Value])) {
        if !self.is_empty() {
            // SAFETY: in range; ownership stays with the vector.
            order(unsafe { std::slice::from_raw_parts_mut(self.ptr.get(), self.len()) });
        }
    }
    /// For the collector.
    pub fn traverse(&self, visit: Visitor<'_>) {
        visit(self.as_slice());
    }
}

impl Drop for ValueVec {
    fn drop(&mut self) {
        // From the end, as CPython's lists do: finalizers show the order.
        self.as_slice().iter().rev().for_each(|&v| decref(v));
        if self.capacity.get() != 0 {
            // SAFETY: allocated with this layout.
            unsafe { heap().free_buffer(self.ptr.get().cast(), self.capacity.get() * 8) };
        }
    }
}
