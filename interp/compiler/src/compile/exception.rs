//! `try`, `raise`, `assert`.

use ruff_python_ast::name::Name;
use ruff_python_ast::{ExceptHandler, ExceptHandlerExceptHandler, Stmt, StmtAssert, StmtRaise, StmtTry};
use taipan_bytecode::{Intrinsic2, Opcode};

use super::Compiler;
use super::unit::BlockKind;
use crate::assemble::{Label, Loc};
use crate::error::Result;

impl<'a> Compiler<'a> {
    pub(super) fn try_stmt(&mut self, node: &'a StmtTry) -> Result<()> {
        if node.finalbody.is_empty() { self.try_handlers(node) } else { self.try_finally(node) }
    }

    fn try_handlers(&mut self, node: &'a StmtTry) -> Result<()> {
        if node.is_star { self.try_star(node) } else { self.try_except(node) }
    }

    fn try_finally(&mut self, node: &'a StmtTry) -> Result<()> {
        let loc = Loc::from(node);
        // `try:` is a line of its own to a tracer.
        self.op(Opcode::NOP, loc);
        let (body, end, exit, cleanup) = (self.label(), self.label(), self.label(), self.label());
        self.push_handler(end, false, loc);
        self.bind(body);
        self.push_block(BlockKind::FinallyTry(&node.finalbody), body, end);
        if node.handlers.is_empty() {
            self.conditional_body(&node.body)?;
        } else {
            self.try_handlers(node)?;
        }
        self.pop_handler();
        self.pop_block();
        self.conditional_body(&node.finalbody)?;
        self.jump(exit, Loc::NONE);

        self.bind(end);
        self.push_block(BlockKind::FinallyEnd, end, end);
        self.push_handler(cleanup, true, Loc::NONE);
        self.op(Opcode::PUSH_EXC_INFO, Loc::NONE);
        self.conditional_body(&node.finalbody)?;
        self.pop_block();
        self.op_int(Opcode::RERAISE, 0, Loc::NONE);
        self.pop_handler();
        self.bind(cleanup);
        self.pop_except_and_reraise();
        self.bind(exit);
        Ok(())
    }

    /// `previous lasti exc -- `: the end of a handler that is left by another exception.
    pub(super) fn pop_except_and_reraise(&mut self) {
        self.op_int(Opcode::COPY, 3, Loc::NONE);
        self.op(Opcode::POP_EXCEPT, Loc::NONE);
        self.op_int(Opcode::RERAISE, 1, Loc::NONE);
    }

    /// The protected body, and what follows it if it raises nothing.
    fn try_body(&mut self, node: &'a StmtTry, except: Label, end: Label) -> Result<()> {
        let body = self.label();
        self.op(Opcode::NOP, Loc::from(node));
        self.push_handler(except, false, Loc::from(node));
        self.bind(body);
        self.push_block(BlockKind::TryExcept, body, end);
        self.conditional_body(&node.body)?;
        self.pop_block();
        self.pop_handler();
        self.conditional_body(&node.orelse)?;
        self.jump(end, Loc::NONE);
        Ok(())
    }

    fn try_except(&mut self, node: &'a StmtTry) -> Result<()> {
        let (except, end, cleanup) = (self.label(), self.label(), self.label());
        self.try_body(node, except, end)?;
        self.bind(except);
        self.push_handler(cleanup, true, Loc::NONE);
        self.op(Opcode::PUSH_EXC_INFO, Loc::NONE);
        self.push_block(BlockKind::ExceptionHandler, except, end);
        let count = node.handlers.len();
        for (index, ExceptHandler::ExceptHandler(handler)) in node.handlers.iter().enumerate() {
            let loc = Loc::from(handler);
            if handler.type_.is_none() && index + 1 < count {
                return self.error("default 'except:' must be last", handler);
            }
            let next = self.label();
            if let Some(kind) = &handler.type_ {
                self.expr(kind)?;
                self.op(Opcode::CHECK_EXC_MATCH, loc);
                self.jump_op(Opcode::POP_JUMP_IF_FALSE, next, loc);
            }
            self.handler_body(handler, end, loc)?;
            self.bind(next);
        }
        self.pop_block();
        self.op_int(Opcode::RERAISE, 0, Loc::NONE);
        self.pop_handler();
        self.bind(cleanup);
        self.pop_except_and_reraise();
        self.bind(end);
        Ok(())
    }

    /// `previous exc -- `: one handler whose type has matched.
    fn handler_body(&mut self, handler: &'a ExceptHandlerExceptHandler, end: Label, loc: Loc) -> Result<()> {
        let body = self.label();
        let Some(name) = handler.name.as_ref().map(|name| name.id.clone()) else {
            self.op(Opcode::POP_TOP, loc);
            self.bind(body);
            self.push_block(BlockKind::HandlerCleanup(None), body, end);
            self.conditional_body(&handler.body)?;
            self.pop_block();
            return self.leave_handler(None, end);
        };
        let cleanup_end = self.label();
        self.store_name(&name, loc)?;
        self.push_handler(cleanup_end, true, loc);
        self.bind(body);
        self.push_block(BlockKind::HandlerCleanup(Some(name.clone())), body, end);
        self.conditional_body(&handler.body)?;
        self.pop_block();
        self.pop_handler();
        self.leave_handler(Some(&name), end)?;
        self.bind(cleanup_end);
        self.clear_name(&name, Loc::NONE)?;
        self.op_int(Opcode::RERAISE, 1, Loc::NONE);
        Ok(())
    }

    fn leave_handler(&mut self, name: Option<&Name>, end: Label) -> Result<()> {
        let handlers = self.unit_ref().asm.active_handlers();
        self.pop_handler();
        self.op(Opcode::POP_EXCEPT, Loc::NONE);
        if let Some(name) = name {
            self.clear_name(name, Loc::NONE)?;
        }
        self.jump(end, Loc::NONE);
        self.unit().asm.restore_handlers(handlers);
        Ok(())
    }

    fn try_star(&mut self, node: &'a StmtTry) -> Result<()> {
        let loc = Loc::from(node);
        let (except, end, cleanup) = (self.label(), self.label(), self.label());
        let (reraise_star, reraise) = (self.label(), self.label());
        self.try_body(node, except, end)?;
        self.bind(except);
        self.push_handler(cleanup, true, Loc::NONE);
        self.op(Opcode::PUSH_EXC_INFO, Loc::NONE);
        self.push_block(BlockKind::ExceptionGroupHandler, except, end);
        // previous original -- previous original results rest
        self.op_int(Opcode::BUILD_LIST, 0, loc);
        self.op_int(Opcode::COPY, 2, loc);
        for ExceptHandler::ExceptHandler(handler) in &node.handlers {
            self.star_handler(handler)?;
        }
        self.pop_block();
        // What no handler took is the last of the results.
        self.op_int(Opcode::LIST_APPEND, 1, Loc::NONE);
        self.bind(reraise_star);
        self.op_int(Opcode::CALL_INTRINSIC_2, Intrinsic2::PrepReraiseStar as u32, Loc::NONE);
        self.op_int(Opcode::COPY, 1, Loc::NONE);
        self.jump_op(Opcode::POP_JUMP_IF_NOT_NONE, reraise, Loc::NONE);
        self.op(Opcode::POP_TOP, Loc::NONE);
        self.leave_handler(None, end)?;
        self.bind(reraise);
        self.pop_handler();
        self.op_int(Opcode::SWAP, 2, Loc::NONE);
        self.op(Opcode::POP_EXCEPT, Loc::NONE);
        self.op_int(Opcode::RERAISE, 0, Loc::NONE);
        self.bind(cleanup);
        self.pop_except_and_reraise();
        self.bind(end);
        Ok(())
    }

    /// `results rest -- results rest`, less what this handler takes.
    fn star_handler(&mut self, handler: &'a ExceptHandlerExceptHandler) -> Result<()> {
        let loc = Loc::from(handler);
        let (no_match, next, cleanup_end, body) = (self.label(), self.label(), self.label(), self.label());
        let Some(kind) = &handler.type_ else {
            return self.error("expected one or more exception types", handler);
        };
        self.expr(kind)?;
        self.op(Opcode::CHECK_EG_MATCH, loc);
        self.op_int(Opcode::COPY, 1, loc);
        self.jump_op(Opcode::POP_JUMP_IF_NONE, no_match, loc);
        let name = handler.name.as_ref().map(|name| name.id.clone());
        match &name {
            Some(name) => self.store_name(name, loc)?,
            None => self.op(Opcode::POP_TOP, loc),
        }
        self.push_handler(cleanup_end, true, loc);
        self.bind(body);
        self.push_block(BlockKind::HandlerCleanup(name.clone()), body, next);
        self.conditional_body(&handler.body)?;
        self.pop_block();
        self.pop_handler();
        if let Some(name) = &name {
            self.clear_name(name, Loc::NONE)?;
        }
        self.jump(next, Loc::NONE);

        self.bind(cleanup_end);
        if let Some(name) = &name {
            self.clear_name(name, Loc::NONE)?;
        }
        self.op_int(Opcode::LIST_APPEND, 3, Loc::NONE);
        self.op(Opcode::POP_TOP, Loc::NONE);
        self.jump(next, Loc::NONE);

        self.bind(no_match);
        self.op(Opcode::POP_TOP, loc);
        self.bind(next);
        Ok(())
    }

    pub(super) fn raise(&mut self, node: &'a StmtRaise) -> Result<()> {
        let mut count = 0;
        for part in node.exc.iter().chain(&node.cause) {
            self.expr(part)?;
            count += 1;
        }
        self.op_int(Opcode::RAISE_VARARGS, count, Loc::from(node));
        Ok(())
    }

    pub(super) fn assert(&mut self, node: &'a StmtAssert) -> Result<()> {
        if self.flags.optimize > 0 {
            return Ok(());
        }
        let (loc, end) = (Loc::from(&*node.test), self.label());
        self.jump_if(&node.test, end, true)?;
        self.op_int(Opcode::LOAD_COMMON_CONSTANT, 0, loc);
        if let Some(msg) = &node.msg {
            self.expr(msg)?;
            self.op_int(Opcode::CALL_FUNCTION, 1, loc);
        }
        self.op_int(Opcode::RAISE_VARARGS, 1, loc);
        self.bind(end);
        Ok(())
    }

    /// A body that may not be executed: annotations in it are conditional.
    pub(super) fn conditional_body(&mut self, body: &'a [Stmt]) -> Result<()> {
        let before = std::mem::replace(&mut self.unit().in_conditional_block, true);
        self.statements(body)?;
        self.unit().in_conditional_block = before;
        Ok(())
    }
}
