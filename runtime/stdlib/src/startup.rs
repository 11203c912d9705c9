//! Bringing up the Python side of an interpreter: `builtins`, `sys`, the import system, the standard streams; and
//! imports from native code.

use crate::sys::config::Config;
use taipan_runtime::error::{PyResult, Raised, take};
use taipan_runtime::eval_hook::hooks;
use taipan_runtime::object::{Own, P, Ref};
use taipan_runtime::protocol::attr::getattr_text;
use taipan_runtime::protocol::call::{call1, call2};
use taipan_runtime::raise;
use taipan_runtime::runtime::runtime;
use taipan_runtime::types::list::List;
use taipan_runtime::types::module::{self, Module};
use taipan_runtime::types::str;
use taipan_runtime::value::{NONE, Value};

/// Bring up everything that Python code needs, `site` included. Runs once, after `taipan_runtime::boot`.
pub fn init(config: &Config) -> PyResult<()> {
    let builtins = builtins_module()?;
    let sys = crate::sys::setup(config)?;
    builtins.set("__debug__", Value::bool(config.optimize == 0));
    runtime().sources.set_frozen(embedded_source);
    if config.verbose > 0 {
        crate::io::early_stderr(config)?;
    }
    import_system(sys)?;
    crate::io::install_streams(config)?;
    crate::signal::install_defaults()?;
    main_module()?;
    if config.verbose > 0 {
        crate::sys::hooks::write_stderr("# installing zipimport hook\n");
    }
    if !config.no_site {
        import("site")?;
    }
    Ok(())
}

/// Make `builtins` over the dict that the runtime looks builtins up in.
fn builtins_module() -> PyResult<P<Module>> {
    let m = module::new(
        "builtins",
        "Built-in functions, types, exceptions, and other objects.\n\nThis module provides direct access to all 'built-in'\n\
         identifiers of Python; for example, builtins.len is\nthe full name for the built-in function len().",
    );
    let shared = runtime().builtins();
    for (key, value) in m.dict().iter() {
        shared.insert(key, value.own())?;
    }
    m.dict.set(Some(shared.own()));
    m.set("__package__", Ref::from(""));
    crate::builtins::fill(m.p())?;
    let p = m.p();
    runtime().modules().insert_text("builtins", m.erase());
    Ok(p)
}

/// Run a frozen module's code in a new module in `sys.modules`.
pub fn import_frozen(name: &str) -> PyResult<Ref> {
    let code = crate::imp::frozen_code(name)?;
    let m = module::new(name, "");
    m.set("__doc__", NONE);
    m.set("__builtins__", runtime().builtins().value());
    // `FrozenImporter._fix_up_module` takes it away again.
    m.set("__origname__", Ref::from(crate::imp::origin(name)));
    runtime().modules().insert_text(name, m.clone().erase());
    let dict = m.dict();
    (hooks().exec_code)(code.p(), dict, dict.value())?;
    Ok(m.erase())
}

/// `importlib`'s two halves, as CPython installs them.
fn import_system(sys: P<Module>) -> PyResult<()> {
    let importlib = import_frozen("_frozen_importlib")?;
    let imp = taipan_runtime::native::make_module(&crate::imp::MODULE)?.erase();
    runtime().modules().insert_text("_imp", imp.clone());
    let install = getattr_text(*importlib, "_install")?;
    call2(*install, sys.value(), *imp)?;
    import_frozen("_frozen_importlib_external")?;
    let external = getattr_text(*importlib, "_install_external_importers")?;
    taipan_runtime::protocol::call::call0(*external)?;
    Ok(())
}

/// The module `_frozen_importlib`.
pub fn importlib() -> PyResult<Ref> {
    match runtime().modules().get_text("_frozen_importlib") {
        Some(m) => Ok(m.own()),
        None => raise!(ImportError, "the import system is not initialised"),
    }
}

/// Import a module by its full name; the module itself, not its top package.
pub fn import(name: &str) -> PyResult {
    crate::builtins::import::find_or_load(*Ref::from(name))
}

/// `from module import name`
pub fn import_from(module: &str, name: &str) -> PyResult {
    getattr_text(*import(module)?, name)
}

/// The `__main__` module; made on first use.
pub fn main_module() -> PyResult<P<Module>> {
    let modules = runtime().modules();
    if let Some(m) = modules.get_text("__main__").and_then(|v| v.downcast::<Module>()) {
        return Ok(m);
    }
    let m = module::new("__main__", "");
    m.set("__doc__", NONE);
    let builtins = modules.get_text("builtins").unwrap_or(NONE);
    m.set("__builtins__", builtins);
    let loader = getattr_text(*importlib()?, "BuiltinImporter")?;
    m.set("__loader__", loader);
    let p = m.p();
    modules.insert_text("__main__", m.erase());
    Ok(p)
}

/// Put a directory in front of `sys.path`.
pub fn prepend_path(entry: Ref) {
    if let Some(path) = runtime().sys_dict().get_text("path").and_then(|v| v.downcast::<List>()) {
        path.items.insert(0, entry);
    }
}

/// The source of a module of the embedded library by its file name.
pub fn embedded_source(filename: &str) -> Option<String> {
    let root = runtime().sys_dict().get_text("_stdlib_dir").and_then(|v| v.as_str())?.to_lossy();
    let path = filename.strip_prefix(&root)?.strip_prefix('/')?.strip_suffix(".py")?;
    let name = path.strip_suffix("/__init__").unwrap_or(path).replace('/', ".");
    String::from_utf8(crate::embedded::find(&name)?.source()).ok()
}

/// Is the interpreter shutting down?
pub fn is_finalizing() -> bool {
    crate::state::get("finalizing").is_some()
}

/// The end: wait for threads, run exit functions, flush the streams. Returns whether `sys.stdout` could be flushed.
pub fn finalize() -> bool {
    if let Some(threading) = runtime().modules().get_text("threading") {
        let done =
            getattr_text(threading, "_shutdown").and_then(|f| taipan_runtime::protocol::call::call0(*f));
        if done.is_err() {
            taipan_runtime::error::write_unraisable(
                "Exception ignored on threading shutdown",
                Some(threading),
            );
        }
    }
    crate::atexit::run_all();
    let flushed = crate::io::flush_streams();
    crate::state::set("finalizing", Value::bool(true).own());
    clear_modules();
    crate::io::flush_streams() && flushed
}

/// Is it a module of the program, not of the library?
fn is_users(name: &str, module: P<Module>) -> bool {
    name == "__main__"
        || crate::embedded::find(name).is_none() && module.dict().get_text("__file__").is_some()
}

/// Take the program's modules out of `sys.modules`, and what they hold apart: finalizers run.
fn clear_modules() {
    for name in ["last_exc", "last_type", "last_value", "last_traceback"] {
        drop(runtime().sys_dict().remove(str::interned(name).value()));
    }
    let modules = runtime().modules();
    let mut found: Vec<Own<Module>> = Vec::new();
    let all: Vec<(Ref, Ref)> = modules.iter().map(|(k, v)| (k.own(), v.own())).collect();
    for (name, module) in all {
        let (Some(text), Some(m)) = (name.as_str().map(|s| s.to_lossy()), module.downcast::<Module>()) else {
            continue;
        };
        if is_users(&text, m) && modules.remove(*name).is_ok() {
            found.push(m.own_typed());
        }
    }
    // A module that nothing else refers to goes with all that it holds.
    found.retain(|m| m.head.refcount.get() > 1);
    taipan_runtime::gc::collect();
    for m in found.into_iter().rev() {
        if m.head.refcount.get() == 1 {
            continue;
        }
        let dict = m.dict().own_typed();
        let names: Vec<Ref> = dict.iter().map(|(k, _)| k.own()).collect();
        for private in [true, false] {
            for name in &names {
                let Some(s) = name.as_str().filter(|s| !s.is_str("__builtins__")) else { continue };
                let starts = s.to_lossy();
                if (starts.starts_with('_') && !starts.starts_with("__")) == private
                    && dict.insert(**name, Ref::from_raw(taipan_runtime::value::NONE)).is_err()
                {
                    drop(take());
                }
            }
        }
    }
    taipan_runtime::gc::collect();
}

/// Set an attribute of `sys`.
pub fn set_sys(name: &str, v: impl Into<Ref>) {
    runtime().sys_dict().insert_text(name, v.into());
}

/// Call a function of a module with one argument, dropping an error: for optional services.
pub fn try_call(module: &str, function: &str, argument: Value) -> Option<Ref> {
    let result = import_from(module, function).and_then(|f| call1(*f, argument));
    match result {
        Ok(v) => Some(v),
        Err(Raised) => {
            drop(take());
            None
        }
    }
}

/// The interned name.
pub fn name(text: &str) -> P<str::Str> {
    str::interned(text)
}
