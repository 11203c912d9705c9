//! A Python session: a runtime with its main thread, booted and ready to run code.

use taipan_runtime::error::PyResult;
use taipan_runtime::eval_hook::CompileRequest;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::runtime::{Runtime, runtime};
use taipan_runtime::thread::{self, Thread};
use taipan_runtime::types::code;
use taipan_runtime::types::module::{self, Module};

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

/// The `__main__` module, made on first use.
pub fn main_module() -> P<Module> {
    let modules = runtime().modules();
    if let Some(m) = modules.get_text("__main__").and_then(|v| v.exact::<Module>()) {
        return m;
    }
    let m = module::new("__main__", "");
    m.set("__doc__", Ref::from_raw(taipan_runtime::value::NONE));
    m.set("__builtins__", runtime().builtins().own());
    let p = m.p();
    modules.insert_text("__main__", m.erase());
    p
}

/// Compile source and run it in `__main__`.
pub fn run_main(source: &[u8], filename: &str) -> PyResult {
    let request = CompileRequest { source, filename, mode: "exec", flags: 0, optimize: 0 };
    let compiled = (taipan_runtime::eval_hook::hooks().compile)(&request)?;
    let m = main_module();
    crate::eval::exec_code(code::new(compiled).p(), m.dict(), m.dict().value())
}
