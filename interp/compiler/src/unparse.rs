//! Expressions as text, in the normal form of CPython's `Python/ast_unparse.c`: annotations under
//! `from __future__ import annotations`.

use ruff_python_ast::{
    BoolOp, CmpOp, Comprehension, ConversionFlag, Expr, ExprCall, ExprFString, FStringPart,
    InterpolatedElement, InterpolatedStringElement, Operator, ParameterWithDefault, Parameters, UnaryOp,
};
use taipan_bytecode::{Const, Wtf8Str, dis};

use crate::literal;

/// How tightly the place of an expression binds; an expression that binds less is put in parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Named,
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    /// The next tighter level.
    fn tighter(self) -> Self {
        const ALL: [Level; 17] = [
            Level::Named,
            Level::Tuple,
            Level::Test,
            Level::Or,
            Level::And,
            Level::Not,
            Level::Compare,
            Level::BitOr,
            Level::BitXor,
            Level::BitAnd,
            Level::Shift,
            Level::Sum,
            Level::Term,
            Level::Factor,
            Level::Power,
            Level::Await,
            Level::Atom,
        ];
        ALL[(self as usize + 1).min(ALL.len() - 1)]
    }
}

/// The text of an annotation.
pub(crate) fn expression(source: &str, expr: &Expr) -> String {
    let mut writer = Writer { source, out: String::new() };
    writer.expr(expr, Level::Test);
    writer.out
}

struct Writer<'s> {
    source: &'s str,
    out: String,
}

impl Writer<'_> {
    fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Writes in parentheses if the place binds tighter than `own`.
    fn grouped(&mut self, place: Level, own: Level, write: impl FnOnce(&mut Self)) {
        let group = place > own;
        if group {
            self.text("(");
        }
        write(self);
        if group {
            self.text(")");
        }
    }

    fn list(&mut self, items: &[Expr], level: Level) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.text(", ");
            }
            self.expr(item, level);
        }
    }

    fn expr(&mut self, expr: &Expr, place: Level) {
        match expr {
            Expr::Name(node) => self.text(&node.id),
            Expr::BooleanLiteral(node) => self.text(if node.value { "True" } else { "False" }),
            Expr::NoneLiteral(_) => self.text("None"),
            Expr::EllipsisLiteral(_) => self.text("..."),
            Expr::NumberLiteral(node) => {
                let text = literal::number(&node.value).map(|value| dis::repr(&value)).unwrap_or_default();
                // What overflows reads as infinity.
                self.text(&text.replace("inf", "1e309"));
            }
            Expr::StringLiteral(node) => {
                let value = literal::string_value(self.source, node);
                self.text(&dis::repr(&Const::Str(value)));
            }
            Expr::BytesLiteral(node) => {
                let value = Const::Bytes(node.value.bytes().collect());
                self.text(&dis::repr(&value));
            }
            Expr::FString(node) => self.f_string(node),
            Expr::TString(node) => {
                let range = node.range;
                let text = crate::source::slice(self.source, range).to_owned();
                self.text(&text);
            }
            Expr::BoolOp(node) => {
                let (own, word) = match node.op {
                    BoolOp::And => (Level::And, " and "),
                    BoolOp::Or => (Level::Or, " or "),
                };
                self.grouped(place, own, |w| {
                    for (index, value) in node.values.iter().enumerate() {
                        if index > 0 {
                            w.text(word);
                        }
                        w.expr(value, own.tighter());
                    }
                });
            }
            Expr::BinOp(node) => {
                let (own, sign) = operator(node.op);
                let power = node.op == Operator::Pow;
                self.grouped(place, own, |w| {
                    w.expr(&node.left, if power { own.tighter() } else { own });
                    w.text(sign);
                    w.expr(&node.right, if power { own } else { own.tighter() });
                });
            }
            Expr::UnaryOp(node) => {
                let (own, sign) = match node.op {
                    UnaryOp::Not => (Level::Not, "not "),
                    UnaryOp::Invert => (Level::Factor, "~"),
                    UnaryOp::UAdd => (Level::Factor, "+"),
                    UnaryOp::USub => (Level::Factor, "-"),
                };
                self.grouped(place, own, |w| {
                    w.text(sign);
                    w.expr(&node.operand, own);
                });
            }
            _ => self.compound(expr, place),
        }
    }

    fn compound(&mut self, expr: &Expr, place: Level) {
        match expr {
            Expr::Lambda(node) => self.grouped(place, Level::Test, |w| {
                w.text("lambda");
                if let Some(parameters) =
                    node.parameters.as_deref().filter(|parameters| !parameters.is_empty())
                {
                    w.text(" ");
                    w.parameters(parameters);
                }
                w.text(": ");
                w.expr(&node.body, Level::Test);
            }),
            Expr::If(node) => self.grouped(place, Level::Test, |w| {
                w.expr(&node.body, Level::Or);
                w.text(" if ");
                w.expr(&node.test, Level::Or);
                w.text(" else ");
                w.expr(&node.orelse, Level::Test);
            }),
            Expr::Named(node) => self.grouped(place, Level::Named, |w| {
                w.expr(&node.target, Level::Atom);
                w.text(" := ");
                w.expr(&node.value, Level::Atom);
            }),
            Expr::Compare(node) => self.grouped(place, Level::Compare, |w| {
                w.expr(&node.left, Level::BitOr);
                for (op, right) in node.ops.iter().zip(&node.comparators) {
                    w.text(comparison(*op));
                    w.expr(right, Level::BitOr);
                }
            }),
            Expr::Await(node) => self.grouped(place, Level::Await, |w| {
                w.text("await ");
                w.expr(&node.value, Level::Atom);
            }),
            Expr::Yield(node) => match &node.value {
                None => self.text("(yield)"),
                Some(value) => {
                    self.text("(yield ");
                    self.expr(value, Level::Test);
                    self.text(")");
                }
            },
            Expr::YieldFrom(node) => {
                self.text("(yield from ");
                self.expr(&node.value, Level::Test);
                self.text(")");
            }
            Expr::Starred(node) => {
                self.text("*");
                self.expr(&node.value, Level::BitOr);
            }
            Expr::Call(node) => self.call(node),
            Expr::Attribute(node) => {
                self.expr(&node.value, Level::Atom);
                // `1 .real`: the dot would belong to the number.
                let number = node.value.as_number_literal_expr().is_some_and(|number| number.value.is_int());
                self.text(if number { " ." } else { "." });
                self.text(&node.attr);
            }
            Expr::Subscript(node) => {
                self.expr(&node.value, Level::Atom);
                self.text("[");
                self.expr(&node.slice, Level::Tuple);
                self.text("]");
            }
            Expr::Slice(node) => {
                for (prefix, part) in [("", &node.lower), (":", &node.upper)] {
                    self.text(prefix);
                    if let Some(part) = part {
                        self.expr(part, Level::Test);
                    }
                }
                if let Some(step) = &node.step {
                    self.text(":");
                    self.expr(step, Level::Test);
                }
            }
            _ => self.display(expr, place),
        }
    }

    fn display(&mut self, expr: &Expr, place: Level) {
        match expr {
            Expr::Tuple(node) if node.elts.is_empty() => self.text("()"),
            Expr::Tuple(node) => self.grouped(place, Level::Tuple, |w| {
                w.list(&node.elts, Level::Test);
                if node.elts.len() == 1 {
                    w.text(",");
                }
            }),
            Expr::List(node) => {
                self.text("[");
                self.list(&node.elts, Level::Test);
                self.text("]");
            }
            Expr::Set(node) => {
                self.text("{");
                self.list(&node.elts, Level::Test);
                self.text("}");
            }
            Expr::Dict(node) => {
                self.text("{");
                for (index, item) in node.items.iter().enumerate() {
                    if index > 0 {
                        self.text(", ");
                    }
                    match &item.key {
                        Some(key) => {
                            self.expr(key, Level::Test);
                            self.text(": ");
                            self.expr(&item.value, Level::Test);
                        }
                        None => {
                            self.text("**");
                            self.expr(&item.value, Level::BitOr);
                        }
                    }
                }
                self.text("}");
            }
            Expr::ListComp(node) => self.comprehension("[", &node.elt, None, &node.generators, "]"),
            Expr::SetComp(node) => self.comprehension("{", &node.elt, None, &node.generators, "}"),
            Expr::Generator(node) => self.comprehension("(", &node.elt, None, &node.generators, ")"),
            Expr::DictComp(node) => {
                let (first, second) = match &node.key {
                    Some(key) => (&**key, Some(&*node.value)),
                    None => (&*node.value, None),
                };
                self.comprehension("{", first, second, &node.generators, "}");
            }
            _ => {}
        }
    }

    fn comprehension(
        &mut self,
        open: &str,
        element: &Expr,
        value: Option<&Expr>,
        generators: &[Comprehension],
        close: &str,
    ) {
        self.text(open);
        self.expr(element, Level::Test);
        if let Some(value) = value {
            self.text(": ");
            self.expr(value, Level::Test);
        }
        for generator in generators {
            self.text(if generator.is_async { " async for " } else { " for " });
            self.expr(&generator.target, Level::Tuple);
            self.text(" in ");
            self.expr(&generator.iter, Level::Or);
            for condition in &generator.ifs {
                self.text(" if ");
                self.expr(condition, Level::Or);
            }
        }
        self.text(close);
    }

    fn call(&mut self, node: &ExprCall) {
        self.expr(&node.func, Level::Atom);
        let arguments = &node.arguments;
        if let ([only @ Expr::Generator(_)], []) = (&arguments.args[..], &arguments.keywords[..]) {
            // The generator expression's own parentheses are the call's.
            return self.expr(only, Level::Test);
        }
        self.text("(");
        self.list(&arguments.args, Level::Test);
        for (index, keyword) in arguments.keywords.iter().enumerate() {
            if index > 0 || !arguments.args.is_empty() {
                self.text(", ");
            }
            match &keyword.arg {
                Some(name) => {
                    self.text(name);
                    self.text("=");
                }
                None => self.text("**"),
            }
            self.expr(&keyword.value, Level::Test);
        }
        self.text(")");
    }

    fn parameters(&mut self, parameters: &Parameters) {
        let mut first = true;
        let mut separate = |w: &mut Self| {
            if !std::mem::replace(&mut first, false) {
                w.text(", ");
            }
        };
        let plain = |w: &mut Self, parameter: &ParameterWithDefault| {
            w.text(parameter.name());
            if let Some(default) = &parameter.default {
                w.text("=");
                w.expr(default, Level::Test);
            }
        };
        for parameter in &parameters.posonlyargs {
            separate(self);
            plain(self, parameter);
        }
        if !parameters.posonlyargs.is_empty() {
            self.text(", /");
        }
        for parameter in &parameters.args {
            separate(self);
            plain(self, parameter);
        }
        if parameters.vararg.is_some() || !parameters.kwonlyargs.is_empty() {
            separate(self);
            self.text("*");
            if let Some(star) = &parameters.vararg {
                self.text(&star.name);
            }
        }
        for parameter in &parameters.kwonlyargs {
            separate(self);
            plain(self, parameter);
        }
        if let Some(star) = &parameters.kwarg {
            separate(self);
            self.text("**");
            self.text(&star.name);
        }
    }

    fn f_string(&mut self, node: &ExprFString) {
        let mut body = String::new();
        for part in node.value.as_slice() {
            match part {
                FStringPart::Literal(text) => {
                    push_braced(&mut body, &literal::part_value(self.source, text));
                }
                FStringPart::FString(part) => {
                    for element in &part.elements {
                        self.element(element, &mut body);
                    }
                }
            }
        }
        self.text("f");
        self.text(&dis::repr(&Const::Str(body.into())));
    }

    fn element(&self, element: &InterpolatedStringElement, body: &mut String) {
        match element {
            InterpolatedStringElement::Literal(text) => push_braced(body, &(&*text.value).into()),
            InterpolatedStringElement::Interpolation(node) => self.interpolation(node, body),
        }
    }

    fn interpolation(&self, node: &InterpolatedElement, body: &mut String) {
        if let Some(debug) = &node.debug_text {
            body.push_str(debug.as_str());
        }
        let mut inner = Writer { source: self.source, out: String::new() };
        inner.expr(&node.expression, Level::Or);
        body.push('{');
        if inner.out.starts_with('{') {
            body.push(' ');
        }
        body.push_str(&inner.out);
        let repr_by_default = node.debug_text.is_some() && node.format_spec.is_none();
        match node.conversion {
            ConversionFlag::None if repr_by_default => body.push_str("!r"),
            ConversionFlag::None => {}
            ConversionFlag::Str => body.push_str("!s"),
            ConversionFlag::Repr => body.push_str("!r"),
            ConversionFlag::Ascii => body.push_str("!a"),
        }
        if let Some(spec) = &node.format_spec {
            body.push(':');
            for element in &spec.elements {
                self.element(element, body);
            }
        }
        body.push('}');
    }
}

fn push_braced(body: &mut String, text: &Wtf8Str) {
    let text = String::from_utf8_lossy(text.as_bytes()).replace('{', "{{").replace('}', "}}");
    body.push_str(&text);
}

fn operator(op: Operator) -> (Level, &'static str) {
    match op {
        Operator::Add => (Level::Sum, " + "),
        Operator::Sub => (Level::Sum, " - "),
        Operator::Mult => (Level::Term, " * "),
        Operator::MatMult => (Level::Term, " @ "),
        Operator::Div => (Level::Term, " / "),
        Operator::Mod => (Level::Term, " % "),
        Operator::FloorDiv => (Level::Term, " // "),
        Operator::Pow => (Level::Power, " ** "),
        Operator::LShift => (Level::Shift, " << "),
        Operator::RShift => (Level::Shift, " >> "),
        Operator::BitOr => (Level::BitOr, " | "),
        Operator::BitXor => (Level::BitXor, " ^ "),
        Operator::BitAnd => (Level::BitAnd, " & "),
    }
}

fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}
