//! Path arguments: str, bytes, path-like objects, file descriptors.

use crate::os_text::{fs_decode, fs_encode};
use std::ffi::{CStr, CString};
use taipan_runtime::error::PyResult;
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::call::call_special;
use taipan_runtime::protocol::index;
use taipan_runtime::raise;
use taipan_runtime::types::bytes;
use taipan_runtime::types::bytes::Bytes;
use taipan_runtime::value::Value;

/// `os.fspath(path)`
pub fn fspath(v: Value) -> PyResult {
    if v.as_str().is_some() || v.downcast::<Bytes>().is_some() {
        return Ok(v.own());
    }
    match call_special(v, taipan_runtime::names::names().__fspath__, &[]) {
        None => raise!(TypeError, "expected str, bytes or os.PathLike object, not {}", v.class().name()),
        Some(result) => {
            let path = result?;
            if path.as_str().is_some() || path.downcast::<Bytes>().is_some() {
                return Ok(path);
            }
            raise!(
                TypeError,
                "expected {}.__fspath__() to return str or bytes, not {}",
                v.class().name(),
                path.class().name()
            )
        }
    }
}

/// A path argument.
pub struct PathArg {
    text: CString,
    /// The descriptor, if it is one.
    pub fd: Option<i32>,
    /// Was it bytes (then names in results are bytes too)?
    pub is_bytes: bool,
    /// What it was: for error messages.
    pub original: Ref,
}

impl PathArg {
    /// Convert an argument of `function`; with `allow_fd`, ints are descriptors.
    pub fn of(v: Value, function: &str, allow_fd: bool) -> PyResult<PathArg> {
        if allow_fd && v.as_str().is_none() && index::has_index(v) {
            let fd = index::to_i32(v)?;
            return Ok(PathArg {
                text: CString::default(),
                fd: Some(fd),
                is_bytes: false,
                original: v.own(),
            });
        }
        let known = v.as_str().is_some() || v.downcast::<Bytes>().is_some();
        let has_fspath = known
            || taipan_runtime::protocol::type_attr::lookup(
                v.class(),
                taipan_runtime::names::names().__fspath__,
            )
            .is_some();
        if !has_fspath {
            let kinds = if allow_fd {
                "string, bytes, os.PathLike or integer"
            } else {
                "string, bytes or os.PathLike"
            };
            return raise!(TypeError, "{function}: path should be {kinds}, not {}", v.class().name());
        }
        let path = fspath(v)?;
        let (data, is_bytes) = match path.as_str() {
            Some(s) => (fs_encode(s)?, false),
            None => (crate::buffer::bytes_of(*path)?, true),
        };
        match CString::new(data) {
            Ok(text) => Ok(PathArg { text, fd: None, is_bytes, original: v.own() }),
            Err(_) => raise!(
                ValueError,
                "{}embedded null {}",
                if function == "open" { String::new() } else { format!("{function}: ") },
                if is_bytes { "byte" } else { "character in path" }
            )
            .or_else(|raised| {
                if function == "open" && !is_bytes {
                    drop(taipan_runtime::error::take());
                    return raise!(ValueError, "embedded null character");
                }
                Err(raised)
            }),
        }
    }
    /// As a C string.
    pub fn c_string(&self) -> &CStr {
        &self.text
    }
    /// A name in a result, of the argument's kind.
    pub fn result(&self, name: &[u8]) -> Ref {
        if self.is_bytes { bytes::new(name).erase() } else { fs_decode(name) }
    }
}

/// A `dir_fd` argument.
pub fn dir_fd(v: Option<Value>) -> PyResult<i32> {
    match v.filter(|v| !v.is_none()) {
        None => Ok(libc::AT_FDCWD),
        Some(v) if index::has_index(v) => index::to_i32(v),
        Some(v) => raise!(TypeError, "argument should be integer or None, not {}", v.class().name()),
    }
}
