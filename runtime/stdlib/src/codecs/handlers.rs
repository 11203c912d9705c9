//! The error handlers that every interpreter has, as functions for `codecs.lookup_error`.

use taipan_runtime::codecs::{Policy, registry};
use taipan_runtime::error::PyResult;
use taipan_runtime::types::descriptor::NativeFunction;

/// Register them; the order of the functions below is that of [`Policy::ALL`].
pub fn register() -> PyResult<()> {
    for ((_, name), def) in Policy::ALL.iter().zip(functions::MODULE.functions) {
        let f = NativeFunction::new(def, None, None).erase();
        registry::register_error(name, *f)?;
    }
    Ok(())
}

#[taipan_runtime::pymodule(name = "_codecs")]
mod functions {
    use taipan_runtime::codecs::{Policy, errors::policy_function};
    use taipan_runtime::error::PyResult;
    use taipan_runtime::value::Value;

    /// Implements the 'strict' error handling, which raises a UnicodeError on coding errors.
    #[pyfunction("(exception, /)")]
    fn strict_errors(exception: Value) -> PyResult {
        policy_function(Policy::Strict, exception)
    }

    /// Implements the 'ignore' error handling, which ignores malformed data and continues.
    #[pyfunction("(exception, /)")]
    fn ignore_errors(exception: Value) -> PyResult {
        policy_function(Policy::Ignore, exception)
    }

    /// Implements the 'replace' error handling, which replaces malformed data with a replacement marker.
    #[pyfunction("(exception, /)")]
    fn replace_errors(exception: Value) -> PyResult {
        policy_function(Policy::Replace, exception)
    }

    /// Implements the 'xmlcharrefreplace' error handling.
    #[pyfunction("(exception, /)")]
    fn xmlcharrefreplace_errors(exception: Value) -> PyResult {
        policy_function(Policy::XmlCharRefReplace, exception)
    }

    /// Implements the 'backslashreplace' error handling.
    #[pyfunction("(exception, /)")]
    fn backslashreplace_errors(exception: Value) -> PyResult {
        policy_function(Policy::BackslashReplace, exception)
    }

    /// Implements the 'namereplace' error handling.
    #[pyfunction("(exception, /)")]
    fn namereplace_errors(exception: Value) -> PyResult {
        policy_function(Policy::NameReplace, exception)
    }

    /// Implements the 'surrogatepass' error handling.
    #[pyfunction("(exception, /)")]
    fn surrogatepass(exception: Value) -> PyResult {
        policy_function(Policy::SurrogatePass, exception)
    }

    /// Implements the 'surrogateescape' error handling.
    #[pyfunction("(exception, /)")]
    fn surrogateescape(exception: Value) -> PyResult {
        policy_function(Policy::SurrogateEscape, exception)
    }
}
