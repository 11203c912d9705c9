//! The functions of the `builtins` module.

pub mod args;
pub mod lookup;
pub mod warn;
