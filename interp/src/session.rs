//! A Python session: a runtime with its main thread, booted and ready to run code.
//!
//! # Invariants
//! - The thread state that is attached lives as long as the process.

use taipan_runtime::runtime::Runtime;
use taipan_runtime::thread::{self, Thread};

/// Make a runtime, attach the calling thread to it, and boot it. Both live until the process ends.
#[allow(unsafe_code, reason = "attaches the thread that was just made")]
pub fn start(hash_key: [u64; 2]) {
    let runtime: &'static Runtime = Box::leak(Runtime::new(hash_key));
    let thread = Box::leak(Thread::new(runtime, main_ident()));
    // SAFETY: both are leaked; this is the only thread.
    unsafe { thread::attach(thread) };
    runtime.gil.adopt(thread);
    assert!(runtime.hooks.set(crate::hooks::hooks()).is_ok(), "hooks are set once");
    taipan_runtime::boot::boot(runtime);
}

/// The OS thread's number, as `threading.get_ident()` has it.
#[allow(unsafe_code, reason = "a query of the C library")]
fn main_ident() -> u64 {
    // SAFETY: always succeeds.
    unsafe { libc::pthread_self() as u64 }
}
