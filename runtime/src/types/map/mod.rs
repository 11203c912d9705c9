//! `map`.

use crate::error::PyResult;
use crate::object::{Header, Kind, Own, P, Ref, alloc_in};
use crate::protocol::truth::truth;
use crate::protocol::{call, iter};
use crate::slots::Args;
use crate::types::tuple::{self, Tuple};
use crate::types::type_object::TypeObject;
use crate::types::zip::{iterators, next_items, strict_argument};
use crate::value::Value;
use crate::{object_layout, pymethods, raise};
use std::cell::Cell;

/// A function applied to the items of iterables.
#[repr(C)]
pub struct Map {
    /// The header.
    pub head: Header,
    /// The function.
    pub function: Ref,
    /// The iterators.
    pub iters: Own<Tuple>,
    /// Must they end together?
    pub strict: Cell<bool>,
}
object_layout!(Map, Kind::Map, container, [function, iters]);

/// Sets the layout, slots and methods of `map`.
pub fn install(class: P<TypeObject>) {
    class.set_layout::<Map>();
    Map::install_methods(class);
}

#[pymethods(install_methods)]
impl Map {
    #[slot(new)]
    fn py_new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let strict = strict_argument("map", args)?;
        let [function, iterables @ ..] = args.pos() else {
            return raise!(TypeError, "map() must have at least two arguments.");
        };
        if iterables.is_empty() {
            return raise!(TypeError, "map() must have at least two arguments.");
        }
        let (head, iters) = (Header::new(class), iterators(iterables)?);
        Ok(alloc_in(class, Map { head, function: function.own(), iters, strict: Cell::new(strict) }).erase())
    }

    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }

    #[slot(next)]
    fn next(this: P<Map>) -> PyResult<Option<Ref>> {
        if let [it] = *this.iters.items() {
            let Some(item) = iter::next(it)? else { return Ok(None) };
            return call::call1(*this.function, *item).map(Some);
        }
        let Some(items) = next_items(this.iters.p(), this.strict.get(), "map")? else { return Ok(None) };
        let values: Vec<Value> = items.iter().map(Ref::value).collect();
        call::call(*this.function, Args::positional(&values)).map(Some)
    }

    /// Return state information for pickling.
    #[method("(self, /)")]
    fn __reduce__(this: P<Map>) -> PyResult {
        let mut args = vec![this.function.clone()];
        args.extend(this.iters.items().iter().map(|v| v.own()));
        let mut parts = vec![this.head.class.get().own(), tuple::from_refs(args).erase()];
        if this.strict.get() {
            parts.push(Value::bool(true).own());
        }
        Ok(tuple::from_refs(parts).erase())
    }

    /// Set state information for unpickling.
    #[method("(self, object, /)")]
    fn __setstate__(this: P<Map>, object: Value) -> PyResult<()> {
        this.strict.set(truth(object)?);
        Ok(())
    }
}
