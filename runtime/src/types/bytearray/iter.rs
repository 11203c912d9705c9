//! The iterator of `bytearray`.

use super::ByteArray;
use crate::error::PyResult;
use crate::object::{Header, Kind, Own, P, Ref, alloc};
use crate::runtime::types;
use crate::types::iterators::Target;
use crate::value::Value;
use crate::{object_layout, pymethods};
use std::cell::Cell;

/// Yields the bytes of a bytearray as ints.
#[repr(C)]
pub struct ByteArrayIter {
    /// The header.
    pub head: Header,
    /// The next byte.
    pub index: Cell<usize>,
    /// The bytearray.
    pub bytes: Target,
}
object_layout!(ByteArrayIter, Kind::ByteArrayIter, leaf);

/// `iter(b)`
pub fn iter(b: P<ByteArray>) -> Own<ByteArrayIter> {
    alloc(ByteArrayIter {
        head: Header::new(types().bytearray_iterator),
        index: Cell::new(0),
        bytes: Target::new(b.own_typed().erase()),
    })
}

#[pymethods]
impl ByteArrayIter {
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }

    #[slot(next)]
    fn next(this: P<ByteArrayIter>) -> PyResult<Option<Ref>> {
        let i = this.index.get();
        let item = this.bytes.get::<ByteArray>().and_then(|b| b.borrow().get(i).copied());
        match item {
            Some(b) => {
                this.index.set(i + 1);
                Ok(Some(Ref::from_raw(Value::small_int(b.into()))))
            }
            None => {
                this.bytes.finish();
                Ok(None)
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("()")]
    fn __length_hint__(this: P<ByteArrayIter>) -> usize {
        this.bytes.get::<ByteArray>().map_or(0, |b| b.len().saturating_sub(this.index.get()))
    }

    /// Return state information for pickling.
    #[method("()")]
    fn __reduce__(this: P<ByteArrayIter>) -> PyResult {
        crate::types::bytes::iterator_reduce(this.bytes.get::<ByteArray>().map(|b| b.own()), this.index.get())
    }

    /// Set state information for unpickling.
    #[method("(state, /)")]
    fn __setstate__(this: P<ByteArrayIter>, state: isize) {
        if let Some(b) = this.bytes.get::<ByteArray>() {
            this.index.set(usize::try_from(state).unwrap_or(0).min(b.len()));
        }
    }
}
