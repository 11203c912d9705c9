//! Conversions between Python values and the types of native functions.

use super::{NativeDef, ParamKind};
use crate::error::PyResult;
use crate::object::{Kind, Object, Own, P, Ref};
use crate::protocol::truth::truth;
use crate::types::{float, int, str};
use crate::value::{NONE, Value};
use dashu_int::IBig;

/// Which argument of which function is being converted: for messages.
#[derive(Clone, Copy)]
pub struct ArgAt {
    /// The function.
    pub def: &'static NativeDef,
    /// The parameter's index.
    pub index: usize,
}

/// "f() argument 1 must be str, not int"
#[cold]
pub fn bad_argument<T>(v: Value, expected: &str, at: ArgAt) -> PyResult<T> {
    let which = match &at.def.params[at.index] {
        p if p.kind != ParamKind::PositionalOnly => format!("argument '{}'", p.name),
        _ if at.def.params.len() == 1 => "argument".to_owned(),
        _ => format!("argument {}", at.index + 1),
    };
    let got = if v.is_none() { "None".to_owned() } else { v.class().name() };
    crate::raise!(TypeError, "{}() {which} must be {expected}, not {got}", at.def.name)
}

/// A native parameter's type.
pub trait FromArg: Sized {
    /// Convert an argument.
    fn from_arg(v: Value, at: ArgAt) -> PyResult<Self>;
}

impl FromArg for Value {
    #[inline(always)]
    fn from_arg(v: Value, _: ArgAt) -> PyResult<Value> {
        Ok(v)
    }
}
impl FromArg for Ref {
    #[inline(always)]
    fn from_arg(v: Value, _: ArgAt) -> PyResult<Ref> {
        Ok(v.own())
    }
}
impl<T: Object> FromArg for P<T> {
    #[inline(always)]
    fn from_arg(v: Value, at: ArgAt) -> PyResult<P<T>> {
        match v.downcast::<T>() {
            Some(p) => Ok(p),
            None => bad_argument(v, layout_name::<T>(), at),
        }
    }
}

/// The Python name of a layout.
fn layout_name<T: Object>() -> &'static str {
    match Kind::ALL.iter().find(|(k, ..)| *k == T::KIND) {
        Some((_, name, _)) => name,
        None => std::any::type_name::<T>().rsplit("::").next().unwrap_or("object"),
    }
}

impl FromArg for bool {
    #[inline(always)]
    fn from_arg(v: Value, _: ArgAt) -> PyResult<bool> {
        truth(v)
    }
}
impl FromArg for f64 {
    #[inline(always)]
    fn from_arg(v: Value, _: ArgAt) -> PyResult<f64> {
        match v.as_flonum() {
            Some(f) => Ok(f),
            None => crate::protocol::index::to_f64(v),
        }
    }
}

/// An absent argument is `None`.
impl<T: FromArg> FromArg for Option<T> {
    #[inline(always)]
    fn from_arg(v: Value, at: ArgAt) -> PyResult<Option<T>> {
        if v.is_unbound() { Ok(None) } else { T::from_arg(v, at).map(Some) }
    }
}

impl FromArg for i64 {
    #[inline(always)]
    fn from_arg(v: Value, _: ArgAt) -> PyResult<i64> {
        match v.as_small_int() {
            Some(i) => Ok(i),
            None => to_i64(v, "long"),
        }
    }
}

fn to_i64(v: Value, c_type: &str) -> PyResult<i64> {
    let i = crate::protocol::index::index(v)?;
    match i.as_i64() {
        Some(i) => Ok(i),
        None => crate::raise!(OverflowError, "Python int too large to convert to C {c_type}"),
    }
}

impl FromArg for isize {
    #[inline(always)]
    fn from_arg(v: Value, _: ArgAt) -> PyResult<isize> {
        match v.as_small_int() {
            Some(i) => Ok(i as isize),
            None => to_i64(v, "ssize_t").map(|i| i as isize),
        }
    }
}
impl FromArg for usize {
    fn from_arg(v: Value, _: ArgAt) -> PyResult<usize> {
        match usize::try_from(to_i64(v, "ssize_t")?) {
            Ok(n) => Ok(n),
            Err(_) => crate::raise!(ValueError, "can't convert negative value to size_t"),
        }
    }
}
impl FromArg for u64 {
    fn from_arg(v: Value, _: ArgAt) -> PyResult<u64> {
        let i = crate::protocol::index::index(v)?;
        match i.as_big().map(|b| u64::try_from(b.as_ref())) {
            Some(Ok(n)) => Ok(n),
            _ if i.as_big().is_some_and(|b| *b < IBig::ZERO) => {
                crate::raise!(OverflowError, "can't convert negative int to unsigned")
            }
            _ => crate::raise!(OverflowError, "Python int too large to convert to C unsigned long"),
        }
    }
}

impl FromArg for i32 {
    fn from_arg(v: Value, _: ArgAt) -> PyResult<i32> {
        crate::protocol::index::to_i32(v)
    }
}

macro_rules! narrow_int {
    ($($t:ident $what:literal;)*) => {$(
        impl FromArg for $t {
            fn from_arg(v: Value, _: ArgAt) -> PyResult<$t> {
                let i = to_i64(v, "long")?;
                match $t::try_from(i) {
                    Ok(i) => Ok(i),
                    Err(_) if i < 0 => crate::raise!(OverflowError, concat!($what, " is less than minimum")),
                    Err(_) => crate::raise!(OverflowError, concat!($what, " is greater than maximum")),
                }
            }
        }
    )*};
}
narrow_int! { u32 "unsigned integer"; i16 "signed short integer"; u8 "unsigned byte integer"; }

/// A native method's first parameter.
pub trait FromReceiver: Sized {
    /// Check what the method was called on.
    fn from_receiver(v: Value, def: &str) -> PyResult<Self>;
}
impl FromReceiver for Value {
    #[inline(always)]
    fn from_receiver(v: Value, _: &str) -> PyResult<Value> {
        Ok(v)
    }
}
impl<T: Object> FromReceiver for P<T> {
    #[inline(always)]
    fn from_receiver(v: Value, name: &str) -> PyResult<P<T>> {
        match v.downcast::<T>() {
            Some(p) => Ok(p),
            None => bad_receiver::<T>(v, name),
        }
    }
}

#[cold]
fn bad_receiver<T: Object>(v: Value, name: &str) -> PyResult<P<T>> {
    crate::raise!(
        TypeError,
        "descriptor '{name}' requires a '{}' object but received a '{}'",
        layout_name::<T>(),
        v.class().name()
    )
}

/// "cannot delete attribute 'x'": for attributes that can be set but not deleted.
#[cold]
pub fn cannot_delete<T>(name: &str) -> PyResult<T> {
    crate::raise!(AttributeError, "cannot delete attribute '{name}'")
}

/// A native result's type, errors apart.
pub trait IntoRef {
    /// The Python value.
    fn into_ref(self) -> Ref;
    /// The Python value of what may turn out not to have been made.
    #[inline(always)]
    fn try_into_ref(self) -> PyResult
    where
        Self: Sized,
    {
        Ok(self.into_ref())
    }
}
macro_rules! into_ref {
    ($($t:ty: $v:ident => $e:expr;)*) => {$(
        impl IntoRef for $t {
            #[inline(always)]
            fn into_ref(self) -> Ref {
                let $v = self;
                $e
            }
        }
    )*};
}
into_ref! {
    (): _v => Ref::from_raw(NONE);
    bool: v => Ref::from_raw(Value::bool(v));
    i64: v => int::new(v);
    i32: v => int::new(v.into());
    u32: v => int::new(v.into());
    u8: v => int::new(v.into());
    isize: v => int::new(v as i64);
    usize: v => int::from_u64(v as u64);
    u64: v => int::from_u64(v);
    IBig: v => int::from_big(v);
    f64: v => float::new(v);
    &str: v => str::new(v).erase();
    String: v => str::new(&v).erase();
    Ref: v => v;
    Value: v => v.own();
}
impl<T: Object> IntoRef for Own<T> {
    #[inline(always)]
    fn into_ref(self) -> Ref {
        self.erase()
    }
}
impl<T: Object> IntoRef for P<T> {
    #[inline(always)]
    fn into_ref(self) -> Ref {
        self.own()
    }
}
impl<T: IntoRef> IntoRef for Option<T> {
    #[inline(always)]
    fn into_ref(self) -> Ref {
        self.map_or_else(|| Ref::from_raw(NONE), T::into_ref)
    }
}

/// A native result's type.
pub trait IntoResult {
    /// The Python value, or the exception.
    fn into_result(self) -> PyResult;
}
impl<T: IntoRef> IntoResult for T {
    #[inline(always)]
    fn into_result(self) -> PyResult {
        self.try_into_ref()
    }
}
impl<T: IntoRef> IntoResult for PyResult<T> {
    #[inline(always)]
    fn into_result(self) -> PyResult {
        self.and_then(T::try_into_ref)
    }
}
