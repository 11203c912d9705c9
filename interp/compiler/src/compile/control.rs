//! Branches and loops.

use ruff_python_ast::{Stmt, StmtFor, StmtIf, StmtWhile};
use taipan_bytecode::Opcode;

use super::Compiler;
use super::unit::BlockKind;
use crate::assemble::Loc;
use crate::error::Result;

impl<'a> Compiler<'a> {
    pub(super) fn if_stmt(&mut self, node: &'a StmtIf) -> Result<()> {
        let end = self.label();
        let mut next = self.label();
        let mut clauses = node.elif_else_clauses.iter().peekable();
        self.jump_if(&node.test, next, false)?;
        self.conditional_body(&node.body)?;
        if clauses.peek().is_some() {
            self.jump(end, Loc::NONE);
        }
        self.bind(next);
        while let Some(clause) = clauses.next() {
            if let Some(test) = &clause.test {
                next = self.label();
                self.jump_if(test, next, false)?;
            }
            self.conditional_body(&clause.body)?;
            if clauses.peek().is_some() {
                self.jump(end, Loc::NONE);
            }
            if clause.test.is_some() {
                self.bind(next);
            }
        }
        self.bind(end);
        Ok(())
    }

    pub(super) fn while_stmt(&mut self, node: &'a StmtWhile) -> Result<()> {
        let (start, anchor, end) = (self.label(), self.label(), self.label());
        self.bind(start);
        self.push_block(BlockKind::While, start, end);
        self.jump_if(&node.test, anchor, false)?;
        self.conditional_body(&node.body)?;
        self.jump(start, Loc::NONE);
        self.pop_block();
        self.bind(anchor);
        self.conditional_body(&node.orelse)?;
        self.bind(end);
        Ok(())
    }

    pub(super) fn for_stmt(&mut self, node: &'a StmtFor) -> Result<()> {
        let loc = Loc::from(&*node.iter);
        let (start, cleanup, end) = (self.label(), self.label(), self.label());
        self.iterable(&node.iter)?;
        self.op(Opcode::GET_ITER, loc);
        self.push_block(BlockKind::For, start, end);
        self.bind(start);
        self.jump_op(Opcode::FOR_ITER, cleanup, loc);
        self.store(&node.target)?;
        self.conditional_body(&node.body)?;
        self.jump(start, Loc::NONE);
        self.pop_block();
        self.bind(cleanup);
        self.conditional_body(&node.orelse)?;
        self.bind(end);
        Ok(())
    }

    pub(super) fn async_for(&mut self, node: &'a StmtFor) -> Result<()> {
        if !self.may_await() {
            return self.error("'async for' outside async function", node);
        }
        let loc = Loc::from(&*node.iter);
        let (start, except, end) = (self.label(), self.label(), self.label());
        self.expr(&node.iter)?;
        self.op(Opcode::GET_AITER, loc);
        self.bind(start);
        self.push_block(BlockKind::AsyncFor, start, end);
        self.push_handler(except, false, loc);
        self.op(Opcode::GET_ANEXT, loc);
        self.load_none(loc);
        self.send_loop(2, loc);
        self.pop_handler();
        self.store(&node.target)?;
        self.conditional_body(&node.body)?;
        self.jump(start, Loc::NONE);
        self.pop_block();
        self.bind(except);
        self.op(Opcode::END_ASYNC_FOR, loc);
        self.conditional_body(&node.orelse)?;
        self.bind(end);
        Ok(())
    }

    pub(super) fn break_stmt(&mut self, stmt: &'a Stmt) -> Result<()> {
        let loc = Loc::from(stmt);
        self.op(Opcode::NOP, loc);
        let (Some(block), unwound) = self.unwind(false, true, loc)? else {
            return self.error("'break' outside loop", stmt);
        };
        self.unwind_block(&block, false, loc)?;
        self.jump(block.exit, Loc::NONE);
        self.rewound(unwound);
        Ok(())
    }

    pub(super) fn continue_stmt(&mut self, stmt: &'a Stmt) -> Result<()> {
        let loc = Loc::from(stmt);
        self.op(Opcode::NOP, loc);
        let (Some(block), unwound) = self.unwind(false, true, loc)? else {
            return self.error("'continue' not properly in loop", stmt);
        };
        self.jump(block.start, Loc::NONE);
        self.rewound(unwound);
        Ok(())
    }
}
