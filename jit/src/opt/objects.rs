//! Objects that are carried round the loop without being made.
//!
//! A slot of the base frame whose object has not been made where the preamble ends, and that nothing else refers to,
//! is carried as the object's fields: each is a parameter of the header, typed as a slot's value would be, and the
//! header starts with an object that has not been made, of these fields. Every back edge must bring such an object of
//! the same layout; where one does not, the next attempt makes the object.
//!
//! ```text
//! v5 = alloc id=7 {val[+16]: v3}     block b1(v6:i64)
//! jump b1(v5)                ->        slot 2 is an object of this description, its field v6
//! ```
//! Where paths of the region come together ([`super::join`]), slots hold objects that exist.

use std::collections::BTreeMap;

use super::Opt;
use super::carry::Spec;
use super::facts::Fact;
use super::state::Virtual;
use super::walk::Walk;
use crate::ir::{AllocDesc, Imm, Inst, Mem, MemTy, Op, Ref, Ty};

/// Objects in objects, so far.
const DEPTH: usize = 4;

/// What earlier attempts have taught of a slot's object.
#[derive(Clone, Debug, Default)]
pub(super) struct ObjectPlan {
    /// It is to be made.
    pub given_up: bool,
    /// Weakened assumptions of its fields, by number.
    specs: BTreeMap<usize, Spec>,
}

/// An object that is carried.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// Without fields.
    desc: AllocDesc,
    parts: Vec<(Mem, Part)>,
    /// Constants that a maker's object is going to hold.
    known: Vec<(Mem, Ref)>,
}

#[derive(Clone, Debug)]
enum Part {
    /// What is assumed of the field, its value at the entry, and what is known of that.
    Field(Spec, Ref, Fact),
    Object(Shape),
}

impl Shape {
    /// The fields, those of objects in it included, in order: what is assumed, and the values at the entry.
    pub fn fields(&self) -> Vec<(Spec, Ref)> {
        let of_part = |(_, part): &(Mem, Part)| match part {
            Part::Field(spec, value, _) => vec![(*spec, *value)],
            Part::Object(shape) => shape.fields(),
        };
        self.parts.iter().flat_map(of_part).collect()
    }
}

/// What of an object that has not been made is to be carried: its fields by rising offset, or its maker's words in their
/// order (what shows of its fields is not).
fn owned(v: &Virtual) -> Vec<(Mem, Ref)> {
    let mut fields: Vec<(Mem, Ref)> = v.fields.iter().filter(|(m, _)| v.desc.owns(*m)).copied().collect();
    if v.desc.maker.is_none() {
        fields.sort_by_key(|(m, _)| m.offset);
    }
    fields
}

/// What is known to be constant of the object that a maker is going to make.
fn known(v: &Virtual) -> Vec<(Mem, Ref)> {
    v.fields.iter().filter(|(m, r)| !v.desc.owns(*m) && r.is_const()).copied().collect()
}

fn same_place(a: Mem, b: Mem) -> bool {
    a.offset == b.offset && a.ty.size() == b.ty.size() && a.ty.ty().is_value() == b.ty.ty().is_value()
}

impl Opt<'_> {
    /// The object that a slot holds at the preamble's end, if it can be carried.
    pub(super) fn carried_object(&mut self, slot: u32, r: Ref) -> Option<Shape> {
        let plan = self.plan.objects.get(&slot).cloned().unwrap_or_default();
        let fit = self.passes.sink && !self.plan.plain && !self.plan.entry;
        if plan.given_up || !fit {
            return None;
        }
        let r = self.resolve(r);
        let mut number = 0;
        self.shape_of(r, &plan, &mut number, 0)
    }

    /// The description of an object that has not been made and has one owner.
    fn shape_of(&mut self, r: Ref, plan: &ObjectPlan, number: &mut usize, depth: usize) -> Option<Shape> {
        let v = self.st.virtuals.get(&r).filter(|v| v.refcount == 1 && depth < DEPTH)?.clone();
        let mut parts = Vec::new();
        for (mem, value) in owned(&v) {
            let value = self.resolve(value);
            let inner =
                if mem.ty.ty().is_value() { self.shape_of(value, plan, number, depth + 1) } else { None };
            let part = match inner {
                Some(shape) => Part::Object(shape),
                None => {
                    let value = self.field_value(mem, value);
                    let spec = plan.specs.get(number).copied().unwrap_or_else(|| self.field_spec(mem, value));
                    *number += 1;
                    Part::Field(spec, value, self.slot_fact(value))
                }
            };
            parts.push((mem, part));
        }
        let known = known(&v);
        Some(Shape { desc: AllocDesc { fields: Vec::new(), ..v.desc }, parts, known })
    }

    /// A field's value as something that exists.
    fn field_value(&mut self, mem: Mem, value: Ref) -> Ref {
        let value = self.escape(value);
        let value = if mem.ty == MemTy::Val { self.as_value(value) } else { value };
        self.resolve(value)
    }

    fn field_spec(&self, mem: Mem, value: Ref) -> Spec {
        match self.g.body.def(value) {
            None => Spec::Fixed(value),
            Some(_) if mem.ty != MemTy::Val => Spec::Raw(self.ty(value)),
            Some(i) if matches!(i.op, Op::SlotLoad | Op::Load) => Spec::Fixed(value),
            Some(_) => Spec::of(self.slot_fact(value)),
        }
    }

    /// The object in the header: its fields are parameters.
    pub(super) fn object_parameter(&mut self, shape: &Shape) -> Ref {
        let mut fields = Vec::with_capacity(shape.parts.len());
        for (mem, part) in &shape.parts {
            let value = match part {
                Part::Field(spec, value, _) => {
                    let p = self.parameter(*spec, *value);
                    if *spec == Spec::Raw(Ty::I64) {
                        let (lo, hi) = mem.ty.range();
                        self.learn(p, Fact::range(lo, hi));
                    }
                    p
                }
                Part::Object(shape) => self.object_parameter(shape),
            };
            fields.push((*mem, value));
        }
        fields.extend(&shape.known);
        let imm = Imm::Alloc(Box::new(shape.desc.clone()));
        let r = self.g.body.push(Inst { imm, ..Inst::new(Op::Alloc, &[]) });
        self.st.virtuals.insert(r, Virtual { desc: shape.desc.clone(), fields, refcount: 1 });
        r
    }

    /// The fields of a slot's object at a back edge, with what the header assumes of them; none where it is not as there.
    pub(super) fn object_fields(
        &mut self,
        w: &mut Walk,
        slot: u32,
        shape: &Shape,
        r: Ref,
        root: bool,
    ) -> Option<Vec<(Spec, Ref)>> {
        let (mut out, mut number) = (Vec::new(), 0);
        let r = self.resolve(r);
        if self.match_object(w, (slot, &mut number), shape, r, root, &mut out) {
            return Some(out);
        }
        self.plan.objects.entry(slot).or_default().given_up = true;
        self.plan.changed = true;
        None
    }

    fn match_object(
        &mut self,
        w: &mut Walk,
        (slot, number): (u32, &mut usize),
        shape: &Shape,
        r: Ref,
        root: bool,
        out: &mut Vec<(Spec, Ref)>,
    ) -> bool {
        let Some(v) = self.st.virtuals.get(&r).filter(|v| v.refcount == 1).cloned() else { return false };
        let (fields, known) = (owned(&v), known(&v));
        let desc = AllocDesc { fields: Vec::new(), ..v.desc };
        let places = fields.iter().zip(&shape.parts).all(|((a, _), (b, _))| same_place(*a, *b));
        if desc != shape.desc || fields.len() != shape.parts.len() || !places || known != shape.known {
            return false;
        }
        for ((mem, value), (_, part)) in fields.into_iter().zip(&shape.parts) {
            let value = self.resolve(value);
            match part {
                Part::Object(inner) => {
                    if !self.match_object(w, (slot, number), inner, value, root, out) {
                        return false;
                    }
                }
                Part::Field(spec, _, first) => {
                    let value = self.field_value(mem, value);
                    if let Some(weaker) = self.keep_part(w, *spec, mem, value, *first, root) {
                        self.plan.objects.entry(slot).or_default().specs.insert(*number, weaker);
                        self.plan.changed = true;
                    }
                    *number += 1;
                    out.push((*spec, self.resolve(value)));
                }
            }
        }
        true
    }

    /// As `keep`, for a field.
    fn keep_part(
        &mut self,
        w: &mut Walk,
        spec: Spec,
        mem: Mem,
        r: Ref,
        first: Fact,
        root: bool,
    ) -> Option<Spec> {
        if mem.ty == MemTy::Val {
            return self.keep(w, spec, r, first, root);
        }
        match spec {
            Spec::Fixed(s) if self.resolve(s) != r => Some(Spec::Raw(self.ty(r))),
            _ => None,
        }
    }
}
