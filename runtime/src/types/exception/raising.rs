//! What `raise` and `except` do: making the instance, chaining contexts, matching.

use crate::error::{Exc, PyResult, Raised, raise_exception};
use crate::object::{P, Ref};
use crate::protocol::call::call;
use crate::raise;
use crate::runtime::exception_class;
use crate::slots::Args;
use crate::types::exception::{BaseException, as_exception, is_exception_class};
use crate::types::tuple::Tuple;
use crate::types::type_object::TypeObject;
use crate::value::Value;

/// Make the exception being handled the `__context__` of `exception`, and cut the context chain where it would
/// lead back to `exception` (CPython's `_PyErr_SetObject`).
pub fn set_context(exception: &Ref) {
    let Some(handled) = crate::thread::current().handled() else { return };
    let (Some(new), Some(mut at)) = (as_exception(exception.value()), as_exception(handled)) else { return };
    if handled.is(exception.value()) {
        return;
    }
    // Floyd's tortoise: a chain that somebody made circular by hand must not hang us.
    let mut slow = at;
    let mut advance = false;
    while let Some(context) = at.context() {
        if context.is(exception.value()) {
            at.set_context(None);
            break;
        }
        let Some(next) = as_exception(context) else { break };
        at = next;
        if at == slow {
            break;
        }
        if advance {
            match slow.context().and_then(as_exception) {
                Some(s) => slow = s,
                None => break,
            }
        }
        advance = !advance;
    }
    new.set_context(Some(handled.own()));
}

fn instantiate(class: Value) -> PyResult {
    let e = call(class, Args::EMPTY)?;
    if as_exception(e.value()).is_some() {
        return Ok(e);
    }
    let class = crate::protocol::repr::repr(class)?;
    let got = crate::protocol::repr::repr(e.class().value())?;
    raise!(
        TypeError,
        "calling {} should have returned an instance of BaseException, not {}",
        class.to_lossy(),
        got.to_lossy()
    )
}

/// The exception that `raise exc from cause` raises (`cause` is `None` without a `from`), with its cause set.
/// The caller raises it with [`crate::error::raise_exception`], which sets the context.
pub fn normalize_raise(exc: Value, cause: Option<Value>) -> PyResult {
    let e = if is_exception_class(exc) {
        instantiate(exc)?
    } else if as_exception(exc).is_some() {
        exc.own()
    } else {
        return raise!(TypeError, "exceptions must derive from BaseException");
    };
    if let Some(cause) = cause {
        let fixed = if is_exception_class(cause) {
            Some(instantiate(cause)?)
        } else if as_exception(cause).is_some() {
            Some(cause.own())
        } else if cause.is_none() {
            None
        } else {
            return raise!(TypeError, "exception causes must derive from BaseException");
        };
        if let Some(e) = as_exception(e.value()) {
            e.set_cause(fixed);
        }
    }
    Ok(e)
}

/// `raise exc from cause`.
pub fn do_raise<T>(exc: Value, cause: Option<Value>) -> PyResult<T> {
    raise_exception(normalize_raise(exc, cause)?)
}

/// `raise` alone: raise the handled exception again, as it is.
pub fn reraise<T>() -> PyResult<T> {
    match crate::thread::current().handled() {
        Some(e) => {
            crate::thread::current().set_raised(e.own());
            Err(Raised)
        }
        None => raise!(RuntimeError, "No active exception to reraise"),
    }
}

/// Is `e` (an exception or an exception class) one of `type_or_tuple`, by the MRO alone?
pub fn given_matches(e: Value, type_or_tuple: Value) -> bool {
    if let Some(types) = type_or_tuple.downcast::<Tuple>() {
        return types.items().iter().any(|&t| given_matches(e, t));
    }
    let class = if as_exception(e).is_some() {
        e.class()
    } else if let Some(c) = class_of(e) {
        c
    } else {
        return false;
    };
    if is_exception_class(class.value())
        && let Some(wanted) = class_of(type_or_tuple)
        && is_exception_class(type_or_tuple)
    {
        return class == wanted || class.is_subtype(wanted);
    }
    e.is(type_or_tuple)
}

fn class_of(v: Value) -> Option<P<TypeObject>> {
    v.downcast::<TypeObject>()
}

fn every(type_or_tuple: Value, test: fn(Value) -> bool) -> bool {
    match type_or_tuple.downcast::<Tuple>() {
        Some(types) => types.items().iter().all(|&t| test(t)),
        None => test(type_or_tuple),
    }
}

/// `except type_or_tuple:`: does `e` match?
pub fn matches(e: Value, type_or_tuple: Value) -> PyResult<bool> {
    if !every(type_or_tuple, is_exception_class) {
        return raise!(TypeError, "catching classes that do not inherit from BaseException is not allowed");
    }
    Ok(given_matches(e, type_or_tuple))
}

fn is_group_class(v: Value) -> bool {
    class_of(v).is_some_and(|c| c.is_subtype(exception_class(Exc::BaseExceptionGroup)))
}

/// What `except*` makes of an exception.
pub struct GroupMatch {
    /// What the clause handles.
    pub matched: Option<Ref>,
    /// What is left for the clauses after it.
    pub rest: Option<Ref>,
}

/// `except* type_or_tuple:` on `e`, or on `None` where nothing is left. A naked exception that matches is wrapped in
/// a group, whose traceback `traceback` makes.
pub fn check_eg_match(
    e: Value,
    type_or_tuple: Value,
    traceback: impl FnOnce() -> Option<Ref>,
) -> PyResult<GroupMatch> {
    if !every(type_or_tuple, is_exception_class) {
        return raise!(TypeError, "catching classes that do not inherit from BaseException is not allowed");
    }
    if !every(type_or_tuple, |t| !is_group_class(t)) {
        return raise!(TypeError, "catching ExceptionGroup with except* is not allowed. Use except instead.");
    }
    if e.is_none() {
        return Ok(GroupMatch { matched: None, rest: None });
    }
    let is_group = is_group(e);
    if given_matches(e, type_or_tuple) {
        if is_group {
            return Ok(GroupMatch { matched: Some(e.own()), rest: None });
        }
        let group = super::group::create("", vec![e.own()])?;
        if let Some(g) = as_exception(group.value()) {
            g.set_traceback(traceback());
        }
        return Ok(GroupMatch { matched: Some(group), rest: None });
    }
    if !is_group {
        return Ok(GroupMatch { matched: None, rest: Some(e.own()) });
    }
    let pair = crate::protocol::call::call_method_text(e, "split", &[type_or_tuple])?;
    let class = e.class().name();
    let Some(parts) = pair.downcast::<Tuple>() else {
        return raise!(TypeError, "{class}.split must return a tuple, not {}", pair.class().name());
    };
    let &[matched, rest, ..] = parts.items() else {
        return raise!(TypeError, "{class}.split must return a 2-tuple, got tuple of size {}", parts.len);
    };
    let some = |v: Value| if v.is_none() { None } else { Some(v.own()) };
    Ok(GroupMatch { matched: some(matched), rest: some(rest) })
}

/// Is it an exception group?
pub fn is_group(v: Value) -> bool {
    v.is_instance_of(exception_class(Exc::BaseExceptionGroup))
}

fn same_metadata(a: P<BaseException>, b: P<BaseException>) -> PyResult<bool> {
    let same = |x: Option<Value>, y: Option<Value>| match (x, y) {
        (Some(x), Some(y)) => x.is(y),
        (None, None) => true,
        _ => false,
    };
    if !same(a.traceback(), b.traceback()) || !same(a.cause(), b.cause()) || !same(a.context(), b.context()) {
        return Ok(false);
    }
    let (x, y) = (super::notes(a.value())?, super::notes(b.value())?);
    Ok(same(x.as_ref().map(Ref::value), y.as_ref().map(Ref::value)))
}

/// The exception to raise after the clauses of a `try … except*` have run on `original`: `raised` holds what they
/// raised and what was left; `None` if nothing is to be raised.
pub fn prep_reraise_star(original: Value, raised: &[Value]) -> PyResult<Option<Ref>> {
    let Some(orig) = as_exception(original) else { return raise!(SystemError, "not an exception") };
    let items: Vec<Value> = raised.iter().copied().filter(|v| !v.is_none()).collect();
    if !is_group(original) {
        // Wrapped for the one clause that ran: at most one exception to raise.
        return Ok(items.first().map(|v| v.own()));
    }
    let (mut new, mut again) = (Vec::new(), Vec::new());
    for e in items {
        let Some(p) = as_exception(e) else { continue };
        if is_group(e) && same_metadata(p, orig)? { again.push(e) } else { new.push(e.own()) }
    }
    let again = super::group::projection(original, &again)?;
    if new.is_empty() {
        return Ok(again);
    }
    new.extend(again);
    if new.len() == 1 {
        return Ok(new.pop());
    }
    super::group::create("", new).map(Some)
}
