//! Counted loops: what an index is compared with on every turn, it is compared with once for many turns.
//!
//! ```text
//! block b1(p, left)                      block b1(p, stop, limit)
//!   guard_true (left > 0) @0               guard_true (p < limit) @3          @3 continues b2
//!   guard_true (p u< length) @1            v = load_elem items p
//!   v = load_elem items p           ->     jump b1(p + 1, stop, limit)
//!   poll @2                              block b2
//!   jump b1(p + 1, left - 1)               guard_true (p < stop) @0
//!                                          poll @4
//!                                          guard_true (p u< length) @5
//!                                          jump b1(p, stop, min(stop, length, p + 1024))
//! ```
//! The body's bounds checks against lengths that stay the same are one comparison with the least of the bounds, which
//! is the loop's own condition; the count of what is left is the difference of two values that the exits know. The poll
//! is due once in [`TURNS`] turns where the body does nothing but compute. (HotSpot hoists range checks and strip-mines
//! loops for its safepoints; here the new limit is found on the way, without a second loop.)
//!
//! All exits of the new block have the state of the loop's start: a bound that fails there fails in the interpreter, at
//! its own place.

use super::place::{Parents, parents};
use std::collections::HashSet;

use crate::ir::{
    Block, BlockId, ExitKind, Graph, Inst, Op, OpEffect, Ref, SnapId, Snapshot, Source, Term, Ty,
};

/// Turns between two polls at most.
const TURNS: i64 = 1024;

/// Makes the region's loop a counted one, if it can be: has it become one?
pub(super) fn run(g: &mut Graph) -> bool {
    let found = g.header().and_then(|BlockId(h)| Loop::find(g, h as usize));
    let counted = found.is_some();
    if let Some(l) = found {
        l.rewrite(g);
    }
    counted
}

/// A bounds check of the body: `index + offset` is below `bound`.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Check {
    offset: i64,
    bound: Ref,
}

/// What the loop's own condition compares.
#[derive(Clone, Copy)]
enum Condition {
    /// What is left, a parameter that is one less on every turn: it is positive.
    Left(usize),
    /// The index: it is below this.
    Below(Ref),
}

struct Loop {
    header: usize,
    /// Where the condition's guard is among the header's instructions, and its snapshot.
    at: usize,
    snap: SnapId,
    /// The state there.
    state: Snapshot,
    condition: Condition,
    /// The parameter that is one more on every turn.
    index: usize,
    checks: Vec<Check>,
    /// The guards that go.
    gone: Vec<Ref>,
    /// The poll is among them.
    polls: bool,
    parents: Parents,
}

/// The operand and the constant that this adds to it.
fn sum(g: &Graph, r: Ref) -> Option<(Ref, i64)> {
    let i = g.body.def(r)?;
    let constant = |r: &Ref| g.body.as_const(*r).map(|c| c.as_int());
    match (i.op, &*i.args) {
        (Op::Add | Op::AddChecked, [a, b]) => match (constant(a), constant(b)) {
            (None, Some(c)) => Some((*a, c)),
            (Some(c), None) => Some((*b, c)),
            _ => None,
        },
        (Op::Sub | Op::SubChecked, [a, b]) => Some((*a, constant(b)?.checked_neg()?)),
        _ => None,
    }
}

/// Is this an offset that a bound can be moved by?
fn is_small(offset: i64) -> bool {
    i32::try_from(offset).is_ok()
}

impl Loop {
    fn find(g: &Graph, header: usize) -> Option<Loop> {
        let block = &g.blocks[header];
        let Term::Jump(BlockId(to), next) = &block.term else { return None };
        if *to as usize != header {
            return None;
        }
        let stays = |r: Ref| match block.params.iter().position(|p| *p == r) {
            Some(n) => next[n] == r,
            None => !block.insts.contains(&r),
        };
        let (at, snap, condition, tested) = condition(g, header, next, &stays)?;
        let index = match tested {
            Some(index) => index,
            None => index_of(g, header, next)?,
        };
        let p = block.params[index];
        let (mut checks, mut gone) = (Vec::new(), Vec::new());
        for r in &block.insts[at + 1..] {
            let i = &g.body.insts[r.index()];
            let test = i.args.first().and_then(|c| g.body.def(*c)).filter(|_| i.op == Op::GuardTrue);
            let Some((Op::Ult, [below, bound])) = test.map(|t| (t.op, &*t.args)) else { continue };
            let offset = match sum(g, *below) {
                _ if *below == p => 0,
                Some((base, offset)) if base == p && is_small(offset) => offset,
                _ => continue,
            };
            if stays(*bound) {
                checks.push(Check { offset, bound: *bound });
                gone.push(*r);
            }
        }
        let poll = poll(g, block).filter(|_| block.insts.iter().all(|r| computes(g, *r)));
        let polls = poll.is_some();
        gone.extend(poll);
        checks.dedup();
        if gone.is_empty() || g.body.snap(snap).kind != ExitKind::Resume {
            return None;
        }
        let state = g.body.snap(snap).clone();
        let mut l =
            Loop { header, at, snap, state, condition, index, checks, gone, polls, parents: parents(g) };
        l.revive(g).then_some(l)
    }

    /// The state may be that of a side block, not of an exit: what it mentions may be gone. Boxes are made by exits;
    /// false where something else is missing.
    fn revive(&mut self, g: &Graph) -> bool {
        let mut there: HashSet<Ref> = g.blocks[self.header].insts[..self.at].iter().copied().collect();
        for (b, block) in g.blocks.iter().enumerate() {
            if b == self.header || !self.is_inside(b) {
                there.extend(&block.params);
            }
            if !self.is_inside(b) {
                there.extend(&block.insts);
            }
        }
        let is_there = |r: Ref| r.is_const() || there.contains(&r);
        let gone = |r: Ref| !is_there(r) && g.body.boxed(r).is_some();
        let is_gone = |s: &Source| matches!(s, Source::Ref(r) if gone(*r));
        let state = &mut self.state;
        for v in state.frames.iter_mut().flat_map(|f| &mut f.slots).map(|(_, v)| v) {
            v.borrowed &= !is_gone(&v.src);
        }
        state.drops.retain(|s| !is_gone(s));
        state.increfs.retain(|r| !gone(*r));
        let mut complete = true;
        state.map_refs(|r| match g.body.boxed(r) {
            _ if is_there(r) => r,
            Some(content) if is_there(content) => content,
            _ => {
                complete = false;
                r
            }
        });
        complete
    }

    fn rewrite(self, g: &mut Graph) {
        let h = self.header;
        let p = g.blocks[h].params[self.index];
        let mut param = || g.body.push(Inst { ty: Ty::I64, ..Inst::new(Op::Param, &[]) });
        let (stop, limit) = (param(), param());
        let stop = match self.condition {
            Condition::Left(_) => stop,
            Condition::Below(n) => n,
        };
        self.enter(g, stop, limit);
        // The count of what is left, for whoever asks: exits and side blocks.
        if let Condition::Left(n) = self.condition {
            let left = g.blocks[h].params[n];
            g.body.insts[left.index()] = Inst::new(Op::Sub, &[stop, p]);
            g.blocks[h].params[n] = stop;
            g.blocks[h].insts.insert(0, left);
        }
        g.blocks[h].params.push(limit);
        let at = self.at + usize::from(matches!(self.condition, Condition::Left(_)));
        let again = g.blocks.len();
        let more = g.body.push(Inst::new(Op::Lt, &[p, limit]));
        let check = self.snapshot(g, ExitKind::Resume);
        g.continued.insert(check, BlockId(again as u32));
        let guard = g.body.push(Inst { snap: Some(check), ..Inst::new(Op::GuardTrue, &[more]) });
        g.blocks[h].insts.splice(at..=at, [more, guard]);
        g.blocks[h].insts.retain(|r| !self.gone.contains(r));
        let again = self.again(g, p, stop);
        g.blocks.push(again);
    }

    /// Gives the new parameters their values at the ends of all blocks that lead to the header.
    fn enter(&self, g: &mut Graph, stop: Ref, limit: Ref) {
        let bounds: Vec<Ref> = self.checks.iter().map(|c| c.bound).chain(self.bound()).collect();
        let params = g.blocks[self.header].params.clone();
        for b in 0..g.blocks.len() {
            let Term::Jump(BlockId(to), args) = &g.blocks[b].term else { continue };
            if *to as usize != self.header {
                continue;
            }
            let mut args = args.clone();
            let p = args[self.index];
            let left = self.left().map(|n| args[n]);
            let one = |r: Ref, n: usize, by: i64| sum(g, r) == Some((params[n], by));
            let kept = |r: &Ref| params.iter().position(|q| q == r).is_none_or(|n| args[n] == *r);
            let turns = self.is_inside(b)
                && one(p, self.index, 1)
                && self.left().is_none_or(|n| one(args[n], n, -1))
                && bounds.iter().all(kept);
            if let (Some(n), Some(left)) = (self.left(), left) {
                args[n] = if turns { stop } else { add(g, b, p, left) };
            }
            args.push(if turns { limit } else { p });
            g.blocks[b].term = Term::Jump(BlockId(self.header as u32), args);
        }
    }

    /// The block that looks at the bounds again, and polls.
    fn again(&self, g: &mut Graph, p: Ref, stop: Ref) -> Block {
        let mut insts = Vec::new();
        let mut push = |g: &mut Graph, inst: Inst| {
            let r = g.body.push(inst);
            insts.push(r);
            r
        };
        let more = push(g, Inst::new(Op::Lt, &[p, stop]));
        push(g, Inst { snap: Some(self.snap), ..Inst::new(Op::GuardTrue, &[more]) });
        if self.polls {
            let snap = Some(self.snapshot(g, ExitKind::Poll));
            push(g, Inst { snap, ..Inst::new(Op::Poll, &[]) });
        }
        let turns = g.body.int(TURNS);
        let mut limit = push(g, Inst::new(Op::Add, &[p, turns]));
        let least = |g: &mut Graph, push: &mut dyn FnMut(&mut Graph, Inst) -> Ref, a: Ref, b: Ref| {
            let less = push(g, Inst::new(Op::Lt, &[a, b]));
            push(g, Inst { ty: Ty::I64, ..Inst::new(Op::Select, &[less, a, b]) })
        };
        limit = least(g, &mut push, limit, stop);
        for c in &self.checks {
            let offset = g.body.int(c.offset);
            let (mut index, mut bound) = (p, c.bound);
            if c.offset != 0 {
                index = push(g, Inst::new(Op::Add, &[p, offset]));
                bound = push(g, Inst::new(Op::Sub, &[c.bound, offset]));
            }
            let below = push(g, Inst::new(Op::Ult, &[index, c.bound]));
            let snap = Some(self.snapshot(g, ExitKind::Resume));
            push(g, Inst { snap, ..Inst::new(Op::GuardTrue, &[below]) });
            limit = least(g, &mut push, limit, bound);
        }
        // A bound that is no length could be below the index for ever.
        let less = push(g, Inst::new(Op::Lt, &[p, limit]));
        let snap = Some(self.snapshot(g, ExitKind::Resume));
        push(g, Inst { snap, ..Inst::new(Op::GuardTrue, &[less]) });
        let mut args = g.blocks[self.header].params.clone();
        *args.last_mut().expect("the limit is there") = limit;
        Block { rare: true, insts, term: Term::Jump(BlockId(self.header as u32), args), params: Vec::new() }
    }

    /// The state at the loop's start, for an exit of its own.
    fn snapshot(&self, g: &mut Graph, kind: ExitKind) -> SnapId {
        let mut state = self.state.clone();
        state.kind = kind;
        let new = g.body.snapshot(state);
        g.origin.push(g.origin[self.snap.0 as usize]);
        new
    }

    fn left(&self) -> Option<usize> {
        match self.condition {
            Condition::Left(n) => Some(n),
            Condition::Below(_) => None,
        }
    }
    fn bound(&self) -> Option<Ref> {
        match self.condition {
            Condition::Left(_) => None,
            Condition::Below(n) => Some(n),
        }
    }
    /// Is the block the header, or does it begin at a guard of one that is?
    fn is_inside(&self, mut block: usize) -> bool {
        while block != self.header {
            match self.parents.get(&block) {
                Some((parent, _)) => block = *parent,
                None => return false,
            }
        }
        true
    }
}

/// The first guard, if it is a condition: its place and snapshot, and the index where it compares that.
fn condition(
    g: &Graph,
    header: usize,
    next: &[Ref],
    stays: &dyn Fn(Ref) -> bool,
) -> Option<(usize, SnapId, Condition, Option<usize>)> {
    let block = &g.blocks[header];
    let computes = |r: &Ref| matches!(g.body.insts[r.index()].op.effect(), OpEffect::Pure | OpEffect::Note);
    let at = block.insts.iter().position(|r| !computes(r))?;
    let guard = &g.body.insts[block.insts[at].index()];
    let test = g.body.def(*guard.args.first()?).filter(|_| guard.op == Op::GuardTrue)?;
    let param = |r: Ref, by: i64| {
        let n = block.params.iter().position(|p| *p == r)?;
        (sum(g, next[n]) == Some((r, by))).then_some(n)
    };
    let zero = |r: Ref| g.body.as_const(r).is_some_and(|c| c.as_int() == 0);
    let (condition, index) = match (test.op, &*test.args) {
        (Op::Gt, [left, z]) if zero(*z) => (Condition::Left(param(*left, -1)?), None),
        (Op::Lt, [index, n]) if stays(*n) => (Condition::Below(*n), Some(param(*index, 1)?)),
        (Op::Gt, [n, index]) if stays(*n) => (Condition::Below(*n), Some(param(*index, 1)?)),
        _ => return None,
    };
    Some((at, guard.snap?, condition, index))
}

/// A parameter that is one more on every turn: rather one that bounds checks look at.
fn index_of(g: &Graph, header: usize, next: &[Ref]) -> Option<usize> {
    let block = &g.blocks[header];
    let counts = |n: &usize| sum(g, next[*n]) == Some((block.params[*n], 1));
    let checked = |n: &usize| {
        block.insts.iter().map(|r| &g.body.insts[r.index()]).any(|i| {
            i.op == Op::Ult
                && (i.args[0] == block.params[*n]
                    || sum(g, i.args[0]).is_some_and(|s| s.0 == block.params[*n]))
        })
    };
    let candidates = || (0..block.params.len()).filter(counts);
    candidates().find(checked).or_else(|| candidates().next())
}

/// The block's poll, if it has one.
fn poll(g: &Graph, block: &Block) -> Option<Ref> {
    block.insts.iter().copied().find(|r| g.body.insts[r.index()].op == Op::Poll)
}

/// Does this do nothing that somebody could be told of at a poll?
fn computes(g: &Graph, r: Ref) -> bool {
    let i = &g.body.insts[r.index()];
    match i.op.effect() {
        OpEffect::Pure => !i.op.is_box(),
        OpEffect::Guard | OpEffect::Load | OpEffect::Store | OpEffect::Incref | OpEffect::Note => true,
        OpEffect::Alloc | OpEffect::Decref | OpEffect::Call => false,
    }
}

/// The sum, at the end of a block.
fn add(g: &mut Graph, block: usize, a: Ref, b: Ref) -> Ref {
    let zero = |r: Ref| g.body.as_const(r).is_some_and(|c| c.as_int() == 0);
    match (zero(a), zero(b)) {
        (true, _) => b,
        (_, true) => a,
        _ => {
            let r = g.body.push(Inst::new(Op::Add, &[a, b]));
            g.blocks[block].insts.push(r);
            r
        }
    }
}
