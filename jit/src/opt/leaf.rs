//! Short ways through a function: from its start to a result, past comparisons and arithmetic, without a call or an
//! effect. Of a recursive function they are the base cases, and most of its calls take one: the region's calls of its own
//! function try them where they stand, before they make a frame.

use crate::ir::{ExitKind, Graph, Imm, Leaf, Op, OpEffect, Ref, Step, Term, Ty};

/// Instructions that a way may have: longer ones are looked for as long as there are few short ones.
const LENGTHS: [usize; 4] = [5, 9, 13, 17];
/// Ways that are enough.
const ENOUGH: usize = 2;
/// Instructions of all ways at most.
const MAX_SIZE: usize = 24;

/// Finds them, if there are any.
pub(super) fn find(g: &Graph) -> Option<Leaf> {
    let mut best = None;
    for length in LENGTHS {
        let Some(leaf) = way(g, 0, length) else { continue };
        let (mut size, mut results) = (0, 0);
        leaf.for_each(&mut |l| {
            size += l.steps.len();
            results += usize::from(l.result.is_some());
        });
        if size <= MAX_SIZE {
            best = Some(leaf);
        }
        if size > MAX_SIZE || results >= ENOUGH {
            break;
        }
    }
    best
}

/// The ways from the start of a block, of so many instructions at most.
fn way(g: &Graph, start: usize, length: usize) -> Option<Leaf> {
    let block = &g.blocks[start];
    let mut steps: Vec<Step> = Vec::new();
    // Behind the first effect there is no way back.
    let mut committed = false;
    let ends = block.insts.iter().all(|r| {
        let inst = &g.body.insts[r.index()];
        let mut fails = None;
        match inst.op {
            _ if steps.len() >= length => return false,
            Op::Poll if start == 0 => return true,
            // The call says where it is.
            Op::Place => return true,
            // The arguments; nobody has stored to the slots yet.
            Op::SlotLoad if matches!(inst.imm, Imm::Slot { frame: 0, .. }) => {}
            Op::Decref if is_argument(g, inst.args[0]) => committed = true,
            Op::GuardRoom | Op::GuardQuiet | Op::GuardStable | Op::GuardInnermost | Op::Poll => return false,
            op if op.can_guard() && !committed => {
                // What a checked operation leaves behind is no number.
                let other = inst.snap.and_then(|s| g.continued.get(&s)).filter(|_| inst.ty == Ty::Void);
                fails = other.and_then(|b| way(g, b.0 as usize, length - steps.len() - 1)).map(Box::new);
            }
            op if matches!(op.effect(), OpEffect::Pure | OpEffect::Load) && !op.is_box() => {}
            _ => return false,
        }
        steps.push(Step { inst: *r, fails });
        true
    });
    let result = match block.term {
        Term::Exit(s) if ends && g.body.snap(s).kind == ExitKind::Return => Some(g.result(s)),
        _ => None,
    };
    if result.is_none() {
        let useful = steps.iter().rposition(|s| s.fails.is_some())?;
        steps.truncate(useful + 1);
    }
    Some(Leaf { steps, result })
}

fn is_argument(g: &Graph, r: Ref) -> bool {
    g.body.def(r).is_some_and(|i| i.op == Op::SlotLoad)
}
