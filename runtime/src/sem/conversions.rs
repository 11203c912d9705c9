//! Calls of `int`, `float`, `str`, `bool`, `list` and `dict` that come down to little.
//!
//! What is not spelt out here (other arguments, strings to parse, numbers that are too large) is left to the call helper.

use crate::exec::insn::Insn;
use crate::helpers;
use crate::machine::{Exit, Machine, Owned, Step};
use crate::runtime::types;
use crate::slots::CmpOp;
use crate::types::str::Str;
use crate::value::Value;

/// `c = a(d values from a+1)`, if `a` is one of these classes and the argument one of the simple ones.
#[inline(always)]
pub fn call<M: Machine>(m: &mut M, i: Insn, class: M::V) -> Option<Step> {
    let v = match i.d {
        0 => {
            let Ok(v) = make(m, i, class)? else { return Some(Err(Exit::Raised)) };
            v
        }
        1 if is_converted(m, i, class) => m.take(i.a + 1),
        1 => {
            let v = convert(m, i, class)?;
            m.drop_temp(i.a + 1);
            v
        }
        _ => return None,
    };
    m.drop_temp(i.a);
    m.put(i, v);
    Some(Ok(()))
}

#[inline(always)]
fn is<M: Machine>(m: &mut M, class: M::V, one: Value) -> bool {
    m.word(class).is(one) && m.is_word(class, one)
}

/// `list()`, `dict()`
#[inline(always)]
fn make<M: Machine>(m: &mut M, i: Insn, class: M::V) -> Option<crate::error::PyResult<Owned<M::V>>> {
    if is(m, class, types().list.value()) {
        Some(m.call_span(&helpers::BUILD_LIST, i.a + 1, 0, 0))
    } else if is(m, class, types().dict.value()) {
        Some(m.call(&helpers::NEW_DICT, []))
    } else {
        None
    }
}

/// Is the argument its own conversion? The instruction moves it then: nothing else may own it.
#[inline(always)]
fn is_converted<M: Machine>(m: &mut M, i: Insn, class: M::V) -> bool {
    let x = m.get(i.a + 1);
    if is(m, class, types().int.value()) {
        m.as_int(x).is_some()
    } else if is(m, class, types().float.value()) {
        m.as_float(x).is_some()
    } else if is(m, class, types().str.value()) {
        m.exact::<Str>(x).is_some()
    } else if is(m, class, types().bool_.value()) {
        m.as_bool(x).is_some()
    } else {
        false
    }
}

/// `int(x)`, `float(x)`, `bool(x)` of small ints, floats and bools; `str(x)` of small ints and floats.
#[inline(always)]
fn convert<M: Machine>(m: &mut M, i: Insn, class: M::V) -> Option<Owned<M::V>> {
    let x = m.get(i.a + 1);
    if is(m, class, types().int.value()) {
        m.as_float(x)?;
        m.attempt(&helpers::INT_OF, [x])
    } else if is(m, class, types().float.value()) {
        let n = m.as_int(x)?;
        let f = m.int_to_float(n);
        Some(m.box_float(f))
    } else if is(m, class, types().str.value()) {
        if m.as_int(x).is_none() {
            m.as_float(x)?;
        }
        m.attempt(&helpers::STR_OF, [x])
    } else if is(m, class, types().bool_.value()) {
        let n = m.as_int(x)?;
        let zero = m.int(0);
        let is = m.int_cmp(CmpOp::Ne, n, zero);
        Some(m.box_bool(is, false))
    } else {
        None
    }
}
