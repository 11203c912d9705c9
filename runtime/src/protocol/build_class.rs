//! `builtins.__build_class__`: what a `class` statement calls.

use crate::error::PyResult;
use crate::eval_hook::hooks;
use crate::names::names;
use crate::native::NativeDef;
use crate::object::{Own, P, Ref};
use crate::protocol::call::{call, call1};
use crate::protocol::repr::repr_text;
use crate::protocol::{attr, mapping};
use crate::runtime::types;
use crate::slots::Args;
use crate::types::cell::Cell;
use crate::types::function::Function;
use crate::types::tuple::{self, Tuple};
use crate::types::type_object::{TypeObject, metaclass};
use crate::types::{descriptor::NativeFunction, dict, str};
use crate::value::Value;

static DEF: NativeDef = NativeDef {
    name: "__build_class__",
    signature: "",
    doc: "__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nInternal helper function used by \
          the class statement.",
    params: &[],
    var_args: true,
    var_kwargs: true,
    intrinsic: crate::sem::intrinsics::Mark::none(),
    numeric: std::sync::OnceLock::new(),
    call: |_module, args| build_class(args),
};

/// The function, for the dict of `builtins`.
pub fn function() -> Ref {
    NativeFunction::new(&DEF, None, Some(str::new("builtins").erase())).erase()
}

/// The bases, with those that are no classes replaced by what their `__mro_entries__` says; `None` if all are.
pub fn update_bases(bases: P<Tuple>) -> PyResult<Option<Own<Tuple>>> {
    let mut new: Option<Vec<Ref>> = None;
    for (i, &b) in bases.items().iter().enumerate() {
        let entries = match b.downcast::<TypeObject>() {
            Some(_) => None,
            None => attr::getattr_opt(b, names().__mro_entries__)?,
        };
        let Some(entries) = entries else {
            if let Some(new) = &mut new {
                new.push(b.own());
            }
            continue;
        };
        let replacement = call1(*entries, bases.value())?;
        let Some(t) = replacement.downcast::<Tuple>() else {
            return crate::raise!(TypeError, "__mro_entries__ must return a tuple");
        };
        let new = new.get_or_insert_with(|| bases.items()[..i].iter().map(|v| v.own()).collect());
        new.extend(t.items().iter().map(|v| v.own()));
    }
    Ok(new.map(tuple::from_refs))
}

/// `__build_class__(func, name, *bases, metaclass=…, **kwds)`
pub fn build_class(args: Args<'_>) -> PyResult {
    let &[func, name, ref written @ ..] = args.pos() else {
        return crate::raise!(TypeError, "__build_class__: not enough arguments");
    };
    let Some(func) = func.downcast::<Function>() else {
        return crate::raise!(TypeError, "__build_class__: func must be a function");
    };
    if name.as_str().is_none() {
        return crate::raise!(TypeError, "__build_class__: name is not a string");
    }
    let original = tuple::from_values(written);
    let updated = update_bases(original.p())?;
    let bases = updated.clone().unwrap_or_else(|| original.clone());
    let mut meta: Option<Ref> = None;
    let (mut keys, mut values) = (Vec::new(), Vec::new());
    for (k, v) in args.keywords() {
        if k.as_str().is_some_and(|s| s.is_str("metaclass")) {
            meta = Some(v.own());
        } else {
            keys.push(k);
            values.push(v);
        }
    }
    let meta = match meta {
        Some(m) => m,
        None => bases.items().first().map_or(types().type_, |b| b.class()).own(),
    };
    let meta = match meta.downcast::<TypeObject>() {
        Some(m) => metaclass(m, bases.items())?.own(),
        None => meta,
    };
    let mut arguments = vec![name, bases.p().value()];
    arguments.extend_from_slice(&values);
    let namespace = match attr::getattr_opt(*meta, names().__prepare__)? {
        Some(prepare) => call(*prepare, Args { values: &arguments, names: &keys })?,
        None => dict::new().erase(),
    };
    if namespace.class().slots.getitem.get().is_none() {
        let meta = meta.downcast::<TypeObject>().map_or_else(|| "<metaclass>".to_owned(), |m| m.name());
        return crate::raise!(
            TypeError,
            "{meta}.__prepare__() must return a mapping, not {}",
            namespace.class().name()
        );
    }
    let cell = (hooks().run_body)(func, *namespace)?;
    if updated.is_some() {
        mapping::setitem(*namespace, names().__orig_bases__.value(), original.p().value())?;
    }
    arguments.insert(2, *namespace);
    let class = call(*meta, Args { values: &arguments, names: &keys })?;
    if let (Some(cell), Some(_)) = (cell.downcast::<Cell>(), class.downcast::<TypeObject>()) {
        check_class_cell(cell, name, *class)?;
    }
    Ok(class)
}

/// `type.__new__` has put the class into the cell of `__class__`.
fn check_class_cell(cell: P<Cell>, name: Value, class: Value) -> PyResult<()> {
    let content = cell.value.get();
    if content.is(class) {
        return Ok(());
    }
    let (name, class) = (repr_text(name)?, repr_text(class)?);
    if content.is_unbound() {
        return crate::raise!(
            RuntimeError,
            "__class__ not set defining {name} as {class}. Was __classcell__ propagated to type.__new__?"
        );
    }
    let got = repr_text(content)?;
    crate::raise!(TypeError, "__class__ set to {got} defining {name} as {class}")
}
