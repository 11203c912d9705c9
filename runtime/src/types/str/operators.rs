//! The slots of `str`: `+`, `*`, `in`, subscripts, comparison, hash, `repr`.

use super::{
    Pieces, Str, StrBuilder, char_str, concat, concat_with_room, copy_in, empty, exactly_str, from_slice,
    iter, latin1,
};
use crate::error::{Exc, PyResult, check_room};
use crate::memory::has_room;
use crate::object::{Own, P, Ref};
use crate::protocol::{index, mapping};
use crate::slots::CmpOp;
use crate::text::{Chars, escape, search};
use crate::types::list::List;
use crate::types::slice::{self, Slice};
use crate::types::tuple::Tuple;
use crate::value::{NOT_IMPLEMENTED, Value};
use crate::{pymethods, raise, with_units};

/// More characters than this are refused with a `MemoryError`.
const MAX_LEN: usize = (u32::MAX - 64) as usize;

/// `needle in hay`
pub fn contains(hay: &Str, needle: &Str) -> bool {
    search::find(hay.chars(), needle.chars()).is_some()
}

/// A `MemoryError` if there is no memory for `n` characters of `a` and `b`.
fn check_length(n: usize, a: &Str, b: &Str) -> PyResult<()> {
    if n > MAX_LEN {
        return raise!(MemoryError);
    }
    check_room(n, a.kind.get().max(b.kind.get()) as usize)
}

/// `a + b`
pub fn add(a: P<Str>, b: P<Str>) -> PyResult {
    if b.is_empty() {
        return Ok(exactly_str(a).erase());
    }
    if a.is_empty() {
        return Ok(exactly_str(b).erase());
    }
    check_length(a.len() + b.len(), &a, &b)?;
    Ok(concat(&a, &b).erase())
}

/// `left + tail`, in place where nobody else refers to `left` and it has room; else with room for more, so that
/// appending again and again takes time linear in the result. Takes over the reference to `left`, unless it raises.
pub fn append(left: P<Str>, tail: P<Str>) -> PyResult<Own<Str>> {
    if left.append_in_place(&tail) {
        return Ok(Own::from_raw(left));
    }
    let len = left.len() + tail.len();
    let width = left.kind.get().max(tail.kind.get()) as usize;
    let room = if has_room((len + len / 2) * width) { len + len / 2 } else { len };
    check_length(len, &left, &tail)?;
    let new = concat_with_room(&left, &tail, room);
    drop(Own::from_raw(left));
    Ok(new)
}

/// `s * n`
pub fn repeat(s: P<Str>, n: i64) -> PyResult<Own<Str>> {
    let n = usize::try_from(n).unwrap_or(0);
    if n == 0 || s.is_empty() {
        return Ok(empty());
    }
    if n == 1 {
        return Ok(exactly_str(s));
    }
    let Some(total) = s.len().checked_mul(n).filter(|&t| i64::try_from(t).is_ok()) else {
        return raise!(OverflowError, "repeated string is too long");
    };
    if total > MAX_LEN {
        return raise!(MemoryError);
    }
    check_room(total, 2)?;
    if let Chars::Latin1([c]) = s.chars() {
        return Ok(latin1(&vec![*c; n]));
    }
    let mut pieces = Pieces::new(total, s.kind.get(), s.is_ascii());
    (0..n).for_each(|_| pieces.push(&s));
    Ok(pieces.finish())
}

/// `n` characters of `s` from `start` (in range), `step` apart.
pub fn slice_of(s: P<Str>, start: i64, step: i64, n: usize) -> Own<Str> {
    if step == 1 {
        return super::part(s, start as usize..start as usize + n);
    }
    let at = |i: usize| start.wrapping_add((i as i64).wrapping_mul(step)) as usize;
    with_units!(s.chars(), units => {
        let picked: Vec<_> = (0..n).map(|i| units[at(i)]).collect();
        from_slice(Units::chars(&picked))
    })
}

/// Slices of one width, as characters.
trait Units: Sized {
    fn chars(s: &[Self]) -> Chars<'_>;
}
impl Units for u8 {
    fn chars(s: &[u8]) -> Chars<'_> {
        Chars::Latin1(s)
    }
}
impl Units for u16 {
    fn chars(s: &[u16]) -> Chars<'_> {
        Chars::Ucs2(s)
    }
}
impl Units for u32 {
    fn chars(s: &[u32]) -> Chars<'_> {
        Chars::Ucs4(s)
    }
}

/// `separator.join(iterable)`
pub fn join(separator: P<Str>, iterable: Value) -> PyResult<Own<Str>> {
    if let Some(l) = iterable.exact::<List>() {
        return join_values(separator, l.items.as_slice());
    }
    if let Some(t) = iterable.exact::<Tuple>() {
        return join_values(separator, t.items());
    }
    let items = crate::protocol::sequence::fast(iterable, "can only join an iterable")?;
    let values: Vec<Value> = items.iter().map(|r| r.value()).collect();
    join_values(separator, &values)
}

/// [`join`] of values that something owns; runs no Python.
pub(crate) fn join_values(separator: P<Str>, items: &[Value]) -> PyResult<Own<Str>> {
    let (mut total, mut width, mut ascii) = (0usize, 1u8, true);
    for (i, item) in items.iter().enumerate() {
        let Some(s) = item.as_str() else {
            return raise!(
                TypeError,
                "sequence item {i}: expected str instance, {} found",
                item.class().name()
            );
        };
        total += s.len();
        width = width.max(s.kind.get());
        ascii &= s.is_ascii();
    }
    match items {
        [] => return Ok(empty()),
        [one] => {
            if let Some(s) = one.exact::<Str>() {
                return Ok(s.own_typed());
            }
        }
        _ => {
            width = width.max(separator.kind.get());
            ascii &= separator.is_ascii();
        }
    }
    total += separator.len() * (items.len() - 1);
    if total > MAX_LEN {
        return raise!(OverflowError, "join() result is too long for a Python string");
    }
    if total <= 1 {
        let mut out = StrBuilder::new();
        for (i, s) in items.iter().filter_map(|v| v.as_str()).enumerate() {
            if i > 0 {
                out.push_pystr(&separator);
            }
            out.push_pystr(&s);
        }
        return out.try_finish();
    }
    check_room(total, width as usize)?;
    let mut pieces = Pieces::new(total, width, ascii);
    for (i, s) in items.iter().filter_map(|item| item.as_str()).enumerate() {
        if i > 0 && !separator.is_empty() {
            pieces.push(&separator);
        }
        pieces.push(&s);
    }
    Ok(pieces.finish())
}

#[pymethods(install_operators)]
impl Str {
    #[slot(repr)]
    fn repr(this: P<Str>) -> PyResult {
        Ok(escape::repr_str(this.chars()).try_finish()?.erase())
    }

    #[slot(str)]
    fn str(this: P<Str>) -> PyResult {
        Ok(exactly_str(this).erase())
    }

    #[slot(hash)]
    fn hash_slot(this: P<Str>) -> PyResult<i64> {
        Ok(this.hash())
    }

    #[slot(compare)]
    fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
        let (Some(x), Some(y)) = (a.as_str(), b.as_str()) else { return Ok(NOT_IMPLEMENTED.own()) };
        Ok(Value::bool(crate::protocol::compare::compare_str(&x, &y, op)).own())
    }

    #[slot(len)]
    fn len_slot(this: P<Str>) -> PyResult<usize> {
        Ok(this.len())
    }

    #[slot(iter)]
    fn iter(this: P<Str>) -> PyResult {
        Ok(iter::iter(this).erase())
    }

    #[slot(getitem)]
    fn getitem(this: P<Str>, key: Value) -> PyResult {
        let i = if let Some(i) = key.as_small_int() {
            i
        } else if let Some(s) = key.exact::<Slice>() {
            let (start, stop, step) = slice::unpack(s)?;
            let (start, _, n) = crate::concrete::adjust_indices(this.len(), start, stop, step);
            return Ok(slice_of(this, start, step, n).erase());
        } else if index::has_index(key) {
            index::index_size(key, Exc::IndexError)?
        } else {
            return raise!(TypeError, "string indices must be integers, not '{}'", key.class().name());
        };
        match mapping::place(i, this.len()).and_then(|i| this.chars().get(i)) {
            Some(c) => Ok(char_str(c).erase()),
            None => raise!(IndexError, "string index out of range"),
        }
    }

    #[slot(contains)]
    fn contains_slot(this: P<Str>, item: Value) -> PyResult<bool> {
        match item.as_str() {
            Some(s) => Ok(contains(&this, &s)),
            None => {
                let class = item.class().name();
                raise!(TypeError, "'in <string>' requires string as left operand, not {class}")
            }
        }
    }

    #[slot(concat)]
    fn concat_slot(this: P<Str>, other: Value) -> PyResult {
        let Some(other) = other.as_str() else {
            return raise!(TypeError, "can only concatenate str (not \"{}\") to str", other.class().name());
        };
        add(this, other)
    }

    #[slot(repeat)]
    fn repeat_slot(this: P<Str>, n: i64) -> PyResult {
        Ok(repeat(this, n)?.erase())
    }

    #[slot(modulo)]
    fn modulo(a: Value, b: Value) -> PyResult {
        match a.as_str() {
            Some(format) => super::percent::format(format, b),
            None => Ok(NOT_IMPLEMENTED.own()),
        }
    }

    /// Return the size of the string in memory, in bytes.
    #[method("()")]
    fn __sizeof__(this: P<Str>) -> usize {
        crate::object::Object::size(&*this)
    }

    /// What `copyreg.__newobj__` is to be called with.
    #[method("()")]
    fn __getnewargs__(this: P<Str>) -> Ref {
        let copy = copy_in(crate::runtime::types().str, &this).erase();
        crate::types::tuple::from_refs(vec![copy]).erase()
    }
}
