//! The allocator, and what happens when there is no memory left.
//!
//! Large requests ([`check_room`], [`make_room`]) are refused: their callers raise a `MemoryError` and nothing has changed.
//! Small ones come from thousands of places that cannot fail. They are served from a reserve of address space that is
//! given back to the system for them, and the thread raises the `MemoryError` at its next safepoint. What is freed when
//! the error is handled fills the reserve again ([`refill`]). An infallible request that finds the reserve empty, or that
//! is larger than [`LARGE`], ends the process.
//!
//! # Invariants
//! - What an entry of [`RESERVE`] points to is mapped, and belongs to whoever takes it out.
//! - The allocator calls nothing that allocates.

use crate::error::PyResult;
use crate::thread::poll;
use std::alloc::{GlobalAlloc, Layout};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

/// Larger requests, in bytes, get nothing of the reserve. (The object heap's chunks are as large.)
const LARGE: usize = 8 << 20;
/// Bytes of one part of the reserve; a request takes as many as it needs.
const PART: usize = LARGE / 2;
/// The share of a limited address space that the reserve may take.
const SHARE: usize = 16;

static RESERVE: [AtomicPtr<u8>; 16] = [const { AtomicPtr::new(null_mut()) }; 16];

/// mimalloc with a reserve: the process's allocator, and the object heap's.
pub struct Allocator;

static SYSTEM: mimalloc::MiMalloc = mimalloc::MiMalloc;

// SAFETY: mimalloc's functions, called again when they had nothing.
unsafe impl GlobalAlloc for Allocator {
    #[inline(always)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        let get = || unsafe { SYSTEM.alloc(layout) };
        let p = get();
        if p.is_null() { insist(layout.size(), get) } else { p }
    }
    #[inline(always)]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        let get = || unsafe { SYSTEM.alloc_zeroed(layout) };
        let p = get();
        if p.is_null() { insist(layout.size(), get) } else { p }
    }
    #[inline(always)]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as the caller promises; the block is as it was if there was no memory.
        let get = || unsafe { SYSTEM.realloc(block, layout, size) };
        let p = get();
        if p.is_null() { insist(size, get) } else { p }
    }
    #[inline(always)]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { SYSTEM.dealloc(block, layout) }
    }
}

/// Ask again after each part of the reserve that is given up.
#[cold]
#[inline(never)]
fn insist(size: usize, get: impl Fn() -> *mut u8) -> *mut u8 {
    if size > LARGE {
        return null_mut();
    }
    while give_up_part() {
        let p = get();
        if !p.is_null() {
            return p;
        }
    }
    null_mut()
}

fn give_up_part() -> bool {
    let Some(part) = RESERVE.iter().map(|p| p.swap(null_mut(), Relaxed)).find(|p| !p.is_null()) else {
        return false;
    };
    // SAFETY: mapped by `refill`; the swap made it ours.
    unsafe { libc::munmap(part.cast(), PART) };
    if crate::thread::attached() {
        crate::thread::current().request(poll::MEMORY);
    }
    true
}

/// Reserve what is missing, as far as the address space goes. Costs a system call a part, and no memory.
pub fn refill() {
    if RESERVE.iter().all(|s| !s.load(Relaxed).is_null()) {
        return;
    }
    for slot in RESERVE.iter().take(parts()).filter(|s| s.load(Relaxed).is_null()) {
        // SAFETY: a fresh mapping that nobody may touch.
        let p = unsafe {
            libc::mmap(null_mut(), PART, libc::PROT_NONE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0)
        };
        if p == libc::MAP_FAILED {
            return;
        }
        let old = slot.swap(p.cast(), Relaxed);
        if !old.is_null() {
            // SAFETY: another thread's part, which the swap made ours.
            unsafe { libc::munmap(old.cast(), PART) };
        }
    }
}

/// How many parts the reserve has under the process's limit.
fn parts() -> usize {
    limit().map_or(RESERVE.len(), |bytes| (bytes / SHARE / PART).clamp(4, RESERVE.len()))
}

/// The limit of the process's address space in bytes, if it has one (`ulimit -v`).
pub fn limit() -> Option<usize> {
    // SAFETY: a plain query into a variable of its own.
    let limit = unsafe {
        let mut limit: libc::rlimit = std::mem::zeroed();
        (libc::getrlimit(libc::RLIMIT_AS, &raw mut limit) == 0).then_some(limit.rlim_cur)
    };
    limit.filter(|&bytes| bytes != libc::RLIM_INFINITY).map(|bytes| bytes as usize)
}

/// There is no memory for something that its maker goes on without: a `MemoryError` is due.
#[cold]
pub fn run_out() {
    if crate::thread::attached() {
        crate::thread::current().request(poll::MEMORY);
    }
}

/// Raise the `MemoryError` that is due if the reserve was drawn on: for loops in native code that may go on for long
/// without a safepoint.
#[inline(always)]
pub fn check() -> PyResult<()> {
    if crate::thread::current().poll.load(Relaxed) & poll::MEMORY != 0 { exhausted() } else { Ok(()) }
}

#[cold]
#[inline(never)]
fn exhausted() -> PyResult<()> {
    crate::thread::current().poll.fetch_and(!poll::MEMORY, Relaxed);
    crate::raise!(MemoryError)
}

/// Can `count` items of `size` bytes be allocated? To be asked before what a program's sizes or data make large.
#[inline]
pub fn check_room(count: usize, size: usize) -> PyResult<()> {
    if count.checked_mul(size).is_some_and(has_room) { Ok(()) } else { crate::raise!(MemoryError) }
}

/// Would the system give that much memory, and what the allocator takes for itself with it?
#[inline]
pub fn has_room(bytes: usize) -> bool {
    bytes <= LARGE || has_much_room(bytes)
}

#[cold]
fn has_much_room(bytes: usize) -> bool {
    let all = bytes.saturating_add(bytes / 16).saturating_add(1 << 20);
    isize::try_from(all).is_ok() && memmap2::MmapMut::map_anon(all).is_ok()
}

/// Room for `more` items in a vector, which grows by doubling.
#[inline(always)]
pub fn make_room<T>(items: &mut Vec<T>, more: usize) -> PyResult<()> {
    if items.capacity() - items.len() < more { grow(items, more) } else { Ok(()) }
}

#[cold]
#[inline(never)]
fn grow<T>(items: &mut Vec<T>, more: usize) -> PyResult<()> {
    check_room(items.len().saturating_add(more), size_of::<T>())?;
    // Less growth than usual where that is too much, but enough that it does not happen at every item.
    if items.try_reserve(more).is_ok() || items.try_reserve_exact(more.max(items.len() / 8)).is_ok() {
        return Ok(());
    }
    crate::raise!(MemoryError)
}

/// Append, if there is memory.
#[inline(always)]
pub fn push<T>(items: &mut Vec<T>, item: T) -> PyResult<()> {
    make_room(items, 1)?;
    items.push(item);
    Ok(())
}

/// That many zero bytes.
pub fn zeroed(count: usize) -> PyResult<Vec<u8>> {
    check_room(count, 1)?;
    Ok(vec![0; count])
}
