//! Warnings from native code.

use crate::error::{Exc, PyResult};
use crate::object::Ref;
use crate::protocol::{attr, call};
use crate::runtime::{exception_class, runtime};
use crate::value::Value;

/// `warnings.warn(message, category)`, attributed to the Python code that called.
///
/// Before `warnings` (or `_warnings`) has been imported no filter could have been set, and the default filters
/// show none of the warnings that native code gives.
pub fn warn(category: Exc, message: &str) -> PyResult<()> {
    let modules = runtime().modules();
    let Some(module) = modules.get_text("warnings").or_else(|| modules.get_text("_warnings")) else {
        return Ok(());
    };
    let module = module.own();
    let f = attr::getattr_text(*module, "warn")?;
    let text: Ref = message.into();
    call::call3(*f, text.value(), exception_class(category).value(), Value::small_int(1))?;
    Ok(())
}
