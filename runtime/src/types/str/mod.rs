//! `str`: PEP 393, 1, 2 or 4 bytes a character, with O(1) indexing; lone surrogates allowed.
//!
//! `layout.rs` has the object and the constructors; the methods are in files by topic.

mod layout;
pub use crate::text::{Chars, StrBuilder};
pub use layout::{
    Str, char_str, concat, concat_with_room, empty, from_chars, from_wtf8, intern, interned, latin1, new,
    ucs2, ucs4,
};
