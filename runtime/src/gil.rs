//! The interpreter's lock: one thread at a time runs Python code and touches objects.
//!
//! A thread that waits longer than the switch interval asks the holder, through its poll word, to give the lock up
//! at its next safepoint, and the holder then waits until another thread has had it. Blocking system calls are made
//! in [`released`].
//!
//! # Invariants
//! - The thread that makes a runtime holds its lock from the start.
//! - `State::holder` is a live thread state while `held`; a thread state is attached to its OS thread exactly while
//!   that thread holds the lock.

use crate::runtime::{Runtime, runtime};
use crate::thread::{self, Thread, poll};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The lock of one interpreter.
pub struct Gil {
    state: Mutex<State>,
    free: Condvar,
    switched: Condvar,
    /// Threads that wait for `free` and for `switched`, changed under the mutex: to wake one is a system call.
    waiting: AtomicU32,
    handing_over: AtomicU32,
    /// `sys.setswitchinterval`, in microseconds.
    interval: AtomicU64,
}

struct State {
    held: bool,
    holder: *const Thread,
    switches: u64,
}

// SAFETY: `holder` is only compared, and dereferenced for its atomic poll word under the mutex while it is alive.
unsafe impl Send for State {}

/// The states of all threads that there are. A thread adds and removes its own while it holds its interpreter's lock.
static THREADS: Mutex<Vec<ThreadPointer>> = Mutex::new(Vec::new());

fn all_threads() -> MutexGuard<'static, Vec<ThreadPointer>> {
    THREADS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A thread state that is alive.
#[derive(Clone, Copy, PartialEq)]
struct ThreadPointer(*const Thread);
// SAFETY: dereferenced only as `threads` says.
unsafe impl Send for ThreadPointer {}

impl Default for Gil {
    fn default() -> Gil {
        Gil {
            state: Mutex::new(State { held: true, holder: std::ptr::null(), switches: 0 }),
            free: Condvar::new(),
            switched: Condvar::new(),
            waiting: AtomicU32::new(0),
            handing_over: AtomicU32::new(0),
            interval: AtomicU64::new(5000),
        }
    }
}

impl Gil {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// The switch interval.
    pub fn interval(&self) -> Duration {
        Duration::from_micros(self.interval.load(Ordering::Relaxed))
    }
    /// Set the switch interval; at least a microsecond.
    pub fn set_interval(&self, d: Duration) {
        self.interval.store((d.as_micros() as u64).max(1), Ordering::Relaxed);
    }

    /// Wait for the lock, and attach the thread state.
    fn acquire(&self, thread: *const Thread) {
        let mut s = self.state();
        while s.held {
            self.waiting.fetch_add(1, Ordering::Relaxed);
            let before = s.switches;
            let (guard, timeout) =
                self.free.wait_timeout(s, self.interval()).unwrap_or_else(PoisonError::into_inner);
            s = guard;
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            if s.held && timeout.timed_out() && s.switches == before && !s.holder.is_null() {
                // SAFETY: the holder is alive while it holds the lock; the poll word is atomic.
                unsafe { (*s.holder).request(poll::GIL) };
            }
        }
        s.held = true;
        s.holder = thread;
        s.switches += 1;
        if self.handing_over.load(Ordering::Relaxed) > 0 {
            self.switched.notify_all();
        }
        drop(s);
        // SAFETY: the lock is held now.
        unsafe { thread::attach(thread) };
    }

    /// Detach the thread state and give the lock up.
    fn release(&self) -> u64 {
        // SAFETY: detaching is always allowed.
        unsafe { thread::attach(std::ptr::null()) };
        let mut s = self.state();
        s.held = false;
        s.holder = std::ptr::null();
        if self.waiting.load(Ordering::Relaxed) > 0 {
            self.free.notify_one();
        }
        s.switches
    }

    /// Say which thread state holds the lock that the runtime was made with.
    pub fn adopt(&self, thread: &Thread) {
        self.state().holder = thread;
        all_threads().push(ThreadPointer(thread));
    }
}

/// Run `f`, which blocks and touches no object, without the lock.
pub fn released<T>(f: impl FnOnce() -> T) -> T {
    let (thread, gil) = (thread::current(), &runtime().gil);
    gil.release();
    let result = f();
    gil.acquire(thread);
    thread.change();
    result
}

/// Another thread has asked for the lock: let it have it.
pub fn hand_over() {
    let (thread, gil) = (thread::current(), &runtime().gil);
    let before = gil.release();
    if gil.waiting.load(Ordering::Relaxed) > 0 {
        let s = gil.state();
        let limit = Duration::from_millis(100);
        gil.handing_over.fetch_add(1, Ordering::Relaxed);
        let s = gil.switched.wait_timeout_while(s, limit, |s| s.switches == before && !s.held);
        gil.handing_over.fetch_sub(1, Ordering::Relaxed);
        drop(s);
    }
    gil.acquire(thread);
    thread.change();
}

/// After `fork`, in the child: only this thread is left.
pub fn after_fork() {
    let gil = &runtime().gil;
    gil.waiting.store(0, Ordering::Relaxed);
    gil.handing_over.store(0, Ordering::Relaxed);
    gil.state().holder = thread::current();
    all_threads().retain(|t| std::ptr::eq(t.0, thread::current()));
}

/// The threads of the interpreter, the calling one included.
pub fn threads() -> Vec<&'static Thread> {
    let own: *const Runtime = runtime();
    // SAFETY: a state is removed from the list, while its interpreter's lock is held, before it goes; the calling
    // thread holds that lock until it gives it up, and nothing of what it sees here outlives that.
    let states = all_threads().iter().map(|t| unsafe { &*t.0 }).collect::<Vec<&Thread>>();
    states.into_iter().filter(|t| std::ptr::eq(t.runtime, own)).collect()
}

/// The threads of all interpreters, for a signal handler or a thread without an interpreter: none, if somebody is at
/// the list.
///
/// # Safety
/// What is found may be changing; whoever looks at it takes what it reads for hints.
pub unsafe fn threads_in_handler(visit: &mut dyn FnMut(&Thread)) {
    if let Ok(states) = THREADS.try_lock() {
        // SAFETY: the caller's.
        states.iter().for_each(|t| visit(unsafe { &*t.0 }));
    }
}

/// Start an OS thread that runs `f` in this interpreter, with a thread state of its own. `ident` of the state is
/// that of the OS thread. `stack` is its native stack's size in bytes; it gets no less than the interpreter needs.
pub fn spawn(stack: usize, f: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    /// What a thread has beyond the part of its stack that stays free (`native_stack_limit`), at least.
    const LEAST: usize = 1 << 20;
    let stack = stack.max(LEAST);
    let runtime: &'static Runtime = runtime();
    let address = std::ptr::from_ref(runtime) as usize;
    std::thread::Builder::new().stack_size(stack).spawn(move || {
        // SAFETY: runtimes live until the process ends.
        let runtime = unsafe { &*(address as *const Runtime) };
        // SAFETY: a plain query.
        let ident = unsafe { libc::pthread_self() } as u64;
        let state = Thread::new(runtime, ident);
        runtime.gil.acquire(&*state);
        all_threads().push(ThreadPointer(&raw const *state));
        f();
        all_threads().retain(|t| !std::ptr::eq(t.0, &raw const *state));
        runtime.gil.release();
        drop(state);
    })?;
    Ok(())
}
