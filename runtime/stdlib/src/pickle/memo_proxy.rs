//! What the `memo` attributes of picklers and unpicklers give.

use super::pickler::Pickler;
use super::unpickler::Unpickler;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, Kind, Own, P, Ref, alloc_in};
use taipan_runtime::runtime::types;
use taipan_runtime::types::tuple;
use taipan_runtime::{object_layout, pymethods, raise};

/// `dict(memo)`, for pickles and copies of the proxy.
fn reduced(copy: Ref) -> Ref {
    let args = tuple::from_refs(vec![copy]).erase();
    tuple::from_refs(vec![types().dict.own(), args]).erase()
}

macro_rules! proxy {
    ($proxy:ident, $field:ident: $of:ident) => {
        /// A view of the memo.
        #[repr(C)]
        pub struct $proxy {
            head: Header,
            /// Whose memo it is.
            pub $field: Own<$of>,
        }
        object_layout!($proxy, Kind::Native, container, [$field]);

        impl $proxy {
            /// Of this object.
            pub fn make(of: P<$of>) -> PyResult {
                let Some(class) = native_class::<$proxy>() else {
                    return raise!(SystemError, "_pickle is not initialised");
                };
                Ok(alloc_in(class, $proxy { head: Header::new(class), $field: of.own_typed() }).erase())
            }
        }

        #[pymethods]
        impl $proxy {
            /// Remove all items from memo.
            #[method("(self, /)")]
            fn clear(this: P<$proxy>) {
                $of::clear_memo(this.$field.p());
            }
            /// Copy the memo to a new object.
            #[method("(self, /)")]
            fn copy(this: P<$proxy>) -> PyResult {
                this.$field.memo_dict()
            }
            /// Implement pickle support.
            #[method("(self, /)", name = "__reduce__")]
            fn reduce(this: P<$proxy>) -> PyResult {
                Ok(reduced(this.$field.memo_dict()?))
            }
        }
    };
}

proxy!(PicklerMemo, pickler: Pickler);
proxy!(UnpicklerMemo, unpickler: Unpickler);
