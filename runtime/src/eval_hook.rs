//! The one upcall: what native code asks of the layers above it (the eval loop, the compiler).
//!
//! `interp` registers these functions with each [`crate::runtime::Runtime`] before any Python code runs.

use crate::error::PyResult;
use crate::object::{P, Ref};
use crate::runtime::runtime;
use crate::slots::Args;
use crate::types::function::Function;
use crate::types::generator::Generator;
use crate::value::Value;
use std::sync::Arc;
use taipan_bytecode::Code;
use taipan_bytecode::syntax::{Token, Tree};

/// What resuming a generator brought.
pub enum Resumed {
    /// It yielded this value.
    Yielded(crate::object::Ref),
    /// It returned this value; it is finished.
    Returned(crate::object::Ref),
}

/// In [`CompileRequest::flags`]: the source is text, whose coding cookie means nothing (`PyCF_IGNORE_COOKIE`).
pub const IGNORE_COOKIE: u32 = 0x0800;

/// How source is compiled: the arguments of `compile()`.
#[derive(Clone, Debug)]
pub struct CompileRequest<'a> {
    /// The source, as bytes (a coding cookie counts) .
    pub source: &'a [u8],
    /// For messages and tracebacks.
    pub filename: &'a str,
    /// "exec", "eval" or "single".
    pub mode: &'a str,
    /// `CO_FUTURE_*` and `PyCF_*` flags.
    pub flags: u32,
    /// The optimization level, or -1 for the interpreter's.
    pub optimize: i32,
}

/// The functions of the layers above.
pub struct Hooks {
    /// Call a Python function: bind the arguments, run it (or make its generator).
    pub call_function: fn(P<Function>, Args<'_>) -> PyResult,
    /// Run a code object with these globals and locals mapping: `exec`, modules, class bodies.
    pub exec_code: fn(P<crate::types::code::Code>, P<crate::types::dict::Dict>, Value) -> PyResult,
    /// Run a function without parameters with this locals mapping: a class body.
    pub run_body: fn(P<Function>, Value) -> PyResult,
    /// Resume a generator or coroutine: send a value (`None` first), or with `throw` raise the exception that is
    /// set in the thread state at its yield.
    pub resume: fn(P<Generator>, Value, bool) -> PyResult<Resumed>,
    /// Compile source; a `SyntaxError` is raised as usual.
    pub compile: fn(&CompileRequest<'_>) -> PyResult<Arc<Code>>,
    /// Compile a syntax tree, by the request's other fields.
    pub compile_tree: fn(&Tree, &CompileRequest<'_>) -> PyResult<Arc<Code>>,
    /// The syntax tree of source; a `SyntaxError` is raised as usual.
    pub parse: fn(&CompileRequest<'_>) -> PyResult<Tree>,
    /// The tokens of a text, with comments and blank lines or without, and the exception that ended them.
    pub tokenize: fn(&str, bool) -> (Vec<Token>, Option<Ref>),
    /// Run the Python handlers of signals that have arrived.
    pub signals: Option<fn() -> PyResult<()>>,
}

/// The registered hooks.
pub fn hooks() -> &'static Hooks {
    runtime().hooks.get().expect("the interpreter registers its hooks during boot")
}
