//! `ContextVar` and `Token`.

use super::context;
use std::cell::Cell;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, Kind, Own, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::protocol::repr::repr_text;
use taipan_runtime::slots::Args;
use taipan_runtime::types::str;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, pymethods, raise};

/// The class of `Token.MISSING`.
#[repr(C)]
pub struct Missing {
    /// The header.
    pub head: Header,
}
object_layout!(Missing, Kind::Native, leaf);

#[pymethods]
impl Missing {
    #[slot(repr)]
    fn repr(_this: Value) -> PyResult {
        Ok(str::new("<Token.MISSING>").erase())
    }
}

/// A context variable.
#[repr(C)]
pub struct ContextVar {
    head: Header,
    name: Ref,
    default: OwnedCell,
}
object_layout!(ContextVar, Kind::Native, container, [name, default]);

#[pymethods]
impl ContextVar {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let &[name] = args.pos() else {
            let how = if args.pos().is_empty() { "exactly" } else { "at most" };
            return raise!(
                TypeError,
                "ContextVar() takes {how} 1 positional argument ({} given)",
                args.pos().len()
            );
        };
        let mut default = None;
        for (key, value) in args.keywords() {
            match key.as_str() {
                Some(k) if k.is_str("default") => default = Some(value.own()),
                _ => {
                    let key = key.as_str().map(|s| s.to_lossy()).unwrap_or_default();
                    return raise!(TypeError, "ContextVar() got an unexpected keyword argument '{key}'");
                }
            }
        }
        if name.as_str().is_none() {
            return raise!(TypeError, "context variable name must be a str");
        }
        let v = ContextVar { head: Header::new(class), name: name.own(), default: OwnedCell::new(default) };
        Ok(alloc_in(class, v).erase())
    }
    #[slot(repr)]
    fn repr(this: P<ContextVar>) -> PyResult {
        let name = repr_text(this.name.value())?;
        let default = match this.default.get() {
            Some(d) => format!(" default={}", repr_text(d)?),
            None => String::new(),
        };
        Ok(str::new(&format!("<ContextVar name={name}{default} at {:#x}>", this.as_ptr() as usize)).erase())
    }
    /// Return a value for the context variable for the current context.
    ///
    /// If there is no value for the variable in the current context, the method will:
    ///  * return the value of the default argument of the method, if provided; or
    ///  * return the default value for the context variable, if it was created
    ///    with one; or
    ///  * raise a LookupError.
    #[method("(self, default=None, /)")]
    fn get(this: P<ContextVar>, default: Option<Value>) -> PyResult {
        if let Some(v) = context::current()?.vars.get(this.value())? {
            return Ok(v.own());
        }
        match default.or(this.default.get()) {
            Some(v) => Ok(v.own()),
            None => {
                taipan_runtime::error::raise_with(taipan_runtime::error::Exc::LookupError, &[this.value()])
            }
        }
    }
    /// Call to set a new value for the context variable in the current context.
    ///
    /// The required *value* argument is the new value for the context variable.
    ///
    /// Returns a Token object that can be used to restore the variable to its previous
    /// value via the `ContextVar.reset()` method.
    #[method("(self, value, /)")]
    fn set(this: P<ContextVar>, value: Value) -> PyResult {
        let c = context::current()?.own_typed();
        let old = c.vars.get(this.value())?.map(|v| v.own());
        c.vars.insert(this.value(), value.own())?;
        let Some(class) = native_class::<Token>() else {
            return raise!(SystemError, "_contextvars is not initialised");
        };
        let t = Token {
            head: Header::new(class),
            var: this.own_typed(),
            context: c,
            old: OwnedCell::new(old),
            used: Cell::new(false),
        };
        Ok(alloc_in(class, t).erase())
    }
    /// Reset the context variable.
    ///
    /// The variable is reset to the value it had before the `ContextVar.set()` that
    /// created the token was used.
    #[method("(self, token, /)")]
    fn reset(this: P<ContextVar>, token: Value) -> PyResult<()> {
        let Some(t) = token.downcast::<Token>() else {
            return raise!(TypeError, "expected an instance of Token, got {}", repr_text(token)?);
        };
        if t.used.get() {
            return raise!(RuntimeError, "{} has already been used once", repr_text(token)?);
        }
        if t.var.p() != this {
            return raise!(ValueError, "{} was created by a different ContextVar", repr_text(token)?);
        }
        let c = context::current()?;
        if t.context.p() != c {
            return raise!(ValueError, "{} was created in a different Context", repr_text(token)?);
        }
        t.used.set(true);
        match t.old.get() {
            Some(old) => c.vars.insert(this.value(), old.own()),
            None => c.vars.remove(this.value()).map(drop),
        }
    }
    #[getter]
    fn name(this: P<ContextVar>) -> Value {
        this.name.value()
    }
    /// See PEP 585
    #[classmethod("($cls, item, /)", name = "__class_getitem__")]
    fn class_getitem(class: P<TypeObject>, item: Value) -> PyResult {
        taipan_runtime::types::generic_alias::new(class.value(), item)
    }
}

/// What `ContextVar.set` returns.
#[repr(C)]
pub struct Token {
    head: Header,
    var: Own<ContextVar>,
    context: Own<context::Context>,
    old: OwnedCell,
    used: Cell<bool>,
}
object_layout!(Token, Kind::Native, container, [var, context, old]);

#[pymethods]
impl Token {
    #[slot(new)]
    fn new(_class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        raise!(RuntimeError, "Tokens can only be created by ContextVars")
    }
    #[slot(repr)]
    fn repr(this: P<Token>) -> PyResult {
        let used = if this.used.get() { " used" } else { "" };
        let var = repr_text(this.var.p().value())?;
        Ok(str::new(&format!("<Token{used} var={var} at {:#x}>", this.as_ptr() as usize)).erase())
    }
    #[getter]
    fn var(this: P<Token>) -> Value {
        this.var.p().value()
    }
    #[getter]
    fn old_value(this: P<Token>) -> PyResult {
        match this.old.get() {
            Some(v) => Ok(v.own()),
            None => taipan_runtime::protocol::attr::getattr_text(this.head.class.get().value(), "MISSING"),
        }
    }
    /// Enter into Token context manager.
    #[method("(self, /)", name = "__enter__")]
    fn enter(this: P<Token>) -> Value {
        this.value()
    }
    /// Exit from Token context manager, restore the linked ContextVar.
    #[method("(self, type, val, tb, /)", name = "__exit__")]
    fn exit(this: P<Token>, _type: Value, _val: Value, _tb: Value) -> PyResult<()> {
        let var = this.var.clone();
        ContextVar::reset(var.p(), this.value())
    }
    /// See PEP 585
    #[classmethod("($cls, item, /)", name = "__class_getitem__")]
    fn class_getitem(class: P<TypeObject>, item: Value) -> PyResult {
        taipan_runtime::types::generic_alias::new(class.value(), item)
    }
}
