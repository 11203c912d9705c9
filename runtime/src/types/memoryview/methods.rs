//! The slots, attributes and methods of `memoryview`, subscripts apart.

use super::element::{native, unpack};
use super::{MemoryView, cast, from_buffer, iter, new};
use crate::buffer::Buffer;
use crate::builtins::args::{self, required};
use crate::error::PyResult;
use crate::object::{Own, P, Ref};
use crate::protocol::{compare, index};
use crate::runtime::runtime;
use crate::slots::{Args, CmpOp};
use crate::types::bytes::{self, generic};
use crate::types::list;
use crate::types::str::expect_str;
use crate::types::tuple::{self, Tuple};
use crate::types::type_object::TypeObject;
use crate::types::{int, str};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::{pymethods, raise};

fn sizes(items: impl Iterator<Item = i64>) -> Own<Tuple> {
    tuple::from_refs(items.map(int::new).collect())
}

/// The elements as nested lists.
fn nested(b: &Buffer, dimension: usize, at: isize) -> PyResult {
    if dimension == b.shape.len() {
        return unpack(&b.format, b.element(at));
    }
    let mut items: Vec<Ref> = Vec::with_capacity(b.shape[dimension]);
    for i in 0..b.shape[dimension] {
        items.push(nested(b, dimension + 1, at + i as isize * b.strides[dimension])?);
    }
    Ok(list::new(items).erase())
}

/// Do two buffers hold equal elements in the same shape?
fn equal(a: &Buffer, b: &Buffer) -> PyResult<bool> {
    if a.shape != b.shape {
        return Ok(false);
    }
    let plain = |f: &Buffer| native(&f.format).map(|n| n.0);
    let (Some(x), Some(y)) = (plain(a), plain(b)) else { return Ok(false) };
    if x == y && !matches!(x, b'e' | b'f' | b'd' | b'?') {
        return Ok(match (a.bytes(), b.bytes()) {
            (Some(a), Some(b)) => a == b,
            _ => a.to_vec() == b.to_vec(),
        });
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    a.for_each(|at| left.push(at));
    b.for_each(|at| right.push(at));
    for (&p, &q) in left.iter().zip(&right) {
        let (p, q) = (unpack(&a.format, a.element(p))?, unpack(&b.format, b.element(q))?);
        if !compare::equal(*p, *q)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The elements one after the other, the first index fastest.
fn fortran(b: &Buffer) -> Vec<u8> {
    let mut turned = b.clone();
    turned.shape.reverse();
    turned.strides.reverse();
    let mut out = Vec::with_capacity(b.nbytes());
    turned.for_each(|at| out.extend_from_slice(turned.element(at)));
    out
}

fn one_dimension(b: &Buffer) -> PyResult<usize> {
    match b.shape.len() {
        0 => raise!(TypeError, "invalid indexing of 0-dim memory"),
        1 => Ok(b.shape[0]),
        _ => raise!(NotImplementedError, "multi-dimensional sub-views are not implemented"),
    }
}

#[pymethods(install_methods)]
impl MemoryView {
    #[slot(new)]
    fn py_new(_class: P<TypeObject>, arguments: Args<'_>) -> PyResult {
        match args::parse("memoryview", arguments, &[required("object")])? {
            [Some(v)] => Ok(new(v)?.erase()),
            [None] => args::wrong_count("memoryview", 0, 1, 1),
        }
    }

    #[slot(repr)]
    fn repr(this: P<MemoryView>) -> PyResult {
        let released = if this.is_released() { "released " } else { "" };
        Ok(str::new(&format!("<{released}memory at {:#x}>", this.value().bits())).erase())
    }

    #[slot(hash)]
    fn hash_slot(this: P<MemoryView>) -> PyResult<i64> {
        if this.hash.get() != 0 {
            return Ok(this.hash.get());
        }
        let b = this.buffer()?;
        if !b.readonly {
            return raise!(ValueError, "cannot hash writable memoryview object");
        }
        if !matches!(native(&b.format), Some((b'B' | b'b' | b'c', _))) {
            return raise!(ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
        }
        compare::hash(b.owner())?;
        let data = b.to_vec();
        let h = match runtime().hash_bytes(&data) {
            0 if !data.is_empty() => 1,
            -1 => -2,
            h => h,
        };
        this.hash.set(h);
        Ok(h)
    }

    #[slot(compare)]
    fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
        let (Some(this), CmpOp::Eq | CmpOp::Ne) = (a.downcast::<MemoryView>(), op) else {
            return Ok(NOT_IMPLEMENTED.own());
        };
        let other_released = b.downcast::<MemoryView>().is_some_and(|m| m.is_released());
        let same = if this.is_released() || other_released {
            a.is(b)
        } else {
            match Buffer::get(b)? {
                Some(other) => equal(&this.buffer()?, &other)?,
                None => return Ok(NOT_IMPLEMENTED.own()),
            }
        };
        Ok(Value::bool(same == (op == CmpOp::Eq)).own())
    }

    #[slot(len)]
    fn len_slot(this: P<MemoryView>) -> PyResult<usize> {
        match this.buffer()?.shape.first() {
            Some(&n) => Ok(n),
            None => raise!(TypeError, "0-dim memory has no length"),
        }
    }

    #[slot(iter)]
    fn iter(this: P<MemoryView>) -> PyResult {
        Ok(iter::iter(this)?.erase())
    }

    /// The underlying object of the memoryview.
    #[getter]
    fn obj(this: P<MemoryView>) -> PyResult {
        Ok(this.buffer()?.owner().own())
    }
    /// The amount of space in bytes that the array would use in a contiguous representation.
    #[getter]
    fn nbytes(this: P<MemoryView>) -> PyResult<usize> {
        Ok(this.buffer()?.nbytes())
    }
    /// A bool indicating whether the memory is read only.
    #[getter]
    fn readonly(this: P<MemoryView>) -> PyResult<bool> {
        Ok(this.buffer()?.readonly)
    }
    /// The size in bytes of each element of the memoryview.
    #[getter]
    fn itemsize(this: P<MemoryView>) -> PyResult<usize> {
        Ok(this.buffer()?.itemsize)
    }
    /// A string containing the format (in struct module style) for each element in the view.
    #[getter]
    fn format(this: P<MemoryView>) -> PyResult<String> {
        Ok(this.buffer()?.format.to_string())
    }
    /// An integer indicating how many dimensions of a multi-dimensional array the memory represents.
    #[getter]
    fn ndim(this: P<MemoryView>) -> PyResult<usize> {
        Ok(this.buffer()?.shape.len())
    }
    /// A tuple of ndim integers giving the shape of the memory as an N-dimensional array.
    #[getter]
    fn shape(this: P<MemoryView>) -> PyResult<Own<Tuple>> {
        Ok(sizes(this.buffer()?.shape.iter().map(|&n| n as i64)))
    }
    /// A tuple of ndim integers giving the size in bytes to access each element for each dimension.
    #[getter]
    fn strides(this: P<MemoryView>) -> PyResult<Own<Tuple>> {
        Ok(sizes(this.buffer()?.strides.iter().map(|&n| n as i64)))
    }
    /// A tuple of integers used internally for PIL-style arrays.
    #[getter]
    fn suboffsets(this: P<MemoryView>) -> PyResult<Own<Tuple>> {
        this.buffer()?;
        Ok(tuple::empty())
    }
    /// A bool indicating whether the memory is C contiguous.
    #[getter]
    fn c_contiguous(this: P<MemoryView>) -> PyResult<bool> {
        Ok(this.buffer()?.is_contiguous())
    }
    /// A bool indicating whether the memory is Fortran contiguous.
    #[getter]
    fn f_contiguous(this: P<MemoryView>) -> PyResult<bool> {
        Ok(this.buffer()?.is_fortran_contiguous())
    }
    /// A bool indicating whether the memory is contiguous.
    #[getter]
    fn contiguous(this: P<MemoryView>) -> PyResult<bool> {
        let b = this.buffer()?;
        Ok(b.is_contiguous() || b.is_fortran_contiguous())
    }

    /// Release the underlying buffer exposed by the memoryview object.
    #[method("()")]
    fn release(this: P<MemoryView>) {
        this.let_go();
    }

    /// Return the data in the buffer as a byte string.
    #[method("(order='C')")]
    fn tobytes(this: P<MemoryView>, order: Option<Value>) -> PyResult {
        let b = this.buffer()?;
        let order = match order.filter(|v| !v.is_none()) {
            None => "C".to_owned(),
            Some(v) => expect_str(v, "tobytes() argument 'order' ")?.to_lossy(),
        };
        let data = match order.as_str() {
            "C" => b.to_vec(),
            "F" => fortran(&b),
            "A" if b.is_fortran_contiguous() && !b.is_contiguous() => fortran(&b),
            "A" => b.to_vec(),
            _ => return raise!(ValueError, "order must be 'C', 'F' or 'A'"),
        };
        Ok(bytes::new(&data).erase())
    }

    /// Return the data in the buffer as a str of hexadecimal numbers.
    #[method("(sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(this: P<MemoryView>, sep: Option<Value>, bytes_per_sep: i32) -> PyResult<Ref> {
        let sep = generic::hex_separator(sep)?;
        Ok(generic::hex(&this.buffer()?.to_vec(), sep, bytes_per_sep))
    }

    /// Return the data in the buffer as a list of elements.
    #[method("()")]
    fn tolist(this: P<MemoryView>) -> PyResult {
        let b = this.buffer()?;
        nested(&b, 0, b.offset as isize)
    }

    /// Cast a memoryview to a new format or shape.
    #[method("(format, shape=<unrepresentable>)")]
    fn cast(this: P<MemoryView>, format: Value, shape: Option<Value>) -> PyResult<Own<MemoryView>> {
        let view = this.buffer()?;
        let format = expect_str(format, "cast() argument 'format' ")?.to_lossy();
        Ok(from_buffer(cast::cast(&view, &format, shape)?))
    }

    /// Return a readonly version of the memoryview.
    #[method("()")]
    fn toreadonly(this: P<MemoryView>) -> PyResult<Own<MemoryView>> {
        Ok(from_buffer(this.buffer()?.into_readonly()))
    }

    /// Make a view of an object with flags of the buffer protocol.
    #[classmethod("(object, flags)")]
    fn _from_flags(_class: Value, object: Value, flags: i32) -> PyResult {
        super::from_flags(object, flags)
    }

    /// Count the number of occurrences of a value.
    #[method("(value, /)")]
    fn count(this: P<MemoryView>, value: Value) -> PyResult<usize> {
        let n = one_dimension(&this.buffer()?)?;
        let mut found = 0;
        for i in 0..n {
            found += usize::from(equals_at(this, i, value)?);
        }
        Ok(found)
    }

    /// Return the index of the first occurrence of a value.
    #[method("(value, start=0, stop=sys.maxsize, /)")]
    fn index(
        this: P<MemoryView>,
        value: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        let n = one_dimension(&this.buffer()?)?;
        let clamp = |i: i64| if i < 0 { (i + n as i64).max(0) as usize } else { (i as usize).min(n) };
        let (start, stop) =
            (clamp(index::search_bound(start, 0)?), clamp(index::search_bound(stop, i64::MAX)?));
        for i in start..stop {
            if equals_at(this, i, value)? {
                return Ok(i);
            }
        }
        raise!(ValueError, "memoryview.index(x): x not found")
    }

    /// Enter a `with` block.
    #[method("()")]
    fn __enter__(this: P<MemoryView>) -> PyResult {
        this.buffer()?;
        Ok(this.own())
    }

    /// Release the view at the end of a `with` block.
    #[method("(*exc_info)")]
    fn __exit__(this: P<MemoryView>, _exc_info: &[Value]) -> Value {
        this.let_go();
        NONE
    }

    /// Return a memory view of the memory.
    #[method("(flags, /)")]
    fn __buffer__(this: P<MemoryView>, flags: i32) -> PyResult {
        super::from_flags(this.value(), flags)
    }

    /// Release the view that `__buffer__` gave.
    #[method("(buffer, /)")]
    fn __release_buffer__(_this: P<MemoryView>, buffer: Value) -> PyResult {
        crate::protocol::call::call_method_text(buffer, "release", &[])
    }

    /// See PEP 585.
    #[classmethod("(object, /)")]
    fn __class_getitem__(class: Value, object: Value) -> PyResult {
        crate::types::generic_alias::new(class, object)
    }
}

fn equals_at(this: P<MemoryView>, i: usize, value: Value) -> PyResult<bool> {
    // Comparing may run Python that releases the view.
    let b = this.buffer()?;
    let at = b.offset as isize + i as isize * b.strides[0];
    let item = unpack(&b.format, b.element(at))?;
    compare::equal(*item, value)
}
