//! `yield`, `yield from`, `await`.

use ruff_python_ast::{ExprAwait, ExprYield, ExprYieldFrom};
use taipan_bytecode::{Const, Opcode};

use super::Compiler;
use super::unit::UnitKind;
use crate::assemble::Loc;
use crate::error::Result;

impl<'a> Compiler<'a> {
    pub(super) fn yield_expr(&mut self, node: &'a ExprYield) -> Result<()> {
        let loc = Loc::from(node);
        match &node.value {
            Some(value) => self.expr(value)?,
            None => self.load_none(loc),
        }
        self.yield_value(loc);
        Ok(())
    }

    /// Yields the value on top of the stack, from whichever kind of generator this is.
    pub(super) fn yield_value(&mut self, loc: Loc) {
        let scope = self.scope();
        if scope.generator && scope.coroutine {
            self.op(Opcode::ASYNC_GEN_WRAP, loc);
        }
        self.op_int(Opcode::YIELD_VALUE, 0, loc);
    }

    pub(super) fn yield_from(&mut self, node: &'a ExprYieldFrom) -> Result<()> {
        if self.unit_ref().kind == UnitKind::AsyncFunction {
            return self.error("'yield from' inside async function", node);
        }
        let loc = Loc::from(node);
        self.expr(&node.value)?;
        self.op(Opcode::GET_YIELD_FROM_ITER, loc);
        self.load_const(Const::None, loc);
        self.send_loop(1, loc);
        Ok(())
    }

    pub(super) fn await_expr(&mut self, node: &'a ExprAwait) -> Result<()> {
        self.expr(&node.value)?;
        self.await_value(0, Loc::from(node));
        Ok(())
    }

    /// Awaits the value on top of the stack; `origin` is GET_AWAITABLE's argument.
    pub(super) fn await_value(&mut self, origin: u32, loc: Loc) {
        self.op_int(Opcode::GET_AWAITABLE, origin, loc);
        self.load_none(loc);
        self.send_loop(2, loc);
    }

    /// `receiver value -- result`: passes everything on until the receiver returns.
    pub(super) fn send_loop(&mut self, kind: u32, loc: Loc) {
        let (send, fail, exit) = (self.label(), self.label(), self.label());
        self.bind(send);
        self.jump_op(Opcode::SEND, exit, loc);
        self.push_handler(fail, false, loc);
        self.op_int(Opcode::YIELD_VALUE, kind, loc);
        self.pop_handler();
        self.jump_no_interrupt(send, loc);
        self.bind(fail);
        self.op(Opcode::CLEANUP_THROW, loc);
        self.bind(exit);
        self.op(Opcode::END_SEND, loc);
    }
}
