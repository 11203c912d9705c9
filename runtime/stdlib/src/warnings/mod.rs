//! `_warnings`: `warn` and `warn_explicit` for code that runs before `warnings` is imported. The work is done by
//! `_py_warnings`, which also keeps the filters; `warnings` finds none here and uses those.

pub use module::MODULE;

/// _warnings provides basic warning filtering support.
#[taipan_runtime::pymodule(name = "_warnings")]
mod module {
    use taipan_runtime::error::PyResult;
    use taipan_runtime::native::Kwargs;
    use taipan_runtime::protocol::call::call;
    use taipan_runtime::slots::Args;
    use taipan_runtime::value::Value;

    fn forward(name: &str, args: &[Value], kwargs: &Kwargs) -> PyResult {
        // `warnings` sets the default filters up.
        let f = crate::startup::import_from("warnings", name)?;
        let mut values = args.to_vec();
        values.extend(kwargs.pairs.iter().map(|(_, v)| *v));
        let names: Vec<Value> = kwargs.pairs.iter().map(|(k, _)| *k).collect();
        call(*f, Args { values: &values, names: &names })
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
}
