//! Calls.

use crate::error::PyResult;
use crate::native::NativeFn;
use crate::object::P;
use crate::protocol::{attr, type_attr};
use crate::slots::Args;
use crate::types::descriptor::{MethodDescriptor, NativeFunction, SlotWrapper};
use crate::types::function::Function;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// `callable(*args, **kwargs)`
#[inline]
pub fn call(callable: Value, args: Args<'_>) -> PyResult {
    match callable.class().slots.call.get() {
        Some(f) => f(callable, args),
        None => not_callable(callable),
    }
}

#[cold]
fn not_callable(v: Value) -> PyResult {
    crate::raise!(TypeError, "'{}' object is not callable", v.class().name())
}

/// `f()`
#[inline]
pub fn call0(f: Value) -> PyResult {
    call(f, Args::EMPTY)
}
/// `f(a)`
#[inline]
pub fn call1(f: Value, a: Value) -> PyResult {
    call(f, Args::positional(&[a]))
}
/// `f(a, b)`
#[inline]
pub fn call2(f: Value, a: Value, b: Value) -> PyResult {
    call(f, Args::positional(&[a, b]))
}
/// `f(a, b, c)`
#[inline]
pub fn call3(f: Value, a: Value, b: Value, c: Value) -> PyResult {
    call(f, Args::positional(&[a, b, c]))
}

/// `f(*args)` with a tuple.
pub fn call_tuple(f: Value, args: P<Tuple>) -> PyResult {
    call(f, Args::positional(args.items()))
}

/// Call with `first` put before the arguments.
#[inline]
pub fn call_prepend(f: Value, first: Value, args: Args<'_>) -> PyResult {
    const ROOM: usize = 8;
    if args.values.len() < ROOM {
        let mut buffer = [crate::value::UNBOUND; ROOM];
        buffer[0] = first;
        buffer[1..=args.values.len()].copy_from_slice(args.values);
        return call(f, Args { values: &buffer[..=args.values.len()], names: args.names });
    }
    let mut values = Vec::with_capacity(args.values.len() + 1);
    values.push(first);
    values.extend_from_slice(args.values);
    call(f, Args { values: &values, names: args.names })
}

/// Does calling `descriptor` with the instance put first equal binding it and calling the result?
#[inline(always)]
pub fn binds_self(descriptor: Value) -> bool {
    descriptor.exact::<Function>().is_some()
        || descriptor.exact::<MethodDescriptor>().is_some()
        || descriptor.exact::<SlotWrapper>().is_some()
}

/// What runs the native function `f` (`this` is `UNBOUND`) or the native method `f` of `this`, and the `self` it gets.
/// `None` for anything else, and where `this` is of no class that has the method.
#[inline(always)]
pub fn native(f: Value, this: Value) -> Option<(NativeFn, Value)> {
    if this.is_unbound() {
        let f = f.exact::<NativeFunction>()?;
        return Some((f.def.call, f.this.or_none()));
    }
    let method = f.exact::<MethodDescriptor>()?;
    this.is_instance_of(method.owner.p()).then_some((method.def.call, this))
}

/// `object.name(*args)`, without making a bound method where that can be helped.
pub fn call_method(object: Value, name: P<Str>, args: &[Value]) -> PyResult {
    match attr::get_method(object, name)? {
        attr::Method::Unbound(f) => call_prepend(*f, object, Args::positional(args)),
        attr::Method::Attribute(f) => call(*f, Args::positional(args)),
    }
}

/// [`call_method`] with the name as text.
pub fn call_method_text(object: Value, name: &str, args: &[Value]) -> PyResult {
    call_method(object, crate::types::str::interned(name), args)
}

/// Call a special method, looked up on the class alone; `None` if there is none.
pub fn call_special(object: Value, name: P<Str>, args: &[Value]) -> Option<PyResult> {
    let class = object.class();
    let f = type_attr::lookup(class, name)?.own();
    if binds_self(*f) {
        return Some(call_prepend(*f, object, Args::positional(args)));
    }
    let bound = match f.class().slots.descr_get.get() {
        Some(get) => match get(*f, Some(object), class) {
            Ok(bound) => bound,
            Err(raised) => return Some(Err(raised)),
        },
        None => f,
    };
    Some(call(*bound, Args::positional(args)))
}
