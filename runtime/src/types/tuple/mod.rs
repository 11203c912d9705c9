//! `tuple`.

#[allow(unsafe_code, reason = "the items behind the struct")]
mod layout;
mod methods;

pub use layout::{Recycled, Tuple, empty, from_fn, from_owned, from_refs, from_values, new_in, pair};
pub use methods::{TupleIter, from_iterable, install, install_iter, quick_next};
