//! The tracing JIT: trace IR, optimizer, Cranelift lowering, code memory, exits, inspection.

pub mod exits;
pub mod ir;
pub mod layout;
