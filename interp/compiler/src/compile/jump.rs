//! Conditions: expressions whose truth decides a jump.

use ruff_python_ast::{BoolOp, CmpOp, Expr, ExprCompare, UnaryOp};
use taipan_bytecode::Opcode;

use super::Compiler;
use crate::assemble::{Label, Loc};
use crate::error::Result;

impl<'a> Compiler<'a> {
    /// Jumps to `next` if the truth of `expr` is `cond`; otherwise goes on.
    pub(super) fn jump_if(&mut self, expr: &'a Expr, next: Label, cond: bool) -> Result<()> {
        if let Some(truth) = self.constant_truth(expr) {
            self.op(Opcode::NOP, Loc::from(expr));
            if truth == cond {
                self.jump(next, Loc::from(expr));
            }
            return Ok(());
        }
        match expr {
            Expr::UnaryOp(node) if node.op == UnaryOp::Not => self.jump_if(&node.operand, next, !cond),
            Expr::BoolOp(node) => {
                let stops_on = node.op == BoolOp::Or;
                // `a and b` jumps on false as soon as one is false; on true only if all are, so the others skip it.
                let skip = if stops_on == cond { next } else { self.label() };
                if let Some((last, first)) = node.values.split_last() {
                    for value in first {
                        self.jump_if(value, skip, stops_on)?;
                    }
                    self.jump_if(last, next, cond)?;
                }
                if skip != next {
                    self.bind(skip);
                }
                Ok(())
            }
            Expr::If(node) => {
                let (end, otherwise) = (self.label(), self.label());
                self.jump_if(&node.test, otherwise, false)?;
                self.jump_if(&node.body, next, cond)?;
                self.jump(end, Loc::NONE);
                self.bind(otherwise);
                self.jump_if(&node.orelse, next, cond)?;
                self.bind(end);
                Ok(())
            }
            Expr::Compare(node) if node.ops.len() > 1 => self.jump_if_chain(node, next, cond),
            _ => {
                self.expr(expr)?;
                self.truth_jump(cond, next, Loc::from(expr));
                Ok(())
            }
        }
    }

    fn truth_jump(&mut self, cond: bool, next: Label, loc: Loc) {
        let op = if cond { Opcode::POP_JUMP_IF_TRUE } else { Opcode::POP_JUMP_IF_FALSE };
        self.jump_op(op, next, loc);
    }

    fn jump_if_chain(&mut self, node: &'a ExprCompare, next: Label, cond: bool) -> Result<()> {
        let loc = Loc::from(node);
        let (cleanup, end) = (self.label(), self.label());
        self.expr(&node.left)?;
        let last = node.ops.len() - 1;
        for (op, comparator) in node.ops[..last].iter().zip(&node.comparators) {
            self.expr(comparator)?;
            self.op_int(Opcode::SWAP, 2, loc);
            self.op_int(Opcode::COPY, 2, loc);
            self.compare_op(*op, loc);
            self.jump_op(Opcode::POP_JUMP_IF_FALSE, cleanup, loc);
        }
        self.comparator(node.ops[last], &node.comparators[last])?;
        self.compare_op(node.ops[last], loc);
        self.truth_jump(cond, next, loc);
        self.jump(end, Loc::NONE);
        self.bind(cleanup);
        self.op(Opcode::POP_TOP, loc);
        if !cond {
            self.jump(next, Loc::NONE);
        }
        self.bind(end);
        Ok(())
    }

    pub(super) fn compare(&mut self, node: &'a ExprCompare) -> Result<()> {
        let loc = Loc::from(node);
        self.expr(&node.left)?;
        let last = node.ops.len() - 1;
        if last == 0 {
            self.comparator(node.ops[0], &node.comparators[0])?;
            self.compare_op(node.ops[0], loc);
            return Ok(());
        }
        let (cleanup, end) = (self.label(), self.label());
        for (op, comparator) in node.ops[..last].iter().zip(&node.comparators) {
            self.expr(comparator)?;
            self.op_int(Opcode::SWAP, 2, loc);
            self.op_int(Opcode::COPY, 2, loc);
            self.compare_op(*op, loc);
            self.op_int(Opcode::COPY, 1, loc);
            self.jump_op(Opcode::POP_JUMP_IF_FALSE, cleanup, loc);
            self.op(Opcode::POP_TOP, loc);
        }
        self.comparator(node.ops[last], &node.comparators[last])?;
        self.compare_op(node.ops[last], loc);
        self.jump(end, Loc::NONE);
        self.bind(cleanup);
        self.op_int(Opcode::SWAP, 2, loc);
        self.op(Opcode::POP_TOP, loc);
        self.bind(end);
        Ok(())
    }

    /// The right operand; a list or set of constants after `in` need not be made each time.
    fn comparator(&mut self, op: CmpOp, expr: &'a Expr) -> Result<()> {
        if matches!(op, CmpOp::In | CmpOp::NotIn) { self.iterable(expr) } else { self.expr(expr) }
    }

    fn compare_op(&mut self, op: CmpOp, loc: Loc) {
        let (op, arg) = match op {
            CmpOp::Lt => (Opcode::COMPARE_OP, 0),
            CmpOp::LtE => (Opcode::COMPARE_OP, 1),
            CmpOp::Eq => (Opcode::COMPARE_OP, 2),
            CmpOp::NotEq => (Opcode::COMPARE_OP, 3),
            CmpOp::Gt => (Opcode::COMPARE_OP, 4),
            CmpOp::GtE => (Opcode::COMPARE_OP, 5),
            CmpOp::Is => (Opcode::IS_OP, 0),
            CmpOp::IsNot => (Opcode::IS_OP, 1),
            CmpOp::In => (Opcode::CONTAINS_OP, 0),
            CmpOp::NotIn => (Opcode::CONTAINS_OP, 1),
        };
        self.op_int(op, arg, loc);
    }
}
