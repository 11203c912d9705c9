//! Imports.

use ruff_python_ast::name::Name;
use ruff_python_ast::{StmtImport, StmtImportFrom};
use taipan_bytecode::{Const, Opcode};

use super::Compiler;
use crate::assemble::Loc;
use crate::error::Result;

impl<'a> Compiler<'a> {
    pub(super) fn import(&mut self, node: &'a StmtImport) -> Result<()> {
        let loc = Loc::from(node);
        for alias in &node.names {
            self.load_const(Const::Int(0), loc);
            self.load_none(loc);
            self.op_module(&alias.name.id, loc);
            let (first, rest) = match alias.name.split_once('.') {
                Some((first, rest)) => (first, Some(rest)),
                None => (alias.name.as_str(), None),
            };
            let Some(asname) = &alias.asname else {
                self.store_name(&Name::new(first), loc)?;
                continue;
            };
            // `import a.b.c as d` binds a.b.c, and __import__ gives a.
            if let Some(rest) = rest {
                let parts: Vec<&str> = rest.split('.').collect();
                for (index, part) in parts.iter().enumerate() {
                    self.op_module_part(part, loc);
                    self.op_int(Opcode::SWAP, 2, loc);
                    self.op(Opcode::POP_TOP, loc);
                    if index + 1 == parts.len() {
                        self.store_name(&asname.id, loc)?;
                    }
                }
            } else {
                self.store_name(&asname.id, loc)?;
            }
        }
        Ok(())
    }

    fn op_module(&mut self, name: &Name, loc: Loc) {
        let index = self.unit().names.add(name);
        self.op_int(Opcode::IMPORT_NAME, index, loc);
    }

    fn op_module_part(&mut self, name: &str, loc: Loc) {
        let index = self.unit().names.add(&Name::new(name));
        self.op_int(Opcode::IMPORT_FROM, index, loc);
    }

    pub(super) fn import_from(&mut self, node: &'a StmtImportFrom) -> Result<()> {
        let loc = Loc::from(node);
        self.load_const(Const::Int(i64::from(node.level)), loc);
        let names = node.names.iter().map(|alias| Const::str(&alias.name)).collect();
        self.load_const(Const::Tuple(names), loc);
        let module = node.module.as_ref().map_or_else(Name::empty, |module| module.id.clone());
        self.op_module(&module, loc);
        for alias in &node.names {
            if alias.name.as_str() == "*" {
                self.op(Opcode::IMPORT_STAR, loc);
                return Ok(());
            }
            self.op_module_part(&alias.name, loc);
            let target = alias.asname.as_ref().unwrap_or(&alias.name);
            self.store_name(&target.id, loc)?;
        }
        self.op(Opcode::POP_TOP, loc);
        Ok(())
    }
}
