//! `int`: immediate up to 63 bits, `dashu` beyond.
//!
//! # Invariants
//! - The layout is `repr(C)` behind a header, of fixed size, and owns no objects.

mod arith;
pub mod big;
mod methods;
pub mod text;

pub(crate) use arith::{Num, own_num};
pub use methods::{in_class, install, is_negative, to_f64};

use crate::object::{Header, Kind, Object, Ref, alloc};
use crate::runtime::types;
use crate::value::Value;
use dashu_int::IBig;
use std::borrow::Cow;

/// An int beyond 63 bits, or an instance of a subclass (of any magnitude).
#[repr(C)]
pub struct Int {
    /// The header.
    pub head: Header,
    /// The number.
    pub value: IBig,
}

#[allow(unsafe_code, reason = "the layout's declaration")]
// SAFETY: `repr(C)`, starts with the header, fixed size.
unsafe impl Object for Int {
    const KIND: Kind = Kind::Int;
    const CONTAINER: bool = false;
}

/// A Python int.
#[inline(always)]
pub fn new(i: i64) -> Ref {
    match Value::try_int(i) {
        Some(v) => Ref::from_raw(v),
        None => boxed(IBig::from(i)),
    }
}

/// A Python int from an unsigned number.
pub fn from_u64(i: u64) -> Ref {
    from_u128(i.into())
}

/// A Python int from a number that is not negative.
pub fn from_u128(i: u128) -> Ref {
    match i64::try_from(i).ok().and_then(Value::try_int) {
        Some(v) => Ref::from_raw(v),
        None => boxed(IBig::from(i)),
    }
}

/// The number that an exact int is, if it is not negative and has at most 128 bits.
#[inline]
pub fn to_u128(v: Value) -> Option<u128> {
    match v.as_small_int() {
        Some(i) => u128::try_from(i).ok(),
        None => u128::try_from(&v.exact::<Int>()?.value).ok(),
    }
}

/// As [`to_u128`], for at most 64 bits.
pub fn to_u64(v: Value) -> Option<u64> {
    to_u128(v).and_then(|i| u64::try_from(i).ok())
}

/// A Python int; immediate if it fits.
pub fn from_big(i: IBig) -> Ref {
    match i64::try_from(&i).ok().and_then(Value::try_int) {
        Some(v) => Ref::from_raw(v),
        None => boxed(i),
    }
}

#[cold]
fn boxed(i: IBig) -> Ref {
    alloc(Int { head: Header::new(types().int), value: i }).erase()
}

impl Value {
    /// Is it an `int` (bools and subclasses included)?
    #[inline(always)]
    pub fn is_int_like(self) -> bool {
        self.is_int() || self.is_bool() || self.downcast::<Int>().is_some()
    }
    /// The number, if this is an `int` (bools and subclasses included) that fits in 64 bits.
    #[inline(always)]
    pub fn as_i64(self) -> Option<i64> {
        if self.is_int() {
            return Some(self.int_unchecked());
        }
        if self.is_bool() {
            return Some(i64::from(self.is(crate::value::TRUE)));
        }
        self.downcast::<Int>().and_then(|i| i64::try_from(&i.value).ok())
    }
    /// The number, if this is an `int` (bools and subclasses included).
    pub fn as_big(self) -> Option<Cow<'static, IBig>> {
        if let Some(p) = self.downcast::<Int>() {
            // The object outlives the use of the borrow (see `object`): callers drop it before they run Python.
            return Some(Cow::Owned(p.value.clone()));
        }
        self.as_i64().map(|i| Cow::Owned(IBig::from(i)))
    }
}
