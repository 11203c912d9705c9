//! Mapped files as objects.
//!
//! # Invariants
//! While `exports` is not zero the mapping is neither closed nor resized, so that views of it stay valid.

use super::sys::{self, Mapping, Request};
use crate::buffer::bytes_of;
use std::cell::{Cell, RefCell};
use taipan_runtime::buffer::Buffer;
use taipan_runtime::concrete::adjust_indices;
use taipan_runtime::error::{Exc, PyResult};
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::protocol::index::{has_index, index, index_size};
use taipan_runtime::slots::Args;
use taipan_runtime::types::slice::{self, Slice};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{bytes, int};
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, pymethods, raise};

/// How it may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Default = 0,
    Read = 1,
    Write = 2,
    Copy = 3,
}

/// A mapped file.
#[repr(C)]
pub struct Mmap {
    head: Header,
    mapping: RefCell<Option<Mapping>>,
    position: Cell<usize>,
    /// A descriptor of its own, or -1.
    fd: Cell<i32>,
    offset: i64,
    access: Access,
    writable: bool,
    pub exports: Cell<usize>,
    pub weakrefs: Cell<Option<Value>>,
}
object_layout!(Mmap, Kind::Native, leaf);

impl Drop for Mmap {
    fn drop(&mut self) {
        self.close_file();
    }
}

static NEW: NativeDef = crate::constructor!(
    "mmap", Either fileno, Either length, Either flags = None, Either prot = None, Either access = None,
    Either offset = None, Either trackfd = None);

fn released(v: Value) {
    if let Some(m) = v.downcast::<Mmap>() {
        m.exports.set(m.exports.get() - 1);
    }
}

/// The buffer of an object of this module.
pub fn export(v: Value) -> PyResult<Buffer> {
    let Some(m) = v.downcast::<Mmap>() else {
        return raise!(TypeError, "a bytes-like object is required, not '{}'", v.class().name());
    };
    let (address, len) = m.with(|mapping| (mapping.address(), mapping.len()))?;
    m.exports.set(m.exports.get() + 1);
    // SAFETY: the module's invariant: the mapping stays where it is until `released`.
    Ok(unsafe { Buffer::new(v.own(), address, len, !m.writable, released) })
}

fn number(v: Option<Value>, default: i64) -> PyResult<i64> {
    match v {
        None => Ok(default),
        Some(v) => match index(v)?.as_i64() {
            Some(n) => Ok(n),
            None => raise!(OverflowError, "Python int too large to convert to C int"),
        },
    }
}

impl Mmap {
    fn with<T>(&self, f: impl FnOnce(&Mapping) -> T) -> PyResult<T> {
        match &*self.mapping.borrow() {
            Some(mapping) => Ok(f(mapping)),
            None => raise!(ValueError, "mmap closed or invalid"),
        }
    }
    fn len(&self) -> PyResult<usize> {
        self.with(Mapping::len)
    }
    fn close_file(&self) {
        let fd = self.fd.replace(-1);
        if fd >= 0 {
            sys::close(fd);
        }
    }
    fn must_be_writable(&self) -> PyResult<()> {
        if self.writable { Ok(()) } else { raise!(TypeError, "mmap can't modify a readonly memory map.") }
    }
    fn must_be_resizable(&self) -> PyResult<()> {
        if self.exports.get() > 0 {
            return raise!(BufferError, "mmap can't resize with extant pointers exported.");
        }
        match self.access {
            Access::Default | Access::Write => Ok(()),
            _ => raise!(TypeError, "mmap can't resize a readonly or copy-on-write memory map."),
        }
    }
    /// A part by `start` and `end` as `find` takes them.
    fn part(&self, start: Option<Value>, end: Option<Value>, default: usize) -> PyResult<(usize, usize)> {
        let len = self.len()? as i64;
        let place = |v: Option<Value>, default: i64| -> PyResult<usize> {
            let n = match v.filter(|v| !v.is_none()) {
                Some(v) => index_size(v, Exc::OverflowError)?,
                None => default,
            };
            Ok(if n < 0 { (n + len).max(0) } else { n.min(len) } as usize)
        };
        Ok((place(start, default as i64)?, place(end, len)?))
    }
    fn search(&self, what: &[u8], (from, to): (usize, usize), last: bool) -> PyResult<i64> {
        if from > to {
            return Ok(-1);
        }
        let data = self.with(|m| m.copy(from, to - from))?;
        let found = if last { memchr::memmem::rfind(&data, what) } else { memchr::memmem::find(&data, what) };
        Ok(found.map_or(-1, |at| (from + at) as i64))
    }
    fn read_bytes(&self, n: usize) -> PyResult {
        let at = self.position.get().min(self.len()?);
        let n = n.min(self.len()? - at);
        let data = self.with(|m| m.copy(at, n))?;
        self.position.set(at + n);
        Ok(bytes::new(&data).erase())
    }
    fn byte(v: Value) -> PyResult<u8> {
        match index(v)?.as_i64() {
            Some(n @ 0..=255) => Ok(n as u8),
            _ => raise!(ValueError, "mmap item value must be in range(0, 256)"),
        }
    }
    fn place(&self, key: Value) -> PyResult<usize> {
        let (n, len) = (index_size(key, Exc::IndexError)?, self.len()? as i64);
        let at = if n < 0 { n + len } else { n };
        if (0..len).contains(&at) { Ok(at as usize) } else { raise!(IndexError, "mmap index out of range") }
    }
    /// The places of a slice.
    fn places(&self, s: P<Slice>) -> PyResult<Vec<usize>> {
        let (start, stop, step) = slice::unpack(s)?;
        let (start, _, n) = adjust_indices(self.len()?, start, stop, step);
        Ok((0..n as i64).map(|i| (start + i * step) as usize).collect())
    }
    fn request(args: [Option<Value>; 7], size: &mut Option<u64>) -> PyResult<(Request, Access, bool)> {
        let [fileno, length, flags, prot, access, offset, trackfd] = args;
        let fd = number(fileno, -1)? as i32;
        let len = number(length, 0)?;
        let offset = number(offset, 0)?;
        if len < 0 {
            return raise!(OverflowError, "memory mapped length must be positive");
        }
        if offset < 0 {
            return raise!(OverflowError, "memory mapped offset must be positive");
        }
        let given = flags.is_some() || prot.is_some();
        let (mut flags, mut prot) = (number(flags, libc::MAP_SHARED.into())? as i32, number(prot, 3)? as i32);
        let access = match number(access, 0)? {
            0 => Access::Default,
            n if given && (1..=3).contains(&n) => {
                return raise!(ValueError, "mmap can't specify both access and flags, prot.");
            }
            1 => Access::Read,
            2 => Access::Write,
            3 => Access::Copy,
            _ => return raise!(ValueError, "mmap invalid access parameter."),
        };
        match access {
            Access::Read => (flags, prot) = (libc::MAP_SHARED, libc::PROT_READ),
            Access::Write => (flags, prot) = (libc::MAP_SHARED, libc::PROT_READ | libc::PROT_WRITE),
            Access::Copy => (flags, prot) = (libc::MAP_PRIVATE, libc::PROT_READ | libc::PROT_WRITE),
            Access::Default => {}
        }
        let mut len = len as u64;
        if fd != -1 {
            *size = match sys::file_size(fd) {
                Ok(size) => size,
                Err(code) => return crate::posix_raise(code),
            };
        }
        if let Some(size) = *size {
            if len == 0 {
                if size == 0 {
                    return raise!(ValueError, "cannot mmap an empty file");
                }
                if offset as u64 >= size {
                    return raise!(ValueError, "mmap offset is greater than file size");
                }
                len = size - offset as u64;
            } else if offset as u64 > size || size - (offset as u64) < len {
                return raise!(ValueError, "mmap length is greater than file size");
            }
        }
        if fd == -1 {
            flags |= libc::MAP_ANONYMOUS;
        }
        let track = trackfd.map_or(Ok(true), taipan_runtime::protocol::truth::truth)?;
        Ok((Request { len: len as usize, prot, flags, fd, offset }, access, track))
    }
}

#[pymethods]
impl Mmap {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let (given, _) = crate::construct::arguments(&NEW, class, args)?;
        let mut size = None;
        let (request, access, track) = Mmap::request(given, &mut size)?;
        let fd = if request.fd != -1 && track {
            match sys::duplicate(request.fd) {
                Ok(fd) => fd,
                Err(code) => return crate::posix_raise(code),
            }
        } else {
            -1
        };
        let mapping = match Mapping::new(request) {
            Ok(mapping) => mapping,
            Err(code) => {
                if fd >= 0 {
                    sys::close(fd);
                }
                return crate::posix_raise(code);
            }
        };
        let m = Mmap {
            head: Header::new(class),
            mapping: RefCell::new(Some(mapping)),
            position: Cell::new(0),
            fd: Cell::new(fd),
            offset: request.offset,
            access,
            writable: request.prot & libc::PROT_WRITE != 0 && access != Access::Read,
            exports: Cell::new(0),
            weakrefs: Cell::new(None),
        };
        Ok(alloc_in(class, m).erase())
    }
    #[slot(repr)]
    fn repr(m: P<Mmap>) -> PyResult {
        let class = m.head.class.get().name();
        let access = match m.access {
            Access::Default => "ACCESS_DEFAULT",
            Access::Read => "ACCESS_READ",
            Access::Write => "ACCESS_WRITE",
            Access::Copy => "ACCESS_COPY",
        };
        let text = match m.with(Mapping::len) {
            Ok(len) => format!(
                "<mmap.{class} closed=False, access={access}, length={len}, pos={}, offset={}>",
                m.position.get(),
                m.offset
            ),
            Err(_) => {
                drop(taipan_runtime::error::take());
                format!("<mmap.{class} closed=True, access={access}>")
            }
        };
        Ok(Ref::from(text.as_str()))
    }
    #[slot(len)]
    fn dunder_len(m: P<Mmap>) -> PyResult<usize> {
        m.len()
    }
    #[slot(getitem)]
    fn getitem(m: P<Mmap>, key: Value) -> PyResult {
        m.len()?;
        if let Some(s) = key.downcast::<Slice>() {
            let places = m.places(s)?;
            let data: Vec<u8> = m.with(|map| places.iter().map(|at| map.copy(*at, 1)[0]).collect())?;
            return Ok(bytes::new(&data).erase());
        }
        if !has_index(key) {
            return raise!(TypeError, "mmap indices must be integers");
        }
        let at = m.place(key)?;
        m.with(|map| int::new(map.copy(at, 1)[0].into()))
    }
    #[slot(setitem)]
    fn setitem(m: P<Mmap>, key: Value, value: Option<Value>) -> PyResult<()> {
        m.len()?;
        m.must_be_writable()?;
        if let Some(s) = key.downcast::<Slice>() {
            let Some(value) = value else {
                return raise!(TypeError, "mmap object doesn't support slice deletion");
            };
            // What it takes to read the value may resize the map: places come last.
            let data = bytes_of(value)?;
            let places = m.places(s)?;
            if data.len() != places.len() {
                return raise!(IndexError, "mmap slice assignment is wrong size");
            }
            return m.with(|map| places.iter().zip(&data).for_each(|(at, b)| map.write(*at, &[*b])));
        }
        if !has_index(key) {
            return raise!(TypeError, "mmap indices must be integers");
        }
        let Some(value) = value else {
            return raise!(TypeError, "mmap object doesn't support item deletion");
        };
        if !has_index(value) {
            return raise!(TypeError, "mmap item value must be an int");
        }
        let byte = Mmap::byte(value)?;
        let at = m.place(key)?;
        m.with(|map| map.write(at, &[byte]))
    }
    #[method("($self, /)")]
    fn close(m: P<Mmap>) -> PyResult<()> {
        if m.exports.get() > 0 {
            return raise!(BufferError, "cannot close exported pointers exist");
        }
        m.close_file();
        drop(m.mapping.take());
        Ok(())
    }
    #[getter]
    fn closed(m: P<Mmap>) -> bool {
        m.mapping.borrow().is_none()
    }
    #[method("($self, /)")]
    fn __enter__(m: P<Mmap>) -> PyResult {
        m.len()?;
        Ok(m.own())
    }
    #[method("($self, exc_type=None, exc_value=None, traceback=None, /)")]
    fn __exit__(m: P<Mmap>, _a: Option<Value>, _b: Option<Value>, _c: Option<Value>) -> PyResult<()> {
        Mmap::close(m)
    }
    #[method("($self, view, start=None, end=None, /)")]
    fn find(m: P<Mmap>, view: Value, start: Option<Value>, end: Option<Value>) -> PyResult<i64> {
        let what = bytes_of(view)?;
        let part = m.part(start, end, m.position.get())?;
        m.search(&what, part, false)
    }
    #[method("($self, view, start=None, end=None, /)")]
    fn rfind(m: P<Mmap>, view: Value, start: Option<Value>, end: Option<Value>) -> PyResult<i64> {
        let what = bytes_of(view)?;
        let part = m.part(start, end, m.position.get())?;
        m.search(&what, part, true)
    }
    #[method("($self, offset=0, size=None, /, *, flags=None)")]
    fn flush(m: P<Mmap>, offset: Option<Value>, size: Option<Value>, flags: Option<Value>) -> PyResult<()> {
        let (offset, len) = (number(offset, 0)?, m.len()? as i64);
        let size = match size.filter(|s| !s.is_none()) {
            Some(size) => number(Some(size), 0)?,
            None => len - offset,
        };
        if offset < 0 || size < 0 || len - offset < size {
            return raise!(ValueError, "flush values out of range");
        }
        if matches!(m.access, Access::Read | Access::Copy) {
            return Ok(());
        }
        let flags = number(flags.filter(|f| !f.is_none()), libc::MS_SYNC.into())? as i32;
        match m.with(|map| map.flush(offset as usize, size as usize, flags))? {
            Ok(()) => Ok(()),
            Err(code) => crate::posix_raise(code),
        }
    }
    #[method("($self, option, start=0, length=None, /)")]
    fn madvise(m: P<Mmap>, option: i32, start: Option<Value>, length: Option<Value>) -> PyResult<()> {
        let (start, len) = (number(start, 0)?, m.len()? as i64);
        if !(0..len).contains(&start) {
            return raise!(ValueError, "madvise start out of bounds");
        }
        let n = number(length.filter(|l| !l.is_none()), len)?;
        if n < 0 {
            return raise!(ValueError, "madvise length invalid");
        }
        let n = n.min(len - start);
        match m.with(|map| map.advise(start as usize, n as usize, option))? {
            Ok(()) => Ok(()),
            Err(code) => crate::posix_raise(code),
        }
    }
    #[method("($self, dest, src, count, /)", name = "move")]
    fn move_(m: P<Mmap>, dest: i64, src: i64, count: i64) -> PyResult<()> {
        m.must_be_writable()?;
        let len = m.len()? as i64;
        if dest < 0 || src < 0 || count < 0 || len - dest < count || len - src < count {
            return raise!(ValueError, "source, destination, or count out of range");
        }
        m.with(|map| map.move_within(dest as usize, src as usize, count as usize))
    }
    #[method("($self, n=None, /)")]
    fn read(m: P<Mmap>, n: Option<Value>) -> PyResult {
        let n = match n.filter(|n| !n.is_none()) {
            Some(n) => index_size(n, Exc::OverflowError)?,
            None => -1,
        };
        m.read_bytes(usize::try_from(n).unwrap_or(usize::MAX))
    }
    #[method("($self, /)")]
    fn read_byte(m: P<Mmap>) -> PyResult {
        let at = m.position.get();
        if at >= m.len()? {
            return raise!(ValueError, "read byte out of range");
        }
        m.position.set(at + 1);
        m.with(|map| int::new(map.copy(at, 1)[0].into()))
    }
    #[method("($self, /)")]
    fn readline(m: P<Mmap>) -> PyResult {
        let (at, len) = (m.position.get(), m.len()?);
        let end = m.search(b"\n", (at.min(len), len), false)?;
        let n = usize::try_from(end).map_or(len.saturating_sub(at), |end| end + 1 - at);
        m.read_bytes(n)
    }
    #[method("($self, newsize, /)")]
    fn resize(m: P<Mmap>, newsize: i64) -> PyResult<()> {
        m.len()?;
        m.must_be_resizable()?;
        let Ok(size) = usize::try_from(newsize) else { return raise!(ValueError, "new size out of range") };
        let fd = m.fd.get();
        if fd >= 0
            && let Err(code) = sys::truncate(fd, m.offset as u64 + size as u64)
        {
            return crate::posix_raise(code);
        }
        let result = m.mapping.borrow_mut().as_mut().map_or(Ok(()), |map| map.resize(size));
        match result {
            Ok(()) => Ok(()),
            Err(code) => crate::posix_raise(code),
        }
    }
    #[method("($self, pos, whence=0, /)")]
    fn seek(m: P<Mmap>, pos: i64, whence: Option<Value>) -> PyResult<i64> {
        let len = m.len()? as i64;
        let from = match number(whence, 0)? {
            0 => 0,
            1 => m.position.get() as i64,
            2 => len,
            _ => return raise!(ValueError, "unknown seek type"),
        };
        match from.checked_add(pos).filter(|at| (0..=len).contains(at)) {
            Some(at) => {
                m.position.set(at as usize);
                Ok(at)
            }
            None => raise!(ValueError, "seek out of range"),
        }
    }
    #[method("($self, /)")]
    fn seekable(_m: P<Mmap>) -> bool {
        true
    }
    #[method("($self, /)")]
    fn size(m: P<Mmap>) -> PyResult<i64> {
        let len = m.len()? as i64;
        match m.fd.get() {
            -1 => Ok(len),
            fd => match sys::file_size(fd) {
                Ok(size) => Ok(size.map_or(len, |s| s as i64)),
                Err(code) => crate::posix_raise(code),
            },
        }
    }
    #[method("($self, /)")]
    fn tell(m: P<Mmap>) -> PyResult<i64> {
        m.len()?;
        Ok(m.position.get() as i64)
    }
    #[method("($self, bytes, /)")]
    fn write(m: P<Mmap>, data: Value) -> PyResult<usize> {
        let data = bytes_of(data)?;
        m.must_be_writable()?;
        let at = m.position.get();
        if at > m.len()? || m.len()? - at < data.len() {
            return raise!(ValueError, "data out of range");
        }
        m.with(|map| map.write(at, &data))?;
        m.position.set(at + data.len());
        Ok(data.len())
    }
    #[method("($self, byte, /)")]
    fn write_byte(m: P<Mmap>, byte: Value) -> PyResult<()> {
        let byte = Mmap::byte(byte)?;
        m.must_be_writable()?;
        let at = m.position.get();
        if at >= m.len()? {
            return raise!(ValueError, "write byte out of range");
        }
        m.position.set(at + 1);
        m.with(|map| map.write(at, &[byte]))
    }
}
