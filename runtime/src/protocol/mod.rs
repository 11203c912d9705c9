//! The protocols of the data model: the complete slow paths, called as helpers.

pub mod attr;
pub mod build_class;
pub mod call;
pub mod compare;
#[allow(unsafe_code, reason = "trailing words of dying objects")]
pub mod finalize;
pub mod format;
pub mod index;
pub mod isinstance;
pub mod iter;
pub mod mapping;
pub mod number;
pub mod operator;
#[allow(unsafe_code, reason = "offsets into objects")]
pub mod place;
pub mod repr;
pub mod sequence;
mod slot_generic;
pub mod slot_table;
pub mod truth;
pub mod type_attr;
