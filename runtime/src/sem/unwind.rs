//! Exceptions on the way through frames: traceback entries, handlers, dropping what a frame holds.
//!
//! # Invariants
//! Works on the concrete frames: the thread's innermost frame has an up-to-date `pc`, and its slots are as the
//! instruction at `pc` found them (operands that it had consumed already were overwritten by `UNBOUND`).

use crate::exec::insn::Op;
use crate::frame::{Frame, flags};
use crate::object::{Ref, decref};
use crate::thread::Thread;
use crate::tracing::{self, Unwinding::*};
use crate::types::generator::State;
use crate::types::{exception, frame as frame_object, traceback};
use crate::value::{NONE, UNBOUND, Value};

/// Where the raised exception goes.
pub enum Unwound {
    /// To a handler: go on at the innermost frame's `pc`.
    Handler,
    /// Out of the entry frame, which is gone: to native code.
    Native,
}

/// Find the handler of the raised exception, from the innermost frame outwards to the entry frame.
/// `add_traceback` is false for a `RERAISE`, which keeps the entry of the first raise.
pub fn unwind(thread: &Thread, mut add_traceback: bool) -> Unwound {
    let mut live_end: Option<*mut Value> = None;
    loop {
        // SAFETY: the innermost record is valid while the eval loop runs.
        let frame = unsafe { &mut *thread.frame.get() };
        let index = frame.index();
        if add_traceback {
            push_traceback(thread, frame, index);
        }
        if tracing::active(thread) {
            tracing::unwinding(thread, frame, if add_traceback { Raised } else { Reraised });
        }
        add_traceback = true;
        let live = live_slots(frame, index, live_end);
        let origin = raised_at(frame, index);
        if let Some(h) = frame.code().handler(index) {
            if tracing::active(thread) {
                tracing::unwinding(thread, frame, Handled);
            }
            let keep = frame.code().locals as usize + h.depth as usize;
            drop_slots(frame, keep, live);
            enter_handler(thread, frame, h, origin, keep);
            return Unwound::Handler;
        }
        frame.pc = frame.code().at(origin);
        if tracing::active(thread) {
            tracing::unwinding(thread, frame, Ends);
        }
        let entry = frame.has(flags::ENTRY);
        live_end = Some(frame.fp);
        leave(thread, frame, live);
        if entry {
            return Unwound::Native;
        }
    }
}

/// Where the exception was raised: a handler that does not handle it says where it came from.
fn raised_at(frame: &Frame, index: usize) -> usize {
    let i = frame.code().insns[index].get();
    let given =
        (i.op == Op::Reraise && i.d > 0).then(|| frame.slot(usize::from(i.a) - i.d as usize).as_small_int());
    given.flatten().map_or(index, |at| at as usize)
}

fn enter_handler(
    thread: &Thread,
    frame: &mut Frame,
    h: crate::exec::code::Handler,
    index: usize,
    keep: usize,
) {
    let mut at = keep;
    let mut push = |v: Value| {
        // SAFETY: the code's stack size has room for its handlers' operands.
        unsafe { *frame.fp.add(at) = v };
        at += 1;
    };
    if h.lasti {
        push(Value::small_int(index as i64));
    }
    push(thread.take_raised().map_or(NONE, Ref::into_raw));
    frame.pc = frame.code().at(h.target as usize);
}

/// Slots in use: all locals, and the operands before the instruction; while a callee runs on top, only those below
/// its slots.
fn live_slots(frame: &Frame, index: usize, callee: Option<*mut Value>) -> usize {
    let live = frame.code().locals as usize + frame.code().depth[index] as usize;
    match callee {
        Some(fp) if fp >= frame.fp && fp < frame.fp.wrapping_add(live) => {
            (fp as usize - frame.fp as usize) / size_of::<Value>()
        }
        _ => live,
    }
}

fn push_traceback(thread: &Thread, frame: &Frame, index: usize) {
    if thread.raised().is_some() {
        add_entry(frame_object::of(frame), frame.code().unit[index] as i32 * 2);
    }
}

/// The raised exception's traceback gets an entry for this frame object.
pub(super) fn add_entry(frame: Ref, lasti: i32) {
    let Some(e) = crate::thread::current().raised().and_then(exception::as_exception) else { return };
    let next = e.traceback().map(Value::own);
    let entry = traceback::new(next, frame, lasti, -1);
    e.set_traceback(Some(entry.erase()));
}

/// Drop the slots from `from` up to `to`.
pub fn drop_slots(frame: &Frame, from: usize, to: usize) {
    // From the end, as in CPython: finalizers show the order.
    for i in (from..to).rev() {
        // SAFETY: live slots of the frame.
        decref(unsafe { frame.fp.add(i).replace(UNBOUND) });
    }
}

/// Pop a frame that ends by an exception.
fn leave(thread: &Thread, frame: &mut Frame, live: usize) {
    frame_object::detach(frame);
    if frame.has(flags::GENERATOR) {
        let g = frame.generator;
        g.state.set(State::Finished);
        g.live.set(0);
        restore_handled(thread, frame);
    }
    frame.flags.set(frame.flags.get() | flags::ENDED);
    drop_slots(frame, 0, live);
    if frame.has(flags::NAMESPACE | flags::INIT) {
        decref(frame.namespace);
    }
    thread.frame.set(thread.frame.get().wrapping_sub(1));
}

/// A generator's frame stops running: the caller's handled exception is the handled one again.
#[inline]
pub fn restore_handled(thread: &Thread, frame: &Frame) {
    let g = frame.generator;
    if !g.handled.get().is_none() {
        thread.kept_handled.set(thread.kept_handled.get() - 1);
    }
    let inner = thread.handled.replace(g.handled.get());
    g.handled.set(inner);
}
