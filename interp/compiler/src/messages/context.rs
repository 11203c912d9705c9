//! Moving about in the tokens round an error.

use ruff_python_parser::ParseError;
use ruff_text_size::TextRange;

use super::tokens::{Kind, Token, Tokens};
use crate::error::{End, Failure};
use crate::source::LineIndex;

/// A range of offsets.
pub(super) fn range(start: usize, end: usize) -> TextRange {
    TextRange::new((start as u32).into(), (end as u32).into())
}

/// An error, and the tokens round it.
pub(super) struct Context<'a> {
    pub source: &'a str,
    pub lines: &'a LineIndex,
    pub tokens: &'a Tokens,
    /// The offending token.
    pub index: usize,
    pub error: &'a ParseError,
}

impl Context<'_> {
    pub fn token(&self) -> &Token {
        &self.tokens.list[self.index]
    }

    pub fn text(&self, index: usize) -> &str {
        let token = &self.tokens.list[index];
        &self.source[token.start..token.end]
    }

    pub fn here(&self, msg: impl Into<String>) -> Box<Failure> {
        self.at_token(msg, self.index)
    }

    pub fn at_token(&self, msg: impl Into<String>, index: usize) -> Box<Failure> {
        let token = &self.tokens.list[index];
        let end = if matches!(token.kind, Kind::Newline | Kind::End) { End::OneColumn } else { End::Range };
        Failure::new(msg, &token.range()).with_end(end)
    }

    pub fn token_range(&self, index: usize) -> TextRange {
        self.tokens.list[index].range()
    }

    pub fn previous(&self) -> Option<&Token> {
        self.tokens.list.get(self.index.checked_sub(1)?)
    }

    /// First token of the logical line that the error is in.
    pub fn line_start(&self) -> usize {
        let before = self.tokens.list[..self.index].iter();
        before
            .rev()
            .position(|t| matches!(t.kind, Kind::Newline | Kind::Indent | Kind::Dedent))
            .map_or(0, |n| self.index - n)
    }

    pub fn ends_operand(&self, index: usize) -> bool {
        let token = &self.tokens.list[index];
        match token.kind {
            Kind::Name => !is_keyword(self.text(index)) || is_constant_word(self.text(index)),
            Kind::Number | Kind::String | Kind::FString => true,
            Kind::Op => matches!(self.text(index), ")" | "]" | "}" | "..."),
            _ => false,
        }
    }

    pub fn begins_operand(&self, index: usize) -> bool {
        let Some(token) = self.tokens.list.get(index) else { return false };
        match token.kind {
            Kind::Name => {
                let text = self.text(index);
                !is_keyword(text) || is_constant_word(text) || matches!(text, "not" | "lambda" | "await")
            }
            Kind::Number | Kind::String | Kind::FString => true,
            Kind::Op => matches!(self.text(index), "(" | "[" | "{" | "~" | "..."),
            _ => false,
        }
    }

    /// First token of the operand that ends before `index`.
    pub fn operand_start(&self, index: usize) -> Option<usize> {
        let mut depth = 0usize;
        let mut start = index.checked_sub(1)?;
        loop {
            match self.text(start) {
                ")" | "]" | "}" => depth += 1,
                "(" | "[" | "{" if depth > 0 => depth -= 1,
                "(" | "[" | "{" | "," | ":" | "=" | ":=" | ";" | "if" | "elif" | "while" | "in"
                | "return" | "assert" | "for" | "else" | "lambda" | "yield" | "import" | "from" | "->"
                | "with" | "as" | "del"
                    if depth == 0 =>
                {
                    return (start + 1 < index).then_some(start + 1);
                }
                _ if depth == 0
                    && matches!(
                        self.tokens.list[start].kind,
                        Kind::Newline | Kind::Indent | Kind::Dedent
                    ) =>
                {
                    return (start + 1 < index).then_some(start + 1);
                }
                _ => {}
            }
            match start.checked_sub(1) {
                Some(before) => start = before,
                None => return Some(0),
            }
        }
    }

    /// End of the operand that begins at `index`.
    pub fn operand_end(&self, index: usize) -> Option<usize> {
        let (mut depth, mut last) = (0usize, None);
        let mut expect_operand = true;
        for at in index..self.tokens.list.len() {
            let text = self.text(at);
            match text {
                "(" | "[" | "{" if depth > 0 || expect_operand || last.is_some() => {
                    depth += 1;
                    expect_operand = true;
                    continue;
                }
                ")" | "]" | "}" => {
                    if depth == 0 {
                        break;
                    }
                    depth -= 1;
                }
                _ => {}
            }
            if depth > 0 {
                continue;
            }
            let operand = self.ends_operand(at) || self.begins_operand(at);
            let operator = matches!(
                text,
                "." | "+" | "-" | "*" | "/" | "//" | "%" | "**" | "@" | "&" | "|" | "^" | "<<" | ">>"
            ) || matches!(
                text,
                "==" | "!=" | "<" | ">" | "<=" | ">=" | "and" | "or" | "in" | "is" | "not"
            );
            if operator {
                expect_operand = true;
            } else if operand && (expect_operand || matches!(text, ")" | "]" | "}")) {
                last = Some(self.tokens.list[at].end);
                expect_operand = false;
            } else {
                break;
            }
        }
        last
    }
}

pub(super) fn is_constant_word(word: &str) -> bool {
    matches!(word, "None" | "True" | "False")
}

pub(super) fn is_keyword(word: &str) -> bool {
    const KEYWORDS: [&str; 35] = [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
        "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in",
        "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ];
    KEYWORDS.contains(&word)
}
