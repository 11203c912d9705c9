//! `throw`, `close` and finalization: exceptions into suspended generators, through what they delegate to.

use crate::error::{self, Exc, PyResult, Raised, raise_bare, raise_with, take_if};
use crate::eval_hook::{Resumed, hooks};
use crate::names::names;
use crate::object::{Kind, P, Ref};
use crate::protocol::{attr, call, repr};
use crate::raise;
use crate::runtime::{exception_class, runtime};
use crate::sem::generator::delegate;
use crate::slots::Args;
use crate::thread;
use crate::types::exception::{as_exception, given_matches, is_exception_class};
use crate::types::generator::{AsyncGenASend, Generator, State, kind_name, of};
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::value::{NONE, Value};

/// The exception that says that `g` returned `v`: `StopIteration`, or an async generator's `StopAsyncIteration`.
pub fn returned<T>(g: P<Generator>, v: &Ref) -> PyResult<T> {
    if g.exec().generator_kind() == Kind::AsyncGenerator {
        return raise_bare(Exc::StopAsyncIteration);
    }
    stop_iteration(v.value())
}

/// `StopIteration(v)`, without an argument for None.
pub fn stop_iteration<T>(v: Value) -> PyResult<T> {
    if v.is_none() { raise_bare(Exc::StopIteration) } else { raise_with(Exc::StopIteration, &[v]) }
}

/// What a resumption comes to for Python code: the value yielded, or the exception of [`returned`].
pub fn outcome(g: P<Generator>, r: PyResult<Resumed>) -> PyResult {
    match r? {
        Resumed::Yielded(v) => Ok(v),
        Resumed::Returned(v) => returned(g, &v),
    }
}

/// Let the raised exception go on at the generator's yield.
fn resume_raised(g: P<Generator>, closing: bool) -> PyResult<Resumed> {
    match g.state.get() {
        State::Running => raise!(ValueError, "{} already executing", kind_name(g)),
        State::Finished if !closing && g.exec().generator_kind() == Kind::Coroutine => {
            raise!(RuntimeError, "cannot reuse already awaited coroutine")
        }
        State::Finished => Err(Raised),
        State::Created | State::Suspended => {
            let hold = g.value().own();
            let r = (hooks().resume)(g, NONE, true);
            drop(hold);
            r
        }
    }
}

/// While what it delegates to runs on its behalf, the generator counts as running.
fn while_delegating<T>(g: P<Generator>, f: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    let hold = g.value().own();
    g.state.set(State::Running);
    let r = f();
    g.state.set(State::Suspended);
    drop(hold);
    r
}

/// Raise what `throw(*args)` was given.
fn raise_thrown(args: &[Value]) -> PyResult<()> {
    let (what, value) = (args[0], args.get(1).copied().filter(|v| !v.is_none()));
    let traceback = args.get(2).copied().filter(|v| !v.is_none());
    if traceback.is_some_and(|t| t.downcast::<Traceback>().is_none()) {
        return raise!(TypeError, "throw() third argument must be a traceback object");
    }
    let e = if is_exception_class(what) {
        match value {
            None => call::call0(what)?,
            Some(v) if given_matches(v, what) && as_exception(v).is_some() => v.own(),
            Some(v) => match v.downcast::<Tuple>() {
                Some(t) => call::call_tuple(what, t)?,
                None => call::call1(what, v)?,
            },
        }
    } else if as_exception(what).is_some() {
        if value.is_some() {
            return raise!(TypeError, "instance exception may not have a separate value");
        }
        what.own()
    } else {
        let got = what.class().name();
        return raise!(
            TypeError,
            "exceptions must be classes or instances deriving from BaseException, not {got}"
        );
    };
    let Some(exception) = as_exception(*e) else {
        return raise!(TypeError, "exceptions must derive from BaseException");
    };
    if let Some(t) = traceback {
        exception.set_traceback(Some(t.own()));
    }
    thread::current().set_raised(e);
    Ok(())
}

/// Throw into what a generator delegates to; `None` if that cannot be thrown into.
fn throw_into_delegate(inner: Value, close_on_exit: bool, args: &[Value]) -> PyResult<Option<Resumed>> {
    if let Some(sub) = of(inner).filter(|s| s.exec().generator_kind() != Kind::AsyncGenerator) {
        return match throw(sub, close_on_exit, args)? {
            Resumed::Returned(v) => returned(sub, &v),
            yielded => Ok(Some(yielded)),
        };
    }
    match attr::getattr_opt(inner, names().throw)? {
        Some(method) => call::call(*method, Args::positional(args)).map(|v| Some(Resumed::Yielded(v))),
        None => Ok(None),
    }
}

/// `g.throw(*args)`, with one to three arguments. `close_on_exit`: a `GeneratorExit` closes what `g` delegates to.
pub fn throw(g: P<Generator>, close_on_exit: bool, args: &[Value]) -> PyResult<Resumed> {
    thread::current().check_native_stack("")?;
    if let Some(inner) = delegate(g).map(Value::own) {
        let exit = exception_class(Exc::GeneratorExit).value();
        if close_on_exit && given_matches(args[0], exit) {
            if while_delegating(g, || close_iterator(*inner)).is_err() {
                return resume_raised(g, false);
            }
        } else {
            match while_delegating(g, || throw_into_delegate(*inner, close_on_exit, args)) {
                Ok(Some(yielded)) => return Ok(yielded),
                Ok(None) => {}
                Err(Raised) => return resume_raised(g, false),
            }
        }
    }
    raise_thrown(args)?;
    resume_raised(g, false)
}

/// `throw()` from Python: one to three arguments, of which more than one are deprecated.
pub fn throw_checked(g: P<Generator>, close_on_exit: bool, args: &[Value]) -> PyResult<Resumed> {
    warn_signature("throw", args)?;
    throw(g, close_on_exit, args)
}

/// Check the number of arguments of `throw` or `athrow`, and warn about more than one.
pub fn warn_signature(function: &str, args: &[Value]) -> PyResult<()> {
    crate::builtins::args::positional(function, Args::positional(args), 1, 3)?;
    if args.len() > 1 {
        let message = format!(
            "the (type, exc, tb) signature of {function}() is deprecated, use the single-arg signature instead."
        );
        return crate::builtins::warn::warn(Exc::DeprecationWarning, &message);
    }
    Ok(())
}

/// Close what a generator delegates to.
fn close_iterator(inner: Value) -> PyResult<()> {
    if let Some(g) = of(inner).filter(|s| s.exec().generator_kind() != Kind::AsyncGenerator) {
        return close(g).map(drop);
    }
    match attr::getattr_opt(inner, names().close) {
        Ok(Some(method)) => call::call0(*method).map(drop),
        Ok(None) => Ok(()),
        Err(Raised) => {
            error::write_unraisable("Exception ignored in generator close", Some(inner));
            Ok(())
        }
    }
}

/// `g.close()`: what the generator returned, if it caught the `GeneratorExit` and returned.
pub fn close(g: P<Generator>) -> PyResult {
    match g.state.get() {
        State::Created => {
            g.drop_frame();
            return Ok(NONE.own());
        }
        State::Suspended if ends_quietly(g) => {
            let hold = g.value().own();
            g.drop_frame();
            drop(hold);
            return Ok(NONE.own());
        }
        State::Finished => return Ok(NONE.own()),
        State::Suspended | State::Running => {}
    }
    thread::current().check_native_stack("")?;
    let closed = match delegate(g).map(Value::own) {
        Some(inner) => while_delegating(g, || close_iterator(*inner)),
        None => Ok(()),
    };
    if closed.is_ok() {
        thread::current().set_raised(call::call0(exception_class(Exc::GeneratorExit).value())?);
    }
    match resume_raised(g, true) {
        Ok(Resumed::Yielded(v)) => {
            drop(v);
            raise!(RuntimeError, "{} ignored GeneratorExit", kind_name(g))
        }
        Ok(Resumed::Returned(v)) => Ok(v),
        Err(Raised) => match take_if(Exc::GeneratorExit) {
            Some(_) => Ok(NONE.own()),
            None => Err(Raised),
        },
    }
}

/// Is there nothing to do when this object dies: no generator that has to be closed, no coroutine or awaitable that
/// nobody awaited?
pub fn is_done(v: Value) -> bool {
    if let Some(a) = v.exact::<AsyncGenASend>() {
        return a.is_under_way();
    }
    of(v).is_some_and(|g| match g.state.get() {
        State::Finished | State::Running => true,
        State::Created => g.exec().generator_kind() != Kind::Coroutine && g.finalizer.get().is_none(),
        State::Suspended => ends_quietly(g) && g.finalizer.get().is_none(),
    })
}

/// Would a suspended generator notice nothing of a `GeneratorExit`: no handler, no `finally`, nothing to be closed?
fn ends_quietly(g: P<Generator>) -> bool {
    g.exec().is_unguarded(g.pc.get())
}

/// The `__del__` of generators: close it, so that its `finally` blocks run; a coroutine that never ran is reported.
pub fn finalize(v: Value) {
    let Some(g) = of(v).filter(|_| !is_done(v)) else { return };
    let kind = g.exec().generator_kind();
    let finalizer = g.finalizer.get();
    if kind == Kind::AsyncGenerator && !finalizer.is_none() && !g.closed.get() {
        let finalizer = finalizer.own();
        if call::call1(*finalizer, v).is_err() {
            unraisable("Exception ignored while calling async generator finalizer", v);
        }
        return;
    }
    if kind == Kind::Coroutine && g.state.get() == State::Created {
        if warn_unawaited(g).is_err() {
            unraisable("Exception ignored while finalizing coroutine", v);
        }
        return;
    }
    if close(g).is_err() {
        unraisable("Exception ignored while closing generator", v);
    }
}

fn unraisable(what: &str, v: Value) {
    let e = error::take();
    let text = repr::repr_text(v).unwrap_or_else(|Raised| {
        drop(error::take());
        "<unprintable object>".to_owned()
    });
    thread::current().set_raised(e);
    error::write_unraisable(&format!("{what} {text}"), None);
}

fn warn_unawaited(g: P<Generator>) -> PyResult<()> {
    let name = g.qualname.get().as_str().map(|s| s.to_lossy()).unwrap_or_default();
    let modules = runtime().modules();
    if let Some(warnings) = modules.get_text("warnings").map(Value::own) {
        let f = attr::getattr_text(*warnings, "_warn_unawaited_coroutine")?;
        return call::call1(*f, g.value()).map(drop);
    }
    warn_runtime(&format!("coroutine '{name}' was never awaited"))
}

/// A `RuntimeWarning`, which is shown by default: `warnings` is imported for it.
pub fn warn_runtime(message: &str) -> PyResult<()> {
    if let Some(import) = runtime().builtins().get_text("__import__").map(Value::own) {
        let name: Ref = "warnings".into();
        call::call1(*import, *name)?;
    }
    crate::builtins::warn::warn(Exc::RuntimeWarning, message)
}

/// `cr_origin`: where a coroutine is created, up to `depth` frames, as (file name, line, function name).
pub fn origin(frame: &crate::frame::Frame, thread: &thread::Thread) -> Ref {
    let depth = thread.coroutine_origin_depth.get() as usize;
    let mut entries = Vec::new();
    let mut at = frame.back(thread);
    while let Some(f) = at.filter(|_| entries.len() < depth) {
        let code = &f.code().code;
        let line = crate::types::int::new(f.line().unwrap_or(0).into());
        let parts = vec![Ref::from(&*code.filename), line, f.code().name.own()];
        entries.push(crate::types::tuple::from_refs(parts).erase());
        at = f.back(thread);
    }
    crate::types::tuple::from_refs(entries).erase()
}
