//! `str`: PEP 393, 1, 2 or 4 bytes a character, with O(1) indexing; lone surrogates allowed.
//!
//! `layout.rs` has the object and the constructors (the only `unsafe` here); the methods are in files by topic,
//! thin over the algorithms of [`crate::text`].

mod construct;
pub mod format;
mod iter;
#[allow(unsafe_code, reason = "characters behind the struct")]
mod layout;
mod methods;
mod operators;
pub mod percent;
pub(crate) mod splitting;
mod translate;

pub use crate::text::{Chars, StrBuilder};
pub use iter::StrIter;
pub use layout::{
    Pieces, Str, char_str, concat, concat_with_room, copy_in, empty, from_chars, from_slice, from_wtf8,
    intern, interned, latin1, map_ascii, new, ucs2, ucs4,
};
pub(crate) use operators::join_values;
pub use operators::{add, append, contains, join, repeat, slice_of};

use crate::error::PyResult;
use crate::object::{Own, P, Ref};
use crate::text::format_spec;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use std::ops::Range;

/// Sets the layout, slots and methods of `str`.
pub fn install(class: P<TypeObject>) {
    class.set_layout::<Str>();
    construct::install(class);
    Str::install_operators(class);
    Str::install_methods(class);
    Str::install_splitting(class);
    Str::install_translate(class);
    Str::install_format(class);
}

/// Sets the layout and slots of the iterator of `str`.
pub fn install_iter(class: P<TypeObject>) {
    class.set_layout::<StrIter>();
    StrIter::install(class);
}

/// The string itself if it is exactly a `str`, else a copy that is.
pub fn exactly_str(s: P<Str>) -> Own<Str> {
    if s.value().exact::<Str>().is_some() { s.own_typed() } else { from_slice(s.chars()) }
}

/// Characters of `s`: the string itself where that is all of them.
pub(crate) fn part(s: P<Str>, range: Range<usize>) -> Own<Str> {
    if range.len() == s.len() {
        return exactly_str(s);
    }
    if let Some(text) = s.as_ascii() {
        return layout::ascii(&text.as_bytes()[range]);
    }
    from_slice(s.chars().slice(range))
}

/// `str.__format__`
pub fn format_with(s: P<Str>, spec: P<Str>) -> PyResult {
    if spec.is_empty() {
        // A subclass may have a `__str__` of its own.
        return crate::protocol::repr::str(s.value()).map(Ref::from);
    }
    let class = s.head.class.get();
    Ok(class.with_name(|name| format_spec::format_str(s.chars(), spec.chars(), name))?.into())
}

/// The argument as a `str`, or the `TypeError` "must be str, not int" with what comes before.
pub(crate) fn expect_str(v: Value, before: impl std::fmt::Display) -> PyResult<P<Str>> {
    match v.as_str() {
        Some(s) => Ok(s),
        None => crate::raise!(TypeError, "{before}must be str, not {}", v.class().name()),
    }
}

impl From<StrBuilder> for Ref {
    fn from(b: StrBuilder) -> Ref {
        b.finish().erase()
    }
}
impl crate::native::IntoRef for StrBuilder {
    fn into_ref(self) -> Ref {
        self.finish().erase()
    }
    fn try_into_ref(self) -> PyResult {
        Ok(self.try_finish()?.erase())
    }
}
