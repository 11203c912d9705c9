//! `object.__reduce_ex__` and `object.__getstate__`: how pickle and copy take objects apart.

use crate::error::PyResult;
use crate::names::names;
use crate::object::{P, Ref};
use crate::protocol::call::{call_method_text, call1, call2};
use crate::protocol::{attr, iter, type_attr};
use crate::runtime::{runtime, types};
use crate::types::dict::{self, Dict};
use crate::types::list::List;
use crate::types::str::{self, Str};
use crate::types::tuple::{self, Tuple};
use crate::types::type_object::{TypeObject, flags};
use crate::value::{NONE, Value};

/// An attribute of `copyreg`, which is imported if need be.
fn copyreg(name: &str) -> PyResult {
    let module = match runtime().modules().get_text("copyreg") {
        Some(m) => m.own(),
        None => {
            let import = runtime().builtins().get_text("__import__").unwrap_or(NONE).own();
            let text = str::new("copyreg").erase();
            call1(*import, *text)?
        }
    };
    attr::getattr_text(*module, name)
}

/// `object.__reduce_ex__`: an overridden `__reduce__` comes first.
pub fn reduce_ex(v: Value, protocol: i32) -> PyResult {
    let name = names().__reduce__;
    let class = attr::getattr(v, names().__class__)?;
    let own = class.downcast::<TypeObject>().and_then(|t| type_attr::lookup(t, name));
    if own.is_some_and(|f| Some(f) != type_attr::lookup(types().object, name)) {
        let f = attr::getattr(v, name)?;
        return crate::protocol::call::call0(*f);
    }
    reduce(v, protocol)
}

/// `object.__reduce__`, for a protocol.
pub fn reduce(v: Value, protocol: i32) -> PyResult {
    if protocol < 2 {
        let f = copyreg("_reduce_ex")?;
        return call2(*f, v, Value::small_int(protocol.into()));
    }
    let class = v.class();
    if class.slots.new.get().is_none() {
        return crate::raise!(
            TypeError,
            "cannot pickle '{}' object",
            crate::protocol::type_attr::full_name(class)
        );
    }
    let (args, kwargs) = new_arguments(v)?;
    let has_args = args.is_some();
    let args = args.unwrap_or_else(tuple_empty);
    let Some(items) = args.downcast::<Tuple>() else { return crate::raise!(TypeError, "bad __getnewargs__") };
    let (function, arguments) = match kwargs {
        Some(kw) if kw.downcast::<Dict>().is_some_and(|d| !d.is_empty()) => {
            (copyreg("__newobj_ex__")?, tuple::from_refs(vec![class.own(), args.clone(), kw]))
        }
        _ => {
            let mut all = vec![class.own()];
            all.extend(items.items().iter().map(|v| v.own()));
            (copyreg("__newobj__")?, tuple::from_refs(all))
        }
    };
    let is_container = v.downcast::<List>().is_some() || v.downcast::<Dict>().is_some();
    let state = getstate(v, !(has_args || is_container))?;
    let list_items = match v.downcast::<List>() {
        Some(_) => iter::iter(v)?,
        None => Ref::from_raw(NONE),
    };
    let dict_items = match v.downcast::<Dict>() {
        Some(_) => iter::iter(*call_method_text(v, "items", &[])?)?,
        None => Ref::from_raw(NONE),
    };
    Ok(tuple::from_refs(vec![function, arguments.erase(), state, list_items, dict_items]).erase())
}

fn tuple_empty() -> Ref {
    tuple::empty().erase()
}

/// `__getnewargs_ex__()` or `__getnewargs__()`.
fn new_arguments(v: Value) -> PyResult<(Option<Ref>, Option<Ref>)> {
    let n = names();
    if let Some(r) = crate::protocol::call::call_special(v, n.__getnewargs_ex__, &[]) {
        let r = r?;
        let Some(t) = r.downcast::<Tuple>() else {
            let got = r.class().name();
            return crate::raise!(TypeError, "__getnewargs_ex__ should return a tuple, not '{got}'");
        };
        let &[args, kwargs] = t.items() else {
            return crate::raise!(
                ValueError,
                "__getnewargs_ex__ should return a tuple of length 2, not {}",
                t.len
            );
        };
        if args.downcast::<Tuple>().is_none() {
            let got = args.class().name();
            return crate::raise!(
                TypeError,
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{got}'"
            );
        }
        if kwargs.downcast::<Dict>().is_none() {
            let got = kwargs.class().name();
            return crate::raise!(
                TypeError,
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{got}'"
            );
        }
        return Ok((Some(args.own()), Some(kwargs.own())));
    }
    let Some(r) = crate::protocol::call::call_special(v, n.__getnewargs__, &[]) else {
        return Ok((None, None));
    };
    let r = r?;
    if r.downcast::<Tuple>().is_none() {
        let got = r.class().name();
        return crate::raise!(TypeError, "__getnewargs__ should return a tuple, not '{got}'");
    }
    Ok((Some(r), None))
}

/// `v.__getstate__()`; the default one fails for `required` state that it cannot see.
pub fn getstate(v: Value, required: bool) -> PyResult {
    let name = names().__getstate__;
    let f = attr::getattr(v, name)?;
    let default = type_attr::lookup(types().object, name);
    if type_attr::lookup(v.class(), name) == default {
        return default_state(v, required);
    }
    crate::protocol::call::call0(*f)
}

/// `object.__getstate__`
pub fn default_state(v: Value, required: bool) -> PyResult {
    let class = v.class();
    if required && hides_state(class) {
        return crate::raise!(
            TypeError,
            "cannot pickle '{}' object",
            crate::protocol::type_attr::full_name(class)
        );
    }
    let state = match attr::dict_of(v) {
        Some(_) => attr::getattr_opt(v, names().__dict__)?.unwrap_or_else(|| Ref::from_raw(NONE)),
        None => Ref::from_raw(NONE),
    };
    let slots = dict::new();
    for name in slot_names(class)? {
        let Some(s) = name.as_str() else { continue };
        let s: P<Str> = crate::protocol::repr::intern_name(s);
        if let Some(value) = attr::getattr_opt(v, s)? {
            slots.insert(s.value(), value)?;
        }
    }
    if slots.is_empty() {
        return Ok(state);
    }
    Ok(tuple::from_refs(vec![state, slots.erase()]).erase())
}

/// Do instances hold more than a dict, weak references and `__slots__`?
fn hides_state(class: P<TypeObject>) -> bool {
    use crate::object::Kind;
    !matches!(class.layout.get(), Kind::Object | Kind::Instance) && !class.has(flags::IS_EXCEPTION)
}

/// `copyreg._slotnames(class)`
fn slot_names(class: P<TypeObject>) -> PyResult<Vec<Ref>> {
    let cached = class.dict().get_text("__slotnames__").map(Value::own);
    let names = match cached {
        Some(n) => n,
        None if class.slot_count.get() == 0 => return Ok(Vec::new()),
        None => call1(*copyreg("_slotnames")?, class.value())?,
    };
    if names.is_none() { Ok(Vec::new()) } else { iter::collect(*names) }
}
