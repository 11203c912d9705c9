//! `function`.

mod layout;
mod methods;
pub use layout::{Function, new};
