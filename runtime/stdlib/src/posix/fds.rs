//! File descriptors.

use crate::sys_call::{self, Sys, retry};
use taipan_runtime::error::{PyResult, zeroed};
use taipan_runtime::types::exception::os_error::raise_errno;

/// A result, with an error number as an exception.
pub fn or_raise<T>(result: Sys<T>) -> PyResult<T> {
    match result {
        Ok(v) => Ok(v),
        Err(e) => raise_errno(e, None),
    }
}

#[taipan_runtime::pymodule(name = "posix")]
pub mod functions {
    use super::*;
    use taipan_runtime::buffer::Buffer;
    use taipan_runtime::object::Ref;
    use taipan_runtime::raise;
    use taipan_runtime::types::type_object::TypeObject;
    use taipan_runtime::types::{bytes, int, structseq, tuple};
    use taipan_runtime::value::Value;

    fn length(n: i64) -> PyResult<usize> {
        match usize::try_from(n) {
            Ok(n) => Ok(n),
            Err(_) => raise_errno(libc::EINVAL, None),
        }
    }
    fn pair(a: i32, b: i32) -> Ref {
        tuple::from_refs(vec![int::new(a.into()), int::new(b.into())]).erase()
    }

    /// Read from a file descriptor.  Returns a bytes object.
    #[pyfunction("(fd, length, /)")]
    fn read(fd: i32, n: i64) -> PyResult {
        let mut buffer = zeroed(length(n)?)?;
        let got = or_raise(retry(|| sys_call::read(fd, &mut buffer))?)?;
        Ok(bytes::new(&buffer[..got]).erase())
    }
    /// Read into a buffer object from a file descriptor.
    #[pyfunction("(fd, buffer, /)")]
    fn readinto(fd: i32, buffer: Value) -> PyResult<usize> {
        let target = Buffer::require_writable(buffer, "readinto() argument 2")?;
        let mut data = vec![0; target.nbytes()];
        let got = or_raise(retry(|| sys_call::read(fd, &mut data))?)?;
        target.with_bytes_mut(|t| t[..got].copy_from_slice(&data[..got]));
        Ok(got)
    }
    /// Read a number of bytes from a file descriptor starting at a particular offset.
    #[pyfunction("(fd, length, offset, /)")]
    fn pread(fd: i32, n: i64, offset: i64) -> PyResult {
        let mut buffer = zeroed(length(n)?)?;
        let got = or_raise(retry(|| sys_call::pread(fd, &mut buffer, offset))?)?;
        Ok(bytes::new(&buffer[..got]).erase())
    }
    /// Write a bytes object to a file descriptor.
    #[pyfunction("(fd, data, /)")]
    fn write(fd: i32, data: Value) -> PyResult<usize> {
        let data = Buffer::require(data)?.to_vec();
        or_raise(retry(|| sys_call::write(fd, &data))?)
    }
    /// Write bytes to a file descriptor starting at a particular offset.
    #[pyfunction("(fd, buffer, offset, /)")]
    fn pwrite(fd: i32, buffer: Value, offset: i64) -> PyResult<usize> {
        let data = Buffer::require(buffer)?.to_vec();
        or_raise(retry(|| sys_call::pwrite(fd, &data, offset))?)
    }
    /// Close a file descriptor.
    #[pyfunction("(fd)")]
    fn close(fd: i32) -> PyResult<()> {
        or_raise(taipan_runtime::gil::released(|| sys_call::close(fd)))
    }
    /// Closes all file descriptors in [fd_low, fd_high), ignoring errors.
    #[pyfunction("(fd_low, fd_high, /)")]
    fn closerange(low: i32, high: i32) {
        for fd in low.max(0)..high {
            // Descriptors that are not open are no error here.
            let _not_open = sys_call::close(fd);
        }
    }
    /// Set the position of a file descriptor.  Return the new position.
    #[pyfunction("(fd, position, whence, /)")]
    fn lseek(fd: i32, position: i64, whence: i32) -> PyResult<i64> {
        or_raise(sys_call::lseek(fd, position, whence))
    }
    /// Perform a stat system call on the given file descriptor.
    #[pyfunction("(fd)")]
    fn fstat(fd: i32) -> PyResult {
        Ok(super::super::stat::result(&or_raise(sys_call::fstat(fd))?))
    }
    /// Return True if the fd is connected to a terminal.
    #[pyfunction("(fd, /)")]
    fn isatty(fd: i32) -> bool {
        sys_call::isatty(fd)
    }
    /// Truncate a file, specified by file descriptor, to a specific length.
    #[pyfunction("(fd, length, /)")]
    fn ftruncate(fd: i32, length: i64) -> PyResult<()> {
        or_raise(retry(|| sys_call::ftruncate(fd, length))?)
    }
    /// Force write of fd to disk.
    #[pyfunction("(fd)")]
    fn fsync(fd: i32) -> PyResult<()> {
        or_raise(retry(|| sys_call::fsync(fd))?).map(drop)
    }
    /// Force write of fd to disk without forcing update of metadata.
    #[pyfunction("(fd)")]
    fn fdatasync(fd: i32) -> PyResult<()> {
        or_raise(retry(|| sys_call::fdatasync(fd))?).map(drop)
    }
    /// Change the access permissions of the file given by file descriptor fd.
    #[pyfunction("(fd, mode)")]
    fn fchmod(fd: i32, mode: i32) -> PyResult<()> {
        or_raise(sys_call::fchmod(fd, mode as u32)).map(drop)
    }
    /// Change the current working directory to the given file descriptor.
    #[pyfunction("(fd)")]
    fn fchdir(fd: i32) -> PyResult<()> {
        or_raise(sys_call::fchdir(fd)).map(drop)
    }
    /// Return a duplicate of a file descriptor.
    #[pyfunction("(fd, /)")]
    fn dup(fd: i32) -> PyResult<i32> {
        or_raise(sys_call::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0))
    }
    /// Duplicate file descriptor.
    #[pyfunction("(fd, fd2, inheritable=True)")]
    fn dup2(fd: i32, fd2: i32, inheritable: bool) -> PyResult<i32> {
        if inheritable || fd == fd2 {
            return or_raise(sys_call::dup2(fd, fd2));
        }
        or_raise(sys_call::dup3(fd, fd2, libc::O_CLOEXEC))
    }
    /// Create a pipe.
    #[pyfunction("()")]
    fn pipe() -> PyResult {
        or_raise(sys_call::pipe2(libc::O_CLOEXEC)).map(|(r, w)| pair(r, w))
    }
    /// Create a pipe with flags set atomically.
    #[pyfunction("(flags, /)")]
    fn pipe2(flags: i32) -> PyResult {
        or_raise(sys_call::pipe2(flags)).map(|(r, w)| pair(r, w))
    }
    /// Open a pseudo-terminal.
    #[pyfunction("()")]
    fn openpty() -> PyResult {
        let (master, slave) = or_raise(sys_call::openpty())?;
        for fd in [master, slave] {
            or_raise(sys_call::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC))?;
        }
        Ok(pair(master, slave))
    }
    /// Get the close-on-exe flag of the specified file descriptor.
    #[pyfunction("(fd, /)")]
    fn get_inheritable(fd: i32) -> PyResult<bool> {
        Ok(or_raise(sys_call::fcntl(fd, libc::F_GETFD, 0))? & libc::FD_CLOEXEC == 0)
    }
    /// Set the inheritable flag of the specified file descriptor.
    #[pyfunction("(fd, inheritable, /)")]
    fn set_inheritable(fd: i32, inheritable: i32) -> PyResult<()> {
        let flags = or_raise(sys_call::fcntl(fd, libc::F_GETFD, 0))?;
        let flags = if inheritable != 0 { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
        or_raise(sys_call::fcntl(fd, libc::F_SETFD, flags)).map(drop)
    }
    /// Get the blocking mode of the file descriptor.
    #[pyfunction("(fd, /)")]
    fn get_blocking(fd: i32) -> PyResult<bool> {
        Ok(or_raise(sys_call::fcntl(fd, libc::F_GETFL, 0))? & libc::O_NONBLOCK == 0)
    }
    /// Set the blocking mode of the specified file descriptor.
    #[pyfunction("(fd, blocking, /)")]
    fn set_blocking(fd: i32, blocking: bool) -> PyResult<()> {
        let flags = or_raise(sys_call::fcntl(fd, libc::F_GETFL, 0))?;
        let flags = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
        or_raise(sys_call::fcntl(fd, libc::F_SETFL, flags)).map(drop)
    }
    /// Apply, test or remove a POSIX lock on an open file descriptor.
    #[pyfunction("(fd, command, length, /)")]
    fn lockf(fd: i32, command: i32, length: i64) -> PyResult<()> {
        or_raise(retry(|| sys_call::lockf(fd, command, length))?).map(drop)
    }
    /// Copy count bytes from file descriptor in_fd to file descriptor out_fd.
    #[pyfunction("(out_fd, in_fd, offset, count)")]
    fn sendfile(out_fd: i32, in_fd: i32, offset: Value, count: i64) -> PyResult<usize> {
        let at = if offset.is_none() { None } else { Some(taipan_runtime::protocol::index::to_i64(offset)?) };
        let count = length(count)?;
        or_raise(retry(|| sys_call::sendfile(out_fd, in_fd, at, count))?)
    }
    /// Return a string describing the encoding of a terminal's file descriptor.
    #[pyfunction("(fd)")]
    fn device_encoding(fd: i32) -> Option<&'static str> {
        sys_call::isatty(fd).then_some("UTF-8")
    }
    /// Return the name of the terminal device connected to 'fd'.
    #[pyfunction("(fd, /)")]
    fn ttyname(fd: i32) -> PyResult {
        Ok(crate::os_text::fs_decode(&or_raise(sys_call::ttyname(fd))?))
    }
    /// Return the process group associated with the terminal specified by fd.
    #[pyfunction("(fd, /)")]
    fn tcgetpgrp(fd: i32) -> PyResult<i32> {
        or_raise(sys_call::tcgetpgrp(fd))
    }
    /// Set the process group associated with the terminal specified by fd.
    #[pyfunction("(fd, pgid, /)")]
    fn tcsetpgrp(fd: i32, pgid: i32) -> PyResult<()> {
        or_raise(sys_call::tcsetpgrp(fd, pgid)).map(drop)
    }
    /// Return the size of the terminal window as (columns, lines).
    #[pyfunction("(fd=1, /)")]
    fn get_terminal_size(fd: i32) -> PyResult {
        let (columns, lines) = or_raise(sys_call::terminal_size(fd))?;
        match crate::state::get("posix.terminal_size").and_then(|c| c.downcast::<TypeObject>()) {
            Some(class) => Ok(structseq::new(class, vec![int::new(columns.into()), int::new(lines.into())])),
            None => raise!(SystemError, "posix is not initialised"),
        }
    }
}
