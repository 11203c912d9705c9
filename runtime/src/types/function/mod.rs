//! `function`.

mod layout;
pub use layout::{Function, new};
