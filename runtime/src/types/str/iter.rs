//! The iterator of `str`.

use super::{Str, char_str, empty};
use crate::error::PyResult;
use crate::object::{Header, Kind, Own, P, Ref, alloc};
use crate::runtime::{runtime, types};
use crate::types::iterators::Target;
use crate::types::{int, tuple};
use crate::value::Value;
use crate::{object_layout, pymethods};
use std::cell::Cell;

/// Yields the characters of a string.
#[repr(C)]
pub struct StrIter {
    /// The header.
    pub head: Header,
    /// The next character.
    pub index: Cell<usize>,
    /// The str.
    pub text: Target,
}
object_layout!(StrIter, Kind::StrIter, leaf);

/// `iter(s)`
pub fn iter(s: P<Str>) -> Own<StrIter> {
    alloc(StrIter {
        head: Header::new(types().str_iterator),
        index: Cell::new(0),
        text: Target::new(s.own_typed().erase()),
    })
}

#[pymethods]
impl StrIter {
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }

    #[slot(next)]
    fn next(this: P<StrIter>) -> PyResult<Option<Ref>> {
        let i = this.index.get();
        match this.text.get::<Str>().and_then(|s| s.chars().get(i)) {
            Some(c) => {
                this.index.set(i + 1);
                Ok(Some(char_str(c).erase()))
            }
            None => {
                this.text.finish();
                Ok(None)
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("()")]
    fn __length_hint__(this: P<StrIter>) -> usize {
        this.text.get::<Str>().map_or(0, |s| s.len().saturating_sub(this.index.get()))
    }

    /// Return state information for pickling.
    #[method("()")]
    fn __reduce__(this: P<StrIter>) -> PyResult {
        let Some(iter) = runtime().builtins().get_text("iter") else {
            return crate::raise!(AttributeError, "module 'builtins' has no attribute 'iter'");
        };
        let text = this.text.get::<Str>();
        let Some(text) = text else {
            let nothing = tuple::from_refs(vec![empty().erase()]).erase();
            return Ok(tuple::from_refs(vec![iter.own(), nothing]).erase());
        };
        let arguments = tuple::from_refs(vec![text.own()]).erase();
        let index = int::new(this.index.get() as i64);
        Ok(tuple::from_refs(vec![iter.own(), arguments, index]).erase())
    }

    /// Set state information for unpickling.
    #[method("(state, /)")]
    fn __setstate__(this: P<StrIter>, state: isize) {
        if let Some(s) = this.text.get::<Str>() {
            this.index.set(usize::try_from(state).unwrap_or(0).min(s.len()));
        }
    }
}
