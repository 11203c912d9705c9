//! Descriptors: what makes functions, methods, properties and slots attributes of classes.

mod bound_method;
mod getset;
mod member;
mod native_function;
mod property;
mod slot_wrapper;
mod super_;
mod wrappers;

pub use bound_method::BoundMethod;
pub use getset::{GetSet, GetSetDef};
pub use member::Member;
pub use native_function::{
    ClassMethodDescriptor, MethodDescriptor, NativeFunction, doc_value, function_repr,
};
pub use property::Property;
pub use slot_wrapper::{MethodWrapper, SlotWrapper, attribute_name, new_wrapper};
pub use super_::{Super, super_lookup};
pub use wrappers::{ClassMethod, StaticMethod};

use crate::object::{Kind, P};
use crate::types::type_object::{TypeObject, flags};
use std::mem::offset_of;

/// Layout, flags and methods of the descriptor types; `false` if the kind is none of them.
pub fn configure(kind: Kind, class: P<TypeObject>) -> bool {
    let set = |f: u32| class.flags.set(class.flags.get() | f);
    match kind {
        Kind::NativeFunction => {
            class.set_layout::<NativeFunction>();
            class.weakref_offset.set(offset_of!(NativeFunction, weakrefs) as u32);
            set(flags::HAS_WEAKREF | flags::NO_NEW);
            NativeFunction::install(class);
        }
        Kind::MethodDescriptor => {
            class.set_layout::<MethodDescriptor>();
            set(flags::NO_NEW);
            MethodDescriptor::install(class);
        }
        Kind::ClassMethodDescriptor => {
            class.set_layout::<ClassMethodDescriptor>();
            set(flags::NO_NEW);
            ClassMethodDescriptor::install(class);
        }
        Kind::SlotWrapper => {
            class.set_layout::<SlotWrapper>();
            set(flags::NO_NEW);
            SlotWrapper::install(class);
        }
        Kind::MethodWrapper => {
            class.set_layout::<MethodWrapper>();
            set(flags::NO_NEW);
            MethodWrapper::install(class);
        }
        Kind::GetSet => {
            class.set_layout::<GetSet>();
            set(flags::NO_NEW);
            GetSet::install(class);
        }
        Kind::Member => {
            class.set_layout::<Member>();
            set(flags::NO_NEW);
            Member::install(class);
        }
        Kind::BoundMethod => {
            class.set_layout::<BoundMethod>();
            class.weakref_offset.set(offset_of!(BoundMethod, weakrefs) as u32);
            set(flags::HAS_WEAKREF);
            BoundMethod::install(class);
        }
        Kind::ClassMethod => {
            class.set_layout::<ClassMethod>();
            class.dict_offset.set(offset_of!(ClassMethod, dict) as u32);
            set(flags::BASETYPE | flags::HAS_DICT);
            ClassMethod::install(class);
        }
        Kind::Property => {
            class.set_layout::<Property>();
            set(flags::BASETYPE);
            Property::install(class);
        }
        Kind::Super => {
            class.set_layout::<Super>();
            set(flags::BASETYPE);
            Super::install(class);
        }
        Kind::StaticMethod => {
            class.set_layout::<StaticMethod>();
            class.dict_offset.set(offset_of!(StaticMethod, dict) as u32);
            set(flags::BASETYPE | flags::HAS_DICT);
            StaticMethod::install(class);
        }
        _ => return false,
    }
    true
}
