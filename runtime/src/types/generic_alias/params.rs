//! Type parameters of aliases and unions: finding them, and putting arguments in their place.

use crate::error::PyResult;
use crate::names::names;
use crate::object::{Own, P, Ref};
use crate::protocol::attr;
use crate::protocol::call::{call_method, call1, call2};
use crate::protocol::repr::repr_text;
use crate::types::list::List;
use crate::types::tuple::{self, Tuple};
use crate::types::type_object::TypeObject;
use crate::value::Value;

/// The distinct type parameters in `args`, in order of appearance.
pub fn collect(args: &[Value]) -> PyResult<Own<Tuple>> {
    let mut found = Vec::new();
    add_all(args, &mut found)?;
    Ok(tuple::from_refs(found))
}

fn add_all(args: &[Value], found: &mut Vec<Ref>) -> PyResult<()> {
    crate::thread::current().check_native_stack("")?;
    for &arg in args {
        if arg.downcast::<TypeObject>().is_some() {
            continue;
        }
        if let Some(t) = arg.exact::<Tuple>() {
            add_all(t.items(), found)?;
            continue;
        }
        if let Some(l) = arg.exact::<List>() {
            let items = tuple::from_refs(l.items.to_refs());
            add_all(items.items(), found)?;
            continue;
        }
        if attr::getattr_opt(arg, names().__typing_subst__)?.is_some() {
            add(arg, found);
            continue;
        }
        if let Some(inner) = attr::getattr_opt(arg, names().__parameters__)?
            && let Some(t) = inner.downcast::<Tuple>()
        {
            t.items().iter().for_each(|&p| add(p, found));
        }
    }
    Ok(())
}

fn add(p: Value, found: &mut Vec<Ref>) {
    if !found.iter().any(|f| f.is(p)) {
        found.push(p.own());
    }
}

/// The arguments in `item`, with `*tuple[...]` taken apart.
fn unpack_args(item: Value) -> PyResult<Vec<Ref>> {
    let items: Vec<Ref> = match item.downcast::<Tuple>() {
        Some(t) => t.items().iter().map(|v| v.own()).collect(),
        None => vec![item.own()],
    };
    let mut out = Vec::with_capacity(items.len());
    for i in items {
        let inner = match i.downcast::<TypeObject>() {
            Some(_) => None,
            None => attr::getattr_opt(*i, names().__typing_unpacked_tuple_args__)?,
        };
        match inner.as_ref().and_then(|t| t.downcast::<Tuple>()) {
            Some(t) if t.items().last().is_none_or(|v| !v.is(crate::value::ELLIPSIS)) => {
                out.extend(t.items().iter().map(|v| v.own()));
            }
            _ => out.push(i),
        }
    }
    Ok(out)
}

/// `args` with its `parameters` replaced by what is in `item`; `alias` is for messages.
pub fn substitute(alias: Value, args: P<Tuple>, parameters: P<Tuple>, item: Value) -> PyResult<Own<Tuple>> {
    if parameters.len == 0 {
        return crate::raise!(TypeError, "{} is not a generic class", repr_text(alias)?);
    }
    let mut given = tuple::from_refs(unpack_args(item)?);
    for &p in parameters.items() {
        if let Some(prepare) = attr::getattr_opt(p, names().__typing_prepare_subst__)?
            && !prepare.is_none()
        {
            let r = call2(*prepare, alias, given.p().value())?;
            given = match r.downcast::<Tuple>() {
                Some(t) => t.own_typed(),
                None => tuple::from_refs(vec![r]),
            };
        }
    }
    if given.len != parameters.len {
        let how = if given.len > parameters.len { "many" } else { "few" };
        return crate::raise!(
            TypeError,
            "Too {how} arguments for {}; actual {}, expected {}",
            repr_text(alias)?,
            given.len,
            parameters.len
        );
    }
    replace(args.items(), parameters, given.p()).map(tuple::from_refs)
}

fn replace(args: &[Value], parameters: P<Tuple>, given: P<Tuple>) -> PyResult<Vec<Ref>> {
    crate::thread::current().check_native_stack("")?;
    let mut out = Vec::new();
    for &arg in args {
        if arg.downcast::<TypeObject>().is_some() {
            out.push(arg.own());
            continue;
        }
        if let Some(t) = arg.exact::<Tuple>() {
            out.push(tuple::from_refs(replace(t.items(), parameters, given)?).erase());
            continue;
        }
        if let Some(l) = arg.exact::<List>() {
            let items = tuple::from_refs(l.items.to_refs());
            out.push(crate::types::list::new(replace(items.items(), parameters, given)?).erase());
            continue;
        }
        let unpack = is_unpacked(arg)?;
        let new = match attr::getattr_opt(arg, names().__typing_subst__)? {
            Some(subst) => match parameters.items().iter().position(|p| p.is(arg)) {
                Some(i) => call1(*subst, given.items()[i])?,
                None => arg.own(),
            },
            None => replace_nested(arg, parameters, given)?,
        };
        match new.downcast::<Tuple>().filter(|_| unpack) {
            Some(t) => out.extend(t.items().iter().map(|v| v.own())),
            None => out.push(new),
        }
    }
    Ok(out)
}

fn is_unpacked(arg: Value) -> PyResult<bool> {
    match attr::getattr_opt(arg, names().__typing_is_unpacked_typevartuple__)? {
        Some(v) => crate::protocol::truth::truth(*v),
        None => Ok(false),
    }
}

/// An argument that has parameters of its own is subscripted with theirs.
fn replace_nested(arg: Value, parameters: P<Tuple>, given: P<Tuple>) -> PyResult {
    let own = attr::getattr_opt(arg, names().__parameters__)?;
    let Some(own) = own.and_then(|o| o.downcast::<Tuple>().map(|t| t.own_typed())).filter(|t| t.len > 0)
    else {
        return Ok(arg.own());
    };
    let mut items = Vec::new();
    for &p in own.items() {
        match parameters.items().iter().position(|q| q.is(p)) {
            Some(i) => match given.items()[i].downcast::<Tuple>() {
                Some(t) if is_type_var_tuple(p)? => items.extend(t.items().iter().map(|v| v.own())),
                _ => items.push(given.items()[i].own()),
            },
            None => items.push(p.own()),
        }
    }
    call_method(arg, names().__getitem__, &[tuple::from_refs(items).p().value()])
}

fn is_type_var_tuple(p: Value) -> PyResult<bool> {
    Ok(p.class() == crate::runtime::types().typevartuple)
}
