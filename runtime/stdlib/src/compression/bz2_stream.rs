//! A stream of the bzip2 library, as a safe type.
//!
//! # Invariants
//! - The library's struct does not move (it is boxed) and is ended once, by `Drop`, with the function for its kind.
//! - The pointers in it are set from live slices before each call and not used after it.

use super::Coder;
use libbz2_rs_sys as bz;
use taipan_runtime::error::PyResult;
use taipan_runtime::raise;

/// A stream that compresses or decompresses.
pub struct Stream {
    raw: Box<bz::bz_stream>,
    compresses: bool,
    /// What the library is to do with the input (when compressing).
    action: i32,
    /// A decompressor does not go on after an error: its state may be inconsistent.
    failed: bool,
}

impl Stream {
    /// A compressor; `level` is from 1 to 9.
    pub fn compress(level: i32) -> PyResult<Stream> {
        let mut raw = Box::new(fresh());
        // SAFETY: a fresh stream.
        check(unsafe { bz::BZ2_bzCompressInit(&raw mut *raw, level, 0, 0) })?;
        Ok(Stream { raw, compresses: true, action: bz::BZ_RUN, failed: false })
    }
    pub fn decompress() -> PyResult<Stream> {
        let mut raw = Box::new(fresh());
        // SAFETY: a fresh stream.
        check(unsafe { bz::BZ2_bzDecompressInit(&raw mut *raw, 0, 0) })?;
        Ok(Stream { raw, compresses: false, action: bz::BZ_RUN, failed: false })
    }
    /// No more input comes.
    pub fn finish(&mut self) {
        self.action = bz::BZ_FINISH;
    }
}

fn fresh() -> bz::bz_stream {
    bz::bz_stream {
        next_in: std::ptr::null(),
        avail_in: 0,
        total_in_lo32: 0,
        total_in_hi32: 0,
        next_out: std::ptr::null_mut(),
        avail_out: 0,
        total_out_lo32: 0,
        total_out_hi32: 0,
        state: std::ptr::null_mut(),
        bzalloc: None,
        bzfree: None,
        opaque: std::ptr::null_mut(),
    }
}

impl Coder for Stream {
    const BREAKS: bool = true;

    fn step(&mut self, input: &[u8], out: &mut Vec<u8>, room: usize) -> PyResult<(usize, bool)> {
        let given = input.len().min(u32::MAX as usize);
        if given == 0 && self.action == bz::BZ_RUN && self.compresses {
            // The library takes it for a mistake.
            return Ok((0, false));
        }
        if self.failed {
            return raise!(ValueError, "Decompressor is unusable after a previous error");
        }
        let (start, room) = (out.len(), room.min(u32::MAX as usize));
        out.resize(start + room, 0);
        self.raw.next_in = input.as_ptr().cast();
        self.raw.avail_in = given as u32;
        self.raw.next_out = out[start..].as_mut_ptr().cast();
        self.raw.avail_out = room as u32;
        // SAFETY: the pointers are of live slices of these lengths.
        let code = unsafe {
            match self.compresses {
                true => bz::BZ2_bzCompress(&raw mut *self.raw, self.action),
                false => bz::BZ2_bzDecompress(&raw mut *self.raw),
            }
        };
        out.truncate(start + room - self.raw.avail_out as usize);
        check(code).inspect_err(|_| self.failed = !self.compresses)?;
        Ok((given - self.raw.avail_in as usize, code == bz::BZ_STREAM_END))
    }
}

fn check(code: i32) -> PyResult<()> {
    match code {
        bz::BZ_OK | bz::BZ_RUN_OK | bz::BZ_FLUSH_OK | bz::BZ_FINISH_OK | bz::BZ_STREAM_END => Ok(()),
        bz::BZ_PARAM_ERROR => {
            raise!(ValueError, "Internal error - invalid parameters passed to libbzip2")
        }
        bz::BZ_MEM_ERROR => raise!(MemoryError),
        bz::BZ_DATA_ERROR | bz::BZ_DATA_ERROR_MAGIC => raise!(OSError, "Invalid data stream"),
        bz::BZ_IO_ERROR => raise!(OSError, "Unknown I/O error"),
        bz::BZ_UNEXPECTED_EOF => {
            raise!(EOFError, "Compressed file ended before the logical end-of-stream was detected")
        }
        bz::BZ_SEQUENCE_ERROR => {
            raise!(RuntimeError, "Internal error - Invalid sequence of commands sent to libbzip2")
        }
        _ => raise!(OSError, "Unrecognized error from libbzip2: {code}"),
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: initialised by the constructor of its kind.
        unsafe {
            match self.compresses {
                true => bz::BZ2_bzCompressEnd(&raw mut *self.raw),
                false => bz::BZ2_bzDecompressEnd(&raw mut *self.raw),
            };
        }
    }
}
