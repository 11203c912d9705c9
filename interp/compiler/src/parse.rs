//! The one place that knows the parser's entry.

use ruff_python_ast::{Mod, PythonVersion};
use ruff_python_parser::{Mode as ParserMode, ParseOptions, Parsed};

use crate::Mode;

/// Parses a source. The tree comes with the errors found; it may be incomplete then.
pub(crate) fn parse(source: &str, mode: Mode) -> Parsed<Mod> {
    let mode = match mode {
        Mode::Exec | Mode::Single => ParserMode::Module,
        Mode::Eval => ParserMode::Expression,
    };
    let options = ParseOptions::from(mode).with_target_version(PythonVersion::PY314);
    ruff_python_parser::parse_unchecked(source, options)
}
