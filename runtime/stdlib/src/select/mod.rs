//! `select`: `select`, `poll` and `epoll`.

mod objects;
#[allow(unsafe_code, reason = "calls of the C library")]
mod sys;

pub use module::MODULE;
pub use sys::poll;

use taipan_runtime::error::{Exc, PyResult};
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::attr::getattr_opt;
use taipan_runtime::protocol::call::call0;
use taipan_runtime::protocol::index::{index, to_f64};
use taipan_runtime::raise;
use taipan_runtime::types::str;
use taipan_runtime::value::Value;

/// The descriptor of an int or of what has a `fileno()`.
pub fn descriptor(v: Value) -> PyResult<i32> {
    let found: Ref = if v.is_int_like() {
        v.own()
    } else {
        let Some(method) = getattr_opt(v, str::interned("fileno"))? else {
            return raise!(TypeError, "argument must be an int, or have a fileno() method.");
        };
        let fd = call0(*method)?;
        if !fd.is_int_like() {
            return raise!(TypeError, "fileno() returned a non-integer");
        }
        fd
    };
    match index(*found)?.as_i64().and_then(|i| i32::try_from(i).ok()) {
        Some(fd) if fd >= 0 => Ok(fd),
        Some(fd) => raise!(ValueError, "file descriptor cannot be a negative integer ({fd})"),
        None => raise!(OverflowError, "Python int too large to convert to C int"),
    }
}

/// A timeout in milliseconds, rounded up; -1 for none. `scale` is the milliseconds of its unit.
fn milliseconds(v: Option<Value>, scale: f64) -> PyResult<i64> {
    let Some(v) = v.filter(|v| !v.is_none()) else { return Ok(-1) };
    let seconds = to_f64(v).or_else(|raised| match taipan_runtime::error::take_if(Exc::TypeError) {
        Some(_) => raise!(TypeError, "timeout must be a real number or None"),
        None => Err(raised),
    })?;
    if seconds < 0.0 {
        return Ok(-1);
    }
    let ms = (seconds * scale).ceil();
    if ms > i64::from(i32::MAX) as f64 {
        raise!(OverflowError, "timeout is too large")
    } else {
        Ok(ms as i64)
    }
}

/// This module supports asynchronous I/O on multiple file descriptors.
///
/// *** IMPORTANT NOTICE ***
/// On Windows, only sockets are supported; on Unix, all file descriptors.
#[taipan_runtime::pymodule(name = "select")]
mod module {
    use super::objects::{Epoll, Poll};
    use super::*;
    use crate::construct::add_class;
    use taipan_runtime::native::{native_class, new_class};
    use taipan_runtime::object::P;
    use taipan_runtime::protocol::iter;
    use taipan_runtime::runtime::{exception_class, types};
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::type_object::flags::NO_NEW;
    use taipan_runtime::types::{int, list, tuple};

    #[init]
    fn contents(m: P<Module>) -> PyResult<()> {
        m.set("error", exception_class(Exc::OSError).value());
        new_class::<Poll>("select", "poll", types().object, NO_NEW, Poll::install);
        add_class::<Epoll>(m, "epoll", types().object, 0, Epoll::install);
        let numbers: &[(&str, i64)] = &[
            ("POLLIN", libc::POLLIN as i64),
            ("POLLPRI", libc::POLLPRI as i64),
            ("POLLOUT", libc::POLLOUT as i64),
            ("POLLERR", libc::POLLERR as i64),
            ("POLLHUP", libc::POLLHUP as i64),
            ("POLLNVAL", libc::POLLNVAL as i64),
            ("POLLRDNORM", libc::POLLRDNORM as i64),
            ("POLLRDBAND", libc::POLLRDBAND as i64),
            ("POLLWRNORM", libc::POLLWRNORM as i64),
            ("POLLWRBAND", libc::POLLWRBAND as i64),
            ("POLLMSG", 0x400),
            ("POLLRDHUP", libc::POLLRDHUP as i64),
            ("EPOLLIN", libc::EPOLLIN as i64),
            ("EPOLLOUT", libc::EPOLLOUT as i64),
            ("EPOLLPRI", libc::EPOLLPRI as i64),
            ("EPOLLERR", libc::EPOLLERR as i64),
            ("EPOLLHUP", libc::EPOLLHUP as i64),
            ("EPOLLRDHUP", libc::EPOLLRDHUP as i64),
            ("EPOLLET", libc::EPOLLET as u32 as i64),
            ("EPOLLONESHOT", libc::EPOLLONESHOT as i64),
            ("EPOLLEXCLUSIVE", libc::EPOLLEXCLUSIVE as i64),
            ("EPOLLRDNORM", libc::EPOLLRDNORM as i64),
            ("EPOLLRDBAND", libc::EPOLLRDBAND as i64),
            ("EPOLLWRNORM", libc::EPOLLWRNORM as i64),
            ("EPOLLWRBAND", libc::EPOLLWRBAND as i64),
            ("EPOLLMSG", libc::EPOLLMSG as i64),
            ("EPOLL_CLOEXEC", libc::EPOLL_CLOEXEC as i64),
            ("PIPE_BUF", libc::PIPE_BUF as i64),
        ];
        for &(name, value) in numbers {
            m.set(name, *int::new(value));
        }
        Ok(())
    }

    /// Wait until one or more file descriptors are ready for some kind of I/O.
    ///
    /// The first three arguments are iterables of file descriptors to be waited for:
    /// rlist -- wait until ready for reading
    /// wlist -- wait until ready for writing
    /// xlist -- wait for an "exceptional condition"
    /// If only one kind of condition is required, pass [] for the other lists.
    ///
    /// A file descriptor is either a socket or file object, or a small integer
    /// gotten from a fileno() method call on one of those.
    ///
    /// The optional 4th argument specifies a timeout in seconds; it may be
    /// a floating-point number to specify fractions of seconds.  If it is absent
    /// or None, the call will never time out.
    ///
    /// The return value is a tuple of three lists corresponding to the first three
    /// arguments; each contains the subset of the corresponding file descriptors
    /// that are ready.
    #[pyfunction("(rlist, wlist, xlist, timeout=None, /)")]
    fn select(rlist: Value, wlist: Value, xlist: Value, timeout: Option<Value>) -> PyResult {
        let wait = milliseconds(timeout, 1000.0)?;
        if let Some(v) = timeout.filter(|v| !v.is_none())
            && to_f64(v)? < 0.0
        {
            return raise!(ValueError, "timeout must be non-negative");
        }
        let mut watched: Vec<(usize, Ref, i32)> = Vec::new();
        for (i, items) in [rlist, wlist, xlist].into_iter().enumerate() {
            for item in iter::collect(items)? {
                let fd = descriptor(*item)?;
                if fd >= libc::FD_SETSIZE as i32 {
                    return raise!(ValueError, "filedescriptor out of range in select()");
                }
                watched.push((i, item, fd));
            }
        }
        const ASKED: [i16; 3] = [libc::POLLIN, libc::POLLOUT, libc::POLLPRI];
        let mut fds: Vec<libc::pollfd> =
            watched.iter().map(|&(i, _, fd)| libc::pollfd { fd, events: ASKED[i], revents: 0 }).collect();
        sys::poll(&mut fds, wait)?.or_else(crate::posix_raise)?;
        if fds.iter().any(|p| p.revents & libc::POLLNVAL != 0) {
            return crate::posix_raise(libc::EBADF);
        }
        let mut found: [Vec<Ref>; 3] = [Vec::new(), Vec::new(), Vec::new()];
        for ((i, item, _), p) in watched.into_iter().zip(&fds) {
            // What has failed or is closed can be read and written without blocking.
            let also =
                [libc::POLLIN | libc::POLLHUP | libc::POLLERR, libc::POLLOUT | libc::POLLERR, libc::POLLPRI];
            if p.revents & also[i] != 0 {
                found[i].push(item);
            }
        }
        Ok(tuple::from_refs(found.into_iter().map(|l| list::new(l).erase()).collect()).erase())
    }

    /// Returns a polling object.
    ///
    /// This object supports registering and unregistering file descriptors, and then
    /// polling them for I/O events.
    #[pyfunction("()")]
    fn poll() -> PyResult {
        match native_class::<Poll>() {
            Some(class) => Ok(Poll::make(class)),
            None => raise!(SystemError, "select is not initialised"),
        }
    }
}
