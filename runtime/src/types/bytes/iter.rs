//! The iterator of `bytes`.

use super::Bytes;
use crate::error::PyResult;
use crate::object::{Header, Kind, Own, P, Ref, alloc};
use crate::runtime::{runtime, types};
use crate::types::iterators::Target;
use crate::types::{int, tuple};
use crate::value::Value;
use crate::{object_layout, pymethods};
use std::cell::Cell;

/// Yields the bytes of a bytes object as ints.
#[repr(C)]
pub struct BytesIter {
    /// The header.
    pub head: Header,
    /// The next byte.
    pub index: Cell<usize>,
    /// The bytes.
    pub bytes: Target,
}
object_layout!(BytesIter, Kind::BytesIter, leaf);

/// `iter(b)`
pub fn iter(b: P<Bytes>) -> Own<BytesIter> {
    alloc(BytesIter {
        head: Header::new(types().bytes_iterator),
        index: Cell::new(0),
        bytes: Target::new(b.own_typed().erase()),
    })
}

/// `(iter, (sequence,), index)`, or `(iter, (nothing,))` once exhausted: for pickling iterators.
pub(crate) fn reduce(sequence: Option<Ref>, index: usize) -> PyResult {
    let Some(iter) = runtime().builtins().get_text("iter") else {
        return crate::raise!(AttributeError, "module 'builtins' has no attribute 'iter'");
    };
    Ok(match sequence {
        Some(s) => {
            let arguments = tuple::from_refs(vec![s]).erase();
            tuple::from_refs(vec![iter.own(), arguments, int::new(index as i64)]).erase()
        }
        None => {
            let arguments = tuple::from_refs(vec![tuple::empty().erase()]).erase();
            tuple::from_refs(vec![iter.own(), arguments]).erase()
        }
    })
}

#[pymethods]
impl BytesIter {
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }

    #[slot(next)]
    fn next(this: P<BytesIter>) -> PyResult<Option<Ref>> {
        let i = this.index.get();
        let item = this.bytes.get::<Bytes>().and_then(|b| b.as_slice().get(i).copied());
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
    fn __length_hint__(this: P<BytesIter>) -> usize {
        this.bytes.get::<Bytes>().map_or(0, |b| b.len.saturating_sub(this.index.get()))
    }

    /// Return state information for pickling.
    #[method("()")]
    fn __reduce__(this: P<BytesIter>) -> PyResult {
        reduce(this.bytes.get::<Bytes>().map(|b| b.own()), this.index.get())
    }

    /// Set state information for unpickling.
    #[method("(state, /)")]
    fn __setstate__(this: P<BytesIter>, state: isize) {
        if let Some(b) = this.bytes.get::<Bytes>() {
            this.index.set(usize::try_from(state).unwrap_or(0).min(b.len));
        }
    }
}
