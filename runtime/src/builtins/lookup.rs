//! Helpers of builtin types for pickling: functions of the `builtins` module by name.

use crate::error::PyResult;
use crate::object::Ref;
use crate::raise;
use crate::runtime::runtime;
use crate::types::{int, tuple};
use crate::value::Value;

/// A function or class of the `builtins` module.
pub fn builtin(name: &str) -> PyResult {
    match runtime().builtins().get_text(name) {
        Some(v) => Ok(v.own()),
        None => raise!(AttributeError, "module 'builtins' has no attribute '{name}'"),
    }
}

/// What an iterator's `__reduce__` returns: `(iter, (iterable,))`, with `state` as third item.
pub fn reduce_iter(iterable: Ref, state: Option<i64>) -> PyResult {
    reduce_call("iter", iterable, state)
}

/// `(function, (argument,))`, with `state` as third item.
pub fn reduce_call(function: &str, argument: Ref, state: Option<i64>) -> PyResult {
    let mut items = vec![builtin(function)?, tuple::from_refs(vec![argument]).erase()];
    items.extend(state.map(int::new));
    Ok(tuple::from_refs(items).erase())
}

/// What an exhausted iterator's `__reduce__` returns: `(iter, ((),))`.
pub fn reduce_empty(empty: Ref) -> PyResult {
    reduce_iter(empty, None)
}

/// The object's class and arguments: `(cls, (args...))`.
pub fn reduce_class(v: Value, args: Vec<Ref>) -> PyResult {
    Ok(tuple::from_refs(vec![v.class().own(), tuple::from_refs(args).erase()]).erase())
}
