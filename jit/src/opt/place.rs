//! Placement: a computation of the loop's body that only side fragments need moves there.
//!
//! The body boxes a carried double where it begins, in case somebody wants the box; if only side fragments do,
//! the common path should not pay for it. The count that the common path takes from such a box goes with it.
//!
//! ```text
//! block b1(v1:f64)                     block b1(v1:f64)
//!   v2 = box_float v1                    guard_true v3 @0
//!   guard_true v3 @0                   block b2
//!   decref v2                            v2 = box_float v1
//! block b2                      ->       v4 = call f(v2)
//!   v4 = call f(v2)
//! ```
//! Where several side fragments need it, each gets a copy. Nothing moves out of the preamble: it runs once, the loop
//! many times.

use std::collections::BTreeSet;

use super::state::{Map, Set};
use crate::ir::{BlockId, Graph, Op, OpEffect, Ref, SnapId, Term};

/// A computation is copied to at most so many blocks.
const COPIES: usize = 8;

/// The blocks that use a value (those that only count it not among them).
type Users = Map<Ref, BTreeSet<usize>>;

/// Each block's parent (whose guard leads to it) and the place of that guard in it.
pub(super) type Parents = Map<usize, (usize, usize)>;

fn users(g: &Graph) -> Users {
    let mut users = Users::default();
    for (b, block) in g.blocks.iter().enumerate() {
        let mut using = |r: Ref| {
            if !r.is_const() {
                users.entry(r).or_default().insert(b);
            }
        };
        let snap = |s: SnapId, using: &mut dyn FnMut(Ref)| {
            if !g.continued.contains_key(&s) {
                // An exit before a box is made makes one of its own.
                g.body.snap(s).for_each_ref(|r| using(g.body.boxed_at(s, r).unwrap_or(r)));
            }
        };
        for r in &block.insts {
            let i = &g.body.insts[r.index()];
            if !drops_box(g, *r) {
                i.args.iter().for_each(|a| using(*a));
            }
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

/// Does this take a count from a box that the trace made?
fn drops_box(g: &Graph, r: Ref) -> bool {
    let i = &g.body.insts[r.index()];
    i.op == Op::Decref && g.body.def(i.args[0]).is_some_and(|d| d.op.is_box())
}

pub(super) fn parents(g: &Graph) -> Parents {
    let mut parents = Parents::default();
    for (b, block) in g.blocks.iter().enumerate() {
        for (at, r) in block.insts.iter().enumerate() {
            let snap = g.body.insts[r.index()].snap;
            if let Some(BlockId(child)) = snap.and_then(|s| g.continued.get(&s)) {
                // The last guard with the snapshot: what is before the first is before it too.
                parents.insert(*child as usize, (b, at));
            }
        }
        if let Term::Exit(s) = &block.term
            && let Some(BlockId(child)) = g.continued.get(s)
        {
            parents.insert(*child as usize, (b, block.insts.len()));
        }
    }
    parents
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
    let (users, parents, drops) = (users(g), parents(g), drops(g));
    let mut gone = Set::default();
    let mut moves = Vec::new();
    for b in header..g.blocks.len() {
        let mut moved = Vec::new();
        for r in g.blocks[b].insts.iter().rev() {
            let Some(to) = users.get(r).filter(|u| !u.is_empty() && u.iter().all(|c| *c > b)) else {
                continue;
            };
            let op = g.body.insts[r.index()].op;
            // A number on the heap may be gone by then.
            let pure = op.effect() == OpEffect::Pure && !matches!(op, Op::UnboxFloat | Op::UnboxU64);
            let tops = tops(to, b, &parents);
            // What a join needs, it has from the header: paths that do not start here lead to it too.
            let from_here = tops.iter().all(|t| leaves(*t, b, &parents).is_some());
            if pure
                && from_here
                && tops.len() <= COPIES
                && let Some(drops) = needless(drops.get(r), &tops, &parents)
            {
                gone.insert(*r);
                gone.extend(drops);
                moved.push((*r, tops));
            }
        }
        moves.extend(moved);
    }
    for block in &mut g.blocks {
        block.insts.retain(|r| !gone.contains(r));
    }
    let moved = !moves.is_empty();
    unbox_before(g, &moves, &parents);
    for (r, tops) in moves {
        place(g, r, &tops, &parents);
    }
    moved
}

/// Those of the blocks that none of the others leads to.
fn tops(users: &BTreeSet<usize>, above: usize, parents: &Parents) -> Vec<usize> {
    let under = |mut c: usize| {
        while let Some((p, _)) = parents.get(&c) {
            if *p == above {
                return false;
            }
            if users.contains(p) {
                return true;
            }
            c = *p;
        }
        false
    };
    users.iter().copied().filter(|c| !under(*c)).collect()
}

/// Where boxes that the trace made are dropped: block, place in it, and the drop.
fn drops(g: &Graph) -> Map<Ref, Vec<(usize, usize, Ref)>> {
    let mut drops: Map<Ref, Vec<(usize, usize, Ref)>> = Map::default();
    for (b, block) in g.blocks.iter().enumerate() {
        for (at, r) in block.insts.iter().enumerate().filter(|(_, r)| drops_box(g, **r)) {
            drops.entry(g.body.insts[r.index()].args[0]).or_default().push((b, at, *r));
        }
    }
    drops
}

/// The drops of a box that are needless once it is made in these blocks: those on paths that do not lead there. None
/// where a path drops it on the way there.
fn needless(drops: Option<&Vec<(usize, usize, Ref)>>, tops: &[usize], parents: &Parents) -> Option<Vec<Ref>> {
    let mut out = Vec::new();
    for (block, at, drop) in drops.into_iter().flatten() {
        if tops.iter().any(|t| reaches(*t, *block, parents)) {
            continue;
        }
        if tops.iter().any(|t| leaves(*t, *block, parents).is_some_and(|leave| leave > *at)) {
            return None;
        }
        out.push(*drop);
    }
    Some(out)
}

/// Where the way to block `c` leaves `block`, if it leads through that.
fn leaves(mut c: usize, block: usize, parents: &Parents) -> Option<usize> {
    loop {
        match parents.get(&c) {
            Some((p, at)) if *p == block => return Some(*at),
            Some((p, _)) => c = *p,
            None => return None,
        }
    }
}

/// Is block `c` the block `top`, or does that lead to it?
fn reaches(top: usize, mut c: usize, parents: &Parents) -> bool {
    loop {
        if c == top {
            return true;
        }
        match parents.get(&c) {
            Some((p, _)) => c = *p,
            None => return false,
        }
    }
}

/// Boxes are not made but in these blocks (and those that they lead to): the exits of all others take what is in them.
fn unbox_before(g: &mut Graph, moves: &[(Ref, Vec<usize>)], parents: &Parents) {
    let mut blocks: Map<SnapId, usize> = Map::default();
    for (b, block) in g.blocks.iter().enumerate() {
        blocks.extend(block.insts.iter().filter_map(|r| Some((g.body.insts[r.index()].snap?, b))));
        if let Term::Exit(s) = &block.term {
            blocks.insert(*s, b);
        }
    }
    let boxes: Map<Ref, &[usize]> =
        moves.iter().filter(|m| g.body.boxed(m.0).is_some()).map(|(r, tops)| (*r, &tops[..])).collect();
    if boxes.is_empty() {
        return;
    }
    let outside = |b: usize, tops: &[usize]| !tops.iter().any(|t| reaches(*t, b, parents));
    g.body.unbox_in_snapshots(|s, r| match (boxes.get(&r), blocks.get(&s)) {
        (Some(tops), Some(b)) => outside(*b, tops),
        _ => false,
    });
}

/// Puts a computation at the start of these blocks: itself into the first, copies into the others.
fn place(g: &mut Graph, r: Ref, tops: &[usize], parents: &Parents) {
    for (n, top) in tops.iter().enumerate() {
        if n == 0 {
            g.blocks[*top].insts.insert(0, r);
            continue;
        }
        let copy = g.body.push(g.body.insts[r.index()].clone());
        for c in *top..g.blocks.len() {
            if reaches(*top, c, parents) {
                rename(g, c, r, copy);
            }
        }
        g.blocks[*top].insts.insert(0, copy);
    }
}

/// In this block, `from` is called `to`.
fn rename(g: &mut Graph, block: usize, from: Ref, to: Ref) {
    let new = |r: Ref| if r == from { to } else { r };
    let insts = g.blocks[block].insts.clone();
    for r in insts {
        let i = &mut g.body.insts[r.index()];
        i.args.iter_mut().for_each(|a| *a = new(*a));
        if let Some(s) = i.snap
            && !g.continued.contains_key(&s)
        {
            g.body.snaps[s.0 as usize].map_refs(new);
        }
    }
    match &mut g.blocks[block].term {
        Term::Jump(_, args) => args.iter_mut().for_each(|a| *a = new(*a)),
        Term::Exit(s) => {
            if !g.continued.contains_key(s) {
                g.body.snaps[s.0 as usize].map_refs(new);
            }
        }
    }
}
