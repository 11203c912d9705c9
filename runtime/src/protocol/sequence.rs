//! Sequences: slices, unpacking, concatenation and repetition, searching.

use crate::error::{Exc, PyResult, take_if};
use crate::object::Ref;
use crate::protocol::number::{self, repeat_count};
use crate::protocol::{compare, index, iter, mapping};
use crate::raise;
use crate::slots::CmpOp;
use crate::types::bytes::{self, Bytes};
use crate::types::dict::Dict;
use crate::types::list::{self, List};
use crate::types::slice;
use crate::types::str::{self, Str};
use crate::types::tuple::{self, Tuple};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};

pub use crate::protocol::mapping::contains;

/// `o[start:stop:step]`
pub fn getslice(o: Value, start: Value, stop: Value, step: Value) -> PyResult {
    if let Some(bounds) = plain_bounds(start, stop, step)
        && let Some(part) = plain_slice(o, bounds)
    {
        return Ok(part);
    }
    let s = slice::new(start, stop, step);
    mapping::getitem(o, s.p().value())
}

/// The slice of a builtin sequence, without a slice object.
fn plain_slice(o: Value, (start, stop, step): (i64, i64, i64)) -> Option<Ref> {
    let adjust = |len: usize| crate::concrete::adjust_indices(len, start, stop, step);
    let range = |len: usize| {
        let (a, _, n) = adjust(len);
        a as usize..a as usize + n
    };
    if let Some(l) = o.exact::<List>() {
        let items = l.items.as_slice();
        return Some(if step == 1 {
            list::from_values(&items[range(items.len())]).erase()
        } else {
            let (first, _, n) = adjust(items.len());
            list::slices::every(items, first, step, n).erase()
        });
    }
    if step != 1 {
        return None;
    }
    if let Some(s) = o.exact::<Str>() {
        return Some(str::part(s, range(s.len())).erase());
    }
    if let Some(t) = o.exact::<Tuple>() {
        let part = range(t.len);
        return Some(if part.len() == t.len {
            o.own()
        } else {
            tuple::from_values(&t.items()[part]).erase()
        });
    }
    let b = o.exact::<Bytes>()?;
    let part = range(b.as_slice().len());
    Some(if part.len() == b.as_slice().len() { o.own() } else { bytes::new(&b.as_slice()[part]).erase() })
}

/// Small ints, or what stands for their absence; the step is not 0.
fn plain_bounds(start: Value, stop: Value, step: Value) -> Option<(i64, i64, i64)> {
    let small = |v: Value, none: i64| if v.is_none() { Some(none) } else { v.as_small_int() };
    let step = small(step, 1).filter(|s| *s != 0)?;
    let (first, last) = if step > 0 { (0, i64::MAX) } else { (i64::MAX, i64::MIN) };
    Some((small(start, first)?, small(stop, last)?, step))
}

/// `o[start:stop] = v`
pub fn setslice(o: Value, start: Value, stop: Value, v: Value) -> PyResult<()> {
    if let (Some(l), Some(bounds)) = (o.exact::<List>(), plain_bounds(start, stop, NONE)) {
        return list::slices::assign_slice(l, bounds, v);
    }
    let s = slice::new(start, stop, NONE);
    mapping::setitem(o, s.p().value(), v)
}

/// `a + b` of sequences (`operator.concat`).
pub fn concat(a: Value, b: Value) -> PyResult {
    match a.class().slots.concat.get() {
        Some(f) => f(a, b),
        None if both_sequences(a, b) => number::add(a, b),
        None => raise!(TypeError, "'{}' object can't be concatenated", a.class().name()),
    }
}

/// `a += b` of sequences (`operator.iconcat`).
pub fn inplace_concat(a: Value, b: Value) -> PyResult {
    let slots = &a.class().slots;
    match slots.iconcat.get().or_else(|| slots.concat.get()) {
        Some(f) => f(a, b),
        None if both_sequences(a, b) => number::inplace(number::BinaryOp::Add, a, b),
        None => raise!(TypeError, "'{}' object can't be concatenated", a.class().name()),
    }
}

fn both_sequences(a: Value, b: Value) -> bool {
    iter::is_sequence(a) && iter::is_sequence(b)
}

/// `o * n` of a sequence.
pub fn repeat(o: Value, n: Value) -> PyResult {
    match o.class().slots.repeat.get() {
        Some(f) => f(o, repeat_count(n)?),
        None => number::multiply(o, n),
    }
}

/// The items of an iterable, with a message of its own where it is none.
pub fn fast(o: Value, message: &str) -> PyResult<Vec<Ref>> {
    if o.exact::<List>().is_none() && o.exact::<Tuple>().is_none() && !is_iterable(o) {
        return raise!(TypeError, "{message}");
    }
    iter::collect(o)
}

/// Would `iter` find a way?
pub fn is_iterable(o: Value) -> bool {
    o.class().slots.iter.get().is_some() || iter::is_sequence(o)
}

/// An iterator for unpacking.
fn unpack_iter(o: Value) -> PyResult {
    match iter::iter(o) {
        Ok(it) => Ok(it),
        Err(raised) => {
            if !is_iterable(o) && take_if(Exc::TypeError).is_some() {
                return raise!(TypeError, "cannot unpack non-iterable {} object", o.class().name());
            }
            Err(raised)
        }
    }
}

/// The `n` items for `a, b, … = o`, in order.
pub fn unpack(o: Value, n: usize) -> PyResult<Vec<Ref>> {
    if let Some(t) = o.exact::<Tuple>()
        && t.len == n
    {
        return Ok(t.items().iter().map(|v| v.own()).collect());
    }
    if let Some(l) = o.exact::<List>()
        && l.items.len() == n
    {
        return Ok(l.items.to_refs());
    }
    let it = unpack_iter(o)?;
    let mut items = Vec::with_capacity(n);
    while items.len() < n {
        match iter::next(*it)? {
            Some(v) => items.push(v),
            None => {
                return raise!(ValueError, "not enough values to unpack (expected {n}, got {})", items.len());
            }
        }
    }
    if iter::next(*it)?.is_some() {
        return too_many(o, n);
    }
    Ok(items)
}

#[cold]
fn too_many<T>(o: Value, n: usize) -> PyResult<T> {
    let size = if let Some(d) = o.exact::<Dict>() {
        Some(d.len())
    } else if o.exact::<List>().is_some() || o.exact::<Tuple>().is_some() {
        Some(mapping::len(o)?)
    } else {
        None
    };
    match size {
        Some(got) if got > n => raise!(ValueError, "too many values to unpack (expected {n}, got {got})"),
        _ => raise!(ValueError, "too many values to unpack (expected {n})"),
    }
}

/// The items for `a, *b, c = o` with `before` targets before the star and `after` behind it: the items before,
/// the list, the items after.
pub fn unpack_ex(o: Value, before: usize, after: usize) -> PyResult<Vec<Ref>> {
    let it = unpack_iter(o)?;
    let mut items = Vec::with_capacity(before + 1 + after);
    while items.len() < before {
        match iter::next(*it)? {
            Some(v) => items.push(v),
            None => return not_enough(before + after, items.len()),
        }
    }
    let mut rest = iter::collect(*it)?;
    if rest.len() < after {
        return not_enough(before + after, before + rest.len());
    }
    let tail = rest.split_off(rest.len() - after);
    items.push(list::new(rest).erase());
    items.extend(tail);
    Ok(items)
}

#[cold]
fn not_enough<T>(expected: usize, got: usize) -> PyResult<T> {
    raise!(ValueError, "not enough values to unpack (expected at least {expected}, got {got})")
}

/// How often `item` occurs in an iterable.
pub fn count(o: Value, item: Value) -> PyResult<usize> {
    let it = iter::iter(o)?;
    let mut n = 0;
    while let Some(v) = iter::next(*it)? {
        n += usize::from(compare::equal(*v, item)?);
    }
    Ok(n)
}

/// The first position of `item` in an iterable (`operator.indexOf`).
pub fn position(o: Value, item: Value) -> PyResult<usize> {
    let it = iter::iter(o)?;
    let mut i = 0;
    while let Some(v) = iter::next(*it)? {
        if compare::equal(*v, item)? {
            return Ok(i);
        }
        i += 1;
    }
    raise!(ValueError, "sequence.index(x): x not in sequence")
}

/// Lexicographic comparison of two sequences that may change while their items are compared: `at(side, i)` reads
/// an item, or gives `None` past the end.
pub fn compare_items(at: impl Fn(usize, usize) -> Option<Value>, op: CmpOp) -> PyResult {
    let mut i = 0;
    loop {
        match (at(0, i), at(1, i)) {
            (Some(x), Some(y)) => {
                if !x.is(y) {
                    let (x, y) = (x.own(), y.own());
                    if !compare::equal(*x, *y)? {
                        return match op {
                            CmpOp::Eq => Ok(Value::bool(false).own()),
                            CmpOp::Ne => Ok(Value::bool(true).own()),
                            _ => compare::rich_compare(*x, *y, op),
                        };
                    }
                }
                i += 1;
            }
            (x, y) => return Ok(Value::bool(op.holds(&x.is_some(), &y.is_some())).own()),
        }
    }
}

/// The result of a comparison with something of another type.
#[inline]
pub fn not_implemented() -> PyResult {
    Ok(NOT_IMPLEMENTED.own())
}

/// A subscript of a builtin sequence.
pub enum Subscript {
    /// A position, counted from the start; it may be out of range.
    Item(Option<usize>),
    /// `start`, `step` and number of items.
    Slice(i64, i64, usize),
}

/// The meaning of `key` as a subscript of a `what` of `len` items; `len` is asked again after `__index__` ran.
pub fn subscript(key: Value, len: impl Fn() -> usize, what: &str) -> PyResult<Subscript> {
    if let Some(i) = key.as_small_int() {
        return Ok(Subscript::Item(mapping::place(i, len())));
    }
    if let Some(s) = key.exact::<slice::Slice>() {
        let (start, stop, step) = slice::unpack(s)?;
        let (start, _, n) = crate::concrete::adjust_indices(len(), start, stop, step);
        return Ok(Subscript::Slice(start, step, n));
    }
    if index::has_index(key) {
        let i = index::index_size(key, Exc::IndexError)?;
        return Ok(Subscript::Item(mapping::place(i, len())));
    }
    raise!(TypeError, "{what} indices must be integers or slices, not {}", key.class().name())
}
