//! The system calls.
//!
//! # Invariants
//! - Structs handed to the system are live and of the call's type.

use crate::sys_call::{Sys, errno};

pub fn usage(who: i32) -> Sys<libc::rusage> {
    // SAFETY: all zeroes is a valid struct; the call fills it in.
    unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        if libc::getrusage(who, &raw mut usage) == 0 { Ok(usage) } else { Err(errno()) }
    }
}

/// The limits of a process (0 is this one) before the new ones, if any, are set.
pub fn limits(pid: i32, resource: u32, new: Option<(u64, u64)>) -> Sys<(u64, u64)> {
    let new = new.map(|(rlim_cur, rlim_max)| libc::rlimit { rlim_cur, rlim_max });
    let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    let given = new.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: live structs, or none.
    let r = unsafe { libc::prlimit(pid, resource, given, &raw mut old) };
    if r == 0 { Ok((old.rlim_cur, old.rlim_max)) } else { Err(errno()) }
}
