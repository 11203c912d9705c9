//! `typing.TypeVar`.

use super::{call_typing, caller_module, evaluated, evaluator, no_default, prepare_with_default};
use crate::error::PyResult;
use crate::object::{Header, Kind, Own, OwnedCell, P, Ref, alloc};
use crate::protocol::truth::truth;
use crate::runtime::types;
use crate::slots::Args;
use crate::types::tuple;
use crate::types::type_object::TypeObject;
use crate::types::{dict, union};
use crate::value::{NONE, Value};
use crate::{object_layout, pymethods};
use std::cell::Cell;

/// A type variable.
#[repr(C)]
pub struct TypeVar {
    /// The header.
    pub head: Header,
    /// `__name__`
    pub name: Ref,
    bound: OwnedCell,
    evaluate_bound: OwnedCell,
    constraints: OwnedCell,
    evaluate_constraints: OwnedCell,
    default: OwnedCell,
    /// Computes the default.
    pub evaluate_default: OwnedCell,
    /// `__dict__`
    pub dict: OwnedCell,
    /// Weak references to it.
    pub weakrefs: Cell<Option<Value>>,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
}
object_layout!(
    TypeVar,
    Kind::TypeVar,
    container,
    [name, bound, evaluate_bound, constraints, evaluate_constraints, default, evaluate_default, dict]
);

/// Variance flags, as given to a constructor.
#[derive(Clone, Copy, Default)]
pub(super) struct Variance {
    pub covariant: bool,
    pub contravariant: bool,
    pub infer: bool,
}

impl Variance {
    /// Check that they go together.
    pub fn check(self) -> PyResult<Variance> {
        if self.covariant && self.contravariant {
            return crate::raise!(ValueError, "Bivariant types are not supported.");
        }
        if self.infer && (self.covariant || self.contravariant) {
            return crate::raise!(ValueError, "Variance cannot be specified with infer_variance.");
        }
        Ok(self)
    }
    /// The sign that `repr` begins with.
    pub fn sign(self) -> &'static str {
        match self {
            Variance { infer: true, .. } => "",
            Variance { covariant: true, .. } => "+",
            Variance { contravariant: true, .. } => "-",
            _ => "~",
        }
    }
}

/// A dict with `__module__`, if there is a caller.
pub(super) fn module_dict() -> OwnedCell {
    let d = caller_module().map(|m| {
        let d = dict::new();
        d.insert_text("__module__", m);
        d.erase()
    });
    OwnedCell::new(d)
}

/// Is there a keyword argument of this name? Takes it out of `keywords`.
pub(super) fn take_keyword(keywords: &mut Vec<(Value, Value)>, name: &str) -> Option<Value> {
    let i = keywords.iter().position(|(k, _)| k.as_str().is_some_and(|k| k.is_str(name)))?;
    Some(keywords.remove(i).1)
}

/// Take the variance out of the keywords.
pub(super) fn take_variance(keywords: &mut Vec<(Value, Value)>) -> PyResult<Variance> {
    let mut flag = |name: &str| take_keyword(keywords, name).map_or(Ok(false), truth);
    Variance {
        covariant: flag("covariant")?,
        contravariant: flag("contravariant")?,
        infer: flag("infer_variance")?,
    }
    .check()
}

/// Fail if keywords are left.
pub(super) fn no_more(what: &str, keywords: &[(Value, Value)]) -> PyResult<()> {
    match keywords.first().and_then(|(k, _)| k.as_str()) {
        Some(k) => {
            crate::raise!(TypeError, "{what}() got an unexpected keyword argument '{}'", k.to_lossy())
        }
        None => Ok(()),
    }
}

/// The name argument of a type parameter.
pub(super) fn take_name(what: &str, args: Args<'_>, keywords: &mut Vec<(Value, Value)>) -> PyResult {
    let name = args.pos().first().copied().or_else(|| take_keyword(keywords, "name"));
    match name {
        Some(n) if n.as_str().is_some() => Ok(n.own()),
        Some(n) => crate::raise!(TypeError, "{what}() argument 'name' must be str, not {}", n.class().name()),
        None => crate::raise!(TypeError, "{what}() missing required argument 'name' (pos 1)"),
    }
}

impl TypeVar {
    /// A type variable of a type parameter list: variance is inferred; bound or constraints are computed by these.
    pub fn of_parameter(
        name: Value,
        evaluate_bound: Option<Value>,
        evaluate_constraints: Option<Value>,
    ) -> Ref {
        let variance = Variance { infer: true, ..Variance::default() };
        let t = TypeVar::build(name.own(), variance, OwnedCell::new(None));
        t.evaluate_bound.set(evaluate_bound.map(Value::own));
        t.evaluate_constraints.set(evaluate_constraints.map(Value::own));
        t.dict.set(module_dict().take());
        t.erase()
    }
    fn build(name: Ref, variance: Variance, dict: OwnedCell) -> Own<TypeVar> {
        let empty = || OwnedCell::new(None);
        alloc(TypeVar {
            head: Header::new(types().typevar),
            name,
            bound: empty(),
            evaluate_bound: empty(),
            constraints: empty(),
            evaluate_constraints: empty(),
            default: empty(),
            evaluate_default: empty(),
            dict,
            weakrefs: Cell::new(None),
            covariant: variance.covariant,
            contravariant: variance.contravariant,
            infer_variance: variance.infer,
        })
    }
    fn variance(&self) -> Variance {
        Variance { covariant: self.covariant, contravariant: self.contravariant, infer: self.infer_variance }
    }
    fn default_value(&self) -> PyResult {
        evaluated(&self.default, &self.evaluate_default, no_default)
    }
}

#[pymethods]
impl TypeVar {
    #[slot(new)]
    fn make(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let mut keywords: Vec<(Value, Value)> = args.keywords().collect();
        let name = take_name("typevar", args, &mut keywords)?;
        let constraints = args.pos().get(1..).unwrap_or(&[]);
        let bound = take_keyword(&mut keywords, "bound").filter(|b| !b.is_none());
        let default = take_keyword(&mut keywords, "default");
        let variance = take_variance(&mut keywords)?;
        no_more("typevar", &keywords)?;
        let bound = match bound {
            Some(b) => {
                let message: Ref = "Bound must be a type.".into();
                Some(call_typing("_type_check", &[b, *message])?)
            }
            None => None,
        };
        if constraints.len() == 1 {
            return crate::raise!(TypeError, "A single constraint is not allowed");
        }
        if bound.is_some() && !constraints.is_empty() {
            return crate::raise!(TypeError, "Constraints cannot be combined with bound=...");
        }
        let t = TypeVar::build(name, variance, module_dict());
        t.bound.set(bound);
        t.constraints.set((!constraints.is_empty()).then(|| tuple::from_values(constraints).erase()));
        t.default.set(default.filter(|d| !d.is(*no_default())).map(Value::own));
        Ok(t.erase())
    }
    #[slot(repr)]
    fn repr(t: P<TypeVar>) -> PyResult {
        let name = crate::protocol::repr::str(*t.name)?.to_lossy();
        Ok(format!("{}{name}", t.variance().sign()).as_str().into())
    }
    #[slot(or)]
    fn or(a: Value, b: Value) -> PyResult {
        union_of(a, b)
    }
    #[getter]
    fn __name__(t: P<TypeVar>) -> Value {
        *t.name
    }
    #[getter]
    fn __bound__(t: P<TypeVar>) -> PyResult {
        evaluated(&t.bound, &t.evaluate_bound, || Ref::from_raw(NONE))
    }
    #[getter]
    fn __constraints__(t: P<TypeVar>) -> PyResult {
        evaluated(&t.constraints, &t.evaluate_constraints, || tuple::empty().erase())
    }
    #[getter]
    fn __default__(t: P<TypeVar>) -> PyResult {
        t.default_value()
    }
    #[getter]
    fn evaluate_bound(t: P<TypeVar>) -> Ref {
        evaluator(&t.bound, &t.evaluate_bound)
    }
    #[getter]
    fn evaluate_constraints(t: P<TypeVar>) -> Ref {
        evaluator(&t.constraints, &t.evaluate_constraints)
    }
    #[getter]
    fn evaluate_default(t: P<TypeVar>) -> Ref {
        evaluator(&t.default, &t.evaluate_default)
    }
    #[getter]
    fn __covariant__(t: P<TypeVar>) -> bool {
        t.covariant
    }
    #[getter]
    fn __contravariant__(t: P<TypeVar>) -> bool {
        t.contravariant
    }
    #[getter]
    fn __infer_variance__(t: P<TypeVar>) -> bool {
        t.infer_variance
    }
    #[method("($self, arg, /)")]
    fn __typing_subst__(t: P<TypeVar>, arg: Value) -> PyResult {
        call_typing("_typevar_subst", &[t.value(), arg])
    }
    #[method("($self, alias, args, /)")]
    fn __typing_prepare_subst__(t: P<TypeVar>, alias: Value, args: Value) -> PyResult {
        prepare_with_default(t.value(), t.default_value()?, alias, args)
    }
    #[method("($self, /)")]
    fn has_default(t: P<TypeVar>) -> bool {
        t.default.get().is_some() || t.evaluate_default.get().is_some()
    }
    #[method("($self, bases, /)")]
    fn __mro_entries__(_t: P<TypeVar>, _bases: Value) -> PyResult {
        crate::raise!(TypeError, "Cannot subclass an instance of TypeVar")
    }
    #[method("($self, /)")]
    fn __reduce__(t: P<TypeVar>) -> Ref {
        t.name.clone()
    }
}

/// `a | b` of a type parameter: what `typing` makes of it.
pub(super) fn union_of(a: Value, b: Value) -> PyResult {
    let plain = |v: Value| {
        let (c, t) = (v.class(), types());
        v.is_none()
            || v.downcast::<TypeObject>().is_some()
            || c == t.typevar
            || c == t.generic_alias
            || c == t.union_
            || c == t.paramspec
            || c == t.typevartuple
            || c == t.typealiastype
    };
    if plain(a) && plain(b) {
        return union::make(&[a, b]);
    }
    let members = tuple::from_values(&[a, b]);
    crate::protocol::call::call_method_text(
        types().union_.value(),
        "__class_getitem__",
        &[members.p().value()],
    )
}
