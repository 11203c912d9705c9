//! `complex`.
//!
//! # Invariants
//! - The layout is `repr(C)` behind a header, of fixed size, and owns nothing.

mod arith;
mod methods;
pub mod polar;

pub use methods::{install, repr_c64, to_c64};

use crate::error::PyResult;
use crate::object::{Header, Kind, Object, Ref, alloc};
use crate::runtime::types;
use crate::value::Value;
use polar::C64;

/// A complex number.
#[repr(C)]
pub struct Complex {
    /// The header.
    pub head: Header,
    /// Real and imaginary part.
    pub value: C64,
}

#[allow(unsafe_code, reason = "the layout's declaration")]
// SAFETY: `repr(C)`, starts with the header, fixed size.
unsafe impl Object for Complex {
    const KIND: Kind = Kind::Complex;
    const CONTAINER: bool = false;
}

/// A Python complex.
pub fn new(re: f64, im: f64) -> Ref {
    from_c64(C64 { re, im })
}

/// A Python complex.
pub fn from_c64(value: C64) -> Ref {
    alloc(Complex { head: Header::new(types().complex), value }).erase()
}

/// `x ** y` of two floats whose power is not real.
pub fn power_of(x: f64, y: f64) -> PyResult {
    arith::power_c64(C64 { re: x, im: 0.0 }, C64 { re: y, im: 0.0 })
}

impl Value {
    /// The number, if this is a `complex` (or of a subclass).
    pub fn as_complex(self) -> Option<C64> {
        self.downcast::<Complex>().map(|c| c.value)
    }
}
