//! `Value`: one 64-bit word, never zero, that holds every Python object.
//!
//! | low bits | meaning |
//! |---|---|
//! | `xx1` | a 63-bit int: `(i << 1) \| 1` |
//! | `x10` | an immediate float (a "flonum", after Ruby): see [`encode_flonum`] |
//! | `100` | a singleton: `None`, `True`, `False`, `NotImplemented`, `Ellipsis`, unbound |
//! | `000` | a pointer to a heap object (8-byte aligned, never null) |
//!
//! A `Value` is a *borrowed* read: copying it counts nothing, and it is only meaningful while something
//! owns the object (a frame slot, a container, a [`crate::object::Ref`]). There are no lifetimes; code that
//! may run Python while it holds a `Value` takes a `Ref` first.

use std::num::NonZeroU64;

/// A borrowed Python value; see the module's page for the encoding.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Value(NonZeroU64);

/// The tag of ints: the lowest bit.
pub const INT_TAG: u64 = 1;
/// `bits & FLONUM_MASK == FLONUM_TAG` is an immediate float.
pub const FLONUM_MASK: u64 = 3;
/// See [`FLONUM_MASK`].
pub const FLONUM_TAG: u64 = 2;
/// `bits & POINTER_MASK == 0` is a heap object.
pub const POINTER_MASK: u64 = 7;
/// Smallest int that is immediate: `-2^62`.
pub const INT_MIN: i64 = -(1 << 62);
/// Largest int that is immediate: `2^62 - 1`.
pub const INT_MAX: i64 = (1 << 62) - 1;

const fn singleton(n: u64) -> Value {
    match NonZeroU64::new((n << 3) | 4) {
        Some(w) => Value(w),
        None => panic!("a singleton's word is never zero"),
    }
}

/// The value of a local that is not bound, and of an empty `self` on the operand stack.
pub const UNBOUND: Value = singleton(0);
/// `None`.
pub const NONE: Value = singleton(1);
/// `False`; `True` is 8 more, so that a bool's word is `FALSE + 8 * b`.
pub const FALSE: Value = singleton(2);
/// `True`.
pub const TRUE: Value = singleton(3);
/// `NotImplemented`.
pub const NOT_IMPLEMENTED: Value = singleton(4);
/// `...`
pub const ELLIPSIS: Value = singleton(5);

/// An immediate float's exponent is this much less than the double's own: one of the nine lower bits is set.
pub const FLONUM_BIAS: u64 = 768 << 52;
/// What undoes [`FLONUM_BIAS`], and leaves zeros alone.
pub const FLONUM_SCALE: f64 = f64::from_bits((1023 + 768) << 52);
/// Bits a word's payload is to the left of the double's place; the sign comes lowest, above the tag.
pub const FLONUM_ROTATE: u32 = 3;
/// The least re-biased double (its sign rotated to the lowest bit) that is immediate, zeros aside.
pub const FLONUM_MIN: u64 = 1 << 53;
/// One more than the greatest; see [`FLONUM_MIN`].
pub const FLONUM_END: u64 = 1 << 62;

/// The word of an immediate float, or `None` where the exponent does not fit (then it is a heap object).
///
/// The exponent is re-biased and the bits rotated so that doubles of about 1e-77 to 1e77 leave the two low
/// bits free. Zeros of both signs have a payload of their own, which the biased numbers do not use. Infinities,
/// NaNs and subnormals do not fit.
#[inline(always)]
pub const fn encode_flonum(f: f64) -> Option<u64> {
    let bits = f.to_bits();
    let biased = bits.wrapping_sub(FLONUM_BIAS).rotate_left(1);
    if biased.wrapping_sub(FLONUM_MIN) < FLONUM_END - FLONUM_MIN {
        Some((biased << 2) | FLONUM_TAG)
    } else if bits << 1 == 0 {
        Some(bits.rotate_left(FLONUM_ROTATE) | FLONUM_TAG)
    } else {
        None
    }
}

/// The float of an immediate float's word. The multiplication restores the exponent: unlike an addition to the
/// bits it needs no exception for zeros.
#[inline(always)]
pub const fn decode_flonum(word: u64) -> f64 {
    f64::from_bits((word ^ FLONUM_TAG).rotate_right(FLONUM_ROTATE)) * FLONUM_SCALE
}

impl Value {
    /// The value with this word, or `None` for zero (which means "raised").
    #[inline(always)]
    pub const fn from_bits(bits: u64) -> Option<Value> {
        match NonZeroU64::new(bits) {
            Some(w) => Some(Value(w)),
            None => None,
        }
    }
    /// The word.
    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.0.get()
    }
    /// An int that fits in 63 bits; the caller has checked the range.
    #[inline(always)]
    pub const fn small_int(i: i64) -> Value {
        debug_assert!(i >= INT_MIN && i <= INT_MAX);
        match NonZeroU64::new(((i as u64) << 1) | INT_TAG) {
            Some(w) => Value(w),
            None => unreachable!(),
        }
    }
    /// An immediate int, or `None` where it needs a big integer.
    #[inline(always)]
    pub const fn try_int(i: i64) -> Option<Value> {
        if i >= INT_MIN && i <= INT_MAX { Some(Value::small_int(i)) } else { None }
    }
    /// `True` or `False`.
    #[inline(always)]
    pub const fn bool(b: bool) -> Value {
        if b { TRUE } else { FALSE }
    }
    /// An immediate float, or `None` where it needs a heap object.
    #[inline(always)]
    pub const fn try_flonum(f: f64) -> Option<Value> {
        match encode_flonum(f) {
            Some(w) => Value::from_bits(w),
            None => None,
        }
    }
    /// Is this an immediate int?
    #[inline(always)]
    pub const fn is_int(self) -> bool {
        self.bits() & INT_TAG != 0
    }
    /// The int, for a value that `is_int`.
    #[inline(always)]
    pub const fn int_unchecked(self) -> i64 {
        self.bits() as i64 >> 1
    }
    /// The immediate int.
    #[inline(always)]
    pub const fn as_small_int(self) -> Option<i64> {
        if self.is_int() { Some(self.int_unchecked()) } else { None }
    }
    /// Is this an immediate float?
    #[inline(always)]
    pub const fn is_flonum(self) -> bool {
        self.bits() & FLONUM_MASK == FLONUM_TAG
    }
    /// The immediate float.
    #[inline(always)]
    pub const fn as_flonum(self) -> Option<f64> {
        if self.is_flonum() { Some(decode_flonum(self.bits())) } else { None }
    }
    /// Is this a heap object?
    #[inline(always)]
    pub const fn is_pointer(self) -> bool {
        self.bits() & POINTER_MASK == 0
    }
    /// Is this `True` or `False`?
    #[inline(always)]
    pub const fn is_bool(self) -> bool {
        self.bits() & !8 == FALSE.bits()
    }
    /// Is this `None`?
    #[inline(always)]
    pub const fn is_none(self) -> bool {
        self.bits() == NONE.bits()
    }
    /// Is this the unbound marker?
    #[inline(always)]
    pub const fn is_unbound(self) -> bool {
        self.bits() == UNBOUND.bits()
    }
    /// Identity (`is`).
    #[inline(always)]
    pub const fn is(self, other: Value) -> bool {
        self.bits() == other.bits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flonums_round_trip() {
        for f in [0.0, -0.0, 1.0, -1.0, 0.1, 1e70, -1e-70, 3.5e76, 123456.789] {
            let v = Value::try_flonum(f).unwrap();
            assert!(v.is_flonum() && !v.is_int() && !v.is_pointer());
            assert_eq!(v.as_flonum().map(f64::to_bits), Some(f.to_bits()));
        }
        for f in [f64::INFINITY, f64::NAN, 1e300, 5e-324, 1e-100] {
            assert!(encode_flonum(f).is_none(), "{f}");
        }
        for exponent in 0..2048 {
            for f in [f64::from_bits(exponent << 52), f64::from_bits((exponent << 52) + 0xf_ffff_ffff_ffff)] {
                if let Some(word) = encode_flonum(-f) {
                    assert_eq!(decode_flonum(word).to_bits(), (-f).to_bits());
                }
                assert_eq!(encode_flonum(f).is_some(), f == 0.0 || (769..1280).contains(&exponent), "{f:e}");
            }
        }
    }

    #[test]
    fn ints_round_trip() {
        for i in [0, 1, -1, INT_MIN, INT_MAX] {
            assert_eq!(Value::try_int(i).and_then(Value::as_small_int), Some(i));
        }
        assert!(Value::try_int(INT_MAX + 1).is_none());
        assert!(TRUE.is_bool() && FALSE.is_bool() && !NONE.is_bool() && !NOT_IMPLEMENTED.is_bool());
    }
}
