//! Values that are made where they are used: cheap computations that the way through their own block does without. Exits
//! and side blocks that want one compute it.

use std::collections::HashSet;

use cranelift_codegen::ir::Value;

use super::Lower;
use crate::ir::{Block, Graph, Op, Ref, Term};

/// Finds them.
pub(super) fn find(g: &Graph) -> HashSet<Ref> {
    let mut late = HashSet::new();
    if let Some(h) = g.header() {
        sums(g, &g.blocks[h.0 as usize], &mut late);
    }
    if g.leaf.is_some() {
        lent(g, &mut late);
    }
    late
}

/// Sums of the loop's body that only exits and side blocks ask for.
fn sums(g: &Graph, body: &Block, late: &mut HashSet<Ref>) {
    let mut used = HashSet::new();
    if let Term::Jump(_, args) = &body.term {
        used.extend(args.iter().copied());
    }
    for r in body.insts.iter().rev() {
        let i = &g.body.insts[r.index()];
        if matches!(i.op, Op::Add | Op::Sub) && !used.contains(r) {
            late.insert(*r);
        } else {
            used.extend(i.args.iter().copied());
        }
    }
}

/// The boxes of ints that are needed once, as the argument of a call that may take the leaf.
fn lent(g: &Graph, late: &mut HashSet<Ref>) {
    let (mut once, mut more) = (HashSet::new(), HashSet::new());
    let mut using = |r: Ref| {
        if !once.insert(r) {
            more.insert(r);
        }
    };
    let mut lent = Vec::new();
    for b in &g.blocks {
        for i in b.insts.iter().map(|r| &g.body.insts[r.index()]) {
            i.args.iter().for_each(|a| using(*a));
            if i.op == Op::Invoke {
                lent.extend(i.args.iter().copied());
            }
        }
        if let Term::Jump(_, args) = &b.term {
            args.iter().for_each(|a| using(*a));
        }
    }
    let boxes = lent.into_iter().filter(|a| g.body.def(*a).is_some_and(|i| i.op == Op::BoxInt));
    late.extend(boxes.filter(|a| !more.contains(a)));
}

impl Lower<'_, '_> {
    /// The value of one of them, here.
    pub(super) fn late_value(&mut self, r: Ref) -> Value {
        let inst = &self.g.body.insts[r.index()];
        if inst.op == Op::BoxInt { self.box_int(inst.args[0]) } else { self.arith(inst) }
    }
}
