//! What the interpreter does on the records of frames, out of line: the ends of frames that are not ordinary calls',
//! special instructions. The machine, which is in registers, picks the state up afterwards.
//!
//! # Invariants
//! The thread's innermost record is the running frame's, and its `pc` the current instruction; that of the frames
//! below is their call.

use taipan_runtime::error::PyResult;
use taipan_runtime::exec::insn::{A_TEMP, DST_LOCAL, Insn, Op};
use taipan_runtime::frame::{Frame, flags};
use taipan_runtime::machine::{Exit, Step};
use taipan_runtime::object::{Ref, decref};
use taipan_runtime::sem::special::{self, Flow};
use taipan_runtime::sem::unwind::drop_slots;
use taipan_runtime::thread::Thread;
use taipan_runtime::tracing;
use taipan_runtime::types::generator::State;
use taipan_runtime::value::{UNBOUND, Value};

/// The innermost record, to be read and written.
pub(crate) fn innermost(thread: &Thread) -> &'static mut Frame {
    // SAFETY: the innermost record is a running frame's; no other reference to it is held meanwhile.
    unsafe { &mut *thread.frame.get() }
}

/// The instruction at which `frame` called.
pub(crate) fn calling(frame: &Frame) -> Insn {
    // SAFETY: a caller's `pc` is its call.
    unsafe { *frame.pc }
}

/// Drop the locals of the innermost frame, which nobody has looked at, and the frame.
#[inline(always)]
pub(crate) fn drop_frame(thread: &Thread) {
    let frame = innermost(thread);
    frame.flags.set(flags::ENDED);
    for k in (0..frame.code().locals as usize).rev() {
        // The slots keep the words that are dropped: nobody may read them.
        decref(frame.slot(k));
    }
    thread.frame.set(thread.frame.get().wrapping_sub(1));
}

/// Go on in `frame` with the instruction behind its `pc`.
pub(crate) fn step_over(frame: &mut Frame) {
    // SAFETY: behind a call there is an instruction.
    frame.pc = unsafe { frame.pc.add(1) };
}

/// Put an instruction's result into its frame.
pub(crate) fn put_in(frame: &mut Frame, i: Insn, v: Ref) {
    // SAFETY: the destination is a slot of the frame; a local's old word is owned.
    unsafe {
        let p = frame.fp.add(i.c as usize);
        if i.has(DST_LOCAL) {
            let old = p.replace(v.into_raw());
            decref(old);
        } else {
            p.write(v.into_raw());
        }
    }
}

/// A call of the innermost frame has this result.
fn finish_call(thread: &Thread, result: Ref) {
    let frame = innermost(thread);
    let i = calling(frame);
    step_over(frame);
    // SAFETY: the callable's slot; the call consumes it.
    decref(unsafe { *frame.fp.add(i.a as usize) });
    put_in(frame, i, result);
}

/// A frame object outlives its frame: `return local` has moved the local out, and the object shows it.
fn keep_returned(frame: &Frame, result: &Ref) {
    let i = calling(frame);
    if i.op == Op::Return && !i.has(A_TEMP) {
        // SAFETY: the local was emptied by the instruction.
        unsafe { *frame.fp.add(i.a as usize) = result.clone().into_raw() };
    }
}

/// Leave a frame that is not an ordinary call's. Works on the records: the machine, which is in registers, picks the
/// state up afterwards.
#[cold]
#[inline(never)]
pub(crate) fn pop_special(thread: &'static Thread, result: Value) -> Step {
    let frame = innermost(thread);
    if frame.has(flags::TRACED) {
        return pop_traced(thread, frame, result);
    }
    let mut result = Ref::from_raw(result);
    let bits = frame.flags.get();
    if bits & flags::OBJECT != 0 {
        keep_returned(frame, &result);
    }
    if bits == flags::ENTRY {
        // Called from native code, and nobody looked at the frame.
        frame.flags.set(flags::ENDED);
        drop_slots(frame, 0, frame.code().locals as usize);
        thread.frame.set(thread.frame.get().wrapping_sub(1));
        thread.result.set(result.into_raw().bits());
        return Err(Exit::Returned);
    }
    if bits & flags::INIT != 0 {
        if !result.is_none() {
            return init_returned(&result);
        }
        result = Ref::from_raw(std::mem::replace(&mut frame.namespace, UNBOUND));
    }
    if bits & flags::GENERATOR != 0 {
        let g = frame.generator;
        taipan_runtime::sem::unwind::restore_handled(thread, frame);
        g.state.set(State::Finished);
        g.live.set(0);
    }
    special::end_frame(thread, frame);
    if bits & flags::ENTRY != 0 {
        thread.result.set(result.into_raw().bits());
        return Err(Exit::Returned);
    }
    if bits & (flags::GENERATOR | flags::INIT | flags::OPERATOR) == 0 {
        finish_call(thread, result);
        return Ok(());
    }
    let caller = innermost(thread);
    if bits & flags::OPERATOR != 0 {
        return crate::operators::finish_operator(caller, result);
    }
    let i = calling(caller);
    if bits & flags::GENERATOR != 0 {
        crate::generators::returned(caller, result);
    } else {
        // The callable's slot was the callee's first.
        step_over(caller);
        put_in(caller, i, result);
    }
    Ok(())
}

/// Leave a frame that ran when a trace function was set, and the loop.
fn pop_traced(thread: &'static Thread, frame: &mut Frame, result: Value) -> Step {
    frame.flags.set(frame.flags.get() & !flags::TRACED);
    if tracing::active(thread)
        && tracing::is_traced(frame)
        && tracing::end(thread, frame, result, false).is_err()
    {
        decref(result);
        return Err(Exit::Raised);
    }
    pop_special(thread, result)?;
    Err(Exit::Stop)
}

#[cold]
fn init_returned(result: &Ref) -> Step {
    let class = result.class().name();
    let r: PyResult<()> = taipan_runtime::raise!(TypeError, "__init__() should return None, not '{class}'");
    r.map_err(|_| Exit::Raised)
}

#[cold]
#[inline(never)]
pub(crate) fn recursion_error() -> Step {
    let r: PyResult<()> = taipan_runtime::raise!(RecursionError, "maximum recursion depth exceeded");
    r.map_err(|_| Exit::Raised)
}

/// Execute the innermost frame's current instruction there. Afterwards its `pc` is the next instruction, unless the
/// result says otherwise.
#[inline(never)]
pub(crate) fn run_special(thread: &'static Thread) -> Step {
    let frame = innermost(thread);
    let i = calling(frame);
    let entry = frame.has(flags::ENTRY);
    match special::execute(thread, frame, i) {
        Ok(Flow::Next) => {
            step_over(innermost(thread));
            Ok(())
        }
        Ok(Flow::Jump(d)) => {
            let frame = innermost(thread);
            // SAFETY: jumps stay inside the code.
            frame.pc = unsafe { frame.pc.offset(d as isize) };
            Ok(())
        }
        Ok(Flow::Reraised) => Err(Exit::Reraised),
        Ok(Flow::Return(v)) if entry => {
            thread.result.set(v.into_raw().bits());
            Err(Exit::Returned)
        }
        Ok(Flow::Return(v)) => {
            finish_call(thread, v);
            Ok(())
        }
        Ok(Flow::Yield(v)) if entry => {
            thread.result.set(v.into_raw().bits());
            Err(Exit::Yielded)
        }
        Ok(Flow::Yield(v)) => {
            let caller = innermost(thread);
            let i = calling(caller);
            step_over(caller);
            put_in(caller, i, v);
            Ok(())
        }
        Err(_) => Err(Exit::Raised),
    }
}
