//! `poll` and `epoll` objects.

use super::{descriptor, milliseconds, sys};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::protocol::index::index;
use taipan_runtime::slots::Args;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{int, list, tuple};
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, pymethods, raise};

fn pair(fd: i32, events: i64) -> Ref {
    tuple::from_refs(vec![int::new(fd.into()), int::new(events)]).erase()
}

fn mask(v: Option<Value>, default: i16) -> PyResult<i16> {
    let Some(v) = v else { return Ok(default) };
    match index(v)?.as_i64() {
        Some(i) if (0..=0xffff).contains(&i) => Ok(i as u16 as i16),
        Some(i) if i < 0 => raise!(ValueError, "value must be positive"),
        _ => raise!(OverflowError, "Python int too large to convert to C unsigned short"),
    }
}

/// What `select.poll()` returns.
#[repr(C)]
pub struct Poll {
    head: Header,
    watched: RefCell<BTreeMap<i32, i16>>,
    running: Cell<bool>,
}
object_layout!(Poll, Kind::Native, leaf);

impl Poll {
    pub fn make(class: P<TypeObject>) -> Ref {
        let (watched, running) = (RefCell::default(), Cell::new(false));
        alloc_in(class, Poll { head: Header::new(class), watched, running }).erase()
    }
}

#[pymethods]
impl Poll {
    /// Register a file descriptor with the polling object.
    #[method("(self, fd, eventmask=7, /)")]
    fn register(this: P<Poll>, fd: Value, eventmask: Option<Value>) -> PyResult<()> {
        let events = mask(eventmask, libc::POLLIN | libc::POLLPRI | libc::POLLOUT)?;
        this.watched.borrow_mut().insert(descriptor(fd)?, events);
        Ok(())
    }
    /// Modify an already registered file descriptor.
    #[method("(self, fd, eventmask, /)")]
    fn modify(this: P<Poll>, fd: Value, eventmask: Option<Value>) -> PyResult<()> {
        let (fd, events) = (descriptor(fd)?, mask(eventmask, 0)?);
        match this.watched.borrow_mut().get_mut(&fd) {
            Some(known) => {
                *known = events;
                Ok(())
            }
            None => crate::posix_raise(libc::ENOENT),
        }
    }
    /// Remove a file descriptor being tracked by the polling object.
    #[method("(self, fd, /)")]
    fn unregister(this: P<Poll>, fd: Value) -> PyResult<()> {
        let fd = descriptor(fd)?;
        match this.watched.borrow_mut().remove(&fd) {
            Some(_) => Ok(()),
            None => {
                let key = int::new(fd.into());
                taipan_runtime::error::raise_with(taipan_runtime::error::Exc::KeyError, &[*key])
            }
        }
    }
    /// Polls the set of registered file descriptors.
    ///
    /// Returns a list containing any descriptors that have events or errors to
    /// report, as a list of (fd, event) 2-tuples.
    #[method("(self, timeout=None, /)")]
    fn poll(this: P<Poll>, timeout: Option<Value>) -> PyResult {
        let wait = milliseconds(timeout, 1.0)?;
        if this.running.replace(true) {
            return raise!(RuntimeError, "concurrent poll() invocation");
        }
        let mut fds: Vec<libc::pollfd> = this
            .watched
            .borrow()
            .iter()
            .map(|(&fd, &events)| libc::pollfd { fd, events, revents: 0 })
            .collect();
        let done = sys::poll(&mut fds, wait);
        this.running.set(false);
        done?.or_else(crate::posix_raise)?;
        let ready = fds.iter().filter(|p| p.revents != 0);
        Ok(list::new(ready.map(|p| pair(p.fd, i64::from(p.revents as u16))).collect()).erase())
    }
}

static NEW: NativeDef = crate::constructor!("epoll", Either sizehint = None, Either flags = None);

/// `select.epoll`
#[repr(C)]
pub struct Epoll {
    head: Header,
    fd: Cell<i32>,
}
object_layout!(Epoll, Kind::Native, leaf);

impl Epoll {
    fn open(&self) -> PyResult<i32> {
        match self.fd.get() {
            -1 => raise!(ValueError, "I/O operation on closed epoll object"),
            fd => Ok(fd),
        }
    }
    fn control(&self, operation: i32, fd: Value, events: i64) -> PyResult<()> {
        let epoll = self.open()?;
        let fd = descriptor(fd)?;
        sys::epoll_ctl(epoll, operation, fd, events as u32).map(drop).or_else(crate::posix_raise)
    }
    fn shut(&self) {
        let fd = self.fd.replace(-1);
        if fd >= 0 {
            let _closed = crate::sys_call::close(fd);
        }
    }
}

impl Drop for Epoll {
    fn drop(&mut self) {
        self.shut();
    }
}

#[pymethods]
impl Epoll {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([sizehint, flags], _) = crate::construct::arguments(&NEW, class, args)?;
        let number = |v: Option<Value>, d: i64| v.map_or(Ok(Some(d)), |v| index(v).map(|i| i.as_i64()));
        match number(sizehint, -1)? {
            Some(n) if n == -1 || n > 0 => {}
            _ => return raise!(ValueError, "sizehint must be positive or -1"),
        }
        match number(flags, 0)? {
            Some(0) => {}
            Some(f) if f == i64::from(libc::EPOLL_CLOEXEC) => {}
            _ => return raise!(OSError, "invalid flags"),
        }
        let fd = sys::epoll_create(libc::EPOLL_CLOEXEC).or_else(crate::posix_raise)? as i32;
        Ok(alloc_in(class, Epoll { head: Header::new(class), fd: Cell::new(fd) }).erase())
    }
    /// Close the epoll control file descriptor.
    ///
    /// Further operations on the epoll object will raise an exception.
    #[method("(self, /)")]
    fn close(this: P<Epoll>) {
        this.shut();
    }
    /// Return the epoll control file descriptor.
    #[method("(self, /)")]
    fn fileno(this: P<Epoll>) -> PyResult<i32> {
        this.open()
    }
    #[getter]
    fn closed(this: P<Epoll>) -> bool {
        this.fd.get() < 0
    }
    /// Registers a new fd or raises an OSError if the fd is already registered.
    #[method("(self, fd, eventmask=7)")]
    fn register(this: P<Epoll>, fd: Value, eventmask: Option<i64>) -> PyResult<()> {
        let all = libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT;
        this.control(libc::EPOLL_CTL_ADD, fd, eventmask.unwrap_or(all.into()))
    }
    /// Modify event mask for a registered file descriptor.
    #[method("(self, fd, eventmask)")]
    fn modify(this: P<Epoll>, fd: Value, eventmask: i64) -> PyResult<()> {
        this.control(libc::EPOLL_CTL_MOD, fd, eventmask)
    }
    /// Remove a registered file descriptor from the epoll object.
    #[method("(self, fd)")]
    fn unregister(this: P<Epoll>, fd: Value) -> PyResult<()> {
        this.control(libc::EPOLL_CTL_DEL, fd, 0)
    }
    /// Wait for events on the epoll file descriptor.
    ///
    ///   timeout
    ///     the maximum time to wait in seconds (as float);
    ///     a timeout of None or -1 makes poll wait indefinitely
    ///   maxevents
    ///     the maximum number of events returned; -1 means no limit
    ///
    /// Returns a list containing any descriptors that have events to report,
    /// as a list of (fd, events) 2-tuples.
    #[method("(self, timeout=None, maxevents=-1)")]
    fn poll(this: P<Epoll>, timeout: Option<Value>, maxevents: Option<i64>) -> PyResult {
        let fd = this.open()?;
        let wait = milliseconds(timeout, 1000.0)?;
        let most = match maxevents.unwrap_or(-1) {
            -1 => libc::FD_SETSIZE - 1,
            n if n > 0 => n as usize,
            n => return raise!(ValueError, "maxevents must be greater than 0, got {n}"),
        };
        let found = sys::epoll_wait(fd, most, wait)?.or_else(crate::posix_raise)?;
        Ok(list::new(found.into_iter().map(|(fd, events)| pair(fd, events.into())).collect()).erase())
    }
    #[method("(self, /)", name = "__enter__")]
    fn enter(this: P<Epoll>) -> PyResult {
        this.open()?;
        Ok(this.own())
    }
    #[method("(self, exc_type=None, exc_value=None, exc_tb=None, /)", name = "__exit__")]
    fn exit(this: P<Epoll>, _t: Option<Value>, _v: Option<Value>, _tb: Option<Value>) {
        this.shut();
    }
    /// Create an epoll object from a given control file descriptor.
    #[classmethod("($type, fd, /)")]
    fn fromfd(class: P<TypeObject>, fd: i32) -> Ref {
        alloc_in(class, Epoll { head: Header::new(class), fd: Cell::new(fd) }).erase()
    }
}
