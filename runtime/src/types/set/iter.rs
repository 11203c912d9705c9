//! The iterator of sets.

use super::AnySet;
use crate::builtins::lookup::reduce_iter;
use crate::error::PyResult;
use crate::object::{Header, Kind, OwnedCell, P, Ref, alloc};
use crate::runtime::types;
use crate::types::list;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use crate::{object_layout, pymethods, raise};
use std::cell::Cell;

/// `iter(set)`
#[repr(C)]
pub struct SetIter {
    /// The header.
    pub head: Header,
    /// The set; a zero word once the end was reached.
    pub set: OwnedCell,
    /// The next cell to look at.
    pub place: Cell<usize>,
    /// The number of items when iteration began; `usize::MAX` once the set has changed.
    pub used: Cell<usize>,
    /// Items left.
    pub left: Cell<usize>,
}
object_layout!(SetIter, Kind::SetIter, container, [set]);

/// `iter(s)`
pub(super) fn over(s: AnySet) -> Ref {
    let n = s.table().len();
    let (head, set) = (Header::new(types().set_iterator), OwnedCell::new(Some(s.value().own())));
    alloc(SetIter { head, set, place: Cell::new(0), used: Cell::new(n), left: Cell::new(n) }).erase()
}

/// Sets the layout, slots and methods of `set_iterator`.
pub fn install_iter(class: P<TypeObject>) {
    class.set_layout::<SetIter>();
    SetIter::install_methods(class);
}

#[pymethods(install_methods)]
impl SetIter {
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }

    #[slot(next)]
    fn next(this: P<SetIter>) -> PyResult<Option<Ref>> {
        let Some(s) = this.set.get().and_then(AnySet::of) else { return Ok(None) };
        let table = s.table();
        if table.len() != this.used.get() {
            this.used.set(usize::MAX);
            return raise!(RuntimeError, "Set changed size during iteration");
        }
        let found = (this.place.get()..table.cells()).find_map(|i| table.at(i).map(|(k, _)| (i, k)));
        match found {
            Some((i, k)) => {
                this.place.set(i + 1);
                this.left.set(this.left.get().saturating_sub(1));
                Ok(Some(k.own()))
            }
            None => {
                drop(this.set.take());
                Ok(None)
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("(self, /)")]
    fn __length_hint__(this: P<SetIter>) -> usize {
        match this.set.get().and_then(AnySet::of) {
            Some(s) if s.table().len() == this.used.get() => this.left.get(),
            _ => 0,
        }
    }

    /// Return state information for pickling.
    #[method("(self, /)")]
    fn __reduce__(this: P<SetIter>) -> PyResult {
        let mut items = Vec::new();
        if let Some(s) = this.set.get().and_then(AnySet::of) {
            items.extend(
                (this.place.get()..s.table().cells()).filter_map(|i| s.table().at(i)).map(|(k, _)| k.own()),
            );
        }
        reduce_iter(list::new(items).erase(), None)
    }
}
