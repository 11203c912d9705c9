//! Subscripts of lists: items, slices, their assignment and deletion.

use super::{List, with_room};
use crate::concrete::adjust_indices;
use crate::error::PyResult;
use crate::object::{Own, P, Ref};
use crate::protocol::index;
use crate::protocol::mapping::place;
use crate::protocol::sequence::{self, Subscript, subscript};
use crate::raise;
use crate::types::slice::{self, Slice};
use crate::value::Value;
use smallvec::SmallVec;

/// `l[key]`
pub(super) fn getitem(l: P<List>, key: Value) -> PyResult {
    match subscript(key, || l.items.len(), "list")? {
        Subscript::Item(Some(i)) => match l.items.get(i) {
            Some(v) => Ok(v.own()),
            None => raise!(IndexError, "list index out of range"),
        },
        Subscript::Item(None) => raise!(IndexError, "list index out of range"),
        Subscript::Slice(start, step, n) => {
            let items = l.items.as_slice();
            if step == 1 && n > 0 {
                return Ok(super::from_values(&items[start as usize..][..n]).erase());
            }
            Ok(every(items, start, step, n).erase())
        }
    }
}

/// `n` items from `start` on, `step` apart.
pub(crate) fn picked(items: &[Value], start: i64, step: i64, n: usize) -> impl Iterator<Item = Value> {
    (0..n as i64).map(move |k| items[start.wrapping_add(k.wrapping_mul(step)) as usize])
}

/// A list of `n` items from `start` on, `step` apart.
pub(crate) fn every(items: &[Value], start: i64, step: i64, n: usize) -> Own<List> {
    let slice = with_room(n);
    slice.items.extend_every(items, start as usize, step as isize, n);
    slice
}

/// The items of `l` from `at` on become others, as many as there are. What was there is dropped last, since that may
/// run anything.
fn overwrite(l: P<List>, at: usize, items: &[Value]) {
    if l.items.overwrite_immediates(at, items) {
        return;
    }
    let mut old: SmallVec<[Ref; 32]> = SmallVec::new();
    items.iter().enumerate().for_each(|(k, v)| old.push(l.items.replace(at + k, v.own())));
    while old.pop().is_some() {}
}

/// Drops references, the last one first.
fn drop_from_end(gone: impl IntoIterator<IntoIter: DoubleEndedIterator<Item = Ref>>) {
    gone.into_iter().rev().for_each(drop);
}

/// `l[key] = v`, or `del l[key]`
pub(super) fn setitem(l: P<List>, key: Value, v: Option<Value>) -> PyResult<()> {
    if let Some(s) = key.exact::<Slice>() {
        let (start, stop, step) = slice::unpack(s)?;
        return match v {
            Some(v) => assign_slice(l, (start, stop, step), v),
            None => {
                delete_slice(l, start, stop, step);
                Ok(())
            }
        };
    }
    if !index::has_index(key) {
        return raise!(TypeError, "list indices must be integers or slices, not {}", key.class().name());
    }
    let i = index::index_size(key, crate::error::Exc::IndexError)?;
    match (place(i, l.items.len()), v) {
        (None, _) => raise!(IndexError, "list assignment index out of range"),
        (Some(i), Some(v)) => {
            drop(l.items.replace(i, v.own()));
            Ok(())
        }
        (Some(i), None) => {
            drop(l.items.remove(i));
            Ok(())
        }
    }
}

/// `l[start:stop:step] = v`
pub(crate) fn assign_slice(l: P<List>, (start, stop, step): (i64, i64, i64), v: Value) -> PyResult<()> {
    let _owner = l.own();
    if let Some(from) = v.exact::<List>()
        && !from.value().is(l.value())
        && step == 1
    {
        let items = from.items.as_slice();
        let (start, _, n) = adjust_indices(l.items.len(), start, stop, step);
        if items.len() == n {
            // The items' own list may go with what is dropped.
            let _from = v.own();
            overwrite(l, start as usize, items);
            return Ok(());
        }
    }
    let items = sequence::fast(v, "must assign iterable to extended slice")?;
    let (start, stop, n) = adjust_indices(l.items.len(), start, stop, step);
    if step == 1 {
        let (a, b) = (start as usize, stop.max(start) as usize);
        l.items.try_reserve(l.items.len() - (b - a) + items.len())?;
        drop_from_end(l.items.splice(a..b, items));
        return Ok(());
    }
    if items.len() != n {
        let got = items.len();
        return raise!(ValueError, "attempt to assign sequence of size {got} to extended slice of size {n}");
    }
    let mut at = start;
    let mut old: Vec<Ref> = Vec::with_capacity(n);
    for item in items {
        old.push(l.items.replace(at as usize, item));
        at = at.wrapping_add(step);
    }
    drop(old);
    Ok(())
}

fn delete_slice(l: P<List>, start: i64, stop: i64, step: i64) {
    let _owner = l.own();
    let (start, stop, n) = adjust_indices(l.items.len(), start, stop, step);
    if n == 0 {
        return;
    }
    if step == 1 {
        drop_from_end(l.items.splice(start as usize..stop as usize, Vec::new()));
        return;
    }
    let (first, step) = if step > 0 {
        (start as usize, step as usize)
    } else {
        ((start + (n as i64 - 1) * step) as usize, step.unsigned_abs() as usize)
    };
    let last = first + (n - 1) * step;
    let (mut kept, mut gone) = (Vec::new(), Vec::with_capacity(n));
    let all = l.items.take();
    for (i, v) in all.into_iter().enumerate() {
        if i >= first && i <= last && (i - first) % step == 0 {
            gone.push(v);
        } else {
            kept.push(v);
        }
    }
    kept.into_iter().for_each(|v| l.items.push(v));
    drop(gone);
}
