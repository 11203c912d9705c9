//! Keeps the native stack safe: compilation runs on a stack of its own, and sources that are nested too deeply for
//! it are refused before the parser sees them.

use crate::error::{ErrorKind, Failure, Result};
use std::cell::Cell;

/// Sources up to this size cannot nest deeply enough to need a big stack.
const SMALL_SOURCE: usize = 256;
/// Size of the stack that compilation runs on. It is reserved, not used, until it is needed.
const STACK_SIZE: usize = 512 << 20;
/// Nesting of expressions and statements in the tree, on a stack of this size.
const MAX_DEPTH: u32 = 20_000;
/// Brackets (CPython's MAXLEVEL).
const MAX_BRACKETS: usize = 200;
/// Prefix operators in a row, and other ways to nest without brackets.
const MAX_RUN: usize = 6_000;

/// A tree from a source longer than this may be a chain that cannot be dropped without a great deal of stack.
pub(crate) const MAX_DROPPED_SOURCE: usize = 8 << 20;

/// Runs compilation with enough stack.
pub(crate) fn on_big_stack<T: Send>(size: usize, work: impl FnOnce() -> T + Send) -> T {
    if size <= SMALL_SOURCE {
        return work();
    }
    // A limited address space may not have a big stack; there is less nesting on a smaller one.
    let mut work = Some(work);
    for share in [1, 8, 32] {
        let done = std::thread::scope(|scope| {
            let work = &mut work;
            let run = move || {
                SHARE.set(share);
                work.take().map(|work| work())
            };
            let size = STACK_SIZE / share as usize;
            let builder = std::thread::Builder::new().name("compile".into()).stack_size(size);
            builder.spawn_scoped(scope, run).ok().map(|thread| match thread.join() {
                Ok(value) => value,
                Err(panic) => std::panic::resume_unwind(panic),
            })
        });
        if let Some(Some(value)) = done {
            return value;
        }
    }
    SHARE.set(64);
    let value = work.take().map(|work| work());
    SHARE.set(1);
    value.expect("work is done once")
}

thread_local! {
    /// The running compilation's stack is one of so many parts of [`STACK_SIZE`].
    static SHARE: Cell<u32> = const { Cell::new(1) };
}

/// Nesting of expressions and statements in the tree, on this stack.
pub(crate) fn max_depth() -> u32 {
    MAX_DEPTH / SHARE.get()
}

/// Refuses a source whose nesting could exhaust the stack. A cheap scan that knows strings and comments.
pub(crate) fn check_nesting(source: &str) -> Result<()> {
    let mut scan = Scan {
        bytes: source.as_bytes(),
        at: 0,
        brackets: 0,
        run: 0,
        chain: 0,
        most: MAX_RUN / SHARE.get() as usize,
    };
    scan.check()
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    brackets: usize,
    /// Prefix operators since the last operand.
    run: usize,
    /// Right-associative operators and keywords in this statement.
    chain: usize,
    /// How much of either there may be.
    most: usize,
}

impl Scan<'_> {
    fn check(&mut self) -> Result<()> {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'(' | b'[' | b'{' => {
                    self.brackets += 1;
                    self.run = 0;
                    if self.brackets > MAX_BRACKETS {
                        let at = ruff_text_size::TextRange::empty((self.at as u32).into());
                        return Err(Failure::new("too many nested parentheses", &at));
                    }
                }
                b')' | b']' | b'}' => self.brackets = self.brackets.saturating_sub(1),
                b'\'' | b'"' => {
                    self.string(byte);
                    continue;
                }
                b'#' => {
                    let rest = &self.bytes[self.at..];
                    self.at += rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
                    continue;
                }
                b'\n' if self.brackets == 0 => (self.run, self.chain) = (0, 0),
                b',' | b';' => (self.run, self.chain) = (0, 0),
                b'-' | b'+' | b'~' => self.run += 1,
                b'*' if self.bytes.get(self.at + 1) == Some(&b'*') => {
                    self.chain += 1;
                    self.at += 1;
                }
                b' ' | b'\t' | b'\n' | b'\r' | b'\\' | 0x0c => {}
                b if b.is_ascii_alphabetic() || b == b'_' || b >= 0x80 => {
                    self.word();
                    continue;
                }
                _ => self.run = 0,
            }
            if self.run > self.most || self.chain > self.most {
                let text = "Parser stack overflowed - Python source too complex to parse";
                return Err(Failure::of_kind(ErrorKind::Memory, text, None));
            }
            self.at += 1;
        }
        Ok(())
    }

    fn word(&mut self) {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|&b| !(b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80));
        let length = length.unwrap_or(rest.len());
        match &rest[..length] {
            b"not" | b"await" | b"yield" => self.run += 1,
            b"if" | b"else" | b"for" | b"lambda" => self.chain += 1,
            _ => self.run = 0,
        }
        self.at += length;
    }

    fn string(&mut self, quote: u8) {
        self.run = 0;
        let triple = self.bytes[self.at..].starts_with(&[quote; 3]);
        self.at += if triple { 3 } else { 1 };
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte == b'\\' {
                self.at += 2;
                continue;
            }
            if byte == quote && !triple {
                self.at += 1;
                return;
            }
            if triple && self.bytes[self.at..].starts_with(&[quote; 3]) {
                self.at += 3;
                return;
            }
            if byte == b'\n' && !triple {
                return;
            }
            self.at += 1;
        }
    }
}
