//! `dict`: compact and ordered.

pub mod iter;
pub mod merge;
mod methods;
#[allow(unsafe_code, reason = "the entry array")]
mod table;
pub mod views;

pub use iter::{DictItemIter, DictKeyIter, DictRevItemIter, DictRevKeyIter, DictRevValueIter, DictValueIter};
pub use merge::{merge, update};
pub use methods::install;
pub(crate) use methods::unhashable;
pub use table::{Dict, Entry, new};
pub use views::{DictItems, DictKeys, DictValues};
