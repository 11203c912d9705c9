//! The system calls.
//!
//! # Invariants
//! - Structs handed to the system are live and of the call's type.

use crate::sys_call::{Sys, errno};

fn check(r: i32) -> Sys<()> {
    if r == 0 { Ok(()) } else { Err(errno()) }
}

/// The attributes of a terminal, and its speeds (input, output).
pub fn attributes(fd: i32) -> Sys<(libc::termios, u32, u32)> {
    // SAFETY: all zeroes is a valid struct; the call fills it in.
    unsafe {
        let mut t: libc::termios = std::mem::zeroed();
        check(libc::tcgetattr(fd, &raw mut t))?;
        Ok((t, libc::cfgetispeed(&raw const t), libc::cfgetospeed(&raw const t)))
    }
}

/// Set the attributes and speeds.
pub fn set_attributes(fd: i32, when: i32, mut t: libc::termios, input: u32, output: u32) -> Sys<()> {
    // SAFETY: a live struct.
    unsafe {
        check(libc::cfsetispeed(&raw mut t, input))?;
        check(libc::cfsetospeed(&raw mut t, output))?;
        check(libc::tcsetattr(fd, when, &raw const t))
    }
}

/// Rows and columns.
pub fn window_size(fd: i32) -> Sys<(u16, u16)> {
    // SAFETY: all zeroes is a valid struct; the call fills it in.
    unsafe {
        let mut w: libc::winsize = std::mem::zeroed();
        check(libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut w))?;
        Ok((w.ws_row, w.ws_col))
    }
}

/// Set them; the pixels stay.
pub fn set_window_size(fd: i32, rows: u16, columns: u16) -> Sys<()> {
    // SAFETY: live structs.
    unsafe {
        let mut w: libc::winsize = std::mem::zeroed();
        check(libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut w))?;
        (w.ws_row, w.ws_col) = (rows, columns);
        check(libc::ioctl(fd, libc::TIOCSWINSZ, &raw const w))
    }
}

/// Wait until all output is written.
pub fn drain(fd: i32) -> Sys<()> {
    // SAFETY: a plain call.
    check(unsafe { libc::tcdrain(fd) })
}
/// Forget what is queued.
pub fn flush(fd: i32, queue: i32) -> Sys<()> {
    // SAFETY: a plain call.
    check(unsafe { libc::tcflush(fd, queue) })
}
/// Suspend or go on.
pub fn flow(fd: i32, action: i32) -> Sys<()> {
    // SAFETY: a plain call.
    check(unsafe { libc::tcflow(fd, action) })
}
/// Send a break.
pub fn send_break(fd: i32, duration: i32) -> Sys<()> {
    // SAFETY: a plain call.
    check(unsafe { libc::tcsendbreak(fd, duration) })
}
