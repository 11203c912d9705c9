//! `groupby` and its groups.

use super::select::given;
use crate::construct::arguments;
use crate::constructor;
use std::cell::Cell;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::{NativeDef, native_class};
use taipan_runtime::object::{Header, Kind, Own, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::protocol::call::call1;
use taipan_runtime::protocol::compare::equal;
use taipan_runtime::protocol::iter::{iter, next};
use taipan_runtime::slots::Args;
use taipan_runtime::types::tuple;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, raise};

/// `groupby(iterable, key)`
#[repr(C)]
pub struct GroupBy {
    head: Header,
    source: Ref,
    key: Ref,
    /// The key of the group last handed out.
    target: OwnedCell,
    current_key: OwnedCell,
    current_value: OwnedCell,
    /// The address of the group that may still yield; not counted.
    grouper: Cell<usize>,
}
object_layout!(GroupBy, Kind::Native, container, [source, key, target, current_key, current_value]);

static GROUPBY: NativeDef = constructor!("groupby", Either iterable, Either key = None);

impl GroupBy {
    /// Take the next item; `false` at the end.
    fn step(&self) -> PyResult<bool> {
        let Some(value) = next(self.source.value())? else { return Ok(false) };
        let key = if self.key.is_none() { value.clone() } else { call1(self.key.value(), value.value())? };
        self.current_value.set(Some(value));
        self.current_key.set(Some(key));
        Ok(true)
    }
}

fn same(a: Option<Value>, b: Option<Value>) -> PyResult<bool> {
    match (a, b) {
        (Some(a), Some(b)) => {
            let (a, b) = (a.own(), b.own());
            equal(a.value(), b.value())
        }
        _ => Ok(false),
    }
}

#[taipan_runtime::pymethods]
impl GroupBy {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([iterable, key], _) = arguments::<2>(&GROUPBY, class, args)?;
        let g = GroupBy {
            head: Header::new(class),
            source: iter(given(iterable)?)?,
            key: key.unwrap_or(NONE).own(),
            target: OwnedCell::new(None),
            current_key: OwnedCell::new(None),
            current_value: OwnedCell::new(None),
            grouper: Cell::new(0),
        };
        Ok(alloc_in(class, g).erase())
    }
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<GroupBy>) -> PyResult<Option<Ref>> {
        this.grouper.set(0);
        // Skip to the next group.
        loop {
            if this.current_key.get().is_some()
                && (this.target.get().is_none() || !same(this.target.get(), this.current_key.get())?)
            {
                break;
            }
            if !this.step()? {
                return Ok(None);
            }
        }
        let Some(key) = this.current_key.get().map(|k| k.own()) else { return Ok(None) };
        this.target.set(Some(key.clone()));
        let Some(class) = native_class::<Grouper>() else {
            return raise!(SystemError, "itertools is not initialised");
        };
        let group = Grouper { head: Header::new(class), parent: this.own_typed(), key: key.clone() };
        let group = alloc_in(class, group);
        this.grouper.set(group.p().as_ptr() as usize);
        Ok(Some(tuple::from_refs(vec![key, group.erase()]).erase()))
    }
}

/// One group.
#[repr(C)]
pub struct Grouper {
    head: Header,
    parent: Own<GroupBy>,
    key: Ref,
}
object_layout!(Grouper, Kind::Native, container, [parent, key]);

#[taipan_runtime::pymethods]
impl Grouper {
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<Grouper>) -> PyResult<Option<Ref>> {
        let parent = this.parent.clone();
        if parent.grouper.get() != this.as_ptr() as usize {
            return Ok(None);
        }
        if parent.current_value.get().is_none() && !parent.step()? {
            return Ok(None);
        }
        if !same(Some(this.key.value()), parent.current_key.get())? {
            return Ok(None);
        }
        Ok(parent.current_value.take())
    }
}
