//! `with` and `async with`.

use ruff_python_ast::{Stmt, StmtWith, WithItem};
use taipan_bytecode::{Opcode, SpecialMethod};

use super::Compiler;
use super::unit::{BlockKind, UnitKind};
use crate::assemble::{Label, Loc};
use crate::error::Result;

impl<'a> Compiler<'a> {
    pub(super) fn with(&mut self, node: &'a StmtWith) -> Result<()> {
        if node.is_async && !self.may_await() {
            return self.error("'async with' outside async function", node);
        }
        self.with_items(&node.items, &node.body, node.is_async)
    }

    /// Whether `await` is allowed in the current code object.
    pub(super) fn may_await(&self) -> bool {
        let unit = self.unit_ref();
        match unit.kind {
            UnitKind::AsyncFunction => true,
            UnitKind::Comprehension => true,
            UnitKind::Module => self.flags.allow_top_level_await,
            _ => false,
        }
    }

    fn with_items(&mut self, items: &'a [WithItem], body: &'a [Stmt], is_async: bool) -> Result<()> {
        let Some((item, rest)) = items.split_first() else {
            return self.statements(body);
        };
        let loc = Loc::from(&item.context_expr);
        let (block, last, exit, cleanup) = (self.label(), self.label(), self.label(), self.label());
        let (enter_method, exit_method) = if is_async {
            (SpecialMethod::Aenter, SpecialMethod::Aexit)
        } else {
            (SpecialMethod::Enter, SpecialMethod::Exit)
        };
        self.expr(&item.context_expr)?;
        self.op_int(Opcode::COPY, 1, loc);
        self.op_int(Opcode::LOAD_SPECIAL, exit_method as u32, loc);
        self.op_int(Opcode::SWAP, 2, loc);
        self.op_int(Opcode::SWAP, 3, loc);
        self.op_int(Opcode::LOAD_SPECIAL, enter_method as u32, loc);
        self.op_int(Opcode::CALL_METHOD, 0, loc);
        if is_async {
            self.await_value(1, loc);
        }
        self.unit().asm.push_handler(last, true, 1, loc);
        self.bind(block);
        self.push_block(BlockKind::With { is_async, loc }, block, last);
        match &item.optional_vars {
            Some(target) => self.store(target)?,
            None => self.op(Opcode::POP_TOP, loc),
        }
        self.with_items(rest, body, is_async)?;
        self.pop_handler();
        self.pop_block();
        self.call_exit_with_nones(loc);
        if is_async {
            self.await_value(2, loc);
        }
        self.op(Opcode::POP_TOP, loc);
        self.jump(exit, loc);

        self.bind(last);
        self.push_handler(cleanup, true, loc);
        self.op(Opcode::PUSH_EXC_INFO, loc);
        self.op(Opcode::WITH_EXCEPT_START, loc);
        if is_async {
            self.await_value(2, loc);
        }
        self.with_except_finish(cleanup, exit, loc);
        self.bind(exit);
        Ok(())
    }

    /// The exit method's result decides whether the exception goes on.
    fn with_except_finish(&mut self, cleanup: Label, exit: Label, loc: Loc) {
        let suppress = self.label();
        self.jump_op(Opcode::POP_JUMP_IF_TRUE, suppress, loc);
        self.op_int(Opcode::RERAISE, 2, loc);
        self.bind(suppress);
        self.op(Opcode::POP_TOP, loc);
        self.pop_handler();
        self.op(Opcode::POP_EXCEPT, loc);
        // The offset that the unwinder pushed, self and the exit method.
        for _ in 0..3 {
            self.op(Opcode::POP_TOP, loc);
        }
        self.jump(exit, loc);
        self.bind(cleanup);
        self.pop_except_and_reraise();
    }

    /// `exit self -- result`: `exit(None, None, None)`.
    pub(super) fn call_exit_with_nones(&mut self, loc: Loc) {
        for _ in 0..3 {
            self.load_none(loc);
        }
        self.op_int(Opcode::CALL_METHOD, 3, loc);
    }
}
