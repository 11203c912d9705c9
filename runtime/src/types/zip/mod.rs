//! `zip`, and what it shares with `map`: several iterators advanced together.

use crate::error::PyResult;
use crate::object::{Header, Kind, Own, P, Ref, alloc_in};
use crate::protocol::iter;
use crate::protocol::truth::truth;
use crate::slots::Args;
use crate::types::tuple::{self, Recycled, Tuple};
use crate::types::type_object::TypeObject;
use crate::value::Value;
use crate::{object_layout, pymethods, raise};
use std::cell::Cell;

/// Several iterables in step.
#[repr(C)]
pub struct Zip {
    /// The header.
    pub head: Header,
    /// The iterators.
    pub iters: Own<Tuple>,
    /// Must they end together?
    pub strict: Cell<bool>,
    /// The last result.
    pub result: Recycled,
}
object_layout!(Zip, Kind::Zip, container, [iters, result]);

/// Sets the layout, slots and methods of `zip`.
pub fn install(class: P<TypeObject>) {
    class.set_layout::<Zip>();
    Zip::install_methods(class);
}

/// The keyword argument `strict`, the only one.
pub(crate) fn strict_argument(function: &str, args: Args<'_>) -> PyResult<bool> {
    let mut strict = false;
    for (name, v) in args.keywords() {
        match name.as_str() {
            Some(s) if s.is_str("strict") => strict = truth(v)?,
            other => {
                let name = other.map(|s| s.to_lossy()).unwrap_or_default();
                return raise!(TypeError, "{function}() got an unexpected keyword argument '{name}'");
            }
        }
    }
    Ok(strict)
}

/// An iterator for each iterable.
pub(crate) fn iterators(iterables: &[Value]) -> PyResult<Own<Tuple>> {
    let iters: PyResult<Vec<Ref>> = iterables.iter().map(|&v| iter::iter(v)).collect();
    iters.map(tuple::from_refs)
}

/// The next item of iterator `i`; `None` when it has ended.
#[inline]
fn next_item(iters: P<Tuple>, i: usize, strict: bool, function: &str) -> PyResult<Option<Ref>> {
    match iter::next(iters.items()[i])? {
        None if strict => ended(iters, i, function).map(|()| None),
        item => Ok(item),
    }
}

/// The next item of each iterator; `None` when one has ended.
pub(crate) fn next_items(iters: P<Tuple>, strict: bool, function: &str) -> PyResult<Option<Vec<Ref>>> {
    let mut items = Vec::with_capacity(iters.len);
    for i in 0..iters.len {
        let Some(v) = next_item(iters, i, strict, function)? else { return Ok(None) };
        items.push(v);
    }
    Ok(Some(items))
}

/// Iterator `i` has ended: raise unless all have.
#[cold]
fn ended(iters: P<Tuple>, i: usize, function: &str) -> PyResult<()> {
    let before = |i: usize| if i == 1 { "argument 1".to_owned() } else { format!("arguments 1-{i}") };
    if i > 0 {
        return raise!(ValueError, "{function}() argument {} is shorter than {}", i + 1, before(i));
    }
    for (i, &it) in iters.items().iter().enumerate().skip(1) {
        if iter::next(it)?.is_some() {
            return raise!(ValueError, "{function}() argument {} is longer than {}", i + 1, before(i));
        }
    }
    Ok(())
}

#[pymethods(install_methods)]
impl Zip {
    #[slot(new)]
    fn py_new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let strict = strict_argument("zip", args)?;
        let iters = iterators(args.pos())?;
        Ok(alloc_in(
            class,
            Zip { head: Header::new(class), iters, strict: Cell::new(strict), result: Recycled::default() },
        )
        .erase())
    }

    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }

    #[slot(next)]
    fn next(this: P<Zip>) -> PyResult<Option<Ref>> {
        if this.iters.len == 0 {
            return Ok(None);
        }
        let this = this.own_typed();
        let (iters, strict) = (this.iters.p(), this.strict.get());
        let items = this.result.fill(iters.len, |i| next_item(iters, i, strict, "zip"))?;
        Ok(items.map(Own::erase))
    }

    /// Return state information for pickling.
    #[method("(self, /)")]
    fn __reduce__(this: P<Zip>) -> PyResult {
        let mut parts = vec![this.head.class.get().own(), this.iters.p().own()];
        if this.strict.get() {
            parts.push(Value::bool(true).own());
        }
        Ok(tuple::from_refs(parts).erase())
    }

    /// Set state information for unpickling.
    #[method("(self, object, /)")]
    fn __setstate__(this: P<Zip>, object: Value) -> PyResult<()> {
        this.strict.set(truth(object)?);
        Ok(())
    }
}
