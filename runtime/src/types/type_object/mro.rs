//! The method resolution order (C3), the best base, and the metaclass of a new class.

use super::{TypeObject, flags};
use crate::error::PyResult;
use crate::names::names;
use crate::object::{Kind, P, Ref};
use crate::protocol::call::call_special;
use crate::protocol::iter::collect;
use crate::protocol::type_attr;
use crate::runtime::types;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::any::TypeId;

/// The classes in a tuple of bases.
pub fn classes(bases: P<Tuple>) -> PyResult<Vec<P<TypeObject>>> {
    let class = |&b: &Value| match b.downcast::<TypeObject>() {
        Some(t) => Ok(t),
        None => crate::raise!(TypeError, "bases must be types"),
    };
    bases.items().iter().map(class).collect()
}

/// The C3 linearization of `class` with these bases.
pub fn c3(class: P<TypeObject>, bases: &[P<TypeObject>]) -> PyResult<Vec<P<TypeObject>>> {
    if let [only] = bases {
        let mut mro = vec![class];
        mro.extend_from_slice(&only.mro.borrow());
        return Ok(mro);
    }
    for (i, b) in bases.iter().enumerate() {
        if bases[..i].contains(b) {
            return crate::raise!(TypeError, "duplicate base class {}", b.name());
        }
    }
    let mut lists: Vec<Vec<P<TypeObject>>> = bases.iter().map(|b| b.mro.borrow().clone()).collect();
    lists.push(bases.to_vec());
    let mut mro = vec![class];
    loop {
        lists.retain(|l| !l.is_empty());
        if lists.is_empty() {
            return Ok(mro);
        }
        let heads = lists.iter().map(|l| l[0]);
        let good = heads.clone().find(|h| !lists.iter().any(|l| l[1..].contains(h)));
        let Some(next) = good else {
            let mut left: Vec<String> = Vec::new();
            for h in heads {
                if !left.contains(&h.name()) {
                    left.push(h.name());
                }
            }
            return crate::raise!(
                TypeError,
                "Cannot create a consistent method resolution order (MRO) for bases {}",
                left.join(", ")
            );
        };
        mro.push(next);
        for l in &mut lists {
            if l[0] == next {
                l.remove(0);
            }
        }
    }
}

/// The class's MRO: by its metaclass's `mro()` if that is overridden, else C3.
pub fn compute(class: P<TypeObject>) -> PyResult<Vec<P<TypeObject>>> {
    let meta = class.head.class.get();
    let default = type_attr::lookup(types().type_, names().mro);
    if meta == types().type_ || type_attr::lookup(meta, names().mro) == default {
        return c3(class, &classes(class.bases_tuple())?);
    }
    let Some(result) = call_special(class.value(), names().mro, &[]) else {
        return c3(class, &classes(class.bases_tuple())?);
    };
    let items = collect(*result?)?;
    let solid = solid_base(class);
    let mut mro = Vec::with_capacity(items.len());
    for item in &items {
        let Some(t) = item.downcast::<TypeObject>() else {
            let got = item.class().name();
            return crate::raise!(TypeError, "mro() returned a non-class ('{got}')");
        };
        if !solid.is_subtype(solid_base(t)) {
            return crate::raise!(TypeError, "mro() returned base with unsuitable layout ('{}')", t.name());
        }
        mro.push(t);
    }
    // The MRO counts no references, and nothing else may hold these.
    let held = crate::types::tuple::from_refs(items);
    drop(class.mro_tuple.replace(Some(held.erase().into_raw())).map(Ref::from_raw));
    Ok(mro)
}

/// The layout's Rust type, with instances that have only slots and a dict counted as bare.
fn layout(t: P<TypeObject>) -> TypeId {
    if t.layout.get() == Kind::Instance { types().object.layout_type.get() } else { t.layout_type.get() }
}

/// The class in the chain of bases that last added something to the layout.
pub fn solid_base(mut t: P<TypeObject>) -> P<TypeObject> {
    while let Some(base) = t.base.get() {
        if layout(t) != layout(base) || t.slot_count.get() != base.slot_count.get() {
            return t;
        }
        t = base;
    }
    t
}

/// `__base__`: the base whose layout the class extends.
pub fn best_base(bases: &[P<TypeObject>]) -> PyResult<P<TypeObject>> {
    let mut best: Option<(P<TypeObject>, P<TypeObject>)> = None;
    for &b in bases {
        if !b.has(flags::BASETYPE) {
            return crate::raise!(TypeError, "type '{}' is not an acceptable base type", b.name());
        }
        let solid = solid_base(b);
        match best {
            Some((_, winner)) if winner.is_subtype(solid) => {}
            Some((_, winner)) if !solid.is_subtype(winner) => {
                return crate::raise!(TypeError, "multiple bases have instance lay-out conflict");
            }
            _ => best = Some((b, solid)),
        }
    }
    Ok(best.map_or(types().object, |(b, _)| b))
}

/// The most derived metaclass of `meta` and the bases' (`bases` may hold things that are no classes).
pub fn metaclass(meta: P<TypeObject>, bases: &[Value]) -> PyResult<P<TypeObject>> {
    let mut winner = meta;
    for b in bases {
        let m = b.class();
        if winner.is_subtype(m) {
            continue;
        }
        if m.is_subtype(winner) {
            winner = m;
            continue;
        }
        return crate::raise!(
            TypeError,
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the \
             metaclasses of all its bases"
        );
    }
    Ok(winner)
}
