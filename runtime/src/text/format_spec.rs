//! The format-spec mini language: `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`,
//! for `str`, `int`, `float` and `complex`.

use super::digits::Digits;
use super::float_repr::{self, Flags};
use super::parse_int::to_decimal;
use super::{Chars, StrBuilder, TextError, TextResult, decimal_at};
use crate::error::has_room;
use dashu_int::IBig;
use std::borrow::Cow;

/// A parsed format spec.
#[derive(Clone, Copy, Debug)]
pub struct FormatSpec {
    /// The padding character.
    pub fill: u32,
    /// `<`, `>`, `^` or `=`.
    pub align: u8,
    /// `+`, `-` or space.
    pub sign: Option<u8>,
    /// `z`
    pub no_neg_zero: bool,
    /// `#`
    pub alternate: bool,
    /// The least number of characters.
    pub width: Option<usize>,
    /// `,` or `_` between digits of the whole part.
    pub grouping: Option<u8>,
    /// Digits a group: 3, or 4 for `_` in bases 2, 8 and 16.
    pub group_size: usize,
    /// `.precision`
    pub precision: Option<usize>,
    /// `,` or `_` between digits behind the point.
    pub frac_grouping: Option<u8>,
    /// The presentation type, or the default given to [`FormatSpec::parse`]; 0 is "none".
    pub kind: u32,
}

const fn code(c: u8) -> u32 {
    c as u32
}
const CODE_C: u32 = code(b'c');

impl FormatSpec {
    /// Parse a spec; the type's default presentation and alignment hold where it is silent, and messages say
    /// `type_name`.
    pub fn parse(spec: Chars<'_>, default: u8, align: u8, type_name: &str) -> TextResult<FormatSpec> {
        let mut f = FormatSpec {
            fill: code(b' '),
            align,
            sign: None,
            no_neg_zero: false,
            alternate: false,
            width: None,
            grouping: None,
            group_size: 3,
            precision: None,
            frac_grouping: None,
            kind: default.into(),
        };
        let at = |i: usize| spec.get(i).and_then(|c| u8::try_from(c).ok()).unwrap_or(0);
        let is_align = |c: u8| matches!(c, b'<' | b'>' | b'=' | b'^');
        let (mut pos, mut fill_given, mut align_given) = (0, false, false);
        if is_align(at(1)) {
            (f.fill, f.align, fill_given, align_given) = (spec.at(0), at(1), true, true);
            pos = 2;
        } else if is_align(at(0)) {
            (f.align, align_given) = (at(0), true);
            pos = 1;
        }
        let mut eat = |pos: &mut usize, wanted: &[u8]| {
            let c = at(*pos);
            let hit = c != 0 && wanted.contains(&c);
            *pos += usize::from(hit);
            if hit { Some(c) } else { None }
        };
        f.sign = eat(&mut pos, b" +-");
        f.no_neg_zero = eat(&mut pos, b"z").is_some();
        f.alternate = eat(&mut pos, b"#").is_some();
        if !fill_given && eat(&mut pos, b"0").is_some() {
            f.fill = code(b'0');
            if !align_given && align == b'>' {
                f.align = b'=';
            }
        }
        if let Some((n, end)) = decimal_at(spec, pos)? {
            if !has_room((n as usize).saturating_mul(4)) {
                return Err(TextError::memory());
            }
            (f.width, pos) = (Some(n as usize), end);
        }
        f.grouping = grouping(&mut pos, &mut eat)?;
        if eat(&mut pos, b".").is_some() {
            let digits = decimal_at(spec, pos)?;
            if let Some((n, end)) = digits {
                (f.precision, pos) = (Some(n as usize), end);
            }
            f.frac_grouping = grouping(&mut pos, &mut eat)?;
            if digits.is_none() && f.frac_grouping.is_none() {
                return Err(TextError::value("Format specifier missing precision"));
            }
        }
        if spec.len() - pos > 1 {
            let shown = spec.to_lossy();
            return Err(TextError::value(format!(
                "Invalid format specifier '{shown}' for object of type '{type_name}'"
            )));
        }
        f.kind = spec.get(pos).unwrap_or(f.kind);
        f.check_grouping()?;
        Ok(f)
    }

    fn check_grouping(&mut self) -> TextResult<()> {
        let kind = u8::try_from(self.kind).unwrap_or(1);
        let decimal = matches!(kind, b'd' | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F' | 0);
        if let Some(sep) = self.grouping {
            if matches!(kind, b'b' | b'o' | b'x' | b'X') && sep == b'_' {
                self.group_size = 4;
            } else if !decimal {
                return Err(cannot_group(sep, self.kind));
            }
        }
        match self.frac_grouping {
            // A str has no digits behind a point; CPython lets it pass.
            Some(sep) if !decimal && kind != b's' => Err(cannot_group(sep, self.kind)),
            _ => Ok(()),
        }
    }

    /// Is there nothing in it but perhaps a type?
    fn is_plain(&self) -> bool {
        self.width.is_none()
            && !matches!(self.sign, Some(b'+' | b' '))
            && self.grouping.is_none()
            && self.frac_grouping.is_none()
    }
}

fn grouping(
    pos: &mut usize,
    eat: &mut impl FnMut(&mut usize, &[u8]) -> Option<u8>,
) -> TextResult<Option<u8>> {
    let first = eat(pos, b",_");
    if first.is_some() && eat(pos, if first == Some(b',') { b"_" } else { b"," }).is_some() {
        return Err(TextError::value("Cannot specify both ',' and '_'."));
    }
    Ok(first)
}

fn cannot_group(sep: u8, kind: u32) -> TextError {
    let sep = sep as char;
    TextError::value(match kind {
        33..=127 => format!("Cannot specify '{sep}' with '{}'.", super::shown(kind)),
        _ => format!("Cannot specify '{sep}' with '\\x{kind:x}'."),
    })
}

fn unknown_type(kind: u32, type_name: &str) -> TextError {
    TextError::value(match kind {
        33..=127 => format!("Unknown format code '{}' for object of type '{type_name}'", super::shown(kind)),
        _ => format!("Unknown format code '\\x{kind:x}' for object of type '{type_name}'"),
    })
}

/// `str.__format__`
pub fn format_str(value: Chars<'_>, spec: Chars<'_>, type_name: &str) -> TextResult<StrBuilder> {
    let mut out = StrBuilder::with_capacity(value.len());
    if spec.is_empty() {
        out.push_chars(value);
        return Ok(out);
    }
    let f = FormatSpec::parse(spec, b's', b'<', type_name)?;
    if f.kind != code(b's') {
        return Err(unknown_type(f.kind, type_name));
    }
    let refused = match f.sign {
        Some(b' ') => "Space not allowed in string format specifier",
        Some(_) => "Sign not allowed in string format specifier",
        None if f.no_neg_zero => "Negative zero coercion (z) not allowed in string format specifier",
        None if f.alternate => "Alternate form (#) not allowed in string format specifier",
        None if f.align == b'=' => "'=' alignment not allowed in string format specifier",
        None => "",
    };
    if !refused.is_empty() {
        return Err(TextError::value(refused));
    }
    let shown = value.slice(0..value.len().min(f.precision.unwrap_or(usize::MAX)));
    let (left, right) = padding(&f, shown.len());
    out.push_n(f.fill, left);
    out.push_chars(shown);
    out.push_n(f.fill, right);
    Ok(out)
}

fn padding(f: &FormatSpec, len: usize) -> (usize, usize) {
    let n = f.width.unwrap_or(0).saturating_sub(len);
    match f.align {
        b'>' => (n, 0),
        b'^' => (n / 2, n - n / 2),
        _ => (0, n),
    }
}

/// A number in pieces, ready to be grouped and padded.
struct Number<'a> {
    negative: bool,
    prefix: &'a str,
    whole: &'a str,
    point: bool,
    fraction: &'a str,
    /// Exponent, `%`, `inf`: copied as it is.
    rest: &'a str,
}

impl<'a> Number<'a> {
    /// Take a formatted number apart.
    fn split(text: &'a str) -> Number<'a> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, rest) = text.split_at(digits(text));
        match rest.strip_prefix('.') {
            Some(behind) => {
                let (fraction, rest) = behind.split_at(digits(behind));
                Number { negative, prefix: "", whole, point: true, fraction, rest }
            }
            None => Number { negative, prefix: "", whole, point: false, fraction: "", rest },
        }
    }

    fn write(&self, f: &FormatSpec, out: &mut StrBuilder) {
        let sign = match (self.negative, f.sign) {
            (true, _) => Some(b'-'),
            (false, Some(s @ (b'+' | b' '))) => Some(s),
            _ => None,
        };
        let fraction = group_fraction(self.fraction, f.frac_grouping);
        let fixed = usize::from(sign.is_some())
            + self.prefix.len()
            + usize::from(self.point)
            + fraction.len()
            + self.rest.chars().count();
        let zero_padded = f.fill == code(b'0') && f.align == b'=';
        let least = if zero_padded { f.width.unwrap_or(0) as i64 - fixed as i64 } else { 0 };
        let whole = group_whole(self.whole, least, f.grouping, f.group_size);
        let n = f.width.unwrap_or(0).saturating_sub(fixed + whole.len());
        let (left, inner, right) = match f.align {
            b'<' => (0, 0, n),
            b'^' => (n / 2, 0, n - n / 2),
            b'=' => (0, n, 0),
            _ => (n, 0, 0),
        };
        out.push_n(f.fill, left);
        if let Some(s) = sign {
            out.push(s.into());
        }
        out.push_str(self.prefix);
        out.push_n(f.fill, inner);
        out.push_str(&whole);
        if self.point {
            out.push(code(b'.'));
        }
        out.push_str(&fraction);
        out.push_str(self.rest);
        out.push_n(f.fill, right);
    }
}

fn group_fraction(digits: &str, separator: Option<u8>) -> Cow<'_, str> {
    let Some(sep) = separator else { return Cow::Borrowed(digits) };
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && i % 3 == 0 {
            out.push(sep as char);
        }
        out.push(c);
    }
    Cow::Owned(out)
}

/// Separators every `size` digits from the right, and leading zeros up to `least` characters.
fn group_whole(digits: &str, least: i64, separator: Option<u8>, size: usize) -> Cow<'_, str> {
    if digits.is_empty() || (separator.is_none() && least <= digits.len() as i64) {
        return Cow::Borrowed(digits);
    }
    let Some(sep) = separator else {
        let zeros = (least - digits.len() as i64) as usize;
        return Cow::Owned("0".repeat(zeros) + digits);
    };
    let (bytes, mut left, mut least) = (digits.as_bytes(), digits.len(), least);
    let mut reversed = Vec::new();
    loop {
        let n = (size as i64).min(least.max(left as i64).max(1)) as usize;
        for _ in 0..n {
            if left > 0 {
                left -= 1;
                reversed.push(bytes[left]);
            } else {
                reversed.push(b'0');
            }
        }
        least -= n as i64;
        if left == 0 && least <= 0 {
            break;
        }
        least -= 1;
        reversed.push(sep);
    }
    Cow::Owned(reversed.iter().rev().map(|&b| b as char).collect())
}

/// An int to be formatted.
#[derive(Clone, Copy, Debug)]
pub enum IntRef<'a> {
    /// It fits in 64 bits.
    Small(i64),
    /// Any.
    Big(&'a IBig),
}

impl IntRef<'_> {
    /// The digits in base 2, 8, 10 or 16 (lower case), with a `-`; the limit holds for base 10.
    pub fn to_radix(self, base: u32, max_digits: usize) -> TextResult<Digits> {
        Ok(match (self, base) {
            (IntRef::Small(i), _) => Digits::of_word(i, base),
            (IntRef::Big(i), 10) => to_decimal(i, max_digits)?.into(),
            (IntRef::Big(i), _) => i.in_radix(base as u8).to_string().into(),
        })
    }
    /// As a float; too large ones are an error.
    pub fn to_f64(self) -> TextResult<f64> {
        match self {
            IntRef::Small(i) => Ok(i as f64),
            IntRef::Big(i) => {
                let f = i.to_f64().value();
                if f.is_finite() {
                    Ok(f)
                } else {
                    Err(TextError::overflow("int too large to convert to float"))
                }
            }
        }
    }
    fn to_char(self) -> TextResult<u32> {
        let small = match self {
            IntRef::Small(i) => u32::try_from(i).ok(),
            IntRef::Big(i) => u32::try_from(i).ok(),
        };
        match small {
            Some(c) if c < 0x110000 => Ok(c),
            _ => Err(TextError::overflow("%c arg not in range(0x110000)")),
        }
    }
}

/// `int.__format__`
pub fn format_int(
    value: IntRef<'_>,
    spec: Chars<'_>,
    type_name: &str,
    max_digits: usize,
) -> TextResult<StrBuilder> {
    let mut out = StrBuilder::new();
    if spec.is_empty() {
        out.push_str(value.to_radix(10, max_digits)?.as_str());
        return Ok(out);
    }
    let f = FormatSpec::parse(spec, b'd', b'>', type_name)?;
    let kind = u8::try_from(f.kind).unwrap_or(1);
    let (base, prefix) = match kind {
        b'b' => (2, "0b"),
        b'o' => (8, "0o"),
        b'x' => (16, "0x"),
        b'X' => (16, "0X"),
        b'c' | b'd' | b'n' => (10, ""),
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%' => {
            let text = float_text(value.to_f64()?, &f, kind)?;
            Number::split(&text).write(&f, &mut out);
            return Ok(out);
        }
        _ => return Err(unknown_type(f.kind, type_name)),
    };
    let refused = if f.precision.is_some() {
        "Precision not allowed in integer format specifier"
    } else if f.no_neg_zero {
        "Negative zero coercion (z) not allowed in integer format specifier"
    } else if f.kind == CODE_C && f.sign.is_some() {
        "Sign not allowed with integer format specifier 'c'"
    } else if f.kind == CODE_C && f.alternate {
        "Alternate form (#) not allowed with integer format specifier 'c'"
    } else {
        ""
    };
    if !refused.is_empty() {
        return Err(TextError::value(refused));
    }
    if f.kind == CODE_C {
        return char_field(value.to_char()?, &f, out);
    }
    let mut text = value.to_radix(base, max_digits)?;
    if kind == b'X' {
        text.make_uppercase();
    }
    let prefix = if f.alternate { prefix } else { "" };
    Number { prefix, ..Number::split_hex(text.as_str()) }.write(&f, &mut out);
    Ok(out)
}

impl<'a> Number<'a> {
    fn split_hex(text: &'a str) -> Number<'a> {
        let (negative, whole) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        Number { negative, prefix: "", whole, point: false, fraction: "", rest: "" }
    }
}

fn char_field(c: u32, f: &FormatSpec, mut out: StrBuilder) -> TextResult<StrBuilder> {
    let n = f.width.unwrap_or(0).saturating_sub(1);
    let (left, right) = match f.align {
        b'<' => (0, n),
        b'^' => (n / 2, n - n / 2),
        _ => (n, 0),
    };
    out.push_n(f.fill, left);
    out.push(c);
    out.push_n(f.fill, right);
    Ok(out)
}

/// The digits of a float under a spec, before grouping and padding.
fn float_text(value: f64, f: &FormatSpec, kind: u8) -> TextResult<String> {
    if f.precision.is_some_and(|p| p > i32::MAX as usize) {
        return Err(TextError::value("precision too big"));
    }
    if f.precision.is_some_and(|p| !has_room(p.saturating_mul(4))) {
        return Err(TextError::memory());
    }
    let mut flags = Flags { alternate: f.alternate, add_dot_0: false, no_neg_zero: f.no_neg_zero };
    let (conversion, default) = match kind {
        0 => {
            flags.add_dot_0 = true;
            (b'r', 0)
        }
        b'r' => (b'r', 0),
        b'n' => (b'g', 6),
        b'%' => (b'f', 6),
        other => (other, 6),
    };
    let conversion = if conversion == b'r' && f.precision.is_some() { b'g' } else { conversion };
    let value = if kind == b'%' { value * 100.0 } else { value };
    let mut text = float_repr::format(value, conversion, f.precision.unwrap_or(default), flags);
    if kind == b'%' {
        text.push('%');
    }
    Ok(text)
}

/// `float.__format__`
pub fn format_float(value: f64, spec: Chars<'_>, type_name: &str) -> TextResult<StrBuilder> {
    let mut out = StrBuilder::new();
    if spec.is_empty() {
        out.push_str(&float_repr::repr(value));
        return Ok(out);
    }
    let f = FormatSpec::parse(spec, 0, b'>', type_name)?;
    let kind = u8::try_from(f.kind).unwrap_or(1);
    if !matches!(kind, 0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n' | b'%') {
        return Err(unknown_type(f.kind, type_name));
    }
    let text = float_text(value, &f, kind)?;
    if f.is_plain() {
        out.push_str(&text);
    } else {
        Number::split(&text).write(&f, &mut out);
    }
    Ok(out)
}

/// `complex.__format__`
pub fn format_complex(re: f64, im: f64, spec: Chars<'_>, type_name: &str) -> TextResult<StrBuilder> {
    let f = FormatSpec::parse(spec, 0, b'>', type_name)?;
    let kind = u8::try_from(f.kind).unwrap_or(1);
    if !matches!(kind, 0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n') {
        return Err(unknown_type(f.kind, type_name));
    }
    if f.fill == code(b'0') {
        return Err(TextError::value("Zero padding is not allowed in complex format specifier"));
    }
    if f.align == b'=' {
        return Err(TextError::value("'=' alignment flag is not allowed in complex format specifier"));
    }
    let part = |value: f64, sign: Option<u8>, out: &mut StrBuilder| -> TextResult<()> {
        let text = float_text(value, &f, if kind == 0 { b'r' } else { kind })?;
        Number::split(&text).write(&FormatSpec { width: None, sign, ..f }, out);
        Ok(())
    };
    let bare = kind == 0;
    let skip_re = bare && re == 0.0 && re.is_sign_positive();
    let mut body = StrBuilder::new();
    if bare && !skip_re {
        body.push(code(b'('));
    }
    if !skip_re {
        part(re, f.sign, &mut body)?;
    }
    part(im, if skip_re { f.sign } else { Some(b'+') }, &mut body)?;
    body.push(code(b'j'));
    if bare && !skip_re {
        body.push(code(b')'));
    }
    let (left, right) = padding(&f, body.len());
    let mut out = StrBuilder::with_capacity(body.len() + left + right);
    out.push_n(f.fill, left);
    out.push_chars(body.chars());
    out.push_n(f.fill, right);
    Ok(out)
}
