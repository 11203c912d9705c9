//! `types.GenericAlias`: `list[int]`.

mod methods;
pub mod params;
pub use methods::member_repr;

use crate::error::PyResult;
use crate::object::{Header, Kind, Own, OwnedCell, Ref, alloc};
use crate::object_layout;
use crate::runtime::types;
use crate::types::tuple::{self, Tuple};
use crate::value::Value;
use std::cell::Cell;

/// A parameterized class.
#[repr(C)]
pub struct GenericAlias {
    /// The header.
    pub head: Header,
    /// `__origin__`
    pub origin: Ref,
    /// `__args__`
    pub args: Own<Tuple>,
    /// `__parameters__`, once asked for.
    pub parameters: OwnedCell,
    /// `*tuple[int]`
    pub unpacked: bool,
    /// Weak references to it.
    pub weakrefs: Cell<Option<Value>>,
}
object_layout!(GenericAlias, Kind::GenericAlias, container, [origin, args, parameters]);

/// `origin[args]`; a tuple is several arguments.
pub fn new(origin: Value, args: Value) -> PyResult {
    let args = match args.downcast::<Tuple>() {
        Some(t) => t.own_typed(),
        None => tuple::from_values(&[args]),
    };
    Ok(make(origin, args, false).erase())
}

/// An alias, with `unpacked` of `*origin[args]`.
pub fn make(origin: Value, args: Own<Tuple>, unpacked: bool) -> Own<GenericAlias> {
    alloc(GenericAlias {
        head: Header::new(types().generic_alias),
        origin: origin.own(),
        args,
        parameters: OwnedCell::new(None),
        unpacked,
        weakrefs: Cell::new(None),
    })
}
