//! `sys.displayhook`, `excepthook`, `unraisablehook`, `breakpointhook`: what happens with results, uncaught
//! exceptions and breakpoints.

use crate::os_text::fs_encode;
use taipan_runtime::error::{Exc, PyResult, Raised, take, take_if};
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::attr::{getattr_opt, getattr_text};
use taipan_runtime::protocol::call::{call, call_method_text};
use taipan_runtime::protocol::repr;
use taipan_runtime::raise;
use taipan_runtime::runtime::runtime;
use taipan_runtime::slots::Args;
use taipan_runtime::traceback_print;
use taipan_runtime::types::exception;
use taipan_runtime::types::str;
use taipan_runtime::value::{NONE, Value};

/// An attribute of `sys`, owned.
fn sys(name: &str) -> Option<Ref> {
    runtime().sys_dict().get_text(name).map(|v| v.own())
}

/// Write to a Python file; an error is dropped, for there is nowhere left to report it.
fn write_quietly(file: Value, text: &str) {
    if call_method_text(file, "write", &[*Ref::from(text)]).is_err() {
        drop(take());
    }
}

/// Write to `sys.stderr`, or to the process's standard error if there is none.
pub fn write_stderr(text: &str) {
    match sys("stderr").filter(|f| !f.is_none()) {
        Some(file) => write_quietly(*file, text),
        None => eprint!("{text}"),
    }
}

/// Flush `sys.stdout` or `sys.stderr`.
pub fn flush(name: &str) -> PyResult<()> {
    match sys(name).filter(|f| !f.is_none()) {
        Some(f) => call_method_text(*f, "flush", &[]).map(drop),
        None => Ok(()),
    }
}

/// Print `repr(value)` and keep it in `builtins._`.
fn display(value: Value) -> PyResult<()> {
    if value.is_none() {
        return Ok(());
    }
    let builtins = runtime().builtins();
    builtins.insert_text("_", NONE.own());
    let Some(out) = sys("stdout").filter(|f| !f.is_none()) else {
        return raise!(RuntimeError, "lost sys.stdout");
    };
    let text = repr::repr(value)?.erase();
    match call_method_text(*out, "write", &[*text]) {
        Ok(_) => {}
        Err(raised) => match take_if(Exc::UnicodeEncodeError) {
            Some(_) => {
                let ascii = repr::ascii(value)?.erase();
                call_method_text(*out, "write", &[*ascii])?;
            }
            None => return Err(raised),
        },
    }
    call_method_text(*out, "write", &[*Ref::from("\n")])?;
    builtins.insert_text("_", value.own());
    Ok(())
}

/// The exception's traceback, message and causes on `sys.stderr`.
fn report(value: Value) {
    if let Err(Raised) = flush("stdout") {
        drop(take());
    }
    if exception::as_exception(value).is_some() {
        write_stderr(&traceback_print::format_exception(value));
    } else {
        let got = value.class().name();
        write_stderr(&format!("TypeError: print_exception(): Exception expected for value, {got} found\n"));
    }
    if let Err(Raised) = flush("stderr") {
        drop(take());
    }
}

/// Report an exception that nobody has caught through `sys.excepthook`.
pub fn print_uncaught(e: &Ref) {
    let traceback = getattr_text(e.value(), "__traceback__").unwrap_or_else(|Raised| {
        drop(take());
        NONE.own()
    });
    for name in ["last_exc", "last_value"] {
        runtime().sys_dict().insert_text(name, e.clone());
    }
    runtime().sys_dict().insert_text("last_type", e.class().own());
    runtime().sys_dict().insert_text("last_traceback", traceback.clone());
    let Some(hook) = sys("excepthook") else {
        write_stderr("sys.excepthook is missing\n");
        report(e.value());
        return;
    };
    let args = [e.class().value(), e.value(), *traceback];
    if call(*hook, Args::positional(&args)).is_err() {
        let second = take();
        write_stderr("Error in sys.excepthook:\n");
        report(*second);
        write_stderr("\nOriginal exception was:\n");
        report(e.value());
    }
}

/// What `sys.unraisablehook` prints.
fn unraisable(args: Value) -> PyResult<()> {
    let field = |name: &str| getattr_text(args, name);
    let (class, value, message, object) =
        (field("exc_type")?, field("exc_value")?, field("err_msg")?, field("object")?);
    let mut head = match message.as_str() {
        Some(m) => m.to_lossy(),
        None => "Exception ignored in".to_owned(),
    };
    if !object.is_none() {
        let text = repr::repr_text(*object).unwrap_or_else(|Raised| {
            drop(take());
            "<object repr() failed>".to_owned()
        });
        head = format!("{head}: {text}");
    }
    write_stderr(&format!("{}:\n", head.trim_end_matches(':')));
    if value.is_none() {
        if !class.is_none() {
            write_stderr(&format!("{}\n", repr::repr_text(*class)?));
        }
        return Ok(());
    }
    report(*value);
    Ok(())
}

/// The function that `PYTHONBREAKPOINT` names.
fn breakpoint_target() -> PyResult<Option<Ref>> {
    let name = std::env::var("PYTHONBREAKPOINT").unwrap_or_default();
    let path = match name.as_str() {
        "0" => return Ok(None),
        "" => "pdb.set_trace",
        other => other,
    };
    let (module, attribute) = path.rsplit_once('.').unwrap_or(("builtins", path));
    let found = crate::startup::import_from(module, attribute);
    match found {
        Ok(f) => Ok(Some(f)),
        Err(raised) if taipan_runtime::thread::current().raised().is_none() => Err(raised),
        Err(_) => {
            drop(take());
            let text = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{path}\"");
            taipan_runtime::builtins::warn::warn(Exc::RuntimeWarning, &text)?;
            Ok(None)
        }
    }
}

/// The text of `SystemExit.code`, and the exit status that it means.
pub fn exit_status(e: &Ref) -> i32 {
    let code = match getattr_opt(e.value(), str::interned("code")) {
        Ok(code) => code.unwrap_or_else(|| NONE.own()),
        Err(Raised) => {
            drop(take());
            return 1;
        }
    };
    if code.is_none() {
        return 0;
    }
    if code.is_int_like() {
        return code.as_i64().map_or(-1, |i| i as i32);
    }
    if let Err(Raised) = flush("stdout") {
        drop(take());
    }
    let text = repr::str(*code).map(|s| s.erase());
    match text {
        Ok(text) => {
            if let Some(f) = sys("stderr").filter(|f| !f.is_none()) {
                if call_method_text(*f, "write", &[*text]).is_err() {
                    drop(take());
                }
            } else if let Some(bytes) = text.as_str().map(fs_encode) {
                eprint!("{}", String::from_utf8_lossy(&bytes.unwrap_or_default()));
            }
            write_stderr("\n");
        }
        Err(Raised) => drop(take()),
    }
    1
}

#[taipan_runtime::pymodule(name = "sys")]
pub mod functions {
    use super::*;
    use taipan_runtime::native::Kwargs;

    /// Print an object to sys.stdout and also save it in builtins._
    #[pyfunction("(object, /)")]
    fn displayhook(object: Value) -> PyResult<()> {
        display(object)
    }
    /// Handle an exception by displaying it with a traceback on sys.stderr.
    #[pyfunction("(exctype, value, traceback, /)")]
    fn excepthook(_exctype: Value, value: Value, traceback: Value) -> PyResult<()> {
        if let Some(e) = exception::as_exception(value)
            && e.traceback().is_none()
            && !traceback.is_none()
        {
            e.set_traceback(Some(traceback.own()));
        }
        report(value);
        Ok(())
    }
    /// Handle an unraisable exception.
    #[pyfunction("(unraisable, /)")]
    fn unraisablehook(unraisable: Value) -> PyResult<()> {
        super::unraisable(unraisable)
    }
    /// This hook function is called by built-in breakpoint().
    #[pyfunction("(*args, **kwargs)")]
    fn breakpointhook(args: &[Value], kwargs: Kwargs) -> PyResult {
        let Some(f) = breakpoint_target()? else { return Ok(NONE.own()) };
        let mut values = args.to_vec();
        values.extend(kwargs.pairs.iter().map(|(_, v)| *v));
        let names: Vec<Value> = kwargs.pairs.iter().map(|(k, _)| *k).collect();
        call(*f, Args { values: &values, names: &names })
    }
}
