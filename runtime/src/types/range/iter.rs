//! The iterators of `range`.

use super::{Range, Wide, from_big, new};
use crate::builtins::lookup::builtin;
use crate::error::PyResult;
use crate::object::{Header, Kind, P, Ref, alloc};
use crate::protocol::index;
use crate::runtime::types;
use crate::types::type_object::TypeObject;
use crate::types::{int, tuple};
use crate::value::{INT_MAX, INT_MIN, NONE, Value};
use crate::{object_layout, pymethods};
use dashu_int::IBig;
use std::cell::{Cell, RefCell};

/// An iterator over machine integers. Every item is an immediate: machine code does not check.
#[repr(C)]
pub struct RangeIter {
    /// The header.
    pub head: Header,
    /// The next item.
    pub next: Cell<i64>,
    /// Items left.
    pub left: Cell<i64>,
    /// What is added for each item.
    pub step: i64,
}
object_layout!(RangeIter, Kind::RangeIter, leaf);

/// An iterator over integers of any magnitude; `wide.len` is the number of items left.
#[repr(C)]
pub struct LongRangeIter {
    /// The header.
    pub head: Header,
    /// What is left.
    pub wide: RefCell<Wide>,
}
object_layout!(LongRangeIter, Kind::LongRangeIter, leaf);

fn make(start: i64, left: i64, step: i64) -> Ref {
    let last = i128::from(start) + i128::from(left.max(1) - 1) * i128::from(step);
    let immediate = |i: i128| i >= INT_MIN.into() && i <= INT_MAX.into();
    if !immediate(start.into()) || !immediate(last) {
        let (start, step) = (IBig::from(start), IBig::from(step));
        let stop = &start + IBig::from(left) * &step;
        return make_long(Wide { start, stop, step, len: left.into() });
    }
    let head = Header::new(types().range_iterator);
    alloc(RangeIter { head, next: Cell::new(start), left: Cell::new(left), step }).erase()
}

fn make_long(wide: Wide) -> Ref {
    let head = Header::new(types().longrange_iterator);
    alloc(LongRangeIter { head, wide: RefCell::new(wide) }).erase()
}

/// `iter(r)`
pub fn iter_over(r: P<Range>) -> Ref {
    match &r.wide {
        None => make(r.start, r.len, r.step),
        Some(w) => make_long((**w).clone()),
    }
}

/// `reversed(r)`
pub(super) fn reversed_over(r: P<Range>) -> Ref {
    if r.wide.is_none()
        && let Some(step) = r.step.checked_neg()
    {
        let last = r.start.wrapping_add(r.len.wrapping_sub(1).wrapping_mul(r.step));
        return make(last, r.len, step);
    }
    let w = r.big();
    let start = &w.start + (&w.len - IBig::ONE) * &w.step;
    make_long(Wide { stop: &w.start - &w.step, step: -&w.step, len: w.len, start })
}

/// `(iter, (range,), None)`
fn reduce_range(r: Ref) -> PyResult {
    Ok(tuple::from_refs(vec![builtin("iter")?, tuple::from_refs(vec![r]).erase(), NONE.own()]).erase())
}

/// Sets the layout, slots and methods of `range_iterator`.
pub fn install_iter(class: P<TypeObject>) {
    class.set_layout::<RangeIter>();
    RangeIter::install_methods(class);
}

/// Sets the layout, slots and methods of `longrange_iterator`.
pub fn install_long_iter(class: P<TypeObject>) {
    class.set_layout::<LongRangeIter>();
    LongRangeIter::install_methods(class);
}

#[pymethods(install_methods)]
impl RangeIter {
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }

    #[slot(next)]
    fn next(this: P<RangeIter>) -> PyResult<Option<Ref>> {
        let left = this.left.get();
        if left <= 0 {
            return Ok(None);
        }
        let i = this.next.get();
        this.left.set(left - 1);
        this.next.set(i.wrapping_add(this.step));
        Ok(Some(int::new(i)))
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("(self, /)")]
    fn __length_hint__(this: P<RangeIter>) -> i64 {
        this.left.get()
    }

    /// Return state information for pickling.
    #[method("(self, /)")]
    fn __reduce__(this: P<RangeIter>) -> PyResult {
        let (next, left) = (this.next.get(), this.left.get());
        let stop = left.checked_mul(this.step).and_then(|way| next.checked_add(way));
        let rest = match stop {
            Some(stop) => new(next, stop, this.step),
            // A turn behind the last may be further than a word goes.
            None => {
                let [start, left, step] = [next, left, this.step].map(IBig::from);
                let stop = &start + left * &step;
                from_big(start, stop, step)
            }
        };
        reduce_range(rest.erase())
    }

    /// Set state information for unpickling.
    #[method("(self, object, /)")]
    fn __setstate__(this: P<RangeIter>, object: Value) -> PyResult<()> {
        let skip = index::to_i64(object)?.clamp(0, this.left.get());
        this.next.set(this.next.get().wrapping_add(skip.wrapping_mul(this.step)));
        this.left.set(this.left.get() - skip);
        Ok(())
    }
}

#[pymethods(install_methods)]
impl LongRangeIter {
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }

    #[slot(next)]
    fn next(this: P<LongRangeIter>) -> PyResult<Option<Ref>> {
        let mut w = this.wide.borrow_mut();
        if w.len.is_zero() {
            return Ok(None);
        }
        w.len -= IBig::ONE;
        let next = &w.start + &w.step;
        let item = std::mem::replace(&mut w.start, next);
        Ok(Some(int::from_big(item)))
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("(self, /)")]
    fn __length_hint__(this: P<LongRangeIter>) -> Ref {
        int::from_big(this.wide.borrow().len.clone())
    }

    /// Return state information for pickling.
    #[method("(self, /)")]
    fn __reduce__(this: P<LongRangeIter>) -> PyResult {
        let w = this.wide.borrow().clone();
        let stop = &w.start + &w.len * &w.step;
        reduce_range(from_big(w.start, stop, w.step).erase())
    }

    /// Set state information for unpickling.
    #[method("(self, object, /)")]
    fn __setstate__(this: P<LongRangeIter>, object: Value) -> PyResult<()> {
        let state = index::index(object)?;
        let mut w = this.wide.borrow_mut();
        let skip = int::own_num(*state).big().into_owned().max(IBig::ZERO).min(w.len.clone());
        let start = &w.start + &skip * &w.step;
        w.start = start;
        w.len -= skip;
        Ok(())
    }
}
