//! What the semantics see of `array.array`, whose type the native module defines.

use crate::byte_vec::ByteVec;
use crate::object::{Header, Kind};
use crate::object_layout;
use std::cell::Cell;

/// How each array starts.
#[repr(C)]
pub struct ArrayHead {
    /// The header.
    pub head: Header,
    /// The items.
    pub data: ByteVec,
    /// The letter that names their type.
    pub letter: Cell<u8>,
}
object_layout!(ArrayHead, Kind::Array, leaf);
