//! The cycle collector: trial deletion over the heap's container objects.
//!
//! Reference counting frees almost everything; what is left are objects that keep each other alive. After
//! CPython's collector: save each container's count, take off one for every reference from another container, and
//! what stays above zero is held from outside (a frame, native code, an immortal object); what those reach is alive,
//! the rest is garbage. The counts are taken off in the objects' own headers, marked by a bit that no count has, so
//! that a reference is looked at with one access to memory; then they are restored. Weak reference callbacks and `__del__` (PEP 442: once per object,
//! and it may resurrect) run before anything is taken apart.
//!
//! # Invariants
//! - Runs only where no borrowed `Value` is in use that a finalizer could free: at the interpreter's polls and in
//!   `gc.collect()`.
//! - While there is a [`Census`] no object is allocated or freed, and no count is looked at by anybody else.
//! - `traverse` reports each owned reference once; a count below zero would mean that it does not.

use crate::object::{Header, IMMORTAL, P, Ref, Visitor, decref};
use crate::protocol::place;
use crate::runtime::runtime;
use crate::types::type_object::{TypeObject, flags};
use crate::value::Value;
use hashbrown::HashSet;
use std::cell::{Cell, RefCell};

/// The fewest new containers that make an automatic collection due.
pub const MIN_THRESHOLD: i64 = 20_000;
/// The bit in the counts of the census's objects.
const COUNTED: u32 = 1 << 31;
/// Instead of a count: reached from outside. (Not the largest number: a traversal may hold an object for a moment.)
const ALIVE: u32 = COUNTED | 0x7f00_0000;

/// `gc.set_debug` flags.
pub mod debug {
    /// Print statistics.
    pub const STATS: u32 = 1;
    /// Print unreachable objects that can be collected.
    pub const COLLECTABLE: u32 = 2;
    /// Print unreachable objects that cannot.
    pub const UNCOLLECTABLE: u32 = 4;
    /// Keep everything unreachable in `gc.garbage`.
    pub const SAVEALL: u32 = 32;
}

/// What the collector keeps between runs.
pub struct GcState {
    /// `gc.isenabled()`
    pub enabled: Cell<bool>,
    collecting: Cell<bool>,
    /// `gc.get_threshold()`
    pub thresholds: Cell<[i64; 3]>,
    /// `gc.get_debug()`
    pub debug: Cell<u32>,
    /// Runs so far.
    pub collections: Cell<u64>,
    /// Objects collected so far.
    pub collected: Cell<u64>,
    /// Objects found alive by the last run.
    pub live: Cell<usize>,
    /// `gc.callbacks`, an owned list made by the `gc` module.
    pub callbacks: Cell<Option<Value>>,
    /// `gc.garbage`, an owned list made by the `gc` module.
    pub garbage: Cell<Option<Value>>,
    /// Objects moved out of sight by `gc.freeze()`.
    pub frozen: Cell<usize>,
    /// Objects that live on although their finalizer has run.
    finalized: RefCell<HashSet<u64, foldhash::fast::FixedState>>,
}

impl Default for GcState {
    fn default() -> GcState {
        GcState {
            enabled: Cell::new(true),
            collecting: Cell::new(false),
            thresholds: Cell::new([2000, 10, 0]),
            debug: Cell::new(0),
            collections: Cell::new(0),
            collected: Cell::new(0),
            live: Cell::new(0),
            callbacks: Cell::new(None),
            garbage: Cell::new(None),
            frozen: Cell::new(0),
            finalized: RefCell::new(HashSet::default()),
        }
    }
}

impl GcState {
    /// Has this object's finalizer run already?
    #[inline]
    pub fn is_finalized(&self, v: Value) -> bool {
        let set = self.finalized.borrow();
        !set.is_empty() && set.contains(&v.bits())
    }
    /// The object's finalizer has run, and the object lives on.
    pub fn set_finalized(&self, v: Value) {
        self.finalized.borrow_mut().insert(v.bits());
    }
    /// The object is gone: its address may be used again. Returns whether it had been finalized.
    pub fn forget_finalized(&self, v: Value) -> bool {
        let mut set = self.finalized.borrow_mut();
        !set.is_empty() && set.remove(&v.bits())
    }
}

/// Containers whose counts are taken apart; they are as they were when it is dropped.
struct Census {
    objects: Vec<Value>,
    saved: Vec<u32>,
}

/// Visit what an object owns: its layout's references, those behind the layout, and its class.
pub fn visit_references(v: Value, visit: Visitor<'_>) {
    let class = v.header().class.get();
    // SAFETY: the class's `traverse` is the one of the object's layout.
    unsafe { (class.traverse.get())(v.bits() as *const u8, visit) };
    if class.has(flags::TRAILING) {
        if class.dict_offset.get() == 0
            && let Some(d) = place::dict_cell(v, class).and_then(Cell::get)
        {
            visit(&[d.value()]);
        }
        for i in 0..class.slot_count.get() as usize {
            visit(&[place::trailing_slot(v, class, i).get()]);
        }
    }
    if class.is_heap() {
        visit(&[class.value()]);
    }
}

fn value_of(p: *mut u8) -> Value {
    // SAFETY: the heap reports live objects, which start with a header.
    unsafe { P::from_ptr(p.cast::<Header>()) }.value()
}

/// The count of a container of the census.
#[inline(always)]
fn count(v: &Value) -> Option<&Cell<u32>> {
    if !v.is_pointer() {
        return None;
    }
    let count = &v.header().refcount;
    if count.get() & COUNTED == 0 { None } else { Some(count) }
}

impl Drop for Census {
    fn drop(&mut self) {
        for (v, &n) in self.objects.iter().zip(&self.saved) {
            v.header().refcount.set(n);
        }
    }
}

impl Census {
    /// Of these objects.
    fn take(objects: Vec<Value>) -> Census {
        let start = |v: &Value| {
            let count = &v.header().refcount;
            count.replace(count.get() | COUNTED)
        };
        let saved = objects.iter().map(start).collect();
        Census { objects, saved }
    }

    /// Take off the references from inside; then mark what is held from outside, and all that it reaches.
    fn mark(&self) {
        for &v in &self.objects {
            visit_references(v, &mut |refs| {
                for c in refs.iter().filter_map(count) {
                    debug_assert!(c.get() != COUNTED, "more references to an object than its count");
                    c.set(c.get().saturating_sub(1).max(COUNTED));
                }
            });
        }
        let mut work: Vec<Value> = Vec::new();
        for &v in &self.objects {
            let c = &v.header().refcount;
            if c.get() != COUNTED && c.get() != ALIVE {
                c.set(ALIVE);
                spread(v, &mut work);
            }
        }
    }

    /// What nothing outside reaches, after `mark`.
    fn unreachable(&self) -> Vec<Value> {
        self.objects.iter().filter(|v| v.header().refcount.get() != ALIVE).copied().collect()
    }
}

/// Mark all that an object reaches. `work` is empty before and after.
fn spread(mut v: Value, work: &mut Vec<Value>) {
    loop {
        visit_references(v, &mut |refs| {
            for r in refs {
                if let Some(c) = count(r)
                    && c.get() != ALIVE
                {
                    c.set(ALIVE);
                    work.push(*r);
                }
            }
        });
        match work.pop() {
            Some(next) => v = next,
            None => return,
        }
    }
}

/// Every container object of the interpreter. One that nothing refers to is being destroyed: some of its fields may
/// be gone already, and what it still owns counts as held from outside.
pub fn all_containers() -> Vec<Value> {
    let all = runtime().heap.containers().into_iter().map(value_of);
    all.filter(|v| v.header().refcount.get() != 0).collect()
}

/// An automatic collection, if one is due: what the interpreter calls at a poll for `poll::COLLECT`.
pub fn poll() {
    let (heap, gc) = (&runtime().heap, &runtime().gc);
    if gc.enabled.get() && gc.thresholds.get()[0] != 0 && heap.young.get() > heap.threshold.get() {
        // Errors of finalizers and callbacks have been reported by then.
        collect();
        crate::memory::refill();
    }
}

/// The program begins: what start-up has made lives as long as the process does, and makes no collection due.
pub fn begin() {
    runtime().heap.young.set(0);
}

/// A full collection. Returns the number of unreachable objects found.
pub fn collect() -> usize {
    let gc = &runtime().gc;
    if gc.collecting.replace(true) {
        return 0;
    }
    // An exception may be on its way: finalizers must not see or lose it.
    let raised = crate::thread::current().take_raised();
    let found = run();
    if let Some(e) = raised {
        crate::thread::current().set_raised(e);
    }
    gc.collecting.set(false);
    gc.collections.set(gc.collections.get() + 1);
    gc.collected.set(gc.collected.get() + found as u64);
    found
}

/// The next automatic collection comes when there are twice as many containers, so that all collections together
/// take time in proportion to what is allocated.
fn reset_threshold(live: usize) {
    let (heap, gc) = (&runtime().heap, &runtime().gc);
    gc.live.set(live);
    heap.young.set(0);
    let least = if gc.thresholds.get()[0] == 2000 { MIN_THRESHOLD } else { gc.thresholds.get()[0] };
    heap.threshold.set(least.max(live as i64));
}

fn run() -> usize {
    let census = Census::take(all_containers());
    census.mark();
    let unreachable = census.unreachable();
    reset_threshold(census.objects.len() - unreachable.len());
    drop(census);
    if unreachable.is_empty() {
        return 0;
    }
    // From here on each object of the garbage is held once by us.
    let held: Vec<Ref> = unreachable.iter().map(|v| v.own()).collect();
    call_weakref_callbacks(&unreachable);
    let held = if run_finalizers(&held) { without_resurrected(held) } else { held };
    let found = held.len();
    held.iter().for_each(|r| crate::types::weakref::clear_all(r.value()));
    if runtime().gc.debug.get() & debug::SAVEALL != 0 {
        save_all(&held);
        return found;
    }
    for r in &held {
        clear(r.value());
    }
    held.into_iter().for_each(drop);
    found
}

fn save_all(held: &[Ref]) {
    if let Some(list) = runtime().gc.garbage.get().and_then(Value::exact::<crate::types::list::List>) {
        held.iter().for_each(|r| list.items.push(r.clone()));
    }
}

/// Break the cycles through an object.
fn clear(v: Value) {
    let class = v.header().class.get();
    // SAFETY: the class's `clear_object` is the one of the object's layout; we hold the object.
    unsafe { (class.clear_object.get())(v.bits() as *const u8) };
    if class.has(flags::TRAILING) {
        if class.dict_offset.get() == 0
            && let Some(d) = place::dict_cell(v, class).and_then(Cell::take)
        {
            drop(Ref::from_raw(d.value()));
        }
        for i in 0..class.slot_count.get() as usize {
            decref(place::trailing_slot(v, class, i).replace(crate::value::UNBOUND));
        }
    }
}

/// Clear the weak references with callbacks to garbage, and call the callbacks of those that are not garbage
/// themselves. Weak references without callbacks stay until the finalizers have run (as CPython 3.14).
fn call_weakref_callbacks(unreachable: &[Value]) {
    let garbage: HashSet<u64, foldhash::fast::FixedState> = unreachable.iter().map(|v| v.bits()).collect();
    let mut calls = Vec::new();
    for &v in unreachable {
        for weak in crate::types::weakref::with_callbacks(v) {
            let dead = garbage.contains(&weak.value().bits());
            if let Some(callback) = crate::types::weakref::detach(weak.value())
                && !dead
            {
                calls.push((weak, callback));
            }
        }
    }
    for (weak, callback) in calls {
        if crate::protocol::call::call1(callback.value(), weak.value()).is_err() {
            crate::error::write_unraisable(
                "Exception ignored while calling weakref callback",
                Some(callback.value()),
            );
        }
    }
}

/// Run the finalizers that have not run. Returns whether there were any.
fn run_finalizers(held: &[Ref]) -> bool {
    let gc = &runtime().gc;
    let mut any = false;
    for r in held {
        let v = r.value();
        let class: P<TypeObject> = v.class();
        let Some(finalize) = class.slots.finalize.get() else { continue };
        if gc.is_finalized(v) {
            continue;
        }
        gc.set_finalized(v);
        finalize(v);
        any = true;
    }
    any
}

/// Of objects that were garbage, those that still are, now that finalizers have run.
fn without_resurrected(held: Vec<Ref>) -> Vec<Ref> {
    let census = Census::take(held.iter().map(Ref::value).collect());
    for v in &census.objects {
        // Our own reference does not count.
        let count = &v.header().refcount;
        count.set(count.get() - 1);
    }
    census.mark();
    let dead: HashSet<u64, foldhash::fast::FixedState> =
        census.unreachable().into_iter().map(Value::bits).collect();
    drop(census);
    held.into_iter().filter(|r| dead.contains(&r.value().bits())).collect()
}

/// Is the object immortal (outside the reach of reference counts)?
pub fn is_immortal(v: Value) -> bool {
    v.is_pointer() && v.header().refcount.get() >= IMMORTAL / 2
}
