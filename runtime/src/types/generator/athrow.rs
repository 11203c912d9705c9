//! What `athrow` and `aclose` of async generators return.

use super::async_gen::{Stage, closed, told, unwrap, warn_method};
use super::methods::plain;
use super::throwing::{throw, throw_checked};
use super::{AsyncGenWrapped, AsyncGenerator, State, send};
use crate::error::{Exc, PyResult, Raised, raise_bare, take_if};
use crate::eval_hook::Resumed;
use crate::object::{Header, Kind, Own, P, Ref, alloc};
use crate::runtime::{exception_class, types};
use crate::types::tuple::{self, Tuple};
use crate::value::{NONE, Value};
use crate::{object_layout, pymethods, raise};
use std::cell::Cell;

/// The awaitable of `athrow(...)`, or without arguments of `aclose()`.
#[repr(C)]
pub struct AsyncGenAThrow {
    /// The header.
    pub head: Header,
    generator: Own<AsyncGenerator>,
    args: Own<Tuple>,
    stage: Cell<Stage>,
}
object_layout!(AsyncGenAThrow, Kind::AsyncGenAThrow, container, [generator, args]);

impl AsyncGenAThrow {
    /// Without arguments: `aclose()`.
    pub(super) fn new(g: P<AsyncGenerator>, args: &[Value]) -> Own<AsyncGenAThrow> {
        alloc(AsyncGenAThrow {
            head: Header::new(types().async_gen_athrow),
            generator: g.own_typed(),
            args: tuple::from_values(args),
            stage: Cell::new(Stage::Init),
        })
    }
    fn closes(&self) -> bool {
        self.args.items().is_empty()
    }
    fn done(&self) {
        self.generator.0.running_async.set(false);
        self.stage.set(Stage::Closed);
    }
    fn check_open(&self) -> PyResult<()> {
        match self.stage.get() {
            Stage::Closed => raise!(RuntimeError, "cannot reuse already awaited aclose()/athrow()"),
            _ => Ok(()),
        }
    }
    fn check_idle(&self) -> PyResult<()> {
        if self.generator.0.running_async.get() {
            self.stage.set(Stage::Closed);
            let name = if self.closes() { "aclose" } else { "athrow" };
            return raise!(RuntimeError, "{name}(): asynchronous generator is already running");
        }
        Ok(())
    }

    /// What a resumption on behalf of `aclose()` comes to: the generator must not yield, and its end is the end.
    fn closing(&self, r: PyResult<Resumed>) -> PyResult {
        match r {
            Ok(Resumed::Yielded(v)) if v.exact::<AsyncGenWrapped>().is_some() => {
                self.done();
                raise!(RuntimeError, "async generator ignored GeneratorExit")
            }
            Ok(Resumed::Yielded(v)) => Ok(v),
            Ok(Resumed::Returned(_)) => {
                self.done();
                raise_bare(Exc::StopIteration)
            }
            Err(Raised) => {
                self.done();
                if take_if(Exc::StopAsyncIteration).or_else(|| take_if(Exc::GeneratorExit)).is_some() {
                    return raise_bare(Exc::StopIteration);
                }
                Err(Raised)
            }
        }
    }
    fn throwing(&self, r: PyResult<Resumed>) -> PyResult {
        let r = told(unwrap(plain(self.generator.p()), r));
        if r.is_err() {
            self.stage.set(Stage::Closed);
        }
        r
    }

    fn send_value(&self, arg: Value) -> PyResult {
        self.check_open()?;
        let g = plain(self.generator.p());
        if g.state.get() == State::Finished {
            self.stage.set(Stage::Closed);
            return raise_bare(Exc::StopIteration);
        }
        if self.stage.get() == Stage::Iter {
            let r = send(g, arg);
            return if self.closes() { self.closing(r) } else { self.throwing(r) };
        }
        self.check_idle()?;
        if g.closed.get() {
            self.stage.set(Stage::Closed);
            return raise_bare(Exc::StopAsyncIteration);
        }
        if !arg.is_none() {
            return raise!(RuntimeError, "can't send non-None value to a just-started coroutine");
        }
        self.stage.set(Stage::Iter);
        g.running_async.set(true);
        if self.closes() {
            g.closed.set(true);
            return self.closing(throw(g, false, &[exception_class(Exc::GeneratorExit).value()]));
        }
        let args = self.args.clone();
        self.throwing(throw(g, false, args.items()))
    }
}

#[pymethods]
impl AsyncGenAThrow {
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }
    #[slot(await_)]
    fn py_await(v: Value) -> PyResult {
        Ok(v.own())
    }
    #[slot(next)]
    fn next(a: P<AsyncGenAThrow>) -> PyResult<Option<Ref>> {
        a.own_typed().send_value(NONE).map(Some)
    }
    #[slot(finalize)]
    fn finalize(v: Value) {
        if let Some(a) = v.exact::<AsyncGenAThrow>().filter(|a| a.stage.get() == Stage::Init) {
            a.stage.set(Stage::Closed);
            warn_method(a.generator.p(), if a.closes() { "aclose" } else { "athrow" }, v);
        }
    }
    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[method("(self, value, /)")]
    fn send(a: P<AsyncGenAThrow>, value: Value) -> PyResult {
        a.send_value(value)
    }
    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[method("(self, *args)")]
    fn throw(a: P<AsyncGenAThrow>, args: &[Value]) -> PyResult {
        a.check_open()?;
        let g = plain(a.generator.p());
        if a.stage.get() == Stage::Init {
            a.check_idle()?;
            a.stage.set(Stage::Iter);
            g.running_async.set(true);
        }
        let r = throw_checked(g, true, args);
        if a.closes() { a.closing(r) } else { a.throwing(r) }
    }
    /// close() -> raise GeneratorExit inside generator.
    #[method("(self, /)")]
    fn close(a: P<AsyncGenAThrow>) -> PyResult {
        if a.stage.get() == Stage::Closed {
            return Ok(NONE.own());
        }
        closed(AsyncGenAThrow::throw(a, &[exception_class(Exc::GeneratorExit).value()]))
    }
}
