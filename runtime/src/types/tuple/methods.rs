//! The slots and methods of `tuple`.

use super::{Tuple, empty, from_refs, from_values, new_in};
use crate::builtins::args::positional;
use crate::builtins::lookup::{reduce_call, reduce_empty};
use crate::concrete::TupleHasher;
use crate::error::{PyResult, check_room, has_room};
use crate::object::{Header, Kind, P, Ref, alloc};
use crate::protocol::sequence::{Subscript, compare_items, subscript};
use crate::protocol::{compare, index, iter};
use crate::runtime::types;
use crate::slots::{Args, CmpOp};
use crate::types::iterators::Target;
use crate::types::list::methods::{MAX_ITEMS, find, repr_items};
use crate::types::list::slices::picked;
use crate::types::str;
use crate::types::type_object::{TypeObject, flags};
use crate::value::{NOT_IMPLEMENTED, Value};
use crate::{object_layout, pymethods, raise};
use std::cell::Cell;

/// Sets the slots and methods of `tuple`.
pub fn install(class: P<TypeObject>) {
    class.flags.set(class.flags.get() | flags::SEQUENCE);
    Tuple::install_methods(class);
}

/// `tuple(iterable)` of exactly the type `tuple`.
pub fn from_iterable(iterable: Value) -> PyResult<crate::object::Own<Tuple>> {
    if let Some(t) = iterable.exact::<Tuple>() {
        return Ok(t.own_typed());
    }
    Ok(from_refs(iter::collect(iterable)?))
}

fn is_exact(t: P<Tuple>) -> bool {
    t.value().exact::<Tuple>().is_some()
}

#[pymethods(install_methods)]
impl Tuple {
    #[slot(new)]
    fn py_new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let items = match positional("tuple", args, 0, 1)? {
            [] => empty(),
            [iterable, ..] => from_iterable(*iterable)?,
        };
        Ok(if class == types().tuple { items.erase() } else { new_in(class, items.items()).erase() })
    }

    #[slot(repr)]
    fn repr(this: P<Tuple>) -> PyResult {
        let close = if this.len == 1 { ",)" } else { ")" };
        if this.len == 0 {
            return Ok(str::interned("()").own());
        }
        let r = repr_items(this.value(), "(", close, |i| this.items().get(i).copied())?;
        Ok(if r.as_str().is_some_and(|s| s.is_str("(...,)")) { str::interned("(...)").own() } else { r })
    }

    #[slot(hash)]
    fn hash(this: P<Tuple>) -> PyResult<i64> {
        if this.hash.get() == 0 {
            let mut h = TupleHasher::default();
            for &v in this.items() {
                h.add(compare::hash(v)?);
            }
            this.hash.set(h.finish(this.len));
        }
        Ok(this.hash.get())
    }

    #[slot(len)]
    fn len(this: P<Tuple>) -> PyResult<usize> {
        Ok(this.len)
    }

    #[slot(getitem)]
    fn getitem(this: P<Tuple>, key: Value) -> PyResult {
        match subscript(key, || this.len, "tuple")? {
            Subscript::Item(Some(i)) => Ok(this.items()[i].own()),
            Subscript::Item(None) => raise!(IndexError, "tuple index out of range"),
            Subscript::Slice(0, 1, n) if n == this.len && is_exact(this) => Ok(this.own()),
            Subscript::Slice(start, 1, n) if n > 0 => {
                Ok(from_values(&this.items()[start as usize..][..n]).erase())
            }
            Subscript::Slice(start, step, n) => {
                Ok(from_refs(picked(this.items(), start, step, n).map(Value::own).collect()).erase())
            }
        }
    }

    #[slot(contains)]
    fn contains(this: P<Tuple>, item: Value) -> PyResult<bool> {
        for &v in this.items() {
            if compare::equal(v, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[slot(iter)]
    fn iter(this: P<Tuple>) -> PyResult {
        let (head, tuple) = (Header::new(types().tuple_iterator), Target::new(this.own()));
        Ok(alloc(TupleIter { head, tuple, index: Cell::new(0) }).erase())
    }

    #[slot(compare)]
    fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
        let (Some(x), Some(y)) = (a.downcast::<Tuple>(), b.downcast::<Tuple>()) else {
            return Ok(NOT_IMPLEMENTED.own());
        };
        compare_items(|side, i| (if side == 0 { x } else { y }).items().get(i).copied(), op)
    }

    #[slot(concat)]
    fn concat(this: P<Tuple>, other: Value) -> PyResult {
        let Some(other) = other.downcast::<Tuple>() else {
            return raise!(
                TypeError,
                "can only concatenate tuple (not \"{}\") to tuple",
                other.class().name()
            );
        };
        if this.len == 0 && other.value().exact::<Tuple>().is_some() {
            return Ok(other.own());
        }
        if other.len == 0 && is_exact(this) {
            return Ok(this.own());
        }
        check_room(this.items().len() + other.items().len(), 2 * size_of::<Value>())?;
        Ok(from_values(&[this.items(), other.items()].concat()).erase())
    }

    #[slot(repeat)]
    fn repeat(this: P<Tuple>, n: i64) -> PyResult {
        if (this.len == 0 || n == 1) && is_exact(this) {
            return Ok(this.own());
        }
        let n = usize::try_from(n).unwrap_or(0);
        let fits = |&t: &usize| t <= MAX_ITEMS && has_room(2 * t * size_of::<Value>());
        match this.len.checked_mul(n).filter(fits) {
            Some(_) => Ok(from_values(&this.items().repeat(n)).erase()),
            None => raise!(MemoryError),
        }
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method("(self, value, start=0, stop=sys.maxsize, /)")]
    fn index(this: P<Tuple>, value: Value, start: Option<Value>, stop: Option<Value>) -> PyResult<usize> {
        match find(|i| this.items().get(i).copied(), this.len, value, start, stop)? {
            Some(i) => Ok(i),
            None => raise!(ValueError, "tuple.index(x): x not in tuple"),
        }
    }

    /// Return number of occurrences of value.
    #[method("(self, value, /)")]
    fn count(this: P<Tuple>, value: Value) -> PyResult<usize> {
        let mut n = 0;
        for &v in this.items() {
            n += usize::from(compare::equal(v, value)?);
        }
        Ok(n)
    }

    #[method("(self, /)")]
    fn __getnewargs__(this: P<Tuple>) -> Ref {
        from_refs(vec![from_values(this.items()).erase()]).erase()
    }

    /// See PEP 585
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(class: P<TypeObject>, object: Value) -> PyResult {
        crate::types::generic_alias::new(class.value(), object)
    }
}

/// `iter(tuple)`
#[repr(C)]
pub struct TupleIter {
    /// The header.
    pub head: Header,
    /// The tuple; `None` once the end was reached.
    pub tuple: Target,
    /// The next item's index.
    pub index: Cell<usize>,
}
object_layout!(TupleIter, Kind::TupleIter, container, [tuple]);

/// The next item, if this is a tuple's iterator and has one.
#[inline(always)]
pub fn quick_next(it: Value) -> Option<Ref> {
    let this = it.exact::<TupleIter>()?;
    let i = this.index.get();
    let v = *this.target()?.items().get(i)?;
    this.index.set(i + 1);
    Some(v.own())
}

impl TupleIter {
    #[inline(always)]
    fn target(&self) -> Option<P<Tuple>> {
        self.tuple.get::<Tuple>()
    }
}

/// Sets the layout, slots and methods of `tuple_iterator`.
pub fn install_iter(class: P<TypeObject>) {
    class.set_layout::<TupleIter>();
    TupleIter::install_methods(class);
}

#[pymethods(install_methods)]
impl TupleIter {
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }

    #[slot(next)]
    fn next(this: P<TupleIter>) -> PyResult<Option<Ref>> {
        let Some(t) = this.target() else { return Ok(None) };
        let i = this.index.get();
        if i < t.len {
            this.index.set(i + 1);
            return Ok(Some(t.items()[i].own()));
        }
        this.tuple.finish();
        Ok(None)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("(self, /)")]
    fn __length_hint__(this: P<TupleIter>) -> usize {
        this.target().map_or(0, |t| t.len - this.index.get().min(t.len))
    }

    /// Return state information for pickling.
    #[method("(self, /)")]
    fn __reduce__(this: P<TupleIter>) -> PyResult {
        match this.target() {
            Some(t) => reduce_call("iter", t.own(), Some(this.index.get() as i64)),
            None => reduce_empty(empty().erase()),
        }
    }

    /// Set state information for unpickling.
    #[method("(self, object, /)")]
    fn __setstate__(this: P<TupleIter>, object: Value) -> PyResult<()> {
        let i = index::to_i64(object)?.max(0) as usize;
        if let Some(t) = this.target() {
            this.index.set(i.min(t.len));
        }
        Ok(())
    }
}
