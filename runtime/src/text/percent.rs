//! `%` formatting: the syntax of conversions, and the layout of converted numbers and strings. Arguments are
//! fetched and converted in `types/str/percent.rs` and `types/bytes/percent.rs`.

use super::digits::decimal_i64;
use super::float_repr::{self, Flags};
use super::format_spec::IntRef;
use super::{Chars, StrBuilder, TextError, TextResult, shown};
use std::ops::Range;

/// A width or precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Written in the format.
    Fixed(usize),
    /// `*`: the next argument.
    Star,
}

/// What a conversion converts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The type.
    pub code: u32,
    /// Where the type is, for messages.
    pub index: usize,
}

/// Literal text, or a conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Copied as it is.
    Literal(Range<usize>),
    /// Where a conversion starts: just behind the `%`. Call [`Format::bare`] next, or the methods for its parts in
    /// their order.
    Percent,
}

/// A format being read.
pub struct Format<'a> {
    chars: Chars<'a>,
    pos: usize,
}

impl<'a> Format<'a> {
    /// Read `chars` from the start.
    pub fn new(chars: Chars<'a>) -> Format<'a> {
        Format { chars, pos: 0 }
    }
    /// What is read.
    pub fn chars(&self) -> Chars<'a> {
        self.chars
    }
    /// The next piece, or `None` at the end. `%%` is a literal `%`.
    pub fn next_piece(&mut self) -> Option<Piece> {
        let n = self.chars.len();
        if self.pos >= n {
            return None;
        }
        let start = self.pos;
        if self.chars.at(start) != u32::from(b'%') {
            self.pos = self.chars.slice(start..n).position(u32::from(b'%')).map_or(n, |i| start + i);
            return Some(Piece::Literal(start..self.pos));
        }
        self.pos += 1;
        if self.chars.get(self.pos) == Some(u32::from(b'%')) {
            self.pos += 1;
            return Some(Piece::Literal(start..start + 1));
        }
        Some(Piece::Percent)
    }
    /// A conversion that is nothing but its type, right after [`Piece::Percent`].
    pub fn bare(&mut self) -> Option<Conversion> {
        let code = self.chars.get(self.pos)?;
        // (Not the length modifiers.)
        let bare = matches!(u8::try_from(code), Ok(b'a'..=b'g' | b'i' | b'o' | b'r' | b's' | b'u' | b'x'));
        self.pos += usize::from(bare);
        bare.then(|| Conversion { code, index: self.pos - 1 })
    }
    /// The `(key)` of a conversion, right after [`Piece::Percent`].
    pub fn key(&mut self) -> TextResult<Option<Range<usize>>> {
        if self.chars.get(self.pos) != Some(u32::from(b'(')) {
            return Ok(None);
        }
        self.pos += 1;
        let (start, mut depth) = (self.pos, 1);
        while depth > 0 {
            match self.chars.get(self.pos).and_then(char::from_u32) {
                Some('(') => depth += 1,
                Some(')') => depth -= 1,
                _ if self.pos >= self.chars.len() => return Err(TextError::value("incomplete format key")),
                _ => {}
            }
            self.pos += 1;
        }
        Ok(Some(start..self.pos - 1))
    }
    fn amount(&mut self, too_big: &'static str) -> TextResult<Option<Amount>> {
        if self.chars.get(self.pos) == Some(u32::from(b'*')) {
            self.pos += 1;
            return Ok(Some(Amount::Star));
        }
        let (start, mut n) = (self.pos, 0usize);
        while let Some(c @ 0x30..=0x39) = self.chars.get(self.pos) {
            n = n * 10 + (c - 0x30) as usize;
            if n > i32::MAX as usize * 2 {
                return Err(TextError::value(too_big));
            }
            self.pos += 1;
        }
        Ok(if self.pos == start { None } else { Some(Amount::Fixed(n)) })
    }
    /// Flags, which are added to `r`.
    pub fn flags(&mut self, r: &mut Resolved) {
        while let Some(flag) = self.chars.get(self.pos).and_then(char::from_u32) {
            match flag {
                '-' => r.left = true,
                '+' => r.plus = true,
                ' ' => r.space = true,
                '#' => r.alternate = true,
                '0' => r.zero = true,
                _ => break,
            }
            self.pos += 1;
        }
    }
    /// The least number of characters.
    pub fn width(&mut self) -> TextResult<Option<Amount>> {
        self.amount("width too big")
    }
    /// What is behind the point.
    pub fn precision(&mut self) -> TextResult<Option<Amount>> {
        if self.chars.get(self.pos) != Some(u32::from(b'.')) {
            return Ok(None);
        }
        self.pos += 1;
        Ok(Some(self.amount("precision too big")?.unwrap_or(Amount::Fixed(0))))
    }
    /// An ignored length modifier, and the type.
    pub fn code(&mut self) -> TextResult<Conversion> {
        if let Some(0x68 | 0x6c | 0x4c) = self.chars.get(self.pos) {
            self.pos += 1;
        }
        let Some(code) = self.chars.get(self.pos) else {
            return Err(TextError::value("incomplete format"));
        };
        self.pos += 1;
        Ok(Conversion { code, index: self.pos - 1 })
    }
}

/// The error for a type that is none.
pub fn unsupported(c: &Conversion) -> TextError {
    let printed = if (0x20..0x7f).contains(&c.code) { shown(c.code) } else { '?' };
    TextError::value(format!(
        "unsupported format character '{printed}' (0x{:x}) at index {}",
        c.code, c.index
    ))
}

/// A conversion whose `*`s have been filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// `-`, or a negative `*` width.
    pub left: bool,
    /// `+`
    pub plus: bool,
    /// A space.
    pub space: bool,
    /// `#`
    pub alternate: bool,
    /// `0`
    pub zero: bool,
    /// The least number of characters.
    pub width: usize,
    /// What is behind the point.
    pub precision: Option<usize>,
}

/// Write `d`, `i`, `u`, `x`, `X`, `o` of an int.
pub fn write_int(
    out: &mut StrBuilder,
    value: IntRef<'_>,
    code: u8,
    r: &Resolved,
    max_digits: usize,
) -> TextResult<()> {
    let (base, prefix) = match code {
        b'x' => (16, "0x"),
        b'X' => (16, "0X"),
        b'o' => (8, "0o"),
        _ => (10, ""),
    };
    if r.precision.is_some_and(|p| p > i32::MAX as usize - 3) {
        return Err(TextError::overflow("precision too large"));
    }
    let prefix = if r.alternate { prefix } else { "" };
    let least = r.precision.unwrap_or(0);
    match value {
        IntRef::Small(i) if base == 10 => {
            decimal_i64(i, |digits| write_number(out, prefix, least, digits, r))
        }
        _ => {
            let mut digits = value.to_radix(base, max_digits)?;
            if code == b'X' {
                digits.make_uppercase();
            }
            write_number(out, prefix, least, digits.as_str().as_bytes(), r);
        }
    }
    Ok(())
}

/// Write `e`, `f`, `g` of a float.
pub fn write_float(out: &mut StrBuilder, value: f64, code: u8, r: &Resolved) -> TextResult<()> {
    let precision = r.precision.unwrap_or(6);
    if precision > i32::MAX as usize {
        return Err(TextError::value("precision too big"));
    }
    let flags = Flags { alternate: r.alternate, ..Flags::default() };
    write_number(out, "", 0, float_repr::format(value, code, precision, flags).as_bytes(), r);
    Ok(())
}

/// Write a number: sign, prefix, zeros or spaces, `digits` (`least` of them at least), which may have a `-`.
fn write_number(out: &mut StrBuilder, prefix: &str, least: usize, digits: &[u8], r: &Resolved) {
    let (negative, digits) = match digits {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, digits),
    };
    let sign = match (negative, r.plus, r.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (.., true) => " ",
        _ => "",
    };
    let mut zeros = least.saturating_sub(digits.len());
    let mut padding = r.width.saturating_sub(sign.len() + prefix.len() + zeros + digits.len());
    if r.zero && !r.left {
        zeros += std::mem::take(&mut padding);
    }
    out.push_n(32, if r.left { 0 } else { padding });
    out.push_str(sign);
    out.push_str(prefix);
    out.push_n(u32::from(b'0'), zeros);
    out.push_latin1(digits);
    out.push_n(32, if r.left { padding } else { 0 });
}

/// Write a string (`s`, `r`, `a`, `b`): cut to the precision, padded to the width.
pub fn write_text(out: &mut StrBuilder, text: Chars<'_>, r: &Resolved) {
    let text = text.slice(0..text.len().min(r.precision.unwrap_or(usize::MAX)));
    let padding = r.width.saturating_sub(text.len());
    out.push_n(32, if r.left { 0 } else { padding });
    out.push_chars(text);
    out.push_n(32, if r.left { padding } else { 0 });
}
