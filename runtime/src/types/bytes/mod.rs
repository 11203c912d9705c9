//! `bytes`.

use crate::error::PyResult;
use crate::object::{Header, Kind, Own, Ref, alloc};
use crate::object_layout;
use crate::runtime::types;
use crate::value::Value;
use std::cell::Cell;

/// A bytes object.
#[repr(C)]
pub struct Bytes {
    /// The header.
    pub head: Header,
    /// The cached hash, 0 if not computed.
    pub hash: Cell<i64>,
    data: Box<[u8]>,
}
object_layout!(Bytes, Kind::Bytes, leaf);

impl Bytes {
    /// The bytes.
    #[inline(always)]
    pub fn bytes(&self) -> &[u8] {
        &self.data
    }
    /// The bytes.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        &self.data
    }
}

/// A bytes object with a copy of `data`.
pub fn new(data: &[u8]) -> Own<Bytes> {
    alloc(Bytes { head: Header::new(types().bytes), hash: Cell::new(0), data: data.into() })
}

/// A copy of the contents of a bytes-like object, `None` for other values.
pub fn buffer(v: Value) -> Option<PyResult<Vec<u8>>> {
    v.downcast::<Bytes>().map(|b| Ok(b.as_slice().to_vec()))
}

/// A bytes object with the contents of a bytes-like object.
pub fn from_buffer(v: Value) -> PyResult<Ref> {
    match buffer(v) {
        Some(data) => Ok(new(&data?).erase()),
        None => crate::raise!(TypeError, "a bytes-like object is required, not '{}'", v.class().name()),
    }
}
