//! `str.format`, `str.format_map` and `format(value, spec)`.

use super::{Str, StrBuilder, empty, from_slice, intern};
use crate::error::PyResult;
use crate::names::names;
use crate::native::Kwargs;
use crate::object::{Own, P, Ref};
use crate::protocol::{attr, call, mapping, repr};
use crate::text::digits::decimal_i64;
use crate::text::template::{FieldName, First, Lookup, Template, unknown_conversion};
use crate::text::{Chars, TextError, escape, float_repr, format_spec};
use crate::types::int;
use crate::types::int::text::max_digits;
use crate::value::Value;
use crate::{pymethods, raise};
use std::ops::Range;

/// `format(v, spec)`
pub fn format_value(v: Value, spec: P<Str>) -> PyResult<Own<Str>> {
    let mut out = StrBuilder::new();
    if write_builtin(&mut out, v, spec.chars())? {
        return out.try_finish();
    }
    let result = match call::call_special(v, names().__format__, &[spec.value()]) {
        Some(r) => r?,
        None => return raise!(TypeError, "Type {} doesn't define __format__", v.class().name()),
    };
    match result.as_str() {
        Some(s) => Ok(s.own_typed()),
        None => raise!(TypeError, "__format__ must return a str, not {}", result.class().name()),
    }
}

/// Append an instance of exactly `str`, `int` or `float` under a spec; `false` for other values.
fn write_builtin(out: &mut StrBuilder, v: Value, spec: Chars<'_>) -> PyResult<bool> {
    if let Some(s) = v.exact::<Str>() {
        if spec.is_empty() {
            out.push_pystr(&s);
        } else {
            out.push_chars(format_spec::format_str(s.chars(), spec, "str")?.chars());
        }
    } else if v.is_int() && spec.is_empty() {
        decimal_i64(v.int_unchecked(), |digits| out.push_latin1(digits));
    } else if v.is_int() {
        let text = format_spec::format_int(
            format_spec::IntRef::Small(v.int_unchecked()),
            spec,
            "int",
            max_digits(),
        )?;
        out.push_chars(text.chars());
    } else if let Some(f) = v.as_exact_float() {
        if spec.is_empty() {
            out.push_str(&float_repr::repr(f));
        } else {
            out.push_chars(format_spec::format_float(f, spec, "float")?.chars());
        }
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// Where replacement fields get their values.
enum Source<'a> {
    /// `format(*args, **kwargs)`
    Call(&'a [Value], &'a Kwargs),
    /// `format_map(mapping)`
    Map(Value),
}

/// Fields without a number, and whether numbers are given or counted.
#[derive(Default)]
struct Numbering {
    next: i64,
    automatic: Option<bool>,
}

impl Numbering {
    fn switch(&mut self, automatic: bool) -> Result<(), TextError> {
        match self.automatic {
            Some(was) if was != automatic => Err(TextError::value(if was {
                "cannot switch from automatic field numbering to manual field specification"
            } else {
                "cannot switch from manual field specification to automatic field numbering"
            })),
            _ => {
                self.automatic = Some(automatic);
                Ok(())
            }
        }
    }
}

impl Source<'_> {
    fn positional(&self, i: i64) -> PyResult {
        let Source::Call(args, _) = self else {
            return raise!(ValueError, "Format string contains positional fields");
        };
        match usize::try_from(i).ok().and_then(|i| args.get(i)) {
            Some(v) => Ok(v.own()),
            None => raise!(IndexError, "Replacement index {i} out of range for positional args tuple"),
        }
    }
    fn named(&self, name: Chars<'_>) -> PyResult {
        match self {
            Source::Map(m) => mapping::getitem(*m, from_slice(name).p().value()),
            Source::Call(_, kwargs) => {
                let found =
                    kwargs.pairs.iter().find(|(k, _)| k.as_str().is_some_and(|k| k.chars().same(name)));
                match found {
                    Some((_, v)) => Ok(v.own()),
                    None => mapping::key_error(from_slice(name).p().value()),
                }
            }
        }
    }
}

fn look_up(chars: Chars<'_>, name: Range<usize>, source: &Source<'_>, numbering: &mut Numbering) -> PyResult {
    let (first, mut rest) = FieldName::parse(chars, name)?;
    let mut value = match first {
        First::Auto => {
            numbering.switch(true)?;
            numbering.next += 1;
            source.positional(numbering.next - 1)?
        }
        First::Index(i) => {
            numbering.switch(false)?;
            source.positional(i)?
        }
        First::Name(range) => source.named(chars.slice(range))?,
    };
    while let Some(lookup) = rest.next_lookup()? {
        value = match lookup {
            Lookup::Attribute(r) => attr::getattr(*value, intern(from_slice(chars.slice(r))))?,
            Lookup::Index(i) => mapping::getitem(*value, *int::new(i))?,
            Lookup::Key(r) => mapping::getitem(*value, from_slice(chars.slice(r)).p().value())?,
        };
    }
    Ok(value)
}

/// Append the characters in `range` with the fields filled in; specs may have fields down to `depth`.
fn render(
    out: &mut StrBuilder,
    chars: Chars<'_>,
    range: Range<usize>,
    source: &Source<'_>,
    numbering: &mut Numbering,
    depth: u32,
) -> PyResult<()> {
    if depth == 0 {
        return raise!(ValueError, "Max string recursion exceeded");
    }
    let mut template = Template::new(chars, range);
    while let Some(piece) = template.next_piece()? {
        out.push_chars(chars.slice(piece.literal));
        let Some(field) = piece.field else { continue };
        let mut value = look_up(chars, field.name, source, numbering)?;
        if let Some(c) = field.conversion {
            value = match char::from_u32(c) {
                Some('r') => repr::repr(*value)?.erase(),
                Some('s') => repr::str(*value)?.erase(),
                Some('a') => escape::escape_non_ascii(repr::repr(*value)?.chars()).finish().erase(),
                _ => return Err(unknown_conversion(c).into()),
            };
        }
        let mut expanded = StrBuilder::new();
        let spec = if field.nested {
            render(&mut expanded, chars, field.spec, source, numbering, depth - 1)?;
            expanded.chars()
        } else {
            chars.slice(field.spec)
        };
        if !write_builtin(out, *value, spec)? {
            let spec = if spec.is_empty() { empty() } else { from_slice(spec) };
            out.push_pystr(&*format_value(*value, spec.p())?);
        }
    }
    Ok(())
}

fn formatted(this: P<Str>, source: &Source<'_>) -> PyResult<Own<Str>> {
    let _owner: Ref = this.own();
    let mut out = StrBuilder::with_capacity(this.len() + 32);
    render(&mut out, this.chars(), 0..this.len(), source, &mut Numbering::default(), 2)?;
    out.try_finish()
}

#[pymethods(install_format)]
impl Str {
    /// Return a formatted version of the string, using substitutions from args and kwargs.
    #[method("(*args, **kwargs)")]
    fn format(this: P<Str>, args: &[Value], kwargs: Kwargs) -> PyResult<Own<Str>> {
        formatted(this, &Source::Call(args, &kwargs))
    }

    /// Return a formatted version of the string, using substitutions from mapping.
    #[method("(mapping, /)")]
    fn format_map(this: P<Str>, mapping: Value) -> PyResult<Own<Str>> {
        formatted(this, &Source::Map(mapping))
    }
}
