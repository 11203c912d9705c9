//! `array`
//!
//! # Invariants
//! While `exports` is not zero the vector is neither resized nor replaced, so that views of it stay valid.

mod code;
mod methods;

pub use module::MODULE;

use code::Code;
use std::borrow::Cow;
use std::cell::Cell;
use std::mem::offset_of;
use taipan_runtime::buffer::Buffer;
use taipan_runtime::byte_vec::ByteVec;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::types::array::ArrayHead;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, raise};

/// An array of numbers of one C type.
#[repr(C)]
pub struct Array {
    head: Header,
    data: ByteVec,
    code: Cell<Code>,
    exports: Cell<usize>,
    weakrefs: Cell<Option<Value>>,
}
object_layout!(Array, Kind::Array, leaf);
// An array starts as the semantics expect it.
const _: () = assert!(offset_of!(Array, data) == offset_of!(ArrayHead, data));
const _: () = assert!(offset_of!(Array, code) == offset_of!(ArrayHead, letter));
const _: () = assert!(offset_of!(Code, letter) == 0);

fn released(v: Value) {
    if let Some(a) = v.downcast::<Array>() {
        a.exports.set(a.exports.get() - 1);
    }
}

#[allow(unsafe_code, reason = "shows its memory to others")]
fn export(v: Value) -> PyResult<Buffer> {
    let Some(a) = v.downcast::<Array>() else {
        return raise!(TypeError, "a bytes-like object is required, not '{}'", v.class().name());
    };
    a.exports.set(a.exports.get() + 1);
    let (format, size) = (a.code.get().letter, a.code.get().size);
    let (p, n) = (a.data.ptr.get(), a.data.len.get());
    let format = Cow::Owned(if format == b'u' { "w".to_owned() } else { char::from(format).to_string() });
    // SAFETY: the module's invariant: the vector stays where it is until `released`.
    Ok(unsafe { Buffer::with_format(v.own(), p, n, false, released, format, size) })
}

impl Array {
    fn make(class: P<TypeObject>, code: Code, data: Vec<u8>) -> Ref {
        let a = Array {
            head: Header::new(class),
            code: Cell::new(code),
            data: data.into(),
            exports: Cell::new(0),
            weakrefs: Cell::new(None),
        };
        alloc_in(class, a).erase()
    }
    /// A plain array like this one with other items.
    fn like(&self, data: Vec<u8>) -> PyResult {
        match native_class::<Array>() {
            Some(class) => Ok(Array::make(class, self.code.get(), data)),
            None => raise!(SystemError, "array is not initialised"),
        }
    }
    fn len(&self) -> usize {
        self.code.get().count(self.data.len.get())
    }
    fn item(&self, i: usize) -> Ref {
        let code = self.code.get();
        code.load(&self.data.borrow()[i * code.size..(i + 1) * code.size])
    }
    fn items(&self) -> Vec<Ref> {
        (0..self.len()).map(|i| self.item(i)).collect()
    }
    /// Change the vector's length or contents.
    fn resize_with<T>(&self, f: impl FnOnce(&mut Vec<u8>) -> T) -> PyResult<T> {
        if self.exports.get() > 0 {
            return raise!(BufferError, "cannot resize an array that is exporting buffers");
        }
        Ok(f(&mut self.data.borrow_mut()))
    }
    /// Append items in their binary form.
    fn add(&self, bytes: &[u8]) -> PyResult<()> {
        self.resize_with(|d| {
            taipan_runtime::memory::make_room(d, bytes.len())?;
            d.extend_from_slice(bytes);
            Ok(())
        })?
    }
    fn push(&self, v: Value) -> PyResult<()> {
        let bytes = self.code.get().store(v)?;
        self.add(&bytes)
    }
    /// Add the items of an array of the same type, or of an iterable.
    fn extend_from(&self, v: Value) -> PyResult<()> {
        if let Some(other) = v.downcast::<Array>() {
            if other.code.get() != self.code.get() {
                return raise!(TypeError, "can only extend with array of same kind");
            }
            let data = other.data.borrow().to_vec();
            return self.add(&data);
        }
        taipan_runtime::protocol::iter::for_each(v, |item| self.push(*item))
    }
}

/// This module defines an object type which can efficiently represent
/// an array of basic values: characters, integers, floating-point
/// numbers.  Arrays are sequence types and behave very much like lists,
/// except that the type of objects stored in them is constrained.
#[taipan_runtime::pymodule(name = "array")]
mod module {
    use super::*;
    use taipan_runtime::native::new_class;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::bytes::Bytes;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::type_object::flags::{BASETYPE, HAS_WEAKREF, SEQUENCE};

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        let install = |c: P<TypeObject>| {
            c.weakref_offset.set(offset_of!(Array, weakrefs) as u32);
            // Plain arrays are told by their kind, as builtins are.
            c.instance_id.set(Kind::Array as u32);
            Array::install(c);
            taipan_runtime::buffer::set_exporter(c, export);
        };
        let flags = BASETYPE | HAS_WEAKREF | SEQUENCE;
        let class = new_class::<Array>("array", "array", types().object, flags, install);
        m.set("array", class.value());
        m.set("ArrayType", class.value());
        m.set("typecodes", *Ref::from(code::LETTERS));
        Ok(())
    }

    /// Internal. Used for pickling support.
    #[pyfunction("(arraytype, typecode, mformat_code, items, /)")]
    fn _array_reconstructor(
        class: P<TypeObject>,
        typecode: Value,
        mformat: i64,
        items: P<Bytes>,
    ) -> PyResult {
        let code = Code::of(typecode)?;
        let data = code::from_machine_format(code, mformat, items.as_slice())?;
        Ok(Array::make(class, code, data))
    }
}
