//! How often the exits of a region have been taken.

use taipan_jit::ir::ExitKey;

/// Counts by fragment and snapshot: both are dense numbers, and every exit to the interpreter counts.
#[derive(Default)]
pub(super) struct Taken(Vec<Vec<u32>>);

impl Taken {
    /// The exit's count.
    pub(super) fn count(&mut self, exit: ExitKey) -> &mut u32 {
        let (fragment, snap) = (exit.fragment as usize, exit.snap.0 as usize);
        if self.0.len() <= fragment {
            self.0.resize_with(fragment + 1, Vec::new);
        }
        let counts = &mut self.0[fragment];
        if counts.len() <= snap {
            counts.resize(snap + 1, 0);
        }
        &mut counts[snap]
    }
}
