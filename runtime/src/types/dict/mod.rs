//! `dict`: compact and ordered.

mod table;
pub use table::{Dict, Entry, new};
