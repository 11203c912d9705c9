//! `dict.update` and what is like it: from dicts, mappings and sequences of pairs.

use super::Dict;
use crate::error::{Exc, PyResult};
use crate::names::names;
use crate::object::{P, Ref};
use crate::protocol::{attr, call, iter, mapping, sequence};
use crate::raise;
use crate::runtime::types;
use crate::slots::Args;
use crate::value::Value;

/// Is it a dict whose iteration is not overridden, so that its table can be read directly?
fn plain_dict(v: Value) -> Option<P<Dict>> {
    let d = v.downcast::<Dict>()?;
    if v.exact::<Dict>().is_some() {
        return Some(d);
    }
    let same = match (v.class().slots.iter.get(), types().dict.slots.iter.get()) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        _ => false,
    };
    if same { Some(d) } else { None }
}

/// `to.update(other)` for a dict, a mapping or an iterable of pairs.
pub fn update(to: P<Dict>, other: Value) -> PyResult<()> {
    let _owner = to.own();
    if plain_dict(other).is_some() {
        return merge(to, other, true);
    }
    match attr::getattr_opt(other, names().keys)? {
        Some(_) => merge(to, other, true),
        None => from_pairs(to, other),
    }
}

/// Put the items of a mapping into `to`; keys that are there keep their values unless `replace`.
pub fn merge(to: P<Dict>, other: Value, replace: bool) -> PyResult<()> {
    if let Some(from) = plain_dict(other) {
        return merge_dict(to, from, replace);
    }
    for key in mapping::keys(other)? {
        if !replace && to.contains(*key)? {
            continue;
        }
        let v = mapping::getitem(other, *key)?;
        to.insert(*key, v)?;
    }
    Ok(())
}

fn merge_dict(to: P<Dict>, from: P<Dict>, replace: bool) -> PyResult<()> {
    if to == from {
        return Ok(());
    }
    if to.is_untouched() {
        Dict::check_room(from.places())?;
        to.fill(&from);
        return Ok(());
    }
    let _owners = (to.own(), from.own());
    let n = from.len();
    Dict::check_room(n)?;
    to.reserve(to.len().max(n));
    let mut i = 0;
    while i < from.places() {
        if let Some((k, v)) = from.entry(i) {
            let (k, v, h) = (k.own(), v.own(), from.hash_at(i));
            if replace || to.get_hashed(*k, h)?.is_none() {
                to.insert_hashed(*k, h, v)?;
            }
            if from.len() != n {
                return raise!(RuntimeError, "dict mutated during update");
            }
        }
        i += 1;
    }
    Ok(())
}

/// Put the pairs of an iterable into `to`.
pub fn from_pairs(to: P<Dict>, pairs: Value) -> PyResult<()> {
    let it = iter::iter(pairs)?;
    let mut n = 0usize;
    while let Some(pair) = iter::next(*it)? {
        let items = match sequence::fast(*pair, "object is not iterable") {
            Ok(items) => items,
            Err(raised) => {
                note(&format!("Cannot convert dictionary update sequence element #{n} to a sequence"))?;
                return Err(raised);
            }
        };
        let [key, value] = &items[..] else {
            let got = items.len();
            return raise!(
                ValueError,
                "dictionary update sequence element #{n} has length {got}; 2 is required"
            );
        };
        to.insert(**key, value.clone())?;
        n += 1;
    }
    Ok(())
}

/// Add a note to the raised exception, if it is a `TypeError`.
fn note(text: &str) -> PyResult<()> {
    let Some(e) = crate::error::take_if(Exc::TypeError) else { return Ok(()) };
    let text: Ref = text.into();
    call::call_method_text(*e, "add_note", &[text.value()])?;
    crate::thread::current().set_raised(e);
    Ok(())
}

/// The arguments of `dict(...)` and `dict.update(...)`.
pub fn update_from_args(to: P<Dict>, args: Args<'_>, function: &str) -> PyResult<()> {
    let given = args.pos();
    if given.len() > 1 {
        return raise!(TypeError, "{function} expected at most 1 argument, got {}", given.len());
    }
    if let [other] = given {
        update(to, *other)?;
    }
    for (name, v) in args.keywords() {
        to.insert(name, v.own())?;
    }
    Ok(())
}
