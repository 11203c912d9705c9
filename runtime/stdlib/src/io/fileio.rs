//! `FileIO`: a file descriptor as a raw stream.

use super::base::{check_open, size_argument};
use super::{DEFAULT_BUFFER_SIZE, unsupported};
use crate::construct::arguments;
use crate::constructor;
use crate::posix::path::PathArg;
use crate::sys_call::{self, Sys, retry};
use std::cell::Cell;
use taipan_runtime::buffer::Buffer;
use taipan_runtime::error::{Exc, PyResult, take, zeroed};
use taipan_runtime::memory::make_room;
use taipan_runtime::native::{NativeDef, native_class};
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::protocol::attr::{getattr_opt, setattr};
use taipan_runtime::protocol::call::call2;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::protocol::{index, repr};
use taipan_runtime::slots::Args;
use taipan_runtime::types::exception::os_error::raise_errno;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{bytes, int, str};
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, raise};

/// A raw stream over a file descriptor.
#[repr(C)]
pub struct FileIo {
    head: Header,
    /// The descriptor; -1 once closed.
    fd: Cell<i32>,
    mode: Cell<Mode>,
    closefd: Cell<bool>,
    /// Known to be seekable, or not.
    seekable: Cell<Option<bool>>,
    blksize: Cell<usize>,
    /// Is it a regular file (what it holds can be told from its size)?
    size_hint: Cell<u64>,
}
object_layout!(FileIo, Kind::Native, leaf);

/// How a file is opened.
#[derive(Clone, Copy, Default)]
struct Mode {
    created: bool,
    readable: bool,
    writable: bool,
    appending: bool,
}

impl Mode {
    fn text(self) -> &'static std::primitive::str {
        match self {
            Mode { created: true, readable, .. } => {
                if readable {
                    "xb+"
                } else {
                    "xb"
                }
            }
            Mode { appending: true, readable, .. } => {
                if readable {
                    "ab+"
                } else {
                    "ab"
                }
            }
            Mode { readable: true, writable: true, .. } => "rb+",
            Mode { readable: true, .. } => "rb",
            _ => "wb",
        }
    }
}

/// The mode and the flags of `open(2)`.
fn parse_mode(mode: &std::primitive::str) -> PyResult<(Mode, i32)> {
    let (mut m, mut flags, mut main, mut plus) = (Mode::default(), 0, 0, 0);
    for c in mode.chars() {
        match c {
            'x' => {
                (m.created, m.writable) = (true, true);
                flags |= libc::O_EXCL | libc::O_CREAT;
                main += 1;
            }
            'r' => {
                m.readable = true;
                main += 1;
            }
            'w' => {
                m.writable = true;
                flags |= libc::O_CREAT | libc::O_TRUNC;
                main += 1;
            }
            'a' => {
                (m.writable, m.appending) = (true, true);
                flags |= libc::O_APPEND | libc::O_CREAT;
                main += 1;
            }
            '+' => {
                (m.readable, m.writable) = (true, true);
                plus += 1;
            }
            'b' => {}
            _ => return raise!(ValueError, "invalid mode: {mode}"),
        }
    }
    if main != 1 || plus > 1 {
        return raise!(
            ValueError,
            "Must have exactly one of create/read/write/append mode and at most one plus"
        );
    }
    flags |= match (m.readable, m.writable) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    Ok((m, flags | libc::O_CLOEXEC))
}

/// A result, with an error number as an exception that names the file.
fn or_raise<T>(result: Sys<T>, name: Option<Value>) -> PyResult<T> {
    match result {
        Ok(v) => Ok(v),
        Err(e) => raise_errno(e, name),
    }
}

static FILE: NativeDef =
    constructor!("FileIO", Either file, Either mode = 0, Either closefd = 0, Either opener = 0);

impl FileIo {
    /// Open a file, or take a descriptor over.
    fn init_with(
        this: P<FileIo>,
        file: Value,
        mode: &std::primitive::str,
        closefd: bool,
        opener: Value,
    ) -> PyResult<()> {
        if this.fd.get() >= 0 {
            FileIo::close_fd(this)?;
        }
        let (m, flags) = parse_mode(mode)?;
        this.mode.set(m);
        this.closefd.set(closefd);
        this.seekable.set(None);
        let given = if file.is_int_like() { index::to_i32(file)? } else { -1 };
        if file.is_int_like() && given < 0 {
            return raise!(ValueError, "negative file descriptor");
        }
        let mut opened = false;
        let fd = if given >= 0 {
            given
        } else {
            if !closefd {
                return raise!(ValueError, "Cannot use closefd=False with file name");
            }
            opened = true;
            if opener.is_none() {
                let path = PathArg::of(file, "open", false)?;
                let c = path.c_string();
                or_raise(retry(|| sys_call::open(libc::AT_FDCWD, c, flags, 0o666))?, Some(file))?
            } else {
                let fd = call2(opener, file, *int::new(flags.into()))?;
                if !index::has_index(*fd) {
                    return raise!(TypeError, "expected integer from opener");
                }
                match index::to_i32(*fd)? {
                    fd if fd < 0 => return raise!(ValueError, "opener returned {fd}"),
                    fd => fd,
                }
            }
        };
        this.fd.set(fd);
        let checked = FileIo::look(this, file, m);
        if checked.is_err() && opened && opener.is_none() {
            let _ = sys_call::close(this.fd.replace(-1));
        } else if checked.is_err() {
            this.fd.set(-1);
        }
        checked
    }

    fn look(this: P<FileIo>, file: Value, m: Mode) -> PyResult<()> {
        let st = or_raise(sys_call::fstat(this.fd.get()), Some(file))?;
        if st.st_mode & libc::S_IFMT == libc::S_IFDIR {
            return raise_errno(libc::EISDIR, Some(file));
        }
        this.blksize.set(if st.st_blksize > 1 { st.st_blksize as usize } else { DEFAULT_BUFFER_SIZE });
        let regular = st.st_mode & libc::S_IFMT == libc::S_IFREG;
        this.size_hint.set(if regular { st.st_size as u64 } else { 0 });
        setattr(this.value(), str::interned("name"), file)?;
        if m.appending
            && let Err(e) = sys_call::lseek(this.fd.get(), 0, libc::SEEK_END)
            && e != libc::ESPIPE
        {
            return raise_errno(e, Some(file));
        }
        Ok(())
    }

    /// A `FileIO` over a descriptor that is not closed with it.
    pub fn of_fd(fd: i32, mode: &std::primitive::str) -> PyResult<Ref> {
        let Some(class) = native_class::<FileIo>() else {
            return raise!(SystemError, "_io is not initialised");
        };
        let file = FileIo::empty(class);
        if let Some(f) = file.downcast::<FileIo>() {
            FileIo::init_with(f, *int::new(fd.into()), mode, false, NONE)?;
        }
        Ok(file)
    }

    fn empty(class: P<TypeObject>) -> Ref {
        let file = FileIo {
            head: Header::new(class),
            fd: Cell::new(-1),
            mode: Cell::default(),
            closefd: Cell::new(true),
            seekable: Cell::new(None),
            blksize: Cell::new(DEFAULT_BUFFER_SIZE),
            size_hint: Cell::new(0),
        };
        alloc_in(class, file).erase()
    }

    fn close_fd(this: P<FileIo>) -> PyResult<()> {
        let fd = this.fd.replace(-1);
        if fd < 0 || !this.closefd.get() {
            return Ok(());
        }
        or_raise(taipan_runtime::gil::released(|| sys_call::close(fd)), None)
    }

    fn open_fd(&self) -> PyResult<i32> {
        match self.fd.get() {
            fd if fd < 0 => raise!(ValueError, "I/O operation on closed file"),
            fd => Ok(fd),
        }
    }
    fn readable_fd(&self) -> PyResult<i32> {
        let fd = self.open_fd()?;
        if self.mode.get().readable { Ok(fd) } else { unsupported("File not open for reading") }
    }

    /// Read at most as much as fits; `None` if nothing is there yet.
    pub fn read_into(&self, buffer: &mut [u8]) -> PyResult<Option<usize>> {
        let fd = self.readable_fd()?;
        match retry(|| sys_call::read(fd, buffer))? {
            Ok(n) => Ok(Some(n)),
            Err(libc::EAGAIN) => Ok(None),
            Err(e) => raise_errno(e, None),
        }
    }
    /// Write; how much was, or `None` if nothing can be yet.
    pub fn write_bytes(&self, data: &[u8]) -> PyResult<Option<usize>> {
        let fd = self.open_fd()?;
        if !self.mode.get().writable {
            return unsupported("File not open for writing");
        }
        match retry(|| sys_call::write(fd, data))? {
            Ok(n) => Ok(Some(n)),
            Err(libc::EAGAIN) => Ok(None),
            Err(e) => raise_errno(e, None),
        }
    }
    /// Move the position.
    pub fn seek_to(&self, offset: i64, whence: i32) -> PyResult<i64> {
        let fd = self.open_fd()?;
        let at = or_raise(sys_call::lseek(fd, offset, whence), None)?;
        self.seekable.set(Some(true));
        Ok(at)
    }
    /// What is left, or `None` if nothing is there yet.
    pub fn read_all(&self) -> PyResult<Option<Vec<u8>>> {
        let fd = self.readable_fd()?;
        let at = sys_call::lseek(fd, 0, libc::SEEK_CUR).unwrap_or(0);
        let expected = (self.size_hint.get() as i64 - at).clamp(0, 1 << 30) as usize;
        let mut all = zeroed(expected.max(1024) + 1)?;
        let mut len = 0;
        loop {
            if len == all.len() {
                let more = len.clamp(DEFAULT_BUFFER_SIZE, 1 << 26);
                make_room(&mut all, more)?;
                all.resize(len + more, 0);
            }
            match self.read_into(&mut all[len..])? {
                Some(0) => break,
                Some(n) => len += n,
                None if len == 0 => return Ok(None),
                None => break,
            }
        }
        all.truncate(len);
        Ok(Some(all))
    }
    /// The block size that buffers are made for.
    pub fn block_size(&self) -> usize {
        self.blksize.get()
    }
    /// Is it closed?
    pub fn is_closed(&self) -> bool {
        self.fd.get() < 0
    }
    /// Is it a terminal?
    pub fn is_terminal(&self) -> bool {
        self.fd.get() >= 0 && sys_call::isatty(self.fd.get())
    }
}

#[taipan_runtime::pymethods]
impl FileIo {
    #[slot(new)]
    fn new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        Ok(FileIo::empty(class))
    }
    #[slot(init)]
    fn init(v: Value, args: Args<'_>) -> PyResult<()> {
        let Some(this) = v.downcast::<FileIo>() else { return raise!(TypeError, "FileIO required") };
        let ([file, mode, closefd, opener], _) = arguments::<4>(&FILE, v.class(), args)?;
        let mode = match mode {
            None => "r".to_owned(),
            Some(m) => match m.as_str() {
                Some(s) => s.to_lossy(),
                None => {
                    return raise!(
                        TypeError,
                        "FileIO() argument 'mode' must be str, not {}",
                        m.class().name()
                    );
                }
            },
        };
        let closefd = closefd.map_or(Ok(true), truth)?;
        FileIo::init_with(this, file.unwrap_or(NONE), &mode, closefd, opener.unwrap_or(NONE))
    }
    #[slot(finalize)]
    fn finalize(v: Value) {
        let Some(this) = v.downcast::<FileIo>() else { return };
        if this.fd.get() >= 0 && this.closefd.get() {
            FileIo::warn_unclosed(this, v);
        }
        super::base::finalize(v);
    }
    fn warn_unclosed(_this: P<FileIo>, source: Value) {
        let text = repr::repr_text(source).map(|r| format!("unclosed file {r}"));
        let warned = text.and_then(|t| taipan_runtime::builtins::warn::warn(Exc::ResourceWarning, &t));
        if warned.is_err() {
            drop(take());
        }
    }
    #[method("(self, source, /)")]
    fn _dealloc_warn(this: P<FileIo>, source: Value) {
        if this.fd.get() >= 0 && this.closefd.get() {
            FileIo::warn_unclosed(this, source);
        }
    }
    #[slot(repr)]
    fn repr(this: P<FileIo>) -> PyResult {
        let class = "_io.FileIO";
        if this.fd.get() < 0 {
            return Ok(Ref::from(format!("<{class} [closed]>").as_str()));
        }
        let name = getattr_opt(this.value(), str::interned("name"))?;
        let what = match name {
            Some(n) => format!("name={}", repr::repr_text(*n)?),
            None => format!("fd={}", this.fd.get()),
        };
        let closefd = if this.closefd.get() { "True" } else { "False" };
        Ok(Ref::from(
            format!("<{class} {what} mode='{}' closefd={closefd}>", this.mode.get().text()).as_str(),
        ))
    }
    /// Read at most size bytes, returned as bytes.
    #[method("(self, size=-1, /)")]
    fn read(this: P<FileIo>, size: Option<Value>) -> PyResult {
        this.readable_fd()?;
        let Ok(size) = usize::try_from(size_argument(size)?) else { return FileIo::readall(this) };
        let mut buffer = zeroed(size)?;
        Ok(match this.read_into(&mut buffer)? {
            Some(n) => bytes::new(&buffer[..n]).erase(),
            None => NONE.own(),
        })
    }
    /// Read all data from the file, returned as bytes.
    #[method("(self, /)")]
    fn readall(this: P<FileIo>) -> PyResult {
        Ok(this.read_all()?.map_or_else(|| NONE.own(), |b| bytes::new(&b).erase()))
    }
    /// Same as RawIOBase.readinto().
    #[method("(self, buffer, /)")]
    fn readinto(this: P<FileIo>, buffer: Value) -> PyResult<Option<usize>> {
        this.readable_fd()?;
        let target = Buffer::require_writable(buffer, "readinto() argument")?;
        let mut data = vec![0; target.nbytes()];
        let n = this.read_into(&mut data)?;
        if let Some(n) = n {
            target.with_bytes_mut(|t| t[..n].copy_from_slice(&data[..n]));
        }
        Ok(n)
    }
    /// Write buffer b to file, return number of bytes written.
    #[method("(self, b, /)")]
    fn write(this: P<FileIo>, b: Value) -> PyResult<Option<usize>> {
        this.open_fd()?;
        let data = Buffer::require(b)?.to_vec();
        this.write_bytes(&data)
    }
    /// Move to new file position and return the file position.
    #[method("(self, pos, whence=0, /)")]
    fn seek(this: P<FileIo>, pos: Value, whence: i32) -> PyResult<i64> {
        this.open_fd()?;
        this.seek_to(index::to_i64(pos)?, whence)
    }
    /// Current file position.
    #[method("(self, /)")]
    fn tell(this: P<FileIo>) -> PyResult<i64> {
        this.seek_to(0, libc::SEEK_CUR)
    }
    /// Truncate the file to at most size bytes and return the truncated size.
    #[method("(self, size=None, /)")]
    fn truncate(this: P<FileIo>, size: Option<Value>) -> PyResult {
        let fd = this.open_fd()?;
        if !this.mode.get().writable {
            return unsupported("File not open for writing");
        }
        let size = match size.filter(|s| !s.is_none()) {
            Some(s) => index::to_i64(s)?,
            None => this.seek_to(0, libc::SEEK_CUR)?,
        };
        or_raise(retry(|| sys_call::ftruncate(fd, size))?, None)?;
        Ok(int::new(size))
    }
    /// Close the file.
    #[method("(self, /)")]
    fn close(this: P<FileIo>) -> PyResult<()> {
        if !this.closefd.get() {
            this.fd.set(-1);
        }
        FileIo::close_fd(this)
    }
    /// True if file supports random-access.
    #[method("(self, /)")]
    fn seekable(this: P<FileIo>) -> PyResult<bool> {
        let fd = this.open_fd()?;
        if let Some(known) = this.seekable.get() {
            return Ok(known);
        }
        let answer = sys_call::lseek(fd, 0, libc::SEEK_CUR).is_ok();
        this.seekable.set(Some(answer));
        Ok(answer)
    }
    /// True if file was opened in a read mode.
    #[method("(self, /)")]
    fn readable(this: P<FileIo>) -> PyResult<bool> {
        this.open_fd()?;
        Ok(this.mode.get().readable)
    }
    /// True if file was opened in a write mode.
    #[method("(self, /)")]
    fn writable(this: P<FileIo>) -> PyResult<bool> {
        this.open_fd()?;
        Ok(this.mode.get().writable)
    }
    /// Return the underlying file descriptor (an integer).
    #[method("(self, /)")]
    fn fileno(this: P<FileIo>) -> PyResult<i32> {
        this.open_fd()
    }
    /// True if the file is connected to a TTY device.
    #[method("(self, /)")]
    fn isatty(this: P<FileIo>) -> PyResult<bool> {
        this.open_fd().map(sys_call::isatty)
    }
    #[method("(self, /)")]
    fn _isatty_open_only(this: P<FileIo>) -> PyResult<bool> {
        FileIo::isatty(this)
    }
    /// True if the file is closed.
    #[getter]
    fn closed(this: P<FileIo>) -> bool {
        this.is_closed()
    }
    /// True if the file descriptor will be closed by close().
    #[getter]
    fn closefd(this: P<FileIo>) -> bool {
        this.closefd.get()
    }
    /// String giving the file mode.
    #[getter]
    fn mode(this: P<FileIo>) -> &'static std::primitive::str {
        this.mode.get().text()
    }
    #[getter]
    fn _blksize(this: P<FileIo>) -> usize {
        this.blksize.get()
    }
    #[method("(self, /)", name = "__getstate__")]
    fn getstate(this: P<FileIo>) -> PyResult {
        check_open(this.value())?;
        raise!(TypeError, "cannot pickle '{}' instances", this.value().class().name())
    }
}
