//! Frames, tracing and recursion.

use taipan_runtime::error::PyResult;
use taipan_runtime::frame::{self, Frame};
use taipan_runtime::raise;
use taipan_runtime::thread;

/// The frame `depth` calls up from the caller.
fn frame_at(depth: i64) -> Option<&'static Frame> {
    let mut f = frame::current()?;
    for _ in 0..depth.max(0) {
        f = f.back(thread::current())?;
    }
    f.looked_at(thread::current());
    Some(f)
}

/// How many Python calls are active.
fn call_depth() -> u32 {
    let mut n = 0;
    let mut f = frame::current();
    while let Some(frame) = f {
        n += 1;
        f = frame.back(thread::current());
    }
    n
}

/// `sys.setrecursionlimit`
fn set_limit(limit: i32) -> PyResult<()> {
    let Some(limit) = u32::try_from(limit).ok().filter(|&n| n >= 1) else {
        return raise!(ValueError, "recursion limit must be greater or equal than 1");
    };
    let depth = call_depth();
    if depth >= limit {
        return raise!(
            RecursionError,
            "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
        );
    }
    thread::current().set_recursion_limit(limit);
    Ok(())
}

#[taipan_runtime::pymodule(name = "sys")]
pub mod functions {
    use super::*;
    use std::cell::Cell;
    use taipan_runtime::object::{OwnedCell, Ref};
    use taipan_runtime::protocol::call::call;
    use taipan_runtime::slots::Args;
    use taipan_runtime::tracing;
    use taipan_runtime::types::tuple::Tuple;
    use taipan_runtime::types::{dict, frame as frame_object, int};
    use taipan_runtime::value::{NONE, Value};

    /// Return a frame object from the call stack.
    ///
    /// If optional integer depth is given, return the frame object that many
    /// calls below the top of the stack.  If that is deeper than the call
    /// stack, ValueError is raised.  The default for depth is zero, returning
    /// the frame at the top of the call stack.
    #[pyfunction("(depth=0, /)")]
    fn _getframe(depth: i32) -> PyResult {
        match frame_at(depth.into()) {
            Some(f) => Ok(frame_object::of(f)),
            None => raise!(ValueError, "call stack is not deep enough"),
        }
    }
    /// Return the name of the module for a calling frame.
    #[pyfunction("(depth=0)")]
    fn _getframemodulename(depth: i32) -> Ref {
        let name = frame_at(depth.into()).and_then(|f| f.globals().get_text("__name__"));
        name.unwrap_or(NONE).own()
    }
    /// Return a dict mapping each thread's thread id to its current stack frame.
    #[pyfunction("()")]
    fn _current_frames() -> PyResult {
        let d = dict::new();
        for t in taipan_runtime::gil::threads() {
            if let Some(f) = frame::innermost(t) {
                d.insert(*int::from_u64(t.ident), frame_object::of(f))?;
            }
        }
        Ok(d.erase())
    }
    /// Return a dict mapping each thread's identifier to its current raised exception.
    #[pyfunction("()")]
    fn _current_exceptions() -> PyResult {
        let d = dict::new();
        for t in taipan_runtime::gil::threads() {
            d.insert(*int::from_u64(t.ident), t.handled().unwrap_or(NONE).own())?;
        }
        Ok(d.erase())
    }
    /// Return the current value of the recursion limit.
    #[pyfunction("()")]
    fn getrecursionlimit() -> u32 {
        thread::current().recursion_limit.get()
    }
    /// Set the maximum depth of the Python interpreter stack to n.
    #[pyfunction("(limit, /)")]
    fn setrecursionlimit(limit: i32) -> PyResult<()> {
        set_limit(limit)
    }

    fn owned(cell: &Cell<Option<Value>>) -> Value {
        cell.get().unwrap_or(NONE)
    }
    fn replace(cell: &Cell<Option<Value>>, v: Value) {
        let new = if v.is_none() { None } else { Some(v.own().into_raw()) };
        drop(OwnedCell::new(cell.replace(new).map(Ref::from_raw)));
    }
    /// Set the global debug tracing function.
    #[pyfunction("(function, /)")]
    fn settrace(function: Value) {
        let thread = thread::current();
        tracing::set(thread, &thread.trace, function);
    }
    /// Return the global debug tracing function set with sys.settrace.
    #[pyfunction("()")]
    fn gettrace() -> Value {
        owned(&thread::current().trace)
    }
    /// Set the profiling function.
    #[pyfunction("(function, /)")]
    fn setprofile(function: Value) {
        let thread = thread::current();
        tracing::set(thread, &thread.profile, function);
    }
    /// Return the profiling function set with sys.setprofile.
    #[pyfunction("()")]
    fn getprofile() -> Value {
        owned(&thread::current().profile)
    }
    /// Call func(*args), while tracing is enabled.
    #[pyfunction("(func, args, /)")]
    fn call_tracing(func: Value, args: taipan_runtime::object::P<Tuple>) -> PyResult {
        tracing::call_tracing(thread::current(), || call(func, Args::positional(args.items())))
    }
    /// Enable or disable origin tracking for coroutine objects in this thread.
    #[pyfunction("(depth)")]
    fn set_coroutine_origin_tracking_depth(depth: i32) -> PyResult<()> {
        match u32::try_from(depth) {
            Ok(n) => {
                thread::current().coroutine_origin_depth.set(n);
                Ok(())
            }
            Err(_) => raise!(ValueError, "depth must be >= 0"),
        }
    }
    /// Check status of origin tracking for coroutine objects in this thread.
    #[pyfunction("()")]
    fn get_coroutine_origin_tracking_depth() -> u32 {
        thread::current().coroutine_origin_depth.get()
    }
    /// Set a finalizer and a first-iteration hook for async generators.
    #[pyfunction("(firstiter=None, finalizer=None)")]
    fn set_asyncgen_hooks(firstiter: Option<Value>, finalizer: Option<Value>) -> PyResult<()> {
        for (what, v) in [("firstiter", firstiter), ("finalizer", finalizer)] {
            if let Some(v) = v
                && !v.is_none()
                && v.class().slots.call.get().is_none()
            {
                return raise!(TypeError, "callable {what} expected, got {}", v.class().name());
            }
        }
        let hooks = &thread::current().asyncgen_hooks;
        for (cell, v) in hooks.iter().zip([firstiter, finalizer]) {
            if let Some(v) = v {
                replace(cell, v);
            }
        }
        Ok(())
    }
    /// Return the installed asynchronous generators hooks.
    #[pyfunction("()")]
    fn get_asyncgen_hooks() -> Ref {
        let hooks = &thread::current().asyncgen_hooks;
        super::super::asyncgen_hooks(owned(&hooks[0]).own(), owned(&hooks[1]).own())
    }
}
