//! `bytes`. What it shares with `bytearray` is in `shared.rs` (the macro that declares the methods) and
//! `generic.rs` (what they do); the algorithms are those of [`crate::text`].

mod construct;
pub mod generic;
mod iter;
#[allow(unsafe_code, reason = "bytes behind the struct")]
mod layout;
mod methods;
pub mod percent;
pub(crate) mod shared;

pub use construct::{Source, collect, convert, from_argument};
pub use iter::BytesIter;
pub(crate) use iter::reduce as iterator_reduce;
pub use layout::{Bytes, from_pieces, new, new_in};

use crate::buffer::Buffer;
use crate::error::PyResult;
use crate::object::{P, Ref};
use crate::types::type_object::TypeObject;
use crate::value::Value;

/// Sets the layout, slots and methods of `bytes`.
pub fn install(class: P<TypeObject>) {
    class.set_layout::<Bytes>();
    construct::install(class);
    Bytes::install_methods(class);
    methods::install_shared(class);
}

/// Sets the layout and slots of the iterator of `bytes`.
pub fn install_iter(class: P<TypeObject>) {
    class.set_layout::<BytesIter>();
    BytesIter::install(class);
}

/// A copy of the contents of a bytes-like object, `None` for other values.
pub fn buffer(v: Value) -> Option<PyResult<Vec<u8>>> {
    if let Some(b) = v.downcast::<Bytes>() {
        return Some(Ok(b.as_slice().to_vec()));
    }
    Buffer::get(v).map(|b| b.map(|b| b.to_vec())).transpose()
}

/// A bytes object with the contents of a bytes-like object.
pub fn from_buffer(v: Value) -> PyResult<Ref> {
    Ok(new(&Buffer::require(v)?.to_vec()).erase())
}
