//! What is searched: a str, or the bytes of a bytes-like object.

use taipan_runtime::buffer::Buffer;
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Own, Ref};
use taipan_runtime::raise;
use taipan_runtime::types::bytes::{self, Bytes};
use taipan_runtime::types::str::{self, Chars, Str};
use taipan_runtime::value::Value;

/// A subject, kept alive.
pub enum Subject {
    /// A str.
    Text(Own<Str>),
    /// A bytes object.
    Bytes(Own<Bytes>),
    /// A copy of another object's bytes, which must stay as long as they are now.
    Copied { bytes: Vec<u8>, _held: Buffer },
}

/// Run an expression with the subject's characters as a slice of their width.
macro_rules! with_text {
    ($subject:expr, $text:ident => $e:expr) => {
        match $subject {
            $crate::sre::subject::Subject::Text(s) => match s.chars() {
                ::taipan_runtime::types::str::Chars::Latin1($text) => $e,
                ::taipan_runtime::types::str::Chars::Ucs2($text) => $e,
                ::taipan_runtime::types::str::Chars::Ucs4($text) => $e,
            },
            $crate::sre::subject::Subject::Bytes(b) => {
                let $text = b.as_slice();
                $e
            }
            $crate::sre::subject::Subject::Copied { bytes: b, .. } => {
                let $text: &[u8] = b;
                $e
            }
        }
    };
}
pub(super) use with_text;

impl Subject {
    /// Of a str or bytes-like object.
    pub fn of(v: Value) -> PyResult<Subject> {
        if let Some(s) = v.as_str() {
            return Ok(Subject::Text(s.own_typed()));
        }
        if let Some(b) = v.downcast::<Bytes>() {
            return Ok(Subject::Bytes(b.own_typed()));
        }
        match Buffer::get(v)? {
            Some(b) => Ok(Subject::Copied { bytes: b.to_vec(), _held: b }),
            None => raise!(TypeError, "expected string or bytes-like object, got '{}'", v.class().name()),
        }
    }
    /// A part of a str or bytes-like object.
    pub fn part(v: Value, from: usize, to: usize) -> PyResult {
        if v.as_str().is_none()
            && v.downcast::<Bytes>().is_none()
            && let Some(buffer) = Buffer::get(v)?
            && let Some(all) = buffer.bytes()
        {
            let to = to.min(all.len());
            return Ok(bytes::new(&all[from.min(to)..to]).erase());
        }
        Ok(Subject::of(v)?.slice(from, to))
    }
    /// Is it a str?
    pub fn is_text(&self) -> bool {
        matches!(self, Subject::Text(_))
    }
    /// Number of characters.
    pub fn len(&self) -> usize {
        match self {
            Subject::Text(s) => s.len(),
            Subject::Bytes(b) => b.as_slice().len(),
            Subject::Copied { bytes: b, .. } => b.len(),
        }
    }
    /// A part as an object of its own.
    pub fn slice(&self, from: usize, to: usize) -> Ref {
        let to = to.min(self.len());
        let from = from.min(to);
        match self {
            Subject::Text(s) => {
                if from == 0 && to == s.len() && s.p().value().exact::<Str>().is_some() {
                    return s.clone().erase();
                }
                match s.chars() {
                    Chars::Latin1(c) => str::latin1(&c[from..to]),
                    Chars::Ucs2(c) => str::ucs2(&c[from..to]),
                    Chars::Ucs4(c) => str::ucs4(&c[from..to]),
                }
                .erase()
            }
            Subject::Bytes(b) => bytes::new(&b.as_slice()[from..to]).erase(),
            Subject::Copied { bytes: b, .. } => bytes::new(&b[from..to]).erase(),
        }
    }
    /// An empty object of the subject's kind.
    pub fn empty(&self) -> Ref {
        if self.is_text() { str::empty().erase() } else { bytes::new(&[]).erase() }
    }
}
