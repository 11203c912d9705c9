//! Mapped memory.
//!
//! # Invariants
//! - A [`Mapping`] is what `mmap` returned, of that length, until it is dropped.
//! - Others may change the memory at any time (another process, another view): it is copied byte by byte, and no
//!   reference to it is handed out.

use crate::sys_call::{Sys, errno};
use std::ffi::CStr;

/// Memory that the system has mapped.
pub struct Mapping {
    address: *mut u8,
    len: usize,
}

/// What a mapping is of.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    pub len: usize,
    pub prot: i32,
    pub flags: i32,
    /// -1 for memory of no file.
    pub fd: i32,
    pub offset: i64,
}

fn check(r: i32) -> Sys<()> {
    if r == 0 { Ok(()) } else { Err(errno()) }
}

impl Mapping {
    pub fn new(r: Request) -> Sys<Mapping> {
        // SAFETY: a new mapping, at an address of the system's choice.
        let p = unsafe { libc::mmap(std::ptr::null_mut(), r.len, r.prot, r.flags, r.fd, r.offset) };
        if p == libc::MAP_FAILED { Err(errno()) } else { Ok(Mapping { address: p.cast(), len: r.len }) }
    }
    pub fn len(&self) -> usize {
        self.len
    }
    pub fn address(&self) -> *mut u8 {
        self.address
    }
    /// A copy of a part.
    pub fn copy(&self, from: usize, n: usize) -> Vec<u8> {
        assert!(from.checked_add(n).is_some_and(|end| end <= self.len));
        let mut out = vec![0; n];
        // SAFETY: within the mapping; the vector is another block.
        unsafe { std::ptr::copy_nonoverlapping(self.address.add(from), out.as_mut_ptr(), n) };
        out
    }
    /// Write into a part; the mapping is writable.
    pub fn write(&self, at: usize, data: &[u8]) {
        assert!(at.checked_add(data.len()).is_some_and(|end| end <= self.len));
        // SAFETY: within the mapping; the data may be a view of it.
        unsafe { std::ptr::copy(data.as_ptr(), self.address.add(at), data.len()) };
    }
    /// Copy within it.
    pub fn move_within(&self, to: usize, from: usize, n: usize) {
        assert!(to + n <= self.len && from + n <= self.len);
        // SAFETY: within the mapping.
        unsafe { std::ptr::copy(self.address.add(from), self.address.add(to), n) };
    }
    /// Write a part back to the file.
    pub fn flush(&self, from: usize, n: usize, flags: i32) -> Sys<()> {
        // SAFETY: within the mapping.
        check(unsafe { libc::msync(self.address.add(from).cast(), n, flags) })
    }
    pub fn advise(&self, from: usize, n: usize, option: i32) -> Sys<()> {
        // SAFETY: within the mapping, which stays.
        check(unsafe { libc::madvise(self.address.add(from).cast(), n, option) })
    }
    /// Give it another length.
    pub fn resize(&mut self, len: usize) -> Sys<()> {
        // SAFETY: nobody has a view of the mapping, which may move.
        let p = unsafe { libc::mremap(self.address.cast(), self.len, len, libc::MREMAP_MAYMOVE) };
        if p == libc::MAP_FAILED {
            return Err(errno());
        }
        (self.address, self.len) = (p.cast(), len);
        Ok(())
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: mapped, and nobody has a view.
        unsafe { libc::munmap(self.address.cast(), self.len) };
    }
}

/// The size of a file, if it is a regular one; an error if it is none at all.
pub fn file_size(fd: i32) -> Sys<Option<u64>> {
    // SAFETY: all zeroes is a valid struct; the call fills it in.
    unsafe {
        let mut s: libc::stat = std::mem::zeroed();
        check(libc::fstat(fd, &raw mut s))?;
        Ok((s.st_mode & libc::S_IFMT == libc::S_IFREG).then_some(s.st_size as u64))
    }
}

/// Give a file another length.
pub fn truncate(fd: i32, len: u64) -> Sys<()> {
    // SAFETY: a plain call.
    check(unsafe { libc::ftruncate(fd, len as i64) })
}

/// Another descriptor of the same file, that `exec` closes.
pub fn duplicate(fd: i32) -> Sys<i32> {
    // SAFETY: a plain call.
    let new = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
    if new < 0 { Err(errno()) } else { Ok(new) }
}

/// Close a descriptor that this module has made.
pub fn close(fd: i32) {
    // SAFETY: the module's own descriptor.
    unsafe { libc::close(fd) };
}

/// The unit of offsets.
pub fn page_size() -> usize {
    // SAFETY: a plain query.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) as usize }
}

/// `shm_open(3)`
pub fn shm_open(path: &CStr, flags: i32, mode: u32) -> Sys<i32> {
    // SAFETY: a live string.
    let fd = unsafe { libc::shm_open(path.as_ptr(), flags | libc::O_CLOEXEC, mode) };
    if fd < 0 { Err(errno()) } else { Ok(fd) }
}

/// `shm_unlink(3)`
pub fn shm_unlink(path: &CStr) -> Sys<()> {
    // SAFETY: a live string.
    check(unsafe { libc::shm_unlink(path.as_ptr()) })
}
