//! What the back end is told about this runtime's memory.

use super::enter::LEAVE;
use std::mem::offset_of;
use taipan_jit::layout::{FrameLayout, FreeLists, IntHelpers, Layout, StringLayout};
use taipan_runtime::frame::Frame;
use taipan_runtime::heap::{GRANULE, SMALL_MAX};
use taipan_runtime::helper::Effect;
use taipan_runtime::helpers;
use taipan_runtime::object::{FIRST_SHAPE, Header, Kind};
use taipan_runtime::runtime::heap;
use taipan_runtime::slots::CmpOp;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::float::Float;
use taipan_runtime::types::str::Str;
use taipan_runtime::value::Value;

// Machine code writes these two words by one store.
const _: () = assert!(offset_of!(Frame, function) == offset_of!(Frame, code) + 8);
const _: () = assert!(offset_of!(Thread, exit_words) == offset_of!(Thread, exit) + 8);

fn frames() -> FrameLayout {
    FrameLayout {
        innermost: offset_of!(Thread, frame) as i32,
        records_limit: offset_of!(Thread, frames_limit) as i32,
        stack_limit: offset_of!(Thread, stack_limit) as i32,
        native_limit: offset_of!(Thread, native_limit) as i32,
        size: size_of::<Frame>() as i32,
        code: offset_of!(Frame, code) as i32,
        function: offset_of!(Frame, function) as i32,
        pc: offset_of!(Frame, pc) as i32,
        generator: offset_of!(Frame, generator) as i32,
        top: offset_of!(Frame, top) as i32,
        objects: offset_of!(Thread, frame_objects) as i32,
        detach: &helpers::DETACH,
        is_seen: &helpers::IS_SEEN,
        leave: &LEAVE,
    }
}

/// The layout of the current interpreter.
pub fn layout() -> Layout {
    let heap = heap();
    Layout {
        refcount_offset: offset_of!(Header, refcount) as i32,
        type_id_offset: offset_of!(Header, id) as i32,
        type_ptr_offset: offset_of!(Header, class) as i32,
        float_value_offset: offset_of!(Float, value) as i32,
        float_type_id: Kind::Float as u32,
        first_shape_id: FIRST_SHAPE,
        leaf_type_ids: vec![Kind::Float as u32, Kind::Str as u32, Kind::Int as u32, Kind::RangeIter as u32],
        decref_effect: Effect::Quiet,
        dealloc: &helpers::DEALLOC,
        box_float_cold: &helpers::BOX_FLOAT,
        ints: IntHelpers {
            is_u64: &helpers::IS_U64,
            u64_of: &helpers::U64_OF,
            box_u64: &helpers::BOX_U64,
            box_u128: &helpers::BOX_U128,
        },
        alloc: &helpers::ALLOC,
        free_lists: Some(FreeLists {
            heads: [heap.free_list(1, false) as u64, heap.free_list(1, true) as u64],
            stride: (heap.free_list(GRANULE + 1, false) as usize - heap.free_list(1, false) as usize) as u32,
            granule: GRANULE as u32,
            max_size: SMALL_MAX as u32,
            next_offset: 8,
            young: &raw const heap.young as u64,
        }),
        helpers_take_thread: false,
        poll_offset: offset_of!(Thread, poll) as i32,
        events_offset: offset_of!(Thread, events) as i32,
        changes_offset: offset_of!(Thread, changes) as i32,
        exit_buffer_offset: offset_of!(Thread, exit_words) as i32,
        exit_buffer_words: taipan_runtime::thread::EXIT_WORDS as u32,
        strings: Some(StringLayout {
            compare: &helpers::STR_COMPARE,
            equal: [CmpOp::Eq, CmpOp::Ne].map(|op| Value::small_int(op as i64).bits()),
            len: offset_of!(Str, len) as i32,
            chars: size_of::<Str>() as i32,
        }),
        frames: frames(),
    }
}
