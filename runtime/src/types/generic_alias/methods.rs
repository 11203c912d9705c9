//! The slots and methods of `types.GenericAlias`.

use super::{GenericAlias, make, new, params};
use crate::error::{self, Exc, PyResult};
use crate::names::names;
use crate::object::{P, Ref};
use crate::protocol::attr;
use crate::protocol::call::call;
use crate::protocol::compare::{equal, hash};
use crate::pymethods;
use crate::slots::{Args, CmpOp};
use crate::types::str::{self, Str};
use crate::types::tuple::{self, Tuple};
use crate::types::type_object::TypeObject;
use crate::types::{list, union};
use crate::value::{NOT_IMPLEMENTED, Value};

/// Attributes of the alias itself; all others are the origin's.
const OWN: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
];

/// A member of an alias or union as `repr` shows it: classes by their qualified names.
pub fn member_repr(v: Value) -> PyResult<String> {
    if v.is(crate::value::ELLIPSIS) {
        return Ok("...".to_owned());
    }
    if v.is_none() || v.is(crate::runtime::types().none_type.value()) {
        return Ok("None".to_owned());
    }
    let n = names();
    let plain = v.downcast::<GenericAlias>().is_none() && attr::getattr_opt(v, n.__origin__)?.is_none();
    if plain
        && let Some(q) = attr::getattr_opt(v, n.__qualname__)?
        && let Some(m) = attr::getattr_opt(v, n.__module__)?
        && !m.is_none()
    {
        let (q, m) = (crate::protocol::repr::str(*q)?.to_lossy(), crate::protocol::repr::str(*m)?.to_lossy());
        return Ok(if m == "builtins" { q } else { format!("{m}.{q}") });
    }
    crate::protocol::repr::repr_text(v)
}

fn argument_repr(v: Value) -> PyResult<String> {
    match v.exact::<list::List>() {
        Some(l) => {
            let parts: PyResult<Vec<String>> = l.items.to_refs().iter().map(|i| member_repr(**i)).collect();
            Ok(format!("[{}]", parts?.join(", ")))
        }
        None => member_repr(v),
    }
}

#[pymethods]
impl GenericAlias {
    #[slot(new)]
    fn make(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        if !args.names.is_empty() {
            return crate::raise!(TypeError, "GenericAlias() takes no keyword arguments");
        }
        match *args.pos() {
            [origin, arguments] => new(origin, arguments),
            ref all => crate::raise!(TypeError, "GenericAlias expected 2 arguments, got {}", all.len()),
        }
    }
    #[slot(repr)]
    fn repr(a: P<GenericAlias>) -> PyResult {
        let star = if a.unpacked { "*" } else { "" };
        let mut parts = Vec::new();
        for &arg in a.args.items() {
            parts.push(argument_repr(arg)?);
        }
        let inner = if parts.is_empty() { "()".to_owned() } else { parts.join(", ") };
        Ok(str::new(&format!("{star}{}[{inner}]", member_repr(*a.origin)?)).erase())
    }
    #[slot(call)]
    fn call(a: P<GenericAlias>, args: Args<'_>) -> PyResult {
        let keep = a.own_typed();
        let object = call(*keep.origin, args)?;
        if let Err(raised) = attr::setattr(*object, names().__orig_class__, a.value()) {
            let ignored = [Exc::AttributeError, Exc::TypeError];
            if !ignored.into_iter().any(|exc| error::take_if(exc).is_some()) {
                return Err(raised);
            }
        }
        Ok(object)
    }
    #[slot(getattr)]
    fn getattr(a: P<GenericAlias>, name: P<Str>) -> PyResult {
        let own = name.as_ascii().is_some_and(|n| OWN.contains(&n));
        if !own {
            let dunder = crate::protocol::type_attr::is_dunder(name);
            let exception = dunder && crate::protocol::type_attr::lookup(a.head.class.get(), name).is_some();
            let blocked = name
                .as_ascii()
                .is_some_and(|n| matches!(n, "__getitem__" | "__or__" | "__ror__" | "__call__"));
            if !(exception && blocked) {
                return attr::getattr(*a.origin, name);
            }
        }
        attr::generic_getattr(a.value(), name)
    }
    #[slot(hash)]
    fn hash(a: P<GenericAlias>) -> PyResult<i64> {
        Ok(hash(*a.origin)? ^ hash(a.args.p().value())?)
    }
    #[slot(compare)]
    fn compare(a: P<GenericAlias>, other: Value, op: CmpOp) -> PyResult {
        let Some(o) = other.downcast::<GenericAlias>().filter(|_| matches!(op, CmpOp::Eq | CmpOp::Ne)) else {
            return Ok(NOT_IMPLEMENTED.own());
        };
        let same = a.unpacked == o.unpacked
            && equal(*a.origin, *o.origin)?
            && equal(a.args.p().value(), o.args.p().value())?;
        Ok(Value::bool(same == (op == CmpOp::Eq)).own())
    }
    #[slot(getitem)]
    fn getitem(a: P<GenericAlias>, item: Value) -> PyResult {
        let parameters = parameters(a)?;
        let args = params::substitute(a.value(), a.args.p(), parameters, item)?;
        Ok(make(*a.origin, args, a.unpacked).erase())
    }
    #[slot(iter)]
    fn iter(a: P<GenericAlias>) -> PyResult {
        let unpacked = make(*a.origin, a.args.clone(), true).erase();
        crate::protocol::iter::iter(tuple::from_refs(vec![unpacked]).p().value())
    }
    #[slot(or)]
    fn or(a: Value, b: Value) -> PyResult {
        union::or(a, b)
    }
    #[getter]
    fn __origin__(a: P<GenericAlias>) -> Value {
        *a.origin
    }
    #[getter]
    fn __args__(a: P<GenericAlias>) -> P<Tuple> {
        a.args.p()
    }
    #[getter]
    fn __parameters__(a: P<GenericAlias>) -> PyResult<P<Tuple>> {
        parameters(a)
    }
    #[getter]
    fn __unpacked__(a: P<GenericAlias>) -> bool {
        a.unpacked
    }
    #[getter]
    fn __typing_unpacked_tuple_args__(a: P<GenericAlias>) -> Option<P<Tuple>> {
        let is_tuple = a.origin.is(crate::runtime::types().tuple.value());
        (a.unpacked && is_tuple).then(|| a.args.p())
    }
    #[method("($self, bases, /)")]
    fn __mro_entries__(a: P<GenericAlias>, _bases: Value) -> Ref {
        tuple::from_values(&[*a.origin]).erase()
    }
    #[method("($self, instance, /)")]
    fn __instancecheck__(_a: P<GenericAlias>, _instance: Value) -> PyResult {
        crate::raise!(TypeError, "isinstance() argument 2 cannot be a parameterized generic")
    }
    #[method("($self, subclass, /)")]
    fn __subclasscheck__(_a: P<GenericAlias>, _subclass: Value) -> PyResult {
        crate::raise!(TypeError, "issubclass() argument 2 cannot be a parameterized generic")
    }
    #[method("($self, /)")]
    fn __reduce__(a: P<GenericAlias>) -> PyResult {
        if a.unpacked {
            let next = crate::runtime::runtime().builtins().get_text("next").unwrap_or(crate::value::NONE);
            let plain = make(*a.origin, a.args.clone(), false).erase();
            let it = crate::protocol::iter::iter(*plain)?;
            return Ok(tuple::from_refs(vec![next.own(), tuple::from_refs(vec![it]).erase()]).erase());
        }
        let args = tuple::from_refs(vec![a.origin.clone(), a.args.clone().erase()]).erase();
        Ok(tuple::from_refs(vec![a.head.class.get().own(), args]).erase())
    }
    #[method("($self, /)")]
    fn __dir__(a: P<GenericAlias>) -> PyResult {
        let names = crate::protocol::call::call_method_text(*a.origin, "__dir__", &[])?;
        let mut all = crate::protocol::iter::collect(*names)?;
        for own in OWN {
            let own: Ref = (*own).into();
            let mut seen = false;
            for n in &all {
                seen = seen || equal(**n, *own)?;
            }
            if !seen {
                all.push(own);
            }
        }
        Ok(list::new(all).erase())
    }
}

/// `__parameters__`, computed once.
fn parameters(a: P<GenericAlias>) -> PyResult<P<Tuple>> {
    if a.parameters.get().is_none() {
        let found = params::collect(a.args.items())?;
        a.parameters.set(Some(found.erase()));
    }
    match a.parameters.get().and_then(Value::downcast::<Tuple>) {
        Some(t) => Ok(t),
        None => unreachable!("set above"),
    }
}
