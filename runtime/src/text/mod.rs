//! Text without objects: the algorithms behind `str`, `bytes`, numbers' text and formatting, over [`Chars`]
//! (a string's characters in their width) and plain Rust types. Nothing here runs Python or touches the heap;
//! results are ranges, `String`s or a [`StrBuilder`], which `StrBuilder::finish` (in `types/str`) makes a `str`.
//!
//! What others call:
//!
//! | want | call |
//! |---|---|
//! | `repr(float)` | [`float_repr::repr`]`(f64) -> String` |
//! | `'%e' '%f' '%g'` and C's `PyOS_double_to_string` | [`float_repr::format`]`(f64, code, precision, Flags) -> String` |
//! | `float(text)` | [`parse_float::parse`]`(Chars, Flavor) -> TextResult<f64>` |
//! | `int(text, base)` | [`parse_int::parse`]`(Chars, base, Flavor, max_digits) -> TextResult<ParsedInt>` |
//! | `str(int)` of a big one | [`parse_int::to_decimal`]`(&IBig, max_digits) -> TextResult<String>` |
//! | `int.__format__` | [`format_spec::format_int`]`(IntRef, spec, type_name, max_digits) -> TextResult<StrBuilder>` |
//! | `float.__format__` | [`format_spec::format_float`]`(f64, spec, type_name) -> TextResult<StrBuilder>` |
//! | `complex.__format__` | [`format_spec::format_complex`]`(re, im, spec, type_name) -> TextResult<StrBuilder>` |
//! | `str.__format__` | [`format_spec::format_str`]`(Chars, spec, type_name) -> TextResult<StrBuilder>` |
//! | `repr(str)`, `repr(bytes)` | [`escape::repr_str`]`(Chars) -> StrBuilder`, [`escape::repr_bytes`]`(&[u8]) -> String` |
//! | `_string.formatter_parser` | [`template::Template`], [`template::FieldName`] |
//! | character properties | [`props`]; case mapping: [`case`]; search: [`search`]; splitting and the like: [`split`] |
//!
//! A [`TextError`] turns into a raised exception with `?` in a function that returns `PyResult`.

pub mod bytes_ops;
pub mod case;
mod chars;
pub mod digits;
pub mod escape;
pub mod float_repr;
pub mod format_spec;
pub mod parse_float;
pub mod parse_int;
pub mod percent;
pub mod props;
pub mod search;
pub mod split;
mod tables;
pub mod template;
#[cfg(test)]
mod tests;

use crate::error::Exc;
use std::borrow::Cow;

pub use chars::{Chars, StrBuilder};
pub use split::Flavor;

/// What is to be raised: an exception's class and message. `?` raises it where `PyResult` is returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// The class.
    pub exc: Exc,
    /// The message, CPython's to the letter.
    pub message: Cow<'static, str>,
}

/// The result of a text algorithm.
pub type TextResult<T> = Result<T, TextError>;

impl TextError {
    /// A `ValueError`.
    pub fn value(message: impl Into<Cow<'static, str>>) -> TextError {
        TextError { exc: Exc::ValueError, message: message.into() }
    }
    /// A `TypeError`.
    pub fn type_error(message: impl Into<Cow<'static, str>>) -> TextError {
        TextError { exc: Exc::TypeError, message: message.into() }
    }
    /// A `MemoryError`.
    pub fn memory() -> TextError {
        TextError { exc: Exc::MemoryError, message: Cow::Borrowed("") }
    }
    /// An `OverflowError`.
    pub fn overflow(message: impl Into<Cow<'static, str>>) -> TextError {
        TextError { exc: Exc::OverflowError, message: message.into() }
    }
}

/// A code point for a message: itself, or U+FFFD for a surrogate.
pub(crate) fn shown(c: u32) -> char {
    char::from_u32(c).unwrap_or('\u{fffd}')
}

/// Read decimal digits (of any script) from `at`: their value and where they end. No digits give `None`; a
/// value beyond `i64::MAX` (CPython's `Py_ssize_t`) is an error.
pub(crate) fn decimal_at(chars: Chars<'_>, at: usize) -> TextResult<Option<(i64, usize)>> {
    let (mut value, mut i) = (0i64, at);
    while let Some(d) = chars.get(i).and_then(props::decimal_value) {
        let next = value.checked_mul(10).and_then(|v| v.checked_add(d.into()));
        value = next.ok_or_else(|| TextError::value("Too many decimal digits in format string"))?;
        i += 1;
    }
    Ok(if i == at { None } else { Some((value, i)) })
}
