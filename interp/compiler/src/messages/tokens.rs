//! A tokenizer after CPython's `Parser/lexer`, run only on sources that do not parse: its own errors take precedence
//! over the parser's, and its tokens tell what the parser's error means in CPython's words.

use ruff_text_size::{TextRange, TextSize};

use crate::error::{End, ErrorKind, Failure, Result};

/// Kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Number,
    String,
    /// A whole f-string or t-string.
    FString,
    Op,
    Newline,
    Indent,
    Dedent,
    End,
}

/// A token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    /// Open brackets, this token's own bracket included.
    pub level: usize,
}

impl Token {
    pub fn range(&self) -> TextRange {
        TextRange::new((self.start as u32).into(), (self.end as u32).into())
    }
}

/// The tokens of a source, and the brackets that are open at its end.
pub(super) struct Tokens {
    pub list: Vec<Token>,
    pub open: Vec<(u8, usize)>,
}

/// The tokens, and the error that ended them.
pub(super) fn tokenize(source: &str, lenient: bool) -> (Tokens, Option<Box<Failure>>) {
    let mut lexer = Lexer {
        text: source,
        bytes: source.as_bytes(),
        at: 0,
        tokens: Vec::new(),
        brackets: Vec::new(),
        indents: vec![(0, 0)],
        line_start: true,
        lenient,
    };
    let error = lexer.run().err();
    if lexer.tokens.last().is_none_or(|token| token.kind != Kind::End) {
        lexer.push(Kind::End, lexer.at.min(source.len()));
    }
    (Tokens { list: lexer.tokens, open: lexer.brackets }, error)
}

/// The tokenizer's state.
pub(super) struct Lexer<'a> {
    pub text: &'a str,
    pub bytes: &'a [u8],
    pub at: usize,
    tokens: Vec<Token>,
    brackets: Vec<(u8, usize)>,
    /// Columns with tabs to 8 and to 1.
    indents: Vec<(usize, usize)>,
    line_start: bool,
    /// See [`super::lexical_error`].
    pub lenient: bool,
}

/// A range of offsets.
fn span(start: usize, end: usize) -> TextRange {
    TextRange::new(TextSize::from(start as u32), TextSize::from(end as u32))
}

impl Lexer<'_> {
    pub fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    pub fn push(&mut self, kind: Kind, start: usize) {
        let token = Token { kind, start, end: self.at, level: self.brackets.len() };
        self.tokens.push(token);
    }

    fn line_of(&self, offset: usize) -> usize {
        self.bytes[..offset].iter().filter(|&&byte| byte == b'\n').count() + 1
    }

    pub fn fail<T>(&self, msg: impl Into<String>, start: usize, end: usize) -> Result<T> {
        let _ = end;
        Err(Failure::new(msg, &span(start, start)))
    }

    fn run(&mut self) -> Result<()> {
        while self.at < self.bytes.len() {
            if std::mem::take(&mut self.line_start) && self.brackets.is_empty() && self.indentation()? {
                continue;
            }
            self.token()?;
        }
        if self.tokens.last().is_some_and(|token| !matches!(token.kind, Kind::Newline | Kind::Dedent)) {
            self.push(Kind::Newline, self.at);
        }
        for _ in 1..self.indents.len() {
            self.push(Kind::Dedent, self.at);
        }
        self.push(Kind::End, self.at);
        Ok(())
    }

    /// Measures the indentation of a line; true for a blank line, which counts for nothing.
    fn indentation(&mut self) -> Result<bool> {
        let start = self.at;
        let (mut column, mut alternative) = (0, 0);
        loop {
            match self.peek(0) {
                b' ' => (column, alternative) = (column + 1, alternative + 1),
                b'\t' => (column, alternative) = ((column / 8 + 1) * 8, alternative + 1),
                0x0c => (column, alternative) = (0, 0),
                _ => break,
            }
            self.at += 1;
        }
        if matches!(self.peek(0), b'\n' | b'\r' | b'#') || self.at >= self.bytes.len() {
            return Ok(false);
        }
        let Some(&(last, last_alternative)) = self.indents.last() else { return Ok(false) };
        let inconsistent = |lexer: &Self| -> Result<bool> {
            let text = "inconsistent use of tabs and spaces in indentation";
            let end = lexer.line_end(start);
            Err(Failure::of_kind(ErrorKind::Tab, text, Some(span(end, end))))
        };
        if column == last {
            if alternative != last_alternative {
                return inconsistent(self);
            }
        } else if column > last {
            if alternative <= last_alternative {
                return inconsistent(self);
            }
            if self.indents.len() >= 100 {
                let text = "too many levels of indentation";
                return Err(Failure::of_kind(ErrorKind::Indentation, text, Some(span(start, self.at))));
            }
            self.indents.push((column, alternative));
            self.push(Kind::Indent, start);
        } else {
            while self.indents.last().is_some_and(|indent| column < indent.0) {
                self.indents.pop();
                self.push(Kind::Dedent, self.at);
            }
            let Some(&(last, last_alternative)) = self.indents.last() else { return Ok(false) };
            if column != last {
                let text = "unindent does not match any outer indentation level";
                let end = self.line_end(start);
                return Err(Failure::of_kind(ErrorKind::Indentation, text, Some(span(end, end)))
                    .with_end(End::Unknown));
            }
            if alternative != last_alternative {
                return inconsistent(self);
            }
        }
        Ok(false)
    }

    /// Where the line that `at` is in ends.
    fn line_end(&self, at: usize) -> usize {
        self.bytes[at..].iter().position(|&byte| byte == b'\n').map_or(self.bytes.len(), |length| at + length)
    }

    fn token(&mut self) -> Result<()> {
        let start = self.at;
        match self.peek(0) {
            b' ' | b'\t' | 0x0c => self.at += 1,
            b'\r' | b'\n' => self.newline(start),
            b'#' => self.at = self.line_end(self.at),
            b'\\' => return self.continuation(),
            b'0'..=b'9' => return self.number(),
            b'.' if self.peek(1).is_ascii_digit() => return self.number(),
            b'\'' | b'"' => return self.string(start, "", false),
            byte if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => return self.name(),
            b'(' | b'[' | b'{' => {
                self.brackets.push((self.peek(0), start));
                self.at += 1;
                self.push(Kind::Op, start);
            }
            b')' | b']' | b'}' => return self.close(),
            _ => return self.operator(),
        }
        Ok(())
    }

    fn newline(&mut self, start: usize) {
        if self.peek(0) == b'\r' && self.peek(1) == b'\n' {
            self.at += 1;
        }
        self.at += 1;
        self.line_start = true;
        let content = self.tokens.last().is_some_and(|token| {
            !matches!(token.kind, Kind::Newline | Kind::Indent | Kind::Dedent)
                || token.end == start && token.kind == Kind::Op
        });
        if self.brackets.is_empty() && content {
            self.push(Kind::Newline, start);
        }
    }

    fn continuation(&mut self) -> Result<()> {
        let at = self.at;
        self.at += 1;
        if self.peek(0) == b'\r' {
            self.at += 1;
        }
        if self.at >= self.bytes.len() {
            return self.fail("unexpected EOF while parsing", at, at + 1);
        }
        if self.peek(0) != b'\n' {
            return self.fail("unexpected character after line continuation character", at, at + 1).map_err(
                |failure: Box<Failure>| {
                    Failure::new(failure.msg, &span(at + 1, at + 1)).with_end(End::Unknown)
                },
            );
        }
        self.at += 1;
        if self.at >= self.bytes.len() {
            return self.fail("unexpected EOF while parsing", at, at + 1);
        }
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        let (start, byte) = (self.at, self.peek(0));
        if self.lenient {
            self.brackets.pop();
            self.at += 1;
            self.push(Kind::Op, start);
            return Ok(());
        }
        let Some((open, opened)) = self.brackets.last().copied() else {
            return self.fail(format!("unmatched '{}'", char::from(byte)), start, start + 1);
        };
        let matching = matches!((open, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
        if !matching {
            let (closing, opening) = (char::from(byte), char::from(open));
            let mut text =
                format!("closing parenthesis '{closing}' does not match opening parenthesis '{opening}'");
            if self.line_of(opened) != self.line_of(start) {
                text += &format!(" on line {}", self.line_of(opened));
            }
            return self.fail(text, start, start + 1);
        }
        self.at += 1;
        self.push(Kind::Op, start);
        self.brackets.pop();
        Ok(())
    }

    fn operator(&mut self) -> Result<()> {
        const THREE: [&str; 5] = ["**=", "//=", ">>=", "<<=", "..."];
        const TWO: [&str; 20] = [
            "**", "//", ">>", "<<", "!=", "==", "<=", ">=", "->", ":=", "+=", "-=", "*=", "/=", "%=", "&=",
            "|=", "^=", "@=", "<>",
        ];
        let start = self.at;
        let rest = &self.text[start..];
        let length = if THREE.iter().any(|op| rest.starts_with(op)) {
            3
        } else if TWO.iter().any(|op| rest.starts_with(op)) {
            2
        } else {
            1
        };
        let byte = self.peek(0);
        if length == 1 && matches!(byte, b'$' | b'?' | b'`') || byte < 0x20 || byte == 0x7f {
            if byte < 0x20 || byte == 0x7f {
                return self.fail(format!("invalid non-printable character U+{byte:04X}"), start, start + 1);
            }
            return self.fail("invalid syntax", start, start + 1);
        }
        self.at += length;
        self.push(Kind::Op, start);
        Ok(())
    }

    fn name(&mut self) -> Result<()> {
        let start = self.at;
        let rest = &self.text[start..];
        let length =
            rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || !c.is_ascii())).unwrap_or(rest.len());
        let word = &rest[..length];
        let quote = self.bytes.get(start + length).copied().unwrap_or(0);
        if matches!(quote, b'\'' | b'"') && length <= 3 && word.bytes().all(|b| b"bBrRuUfFtT".contains(&b)) {
            if let Some((a, b)) = incompatible_prefixes(word) {
                let text = format!("'{a}' and '{b}' prefixes are incompatible");
                return self.fail(text, start, start + length + 1);
            }
            let repeated = word.to_ascii_lowercase();
            let mut letters: Vec<u8> = repeated.bytes().collect();
            letters.sort_unstable();
            letters.dedup();
            if letters.len() == word.len() {
                self.at += length;
                let formatted = repeated.contains(['f', 't']);
                let raw = word.to_ascii_lowercase();
                return self.string(start, &raw, formatted);
            }
        }
        for (offset, c) in word.char_indices().filter(|(_, c)| !c.is_ascii()) {
            if !is_identifier_char(c) {
                let at = start + offset;
                let code = u32::from(c);
                let printable = !c.is_control() && !c.is_whitespace() && !is_format_char(c);
                let text = if printable {
                    format!("invalid character '{c}' (U+{code:04X})")
                } else {
                    format!("invalid non-printable character U+{code:04X}")
                };
                return self.fail(text, at, at + c.len_utf8());
            }
        }
        self.at += length;
        self.push(Kind::Name, start);
        Ok(())
    }

    /// Consumes a string literal whose prefix has been consumed.
    fn string(&mut self, start: usize, prefix: &str, formatted: bool) -> Result<()> {
        let quote = self.peek(0);
        let triple = self.peek(1) == quote && self.peek(2) == quote;
        self.at += if triple { 3 } else { 1 };
        let letter = if prefix.contains('t') { "t" } else { "f" };
        if formatted {
            self.formatted(start, quote, triple, letter, prefix.contains('r'))?;
            self.push(Kind::FString, start);
            return Ok(());
        }
        let mut escaped_quote = false;
        loop {
            if self.at >= self.bytes.len() || !triple && matches!(self.peek(0), b'\n') {
                return self.unterminated(start, triple, "", escaped_quote);
            }
            if self.peek(0) == b'\\' {
                escaped_quote |= self.peek(1) == quote;
                self.at += 1;
                if self.peek(0) == b'\r' && self.peek(1) == b'\n' {
                    self.at += 1;
                }
                self.at += 1;
                continue;
            }
            if self.closes(quote, triple) {
                self.at += if triple { 3 } else { 1 };
                break;
            }
            self.at += 1;
        }
        self.push(Kind::String, start);
        Ok(())
    }

    fn closes(&self, quote: u8, triple: bool) -> bool {
        self.peek(0) == quote && (!triple || self.peek(1) == quote && self.peek(2) == quote)
    }

    fn unterminated<T>(&self, start: usize, triple: bool, letter: &str, escaped: bool) -> Result<T> {
        let end = self.at.min(self.bytes.len());
        let kind =
            if letter.is_empty() { "string literal".to_owned() } else { format!("{letter}-string literal") };
        let mut line = self.line_of(end);
        if triple && self.bytes.last() == Some(&b'\n') && line > 1 {
            line -= 1;
        }
        let mut text = if triple {
            format!("unterminated triple-quoted {kind} (detected at line {line})")
        } else {
            format!("unterminated {kind} (detected at line {line})")
        };
        if escaped && letter.is_empty() && !triple {
            text += "; perhaps you escaped the end quote?";
        }
        self.fail(text, start, start)
    }

    /// The inside of an f-string or t-string, to its closing quote.
    fn formatted(&mut self, start: usize, quote: u8, triple: bool, letter: &str, raw: bool) -> Result<()> {
        loop {
            if self.at >= self.bytes.len() || !triple && self.peek(0) == b'\n' {
                return self.unterminated(start, triple, letter, false);
            }
            match self.peek(0) {
                b'\\' => {
                    // `\N{...}` is a character, not a field.
                    if !raw && self.peek(1) == b'N' && self.peek(2) == b'{' {
                        let rest = &self.bytes[self.at..];
                        self.at +=
                            rest.iter().position(|&byte| byte == b'}' || byte == b'\n').unwrap_or(2) + 1;
                    } else if matches!(self.peek(1), b'{' | b'}') {
                        self.at += 1;
                    } else {
                        self.at += 2;
                    }
                }
                b'{' if self.peek(1) == b'{' => self.at += 2,
                b'}' if self.peek(1) == b'}' => self.at += 2,
                b'{' => self.field(start, quote, triple, letter)?,
                b'}' => {
                    let text = format!("{letter}-string: single '}}' is not allowed");
                    return self.fail(text, self.at, self.at + 1);
                }
                _ if self.closes(quote, triple) => {
                    self.at += if triple { 3 } else { 1 };
                    return Ok(());
                }
                _ => self.at += 1,
            }
        }
    }

    /// `{expression!conversion:spec}`.
    fn field(&mut self, start: usize, quote: u8, triple: bool, letter: &str) -> Result<()> {
        let open = self.at;
        self.at += 1;
        self.expression_of_field(open, start, quote, triple, letter)?;
        if self.peek(0) == b':' {
            self.at += 1;
            loop {
                if !triple && self.peek(0) == b'\n' {
                    let text = format!(
                        "{letter}-string: newlines are not allowed in format specifiers for single quoted {letter}-strings"
                    );
                    return self.fail(text, self.at, self.at);
                }
                if self.at >= self.bytes.len() {
                    return self.fail(format!("{letter}-string: expecting '}}'"), self.at, self.at);
                }
                match self.peek(0) {
                    b'{' => self.field(start, quote, triple, letter)?,
                    b'}' => break,
                    b'\\' => self.at += 2,
                    _ if self.closes(quote, triple) => {
                        let text = format!("{letter}-string: expecting '}}', or format specs");
                        return self.fail(text, self.at, self.at + 1);
                    }
                    _ => self.at += 1,
                }
            }
        }
        self.at += 1;
        Ok(())
    }

    /// The part of a field before `:` or `}`; ends on that.
    fn expression_of_field(
        &mut self,
        open: usize,
        start: usize,
        quote: u8,
        triple: bool,
        letter: &str,
    ) -> Result<()> {
        let mut nested: Vec<u8> = Vec::new();
        let mut any = false;
        loop {
            if self.at >= self.bytes.len() {
                if nested.is_empty() && any {
                    return self.fail(format!("{letter}-string: expecting '}}'"), open, open + 1);
                }
                return self.fail("'{' was never closed", open, open + 1);
            }
            let byte = self.peek(0);
            match byte {
                b'}' | b':' | b'!' | b'=' if nested.is_empty() && !any && !byte.is_ascii_whitespace() => {
                    let shown = char::from(byte);
                    if self.peek(1) != b'=' || byte == b'}' {
                        let text = format!("{letter}-string: valid expression required before '{shown}'");
                        return self.fail(text, self.at, self.at + 1);
                    }
                    self.at += 1;
                }
                b'}' | b':' if nested.is_empty() => return Ok(()),
                b'(' | b'[' | b'{' => {
                    nested.push(byte);
                    self.at += 1;
                }
                b')' | b']' | b'}' => {
                    let Some(opened) = nested.pop() else {
                        let text = format!("{letter}-string: unmatched '{}'", char::from(byte));
                        return self.fail(text, self.at, self.at + 1);
                    };
                    if !matches!((opened, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
                        let text = format!(
                            "{letter}-string: closing parenthesis '{}' does not match opening parenthesis '{}'",
                            char::from(byte),
                            char::from(opened)
                        );
                        return self.fail(text, self.at, self.at + 1);
                    }
                    self.at += 1;
                }
                b'#' => {
                    let end = self.line_end(self.at);
                    if !triple || end >= self.bytes.len() {
                        return self.fail("'{' was never closed", open, open + 1);
                    }
                    self.at = end;
                }
                b'\'' | b'"' if !any && self.closes(quote, triple) => {
                    let text = format!("{letter}-string: expecting a valid expression after '{{'");
                    return self.fail(text, self.at, self.at + 1);
                }
                b'\'' | b'"' if nested.is_empty() && self.closes(quote, triple) => {
                    return self.fail(format!("{letter}-string: expecting '}}'"), self.at, self.at + 1);
                }
                b'\'' | b'"' => {
                    let (at, count) = (self.at, self.tokens.len());
                    let before = self.word_before();
                    self.string(at, &before, before.contains(['f', 't']))?;
                    self.tokens.truncate(count);
                }
                b'\n' if !triple && nested.is_empty() => {
                    return self.unterminated(start, triple, letter, false);
                }
                _ => self.at += 1,
            }
            any |= !byte.is_ascii_whitespace();
        }
    }

    /// The string prefix that has just been passed.
    fn word_before(&self) -> String {
        let head = &self.bytes[..self.at];
        let from = head.iter().rposition(|byte| !byte.is_ascii_alphabetic()).map_or(0, |at| at + 1);
        self.text[from..self.at].to_ascii_lowercase()
    }
}

/// The first two letters of a string prefix that cannot stand together, in CPython's order.
fn incompatible_prefixes(word: &str) -> Option<(char, char)> {
    let lower = word.to_ascii_lowercase();
    let has = |letter: char| lower.contains(letter);
    const PAIRS: [(char, char); 6] = [('u', 'b'), ('u', 'r'), ('u', 'f'), ('u', 't'), ('b', 'f'), ('b', 't')];
    PAIRS.into_iter().chain([('f', 't')]).find(|&(a, b)| has(a) && has(b))
}

fn is_identifier_char(c: char) -> bool {
    c.is_alphanumeric()
        || c == '_'
        || matches!(u32::from(c), 0xb7 | 0x300..=0x36f | 0x203f..=0x2040 | 0x200c..=0x200d)
        || unicode_mark(c)
}

/// Combining marks of the scripts that identifiers are written in, roughly: the parser has decided exactly already.
fn unicode_mark(c: char) -> bool {
    matches!(u32::from(c), 0x483..=0x487 | 0x591..=0x5bd | 0x610..=0x61a | 0x64b..=0x669 | 0x900..=0x1cff | 0x1dc0..=0x1dff | 0x20d0..=0x20f0 | 0x302a..=0x302f | 0xfe00..=0xfe0f)
}

fn is_format_char(c: char) -> bool {
    matches!(u32::from(c), 0xad | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x2064 | 0xfeff)
}
