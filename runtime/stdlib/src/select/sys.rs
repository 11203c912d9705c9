//! The system calls.
//!
//! # Invariants
//! - Arrays handed to the system are live slices, with their lengths.

use crate::sys_call::{Sys, errno, retry};
use std::time::{Duration, Instant};
use taipan_runtime::error::PyResult;

fn check(r: i32) -> Sys<usize> {
    usize::try_from(r).map_err(|_| errno())
}

/// What is left of a timeout in milliseconds; -1 stays.
fn left(timeout: i64, start: Instant) -> i32 {
    if timeout < 0 {
        return -1;
    }
    let all = Duration::from_millis(timeout as u64);
    all.saturating_sub(start.elapsed()).as_millis().min(i32::MAX as u128) as i32
}

/// `poll(2)`, repeated after signals with what is left of the time.
pub fn poll(fds: &mut [libc::pollfd], timeout: i64) -> PyResult<Sys<usize>> {
    let start = Instant::now();
    retry(|| {
        // SAFETY: a live slice.
        check(unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, left(timeout, start)) })
    })
}

pub fn epoll_create(flags: i32) -> Sys<usize> {
    // SAFETY: no memory is involved.
    check(unsafe { libc::epoll_create1(flags) })
}

pub fn epoll_ctl(epoll: i32, operation: i32, fd: i32, events: u32) -> Sys<usize> {
    let mut event = libc::epoll_event { events, u64: fd as u64 };
    // SAFETY: `event` is live.
    check(unsafe { libc::epoll_ctl(epoll, operation, fd, &raw mut event) })
}

/// `epoll_wait(2)`: descriptors and events.
pub fn epoll_wait(epoll: i32, max: usize, timeout: i64) -> PyResult<Sys<Vec<(i32, u32)>>> {
    let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; max];
    let start = Instant::now();
    let found = retry(|| {
        // SAFETY: a live vector of `max` events.
        check(unsafe { libc::epoll_wait(epoll, events.as_mut_ptr(), max as i32, left(timeout, start)) })
    })?;
    Ok(found.map(|n| events[..n].iter().map(|e| ({ e.u64 } as i32, { e.events })).collect()))
}
