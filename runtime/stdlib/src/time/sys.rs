//! The C library's clocks and calendars.
//!
//! # Invariants
//! - Every pointer handed to the C library is to a live local of the right type, or to a NUL-terminated string.
//! - `tzset` and `localtime_r` read the environment: nobody changes it at the same time (the GIL is held).

use std::ffi::{CStr, CString};
use std::mem::zeroed;

/// A broken-down time, as C has it (`tm_year` from 1900, `tm_mon` from 0).
pub type Tm = libc::tm;

fn last_errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Nanoseconds of a clock.
pub fn clock(id: libc::clockid_t) -> Result<i128, i32> {
    // SAFETY: `t` is a live local.
    unsafe {
        let mut t: libc::timespec = zeroed();
        if libc::clock_gettime(id, &raw mut t) != 0 {
            return Err(last_errno());
        }
        Ok(i128::from(t.tv_sec) * 1_000_000_000 + i128::from(t.tv_nsec))
    }
}

/// Resolution of a clock in nanoseconds.
pub fn resolution(id: libc::clockid_t) -> Result<i128, i32> {
    // SAFETY: `t` is a live local.
    unsafe {
        let mut t: libc::timespec = zeroed();
        if libc::clock_getres(id, &raw mut t) != 0 {
            return Err(last_errno());
        }
        Ok(i128::from(t.tv_sec) * 1_000_000_000 + i128::from(t.tv_nsec))
    }
}

/// Set a clock to nanoseconds.
pub fn set_clock(id: libc::clockid_t, ns: i128) -> Result<(), i32> {
    let t = libc::timespec {
        tv_sec: ns.div_euclid(1_000_000_000) as libc::time_t,
        tv_nsec: ns.rem_euclid(1_000_000_000) as libc::c_long,
    };
    // SAFETY: `t` is a live local.
    if unsafe { libc::clock_settime(id, &raw const t) } != 0 { Err(last_errno()) } else { Ok(()) }
}

/// The CPU clock of a thread.
pub fn thread_clock(thread: u64) -> Result<libc::clockid_t, i32> {
    let mut id = 0;
    // SAFETY: `id` is a live local; the caller names a running thread.
    match unsafe { libc::pthread_getcpuclockid(thread as libc::pthread_t, &raw mut id) } {
        0 => Ok(id),
        e => Err(e),
    }
}

/// UTC.
pub fn gmtime(t: i64) -> Result<Tm, i32> {
    // SAFETY: live locals.
    unsafe {
        let mut tm: Tm = zeroed();
        if libc::gmtime_r(&raw const t, &raw mut tm).is_null() { Err(last_errno()) } else { Ok(tm) }
    }
}

/// Local time.
pub fn localtime(t: i64) -> Result<Tm, i32> {
    // SAFETY: live locals.
    unsafe {
        let mut tm: Tm = zeroed();
        if libc::localtime_r(&raw const t, &raw mut tm).is_null() { Err(last_errno()) } else { Ok(tm) }
    }
}

/// Seconds since the epoch of a local time; `None` where it cannot be told.
pub fn mktime(mut tm: Tm) -> Option<i64> {
    tm.tm_wday = -1;
    // SAFETY: a live local.
    let t = unsafe { libc::mktime(&raw mut tm) };
    // -1 is a time too: then the day of the week was filled in.
    if t == -1 && tm.tm_wday == -1 { None } else { Some(t) }
}

/// The name of the time's zone.
pub fn zone(tm: &Tm) -> String {
    if tm.tm_zone.is_null() {
        return String::new();
    }
    // SAFETY: the C library set it to a NUL-terminated string that lives on.
    unsafe { CStr::from_ptr(tm.tm_zone) }.to_string_lossy().into_owned()
}

/// An all-zero time.
pub fn empty_tm() -> Tm {
    // SAFETY: plain data, null pointer included.
    unsafe { zeroed() }
}

/// `strftime` of a format without NUL bytes; the zone is `zone`.
pub fn strftime(format: &[u8], tm: &Tm, zone: Option<&str>) -> Vec<u8> {
    let Ok(format) = CString::new(format) else { return Vec::new() };
    let zone = zone.and_then(|z| CString::new(z).ok());
    let mut tm = *tm;
    if let Some(z) = &zone {
        tm.tm_zone = z.as_ptr();
    }
    let mut buffer = vec![0u8; 1024.max(format.as_bytes().len() * 2)];
    loop {
        // SAFETY: the buffer has the length that is passed; format and zone are live C strings.
        let n = unsafe {
            libc::strftime(buffer.as_mut_ptr().cast(), buffer.len(), format.as_ptr(), &raw const tm)
        };
        if n > 0 || buffer.len() >= 256 * format.as_bytes().len().max(1) + 1024 {
            buffer.truncate(n);
            return buffer;
        }
        let double = buffer.len() * 2;
        buffer.resize(double, 0);
    }
}

unsafe extern "C" {
    fn tzset();
}

/// Read the zone from the environment again.
pub fn read_zone() {
    // SAFETY: takes no arguments; the environment is not being changed.
    unsafe { tzset() };
}

/// Sleep until a time of the monotonic clock; `false` if a signal came in between.
pub fn sleep_until(deadline: i128) -> Result<bool, i32> {
    let t = libc::timespec {
        tv_sec: (deadline / 1_000_000_000) as libc::time_t,
        tv_nsec: (deadline % 1_000_000_000) as libc::c_long,
    };
    // SAFETY: a live local; no remainder is asked for.
    match unsafe {
        libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &raw const t, std::ptr::null_mut())
    } {
        0 => Ok(true),
        libc::EINTR => Ok(false),
        e => Err(e),
    }
}
