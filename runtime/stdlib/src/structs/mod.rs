//! `_struct`

mod format;
mod items;
mod object;

use format::Format;
use taipan_runtime::error::PyResult;
use taipan_runtime::raise;
use taipan_runtime::types::bytes::Bytes;
use taipan_runtime::value::Value;

pub use module::MODULE;

/// A format given as str or bytes.
fn format_of(v: Value, what: &str) -> PyResult<Format> {
    with_format(v, what, format::parse)
}

/// What `f` makes of the characters of a format.
fn with_format<R>(v: Value, what: &str, f: impl FnOnce(&[u8]) -> PyResult<R>) -> PyResult<R> {
    if let Some(b) = v.downcast::<Bytes>() {
        return f(b.as_slice());
    }
    let Some(s) = v.as_str() else {
        let got = v.class().name();
        return raise!(TypeError, "{what} argument 1 must be a str or bytes object, not {got}");
    };
    match s.as_ascii() {
        Some(text) => f(text.as_bytes()),
        None => {
            let at = s.chars().iter().position(|c| c >= 128).unwrap_or(0);
            let reason = "ordinal not in range(128)";
            taipan_runtime::types::exception::unicode::raise_encode("ascii", v, at, at + 1, reason)
        }
    }
}

/// Functions to convert between Python values and C structs.
/// Python bytes objects are used to hold the data representing the C struct
/// and also as format strings (explained below) to describe the layout of data
/// in the C struct.
#[taipan_runtime::pymodule(name = "_struct")]
mod module {
    use super::format::StructError;
    use super::object::{self, Struct, UnpackIter};
    use super::{format_of, items};
    use crate::construct::{add_class, add_exception, set_doc};
    use taipan_runtime::error::{Exc, PyResult};
    use taipan_runtime::native::new_class;
    use taipan_runtime::object::P;
    use taipan_runtime::raise;
    use taipan_runtime::runtime::{exception_class, types};
    use taipan_runtime::types::bytes;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::type_object::flags::{BASETYPE, HAS_WEAKREF, NO_NEW, TRAILING};
    use taipan_runtime::value::Value;

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        let class = add_class::<Struct>(
            m,
            "Struct",
            types().object,
            BASETYPE | HAS_WEAKREF | TRAILING,
            Struct::install,
        );
        set_doc(class, "Struct(fmt) --> compiled struct object");
        new_class::<UnpackIter>("_struct", "unpack_iterator", types().object, NO_NEW, UnpackIter::install);
        add_exception::<StructError>(m, "struct", "error", exception_class(Exc::Exception));
        Ok(())
    }

    /// Clear the internal cache.
    #[pyfunction("()")]
    fn _clearcache() {
        // Formats are parsed anew each time: that is faster than looking them up.
    }
    /// Return size in bytes of the struct described by the format string.
    #[pyfunction("(format, /)")]
    fn calcsize(format: Value) -> PyResult<usize> {
        Ok(format_of(format, "Struct()")?.size)
    }
    /// pack(format, v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing the values v1, v2, ... packed according
    /// to the format string.  See help(struct) for more on format strings.
    #[pyfunction("(*args)")]
    fn pack(args: &[Value]) -> PyResult {
        let &[format, ref values @ ..] = args else { return raise!(TypeError, "missing format argument") };
        let f = format_of(format, "Struct()")?;
        object::check_count(&f, values.len(), "pack")?;
        items::pack(&f, values, |packed| bytes::new(packed).erase())
    }
    /// pack_into(format, buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string and write
    /// the packed bytes into the writable buffer buf starting at offset.  Note
    /// that the offset is a required argument.  See help(struct) for more
    /// on format strings.
    #[pyfunction("(*args)")]
    fn pack_into(args: &[Value]) -> PyResult<()> {
        let &[format, ref rest @ ..] = args else { return raise!(TypeError, "missing format argument") };
        object::pack_into(&format_of(format, "Struct()")?, rest)
    }
    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size in bytes must be calcsize(format).
    ///
    /// See help(struct) for more on format strings.
    #[pyfunction("(format, buffer, /)")]
    fn unpack(format: Value, buffer: Value) -> PyResult {
        object::unpack(&format_of(format, "Struct()")?, buffer)
    }
    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size, minus offset, must be at least calcsize(format).
    ///
    /// See help(struct) for more on format strings.
    #[pyfunction("(format, /, buffer, offset=0)")]
    fn unpack_from(format: Value, buffer: Value, offset: isize) -> PyResult {
        object::unpack_from(&format_of(format, "Struct()")?, buffer, offset)
    }
    /// Return an iterator yielding tuples unpacked from the given bytes.
    ///
    /// The bytes are unpacked according to the format string, like
    /// a repeated invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the struct size.
    #[pyfunction("(format, buffer, /)")]
    fn iter_unpack(format: Value, buffer: Value) -> PyResult {
        object::iter_unpack(format_of(format, "Struct()")?.into(), buffer)
    }
}
