//! Generators, coroutines and async generators: a suspended frame as an object.

mod anext;
mod async_gen;
mod athrow;
#[allow(unsafe_code, reason = "the frame's slots follow the struct")]
mod layout;
mod methods;
mod resume;
mod throwing;
pub use anext::{AnextAwaitable, functions};
pub use async_gen::AsyncGenASend;
pub use athrow::AsyncGenAThrow;
pub use layout::{AsyncGenerator, Coroutine, Generator, State, new, of, resumable};
pub use methods::CoroutineWrapper;
pub use resume::{AsyncGenWrapped, kind_name, send, send_to, wrap_async};
pub use throwing::{close, is_done, origin, outcome, stop_iteration, throw};

use crate::object::{Kind, P};
use crate::types::type_object::TypeObject;

/// Fill in the class of this kind; `false` if it is none of these.
pub fn configure(kind: Kind, class: P<TypeObject>) -> bool {
    if kind == Kind::AnextAwaitable {
        anext::configure(class);
        return true;
    }
    methods::configure(kind, class) || async_gen::configure(kind, class)
}
