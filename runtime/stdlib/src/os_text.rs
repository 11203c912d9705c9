//! Text of the operating system: file names, arguments, environment. The file system encoding is UTF-8 with the
//! `surrogateescape` error handler: a byte that is no UTF-8 becomes the lone surrogate U+DC00 + byte, and back.

use std::ffi::{CString, OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use taipan_runtime::error::PyResult;
use taipan_runtime::object::Ref;
use taipan_runtime::types::str::{self, Str};
use taipan_runtime::{raise, types};

/// The text of the system's bytes.
pub fn fs_decode(bytes: &[u8]) -> Ref {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return str::new(text).erase();
    }
    let mut chars = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        chars.extend(chunk.valid().chars().map(u32::from));
        chars.extend(chunk.invalid().iter().map(|&b| 0xdc00 + u32::from(b)));
    }
    str::from_chars(&chars).erase()
}

/// The same for an `OsStr`.
pub fn fs_decode_os(text: &OsStr) -> Ref {
    fs_decode(text.as_bytes())
}

/// The system's bytes of a text.
pub fn fs_encode(s: &Str) -> PyResult<Vec<u8>> {
    if let Some(text) = s.as_ascii() {
        return Ok(text.as_bytes().to_vec());
    }
    let mut out = Vec::with_capacity(s.len());
    for (i, c) in s.chars().iter().enumerate() {
        match char::from_u32(c) {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None if (0xdc80..=0xdcff).contains(&c) => out.push((c - 0xdc00) as u8),
            None => {
                let copy: Vec<u32> = s.chars().iter().collect();
                let object = str::from_chars(&copy).erase();
                return types::exception::unicode::raise_encode(
                    "utf-8",
                    *object,
                    i,
                    i + 1,
                    "surrogates not allowed",
                );
            }
        }
    }
    Ok(out)
}

/// The same as an `OsString`.
pub fn fs_encode_os(s: &Str) -> PyResult<OsString> {
    fs_encode(s).map(OsString::from_vec)
}

/// Bytes as a C string; null bytes raise `ValueError`.
pub fn c_string(bytes: Vec<u8>) -> PyResult<CString> {
    match CString::new(bytes) {
        Ok(s) => Ok(s),
        Err(_) => raise!(ValueError, "embedded null byte"),
    }
}
