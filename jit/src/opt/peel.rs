//! Loops: peeling by copy-substitution, and typed loop-carried values.
//!
//! The root fragment is walked twice. The first copy, the preamble, starts from memory: its guards prove the types
//! of what is there, its loads bring in what the loop needs. The second, the loop's body, starts from what the
//! first one knows at its end; so invariant guards and loads, being known, are not emitted again.
//!
//! Slots of the base frame that a back edge changes are *carried*: parameters of the loop's header. Their types
//! are taken from the preamble's end: an int is carried as a raw `i64`, a float as an `f64`. This is a guess about
//! the back edges. Where one does not keep it, the guess is made weaker ([`Plan`]) and everything is done again;
//! a side fragment whose type is merely unknown gets a guard at its end instead. The same goes for what the
//! header may know of the heap: first, that nothing is clobbered in the loop; then, what was found to be.
//!
//! ```text
//! v0 = slot_load 0 0                 block b0
//! guard_int v0 @0                      v0 = slot_load 0 0
//! v1 = unbox_int v0                    guard_int v0 @0
//! v2 = add_checked v1 1 @0             v1 = unbox_int v0
//! v3 = box_int v2                      v2 = add_checked v1 1 @0
//! jump @1    {0: v3}                   jump b1(v2)
//!                                    block b1(v3:i64)
//!                                      v4 = add_checked v3 1 @1
//!                                      jump b1(v4)
//! ```
//! Fields of objects are carried like slots, see [`super::carry`].
//!
//! Side fragments are attached to the body; they end by jumping to the header with values for all its parameters.
//! A jump from the middle of the preamble could not give those: the body may use what the preamble defines late. So
//! the preamble's exits stay exits. Where they are hot (a loop of few turns inside another, a body full of branches),
//! the loop gets no preamble but a typed entry ([`super::entry`]).

use std::collections::{BTreeMap, BTreeSet};

use taipan_runtime::value::{INT_MAX, INT_MIN};

use super::Opt;
use super::carry::{ANY, Carried, Spec};
use super::facts::{Fact, Kind};
use super::objects::Shape;
use super::snapshots::Overlay;
use super::state::{Clobbers, Map};
use super::walk::{End, Walk};
use crate::ir::{BlockId, ExitKey, Imm, Inst, Op, Ref, Term, Terminator, Ty};

/// Attempts after which nothing is assumed any more.
const MAX_ROUNDS: u32 = 24;
/// Regions of more recorded instructions than this look for fields to carry in their first attempts only.
const FIELD_OPS: usize = 1500;

/// The loop's header.
pub(super) struct Header {
    pub block: BlockId,
    /// The carried slots, their assumptions, and their values at the entry.
    slots: Vec<(u32, Spec, Ref)>,
    /// What was known of those values there.
    facts: Vec<Fact>,
    /// The objects that carried slots hold, where they have not been made.
    objects: BTreeMap<u32, Shape>,
    /// The carried fields that this attempt has, by index in the plan.
    pub fields: BTreeMap<usize, Carried>,
    /// The parameters that stand for slots, and what is known of values in the header.
    pub params: BTreeMap<Ref, u32>,
    pub known: Map<Ref, Fact>,
    /// What was known of the heap at the preamble's end: alias classes, and whether shapes were.
    imported: BTreeSet<u16>,
    imported_shapes: bool,
}

/// What goes round: the values of slots, and the fields of the objects in some.
fn with_fields(
    slots: &[(u32, Spec, Ref)],
    fields: impl Fn(u32) -> Option<Vec<(Spec, Ref)>>,
) -> Vec<(Spec, Ref)> {
    slots.iter().flat_map(|(slot, spec, r)| fields(*slot).unwrap_or_else(|| vec![(*spec, *r)])).collect()
}

impl Opt<'_> {
    /// One attempt.
    pub(super) fn run(&mut self) -> Result<(), String> {
        let region = self.region;
        let jumps = |t: &Terminator| matches!(t, Terminator::Jump(_));
        let root = &region.fragments[0].fragment;
        self.new_block();
        if !region.fragments.iter().any(|f| jumps(&f.fragment.term)) {
            let mut w = self.start_walk(0, Overlay::new(), false);
            self.walk(&mut w)?;
            return self.sides();
        }
        let small = root.body.insts.len() <= self.passes.peel_limit;
        let mut values = Overlay::new();
        if self.passes.peel && !self.plan.plain && (!small || !jumps(&root.term)) {
            self.plan.entry = true;
        }
        if self.passes.peel && !self.plan.plain && !self.plan.entry {
            let mut w = self.start_walk(0, Overlay::new(), true);
            match self.walk(&mut w)? {
                End::Jump(overlay) => values = overlay,
                End::Closed => {
                    // It never comes round: without a preamble, side fragments find their guards.
                    self.plan.entry = true;
                    self.plan.changed = true;
                    return Ok(());
                }
            }
        } else if !self.plan.entry {
            self.plan.plain = true;
        }
        let base = self.enter_loop(values);
        let mut w = self.start_walk(0, base, false);
        match self.walk(&mut w)? {
            End::Jump(overlay) => self.back_edge(&mut w, overlay, true)?,
            End::Closed => self.doubt(&w),
        }
        self.sides()
    }

    /// The root has ended before its end. Where that is because one of its guards contradicts what a typed entry assumes
    /// of a slot (the edge of a side fragment had it so), the assumption has made itself come true: nothing else comes
    /// round any more. The next attempt assumes nothing of this slot.
    fn doubt(&mut self, w: &Walk) {
        let failed = self.region.fragments[0].fragment.body.insts.get(w.map.len());
        let at = failed.filter(|i| i.op.can_guard()).and_then(|i| i.args.first().copied());
        let (Some(at), Some(h)) = (at.filter(|_| self.plan.entry), &self.header) else { return };
        let at = self.untyped(self.mapped(w, at));
        if let Some(slot) = h.params.get(&at).copied()
            && h.slots.iter().any(|(s, spec, _)| *s == slot && *spec != ANY)
        {
            self.plan.specs.insert(slot, ANY);
            self.plan.changed = true;
        }
    }

    fn sides(&mut self) -> Result<(), String> {
        loop {
            while let Some(side) = self.work.pop_front() {
                self.side(side)?;
            }
            if !self.next_join()? {
                return Ok(());
            }
        }
    }

    /// Is the attempt good? If not, the plan has changed.
    pub(super) fn settle(&mut self) -> bool {
        if let Some(h) = &self.header {
            let c = &self.clobbered;
            let lost = (c.all && !h.imported.is_empty())
                || c.classes.iter().any(|c| h.imported.contains(c))
                || ((c.all || c.shapes) && h.imported_shapes);
            if lost && self.plan.clobbers.join(&self.clobbered) {
                self.plan.changed = true;
            }
        }
        if !self.paths_settled() {
            self.plan.changed = true;
        }
        let big = self.region.op_count() > FIELD_OPS && self.plan.rounds > 2;
        if !self.plan.changed && self.passes.heap && !big && self.plan.rounds + 2 < MAX_ROUNDS {
            self.find_fields();
            if self.plan.entry {
                self.find_checks();
            }
        }
        let good = !std::mem::take(&mut self.plan.changed);
        self.plan.rounds += 1;
        if self.plan.rounds == MAX_ROUNDS {
            self.plan.plain = true;
            self.plan.entry = false;
            self.plan.specs.clear();
            self.plan.fields.clear();
            self.plan.objects.clear();
            self.plan.types.clear();
            self.plan.joins.values_mut().for_each(|j| j.forget());
        }
        good
    }

    /// Slots of the base frame that some back edge changes.
    fn carried(&self) -> BTreeSet<u32> {
        let mut out = BTreeSet::new();
        let mut depth = u32::MAX;
        for (i, f) in self.region.fragments.iter().enumerate() {
            let s = f.fragment.term.snap();
            let mut frame = &f.fragment.body.snap(s).frames[0];
            match f.fragment.term {
                Terminator::Jump(_) => depth = depth.min(frame.depth),
                // What a join continues may lead back, too.
                Terminator::Exit(_) => {
                    let end = ExitKey { fragment: i as u32, snap: s };
                    if self.region.child(end).is_none() {
                        continue;
                    }
                }
            }
            let mut parent = f.parent;
            loop {
                out.extend(frame.slots.iter().map(|s| s.0));
                let Some(p) = parent else { break };
                let up = &self.region.fragments[p.fragment as usize];
                frame = &up.fragment.body.snap(p.snap).frames[0];
                parent = up.parent;
            }
        }
        out.retain(|s| *s < depth);
        out
    }

    /// What to assume of a slot with this value at the preamble's end.
    fn spec(&self, slot: u32, r: Ref) -> Spec {
        if self.plan.plain {
            return ANY;
        }
        if let Some(s) = self.plan.specs.get(&slot) {
            return *s;
        }
        let stays = match self.g.body.def(r) {
            None => true,
            Some(i) => matches!(i.op, Op::SlotLoad | Op::Load),
        };
        if stays { Spec::Fixed(r) } else { Spec::of(self.slot_fact(r)) }
    }

    /// What is known of a slot's value; of an int, what is known of its raw form too.
    pub(super) fn slot_fact(&self, r: Ref) -> Fact {
        let f = self.fact(r);
        match self.st.pure.get(&Self::key(Op::UnboxInt, &[r])) {
            Some(u) if f.kind == Kind::Int => Fact { kind: Kind::Int, ..f.and(self.fact(*u)) },
            _ => f,
        }
    }

    /// Ends the preamble and starts the loop; gives the base frame's differences from memory at the header.
    fn enter_loop(&mut self, overlay: Overlay) -> Overlay {
        let mut slots = Vec::new();
        let carried = self.carried();
        if self.plan.entry {
            self.load_entry(&carried);
        }
        let mut objects = BTreeMap::new();
        for slot in carried {
            let held = overlay.get(&slot).copied();
            if let Some((r, shape)) = held.and_then(|r| Some((r, self.carried_object(slot, r)?))) {
                objects.insert(slot, shape);
                slots.push((slot, Spec::Object, r));
                continue;
            }
            let r = match overlay.get(&slot) {
                Some(r) => {
                    let r = self.escape(*r);
                    self.as_value(r)
                }
                None => self.memory_slot(slot),
            };
            let mut spec = self.spec(slot, r);
            if self.plan.entry && !self.enter_with(spec, r) {
                spec = ANY;
                self.plan.specs.insert(slot, spec);
            }
            slots.push((slot, spec, self.resolve(r)));
        }
        let facts = slots.iter().map(|(_, _, r)| self.slot_fact(*r)).collect();
        let parts = with_fields(&slots, |slot| objects.get(&slot).map(Shape::fields));
        let mut args: Vec<Ref> = parts.iter().filter_map(|(s, r)| self.argument(*s, *r)).collect();
        let mut fields = self.first_fields(&slots);
        for f in fields.values() {
            args.extend(self.argument(f.spec, f.value));
            args.extend(self.raw_argument(f.spec, f.value));
        }
        // Behind the last guard: an exit of the entry leaves memory as it is.
        self.release_unboxed(&parts);
        self.flush_pending();
        let from = self.block;
        let block = self.new_block();
        self.g.blocks[from].term = Term::Jump(block, args);
        self.block = block.0 as usize;
        let (imported, imported_shapes) = self.import();
        let mut base = Overlay::new();
        let mut params = BTreeMap::new();
        for (slot, spec, value) in &slots {
            if let Some(shape) = objects.get(slot) {
                let r = self.object_parameter(shape);
                base.insert(*slot, r);
                continue;
            }
            let r = self.parameter(*spec, *value);
            base.insert(*slot, r);
            params.insert(r, *slot);
        }
        self.import_fields(&mut fields, &base);
        self.anchor.state = self.st.clone();
        self.anchor.base = base.clone();
        let known = self.st.facts.clone();
        self.header =
            Some(Header { block, slots, facts, objects, fields, params, known, imported, imported_shapes });
        base
    }

    /// Forgets what the loop clobbers; says what is left that it might.
    fn import(&mut self) -> (BTreeSet<u16>, bool) {
        let c = self.plan.clobbers.clone();
        self.forget_clobbered(&c);
        if self.plan.plain {
            self.forget_heap();
            self.forget_shapes();
        }
        for (r, id, _) in self.plan.types.clone().into_iter().filter(|t| !t.2) {
            self.learn(r, Fact { type_id: Some(id), ..Fact::of(Kind::Ptr) });
        }
        self.st.clobbers = Clobbers::default();
        self.st.virtuals.clear();
        self.st.epoch += 1;
        let first = self.layout.first_shape_id;
        let mutable = |ks: &[super::state::Known]| ks.iter().any(|k| !k.mem.immutable);
        let heap = self.st.heap.iter().filter(|(_, ks)| mutable(ks)).map(|(c, _)| *c).collect();
        let kept = |r: &Ref| self.plan.types.iter().any(|t| t.0 == *r && !t.2);
        let shaped = |(r, f): (&Ref, &Fact)| f.type_id.is_some_and(|t| t >= first) && !kept(r);
        let shapes = self.st.facts.iter().any(shaped);
        (heap, shapes)
    }

    /// A slot's value in the loop.
    pub(super) fn parameter(&mut self, spec: Spec, value: Ref) -> Ref {
        let ty = match spec {
            Spec::Fixed(_) | Spec::Object => return value,
            Spec::Int { .. } => Ty::I64,
            Spec::Float => Ty::F64,
            Spec::U64 => Ty::U64,
            Spec::Bool => Ty::Bool,
            Spec::Word { .. } => Ty::Val,
            Spec::Raw(ty) => ty,
        };
        let p = self.new_parameter(ty);
        match spec {
            Spec::Int { lo } => {
                self.learn(p, Fact::range(lo, INT_MAX));
                self.op(Op::BoxInt, &[p])
            }
            Spec::Float => self.op(Op::BoxFloat, &[p]),
            Spec::U64 => self.op(Op::BoxU64, &[p]),
            Spec::Bool => self.op(Op::BoxBool, &[p]),
            Spec::Word { kind, type_id } => {
                self.learn(p, Fact { type_id, ..Fact::of(kind) });
                p
            }
            Spec::Raw(_) => p,
            Spec::Fixed(_) | Spec::Object => value,
        }
    }

    /// A parameter of the current block.
    pub(super) fn new_parameter(&mut self, ty: Ty) -> Ref {
        let p = self.g.body.push(Inst { ty, ..Inst::new(Op::Param, &[]) });
        self.g.blocks[self.block].params.push(p);
        p
    }

    /// The argument for a parameter, from a value that keeps the assumption.
    pub(super) fn argument(&mut self, spec: Spec, r: Ref) -> Option<Ref> {
        Some(match spec {
            Spec::Fixed(_) | Spec::Object => return None,
            Spec::Int { .. } => self.op(Op::UnboxInt, &[r]),
            Spec::Float => self.op(Op::UnboxFloat, &[r]),
            Spec::U64 => self.op(Op::UnboxU64, &[r]),
            Spec::Bool => self.op(Op::UnboxBool, &[r]),
            Spec::Word { .. } | Spec::Raw(_) => r,
        })
    }

    /// A number that goes on unboxed gives up its slot's reference to the box. So does what memory holds: every exit
    /// from here on writes the slot.
    fn release_unboxed(&mut self, parts: &[(Spec, Ref)]) {
        for (spec, r) in parts {
            self.release_box(*spec, *r);
        }
    }

    /// The same for one slot.
    pub(super) fn release_box(&mut self, spec: Spec, r: Ref) {
        if matches!(spec, Spec::Float | Spec::U64) && self.g.body.def(r).is_some() && !self.take_pending(r) {
            self.emit_count(Op::Decref, r);
        }
    }

    /// Ends a block with a jump to the header.
    pub(super) fn back_edge(&mut self, w: &mut Walk, overlay: Overlay, root: bool) -> Result<(), String> {
        let Some(h) = &self.header else { return Err("a jump without a loop".into()) };
        let (target, header, facts, objects) = (h.block, h.slots.clone(), h.facts.clone(), h.objects.clone());
        if let Some(slot) = overlay.keys().find(|s| header.iter().all(|h| h.0 != **s)) {
            return Err(format!("slot {slot} is changed but not carried"));
        }
        let mut slots = Vec::new();
        let mut held = BTreeMap::new();
        for ((slot, spec, _), first) in header.into_iter().zip(facts) {
            let Some(r) = overlay.get(&slot) else { return Err(format!("slot {slot} is lost")) };
            if let Some(shape) = objects.get(&slot) {
                held.insert(slot, self.object_fields(w, slot, shape, *r, root).unwrap_or_default());
                slots.push((slot, spec, *r));
                continue;
            }
            let r = self.escape(*r);
            let r = self.as_value(r);
            if let Some(weaker) = self.keep(w, spec, r, first, root) {
                self.plan.specs.insert(slot, weaker);
                self.plan.changed = true;
            }
            slots.push((slot, spec, self.resolve(r)));
        }
        self.keep_types(w, root);
        let parts = with_fields(&slots, |slot| held.get(&slot).cloned());
        let mut args: Vec<Ref> = parts.iter().filter_map(|(s, r)| self.argument(*s, *r)).collect();
        let Some(fields) = self.field_arguments(w, &slots, root) else {
            // The attempt is void.
            self.plan.changed = true;
            self.end_block(Term::Jump(target, Vec::new()));
            return Ok(());
        };
        args.extend(fields);
        self.release_unboxed(&parts);
        self.flush_pending();
        self.end_block(Term::Jump(target, args));
        let c = self.st.clobbers.clone();
        self.clobbered.join(&c);
        Ok(())
    }

    /// Sees to it that a value keeps the header's assumption: it does, or a guard makes it, or the result is the
    /// weaker assumption that the next attempt needs.
    pub(super) fn keep(&mut self, w: &mut Walk, spec: Spec, r: Ref, first: Fact, root: bool) -> Option<Spec> {
        let f = self.slot_fact(r);
        let fixed = matches!(spec, Spec::Fixed(_));
        let (spec, good) = match spec {
            Spec::Fixed(s) if self.resolve(s) == self.resolve(r) => (spec, true),
            Spec::Fixed(_) if self.plan.entry && first.kind == Kind::Unknown => (self.first_spec(f), false),
            Spec::Fixed(_) => (Spec::of(first), false),
            _ => (spec, spec.join(f) == spec),
        };
        if good {
            return None;
        }
        let op = match spec {
            Spec::Int { lo: INT_MIN } => Some((Op::GuardInt, Imm::None)),
            Spec::Float => Some((Op::GuardFloat, Imm::None)),
            Spec::U64 => Some((Op::GuardU64, Imm::None)),
            Spec::Bool => Some((Op::GuardBool, Imm::None)),
            Spec::Word { type_id: Some(id), .. } => Some((Op::GuardType, Imm::TypeId(id))),
            _ => None,
        };
        if !root
            && !fixed
            && (f.kind == Kind::Unknown || (f.kind == Kind::Ptr && f.type_id.is_none()))
            && self.passes.guards
            && let Some((op, imm)) = op
            && self.guard_at_end(w, op, r, &imm)
        {
            return None;
        }
        Some(match spec {
            Spec::Int { .. } if f.kind == Kind::Unknown && !root => Spec::Int { lo: INT_MIN },
            // A guard of the next attempt makes it so.
            _ if fixed && f.kind == Kind::Unknown && !root => spec,
            _ => spec.join(f),
        })
    }

    /// A guard at the end of a side fragment, which may be continued where it fails; false where it is known to.
    pub(super) fn guard_at_end(&mut self, w: &mut Walk, op: Op, r: Ref, imm: &Imm) -> bool {
        let end = self.region.fragments[w.index as usize].fragment.term.snap();
        self.guard(op, Some(r), imm, |o| o.translate_for_exit(w, end))
    }
}
