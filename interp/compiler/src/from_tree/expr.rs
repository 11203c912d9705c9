//! Expressions.

use ruff_python_ast::{
    Arguments, AtomicNodeIndex, BoolOp, Comprehension, DictItem, Expr, ExprAttribute, ExprAwait, ExprBinOp,
    ExprBoolOp, ExprBooleanLiteral, ExprBytesLiteral, ExprCall, ExprCompare, ExprContext, ExprDict,
    ExprDictComp, ExprEllipsisLiteral, ExprGenerator, ExprIf, ExprLambda, ExprList, ExprListComp, ExprName,
    ExprNamed, ExprNoneLiteral, ExprNumberLiteral, ExprSet, ExprSetComp, ExprSlice, ExprStarred,
    ExprStringLiteral, ExprSubscript, ExprTuple, ExprUnaryOp, ExprYield, ExprYieldFrom, Int, Number, UnaryOp,
};
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::Const;
use taipan_bytecode::syntax::{Node, Tree};

use super::{Context, Reader, Result, TreeError, as_node, class_of, fail, get, list, missing};

const NONE: AtomicNodeIndex = AtomicNodeIndex::NONE;

impl Reader {
    pub(super) fn load(&self, node: &Node, field: &str) -> Result<Expr> {
        self.field(node, field, Context::Load)
    }

    pub(super) fn field(&self, node: &Node, field: &str, context: Context) -> Result<Expr> {
        match get(node, field) {
            Tree::Node(e) => self.expr(e, context),
            _ => missing(node, field),
        }
    }

    pub(super) fn optional(&self, node: &Node, field: &str) -> Result<Option<Box<Expr>>> {
        match get(node, field) {
            Tree::Node(e) => Ok(Some(Box::new(self.expr(e, Context::Load)?))),
            _ => Ok(None),
        }
    }

    pub(super) fn boxed(&self, node: &Node, field: &str) -> Result<Box<Expr>> {
        self.load(node, field).map(Box::new)
    }

    pub(super) fn exprs(&self, node: &Node, field: &str, context: Context) -> Result<Vec<Expr>> {
        list(node, field).iter().map(|e| self.expr(as_node(e, "expression")?, context)).collect()
    }

    /// As `exprs`, but at least one.
    pub(super) fn some(&self, node: &Node, field: &str, context: Context) -> Result<Vec<Expr>> {
        let found = self.exprs(node, field, context)?;
        if found.is_empty() { fail(format!("empty {field} on {}", node.class)) } else { Ok(found) }
    }

    /// An expression in this context: what can be stored to says which it is in.
    pub(super) fn expr(&self, e: &Node, context: Context) -> Result<Expr> {
        let range = self.range(e);
        let ctx = match context {
            Context::Load => ExprContext::Load,
            Context::Store => ExprContext::Store,
            Context::Del => ExprContext::Del,
        };
        if let "Name" | "Attribute" | "Subscript" | "Starred" | "List" | "Tuple" = e.class {
            let is = class_of(e, "ctx")?;
            if is != context.name() {
                return fail(format!("expression must have {} context but has {is} instead", context.name()));
            }
        } else if context != Context::Load {
            let name = context.name();
            return fail(format!("expression which can't be assigned to in {name} context"));
        }
        Ok(match e.class {
            "Name" => {
                let id = self.identifier(e, "id")?.id;
                Expr::Name(ExprName { node_index: NONE, range, id, ctx })
            }
            "Attribute" => {
                let mut attr = self.identifier(e, "attr")?;
                // The name comes last.
                let start = range.end().to_u32().saturating_sub(attr.id.len() as u32);
                attr.range = TextRange::new(range.start().max(start.into()), range.end());
                let value = self.boxed(e, "value")?;
                Expr::Attribute(ExprAttribute { node_index: NONE, range, value, attr, ctx })
            }
            "Subscript" => Expr::Subscript(ExprSubscript {
                node_index: NONE,
                range,
                value: self.boxed(e, "value")?,
                slice: self.boxed(e, "slice")?,
                ctx,
            }),
            "Starred" => Expr::Starred(ExprStarred {
                node_index: NONE,
                range,
                value: Box::new(self.field(e, "value", context)?),
                ctx,
            }),
            "List" => {
                Expr::List(ExprList { node_index: NONE, range, elts: self.exprs(e, "elts", context)?, ctx })
            }
            "Tuple" => Expr::Tuple(ExprTuple {
                node_index: NONE,
                range,
                elts: self.exprs(e, "elts", context)?,
                ctx,
                parenthesized: true,
            }),
            "Constant" => self.constant(get(e, "value"), range)?,
            _ => self.operation(e, range)?,
        })
    }

    fn operation(&self, e: &Node, range: TextRange) -> Result<Expr> {
        Ok(match e.class {
            "BoolOp" => {
                let values = self.exprs(e, "values", Context::Load)?;
                if values.len() < 2 {
                    return fail("BoolOp with less than 2 values");
                }
                let op = if class_of(e, "op")? == "And" { BoolOp::And } else { BoolOp::Or };
                Expr::BoolOp(ExprBoolOp { node_index: NONE, range, op, values })
            }
            "NamedExpr" => {
                if !matches!(get(e, "target"), Tree::Node(n) if n.class == "Name") {
                    return Err(TreeError::Type("NamedExpr target must be a Name".into()));
                }
                let target = Box::new(self.field(e, "target", Context::Store)?);
                Expr::Named(ExprNamed { node_index: NONE, range, target, value: self.boxed(e, "value")? })
            }
            "BinOp" => Expr::BinOp(ExprBinOp {
                node_index: NONE,
                range,
                left: self.boxed(e, "left")?,
                op: super::parts::operator(e, "op")?,
                right: self.boxed(e, "right")?,
            }),
            "UnaryOp" => {
                let op = super::parts::unary(e)?;
                Expr::UnaryOp(ExprUnaryOp { node_index: NONE, range, op, operand: self.boxed(e, "operand")? })
            }
            "Lambda" => Expr::Lambda(ExprLambda {
                node_index: NONE,
                range,
                parameters: Some(Box::new(self.parameters(e)?)),
                body: self.boxed(e, "body")?,
            }),
            "IfExp" => Expr::If(ExprIf {
                node_index: NONE,
                range,
                test: self.boxed(e, "test")?,
                body: self.boxed(e, "body")?,
                orelse: self.boxed(e, "orelse")?,
            }),
            "Compare" => self.compare(e, range)?,
            "Call" => Expr::Call(ExprCall {
                node_index: NONE,
                range_start: range.start(),
                func: self.boxed(e, "func")?,
                arguments: self.arguments(e, "args", range)?,
            }),
            "JoinedStr" => self.joined(e, range)?,
            "TemplateStr" => self.template(e, range)?,
            "FormattedValue" => self.formatted_alone(e, range)?,
            "Slice" => Expr::Slice(ExprSlice {
                node_index: NONE,
                range,
                lower: self.optional(e, "lower")?,
                upper: self.optional(e, "upper")?,
                step: self.optional(e, "step")?,
            }),
            "Await" => Expr::Await(ExprAwait { node_index: NONE, range, value: self.boxed(e, "value")? }),
            "Yield" => Expr::Yield(ExprYield { node_index: NONE, range, value: self.optional(e, "value")? }),
            "YieldFrom" => {
                Expr::YieldFrom(ExprYieldFrom { node_index: NONE, range, value: self.boxed(e, "value")? })
            }
            _ => self.display(e, range)?,
        })
    }

    fn display(&self, e: &Node, range: TextRange) -> Result<Expr> {
        let node_index = NONE;
        Ok(match e.class {
            "Set" => Expr::Set(ExprSet { node_index, range, elts: self.exprs(e, "elts", Context::Load)? }),
            "Dict" => Expr::Dict(ExprDict { node_index, range, items: self.items(e)? }),
            "ListComp" => Expr::ListComp(ExprListComp {
                node_index,
                range,
                elt: self.boxed(e, "elt")?,
                generators: self.generators(e)?,
            }),
            "SetComp" => Expr::SetComp(ExprSetComp {
                node_index,
                range,
                elt: self.boxed(e, "elt")?,
                generators: self.generators(e)?,
            }),
            "DictComp" => Expr::DictComp(ExprDictComp {
                node_index,
                range,
                key: Some(self.boxed(e, "key")?),
                value: self.boxed(e, "value")?,
                generators: self.generators(e)?,
            }),
            "GeneratorExp" => Expr::Generator(ExprGenerator {
                node_index,
                range,
                elt: self.boxed(e, "elt")?,
                generators: self.generators(e)?,
                parenthesized: true,
            }),
            class => return fail(format!("unexpected expression {class}")),
        })
    }

    fn items(&self, e: &Node) -> Result<Vec<DictItem>> {
        let (keys, values) = (list(e, "keys"), self.exprs(e, "values", Context::Load)?);
        if keys.len() != values.len() {
            return fail("Dict doesn't have the same number of keys as values");
        }
        let item = |(key, value): (&Tree, Expr)| {
            let key = match key {
                Tree::Node(key) => Some(self.expr(key, Context::Load)?),
                _ => None,
            };
            Ok(DictItem { key, value })
        };
        keys.iter().zip(values).map(item).collect()
    }

    fn compare(&self, e: &Node, range: TextRange) -> Result<Expr> {
        let comparators = self.exprs(e, "comparators", Context::Load)?;
        let ops: Result<Vec<_>> =
            list(e, "ops").iter().map(|op| super::parts::comparison(as_node(op, "comparison")?)).collect();
        let ops = ops?;
        if comparators.is_empty() {
            return fail("Compare with no comparators");
        }
        if ops.len() != comparators.len() {
            return fail("Compare has a different number of comparators and operands");
        }
        Ok(Expr::Compare(ExprCompare {
            node_index: NONE,
            range,
            left: self.boxed(e, "left")?,
            ops: ops.into(),
            comparators: comparators.into(),
        }))
    }

    /// The arguments of a call or class: positional ones in `field`.
    pub(super) fn arguments(&self, e: &Node, field: &str, range: TextRange) -> Result<Arguments> {
        let args = self.exprs(e, field, Context::Load)?;
        let keywords = self.keywords(e)?;
        Ok(Arguments { range, node_index: NONE, args: args.into(), keywords: keywords.into_iter().collect() })
    }

    fn generators(&self, e: &Node) -> Result<Vec<Comprehension>> {
        let one = |c: &Tree| {
            let c = as_node(c, "comprehension")?;
            let (target, iter) = (self.field(c, "target", Context::Store)?, self.load(c, "iter")?);
            Ok(Comprehension {
                range: target.range().cover(iter.range()),
                node_index: NONE,
                target,
                iter,
                ifs: self.exprs(c, "ifs", Context::Load)?,
                is_async: super::int(c, "is_async") != 0,
            })
        };
        let found: Result<Vec<_>> = list(e, "generators").iter().map(one).collect();
        let found = found?;
        if found.is_empty() { fail("comprehension with no generators") } else { Ok(found) }
    }

    /// A constant as the literal that has its value.
    pub(super) fn constant(&self, value: &Tree, range: TextRange) -> Result<Expr> {
        match value {
            Tree::Value(value) => self.literal(value, range),
            _ => Ok(Expr::NoneLiteral(ExprNoneLiteral { node_index: NONE, range })),
        }
    }

    fn literal(&self, value: &Const, range: TextRange) -> Result<Expr> {
        let node_index = NONE;
        let number = |value| Expr::NumberLiteral(ExprNumberLiteral { node_index: NONE, range, value });
        Ok(match value {
            Const::None => Expr::NoneLiteral(ExprNoneLiteral { node_index, range }),
            Const::True | Const::False => Expr::BooleanLiteral(ExprBooleanLiteral {
                node_index,
                range,
                value: matches!(value, Const::True),
            }),
            Const::Ellipsis => Expr::EllipsisLiteral(ExprEllipsisLiteral { node_index, range }),
            Const::Float(f) => number(Number::Float(*f)),
            Const::Complex { real, imag } => number(Number::Complex { real: *real, imag: *imag }),
            Const::Int(i) if *i >= 0 => number(Number::Int(Int::from(*i as u64))),
            Const::Int(i) => {
                let positive = Const::Int(i.checked_neg().unwrap_or(i64::MAX));
                self.negative(&positive, range)?
            }
            Const::BigInt(b) if b.negative => {
                let positive = taipan_bytecode::marshal::int_const(false, b.magnitude.to_vec());
                self.negative(&positive, range)?
            }
            Const::BigInt(b) => {
                let digits = dashu_int::UBig::from_le_bytes(&b.magnitude).in_radix(16).to_string();
                match Int::from_str_radix(&digits, 16, &format!("0x{digits}")) {
                    Ok(int) => number(Number::Int(int)),
                    Err(_) => return fail("a number that cannot be read"),
                }
            }
            Const::Str(s) => {
                Expr::StringLiteral(ExprStringLiteral { node_index, range, value: self.string(s, range) })
            }
            Const::Bytes(b) => Expr::BytesLiteral(ExprBytesLiteral {
                node_index,
                range,
                value: super::string::bytes(b, range),
            }),
            Const::Tuple(items) => {
                let elts: Result<Vec<Expr>> = items.iter().map(|item| self.literal(item, range)).collect();
                let ctx = ExprContext::Load;
                Expr::Tuple(ExprTuple { node_index, range, elts: elts?, ctx, parenthesized: true })
            }
            Const::FrozenSet(_) => return invalid_constant("frozenset"),
            Const::Slice(_) => return invalid_constant("slice"),
            Const::Code(_) => return invalid_constant("code"),
        })
    }

    fn negative(&self, positive: &Const, range: TextRange) -> Result<Expr> {
        let operand = Box::new(self.literal(positive, range)?);
        Ok(Expr::UnaryOp(ExprUnaryOp { node_index: NONE, range, op: UnaryOp::USub, operand }))
    }
}

fn invalid_constant<T>(kind: &str) -> Result<T> {
    Err(TreeError::Type(format!("got an invalid type in Constant: {kind}")))
}
