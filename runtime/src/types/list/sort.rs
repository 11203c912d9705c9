//! `list.sort`: a stable merge sort on natural runs, with comparisons specialised to what the keys are.
//!
//! Keys that are all small ints, floats without NaN or exact strs have a total order that cannot fail: the
//! standard library's stable sort does those. Everything else goes through [`merge_sort`], which tolerates
//! comparisons that raise or contradict each other; whatever happens, the items stay a permutation of themselves.

use super::List;
use crate::error::PyResult;
use crate::object::{P, Ref};
use crate::protocol::{call, compare};
use crate::raise;
use crate::slots::CmpOp;
use crate::text::Chars;
use crate::types::float::Float;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::value_vec::ValueVec;
use std::cmp::Ordering;

/// Shorter runs are extended to this length by binary insertion.
const MIN_RUN: usize = 24;

/// What is sorted: a key and what goes with it.
trait Keyed: Copy {
    fn key(self) -> Value;
}
impl Keyed for Value {
    #[inline(always)]
    fn key(self) -> Value {
        self
    }
}
impl Keyed for (Value, Value) {
    #[inline(always)]
    fn key(self) -> Value {
        self.0
    }
}

/// `l.sort(key=key, reverse=reverse)`. The list is empty meanwhile, as Python code sees it.
pub fn sort(l: P<List>, key: Option<Value>, reverse: bool) -> PyResult<()> {
    let _owner = l.own();
    let items = ValueVec::default();
    items.swap(&l.items);
    let result = match key {
        None => {
            let mut r = Ok(());
            items.permute(|v| r = sort_values(v, reverse));
            r
        }
        Some(f) => sort_by_key(&items, f, reverse),
    };
    let touched = l.items.capacity.get() != 0;
    items.swap(&l.items);
    drop(items);
    result?;
    if touched { raise!(ValueError, "list modified during sort") } else { Ok(()) }
}

fn sort_by_key(items: &ValueVec, f: Value, reverse: bool) -> PyResult<()> {
    let mut keys: Vec<Ref> = Vec::with_capacity(items.len());
    for &v in items.as_slice() {
        keys.push(call::call1(f, v)?);
    }
    let mut pairs: Vec<(Value, Value)> =
        keys.iter().map(|k| k.value()).zip(items.as_slice().iter().copied()).collect();
    let result = sort_values(&mut pairs, reverse);
    items.permute(|v| v.iter_mut().zip(&pairs).for_each(|(to, (_, from))| *to = *from));
    result
}

fn sort_values<T: Keyed>(v: &mut [T], reverse: bool) -> PyResult<()> {
    if v.len() < 2 {
        return Ok(());
    }
    // Reversed before and after, equal items keep their order.
    if reverse {
        v.reverse();
    }
    let result = dispatch(v);
    if reverse {
        v.reverse();
    }
    result
}

/// The classes of keys that have comparisons of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    Ints,
    Floats,
    Strs,
    Tuples,
    Any,
}

fn kind_of(v: Value) -> Keys {
    if v.is_int() {
        Keys::Ints
    } else if let Some(f) = v.as_exact_float() {
        if f.is_nan() { Keys::Any } else { Keys::Floats }
    } else if v.exact::<Str>().is_some() {
        Keys::Strs
    } else if v.exact::<Tuple>().is_some_and(|t| t.len > 0) {
        Keys::Tuples
    } else {
        Keys::Any
    }
}

fn float_of(v: Value) -> f64 {
    v.as_flonum().or_else(|| v.exact::<Float>().map(|f| f.value)).unwrap_or(0.0)
}

fn str_order(a: Value, b: Value) -> Ordering {
    match (a.exact::<Str>(), b.exact::<Str>()) {
        (Some(a), Some(b)) => a.chars().order(b.chars()),
        _ => Ordering::Equal,
    }
}

/// The first characters of a string as a number with the same order: enough to tell most strings apart without looking
/// at them again.
fn beginning(v: Value) -> u64 {
    let Some(s) = v.exact::<Str>() else { return 0 };
    let mut first = [0; 8];
    match s.chars() {
        Chars::Latin1(bytes) if s.is_ascii() => {
            let n = bytes.len().min(first.len());
            first[..n].copy_from_slice(&bytes[..n]);
        }
        // 255 stands for all that are not below: what follows them counts only among equals.
        chars => {
            for (to, c) in first.iter_mut().zip(chars.iter()) {
                *to = c.min(0xff) as u8;
                if c >= 0xff {
                    break;
                }
            }
        }
    }
    u64::from_be_bytes(first)
}

/// Sort strs.
fn sort_strs<T: Keyed>(v: &mut [T]) {
    let mut keyed: Vec<(u64, T)> = v.iter().map(|&x| (beginning(x.key()), x)).collect();
    keyed.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| str_order(a.1.key(), b.1.key())));
    v.iter_mut().zip(keyed).for_each(|(to, (_, x))| *to = x);
}

fn dispatch<T: Keyed>(v: &mut [T]) -> PyResult<()> {
    let kind = kind_of(v[0].key());
    if !v.iter().all(|x| kind_of(x.key()) == kind) {
        return merge_sort(v, &mut |a: T, b: T| compare::compare_bool(a.key(), b.key(), CmpOp::Lt));
    }
    match kind {
        Keys::Ints => v.sort_by_key(|x| x.key().int_unchecked()),
        Keys::Floats => v.sort_by(|a, b| {
            // No NaNs: the order is total, but for the zeros, which are equal.
            float_of(a.key()).partial_cmp(&float_of(b.key())).unwrap_or(Ordering::Equal)
        }),
        Keys::Strs => sort_strs(v),
        Keys::Tuples => return merge_sort(v, &mut |a: T, b: T| tuple_less(a.key(), b.key())),
        Keys::Any => {
            return merge_sort(v, &mut |a: T, b: T| compare::compare_bool(a.key(), b.key(), CmpOp::Lt));
        }
    }
    Ok(())
}

/// `a < b` for tuples: the first items that differ decide.
fn tuple_less(a: Value, b: Value) -> PyResult<bool> {
    let (Some(x), Some(y)) = (a.exact::<Tuple>(), b.exact::<Tuple>()) else {
        return compare::compare_bool(a, b, CmpOp::Lt);
    };
    for (&p, &q) in x.items().iter().zip(y.items()) {
        if !compare::equal(p, q)? {
            return compare::compare_bool(p, q, CmpOp::Lt);
        }
    }
    Ok(x.len < y.len)
}

/// Stable merge sort; `less` may fail, and the slice is then some permutation of itself.
fn merge_sort<T: Copy>(v: &mut [T], less: &mut impl FnMut(T, T) -> PyResult<bool>) -> PyResult<()> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut buffer: Vec<T> = Vec::with_capacity(v.len() / 2 + 1);
    let mut start = 0;
    while start < v.len() {
        let mut end = start + natural_run(&mut v[start..], less)?;
        if end - start < MIN_RUN && end < v.len() {
            let to = (start + MIN_RUN).min(v.len());
            insertion_sort(&mut v[start..to], end - start, less)?;
            end = to;
        }
        runs.push((start, end));
        start = end;
        // Keep the lengths of the runs on the stack falling geometrically.
        while let [.., a, b] = runs[..]
            && (b.1 - b.0) * 2 > a.1 - a.0
        {
            merge(&mut v[a.0..b.1], a.1 - a.0, &mut buffer, less)?;
            runs.pop();
            runs.pop();
            runs.push((a.0, b.1));
        }
    }
    while let [.., a, b] = runs[..] {
        merge(&mut v[a.0..b.1], a.1 - a.0, &mut buffer, less)?;
        runs.pop();
        runs.pop();
        runs.push((a.0, b.1));
    }
    Ok(())
}

/// The length of the run at the start; a strictly falling one is reversed.
fn natural_run<T: Copy>(v: &mut [T], less: &mut impl FnMut(T, T) -> PyResult<bool>) -> PyResult<usize> {
    if v.len() < 2 {
        return Ok(v.len());
    }
    let falling = less(v[1], v[0])?;
    let mut n = 2;
    while n < v.len() && less(v[n], v[n - 1])? == falling {
        n += 1;
    }
    if falling {
        v[..n].reverse();
    }
    Ok(n)
}

/// Sort by binary insertion, the first `sorted` items being sorted.
fn insertion_sort<T: Copy>(
    v: &mut [T],
    sorted: usize,
    less: &mut impl FnMut(T, T) -> PyResult<bool>,
) -> PyResult<()> {
    for i in sorted..v.len() {
        let x = v[i];
        let (mut lo, mut hi) = (0, i);
        while lo < hi {
            let mid = lo + (hi - lo) / 2;
            if less(x, v[mid])? {
                hi = mid;
            } else {
                lo = mid + 1;
            }
        }
        v.copy_within(lo..i, lo + 1);
        v[lo] = x;
    }
    Ok(())
}

/// Merge `v[..mid]` and `v[mid..]`, both sorted. The shorter half waits in the buffer; when a comparison fails,
/// what is left of it fills the gap.
fn merge<T: Copy>(
    v: &mut [T],
    mid: usize,
    buffer: &mut Vec<T>,
    less: &mut impl FnMut(T, T) -> PyResult<bool>,
) -> PyResult<()> {
    buffer.clear();
    if mid <= v.len() - mid {
        buffer.extend_from_slice(&v[..mid]);
        let (mut left, mut right, mut to) = (0, mid, 0);
        let mut result = Ok(());
        while left < buffer.len() && right < v.len() {
            match less(v[right], buffer[left]) {
                Ok(true) => {
                    v[to] = v[right];
                    right += 1;
                }
                Ok(false) => {
                    v[to] = buffer[left];
                    left += 1;
                }
                Err(raised) => {
                    result = Err(raised);
                    break;
                }
            }
            to += 1;
        }
        let rest = buffer.len() - left;
        v[to..to + rest].copy_from_slice(&buffer[left..]);
        return result;
    }
    buffer.extend_from_slice(&v[mid..]);
    let (mut left, mut right, mut to) = (mid, buffer.len(), v.len());
    let mut result = Ok(());
    while left > 0 && right > 0 {
        match less(buffer[right - 1], v[left - 1]) {
            Ok(true) => {
                v[to - 1] = v[left - 1];
                left -= 1;
            }
            Ok(false) => {
                v[to - 1] = buffer[right - 1];
                right -= 1;
            }
            Err(raised) => {
                result = Err(raised);
                break;
            }
        }
        to -= 1;
    }
    v[to - right..to].copy_from_slice(&buffer[..right]);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merge_sort_is_stable_and_sorts() {
        let mut seed = 12345u64;
        for n in [0usize, 1, 2, 3, 23, 24, 25, 100, 1000] {
            let mut v: Vec<(u64, usize)> = (0..n)
                .map(|i| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    ((seed >> 33) % 17, i)
                })
                .collect();
            let mut expected = v.clone();
            expected.sort_by_key(|x| x.0);
            merge_sort(&mut v, &mut |a: (u64, usize), b: (u64, usize)| Ok(a.0 < b.0)).unwrap();
            assert_eq!(v, expected);
        }
    }

    #[test]
    fn a_failing_comparison_leaves_a_permutation() {
        for fail_at in 0..400 {
            let mut v: Vec<u64> = (0..100).map(|i| (i * 37) % 101).collect();
            let mut expected = v.clone();
            let mut n = 0;
            let r = merge_sort(&mut v, &mut |a: u64, b: u64| {
                n += 1;
                if n > fail_at { Err(crate::error::Raised) } else { Ok(a < b) }
            });
            assert!(r.is_err() || n <= fail_at);
            v.sort_unstable();
            expected.sort_unstable();
            assert_eq!(v, expected);
        }
    }
}
