//! `cell`: a variable shared by nested functions.

mod layout;
mod methods;
pub use layout::{Cell, new};
