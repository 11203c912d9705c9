//! The methods of arrays.

use super::Array;
use super::code::{Code, machine_format, place};
use crate::buffer::bytes_of;
use taipan_runtime::concrete::adjust_indices;
use taipan_runtime::error::{Exc, PyResult, check_room};
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::call::call_method_text;
use taipan_runtime::protocol::compare::{compare_bool, equal};
use taipan_runtime::protocol::index::{has_index, index_size};
use taipan_runtime::protocol::repr::repr_text;
use taipan_runtime::slots::{Args, CmpOp};
use taipan_runtime::types::slice::{self, Slice};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{bytes, int, list, str, tuple};
use taipan_runtime::value::{NOT_IMPLEMENTED, Value};
use taipan_runtime::{pymethods, raise};

static NEW: NativeDef =
    crate::constructor!("array", PositionalOnly typecode, PositionalOnly initializer = None);

fn set_slice(this: P<Array>, s: P<Slice>, value: Option<Value>) -> PyResult<()> {
    let new = match value {
        None => Vec::new(),
        Some(v) => match v.downcast::<Array>() {
            Some(other) if other.code.get() == this.code.get() => other.data.borrow().to_vec(),
            Some(_) => return raise!(TypeError, "bad argument type for built-in operation"),
            None => {
                let got = v.class().name();
                return raise!(TypeError, "can only assign array (not \"{got}\") to array slice");
            }
        },
    };
    let size = this.code.get().size;
    let (start, stop, step) = slice::unpack(s)?;
    let (start, _, n) = adjust_indices(this.len(), start, stop, step);
    if step == 1 {
        let from = start as usize * size;
        return this.resize_with(|d| drop(d.splice(from..from + n * size, new)));
    }
    let at = |i: usize| start.wrapping_add((i as i64).wrapping_mul(step)) as usize * size;
    if value.is_none() {
        let mut gone: Vec<usize> = (0..n).map(at).collect();
        gone.sort_unstable();
        return this.resize_with(|d| {
            for from in gone.into_iter().rev() {
                d.drain(from..from + size);
            }
        });
    }
    if new.len() != n * size {
        let got = new.len() / size;
        return raise!(ValueError, "attempt to assign array of size {got} to extended slice of size {n}");
    }
    let mut data = this.data.borrow_mut();
    for (i, item) in new.chunks(size).enumerate() {
        data[at(i)..at(i) + size].copy_from_slice(item);
    }
    Ok(())
}

fn same_kind(this: P<Array>, other: Value) -> PyResult<P<Array>> {
    match other.downcast::<Array>() {
        Some(o) if o.code.get() == this.code.get() => Ok(o),
        Some(_) => raise!(TypeError, "bad argument type for built-in operation"),
        None => {
            let got = other.class().name();
            raise!(TypeError, "can only append array (not \"{got}\") to array")
        }
    }
}

fn find(this: P<Array>, v: Value, from: usize, to: usize) -> PyResult<Option<usize>> {
    for i in from..to.min(this.len()) {
        if equal(*this.item(i), v)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

#[pymethods]
impl Array {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([code, initial], _) = crate::construct::arguments(&NEW, class, args)?;
        let Some(code) = code else {
            return raise!(TypeError, "array() takes at least 1 argument (0 given)");
        };
        let code = Code::of(code)?;
        if code.letter == b'u' {
            taipan_runtime::builtins::warn::warn(
                Exc::DeprecationWarning,
                "The 'u' type code is deprecated and will be removed in Python 3.16",
            )?;
        }
        let made = Array::make(class, code, Vec::new());
        let (Some(initial), Some(a)) = (initial, made.downcast::<Array>()) else { return Ok(made) };
        if initial.as_str().is_some() && !code.is_text() {
            let letter = char::from(code.letter);
            return raise!(TypeError, "cannot use a str to initialize an array with typecode '{letter}'");
        }
        if let Some(other) = initial.downcast::<Array>() {
            if other.code.get().is_text() && !code.is_text() {
                let (from, to) = (char::from(other.code.get().letter), char::from(code.letter));
                return raise!(
                    TypeError,
                    "cannot use a unicode array with typecode '{from}' to initialize an array with typecode '{to}'"
                );
            }
            for item in other.items() {
                a.push(*item)?;
            }
        } else if initial.downcast::<bytes::Bytes>().is_some()
            || initial.downcast::<taipan_runtime::types::bytearray::ByteArray>().is_some()
        {
            Array::frombytes(a, initial)?;
        } else {
            a.extend_from(initial)?;
        }
        Ok(made)
    }
    #[slot(repr)]
    fn repr(this: P<Array>) -> PyResult {
        let letter = char::from(this.code.get().letter);
        if this.len() == 0 {
            return Ok(Ref::from(format!("{}('{letter}')", this.head.class.get().name()).as_str()));
        }
        let items =
            if this.code.get().is_text() { Array::tounicode(this)? } else { list::new(this.items()).erase() };
        let text = format!("{}('{letter}', {})", this.head.class.get().name(), repr_text(*items)?);
        Ok(str::new(&text).erase())
    }
    #[slot(len)]
    fn dunder_len(this: P<Array>) -> PyResult<usize> {
        Ok(this.len())
    }
    #[slot(getitem)]
    fn getitem(this: P<Array>, key: Value) -> PyResult {
        if let Some(i) = key.as_small_int().and_then(|i| usize::try_from(i).ok()).filter(|i| *i < this.len())
        {
            return Ok(this.item(i));
        }
        if let Some(s) = key.exact::<Slice>() {
            let size = this.code.get().size;
            let (start, stop, step) = slice::unpack(s)?;
            let (start, _, n) = adjust_indices(this.len(), start, stop, step);
            let data = this.data.borrow();
            let mut out = Vec::with_capacity(n * size);
            for i in 0..n {
                let at = start.wrapping_add((i as i64).wrapping_mul(step)) as usize * size;
                out.extend_from_slice(&data[at..at + size]);
            }
            return this.like(out);
        }
        if !has_index(key) {
            return raise!(TypeError, "array indices must be integers");
        }
        let i = place(index_size(key, Exc::IndexError)?, this.len(), "array index out of range")?;
        Ok(this.item(i))
    }
    #[slot(setitem)]
    fn setitem(this: P<Array>, key: Value, value: Option<Value>) -> PyResult<()> {
        if let Some(s) = key.exact::<Slice>() {
            return set_slice(this, s, value);
        }
        if !has_index(key) {
            return raise!(TypeError, "array indices must be integers");
        }
        let i = index_size(key, Exc::IndexError)?;
        let i = place(i, this.len(), "array assignment index out of range")?;
        let size = this.code.get().size;
        match value {
            None => this.resize_with(|d| drop(d.drain(i * size..(i + 1) * size))),
            Some(v) => {
                let bytes = this.code.get().store(v)?;
                // `__index__` may have made it shorter.
                place(i as i64, this.len(), "array assignment index out of range")?;
                this.data.borrow_mut()[i * size..(i + 1) * size].copy_from_slice(&bytes);
                Ok(())
            }
        }
    }
    #[slot(contains)]
    fn contains(this: P<Array>, v: Value) -> PyResult<bool> {
        Ok(find(this, v, 0, usize::MAX)?.is_some())
    }
    #[slot(compare)]
    fn compare(this: Value, other: Value, op: CmpOp) -> PyResult {
        let (Some(a), Some(b)) = (this.downcast::<Array>(), other.downcast::<Array>()) else {
            return Ok(Ref::from_raw(NOT_IMPLEMENTED));
        };
        for (x, y) in a.items().iter().zip(b.items()) {
            if !equal(**x, *y)? {
                let answer = match op {
                    CmpOp::Eq => false,
                    CmpOp::Ne => true,
                    _ => compare_bool(**x, *y, op)?,
                };
                return Ok(Ref::from_raw(Value::bool(answer)));
            }
        }
        Ok(Ref::from_raw(Value::bool(op.holds(&a.len(), &b.len()))))
    }
    #[slot(concat)]
    fn concat(this: P<Array>, other: Value) -> PyResult {
        let other = same_kind(this, other)?;
        let data = [&this.data.borrow()[..], &other.data.borrow()[..]].concat();
        this.like(data)
    }
    #[slot(repeat)]
    fn repeat(this: P<Array>, n: i64) -> PyResult {
        let n = n.max(0) as usize;
        if this.data.len.get().checked_mul(n).is_none_or(|all| all > isize::MAX as usize) {
            return raise!(MemoryError);
        }
        check_room(this.data.len.get(), n)?;
        let data = this.data.borrow().repeat(n);
        this.like(data)
    }
    #[slot(iconcat)]
    fn iconcat(this: P<Array>, other: Value) -> PyResult {
        if other.downcast::<Array>().is_none() {
            let got = other.class().name();
            return raise!(TypeError, "can only extend with array (not \"{got}\")");
        }
        this.extend_from(other)?;
        Ok(this.own())
    }
    #[slot(irepeat)]
    fn irepeat(this: P<Array>, n: i64) -> PyResult {
        let n = n.max(0) as usize;
        if this.data.len.get().checked_mul(n).is_none_or(|all| all > isize::MAX as usize) {
            return raise!(MemoryError);
        }
        check_room(this.data.len.get(), n)?;
        this.resize_with(|d| *d = d.repeat(n))?;
        Ok(this.own())
    }
    /// Append new value v to the end of the array.
    #[method("(self, v, /)")]
    fn append(this: P<Array>, v: Value) -> PyResult<()> {
        this.push(v)
    }
    /// Append items to the end of the array.
    #[method("(self, bb, /)")]
    fn extend(this: P<Array>, items: Value) -> PyResult<()> {
        this.extend_from(items)
    }
    /// Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.
    #[method("(self, /)")]
    fn buffer_info(this: P<Array>) -> Ref {
        let address = int::from_u64(this.data.borrow().as_ptr() as u64);
        tuple::from_refs(vec![address, int::new(this.len() as i64)]).erase()
    }
    /// Byteswap all items of the array.
    #[method("(self, /)")]
    fn byteswap(this: P<Array>) {
        let size = this.code.get().size;
        this.data.borrow_mut().chunks_mut(size).for_each(<[u8]>::reverse);
    }
    /// Remove all items from the array.
    #[method("(self, /)")]
    fn clear(this: P<Array>) -> PyResult<()> {
        this.resize_with(Vec::clear)
    }
    /// Return number of occurrences of v in the array.
    #[method("(self, v, /)")]
    fn count(this: P<Array>, v: Value) -> PyResult<i64> {
        let mut n = 0;
        for item in this.items() {
            n += i64::from(equal(*item, v)?);
        }
        Ok(n)
    }
    /// Return index of first occurrence of v in the array.
    ///
    /// Raise ValueError if the value is not present.
    #[method("(self, v, start=0, stop=9223372036854775807, /)")]
    fn index(this: P<Array>, v: Value, start: Option<i64>, stop: Option<i64>) -> PyResult<usize> {
        let n = this.len() as i64;
        let fit = |i: i64| if i < 0 { (i + n).max(0) } else { i } as usize;
        match find(this, v, fit(start.unwrap_or(0)), fit(stop.unwrap_or(i64::MAX)))? {
            Some(i) => Ok(i),
            None => raise!(ValueError, "array.index(x): x not in array"),
        }
    }
    /// Insert a new item v into the array before position i.
    #[method("(self, i, v, /)")]
    fn insert(this: P<Array>, i: isize, v: Value) -> PyResult<()> {
        let bytes = this.code.get().store(v)?;
        let n = this.len();
        let at = if i < 0 { (i + n as isize).max(0) as usize } else { (i as usize).min(n) };
        let from = at * this.code.get().size;
        this.resize_with(|d| drop(d.splice(from..from, bytes.iter().copied())))
    }
    /// Return the i-th element and delete it from the array.
    ///
    /// i defaults to -1.
    #[method("(self, i=-1, /)")]
    fn pop(this: P<Array>, i: Option<i64>) -> PyResult {
        if this.len() == 0 {
            return raise!(IndexError, "pop from empty array");
        }
        let i = place(i.unwrap_or(-1), this.len(), "pop index out of range")?;
        let (item, size) = (this.item(i), this.code.get().size);
        this.resize_with(|d| drop(d.drain(i * size..(i + 1) * size)))?;
        Ok(item)
    }
    /// Remove the first occurrence of v in the array.
    #[method("(self, v, /)")]
    fn remove(this: P<Array>, v: Value) -> PyResult<()> {
        let Some(i) = find(this, v, 0, usize::MAX)? else {
            return raise!(ValueError, "array.remove(x): x not in array");
        };
        let size = this.code.get().size;
        this.resize_with(|d| drop(d.drain(i * size..(i + 1) * size)))
    }
    /// Reverse the order of the items in the array.
    #[method("(self, /)")]
    fn reverse(this: P<Array>) {
        let size = this.code.get().size;
        let mut data = this.data.borrow_mut();
        data.reverse();
        data.chunks_mut(size).for_each(<[u8]>::reverse);
    }
    /// Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.
    #[method("(self, buffer, /)")]
    fn frombytes(this: P<Array>, buffer: Value) -> PyResult<()> {
        let data = bytes_of(buffer)?;
        if !data.len().is_multiple_of(this.code.get().size) {
            return raise!(ValueError, "bytes length not a multiple of item size");
        }
        this.add(&data)
    }
    /// Read n objects from the file object f and append them to the end of the array.
    #[method("(self, f, n, /)")]
    fn fromfile(this: P<Array>, f: Value, n: i64) -> PyResult<()> {
        if n < 0 {
            return raise!(ValueError, "negative count");
        }
        let wanted = int::new(n * this.code.get().size as i64);
        let data = call_method_text(f, "read", &[*wanted])?;
        if data.downcast::<bytes::Bytes>().is_none() {
            return raise!(TypeError, "read() didn't return bytes");
        }
        let got = bytes_of(*data)?.len() as i64;
        Array::frombytes(this, *data)?;
        if Some(got) != wanted.as_i64() {
            return raise!(EOFError, "read() didn't return enough bytes");
        }
        Ok(())
    }
    /// Append items to array from list.
    #[method("(self, list, /)")]
    fn fromlist(this: P<Array>, items: Value) -> PyResult<()> {
        if items.downcast::<list::List>().is_none() {
            return raise!(TypeError, "arg must be list");
        }
        let before = this.data.len.get();
        this.extend_from(items).inspect_err(|_| this.data.borrow_mut().truncate(before))
    }
    /// Extends this array with data from the unicode string ustr.
    #[method("(self, ustr, /)")]
    fn fromunicode(this: P<Array>, text: P<str::Str>) -> PyResult<()> {
        if !this.code.get().is_text() {
            return raise!(
                ValueError,
                "fromunicode() may only be called on unicode type arrays ('u' or 'w')"
            );
        }
        this.extend_from(text.value())
    }
    /// Convert the array to an array of machine values and return the bytes representation.
    #[method("(self, /)")]
    fn tobytes(this: P<Array>) -> Ref {
        bytes::new(&this.data.borrow()).erase()
    }
    /// Write all items (as machine values) to the file object f.
    #[method("(self, f, /)")]
    fn tofile(this: P<Array>, f: Value) -> PyResult<()> {
        let data = Array::tobytes(this);
        call_method_text(f, "write", &[*data]).map(drop)
    }
    /// Convert array to an ordinary list with the same items.
    #[method("(self, /)")]
    fn tolist(this: P<Array>) -> Ref {
        list::new(this.items()).erase()
    }
    /// Extends this array with data from the unicode string ustr.
    #[method("(self, /)")]
    fn tounicode(this: P<Array>) -> PyResult {
        if !this.code.get().is_text() {
            return raise!(ValueError, "tounicode() may only be called on unicode type arrays ('u' or 'w')");
        }
        let data = this.data.borrow();
        let chars: Vec<u32> =
            data.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect();
        Ok(str::from_chars(&chars).erase())
    }
    /// Return a copy of the array.
    #[method("(self, /)", name = "__copy__")]
    fn copy(this: P<Array>) -> PyResult {
        let data = this.data.borrow().to_vec();
        this.like(data)
    }
    /// Return a copy of the array.
    #[method("(self, unused, /)", name = "__deepcopy__")]
    fn deepcopy(this: P<Array>, _memo: Value) -> PyResult {
        Array::copy(this)
    }
    /// Return state information for pickling.
    #[method("(self, value, /)", name = "__reduce_ex__")]
    fn reduce_ex(this: P<Array>, protocol: i64) -> PyResult {
        let class = this.head.class.get();
        let state = taipan_runtime::protocol::attr::getattr_opt(this.value(), str::interned("__dict__"))?;
        let state = state.unwrap_or_else(|| taipan_runtime::value::NONE.own());
        let letter = str::char_str(this.code.get().letter.into()).erase();
        let (function, arguments) = if protocol < 3 {
            (class.own(), vec![letter, Array::tolist(this)])
        } else {
            let format = int::new(machine_format(this.code.get()));
            let arguments = vec![class.own(), letter, format, Array::tobytes(this)];
            (crate::startup::import_from("array", "_array_reconstructor")?, arguments)
        };
        let arguments = tuple::from_refs(arguments).erase();
        Ok(tuple::from_refs(vec![function, arguments, state]).erase())
    }
    /// See PEP 585
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(class: P<TypeObject>, object: Value) -> PyResult {
        taipan_runtime::types::generic_alias::new(class.value(), object)
    }
    #[getter]
    fn typecode(this: P<Array>) -> Ref {
        str::char_str(this.code.get().letter.into()).erase()
    }
    #[getter]
    fn itemsize(this: P<Array>) -> usize {
        this.code.get().size
    }
}
