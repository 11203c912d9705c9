//! What goes wrong between source and bytecode.

use ruff_text_size::{Ranged, TextRange};

/// Which exception a [`SyntaxError`] becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `SyntaxError`.
    Syntax,
    /// `IndentationError`.
    Indentation,
    /// `TabError`.
    Tab,
    /// The parser's own limit of nesting: `MemoryError`, as CPython's parser.
    Memory,
    /// The compiler's limit of nesting: `RecursionError`.
    Recursion,
    /// The source ends where more is to come: `_IncompleteInputError`.
    Incomplete,
    /// A text that cannot be compiled at all (null bytes passed to `compile`): `SyntaxError` in 3.12 and later.
    Value,
}

/// A source that does not compile. Lines count from 1; columns from 1 in *characters*, as the attributes of Python's
/// SyntaxError; 0 where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Which exception.
    pub kind: ErrorKind,
    /// The message, CPython's word for word where it has one.
    pub msg: String,
    /// `filename`.
    pub filename: String,
    /// `lineno`.
    pub line: u32,
    /// `offset`.
    pub col: u32,
    /// `end_lineno`.
    pub end_line: u32,
    /// `end_offset`.
    pub end_col: u32,
    /// `text`: the line, with its line end.
    pub text: Option<String>,
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}, line {})", self.msg, self.filename, self.line)
    }
}

impl std::error::Error for SyntaxError {}

/// The same inside the compiler, where positions are offsets.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub kind: ErrorKind,
    pub msg: String,
    pub range: Option<TextRange>,
    pub end: End,
}

/// What is reported as the end of an error's place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum End {
    /// The end of its range.
    #[default]
    Range,
    /// One column after its start: a line end, which has no text.
    OneColumn,
    /// Nothing.
    Unknown,
}

impl Failure {
    pub fn new(msg: impl Into<String>, at: &impl Ranged) -> Box<Self> {
        Box::new(Self { kind: ErrorKind::Syntax, msg: msg.into(), range: Some(at.range()), end: End::Range })
    }

    pub fn of_kind(kind: ErrorKind, msg: impl Into<String>, range: Option<TextRange>) -> Box<Self> {
        Box::new(Self { kind, msg: msg.into(), range, end: End::Range })
    }

    pub fn with_end(mut self: Box<Self>, end: End) -> Box<Self> {
        self.end = end;
        self
    }

    pub fn recursion() -> Box<Self> {
        Self::of_kind(ErrorKind::Recursion, "maximum recursion depth exceeded during compilation", None)
    }
}

/// Boxed: an error is rare and results are passed by every function.
pub(crate) type Result<T> = std::result::Result<T, Box<Failure>>;
