//! Values, objects, heap, the `Machine` trait and the semantics, protocols, builtin types.

pub mod helper;
pub mod value;
