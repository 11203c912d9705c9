//! `atexit`

use taipan_runtime::error::PyResult;
use taipan_runtime::native::Kwargs;
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::call::call;
use taipan_runtime::protocol::compare::equal;
use taipan_runtime::raise;
use taipan_runtime::runtime::runtime;
use taipan_runtime::slots::Args;
use taipan_runtime::value::Value;

pub use module::MODULE;

/// Run the registered functions, last in, first out; errors are reported and the others still run.
pub fn run_all() {
    loop {
        let Some(entry) = runtime().exit_functions.borrow_mut().pop() else { return };
        let values: Vec<Value> = entry.args.iter().map(Ref::value).collect();
        let names: Vec<Value> = entry.names.iter().map(Ref::value).collect();
        if call(entry.function.value(), Args { values: &values, names: &names }).is_err() {
            let text = taipan_runtime::protocol::repr::repr_text(entry.function.value());
            let text = text.unwrap_or_else(|_| {
                drop(taipan_runtime::error::take());
                "<function>".to_owned()
            });
            taipan_runtime::error::write_unraisable(
                &format!("Exception ignored in atexit callback {text}"),
                None,
            );
        }
    }
}

/// allow programmer to define multiple exit functions to be executed
/// upon normal program termination.
///
/// Two public functions, register and unregister, are defined.
#[taipan_runtime::pymodule(name = "atexit")]
mod module {
    use super::*;
    use taipan_runtime::runtime::ExitFunction;

    /// Register a function to be executed upon normal program termination
    ///
    ///     func - function to be called at exit
    ///     args - optional arguments to pass to func
    ///     kwargs - optional keyword arguments to pass to func
    ///
    ///     func is returned to facilitate usage as a decorator.
    #[pyfunction("(func, /, *args, **kwargs)")]
    fn register(func: Value, args: &[Value], kwargs: Kwargs) -> PyResult {
        if func.class().slots.call.get().is_none() {
            return raise!(TypeError, "the first argument must be callable");
        }
        let mut values: Vec<Ref> = args.iter().map(|v| v.own()).collect();
        values.extend(kwargs.pairs.iter().map(|(_, v)| v.own()));
        let names = kwargs.pairs.iter().map(|(k, _)| k.own()).collect();
        runtime().exit_functions.borrow_mut().push(ExitFunction {
            function: func.own(),
            args: values,
            names,
        });
        Ok(func.own())
    }
    /// Unregister an exit function which was previously registered using
    /// atexit.register
    ///
    ///     func - function to be unregistered
    #[pyfunction("(func, /)")]
    fn unregister(func: Value) -> PyResult<()> {
        let mut i = 0;
        loop {
            let Some(f) = runtime().exit_functions.borrow().get(i).map(|e| e.function.clone()) else {
                return Ok(());
            };
            if equal(f.value(), func)? {
                let mut all = runtime().exit_functions.borrow_mut();
                let gone = if i < all.len() { Some(all.remove(i)) } else { None };
                drop(all);
                drop(gone);
            } else {
                i += 1;
            }
        }
    }
    /// Run all registered exit functions.
    ///
    /// If a callback raises an exception, it is logged with sys.unraisablehook.
    #[pyfunction("()")]
    fn _run_exitfuncs() {
        run_all();
    }
    /// Clear the list of previously registered exit functions.
    #[pyfunction("()")]
    fn _clear() {
        let all = runtime().exit_functions.take();
        drop(all);
    }
    /// Return the number of registered exit functions.
    #[pyfunction("()")]
    fn _ncallbacks() -> usize {
        runtime().exit_functions.borrow().len()
    }
}
