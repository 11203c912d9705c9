//! `faulthandler`

#[allow(unsafe_code, reason = "signal handlers")]
mod handler;
mod watchdog;

pub use module::MODULE;

use taipan_runtime::error::PyResult;
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::attr::getattr_opt;
use taipan_runtime::protocol::call::call_method_text;
use taipan_runtime::raise;
use taipan_runtime::types::str;
use taipan_runtime::value::Value;

/// Where to write: the descriptor of a file, which is flushed, or `sys.stderr`.
fn target(file: Option<Value>) -> PyResult<(i32, Option<Ref>)> {
    let file = match file.filter(|f| !f.is_none()) {
        Some(f) => f.own(),
        None => match crate::startup::import_from("sys", "stderr") {
            Ok(f) if !f.is_none() => f,
            _ => return raise!(RuntimeError, "unable to get sys.stderr"),
        },
    };
    if file.is_int_like() {
        return Ok((crate::select::descriptor(*file)?, None));
    }
    if getattr_opt(*file, str::interned("fileno"))?.is_none() {
        return raise!(AttributeError, "'{}' object has no attribute 'fileno'", file.class().name());
    }
    let fd = call_method_text(*file, "fileno", &[])?;
    let Some(fd) = fd.as_i64().and_then(|fd| i32::try_from(fd).ok()).filter(|fd| *fd >= 0) else {
        return raise!(RuntimeError, "file.fileno() is not a valid file descriptor");
    };
    if call_method_text(*file, "flush", &[]).is_err() {
        drop(taipan_runtime::error::take());
    }
    Ok((fd, Some(file)))
}

/// Keep a file open while its descriptor is in use.
fn keep(cell: &'static str, file: Option<Ref>) {
    match file {
        Some(f) => crate::state::set(cell, f),
        None => crate::state::set(cell, Ref::from_raw(taipan_runtime::value::NONE)),
    }
}

fn check_signal(signum: i32) -> PyResult<()> {
    if handler::FATAL.iter().any(|(s, _)| *s == signum) {
        return raise!(RuntimeError, "signal {signum} cannot be registered, use enable() instead");
    }
    if signum < 1 || signum as usize >= crate::signal::handler::NSIG {
        return raise!(ValueError, "signal number out of range");
    }
    Ok(())
}

/// faulthandler module.
#[taipan_runtime::pymodule(name = "faulthandler")]
mod module {
    use super::*;
    use std::time::Duration;

    /// Enable the fault handler.
    #[pyfunction("(file=sys.stderr, all_threads=True, c_stack=True)")]
    fn enable(file: Option<Value>, all_threads: Option<bool>, c_stack: Option<bool>) -> PyResult<()> {
        let (fd, file) = target(file)?;
        keep("faulthandler.file", file);
        handler::enable(fd, all_threads.unwrap_or(true), c_stack.unwrap_or(true));
        Ok(())
    }
    /// Disable the fault handler.
    #[pyfunction("()")]
    fn disable() -> bool {
        let was = handler::disable();
        keep("faulthandler.file", None);
        was
    }
    /// Check if the handler is enabled.
    #[pyfunction("()")]
    fn is_enabled() -> bool {
        handler::is_enabled()
    }
    /// Dump the traceback of the current thread into file.
    ///
    /// Dump the traceback of all threads if all_threads is true.
    #[pyfunction("(file=sys.stderr, all_threads=True)")]
    fn dump_traceback(file: Option<Value>, all_threads: Option<bool>) -> PyResult<()> {
        let (fd, _file) = target(file)?;
        handler::dump(fd, all_threads.unwrap_or(true));
        Ok(())
    }
    /// Dump the C stack of the current thread.
    #[pyfunction("(file=sys.stderr)")]
    fn dump_c_stack(file: Option<Value>) -> PyResult<()> {
        let (fd, _file) = target(file)?;
        handler::dump_native_stack(fd);
        Ok(())
    }
    /// Dump the traceback of all threads in timeout seconds.
    ///
    /// If repeat is true, the tracebacks of all threads are dumped every timeout
    /// seconds. If exit is true, call _exit(1) which is not safe.
    #[pyfunction("(timeout, repeat=False, file=sys.stderr, exit=False)")]
    fn dump_traceback_later(
        timeout: f64,
        repeat: Option<bool>,
        file: Option<Value>,
        exit: Option<bool>,
    ) -> PyResult<()> {
        if timeout <= 0.0 {
            return raise!(ValueError, "timeout must be greater than 0");
        }
        let Ok(timeout) = Duration::try_from_secs_f64(timeout) else {
            return raise!(OverflowError, "timeout value is too large");
        };
        let (fd, file) = target(file)?;
        keep("faulthandler.later", file);
        match watchdog::start(timeout, repeat.unwrap_or(false), fd, exit.unwrap_or(false)) {
            Ok(()) => Ok(()),
            Err(_) => raise!(RuntimeError, "unable to start watchdog thread"),
        }
    }
    /// Cancel the previous call to dump_traceback_later().
    #[pyfunction("()")]
    fn cancel_dump_traceback_later() {
        watchdog::cancel();
        keep("faulthandler.later", None);
    }
    /// Register a handler for the signal 'signum'.
    ///
    /// Dump the traceback of the current thread, or of all threads if
    /// all_threads is True, into file.
    #[pyfunction("(signum, file=sys.stderr, all_threads=True, chain=False)")]
    fn register(
        signum: i32,
        file: Option<Value>,
        all_threads: Option<bool>,
        chain: Option<bool>,
    ) -> PyResult<()> {
        check_signal(signum)?;
        let (fd, file) = target(file)?;
        if let Some(file) = file {
            keep("faulthandler.registered", Some(file));
        }
        match handler::register(signum, fd, all_threads.unwrap_or(true), chain.unwrap_or(false)) {
            Ok(()) => Ok(()),
            Err(code) => crate::posix_raise(code),
        }
    }
    /// Unregister the handler of the signal 'signum' registered by register().
    #[pyfunction("(signum, /)")]
    fn unregister(signum: i32) -> PyResult<bool> {
        check_signal(signum)?;
        Ok(handler::unregister(signum))
    }
    /// Read from NULL, or raise a SIGSEGV signal depending on the platform.
    #[pyfunction("(release_gil=False, /)")]
    fn _read_null(_release_gil: Option<bool>) {
        handler::raise(libc::SIGSEGV);
    }
    /// Raise a SIGSEGV signal.
    #[pyfunction("(release_gil=False, /)")]
    fn _sigsegv(_release_gil: Option<bool>) {
        handler::raise(libc::SIGSEGV);
    }
    /// Raise a SIGABRT signal.
    #[pyfunction("()")]
    fn _sigabrt() {
        handler::raise(libc::SIGABRT);
    }
    /// Raise a SIGFPE signal.
    #[pyfunction("()")]
    fn _sigfpe() {
        handler::raise(libc::SIGFPE);
    }
}
