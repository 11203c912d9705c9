//! The slots and methods of `range`.

use super::{Range, from_big, iter, new, parts};
use crate::builtins::args::{no_keywords, wrong_count};
use crate::concrete::{TupleHasher, adjust_indices};
use crate::error::PyResult;
use crate::object::{P, Ref};
use crate::protocol::{compare, index, sequence};
use crate::slots::{Args, CmpOp};
use crate::types::int::{self, Num};
use crate::types::slice::{self, Slice};
use crate::types::tuple;
use crate::types::type_object::TypeObject;
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::{pymethods, raise};
use dashu_int::IBig;
use dashu_int::ops::DivRem;

/// Sets the layout, slots and methods of `range`.
pub fn install(class: P<TypeObject>) {
    class.set_layout::<Range>();
    Range::install_methods(class);
}

/// An argument as a big integer.
fn big(v: Value) -> PyResult<IBig> {
    let i = index::index(v)?;
    Ok(int::own_num(*i).big().into_owned())
}

fn zero_step<T>() -> PyResult<T> {
    raise!(ValueError, "range() arg 3 must not be zero")
}

/// `range(*args)`
pub(super) fn construct(args: Args<'_>) -> PyResult {
    if !args.names.is_empty() {
        return no_keywords("range");
    }
    let (start, stop, step) = match *args.values {
        [stop] => (Value::small_int(0), stop, Value::small_int(1)),
        [start, stop] => (start, stop, Value::small_int(1)),
        [start, stop, step] => (start, stop, step),
        _ => return wrong_count("range", args.values.len(), 1, 3),
    };
    if let (Some(a), Some(b), Some(s)) = (start.as_small_int(), stop.as_small_int(), step.as_small_int()) {
        return if s == 0 { zero_step() } else { Ok(new(a, b, s).erase()) };
    }
    let (start, stop, step) = (big(start)?, big(stop)?, big(step)?);
    if step.is_zero() { zero_step() } else { Ok(from_big(start, stop, step).erase()) }
}

/// Where an exact int is in the range, if it is an item.
fn place(r: P<Range>, v: Value) -> Option<IBig> {
    let n = Num::of(v)?;
    if r.wide.is_none() {
        let Num::Small(i) = n else { return None };
        let at = i128::from(i) - i128::from(r.start);
        let step = i128::from(r.step);
        return if at % step == 0 && at / step >= 0 && at / step < i128::from(r.len) {
            Some(IBig::from(at / step))
        } else {
            None
        };
    }
    let w = r.big();
    let (q, rest) = (n.big().as_ref() - &w.start).div_rem(&w.step);
    if rest.is_zero() && q >= IBig::ZERO && q < w.len { Some(q) } else { None }
}

/// Can membership be computed, rather than found by comparing with every item?
fn is_plain_int(v: Value) -> bool {
    v.is_bool() || index::is_exact_int(v)
}

fn getslice(r: P<Range>, s: P<Slice>) -> PyResult {
    if r.wide.is_none() {
        let (start, stop, step) = slice::unpack(s)?;
        let (a, b, _) = adjust_indices(r.len as usize, start, stop, step);
        let at = |i: i64| i128::from(r.start) + i128::from(i) * i128::from(r.step);
        let step = i128::from(step) * i128::from(r.step);
        let parts = (i64::try_from(at(a)), i64::try_from(at(b)), i64::try_from(step));
        if let (Ok(a), Ok(b), Ok(s)) = parts {
            return Ok(new(a, b, s).erase());
        }
    }
    let w = r.big();
    let (a, b, step) = slice::indices_big(s, &w.len)?;
    Ok(from_big(&w.start + a * &w.step, &w.start + b * &w.step, step * w.step).erase())
}

#[pymethods(install_methods)]
impl Range {
    #[slot(new)]
    fn py_new(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        construct(args)
    }

    #[slot(repr)]
    fn repr(this: P<Range>) -> PyResult {
        let w = this.big();
        let text = if w.step == IBig::ONE {
            format!("range({}, {})", w.start, w.stop)
        } else {
            format!("range({}, {}, {})", w.start, w.stop, w.step)
        };
        Ok(text.as_str().into())
    }

    #[slot(len)]
    fn len(this: P<Range>) -> PyResult<usize> {
        match usize::try_from(this.len) {
            Ok(n) => Ok(n),
            Err(_) => match this.wide.as_ref().map(|w| i64::try_from(&w.len)) {
                Some(Ok(n)) => Ok(n as usize),
                _ => raise!(OverflowError, "Python int too large to convert to C ssize_t"),
            },
        }
    }

    #[slot(bool_)]
    fn is_true(this: P<Range>) -> PyResult<bool> {
        Ok(!this.is_empty())
    }

    #[slot(hash)]
    fn hash(this: P<Range>) -> PyResult<i64> {
        let w = this.big();
        let start = if w.len.is_zero() { NONE.own() } else { int::from_big(w.start) };
        let step = if w.len <= IBig::ONE { NONE.own() } else { int::from_big(w.step) };
        let mut h = TupleHasher::default();
        for v in [int::from_big(w.len), start, step] {
            h.add(compare::hash(*v)?);
        }
        Ok(h.finish(3))
    }

    #[slot(compare)]
    fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
        let (Some(x), Some(y)) = (a.exact::<Range>(), b.exact::<Range>()) else {
            return Ok(NOT_IMPLEMENTED.own());
        };
        if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
            return Ok(NOT_IMPLEMENTED.own());
        }
        let (x, y) = (x.big(), y.big());
        let equal = x.len == y.len
            && (x.len.is_zero() || (x.start == y.start && (x.len == IBig::ONE || x.step == y.step)));
        Ok(Value::bool(equal == (op == CmpOp::Eq)).own())
    }

    #[slot(contains)]
    fn contains(this: P<Range>, item: Value) -> PyResult<bool> {
        if is_plain_int(item) {
            return Ok(place(this, item).is_some());
        }
        let it = iter::iter_over(this);
        while let Some(v) = crate::protocol::iter::next(*it)? {
            if compare::equal(*v, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[slot(getitem)]
    fn getitem(this: P<Range>, key: Value) -> PyResult {
        if let (Some(i), None) = (key.as_small_int(), &this.wide)
            && let Some(i) = crate::protocol::mapping::place(i, this.len as usize)
        {
            return Ok(this.item(i as i64));
        }
        if let Some(s) = key.exact::<Slice>() {
            return getslice(this, s);
        }
        if !index::has_index(key) {
            return raise!(TypeError, "range indices must be integers or slices, not {}", key.class().name());
        }
        let (i, len) = (big(key)?, this.big().len);
        let i = if i < IBig::ZERO { i + &len } else { i };
        if i < IBig::ZERO || i >= len {
            return raise!(IndexError, "range object index out of range");
        }
        Ok(this.item_big(&i))
    }

    #[slot(iter)]
    fn iter(this: P<Range>) -> PyResult {
        Ok(iter::iter_over(this))
    }

    /// Return a reverse iterator.
    #[method("(self, /)")]
    fn __reversed__(this: P<Range>) -> Ref {
        iter::reversed_over(this)
    }

    /// Return state information for pickling.
    #[method("(self, /)")]
    fn __reduce__(this: P<Range>) -> PyResult {
        let args = tuple::from_refs(parts(this).into()).erase();
        Ok(tuple::from_refs(vec![this.head.class.get().own(), args]).erase())
    }

    /// rangeobject.count(value) -> integer -- return number of occurrences of value
    #[method("(self, object, /)")]
    fn count(this: P<Range>, object: Value) -> PyResult<usize> {
        if is_plain_int(object) {
            return Ok(usize::from(place(this, object).is_some()));
        }
        sequence::count(this.value(), object)
    }

    /// rangeobject.index(value) -> integer -- return index of value.
    /// Raise ValueError if the value is not present.
    #[method("(self, object, /)")]
    fn index(this: P<Range>, object: Value) -> PyResult {
        if is_plain_int(object) {
            return match place(this, object) {
                Some(i) => Ok(int::from_big(i)),
                None => raise!(ValueError, "range.index(x): x not in range"),
            };
        }
        sequence::position(this.value(), object).map(|i| int::from_u64(i as u64))
    }

    #[getter]
    fn start(this: P<Range>) -> Ref {
        let [start, ..] = parts(this);
        start
    }
    #[getter]
    fn stop(this: P<Range>) -> Ref {
        let [_, stop, _] = parts(this);
        stop
    }
    #[getter]
    fn step(this: P<Range>) -> Ref {
        let [.., step] = parts(this);
        step
    }
}
