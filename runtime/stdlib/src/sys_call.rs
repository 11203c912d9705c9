//! System calls, as safe functions that return the error number.
//!
//! # Invariants
//! - Pointers handed to the C library come from live Rust values of the right size.
//! - Closing or duplicating a file descriptor cannot break memory safety: nothing here owns one.

use std::ffi::{CStr, CString};
use std::os::raw::c_int;
use taipan_runtime::error::PyResult;
use taipan_runtime::gil::released;

/// An error number.
pub type Errno = i32;
/// What a call returns.
pub type Sys<T> = Result<T, Errno>;

/// The error number of the last call.
pub fn errno() -> Errno {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn check(r: c_int) -> Sys<c_int> {
    if r < 0 { Err(errno()) } else { Ok(r) }
}
fn check_long(r: isize) -> Sys<usize> {
    usize::try_from(r).map_err(|_| errno())
}

/// Make a call without the interpreter's lock; an interrupted one is repeated after the signal handlers have run
/// (which may raise).
pub fn retry<T>(mut call: impl FnMut() -> Sys<T>) -> PyResult<Sys<T>> {
    loop {
        match released(&mut call) {
            Err(libc::EINTR) => crate::signal::handle_pending()?,
            result => return Ok(result),
        }
    }
}

/// Raise the soft limit of the stack's size, where the hard limit allows it.
pub fn raise_stack_limit(bytes: u64) {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is a valid struct for both calls.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_STACK, &raw mut limit) == 0 && limit.rlim_cur < bytes {
            limit.rlim_cur = bytes.min(limit.rlim_max);
            libc::setrlimit(libc::RLIMIT_STACK, &raw const limit);
        }
    }
}

/// `read(2)`
pub fn read(fd: i32, buffer: &mut [u8]) -> Sys<usize> {
    // SAFETY: the buffer is live and of this length.
    check_long(unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) })
}
/// `write(2)`
pub fn write(fd: i32, data: &[u8]) -> Sys<usize> {
    // SAFETY: as in `read`.
    check_long(unsafe { libc::write(fd, data.as_ptr().cast(), data.len()) })
}
/// `pread(2)`
pub fn pread(fd: i32, buffer: &mut [u8], offset: i64) -> Sys<usize> {
    // SAFETY: as in `read`.
    check_long(unsafe { libc::pread(fd, buffer.as_mut_ptr().cast(), buffer.len(), offset) })
}
/// `pwrite(2)`
pub fn pwrite(fd: i32, data: &[u8], offset: i64) -> Sys<usize> {
    // SAFETY: as in `read`.
    check_long(unsafe { libc::pwrite(fd, data.as_ptr().cast(), data.len(), offset) })
}
/// `lseek(2)`
pub fn lseek(fd: i32, offset: i64, whence: i32) -> Sys<i64> {
    // SAFETY: no memory is involved.
    let r = unsafe { libc::lseek(fd, offset, whence) };
    if r < 0 { Err(errno()) } else { Ok(r) }
}
/// `openat(2)`
pub fn open(dir: i32, path: &CStr, flags: i32, mode: u32) -> Sys<i32> {
    // SAFETY: a live C string.
    check(unsafe { libc::openat(dir, path.as_ptr(), flags, mode) })
}
/// `close(2)`
pub fn close(fd: i32) -> Sys<()> {
    // SAFETY: no memory is involved.
    check(unsafe { libc::close(fd) }).map(drop)
}
/// `ftruncate(2)`
pub fn ftruncate(fd: i32, length: i64) -> Sys<()> {
    // SAFETY: no memory is involved.
    check(unsafe { libc::ftruncate(fd, length) }).map(drop)
}
/// `isatty(3)`
pub fn isatty(fd: i32) -> bool {
    // SAFETY: no memory is involved.
    unsafe { libc::isatty(fd) == 1 }
}
/// `fstat(2)`
pub fn fstat(fd: i32) -> Sys<libc::stat> {
    // SAFETY: all zeroes is a valid `stat`; the call fills it in.
    unsafe {
        let mut st: libc::stat = std::mem::zeroed();
        check(libc::fstat(fd, &raw mut st)).map(|_| st)
    }
}
/// `fstatat(2)`
pub fn fstatat(dir: i32, path: &CStr, flags: i32) -> Sys<libc::stat> {
    // SAFETY: as in `fstat`.
    unsafe {
        let mut st: libc::stat = std::mem::zeroed();
        check(libc::fstatat(dir, path.as_ptr(), &raw mut st, flags)).map(|_| st)
    }
}
/// `fcntl(2)` with an int argument.
pub fn fcntl(fd: i32, command: i32, argument: i32) -> Sys<i32> {
    // SAFETY: commands with an int argument touch no memory of ours.
    check(unsafe { libc::fcntl(fd, command, argument) })
}

/// `fcntl(2)` with an argument that the system may read and write: 1024 bytes, which no command exceeds.
pub fn fcntl_buffer(fd: i32, command: i32, argument: &mut [u8]) -> Sys<i32> {
    assert!(argument.len() >= 1024, "room for what any command writes");
    // SAFETY: the buffer is ours and large enough.
    check(unsafe { libc::fcntl(fd, command, argument.as_mut_ptr()) })
}
/// `ioctl(2)` with an int argument.
pub fn ioctl(fd: i32, request: u64, argument: i32) -> Sys<i32> {
    // SAFETY: a request that takes a pointer fails for an int that is none (EFAULT).
    check(unsafe { libc::ioctl(fd, request, argument) })
}
/// `ioctl(2)` with an argument that the system may read and write: 1024 bytes.
pub fn ioctl_buffer(fd: i32, request: u64, argument: &mut [u8]) -> Sys<i32> {
    assert!(argument.len() >= 1024, "room for what any request writes");
    // SAFETY: the buffer is ours and large enough.
    check(unsafe { libc::ioctl(fd, request, argument.as_mut_ptr()) })
}
/// A lock of a part of a file (start, length, whence) with `fcntl(2)`.
pub fn lock_region(fd: i32, command: i32, kind: i32, (start, length, whence): (i64, i64, i32)) -> Sys<i32> {
    let lock = libc::flock {
        l_type: kind as libc::c_short,
        l_whence: whence as libc::c_short,
        l_start: start,
        l_len: length,
        l_pid: 0,
    };
    // SAFETY: the commands read the struct, which outlives the call.
    check(unsafe { libc::fcntl(fd, command, &raw const lock) })
}

macro_rules! calls {
    ($($(#[$doc:meta])* fn $name:ident($($arg:ident: $ty:ty => $pass:expr),*) $call:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name($($arg: $ty),*) -> Sys<i32> {
            // SAFETY: ints and live C strings.
            check(unsafe { libc::$call($($pass),*) })
        }
    )*};
}
calls! {
    /// `mkdirat(2)`
    fn mkdir(dir: i32 => dir, path: &CStr => path.as_ptr(), mode: u32 => mode) mkdirat;
    /// `unlinkat(2)`
    fn unlink(dir: i32 => dir, path: &CStr => path.as_ptr(), flags: i32 => flags) unlinkat;
    /// `renameat(2)`
    fn rename(from: i32 => from, old: &CStr => old.as_ptr(), to: i32 => to, new: &CStr => new.as_ptr()) renameat;
    /// `linkat(2)`
    fn link(from: i32 => from, old: &CStr => old.as_ptr(), to: i32 => to, new: &CStr => new.as_ptr(), flags: i32 => flags) linkat;
    /// `symlinkat(2)`
    fn symlink(target: &CStr => target.as_ptr(), dir: i32 => dir, path: &CStr => path.as_ptr()) symlinkat;
    /// `faccessat(2)`
    fn access(dir: i32 => dir, path: &CStr => path.as_ptr(), mode: i32 => mode, flags: i32 => flags) faccessat;
    /// `fchmodat(2)`
    fn chmod(dir: i32 => dir, path: &CStr => path.as_ptr(), mode: u32 => mode, flags: i32 => flags) fchmodat;
    /// `fchmod(2)`
    fn fchmod(fd: i32 => fd, mode: u32 => mode) fchmod;
    /// `fchownat(2)`
    fn chown(dir: i32 => dir, path: &CStr => path.as_ptr(), uid: u32 => uid, gid: u32 => gid, flags: i32 => flags) fchownat;
    /// `fchown(2)`
    fn fchown(fd: i32 => fd, uid: u32 => uid, gid: u32 => gid) fchown;
    /// `mkfifoat(3)`
    fn mkfifo(dir: i32 => dir, path: &CStr => path.as_ptr(), mode: u32 => mode) mkfifoat;
    /// `chdir(2)`
    fn chdir(path: &CStr => path.as_ptr()) chdir;
    /// `fchdir(2)`
    fn fchdir(fd: i32 => fd) fchdir;
    /// `truncate(2)`
    fn truncate(path: &CStr => path.as_ptr(), length: i64 => length) truncate;
    /// `dup2(2)`
    fn dup2(fd: i32 => fd, to: i32 => to) dup2;
    /// `dup3(2)`
    fn dup3(fd: i32 => fd, to: i32 => to, flags: i32 => flags) dup3;
    /// `fsync(2)`
    fn fsync(fd: i32 => fd) fsync;
    /// `fdatasync(2)`
    fn fdatasync(fd: i32 => fd) fdatasync;
    /// `kill(2)`
    fn kill(pid: i32 => pid, signal: i32 => signal) kill;
    /// `killpg(2)`
    fn killpg(group: i32 => group, signal: i32 => signal) killpg;
    /// `raise(3)`
    fn raise_signal(signal: i32 => signal) raise;
    /// `getpgid(2)`
    fn getpgid(pid: i32 => pid) getpgid;
    /// `setpgid(2)`
    fn setpgid(pid: i32 => pid, group: i32 => group) setpgid;
    /// `getsid(2)`
    fn getsid(pid: i32 => pid) getsid;
    /// `setsid(2)`
    fn setsid() setsid;
    /// `setuid(2)`
    fn setuid(uid: u32 => uid) setuid;
    /// `setgid(2)`
    fn setgid(gid: u32 => gid) setgid;
    /// `lockf(3)`
    fn lockf(fd: i32 => fd, command: i32 => command, length: i64 => length) lockf;
    /// `flock(2)`
    fn flock(fd: i32 => fd, operation: i32 => operation) flock;
    /// `tcgetpgrp(3)`
    fn tcgetpgrp(fd: i32 => fd) tcgetpgrp;
    /// `tcsetpgrp(3)`
    fn tcsetpgrp(fd: i32 => fd, group: i32 => group) tcsetpgrp;
}

/// `fork(2)`: 0 in the child.
pub fn fork() -> Sys<i32> {
    let mut failure = 0;
    let mut call = || {
        // SAFETY: the caller holds the interpreter's lock, so that the child's objects are whole; the child repairs the
        // locks (see `posix::process`).
        let pid = unsafe { libc::fork() };
        failure = errno();
        pid
    };
    match (taipan_runtime::eval_hook::hooks().fork)(&mut call) {
        Ok(pid) if pid >= 0 => Ok(pid),
        Ok(_) => Err(failure),
        Err(e) => Err(e.raw_os_error().unwrap_or(libc::ENOMEM)),
    }
}
/// `waitpid(2)`: the process and its status.
pub fn waitpid(pid: i32, options: i32) -> Sys<(i32, i32)> {
    let mut status = 0;
    // SAFETY: `status` is live.
    check(unsafe { libc::waitpid(pid, &raw mut status, options) }).map(|pid| (pid, status))
}
/// `_exit(2)`
pub fn exit_now(status: i32) -> ! {
    // SAFETY: ends the process.
    unsafe { libc::_exit(status) }
}
/// `abort(3)`
pub fn abort() -> ! {
    // SAFETY: ends the process.
    unsafe { libc::abort() }
}
/// `execv(3)` or, with an environment, `execve(2)`; only returns if it fails.
pub fn exec(path: &CStr, args: &[CString], env: Option<&[CString]>) -> Errno {
    let pointers = |list: &[CString]| -> Vec<*const libc::c_char> {
        list.iter().map(|s| s.as_ptr()).chain([std::ptr::null()]).collect()
    };
    let argv = pointers(args);
    // SAFETY: null-terminated arrays of live C strings.
    unsafe {
        match env {
            Some(env) => libc::execve(path.as_ptr(), argv.as_ptr(), pointers(env).as_ptr()),
            None => libc::execv(path.as_ptr(), argv.as_ptr()),
        };
    }
    errno()
}
/// `pipe2(2)`
pub fn pipe2(flags: i32) -> Sys<(i32, i32)> {
    let mut fds = [0; 2];
    // SAFETY: room for two ints.
    check(unsafe { libc::pipe2(fds.as_mut_ptr(), flags) }).map(|_| (fds[0], fds[1]))
}
/// `openpty(3)`
pub fn openpty() -> Sys<(i32, i32)> {
    let (mut master, mut slave) = (0, 0);
    let none = std::ptr::null_mut();
    // SAFETY: live ints; the optional arguments are null.
    let r =
        unsafe { libc::openpty(&raw mut master, &raw mut slave, none, std::ptr::null(), std::ptr::null()) };
    check(r).map(|_| (master, slave))
}
/// `utimensat(2)`, or `futimens` with no path; seconds and nanoseconds of access and modification.
pub fn utimens(dir: i32, path: Option<&CStr>, times: Option<[(i64, i64); 2]>, flags: i32) -> Sys<i32> {
    let times = times.map(|t| t.map(|(s, n)| libc::timespec { tv_sec: s, tv_nsec: n }));
    let pointer = times.as_ref().map_or(std::ptr::null(), |t| t.as_ptr());
    // SAFETY: null or two live `timespec`s.
    check(unsafe {
        match path {
            Some(path) => libc::utimensat(dir, path.as_ptr(), pointer, flags),
            None => libc::futimens(dir, pointer),
        }
    })
}
/// `readlinkat(2)`
pub fn readlink(dir: i32, path: &CStr) -> Sys<Vec<u8>> {
    let mut buffer = vec![0u8; 4096];
    // SAFETY: the buffer is live and of this length.
    let r = unsafe { libc::readlinkat(dir, path.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len()) };
    buffer.truncate(check_long(r)?);
    Ok(buffer)
}
/// Columns and lines of a terminal.
pub fn terminal_size(fd: i32) -> Sys<(u16, u16)> {
    // SAFETY: all zeroes is a valid `winsize`; the call fills it in.
    unsafe {
        let mut size: libc::winsize = std::mem::zeroed();
        check(libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size)).map(|_| (size.ws_col, size.ws_row))
    }
}
/// The number of the calling thread in the kernel.
pub fn native_thread_id() -> i64 {
    // SAFETY: always succeeds.
    unsafe { libc::syscall(libc::SYS_gettid) }
}
/// Name the calling thread, for debuggers; longer names are cut off.
pub fn set_thread_name(name: &str) {
    let cut: Vec<u8> = name.bytes().filter(|&b| b != 0).take(15).collect();
    if let Ok(c) = CString::new(cut) {
        // SAFETY: a live C string of at most 16 bytes. A failure changes nothing.
        unsafe { libc::pthread_setname_np(libc::pthread_self(), c.as_ptr()) };
    }
}
/// `getrandom(2)`
pub fn random(buffer: &mut [u8]) -> Sys<()> {
    let mut done = 0;
    while done < buffer.len() {
        let rest = &mut buffer[done..];
        // SAFETY: the buffer is live and of this length.
        done += check_long(unsafe { libc::getrandom(rest.as_mut_ptr().cast(), rest.len(), 0) })?;
    }
    Ok(())
}
/// User, group, effective user and effective group.
pub fn ids() -> (u32, u32, u32, u32) {
    // SAFETY: always succeed.
    unsafe { (libc::getuid(), libc::getgid(), libc::geteuid(), libc::getegid()) }
}
/// `getpid(2)`
pub fn process_id() -> i32 {
    // SAFETY: always succeeds.
    unsafe { libc::getpid() }
}
/// `getppid(2)`
pub fn parent_id() -> i32 {
    // SAFETY: always succeeds.
    unsafe { libc::getppid() }
}
/// `getpgrp(2)`
pub fn process_group() -> i32 {
    // SAFETY: always succeeds.
    unsafe { libc::getpgrp() }
}
/// `umask(2)`
pub fn umask(mask: u32) -> u32 {
    // SAFETY: always succeeds.
    unsafe { libc::umask(mask) }
}
/// The CPUs that the calling process may run on.
pub fn affinity() -> Sys<Vec<usize>> {
    // SAFETY: all zeroes is a valid set; the call fills it in.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        check(libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), &raw mut set))?;
        Ok((0..libc::CPU_SETSIZE as usize).filter(|&i| libc::CPU_ISSET(i, &set)).collect())
    }
}
/// `times(2)` in clock ticks: user, system, children's user and system, elapsed.
pub fn times() -> Sys<[i64; 5]> {
    // SAFETY: all zeroes is a valid `tms`; the call fills it in.
    unsafe {
        let mut t: libc::tms = std::mem::zeroed();
        let elapsed = libc::times(&raw mut t);
        if elapsed == -1 {
            return Err(errno());
        }
        Ok([t.tms_utime, t.tms_stime, t.tms_cutime, t.tms_cstime, elapsed])
    }
}
/// `sysconf(3)`; `None` if there is no limit.
pub fn sysconf(name: i32) -> Sys<i64> {
    // SAFETY: no memory is involved.
    let r = unsafe {
        *libc::__errno_location() = 0;
        libc::sysconf(name)
    };
    if r == -1 && errno() != 0 { Err(errno()) } else { Ok(r) }
}
/// `uname(2)`: system, node, release, version, machine.
pub fn uname() -> Sys<[Vec<u8>; 5]> {
    // SAFETY: all zeroes is a valid `utsname`; the call fills it with C strings.
    unsafe {
        let mut u: libc::utsname = std::mem::zeroed();
        check(libc::uname(&raw mut u))?;
        let text = |p: *const libc::c_char| CStr::from_ptr(p).to_bytes().to_vec();
        Ok([
            text(u.sysname.as_ptr()),
            text(u.nodename.as_ptr()),
            text(u.release.as_ptr()),
            text(u.version.as_ptr()),
            text(u.machine.as_ptr()),
        ])
    }
}
/// `getloadavg(3)`
pub fn load_average() -> Option<[f64; 3]> {
    let mut load = [0.0; 3];
    // SAFETY: room for three doubles.
    if unsafe { libc::getloadavg(load.as_mut_ptr(), 3) } == 3 { Some(load) } else { None }
}
/// `getgroups(2)`
pub fn groups() -> Sys<Vec<u32>> {
    let mut list = vec![0u32; 65536];
    // SAFETY: room for this many.
    let n = check(unsafe { libc::getgroups(list.len() as c_int, list.as_mut_ptr()) })?;
    list.truncate(n as usize);
    Ok(list)
}
/// `statvfs(3)` of a path or a descriptor.
pub fn statvfs(path: Result<&CStr, i32>) -> Sys<libc::statvfs> {
    // SAFETY: all zeroes is a valid `statvfs`; the call fills it in.
    unsafe {
        let mut st: libc::statvfs = std::mem::zeroed();
        let r = match path {
            Ok(path) => libc::statvfs(path.as_ptr(), &raw mut st),
            Err(fd) => libc::fstatvfs(fd, &raw mut st),
        };
        check(r).map(|_| st)
    }
}
/// `sendfile(2)`
pub fn sendfile(out: i32, input: i32, offset: Option<i64>, count: usize) -> Sys<usize> {
    let mut at = offset.unwrap_or(0);
    let pointer = if offset.is_some() { &raw mut at } else { std::ptr::null_mut() };
    // SAFETY: null or a live offset.
    check_long(unsafe { libc::sendfile(out, input, pointer, count) })
}
/// `strerror(3)` is in the runtime; this is `strsignal(3)`.
pub fn signal_name(signal: i32) -> Option<String> {
    // SAFETY: the C library's text, copied at once.
    unsafe {
        let p = libc::strsignal(signal);
        if p.is_null() { None } else { Some(CStr::from_ptr(p).to_string_lossy().into_owned()) }
    }
}
/// `ttyname(3)`
pub fn ttyname(fd: i32) -> Sys<Vec<u8>> {
    let mut buffer = [0 as libc::c_char; 256];
    // SAFETY: the buffer is live and of this length; on success it holds a C string.
    unsafe {
        match libc::ttyname_r(fd, buffer.as_mut_ptr(), buffer.len()) {
            0 => Ok(CStr::from_ptr(buffer.as_ptr()).to_bytes().to_vec()),
            e => Err(e),
        }
    }
}
/// Set or remove an environment variable of the process. The name is not empty and has no `=`; no null bytes.
pub fn set_env(name: &std::ffi::OsStr, value: Option<&std::ffi::OsStr>) {
    // SAFETY: under the interpreter's lock no other Python thread reads or writes the environment.
    unsafe {
        match value {
            Some(value) => std::env::set_var(name, value),
            None => std::env::remove_var(name),
        }
    }
}
