//! A small world to run traces in: a thread with a poll word and an exit buffer, a heap that only grows, and
//! helpers. Recorded regions, optimized graphs and machine code run in equal copies of it.
//!
//! Invariant of the unsafe code: every address that a test's IR uses lies in the heap, which never moves.

#![allow(dead_code, unsafe_code, reason = "shared by several test programs")]

pub mod check;

use std::cell::RefCell;
use std::collections::BTreeMap;

use taipan_jit::compile::Compiled;
use taipan_jit::eval::{Host, Left, Out, Resume, out};
use taipan_jit::exits::{ExitDesc, ExitSource, ExitValue};
use taipan_jit::ir::{Callee, ExitKey, Region, Terminator};
use taipan_jit::layout::{FrameLayout, FreeLists, IntHelpers, Layout};
use taipan_jit::memory::Start;
use taipan_runtime::helper::{Code, Effect, Helper, Returns};
use taipan_runtime::value::{Value, encode_flonum};

pub const FLOAT_ID: u32 = 3;
pub const LEAF_ID: u32 = 4;
pub const BOX_ID: u32 = 7;
/// Of ints beyond 62 bits: their two words follow the header.
pub const INT_ID: u32 = 9;
const WORDS: usize = 1 << 14;
const POLL: usize = 0;
const LISTS: usize = 8;
/// The word below it is the exit's number.
const BUFFER: usize = 32;
const EVENTS: usize = 2;
const CHANGES: usize = 3;

thread_local! {
    static WORLD: RefCell<World> = RefCell::new(World::new());
}

/// Thread words and heap; addresses are stable.
pub struct World {
    pub thread: Box<[u64]>,
    /// The base frame's, and others behind it.
    pub records: Box<[u64]>,
    pub heap: Box<[u64]>,
    pub top: usize,
    pub freed: Vec<u64>,
    pub log: Vec<(&'static str, Vec<u64>)>,
}

impl World {
    fn new() -> World {
        World {
            thread: vec![0; 1024].into(),
            records: vec![0; 64].into(),
            heap: vec![0; WORDS].into(),
            top: 0,
            freed: Vec::new(),
            log: Vec::new(),
        }
    }
    fn alloc(&mut self, size: u64, id: u64, type_ptr: u64) -> u64 {
        let at = self.top;
        self.top += (size as usize).div_ceil(8);
        self.heap[at] = 1 | id << 32;
        self.heap[at + 1] = type_ptr;
        self.heap[at..].as_ptr() as u64
    }
}

/// Runs `f` with the world of this test's thread.
pub fn world<R>(f: impl FnOnce(&mut World) -> R) -> R {
    WORLD.with(|w| f(&mut w.borrow_mut()))
}

/// An empty world at the same addresses, with these objects: id and words after the header.
pub fn reset(objects: &[(u32, Vec<u64>)]) -> Vec<u64> {
    world(|w| {
        w.thread.fill(0);
        w.heap.fill(0);
        w.top = 0;
        w.freed.clear();
        w.log.clear();
        objects
            .iter()
            .map(|(id, words)| {
                let p = w.alloc(16 + 8 * words.len() as u64, *id as u64, 0x99);
                let at = (p as usize - w.heap.as_ptr() as usize) / 8;
                w.heap[at + 2..at + 2 + words.len()].copy_from_slice(words);
                p
            })
            .collect()
    })
}

extern "C" fn h_alloc(size: u64, _container: u64, id: u64, type_ptr: u64) -> u64 {
    world(|w| w.alloc(size, id, type_ptr))
}
extern "C" fn h_box_float(f: f64) -> u64 {
    world(|w| {
        let p = w.alloc(24, FLOAT_ID as u64, 0x33);
        let at = (p as usize - w.heap.as_ptr() as usize) / 8;
        w.heap[at + 2] = f.to_bits();
        p
    })
}
/// The words of an int object, or of an immediate int that is not negative.
fn int_words(v: u64) -> Option<[u64; 2]> {
    match v & 7 {
        0 if (TestHost.load(v, 8) >> 32) as u32 == INT_ID => {
            Some([16, 24].map(|at| TestHost.load(v + at, 8)))
        }
        tag if tag & 1 != 0 && v as i64 >= 0 => Some([v >> 1, 0]),
        _ => None,
    }
}
extern "C" fn h_is_u64(v: u64) -> u64 {
    int_words(v).is_some_and(|w| w[1] == 0).into()
}
extern "C" fn h_u64_of(v: u64) -> u64 {
    int_words(v).map_or(0, |w| w[0])
}
extern "C" fn h_box_u64(u: u64) -> u64 {
    h_box_u128(u, 0)
}
extern "C" fn h_box_u128(lo: u64, hi: u64) -> u64 {
    if hi == 0 && lo <= taipan_runtime::value::INT_MAX as u64 {
        return lo << 1 | 1;
    }
    let p = world(|w| w.alloc(32, INT_ID as u64, 0x44));
    TestHost.store(p + 16, 8, lo);
    TestHost.store(p + 24, 8, hi);
    p
}
extern "C" fn h_dealloc(p: u64) -> u64 {
    world(|w| w.freed.push(p));
    0
}
extern "C" fn h_pure(a: u64, b: u64) -> u64 {
    a.wrapping_mul(31).wrapping_add(b)
}
extern "C" fn h_sin(f: f64) -> f64 {
    f.sin()
}
extern "C" fn h_write(v: u64) -> u64 {
    world(|w| w.log.push(("write", vec![v])));
    Value::small_int(1).bits()
}
extern "C" fn h_raise(v: u64) -> u64 {
    if v == Value::small_int(7).bits() { 0 } else { v }
}
extern "C" fn h_truth(v: u64) -> u64 {
    if v == Value::small_int(9).bits() { 2 } else { (v != 1) as u64 }
}

extern "C" fn h_leave(_: u64) -> u64 {
    0
}
extern "C" fn h_is_seen() -> u64 {
    0
}

const fn helper(name: &'static str, arity: u8, returns: Returns, effect: Effect, can_raise: bool) -> Helper {
    Helper { name, code: Code::Address(0), arity, floats: 0, returns, effect, can_raise }
}

macro_rules! helpers {
    ($($name:literal $f:ident $arity:literal $floats:literal $returns:ident $effect:ident $raises:literal;)*) => {
        /// The helpers, by name.
        pub fn find(name: &str) -> Option<&'static Helper> {
            thread_local! { static ALL: &'static [Helper] = Box::leak(Box::new([$(Helper {
                code: Code::Address($f as *const () as usize),
                floats: $floats,
                ..helper($name, $arity, Returns::$returns, Effect::$effect, $raises)
            }),*])); }
            ALL.with(|a| a.iter().find(|h| h.name == name))
        }
    };
}
helpers! {
    "alloc" h_alloc 4 0 Value Fresh false;
    "box_float" h_box_float 1 1 Value Fresh false;
    "is_u64" h_is_u64 1 0 Bool Pure false;
    "u64_of" h_u64_of 1 0 Int Pure false;
    "box_u64" h_box_u64 1 0 Value Fresh false;
    "box_u128" h_box_u128 2 0 Value Fresh false;
    "dealloc" h_dealloc 1 0 Int Any false;
    "pure" h_pure 2 0 Int Pure false;
    "sin" h_sin 1 1 Float Pure false;
    "write" h_write 1 0 Value Any false;
    "raise" h_raise 1 0 Value Reads true;
    "truth" h_truth 1 0 Bool Reads true;
    "leave" h_leave 1 0 Value Any true;
    "detach" h_leave 1 0 Int Any false;
    "is_seen" h_is_seen 0 0 Bool Aside false;
}

/// The layout of this world.
pub fn layout(free_lists: bool) -> Layout {
    let get = |n| find(n).expect("a helper of the table");
    Layout {
        refcount_offset: 0,
        type_id_offset: 4,
        type_ptr_offset: 8,
        float_value_offset: 16,
        float_type_id: FLOAT_ID,
        first_shape_id: 100,
        leaf_type_ids: vec![LEAF_ID],
        decref_effect: Effect::Any,
        dealloc: get("dealloc"),
        box_float_cold: get("box_float"),
        ints: IntHelpers {
            is_u64: get("is_u64"),
            u64_of: get("u64_of"),
            box_u64: get("box_u64"),
            box_u128: get("box_u128"),
        },
        alloc: get("alloc"),
        free_lists: free_lists.then_some({
            let at = |i: usize| world(|w| w.thread[i..].as_ptr() as u64);
            let heads = [at(LISTS), at(LISTS + 8)];
            FreeLists { heads, stride: 8, granule: 16, max_size: 64, next_offset: 8, young: at(1) }
        }),
        helpers_take_thread: false,
        poll_offset: 8 * POLL as i32,
        events_offset: 8 * EVENTS as i32,
        changes_offset: 8 * CHANGES as i32,
        exit_buffer_offset: 8 * BUFFER as i32,
        exit_buffer_words: 512,
        strings: None,
        frames: FrameLayout {
            innermost: 16,
            records_limit: 24,
            stack_limit: 32,
            native_limit: 40,
            size: 64,
            code: 8,
            function: 16,
            top: 40,
            objects: 44,
            pc: 0,
            generator: 56,
            detach: get("detach"),
            is_seen: get("is_seen"),
            leave: get("leave"),
        },
    }
}

/// The evaluator's view of the world.
pub struct TestHost;

impl Host for TestHost {
    fn load(&mut self, address: u64, size: u32) -> u64 {
        // SAFETY: tests use addresses of the world only.
        unsafe {
            match size {
                1 => *(address as *const u8) as u64,
                2 => *(address as *const u16) as u64,
                4 => *(address as *const u32) as u64,
                _ => *(address as *const u64),
            }
        }
    }
    fn store(&mut self, address: u64, size: u32, value: u64) {
        // SAFETY: tests use addresses of the world only.
        unsafe {
            match size {
                1 => *(address as *mut u8) = value as u8,
                2 => *(address as *mut u16) = value as u16,
                4 => *(address as *mut u32) = value as u32,
                _ => *(address as *mut u64) = value,
            }
        }
    }
    fn call(&mut self, h: &'static Helper, a: &[u64]) -> u64 {
        match h.name {
            "alloc" => h_alloc(a[0], a[1], a[2], a[3]),
            "box_float" => h_box_float(f64::from_bits(a[0])),
            "is_u64" => h_is_u64(a[0]),
            "u64_of" => h_u64_of(a[0]),
            "box_u64" => h_box_u64(a[0]),
            "box_u128" => h_box_u128(a[0], a[1]),
            "dealloc" => h_dealloc(a[0]),
            "pure" => h_pure(a[0], a[1]),
            "sin" => h_sin(f64::from_bits(a[0])).to_bits(),
            "write" => h_write(a[0]),
            "raise" => h_raise(a[0]),
            "truth" => h_truth(a[0]),
            name => panic!("no helper {name}"),
        }
    }
    /// The sum of the arguments, boxed.
    fn invoke(&mut self, _: &Callee, args: &[u64]) -> u64 {
        args.iter().fold(1, |sum, a| sum + (a & !1))
    }
    fn thread(&self) -> u64 {
        world(|w| w.thread.as_ptr() as u64)
    }
    fn frame(&self) -> u64 {
        world(|w| w.records.as_ptr() as u64)
    }
    fn slots(&self) -> u64 {
        panic!("slots have no addresses here")
    }
}

fn exit_out(e: &ExitDesc, src: ExitSource, buffer: &[u64], open: &mut Vec<u32>) -> Out {
    match src {
        ExitSource::Const(c) => out(c.ty, c.bits),
        ExitSource::Word { index, ty } => out(ty, buffer[index as usize]),
        ExitSource::Virtual(i) => {
            if open.contains(&i) {
                return Out::Cycle;
            }
            open.push(i);
            let v = &e.virtuals[i as usize];
            let fields = v.desc.fields.iter().zip(&v.values);
            let fields = fields.map(|(f, s)| (f.mem.offset, exit_out(e, *s, buffer, open))).collect();
            open.pop();
            Out::Object { type_id: v.desc.type_id, fields }
        }
    }
}

/// What machine code starts with in this world.
pub fn start(fp: *mut u64) -> Start {
    world(|w| {
        let thread = w.thread.as_mut_ptr();
        Start {
            thread: thread.cast(),
            fp,
            frame: w.records.as_mut_ptr().cast(),
            buffer: thread.wrapping_add(BUFFER),
        }
    })
}

/// Runs machine code and decodes its exit.
pub fn run(c: &Compiled, slots: &[u64]) -> Left {
    let mut fp = slots.to_vec();
    fp.resize(slots.len() + 64, 0);
    // SAFETY: the layout is this world's; the slots are there.
    let left = unsafe { c.code.run(start(fp.as_mut_ptr())) };
    assert_eq!(&fp[..slots.len()], slots, "machine code wrote the base frame");
    let e = &c.exits[(left.exit - c.first_exit) as usize];
    let buffer = world(|w| w.thread[BUFFER..].to_vec());
    let slot = |v: &ExitValue| exit_out(e, v.src, &buffer, &mut Vec::new());
    let frames = e
        .frames
        .iter()
        .map(|f| (f.key, f.pc, f.slots.iter().map(|(s, v)| (*s, slot(v))).collect()))
        .collect();
    for s in &e.stores {
        let word = |src| match exit_out(e, src, &buffer, &mut Vec::new()) {
            Out::Word(w) => w,
            // As a slot's: tagged.
            o => word(&o),
        };
        let raw = match s.value {
            ExitSource::Word { index, .. } => buffer[index as usize],
            ExitSource::Const(c) => c.bits,
            ExitSource::Virtual(_) => panic!("a raw word"),
        };
        TestHost.store(word(s.object).wrapping_add(s.mem.offset as u64), 8, raw);
    }
    let borrowed = e.frames.iter().flat_map(|f| &f.slots).filter(|s| s.1.borrowed).map(|s| s.1.src);
    for src in borrowed.chain(e.increfs.iter().copied()) {
        if let Out::Word(w) = exit_out(e, src, &buffer, &mut Vec::new())
            && w & 7 == 0
        {
            let n = TestHost.load(w, 4);
            TestHost.store(w, 4, n + 1);
        }
    }
    for src in &e.drops {
        if let Out::Word(w) = exit_out(e, *src, &buffer, &mut Vec::new())
            && w & 7 == 0
        {
            let n = TestHost.load(w, 4);
            TestHost.store(w, 4, n - 1);
        }
    }
    Left { source: e.source, kind: e.kind, frames, guards: 0 }
}

fn word(o: &Out) -> u64 {
    match o {
        Out::Word(w) => *w,
        Out::Float(b) => encode_flonum(f64::from_bits(*b)).unwrap_or_else(|| h_box_float(f64::from_bits(*b))),
        Out::BigInt(i) => h_box_u64(*i as u64),
        Out::Object { type_id, fields } => {
            let p = h_alloc(16 + 8 * fields.len() as u64, 0, *type_id as u64, 0x99);
            fields.iter().for_each(|(offset, v)| TestHost.store(p + *offset as u64, 8, word(v)));
            p
        }
        other => panic!("{other:?} cannot be put in a slot by this test"),
    }
}

/// Where the recorded region goes on after an exit that it does not leave through.
pub fn resume(r: &Region, slots: &[u64], left: &Left) -> Option<Resume> {
    let fragment = match r.child(left.source) {
        Some(c) => c,
        None => {
            let f = &r.fragments[left.source.fragment as usize].fragment;
            matches!(f.term, Terminator::Jump(s) if s == left.source.snap).then_some(0)?
        }
    };
    let mut at = Resume { fragment, ..Resume::entry(slots) };
    for (s, v) in &left.frames[0].2 {
        at.base.insert(*s, word(v));
    }
    at.inner = left.frames[1..].iter().map(|f| f.2.iter().map(|(s, v)| (*s, word(v))).collect()).collect();
    Some(at)
}

/// The exit, and each frame's key, pc and slots.
pub type Normal = (ExitKey, Vec<(u64, u32, BTreeMap<u32, Out>)>);

/// An exit with every slot of the base frame that the test gave, for comparison. Floats on the heap are compared by
/// value.
pub fn normal(left: &Left, slots: &[u64]) -> Normal {
    let mut frames = left.frames.clone();
    let changed = std::mem::take(&mut frames[0].2);
    let mut all: BTreeMap<u32, Out> =
        slots.iter().enumerate().map(|(i, w)| (i as u32, Out::Word(*w))).collect();
    all.extend(changed);
    frames[0].2 = all;
    for f in &mut frames {
        f.2.values_mut().for_each(plain);
    }
    (left.source, frames)
}

fn plain(o: &mut Out) {
    match o {
        Out::Word(w) if *w & 3 == 2 => *o = Out::Float(taipan_runtime::value::decode_flonum(*w).to_bits()),
        Out::Word(w) if *w & 7 == 0 && *w != 0 => {
            let id = (TestHost.load(*w, 8) >> 32) as u32;
            if id == FLOAT_ID {
                *o = Out::Float(TestHost.load(*w + 16, 8));
            } else if let Some([lo, 0]) = int_words(*w) {
                *o = Out::BigInt(lo as i64);
            } else if id == BOX_ID {
                let mut inner = Out::Word(TestHost.load(*w + 16, 8));
                plain(&mut inner);
                *o = Out::Object { type_id: id, fields: BTreeMap::from([(16, inner)]) };
            }
        }
        Out::Object { fields, .. } => fields.values_mut().for_each(plain),
        _ => {}
    }
}
