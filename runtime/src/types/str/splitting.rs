//! `str.split` and its kin.

use super::{Str, empty, exactly_str, expect_str, from_slice, part};
use crate::error::{PyResult, Raised};
use crate::memory;
use crate::object::{Own, P, Ref};
use crate::text::{Flavor, split};
use crate::types::list::{self, List};
use crate::types::tuple::{self, Tuple};
use crate::value::Value;
use crate::{pymethods, raise};
use std::ops::{ControlFlow, Range};

fn separator(v: Option<Value>) -> PyResult<Option<P<Str>>> {
    let Some(v) = v.filter(|v| !v.is_none()) else { return Ok(None) };
    let Some(s) = v.as_str() else {
        return raise!(TypeError, "must be str or None, not {}", v.class().name());
    };
    not_empty(s).map(Some)
}

fn not_empty(s: P<Str>) -> PyResult<P<Str>> {
    if s.is_empty() { raise!(ValueError, "empty separator") } else { Ok(s) }
}

/// Go on splitting, unless there was no memory for a piece: many small ones may take all there is.
pub(crate) fn unless_raised(pushed: PyResult<()>) -> ControlFlow<()> {
    match pushed.and_then(|()| memory::check()) {
        Ok(()) => ControlFlow::Continue(()),
        Err(Raised) => ControlFlow::Break(()),
    }
}

fn maximum(n: isize) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn triple(
    this: P<Str>,
    found: Option<(Range<usize>, Range<usize>)>,
    sep: P<Str>,
    whole_last: bool,
) -> Own<Tuple> {
    let refs = match found {
        Some((before, after)) => {
            let cut = |r: Range<usize>| from_slice(this.chars().slice(r)).erase();
            vec![cut(before), exactly_str(sep).erase(), cut(after)]
        }
        None => {
            let (whole, nothing) = (exactly_str(this).erase(), || empty().erase());
            if whole_last { vec![nothing(), nothing(), whole] } else { vec![whole, nothing(), nothing()] }
        }
    };
    tuple::from_refs(refs)
}

#[pymethods(install_splitting)]
impl Str {
    /// Return a list of the substrings in the string, using sep as the separator string.
    #[method("(sep=None, maxsplit=-1)")]
    fn split(this: P<Str>, sep: Option<Value>, maxsplit: isize) -> PyResult<Own<List>> {
        let (sep, max) = (separator(sep)?, maximum(maxsplit));
        let out = list::with_room(0);
        let piece = |r: Range<usize>| unless_raised(out.items.try_push(part(this, r).erase()));
        let done = match sep {
            Some(s) => split::split(this.chars(), s.chars(), max, piece),
            None => split::split_space(this.chars(), Flavor::Str, max, piece),
        };
        if done.is_break() { Err(Raised) } else { Ok(out) }
    }

    /// Return a list of the substrings in the string, splitting from the end.
    #[method("(sep=None, maxsplit=-1)")]
    fn rsplit(this: P<Str>, sep: Option<Value>, maxsplit: isize) -> PyResult<Own<List>> {
        let (sep, max) = (separator(sep)?, maximum(maxsplit));
        let mut out: Vec<Ref> = Vec::new();
        let piece = |r: Range<usize>| unless_raised(memory::push(&mut out, part(this, r).erase()));
        let done = match sep {
            Some(s) => split::rsplit(this.chars(), s.chars(), max, piece),
            None => split::rsplit_space(this.chars(), Flavor::Str, max, piece),
        };
        if done.is_break() {
            return Err(Raised);
        }
        out.reverse();
        Ok(list::new(out))
    }

    /// Return a list of the lines in the string, breaking at line boundaries.
    #[method("(keepends=False)")]
    fn splitlines(this: P<Str>, keepends: bool) -> PyResult<Own<List>> {
        let out = list::with_room(0);
        let line = |r: Range<usize>| unless_raised(out.items.try_push(part(this, r).erase()));
        let done = split::splitlines(this.chars(), Flavor::Str, keepends, line);
        if done.is_break() { Err(Raised) } else { Ok(out) }
    }

    /// Partition the string into three parts using the given separator.
    #[method("(sep, /)")]
    fn partition(this: P<Str>, sep: Value) -> PyResult<Own<Tuple>> {
        let sep = not_empty(expect_str(sep, "")?)?;
        Ok(triple(this, split::partition(this.chars(), sep.chars()), sep, false))
    }

    /// Partition the string into three parts using the last occurrence of the separator.
    #[method("(sep, /)")]
    fn rpartition(this: P<Str>, sep: Value) -> PyResult<Own<Tuple>> {
        let sep = not_empty(expect_str(sep, "")?)?;
        Ok(triple(this, split::rpartition(this.chars(), sep.chars()), sep, true))
    }
}
