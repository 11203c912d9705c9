//! Inline caches: what an instruction learned about the values it saw.
//!
//! Caches belong to the interpreter. A hit is one compare of a 32-bit id; everything else that the cached fact
//! depends on is watched, and the cache is cleared when it changes.

use crate::object::P;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::value::{UNBOUND, Value};
use std::cell::{Cell, OnceCell};

/// The cache of an attribute or global instruction, in a cache line of its own.
#[repr(align(64))]
pub struct Cache {
    /// The attribute or variable.
    pub name: P<Str>,
    /// The shape (or type id) it holds for; 0: empty.
    pub shape: Cell<u32>,
    /// The slot, the place in a globals or module dict, or one of the constants below.
    pub slot: Cell<u32>,
    /// `Dict::keys_version` of globals, or the class's version.
    pub version: Cell<u32>,
    /// `Dict::keys_version` of builtins.
    pub version2: Cell<u32>,
    /// The method found in the class; borrowed from the class while `shape` and `version` hold.
    pub value: Cell<Value>,
    /// Where the dict of a global keeps its value, as long as the dict's keys are the same.
    pub place: Cell<*const Value>,
    /// Misses since it was last filled.
    pub misses: Cell<u32>,
    /// What was cached before, at a polymorphic site.
    pub others: OnceCell<Box<Others>>,
}

/// One fact of an attribute cache; the fields as in [`Cache`].
#[derive(Clone, Copy)]
pub struct Entry {
    /// The shape; 0: empty.
    pub shape: u32,
    /// Where the attribute is.
    pub slot: u32,
    /// The class's version.
    pub version: u32,
    /// The next shape of a store.
    pub version2: u32,
    /// The value found in the class.
    pub value: Value,
}

/// The facts of a polymorphic site besides the one in the cache itself.
pub struct Others {
    /// The facts.
    pub entries: [Cell<Entry>; OTHERS],
    /// The one to replace next.
    pub next: Cell<usize>,
}

/// How many there are.
pub const OTHERS: usize = 5;

/// [`Cache::slot`]: `value` is the attribute.
pub const IN_CLASS: u32 = u32::MAX;
/// [`Cache::slot`]: `value` is the getter of the property that the attribute is.
pub const GETTER: u32 = u32::MAX - 1;
/// [`Cache::slot`] of a method: `value` is a class method or a static method.
pub const WRAPPED: u32 = u32::MAX - 2;
/// [`Cache::slot`] of a method: `value` is the method unless the object's dict has the name. It has not as long as its
/// `Dict::keys_version` is `version2`.
pub const SHADOWABLE: u32 = u32::MAX - 3;
/// The least of these constants. [`Cache::slot`]: `value` is an attribute of the object, a class; `version` is its own, `version2` its metaclass's.
pub const OF_CLASS: u32 = u32::MAX - 4;
/// [`Cache::version`]: the object is a module; `version2` is the `Dict::keys_version` of its dict, `slot` the place.
pub const OF_MODULE: u32 = u32::MAX;
/// [`Cache::shape`] of a method of small ints, whose class never changes. No object has this id.
pub const SMALL_INT: u32 = u32::MAX;
/// [`Cache::shape`] of a global found in the builtins.
pub const BUILTIN: u32 = 2;
/// [`Cache::shape`] of a global found in the module.
pub const GLOBAL: u32 = 1;

impl Cache {
    /// An empty cache.
    pub fn new(name: P<Str>) -> Cache {
        Cache {
            name,
            shape: Cell::new(0),
            slot: Cell::new(0),
            version: Cell::new(0),
            version2: Cell::new(0),
            value: Cell::new(UNBOUND),
            place: Cell::new(std::ptr::null()),
            misses: Cell::new(0),
            others: OnceCell::new(),
        }
    }

    /// The fact about this shape and class version, if it was put aside.
    #[inline]
    pub fn find_other(&self, shape: u32, version: u32) -> Option<Entry> {
        let others = self.others.get()?;
        others.entries.iter().map(Cell::get).find(|e| e.shape == shape && e.version == version)
    }

    /// Put the current fact aside: another one takes its place.
    pub fn put_aside(&self) {
        if self.shape.get() == 0 {
            return;
        }
        let empty = Entry { shape: 0, slot: 0, version: 0, version2: 0, value: UNBOUND };
        let others = self
            .others
            .get_or_init(|| Box::new(Others { entries: [empty; OTHERS].map(Cell::new), next: Cell::new(0) }));
        let next = others.next.get();
        others.next.set((next + 1) % OTHERS);
        others.entries[next].set(Entry {
            shape: self.shape.get(),
            slot: self.slot.get(),
            version: self.version.get(),
            version2: self.version2.get(),
            value: self.value.get(),
        });
    }
}

/// How often something ran, and the machine code for it.
pub struct Counter {
    /// Counts up to the threshold; the upper bits are the back-off.
    pub count: Cell<u32>,
    /// The threshold in force.
    pub threshold: Cell<u32>,
    /// The global names of the frames that may be entered at `native` without further ado; null: none may.
    pub globals: Cell<*const Dict>,
    /// The region, as the JIT numbers it; 0: none.
    pub region: Cell<u32>,
    /// Recordings that failed here.
    pub failures: Cell<u32>,
    /// Of a function: side traces that started in it where it was inlined.
    pub branches: Cell<u32>,
    /// Of a function: it has been seen to call itself, by way of others perhaps.
    pub recursive: Cell<bool>,
    /// Of a function: the address of its region's machine code, which other machine code calls; 0: none.
    pub native: Cell<usize>,
}

impl Counter {
    /// A back edge's counter that has not started.
    pub fn of_loop() -> Counter {
        Counter::new(crate::runtime::runtime().jit_threshold.get())
    }
    /// A function's counter that has not started.
    pub fn of_function() -> Counter {
        Counter::new(crate::runtime::runtime().jit_call_threshold.get())
    }
    /// The counter of a generator function, whose calls only make generators.
    pub fn never() -> Counter {
        Counter::new(u32::MAX)
    }
    /// Count once more; is the threshold reached?
    #[inline(always)]
    pub fn hit(&self) -> bool {
        let n = self.count.get().wrapping_add(1);
        self.count.set(n);
        n >= self.threshold.get()
    }
    fn new(threshold: u32) -> Counter {
        Counter {
            count: Cell::new(0),
            threshold: Cell::new(threshold),
            globals: Cell::new(std::ptr::null()),
            region: Cell::new(0),
            failures: Cell::new(0),
            branches: Cell::new(0),
            recursive: Cell::new(false),
            native: Cell::new(0),
        }
    }
}
