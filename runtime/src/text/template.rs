//! The syntax of `str.format`: literals, replacement fields with conversion and (nested) spec, field names with
//! attribute and index lookups. Values are looked up in `types/str/format.rs`.

use super::{Chars, TextError, TextResult, decimal_at, shown};
use std::ops::Range;

/// A replacement field, as ranges of the template's characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What is before `!` or `:`.
    pub name: Range<usize>,
    /// The character after `!`.
    pub conversion: Option<u32>,
    /// What is after `:` (empty if there is none).
    pub spec: Range<usize>,
    /// The spec has replacement fields itself.
    pub nested: bool,
}

/// Literal text and the field that follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Copied as it is; of `{{` and `}}` the first brace.
    pub literal: Range<usize>,
    /// The field, if one follows.
    pub field: Option<Field>,
}

/// The pieces of a template, in order.
#[derive(Clone, Debug)]
pub struct Template<'a> {
    chars: Chars<'a>,
    pos: usize,
    end: usize,
}

const OPEN: u32 = b'{' as u32;
const CLOSE: u32 = b'}' as u32;

impl<'a> Template<'a> {
    /// The pieces of the characters in `range`.
    pub fn new(chars: Chars<'a>, range: Range<usize>) -> Template<'a> {
        Template { chars, pos: range.start, end: range.end }
    }
    /// Continue at a position that [`Template::position`] told.
    pub fn resume(chars: Chars<'a>, pos: usize) -> Template<'a> {
        Template { chars, pos, end: chars.len() }
    }
    /// Where the next piece starts.
    pub fn position(&self) -> usize {
        self.pos
    }
    fn take(&mut self) -> Option<u32> {
        if self.pos >= self.end {
            return None;
        }
        self.pos += 1;
        Some(self.chars.at(self.pos - 1))
    }
    /// The next brace, taken, and all before it.
    fn take_brace(&mut self) -> Option<u32> {
        if let Chars::Latin1(s) = self.chars {
            let rest = &s[self.pos..self.end];
            let at = memchr::memchr2(b'{', b'}', rest);
            self.pos += at.map_or(rest.len(), |i| i + 1);
            return at.map(|i| rest[i].into());
        }
        loop {
            let c = self.take()?;
            if matches!(c, OPEN | CLOSE) {
                return Some(c);
            }
        }
    }
    /// The next piece, or `None` at the end.
    pub fn next_piece(&mut self) -> TextResult<Option<Piece>> {
        if self.pos >= self.end {
            return Ok(None);
        }
        let start = self.pos;
        let Some(brace) = self.take_brace() else {
            return Ok(Some(Piece { literal: start..self.end, field: None }));
        };
        let next = if self.pos < self.end { Some(self.chars.at(self.pos)) } else { None };
        if next == Some(brace) {
            self.pos += 1;
            return Ok(Some(Piece { literal: start..self.pos - 1, field: None }));
        }
        if brace == CLOSE {
            return Err(TextError::value("Single '}' encountered in format string"));
        }
        if next.is_none() {
            return Err(TextError::value("Single '{' encountered in format string"));
        }
        let literal = start..self.pos - 1;
        Ok(Some(Piece { literal, field: Some(self.field()?) }))
    }

    fn field(&mut self) -> TextResult<Field> {
        let start = self.pos;
        let mut last = 0;
        while let Some(c) = self.take() {
            last = c;
            match char::from_u32(c) {
                Some('{') => return Err(TextError::value("unexpected '{' in field name")),
                Some('[') => {
                    while self.pos < self.end && self.chars.at(self.pos) != u32::from(b']') {
                        self.pos += 1;
                    }
                }
                Some('}' | ':' | '!') => break,
                _ => {}
            }
        }
        let mut field =
            Field { name: start..self.pos.max(1) - 1, conversion: None, spec: 0..0, nested: false };
        match char::from_u32(last) {
            Some('}') => return Ok(field),
            Some('!') => {
                let Some(conversion) = self.take() else {
                    return Err(TextError::value("end of string while looking for conversion specifier"));
                };
                field.conversion = Some(conversion);
                match self.take() {
                    Some(CLOSE) => return Ok(field),
                    Some(c) if c != u32::from(b':') => {
                        return Err(TextError::value("expected ':' after conversion specifier"));
                    }
                    _ => {}
                }
            }
            Some(':') => {}
            _ => return Err(TextError::value("expected '}' before end of string")),
        }
        let (spec, mut depth) = (self.pos, 1);
        while let Some(c) = self.take() {
            if c == OPEN {
                field.nested = true;
                depth += 1;
            } else if c == CLOSE {
                depth -= 1;
                if depth == 0 {
                    field.spec = spec..self.pos - 1;
                    return Ok(field);
                }
            }
        }
        Err(TextError::value("unmatched '{' in format spec"))
    }
}

/// The error for a conversion other than `r`, `s` and `a`.
pub fn unknown_conversion(c: u32) -> TextError {
    TextError::value(match c {
        33..=126 => format!("Unknown conversion specifier {}", shown(c)),
        _ => format!("Unknown conversion specifier \\x{c:x}"),
    })
}

/// What a field name starts with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum First {
    /// Nothing: the next number.
    Auto,
    /// A positional argument.
    Index(i64),
    /// A keyword.
    Name(Range<usize>),
}

/// A lookup after the first part of a field name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// `.name`
    Attribute(Range<usize>),
    /// `[number]`
    Index(i64),
    /// `[text]`
    Key(Range<usize>),
}

/// A field name in pieces: its first part, then lookups.
#[derive(Clone, Debug)]
pub struct FieldName<'a> {
    chars: Chars<'a>,
    pos: usize,
    end: usize,
}

/// A whole run of digits as a number.
fn integer(chars: Chars<'_>, range: Range<usize>) -> TextResult<Option<i64>> {
    match decimal_at(chars.slice(0..range.end), range.start)? {
        Some((n, end)) if end == range.end => Ok(Some(n)),
        _ => Ok(None),
    }
}

impl<'a> FieldName<'a> {
    /// Split the name in `range`.
    pub fn parse(chars: Chars<'a>, range: Range<usize>) -> TextResult<(First, FieldName<'a>)> {
        let mut pos = range.start;
        while pos < range.end && !matches!(chars.at(pos), 0x2e | 0x5b) {
            pos += 1;
        }
        let first = match integer(chars, range.start..pos)? {
            Some(n) => First::Index(n),
            None if pos == range.start => First::Auto,
            None => First::Name(range.start..pos),
        };
        Ok((first, FieldName { chars, pos, end: range.end }))
    }
    /// Continue at a position that [`FieldName::position`] told.
    pub fn resume(chars: Chars<'a>, pos: usize) -> FieldName<'a> {
        FieldName { chars, pos, end: chars.len() }
    }
    /// Where the next lookup starts.
    pub fn position(&self) -> usize {
        self.pos
    }
    /// The next lookup, or `None` at the end.
    pub fn next_lookup(&mut self) -> TextResult<Option<Lookup>> {
        if self.pos >= self.end {
            return Ok(None);
        }
        let opener = self.chars.at(self.pos);
        self.pos += 1;
        let start = self.pos;
        let lookup = match char::from_u32(opener) {
            Some('.') => {
                while self.pos < self.end && !matches!(self.chars.at(self.pos), 0x2e | 0x5b) {
                    self.pos += 1;
                }
                Lookup::Attribute(start..self.pos)
            }
            Some('[') => {
                while self.pos < self.end && self.chars.at(self.pos) != u32::from(b']') {
                    self.pos += 1;
                }
                if self.pos >= self.end {
                    return Err(TextError::value("Missing ']' in format string"));
                }
                self.pos += 1;
                match integer(self.chars, start..self.pos - 1)? {
                    Some(n) => Lookup::Index(n),
                    None => Lookup::Key(start..self.pos - 1),
                }
            }
            _ => {
                return Err(TextError::value("Only '.' or '[' may follow ']' in format field specifier"));
            }
        };
        match &lookup {
            Lookup::Attribute(r) | Lookup::Key(r) if r.is_empty() => {
                Err(TextError::value("Empty attribute in format string"))
            }
            _ => Ok(Some(lookup)),
        }
    }
}
