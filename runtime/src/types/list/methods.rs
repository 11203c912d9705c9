//! The slots and methods of `list`.

use super::{List, iter, slices, sort, with_room};
use crate::builtins::args::positional;
use crate::error::{PyResult, check_room, has_room};
use crate::object::{Header, Own, P, Ref, alloc_in};
use crate::protocol::sequence::compare_items;
use crate::protocol::{compare, index, repr};
use crate::slots::{Args, CmpOp};
use crate::types::str;
use crate::types::tuple::Tuple;
use crate::types::type_object::{TypeObject, flags};
use crate::value::{NOT_IMPLEMENTED, Value};
use crate::value_vec::ValueVec;
use crate::{pymethods, raise};

/// More items than this are refused with a `MemoryError`.
pub(crate) const MAX_ITEMS: usize = 1 << 34;

/// No room is made for more items than this before they come: a hint may be wrong.
const MOST_HINTED: usize = 1 << 16;

/// Sets the layout, slots and methods of `list`.
pub fn install(class: P<TypeObject>) {
    class.set_layout::<List>();
    class.flags.set(class.flags.get() | flags::SEQUENCE);
    class.slots.hash.set(Some(compare::hash_not_implemented));
    List::install_methods(class);
}

/// `l.extend(iterable)`
pub fn extend(l: P<List>, iterable: Value) -> PyResult<()> {
    let _owner = l.own();
    if let Some(other) = iterable.exact::<List>() {
        l.items.try_reserve(l.items.len() + other.items.len())?;
        l.items.extend_values(other.items.as_slice());
        return Ok(());
    }
    if let Some(t) = iterable.exact::<Tuple>() {
        l.items.try_reserve(l.items.len() + t.items().len())?;
        l.items.extend_values(t.items());
        return Ok(());
    }
    let hint = crate::protocol::iter::length_hint(iterable, 0)?;
    // A hint that no list could have may be wrong.
    if let Some(n) = l.items.len().checked_add(hint).filter(|&n| isize::try_from(n).is_ok()) {
        check_room(n, size_of::<Value>())?;
        l.items.try_reserve(n.min(l.items.len() + MOST_HINTED))?;
    }
    if crate::protocol::iter::for_each_at_once(iterable, |v| l.items.push(v)) {
        return Ok(());
    }
    crate::protocol::iter::for_each(iterable, |v| l.items.try_push(v))
}

/// A list of `n` times the items; a `MemoryError` if that is too many.
fn repeated(items: &[Value], n: i64) -> PyResult<Own<List>> {
    let n = usize::try_from(n).unwrap_or(0);
    let fits = |&t: &usize| t <= MAX_ITEMS && has_room(t * size_of::<Value>());
    let Some(total) = items.len().checked_mul(n).filter(fits) else { return raise!(MemoryError) };
    let l = with_room(total);
    match items {
        &[v] => (0..n).for_each(|_| l.items.push(v.own())),
        items => (0..n).for_each(|_| l.items.extend_values(items)),
    }
    Ok(l)
}

/// `repr` of a sequence that may change meanwhile.
pub(crate) fn repr_items(v: Value, open: &str, close: &str, at: impl Fn(usize) -> Option<Value>) -> PyResult {
    let text = repr::guarded(v, || {
        let mut out = str::StrBuilder::new();
        out.push_str(open);
        let mut i = 0;
        while let Some(item) = at(i) {
            if i > 0 {
                out.push_str(", ");
            }
            let item = item.own();
            repr::write_repr(&mut out, *item)?;
            i += 1;
        }
        out.push_str(close);
        out.try_finish()
    })?;
    Ok(match text {
        Some(s) => s.erase(),
        None => str::new(&format!("{open}...{close}")).erase(),
    })
}

/// The first position of `value` in `start..stop` of a sequence that may change meanwhile.
pub(crate) fn find(
    at: impl Fn(usize) -> Option<Value>,
    len: usize,
    value: Value,
    start: Option<Value>,
    stop: Option<Value>,
) -> PyResult<Option<usize>> {
    let clamp = |i: i64| if i < 0 { i.saturating_add(len as i64).max(0) } else { i } as usize;
    let (start, stop) = (clamp(index::search_bound(start, 0)?), clamp(index::search_bound(stop, i64::MAX)?));
    let mut i = start;
    while i < stop
        && let Some(item) = at(i)
    {
        let item = item.own();
        if compare::equal(*item, value)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

#[pymethods(install_methods)]
impl List {
    #[slot(new)]
    fn py_new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        Ok(alloc_in(class, List { head: Header::new(class), items: ValueVec::default() }).erase())
    }

    #[slot(init)]
    fn init(this: P<List>, args: Args<'_>) -> PyResult<()> {
        let args = positional("list", args, 0, 1)?;
        if !this.items.is_empty() {
            drop(this.items.take());
        }
        match args {
            [iterable, ..] => extend(this, *iterable),
            [] => Ok(()),
        }
    }

    #[slot(repr)]
    fn repr(this: P<List>) -> PyResult {
        repr_items(this.value(), "[", "]", |i| this.items.get(i))
    }

    #[slot(len)]
    fn len(this: P<List>) -> PyResult<usize> {
        Ok(this.items.len())
    }

    #[slot(getitem)]
    fn getitem(this: P<List>, key: Value) -> PyResult {
        slices::getitem(this, key)
    }

    #[slot(setitem)]
    fn setitem(this: P<List>, key: Value, v: Option<Value>) -> PyResult<()> {
        slices::setitem(this, key, v)
    }

    #[slot(contains)]
    fn contains(this: P<List>, item: Value) -> PyResult<bool> {
        let found = find(|i| this.items.get(i), 0, item, None, None)?;
        Ok(found.is_some())
    }

    #[slot(iter)]
    fn iter(this: P<List>) -> PyResult {
        Ok(iter::forward(this))
    }

    #[slot(compare)]
    fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
        let (Some(x), Some(y)) = (a.downcast::<List>(), b.downcast::<List>()) else {
            return Ok(NOT_IMPLEMENTED.own());
        };
        if x.items.len() != y.items.len() && matches!(op, CmpOp::Eq | CmpOp::Ne) {
            return Ok(Value::bool(op == CmpOp::Ne).own());
        }
        compare_items(|side, i| if side == 0 { x.items.get(i) } else { y.items.get(i) }, op)
    }

    #[slot(concat)]
    fn concat(this: P<List>, other: Value) -> PyResult {
        let Some(other) = other.downcast::<List>() else {
            return raise!(TypeError, "can only concatenate list (not \"{}\") to list", other.class().name());
        };
        let n = this.items.len() + other.items.len();
        check_room(n, size_of::<Value>())?;
        let l = with_room(n);
        l.items.extend_values(this.items.as_slice());
        l.items.extend_values(other.items.as_slice());
        Ok(l.erase())
    }

    #[slot(repeat)]
    fn repeat(this: P<List>, n: i64) -> PyResult {
        repeated(this.items.as_slice(), n).map(Own::erase)
    }

    #[slot(iconcat)]
    fn iconcat(this: P<List>, other: Value) -> PyResult {
        extend(this, other)?;
        Ok(this.own())
    }

    #[slot(irepeat)]
    fn irepeat(this: P<List>, n: i64) -> PyResult {
        repeated(this.items.as_slice(), n)?.items.swap(&this.items);
        Ok(this.own())
    }

    /// Append object to the end of the list.
    #[method("(self, object, /)")]
    fn append(this: P<List>, object: Ref) -> PyResult<()> {
        this.items.try_push(object)
    }

    /// Insert object before index.
    #[method("(self, index, object, /)")]
    fn insert(this: P<List>, index: Value, object: Ref) -> PyResult<()> {
        let i = index::index_size(index, crate::error::Exc::OverflowError)?;
        this.items.room_for_one()?;
        let n = this.items.len() as i64;
        let at = if i < 0 { i.saturating_add(n).max(0) } else { i.min(n) };
        this.items.insert(at as usize, object);
        Ok(())
    }

    /// Extend list by appending elements from the iterable.
    #[method("(self, iterable, /)")]
    fn extend(this: P<List>, iterable: Value) -> PyResult<()> {
        extend(this, iterable)
    }

    /// Remove and return item at index (default last).
    ///
    /// Raises IndexError if list is empty or index is out of range.
    #[method("(self, index=-1, /)")]
    fn pop(this: P<List>, index: isize) -> PyResult {
        if this.items.is_empty() {
            return raise!(IndexError, "pop from empty list");
        }
        if index == -1
            && let Some(v) = this.items.pop()
        {
            return Ok(v);
        }
        match crate::protocol::mapping::place(index as i64, this.items.len()) {
            Some(i) => Ok(this.items.remove(i)),
            None => raise!(IndexError, "pop index out of range"),
        }
    }

    /// Remove first occurrence of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method("(self, value, /)")]
    fn remove(this: P<List>, value: Value) -> PyResult<()> {
        match find(|i| this.items.get(i), 0, value, None, None)? {
            Some(i) if i < this.items.len() => {
                drop(this.items.remove(i));
                Ok(())
            }
            _ => raise!(ValueError, "list.remove(x): x not in list"),
        }
    }

    /// Remove all items from list.
    #[method("(self, /)")]
    fn clear(this: P<List>) {
        let old = ValueVec::default();
        old.swap(&this.items);
    }

    /// Return a shallow copy of the list.
    #[method("(self, /)")]
    fn copy(this: P<List>) -> PyResult {
        check_room(this.items.len(), size_of::<Value>())?;
        Ok(super::from_values(this.items.as_slice()).erase())
    }

    /// Return number of occurrences of value.
    #[method("(self, value, /)")]
    fn count(this: P<List>, value: Value) -> PyResult<usize> {
        let (mut n, mut i) = (0, 0);
        while let Some(item) = this.items.get(i) {
            let item = item.own();
            n += usize::from(compare::equal(*item, value)?);
            i += 1;
        }
        Ok(n)
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method("(self, value, start=0, stop=sys.maxsize, /)")]
    fn index(this: P<List>, value: Value, start: Option<Value>, stop: Option<Value>) -> PyResult<usize> {
        match find(|i| this.items.get(i), this.items.len(), value, start, stop)? {
            Some(i) => Ok(i),
            None => raise!(ValueError, "list.index(x): x not in list"),
        }
    }

    /// Reverse *IN PLACE*.
    #[method("(self, /)")]
    fn reverse(this: P<List>) {
        this.items.permute(<[Value]>::reverse);
    }

    /// Sort the list in ascending order and return None.
    ///
    /// The sort is in-place (i.e. the list itself is modified) and stable (i.e. the
    /// order of two equal elements is maintained).
    ///
    /// If a key function is given, apply it once to each list item and sort them,
    /// ascending or descending, according to their function values.
    ///
    /// The reverse flag can be set to sort in descending order.
    #[method("(self, /, *, key=None, reverse=False)")]
    fn sort(this: P<List>, key: Option<Value>, reverse: bool) -> PyResult<()> {
        sort::sort(this, key.filter(|k| !k.is_none()), reverse)
    }

    /// Return a reverse iterator over the list.
    #[method("(self, /)")]
    fn __reversed__(this: P<List>) -> Ref {
        iter::backward(this)
    }

    /// Return the size of the list in memory, in bytes.
    #[method("(self, /)")]
    fn __sizeof__(this: P<List>) -> usize {
        40 + 8 * this.items.capacity.get()
    }

    /// See PEP 585
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(class: P<TypeObject>, object: Value) -> PyResult {
        crate::types::generic_alias::new(class.value(), object)
    }
}

/// A list of the items of an iterable.
pub fn from_iterable(iterable: Value) -> PyResult<Own<List>> {
    let l = with_room(0);
    extend(l.p(), iterable)?;
    Ok(l)
}
