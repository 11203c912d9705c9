//! Frames: one record per running Python function, contiguous per thread; the values lie on the value stack.
//!
//! A frame's *slots* (`fp[0..]`) are its locals, cells and free variables, then its operand stack. The arguments of
//! a call become the callee's first slots where they lie, so that a call copies nothing. A generator's slots lie in
//! the generator; only its record is on the frame stack while it runs.
//!
//! # Invariants
//! - Records of a thread are contiguous; `thread.frame` points at the innermost, and the caller's is one below.
//! - Slots below `locals` are owned words or `UNBOUND`; operand slots below the instruction's depth are owned words.
//! - `pc` is up to date whenever anything that can look at frames runs (helpers, calls, exceptions).
//! - Records of frames that machine code has called may be unwritten: see [`crate::call_site`]. What runs outside of
//!   machine code looks at records by [`Thread::written_frame`], unless the innermost is the interpreter's.

use crate::exec::code::ExecCode;
use crate::exec::insn::Insn;
use crate::object::{Own, P};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::generator::{self, Generator};
use crate::value::Value;
use std::cell::Cell;
use taipan_bytecode::CodeFlags;

/// Bits of [`Frame::flags`].
pub mod flags {
    /// Called from native code: returning from it leaves the eval loop.
    pub const ENTRY: u32 = 1;
    /// Runs a generator or coroutine: `generator` is valid.
    pub const GENERATOR: u32 = 2;
    /// Has a locals mapping (class bodies, modules, `exec`): `namespace` is valid.
    pub const NAMESPACE: u32 = 4;
    /// An `__init__` call: the result must be None; the new instance lies in the caller's callable slot.
    pub const INIT: u32 = 8;
    /// A frame object was made: `object` is valid.
    pub const OBJECT: u32 = 16;
    /// Implements an operator or a property: its result finishes the caller's instruction.
    pub const OPERATOR: u32 = 64;
    /// Machine code runs it: its slots are not what they were, the values are in registers.
    pub const MACHINE: u32 = 32;
    /// It has ended, its locals are being dropped: finalizers that look at frames do not see it.
    pub const ENDED: u32 = 128;
    /// It ran when a trace function was set: the eval loop is left when it returns, so that its caller is traced.
    pub const TRACED: u32 = 256;
    /// Inlined in the machine code of a frame below: the record was written because somebody looked.
    pub const INLINED: u32 = 512;
}

/// The record of a running function. Machine code writes `code` and `function` by one store.
#[repr(C)]
pub struct Frame {
    /// The instruction being executed. While a callee runs: the call. Marked, a call site: see [`crate::call_site`].
    pub pc: *const Insn,
    /// The code; marked, a call site: see [`crate::call_site`].
    pub code: *const ExecCode,
    /// The function; borrowed from the caller's operand stack, the generator or the native caller.
    pub function: P<Function>,
    /// See [`flags`].
    pub flags: Cell<u32>,
    /// The slots.
    pub fp: *mut Value,
    /// One past the value-stack words that this frame uses; callees and native code go on from here.
    pub top: *mut Value,
    /// The locals mapping; owned.
    pub namespace: Value,
    /// The frame object; owned.
    pub object: Cell<Value>,
    /// The generator that runs here; borrowed.
    pub generator: P<Generator>,
}

impl Frame {
    /// The code.
    #[inline(always)]
    pub fn code(&self) -> &'static ExecCode {
        // SAFETY: the function owns the code and is alive while the frame runs.
        unsafe { &*self.code }
    }
    /// Is this flag set?
    #[inline(always)]
    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }
    /// Global names.
    #[inline(always)]
    pub fn globals(&self) -> P<Dict> {
        self.function.globals
    }
    /// The locals mapping, if there is one.
    #[inline(always)]
    pub fn namespace(&self) -> Option<Value> {
        if self.has(flags::NAMESPACE) { Some(self.namespace) } else { self.implied_namespace() }
    }
    /// The locals mapping of a module's code that runs as a function or a coroutine.
    #[cold]
    fn implied_namespace(&self) -> Option<Value> {
        if self.code().code.flags.contains(CodeFlags::OPTIMIZED) {
            return None;
        }
        if self.has(flags::GENERATOR) {
            return self.generator.locals_mapping();
        }
        Some(self.globals().value())
    }
    /// A generator takes this frame over, with what is in its slots and its locals mapping.
    ///
    /// # Safety
    /// The slots of the locals are owned words, which the frame gives up: it ends.
    pub unsafe fn make_generator(&mut self) -> Own<Generator> {
        // SAFETY: as the caller promises.
        let g = unsafe { generator::new(self.function, self.fp, self.code().locals, self.pc) };
        if self.has(flags::NAMESPACE) {
            self.flags.set(self.flags.get() & !flags::NAMESPACE);
            g.namespace.set(self.namespace);
        }
        g
    }
    /// Index of the current instruction.
    #[inline]
    pub fn index(&self) -> usize {
        self.code().index_of(self.pc)
    }
    /// What slot `i` holds.
    #[inline(always)]
    pub fn slot(&self, i: usize) -> Value {
        // SAFETY: callers index below the frame's size.
        unsafe { *self.fp.add(i) }
    }
    /// The source line of the current instruction, if it has one.
    pub fn line(&self) -> Option<u32> {
        self.code().position(self.index()).line
    }
    /// Somebody looks at the frame: a recorder that is running it wants to know.
    #[inline]
    pub fn looked_at(&self, thread: &Thread) {
        let this = std::ptr::from_ref(self);
        if this <= thread.watched.get() {
            thread.looked_at.set(outermost(this, thread.looked_at.get()));
        }
    }
    /// Can its slots be read? In machine code they cannot; the function is left to the interpreter from then on.
    pub fn readable(&self) -> bool {
        let machine = self.has(flags::MACHINE);
        if machine {
            self.code().no_jit.set(true);
        }
        !machine
    }
    /// The caller's record, unless this is the thread's outermost.
    pub fn back(&self, thread: &Thread) -> Option<&'static Frame> {
        let this: *const Frame = self;
        if this == thread.frames_base.get() {
            return None;
        }
        // SAFETY: records are contiguous.
        unsafe { &*this.sub(1) }.or_back(thread)
    }
    /// The frame, or if it has ended its caller.
    fn or_back(&'static self, thread: &Thread) -> Option<&'static Frame> {
        if self.has(flags::ENDED) { self.back(thread) } else { Some(self) }
    }
}

/// The outer one of two frames, either of which may be null.
fn outermost(a: *const Frame, b: *const Frame) -> *const Frame {
    if a.is_null() || !b.is_null() && b < a { b } else { a }
}

/// Whether a helper looks at the frames that a recorder records, and what there was to know when it was called: helpers
/// run Python code, and recordings nest.
pub struct Watch {
    watched: *const Frame,
    looked_at: *const Frame,
}

impl Watch {
    /// A helper is called from the innermost frame.
    pub fn start(thread: &Thread) -> Watch {
        Watch {
            watched: thread.watched.replace(thread.frame.get()),
            looked_at: thread.looked_at.replace(std::ptr::null()),
        }
    }
    /// It has returned: has it looked at the frames? Whoever watched before learns of it, too.
    pub fn end(self, thread: &Thread) -> bool {
        let seen = thread.looked_at.get();
        thread.watched.set(self.watched);
        let theirs = if seen <= self.watched { seen } else { std::ptr::null() };
        thread.looked_at.set(outermost(self.looked_at, theirs));
        !seen.is_null()
    }
}

/// The innermost Python frame of the current thread.
pub fn current() -> Option<&'static Frame> {
    let t = crate::thread::current();
    let frame = innermost(t)?;
    frame.looked_at(t);
    Some(frame)
}

/// The innermost Python frame of a thread.
pub fn innermost(t: &crate::thread::Thread) -> Option<&'static Frame> {
    let f = t.written_frame();
    if f.is_null() || f < t.frames_base.get() {
        return None;
    }
    // SAFETY: module invariant.
    unsafe { &*f }.or_back(t)
}

/// The eval loop is to be left where the thread's frames return.
pub fn leave_loop_on_return(thread: &crate::thread::Thread) {
    let mut record = thread.frames_base.get().wrapping_sub(1);
    while let Some(frame) = above(thread, record) {
        frame.flags.set(frame.flags.get() | flags::TRACED);
        record = std::ptr::from_ref(frame).cast_mut();
    }
}

/// The frame that the one with this record (or none yet, just below `frames_base`) has called.
pub fn above(thread: &crate::thread::Thread, record: *mut Frame) -> Option<&'static Frame> {
    let next = record.wrapping_add(1);
    if next < thread.frames_base.get() || next > thread.written_frame() {
        return None;
    }
    // SAFETY: module invariant: records from `frames_base` up to the innermost are valid.
    Some(unsafe { &*next })
}
