//! From the parser's errors to CPython's messages.
//!
//! CPython's parser fails at a token, tries the rules that exist only to explain failures, and lets every error that
//! its tokenizer finds in the rest of the file take precedence. Here the tokenizer runs over the whole source first;
//! then the parser's first error is put into CPython's words, with the tokens round it.

mod context;
mod escape;
mod explain;
mod names;
mod numbers;
mod tokens;

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Mod, Stmt};
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextRange};

use crate::Mode;
use crate::error::{Failure, Result};
use crate::source::LineIndex;

/// The error that CPython's tokenizer finds in the source, if there is one. Where it is `lenient`, for the module
/// `tokenize`, brackets need not match, and numbers may have leading zeros and end in letters.
pub(crate) fn lexical_error(source: &str, lenient: bool) -> Option<Box<Failure>> {
    tokens::tokenize(source, lenient).1
}

/// Are two statements on one logical line?
fn on_one_line(parsed: &Parsed<Mod>, first: &Stmt, other: &Stmt) -> bool {
    let between = TextRange::new(first.start(), other.start());
    let mut tokens = parsed.tokens().iter();
    !tokens.any(|t| t.kind() == TokenKind::Newline && between.contains_range(t.range()))
}

/// The first error, in CPython's words.
pub(crate) fn check(source: &str, lines: &LineIndex, mode: Mode, parsed: &Parsed<Mod>) -> Result<()> {
    // The first in the source, not the first that the parser noticed: `1 =` is about the target.
    if let Some(error) = parsed.errors().iter().min_by_key(|error| error.location.start()) {
        return Err(explain::explain(source, lines, error));
    }
    if let Some(error) = parsed.unsupported_syntax_errors().first() {
        return Err(explain::unsupported(error));
    }
    if let (Mode::Single, Mod::Module(module)) = (mode, parsed.syntax())
        && let [first, others @ ..] = &module.body[..]
        && let Some(extra) = others.iter().find(|stmt| !on_one_line(parsed, first, stmt))
    {
        return Err(Failure::new("multiple statements found while compiling a single statement", extra));
    }
    Ok(())
}
