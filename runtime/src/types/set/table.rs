//! The `set` object: open addressing with short linear runs, laid out and grown exactly as CPython's `setobject.c`
//! does, so that sets of ints are iterated in the same order.
//!
//! # Invariants
//! - `table` is a block of `mask + 1` cells (a power of two, at least eight) from the heap.
//! - A cell's key word is 0 (never used), [`DUMMY`] (deleted) or an owned value. `used` counts the values, `fill`
//!   also the dummies; `fill * 5 < mask * 3` after each insertion, so that every probe ends at an empty cell.
//! - A key's `__eq__` may change the set under a look-up: the block's address and the cell's key are compared
//!   afterwards, and the look-up starts again if either differs. The key is owned meanwhile.

use crate::concrete::SetHasher;
use crate::error::PyResult;
use crate::object::{Header, Kind, Object, Ref, Visitor, decref};
use crate::protocol::compare::{equal, hash};
use crate::types::str::Str;
use crate::value::{UNBOUND, Value};
use std::cell::Cell;

const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;
const MIN_SIZE: usize = 8;
/// The key word of a deleted cell.
const DUMMY: u64 = UNBOUND.bits();

/// One cell.
#[repr(C)]
pub struct Slot {
    key: Cell<u64>,
    hash: Cell<i64>,
}

/// A `set` or `frozenset`.
#[repr(C)]
pub struct SetTable {
    /// See the module's page.
    fill: Cell<usize>,
    used: Cell<usize>,
    mask: Cell<usize>,
    table: Cell<*mut Slot>,
    /// Where `pop` looks next.
    finger: Cell<usize>,
}

/// A set.
#[repr(C)]
pub struct Set {
    /// The header.
    pub head: Header,
    /// The items.
    pub table: SetTable,
    /// Weak references to it.
    pub weakrefs: Cell<Option<Value>>,
}

/// A frozenset.
#[repr(C)]
pub struct FrozenSet {
    /// The header.
    pub head: Header,
    /// The items.
    pub table: SetTable,
    /// The hash, or -1 if it has not been computed.
    pub hash: Cell<i64>,
    /// Weak references to it.
    pub weakrefs: Cell<Option<Value>>,
}

// SAFETY: `repr(C)`, starts with the header, fixed size.
unsafe impl Object for Set {
    const KIND: Kind = Kind::Set;
    const CONTAINER: bool = true;
    fn traverse(&self, visit: Visitor<'_>) {
        self.table.iter().for_each(|(k, _)| visit(&[k]));
    }
    fn clear(&self) {
        self.table.clear();
    }
}

// SAFETY: `repr(C)`, starts with the header, fixed size.
unsafe impl Object for FrozenSet {
    const KIND: Kind = Kind::FrozenSet;
    const CONTAINER: bool = true;
    fn traverse(&self, visit: Visitor<'_>) {
        self.table.iter().for_each(|(k, _)| visit(&[k]));
    }
}

/// The hash of an item; the message for one that has none says so.
#[inline]
fn item_hash(key: Value) -> PyResult<i64> {
    hash(key).or_else(|raised| crate::types::dict::unhashable(key, "set element", raised))
}

/// Where the next run of probes starts.
#[inline(always)]
fn next_probe(i: usize, perturb: u64, mask: usize) -> usize {
    i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize) & mask
}

/// Empty cells, from the heap's size classes where they fit.
fn new_block(cells: usize) -> *mut Slot {
    let p = crate::runtime::heap().alloc(cells * size_of::<Slot>(), false);
    // SAFETY: fresh memory of this size; all zero is an empty cell. (The size of most is a constant.)
    unsafe {
        if cells == MIN_SIZE {
            p.write_bytes(0, MIN_SIZE * size_of::<Slot>());
        } else {
            p.write_bytes(0, cells * size_of::<Slot>());
        }
    }
    p.cast()
}

impl Default for SetTable {
    fn default() -> Self {
        SetTable {
            fill: Cell::new(0),
            used: Cell::new(0),
            mask: Cell::new(MIN_SIZE - 1),
            table: Cell::new(new_block(MIN_SIZE)),
            finger: Cell::new(0),
        }
    }
}

impl SetTable {
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get()
    }
    /// No items?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Number of cells: the bound for [`SetTable::at`].
    pub fn cells(&self) -> usize {
        self.mask.get() + 1
    }
    #[inline(always)]
    fn cell(&self, i: usize) -> &Slot {
        debug_assert!(i <= self.mask.get());
        // SAFETY: module invariant.
        unsafe { &*self.table.get().add(i) }
    }
    /// Item and hash in a cell, if it has one and is not past the end.
    #[inline(always)]
    pub fn at(&self, i: usize) -> Option<(Value, i64)> {
        if i > self.mask.get() {
            return None;
        }
        let c = self.cell(i);
        if c.key.get() == DUMMY { None } else { Value::from_bits(c.key.get()).map(|k| (k, c.hash.get())) }
    }
    /// Items with their hashes, in iteration order. The set must not change meanwhile.
    pub fn iter(&self) -> impl Iterator<Item = (Value, i64)> + '_ {
        (0..self.cells()).filter_map(|i| self.at(i))
    }
    /// Items with their hashes, cell by cell: the set may change meanwhile (a key's `__eq__` may do that).
    pub fn stepwise(&self) -> impl Iterator<Item = (Ref, i64)> + '_ {
        (0..).take_while(|&i| i < self.cells()).filter_map(|i| self.at(i)).map(|(k, h)| (k.own(), h))
    }
    #[inline]
    fn probes(i: usize, mask: usize) -> usize {
        if i + LINEAR_PROBES <= mask { LINEAR_PROBES } else { 0 }
    }

    /// The cell that holds `key` (`Ok`), or the one that it would be put into (`Err`): the last deleted one on the
    /// way, or the empty one that ends the probe sequence.
    #[inline]
    fn find(&self, key: Value, h: i64) -> PyResult<Result<usize, usize>> {
        // Most searches end where they begin.
        let first = h as usize & self.mask.get();
        match self.cell(first).key.get() {
            0 => Ok(Err(first)),
            word if word == key.bits() => Ok(Ok(first)),
            _ => self.search(key, h),
        }
    }
    /// The way on from a cell that holds something else. Where keys are compared by identity alone, and nothing runs
    /// meanwhile, the table need not be looked at again.
    fn search(&self, key: Value, h: i64) -> PyResult<Result<usize, usize>> {
        let (cells, mask) = (self.table.get(), self.mask.get());
        let mut perturb = h as u64;
        let mut i = h as usize & mask;
        let mut free = None;
        loop {
            for at in i..=i + Self::probes(i, mask) {
                // SAFETY: module invariant; `at` is at most `mask`.
                let cell = unsafe { &*cells.add(at) };
                let word = cell.key.get();
                if word == key.bits() {
                    return Ok(Ok(at));
                }
                if word == 0 {
                    return Ok(Err(free.unwrap_or(at)));
                }
                if word == DUMMY {
                    free = Some(at);
                } else if cell.hash.get() == h && !(Value::is_int(key) && word & crate::value::INT_TAG != 0) {
                    return self.compare(key, h);
                }
            }
            perturb >>= PERTURB_SHIFT;
            i = next_probe(i, perturb, mask);
        }
    }
    /// The same where another key has the same hash: it may be equal, and asking may change the table.
    #[cold]
    #[inline(never)]
    fn compare(&self, key: Value, h: i64) -> PyResult<Result<usize, usize>> {
        'again: loop {
            let block = self.table.get();
            let mask = self.mask.get();
            let mut perturb = h as u64;
            let mut i = h as usize & mask;
            let mut free = None;
            loop {
                for at in i..=i + Self::probes(i, mask) {
                    let c = self.cell(at);
                    let word = c.key.get();
                    if word == key.bits() {
                        return Ok(Ok(at));
                    }
                    if word == 0 {
                        return Ok(Err(free.unwrap_or(at)));
                    }
                    if word == DUMMY {
                        free = Some(at);
                        continue;
                    }
                    if c.hash.get() != h || (Value::is_int(key) && word & crate::value::INT_TAG != 0) {
                        continue;
                    }
                    let Some(other) = Value::from_bits(word) else { continue };
                    if let (Some(a), Some(b)) = (other.exact::<Str>(), key.exact::<Str>()) {
                        if a.equals(&b) {
                            return Ok(Ok(at));
                        }
                        continue;
                    }
                    let other = other.own();
                    let same = equal(*other, key)?;
                    if self.table.get() != block || self.cell(at).key.get() != word {
                        continue 'again;
                    }
                    if same {
                        return Ok(Ok(at));
                    }
                }
                perturb >>= PERTURB_SHIFT;
                i = next_probe(i, perturb, mask);
            }
        }
    }

    /// Is `key`, whose hash is known, an item?
    pub fn contains_hashed(&self, key: Value, h: i64) -> PyResult<bool> {
        Ok(self.find(key, h)?.is_ok())
    }
    /// Is `key` an item?
    #[inline]
    pub fn contains(&self, key: Value) -> PyResult<bool> {
        self.contains_hashed(key, item_hash(key)?)
    }
    /// Add an item; `true` if it is new.
    #[inline]
    pub fn add(&self, key: Value) -> PyResult<bool> {
        self.add_hashed(key, item_hash(key)?)
    }
    /// Add an item whose hash is known; `true` if it is new.
    pub fn add_hashed(&self, key: Value, h: i64) -> PyResult<bool> {
        let key = key.own();
        match self.find(*key, h)? {
            Ok(_) => Ok(false),
            Err(at) => {
                // The table grows behind the item that fills it: ask before it is there.
                let full = (self.fill.get() + 1) * 5 >= self.mask.get() * 3;
                if full {
                    Self::check_room(self.grown() + 4)?;
                }
                self.used.set(self.used.get() + 1);
                let c = self.cell(at);
                c.hash.set(h);
                let before = c.key.replace(key.into_raw().bits());
                if before == DUMMY {
                    return Ok(true);
                }
                self.fill.set(self.fill.get() + 1);
                if full {
                    self.resize(self.grown());
                }
                Ok(true)
            }
        }
    }
    /// A `MemoryError` if there is no memory for a table of more than `minimum` items.
    #[inline(always)]
    fn check_room(minimum: usize) -> PyResult<()> {
        crate::memory::check_room(minimum.saturating_mul(2), size_of::<Slot>())
    }
    fn grown(&self) -> usize {
        let used = self.used.get();
        if used > 50_000 { used * 2 } else { used * 4 }
    }
    /// Remove an item whose hash is known.
    pub fn remove_hashed(&self, key: Value, h: i64) -> PyResult<Option<Ref>> {
        Ok(self.find(key, h)?.ok().and_then(|at| self.remove_at(at)))
    }
    /// Remove an item; `None` if it is not there.
    pub fn remove(&self, key: Value) -> PyResult<Option<Ref>> {
        self.remove_hashed(key, item_hash(key)?)
    }
    fn remove_at(&self, at: usize) -> Option<Ref> {
        let c = self.cell(at);
        let word = c.key.replace(DUMMY);
        c.hash.set(-1);
        self.used.set(self.used.get() - 1);
        Value::from_bits(word).map(Ref::from_raw)
    }
    /// Remove an arbitrary item (the one CPython would take).
    pub fn pop(&self) -> Option<Ref> {
        if self.is_empty() {
            return None;
        }
        let mask = self.mask.get();
        let mut i = self.finger.get() & mask;
        while self.at(i).is_none() {
            i = if i == mask { 0 } else { i + 1 };
        }
        self.finger.set(i + 1);
        self.remove_at(i)
    }

    /// Rebuild with room for more than `minimum` items; drops the dummies.
    fn resize(&self, minimum: usize) {
        let mut cells = MIN_SIZE;
        while cells <= minimum {
            cells <<= 1;
        }
        let (old, n) = (self.table.replace(new_block(cells)), self.mask.replace(cells - 1) + 1);
        self.fill.set(self.used.get());
        for i in 0..n {
            // SAFETY: the old block has `n` cells; their keys move to the new block.
            let c = unsafe { &*old.add(i) };
            if c.key.get() != 0 && c.key.get() != DUMMY {
                self.insert_clean(c.key.get(), c.hash.get());
            }
        }
        free_block(old, n);
    }
    /// Store a key word (ownership included) that is known not to be there, where there are no dummies.
    fn insert_clean(&self, key: u64, h: i64) {
        let mask = self.mask.get();
        let mut perturb = h as u64;
        let mut i = h as usize & mask;
        loop {
            for at in i..=i + Self::probes(i, mask) {
                let c = self.cell(at);
                if c.key.get() == 0 {
                    c.key.set(key);
                    c.hash.set(h);
                    return;
                }
            }
            perturb >>= PERTURB_SHIFT;
            i = next_probe(i, perturb, mask);
        }
    }
    /// Make room before `more` items are added, as CPython does before it merges a set or dict.
    pub fn reserve(&self, more: usize) {
        if (self.fill.get() + more) * 5 >= self.mask.get() * 3 {
            self.resize((self.used.get() + more) * 2);
        }
    }
    /// Squeeze out dummies when they are more than a quarter of the cells.
    pub fn shrink(&self) {
        if self.fill.get() - self.used.get() > self.mask.get() / 4 {
            self.resize(self.grown());
        }
    }
    /// Add the items of another set.
    pub fn merge(&self, other: &SetTable) -> PyResult<()> {
        if std::ptr::eq(self, other) || other.is_empty() {
            return Ok(());
        }
        Self::check_room(2 * (self.used.get() + other.len()))?;
        self.reserve(other.len());
        if self.fill.get() == 0 {
            let exact = self.mask.get() == other.mask.get() && other.fill.get() == other.used.get();
            for i in 0..other.cells() {
                if let Some((k, h)) = other.at(i) {
                    let word = k.own().into_raw().bits();
                    if exact {
                        self.cell(i).key.set(word);
                        self.cell(i).hash.set(h);
                    } else {
                        self.insert_clean(word, h);
                    }
                }
            }
            self.fill.set(other.len());
            self.used.set(other.len());
            return Ok(());
        }
        let mut i = 0;
        while i < other.cells() {
            if let Some((k, h)) = other.at(i) {
                self.add_hashed(k, h)?;
            }
            i += 1;
        }
        Ok(())
    }
    /// Remove everything.
    pub fn clear(&self) {
        let (old, n) = (self.table.replace(new_block(MIN_SIZE)), self.mask.replace(MIN_SIZE - 1) + 1);
        self.fill.set(0);
        drop_block(old, n, self.used.replace(0));
    }
    /// Exchange contents with another set; where `pop` looks next stays (as in CPython).
    pub fn swap(&self, other: &SetTable) {
        self.fill.swap(&other.fill);
        self.used.swap(&other.used);
        self.mask.swap(&other.mask);
        self.table.swap(&other.table);
    }
    /// The hash of a frozenset with these items.
    pub fn frozen_hash(&self) -> i64 {
        let mut h = SetHasher::default();
        self.iter().for_each(|(_, item)| h.add(item));
        h.finish(self.len())
    }
}

impl Drop for SetTable {
    fn drop(&mut self) {
        drop_block(self.table.get(), self.cells(), self.len());
    }
}

/// Free a block whose keys have moved elsewhere.
fn free_block(block: *mut Slot, cells: usize) {
    // SAFETY: made by `new_block` with this length, and not referred to any more.
    unsafe { crate::runtime::heap().free(block.cast(), cells * size_of::<Slot>(), false) };
}

/// Free a block with `used` keys, and drop them.
fn drop_block(block: *mut Slot, cells: usize, used: usize) {
    let mut left = used;
    for i in 0..cells {
        if left == 0 {
            break;
        }
        // SAFETY: the block has this many cells; no set refers to it any more.
        let word = unsafe { (*block.add(i)).key.get() };
        if word != DUMMY
            && let Some(v) = Value::from_bits(word)
        {
            decref(v);
            left -= 1;
        }
    }
    free_block(block, cells);
}
