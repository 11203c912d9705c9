//! `Struct` and the operations that it shares with the module's functions.

use super::format::{Format, fail};
use super::{format, items, with_format};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use taipan_runtime::buffer::{Buffer, Contents};
use taipan_runtime::error::PyResult;
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::slots::Args;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{bytes, str};
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, raise};

/// Are there as many values as the format wants?
pub fn check_count(f: &Format, given: usize, what: &str) -> PyResult<()> {
    if f.values == given {
        return Ok(());
    }
    fail(&format!("{what} expected {} items for packing (got {given})", f.values))
}

/// The tuple of the values in a buffer of exactly the format's size.
pub fn unpack(f: &Format, buffer: Value) -> PyResult {
    let data = Contents::require(buffer)?;
    if data.len() != f.size {
        return fail(&format!("unpack requires a buffer of {} bytes", f.size));
    }
    Ok(items::unpack(f, &data).erase())
}

/// The tuple of the values at an offset.
pub fn unpack_from(f: &Format, buffer: Value, offset: isize) -> PyResult {
    let data = Contents::require(buffer)?;
    let (len, size) = (data.len() as isize, f.size as isize);
    let mut at = offset;
    if offset < 0 {
        if offset + size > 0 {
            return fail(&format!("not enough data to unpack {size} bytes at offset {offset}"));
        }
        if offset + len < 0 {
            return fail(&format!("offset {offset} out of range for {len}-byte buffer"));
        }
        at += len;
    }
    if len - at < size {
        return fail(&format!(
            "unpack_from requires a buffer of at least {} bytes for unpacking {size} bytes at offset {at} (actual \
             buffer size is {len})",
            size as usize + at as usize
        ));
    }
    Ok(items::unpack(f, &data[at as usize..(at + size) as usize]).erase())
}

/// `pack_into(buffer, offset, v1, …)`
pub fn pack_into(f: &Format, args: &[Value]) -> PyResult<()> {
    let &[buffer, ref rest @ ..] = args else { return fail("pack_into expected buffer argument") };
    let &[offset, ref values @ ..] = rest else { return fail("pack_into expected offset argument") };
    check_count(f, values.len(), "pack_into")?;
    let data = Buffer::require_writable(buffer, "argument")?;
    let offset =
        taipan_runtime::protocol::index::index_size(offset, taipan_runtime::error::Exc::IndexError)? as isize;
    let (len, size) = (data.nbytes() as isize, f.size as isize);
    let mut at = offset;
    if offset < 0 {
        if offset + size > 0 {
            return fail(&format!("no space to pack {size} bytes at offset {offset}"));
        }
        if offset + len < 0 {
            return fail(&format!("offset {offset} out of range for {len}-byte buffer"));
        }
        at += len;
    }
    if len - at < size {
        return fail(&format!(
            "pack_into requires a buffer of at least {} bytes for packing {size} bytes at offset {at} (actual buffer \
             size is {len})",
            size as usize + at as usize
        ));
    }
    items::pack(f, values, |packed| {
        data.with_bytes_mut(|b| b[at as usize..(at + size) as usize].copy_from_slice(packed));
    })
}

/// An iterator over the tuples in a buffer.
pub fn iter_unpack(f: Rc<Format>, buffer: Value) -> PyResult {
    let Some(class) = native_class::<UnpackIter>() else {
        return raise!(SystemError, "_struct is not initialised");
    };
    if f.size == 0 {
        return fail("cannot iteratively unpack with a struct of length 0");
    }
    let data = Contents::require(buffer)?;
    if data.len() % f.size != 0 {
        return fail(&format!("iterative unpacking requires a buffer of a multiple of {} bytes", f.size));
    }
    let it =
        UnpackIter { head: Header::new(class), format: f, data: RefCell::new(Some(data)), at: Cell::new(0) };
    Ok(alloc_in(class, it).erase())
}

/// What `iter_unpack` returns.
#[repr(C)]
pub struct UnpackIter {
    head: Header,
    format: Rc<Format>,
    data: RefCell<Option<Contents>>,
    at: Cell<usize>,
}
object_layout!(UnpackIter, Kind::Native, leaf);

#[taipan_runtime::pymethods]
impl UnpackIter {
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<UnpackIter>) -> PyResult<Option<Ref>> {
        let (at, size) = (this.at.get(), this.format.size);
        let values = this.data.borrow().as_ref().and_then(|data| {
            let bytes = data.get(at..at + size)?;
            Some(items::unpack(&this.format, bytes).erase())
        });
        match values {
            Some(_) => this.at.set(at + size),
            None => drop(this.data.take()),
        }
        Ok(values)
    }
    /// Private method returning an estimate of len(list(it)).
    #[method("(self, /)", name = "__length_hint__")]
    fn length_hint(this: P<UnpackIter>) -> usize {
        let total = this.data.borrow().as_ref().map_or(0, |data| data.len());
        total.saturating_sub(this.at.get()) / this.format.size
    }
}

/// `struct.Struct`
#[repr(C)]
pub struct Struct {
    head: Header,
    format: RefCell<Option<(Rc<Format>, String)>>,
}
object_layout!(Struct, Kind::Native, leaf);

impl Struct {
    fn compiled(&self) -> PyResult<Rc<Format>> {
        match &*self.format.borrow() {
            Some((f, _)) => Ok(f.clone()),
            None => raise!(RuntimeError, "Struct object is not initialized"),
        }
    }
}

#[taipan_runtime::pymethods]
impl Struct {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let _ = args;
        Ok(alloc_in(class, Struct { head: Header::new(class), format: RefCell::new(None) }).erase())
    }
    #[slot(init)]
    fn init(this: P<Struct>, args: Args<'_>) -> PyResult<()> {
        let format = match (args.pos(), args.names) {
            (&[f], []) => f,
            ([], &[name]) if name.as_str().is_some_and(|s| s.is_str("format")) => args.values[0],
            ([], []) => return raise!(TypeError, "Struct() missing required argument 'format' (pos 1)"),
            _ => return raise!(TypeError, "Struct() takes exactly 1 argument ({} given)", args.values.len()),
        };
        let parsed = with_format(format, "Struct()", |b| {
            Ok((Rc::new(format::parse(b)?), b.iter().map(|&b| b as char).collect()))
        })?;
        this.format.replace(Some(parsed));
        Ok(())
    }
    #[slot(repr)]
    fn repr(this: P<Struct>) -> PyResult {
        this.compiled()?;
        let name = this.head.class.get().name();
        let text = str::new(this.format.borrow().as_ref().map_or("", |(_, t)| t.as_str()));
        let shown = taipan_runtime::protocol::repr::repr_text(text.p().value())?;
        Ok(str::new(&format!("{name}({shown})")).erase())
    }
    /// S.pack(v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing values v1, v2, ... packed according
    /// to the format string S.format.  See help(struct) for more on format
    /// strings.
    #[method("(self, /, *args)")]
    fn pack(this: P<Struct>, args: &[Value]) -> PyResult {
        let f = this.compiled()?;
        check_count(&f, args.len(), "pack")?;
        items::pack(&f, args, |packed| bytes::new(packed).erase())
    }
    /// S.pack_into(buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string S.format
    /// and write the packed bytes into the writable buffer buf starting at
    /// offset.  Note that the offset is a required argument.  See
    /// help(struct) for more on format strings.
    #[method("(self, /, *args)")]
    fn pack_into(this: P<Struct>, args: &[Value]) -> PyResult<()> {
        pack_into(&*this.compiled()?, args)
    }
    /// Return a tuple containing unpacked values.
    ///
    /// Unpack according to the format string Struct.format. The buffer's size
    /// in bytes must be Struct.size.
    ///
    /// See help(struct) for more on format strings.
    #[method("(self, buffer, /)")]
    fn unpack(this: P<Struct>, buffer: Value) -> PyResult {
        unpack(&*this.compiled()?, buffer)
    }
    /// Return a tuple containing unpacked values.
    ///
    /// Values are unpacked according to the format string Struct.format.
    ///
    /// The buffer's size in bytes, starting at position offset, must be
    /// at least Struct.size.
    ///
    /// See help(struct) for more on format strings.
    #[method("(self, buffer, offset=0)")]
    fn unpack_from(this: P<Struct>, buffer: Value, offset: isize) -> PyResult {
        unpack_from(&*this.compiled()?, buffer, offset)
    }
    /// Return an iterator yielding tuples.
    ///
    /// Tuples are unpacked from the given bytes source, like a repeated
    /// invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the struct size.
    #[method("(self, buffer, /)")]
    fn iter_unpack(this: P<Struct>, buffer: Value) -> PyResult {
        iter_unpack(this.compiled()?, buffer)
    }
    /// struct format string
    #[getter]
    fn format(this: P<Struct>) -> PyResult {
        this.compiled()?;
        Ok(str::new(this.format.borrow().as_ref().map_or("", |(_, t)| t.as_str())).erase())
    }
    /// struct size in bytes
    #[getter]
    fn size(this: P<Struct>) -> PyResult<usize> {
        Ok(this.compiled()?.size)
    }
}
