//! `lock`, `RLock`, `_ThreadHandle`.

use super::lock::{RawLock, me};
use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::protocol::{index, number};
use taipan_runtime::slots::Args;
use taipan_runtime::types::int;
use taipan_runtime::types::tuple;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, raise};

/// The longest timeout, in seconds: 2^63 - 1 nanoseconds.
pub const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// The deadline of `acquire(blocking, timeout)`.
pub fn deadline(blocking: bool, timeout: Option<Value>) -> PyResult<Option<Instant>> {
    let seconds = match timeout {
        None => -1.0,
        Some(v) => index::to_f64(v)?,
    };
    if seconds.is_nan() {
        return raise!(ValueError, "Invalid value NaN (not a number)");
    }
    if !blocking {
        if seconds != -1.0 {
            return raise!(ValueError, "can't specify a timeout for a non-blocking call");
        }
        return Ok(Some(Instant::now()));
    }
    if seconds == -1.0 {
        return Ok(None);
    }
    if seconds < 0.0 {
        return raise!(ValueError, "timeout value must be a non-negative number");
    }
    if seconds > TIMEOUT_MAX {
        return raise!(OverflowError, "timeout value is too large");
    }
    Ok(Some(Instant::now() + Duration::from_secs_f64(seconds)))
}

/// `_thread.lock`
#[repr(C)]
pub struct Lock {
    head: Header,
    raw: RawLock,
}
object_layout!(Lock, Kind::Native, leaf);

fn describe(v: Value, held: bool, more: &str) -> String {
    let state = if held { "locked" } else { "unlocked" };
    format!("<{state} {}{more} at 0x{:x}>", v.class().qualified_full_name(), v.bits())
}

/// Names with their module, for `repr`.
trait FullName {
    fn qualified_full_name(&self) -> String;
}
impl FullName for P<TypeObject> {
    fn qualified_full_name(&self) -> String {
        match taipan_runtime::protocol::type_attr::module_name(*self) {
            Some(m) => format!("{m}.{}", self.name()),
            None => self.name(),
        }
    }
}

impl Lock {
    /// A new lock, free.
    pub fn make(class: P<TypeObject>) -> Ref {
        alloc_in(class, Lock { head: Header::new(class), raw: RawLock::default() }).erase()
    }
    fn unlock(this: P<Lock>) -> PyResult<()> {
        if this.raw.release() {
            return Ok(());
        }
        raise!(RuntimeError, "release unlocked lock")
    }
}

#[taipan_runtime::pymethods]
impl Lock {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        if !args.values.is_empty() {
            return raise!(TypeError, "lock() takes no arguments");
        }
        Ok(Lock::make(class))
    }
    #[slot(repr)]
    fn repr(this: P<Lock>) -> PyResult {
        Ok(Ref::from(describe(this.value(), this.raw.is_held(), "").as_str()))
    }
    /// Lock the lock.
    #[method("(self, blocking=True, timeout=-1)")]
    fn acquire(this: P<Lock>, blocking: bool, timeout: Option<Value>) -> PyResult<bool> {
        let hold = this.own();
        let taken = this.raw.take(false, 1, deadline(blocking, timeout)?);
        drop(hold);
        taken
    }
    /// An obsolete synonym of acquire().
    #[method("(self, blocking=True, timeout=-1)")]
    fn acquire_lock(this: P<Lock>, blocking: bool, timeout: Option<Value>) -> PyResult<bool> {
        Lock::acquire(this, blocking, timeout)
    }
    /// Release the lock.
    #[method("(self, /)")]
    fn release(this: P<Lock>) -> PyResult<()> {
        Lock::unlock(this)
    }
    /// An obsolete synonym of release().
    #[method("(self, /)")]
    fn release_lock(this: P<Lock>) -> PyResult<()> {
        Lock::unlock(this)
    }
    /// Return whether the lock is in the locked state.
    #[method("(self, /)")]
    fn locked(this: P<Lock>) -> bool {
        this.raw.is_held()
    }
    /// An obsolete synonym of locked().
    #[method("(self, /)")]
    fn locked_lock(this: P<Lock>) -> bool {
        this.raw.is_held()
    }
    /// Lock the lock.
    #[method("(self, /)", name = "__enter__")]
    fn enter(this: P<Lock>) -> PyResult<bool> {
        Lock::acquire(this, true, None)
    }
    /// Release the lock.
    #[method("(self, /, *exc_info)", name = "__exit__")]
    fn exit(this: P<Lock>, exc_info: &[Value]) -> PyResult<()> {
        let _ = exc_info;
        Lock::unlock(this)
    }
    #[method("(self, /)")]
    fn _at_fork_reinit(this: P<Lock>) {
        this.raw.reset();
    }
}

/// `_thread.RLock`
#[repr(C)]
pub struct RLock {
    head: Header,
    raw: RawLock,
}
object_layout!(RLock, Kind::Native, leaf);

impl RLock {
    fn unlock(this: P<RLock>) -> PyResult<()> {
        if this.raw.release_reentrant() {
            return Ok(());
        }
        raise!(RuntimeError, "cannot release un-acquired lock")
    }
}

#[taipan_runtime::pymethods]
impl RLock {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let _ = args;
        Ok(alloc_in(class, RLock { head: Header::new(class), raw: RawLock::default() }).erase())
    }
    #[slot(repr)]
    fn repr(this: P<RLock>) -> PyResult {
        let more = format!(" object owner={} count={}", this.raw.owner(), this.raw.count());
        Ok(Ref::from(describe(this.value(), this.raw.is_held(), &more).as_str()))
    }
    /// Lock the lock.
    #[method("(self, blocking=True, timeout=-1)")]
    fn acquire(this: P<RLock>, blocking: bool, timeout: Option<Value>) -> PyResult<bool> {
        let hold = this.own();
        let taken = this.raw.take(true, 1, deadline(blocking, timeout)?);
        drop(hold);
        taken
    }
    /// Release the lock.
    #[method("(self, /)")]
    fn release(this: P<RLock>) -> PyResult<()> {
        RLock::unlock(this)
    }
    /// Return a boolean indicating whether this object is locked right now.
    #[method("(self, /)")]
    fn locked(this: P<RLock>) -> bool {
        this.raw.is_held()
    }
    /// Lock the lock.
    #[method("(self, /)", name = "__enter__")]
    fn enter(this: P<RLock>) -> PyResult<bool> {
        RLock::acquire(this, true, None)
    }
    /// Release the lock.
    #[method("(self, /, *exc_info)", name = "__exit__")]
    fn exit(this: P<RLock>, exc_info: &[Value]) -> PyResult<()> {
        let _ = exc_info;
        RLock::unlock(this)
    }
    /// For internal use by `threading.Condition`.
    #[method("(self, /)")]
    fn _is_owned(this: P<RLock>) -> bool {
        this.raw.depth() > 0
    }
    /// For internal use by reentrant lock tests.
    #[method("(self, /)")]
    fn _recursion_count(this: P<RLock>) -> u64 {
        this.raw.depth()
    }
    /// For internal use by `threading.Condition`.
    #[method("(self, /)")]
    fn _release_save(this: P<RLock>) -> PyResult {
        if !this.raw.is_held() {
            return raise!(RuntimeError, "cannot release un-acquired lock");
        }
        let owner = this.raw.owner();
        let count = this.raw.release_all();
        Ok(tuple::from_refs(vec![int::from_u64(count), int::from_u64(owner)]).erase())
    }
    /// For internal use by `threading.Condition`.
    #[method("(self, state, /)")]
    fn _acquire_restore(this: P<RLock>, state: P<Tuple>) -> PyResult<()> {
        let count = state.items().first().and_then(|v| v.as_i64()).unwrap_or(1);
        this.raw.take(true, count as u64, None).map(drop)
    }
    #[method("(self, /)")]
    fn _at_fork_reinit(this: P<RLock>) {
        this.raw.reset();
    }
}

/// What a thread and its handles share.
#[derive(Default)]
pub struct Shared {
    /// Held by the thread while it runs.
    running: RawLock,
    /// The OS thread, once it has started; 0 before.
    ident: Mutex<u64>,
    /// Has it ended (or was it declared to have)?
    done: Mutex<bool>,
}

impl Shared {
    /// The thread has begun: called by it.
    pub fn begin(&self) -> PyResult<()> {
        *self.ident.lock().unwrap_or_else(PoisonError::into_inner) = me();
        self.running.take(false, 1, None).map(drop)
    }
    /// The thread ends: called by it.
    pub fn end(&self) {
        self.set_done();
        self.running.release();
    }
    fn set_done(&self) {
        *self.done.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }
    fn is_done(&self) -> bool {
        *self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// The OS thread, or 0.
    pub fn ident(&self) -> u64 {
        *self.ident.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `_thread._ThreadHandle`
#[repr(C)]
pub struct Handle {
    head: Header,
    /// See [`Shared`].
    pub shared: Arc<Shared>,
    started: Cell<bool>,
    /// Keeps what the thread runs alive until it has started.
    pub work: RefCell<Option<Ref>>,
}
object_layout!(Handle, Kind::Native, container, [work]);

impl Handle {
    /// A handle of a thread that has not started.
    pub fn make(class: P<TypeObject>) -> Ref {
        let handle = Handle {
            head: Header::new(class),
            shared: Arc::default(),
            started: Cell::new(false),
            work: RefCell::new(None),
        };
        alloc_in(class, handle).erase()
    }
    /// A handle of a thread that runs already, for `threading._MainThread` and foreign threads.
    pub fn of_ident(class: P<TypeObject>, ident: u64) -> PyResult {
        let handle = Handle::make(class);
        if let Some(h) = handle.downcast::<Handle>() {
            h.started.set(true);
            *h.shared.ident.lock().unwrap_or_else(PoisonError::into_inner) = ident;
            h.shared.running.take(false, 1, None)?;
        }
        Ok(handle)
    }
    /// Mark it as started; `false` if it was.
    pub fn start(&self) -> bool {
        !self.started.replace(true)
    }
    /// Has the thread ended?
    pub fn ended(this: P<Handle>) -> bool {
        this.shared.is_done()
    }
    /// Starting has failed.
    pub fn not_started(&self) {
        self.started.set(false);
    }
}

#[taipan_runtime::pymethods]
impl Handle {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        if !args.values.is_empty() {
            return raise!(TypeError, "_ThreadHandle() takes no arguments");
        }
        Ok(Handle::make(class))
    }
    #[slot(repr)]
    fn repr(this: P<Handle>) -> PyResult {
        Ok(Ref::from(format!("<_ThreadHandle object: ident={}>", this.shared.ident()).as_str()))
    }
    #[getter]
    fn ident(this: P<Handle>) -> u64 {
        this.shared.ident()
    }
    /// Wait until the thread has ended.
    #[method("(self, timeout=None, /)")]
    fn join(this: P<Handle>, timeout: Value) -> PyResult<()> {
        if !this.started.get() {
            return raise!(RuntimeError, "thread not started");
        }
        let shared = this.shared.clone();
        if shared.ident() == me() && !shared.is_done() {
            return raise!(RuntimeError, "Cannot join current thread");
        }
        let negative = !timeout.is_none() && number::is_number(timeout) && index::to_f64(timeout)? < 0.0;
        let limit = if timeout.is_none() || negative { None } else { Some(timeout) };
        if !shared.is_done() && shared.running.take(false, 1, deadline(true, limit)?)? {
            shared.running.release();
        }
        Ok(())
    }
    /// Has the thread ended?
    #[method("(self, /)")]
    fn is_done(this: P<Handle>) -> bool {
        this.shared.is_done()
    }
    #[method("(self, /)")]
    fn _set_done(this: P<Handle>) -> PyResult<()> {
        if !this.started.get() {
            return raise!(RuntimeError, "thread not started");
        }
        if !this.shared.is_done() {
            // Those that wait to join it are let go.
            this.shared.end();
        }
        Ok(())
    }
}
