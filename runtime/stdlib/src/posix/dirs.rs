//! `listdir` and `scandir`.

use super::path::PathArg;
use super::stat;
use crate::construct::add_class;
use crate::sys_call;
use std::cell::RefCell;
use std::ffi::{CString, OsStr};
use std::fs::ReadDir;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirEntryExt;
use taipan_runtime::error::PyResult;
use taipan_runtime::gil::released;
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::protocol::repr;
use taipan_runtime::runtime::types;
use taipan_runtime::types::exception::os_error::{raise_errno, raise_io};
use taipan_runtime::types::module::Module;
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, raise};

/// The directory that an argument means, as a path that can be opened.
fn directory(path: &PathArg) -> std::path::PathBuf {
    match path.fd {
        Some(fd) => format!("/proc/self/fd/{fd}").into(),
        None => OsStr::from_bytes(path.c_string().to_bytes()).into(),
    }
}

/// `os.listdir(path)`
pub fn list(path: &PathArg) -> PyResult {
    let names = released(|| -> std::io::Result<Vec<Vec<u8>>> {
        let entries = std::fs::read_dir(directory(path))?;
        entries.map(|e| Ok(e?.file_name().as_bytes().to_vec())).collect()
    });
    match names {
        Ok(names) => {
            Ok(taipan_runtime::types::list::new(names.iter().map(|n| path.result(n)).collect()).erase())
        }
        Err(e) => raise_io(&e, Some(*path.original)),
    }
}

/// `os.DirEntry`
#[repr(C)]
pub struct DirEntry {
    head: Header,
    name: Ref,
    path: Ref,
    /// The file, from the directory `dir`.
    c_path: CString,
    dir: i32,
    inode: u64,
    file_type: Option<u32>,
    stat: OwnedCell,
    lstat: OwnedCell,
}
object_layout!(DirEntry, Kind::Native, container, [name, path, stat, lstat]);

/// What `os.scandir` returns.
#[repr(C)]
pub struct Scan {
    head: Header,
    entries: RefCell<Option<ReadDir>>,
    /// The path that names begin with, and the argument.
    prefix: Vec<u8>,
    is_bytes: bool,
    fd: Option<i32>,
    original: Ref,
}
object_layout!(Scan, Kind::Native, container, [original]);

impl DirEntry {
    fn mode(&self, follow: bool) -> PyResult<Option<u32>> {
        if let Some(t) = self.file_type
            && (!follow || t != libc::S_IFLNK)
        {
            return Ok(Some(t));
        }
        let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        match sys_call::fstatat(self.dir, &self.c_path, flags) {
            Ok(st) => Ok(Some(st.st_mode & libc::S_IFMT)),
            Err(libc::ENOENT) => Ok(None),
            Err(e) => raise_errno(e, Some(*self.path)),
        }
    }
    fn is(&self, kind: u32, follow: bool) -> PyResult<bool> {
        Ok(self.mode(follow)? == Some(kind))
    }
}

#[taipan_runtime::pymethods]
impl DirEntry {
    #[slot(repr)]
    fn repr(this: P<DirEntry>) -> PyResult {
        Ok(Ref::from(format!("<DirEntry {}>", repr::repr_text(*this.name)?).as_str()))
    }
    /// the entry's base filename, relative to scandir() "path" argument
    #[getter]
    fn name(this: P<DirEntry>) -> Value {
        *this.name
    }
    /// the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)
    #[getter]
    fn path(this: P<DirEntry>) -> Value {
        *this.path
    }
    /// Return True if the entry is a directory; cached per entry.
    #[method("(self, *, follow_symlinks=True)")]
    fn is_dir(this: P<DirEntry>, follow_symlinks: bool) -> PyResult<bool> {
        this.is(libc::S_IFDIR, follow_symlinks)
    }
    /// Return True if the entry is a file; cached per entry.
    #[method("(self, *, follow_symlinks=True)")]
    fn is_file(this: P<DirEntry>, follow_symlinks: bool) -> PyResult<bool> {
        this.is(libc::S_IFREG, follow_symlinks)
    }
    /// Return True if the entry is a symbolic link; cached per entry.
    #[method("(self, /)")]
    fn is_symlink(this: P<DirEntry>) -> PyResult<bool> {
        this.is(libc::S_IFLNK, false)
    }
    /// Return True if the entry is a junction; cached per entry.
    #[method("(self, /)")]
    fn is_junction(_this: P<DirEntry>) -> bool {
        false
    }
    /// Return stat_result object for the entry; cached per entry.
    #[method("(self, *, follow_symlinks=True)", name = "stat")]
    fn stat_method(this: P<DirEntry>, follow_symlinks: bool) -> PyResult {
        let cell = if follow_symlinks { &this.stat } else { &this.lstat };
        if let Some(known) = cell.get() {
            return Ok(known.own());
        }
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        match sys_call::fstatat(this.dir, &this.c_path, flags) {
            Ok(st) => {
                let result = stat::result(&st);
                cell.set(Some(result.clone()));
                Ok(result)
            }
            Err(e) => raise_errno(e, Some(*this.path)),
        }
    }
    /// Return inode of the entry; cached per entry.
    #[method("(self, /)")]
    fn inode(this: P<DirEntry>) -> u64 {
        this.inode
    }
    /// Return the path for the entry.
    #[method("(self, /)", name = "__fspath__")]
    fn fspath(this: P<DirEntry>) -> Value {
        *this.path
    }
}

impl Scan {
    fn text(&self, b: &[u8]) -> Ref {
        if self.is_bytes {
            taipan_runtime::types::bytes::new(b).erase()
        } else {
            crate::os_text::fs_decode(b)
        }
    }
    fn entry(&self, e: &std::fs::DirEntry) -> PyResult {
        use std::os::unix::fs::FileTypeExt;
        let Some(class) = native_class::<DirEntry>() else {
            return raise!(SystemError, "posix is not initialised");
        };
        let os_name = e.file_name();
        let name = os_name.as_bytes();
        let full = [self.prefix.as_slice(), name].concat();
        let c_path = crate::os_text::c_string(if self.fd.is_some() { name.to_vec() } else { full.clone() })?;
        let file_type = e.file_type().ok().map(|t| match () {
            () if t.is_dir() => libc::S_IFDIR,
            () if t.is_file() => libc::S_IFREG,
            () if t.is_symlink() => libc::S_IFLNK,
            () if t.is_fifo() => libc::S_IFIFO,
            () if t.is_socket() => libc::S_IFSOCK,
            () if t.is_block_device() => libc::S_IFBLK,
            () => libc::S_IFCHR,
        });
        let name = self.text(name);
        let path = if self.fd.is_some() { name.clone() } else { self.text(&full) };
        let entry = DirEntry {
            head: Header::new(class),
            name,
            path,
            c_path,
            dir: self.fd.unwrap_or(libc::AT_FDCWD),
            inode: e.ino(),
            file_type,
            stat: OwnedCell::default(),
            lstat: OwnedCell::default(),
        };
        Ok(alloc_in(class, entry).erase())
    }
}

#[taipan_runtime::pymethods]
impl Scan {
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }
    #[slot(next)]
    fn next(this: P<Scan>) -> PyResult<Option<Ref>> {
        let next = this.entries.borrow_mut().as_mut().and_then(Iterator::next);
        match next {
            None => {
                this.entries.borrow_mut().take();
                Ok(None)
            }
            Some(Ok(e)) => this.entry(&e).map(Some),
            Some(Err(e)) => raise_io(&e, Some(*this.original)),
        }
    }
    #[method("(self, /)")]
    fn close(this: P<Scan>) {
        this.entries.borrow_mut().take();
    }
    #[method("(self, /)", name = "__enter__")]
    fn enter(this: P<Scan>) -> Value {
        this.value()
    }
    #[method("(self, /, *args)", name = "__exit__")]
    fn exit(this: P<Scan>, args: &[Value]) {
        let _ = args;
        this.entries.borrow_mut().take();
    }
}

/// `os.scandir(path)`
pub fn scan(path: PathArg) -> PyResult {
    let Some(class) = native_class::<Scan>() else { return raise!(SystemError, "posix is not initialised") };
    let entries = match released(|| std::fs::read_dir(directory(&path))) {
        Ok(e) => e,
        Err(e) => return raise_io(&e, Some(*path.original)),
    };
    let mut prefix = path.c_string().to_bytes().to_vec();
    if !prefix.is_empty() && prefix.last() != Some(&b'/') {
        prefix.push(b'/');
    }
    let scan = Scan {
        head: Header::new(class),
        entries: RefCell::new(Some(entries)),
        prefix,
        is_bytes: path.is_bytes,
        fd: path.fd,
        original: path.original.clone(),
    };
    Ok(alloc_in(class, scan).erase())
}

/// Make the classes.
pub fn setup(m: P<Module>) {
    let object = types().object;
    let no_new = taipan_runtime::types::type_object::flags::NO_NEW;
    let entry = add_class::<DirEntry>(m, "DirEntry", object, no_new, DirEntry::install);
    entry.dict().insert_text("__module__", Ref::from("posix"));
    add_class::<Scan>(m, "ScandirIterator", object, no_new, Scan::install);
}

/// The current directory, where no path is given.
pub fn here(path: Option<Value>, function: &str) -> PyResult<PathArg> {
    match path.filter(|p| !p.is_none()) {
        Some(p) => PathArg::of(p, function, true),
        None => {
            let mut dot = PathArg::of(*Ref::from("."), function, false)?;
            dot.original = NONE.own();
            Ok(dot)
        }
    }
}
