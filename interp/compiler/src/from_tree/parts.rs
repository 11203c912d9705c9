//! Operators, parameters, type parameters, keywords.

use ruff_python_ast::{
    AtomicNodeIndex, CmpOp, Expr, Keyword, Operator, Parameter, ParameterWithDefault, Parameters, TypeParam,
    TypeParamParamSpec, TypeParamTypeVar, TypeParamTypeVarTuple, TypeParams, UnaryOp,
};
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::syntax::{Node, Tree};

use super::{Context, Reader, Result, as_node, class_of, fail, get, list, missing};

const NONE: AtomicNodeIndex = AtomicNodeIndex::NONE;

pub(super) fn operator(e: &Node, field: &str) -> Result<Operator> {
    Ok(match class_of(e, field)? {
        "Add" => Operator::Add,
        "Sub" => Operator::Sub,
        "Mult" => Operator::Mult,
        "MatMult" => Operator::MatMult,
        "Div" => Operator::Div,
        "Mod" => Operator::Mod,
        "Pow" => Operator::Pow,
        "LShift" => Operator::LShift,
        "RShift" => Operator::RShift,
        "BitOr" => Operator::BitOr,
        "BitXor" => Operator::BitXor,
        "BitAnd" => Operator::BitAnd,
        _ => Operator::FloorDiv,
    })
}

pub(super) fn unary(e: &Node) -> Result<UnaryOp> {
    Ok(match class_of(e, "op")? {
        "Invert" => UnaryOp::Invert,
        "Not" => UnaryOp::Not,
        "UAdd" => UnaryOp::UAdd,
        _ => UnaryOp::USub,
    })
}

pub(super) fn comparison(op: &Node) -> Result<CmpOp> {
    Ok(match op.class {
        "Eq" => CmpOp::Eq,
        "NotEq" => CmpOp::NotEq,
        "Lt" => CmpOp::Lt,
        "LtE" => CmpOp::LtE,
        "Gt" => CmpOp::Gt,
        "GtE" => CmpOp::GtE,
        "Is" => CmpOp::Is,
        "IsNot" => CmpOp::IsNot,
        "In" => CmpOp::In,
        _ => CmpOp::NotIn,
    })
}

impl Reader {
    /// The parameters in the field `args`.
    pub(super) fn parameters(&self, e: &Node) -> Result<Parameters> {
        let Tree::Node(args) = get(e, "args") else { return missing(e, "args") };
        let positional = list(args, "posonlyargs").len();
        let all = positional + list(args, "args").len();
        let defaults = self.exprs(args, "defaults", Context::Load)?;
        if defaults.len() > all {
            return fail("more positional defaults than args on arguments");
        }
        let keyword_only = list(args, "kwonlyargs");
        let keyword_defaults = list(args, "kw_defaults");
        if keyword_only.len() != keyword_defaults.len() {
            return fail("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        let without = all - defaults.len();
        let mut defaults = std::iter::repeat_n(None, without).chain(defaults.into_iter().map(Some));
        let mut parameters = |field: &str| -> Result<_> {
            let named = list(args, field).iter().map(|p| self.parameter(as_node(p, "argument")?));
            named.map(|p| Ok(with_default(p?, defaults.next().flatten()))).collect()
        };
        let (posonlyargs, plain) = (parameters("posonlyargs")?, parameters("args")?);
        let keyword_only = keyword_only.iter().zip(keyword_defaults).map(|(p, default)| {
            let default = match default {
                Tree::Node(default) => Some(self.expr(default, Context::Load)?),
                _ => None,
            };
            Ok(with_default(self.parameter(as_node(p, "argument")?)?, default))
        });
        let single = |field: &str| match get(args, field) {
            Tree::Node(p) => self.parameter(p).map(|p| Some(Box::new(p))),
            _ => Ok(None),
        };
        Ok(Parameters {
            range: TextRange::default(),
            node_index: NONE,
            posonlyargs,
            args: plain,
            vararg: single("vararg")?,
            kwonlyargs: keyword_only.collect::<Result<_>>()?,
            kwarg: single("kwarg")?,
        })
    }

    fn parameter(&self, p: &Node) -> Result<Parameter> {
        Ok(Parameter {
            range: self.range(p),
            node_index: NONE,
            name: self.identifier(p, "arg")?,
            annotation: self.optional(p, "annotation")?,
        })
    }

    pub(super) fn type_params(&self, e: &Node) -> Result<Option<Box<TypeParams>>> {
        let items = list(e, "type_params");
        if items.is_empty() {
            return Ok(None);
        }
        let one = |p: &Tree| {
            let p = as_node(p, "type_param")?;
            let (range, name, default) =
                (self.range(p), self.identifier(p, "name")?, self.optional(p, "default_value")?);
            Ok(match p.class {
                "TypeVar" => TypeParam::TypeVar(TypeParamTypeVar {
                    node_index: NONE,
                    range,
                    name,
                    bound: self.optional(p, "bound")?,
                    default,
                }),
                "ParamSpec" => {
                    TypeParam::ParamSpec(TypeParamParamSpec { node_index: NONE, range, name, default })
                }
                _ => {
                    TypeParam::TypeVarTuple(TypeParamTypeVarTuple { node_index: NONE, range, name, default })
                }
            })
        };
        let type_params: Result<Vec<TypeParam>> = items.iter().map(one).collect();
        let type_params = type_params?;
        // In brackets.
        let one = ruff_text_size::TextSize::new(1);
        let start = type_params.first().map_or(one, Ranged::start);
        let end = type_params.last().map_or(one, Ranged::end);
        let range = TextRange::new(start.checked_sub(one).unwrap_or_default(), end + one);
        Ok(Some(Box::new(TypeParams { range, node_index: NONE, type_params })))
    }

    pub(super) fn keywords(&self, e: &Node) -> Result<Vec<Keyword>> {
        let one = |k: &Tree| {
            let k = as_node(k, "keyword")?;
            Ok(Keyword {
                range: self.range(k),
                node_index: NONE,
                arg: self.optional_identifier(k, "arg")?,
                value: self.load(k, "value")?,
            })
        };
        list(e, "keywords").iter().map(one).collect()
    }
}

fn with_default(parameter: Parameter, default: Option<Expr>) -> ParameterWithDefault {
    ParameterWithDefault {
        range: parameter.range,
        node_index: NONE,
        parameter,
        default: default.map(Box::new),
    }
}
