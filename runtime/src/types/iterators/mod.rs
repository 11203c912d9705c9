//! The iterators over nothing in particular: of the old sequence protocol, and of `iter(callable, sentinel)`.

use crate::builtins::lookup::{builtin, reduce_call, reduce_empty};
use crate::error::{Exc, PyResult, take_if};
use crate::object::{Header, Kind, Object, OwnedCell, P, Ref, Trace, Visitor, alloc, decref};
use crate::protocol::{call, compare, index, mapping};
use crate::runtime::types;
use crate::types::tuple;
use crate::types::type_object::TypeObject;
use crate::value::{NONE, Value};
use crate::{object_layout, pymethods, raise};
use std::cell::Cell;

pub use crate::types::dict::{DictItemIter, DictKeyIter, DictValueIter};
pub use crate::types::list::iter::{ListIter, ListRevIter};
pub use crate::types::range::{LongRangeIter, RangeIter};
pub use crate::types::set::SetIter;
pub use crate::types::tuple::TupleIter;

/// What an iterator goes through: an owned word that machine code may read at any time; `None` (the Python value)
/// once the end was reached.
#[repr(transparent)]
pub struct Target(Cell<Value>);

impl Target {
    /// The object, owned.
    pub fn new(v: Ref) -> Target {
        Target(Cell::new(v.into_raw()))
    }
    /// The object, unless the end was reached.
    #[inline(always)]
    pub fn get<T: Object>(&self) -> Option<P<T>> {
        self.0.get().downcast::<T>()
    }
    /// The end was reached: let go of the object.
    pub fn finish(&self) {
        drop(Ref::from_raw(self.0.replace(NONE)));
    }
}
impl Drop for Target {
    fn drop(&mut self) {
        decref(self.0.get());
    }
}
impl Trace for Target {
    fn trace(&self, visit: Visitor<'_>) {
        visit(&[self.0.get()]);
    }
    fn untrace(&self) {
        self.finish();
    }
}

/// Calls `__getitem__` with 0, 1, 2, …
#[repr(C)]
pub struct SeqIter {
    /// The header.
    pub head: Header,
    /// The sequence; a zero word once the end was reached.
    pub sequence: OwnedCell,
    /// The next item's index.
    pub index: Cell<i64>,
}
object_layout!(SeqIter, Kind::SeqIter, container, [sequence]);

/// Calls a function until it returns the sentinel.
#[repr(C)]
pub struct CallIter {
    /// The header.
    pub head: Header,
    /// The function; a zero word once the end was reached.
    pub callable: OwnedCell,
    /// The sentinel.
    pub sentinel: OwnedCell,
}
object_layout!(CallIter, Kind::CallIter, container, [callable, sentinel]);

/// An iterator by the sequence protocol.
pub fn seq_iter(v: Value) -> PyResult {
    let (head, sequence) = (Header::new(types().seq_iterator), OwnedCell::new(Some(v.own())));
    Ok(alloc(SeqIter { head, sequence, index: Cell::new(0) }).erase())
}

/// `iter(callable, sentinel)`
pub fn call_iter(callable: Value, sentinel: Value) -> Ref {
    let (callable, sentinel) = (OwnedCell::new(Some(callable.own())), OwnedCell::new(Some(sentinel.own())));
    alloc(CallIter { head: Header::new(types().callable_iterator), callable, sentinel }).erase()
}

/// Sets the layout, slots and methods of `iterator`.
pub fn install_seq(class: P<TypeObject>) {
    class.set_layout::<SeqIter>();
    SeqIter::install_methods(class);
}

/// Sets the layout, slots and methods of `callable_iterator`.
pub fn install_call(class: P<TypeObject>) {
    class.set_layout::<CallIter>();
    CallIter::install_methods(class);
}

#[pymethods(install_methods)]
impl SeqIter {
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }

    #[slot(next)]
    fn next(this: P<SeqIter>) -> PyResult<Option<Ref>> {
        let Some(seq) = this.sequence.get() else { return Ok(None) };
        let i = this.index.get();
        if i == crate::value::INT_MAX {
            return raise!(OverflowError, "iter index too large");
        }
        let seq = seq.own();
        match mapping::getitem(*seq, Value::small_int(i)) {
            Ok(v) => {
                this.index.set(i + 1);
                Ok(Some(v))
            }
            Err(raised) => {
                if take_if(Exc::IndexError).or_else(|| take_if(Exc::StopIteration)).is_none() {
                    return Err(raised);
                }
                drop(this.sequence.take());
                Ok(None)
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("(self, /)")]
    fn __length_hint__(this: P<SeqIter>) -> PyResult {
        let Some(seq) = this.sequence.get() else { return Ok(Value::small_int(0).own()) };
        if seq.class().slots.len.get().is_none() {
            return Ok(crate::value::NOT_IMPLEMENTED.own());
        }
        let left = mapping::len(seq)? as i64 - this.index.get();
        Ok(crate::types::int::new(left.max(0)))
    }

    /// Return state information for pickling.
    #[method("(self, /)")]
    fn __reduce__(this: P<SeqIter>) -> PyResult {
        match this.sequence.get() {
            Some(seq) => reduce_call("iter", seq.own(), Some(this.index.get())),
            None => reduce_empty(tuple::empty().erase()),
        }
    }

    /// Set state information for unpickling.
    #[method("(self, object, /)")]
    fn __setstate__(this: P<SeqIter>, object: Value) -> PyResult<()> {
        this.index.set(index::to_i64(object)?.max(0));
        Ok(())
    }
}

#[pymethods(install_methods)]
impl CallIter {
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }

    #[slot(next)]
    fn next(this: P<CallIter>) -> PyResult<Option<Ref>> {
        let Some(f) = this.callable.get() else { return Ok(None) };
        let f = f.own();
        let v = match call::call0(*f) {
            Ok(v) => v,
            Err(raised) => {
                if take_if(Exc::StopIteration).is_none() {
                    return Err(raised);
                }
                drop((this.callable.take(), this.sentinel.take()));
                return Ok(None);
            }
        };
        // The call may have ended this iterator.
        let Some(sentinel) = this.sentinel.get() else { return Ok(None) };
        let sentinel = sentinel.own();
        if compare::equal(*sentinel, *v)? {
            drop((this.callable.take(), this.sentinel.take()));
            return Ok(None);
        }
        Ok(Some(v))
    }

    /// Return state information for pickling.
    #[method("(self, /)")]
    fn __reduce__(this: P<CallIter>) -> PyResult {
        match (this.callable.get(), this.sentinel.get()) {
            (Some(f), Some(s)) => {
                Ok(tuple::from_refs(vec![builtin("iter")?, tuple::from_values(&[f, s]).erase()]).erase())
            }
            _ => reduce_empty(tuple::empty().erase()),
        }
    }
}
