//! `sys.settrace` and `sys.setprofile`: calling the functions that somebody has set.
//!
//! While a function is set (and does not run itself) the eval loop runs with a machine of its own (`interp`'s `tracer.rs`),
//! which says when something happens; what is raised is said by the unwinder. Nothing of it costs anything otherwise.
//!
//! # Invariants
//! `Thread::told` is the innermost frame whose start was told, or that ran when the function was set. While tracing is
//! active it is brought down before a frame ends, so that each record above it is one that has begun since.

use crate::error::{PyResult, Raised};
use crate::exec::insn::Op;
use crate::frame::{self, Frame, flags};
use crate::monitoring::{self, Event as Monitored};
use crate::object::Ref;
use crate::protocol::call::call;
use crate::runtime::runtime;
use crate::slots::Args;
use crate::thread::{Thread, poll};
use crate::types::descriptor::{MethodDescriptor, NativeFunction};
use crate::types::frame::{self as frame_object, FrameObject, Place};
use crate::types::{exception, str, tuple};
use crate::value::{NONE, Value};
use std::cell::Cell;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A frame begins or goes on.
    Call,
    /// A line begins.
    Line,
    /// A frame ends or yields.
    Return,
    /// An exception has come to the frame.
    Exception,
    /// An instruction comes next.
    Opcode,
    /// A native function is going to be called.
    CCall,
    /// It has returned.
    CReturn,
    /// It has raised an exception.
    CException,
}

impl Event {
    fn name(self) -> &'static str {
        match self {
            Event::Call => "call",
            Event::Line => "line",
            Event::Return => "return",
            Event::Exception => "exception",
            Event::Opcode => "opcode",
            Event::CCall => "c_call",
            Event::CReturn => "c_return",
            Event::CException => "c_exception",
        }
    }
    fn is_for_profilers(self) -> bool {
        !matches!(self, Event::Line | Event::Exception | Event::Opcode)
    }
    fn is_for_tracers(self) -> bool {
        !matches!(self, Event::CCall | Event::CReturn | Event::CException)
    }
}

/// Is there a function to tell, that is not running?
#[inline]
pub fn active(thread: &Thread) -> bool {
    !thread.telling.get()
        && (thread.trace.get().is_some()
            || thread.profile.get().is_some()
            || runtime().monitoring.is_active())
}

/// Set or take away (None) the thread's function in `cell`: `Thread::trace` or `Thread::profile`.
pub fn set(thread: &Thread, cell: &Cell<Option<Value>>, function: Value) {
    let new = if function.is_none() { None } else { Some(function.own().into_raw()) };
    let old = cell.replace(new).map(Ref::from_raw);
    attend(thread);
    drop(old);
}

/// From now on somebody wants to hear what the thread does.
pub fn attend(thread: &Thread) {
    // Otherwise the frames below the one that is told of have been seen to.
    if !thread.telling.get() {
        thread.told.set(thread.frame.get());
        frame::leave_loop_on_return(thread);
    }
    // Whoever records the frame that does this has to know; machine code looks at the request.
    let _ = frame::current();
    thread.change();
    thread.request(poll::TRACING);
}

/// Do something that nobody is to hear of.
pub fn quietly(thread: &Thread, f: impl FnOnce() -> PyResult) -> PyResult {
    let told = thread.told.get();
    thread.telling.set(true);
    let result = f();
    thread.telling.set(false);
    thread.told.set(told.min(thread.frame.get()));
    result
}

/// Call `f` with tracing as if no trace function were running (`sys.call_tracing`).
pub fn call_tracing(thread: &Thread, f: impl FnOnce() -> PyResult) -> PyResult {
    let (telling, told) = (thread.telling.replace(false), thread.told.replace(thread.frame.get()));
    let r = f();
    thread.telling.set(telling);
    thread.told.set(told);
    r
}

/// Tell both functions about the frame, which is at `place` meanwhile, if that is not its current instruction.
/// An error is the function's: it is taken away, and what is happening ends by the exception.
#[cold]
#[inline(never)]
pub fn tell(thread: &Thread, frame: &Frame, event: Event, arg: Value, place: Option<Place>) -> PyResult<()> {
    if event.is_for_profilers() && thread.profile.get().is_some() {
        profile(thread, frame, event, arg, place)?;
    }
    if event.is_for_tracers() && thread.trace.get().is_some() {
        trace(thread, frame, event, arg, place)?;
    }
    Ok(())
}

/// Call a trace function: nothing is traced meanwhile, and the frame is at `place`.
fn invoke(
    thread: &Thread,
    frame: &FrameObject,
    function: Value,
    args: &[Value],
    place: Option<Place>,
) -> PyResult {
    let outer = frame.told.replace(place);
    let result = quietly(thread, || call(function, Args::positional(args)));
    frame.told.set(outer);
    result
}

fn profile(thread: &Thread, frame: &Frame, event: Event, arg: Value, place: Option<Place>) -> PyResult<()> {
    let Some(function) = thread.profile.get().map(Value::own) else { return Ok(()) };
    let object = frame_object::of(frame);
    let Some(f) = object.exact::<FrameObject>() else { return Ok(()) };
    let name = Ref::from(event.name());
    match invoke(thread, &f, *function, &[*object, *name, arg], place) {
        Ok(_) => Ok(()),
        Err(Raised) => {
            set(thread, &thread.profile, NONE);
            Err(Raised)
        }
    }
}

fn trace(thread: &Thread, frame: &Frame, event: Event, arg: Value, place: Option<Place>) -> PyResult<()> {
    let object = frame_object::of(frame);
    let Some(f) = object.exact::<FrameObject>() else { return Ok(()) };
    let function = match event {
        Event::Call => thread.trace.get().map(Value::own),
        Event::Line if !f.trace_lines.get() => None,
        Event::Opcode if !f.trace_opcodes.get() => None,
        _ => f.trace.borrow().clone(),
    };
    let Some(function) = function else { return Ok(()) };
    let name = str::interned(event.name());
    match invoke(thread, &f, *function, &[*object, name.value(), arg], place) {
        Ok(local) if local.is_none() => Ok(()),
        Ok(local) => {
            drop(f.trace.replace(Some(local)));
            Ok(())
        }
        Err(Raised) => {
            drop(f.trace.take());
            set(thread, &thread.trace, NONE);
            Err(Raised)
        }
    }
}

/// Does this frame have a trace function of its own?
#[inline]
pub fn is_traced(frame: &Frame) -> bool {
    frame.has(flags::OBJECT)
        && frame.object.get().exact::<FrameObject>().is_some_and(|f| f.trace.borrow().is_some())
}

/// Tell that frames have begun, if there are some above the last that was told. `thrown`: what is thrown into the
/// innermost.
pub fn begin(thread: &Thread, thrown: Option<Value>) -> PyResult<()> {
    thread.told.set(thread.told.get().min(thread.frame.get()));
    while let Some(frame) = frame::above(thread, thread.told.get()) {
        thread.told.set(std::ptr::from_ref(frame).cast_mut());
        let code = frame.code();
        if frame.has(flags::GENERATOR) && starts(frame) && thrown.is_none() {
            monitoring::fire(thread, frame, Monitored::PyStart, 0, &[])?;
            tell(thread, frame, Event::Call, NONE, Some(Place::Start))?;
        } else if frame.has(flags::GENERATOR) {
            let unit = code.unit[frame.index().saturating_sub(1)];
            match thrown {
                Some(e) => monitoring::fire(thread, frame, Monitored::PyThrow, unit, &[e])?,
                None => monitoring::fire(thread, frame, Monitored::PyResume, unit, &[])?,
            }
            tell(thread, frame, Event::Call, NONE, Some(Place::Unit(unit)))?;
        } else if !code.code.flags.is_generator_like() {
            // What makes a generator has no frame for those who look.
            monitoring::fire(thread, frame, Monitored::PyStart, 0, &[])?;
            tell(thread, frame, Event::Call, NONE, Some(Place::Start))?;
        }
    }
    Ok(())
}

/// Does a generator's frame go on behind the instruction that made the generator?
fn starts(frame: &Frame) -> bool {
    let index = frame.index().saturating_sub(1);
    frame.code().insns[index].get().op == Op::ReturnGenerator
}

/// The innermost frame is going to return or to yield `v`.
pub fn end(thread: &Thread, frame: &Frame, v: Value, yields: bool) -> PyResult<()> {
    let event = if yields { Monitored::PyYield } else { Monitored::PyReturn };
    if runtime().monitoring.wants(event) {
        monitoring::fire(thread, frame, event, frame.code().unit[frame.index()], &[v])?;
    }
    tell(thread, frame, Event::Return, v, None)
}

/// What an exception does to a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwinding {
    /// It is raised there, or has come from a callee.
    Raised,
    /// It goes on.
    Reraised,
    /// The frame ends by it.
    Ends,
    /// A handler takes it.
    Handled,
}

/// An exception does something to a frame. What a function raises takes its place.
#[cold]
#[inline(never)]
pub fn unwinding(thread: &Thread, frame: &Frame, what: Unwinding) {
    let Some(e) = thread.take_raised() else { return };
    // What is thrown into a generator comes before it goes on.
    let result = begin(thread, Some(*e)).and_then(|()| unwound(thread, frame, what, &e));
    if what == Unwinding::Ends {
        thread.told.set(thread.told.get().min(std::ptr::from_ref(frame).cast_mut().wrapping_sub(1)));
    }
    if result.is_ok() {
        thread.set_raised(e);
    }
}

fn unwound(thread: &Thread, frame: &Frame, what: Unwinding, e: &Ref) -> PyResult<()> {
    let event = match what {
        Unwinding::Raised => Monitored::Raise,
        Unwinding::Reraised => Monitored::Reraise,
        Unwinding::Ends => Monitored::PyUnwind,
        Unwinding::Handled => Monitored::ExceptionHandled,
    };
    if runtime().monitoring.wants(event) {
        monitoring::fire(thread, frame, event, frame.code().unit[frame.index()], &[**e])?;
    }
    match what {
        Unwinding::Raised => {
            let traceback = exception::as_exception(**e).and_then(|e| e.traceback()).unwrap_or(NONE);
            let details = tuple::from_refs(vec![e.class().value().own(), e.clone(), traceback.own()]);
            tell(thread, frame, Event::Exception, details.p().value(), None)
        }
        Unwinding::Ends => tell(thread, frame, Event::Return, NONE, None),
        Unwinding::Reraised | Unwinding::Handled => Ok(()),
    }
}

/// What the events of a call are about: the native function that `callable` is, as a method of the first argument if
/// it is one of a class.
pub fn native_callee(callable: Value, first: Option<Value>) -> Option<Ref> {
    if callable.exact::<NativeFunction>().is_some() {
        return Some(callable.own());
    }
    let method = callable.exact::<MethodDescriptor>()?;
    let this = first.filter(|v| v.is_instance_of(method.owner.p()))?;
    Some(NativeFunction::new(method.def, Some(this.own()), None).erase())
}
