//! `for` loops over `enumerate` and `zip` of ranges, lists and tuples: what they would put into a tuple is known piece
//! by piece. Where it is unpacked at once, the interpreter makes no tuple. Other iterators inside them, and their ends,
//! go through the helper.
//!
//! All questions come first: whether every inner iterator has one more item. Then they advance.

use super::iter::{
    LIST_ITER_INDEX, LIST_ITER_LIST, RANGE_NEXT, TUPLE_ITER_INDEX, TUPLE_ITER_TUPLE, advance, list_step,
    position, range_advance, range_left, tuple_step,
};
use super::subscr::{LIST_LEN, TUPLE_LEN};
use crate::error::PyResult;
use crate::exec::insn::Insn;
use crate::field;
use crate::helpers;
use crate::machine::{Alias, Exit, Field, Machine, Owned, Step};
use crate::slots::CmpOp;
use crate::types::enumerate::Enumerate;
use crate::types::iterators::{ListIter, RangeIter, TupleIter};
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::types::zip::Zip;
use crate::value::{INT_MAX, Value};

/// `Enumerate::index`
const ENUMERATE_INDEX: Field<Enumerate, i64> = field!(Enumerate, index: i64, EnumerateIndex);
/// `Enumerate::iter`
const ENUMERATE_ITER: Field<Enumerate, Value> = field!(Enumerate, iter: Value, const EnumerateIndex);
/// `Zip::iters`
const ZIP_ITERS: Field<Zip, Value> = field!(Zip, iters: Value, const EnumerateIndex);

/// An iterator with a next item. Each kind has as many words as the others: what one of them left open would be carried
/// round the interpreter's loop, by every instruction.
enum Ahead<M: Machine> {
    /// The iterator, its next number, and how many are left.
    Range(M::Ptr<RangeIter>, M::Int, M::Int),
    List(M::Ptr<ListIter>, M::Ptr<List>, M::Int),
    Tuple(M::Ptr<TupleIter>, M::Ptr<Tuple>, M::Int),
}

/// The iterator, if it is one of those known here and not at its end.
#[inline(always)]
fn look<M: Machine>(m: &mut M, it: M::V) -> Option<Ahead<M>> {
    if let Some(range) = m.exact::<RangeIter>(it) {
        let left = range_left(m, range)?;
        let next = m.load_int(range, RANGE_NEXT);
        return Some(Ahead::Range(range, next, left));
    }
    if let Some(iter) = m.exact::<ListIter>(it) {
        let (list, index) = position(m, iter, LIST_ITER_LIST, LIST_ITER_INDEX, LIST_LEN)?;
        return Some(Ahead::List(iter, list, index));
    }
    let iter = m.exact::<TupleIter>(it)?;
    let (tuple, index) = position(m, iter, TUPLE_ITER_TUPLE, TUPLE_ITER_INDEX, TUPLE_LEN)?;
    Some(Ahead::Tuple(iter, tuple, index))
}

/// An item: borrowed, or made for the occasion.
struct Item<M: Machine> {
    word: M::V,
    made: Option<Owned<M::V>>,
}

impl<M: Machine> Item<M> {
    #[inline(always)]
    fn int(m: &mut M, i: M::Int) -> Item<M> {
        let made = m.box_int(i);
        Item { word: made.0, made: Some(made) }
    }
    #[inline(always)]
    fn owned(self, m: &mut M) -> Owned<M::V> {
        match self.made {
            Some(made) => made,
            None => m.retain(self.word),
        }
    }
    /// The tuple has a reference of its own.
    #[inline(always)]
    fn done(self, m: &mut M) {
        if let Some(made) = self.made {
            m.release(made);
        }
    }
}

/// `c = (first, second)`
#[inline(always)]
fn pair<M: Machine>(m: &mut M, i: Insn, a: Item<M>, b: Item<M>) -> Step {
    if let Some(last) = m.skip_unpack(i.c, 2) {
        let (a, b) = (a.owned(m), b.owned(m));
        m.put_temp(last, b);
        m.put_temp(last + 1, a);
        return Ok(());
    }
    let made = m.call(&helpers::PAIR, [a.word, b.word]);
    a.done(m);
    b.done(m);
    put(m, i, made)
}

/// `c = (first, second, third)`
#[inline(always)]
fn triple<M: Machine>(m: &mut M, i: Insn, a: Item<M>, b: Item<M>, c: Item<M>) -> Step {
    if let Some(last) = m.skip_unpack(i.c, 3) {
        let (a, b, c) = (a.owned(m), b.owned(m), c.owned(m));
        m.put_temp(last, c);
        m.put_temp(last + 1, b);
        m.put_temp(last + 2, a);
        return Ok(());
    }
    let made = m.call(&helpers::TRIPLE, [a.word, b.word, c.word]);
    a.done(m);
    b.done(m);
    c.done(m);
    put(m, i, made)
}

#[inline(always)]
fn put<M: Machine>(m: &mut M, i: Insn, made: PyResult<Owned<M::V>>) -> Step {
    let Ok(v) = made else { return Err(Exit::Raised) };
    m.put(i, v);
    Ok(())
}

/// Its next item; it advances.
#[inline(always)]
fn step<M: Machine>(m: &mut M, ahead: Ahead<M>) -> Item<M> {
    match ahead {
        Ahead::Range(range, next, left) => {
            range_advance(m, range, next, left);
            Item::int(m, next)
        }
        Ahead::List(iter, list, index) => Item { word: list_step(m, iter, list, index), made: None },
        Ahead::Tuple(iter, tuple, index) => Item { word: tuple_step(m, iter, tuple, index), made: None },
    }
}

/// `c = next(a)`, if `a` is an enumeration or a `zip` that goes on.
#[inline(always)]
pub(super) fn next<M: Machine>(m: &mut M, i: Insn, it: M::V) -> Option<Step> {
    if let Some(e) = m.exact::<Enumerate>(it) {
        enumerated(m, i, e)
    } else {
        let zip = m.exact::<Zip>(it)?;
        zipped(m, i, zip)
    }
}

#[inline(always)]
fn enumerated<M: Machine>(m: &mut M, i: Insn, e: M::Ptr<Enumerate>) -> Option<Step> {
    let inner = m.load(e, ENUMERATE_ITER);
    let inner = look(m, inner)?;
    let number = m.load_int(e, ENUMERATE_INDEX);
    let end = m.int(INT_MAX);
    let small = m.int_cmp(CmpOp::Lt, number, end);
    if !m.test(small) {
        return None;
    }
    let item = step(m, inner);
    advance(m, e, ENUMERATE_INDEX, number);
    let number = Item::int(m, number);
    Some(pair(m, i, number, item))
}

#[inline(always)]
fn zipped<M: Machine>(m: &mut M, i: Insn, zip: M::Ptr<Zip>) -> Option<Step> {
    let iters = m.load(zip, ZIP_ITERS);
    let iters = m.exact::<Tuple>(iters)?;
    let n = m.load_int(iters, TUPLE_LEN);
    let n = m.promote(n);
    if n != 2 && n != 3 {
        return None;
    }
    let base = m.trailing(iters);
    let item = |m: &mut M, k: i64| {
        let k = m.int(k);
        m.elem(base, k, Alias::TupleItem)
    };
    let (a, b) = (item(m, 0), item(m, 1));
    // One iterator twice gives its items in turn.
    if is(m, a, b) {
        return None;
    }
    if n == 2 {
        let (a, b) = (look(m, a)?, look(m, b)?);
        let (a, b) = (step(m, a), step(m, b));
        return Some(pair(m, i, a, b));
    }
    let c = item(m, 2);
    if is(m, a, c) || is(m, b, c) {
        return None;
    }
    let (a, b, c) = (look(m, a)?, look(m, b)?, look(m, c)?);
    let (a, b, c) = (step(m, a), step(m, b), step(m, c));
    Some(triple(m, i, a, b, c))
}

#[inline(always)]
fn is<M: Machine>(m: &mut M, a: M::V, b: M::V) -> bool {
    let same = m.same(a, b);
    m.test(same)
}
