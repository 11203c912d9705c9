//! The tracing JIT: trace IR, optimizer, Cranelift lowering, code memory, exits, inspection.

#![deny(unsafe_code)]

pub mod compile;
pub mod eval;
#[allow(unsafe_code, reason = "writes frames")]
pub mod exit;
pub mod exits;
pub mod inspect;
pub mod ir;
pub mod layout;
pub mod lower;
pub mod memory;
pub mod opt;
#[allow(unsafe_code, reason = "reads instructions and frames")]
pub mod record;
