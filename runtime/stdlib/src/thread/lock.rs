//! Locks that threads wait for without the interpreter's lock.

use std::sync::atomic::Ordering;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use taipan_runtime::error::PyResult;
use taipan_runtime::gil::released;
use taipan_runtime::thread::{self, poll};

/// How long a wait may last before the waiting thread looks for signals.
const SLICE: Duration = Duration::from_millis(50);

/// The state of a lock: who holds it, and how often.
#[derive(Default)]
struct State {
    owner: u64,
    count: u64,
    /// Threads that wait: to wake one is a system call.
    waiting: u32,
}

/// A lock, reentrant or not by how it is used.
#[derive(Default)]
pub struct RawLock {
    state: Mutex<State>,
    free: Condvar,
}

/// The identity of the calling thread.
pub fn me() -> u64 {
    thread::current().ident
}

impl RawLock {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Is it held by anybody?
    pub fn is_held(&self) -> bool {
        self.state().count > 0
    }
    /// How often the calling thread holds it.
    pub fn depth(&self) -> u64 {
        let s = self.state();
        if s.count > 0 && s.owner == me() { s.count } else { 0 }
    }
    /// Wait until the lock is free, or for so long.
    fn wait(&self, limit: Duration) {
        let mut s = self.state();
        s.waiting += 1;
        let (mut s, _) =
            self.free.wait_timeout_while(s, limit, |s| s.count > 0).unwrap_or_else(PoisonError::into_inner);
        s.waiting = s.waiting.saturating_sub(1);
    }
    /// The lock is free: let one of those that wait for it know.
    fn freed(&self, mut s: MutexGuard<'_, State>) {
        s.owner = 0;
        if s.waiting > 0 {
            drop(s);
            self.free.notify_one();
        }
    }
    fn try_take(&self, reentrant: bool, times: u64) -> bool {
        let mut s = self.state();
        if s.count == 0 {
            (s.owner, s.count) = (me(), times);
            return true;
        }
        if reentrant && s.owner == me() {
            s.count += times;
            return true;
        }
        false
    }
    /// Take it, waiting until the deadline (`None`: for ever). Signal handlers run meanwhile, and may raise.
    pub fn take(&self, reentrant: bool, times: u64, deadline: Option<Instant>) -> PyResult<bool> {
        loop {
            if self.try_take(reentrant, times) {
                return Ok(true);
            }
            let now = Instant::now();
            let left = deadline.map(|d| d.saturating_duration_since(now));
            if left.is_some_and(|d| d.is_zero()) {
                return Ok(false);
            }
            let slice = left.map_or(SLICE, |d| d.min(SLICE));
            released(|| self.wait(slice));
            if thread::current().poll.load(Ordering::Relaxed) & poll::SIGNAL != 0 {
                crate::signal::handle_pending()?;
            }
        }
    }
    /// Take it, waiting for ever; signals are handled later.
    pub fn take_quietly(&self) {
        while !self.try_take(false, 1) {
            released(|| self.wait(SLICE));
        }
    }
    /// Give it up once; `false` if it is not held.
    pub fn release(&self) -> bool {
        let mut s = self.state();
        if s.count == 0 {
            return false;
        }
        s.count -= 1;
        if s.count == 0 {
            self.freed(s);
        }
        true
    }
    /// Give up all of the calling thread's holds; how many they were.
    pub fn release_all(&self) -> u64 {
        let mut s = self.state();
        let n = std::mem::take(&mut s.count);
        self.freed(s);
        n
    }
    /// The thread that holds it, or 0.
    pub fn owner(&self) -> u64 {
        let s = self.state();
        if s.count > 0 { s.owner } else { 0 }
    }
    /// How often it is held.
    pub fn count(&self) -> u64 {
        self.state().count
    }
    /// Make it free, whoever holds it: after a fork.
    pub fn reset(&self) {
        *self.state() = State::default();
    }
    /// Take it as a reentrant lock, however long that takes.
    pub fn acquire_reentrant(&self) -> PyResult<()> {
        self.take(true, 1, None).map(drop)
    }
    /// Give it up once; `false` if the calling thread does not hold it.
    pub fn release_reentrant(&self) -> bool {
        self.depth() > 0 && self.release()
    }
}
