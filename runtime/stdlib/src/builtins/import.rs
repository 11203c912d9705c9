//! `__import__`: the paths that need no Python code here, the rest by `importlib._bootstrap`.

use crate::startup::importlib;
use taipan_runtime::error::{Exc, PyResult, Raised, raise_exception};
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::attr::{getattr_opt, getattr_text};
use taipan_runtime::protocol::call::{call, call_method_text};
use taipan_runtime::protocol::mapping;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::raise;
use taipan_runtime::runtime::{exception_class, runtime};
use taipan_runtime::slots::Args;
use taipan_runtime::thread;
use taipan_runtime::types::exception::as_exception;
use taipan_runtime::types::str::{self, Str};
use taipan_runtime::types::traceback::Traceback;
use taipan_runtime::value::{NONE, Value};

/// The module in `sys.modules`, if it is there and not `None`; one that another thread is importing is waited for.
fn loaded(name: Value) -> PyResult<Option<Ref>> {
    let Some(m) = modules_get(name)? else { return Ok(None) };
    if m.is_none() {
        return Ok(None);
    }
    let spec = getattr_opt(*m, str::interned("__spec__"))?;
    let Some(spec) = spec.filter(|s| !s.is_none()) else { return Ok(Some(m)) };
    let busy = getattr_opt(*spec, taipan_runtime::names::names()._initializing)?;
    if let Some(busy) = busy
        && truth(*busy)?
    {
        call_method_text(*importlib()?, "_lock_unlock_module", &[name])?;
    }
    Ok(Some(m))
}

/// What `sys.modules` has under this name; the attribute of `sys` counts, should somebody have replaced it.
fn modules_get(name: Value) -> PyResult<Option<Ref>> {
    let own = runtime().modules();
    match runtime().sys_dict().get_text("modules") {
        Some(m) if !m.is(own.value()) => match mapping::getitem(m, name) {
            Ok(v) => Ok(Some(v)),
            Err(raised) => match taipan_runtime::error::take_if(Exc::KeyError) {
                Some(_) => Ok(None),
                None => Err(raised),
            },
        },
        _ => Ok(own.get(name)?.map(|v| v.own())),
    }
}

/// The module with this full name, imported if need be.
pub fn find_or_load(name: Value) -> PyResult {
    if let Some(m) = loaded(name)? {
        return Ok(m);
    }
    let importlib = importlib()?;
    let f = getattr_text(*importlib, "_find_and_load")?;
    let import = runtime().builtins().get_text("__import__").unwrap_or(NONE).own();
    call(*f, Args::positional(&[name, *import])).inspect_err(|_| drop_import_frames())
}

/// The exception's traceback without the import system's own frames: for an `ImportError` all of them, otherwise
/// those that end in `_call_with_frames_removed`.
fn drop_import_frames() {
    let Some(e) = thread::current().raised().and_then(as_exception) else { return };
    let always = e.head.class.get().is_subtype(exception_class(Exc::ImportError));
    let mut kept: Vec<P<Traceback>> = Vec::new();
    let mut chunk: Vec<P<Traceback>> = Vec::new();
    let mut entry = e.traceback().and_then(|t| t.downcast::<Traceback>());
    let hold = e.traceback().map(|t| t.own());
    while let Some(tb) = entry {
        entry = tb.next();
        let Ok(code) = tb.code() else {
            drop(taipan_runtime::error::take());
            return;
        };
        let file = &*code.code.filename;
        if file == "<frozen importlib._bootstrap>" || file == "<frozen importlib._bootstrap_external>" {
            chunk.push(tb);
            if always || &*code.code.name == "_call_with_frames_removed" {
                chunk.clear();
            }
        } else {
            kept.append(&mut chunk);
            kept.push(tb);
        }
    }
    kept.append(&mut chunk);
    for pair in kept.windows(2) {
        pair[0].next.set(Some(pair[1].own()));
    }
    if let Some(last) = kept.last() {
        last.next.set(None);
    }
    e.set_traceback(kept.first().map(|t| t.own()));
    drop(hold);
}

/// The full name of a relative import.
fn resolve(name: P<Str>, globals: Value, level: i64) -> PyResult {
    if globals.is_none() || globals.is_unbound() {
        return raise!(KeyError, "'__name__' not in globals");
    }
    let importlib = importlib()?;
    let package = call_method_text(*importlib, "_calc___package__", &[globals])?;
    let text = package.as_str().map(|s| s.to_lossy());
    match text.as_deref() {
        None => return raise!(TypeError, "package must be a string"),
        Some("") => return raise!(ImportError, "attempted relative import with no known parent package"),
        Some(_) => {}
    }
    let level = taipan_runtime::types::int::new(level);
    call_method_text(*importlib, "_resolve_name", &[name.value(), *package, *level])
        .inspect_err(|_| drop_import_frames())
}

/// `__import__(name, globals, locals, fromlist, level)`
pub fn import(name: Value, globals: Value, fromlist: Value, level: i64) -> PyResult {
    let Some(text) = name.as_str() else { return raise!(TypeError, "module name must be a string") };
    if level < 0 {
        return raise!(ValueError, "level must be >= 0");
    }
    let full = if level > 0 {
        resolve(text, globals, level)?
    } else if text.is_empty() {
        return raise!(ValueError, "Empty module name");
    } else {
        name.own()
    };
    let module = find_or_load(*full)?;
    let wants_names = !fromlist.is_none() && !fromlist.is_unbound() && truth(fromlist)?;
    if wants_names {
        if getattr_opt(*module, str::interned("__path__"))?.is_none() {
            return Ok(module);
        }
        let importlib = importlib()?;
        let import = runtime().builtins().get_text("__import__").unwrap_or(NONE).own();
        return call_method_text(*importlib, "_handle_fromlist", &[*module, fromlist, *import])
            .inspect_err(|_| drop_import_frames());
    }
    if level > 0 && text.is_empty() {
        return Ok(module);
    }
    let chars: Vec<u32> = text.chars().iter().collect();
    let Some(dot) = chars.iter().position(|&c| c == u32::from('.')) else { return Ok(module) };
    if level == 0 {
        return find_or_load(str::from_chars(&chars[..dot]).p().value());
    }
    let Some(whole) = full.as_str() else { return Ok(module) };
    let all: Vec<u32> = whole.chars().iter().collect();
    let top = str::from_chars(&all[..all.len() - (chars.len() - dot)]).erase();
    match modules_get(*top)? {
        Some(m) => Ok(m),
        None => {
            let shown = taipan_runtime::protocol::repr::repr_text(*top)?;
            raise!(KeyError, "{shown} not in sys.modules as expected")
        }
    }
}

/// Raise an `ImportError` with a name.
pub fn import_error<T>(message: &str, name: &str) -> PyResult<T> {
    let e = taipan_runtime::types::exception::new_exception(Exc::ImportError, message)?;
    match taipan_runtime::protocol::attr::setattr(*e, str::interned("name"), *Ref::from(name)) {
        Ok(()) => raise_exception(e),
        Err(Raised) => Err(Raised),
    }
}

#[taipan_runtime::pymodule(name = "builtins")]
pub mod functions {
    use super::*;

    /// Import a module.
    ///
    /// Because this function is meant for use by the Python
    /// interpreter and not for general use, it is better to use
    /// importlib.import_module() to programmatically import a module.
    #[pyfunction("(name, globals=None, locals=None, fromlist=(), level=0)")]
    fn __import__(
        name: Value,
        globals: Option<Value>,
        locals: Option<Value>,
        fromlist: Option<Value>,
        level: i32,
    ) -> PyResult {
        let _ = locals;
        super::import(name, globals.unwrap_or(NONE), fromlist.unwrap_or(NONE), level.into())
    }
}
