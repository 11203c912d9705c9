//! `zlib`

mod objects;
#[allow(unsafe_code, reason = "the C interface of the compression library")]
mod stream;

pub use module::MODULE;
pub use stream::crc32;

use crate::construct::raise_own;
use libz_rs_sys as z;
use stream::Stream;
use taipan_runtime::error::PyResult;
use taipan_runtime::raise;

/// Marks `zlib.error`.
pub struct ZlibError;

/// Output space of one step.
const BUFFER: usize = 16 << 10;

/// Raise `zlib.error` for a code of the library.
fn failure<T>(code: stream::Code, message: Option<String>, what: &str) -> PyResult<T> {
    let message = match code {
        z::Z_VERSION_ERROR => Some("library version mismatch".to_owned()),
        z::Z_BUF_ERROR => Some("incomplete or truncated stream".to_owned()),
        z::Z_STREAM_ERROR => message.or(Some("inconsistent stream state".to_owned())),
        z::Z_DATA_ERROR => message.or(Some("invalid input data".to_owned())),
        _ => message,
    };
    match message {
        Some(text) => raise_own::<ZlibError, T>(&format!("Error {code} {what}: {text}")),
        None => raise_own::<ZlibError, T>(&format!("Error {code} {what}")),
    }
}

/// A stream that decompresses; a raw stream gets its dictionary at once.
fn inflater(wbits: i32, dictionary: &[u8]) -> PyResult<Stream> {
    let mut stream = match Stream::inflate(wbits) {
        Ok(stream) => stream,
        Err(z::Z_STREAM_ERROR) => return raise!(ValueError, "Invalid initialization option"),
        Err(code) => return failure(code, None, "while creating decompression object"),
    };
    if !dictionary.is_empty() && wbits < 0 && stream.set_dictionary(dictionary) != z::Z_OK {
        return raise_own::<ZlibError, Stream>("Invalid dictionary");
    }
    Ok(stream)
}

/// Decompress input until it is used up, the stream ends, or `limit` bytes have come: how much was used, and the
/// last code.
fn inflate_all(
    stream: &mut Stream,
    input: &[u8],
    out: &mut Vec<u8>,
    limit: usize,
    flush: i32,
    dictionary: &[u8],
) -> (usize, stream::Code) {
    let mut at = 0;
    loop {
        let room = (limit - out.len()).min(BUFFER.max(out.len()));
        let before = out.len();
        let (used, mut code) = stream.step(&input[at..], out, room, flush);
        at += used;
        if code == z::Z_NEED_DICT && !dictionary.is_empty() {
            code = stream.set_dictionary(dictionary);
            if code == z::Z_OK {
                continue;
            }
        }
        let goes_on = (code == z::Z_OK || code == z::Z_BUF_ERROR) && out.len() < limit;
        // Room was left: there is no more output for the input there is.
        if !goes_on || out.len() - before < room && (at == input.len() || used == 0) {
            return (at, code);
        }
    }
}

/// The functions in this module allow compression and decompression using the
/// zlib library, which is based on GNU zip.
///
/// adler32(string[, start]) -- Compute an Adler-32 checksum.
/// compress(data[, level]) -- Compress data, with compression level 0-9 or -1.
/// compressobj([level[, ...]]) -- Return a compressor object.
/// crc32(string[, start]) -- Compute a CRC-32 checksum.
/// decompress(string,[wbits],[bufsize]) -- Decompresses a compressed string.
/// decompressobj([wbits[, zdict]]) -- Return a decompressor object.
///
/// 'wbits' is window buffer size and container format.
/// Compressor objects support compress() and flush() methods; decompressor
/// objects support decompress() and flush().
#[taipan_runtime::pymodule(name = "zlib")]
mod module {
    use super::objects::{Compress, Decompress, Decompressor};
    use super::*;
    use crate::buffer::bytes_of;
    use crate::construct::{add_class, add_exception};
    use taipan_runtime::buffer::Contents;
    use taipan_runtime::error::Exc;
    use taipan_runtime::native::new_class;
    use taipan_runtime::object::{P, Ref};
    use taipan_runtime::protocol::index::index;
    use taipan_runtime::runtime::{exception_class, types};
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::type_object::flags::NO_NEW;
    use taipan_runtime::types::{bytes, int};
    use taipan_runtime::value::Value;

    #[init]
    fn contents(m: P<Module>) -> PyResult<()> {
        add_exception::<ZlibError>(m, "zlib", "error", exception_class(Exc::Exception));
        let object = types().object;
        new_class::<Compress>("zlib", "Compress", object, NO_NEW, Compress::install);
        new_class::<Decompress>("zlib", "Decompress", object, NO_NEW, Decompress::install);
        add_class::<Decompressor>(m, "_ZlibDecompressor", object, 0, Decompressor::install);
        let numbers = [
            ("MAX_WBITS", 15),
            ("DEFLATED", z::Z_DEFLATED),
            ("DEF_MEM_LEVEL", 8),
            ("DEF_BUF_SIZE", BUFFER as i32),
            ("Z_BEST_SPEED", z::Z_BEST_SPEED),
            ("Z_BEST_COMPRESSION", z::Z_BEST_COMPRESSION),
            ("Z_DEFAULT_COMPRESSION", z::Z_DEFAULT_COMPRESSION),
            ("Z_NO_COMPRESSION", z::Z_NO_COMPRESSION),
            ("Z_DEFAULT_STRATEGY", z::Z_DEFAULT_STRATEGY),
            ("Z_FILTERED", z::Z_FILTERED),
            ("Z_HUFFMAN_ONLY", z::Z_HUFFMAN_ONLY),
            ("Z_RLE", z::Z_RLE),
            ("Z_FIXED", z::Z_FIXED),
            ("Z_NO_FLUSH", z::Z_NO_FLUSH),
            ("Z_PARTIAL_FLUSH", z::Z_PARTIAL_FLUSH),
            ("Z_SYNC_FLUSH", z::Z_SYNC_FLUSH),
            ("Z_FULL_FLUSH", z::Z_FULL_FLUSH),
            ("Z_FINISH", z::Z_FINISH),
            ("Z_BLOCK", z::Z_BLOCK),
            ("Z_TREES", z::Z_TREES),
        ];
        for (name, value) in numbers {
            m.set(name, *int::new(value.into()));
        }
        m.set("ZLIB_VERSION", *Ref::from("1.3.1"));
        m.set("ZLIB_RUNTIME_VERSION", *Ref::from("1.3.1"));
        Ok(())
    }

    fn low_bits(v: Option<Value>, default: u32) -> PyResult<u32> {
        let Some(v) = v else { return Ok(default) };
        let mask = int::new(0xffff_ffff);
        let low = taipan_runtime::protocol::number::and(*index(v)?, *mask)?;
        Ok(low.as_i64().unwrap_or(0) as u32)
    }

    /// Compute an Adler-32 checksum of data.
    #[pyfunction("(data, value=1, /)")]
    fn adler32(data: Value, value: Option<Value>) -> PyResult<u32> {
        Ok(stream::adler32(low_bits(value, 1)?, &Contents::require(data)?))
    }
    /// Compute a CRC-32 checksum of data.
    #[pyfunction("(data, value=0, /)")]
    fn crc32(data: Value, value: Option<Value>) -> PyResult<u32> {
        Ok(stream::crc32(low_bits(value, 0)?, &Contents::require(data)?))
    }
    /// Returns a bytes object containing compressed data.
    #[pyfunction("(data, /, level=-1, wbits=15)")]
    fn compress(data: Value, level: Option<i32>, wbits: Option<i32>) -> PyResult {
        let input = bytes_of(data)?;
        let opened = Stream::deflate(level.unwrap_or(-1), z::Z_DEFLATED, wbits.unwrap_or(15), 8, 0);
        let Ok(mut stream) = opened else {
            return raise_own::<ZlibError, Ref>("Bad compression level");
        };
        let (mut out, mut at) = (Vec::new(), 0);
        loop {
            let (used, code) = stream.step(&input[at..], &mut out, BUFFER.max(input.len() / 2), z::Z_FINISH);
            at += used;
            match code {
                z::Z_STREAM_END => return Ok(bytes::new(&out).erase()),
                z::Z_OK | z::Z_BUF_ERROR => {}
                _ => return failure(code, stream.message(), "while compressing data"),
            }
        }
    }
    /// Returns a bytes object containing the uncompressed data.
    #[pyfunction("(data, /, wbits=15, bufsize=16384)")]
    fn decompress(data: Value, wbits: Option<i32>, bufsize: Option<i64>) -> PyResult {
        let input = bytes_of(data)?;
        if bufsize.is_some_and(|n| n <= 0) {
            return raise!(ValueError, "bufsize must be greater than 0");
        }
        let mut stream = match Stream::inflate(wbits.unwrap_or(15)) {
            Ok(stream) => stream,
            Err(code) => return failure(code, None, "while preparing to decompress data"),
        };
        let mut out = Vec::new();
        match inflate_all(&mut stream, &input, &mut out, usize::MAX, z::Z_SYNC_FLUSH, &[]) {
            (_, z::Z_STREAM_END) => Ok(bytes::new(&out).erase()),
            (_, z::Z_OK) => failure(z::Z_BUF_ERROR, None, "while decompressing data"),
            (_, code) => failure(code, stream.message(), "while decompressing data"),
        }
    }
    /// Return a compressor object.
    #[pyfunction("(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=None)")]
    fn compressobj(
        level: Option<i32>,
        method: Option<i32>,
        wbits: Option<i32>,
        memory: Option<i32>,
        strategy: Option<i32>,
        zdict: Option<Value>,
    ) -> PyResult {
        let dictionary = zdict.filter(|v| !v.is_none()).map(bytes_of).transpose()?;
        let opened = Stream::deflate(
            level.unwrap_or(-1),
            method.unwrap_or(z::Z_DEFLATED),
            wbits.unwrap_or(15),
            memory.unwrap_or(8),
            strategy.unwrap_or(0),
        );
        let mut stream = match opened {
            Ok(stream) => stream,
            Err(z::Z_STREAM_ERROR) => return raise!(ValueError, "Invalid initialization option"),
            Err(code) => return failure(code, None, "while creating compression object"),
        };
        if let Some(data) = dictionary
            && stream.set_dictionary(&data) != z::Z_OK
        {
            return raise!(ValueError, "Invalid dictionary");
        }
        Compress::make(stream)
    }
    /// Return a decompressor object.
    #[pyfunction("(wbits=15, zdict=b'')")]
    fn decompressobj(wbits: Option<i32>, zdict: Option<Value>) -> PyResult {
        let dictionary = zdict.map_or(Ok(Vec::new()), bytes_of)?;
        Decompress::make(inflater(wbits.unwrap_or(15), &dictionary)?, dictionary)
    }
}
