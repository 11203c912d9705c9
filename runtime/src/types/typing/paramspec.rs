//! `typing.ParamSpec`, and its `args` and `kwargs`.

use super::typevar::{Variance, module_dict, no_more, take_keyword, take_name, take_variance, union_of};
use super::{call_typing, evaluated, evaluator, no_default};
use crate::error::PyResult;
use crate::object::{Header, Kind, Own, OwnedCell, P, Ref, alloc};
use crate::protocol::compare::equal;
use crate::runtime::types;
use crate::slots::{Args, CmpOp};
use crate::types::type_object::TypeObject;
use crate::value::{NOT_IMPLEMENTED, Value};
use crate::{object_layout, pymethods};
use std::cell::Cell;

/// A parameter specification.
#[repr(C)]
pub struct ParamSpec {
    /// The header.
    pub head: Header,
    /// `__name__`
    pub name: Ref,
    bound: OwnedCell,
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
object_layout!(ParamSpec, Kind::ParamSpec, container, [name, bound, default, evaluate_default, dict]);

impl ParamSpec {
    /// The one of a type parameter list.
    pub fn of_parameter(name: Value) -> Ref {
        ParamSpec::build(name.own(), Variance { infer: true, ..Variance::default() }).erase()
    }
    fn build(name: Ref, v: Variance) -> Own<ParamSpec> {
        alloc(ParamSpec {
            head: Header::new(types().paramspec),
            name,
            bound: OwnedCell::new(None),
            default: OwnedCell::new(None),
            evaluate_default: OwnedCell::new(None),
            dict: module_dict(),
            weakrefs: Cell::new(None),
            covariant: v.covariant,
            contravariant: v.contravariant,
            infer_variance: v.infer,
        })
    }
}

#[pymethods]
impl ParamSpec {
    #[slot(new)]
    fn make(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let mut keywords: Vec<(Value, Value)> = args.keywords().collect();
        if args.pos().len() > 1 {
            let n = args.pos().len();
            return crate::raise!(TypeError, "paramspec() takes exactly 1 positional argument ({n} given)");
        }
        let name = take_name("paramspec", args, &mut keywords)?;
        let bound = take_keyword(&mut keywords, "bound").filter(|b| !b.is_none());
        let default = take_keyword(&mut keywords, "default");
        let variance = take_variance(&mut keywords)?;
        no_more("paramspec", &keywords)?;
        let p = ParamSpec::build(name, variance);
        if let Some(b) = bound {
            let message: Ref = "Bound must be a type.".into();
            p.bound.set(Some(call_typing("_type_check", &[b, *message])?));
        }
        p.default.set(default.filter(|d| !d.is(*no_default())).map(Value::own));
        Ok(p.erase())
    }
    #[slot(repr)]
    fn repr(p: P<ParamSpec>) -> PyResult {
        let v = Variance { covariant: p.covariant, contravariant: p.contravariant, infer: p.infer_variance };
        let name = crate::protocol::repr::str(*p.name)?.to_lossy();
        Ok(format!("{}{name}", v.sign()).as_str().into())
    }
    #[slot(or)]
    fn or(a: Value, b: Value) -> PyResult {
        union_of(a, b)
    }
    #[getter]
    fn __name__(p: P<ParamSpec>) -> Value {
        *p.name
    }
    #[getter]
    fn __bound__(p: P<ParamSpec>) -> Option<Value> {
        p.bound.get()
    }
    #[getter]
    fn __default__(p: P<ParamSpec>) -> PyResult {
        evaluated(&p.default, &p.evaluate_default, no_default)
    }
    #[getter]
    fn evaluate_default(p: P<ParamSpec>) -> Ref {
        evaluator(&p.default, &p.evaluate_default)
    }
    #[getter]
    fn __covariant__(p: P<ParamSpec>) -> bool {
        p.covariant
    }
    #[getter]
    fn __contravariant__(p: P<ParamSpec>) -> bool {
        p.contravariant
    }
    #[getter]
    fn __infer_variance__(p: P<ParamSpec>) -> bool {
        p.infer_variance
    }
    /// Represents positional arguments.
    #[getter]
    fn args(p: P<ParamSpec>) -> Ref {
        ParamSpecArgs::of(p.value())
    }
    /// Represents keyword arguments.
    #[getter]
    fn kwargs(p: P<ParamSpec>) -> Ref {
        ParamSpecKwargs::of(p.value())
    }
    #[method("($self, arg, /)")]
    fn __typing_subst__(p: P<ParamSpec>, arg: Value) -> PyResult {
        call_typing("_paramspec_subst", &[p.value(), arg])
    }
    #[method("($self, alias, args, /)")]
    fn __typing_prepare_subst__(p: P<ParamSpec>, alias: Value, args: Value) -> PyResult {
        call_typing("_paramspec_prepare_subst", &[p.value(), alias, args])
    }
    #[method("($self, /)")]
    fn has_default(p: P<ParamSpec>) -> bool {
        p.default.get().is_some() || p.evaluate_default.get().is_some()
    }
    #[method("($self, bases, /)")]
    fn __mro_entries__(_p: P<ParamSpec>, _bases: Value) -> PyResult {
        crate::raise!(TypeError, "Cannot subclass an instance of ParamSpec")
    }
    #[method("($self, /)")]
    fn __reduce__(p: P<ParamSpec>) -> Ref {
        p.name.clone()
    }
}

macro_rules! part {
    ($name:ident $field:ident $attribute:literal) => {
        #[doc = concat!("`P.", $attribute, "`")]
        #[repr(C)]
        pub struct $name {
            /// The header.
            pub head: Header,
            /// `__origin__`
            pub origin: Ref,
            /// Weak references to it.
            pub weakrefs: Cell<Option<Value>>,
        }
        object_layout!($name, Kind::$name, container, [origin]);

        impl $name {
            fn of(origin: Value) -> Ref {
                let head = Header::new(types().$field);
                alloc($name { head, origin: origin.own(), weakrefs: Cell::new(None) }).erase()
            }
        }

        #[pymethods]
        impl $name {
            #[slot(new)]
            fn make(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
                match (args.pos(), args.keywords().next()) {
                    (&[origin], None) | (&[], Some((_, origin))) => Ok($name::of(origin)),
                    (all, _) => {
                        let (what, n) = (stringify!($field), all.len());
                        crate::raise!(TypeError, "{what}() takes exactly 1 argument ({n} given)")
                    }
                }
            }
            #[slot(repr)]
            fn repr(p: P<$name>) -> PyResult {
                let origin = match p.origin.downcast::<ParamSpec>() {
                    Some(o) => crate::protocol::repr::str(*o.name)?.to_lossy(),
                    None => crate::protocol::repr::repr_text(*p.origin)?,
                };
                Ok(format!(concat!("{}.", $attribute), origin).as_str().into())
            }
            #[slot(compare)]
            fn compare(p: P<$name>, other: Value, op: CmpOp) -> PyResult {
                let other = other.downcast::<$name>().filter(|_| matches!(op, CmpOp::Eq | CmpOp::Ne));
                let Some(o) = other else { return Ok(NOT_IMPLEMENTED.own()) };
                let same = equal(*p.origin, *o.origin)?;
                Ok(Value::bool(same == (op == CmpOp::Eq)).own())
            }
            #[slot(hash)]
            fn hash(p: P<$name>) -> PyResult<i64> {
                crate::protocol::compare::hash(*p.origin)
            }
            #[getter]
            fn __origin__(p: P<$name>) -> Value {
                *p.origin
            }
            #[method("($self, bases, /)")]
            fn __mro_entries__(_p: P<$name>, _bases: Value) -> PyResult {
                crate::raise!(TypeError, concat!("Cannot subclass an instance of ", stringify!($name)))
            }
        }
    };
}
part!(ParamSpecArgs paramspecargs "args");
part!(ParamSpecKwargs paramspeckwargs "kwargs");
