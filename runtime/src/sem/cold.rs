//! The bodies of helpers: what instructions mean when no fast path applies, over borrowed values.
//!
//! # Invariants
//! A *span* is the address of consecutive frame slots (or of words that machine code wrote): `n` owned words. A
//! helper borrows them, except where its row in the table says that it takes them over.

use crate::call_site;
use crate::error::PyResult;
use crate::frame::{Frame, flags};
use crate::object::{Own, P, Ref, decref};
use crate::protocol::{call, iter, repr};
use crate::raise;
use crate::slots::Args;
use crate::types::function::Function;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::TypeObject;
use crate::types::{self};
use crate::value::{NONE, UNBOUND, Value};

/// The words of a span.
pub(super) fn span<'a>(address: i64, n: i64) -> &'a [Value] {
    // SAFETY: the module's invariant.
    unsafe { std::slice::from_raw_parts(address as *const Value, n as usize) }
}

/// `names` behind the arguments, if the call has keywords.
fn names<'a>(address: i64, at: i64, keywords: i64) -> &'a [Value] {
    if keywords == 0 {
        return &[];
    }
    let names = span(address, at + 1)[at as usize];
    names.exact::<Tuple>().map_or(&[], |t| {
        // SAFETY: the tuple lies in the span and lives as long as the call.
        unsafe { std::slice::from_raw_parts(t.items().as_ptr(), t.items().len()) }
    })
}

fn strs(a: Value, b: Value) -> (P<Str>, P<Str>) {
    match (a.as_str(), b.as_str()) {
        (Some(a), Some(b)) => (a, b),
        _ => unreachable!("the caller has checked for strs"),
    }
}

/// See the helper's row.
pub(crate) fn str_concat(a: Value, b: Value) -> PyResult {
    let (a, b) = strs(a, b);
    types::str::add(a, b)
}

/// See the helper's row.
pub(crate) fn str_append(a: Value, b: Value) -> PyResult {
    let (left, tail) = strs(a, b);
    Ok(types::str::append(left, tail)?.erase())
}

pub(crate) fn call_span(address: i64, n: i64, keywords: i64) -> PyResult {
    let values = span(address, n + 1);
    if keywords == 0
        && let Some((f, this)) = call::native(values[0], UNBOUND)
    {
        return f(this, Args::positional(&values[1..]));
    }
    call::call(values[0], Args { values: &values[1..], names: names(address, n + 1, keywords) })
}

pub(crate) fn call_method_span(address: i64, n: i64, keywords: i64) -> PyResult {
    let values = span(address, n + 2);
    if keywords == 0
        && let Some((f, this)) = call::native(values[0], values[1])
    {
        return f(this, Args::positional(&values[2..]));
    }
    let first = if values[1].is_unbound() { 2 } else { 1 };
    call::call(values[0], Args { values: &values[first..], names: names(address, n + 2, keywords) })
}

/// What helpers that may not be the right one give then: no word.
fn nothing() -> Ref {
    Ref::from_raw(UNBOUND)
}

pub(crate) fn ord(v: Value) -> Ref {
    match v.exact::<Str>() {
        Some(s) if s.len() == 1 => types::int::new(s.chars().at(0).into()),
        _ => nothing(),
    }
}

pub(crate) fn chr(v: Value) -> Ref {
    match v.as_small_int().and_then(|i| u32::try_from(i).ok()) {
        Some(c) if c < 0x11_0000 => types::str::char_str(c).erase(),
        _ => nothing(),
    }
}

pub(crate) fn int_of(v: Value) -> Ref {
    match v.as_exact_float() {
        Some(f) if f.abs() < crate::value::INT_MAX as f64 => types::int::new(f as i64),
        _ => nothing(),
    }
}

pub(crate) fn str_of(v: Value) -> Ref {
    match crate::protocol::repr::str(v) {
        Ok(s) => s.erase(),
        Err(_) => unreachable!("small ints and floats have a text"),
    }
}

pub(crate) fn list_pop(list: Value) -> Ref {
    list.exact::<types::list::List>().and_then(|l| l.items.pop()).unwrap_or_else(nothing)
}

pub(crate) fn dict_get(dict: Value, key: Value, default: Value) -> PyResult {
    match dict.downcast::<types::dict::Dict>() {
        Some(d) => Ok(d.get(key)?.unwrap_or(default).own()),
        None => raise!(SystemError, "DICT_GET of no dict"),
    }
}

pub(crate) fn str_compare(a: Value, b: Value, op: crate::slots::CmpOp) -> bool {
    match (a.exact::<Str>(), b.exact::<Str>()) {
        (Some(x), Some(y)) => crate::protocol::compare::compare_str(&x, &y, op),
        _ => unreachable!("the semantics compare exact strs"),
    }
}

pub(crate) fn build_tuple(address: i64, n: i64) -> Ref {
    // SAFETY: the helper takes the words over.
    unsafe { types::tuple::from_owned(span(address, n)) }.erase()
}

pub(crate) fn build_list(address: i64, n: i64) -> Ref {
    let l = types::list::with_room(n as usize);
    // SAFETY: the operands are owned; the instruction gives them up.
    unsafe { l.items.extend_owned(span(address, n)) };
    l.erase()
}

pub(crate) fn build_map(address: i64, n: i64) -> PyResult {
    let d = types::dict::new();
    d.reserve(n as usize / 2);
    for pair in span(address, n).chunks_exact(2) {
        d.insert(pair[0], pair[1].own())?;
    }
    Ok(d.erase())
}

/// See the helper's row.
pub(crate) fn keyword_dict(address: i64, n: i64) -> Ref {
    let d = types::dict::new();
    for pair in span(address, n).chunks_exact(2) {
        match pair[0].exact::<Str>() {
            Some(name) => d.append_new(name, Ref::from_raw(pair[1])),
            None => unreachable!("keywords are strs"),
        }
        decref(pair[0]);
    }
    d.erase()
}

pub(crate) fn build_set(address: i64, n: i64) -> PyResult {
    let s = types::set::new();
    for &v in span(address, n) {
        s.table.add(v)?;
    }
    Ok(s.erase())
}

pub(crate) fn build_string(address: i64, n: i64) -> PyResult {
    types::str::join_values(types::str::empty().p(), span(address, n)).map(Own::erase)
}

pub(crate) fn build_slice(address: i64, n: i64) -> Ref {
    let v = span(address, n);
    let step = if n == 3 { v[2] } else { NONE };
    types::slice::new(v[0], v[1], step).erase()
}

/// `v[0][v[1]:v[2]:v[3]]` of `n` values: without the step, if there are three.
pub(crate) fn get_slice(address: i64, n: i64) -> PyResult {
    let v = span(address, n);
    crate::protocol::sequence::getslice(v[0], v[1], v[2], v.get(3).copied().unwrap_or(NONE))
}

pub(crate) fn list_append(list: Value, v: Value) -> PyResult {
    if let Some(l) = list.downcast::<types::list::List>() {
        l.items.try_push(v.own())?;
    }
    Ok(Ref::from_raw(NONE))
}

/// `format(v, spec)`
pub fn format(v: Value, spec: Value) -> PyResult {
    if let Some(spec) = spec.exact::<Str>() {
        // The classes' own methods.
        if v.exact::<Str>().is_some() && spec.is_empty() {
            return Ok(v.own());
        } else if let Some(s) = v.exact::<Str>() {
            return types::str::format_with(s, spec);
        } else if v.as_exact_float().is_some() {
            return types::float::format_with(v, spec);
        } else if v.is_int() {
            return types::int::text::format(v, spec);
        }
    }
    let Some(r) = call::call_special(v, crate::names::names().__format__, &[spec]) else {
        return raise!(TypeError, "unsupported format string passed to {}.__format__", v.class().name());
    };
    let r = r?;
    if r.as_str().is_none() {
        return raise!(TypeError, "__format__ must return a str, not {}", r.class().name());
    }
    Ok(r)
}

pub(crate) fn format_simple(v: Value) -> PyResult {
    format(v, types::str::empty().p().value())
}

pub(crate) fn convert(v: Value, how: i64) -> PyResult {
    Ok(match how {
        1 => repr::str(v)?,
        2 => repr::repr(v)?,
        _ => repr::ascii(v)?,
    }
    .erase())
}

pub(crate) fn list_to_tuple(v: Value) -> PyResult {
    Ok(types::tuple::from_refs(iter::collect(v)?).erase())
}

pub(crate) fn next_or_unbound(it: Value) -> PyResult {
    Ok(iter::next(it)?.unwrap_or_else(|| Ref::from_raw(UNBOUND)))
}

pub(crate) fn get_method(v: Value, name: P<Str>) -> PyResult {
    use crate::protocol::attr::Method;
    // What is found may be all that keeps `v` alive, or the other way round: both are owned from here on.
    let owner = v.own();
    let (found, this) = match crate::protocol::attr::get_method(v, name)? {
        Method::Unbound(f) => (f, owner),
        Method::Attribute(f) => (f, Ref::from_raw(UNBOUND)),
    };
    crate::thread::current().method_self.set(this.into_raw());
    Ok(found)
}

pub(crate) fn new_instance(class: Value) -> PyResult {
    match class.exact::<TypeObject>() {
        Some(class) => Ok(types::instance::new(class).erase()),
        None => raise!(SystemError, "new instance of something that is no class"),
    }
}

pub(crate) fn new_exception(address: i64, n: i64) -> PyResult {
    let values = span(address, n + 1);
    let class = values[0].exact::<TypeObject>();
    match class.and_then(|c| Some((c, c.slots.new.get()?))) {
        Some((class, new)) => new(class, Args::positional(&values[1..])),
        None => raise!(SystemError, "new exception of something that is no class"),
    }
}

pub(crate) fn traceback(e: Value) -> Ref {
    types::exception::as_exception(e).and_then(|e| e.traceback()).unwrap_or(NONE).own()
}

pub(crate) fn with_except(f: Value, this: Value, e: Value) -> PyResult {
    let traceback = traceback(e);
    let args = [this, e.class().value(), e, *traceback];
    call::call(f, Args::positional(if this.is_unbound() { &args[1..] } else { &args[..] }))
}

pub(crate) fn range(start: Value, stop: Value, step: Value) -> Ref {
    let [start, stop, step] = [start, stop, step].map(Value::int_unchecked);
    types::range::new(start, stop, step).erase()
}

pub(crate) fn iter_range(v: Value) -> Ref {
    match v.exact::<types::range::Range>() {
        Some(r) => types::range::iter_over(r),
        None => unreachable!("the semantics have looked"),
    }
}

pub(crate) fn is_empty(dict: Value) -> bool {
    dict.exact::<types::dict::Dict>().is_some_and(|d| d.is_empty())
}

pub(crate) fn set_add(set: Value, v: Value) -> PyResult<()> {
    match set.downcast::<types::set::Set>() {
        Some(set) => set.table.add(v).map(|_| ()),
        None => raise!(SystemError, "SET_ADD to no set"),
    }
}

pub(crate) fn map_add(dict: Value, key: Value, v: Value) -> PyResult<()> {
    match dict.downcast::<types::dict::Dict>() {
        Some(d) => d.insert(key, v.own()),
        None => raise!(SystemError, "MAP_ADD to no dict"),
    }
}

pub(crate) fn set_update(set: Value, items: Value) -> PyResult<()> {
    match set.downcast::<types::set::Set>() {
        Some(set) => types::set::ops::update(&set.table, items),
        None => raise!(SystemError, "SET_UPDATE of no set"),
    }
}

pub(crate) fn unpack(v: Value, n: usize) -> PyResult {
    Ok(types::tuple::from_refs(crate::protocol::sequence::unpack(v, n)?).erase())
}

pub(crate) fn unpack_ex(v: Value, counts: usize) -> PyResult {
    Ok(types::tuple::from_refs(crate::protocol::sequence::unpack_ex(v, counts & 255, counts >> 8)?).erase())
}

pub(crate) fn store_slice(address: i64) -> PyResult<()> {
    let v = span(address, 4);
    crate::protocol::sequence::setslice(v[1], v[2], v[3], v[0])
}

pub(crate) fn load_global(f: P<Function>, name: P<Str>) -> PyResult {
    if let Some(v) = f.globals.get_str(name)? {
        return Ok(v.own());
    }
    if f.globals.value().exact::<types::dict::Dict>().is_none() {
        match crate::protocol::mapping::getitem(f.globals.value(), name.value()) {
            Ok(v) => return Ok(v),
            Err(raised) if crate::error::take_if(crate::error::Exc::KeyError).is_none() => {
                return Err(raised);
            }
            Err(_) => {}
        }
    }
    if let Some(v) = f.builtins.get_str(name)? {
        return Ok(v.own());
    }
    name_error(name)
}

pub(crate) fn store_global(f: P<Function>, name: P<Str>, v: Value) -> PyResult {
    f.globals.insert_str(name, v.own())?;
    Ok(Ref::from_raw(NONE))
}

pub(crate) fn delete_global(f: P<Function>, name: P<Str>) -> PyResult {
    f.globals.loses_keys.set(true);
    match f.globals.remove(name.value())? {
        Some(_) => Ok(Ref::from_raw(NONE)),
        None => name_error(name),
    }
}

/// NameError "name 'x' is not defined".
#[cold]
pub fn name_error(name: P<Str>) -> PyResult {
    let message = format!("name '{}' is not defined", name.to_lossy());
    let e = types::exception::new_exception(crate::error::Exc::NameError, &message)?;
    crate::protocol::attr::setattr(e.value(), types::str::interned("name"), name.value())?;
    crate::error::raise_exception(e)
}

pub(crate) fn raise_again(e: Value) -> PyResult {
    crate::thread::current().set_raised(e.own());
    Err(crate::error::Raised)
}

pub(crate) fn push_handled(e: Value) -> Ref {
    Ref::from_raw(crate::thread::current().handled.replace(e.own().into_raw()))
}

pub(crate) fn pop_handled(previous: Value) -> Ref {
    drop(Ref::from_raw(crate::thread::current().handled.replace(previous.own().into_raw())));
    Ref::from_raw(NONE)
}

pub(crate) fn take_raised() -> Ref {
    crate::thread::current().take_raised().unwrap_or_else(|| Ref::from_raw(NONE))
}

pub(crate) fn trace_frame(lasti: i64) {
    let base = call_site::base(crate::thread::current());
    super::unwind::add_entry(types::frame::of(base), lasti as i32);
}

pub(crate) fn trace_inlined(function: P<Function>, lasti: i64, locals: i64) {
    let base = call_site::base(crate::thread::current());
    let locals = span(locals, function.exec().locals.into());
    let frame = types::frame::ended(function, locals, lasti as usize / 2, types::frame::of(base));
    super::unwind::add_entry(frame, lasti as i32);
}

/// See the helper's row.
pub fn link_raised() {
    if let Some(e) = crate::thread::current().raised() {
        types::exception::set_context(&e.own());
    }
}

/// See the helper's row.
pub(crate) fn frame_object() -> Ref {
    types::frame::of(call_site::base(crate::thread::current()))
}

/// See the helper's row.
pub(crate) fn ended_frame(address: i64, n: i64) -> Ref {
    let words = span(address, n);
    let back = Ref::from_raw(words[2]);
    let object =
        types::frame::ended(frame_function(words[0]), &words[3..], words[1].int_unchecked() as usize, back);
    decref(words[0]);
    words[3..].iter().for_each(|v| decref(*v));
    object
}

fn frame_function(v: Value) -> P<Function> {
    match v.exact::<Function>() {
        Some(f) => f,
        None => unreachable!("a frame's function"),
    }
}

/// See the helper's row.
pub(crate) fn detach(record: i64, frames: usize) {
    let callee = record as *mut Frame;
    // SAFETY: the records of the frames of a call in machine code, the callee's innermost.
    unsafe {
        if call_site::is_unwritten_callee(&*callee) {
            return;
        }
        types::frame::detach(&mut *callee);
        // The inlined ones go on; machine code is to know.
        if (1..frames).any(|k| (*callee.sub(k)).has(flags::OBJECT)) {
            crate::thread::current().frame.set(callee.sub(1));
        }
    }
}

/// See the helper's row.
pub(crate) fn is_seen() -> bool {
    call_site::forget_inlined(crate::thread::current())
}

/// See the helper's row.
pub(crate) fn alloc(size: i64, container: i64, id: i64, class: i64) -> Ref {
    // SAFETY: machine code passes what the recorder read off the class, and fills the fields in at once.
    unsafe {
        let heap = P::<TypeObject>::from_ptr(class as *const TypeObject).is_heap();
        Ref::from_raw(crate::object::alloc_words(
            size as usize,
            container != 0,
            1,
            id as u32,
            class as u64,
            heap,
        ))
    }
}
