//! `BytesIO`: a stream in memory.
//!
//! # Invariants
//! While `exports` is not zero the vector is neither resized nor replaced, so that views of it stay valid.

use super::base::size_argument;
use super::unsupported;
use std::cell::{Cell, RefCell};
use taipan_runtime::buffer::Buffer;
use taipan_runtime::error::PyResult;
use taipan_runtime::memory::make_room;
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::protocol::index;
use taipan_runtime::slots::Args;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{bytes, int, list, memoryview, tuple};
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, raise};

/// A stream of bytes in memory.
#[repr(C)]
pub struct BytesIo {
    head: Header,
    data: RefCell<Vec<u8>>,
    pos: Cell<usize>,
    closed: Cell<bool>,
    exports: Cell<usize>,
}
object_layout!(BytesIo, Kind::Native, leaf);

fn released(v: Value) {
    if let Some(b) = v.downcast::<BytesIo>() {
        b.exports.set(b.exports.get() - 1);
    }
}

impl BytesIo {
    fn open(&self) -> PyResult<()> {
        if self.closed.get() { raise!(ValueError, "I/O operation on closed file.") } else { Ok(()) }
    }
    fn resizable(&self) -> PyResult<()> {
        self.open()?;
        if self.exports.get() > 0 {
            return raise!(BufferError, "Existing exports of data: object cannot be re-sized");
        }
        Ok(())
    }
    fn take(&self, n: usize) -> Vec<u8> {
        let data = self.data.borrow();
        let from = self.pos.get().min(data.len());
        let to = from.saturating_add(n).min(data.len());
        if to > from {
            self.pos.set(to);
        }
        data[from..to].to_vec()
    }
    fn line(&self, limit: usize) -> Vec<u8> {
        let n = {
            let data = self.data.borrow();
            let rest = &data[self.pos.get().min(data.len())..];
            memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1)
        };
        self.take(n.min(limit))
    }
    fn put(&self, bytes: &[u8]) -> PyResult<usize> {
        self.resizable()?;
        if bytes.is_empty() {
            return Ok(0);
        }
        let mut data = self.data.borrow_mut();
        let (from, to) = (self.pos.get(), self.pos.get() + bytes.len());
        if data.len() < to {
            let more = to - data.len();
            make_room(&mut data, more)?;
            data.resize(to, 0);
        }
        data[from..to].copy_from_slice(bytes);
        self.pos.set(to);
        Ok(bytes.len())
    }
}

#[taipan_runtime::pymethods]
impl BytesIo {
    #[slot(new)]
    fn new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        let b = BytesIo {
            head: Header::new(class),
            data: RefCell::default(),
            pos: Cell::new(0),
            closed: Cell::new(false),
            exports: Cell::new(0),
        };
        Ok(alloc_in(class, b).erase())
    }
    #[slot(init)]
    fn init(v: Value, args: Args<'_>) -> PyResult<()> {
        let Some(this) = v.downcast::<BytesIo>() else { return raise!(TypeError, "BytesIO required") };
        let [initial] = taipan_runtime::builtins::args::parse(
            "BytesIO",
            args,
            &[taipan_runtime::builtins::args::named("initial_bytes")],
        )?;
        this.resizable()?;
        let data = match initial.filter(|i| !i.is_none()) {
            Some(i) => Buffer::require(i)?.to_vec(),
            None => Vec::new(),
        };
        *this.data.borrow_mut() = data;
        this.pos.set(0);
        Ok(())
    }
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        super::base::check_open(v)?;
        Ok(v.own())
    }
    #[slot(next)]
    fn next(this: P<BytesIo>) -> PyResult<Option<Ref>> {
        this.open()?;
        let line = this.line(usize::MAX);
        Ok(if line.is_empty() { None } else { Some(bytes::new(&line).erase()) })
    }
    /// Read at most size bytes, returned as a bytes object.
    #[method("(self, size=-1, /)")]
    fn read(this: P<BytesIo>, size: Option<Value>) -> PyResult {
        this.open()?;
        let n = usize::try_from(size_argument(size)?).unwrap_or(usize::MAX);
        Ok(bytes::new(&this.take(n)).erase())
    }
    /// Read at most size bytes, returned as a bytes object.
    #[method("(self, size=-1, /)")]
    fn read1(this: P<BytesIo>, size: Option<Value>) -> PyResult {
        BytesIo::read(this, size)
    }
    /// Next line from the file, as a bytes object.
    #[method("(self, size=-1, /)")]
    fn readline(this: P<BytesIo>, size: Option<Value>) -> PyResult {
        this.open()?;
        let n = usize::try_from(size_argument(size)?).unwrap_or(usize::MAX);
        Ok(bytes::new(&this.line(n)).erase())
    }
    /// List of bytes objects, each a line from the file.
    #[method("(self, size=None, /)")]
    fn readlines(this: P<BytesIo>, size: Option<Value>) -> PyResult {
        this.open()?;
        let hint = size_argument(size)?;
        let (mut lines, mut length) = (Vec::new(), 0);
        loop {
            let line = this.line(usize::MAX);
            if line.is_empty() || (hint > 0 && length >= hint) {
                return Ok(list::new(lines).erase());
            }
            length += line.len() as i64;
            lines.push(bytes::new(&line).erase());
        }
    }
    /// Read bytes into buffer.
    #[method("(self, buffer, /)")]
    fn readinto(this: P<BytesIo>, buffer: Value) -> PyResult<usize> {
        this.open()?;
        let target = Buffer::require_writable(buffer, "readinto() argument")?;
        let data = this.take(target.nbytes());
        target.with_bytes_mut(|t| t[..data.len()].copy_from_slice(&data));
        Ok(data.len())
    }
    /// Write bytes to file.
    #[method("(self, b, /)")]
    fn write(this: P<BytesIo>, b: Value) -> PyResult<usize> {
        this.open()?;
        let data = Buffer::require(b)?.to_vec();
        this.put(&data)
    }
    /// Write lines to the file.
    #[method("(self, lines, /)")]
    fn writelines(this: P<BytesIo>, lines: Value) -> PyResult<()> {
        this.open()?;
        taipan_runtime::protocol::iter::for_each(lines, |line| BytesIo::write(this, *line).map(drop))
    }
    /// Change stream position.
    #[method("(self, pos, whence=0, /)")]
    fn seek(this: P<BytesIo>, pos: Value, whence: i32) -> PyResult<usize> {
        this.open()?;
        let pos = index::index_size(pos, taipan_runtime::error::Exc::OverflowError)?;
        if whence == 0 && pos < 0 {
            return raise!(ValueError, "negative seek value {pos}");
        }
        let base = match whence {
            0 => 0,
            1 => this.pos.get(),
            2 => this.data.borrow().len(),
            _ => return raise!(ValueError, "invalid whence ({whence}, should be 0, 1 or 2)"),
        };
        let Some(at) = (base as i64).checked_add(pos) else {
            return raise!(OverflowError, "new position too large");
        };
        this.pos.set(at.max(0) as usize);
        Ok(this.pos.get())
    }
    /// Current file position, an integer.
    #[method("(self, /)")]
    fn tell(this: P<BytesIo>) -> PyResult<usize> {
        this.open()?;
        Ok(this.pos.get())
    }
    /// Truncate the file to at most size bytes.
    #[method("(self, size=None, /)")]
    fn truncate(this: P<BytesIo>, size: Option<Value>) -> PyResult {
        this.resizable()?;
        let size = match size.filter(|s| !s.is_none()) {
            Some(s) => index::to_i64(s)?,
            None => this.pos.get() as i64,
        };
        let Ok(n) = usize::try_from(size) else { return raise!(ValueError, "negative size value {size}") };
        this.data.borrow_mut().truncate(n);
        Ok(int::new(size))
    }
    /// Retrieve the entire contents of the BytesIO object.
    #[method("(self, /)")]
    fn getvalue(this: P<BytesIo>) -> PyResult {
        this.open()?;
        Ok(bytes::new(&this.data.borrow()).erase())
    }
    /// Get a read-write view over the contents of the BytesIO object.
    #[method("(self, /)")]
    #[allow(unsafe_code, reason = "exports memory")]
    fn getbuffer(this: P<BytesIo>) -> PyResult {
        this.open()?;
        let (pointer, len) = {
            let mut data = this.data.borrow_mut();
            (data.as_mut_ptr(), data.len())
        };
        this.exports.set(this.exports.get() + 1);
        // SAFETY: the module's invariant: the vector stays as it is until `released`.
        let view = unsafe { Buffer::new(this.own(), pointer, len, false, released) };
        Ok(memoryview::from_buffer(view).erase())
    }
    /// Disable all I/O operations.
    #[method("(self, /)")]
    fn close(this: P<BytesIo>) -> PyResult<()> {
        if this.exports.get() > 0 {
            return raise!(BufferError, "Existing exports of data: object cannot be re-sized");
        }
        this.closed.set(true);
        this.data.take();
        Ok(())
    }
    /// True if the file is closed.
    #[getter]
    fn closed(this: P<BytesIo>) -> bool {
        this.closed.get()
    }
    /// Does nothing.
    #[method("(self, /)")]
    fn flush(this: P<BytesIo>) -> PyResult<()> {
        this.open()
    }
    /// Always returns False.
    #[method("(self, /)")]
    fn isatty(this: P<BytesIo>) -> PyResult<bool> {
        this.open().map(|()| false)
    }
    /// Returns True if the IO object can be read.
    #[method("(self, /)")]
    fn readable(this: P<BytesIo>) -> PyResult<bool> {
        this.open().map(|()| true)
    }
    /// Returns True if the IO object can be written.
    #[method("(self, /)")]
    fn writable(this: P<BytesIo>) -> PyResult<bool> {
        this.open().map(|()| true)
    }
    /// Returns True if the IO object can be seeked.
    #[method("(self, /)")]
    fn seekable(this: P<BytesIo>) -> PyResult<bool> {
        this.open().map(|()| true)
    }
    #[method("(self, /)")]
    fn detach(_this: P<BytesIo>) -> PyResult {
        unsupported("detach")
    }
    #[method("(self, /)", name = "__getstate__")]
    fn getstate(this: P<BytesIo>) -> PyResult {
        this.open()?;
        let dict = taipan_runtime::protocol::attr::dict_of(this.value());
        let dict = dict.map_or_else(|| NONE.own(), |d| d.copy().erase());
        let state = vec![bytes::new(&this.data.borrow()).erase(), int::new(this.pos.get() as i64), dict];
        Ok(tuple::from_refs(state).erase())
    }
    #[method("(self, state, /)", name = "__setstate__")]
    fn setstate(this: P<BytesIo>, state: P<Tuple>) -> PyResult<()> {
        let &[value, pos, ..] = state.items() else {
            return raise!(TypeError, "BytesIO.__setstate__ argument should be 3-tuple, got tuple");
        };
        this.resizable()?;
        *this.data.borrow_mut() = Buffer::require(value)?.to_vec();
        this.pos.set(index::to_i64(pos)?.max(0) as usize);
        Ok(())
    }
}
