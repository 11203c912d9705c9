//! Iteration.

use crate::error::{self, Exc, PyResult, Raised};
use crate::eval_hook::Resumed;
use crate::names::names;
use crate::object::Ref;
use crate::protocol::call::call_special;
use crate::types::dict::{Dict, DictItems, DictKeys, DictValues};
use crate::types::generator::{self, Generator};
use crate::types::list::{self, List};
use crate::types::set::{FrozenSet, Set};
use crate::types::str::{self, Str};
use crate::types::tuple::{self, Tuple};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};

/// `iter(v)`
#[inline]
pub fn iter(v: Value) -> PyResult {
    let class = v.class();
    if let Some(f) = class.slots.iter.get() {
        let it = f(v)?;
        if it.class().slots.next.get().is_none() {
            return crate::raise!(TypeError, "iter() returned non-iterator of type '{}'", it.class().name());
        }
        return Ok(it);
    }
    if class.slots.getitem.get().is_some()
        && !class.has(crate::types::type_object::flags::MAPPING)
        && is_sequence(v)
    {
        return crate::types::iterators::seq_iter(v);
    }
    crate::raise!(TypeError, "'{}' object is not iterable", class.name())
}

/// Would `iter` use the old protocol: `__getitem__` with 0, 1, 2, …?
pub fn is_sequence(v: Value) -> bool {
    v.class().slots.getitem.get().is_some() && v.downcast::<crate::types::dict::Dict>().is_none()
}

/// `next(it)`; `None` at the end.
#[inline(always)]
pub fn next(it: Value) -> PyResult<Option<Ref>> {
    match list::iter::quick_next(it) {
        Some(item) => Ok(Some(item)),
        None => next_of_others(it),
    }
}

#[inline(never)]
fn next_of_others(it: Value) -> PyResult<Option<Ref>> {
    if let Some(item) = tuple::quick_next(it) {
        return Ok(Some(item));
    }
    if let Some(g) = it.exact::<Generator>() {
        return match generator::send(g, NONE)? {
            Resumed::Yielded(v) => Ok(Some(v)),
            Resumed::Returned(_) => Ok(None),
        };
    }
    // (The result stays where it is.)
    let found = advance(it);
    if found.is_err() {
        return stopped();
    }
    found
}

/// An iterator that has raised `StopIteration` has ended.
#[cold]
#[inline(never)]
fn stopped() -> PyResult<Option<Ref>> {
    error::take_if(Exc::StopIteration).map(|_| None).ok_or(Raised)
}

/// As [`next`], for those who want to know the value of the `StopIteration` that an iterator may have raised.
#[inline]
pub fn advance(it: Value) -> PyResult<Option<Ref>> {
    match it.class().slots.next.get() {
        Some(f) => f(it),
        None => crate::raise!(TypeError, "'{}' object is not an iterator", it.class().name()),
    }
}

/// Call `f` with each item; stops at the first error.
pub fn for_each(v: Value, mut f: impl FnMut(Ref) -> PyResult<()>) -> PyResult<()> {
    let it = iter(v)?;
    let class = it.class();
    // The slots of builtin classes stay as they are. (A generator is resumed by other means.)
    let native = class.slots.next.get().filter(|_| !class.is_heap() && it.exact::<Generator>().is_none());
    loop {
        let item = match native {
            Some(advance) => match advance(*it) {
                Err(_) => stopped(),
                found => found,
            },
            None => next(*it),
        };
        let Some(item) = item? else { return Ok(()) };
        f(item)?;
        crate::memory::check()?;
    }
}

/// Give `f` the items of a builtin container that none of their code runs for; `false` for other values. `f` must not
/// run any, either.
pub fn for_each_at_once(v: Value, mut f: impl FnMut(Ref)) -> bool {
    if let Some(d) = v.exact::<Dict>() {
        d.iter().for_each(|(k, _)| f(k.own()));
    } else if let Some(keys) = v.exact::<DictKeys>() {
        keys.dict.iter().for_each(|(k, _)| f(k.own()));
    } else if let Some(values) = v.exact::<DictValues>() {
        values.dict.iter().for_each(|(_, v)| f(v.own()));
    } else if let Some(items) = v.exact::<DictItems>() {
        items.dict.iter().for_each(|(k, v)| f(tuple::pair(k.own(), v.own()).erase()));
    } else if let Some(s) = v.exact::<Set>() {
        s.table.iter().for_each(|(k, _)| f(k.own()));
    } else if let Some(s) = v.exact::<FrozenSet>() {
        s.table.iter().for_each(|(k, _)| f(k.own()));
    } else if let Some(s) = v.exact::<Str>() {
        s.chars().iter().for_each(|c| f(str::char_str(c).erase()));
    } else {
        return false;
    }
    true
}

/// The items of an iterable.
pub fn collect(v: Value) -> PyResult<Vec<Ref>> {
    if let Some(l) = v.exact::<List>() {
        return Ok(l.items.to_refs());
    }
    if let Some(t) = v.exact::<Tuple>() {
        return Ok(t.items().iter().map(|v| v.own()).collect());
    }
    let hint = length_hint(v, 0)?;
    crate::error::check_room(hint, size_of::<Value>())?;
    let mut items = Vec::with_capacity(hint.min(1 << 16));
    if for_each_at_once(v, |item| items.push(item)) {
        return Ok(items);
    }
    for_each(v, |item| crate::memory::push(&mut items, item))?;
    Ok(items)
}

/// `operator.length_hint(v, default)`
pub fn length_hint(v: Value, default: usize) -> PyResult<usize> {
    if let Some(f) = v.class().slots.len.get() {
        match f(v) {
            Ok(n) => return Ok(n),
            Err(raised) => match error::take_if(Exc::TypeError) {
                Some(_) => {}
                None => return Err(raised),
            },
        }
    }
    let hint = match call_special(v, names().__length_hint__, &[]) {
        None => return Ok(default),
        Some(Ok(hint)) => hint,
        Some(Err(raised)) => {
            return match error::take_if(Exc::TypeError) {
                Some(_) => Ok(default),
                None => Err(raised),
            };
        }
    };
    if hint.is(NOT_IMPLEMENTED) {
        return Ok(default);
    }
    match hint.as_i64() {
        Some(n) if n >= 0 => Ok(n as usize),
        Some(_) => crate::raise!(ValueError, "__length_hint__() should return >= 0"),
        None if hint.is_int_like() => {
            crate::raise!(OverflowError, "Python int too large to convert to C ssize_t")
        }
        None => crate::raise!(TypeError, "__length_hint__ must be an integer, not {}", hint.class().name()),
    }
}
