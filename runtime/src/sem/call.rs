//! Calls: Python functions get a frame, everything else goes to the call helper.

use crate::error::PyResult;
use crate::exec::insn::{Insn, KEYWORDS};
use crate::field;
use crate::helpers;
use crate::machine::{Exit, Field, Machine, Owned, Step};
use crate::sem::{conversions, intrinsics};
use crate::types::descriptor::{BoundMethod, NativeFunction};
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::tuple::Tuple;
use crate::types::type_object::TypeObject;
use crate::value::{UNBOUND, Value};

/// `BoundMethod::func`
const METHOD_FUNCTION: Field<BoundMethod, Value> = field!(BoundMethod, func: Value, const BoundMethod);
/// `BoundMethod::this`
const METHOD_SELF: Field<BoundMethod, Value> = field!(BoundMethod, this: Value, const BoundMethod);

/// `c = a(d values from a+1)`
#[inline(always)]
pub fn call<M: Machine>(m: &mut M, i: Insn) -> Step {
    let f = m.get(i.a);
    let argc = i.d as u32;
    if let Some(function) = m.exact::<Function>(f) {
        if !i.has(KEYWORDS)
            && let Some((f, code)) = m.callee(function, argc)
        {
            m.push_frame(f, code, i.a + 1, argc, None)?;
            return m.entered(code);
        }
        if let Some(step) = m.push_bound(f, i, i.a + 1, argc) {
            return step;
        }
    } else if !i.has(KEYWORDS) && m.exact::<NativeFunction>(f).is_some() {
        if let Some(step) = intrinsics::call(m, i, f) {
            return step;
        }
        let unbound = m.literal(UNBOUND);
        if let Some(called) = m.call_native(f, unbound, i.a + 1, argc) {
            return called_with(m, i, called, argc + 1);
        }
    } else if !i.has(KEYWORDS)
        && m.exact::<TypeObject>(f).is_some()
        && let Some((init, code, exception)) = m.initializer(f, argc)
    {
        let instance = if exception {
            m.call_span(&helpers::NEW_EXCEPTION, i.a, argc, 0)
        } else {
            m.call(&helpers::NEW_INSTANCE, [f])
        };
        let Ok(instance) = instance else { return Err(Exit::Raised) };
        let this = m.retain(instance.0);
        m.drop_temp(i.a);
        m.put_temp(i.a, this);
        return m.push_frame(init, code, i.a, argc + 1, Some(instance));
    } else if !i.has(KEYWORDS)
        && m.exact::<TypeObject>(f).is_some()
        && let Some(step) = call_builtin_class(m, i, f)
    {
        return step;
    } else if m.exact::<TypeObject>(f).is_some()
        && let Some(init) = m.constructor(f, i, argc)
    {
        let Ok(instance) = m.call(&helpers::NEW_INSTANCE, [f]) else { return Err(Exit::Raised) };
        let this = m.retain(instance.0);
        m.drop_temp(i.a);
        m.put_temp(i.a, this);
        return m.push_constructor(init, i, argc + 1, instance);
    } else if !i.has(KEYWORDS)
        && let Some(method) = m.exact::<BoundMethod>(f)
    {
        let (function, this) = (m.load(method, METHOD_FUNCTION), m.load(method, METHOD_SELF));
        if let Some(function) = m.exact::<Function>(function)
            && let Some((f, code)) = m.callee(function, argc + 1)
        {
            let this = m.retain(this);
            m.push_method(f, code, i, this, argc)?;
            return m.entered(code);
        }
    }
    if !i.has(KEYWORDS)
        && let Some((function, code)) = m.call_method(f, argc)
    {
        let this = m.retain(f);
        m.push_method(function, code, i, this, argc)?;
        return m.entered(code);
    }
    through_helper(m, i, &helpers::CALL, argc + 1)
}

#[inline(always)]
fn call_builtin_class<M: Machine>(m: &mut M, i: Insn, class: M::V) -> Option<Step> {
    // (No `or_else`: a closure that is not inlined would have the machine's address.)
    match intrinsics::call_class(m, i, class) {
        None => conversions::call(m, i, class),
        step => step,
    }
}

/// `c = a(self a+1, d values from a+2)`
#[inline(always)]
pub fn call_method<M: Machine>(m: &mut M, i: Insn) -> Step {
    let (f, this) = (m.get(i.a), m.get(i.a + 1));
    let argc = i.d as u32;
    let plain = m.is_word(this, UNBOUND);
    if let Some(function) = m.exact::<Function>(f) {
        let (first, argc) = if plain { (i.a + 2, argc) } else { (i.a + 1, argc + 1) };
        if !i.has(KEYWORDS)
            && let Some((f, code)) = m.callee(function, argc)
        {
            m.push_frame(f, code, first, argc, None)?;
            return m.entered(code);
        }
        if let Some(step) = m.push_bound(f, i, first, argc) {
            return step;
        }
    } else if !i.has(KEYWORDS) {
        if let Some(step) = intrinsics::call_method(m, i, f, this) {
            return step;
        }
        if let Some(called) = m.call_native(f, this, i.a + 2, argc) {
            return called_with(m, i, called, argc + 2);
        }
    }
    through_helper(m, i, &helpers::CALL_METHOD, argc + 2)
}

/// `c = a(*a+1)`, with `**a+2` if `d & 1`
#[inline(always)]
pub fn call_ex<M: Machine>(m: &mut M, i: Insn) -> Step {
    if let Some(step) = spread(m, i) {
        return step;
    }
    build(m, i, &helpers::CALL_EX, 2 + (i.d & 1) as u32, false)
}

#[inline(always)]
fn spread<M: Machine>(m: &mut M, i: Insn) -> Option<Step> {
    let (f, args) = (m.get(i.a), m.get(i.a + 1));
    let function = m.exact::<Function>(f)?;
    let tuple = m.exact::<Tuple>(args)?;
    let mut keywords = false;
    if i.d & 1 != 0 {
        let dict = m.get(i.a + 2);
        m.exact::<Dict>(dict)?;
        let empty = m.decide(&helpers::IS_EMPTY, [dict]);
        keywords = !m.test(empty);
    }
    let len = m.load_int(tuple, super::subscr::TUPLE_LEN);
    let argc = m.promote(len) as u32;
    if !keywords && let Some((f, code)) = m.callee(function, argc) {
        let step = m.push_spread(f, code, i, tuple, argc)?;
        return Some(step.and_then(|()| m.entered(code)));
    }
    m.push_spread_bound(f, i, tuple, argc, keywords)
}

#[inline(always)]
fn through_helper<M: Machine>(m: &mut M, i: Insn, h: &'static crate::helper::Helper, span: u32) -> Step {
    let keywords = i.has(KEYWORDS);
    let called = m.call_span(h, i.a, i.d as u32, keywords.into());
    called_with(m, i, called, span + u32::from(keywords))
}

/// The end of a call whose callable and arguments lie in the `span` slots from `a` on.
#[inline(always)]
fn called_with<M: Machine>(m: &mut M, i: Insn, called: PyResult<Owned<M::V>>, span: u32) -> Step {
    let Ok(v) = called else { return Err(Exit::Raised) };
    drop_span(m, i.a, span as u16);
    m.put(i, v);
    Ok(())
}

/// Drop the callable and the arguments of a call, `n` slots from `first` on: most often two or three, which take no loop.
#[inline(always)]
pub(super) fn drop_span<M: Machine>(m: &mut M, first: u16, n: u16) {
    match n {
        2 => {
            m.drop_temp(first);
            m.drop_temp(first + 1);
        }
        3 => {
            m.drop_temp(first);
            m.drop_temp(first + 1);
            m.drop_temp(first + 2);
        }
        _ => {
            for k in 0..n {
                m.drop_temp(first + k);
            }
        }
    }
}

/// `return a`
#[inline(always)]
pub fn ret<M: Machine>(m: &mut M, i: Insn) -> Step {
    let v = if i.has(crate::exec::insn::A_TEMP) { m.take(i.a) } else { m.take_local(i.a) };
    m.pop_frame(v)
}

/// `return consts[d]`
#[inline(always)]
pub fn ret_const<M: Machine>(m: &mut M, i: Insn) -> Step {
    let v = m.constant(i.d as u16);
    let v = m.retain(v);
    m.pop_frame(v)
}

/// `c = helper over d slots from a`, which the result takes over (`moves`) or which are dropped.
#[inline(always)]
pub fn build<M: Machine>(m: &mut M, i: Insn, h: &'static crate::helper::Helper, n: u32, moves: bool) -> Step {
    let Ok(v) = m.call_span(h, i.a, n, i.d.into()) else { return Err(Exit::Raised) };
    for k in 0..n as u16 {
        if moves {
            // The words now belong to the result.
            m.moved(i.a + k);
        } else {
            m.drop_temp(i.a + k);
        }
    }
    m.put(i, v);
    Ok(())
}
