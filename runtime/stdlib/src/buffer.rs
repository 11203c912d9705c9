//! Bytes-like arguments.

use taipan_runtime::error::PyResult;
use taipan_runtime::types::bytes::buffer;
use taipan_runtime::value::Value;

/// A copy of the bytes of a bytes-like object.
pub fn bytes_of(v: Value) -> PyResult<Vec<u8>> {
    match buffer(v) {
        Some(data) => data,
        None => {
            taipan_runtime::raise!(TypeError, "a bytes-like object is required, not '{}'", v.class().name())
        }
    }
}
