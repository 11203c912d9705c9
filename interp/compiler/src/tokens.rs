//! The parser's tokens as `tokenize` shows them.

use ruff_python_ast::token::TokenKind;
use ruff_text_size::Ranged;
use taipan_bytecode::syntax::Token;

use crate::Mode;
use crate::error::Failure;
use crate::source::LineIndex;

struct Tokenizer<'a> {
    source: &'a str,
    lines: &'a LineIndex,
    extra: bool,
    found: Vec<Token>,
}

/// The tokens up to the first error of the tokenizer, and that error.
pub(crate) fn tokens(source: &str, lines: &LineIndex, extra: bool) -> (Vec<Token>, Option<Box<Failure>>) {
    let (stand_in, failure) = stand_in(source, extra);
    let limit = failure.as_ref().map(|f| f.range.map_or(0, |r| r.start().to_usize()));
    let parsed = crate::parse::parse(&stand_in, Mode::Exec);
    let mut all = Tokenizer { source, lines, extra, found: Vec::new() };
    for token in parsed.tokens().iter() {
        let (start, end) = (token.range().start().to_usize(), token.range().end().to_usize());
        if limit.is_some_and(|limit| start >= limit) {
            break;
        }
        all.add(token.kind(), start, end);
    }
    if failure.is_none() {
        all.finish();
    }
    (all.found, failure)
}

/// The source with `~` for each character that is no token of Python's (`$`, `?`, `` ` ``), and the tokenizer's error:
/// for `tokenize` such a character is an operator.
fn stand_in(source: &str, lenient: bool) -> (String, Option<Box<Failure>>) {
    let mut text = source.to_owned();
    loop {
        let Some(failure) = crate::messages::lexical_error(&text, lenient) else { return (text, None) };
        let at = failure.range.map_or(text.len(), |r| r.start().to_usize());
        match text.get(at..at + 1) {
            Some("$" | "?" | "`") => text.replace_range(at..=at, "~"),
            _ => return (text, Some(failure)),
        }
    }
}

/// The name in `token` of what is neither an operator nor left out.
fn class(kind: TokenKind) -> Option<&'static str> {
    Some(match kind {
        TokenKind::Int | TokenKind::Float | TokenKind::Complex => "NUMBER",
        TokenKind::String => "STRING",
        TokenKind::FStringStart => "FSTRING_START",
        TokenKind::FStringMiddle => "FSTRING_MIDDLE",
        TokenKind::FStringEnd => "FSTRING_END",
        TokenKind::TStringStart => "TSTRING_START",
        TokenKind::TStringMiddle => "TSTRING_MIDDLE",
        TokenKind::TStringEnd => "TSTRING_END",
        TokenKind::Comment => "COMMENT",
        TokenKind::Newline => "NEWLINE",
        TokenKind::NonLogicalNewline => "NL",
        TokenKind::Indent => "INDENT",
        TokenKind::Dedent => "DEDENT",
        _ => return None,
    })
}

impl Tokenizer<'_> {
    fn place(&self, offset: usize) -> (u32, u32) {
        let (line, col) = self.lines.line_col(offset as u32);
        let start = offset - col as usize;
        (line, self.source[start..offset].chars().count() as u32)
    }

    fn push(&mut self, kind: &'static str, start: usize, end: usize) {
        self.push_text(kind, self.source[start..end].to_owned(), start, end);
    }

    fn push_text(&mut self, kind: &'static str, text: String, start: usize, end: usize) {
        let (from, mut to) = (self.place(start), self.place(end));
        if matches!(kind, "NEWLINE" | "NL") {
            // The end is behind the line end, not in the next line.
            to = (from.0, from.1 + 1.max(text.chars().count() as u32));
        }
        let last = if kind == "NEWLINE" || kind == "NL" { from.0 } else { to.0 };
        let line: String = (from.0..=last).filter_map(|line| self.lines.text(self.source, line)).collect();
        self.found.push(Token { kind, text, start: from, end: to, line });
    }

    fn add(&mut self, kind: TokenKind, start: usize, end: usize) {
        match class(kind) {
            Some("COMMENT" | "NL") if !self.extra => {}
            Some("NL") if start == end => {}
            Some(name @ ("FSTRING_MIDDLE" | "TSTRING_MIDDLE")) => self.middle(name, start, end),
            Some("NEWLINE") if start == end => {
                let at = self.place(start);
                let to = (at.0, at.1 + 1);
                self.found.push(Token {
                    kind: "NEWLINE",
                    text: String::new(),
                    start: at,
                    end: to,
                    line: String::new(),
                });
            }
            Some("DEDENT") => {
                self.push("DEDENT", start, start);
                if start == self.source.len() {
                    self.move_to_last_line();
                }
            }
            Some("INDENT") => {
                // The parser's token may begin in blank lines before.
                let begin = self.source[..end].rfind(['\n', '\r']).map_or(0, |at| at + 1);
                self.push("INDENT", begin.max(start), end);
            }
            Some(name) => self.push(name, start, end),
            None if kind == TokenKind::EndOfFile || start == end => {}
            None => {
                let text = &self.source[start..end];
                let name = if kind == TokenKind::Name || kind.is_keyword() {
                    "NAME"
                } else if self.extra {
                    "OP"
                } else {
                    operator(text)
                };
                self.push(name, start, end);
            }
        }
    }

    /// Doubled braces end a piece; the second brace belongs to none.
    fn middle(&mut self, name: &'static str, start: usize, end: usize) {
        let text = &self.source[start..end];
        let mut from = 0;
        let bytes = text.as_bytes();
        let mut at = 0;
        while at + 1 < bytes.len() {
            if matches!(bytes[at], b'{' | b'}') && bytes[at + 1] == bytes[at] {
                self.push(name, start + from, start + at + 1);
                from = at + 2;
                at += 1;
            }
            at += 1;
        }
        if from < text.len() {
            self.push(name, start + from, end);
        }
    }

    /// What stands at the end of the source is on a line of its own.
    fn move_to_last_line(&mut self) {
        let row = self.last_row();
        if let Some(token) = self.found.last_mut() {
            (token.start, token.end) = ((row, 0), (row, 0));
            token.line = String::new();
        }
    }

    fn last_row(&self) -> u32 {
        let row = self.lines.line(self.source.len() as u32);
        let ends = self.source.is_empty() || self.source.ends_with(['\n', '\r']);
        if ends { row } else { row + 1 }
    }

    fn finish(&mut self) {
        let end = self.source.len();
        // A last line without its end, if it is only a comment, is ended by an empty NL.
        if self.extra && self.found.last().is_some_and(|t| t.kind == "COMMENT") {
            let at = self.place(end);
            let line = self.lines.text(self.source, at.0).unwrap_or_default().to_owned();
            let token = Token { kind: "NL", text: String::new(), start: at, end: (at.0, at.1 + 1), line };
            self.found.push(token);
        }
        self.push("ENDMARKER", end, end);
        self.move_to_last_line();
    }
}

/// The name in `token` of an operator.
fn operator(text: &str) -> &'static str {
    const NAMES: [(&str, &str); 48] = [
        ("!", "EXCLAMATION"),
        ("!=", "NOTEQUAL"),
        ("%", "PERCENT"),
        ("%=", "PERCENTEQUAL"),
        ("&", "AMPER"),
        ("&=", "AMPEREQUAL"),
        ("(", "LPAR"),
        (")", "RPAR"),
        ("*", "STAR"),
        ("**", "DOUBLESTAR"),
        ("**=", "DOUBLESTAREQUAL"),
        ("*=", "STAREQUAL"),
        ("+", "PLUS"),
        ("+=", "PLUSEQUAL"),
        (",", "COMMA"),
        ("-", "MINUS"),
        ("-=", "MINEQUAL"),
        ("->", "RARROW"),
        (".", "DOT"),
        ("...", "ELLIPSIS"),
        ("/", "SLASH"),
        ("//", "DOUBLESLASH"),
        ("//=", "DOUBLESLASHEQUAL"),
        ("/=", "SLASHEQUAL"),
        (":", "COLON"),
        (":=", "COLONEQUAL"),
        (";", "SEMI"),
        ("<", "LESS"),
        ("<<", "LEFTSHIFT"),
        ("<<=", "LEFTSHIFTEQUAL"),
        ("<=", "LESSEQUAL"),
        ("=", "EQUAL"),
        ("==", "EQEQUAL"),
        (">", "GREATER"),
        (">=", "GREATEREQUAL"),
        (">>", "RIGHTSHIFT"),
        (">>=", "RIGHTSHIFTEQUAL"),
        ("@", "AT"),
        ("@=", "ATEQUAL"),
        ("[", "LSQB"),
        ("]", "RSQB"),
        ("^", "CIRCUMFLEX"),
        ("^=", "CIRCUMFLEXEQUAL"),
        ("{", "LBRACE"),
        ("|", "VBAR"),
        ("|=", "VBAREQUAL"),
        ("}", "RBRACE"),
        ("~", "TILDE"),
    ];
    NAMES.iter().find(|(op, _)| *op == text).map_or("OP", |(_, name)| name)
}
