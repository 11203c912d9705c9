//! The way through a function that is shortest: from its start to a result, past comparisons and arithmetic, without a
//! call or an effect. Of a recursive function it is the base case, and most of its calls take it: the region's calls of
//! its own function try it where they stand, before they make a frame.

use crate::ir::{ExitKind, Graph, Imm, Leaf, Op, OpEffect, Ref, Step, Term, Ty};

/// Steps that it may have.
const MAX_STEPS: usize = 10;
/// Instructions that the search looks at.
const MAX_LOOKS: usize = 100;

/// Finds the shortest one, if there is any.
pub(super) fn find(g: &Graph) -> Option<Leaf> {
    let mut search = Search { g, looks: 0, best: None };
    search.block(0, Vec::new());
    search.best
}

struct Search<'a> {
    g: &'a Graph,
    looks: usize,
    best: Option<Leaf>,
}

impl Search<'_> {
    /// Goes through a block, behind these steps.
    fn block(&mut self, block: usize, mut steps: Vec<Step>) {
        let g = self.g;
        let limit = self.best.as_ref().map_or(MAX_STEPS, |b| b.steps.len());
        // Behind the first effect there is no way back.
        let mut committed = false;
        for r in &g.blocks[block].insts {
            self.looks += 1;
            let inst = &g.body.insts[r.index()];
            if self.looks > MAX_LOOKS || steps.len() >= limit {
                return;
            }
            match inst.op {
                Op::Poll if block == 0 => continue,
                // The call says where it is.
                Op::Place => continue,
                // The arguments; nobody has stored to the slots yet.
                Op::SlotLoad if matches!(inst.imm, Imm::Slot { frame: 0, .. }) => {}
                Op::Decref if self.is_argument(inst.args[0]) => committed = true,
                Op::GuardRoom | Op::GuardQuiet | Op::GuardStable | Op::Poll => return,
                op if op.can_guard() && !committed => {
                    let other = inst.snap.and_then(|s| g.continued.get(&s));
                    // What a checked operation leaves behind is no number.
                    if let (Some(other), Ty::Void) = (other, inst.ty) {
                        let mut steps = steps.clone();
                        steps.push(Step { inst: *r, holds: false });
                        self.block(other.0 as usize, steps);
                    }
                }
                op if matches!(op.effect(), OpEffect::Pure | OpEffect::Load) && !op.is_box() => {}
                _ => return,
            }
            steps.push(Step { inst: *r, holds: true });
        }
        let Term::Exit(s) = g.blocks[block].term else { return };
        if g.body.snap(s).kind == ExitKind::Return && steps.len() < limit {
            self.best = Some(Leaf { steps, result: g.result(s) });
        }
    }

    fn is_argument(&self, r: Ref) -> bool {
        self.g.body.def(r).is_some_and(|i| i.op == Op::SlotLoad)
    }
}
