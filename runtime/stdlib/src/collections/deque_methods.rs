//! The slots and methods of `deque`.

use super::deque::{Deque, DequeIter, DequeRevIter};
use crate::construct::arguments;
use crate::constructor;
use taipan_runtime::error::{Exc, PyResult};
use taipan_runtime::native::{NativeDef, native_class};
use taipan_runtime::object::{Own, P, Ref};
use taipan_runtime::protocol::call::call;
use taipan_runtime::protocol::compare::{equal, hash_not_implemented};
use taipan_runtime::protocol::index::{index_size, search_bound};
use taipan_runtime::protocol::iter::{iter, next};
use taipan_runtime::protocol::repr::{guarded, repr};
use taipan_runtime::protocol::sequence::{compare_items, not_implemented};
use taipan_runtime::slots::{Args, CmpOp};
use taipan_runtime::types::int;
use taipan_runtime::types::str::{self, StrBuilder};
use taipan_runtime::types::tuple;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{pymethods, raise};

static DEQUE: NativeDef = constructor!("deque", Either iterable = None, Either maxlen = None);

/// Sets slots and methods.
pub fn install(class: P<TypeObject>) {
    class.slots.hash.set(Some(hash_not_implemented));
    Deque::install(class);
}

fn empty_like(d: P<Deque>) -> PyResult<Own<Deque>> {
    match native_class::<Deque>() {
        Some(class) => Ok(Deque::empty(class, d.maxlen.get())),
        None => raise!(SystemError, "_collections is not initialised"),
    }
}

fn extend(d: P<Deque>, iterable: Value, left: bool) -> PyResult<()> {
    // A deque can be extended by itself.
    let source = match iterable.downcast::<Deque>() {
        Some(other) if other == d => taipan_runtime::types::list::new(other.to_refs()).erase(),
        _ => iterable.own(),
    };
    let it = iter(source.value())?;
    while let Some(v) = next(it.value())? {
        if left {
            d.push_front(v)?
        } else {
            d.push_back(v)?
        }
        taipan_runtime::memory::check()?;
    }
    Ok(())
}

/// A copy of the same class.
fn copy_of(d: P<Deque>) -> PyResult {
    if native_class::<Deque>() == Some(d.head.class.get()) {
        let new = empty_like(d)?;
        new.set_all(d.to_refs().into());
        return Ok(new.erase());
    }
    let class = d.head.class.get().value();
    let new = if d.maxlen.get() < 0 {
        call(class, Args::positional(&[d.value()]))?
    } else {
        let limit = int::new(d.maxlen.get());
        call(class, Args::positional(&[d.value(), limit.value()]))?
    };
    if new.downcast::<Deque>().is_none() {
        return raise!(
            TypeError,
            "{}() must return a deque, not {}",
            d.head.class.get().name(),
            new.class().name()
        );
    }
    Ok(new)
}

fn place(d: P<Deque>, key: Value) -> PyResult<usize> {
    if !taipan_runtime::protocol::index::has_index(key) {
        return raise!(TypeError, "sequence index must be integer, not '{}'", key.class().name());
    }
    let i = index_size(key, Exc::IndexError)?;
    match taipan_runtime::protocol::mapping::place(i, d.len()) {
        Some(i) => Ok(i),
        None => raise!(IndexError, "deque index out of range"),
    }
}

/// `d *= n`
fn repeat_in_place(d: P<Deque>, n: i64) -> PyResult<()> {
    let items = d.to_refs();
    if n <= 0 {
        drop(d.take());
        return Ok(());
    }
    let room = match d.maxlen.get() {
        -1 => usize::MAX,
        limit => limit as usize,
    };
    let Some(total) = items.len().checked_mul(n as usize).filter(|&t| t.min(room) < 1 << 34) else {
        return raise!(MemoryError);
    };
    taipan_runtime::error::check_room(total.min(room), size_of::<Ref>())?;
    // Only the last `maxlen` items of the result stay.
    let skip = total.saturating_sub(room);
    d.set_all((skip..total).map(|i| items[i % items.len()].clone()).collect());
    Ok(())
}

fn find(d: P<Deque>, value: Value, start: i64, stop: i64) -> PyResult<Option<usize>> {
    let state = d.state.get();
    let mut i = start;
    while i < stop.min(d.len() as i64) {
        let Some(item) = d.get(i as usize) else { break };
        let item = item.own();
        let same = equal(item.value(), value)?;
        if state != d.state.get() {
            return raise!(RuntimeError, "deque mutated during iteration");
        }
        if same {
            return Ok(Some(i as usize));
        }
        i += 1;
    }
    Ok(None)
}

#[pymethods]
impl Deque {
    #[slot(new)]
    fn new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        Ok(Deque::empty(class, -1).erase())
    }
    #[slot(init)]
    fn init(this: P<Deque>, args: Args<'_>) -> PyResult<()> {
        let ([iterable, maxlen], _) = arguments::<2>(&DEQUE, this.head.class.get(), args)?;
        let limit = match maxlen.filter(|v| !v.is_none()) {
            None => -1,
            Some(v) => {
                if !v.is_int_like() {
                    return raise!(TypeError, "an integer is required");
                }
                match index_size(v, Exc::OverflowError)? {
                    n if n < 0 => return raise!(ValueError, "maxlen must be non-negative"),
                    n => n,
                }
            }
        };
        this.maxlen.set(limit);
        if this.len() > 0 {
            drop(this.take());
        }
        match iterable {
            Some(v) => extend(this, v, false),
            None => Ok(()),
        }
    }
    #[slot(repr)]
    fn repr(this: P<Deque>) -> PyResult {
        let name = this.head.class.get().name();
        let text = guarded(this.value(), || {
            let list = taipan_runtime::types::list::new(this.to_refs()).erase();
            repr(list.value())
        })?;
        let mut out = StrBuilder::new();
        match text {
            None => return Ok(str::new("[...]").erase()),
            Some(items) => {
                out.push_str(&name);
                out.push_str("(");
                out.push_pystr(&items);
            }
        }
        match this.maxlen.get() {
            -1 => out.push_str(")"),
            n => out.push_str(&format!(", maxlen={n})")),
        }
        Ok(out.finish().erase())
    }
    #[slot(compare)]
    fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
        let (Some(x), Some(y)) = (a.downcast::<Deque>(), b.downcast::<Deque>()) else {
            return not_implemented();
        };
        if matches!(op, CmpOp::Eq | CmpOp::Ne) && x.len() != y.len() {
            return Ok(Ref::from_raw(Value::bool(op == CmpOp::Ne)));
        }
        compare_items(|side, i| if side == 0 { x.get(i) } else { y.get(i) }, op)
    }
    #[slot(iter)]
    fn iter(this: P<Deque>) -> PyResult {
        DequeIter::over(this)
    }
    #[slot(len)]
    fn length(this: P<Deque>) -> PyResult<usize> {
        Ok(this.len())
    }
    #[slot(bool_)]
    fn truth(this: P<Deque>) -> PyResult<bool> {
        Ok(this.len() != 0)
    }
    #[slot(contains)]
    fn contains(this: P<Deque>, item: Value) -> PyResult<bool> {
        Ok(find(this, item, 0, i64::MAX)?.is_some())
    }
    #[slot(getitem)]
    fn getitem(this: P<Deque>, key: Value) -> PyResult {
        let i = place(this, key)?;
        match this.get(i) {
            Some(v) => Ok(v.own()),
            None => raise!(IndexError, "deque index out of range"),
        }
    }
    #[slot(setitem)]
    fn setitem(this: P<Deque>, key: Value, value: Option<Value>) -> PyResult<()> {
        let i = place(this, key)?;
        let old = match value {
            // Assignment does not disturb iterators.
            Some(v) => {
                let state = this.state.get();
                let old = this.edit(|items| std::mem::replace(&mut items[i], v.own()));
                this.state.set(state);
                Some(old)
            }
            None => this.edit(|items| items.remove(i)),
        };
        drop(old);
        Ok(())
    }
    #[slot(concat)]
    fn concat(this: P<Deque>, other: Value) -> PyResult {
        if other.downcast::<Deque>().is_none() {
            let got = other.class().name();
            return raise!(TypeError, "can only concatenate deque (not \"{got}\") to deque");
        }
        let new = copy_of(this)?;
        if let Some(d) = new.downcast::<Deque>() {
            extend(d, other, false)?;
        }
        Ok(new)
    }
    #[slot(iconcat)]
    fn iconcat(this: P<Deque>, other: Value) -> PyResult {
        extend(this, other, false)?;
        Ok(this.own())
    }
    #[slot(repeat)]
    fn repeat(this: P<Deque>, n: i64) -> PyResult {
        let new = copy_of(this)?;
        if let Some(d) = new.downcast::<Deque>() {
            repeat_in_place(d, n)?;
        }
        Ok(new)
    }
    #[slot(irepeat)]
    fn irepeat(this: P<Deque>, n: i64) -> PyResult {
        repeat_in_place(this, n)?;
        Ok(this.own())
    }

    /// Add an element to the right side of the deque.
    #[method("(self, item, /)")]
    fn append(this: P<Deque>, item: Ref) -> PyResult<()> {
        this.push_back(item)
    }
    /// Add an element to the left side of the deque.
    #[method("(self, item, /)")]
    fn appendleft(this: P<Deque>, item: Ref) -> PyResult<()> {
        this.push_front(item)
    }
    /// Remove and return the rightmost element.
    #[method("(self, /)")]
    fn pop(this: P<Deque>) -> PyResult {
        match this.pop_back() {
            Some(v) => Ok(v),
            None => raise!(IndexError, "pop from an empty deque"),
        }
    }
    /// Remove and return the leftmost element.
    #[method("(self, /)")]
    fn popleft(this: P<Deque>) -> PyResult {
        match this.pop_front() {
            Some(v) => Ok(v),
            None => raise!(IndexError, "pop from an empty deque"),
        }
    }
    /// Extend the right side of the deque with elements from the iterable.
    #[method("(self, iterable, /)", name = "extend")]
    fn extend_right(this: P<Deque>, iterable: Value) -> PyResult<()> {
        extend(this, iterable, false)
    }
    /// Extend the left side of the deque with elements from the iterable.
    #[method("(self, iterable, /)")]
    fn extendleft(this: P<Deque>, iterable: Value) -> PyResult<()> {
        extend(this, iterable, true)
    }
    /// Remove all elements from the deque.
    #[method("(self, /)")]
    fn clear(this: P<Deque>) {
        drop(this.take());
    }
    /// Return a shallow copy of a deque.
    #[method("(self, /)")]
    fn copy(this: P<Deque>) -> PyResult {
        copy_of(this)
    }
    /// Return a shallow copy of a deque.
    #[method("(self, /)", name = "__copy__")]
    fn copy2(this: P<Deque>) -> PyResult {
        copy_of(this)
    }
    /// Return number of occurrences of value.
    #[method("(self, value, /)")]
    fn count(this: P<Deque>, value: Value) -> PyResult<usize> {
        let (mut n, mut from) = (0, 0);
        while let Some(i) = find(this, value, from, i64::MAX)? {
            n += 1;
            from = i as i64 + 1;
        }
        Ok(n)
    }
    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method("(self, value, start=None, stop=None, /)")]
    fn index(this: P<Deque>, value: Value, start: Option<Value>, stop: Option<Value>) -> PyResult<usize> {
        let n = this.len() as i64;
        let clamp = |i: i64| if i < 0 { (i + n).max(0) } else { i };
        let (start, stop) = (clamp(search_bound(start, 0)?), clamp(search_bound(stop, i64::MAX)?));
        match find(this, value, start, stop)? {
            Some(i) => Ok(i),
            None => raise!(ValueError, "deque.index(x): x not in deque"),
        }
    }
    /// Insert value before index.
    #[method("(self, index, value, /)")]
    fn insert(this: P<Deque>, index: isize, value: Ref) -> PyResult<()> {
        let n = this.len();
        if this.maxlen.get() == n as i64 {
            return raise!(IndexError, "deque already at its maximum size");
        }
        let at = if index < 0 { (index + n as isize).max(0) } else { index.min(n as isize) };
        this.edit(|items| items.insert(at as usize, value));
        Ok(())
    }
    /// Remove first occurrence of value.
    #[method("(self, value, /)")]
    fn remove(this: P<Deque>, value: Value) -> PyResult<()> {
        let state = this.state.get();
        let found = match find(this, value, 0, i64::MAX) {
            Err(raised) if state != this.state.get() => {
                return match taipan_runtime::error::take_if(Exc::RuntimeError) {
                    Some(_) => raise!(IndexError, "deque mutated during remove()."),
                    None => Err(raised),
                };
            }
            found => found?,
        };
        match found {
            Some(i) => {
                drop(this.edit(|items| items.remove(i)));
                Ok(())
            }
            None => raise!(ValueError, "deque.remove(x): x not in deque"),
        }
    }
    /// Reverse *IN PLACE*.
    #[method("(self, /)")]
    fn reverse(this: P<Deque>) {
        this.edit(|items| items.make_contiguous().reverse());
    }
    /// Rotate the deque n steps to the right.  If n is negative, rotates left.
    #[method("(self, n=1, /)")]
    fn rotate(this: P<Deque>, n: isize) {
        let len = this.len() as isize;
        if len > 1 {
            this.edit(|items| items.rotate_right(n.rem_euclid(len) as usize));
        }
    }
    /// Return a reverse iterator over the deque.
    #[method("(self, /)", name = "__reversed__")]
    fn reversed(this: P<Deque>) -> PyResult {
        DequeRevIter::over(this)
    }
    /// Return state information for pickling.
    #[method("(self, /)", name = "__reduce__")]
    fn reduce(this: P<Deque>) -> PyResult {
        let state = taipan_runtime::protocol::call::call_method_text(this.value(), "__getstate__", &[])?;
        let it = DequeIter::over(this)?;
        let args = match this.maxlen.get() {
            -1 => tuple::empty().erase(),
            n => tuple::from_refs(vec![tuple::empty().erase(), int::new(n)]).erase(),
        };
        Ok(tuple::from_refs(vec![this.head.class.get().own(), args, state, it]).erase())
    }
    /// See PEP 585
    #[classmethod("($cls, item, /)", name = "__class_getitem__")]
    fn class_getitem(class: Value, item: Value) -> PyResult {
        taipan_runtime::types::generic_alias::new(class, item)
    }
    /// maximum size of a deque or None if unbounded
    #[getter(name = "maxlen")]
    fn get_maxlen(this: P<Deque>) -> Ref {
        match this.maxlen.get() {
            -1 => Ref::from_raw(NONE),
            n => int::new(n),
        }
    }
}
