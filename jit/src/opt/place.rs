//! Placement: a computation of the loop's body that only one side fragment needs moves there.
//!
//! The body boxes a carried double where it begins, in case somebody wants the box; if only a side fragment does,
//! the common path should not pay for it.
//!
//! ```text
//! block b1(v1:f64)                     block b1(v1:f64)
//!   v2 = box_float v1                    guard_true v3 @0
//!   guard_true v3 @0                   block b2
//! block b2                      ->       v2 = box_float v1
//!   v4 = call f(v2)                      v4 = call f(v2)
//! ```
//! Nothing moves out of the preamble: it runs once, the loop many times.

use super::state::Map;
use crate::ir::{BlockId, Graph, OpEffect, Ref, SnapId, Term};

/// The block that uses a value; none where there are several.
type Users = Map<Ref, Option<usize>>;

fn users(g: &Graph) -> Users {
    let mut users = Users::default();
    for (b, block) in g.blocks.iter().enumerate() {
        let mut using = |r: Ref| {
            if !r.is_const() {
                let u = users.entry(r).or_insert(Some(b));
                *u = u.filter(|x| *x == b);
            }
        };
        let snap = |s: SnapId, using: &mut dyn FnMut(Ref)| {
            if !g.continued.contains_key(&s) {
                g.body.snap(s).for_each_ref(using);
            }
        };
        for r in &block.insts {
            let i = &g.body.insts[r.index()];
            i.args.iter().for_each(|a| using(*a));
            if let Some(s) = i.snap {
                snap(s, &mut using);
            }
        }
        match &block.term {
            Term::Exit(s) => snap(*s, &mut using),
            Term::Jump(_, args) => args.iter().for_each(|a| using(*a)),
        }
    }
    users
}

/// Moves what can move; what only the moved needed, too.
pub(super) fn run(g: &mut Graph) {
    let Some(BlockId(header)) = g.header() else { return };
    // Chains are short (box of a sum of a load); a longer one keeps its beginning.
    for _ in 0..4 {
        if !round(g, header as usize) {
            break;
        }
    }
}

fn round(g: &mut Graph, header: usize) -> bool {
    let users = users(g);
    let mut moved = false;
    for b in header..g.blocks.len() {
        let mut kept = Vec::with_capacity(g.blocks[b].insts.len());
        for r in std::mem::take(&mut g.blocks[b].insts).into_iter().rev() {
            let to = users.get(&r).copied().flatten().filter(|c| *c > b);
            match to {
                Some(c) if g.body.insts[r.index()].op.effect() == OpEffect::Pure => {
                    g.blocks[c].insts.insert(0, r);
                    moved = true;
                }
                _ => kept.push(r),
            }
        }
        kept.reverse();
        g.blocks[b].insts = kept;
    }
    moved
}
