//! `count`, `cycle`, `repeat`.

use crate::construct::arguments;
use crate::constructor;
use std::cell::Cell;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::protocol::iter::{iter, next};
use taipan_runtime::protocol::number::{add, is_number};
use taipan_runtime::protocol::repr::repr;
use taipan_runtime::slots::Args;
use taipan_runtime::types::int;
use taipan_runtime::types::str::StrBuilder;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::Value;
use taipan_runtime::value_vec::ValueVec;
use taipan_runtime::{object_layout, raise};

/// `count(start, step)`
#[repr(C)]
pub struct Count {
    head: Header,
    value: OwnedCell,
    step: Ref,
}
object_layout!(Count, Kind::Native, container, [value, step]);

static COUNT: NativeDef = constructor!("count", Either start = None, Either step = None);

#[taipan_runtime::pymethods]
impl Count {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([start, step], _) = arguments::<2>(&COUNT, class, args)?;
        if [start, step].into_iter().flatten().any(|v| !is_number(v)) {
            return raise!(TypeError, "a number is required");
        }
        let start = start.map_or_else(|| int::new(0), |v| v.own());
        let step = step.map_or_else(|| int::new(1), |v| v.own());
        let c = Count { head: Header::new(class), value: OwnedCell::new(Some(start)), step };
        Ok(alloc_in(class, c).erase())
    }
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<Count>) -> PyResult<Option<Ref>> {
        let now = this.value.or_none().own();
        let then = match (now.as_small_int(), this.step.as_small_int()) {
            (Some(a), Some(b)) => int::new(a + b),
            _ => add(now.value(), this.step.value())?,
        };
        this.value.set(Some(then));
        Ok(Some(now))
    }
    #[slot(repr)]
    fn repr(this: P<Count>) -> PyResult {
        let mut out = StrBuilder::new();
        out.push_str(&this.head.class.get().name());
        out.push_str("(");
        out.push_pystr(&*repr(this.value.or_none())?);
        if this.step.as_small_int() != Some(1) {
            out.push_str(", ");
            out.push_pystr(&*repr(this.step.value())?);
        }
        out.push_str(")");
        Ok(out.finish().erase())
    }
}

/// `cycle(iterable)`
#[repr(C)]
pub struct Cycle {
    head: Header,
    source: OwnedCell,
    saved: ValueVec,
    at: Cell<usize>,
}
object_layout!(Cycle, Kind::Native, container, [source, saved]);

static CYCLE: NativeDef = constructor!("cycle", PositionalOnly iterable);

#[taipan_runtime::pymethods]
impl Cycle {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([iterable], _) = arguments::<1>(&CYCLE, class, args)?;
        let source = OwnedCell::new(iterable.map(iter).transpose()?);
        let c = Cycle { head: Header::new(class), source, saved: ValueVec::default(), at: Cell::new(0) };
        Ok(alloc_in(class, c).erase())
    }
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<Cycle>) -> PyResult<Option<Ref>> {
        if let Some(source) = this.source.get() {
            let source = source.own();
            if let Some(item) = next(source.value())? {
                this.saved.try_push(item.clone())?;
                return Ok(Some(item));
            }
            this.source.set(None);
        }
        let Some(item) = this.saved.get(this.at.get()) else { return Ok(None) };
        let at = this.at.get() + 1;
        this.at.set(if at >= this.saved.len() { 0 } else { at });
        Ok(Some(item.own()))
    }
}

/// `repeat(object, times)`; a negative count is endless.
#[repr(C)]
pub struct Repeat {
    head: Header,
    element: Ref,
    left: Cell<i64>,
}
object_layout!(Repeat, Kind::Native, container, [element]);

static REPEAT: NativeDef = constructor!("repeat", Either object, Either times = None);

#[taipan_runtime::pymethods]
impl Repeat {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([object, times], _) = arguments::<2>(&REPEAT, class, args)?;
        let left = match times {
            Some(n) => {
                let n = taipan_runtime::protocol::index::index_size(
                    n,
                    taipan_runtime::error::Exc::OverflowError,
                )?;
                n.max(0)
            }
            None => -1,
        };
        let element = match object {
            Some(o) => o.own(),
            None => return raise!(TypeError, "repeat() missing required argument 'object' (pos 1)"),
        };
        Ok(alloc_in(class, Repeat { head: Header::new(class), element, left: Cell::new(left) }).erase())
    }
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<Repeat>) -> PyResult<Option<Ref>> {
        match this.left.get() {
            0 => return Ok(None),
            n if n > 0 => this.left.set(n - 1),
            _ => {}
        }
        Ok(Some(this.element.clone()))
    }
    #[slot(repr)]
    fn repr(this: P<Repeat>) -> PyResult {
        let mut out = StrBuilder::new();
        out.push_str(&this.head.class.get().name());
        out.push_str("(");
        out.push_pystr(&*repr(this.element.value())?);
        match this.left.get() {
            n if n >= 0 => out.push_str(&format!(", {n})")),
            _ => out.push_str(")"),
        }
        Ok(out.finish().erase())
    }
    /// Private method returning an estimate of len(list(it)).
    #[method("(self, /)", name = "__length_hint__")]
    fn length_hint(this: P<Repeat>) -> PyResult<i64> {
        match this.left.get() {
            n if n >= 0 => Ok(n),
            _ => raise!(TypeError, "len() of unsized object"),
        }
    }
}
