//! Objects without opcodes of their own: by what `__reduce_ex__` says, or by name.

use super::ops::*;
use super::save::Saver;
use super::{PicklingError, full_name, raise_after};
use crate::construct::{import, raise_own, with_note};
use taipan_runtime::error::{Exc, PyResult, take, take_if};
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::attr::{getattr_opt, getattr_text};
use taipan_runtime::protocol::call::{call, call0, call1, call2};
use taipan_runtime::protocol::iter;
use taipan_runtime::protocol::repr::repr_text;
use taipan_runtime::runtime::types;
use taipan_runtime::slots::Args;
use taipan_runtime::types::bytes::Bytes;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::int;
use taipan_runtime::types::str::{self, Str, interned};
use taipan_runtime::types::tuple::{self, Tuple};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{NOT_IMPLEMENTED, Value};

fn fail<T>(message: &str) -> PyResult<T> {
    raise_own::<PicklingError, T>(message)
}

/// The parts of what `__reduce__` gives.
struct Reduced {
    function: Ref,
    args: Ref,
    rest: [Option<Ref>; 4],
}

impl Saver {
    /// An object of a class that has no opcode.
    pub(super) fn reduce(&mut self, v: Value) -> PyResult<()> {
        let mut reduced = None;
        if let Some(hook) = self.hooks.reducer_override.clone() {
            let r = call1(hook.value(), v)?;
            reduced = Some(r).filter(|r| !r.value().is(NOT_IMPLEMENTED));
        }
        let reduced = match reduced {
            Some(r) => r,
            None if Saver::by_name(v) => {
                if let Some(single) = Saver::singleton_of(v) {
                    let args = tuple::from_values(&[single]);
                    return self.save_call(types().type_.value(), args.p(), Some(v));
                }
                return self.global(v, None);
            }
            None => match self.ask(v)? {
                Some(r) => r,
                None => return self.global(v, None),
            },
        };
        if let Some(name) = reduced.as_str() {
            return self.global(v, Some(name));
        }
        match self.reduced(v, reduced.value()) {
            Ok(()) => Ok(()),
            Err(_) => with_note(|| Ok(format!("when serializing {} object", full_name(v)))),
        }
    }
    /// What the dispatch table or the object's `__reduce_ex__` says; `None` for classes, which go by name.
    fn ask(&self, v: Value) -> PyResult<Option<Ref>> {
        let class = v.class();
        let found = match &self.hooks.dispatch_table {
            Some(table) => match taipan_runtime::protocol::mapping::getitem(table.value(), class.value()) {
                Ok(f) => Some(f),
                Err(raised) => match take_if(Exc::KeyError) {
                    Some(_) => None,
                    None => return Err(raised),
                },
            },
            None => {
                let table = getattr_text(import("copyreg")?.value(), "dispatch_table")?;
                match table.downcast::<Dict>() {
                    Some(d) => d.get(class.value())?.map(|f| f.own()),
                    None => None,
                }
            }
        };
        if let Some(f) = found {
            return call1(f.value(), v).map(Some);
        }
        if class.is_subtype(types().type_) {
            return Ok(None);
        }
        if let Some(f) = getattr_opt(v, interned("__reduce_ex__"))? {
            return call1(f.value(), int::new(self.protocol()).value()).map(Some);
        }
        match getattr_opt(v, interned("__reduce__"))? {
            Some(f) => call0(f.value()).map(Some),
            None => fail(&format!("Can't pickle {} object", full_name(v))),
        }
    }

    fn reduced(&mut self, v: Value, reduced: Value) -> PyResult<()> {
        let Some(t) = reduced.downcast::<Tuple>() else {
            return fail(&format!("__reduce__ must return a string or tuple, not {}", full_name(reduced)));
        };
        let items = t.items();
        if !(2..=6).contains(&items.len()) {
            return fail("tuple returned by __reduce__ must contain 2 through 6 elements");
        }
        let rest = std::array::from_fn(|i| items.get(i + 2).filter(|x| !x.is_none()).map(|x| x.own()));
        let parts = Reduced { function: items[0].own(), args: items[1].own(), rest };
        self.check(&parts)?;
        let Some(args) = parts.args.downcast::<Tuple>() else { return Ok(()) };
        self.save_call(parts.function.value(), args, Some(v))?;
        let [state, list, pairs, setter] = &parts.rest;
        if let Some(list) = list {
            self.appends(v, || iter::next(list.value()))?;
        }
        if let Some(pairs) = pairs {
            self.setitems(v, || next_pair(pairs.value()))?;
        }
        match (state, setter) {
            (None, _) => Ok(()),
            (Some(state), None) => {
                self.part(state.value(), v, "state")?;
                self.out.op(BUILD);
                Ok(())
            }
            (Some(state), Some(setter)) => {
                self.part(setter.value(), v, "state setter")?;
                self.save(v)?;
                self.part(state.value(), v, "state")?;
                // What the setter returns is of no interest.
                self.out.push(&[TUPLE2, REDUCE, POP]);
                Ok(())
            }
        }
    }
    fn check(&self, parts: &Reduced) -> PyResult<()> {
        let item = |which: &str, what: &str, v: &Ref| {
            fail(&format!(
                "{which} item of the tuple returned by __reduce__ must be {what}, not {}",
                full_name(v.value())
            ))
        };
        let is_callable = |v: &Ref| v.value().class().slots.call.get().is_some();
        let is_iterator = |v: &Ref| v.value().class().slots.next.get().is_some();
        if !is_callable(&parts.function) {
            return item("first", "callable", &parts.function);
        }
        if parts.args.downcast::<Tuple>().is_none() {
            return item("second", "a tuple", &parts.args);
        }
        let [_, list, pairs, setter] = &parts.rest;
        if let Some(v) = list.as_ref().filter(|v| !is_iterator(v)) {
            return item("fourth", "an iterator", v);
        }
        if let Some(v) = pairs.as_ref().filter(|v| !is_iterator(v)) {
            return item("fifth", "an iterator", v);
        }
        match setter.as_ref().filter(|v| !is_callable(v)) {
            Some(v) => item("sixth", "callable", v),
            None => Ok(()),
        }
    }

    /// Write a part of an object.
    fn part(&mut self, v: Value, of: Value, what: &str) -> PyResult<()> {
        match self.save(v) {
            Ok(()) => Ok(()),
            Err(_) => with_note(|| Ok(format!("when serializing {} {what}", full_name(of)))),
        }
    }

    /// A call that makes the object.
    pub(super) fn save_call(&mut self, f: Value, args: P<Tuple>, object: Option<Value>) -> PyResult<()> {
        let of = object.unwrap_or(f);
        let name = if self.protocol() >= 2 { getattr_opt(f, interned("__name__"))? } else { None };
        let name = name.as_ref().and_then(|n| n.as_str());
        if name.is_some_and(|n| n.is_str("__newobj_ex__")) {
            self.new_object_ex(of, args, object)?;
        } else if name.is_some_and(|n| n.is_str("__newobj__")) {
            let Some((&class, rest)) = args.items().split_first() else {
                return fail("__newobj__ expected at least 1 argument, got 0");
            };
            check_class(class, object, "__newobj__")?;
            self.part(class, of, "class")?;
            self.part(tuple::from_values(rest).p().value(), of, "__new__ arguments")?;
            self.out.op(NEWOBJ);
        } else {
            self.part(f, of, "reconstructor")?;
            self.part(args.value(), of, "reconstructor arguments")?;
            self.out.op(REDUCE);
        }
        let Some(v) = object else { return Ok(()) };
        match self.known(v) {
            // It holds itself: the object made meanwhile is the one.
            Some(i) => {
                self.out.op(POP);
                self.get(i);
            }
            None => self.memoize(v),
        }
        Ok(())
    }
    fn new_object_ex(&mut self, of: Value, args: P<Tuple>, object: Option<Value>) -> PyResult<()> {
        let &[class, positional, keywords] = args.items() else {
            let n = args.items().len();
            return fail(&format!("__newobj_ex__ expected 3 arguments, got {n}"));
        };
        let (Some(pos), Some(kw)) = (positional.downcast::<Tuple>(), keywords.downcast::<Dict>()) else {
            let (which, what, got) = if positional.downcast::<Tuple>().is_none() {
                ("second", "a tuple", positional)
            } else {
                ("third", "a dict", keywords)
            };
            return fail(&format!(
                "{which} argument to __newobj_ex__() must be {what}, not {}",
                full_name(got)
            ));
        };
        check_class(class, object, "__newobj_ex__")?;
        if self.protocol() >= 4 {
            self.part(class, of, "class")?;
            self.part(positional, of, "__new__ arguments")?;
            self.part(keywords, of, "__new__ arguments")?;
            self.out.op(NEWOBJ_EX);
            return Ok(());
        }
        // Older protocols call a partial application of `__new__`.
        let partial = getattr_text(import("functools")?.value(), "partial")?;
        let new = getattr_text(class, "__new__")?;
        let mut values = vec![new.value(), class];
        values.extend_from_slice(pos.items());
        let made = call_expanded(partial.value(), &values, kw)?;
        self.part(made.value(), of, "reconstructor")?;
        self.save(tuple::empty().p().value())?;
        self.out.op(REDUCE);
        Ok(())
    }

    /// A class, function or other object that a module has under a name.
    fn global(&mut self, v: Value, name: Option<P<Str>>) -> PyResult<()> {
        let name = match name {
            Some(n) => n.own_typed(),
            None => {
                let found = match getattr_opt(v, interned("__qualname__"))? {
                    Some(n) => n,
                    None => getattr_text(v, "__name__")?,
                };
                match found.as_str() {
                    Some(n) => n.own_typed(),
                    None => return fail(&format!("Can't pickle {}: its name is no str", repr_text(v)?)),
                }
            }
        };
        let which = getattr_text(import("pickle")?.value(), "whichmodule")?;
        let module = call2(which.value(), v, name.p().value())?;
        let Some(module) = module.as_str() else {
            return fail(&format!("Can't pickle {}: its module's name is no str", repr_text(v)?));
        };
        if self.protocol() >= 2 && self.extension(module, name.p())? {
            return Ok(());
        }
        if self.protocol() >= 4 {
            self.save(module.value())?;
            self.save(name.p().value())?;
            self.out.op(STACK_GLOBAL);
        } else {
            self.dotted(module, name.p())?;
        }
        self.memoize(v);
        Ok(())
    }
    /// Write the registered code of a global, if it has one.
    fn extension(&mut self, module: P<Str>, name: P<Str>) -> PyResult<bool> {
        let registry = getattr_text(import("copyreg")?.value(), "_extension_registry")?;
        let Some(registry) = registry.downcast::<Dict>().filter(|d| !d.is_empty()) else { return Ok(false) };
        let key = tuple::from_values(&[module.value(), name.value()]);
        let Some(code) = registry.get(key.p().value())?.and_then(|c| c.as_i64()) else { return Ok(false) };
        match (u8::try_from(code), u16::try_from(code)) {
            (Ok(0), _) => return taipan_runtime::raise!(RuntimeError, "extension code 0 is out of range"),
            (Ok(code), _) => self.out.op_with(EXT1, &[code]),
            (_, Ok(code)) => self.out.op_with(EXT2, &code.to_le_bytes()),
            _ => self.out.op_with(EXT4, &(code as i32).to_le_bytes()),
        }
        Ok(true)
    }
    /// Before protocol 4, `a.b.c` is `getattr(getattr(a, 'b'), 'c')`.
    fn dotted(&mut self, module: P<Str>, name: P<Str>) -> PyResult<()> {
        let text = name.to_lossy();
        let mut path = text.split('.');
        let first = path.next().unwrap_or_default();
        let path: Vec<&str> = path.collect();
        if path.is_empty() {
            return self.top_level(module, name);
        }
        let getattr = getattr_text(import("builtins")?.value(), "getattr")?;
        for _ in &path {
            self.save(getattr.value())?;
            if self.protocol() < 2 {
                self.out.op(MARK);
            }
        }
        self.top_level(module, str::new(first).p())?;
        for attribute in path {
            self.save(str::new(attribute).p().value())?;
            let tuple = if self.protocol() < 2 { TUPLE } else { TUPLE2 };
            self.out.push(&[tuple, REDUCE]);
        }
        Ok(())
    }
    fn top_level(&mut self, module: P<Str>, name: P<Str>) -> PyResult<()> {
        let (mut module, mut name) = (module.own_typed(), name.own_typed());
        if self.protocol() < 3 && self.style.fix_imports {
            let compat = import("_compat_pickle")?;
            let names = getattr_text(compat.value(), "REVERSE_NAME_MAPPING")?;
            let key = tuple::from_values(&[module.p().value(), name.p().value()]);
            let pair = names.downcast::<Dict>().map(|d| d.get(key.p().value())).transpose()?.flatten();
            let modules = getattr_text(compat.value(), "REVERSE_IMPORT_MAPPING")?;
            let other = modules.downcast::<Dict>().map(|d| d.get(module.p().value())).transpose()?.flatten();
            let both = pair.and_then(|p| p.downcast::<Tuple>());
            if let Some(&[m, n]) = both.as_ref().map(|t| t.items()) {
                let (Some(m), Some(n)) = (m.as_str(), n.as_str()) else {
                    return fail("invalid name mapping");
                };
                (module, name) = (m.own_typed(), n.own_typed());
            } else if let Some(m) = other.and_then(|m| m.as_str()) {
                module = m.own_typed();
            }
        }
        for (what, text, op) in [("module", &module, Some(GLOBAL)), ("global", &name, None)] {
            let codec = if self.protocol() >= 3 { "utf-8" } else { "ascii" };
            let encoded = match taipan_runtime::codecs::encode_str(text.p(), Some(codec), None) {
                Ok(data) => data,
                Err(_) => {
                    let (old, protocol) = (take(), self.protocol());
                    let shown = repr_text(text.p().value())?;
                    let message =
                        format!("can't pickle {what} identifier {shown} using pickle protocol {protocol}");
                    return raise_after(old, fail(&message));
                }
            };
            op.into_iter().for_each(|op| self.out.op(op));
            self.out.push(encoded.downcast::<Bytes>().as_ref().map_or(&[], |b| b.as_slice()));
            self.out.op(b'\n');
        }
        Ok(())
    }
}

/// The class that `__newobj__` and the like make an instance of must fit the object.
fn check_class(class: Value, object: Option<Value>, function: &str) -> PyResult<()> {
    if class.downcast::<TypeObject>().is_none() && getattr_opt(class, interned("__new__"))?.is_none() {
        return fail(&format!("first argument to {function}() has no __new__"));
    }
    let Some(v) = object else { return Ok(()) };
    let own = getattr_text(v, "__class__")?;
    if own.value().is(class) {
        return Ok(());
    }
    let (own, got) = (repr_text(own.value())?, repr_text(class)?);
    fail(&format!("first argument to {function}() must be {own}, not {got}"))
}

/// `f(*positional, **keywords)`
pub fn call_expanded(f: Value, positional: &[Value], keywords: P<Dict>) -> PyResult {
    let pairs: Vec<(Ref, Ref)> = keywords.iter().map(|(k, v)| (k.own(), v.own())).collect();
    let mut values = positional.to_vec();
    values.extend(pairs.iter().map(|(_, v)| v.value()));
    let names: Vec<Value> = pairs.iter().map(|(k, _)| k.value()).collect();
    if names.iter().any(|n| n.as_str().is_none()) {
        return taipan_runtime::raise!(TypeError, "keywords must be strings");
    }
    call(f, Args { values: &values, names: &names })
}

/// The next pair of an iterator over pairs.
fn next_pair(pairs: Value) -> PyResult<Option<(Ref, Ref)>> {
    let Some(pair) = iter::next(pairs)? else { return Ok(None) };
    match pair.downcast::<Tuple>().as_ref().map(|t| t.items()) {
        Some(&[k, v]) => Ok(Some((k.own(), v.own()))),
        _ => taipan_runtime::raise!(TypeError, "dict items iterator must return 2-tuples"),
    }
}
