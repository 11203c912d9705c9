//! Ending a side trace where it comes together with other paths of its region.

use super::{Concrete, JoinPoint, Recorder, StartFrame};
use crate::ir::{ExitKind, Terminator, shape};
use taipan_runtime::exec::insn::Insn;

/// Where a side trace has come together with other paths.
pub struct Joined {
    /// The fragment that goes on there, if there is one already.
    pub fragment: Option<u32>,
    /// The frames there, for recording it if there is none.
    pub frames: Vec<StartFrame>,
}

impl<C: Concrete> Recorder<C> {
    /// Ends the trace if it is, before the instruction at `pc`, in a state that other paths have been in.
    pub(super) fn join(&mut self, pc: *const Insn) -> bool {
        let k = self.frames.count();
        let code = self.frames.at(k - 1).code;
        let index = code.index_of(pc) as u32;
        let here = |j: &JoinPoint| j.shape.len() == k && j.shape[k - 1].pc == index;
        if self.handling != 0 || !self.joins.iter().any(here) {
            return false;
        }
        let state = self.state_at(ExitKind::Resume, pc, None);
        let found = shape(&state.frames);
        let Some(point) = self.joins.iter().position(|j| j.shape == found) else { return false };
        let fragment = self.joins[point].fragment;
        let mut frames = Vec::with_capacity(k);
        for (n, s) in state.frames.iter().enumerate() {
            let f = self.frames.at(n);
            // What the base frame's slots hold there depends on the path.
            let listed =
                if n == 0 { (0..f.code.locals).collect() } else { s.slots.iter().map(|s| s.0).collect() };
            frames.push(StartFrame {
                code: f.code,
                function: f.function,
                call: if n + 1 == k { pc } else { f.call },
                first: f.first,
                instance: f.instance.map(|i| i.word),
                generator: f.generator,
                listed,
            });
        }
        let snap = self.b.snapshot(state);
        self.done = Some(Terminator::Exit(snap));
        self.joined = Some(Joined { fragment, frames });
        true
    }
}
