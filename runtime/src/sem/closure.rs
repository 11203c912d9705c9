//! Cells, closures, and the functions made with them.

use crate::exec::insn::Insn;
use crate::field;
use crate::helpers;
use crate::machine::{Alias, Exit, Field, Machine, Step};
use crate::types::function::Function;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// `Function::closure`; never changes.
const CLOSURE: Field<Function, Value> = field!(Function, closure: Value, const Closure);

/// The last `d` locals are the cells of the function's closure.
#[inline(always)]
pub fn copy_free_vars<M: Machine>(m: &mut M, i: Insn) -> Step {
    let function = m.function();
    if let Some(function) = m.exact::<Function>(function) {
        let closure = m.load(function, CLOSURE);
        if let Some(closure) = m.exact::<Tuple>(closure) {
            let base = m.trailing(closure);
            let first = m.code().locals as u16 - i.d as u16;
            for k in 0..i.d as u16 {
                let index = m.int(k.into());
                let cell = m.elem(base, index, Alias::TupleItem);
                let cell = m.retain(cell);
                m.put_temp(first + k, cell);
            }
        }
    }
    Ok(())
}

/// `a = cell(a)`
#[inline(always)]
pub fn make_cell<M: Machine>(m: &mut M, i: Insn) -> Step {
    let content = m.get(i.a);
    let Ok(cell) = m.call(&helpers::NEW_CELL, [content]) else { return Err(Exit::Raised) };
    let content = m.take_local(i.a);
    m.put_temp(i.a, cell);
    m.release(content);
    Ok(())
}

/// `c = function from the values at a`
#[inline(always)]
pub fn make_function<M: Machine>(m: &mut M, i: Insn) -> Step {
    let n = i.d.count_ones() + 1;
    let current = m.function();
    let immediate = super::functions::make_immediate(i.d, m.word(current));
    let Ok(f) = m.call_span(&helpers::MAKE_FUNCTION, i.a, n, immediate) else { return Err(Exit::Raised) };
    for k in 0..n as u16 {
        // The words now belong to the function.
        m.moved(i.a + k);
    }
    m.put(i, f);
    Ok(())
}
