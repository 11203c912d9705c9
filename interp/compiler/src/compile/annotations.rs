//! Annotations: evaluated lazily by `__annotate__` functions (PEP 649, 749), or kept as text under
//! `from __future__ import annotations`.

use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, Parameters, StmtFunctionDef};
use taipan_bytecode::opcode::make_function;
use taipan_bytecode::{Const, Opcode};

use super::Compiler;
use super::function::annotated;
use super::unit::UnitKind;
use crate::assemble::{Arg, Loc};
use crate::error::Result;
use crate::symtable::{Role, ScopeId, mangle};

/// Formats above this one (VALUE_WITH_FAKE_GLOBALS) are not supported by compiled `__annotate__` functions.
const LAST_SUPPORTED_FORMAT: i64 = 2;

/// Whether a function has any annotation.
pub(crate) fn has_annotations(parameters: &Parameters, returns: Option<&Expr>) -> bool {
    returns.is_some() || annotated(parameters).any(|(_, parameter)| parameter.annotation.is_some())
}

impl<'a> Compiler<'a> {
    /// Pushes what MAKE_FUNCTION takes for the annotations; its flag.
    pub(super) fn function_annotations(
        &mut self,
        parameters: &'a Parameters,
        returns: Option<&'a Expr>,
        node: &'a StmtFunctionDef,
        loc: Loc,
    ) -> Result<u32> {
        if !has_annotations(parameters, returns) {
            return Ok(0);
        }
        let scope = self.table.find(node, Role::Annotations);
        self.begin_annotate(scope, loc);
        let mut count = 0;
        for (name, annotation) in all_annotations(parameters, returns) {
            let mangled = mangle(self.unit_ref().private.as_ref(), &name);
            self.load_str(&mangled, loc);
            if self.future_annotations() {
                self.load_str(&crate::unparse::expression(self.source, annotation), loc);
            // `*args: *Ts` is the one item of the unpacked Ts.
            } else if let Expr::Starred(star) = annotation {
                self.expr(&star.value)?;
                self.op_int(Opcode::UNPACK_SEQUENCE, 1, loc);
            } else {
                self.expr(annotation)?;
            }
            count += 1;
        }
        self.op_int(Opcode::BUILD_MAP, count, loc);
        self.op(Opcode::RETURN_VALUE, loc);
        let code = self.leave();
        self.make_function(code, 0, loc);
        Ok(make_function::ANNOTATE)
    }

    /// Begins an `__annotate__` function: `if format > 2: raise NotImplementedError`.
    fn begin_annotate(&mut self, scope: ScopeId, loc: Loc) {
        self.enter(UnitKind::Annotations, scope, "__annotate__", loc);
        self.begin_evaluator(loc);
    }

    /// The start of every lazily evaluated function: one positional-only parameter, the format.
    pub(super) fn begin_evaluator(&mut self, loc: Loc) {
        let unit = self.unit();
        unit.argcount = 1;
        unit.posonlyargcount = 1;
        let body = self.label();
        self.op_arg(Opcode::LOAD_FAST, Arg::Fast(0), loc);
        self.load_const(Const::Int(LAST_SUPPORTED_FORMAT), loc);
        self.op_int(Opcode::COMPARE_OP, 4, loc);
        self.jump_op(Opcode::POP_JUMP_IF_FALSE, body, loc);
        self.op_int(Opcode::LOAD_COMMON_CONSTANT, 1, loc);
        self.op_int(Opcode::RAISE_VARARGS, 1, loc);
        self.bind(body);
    }

    /// The annotations of a class body that has just been compiled.
    pub(super) fn class_annotations(&mut self, loc: Loc) -> Result<()> {
        if self.deferred_annotations(loc)? {
            self.store_name(&Name::new("__annotate_func__"), loc)?;
        }
        Ok(())
    }

    /// The annotations of a module that has just been compiled. Its `__annotate__` is there from the start on: the
    /// instructions go in front of the others.
    pub(super) fn module_annotations(&mut self, loc: Loc) -> Result<()> {
        let body = std::mem::replace(&mut self.unit().asm, crate::assemble::Assembler::new());
        if self.deferred_annotations(loc)? {
            self.store_name(&Name::new("__annotate__"), loc)?;
        }
        let prefix = std::mem::replace(&mut self.unit().asm, body);
        let prefix = prefix.tail().to_vec();
        self.unit().asm.prepend(prefix);
        Ok(())
    }

    fn deferred_annotations(&mut self, loc: Loc) -> Result<bool> {
        let deferred = std::mem::take(&mut self.unit().deferred);
        let Some(scope) = self.scope().annotation_block.filter(|_| !deferred.is_empty()) else {
            return Ok(false);
        };
        let in_class = self.unit_ref().kind == UnitKind::Class;
        self.begin_annotate(scope, loc);
        self.op_int(Opcode::BUILD_MAP, 0, loc);
        for annotation in deferred {
            let skip = self.label();
            if let Some(number) = annotation.conditional {
                self.load_const(Const::Int(i64::from(number)), annotation.loc);
                let name = Name::new("__conditional_annotations__");
                match self.unit_ref().deref_index(&name) {
                    Some(cell) if in_class => {
                        self.op_arg(Opcode::LOAD_DEREF, Arg::Deref(cell), annotation.loc)
                    }
                    _ => self.op_name(Opcode::LOAD_GLOBAL, &name, annotation.loc),
                }
                self.op_int(Opcode::CONTAINS_OP, 0, annotation.loc);
                self.jump_op(Opcode::POP_JUMP_IF_FALSE, skip, annotation.loc);
            }
            self.expr(annotation.annotation)?;
            self.op_int(Opcode::COPY, 2, annotation.loc);
            let mangled = mangle(self.unit_ref().private.as_ref(), annotation.name);
            self.load_str(&mangled, annotation.loc);
            self.op(Opcode::STORE_SUBSCR, loc);
            self.bind(skip);
        }
        self.op(Opcode::RETURN_VALUE, loc);
        let code = self.leave();
        self.make_function(code, 0, loc);
        Ok(true)
    }
}

fn all_annotations<'a>(parameters: &'a Parameters, returns: Option<&'a Expr>) -> Vec<(Name, &'a Expr)> {
    let parameters =
        annotated(parameters).filter_map(|(name, p)| Some((name.clone(), p.annotation.as_deref()?)));
    let returns = returns.map(|returns| (Name::new("return"), returns));
    parameters.chain(returns).collect()
}
