//! The slots and methods of `bytes`.

use super::{Bytes, iter, new};
use crate::error::{Exc, PyResult};
use crate::object::{Own, P, Ref};
use crate::protocol::{call, index, mapping};
use crate::runtime::types;
use crate::slots::CmpOp;
use crate::text::escape;
use crate::types::bytes::shared::byte_methods;
use crate::types::slice::{self, Slice};
use crate::types::type_object::TypeObject;
use crate::types::{str, tuple};
use crate::value::{NOT_IMPLEMENTED, Value};
use crate::{pymethods, raise};

byte_methods!(Bytes);

impl ByteString for Bytes {
    #[inline]
    fn with<T>(&self, f: impl FnOnce(&[u8]) -> T) -> T {
        f(self.as_slice())
    }
    fn make(data: Vec<u8>) -> Ref {
        new(&data).erase()
    }
    fn concat<'a>(len: usize, pieces: impl Iterator<Item = &'a [u8]>) -> Ref {
        super::from_pieces(len, pieces).erase()
    }
    fn unchanged(this: P<Bytes>) -> Ref {
        if this.value().exact::<Bytes>().is_some() { this.own() } else { new(this.as_slice()).erase() }
    }
}

/// Compare bytes with bytes; other bytes-like objects compare themselves with bytes.
fn compare_bytes(a: &[u8], b: Value, op: CmpOp) -> PyResult {
    let holds = |b: &[u8]| Value::bool(op.holds(a, b)).own();
    if let Some(b) = b.downcast::<Bytes>() {
        return Ok(holds(b.as_slice()));
    }
    Ok(NOT_IMPLEMENTED.own())
}

#[pymethods(install_methods)]
impl Bytes {
    #[slot(repr)]
    fn repr(this: P<Bytes>) -> PyResult {
        Ok(str::latin1(escape::repr_bytes(this.as_slice()).as_bytes()).erase())
    }

    #[slot(str)]
    fn str(this: P<Bytes>) -> PyResult {
        Bytes::repr(this)
    }

    #[slot(hash)]
    fn hash_slot(this: P<Bytes>) -> PyResult<i64> {
        Ok(this.hash())
    }

    #[slot(compare)]
    fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
        match a.downcast::<Bytes>() {
            Some(this) => compare_bytes(this.as_slice(), b, op),
            None => Ok(NOT_IMPLEMENTED.own()),
        }
    }

    #[slot(iter)]
    fn iter(this: P<Bytes>) -> PyResult {
        Ok(iter::iter(this).erase())
    }

    #[slot(getitem)]
    fn getitem(this: P<Bytes>, key: Value) -> PyResult {
        let b = this.as_slice();
        let i = if let Some(i) = key.as_small_int() {
            i
        } else if let Some(s) = key.exact::<Slice>() {
            let (start, stop, step) = slice::unpack(s)?;
            let (start, _, n) = crate::concrete::adjust_indices(b.len(), start, stop, step);
            if step == 1 {
                let range = start as usize..start as usize + n;
                return Ok(if n == b.len() { Bytes::unchanged(this) } else { new(&b[range]).erase() });
            }
            let picked: Vec<u8> =
                (0..n).map(|i| b[start.wrapping_add((i as i64).wrapping_mul(step)) as usize]).collect();
            return Ok(Bytes::make(picked));
        } else if index::has_index(key) {
            index::index_size(key, Exc::IndexError)?
        } else {
            return raise!(TypeError, "byte indices must be integers or slices, not {}", key.class().name());
        };
        match mapping::place(i, b.len()) {
            Some(i) => Ok(Ref::from_raw(Value::small_int(b[i].into()))),
            None => raise!(IndexError, "index out of range"),
        }
    }

    /// Create a bytes object from a string of hexadecimal numbers.
    #[classmethod("(string, /)")]
    fn fromhex(class: P<TypeObject>, string: Value) -> PyResult {
        let data = Bytes::make(generic::from_hex(string)?);
        if class == types().bytes { Ok(data) } else { call::call1(class.value(), *data) }
    }

    /// Convert this value to exact type bytes.
    #[method("()")]
    fn __bytes__(this: P<Bytes>) -> Ref {
        Bytes::unchanged(this)
    }

    /// What `copyreg.__newobj__` is to be called with.
    #[method("()")]
    fn __getnewargs__(this: P<Bytes>) -> Ref {
        tuple::from_refs(vec![new(this.as_slice()).erase()]).erase()
    }

    /// Return a memory view of the bytes.
    #[method("(flags, /)")]
    fn __buffer__(this: P<Bytes>, flags: i32) -> PyResult {
        crate::types::memoryview::from_flags(this.value(), flags)
    }
}
