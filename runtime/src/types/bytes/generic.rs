//! What the methods that `bytes` and `bytearray` share do.

use crate::buffer::{Buffer, Contents};
use crate::codecs;
use crate::error::{Exc, PyResult, Raised, check_room, take_if};
use crate::memory;
use crate::object::{Kind, Object, Own, P, Ref};
use crate::protocol::{index, sequence};
use crate::raise;
use crate::text::split::{self, Side};
use crate::text::{Chars, Flavor, bytes_ops, search};
use crate::types::bytes::Bytes;
use crate::types::list::{self, List};
use crate::types::str::splitting::unless_raised;
use crate::types::str::{Str, expect_str};
use crate::types::tuple::{self, Tuple};
use crate::value::Value;
use std::ops::Range;

/// `bytes` or `bytearray`.
pub trait ByteString: Object {
    /// Run `f` on the bytes; it runs no Python.
    fn with<T>(&self, f: impl FnOnce(&[u8]) -> T) -> T;
    /// A new object of the exact type.
    fn make(data: Vec<u8>) -> Ref;
    /// The same from pieces whose total length is `len`.
    fn concat<'a>(len: usize, pieces: impl Iterator<Item = &'a [u8]>) -> Ref;
    /// A new object of the exact type with a copy of the bytes.
    fn copy(data: &[u8]) -> Ref {
        Self::concat(data.len(), std::iter::once(data))
    }
    /// The object itself where that is safe to share, else a copy of the exact type.
    fn unchanged(this: P<Self>) -> Ref;
}

/// A bytes-like argument or an int, as `find` takes it.
fn contents_or_byte(v: Value) -> PyResult<Contents> {
    if let Some(b) = Contents::get(v)? {
        return Ok(b);
    }
    if !index::has_index(v) {
        return raise!(
            TypeError,
            "argument should be integer or bytes-like object, not '{}'",
            v.class().name()
        );
    }
    let byte = super::construct::byte(v, "byte must be in range(0, 256)")?;
    Ok(Contents::Byte([byte]))
}
fn chars(bytes: &[u8]) -> Chars<'_> {
    Chars::Latin1(bytes)
}

type Search = fn(Chars<'_>, Chars<'_>) -> Option<usize>;

fn len<T: ByteString>(this: P<T>) -> usize {
    this.with(<[u8]>::len)
}

/// `find`, `rfind`
pub fn find<T: ByteString>(
    this: P<T>,
    f: Search,
    sub: Value,
    start: Option<Value>,
    end: Option<Value>,
) -> PyResult<Option<usize>> {
    let needle = contents_or_byte(sub)?;
    let Some(range) = bounds(this, start, end)? else { return Ok(None) };
    Ok(this.with(|b| f(Chars::Latin1(&b[range.clone()]), chars(&needle))).map(|i| i + range.start))
}

fn bounds<T: ByteString>(
    this: P<T>,
    start: Option<Value>,
    end: Option<Value>,
) -> PyResult<Option<Range<usize>>> {
    let bound = |v: Option<Value>| match v {
        Some(v) => index::slice_index(v),
        None => Ok(None),
    };
    let (start, end) = (bound(start)?, bound(end)?);
    Ok(search::clamp(start, end, len(this)))
}

/// -1 for "not found".
pub fn position(found: Option<usize>) -> i64 {
    found.map_or(-1, |i| i as i64)
}

/// A `ValueError` for "not found".
pub fn or_not_found(found: Option<usize>) -> PyResult<i64> {
    match found {
        Some(i) => Ok(i as i64),
        None => raise!(ValueError, "subsection not found"),
    }
}

/// `count`
pub fn count<T: ByteString>(
    this: P<T>,
    sub: Value,
    start: Option<Value>,
    end: Option<Value>,
) -> PyResult<usize> {
    let needle = contents_or_byte(sub)?;
    let Some(range) = bounds(this, start, end)? else { return Ok(0) };
    Ok(this.with(|b| search::count(Chars::Latin1(&b[range]), chars(&needle))))
}

/// `item in b`
pub fn contains<T: ByteString>(this: P<T>, item: Value) -> PyResult<bool> {
    if index::has_index(item) {
        let byte = super::construct::byte(item, "byte must be in range(0, 256)")?;
        return Ok(this.with(|b| memchr::memchr(byte, b)).is_some());
    }
    let needle = Contents::require(item)?;
    Ok(this.with(|b| search::find(Chars::Latin1(b), chars(&needle))).is_some())
}

/// `startswith`, `endswith`
pub fn tail_match<T: ByteString>(
    this: P<T>,
    name: &str,
    test: fn(&[u8], &[u8]) -> bool,
    what: Value,
    start: Option<Value>,
    end: Option<Value>,
) -> PyResult<bool> {
    let range = bounds(this, start, end)?;
    let matches = |v: Value| -> PyResult<bool> {
        let needle = Contents::require(v)?;
        Ok(range.clone().is_some_and(|r| this.with(|b| test(&b[r], &needle))))
    };
    if let Some(choices) = what.downcast::<Tuple>() {
        for &v in choices.items() {
            if matches(v)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match matches(what) {
        Err(raised) => {
            if take_if(Exc::TypeError).is_none() {
                return Err(raised);
            }
            let class = what.class().name();
            raise!(TypeError, "{name} first arg must be bytes or a tuple of bytes, not {class}")
        }
        result => result,
    }
}

/// `removeprefix`, `removesuffix`
pub fn remove_end<T: ByteString>(this: P<T>, what: Value, prefix: bool) -> PyResult {
    let what = Contents::require(what)?;
    let what: &[u8] = &what;
    let cut = this.with(|b| {
        let rest = if prefix { b.strip_prefix(what) } else { b.strip_suffix(what) };
        rest.filter(|_| !what.is_empty()).map(T::copy)
    });
    Ok(cut.unwrap_or_else(|| T::unchanged(this)))
}

/// `strip`, `lstrip`, `rstrip`
pub fn strip<T: ByteString>(this: P<T>, set: Option<Value>, side: Side) -> PyResult {
    let set = set.filter(|v| !v.is_none()).map(Contents::require).transpose()?;
    let kept = this.with(|b| {
        let range = split::strip(Chars::Latin1(b), Flavor::Bytes, set.as_deref().map(chars), side);
        if range.len() == b.len() { None } else { Some(T::copy(&b[range])) }
    });
    Ok(kept.unwrap_or_else(|| T::unchanged(this)))
}

/// `split`, `rsplit`
pub fn split<T: ByteString>(
    this: P<T>,
    sep: Option<Value>,
    max: isize,
    from_left: bool,
) -> PyResult<Own<List>> {
    let sep = sep.filter(|v| !v.is_none()).map(Contents::require).transpose()?;
    if sep.as_ref().is_some_and(|s| s.is_empty()) {
        return raise!(ValueError, "empty separator");
    }
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    let mut out: Vec<Ref> = Vec::new();
    let done = this.with(|b| {
        let hay = Chars::Latin1(b);
        let piece = |r: Range<usize>| unless_raised(memory::push(&mut out, T::copy(&b[r])));
        match (sep.as_deref().map(chars), from_left) {
            (Some(s), true) => split::split(hay, s, max, piece),
            (Some(s), false) => split::rsplit(hay, s, max, piece),
            (None, true) => split::split_space(hay, Flavor::Bytes, max, piece),
            (None, false) => split::rsplit_space(hay, Flavor::Bytes, max, piece),
        }
    });
    if done.is_break() {
        return Err(Raised);
    }
    if !from_left {
        out.reverse();
    }
    Ok(list::new(out))
}

/// `splitlines`
pub fn splitlines<T: ByteString>(this: P<T>, keep_ends: bool) -> PyResult<Own<List>> {
    let mut out: Vec<Ref> = Vec::new();
    let done = this.with(|b| {
        let line = |r: Range<usize>| unless_raised(memory::push(&mut out, T::copy(&b[r])));
        split::splitlines(Chars::Latin1(b), Flavor::Bytes, keep_ends, line)
    });
    if done.is_break() { Err(Raised) } else { Ok(list::new(out)) }
}

/// `partition`, `rpartition`
pub fn partition<T: ByteString>(this: P<T>, sep: Value, from_left: bool) -> PyResult<Own<Tuple>> {
    let needle = Contents::require(sep)?;
    if needle.is_empty() {
        return raise!(ValueError, "empty separator");
    }
    let find = if from_left { split::partition } else { split::rpartition };
    let parts = this.with(|b| {
        let (before, after) = find(Chars::Latin1(b), chars(&needle))?;
        Some((T::copy(&b[before]), T::copy(&b[after])))
    });
    let refs = match parts {
        Some((before, after)) => {
            // `bytes` gives back the very separator.
            let middle = if T::KIND == Kind::Bytes { sep.own() } else { T::copy(&needle) };
            vec![before, middle, after]
        }
        None => {
            let (whole, nothing) = (T::unchanged(this), || T::copy(&[]));
            if from_left { vec![whole, nothing(), nothing()] } else { vec![nothing(), nothing(), whole] }
        }
    };
    Ok(tuple::from_refs(refs))
}

/// `replace`
pub fn replace<T: ByteString>(this: P<T>, old: Value, new: Value, count: isize) -> PyResult {
    let (old, new) = (Contents::require(old)?, Contents::require(new)?);
    let max = usize::try_from(count).unwrap_or(usize::MAX);
    this.with(|b| split::room_to_replace(Chars::Latin1(b), chars(&old), chars(&new), max))?;
    if !old.is_empty() {
        let made = this.with(|b| {
            let matches = split::Replacement::of(b, &old, &new, max)?;
            Some(T::concat(matches.len(), matches.pieces()))
        });
        return Ok(made.unwrap_or_else(|| T::unchanged(this)));
    }
    let made = this.with(|b| split::replace(Chars::Latin1(b), chars(&old), chars(&new), max));
    Ok(match made {
        Some(b) => T::make(b.into_latin1()),
        None => T::unchanged(this),
    })
}

/// `join`
pub fn join<T: ByteString>(this: P<T>, iterable: Value) -> PyResult {
    let items = sequence::fast(iterable, "can only join an iterable")?;
    if let [only] = &items[..]
        && T::KIND == Kind::Bytes
        && only.exact::<Bytes>().is_some()
    {
        return Ok(only.clone());
    }
    // Most often all are `bytes`, which stay as they are.
    let plain: Option<Vec<P<Bytes>>> = items.iter().map(|v| v.exact::<Bytes>()).collect();
    if let Some(parts) = plain {
        return join_parts(this, &parts, |p| p.as_slice());
    }
    let mut parts = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        let Some(part) = Contents::in_a_row(**item)? else {
            let class = item.class().name();
            return raise!(TypeError, "sequence item {i}: expected a bytes-like object, {class} found");
        };
        parts.push(part);
    }
    join_parts(this, &parts, |p| p)
}
fn join_parts<T: ByteString, Part>(this: P<T>, parts: &[Part], bytes: impl Fn(&Part) -> &[u8]) -> PyResult {
    let total =
        parts.iter().map(|p| bytes(p).len()).sum::<usize>() + len(this) * parts.len().saturating_sub(1);
    check_room(total, 1)?;
    this.with(|between| {
        let before = std::iter::once(&[][..]).chain(std::iter::repeat(between));
        Ok(T::concat(total, before.zip(parts).flat_map(|(gap, part)| [gap, bytes(part)])))
    })
}

/// `a + b`, where `b` may be any bytes-like object.
pub fn concat<T: ByteString>(this: P<T>, other: Value) -> PyResult {
    let Some(other) = Contents::in_a_row(other)? else {
        let (b, a) = (other.class().name(), this.value().class().name());
        return raise!(TypeError, "can't concat {b} to {a}");
    };
    check_room(this.with(<[u8]>::len) + other.len(), 1)?;
    Ok(this.with(|b| T::concat(b.len() + other.len(), [b, &other].into_iter())))
}

/// `b * n` as bytes.
pub fn repeated(b: &[u8], n: i64) -> PyResult<Vec<u8>> {
    let n = usize::try_from(n).unwrap_or(0);
    match b.len().checked_mul(n).filter(|&t| i64::try_from(t).is_ok()) {
        None => raise!(OverflowError, "repeated bytes are too long"),
        Some(total) => {
            check_room(total, 1)?;
            let mut out = Vec::with_capacity(total);
            if let [c] = b {
                out.resize(total, *c);
            } else {
                (0..n).for_each(|_| out.extend_from_slice(b));
            }
            Ok(out)
        }
    }
}

/// The fill byte of `center`, `ljust`, `rjust`.
fn fill(v: Option<Value>, name: &str) -> PyResult<u8> {
    let Some(v) = v else { return Ok(b' ') };
    let bytes = v.downcast::<super::Bytes>().map(|b| b.as_slice().to_vec());
    let bytes =
        bytes.or_else(|| v.downcast::<crate::types::bytearray::ByteArray>().map(|b| b.borrow().to_vec()));
    match bytes.as_deref() {
        Some([b]) => Ok(*b),
        Some(b) => {
            let (class, n) = (v.class().name(), b.len());
            raise!(
                TypeError,
                "{name}(): argument 2 must be a byte string of length 1, not a {class} object of length {n}"
            )
        }
        None => {
            let class = v.class().name();
            raise!(TypeError, "{name}() argument 2 must be a byte string of length 1, not {class}")
        }
    }
}

/// `center`, `ljust`, `rjust`: `place` says how many of the missing bytes go left, from the length and the width.
pub fn justify<T: ByteString>(
    this: P<T>,
    name: &str,
    width: isize,
    fillchar: Option<Value>,
    place: fn(usize, usize) -> usize,
) -> PyResult {
    let fill = fill(fillchar, name)?;
    let n = len(this);
    let width = usize::try_from(width).unwrap_or(0);
    if width <= n {
        return Ok(T::unchanged(this));
    }
    check_room(width, 1)?;
    let mut out = Vec::with_capacity(width);
    out.resize(place(n, width), fill);
    this.with(|b| out.extend_from_slice(b));
    out.resize(width, fill);
    Ok(T::make(out))
}

/// `zfill`
pub fn zfill<T: ByteString>(this: P<T>, width: isize) -> PyResult {
    let width = usize::try_from(width).unwrap_or(0);
    if width <= len(this) {
        return Ok(T::unchanged(this));
    }
    check_room(width, 1)?;
    Ok(T::make(this.with(|b| split::zfill(Chars::Latin1(b), width)).into_latin1()))
}

/// `expandtabs`
pub fn expandtabs<T: ByteString>(this: P<T>, tabsize: Option<Value>) -> PyResult {
    let size = tabsize.map_or(Ok(8), index::to_i32)?;
    match this.with(|b| split::expandtabs(Chars::Latin1(b), size.into())) {
        Some(b) => Ok(T::make(b.into_latin1())),
        None => raise!(OverflowError, "result too long"),
    }
}

/// `translate`
pub fn translate<T: ByteString>(this: P<T>, table: Value, delete: Option<Value>) -> PyResult {
    let table = if table.is_none() { None } else { Some(Contents::require(table)?) };
    if table.as_ref().is_some_and(|t| t.len() != 256) {
        return raise!(ValueError, "translation table must be 256 characters long");
    }
    let delete = delete.map(Contents::require).transpose()?;
    let delete = delete.as_deref().unwrap_or(&[]);
    Ok(T::make(this.with(|b| bytes_ops::translate(b, table.as_deref(), delete))))
}

/// `maketrans`
pub fn maketrans(from: Value, to: Value) -> PyResult {
    let (from, to) = (Contents::require(from)?, Contents::require(to)?);
    if from.len() != to.len() {
        return raise!(ValueError, "maketrans arguments must have same length");
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (&a, &b) in from.iter().zip(to.iter()) {
        table[usize::from(a)] = b;
    }
    Ok(super::new(&table).erase())
}

/// The separator of `hex`.
pub fn hex_separator(sep: Option<Value>) -> PyResult<Option<u8>> {
    let Some(sep) = sep else { return Ok(None) };
    if crate::protocol::mapping::len(sep)? != 1 {
        return raise!(ValueError, "sep must be length 1.");
    }
    let c = if let Some(s) = sep.as_str() {
        s.chars().get(0)
    } else if let Some(b) = sep.downcast::<super::Bytes>() {
        b.as_slice().first().map(|&b| b.into())
    } else {
        return raise!(TypeError, "sep must be str or bytes.");
    };
    match c {
        Some(c) if c < 128 => Ok(Some(c as u8)),
        _ => raise!(ValueError, "sep must be ASCII."),
    }
}

/// `hex` of any bytes.
pub fn hex(b: &[u8], sep: Option<u8>, bytes_per_sep: i32) -> Ref {
    crate::types::str::latin1(&bytes_ops::hex(b, sep, bytes_per_sep.into())).erase()
}

/// The bytes of the argument of `fromhex`.
pub fn from_hex(v: Value) -> PyResult<Vec<u8>> {
    if let Some(s) = v.as_str() {
        return Ok(bytes_ops::from_hex(s.chars())?);
    }
    match Buffer::get(v)? {
        Some(b) => Ok(bytes_ops::from_hex(Chars::Latin1(&b.to_vec()))?),
        None => raise!(TypeError, "fromhex() argument must be str or bytes-like, not {}", v.class().name()),
    }
}

/// `decode`
pub fn decode<T: ByteString>(
    this: P<T>,
    encoding: Option<Value>,
    errors: Option<Value>,
) -> PyResult<Own<Str>> {
    let text = |v: Option<Value>, name: &str| -> PyResult<Option<String>> {
        let Some(v) = v else { return Ok(None) };
        codecs::name_argument(expect_str(v, format_args!("decode() argument '{name}' "))?).map(Some)
    };
    let (encoding, errors) = (text(encoding, "encoding")?, text(errors, "errors")?);
    let object = this.value().exact::<super::Bytes>();
    if let Some(b) = object {
        return codecs::decode_bytes(b.as_slice(), Some(b.value()), encoding.as_deref(), errors.as_deref());
    }
    codecs::decode_bytes(&this.with(<[u8]>::to_vec), None, encoding.as_deref(), errors.as_deref())
}
