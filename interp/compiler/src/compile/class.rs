//! Classes.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{Arguments, StmtClassDef};
use ruff_text_size::Ranged;
use taipan_bytecode::{Code, Const, Intrinsic1, Opcode};

use super::Compiler;
use super::unit::UnitKind;
use crate::assemble::{Arg, Loc};
use crate::error::Result;
use crate::symtable::{Private, Role};

impl<'a> Compiler<'a> {
    pub(super) fn class_def(&mut self, node: &'a StmtClassDef) -> Result<()> {
        let loc = self.definition_loc(node.range(), &node.decorator_list);
        let first = self.first_loc(loc, &node.decorator_list);
        self.decorators(&node.decorator_list)?;
        if let Some(params) = &node.type_params {
            let scope = self.table.find(node, Role::TypeParams);
            let name = format!("<generic parameters of {}>", node.name);
            self.enter(UnitKind::TypeParams, scope, &name, first);
            self.unit().private = Some(Private::generic(&node.name.id, params));
            self.type_params(params)?;
            self.store_name(&Name::new(".type_params"), loc)?;
            self.make_class(node, first, loc)?;
            self.op(Opcode::RETURN_VALUE, loc);
            let code = self.leave();
            self.make_function(code, 0, loc);
            self.op_int(Opcode::CALL_FUNCTION, 0, loc);
        } else {
            self.make_class(node, first, loc)?;
        }
        self.apply_decorators(&node.decorator_list);
        self.store_name(&node.name.id, loc)
    }

    /// Calls `__build_class__`.
    fn make_class(&mut self, node: &'a StmtClassDef, first: Loc, loc: Loc) -> Result<()> {
        let code = self.class_body(node, first)?;
        self.op(Opcode::LOAD_BUILD_CLASS, loc);
        self.make_function(code, 0, loc);
        self.load_str(&node.name, loc);
        let generic = Name::new(".generic_base");
        let mut extra = None;
        if node.type_params.is_some() {
            self.load_name(&Name::new(".type_params"), loc)?;
            self.op_int(Opcode::CALL_INTRINSIC_1, Intrinsic1::SubscriptGeneric as u32, loc);
            self.store_name(&generic, loc)?;
            extra = Some(&generic);
        }
        match &node.arguments {
            Some(arguments) => {
                self.check_keywords(&arguments.keywords)?;
                self.class_arguments(arguments, extra, loc)
            }
            None => {
                if let Some(name) = extra {
                    self.load_name(name, loc)?;
                }
                self.op_int(Opcode::CALL_FUNCTION, 2 + u32::from(extra.is_some()), loc);
                Ok(())
            }
        }
    }

    fn class_arguments(&mut self, arguments: &'a Arguments, extra: Option<&Name>, loc: Loc) -> Result<()> {
        self.call_arguments(arguments, extra, 2, loc)
    }

    fn class_body(&mut self, node: &'a StmtClassDef, first: Loc) -> Result<Arc<Code>> {
        let scope = self.table.find(node, Role::Body);
        self.enter(UnitKind::Class, scope, &node.name, first);
        let line = self.unit_ref().first_line;
        let start = self.lines.start_of(line);
        let loc = Loc { start, end: start };
        let name = |text: &str| Name::new(text);
        self.load_name(&name("__name__"), loc)?;
        self.store_name(&name("__module__"), loc)?;
        let qualname = self.unit_ref().qualname.clone();
        self.load_str(&qualname, loc);
        self.store_name(&name("__qualname__"), loc)?;
        self.load_const(Const::Int(i64::from(line)), loc);
        self.store_name(&name("__firstlineno__"), loc)?;
        if node.type_params.is_some() {
            self.load_name(&name(".type_params"), loc)?;
            self.store_name(&name("__type_params__"), loc)?;
        }
        if self.scope().needs_classdict {
            self.op(Opcode::LOAD_LOCALS, loc);
            self.store_class_cell("__classdict__", loc);
        }
        if self.scope().has_conditional_annotations {
            self.op_int(Opcode::BUILD_SET, 0, loc);
            self.store_class_cell("__conditional_annotations__", loc);
        }
        self.body(&node.body, loc)?;
        self.class_annotations(loc)?;
        let attributes = std::mem::take(&mut self.unit().static_attributes);
        let attributes = attributes.iter().map(|attribute| Const::str(attribute)).collect();
        self.load_const(Const::Tuple(attributes), Loc::NONE);
        self.store_name(&name("__static_attributes__"), Loc::NONE)?;
        if self.scope().needs_classdict {
            self.load_class_cell("__classdict__");
            self.store_name(&name("__classdictcell__"), Loc::NONE)?;
        }
        if self.scope().needs_class_closure {
            self.load_class_cell("__class__");
            self.op_int(Opcode::COPY, 1, Loc::NONE);
            self.store_name(&name("__classcell__"), Loc::NONE)?;
        } else {
            self.load_none(Loc::NONE);
        }
        self.op(Opcode::RETURN_VALUE, Loc::NONE);
        Ok(self.leave())
    }

    fn store_class_cell(&mut self, name: &str, loc: Loc) {
        if let Some(cell) = self.unit_ref().deref_index(name) {
            self.op_arg(Opcode::STORE_DEREF, Arg::Deref(cell), loc);
        }
    }

    fn load_class_cell(&mut self, name: &str) {
        if let Some(cell) = self.unit_ref().deref_index(name) {
            self.op_arg(Opcode::LOAD_CLOSURE, Arg::Deref(cell), Loc::NONE);
        }
    }
}
