//! Builtin functions and methods that the semantics see through, so that a trace has what they do in it and not a
//! call.
//!
//! What is not spelt out here (another number of arguments, operands of other types) is left to the call helper.

use super::call::drop_span;
use super::numeric;
use crate::error::PyResult;
use crate::exec::insn::Insn;
use crate::field;
use crate::helper::Helper;
use crate::helpers;
use crate::machine::{Exit, Field, FltFn, IntOp, Machine, Owned, Step};
use crate::slots::CmpOp;
use crate::types::descriptor::NativeFunction;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::{UNBOUND, Value};
use std::sync::atomic::{AtomicU8, Ordering};

macro_rules! intrinsics {
    ($($name:ident $module:literal $function:literal;)*) => {
        /// A builtin function or method with semantics of its own: one row each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Intrinsic {
            $(#[doc = concat!("`", $module, ".", $function, "`")] $name,)*
            /// Another function of doubles, by its helper ([`NativeDef::numeric`](crate::native::NativeDef::numeric)).
            Numeric,
        }

        impl Intrinsic {
            /// Every one, with the module or class that it is in, and its name there.
            pub const ALL: &[(Intrinsic, &str, &str)] = &[$((Intrinsic::$name, $module, $function),)*];

            /// The one whose mark is `n`; 0 marks none. (What this comes to is one comparison.)
            #[inline(always)]
            fn of_mark(n: u8) -> Option<Intrinsic> {
                match n {
                    0 => None,
                    $(n if n == Intrinsic::$name as u8 + 1 => Some(Intrinsic::$name),)*
                    _ => Some(Intrinsic::Numeric),
                }
            }
        }
    };
}
intrinsics! {
    Len "builtins" "len";
    Abs "builtins" "abs";
    Min "builtins" "min";
    Max "builtins" "max";
    Ord "builtins" "ord";
    Chr "builtins" "chr";
    IsInstance "builtins" "isinstance";
    Append "list" "append";
    Pop "list" "pop";
    DictGet "dict" "get";
    Sqrt "math" "sqrt";
    Fabs "math" "fabs";
    Floor "math" "floor";
    Ceil "math" "ceil";
    Trunc "math" "trunc";
}

/// Which intrinsic a native function is: none, until the runtime has looked for them.
#[derive(Debug)]
pub struct Mark(AtomicU8);

impl Mark {
    /// Of a function that is none.
    pub const fn none() -> Mark {
        Mark(AtomicU8::new(0))
    }
    /// The function is this one.
    pub fn set(&self, i: Intrinsic) {
        self.0.store(i as u8 + 1, Ordering::Relaxed);
    }
    /// Which one the function is.
    #[inline(always)]
    pub fn get(&self) -> Option<Intrinsic> {
        Intrinsic::of_mark(self.0.load(Ordering::Relaxed))
    }
}

/// `NativeFunction::this`, of a bound method.
const NATIVE_SELF: Field<NativeFunction, Value> = field!(NativeFunction, this: Value, const BoundMethod);
/// Arguments of `min` and `max` at most.
const MOST: usize = 4;

/// `c = a(d values from a+1)`, if `a` is an intrinsic that takes them.
#[inline(always)]
pub fn call<M: Machine>(m: &mut M, i: Insn, f: M::V) -> Option<Step> {
    let which = m.intrinsic(f)?;
    if matches!(which, Intrinsic::Append | Intrinsic::Pop | Intrinsic::DictGet) {
        return call_bound(m, i, f, which);
    }
    let n = i.d as usize;
    let v = function(m, f, which, i.a + 1, n)?;
    drop_span(m, i.a, n as u16 + 1);
    m.put(i, v);
    Some(Ok(()))
}

/// What a function gives for `n` arguments from slot `first` on.
#[inline(always)]
fn function<M: Machine>(m: &mut M, f: M::V, which: Intrinsic, first: u16, n: usize) -> Option<Owned<M::V>> {
    let x = if n > 0 { m.get(first) } else { return None };
    Some(match (which, n) {
        (Intrinsic::Len, 1) => len(m, x)?,
        (Intrinsic::Abs, 1) => abs(m, x)?,
        (Intrinsic::Min, 2..=MOST) => extreme(m, first, n, CmpOp::Lt)?,
        (Intrinsic::Max, 2..=MOST) => extreme(m, first, n, CmpOp::Gt)?,
        (Intrinsic::Ord, 1) => m.attempt(&helpers::ORD, [x])?,
        (Intrinsic::Chr, 1) => m.attempt(&helpers::CHR, [x])?,
        (Intrinsic::IsInstance, 2) => {
            let class = m.get(first + 1);
            let is = m.instance_check(x, class)?;
            let v = m.literal(crate::value::Value::bool(is));
            m.retain(v)
        }
        (Intrinsic::Sqrt, 1) => numeric::sqrt(m, x)?,
        (Intrinsic::Fabs, 1) => numeric::fabs(m, x)?,
        (Intrinsic::Floor, 1) => numeric::round(m, FltFn::Floor, x)?,
        (Intrinsic::Ceil, 1) => numeric::round(m, FltFn::Ceil, x)?,
        (Intrinsic::Trunc, 1) => numeric::round(m, FltFn::Trunc, x)?,
        (Intrinsic::Numeric, 1) => numeric::unary(m, f, x)?,
        (Intrinsic::Numeric, 2) => {
            let y = m.get(first + 1);
            numeric::binary(m, f, x, y)?
        }
        _ => return None,
    })
}

/// `c = a(d values from a+1)`, if `a` is the class `type` and there is one argument, or the class `range` and its
/// arguments are small ints.
#[inline(always)]
pub fn call_class<M: Machine>(m: &mut M, i: Insn, class: M::V) -> Option<Step> {
    let n = i.d as u16;
    if n == 1 && m.is_word(class, crate::runtime::types().type_.value()) {
        let x = m.get(i.a + 1);
        let Ok(v) = m.call(&helpers::TYPE, [x]) else { return Some(Err(Exit::Raised)) };
        m.drop_temp(i.a + 1);
        m.drop_temp(i.a);
        m.put(i, v);
        return Some(Ok(()));
    }
    if !(1..=3).contains(&n) || !m.is_word(class, crate::runtime::types().range.value()) {
        return None;
    }
    let start = if n == 1 { m.literal(Value::small_int(0)) } else { m.get(i.a + 1) };
    let stop = m.get(if n == 1 { i.a + 1 } else { i.a + 2 });
    let step = if n == 3 { m.get(i.a + 3) } else { m.literal(Value::small_int(1)) };
    m.as_int(start)?;
    m.as_int(stop)?;
    let s = m.as_int(step)?;
    let zero = m.int(0);
    let is_zero = m.int_cmp(CmpOp::Eq, s, zero);
    if m.test(is_zero) {
        return None;
    }
    let Ok(v) = m.call(&helpers::RANGE, [start, stop, step]) else { return Some(Err(Exit::Raised)) };
    for k in 0..=n {
        m.drop_temp(i.a + k);
    }
    m.put(i, v);
    Some(Ok(()))
}

/// `c = a(self a+1, d values from a+2)`, if `a` is an intrinsic method that takes them.
#[inline(always)]
pub fn call_method<M: Machine>(m: &mut M, i: Insn, f: M::V, this: M::V) -> Option<Step> {
    let which = m.intrinsic(f)?;
    let n = i.d as usize;
    // A function of a module has no `self`.
    let v = if m.is_word(this, UNBOUND) {
        function(m, f, which, i.a + 2, n)?
    } else {
        let Ok(v) = method(m, which, this, i.a + 2, n)? else { return Some(Err(Exit::Raised)) };
        v
    };
    drop_span(m, i.a, n as u16 + 2);
    m.put(i, v);
    Some(Ok(()))
}

/// What a method of `this` gives for `n` arguments from slot `first` on.
#[inline(always)]
fn method<M: Machine>(
    m: &mut M,
    which: Intrinsic,
    this: M::V,
    first: u16,
    n: usize,
) -> Option<PyResult<Owned<M::V>>> {
    Some(match (which, n) {
        (Intrinsic::Append, 1) => {
            m.exact::<List>(this)?;
            let v = m.get(first);
            m.append(this, v)
        }
        (Intrinsic::Pop, 0) => {
            m.exact::<List>(this)?;
            Ok(m.attempt(&helpers::LIST_POP, [this])?)
        }
        (Intrinsic::DictGet, 1 | 2) => {
            m.exact::<crate::types::dict::Dict>(this)?;
            let key = m.get(first);
            let default = if n == 2 { m.get(first + 1) } else { m.literal(crate::value::NONE) };
            m.call(&helpers::DICT_GET, [this, key, default])
        }
        _ => return None,
    })
}

/// `c = a(d values from a+1)`, if `a` is an intrinsic method bound to its object: `append = list.append` in front of a
/// loop.
#[inline(always)]
fn call_bound<M: Machine>(m: &mut M, i: Insn, f: M::V, which: Intrinsic) -> Option<Step> {
    let native = m.exact::<NativeFunction>(f)?;
    let this = m.load(native, NATIVE_SELF);
    let Ok(v) = method(m, which, this, i.a + 1, i.d as usize)? else { return Some(Err(Exit::Raised)) };
    drop_span(m, i.a, i.d as u16 + 1);
    m.put(i, v);
    Some(Ok(()))
}

#[inline(always)]
pub(super) fn len<M: Machine>(m: &mut M, x: M::V) -> Option<Owned<M::V>> {
    let n = if let Some(list) = m.exact::<List>(x) {
        m.load_int(list, super::subscr::LIST_LEN)
    } else if let Some(tuple) = m.exact::<Tuple>(x) {
        m.load_int(tuple, super::subscr::TUPLE_LEN)
    } else if let Some(s) = m.exact::<Str>(x) {
        m.load_int(s, super::numbers::STR_LEN)
    } else {
        return None;
    };
    Some(m.box_int(n))
}

#[inline(always)]
fn abs<M: Machine>(m: &mut M, x: M::V) -> Option<Owned<M::V>> {
    if let Some(f) = m.as_float(x) {
        let f = m.flt_fn(FltFn::Abs, f);
        return Some(m.box_float(f));
    }
    let a = m.as_int(x)?;
    let zero = m.int(0);
    let negative = m.int_cmp(CmpOp::Lt, a, zero);
    let minus = m.int_arith(IntOp::Sub, zero, a)?;
    let a = m.select_int(negative, minus, a);
    Some(m.box_int(a))
}

/// The first argument that none of the others is less (greater) than, if all are small ints or all floats.
#[inline(always)]
fn extreme<M: Machine>(m: &mut M, at: u16, n: usize, op: CmpOp) -> Option<Owned<M::V>> {
    let first = m.get(at);
    let n = n as u16;
    if let Some(mut best) = m.as_int(first) {
        for k in 1..n {
            let v = m.get(at + k);
            let v = m.as_int(v)?;
            let better = m.int_cmp(op, v, best);
            best = m.select_int(better, v, best);
        }
        return Some(m.box_int(best));
    }
    let mut best = m.as_float(first)?;
    for k in 1..n {
        let v = m.get(at + k);
        let v = m.as_float(v)?;
        let better = m.flt_cmp(op, v, best);
        best = m.select_float(better, v, best);
    }
    Some(m.box_float(best))
}

/// Find the functions of the table that are in a native module, which has just been made; and those of doubles, which
/// have these helpers.
pub fn mark_module(module: &str, dict: impl Fn(&str) -> Option<Value>, numeric: &'static [Helper]) {
    let def = |name: &str| dict(name).and_then(|f| f.exact::<NativeFunction>()).map(|f| f.def);
    for (i, _, name) in Intrinsic::ALL.iter().filter(|row| row.1 == module) {
        def(name).into_iter().for_each(|d| d.intrinsic.set(*i));
    }
    for helper in numeric {
        if let Some(d) = def(helper.name) {
            // A module that is made again has the same functions.
            let _same = d.numeric.set(helper);
            d.intrinsic.set(Intrinsic::Numeric);
        }
    }
}

/// Find the functions of the table in the modules and classes of the new runtime.
pub fn mark_all(def: impl Fn(&str, &str) -> Option<&'static crate::native::NativeDef>) {
    for (i, module, name) in Intrinsic::ALL {
        if let Some(def) = def(module, name) {
            def.intrinsic.set(*i);
        }
    }
}
