//! Python 3.14 source to bytecode: parsing (ruff), symbol table, code generation, assembly.
//!
//! [`compile`] and [`compile_bytes`] are the entries; what they return is pure data
//! ([`taipan_bytecode::Code`]) or a [`SyntaxError`] with CPython's message.

mod assemble;
mod compile;
mod error;
mod fold;
mod from_tree;
mod future;
mod guard;
mod incomplete;
mod literal;
mod messages;
mod parse;
mod source;
mod symtable;
mod tokens;
mod tree;
mod unparse;
mod warnings;

use std::sync::Arc;

use taipan_bytecode::{Code, CodeFlags};

use error::{End, Failure, Result};
pub use error::{ErrorKind, SyntaxError};
pub use from_tree::TreeError;
use source::LineIndex;

/// `compile()`'s mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// "exec": a module.
    Exec,
    /// "eval": an expression.
    Eval,
    /// "single": one interactive statement; expression statements print.
    Single,
}

/// `compile()`'s flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CompileFlags {
    /// `-O` is 1, `-OO` 2.
    pub optimize: u8,
    /// `CO_FUTURE_*` bits inherited from the code that calls `compile`; those of the source itself are added.
    pub future: u32,
    /// PyCF_ALLOW_INCOMPLETE_INPUT: a source that is only the beginning of one is [`ErrorKind::Incomplete`].
    pub allow_incomplete: bool,
    /// PyCF_DONT_IMPLY_DEDENT: an interactive compound statement ends with an empty line.
    pub dont_imply_dedent: bool,
    /// PyCF_ALLOW_TOP_LEVEL_AWAIT.
    pub allow_top_level_await: bool,
}

impl CompileFlags {
    pub(crate) fn future_annotations(self) -> bool {
        self.code_flags().contains(CodeFlags::FUTURE_ANNOTATIONS)
    }

    pub(crate) fn code_flags(self) -> CodeFlags {
        CodeFlags(self.future)
    }
}

/// What a source is compiled to.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The code.
    pub code: Arc<Code>,
    /// `SyntaxWarning`s.
    pub warnings: Vec<Warning>,
}

/// A `SyntaxWarning`.
#[derive(Clone, Debug)]
pub struct Warning {
    /// The message.
    pub message: String,
    /// The error that it is where warnings are errors.
    pub error: SyntaxError,
}

/// Gives warnings their places.
fn given(found: Vec<warnings::Found>, error: impl Fn(Failure) -> SyntaxError) -> Vec<Warning> {
    let warning = |w: warnings::Found| {
        let error = error(*Failure::new(w.as_error.as_ref().unwrap_or(&w.message), &w.range));
        Warning { message: w.message, error }
    };
    found.into_iter().map(warning).collect()
}

/// Compiles text.
pub fn compile(
    source: &str,
    filename: &str,
    mode: Mode,
    flags: CompileFlags,
) -> std::result::Result<Compiled, Box<SyntaxError>> {
    guard::on_big_stack(source.len(), || {
        let lines = LineIndex::new(source);
        let mut found = Vec::new();
        match compile_text(source, &lines, filename, (mode, flags), &mut found) {
            Ok(code) => {
                let error = |failure: Failure| *locate(failure, source, &lines, filename);
                Ok(Compiled { code, warnings: given(found, error) })
            }
            Err(mut failure) => {
                if flags.allow_incomplete && incomplete::is_incomplete(source, mode, &failure) {
                    (failure.kind, failure.msg) = (ErrorKind::Incomplete, "incomplete input".to_owned());
                }
                Err(locate(*failure, source, &lines, filename))
            }
        }
    })
}

/// Compiles bytes: a byte order mark and a coding cookie (utf-8, latin-1, ascii) are obeyed.
pub fn compile_bytes(
    bytes: &[u8],
    filename: &str,
    mode: Mode,
    flags: CompileFlags,
) -> std::result::Result<Compiled, Box<SyntaxError>> {
    match source::decode(bytes, filename) {
        Ok(text) => compile(&text, filename, mode, flags),
        Err(failure) => Err(undecodable(*failure, bytes, filename)),
    }
}

/// Why a tree does not compile.
#[derive(Clone, Debug)]
pub enum NoCode {
    /// It is no tree of a program.
    Tree(TreeError),
    /// It is, and an error.
    Syntax(Box<SyntaxError>),
}

/// Compiles a tree of `ast`'s nodes.
pub fn compile_tree(
    tree: &taipan_bytecode::syntax::Tree,
    filename: &str,
    mode: Mode,
    flags: CompileFlags,
) -> std::result::Result<Compiled, NoCode> {
    // As much stack as a source needs that is as deep as one that long can be.
    guard::on_big_stack(guard::MAX_DROPPED_SOURCE, || {
        let (module, source) = from_tree::module(tree, mode).map_err(NoCode::Tree)?;
        let lines = LineIndex::new(&source);
        let error = |failure: Failure| {
            let mut error = locate(failure, &source, &lines, filename);
            error.text = None;
            error
        };
        match compile_module(&source, &lines, filename, (mode, flags), &module) {
            Ok(code) => {
                let found = warnings::of_tree(&module);
                Ok(Compiled { code, warnings: given(found, |failure| *error(failure)) })
            }
            Err(failure) => Err(NoCode::Syntax(error(*failure))),
        }
    })
}

/// The syntax tree of source bytes, as `ast` shows it.
pub fn parse_bytes(
    bytes: &[u8],
    filename: &str,
    mode: Mode,
) -> std::result::Result<taipan_bytecode::syntax::Tree, Box<SyntaxError>> {
    parse(&decode_source(bytes, filename)?, filename, mode)
}

/// The syntax tree of a text.
pub fn parse(
    text: &str,
    filename: &str,
    mode: Mode,
) -> std::result::Result<taipan_bytecode::syntax::Tree, Box<SyntaxError>> {
    guard::on_big_stack(text.len(), || {
        let lines = LineIndex::new(text);
        parse_text(text, &lines, mode).map_err(|failure| locate(*failure, text, &lines, filename))
    })
}

/// The encoding that a coding cookie names, if it is none that [`compile_bytes`] decodes: whoever knows it decodes
/// the source, and compiles the text.
pub fn foreign_encoding(bytes: &[u8]) -> Option<String> {
    source::foreign_encoding(bytes)
}

fn parse_text(source: &str, lines: &LineIndex, mode: Mode) -> Result<taipan_bytecode::syntax::Tree> {
    if source.contains('\0') {
        return Err(Failure::of_kind(ErrorKind::Syntax, "source code cannot contain null bytes", None));
    }
    guard::check_nesting(source)?;
    let parsed = parse::parse(source, mode);
    messages::check(source, lines, mode, &parsed)?;
    tree::tree(source, lines, parsed.syntax(), mode == Mode::Single)
}

/// The tokens of a text, as `tokenize` shows them: with `extra`, comments and blank lines too, and every operator is
/// an `OP`.
pub fn tokenize(
    source: &str,
    filename: &str,
    extra: bool,
) -> (Vec<taipan_bytecode::syntax::Token>, Option<Box<SyntaxError>>) {
    let lines = LineIndex::new(source);
    let (tokens, failure) = tokens::tokens(source, &lines, extra);
    (tokens, failure.map(|failure| locate(*failure, source, &lines, filename)))
}

/// The text of source bytes, decoded as [`compile_bytes`] does (for tracebacks and `tokenize`).
pub fn decode_source(bytes: &[u8], filename: &str) -> std::result::Result<String, Box<SyntaxError>> {
    source::decode(bytes, filename).map_err(|failure| undecodable(*failure, bytes, filename))
}

/// The error of a source that cannot be decoded.
fn undecodable(failure: Failure, bytes: &[u8], filename: &str) -> Box<SyntaxError> {
    let text = String::from_utf8_lossy(bytes);
    let mut error = locate(failure, &text, &LineIndex::new(&text), filename);
    if error.line == 2 {
        // See `source::decode_utf8`.
        (error.line, error.end_line) = (1, 1);
    }
    error
}

fn compile_text(
    source: &str,
    lines: &LineIndex,
    filename: &str,
    (mode, flags): (Mode, CompileFlags),
    found: &mut Vec<warnings::Found>,
) -> Result<Arc<Code>> {
    if source.contains('\0') {
        return Err(Failure::of_kind(ErrorKind::Syntax, "source code cannot contain null bytes", None));
    }
    guard::check_nesting(source)?;
    let parsed = parse::parse(source, mode);
    let result = compile_parsed(source, lines, filename, (mode, flags), &parsed);
    if result.is_ok() {
        *found = warnings::find(source, &parsed);
    }
    if source.len() > guard::MAX_DROPPED_SOURCE {
        // Dropping recurses along chains of operators; the memory is the lesser evil.
        std::mem::forget(parsed);
    }
    result
}

fn compile_parsed(
    source: &str,
    lines: &LineIndex,
    filename: &str,
    how: (Mode, CompileFlags),
    parsed: &ruff_python_parser::Parsed<ruff_python_ast::Mod>,
) -> Result<Arc<Code>> {
    messages::check(source, lines, how.0, parsed)?;
    if how.0 == Mode::Single && how.1.dont_imply_dedent {
        incomplete::check_end(source, parsed.syntax())?;
    }
    compile_module(source, lines, filename, how, parsed.syntax())
}

fn compile_module(
    source: &str,
    lines: &LineIndex,
    filename: &str,
    (mode, mut flags): (Mode, CompileFlags),
    module: &ruff_python_ast::Mod,
) -> Result<Arc<Code>> {
    flags.future |= future::features(module)?.0;
    let table =
        symtable::build(module, flags.future_annotations(), flags.allow_top_level_await, guard::max_depth())?;
    let code = compile::Compiler::new(source, lines, filename, &table, flags, mode).module(module)?;
    check_frames(&code)?;
    Ok(code)
}

/// Refuses functions with more locals and stack places than a frame can have.
fn check_frames(code: &Code) -> Result<()> {
    if !taipan_bytecode::verify::fits(code) {
        let text = format!("too many local variables in '{}'", code.qualname);
        return Err(Failure::of_kind(ErrorKind::Syntax, text, None));
    }
    for constant in &code.consts {
        if let taipan_bytecode::Const::Code(inner) = constant {
            check_frames(inner)?;
        }
    }
    Ok(())
}

/// Gives an error its place in lines and characters.
fn locate(failure: Failure, source: &str, lines: &LineIndex, filename: &str) -> Box<SyntaxError> {
    let mut error = SyntaxError {
        kind: failure.kind,
        msg: failure.msg,
        filename: filename.to_owned(),
        line: 0,
        col: 0,
        end_line: 0,
        end_col: 0,
        text: None,
    };
    if let Some(range) = failure.range {
        let characters = |offset: u32| {
            let (line, col) = lines.line_col(offset);
            let start = (offset - col) as usize;
            let text = source.get(start..offset as usize).unwrap_or_default();
            (line, text.chars().count() as u32 + 1)
        };
        (error.line, error.col) = characters(range.start().to_u32());
        (error.end_line, error.end_col) = match failure.end {
            End::Range => characters(range.end().to_u32()),
            End::OneColumn => (error.line, error.col + 1),
            End::Unknown => (error.line, 0),
        };
        error.text = lines.text(source, error.line).map(str::to_owned);
    }
    Box::new(error)
}
