//! Operators, parameters, type parameters, keywords, comprehensions.

use ruff_python_ast::{
    BoolOp, CmpOp, Comprehension, ExprContext, Keyword, Operator, Parameter, Parameters, TypeParam,
    TypeParams, UnaryOp,
};
use taipan_bytecode::syntax::Tree;

use super::{Builder, int, name, optional, plain};
use crate::error::Result;

pub(super) fn operator(op: Operator) -> Tree {
    let class = match op {
        Operator::Add => "Add",
        Operator::Sub => "Sub",
        Operator::Mult => "Mult",
        Operator::MatMult => "MatMult",
        Operator::Div => "Div",
        Operator::Mod => "Mod",
        Operator::Pow => "Pow",
        Operator::LShift => "LShift",
        Operator::RShift => "RShift",
        Operator::BitOr => "BitOr",
        Operator::BitXor => "BitXor",
        Operator::BitAnd => "BitAnd",
        Operator::FloorDiv => "FloorDiv",
    };
    plain(class, Vec::new())
}

pub(super) fn unary(op: UnaryOp) -> Tree {
    let class = match op {
        UnaryOp::Invert => "Invert",
        UnaryOp::Not => "Not",
        UnaryOp::UAdd => "UAdd",
        UnaryOp::USub => "USub",
    };
    plain(class, Vec::new())
}

pub(super) fn boolean(op: BoolOp) -> Tree {
    plain(if op == BoolOp::And { "And" } else { "Or" }, Vec::new())
}

pub(super) fn comparison(op: &CmpOp) -> Tree {
    let class = match op {
        CmpOp::Eq => "Eq",
        CmpOp::NotEq => "NotEq",
        CmpOp::Lt => "Lt",
        CmpOp::LtE => "LtE",
        CmpOp::Gt => "Gt",
        CmpOp::GtE => "GtE",
        CmpOp::Is => "Is",
        CmpOp::IsNot => "IsNot",
        CmpOp::In => "In",
        CmpOp::NotIn => "NotIn",
    };
    plain(class, Vec::new())
}

pub(super) fn context(ctx: ExprContext) -> Tree {
    let class = match ctx {
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
        ExprContext::Load | ExprContext::Invalid => "Load",
    };
    plain(class, Vec::new())
}

impl Builder<'_> {
    pub(super) fn arguments(&self, p: &Parameters) -> Result<Tree> {
        let arg = |b: &Self, p: &ruff_python_ast::ParameterWithDefault| b.arg(&p.parameter);
        let positional = p.posonlyargs.iter().chain(&p.args);
        let defaults: Result<Vec<Tree>> =
            positional.filter_map(|p| p.default.as_deref()).map(|d| self.expr(d)).collect();
        let fields = vec![
            ("posonlyargs", self.list(&p.posonlyargs, arg)?),
            ("args", self.list(&p.args, arg)?),
            ("vararg", optional(p.vararg.as_deref(), |p| self.arg(p))?),
            ("kwonlyargs", self.list(&p.kwonlyargs, arg)?),
            ("kw_defaults", self.list(&p.kwonlyargs, |b, p| b.opt_expr(p.default.as_deref()))?),
            ("kwarg", optional(p.kwarg.as_deref(), |p| self.arg(p))?),
            ("defaults", Tree::List(defaults?)),
        ];
        Ok(plain("arguments", fields))
    }

    fn arg(&self, p: &Parameter) -> Result<Tree> {
        let fields = vec![
            ("arg", name(&p.name)),
            ("annotation", self.opt_expr(p.annotation.as_deref())?),
            ("type_comment", Tree::None),
        ];
        // The parser counts the stars of `*args` in; the node begins with the name.
        let range = ruff_text_size::TextRange::new(p.name.range.start(), p.range.end());
        Ok(self.node("arg", range, fields))
    }

    pub(super) fn type_params(&self, params: Option<&TypeParams>) -> Result<Tree> {
        let Some(params) = params else { return Ok(Tree::List(Vec::new())) };
        self.list(&params.type_params, |b, p| {
            let (class, range, fields) = match p {
                TypeParam::TypeVar(p) => (
                    "TypeVar",
                    p.range,
                    vec![
                        ("name", name(&p.name)),
                        ("bound", b.opt_expr(p.bound.as_deref())?),
                        ("default_value", b.opt_expr(p.default.as_deref())?),
                    ],
                ),
                TypeParam::TypeVarTuple(p) => (
                    "TypeVarTuple",
                    p.range,
                    vec![("name", name(&p.name)), ("default_value", b.opt_expr(p.default.as_deref())?)],
                ),
                TypeParam::ParamSpec(p) => (
                    "ParamSpec",
                    p.range,
                    vec![("name", name(&p.name)), ("default_value", b.opt_expr(p.default.as_deref())?)],
                ),
            };
            Ok(b.node(class, range, fields))
        })
    }

    pub(super) fn keyword(&self, k: &Keyword) -> Result<Tree> {
        let arg = optional(k.arg.as_ref(), |n| Ok(name(n)))?;
        Ok(self.node("keyword", k.range, vec![("arg", arg), ("value", self.expr(&k.value)?)]))
    }

    pub(super) fn comprehension(&self, c: &Comprehension) -> Result<Tree> {
        let fields = vec![
            ("target", self.expr(&c.target)?),
            ("iter", self.expr(&c.iter)?),
            ("ifs", self.exprs(&c.ifs)?),
            ("is_async", int(c.is_async.into())),
        ];
        Ok(plain("comprehension", fields))
    }
}
