//! Methods of `str`: searching, case, predicates, padding, encoding.

use super::{Str, StrBuilder, exactly_str, expect_str, map_ascii, part};
use crate::error::PyResult;
use crate::object::{Own, P, Ref};
use crate::protocol::index;
use crate::text::props::{self, bits};
use crate::text::split::{self, Side};
use crate::text::{Chars, Flavor, case, search};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::{codecs, pymethods, raise};
use std::ops::Range;

/// The range that optional `start` and `end` arguments cut out of `len` characters; `None` if `start` is behind
/// the end.
pub(crate) fn bounds(start: Option<Value>, end: Option<Value>, len: usize) -> PyResult<Option<Range<usize>>> {
    let bound = |v: Option<Value>| match v {
        Some(v) => index::slice_index(v),
        None => Ok(None),
    };
    let (start, end) = (bound(start)?, bound(end)?);
    Ok(search::clamp(start, end, len))
}

type Search = fn(Chars<'_>, Chars<'_>) -> Option<usize>;

fn find_with(
    f: Search,
    this: P<Str>,
    sub: P<Str>,
    start: Option<Value>,
    end: Option<Value>,
) -> PyResult<Option<usize>> {
    let Some(range) = bounds(start, end, this.len())? else { return Ok(None) };
    Ok(f(this.chars().slice(range.clone()), sub.chars()).map(|i| i + range.start))
}

fn position(found: Option<usize>) -> i64 {
    found.map_or(-1, |i| i as i64)
}

fn or_not_found(found: Option<usize>) -> PyResult<i64> {
    match found {
        Some(i) => Ok(i as i64),
        None => raise!(ValueError, "substring not found"),
    }
}

type Test = fn(&Chars<'_>, Chars<'_>) -> bool;

fn tail_match(
    test: Test,
    name: &str,
    this: P<Str>,
    what: Value,
    start: Option<Value>,
    end: Option<Value>,
) -> PyResult<bool> {
    let range = bounds(start, end, this.len())?;
    let matches = |s: P<Str>| range.clone().is_some_and(|r| test(&this.chars().slice(r), s.chars()));
    if let Some(s) = what.as_str() {
        return Ok(matches(s));
    }
    let Some(choices) = what.downcast::<Tuple>() else {
        let class = what.class().name();
        return raise!(TypeError, "{name} first arg must be str or a tuple of str, not {class}");
    };
    for v in choices.items() {
        match v.as_str() {
            Some(s) if matches(s) => return Ok(true),
            Some(_) => {}
            None => {
                let class = v.class().name();
                return raise!(TypeError, "tuple for {name} must only contain str, not {class}");
            }
        }
    }
    Ok(false)
}

fn stripped(this: P<Str>, set: Option<Value>, side: Side, name: &str) -> PyResult<Own<Str>> {
    let set = match set.filter(|v| !v.is_none()) {
        None => None,
        Some(v) => match v.as_str() {
            Some(s) => Some(s),
            None => return raise!(TypeError, "{name} arg must be None or str"),
        },
    };
    let range = split::strip(this.chars(), Flavor::Str, set.as_ref().map(|s| s.chars()), side);
    Ok(part(this, range))
}

fn fill_character(v: Option<Value>) -> PyResult<u32> {
    let Some(v) = v else { return Ok(32) };
    let Some(s) = v.as_str() else {
        return raise!(TypeError, "The fill character must be a unicode character, not {}", v.class().name());
    };
    match (s.len(), s.chars().get(0)) {
        (1, Some(c)) => Ok(c),
        _ => raise!(TypeError, "The fill character must be exactly one character long"),
    }
}

fn padded(this: P<Str>, left: usize, right: usize, fill: u32) -> PyResult<Own<Str>> {
    if this.len().saturating_add(left).saturating_add(right) > u32::MAX as usize - 64 {
        return raise!(MemoryError);
    }
    split::pad(this.chars(), left, right, fill).try_finish()
}

/// How many characters are missing to `width`; `None` if none are.
fn missing(this: P<Str>, width: isize) -> Option<usize> {
    usize::try_from(width).ok()?.checked_sub(this.len()).filter(|&n| n > 0)
}

#[pymethods(install_methods)]
impl Str {
    /// Return the lowest index in S where substring sub is found, such that sub is contained within
    /// S[start:end], or -1 on failure.
    #[method("(sub[, start[, end]], /)")]
    fn find(this: P<Str>, sub: P<Str>, start: Option<Value>, end: Option<Value>) -> PyResult<i64> {
        find_with(search::find, this, sub, start, end).map(position)
    }

    /// Return the highest index in S where substring sub is found, or -1 on failure.
    #[method("(sub[, start[, end]], /)")]
    fn rfind(this: P<Str>, sub: P<Str>, start: Option<Value>, end: Option<Value>) -> PyResult<i64> {
        find_with(search::rfind, this, sub, start, end).map(position)
    }

    /// Like find, but raise ValueError when the substring is not found.
    #[method("(sub[, start[, end]], /)")]
    fn index(this: P<Str>, sub: P<Str>, start: Option<Value>, end: Option<Value>) -> PyResult<i64> {
        find_with(search::find, this, sub, start, end).and_then(or_not_found)
    }

    /// Like rfind, but raise ValueError when the substring is not found.
    #[method("(sub[, start[, end]], /)")]
    fn rindex(this: P<Str>, sub: P<Str>, start: Option<Value>, end: Option<Value>) -> PyResult<i64> {
        find_with(search::rfind, this, sub, start, end).and_then(or_not_found)
    }

    /// Return the number of non-overlapping occurrences of substring sub in string S[start:end].
    #[method("(sub[, start[, end]], /)")]
    fn count(this: P<Str>, sub: P<Str>, start: Option<Value>, end: Option<Value>) -> PyResult<usize> {
        let range = bounds(start, end, this.len())?;
        Ok(range.map_or(0, |r| search::count(this.chars().slice(r), sub.chars())))
    }

    /// Return True if the string starts with the specified prefix, False otherwise.
    #[method("(prefix[, start[, end]], /)")]
    fn startswith(this: P<Str>, prefix: Value, start: Option<Value>, end: Option<Value>) -> PyResult<bool> {
        if let (Some(prefix), None, None) = (prefix.as_str(), start, end) {
            return Ok(this.chars().starts_with(prefix.chars()));
        }
        tail_match(|s, p| s.starts_with(p), "startswith", this, prefix, start, end)
    }

    /// Return True if the string ends with the specified suffix, False otherwise.
    #[method("(suffix[, start[, end]], /)")]
    fn endswith(this: P<Str>, suffix: Value, start: Option<Value>, end: Option<Value>) -> PyResult<bool> {
        if let (Some(suffix), None, None) = (suffix.as_str(), start, end) {
            return Ok(this.chars().ends_with(suffix.chars()));
        }
        tail_match(|s, p| s.ends_with(p), "endswith", this, suffix, start, end)
    }

    /// Return a str with the given prefix string removed if present.
    #[method("(prefix, /)")]
    fn removeprefix(this: P<Str>, prefix: P<Str>) -> Own<Str> {
        let skip = if this.chars().starts_with(prefix.chars()) { prefix.len() } else { 0 };
        part(this, skip..this.len())
    }

    /// Return a str with the given suffix string removed if present.
    #[method("(suffix, /)")]
    fn removesuffix(this: P<Str>, suffix: P<Str>) -> Own<Str> {
        let skip = if this.chars().ends_with(suffix.chars()) { suffix.len() } else { 0 };
        part(this, 0..this.len() - skip)
    }

    /// Return a copy of the string with leading and trailing whitespace removed.
    #[method("(chars=None, /)")]
    fn strip(this: P<Str>, chars: Option<Value>) -> PyResult<Own<Str>> {
        stripped(this, chars, Side::Both, "strip")
    }

    /// Return a copy of the string with leading whitespace removed.
    #[method("(chars=None, /)")]
    fn lstrip(this: P<Str>, chars: Option<Value>) -> PyResult<Own<Str>> {
        stripped(this, chars, Side::Left, "lstrip")
    }

    /// Return a copy of the string with trailing whitespace removed.
    #[method("(chars=None, /)")]
    fn rstrip(this: P<Str>, chars: Option<Value>) -> PyResult<Own<Str>> {
        stripped(this, chars, Side::Right, "rstrip")
    }

    /// Return a copy with all occurrences of substring old replaced by new.
    #[method("(old, new, /, count=-1)")]
    fn replace(this: P<Str>, old: P<Str>, new: P<Str>, count: isize) -> PyResult<Own<Str>> {
        let max = usize::try_from(count).unwrap_or(usize::MAX);
        split::room_to_replace(this.chars(), old.chars(), new.chars(), max)?;
        Ok(match split::replace(this.chars(), old.chars(), new.chars(), max) {
            Some(b) => b.try_finish()?,
            None => exactly_str(this),
        })
    }

    /// Return a copy of the string converted to uppercase.
    #[method("()")]
    fn upper(this: P<Str>) -> PyResult<Own<Str>> {
        map_ascii(&this, u8::to_ascii_uppercase).map_or_else(|| case::upper(this.chars()).try_finish(), Ok)
    }

    /// Return a copy of the string converted to lowercase.
    #[method("()")]
    fn lower(this: P<Str>) -> PyResult<Own<Str>> {
        map_ascii(&this, u8::to_ascii_lowercase).map_or_else(|| case::lower(this.chars()).try_finish(), Ok)
    }

    /// Return a version of the string suitable for caseless comparisons.
    #[method("()")]
    fn casefold(this: P<Str>) -> StrBuilder {
        case::casefold(this.chars())
    }

    /// Return a version of the string where each word is titlecased.
    #[method("()")]
    fn title(this: P<Str>) -> StrBuilder {
        case::title(this.chars())
    }

    /// Return a capitalized version of the string.
    #[method("()")]
    fn capitalize(this: P<Str>) -> StrBuilder {
        case::capitalize(this.chars())
    }

    /// Convert uppercase characters to lowercase and lowercase characters to uppercase.
    #[method("()")]
    fn swapcase(this: P<Str>) -> StrBuilder {
        case::swapcase(this.chars())
    }

    /// Return True if all characters in the string are ASCII, False otherwise.
    #[method("()")]
    fn isascii(this: P<Str>) -> bool {
        this.is_ascii()
    }

    /// Return True if the string is a lowercase string, False otherwise.
    #[method("()")]
    fn islower(this: P<Str>) -> bool {
        props::is_lower(this.chars())
    }

    /// Return True if the string is an uppercase string, False otherwise.
    #[method("()")]
    fn isupper(this: P<Str>) -> bool {
        props::is_upper(this.chars())
    }

    /// Return True if the string is a title-cased string, False otherwise.
    #[method("()")]
    fn istitle(this: P<Str>) -> bool {
        props::is_title(this.chars())
    }

    /// Return True if the string is a whitespace string, False otherwise.
    #[method("()")]
    fn isspace(this: P<Str>) -> bool {
        props::all(this.chars(), bits::SPACE)
    }

    /// Return True if the string is a decimal string, False otherwise.
    #[method("()")]
    fn isdecimal(this: P<Str>) -> bool {
        props::all(this.chars(), bits::DECIMAL)
    }

    /// Return True if the string is a digit string, False otherwise.
    #[method("()")]
    fn isdigit(this: P<Str>) -> bool {
        props::all(this.chars(), bits::DIGIT)
    }

    /// Return True if the string is a numeric string, False otherwise.
    #[method("()")]
    fn isnumeric(this: P<Str>) -> bool {
        props::all(this.chars(), bits::NUMERIC)
    }

    /// Return True if the string is an alphabetic string, False otherwise.
    #[method("()")]
    fn isalpha(this: P<Str>) -> bool {
        props::all(this.chars(), bits::ALPHA)
    }

    /// Return True if the string is an alpha-numeric string, False otherwise.
    #[method("()")]
    fn isalnum(this: P<Str>) -> bool {
        props::all(this.chars(), bits::ALNUM)
    }

    /// Return True if the string is a valid Python identifier, False otherwise.
    #[method("()")]
    fn isidentifier(this: P<Str>) -> bool {
        props::is_identifier(this.chars())
    }

    /// Return True if all characters in the string are printable, False otherwise.
    #[method("()")]
    fn isprintable(this: P<Str>) -> bool {
        props::all_printable(this.chars())
    }

    /// Return a centered string of length width.
    #[method("(width, fillchar=' ', /)")]
    fn center(this: P<Str>, width: isize, fillchar: Option<Value>) -> PyResult<Own<Str>> {
        let fill = fill_character(fillchar)?;
        let Some(n) = missing(this, width) else { return Ok(exactly_str(this)) };
        let (left, right) = split::center_padding(this.len(), this.len() + n);
        padded(this, left, right, fill)
    }

    /// Return a left-justified string of length width.
    #[method("(width, fillchar=' ', /)")]
    fn ljust(this: P<Str>, width: isize, fillchar: Option<Value>) -> PyResult<Own<Str>> {
        let fill = fill_character(fillchar)?;
        missing(this, width).map_or_else(|| Ok(exactly_str(this)), |n| padded(this, 0, n, fill))
    }

    /// Return a right-justified string of length width.
    #[method("(width, fillchar=' ', /)")]
    fn rjust(this: P<Str>, width: isize, fillchar: Option<Value>) -> PyResult<Own<Str>> {
        let fill = fill_character(fillchar)?;
        missing(this, width).map_or_else(|| Ok(exactly_str(this)), |n| padded(this, n, 0, fill))
    }

    /// Pad a numeric string with zeros on the left, to fill a field of the given width.
    #[method("(width, /)")]
    fn zfill(this: P<Str>, width: isize) -> PyResult<Own<Str>> {
        match missing(this, width) {
            None => Ok(exactly_str(this)),
            Some(n) if this.len() + n > u32::MAX as usize - 64 => raise!(MemoryError),
            Some(n) => split::zfill(this.chars(), this.len() + n).try_finish(),
        }
    }

    /// Return a copy where all tab characters are expanded using spaces.
    #[method("(tabsize=8)")]
    fn expandtabs(this: P<Str>, tabsize: Option<Value>) -> PyResult<Own<Str>> {
        let size = match tabsize {
            Some(v) => index::to_i32(v)?,
            None => 8,
        };
        if !this.chars().contains(9) {
            return Ok(exactly_str(this));
        }
        match split::expandtabs(this.chars(), size.into()) {
            Some(b) => b.try_finish(),
            None => raise!(OverflowError, "new string is too long"),
        }
    }

    /// Encode the string using the codec registered for encoding.
    #[method("(encoding='utf-8', errors='strict')")]
    fn encode(this: P<Str>, encoding: Option<Value>, errors: Option<Value>) -> PyResult {
        let text = |v: Option<Value>, name: &str| -> PyResult<Option<String>> {
            let Some(v) = v else { return Ok(None) };
            codecs::name_argument(expect_str(v, format_args!("encode() argument '{name}' "))?).map(Some)
        };
        let (encoding, errors) = (text(encoding, "encoding")?, text(errors, "errors")?);
        codecs::encode_str(this, encoding.as_deref(), errors.as_deref())
    }

    /// Concatenate any number of strings, with this one between them.
    #[method("(iterable, /)")]
    fn join(this: P<Str>, iterable: Value) -> PyResult<Own<Str>> {
        super::join(this, iterable)
    }

    /// Return a formatted version of the string as described by format_spec.
    #[method("(format_spec, /)")]
    fn __format__(this: P<Str>, format_spec: P<Str>) -> PyResult<Ref> {
        super::format_with(this, format_spec)
    }
}
