//! `memoryview`: a window on the memory of another object, see [`crate::buffer`].

mod cast;
pub mod element;
mod iter;
mod layout;
mod methods;
mod subscript;

pub use iter::MemoryIter;
pub use layout::{MemoryView, from_buffer, from_flags, new};

use crate::object::P;
use crate::types::type_object::{TypeObject, flags};

/// Sets the layout, slots and methods of `memoryview`.
pub fn install(class: P<TypeObject>) {
    class.set_layout::<MemoryView>();
    class.weakref_offset.set(std::mem::offset_of!(MemoryView, weakrefs) as u32);
    class.flags.set(class.flags.get() | flags::HAS_WEAKREF);
    MemoryView::install_methods(class);
    MemoryView::install_subscript(class);
}

/// Sets the layout and slots of the iterator of `memoryview`.
pub fn install_iter(class: P<TypeObject>) {
    class.set_layout::<MemoryIter>();
    MemoryIter::install(class);
}
