//! What happens between `fork` and `exec`.
//!
//! # Invariants
//! - The child makes system calls alone and allocates nothing (unless there is a `preexec_fn`): other threads of the
//!   parent may have held any lock when it was forked.
//! - Everything that [`Plan`] points to was made before the fork and lives in the child's copy of the memory.

use std::ffi::CString;
use std::os::raw::{c_char, c_int};

/// What the child has to do.
pub struct Plan {
    pub executables: Vec<CString>,
    pub args: Vec<CString>,
    pub env: Option<Vec<CString>>,
    pub cwd: Option<CString>,
    /// Descriptors for stdin, stdout and stderr, or -1.
    pub stdio: [c_int; 3],
    /// The parent's ends, to be closed, or -1.
    pub parents: [c_int; 3],
    pub error_pipe: c_int,
    pub close_fds: bool,
    /// Kept open, sorted.
    pub keep: Vec<c_int>,
    pub restore_signals: bool,
    pub new_session: bool,
    pub group: c_int,
    pub gid: Option<u32>,
    pub groups: Option<Vec<u32>>,
    pub uid: Option<u32>,
    pub umask: c_int,
}

fn pointers(list: &[CString]) -> Vec<*const c_char> {
    list.iter().map(|s| s.as_ptr()).chain([std::ptr::null()]).collect()
}

/// A failure: the error number.
struct Failure(c_int);

fn errno() -> c_int {
    // SAFETY: the thread's own error number.
    unsafe { *libc::__errno_location() }
}

fn must(r: c_int) -> Result<c_int, Failure> {
    if r < 0 { Err(Failure(errno())) } else { Ok(r) }
}

/// Fork; the child runs `preexec` and the program. The parent gets the child's number.
pub fn fork_exec(plan: &Plan, preexec: Option<&mut dyn FnMut() -> bool>) -> Result<c_int, c_int> {
    let (argv, envp) = (pointers(&plan.args), plan.env.as_deref().map(pointers));
    // SAFETY: the child only calls what the module's invariants allow.
    let pid = unsafe { libc::fork() };
    match pid {
        -1 => Err(errno()),
        0 => {
            run(plan, preexec, &argv, envp.as_deref());
            // SAFETY: ends the child.
            unsafe { libc::_exit(255) }
        }
        pid => Ok(pid),
    }
}

fn run(
    plan: &Plan,
    preexec: Option<&mut dyn FnMut() -> bool>,
    argv: &[*const c_char],
    envp: Option<&[*const c_char]>,
) {
    let mut message = [0u8; 64];
    let text: &[u8] = match prepare(plan, preexec) {
        Err(None) => b"SubprocessError:0:Exception occurred in preexec_fn.",
        Err(Some(Failure(code))) => hex_message(&mut message, code, b"noexec"),
        Ok(()) => {
            let code = exec(plan, argv, envp);
            hex_message(&mut message, code, b"")
        }
    };
    // SAFETY: a live buffer. If the parent is gone there is nobody to tell.
    unsafe { libc::write(plan.error_pipe, text.as_ptr().cast(), text.len()) };
}

/// `OSError:1f:noexec`, without allocating.
fn hex_message<'a>(buffer: &'a mut [u8; 64], code: c_int, what: &[u8]) -> &'a [u8] {
    let mut n = 0;
    let mut push = |b: u8| {
        buffer[n] = b;
        n += 1;
    };
    b"OSError:".iter().for_each(|&b| push(b));
    let digits = (1..8).rev().find(|i| code as u32 >> (4 * i) != 0).unwrap_or(0);
    for i in (0..=digits).rev() {
        push(b"0123456789ABCDEF"[(code as u32 >> (4 * i) & 15) as usize]);
    }
    push(b':');
    what.iter().for_each(|&b| push(b));
    &buffer[..n]
}

/// Everything before `exec`. `Err(None)`: the `preexec_fn` has failed.
fn prepare(plan: &Plan, preexec: Option<&mut dyn FnMut() -> bool>) -> Result<(), Option<Failure>> {
    descriptors(plan).map_err(Some)?;
    // SAFETY: system calls with ints and live C strings.
    unsafe {
        if let Some(cwd) = &plan.cwd {
            must(libc::chdir(cwd.as_ptr())).map_err(Some)?;
        }
        if plan.umask >= 0 {
            libc::umask(plan.umask as libc::mode_t);
        }
        if plan.restore_signals {
            for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
                libc::signal(signal, libc::SIG_DFL);
            }
        }
        if plan.new_session {
            must(libc::setsid()).map_err(Some)?;
        }
        if plan.group >= 0 {
            must(libc::setpgid(0, plan.group)).map_err(Some)?;
        }
        if let Some(groups) = &plan.groups {
            must(libc::setgroups(groups.len(), groups.as_ptr())).map_err(Some)?;
        }
        if let Some(gid) = plan.gid {
            must(libc::setregid(gid, gid)).map_err(Some)?;
        }
        if let Some(uid) = plan.uid {
            must(libc::setreuid(uid, uid)).map_err(Some)?;
        }
    }
    if preexec.is_some_and(|f| !f()) {
        return Err(None);
    }
    if plan.close_fds {
        close_others(plan);
    }
    Ok(())
}

/// Put the descriptors for stdin, stdout and stderr into their places.
fn descriptors(plan: &Plan) -> Result<(), Failure> {
    let mut stdio = plan.stdio;
    // SAFETY: system calls with ints.
    unsafe {
        for fd in plan.parents {
            if fd >= 0 {
                libc::close(fd);
            }
        }
        // Out of the way of the places that are filled first.
        for (i, fd) in stdio.iter_mut().enumerate().skip(1) {
            while (0..i as c_int).contains(fd) {
                *fd = must(libc::fcntl(*fd, libc::F_DUPFD_CLOEXEC, 3))?;
            }
        }
        for (i, &fd) in stdio.iter().enumerate() {
            let place = i as c_int;
            if fd == place {
                let flags = must(libc::fcntl(fd, libc::F_GETFD))?;
                must(libc::fcntl(fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC))?;
            } else if fd >= 0 {
                must(libc::dup2(fd, place))?;
            }
        }
        for &fd in &plan.keep {
            let flags = libc::fcntl(fd, libc::F_GETFD);
            if flags >= 0 && fd != plan.error_pipe {
                libc::fcntl(fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC);
            }
        }
    }
    Ok(())
}

fn close_others(plan: &Plan) {
    let mut from = 3;
    // SAFETY: system calls with ints.
    let close = |from: c_int, to: u32| unsafe {
        if from as u32 <= to {
            libc::syscall(libc::SYS_close_range, from as u32, to, 0u32);
        }
    };
    for &fd in &plan.keep {
        if fd >= from {
            close(from, fd as u32 - 1);
            from = fd + 1;
        }
    }
    close(from, u32::MAX >> 1);
}

/// Try each place of the program; the error that says most if none can be run.
fn exec(plan: &Plan, argv: &[*const c_char], envp: Option<&[*const c_char]>) -> c_int {
    let mut saved = 0;
    for path in &plan.executables {
        // SAFETY: null-terminated arrays of live C strings.
        unsafe {
            match envp {
                Some(env) => libc::execve(path.as_ptr(), argv.as_ptr(), env.as_ptr()),
                None => libc::execv(path.as_ptr(), argv.as_ptr()),
            };
        }
        let code = errno();
        if saved == 0 || code != libc::ENOENT && code != libc::ENOTDIR {
            saved = code;
        }
    }
    saved
}
