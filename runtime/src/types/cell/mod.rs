//! `cell`: a variable shared by nested functions.

mod layout;
pub use layout::{Cell, new};
