//! The typed entry: a loop that starts from memory without a preamble.
//!
//! A preamble runs the loop's first turn, and where turns differ from one another it is left somewhere in the middle,
//! before the loop proper is reached. A region that this happens to has an entry in place of the preamble: it loads the
//! slots, tests what the loop's header assumes of them, and nothing else. What it should test is learned as what is to
//! be carried is ([`super::carry`]): from the back edges, and from the guards that every turn passes first.
//!
//! ```text
//! block b0
//!   v0 = slot_load 0 0
//!   guard_int v0 @0                  @0: at the header, everything in memory
//!   v1 = unbox_int v0
//!   jump b1(v1)
//! block b1(v2:i64)
//! ```
//! # Invariants
//! - The loads come first, in the same order in every attempt: what is planned for a value holds for the next attempt.
//! - All guards share one snapshot, that of the untouched state at the header.

use std::collections::{BTreeMap, BTreeSet};

use taipan_runtime::value::INT_MIN;

use super::Opt;
use super::carry::Spec;
use super::facts::{Fact, Kind};
use super::snapshots::Overlay;
use super::walk::Side;
use crate::ir::{Attached, ExitKey, Imm, Op, Ref, SnapId, Terminator};

/// A test of a slot at the entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Check {
    slot: u32,
    op: Op,
    imm: Imm,
}

impl Opt<'_> {
    /// Loads what the loop may need of memory, and tests what is known to be tested in every turn.
    pub(super) fn load_entry(&mut self, carried: &BTreeSet<u32>) {
        let root = &self.region.fragments[0].fragment;
        let mut slots = carried.clone();
        for i in &root.body.insts {
            if let (Op::SlotLoad, Imm::Slot { frame: 0, slot }) = (i.op, &i.imm) {
                slots.insert(*slot);
            }
        }
        // The root's constants have the same numbers in every attempt.
        drop(self.start_walk(0, Overlay::new(), false));
        let consts = self.g.body.consts.len();
        self.entry_values.extend((0..consts).map(Ref::constant));
        let thread = self.op(Op::Thread, &[]);
        self.entry_values.insert(thread);
        let values: BTreeMap<u32, Ref> = slots.into_iter().map(|s| (s, self.memory_slot(s))).collect();
        self.entry_values.extend(values.values());
        self.entry_base = carried.iter().map(|s| (*s, values[s])).collect();
        for check in self.plan.checks.clone() {
            let Some(r) = values.get(&check.slot).copied() else { continue };
            self.entry_guard(check.op, r, &check.imm);
            match check.op {
                Op::GuardInt => drop(self.op(Op::UnboxInt, &[r])),
                Op::GuardFloat => drop(self.op(Op::UnboxFloat, &[r])),
                Op::GuardU64 => drop(self.op(Op::UnboxU64, &[r])),
                _ => {}
            }
        }
        for (r, id, _) in self.plan.types.clone().into_iter().filter(|t| !t.2) {
            self.entry_guard(Op::GuardType, r, &Imm::TypeId(id));
        }
    }

    /// A guard of the entry; false where it is known to fail.
    fn entry_guard(&mut self, op: Op, r: Ref, imm: &Imm) -> bool {
        let r = self.resolve(r);
        self.guard(op, Some(r), imm, |o| o.entry_snapshot())
    }

    /// The state at the header before anything has happened.
    fn entry_snapshot(&mut self) -> SnapId {
        if let Some(snap) = self.entry_snap {
            return snap;
        }
        // A path that comes round ends in the state at the header.
        let round = |f: &Attached| matches!(f.fragment.term, Terminator::Jump(_));
        let Some(at) = self.region.fragments.iter().position(round) else {
            unreachable!("a region without a way back to its header has no loop to enter")
        };
        let end = ExitKey { fragment: at as u32, snap: self.region.fragments[at].fragment.term.snap() };
        let snap = self.empty_snapshot(end);
        self.entry_snap = Some(snap);
        if let Some(fragment) = self.region.child(end) {
            self.work.push_back(Side {
                fragment,
                snap,
                state: self.st.clone(),
                base: self.entry_base.clone(),
                frames: vec![BTreeMap::new()],
                borrowed: Vec::new(),
                drops: Vec::new(),
                guard: None,
                outside: true,
            });
        }
        snap
    }

    /// Tests at the entry what the header assumes of a value; false where there is no such test.
    pub(super) fn enter_with(&mut self, spec: Spec, r: Ref) -> bool {
        match spec {
            // Memory has what has been made.
            Spec::Object => false,
            Spec::Fixed(c) => match self.g.body.as_const(c) {
                Some(c) if r != self.g.body.constant(c) => {
                    self.entry_guard(Op::GuardWord, r, &Imm::Word(c.bits))
                }
                _ => true,
            },
            Spec::Int { lo } => {
                if !self.entry_guard(Op::GuardInt, r, &Imm::None) {
                    return false;
                }
                if lo == INT_MIN {
                    return true;
                }
                let (v, lo) = (self.op(Op::UnboxInt, &[r]), self.g.body.int(lo));
                let ok = self.op(Op::Ge, &[v, lo]);
                self.entry_guard(Op::GuardTrue, ok, &Imm::None)
            }
            Spec::Float | Spec::Word { kind: Kind::Float, .. } => {
                self.entry_guard(Op::GuardFloat, r, &Imm::None)
            }
            Spec::U64 | Spec::Word { kind: Kind::U64, .. } => self.entry_guard(Op::GuardU64, r, &Imm::None),
            Spec::Bool | Spec::Word { kind: Kind::Bool, .. } => {
                self.entry_guard(Op::GuardBool, r, &Imm::None)
            }
            Spec::Word { type_id: Some(id), .. } => self.entry_guard(Op::GuardType, r, &Imm::TypeId(id)),
            Spec::Word { kind: Kind::Unknown, .. } => true,
            Spec::Word { kind: Kind::Ptr, .. } => self.entry_guard(Op::GuardPtr, r, &Imm::None),
            Spec::Word { .. } => false,
            Spec::Raw(ty) => self.ty(r) == ty,
        }
    }

    /// What to assume of a slot that a back edge changes, of which the entry knows nothing: what the edge gives. Ints
    /// that are not negative there mostly start at 0.
    pub(super) fn first_spec(&self, f: Fact) -> Spec {
        match Spec::of(f) {
            Spec::Int { lo } => Spec::Int { lo: if lo >= 0 { 0 } else { INT_MIN } },
            // Other immediates (None) come and go.
            Spec::Word { kind: Kind::Other, .. } => super::carry::ANY,
            spec => spec,
        }
    }

    /// Finds guards that every turn passes first, of slots that the loop leaves alone and of carried fields.
    pub(super) fn find_checks(&mut self) {
        let Some(h) = &self.header else { return };
        let block = h.block.0 as usize;
        let fields: BTreeMap<Ref, usize> = h.fields.iter().map(|(n, c)| (c.value, *n)).collect();
        let mut found = Vec::new();
        for r in &self.g.blocks[block].insts {
            let i = &self.g.body.insts[r.index()];
            let Some(at) = i.args.first().map(|a| self.untyped(*a)).filter(|_| i.op.can_guard()) else {
                continue;
            };
            found.push((at, i.op, i.imm.clone()));
        }
        for (at, op, imm) in found {
            if let Some(n) = fields.get(&at) {
                let spec = match (op, &imm) {
                    (Op::GuardInt, _) => Spec::Int { lo: INT_MIN },
                    (Op::GuardFloat, _) => Spec::Word { kind: Kind::Float, type_id: None },
                    (Op::GuardType, Imm::TypeId(id)) => Spec::Word { kind: Kind::Ptr, type_id: Some(*id) },
                    _ => continue,
                };
                self.plan_field_spec(*n, spec);
            } else if self.entry_values.contains(&at) {
                self.plan_check(at, op, imm);
            }
        }
    }

    fn plan_check(&mut self, at: Ref, op: Op, imm: Imm) {
        let Some(Imm::Slot { slot, .. }) = self.g.body.def(at).map(|d| d.imm.clone()) else { return };
        // Of carried slots, the header's assumptions say what to test.
        if self.entry_base.contains_key(&slot) {
            return;
        }
        match (op, &imm) {
            (Op::GuardType, Imm::TypeId(id)) if self.plan.types.iter().all(|t| t.0 != at) => {
                self.plan.types.push((at, *id, false));
                self.plan.changed = true;
            }
            (Op::GuardInt | Op::GuardFloat | Op::GuardU64 | Op::GuardBool | Op::GuardPtr, _)
            | (Op::GuardWord, Imm::Word(_)) => {
                let check = Check { slot, op, imm };
                if self.plan.checks.iter().all(|c| c.slot != slot) {
                    self.plan.checks.push(check);
                    self.plan.changed = true;
                }
            }
            _ => {}
        }
    }
}
