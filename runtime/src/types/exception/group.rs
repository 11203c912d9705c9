//! Exception groups: `split`, `subgroup`, `derive` and what `except*` needs of them.

use super::layout::{Family, field};
use super::{BaseException, as_exception, is_exception_class, is_group, notes};
use crate::error::{Exc, PyResult};
use crate::object::{P, Ref};
use crate::protocol::call::{call, call_method_text};
use crate::raise;
use crate::runtime::exception_class;
use crate::slots::Args;
use crate::types::tuple::{self, Tuple};
use crate::types::type_object::TypeObject;
use crate::value::{NONE, Value};

/// `BaseExceptionGroup.__new__`
pub fn group_new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
    if !args.names.is_empty() {
        return raise!(TypeError, "{}() takes no keyword arguments", class.name());
    }
    let &[message, excs] = args.pos() else {
        let n = args.pos().len();
        return raise!(TypeError, "BaseExceptionGroup.__new__() takes exactly 2 arguments ({n} given)");
    };
    if message.as_str().is_none() {
        let got = message.class().name();
        return raise!(TypeError, "BaseExceptionGroup.__new__() argument 1 must be str, not {got}");
    }
    if !crate::protocol::iter::is_sequence(excs) {
        return raise!(TypeError, "second argument (exceptions) must be a sequence");
    }
    let items = tuple::from_refs(crate::protocol::iter::collect(excs)?);
    if items.len == 0 {
        return raise!(ValueError, "second argument (exceptions) must be a non-empty sequence");
    }
    let exception = exception_class(Exc::Exception);
    let mut nested_base = false;
    for (i, e) in items.items().iter().enumerate() {
        if as_exception(*e).is_none() {
            return raise!(ValueError, "Item {i} of second argument (exceptions) is not an exception");
        }
        nested_base |= !e.is_instance_of(exception);
    }
    let (base, plain) = (exception_class(Exc::BaseExceptionGroup), super::exception_group_class());
    let mut class = class;
    if class == base {
        if !nested_base {
            class = plain;
        }
    } else if nested_base && class == plain {
        return raise!(TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
    } else if nested_base && class.is_subtype(exception) {
        return raise!(TypeError, "Cannot nest BaseExceptions in '{}'", class.name());
    }
    let group = super::layout::make(class, Family::Group, tuple::from_values(args.pos()));
    group.set_field(field::Group::message, Some(message.own()));
    group.set_field(field::Group::exceptions, Some(items.erase()));
    Ok(group.erase())
}

/// `ExceptionGroup(message, excs)`, or `BaseExceptionGroup` where one of them is no `Exception`.
pub fn create(message: &str, excs: Vec<Ref>) -> PyResult {
    let message = crate::types::str::new(message).erase();
    let list = crate::types::list::new(excs).erase();
    call(exception_class(Exc::BaseExceptionGroup).value(), Args::positional(&[message.value(), list.value()]))
}

/// The exceptions in a group.
pub fn members(group: P<BaseException>) -> PyResult<P<Tuple>> {
    match group.field(field::Group::exceptions).and_then(Value::downcast::<Tuple>) {
        Some(t) => Ok(t),
        None => raise!(SystemError, "the exception group was not initialized"),
    }
}

/// `BaseExceptionGroup.__str__`
pub fn group_str(v: Value) -> PyResult {
    let Some(group) = as_exception(v) else { return raise!(TypeError, "expected an exception group") };
    let n = members(group)?.len;
    let message = match group.field(field::Group::message) {
        Some(m) => crate::protocol::repr::str(m)?,
        None => crate::types::str::empty(),
    };
    let mut text = crate::types::str::StrBuilder::new();
    text.push_pystr(&message);
    text.push_str(&format!(" ({n} sub-exception{})", if n == 1 { "" } else { "s" }));
    Ok(text.finish().erase())
}

/// `BaseExceptionGroup.derive(excs)`
pub fn derive(group: P<BaseException>, excs: Value) -> PyResult {
    let message = group.field(field::Group::message).unwrap_or(NONE);
    call(exception_class(Exc::BaseExceptionGroup).value(), Args::positional(&[message, excs]))
}

/// A group like `orig` with fewer exceptions; `None` with none.
fn subset(orig: P<BaseException>, excs: Vec<Ref>) -> PyResult<Option<Ref>> {
    if excs.is_empty() {
        return Ok(None);
    }
    let list = crate::types::list::new(excs).erase();
    let group = call_method_text(orig.value(), "derive", &[list.value()])?;
    let Some(g) = as_exception(group.value()).filter(|_| is_group(group.value())) else {
        return raise!(TypeError, "derive must return an instance of BaseExceptionGroup");
    };
    if let Some(tb) = orig.traceback() {
        g.set_traceback(Some(tb.own()));
    }
    g.set_context(orig.context().map(|v| v.own()));
    g.set_cause(orig.cause().map(|v| v.own()));
    if let Some(notes) = notes(orig.value())?
        && crate::protocol::iter::is_sequence(notes.value())
    {
        let copy = crate::types::list::new(crate::protocol::iter::collect(notes.value())?).erase();
        crate::protocol::attr::store(
            group.value(),
            crate::types::str::interned("__notes__"),
            Some(copy.value()),
        )?;
    }
    Ok(Some(group))
}

/// How `split` and `subgroup` choose.
enum Matcher {
    Type(Value),
    Predicate(Value),
    /// By identity, among these addresses.
    Instances(Vec<u64>),
}

impl Matcher {
    fn new(v: Value) -> PyResult<Matcher> {
        let is_class = v.downcast::<TypeObject>().is_some();
        if !is_class && v.class().slots.call.get().is_some() {
            return Ok(Matcher::Predicate(v));
        }
        let of_types = |t: P<Tuple>| t.items().iter().all(|&c| is_exception_class(c));
        if is_exception_class(v) || v.downcast::<Tuple>().is_some_and(of_types) {
            return Ok(Matcher::Type(v));
        }
        raise!(
            TypeError,
            "expected an exception type, a tuple of exception types, or a callable (other than a class)"
        )
    }
    fn accepts(&self, e: Value) -> PyResult<bool> {
        match self {
            Matcher::Type(t) => Ok(super::given_matches(e, *t)),
            Matcher::Predicate(f) => {
                let r = call(*f, Args::positional(&[e]))?;
                crate::protocol::truth::truth(r.value())
            }
            Matcher::Instances(ids) => Ok(!is_group(e) && ids.contains(&e.bits())),
        }
    }
}

/// The part of a group that matched, and the rest.
type Parts = (Option<Ref>, Option<Ref>);

fn split_recursive(e: Value, matcher: &Matcher, want_rest: bool) -> PyResult<Parts> {
    if matcher.accepts(e)? {
        return Ok((Some(e.own()), None));
    }
    let Some(group) = as_exception(e).filter(|_| is_group(e)) else {
        return Ok((None, want_rest.then(|| e.own())));
    };
    crate::thread::current().check_native_stack(" in exceptiongroup_split_recursive")?;
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for &member in members(group)?.items() {
        let (m, r) = split_recursive(member, matcher, want_rest)?;
        yes.extend(m);
        no.extend(r);
    }
    Ok((subset(group, yes)?, if want_rest { subset(group, no)? } else { None }))
}

fn or_none(r: Option<Ref>) -> Ref {
    r.unwrap_or(Ref::from_raw(NONE))
}

/// `BaseExceptionGroup.split(matcher)`
pub fn split(group: P<BaseException>, matcher: Value) -> PyResult {
    let (yes, no) = split_recursive(group.value(), &Matcher::new(matcher)?, true)?;
    Ok(tuple::from_refs(vec![or_none(yes), or_none(no)]).erase())
}

/// `BaseExceptionGroup.subgroup(matcher)`
pub fn subgroup(group: P<BaseException>, matcher: Value) -> PyResult {
    let (yes, _) = split_recursive(group.value(), &Matcher::new(matcher)?, false)?;
    Ok(or_none(yes))
}

fn leaves(e: Value, found: &mut Vec<u64>) -> PyResult<()> {
    match as_exception(e).filter(|_| is_group(e)) {
        None => found.push(e.bits()),
        Some(g) => {
            crate::thread::current().check_native_stack(" in collect_exception_group_leaf_ids")?;
            for &m in members(g)?.items() {
                leaves(m, found)?;
            }
        }
    }
    Ok(())
}

/// The part of `group` whose leaves are leaves of one of `keep`.
pub fn projection(group: Value, keep: &[Value]) -> PyResult<Option<Ref>> {
    let mut ids = Vec::new();
    for &e in keep {
        leaves(e, &mut ids)?;
    }
    Ok(split_recursive(group, &Matcher::Instances(ids), false)?.0)
}
