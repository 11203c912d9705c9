//! Generators, coroutines and async generators inside their frames: making them, yielding, delegating.
//!
//! # Invariants
//! A suspended frame's `pc` is the `YieldValue` or `ReturnGenerator` at which it stopped: resuming puts the value
//! sent into that instruction's destination, throwing raises at it.

use crate::error::{Exc, PyResult, Raised, take_if};
use crate::exec::insn::{Insn, Op};
use crate::frame::Frame;
use crate::object::{P, Ref};
use crate::protocol::{attr, call, iter};
use crate::raise;
use crate::sem::special::{Flow, Slots, may_await};
use crate::sem::unwind::restore_handled;
use crate::thread::Thread;
use crate::types::exception;
use crate::types::generator::{self, Coroutine, Generator, State};
use crate::types::{self};
use crate::value::{NONE, Value};
use taipan_bytecode::CodeFlags;

pub(super) fn execute(thread: &Thread, s: &mut Slots<'_>) -> PyResult<Flow> {
    let i = s.i;
    match i.op {
        Op::ReturnGenerator => Ok(make(thread, s)),
        Op::YieldValue => Ok(yield_value(thread, s)),
        Op::GetYieldFromIter => {
            let v = yield_from_iter(s.get(i.a), s.frame)?;
            s.finish(v)
        }
        Op::Send => match types::generator::send_to(s.get(i.a), s.get(i.b))? {
            crate::eval_hook::Resumed::Yielded(v) => s.finish_keeping_a(v).map(|()| Flow::Next),
            crate::eval_hook::Resumed::Returned(v) => s.finish_keeping_a(v).map(|()| Flow::Jump(i.d)),
        },
        Op::CleanupThrow => cleanup_throw(thread, s),
        _ => {
            let e = s.get(i.b);
            if e.is_instance_of(crate::runtime::exception_class(Exc::StopAsyncIteration)) {
                s.drop_operands();
                return Ok(Flow::Next);
            }
            let e = s.take(i.b);
            drop(s.take(i.a));
            thread.set_raised(e);
            Ok(Flow::Reraised)
        }
    }
}

impl Slots<'_> {
    /// Drop `b` and put the result; `a` stays.
    fn finish_keeping_a(&mut self, v: Ref) -> PyResult<()> {
        drop(self.take(self.i.b));
        self.set(self.i.c, v);
        Ok(())
    }
}

fn make(thread: &Thread, s: &mut Slots<'_>) -> Flow {
    let frame = &mut *s.frame;
    types::frame::detach(frame);
    // SAFETY: the locals are owned words; the frame ends here.
    let g = unsafe { frame.make_generator() };
    if thread.coroutine_origin_depth.get() != 0 && g.exec().generator_kind() == crate::object::Kind::Coroutine
    {
        drop(Ref::from_raw(g.origin.replace(generator::origin(frame, thread).into_raw())));
    }
    thread.frame.set(thread.frame.get().wrapping_sub(1));
    Flow::Return(g.erase())
}

fn yield_value(thread: &Thread, s: &mut Slots<'_>) -> Flow {
    let v = s.take(s.i.a);
    let frame = &mut *s.frame;
    let g = frame.generator;
    types::frame::suspend(frame);
    restore_handled(thread, frame);
    g.pc.set(frame.pc);
    g.live.set(s.i.a.into());
    g.state.set(State::Suspended);
    thread.frame.set(thread.frame.get().wrapping_sub(1));
    Flow::Yield(v)
}

/// The `Send` before the `YieldValue` at which a generator stopped that passes on what it delegates to has yielded;
/// `None` if it stopped at another instruction.
#[inline(always)]
pub fn delegating(g: P<Generator>) -> Option<*const Insn> {
    let at = g.pc.get();
    // SAFETY: `pc` is an instruction of the generator's code, which does not begin with a `YieldValue`.
    unsafe { ((*at).op == Op::YieldValue && (*at.sub(1)).op == Op::Send).then(|| at.sub(1)) }
}

/// What a suspended generator delegates to (`gi_yieldfrom`, `cr_await`), borrowed.
pub fn delegate(g: P<Generator>) -> Option<Value> {
    if g.state.get() != State::Suspended {
        return None;
    }
    // SAFETY: `pc` points into the code that the function owns.
    let i: Insn = unsafe { *g.pc.get() };
    if i.op != Op::YieldValue || i.d == 0 {
        return None;
    }
    // SAFETY: the receiver lies below the yielded value, among the live slots.
    Some(unsafe { *g.fp().add(i.a as usize - 1) })
}

fn yield_from_iter(v: Value, frame: &Frame) -> PyResult {
    if v.exact::<Coroutine>().is_some() && !may_await(frame) {
        return raise!(TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator");
    }
    if generator::of(v).is_some_and(|g| g.head.id.get() != crate::object::Kind::AsyncGenerator as u32) {
        return Ok(v.own());
    }
    iter::iter(v)
}

fn cleanup_throw(thread: &Thread, s: &mut Slots<'_>) -> PyResult<Flow> {
    let i = s.i;
    let e = s.get(i.a + 2);
    if e.is_instance_of(crate::runtime::exception_class(Exc::StopIteration)) {
        let v = attr::getattr(e, crate::names::names().value)?;
        for k in 0..3 {
            drop(s.take(i.a + k));
        }
        s.set(i.a, Ref::from_raw(NONE));
        s.set(i.a + 1, v);
        return Ok(Flow::Next);
    }
    let e = s.take(i.a + 2);
    thread.set_raised(e);
    Ok(Flow::Reraised)
}

fn is_awaitable_generator(v: Value) -> bool {
    generator::of(v).is_some_and(|g| {
        let f = g.exec().code.flags;
        f.intersects(CodeFlags(CodeFlags::COROUTINE.0 | CodeFlags::ITERABLE_COROUTINE.0))
    })
}

/// The iterator of `await v`; `how` as for `GET_AWAITABLE`.
pub fn awaitable(v: Value, how: i32) -> PyResult {
    if v.exact::<Coroutine>().is_some() || is_awaitable_generator(v) {
        if v.exact::<Coroutine>().is_some() && generator::of(v).and_then(delegate).is_some() {
            return raise!(RuntimeError, "coroutine is being awaited already");
        }
        return Ok(v.own());
    }
    let Some(f) = v.class().slots.await_.get() else {
        let class = v.class().name();
        return match how {
            1 => raise!(
                TypeError,
                "'async with' received an object from __aenter__ that does not implement __await__: {class}"
            ),
            2 => raise!(
                TypeError,
                "'async with' received an object from __aexit__ that does not implement __await__: {class}"
            ),
            _ => raise!(TypeError, "'{class}' object can't be awaited"),
        };
    };
    let it = f(v)?;
    if it.exact::<Coroutine>().is_some() || is_awaitable_generator(*it) {
        return raise!(TypeError, "__await__() returned a coroutine");
    }
    if it.class().slots.next.get().is_none() {
        return raise!(TypeError, "__await__() returned non-iterator of type '{}'", it.class().name());
    }
    Ok(it)
}

/// The iterator of `async for`.
pub fn aiter(v: Value) -> PyResult {
    let Some(f) = v.class().slots.aiter.get() else {
        return raise!(
            TypeError,
            "'async for' requires an object with __aiter__ method, got {}",
            v.class().name()
        );
    };
    let it = f(v)?;
    if it.class().slots.anext.get().is_none() {
        return raise!(
            TypeError,
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            it.class().name()
        );
    }
    Ok(it)
}

/// The awaitable of an asynchronous iterator's next value.
pub fn anext(it: Value) -> PyResult {
    let Some(f) = it.class().slots.anext.get() else {
        return raise!(
            TypeError,
            "'async for' requires an iterator with __anext__ method, got {}",
            it.class().name()
        );
    };
    let v = f(it)?;
    match awaitable(*v, 0) {
        Ok(a) => Ok(a),
        Err(Raised) => {
            let cause = take_if(Exc::TypeError);
            let Some(cause) = cause else { return Err(Raised) };
            let message =
                format!("'async for' received an invalid object from __anext__: {}", v.class().name());
            let e = exception::new_exception(Exc::TypeError, &message)?;
            if let Some(e) = exception::as_exception(*e) {
                e.set_cause(Some(cause));
            }
            crate::error::raise_exception(e)
        }
    }
}

/// An exception that leaves a generator: a `StopIteration` becomes a RuntimeError.
pub(super) fn stop_iteration_error(e: Value, frame: &Frame) -> PyResult {
    let flags = frame.code().code.flags;
    let stop = e.is_instance_of(crate::runtime::exception_class(Exc::StopIteration));
    let is_async = flags.contains(CodeFlags::ASYNC_GENERATOR);
    let stop_async = is_async && e.is_instance_of(crate::runtime::exception_class(Exc::StopAsyncIteration));
    let what = if is_async {
        "async generator"
    } else if flags.contains(CodeFlags::COROUTINE) {
        "coroutine"
    } else {
        "generator"
    };
    let name = match (stop, stop_async) {
        (true, _) => "StopIteration",
        (_, true) => "StopAsyncIteration",
        _ => return Ok(e.own()),
    };
    let error = exception::new_exception(Exc::RuntimeError, &format!("{what} raised {name}"))?;
    if let Some(x) = exception::as_exception(*error) {
        x.set_cause(Some(e.own()));
        x.set_context(Some(e.own()));
    }
    Ok(error)
}

/// `receiver.send(value)` of something that is no generator: `__next__` for None, else `send`.
pub fn send_to_other(receiver: Value, value: Value) -> PyResult<crate::eval_hook::Resumed> {
    use crate::eval_hook::Resumed;
    let r = if value.is_none() && receiver.class().slots.next.get().is_some() {
        match iter::advance(receiver) {
            Ok(Some(v)) => return Ok(Resumed::Yielded(v)),
            Ok(None) => return Ok(Resumed::Returned(Ref::from_raw(NONE))),
            Err(raised) => Err(raised),
        }
    } else {
        call::call_method(receiver, crate::names::names().send, &[value])
    };
    match r {
        Ok(v) => Ok(Resumed::Yielded(v)),
        Err(Raised) => match take_if(Exc::StopIteration) {
            Some(stop) => Ok(Resumed::Returned(attr::getattr(*stop, crate::names::names().value)?)),
            None => Err(Raised),
        },
    }
}
