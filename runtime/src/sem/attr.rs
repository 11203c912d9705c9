//! Attributes by inline cache, globals, cells.

use super::arith::{drop_operands, finish};
use crate::exec::insn::{A_TEMP, B_TEMP, Insn};
use crate::field;
use crate::helpers;
use crate::machine::{Alias, AttrHit, Exit, Field, Machine, MethodHit, Owned, Step};
use crate::runtime::types;
use crate::types::cell::Cell;
use crate::value::{UNBOUND, Value};

/// `Cell::value`
pub const CELL_VALUE: Field<Cell, Value> = field!(Cell, value: Value, CellValue);

/// `c = a.name`
#[inline(always)]
pub fn load_attr<M: Machine>(m: &mut M, i: Insn) -> Step {
    let x = m.get(i.a);
    match m.attr(x, i.d) {
        AttrHit::Slot(p, slot) => {
            let base = m.trailing(p);
            let index = m.int(slot.into());
            let v = m.elem(base, index, Alias::InstanceSlot);
            if !m.is_word(v, UNBOUND) {
                let v = m.retain(v);
                drop_operands(m, i);
                m.put(i, v);
                return Ok(());
            }
        }
        AttrHit::Value(v) => {
            let v = m.retain(v);
            drop_operands(m, i);
            m.put(i, v);
            return Ok(());
        }
        AttrHit::Miss => {
            if let Some(step) = super::operators::get(m, i, x) {
                return step;
            }
        }
    }
    let name = m.cache_name(i.d);
    let Ok(v) = m.call(&helpers::GET_ATTR, [x, name]) else { return Err(Exit::Raised) };
    finish(m, i, v)
}

/// `a.name = b`
#[inline(always)]
pub fn store_attr<M: Machine>(m: &mut M, i: Insn) -> Step {
    let (x, v) = (m.get(i.a), m.get(i.b));
    if let Some(hit) = m.attr_store(x, i.d) {
        let base = m.trailing(hit.instance);
        let index = m.int(hit.slot.into());
        let v = if i.has(B_TEMP) { m.take(i.b) } else { m.retain(v) };
        let old = m.swap_elem(base, index, v, Alias::InstanceSlot);
        if let Some(shape) = hit.shape {
            m.set_shape(hit.instance, shape);
        }
        if i.has(A_TEMP) {
            m.drop_temp(i.a);
        }
        m.release(old);
        return Ok(());
    }
    let name = m.cache_name(i.d);
    let Ok(none) = m.call(&helpers::SET_ATTR, [x, name, v]) else { return Err(Exit::Raised) };
    m.release(none);
    drop_operands(m, i);
    Ok(())
}

/// `c, c+1 = method of a, self or unbound`
#[inline(always)]
pub fn load_method<M: Machine>(m: &mut M, i: Insn) -> Step {
    let x = m.get(i.a);
    match m.method(x, i.d) {
        MethodHit::Method(f) => {
            let f = m.retain(f);
            let this = if i.has(A_TEMP) { m.take(i.a) } else { m.retain(x) };
            m.put_temp(i.c + 1, this);
            m.put_temp(i.c, f);
            return Ok(());
        }
        MethodHit::Bound(f, this) => {
            let (f, this) = (m.retain(f), m.retain(this));
            drop_operands(m, i);
            m.put_temp(i.c + 1, this);
            m.put_temp(i.c, f);
            return Ok(());
        }
        MethodHit::Value(f) => {
            let f = m.retain(f);
            return push_plain(m, i, f);
        }
        MethodHit::Miss => {}
    }
    let name = m.cache_name(i.d);
    let Ok(f) = m.call(&helpers::GET_METHOD, [x, name]) else { return Err(Exit::Raised) };
    let this = m.method_self();
    drop_operands(m, i);
    m.put_temp(i.c, f);
    m.put_temp(i.c + 1, this);
    Ok(())
}

/// `c, c+1 = special method d of a`
#[inline(always)]
pub fn load_special<M: Machine>(m: &mut M, i: Insn) -> Step {
    let x = m.get(i.a);
    let Some(f) = m.special_method(x, i.d) else { return m.special(i) };
    let f = m.retain(f);
    let this = if i.has(A_TEMP) { m.take(i.a) } else { m.retain(x) };
    m.put_temp(i.c + 1, this);
    m.put_temp(i.c, f);
    Ok(())
}

/// `c, c+1 = super(a+1, a+2).name` and self
#[inline(always)]
pub fn load_super_method<M: Machine>(m: &mut M, i: Insn) -> Step {
    let (sup, class, this) = (m.get(i.a), m.get(i.a + 1), m.get(i.a + 2));
    if let Some(f) = m.super_method(sup, class, this, i.d) {
        let f = m.retain(f);
        let this = m.take(i.a + 2);
        m.drop_temp(i.a);
        m.drop_temp(i.a + 1);
        m.put_temp(i.c + 1, this);
        m.put_temp(i.c, f);
        return Ok(());
    }
    let Some(v) = super_attr(m, i) else { return m.special(i) };
    m.put_temp(i.c, v?);
    let unbound = m.literal(UNBOUND);
    m.put_temp(i.c + 1, Owned(unbound));
    Ok(())
}

/// `c = super(a+1, a+2).name`, where `super` is what `a` holds
#[inline(always)]
pub fn load_super_attr<M: Machine>(m: &mut M, i: Insn) -> Step {
    let Some(v) = super_attr(m, i) else { return m.special(i) };
    m.put(i, v?);
    Ok(())
}

/// `None`: the name `super` is bound to something else.
#[inline(always)]
fn super_attr<M: Machine>(m: &mut M, i: Insn) -> Option<Result<Owned<M::V>, Exit>> {
    let (sup, class, this) = (m.get(i.a), m.get(i.a + 1), m.get(i.a + 2));
    let v = match m.super_static(sup, class, this, i.d) {
        Some(v) => m.retain(v),
        None => {
            if !m.is_word(sup, types().super_.value()) {
                return None;
            }
            let name = m.literal(m.code().names[i.d as usize].value());
            let Ok(v) = m.call(&helpers::LOAD_SUPER, [class, this, name]) else {
                return Some(Err(Exit::Raised));
            };
            v
        }
    };
    for k in 0..3 {
        m.drop_temp(i.a + k);
    }
    Some(Ok(v))
}

#[inline(always)]
fn push_plain<M: Machine>(m: &mut M, i: Insn, f: Owned<M::V>) -> Step {
    drop_operands(m, i);
    m.put_temp(i.c, f);
    let unbound = m.literal(UNBOUND);
    m.put_temp(i.c + 1, Owned(unbound));
    Ok(())
}

/// `c = global`
#[inline(always)]
pub fn load_global<M: Machine>(m: &mut M, i: Insn) -> Step {
    if let Some(v) = m.cached_global(i.d) {
        let v = m.retain(v);
        m.put(i, v);
        return Ok(());
    }
    let name = m.cache_name(i.d);
    let f = m.function();
    let Ok(v) = m.call(&helpers::GET_GLOBAL, [f, name]) else { return Err(Exit::Raised) };
    m.put(i, v);
    Ok(())
}

/// `c = locals, globals or builtins`: at module level they are the globals.
#[inline(always)]
pub fn load_name<M: Machine>(m: &mut M, i: Insn) -> Step {
    if m.at_module_level() { load_global(m, i) } else { m.special(i) }
}

/// `locals[d] = a`: at module level a global.
#[inline(always)]
pub fn store_name<M: Machine>(m: &mut M, i: Insn) -> Step {
    if m.at_module_level() { store_global(m, i) } else { m.special(i) }
}

/// `globals[d] = a`
#[inline(always)]
pub fn store_global<M: Machine>(m: &mut M, i: Insn) -> Step {
    let name = m.code().names[i.d as usize].value();
    let (name, v) = (m.literal(name), m.get(i.a));
    let f = m.function();
    let Ok(none) = m.call(&helpers::SET_GLOBAL, [f, name, v]) else { return Err(Exit::Raised) };
    m.release(none);
    drop_operands(m, i);
    Ok(())
}

/// `del locals[d]`: at module level a global.
#[inline(always)]
pub fn delete_name<M: Machine>(m: &mut M, i: Insn) -> Step {
    if m.at_module_level() { delete_global(m, i) } else { m.special(i) }
}

/// `del globals[d]`
#[inline(always)]
pub fn delete_global<M: Machine>(m: &mut M, i: Insn) -> Step {
    let name = m.code().names[i.d as usize].value();
    let (f, name) = (m.function(), m.literal(name));
    let Ok(none) = m.call(&helpers::DELETE_GLOBAL, [f, name]) else { return Err(Exit::Raised) };
    m.release(none);
    Ok(())
}

/// `c = content of cell a`
#[inline(always)]
pub fn load_deref<M: Machine>(m: &mut M, i: Insn) -> Step {
    let c = m.get(i.a);
    if let Some(cell) = m.exact::<Cell>(c) {
        let v = m.load(cell, CELL_VALUE);
        if !m.is_word(v, UNBOUND) {
            let v = m.retain(v);
            m.put(i, v);
            return Ok(());
        }
    }
    m.special(i)
}

/// `content of cell c = a`
#[inline(always)]
pub fn store_deref<M: Machine>(m: &mut M, i: Insn) -> Step {
    let (v, c) = (m.get(i.a), m.get(i.c));
    let Some(cell) = m.exact::<Cell>(c) else { return m.special(i) };
    let v = if i.has(A_TEMP) { m.take(i.a) } else { m.retain(v) };
    let old = m.swap(cell, CELL_VALUE, v);
    m.release(old);
    Ok(())
}
