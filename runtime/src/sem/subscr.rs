//! Subscripts of sequences by small ints; everything else is a helper's.

use super::arith::{drop_operands, finish};
use crate::exec::insn::{A_TEMP, C_TEMP, Insn};
use crate::field;
use crate::helpers;
use crate::machine::{Alias, Exit, Field, Machine, Owned, Step};
use crate::protocol::operator::Operator;
use crate::slots::CmpOp;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// `List::items.len`
pub const LIST_LEN: Field<List, i64> = field!(List, items.len: i64, ListLen);
/// `List::items.ptr`
pub const LIST_PTR: Field<List, *mut Value> = field!(List, items.ptr: *mut Value, ListPtr);
/// `Tuple::len`
pub const TUPLE_LEN: Field<Tuple, i64> = field!(Tuple, len: i64, const TupleLen);

/// The index into a sequence of `len` items, counted from the end if negative; `None` if out of range.
#[inline(always)]
pub(super) fn in_bounds<M: Machine>(m: &mut M, index: M::Int, len: M::Int) -> Option<M::Int> {
    let ok = m.int_below(index, len);
    if m.test(ok) {
        return Some(index);
    }
    let zero = m.int(0);
    let negative = m.int_cmp(CmpOp::Lt, index, zero);
    if !m.test(negative) {
        return None;
    }
    let index = m.int_add_unchecked(index, len);
    let ok = m.int_below(index, len);
    if m.test(ok) { Some(index) } else { None }
}

/// `c = a[b]`
#[inline(always)]
pub fn subscr<M: Machine>(m: &mut M, i: Insn, x: M::V, k: M::V) -> Step {
    if let Some(index) = m.as_int(k) {
        if let Some(list) = m.exact::<List>(x) {
            let len = m.load_int(list, LIST_LEN);
            if let Some(index) = in_bounds(m, index, len) {
                let base = m.load_base(list, LIST_PTR);
                return take_item(m, i, base, index, Alias::ListItem);
            }
        } else if let Some(tuple) = m.exact::<Tuple>(x) {
            let len = m.load_int(tuple, TUPLE_LEN);
            if let Some(index) = in_bounds(m, index, len) {
                let base = m.trailing(tuple);
                return take_item(m, i, base, index, Alias::TupleItem);
            }
        }
    }
    if let Some(step) = super::numbers::subscr(m, i, x, k) {
        return step;
    }
    if let Some(step) = super::operators::call(m, Operator::GetItem, x, k) {
        return step;
    }
    let Ok(v) = m.call(&helpers::SUBSCR, [x, k]) else { return Err(Exit::Raised) };
    finish(m, i, v)
}

#[inline(always)]
fn take_item<M: Machine>(m: &mut M, i: Insn, base: M::Base, index: M::Int, alias: Alias) -> Step {
    let v = m.elem(base, index, alias);
    let v = m.retain(v);
    put_item(m, i, v)
}

/// The result of `c = a[b]`. The key was an int: only the container may need dropping.
#[inline(always)]
pub(super) fn put_item<M: Machine>(m: &mut M, i: Insn, v: Owned<M::V>) -> Step {
    if i.has(A_TEMP) {
        m.drop_temp(i.a);
    }
    m.put(i, v);
    Ok(())
}

/// `a[b] = c`
#[inline(always)]
pub fn store_subscr<M: Machine>(m: &mut M, i: Insn) -> Step {
    let (x, k, v) = (m.get(i.a), m.get(i.b), m.get(i.c));
    if let Some(index) = m.as_int(k)
        && let Some(list) = m.exact::<List>(x)
    {
        let len = m.load_int(list, LIST_LEN);
        if let Some(index) = in_bounds(m, index, len) {
            let base = m.load_base(list, LIST_PTR);
            let v = if i.has(C_TEMP) { m.take(i.c) } else { m.retain(v) };
            let old = m.swap_elem(base, index, v, Alias::ListItem);
            if i.has(A_TEMP) {
                m.drop_temp(i.a);
            }
            m.release(old);
            return Ok(());
        }
    }
    if let Some(step) = super::numbers::store_subscr(m, i, x, k, v) {
        return step;
    }
    if let Some(step) = super::operators::set_item(m, x, k, v) {
        return step;
    }
    let Ok(none) = m.call(&helpers::STORE_SUBSCR, [x, k, v]) else { return Err(Exit::Raised) };
    m.release(none);
    drop_operands(m, i);
    if i.has(C_TEMP) {
        m.drop_temp(i.c);
    }
    Ok(())
}

/// `del a[b]`
#[inline(always)]
pub fn delete_subscr<M: Machine>(m: &mut M, i: Insn) -> Step {
    let (x, k) = (m.get(i.a), m.get(i.b));
    let Ok(none) = m.call(&helpers::DELETE_SUBSCR, [x, k]) else { return Err(Exit::Raised) };
    m.release(none);
    drop_operands(m, i);
    Ok(())
}

/// `c .. c+d-1 = the items of a`, the first one last.
#[inline(always)]
pub fn unpack<M: Machine>(m: &mut M, i: Insn) -> Step {
    let x = m.get(i.a);
    let n = i.d as u16;
    if let Some(tuple) = m.exact::<Tuple>(x) {
        let len = m.load_int(tuple, TUPLE_LEN);
        let want = m.int(n.into());
        let ok = m.int_cmp(CmpOp::Eq, len, want);
        if m.test(ok) {
            let base = m.trailing(tuple);
            return spread(m, i, base, Alias::TupleItem);
        }
    } else if let Some(list) = m.exact::<List>(x) {
        let len = m.load_int(list, LIST_LEN);
        let want = m.int(n.into());
        let ok = m.int_cmp(CmpOp::Eq, len, want);
        if m.test(ok) {
            let base = m.load_base(list, LIST_PTR);
            return spread(m, i, base, Alias::ListItem);
        }
    }
    let n = m.literal(Value::small_int(i.d.into()));
    let Ok(items) = m.call(&helpers::UNPACK, [x, n]) else { return Err(Exit::Raised) };
    spread_tuple(m, i, items, i.d as u16)
}

/// `first, *middle, last = a`: as `unpack`.
#[inline(always)]
pub fn unpack_ex<M: Machine>(m: &mut M, i: Insn) -> Step {
    let x = m.get(i.a);
    let counts = m.literal(Value::small_int(i.d.into()));
    let Ok(items) = m.call(&helpers::UNPACK_EX, [x, counts]) else { return Err(Exit::Raised) };
    spread_tuple(m, i, items, (i.d & 255) as u16 + (i.d >> 8) as u16 + 1)
}

/// Put the `n` items of a tuple that a helper made into the destinations.
#[inline(always)]
fn spread_tuple<M: Machine>(m: &mut M, i: Insn, items: Owned<M::V>, n: u16) -> Step {
    if i.has(A_TEMP) {
        m.drop_temp(i.a);
    }
    let tuple = m.made::<Tuple>(&items);
    let base = m.trailing(tuple);
    put_items(m, i, base, n, Alias::TupleItem);
    m.release(items);
    Ok(())
}

/// Put copies of the `n` words at `base` into the destinations, the first one last.
#[inline(always)]
fn put_items<M: Machine>(m: &mut M, i: Insn, base: M::Base, n: u16, alias: Alias) {
    for k in 0..n {
        let index = m.int(i64::from(n - 1 - k));
        let v = m.elem(base, index, alias);
        let v = m.retain(v);
        m.put_temp(i.c + k, v);
    }
}

/// `a+1[a+2 : a+3] = a`
#[inline(always)]
pub fn store_slice<M: Machine>(m: &mut M, i: Insn) -> Step {
    let Ok(none) = m.call_span(&helpers::STORE_SLICE, i.a, 4, 0) else { return Err(Exit::Raised) };
    m.release(none);
    for k in 0..4 {
        m.drop_temp(i.a + k);
    }
    Ok(())
}

#[inline(always)]
fn spread<M: Machine>(m: &mut M, i: Insn, base: M::Base, alias: Alias) -> Step {
    // The sequence may lie in the first destination: hold it until its items are out.
    let held = if i.has(A_TEMP) { Some(m.take(i.a)) } else { None };
    put_items(m, i, base, i.d as u16, alias);
    if let Some(held) = held {
        m.release(held);
    }
    Ok(())
}
