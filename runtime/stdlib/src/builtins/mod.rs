//! The builtins that need the compiler, the import system or files: `__import__`, `compile`, `eval`, `exec`, `open`,
//! `input`.

mod code;
pub mod import;
mod input;

pub use code::compile;

use taipan_runtime::error::PyResult;
use taipan_runtime::object::P;
use taipan_runtime::types::module::Module;

/// Add them to the `builtins` module.
pub fn fill(m: P<Module>) -> PyResult<()> {
    import::functions::MODULE.fill(m)?;
    code::functions::MODULE.fill(m)?;
    input::functions::MODULE.fill(m)
}
