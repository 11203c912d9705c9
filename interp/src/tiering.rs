//! Tiering: when a loop or function is hot, what the JIT is asked, and where machine code is entered.

use taipan_runtime::thread::Thread;

/// A counter reached its threshold at the innermost frame's `pc`.
pub fn hot(_thread: &'static Thread) {}

/// The compiler thread has finished something.
pub fn finished_compilations() {}
