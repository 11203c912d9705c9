//! `_bisect`

pub use module::MODULE;

use taipan_runtime::error::PyResult;
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::call::{call_method_text, call1};
use taipan_runtime::protocol::compare::compare_bool;
use taipan_runtime::protocol::mapping::{getitem, len};
use taipan_runtime::raise;
use taipan_runtime::slots::CmpOp;
use taipan_runtime::types::int;
use taipan_runtime::types::list::List;
use taipan_runtime::value::Value;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

fn at(a: Value, i: i64) -> PyResult {
    if let Some(l) = a.exact::<List>()
        && let Some(v) = l.items.get(i as usize)
    {
        return Ok(v.own());
    }
    let i = int::new(i);
    getitem(a, i.value())
}

/// The place of `x` (whose key has been taken) in the sorted `a[lo..hi]`.
fn search(a: Value, x: Value, lo: i64, hi: Option<Value>, key: Option<Value>, side: Side) -> PyResult<i64> {
    if lo < 0 {
        return raise!(ValueError, "lo must be non-negative");
    }
    let hi = match hi.filter(|v| !v.is_none()) {
        Some(v) => taipan_runtime::protocol::index::index_size(v, taipan_runtime::error::Exc::OverflowError)?,
        None => -1,
    };
    let (mut lo, mut hi) = (lo, if hi == -1 { len(a)? as i64 } else { hi });
    while lo < hi {
        let mid = ((lo as u64 + hi as u64) / 2) as i64;
        let mut item = at(a, mid)?;
        if let Some(key) = key {
            item = call1(key, item.value())?;
        }
        let go_right = match side {
            Side::Left => compare_bool(item.value(), x, CmpOp::Lt)?,
            Side::Right => !compare_bool(x, item.value(), CmpOp::Lt)?,
        };
        if go_right { lo = mid + 1 } else { hi = mid }
    }
    Ok(lo)
}

fn insort(a: Value, x: Value, lo: i64, hi: Option<Value>, key: Option<Value>, side: Side) -> PyResult<()> {
    let key = key.filter(|k| !k.is_none());
    let wanted: Ref = match key {
        Some(key) => call1(key, x)?,
        None => x.own(),
    };
    let i = search(a, wanted.value(), lo, hi, key, side)?;
    if let Some(l) = a.exact::<List>() {
        l.items.insert((i as usize).min(l.items.len()), x.own());
        return Ok(());
    }
    let i = int::new(i);
    call_method_text(a, "insert", &[i.value(), x]).map(drop)
}

/// Bisection algorithms.
///
/// This module provides support for maintaining a list in sorted order without
/// having to sort the list after each insertion. For long lists of items with
/// expensive comparison operations, this can be an improvement over the more
/// common approach.
#[taipan_runtime::pymodule(name = "_bisect")]
mod module {
    use super::*;

    fn some(key: Option<Value>) -> Option<Value> {
        key.filter(|k| !k.is_none())
    }

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e < x, and all e in
    /// a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x)
    /// will insert just before the leftmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[pyfunction("(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(a: Value, x: Value, lo: isize, hi: Option<Value>, key: Option<Value>) -> PyResult<i64> {
        search(a, x, lo as i64, hi, some(key), Side::Left)
    }
    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e <= x, and all e in
    /// a[i:] have e > x.  So if x already appears in the list, a.insert(i, x)
    /// will insert just after the rightmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[pyfunction("(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(a: Value, x: Value, lo: isize, hi: Option<Value>, key: Option<Value>) -> PyResult<i64> {
        search(a, x, lo as i64, hi, some(key), Side::Right)
    }
    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the left of the leftmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[pyfunction("(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(a: Value, x: Value, lo: isize, hi: Option<Value>, key: Option<Value>) -> PyResult<()> {
        insort(a, x, lo as i64, hi, key, Side::Left)
    }
    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the right of the rightmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[pyfunction("(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(a: Value, x: Value, lo: isize, hi: Option<Value>, key: Option<Value>) -> PyResult<()> {
        insort(a, x, lo as i64, hi, key, Side::Right)
    }
}
