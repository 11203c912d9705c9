//! Arithmetic on any objects: the operators with reflected operands and in-place forms, and CPython's messages.
//!
//! The order of attempts is that of CPython's `abstract.c`: the right operand's slot first where its class is a
//! proper subclass of the left's, then the left's, then the right's; `+` and `*` fall back to concatenation and
//! repetition. Small ints and floats never get that far.

use crate::concrete::{self, FloatPow};
use crate::error::{Exc, PyResult, raise_with};
use crate::object::Ref;
use crate::protocol::index::index_size;
use crate::raise;
use crate::slots::{Binary, Slots};
use crate::types::int::Int;
use crate::types::{float, int};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use std::cell::Cell;

/// The binary operators: `Variant, symbol, symbol in place, function, slot, in-place slot;`. `**` has slots of
/// its own type and is therefore not here.
#[macro_export]
macro_rules! for_each_binary_op {
    ($m:ident) => {
        $m! {
            Add "+" "+=" add add iadd;
            Subtract "-" "-=" subtract sub isub;
            Multiply "*" "*=" multiply mul imul;
            TrueDivide "/" "/=" true_divide truediv itruediv;
            FloorDivide "//" "//=" floor_divide floordiv ifloordiv;
            Modulo "%" "%=" modulo modulo imod;
            MatrixMultiply "@" "@=" matrix_multiply matmul imatmul;
            LShift "<<" "<<=" lshift lshift ilshift;
            RShift ">>" ">>=" rshift rshift irshift;
            And "&" "&=" and and iand;
            Or "|" "|=" or or ior;
            Xor "^" "^=" xor xor ixor;
        }
    };
}

macro_rules! define_ops {
    ($($name:ident $symbol:literal $isymbol:literal $fun:ident $slot:ident $islot:ident;)*) => {
        /// A binary operator.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum BinaryOp {
            $(#[doc = concat!("`", $symbol, "`")] $name,)*
            /// `**`
            Power,
        }
        impl BinaryOp {
            /// Every operator, by its number.
            pub const ALL: &[BinaryOp] = &[$(BinaryOp::$name,)* BinaryOp::Power];
            /// The source text, as it appears in messages.
            pub const fn symbol(self) -> &'static str {
                match self { $(BinaryOp::$name => $symbol,)* BinaryOp::Power => "** or pow()" }
            }
            /// The source text of the in-place form.
            pub const fn inplace_symbol(self) -> &'static str {
                match self { $(BinaryOp::$name => $isymbol,)* BinaryOp::Power => "**=" }
            }
            #[inline]
            fn slot(self, s: &Slots) -> Option<Binary> {
                match self { $(BinaryOp::$name => s.$slot.get(),)* BinaryOp::Power => None }
            }
            #[inline]
            fn inplace_slot(self, s: &Slots) -> Option<Binary> {
                match self { $(BinaryOp::$name => s.$islot.get(),)* BinaryOp::Power => s.ipow.get() }
            }
        }
        /// `a op b`
        #[inline]
        pub fn binary(op: BinaryOp, a: Value, b: Value) -> PyResult {
            match op { $(BinaryOp::$name => $fun(a, b),)* BinaryOp::Power => power(a, b, NONE) }
        }
    };
}
for_each_binary_op!(define_ops);

/// Two immediate ints.
#[inline(always)]
fn ints(a: Value, b: Value) -> Option<(i64, i64)> {
    if a.bits() & b.bits() & crate::value::INT_TAG != 0 {
        Some((a.int_unchecked(), b.int_unchecked()))
    } else {
        None
    }
}

/// Two numbers of which at least one is a float and the other a float or immediate int; exact types only.
#[inline]
fn floats(a: Value, b: Value) -> Option<(f64, f64)> {
    match (a.as_exact_float(), b.as_exact_float()) {
        (Some(x), Some(y)) => Some((x, y)),
        (Some(x), None) => b.as_small_int().map(|y| (x, y as f64)),
        (None, Some(y)) => a.as_small_int().map(|x| (x as f64, y)),
        (None, None) => None,
    }
}

/// `a + b`
#[inline]
pub fn add(a: Value, b: Value) -> PyResult {
    if let Some((x, y)) = ints(a, b) {
        return Ok(int::new(x + y));
    }
    if let Some((x, y)) = floats(a, b) {
        return Ok(float::new(x + y));
    }
    generic(BinaryOp::Add, a, b)
}

/// `a - b`
#[inline]
pub fn subtract(a: Value, b: Value) -> PyResult {
    if let Some((x, y)) = ints(a, b) {
        return Ok(int::new(x - y));
    }
    if let Some((x, y)) = floats(a, b) {
        return Ok(float::new(x - y));
    }
    generic(BinaryOp::Subtract, a, b)
}

/// `a * b`
#[inline]
pub fn multiply(a: Value, b: Value) -> PyResult {
    if let Some((x, y)) = ints(a, b)
        && let Some(r) = x.checked_mul(y)
    {
        return Ok(int::new(r));
    }
    if let Some((x, y)) = floats(a, b) {
        return Ok(float::new(x * y));
    }
    generic(BinaryOp::Multiply, a, b)
}

/// `a / b`
#[inline]
pub fn true_divide(a: Value, b: Value) -> PyResult {
    if let Some((x, y)) = floats(a, b)
        && y != 0.0
    {
        return Ok(float::new(x / y));
    }
    if let Some((x, y)) = ints(a, b)
        && y != 0
        && let Some(r) = concrete::int_truediv(x, y)
    {
        return Ok(float::new(r));
    }
    generic(BinaryOp::TrueDivide, a, b)
}

/// `a // b`
#[inline]
pub fn floor_divide(a: Value, b: Value) -> PyResult {
    if let Some((x, y)) = ints(a, b)
        && y != 0
        && let Some(r) = concrete::int_floordiv(x, y)
    {
        return Ok(int::new(r));
    }
    if let Some((x, y)) = floats(a, b)
        && y != 0.0
    {
        return Ok(float::new(concrete::float_floordiv(x, y)));
    }
    generic(BinaryOp::FloorDivide, a, b)
}

/// `a % b`
#[inline]
pub fn modulo(a: Value, b: Value) -> PyResult {
    if let Some((x, y)) = ints(a, b)
        && y != 0
    {
        return Ok(int::new(concrete::int_mod(x, y)));
    }
    if let Some((x, y)) = floats(a, b)
        && y != 0.0
    {
        return Ok(float::new(concrete::float_mod(x, y)));
    }
    generic(BinaryOp::Modulo, a, b)
}

/// `a @ b`
pub fn matrix_multiply(a: Value, b: Value) -> PyResult {
    generic(BinaryOp::MatrixMultiply, a, b)
}

/// `a << b`
#[inline]
pub fn lshift(a: Value, b: Value) -> PyResult {
    if let Some((x, y)) = ints(a, b)
        && y >= 0
        && let Some(r) = concrete::int_shl(x, y)
    {
        return Ok(int::new(r));
    }
    generic(BinaryOp::LShift, a, b)
}

/// `a >> b`
#[inline]
pub fn rshift(a: Value, b: Value) -> PyResult {
    if let Some((x, y)) = ints(a, b)
        && y >= 0
    {
        return Ok(int::new(concrete::int_shr(x, y)));
    }
    generic(BinaryOp::RShift, a, b)
}

/// `a & b`
#[inline]
pub fn and(a: Value, b: Value) -> PyResult {
    if let Some((x, y)) = ints(a, b) {
        return Ok(int::new(x & y));
    }
    generic(BinaryOp::And, a, b)
}

/// `a | b`
#[inline]
pub fn or(a: Value, b: Value) -> PyResult {
    if let Some((x, y)) = ints(a, b) {
        return Ok(int::new(x | y));
    }
    generic(BinaryOp::Or, a, b)
}

/// `a ^ b`
#[inline]
pub fn xor(a: Value, b: Value) -> PyResult {
    if let Some((x, y)) = ints(a, b) {
        return Ok(int::new(x ^ y));
    }
    generic(BinaryOp::Xor, a, b)
}

#[inline]
fn is_not_implemented(r: &Ref) -> bool {
    r.value().is(NOT_IMPLEMENTED)
}

/// The slots of both operands; `NotImplemented` if neither knows.
fn by_slots(a: Value, b: Value, slot: impl Fn(&Slots) -> Option<Binary>) -> PyResult {
    let (ca, cb) = (a.class(), b.class());
    let fa = slot(&ca.slots);
    let mut fb = if ca == cb { None } else { slot(&cb.slots) };
    if let (Some(x), Some(y)) = (fa, fb)
        && std::ptr::fn_addr_eq(x, y)
    {
        fb = None;
    }
    if let Some(fa) = fa {
        if let Some(f) = fb
            && cb.is_subtype(ca)
        {
            let r = f(a, b)?;
            if !is_not_implemented(&r) {
                return Ok(r);
            }
            fb = None;
        }
        let r = fa(a, b)?;
        if !is_not_implemented(&r) {
            return Ok(r);
        }
    }
    match fb {
        Some(f) => f(a, b),
        None => Ok(NOT_IMPLEMENTED.own()),
    }
}

#[inline]
fn is_exact_int(v: Value) -> bool {
    v.is_int() || v.exact::<Int>().is_some()
}

#[inline(never)]
fn generic(op: BinaryOp, a: Value, b: Value) -> PyResult {
    if is_exact_int(a)
        && is_exact_int(b)
        && let Some(f) = op.slot(&crate::runtime::types().int.slots)
    {
        return f(a, b);
    }
    let r = by_slots(a, b, |s| op.slot(s))?;
    if !is_not_implemented(&r) {
        return Ok(r);
    }
    match op {
        BinaryOp::Add => {
            if let Some(f) = a.class().slots.concat.get() {
                return f(a, b);
            }
        }
        BinaryOp::Multiply => {
            if let Some(r) = repeat_either(a, b)? {
                return Ok(r);
            }
        }
        _ => {}
    }
    unsupported(op.symbol(), a, b)
}

fn repeat_either(a: Value, b: Value) -> PyResult<Option<Ref>> {
    for (seq, n) in [(a, b), (b, a)] {
        if let Some(f) = seq.class().slots.repeat.get() {
            return f(seq, repeat_count(n)?).map(Some);
        }
    }
    Ok(None)
}

/// The number of repetitions that a value stands for.
pub fn repeat_count(n: Value) -> PyResult<i64> {
    if !crate::protocol::index::has_index(n) {
        return raise!(TypeError, "can't multiply sequence by non-int of type '{}'", n.class().name());
    }
    index_size(n, Exc::OverflowError)
}

/// `a op= b`: the value that `a` is rebound to.
pub fn inplace(op: BinaryOp, a: Value, b: Value) -> PyResult {
    if (a.is_int() || a.is_flonum()) && (b.is_int() || b.is_flonum()) {
        return binary(op, a, b).or_else(|raised| respell(op, a, b, raised));
    }
    let slots = &a.class().slots;
    if let Some(f) = op.inplace_slot(slots) {
        let r = f(a, b)?;
        if !is_not_implemented(&r) {
            return Ok(r);
        }
    }
    if op == BinaryOp::Power {
        return power_named(a, b, NONE, op.inplace_symbol());
    }
    let r = by_slots(a, b, |s| op.slot(s))?;
    if !is_not_implemented(&r) {
        return Ok(r);
    }
    match op {
        BinaryOp::Add => {
            if let Some(f) = slots.iconcat.get().or_else(|| slots.concat.get()) {
                return f(a, b);
            }
        }
        BinaryOp::Multiply => {
            if let Some(f) = slots.irepeat.get() {
                return f(a, repeat_count(b)?);
            }
            if let Some(r) = repeat_either(a, b)? {
                return Ok(r);
            }
        }
        _ => {}
    }
    unsupported(op.inplace_symbol(), a, b)
}

/// An operator on two numbers failed: where the operands were of unsupported types, the message names `op=`.
#[cold]
fn respell(op: BinaryOp, a: Value, b: Value, raised: crate::error::Raised) -> PyResult {
    let unsupported_types = (a.is_flonum() || b.is_flonum())
        && matches!(
            op,
            BinaryOp::LShift
                | BinaryOp::RShift
                | BinaryOp::And
                | BinaryOp::Or
                | BinaryOp::Xor
                | BinaryOp::MatrixMultiply
        );
    if unsupported_types || op == BinaryOp::MatrixMultiply {
        drop(crate::error::take());
        return unsupported(op.inplace_symbol(), a, b);
    }
    Err(raised)
}

#[cold]
/// `a op b`, where a method of `a` (of `b`, if `a` is a number) has been asked already and does not know.
pub fn after_method(op: BinaryOp, inplace: bool, a: Value, b: Value) -> PyResult {
    let symbol = if inplace { op.inplace_symbol() } else { op.symbol() };
    let (ta, tb) = (a.class(), b.class());
    if inplace && ta.is_heap() && op.inplace_slot(&ta.slots).is_some() {
        // That was `__iadd__`: now `__add__`.
        let r = binary(op, a, b)?;
        return Ok(r);
    }
    if ta != tb
        && ta.is_heap()
        && let Some(f) = op.slot(&tb.slots)
    {
        let r = f(a, b)?;
        if !r.is(NOT_IMPLEMENTED) {
            return Ok(r);
        }
    }
    unsupported(symbol, a, b)
}

fn unsupported(symbol: &str, a: Value, b: Value) -> PyResult {
    raise!(
        TypeError,
        "unsupported operand type(s) for {symbol}: '{}' and '{}'",
        a.class().name(),
        b.class().name()
    )
}

/// `divmod(a, b)`
pub fn divmod(a: Value, b: Value) -> PyResult {
    if let Some((x, y)) = ints(a, b)
        && y != 0
        && let Some(q) = concrete::int_floordiv(x, y)
    {
        let r = int::new(concrete::int_mod(x, y));
        return Ok(crate::types::tuple::from_refs(vec![int::new(q), r]).erase());
    }
    let r = by_slots(a, b, |s| s.divmod.get())?;
    if is_not_implemented(&r) { unsupported("divmod()", a, b) } else { Ok(r) }
}

/// `pow(a, b, modulus)`; the modulus is `None` for `a ** b`.
#[inline]
pub fn power(a: Value, b: Value, modulus: Value) -> PyResult {
    if modulus.is_none() {
        if let Some((x, y)) = ints(a, b)
            && y >= 0
            && let Some(r) = concrete::int_pow(x, y)
        {
            return Ok(int::new(r));
        }
        if let Some((x, y)) = floats(a, b)
            && let FloatPow::Value(r) = concrete::float_pow(x, y)
        {
            return Ok(float::new(r));
        }
    }
    power_named(a, b, modulus, "** or pow()")
}

fn power_named(a: Value, b: Value, m: Value, symbol: &str) -> PyResult {
    let (ca, cb, cm) = (a.class(), b.class(), m.class());
    let fa = ca.slots.pow.get();
    let same = |x: Option<crate::slots::Ternary>, y: Option<crate::slots::Ternary>| match (x, y) {
        (Some(x), Some(y)) => std::ptr::fn_addr_eq(x, y),
        _ => false,
    };
    let mut fb = if ca == cb { None } else { cb.slots.pow.get() };
    if same(fa, fb) {
        fb = None;
    }
    let right_first = fb.is_some() && fa.is_some() && cb.is_subtype(ca);
    let order = if right_first { [fb, fa] } else { [fa, fb] };
    for f in order.into_iter().flatten() {
        let r = f(a, b, m)?;
        if !is_not_implemented(&r) {
            return Ok(r);
        }
    }
    let fm = cm.slots.pow.get();
    if let Some(f) = fm
        && !m.is_none()
        && !same(fm, fa)
        && !same(fm, cb.slots.pow.get())
    {
        let r = f(a, b, m)?;
        if !is_not_implemented(&r) {
            return Ok(r);
        }
    }
    if m.is_none() {
        return unsupported(symbol, a, b);
    }
    let (ta, tb, tm) = (ca.name(), cb.name(), cm.name());
    raise!(TypeError, "unsupported operand type(s) for {symbol}: '{ta}', '{tb}', '{tm}'")
}

type UnarySlot = Cell<Option<crate::slots::Unary>>;

fn unary(v: Value, slot: &UnarySlot, what: &str) -> PyResult {
    match slot.get() {
        Some(f) => f(v),
        None => raise!(TypeError, "bad operand type for {what}: '{}'", v.class().name()),
    }
}

/// `-v`
#[inline]
pub fn negative(v: Value) -> PyResult {
    if v.is_int() {
        return Ok(int::new(-v.int_unchecked()));
    }
    if let Some(f) = v.as_exact_float() {
        return Ok(float::new(-f));
    }
    unary(v, &v.class().slots.neg, "unary -")
}

/// `+v`
#[inline]
pub fn positive(v: Value) -> PyResult {
    if v.is_int() || v.is_flonum() {
        return Ok(v.own());
    }
    unary(v, &v.class().slots.pos, "unary +")
}

/// `~v`
#[inline]
pub fn invert(v: Value) -> PyResult {
    if v.is_int() {
        return Ok(int::new(!v.int_unchecked()));
    }
    unary(v, &v.class().slots.invert, "unary ~")
}

/// `abs(v)`
#[inline]
pub fn absolute(v: Value) -> PyResult {
    if v.is_int() {
        return Ok(int::new(v.int_unchecked().abs()));
    }
    if let Some(f) = v.as_exact_float() {
        return Ok(float::new(f.abs()));
    }
    unary(v, &v.class().slots.abs, "abs()")
}

/// Raise the `OverflowError` that C's `errno` reporting makes of a range error.
#[cold]
pub fn range_error<T>() -> PyResult<T> {
    let text: Ref = "Numerical result out of range".into();
    raise_with(Exc::OverflowError, &[Value::small_int(34), text.value()])
}

/// Does the object define numeric conversion (`PyNumber_Check`)?
pub fn is_number(v: Value) -> bool {
    let class = v.class();
    let s = &class.slots;
    s.index.get().is_some()
        || s.int.get().is_some()
        || s.float.get().is_some()
        || v.class() == crate::runtime::types().complex
}
