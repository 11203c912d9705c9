//! Statements.

use ruff_python_ast::{Expr, Stmt, StmtExpr, StmtReturn};
use taipan_bytecode::{Intrinsic1, Opcode};

use super::Compiler;
use super::name::Access;
use super::unit::UnitKind;
use crate::assemble::Loc;
use crate::error::Result;

impl<'a> Compiler<'a> {
    pub(super) fn statements(&mut self, body: &'a [Stmt]) -> Result<()> {
        body.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &'a Stmt) -> Result<()> {
        match stmt {
            Stmt::Expr(node) => self.expr_stmt(node),
            Stmt::Assign(node) => self.assign(node),
            Stmt::AugAssign(node) => self.aug_assign(node),
            Stmt::AnnAssign(node) => self.ann_assign(node),
            Stmt::Return(node) => self.return_stmt(node),
            Stmt::Delete(node) => node.targets.iter().try_for_each(|target| self.delete(target)),
            Stmt::FunctionDef(node) => self.function_def(node),
            Stmt::ClassDef(node) => self.class_def(node),
            Stmt::TypeAlias(node) => self.type_alias(node),
            Stmt::For(node) if node.is_async => self.async_for(node),
            Stmt::For(node) => self.for_stmt(node),
            Stmt::While(node) => self.while_stmt(node),
            Stmt::If(node) => self.if_stmt(node),
            Stmt::With(node) => self.with(node),
            Stmt::Match(node) => self.match_stmt(node),
            Stmt::Try(node) => self.try_stmt(node),
            Stmt::Raise(node) => self.raise(node),
            Stmt::Assert(node) => self.assert(node),
            Stmt::Import(node) => self.import(node),
            Stmt::ImportFrom(node) => self.import_from(node),
            Stmt::Break(_) => self.break_stmt(stmt),
            Stmt::Continue(_) => self.continue_stmt(stmt),
            Stmt::Pass(_) | Stmt::Global(_) | Stmt::Nonlocal(_) => {
                if stmt.is_pass_stmt() {
                    self.op(Opcode::NOP, Loc::from(stmt));
                }
                Ok(())
            }
            Stmt::IpyEscapeCommand(_) => self.error("invalid syntax", stmt),
        }
    }

    fn expr_stmt(&mut self, node: &'a StmtExpr) -> Result<()> {
        let loc = Loc::from(node);
        if self.interactive && self.unit_ref().kind == UnitKind::Module {
            self.expr(&node.value)?;
            self.op_int(Opcode::CALL_INTRINSIC_1, Intrinsic1::Print as u32, loc);
            self.op(Opcode::POP_TOP, Loc::NONE);
            return Ok(());
        }
        if is_constant(&node.value) {
            // Nothing to compute, but a line to be seen by tracers.
            self.op(Opcode::NOP, loc);
            return Ok(());
        }
        self.expr(&node.value)?;
        self.op(Opcode::POP_TOP, Loc::NONE);
        Ok(())
    }

    fn return_stmt(&mut self, node: &'a StmtReturn) -> Result<()> {
        let (unit, scope) = (self.unit_ref(), self.scope());
        if !matches!(unit.kind, UnitKind::Function | UnitKind::AsyncFunction) {
            return self.error("'return' outside function", node);
        }
        if node.value.is_some() && scope.generator && scope.coroutine {
            return self.error("'return' with value in async generator", node);
        }
        let loc = Loc::from(node);
        let unwound = match node.value.as_deref() {
            Some(value) if !is_constant(value) => {
                self.expr(value)?;
                self.unwind(true, false, loc)?.1
            }
            value => {
                // The value cannot be affected by what the unwinding does: load it afterwards.
                if !self.unit_ref().blocks.is_empty() {
                    self.op(Opcode::NOP, loc);
                }
                let (_, unwound) = self.unwind(false, false, loc)?;
                match value {
                    Some(value) => self.expr(value)?,
                    None => self.load_none(loc),
                }
                unwound
            }
        };
        self.op(Opcode::RETURN_VALUE, loc);
        self.rewound(unwound);
        Ok(())
    }

    fn delete(&mut self, target: &'a Expr) -> Result<()> {
        let loc = Loc::from(target);
        match target {
            Expr::Name(node) => self.name_op(&node.id, Access::Delete, loc),
            Expr::Attribute(node) => {
                self.expr(&node.value)?;
                self.op_name(Opcode::DELETE_ATTR, &node.attr.id, self.attribute_loc(target, loc));
                Ok(())
            }
            Expr::Subscript(node) => {
                self.expr(&node.value)?;
                self.expr(&node.slice)?;
                self.op(Opcode::DELETE_SUBSCR, loc);
                Ok(())
            }
            Expr::Tuple(node) => node.elts.iter().try_for_each(|item| self.delete(item)),
            Expr::List(node) => node.elts.iter().try_for_each(|item| self.delete(item)),
            _ => self.error("cannot delete expression", target),
        }
    }
}

/// A literal whose evaluation does nothing.
pub(super) fn is_constant(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::NumberLiteral(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
    )
}
