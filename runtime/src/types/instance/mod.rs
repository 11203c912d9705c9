//! Instances of Python classes: attributes in slots laid out by a shape.

mod layout;
pub use layout::{Instance, new, slotted};
