//! The code object.
//!
//! # Invariants
//! `exec` is made once, at first execution, and lives as long as the object.

use crate::exec::code::ExecCode;
use crate::object::{Header, Kind, Object, Own, Visitor, alloc};
use crate::runtime::types;
use std::cell::OnceCell;
use std::sync::Arc;

/// A code object.
#[repr(C)]
pub struct Code {
    /// The header.
    pub head: Header,
    /// The compiled code: pure data.
    pub code: Arc<taipan_bytecode::Code>,
    exec: OnceCell<Box<ExecCode>>,
}

// SAFETY: `repr(C)`, starts with the header, fixed size.
unsafe impl Object for Code {
    const KIND: Kind = Kind::Code;
    const CONTAINER: bool = true;
    fn traverse(&self, visit: Visitor<'_>) {
        if let Some(x) = self.exec.get() {
            x.consts.iter().for_each(|&c| visit(c));
        }
    }
}

/// A code object for this compiled code.
pub fn new(code: Arc<taipan_bytecode::Code>) -> Own<Code> {
    alloc(Code { head: Header::new(types().code), code, exec: OnceCell::new() })
}

impl Code {
    /// The executable form; made on first use.
    #[inline(always)]
    pub fn exec(&self) -> &ExecCode {
        self.exec.get_or_init(|| Box::new(ExecCode::new(&self.code)))
    }
}
