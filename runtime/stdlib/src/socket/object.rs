//! `socket` objects.

use super::{address, sys};
use crate::buffer::bytes_of;
use crate::sys_call::{self, Sys, retry};
use std::cell::Cell;
use std::time::{Duration, Instant};
use taipan_runtime::buffer::Buffer;
use taipan_runtime::error::{Exc, PyResult, zeroed};
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::protocol::index::{index, to_f64};
use taipan_runtime::slots::Args;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{bytes, float, int, tuple};
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, pymethods, raise};

/// A socket.
#[repr(C)]
pub struct Socket {
    head: Header,
    fd: Cell<i32>,
    family: Cell<i32>,
    kind: Cell<i32>,
    proto: Cell<i32>,
    /// `None` blocks for ever, zero never.
    timeout: Cell<Option<Duration>>,
}
object_layout!(Socket, Kind::Native, leaf);

static INIT: NativeDef = crate::constructor!("socket", Either family = None, Either r#type = None,
    Either proto = None, Either fileno = None);

fn small(v: Option<Value>, default: i32) -> PyResult<i32> {
    let Some(v) = v.filter(|v| !v.is_none()) else { return Ok(default) };
    match index(v)?.as_i64().and_then(|i| i32::try_from(i).ok()) {
        Some(i) => Ok(i),
        None => raise!(OverflowError, "Python int too large to convert to C int"),
    }
}

/// A timeout in seconds.
pub fn duration(v: Value) -> PyResult<Option<Duration>> {
    if v.is_none() {
        return Ok(None);
    }
    let seconds = to_f64(v)?;
    if seconds.is_nan() {
        return raise!(ValueError, "Invalid value NaN (not a number)");
    }
    if seconds < 0.0 {
        return raise!(ValueError, "Timeout value out of range");
    }
    match Duration::try_from_secs_f64(seconds) {
        Ok(d) => Ok(Some(d)),
        Err(_) => raise!(OverflowError, "timestamp too large to convert to C PyTime_t"),
    }
}

impl Socket {
    fn or_raise<T>(&self, r: Sys<T>) -> PyResult<T> {
        r.or_else(crate::posix_raise)
    }

    /// Do `call`, waiting before it as the timeout says until the socket is ready.
    fn wait<T>(&self, events: i16, mut call: impl FnMut() -> Sys<T>) -> PyResult<T> {
        let start = Instant::now();
        loop {
            if let Some(limit) = self.timeout.get().filter(|d| !d.is_zero()) {
                let left = limit.saturating_sub(start.elapsed());
                let mut fds = [libc::pollfd { fd: self.fd.get(), events, revents: 0 }];
                let ms = left.as_nanos().div_ceil(1_000_000) as i64;
                let ready = crate::select::poll(&mut fds, ms)?.or_else(crate::posix_raise)?;
                if ready == 0 {
                    return raise!(TimeoutError, "timed out");
                }
            }
            match retry(&mut call)? {
                Err(libc::EAGAIN) if self.timeout.get().is_some_and(|d| !d.is_zero()) => {}
                result => return self.or_raise(result),
            }
        }
    }

    fn apply_timeout(&self, timeout: Option<Duration>) -> PyResult<()> {
        self.timeout.set(timeout);
        self.or_raise(sys::with(self.fd.get(), |s| s.set_nonblocking(timeout.is_some())))
    }

    fn shut(&self) -> Sys<()> {
        match self.fd.replace(-1) {
            -1 => Ok(()),
            fd => sys_call::close(fd),
        }
    }

    fn connect_code(&self, target: Value) -> PyResult<Sys<()>> {
        let address = address::from_python(target, self.family.get(), "connect")?;
        let fd = self.fd.get();
        let r = taipan_runtime::gil::released(|| sys::with(fd, |s| s.connect(&address)));
        let waits = self.timeout.get().is_none_or(|d| !d.is_zero());
        match r {
            Err(libc::EINPROGRESS | libc::EINTR) if waits => {}
            other => return Ok(other),
        }
        crate::signal::handle_pending()?;
        let ms = self.timeout.get().map_or(-1, |d| d.as_nanos().div_ceil(1_000_000) as i64);
        let mut fds = [libc::pollfd { fd, events: libc::POLLOUT, revents: 0 }];
        match crate::select::poll(&mut fds, ms)? {
            Ok(0) => raise!(TimeoutError, "timed out"),
            Ok(_) => Ok(match sys::with(fd, |s| s.take_error()) {
                Ok(Some(e)) => Err(e.raw_os_error().unwrap_or(libc::EIO)),
                Ok(None) => Ok(()),
                Err(code) => Err(code),
            }),
            Err(code) => Ok(Err(code)),
        }
    }

    fn receive(&self, size: i64, flags: Option<i32>) -> PyResult<Vec<u8>> {
        let Ok(size) = usize::try_from(size) else {
            return raise!(ValueError, "negative buffersize in recv");
        };
        let mut data = zeroed(size)?;
        let fd = self.fd.get();
        let n = self.wait(libc::POLLIN, || sys::recv(fd, &mut data, flags.unwrap_or(0)))?;
        data.truncate(n);
        Ok(data)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _closed = self.shut();
    }
}

#[pymethods]
impl Socket {
    #[slot(new)]
    fn new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        let s = Socket {
            head: Header::new(class),
            fd: Cell::new(-1),
            family: Cell::new(libc::AF_INET),
            kind: Cell::new(libc::SOCK_STREAM),
            proto: Cell::new(0),
            timeout: Cell::new(None),
        };
        Ok(alloc_in(class, s).erase())
    }
    #[slot(init)]
    fn init(this: P<Socket>, args: Args<'_>) -> PyResult<()> {
        let ([family, kind, proto, fileno], _) =
            crate::construct::arguments(&INIT, this.head.class.get(), args)?;
        let (mut family, mut kind, mut proto) = (small(family, -1)?, small(kind, -1)?, small(proto, -1)?);
        let fd = match fileno.filter(|v| !v.is_none()) {
            Some(v) => {
                let fd = small(Some(v), -1)?;
                if fd < 0 {
                    return raise!(ValueError, "negative file descriptor");
                }
                let local = this.or_raise(sys::with(fd, |s| s.local_addr()))?;
                family = if family == -1 { local.family().into() } else { family };
                if kind == -1 {
                    kind = this.or_raise(sys::with(fd, |s| s.r#type()))?.into();
                }
                if proto == -1 {
                    proto = this.or_raise(sys::with(fd, |s| s.protocol()))?.map_or(0, Into::into);
                }
                fd
            }
            None => {
                family = if family == -1 { libc::AF_INET } else { family };
                kind = if kind == -1 { libc::SOCK_STREAM } else { kind };
                proto = proto.max(0);
                this.or_raise(sys::socket(family, kind, proto))?
            }
        };
        let _old = this.shut();
        this.fd.set(fd);
        this.family.set(family);
        this.kind.set(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC));
        this.proto.set(proto);
        this.timeout.set(None);
        if kind & libc::SOCK_NONBLOCK != 0 {
            this.timeout.set(Some(Duration::ZERO));
        } else if let Some(timeout) = super::default_timeout() {
            this.apply_timeout(Some(timeout))?;
        }
        Ok(())
    }
    #[slot(repr)]
    fn repr(this: P<Socket>) -> PyResult {
        let (fd, family, kind, proto) = (this.fd.get(), this.family.get(), this.kind.get(), this.proto.get());
        let text = format!("<socket object, fd={fd}, family={family}, type={kind}, proto={proto}>");
        Ok(Ref::from(text.as_str()))
    }
    #[slot(finalize)]
    fn finalize(this: Value) {
        let Some(s) = this.downcast::<Socket>().filter(|s| s.fd.get() >= 0) else { return };
        let text = taipan_runtime::protocol::repr::repr_text(this).unwrap_or_default();
        if taipan_runtime::builtins::warn::warn(Exc::ResourceWarning, &format!("unclosed {text}")).is_err() {
            taipan_runtime::error::write_unraisable("Exception ignored while finalizing socket", Some(this));
        }
        let _closed = s.shut();
    }
    /// _accept() -> (integer, address info)
    ///
    /// Wait for an incoming connection.  Return a new socket file descriptor
    /// representing the connection, and the address of the client.
    #[method("(self, /)")]
    fn _accept(this: P<Socket>) -> PyResult {
        let fd = this.fd.get();
        let (new, from) = this.wait(libc::POLLIN, || sys::accept(fd))?;
        Ok(tuple::from_refs(vec![int::new(new.into()), address::to_python(&from)]).erase())
    }
    /// bind(address)
    ///
    /// Bind the socket to a local address.
    #[method("(self, address, /)")]
    fn bind(this: P<Socket>, target: Value) -> PyResult<()> {
        let address = address::from_python(target, this.family.get(), "bind")?;
        this.or_raise(sys::with(this.fd.get(), |s| s.bind(&address)))
    }
    /// close()
    ///
    /// Close the socket.  It cannot be used after this call.
    #[method("(self, /)")]
    fn close(this: P<Socket>) -> PyResult<()> {
        match this.shut() {
            // The other side has closed the connection: it is closed here all the same.
            Err(libc::ECONNRESET) => Ok(()),
            r => this.or_raise(r),
        }
    }
    /// connect(address)
    ///
    /// Connect the socket to a remote address.
    #[method("(self, address, /)")]
    fn connect(this: P<Socket>, target: Value) -> PyResult<()> {
        let r = this.connect_code(target)?;
        this.or_raise(r)
    }
    /// connect_ex(address) -> errno
    ///
    /// This is like connect(address), but returns an error code (the errno value)
    /// instead of raising an exception when an error occurs.
    #[method("(self, address, /)")]
    fn connect_ex(this: P<Socket>, target: Value) -> PyResult<i32> {
        Ok(this.connect_code(target)?.err().unwrap_or(0))
    }
    /// detach()
    ///
    /// Close the socket object without closing the underlying file descriptor.
    #[method("(self, /)")]
    fn detach(this: P<Socket>) -> i32 {
        this.fd.replace(-1)
    }
    /// fileno() -> integer
    ///
    /// Return the integer file descriptor of the socket.
    #[method("(self, /)")]
    fn fileno(this: P<Socket>) -> i32 {
        this.fd.get()
    }
    /// getpeername() -> address info
    #[method("(self, /)")]
    fn getpeername(this: P<Socket>) -> PyResult {
        Ok(address::to_python(&this.or_raise(sys::with(this.fd.get(), |s| s.peer_addr()))?))
    }
    /// getsockname() -> address info
    #[method("(self, /)")]
    fn getsockname(this: P<Socket>) -> PyResult {
        Ok(address::to_python(&this.or_raise(sys::with(this.fd.get(), |s| s.local_addr()))?))
    }
    /// getsockopt(level, option[, buffersize]) -> value
    #[method("(self, level, option, buffersize=0, /)")]
    fn getsockopt(this: P<Socket>, level: i32, option: i32, size: Option<i32>) -> PyResult {
        match size.unwrap_or(0) {
            0 => {
                let mut word = [0u8; 4];
                this.or_raise(sys::get_option(this.fd.get(), level, option, &mut word))?;
                Ok(int::new(i32::from_ne_bytes(word).into()))
            }
            n if (1..=1024).contains(&n) => {
                let mut data = vec![0; n as usize];
                let n = this.or_raise(sys::get_option(this.fd.get(), level, option, &mut data))?;
                Ok(bytes::new(&data[..n]).erase())
            }
            _ => raise!(OSError, "getsockopt buflen out of range"),
        }
    }
    /// setsockopt(level, option, value: int)
    /// setsockopt(level, option, value: buffer)
    /// setsockopt(level, option, None, optlen: int)
    #[method("(self, level, option, value, optlen=0, /)")]
    fn setsockopt(this: P<Socket>, level: i32, option: i32, value: Value, len: Option<u32>) -> PyResult<()> {
        let data = if value.is_none() {
            None
        } else if value.is_int_like() {
            Some(small(Some(value), 0)?.to_ne_bytes().to_vec())
        } else {
            Some(bytes_of(value)?)
        };
        let n = data.as_ref().map_or(len.unwrap_or(0), |d| d.len() as u32);
        this.or_raise(sys::set_option(this.fd.get(), level, option, data.as_deref(), n)).map(drop)
    }
    /// listen([backlog])
    #[method("(self, backlog=128, /)")]
    fn listen(this: P<Socket>, backlog: Option<i32>) -> PyResult<()> {
        this.or_raise(sys::with(this.fd.get(), |s| s.listen(backlog.unwrap_or(128).max(0))))
    }
    /// recv(buffersize[, flags]) -> data
    #[method("(self, buffersize, flags=0, /)")]
    fn recv(this: P<Socket>, size: i64, flags: Option<i32>) -> PyResult {
        Ok(bytes::new(&this.receive(size, flags)?).erase())
    }
    /// recv_into(buffer, [nbytes[, flags]]) -> nbytes_read
    #[method("(self, buffer, nbytes=0, flags=0)")]
    fn recv_into(this: P<Socket>, buffer: Value, nbytes: Option<i64>, flags: Option<i32>) -> PyResult<usize> {
        let target = Buffer::require_writable(buffer, "recv_into() argument 1")?;
        let n = match nbytes.unwrap_or(0) {
            n if n < 0 => return raise!(ValueError, "negative buffersize in recv_into"),
            0 => target.nbytes(),
            n if n as usize > target.nbytes() => {
                return raise!(ValueError, "buffer too small for requested bytes");
            }
            n => n as usize,
        };
        let data = this.receive(n as i64, flags)?;
        target.with_bytes_mut(|b| b[..data.len()].copy_from_slice(&data));
        Ok(data.len())
    }
    /// recvfrom(buffersize[, flags]) -> (data, address info)
    #[method("(self, buffersize, flags=0, /)")]
    fn recvfrom(this: P<Socket>, size: i64, flags: Option<i32>) -> PyResult {
        let Ok(size) = usize::try_from(size) else {
            return raise!(ValueError, "negative buffersize in recvfrom");
        };
        let mut data = zeroed(size)?;
        let fd = this.fd.get();
        let (n, from) = this.wait(libc::POLLIN, || sys::recv_from(fd, &mut data, flags.unwrap_or(0)))?;
        Ok(tuple::from_refs(vec![bytes::new(&data[..n]).erase(), address::to_python(&from)]).erase())
    }
    /// send(data[, flags]) -> count
    #[method("(self, data, flags=0, /)")]
    fn send(this: P<Socket>, data: Value, flags: Option<i32>) -> PyResult<usize> {
        let (data, fd) = (bytes_of(data)?, this.fd.get());
        this.wait(libc::POLLOUT, || sys::send(fd, &data, flags.unwrap_or(0)))
    }
    /// sendall(data[, flags])
    #[method("(self, data, flags=0, /)")]
    fn sendall(this: P<Socket>, data: Value, flags: Option<i32>) -> PyResult<()> {
        let (data, fd) = (bytes_of(data)?, this.fd.get());
        let mut at = 0;
        while at < data.len() {
            at += this.wait(libc::POLLOUT, || sys::send(fd, &data[at..], flags.unwrap_or(0)))?;
            // A signal has the system send a part.
            crate::signal::check_now()?;
        }
        Ok(())
    }
    /// sendto(data[, flags], address) -> count
    #[method("(self, data, flags_or_address, address=None, /)")]
    fn sendto(this: P<Socket>, data: Value, second: Value, third: Option<Value>) -> PyResult<usize> {
        let (flags, target) = match third {
            Some(target) => (small(Some(second), 0)?, target),
            None => (0, second),
        };
        let (data, fd) = (bytes_of(data)?, this.fd.get());
        let address = address::from_python(target, this.family.get(), "sendto")?;
        this.wait(libc::POLLOUT, || sys::with(fd, |s| s.send_to_with_flags(&data, &address, flags)))
    }
    /// setblocking(flag)
    #[method("(self, flag, /)")]
    fn setblocking(this: P<Socket>, flag: bool) -> PyResult<()> {
        this.apply_timeout(if flag { None } else { Some(Duration::ZERO) })
    }
    /// getblocking()
    #[method("(self, /)")]
    fn getblocking(this: P<Socket>) -> bool {
        this.timeout.get().is_none_or(|d| !d.is_zero())
    }
    /// settimeout(timeout)
    #[method("(self, timeout, /)")]
    fn settimeout(this: P<Socket>, timeout: Value) -> PyResult<()> {
        this.apply_timeout(duration(timeout)?)
    }
    /// gettimeout() -> timeout
    #[method("(self, /)")]
    fn gettimeout(this: P<Socket>) -> Option<f64> {
        this.timeout.get().map(|d| d.as_secs_f64())
    }
    /// shutdown(flag)
    #[method("(self, flag, /)")]
    fn shutdown(this: P<Socket>, how: i32) -> PyResult<()> {
        let how = match how {
            libc::SHUT_RD => std::net::Shutdown::Read,
            libc::SHUT_WR => std::net::Shutdown::Write,
            libc::SHUT_RDWR => std::net::Shutdown::Both,
            _ => return crate::posix_raise(libc::EINVAL),
        };
        this.or_raise(sys::with(this.fd.get(), |s| s.shutdown(how)))
    }
    #[getter]
    fn family(this: P<Socket>) -> i32 {
        this.family.get()
    }
    #[getter(name = "type")]
    fn kind(this: P<Socket>) -> i32 {
        this.kind.get()
    }
    #[getter]
    fn proto(this: P<Socket>) -> i32 {
        this.proto.get()
    }
    #[getter]
    fn timeout(this: P<Socket>) -> Option<Ref> {
        this.timeout.get().map(|d| float::new(d.as_secs_f64()))
    }
}
