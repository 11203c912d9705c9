//! What the back end must know of the runtime's memory, as plain numbers: it depends on no object layout.

use taipan_runtime::helper::{Effect, Helper};

/// Offsets, ids and helpers that lowered code uses. Offsets are in bytes.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Of the `u32` reference count, from the object's start.
    pub refcount_offset: i32,
    /// Of the `u32` type id.
    pub type_id_offset: i32,
    /// Of the type pointer.
    pub type_ptr_offset: i32,
    /// Of the double in a heap float.
    pub float_value_offset: i32,
    /// The type id of floats.
    pub float_type_id: u32,
    /// Ids below this never change during an object's life; others are shapes, which calls and stores to
    /// [`ALIAS_TYPE_ID`](crate::ir::ALIAS_TYPE_ID) may change.
    pub first_shape_id: u32,
    /// Ids of types whose deallocation neither runs code nor drops references (float, str, big int, range …).
    pub leaf_type_ids: Vec<u32>,
    /// What the deallocation of an object of any other type may do. `Quiet`: a `guard_quiet`
    /// follows each that was recorded.
    pub decref_effect: Effect,
    /// Frees an object whose count has reached zero; takes the pointer, returns nothing that matters.
    pub dealloc: &'static Helper,
    /// Makes a heap float (owned); takes a double.
    pub box_float_cold: &'static Helper,
    /// Ints that may need more than 63 bits.
    pub ints: IntHelpers,
    /// Makes an object: takes size, container flag, type id and type pointer; the header is written, the count is
    /// 1, a heap class is counted, the fields are not initialised. Never fails.
    pub alloc: &'static Helper,
    /// Where free objects can be popped inline.
    pub free_lists: Option<FreeLists>,
    /// Do helpers take the thread pointer before their own arguments?
    pub helpers_take_thread: bool,
    /// Of the `u32` poll word, from the thread pointer.
    pub poll_offset: i32,
    /// Of the `i64` count of events, from the thread pointer.
    pub events_offset: i32,
    /// Of the `i64` count of changes, from the thread pointer.
    pub changes_offset: i32,
    /// Of the exit buffer (words), from the thread pointer. The word below it takes the number of the exit.
    pub exit_buffer_offset: i32,
    /// Its size in words.
    pub exit_buffer_words: u32,
    /// Where strings can be compared inline.
    pub strings: Option<StringLayout>,
    /// Frame records, for calls of Python functions.
    pub frames: FrameLayout,
}

impl Layout {
    /// Of the count that `guard_quiet` or `guard_stable` looks at.
    pub fn count_offset(&self, guard: crate::ir::Op) -> i32 {
        if guard == crate::ir::Op::GuardStable { self.changes_offset } else { self.events_offset }
    }
}

/// Helpers for ints of up to 128 bits that are not negative.
#[derive(Clone, Copy, Debug)]
pub struct IntHelpers {
    /// Is it an exact int of at most 64 bits that is not negative?
    pub is_u64: &'static Helper,
    /// The number that such an int is.
    pub u64_of: &'static Helper,
    /// Makes an int (owned); takes the number.
    pub box_u64: &'static Helper,
    /// Makes an int (owned); takes the lower and the upper word.
    pub box_u128: &'static Helper,
}

/// What comparing strings needs. Offsets are in bytes from the object's start.
#[derive(Clone, Copy, Debug)]
pub struct StringLayout {
    /// Compares two strings by the operation in its third argument.
    pub compare: &'static Helper,
    /// The words that stand for `==` and `!=` there.
    pub equal: [u64; 2],
    /// The number of characters.
    pub len: i32,
    /// The first byte of the first character.
    pub chars: i32,
}

/// Where frame records lie and what is in them. Offsets are in bytes; of records from the record's start, of the
/// thread's words from the thread pointer.
#[derive(Clone, Copy, Debug)]
pub struct FrameLayout {
    /// The thread's word with the address of the innermost record.
    pub innermost: i32,
    /// The thread's word with the address behind the last record that the recursion limit allows.
    pub records_limit: i32,
    /// The thread's word with the end of the value stack.
    pub stack_limit: i32,
    /// The thread's word with the lowest address that the native stack may reach.
    pub native_limit: i32,
    /// Bytes of a record.
    pub size: i32,
    /// The record's code, or its call site.
    pub code: i32,
    /// Its function.
    pub function: i32,
    /// The instruction that it runs, or the call site of native code.
    pub pc: i32,
    /// The generator that runs in it.
    pub generator: i32,
    /// The end of its slots.
    pub top: i32,
    /// The thread's count of frames with a frame object, 32 bits.
    pub objects: i32,
    /// Takes the address of the record of a callee that has ended, and the number of frames with those that are inlined
    /// below it. One of them may have a frame object.
    pub detach: &'static Helper,
    /// Where the base frame is not the innermost: are there frame objects of inlined frames? Otherwise it is again.
    pub is_seen: &'static Helper,
    /// Goes on in the interpreter after a callee's region has left through an exit (its argument), until the
    /// callee returns; the result, or zero for "raised".
    pub leave: &'static Helper,
}

/// Free lists of the heap, one head per size class: a head is a pointer to the first free object, which has a
/// pointer to the next; 0 is empty. Addresses are absolute: the heap is the interpreter's.
#[derive(Clone, Copy, Debug)]
pub struct FreeLists {
    /// Of the first head, for objects that are not containers, and for those that are.
    pub heads: [u64; 2],
    /// Bytes between heads.
    pub stride: u32,
    /// The size class of `size` bytes is `(size - 1) / granule`.
    pub granule: u32,
    /// Larger objects have no free list.
    pub max_size: u32,
    /// Where a free object has the pointer to the next.
    pub next_offset: i32,
    /// Of the `i64` count of containers that is kept for the collector.
    pub young: u64,
}

impl FreeLists {
    /// The address of the head for such objects.
    pub fn head(&self, size: u32, container: bool) -> Option<u64> {
        let class = (size.max(1) - 1) / self.granule;
        (size <= self.max_size).then(|| self.heads[usize::from(container)] + (self.stride * class) as u64)
    }
}
