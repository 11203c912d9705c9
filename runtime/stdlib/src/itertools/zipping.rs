//! `batched`, `chain`, `pairwise`, `zip_longest`.

use super::select::given;
use crate::construct::arguments;
use crate::constructor;
use std::cell::Cell;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::protocol::iter::{iter, next};
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::slots::Args;
use taipan_runtime::types::tuple;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::value_vec::ValueVec;
use taipan_runtime::{object_layout, raise};

/// `batched(iterable, n, *, strict)`
#[repr(C)]
pub struct Batched {
    head: Header,
    source: OwnedCell,
    size: i64,
    strict: bool,
}
object_layout!(Batched, Kind::Native, container, [source]);

static BATCHED: NativeDef = constructor!("batched", Either iterable, Either n, KeywordOnly strict = None);

#[taipan_runtime::pymethods]
impl Batched {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([iterable, n, strict], _) = arguments::<3>(&BATCHED, class, args)?;
        let size = taipan_runtime::protocol::index::index_size(
            given(n)?,
            taipan_runtime::error::Exc::OverflowError,
        )?;
        let strict = strict.map_or(Ok(false), truth)?;
        if size < 1 {
            return raise!(ValueError, "n must be at least one");
        }
        let source = OwnedCell::new(Some(iter(given(iterable)?)?));
        Ok(alloc_in(class, Batched { head: Header::new(class), source, size, strict }).erase())
    }
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<Batched>) -> PyResult<Option<Ref>> {
        let Some(source) = this.source.get() else { return Ok(None) };
        let source = source.own();
        let mut items = Vec::new();
        while (items.len() as i64) < this.size {
            match next(source.value())? {
                Some(item) => items.push(item),
                None => break,
            }
        }
        if items.is_empty() {
            this.source.set(None);
            return Ok(None);
        }
        if (items.len() as i64) < this.size {
            this.source.set(None);
            if this.strict {
                return raise!(ValueError, "batched(): incomplete batch");
            }
        }
        Ok(Some(tuple::from_refs(items).erase()))
    }
}

/// `chain(*iterables)`
#[repr(C)]
pub struct Chain {
    head: Header,
    /// Iterator over the iterables.
    source: OwnedCell,
    /// Iterator over the current one.
    active: OwnedCell,
}
object_layout!(Chain, Kind::Native, container, [source, active]);

fn new_chain(class: P<TypeObject>, iterables: Value) -> PyResult {
    let source = OwnedCell::new(Some(iter(iterables)?));
    Ok(alloc_in(class, Chain { head: Header::new(class), source, active: OwnedCell::new(None) }).erase())
}

#[taipan_runtime::pymethods]
impl Chain {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        if !args.names.is_empty() {
            return raise!(TypeError, "chain() takes no keyword arguments");
        }
        let all = tuple::from_values(args.pos());
        new_chain(class, all.p().value())
    }
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<Chain>) -> PyResult<Option<Ref>> {
        loop {
            if let Some(active) = this.active.get() {
                let active = active.own();
                if let Some(item) = next(active.value())? {
                    return Ok(Some(item));
                }
                this.active.set(None);
            }
            let Some(source) = this.source.get() else { return Ok(None) };
            let source = source.own();
            let following = match next(source.value()) {
                Ok(Some(iterable)) => iter(iterable.value()),
                Ok(None) => {
                    this.source.set(None);
                    return Ok(None);
                }
                Err(raised) => Err(raised),
            };
            match following {
                Ok(active) => this.active.set(Some(active)),
                Err(raised) => {
                    this.source.set(None);
                    return Err(raised);
                }
            }
        }
    }
    /// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
    #[classmethod("($cls, iterable, /)")]
    fn from_iterable(class: P<TypeObject>, iterable: Value) -> PyResult {
        new_chain(class, iterable)
    }
    /// See PEP 585
    #[classmethod("($cls, item, /)", name = "__class_getitem__")]
    fn class_getitem(class: Value, item: Value) -> PyResult {
        taipan_runtime::types::generic_alias::new(class, item)
    }
}

/// `pairwise(iterable)`
#[repr(C)]
pub struct Pairwise {
    head: Header,
    source: OwnedCell,
    old: OwnedCell,
}
object_layout!(Pairwise, Kind::Native, container, [source, old]);

static PAIRWISE: NativeDef = constructor!("pairwise", PositionalOnly iterable);

#[taipan_runtime::pymethods]
impl Pairwise {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([iterable], _) = arguments::<1>(&PAIRWISE, class, args)?;
        let source = OwnedCell::new(Some(iter(given(iterable)?)?));
        Ok(alloc_in(class, Pairwise { head: Header::new(class), source, old: OwnedCell::new(None) }).erase())
    }
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<Pairwise>) -> PyResult<Option<Ref>> {
        let Some(source) = this.source.get() else { return Ok(None) };
        let source = source.own();
        let mut old = this.old.get().map(|v| v.own());
        if old.is_none() {
            let Some(first) = next(source.value())? else {
                this.source.set(None);
                return Ok(None);
            };
            this.old.set(Some(first.clone()));
            if this.source.get().is_none() {
                this.old.set(None);
                return Ok(None);
            }
            old = Some(first);
        }
        let Some(new) = next(source.value())? else {
            this.source.set(None);
            this.old.set(None);
            return Ok(None);
        };
        this.old.set(Some(new.clone()));
        let Some(old) = old else { return Ok(None) };
        Ok(Some(tuple::from_refs(vec![old, new]).erase()))
    }
}

/// `zip_longest(*iterables, fillvalue)`
#[repr(C)]
pub struct ZipLongest {
    head: Header,
    /// The iterators; `None` where one is exhausted.
    sources: ValueVec,
    fill: Ref,
    active: Cell<usize>,
}
object_layout!(ZipLongest, Kind::Native, container, [sources, fill]);

#[taipan_runtime::pymethods]
impl ZipLongest {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let mut fill = NONE;
        for (name, value) in args.keywords() {
            let text = name.as_str().map(|s| s.to_lossy()).unwrap_or_default();
            if text != "fillvalue" {
                return raise!(TypeError, "zip_longest() got an unexpected keyword argument '{text}'");
            }
            fill = value;
        }
        let sources: PyResult<Vec<Ref>> = args.pos().iter().map(|&v| iter(v)).collect();
        let sources = ValueVec::from_refs(sources?);
        let active = Cell::new(sources.len());
        let z = ZipLongest { head: Header::new(class), sources, fill: fill.own(), active };
        Ok(alloc_in(class, z).erase())
    }
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<ZipLongest>) -> PyResult<Option<Ref>> {
        let n = this.sources.len();
        if n == 0 || this.active.get() == 0 {
            return Ok(None);
        }
        let mut items = Vec::with_capacity(n);
        for i in 0..n {
            let Some(source) = this.sources.get(i) else { return Ok(None) };
            if source.is_none() {
                items.push(this.fill.clone());
                continue;
            }
            let source = source.own();
            match next(source.value()) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => {
                    this.active.set(this.active.get() - 1);
                    if this.active.get() == 0 {
                        return Ok(None);
                    }
                    items.push(this.fill.clone());
                    drop(this.sources.replace(i, Ref::from_raw(NONE)));
                }
                Err(raised) => {
                    this.active.set(0);
                    return Err(raised);
                }
            }
        }
        Ok(Some(tuple::from_refs(items).erase()))
    }
}
