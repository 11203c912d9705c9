//! `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`: what every stream does, in terms of its own methods.

use super::{DEFAULT_BUFFER_SIZE, unsupported};
use std::cell::Cell;
use taipan_runtime::buffer::Buffer;
use taipan_runtime::error::{PyResult, Raised, take, zeroed};
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::protocol::attr::{getattr_opt, getattr_text};
use taipan_runtime::protocol::call::{call_method_text, call0, call1};
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::protocol::{index, iter, mapping};
use taipan_runtime::slots::Args;
use taipan_runtime::types::bytes::Bytes;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{bytearray, bytes, int, list, str};
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, raise};

/// A stream without anything of its own.
#[repr(C)]
pub struct IoBase {
    head: Header,
    closed: Cell<bool>,
}
object_layout!(IoBase, Kind::Native, leaf);

/// Is the stream's `closed` attribute true?
pub fn is_closed(stream: Value) -> PyResult<bool> {
    let closed = getattr_text(stream, "closed")?;
    truth(*closed)
}

/// `ValueError` for a closed stream.
pub fn check_open(stream: Value) -> PyResult<()> {
    if is_closed(stream)? { raise!(ValueError, "I/O operation on closed file.") } else { Ok(()) }
}

/// `UnsupportedOperation` unless `stream.<question>()` is true.
fn check_able(stream: Value, question: &str, message: &str) -> PyResult<()> {
    let answer = call_method_text(stream, question, &[])?;
    if answer.is(Value::bool(true)) { Ok(()) } else { unsupported(message) }
}

/// A `size` argument: `None` and absence are -1.
pub fn size_argument(v: Option<Value>) -> PyResult<i64> {
    match v {
        None => Ok(-1),
        Some(v) if v.is_none() => Ok(-1),
        Some(v) if index::has_index(v) => index::index_size(v, taipan_runtime::error::Exc::OverflowError),
        Some(v) => raise!(TypeError, "argument should be integer or None, not '{}'", v.class().name()),
    }
}

/// The finalizer of streams: close what is still open; errors are not reported, as in CPython's release builds.
pub fn finalize(v: Value) {
    let closed = match is_closed(v) {
        Ok(c) => c,
        Err(Raised) => {
            drop(take());
            true
        }
    };
    if !closed && call_method_text(v, "close", &[]).is_err() {
        drop(take());
    }
}

/// `readline` by `peek` and `read`, for streams that have nothing better.
fn read_line(stream: Value, limit: i64) -> PyResult<Vec<u8>> {
    let peek = getattr_opt(stream, str::interned("peek"))?;
    let mut line = Vec::new();
    while limit < 0 || (line.len() as i64) < limit {
        let mut wanted = 1;
        if let Some(peek) = &peek {
            let ahead = call1(**peek, *int::new(1))?;
            let Some(b) = ahead.downcast::<Bytes>() else {
                return raise!(
                    OSError,
                    "peek() should have returned a bytes object, not '{}'",
                    ahead.class().name()
                );
            };
            let ahead = b.as_slice();
            if !ahead.is_empty() {
                wanted = memchr::memchr(b'\n', ahead).map_or(ahead.len(), |i| i + 1);
                if limit >= 0 {
                    wanted = wanted.min(limit as usize - line.len());
                }
            }
        }
        let piece = call_method_text(stream, "read", &[*int::new(wanted as i64)])?;
        let Some(b) = piece.downcast::<Bytes>() else {
            return raise!(
                OSError,
                "read() should have returned a bytes object, not '{}'",
                piece.class().name()
            );
        };
        if b.as_slice().is_empty() {
            break;
        }
        line.extend_from_slice(b.as_slice());
        if line.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(line)
}

#[taipan_runtime::pymethods]
impl IoBase {
    #[slot(new)]
    fn new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        Ok(alloc_in(class, IoBase { head: Header::new(class), closed: Cell::new(false) }).erase())
    }
    #[slot(finalize)]
    fn finalize(v: Value) {
        finalize(v);
    }
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        check_open(v)?;
        Ok(v.own())
    }
    #[slot(next)]
    fn next(v: Value) -> PyResult<Option<Ref>> {
        let line = call_method_text(v, "readline", &[])?;
        Ok(if mapping::len(*line)? == 0 { None } else { Some(line) })
    }
    /// Change the stream position to the given byte offset.
    #[method("(self, offset, whence=0, /)")]
    fn seek(_v: Value, offset: Value, whence: i32) -> PyResult {
        let _ = (offset, whence);
        unsupported("seek")
    }
    /// Return current stream position.
    #[method("(self, /)")]
    fn tell(v: Value) -> PyResult {
        call_method_text(v, "seek", &[*int::new(0), *int::new(1)])
    }
    /// Truncate file to size bytes.
    #[method("(self, size=None, /)")]
    fn truncate(_v: Value, size: Option<Value>) -> PyResult {
        let _ = size;
        unsupported("truncate")
    }
    /// Flush write buffers, if applicable.
    #[method("(self, /)")]
    fn flush(v: Value) -> PyResult<()> {
        check_open(v)
    }
    /// Flush and close the IO object.
    #[method("(self, /)")]
    fn close(v: Value) -> PyResult<()> {
        if is_closed(v)? {
            return Ok(());
        }
        let flushed = call_method_text(v, "flush", &[]).map(drop);
        if let Some(b) = v.downcast::<IoBase>() {
            b.closed.set(true);
        }
        flushed
    }
    #[getter]
    fn closed(v: Value) -> bool {
        v.downcast::<IoBase>().is_some_and(|b| b.closed.get())
    }
    /// Return whether object supports random access.
    #[method("(self, /)")]
    fn seekable(_v: Value) -> bool {
        false
    }
    /// Return whether object was opened for reading.
    #[method("(self, /)")]
    fn readable(_v: Value) -> bool {
        false
    }
    /// Return whether object was opened for writing.
    #[method("(self, /)")]
    fn writable(_v: Value) -> bool {
        false
    }
    #[method("(self, /)", name = "_checkClosed")]
    fn check_closed(v: Value) -> PyResult<()> {
        check_open(v)
    }
    #[method("(self, /)", name = "_checkSeekable")]
    fn check_seekable(v: Value) -> PyResult<()> {
        check_able(v, "seekable", "File or stream is not seekable.")
    }
    #[method("(self, /)", name = "_checkReadable")]
    fn check_readable(v: Value) -> PyResult<()> {
        check_able(v, "readable", "File or stream is not readable.")
    }
    #[method("(self, /)", name = "_checkWritable")]
    fn check_writable(v: Value) -> PyResult<()> {
        check_able(v, "writable", "File or stream is not writable.")
    }
    /// Return underlying file descriptor if one exists.
    #[method("(self, /)")]
    fn fileno(_v: Value) -> PyResult {
        unsupported("fileno")
    }
    /// Return whether this is an 'interactive' stream.
    #[method("(self, /)")]
    fn isatty(v: Value) -> PyResult<bool> {
        check_open(v)?;
        Ok(false)
    }
    #[method("(self, /)", name = "__enter__")]
    fn enter(v: Value) -> PyResult {
        check_open(v)?;
        Ok(v.own())
    }
    #[method("(self, /, *args)", name = "__exit__")]
    fn exit(v: Value, args: &[Value]) -> PyResult {
        let _ = args;
        call_method_text(v, "close", &[])
    }
    /// Read and return a line from the stream.
    #[method("(self, size=-1, /)")]
    fn readline(v: Value, size: Option<Value>) -> PyResult {
        Ok(bytes::new(&read_line(v, size_argument(size)?)?).erase())
    }
    /// Return a list of lines from the stream.
    #[method("(self, hint=-1, /)")]
    fn readlines(v: Value, hint: Option<Value>) -> PyResult {
        let hint = size_argument(hint)?;
        let mut lines = Vec::new();
        let mut length = 0;
        let it = iter::iter(v)?;
        while let Some(line) = iter::next(*it)? {
            length += mapping::len(*line)? as i64;
            lines.push(line);
            if hint > 0 && length >= hint {
                break;
            }
        }
        Ok(list::new(lines).erase())
    }
    /// Write a list of lines to stream.
    #[method("(self, lines, /)")]
    fn writelines(v: Value, lines: Value) -> PyResult<()> {
        check_open(v)?;
        iter::for_each(lines, |line| call_method_text(v, "write", &[*line]).map(drop))
    }
}

/// `_RawIOBase`
pub struct RawBase;

/// Everything that `stream.read(n)` gives until its end; `None` if nothing is there yet.
fn read_to_end(stream: Value) -> PyResult {
    let mut all: Vec<u8> = Vec::new();
    loop {
        let piece = call_method_text(stream, "read", &[*int::new(DEFAULT_BUFFER_SIZE as i64)])?;
        if piece.is_none() {
            return Ok(if all.is_empty() { NONE.own() } else { bytes::new(&all).erase() });
        }
        let Some(b) = piece.downcast::<Bytes>() else {
            return raise!(TypeError, "read() should return bytes");
        };
        if b.as_slice().is_empty() {
            return Ok(bytes::new(&all).erase());
        }
        all.extend_from_slice(b.as_slice());
    }
}

#[taipan_runtime::pymethods]
impl RawBase {
    #[method("(self, size=-1, /)")]
    fn read(v: Value, size: Option<Value>) -> PyResult {
        let size = size_argument(size)?;
        let Ok(size) = usize::try_from(size) else { return call_method_text(v, "readall", &[]) };
        let into = bytearray::new(zeroed(size)?);
        let n = call_method_text(v, "readinto", &[into.p().value()])?;
        if n.is_none() {
            return Ok(n);
        }
        let n = index::to_i64(*n)?;
        match usize::try_from(n) {
            Ok(n) if n <= size => Ok(bytes::new(&into.borrow()[..n]).erase()),
            _ => raise!(ValueError, "readinto returned {n} outside buffer size {size}"),
        }
    }
    /// Read until EOF, using multiple read() call.
    #[method("(self, /)")]
    fn readall(v: Value) -> PyResult {
        read_to_end(v)
    }
}

/// `_BufferedIOBase`
pub struct BufferedBase;

fn read_into(stream: Value, into: Value, method: &str) -> PyResult<usize> {
    let target = Buffer::require_writable(into, &format!("{method}() argument"))?;
    let read = if method == "readinto1" { "read1" } else { "read" };
    let data = call_method_text(stream, read, &[*int::new(target.nbytes() as i64)])?;
    let Some(b) = data.downcast::<Bytes>() else { return raise!(TypeError, "read() should return bytes") };
    let (b, room) = (b.as_slice(), target.nbytes());
    if b.len() > room {
        return raise!(
            ValueError,
            "read() returned too much data: {room} bytes requested, {} returned",
            b.len()
        );
    }
    target.with_bytes_mut(|t| t[..b.len()].copy_from_slice(b));
    Ok(b.len())
}

#[taipan_runtime::pymethods]
impl BufferedBase {
    /// Disconnect this buffer from its underlying raw stream and return it.
    #[method("(self, /)")]
    fn detach(_v: Value) -> PyResult {
        unsupported("detach")
    }
    /// Read and return up to n bytes.
    #[method("(self, size=-1, /)")]
    fn read(_v: Value, size: Option<Value>) -> PyResult {
        let _ = size;
        unsupported("read")
    }
    /// Read and return up to size bytes, with at most one read() call to the underlying raw stream.
    #[method("(self, size=-1, /)")]
    fn read1(_v: Value, size: Option<Value>) -> PyResult {
        let _ = size;
        unsupported("read1")
    }
    #[method("(self, buffer, /)")]
    fn readinto(v: Value, buffer: Value) -> PyResult<usize> {
        read_into(v, buffer, "readinto")
    }
    #[method("(self, buffer, /)")]
    fn readinto1(v: Value, buffer: Value) -> PyResult<usize> {
        read_into(v, buffer, "readinto1")
    }
    /// Write buffer b to the IO stream.
    #[method("(self, b, /)")]
    fn write(_v: Value, b: Value) -> PyResult {
        let _ = b;
        unsupported("write")
    }
}

/// `_TextIOBase`
pub struct TextBase;

#[taipan_runtime::pymethods]
impl TextBase {
    /// Separate the underlying buffer from the TextIOBase and return it.
    #[method("(self, /)")]
    fn detach(_v: Value) -> PyResult {
        unsupported("detach")
    }
    /// Read at most size characters from stream.
    #[method("(self, size=-1, /)")]
    fn read(_v: Value, size: Option<Value>) -> PyResult {
        let _ = size;
        unsupported("read")
    }
    /// Read until newline or EOF.
    #[method("(self, size=-1, /)")]
    fn readline(_v: Value, size: Option<Value>) -> PyResult {
        let _ = size;
        unsupported("readline")
    }
    /// Write string s to stream.
    #[method("(self, s, /)")]
    fn write(_v: Value, s: Value) -> PyResult {
        let _ = s;
        unsupported("write")
    }
    /// Encoding of the text stream.
    #[getter]
    fn encoding(_v: Value) -> Value {
        NONE
    }
    /// Line endings translated so far.
    #[getter]
    fn newlines(_v: Value) -> Value {
        NONE
    }
    /// The error setting of the decoder or encoder.
    #[getter]
    fn errors(_v: Value) -> Value {
        NONE
    }
}

/// Call a method without arguments, quietly: for what may be missing while streams are torn down.
pub fn call_quietly(v: Value, method: &str) {
    let result = getattr_text(v, method).and_then(|f| call0(*f));
    if result.is_err() {
        drop(take());
    }
}
