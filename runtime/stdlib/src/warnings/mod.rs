//! `_warnings`: what native code and `warnings` share. The work is done by `_py_warnings`; its frames stay out of
//! the tracebacks of warnings that are errors.

pub use module::MODULE;

use taipan_runtime::error::{PyResult, Raised};
use taipan_runtime::native::Kwargs;
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::call::call;
use taipan_runtime::runtime::exception_class;
use taipan_runtime::slots::Args;
use taipan_runtime::types::{exception, int, list, tuple};
use taipan_runtime::value::{NONE, Value};

/// Call the function of `_py_warnings`, which works on the state of `warnings`.
fn forward(name: &str, args: &[Value], kwargs: &Kwargs) -> PyResult {
    crate::startup::import("warnings")?;
    let f = crate::startup::import_from("_py_warnings", name)?;
    let mut values = args.to_vec();
    values.extend(kwargs.pairs.iter().map(|(_, v)| *v));
    let names: Vec<Value> = kwargs.pairs.iter().map(|(k, _)| *k).collect();
    call(*f, Args { values: &values, names: &names }).inspect_err(|Raised| {
        if let Some(e) = taipan_runtime::thread::current().raised().and_then(exception::as_exception) {
            e.set_traceback(None);
        }
    })
}

/// The filters of a release build.
fn default_filters() -> Ref {
    use taipan_runtime::error::Exc;
    let row = |action: &str, category: Exc, module: Option<&str>| {
        tuple::from_refs(vec![
            Ref::from(action),
            NONE.own(),
            exception_class(category).own(),
            module.map_or_else(|| NONE.own(), Ref::from),
            int::new(0),
        ])
        .erase()
    };
    let rows = vec![
        row("default", Exc::DeprecationWarning, Some("__main__")),
        row("ignore", Exc::DeprecationWarning, None),
        row("ignore", Exc::PendingDeprecationWarning, None),
        row("ignore", Exc::ImportWarning, None),
        row("ignore", Exc::ResourceWarning, None),
    ];
    list::new(rows).erase()
}

/// _warnings provides basic warning filtering support.
#[taipan_runtime::pymodule(name = "_warnings")]
mod module {
    use super::*;
    use crate::state;
    use taipan_runtime::object::P;
    use taipan_runtime::protocol::attr::getattr_text;
    use taipan_runtime::protocol::call::{call0, call1};
    use taipan_runtime::raise;
    use taipan_runtime::runtime::runtime;
    use taipan_runtime::types::dict;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::str::Str;

    #[init]
    fn state(m: P<Module>) -> PyResult<()> {
        m.set("filters", *kept("_warnings.filters", || Ok(default_filters()))?);
        m.set("_onceregistry", *kept("_warnings._onceregistry", || Ok(dict::new().erase()))?);
        m.set("_defaultaction", *Ref::from("default"));
        Ok(())
    }

    /// The interpreter's object of this name, made when it is asked for first: a module that is imported anew has the
    /// same.
    fn kept(name: &'static str, make: impl FnOnce() -> PyResult) -> PyResult {
        if let Some(known) = state::get(name) {
            return Ok(known);
        }
        let new = make()?;
        state::set(name, new.clone());
        Ok(new)
    }

    /// The lock and the context variable: made when `warnings` asks for them, for this module is there before others
    /// can be imported.
    #[pyfunction("(name, /)")]
    fn __getattr__(name: P<Str>) -> PyResult {
        let name = name.to_lossy();
        let Some(m) = runtime().modules().get_text("_warnings").and_then(|m| m.downcast::<Module>()) else {
            return raise!(AttributeError, "module '_warnings' has no attribute '{name}'");
        };
        match name.as_str() {
            "_warnings_context" => {
                let variable = kept("_warnings._warnings_context", || {
                    let variable = crate::startup::import_from("_contextvars", "ContextVar")?;
                    call1(*variable, *Ref::from("warnings_context"))
                })?;
                m.set("_warnings_context", *variable);
            }
            "_acquire_lock" | "_release_lock" => {
                let lock =
                    kept("_warnings.lock", || call0(*crate::startup::import_from("_thread", "RLock")?))?;
                m.set("_acquire_lock", *getattr_text(*lock, "acquire")?);
                m.set("_release_lock", *getattr_text(*lock, "release")?);
            }
            _ => return raise!(AttributeError, "module '_warnings' has no attribute '{name}'"),
        }
        getattr_text(m.value(), &name)
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[pyfunction("(*args, **kwargs)")]
    fn warn(args: &[Value], kwargs: Kwargs) -> PyResult {
        forward("warn", args, &kwargs)
    }
    /// Issue a warning, or maybe ignore it or raise an exception.
    #[pyfunction("(*args, **kwargs)")]
    fn warn_explicit(args: &[Value], kwargs: Kwargs) -> PyResult {
        forward("warn_explicit", args, &kwargs)
    }
    /// The filters have changed, while the lock is held: registries are out of date.
    #[pyfunction("()")]
    fn _filters_mutated_lock_held() -> PyResult {
        call0(*crate::startup::import_from("_py_warnings", "_filters_mutated_lock_held")?)
    }
}
