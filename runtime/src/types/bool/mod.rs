//! `bool`: two immediates; a subclass of `int`.

use crate::builtins::args::positional;
use crate::error::{Exc, PyResult};
use crate::object::{P, Ref};
use crate::protocol::number;
use crate::protocol::truth::truth;
use crate::slots::Args;
use crate::types::int;
use crate::types::str;
use crate::types::type_object::TypeObject;
use crate::value::{TRUE, Value};

/// Sets the slots of `bool`; the rest is inherited from `int`.
pub fn install(class: P<TypeObject>) {
    let s = &class.slots;
    s.new.set(Some(py_new));
    s.repr.set(Some(repr));
    s.and.set(Some(and));
    s.or.set(Some(or));
    s.xor.set(Some(xor));
    s.invert.set(Some(invert));
}

fn py_new(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
    let b = match positional("bool", args, 0, 1)? {
        [] => false,
        [x, ..] => truth(*x)?,
    };
    Ok(Value::bool(b).own())
}

fn repr(v: Value) -> PyResult {
    Ok(str::interned(if v.is(TRUE) { "True" } else { "False" }).own())
}

/// Two bools; anything else is left to `int`.
fn both(a: Value, b: Value) -> Option<(bool, bool)> {
    if a.is_bool() && b.is_bool() { Some((a.is(TRUE), b.is(TRUE))) } else { None }
}

fn as_int(v: Value) -> Ref {
    match v.as_i64() {
        Some(i) if v.is_bool() => int::new(i),
        _ => v.own(),
    }
}

macro_rules! bitwise {
    ($name:ident, $op:tt, $fun:path) => {
        fn $name(a: Value, b: Value) -> PyResult {
            match both(a, b) {
                Some((x, y)) => Ok(Value::bool(x $op y).own()),
                None if a.is_int_like() && b.is_int_like() => $fun(*as_int(a), *as_int(b)),
                None => Ok(crate::value::NOT_IMPLEMENTED.own()),
            }
        }
    };
}
bitwise!(and, &, number::and);
bitwise!(or, |, number::or);
bitwise!(xor, ^, number::xor);

fn invert(v: Value) -> PyResult {
    crate::builtins::warn::warn(
        Exc::DeprecationWarning,
        "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
         inversion of the underlying int object and is usually not what you expect from negating a bool. Use the \
         'not' operator for boolean negation or ~int(x) if you really want the bitwise inversion of the underlying \
         int.",
    )?;
    Ok(int::new(if v.is(TRUE) { -2 } else { -1 }))
}
