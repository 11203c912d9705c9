//! POSIX semaphores.
//!
//! # Invariants
//! A [`Semaphore`]'s pointer is what `sem_open` returned, and is closed once.

use crate::sys_call::{Sys, errno};
use std::ffi::CStr;
use std::time::Duration;

/// An open named semaphore.
pub struct Semaphore(*mut libc::sem_t);

fn check(r: i32) -> Sys<()> {
    if r == 0 { Ok(()) } else { Err(errno()) }
}

impl Semaphore {
    /// A new one, readable and writable by this user.
    pub fn create(name: &CStr, value: u32) -> Sys<Semaphore> {
        // SAFETY: a live string; the variadic arguments are of the types that the call takes.
        let p = unsafe {
            libc::sem_open(name.as_ptr(), libc::O_CREAT | libc::O_EXCL, 0o600 as libc::c_uint, value)
        };
        if p == libc::SEM_FAILED { Err(errno()) } else { Ok(Semaphore(p)) }
    }
    /// One that there is.
    pub fn open(name: &CStr) -> Sys<Semaphore> {
        // SAFETY: a live string.
        let p = unsafe { libc::sem_open(name.as_ptr(), 0) };
        if p == libc::SEM_FAILED { Err(errno()) } else { Ok(Semaphore(p)) }
    }
    /// Its number.
    pub fn address(&self) -> usize {
        self.0 as usize
    }
    /// Take it, if that needs no waiting (`EAGAIN` if it does).
    pub fn try_wait(&self) -> Sys<()> {
        // SAFETY: open.
        check(unsafe { libc::sem_trywait(self.0) })
    }
    /// Take it, waiting no longer than that.
    pub fn wait(&self, timeout: Option<Duration>) -> Sys<()> {
        let Some(timeout) = timeout else {
            // SAFETY: open.
            return check(unsafe { libc::sem_wait(self.0) });
        };
        // SAFETY: live structs; the semaphore is open.
        unsafe {
            let mut at: libc::timespec = std::mem::zeroed();
            check(libc::clock_gettime(libc::CLOCK_REALTIME, &raw mut at))?;
            let nanos = at.tv_nsec + i64::from(timeout.subsec_nanos());
            let seconds = i64::try_from(timeout.as_secs()).unwrap_or(i64::MAX / 4);
            at.tv_sec = at.tv_sec.saturating_add(seconds).saturating_add(nanos / 1_000_000_000);
            at.tv_nsec = nanos % 1_000_000_000;
            check(libc::sem_timedwait(self.0, &raw const at))
        }
    }
    /// Give it back.
    pub fn post(&self) -> Sys<()> {
        // SAFETY: open.
        check(unsafe { libc::sem_post(self.0) })
    }
    /// How often it can be taken.
    pub fn value(&self) -> Sys<i32> {
        let mut value = 0;
        // SAFETY: open; a live int.
        check(unsafe { libc::sem_getvalue(self.0, &raw mut value) })?;
        Ok(value)
    }
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        // SAFETY: open, and closed once.
        unsafe { libc::sem_close(self.0) };
    }
}

/// The name is gone; the semaphore goes with its last user.
pub fn unlink(name: &CStr) -> Sys<()> {
    // SAFETY: a live string.
    check(unsafe { libc::sem_unlink(name.as_ptr()) })
}
