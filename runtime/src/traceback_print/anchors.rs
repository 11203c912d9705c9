//! Which part of an expression the carets point at: the operator of a binary operation, the brackets of a subscript
//! or call.
//!
//! `traceback.py` parses the segment and looks at the outermost node. Here a scan over its tokens finds that node: the
//! segment is known to be an expression, so that its outermost operation is the top-level operator of least precedence.

/// A position in the segment: line and column, both from 0.
pub type Place = (usize, usize);

/// From `left` up to `right` the carets are `^`, elsewhere `~`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchors {
    /// First character of the operator or opening bracket.
    pub left: Place,
    /// One past the operator or closing bracket.
    pub right: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Name(String),
    Number,
    Text,
    Operator(String),
    /// A bracketed group: the bracket, and whether it holds a top-level comma or `for` (or nothing at all), so that the
    /// brackets belong to the expression.
    Group(char, bool),
}

#[derive(Clone, Debug)]
struct Located {
    token: Token,
    start: Place,
    end: Place,
}

struct Scanner<'a> {
    lines: &'a [Vec<char>],
    line: usize,
    col: usize,
}

const OPERATORS: &[&str] = &[
    "**=", "//=", "<<=", ">>=", "...", "!=", "**", "//", "<<", ">>", "<=", ">=", "==", "+=", "-=", "*=",
    "/=", "%=", "&=", "|=", "^=", "@=", ":=", "->",
];

impl Scanner<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.lines.get(self.line)?.get(self.col + ahead).copied()
    }

    /// Skip white space, line ends, comments and continuations.
    fn skip(&mut self) {
        while self.line < self.lines.len() {
            match self.peek(0) {
                None => {
                    self.line += 1;
                    self.col = 0;
                }
                Some('#') => self.col = self.lines[self.line].len(),
                Some('\\') if self.peek(1).is_none() => self.col += 1,
                Some(c) if c.is_whitespace() => self.col += 1,
                Some(_) => return,
            }
        }
    }

    fn at_end(&mut self) -> bool {
        self.skip();
        self.line >= self.lines.len()
    }

    /// The rest of a string literal whose prefix has been read.
    fn string(&mut self) -> Option<()> {
        let quote = self.peek(0)?;
        let triple = self.peek(1) == Some(quote) && self.peek(2) == Some(quote);
        self.col += if triple { 3 } else { 1 };
        loop {
            match self.peek(0) {
                None if triple => {
                    self.line += 1;
                    self.col = 0;
                    self.lines.get(self.line)?;
                }
                None => return None,
                Some('\\') => self.col += 2,
                Some(c) if c == quote => {
                    if !triple {
                        self.col += 1;
                        return Some(());
                    }
                    if self.peek(1) == Some(quote) && self.peek(2) == Some(quote) {
                        self.col += 3;
                        return Some(());
                    }
                    self.col += 1;
                }
                Some(_) => self.col += 1,
            }
        }
    }

    /// The tokens up to the closing bracket (or the end): brackets nest as groups.
    fn tokens(&mut self, close: Option<char>) -> Option<Vec<Located>> {
        let mut all = Vec::new();
        loop {
            if self.at_end() {
                return if close.is_none() { Some(all) } else { None };
            }
            let start = (self.line, self.col);
            let c = self.peek(0)?;
            let token = match c {
                '(' | '[' | '{' => {
                    self.col += 1;
                    let inner = self.tokens(Some(match c {
                        '(' => ')',
                        '[' => ']',
                        _ => '}',
                    }))?;
                    let own = inner.is_empty()
                        || inner.iter().any(|t| match &t.token {
                            Token::Operator(o) => o == ",",
                            Token::Name(n) => n == "for" || n == "async",
                            _ => false,
                        });
                    Token::Group(c, own)
                }
                ')' | ']' | '}' => {
                    if close != Some(c) {
                        return None;
                    }
                    self.col += 1;
                    return Some(all);
                }
                '"' | '\'' => {
                    self.string()?;
                    Token::Text
                }
                _ if c.is_ascii_digit() || (c == '.' && self.peek(1).is_some_and(|d| d.is_ascii_digit())) => {
                    self.number();
                    Token::Number
                }
                _ if c.is_alphabetic() || c == '_' => {
                    let mut name = String::new();
                    while let Some(c) = self.peek(0).filter(|c| c.is_alphanumeric() || *c == '_') {
                        name.push(c);
                        self.col += 1;
                    }
                    let prefix = name.len() <= 2 && name.chars().all(|c| "rRbBuUfFtT".contains(c));
                    if prefix && matches!(self.peek(0), Some('"' | '\'')) {
                        self.string()?;
                        Token::Text
                    } else {
                        Token::Name(name)
                    }
                }
                _ => {
                    let rest: String = (0..3).map_while(|i| self.peek(i)).collect();
                    let operator = OPERATORS
                        .iter()
                        .find(|o| rest.starts_with(**o))
                        .map_or_else(|| c.to_string(), |o| (*o).to_owned());
                    self.col += operator.chars().count();
                    Token::Operator(operator)
                }
            };
            all.push(Located { token, start, end: (self.line, self.col) });
        }
    }

    fn number(&mut self) {
        while let Some(c) = self.peek(0) {
            let exponent = matches!(c, 'e' | 'E') && matches!(self.peek(1), Some('+' | '-'));
            if exponent {
                self.col += 2;
            } else if c.is_alphanumeric() || c == '.' || c == '_' {
                self.col += 1;
            } else {
                return;
            }
        }
    }
}

fn precedence(operator: &str) -> Option<u8> {
    Some(match operator {
        "|" => 1,
        "^" => 2,
        "&" => 3,
        "<<" | ">>" => 4,
        "+" | "-" => 5,
        "*" | "/" | "//" | "%" | "@" => 6,
        "**" => 8,
        _ => return None,
    })
}

/// Is the name a keyword that is no operand?
fn is_keyword(name: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "and", "as", "assert", "async", "break", "class", "continue", "def", "del", "elif", "else", "except",
        "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or",
        "pass", "raise", "return", "try", "while", "with", "yield",
    ];
    KEYWORDS.contains(&name)
}

/// What the scan of the top-level tokens found.
#[derive(Default)]
struct Shape {
    /// Index and precedence of each binary operator.
    operators: Vec<(usize, u8)>,
    /// Begins with a unary operator or `await`.
    unary: bool,
    awaits: bool,
    /// The last token is a call or subscript of what is before it.
    trailer: bool,
}

/// Goes through the tokens of an expression; `None` if they are none that has anchors.
fn shape(tokens: &[Located]) -> Option<Shape> {
    let mut found = Shape::default();
    // Is the token before this one the end of an operand?
    let mut operand = false;
    let mut after_text = false;
    let mut i = 0;
    while i < tokens.len() {
        let first = i == 0;
        let text = tokens[i].token == Token::Text;
        match &tokens[i].token {
            Token::Name(n) if n == "await" && !operand => found.awaits |= first,
            Token::Name(n) if is_keyword(n) => return None,
            Token::Text if operand && after_text => {}
            Token::Name(_) | Token::Number | Token::Text => {
                if operand {
                    return None;
                }
                operand = true;
            }
            Token::Group(bracket, _) => {
                if operand && *bracket == '{' {
                    return None;
                }
                found.trailer = operand && i + 1 == tokens.len();
                operand = true;
            }
            Token::Operator(o) if o == "." && operand => {
                i += 1;
                match tokens.get(i).map(|t| &t.token) {
                    Some(Token::Name(_)) => {}
                    _ => return None,
                }
            }
            Token::Operator(o) if o == "..." && !operand => operand = true,
            Token::Operator(o) if operand => {
                found.operators.push((i, precedence(o)?));
                operand = false;
            }
            Token::Operator(o) => {
                if !matches!(o.as_str(), "+" | "-" | "~") {
                    return None;
                }
                found.unary |= first;
            }
        }
        after_text = text;
        i += 1;
    }
    operand.then_some(found)
}

/// The anchors of the expression that these lines are.
pub fn find(lines: &[Vec<char>]) -> Option<Anchors> {
    let mut scanner = Scanner { lines, line: 0, col: 0 };
    let mut tokens = scanner.tokens(None)?;
    // Brackets around the whole are not part of it.
    while let [Located { token: Token::Group('(', false), start, end }] = tokens[..] {
        let mut inner = Scanner { lines, line: start.0, col: start.1 + 1 };
        let _ = end;
        tokens = inner.tokens(Some(')'))?;
    }
    let shape = shape(&tokens)?;
    if let Some(&(_, least)) = shape.operators.iter().min_by_key(|(_, p)| *p) {
        let mut of_least = shape.operators.iter().filter(|(_, p)| *p == least).map(|(i, _)| *i);
        // `**` groups to the right, and binds tighter than a sign before it.
        let at = if least == 8 {
            if shape.unary {
                return None;
            }
            of_least.next()?
        } else {
            of_least.next_back()?
        };
        return Some(operator_anchors(lines, &tokens, at));
    }
    if shape.unary || shape.awaits || !shape.trailer {
        return None;
    }
    let last = tokens.last()?;
    Some(Anchors { left: last.start, right: last.end })
}

/// The operator's first character, and its second unless that belongs to the right operand.
fn operator_anchors(lines: &[Vec<char>], tokens: &[Located], at: usize) -> Anchors {
    let (line, col) = tokens[at].start;
    let mut end = col + 1;
    let right = operand_start(lines, &tokens[at + 1..]);
    let next = lines[line].get(end).copied();
    let belongs = right.is_none_or(|(l, c)| l > line || end < c);
    if belongs && next.is_some_and(|c| !c.is_whitespace() && c != '\\' && c != '#') {
        end += 1;
    }
    Anchors { left: (line, col), right: (line, end) }
}

/// Where the operand's own text starts, brackets around it apart.
fn operand_start(lines: &[Vec<char>], tokens: &[Located]) -> Option<Place> {
    let first = tokens.first()?;
    if let [Located { token: Token::Group('(', false), start, .. }] = tokens {
        let mut inner = Scanner { lines, line: start.0, col: start.1 + 1 };
        let inside = inner.tokens(Some(')'))?;
        return operand_start(lines, &inside);
    }
    Some(first.start)
}

/// Is the statement `return name(…)` or `name = call(…)`, with the call as the marked part? Then carets say nothing.
pub fn is_plain_call(lines: &[Vec<char>], start: usize, end: usize) -> bool {
    let (first, last) = (&lines[0], &lines[lines.len() - 1]);
    if start > first.len() || end > last.len() {
        return false;
    }
    let rest: String = last[end..].iter().collect();
    let rest = rest.trim_start();
    if !(rest.is_empty() || rest.starts_with('#') || rest.starts_with(';')) {
        return false;
    }
    let head: String = first[..start].iter().collect();
    let mut part = lines.to_vec();
    part[lines.len() - 1].truncate(end);
    part[0].drain(..start);
    let mut scanner = Scanner { lines: &part, line: 0, col: 0 };
    let Some(tokens) = scanner.tokens(None) else { return false };
    let is_call = matches!(tokens.last().map(|t| &t.token), Some(Token::Group('(', _)))
        && shape(&tokens).is_some_and(|s| s.operators.is_empty() && !s.unary && !s.awaits && s.trailer);
    if !is_call {
        return false;
    }
    if head.trim_end() == "return" && head.ends_with(char::is_whitespace) {
        return tokens.len() == 2 && matches!(tokens[0].token, Token::Name(_));
    }
    match head.trim_end().strip_suffix('=') {
        Some(target) => {
            let target = target.trim_end();
            !target.is_empty()
                && !target.starts_with(|c: char| c.is_ascii_digit())
                && target.chars().all(|c| c.is_alphanumeric() || c == '_')
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Anchors, find};

    fn anchors(text: &str) -> Option<Anchors> {
        let lines: Vec<Vec<char>> = text.split('\n').map(|l| l.chars().collect()).collect();
        find(&lines)
    }
    fn at(left: usize, right: usize) -> Option<Anchors> {
        Some(Anchors { left: (0, left), right: (0, right) })
    }

    #[test]
    fn operators() {
        assert_eq!(anchors("a + b"), at(2, 3));
        assert_eq!(anchors("a // b * c"), at(7, 8));
        assert_eq!(anchors("a + b * c"), at(2, 3));
        assert_eq!(anchors("(a + b) ** -c"), at(8, 10));
        assert_eq!(anchors("a-(b)"), at(1, 3));
        assert_eq!(anchors("a-b"), at(1, 2));
        assert_eq!(anchors("-a ** b"), None);
        assert_eq!(anchors("-a * b"), at(3, 4));
        assert_eq!(anchors("f'{x!r}' % (1, 2)"), at(9, 10));
    }

    #[test]
    fn brackets() {
        assert_eq!(anchors("f(x)(y)"), at(4, 7));
        assert_eq!(anchors("a.b[c(d)]"), at(3, 9));
        assert_eq!(anchors("(a)[0]"), at(3, 6));
        assert_eq!(anchors("a.b"), None);
        assert_eq!(anchors("a if b else c(d)"), None);
        assert_eq!(anchors("x, f(y)"), None);
        assert_eq!(anchors("await f(x)"), None);
        assert_eq!(anchors("x = f(y)"), None);
    }
}
