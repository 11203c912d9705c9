//! `float`: immediate where the exponent allows, else an object.
//!
//! # Invariants
//! - The layout is `repr(C)` behind a header, of fixed size, and owns nothing.

pub mod algorithms;
mod arith;
mod methods;

pub use algorithms::compare_big;
pub(crate) use arith::operand;
pub use arith::to_int;
pub use methods::install;

use crate::error::PyResult;
use crate::object::{Header, Kind, Object, P, Ref, alloc};
use crate::runtime::types;
use crate::text::format_spec;
use crate::types::str::Str;
use crate::value::Value;

/// A float that is no immediate, or an instance of a subclass.
#[repr(C)]
pub struct Float {
    /// The header.
    pub head: Header,
    /// The number.
    pub value: f64,
}

#[allow(unsafe_code, reason = "the layout's declaration")]
// SAFETY: `repr(C)`, starts with the header, fixed size.
unsafe impl Object for Float {
    const KIND: Kind = Kind::Float;
    const CONTAINER: bool = false;
}

/// A Python float.
#[inline(always)]
pub fn new(f: f64) -> Ref {
    match Value::try_flonum(f) {
        Some(v) => Ref::from_raw(v),
        None => boxed(f),
    }
}

#[cold]
fn boxed(f: f64) -> Ref {
    alloc(Float { head: Header::new(types().float), value: f }).erase()
}

/// `float.__format__`, of a float.
pub fn format_with(v: Value, spec: P<Str>) -> PyResult {
    if spec.is_empty() {
        // A subclass may have a `__str__` of its own.
        return crate::protocol::repr::str(v).map(Ref::from);
    }
    let (number, class) = (arith::own_float(v), v.class());
    let text = class.with_name(|name| format_spec::format_float(number, spec.chars(), name))?;
    Ok(text.into())
}

impl Value {
    /// The number, if this is a `float` (or of a subclass).
    #[inline(always)]
    pub fn as_float(self) -> Option<f64> {
        if self.is_flonum() { self.as_flonum() } else { self.downcast::<Float>().map(|f| f.value) }
    }
    /// The number, if this is exactly a `float`.
    #[inline(always)]
    pub fn as_exact_float(self) -> Option<f64> {
        if self.is_flonum() { self.as_flonum() } else { self.exact::<Float>().map(|f| f.value) }
    }
}
