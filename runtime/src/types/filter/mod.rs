//! `filter`.

use crate::builtins::args::{no_keywords, wrong_count};
use crate::builtins::lookup::reduce_class;
use crate::error::PyResult;
use crate::object::{Header, Kind, P, Ref, alloc_in};
use crate::protocol::truth::truth;
use crate::protocol::{call, iter};
use crate::runtime::types;
use crate::slots::Args;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use crate::{object_layout, pymethods};

/// The items of an iterable for which a function is true.
#[repr(C)]
pub struct Filter {
    /// The header.
    pub head: Header,
    /// The function; `None` (or `bool`) for the items' own truth.
    pub function: Ref,
    /// The iterator.
    pub iter: Ref,
}
object_layout!(Filter, Kind::Filter, container, [function, iter]);

/// Sets the layout, slots and methods of `filter`.
pub fn install(class: P<TypeObject>) {
    class.set_layout::<Filter>();
    Filter::install_methods(class);
}

#[pymethods(install_methods)]
impl Filter {
    #[slot(new)]
    fn py_new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        if !args.names.is_empty() && class == types().filter {
            return no_keywords("filter");
        }
        let [function, iterable] = *args.pos() else { return wrong_count("filter", args.pos().len(), 2, 2) };
        let iter = iter::iter(iterable)?;
        Ok(alloc_in(class, Filter { head: Header::new(class), function: function.own(), iter }).erase())
    }

    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }

    #[slot(next)]
    fn next(this: P<Filter>) -> PyResult<Option<Ref>> {
        let plain = this.function.is_none() || this.function.is(types().bool_.value());
        while let Some(item) = iter::next(*this.iter)? {
            let keep = if plain { truth(*item)? } else { truth(*call::call1(*this.function, *item)?)? };
            if keep {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// Return state information for pickling.
    #[method("(self, /)")]
    fn __reduce__(this: P<Filter>) -> PyResult {
        reduce_class(this.value(), vec![this.function.clone(), this.iter.clone()])
    }
}
