//! `__new__`, `__init__` and `__str__` of the builtin exceptions, one family after the other.

use super::as_exception;
use super::layout::{BaseException, Family, FieldRef, field, make};
use crate::error::PyResult;
use crate::object::{Own, P, Ref};
use crate::protocol::repr::{repr, str as to_str};
use crate::raise;
use crate::slots::{Args, NewFn};
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple;
use crate::types::type_object::TypeObject;
use crate::value::{NONE, Value};

/// The exception that a slot was called with.
pub(super) fn this(v: Value) -> PyResult<P<BaseException>> {
    match as_exception(v) {
        Some(e) => Ok(e),
        None => raise!(TypeError, "expected an exception, not '{}'", v.class().name()),
    }
}

fn new_of(class: P<TypeObject>, family: Family, args: Args<'_>) -> PyResult {
    Ok(make(class, family, tuple::from_values(args.pos())).erase())
}

macro_rules! new_functions {
    ($($name:ident $family:ident;)*) => {
        /// The `__new__` that makes exceptions of a family (groups and `OSError` have their own).
        pub fn new_slot(family: Family) -> NewFn {
            match family {
                $(Family::$family => $name,)*
                Family::Group => super::group::group_new,
                Family::OSError => super::os_error::os_new,
            }
        }
        $(fn $name(class: P<TypeObject>, args: Args<'_>) -> PyResult { new_of(class, Family::$family, args) })*
    };
}
new_functions! {
    new_plain Plain; new_stop_iteration StopIteration; new_system_exit SystemExit; new_import_error ImportError;
    new_attribute_error AttributeError; new_name_error NameError; new_syntax_error SyntaxError;
    new_unicode_error UnicodeError;
}

/// "X() takes no keyword arguments"
pub(super) fn no_keywords(v: Value, args: Args<'_>) -> PyResult<()> {
    if args.names.is_empty() {
        return Ok(());
    }
    raise!(TypeError, "{}() takes no keyword arguments", v.class().name())
}

/// `BaseException.__init__`
pub fn base_init(v: Value, args: Args<'_>) -> PyResult<()> {
    let e = this(v)?;
    no_keywords(v, args)?;
    set_args(e, args);
    Ok(())
}

/// `args` become the positional arguments, unless `__new__` has just been given the same.
pub(super) fn set_args(e: P<BaseException>, args: Args<'_>) {
    let (old, new) = (e.args(), args.pos());
    let same = old.len == new.len() && old.items().iter().zip(new).all(|(a, b)| a.is(*b));
    if !same {
        e.set_args(tuple::from_values(new));
    }
}

/// `BaseException.__str__`
pub fn base_str(v: Value) -> PyResult {
    let args = this(v)?.args().own_typed();
    match args.items() {
        [] => Ok(crate::types::str::empty().erase()),
        &[one] => Ok(to_str(one)?.erase()),
        _ => Ok(to_str(args.p().value())?.erase()),
    }
}

/// `BaseException.__repr__`
pub fn base_repr(v: Value) -> PyResult {
    let args = this(v)?.args().own_typed();
    let mut text = StrBuilder::new();
    text.push_str(&v.class().name());
    match args.items() {
        &[one] => {
            text.push_str("(");
            text.push_pystr(&*repr(one)?);
            text.push_str(")");
        }
        _ => text.push_pystr(&*repr(args.p().value())?),
    }
    Ok(text.finish().erase())
}

/// `KeyError.__str__`: one argument shows as its repr, so that `KeyError('')` says something.
pub fn key_error_str(v: Value) -> PyResult {
    match this(v)?.args().items() {
        &[one] => {
            let one = one.own();
            Ok(repr(one.value())?.erase())
        }
        _ => base_str(v),
    }
}

/// `StopIteration.__init__`
pub fn stop_iteration_init(v: Value, args: Args<'_>) -> PyResult<()> {
    base_init(v, args)?;
    let value = args.pos().first().copied().unwrap_or(NONE);
    this(v)?.set_field(field::StopIteration::value, Some(value.own()));
    Ok(())
}

/// `SystemExit.__init__`
pub fn system_exit_init(v: Value, args: Args<'_>) -> PyResult<()> {
    base_init(v, args)?;
    let code = match args.pos() {
        [] => return Ok(()),
        &[one] => one.own(),
        _ => this(v)?.args().own(),
    };
    this(v)?.set_field(field::SystemExit::code, Some(code));
    Ok(())
}

/// Sets the fields named by keywords; with CPython's messages for other keywords.
fn keyword_fields(v: Value, e: P<BaseException>, args: Args<'_>, known: &[(&str, FieldRef)]) -> PyResult<()> {
    let class = builtin_name(v);
    if args.names.len() > known.len() {
        let (most, n) = (known.len(), args.names.len());
        let s = if most == 1 { "" } else { "s" };
        return raise!(TypeError, "{class}() takes at most {most} keyword argument{s} ({n} given)");
    }
    let mut found: Vec<Option<Value>> = vec![None; known.len()];
    for (name, value) in args.keywords() {
        let text = name.as_str().map(|s| s.to_lossy()).unwrap_or_default();
        match known.iter().position(|(k, _)| *k == text) {
            Some(i) => found[i] = Some(value),
            None => {
                let names: Vec<&str> = known.iter().map(|(k, _)| *k).collect();
                let hint = match crate::suggest::closest(&text, names.iter().copied()) {
                    Some(best) => format!(". Did you mean '{best}'?"),
                    None => String::new(),
                };
                return raise!(TypeError, "{class}() got an unexpected keyword argument '{text}'{hint}");
            }
        }
    }
    for ((_, f), value) in known.iter().zip(found) {
        e.set_field(*f, value.map(|v| v.own()));
    }
    Ok(())
}

/// The name of the builtin class whose `__init__` runs, for messages.
fn builtin_name(v: Value) -> &'static str {
    match as_exception(v).map(|e| e.family()) {
        Some(Family::ImportError) => "ImportError",
        Some(Family::AttributeError) => "AttributeError",
        _ => "NameError",
    }
}

/// `ImportError.__init__`
pub fn import_error_init(v: Value, args: Args<'_>) -> PyResult<()> {
    use field::ImportError::*;
    let e = this(v)?;
    set_args(e, args);
    keyword_fields(v, e, args, &[("name", name), ("path", path), ("name_from", name_from)])?;
    let message = if let &[one] = args.pos() { Some(one.own()) } else { None };
    e.set_field(msg, message);
    Ok(())
}

/// `ImportError.__str__`
pub fn import_error_str(v: Value) -> PyResult {
    match this(v)?.field(field::ImportError::msg) {
        Some(m) if m.exact::<Str>().is_some() => Ok(m.own()),
        _ => base_str(v),
    }
}

/// `AttributeError.__init__`
pub fn attribute_error_init(v: Value, args: Args<'_>) -> PyResult<()> {
    let e = this(v)?;
    set_args(e, args);
    keyword_fields(v, e, args, &[("name", field::AttributeError::name), ("obj", field::AttributeError::obj)])
}

/// `NameError.__init__`
pub fn name_error_init(v: Value, args: Args<'_>) -> PyResult<()> {
    let e = this(v)?;
    set_args(e, args);
    keyword_fields(v, e, args, &[("name", field::NameError::name)])
}

/// `SyntaxError.__init__`
pub fn syntax_error_init(v: Value, args: Args<'_>) -> PyResult<()> {
    use field::SyntaxError::*;
    base_init(v, args)?;
    let e = this(v)?;
    if let Some(m) = args.pos().first() {
        e.set_field(msg, Some(m.own()));
    }
    let &[_, info] = args.pos() else { return Ok(()) };
    let info = crate::protocol::iter::collect(info)?;
    let n = info.len();
    if n < 4 {
        return raise!(TypeError, "function takes at least 4 arguments ({n} given)");
    }
    if n > 7 {
        return raise!(TypeError, "function takes at most 7 arguments ({n} given)");
    }
    let places = [filename, lineno, offset, text, end_lineno, end_offset, _metadata];
    for (i, f) in places.into_iter().enumerate() {
        e.set_field(f, info.get(i).cloned());
    }
    if n == 5 {
        return raise!(TypeError, "end_offset must be provided when end_lineno is provided");
    }
    Ok(())
}

/// `SyntaxError.__str__`
pub fn syntax_error_str(v: Value) -> PyResult {
    use field::SyntaxError::*;
    let e = this(v)?;
    let message: Own<Str> = to_str(e.field(msg).unwrap_or(NONE))?;
    let file = e.field(filename).and_then(Value::as_str).map(|s| {
        let whole = s.to_lossy();
        whole.rsplit('/').next().unwrap_or_default().to_owned()
    });
    let line = e.field(lineno).filter(|l| l.is_int() || l.exact::<crate::types::int::Int>().is_some());
    let line = line.map(|l| l.as_i64().unwrap_or(-1));
    let tail = match (file, line) {
        (None, None) => return Ok(message.erase()),
        (Some(f), Some(l)) => format!(" ({f}, line {l})"),
        (Some(f), None) => format!(" ({f})"),
        (None, Some(l)) => format!(" (line {l})"),
    };
    let mut out = StrBuilder::new();
    out.push_pystr(&message);
    out.push_str(&tail);
    Ok(out.finish().erase())
}

/// `AttributeError.__getstate__`: the instance dict with `name` and `args` (but not `obj`, which may not pickle).
pub fn attribute_error_state(e: P<BaseException>) -> PyResult {
    let d = state_dict(e)?;
    if let Some(name) = e.field(field::AttributeError::name) {
        d.insert_text("name", name.own());
    }
    d.insert_text("args", e.args().own());
    Ok(d.erase())
}

/// `ImportError`'s state for pickling: `None` where there is nothing beyond `args`.
pub fn import_error_state(e: P<BaseException>) -> PyResult {
    use field::ImportError::*;
    let named = [("name", name), ("path", path), ("name_from", name_from)];
    let d = state_dict(e)?;
    for (key, f) in named {
        if let Some(v) = e.field(f) {
            d.insert_text(key, v.own());
        }
    }
    if d.is_empty() { Ok(Ref::from_raw(NONE)) } else { Ok(d.erase()) }
}

/// A copy of the instance dict.
fn state_dict(e: P<BaseException>) -> PyResult<Own<crate::types::dict::Dict>> {
    Ok(match super::instance_dict(e) {
        Some(d) => d.copy(),
        None => crate::types::dict::new(),
    })
}
