//! `_multiprocessing`: semaphores that processes share.

#[allow(unsafe_code, reason = "calls of the C library")]
mod sys;

pub use module::MODULE;

use std::cell::Cell;
use std::ffi::CString;
use std::time::{Duration, Instant};
use sys::Semaphore;
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::slots::Args;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{int, str};
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, pymethods, raise};

/// `kind` of a lock that its holder may take again; the other is that of plain semaphores.
const RECURSIVE_MUTEX: i32 = 0;
const SEMAPHORE: i32 = 1;

/// A named semaphore, and how often this process's threads hold it.
#[repr(C)]
pub struct SemLock {
    head: Header,
    semaphore: Semaphore,
    kind: i32,
    max: i32,
    name: Option<String>,
    count: Cell<i32>,
    /// The thread that took it last.
    holder: Cell<u64>,
}
object_layout!(SemLock, Kind::Native, leaf);

fn this_thread() -> u64 {
    taipan_runtime::thread::current().ident
}

fn c_name(name: &str) -> PyResult<CString> {
    match CString::new(name) {
        Ok(name) => Ok(name),
        Err(_) => raise!(ValueError, "embedded null character"),
    }
}

impl SemLock {
    fn make(
        class: P<TypeObject>,
        semaphore: Semaphore,
        (kind, max): (i32, i32),
        name: Option<String>,
    ) -> Ref {
        let head = Header::new(class);
        let (count, holder) = (Cell::new(0), Cell::new(0));
        alloc_in(class, SemLock { head, semaphore, kind, max, name, count, holder }).erase()
    }
    fn is_mine(&self) -> bool {
        self.count.get() > 0 && self.holder.get() == this_thread()
    }
    /// Take it; `false` if the time is up, or at once if it does not block.
    fn take(&self, blocking: bool, timeout: Option<Duration>) -> PyResult<bool> {
        if self.kind == RECURSIVE_MUTEX && self.is_mine() {
            self.count.set(self.count.get() + 1);
            return Ok(true);
        }
        let end = timeout.map(|t| Instant::now() + t);
        let taken = loop {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let result = match self.semaphore.try_wait() {
                Err(libc::EAGAIN) if !blocking => break false,
                Err(libc::EAGAIN) => taipan_runtime::gil::released(|| self.semaphore.wait(left)),
                other => other,
            };
            match result {
                Ok(()) => break true,
                Err(libc::ETIMEDOUT) => break false,
                Err(libc::EINTR) => crate::signal::handle_pending()?,
                Err(code) => return crate::posix_raise(code),
            }
        };
        if taken {
            self.count.set(self.count.get() + 1);
            self.holder.set(this_thread());
        }
        Ok(taken)
    }
    fn give_back(&self) -> PyResult<()> {
        if self.kind == RECURSIVE_MUTEX {
            if !self.is_mine() {
                return raise!(AssertionError, "attempt to release recursive lock not owned by thread");
            }
            if self.count.get() > 1 {
                self.count.set(self.count.get() - 1);
                return Ok(());
            }
        } else if self.semaphore.value().is_ok_and(|value| value >= self.max) {
            return raise!(ValueError, "semaphore or lock released too many times");
        }
        match self.semaphore.post() {
            Ok(()) => {
                self.count.set(self.count.get() - 1);
                Ok(())
            }
            Err(code) => crate::posix_raise(code),
        }
    }
}

#[pymethods]
impl SemLock {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let mut values: [Option<Value>; 5] = [None; 5];
        let names = ["kind", "value", "maxvalue", "name", "unlink"];
        for (slot, v) in values.iter_mut().zip(args.pos()) {
            *slot = Some(*v);
        }
        for (name, v) in args.keywords() {
            if let Some(at) = names.iter().position(|n| name.as_str().is_some_and(|s| s.to_lossy() == *n)) {
                values[at] = Some(v);
            }
        }
        let [Some(kind), Some(value), Some(max), Some(name), Some(unlink)] = values else {
            return raise!(TypeError, "SemLock() takes exactly 5 arguments ({} given)", args.values.len());
        };
        let small = |v: Value| v.as_i64().and_then(|n| i32::try_from(n).ok());
        let (Some(kind), Some(value), Some(max), Some(name)) =
            (small(kind), small(value), small(max), name.as_str())
        else {
            return raise!(TypeError, "SemLock() takes ints and a name");
        };
        if kind != RECURSIVE_MUTEX && kind != SEMAPHORE {
            return raise!(ValueError, "unrecognized kind");
        }
        let name = name.to_lossy().to_string();
        let unlink = taipan_runtime::protocol::truth::truth(unlink)?;
        let path = c_name(&name)?;
        let semaphore = match Semaphore::create(&path, value as u32) {
            Ok(semaphore) => semaphore,
            Err(code) => return crate::posix_raise(code),
        };
        if unlink && let Err(code) = sys::unlink(&path) {
            return crate::posix_raise(code);
        }
        Ok(SemLock::make(class, semaphore, (kind, max), (!unlink).then_some(name)))
    }
    /// Acquire the semaphore/lock.
    #[method("($self, /, block=True, timeout=None)")]
    fn acquire(s: P<SemLock>, block: Option<Value>, timeout: Option<Value>) -> PyResult<bool> {
        let blocking = block.map_or(Ok(true), taipan_runtime::protocol::truth::truth)?;
        let timeout = match timeout.filter(|t| !t.is_none()) {
            Some(t) => {
                let seconds = taipan_runtime::protocol::index::to_f64(t)?.max(0.0);
                Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX / 4))
            }
            None => None,
        };
        s.take(blocking, timeout)
    }
    /// Release the semaphore/lock.
    #[method("($self, /)")]
    fn release(s: P<SemLock>) -> PyResult<()> {
        s.give_back()
    }
    /// Enter the semaphore/lock.
    #[method("($self, /)")]
    fn __enter__(s: P<SemLock>) -> PyResult<bool> {
        s.take(true, None)
    }
    /// Exit the semaphore/lock.
    #[method("($self, exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(s: P<SemLock>, _a: Option<Value>, _b: Option<Value>, _c: Option<Value>) -> PyResult<()> {
        s.give_back()
    }
    /// Num of `acquire()`s minus num of `release()`s for this process.
    #[method("($self, /)")]
    fn _count(s: P<SemLock>) -> i32 {
        s.count.get()
    }
    /// Whether the lock is owned by this thread.
    #[method("($self, /)")]
    fn _is_mine(s: P<SemLock>) -> bool {
        s.is_mine()
    }
    /// Get the value of the semaphore.
    #[method("($self, /)")]
    fn _get_value(s: P<SemLock>) -> PyResult<i32> {
        match s.semaphore.value() {
            Ok(value) => Ok(value.max(0)),
            Err(code) => crate::posix_raise(code),
        }
    }
    /// Return whether semaphore has value zero.
    #[method("($self, /)")]
    fn _is_zero(s: P<SemLock>) -> PyResult<bool> {
        match s.semaphore.value() {
            Ok(value) => Ok(value <= 0),
            Err(code) => crate::posix_raise(code),
        }
    }
    /// Rezero the net acquisition count after fork().
    #[method("($self, /)")]
    fn _after_fork(s: P<SemLock>) {
        s.count.set(0);
    }
    #[classmethod("($type, handle, kind, maxvalue, name, /)")]
    fn _rebuild(class: P<TypeObject>, _handle: Value, kind: i32, maxvalue: i32, name: Value) -> PyResult {
        let Some(name) = name.as_str().map(|s| s.to_lossy().to_string()) else {
            return raise!(ValueError, "a semaphore without a name cannot be shared");
        };
        match Semaphore::open(&c_name(&name)?) {
            Ok(semaphore) => Ok(SemLock::make(class, semaphore, (kind, maxvalue), Some(name))),
            Err(code) => crate::posix_raise(code),
        }
    }
    #[getter]
    fn handle(s: P<SemLock>) -> Ref {
        int::from_u64(s.semaphore.address() as u64)
    }
    #[getter]
    fn kind(s: P<SemLock>) -> i32 {
        s.kind
    }
    #[getter]
    fn maxvalue(s: P<SemLock>) -> i32 {
        s.max
    }
    #[getter]
    fn name(s: P<SemLock>) -> Ref {
        s.name.as_deref().map_or_else(|| NONE.own(), Ref::from)
    }
}

/// Semaphores that processes share.
#[taipan_runtime::pymodule(name = "_multiprocessing")]
mod module {
    use super::*;
    use crate::construct::add_class;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::dict;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::type_object::flags::BASETYPE;

    #[init]
    fn contents(m: P<Module>) -> PyResult<()> {
        let class = add_class::<SemLock>(m, "SemLock", types().object, BASETYPE, SemLock::install);
        class.dict().insert_text("SEM_VALUE_MAX", int::new(i32::MAX.into()));
        let flags = dict::new();
        for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
            flags.insert_text(name, int::new(1));
        }
        m.set("flags", flags.p().value());
        Ok(())
    }

    #[pyfunction("(name, /)")]
    fn sem_unlink(name: P<str::Str>) -> PyResult<()> {
        match sys::unlink(&c_name(&name.to_lossy())?) {
            Ok(()) => Ok(()),
            Err(code) => crate::posix_raise(code),
        }
    }
}
