//! Generators and coroutines resumed, suspended and finished on the frame stack, without native recursion.
//!
//! What delegates (`yield from`, `await`) is of no interest while values pass through it: a whole chain of generators
//! is put on the stack, and taken off it, in one go.
//!
//! # Invariants
//! - A suspended generator's `pc` is the `YieldValue` or `ReturnGenerator` at which it stopped, whose destination takes
//!   the value sent. A delegating `YieldValue` follows its `Send`.
//! - While what it delegates to runs above it, a frame's `pc` is its `Send`, whose value has moved on: the slot is
//!   `UNBOUND`.

use crate::frames::{calling, drop_frame, innermost, put_in};
use crate::machine::Interp;
use taipan_runtime::call_site::Upcall;
use taipan_runtime::error::PyResult;
use taipan_runtime::eval_hook::Resumed;
use taipan_runtime::exec::insn::{Insn, Op};
use taipan_runtime::frame::{Frame, flags};
use taipan_runtime::machine::{Exit, Owned, Step};
use taipan_runtime::object::{P, Ref, decref};
use taipan_runtime::raise;
use taipan_runtime::sem::generator::delegating;
use taipan_runtime::sem::unwind::restore_handled;
use taipan_runtime::thread::{self, Thread};
use taipan_runtime::types::exception;
use taipan_runtime::types::generator::{self, Generator, State};
use taipan_runtime::value::{NONE, UNBOUND, Value};

/// Put a generator's frame on the stack: it runs in the generator's own slots.
#[inline(always)]
fn write_record(thread: &Thread, record: *mut Frame, g: P<Generator>, top: *mut Value, bits: u32) {
    // SAFETY: the caller has checked that the record is within the limits.
    let r = unsafe { &mut *record };
    r.pc = g.pc.get();
    r.fp = g.fp();
    r.code = g.exec();
    r.function = g.function;
    r.top = top;
    r.flags.set(bits | flags::GENERATOR);
    r.generator = g;
    taipan_runtime::types::frame::resumed(r, g);
    g.state.set(State::Running);
    let outer = thread.handled.replace(g.handled.get());
    g.handled.set(outer);
    if !outer.is_none() {
        thread.kept_handled.set(thread.kept_handled.get() + 1);
    }
}

/// Put the frame of a suspended generator on the stack, and above it those of what it delegates to. Returns the slot
/// of the innermost into which the value goes that is sent.
#[inline(always)]
fn stack_up(
    thread: &Thread,
    mut record: *mut Frame,
    mut g: P<Generator>,
    top: *mut Value,
    bits: u32,
) -> *mut Value {
    write_record(thread, record, g, top, bits);
    loop {
        // SAFETY: `pc` is an instruction of the generator's code.
        let at = unsafe { *g.pc.get() };
        let next = record.wrapping_add(1);
        let inner = delegating(g).and_then(|send| {
            // SAFETY: the receiver of a suspended `Send` is among the generator's live slots.
            let receiver = unsafe { *g.fp().add(at.a as usize - 1) };
            let inner = generator::resumable(receiver).filter(|g| g.state.get() == State::Suspended)?;
            (next < thread.frames_limit.get()).then_some((send, inner))
        });
        let Some((send, inner)) = inner else {
            thread.frame.set(record);
            // SAFETY: the destination is a slot of the frame.
            return unsafe { g.fp().add(at.c as usize) };
        };
        // SAFETY: the record was written above.
        unsafe { (*record).pc = send };
        (g, record) = (inner, next);
        write_record(thread, record, g, top, 0);
    }
}

/// Suspend the innermost frame, which yields `v` at `at`, and those that only pass it on. `Yielded` if that ends an
/// entry frame; else the innermost frame goes on behind its `pc`, with the value.
#[inline(never)]
fn suspend(thread: &Thread, mut at: *const Insn, v: Value) -> Step {
    let mut frame = innermost(thread);
    loop {
        let g = frame.generator;
        restore_handled(thread, frame);
        g.pc.set(at);
        // SAFETY: `at` is the frame's `YieldValue`.
        g.live.set(unsafe { (*at).a }.into());
        g.state.set(State::Suspended);
        thread.frame.set(thread.frame.get().wrapping_sub(1));
        if frame.has(flags::ENTRY) {
            thread.result.set(v.bits());
            return Err(Exit::Yielded);
        }
        let caller = innermost(thread);
        let call = calling(caller);
        // SAFETY: behind a call there is an instruction.
        let next = unsafe { caller.pc.add(1) };
        // SAFETY: as above.
        let passes_on =
            call.op == Op::Send && unsafe { (*next).op } == Op::YieldValue && !caller.has(flags::OBJECT);
        if !passes_on {
            put_in(caller, call, Ref::from_raw(v));
            return Ok(());
        }
        (frame, at) = (caller, next);
    }
}

/// End the innermost frame, a generator's that Python code has resumed. The caller's `pc` moves on.
#[inline(never)]
fn finish(thread: &Thread, result: Ref) {
    let frame = innermost(thread);
    restore_handled(thread, frame);
    frame.generator.state.set(State::Finished);
    frame.generator.live.set(0);
    drop_frame(thread);
    returned(innermost(thread), result);
}

/// A generator that this frame has resumed has returned: a `for` loop ends, a `Send` has its result.
pub(crate) fn returned(caller: &mut Frame, result: Ref) {
    let i = calling(caller);
    // SAFETY: jumps stay inside the code.
    caller.pc = unsafe { caller.pc.offset(i.d as isize) };
    if i.op == Op::Send {
        put_in(caller, i, result);
    } else {
        drop(result);
        // SAFETY: the iterator's slot, which the loop gives up.
        decref(unsafe { *caller.fp.add(i.a as usize) });
    }
}

impl Interp {
    /// `for`, `yield from` and `await` resume a generator, see `Machine::resume`.
    #[inline(always)]
    pub(crate) fn start_generator(&mut self, v: Value, sent: Option<u16>) -> Option<Step> {
        let g = generator::resumable(v)?;
        let ready = match g.state.get() {
            State::Suspended => true,
            // What is sent to one that has not started must be None.
            State::Created => sent.is_none_or(|slot| self.take_raw(slot).is_none()),
            State::Running | State::Finished => false,
        };
        if !ready {
            return None;
        }
        self.save();
        let top = self.frame().top;
        let record = self.new_record(top)?;
        // SAFETY: the operand, which moves on.
        let value = sent.map_or(NONE, |slot| unsafe { self.slot(slot).replace(UNBOUND) });
        resume_chain(self.thread, record, g, top, value);
        self.reload(self.frame());
        Some(Ok(()))
    }

    /// The call of a generator function, see `Machine::return_generator`.
    #[inline(always)]
    pub(crate) fn make_generator(&mut self) -> Option<Step> {
        if self.frame().flags.get() != 0 || self.thread.coroutine_origin_depth.get() != 0 {
            return None;
        }
        self.save();
        let made = make(self.thread);
        self.resume_caller(made);
        Some(Ok(()))
    }

    /// `yield`, see `Machine::yield_value`.
    #[inline(always)]
    pub(crate) fn suspend(&mut self, i: Insn) -> Option<Step> {
        if self.frame().has(flags::OBJECT) {
            return None;
        }
        // What is thrown in there finds the operand gone.
        // SAFETY: the operand.
        let v = unsafe { self.slot(i.a).replace(UNBOUND) };
        let step = suspend(self.thread, self.pc.wrapping_sub(1), v);
        if step.is_ok() {
            self.reload(self.frame());
        }
        Some(step)
    }

    /// The end of a generator that Python code has resumed, and whose frame nobody has looked at.
    #[inline(always)]
    pub(crate) fn finish_generator(&mut self, result: Owned<Value>) {
        finish(self.thread, Ref::from_raw(result.0));
        *self = Interp::enter(self.thread);
    }
}

/// A generator of the innermost frame, whose slots and record it takes over.
#[inline(never)]
fn make(thread: &Thread) -> Ref {
    let frame = innermost(thread);
    // SAFETY: the locals are owned words; the frame ends here.
    let g = unsafe { frame.make_generator() };
    thread.frame.set(thread.frame.get().wrapping_sub(1));
    g.erase()
}

#[inline(never)]
fn resume_chain(thread: &Thread, record: *mut Frame, g: P<Generator>, top: *mut Value, value: Value) {
    let slot = stack_up(thread, record, g, top, 0);
    // SAFETY: a slot of the innermost frame that holds nothing.
    unsafe { slot.write(value) };
}

/// Resume a suspended generator from native code: see `eval_hook::Hooks::resume`.
pub fn resume(g: P<Generator>, value: Value, throw: bool) -> PyResult<Resumed> {
    let thread = thread::current();
    let _upcall = Upcall::begin(thread);
    let record = thread.frame.get().wrapping_add(1);
    if record >= thread.frames_limit.get() {
        return raise!(RecursionError, "maximum recursion depth exceeded");
    }
    let top = thread.stack_top();
    if throw {
        write_record(thread, record, g, top, flags::ENTRY);
        thread.frame.set(record);
        if let Some(e) = thread.take_raised() {
            // What the generator was handling at its yield becomes the context.
            exception::set_context(&e);
            thread.set_raised(e);
        }
    } else {
        let slot = stack_up(thread, record, g, top, flags::ENTRY);
        let frame = innermost(thread);
        // SAFETY: the slot holds nothing; behind the instruction that takes the value there is another.
        unsafe {
            slot.write(value.own().into_raw());
            let at = *frame.pc;
            frame.pc = frame.pc.add(1);
            if frame.code().resumptions[usize::from(at.b)].hit() {
                return crate::eval::run_hot(thread, Exit::HotResumption);
            }
        }
    }
    crate::eval::run_entry(thread, throw)
}
