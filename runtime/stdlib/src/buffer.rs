//! Bytes-like arguments.

use taipan_runtime::error::PyResult;
use taipan_runtime::value::Value;

/// A copy of the bytes of a bytes-like object.
pub fn bytes_of(v: Value) -> PyResult<Vec<u8>> {
    taipan_runtime::types::bytes::to_vec(v)
}
