//! `Context`: what each context variable is bound to.

use super::var::ContextVar;
use std::cell::Cell;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::{Kwargs, native_class};
use taipan_runtime::object::{Header, Kind, Own, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::protocol::call::{call, call_method_text};
use taipan_runtime::protocol::compare::hash_not_implemented;
use taipan_runtime::protocol::iter::iter;
use taipan_runtime::protocol::mapping::key_error;
use taipan_runtime::protocol::repr::repr_text;
use taipan_runtime::protocol::sequence::not_implemented;
use taipan_runtime::slots::{Args, CmpOp};
use taipan_runtime::types::dict::{self, Dict};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, pymethods, raise};

/// A context.
#[repr(C)]
pub struct Context {
    head: Header,
    /// The bindings.
    pub vars: Own<Dict>,
    /// The context that was current when this one was entered.
    previous: OwnedCell,
    entered: Cell<bool>,
}
object_layout!(Context, Kind::Native, container, [vars, previous]);

fn with(vars: Own<Dict>) -> PyResult<Own<Context>> {
    let Some(class) = native_class::<Context>() else {
        return raise!(SystemError, "_contextvars is not initialised");
    };
    let c =
        Context { head: Header::new(class), vars, previous: OwnedCell::new(None), entered: Cell::new(false) };
    Ok(alloc_in(class, c))
}

/// The thread's current context, made if it has none.
pub fn current() -> PyResult<P<Context>> {
    let cell = &taipan_runtime::thread::current().context;
    if let Some(c) = cell.get().and_then(|v| v.downcast::<Context>()) {
        return Ok(c);
    }
    let fresh = with(dict::new())?;
    fresh.entered.set(true);
    let p = fresh.p();
    drop(cell.replace(Some(fresh.erase().into_raw())).map(Ref::from_raw));
    Ok(p)
}

/// A copy of a context.
pub fn copy(c: P<Context>) -> PyResult {
    Ok(with(c.vars.copy())?.erase())
}

/// Sets slots and methods.
pub fn install(class: P<TypeObject>) {
    class.slots.hash.set(Some(hash_not_implemented));
    Context::install(class);
}

fn checked(key: Value) -> PyResult<Value> {
    if key.downcast::<ContextVar>().is_some() {
        return Ok(key);
    }
    raise!(TypeError, "a ContextVar key was expected, got {}", repr_text(key)?)
}

#[pymethods]
impl Context {
    #[slot(new)]
    fn new(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        if !args.values.is_empty() {
            return raise!(TypeError, "Context() does not accept any arguments");
        }
        Ok(with(dict::new())?.erase())
    }
    #[slot(compare)]
    fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
        match (a.downcast::<Context>(), b.downcast::<Context>()) {
            (Some(x), Some(y)) if matches!(op, CmpOp::Eq | CmpOp::Ne) => {
                taipan_runtime::protocol::compare::rich_compare(x.vars.p().value(), y.vars.p().value(), op)
            }
            _ => not_implemented(),
        }
    }
    #[slot(getitem)]
    fn getitem(this: P<Context>, key: Value) -> PyResult {
        match this.vars.get(checked(key)?)? {
            Some(v) => Ok(v.own()),
            None => key_error(key),
        }
    }
    #[slot(contains)]
    fn contains(this: P<Context>, key: Value) -> PyResult<bool> {
        this.vars.contains(checked(key)?)
    }
    #[slot(len)]
    fn len(this: P<Context>) -> PyResult<usize> {
        Ok(this.vars.len())
    }
    #[slot(iter)]
    fn iter(this: P<Context>) -> PyResult {
        // Over a copy: the context may change meanwhile.
        let vars = this.vars.copy();
        iter(vars.p().value())
    }
    /// Return the value for `key` if `key` has the value in the context object.
    ///
    /// If `key` does not exist, return `default`. If `default` is not
    /// given, return None.
    #[method("(self, key, default=None, /)")]
    fn get(this: P<Context>, key: Value, default: Option<Value>) -> PyResult {
        let found = this.vars.get(checked(key)?)?;
        Ok(found.or(default).unwrap_or(NONE).own())
    }
    /// Return a list of all variables in the context object.
    #[method("(self, /)")]
    fn keys(this: P<Context>) -> PyResult {
        let vars = this.vars.copy();
        let view = call_method_text(vars.p().value(), "keys", &[])?;
        iter(view.value())
    }
    /// Return a list of all variables' values in the context object.
    #[method("(self, /)")]
    fn values(this: P<Context>) -> PyResult {
        let vars = this.vars.copy();
        let view = call_method_text(vars.p().value(), "values", &[])?;
        iter(view.value())
    }
    /// Return all variables and their values in the context object.
    ///
    /// The result is returned as a list of 2-tuples (variable, value).
    #[method("(self, /)")]
    fn items(this: P<Context>) -> PyResult {
        let vars = this.vars.copy();
        let view = call_method_text(vars.p().value(), "items", &[])?;
        iter(view.value())
    }
    /// Return a shallow copy of the context object.
    #[method("(self, /)", name = "copy")]
    fn py_copy(this: P<Context>) -> PyResult {
        copy(this)
    }
    #[method("(self, /, *args, **kwargs)")]
    fn run(this: P<Context>, args: &[Value], kwargs: Kwargs) -> PyResult {
        let &[callable, ref rest @ ..] = args else {
            return raise!(TypeError, "run() missing 1 required positional argument");
        };
        if this.entered.replace(true) {
            return raise!(
                RuntimeError,
                "cannot enter context: {} is already entered",
                repr_text(this.value())?
            );
        }
        let cell = &taipan_runtime::thread::current().context;
        let previous = cell.replace(Some(this.own().into_raw())).map(Ref::from_raw);
        let mut values = rest.to_vec();
        values.extend(kwargs.pairs.iter().map(|(_, v)| *v));
        let names: Vec<Value> = kwargs.pairs.iter().map(|(k, _)| *k).collect();
        let result = call(callable, Args { values: &values, names: &names });
        drop(cell.replace(previous.map(Ref::into_raw)).map(Ref::from_raw));
        this.entered.set(false);
        result
    }
    /// See PEP 585
    #[classmethod("($cls, item, /)", name = "__class_getitem__")]
    fn class_getitem(class: P<TypeObject>, item: Value) -> PyResult {
        taipan_runtime::types::generic_alias::new(class.value(), item)
    }
}
