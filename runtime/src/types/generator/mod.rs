//! Generators, coroutines and async generators: a suspended frame as an object.

#[allow(unsafe_code, reason = "the frame's slots follow the struct")]
mod layout;
pub use layout::{AsyncGenerator, Coroutine, Generator, State, of};
mod resume;
pub use layout::new;
pub use resume::{AsyncGenWrapped, kind_name, send, send_to, wrap_async};
