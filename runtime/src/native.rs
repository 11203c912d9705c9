//! How native code becomes Python functions: descriptors of functions, binding of arguments, conversions.
//!
//! The macros [`crate::pymethods`] and [`crate::pymodule`] generate, for each function, a static [`NativeDef`] and a
//! small wrapper that converts; the work is in the generic code here.

mod bind;
mod convert;
mod define;

pub use bind::{Kwargs, Rest, bind, by_position, exact, function_name};
pub use convert::{ArgAt, FromArg, FromReceiver, IntoRef, IntoResult, bad_argument, cannot_delete};
pub use define::{Item, ModuleDef, install, make_module, native_class, new_class};

use crate::error::PyResult;
use crate::slots::Args;
use crate::value::Value;

/// The function itself: gets `self` (the module, for module functions; the class, for class methods) and the
/// arguments as they came.
pub type NativeFn = fn(Value, Args<'_>) -> PyResult;

/// What a parameter accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// By position only.
    PositionalOnly,
    /// By position or by name.
    Either,
    /// By name only.
    KeywordOnly,
}

/// A named parameter.
#[derive(Debug)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// How it is passed.
    pub kind: ParamKind,
    /// Is there no default?
    pub required: bool,
}

/// A native function's description.
pub struct NativeDef {
    /// `__name__`
    pub name: &'static str,
    /// `__text_signature__`; empty if there is none.
    pub signature: &'static str,
    /// `__doc__`; empty is `None`.
    pub doc: &'static str,
    /// The named parameters in order.
    pub params: &'static [Param],
    /// Is there a `*args`?
    pub var_args: bool,
    /// Is there a `**kwargs`?
    pub var_kwargs: bool,
    /// Do the semantics see through it?
    pub intrinsic: crate::sem::intrinsics::Mark,
    /// Of an intrinsic of kind `Numeric`: computes the result, unless that is no finite number.
    pub numeric: std::sync::OnceLock<&'static crate::helper::Helper>,
    /// Runs it.
    pub call: NativeFn,
}
