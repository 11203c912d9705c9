//! `for` loops over ranges, sequences and generators; other iterators through the helper.

use super::subscr::{LIST_LEN, LIST_PTR, TUPLE_LEN};
use crate::exec::insn::Insn;
use crate::field;
use crate::helpers;
use crate::machine::{Alias, Exit, Field, Machine, Step};
use crate::object::Object;
use crate::slots::CmpOp;
use crate::types::generator::Generator;
use crate::types::iterators::{ListIter, RangeIter, TupleIter};
use crate::types::list::List;
use crate::types::range::Range;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// `RangeIter::next`
pub const RANGE_NEXT: Field<RangeIter, i64> = field!(RangeIter, next: i64, RangeNext);
/// `RangeIter::left`
pub const RANGE_LEFT: Field<RangeIter, i64> = field!(RangeIter, left: i64, RangeLeft);
/// `RangeIter::step`
pub const RANGE_STEP: Field<RangeIter, i64> = field!(RangeIter, step: i64, const RangeStep);
/// `ListIter::index`
pub const LIST_ITER_INDEX: Field<ListIter, i64> = field!(ListIter, index: i64, ListIterIndex);
/// `ListIter::list`
pub const LIST_ITER_LIST: Field<ListIter, Value> = field!(ListIter, list: Value, ListIterList);
/// `TupleIter::index`
pub const TUPLE_ITER_INDEX: Field<TupleIter, i64> = field!(TupleIter, index: i64, TupleIterIndex);
/// `TupleIter::tuple`
pub const TUPLE_ITER_TUPLE: Field<TupleIter, Value> = field!(TupleIter, tuple: Value, TupleIterTuple);

/// The sequence that an iterator goes through and the index that comes next, unless that is at the end.
#[inline(always)]
pub(super) fn position<M: Machine, I: Object, S: Object>(
    m: &mut M,
    iter: M::Ptr<I>,
    sequence: Field<I, Value>,
    at: Field<I, i64>,
    len: Field<S, i64>,
) -> Option<(M::Ptr<S>, M::Int)> {
    let sequence = m.load(iter, sequence);
    let sequence = m.exact::<S>(sequence)?;
    let index = m.load_int(iter, at);
    let len = m.load_int(sequence, len);
    let inside = m.int_below(index, len);
    m.test(inside).then_some((sequence, index))
}

/// The item at `index` has been read.
#[inline(always)]
pub(super) fn advance<M: Machine, I: Object>(m: &mut M, iter: M::Ptr<I>, at: Field<I, i64>, index: M::Int) {
    let one = m.int(1);
    let next = m.int_add_unchecked(index, one);
    m.store_int(iter, at, next);
}

/// `c = next(a)`, or jump and drop `a`.
#[inline(always)]
pub fn for_iter<M: Machine>(m: &mut M, i: Insn) -> Step {
    let it = m.get(i.a);
    if let Some(range) = m.exact::<RangeIter>(it) {
        return range_next(m, i, range);
    }
    if let Some(iter) = m.exact::<ListIter>(it) {
        if let Some((list, index)) = position(m, iter, LIST_ITER_LIST, LIST_ITER_INDEX, LIST_LEN) {
            let v = list_step(m, iter, list, index);
            let v = m.retain(v);
            m.put(i, v);
            return Ok(());
        }
    } else if let Some(iter) = m.exact::<TupleIter>(it) {
        if let Some((tuple, index)) = position(m, iter, TUPLE_ITER_TUPLE, TUPLE_ITER_INDEX, TUPLE_LEN) {
            let v = tuple_step(m, iter, tuple, index);
            let v = m.retain(v);
            m.put(i, v);
            return Ok(());
        }
    } else if let Some(step) = super::numbers::next(m, i, it) {
        return step;
    } else if let Some(step) = super::together::next(m, i, it) {
        return step;
    } else if let Some(step) = m.next_item(it, i) {
        return step;
    } else if m.exact::<Generator>(it).is_some()
        && let Some(step) = m.resume(it, None)
    {
        return step;
    }
    let Ok(v) = m.call(&helpers::NEXT, [it]) else { return Err(Exit::Raised) };
    if m.exhausted(v.0, i) {
        return exhausted(m, i);
    }
    m.put(i, v);
    Ok(())
}

#[inline(always)]
fn range_next<M: Machine>(m: &mut M, i: Insn, range: M::Ptr<RangeIter>) -> Step {
    let Some(left) = range_left(m, range) else { return exhausted(m, i) };
    let step = m.load_int(range, RANGE_STEP);
    m.foresee(step, 1);
    let v = m.load_int(range, RANGE_NEXT);
    range_advance(m, range, v, left);
    let v = m.box_int(v);
    m.put(i, v);
    Ok(())
}

/// How many numbers are left, unless there is none.
#[inline(always)]
pub(super) fn range_left<M: Machine>(m: &mut M, range: M::Ptr<RangeIter>) -> Option<M::Int> {
    let left = m.load_int(range, RANGE_LEFT);
    let zero = m.int(0);
    let more = m.int_cmp(CmpOp::Gt, left, zero);
    m.test(more).then_some(left)
}

/// The next number, of a range of which so many are left, has been read.
#[inline(always)]
pub(super) fn range_advance<M: Machine>(m: &mut M, range: M::Ptr<RangeIter>, v: M::Int, left: M::Int) {
    let step = m.load_int(range, RANGE_STEP);
    let next = m.int_add_unchecked(v, step);
    let minus = m.int(-1);
    let left = m.int_add_unchecked(left, minus);
    m.store_int(range, RANGE_NEXT, next);
    m.store_int(range, RANGE_LEFT, left);
}

/// The item of a list at an iterator's position, borrowed.
#[inline(always)]
pub(super) fn list_step<M: Machine>(
    m: &mut M,
    iter: M::Ptr<ListIter>,
    list: M::Ptr<List>,
    index: M::Int,
) -> M::V {
    let base = m.load_base(list, LIST_PTR);
    let v = m.elem(base, index, Alias::ListItem);
    advance(m, iter, LIST_ITER_INDEX, index);
    v
}

/// The item of a tuple at an iterator's position, borrowed.
#[inline(always)]
pub(super) fn tuple_step<M: Machine>(
    m: &mut M,
    iter: M::Ptr<TupleIter>,
    tuple: M::Ptr<Tuple>,
    index: M::Int,
) -> M::V {
    let base = m.trailing(tuple);
    let v = m.elem(base, index, Alias::TupleItem);
    advance(m, iter, TUPLE_ITER_INDEX, index);
    v
}

#[inline(always)]
fn exhausted<M: Machine>(m: &mut M, i: Insn) -> Step {
    m.drop_temp(i.a);
    m.jump(i.d);
    Ok(())
}

/// `c = iter(a)`
#[inline(always)]
pub fn get_iter<M: Machine>(m: &mut M, i: Insn) -> Step {
    let x = m.get(i.a);
    let helper = if m.exact::<Range>(x).is_some() { &helpers::ITER_RANGE } else { &helpers::ITER };
    let Ok(v) = m.call(helper, [x]) else { return Err(Exit::Raised) };
    super::arith::finish(m, i, v)
}
