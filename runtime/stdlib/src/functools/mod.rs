//! `_functools`

mod key;
mod lru;
mod partial;

pub use module::MODULE;
pub use partial::Partial;

/// Tools that operate on functions.
#[taipan_runtime::pymodule(name = "_functools")]
mod module {
    use super::*;
    use crate::construct::{add_class, set_doc};
    use taipan_runtime::error::{Exc, PyResult};
    use taipan_runtime::object::{P, alloc_in};
    use taipan_runtime::protocol::call::call2;
    use taipan_runtime::protocol::iter::{iter, next};
    use taipan_runtime::raise;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::str;
    use taipan_runtime::types::type_object::flags::{BASETYPE, HAS_DICT, HAS_WEAKREF, TRAILING};
    use taipan_runtime::value::Value;

    const FULL: u32 = BASETYPE | HAS_DICT | HAS_WEAKREF | TRAILING;

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        let object = types().object;
        let classes = [
            add_class::<partial::Partial>(m, "partial", object, FULL, partial::Partial::install),
            add_class::<lru::Lru>(m, "_lru_cache_wrapper", object, FULL, lru::Lru::install),
            add_class::<partial::PlaceholderType>(
                m,
                "_PlaceholderType",
                object,
                0,
                partial::PlaceholderType::install,
            ),
            add_class::<key::KeyWrapper>(m, "KeyWrapper", object, 0, key::KeyWrapper::install),
        ];
        for class in classes {
            class.dict().insert_text("__module__", str::new("functools").erase());
        }
        drop(m.dict().remove(str::interned("KeyWrapper").value())?);
        set_doc(
            classes[0],
            "Create a new function with partial application of the given arguments and keywords.",
        );
        set_doc(
            classes[1],
            "Create a cached callable that wraps another function.\n\nuser_function:      the function being \
             cached\n\nmaxsize:  0         for no caching\n          None      for unlimited cache size\n          n         \
             for a bounded cache\n\ntyped:    False     cache f(3) and f(3.0) as identical calls\n          True      cache \
             f(3) and f(3.0) as distinct calls\n\ncache_info_type:    namedtuple class with the fields:\n                        \
             hits misses currsize maxsize\n",
        );
        m.set("Placeholder", partial::placeholder(classes[2]));
        Ok(())
    }

    /// Convert a cmp= function into a key= function.
    #[pyfunction("(mycmp)")]
    fn cmp_to_key(mycmp: Value) -> PyResult {
        let Some(class) = taipan_runtime::native::native_class::<key::KeyWrapper>() else {
            return raise!(SystemError, "_functools is not initialised");
        };
        Ok(alloc_in(class, key::KeyWrapper::new(class, mycmp, None)).erase())
    }

    /// Apply a function of two arguments cumulatively to the items of an iterable, from left to right.
    ///
    /// This effectively reduces the iterable to a single value.  If initial is present,
    /// it is placed before the items of the iterable in the calculation, and serves as
    /// a default when the iterable is empty.
    ///
    /// For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])
    /// calculates ((((1 + 2) + 3) + 4) + 5).
    #[pyfunction("(function, iterable, /, initial=None)")]
    fn reduce(function: Value, iterable: Value, initial: Option<Value>) -> PyResult {
        let it = match iter(iterable) {
            Ok(it) => it,
            Err(raised) => {
                return match taipan_runtime::error::take_if(Exc::TypeError) {
                    Some(_) => raise!(TypeError, "reduce() arg 2 must support iteration"),
                    None => Err(raised),
                };
            }
        };
        let mut total = match initial {
            Some(v) => v.own(),
            None => match next(it.value())? {
                Some(first) => first,
                None => return raise!(TypeError, "reduce() of empty iterable with no initial value"),
            },
        };
        while let Some(item) = next(it.value())? {
            total = call2(function, total.value(), item.value())?;
        }
        Ok(total)
    }
}
