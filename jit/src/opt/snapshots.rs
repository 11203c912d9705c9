//! Snapshots in terms of the graph.
//!
//! A recorded snapshot lists what differs from the fragment's entry. In the graph it lists what differs from
//! memory: the entry's differences (loop-carried slots, or those of the parent's snapshot), and the fragment's own
//! on top. A slot that holds what memory holds is left out. Boxes that the trace made are left out too: the exit
//! gets the int or double, and makes the box. Objects that have not been made are described.

use std::collections::BTreeMap;

use super::Opt;
use super::walk::Walk;
use crate::ir::{
    AllocDesc, AllocField, ExitKey, FrameState, Imm, Op, Ref, SlotValue, SnapId, Snapshot, Source,
    VirtualObject,
};

/// Slots of the base frame that differ from memory.
pub(super) type Overlay = BTreeMap<u32, Ref>;

impl Opt<'_> {
    /// The base frame's differences from memory at a recorded snapshot.
    pub(super) fn overlay(&self, w: &Walk, snap: &Snapshot) -> Overlay {
        let frame = &snap.frames[0];
        let mut o = w.base.clone();
        for (slot, v) in &frame.slots {
            if let Source::Ref(r) = v.src {
                o.insert(*slot, self.mapped(w, r));
            }
        }
        o.retain(|slot, _| *slot < frame.depth);
        o
    }

    /// The graph's value of a recorded one.
    pub(super) fn mapped(&self, w: &Walk, r: Ref) -> Ref {
        if r.is_const() { w.consts[r.index()] } else { self.resolve(w.map[r.index()]) }
    }

    /// The graph's snapshot for a recorded one, here.
    pub(super) fn translate(&mut self, w: &mut Walk, id: SnapId) -> SnapId {
        if let Some((snap, epoch)) = w.snaps.get(&id)
            && *epoch == self.st.epoch
        {
            return *snap;
        }
        let region = self.region;
        let raw = region.fragments[w.index as usize].fragment.body.snap(id);
        let snap = self.build_snapshot(w, raw);
        self.g.origin.push(ExitKey { fragment: w.index, snap: id });
        let new = self.g.body.snapshot(snap);
        if w.early {
            self.g.early.insert(new);
        }
        w.snaps.insert(id, (new, self.st.epoch));
        new
    }

    /// The end of the base frame: its result exists, and everything that waits to be counted is counted.
    pub(super) fn return_value(&mut self, w: &Walk, id: SnapId) -> SnapId {
        let region = self.region;
        let raw = region.fragments[w.index as usize].fragment.body.snap(id);
        let frame = &raw.frames[0];
        let mut slots = Vec::new();
        for (slot, v) in &frame.slots {
            if let Source::Ref(r) = v.src {
                let r = self.mapped(w, r);
                let r = self.escape(r);
                let r = self.as_value(r);
                self.tell_handled();
                if v.borrowed {
                    self.incref(r);
                }
                slots.push((*slot, SlotValue::owned(r)));
            }
        }
        self.flush_pending();
        self.g.origin.push(ExitKey { fragment: w.index, snap: id });
        self.g.body.snapshot(Snapshot::new(raw.kind, vec![FrameState { slots, ..*frame }]))
    }

    /// A snapshot whose slots are all in memory.
    pub(super) fn empty_snapshot(&mut self, of: ExitKey) -> SnapId {
        let raw = self.region.snap(of);
        let frame = FrameState { slots: Vec::new(), ..raw.frames[0] };
        self.g.origin.push(of);
        self.g.body.snapshot(Snapshot::new(raw.kind, vec![frame]))
    }

    fn build_snapshot(&mut self, w: &Walk, raw: &Snapshot) -> Snapshot {
        let mut out = Snapshot::new(raw.kind, Vec::with_capacity(raw.frames.len()));
        let mut virtuals: Vec<Ref> = Vec::new();
        let base = &raw.frames[0];
        let mut slots = Vec::new();
        for (slot, r) in self.overlay(w, raw) {
            let borrowed = base.get(slot).is_some_and(|v| v.borrowed);
            // What memory holds need not be listed, unless the count that was the slot's has gone elsewhere.
            if borrowed || !self.is_memory(slot, r) {
                slots.push((slot, self.slot_value(r, borrowed, &mut virtuals)));
            }
        }
        let frame = |f: &FrameState, slots| FrameState { slots, ..*f };
        out.frames.push(frame(base, slots));
        for f in &raw.frames[1..] {
            let mut slots = Vec::with_capacity(f.slots.len());
            for (slot, v) in &f.slots {
                if let Source::Ref(r) = v.src {
                    let r = self.mapped(w, r);
                    slots.push((*slot, self.slot_value(r, v.borrowed, &mut virtuals)));
                }
            }
            out.frames.push(frame(f, slots));
        }
        for (r, n) in self.st.pending.clone() {
            for _ in 0..n {
                out.increfs.push(self.resolve(r));
            }
        }
        for v in &raw.drops {
            if let Source::Ref(r) = v {
                let src = self.source(self.mapped(w, *r), &mut virtuals);
                out.drops.push(src);
            }
        }
        out.handled = self.st.handled.map(|r| self.source(r, &mut virtuals));
        let mut i = 0;
        while i < virtuals.len() {
            let v = self.st.virtuals[&virtuals[i]].clone();
            let fields = v.fields.iter().map(|(mem, _)| AllocField { mem: *mem }).collect();
            let values = v.fields.iter().map(|(_, r)| self.source(*r, &mut virtuals)).collect();
            let desc = AllocDesc { fields, ..v.desc };
            out.virtuals.push(VirtualObject { desc, refcount: v.refcount, values });
            i += 1;
        }
        out
    }

    /// Does memory hold this value in this slot, because it was loaded from there?
    pub(super) fn is_memory(&self, slot: u32, r: Ref) -> bool {
        let loaded = |i: &crate::ir::Inst| matches!(i.imm, Imm::Slot { slot: s, .. } if s == slot);
        self.g.body.def(r).is_some_and(|i| i.op == Op::SlotLoad && loaded(i))
    }

    fn slot_value(&self, r: Ref, borrowed: bool, virtuals: &mut Vec<Ref>) -> SlotValue {
        let src = self.source(r, virtuals);
        let counted = match src {
            Source::Ref(u) => self.ty(u).is_value(),
            Source::Virtual(_) => true,
        };
        SlotValue { src, borrowed: borrowed && counted }
    }

    fn source(&self, r: Ref, virtuals: &mut Vec<Ref>) -> Source {
        let r = self.resolve(r);
        if self.st.virtuals.contains_key(&r) {
            let i = virtuals.iter().position(|v| *v == r).unwrap_or_else(|| {
                virtuals.push(r);
                virtuals.len() - 1
            });
            return Source::Virtual(i as u32);
        }
        match self.g.body.def(r) {
            Some(i) if self.passes.fold && matches!(i.op, Op::BoxInt | Op::BoxBool) => {
                Source::Ref(self.resolve(i.args[0]))
            }
            _ => Source::Ref(r),
        }
    }
}
