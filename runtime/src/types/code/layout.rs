//! The code object.
//!
//! # Invariants
//! `exec` is made once, at first execution, and lives as long as the object.

use crate::exec::code::{ExecCode, const_value};
use crate::object::{Header, Kind, Object, Own, P, Ref, Visitor, alloc};
use crate::runtime::types;
use crate::types::str::{Str, interned};
use crate::value::{NONE, Value};
use std::cell::{Cell, OnceCell};
use std::sync::Arc;
use taipan_bytecode::CodeFlags;

/// A code object.
#[repr(C)]
pub struct Code {
    /// The header.
    pub head: Header,
    /// The compiled code: pure data.
    pub code: Arc<taipan_bytecode::Code>,
    exec: OnceCell<Box<ExecCode>>,
    /// Functions made of it so far (at most 255): with more than one, which of them is called is no constant.
    pub functions: Cell<u8>,
    /// Name and qualified name.
    names: OnceCell<[P<Str>; 2]>,
    /// Weak references to it.
    pub weakrefs: Cell<Option<Value>>,
}

// SAFETY: `repr(C)`, starts with the header, fixed size.
unsafe impl Object for Code {
    const KIND: Kind = Kind::Code;
    const CONTAINER: bool = true;
    fn traverse(&self, visit: Visitor<'_>) {
        if let Some(x) = self.exec.get() {
            visit(&x.consts);
        }
    }
}

/// A code object for this compiled code.
pub fn new(code: Arc<taipan_bytecode::Code>) -> Own<Code> {
    alloc(Code {
        head: Header::new(types().code),
        code,
        exec: OnceCell::new(),
        functions: Cell::new(0),
        names: OnceCell::new(),
        weakrefs: Cell::new(None),
    })
}

impl Code {
    /// The executable form; made on first use.
    #[inline(always)]
    pub fn exec(&self) -> &ExecCode {
        self.exec.get_or_init(|| Box::new(ExecCode::new(&self.code)))
    }
    /// The executable form if there is one by now, and what a function of this code is called: name, qualified name
    /// and docstring.
    pub fn described(&self) -> (*const ExecCode, [Ref; 3]) {
        if let Some(x) = self.exec.get() {
            return (std::ptr::from_ref(&**x), [x.name.own(), x.qualname.own(), x.doc().own()]);
        }
        let c = &self.code;
        let documented = c.flags.contains(CodeFlags::HAS_DOCSTRING);
        let doc = if documented { c.consts.first().map(const_value) } else { None };
        let [name, qualname] = *self.names.get_or_init(|| [interned(&c.name), interned(&c.qualname)]);
        (std::ptr::null(), [name.own(), qualname.own(), doc.unwrap_or_else(|| NONE.own())])
    }
}
