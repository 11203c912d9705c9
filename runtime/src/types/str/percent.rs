//! `str % args`, and what it shares with `bytes % args`: fetching arguments, converting numbers.

use super::{Str, StrBuilder};
use crate::error::{Exc, PyResult, check_room, take_if};
use crate::object::{P, Ref};
use crate::protocol::{index, mapping, number, repr};
use crate::raise;
use crate::text::format_spec::IntRef;
use crate::text::percent::{self, Amount, Conversion, Format, Piece, Resolved};
use crate::text::{Chars, TextResult, escape};
use crate::types::int::text::{decimal_i64, max_digits};
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::ops::Range;

/// The right operand, being taken apart.
pub(crate) struct Arguments {
    /// What positional arguments are taken from; replaced by the value of a `(key)`.
    current: Ref,
    /// The next item of a tuple; for another value 0 until it is taken.
    next: usize,
    is_tuple: bool,
    mapping: Option<Ref>,
}

impl Arguments {
    /// Take the operand; `text` is the type of the format, which is no mapping although it has subscripts.
    pub(crate) fn new(operand: Value, is_text: bool) -> Arguments {
        let is_tuple = operand.downcast::<Tuple>().is_some();
        let subscripts = operand.class().slots.getitem.get().is_some();
        let mapping = if subscripts && !is_tuple && !is_text { Some(operand.own()) } else { None };
        Arguments { current: operand.own(), next: 0, is_tuple, mapping }
    }
    /// The next argument.
    pub(crate) fn take(&mut self) -> PyResult {
        let found = if self.is_tuple {
            self.current.downcast::<Tuple>().and_then(|t| t.items().get(self.next).map(|v| v.own()))
        } else if self.next == 0 {
            Some(self.current.clone())
        } else {
            None
        };
        self.next += 1;
        match found {
            Some(v) => Ok(v),
            None => raise!(TypeError, "not enough arguments for format string"),
        }
    }
    /// Make the value of a key the next argument.
    fn select(&mut self, key: Ref) -> PyResult<()> {
        let Some(m) = self.mapping.clone() else { return raise!(TypeError, "format requires a mapping") };
        self.current = mapping::getitem(*m, *key)?;
        (self.is_tuple, self.next) = (false, 0);
        Ok(())
    }
    fn star(&mut self) -> PyResult<i64> {
        let v = self.take()?;
        if !v.is_int_like() {
            return raise!(TypeError, "* wants int");
        }
        match v.as_i64() {
            Some(i) => Ok(i),
            None => raise!(OverflowError, "Python int too large to convert to C ssize_t"),
        }
    }
    /// All used up?
    pub(crate) fn check_done(&self, what: &str) -> PyResult<()> {
        let left = match self.current.downcast::<Tuple>() {
            Some(t) if self.is_tuple => self.next < t.len,
            _ => self.next == 0,
        };
        if left && self.mapping.is_none() {
            return raise!(TypeError, "not all arguments converted during {what} formatting");
        }
        Ok(())
    }
}

/// Read a conversion, fetching what keys and stars stand for; `r` gets its parts.
pub(crate) fn resolve(
    format: &mut Format<'_>,
    args: &mut Arguments,
    r: &mut Resolved,
    key: impl Fn(Range<usize>) -> Ref,
) -> PyResult<Conversion> {
    if let Some(range) = format.key()? {
        args.select(key(range))?;
    }
    format.flags(r);
    match format.width()? {
        Some(Amount::Fixed(n)) => r.width = n,
        Some(Amount::Star) => {
            let n = args.star()?;
            if n == i64::MIN {
                return raise!(OverflowError, "width too big");
            }
            r.left |= n < 0;
            r.width = n.unsigned_abs() as usize;
        }
        None => {}
    }
    check_room(r.width, 4)?;
    r.precision = match format.precision()? {
        Some(Amount::Fixed(n)) => Some(n),
        Some(Amount::Star) => match args.star()? {
            n if i32::try_from(n).is_err() => {
                return raise!(OverflowError, "Python int too large to convert to C int");
            }
            n => Some(usize::try_from(n).unwrap_or(0)),
        },
        None => None,
    };
    Ok(format.code()?)
}

/// Use an int (of any kind) as an [`IntRef`].
pub(crate) fn with_int<T>(v: Value, f: impl FnOnce(IntRef<'_>) -> TextResult<T>) -> PyResult<T> {
    match (v.as_i64(), v.as_big()) {
        (Some(i), _) => Ok(f(IntRef::Small(i))?),
        (None, Some(big)) => Ok(f(IntRef::Big(&big))?),
        (None, None) => {
            raise!(TypeError, "'{}' object cannot be interpreted as an integer", v.class().name())
        }
    }
}

/// Append a number; `false` if the code is for no number.
pub(crate) fn write_number(out: &mut StrBuilder, code: u32, v: Value, r: &Resolved) -> PyResult<bool> {
    let code = u8::try_from(code).unwrap_or(0);
    match code {
        b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => {
            let i = integer(v, code)?;
            with_int(*i, |i| percent::write_int(out, i, code, r, max_digits()))?;
        }
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
            percent::write_float(out, index::to_f64(v)?, code, r)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// The int for an integer conversion: floats are truncated for the decimal ones.
fn integer(v: Value, code: u8) -> PyResult {
    if v.is_int_like() {
        return Ok(v.own());
    }
    let wrong = || {
        let (what, class) = (
            if matches!(code, b'o' | b'x' | b'X') { "an integer" } else { "a real number" },
            v.class().name(),
        );
        raise!(TypeError, "%{} format: {what} is required, not {class}", code as char)
    };
    if !number::is_number(v) {
        return wrong();
    }
    let converted =
        if matches!(code, b'o' | b'x' | b'X') { index::index(v).map(Some) } else { index::to_int(v) };
    match converted {
        Ok(Some(i)) => Ok(i),
        Ok(None) => wrong(),
        Err(raised) => {
            if take_if(Exc::TypeError).is_some() {
                return wrong();
            }
            Err(raised)
        }
    }
}

fn character(v: Value) -> PyResult<u32> {
    if let Some(s) = v.as_str() {
        return match (s.len(), s.chars().get(0)) {
            (1, Some(c)) => Ok(c),
            (n, _) => {
                raise!(TypeError, "%c requires an int or a unicode character, not a string of length {n}")
            }
        };
    }
    if !index::has_index(v) {
        return raise!(TypeError, "%c requires an int or a unicode character, not {}", v.class().name());
    }
    match index::index(v)?.as_i64().and_then(|i| u32::try_from(i).ok()) {
        Some(c) if c < 0x110000 => Ok(c),
        _ => raise!(OverflowError, "%c arg not in range(0x110000)"),
    }
}

/// `format % operand`
pub fn format(template: P<Str>, operand: Value) -> PyResult {
    let mut args = Arguments::new(operand, operand.as_str().is_some());
    let mut pieces = Format::new(template.chars());
    let chars = pieces.chars();
    let mut out = StrBuilder::with_capacity(chars.len() + 16);
    while let Some(piece) = pieces.next_piece() {
        if let Piece::Literal(range) = piece {
            out.push_chars(chars.slice(range));
            continue;
        }
        let key = |r: Range<usize>| super::from_slice(chars.slice(r)).erase();
        let mut r = Resolved::default();
        let c = match pieces.bare() {
            Some(c) => c,
            None => resolve(&mut pieces, &mut args, &mut r, key)?,
        };
        let v = args.take()?;
        convert(&mut out, &c, &r, *v)?;
    }
    args.check_done("string")?;
    Ok(out.try_finish()?.erase())
}

fn convert(out: &mut StrBuilder, c: &Conversion, r: &Resolved, v: Value) -> PyResult<()> {
    let plain = *r == Resolved::default();
    match char::from_u32(c.code) {
        Some('d' | 'i') if plain && v.is_int() => {
            decimal_i64(v.int_unchecked(), |digits| out.push_latin1(digits));
        }
        Some('s') if plain => repr::write_str(out, v)?,
        Some('r') if plain => repr::write_repr(out, v)?,
        Some('s') => percent::write_text(out, repr::str(v)?.chars(), r),
        Some('r') => percent::write_text(out, repr::repr(v)?.chars(), r),
        Some('a') => percent::write_text(out, escape::escape_non_ascii(repr::repr(v)?.chars()).chars(), r),
        Some('c') => {
            let c = [character(v)?];
            percent::write_text(out, Chars::Ucs4(&c), &Resolved { precision: None, ..*r });
        }
        _ => {
            if !write_number(out, c.code, v, r)? {
                return Err(percent::unsupported(c).into());
            }
        }
    }
    Ok(())
}
