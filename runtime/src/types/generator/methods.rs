//! The slots and attributes of generators and coroutines, and the iterator of `coroutine.__await__()`.

use super::throwing::{close, finalize, outcome, stop_iteration, throw_checked};
use super::{AsyncGenerator, Coroutine, Generator, State, of, send};
use crate::error::PyResult;
use crate::eval_hook::Resumed;
use crate::object::{Header, Kind, Own, P, Ref, alloc};
use crate::runtime::types;
use crate::sem::generator::delegate;
use crate::types::code::Code;
use crate::types::type_object::{TypeObject, flags};
use crate::types::{frame, generic_alias};
use crate::value::Value;
use crate::{object_layout, pymethods, raise};
use std::cell::Cell;
use std::mem::offset_of;

/// The generator under a coroutine or async generator.
pub(super) fn plain<T: crate::object::Object>(p: P<T>) -> P<Generator> {
    match of(p.value()) {
        Some(g) => g,
        None => unreachable!("the three kinds share one layout"),
    }
}

/// `gi_frame` and the like: None once it is finished.
pub(super) fn frame_of(g: P<Generator>) -> Option<Ref> {
    (g.state.get() != State::Finished).then(|| frame::of_generator(g))
}

pub(super) fn repr_of(g: P<Generator>, kind: &str) -> String {
    let name = g.qualname.get().as_str().map(|s| s.to_lossy()).unwrap_or_default();
    format!("<{kind} object {name} at {:#x}>", g.value().bits())
}

/// Set `__name__` or `__qualname__`.
pub(super) fn set_text(field: &Cell<Value>, value: Option<Value>, what: &str) -> PyResult<()> {
    match value.filter(|v| v.as_str().is_some()) {
        Some(v) => {
            drop(Ref::from_raw(field.replace(v.own().into_raw())));
            Ok(())
        }
        None => raise!(TypeError, "{what} must be set to a string object"),
    }
}

/// Layout, flags and what the three kinds share.
pub(super) fn configure_class<T: crate::object::Object>(class: P<TypeObject>) {
    class.set_layout::<T>();
    class.weakref_offset.set(offset_of!(Generator, weakrefs) as u32);
    let f = flags::HAS_WEAKREF | flags::NO_NEW | flags::FINALIZER;
    class.flags.set(class.flags.get() | f);
    class.slots.finalize.set(Some(finalize));
}

#[pymethods]
impl Generator {
    #[slot(repr)]
    fn repr(g: P<Generator>) -> PyResult {
        Ok(repr_of(g, "generator").as_str().into())
    }
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }
    #[slot(next)]
    fn next(g: P<Generator>) -> PyResult<Option<Ref>> {
        match send(g, crate::value::NONE)? {
            Resumed::Yielded(v) => Ok(Some(v)),
            Resumed::Returned(v) if v.is_none() => Ok(None),
            Resumed::Returned(v) => stop_iteration(*v),
        }
    }
    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[method("(self, value, /)", name = "send")]
    fn py_send(g: P<Generator>, value: Value) -> PyResult {
        outcome(g, send(g, value))
    }
    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[method("(self, *args)")]
    fn throw(g: P<Generator>, args: &[Value]) -> PyResult {
        outcome(g, throw_checked(g, true, args))
    }
    /// close() -> raise GeneratorExit inside generator.
    #[method("(self, /)")]
    fn close(g: P<Generator>) -> PyResult {
        close(g)
    }
    /// name of the generator
    #[getter]
    fn __name__(g: P<Generator>) -> Value {
        g.name.get()
    }
    #[setter(name = "__name__")]
    fn set_name(g: P<Generator>, value: Option<Value>) -> PyResult<()> {
        set_text(&g.name, value, "__name__")
    }
    /// qualified name of the generator
    #[getter]
    fn __qualname__(g: P<Generator>) -> Value {
        g.qualname.get()
    }
    #[setter(name = "__qualname__")]
    fn set_qualname(g: P<Generator>, value: Option<Value>) -> PyResult<()> {
        set_text(&g.qualname, value, "__qualname__")
    }
    /// object being iterated by yield from, or None
    #[getter]
    fn gi_yieldfrom(g: P<Generator>) -> Option<Value> {
        delegate(g)
    }
    #[getter]
    fn gi_running(g: P<Generator>) -> bool {
        g.state.get() == State::Running
    }
    #[getter]
    fn gi_suspended(g: P<Generator>) -> bool {
        g.state.get() == State::Suspended
    }
    #[getter]
    fn gi_frame(g: P<Generator>) -> Option<Ref> {
        frame_of(g)
    }
    #[getter]
    fn gi_code(g: P<Generator>) -> P<Code> {
        g.function.code.get()
    }
    /// See PEP 585
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(class: P<TypeObject>, object: Value) -> PyResult {
        generic_alias::new(class.value(), object)
    }
}

/// The iterator of `coroutine.__await__()`.
#[repr(C)]
pub struct CoroutineWrapper {
    /// The header.
    pub head: Header,
    /// The coroutine.
    pub coroutine: Own<Coroutine>,
}
object_layout!(CoroutineWrapper, Kind::CoroutineWrapper, container, [coroutine]);

#[pymethods]
impl Coroutine {
    #[slot(repr)]
    fn repr(g: P<Coroutine>) -> PyResult {
        Ok(repr_of(plain(g), "coroutine").as_str().into())
    }
    #[slot(await_)]
    fn py_await(g: P<Coroutine>) -> PyResult {
        let head = Header::new(types().coroutine_wrapper);
        Ok(alloc(CoroutineWrapper { head, coroutine: g.own_typed() }).erase())
    }
    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    #[method("(self, arg, /)")]
    fn send(g: P<Coroutine>, arg: Value) -> PyResult {
        outcome(plain(g), send(plain(g), arg))
    }
    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise
    /// StopIteration.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[method("(self, *args)")]
    fn throw(g: P<Coroutine>, args: &[Value]) -> PyResult {
        outcome(plain(g), throw_checked(plain(g), true, args))
    }
    /// close() -> raise GeneratorExit inside coroutine.
    #[method("(self, /)")]
    fn close(g: P<Coroutine>) -> PyResult {
        close(plain(g))
    }
    /// name of the coroutine
    #[getter]
    fn __name__(g: P<Coroutine>) -> Value {
        g.0.name.get()
    }
    #[setter(name = "__name__")]
    fn set_name(g: P<Coroutine>, value: Option<Value>) -> PyResult<()> {
        set_text(&g.0.name, value, "__name__")
    }
    /// qualified name of the coroutine
    #[getter]
    fn __qualname__(g: P<Coroutine>) -> Value {
        g.0.qualname.get()
    }
    #[setter(name = "__qualname__")]
    fn set_qualname(g: P<Coroutine>, value: Option<Value>) -> PyResult<()> {
        set_text(&g.0.qualname, value, "__qualname__")
    }
    /// object being awaited on, or None
    #[getter]
    fn cr_await(g: P<Coroutine>) -> Option<Value> {
        delegate(plain(g))
    }
    #[getter]
    fn cr_running(g: P<Coroutine>) -> bool {
        g.0.state.get() == State::Running
    }
    #[getter]
    fn cr_suspended(g: P<Coroutine>) -> bool {
        g.0.state.get() == State::Suspended
    }
    #[getter]
    fn cr_frame(g: P<Coroutine>) -> Option<Ref> {
        frame_of(plain(g))
    }
    #[getter]
    fn cr_code(g: P<Coroutine>) -> P<Code> {
        g.0.function.code.get()
    }
    #[getter]
    fn cr_origin(g: P<Coroutine>) -> Value {
        g.0.origin.get()
    }
    /// See PEP 585
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(class: P<TypeObject>, object: Value) -> PyResult {
        generic_alias::new(class.value(), object)
    }
}

#[pymethods]
impl CoroutineWrapper {
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }
    #[slot(next)]
    fn next(w: P<CoroutineWrapper>) -> PyResult<Option<Ref>> {
        let g = w.coroutine.clone();
        match send(plain(g.p()), crate::value::NONE)? {
            Resumed::Yielded(v) => Ok(Some(v)),
            Resumed::Returned(v) if v.is_none() => Ok(None),
            Resumed::Returned(v) => stop_iteration(*v),
        }
    }
    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    #[method("(self, arg, /)")]
    fn send(w: P<CoroutineWrapper>, arg: Value) -> PyResult {
        let g = w.coroutine.clone();
        outcome(plain(g.p()), send(plain(g.p()), arg))
    }
    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise
    /// StopIteration.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[method("(self, *args)")]
    fn throw(w: P<CoroutineWrapper>, args: &[Value]) -> PyResult {
        let g = w.coroutine.clone();
        outcome(plain(g.p()), throw_checked(plain(g.p()), true, args))
    }
    /// close() -> raise GeneratorExit inside coroutine.
    #[method("(self, /)")]
    fn close(w: P<CoroutineWrapper>) -> PyResult {
        let g = w.coroutine.clone();
        close(plain(g.p()))
    }
}

/// Fill in the class of this kind; `false` if it is none of these.
pub(super) fn configure(kind: Kind, class: P<TypeObject>) -> bool {
    match kind {
        Kind::Generator => {
            configure_class::<Generator>(class);
            Generator::install(class);
        }
        Kind::Coroutine => {
            configure_class::<Coroutine>(class);
            Coroutine::install(class);
        }
        Kind::AsyncGenerator => {
            configure_class::<AsyncGenerator>(class);
            AsyncGenerator::install(class);
        }
        Kind::CoroutineWrapper => {
            class.set_layout::<CoroutineWrapper>();
            class.set_flag(flags::NO_NEW, true);
            CoroutineWrapper::install(class);
        }
        _ => return false,
    }
    true
}
