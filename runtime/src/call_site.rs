//! Calls in machine code: what is known about them when they are compiled, and the frame records made of that.
//!
//! Frames have no records as long as nobody looks, neither those that machine code calls nor those that are inlined.
//! Machine code leaves words that lead to a [`CallSite`], which knows what the records would be made of:
//!
//! - Where it calls a Python function, two words about the callee's frame: the address of the call site, marked, where
//!   the record has its code, and the function. Most callees return before anybody looks.
//! - Where it calls native code from inlined frames, the address of the call site, marked, is the base frame's `pc`.
//!
//! Whoever looks at frames from outside of machine code, or pushes one, calls [`write_records`] first. (Lazily made
//! frames: Hölzle, Chambers, Ungar, "Debugging Optimized Code with Dynamic Deoptimization", 1992, describe them from the
//! debugger's side.) The records of inlined frames become the thread's innermost by that. Machine code, which goes on in
//! its base frame, notices (`guard_innermost` in the IR), and leaves if there are frame objects of them.
//!
//! # Invariants
//! - A record whose code word is marked belongs to a frame that machine code has called; the frames between it and its
//!   caller's base frame are those that the call site lists. The record of a region's base frame that the interpreter
//!   has entered is written.
//! - Records below a written one are written; their `pc` may be that of an earlier call, until [`write_records`].
//! - The `pc` of a base frame is a plain one or that of a call in its own code's region; above the innermost record
//!   there is no marked one. While native code runs that may look at frames, the innermost record's is up to date.
//! - A call site lives as long as the code that refers to it, and that as long as a thread is inside.

#![allow(unsafe_code)]

use crate::exec::code::ExecCode;
use crate::exec::insn::Insn;
use crate::frame::{Frame, flags};
use crate::object::P;
use crate::thread::Thread;
use crate::types::function::Function;
use crate::value::Value;

/// Marks the address of a call site where a record has its code or its `pc`.
const MARK: usize = 1;

/// A call in machine code.
#[derive(Debug)]
pub struct CallSite {
    /// The call that is running in the base frame meanwhile.
    pub call: *const Insn,
    /// The inlined frames, outermost first, and the callee's if that is a Python function.
    pub frames: Box<[Called]>,
    /// The callee's slots lie so many words behind the base frame's first. 0: where the base frame's record says that
    /// its words end.
    pub base_slots: usize,
    /// The callee's slots, and the scratch words behind them. Native code has none.
    pub slots: usize,
    /// The base frame has ended: native code drops its locals.
    pub ended: bool,
}

/// An inlined or called frame.
#[derive(Debug)]
pub struct Called {
    /// Its function; null: machine code has written it (the callee's always).
    pub function: *const Function,
    /// Its code.
    pub code: *const ExecCode,
    /// The call that is running in an inlined one.
    pub call: *const Insn,
    /// The base frame's slot that is an inlined one's first.
    pub first: usize,
    /// An inlined one is a generator's, which machine code has written into its record.
    pub generator: bool,
}

// SAFETY: plain addresses of what the region keeps alive; they are followed by the thread that runs the code.
unsafe impl Send for CallSite {}
// SAFETY: as above.
unsafe impl Sync for CallSite {}

impl CallSite {
    /// What machine code writes where the callee's record has its code, or the base frame's its `pc`.
    pub fn word(&self) -> u64 {
        (std::ptr::from_ref(self) as usize | MARK) as u64
    }
    /// The call site that a marked word is.
    #[inline(always)]
    fn of(word: usize) -> Option<&'static CallSite> {
        if word & MARK == 0 {
            return None;
        }
        // SAFETY: module invariants.
        Some(unsafe { &*((word & !MARK) as *const CallSite) })
    }
    /// The call site by which a record's frame was called, where that is unwritten.
    #[inline(always)]
    fn of_callee(record: &Frame) -> Option<&'static CallSite> {
        CallSite::of(record.code as usize)
    }
    /// Write the records of a call whose callee's is this, above the base frame's.
    ///
    /// # Safety
    /// The base frame's record is written, up to its `pc`.
    unsafe fn write(&self, callee: *mut Frame) {
        let inlined = self.frames.len() - 1;
        // SAFETY: records are contiguous; slots lie behind those of the base frame.
        unsafe {
            let base = callee.sub(inlined + 1);
            let fp = if self.base_slots == 0 { (*base).top } else { (*base).fp.add(self.base_slots) };
            self.write_inlined(base, inlined, fp);
            let called = &self.frames[inlined];
            let r = &mut *callee;
            r.code = called.code;
            if !called.function.is_null() {
                r.function = P::from_ptr(called.function);
            }
            r.flags.set(flags::MACHINE);
            r.fp = fp;
            r.top = fp.add(self.slots);
            // It may have written none yet: that of an earlier frame then.
            if r.pc as usize & MARK == 0 && !r.code().has(r.pc) {
                r.pc = r.code().start();
            }
        }
    }
    /// Write the base frame's `pc`, and the records of so many inlined frames, whose words end at `top`.
    ///
    /// # Safety
    /// As for `write`.
    unsafe fn write_inlined(&self, base: *mut Frame, n: usize, top: *mut Value) {
        // SAFETY: records are contiguous.
        unsafe {
            (*base).pc = self.call;
            for (k, f) in self.frames[..n].iter().enumerate() {
                let r = &mut *base.add(k + 1);
                r.code = f.code;
                if !f.function.is_null() {
                    r.function = P::from_ptr(f.function);
                }
                let generator = if f.generator { flags::GENERATOR } else { 0 };
                r.flags.set(flags::MACHINE | flags::INLINED | generator);
                r.fp = (*base).fp.add(f.first);
                r.top = top;
                r.pc = f.call;
            }
        }
    }
}

/// Has machine code left this record, or those of frames inlined in it, unwritten?
#[inline(always)]
pub fn is_unwritten(record: &Frame) -> bool {
    (record.code as usize | record.pc as usize) & MARK != 0
}

/// Has machine code left the record of a frame that it has called unwritten?
#[inline(always)]
pub fn is_unwritten_callee(record: &Frame) -> bool {
    record.code as usize & MARK != 0
}

/// Write the records that machine code has left out, down to one that is written; and what call runs in that. The
/// innermost, which the result is, may be an inlined frame's from here on.
#[cold]
#[inline(never)]
pub fn write_records(thread: &Thread) -> *mut Frame {
    write_called(thread);
    let base = thread.frame.get();
    // SAFETY: module invariants.
    unsafe {
        let Some(site) = CallSite::of((*base).pc as usize) else { return base };
        site.write_inlined(base, site.frames.len(), (*base).top);
        if site.ended {
            (*base).flags.set((*base).flags.get() | flags::ENDED);
        }
        let innermost = base.add(site.frames.len());
        thread.frame.set(innermost);
        // Machine code is to look what has become of them.
        thread.event();
        innermost
    }
}

/// The frame that the innermost machine code runs in, for helpers that it calls: a record that is written, like those
/// below it.
pub fn base(thread: &Thread) -> &'static Frame {
    write_called(thread);
    // SAFETY: machine code runs in a frame.
    unsafe { &*base_frame(thread) }
}

/// Write the records of frames that machine code has called, down to one that is written.
fn write_called(thread: &Thread) {
    let mut record = thread.frame.get();
    let mut callee: *mut Frame = std::ptr::null_mut();
    // SAFETY: module invariants. On the way down an unwritten record's `fp` notes the one that it has called.
    unsafe {
        while let Some(site) = CallSite::of_callee(&*record) {
            (*record).fp = callee.cast();
            callee = record;
            record = record.sub(site.frames.len());
        }
        while let Some(site) = callee.as_ref().and_then(CallSite::of_callee) {
            let next = (*callee).fp.cast::<Frame>();
            site.write(callee);
            callee = next;
        }
    }
}

/// The base frame of the machine code that has called native code: the thread's innermost, but for inlined frames.
fn base_frame(thread: &Thread) -> *mut Frame {
    let mut base = thread.frame.get();
    // SAFETY: below inlined frames there is their base frame. An unwritten record has no flags.
    while unsafe { !is_unwritten_callee(&*base) && (*base).has(flags::INLINED) } {
        base = base.wrapping_sub(1);
    }
    base
}

/// Machine code has left: its base frame's record is the thread's innermost from here on, and written (but for its
/// `pc`, which may be that of an earlier call). The result is the one that was: those above the base frame's are inlined
/// frames', which somebody has looked at.
pub fn leave(thread: &Thread) -> *mut Frame {
    let seen = thread.frame.get();
    let base = base_frame(thread);
    thread.frame.set(base);
    write_called(thread);
    // SAFETY: the base frame's record; whoever has left keeps its code.
    unsafe {
        if let Some(site) = CallSite::of((*base).pc as usize) {
            (*base).pc = site.call;
        }
    }
    seen
}

/// Back in machine code from native code that has had the records of inlined frames written: they are forgotten, unless
/// one has got a frame object. `true`: one has.
pub fn forget_inlined(thread: &Thread) -> bool {
    let base = base_frame(thread);
    let mut record = thread.frame.get();
    while record > base {
        // SAFETY: the inlined frames' records, which are written.
        if unsafe { (*record).has(flags::OBJECT) } {
            return true;
        }
        record = record.wrapping_sub(1);
    }
    thread.frame.set(base);
    false
}

/// While it lives, Python code runs that native code has called: the records of the frames below are written.
pub struct Upcall<'t> {
    thread: &'t Thread,
    record: *mut Frame,
    pc: *const Insn,
}

impl Upcall<'_> {
    /// Native code is about to push a frame.
    #[inline(always)]
    pub fn begin(thread: &Thread) -> Upcall<'_> {
        let record = thread.frame.get();
        if record < thread.frames_base.get() {
            return Upcall { thread, record, pc: std::ptr::null() };
        }
        // SAFETY: the innermost record.
        let pc = unsafe { (*record).pc };
        thread.written_frame();
        Upcall { thread, record, pc }
    }
    /// Inlined frames were written: native code goes on as if they had not been, unless somebody knows them.
    #[cold]
    #[inline(never)]
    fn end(&self) {
        if !forget_inlined(self.thread) {
            // SAFETY: the base frame's record.
            unsafe { (*self.record).pc = self.pc };
        }
    }
}

impl Drop for Upcall<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.thread.frame.get() != self.record {
            self.end();
        }
    }
}

/// Tells of the code and the instruction of all frames, the innermost first, without writing anything: for signal
/// handlers. `tell` says whether to go on.
///
/// # Safety
/// As far as the thread is running, what is told may be nonsense; its code objects must stay.
pub unsafe fn walk(thread: &Thread, mut tell: impl FnMut(&'static ExecCode, *const Insn) -> bool) {
    let mut record = thread.frame.get();
    let mut call = None;
    // SAFETY: records from `frames_base` on are mapped; module invariants.
    unsafe {
        if record >= thread.frames_base.get()
            && let Some(site) = CallSite::of((*record).pc as usize)
        {
            for f in site.frames.iter().rev() {
                if !tell(&*f.code, f.call) {
                    return;
                }
            }
            call = Some(site.call);
        }
        while record >= thread.frames_base.get() {
            let at = call.take().unwrap_or((*record).pc);
            let Some(site) = CallSite::of_callee(&*record) else {
                if !tell(&*(*record).code, at) {
                    return;
                }
                record = record.wrapping_sub(1);
                continue;
            };
            for (k, f) in site.frames.iter().rev().enumerate() {
                if !tell(&*f.code, if k == 0 { at } else { f.call }) {
                    return;
                }
            }
            call = Some(site.call);
            record = record.wrapping_sub(site.frames.len());
        }
    }
}
