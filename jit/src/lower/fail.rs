//! Guards that leave although they hold, for tests: each once, at its `n`th execution.
//!
//! Whether a guard's exit is right shows only when it is taken, and most never are. With `-X jit-fail=N` every guard
//! counts its executions in a word of its own and leaves at the `N`th, through an exit that nothing is ever attached
//! to: the interpreter executes the instruction again, finds what the guard has found, and goes on.

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, types};
use std::sync::atomic::AtomicU32;

use super::{Lower, Pending};
use crate::ir::{ExitKind, Graph, SnapId};

/// The counters of a region's guards.
#[derive(Debug)]
pub struct Failing(Box<[AtomicU32]>);

impl Failing {
    /// Each guard of the graph leaves at its `n`th execution.
    pub fn new(g: &Graph, n: u32) -> Failing {
        let guards =
            g.blocks.iter().flat_map(|b| &b.insts).filter(|r| g.body.insts[r.index()].snap.is_some());
        Failing(guards.map(|_| AtomicU32::new(n)).collect())
    }
    fn address(&self, i: usize) -> i64 {
        std::ptr::from_ref(&self.0[i]) as i64
    }
}

impl Lower<'_, '_> {
    /// A guard with this snapshot comes next.
    pub(super) fn fail_once(&mut self, snap: SnapId) {
        let Some(failing) = self.failing else { return };
        let kind = self.g.body.snap(snap).kind;
        let any_time =
            matches!(kind, ExitKind::Resume | ExitKind::Disturbed | ExitKind::Interpret | ExitKind::Poll);
        if !any_time || self.g.continued.contains_key(&snap) {
            return;
        }
        let counter = self.iconst(failing.address(self.counted_guards));
        self.counted_guards += 1;
        let n = self.fb.ins().load(types::I32, MemFlagsData::trusted(), counter, 0);
        let n = self.fb.ins().iadd_imm_s(n, -1);
        self.fb.ins().store(MemFlagsData::trusted(), n, counter, 0);
        let exit = self.cold_block();
        self.pending.push(Pending { snap, block: exit, ops: Vec::new(), called: None });
        self.stay_if(n, exit);
    }
}
