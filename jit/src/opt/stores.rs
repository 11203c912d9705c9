//! Stores that the loop's body repeats are left to its exits.
//!
//! An iterator's position is stored on every turn, and loaded by nobody: the value goes round in a parameter. What
//! memory should hold is written where the loop is left: by the exit, or where a side block begins. (The pending
//! `setfield`s in PyPy's resume data are the same; LuaJIT sinks stores to its snapshots likewise.)
//!
//! ```text
//! block b1(v1:i64, v2)                 block b1(v1:i64, v2)
//!   guard_true v3 @0                     guard_true v3 @0        @0 stores v1 to v2 i64[+16 #6]
//!   v4 = add v1 1                 ->     v4 = add v1 1
//!   store v2 v4 i64[+16 #6]              poll @1                 @1 stores v4 to v2 i64[+16 #6]
//!   poll @1                              jump b1(v4, v2)
//!   jump b1(v4, v2)
//! ```
//! That holds for raw words of an object that stays the same, in a body that otherwise does nothing that could read
//! them, if a parameter is what memory holds on every way into the header.

use super::place::{Parents, parents};
use super::state::{Map, Set};
use crate::ir::{BlockId, Graph, Imm, Inst, Mem, MemTy, Op, OpEffect, PendingStore, Ref, SnapId, Term};
use taipan_runtime::helper::Effect;

/// A word whose stores move.
#[derive(Clone, Copy, Debug)]
struct Word {
    object: Ref,
    mem: Mem,
    /// The parameter that is what it holds at the header.
    param: Ref,
}

/// Moves the stores of the loop's body that can move.
pub(super) fn run(g: &mut Graph) {
    let Some(BlockId(h)) = g.header() else { return };
    let h = h as usize;
    let words = Loop::new(g, h).map(|l| l.words()).unwrap_or_default();
    if !words.is_empty() {
        sink(g, h, &words);
    }
}

struct Loop<'a> {
    g: &'a Graph,
    header: usize,
    /// What the body's end gives to the parameters.
    next: &'a [Ref],
    parents: Parents,
    /// What the body computes.
    inside: Set<Ref>,
}

impl<'a> Loop<'a> {
    /// The loop, if its body is one block that does nothing unforeseen.
    fn new(g: &'a Graph, header: usize) -> Option<Loop<'a>> {
        let block = &g.blocks[header];
        let Term::Jump(BlockId(to), next) = &block.term else { return None };
        let calm = *to as usize == header && block.insts.iter().all(|r| is_calm(g, &g.body.insts[r.index()]));
        if !calm {
            return None;
        }
        let inside = block.insts.iter().copied().collect();
        Some(Loop { g, header, next, parents: parents(g), inside })
    }

    fn words(&self) -> Vec<Word> {
        let g = self.g;
        let stores: Vec<&Inst> = self.body(Op::Store).collect();
        let mut words: Vec<Word> = Vec::new();
        for s in stores {
            let (object, mem) = (s.args[0], s.mem());
            if mem.ty == MemTy::I64
                && !words.iter().any(|w| w.object == object && w.mem == mem)
                && self.stays(object)
                && self.is_alone(object, mem)
                && let Some(param) = self.param(object, mem)
            {
                words.push(Word { object, mem, param });
            }
        }
        debug_assert!(words.iter().all(|w| g.body.ty(w.param) == crate::ir::Ty::I64));
        words
    }
    fn body(&self, op: Op) -> impl Iterator<Item = &'a Inst> {
        let g = self.g;
        g.blocks[self.header].insts.iter().map(|r| &g.body.insts[r.index()]).filter(move |i| i.op == op)
    }
    /// Which parameter it is.
    fn index(&self, param: Ref) -> Option<usize> {
        self.g.blocks[self.header].params.iter().position(|p| *p == param)
    }
    /// Is this the same on every turn?
    fn stays(&self, r: Ref) -> bool {
        !self.inside.contains(&r) && self.index(r).is_none_or(|n| self.next[n] == r)
    }
    /// Does nothing else in the body touch words of this class?
    fn is_alone(&self, object: Ref, mem: Mem) -> bool {
        let memory = [Op::Load, Op::LoadElem, Op::Store, Op::StoreElem];
        memory.into_iter().flat_map(|op| self.body(op)).all(|i| {
            i.mem().alias != mem.alias || (i.op == Op::Store && i.args[0] == object && i.mem() == mem)
        })
    }
    /// The parameter that is what memory holds, whichever way the header is entered.
    fn param(&self, object: Ref, mem: Mem) -> Option<Ref> {
        let g = self.g;
        let end = self.body(Op::Store).filter(|s| s.args[0] == object && s.mem() == mem).last()?.args[1];
        let params = g.blocks[self.header].params.iter().enumerate();
        params.filter(|(n, _)| self.next[*n] == end).map(|(_, p)| *p).find(|p| {
            let word = Word { object, mem, param: *p };
            g.blocks.iter().enumerate().all(|(b, block)| match &block.term {
                Term::Jump(BlockId(t), args) if *t as usize == self.header && b != self.header => {
                    self.enters_with(b, args, word)
                }
                _ => true,
            })
        })
    }
    /// Does memory hold what this jump to the header gives to the parameter?
    fn enters_with(&self, block: usize, args: &[Ref], w: Word) -> bool {
        let object = self.index(w.object).map_or(w.object, |n| args[n]);
        let given = self.index(w.param).map(|n| args[n]);
        let end = self.g.blocks[block].insts.len();
        given.is_some() && self.held(block, end, object, w) == given
    }
    /// What a word of this object holds in memory at a place of a block, as far as that can be seen.
    fn held(&self, mut block: usize, mut at: usize, object: Ref, w: Word) -> Option<Ref> {
        let g = self.g;
        loop {
            if block == self.header {
                // It would have been stored where the side block begins.
                return (object == w.object).then(|| pending(g, &g.blocks[block].insts[..at], w));
            }
            for r in g.blocks[block].insts[..at].iter().rev() {
                let i = &g.body.insts[r.index()];
                match (&i.imm, i.op) {
                    (Imm::Mem(m), Op::Load) if i.args[0] == object && *m == w.mem => return Some(*r),
                    (Imm::Mem(m), Op::Store) if i.args[0] == object && *m == w.mem => return Some(i.args[1]),
                    (Imm::Mem(m), _) if i.op.effect() == OpEffect::Store && m.alias == w.mem.alias => {
                        return None;
                    }
                    (Imm::Alloc(d), _) if *r == object => {
                        return d.fields.iter().position(|f| f.mem == w.mem).map(|n| i.args[n]);
                    }
                    _ if is_calm(g, i) => {}
                    _ => return None,
                }
            }
            (block, at) = *self.parents.get(&block)?;
        }
    }
}

/// The value that has been stored last among these instructions of the body.
fn pending(g: &Graph, before: &[Ref], w: Word) -> Ref {
    let mut stores = before.iter().rev().map(|r| &g.body.insts[r.index()]).filter(|i| is_store_of(i, w));
    stores.next().map_or(w.param, |i| i.args[1])
}

fn is_store_of(i: &Inst, w: Word) -> bool {
    i.op == Op::Store && i.args[0] == w.object && i.mem() == w.mem
}

/// Does this, apart from loads and stores of its own, leave memory alone?
fn is_calm(g: &Graph, i: &Inst) -> bool {
    match i.op.effect() {
        OpEffect::Pure
        | OpEffect::Guard
        | OpEffect::Load
        | OpEffect::Store
        | OpEffect::Alloc
        | OpEffect::Note
        | OpEffect::Incref => true,
        OpEffect::Decref => g.body.def(i.args[0]).is_some_and(|d| d.op.is_box()),
        OpEffect::Call => matches!(i.imm, Imm::Helper(h) if matches!(h.effect, Effect::Pure | Effect::Fresh)),
    }
}

/// Takes the stores of these words out of the body.
fn sink(g: &mut Graph, h: usize, words: &[Word]) {
    let mut now: Vec<PendingStore> =
        words.iter().map(|w| PendingStore { object: w.object, mem: w.mem, value: w.param }).collect();
    let mut exits: Map<(SnapId, Vec<PendingStore>), SnapId> = Map::default();
    let mut begins: Map<usize, Vec<PendingStore>> = Map::default();
    let insts = std::mem::take(&mut g.blocks[h].insts);
    let mut kept = Vec::with_capacity(insts.len());
    for r in insts {
        let i = &g.body.insts[r.index()];
        if let Some(n) = words.iter().position(|w| is_store_of(i, *w)) {
            now[n].value = i.args[1];
            continue;
        }
        kept.push(r);
        let Some(snap) = i.snap else { continue };
        match g.continued.get(&snap) {
            // What the first of its guards sees is what all of them do: the same state is rebuilt.
            Some(BlockId(side)) => {
                begins.entry(*side as usize).or_insert_with(|| now.clone());
                // No exit, but it tells the state.
                g.body.snaps[snap.0 as usize].stores = now.clone();
            }
            None => {
                let new = *exits.entry((snap, now.clone())).or_insert_with(|| exit_with(g, snap, &now));
                g.body.insts[r.index()].snap = Some(new);
            }
        }
    }
    g.blocks[h].insts = kept;
    for (side, stores) in begins {
        let stores = stores.into_iter().map(|s| {
            let store = Inst { imm: Imm::Mem(s.mem), ..Inst::new(Op::Store, &[s.object, s.value]) };
            g.body.push(store)
        });
        let stores: Vec<Ref> = stores.collect();
        g.blocks[side].insts.splice(..0, stores);
    }
}

/// A snapshot like this one that makes these stores.
fn exit_with(g: &mut Graph, snap: SnapId, stores: &[PendingStore]) -> SnapId {
    let mut with = g.body.snap(snap).clone();
    with.stores = stores.to_vec();
    let new = g.body.snapshot(with);
    g.origin.push(g.origin[snap.0 as usize]);
    if g.early.contains(&snap) {
        g.early.insert(new);
    }
    new
}
