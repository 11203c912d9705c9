//! Text of the operating system: file names, arguments, environment.

use std::ffi::{CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use taipan_runtime::codecs;
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::raise;
use taipan_runtime::types::str::Str;

/// The text of the system's bytes.
pub fn fs_decode(bytes: &[u8]) -> Ref {
    codecs::fs_decode(bytes).erase()
}

/// The same for an `OsStr`.
pub fn fs_decode_os(text: &OsStr) -> Ref {
    fs_decode(text.as_bytes())
}

/// The system's bytes of a text.
pub fn fs_encode(s: P<Str>) -> PyResult<Vec<u8>> {
    codecs::fs_encode(s)
}

/// Bytes as a C string; null bytes raise `ValueError`.
pub fn c_string(bytes: Vec<u8>) -> PyResult<CString> {
    match CString::new(bytes) {
        Ok(s) => Ok(s),
        Err(_) => raise!(ValueError, "embedded null byte"),
    }
}
