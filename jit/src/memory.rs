//! Executable memory: where compiled regions live.
//!
//! Memory comes in chunks, each an anonymous file that is mapped twice: once readable and writable, where code
//! is written, once readable and executable, where it runs. No page is ever writable and executable at one
//! address, and publishing code needs no `mprotect` (measured: 1.8 microseconds to publish and call, against a
//! page or more and a system call each with `cranelift-jit`). Blocks are sub-allocated first-fit and can be
//! freed; neighbouring free blocks merge.
//!
//! Invariants that the unsafe code keeps:
//! - `Chunk::rw` and `Chunk::rx` are mappings of `CHUNK` (or more) bytes of the same file, alive as long as the
//!   chunk; chunks are dropped only with the [`CodeMemory`], which every [`CodeBlock`] keeps alive.
//! - A block's bytes are written only by [`CodeMemory::publish`], before anyone has its address, and lie within
//!   the chunk; blocks never overlap.
//! - A block is dropped only when no thread runs in it and none will enter it: the owner's duty (by epoch).

#![allow(unsafe_code)]

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use taipan_runtime::thread::Thread;

const CHUNK: usize = 1 << 20;
/// Alignment of blocks: a cache line, so that two regions share none.
const ALIGN: usize = 64;

struct Chunk {
    rw: *mut u8,
    rx: *mut u8,
    len: usize,
    /// Free blocks: offset and length, no two adjacent.
    free: BTreeMap<usize, usize>,
}

// SAFETY: the pointers are to mappings that belong to the chunk alone; all access goes through the mutex.
unsafe impl Send for Chunk {}

impl Chunk {
    fn new(len: usize) -> io::Result<Chunk> {
        // SAFETY: the name is a C string; the call touches no memory of ours.
        let fd = unsafe { libc::memfd_create(c"taipan-code".as_ptr(), libc::MFD_CLOEXEC) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: `fd` is a file descriptor of ours.
        let sized = unsafe { libc::ftruncate(fd, len as libc::off_t) };
        let error = (sized != 0).then(io::Error::last_os_error);
        let map = |prot| {
            // SAFETY: maps fresh addresses (no MAP_FIXED), so no existing mapping is disturbed.
            let p = unsafe { libc::mmap(std::ptr::null_mut(), len, prot, libc::MAP_SHARED, fd, 0) };
            if p == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(p.cast::<u8>()) }
        };
        let maps = match error {
            Some(e) => Err(e),
            None => map(libc::PROT_READ | libc::PROT_WRITE).and_then(|rw| {
                map(libc::PROT_READ | libc::PROT_EXEC).map(|rx| (rw, rx)).inspect_err(|_| {
                    // SAFETY: `rw` was just mapped with this length and is not used any more.
                    unsafe { libc::munmap(rw.cast(), len) };
                })
            }),
        };
        // SAFETY: `fd` is ours; the mappings keep the file alive.
        unsafe { libc::close(fd) };
        let (rw, rx) = maps?;
        Ok(Chunk { rw, rx, len, free: BTreeMap::from([(0, len)]) })
    }
    /// An anonymous file with what the chunk holds.
    fn copy(&self) -> io::Result<OwnedFd> {
        // SAFETY: the name is a C string; the call touches no memory of ours.
        let fd = unsafe { libc::memfd_create(c"taipan-code".as_ptr(), libc::MFD_CLOEXEC) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: a file descriptor that is ours alone.
        let file = unsafe { std::fs::File::from_raw_fd(fd) };
        // SAFETY: mapped readable; whoever holds the lock is the only one who writes.
        let bytes = unsafe { std::slice::from_raw_parts(self.rw.cast_const(), self.len) };
        file.write_all_at(bytes, 0)?;
        Ok(file.into())
    }
    /// The chunk becomes one of this file, at the same addresses.
    fn remap(&self, file: &OwnedFd) -> io::Result<()> {
        for (at, prot) in
            [(self.rw, libc::PROT_READ | libc::PROT_WRITE), (self.rx, libc::PROT_READ | libc::PROT_EXEC)]
        {
            let flags = libc::MAP_SHARED | libc::MAP_FIXED;
            // SAFETY: replaces a mapping of the chunk's by one with the same contents.
            let p = unsafe { libc::mmap(at.cast(), self.len, prot, flags, file.as_raw_fd(), 0) };
            if p == libc::MAP_FAILED {
                return Err(io::Error::last_os_error());
            }
        }
        Ok(())
    }
    fn take(&mut self, need: usize) -> Option<usize> {
        let (at, len) = self.free.iter().find(|(_, len)| **len >= need).map(|(a, l)| (*a, *l))?;
        self.free.remove(&at);
        if len > need {
            self.free.insert(at + need, len - need);
        }
        Some(at)
    }
    fn give(&mut self, mut at: usize, mut len: usize) {
        if let Some(next) = self.free.remove(&(at + len)) {
            len += next;
        }
        if let Some((before, blen)) = self.free.range(..at).next_back().map(|(a, l)| (*a, *l))
            && before + blen == at
        {
            at = before;
            len += blen;
        }
        self.free.insert(at, len);
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        // SAFETY: both were mapped with this length in `new`; no block is left (each keeps the memory alive).
        unsafe {
            libc::munmap(self.rw.cast(), self.len);
            libc::munmap(self.rx.cast(), self.len);
        }
    }
}

#[derive(Default)]
struct State {
    chunks: Vec<Chunk>,
    used: usize,
}

/// Executable memory with an upper limit. Shared by the threads of an interpreter.
pub struct CodeMemory {
    state: Mutex<State>,
    limit: usize,
}

/// How machine code left.
#[derive(Clone, Copy, Debug)]
pub struct Leave {
    /// The number of the exit, or [`RETURNED`].
    pub exit: u64,
    /// The result, where it returned.
    pub value: u64,
}

/// [`Leave::exit`] of a function region whose base frame has ended. In machine code that is a result other than zero;
/// else the exit's number is in the thread's word for it.
pub const RETURNED: u64 = u64::MAX;

/// [`Leave::exit`] of a region that has led to another loop of the same frame: the code at the address
/// in the first word of the exit buffer goes on.
pub const LINKED: u64 = u64::MAX - 2;

/// [`Leave::exit`] of a region whose base frame, a generator's, yields: at its `pc`, with all its slots in memory.
pub const YIELDED: u64 = u64::MAX - 4;

/// [`Leave::exit`] of a loop without a region: the interpreter goes on at the frame's `pc`.
pub const RESUME: u64 = u64::MAX - 3;

/// [`Leave::exit`] of a function without a region: the interpreter runs it from its start.
pub const INTERPRET: u64 = u64::MAX - 1;

/// Leaves through this exit.
fn leave(thread: *mut Thread, exit: u64) -> u64 {
    // SAFETY: stand-ins are called with the running thread.
    unsafe { (*thread).exit.set(exit) };
    0
}

/// What stands for the code of a function without a region, with the signature of published code.
pub extern "C" fn interpret(thread: *mut Thread, _fp: *mut u64, _frame: *mut u8) -> u64 {
    leave(thread, INTERPRET)
}

/// What stands for the code of a loop without a region; see [`interpret`].
pub extern "C" fn resume(thread: *mut Thread, _fp: *mut u64, _frame: *mut u8) -> u64 {
    leave(thread, RESUME)
}

/// What machine code starts with: the thread, the base frame's slots and its record.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// The thread pointer of the layout.
    pub thread: *mut u8,
    /// The slots.
    pub fp: *mut u64,
    /// The record.
    pub frame: *mut u8,
    /// The exit buffer; the word below it takes the number of the exit.
    pub buffer: *const u64,
}

/// Runs the code of a region at this address, and of those that it leads to.
///
/// # Safety
/// As for [`CodeBlock::run`].
pub unsafe fn run(address: usize, start: Start) -> Leave {
    let mut address = address;
    loop {
        // SAFETY: `address` is published code, or a stand-in, of this signature.
        let f: extern "C" fn(*mut u8, *mut u64, *mut u8) -> u64 = unsafe { std::mem::transmute(address) };
        let value = f(start.thread, start.fp, start.frame);
        if value != 0 {
            return Leave { exit: RETURNED, value };
        }
        // SAFETY: the exit's number and the first word of the buffer, as the layout says.
        let (exit, first) = unsafe { (*start.buffer.sub(1), *start.buffer) };
        if exit != LINKED {
            return Leave { exit, value: 0 };
        }
        address = first as usize;
    }
}

/// Published code. Dropping it frees the memory: only when no thread is inside or will enter.
pub struct CodeBlock {
    memory: Arc<CodeMemory>,
    chunk: usize,
    offset: usize,
    reserved: usize,
    address: usize,
    len: usize,
}

impl std::fmt::Debug for CodeBlock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CodeBlock({:#x}, {} bytes)", self.address, self.len)
    }
}

impl std::fmt::Debug for CodeMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CodeMemory({} of {} bytes)", self.used(), self.limit)
    }
}

impl CodeMemory {
    /// No memory is reserved before the first `publish`. `limit` is in bytes of code.
    pub fn new(limit: usize) -> Arc<CodeMemory> {
        Arc::new(CodeMemory { state: Mutex::default(), limit })
    }
    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the lock is held leaves the free lists intact: each update is complete by then.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Fork (`fork` does, and returns what the system call does): the child gets code of its own. Otherwise both
    /// processes would write theirs to the same pages.
    ///
    /// # Errors
    /// Where the system has no memory for the copies; there is no child then.
    pub fn fork(&self, fork: &mut dyn FnMut() -> i32) -> io::Result<i32> {
        // Nobody publishes meanwhile.
        let s = self.lock();
        let copies: Vec<OwnedFd> = s.chunks.iter().map(Chunk::copy).collect::<io::Result<_>>()?;
        let pid = fork();
        if pid == 0 {
            for (chunk, copy) in s.chunks.iter().zip(&copies) {
                chunk.remap(copy)?;
            }
        }
        Ok(pid)
    }
    /// Bytes in use.
    pub fn used(&self) -> usize {
        self.lock().used
    }
    /// Copies machine code to where it can run.
    ///
    /// # Errors
    /// Where the limit is reached (`OutOfMemory`), or the system gives no memory.
    pub fn publish(self: &Arc<Self>, code: &[u8]) -> io::Result<CodeBlock> {
        let reserved = code.len().max(1).next_multiple_of(ALIGN);
        let mut s = self.lock();
        if s.used + reserved > self.limit {
            return Err(io::Error::new(io::ErrorKind::OutOfMemory, "the limit of code memory is reached"));
        }
        let found = s.chunks.iter_mut().enumerate().find_map(|(i, c)| c.take(reserved).map(|at| (i, at)));
        let (chunk, offset) = match found {
            Some(x) => x,
            None => {
                let mut c = Chunk::new(reserved.next_multiple_of(CHUNK))?;
                let at = c.take(reserved).unwrap_or_default();
                s.chunks.push(c);
                (s.chunks.len() - 1, at)
            }
        };
        s.used += reserved;
        let c = &s.chunks[chunk];
        // SAFETY: `take` gave `reserved >= code.len()` bytes at `offset` of this chunk to us alone.
        let address = unsafe {
            std::ptr::copy_nonoverlapping(code.as_ptr(), c.rw.add(offset), code.len());
            c.rx.add(offset)
        };
        synchronize(address, code.len());
        drop(s);
        Ok(CodeBlock {
            memory: Arc::clone(self),
            chunk,
            offset,
            reserved,
            address: address as usize,
            len: code.len(),
        })
    }
}

impl CodeBlock {
    /// The address of its first byte, where it runs.
    pub fn address(&self) -> usize {
        self.address
    }
    /// Bytes of code.
    pub fn len(&self) -> usize {
        self.len
    }
    /// Never: code has at least a return.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// The machine code.
    pub fn bytes(&self) -> Vec<u8> {
        // SAFETY: the block's bytes are mapped readable and are not written while it lives.
        unsafe { std::slice::from_raw_parts(self.address as *const u8, self.len) }.to_vec()
    }
    /// Runs it as a compiled region.
    ///
    /// # Safety
    /// The code was compiled by [`crate::compile`] for the layout of `start.thread`; all of `start` is what
    /// that layout says, valid for all that the region reads and writes.
    pub unsafe fn run(&self, start: Start) -> Leave {
        // SAFETY: `address` is published code.
        unsafe { run(self.address, start) }
    }
}

impl Drop for CodeBlock {
    fn drop(&mut self) {
        let mut s = self.memory.lock();
        s.used -= self.reserved;
        s.chunks[self.chunk].give(self.offset, self.reserved);
    }
}

/// Makes freshly written code visible to instruction fetch.
#[cfg(not(target_arch = "aarch64"))]
fn synchronize(_code: *const u8, _len: usize) {
    // x86-64 keeps instruction fetch coherent with stores.
}

/// Makes freshly written code visible to instruction fetch: cleans the data cache, invalidates the instruction
/// cache, and makes other cores refetch (`membarrier`).
#[cfg(target_arch = "aarch64")]
fn synchronize(code: *const u8, len: usize) {
    use std::arch::asm;
    let (start, end) = (code as usize, code as usize + len);
    // SAFETY: cache maintenance over mapped addresses has no effect that Rust can see; CTR_EL0 is readable from
    // user space on Linux; the system call takes no pointers.
    unsafe {
        let ctr: u64;
        asm!("mrs {}, ctr_el0", out(reg) ctr);
        let (dline, iline) = (4usize << (ctr >> 16 & 15), 4usize << (ctr & 15));
        let mut p = start & !(dline - 1);
        while p < end {
            asm!("dc cvau, {}", in(reg) p);
            p += dline;
        }
        asm!("dsb ish");
        let mut p = start & !(iline - 1);
        while p < end {
            asm!("ic ivau, {}", in(reg) p);
            p += iline;
        }
        asm!("dsb ish", "isb");
        // REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, then PRIVATE_EXPEDITED_SYNC_CORE. A kernel without them is one
        // where the context switch before another thread enters the code has to do.
        libc::syscall(libc::SYS_membarrier, 1 << 6, 0, 0);
        libc::syscall(libc::SYS_membarrier, 1 << 5, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_reused_and_merge() {
        let m = CodeMemory::new(CHUNK);
        let a = m.publish(&[0xc3; 100]).unwrap();
        let b = m.publish(&[0xc3; 100]).unwrap();
        let at = a.address();
        assert_eq!(b.address() - at, 128);
        assert_eq!(b.bytes(), vec![0xc3; 100]);
        drop(a);
        drop(b);
        assert_eq!(m.used(), 0);
        let c = m.publish(&[0xc3; 1000]).unwrap();
        assert_eq!(c.address(), at);
        assert!(m.publish(&vec![0; CHUNK]).is_err());
    }
}
