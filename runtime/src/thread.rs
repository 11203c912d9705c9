//! The thread state: what one OS thread needs to run Python. Found through a thread-local pointer, and passed to
//! machine code in a register.
//!
//! # Invariants
//! - `CURRENT` points at a live `Thread` while the OS thread may touch objects; that thread holds the GIL.
//! - `frame` is the innermost Python frame, linked through `Frame::prev`; frames lie on `stack` or in generators.
//! - Fields used by machine code (`#[repr(C)]`, see `jit`'s layout) keep their offsets within one build.

use crate::call_site;
use crate::frame::Frame;
use crate::object::Ref;
use crate::runtime::Runtime;
use crate::value::{NONE, Value};
use std::cell::{Cell, RefCell};
use std::ptr::null_mut;
use std::sync::atomic::AtomicU32;

/// Reasons in [`Thread::poll`].
pub mod poll {
    /// A signal arrived (main thread).
    pub const SIGNAL: u32 = 1;
    /// Another thread wants the GIL.
    pub const GIL: u32 = 2;
    /// The cycle collector is due.
    pub const COLLECT: u32 = 4;
    /// An exception was sent by another thread.
    pub const ASYNC_EXCEPTION: u32 = 8;
    /// Machine code was invalidated, or finished compiling.
    pub const JIT: u32 = 16;
    /// Finalizers are queued.
    pub const FINALIZERS: u32 = 32;
    /// Tracing or monitoring was switched on.
    pub const TRACING: u32 = 64;
    /// The reserve of memory was drawn on: a `MemoryError` is due (see `memory`).
    pub const MEMORY: u32 = 128;
}

/// Words in the buffer that machine code stores live values to when it leaves.
pub const EXIT_WORDS: usize = 1024;
/// See [`Thread::changes`].
pub const CHANGES_SHIFT: u32 = 32;
/// Words of a thread's value stack: 128 MiB of address space, used from the bottom; less where that is limited.
const STACK_WORDS: usize = 1 << 24;
/// Frame records of a thread at most, whatever the recursion limit; fewer where the address space is limited.
const MAX_FRAMES: usize = 1 << 20;

/// The state of one thread.
#[repr(C)]
pub struct Thread {
    /// Something wants the thread's attention (see [`poll`]); tested at back edges and calls.
    pub poll: AtomicU32,
    /// Nested runs of the eval loop.
    pub depth: Cell<u32>,
    /// The innermost frame's record; below `frames_base` when no Python code runs.
    pub frame: Cell<*mut Frame>,
    /// The outermost record.
    pub frames_base: Cell<*mut Frame>,
    /// One past the last record that the recursion limit allows.
    pub frames_limit: Cell<*mut Frame>,
    /// Frames on the stack that have a frame object.
    pub frame_objects: Cell<u32>,
    /// The number of the exit that machine code has left through.
    pub exit: Cell<u64>,
    /// Where the exits of machine code store live values. (Right behind `exit`.)
    pub exit_words: [Cell<u64>; EXIT_WORDS],
    /// Counts what the callers of a native function may have to hear of: Python code that it has run, attributes and
    /// watched dicts that it has changed, the lock that it has let go of. What machine code knows of the heap holds
    /// across a call (apart from what is in lists and iterators) if this has not moved.
    pub events: Cell<u64>,
    /// Counts those events that change what machine code goes on knowing when Python functions have run: versions of
    /// classes and functions, watched dicts. By 1 << [`CHANGES_SHIFT`]: the bits below count frame objects made, which
    /// callers in machine code want to know of, too.
    pub changes: Cell<u64>,
    /// What the frame that left the eval loop returned or yielded; owned, 0 if nothing.
    pub result: Cell<u64>,
    /// While a recorder calls a helper: its innermost frame's record; null otherwise. See `Frame::looked_at`.
    pub watched: Cell<*const Frame>,
    /// The outermost frame that the helper has looked at among those up to `watched`; null if none.
    pub looked_at: Cell<*const Frame>,
    /// The second result of the helper `GET_METHOD`; owned, taken at once.
    pub method_self: Cell<Value>,
    /// The exception being raised; owned.
    raised: Cell<Option<Value>>,
    /// The exception being handled (`sys.exception()`), or None; owned. Generators save and restore it.
    pub handled: Cell<Value>,
    /// How many running generators keep an exception that their caller was handling.
    pub kept_handled: Cell<u64>,
    /// The interpreter instance.
    pub runtime: *const Runtime,
    /// The first word of the value stack.
    pub stack_base: Cell<*mut Value>,
    /// One past its last usable word.
    pub stack_limit: Cell<*mut Value>,
    stack_words: usize,
    max_frames: usize,
    /// `sys.setrecursionlimit`
    pub recursion_limit: Cell<u32>,
    /// The lowest address the native stack may reach.
    pub native_limit: Cell<usize>,
    /// Where the native stack was when the thread state was made.
    pub native_top: Cell<usize>,
    /// Nested deallocations; see `object::dealloc`.
    pub dealloc_depth: Cell<u32>,
    /// Objects whose deallocation was put off.
    pub dealloc_later: RefCell<Vec<Value>>,
    /// Objects whose `repr` is being made, against endless recursion.
    pub repr_running: RefCell<Vec<Value>>,
    /// `threading.get_ident()`
    pub ident: u64,
    /// `sys.settrace` and `sys.setprofile` functions; owned.
    pub trace: Cell<Option<Value>>,
    /// See `trace`.
    pub profile: Cell<Option<Value>>,
    /// One of them is running.
    pub telling: Cell<bool>,
    /// See [`crate::tracing`].
    pub told: Cell<*mut Frame>,
    /// The current `contextvars` context; owned.
    pub context: Cell<Option<Value>>,
    /// `sys.set_asyncgen_hooks`: first-iteration and finalizer hooks; owned.
    pub asyncgen_hooks: [Cell<Option<Value>>; 2],
    /// `sys.set_coroutine_origin_tracking_depth`
    pub coroutine_origin_depth: Cell<u32>,
}

thread_local! {
    static CURRENT: Cell<*const Thread> = const { Cell::new(null_mut()) };
}

/// The running thread's state.
#[inline(always)]
pub fn current() -> &'static Thread {
    let p = CURRENT.get();
    debug_assert!(!p.is_null(), "no thread state is attached");
    // SAFETY: the module's invariant.
    unsafe { &*p }
}

/// Is a thread state attached to this OS thread?
pub fn attached() -> bool {
    !CURRENT.get().is_null()
}

/// Attach a thread state to this OS thread (or detach, with null); returns what was attached.
///
/// # Safety
/// The thread state stays alive while attached, and its interpreter's GIL is held.
pub unsafe fn attach(thread: *const Thread) -> *const Thread {
    CURRENT.replace(thread)
}

impl Thread {
    /// Something has happened that makes what machine code knows of the heap doubtful; see `events`.
    #[inline(always)]
    pub fn event(&self) {
        self.events.set(self.events.get().wrapping_add(1));
    }
    /// An event that may change versions or watched dicts; see `changes`.
    #[inline(always)]
    pub fn change(&self) {
        self.event();
        self.changes.set(self.changes.get().wrapping_add(1 << CHANGES_SHIFT));
    }
    /// A frame has got a frame object.
    pub fn frame_object_made(&self) {
        self.frame_objects.set(self.frame_objects.get() + 1);
        self.changes.set(self.changes.get().wrapping_add(1));
    }
    /// A frame has lost its frame object.
    pub fn frame_object_gone(&self) {
        self.frame_objects.set(self.frame_objects.get() - 1);
    }
    /// A thread state for the calling OS thread, with a value stack of its own.
    pub fn new(runtime: *const Runtime, ident: u64) -> Box<Thread> {
        let share = crate::memory::limit().map_or(usize::MAX, |bytes| bytes / 16);
        let stack_words = (share / size_of::<Value>()).clamp(1 << 16, STACK_WORDS);
        let max_frames = (share / size_of::<Frame>()).clamp(1 << 14, MAX_FRAMES);
        let stack: Box<[u64]> = vec![0u64; stack_words].into_boxed_slice();
        let base = Box::into_raw(stack).cast::<Value>();
        // SAFETY: within the block; 4,096 words are kept for native callers that push arguments.
        let limit = unsafe { base.add(stack_words - 4096) };
        let frames = reserve_frames(max_frames);
        Box::new(Thread {
            poll: AtomicU32::new(0),
            depth: Cell::new(0),
            frame: Cell::new(frames.wrapping_sub(1)),
            frames_base: Cell::new(frames),
            frames_limit: Cell::new(frames.wrapping_add(1000)),
            frame_objects: Cell::new(0),
            exit: Cell::new(0),
            exit_words: [const { Cell::new(0) }; EXIT_WORDS],
            events: Cell::new(0),
            changes: Cell::new(0),
            result: Cell::new(0),
            watched: Cell::new(std::ptr::null()),
            looked_at: Cell::new(std::ptr::null()),
            method_self: Cell::new(crate::value::UNBOUND),
            raised: Cell::new(None),
            handled: Cell::new(NONE),
            kept_handled: Cell::new(0),
            runtime,
            stack_base: Cell::new(base),
            stack_limit: Cell::new(limit),
            stack_words,
            max_frames,
            recursion_limit: Cell::new(1000),
            native_limit: Cell::new(native_stack_limit()),
            native_top: Cell::new(stack_address()),
            dealloc_depth: Cell::new(0),
            dealloc_later: RefCell::new(Vec::new()),
            repr_running: RefCell::new(Vec::new()),
            ident,
            trace: Cell::new(None),
            profile: Cell::new(None),
            telling: Cell::new(false),
            told: Cell::new(null_mut()),
            context: Cell::new(None),
            asyncgen_hooks: [const { Cell::new(None) }; 2],
            coroutine_origin_depth: Cell::new(0),
        })
    }

    /// `sys.setrecursionlimit`
    pub fn set_recursion_limit(&self, limit: u32) {
        self.recursion_limit.set(limit);
        let n = (limit as usize).min(self.max_frames - 64);
        self.frames_limit.set(self.frames_base.get().wrapping_add(n));
    }
    /// Is this record one of the thread's?
    pub fn owns(&self, record: *const Frame) -> bool {
        let base = self.frames_base.get().cast_const();
        (base..base.wrapping_add(self.max_frames)).contains(&record)
    }
    /// The innermost frame's record, which is written (as are those below it) from here on.
    #[inline(always)]
    pub fn written_frame(&self) -> *mut Frame {
        let f = self.frame.get();
        // SAFETY: the innermost record, if there is one.
        if f >= self.frames_base.get() && unsafe { call_site::is_unwritten(&*f) } {
            return call_site::write_records(self);
        }
        f
    }
    /// The first value-stack word that no frame uses.
    #[inline(always)]
    pub fn stack_top(&self) -> *mut Value {
        let f = self.written_frame();
        if f < self.frames_base.get() {
            return self.stack_base.get();
        }
        // SAFETY: the innermost record is valid.
        unsafe { (*f).top }
    }

    /// Set the exception being raised; one that was set before is dropped.
    pub fn set_raised(&self, e: Ref) {
        drop(self.raised.replace(Some(e.into_raw())).map(Ref::from_raw));
    }
    /// Take the exception being raised.
    pub fn take_raised(&self) -> Option<Ref> {
        self.raised.take().map(Ref::from_raw)
    }
    /// Look at the exception being raised.
    pub fn raised(&self) -> Option<Value> {
        self.raised.get()
    }
    /// The exception being handled, in this frame or, if it handles none, in a caller's: a running generator keeps
    /// what its caller was handling.
    pub fn handled(&self) -> Option<Value> {
        let own = self.handled.get();
        if !own.is_none() || self.kept_handled.get() == 0 {
            return Some(own).filter(|v| !v.is_none());
        }
        let mut f = self.written_frame().cast_const();
        while f >= self.frames_base.get().cast_const() {
            // SAFETY: records from `frames_base` up to the innermost are valid.
            let frame = unsafe { &*f };
            if frame.has(crate::frame::flags::GENERATOR) && !frame.generator.handled.get().is_none() {
                return Some(frame.generator.handled.get());
            }
            f = f.wrapping_sub(1);
        }
        None
    }
    /// Ask the thread to look up at its next safepoint.
    pub fn request(&self, reason: u32) {
        self.poll.fetch_or(reason, std::sync::atomic::Ordering::Relaxed);
    }

    /// [`Thread::check_native_stack`] for `repr` and the like (`json`): what they call is often Python code, for which three
    /// quarters of the stack are left.
    pub fn check_repr_stack(&self, what: &str) -> crate::error::PyResult<()> {
        self.check_stack_share(4, what)
    }

    /// [`Thread::check_native_stack`] for what may use one of `shares` equal parts of the stack: no more than what CPython,
    /// whose stack is smaller and whose frames are larger, would nest about as deeply.
    pub fn check_stack_share(&self, shares: usize, what: &str) -> crate::error::PyResult<()> {
        let room = self.native_top.get().saturating_sub(self.native_limit.get());
        if stack_address() < self.native_top.get() - room / shares { native_overflow(what) } else { Ok(()) }
    }

    /// Bytes of native stack that are left.
    pub fn native_room(&self) -> usize {
        let here = 0u8;
        (&raw const here as usize).saturating_sub(self.native_limit.get())
    }
    /// Check that there is native stack left, before native code that may recurse through Python objects.
    #[inline(always)]
    pub fn check_native_stack(&self, what: &str) -> crate::error::PyResult<()> {
        let here = 0u8;
        if (&raw const here as usize) < self.native_limit.get() { native_overflow(what) } else { Ok(()) }
    }
}

#[cold]
#[inline(never)]
fn native_overflow(what: &str) -> crate::error::PyResult<()> {
    let here = 0u8;
    let used = crate::thread::current().native_top.get().saturating_sub(&raw const here as usize) / 1024;
    crate::raise!(RecursionError, "Stack overflow (used {used} kB){what}")
}

impl Drop for Thread {
    fn drop(&mut self) {
        let p = std::ptr::slice_from_raw_parts_mut(self.stack_base.get().cast::<u64>(), self.stack_words);
        // SAFETY: made by `new`, the first from a box of this length.
        unsafe {
            drop(Box::from_raw(p));
            std::alloc::dealloc(self.frames_base.get().cast(), frames_layout(self.max_frames));
        }
    }
}

fn frames_layout(n: usize) -> std::alloc::Layout {
    std::alloc::Layout::array::<Frame>(n).expect("a small number")
}

/// Zeroed address space for the frame records; pages are committed as they are used.
fn reserve_frames(n: usize) -> *mut Frame {
    // SAFETY: the layout is not empty.
    let p = unsafe { std::alloc::alloc_zeroed(frames_layout(n)) };
    if p.is_null() {
        std::alloc::handle_alloc_error(frames_layout(n));
    }
    p.cast()
}

/// An address in the running function's part of the stack.
#[inline(always)]
fn stack_address() -> usize {
    let here = 0u8;
    &raw const here as usize
}

/// The lowest address native code may use on this OS thread: its stack's end and 256 KiB to spare.
fn native_stack_limit() -> usize {
    const SPARE: usize = 256 << 10;
    // SAFETY: plain queries about the calling thread.
    unsafe {
        let mut attr: libc::pthread_attr_t = std::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &raw mut attr) != 0 {
            let here = 0u8;
            return (&raw const here as usize).saturating_sub(4 << 20);
        }
        let (mut base, mut size) = (null_mut(), 0);
        libc::pthread_attr_getstack(&raw const attr, &raw mut base, &raw mut size);
        libc::pthread_attr_destroy(&raw mut attr);
        let here = 0u8;
        // The main thread's "stack" may be reported as unlimited; never trust more than 64 MiB of it.
        (base as usize).max((&raw const here as usize).saturating_sub(64 << 20)) + SPARE
    }
}
