//! `_thread`: threads, locks, thread-local data.
//!
//! # Invariants
//! - What a new thread is given is owned by nobody else, and touched under the GIL alone.

mod local;
pub mod lock;
mod objects;

pub use module::MODULE;

use lock::RawLock;
use objects::{Handle, Shared};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use taipan_runtime::error::{Exc, PyResult, Raised, take};
use taipan_runtime::gil;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::call::call_tuple;
use taipan_runtime::raise;
use taipan_runtime::runtime::{exception_class, runtime};
use taipan_runtime::value::Value;

/// The lock of the import system. One for the process: it is taken for moments only.
static IMPORT: std::sync::LazyLock<RawLock> = std::sync::LazyLock::new(RawLock::default);
/// Python threads that run now, the main thread apart.
static RUNNING: AtomicUsize = AtomicUsize::new(0);
/// The native stack of new threads, in bytes; 0 for the default.
static STACK: AtomicUsize = AtomicUsize::new(0);
/// The main thread.
static MAIN: AtomicU64 = AtomicU64::new(0);

/// The default native stack of a thread.
const DEFAULT_STACK: usize = 16 << 20;

/// The import lock.
pub fn import_lock() -> &'static RawLock {
    &IMPORT
}
/// `sys.getswitchinterval()`, in seconds.
pub fn switch_interval() -> f64 {
    runtime().gil.interval().as_secs_f64()
}
/// `sys.setswitchinterval()`
pub fn set_switch_interval(seconds: f64) {
    runtime().gil.set_interval(Duration::from_secs_f64(seconds.min(1e6)));
}
/// Is this the thread that the interpreter was started in?
pub fn is_main() -> bool {
    MAIN.load(Ordering::Relaxed) == lock::me()
}
/// In the child of a fork: this thread is the only one, and the main one.
pub fn after_fork() {
    MAIN.store(lock::me(), Ordering::Relaxed);
    RUNNING.store(0, Ordering::Relaxed);
    IMPORT.reset();
}

/// What a new thread calls, carried to it as owned words.
struct Work {
    function: Value,
    args: Value,
}
#[allow(unsafe_code, reason = "the words go to another thread")]
// SAFETY: the new thread touches the values only with the interpreter's lock held.
unsafe impl Send for Work {}

/// Start a thread that calls `function(*args)`; what is needed to wait for it is in `shared`.
fn start(function: Value, args: Ref, shared: Arc<Shared>) -> PyResult<()> {
    let work = Work { function: function.own().into_raw(), args: args.into_raw() };
    let stack = match STACK.load(Ordering::Relaxed) {
        0 => DEFAULT_STACK,
        n => n,
    };
    RUNNING.fetch_add(1, Ordering::Relaxed);
    let begun = Arc::new(RawLock::default());
    let signal = begun.clone();
    begun.take(false, 1, None)?;
    let started = gil::spawn(stack, move || {
        let work = work;
        let (function, args) = (Ref::from_raw(work.function), Ref::from_raw(work.args));
        let ready = shared.begin();
        signal.release();
        if ready.is_ok() {
            run(&function, &args);
        }
        drop((function, args));
        RUNNING.fetch_sub(1, Ordering::Relaxed);
        shared.end();
    });
    if started.is_err() {
        RUNNING.fetch_sub(1, Ordering::Relaxed);
        return raise!(RuntimeError, "can't start new thread");
    }
    // The new thread holds its lock before anybody can join it. (A signal has to wait until then: the thread has started.)
    begun.take_quietly();
    Ok(())
}

fn run(function: &Ref, args: &Ref) {
    let Some(t) = args.downcast() else { return };
    if call_tuple(function.value(), t).is_ok() {
        return;
    }
    let e = take();
    if e.is_instance_of(exception_class(Exc::SystemExit)) {
        return;
    }
    taipan_runtime::thread::current().set_raised(e);
    taipan_runtime::error::write_unraisable("Exception ignored in thread started by", Some(function.value()));
}

/// Wait for the threads that `threading` would wait for, started without it.
pub fn running() -> usize {
    RUNNING.load(Ordering::Relaxed)
}

/// This module provides primitive operations to write multi-threaded programs.
/// The 'threading' module provides a more convenient interface.
#[taipan_runtime::pymodule(name = "_thread")]
mod module {
    use super::local::Local;
    use super::objects::{Lock, RLock, TIMEOUT_MAX};
    use super::*;
    use crate::construct::add_class;
    use taipan_runtime::error::raise_bare;
    use taipan_runtime::native::native_class;
    use taipan_runtime::protocol::call::call;
    use taipan_runtime::runtime::types;
    use taipan_runtime::slots::Args;
    use taipan_runtime::types::dict::Dict;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::structseq::{self, Spec};
    use taipan_runtime::types::tuple;
    use taipan_runtime::types::tuple::Tuple;
    use taipan_runtime::types::type_object::TypeObject;
    use taipan_runtime::types::type_object::flags::{BASETYPE, HAS_WEAKREF, TRAILING};

    static HOOK_ARGS: Spec = Spec {
        module: "_thread",
        name: "_ExceptHookArgs",
        doc: "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.",
        fields: &[
            ("exc_type", "Exception type"),
            ("exc_value", "Exception value"),
            ("exc_traceback", "Exception traceback"),
            ("thread", "Thread"),
        ],
        visible: 4,
        constructible: true,
    };

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        let object = types().object;
        MAIN.compare_exchange(0, lock::me(), Ordering::Relaxed, Ordering::Relaxed).ok();
        let lock = add_class::<Lock>(m, "lock", object, HAS_WEAKREF | TRAILING, Lock::install);
        m.set("LockType", lock.value());
        add_class::<RLock>(m, "RLock", object, BASETYPE | HAS_WEAKREF | TRAILING, RLock::install);
        add_class::<Local>(m, "_local", object, BASETYPE | HAS_WEAKREF | TRAILING, Local::install);
        add_class::<Handle>(m, "_ThreadHandle", object, 0, Handle::install);
        m.set("_ExceptHookArgs", structseq::make_class(&HOOK_ARGS).value());
        m.set("error", exception_class(Exc::RuntimeError).value());
        Ok(())
    }
    #[pyattr(name = "TIMEOUT_MAX")]
    fn timeout_max() -> f64 {
        TIMEOUT_MAX
    }
    #[pyattr(name = "_NAME_MAXLEN")]
    fn name_max_len() -> i64 {
        15
    }

    fn class<T: taipan_runtime::object::Object>() -> PyResult<P<TypeObject>> {
        match native_class::<T>() {
            Some(c) => Ok(c),
            None => raise!(SystemError, "_thread is not initialised"),
        }
    }
    /// Create a new lock object.
    #[pyfunction("()")]
    fn allocate_lock() -> PyResult {
        Ok(Lock::make(class::<Lock>()?))
    }
    /// An obsolete synonym of allocate_lock().
    #[pyfunction("()")]
    fn allocate() -> PyResult {
        allocate_lock()
    }
    /// Return a non-zero integer that uniquely identifies the current thread.
    #[pyfunction("()")]
    fn get_ident() -> u64 {
        lock::me()
    }
    #[pyfunction("()")]
    fn _get_main_thread_ident() -> u64 {
        MAIN.load(Ordering::Relaxed)
    }
    /// Return a non-negative integer identifying the thread as reported by the OS.
    #[pyfunction("()")]
    fn get_native_id() -> i64 {
        crate::sys_call::native_thread_id()
    }
    #[pyfunction("()")]
    fn _is_main_interpreter() -> bool {
        true
    }
    /// Return True if daemon threads are allowed in the current interpreter.
    #[pyfunction("()")]
    fn daemon_threads_allowed() -> bool {
        true
    }
    /// Return the number of currently running Python threads, excluding the main thread.
    #[pyfunction("()")]
    fn _count() -> usize {
        running()
    }
    /// Wait for all non-daemon threads.
    #[pyfunction("()")]
    fn _shutdown() -> PyResult<()> {
        let handles = crate::state::get("threads");
        let Some(list) = handles.and_then(|v| v.downcast::<taipan_runtime::types::list::List>()) else {
            return Ok(());
        };
        while let Some(handle) = list.items.to_refs().pop() {
            let last = list.items.len() - 1;
            drop(list.items.remove(last));
            taipan_runtime::protocol::call::call_method_text(*handle, "join", &[])?;
        }
        Ok(())
    }
    /// Set the name of the current thread.
    #[pyfunction("(name)")]
    fn set_name(name: P<taipan_runtime::types::str::Str>) {
        crate::sys_call::set_thread_name(&name.to_lossy());
    }
    /// Raise SystemExit: ends the thread.
    #[pyfunction("()")]
    fn exit() -> PyResult {
        raise_bare(Exc::SystemExit)
    }
    /// An obsolete synonym of exit().
    #[pyfunction("()")]
    fn exit_thread() -> PyResult {
        exit()
    }
    /// Simulate the arrival of a signal in the main thread.
    #[pyfunction("(signum=2, /)")]
    fn interrupt_main(signum: i32) -> PyResult<()> {
        crate::signal::interrupt_main(signum)?;
        crate::signal::check_now()
    }
    /// Return the thread stack size used when creating new threads.
    #[pyfunction("(size=0, /)")]
    fn stack_size(size: i64) -> PyResult<usize> {
        let old = STACK.load(Ordering::Relaxed);
        match usize::try_from(size) {
            Err(_) => return raise!(ValueError, "size must be 0 or a positive value"),
            Ok(n) if n != 0 && n < 32 << 10 => {
                return raise!(ValueError, "size not valid: {n} bytes");
            }
            Ok(n) => STACK.store(n, Ordering::Relaxed),
        }
        Ok(old)
    }

    fn callable(function: Value) -> PyResult<()> {
        if function.class().slots.call.get().is_none() {
            return raise!(TypeError, "first arg must be callable");
        }
        Ok(())
    }
    /// Start a new thread and return its identifier.
    #[pyfunction("(function, args, kwargs={}, /)")]
    fn start_new_thread(function: Value, args: Value, kwargs: Option<Value>) -> PyResult<u64> {
        callable(function)?;
        let Some(t) = args.downcast::<Tuple>() else { return raise!(TypeError, "2nd arg must be a tuple") };
        let shared = Arc::<Shared>::default();
        match kwargs {
            None => super::start(function, t.own(), shared.clone())?,
            Some(k) => {
                let Some(d) = k.downcast::<Dict>() else {
                    return raise!(TypeError, "optional 3rd arg must be a dictionary");
                };
                // `functools.partial` of the function carries the keywords.
                let partial = crate::startup::import_from("_functools", "partial")?;
                let mut values = vec![function];
                values.extend(d.iter().map(|(_, v)| v));
                let names: Vec<Value> = d.iter().map(|(k, _)| k).collect();
                let f = call(*partial, Args { values: &values, names: &names })?;
                super::start(*f, t.own(), shared.clone())?;
            }
        }
        Ok(shared.ident())
    }
    /// An obsolete synonym of start_new_thread().
    #[pyfunction("(function, args, kwargs={}, /)")]
    fn start_new(function: Value, args: Value, kwargs: Option<Value>) -> PyResult<u64> {
        start_new_thread(function, args, kwargs)
    }
    /// For internal use by the `threading` module: start a thread that can be joined through the handle.
    #[pyfunction("(function, handle=None, daemon=True)")]
    fn start_joinable_thread(function: Value, handle: Option<Value>, daemon: bool) -> PyResult {
        if function.class().slots.call.get().is_none() {
            return raise!(TypeError, "thread function must be callable");
        }
        let made = match handle.filter(|h| !h.is_none()) {
            Some(h) => h.own(),
            None => Handle::make(class::<Handle>()?),
        };
        let Some(h) = made.downcast::<Handle>() else {
            return raise!(TypeError, "'handle' must be a _ThreadHandle");
        };
        if !h.start() {
            return raise!(RuntimeError, "thread already started");
        }
        if !daemon {
            join_at_exit(&made);
        }
        let started = super::start(function, tuple::empty().erase(), h.shared.clone());
        match started {
            Ok(()) => Ok(made),
            Err(Raised) => {
                h.not_started();
                Err(Raised)
            }
        }
    }
    /// Remember a thread that the interpreter waits for at its end.
    fn join_at_exit(handle: &Ref) {
        let list = crate::state::get("threads");
        match list.and_then(|v| v.downcast::<taipan_runtime::types::list::List>()) {
            Some(list) => {
                let all = list.items.to_refs();
                let done = |r: &Ref| r.downcast::<Handle>().is_some_and(Handle::ended);
                let keep: Vec<Ref> = all.into_iter().filter(|r| !done(r)).chain([handle.clone()]).collect();
                drop(list.items.take());
                keep.into_iter().for_each(|r| list.items.push(r));
            }
            None => {
                let list = taipan_runtime::types::list::new(vec![handle.clone()]);
                crate::state::set("threads", list.erase());
            }
        }
    }
    /// A handle of a thread that runs already.
    #[pyfunction("(ident, /)")]
    fn _make_thread_handle(ident: u64) -> PyResult {
        Handle::of_ident(class::<Handle>()?, ident)
    }
    /// Handle uncaught Thread.run() exception.
    #[pyfunction("(args, /)")]
    fn _excepthook(args: Value) -> PyResult<()> {
        let Some(t) = args.downcast::<Tuple>().filter(|t| t.len == 4) else {
            return raise!(TypeError, "_thread.excepthook argument type must be ExceptHookArgs");
        };
        let (class, value, thread) = (t.items()[0], t.items()[1], t.items()[3]);
        if class.is(exception_class(Exc::SystemExit).value()) {
            return Ok(());
        }
        let name = if thread.is_none() {
            lock::me().to_string()
        } else {
            let name = taipan_runtime::protocol::attr::getattr_text(thread, "name")?;
            taipan_runtime::protocol::repr::str(*name)?.to_lossy()
        };
        crate::sys::hooks::write_stderr(&format!("Exception in thread {name}:\n"));
        let hook = crate::startup::import_from("sys", "__excepthook__")?;
        call(*hook, Args::positional(&[class, value, t.items()[2]])).map(drop)
    }
}
