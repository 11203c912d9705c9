//! `enumerate`.

use crate::builtins::lookup::reduce_class;
use crate::error::PyResult;
use crate::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use crate::protocol::{index, iter, number};
use crate::slots::Args;
use crate::types::int;
use crate::types::tuple::Recycled;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use crate::{object_layout, pymethods, raise};
use std::cell::Cell;

/// An enumeration.
#[repr(C)]
pub struct Enumerate {
    /// The header.
    pub head: Header,
    /// The next item's number, unless `big` is set; then the largest small int.
    pub index: Cell<i64>,
    /// The iterator.
    pub iter: Ref,
    /// The next item's number, where it does not fit in 63 bits.
    pub big: OwnedCell,
    /// The last result.
    pub result: Recycled,
}
object_layout!(Enumerate, Kind::Enumerate, container, [iter, big, result]);

/// Sets the layout, slots and methods of `enumerate`.
pub fn install(class: P<TypeObject>) {
    class.set_layout::<Enumerate>();
    Enumerate::install_methods(class);
}

impl Enumerate {
    /// The next item's number.
    fn number(&self) -> Ref {
        match self.big.get() {
            Some(v) => v.own(),
            None => int::new(self.index.get()),
        }
    }
    /// The next item's number; counts on.
    fn count(&self) -> PyResult {
        let n = self.number();
        match n.as_small_int() {
            Some(i) if i < crate::value::INT_MAX => self.index.set(i + 1),
            _ => {
                self.big.set(Some(number::add(*n, Value::small_int(1))?));
                self.index.set(crate::value::INT_MAX);
            }
        }
        Ok(n)
    }
}

/// `iterable` and `start`.
fn arguments(args: Args<'_>) -> PyResult<(Value, Option<Value>)> {
    if args.values.len() > 2 {
        return raise!(TypeError, "enumerate() takes at most 2 arguments ({} given)", args.values.len());
    }
    let mut pos = args.pos().iter().copied();
    let (mut iterable, mut start) = (pos.next(), pos.next());
    for (name, v) in args.keywords() {
        match name.as_str() {
            Some(s) if s.is_str("iterable") && iterable.is_none() => iterable = Some(v),
            Some(s) if s.is_str("start") && start.is_none() => start = Some(v),
            other => {
                let name = other.map(|s| s.to_lossy()).unwrap_or_default();
                return raise!(TypeError, "'{name}' is an invalid keyword argument for enumerate()");
            }
        }
    }
    match iterable {
        Some(v) => Ok((v, start)),
        None => raise!(TypeError, "enumerate() missing required argument 'iterable'"),
    }
}

#[pymethods(install_methods)]
impl Enumerate {
    #[slot(new)]
    fn py_new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let (iterable, start) = arguments(args)?;
        let start = start.map(index::index).transpose()?;
        let (index, big) = match start {
            None => (0, None),
            Some(v) => match v.as_small_int() {
                Some(i) => (i, None),
                None => (crate::value::INT_MAX, Some(v)),
            },
        };
        let iter = iter::iter(iterable)?;
        let (head, big) = (Header::new(class), OwnedCell::new(big));
        let this = Enumerate { head, index: Cell::new(index), iter, big, result: Recycled::default() };
        Ok(alloc_in(class, this).erase())
    }

    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }

    #[slot(next)]
    fn next(this: P<Enumerate>) -> PyResult<Option<Ref>> {
        let this = this.own_typed();
        let Some(item) = iter::next(*this.iter)? else { return Ok(None) };
        Ok(Some(this.result.pair(this.count()?, item).erase()))
    }

    /// Return state information for pickling.
    #[method("(self, /)")]
    fn __reduce__(this: P<Enumerate>) -> PyResult {
        reduce_class(this.value(), vec![this.iter.clone(), this.number()])
    }

    /// See PEP 585
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(class: P<TypeObject>, object: Value) -> PyResult {
        crate::types::generic_alias::new(class.value(), object)
    }
}
