//! `print` and `breakpoint`.

use crate::error::PyResult;
use crate::object::Ref;
use crate::protocol::{attr, call, repr};
use crate::pymodule;
use crate::raise;
use crate::runtime::runtime;
use crate::types::str::Str;
use crate::value::Value;

/// `sep` and `end`: a str, or `None` for the default.
fn separator(v: Option<Value>, name: &str, default: &str) -> PyResult {
    match v.filter(|v| !v.is_none()) {
        None => Ok(default.into()),
        Some(v) if v.as_str().is_some() => Ok(v.own()),
        Some(v) => raise!(TypeError, "{name} must be None or a string, not {}", v.class().name()),
    }
}

/// `sys.stdout`, which may be `None`.
fn stdout() -> PyResult {
    match runtime().sys_dict().get_text("stdout") {
        Some(f) => Ok(f.own()),
        None => raise!(RuntimeError, "lost sys.stdout"),
    }
}

/// `print` in an interpreter that was booted without `sys` (tests of the core): straight to the process's stdout.
fn print_raw(values: &[Value], sep: Option<Value>, end: Option<Value>) -> PyResult<()> {
    let (sep, end) = (separator(sep, "sep", " ")?, separator(end, "end", "\n")?);
    let text = |v: &Ref| v.as_str().map(|s| s.to_lossy()).unwrap_or_default();
    let mut out = String::new();
    for (i, &v) in values.iter().enumerate() {
        if i > 0 {
            out.push_str(&text(&sep));
        }
        out.push_str(&repr::str(v)?.to_lossy());
    }
    out.push_str(&text(&end));
    match std::io::Write::write_all(&mut std::io::stdout().lock(), out.as_bytes()) {
        Ok(()) => Ok(()),
        Err(e) => crate::types::exception::os_error::raise_io(&e, None),
    }
}

/// `print(*values, sep=sep, end=end, file=file, flush=flush)`
pub fn print(
    values: &[Value],
    sep: Option<Value>,
    end: Option<Value>,
    file: Option<Value>,
    flush: bool,
) -> PyResult<()> {
    let file = match file.filter(|f| !f.is_none()) {
        Some(f) => f.own(),
        None if runtime().sys_dict().is_empty() => return print_raw(values, sep, end),
        None => stdout()?,
    };
    if file.is_none() {
        return Ok(());
    }
    let (sep, end) = (separator(sep, "sep", " ")?, separator(end, "end", "\n")?);
    let write = attr::getattr_text(*file, "write")?;
    for (i, &v) in values.iter().enumerate() {
        if i > 0 {
            call::call1(*write, *sep)?;
        }
        let text = if v.exact::<Str>().is_some() { v.own() } else { repr::str(v)?.erase() };
        call::call1(*write, *text)?;
    }
    call::call1(*write, *end)?;
    if flush {
        call::call_method_text(*file, "flush", &[])?;
    }
    Ok(())
}

/// Call `sys.breakpointhook`.
fn breakpoint(args: crate::slots::Args<'_>) -> PyResult {
    match runtime().sys_dict().get_text("breakpointhook") {
        Some(hook) => {
            let hook = hook.own();
            call::call(*hook, args)
        }
        None => raise!(RuntimeError, "lost sys.breakpointhook"),
    }
}

/// Output.
#[pymodule(name = "builtins")]
pub mod functions {
    use super::{PyResult, Value};
    use crate::native::Kwargs;
    use crate::slots::Args;

    /// Prints the values to a stream, or to sys.stdout by default.
    ///
    ///   sep
    ///     string inserted between values, default a space.
    ///   end
    ///     string appended after the last value, default a newline.
    ///   file
    ///     a file-like object (stream); defaults to the current sys.stdout.
    ///   flush
    ///     whether to forcibly flush the stream.
    #[pyfunction("($module, /, *args, sep=' ', end='\\n', file=None, flush=False)")]
    fn print(
        _m: Value,
        args: &[Value],
        sep: Option<Value>,
        end: Option<Value>,
        file: Option<Value>,
        flush: bool,
    ) -> PyResult<()> {
        super::print(args, sep, end, file, flush)
    }

    /// Call sys.breakpointhook(*args, **kws).
    ///
    /// sys.breakpointhook() must accept whatever arguments are passed.
    ///
    /// By default, this drops you into the pdb debugger.
    #[pyfunction("($module, /, *args, **kws)")]
    fn breakpoint(_m: Value, args: &[Value], kws: Kwargs) -> PyResult {
        let (names, values): (Vec<Value>, Vec<Value>) = kws.pairs.iter().copied().unzip();
        let all = [args, &values].concat();
        super::breakpoint(Args { values: &all, names: &names })
    }
}
