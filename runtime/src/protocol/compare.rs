//! Comparison and hashing.

use crate::error::PyResult;
use crate::object::{P, Ref};
use crate::protocol::truth::truth;
use crate::runtime::types;
use crate::slots::CmpOp;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::TypeObject;
use crate::value::{NOT_IMPLEMENTED, TRUE, Value};

pub use crate::concrete::{HASH_INF, HASH_MODULUS, hash_float, hash_int};

/// `a == b` as containers see it: identical values are equal.
#[inline]
pub fn equal(a: Value, b: Value) -> PyResult<bool> {
    if a.is(b) {
        return Ok(true);
    }
    if a.is_int() && b.is_int() {
        return Ok(false);
    }
    if let Some(same) = quick(a, b, CmpOp::Eq, NESTED) {
        return Ok(same);
    }
    truth(*rich_compare(a, b, CmpOp::Eq)?)
}

/// Tuples in tuples that [`quick`] looks into.
const NESTED: u32 = 3;

/// The comparison of builtin values of the same kind, without a detour through slots and Python bools.
#[inline]
fn quick(a: Value, b: Value, op: CmpOp, nested: u32) -> Option<bool> {
    if a.is_int() && b.is_int() {
        return Some(op.holds(&a.int_unchecked(), &b.int_unchecked()));
    }
    if let (Some(x), Some(y)) = (a.as_flonum(), b.as_flonum()) {
        return Some(op.holds(&x, &y));
    }
    if let (Some(x), Some(y)) = (a.exact::<Str>(), b.exact::<Str>()) {
        return Some(compare_str(&x, &y, op));
    }
    let (x, y) = (as_tuple(a)?, as_tuple(b)?);
    if nested == 0 { None } else { quick_tuples(&x, &y, op, nested - 1) }
}

/// A tuple that compares like one: exact, or of a class that has not changed that (named tuples).
#[inline]
fn as_tuple(v: Value) -> Option<P<Tuple>> {
    if let Some(t) = v.exact::<Tuple>() {
        return Some(t);
    }
    let compare = |class: P<TypeObject>| class.slots.compare.get().map(|f| f as usize);
    v.downcast::<Tuple>().filter(|_| compare(v.class()) == compare(types().tuple))
}

fn quick_tuples(a: &Tuple, b: &Tuple, op: CmpOp, nested: u32) -> Option<bool> {
    for (x, y) in a.items().iter().zip(b.items()) {
        if x.is(*y) || quick(*x, *y, CmpOp::Eq, nested)? {
            continue;
        }
        return match op {
            CmpOp::Eq => Some(false),
            CmpOp::Ne => Some(true),
            _ => quick(*x, *y, op, nested),
        };
    }
    Some(op.holds(&a.items().len(), &b.items().len()))
}

/// The truth of `a op b`; identical values are equal without being asked (`PyObject_RichCompareBool`).
#[inline]
pub fn compare_bool(a: Value, b: Value, op: CmpOp) -> PyResult<bool> {
    if a.is(b) && matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(op == CmpOp::Eq);
    }
    if let Some(r) = quick(a, b, op, NESTED) {
        return Ok(r);
    }
    truth(*rich_compare(a, b, op)?)
}

/// The truth of `a op b`, as a condition has it.
#[inline]
pub fn holds(a: Value, b: Value, op: CmpOp) -> PyResult<bool> {
    if let Some(r) = quick(a, b, op, NESTED) {
        return Ok(r);
    }
    truth(*rich_compare(a, b, op)?)
}

/// Strings in the order of their code points.
#[inline]
pub fn compare_str(x: &Str, y: &Str, op: CmpOp) -> bool {
    match op {
        CmpOp::Eq => x.equals(y),
        CmpOp::Ne => !x.equals(y),
        _ => op.holds(&x.chars().order(y.chars()), &std::cmp::Ordering::Equal),
    }
}

/// `a op b`
#[inline]
pub fn rich_compare(a: Value, b: Value, op: CmpOp) -> PyResult {
    if let Some(r) = quick(a, b, op, NESTED) {
        return Ok(Ref::from_raw(Value::bool(r)));
    }
    slow_compare(a, b, op)
}

/// `a op b`, where `a`'s method has been asked already and does not know.
pub fn after_method(a: Value, b: Value, op: CmpOp) -> PyResult {
    if let Some(f) = b.class().slots.compare.get() {
        let r = f(b, a, op.swapped())?;
        if !r.is(NOT_IMPLEMENTED) {
            return Ok(r);
        }
    }
    by_default(a, b, op)
}

fn slow_compare(a: Value, b: Value, op: CmpOp) -> PyResult {
    crate::thread::current().check_native_stack(" in comparison")?;
    let (ta, tb) = (a.class(), b.class());
    let mut reflected_tried = false;
    if ta != tb
        && tb.is_subtype(ta)
        && let Some(f) = tb.slots.compare.get()
    {
        reflected_tried = true;
        let r = f(b, a, op.swapped())?;
        if !r.is(NOT_IMPLEMENTED) {
            return Ok(r);
        }
    }
    if let Some(f) = ta.slots.compare.get() {
        let r = f(a, b, op)?;
        if !r.is(NOT_IMPLEMENTED) {
            return Ok(r);
        }
    }
    if !reflected_tried && let Some(f) = tb.slots.compare.get() {
        let r = f(b, a, op.swapped())?;
        if !r.is(NOT_IMPLEMENTED) {
            return Ok(r);
        }
    }
    by_default(a, b, op)
}

/// The comparison of objects that know nothing of each other.
fn by_default(a: Value, b: Value, op: CmpOp) -> PyResult {
    let (ta, tb) = (a.class(), b.class());
    match op {
        CmpOp::Eq => Ok(Ref::from_raw(Value::bool(a.is(b)))),
        CmpOp::Ne => Ok(Ref::from_raw(Value::bool(!a.is(b)))),
        _ => crate::raise!(
            TypeError,
            "'{}' not supported between instances of '{}' and '{}'",
            op.symbol(),
            ta.name(),
            tb.name()
        ),
    }
}

/// The `compare` slot of `object`: identity for `==`, the reverse of `__eq__` for `!=`.
pub fn object_compare(a: Value, b: Value, op: CmpOp) -> PyResult {
    match op {
        CmpOp::Eq if a.is(b) => Ok(Ref::from_raw(TRUE)),
        CmpOp::Ne => {
            let Some(f) = a.class().slots.compare.get() else { return Ok(Ref::from_raw(NOT_IMPLEMENTED)) };
            let r = f(a, b, CmpOp::Eq)?;
            if r.is(NOT_IMPLEMENTED) {
                return Ok(r);
            }
            Ok(Ref::from_raw(Value::bool(!truth(*r)?)))
        }
        _ => Ok(Ref::from_raw(NOT_IMPLEMENTED)),
    }
}

/// `hash(v)`; never -1.
#[inline]
pub fn hash(v: Value) -> PyResult<i64> {
    if let Some(s) = v.exact::<Str>() {
        return Ok(s.hash());
    }
    if let Some(i) = v.as_small_int() {
        return Ok(hash_int(i));
    }
    if let Some(t) = v.exact::<Tuple>()
        && t.hash.get() != 0
    {
        return Ok(t.hash.get());
    }
    if let Some(f) = v.as_flonum() {
        return Ok(hash_float(f).unwrap_or(0));
    }
    if v.is_bool() {
        return Ok(i64::from(v.is(TRUE)));
    }
    if v.is_none() {
        return Ok(0xfca8_6420);
    }
    match v.class().slots.hash.get() {
        Some(f) => f(v),
        None => hash_not_implemented(v),
    }
}

/// The `hash` slot of classes with `__hash__ = None`.
#[cold]
#[inline(never)]
pub fn hash_not_implemented(v: Value) -> PyResult<i64> {
    crate::raise!(TypeError, "unhashable type: '{}'", v.class().name())
}

/// The hash of an identity: the `hash` slot of `object`.
pub fn hash_identity(v: Value) -> PyResult<i64> {
    Ok(match v.bits().rotate_right(4) as i64 {
        -1 => -2,
        h => h,
    })
}
