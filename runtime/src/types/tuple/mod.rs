//! `tuple`.

mod layout;
pub use layout::{Tuple, empty, from_owned, from_refs, from_values};
