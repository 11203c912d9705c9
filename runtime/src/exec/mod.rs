//! The executable form of code: fixed-width instructions in register form, expanded from `co_code` at first
//! execution and rewritten in place as types are seen. `co_code` itself stays as compiled.

pub mod cache;
pub mod code;
mod emit;
mod expand;
pub mod insn;
