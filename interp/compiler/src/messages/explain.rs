//! What CPython says about an error that the parser has found.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Expr, Mod};
use ruff_python_parser::{
    InterpolatedStringErrorType, LexicalErrorType, Mode as ParserMode, ParseError, ParseErrorType,
    ParseOptions, UnsupportedSyntaxError, UnsupportedSyntaxErrorKind,
};
use ruff_text_size::{Ranged, TextRange};

use super::context::{Context, is_keyword, range};
use super::escape::find_bad_escape;
use super::names::{Target, expr_name, invalid_target};
use super::tokens::{Kind, Token, tokenize};
use crate::error::{End, ErrorKind, Failure};
use crate::source::{LineIndex, slice};

/// Syntax newer than 3.14, which the parser knows and CPython 3.14 does not.
pub(super) fn unsupported(error: &UnsupportedSyntaxError) -> Box<Failure> {
    let text = match error.kind {
        UnsupportedSyntaxErrorKind::UnpackingInComprehension(kind) => {
            if format!("{kind:?}").contains("Dict") {
                "dict unpacking cannot be used in dict comprehension"
            } else {
                "iterable unpacking cannot be used in comprehension"
            }
        }
        _ => "invalid syntax",
    };
    Failure::new(text, error)
}

/// The failure that CPython would report.
pub(super) fn explain(source: &str, lines: &LineIndex, error: &ParseError) -> Box<Failure> {
    let (tokens, failure) = tokenize(source, false);
    let at = error.location.start().to_usize();
    if let Some(failure) = failure {
        // Unexpected indentation is final for CPython's parser; everything else yields to the tokenizer's errors.
        let later =
            failure.range.is_some_and(|range| range.start().to_usize() > error.location.end().to_usize());
        if !(later && matches!(error.error, ParseErrorType::UnexpectedIndentation)) {
            return failure;
        }
    }
    let end = error.location.end().to_usize();
    let index = tokens.list.iter().position(|token| token.end > at || token.start >= at);
    let index = index.unwrap_or(tokens.list.len() - 1);
    let context = Context { source, lines, tokens: &tokens, index, error };
    if let Some(&(bracket, opened)) = tokens.open.last() {
        // `(1 + <newline> y = 2`: the assignment is no error of its own while the bracket is open.
        let at_end = tokens.list[index].kind == Kind::End || tokens.list[index].kind == Kind::Newline;
        if at_end || lines.line(at.max(end) as u32) > lines.line(opened as u32) {
            let text = format!("'{}' was never closed", char::from(bracket));
            return Failure::new(text, &range(opened, opened)).with_end(End::Unknown);
        }
    }
    context.explain()
}

impl Context<'_> {
    fn reported(&self, msg: impl Into<String>) -> Box<Failure> {
        Failure::new(msg, self.error)
    }

    fn explain(&self) -> Box<Failure> {
        if let Some(failure) = self.by_tokens() {
            return failure;
        }
        match &self.error.error {
            ParseErrorType::UnexpectedIndentation => {
                let token = self.token();
                let at = range(token.end.saturating_sub(1).max(token.start), token.end);
                Failure::of_kind(ErrorKind::Indentation, "unexpected indent", Some(at)).with_end(End::Unknown)
            }
            ParseErrorType::InvalidAssignmentTarget => self.target(Target::Assign),
            ParseErrorType::InvalidDeleteTarget => self.target(Target::Delete),
            ParseErrorType::InvalidNamedAssignmentTarget => self
                .named("cannot use assignment expressions with ", "")
                .unwrap_or_else(|| self.here("invalid syntax")),
            ParseErrorType::InvalidAugmentedAssignmentTarget => self
                .named("'", "' is an illegal expression for augmented assignment")
                .unwrap_or_else(|| self.here("invalid syntax")),
            ParseErrorType::InvalidAnnotatedAssignmentTarget => {
                self.reported("illegal target for annotation")
            }
            ParseErrorType::InvalidStarredExpressionUsage => self.starred(),
            ParseErrorType::NonDefaultParamAfterDefaultParam => {
                self.reported("parameter without a default follows parameter with a default")
            }
            ParseErrorType::ParamAfterVarKeywordParam => {
                self.reported("arguments cannot follow var-keyword argument")
            }
            ParseErrorType::ExpectedKeywordParam => {
                let text = "named arguments must follow bare *";
                let lambda = (0..self.index).rev().any(|at| self.text(at) == "lambda");
                if lambda { self.at_token(text, self.index + 1) } else { self.reported(text) }
            }
            ParseErrorType::VarParameterWithDefault => self.star_default(),
            ParseErrorType::PositionalAfterKeywordArgument => {
                self.after_arguments("positional argument follows keyword argument")
            }
            ParseErrorType::PositionalAfterKeywordUnpacking => {
                self.after_arguments("positional argument follows keyword argument unpacking")
            }
            ParseErrorType::InvalidArgumentUnpackingOrder => {
                let stars = (0..self.index).rev().find(|&at| self.text(at) == "**").unwrap_or(self.index);
                let at = range(self.tokens.list[stars].start, self.error.location.end().to_usize());
                Failure::new("iterable argument unpacking follows keyword argument unpacking", &at)
            }
            ParseErrorType::UnparenthesizedGeneratorExpression => {
                self.reported("Generator expression must be parenthesized")
            }
            ParseErrorType::IterableUnpackingInComprehension => {
                self.reported("iterable unpacking cannot be used in comprehension")
            }
            ParseErrorType::EmptyImportNames => {
                let at = self.previous().map_or(0, |token| token.end);
                Failure::new("Expected one or more names after 'import'", &range(at, at))
            }
            ParseErrorType::EmptyTypeParams => self.here("Type parameter list cannot be empty"),
            ParseErrorType::InvalidMatchPatternTarget => self.reported("cannot use '_' as a target"),
            ParseErrorType::ExpectedRealNumber => self.reported("real number required in complex literal"),
            ParseErrorType::ExpectedImaginaryNumber => {
                self.reported("imaginary number required in complex literal")
            }
            ParseErrorType::FStringError(kind) => self.interpolated("f", kind),
            ParseErrorType::TStringError(kind) => self.interpolated("t", kind),
            ParseErrorType::Lexical(kind) => self.lexical(kind),
            ParseErrorType::ExpectedToken { expected, .. } => self.expected(*expected),
            ParseErrorType::OtherError(text) => self.other(text),
            _ => self.here("invalid syntax"),
        }
    }

    /// At the bracket that ends the arguments.
    fn after_arguments(&self, msg: &str) -> Box<Failure> {
        let level = self.token().level;
        let close = (self.index..self.tokens.list.len())
            .find(|&at| self.text(at) == ")" && self.tokens.list[at].level == level);
        self.at_token(msg, close.unwrap_or(self.index))
    }

    /// What went wrong inside an f-string's field.
    fn inside_string(&self) -> Option<Box<Failure>> {
        if self.token().kind != Kind::FString {
            return None;
        }
        let literal = slice(self.source, self.token().range());
        let letter = if literal.trim_start_matches(['r', 'R']).starts_with(['t', 'T']) { "t" } else { "f" };
        let at = self.error.location.start().to_usize();
        if at <= self.token().start {
            return None;
        }
        let before = self.source[self.token().start..at].trim_end();
        let width = self.source[at..].chars().next().map_or(0, char::len_utf8);
        let here = range(at, (at + width).max(self.error.location.end().to_usize().min(self.token().end)));
        let field = before.rfind('{').map(|offset| self.token().start + offset + 1)?;
        let expression = self.source[field..].trim_start();
        if expression.starts_with("lambda") && self.source[field..at].contains("lambda") {
            let text = format!("{letter}-string: lambda expressions are not allowed without parentheses");
            let start = self.source.len() - expression.len();
            return Some(Failure::new(text, &range(start, at)));
        }
        if before.ends_with('{') {
            return Some(Failure::new(
                format!("{letter}-string: expecting a valid expression after '{{'"),
                &here,
            ));
        }
        let next = self.source[at..].chars().next()?;
        match &self.error.error {
            ParseErrorType::FStringError(InterpolatedStringErrorType::UnclosedLbrace)
            | ParseErrorType::TStringError(InterpolatedStringErrorType::UnclosedLbrace) => {}
            ParseErrorType::ExpectedExpression => return Some(Failure::new("invalid syntax", &here)),
            _ => return None,
        }
        if next.is_alphanumeric() || next == '_' {
            let text = "invalid syntax. Perhaps you forgot a comma?";
            return Some(Failure::new(
                text,
                &range(self.source.len() - expression.len(), here.end().to_usize()),
            ));
        }
        let text = format!("{letter}-string: expecting '=', or '!', or ':', or '}}'");
        Some(Failure::new(text, &here))
    }

    /// What the tokens alone tell.
    fn by_tokens(&self) -> Option<Box<Failure>> {
        self.inside_string()
            .or_else(|| self.legacy_statement())
            .or_else(|| self.import_from_reversed())
            .or_else(|| self.string_in_string())
            .or_else(|| self.assignment_as_condition())
            .or_else(|| self.forgotten_comma())
    }

    /// `print x`, `exec x`.
    fn legacy_statement(&self) -> Option<Box<Failure>> {
        let name = self.text(self.index.checked_sub(1)?);
        if !matches!(name, "print" | "exec") || !self.begins_operand(self.index) || self.token().level > 0 {
            return None;
        }
        let from = self.previous()?.start;
        let rest = &self.tokens.list[self.index..];
        let stop =
            rest.iter().position(|t| t.kind == Kind::Newline || &self.source[t.start..t.end] == ";")?;
        let end = rest[stop.checked_sub(1)?].end;
        let text = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
        Some(Failure::new(text, &range(from, end)))
    }

    /// `import a from b`.
    fn import_from_reversed(&self) -> Option<Box<Failure>> {
        let start = self.line_start();
        let reversed = self.text(start) == "import" && self.text(self.index) == "from";
        reversed.then(|| {
            let at = range(self.tokens.list[start].start, self.token().start);
            Failure::new("Did you mean to use 'from ... import ...' instead?", &at)
        })
    }

    /// `"a "quoted" word"`.
    fn string_in_string(&self) -> Option<Box<Failure>> {
        let before = self.previous()?;
        let after = self.tokens.list.get(self.index + 1)?;
        let strings = |kind: Kind| matches!(kind, Kind::String | Kind::FString);
        let name = self.token().kind == Kind::Name && !is_keyword(self.text(self.index));
        (strings(before.kind) && name && strings(after.kind)).then(|| {
            let at = range(before.start, after.end);
            Failure::new("invalid syntax. Is this intended to be part of the string?", &at)
        })
    }

    /// `if a = 1:`, and `f(1 = 2)`.
    fn assignment_as_condition(&self) -> Option<Box<Failure>> {
        if self.text(self.index) != "=" || matches!(self.error.error, ParseErrorType::InvalidAssignmentTarget)
        {
            return None;
        }
        let start = self.operand_start(self.index)?;
        let (from, to) = (self.tokens.list[start].start, self.previous()?.end);
        let expr = self.parse(range(from, to))?;
        let next = self.tokens.list.get(self.index + 1)?;
        if !self.begins_operand(self.index + 1) {
            return None;
        }
        match &expr {
            Expr::Name(_) => {
                let end = self.operand_end(self.index + 1).unwrap_or(next.end);
                let text = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
                Some(Failure::new(text, &range(from, end)))
            }
            Expr::List(_)
            | Expr::Tuple(_)
            | Expr::Generator(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_) => None,
            Expr::Compare(_) | Expr::BoolOp(_) | Expr::If(_) | Expr::Lambda(_) => None,
            other => {
                let name = expr_name(other);
                let text = format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?");
                Some(Failure::new(text, &range(from, to)))
            }
        }
    }

    /// Two operands side by side inside brackets.
    fn forgotten_comma(&self) -> Option<Box<Failure>> {
        let before = self.previous()?;
        if before.level == 0 || self.token().level == 0 || !self.ends_operand(self.index - 1) {
            return None;
        }
        let closes = matches!(self.text(self.index - 1), ")" | "]" | "}");
        if closes && before.level <= 1 || !self.begins_operand(self.index) {
            return None;
        }
        // A name before a string may be a prefix; soft keywords may begin a statement.
        let name_then_string =
            before.kind == Kind::Name && matches!(self.token().kind, Kind::String | Kind::FString);
        if name_then_string || matches!(self.text(self.index - 1), "match" | "case" | "type" | "_") {
            return None;
        }
        let start = self.operand_start(self.index)?;
        let end = self.operand_end(self.index)?;
        let from = self.tokens.list[start].start;
        self.parse(range(from, before.end))?;
        Some(Failure::new("invalid syntax. Perhaps you forgot a comma?", &range(from, end)))
    }

    /// Parses part of the source as an expression.
    fn parse(&self, at: TextRange) -> Option<Expr> {
        let padded = format!("({}\n)", slice(self.source, at));
        let parsed = ruff_python_parser::parse_unchecked(&padded, ParseOptions::from(ParserMode::Expression));
        if !parsed.errors().is_empty() {
            return None;
        }
        match parsed.into_syntax() {
            Mod::Expression(node) => Some(*node.body),
            Mod::Module(_) => None,
        }
    }

    fn named(&self, before: &str, after: &str) -> Option<Box<Failure>> {
        let expr = self.parse(self.error.location)?;
        Some(self.reported(format!("{before}{}{after}", expr_name(&expr))))
    }

    /// An expression that cannot be assigned to or deleted.
    fn target(&self, kind: Target) -> Box<Failure> {
        let location = self.error.location;
        let Some(whole) = self.parse(location) else { return self.here("invalid syntax") };
        // One "(" was put in front.
        let moved = |part: TextRange| {
            let offset = location.start().to_usize();
            range(part.start().to_usize() + offset - 1, part.end().to_usize() + offset - 1)
        };
        let Some(part) = invalid_target(&whole, kind) else {
            if whole.is_starred_expr() {
                return self.reported("starred assignment target must be in a list or tuple");
            }
            return self.here("invalid syntax");
        };
        let (name, at) = (expr_name(part), moved(part.range()));
        if kind == Target::Delete {
            return Failure::new(format!("cannot delete {name}"), &at);
        }
        let end = location.end().to_usize();
        let next = self.tokens.list.iter().position(|token| token.start >= end);
        let before = self.tokens.list.iter().rposition(|token| token.end <= location.start().to_usize());
        if let Some(next) = next.filter(|&next| self.text(next) == "=")
            && before.is_none_or(|before| {
                matches!(self.tokens.list[before].kind, Kind::Newline | Kind::Indent | Kind::Dedent)
                    || matches!(self.text(before), ";" | ":")
            })
        {
            if part.is_yield_expr() || part.is_yield_from_expr() {
                return Failure::new("assignment to yield expression not possible", &at);
            }
            let simple = std::ptr::eq(part, &whole) && self.is_bitwise_or(part);
            let chained = self.chained_assignment(next);
            if simple && !chained {
                let text = format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?");
                return Failure::new(text, &at);
            }
        }
        if part.is_yield_expr() || part.is_yield_from_expr() {
            return Failure::new("assignment to yield expression not possible", &at);
        }
        Failure::new(format!("cannot assign to {name}"), &at)
    }

    /// Could `expr` stand on the left of a comparison?
    fn is_bitwise_or(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Compare(_) | Expr::BoolOp(_) | Expr::If(_) | Expr::Lambda(_) | Expr::NoneLiteral(_) => {
                false
            }
            Expr::BooleanLiteral(_) | Expr::Generator(_) | Expr::List(_) | Expr::Tuple(_) => false,
            Expr::UnaryOp(node) => node.op != ruff_python_ast::UnaryOp::Not,
            _ => true,
        }
    }

    /// Is there another `=` on this line behind the one at `index`?
    fn chained_assignment(&self, index: usize) -> bool {
        let rest =
            (index + 1..self.tokens.list.len()).take_while(|&at| self.tokens.list[at].kind != Kind::Newline);
        let level = self.tokens.list[index].level;
        rest.into_iter().any(|at| self.text(at) == "=" && self.tokens.list[at].level == level)
            || self.tokens.list.get(index + 1).is_some_and(|_| self.text(index + 1) == "yield")
    }

    fn starred(&self) -> Box<Failure> {
        let expr = self.parse(self.error.location);
        let before = self.index.checked_sub(1).map(|at| self.text(at));
        if before == Some(":") && !matches!(self.text(self.line_start()), "return" | "for") {
            return self.here("invalid syntax");
        }
        let next = self.tokens.list.iter().position(|t| t.start >= self.error.location.end().to_usize());
        match next.map(|next| self.text(next)) {
            Some(":") if self.token().level > 0 => {
                self.at_token("invalid syntax", next.unwrap_or(self.index))
            }
            Some("=") if expr.is_some() => {
                self.reported("starred assignment target must be in a list or tuple")
            }
            _ => self.reported("cannot use starred expression here"),
        }
    }

    fn star_default(&self) -> Box<Failure> {
        let equals =
            (self.index..self.tokens.list.len()).find(|&at| self.text(at) == "=").unwrap_or(self.index);
        let star = (0..equals).rev().find(|&at| matches!(self.text(at), "*" | "**")).map(|at| self.text(at));
        let kind = if star == Some("**") { "var-keyword" } else { "var-positional" };
        self.at_token(format!("{kind} argument cannot have default value"), equals)
    }

    fn interpolated(&self, letter: &str, kind: &InterpolatedStringErrorType) -> Box<Failure> {
        let text = match kind {
            InterpolatedStringErrorType::UnclosedLbrace => "expecting '}'",
            InterpolatedStringErrorType::SingleRbrace => "single '}' is not allowed",
            InterpolatedStringErrorType::LambdaWithoutParentheses => {
                "lambda expressions are not allowed without parentheses"
            }
            InterpolatedStringErrorType::InvalidConversionFlag => {
                let shown = slice(self.source, self.error.location);
                let text = format!(
                    "{letter}-string: invalid conversion character '{shown}': expected 's', 'r', or 'a'"
                );
                return self.reported(text);
            }
            InterpolatedStringErrorType::ConversionFlagNotImmediatelyAfterExclamation => {
                "conversion type must come right after the exclamation mark"
            }
            InterpolatedStringErrorType::NewlineInFormatSpec => {
                "newlines are not allowed in format specifiers for single quoted f-strings"
            }
            InterpolatedStringErrorType::UnterminatedString
            | InterpolatedStringErrorType::UnterminatedTripleQuotedString => {
                return self.reported(format!("unterminated {letter}-string literal"));
            }
        };
        self.reported(format!("{letter}-string: {text}"))
    }

    fn lexical(&self, kind: &LexicalErrorType) -> Box<Failure> {
        match kind {
            LexicalErrorType::InvalidByteLiteral => {
                Failure::new("bytes can only contain ASCII literal characters", &self.token_range(self.index))
            }
            LexicalErrorType::FStringError(kind) => self.interpolated("f", kind),
            LexicalErrorType::TStringError(kind) => self.interpolated("t", kind),
            LexicalErrorType::UnicodeError
            | LexicalErrorType::MissingUnicodeLbrace
            | LexicalErrorType::MissingUnicodeRbrace
            | LexicalErrorType::StringError => self.bad_escape(),
            LexicalErrorType::OtherError(text) if text.starts_with("Cannot mix") => {
                self.reported(lower_first(text))
            }
            _ => self.here("invalid syntax"),
        }
    }

    /// The first escape of the string at the error that cannot be decoded.
    fn bad_escape(&self) -> Box<Failure> {
        let at = self.token_range(self.index);
        let literal = slice(self.source, at);
        let body = literal.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let bytes_literal = literal[..literal.len() - body.len()].contains(['b', 'B']);
        let quote = if body.starts_with("\"\"\"") || body.starts_with("'''") { 3 } else { 1 };
        let text = body.get(quote..body.len().saturating_sub(quote)).unwrap_or_default();
        let message = match find_bad_escape(text, bytes_literal) {
            Some(message) => message,
            None => return self.here("invalid syntax"),
        };
        Failure::new(message, &at)
    }

    /// A certain token should have come.
    fn expected(&self, expected: TokenKind) -> Box<Failure> {
        let first = self.text(self.line_start()).to_owned();
        let at_line_end = self.token().kind == Kind::Newline;
        match expected {
            TokenKind::Colon if self.token().level == 0 || at_line_end => {
                let first = if first == "async" { self.text(self.line_start() + 1) } else { &first };
                let forced = matches!(first, "def" | "try" | "else" | "finally");
                let header = matches!(
                    first,
                    "if" | "elif" | "while" | "for" | "with" | "class" | "except" | "match" | "case"
                );
                if forced || header && at_line_end {
                    return self.here("expected ':'");
                }
                self.here("invalid syntax")
            }
            TokenKind::Else if at_line_end || !self.begins_operand(self.index) => self.missing_else(),
            TokenKind::Lpar if first == "def" || first == "async" => self.here("expected '('"),
            TokenKind::In if first == "for" && !self.begins_operand(self.index) => {
                self.here("invalid syntax")
            }
            TokenKind::Rpar | TokenKind::Comma
                if matches!(first.as_str(), "def") && self.text(self.index) == "(" =>
            {
                let close = (self.index..self.tokens.list.len()).find(|&at| self.text(at) == ")");
                let end = close.map_or(self.token().end, |close| self.tokens.list[close].end);
                Failure::new("Function parameters cannot be parenthesized", &range(self.token().start, end))
            }
            TokenKind::Colon => self.dictionary(),
            _ => self.here("invalid syntax"),
        }
    }

    /// `a if b` without `else`.
    fn missing_else(&self) -> Box<Failure> {
        let text = "expected 'else' after 'if' expression";
        let condition = (0..self.index).rev().find(|&at| self.text(at) == "if");
        match condition.and_then(|at| self.operand_start(at)) {
            Some(start) => {
                let end = self.previous().map_or(self.token().start, |token| token.end);
                Failure::new(text, &range(self.tokens.list[start].start, end))
            }
            None => self.here(text),
        }
    }

    /// A dict display with a key that lacks its value.
    fn dictionary(&self) -> Box<Failure> {
        match self.previous() {
            Some(before) if matches!(self.text(self.index), "}" | ",") || self.begins_operand(self.index) => {
                Failure::new("':' expected after dictionary key", &range(before.start, before.start))
                    .with_end(End::Unknown)
            }
            _ => self.here("invalid syntax"),
        }
    }

    /// Errors that the parser describes in words.
    fn other(&self, text: &str) -> Box<Failure> {
        if text.starts_with("Expected an indented block after") {
            return self.missing_block();
        }
        let known = match text {
            "Expected `except` or `finally` after `try` block" => "expected 'except' or 'finally' block",
            "Only one '*' parameter allowed" | "Only one '*' separator allowed" => {
                "* argument may appear only once"
            }
            "Only one '/' separator allowed" => "/ may appear only once",
            "Only one '**' parameter allowed" => "arguments cannot follow var-keyword argument",
            "'/' parameter must appear before '*' parameter" => "/ must be ahead of *",
            "Position-only parameter separator not allowed as first parameter" => {
                "at least one argument must precede /"
            }
            "Expected one or more exception types" => "expected one or more exception types",
            "Multiple exception types must be parenthesized when using `as`" => {
                "multiple exception types must be parenthesized when using 'as'"
            }
            "Trailing comma not allowed" => "trailing comma not allowed without surrounding parentheses",
            "Boolean 'not' expression cannot be used here" => "'not' after an operator must be parenthesized",
            "Positional patterns cannot follow keyword patterns" => {
                "positional patterns follow keyword patterns"
            }
            "Expected a parameter name" => return self.argument_name(),
            "Cannot have both 'except' and 'except*' on the same 'try'"
            | "Only single target (not tuple) can be annotated"
            | "Only single target (not list) can be annotated" => return self.reported(lower_first(text)),
            _ if text.starts_with("Cannot mix") => return self.reported(lower_first(text)),
            _ => return self.here("invalid syntax"),
        };
        self.reported(known)
    }

    /// `f(1=2)`: the left of a keyword argument is no name.
    fn argument_name(&self) -> Box<Failure> {
        let end = (self.index..self.tokens.list.len()).find(|&at| self.text(at) == "=");
        let word = self.text(self.index);
        if matches!(word, "True" | "False" | "None") {
            let to = end.map_or(self.token().end, |at| self.tokens.list[at].end);
            return Failure::new(format!("cannot assign to {word}"), &range(self.token().start, to));
        }
        let to = end.map_or(self.token().end, |at| self.tokens.list[at].end);
        let text = "expression cannot contain assignment, perhaps you meant \"==\"?";
        Failure::new(text, &range(self.error.location.start().to_usize(), to))
    }

    fn missing_block(&self) -> Box<Failure> {
        // The header's line: the one before the offending token that ends with its colon.
        let colon = (0..self.index).rev().find(|&at| self.text(at) == ":").unwrap_or(0);
        let breaks = |token: &&Token| matches!(token.kind, Kind::Newline | Kind::Indent | Kind::Dedent);
        let before = self.tokens.list[..colon].iter().rposition(|token| breaks(&token));
        let start = before.map_or(0, |at| at + 1);
        let line = self.lines.line(self.tokens.list[start].start as u32);
        let mut word = self.text(start);
        if word == "async" {
            word = self.text(start + 1);
        }
        let what = match word {
            "def" => "function definition".to_owned(),
            "class" => "class definition".to_owned(),
            "except" if self.text(start + 1) == "*" => "'except*' statement".to_owned(),
            word => format!("'{word}' statement"),
        };
        let text = format!("expected an indented block after {what} on line {line}");
        let end =
            if matches!(self.token().kind, Kind::Newline | Kind::End) { End::Unknown } else { End::Range };
        Failure::of_kind(ErrorKind::Indentation, text, Some(self.token_range(self.index))).with_end(end)
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
