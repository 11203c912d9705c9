//! `input`.

use taipan_runtime::error::{PyResult, take};
use taipan_runtime::protocol::attr::getattr_text;
use taipan_runtime::protocol::call::call_method_text;
use taipan_runtime::protocol::repr;
use taipan_runtime::raise;
use taipan_runtime::runtime::runtime;
use taipan_runtime::types::str;
use taipan_runtime::value::Value;

fn stream(name: &str) -> PyResult {
    match runtime().sys_dict().get_text(name).filter(|f| !f.is_none()) {
        Some(f) => Ok(f.own()),
        None => raise!(RuntimeError, "input(): lost sys.{name}"),
    }
}

/// One line from `sys.stdin`, without its end.
fn read_line(prompt: Option<Value>) -> PyResult {
    let (stdin, stdout, stderr) = (stream("stdin")?, stream("stdout")?, stream("stderr")?);
    if call_method_text(*stderr, "flush", &[]).is_err() {
        drop(take());
    }
    if let Some(prompt) = prompt {
        let text = repr::str(prompt)?.erase();
        call_method_text(*stdout, "write", &[*text])?;
    }
    if call_method_text(*stdout, "flush", &[]).is_err() {
        drop(take());
    }
    let readline = getattr_text(*stdin, "readline")?;
    let line = taipan_runtime::protocol::call::call0(*readline)?;
    let Some(s) = line.as_str() else {
        return raise!(TypeError, "object.readline() returned non-string");
    };
    if s.is_empty() {
        return raise!(EOFError, "EOF when reading a line");
    }
    let chars: Vec<u32> = s.chars().iter().collect();
    let end = if chars.last() == Some(&10) { chars.len() - 1 } else { chars.len() };
    Ok(str::from_chars(&chars[..end]).erase())
}

#[taipan_runtime::pymodule(name = "builtins")]
pub mod functions {
    use super::*;

    /// Read a string from standard input.  The trailing newline is stripped.
    ///
    /// The prompt string, if given, is printed to standard output without a
    /// trailing newline before reading input.
    #[pyfunction("(prompt='', /)")]
    fn input(prompt: Option<Value>) -> PyResult {
        read_line(prompt)
    }
}
