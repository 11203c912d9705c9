//! `match`, and t-strings.
//!
//! # Invariants
//! - A slice of a tuple's items is used while the frame owns the tuple.

use crate::error::{Exc, PyResult, Raised, take_if};
use crate::exec::insn::{Insn, Op};
use crate::helpers;
use crate::machine::{Exit, Machine, Step};
use crate::names::names;
use crate::object::{P, Ref};
use crate::protocol::{attr, call};
use crate::raise;
use crate::sem::special::{Flow, Slots};
use crate::slots::Args;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::{TypeObject, flags};
use crate::types::{self};
use crate::value::{NONE, Value};

/// `c = len(a)`, of what a pattern is matched against, which stays.
#[inline(always)]
pub fn get_len<M: Machine>(m: &mut M, i: Insn) -> Step {
    let x = m.get(i.a);
    let v = match super::intrinsics::len(m, x) {
        Some(v) => v,
        None => {
            let Ok(v) = m.call(&helpers::LEN, [x]) else { return Err(Exit::Raised) };
            v
        }
    };
    m.put(i, v);
    Ok(())
}

/// `c =` may `a` match a pattern of this kind (a flag of its class)?
#[inline(always)]
pub fn collection<M: Machine>(m: &mut M, i: Insn, flag: u32) -> Step {
    let x = m.get(i.a);
    let Some(found) = m.class_has(x, flag) else { return m.special(i) };
    let v = m.literal(Value::bool(found));
    let v = m.retain(v);
    m.put(i, v);
    Ok(())
}

/// `c =` the values that the mapping `a` has for the keys `b`, as a tuple, or None.
#[inline(always)]
pub fn match_keys<M: Machine>(m: &mut M, i: Insn) -> Step {
    let (subject, keys) = (m.get(i.a), m.get(i.b));
    let Ok(v) = m.call(&helpers::MATCH_KEYS, [subject, keys]) else { return Err(Exit::Raised) };
    m.put(i, v);
    Ok(())
}

/// `c =` the attributes of `a` that a class pattern names, as a tuple, or None. The class is in `a + 1`, the names of
/// keyword patterns are in `a + 2`; `d` patterns are positional.
#[inline(always)]
pub fn match_class<M: Machine>(m: &mut M, i: Insn) -> Step {
    let (subject, class, names) = (m.get(i.a), m.get(i.a + 1), m.get(i.a + 2));
    let v = if m.instance_check(subject, class) == Some(false) {
        let none = m.literal(NONE);
        m.retain(none)
    } else {
        let positional = m.literal(Value::small_int(i.d.into()));
        let Ok(v) = m.call(&helpers::MATCH_CLASS, [subject, class, names, positional]) else {
            return Err(Exit::Raised);
        };
        v
    };
    for k in 0..3 {
        m.drop_temp(i.a + k);
    }
    m.put(i, v);
    Ok(())
}

/// What machines leave to the interpreter: t-strings; patterns for sequences and mappings where a trace cannot say.
pub(super) fn execute(s: &mut Slots<'_>) -> PyResult<Flow> {
    let i = s.i;
    let a = s.get(i.a);
    let v = match i.op {
        Op::MatchMapping => Ref::from_raw(Value::bool(a.class().has(flags::MAPPING))),
        Op::MatchSequence => Ref::from_raw(Value::bool(a.class().has(flags::SEQUENCE))),
        Op::BuildInterpolation => {
            let has_spec = i.d & 1 != 0;
            let spec = if has_spec { s.get(i.a + 2).own() } else { types::str::empty().erase() };
            let conversion = match i.d >> 2 {
                1 => types::str::interned("s").value(),
                2 => types::str::interned("r").value(),
                3 => types::str::interned("a").value(),
                _ => NONE,
            };
            let v = types::template::interpolation(a, s.get(i.a + 1), conversion, *spec).erase();
            for k in 0..2 + u16::from(has_spec) {
                drop(s.take(i.a + k));
            }
            v
        }
        _ => match (a.exact::<Tuple>(), s.get(i.b).exact::<Tuple>()) {
            (Some(strings), Some(fields)) => {
                types::template::new(strings.own_typed(), fields.own_typed()).erase()
            }
            _ => return raise!(SystemError, "BUILD_TEMPLATE without tuples"),
        },
    };
    s.put(v);
    Ok(Flow::Next)
}

/// `isinstance(v, class)`, with its hooks.
fn is_instance(v: Value, class: Value) -> PyResult<bool> {
    crate::protocol::isinstance::isinstance(v, class)
}

/// The values of `keys` in `subject` as a tuple, or None if one is missing.
pub(crate) fn keys(subject: Value, keys: Value) -> PyResult {
    let Some(keys) = keys.exact::<Tuple>() else { return raise!(SystemError, "MATCH_KEYS without a tuple") };
    let get = attr::getattr(subject, names().get)?;
    let seen = types::set::new();
    let missing = types::list::new(Vec::new()).erase();
    let mut values = Vec::with_capacity(keys.items().len());
    for &key in keys.items() {
        if !seen.table.add(key)? {
            let key = crate::protocol::repr::repr_text(key)?;
            return raise!(ValueError, "mapping pattern checks duplicate key ({key})");
        }
        let v = call::call(*get, Args::positional(&[key, *missing]))?;
        if v.is(*missing) {
            return Ok(Ref::from_raw(NONE));
        }
        values.push(v);
    }
    Ok(types::tuple::from_refs(values).erase())
}

/// The attributes that a class pattern names, as a tuple, or None if `subject` does not match.
pub(crate) fn class(subject: Value, class: Value, names: Value, positional: usize) -> PyResult {
    let Some(t) = class.downcast::<TypeObject>() else {
        return raise!(TypeError, "called match pattern must be a class");
    };
    if !is_instance(subject, class)? {
        return Ok(Ref::from_raw(NONE));
    }
    let mut seen: Vec<P<Str>> = Vec::new();
    let mut values = Vec::new();
    if positional > 0 {
        let match_args = attr::getattr_opt(class, crate::names::names().__match_args__)?;
        let match_self = match_args.is_none() && t.has(flags::MATCH_SELF);
        let args = match &match_args {
            Some(v) => match v.exact::<Tuple>() {
                Some(t) => t.items().to_vec(),
                None => {
                    let got = v.class().name();
                    return raise!(TypeError, "{}.__match_args__ must be a tuple (got {got})", t.name());
                }
            },
            None => Vec::new(),
        };
        let allowed = if match_self { 1 } else { args.len() };
        if allowed < positional {
            let s = if allowed == 1 { "" } else { "s" };
            return raise!(
                TypeError,
                "{}() accepts {allowed} positional sub-pattern{s} ({positional} given)",
                t.name()
            );
        }
        if match_self {
            values.push(subject.own());
        }
        for &name in args.iter().take(if match_self { 0 } else { positional }) {
            let Some(name) = name.as_str() else {
                return raise!(
                    TypeError,
                    "__match_args__ elements must be strings (got {})",
                    name.class().name()
                );
            };
            match attribute(subject, t, name, &mut seen)? {
                Some(v) => values.push(v),
                None => return Ok(Ref::from_raw(NONE)),
            }
        }
    }
    for &name in names.exact::<Tuple>().map_or(&[][..], |t| leak_items(t)) {
        let Some(name) = name.as_str() else { continue };
        match attribute(subject, t, name, &mut seen)? {
            Some(v) => values.push(v),
            None => return Ok(Ref::from_raw(NONE)),
        }
    }
    Ok(types::tuple::from_refs(values).erase())
}

/// The items of a tuple that the operand stack owns for as long as the instruction runs.
fn leak_items(t: P<Tuple>) -> &'static [Value] {
    // SAFETY: see above.
    unsafe { std::slice::from_raw_parts(t.items().as_ptr(), t.items().len()) }
}

fn attribute(
    subject: Value,
    t: P<TypeObject>,
    name: P<Str>,
    seen: &mut Vec<P<Str>>,
) -> PyResult<Option<Ref>> {
    let name = crate::protocol::repr::intern_name(name);
    if seen.contains(&name) {
        return raise!(
            TypeError,
            "{}() got multiple sub-patterns for attribute '{}'",
            t.name(),
            name.to_lossy()
        );
    }
    seen.push(name);
    match attr::getattr(subject, name) {
        Ok(v) => Ok(Some(v)),
        Err(Raised) => match take_if(Exc::AttributeError) {
            Some(_) => Ok(None),
            None => Err(Raised),
        },
    }
}
