//! The interpreter instance: everything that one Python interpreter in the process owns.
//!
//! # Invariants
//! - A `Runtime` is reached through the attached thread state ([`crate::thread::current`]); two runtimes share
//!   nothing that changes.
//! - `types`, `exceptions` and the shared small objects are set once, during boot, before any Python code runs.

use crate::error::Exc;
use crate::heap::Heap;
use crate::names::Names;
use crate::object::{FIRST_SHAPE, Header, IMMORTAL, Kind, Own, P, Ref};
use crate::protocol::slot_table::SlotNames;
use crate::protocol::type_attr::AttrCache;
use crate::shape::Shape;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::{TypeObject, flags};
use crate::value::Value;
use hashbrown::{HashMap, HashTable};
use std::any::TypeId;
use std::cell::{Cell, OnceCell, RefCell};
use std::hash::Hasher;
use taipan_bytecode::opcode::COMMON_CONSTANTS;

/// A power of two.
const RECENT_TEXTS: usize = 256;

macro_rules! define_types {
    ($($kind:ident $field:ident $name:literal $module:literal;)*) => {
        /// The builtin classes of an interpreter; one field a row of `for_each_kind!`.
        pub struct Types { $(#[doc = concat!("`", $name, "`")] pub $field: P<TypeObject>,)* }
        impl Types {
            fn new(make: impl Fn(Kind, &str) -> P<TypeObject>) -> Types {
                Types { $($field: make(Kind::$kind, $name),)* }
            }
            /// Every builtin class with its kind and module.
            pub fn all(&self) -> Vec<(Kind, &'static str, P<TypeObject>)> {
                vec![$((Kind::$kind, $module, self.$field)),*]
            }
        }
    };
}
crate::for_each_kind!(define_types);

/// A function registered with `atexit`.
pub struct ExitFunction {
    /// The function.
    pub function: Ref,
    /// Positional arguments, then the values of keywords.
    pub args: Vec<Ref>,
    /// The keywords.
    pub names: Vec<Ref>,
}

/// One Python interpreter.
pub struct Runtime {
    /// Where its objects live.
    pub heap: Heap,
    types: OnceCell<Types>,
    exceptions: OnceCell<Vec<P<TypeObject>>>,
    latin1: RefCell<Vec<P<Str>>>,
    empty_str: OnceCell<P<Str>>,
    empty_tuple: OnceCell<P<Tuple>>,
    interned: RefCell<HashTable<P<Str>>>,
    /// What [`Runtime::intern_text`] has found last, by the texts' addresses.
    recent_texts: [Cell<Option<P<Str>>>; RECENT_TEXTS],
    shapes: RefCell<Vec<&'static Shape>>,
    keys_version: Cell<u32>,
    type_version: Cell<u32>,
    hash_key: [u64; 2],
    names: OnceCell<Names>,
    slot_names: OnceCell<SlotNames>,
    /// Look-ups of class attributes.
    pub attr_cache: AttrCache,
    /// Classes that native modules have made, by layout.
    pub native_classes: RefCell<HashMap<TypeId, P<TypeObject>>>,
    /// Objects that native modules keep, by name.
    pub native_state: RefCell<HashMap<&'static str, Ref>>,
    /// `sys.monitoring`
    pub monitoring: crate::monitoring::Monitoring,
    /// The interpreter's lock.
    pub gil: crate::gil::Gil,
    /// The cycle collector's state.
    pub gc: crate::gc::GcState,
    /// Counts registrations with abstract base classes: what their negative caches depend on.
    pub abc_version: Cell<u64>,
    /// Descriptions of struct sequence classes, by the address of the class.
    pub struct_sequences: RefCell<HashMap<usize, &'static crate::types::structseq::Spec>>,
    /// Source lines for tracebacks.
    pub sources: crate::traceback_print::Sources,
    /// What `atexit` calls.
    pub exit_functions: RefCell<Vec<ExitFunction>>,
    /// `typing.NoDefault`
    pub no_default: OnceCell<Value>,
    /// The builtin `ExceptionGroup` class.
    pub exception_group: OnceCell<P<TypeObject>>,
    /// `sys.get_int_max_str_digits()`
    pub int_max_str_digits: Cell<usize>,
    builtins: OnceCell<P<Dict>>,
    common_constants: OnceCell<[Value; COMMON_CONSTANTS.len()]>,
    modules: OnceCell<P<Dict>>,
    sys_dict: OnceCell<P<Dict>>,
    /// Codecs and error handlers.
    pub codecs: crate::codecs::registry::Registry,
    /// What the layers above have registered: see `eval_hook`.
    pub hooks: OnceCell<crate::eval_hook::Hooks>,
    /// What the JIT keeps for this interpreter.
    pub jit_state: OnceCell<Box<dyn std::any::Any>>,
    /// Entries into machine code that have not left yet.
    pub jit_active: Cell<u32>,
    /// Back edges and calls before the JIT looks at a loop or function; `u32::MAX`: never.
    pub jit_threshold: Cell<u32>,
    /// Calls after which a function is hot.
    pub jit_call_threshold: Cell<u32>,
    /// Instructions are executed by the machine that checks them, for tests.
    pub audit: Cell<bool>,
    /// What machine code relies on.
    pub watch: crate::watch::Watchers,
}

/// The current interpreter.
#[inline(always)]
pub fn runtime() -> &'static Runtime {
    // SAFETY: a thread state's runtime outlives it.
    unsafe { &*crate::thread::current().runtime }
}
/// The current interpreter's heap.
#[inline(always)]
pub fn heap() -> &'static Heap {
    &runtime().heap
}
/// The current interpreter's builtin classes.
#[inline(always)]
pub fn types() -> &'static Types {
    runtime().types()
}
/// The class of a builtin exception.
#[inline]
pub fn exception_class(exc: Exc) -> P<TypeObject> {
    runtime().exceptions.get().expect("exception classes are made during boot")[exc as usize]
}

impl Runtime {
    /// An interpreter without types; [`crate::boot`] does the rest. `hash_key` seeds the hashes of strings.
    pub fn new(hash_key: [u64; 2]) -> Box<Runtime> {
        Box::new(Runtime {
            heap: Heap::new(),
            types: OnceCell::new(),
            exceptions: OnceCell::new(),
            latin1: RefCell::new(Vec::new()),
            empty_str: OnceCell::new(),
            empty_tuple: OnceCell::new(),
            interned: RefCell::new(HashTable::new()),
            recent_texts: std::array::from_fn(|_| Cell::new(None)),
            shapes: RefCell::new(Vec::new()),
            keys_version: Cell::new(0),
            type_version: Cell::new(0),
            hash_key,
            names: OnceCell::new(),
            slot_names: OnceCell::new(),
            attr_cache: AttrCache::default(),
            native_classes: RefCell::new(HashMap::new()),
            native_state: RefCell::new(HashMap::new()),
            gil: crate::gil::Gil::default(),
            gc: crate::gc::GcState::default(),
            abc_version: Cell::new(0),
            struct_sequences: RefCell::new(HashMap::new()),
            sources: crate::traceback_print::Sources::default(),
            exit_functions: RefCell::new(Vec::new()),
            no_default: OnceCell::new(),
            exception_group: OnceCell::new(),
            int_max_str_digits: Cell::new(4300),
            builtins: OnceCell::new(),
            common_constants: OnceCell::new(),
            modules: OnceCell::new(),
            sys_dict: OnceCell::new(),
            codecs: crate::codecs::registry::Registry::default(),
            hooks: OnceCell::new(),
            jit_state: OnceCell::new(),
            jit_active: Cell::new(0),
            monitoring: crate::monitoring::Monitoring::default(),
            jit_threshold: Cell::new(u32::MAX),
            jit_call_threshold: Cell::new(u32::MAX),
            audit: Cell::new(false),
            watch: crate::watch::Watchers::default(),
        })
    }

    /// The builtin classes.
    #[inline(always)]
    pub fn types(&self) -> &Types {
        // SAFETY: set first thing in boot; every later read finds it.
        unsafe { self.types.get().unwrap_unchecked() }
    }

    /// Make the classes, without bases, dicts and methods, and the small shared objects.
    pub(crate) fn make_types(&self) {
        let head = |class: P<TypeObject>| Header {
            refcount: Cell::new(IMMORTAL),
            id: Cell::new(Kind::Type as u32),
            class: Cell::new(class),
        };
        let size = size_of::<TypeObject>();
        let place = || {
            let p = self.heap.alloc(size, true).cast::<TypeObject>();
            // SAFETY: fresh memory; it is written below, before anything looks at it.
            unsafe { P::from_ptr(p) }
        };
        let meta = place();
        let make = |kind: Kind, name: &str| {
            let p = if kind == Kind::Type { meta } else { place() };
            let t = TypeObject::bare(head(meta), name, flags::IMMUTABLE, kind as u32);
            // SAFETY: fresh memory of the right size.
            unsafe { p.as_ptr().write(t) };
            p
        };
        assert!(self.types.set(Types::new(make)).is_ok(), "types are made once");
        self.types().str.set_layout::<Str>();
        self.types().tuple.set_layout::<Tuple>();
        self.types().dict.set_layout::<Dict>();
        self.types().type_.set_layout::<TypeObject>();
        let immortal = |h: &Header| h.refcount.set(IMMORTAL);
        let chars: Vec<P<Str>> = (0..=255u8)
            .map(|c| {
                let s = crate::types::str::latin1(&[c]);
                immortal(&s.head);
                let p = s.p();
                std::mem::forget(s);
                p
            })
            .collect();
        let empty = crate::types::str::latin1(b"");
        immortal(&empty.head);
        let tuple = crate::types::tuple::from_values(&[]);
        immortal(&tuple.head);
        assert!(self.empty_str.set(empty.p()).is_ok() && self.empty_tuple.set(tuple.p()).is_ok());
        std::mem::forget((empty, tuple));
        *self.latin1.borrow_mut() = chars.clone();
        for s in chars {
            self.intern(s.own_typed());
        }
        self.intern(self.empty_str().own_typed());
        assert!(self.names.set(Names::new()).is_ok(), "names are interned once");
        assert!(self.slot_names.set(SlotNames::new()).is_ok(), "names are interned once");
    }
    /// The interned names of slots.
    #[inline(always)]
    pub fn slot_names(&self) -> &SlotNames {
        // SAFETY: as for `names`.
        unsafe { self.slot_names.get().unwrap_unchecked() }
    }
    /// The interned names.
    #[inline(always)]
    pub fn names(&self) -> &Names {
        // SAFETY: set with the types, first thing in boot.
        unsafe { self.names.get().unwrap_unchecked() }
    }
    pub(crate) fn set_exceptions(&self, classes: Vec<P<TypeObject>>) {
        assert!(self.exceptions.set(classes).is_ok(), "exception classes are made once");
    }
    /// Have the shared empty and one-character strings been made?
    pub fn shared_strings_ready(&self) -> bool {
        self.empty_tuple.get().is_some()
    }
    /// `""`
    pub fn empty_str(&self) -> P<Str> {
        *self.empty_str.get().expect("made during boot")
    }
    /// `()`
    pub fn empty_tuple(&self) -> P<Tuple> {
        *self.empty_tuple.get().expect("made during boot")
    }
    /// Where the shared one-character strings are; the table stays there.
    pub fn latin1_table(&self) -> *const P<Str> {
        self.latin1.borrow().as_ptr()
    }
    /// The shared one-character string.
    pub fn latin1_char(&self, c: u8) -> P<Str> {
        self.latin1.borrow()[c as usize]
    }

    /// The hash of bytes: SipHash-1-3 with the interpreter's key, as CPython's.
    pub fn hash_bytes(&self, bytes: &[u8]) -> i64 {
        if bytes.is_empty() {
            return 0;
        }
        let mut h = siphasher::sip::SipHasher13::new_with_keys(self.hash_key[0], self.hash_key[1]);
        h.write(bytes);
        h.finish() as i64
    }

    /// The interned string with this text; interned strings live as long as the interpreter.
    pub fn intern_text(&self, text: &str) -> P<Str> {
        // Most texts are literals of the runtime, which come again from the same address.
        let address = text.as_ptr() as usize;
        let recent = &self.recent_texts[(address ^ (address >> 6) ^ text.len()) % RECENT_TEXTS];
        if let Some(s) = recent.get().filter(|s| s.as_ascii() == Some(text)) {
            return s;
        }
        let s = self.intern_by_hash(text);
        recent.set(Some(s));
        s
    }
    /// [`Runtime::intern_text`] for a text that does not come again from its address.
    pub fn intern_by_hash(&self, text: &str) -> P<Str> {
        if text.is_ascii() {
            let h = match self.hash_bytes(text.as_bytes()) {
                0 if !text.is_empty() => 1,
                -1 => -2,
                h => h,
            };
            if let Some(p) = self.interned.borrow().find(h as u64, |s| s.as_ascii() == Some(text)) {
                return *p;
            }
        }
        self.intern(crate::types::str::new(text))
    }
    /// The interned string equal to `s` (which becomes it, if there was none).
    pub fn intern(&self, s: Own<Str>) -> P<Str> {
        if s.interned.get() {
            return s.p();
        }
        let mut table = self.interned.borrow_mut();
        let h = s.hash() as u64;
        if let Some(p) = table.find(h, |t| t.equals(&s)) {
            return *p;
        }
        // Interned strings are compared by address and referred to without counting: they never die.
        s.interned.set(true);
        s.head.refcount.set(s.head.refcount.get().max(IMMORTAL));
        let p = s.p();
        std::mem::forget(s);
        table.insert_unique(h, p, |t| t.hash() as u64);
        p
    }

    /// A number that no dict has had for its keys.
    pub fn next_keys_version(&self) -> u32 {
        self.keys_version.set(self.keys_version.get().wrapping_add(1).max(1));
        self.keys_version.get()
    }
    /// A number that no class has had for its attributes.
    pub fn next_type_version(&self) -> u32 {
        self.type_version.set(self.type_version.get().wrapping_add(1).max(1));
        self.type_version.get()
    }

    /// The shape with this id.
    #[inline]
    pub fn shape(&self, id: u32) -> &'static Shape {
        self.shapes.borrow()[(id - FIRST_SHAPE) as usize]
    }
    /// A new shape. Shapes live as long as the process: ids are in inline caches and machine code.
    pub fn new_shape(&self, class: P<TypeObject>, names: Vec<P<Str>>, dict_mode: bool) -> &'static Shape {
        let mut shapes = self.shapes.borrow_mut();
        let id = FIRST_SHAPE + shapes.len() as u32;
        let shape: &'static Shape = Box::leak(Box::new(Shape::new(id, class, names, dict_mode)));
        shapes.push(shape);
        shape
    }
    /// The shape with one name more.
    pub fn shape_with(&self, shape: &Shape, name: P<Str>) -> &'static Shape {
        if let Some(id) = shape.successor(name) {
            return self.shape(id);
        }
        let mut names = shape.names.clone();
        names.push(name);
        let next = self.new_shape(shape.class, names, false);
        shape.set_successor(name, next.id);
        next
    }
    /// The shape without the attribute in `slot`; `None` where the class's instances had better have dicts.
    pub fn shape_without(&self, shape: &Shape, slot: usize) -> Option<&'static Shape> {
        let name = shape.names[slot];
        if let Some(id) = shape.remainder(name) {
            return Some(self.shape(id));
        }
        let root = self.shape(shape.class.instance_id.get());
        if root.removals.get() >= crate::shape::MAX_REMOVALS {
            return None;
        }
        root.removals.set(root.removals.get() + 1);
        let others = shape.names.iter().enumerate().skip(root.names.len()).filter(|&(i, _)| i != slot);
        let rest = others.fold(root, |shape, (_, name)| self.shape_with(shape, *name));
        shape.set_remainder(name, rest.id);
        Some(rest)
    }
    /// The shape of instances of `class` that keep their attributes in a dict.
    pub fn dict_shape(&self, class: P<TypeObject>) -> &'static Shape {
        let root = self.shape(class.instance_id.get());
        if root.dict_mode {
            return root;
        }
        if root.dict_shape.get() != 0 {
            return self.shape(root.dict_shape.get());
        }
        let shape = self.new_shape(class, root.names.clone(), true);
        root.dict_shape.set(shape.id);
        shape
    }

    /// The dict of the `builtins` module.
    pub fn builtins(&self) -> P<Dict> {
        *self.builtins.get_or_init(|| leak(crate::types::dict::new()))
    }
    /// The builtins that LOAD_COMMON_CONSTANT loads, whatever their names are bound to. Boot asks first.
    pub fn common_constants(&self) -> &[Value; COMMON_CONSTANTS.len()] {
        self.common_constants.get_or_init(|| {
            COMMON_CONSTANTS.map(|name| {
                let found = match name.split_once('.') {
                    None => self.builtins().get_text(name),
                    Some((class, method)) => {
                        let class = self.builtins().get_text(class);
                        class.and_then(Value::downcast::<TypeObject>).and_then(|c| c.dict().get_text(method))
                    }
                };
                immortal(found.expect("boot has filled the builtins").own())
            })
        })
    }
    /// `sys.modules` (the dict that the import system uses).
    pub fn modules(&self) -> P<Dict> {
        *self.modules.get_or_init(|| leak(crate::types::dict::new()))
    }
    /// The dict of the `sys` module.
    pub fn sys_dict(&self) -> P<Dict> {
        *self.sys_dict.get_or_init(|| leak(crate::types::dict::new()))
    }
}

fn leak(d: Own<Dict>) -> P<Dict> {
    let p = d.p();
    std::mem::forget(d);
    p
}

/// Make a reference immortal: for objects that live as long as the interpreter.
pub fn immortal(r: Ref) -> Value {
    let v = r.into_raw();
    if v.is_pointer() {
        v.header().refcount.set(IMMORTAL);
    }
    v
}
