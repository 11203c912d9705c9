//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: one object for all three.
//!
//! At most one of the read and the write buffer holds something: before reading, what was written goes out; before
//! writing, the raw stream goes back over what was read ahead. Nothing is borrowed while the raw stream works, for
//! that may run Python or let other threads in; a lock keeps those out of the buffers.

use super::fileio::FileIo;
use super::unsupported;
use crate::thread::lock::RawLock;
use std::cell::{Cell, RefCell};
use taipan_runtime::error::{Exc, PyResult, raise_exception, zeroed};
use taipan_runtime::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::protocol::attr::{getattr_opt, getattr_text};
use taipan_runtime::protocol::call::{call, call_method_text};
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::protocol::{index, repr};
use taipan_runtime::runtime::exception_class;
use taipan_runtime::slots::Args;
use taipan_runtime::types::bytes::Bytes;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{bytearray, bytes, int, str};
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, raise};

/// Append bytes that were read; a `MemoryError` if there is no memory.
fn add(out: &mut Vec<u8>, bytes: &[u8]) -> PyResult<()> {
    taipan_runtime::memory::make_room(out, bytes.len())?;
    out.extend_from_slice(bytes);
    Ok(())
}

/// A buffered stream.
#[repr(C)]
pub struct Buffered {
    head: Header,
    raw: OwnedCell,
    /// Bytes of buffer.
    pub size: Cell<usize>,
    reads: Cell<bool>,
    writes: Cell<bool>,
    detached: Cell<bool>,
    /// What was read ahead, and how much of it is used.
    ahead: RefCell<Vec<u8>>,
    used: Cell<usize>,
    /// What was written and has not gone out.
    pending: RefCell<Vec<u8>>,
    lock: RawLock,
}
object_layout!(Buffered, Kind::Native, container, [raw]);

/// Keeps other threads out until it is dropped.
pub struct Busy(P<Buffered>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.lock.release();
    }
}

impl Buffered {
    /// An object without a raw stream.
    pub fn empty(class: P<TypeObject>) -> Ref {
        let buffered = Buffered {
            head: Header::new(class),
            raw: OwnedCell::default(),
            size: Cell::new(super::DEFAULT_BUFFER_SIZE),
            reads: Cell::new(false),
            writes: Cell::new(false),
            detached: Cell::new(false),
            ahead: RefCell::default(),
            used: Cell::new(0),
            pending: RefCell::default(),
            lock: RawLock::default(),
        };
        alloc_in(class, buffered).erase()
    }
    /// Set the raw stream.
    pub fn attach(&self, raw: Value, size: usize, reads: bool, writes: bool) {
        self.raw.set(Some(raw.own()));
        self.size.set(size);
        self.reads.set(reads);
        self.writes.set(writes);
        self.detached.set(false);
        self.drop_ahead();
        self.pending.borrow_mut().clear();
    }
    /// The raw stream.
    pub fn raw(&self) -> PyResult<Ref> {
        match self.raw.get() {
            Some(raw) => Ok(raw.own()),
            None if self.detached.get() => raise!(ValueError, "raw stream has been detached"),
            None => raise!(ValueError, "I/O operation on uninitialized object"),
        }
    }
    /// Is the raw stream closed?
    pub fn closed(&self) -> PyResult<bool> {
        let raw = self.raw()?;
        match raw.exact::<FileIo>() {
            Some(f) => Ok(f.is_closed()),
            None => truth(*getattr_text(*raw, "closed")?),
        }
    }
    /// `ValueError` if it is closed; `what` is the operation.
    pub fn check_open(&self, what: &std::primitive::str) -> PyResult<()> {
        if self.closed()? { raise!(ValueError, "{what} of closed file") } else { Ok(()) }
    }
    /// Reading is possible, or `UnsupportedOperation`.
    pub fn check_reads(&self) -> PyResult<()> {
        if self.reads.get() { Ok(()) } else { unsupported("read") }
    }
    /// Writing is possible, or `UnsupportedOperation`.
    pub fn check_writes(&self) -> PyResult<()> {
        if self.writes.get() { Ok(()) } else { unsupported("write") }
    }
    /// Keep other threads out; a call from a signal handler inside another call is an error.
    pub fn enter(this: P<Buffered>) -> PyResult<Busy> {
        if this.lock.depth() > 0 {
            let text = repr::repr_text(this.value())?;
            return raise!(RuntimeError, "reentrant call inside {text}");
        }
        this.lock.take(false, 1, None)?;
        Ok(Busy(this))
    }

    fn unread(&self) -> usize {
        self.ahead.borrow().len() - self.used.get()
    }
    fn drop_ahead(&self) {
        self.ahead.borrow_mut().clear();
        self.used.set(0);
    }
    /// Take up to `n` bytes of what was read ahead.
    fn take_ahead(&self, n: usize) -> Vec<u8> {
        let (from, ahead) = (self.used.get(), self.ahead.borrow());
        let to = ahead.len().min(from.saturating_add(n));
        self.used.set(to);
        ahead[from..to].to_vec()
    }

    /// One read from the raw stream; `None` if nothing is there yet.
    fn raw_read(&self, n: usize) -> PyResult<Option<Vec<u8>>> {
        let raw = self.raw()?;
        if let Some(f) = raw.exact::<FileIo>() {
            let mut buffer = zeroed(n)?;
            return Ok(f.read_into(&mut buffer)?.map(|got| {
                buffer.truncate(got);
                buffer
            }));
        }
        let into = bytearray::new(zeroed(n)?);
        let got = call_method_text(*raw, "readinto", &[into.p().value()])?;
        if got.is_none() {
            return Ok(None);
        }
        match usize::try_from(index::index_clamped(*got)?) {
            Ok(got) if got <= n => Ok(Some(into.borrow()[..got].to_vec())),
            _ => raise!(
                OSError,
                "raw readinto() returned invalid length {} (should have been between 0 and {n})",
                repr::repr_text(*got)?
            ),
        }
    }
    /// One write to the raw stream; `None` if nothing can be written yet.
    fn raw_write(&self, data: &[u8]) -> PyResult<Option<usize>> {
        let raw = self.raw()?;
        if let Some(f) = raw.exact::<FileIo>() {
            return f.write_bytes(data);
        }
        let b = bytes::new(data).erase();
        let n = call_method_text(*raw, "write", &[*b])?;
        if n.is_none() {
            return Ok(None);
        }
        match usize::try_from(index::index_clamped(*n)?) {
            Ok(n) if n <= data.len() => Ok(Some(n)),
            _ => raise!(
                OSError,
                "raw write() returned invalid length {} (should have been between 0 and {})",
                repr::repr_text(*n)?,
                data.len()
            ),
        }
    }
    /// `raw.seek()`
    pub fn raw_seek(&self, offset: i64, whence: i32) -> PyResult<i64> {
        let raw = self.raw()?;
        if let Some(f) = raw.exact::<FileIo>() {
            return f.seek_to(offset, whence);
        }
        let at = call_method_text(*raw, "seek", &[*int::new(offset), *int::new(whence.into())])?;
        match index::to_i64(*at)? {
            at if at < 0 => raise!(OSError, "Raw stream returned invalid position {at}"),
            at => Ok(at),
        }
    }
    /// `raw.tell()`
    fn raw_tell(&self) -> PyResult<i64> {
        let raw = self.raw()?;
        if let Some(f) = raw.exact::<FileIo>() {
            return f.seek_to(0, libc::SEEK_CUR);
        }
        match index::to_i64(*call_method_text(*raw, "tell", &[])?)? {
            at if at < 0 => raise!(OSError, "Raw stream returned invalid position {at}"),
            at => Ok(at),
        }
    }

    /// Write out what is pending.
    pub fn write_out(&self) -> PyResult<()> {
        let mut data = self.pending.take();
        let mut done = 0;
        let result = loop {
            if done == data.len() {
                break Ok(());
            }
            match self.raw_write(&data[done..]) {
                Ok(Some(n)) => {
                    done += n;
                    // A signal has the raw stream write a part.
                    if let Err(raised) = crate::signal::check_now() {
                        break Err(raised);
                    }
                }
                Ok(None) => break blocked(0),
                Err(raised) => break Err(raised),
            }
        };
        if result.is_err() {
            data.drain(..done);
            // What other code wrote meanwhile (a signal handler cannot: see `enter`) comes behind.
            data.append(&mut self.pending.borrow_mut());
        } else {
            data.clear();
        }
        *self.pending.borrow_mut() = data;
        result
    }
    /// Before writing: the raw stream goes back over what was read ahead.
    fn rewind_ahead(&self) -> PyResult<()> {
        let n = self.unread();
        self.drop_ahead();
        if n > 0 {
            self.raw_seek(-(n as i64), libc::SEEK_CUR)?;
        }
        Ok(())
    }
    /// Write out what is pending and drop what was read ahead.
    pub fn sync(&self) -> PyResult<()> {
        if self.writes.get() {
            self.write_out()?;
        }
        if self.reads.get() && self.writes.get() {
            self.rewind_ahead()?;
        }
        Ok(())
    }
    fn before_read(&self) -> PyResult<()> {
        if self.writes.get() { self.write_out() } else { Ok(()) }
    }

    /// Exactly `n` bytes, less at the end; `None` if nothing is there yet.
    pub fn read_exactly(&self, n: usize) -> PyResult<Option<Vec<u8>>> {
        let mut out = self.take_ahead(n);
        if out.len() == n {
            return Ok(Some(out));
        }
        self.before_read()?;
        self.drop_ahead();
        loop {
            let left = n - out.len();
            if left == 0 {
                return Ok(Some(out));
            }
            // Whole blocks go past the buffer.
            let size = self.size.get();
            let direct = left - left % size;
            let piece = self.raw_read(if direct > 0 { direct } else { size })?;
            match piece {
                None if out.is_empty() => return Ok(None),
                None => return Ok(Some(out)),
                Some(p) if p.is_empty() => return Ok(Some(out)),
                Some(p) if direct > 0 => add(&mut out, &p)?,
                Some(p) => {
                    *self.ahead.borrow_mut() = p;
                    self.used.set(0);
                    add(&mut out, &self.take_ahead(left))?;
                }
            }
        }
    }
    /// Everything up to the end; `None` if nothing is there yet.
    pub fn read_to_end(&self) -> PyResult<Option<Vec<u8>>> {
        let mut out = self.take_ahead(usize::MAX);
        self.before_read()?;
        self.drop_ahead();
        let raw = self.raw()?;
        if let Some(f) = raw.exact::<FileIo>() {
            return Ok(match f.read_all()? {
                Some(rest) if out.is_empty() => Some(rest),
                Some(rest) => {
                    add(&mut out, &rest)?;
                    Some(out)
                }
                None if out.is_empty() => None,
                None => Some(out),
            });
        }
        if let Some(all) = getattr_opt(*raw, str::interned("readall"))? {
            let rest = call(*all, Args::EMPTY)?;
            return match rest.downcast::<Bytes>() {
                Some(b) => {
                    add(&mut out, b.as_slice())?;
                    Ok(Some(out))
                }
                None if rest.is_none() => Ok(if out.is_empty() { None } else { Some(out) }),
                None => raise!(TypeError, "readall() should return bytes"),
            };
        }
        loop {
            let piece = call_method_text(*raw, "read", &[])?;
            match piece.downcast::<Bytes>() {
                Some(b) if b.as_slice().is_empty() => return Ok(Some(out)),
                Some(b) => add(&mut out, b.as_slice())?,
                None if piece.is_none() => return Ok(if out.is_empty() { None } else { Some(out) }),
                None => return raise!(TypeError, "read() should return bytes"),
            }
        }
    }
    /// What can be had with one read of the raw stream at most.
    pub fn read_once(&self, n: usize) -> PyResult<Vec<u8>> {
        if n == 0 {
            return Ok(Vec::new());
        }
        if self.unread() > 0 {
            return Ok(self.take_ahead(n));
        }
        self.before_read()?;
        self.drop_ahead();
        Ok(self.raw_read(n)?.unwrap_or_default())
    }
    /// [`Buffered::read_once`], for readers that want a chunk at a time: a small file takes one read.
    pub fn read_once_or_fill(&self, n: usize) -> PyResult<Vec<u8>> {
        if self.unread() == 0 && n < self.size.get() && !self.fill()? {
            return Ok(Vec::new());
        }
        self.read_once(n)
    }
    /// Fill the buffer if it is empty: one read of the raw stream.
    fn fill(&self) -> PyResult<bool> {
        self.before_read()?;
        self.drop_ahead();
        let piece = self.raw_read(self.size.get())?.unwrap_or_default();
        let some = !piece.is_empty();
        *self.ahead.borrow_mut() = piece;
        Ok(some)
    }
    /// What was read ahead, at least one byte unless the end is reached.
    pub fn peek(&self) -> PyResult<Vec<u8>> {
        if self.unread() == 0 {
            self.fill()?;
        }
        Ok(self.ahead.borrow()[self.used.get()..].to_vec())
    }
    /// A line, of at most `limit` bytes.
    pub fn read_line(&self, limit: usize) -> PyResult<Vec<u8>> {
        let mut line = Vec::new();
        loop {
            let (found, n) = {
                let ahead = self.ahead.borrow();
                let rest = &ahead[self.used.get()..];
                let rest = &rest[..rest.len().min(limit - line.len())];
                match memchr::memchr(b'\n', rest) {
                    Some(i) => (true, i + 1),
                    None => (false, rest.len()),
                }
            };
            add(&mut line, &self.take_ahead(n))?;
            if found || line.len() >= limit || !self.fill()? {
                return Ok(line);
            }
        }
    }
    /// Buffer data, writing out as needed.
    pub fn write(&self, data: &[u8]) -> PyResult<()> {
        if self.reads.get() {
            self.rewind_ahead()?;
        }
        let size = self.size.get();
        if self.pending.borrow().len() + data.len() <= size {
            self.pending.borrow_mut().extend_from_slice(data);
            return Ok(());
        }
        if let Err(raised) = self.write_out() {
            // A raw stream that cannot take more: keep what there is room for.
            let Some(e) = taipan_runtime::error::take_if(Exc::BlockingIOError) else { return Err(raised) };
            let room = size.saturating_sub(self.pending.borrow().len());
            let kept = room.min(data.len());
            self.pending.borrow_mut().extend_from_slice(&data[..kept]);
            if kept == data.len() {
                return Ok(());
            }
            drop(e);
            return blocked(kept);
        }
        let mut rest = data;
        while rest.len() > size {
            match self.raw_write(rest)? {
                Some(n) => {
                    rest = &rest[n..];
                    crate::signal::check_now()?;
                }
                None => {
                    let kept = size.min(rest.len());
                    self.pending.borrow_mut().extend_from_slice(&rest[..kept]);
                    return blocked(data.len() - rest.len() + kept);
                }
            }
        }
        self.pending.borrow_mut().extend_from_slice(rest);
        Ok(())
    }
    /// The position.
    pub fn tell(&self) -> PyResult<i64> {
        let at = self.raw_tell()?;
        Ok((at - self.unread() as i64 + self.pending.borrow().len() as i64).max(0))
    }
    /// Move the position.
    pub fn seek(&self, mut target: i64, whence: i32) -> PyResult<i64> {
        if self.reads.get() && !self.writes.get() && whence != libc::SEEK_END {
            // Within what was read ahead nothing needs to be read again.
            let (at, left) = (self.raw_tell()?, self.unread() as i64);
            let here = at - left;
            let wanted = if whence == libc::SEEK_SET { target } else { here + target };
            let used = self.used.get() as i64;
            if self.unread() > 0 && (-used..=left).contains(&(wanted - here)) {
                self.used.set((used + wanted - here) as usize);
                return Ok(wanted);
            }
        }
        if self.writes.get() {
            self.write_out()?;
        }
        if whence == libc::SEEK_CUR {
            target -= self.unread() as i64;
        }
        let at = self.raw_seek(target, whence)?;
        self.drop_ahead();
        Ok(at)
    }
    /// Separate the raw stream.
    pub fn detach(&self) -> PyResult {
        let raw = self.raw()?;
        self.detached.set(true);
        drop(self.raw.take());
        Ok(raw)
    }
    /// Forget what is pending: the process has forked, or the stream is broken for good.
    pub fn discard_pending(&self) {
        self.pending.borrow_mut().clear();
    }
    /// Can it read, can it write?
    pub fn abilities(&self) -> (bool, bool) {
        (self.reads.get(), self.writes.get())
    }
}

/// `BlockingIOError`: the raw stream is full.
pub fn blocked<T>(written: usize) -> PyResult<T> {
    let message = Ref::from("write could not complete without blocking");
    let (errno, written) = (int::new(libc::EAGAIN.into()), int::new(written as i64));
    let args = [*errno, *message, *written];
    let e = call(exception_class(Exc::BlockingIOError).value(), Args::positional(&args))?;
    raise_exception(e)
}

/// The `size` of reads: `None` for everything.
pub fn read_size(v: Option<Value>) -> PyResult<Option<usize>> {
    let n = super::base::size_argument(v)?;
    if n < -1 {
        return raise!(ValueError, "read length must be non-negative or -1");
    }
    Ok(usize::try_from(n).ok())
}

/// A value for what may not be there yet.
pub fn optional_bytes(data: Option<Vec<u8>>) -> Ref {
    data.map_or_else(|| NONE.own(), |d| bytes::new(&d).erase())
}
