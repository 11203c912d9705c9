//! The forward walk over one recorded fragment.

use std::collections::BTreeMap;

use taipan_runtime::helper::Effect;

use super::Opt;
use super::facts::{Fact, Kind};
use super::snapshots::Overlay;
use super::state::{Map, State};
use crate::ir::{
    BlockId, ExitKey, ExitKind, FUNC_SLOT, Imm, Inst, Op, OpEffect, Ref, SnapId, Source, Term, Terminator, Ty,
};

/// A side fragment that waits to be walked.
pub(super) struct Side {
    pub fragment: u32,
    /// The graph's snapshot that it continues.
    pub snap: SnapId,
    /// The state before the guard.
    pub state: State,
    pub base: Overlay,
    /// The inner frames' slots.
    pub frames: Vec<BTreeMap<u32, Ref>>,
    /// Slots whose references the exit would count.
    pub borrowed: Vec<Ref>,
    /// What the exit would drop.
    pub drops: Vec<Ref>,
    /// The guard.
    pub guard: Option<Ref>,
    /// It continues an exit of the typed entry: its path has not got what the entry's end has.
    pub outside: bool,
}

/// One copy of a fragment, being walked.
pub(super) struct Walk {
    /// The fragment.
    pub index: u32,
    /// The graph's values for recorded ones.
    pub map: Vec<Ref>,
    /// The graph's constants for recorded ones.
    pub consts: Vec<Ref>,
    /// Slots of the base frame that differ from memory at the fragment's entry.
    pub base: Overlay,
    /// Slots of inner frames at the entry (the base frame's place is empty).
    pub frames: Vec<BTreeMap<u32, Ref>>,
    /// Translated snapshots, and the epoch they are good for.
    pub snaps: Map<SnapId, (SnapId, u32)>,
    /// Is it part of the loop's preamble? Then no side fragments are attached.
    pub early: bool,
    /// Does the path to it not lead through the header? Then it can come to no join, and starts over at its end.
    pub outside: bool,
}

/// How a walk ended.
pub(super) enum End {
    /// At a jump back to the loop; the block is still open. The base frame's differences from memory.
    Jump(Overlay),
    /// The block is ended.
    Closed,
}

const NO_RESULT: Ref = Ref::inst(0x7fff_ffff);

impl Opt<'_> {
    pub(super) fn start_walk(&mut self, index: u32, base: Overlay, early: bool) -> Walk {
        let region = self.region;
        let body = &region.fragments[index as usize].fragment.body;
        let consts = body.consts.iter().map(|c| self.g.body.constant(*c)).collect();
        let map = Vec::with_capacity(body.insts.len());
        Walk { index, map, consts, base, frames: Vec::new(), snaps: Map::default(), early, outside: false }
    }

    /// Walks a fragment into the current block.
    pub(super) fn walk(&mut self, w: &mut Walk) -> Result<End, String> {
        let region = self.region;
        let fragment = &region.fragments[w.index as usize].fragment;
        for inst in &fragment.body.insts {
            match self.inst(w, inst)? {
                Some(r) => w.map.push(r),
                None => {
                    // The guard always fails: what follows is never reached.
                    let s = self.translate_for_exit(w, inst.snap.unwrap_or(fragment.term.snap()));
                    self.end_block(Term::Exit(s));
                    return Ok(End::Closed);
                }
            }
        }
        match fragment.term {
            Terminator::Jump(s) => Ok(End::Jump(self.counted_overlay(w, s))),
            Terminator::Exit(s)
                if matches!(fragment.body.snap(s).kind, ExitKind::Link(_) | ExitKind::Yield) =>
            {
                self.link(w, s);
                Ok(End::Closed)
            }
            Terminator::Exit(s) if fragment.body.snap(s).kind == ExitKind::Return => {
                let s = self.return_value(w, s);
                self.end_block(Term::Exit(s));
                Ok(End::Closed)
            }
            Terminator::Exit(s) => {
                let key = ExitKey { fragment: w.index, snap: s };
                match self.region.child(key).filter(|c| !w.early && self.region.is_join(*c)) {
                    Some(_) if w.outside => {
                        let s = self.translate(w, s);
                        self.end_block(Term::Exit(s));
                    }
                    Some(join) => self.jump_to_join(w, s, join),
                    None => {
                        let s = self.translate_for_exit(w, s);
                        self.end_block(Term::Exit(s));
                    }
                }
                Ok(End::Closed)
            }
        }
    }

    /// The snapshot for a guard or an end; a side fragment that continues it is queued.
    pub(super) fn translate_for_exit(&mut self, w: &mut Walk, id: SnapId) -> SnapId {
        let before = self.g.body.snaps.len();
        let s = self.translate(w, id);
        let key = ExitKey { fragment: w.index, snap: id };
        if self.g.body.snaps.len() > before
            && !w.early
            && let Some(fragment) = self.region.child(key)
        {
            let raw = self.region.fragments[w.index as usize].fragment.body.snap(id);
            let base = self.overlay(w, raw);
            let mut frames = vec![BTreeMap::new()];
            let mut borrowed = Vec::new();
            for (i, f) in raw.frames.iter().enumerate() {
                let mut slots = BTreeMap::new();
                for (slot, v) in &f.slots {
                    if let Source::Ref(r) = v.src {
                        let r = self.mapped(w, r);
                        slots.insert(*slot, r);
                        if v.borrowed && *slot != FUNC_SLOT && self.ty(r).is_value() {
                            borrowed.push(r);
                        }
                    }
                }
                if i > 0 {
                    frames.push(slots);
                }
            }
            let dropped = |s: &Source| if let Source::Ref(r) = s { Some(self.mapped(w, *r)) } else { None };
            let drops = raw.drops.iter().filter_map(dropped).collect();
            let state = self.st.clone();
            self.work.push_back(Side {
                fragment,
                snap: s,
                state,
                base,
                frames,
                borrowed,
                drops,
                guard: None,
                outside: w.outside,
            });
        }
        s
    }

    /// Walks a side fragment into a block of its own.
    pub(super) fn side(&mut self, side: Side) -> Result<(), String> {
        let BlockId(block) = self.new_block();
        self.g.continued.insert(side.snap, BlockId(block));
        self.block = block as usize;
        self.st = side.state;
        if self.passes.guards
            && self.uses.get(&side.snap) == Some(&1)
            && let Some(g) = side.guard
        {
            let i = &self.g.body.insts[g.index()];
            match (i.op, i.args.first().copied()) {
                (Op::GuardTrue, Some(b)) => self.learn_bool(b, false),
                (Op::GuardFalse, Some(b)) => self.learn_bool(b, true),
                _ => {}
            }
        }
        if self.st.handled.is_some() && self.g.body.snap(side.snap).kind == ExitKind::Raise {
            self.call(&taipan_runtime::helpers::LINK_RAISED, &[], Ty::I64);
        }
        for r in side.borrowed {
            self.incref(r);
        }
        for r in side.drops {
            let r = self.as_value(r);
            self.decref(r);
        }
        if self.st.disturbed {
            self.clobber(Effect::Any);
        }
        let mut w = self.start_walk(side.fragment, side.base, false);
        w.frames = side.frames;
        w.outside = side.outside;
        match self.walk(&mut w)? {
            End::Jump(overlay) if side.outside => {
                self.start_over(overlay);
                Ok(())
            }
            End::Jump(overlay) => self.back_edge(&mut w, overlay, false),
            End::Closed => Ok(()),
        }
    }

    /// The base frame's differences from memory at a fragment's end, all of them counted.
    pub(super) fn counted_overlay(&mut self, w: &Walk, s: SnapId) -> Overlay {
        self.tell_handled();
        let region = self.region;
        let snap = region.fragments[w.index as usize].fragment.body.snap(s);
        for (_, v) in snap.frames[0].slots.iter().filter(|s| s.1.borrowed) {
            if let Source::Ref(r) = v.src {
                let r = self.mapped(w, r);
                if self.ty(r).is_value() {
                    self.incref(r);
                }
            }
        }
        self.overlay(w, snap)
    }

    /// Ends a block with the way to another loop of the base frame: what differs from memory is written there.
    fn link(&mut self, w: &Walk, s: SnapId) {
        let overlay = self.counted_overlay(w, s);
        self.write_slots(overlay);
        let snap = self.empty_snapshot(ExitKey { fragment: w.index, snap: s });
        self.end_block(Term::Exit(snap));
    }

    /// Ends a block before the loop with a jump to the region's entry: what differs from memory is written there.
    fn start_over(&mut self, overlay: Overlay) {
        self.write_slots(overlay);
        self.end_block(Term::Jump(BlockId(0), Vec::new()));
    }

    /// Makes memory hold what the base frame's slots hold.
    fn write_slots(&mut self, overlay: Overlay) {
        let mut values = Vec::with_capacity(overlay.len());
        for (slot, r) in overlay {
            let r = self.escape(r);
            let r = self.as_value(r);
            if !self.is_memory(slot, r) {
                values.push((slot, r));
            }
        }
        self.flush_pending();
        for (slot, r) in values {
            self.push(Inst { imm: Imm::Slot { frame: 0, slot }, ..Inst::new(Op::SlotStore, &[r]) });
        }
    }

    /// A slot's value at the fragment's entry. Where it has to be boxed, the box is the slot's from here on.
    fn slot(&mut self, w: &mut Walk, frame: u32, slot: u32) -> Result<Ref, String> {
        let known = if frame == 0 {
            w.base.get(&slot)
        } else {
            let known = w.frames.get(frame as usize).and_then(|f| f.get(&slot));
            if known.is_none() {
                return Err(format!(
                    "fragment {} reads slot {frame}.{slot}, which its parent lacks",
                    w.index
                ));
            }
            known
        };
        match known {
            Some(r) => {
                let r = self.resolve(*r);
                let r = self.as_value(r);
                let slots = if frame == 0 { &mut w.base } else { &mut w.frames[frame as usize] };
                slots.insert(slot, r);
                Ok(r)
            }
            None => Ok(self.memory_slot(slot)),
        }
    }

    /// What memory has in a slot of the base frame. It is not written while the region runs, so that it may be
    /// read anywhere.
    pub(super) fn memory_slot(&mut self, slot: u32) -> Ref {
        self.share(Inst { imm: Imm::Slot { frame: 0, slot }, ..Inst::new(Op::SlotLoad, &[]) })
    }

    /// A raw int, double or bool as a tagged word.
    pub(super) fn as_value(&mut self, r: Ref) -> Ref {
        match self.ty(r) {
            Ty::I64 => self.op(Op::BoxInt, &[r]),
            Ty::F64 => self.op(Op::BoxFloat, &[r]),
            Ty::U64 => self.op(Op::BoxU64, &[r]),
            Ty::Bool => self.op(Op::BoxBool, &[r]),
            _ => r,
        }
    }

    /// One instruction; none where it is a guard that always fails.
    fn inst(&mut self, w: &mut Walk, inst: &Inst) -> Result<Option<Ref>, String> {
        let args: Vec<Ref> = inst.args.iter().map(|a| self.mapped(w, *a)).collect();
        Ok(Some(match (inst.op.effect(), &inst.imm) {
            (OpEffect::Pure, Imm::Slot { frame, slot }) => self.slot(w, *frame, *slot)?,
            (OpEffect::Pure, _) => {
                if inst.op == Op::AsPtr {
                    self.learn(args[0], Fact::of(Kind::Ptr));
                }
                let args = self.operands(inst.op, args);
                self.pure(inst.op, inst.ty, &args, Imm::None)
            }
            (OpEffect::Guard, imm) => {
                let snap = inst.snap.ok_or("a guard without snapshot")?;
                let count = matches!(inst.op, Op::GuardQuiet | Op::GuardStable);
                if count && !std::mem::take(&mut self.st.disturbed) && self.passes.guards {
                    return Ok(Some(NO_RESULT));
                }
                if inst.ty == Ty::I64 {
                    return Ok(Some(self.checked(inst.op, &args, |o| o.translate_for_exit(w, snap))));
                }
                let arg = args.first().copied();
                if inst.op == Op::GuardNotWord && arg.is_some_and(|a| self.st.virtuals.contains_key(&a)) {
                    // What has not been made is no constant.
                    return Ok(Some(NO_RESULT));
                }
                let arg = arg.map(|a| if self.decides(inst.op, a) { a } else { self.escape(a) });
                if !self.guard(inst.op, arg, imm, |o| o.translate_for_exit(w, snap)) {
                    return Ok(None);
                }
                NO_RESULT
            }
            (OpEffect::Load, Imm::Mem(m)) => self.load(inst.op, &args, *m),
            (OpEffect::Store, Imm::Mem(m)) => {
                self.store(inst.op, &args, *m);
                NO_RESULT
            }
            (OpEffect::Alloc, Imm::Alloc(desc)) => self.alloc(desc, &args),
            (OpEffect::Incref, _) => {
                self.incref(args[0]);
                NO_RESULT
            }
            (OpEffect::Decref, _) => {
                self.decref(args[0]);
                NO_RESULT
            }
            (OpEffect::Call, Imm::Helper(h)) => self.call(h, &args, inst.ty),
            (OpEffect::Call, Imm::Callee(c)) => self.invoke(c, &args),
            (OpEffect::Note, imm) => {
                // Generators that have not been made are not made for it.
                let made = args.iter().all(|a| !self.st.virtuals.contains_key(a));
                let args = if made { &args[..] } else { &[] };
                self.push(Inst { imm: imm.clone(), ..Inst::new(inst.op, args) });
                NO_RESULT
            }
            (OpEffect::Call, Imm::None) => {
                self.clobber(Effect::Any);
                NO_RESULT
            }
            _ => return Err(format!("{} has the wrong immediate", inst.op.name())),
        }))
    }

    /// Can this guard be decided for an object that has not been made?
    fn decides(&self, op: Op, _: Ref) -> bool {
        self.passes.guards && !matches!(op, Op::GuardWord | Op::GuardNotWord)
    }

    /// Operands of a pure computation: objects that have not been made are made, except for comparisons.
    fn operands(&mut self, op: Op, args: Vec<Ref>) -> Vec<Ref> {
        if self.passes.fold && matches!(op, Op::Eq | Op::Ne | Op::AsPtr | Op::AsVal) {
            return args;
        }
        args.into_iter().map(|a| self.escape(a)).collect()
    }
}
