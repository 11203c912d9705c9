//! `typing.TypeAliasType`: what a `type` statement makes.

use super::typevar::{no_more, take_keyword};
use super::{caller_module, evaluated, evaluator};
use crate::error::PyResult;
use crate::object::{Header, Kind, OwnedCell, P, Ref, alloc};
use crate::runtime::types;
use crate::slots::Args;
use crate::types::generic_alias;
use crate::types::tuple::{self, Tuple};
use crate::types::type_object::TypeObject;
use crate::value::{NONE, Value};
use crate::{object_layout, pymethods};

/// A type alias.
#[repr(C)]
pub struct TypeAliasType {
    /// The header.
    pub head: Header,
    /// `__name__`
    pub name: Ref,
    /// `__type_params__`; nothing if there are none.
    type_params: OwnedCell,
    /// Computes the value.
    evaluate: OwnedCell,
    value: OwnedCell,
    module: OwnedCell,
}
object_layout!(TypeAliasType, Kind::TypeAliasType, container, [name, type_params, evaluate, value, module]);

fn build(name: Value, type_params: Option<Value>, evaluate: Option<Value>, value: Option<Value>) -> Ref {
    let own = |v: Option<Value>| OwnedCell::new(v.map(Value::own));
    alloc(TypeAliasType {
        head: Header::new(types().typealiastype),
        name: name.own(),
        type_params: own(type_params.filter(|t| t.downcast::<Tuple>().is_some_and(|t| t.len > 0))),
        evaluate: own(evaluate),
        value: own(value),
        module: OwnedCell::new(caller_module()),
    })
    .erase()
}

impl TypeAliasType {
    /// The alias of a `type` statement: `(name, type_params or None, evaluate function)`.
    pub fn of_statement(parts: Value) -> PyResult {
        match parts.downcast::<Tuple>().map(|t| t.items().to_vec()).as_deref() {
            Some(&[name, type_params, evaluate]) => Ok(build(name, Some(type_params), Some(evaluate), None)),
            _ => crate::raise!(SystemError, "bad type alias"),
        }
    }
}

/// Check that no type parameter without a default follows one with.
fn check_params(params: P<Tuple>) -> PyResult<()> {
    let mut default_seen = false;
    for &p in params.items() {
        let class = p.class();
        let t = types();
        let known = class == t.typevar || class == t.paramspec || class == t.typevartuple;
        if !known {
            let text = crate::protocol::repr::repr_text(p)?;
            return crate::raise!(TypeError, "Expected a type param, got {text}");
        }
        let has = crate::protocol::call::call_method_text(p, "has_default", &[])?;
        if crate::protocol::truth::truth(*has)? {
            default_seen = true;
        } else if default_seen {
            let text = crate::protocol::repr::repr_text(p)?;
            return crate::raise!(
                TypeError,
                "non-default type parameter '{text}' follows default type parameter"
            );
        }
    }
    Ok(())
}

#[pymethods]
impl TypeAliasType {
    #[slot(new)]
    fn make(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let mut keywords: Vec<(Value, Value)> = args.keywords().collect();
        let name = args.pos().first().copied().or_else(|| take_keyword(&mut keywords, "name"));
        let value = args.pos().get(1).copied().or_else(|| take_keyword(&mut keywords, "value"));
        let params = take_keyword(&mut keywords, "type_params");
        no_more("typealias", &keywords)?;
        let Some(name) = name else {
            return crate::raise!(TypeError, "typealias() missing required argument 'name' (pos 1)");
        };
        let Some(value) = value else {
            return crate::raise!(TypeError, "typealias() missing required argument 'value' (pos 2)");
        };
        if name.as_str().is_none() {
            let got = name.class().name();
            return crate::raise!(TypeError, "typealias() argument 'name' must be str, not {got}");
        }
        if let Some(p) = params {
            match p.downcast::<Tuple>() {
                Some(t) => check_params(t)?,
                None => return crate::raise!(TypeError, "type_params must be a tuple"),
            }
        }
        Ok(build(name, params, None, Some(value)))
    }
    #[slot(repr)]
    fn repr(t: P<TypeAliasType>) -> PyResult {
        crate::protocol::repr::str(*t.name).map(Ref::from)
    }
    #[slot(getitem)]
    fn getitem(t: P<TypeAliasType>, item: Value) -> PyResult {
        if t.type_params.get().is_none() {
            return crate::raise!(TypeError, "Only generic type aliases are subscriptable");
        }
        generic_alias::new(t.value(), item)
    }
    #[slot(iter)]
    fn iter(t: P<TypeAliasType>) -> PyResult {
        let unpacked = super::typevartuple::unpack(t.value())?;
        crate::protocol::iter::iter(tuple::from_refs(vec![unpacked]).p().value())
    }
    #[slot(or)]
    fn or(a: Value, b: Value) -> PyResult {
        super::typevar::union_of(a, b)
    }
    #[getter]
    fn __name__(t: P<TypeAliasType>) -> Value {
        *t.name
    }
    #[getter]
    fn __value__(t: P<TypeAliasType>) -> PyResult {
        evaluated(&t.value, &t.evaluate, || Ref::from_raw(NONE))
    }
    #[getter]
    fn evaluate_value(t: P<TypeAliasType>) -> Ref {
        evaluator(&t.value, &t.evaluate)
    }
    #[getter]
    fn __type_params__(t: P<TypeAliasType>) -> Ref {
        t.type_params.get().map_or_else(|| tuple::empty().erase(), Value::own)
    }
    #[getter]
    fn __parameters__(t: P<TypeAliasType>) -> PyResult {
        let Some(params) = t.type_params.get().and_then(Value::downcast::<Tuple>) else {
            return Ok(tuple::empty().erase());
        };
        let mut items = Vec::new();
        for &p in params.items() {
            if p.class() == types().typevartuple {
                items.push(super::typevartuple::unpack(p)?);
            } else {
                items.push(p.own());
            }
        }
        Ok(tuple::from_refs(items).erase())
    }
    #[getter]
    fn __module__(t: P<TypeAliasType>) -> PyResult {
        match (t.module.get(), t.evaluate.get()) {
            (_, Some(f)) => crate::protocol::attr::getattr_text(f, "__module__"),
            (Some(m), None) => Ok(m.own()),
            (None, None) => Ok(Ref::from_raw(NONE)),
        }
    }
    #[method("($self, /)")]
    fn __reduce__(t: P<TypeAliasType>) -> Ref {
        t.name.clone()
    }
}
