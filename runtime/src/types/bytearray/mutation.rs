//! The slots and methods of `bytearray` that change it.

use super::ByteArray;
use crate::buffer::{Buffer, Contents};
use crate::error::{Exc, PyResult, check_room, take_if};
use crate::object::{P, Ref};
use crate::protocol::{index, iter, mapping};
use crate::types::bytes::{collect, generic};
use crate::types::slice::{self, Slice};
use crate::value::{NONE, Value};
use crate::{pymethods, raise};

const RANGE: &str = "byte must be in range(0, 256)";

fn byte(v: Value) -> PyResult<u8> {
    match u8::try_from(index::index_clamped(v)?) {
        Ok(b) => Ok(b),
        Err(_) => raise!(ValueError, "{RANGE}"),
    }
}

/// The bytes that are assigned to a slice.
fn assigned(v: Value) -> PyResult<Vec<u8>> {
    if let Some(b) = Buffer::get(v)? {
        return Ok(b.to_vec());
    }
    if v.as_str().is_some() || index::has_index(v) || !crate::protocol::sequence::is_iterable(v) {
        return raise!(TypeError, "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
    }
    collect(v, "bytearray", RANGE)
}

fn set_slice(this: P<ByteArray>, s: P<Slice>, value: Option<Value>) -> PyResult<()> {
    let new = value.map(assigned).transpose()?;
    let (start, stop, step) = slice::unpack(s)?;
    let (start, _, n) = crate::concrete::adjust_indices(this.len(), start, stop, step);
    let at = |i: usize| start.wrapping_add((i as i64).wrapping_mul(step)) as usize;
    let new_len = new.as_ref().map_or(0, Vec::len);
    if step == 1 {
        let start = start as usize;
        let new = new.unwrap_or_default();
        if new_len == n {
            this.with_slice(|b| b[start..start + n].copy_from_slice(&new));
            return Ok(());
        }
        return this.resize_with(|b| drop(b.splice(start..start + n, new)));
    }
    match new {
        None => {
            if n == 0 {
                return Ok(());
            }
            this.resize_with(|b| {
                let mut keep = vec![true; b.len()];
                (0..n).for_each(|i| keep[at(i)] = false);
                let mut flags = keep.iter();
                b.retain(|_| *flags.next().unwrap_or(&true));
            })
        }
        Some(new) if new.len() == n => {
            this.with_slice(|b| new.iter().enumerate().for_each(|(i, &v)| b[at(i)] = v));
            Ok(())
        }
        Some(_) if n == 0 && start >= this.len() as i64 && step > 0 && new_len == 0 => Ok(()),
        Some(_) => {
            raise!(ValueError, "attempt to assign bytes of size {new_len} to extended slice of size {n}")
        }
    }
}

#[pymethods(install_mutation)]
impl ByteArray {
    #[slot(setitem)]
    fn setitem(this: P<ByteArray>, key: Value, value: Option<Value>) -> PyResult<()> {
        if let Some(s) = key.exact::<Slice>() {
            return set_slice(this, s, value);
        }
        if !index::has_index(key) {
            let class = key.class().name();
            return raise!(TypeError, "bytearray indices must be integers or slices, not {class}");
        }
        let i = index::index_size(key, Exc::IndexError)?;
        // The value first: its `__index__` may change the length.
        let value = match (value.map(byte).transpose()?, mapping::place(i, this.len())) {
            (Some(byte), _) => byte,
            (None, Some(i)) => {
                return this.resize_with(|b| {
                    b.remove(i);
                });
            }
            (None, None) => return raise!(IndexError, "bytearray index out of range"),
        };
        match mapping::place(i, this.len()) {
            Some(i) => {
                this.with_slice(|b| b[i] = value);
                Ok(())
            }
            None => raise!(IndexError, "bytearray index out of range"),
        }
    }

    #[slot(iconcat)]
    fn iconcat(this: P<ByteArray>, other: Value) -> PyResult {
        let Some(data) = Contents::in_a_row(other)? else {
            let (b, a) = (other.class().name(), this.value().class().name());
            return raise!(TypeError, "can't concat {b} to {a}");
        };
        // What is added is held meanwhile: a bytearray cannot be added to itself in place.
        if !data.is_empty() {
            this.grow_with(data.len(), |b| b.extend_from_slice(&data))?;
        }
        Ok(this.own())
    }

    #[slot(irepeat)]
    fn irepeat(this: P<ByteArray>, n: i64) -> PyResult {
        if n != 1 {
            let data = {
                let b = this.borrow();
                generic::repeated(&b, n)?
            };
            this.resize_with(|b| *b = data)?;
        }
        Ok(this.own())
    }

    /// Append a single item to the end of the bytearray.
    #[method("(item, /)")]
    fn append(this: P<ByteArray>, item: Value) -> PyResult<()> {
        let item = byte(item)?;
        this.grow_with(1, |b| b.push(item))
    }

    /// Append all the items from the iterator or sequence to the end of the bytearray.
    #[method("(iterable_of_ints, /)")]
    fn extend(this: P<ByteArray>, iterable_of_ints: Value) -> PyResult<()> {
        let source = iterable_of_ints;
        if source.is(this.value()) {
            let data = this.borrow().to_vec();
            return this.grow_with(data.len(), |b| b.extend_from_slice(&data));
        }
        if let Some(data) = Contents::in_a_row(source)? {
            return this.grow_with(data.len(), |b| b.extend_from_slice(&data));
        }
        if Buffer::get(source)?.is_some() {
            return raise!(TypeError, "can't set bytearray slice from {}", source.class().name());
        }
        let it = match iter::iter(source) {
            Ok(it) => it,
            Err(raised) => {
                if take_if(Exc::TypeError).is_some() {
                    return raise!(TypeError, "can't extend bytearray with {}", source.class().name());
                }
                return Err(raised);
            }
        };
        if source.as_str().is_some() {
            return raise!(TypeError, "expected iterable of integers; got: '{}'", source.class().name());
        }
        let mut data = Vec::new();
        while let Some(item) = iter::next(*it)? {
            crate::memory::push(&mut data, byte(*item)?)?;
        }
        this.grow_with(data.len(), |b| b.extend_from_slice(&data))
    }

    /// Insert a single item into the bytearray before the given index.
    #[method("(index, item, /)")]
    fn insert(this: P<ByteArray>, index: isize, item: Value) -> PyResult<()> {
        let item = byte(item)?;
        let n = this.len();
        let at = if index < 0 { (index + n as isize).max(0) as usize } else { (index as usize).min(n) };
        this.grow_with(1, |b| b.insert(at, item))
    }

    /// Remove and return a single item from the bytearray.
    #[method("(index=-1, /)")]
    fn pop(this: P<ByteArray>, index: isize) -> PyResult<Ref> {
        if this.is_empty() {
            return raise!(IndexError, "pop from empty bytearray");
        }
        match mapping::place(index as i64, this.len()) {
            Some(i) => {
                let b = this.resize_with(|b| b.remove(i))?;
                Ok(Ref::from_raw(Value::small_int(b.into())))
            }
            None => raise!(IndexError, "pop index out of range"),
        }
    }

    /// Remove the first occurrence of a value in the bytearray.
    #[method("(value, /)")]
    fn remove(this: P<ByteArray>, value: Value) -> PyResult<()> {
        let value = byte(value)?;
        let found = this.borrow().iter().position(|&b| b == value);
        match found {
            Some(i) => this.resize_with(|b| {
                b.remove(i);
            }),
            None => raise!(ValueError, "value not found in bytearray"),
        }
    }

    /// Remove all items from the bytearray.
    #[method("()")]
    fn clear(this: P<ByteArray>) -> PyResult<()> {
        this.resize_with(|b| *b = Vec::new())
    }

    /// Reverse the order of the values in the bytearray in place.
    #[method("()")]
    fn reverse(this: P<ByteArray>) -> Value {
        this.with_slice(<[u8]>::reverse);
        NONE
    }

    /// Resize the internal buffer of bytearray to len.
    #[method("(size, /)")]
    fn resize(this: P<ByteArray>, size: isize) -> PyResult<()> {
        let Ok(n) = usize::try_from(size) else {
            return raise!(ValueError, "Can only resize to positive sizes, got {size}");
        };
        check_room(n, 1)?;
        this.resize_with(|b| b.resize(n, 0))
    }
}
