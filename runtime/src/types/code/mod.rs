//! `code`: a compiled body, with its executable form once it has run.

mod compare;
mod layout;
mod make;
mod methods;
pub use layout::{Code, new};
pub use make::const_from;

use crate::object::{Kind, P};
use crate::types::type_object::{TypeObject, flags};

/// Fill in the class `code`; `false` if it is another one.
pub fn configure(kind: Kind, class: P<TypeObject>) -> bool {
    if kind == Kind::Code {
        class.set_layout::<Code>();
        class.weakref_offset.set(std::mem::offset_of!(Code, weakrefs) as u32);
        class.flags.set(class.flags.get() | flags::HAS_WEAKREF);
        Code::install(class);
    }
    kind == Kind::Code
}
