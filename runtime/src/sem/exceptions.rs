//! Raising and handling exceptions. What finds the handler is not here: [`super::unwind`] on the interpreter's frames,
//! the recorder's own on those of a trace.

use crate::exec::insn::{B_TEMP, INVERT, Insn};
use crate::helpers;
use crate::machine::{Exit, Machine, Step};
use crate::types::function::Function;
use crate::value::{UNBOUND, Value};

/// `raise a`, `raise a from a+1`
#[inline(always)]
pub fn raise<M: Machine>(m: &mut M, i: Insn) -> Step {
    let result = match i.d {
        0 => return m.special(i),
        1 => {
            let e = m.get(i.a);
            m.call(&helpers::RAISE, [e])
        }
        _ => {
            let (e, cause) = (m.get(i.a), m.get(i.a + 1));
            m.call(&helpers::RAISE_FROM, [e, cause])
        }
    };
    if let Ok(v) = result {
        m.release(v);
    }
    Err(Exit::Raised)
}

/// Raise `a` again: its traceback gets no entry for this instruction.
#[inline(always)]
pub fn reraise<M: Machine>(m: &mut M, i: Insn) -> Step {
    let e = m.get(i.a);
    if let Ok(v) = m.call(&helpers::RERAISE, [e]) {
        m.release(v);
    }
    Err(Exit::Reraised)
}

/// A handler begins: `a` becomes the handled exception; `a, a+1` = the one that was, and it.
#[inline(always)]
pub fn push_exc_info<M: Machine>(m: &mut M, i: Insn) -> Step {
    let e = m.get(i.a);
    let Ok(previous) = m.call(&helpers::PUSH_HANDLED, [e]) else { return Err(Exit::Raised) };
    let e = m.take(i.a);
    m.put_temp(i.a, previous);
    m.put_temp(i.a + 1, e);
    Ok(())
}

/// A handler ends: `a` is the handled exception again.
#[inline(always)]
pub fn pop_except<M: Machine>(m: &mut M, i: Insn) -> Step {
    let previous = m.get(i.a);
    let Ok(none) = m.call(&helpers::POP_HANDLED, [previous]) else { return Err(Exit::Raised) };
    m.release(none);
    m.drop_temp(i.a);
    Ok(())
}

/// `c = a is an instance of b`, which is a class or a tuple of them; `a` stays.
#[inline(always)]
pub fn check_exc_match<M: Machine>(m: &mut M, i: Insn) -> Step {
    let (e, class) = (m.get(i.a), m.get(i.b));
    let Ok(b) = m.ask(&helpers::EXC_MATCHES, [e, class]) else { return Err(Exit::Raised) };
    if i.has(B_TEMP) {
        m.drop_temp(i.b);
    }
    let v = m.literal(Value::bool(b != i.has(INVERT)));
    let v = m.retain(v);
    m.put_temp(i.c, v);
    Ok(())
}

/// `c` = what the context manager's exit method (`a`, bound to `a+1`) makes of the exception below `c`.
#[inline(always)]
pub fn with_except_start<M: Machine>(m: &mut M, i: Insn) -> Step {
    let (f, this, e) = (m.get(i.a), m.get(i.a + 1), m.get(i.c - 1));
    if let Some(function) = m.exact::<Function>(f)
        && !m.is_word(this, UNBOUND)
        && let Some((f, code)) = m.callee(function, 4)
        && code.simple
    {
        let parts = (m.call(&helpers::TYPE, [e]), m.call(&helpers::TRACEBACK, [e]));
        let (Ok(class), Ok(traceback)) = parts else { return Err(Exit::Raised) };
        let step = m.push_operator(f, code, [this, class.0, e, traceback.0]);
        m.release(class);
        m.release(traceback);
        return step.and_then(|()| m.entered(code));
    }
    let Ok(v) = m.call(&helpers::WITH_EXCEPT, [f, this, e]) else { return Err(Exit::Raised) };
    m.put_temp(i.c, v);
    Ok(())
}

/// `del a`
#[inline(always)]
pub fn delete_fast<M: Machine>(m: &mut M, i: Insn) -> Step {
    let v = m.get(i.a);
    if m.is_word(v, UNBOUND) {
        return m.special(i);
    }
    let v = m.take_local(i.a);
    m.release(v);
    Ok(())
}
