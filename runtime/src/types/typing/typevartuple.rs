//! `typing.TypeVarTuple`.

use super::typevar::{module_dict, no_more, take_keyword, take_name};
use super::{call_typing, evaluated, evaluator, no_default};
use crate::error::PyResult;
use crate::object::{Header, Kind, Own, OwnedCell, P, Ref, alloc};
use crate::runtime::types;
use crate::slots::Args;
use crate::types::tuple;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use crate::{object_layout, pymethods};
use std::cell::Cell;

/// A variadic type variable.
#[repr(C)]
pub struct TypeVarTuple {
    /// The header.
    pub head: Header,
    /// `__name__`
    pub name: Ref,
    default: OwnedCell,
    /// Computes the default.
    pub evaluate_default: OwnedCell,
    /// `__dict__`
    pub dict: OwnedCell,
    /// Weak references to it.
    pub weakrefs: Cell<Option<Value>>,
}
object_layout!(TypeVarTuple, Kind::TypeVarTuple, container, [name, default, evaluate_default, dict]);

impl TypeVarTuple {
    /// The one of a type parameter list.
    pub fn of_parameter(name: Value) -> Ref {
        TypeVarTuple::build(name.own()).erase()
    }
    fn build(name: Ref) -> Own<TypeVarTuple> {
        alloc(TypeVarTuple {
            head: Header::new(types().typevartuple),
            name,
            default: OwnedCell::new(None),
            evaluate_default: OwnedCell::new(None),
            dict: module_dict(),
            weakrefs: Cell::new(None),
        })
    }
}

/// `typing.Unpack[v]`
pub(super) fn unpack(v: Value) -> PyResult {
    let unpack = super::typing_attr("Unpack")?;
    crate::protocol::mapping::getitem(*unpack, v)
}

#[pymethods]
impl TypeVarTuple {
    #[slot(new)]
    fn make(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let mut keywords: Vec<(Value, Value)> = args.keywords().collect();
        if args.pos().len() > 1 {
            let n = args.pos().len();
            return crate::raise!(
                TypeError,
                "typevartuple() takes exactly 1 positional argument ({n} given)"
            );
        }
        let name = take_name("typevartuple", args, &mut keywords)?;
        let default = take_keyword(&mut keywords, "default");
        no_more("typevartuple", &keywords)?;
        let t = TypeVarTuple::build(name);
        t.default.set(default.filter(|d| !d.is(*no_default())).map(Value::own));
        Ok(t.erase())
    }
    #[slot(repr)]
    fn repr(t: P<TypeVarTuple>) -> PyResult {
        crate::protocol::repr::str(*t.name).map(Ref::from)
    }
    #[slot(iter)]
    fn iter(t: P<TypeVarTuple>) -> PyResult {
        let unpacked = unpack(t.value())?;
        crate::protocol::iter::iter(tuple::from_refs(vec![unpacked]).p().value())
    }
    #[getter]
    fn __name__(t: P<TypeVarTuple>) -> Value {
        *t.name
    }
    #[getter]
    fn __default__(t: P<TypeVarTuple>) -> PyResult {
        evaluated(&t.default, &t.evaluate_default, no_default)
    }
    #[getter]
    fn evaluate_default(t: P<TypeVarTuple>) -> Ref {
        evaluator(&t.default, &t.evaluate_default)
    }
    #[method("($self, arg, /)")]
    fn __typing_subst__(_t: P<TypeVarTuple>, _arg: Value) -> PyResult {
        crate::raise!(TypeError, "Substitution of bare TypeVarTuple is not supported")
    }
    #[method("($self, alias, args, /)")]
    fn __typing_prepare_subst__(t: P<TypeVarTuple>, alias: Value, args: Value) -> PyResult {
        call_typing("_typevartuple_prepare_subst", &[t.value(), alias, args])
    }
    #[method("($self, /)")]
    fn has_default(t: P<TypeVarTuple>) -> bool {
        t.default.get().is_some() || t.evaluate_default.get().is_some()
    }
    #[method("($self, bases, /)")]
    fn __mro_entries__(_t: P<TypeVarTuple>, _bases: Value) -> PyResult {
        crate::raise!(TypeError, "Cannot subclass an instance of TypeVarTuple")
    }
    #[method("($self, /)")]
    fn __reduce__(t: P<TypeVarTuple>) -> Ref {
        t.name.clone()
    }
}
