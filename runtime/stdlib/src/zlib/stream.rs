//! A (de)compression stream of the zlib library, as a safe type.
//!
//! # Invariants
//! - The library's struct does not move (it is boxed) and is ended once, by `Drop`, with the function for its kind.
//! - The pointers in it are set from live slices before each call and not used after it.

use libz_rs_sys as z;
use std::mem::size_of;

/// What a stream does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Deflate,
    Inflate,
}

/// A stream.
pub struct Stream {
    raw: Box<z::z_stream>,
    kind: Kind,
}

/// A code of the library: `Z_OK`, `Z_STREAM_END`, …
pub type Code = i32;

fn version() -> *const std::ffi::c_char {
    // The library checks the major version and the size of the struct.
    z::zlibVersion()
}

impl Stream {
    pub fn deflate(level: i32, method: i32, wbits: i32, memory: i32, strategy: i32) -> Result<Stream, Code> {
        let mut raw = Box::new(z::z_stream::default());
        let size = size_of::<z::z_stream>() as i32;
        // SAFETY: a fresh stream; the version is the library's own.
        let code = unsafe {
            z::deflateInit2_(&raw mut *raw, level, method, wbits, memory, strategy, version(), size)
        };
        if code == z::Z_OK { Ok(Stream { raw, kind: Kind::Deflate }) } else { Err(code) }
    }
    pub fn inflate(wbits: i32) -> Result<Stream, Code> {
        let mut raw = Box::new(z::z_stream::default());
        let size = size_of::<z::z_stream>() as i32;
        // SAFETY: as above.
        let code = unsafe { z::inflateInit2_(&raw mut *raw, wbits, version(), size) };
        if code == z::Z_OK { Ok(Stream { raw, kind: Kind::Inflate }) } else { Err(code) }
    }
    /// Go on with some input and room for `room` bytes behind `out`; how much input was used, and the code.
    pub fn step(&mut self, input: &[u8], out: &mut Vec<u8>, room: usize, flush: i32) -> (usize, Code) {
        let given = input.len().min(u32::MAX as usize);
        let start = out.len();
        out.resize(start + room, 0);
        self.raw.next_in = input.as_ptr();
        self.raw.avail_in = given as u32;
        self.raw.next_out = out[start..].as_mut_ptr();
        self.raw.avail_out = room as u32;
        // SAFETY: the pointers are of live slices of these lengths.
        let code = unsafe {
            match self.kind {
                Kind::Deflate => z::deflate(&raw mut *self.raw, flush),
                Kind::Inflate => z::inflate(&raw mut *self.raw, flush),
            }
        };
        out.truncate(start + room - self.raw.avail_out as usize);
        (given - self.raw.avail_in as usize, code)
    }
    pub fn set_dictionary(&mut self, data: &[u8]) -> Code {
        let (p, n) = (data.as_ptr(), data.len() as u32);
        // SAFETY: a live slice.
        unsafe {
            match self.kind {
                Kind::Deflate => z::deflateSetDictionary(&raw mut *self.raw, p, n),
                Kind::Inflate => z::inflateSetDictionary(&raw mut *self.raw, p, n),
            }
        }
    }
    pub fn copy(&mut self) -> Result<Stream, Code> {
        let mut raw = Box::new(z::z_stream::default());
        // SAFETY: the source is initialised, the target fresh.
        let code = unsafe {
            match self.kind {
                Kind::Deflate => z::deflateCopy(&raw mut *raw, &raw mut *self.raw),
                Kind::Inflate => z::inflateCopy(&raw mut *raw, &raw const *self.raw),
            }
        };
        if code == z::Z_OK { Ok(Stream { raw, kind: self.kind }) } else { Err(code) }
    }
    /// The library's words for the last error.
    pub fn message(&self) -> Option<String> {
        if self.raw.msg.is_null() {
            return None;
        }
        // SAFETY: a static C string of the library.
        Some(unsafe { std::ffi::CStr::from_ptr(self.raw.msg) }.to_string_lossy().into_owned())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: initialised, and ended only here; what it returns only says that data was left.
        let _code = unsafe {
            match self.kind {
                Kind::Deflate => z::deflateEnd(&raw mut *self.raw),
                Kind::Inflate => z::inflateEnd(&raw mut *self.raw),
            }
        };
    }
}

/// Adler-32 of data that continues what gave `start`.
pub fn adler32(start: u32, data: &[u8]) -> u32 {
    // SAFETY: a live slice.
    unsafe { z::adler32_z(start.into(), data.as_ptr(), data.len()) as u32 }
}

/// CRC-32 of data that continues what gave `start`.
pub fn crc32(start: u32, data: &[u8]) -> u32 {
    // SAFETY: a live slice.
    unsafe { z::crc32_z(start.into(), data.as_ptr(), data.len()) as u32 }
}
