//! `marshal`: serialising the types of constants.

mod read;
mod write;

pub use module::MODULE;

/// This module contains functions that can read and write Python values in a binary format, specific to Python but
/// independent of machine architecture issues.
#[taipan_runtime::pymodule(name = "marshal")]
mod module {
    use crate::buffer::bytes_of;
    use taipan_runtime::error::PyResult;
    use taipan_runtime::object::Ref;
    use taipan_runtime::protocol::call::call_method_text;
    use taipan_runtime::types::bytes;
    use taipan_runtime::types::bytes::Bytes;
    use taipan_runtime::types::int;
    use taipan_runtime::value::Value;
    use taipan_runtime::{raise, types};

    /// Indicates the format that the module uses.
    #[pyattr(name = "version")]
    fn version() -> i64 {
        5
    }

    /// Return the bytes object that would be written to a file by dump(value, file).
    #[pyfunction("(value, version=5, /, *, allow_code=True)")]
    fn dumps(value: Value, version: i32, allow_code: bool) -> PyResult {
        Ok(bytes::new(&super::write::dump(value, version, allow_code)?).erase())
    }

    /// Write the value on the open file.
    #[pyfunction("(value, file, version=5, /, *, allow_code=True)")]
    fn dump(value: Value, file: Value, version: i32, allow_code: bool) -> PyResult {
        let data = bytes::new(&super::write::dump(value, version, allow_code)?).erase();
        call_method_text(file, "write", &[*data])
    }

    /// Convert the bytes-like object to a value.
    #[pyfunction("(bytes, /, *, allow_code=True)")]
    fn loads(data: Value, allow_code: bool) -> PyResult {
        super::read::Reader::new(&bytes_of(data)?, allow_code).top().map(|(v, _)| v)
    }

    /// Read one value from the open file and return it.
    #[pyfunction("(file, /, *, allow_code=True)")]
    fn load(file: Value, allow_code: bool) -> PyResult {
        let data = call_method_text(file, "read", &[])?;
        let Some(all) = data.downcast::<Bytes>() else {
            return raise!(TypeError, "file.read() returned not bytes but {}", data.class().name());
        };
        let (value, used) = super::read::Reader::new(all.as_slice(), allow_code).top()?;
        let unread = all.as_slice().len() - used;
        if unread > 0 {
            let back: Ref = int::new(-(unread as i64));
            call_method_text(file, "seek", &[*back, *types::int::new(1)])?;
        }
        Ok(value)
    }
}
