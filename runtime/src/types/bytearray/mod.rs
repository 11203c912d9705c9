//! `bytearray`. Most methods are those of `bytes` (see `types/bytes/shared.rs`).

mod iter;
#[allow(unsafe_code, reason = "shows its memory to buffers")]
mod layout;
mod methods;
mod mutation;

pub use iter::ByteArrayIter;
pub use layout::{ByteArray, new};

use crate::object::P;
use crate::protocol::compare;
use crate::types::type_object::TypeObject;

/// Sets the layout, slots and methods of `bytearray`.
pub fn install(class: P<TypeObject>) {
    class.set_layout::<ByteArray>();
    class.slots.hash.set(Some(compare::hash_not_implemented));
    ByteArray::install_methods(class);
    ByteArray::install_mutation(class);
    methods::install_shared(class);
}

/// Sets the layout and slots of the iterator of `bytearray`.
pub fn install_iter(class: P<TypeObject>) {
    class.set_layout::<ByteArrayIter>();
    ByteArrayIter::install(class);
}
