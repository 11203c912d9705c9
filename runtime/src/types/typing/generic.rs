//! `typing.Generic` and `typing.NoDefault`.

use super::{call_typing, typing_attr};
use crate::error::PyResult;
use crate::native::Kwargs;
use crate::object::{Header, P, Ref, alloc};
use crate::pymethods;
use crate::runtime::{immortal, runtime, types};
use crate::slots::Args;
use crate::types::tuple::{self, Tuple};
use crate::types::type_object::{Bare, TypeObject};
use crate::value::Value;

/// The methods of `typing.Generic`.
pub enum Generic {}

#[pymethods]
impl Generic {
    /// Parameterizes a generic class.
    ///
    /// At least, parameterizing a generic class is the *main* thing this
    /// method does. For example, for some generic class `Foo`, this is called
    /// when we do `Foo[int]` - there, with `cls=Foo` and `params=int`.
    #[classmethod("($cls, /, *args, **kwargs)")]
    fn __class_getitem__(class: Value, args: &[Value], _kwargs: Kwargs) -> PyResult {
        let mut all = vec![class];
        all.extend_from_slice(args);
        call_typing("_generic_class_getitem", &all)
    }
    /// Function to initialize subclasses.
    #[classmethod("($cls, /, *args, **kwargs)")]
    fn __init_subclass__(class: Value, args: &[Value], kwargs: Kwargs) -> PyResult {
        let mut values = vec![class];
        values.extend_from_slice(args);
        values.extend(kwargs.pairs.iter().map(|p| p.1));
        let names: Vec<Value> = kwargs.pairs.iter().map(|p| p.0).collect();
        let f = typing_attr("_generic_init_subclass")?;
        crate::protocol::call::call(*f, Args { values: &values, names: &names })
    }
}

/// `typing.Generic[*params]`, each TypeVarTuple unpacked: the base that a class with type parameters gets.
pub fn subscript_generic(params: Value) -> PyResult {
    let Some(t) = params.downcast::<Tuple>() else {
        return crate::raise!(TypeError, "type parameters must be a tuple");
    };
    let mut items = Vec::with_capacity(t.len);
    for &p in t.items() {
        if p.class() == types().typevartuple {
            items.push(super::typevartuple::unpack(p)?);
        } else {
            items.push(p.own());
        }
    }
    let args = tuple::from_refs(items);
    call_typing("_GenericAlias", &[types().generic.value(), args.p().value()])
}

/// The methods of the class of `typing.NoDefault`.
pub enum NoDefaultType {}

#[pymethods]
impl NoDefaultType {
    #[slot(new)]
    fn make(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        if !args.values.is_empty() {
            return crate::raise!(TypeError, "NoDefaultType takes no arguments");
        }
        Ok(no_default())
    }
    #[slot(repr)]
    fn repr(_v: Value) -> PyResult {
        Ok("typing.NoDefault".into())
    }
    #[method("($self, /)")]
    fn __reduce__(_v: Value) -> &'static str {
        "NoDefault"
    }
}

/// `typing.NoDefault`
pub fn no_default() -> Ref {
    let make = || immortal(alloc(Bare { head: Header::new(types().nodefault_type) }).erase());
    runtime().no_default.get_or_init(make).own()
}
