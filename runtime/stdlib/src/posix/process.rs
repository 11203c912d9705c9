//! Processes, users, the system.

use super::fds::or_raise;
use super::path::{PathArg, fspath};
use crate::os_text::{c_string, fs_decode, fs_encode};
use crate::sys_call::{self, retry};
use std::ffi::CString;
use taipan_runtime::error::{PyResult, zeroed};
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::{iter, mapping};
use taipan_runtime::raise;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{float, int, list, structseq, tuple};
use taipan_runtime::value::Value;

/// The bytes of a str, bytes or path-like object.
fn text_bytes(v: Value) -> PyResult<Vec<u8>> {
    let v = fspath(v)?;
    match v.as_str() {
        Some(s) => fs_encode(s),
        None => crate::buffer::bytes_of(*v),
    }
}

fn arguments(argv: Value, function: &str) -> PyResult<Vec<CString>> {
    if argv.class() != taipan_runtime::runtime::types().list
        && argv.class() != taipan_runtime::runtime::types().tuple
    {
        return raise!(TypeError, "{function}: argv must be a tuple or list");
    }
    let items = iter::collect(argv)?;
    if items.is_empty() {
        return raise!(ValueError, "{function}: argv must not be empty");
    }
    items.iter().map(|v| c_string(text_bytes(**v)?)).collect()
}

fn environment(env: Value) -> PyResult<Vec<CString>> {
    let keys = mapping::keys(env)?;
    let one = |key: &Ref| -> PyResult<CString> {
        let value = mapping::getitem(env, **key)?;
        let mut line = text_bytes(**key)?;
        if line.is_empty() || line.contains(&b'=') {
            return raise!(ValueError, "illegal environment variable name");
        }
        line.push(b'=');
        line.extend(text_bytes(*value)?);
        c_string(line)
    };
    keys.iter().map(one).collect()
}

/// An instance of one of the module's struct sequences.
fn sequence(key: &'static str, fields: Vec<Ref>) -> PyResult {
    match crate::state::get(key).and_then(|c| c.downcast::<TypeObject>()) {
        Some(class) => Ok(structseq::new(class, fields)),
        None => raise!(SystemError, "posix is not initialised"),
    }
}

/// Run the functions registered with `os.register_at_fork`.
fn run_hooks(key: &'static str, backwards: bool) {
    let Some(hooks) = crate::state::get(key).and_then(|v| v.downcast::<list::List>()) else { return };
    let mut all = hooks.items.to_refs();
    if backwards {
        all.reverse();
    }
    for f in all {
        if taipan_runtime::protocol::call::call0(*f).is_err() {
            taipan_runtime::error::write_unraisable("Exception ignored in fork hook", Some(*f));
        }
    }
}

#[taipan_runtime::pymodule(name = "posix")]
pub mod functions {
    use super::*;
    use taipan_runtime::types::bytes;

    /// Exit to the system with specified status, without normal exit processing.
    #[pyfunction("(status)")]
    fn _exit(status: i32) -> PyResult {
        sys_call::exit_now(status)
    }
    /// Abort the interpreter immediately.
    #[pyfunction("()")]
    fn abort() -> PyResult {
        sys_call::abort()
    }
    /// Return the current process id.
    #[pyfunction("()")]
    fn getpid() -> i32 {
        sys_call::process_id()
    }
    /// Return the parent's process id.
    #[pyfunction("()")]
    fn getppid() -> i32 {
        sys_call::parent_id()
    }
    /// Return the current process group id.
    #[pyfunction("()")]
    fn getpgrp() -> i32 {
        sys_call::process_group()
    }
    /// Call the system call getpgid().
    #[pyfunction("(pid)")]
    fn getpgid(pid: i32) -> PyResult<i32> {
        or_raise(sys_call::getpgid(pid))
    }
    /// Call the system call setpgid(pid, pgrp).
    #[pyfunction("(pid, pgrp, /)")]
    fn setpgid(pid: i32, pgrp: i32) -> PyResult<()> {
        or_raise(sys_call::setpgid(pid, pgrp)).map(drop)
    }
    /// Call the system call getsid(pid) and return the result.
    #[pyfunction("(pid, /)")]
    fn getsid(pid: i32) -> PyResult<i32> {
        or_raise(sys_call::getsid(pid))
    }
    /// Call the system call setsid().
    #[pyfunction("()")]
    fn setsid() -> PyResult<()> {
        or_raise(sys_call::setsid()).map(drop)
    }
    /// Return the current process's user id.
    #[pyfunction("()")]
    fn getuid() -> u32 {
        sys_call::ids().0
    }
    /// Return the current process's group id.
    #[pyfunction("()")]
    fn getgid() -> u32 {
        sys_call::ids().1
    }
    /// Return the current process's effective user id.
    #[pyfunction("()")]
    fn geteuid() -> u32 {
        sys_call::ids().2
    }
    /// Return the current process's effective group id.
    #[pyfunction("()")]
    fn getegid() -> u32 {
        sys_call::ids().3
    }
    /// Set the current process's user id.
    #[pyfunction("(uid, /)")]
    fn setuid(uid: u32) -> PyResult<()> {
        or_raise(sys_call::setuid(uid)).map(drop)
    }
    /// Set the current process's group id.
    #[pyfunction("(gid, /)")]
    fn setgid(gid: u32) -> PyResult<()> {
        or_raise(sys_call::setgid(gid)).map(drop)
    }
    /// Return list of supplemental group IDs for the process.
    #[pyfunction("()")]
    fn getgroups() -> PyResult {
        let groups = or_raise(sys_call::groups())?;
        Ok(list::new(groups.into_iter().map(|g| int::new(g.into())).collect()).erase())
    }
    /// Kill a process with a signal.
    #[pyfunction("(pid, signal, /)")]
    fn kill(pid: i32, signal: i32) -> PyResult<()> {
        or_raise(sys_call::kill(pid, signal))?;
        crate::signal::check_now()
    }
    /// Kill a process group with a signal.
    #[pyfunction("(pgid, signal, /)")]
    fn killpg(pgid: i32, signal: i32) -> PyResult<()> {
        or_raise(sys_call::killpg(pgid, signal))?;
        crate::signal::check_now()
    }
    /// Fork a child process.
    #[pyfunction("()")]
    fn fork() -> PyResult<i32> {
        run_hooks("fork.before", true);
        let pid = sys_call::fork();
        if pid == Ok(0) {
            taipan_runtime::gil::after_fork();
            crate::thread::after_fork();
            run_hooks("fork.child", false);
        } else {
            run_hooks("fork.parent", false);
        }
        or_raise(pid)
    }
    /// Register callables to be called when forking a new process.
    #[pyfunction(
        "(*, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)"
    )]
    fn register_at_fork(
        before: Option<Value>,
        after_in_child: Option<Value>,
        after_in_parent: Option<Value>,
    ) -> PyResult<()> {
        let all = [("fork.before", before), ("fork.child", after_in_child), ("fork.parent", after_in_parent)];
        if all.iter().all(|(_, f)| f.is_none()) {
            return raise!(TypeError, "At least one argument is required.");
        }
        for (key, f) in all {
            let Some(f) = f else { continue };
            match crate::state::get(key).and_then(|v| v.downcast::<list::List>()) {
                Some(l) => l.items.push(f.own()),
                None => crate::state::set(key, list::new(vec![f.own()]).erase()),
            }
        }
        Ok(())
    }
    /// Wait for completion of a given child process.
    #[pyfunction("(pid, options, /)")]
    fn waitpid(pid: i32, options: i32) -> PyResult {
        let (pid, status) = or_raise(retry(|| sys_call::waitpid(pid, options))?)?;
        Ok(tuple::from_refs(vec![int::new(pid.into()), int::new(status.into())]).erase())
    }
    /// Wait for completion of a child process.
    #[pyfunction("()")]
    fn wait() -> PyResult {
        waitpid(-1, 0)
    }
    /// Convert waitstatus to an exit code.
    #[pyfunction("(status)")]
    fn waitstatus_to_exitcode(status: i32) -> PyResult<i32> {
        if libc::WIFEXITED(status) {
            return Ok(libc::WEXITSTATUS(status));
        }
        if libc::WIFSIGNALED(status) {
            return Ok(-libc::WTERMSIG(status));
        }
        if libc::WIFSTOPPED(status) {
            return raise!(ValueError, "process stopped by delivery of signal {}", libc::WSTOPSIG(status));
        }
        raise!(ValueError, "invalid wait status: {status}")
    }
    #[pyfunction("(status)", name = "WIFEXITED")]
    fn wifexited(status: i32) -> bool {
        libc::WIFEXITED(status)
    }
    #[pyfunction("(status)", name = "WEXITSTATUS")]
    fn wexitstatus(status: i32) -> i32 {
        libc::WEXITSTATUS(status)
    }
    #[pyfunction("(status)", name = "WIFSIGNALED")]
    fn wifsignaled(status: i32) -> bool {
        libc::WIFSIGNALED(status)
    }
    #[pyfunction("(status)", name = "WTERMSIG")]
    fn wtermsig(status: i32) -> i32 {
        libc::WTERMSIG(status)
    }
    #[pyfunction("(status)", name = "WIFSTOPPED")]
    fn wifstopped(status: i32) -> bool {
        libc::WIFSTOPPED(status)
    }
    #[pyfunction("(status)", name = "WSTOPSIG")]
    fn wstopsig(status: i32) -> i32 {
        libc::WSTOPSIG(status)
    }
    #[pyfunction("(status, /)", name = "WCOREDUMP")]
    fn wcoredump(status: i32) -> bool {
        libc::WCOREDUMP(status)
    }
    /// Execute an executable path with arguments, replacing current process.
    #[pyfunction("(path, argv, /)")]
    fn execv(path: Value, argv: Value) -> PyResult {
        let path = PathArg::of(path, "execv", false)?;
        let e = sys_call::exec(path.c_string(), &arguments(argv, "execv()")?, None);
        super::super::files::or_raise(Err(e), &path)
    }
    /// Execute an executable path with arguments, replacing current process.
    #[pyfunction("(path, argv, env)")]
    fn execve(path: Value, argv: Value, env: Value) -> PyResult {
        let path = PathArg::of(path, "execve", false)?;
        let (args, env) = (arguments(argv, "execve()")?, environment(env)?);
        super::super::files::or_raise(Err(sys_call::exec(path.c_string(), &args, Some(&env))), &path)
    }
    /// Execute the command in a subshell.
    #[pyfunction("(command)")]
    fn system(command: Value) -> PyResult<i32> {
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::process::ExitStatusExt;
        let command = text_bytes(command)?;
        let status = taipan_runtime::gil::released(|| {
            std::process::Command::new("/bin/sh")
                .arg("-c")
                .arg(std::ffi::OsStr::from_bytes(&command))
                .status()
        });
        match status {
            Ok(s) => Ok(s.into_raw()),
            Err(e) => taipan_runtime::types::exception::os_error::raise_io(&e, None),
        }
    }
    /// Set the current numeric umask and return the previous umask.
    #[pyfunction("(mask, /)")]
    fn umask(mask: i32) -> u32 {
        sys_call::umask(mask as u32)
    }
    /// Return a bytes object containing random bytes suitable for cryptographic use.
    #[pyfunction("(size, /)")]
    fn urandom(size: i64) -> PyResult {
        let Ok(n) = usize::try_from(size) else { return raise!(ValueError, "negative argument not allowed") };
        let mut data = zeroed(n)?;
        or_raise(sys_call::random(&mut data))?;
        Ok(bytes::new(&data).erase())
    }
    /// Obtain a series of random bytes.
    #[pyfunction("(size, flags=0)")]
    fn getrandom(size: i64, flags: i32) -> PyResult {
        let _ = flags;
        urandom(size)
    }
    /// Return the number of logical CPUs in the system.
    #[pyfunction("()")]
    fn cpu_count() -> Option<i64> {
        sys_call::sysconf(libc::_SC_NPROCESSORS_ONLN).ok().filter(|&n| n > 0)
    }
    /// Return the affinity of the process identified by pid (or the current process if zero).
    #[pyfunction("(pid, /)")]
    fn sched_getaffinity(pid: i32) -> PyResult {
        if pid != 0 && pid != sys_call::process_id() {
            return taipan_runtime::types::exception::os_error::raise_errno(libc::ESRCH, None);
        }
        let table = taipan_runtime::types::set::SetTable::default();
        for cpu in or_raise(sys_call::affinity())? {
            table.add(*int::new(cpu as i64))?;
        }
        Ok(taipan_runtime::types::set::from_table(table).erase())
    }
    /// Voluntarily relinquish the CPU.
    #[pyfunction("()")]
    fn sched_yield() {
        taipan_runtime::gil::released(std::thread::yield_now);
    }
    /// Return an integer-valued system configuration variable.
    #[pyfunction("(name, /)")]
    fn sysconf(name: Value) -> PyResult<i64> {
        let number = match name.as_str() {
            None => taipan_runtime::protocol::index::to_i32(name)?,
            Some(s) => {
                let text = s.to_lossy();
                match super::super::constants::SYSCONF.iter().find(|(n, _)| *n == text) {
                    Some(row) => row.1,
                    None => return raise!(ValueError, "unrecognized configuration name"),
                }
            }
        };
        or_raise(sys_call::sysconf(number))
    }
    /// Return average recent system load information.
    #[pyfunction("()")]
    fn getloadavg() -> PyResult {
        match sys_call::load_average() {
            Some(load) => Ok(tuple::from_refs(load.into_iter().map(float::new).collect()).erase()),
            None => raise!(OSError, "Load averages are unobtainable"),
        }
    }
    /// Return an object identifying the current operating system.
    #[pyfunction("()")]
    fn uname() -> PyResult {
        let fields = or_raise(sys_call::uname())?;
        sequence("posix.uname_result", fields.iter().map(|f| fs_decode(f)).collect())
    }
    /// Return a collection containing process timing information.
    #[pyfunction("()")]
    fn times() -> PyResult {
        let ticks = or_raise(sys_call::sysconf(libc::_SC_CLK_TCK))? as f64;
        let fields = or_raise(sys_call::times())?;
        sequence("posix.times_result", fields.iter().map(|&t| float::new(t as f64 / ticks)).collect())
    }
    /// Perform a statvfs system call on the given path.
    #[pyfunction("(path)")]
    fn statvfs(path: Value) -> PyResult {
        let path = PathArg::of(path, "statvfs", true)?;
        let target = match path.fd {
            Some(fd) => Err(fd),
            None => Ok(path.c_string()),
        };
        let s = super::super::files::or_raise(sys_call::statvfs(target), &path)?;
        let fields = [
            s.f_bsize,
            s.f_frsize,
            s.f_blocks,
            s.f_bfree,
            s.f_bavail,
            s.f_files,
            s.f_ffree,
            s.f_favail,
            s.f_flag,
            s.f_namemax,
            s.f_fsid,
        ];
        sequence("posix.statvfs_result", fields.iter().map(|&f| int::from_u64(f)).collect())
    }
    /// Translate an error code to a message string.
    #[pyfunction("(code, /)")]
    fn strerror(code: i32) -> String {
        taipan_runtime::types::exception::os_error::strerror_text(code)
    }

    fn variable(v: Value) -> PyResult<std::ffi::OsString> {
        use std::os::unix::ffi::OsStringExt;
        let bytes = text_bytes(v)?;
        if bytes.contains(&0) {
            return raise!(ValueError, "embedded null byte");
        }
        Ok(std::ffi::OsString::from_vec(bytes))
    }
    /// Change or add an environment variable.
    #[pyfunction("(name, value, /)")]
    fn putenv(name: Value, value: Value) -> PyResult<()> {
        let (name, value) = (variable(name)?, variable(value)?);
        if name.is_empty() || name.as_encoded_bytes().contains(&b'=') {
            return raise!(ValueError, "illegal environment variable name");
        }
        sys_call::set_env(&name, Some(&value));
        Ok(())
    }
    /// Delete an environment variable.
    #[pyfunction("(name, /)")]
    fn unsetenv(name: Value) -> PyResult<()> {
        let name = variable(name)?;
        if name.is_empty() || name.as_encoded_bytes().contains(&b'=') {
            return taipan_runtime::types::exception::os_error::raise_errno(libc::EINVAL, None);
        }
        sys_call::set_env(&name, None);
        Ok(())
    }
}
