//! `aiter(x)` and `anext(it, default)`, and the awaitable of the latter.

use crate::error::{Exc, PyResult, Raised, take_if};
use crate::object::{Header, Kind, P, Ref, alloc};
use crate::protocol::{call, iter};
use crate::runtime::types;
use crate::sem::generator::awaitable;
use crate::types::generator::stop_iteration;
use crate::types::type_object::{TypeObject, flags};
use crate::value::Value;
use crate::{object_layout, pymethods, pymodule, raise};

/// What `anext(it, default)` returns.
#[repr(C)]
pub struct AnextAwaitable {
    /// The header.
    pub head: Header,
    /// What `__anext__` returned.
    pub wrapped: Ref,
    /// The default.
    pub default: Ref,
}
object_layout!(AnextAwaitable, Kind::AnextAwaitable, container, [wrapped, default]);

impl AnextAwaitable {
    /// The iterator of what `__anext__` returned.
    fn iterator(&self) -> PyResult {
        let a = awaitable(*self.wrapped, 0)?;
        if a.class().slots.next.get().is_some() {
            return Ok(a);
        }
        // A coroutine is no iterator; its wrapper is.
        let Some(f) = a.class().slots.await_.get() else {
            return raise!(TypeError, "'{}' object can't be awaited", a.class().name());
        };
        let it = f(*a)?;
        if it.class().slots.next.get().is_none() {
            let (what, got) = (a.class().name(), it.class().name());
            return raise!(TypeError, "{what}.__await__() must return an iterable, not {got}");
        }
        Ok(it)
    }
    /// The end of the iteration is the default.
    fn or_default<T>(&self, r: PyResult<T>) -> PyResult<T> {
        match r {
            Err(Raised) if take_if(Exc::StopAsyncIteration).is_some() => stop_iteration(*self.default),
            r => r,
        }
    }
    fn proxy(&self, method: &str, args: &[Value]) -> PyResult {
        let it = self.iterator()?;
        self.or_default(call::call_method_text(*it, method, args))
    }
}

#[pymethods]
impl AnextAwaitable {
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }
    #[slot(await_)]
    fn py_await(v: Value) -> PyResult {
        Ok(v.own())
    }
    #[slot(next)]
    fn next(a: P<AnextAwaitable>) -> PyResult<Option<Ref>> {
        let a = a.own_typed();
        let it = a.iterator()?;
        a.or_default(iter::advance(*it))
    }
    /// send(value) -> send 'value' into the wrapped awaitable.
    #[method("(self, value, /)")]
    fn send(a: P<AnextAwaitable>, value: Value) -> PyResult {
        a.proxy("send", &[value])
    }
    /// throw(typ, val, tb) -> raise exception in the wrapped awaitable.
    #[method("(self, *args)")]
    fn throw(a: P<AnextAwaitable>, args: &[Value]) -> PyResult {
        a.proxy("throw", args)
    }
    /// close() -> close the wrapped awaitable.
    #[method("(self, /)")]
    fn close(a: P<AnextAwaitable>) -> PyResult {
        a.proxy("close", &[])
    }
}

/// Layout and methods of the class.
pub(super) fn configure(class: P<TypeObject>) {
    class.set_layout::<AnextAwaitable>();
    class.set_flag(flags::NO_NEW, true);
    AnextAwaitable::install(class);
}

/// `aiter` and `anext`.
#[pymodule(name = "builtins")]
pub mod functions {
    use super::{AnextAwaitable, Header, PyResult, Value, alloc, raise, types};

    /// Return an AsyncIterator for an AsyncIterable object.
    #[pyfunction("($module, async_iterable, /)")]
    fn aiter(_m: Value, async_iterable: Value) -> PyResult {
        let class = async_iterable.class();
        let Some(f) = class.slots.aiter.get() else {
            return raise!(TypeError, "'{}' object is not an async iterable", class.name());
        };
        let it = f(async_iterable)?;
        if it.class().slots.anext.get().is_none() {
            return raise!(
                TypeError,
                "aiter() returned not an async iterator of type '{}'",
                it.class().name()
            );
        }
        Ok(it)
    }

    /// Return the next item from the async iterator.
    ///
    /// If default is given and the async iterator is exhausted,
    /// it is returned instead of raising StopAsyncIteration.
    #[pyfunction("($module, aiterator, default=<unrepresentable>, /)")]
    fn anext(_m: Value, aiterator: Value, default: Option<Value>) -> PyResult {
        let class = aiterator.class();
        let Some(f) = class.slots.anext.get() else {
            return raise!(TypeError, "'{}' object is not an async iterator", class.name());
        };
        let wrapped = f(aiterator)?;
        let Some(default) = default else { return Ok(wrapped) };
        let head = Header::new(types().anext_awaitable);
        Ok(alloc(AnextAwaitable { head, wrapped, default: default.own() }).erase())
    }
}
