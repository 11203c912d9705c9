//! Sources that end where more is to come: what an interactive console asks a next line for.

use ruff_python_ast::{Mod, Stmt};
use ruff_text_size::{TextRange, TextSize};

use crate::Mode;
use crate::error::{ErrorKind, Failure, Result};

/// Would a longer source be without this error?
pub(crate) fn is_incomplete(source: &str, mode: Mode, failure: &Failure) -> bool {
    let message = failure.msg.as_str();
    let end = source.trim_end().len();
    let at_end = failure.range.is_none_or(|range| range.start().to_usize() >= end);
    let continued = source.strip_suffix('\n').unwrap_or(source).ends_with('\\');
    match message {
        "unexpected EOF while parsing" => continued,
        "expected 'except' or 'finally' block" => at_end,
        "invalid syntax" if mode == Mode::Eval => end == 0,
        UNFINISHED => true,
        _ => {
            message.ends_with("was never closed")
                || message.starts_with("unterminated triple-quoted")
                || message.starts_with("expected an indented block") && at_end
                || message.starts_with("unterminated string literal") && continued
        }
    }
}

/// The message of `check_end`.
const UNFINISHED: &str = "unexpected end of an interactive statement";

/// An interactive compound statement must end with an empty line.
pub(crate) fn check_end(source: &str, module: &Mod) -> Result<()> {
    let Mod::Module(module) = module else { return Ok(()) };
    let compound = |stmt: &Stmt| {
        matches!(
            stmt,
            Stmt::FunctionDef(_)
                | Stmt::ClassDef(_)
                | Stmt::For(_)
                | Stmt::While(_)
                | Stmt::If(_)
                | Stmt::With(_)
                | Stmt::Match(_)
                | Stmt::Try(_)
        )
    };
    if source.ends_with('\n') || !module.body.last().is_some_and(compound) {
        return Ok(());
    }
    let end = TextSize::new(source.len() as u32);
    Err(Failure::of_kind(ErrorKind::Syntax, UNFINISHED, Some(TextRange::empty(end))))
}
