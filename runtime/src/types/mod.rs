//! The builtin types, a folder each.

pub mod array;
pub mod bool;
pub mod bytearray;
pub mod bytes;
#[allow(unsafe_code, reason = "the layout")]
pub mod cell;
#[allow(unsafe_code, reason = "the layout")]
pub mod code;
pub mod complex;
pub mod descriptor;
#[allow(unsafe_code, reason = "the entry array")]
pub mod dict;
pub mod enumerate;
pub mod exception;
pub mod filter;
pub mod float;
pub mod frame;
#[allow(unsafe_code, reason = "the layout")]
pub mod function;
#[allow(unsafe_code, reason = "the layout and its frame")]
pub mod generator;
pub mod generic_alias;
pub mod install;
#[allow(unsafe_code, reason = "slots behind the struct")]
pub mod instance;
pub mod int;
pub mod iterators;
pub mod list;
pub mod map;
pub mod mappingproxy;
pub mod memoryview;
pub mod module;
pub mod namespace;
pub mod object;
pub mod range;
pub mod reversed;
pub mod set;
pub mod singletons;
pub mod slice;
pub mod str;
pub mod structseq;
pub mod template;
pub mod traceback;
#[allow(unsafe_code, reason = "items behind the struct")]
pub mod tuple;
#[allow(unsafe_code, reason = "layouts as function pointers")]
pub mod type_object;
pub mod typing;
pub mod union;
pub mod weakref;
pub mod zip;
