//! The C side of signals.
//!
//! # Invariants
//! - The handler touches atomics alone, and calls only what is safe in a handler (`write`).
//! - `MAIN` is null or the main thread's state, which lives until the process ends.
//! - Signals belong to the process: this state is the process's, not an interpreter's.

use crate::sys_call::errno;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, Ordering};
use taipan_runtime::thread::{self, Thread, poll};

/// One more than the highest signal number.
pub const NSIG: usize = 65;

static ARRIVED: [AtomicBool; NSIG] = [const { AtomicBool::new(false) }; NSIG];
static ANY: AtomicBool = AtomicBool::new(false);
static MAIN: AtomicPtr<Thread> = AtomicPtr::new(std::ptr::null_mut());
static WAKEUP: AtomicI32 = AtomicI32::new(-1);

/// What a signal does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// `SIG_DFL`
    Default,
    /// `SIG_IGN`
    Ignore,
    /// The handler of this module.
    Python,
    /// A handler that something else has installed.
    Other,
}

/// This thread runs Python's handlers.
pub fn adopt_main_thread() {
    MAIN.store(std::ptr::from_ref(thread::current()).cast_mut(), Ordering::Release);
}

/// Note that a signal has arrived.
pub fn arrived(signal: i32) {
    if let Some(flag) = ARRIVED.get(signal as usize) {
        flag.store(true, Ordering::Release);
    }
    again();
}

/// Some signals are still to be handled.
pub fn again() {
    ANY.store(true, Ordering::Release);
    let main = MAIN.load(Ordering::Acquire);
    if !main.is_null() {
        // SAFETY: module invariant; only the atomic poll word is touched.
        unsafe { (*main).request(poll::SIGNAL) };
    }
}

extern "C" fn on_signal(signal: libc::c_int) {
    // SAFETY: `errno` is this thread's own; a handler has to leave it as it was.
    let saved = unsafe { *libc::__errno_location() };
    arrived(signal);
    let fd = WAKEUP.load(Ordering::Relaxed);
    if fd >= 0 {
        let byte = signal as u8;
        // SAFETY: one live byte; `write` may be called in a handler. A full pipe wakes its reader anyway.
        unsafe { libc::write(fd, (&raw const byte).cast(), 1) };
    }
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = saved };
}

/// Handling begins: signals that arrive from now on count again.
pub fn begin() {
    ANY.store(false, Ordering::Release);
}
/// Has any signal arrived?
pub fn any() -> bool {
    ANY.load(Ordering::Acquire)
}
/// Has this signal arrived? It is taken.
pub fn take(signal: i32) -> bool {
    ARRIVED[signal as usize].swap(false, Ordering::AcqRel)
}
/// Set the descriptor that signal numbers are written to; returns the old one.
pub fn set_wakeup(fd: i32) -> i32 {
    WAKEUP.swap(fd, Ordering::Relaxed)
}

/// Set what a signal does; `false` if the system refuses.
pub fn set(signal: i32, how: Disposition) -> bool {
    let action = match how {
        Disposition::Default => libc::SIG_DFL,
        Disposition::Ignore => libc::SIG_IGN,
        Disposition::Python | Disposition::Other => on_signal as extern "C" fn(libc::c_int) as usize,
    };
    // SAFETY: all zeroes is a valid `sigaction`; the handler keeps the module's invariants.
    unsafe {
        let mut a: libc::sigaction = std::mem::zeroed();
        a.sa_sigaction = action;
        libc::sigemptyset(&raw mut a.sa_mask);
        libc::sigaction(signal, &raw const a, std::ptr::null_mut()) == 0
    }
}
/// What a signal does now.
pub fn get(signal: i32) -> Disposition {
    // SAFETY: all zeroes is a valid `sigaction`; the call fills it in.
    unsafe {
        let mut a: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(signal, std::ptr::null(), &raw mut a) != 0 {
            return Disposition::Other;
        }
        match a.sa_sigaction {
            libc::SIG_DFL => Disposition::Default,
            libc::SIG_IGN => Disposition::Ignore,
            f if f == on_signal as extern "C" fn(libc::c_int) as usize => Disposition::Python,
            _ => Disposition::Other,
        }
    }
}
/// `siginterrupt(3)`
pub fn interrupts(signal: i32, flag: bool) -> bool {
    // SAFETY: all zeroes is a valid `sigaction`; the first call fills it in.
    unsafe {
        let mut a: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(signal, std::ptr::null(), &raw mut a) != 0 {
            return false;
        }
        if flag {
            a.sa_flags &= !libc::SA_RESTART;
        } else {
            a.sa_flags |= libc::SA_RESTART;
        }
        libc::sigaction(signal, &raw const a, std::ptr::null_mut()) == 0
    }
}
/// The signals that exist.
pub fn valid() -> Vec<i32> {
    (1..NSIG as i32).filter(|&s| s < 32 || (libc::SIGRTMIN()..=libc::SIGRTMAX()).contains(&s)).collect()
}
/// `alarm(2)`
pub fn alarm(seconds: u32) -> u32 {
    // SAFETY: no memory is involved.
    unsafe { libc::alarm(seconds) }
}
/// `pause(2)`
pub fn pause() {
    // SAFETY: no memory is involved.
    unsafe { libc::pause() };
}

fn to_timeval(seconds: f64) -> libc::timeval {
    let whole = seconds.floor();
    libc::timeval { tv_sec: whole as i64, tv_usec: ((seconds - whole) * 1e6) as i64 }
}
fn seconds(t: &libc::timeval) -> f64 {
    t.tv_sec as f64 + t.tv_usec as f64 * 1e-6
}
/// `setitimer(2)`: value and interval that were set before.
pub fn set_timer(which: i32, value: f64, interval: f64) -> Result<(f64, f64), i32> {
    let new = libc::itimerval { it_value: to_timeval(value), it_interval: to_timeval(interval) };
    // SAFETY: live timers.
    unsafe {
        let mut old: libc::itimerval = std::mem::zeroed();
        if libc::setitimer(which as _, &raw const new, &raw mut old) != 0 {
            return Err(errno());
        }
        Ok((seconds(&old.it_value), seconds(&old.it_interval)))
    }
}
/// `getitimer(2)`
pub fn get_timer(which: i32) -> Result<(f64, f64), i32> {
    // SAFETY: a live timer.
    unsafe {
        let mut t: libc::itimerval = std::mem::zeroed();
        if libc::getitimer(which as _, &raw mut t) != 0 {
            return Err(errno());
        }
        Ok((seconds(&t.it_value), seconds(&t.it_interval)))
    }
}

fn to_set(signals: &[i32]) -> libc::sigset_t {
    // SAFETY: all zeroes is a valid set.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        for &s in signals {
            libc::sigaddset(&raw mut set, s);
        }
        set
    }
}
fn from_set(set: &libc::sigset_t) -> Vec<i32> {
    // SAFETY: a live set.
    (1..NSIG as i32).filter(|&s| unsafe { libc::sigismember(set, s) } == 1).collect()
}
/// `pthread_sigmask(3)`: the mask before.
pub fn mask(how: i32, signals: &[i32]) -> Result<Vec<i32>, i32> {
    let set = to_set(signals);
    let mut old = to_set(&[]);
    // SAFETY: live sets.
    match unsafe { libc::pthread_sigmask(how, &raw const set, &raw mut old) } {
        0 => Ok(from_set(&old)),
        e => Err(e),
    }
}
/// `sigpending(2)`
pub fn pending() -> Vec<i32> {
    let mut set = to_set(&[]);
    // SAFETY: a live set.
    unsafe { libc::sigpending(&raw mut set) };
    from_set(&set)
}
/// `sigwait(3)`
pub fn wait(signals: &[i32]) -> Result<i32, i32> {
    let set = to_set(signals);
    let mut signal = 0;
    // SAFETY: a live set and int.
    match unsafe { libc::sigwait(&raw const set, &raw mut signal) } {
        0 => Ok(signal),
        e => Err(e),
    }
}
/// `pthread_kill(3)`: the error number.
pub fn thread_kill(thread: u64, signal: i32) -> i32 {
    // SAFETY: the caller names a thread of this process.
    unsafe { libc::pthread_kill(thread as libc::pthread_t, signal) }
}
