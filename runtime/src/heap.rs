//! The object heap: size classes in aligned pages with free lists that machine code can pop inline.
//!
//! Small objects (up to [`SMALL_MAX`] bytes) live in [`PAGE`]-byte pages, one size class and one container
//! flag a page, so that the cycle collector finds every container by walking pages: a slot whose first word
//! (reference count and id) is zero is free. Larger blocks go to mimalloc; large containers carry a
//! doubly linked prefix, for the same reason. Objects never move.
//!
//! # Invariants
//! - Buffers (the items of lists) are raw memory from bins of their own.
//! - Only the thread that holds the interpreter's GIL touches its heap.
//! - A free slot has a zero first word and the next free slot in its second word.
//! - `free` gets the same `size` and `container` flag that `alloc` got.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::{Cell, RefCell};
use std::ptr::null_mut;

/// Bytes of a page; pages are aligned to their size.
pub const PAGE: usize = 1 << 15;
/// Largest object of a size class, in bytes.
pub const SMALL_MAX: usize = 512;
/// Bytes between size classes.
pub const GRANULE: usize = 16;
const CLASSES: usize = SMALL_MAX / GRANULE;
/// Pages that are fetched from the system at once.
const CHUNK_PAGES: usize = 32;
/// The same once there are [`BIG`] chunks, with the alignment of a huge page of memory.
const BIG_CHUNK_PAGES: usize = 128;
const HUGE_PAGE: usize = 2 << 20;
/// The number of chunks from which on a heap is big.
const BIG: usize = 8;
const HEADER: usize = 64;
/// What bins and pages hold: objects that are no containers come first (0), then containers (1).
const BUFFERS: usize = 2;

static LARGE: crate::memory::Allocator = crate::memory::Allocator;

/// The start of a page.
#[repr(C)]
struct PageHeader {
    slot: usize,
}

/// The prefix of a large container.
#[repr(C)]
struct LargeLink {
    prev: *mut LargeLink,
    next: *mut LargeLink,
}
const LINK: usize = size_of::<LargeLink>();

/// One size class.
#[repr(C)]
struct Bin {
    free: Cell<*mut u8>,
    bump: Cell<*mut u8>,
    end: Cell<*mut u8>,
}

/// The heap of one interpreter.
#[repr(C)]
pub struct Heap {
    bins: [[Bin; CLASSES]; 3],
    /// Containers allocated minus containers freed since the last collection.
    pub young: Cell<i64>,
    /// The collector is due when `young` passes this.
    pub threshold: Cell<i64>,
    /// Pages in use, by what they hold: see the constants.
    pages: [RefCell<Vec<*mut u8>>; 3],
    /// Blocks larger than [`SMALL_MAX`].
    large_blocks: Cell<usize>,
    spare: RefCell<Vec<*mut u8>>,
    chunks: Cell<usize>,
    large: Cell<*mut LargeLink>,
}

impl Default for Heap {
    fn default() -> Self {
        Self::new()
    }
}

impl Heap {
    /// An empty heap.
    pub fn new() -> Heap {
        let bin =
            |_| Bin { free: Cell::new(null_mut()), bump: Cell::new(null_mut()), end: Cell::new(null_mut()) };
        Heap {
            bins: std::array::from_fn(|_| std::array::from_fn(bin)),
            young: Cell::new(0),
            threshold: Cell::new(crate::gc::MIN_THRESHOLD),
            pages: Default::default(),
            large_blocks: Cell::new(0),
            spare: RefCell::new(Vec::new()),
            chunks: Cell::new(0),
            large: Cell::new(null_mut()),
        }
    }

    /// The address of the free-list head for objects of `size` bytes, for inline allocation.
    pub fn free_list(&self, size: usize, container: bool) -> *const u8 {
        (&raw const self.bins[usize::from(container)][(size - 1) / GRANULE].free).cast()
    }

    /// Memory for an object of `size` bytes, aligned by [`GRANULE`]. The first word is zero.
    #[inline(always)]
    pub fn alloc(&self, size: usize, container: bool) -> *mut u8 {
        if container {
            self.young.set(self.young.get() + 1);
        }
        if size > SMALL_MAX {
            return self.alloc_large(size, container);
        }
        self.take_slot(usize::from(container), (size - 1) / GRANULE)
    }

    #[inline(always)]
    fn take_slot(&self, holds: usize, class: usize) -> *mut u8 {
        let bin = &self.bins[holds][class];
        let p = bin.free.get();
        if !p.is_null() {
            // SAFETY: a free slot holds the next free slot in its second word.
            let next = unsafe { *p.cast::<*mut u8>().add(1) };
            // What was freed long ago is out of the caches: fetch the slot that comes next while this one is used.
            prefetch(next);
            bin.free.set(next);
            return p;
        }
        self.refill(bin, class, holds)
    }

    /// Raw memory, `size` bytes, 16-byte aligned.
    #[inline]
    pub fn alloc_buffer(&self, size: usize) -> *mut u8 {
        if size <= SMALL_MAX {
            return self.take_slot(BUFFERS, (size.max(1) - 1) / GRANULE);
        }
        let layout = large_layout(size);
        // SAFETY: the layout is not empty.
        let p = unsafe { LARGE.alloc(layout) };
        if p.is_null() {
            std::alloc::handle_alloc_error(layout);
        }
        p
    }

    /// Give a buffer of `old` bytes (0: none yet) `new` bytes, which are more; it may move. Null, and the buffer is as it
    /// was, if there is no memory.
    ///
    /// # Safety
    /// The buffer is one of this heap's, of `old` bytes, which is not used again under its old address.
    pub unsafe fn resize_buffer(&self, p: *mut u8, old: usize, new: usize) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe {
            if old > SMALL_MAX {
                return LARGE.realloc(p, large_layout(old), new);
            }
            if new > SMALL_MAX {
                let moved = LARGE.alloc(large_layout(new));
                if !moved.is_null() && old != 0 {
                    std::ptr::copy_nonoverlapping(p, moved, old);
                    self.free_buffer(p, old);
                }
                return moved;
            }
            let moved = self.take_slot(BUFFERS, (new.max(1) - 1) / GRANULE);
            if old != 0 {
                std::ptr::copy_nonoverlapping(p, moved, old);
                self.free_buffer(p, old);
            }
            moved
        }
    }

    /// Give back a buffer of `size` bytes.
    ///
    /// # Safety
    /// The buffer is one of this heap's, of `size` bytes, which is not used again.
    #[inline]
    pub unsafe fn free_buffer(&self, p: *mut u8, size: usize) {
        // SAFETY: as the caller promises; slots have two words at least.
        unsafe {
            if size > SMALL_MAX {
                return LARGE.dealloc(p, large_layout(size));
            }
            let bin = &self.bins[BUFFERS][(size.max(1) - 1) / GRANULE];
            p.cast::<*mut u8>().add(1).write(bin.free.get());
            bin.free.set(p);
        }
    }

    #[cold]
    #[inline(never)]
    fn refill(&self, bin: &Bin, class: usize, holds: usize) -> *mut u8 {
        if holds == usize::from(true) {
            self.request_collection();
        }
        let slot = (class + 1) * GRANULE;
        if (bin.end.get() as usize) - (bin.bump.get() as usize) < slot {
            let page = self.new_page();
            // SAFETY: the page is fresh, zeroed and ours.
            unsafe {
                page.cast::<PageHeader>().write(PageHeader { slot });
                bin.bump.set(page.add(HEADER));
                bin.end.set(page.add(PAGE));
            }
            self.pages[holds].borrow_mut().push(page);
        }
        let p = bin.bump.get();
        // SAFETY: the check above left at least `slot` bytes.
        bin.bump.set(unsafe { p.add(slot) });
        p
    }

    /// The heap grows: is the cycle collector due? It runs at the thread's next poll. (Asked here and not at every
    /// allocation: what fits into free slots does not grow the heap.)
    fn request_collection(&self) {
        if self.young.get() > self.threshold.get() && crate::thread::attached() {
            crate::thread::current().request(crate::thread::poll::COLLECT);
        }
    }

    fn new_page(&self) -> *mut u8 {
        let mut spare = self.spare.borrow_mut();
        if spare.is_empty() {
            crate::memory::refill();
            let big = self.chunks.get() >= BIG;
            self.chunks.set(self.chunks.get() + 1);
            let pages = if big { BIG_CHUNK_PAGES } else { CHUNK_PAGES };
            let layout = chunk_layout(pages, if big { HUGE_PAGE } else { PAGE });
            // SAFETY: the layout is not empty. The chunk is kept until the process ends.
            let chunk = unsafe { LARGE.alloc_zeroed(layout) };
            if chunk.is_null() {
                std::alloc::handle_alloc_error(layout);
            }
            if big {
                advise_huge(chunk, layout.size());
            }
            for i in (0..pages).rev() {
                // SAFETY: within the chunk.
                spare.push(unsafe { chunk.add(i * PAGE) });
            }
        }
        spare.pop().unwrap_or(null_mut())
    }

    #[cold]
    fn alloc_large(&self, size: usize, container: bool) -> *mut u8 {
        let extra = if container { LINK } else { 0 };
        self.large_blocks.set(self.large_blocks.get() + 1);
        if container {
            self.request_collection();
        }
        let layout = large_layout(size + extra);
        // SAFETY: the layout is not empty.
        let raw = unsafe { LARGE.alloc(layout) };
        if raw.is_null() {
            std::alloc::handle_alloc_error(layout);
        }
        if !container {
            // SAFETY: at least one word long.
            unsafe { raw.cast::<u64>().write(0) };
            return raw;
        }
        let link = raw.cast::<LargeLink>();
        let next = self.large.get();
        // SAFETY: the link heads the block that was just allocated; `next` is a live link or null.
        unsafe {
            link.write(LargeLink { prev: null_mut(), next });
            if !next.is_null() {
                (*next).prev = link;
            }
            self.large.set(link);
            let p = raw.add(LINK);
            p.cast::<u64>().write(0);
            p
        }
    }

    /// Give back an object's memory.
    ///
    /// # Safety
    /// `p` came from `alloc(size, container)` of this heap and is not used again.
    #[inline(always)]
    pub unsafe fn free(&self, p: *mut u8, size: usize, container: bool) {
        if container {
            self.young.set(self.young.get() - 1);
        }
        if size > SMALL_MAX {
            // SAFETY: as the caller promises.
            return unsafe { self.free_large(p, size, container) };
        }
        let bin = &self.bins[usize::from(container)][(size - 1) / GRANULE];
        // SAFETY: the slot is ours now; a free slot is linked through its second word.
        unsafe {
            p.cast::<u64>().write(0);
            p.cast::<*mut u8>().add(1).write(bin.free.get());
        }
        bin.free.set(p);
    }

    #[cold]
    unsafe fn free_large(&self, p: *mut u8, size: usize, container: bool) {
        self.large_blocks.set(self.large_blocks.get() - 1);
        // SAFETY: as the caller of `free` promises; links are kept consistent by the two functions here.
        unsafe {
            if !container {
                return LARGE.dealloc(p, large_layout(size));
            }
            let link = p.sub(LINK).cast::<LargeLink>();
            let LargeLink { prev, next } = link.read();
            if prev.is_null() {
                self.large.set(next);
            } else {
                (*prev).next = next;
            }
            if !next.is_null() {
                (*next).prev = prev;
            }
            LARGE.dealloc(link.cast(), large_layout(size + LINK));
        }
    }

    /// The number of live blocks: `sys.getallocatedblocks`. (Machine code allocates without counting, so they are
    /// looked for.)
    pub fn live_blocks(&self) -> usize {
        let mut n = self.large_blocks.get();
        for container in [false, true] {
            self.each_small(container, |_| n += 1);
        }
        n
    }

    /// Bytes of a page's slots.
    fn slot_of(page: *mut u8) -> usize {
        // SAFETY: pages are never given back, and start with their header.
        unsafe { (*page.cast::<PageHeader>()).slot }
    }

    /// Calls `f` with every live block that lies in a page.
    fn each_small(&self, container: bool, mut f: impl FnMut(*mut u8)) {
        for &page in self.pages[usize::from(container)].borrow().iter() {
            let slot = Heap::slot_of(page);
            // What has never been handed out is not touched.
            let bump = self.bins[usize::from(container)][slot / GRANULE - 1].bump.get() as usize;
            let used = bump.wrapping_sub(page as usize);
            let end = if used <= PAGE { used } else { PAGE };
            // SAFETY: slots tile the page behind its header.
            unsafe {
                let mut at = HEADER;
                while at + slot <= end {
                    let p = page.add(at);
                    if *p.cast::<u32>() != 0 {
                        f(p);
                    }
                    at += slot;
                }
            }
        }
    }

    /// Every live container. The heap must not change while the iterator's result is being built.
    pub fn containers(&self) -> Vec<*mut u8> {
        // Enough at once: doubling would take twice the room for a moment.
        let room = self.pages[1].borrow().iter().map(|&page| (PAGE - HEADER) / Heap::slot_of(page)).sum();
        let mut found = Vec::with_capacity(room);
        self.each_small(true, |p| found.push(p));
        let mut link = self.large.get();
        while !link.is_null() {
            // SAFETY: a live link; the object follows it.
            unsafe {
                found.push(link.cast::<u8>().add(LINK));
                link = (*link).next;
            }
        }
        found
    }
}

/// Start to bring what lies at `p` into the caches; `p` may be any address.
#[inline(always)]
fn prefetch(p: *const u8) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint; every x86-64 processor has it, and it never faults.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(p.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = p;
}

/// Ask the system for huge pages behind this chunk.
fn advise_huge(chunk: *mut u8, size: usize) {
    #[cfg(target_os = "linux")]
    // SAFETY: advice about memory that is ours; whether it is taken does not matter.
    unsafe {
        libc::madvise(chunk.cast(), size, libc::MADV_HUGEPAGE);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (chunk, size);
}

/// These bytes of the program's file have been read and are not soon again: the system may have their pages.
pub fn read_once(bytes: &'static [u8]) {
    #[cfg(target_os = "linux")]
    {
        const FILE_PAGE: usize = 4096;
        let start = (bytes.as_ptr() as usize).next_multiple_of(FILE_PAGE);
        let end = (bytes.as_ptr() as usize + bytes.len()) & !(FILE_PAGE - 1);
        if start < end {
            // SAFETY: whole pages of constants without relocations: they are as in the file, and come back from there.
            unsafe {
                libc::madvise(start as *mut _, end - start, libc::MADV_DONTNEED);
            }
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = bytes;
}

fn chunk_layout(pages: usize, align: usize) -> Layout {
    Layout::from_size_align(pages * PAGE, align).expect("a constant, valid layout")
}

fn large_layout(size: usize) -> Layout {
    match Layout::from_size_align(size, 16) {
        Ok(layout) => layout,
        Err(_) => panic!("object size {size} overflows"),
    }
}
