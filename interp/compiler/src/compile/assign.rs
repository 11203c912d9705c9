//! Assignment.

use ruff_python_ast::{Expr, StmtAnnAssign, StmtAssign, StmtAugAssign};
use taipan_bytecode::{Const, Opcode};

use super::Compiler;
use super::expr::inplace_op;
use super::unit::{DeferredAnnotation, UnitKind};
use crate::assemble::{Arg, Loc};
use crate::error::Result;

impl<'a> Compiler<'a> {
    pub(super) fn assign(&mut self, node: &'a StmtAssign) -> Result<()> {
        self.expr(&node.value)?;
        if let Some((last, first)) = node.targets.split_last() {
            for target in first {
                self.op_int(Opcode::COPY, 1, Loc::from(node));
                self.store(target)?;
            }
            self.store(last)?;
        }
        Ok(())
    }

    /// `value -- `: stores into a target.
    pub(super) fn store(&mut self, target: &'a Expr) -> Result<()> {
        let loc = Loc::from(target);
        match target {
            Expr::Name(node) => self.store_name(&node.id, loc),
            Expr::Attribute(node) => {
                self.note_static_attribute(target);
                self.expr(&node.value)?;
                self.op_name(Opcode::STORE_ATTR, &node.attr.id, self.attribute_loc(target, loc));
                Ok(())
            }
            Expr::Subscript(node) => self.store_subscript(node),
            Expr::Tuple(node) => self.unpack(&node.elts, target),
            Expr::List(node) => self.unpack(&node.elts, target),
            Expr::Starred(_) => self.error("starred assignment target must be in a list or tuple", target),
            _ => self.error("cannot assign to expression", target),
        }
    }

    fn unpack(&mut self, items: &'a [Expr], target: &'a Expr) -> Result<()> {
        let loc = Loc::from(target);
        let mut stars = items.iter().enumerate().filter(|(_, item)| item.is_starred_expr());
        match stars.next() {
            Some((before, _)) => {
                if stars.next().is_some() {
                    return self.error("multiple starred expressions in assignment", target);
                }
                let after = items.len() - before - 1;
                if before >= 1 << 8 || after >= 1 << 23 {
                    return self.error("too many expressions in star-unpacking assignment", target);
                }
                self.op_int(Opcode::UNPACK_EX, (before | after << 8) as u32, loc);
            }
            None => self.op_int(Opcode::UNPACK_SEQUENCE, items.len() as u32, loc),
        }
        for item in items {
            match item {
                Expr::Starred(node) => self.store(&node.value)?,
                _ => self.store(item)?,
            }
        }
        Ok(())
    }

    /// `self.x = ...` in a method: x goes into the class's `__static_attributes__`.
    fn note_static_attribute(&mut self, target: &Expr) {
        let Expr::Attribute(node) = target else { return };
        if node.value.as_name_expr().is_none_or(|name| name.id != "self") {
            return;
        }
        if let Some(class) = self.units.iter_mut().rev().find(|unit| unit.kind == UnitKind::Class) {
            class.static_attributes.insert(node.attr.as_str().to_owned());
        }
    }

    pub(super) fn aug_assign(&mut self, node: &'a StmtAugAssign) -> Result<()> {
        let loc = Loc::from(node);
        let target = Loc::from(&*node.target);
        let op = inplace_op(node.op);
        match &*node.target {
            Expr::Name(name) => {
                self.load_name(&name.id, target)?;
                self.expr(&node.value)?;
                self.op(op, loc);
                self.store_name(&name.id, target)
            }
            Expr::Attribute(attribute) => {
                self.note_static_attribute(&node.target);
                self.expr(&attribute.value)?;
                self.op_int(Opcode::COPY, 1, target);
                let at = self.attribute_loc(&node.target, target);
                self.op_name(Opcode::LOAD_ATTR, &attribute.attr.id, at);
                self.expr(&node.value)?;
                self.op(op, loc);
                self.op_int(Opcode::SWAP, 2, at);
                self.op_name(Opcode::STORE_ATTR, &attribute.attr.id, at);
                Ok(())
            }
            Expr::Subscript(subscript) => {
                let store = self.aug_subscript(subscript)?;
                self.expr(&node.value)?;
                self.op(op, loc);
                self.finish_aug_subscript(store, target);
                Ok(())
            }
            other => self.error("illegal expression for augmented assignment", other),
        }
    }

    pub(super) fn ann_assign(&mut self, node: &'a StmtAnnAssign) -> Result<()> {
        let loc = Loc::from(node);
        if let Some(value) = &node.value {
            self.expr(value)?;
            self.store(&node.target)?;
        }
        match &*node.target {
            Expr::Name(name) => {
                let kind = self.unit_ref().kind;
                if node.simple && matches!(kind, UnitKind::Module | UnitKind::Class) {
                    self.variable_annotation(&name.id, node, loc)?;
                }
                Ok(())
            }
            // Without a value, the parts of the target are evaluated but not stored to.
            Expr::Attribute(attribute) if node.value.is_none() => self.evaluate(&attribute.value),
            Expr::Subscript(subscript) if node.value.is_none() => {
                self.evaluate(&subscript.value)?;
                self.evaluate_subscript(&subscript.slice)
            }
            _ => Ok(()),
        }
    }

    fn evaluate(&mut self, expr: &'a Expr) -> Result<()> {
        self.expr(expr)?;
        self.op(Opcode::POP_TOP, Loc::from(expr));
        Ok(())
    }

    fn evaluate_subscript(&mut self, expr: &'a Expr) -> Result<()> {
        match expr {
            Expr::Slice(slice) => {
                let parts = [&slice.lower, &slice.upper, &slice.step];
                parts.into_iter().flatten().try_for_each(|part| self.evaluate(part))
            }
            Expr::Tuple(tuple) => tuple.elts.iter().try_for_each(|item| self.evaluate_subscript(item)),
            _ => self.evaluate(expr),
        }
    }

    fn variable_annotation(
        &mut self,
        name: &'a ruff_python_ast::name::Name,
        node: &'a StmtAnnAssign,
        loc: Loc,
    ) -> Result<()> {
        if self.future_annotations() {
            self.load_str(&crate::unparse::expression(self.source, &node.annotation), loc);
            self.load_name(&ruff_python_ast::name::Name::new("__annotations__"), loc)?;
            let mangled = crate::symtable::mangle(self.unit_ref().private.as_ref(), name);
            self.load_str(&mangled, loc);
            self.op(Opcode::STORE_SUBSCR, loc);
            return Ok(());
        }
        let unit = self.unit();
        let conditional = unit.kind == UnitKind::Module || unit.in_conditional_block;
        let number = conditional.then_some(unit.next_conditional);
        unit.next_conditional += u32::from(conditional);
        unit.deferred.push(DeferredAnnotation {
            name,
            annotation: &node.annotation,
            loc,
            conditional: number,
        });
        if let Some(number) = number {
            match self.unit_ref().deref_index("__conditional_annotations__") {
                Some(cell) if self.unit_ref().kind == UnitKind::Class => {
                    self.op_arg(Opcode::LOAD_DEREF, Arg::Deref(cell), loc);
                }
                _ => self.load_name(&ruff_python_ast::name::Name::new("__conditional_annotations__"), loc)?,
            }
            self.load_const(Const::Int(i64::from(number)), loc);
            self.op_int(Opcode::SET_ADD, 1, loc);
            self.op(Opcode::POP_TOP, loc);
        }
        Ok(())
    }
}
