//! What `interp` registers with each runtime: running functions, resuming generators, compiling source.

use std::borrow::Cow;
use std::sync::Arc;
use taipan_bytecode::syntax::{Token, Tree};
use taipan_compiler::{CompileFlags, Compiled, ErrorKind, Mode, NoCode, SyntaxError, TreeError, Warning};
use taipan_runtime::codecs;
use taipan_runtime::error::{Exc, PyResult, Raised, raise_exception, raise_message};
use taipan_runtime::eval_hook::{CompileRequest, Hooks, IGNORE_COOKIE};
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::call;
use taipan_runtime::runtime::exception_class;
use taipan_runtime::slots::Args;
use taipan_runtime::types;
use taipan_runtime::value::NONE;

/// The hooks of a runtime whose Python code this crate runs.
pub fn hooks() -> Hooks {
    Hooks {
        call_function: crate::eval::call_function,
        exec_code: crate::eval::exec_code,
        run_body: crate::eval::run_code,
        resume: crate::generators::resume,
        compile,
        compile_tree,
        parse,
        tokenize,
        signals: Some(taipan_stdlib::signal::handle_pending),
    }
}

const FUTURES: u32 = 0x1ff_0000;
const DONT_IMPLY_DEDENT: u32 = 0x0200;
const ALLOW_INCOMPLETE: u32 = 0x4000;
const TOP_LEVEL_AWAIT: u32 = 0x2000;

fn flags(request: &CompileRequest<'_>) -> CompileFlags {
    CompileFlags {
        optimize: u8::try_from(request.optimize).unwrap_or(0),
        future: request.flags & FUTURES,
        allow_incomplete: request.flags & ALLOW_INCOMPLETE != 0,
        dont_imply_dedent: request.flags & DONT_IMPLY_DEDENT != 0,
        allow_top_level_await: request.flags & TOP_LEVEL_AWAIT != 0,
    }
}

fn compile_tree(tree: &Tree, request: &CompileRequest<'_>) -> PyResult<Arc<taipan_bytecode::Code>> {
    let mode = mode(request)?;
    match taipan_compiler::compile_tree(tree, request.filename, mode, flags(request)) {
        Ok(Compiled { code, warnings }) => {
            warnings.iter().try_for_each(warn)?;
            Ok(code)
        }
        Err(NoCode::Syntax(e)) => raise_syntax_error(&e),
        Err(NoCode::Tree(TreeError::Value(message))) => raise_message(Exc::ValueError, &message),
        Err(NoCode::Tree(TreeError::Type(message))) => raise_message(Exc::TypeError, &message),
    }
}

fn compile(request: &CompileRequest<'_>) -> PyResult<Arc<taipan_bytecode::Code>> {
    let (mode, flags) = (mode(request)?, flags(request));
    let compiled = match text(request)? {
        Some(text) => taipan_compiler::compile(&text, request.filename, mode, flags),
        None => taipan_compiler::compile_bytes(request.source, request.filename, mode, flags),
    };
    match compiled {
        Ok(Compiled { code, warnings }) => {
            warnings.iter().try_for_each(warn)?;
            Ok(code)
        }
        Err(e) => raise_syntax_error(&e),
    }
}

fn mode(request: &CompileRequest<'_>) -> PyResult<Mode> {
    match request.mode {
        "exec" => Ok(Mode::Exec),
        "eval" => Ok(Mode::Eval),
        "single" => Ok(Mode::Single),
        _ => raise_message(Exc::ValueError, "compile() mode must be 'exec', 'eval' or 'single'"),
    }
}

fn parse(request: &CompileRequest<'_>) -> PyResult<Tree> {
    let mode = mode(request)?;
    let tree = match text(request)? {
        Some(text) => taipan_compiler::parse(&text, request.filename, mode),
        None => taipan_compiler::parse_bytes(request.source, request.filename, mode),
    };
    tree.or_else(|e| raise_syntax_error(&e))
}

/// The source as text, if it is text already, or if its cookie names an encoding that the compiler does not know.
fn text<'a>(request: &CompileRequest<'a>) -> PyResult<Option<Cow<'a, str>>> {
    if request.flags & IGNORE_COOKIE != 0 {
        return Ok(Some(String::from_utf8_lossy(request.source)));
    }
    let Some(name) = taipan_compiler::foreign_encoding(request.source) else { return Ok(None) };
    let file = request.filename;
    if codecs::registry::lookup(&name).is_err() {
        drop(taipan_runtime::error::take());
        return undecodable(file, format!("unknown encoding: {name}"));
    }
    match codecs::decode_bytes(request.source, None, Some(&name), None) {
        Ok(text) => Ok(Some(Cow::Owned(text.to_lossy().to_string()))),
        Err(Raised) => {
            let e = taipan_runtime::error::take();
            let reason = taipan_runtime::protocol::repr::str(*e)?.to_lossy().to_string();
            undecodable(file, reason)
        }
    }
}

fn undecodable<T>(filename: &str, msg: String) -> PyResult<T> {
    raise_syntax_error(&SyntaxError {
        kind: ErrorKind::Syntax,
        msg,
        filename: filename.to_owned(),
        line: 0,
        col: 0,
        end_line: 0,
        end_col: 0,
        text: None,
    })
}

/// Give a `SyntaxWarning`. Where that is an error, it is a `SyntaxError` with its place.
fn warn(w: &Warning) -> PyResult<()> {
    let category = exception_class(Exc::SyntaxWarning);
    let function = taipan_stdlib::startup::import_from("warnings", "warn_explicit")?;
    let (message, file, line) = (
        Ref::from(w.message.as_str()),
        Ref::from(w.error.filename.as_str()),
        types::int::new(w.error.line.into()),
    );
    let args = [*message, category.value(), *file, *line];
    let Err(Raised) = call::call(*function, Args::positional(&args)) else { return Ok(()) };
    let e = taipan_runtime::error::take();
    if e.is_instance_of(category) { raise_syntax_error(&w.error) } else { raise_exception(e) }
}

fn tokenize(text: &str, extra: bool) -> (Vec<Token>, Option<Ref>) {
    let (tokens, error) = taipan_compiler::tokenize(text, "<string>", extra);
    let exception = error.map(|e| syntax_error(&e).unwrap_or_else(|_| taipan_runtime::error::take()));
    (tokens, exception)
}

/// Raise the exception for source that does not compile.
pub fn raise_syntax_error<T>(e: &SyntaxError) -> PyResult<T> {
    raise_exception(syntax_error(e)?)
}

/// The exception for source that does not compile.
fn syntax_error(e: &SyntaxError) -> PyResult {
    let exc = match e.kind {
        ErrorKind::Syntax | ErrorKind::Value => Exc::SyntaxError,
        ErrorKind::Incomplete => Exc::IncompleteInputError,
        ErrorKind::Indentation => Exc::IndentationError,
        ErrorKind::Tab => Exc::TabError,
        ErrorKind::Memory => return raise_message(Exc::MemoryError, &e.msg),
        ErrorKind::Recursion => return raise_message(Exc::RecursionError, &e.msg),
    };
    let number = |n: u32| types::int::new(n.into());
    let text = e.text.as_deref().map_or_else(|| Ref::from_raw(NONE), Ref::from);
    let details = types::tuple::from_refs(vec![
        Ref::from(e.filename.as_str()),
        number(e.line),
        number(e.col),
        text,
        number(e.end_line),
        number(e.end_col),
    ]);
    let message = Ref::from(e.msg.as_str());
    let args = [message.value(), details.p().value()];
    call::call(exception_class(exc).value(), Args::positional(&args))
}
