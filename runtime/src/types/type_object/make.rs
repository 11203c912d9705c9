//! `type.__new__`: a class from a name, bases and a namespace.

use super::{TypeObject, flags, mro, slots};
use crate::error::{self, PyResult};
use crate::names::names;
use crate::object::{Header, Kind, Own, P, Ref, alloc_in};
use crate::protocol::call::{call, call_special};
use crate::protocol::{attr, slot_table, type_attr};
use crate::runtime::{runtime, types};
use crate::slots::Args;
use crate::types::cell;
use crate::types::descriptor::{ClassMethod, StaticMethod};
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::instance::Instance;
use crate::types::str::Str;
use crate::types::tuple::{self, Tuple};
use crate::value::{NONE, Value};
use std::mem::offset_of;

/// The `new` slot of `type`.
#[inline(never)]
pub fn type_new(meta: P<TypeObject>, args: Args<'_>) -> PyResult {
    let (name, bases, namespace) = match *args.pos() {
        [name, bases, namespace] => (name, bases, namespace),
        ref all => {
            return crate::raise!(
                TypeError,
                "type.__new__() takes exactly 3 arguments ({} given)",
                all.len()
            );
        }
    };
    let bad = |i: usize, want: &str, got: Value| {
        crate::raise!(TypeError, "type.__new__() argument {i} must be {want}, not {}", got.class().name())
    };
    let Some(name) = name.as_str() else { return bad(1, "str", name) };
    let Some(bases) = bases.downcast::<Tuple>() else { return bad(2, "tuple", bases) };
    let Some(namespace) = namespace.downcast::<Dict>() else { return bad(3, "dict", namespace) };
    for &b in bases.items() {
        if b.downcast::<TypeObject>().is_none() && attr::getattr_opt(b, names().__mro_entries__)?.is_some() {
            return crate::raise!(
                TypeError,
                "type() doesn't support MRO entry resolution; use types.new_class()"
            );
        }
    }
    let winner = mro::metaclass(meta, bases.items())?;
    if winner != meta
        && let Some(new) = winner.slots.new.get()
        && !slot_table::same_slot(slot_table::SlotFn::NewFn(new), slot_table::SlotFn::NewFn(type_new))
    {
        return new(winner, args);
    }
    let keywords: Vec<(Value, Value)> = args.keywords().collect();
    new_class(winner, name, bases, namespace, &keywords).map(Own::erase)
}

/// Make a class. The keywords go to `__init_subclass__`.
pub fn new_class(
    meta: P<TypeObject>,
    name: P<Str>,
    bases: P<Tuple>,
    namespace: P<Dict>,
    keywords: &[(Value, Value)],
) -> PyResult<Own<TypeObject>> {
    let bases =
        if bases.len == 0 { tuple::from_values(&[types().object.value()]) } else { bases.own_typed() };
    let base_classes = mro::classes(bases.p())?;
    let base = mro::best_base(&base_classes)?;
    let Some(text) = name.to_utf8() else {
        return crate::raise!(ValueError, "type name must not contain surrogates");
    };
    if text.contains('\0') {
        return crate::raise!(ValueError, "type name must not contain null characters");
    }
    let inherited = base.flags.get() & INHERITED;
    let bare = TypeObject::bare(Header::new(meta), &text, flags::HEAP | flags::BASETYPE | inherited, 0);
    let class = alloc_in(meta, bare);
    let c = class.p();
    c.base.set(Some(base));
    c.bases.set(Some(bases.erase().into_raw()));
    let dict = namespace.copy();
    c.dict.set(Some(dict.p()));
    std::mem::forget(dict);
    set_qualname(c, name)?;
    let declared = slots::declared(c, base, &base_classes)?;
    lay_out(c, base, declared.names.len(), declared.adds_dict, declared.adds_weakref);
    fill_namespace(c)?;
    slots::add_descriptors(c, base, &declared);
    fill_defaults(c)?;
    finish_class(c, &base_classes)?;
    set_names(c)?;
    init_subclass(c, keywords)?;
    Ok(class)
}

/// Flags that classes share with their base.
const INHERITED: u32 = flags::HAS_DICT
    | flags::HAS_WEAKREF
    | flags::SEQUENCE
    | flags::MAPPING
    | flags::MATCH_SELF
    | flags::IS_META
    | flags::IS_EXCEPTION
    | flags::TRAILING;

/// `__qualname__`, from the namespace or the name.
fn set_qualname(c: P<TypeObject>, name: P<Str>) -> PyResult<()> {
    let q = match c.dict().remove(names().__qualname__.value())? {
        Some((_, q)) if q.as_str().is_none() => {
            return crate::raise!(TypeError, "type __qualname__ must be a str, not {}", q.class().name());
        }
        Some((_, q)) => q,
        None => name.own(),
    };
    c.qualname.set(Some(q.into_raw()));
    Ok(())
}

/// The layout of instances: slots in the shape where the base's instances are bare, else behind the base's layout.
fn lay_out(c: P<TypeObject>, base: P<TypeObject>, new_slots: usize, adds_dict: bool, adds_weakref: bool) {
    c.set_flag(flags::HAS_DICT, base.has(flags::HAS_DICT) || adds_dict);
    c.set_flag(flags::HAS_WEAKREF, base.has(flags::HAS_WEAKREF) || adds_weakref);
    let count = base.slot_count.get() + new_slots as u32;
    if matches!(base.layout.get(), Kind::Object | Kind::Instance) {
        c.set_layout::<Instance>();
        c.attribute_base.set(count);
    } else {
        c.copy_layout(base);
        let has_room = base.has(flags::IS_EXCEPTION);
        let adds = !has_room && (adds_dict || adds_weakref) || new_slots != 0;
        c.set_flag(flags::TRAILING, base.has(flags::TRAILING) || adds);
    }
    if c.has(flags::HAS_WEAKREF) && matches!(c.layout.get(), Kind::Instance | Kind::BaseException) {
        c.weakref_offset.set(offset_of!(Instance, weakrefs) as u32);
    }
    c.slot_count.set(count);
}

/// Room for attributes in new instances: the names of the slots, and those that the methods of the classes assign to
/// through `self` (the compiler lists them), so that already the first instance has room for what `__init__` does.
fn inline_slots(c: P<TypeObject>) -> u32 {
    let slots = c.attribute_base.get() as usize;
    if !c.has(flags::HAS_DICT) {
        return slots as u32;
    }
    let mut assigned = std::collections::HashSet::new();
    for class in c.mro.borrow().iter() {
        let Some(d) = class.dict.get() else { continue };
        let Some(place) = d.place_of(names().__static_attributes__) else { continue };
        if let Some(listed) = d.value_at(place).exact::<Tuple>() {
            assigned.extend(listed.items().iter().filter_map(|v| v.as_str()).map(|s| s.as_ptr() as usize));
        }
    }
    // Most exceptions have no attributes.
    let least = if c.has(flags::IS_EXCEPTION) { 0 } else { 3 };
    // An odd number fills the heap's granules.
    ((slots + assigned.len().max(least)) | 1).min(crate::shape::MAX_SLOTS) as u32
}

/// What a namespace gets beyond what was written: `__module__`, implicit static and class methods.
fn fill_namespace(c: P<TypeObject>) -> PyResult<()> {
    let (d, n) = (c.dict(), names());
    if d.place_of(n.__module__).is_none()
        && let Some(module) = crate::frame::current().and_then(|f| f.globals().get_text("__name__"))
    {
        d.insert_str(n.__module__, module.own())?;
    }
    if let Some(new) = d.place_of(n.__new__).map(|i| d.value_at(i))
        && new.downcast::<Function>().is_some()
    {
        d.insert_str(n.__new__, StaticMethod::new(new).erase())?;
    }
    for name in [n.__init_subclass__, n.__class_getitem__] {
        if let Some(f) = d.place_of(name).map(|i| d.value_at(i))
            && f.downcast::<Function>().is_some()
        {
            d.insert_str(name, ClassMethod::new(f).erase())?;
        }
    }
    if let Some((_, cell)) = d.remove(n.__classcell__.value())? {
        let Some(cell) = cell.downcast::<cell::Cell>() else {
            let got = cell.class().name();
            return crate::raise!(TypeError, "__classcell__ must be a nonlocal cell, not <class '{got}'>");
        };
        drop(cell.set(c.own()));
    }
    if let Some((_, cell)) = d.remove(n.__classdictcell__.value())? {
        let Some(cell) = cell.downcast::<cell::Cell>() else {
            let got = cell.class().name();
            return crate::raise!(
                TypeError,
                "__classdictcell__ must be a nonlocal cell, not <class '{got}'>"
            );
        };
        drop(cell.set(d.own()));
    }
    Ok(())
}

/// What every class shows, behind the descriptors of its slots: `__doc__`, and `__hash__` beside an `__eq__`.
fn fill_defaults(c: P<TypeObject>) -> PyResult<()> {
    let (d, n) = (c.dict(), names());
    if d.place_of(n.__doc__).is_none() {
        d.insert_str(n.__doc__, Ref::from_raw(NONE))?;
    }
    if d.place_of(n.__eq__).is_some() && d.place_of(n.__hash__).is_none() {
        d.insert_str(n.__hash__, Ref::from_raw(NONE))?;
    }
    Ok(())
}

/// MRO, root shape, entry in the bases, slots.
fn finish_class(c: P<TypeObject>, bases: &[P<TypeObject>]) -> PyResult<()> {
    let base = c.base.get().unwrap_or(types().object);
    let names = slots::shape_names(c, base);
    c.instance_id.set(runtime().new_shape(c, names, false).id);
    let order = mro::compute(c)?;
    for t in &order[1.min(order.len())..] {
        let matched = t.flags.get() & (flags::SEQUENCE | flags::MAPPING);
        if matched != 0 && !c.has(flags::SEQUENCE | flags::MAPPING) {
            c.set_flag(matched, true);
        }
    }
    *c.mro.borrow_mut() = order;
    c.inline_slots.set(inline_slots(c));
    for b in bases {
        b.subclasses.borrow_mut().push(c);
    }
    slot_table::fill_slots(c);
    if c.dict().place_of(self::names().__abstractmethods__).is_some() {
        let v = c.dict().get_text("__abstractmethods__").unwrap_or(NONE);
        c.set_flag(flags::ABSTRACT, crate::protocol::truth::truth(v)?);
    }
    Ok(())
}

/// Call `__set_name__` of what is in the namespace.
fn set_names(c: P<TypeObject>) -> PyResult<()> {
    let name = names().__set_name__;
    let copy: Vec<(Ref, Ref)> = c.dict().iter().map(|(k, v)| (k.own(), v.own())).collect();
    for (key, value) in copy {
        if type_attr::lookup(value.class(), name).is_none() {
            continue;
        }
        if let Some(Err(raised)) = call_special(*value, name, &[c.value(), *key]) {
            let note = format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                value.class().name(),
                key_repr(*key),
                c.name()
            );
            let e = error::take();
            let text: Ref = note.as_str().into();
            let added = crate::types::exception::add_note(*e, *text);
            crate::thread::current().set_raised(e);
            added?;
            return Err(raised);
        }
    }
    Ok(())
}

fn key_repr(key: Value) -> String {
    match key.as_str() {
        Some(s) => format!("'{}'", s.to_lossy()),
        None => "?".to_owned(),
    }
}

/// `super(c, c).__init_subclass__(**keywords)`
fn init_subclass(c: P<TypeObject>, keywords: &[(Value, Value)]) -> PyResult<()> {
    let name = names().__init_subclass__;
    let order = c.mro.borrow().clone();
    let found = order.iter().skip(1).find_map(|t| {
        let d = t.dict.get()?;
        d.place_of(name).map(|i| d.value_at(i).own())
    });
    let Some(f) = found else { return Ok(()) };
    let bound = match f.class().slots.descr_get.get() {
        Some(get) => get(*f, None, c)?,
        None => f,
    };
    let values: Vec<Value> = keywords.iter().map(|k| k.1).collect();
    let keys: Vec<Value> = keywords.iter().map(|k| k.0).collect();
    call(*bound, Args { values: &values, names: &keys }).map(drop)
}
