//! From the parser's errors to CPython's messages.

use ruff_python_ast::Mod;
use ruff_python_parser::Parsed;

use crate::Mode;
use crate::error::{Failure, Result};
use crate::source::LineIndex;

/// The first error, in CPython's words.
pub(crate) fn check(_source: &str, _lines: &LineIndex, mode: Mode, parsed: &Parsed<Mod>) -> Result<()> {
    if let Some(error) = parsed.errors().first() {
        return Err(Failure::new(error.error.to_string(), error));
    }
    if let Some(error) = parsed.unsupported_syntax_errors().first() {
        return Err(Failure::new("invalid syntax", error));
    }
    if let (Mode::Single, Mod::Module(module)) = (mode, parsed.syntax())
        && let Some(extra) = module.body.get(1)
    {
        return Err(Failure::new("multiple statements found while compiling a single statement", extra));
    }
    Ok(())
}
