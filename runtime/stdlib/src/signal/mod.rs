//! `_signal`: Python functions as signal handlers.
//!
//! The C handler only sets flags, among them one in the main thread's poll word; the Python handlers run at the main
//! thread's next safepoint, or when a system call returns `EINTR`.

pub mod handler;

pub use handler::{Disposition, NSIG};
pub use module::MODULE;

use taipan_runtime::error::PyResult;
use taipan_runtime::frame;
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::call::call2;
use taipan_runtime::types::list::List;
use taipan_runtime::types::{frame as frame_object, int, list};
use taipan_runtime::value::{NONE, Value};

/// The list of Python handlers, by number.
fn handlers() -> Option<taipan_runtime::object::P<List>> {
    crate::state::get("signal.handlers").and_then(|v| v.downcast::<List>())
}

fn handler_of(signal: i32) -> Ref {
    handlers().and_then(|l| l.items.get(signal as usize)).unwrap_or(NONE).own()
}

/// Run the Python handlers of the signals that have arrived. Only the main thread does.
pub fn handle_pending() -> PyResult<()> {
    if !crate::thread::is_main() {
        return Ok(());
    }
    handler::begin();
    for signal in 1..NSIG as i32 {
        if !handler::take(signal) {
            continue;
        }
        let f = handler_of(signal);
        if f.class().slots.call.get().is_none() {
            continue;
        }
        let frame = frame::current().map_or_else(|| NONE.own(), frame_object::of);
        if let Err(raised) = call2(*f, *int::new(signal.into()), *frame) {
            handler::again();
            return Err(raised);
        }
    }
    Ok(())
}

/// Signals may have been sent to this process: handle them at once.
pub fn check_now() -> PyResult<()> {
    if handler::any() { handle_pending() } else { Ok(()) }
}

/// As if the signal had arrived.
pub fn interrupt_main(signal: i32) -> PyResult<()> {
    if !(1..NSIG as i32).contains(&signal) {
        return taipan_runtime::raise!(ValueError, "signal number out of range");
    }
    if handler_of(signal).class().slots.call.get().is_some() {
        handler::arrived(signal);
    }
    Ok(())
}

/// At start: SIGINT raises `KeyboardInterrupt`, SIGPIPE and SIGXFSZ are ignored (writes then fail).
pub fn install_defaults() -> PyResult<()> {
    handler::adopt_main_thread();
    handler::set(libc::SIGPIPE, Disposition::Ignore);
    handler::set(libc::SIGXFSZ, Disposition::Ignore);
    let module = crate::startup::import("_signal")?;
    if handler::get(libc::SIGINT) == Disposition::Default {
        let f = taipan_runtime::protocol::attr::getattr_text(*module, "default_int_handler")?;
        if let Some(l) = handlers() {
            drop(l.items.replace(libc::SIGINT as usize, f));
        }
        handler::set(libc::SIGINT, Disposition::Python);
    }
    Ok(())
}

/// The initial handlers: what the process was started with.
fn initial() -> Ref {
    let mut all = Vec::with_capacity(NSIG);
    for signal in 0..NSIG as i32 {
        all.push(match handler::get(signal) {
            Disposition::Default => int::new(0),
            Disposition::Ignore => int::new(1),
            Disposition::Python | Disposition::Other => NONE.own(),
        });
    }
    list::new(all).erase()
}

/// End the process as by an unhandled SIGINT; the exit status, if that does not end it.
pub fn die_of_interrupt() -> i32 {
    handler::set(libc::SIGINT, Disposition::Default);
    // A failure to send it leaves the status.
    let _failed = crate::sys_call::kill(crate::sys_call::process_id(), libc::SIGINT);
    130
}

/// This module provides mechanisms to use signal handlers in Python.
#[taipan_runtime::pymodule(name = "_signal")]
mod module {
    use super::*;
    use crate::posix_raise;
    use crate::sys_call;
    use taipan_runtime::error::raise_bare;
    use taipan_runtime::object::P;
    use taipan_runtime::protocol::index;
    use taipan_runtime::raise;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::set::SetTable;
    use taipan_runtime::types::{float, set, tuple};

    macro_rules! signals {
        ($($name:ident)*) => {
            const SIGNALS: &[(&str, i32)] = &[$((stringify!($name), libc::$name)),*];
        };
    }
    signals! {
        SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGIOT SIGABRT SIGFPE SIGKILL SIGBUS SIGSEGV SIGSYS SIGPIPE SIGALRM
        SIGTERM SIGUSR1 SIGUSR2 SIGCHLD SIGPWR SIGIO SIGURG SIGWINCH SIGPOLL SIGSTOP SIGTSTP SIGCONT SIGTTIN SIGTTOU
        SIGVTALRM SIGPROF SIGXCPU SIGXFSZ SIGSTKFLT ITIMER_REAL ITIMER_VIRTUAL ITIMER_PROF SIG_BLOCK SIG_UNBLOCK
        SIG_SETMASK
    }

    #[init]
    fn init(m: P<Module>) -> PyResult<()> {
        for &(name, value) in SIGNALS {
            m.set(name, int::new(value.into()));
        }
        m.set("SIGCLD", int::new(libc::SIGCHLD.into()));
        m.set("SIGRTMIN", int::new(libc::SIGRTMIN().into()));
        m.set("SIGRTMAX", int::new(libc::SIGRTMAX().into()));
        m.set("SIG_DFL", int::new(0));
        m.set("SIG_IGN", int::new(1));
        m.set("NSIG", int::new(NSIG as i64));
        m.set(
            "ItimerError",
            taipan_runtime::runtime::exception_class(taipan_runtime::error::Exc::OSError).value(),
        );
        crate::state::set("signal.handlers", initial());
        Ok(())
    }

    fn checked(signal: i32) -> PyResult<i32> {
        if (1..NSIG as i32).contains(&signal) {
            return Ok(signal);
        }
        raise!(ValueError, "signal number out of range")
    }
    /// The default handler for SIGINT installed by Python.
    #[pyfunction("(signalnum, frame, /)")]
    fn default_int_handler(signalnum: i32, frame: Value) -> PyResult {
        let _ = (signalnum, frame);
        raise_bare(taipan_runtime::error::Exc::KeyboardInterrupt)
    }
    /// Set the action for the given signal.
    #[pyfunction("(signalnum, handler, /)")]
    fn signal(signalnum: i32, handler: Value) -> PyResult {
        let how = match (handler.as_small_int(), handler.class().slots.call.get()) {
            (Some(0), _) => Disposition::Default,
            (Some(1), _) => Disposition::Ignore,
            (_, Some(_)) => Disposition::Python,
            _ if handler.is_int_like() && index::to_i64(handler)? == 0 => Disposition::Default,
            _ if handler.is_int_like() && index::to_i64(handler)? == 1 => Disposition::Ignore,
            _ => {
                return raise!(
                    TypeError,
                    "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
                );
            }
        };
        if !crate::thread::is_main() {
            return raise!(ValueError, "signal only works in main thread of the main interpreter");
        }
        let signal = checked(signalnum)?;
        if !handler::set(signal, how) {
            return posix_raise(sys_call::errno());
        }
        let old = handler_of(signal);
        if let Some(l) = handlers() {
            let new = match how {
                Disposition::Default => int::new(0),
                Disposition::Ignore => int::new(1),
                _ => handler.own(),
            };
            drop(l.items.replace(signal as usize, new));
        }
        check_now()?;
        Ok(old)
    }
    /// Return the current action for the given signal.
    #[pyfunction("(signalnum, /)")]
    fn getsignal(signalnum: i32) -> PyResult {
        Ok(handler_of(checked(signalnum)?))
    }
    /// Return the system description of the given signal.
    #[pyfunction("(signalnum, /)")]
    fn strsignal(signalnum: i32) -> PyResult<Option<String>> {
        let signal = checked(signalnum)?;
        Ok(sys_call::signal_name(signal).filter(|n| !n.starts_with("Unknown signal")))
    }
    /// Send a signal to the executing process.
    #[pyfunction("(signalnum, /)")]
    fn raise_signal(signalnum: i32) -> PyResult<()> {
        if let Err(e) = sys_call::raise_signal(signalnum) {
            return posix_raise(e);
        }
        check_now()
    }
    /// Return a set of valid signal numbers on this platform.
    #[pyfunction("()")]
    fn valid_signals() -> PyResult {
        let table = SetTable::default();
        for signal in handler::valid() {
            table.add(*int::new(signal.into()))?;
        }
        Ok(set::from_table(table).erase())
    }
    /// Arrange for SIGALRM to arrive after the given number of seconds.
    #[pyfunction("(seconds, /)")]
    fn alarm(seconds: i32) -> i64 {
        handler::alarm(seconds.max(0) as u32).into()
    }
    /// Wait until a signal arrives.
    #[pyfunction("()")]
    fn pause() -> PyResult<()> {
        taipan_runtime::gil::released(handler::pause);
        check_now()
    }
    fn timer_pair(t: (f64, f64)) -> Ref {
        tuple::from_refs(vec![float::new(t.0), float::new(t.1)]).erase()
    }
    /// Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).
    #[pyfunction("(which, seconds, interval=0.0, /)")]
    fn setitimer(which: i32, seconds: f64, interval: f64) -> PyResult {
        match handler::set_timer(which, seconds, interval) {
            Ok(old) => Ok(timer_pair(old)),
            Err(e) => posix_raise(e),
        }
    }
    /// Returns current value of given itimer.
    #[pyfunction("(which, /)")]
    fn getitimer(which: i32) -> PyResult {
        match handler::get_timer(which) {
            Ok(t) => Ok(timer_pair(t)),
            Err(e) => posix_raise(e),
        }
    }
    /// Change system call restart behaviour.
    #[pyfunction("(signalnum, flag, /)")]
    fn siginterrupt(signalnum: i32, flag: bool) -> PyResult<()> {
        if handler::interrupts(checked(signalnum)?, flag) {
            return Ok(());
        }
        posix_raise(sys_call::errno())
    }
    /// Sets the fd to be written to (with the signal number) when a signal comes in.
    #[pyfunction("(fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(fd: i32, warn_on_full_buffer: bool) -> PyResult<i32> {
        let _ = warn_on_full_buffer;
        if !crate::thread::is_main() {
            return raise!(ValueError, "set_wakeup_fd only works in main thread of the main interpreter");
        }
        if fd != -1
            && let Err(e) = sys_call::fstat(fd)
        {
            return posix_raise(e);
        }
        Ok(handler::set_wakeup(fd))
    }
    fn signal_set(v: Value) -> PyResult<Vec<i32>> {
        let mut all = Vec::new();
        taipan_runtime::protocol::iter::for_each(v, |s| {
            all.push(checked(index::to_i32(*s)?)?);
            Ok(())
        })?;
        Ok(all)
    }
    fn to_set(signals: &[i32]) -> PyResult {
        let table = SetTable::default();
        for &s in signals {
            table.add(*int::new(s.into()))?;
        }
        Ok(set::from_table(table).erase())
    }
    /// Fetch and/or change the signal mask of the calling thread.
    #[pyfunction("(how, mask, /)")]
    fn pthread_sigmask(how: i32, mask: Value) -> PyResult {
        let old = match handler::mask(how, &signal_set(mask)?) {
            Ok(old) => old,
            Err(e) => return posix_raise(e),
        };
        check_now()?;
        to_set(&old)
    }
    /// Examine pending signals.
    #[pyfunction("()")]
    fn sigpending() -> PyResult {
        to_set(&handler::pending())
    }
    /// Wait for a signal.
    #[pyfunction("(sigset, /)")]
    fn sigwait(sigset: Value) -> PyResult<i32> {
        let signals = signal_set(sigset)?;
        match taipan_runtime::gil::released(|| handler::wait(&signals)) {
            Ok(s) => Ok(s),
            Err(e) => posix_raise(e),
        }
    }
    /// Send a signal to a thread.
    #[pyfunction("(thread_id, signalnum, /)")]
    fn pthread_kill(thread_id: u64, signalnum: i32) -> PyResult<()> {
        match handler::thread_kill(thread_id, signalnum) {
            0 => check_now(),
            e => posix_raise(e),
        }
    }
}
