//! Subscripts and slices.

use ruff_python_ast::{Expr, ExprSlice, ExprSubscript};
use taipan_bytecode::Opcode;

use super::Compiler;
use crate::assemble::Loc;
use crate::error::Result;

impl<'a> Compiler<'a> {
    /// `a:b` that is not all constants goes on the stack as two values, without a slice object.
    fn two_element_slice(&self, slice: &'a Expr) -> Option<&'a ExprSlice> {
        let slice = slice.as_slice_expr().filter(|slice| slice.step.is_none())?;
        let bounds = [&slice.lower, &slice.upper];
        let constant = bounds.into_iter().flatten().all(|bound| self.constant(bound).is_some());
        (!constant).then_some(slice)
    }

    fn bounds(&mut self, slice: &'a ExprSlice) -> Result<()> {
        for bound in [&slice.lower, &slice.upper] {
            match bound {
                Some(bound) => self.expr(bound)?,
                None => self.load_none(Loc::from(slice)),
            }
        }
        Ok(())
    }

    pub(super) fn load_subscript(&mut self, node: &'a ExprSubscript) -> Result<()> {
        let loc = Loc::from(node);
        self.expr(&node.value)?;
        if let Some(slice) = self.two_element_slice(&node.slice) {
            self.bounds(slice)?;
            self.op(Opcode::BINARY_SLICE, loc);
        } else {
            self.expr(&node.slice)?;
            self.op(Opcode::BINARY_SUBSCR, loc);
        }
        Ok(())
    }

    /// `value -- `.
    pub(super) fn store_subscript(&mut self, node: &'a ExprSubscript) -> Result<()> {
        let loc = Loc::from(node);
        self.expr(&node.value)?;
        if let Some(slice) = self.two_element_slice(&node.slice) {
            self.bounds(slice)?;
            self.op(Opcode::STORE_SLICE, loc);
        } else {
            self.expr(&node.slice)?;
            self.op(Opcode::STORE_SUBSCR, loc);
        }
        Ok(())
    }

    /// `container[key] op= ...`: pushes container, key and the value; gives what stores the result.
    pub(super) fn aug_subscript(&mut self, node: &'a ExprSubscript) -> Result<SubscriptStore> {
        let loc = Loc::from(node);
        self.expr(&node.value)?;
        if let Some(slice) = self.two_element_slice(&node.slice) {
            self.bounds(slice)?;
            for _ in 0..3 {
                self.op_int(Opcode::COPY, 3, loc);
            }
            self.op(Opcode::BINARY_SLICE, loc);
            return Ok(SubscriptStore::Slice);
        }
        self.expr(&node.slice)?;
        for _ in 0..2 {
            self.op_int(Opcode::COPY, 2, loc);
        }
        self.op(Opcode::BINARY_SUBSCR, loc);
        Ok(SubscriptStore::Key)
    }

    pub(super) fn finish_aug_subscript(&mut self, store: SubscriptStore, loc: Loc) {
        match store {
            SubscriptStore::Slice => {
                for depth in [4, 3, 2] {
                    self.op_int(Opcode::SWAP, depth, loc);
                }
                self.op(Opcode::STORE_SLICE, loc);
            }
            SubscriptStore::Key => {
                for depth in [3, 2] {
                    self.op_int(Opcode::SWAP, depth, loc);
                }
                self.op(Opcode::STORE_SUBSCR, loc);
            }
        }
    }

    /// A slice object.
    pub(super) fn slice(&mut self, node: &'a ExprSlice) -> Result<()> {
        let loc = Loc::from(node);
        self.bounds(node)?;
        let count = match &node.step {
            Some(step) => {
                self.expr(step)?;
                3
            }
            None => 2,
        };
        self.build_slice(count, loc);
        Ok(())
    }
}

/// See [`Compiler::aug_subscript`].
#[derive(Clone, Copy, Debug)]
pub(super) enum SubscriptStore {
    Key,
    Slice,
}
