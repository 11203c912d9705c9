//! Generators, coroutines and async generators: a suspended frame as an object.

mod layout;
pub use layout::{AsyncGenerator, Coroutine, Generator, State, new, of};
