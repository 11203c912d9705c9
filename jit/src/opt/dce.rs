//! Dead code elimination, backward over the whole graph.
//!
//! Needed are effects, guards, what leads to them, and what snapshots of needed guards mention. Everything else
//! goes: computations, loads, pure calls, objects that nobody looks at, parameters of the loop that only feed
//! themselves. Counts of a box that the trace made are needed only if the box is.
//!
//! ```text
//! v3 = box_float v2          (only the snapshot had wanted it, and takes v2 now)
//! incref v3
//! decref v3                  -> all three gone
//! ```

use taipan_runtime::helper::Effect;

use crate::ir::{Graph, Imm, Inst, Op, OpEffect, Ref, SnapId, Term};

/// Is this needed whatever becomes of its result?
fn is_root(g: &Graph, i: &Inst) -> bool {
    match i.op.effect() {
        OpEffect::Guard | OpEffect::Store | OpEffect::Note => true,
        OpEffect::Pure | OpEffect::Load | OpEffect::Alloc => false,
        OpEffect::Call => !matches!(i.imm, Imm::Helper(h) if h.effect <= Effect::Fresh),
        OpEffect::Incref | OpEffect::Decref => !counts_box(g, i),
    }
}

/// Is this a count of a box made in the trace?
fn counts_box(g: &Graph, i: &Inst) -> bool {
    matches!(i.op, Op::Incref | Op::Decref) && g.body.def(i.args[0]).is_some_and(|d| d.op.is_box())
}

struct Marks<'a> {
    g: &'a Graph,
    live: Vec<bool>,
    work: Vec<Ref>,
    snaps: Vec<bool>,
}

impl Marks<'_> {
    fn mark(&mut self, r: Ref) {
        if !r.is_const() && !std::mem::replace(&mut self.live[r.index()], true) {
            self.work.push(r);
        }
    }
    fn mark_snap(&mut self, s: SnapId) {
        let g = self.g;
        if !g.continued.contains_key(&s) && !std::mem::replace(&mut self.snaps[s.0 as usize], true) {
            // The exit can make the box.
            g.body.snap(s).for_each_ref(|r| self.mark(g.body.boxed_at(s, r).unwrap_or(r)));
        }
    }
}

fn mark(g: &Graph) -> Vec<bool> {
    let (n, snaps) = (g.body.insts.len(), vec![false; g.body.snaps.len()]);
    let mut m = Marks { g, live: vec![false; n], work: Vec::new(), snaps };
    // Which jumps give a parameter its value.
    let mut edges: Vec<(u32, &[Ref])> = Vec::new();
    for b in &g.blocks {
        for r in &b.insts {
            if is_root(g, &g.body.insts[r.index()]) {
                m.mark(*r);
            }
        }
        match &b.term {
            Term::Exit(s) => m.mark_snap(*s),
            Term::Jump(t, args) => edges.push((t.0, args)),
        }
    }
    while let Some(r) = m.work.pop() {
        let i = &g.body.insts[r.index()];
        i.args.iter().for_each(|a| m.mark(*a));
        if let Some(s) = i.snap {
            m.mark_snap(s);
        }
        if i.op == Op::Param {
            for (t, args) in &edges {
                if let Some(n) = g.blocks[*t as usize].params.iter().position(|p| *p == r) {
                    m.mark(args[n]);
                }
            }
        }
    }
    m.live
}

/// Removes what is not needed.
pub(super) fn run(g: &mut Graph) {
    let live = mark(g);
    g.body.unbox_in_snapshots(|_, r| !live[r.index()]);
    let kept: Vec<Vec<bool>> =
        g.blocks.iter().map(|b| b.params.iter().map(|p| live[p.index()]).collect()).collect();
    let counts: Vec<bool> =
        g.body.insts.iter().map(|i| counts_box(g, i) && i.args.iter().all(|a| live[a.index()])).collect();
    for (i, b) in g.blocks.iter_mut().enumerate() {
        b.insts.retain(|r| live[r.index()] || counts[r.index()]);
        keep(&mut b.params, &kept[i]);
        if let Term::Jump(t, args) = &mut b.term {
            keep(args, &kept[t.0 as usize]);
        }
    }
}

fn keep(list: &mut Vec<Ref>, kept: &[bool]) {
    let mut i = 0;
    list.retain(|_| {
        i += 1;
        kept[i - 1]
    });
}
