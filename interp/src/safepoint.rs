//! What a thread does when something asked for its attention (`Thread::poll`): collect, handle signals, give up
//! the GIL.

use std::sync::atomic::Ordering;
use taipan_runtime::error::PyResult;
use taipan_runtime::thread::{Thread, poll};

/// Serve every pending request. An exception (from a signal handler, say) is raised at the current instruction.
pub fn poll(thread: &Thread) -> PyResult<()> {
    let reasons = thread.poll.swap(0, Ordering::Relaxed);
    if reasons & poll::COLLECT != 0 {
        taipan_runtime::gc::poll();
    }
    if reasons & poll::GIL != 0 {
        taipan_runtime::gil::hand_over();
    }
    if reasons & poll::JIT != 0 {
        crate::tiering::finished_compilations();
    }
    if reasons & poll::SIGNAL != 0
        && let Some(handle) = taipan_runtime::eval_hook::hooks().signals
    {
        handle()?;
    }
    if reasons & poll::MEMORY != 0 {
        return taipan_runtime::raise!(MemoryError);
    }
    Ok(())
}
