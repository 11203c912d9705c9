//! What CPython's compiler warns of: `SyntaxWarning`s. In CPython's order: what its tokenizer and parser find, then
//! jumps out of `finally`, then what its code generator finds.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{CmpOp, Expr, ExprContext, Mod, Number, Stmt};
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::source::slice;

/// A warning, before it is known whether it is an error.
pub(crate) struct Found {
    pub message: String,
    /// The message of the error, if it is another one.
    pub as_error: Option<String>,
    pub range: TextRange,
}

/// Every warning of a source without errors.
pub(crate) fn find(source: &str, parsed: &Parsed<Mod>) -> Vec<Found> {
    let mut found = Vec::new();
    tokens(source, parsed.tokens(), &mut found);
    found.append(&mut of_tree(parsed.syntax()));
    found
}

/// Those that the tree alone shows.
pub(crate) fn of_tree(module: &Mod) -> Vec<Found> {
    let mut found = Vec::new();
    let mut finally = Finally { in_finally: false, in_loop: false, found: &mut found };
    let mut typos = Typos { found: Vec::new() };
    match module {
        Mod::Module(module) => {
            finally.visit_body(&module.body);
            typos.visit_body(&module.body);
        }
        Mod::Expression(expression) => typos.visit_expr(&expression.body),
    }
    found.append(&mut typos.found);
    found
}

/// Escapes that mean nothing, numbers that run into a keyword.
fn tokens(source: &str, tokens: &Tokens, found: &mut Vec<Found>) {
    let mut before: Option<(TokenKind, TextRange)> = None;
    for token in tokens {
        let (kind, range) = (token.kind(), token.range());
        match kind {
            TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle => {
                if let Some(flags) = token.string_flags()
                    && !flags.is_raw_string()
                {
                    let text = slice(source, range);
                    let bad = bad_escape(text, flags.is_byte_string(), range.start());
                    found.extend(bad.or_else(|| escaped_brace(source, range)));
                }
            }
            _ => {}
        }
        if let Some((TokenKind::Int | TokenKind::Float | TokenKind::Complex, number)) = before
            && number.end() == range.start()
            && kind.is_keyword()
        {
            let message = format!("invalid {} literal", number_kind(slice(source, number)));
            found.push(Found { message, as_error: None, range });
        }
        before = Some((kind, range));
    }
}

fn number_kind(text: &str) -> &'static str {
    match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => "hexadecimal",
        [b'0', b'o' | b'O', ..] => "octal",
        [b'0', b'b' | b'B', ..] => "binary",
        [.., b'j' | b'J'] => "imaginary",
        _ => "decimal",
    }
}

/// The first escape of a literal that stands for itself, or for more than a byte.
fn bad_escape(text: &str, is_bytes: bool, start: TextSize) -> Option<Found> {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            continue;
        }
        let (_, escape) = chars.next()?;
        let mut shown = escape.to_string();
        let kind = match escape {
            '\n' | '\r' | '\\' | '\'' | '"' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | 'x' => continue,
            'N' | 'u' | 'U' if !is_bytes => continue,
            '0'..='7' => {
                while shown.len() < 3
                    && let Some((_, digit)) = chars.next_if(|(_, c)| ('0'..='7').contains(c))
                {
                    shown.push(digit);
                }
                if shown.len() < 3 || shown.as_str() < "400" {
                    continue;
                }
                "octal "
            }
            _ => "",
        };
        return Some(invalid(&shown, kind, start + TextSize::new(at as u32)));
    }
    None
}

/// A backslash at the end of a piece of an f-string, before the brace that ends it.
fn escaped_brace(source: &str, piece: TextRange) -> Option<Found> {
    let text = slice(source, piece);
    let slashes = text.len() - text.trim_end_matches('\\').len();
    let brace = source[piece.end().to_usize()..].chars().next().filter(|c| matches!(c, '{' | '}'))?;
    let at = piece.end() - TextSize::new(1);
    (slashes % 2 == 1).then(|| invalid(&brace.to_string(), "", at))
}

fn invalid(shown: &str, kind: &str, at: TextSize) -> Found {
    let what = format!("\"\\{shown}\" is an invalid {kind}escape sequence.");
    let advice = format!("Did you mean \"\\\\{shown}\"? A raw string is also an option.");
    Found {
        message: format!("{what} Such sequences will not work in the future. {advice}"),
        as_error: Some(format!("{what} {advice}")),
        range: TextRange::at(at, TextSize::new(1 + shown.len() as u32)),
    }
}

/// Finds `return`, `break` and `continue` that leave a `finally` block.
struct Finally<'f> {
    in_finally: bool,
    in_loop: bool,
    found: &'f mut Vec<Found>,
}

impl Finally<'_> {
    fn within(&mut self, state: (bool, bool), visit: impl FnOnce(&mut Self)) {
        let outer = (self.in_finally, self.in_loop);
        (self.in_finally, self.in_loop) = state;
        visit(self);
        (self.in_finally, self.in_loop) = outer;
    }
    fn leaves(&mut self, what: &str, at: &impl Ranged) {
        self.found.push(Found {
            message: format!("'{what}' in a 'finally' block"),
            as_error: None,
            range: at.range(),
        });
    }
}

impl<'a> Visitor<'a> for Finally<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Return(_) if self.in_finally => self.leaves("return", stmt),
            Stmt::Break(_) if self.in_finally && !self.in_loop => self.leaves("break", stmt),
            Stmt::Continue(_) if self.in_finally && !self.in_loop => self.leaves("continue", stmt),
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => self.within((false, false), |v| walk_stmt(v, stmt)),
            Stmt::For(node) => {
                self.within((self.in_finally, true), |v| v.visit_body(&node.body));
                self.visit_body(&node.orelse);
            }
            Stmt::While(node) => {
                self.within((self.in_finally, true), |v| v.visit_body(&node.body));
                self.visit_body(&node.orelse);
            }
            Stmt::Try(node) => {
                self.visit_body(&node.body);
                node.handlers.iter().for_each(|handler| self.visit_except_handler(handler));
                self.visit_body(&node.orelse);
                self.within((true, false), |v| v.visit_body(&node.finalbody));
            }
            _ => walk_stmt(self, stmt),
        }
    }
    // Expressions have no statements in them.
    fn visit_expr(&mut self, _: &'a Expr) {}
}

/// Finds expressions that are surely not what was meant.
struct Typos {
    found: Vec<Found>,
}

impl Typos {
    fn warn(&mut self, message: String, at: &impl Ranged) {
        self.found.push(Found { message, as_error: None, range: at.range() });
    }
    fn compare(&mut self, node: &ruff_python_ast::ExprCompare) {
        let mut left = &*node.left;
        for (op, right) in node.ops.iter().zip(&node.comparators) {
            let literal = [left, right].into_iter().find(|e| is_literal(e));
            if let (CmpOp::Is | CmpOp::IsNot, Some(literal)) = (op, literal) {
                let (is, equal) = if *op == CmpOp::Is { ("is", "==") } else { ("is not", "!=") };
                let kind = type_of(literal).unwrap_or_default();
                return self.warn(format!("\"{is}\" with '{kind}' literal. Did you mean \"{equal}\"?"), node);
            }
            left = right;
        }
    }
    fn call(&mut self, callee: &Expr) {
        if !matches!(callee, Expr::Lambda(_))
            && let Some(kind) = type_of(callee)
        {
            self.warn(format!("'{kind}' object is not callable; perhaps you missed a comma?"), callee);
        }
    }
    fn subscript(&mut self, node: &ruff_python_ast::ExprSubscript) {
        let Some(kind) = type_of(&node.value) else { return };
        let (value, index) = (&*node.value, &*node.slice);
        let has_items = matches!(
            value,
            Expr::StringLiteral(_)
                | Expr::BytesLiteral(_)
                | Expr::Tuple(_)
                | Expr::List(_)
                | Expr::ListComp(_)
                | Expr::FString(_)
        );
        let is_mapping = matches!(value, Expr::Dict(_) | Expr::DictComp(_));
        if !has_items && !is_mapping {
            return self
                .warn(format!("'{kind}' object is not subscriptable; perhaps you missed a comma?"), value);
        }
        if let Some(index_kind) = type_of(index)
            && has_items
            && !matches!(index_kind, "int" | "bool")
        {
            let message = format!(
                "{kind} indices must be integers or slices, not {index_kind}; perhaps you missed a comma?"
            );
            self.warn(message, value);
        }
    }
}

impl<'a> Visitor<'a> for Typos {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::Assert(node) = stmt
            && let Expr::Tuple(test) = &*node.test
            && !test.elts.is_empty()
        {
            self.warn("assertion is always true, perhaps remove parentheses?".to_owned(), stmt);
        }
        walk_stmt(self, stmt);
    }
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Compare(node) => self.compare(node),
            Expr::Call(node) => self.call(&node.func),
            Expr::Subscript(node) if node.ctx == ExprContext::Load => self.subscript(node),
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// A constant that `is` says nothing about.
fn is_literal(e: &Expr) -> bool {
    matches!(e, Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::BytesLiteral(_))
}

/// The name of the type that an expression surely has.
fn type_of(e: &Expr) -> Option<&'static str> {
    Some(match e {
        Expr::NumberLiteral(n) => match n.value {
            Number::Int(_) => "int",
            Number::Float(_) => "float",
            Number::Complex { .. } => "complex",
        },
        Expr::StringLiteral(_) | Expr::FString(_) => "str",
        Expr::BytesLiteral(_) => "bytes",
        Expr::BooleanLiteral(_) => "bool",
        Expr::NoneLiteral(_) => "NoneType",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::Tuple(_) => "tuple",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::Generator(_) => "generator",
        Expr::Lambda(_) => "function",
        Expr::TString(_) => "string.templatelib.Template",
        _ => return None,
    })
}
