//! `fcntl`

pub use module::MODULE;

use crate::posix::fds::or_raise;
use crate::sys_call::{self, retry};
use taipan_runtime::buffer::Buffer;
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::index::{index, to_i32};
use taipan_runtime::types::module::Module;
use taipan_runtime::types::{bytes, int};
use taipan_runtime::value::Value;

/// The most bytes that an argument can have, and that the system may write back.
const LIMIT: usize = 1024;

/// A copy of the bytes of an argument, with room behind them for what the system writes.
fn argument(buffer: &Buffer, what: &str) -> PyResult<Vec<u8>> {
    let mut data = buffer.to_vec();
    if data.len() > LIMIT {
        return taipan_runtime::raise!(ValueError, "{what} argument 3 is too long");
    }
    data.resize(LIMIT, 0);
    Ok(data)
}

/// This module performs file control and I/O control on file
/// descriptors.  It is an interface to the fcntl() and ioctl() Unix
/// routines.  File descriptors can be obtained with the fileno() method of
/// a file or socket object.
#[taipan_runtime::pymodule(name = "fcntl")]
mod module {
    use super::*;
    use crate::select::descriptor;
    use taipan_runtime::raise;
    use taipan_runtime::runtime::exception_class;

    #[init]
    fn contents(m: P<Module>) -> PyResult<()> {
        m.set("error", exception_class(taipan_runtime::error::Exc::OSError).value());
        let numbers: &[(&str, i64)] = &[
            ("LOCK_SH", libc::LOCK_SH.into()),
            ("LOCK_EX", libc::LOCK_EX.into()),
            ("LOCK_NB", libc::LOCK_NB.into()),
            ("LOCK_UN", libc::LOCK_UN.into()),
            ("F_DUPFD", libc::F_DUPFD.into()),
            ("F_DUPFD_CLOEXEC", libc::F_DUPFD_CLOEXEC.into()),
            ("F_GETFD", libc::F_GETFD.into()),
            ("F_SETFD", libc::F_SETFD.into()),
            ("F_GETFL", libc::F_GETFL.into()),
            ("F_SETFL", libc::F_SETFL.into()),
            ("F_GETLK", libc::F_GETLK.into()),
            ("F_SETLK", libc::F_SETLK.into()),
            ("F_SETLKW", libc::F_SETLKW.into()),
            ("F_OFD_GETLK", libc::F_OFD_GETLK.into()),
            ("F_OFD_SETLK", libc::F_OFD_SETLK.into()),
            ("F_OFD_SETLKW", libc::F_OFD_SETLKW.into()),
            ("F_GETOWN", libc::F_GETOWN.into()),
            ("F_SETOWN", libc::F_SETOWN.into()),
            ("F_RDLCK", libc::F_RDLCK.into()),
            ("F_WRLCK", libc::F_WRLCK.into()),
            ("F_UNLCK", libc::F_UNLCK.into()),
            ("F_SETLEASE", libc::F_SETLEASE.into()),
            ("F_GETLEASE", libc::F_GETLEASE.into()),
            ("F_NOTIFY", libc::F_NOTIFY.into()),
            ("F_GETPIPE_SZ", libc::F_GETPIPE_SZ.into()),
            ("F_SETPIPE_SZ", libc::F_SETPIPE_SZ.into()),
            ("F_ADD_SEALS", libc::F_ADD_SEALS.into()),
            ("F_GET_SEALS", libc::F_GET_SEALS.into()),
            ("F_SEAL_SEAL", libc::F_SEAL_SEAL.into()),
            ("F_SEAL_SHRINK", libc::F_SEAL_SHRINK.into()),
            ("F_SEAL_GROW", libc::F_SEAL_GROW.into()),
            ("F_SEAL_WRITE", libc::F_SEAL_WRITE.into()),
            ("FD_CLOEXEC", libc::FD_CLOEXEC.into()),
            ("FASYNC", libc::O_ASYNC.into()),
            ("FICLONE", 0x4004_9409),
            ("FICLONERANGE", 0x4020_940d),
        ];
        for &(name, value) in numbers {
            m.set(name, *int::new(value));
        }
        Ok(())
    }

    /// Perform the operation `cmd` on file descriptor fd.
    ///
    /// The values used for `cmd` are operating system dependent, and are available
    /// as constants in the fcntl module, using the same names as used in
    /// the relevant C header files.  The argument arg is optional, and
    /// defaults to 0; it may be an integer, a bytes-like object or a string.
    #[pyfunction("(fd, cmd, arg=0, /)")]
    fn fcntl(fd: Value, cmd: i32, arg: Option<Value>) -> PyResult {
        let fd = descriptor(fd)?;
        let Some(arg) = arg.filter(|a| !a.is_int_like()) else {
            let n = arg.map_or(Ok(0), word)?;
            let result = or_raise(retry(|| sys_call::fcntl(fd, cmd, n))?)?;
            return Ok(int::new(result.into()));
        };
        let (mut data, len) = given(arg, "fcntl")?;
        or_raise(retry(|| sys_call::fcntl_buffer(fd, cmd, &mut data))?)?;
        Ok(bytes::new(&data[..len]).erase())
    }

    /// Perform the operation request on file descriptor fd.
    ///
    /// The values used for request are operating system dependent, and are
    /// available as constants in the fcntl or termios library modules, using
    /// the same names as used in the relevant C header files.
    #[pyfunction("(fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(fd: Value, request: Value, arg: Option<Value>, mutate_flag: Option<Value>) -> PyResult {
        let fd = descriptor(fd)?;
        let Some(request) = index(request)?.as_i64().map(|n| n as u64) else {
            return raise!(OverflowError, "Python int too large to convert to C unsigned long");
        };
        let Some(arg) = arg.filter(|a| !a.is_int_like()) else {
            let n = arg.map_or(Ok(0), word)?;
            let result = or_raise(retry(|| sys_call::ioctl(fd, request, n))?)?;
            return Ok(int::new(result.into()));
        };
        let mutate = mutate_flag.map_or(Ok(true), taipan_runtime::protocol::truth::truth)?;
        let target = if arg.as_str().is_none() { Buffer::get(arg)?.filter(|b| !b.readonly) } else { None };
        let (mut data, len) = given(arg, "ioctl")?;
        let result = or_raise(retry(|| sys_call::ioctl_buffer(fd, request, &mut data))?)?;
        match target {
            Some(target) if mutate => {
                target.with_bytes_mut(|t| t.copy_from_slice(&data[..len]));
                Ok(int::new(result.into()))
            }
            _ => Ok(bytes::new(&data[..len]).erase()),
        }
    }

    /// An int argument: its lowest bits.
    fn word(v: Value) -> PyResult<i32> {
        match index(v)?.as_i64() {
            Some(n) => Ok(n as i32),
            None => to_i32(v),
        }
    }

    /// The bytes of an argument with room behind them, and how many they are.
    fn given(arg: Value, what: &str) -> PyResult<(Vec<u8>, usize)> {
        let text: Ref;
        let source = match arg.as_str() {
            Some(s) => {
                text = bytes::new(s.to_lossy().as_bytes()).erase();
                *text
            }
            None => arg,
        };
        let Some(buffer) = Buffer::get(source)? else {
            let got = arg.class().name();
            return raise!(
                TypeError,
                "{what}() argument 3 must be an integer, a bytes-like object, or a string, not {got}"
            );
        };
        Ok((argument(&buffer, what)?, buffer.nbytes()))
    }

    /// Perform the lock operation `operation` on file descriptor `fd`.
    ///
    /// See the Unix manual page for flock(2) for details (On some systems, this
    /// function is emulated using fcntl()).
    #[pyfunction("(fd, operation, /)")]
    fn flock(fd: Value, operation: i32) -> PyResult<()> {
        let fd = descriptor(fd)?;
        or_raise(retry(|| sys_call::flock(fd, operation))?).map(drop)
    }

    /// A wrapper around the fcntl() locking calls.
    #[pyfunction("(fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(fd: Value, cmd: i32, len: i64, start: i64, whence: i32) -> PyResult<()> {
        let fd = descriptor(fd)?;
        let kind = if cmd == libc::LOCK_UN {
            libc::F_UNLCK
        } else if cmd & libc::LOCK_SH != 0 {
            libc::F_RDLCK
        } else if cmd & libc::LOCK_EX != 0 {
            libc::F_WRLCK
        } else {
            return raise!(ValueError, "unrecognized lockf argument");
        };
        let command = if cmd & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
        or_raise(retry(|| sys_call::lock_region(fd, command, kind, (start, len, whence)))?).map(drop)
    }
}
