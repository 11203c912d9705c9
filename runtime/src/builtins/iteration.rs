//! The functions of `builtins` on iterables.

use crate::error::{Exc, PyResult, raise_with, take_if};
use crate::object::Ref;
use crate::protocol::truth::truth;
use crate::protocol::{call, compare, iter};
use crate::slots::CmpOp;
use crate::types::list;
use crate::value::Value;
use crate::{pymodule, raise};

/// The item that compares as smallest (`Lt`) or largest (`Gt`), the first of equals.
fn extreme(
    items: impl FnMut() -> PyResult<Option<Ref>>,
    key: Option<Value>,
    op: CmpOp,
) -> PyResult<Option<Ref>> {
    let mut items = items;
    let mut best: Option<(Ref, Ref)> = None;
    while let Some(v) = items()? {
        let k = match key {
            Some(f) => call::call1(f, *v)?,
            None => v.clone(),
        };
        best = match best {
            Some((bk, bv)) => {
                if compare::compare_bool(*k, *bk, op)? {
                    Some((k, v))
                } else {
                    Some((bk, bv))
                }
            }
            None => Some((k, v)),
        };
    }
    Ok(best.map(|(_, v)| v))
}

/// [`extreme`] of arguments without a key.
fn smallest(args: &[Value], op: CmpOp) -> PyResult {
    let mut best = args[0].own();
    for &v in &args[1..] {
        let v = v.own();
        if compare::compare_bool(*v, *best, op)? {
            best = v;
        }
    }
    Ok(best)
}

/// `min` and `max`.
fn min_max(args: &[Value], key: Option<Value>, default: Option<Value>, op: CmpOp) -> PyResult {
    let name = if op == CmpOp::Lt { "min" } else { "max" };
    let key = key.filter(|k| !k.is_none());
    match args {
        [] => raise!(TypeError, "{name} expected at least 1 argument, got 0"),
        [iterable] => {
            let it = iter::iter(*iterable)?;
            match (extreme(|| iter::next(*it), key, op)?, default) {
                (Some(v), _) => Ok(v),
                (None, Some(d)) => Ok(d.own()),
                (None, None) => raise!(ValueError, "{name}() iterable argument is empty"),
            }
        }
        _ => {
            if default.is_some() {
                return raise!(
                    TypeError,
                    "Cannot specify a default for {name}() with multiple positional arguments"
                );
            }
            if key.is_none() {
                return smallest(args, op);
            }
            let mut left = args.iter();
            match extreme(|| Ok(left.next().map(|v| v.own())), key, op)? {
                Some(v) => Ok(v),
                None => unreachable!("there are arguments"),
            }
        }
    }
}

/// `next(it)`, or the default at the end.
pub fn next_or(it: Value, default: Option<Value>) -> PyResult {
    match iter::advance(it) {
        Ok(Some(v)) => Ok(v),
        Ok(None) => match default {
            Some(d) => Ok(d.own()),
            None => raise_with(Exc::StopIteration, &[]),
        },
        Err(raised) => match default {
            Some(d) if take_if(Exc::StopIteration).is_some() => Ok(d.own()),
            _ => Err(raised),
        },
    }
}

/// Iterables.
#[pymodule(name = "builtins")]
pub mod functions {
    use super::{CmpOp, PyResult, Ref, Value, iter, list, min_max, next_or, raise, truth};
    use crate::protocol::mapping;

    /// Return True if bool(x) is True for all values x in the iterable.
    ///
    /// If the iterable is empty, return True.
    #[pyfunction("($module, iterable, /)")]
    fn all(_m: Value, iterable: Value) -> PyResult<bool> {
        let it = iter::iter(iterable)?;
        while let Some(v) = iter::next(*it)? {
            if !truth(*v)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Return True if bool(x) is True for any x in the iterable.
    ///
    /// If the iterable is empty, return False.
    #[pyfunction("($module, iterable, /)")]
    fn any(_m: Value, iterable: Value) -> PyResult<bool> {
        let it = iter::iter(iterable)?;
        while let Some(v) = iter::next(*it)? {
            if truth(*v)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Return the number of items in a container.
    #[pyfunction("($module, obj, /)")]
    fn len(_m: Value, obj: Value) -> PyResult<usize> {
        mapping::len(obj)
    }

    /// Get an iterator from an object.
    ///
    /// In the first form, the argument must supply its own iterator, or be a sequence.
    /// In the second form, the callable is called until it returns the sentinel.
    #[pyfunction("(object, sentinel=<unrepresentable>, /)", name = "iter")]
    fn iter_(object: Value, sentinel: Option<Value>) -> PyResult {
        let Some(sentinel) = sentinel else { return iter::iter(object) };
        if object.class().slots.call.get().is_none() {
            return raise!(TypeError, "iter(v, w): v must be callable");
        }
        Ok(crate::types::iterators::call_iter(object, sentinel))
    }

    /// Return the next item from the iterator. If default is given and the iterator
    /// is exhausted, it is returned instead of raising StopIteration.
    #[pyfunction("(iterator, default=<unrepresentable>, /)")]
    fn next(iterator: Value, default: Option<Value>) -> PyResult {
        next_or(iterator, default)
    }

    /// With a single iterable argument, return its smallest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the smallest argument.
    #[pyfunction("(*args, key=None, default=<unrepresentable>)")]
    fn min(args: &[Value], key: Option<Value>, default: Option<Value>) -> PyResult {
        min_max(args, key, default, CmpOp::Lt)
    }

    /// With a single iterable argument, return its biggest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the largest argument.
    #[pyfunction("(*args, key=None, default=<unrepresentable>)")]
    fn max(args: &[Value], key: Option<Value>, default: Option<Value>) -> PyResult {
        min_max(args, key, default, CmpOp::Gt)
    }

    /// Return a new list containing all items from the iterable in ascending order.
    ///
    /// A custom key function can be supplied to customize the sort order, and the
    /// reverse flag can be set to request the result in descending order.
    #[pyfunction("($module, iterable, /, *, key=None, reverse=False)")]
    fn sorted(_m: Value, iterable: Value, key: Option<Value>, reverse: bool) -> PyResult {
        let l = list::from_iterable(iterable)?;
        list::sort(l.p(), key.filter(|k| !k.is_none()), reverse)?;
        Ok(Ref::from(l))
    }
}
