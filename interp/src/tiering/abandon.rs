//! Recordings that are given up on purpose, for tests (`-X jit-abandon=N`).
//!
//! A recording must be able to stop behind any instruction and leave the interpreter's state right. So the first
//! recording of a place is abandoned after `N` instructions, the next one after `2 * N`, and so on until one comes to
//! its own end.

use std::cell::RefCell;
use std::collections::HashMap;
use taipan_jit::ir::ExitKey;
use taipan_jit::record::Head;
use taipan_runtime::exec::insn::Insn;

/// Where a recording starts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// At this instruction.
    Root(*const Insn, Head),
    /// At an exit of the region with this index.
    Exit(usize, ExitKey),
}

/// How far the next recording of each place gets.
pub(super) struct Abandon {
    step: u32,
    lengths: RefCell<HashMap<Place, u32>>,
}

impl Abandon {
    /// Every recording gets `step` instructions further than the one before; 0: all get to their end.
    pub(super) fn new(step: u32) -> Abandon {
        Abandon { step, lengths: RefCell::default() }
    }
    /// The length at which the recording that starts now is abandoned.
    pub(super) fn after(&self, place: Place) -> Option<u32> {
        if self.step == 0 {
            return None;
        }
        let mut lengths = self.lengths.borrow_mut();
        let n = lengths.entry(place).or_insert(0);
        *n = n.saturating_add(self.step);
        Some(*n)
    }
}
