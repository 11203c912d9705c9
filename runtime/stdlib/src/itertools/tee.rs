//! `tee`: several iterators over one, with the items between the slowest and the fastest kept in linked blocks.

use std::cell::Cell;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, Kind, Own, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::protocol::call::call0;
use taipan_runtime::protocol::iter::{iter, next};
use taipan_runtime::slots::Args;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{str, tuple};
use taipan_runtime::value::Value;
use taipan_runtime::value_vec::ValueVec;
use taipan_runtime::{object_layout, raise};

/// Items of a block.
const BLOCK: usize = 57;

/// A block of items that some iterator has not seen yet.
#[repr(C)]
pub struct TeeData {
    head: Header,
    source: Ref,
    items: ValueVec,
    next: OwnedCell,
    running: Cell<bool>,
}
object_layout!(TeeData, Kind::Native, container, [source, items, next]);

#[taipan_runtime::pymethods]
impl TeeData {}

fn class_of<T: taipan_runtime::object::Object>() -> PyResult<P<TypeObject>> {
    match native_class::<T>() {
        Some(c) => Ok(c),
        None => raise!(SystemError, "itertools is not initialised"),
    }
}

impl TeeData {
    fn start(source: Ref) -> PyResult<Own<TeeData>> {
        let class = class_of::<TeeData>()?;
        let data = TeeData {
            head: Header::new(class),
            source,
            items: ValueVec::default(),
            next: OwnedCell::new(None),
            running: Cell::new(false),
        };
        Ok(alloc_in(class, data))
    }
    fn item(&self, i: usize) -> PyResult<Option<Ref>> {
        if let Some(v) = self.items.get(i) {
            return Ok(Some(v.own()));
        }
        if self.running.replace(true) {
            return raise!(RuntimeError, "cannot re-enter the tee iterator");
        }
        let found = next(self.source.value());
        self.running.set(false);
        let Some(item) = found? else { return Ok(None) };
        self.items.push(item.clone());
        Ok(Some(item))
    }
    fn following(&self) -> PyResult<Own<TeeData>> {
        if let Some(n) = self.next.get().and_then(|v| v.downcast::<TeeData>()) {
            return Ok(n.own_typed());
        }
        let n = TeeData::start(self.source.clone())?;
        self.next.set(Some(n.clone().erase()));
        Ok(n)
    }
}

/// One of the iterators.
#[repr(C)]
pub struct Tee {
    head: Header,
    data: OwnedCell,
    at: Cell<usize>,
}
object_layout!(Tee, Kind::Native, container, [data]);

fn new_tee(data: Own<TeeData>, at: usize) -> PyResult {
    let class = class_of::<Tee>()?;
    let data = OwnedCell::new(Some(data.erase()));
    Ok(alloc_in(class, Tee { head: Header::new(class), data, at: Cell::new(at) }).erase())
}

/// A copyable iterator over an iterable.
fn from_iterable(iterable: Value) -> PyResult {
    let it = iter(iterable)?;
    match it.downcast::<Tee>() {
        Some(tee) => Tee::copy(tee),
        None => new_tee(TeeData::start(it)?, 0),
    }
}

#[taipan_runtime::pymethods]
impl Tee {
    #[slot(new)]
    fn new(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        match (args.pos(), args.names.len()) {
            (&[iterable], 0) => from_iterable(iterable),
            (pos, 0) => raise!(TypeError, "_tee expected 1 argument, got {}", pos.len()),
            _ => raise!(TypeError, "_tee() takes no keyword arguments"),
        }
    }
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<Tee>) -> PyResult<Option<Ref>> {
        let Some(mut data) = this.data.get().and_then(|v| v.downcast::<TeeData>()).map(|d| d.own_typed())
        else {
            return Ok(None);
        };
        if this.at.get() >= BLOCK {
            data = data.following()?;
            this.data.set(Some(data.clone().erase()));
            this.at.set(0);
        }
        let Some(item) = data.item(this.at.get())? else { return Ok(None) };
        this.at.set(this.at.get() + 1);
        Ok(Some(item))
    }
    /// Returns an independent iterator.
    #[method("(self, /)", name = "__copy__")]
    fn copy(this: P<Tee>) -> PyResult {
        match this.data.get().and_then(|v| v.downcast::<TeeData>()) {
            Some(data) => new_tee(data.own_typed(), this.at.get()),
            None => raise!(SystemError, "the tee iterator was cleared"),
        }
    }
}

/// `tee(iterable, n)`
pub fn split(iterable: Value, n: isize) -> PyResult {
    if n < 0 {
        return raise!(ValueError, "n must be >= 0");
    }
    if n == 0 {
        return Ok(tuple::empty().erase());
    }
    taipan_runtime::error::check_room(n as usize, size_of::<Value>())?;
    let it = iter(iterable)?;
    let copy = taipan_runtime::protocol::attr::getattr_opt(it.value(), str::interned("__copy__"))?;
    let first = match &copy {
        Some(_) if it.downcast::<Tee>().is_none() => it.clone(),
        _ => from_iterable(it.value())?,
    };
    let copier = taipan_runtime::protocol::attr::getattr_text(first.value(), "__copy__")?;
    let mut all = vec![first];
    for _ in 1..n {
        all.push(call0(copier.value())?);
    }
    Ok(tuple::from_refs(all).erase())
}
