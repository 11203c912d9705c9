//! Expressions.

use ruff_python_ast::{Expr, ExprCall, Number};
use ruff_text_size::Ranged;
use taipan_bytecode::Const;
use taipan_bytecode::syntax::Tree;

use super::parts::{boolean, comparison, context, operator, unary};
use super::{Builder, Fields, name, optional, text};
use crate::error::{Failure, Result};
use crate::literal;

impl Builder<'_> {
    pub(super) fn expr(&self, e: &Expr) -> Result<Tree> {
        match e {
            Expr::StringLiteral(s) => return Ok(self.string(s)),
            Expr::BytesLiteral(s) => return Ok(self.bytes(s)),
            Expr::FString(s) => return self.f_string(s),
            Expr::TString(s) => return self.t_string(s),
            Expr::NumberLiteral(n) => return self.number(&n.value, e),
            Expr::BooleanLiteral(b) => {
                let value = if b.value { Const::True } else { Const::False };
                return Ok(self.constant(b.range, value, Tree::None));
            }
            Expr::NoneLiteral(n) => return Ok(self.constant(n.range, Const::None, Tree::None)),
            Expr::EllipsisLiteral(n) => return Ok(self.constant(n.range, Const::Ellipsis, Tree::None)),
            Expr::Call(c) => return self.call(c),
            _ => {}
        }
        let (class, fields) = match self.compound(e)? {
            Some(found) => found,
            None => self.place(e)?,
        };
        Ok(self.node(class, e.range(), fields))
    }

    /// Operators, displays and comprehensions.
    fn compound(&self, e: &Expr) -> Result<Option<(&'static str, Fields)>> {
        let generators = |c: &[ruff_python_ast::Comprehension]| self.list(c, Self::comprehension);
        Ok(Some(match e {
            Expr::BoolOp(x) => ("BoolOp", vec![("op", boolean(x.op)), ("values", self.exprs(&x.values)?)]),
            Expr::Named(x) => {
                ("NamedExpr", vec![("target", self.expr(&x.target)?), ("value", self.expr(&x.value)?)])
            }
            Expr::BinOp(x) => (
                "BinOp",
                vec![("left", self.expr(&x.left)?), ("op", operator(x.op)), ("right", self.expr(&x.right)?)],
            ),
            Expr::UnaryOp(x) => ("UnaryOp", vec![("op", unary(x.op)), ("operand", self.expr(&x.operand)?)]),
            Expr::Lambda(x) => {
                let none = ruff_python_ast::Parameters::default();
                let args = self.arguments(x.parameters.as_deref().unwrap_or(&none))?;
                ("Lambda", vec![("args", args), ("body", self.expr(&x.body)?)])
            }
            Expr::If(x) => (
                "IfExp",
                vec![
                    ("test", self.expr(&x.test)?),
                    ("body", self.expr(&x.body)?),
                    ("orelse", self.expr(&x.orelse)?),
                ],
            ),
            Expr::Dict(x) => (
                "Dict",
                vec![
                    ("keys", self.list(&x.items, |b, i| b.opt_expr(i.key.as_ref()))?),
                    ("values", self.list(&x.items, |b, i| b.expr(&i.value))?),
                ],
            ),
            Expr::Set(x) => ("Set", vec![("elts", self.exprs(&x.elts)?)]),
            Expr::ListComp(x) => {
                ("ListComp", vec![("elt", self.expr(&x.elt)?), ("generators", generators(&x.generators)?)])
            }
            Expr::SetComp(x) => {
                ("SetComp", vec![("elt", self.expr(&x.elt)?), ("generators", generators(&x.generators)?)])
            }
            Expr::DictComp(x) => (
                "DictComp",
                vec![
                    ("key", self.opt_expr(x.key.as_deref())?),
                    ("value", self.expr(&x.value)?),
                    ("generators", generators(&x.generators)?),
                ],
            ),
            Expr::Generator(x) => (
                "GeneratorExp",
                vec![("elt", self.expr(&x.elt)?), ("generators", generators(&x.generators)?)],
            ),
            Expr::Compare(x) => (
                "Compare",
                vec![
                    ("left", self.expr(&x.left)?),
                    ("ops", Tree::List(x.ops.iter().map(comparison).collect())),
                    ("comparators", self.exprs(&*x.comparators)?),
                ],
            ),
            _ => return Ok(None),
        }))
    }

    /// What may stand on the left of `=`, and what suspends.
    fn place(&self, e: &Expr) -> Result<(&'static str, Fields)> {
        Ok(match e {
            Expr::Await(x) => ("Await", vec![("value", self.expr(&x.value)?)]),
            Expr::Yield(x) => ("Yield", vec![("value", self.opt_expr(x.value.as_deref())?)]),
            Expr::YieldFrom(x) => ("YieldFrom", vec![("value", self.expr(&x.value)?)]),
            Expr::Attribute(x) => (
                "Attribute",
                vec![("value", self.expr(&x.value)?), ("attr", name(&x.attr)), ("ctx", context(x.ctx))],
            ),
            Expr::Subscript(x) => (
                "Subscript",
                vec![
                    ("value", self.expr(&x.value)?),
                    ("slice", self.expr(&x.slice)?),
                    ("ctx", context(x.ctx)),
                ],
            ),
            Expr::Starred(x) => ("Starred", vec![("value", self.expr(&x.value)?), ("ctx", context(x.ctx))]),
            Expr::Name(x) => ("Name", vec![("id", text(&x.id)), ("ctx", context(x.ctx))]),
            Expr::List(x) => ("List", vec![("elts", self.exprs(&x.elts)?), ("ctx", context(x.ctx))]),
            Expr::Tuple(x) => ("Tuple", vec![("elts", self.exprs(&x.elts)?), ("ctx", context(x.ctx))]),
            Expr::Slice(x) => (
                "Slice",
                vec![
                    ("lower", self.opt_expr(x.lower.as_deref())?),
                    ("upper", self.opt_expr(x.upper.as_deref())?),
                    ("step", self.opt_expr(x.step.as_deref())?),
                ],
            ),
            other => return self.unsupported("invalid syntax", other),
        })
    }

    fn number(&self, value: &Number, e: &Expr) -> Result<Tree> {
        match literal::number(value) {
            Ok(value) => Ok(self.constant(e.range(), value, Tree::None)),
            Err(message) => Err(Failure::new(message, e)),
        }
    }

    fn call(&self, c: &ExprCall) -> Result<Tree> {
        let args = &c.arguments;
        let values = match &*args.args {
            // A generator that is the only argument has the parentheses of the call.
            [Expr::Generator(g)] if !g.parenthesized && args.keywords.is_empty() => {
                let fields = vec![
                    ("elt", self.expr(&g.elt)?),
                    ("generators", self.list(&g.generators, Self::comprehension)?),
                ];
                Tree::List(vec![self.node("GeneratorExp", args.range, fields)])
            }
            values => self.exprs(values)?,
        };
        let fields = vec![
            ("func", self.expr(&c.func)?),
            ("args", values),
            ("keywords", self.list(&args.keywords, Self::keyword)?),
        ];
        Ok(self.node("Call", c.range(), fields))
    }

    pub(super) fn opt<T>(&self, value: Option<T>, convert: impl FnOnce(T) -> Result<Tree>) -> Result<Tree> {
        optional(value, convert)
    }
}
