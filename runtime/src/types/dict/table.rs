//! The `dict` object: an ordered array of entries and, beyond eight of them, an index by hash.
//!
//! After CPython's compact dict (R. Hettinger), with two differences: small dicts have no index (a scan of the
//! hashes is as fast), and `keys_version` changes whenever the set of keys or their places change, which is
//! what caches of globals and attributes compare.
//!
//! # Invariants
//! - `entries[..filled]` are initialised; a dead entry has a zero key and value word.
//! - `used` counts the live ones. `index` is null iff `capacity <= SMALL`; otherwise it has `mask + 1` cells,
//!   each 0 (empty), `DEAD`, or one more than an entry's place.
//! - Places below `first` are dead. `appended` counts the entries linked into the index since it was built: at most
//!   `capacity`, so that a cell that was never used is always left for a search to end at.
//! - `str_keys`: every key is an exact `str`, so that look-ups run no Python code.
//! - A key's `__eq__` may change the dict under a look-up; look-ups notice by `keys_version` and start again.

use crate::error::PyResult;
use crate::object::{Header, Kind, Object, Own, P, Ref, Visitor, alloc, decref, incref};
use crate::protocol::compare::{equal, hash};
use crate::runtime::{heap, runtime, types};
use crate::types::str::Str;
use crate::value::Value;
use crate::watch::{self, Fact};
use std::cell::Cell;
use std::ptr::null_mut;

const SMALL: usize = 8;
const DEAD: u32 = u32::MAX;

/// One key and its value; both words are zero in a dead entry.
#[repr(C)]
pub struct Entry {
    /// The key's hash.
    pub hash: Cell<i64>,
    /// The key's word, owned.
    pub key: Cell<u64>,
    /// The value's word, owned.
    pub value: Cell<u64>,
}

/// A dict.
#[repr(C)]
pub struct Dict {
    /// The header.
    pub head: Header,
    /// Entries in insertion order.
    pub entries: Cell<*mut Entry>,
    /// Entries in use, dead ones included.
    pub filled: Cell<u32>,
    /// Live entries.
    pub used: Cell<u32>,
    /// Room for entries.
    pub capacity: Cell<u32>,
    /// See the module's page.
    pub keys_version: Cell<u32>,
    index: Cell<*mut u32>,
    mask: Cell<u32>,
    first: Cell<u32>,
    appended: Cell<u32>,
    /// Is every key an exact `str`?
    pub str_keys: Cell<bool>,
    /// The bits of keys on whose values or absence machine code depends (see `watch`).
    pub watched: Cell<u64>,
    /// Does machine code know what is in it? Changes are events then (see `Thread::events`).
    pub traced: Cell<bool>,
    /// A dict of globals from which code deletes names: its keys change over and over.
    pub loses_keys: Cell<bool>,
}

#[allow(unsafe_code, reason = "the layout's declaration")]
// SAFETY: `repr(C)`, starts with the header, fixed size.
unsafe impl Object for Dict {
    const KIND: Kind = Kind::Dict;
    const CONTAINER: bool = true;
    fn traverse(&self, visit: Visitor<'_>) {
        for (k, v) in self.iter() {
            visit(&[k, v]);
        }
    }
    fn clear(&self) {
        self.clear_all();
    }
}

enum Found {
    At(usize),
    Absent,
}

/// An empty dict.
pub fn new() -> Own<Dict> {
    alloc(Dict::empty(Header::new(types().dict)))
}

/// The hash of a key; the message for one that has none says so.
#[inline]
fn key_hash(key: Value) -> PyResult<i64> {
    hash(key).or_else(|raised| super::methods::unhashable(key, "dict key", raised))
}

/// A block of `n` entries or cells, from the heap's size classes where it fits.
fn new_block<T>(n: usize) -> *mut T {
    heap().alloc(n * size_of::<T>(), false).cast()
}
/// # Safety
/// `block` came from [`new_block`] with this `n`, and nothing refers to it any more.
unsafe fn free_block<T>(block: *mut T, n: usize) {
    // SAFETY: as the caller promises.
    unsafe { heap().free(block.cast(), n * size_of::<T>(), false) }
}

impl Dict {
    /// An empty dict with this header (for subclasses).
    pub fn empty(head: Header) -> Dict {
        Dict {
            head,
            entries: Cell::new(null_mut()),
            filled: Cell::new(0),
            used: Cell::new(0),
            capacity: Cell::new(0),
            keys_version: Cell::new(runtime().next_keys_version()),
            index: Cell::new(null_mut()),
            mask: Cell::new(0),
            first: Cell::new(0),
            appended: Cell::new(0),
            str_keys: Cell::new(true),
            watched: Cell::new(0),
            traced: Cell::new(false),
            loses_keys: Cell::new(false),
        }
    }
    /// Number of keys.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get() as usize
    }
    /// No keys?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Has it never had a key, or none since it was cleared?
    pub fn is_untouched(&self) -> bool {
        self.capacity.get() == 0
    }
    /// Places in the entry array, dead ones included: the bound for [`Dict::entry`].
    #[inline(always)]
    pub fn places(&self) -> usize {
        self.filled.get() as usize
    }
    #[inline(always)]
    fn slot(&self, i: usize) -> &Entry {
        debug_assert!(i < self.places());
        // SAFETY: `i < filled`.
        unsafe { &*self.entries.get().add(i) }
    }
    /// Key and value at a place, unless the entry is dead or the place is past the end.
    #[inline(always)]
    pub fn entry(&self, i: usize) -> Option<(Value, Value)> {
        if i >= self.places() {
            return None;
        }
        let e = self.slot(i);
        Some((Value::from_bits(e.key.get())?, Value::from_bits(e.value.get())?))
    }
    /// Keys and values in order. The dict must not change meanwhile.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Value, Value)> + '_ {
        (self.first_place()..self.places()).filter_map(|i| self.entry(i))
    }
    /// No live entry is at a place below this.
    #[inline(always)]
    pub fn first_place(&self) -> usize {
        self.first.get() as usize
    }
    fn touch_keys(&self) {
        self.keys_version.set(runtime().next_keys_version());
        if self.traced.get() {
            crate::thread::current().change();
        }
    }
    /// The value of the key with this hash has changed, or it has come or gone.
    #[inline]
    fn touch_key(&self, hash: i64) {
        if self.watched.get() & watch::bit(hash) != 0 {
            // SAFETY: the dict is alive: it is being changed.
            runtime().watch.changed(Fact::Key(unsafe { P::from_ptr(self) }, hash));
        }
    }
    fn touch_all(&self) {
        if self.watched.replace(0) != 0 {
            runtime().watch.cleared(self);
        }
    }
    fn touch_value(&self) {
        if self.traced.get() {
            crate::thread::current().change();
        }
    }

    // ---- look-up -------------------------------------------------------------------------------------------

    /// The place of an exact `str` key, where every key is one: runs no Python code.
    #[inline]
    fn find_str(&self, key: P<Str>, h: i64) -> Option<usize> {
        let same = |e: &Entry| {
            e.key.get() == key.value().bits()
                || (e.hash.get() == h
                    && Value::from_bits(e.key.get())
                        .and_then(Value::exact::<Str>)
                        .is_some_and(|k| k.equals(&key)))
        };
        if self.index.get().is_null() {
            return (0..self.places()).find(|&i| same(self.slot(i)));
        }
        let mut probe = Probe::new(self, h);
        loop {
            match probe.next() {
                0 => return None,
                DEAD => {}
                n if same(self.slot(n as usize - 1)) => return Some(n as usize - 1),
                _ => {}
            }
        }
    }

    fn find(&self, key: Value, h: i64) -> PyResult<Found> {
        if self.str_keys.get()
            && let Some(s) = key.exact::<Str>()
        {
            return Ok(self.find_str(s, h).map_or(Found::Absent, Found::At));
        }
        'again: loop {
            let version = self.keys_version.get();
            let mut probe = Probe::new(self, h);
            let small = self.index.get().is_null();
            let mut i = 0;
            loop {
                let at = if small {
                    if i >= self.places() {
                        return Ok(Found::Absent);
                    }
                    i += 1;
                    i - 1
                } else {
                    match probe.next() {
                        0 => return Ok(Found::Absent),
                        DEAD => continue,
                        n => n as usize - 1,
                    }
                };
                let e = self.slot(at);
                if e.key.get() == key.bits() {
                    return Ok(Found::At(at));
                }
                if e.hash.get() != h {
                    continue;
                }
                let Some(other) = Value::from_bits(e.key.get()) else { continue };
                let other = other.own();
                let same = equal(*other, key)?;
                if self.keys_version.get() != version {
                    continue 'again;
                }
                if same {
                    return Ok(Found::At(at));
                }
            }
        }
    }

    /// The value of `key`, borrowed.
    #[inline]
    pub fn get(&self, key: Value) -> PyResult<Option<Value>> {
        self.get_hashed(key, key_hash(key)?)
    }
    /// The value of `key`, whose hash is known.
    pub fn get_hashed(&self, key: Value, h: i64) -> PyResult<Option<Value>> {
        match self.find(key, h)? {
            Found::At(i) => Ok(Value::from_bits(self.slot(i).value.get())),
            Found::Absent => Ok(None),
        }
    }
    /// The place of `key`, whose hash is known.
    pub fn place_hashed(&self, key: Value, h: i64) -> PyResult<Option<usize>> {
        Ok(match self.find(key, h)? {
            Found::At(i) => Some(i),
            Found::Absent => None,
        })
    }
    /// The value of a `str` key.
    #[inline]
    pub fn get_str(&self, key: P<Str>) -> PyResult<Option<Value>> {
        self.get_hashed(key.value(), key.hash())
    }
    /// The value of a key given as text, in a dict whose keys are strs (class dicts, modules, `globals()`); keys
    /// of other types are taken not to equal it.
    pub fn get_text(&self, key: &str) -> Option<Value> {
        let key = crate::types::str::interned(key);
        self.place_of(key).and_then(|i| Value::from_bits(self.slot(i).value.get()))
    }
    /// The place of an exact `str` key, without running Python code: keys that are no exact strs never match.
    #[inline]
    pub fn place_of(&self, key: P<Str>) -> Option<usize> {
        self.find_str(key, key.hash())
    }
    /// The value at a place that `place_of` returned, while `keys_version` is unchanged.
    #[inline(always)]
    pub fn value_at(&self, place: usize) -> Value {
        match Value::from_bits(self.slot(place).value.get()) {
            Some(v) => v,
            None => unreachable!("the place of a live key"),
        }
    }
    /// Where the value at a place is that `place_of` returned, while `keys_version` is unchanged.
    pub fn value_address(&self, place: usize) -> *const Value {
        (&raw const self.slot(place).value).cast()
    }
    /// Replace the value at a place that `place_of` returned.
    pub fn replace_at(&self, place: usize, v: Ref) {
        let e = self.slot(place);
        let old = e.value.replace(v.into_raw().bits());
        self.touch_value();
        self.touch_key(e.hash.get());
        drop(Value::from_bits(old).map(Ref::from_raw));
    }
    /// Is `key` there?
    pub fn contains(&self, key: Value) -> PyResult<bool> {
        Ok(self.get(key)?.is_some())
    }

    // ---- change --------------------------------------------------------------------------------------------

    /// `d[key] = value`
    pub fn insert(&self, key: Value, value: Ref) -> PyResult<()> {
        let h = key_hash(key)?;
        self.insert_hashed(key, h, value)
    }
    /// `d[key] = value` for a `str` key.
    pub fn insert_str(&self, key: P<Str>, value: Ref) -> PyResult<()> {
        self.insert_hashed(key.value(), key.hash(), value)
    }
    /// `d[key] = value` for a key given as text; the dict's keys are strs.
    pub fn insert_text(&self, key: &str, value: Ref) {
        let key = crate::types::str::interned(key);
        match self.place_of(key) {
            Some(i) => self.replace_at(i, value),
            None => self.append(key.value(), key.hash(), value),
        }
    }
    /// `d[key] = value` with the key's hash known.
    pub fn insert_hashed(&self, key: Value, h: i64, value: Ref) -> PyResult<()> {
        match self.find(key, h)? {
            Found::At(i) => self.replace_at(i, value),
            Found::Absent => self.try_append(key, h, value)?,
        }
        Ok(())
    }
    /// The value of `key`, which becomes `default()` if there is none.
    pub fn set_default(&self, key: Value, default: Value) -> PyResult<Value> {
        let h = key_hash(key)?;
        match self.find(key, h)? {
            Found::At(i) => Ok(self.value_at(i)),
            Found::Absent => {
                self.try_append(key, h, default.own())?;
                Ok(default)
            }
        }
    }

    /// `d[key] = value` for an interned key that is not there.
    pub fn append_new(&self, key: P<Str>, value: Ref) {
        debug_assert!(self.place_of(key).is_none());
        self.append(key.value(), key.hash(), value);
    }

    fn is_full(&self) -> bool {
        self.filled.get() == self.capacity.get() || self.appended.get() == self.capacity.get()
    }

    /// As [`Self::append`]; a `MemoryError` if there is no memory.
    #[inline(always)]
    fn try_append(&self, key: Value, h: i64, value: Ref) -> PyResult<()> {
        if self.is_full() {
            self.try_grow()?;
        }
        self.append(key, h, value);
        Ok(())
    }

    fn append(&self, key: Value, h: i64, value: Ref) {
        if self.is_full() {
            self.grow();
        }
        if self.str_keys.get() && key.exact::<Str>().is_none() {
            self.str_keys.set(false);
        }
        let i = self.places();
        self.filled.set(self.filled.get() + 1);
        self.used.set(self.used.get() + 1);
        if !self.index.get().is_null() {
            self.appended.set(self.appended.get() + 1);
        }
        let e = Entry {
            hash: Cell::new(h),
            key: Cell::new(key.own().into_raw().bits()),
            value: Cell::new(value.into_raw().bits()),
        };
        // SAFETY: `i < capacity`.
        unsafe { self.entries.get().add(i).write(e) };
        if !self.index.get().is_null() {
            self.link(i, h);
        }
        self.touch_keys();
        self.touch_key(h);
    }

    fn link(&self, place: usize, h: i64) {
        let mut probe = Probe::new(self, h);
        while !matches!(probe.next(), 0 | DEAD) {}
        // SAFETY: `probe.at` is a cell.
        unsafe { self.index.get().add(probe.at as usize).write(place as u32 + 1) };
    }

    /// Make room for one more entry and squeeze out dead ones, to CPython's sizes: iterators over a dict that changes
    /// show when that happens.
    #[cold]
    #[inline(never)]
    fn grow(&self) {
        self.rebuild(self.grown());
    }

    #[cold]
    #[inline(never)]
    fn try_grow(&self) -> PyResult<()> {
        Self::check_room(self.grown())?;
        self.grow();
        Ok(())
    }

    fn grown(&self) -> usize {
        (self.len() * 3).next_power_of_two().max(8) * 2 / 3
    }

    /// A `MemoryError` if there is no memory for so many entries, or if no dict can have as many.
    pub(super) fn check_room(capacity: usize) -> PyResult<()> {
        const CELLS: usize = 4;
        let most = if capacity < DEAD as usize / 2 { capacity } else { usize::MAX };
        crate::memory::check_room(most, size_of::<Entry>() + CELLS * size_of::<u32>())
    }

    /// Room for `n` keys without further growth.
    pub fn reserve(&self, n: usize) {
        if n > self.capacity.get() as usize {
            self.rebuild(n.next_power_of_two());
        }
    }

    fn rebuild(&self, capacity: usize) {
        self.touch_keys();
        let old = (self.entries.get(), self.places(), self.capacity.get() as usize);
        // SAFETY: new blocks of the sizes asked for; live entries move to the new block bit by bit.
        unsafe {
            let fresh = new_block::<Entry>(capacity);
            let mut n = 0;
            for i in 0..old.1 {
                let e = old.0.add(i);
                if (*e).key.get() != 0 {
                    fresh.add(n).write(e.read());
                    n += 1;
                }
            }
            self.free_index();
            if old.2 != 0 {
                free_block(old.0, old.2);
            }
            self.entries.set(fresh);
            self.filled.set(n as u32);
            self.first.set(0);
            self.appended.set(n as u32);
            self.capacity.set(u32::try_from(capacity).expect("a dict has fewer than 2^32 entries"));
            if capacity > SMALL {
                let cells = (capacity * 2).next_power_of_two();
                let index = new_block::<u32>(cells);
                index.write_bytes(0, cells);
                self.index.set(index);
                self.mask.set(cells as u32 - 1);
                for i in 0..n {
                    self.link(i, self.slot(i).hash.get());
                }
            }
        }
        self.touch_keys();
    }

    fn free_index(&self) {
        let index = self.index.replace(null_mut());
        if !index.is_null() {
            // SAFETY: allocated with this layout.
            unsafe { free_block(index, self.mask.get() as usize + 1) };
        }
    }

    /// Remove `key`; returns key and value, or `None`.
    pub fn remove(&self, key: Value) -> PyResult<Option<(Ref, Ref)>> {
        let h = key_hash(key)?;
        match self.find(key, h)? {
            Found::At(i) => Ok(Some(self.remove_at(i))),
            Found::Absent => Ok(None),
        }
    }
    /// Remove the live entry at a place.
    pub fn remove_at(&self, place: usize) -> (Ref, Ref) {
        let e = self.slot(place);
        if !self.index.get().is_null() {
            let mut probe = Probe::new(self, e.hash.get());
            while probe.next() != place as u32 + 1 {}
            // SAFETY: `probe.at` is a cell.
            unsafe { self.index.get().add(probe.at as usize).write(DEAD) };
        }
        let (k, v) = (e.key.replace(0), e.value.replace(0));
        self.used.set(self.used.get() - 1);
        if place == self.first_place() {
            let live = (place + 1..self.places()).find(|&i| self.slot(i).key.get() != 0);
            self.first.set(live.unwrap_or(place) as u32);
        }
        if place + 1 == self.places() && self.index.get().is_null() {
            self.filled.set(self.filled.get() - 1);
        }
        self.touch_keys();
        self.touch_key(e.hash.get());
        match (Value::from_bits(k), Value::from_bits(v)) {
            (Some(k), Some(v)) => (Ref::from_raw(k), Ref::from_raw(v)),
            _ => unreachable!("the place of a live key"),
        }
    }
    /// Remove the last key and its value.
    pub fn pop_last(&self) -> Option<(Ref, Ref)> {
        let i = (self.first_place()..self.places()).rev().find(|&i| self.slot(i).key.get() != 0)?;
        let pair = self.remove_at(i);
        self.filled.set(i as u32);
        self.first.set(self.first.get().min(i as u32));
        Some(pair)
    }
    /// Remove the first key and its value.
    pub fn pop_first(&self) -> Option<(Ref, Ref)> {
        let i = (self.first_place()..self.places()).find(|&i| self.slot(i).key.get() != 0)?;
        Some(self.remove_at(i))
    }
    /// Move the live entry at a place behind all others.
    pub fn move_to_end(&self, place: usize) {
        if (place + 1..self.places()).any(|i| self.slot(i).key.get() != 0) {
            let h = self.hash_at(place);
            let (k, v) = self.remove_at(place);
            self.append(k.value(), h, v);
        }
    }
    /// Move the live entry at a place before all others.
    pub fn move_to_front(&self, place: usize) {
        let first = self.first_place();
        if (first..place).all(|i| self.slot(i).key.get() == 0) {
            return;
        }
        if first == 0 {
            // SAFETY: initialised entries; the index is built anew below.
            unsafe { std::slice::from_raw_parts_mut(self.entries.get(), place + 1) }.rotate_right(1);
            return self.rebuild(self.capacity.get() as usize);
        }
        let e = self.slot(place);
        if !self.index.get().is_null() {
            let mut probe = Probe::new(self, e.hash.get());
            while probe.next() != place as u32 + 1 {}
            // SAFETY: `probe.at` is a cell; the entry keeps its hash, so it is found on the same way.
            unsafe { self.index.get().add(probe.at as usize).write(first as u32) };
        }
        let to = self.slot(first - 1);
        to.hash.set(e.hash.get());
        to.key.set(e.key.replace(0));
        to.value.set(e.value.replace(0));
        self.first.set(first as u32 - 1);
        self.touch_keys();
    }
    /// Remove everything.
    pub fn clear_all(&self) {
        let (entries, n, capacity) =
            (self.entries.replace(null_mut()), self.places(), self.capacity.get() as usize);
        self.free_index();
        self.filled.set(0);
        self.used.set(0);
        self.first.set(0);
        self.appended.set(0);
        self.capacity.set(0);
        self.str_keys.set(true);
        if capacity == 0 {
            return;
        }
        self.touch_keys();
        self.touch_all();
        for i in 0..n {
            // SAFETY: the block is detached; its first `n` entries are initialised.
            let e = unsafe { &*entries.add(i) };
            for word in [e.key.get(), e.value.get()] {
                if let Some(v) = Value::from_bits(word) {
                    decref(v);
                }
            }
        }
        // SAFETY: allocated with this capacity.
        unsafe { free_block(entries, capacity) };
    }
    /// A dict with the same keys and values.
    pub fn copy(&self) -> Own<Dict> {
        let d = new();
        d.fill(self);
        d
    }
    /// Take in what `from` holds; this dict is empty.
    pub fn fill(&self, from: &Dict) {
        debug_assert!(self.is_empty());
        if from.is_empty() {
            return;
        }
        let compact = from.len() == from.places() && from.len() * 4 >= from.capacity.get() as usize;
        if compact && self.is_untouched() {
            self.rebuild(from.capacity.get() as usize);
        } else {
            self.reserve(from.len());
        }
        let mut n = 0;
        for i in 0..from.places() {
            let e = from.slot(i);
            let (Some(k), Some(v)) = (Value::from_bits(e.key.get()), Value::from_bits(e.value.get())) else {
                continue;
            };
            incref(k);
            incref(v);
            let e = Entry { hash: e.hash.clone(), key: e.key.clone(), value: e.value.clone() };
            // SAFETY: there is room for the live entries.
            unsafe { self.entries.get().add(n).write(e) };
            n += 1;
        }
        self.filled.set(n as u32);
        self.used.set(n as u32);
        self.first.set(0);
        self.str_keys.set(from.str_keys.get());
        if !self.index.get().is_null() {
            self.appended.set(n as u32);
            (0..n).for_each(|i| self.link(i, self.slot(i).hash.get()));
        }
        self.touch_keys();
        self.touch_all();
    }
    /// The hash of the key at a live place.
    pub fn hash_at(&self, place: usize) -> i64 {
        self.slot(place).hash.get()
    }
}

impl Drop for Dict {
    fn drop(&mut self) {
        self.clear_all();
    }
}

/// Walks the cells of the index that a hash may be in.
struct Probe {
    index: *mut u32,
    mask: u32,
    at: u32,
    perturb: u64,
    started: bool,
}

impl Probe {
    #[inline(always)]
    fn new(d: &Dict, h: i64) -> Probe {
        let mask = d.mask.get();
        Probe { index: d.index.get(), mask, at: h as u32 & mask, perturb: h as u64, started: false }
    }
    /// The next cell's contents.
    #[inline(always)]
    fn next(&mut self) -> u32 {
        if self.started {
            self.perturb >>= 5;
            self.at = (u64::from(self.at) * 5 + self.perturb + 1) as u32 & self.mask;
        }
        self.started = true;
        // SAFETY: `at <= mask`.
        unsafe { *self.index.add(self.at as usize) }
    }
}
