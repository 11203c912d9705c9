//! `code`: a compiled body, with its executable form once it has run.

mod layout;
mod methods;
pub use layout::{Code, new};
