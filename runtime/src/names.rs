//! Names that the runtime itself looks up: interned once, compared by address.

use crate::object::P;
use crate::types::str::Str;

/// One row a name: the field is the name.
#[macro_export]
macro_rules! for_each_name {
    ($m:ident) => {
        $m! {
            __abs__ __buffer__ __abstractmethods__ __aenter__ __aexit__ __all__ __annotate__ __annotate_func__ __annotations__
            __annotations_cache__ __args__ __bases__ __bool__ __builtins__ __bytes__ __call__ __cause__ __class__
            __class_getitem__ __classcell__ __classdictcell__ __cached__ __complex__ __contains__ __context__
            __copy__ __deepcopy__ __defaults__ __del__ __delattr__ __delete__ __delitem__ __dict__ __dir__ __doc__
            __enter__ __eq__ __exit__ __file__ __firstlineno__ __float__ __format__ __fspath__ __ge__ __get__
            __getattr__ __getattribute__ __getitem__ __getnewargs__ __getnewargs_ex__ __getstate__ __gt__ __hash__
            __import__ __index__ __init__ __init_subclass__ __instancecheck__ __int__ __isabstractmethod__
            __iter__ __kwdefaults__ __le__ __len__ __length_hint__ __loader__ __lt__ __main__ __match_args__
            __missing__ __module__ __mro_entries__ __name__ __ne__ __new__ __newobj__ __newobj_ex__ __next__
            __objclass__ __orig_bases__ __orig_class__ __origin__ __package__ __parameters__ __path__ __prepare__
            __qualname__ __reduce__ __reduce_ex__ __repr__ __reversed__ __round__ __self__ __set__ __set_name__
            __setattr__ __setitem__ __setstate__ __signature__ __sizeof__ __slotnames__ __slots__ __spec__
            __static_attributes__ __str__ __subclasscheck__ __subclasshook__ __suppress_context__ __text_signature__
            __traceback__ __trunc__ __type_params__ __typing_subst__ __typing_prepare_subst__
            __typing_unpacked_tuple_args__ __unpacked__ __weakref__ __wrapped__ __ceil__ __floor__ __await__
            __typing_is_unpacked_typevartuple__ __format_spec__ _slotnames builtins close copyreg items keys mro
            __add__ __sub__ __mul__ __truediv__ __floordiv__ __mod__ __matmul__ __lshift__ __rshift__ __and__ __or__
            __xor__ __radd__ __rsub__ __rmul__ __rtruediv__ __rfloordiv__ __rmod__ __rmatmul__ __rlshift__
            __rrshift__ __rand__ __ror__ __rxor__ __iadd__ __isub__ __imul__ __itruediv__ __ifloordiv__ __imod__
            __imatmul__ __ilshift__ __irshift__ __iand__ __ior__ __ixor__
            name obj value get send strict throw values clear update _initializing
        }
    };
}

macro_rules! define_names {
    ($($name:ident)*) => {
        /// The names; one field a row of `for_each_name!`.
        #[allow(missing_docs, reason = "each field is the name")]
        pub struct Names { $(pub $name: P<Str>,)* }
        impl Names {
            /// Intern them all.
            pub(crate) fn new() -> Names {
                Names { $($name: crate::types::str::interned(stringify!($name)),)* }
            }
        }
    };
}
for_each_name!(define_names);

/// The current interpreter's interned names.
#[inline(always)]
pub fn names() -> &'static Names {
    crate::runtime::runtime().names()
}
