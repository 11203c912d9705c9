//! `compile`, `eval`, `exec`.

use crate::os_text::fs_encode;
use taipan_bytecode::CodeFlags;
use taipan_runtime::error::{Exc, PyResult, raise_with};
use taipan_runtime::eval_hook::{CompileRequest, IGNORE_COOKIE, hooks};
use taipan_runtime::frame;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::mapping::is_mapping;
use taipan_runtime::raise;
use taipan_runtime::runtime::runtime;
use taipan_runtime::types::bytes;
use taipan_runtime::types::code::{self, Code};
use taipan_runtime::types::dict::Dict;
use taipan_runtime::value::Value;

/// Flags of `compile()` that are no features of the code.
const PARSER_FLAGS: u32 = 0x0100 | 0x0200 | ONLY_AST | 0x1000 | 0x2000 | 0x4000 | OPTIMIZED_AST;
/// `ast.PyCF_ONLY_AST`
const ONLY_AST: u32 = 0x0400;
/// `ast.PyCF_OPTIMIZED_AST`
const OPTIMIZED_AST: u32 = 0x8000 | ONLY_AST;
/// `from __future__` features.
const FUTURES: u32 = 0x1ff_0000;

/// Source as bytes; `what` and `function` are for the messages.
fn source_bytes(source: Value, function: &str, what: &str) -> PyResult<Vec<u8>> {
    let bytes = if let Some(s) = source.as_str() {
        match s.to_utf8() {
            Some(text) => text.into_bytes(),
            None => {
                let at = s.chars().iter().position(|c| char::from_u32(c).is_none()).unwrap_or(0);
                return taipan_runtime::types::exception::unicode::raise_encode(
                    "utf-8",
                    source,
                    at,
                    at + 1,
                    "surrogates not allowed",
                );
            }
        }
    } else {
        match bytes::buffer(source) {
            Some(data) => data?,
            None => return raise!(TypeError, "{function}() arg 1 must be a {what}"),
        }
    };
    if bytes.contains(&0) {
        return raise_with(Exc::SyntaxError, &[*Ref::from("source code string cannot contain null bytes")]);
    }
    Ok(bytes)
}

/// The features that the calling code was compiled with.
fn inherited_flags() -> u32 {
    frame::current().map_or(0, |f| f.code().code.flags.0 & FUTURES)
}

/// The interpreter's optimization level.
fn optimization() -> i32 {
    let flags = runtime()
        .sys_dict()
        .get_text("flags")
        .and_then(|f| f.downcast::<taipan_runtime::types::tuple::Tuple>());
    let level = flags.and_then(|t| t.items().get(3).copied()).and_then(Value::as_i64);
    level.unwrap_or(0) as i32
}

/// Compile source text (bytes without a coding cookie if it came from a str).
pub fn compile(
    source: &[u8],
    is_text: bool,
    filename: &str,
    mode: &str,
    flags: u32,
    optimize: i32,
) -> PyResult<Ref> {
    with_request(source, is_text, filename, mode, flags, optimize, |request| {
        (hooks().compile)(request).map(|c| code::new(c).erase())
    })
}

/// Do something with the request for a compilation.
fn with_request(
    source: &[u8],
    is_text: bool,
    filename: &str,
    mode: &str,
    flags: u32,
    optimize: i32,
    work: impl FnOnce(&CompileRequest<'_>) -> PyResult,
) -> PyResult {
    // A str has been decoded already: its coding cookie means nothing.
    let flags = if is_text { flags | IGNORE_COOKIE } else { flags };
    let optimize = if optimize < 0 { optimization() } else { optimize };
    work(&CompileRequest { source, filename, mode, flags, optimize })
}

/// Globals and locals of an `eval` or `exec`; the globals get `__builtins__`.
fn namespaces(function: &str, globals: Option<Value>, locals: Option<Value>) -> PyResult<(P<Dict>, Ref)> {
    let globals = globals.filter(|v| !v.is_none());
    let locals = locals.filter(|v| !v.is_none());
    if let Some(l) = locals
        && !is_mapping(l)
    {
        return if function == "eval" {
            raise!(TypeError, "locals must be a mapping")
        } else {
            raise!(TypeError, "locals must be a mapping or None, not {}", l.class().name())
        };
    }
    let dict = match globals {
        Some(g) => match g.downcast::<Dict>() {
            Some(d) => d,
            None if function == "eval" && is_mapping(g) => {
                return raise!(TypeError, "globals must be a real dict; try eval(code, {{}}, mapping)");
            }
            None if function == "eval" => return raise!(TypeError, "globals must be a dict"),
            None => {
                return raise!(TypeError, "{function}() globals must be a dict, not {}", g.class().name());
            }
        },
        None => match frame::current() {
            Some(f) => f.globals(),
            None => return raise!(SystemError, "globals and locals cannot be NULL"),
        },
    };
    if dict.get_text("__builtins__").is_none() {
        let builtins = runtime().modules().get_text("builtins");
        dict.insert_text("__builtins__", builtins.unwrap_or(runtime().builtins().value()).own());
    }
    let namespace = match (locals, globals) {
        (Some(l), _) => l.own(),
        (None, Some(g)) => g.own(),
        (None, None) => match frame::current() {
            Some(f) => taipan_runtime::builtins::objects::frame_locals(f)?,
            None => dict.own(),
        },
    };
    Ok((dict, namespace))
}

fn run(code: P<Code>, globals: P<Dict>, namespace: &Ref, function: &str) -> PyResult {
    if code.code.free_count() > 0 {
        return raise!(TypeError, "code object passed to {function}() may not contain free variables");
    }
    let hold = (code.own(), globals.own());
    let result = (hooks().exec_code)(code, globals, namespace.value());
    drop(hold);
    result
}

#[taipan_runtime::pymodule(name = "builtins")]
pub mod functions {
    use super::*;
    use taipan_runtime::object::Own;
    use taipan_runtime::types::cell::Cell as PyCell;
    use taipan_runtime::types::str::Str;
    use taipan_runtime::types::tuple::Tuple;

    /// The text of a path argument.
    fn path_text(v: Value) -> PyResult<String> {
        let v = crate::posix::path::fspath(v)?;
        match v.as_str() {
            Some(s) => Ok(String::from_utf8_lossy(&fs_encode(s)?).into_owned()),
            None => Ok(String::from_utf8_lossy(&crate::buffer::bytes_of(*v)?).into_owned()),
        }
    }

    /// Compile source into a code object that can be executed by exec() or eval().
    #[pyfunction(
        "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)"
    )]
    fn compile(
        source: Value,
        filename: Value,
        mode: P<Str>,
        flags: i32,
        dont_inherit: bool,
        optimize: i32,
        _feature_version: i32,
    ) -> PyResult {
        let _ = _feature_version;
        let mode = mode.to_lossy();
        let mut flags = flags as u32;
        if flags & !(PARSER_FLAGS | FUTURES) != 0 {
            return raise!(ValueError, "compile(): unrecognised flags");
        }
        if !(-1..=2).contains(&optimize) {
            return raise!(ValueError, "compile(): invalid optimize value");
        }
        if !dont_inherit {
            flags |= inherited_flags();
        }
        if !["exec", "eval", "single", "func_type"].contains(&mode.as_str()) {
            return raise!(ValueError, "compile() mode must be 'exec', 'eval' or 'single'");
        }
        if mode == "func_type" {
            return raise!(ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST");
        }
        let filename = path_text(filename)?;
        if flags & ONLY_AST != 0 && crate::ast::is_node(source) {
            return Ok(source.own());
        }
        if crate::ast::is_node(source) {
            let tree = crate::ast::Reader::new()?.read(source)?;
            return with_request(&[], true, &filename, &mode, flags, optimize, |request| {
                (hooks().compile_tree)(&tree, request).map(|c| code::new(c).erase())
            });
        }
        let bytes = source_bytes(source, "compile", "string, bytes or AST object")?;
        let is_text = source.as_str().is_some();
        if flags & ONLY_AST != 0 {
            return with_request(&bytes, is_text, &filename, &mode, flags, optimize, crate::ast::parse);
        }
        super::compile(&bytes, is_text, &filename, &mode, flags, optimize)
    }

    /// Evaluate the given source in the context of globals and locals.
    #[pyfunction("(source, /, globals=None, locals=None)")]
    fn eval(source: Value, globals: Option<Value>, locals: Option<Value>) -> PyResult {
        let (globals, namespace) = namespaces("eval", globals, locals)?;
        if let Some(code) = source.exact::<Code>() {
            return run(code, globals, &namespace, "eval");
        }
        let bytes = source_bytes(source, "eval", "string, bytes or code object")?;
        let start = bytes.iter().position(|b| !matches!(b, b' ' | b'\t')).unwrap_or(bytes.len());
        let code = super::compile(
            &bytes[start..],
            source.as_str().is_some(),
            "<string>",
            "eval",
            inherited_flags(),
            -1,
        )?;
        match code.downcast::<Code>() {
            Some(c) => run(c, globals, &namespace, "eval"),
            None => raise!(SystemError, "the compiler made no code"),
        }
    }

    /// The closure for a code object with free variables.
    fn check_closure(code: P<Code>, closure: Value) -> PyResult<Option<P<Tuple>>> {
        let n = code.code.free_count();
        if closure.is_none() {
            if n > 0 {
                return raise!(TypeError, "code object requires a closure of exactly length {n}");
            }
            return Ok(None);
        }
        if n == 0 {
            return raise!(TypeError, "cannot use a closure with this code object");
        }
        let cells = closure
            .exact::<Tuple>()
            .filter(|t| t.len == n && t.items().iter().all(|c| c.exact::<PyCell>().is_some()));
        match cells {
            Some(t) => Ok(Some(t)),
            None => raise!(TypeError, "code object requires a closure of exactly length {n}"),
        }
    }

    /// Execute the given source in the context of globals and locals.
    #[pyfunction("(source, /, globals=None, locals=None, *, closure=None)")]
    fn exec(source: Value, globals: Option<Value>, locals: Option<Value>, closure: Value) -> PyResult<()> {
        let (globals, namespace) = namespaces("exec", globals, locals)?;
        let made: Ref;
        let code = match source.exact::<Code>() {
            Some(code) => {
                if let Some(cells) = check_closure(code, closure)? {
                    return run_with_closure(code, globals, &namespace, cells);
                }
                code
            }
            None => {
                if !closure.is_none() {
                    return raise!(TypeError, "closure can only be used when source is a code object");
                }
                let bytes = source_bytes(source, "exec", "string, bytes or code object")?;
                made = super::compile(
                    &bytes,
                    source.as_str().is_some(),
                    "<string>",
                    "exec",
                    inherited_flags(),
                    -1,
                )?;
                match made.downcast::<Code>() {
                    Some(c) => c,
                    None => return raise!(SystemError, "the compiler made no code"),
                }
            }
        };
        run(code, globals, &namespace, "exec").map(drop)
    }

    /// Run code with free variables: as a function when its locals are its own, which is what such code has.
    fn run_with_closure(code: P<Code>, globals: P<Dict>, namespace: &Ref, cells: P<Tuple>) -> PyResult<()> {
        if !code.code.flags.contains(CodeFlags::OPTIMIZED) {
            return raise!(ValueError, "exec() with a closure needs the code of a function");
        }
        let _ = namespace;
        let f: Own<_> = taipan_runtime::types::function::new(code.own_typed(), globals, runtime().builtins());
        f.closure.set(cells.own().into_raw());
        (hooks().call_function)(f.p(), taipan_runtime::slots::Args::EMPTY).map(drop)
    }
}
