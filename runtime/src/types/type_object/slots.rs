//! `__slots__`, and the descriptors of `__dict__` and `__weakref__`.

use super::{TypeObject, flags};
use crate::error::PyResult;
use crate::names::names;
use crate::object::{Kind, P, Ref};
use crate::protocol::{attr, iter, place};
use crate::runtime::runtime;
use crate::types::descriptor::{GetSet, GetSetDef, Member};
use crate::types::dict::Dict;
use crate::types::str::{self, Str};
use crate::value::Value;

/// What a namespace's `__slots__` (or its absence) declares.
pub struct Declared {
    /// The slots' names, mangled, in order.
    pub names: Vec<P<Str>>,
    /// Instances get a dict, which the base's have not.
    pub adds_dict: bool,
    /// Instances get a list of weak references, which the base's have not.
    pub adds_weakref: bool,
}

/// Do instances have a varying size, so that slots cannot follow (CPython's `tp_itemsize`)?
fn varies(t: P<TypeObject>) -> bool {
    matches!(t.layout.get(), Kind::Tuple | Kind::Int | Kind::Bytes | Kind::Type)
}

/// Read `__slots__`.
pub fn declared(c: P<TypeObject>, base: P<TypeObject>, bases: &[P<TypeObject>]) -> PyResult<Declared> {
    let may_dict = !base.has(flags::HAS_DICT);
    let may_weakref = !base.has(flags::HAS_WEAKREF) && !varies(base);
    let d = c.dict();
    let Some(slots) = d.place_of(names().__slots__).map(|i| d.value_at(i).own()) else {
        return Ok(Declared { names: Vec::new(), adds_dict: may_dict, adds_weakref: may_weakref });
    };
    let items = if slots.as_str().is_some() { vec![slots.clone()] } else { iter::collect(*slots)? };
    if !items.is_empty() && varies(base) {
        let name = base.name();
        return crate::raise!(TypeError, "nonempty __slots__ not supported for subtype of '{name}'");
    }
    let mut declared = Declared { names: Vec::new(), adds_dict: false, adds_weakref: false };
    for item in &items {
        let Some(s) = item.as_str() else {
            return crate::raise!(
                TypeError,
                "__slots__ items must be strings, not '{}'",
                item.class().name()
            );
        };
        let text = s.to_lossy();
        if !crate::text::props::is_identifier(s.chars()) {
            return crate::raise!(TypeError, "__slots__ must be identifiers");
        }
        match text.as_str() {
            "__dict__" if !may_dict || declared.adds_dict => {
                return crate::raise!(TypeError, "__dict__ slot disallowed: we already got one");
            }
            "__dict__" => declared.adds_dict = true,
            "__weakref__" if !may_weakref || declared.adds_weakref => {
                return crate::raise!(TypeError, "__weakref__ slot disallowed: we already got one");
            }
            "__weakref__" => declared.adds_weakref = true,
            _ => declared.names.push(str::interned(&mangle(&c.name(), &text))),
        }
    }
    for name in &declared.names {
        let allowed = [names().__qualname__, names().__classcell__, names().__classdictcell__];
        if d.place_of(*name).is_some() && !allowed.contains(name) {
            let name = name.to_lossy();
            return crate::raise!(ValueError, "'{name}' in __slots__ conflicts with class variable");
        }
    }
    declared.names.sort_by_key(|n| n.to_lossy());
    declared.names.dedup();
    // Bases other than the first may bring a dict or weak references.
    for b in bases.iter().filter(|b| **b != base) {
        declared.adds_dict |= may_dict && b.has(flags::HAS_DICT);
        declared.adds_weakref |= may_weakref && b.has(flags::HAS_WEAKREF);
    }
    Ok(declared)
}

/// `__x` in class `C` is `_C__x`.
fn mangle(class: &str, name: &str) -> String {
    let stripped = class.trim_start_matches('_');
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') || stripped.is_empty() {
        return name.to_owned();
    }
    format!("_{stripped}{name}")
}

/// The names of the root shape: the base's slots, then the class's own. What exceptions have before their attributes has
/// no names.
pub fn shape_names(c: P<TypeObject>, base: P<TypeObject>) -> Vec<P<Str>> {
    if c.layout.get() != Kind::Instance {
        return vec![runtime().empty_str(); c.attribute_base.get() as usize];
    }
    let mut all = match base.layout.get() {
        Kind::Instance => runtime().shape(base.instance_id.get()).names.clone(),
        _ => Vec::new(),
    };
    let from = all.len();
    all.resize(c.slot_count.get() as usize, runtime().empty_str());
    for (_, v) in c.dict().iter() {
        if let Some(m) = v.exact::<Member>().filter(|m| m.owner.p() == c && m.index >= from) {
            all[m.index] = m.name;
        }
    }
    all
}

/// `__dict__` of instances.
pub static DICT: GetSetDef = GetSetDef {
    name: "__dict__",
    doc: "dictionary for instance variables",
    get: Some(get_dict),
    set: Some(set_dict),
};
static WEAKREF: GetSetDef = GetSetDef {
    name: "__weakref__",
    doc: "list of weak references to the object",
    get: Some(get_weakref),
    set: None,
};

/// Put the descriptors of the slots, `__dict__` and `__weakref__` into the class's dict.
pub fn add_descriptors(c: P<TypeObject>, base: P<TypeObject>, declared: &Declared) {
    let (d, first) = (c.dict(), base.slot_count.get() as usize);
    for (i, &name) in declared.names.iter().enumerate() {
        d.append_new(name, Member::new(c, name, first + i).erase());
    }
    let own = [(declared.adds_dict, &DICT), (declared.adds_weakref, &WEAKREF)];
    for (_, def) in own.into_iter().filter(|(adds, _)| *adds) {
        let name = str::interned(def.name);
        if d.place_of(name).is_none() {
            d.append_new(name, GetSet::new(def, c).erase());
        }
    }
}

/// `object.__dict__` of instances.
pub fn get_dict(v: Value) -> PyResult {
    match attr::dict_of(v) {
        Some(d) => Ok(d.own()),
        None => crate::raise!(AttributeError, "This object has no __dict__"),
    }
}

/// `object.__dict__ = d`
pub fn set_dict(v: Value, value: Option<Value>) -> PyResult<()> {
    let Some(value) = value else { return crate::raise!(TypeError, "cannot delete __dict__") };
    let Some(d) = value.downcast::<Dict>() else {
        let got = value.class().name();
        return crate::raise!(TypeError, "__dict__ must be set to a dictionary, not a '{got}'");
    };
    if attr::set_dict(v, d.own_typed()) {
        return Ok(());
    }
    crate::raise!(AttributeError, "This object has no __dict__")
}

fn get_weakref(v: Value) -> PyResult {
    let first = place::weakref_cell(v, v.class()).and_then(|c| c.get());
    Ok(first.map_or_else(|| Ref::from_raw(crate::value::NONE), Value::own))
}
