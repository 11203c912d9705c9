//! Calls in machine code: what is known about them when they are compiled, and the frame records made of that.
//!
//! Machine code that calls a Python function leaves two words about the callee's frame: the address of its
//! [`CallSite`], marked, where the record has its code, and the function. Most callees return before anybody looks, and their records
//! are never written. Whoever looks at frames from outside of machine code, or pushes one, calls [`write_records`]
//! first. (Lazily made frames: Hölzle, Chambers, Ungar, "Debugging Optimized Code with Dynamic Deoptimization", 1992,
//! describe them from the debugger's side.)
//!
//! # Invariants
//! - A record whose code word is marked belongs to a frame that machine code has called; the frames between it and its
//!   caller's base frame are those that the call site lists. The record of a region's base frame that the interpreter
//!   has entered is written.
//! - Records below a written one are written; their `pc` may be that of an earlier call, until [`write_records`].
//! - A call site lives as long as the code that refers to it, and that as long as a thread is inside.

#![allow(unsafe_code)]

use crate::exec::code::ExecCode;
use crate::exec::insn::Insn;
use crate::frame::{Frame, flags};
use crate::object::P;
use crate::thread::Thread;
use crate::types::function::Function;

/// Marks the address of a call site where a record has its code.
const MARK: usize = 1;

/// A call in machine code.
#[derive(Debug)]
pub struct CallSite {
    /// The call that is running in the base frame meanwhile.
    pub call: *const Insn,
    /// The frames that begin with it: inlined ones, outermost first, and the callee's.
    pub frames: Box<[Called]>,
    /// The callee's slots lie so many words behind the base frame's first. 0: where the base frame's record says that
    /// its words end.
    pub base_slots: usize,
    /// The callee's slots, and the scratch words behind them.
    pub slots: usize,
}

/// A frame that begins with a call.
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
}

// SAFETY: plain addresses of what the region keeps alive; they are followed by the thread that runs the code.
unsafe impl Send for CallSite {}
// SAFETY: as above.
unsafe impl Sync for CallSite {}

impl CallSite {
    /// What machine code writes where the callee's record has its code.
    pub fn word(&self) -> u64 {
        (std::ptr::from_ref(self) as usize | MARK) as u64
    }
    /// The call site that stands in a record.
    #[inline(always)]
    fn of(record: &Frame) -> Option<&'static CallSite> {
        let word = record.code as usize;
        if word & MARK == 0 {
            return None;
        }
        // SAFETY: module invariants.
        Some(unsafe { &*((word & !MARK) as *const CallSite) })
    }
    /// Write the records of a call whose callee's is this, above the base frame's.
    ///
    /// # Safety
    /// The base frame's record is written, up to its `pc`.
    unsafe fn write(&self, callee: *mut Frame) {
        let n = self.frames.len();
        // SAFETY: records are contiguous; slots lie behind those of the base frame.
        unsafe {
            let base = callee.sub(n);
            (*base).pc = self.call;
            let fp = if self.base_slots == 0 { (*base).top } else { (*base).fp.add(self.base_slots) };
            for (k, f) in self.frames.iter().enumerate() {
                let r = &mut *base.add(k + 1);
                let is_callee = k + 1 == n;
                r.code = f.code;
                if !f.function.is_null() {
                    r.function = P::from_ptr(f.function);
                }
                r.flags.set(flags::MACHINE);
                r.fp = if is_callee { fp } else { (*base).fp.add(f.first) };
                r.top = if is_callee { fp.add(self.slots) } else { fp };
                if !is_callee {
                    r.pc = f.call;
                } else if !r.code().has(r.pc) {
                    r.pc = r.code().start();
                }
            }
        }
    }
}

/// Has machine code left this record unwritten?
#[inline(always)]
pub fn is_unwritten(record: &Frame) -> bool {
    record.code as usize & MARK != 0
}

/// Write the records that machine code has left out, down to one that is written; and what call runs in that.
#[cold]
#[inline(never)]
pub fn write_records(thread: &Thread) {
    let mut record = thread.frame.get();
    let mut callee: *mut Frame = std::ptr::null_mut();
    // SAFETY: module invariants. On the way down an unwritten record's `fp` notes the one that it has called.
    unsafe {
        while let Some(site) = CallSite::of(&*record) {
            (*record).fp = callee.cast();
            callee = record;
            record = record.sub(site.frames.len());
        }
        while let Some(site) = callee.as_ref().and_then(CallSite::of) {
            let next = (*callee).fp.cast::<Frame>();
            site.write(callee);
            callee = next;
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
    while record >= thread.frames_base.get() {
        // SAFETY: records from `frames_base` on are mapped; module invariants.
        unsafe {
            let at = call.take().unwrap_or((*record).pc);
            let Some(site) = CallSite::of(&*record) else {
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
