//! The native half of `typing`: type parameters, `Generic`, lazily evaluated aliases, `NoDefault`.

mod alias;
mod generic;
mod paramspec;
mod typevar;
mod typevartuple;

pub use alias::TypeAliasType;
pub use generic::{Generic, NoDefaultType, no_default, subscript_generic};
pub use paramspec::{ParamSpec, ParamSpecArgs, ParamSpecKwargs};
pub use typevar::TypeVar;
pub use typevartuple::TypeVarTuple;

use crate::error::PyResult;
use crate::native::NativeDef;
use crate::object::{Kind, OwnedCell, P, Ref};
use crate::protocol::attr;
use crate::protocol::call::{call, call1};
use crate::runtime::runtime;
use crate::slots::Args;
use crate::types::descriptor::NativeFunction;
use crate::types::tuple::{self, Tuple};
use crate::types::type_object::{TypeObject, flags};
use crate::types::{generic_alias, str};
use crate::value::{NONE, Value};
use std::mem::offset_of;

/// Layout, flags and methods of the classes here; `false` if the kind is none of them.
pub fn configure(kind: Kind, class: P<TypeObject>) -> bool {
    let set = |f: u32| class.flags.set(class.flags.get() | f);
    match kind {
        Kind::TypeVar => {
            class.set_layout::<TypeVar>();
            class.dict_offset.set(offset_of!(TypeVar, dict) as u32);
            class.weakref_offset.set(offset_of!(TypeVar, weakrefs) as u32);
            set(flags::HAS_DICT | flags::HAS_WEAKREF);
            TypeVar::install(class);
        }
        Kind::ParamSpec => {
            class.set_layout::<ParamSpec>();
            class.dict_offset.set(offset_of!(ParamSpec, dict) as u32);
            class.weakref_offset.set(offset_of!(ParamSpec, weakrefs) as u32);
            set(flags::HAS_DICT | flags::HAS_WEAKREF);
            ParamSpec::install(class);
        }
        Kind::TypeVarTuple => {
            class.set_layout::<TypeVarTuple>();
            class.dict_offset.set(offset_of!(TypeVarTuple, dict) as u32);
            class.weakref_offset.set(offset_of!(TypeVarTuple, weakrefs) as u32);
            set(flags::HAS_DICT | flags::HAS_WEAKREF);
            TypeVarTuple::install(class);
        }
        Kind::ParamSpecArgs => {
            class.set_layout::<ParamSpecArgs>();
            class.weakref_offset.set(offset_of!(ParamSpecArgs, weakrefs) as u32);
            set(flags::HAS_WEAKREF);
            ParamSpecArgs::install(class);
        }
        Kind::ParamSpecKwargs => {
            class.set_layout::<ParamSpecKwargs>();
            class.weakref_offset.set(offset_of!(ParamSpecKwargs, weakrefs) as u32);
            set(flags::HAS_WEAKREF);
            ParamSpecKwargs::install(class);
        }
        Kind::TypeAliasType => {
            class.set_layout::<TypeAliasType>();
            TypeAliasType::install(class);
        }
        Kind::Generic => {
            set(flags::BASETYPE);
            Generic::install(class);
        }
        Kind::NoDefaultType => NoDefaultType::install(class),
        _ => return false,
    }
    true
}

/// An attribute of the `typing` module, which is imported if need be.
pub fn typing_attr(name: &str) -> PyResult {
    let module = match runtime().modules().get_text("typing") {
        Some(m) => m.own(),
        None => {
            let import = runtime().builtins().get_text("__import__").unwrap_or(NONE).own();
            call1(*import, *Ref::from("typing"))?
        }
    };
    attr::getattr_text(*module, name)
}

/// Call a function of the `typing` module.
pub fn call_typing(name: &str, args: &[Value]) -> PyResult {
    let f = typing_attr(name)?;
    call(*f, Args::positional(args))
}

/// `__module__` of a type parameter: that of the code that makes it.
fn caller_module() -> Option<Ref> {
    crate::frame::current()?.globals().get_text("__name__").map(Value::own)
}

/// The value in `cell`, computed by the function in `evaluate` when first asked for.
fn evaluated(cell: &OwnedCell, evaluate: &OwnedCell, otherwise: impl FnOnce() -> Ref) -> PyResult {
    if let Some(v) = cell.get() {
        return Ok(v.own());
    }
    let Some(f) = evaluate.get().map(Value::own) else { return Ok(otherwise()) };
    let v = call1(*f, Value::small_int(1))?;
    cell.set(Some(v.clone()));
    Ok(v)
}

/// What `evaluate_bound` and the like are: the compiler's function, or one that gives the known value back.
fn evaluator(cell: &OwnedCell, evaluate: &OwnedCell) -> Ref {
    match (evaluate.get(), cell.get()) {
        (Some(f), _) => f.own(),
        (None, Some(v)) => NativeFunction::new(&CONSTANT, Some(v.own()), None).erase(),
        (None, None) => Ref::from_raw(NONE),
    }
}

static CONSTANT: NativeDef = NativeDef {
    name: "evaluate",
    signature: "(format, /)",
    doc: "",
    params: &[crate::native::Param {
        name: "format",
        kind: crate::native::ParamKind::PositionalOnly,
        required: true,
    }],
    var_args: false,
    var_kwargs: false,
    intrinsic: crate::sem::intrinsics::Mark::none(),
    numeric: std::sync::OnceLock::new(),
    call: constant,
};

/// Evaluate a value that is known: as it is, or as text for `Format.STRING`.
fn constant(value: Value, args: Args<'_>) -> PyResult {
    let mut out = [crate::value::UNBOUND];
    crate::native::bind(&CONSTANT, value, args, &mut out)?;
    if out[0].as_i64() != Some(4) {
        return Ok(value.own());
    }
    let Some(t) = value.downcast::<Tuple>() else {
        return Ok(str::new(&generic_alias::member_repr(value)?).erase());
    };
    let parts: PyResult<Vec<String>> = t.items().iter().map(|v| generic_alias::member_repr(*v)).collect();
    Ok(str::new(&format!("({})", parts?.join(", "))).erase())
}

/// Put the value of a type parameter's default in, where the alias that is subscripted gives none
/// (`__typing_prepare_subst__`).
fn prepare_with_default(this: Value, default: Ref, alias: Value, args: Value) -> PyResult {
    let parameters = attr::getattr_text(alias, "__parameters__")?;
    let parameters = crate::protocol::iter::collect(*parameters)?;
    let given = crate::protocol::iter::collect(args)?;
    let Some(index) = parameters.iter().position(|p| p.is(this)) else { return Ok(args.own()) };
    if index < given.len() {
        return Ok(args.own());
    }
    if index == given.len() && !default.is(*no_default()) {
        return Ok(tuple::from_refs(given.into_iter().chain([default]).collect()).erase());
    }
    let alias = crate::protocol::repr::repr_text(alias)?;
    crate::raise!(
        TypeError,
        "Too few arguments for {alias}; actual {}, expected {}",
        given.len(),
        parameters.len()
    )
}

/// Set the function that computes a type parameter's default (`def f[T = int]`).
pub fn set_default(parameter: Value, evaluate: Value) -> PyResult<()> {
    let evaluate = Some(evaluate.own());
    if let Some(t) = parameter.downcast::<TypeVar>() {
        t.evaluate_default.set(evaluate);
    } else if let Some(t) = parameter.downcast::<ParamSpec>() {
        t.evaluate_default.set(evaluate);
    } else if let Some(t) = parameter.downcast::<TypeVarTuple>() {
        t.evaluate_default.set(evaluate);
    } else {
        return crate::raise!(TypeError, "Expected a type param, got {}", parameter.class().name());
    }
    Ok(())
}
