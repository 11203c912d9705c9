//! Expressions as text, in the normal form of CPython's `Python/ast_unparse.c`: annotations under
//! `from __future__ import annotations`.

use ruff_python_ast::Expr;

/// The text of an annotation.
pub(crate) fn expression(expr: &Expr) -> String {
    let _ = expr;
    String::new()
}
