//! The parser's tree as `ast` shows it: the names, fields and positions of CPython's nodes.

mod expr;
mod parts;
mod pattern;
mod stmt;
mod string;

use ruff_python_ast::{Expr, Identifier, Mod, Stmt};
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::syntax::{Node, Tree};
use taipan_bytecode::{Const, Position, Wtf8Str};

use crate::error::{Failure, Result};
use crate::source::LineIndex;

/// Makes nodes of one source.
pub(crate) struct Builder<'a> {
    source: &'a str,
    lines: &'a LineIndex,
}

type Fields = Vec<(&'static str, Tree)>;

/// The tree of a module, an interactive statement or an expression.
pub(crate) fn tree(source: &str, lines: &LineIndex, module: &Mod, interactive: bool) -> Result<Tree> {
    let builder = Builder { source, lines };
    let (class, fields) = match module {
        Mod::Expression(m) => ("Expression", vec![("body", builder.expr(&m.body)?)]),
        Mod::Module(m) if interactive => ("Interactive", vec![("body", builder.stmts(&m.body)?)]),
        Mod::Module(m) => {
            ("Module", vec![("body", builder.stmts(&m.body)?), ("type_ignores", Tree::List(Vec::new()))])
        }
    };
    Ok(plain(class, fields))
}

/// A node without a position.
fn plain(class: &'static str, fields: Fields) -> Tree {
    Tree::Node(Box::new(Node { class, fields, position: None }))
}

fn text(s: &str) -> Tree {
    Tree::Value(Const::Str(Wtf8Str::from(s)))
}

fn name(id: &Identifier) -> Tree {
    text(id.as_str())
}

fn int(i: i64) -> Tree {
    Tree::Value(Const::Int(i))
}

/// `None` or what is there.
fn optional<T>(value: Option<T>, convert: impl FnOnce(T) -> Result<Tree>) -> Result<Tree> {
    value.map_or(Ok(Tree::None), convert)
}

impl Builder<'_> {
    fn position(&self, range: TextRange) -> Position {
        let (line, col) = self.lines.line_col(range.start().to_u32());
        let (end_line, end_col) = self.lines.line_col(range.end().to_u32());
        Position::new(line, end_line, col, end_col)
    }

    fn node(&self, class: &'static str, range: TextRange, fields: Fields) -> Tree {
        Tree::Node(Box::new(Node { class, fields, position: Some(self.position(range)) }))
    }

    fn list<'t, T: 't>(
        &self,
        items: impl IntoIterator<Item = &'t T>,
        convert: impl Fn(&Self, &'t T) -> Result<Tree>,
    ) -> Result<Tree> {
        let nodes: Result<Vec<Tree>> = items.into_iter().map(|item| convert(self, item)).collect();
        nodes.map(Tree::List)
    }

    fn stmts<'t>(&self, body: impl IntoIterator<Item = &'t Stmt>) -> Result<Tree> {
        self.list(body, Self::stmt)
    }

    fn exprs<'t>(&self, items: impl IntoIterator<Item = &'t Expr>) -> Result<Tree> {
        self.list(items, Self::expr)
    }

    fn opt_expr(&self, e: Option<&Expr>) -> Result<Tree> {
        optional(e, |e| self.expr(e))
    }

    fn constant(&self, range: TextRange, value: Const, kind: Tree) -> Tree {
        self.node("Constant", range, vec![("value", Tree::Value(value)), ("kind", kind)])
    }

    /// The range without what comes before the first of the words (decorators), if one is found.
    fn skip_to_keyword(&self, range: TextRange, after: u32) -> TextRange {
        let mut at = after as usize;
        let bytes = self.source.as_bytes();
        while let Some(&b) = bytes.get(at) {
            match b {
                b'#' => at += bytes[at..].iter().position(|&b| b == b'\n').unwrap_or(bytes.len() - at),
                b if b.is_ascii_whitespace() || b == b'\\' => at += 1,
                _ => break,
            }
        }
        TextRange::new((at as u32).into(), range.end())
    }

    fn unsupported<T>(&self, what: &str, node: &impl Ranged) -> Result<T> {
        Err(Failure::new(what, node))
    }
}
