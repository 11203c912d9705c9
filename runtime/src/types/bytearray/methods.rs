//! The slots and methods of `bytearray` that do not change it.

use super::layout::empty_in;
use super::{ByteArray, iter, new};
use crate::error::{Exc, PyResult};
use crate::object::{Own, P, Ref};
use crate::protocol::{attr, call, index, mapping};
use crate::runtime::types;
use crate::slots::{Args, CmpOp};
use crate::text::escape;
use crate::types::bytes::shared::byte_methods;
use crate::types::bytes::{self, Source};
use crate::types::slice::{self, Slice};
use crate::types::tuple;
use crate::types::type_object::TypeObject;
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::{pymethods, raise};

byte_methods!(ByteArray);

impl ByteString for ByteArray {
    #[inline]
    fn with<T>(&self, f: impl FnOnce(&[u8]) -> T) -> T {
        f(&self.borrow())
    }
    fn make(data: Vec<u8>) -> Ref {
        new(data).erase()
    }
    fn concat<'a>(len: usize, pieces: impl Iterator<Item = &'a [u8]>) -> Ref {
        let mut all = Vec::with_capacity(len);
        pieces.for_each(|p| all.extend_from_slice(p));
        new(all).erase()
    }
    fn unchanged(this: P<ByteArray>) -> Ref {
        new(this.borrow().to_vec()).erase()
    }
}

#[pymethods(install_methods)]
impl ByteArray {
    #[slot(new)]
    fn py_new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        Ok(empty_in(class).erase())
    }

    #[slot(init)]
    fn init(this: P<ByteArray>, args: Args<'_>) -> PyResult<()> {
        let data = match bytes::from_argument("bytearray", args)? {
            None => Vec::new(),
            Some(Source::Encoded(b)) => bytes::buffer(*b).transpose()?.unwrap_or_default(),
            Some(Source::Object(v)) => bytes::collect(v, "bytearray", "byte must be in range(0, 256)")?,
        };
        this.resize_with(|b| *b = data)
    }

    #[slot(repr)]
    fn repr(this: P<ByteArray>) -> PyResult {
        let name = this.value().class().name();
        let text = escape::repr_bytearray(&this.borrow());
        Ok(crate::types::str::new(&format!("{name}({text})")).erase())
    }

    #[slot(str)]
    fn str(this: P<ByteArray>) -> PyResult {
        ByteArray::repr(this)
    }

    #[slot(compare)]
    fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
        let Some(this) = a.downcast::<ByteArray>() else { return Ok(NOT_IMPLEMENTED.own()) };
        match crate::buffer::Buffer::get(b)? {
            Some(other) => {
                let other = other.to_vec();
                Ok(Value::bool(op.holds(&*this.borrow(), &*other)).own())
            }
            None => Ok(NOT_IMPLEMENTED.own()),
        }
    }

    #[slot(iter)]
    fn iter(this: P<ByteArray>) -> PyResult {
        Ok(iter::iter(this).erase())
    }

    #[slot(getitem)]
    fn getitem(this: P<ByteArray>, key: Value) -> PyResult {
        let i = if let Some(i) = key.as_small_int() {
            i
        } else if let Some(s) = key.exact::<Slice>() {
            let (start, stop, step) = slice::unpack(s)?;
            let b = this.borrow();
            let (start, _, n) = crate::concrete::adjust_indices(b.len(), start, stop, step);
            return Ok(ByteArray::make(
                (0..n).map(|i| b[start.wrapping_add((i as i64).wrapping_mul(step)) as usize]).collect(),
            ));
        } else if index::has_index(key) {
            index::index_size(key, Exc::IndexError)?
        } else {
            let class = key.class().name();
            return raise!(TypeError, "bytearray indices must be integers or slices, not {class}");
        };
        match mapping::place(i, this.len()) {
            Some(i) => Ok(Ref::from_raw(Value::small_int(this.borrow()[i].into()))),
            None => raise!(IndexError, "bytearray index out of range"),
        }
    }

    /// Create a bytearray object from a string of hexadecimal numbers.
    #[classmethod("(string, /)")]
    fn fromhex(class: P<TypeObject>, string: Value) -> PyResult {
        let data = generic::from_hex(string)?;
        if class == types().bytearray {
            return Ok(ByteArray::make(data));
        }
        call::call1(class.value(), bytes::new(&data).p().value())
    }

    /// Return a copy.
    #[method("()")]
    fn copy(this: P<ByteArray>) -> Ref {
        ByteArray::unchanged(this)
    }

    /// Return the number of bytes actually allocated.
    #[method("()")]
    fn __alloc__(this: P<ByteArray>) -> usize {
        if this.is_empty() { 0 } else { this.capacity() + 1 }
    }

    /// Return the size of the bytearray in memory, in bytes.
    #[method("()")]
    fn __sizeof__(this: P<ByteArray>) -> usize {
        size_of::<ByteArray>() + this.capacity()
    }

    /// Return state information for pickling.
    #[method("()")]
    fn __reduce__(this: P<ByteArray>) -> PyResult {
        reduce(this, 2)
    }

    /// Return state information for pickling.
    #[method("(proto=0, /)")]
    fn __reduce_ex__(this: P<ByteArray>, proto: i32) -> PyResult {
        reduce(this, proto)
    }

    /// Return a memory view of the bytes.
    #[method("(flags, /)")]
    fn __buffer__(this: P<ByteArray>, flags: i32) -> PyResult {
        crate::types::memoryview::from_flags(this.value(), flags)
    }

    /// Release the view that `__buffer__` gave.
    #[method("(buffer, /)")]
    fn __release_buffer__(_this: P<ByteArray>, buffer: Value) -> PyResult {
        call::call_method_text(buffer, "release", &[])
    }
}

fn reduce(this: P<ByteArray>, protocol: i32) -> PyResult {
    let state = match attr::getattr_opt(this.value(), crate::names::names().__dict__)? {
        Some(d) if !d.is_none() => d,
        _ => NONE.own(),
    };
    let data = this.borrow().to_vec();
    let arguments = if protocol < 3 {
        if data.is_empty() {
            vec![]
        } else {
            vec![crate::types::str::latin1(&data).erase(), crate::types::str::new("latin-1").erase()]
        }
    } else if data.is_empty() {
        vec![]
    } else {
        vec![bytes::new(&data).erase()]
    };
    let arguments = tuple::from_refs(arguments).erase();
    Ok(tuple::from_refs(vec![this.value().class().own(), arguments, state]).erase())
}
