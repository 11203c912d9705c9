//! Files and directories by path.

use super::path::{PathArg, dir_fd};
use super::stat;
use crate::sys_call::{self, Sys, retry};
use taipan_runtime::error::PyResult;
use taipan_runtime::types::exception::os_error::{raise_errno, raise_errno2};

/// A result, with an error number as an exception that names the path.
pub fn or_raise<T>(result: Sys<T>, path: &PathArg) -> PyResult<T> {
    match result {
        Ok(v) => Ok(v),
        Err(e) => raise_errno(e, Some(*path.original)),
    }
}

/// The same with two paths.
fn or_raise2<T>(result: Sys<T>, from: &PathArg, to: &PathArg) -> PyResult<T> {
    match result {
        Ok(v) => Ok(v),
        Err(e) => raise_errno2(e, Some(*from.original), Some(*to.original)),
    }
}

#[taipan_runtime::pymodule(name = "posix")]
pub mod functions {
    use super::*;
    use taipan_runtime::object::Ref;
    use taipan_runtime::protocol::index;
    use taipan_runtime::raise;
    use taipan_runtime::types::tuple::Tuple;
    use taipan_runtime::value::Value;

    fn nofollow(follow: bool) -> i32 {
        if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW }
    }

    /// Perform a stat system call on the given path.
    #[pyfunction("(path, *, dir_fd=None, follow_symlinks=True)", name = "stat")]
    fn stat_(path: Value, dir_fd: Option<Value>, follow_symlinks: bool) -> PyResult {
        let path = PathArg::of(path, "stat", true)?;
        let dir = super::dir_fd(dir_fd)?;
        let st = match path.fd {
            Some(_) if dir != libc::AT_FDCWD => {
                return raise!(ValueError, "stat: can't specify dir_fd without matching path");
            }
            Some(_) if !follow_symlinks => {
                return raise!(ValueError, "stat: cannot use fd and follow_symlinks together");
            }
            Some(fd) => sys_call::fstat(fd),
            None => sys_call::fstatat(dir, path.c_string(), nofollow(follow_symlinks)),
        };
        Ok(stat::result(&or_raise(st, &path)?))
    }
    /// Perform a stat system call on the given path, without following symbolic links.
    #[pyfunction("(path, *, dir_fd=None)")]
    fn lstat(path: Value, dir_fd: Option<Value>) -> PyResult {
        let path = PathArg::of(path, "lstat", false)?;
        let st = sys_call::fstatat(super::dir_fd(dir_fd)?, path.c_string(), libc::AT_SYMLINK_NOFOLLOW);
        Ok(stat::result(&or_raise(st, &path)?))
    }
    /// Use the real uid/gid to test for access to a path.
    #[pyfunction("(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)")]
    fn access(
        path: Value,
        mode: i32,
        dir_fd: Option<Value>,
        effective_ids: bool,
        follow_symlinks: bool,
    ) -> PyResult<bool> {
        let path = PathArg::of(path, "access", false)?;
        let flags = nofollow(follow_symlinks) | if effective_ids { libc::AT_EACCESS } else { 0 };
        Ok(sys_call::access(super::dir_fd(dir_fd)?, path.c_string(), mode, flags).is_ok())
    }
    /// Create a directory.
    #[pyfunction("(path, mode=511, *, dir_fd=None)")]
    fn mkdir(path: Value, mode: i32, dir_fd: Option<Value>) -> PyResult<()> {
        let path = PathArg::of(path, "mkdir", false)?;
        or_raise(sys_call::mkdir(super::dir_fd(dir_fd)?, path.c_string(), mode as u32), &path).map(drop)
    }
    /// Remove a directory.
    #[pyfunction("(path, *, dir_fd=None)")]
    fn rmdir(path: Value, dir_fd: Option<Value>) -> PyResult<()> {
        let path = PathArg::of(path, "rmdir", false)?;
        let r = sys_call::unlink(super::dir_fd(dir_fd)?, path.c_string(), libc::AT_REMOVEDIR);
        or_raise(r, &path).map(drop)
    }
    /// Remove a file.
    #[pyfunction("(path, *, dir_fd=None)")]
    fn unlink(path: Value, dir_fd: Option<Value>) -> PyResult<()> {
        let path = PathArg::of(path, "unlink", false)?;
        or_raise(sys_call::unlink(super::dir_fd(dir_fd)?, path.c_string(), 0), &path).map(drop)
    }
    /// Remove a file (same as unlink()).
    #[pyfunction("(path, *, dir_fd=None)")]
    fn remove(path: Value, dir_fd: Option<Value>) -> PyResult<()> {
        let path = PathArg::of(path, "remove", false)?;
        or_raise(sys_call::unlink(super::dir_fd(dir_fd)?, path.c_string(), 0), &path).map(drop)
    }
    fn rename_with(
        name: &str,
        src: Value,
        dst: Value,
        from: Option<Value>,
        to: Option<Value>,
    ) -> PyResult<()> {
        let (src, dst) = (PathArg::of(src, name, false)?, PathArg::of(dst, name, false)?);
        let r = sys_call::rename(super::dir_fd(from)?, src.c_string(), super::dir_fd(to)?, dst.c_string());
        or_raise2(r, &src, &dst).map(drop)
    }
    /// Rename a file or directory.
    #[pyfunction("(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename(src: Value, dst: Value, src_dir_fd: Option<Value>, dst_dir_fd: Option<Value>) -> PyResult<()> {
        rename_with("rename", src, dst, src_dir_fd, dst_dir_fd)
    }
    /// Rename a file or directory, overwriting the destination.
    #[pyfunction("(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(src: Value, dst: Value, src_dir_fd: Option<Value>, dst_dir_fd: Option<Value>) -> PyResult<()> {
        rename_with("replace", src, dst, src_dir_fd, dst_dir_fd)
    }
    /// Create a hard link to a file.
    #[pyfunction("(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)")]
    fn link(
        src: Value,
        dst: Value,
        src_dir_fd: Option<Value>,
        dst_dir_fd: Option<Value>,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        let (src, dst) = (PathArg::of(src, "link", false)?, PathArg::of(dst, "link", false)?);
        let flags = if follow_symlinks { libc::AT_SYMLINK_FOLLOW } else { 0 };
        let (from, to) = (super::dir_fd(src_dir_fd)?, super::dir_fd(dst_dir_fd)?);
        or_raise2(sys_call::link(from, src.c_string(), to, dst.c_string(), flags), &src, &dst).map(drop)
    }
    /// Create a symbolic link pointing to src named dst.
    #[pyfunction("(src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(src: Value, dst: Value, target_is_directory: bool, dir_fd: Option<Value>) -> PyResult<()> {
        let _ = target_is_directory;
        let (src, dst) = (PathArg::of(src, "symlink", false)?, PathArg::of(dst, "symlink", false)?);
        or_raise2(sys_call::symlink(src.c_string(), super::dir_fd(dir_fd)?, dst.c_string()), &src, &dst)
            .map(drop)
    }
    /// Return a string representing the path to which the symbolic link points.
    #[pyfunction("(path, *, dir_fd=None)")]
    fn readlink(path: Value, dir_fd: Option<Value>) -> PyResult {
        let path = PathArg::of(path, "readlink", false)?;
        let target = or_raise(sys_call::readlink(super::dir_fd(dir_fd)?, path.c_string()), &path)?;
        Ok(path.result(&target))
    }
    /// Change the access permissions of a file.
    #[pyfunction("(path, mode, *, dir_fd=None, follow_symlinks=True)")]
    fn chmod(path: Value, mode: i32, dir_fd: Option<Value>, follow_symlinks: bool) -> PyResult<()> {
        let path = PathArg::of(path, "chmod", true)?;
        let r = match path.fd {
            Some(fd) => sys_call::fchmod(fd, mode as u32),
            None => sys_call::chmod(
                super::dir_fd(dir_fd)?,
                path.c_string(),
                mode as u32,
                nofollow(follow_symlinks),
            ),
        };
        or_raise(r, &path).map(drop)
    }
    /// Change the owner and group id of path to the numeric uid and gid.
    #[pyfunction("(path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(path: Value, uid: i64, gid: i64, dir_fd: Option<Value>, follow_symlinks: bool) -> PyResult<()> {
        let path = PathArg::of(path, "chown", true)?;
        let (uid, gid) = (uid as u32, gid as u32);
        let r = match path.fd {
            Some(fd) => sys_call::fchown(fd, uid, gid),
            None => {
                sys_call::chown(super::dir_fd(dir_fd)?, path.c_string(), uid, gid, nofollow(follow_symlinks))
            }
        };
        or_raise(r, &path).map(drop)
    }
    /// Create a FIFO.
    #[pyfunction("(path, mode=438, *, dir_fd=None)")]
    fn mkfifo(path: Value, mode: i32, dir_fd: Option<Value>) -> PyResult<()> {
        let path = PathArg::of(path, "mkfifo", false)?;
        or_raise(sys_call::mkfifo(super::dir_fd(dir_fd)?, path.c_string(), mode as u32), &path).map(drop)
    }
    /// Truncate a file, specified by path, to a specific length.
    #[pyfunction("(path, length)")]
    fn truncate(path: Value, length: i64) -> PyResult<()> {
        let path = PathArg::of(path, "truncate", true)?;
        let r = match path.fd {
            Some(fd) => sys_call::ftruncate(fd, length),
            None => sys_call::truncate(path.c_string(), length).map(drop),
        };
        or_raise(r, &path)
    }
    /// Seconds and nanoseconds.
    fn time_of(v: Value) -> PyResult<(i64, i64)> {
        if v.is_int_like() {
            return Ok((index::to_i64(v)?, 0));
        }
        let t = index::to_f64(v)?;
        let whole = t.floor();
        Ok((whole as i64, ((t - whole) * 1e9) as i64))
    }
    fn ns_of(v: Value) -> PyResult<(i64, i64)> {
        let n = index::to_i64(v)?;
        Ok((n.div_euclid(1_000_000_000), n.rem_euclid(1_000_000_000)))
    }
    /// Set the access and modified time of path.
    #[pyfunction("(path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)")]
    fn utime(
        path: Value,
        times: Option<Value>,
        ns: Option<Value>,
        dir_fd: Option<Value>,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        let path = PathArg::of(path, "utime", true)?;
        let times = times.filter(|t| !t.is_none());
        let pair = |v: Value, what: &str| match v.downcast::<Tuple>().filter(|t| t.len == 2) {
            Some(t) => Ok((t.items()[0], t.items()[1])),
            None => raise!(TypeError, "utime: '{what}' must be a tuple of two ints"),
        };
        let both = match (times, ns) {
            (Some(_), Some(_)) => {
                return raise!(ValueError, "utime: you may specify either 'times' or 'ns' but not both");
            }
            (Some(t), None) => match t.downcast::<Tuple>().filter(|t| t.len == 2) {
                Some(t) => Some([time_of(t.items()[0])?, time_of(t.items()[1])?]),
                None => {
                    return raise!(TypeError, "utime: 'times' must be either a tuple of two ints or None");
                }
            },
            (None, Some(n)) => {
                let (a, m) = pair(n, "ns")?;
                Some([ns_of(a)?, ns_of(m)?])
            }
            (None, None) => None,
        };
        let r = match path.fd {
            Some(fd) => sys_call::utimens(fd, None, both, 0),
            None => {
                let dir = super::dir_fd(dir_fd)?;
                sys_call::utimens(dir, Some(path.c_string()), both, nofollow(follow_symlinks))
            }
        };
        or_raise(r, &path).map(drop)
    }
    /// Open a file for low level IO.  Returns a file descriptor (integer).
    #[pyfunction("(path, flags, mode=511, *, dir_fd=None)")]
    fn open(path: Value, flags: i32, mode: i32, dir_fd: Option<Value>) -> PyResult<i32> {
        let path = PathArg::of(path, "open", false)?;
        let dir = super::dir_fd(dir_fd)?;
        let c = path.c_string();
        or_raise(retry(|| sys_call::open(dir, c, flags | libc::O_CLOEXEC, mode as u32))?, &path)
    }
    /// Change the current working directory to the specified path.
    #[pyfunction("(path)")]
    fn chdir(path: Value) -> PyResult<()> {
        let path = PathArg::of(path, "chdir", true)?;
        let r = match path.fd {
            Some(fd) => sys_call::fchdir(fd),
            None => sys_call::chdir(path.c_string()),
        };
        or_raise(r, &path).map(drop)
    }
    /// Return a unicode string representing the current working directory.
    #[pyfunction("()")]
    fn getcwd() -> PyResult {
        match std::env::current_dir() {
            Ok(d) => Ok(crate::os_text::fs_decode_os(d.as_os_str())),
            Err(e) => taipan_runtime::types::exception::os_error::raise_io(&e, None),
        }
    }
    /// Return a bytes string representing the current working directory.
    #[pyfunction("()")]
    fn getcwdb() -> PyResult {
        use std::os::unix::ffi::OsStrExt;
        match std::env::current_dir() {
            Ok(d) => Ok(taipan_runtime::types::bytes::new(d.as_os_str().as_bytes()).erase()),
            Err(e) => taipan_runtime::types::exception::os_error::raise_io(&e, None),
        }
    }
    /// Return the file system path representation of the object.
    #[pyfunction("(path)")]
    fn fspath(path: Value) -> PyResult {
        super::super::path::fspath(path)
    }
    /// Split a path into its drive, root and tail.
    #[pyfunction("(path)", name = "_path_splitroot_ex")]
    fn splitroot_ex(path: Value) -> PyResult {
        let fs = super::super::path::fspath(path)?;
        let (data, is_bytes) = match fs.as_str() {
            Some(s) => (crate::os_text::fs_encode(s)?, false),
            None => (crate::buffer::bytes_of(*fs)?, true),
        };
        let slashes = data.iter().take_while(|&&b| b == b'/').count();
        let root = match slashes {
            0 => 0,
            2 => 2,
            _ => 1,
        };
        let part = |b: &[u8]| -> Ref {
            if is_bytes { taipan_runtime::types::bytes::new(b).erase() } else { crate::os_text::fs_decode(b) }
        };
        Ok(taipan_runtime::types::tuple::from_refs(vec![part(b""), part(&data[..root]), part(&data[root..])])
            .erase())
    }
    /// Normalize path, eliminating double slashes, etc.
    #[pyfunction("(path)", name = "_path_normpath")]
    fn normpath(path: Value) -> PyResult {
        let fs = super::super::path::fspath(path)?;
        let (data, is_bytes) = match fs.as_str() {
            Some(s) => (crate::os_text::fs_encode(s)?, false),
            None => (crate::buffer::bytes_of(*fs)?, true),
        };
        let slashes = data.iter().take_while(|&&b| b == b'/').count();
        let root: &[u8] = match slashes {
            0 => b"",
            2 => b"//",
            _ => b"/",
        };
        let mut parts: Vec<&[u8]> = Vec::new();
        for part in data.split(|&b| b == b'/') {
            match part {
                b"" | b"." => {}
                b".." if parts.last().is_some_and(|p| *p != b"..") => drop(parts.pop()),
                b".." if !root.is_empty() => {}
                other => parts.push(other),
            }
        }
        let mut out = root.to_vec();
        out.extend(parts.join(&b'/'));
        if out.is_empty() {
            out.push(b'.');
        }
        Ok(if is_bytes {
            taipan_runtime::types::bytes::new(&out).erase()
        } else {
            crate::os_text::fs_decode(&out)
        })
    }
}
