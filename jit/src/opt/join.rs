//! Joins: side fragments that several ends of fragments lead to.
//!
//! Each branch doubles the paths behind it. So a side trace that comes to where another path of the region has been
//! (same frames, same instruction) may end there, and one fragment continues all that do. Its block has parameters for
//! the slots, typed like those of the loop's header: by a guess from the first edge, made weaker where another edge
//! does not keep it ([`super::carry::Plan`]).
//!
//! ```text
//! block b2                           side traces of two branches
//!   jump b4(v3, v4)
//! block b3
//!   jump b4(v5, v6)
//! block b4(v7:i64, v8:f64)           the join: what comes behind both
//! ```
//! # Invariants
//! - A join uses its parameters and what its *anchor* has: the loop's header (of a region without a loop, the entry),
//!   which all ways to it lead through.
//! - Of what the anchor knows of the heap, a join knows what no path of the region clobbers.
//! - Every slot of every frame owns its reference there.

use std::collections::{BTreeMap, BTreeSet};

use taipan_runtime::helper::Effect;

use super::Opt;
use super::carry::{ANY, Spec};
use super::facts::Fact;
use super::snapshots::Overlay;
use super::state::State;
use super::walk::{End, Walk};
use crate::ir::{BlockId, ExitKey, FUNC_SLOT, Ref, SnapId, Source, Term};

/// A frame and a slot of it.
type Place = (u32, u32);

/// The state that joins start from; see the module's page.
#[derive(Default)]
pub(super) struct Anchor {
    pub state: State,
    /// The base frame's differences from memory.
    pub base: Overlay,
}

/// What earlier attempts have taught about a join.
#[derive(Clone, Debug, Default)]
pub(super) struct JoinPlan {
    /// Slots of the base frame that some edge has changed.
    slots: BTreeSet<u32>,
    specs: BTreeMap<Place, Spec>,
}

impl JoinPlan {
    /// Nothing is assumed any more.
    pub fn forget(&mut self) {
        self.specs.clear();
    }
}

/// A join of this attempt.
pub(super) struct Join {
    block: BlockId,
    fragment: u32,
    slots: Vec<(Place, Spec)>,
    state: State,
    base: Overlay,
    frames: Vec<BTreeMap<u32, Ref>>,
    walked: bool,
}

impl Opt<'_> {
    /// Ends a block with the way to a join.
    pub(super) fn jump_to_join(&mut self, w: &Walk, end: SnapId, fragment: u32) {
        if self.st.disturbed {
            self.clobber(Effect::Any);
        }
        let values = self.edge_values(w, end, fragment);
        let at = match self.joins.iter().position(|j| j.fragment == fragment) {
            Some(at) => at,
            None => self.new_join(fragment, &values),
        };
        let (block, slots) = (self.joins[at].block, self.joins[at].slots.clone());
        let mut good = slots.len() == values.len();
        for ((place, spec), (_, r)) in slots.iter().zip(&values) {
            let kept = match spec {
                Spec::Fixed(s) => self.resolve(*s) == self.resolve(*r),
                spec => spec.join(self.slot_fact(*r)) == *spec,
            };
            if !kept {
                good = false;
                let (first, now) = (self.spec_fact(*spec), self.slot_fact(*r));
                self.weaken(fragment, *place, Spec::of(first).join(now));
            }
        }
        if !good {
            // The attempt is void.
            self.plan.changed = true;
            self.end_block(Term::Jump(block, Vec::new()));
            return;
        }
        let edge: Vec<(Place, Spec, Ref)> =
            slots.iter().zip(&values).map(|((p, s), (_, r))| (*p, *s, *r)).collect();
        let args = edge.iter().filter_map(|(_, s, r)| self.argument(*s, *r)).collect();
        // Numbers that go on unboxed give up their slots' references to the boxes.
        edge.iter().for_each(|(_, spec, r)| self.release_box(*spec, *r));
        self.flush_pending();
        self.end_block(Term::Jump(block, args));
        let c = self.st.clobbers.clone();
        self.clobbered.join(&c);
    }

    /// What is known of a parameter's values.
    fn spec_fact(&self, spec: Spec) -> Fact {
        match spec {
            Spec::Fixed(r) => self.slot_fact(r),
            spec => spec.fact(),
        }
    }

    fn weaken(&mut self, fragment: u32, place: Place, spec: Spec) {
        self.plan.changed = true;
        self.plan.joins.entry(fragment).or_default().specs.insert(place, spec);
    }

    /// The slots' values at an edge, all counted.
    fn edge_values(&mut self, w: &Walk, end: SnapId, fragment: u32) -> Vec<(Place, Ref)> {
        let region = self.region;
        let overlay = self.counted_overlay(w, end);
        let plan = self.plan.joins.entry(fragment).or_default();
        let before = plan.slots.len();
        plan.slots.extend(overlay.keys());
        if plan.slots.len() > before && self.joins.iter().any(|j| j.fragment == fragment) {
            self.plan.changed = true;
        }
        let mut values = Vec::new();
        for slot in plan.slots.clone() {
            let r = match overlay.get(&slot).or_else(|| self.anchor.base.get(&slot)) {
                Some(r) => *r,
                None => self.memory_slot(slot),
            };
            values.push(((0, slot), r));
        }
        let snap = region.snap(ExitKey { fragment: w.index, snap: end });
        for (k, f) in snap.frames.iter().enumerate().skip(1) {
            for (slot, v) in &f.slots {
                let Source::Ref(r) = v.src else { continue };
                let r = self.mapped(w, r);
                if v.borrowed && *slot != FUNC_SLOT && self.ty(r).is_value() {
                    self.incref(r);
                }
                values.push(((k as u32, *slot), r));
            }
        }
        for (_, r) in &mut values {
            let made = self.escape(*r);
            let value = self.as_value(made);
            *r = self.resolve(value);
        }
        values
    }

    /// Is this value there wherever a join is?
    fn is_anchored(&self, r: Ref) -> bool {
        // What has not been made there is made on the way.
        let made = |v: &&Ref| !self.anchor.state.virtuals.contains_key(*v);
        r.is_const() || self.anchor.base.values().filter(made).any(|v| self.resolve(*v) == r)
    }

    /// A new join, whose first edge has these values; gives its place among the joins.
    fn new_join(&mut self, fragment: u32, values: &[(Place, Ref)]) -> usize {
        let planned = self.plan.joins.get(&fragment).map(|p| p.specs.clone()).unwrap_or_default();
        let slots: Vec<(Place, Spec)> = values
            .iter()
            .map(|(place, r)| {
                let spec = match planned.get(place) {
                    Some(spec) => *spec,
                    None if self.plan.plain => ANY,
                    None if self.is_anchored(*r) => Spec::Fixed(*r),
                    None => Spec::of(self.slot_fact(*r)),
                };
                (*place, spec)
            })
            .collect();
        let from = self.block;
        let block = self.new_block();
        self.block = block.0 as usize;
        let edge = std::mem::replace(&mut self.st, self.anchor.state.clone());
        self.forget_paths();
        let mut base = self.anchor.base.clone();
        let frames = 1 + values.iter().map(|((k, _), _)| *k as usize).max().unwrap_or(0);
        let mut inner = vec![BTreeMap::new(); frames];
        for ((place, spec), (_, value)) in slots.iter().zip(values) {
            let r = self.parameter(*spec, *value);
            match place {
                (0, slot) => base.insert(*slot, r),
                (k, slot) => inner[*k as usize].insert(*slot, r),
            };
        }
        let state = std::mem::replace(&mut self.st, edge);
        self.block = from;
        self.joins.push(Join { block, fragment, slots, state, base, frames: inner, walked: false });
        self.joins.len() - 1
    }

    /// Forgets what some path since the anchor may have changed.
    fn forget_paths(&mut self) {
        let paths = self.plan.paths.clone();
        self.forget_clobbered(&paths);
        self.st.epoch += 1;
    }

    /// Walks a join that has not been walked, if there is one.
    pub(super) fn next_join(&mut self) -> Result<bool, String> {
        let Some(join) = self.joins.iter_mut().find(|j| !j.walked) else { return Ok(false) };
        join.walked = true;
        self.block = join.block.0 as usize;
        self.st = join.state.clone();
        let (fragment, base, frames) = (join.fragment, join.base.clone(), join.frames.clone());
        let mut w = self.start_walk(fragment, base, false);
        w.frames = frames;
        if let End::Jump(overlay) = self.walk(&mut w)? {
            self.back_edge(&mut w, overlay, false)?;
        }
        Ok(true)
    }

    /// Has the attempt found paths that change more than its joins were told?
    pub(super) fn paths_settled(&mut self) -> bool {
        let found = self.clobbered.clone();
        self.joins.is_empty() || !self.plan.paths.join(&found)
    }
}
