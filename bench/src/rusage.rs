//! Reaping a child together with what it used: the one system call that std does not offer.
//!
//! Invariants: the process id comes from a [`std::process::Child`] that nobody has waited for and
//! that this module consumes, so the id still names that child and is reaped exactly once.

use std::io;
use std::mem::MaybeUninit;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::time::Duration;

/// What a finished process used.
pub struct Usage {
    /// User and system time together.
    pub cpu: Duration,
    /// The largest resident set, in bytes.
    pub peak_memory: u64,
}

/// Wait for the child and reap it.
///
/// # Errors
/// The system's error, should the wait fail.
pub fn reap(child: Child) -> io::Result<(ExitStatus, Usage)> {
    let id = libc::pid_t::try_from(child.id()).map_err(io::Error::other)?;
    let mut status = 0;
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: both pointers are to live locals of the right types; `id` is our unreaped child.
    let reaped = unsafe { libc::wait4(id, &raw mut status, 0, usage.as_mut_ptr()) };
    if reaped != id {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: zero bytes are a valid `rusage`, and a successful wait4 has filled it.
    let usage = unsafe { usage.assume_init() };
    let time = |t: libc::timeval| {
        let seconds = Duration::from_secs(u64::try_from(t.tv_sec).unwrap_or(0));
        seconds + Duration::from_micros(u64::try_from(t.tv_usec).unwrap_or(0))
    };
    // Linux counts kilobytes, macOS bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    Ok((
        ExitStatus::from_raw(status),
        Usage {
            cpu: time(usage.ru_utime) + time(usage.ru_stime),
            peak_memory: u64::try_from(usage.ru_maxrss).unwrap_or(0) * unit,
        },
    ))
}
