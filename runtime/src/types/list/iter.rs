//! The iterators of `list`.

use super::List;
use crate::builtins::lookup::{reduce_call, reduce_empty};
use crate::error::PyResult;
use crate::object::{Header, Kind, P, Ref, alloc};
use crate::protocol::index;
use crate::runtime::types;
use crate::types::iterators::Target;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use crate::{object_layout, pymethods};
use std::cell::Cell;

/// `iter(list)`
#[repr(C)]
pub struct ListIter {
    /// The header.
    pub head: Header,
    /// The list; `None` once the end was reached.
    pub list: Target,
    /// The next item's index.
    pub index: Cell<usize>,
}
object_layout!(ListIter, Kind::ListIter, container, [list]);

/// `reversed(list)`
#[repr(C)]
pub struct ListRevIter {
    /// The header.
    pub head: Header,
    /// The list; `None` once the end was reached.
    pub list: Target,
    /// One more than the next item's index; 0 at the end.
    pub index: Cell<usize>,
}
object_layout!(ListRevIter, Kind::ListRevIter, container, [list]);

/// `iter(l)`
#[inline]
pub fn forward(l: P<List>) -> Ref {
    let (head, list) = (Header::new(types().list_iterator), Target::new(l.own()));
    alloc(ListIter { head, list, index: Cell::new(0) }).erase()
}

/// `reversed(l)`
pub fn backward(l: P<List>) -> Ref {
    let (head, list) = (Header::new(types().list_reverseiterator), Target::new(l.own()));
    alloc(ListRevIter { head, list, index: Cell::new(l.items.len()) }).erase()
}

/// Sets the layout, slots and methods of `list_iterator`.
pub fn install(class: P<TypeObject>) {
    class.set_layout::<ListIter>();
    ListIter::install_methods(class);
}

/// Sets the layout, slots and methods of `list_reverseiterator`.
pub fn install_reversed(class: P<TypeObject>) {
    class.set_layout::<ListRevIter>();
    ListRevIter::install_methods(class);
}

/// The next item, if this is a list's iterator and has one.
#[inline(always)]
pub fn quick_next(it: Value) -> Option<Ref> {
    let this = it.exact::<ListIter>()?;
    let i = this.index.get();
    let v = this.list.get::<List>()?.items.get(i)?;
    this.index.set(i + 1);
    Some(v.own())
}

fn list_of(target: &Target) -> Option<P<List>> {
    target.get::<List>()
}

#[pymethods(install_methods)]
impl ListIter {
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }

    #[slot(next)]
    fn next(this: P<ListIter>) -> PyResult<Option<Ref>> {
        let Some(l) = list_of(&this.list) else { return Ok(None) };
        let i = this.index.get();
        match l.items.get(i) {
            Some(v) => {
                this.index.set(i + 1);
                Ok(Some(v.own()))
            }
            None => {
                this.list.finish();
                Ok(None)
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("(self, /)")]
    fn __length_hint__(this: P<ListIter>) -> usize {
        list_of(&this.list).map_or(0, |l| l.items.len().saturating_sub(this.index.get()))
    }

    /// Return state information for pickling.
    #[method("(self, /)")]
    fn __reduce__(this: P<ListIter>) -> PyResult {
        match list_of(&this.list) {
            Some(l) => reduce_call("iter", l.own(), Some(this.index.get() as i64)),
            None => reduce_empty(super::from_values(&[]).erase()),
        }
    }

    /// Set state information for unpickling.
    #[method("(self, object, /)")]
    fn __setstate__(this: P<ListIter>, object: Value) -> PyResult<()> {
        let i = index::to_i64(object)?.max(0) as usize;
        if let Some(l) = list_of(&this.list) {
            this.index.set(i.min(l.items.len()));
        }
        Ok(())
    }
}

#[pymethods(install_methods)]
impl ListRevIter {
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }

    #[slot(next)]
    fn next(this: P<ListRevIter>) -> PyResult<Option<Ref>> {
        let Some(l) = list_of(&this.list) else { return Ok(None) };
        let at = this.index.get().checked_sub(1);
        match at.and_then(|i| l.items.get(i)) {
            Some(v) => {
                this.index.set(this.index.get() - 1);
                Ok(Some(v.own()))
            }
            None => {
                this.index.set(0);
                this.list.finish();
                Ok(None)
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("(self, /)")]
    fn __length_hint__(this: P<ListRevIter>) -> usize {
        let n = this.index.get();
        if list_of(&this.list).is_some_and(|l| l.items.len() >= n) { n } else { 0 }
    }

    /// Return state information for pickling.
    #[method("(self, /)")]
    fn __reduce__(this: P<ListRevIter>) -> PyResult {
        match list_of(&this.list) {
            Some(l) => reduce_call("reversed", l.own(), Some(this.index.get() as i64 - 1)),
            None => reduce_empty(super::from_values(&[]).erase()),
        }
    }

    /// Set state information for unpickling.
    #[method("(self, object, /)")]
    fn __setstate__(this: P<ListRevIter>, object: Value) -> PyResult<()> {
        let i = index::to_i64(object)?.max(-1);
        if let Some(l) = list_of(&this.list) {
            this.index.set(((i + 1) as usize).min(l.items.len()));
        }
        Ok(())
    }
}
