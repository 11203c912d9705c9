//! Async generators, and what their `asend` and `__anext__` return.

use super::athrow::AsyncGenAThrow;
use super::methods::{frame_of, plain, repr_of, set_text};
use super::throwing::{returned, stop_iteration, throw_checked, warn_runtime, warn_signature};
use super::{AsyncGenWrapped, AsyncGenerator, Generator, State, send};
use crate::error::{self, Exc, PyResult, Raised, take_if};
use crate::eval_hook::Resumed;
use crate::object::{Header, Kind, Own, OwnedCell, P, Ref, alloc};
use crate::protocol::call::call1;
use crate::runtime::{exception_class, types};
use crate::sem::generator::delegate;
use crate::thread;
use crate::types::code::Code;
use crate::types::generic_alias;
use crate::types::type_object::{TypeObject, flags};
use crate::value::{NONE, Value};
use crate::{object_layout, pymethods, raise};
use std::cell::Cell;

/// How far an awaitable of an async generator has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nobody has awaited it.
    Init,
    /// Under way.
    Iter,
    /// Done.
    Closed,
}

/// The awaitable of `asend(value)` and `__anext__()`.
#[repr(C)]
pub struct AsyncGenASend {
    /// The header.
    pub head: Header,
    pub(super) generator: Own<AsyncGenerator>,
    pub(super) value: OwnedCell,
    pub(super) stage: Cell<Stage>,
}
object_layout!(AsyncGenASend, Kind::AsyncGenASend, container, [generator, value]);

/// Run the hooks of `sys.set_asyncgen_hooks` at the first iteration.
pub(super) fn run_hooks(g: P<AsyncGenerator>) -> PyResult<()> {
    if g.0.hooks_done.replace(true) {
        return Ok(());
    }
    let [first, finalizer] = &thread::current().asyncgen_hooks;
    if let Some(f) = finalizer.get().filter(|f| !f.is_none()) {
        drop(Ref::from_raw(g.0.finalizer.replace(f.own().into_raw())));
    }
    if let Some(f) = first.get().filter(|f| !f.is_none()).map(Value::own) {
        call1(*f, g.value())?;
    }
    Ok(())
}

/// What a resumption of an async generator comes to for whoever awaits its `asend`: a value that it yielded is what
/// the await returns, what its own `await`s yield goes through.
pub(super) fn unwrap(g: P<Generator>, r: PyResult<Resumed>) -> PyResult<Resumed> {
    match r {
        Ok(Resumed::Yielded(v)) => match v.exact::<AsyncGenWrapped>() {
            Some(w) => {
                g.running_async.set(false);
                Ok(Resumed::Returned(w.value.clone()))
            }
            None => Ok(Resumed::Yielded(v)),
        },
        Ok(Resumed::Returned(v)) => {
            g.closed.set(true);
            g.running_async.set(false);
            returned(g, &v)
        }
        Err(Raised) => {
            let raised = thread::current().raised();
            let ends = [Exc::StopAsyncIteration, Exc::GeneratorExit];
            if raised.is_some_and(|e| ends.iter().any(|&x| e.is_instance_of(exception_class(x)))) {
                g.closed.set(true);
            }
            g.running_async.set(false);
            Err(Raised)
        }
    }
}

/// How an awaitable says the same to Python code: what it returns is a `StopIteration`.
pub(super) fn told(r: PyResult<Resumed>) -> PyResult {
    match r? {
        Resumed::Yielded(v) => Ok(v),
        Resumed::Returned(v) => stop_iteration(*v),
    }
}

/// After `close()` threw a `GeneratorExit` into an awaitable.
pub(super) fn closed(r: PyResult) -> PyResult {
    match r {
        Ok(v) => {
            drop(v);
            raise!(RuntimeError, "coroutine ignored GeneratorExit")
        }
        Err(Raised) => {
            let ends = [Exc::StopIteration, Exc::StopAsyncIteration, Exc::GeneratorExit];
            if ends.into_iter().any(|x| take_if(x).is_some()) { Ok(NONE.own()) } else { Err(Raised) }
        }
    }
}

/// Report that nobody awaited `g.method()`.
pub(super) fn warn_method(g: P<AsyncGenerator>, method: &str, v: Value) {
    let name = g.0.qualname.get().as_str().map(|s| s.to_lossy()).unwrap_or_default();
    if warn_runtime(&format!("coroutine method '{method}' of '{name}' was never awaited")).is_err() {
        error::write_unraisable("Exception ignored in", Some(v));
    }
}

fn asend(g: P<AsyncGenerator>, value: Option<Value>) -> PyResult {
    run_hooks(g)?;
    Ok(alloc(AsyncGenASend {
        head: Header::new(types().async_gen_asend),
        generator: g.own_typed(),
        value: OwnedCell::new(value.map(Value::own)),
        stage: Cell::new(Stage::Init),
    })
    .erase())
}

#[pymethods]
impl AsyncGenerator {
    #[slot(repr)]
    fn repr(g: P<AsyncGenerator>) -> PyResult {
        Ok(repr_of(plain(g), "async_generator").as_str().into())
    }
    #[slot(aiter)]
    fn aiter(v: Value) -> PyResult {
        Ok(v.own())
    }
    #[slot(anext)]
    fn anext(g: P<AsyncGenerator>) -> PyResult {
        asend(g, None)
    }
    /// asend(v) -> send 'v' in generator.
    #[method("(self, value, /)")]
    fn asend(g: P<AsyncGenerator>, value: Value) -> PyResult {
        asend(g, Some(value))
    }
    /// athrow(value)
    /// athrow(type[,value[,tb]])
    ///
    /// raise exception in generator.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[method("(self, *args)")]
    fn athrow(g: P<AsyncGenerator>, args: &[Value]) -> PyResult {
        warn_signature("athrow", args)?;
        run_hooks(g)?;
        Ok(AsyncGenAThrow::new(g, args).erase())
    }
    /// aclose() -> raise GeneratorExit inside generator.
    #[method("(self, /)")]
    fn aclose(g: P<AsyncGenerator>) -> PyResult {
        run_hooks(g)?;
        Ok(AsyncGenAThrow::new(g, &[]).erase())
    }
    /// name of the async generator
    #[getter]
    fn __name__(g: P<AsyncGenerator>) -> Value {
        g.0.name.get()
    }
    #[setter(name = "__name__")]
    fn set_name(g: P<AsyncGenerator>, value: Option<Value>) -> PyResult<()> {
        set_text(&g.0.name, value, "__name__")
    }
    /// qualified name of the async generator
    #[getter]
    fn __qualname__(g: P<AsyncGenerator>) -> Value {
        g.0.qualname.get()
    }
    #[setter(name = "__qualname__")]
    fn set_qualname(g: P<AsyncGenerator>, value: Option<Value>) -> PyResult<()> {
        set_text(&g.0.qualname, value, "__qualname__")
    }
    /// object being awaited on, or None
    #[getter]
    fn ag_await(g: P<AsyncGenerator>) -> Option<Value> {
        delegate(plain(g))
    }
    #[getter]
    fn ag_running(g: P<AsyncGenerator>) -> bool {
        g.0.running_async.get()
    }
    #[getter]
    fn ag_suspended(g: P<AsyncGenerator>) -> bool {
        g.0.state.get() == State::Suspended
    }
    #[getter]
    fn ag_frame(g: P<AsyncGenerator>) -> Option<Ref> {
        frame_of(plain(g))
    }
    #[getter]
    fn ag_code(g: P<AsyncGenerator>) -> P<Code> {
        g.0.function.code.get()
    }
    /// See PEP 585
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(class: P<TypeObject>, object: Value) -> PyResult {
        generic_alias::new(class.value(), object)
    }
}

impl AsyncGenASend {
    /// Has somebody awaited it?
    pub(super) fn is_under_way(&self) -> bool {
        self.stage.get() != Stage::Init
    }
    /// It starts or goes on, unless it is done or the generator runs already.
    fn begin(&self) -> PyResult<()> {
        match self.stage.get() {
            Stage::Closed => {
                return raise!(RuntimeError, "cannot reuse already awaited __anext__()/asend()");
            }
            Stage::Init => {
                if self.generator.0.running_async.get() {
                    self.stage.set(Stage::Closed);
                    return raise!(RuntimeError, "anext(): asynchronous generator is already running");
                }
                self.stage.set(Stage::Iter);
            }
            Stage::Iter => {}
        }
        self.generator.0.running_async.set(true);
        Ok(())
    }
    fn finish(&self, r: PyResult<Resumed>) -> PyResult<Resumed> {
        let r = unwrap(plain(self.generator.p()), r);
        if !matches!(r, Ok(Resumed::Yielded(_))) {
            self.stage.set(Stage::Closed);
        }
        r
    }
    /// `send(arg)`. The caller holds a reference.
    pub(super) fn send_value(&self, arg: Value) -> PyResult<Resumed> {
        let first = self.stage.get() == Stage::Init;
        self.begin()?;
        let arg = if first && arg.is_none() { self.value.or_none() } else { arg };
        self.finish(send(plain(self.generator.p()), arg))
    }
}

#[pymethods]
impl AsyncGenASend {
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }
    #[slot(await_)]
    fn py_await(v: Value) -> PyResult {
        Ok(v.own())
    }
    #[slot(next)]
    fn next(a: P<AsyncGenASend>) -> PyResult<Option<Ref>> {
        told(a.own_typed().send_value(NONE)).map(Some)
    }
    #[slot(finalize)]
    fn finalize(v: Value) {
        if let Some(a) = v.exact::<AsyncGenASend>().filter(|a| a.stage.get() == Stage::Init) {
            a.stage.set(Stage::Closed);
            warn_method(a.generator.p(), "asend", v);
        }
    }
    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[method("(self, value, /)")]
    fn send(a: P<AsyncGenASend>, value: Value) -> PyResult {
        told(a.send_value(value))
    }
    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[method("(self, *args)")]
    fn throw(a: P<AsyncGenASend>, args: &[Value]) -> PyResult {
        a.begin()?;
        told(a.finish(throw_checked(plain(a.generator.p()), true, args)))
    }
    /// close() -> raise GeneratorExit inside generator.
    #[method("(self, /)")]
    fn close(a: P<AsyncGenASend>) -> PyResult {
        if a.stage.get() == Stage::Closed {
            return Ok(NONE.own());
        }
        closed(AsyncGenASend::throw(a, &[exception_class(Exc::GeneratorExit).value()]))
    }
}

/// Fill in the class of this kind; `false` if it is none of these.
pub(super) fn configure(kind: Kind, class: P<TypeObject>) -> bool {
    match kind {
        Kind::AsyncGenASend => {
            class.set_layout::<AsyncGenASend>();
            AsyncGenASend::install(class);
        }
        Kind::AsyncGenAThrow => {
            class.set_layout::<AsyncGenAThrow>();
            AsyncGenAThrow::install(class);
        }
        Kind::AsyncGenWrapped => class.set_layout::<AsyncGenWrapped>(),
        _ => return false,
    }
    class.set_flag(flags::NO_NEW, true);
    class.set_flag(flags::FINALIZER, class.slots.finalize.get().is_some());
    true
}
