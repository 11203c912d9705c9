//! Expressions.

use ruff_python_ast::{
    BoolOp, DictItem, Expr, ExprAttribute, ExprBinOp, ExprBoolOp, ExprIf, ExprNumberLiteral, Operator,
    UnaryOp,
};
use ruff_text_size::Ranged;
use taipan_bytecode::{Const, Opcode};

use super::{Compiler, STACK_USE_GUIDELINE};
use crate::assemble::Loc;
use crate::error::Result;
use crate::literal;
use crate::symtable::ComprehensionKind;

/// More pairs than this are added to a dict one by one.
const DICT_DISPLAY_MAX: usize = 15;

impl<'a> Compiler<'a> {
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Result<()> {
        let loc = Loc::from(expr);
        match expr {
            Expr::Name(node) => self.load_name_expr(node, loc),
            Expr::NumberLiteral(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => {
                if let Some(value) = self.literal(expr)? {
                    self.load_const(value, loc);
                }
                Ok(())
            }
            Expr::Call(node) => self.call(node),
            Expr::Attribute(node) => self.attribute(node, expr),
            Expr::BinOp(node) => self.bin_op(node),
            Expr::Compare(node) => self.compare(node),
            Expr::BoolOp(node) => self.bool_op(node),
            Expr::UnaryOp(node) => {
                self.expr(&node.operand)?;
                let op = match node.op {
                    UnaryOp::Invert => Opcode::UNARY_INVERT,
                    UnaryOp::Not => Opcode::UNARY_NOT,
                    UnaryOp::UAdd => Opcode::UNARY_POSITIVE,
                    UnaryOp::USub => Opcode::UNARY_NEGATIVE,
                };
                self.unary(op, loc);
                Ok(())
            }
            Expr::Subscript(node) => self.load_subscript(node),
            Expr::If(node) => self.if_expr(node),
            Expr::Named(node) => {
                self.expr(&node.value)?;
                self.op_int(Opcode::COPY, 1, loc);
                self.store(&node.target)
            }
            Expr::Lambda(node) => self.lambda(node),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.comprehension_expr(expr)
            }
            Expr::Dict(node) => self.dict(&node.items, loc),
            Expr::Tuple(node) => self.display(&node.elts, Display::Tuple, loc),
            Expr::List(node) => self.display(&node.elts, Display::List, loc),
            Expr::Set(node) => self.display(&node.elts, Display::Set, loc),
            Expr::Await(node) => {
                if !self.may_await() {
                    let kind = self.unit_ref().kind;
                    let function =
                        matches!(kind, super::unit::UnitKind::Function | super::unit::UnitKind::Lambda);
                    let place = if function { "async function" } else { "function" };
                    return self.error(format!("'await' outside {place}"), expr);
                }
                self.await_expr(node)
            }
            Expr::Yield(node) => self.yield_expr(node),
            Expr::YieldFrom(node) => self.yield_from(node),
            Expr::FString(node) => self.f_string(node),
            Expr::TString(node) => self.t_string(node),
            Expr::Slice(node) => self.slice(node),
            Expr::Starred(node) => {
                // Alone in parentheses it is the parser's business in CPython, which says it in other words.
                let before = &self.source[..node.range.start().to_usize()];
                let verb = if before.trim_end().ends_with('(') { "cannot" } else { "can't" };
                self.error(format!("{verb} use starred expression here"), expr)
            }
            Expr::IpyEscapeCommand(_) => self.error("invalid syntax", expr),
        }
    }

    fn load_name_expr(&mut self, node: &'a ruff_python_ast::ExprName, loc: Loc) -> Result<()> {
        if node.id == "__debug__" {
            let value = if self.flags.optimize == 0 { Const::True } else { Const::False };
            self.load_const(value, loc);
            return Ok(());
        }
        self.load_name(&node.id, loc)
    }

    /// The value of a literal.
    pub(super) fn literal(&self, expr: &Expr) -> Result<Option<Const>> {
        Ok(Some(match expr {
            Expr::NumberLiteral(node) => self.number(node)?,
            Expr::StringLiteral(node) => Const::Str(literal::string_value(self.source, node)),
            Expr::BytesLiteral(node) => Const::Bytes(node.value.bytes().collect()),
            Expr::BooleanLiteral(node) => {
                if node.value {
                    Const::True
                } else {
                    Const::False
                }
            }
            Expr::NoneLiteral(_) => Const::None,
            Expr::EllipsisLiteral(_) => Const::Ellipsis,
            Expr::Name(node) if node.id == "__debug__" => {
                if self.flags.optimize == 0 {
                    Const::True
                } else {
                    Const::False
                }
            }
            _ => return Ok(None),
        }))
    }

    fn number(&self, node: &ExprNumberLiteral) -> Result<Const> {
        match literal::number(&node.value) {
            Ok(value) => Ok(value),
            Err(msg) => self.error(msg, node),
        }
    }

    /// The value of an expression made of constants only: literals and tuples of them.
    pub(super) fn constant(&self, expr: &Expr) -> Option<Const> {
        match expr {
            Expr::Tuple(node) => {
                let items: Option<Box<[Const]>> = node.elts.iter().map(|item| self.constant(item)).collect();
                items.map(Const::Tuple)
            }
            Expr::UnaryOp(node) if node.op == UnaryOp::USub && node.operand.is_number_literal_expr() => {
                crate::fold::unary(Opcode::UNARY_NEGATIVE, &self.constant(&node.operand)?)
            }
            _ => self.literal(expr).ok().flatten(),
        }
    }

    pub(super) fn constants(&self, items: &[Expr]) -> Option<Box<[Const]>> {
        items.iter().map(|item| self.constant(item)).collect()
    }

    /// The truth of a condition that is a constant.
    pub(super) fn constant_truth(&self, expr: &Expr) -> Option<bool> {
        match expr {
            Expr::UnaryOp(node) if node.op == UnaryOp::Not => {
                self.constant_truth(&node.operand).map(|truth| !truth)
            }
            Expr::Tuple(node) if node.elts.is_empty() => Some(false),
            _ => self.literal(expr).ok().flatten().map(|value| value.is_true()),
        }
    }

    fn attribute(&mut self, node: &'a ExprAttribute, expr: &'a Expr) -> Result<()> {
        let loc = Loc::from(node);
        if self.is_zero_argument_super(&node.value) {
            self.load_super_arguments(&node.value)?;
            self.op_name(Opcode::LOAD_SUPER_ATTR, &node.attr.id, loc);
            return Ok(());
        }
        self.expr(&node.value)?;
        self.op_name(Opcode::LOAD_ATTR, &node.attr.id, self.attribute_loc(expr, loc));
        Ok(())
    }

    /// An attribute that stands in a line below its object is reported at its name.
    pub(super) fn attribute_loc(&self, attribute: &Expr, loc: Loc) -> Loc {
        let Expr::Attribute(node) = attribute else { return loc };
        let name_end = node.range().end().to_u32();
        if self.lines.line(loc.start) == self.lines.line(name_end) {
            return loc;
        }
        Loc { start: node.attr.range().start().to_u32(), end: loc.end.max(name_end) }
    }

    fn bin_op(&mut self, node: &'a ExprBinOp) -> Result<()> {
        // The left operands may be a chain as long as the source: no recursion for them.
        let mut chain = vec![node];
        let mut left = &*node.left;
        while let Expr::BinOp(inner) = left {
            chain.push(inner);
            left = &inner.left;
        }
        let formatted = self.percent_format(chain[chain.len() - 1])?;
        if !formatted {
            self.expr(left)?;
        }
        for node in chain.iter().rev().skip(usize::from(formatted)) {
            self.expr(&node.right)?;
            self.binary(binary_op(node.op), Loc::from(*node));
        }
        Ok(())
    }

    fn bool_op(&mut self, node: &'a ExprBoolOp) -> Result<()> {
        let loc = Loc::from(node);
        let end = self.label();
        let op = match node.op {
            BoolOp::And => Opcode::POP_JUMP_IF_FALSE,
            BoolOp::Or => Opcode::POP_JUMP_IF_TRUE,
        };
        let Some((last, first)) = node.values.split_last() else { return Ok(()) };
        for value in first {
            match self.constant_truth(value) {
                // `True and x` is x; `False and x` is False, x is never looked at.
                Some(truth) if truth == (node.op == BoolOp::And) => {}
                Some(_) => {
                    self.expr(value)?;
                    self.jump(end, loc);
                }
                None => {
                    self.expr(value)?;
                    self.op_int(Opcode::COPY, 1, loc);
                    self.jump_op(op, end, loc);
                    self.op(Opcode::POP_TOP, loc);
                }
            }
        }
        self.expr(last)?;
        self.bind(end);
        Ok(())
    }

    fn if_expr(&mut self, node: &'a ExprIf) -> Result<()> {
        let (end, otherwise) = (self.label(), self.label());
        self.jump_if(&node.test, otherwise, false)?;
        self.expr(&node.body)?;
        self.jump(end, Loc::NONE);
        self.bind(otherwise);
        self.expr(&node.orelse)?;
        self.bind(end);
        Ok(())
    }

    /// What a `for` goes over: a list or set of constants need not be made each time.
    pub(super) fn iterable(&mut self, expr: &'a Expr) -> Result<()> {
        if let Expr::List(node) = expr
            && let Some(items) = self.constants(&node.elts)
        {
            self.load_const(Const::Tuple(items), Loc::from(expr));
            return Ok(());
        }
        if let Expr::List(node) = expr
            && !node.elts.iter().any(Expr::is_starred_expr)
            && node.elts.len() <= STACK_USE_GUIDELINE
        {
            self.exprs(&node.elts)?;
            self.build_tuple(node.elts.len(), Loc::from(expr));
            return Ok(());
        }
        self.set_or_expr(expr)
    }

    fn set_or_expr(&mut self, expr: &'a Expr) -> Result<()> {
        if let Expr::Set(node) = expr
            && let Some(items) = self.constants(&node.elts)
        {
            self.load_const(Const::FrozenSet(items), Loc::from(expr));
            return Ok(());
        }
        self.expr(expr)
    }

    pub(super) fn exprs(&mut self, list: &'a [Expr]) -> Result<()> {
        list.iter().try_for_each(|expr| self.expr(expr))
    }

    /// A tuple, list or set display.
    pub(super) fn display(&mut self, items: &'a [Expr], kind: Display, loc: Loc) -> Result<()> {
        self.display_with(items, kind, None, loc)
    }

    /// The same; `extra` names a variable that is the last item (a generic class's base).
    pub(super) fn display_with(
        &mut self,
        items: &'a [Expr],
        kind: Display,
        extra: Option<&ruff_python_ast::name::Name>,
        loc: Loc,
    ) -> Result<()> {
        let count = items.len() + usize::from(extra.is_some());
        if extra.is_none()
            && (items.len() > 2 || kind == Display::Tuple)
            && self.constant_display(items, kind, loc)
        {
            return Ok(());
        }
        let big = count > STACK_USE_GUIDELINE;
        let starred = items.iter().any(Expr::is_starred_expr);
        if !starred && !big {
            self.exprs(items)?;
            if let Some(name) = extra {
                self.load_name(name, loc)?;
            }
            match kind {
                Display::Tuple => self.build_tuple(count, loc),
                Display::List => self.op_int(Opcode::BUILD_LIST, count as u32, loc),
                Display::Set => self.op_int(Opcode::BUILD_SET, count as u32, loc),
            }
            return Ok(());
        }
        let (build, add, extend) = match kind {
            Display::Tuple | Display::List => (Opcode::BUILD_LIST, Opcode::LIST_APPEND, Opcode::LIST_EXTEND),
            Display::Set => (Opcode::BUILD_SET, Opcode::SET_ADD, Opcode::SET_UPDATE),
        };
        let mut built = big;
        if big {
            self.op_int(build, 0, loc);
        }
        for (index, item) in items.iter().enumerate() {
            if let Expr::Starred(node) = item {
                if !built {
                    self.op_int(build, index as u32, loc);
                    built = true;
                }
                self.expr(&node.value)?;
                self.op_int(extend, 1, loc);
            } else {
                self.expr(item)?;
                if built {
                    self.op_int(add, 1, loc);
                }
            }
        }
        if let Some(name) = extra {
            self.load_name(name, loc)?;
            self.op_int(add, 1, loc);
        }
        if kind == Display::Tuple {
            self.op(Opcode::LIST_TO_TUPLE, loc);
        }
        Ok(())
    }

    /// A display of constants: a constant, or made from one.
    fn constant_display(&mut self, items: &'a [Expr], kind: Display, loc: Loc) -> bool {
        let Some(values) = self.constants(items) else { return false };
        match kind {
            Display::Tuple => self.load_const(Const::Tuple(values), loc),
            Display::List => {
                self.op_int(Opcode::BUILD_LIST, 0, loc);
                self.load_const(Const::Tuple(values), loc);
                self.op_int(Opcode::LIST_EXTEND, 1, loc);
            }
            Display::Set => {
                self.op_int(Opcode::BUILD_SET, 0, loc);
                self.load_const(Const::FrozenSet(values), loc);
                self.op_int(Opcode::SET_UPDATE, 1, loc);
            }
        }
        true
    }

    fn dict(&mut self, items: &'a [DictItem], loc: Loc) -> Result<()> {
        let mut have_dict = false;
        let mut rest = items;
        while !rest.is_empty() {
            let pairs = rest.iter().position(|item| item.key.is_none()).unwrap_or(rest.len());
            if pairs > 0 {
                // Groups of pairs, so that the stack stays small.
                let count =
                    pairs.min(if pairs > DICT_DISPLAY_MAX && !have_dict { 0xffff } else { DICT_DISPLAY_MAX });
                self.sub_dict(&rest[..count], loc)?;
                if have_dict {
                    self.op_int(Opcode::DICT_UPDATE, 1, loc);
                }
                rest = &rest[count..];
            } else {
                if !have_dict {
                    self.op_int(Opcode::BUILD_MAP, 0, loc);
                }
                self.expr(&rest[0].value)?;
                self.op_int(Opcode::DICT_UPDATE, 1, loc);
                rest = &rest[1..];
            }
            have_dict = true;
        }
        if !have_dict {
            self.op_int(Opcode::BUILD_MAP, 0, loc);
        }
        Ok(())
    }

    fn sub_dict(&mut self, items: &'a [DictItem], loc: Loc) -> Result<()> {
        let big = items.len() > DICT_DISPLAY_MAX;
        if big {
            self.op_int(Opcode::BUILD_MAP, 0, loc);
        }
        for item in items {
            if let Some(key) = &item.key {
                self.expr(key)?;
            }
            self.expr(&item.value)?;
            if big {
                self.op_int(Opcode::MAP_ADD, 1, loc);
            }
        }
        if !big {
            self.op_int(Opcode::BUILD_MAP, items.len() as u32, loc);
        }
        Ok(())
    }

    fn comprehension_expr(&mut self, expr: &'a Expr) -> Result<()> {
        match expr {
            Expr::ListComp(node) => {
                self.comprehension(expr, ComprehensionKind::List, &node.generators, &node.elt, None)
            }
            Expr::SetComp(node) => {
                self.comprehension(expr, ComprehensionKind::Set, &node.generators, &node.elt, None)
            }
            Expr::DictComp(node) => match &node.key {
                Some(key) => self.comprehension(
                    expr,
                    ComprehensionKind::Dict,
                    &node.generators,
                    key,
                    Some(&node.value),
                ),
                None => self.error("dict unpacking cannot be used in dict comprehension", expr),
            },
            Expr::Generator(node) => {
                self.comprehension(expr, ComprehensionKind::Generator, &node.generators, &node.elt, None)
            }
            _ => Ok(()),
        }
    }
}

/// Which display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Display {
    Tuple,
    List,
    Set,
}

pub(super) fn binary_op(op: Operator) -> Opcode {
    match op {
        Operator::Add => Opcode::BINARY_ADD,
        Operator::Sub => Opcode::BINARY_SUBTRACT,
        Operator::Mult => Opcode::BINARY_MULTIPLY,
        Operator::MatMult => Opcode::BINARY_MATRIX_MULTIPLY,
        Operator::Div => Opcode::BINARY_TRUE_DIVIDE,
        Operator::Mod => Opcode::BINARY_MODULO,
        Operator::Pow => Opcode::BINARY_POWER,
        Operator::LShift => Opcode::BINARY_LSHIFT,
        Operator::RShift => Opcode::BINARY_RSHIFT,
        Operator::BitOr => Opcode::BINARY_OR,
        Operator::BitXor => Opcode::BINARY_XOR,
        Operator::BitAnd => Opcode::BINARY_AND,
        Operator::FloorDiv => Opcode::BINARY_FLOOR_DIVIDE,
    }
}

pub(super) fn inplace_op(op: Operator) -> Opcode {
    match op {
        Operator::Add => Opcode::INPLACE_ADD,
        Operator::Sub => Opcode::INPLACE_SUBTRACT,
        Operator::Mult => Opcode::INPLACE_MULTIPLY,
        Operator::MatMult => Opcode::INPLACE_MATRIX_MULTIPLY,
        Operator::Div => Opcode::INPLACE_TRUE_DIVIDE,
        Operator::Mod => Opcode::INPLACE_MODULO,
        Operator::Pow => Opcode::INPLACE_POWER,
        Operator::LShift => Opcode::INPLACE_LSHIFT,
        Operator::RShift => Opcode::INPLACE_RSHIFT,
        Operator::BitOr => Opcode::INPLACE_OR,
        Operator::BitXor => Opcode::INPLACE_XOR,
        Operator::BitAnd => Opcode::INPLACE_AND,
        Operator::FloorDiv => Opcode::INPLACE_FLOOR_DIVIDE,
    }
}
