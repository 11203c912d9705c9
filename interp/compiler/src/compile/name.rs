//! Names: which instruction loads, stores and deletes a name in the current block.

use ruff_python_ast::name::Name;
use taipan_bytecode::Opcode;

use super::Compiler;
use crate::assemble::{Arg, Loc};
use crate::error::Result;
use crate::symtable::{BlockKind, NameScope, Symbol, mangle};

/// What is done with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Load,
    Store,
    Delete,
}

/// Where a name lives, for the choice of the instruction.
enum Place {
    Fast,
    Deref,
    Global,
    Name,
}

impl Compiler<'_> {
    pub(super) fn load_name(&mut self, name: &Name, loc: Loc) -> Result<()> {
        self.name_op(name, Access::Load, loc)
    }

    pub(super) fn store_name(&mut self, name: &Name, loc: Loc) -> Result<()> {
        self.name_op(name, Access::Store, loc)
    }

    /// `name = None; del name`: the end of `except ... as name`.
    pub(super) fn clear_name(&mut self, name: &Name, loc: Loc) -> Result<()> {
        self.load_none(loc);
        self.store_name(name, loc)?;
        self.name_op(name, Access::Delete, loc)
    }

    /// The symbol of an already mangled name, as the inlined comprehension we are in sees it.
    pub(super) fn symbol(&self, mangled: &str) -> Symbol {
        match self.unit_ref().overrides.get(mangled) {
            Some(symbol) => *symbol,
            None => self.scope().lookup(mangled),
        }
    }

    fn place(&self, mangled: &Name) -> Place {
        let function_like = self.scope().is_function_like();
        match self.symbol(mangled).scope {
            NameScope::Free | NameScope::Cell => Place::Deref,
            NameScope::Local if function_like => Place::Fast,
            NameScope::Local if self.unit_ref().hidden.get(mangled) == Some(&true) => Place::Fast,
            NameScope::GlobalImplicit if function_like => Place::Global,
            NameScope::GlobalExplicit => Place::Global,
            _ => Place::Name,
        }
    }

    pub(super) fn name_op(&mut self, name: &Name, access: Access, loc: Loc) -> Result<()> {
        let mangled = mangle(self.unit_ref().private.as_ref(), name);
        let place = self.place(&mangled);
        // A class's own cells are made for the class alone; its namespace's names come first.
        let deref = self.unit_ref().deref_index(&mangled);
        match (place, deref) {
            (Place::Fast, _) => {
                let slot = self.unit().locals.add(&mangled);
                let op = pick(access, Opcode::LOAD_FAST, Opcode::STORE_FAST, Opcode::DELETE_FAST);
                self.op_arg(op, Arg::Fast(slot), loc);
            }
            (Place::Deref, Some(cell)) => self.deref_op(access, cell, loc),
            (Place::Global, _) => self.global_op(&mangled, access, loc),
            (Place::Name | Place::Deref, _) => {
                let in_class_comprehension = self.scope().kind == BlockKind::Class
                    && self.unit_ref().inlined > 0
                    && access == Access::Load;
                let load = if in_class_comprehension { Opcode::LOAD_GLOBAL } else { Opcode::LOAD_NAME };
                self.op_name(pick(access, load, Opcode::STORE_NAME, Opcode::DELETE_NAME), &mangled, loc);
            }
        }
        Ok(())
    }

    fn deref_op(&mut self, access: Access, cell: u32, loc: Loc) {
        let op = match access {
            Access::Store => Opcode::STORE_DEREF,
            Access::Delete => Opcode::DELETE_DEREF,
            Access::Load if self.scope().kind == BlockKind::Class && self.unit_ref().inlined == 0 => {
                self.op(Opcode::LOAD_LOCALS, loc);
                Opcode::LOAD_FROM_DICT_OR_DEREF
            }
            Access::Load if self.load_classdict(loc) => Opcode::LOAD_FROM_DICT_OR_DEREF,
            Access::Load => Opcode::LOAD_DEREF,
        };
        self.op_arg(op, Arg::Deref(cell), loc);
    }

    fn global_op(&mut self, mangled: &Name, access: Access, loc: Loc) {
        let op = match access {
            Access::Store => Opcode::STORE_GLOBAL,
            Access::Delete => Opcode::DELETE_GLOBAL,
            Access::Load
                if self.symbol(mangled).scope == NameScope::GlobalImplicit && self.load_classdict(loc) =>
            {
                Opcode::LOAD_FROM_DICT_OR_GLOBALS
            }
            Access::Load => Opcode::LOAD_GLOBAL,
        };
        self.op_name(op, mangled, loc);
    }

    /// In a scope that looks names up in the class first, loads the class namespace.
    fn load_classdict(&mut self, loc: Loc) -> bool {
        if !self.scope().can_see_class_scope {
            return false;
        }
        match self.unit_ref().deref_index("__classdict__") {
            Some(cell) => {
                self.op_arg(Opcode::LOAD_DEREF, Arg::Deref(cell), loc);
                true
            }
            None => false,
        }
    }
}

fn pick(access: Access, load: Opcode, store: Opcode, delete: Opcode) -> Opcode {
    match access {
        Access::Load => load,
        Access::Store => store,
        Access::Delete => delete,
    }
}
