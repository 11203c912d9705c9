//! What CPython calls expressions in its messages (`_PyPegen_get_expr_name`), and which part of a target is invalid.

use ruff_python_ast::Expr;

/// Which statement a target belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Assign,
    For,
    Delete,
}

/// The name of a kind of expression.
pub(super) fn expr_name(expr: &Expr) -> &'static str {
    match expr {
        Expr::Attribute(_) => "attribute",
        Expr::Subscript(_) => "subscript",
        Expr::Starred(_) => "starred",
        Expr::Name(_) => "name",
        Expr::List(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Lambda(_) => "lambda",
        Expr::Call(_) => "function call",
        Expr::BoolOp(_) | Expr::BinOp(_) | Expr::UnaryOp(_) => "expression",
        Expr::Generator(_) => "generator expression",
        Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
        Expr::Await(_) => "await expression",
        Expr::ListComp(_) => "list comprehension",
        Expr::SetComp(_) => "set comprehension",
        Expr::DictComp(_) => "dict comprehension",
        Expr::Dict(_) => "dict literal",
        Expr::Set(_) => "set display",
        Expr::FString(_) => "f-string expression",
        Expr::TString(_) => "t-string expression",
        Expr::NoneLiteral(_) => "None",
        Expr::BooleanLiteral(node) if node.value => "True",
        Expr::BooleanLiteral(_) => "False",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::NumberLiteral(_) => "literal",
        Expr::Compare(_) => "comparison",
        Expr::If(_) => "conditional expression",
        Expr::Named(_) => "named expression",
        Expr::Slice(_) | Expr::IpyEscapeCommand(_) => "expression",
    }
}

/// The first part of an expression that cannot be a target (`_PyPegen_get_invalid_target`).
pub(super) fn invalid_target(expr: &Expr, kind: Target) -> Option<&Expr> {
    match expr {
        Expr::List(node) => node.elts.iter().find_map(|item| invalid_target(item, kind)),
        Expr::Tuple(node) => node.elts.iter().find_map(|item| invalid_target(item, kind)),
        Expr::Starred(_) if kind == Target::Delete => Some(expr),
        Expr::Starred(node) => invalid_target(&node.value, kind),
        Expr::Compare(node)
            if kind == Target::For && node.ops.first() == Some(&ruff_python_ast::CmpOp::In) =>
        {
            invalid_target(&node.left, kind)
        }
        Expr::Name(_) | Expr::Subscript(_) | Expr::Attribute(_) => None,
        _ => Some(expr),
    }
}
