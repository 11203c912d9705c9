//! `slice`.

use crate::builtins::args::positional;
use crate::concrete::TupleHasher;
use crate::error::PyResult;
use crate::object::{Header, Kind, Own, P, Ref, alloc};
use crate::protocol::{compare, index, repr};
use crate::runtime::types;
use crate::slots::{Args, CmpOp};
use crate::types::int::Num;
use crate::types::type_object::TypeObject;
use crate::types::{int, str, tuple};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::{object_layout, pymethods, raise};
use dashu_int::IBig;

/// A slice.
#[repr(C)]
pub struct Slice {
    /// The header.
    pub head: Header,
    /// `start`
    pub start: Ref,
    /// `stop`
    pub stop: Ref,
    /// `step`
    pub step: Ref,
}
object_layout!(Slice, Kind::Slice, container, [start, stop, step]);

/// Sets the layout, slots and methods of `slice`.
pub fn install(class: P<TypeObject>) {
    class.set_layout::<Slice>();
    Slice::install_methods(class);
}

/// `slice(start, stop, step)`
pub fn new(start: impl Into<Ref>, stop: impl Into<Ref>, step: impl Into<Ref>) -> Own<Slice> {
    let head = Header::new(types().slice);
    alloc(Slice { head, start: start.into(), stop: stop.into(), step: step.into() })
}

/// `start`, `stop` and `step` as machine integers: absent ones replaced, big ones clamped. The step is not zero.
/// [`crate::concrete::adjust_indices`] then applies them to a length.
pub fn unpack(s: P<Slice>) -> PyResult<(i64, i64, i64)> {
    if let (Some(start), Some(stop), true) = (s.start.as_small_int(), s.stop.as_small_int(), s.step.is_none())
    {
        return Ok((start, stop, 1));
    }
    let _owner = s.own();
    let step = match index::slice_index(*s.step)? {
        None => 1,
        Some(0) => return raise!(ValueError, "slice step cannot be zero"),
        Some(i) => i.max(-i64::MAX),
    };
    let start = index::slice_index(*s.start)?.unwrap_or(if step < 0 { i64::MAX } else { 0 });
    let stop = index::slice_index(*s.stop)?.unwrap_or(if step < 0 { i64::MIN } else { i64::MAX });
    Ok((start, stop, step))
}

/// `start`, `stop` and `step` applied to a length, as `slice.indices`, without limits on magnitude.
pub fn indices_big(s: P<Slice>, length: &IBig) -> PyResult<(IBig, IBig, IBig)> {
    let bound = |v: Value| -> PyResult<Option<IBig>> {
        if v.is_none() {
            return Ok(None);
        }
        if !index::has_index(v) {
            return raise!(TypeError, "slice indices must be integers or None or have an __index__ method");
        }
        let i = index::index(v)?;
        Ok(Num::of(*i).map(|n| n.big().into_owned()))
    };
    let _owner = s.own();
    let step = bound(*s.step)?.unwrap_or(IBig::ONE);
    if step.is_zero() {
        return raise!(ValueError, "slice step cannot be zero");
    }
    let backwards = step < IBig::ZERO;
    let (lower, upper) =
        if backwards { (IBig::NEG_ONE, length - IBig::ONE) } else { (IBig::ZERO, length.clone()) };
    let clamp = |i: IBig| {
        let i = if i < IBig::ZERO { i + length } else { i };
        i.max(lower.clone()).min(upper.clone())
    };
    let start = match bound(*s.start)? {
        Some(i) => clamp(i),
        None if backwards => upper.clone(),
        None => lower.clone(),
    };
    let stop = match bound(*s.stop)? {
        Some(i) => clamp(i),
        None if backwards => lower.clone(),
        None => upper.clone(),
    };
    Ok((start, stop, step))
}

impl Slice {
    fn parts(&self) -> [Value; 3] {
        [*self.start, *self.stop, *self.step]
    }
}

#[pymethods(install_methods)]
impl Slice {
    #[slot(new)]
    fn py_new(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        Ok(match *positional("slice", args, 1, 3)? {
            [stop] => new(NONE, stop, NONE),
            [start, stop] => new(start, stop, NONE),
            [start, stop, step] => new(start, stop, step),
            _ => unreachable!("one to three arguments"),
        }
        .erase())
    }

    #[slot(repr)]
    fn repr(this: P<Slice>) -> PyResult {
        let mut out = str::StrBuilder::new();
        out.push_str("slice(");
        for (i, v) in this.parts().into_iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            repr::write_repr(&mut out, v)?;
        }
        out.push_str(")");
        Ok(out.finish().erase())
    }

    #[slot(hash)]
    fn hash(this: P<Slice>) -> PyResult<i64> {
        let mut h = TupleHasher::default();
        for v in this.parts() {
            h.add(compare::hash(v)?);
        }
        // Unlike a tuple's, the hash does not count the length.
        Ok(h.finish_without_length())
    }

    #[slot(compare)]
    fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
        let (Some(x), Some(y)) = (a.exact::<Slice>(), b.exact::<Slice>()) else {
            return Ok(NOT_IMPLEMENTED.own());
        };
        if x == y {
            let holds = matches!(op, CmpOp::Eq | CmpOp::Le | CmpOp::Ge);
            return Ok(Value::bool(holds).own());
        }
        let (t, u) = (tuple::from_values(&x.parts()), tuple::from_values(&y.parts()));
        compare::rich_compare(t.p().value(), u.p().value(), op)
    }

    /// S.indices(len) -> (start, stop, stride)
    ///
    /// Assuming a sequence of length len, calculate the start and stop
    /// indices, and the stride length of the extended slice described by
    /// S. Out of bounds indices are clipped in a manner consistent with the
    /// handling of normal slices.
    #[method("(self, object, /)")]
    fn indices(this: P<Slice>, object: Value) -> PyResult {
        let length = index::index(object)?;
        if int::is_negative(*length) {
            return raise!(ValueError, "length should not be negative");
        }
        let length = int::own_num(*length).big().into_owned();
        let (start, stop, step) = indices_big(this, &length)?;
        Ok(tuple::from_refs(vec![int::from_big(start), int::from_big(stop), int::from_big(step)]).erase())
    }

    /// Return state information for pickling.
    #[method("(self, /)")]
    fn __reduce__(this: P<Slice>) -> PyResult {
        let args = tuple::from_values(&this.parts()).erase();
        Ok(tuple::from_refs(vec![this.head.class.get().own(), args]).erase())
    }

    #[getter]
    fn start(this: P<Slice>) -> Value {
        *this.start
    }
    #[getter]
    fn stop(this: P<Slice>) -> Value {
        *this.stop
    }
    #[getter]
    fn step(this: P<Slice>) -> Value {
        *this.step
    }
}
