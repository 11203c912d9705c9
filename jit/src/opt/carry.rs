//! What the loop's header assumes: of slots, and of fields of objects.
//!
//! A field that the loop reads in every turn is *carried* like a slot: its value is a parameter of the header, and
//! every back edge gives it: the edges of paths that leave it alone pass what they got, those that change it pass
//! the new value, and those that may have changed it (an outer loop's turn, with a call in it) load it again. So the
//! inner loop keeps its registers, whatever the outer one does.
//!
//! ```text
//! block b1(v3)                       block b1(v3, v9)
//!   v4 = load v0 i64[+24 #2]           v5 = ult v3 v9
//!   v5 = ult v3 v4             ->      guard_true v5 @1
//!   guard_true v5 @1                   jump b1(v7, v9)
//!   jump b1(v7)                      block b2
//! block b2                             v8 = call CALL(..)
//!   v8 = call CALL(..)                 v10 = load v0 i64[+24 #2]
//!   jump b1(0)                         jump b1(0, v10)
//! ```
//! # Invariants
//! - The base of a carried field is a value that is there before the loop, a carried slot or another carried field,
//!   and its type id is known in the header: so the load is good at the end of every edge.
//! - A field that the main path clobbers is not carried ([`Field::given_up`]).
//! - Fields hold their references themselves: the parameters borrow. Hence a float is carried as the object that it
//!   is, and beside it as the raw double.

use std::collections::{BTreeMap, BTreeSet};

use taipan_runtime::machine::Alias;
use taipan_runtime::value::{INT_MAX, INT_MIN};

use super::Opt;
use super::entry::Check;
use super::facts::{Fact, Kind};
use super::join::JoinPlan;
use super::objects::ObjectPlan;
use super::snapshots::Overlay;
use super::state::{Clobbers, Known};
use super::walk::Walk;
use crate::ir::{Imm, Mem, Op, Ref, Ty};

/// What the header assumes of a carried slot or field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spec {
    /// The same value on every edge: no parameter.
    Fixed(Ref),
    /// A raw int, not below `lo`.
    Int {
        lo: i64,
    },
    Float,
    /// An int of at most 64 bits that is not negative.
    U64,
    Bool,
    /// A tagged word, of which this much is known.
    Word {
        kind: Kind,
        type_id: Option<u32>,
    },
    /// A field that holds no tagged word.
    Raw(Ty),
    /// Of a slot: an object that has not been made, see [`super::objects`].
    Object,
}

/// Nothing is assumed.
pub(super) const ANY: Spec = Spec::Word { kind: Kind::Unknown, type_id: None };

impl Spec {
    pub fn of(f: Fact) -> Spec {
        match f.kind {
            Kind::Int => Spec::Int { lo: f.lo.max(INT_MIN) },
            Kind::Float => Spec::Float,
            Kind::U64 => Spec::U64,
            Kind::Bool => Spec::Bool,
            kind => Spec::Word { kind, type_id: f.type_id },
        }
    }
    /// What is assumed.
    pub fn fact(self) -> Fact {
        match self {
            Spec::Int { lo } => Fact { kind: Kind::Int, ..Fact::range(lo, INT_MAX) },
            Spec::Float => Fact::of(Kind::Float),
            Spec::U64 => Fact::of(Kind::U64),
            Spec::Bool => Fact::of(Kind::Bool),
            Spec::Word { kind, type_id } => Fact { type_id, ..Fact::of(kind) },
            Spec::Fixed(_) | Spec::Raw(_) | Spec::Object => Fact::UNKNOWN,
        }
    }
    /// What to assume of a field whose value is this.
    fn of_field(ty: Ty, f: Fact) -> Spec {
        match (ty, Spec::of(f)) {
            (Ty::I64 | Ty::F64 | Ty::Bool | Ty::Ptr, _) => Spec::Raw(ty),
            (_, Spec::Float) => Spec::Word { kind: Kind::Float, type_id: None },
            (_, Spec::Int { .. }) => Spec::Int { lo: INT_MIN },
            (_, Spec::U64) => ANY,
            (_, spec) => spec,
        }
    }
    /// The strongest assumption that holds for a value with this fact too.
    pub fn join(self, f: Fact) -> Spec {
        match (self, Spec::of(f)) {
            (Spec::Raw(_), _) => self,
            (Spec::Int { lo: a }, Spec::Int { lo: b }) if b >= a => Spec::Int { lo: a },
            (Spec::Int { lo: a }, Spec::Int { lo: b }) if a >= 0 && b >= 0 => Spec::Int { lo: 0 },
            (Spec::Int { .. }, Spec::Int { .. }) => Spec::Int { lo: INT_MIN },
            (Spec::Int { lo: a }, Spec::U64) if a >= 0 => Spec::U64,
            (Spec::U64, Spec::Int { lo }) if lo >= 0 => Spec::U64,
            (Spec::Word { kind: Kind::Float, type_id: None }, Spec::Float) => self,
            (Spec::Word { kind: k, type_id: t }, Spec::Word { kind, type_id }) if k == kind => {
                Spec::Word { kind, type_id: t.filter(|t| Some(*t) == type_id) }
            }
            (a, b) if a == b => a,
            _ => ANY,
        }
    }
}

/// The object that a carried field is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// A constant, or a value of the preamble (the same in every attempt).
    Value(Ref),
    /// What a carried slot holds.
    Slot(u32),
    /// What another carried field holds: its index in the plan.
    Field(usize),
}

/// A field to carry.
#[derive(Clone, Debug)]
pub(super) struct Field {
    base: Base,
    mem: Mem,
    /// The type id that its object must have.
    type_id: Option<u32>,
    /// A weakened assumption.
    spec: Option<Spec>,
    /// It cannot be carried after all.
    given_up: bool,
}

/// A carried field in an attempt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carried {
    pub spec: Spec,
    /// Its value at the entry; in the header: what stands for it there.
    pub value: Ref,
    first: Fact,
}

/// What earlier attempts have taught.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// Weakened assumptions, by slot.
    pub specs: BTreeMap<u32, Spec>,
    /// Slots' objects that are not made.
    pub objects: BTreeMap<u32, ObjectPlan>,
    /// What the loop clobbers.
    pub clobbers: Clobbers,
    /// Fields to carry; a base comes before what is based on it.
    pub fields: Vec<Field>,
    /// Values of the preamble whose type ids every edge has to keep; true where that was given up.
    pub types: Vec<(Ref, u32, bool)>,
    /// Joins, by their fragments.
    pub joins: BTreeMap<u32, JoinPlan>,
    /// What paths to joins clobber, and those from them.
    pub paths: Clobbers,
    /// No preamble, but a typed entry: see [`super::entry`].
    pub entry: bool,
    /// What it tests.
    pub checks: Vec<Check>,
    /// No preamble: the loop starts from memory, nothing is assumed.
    pub plain: bool,
    pub changed: bool,
    pub rounds: u32,
}

impl Opt<'_> {
    /// The object of a field, among these slots and fields.
    fn base_of(
        &self,
        base: Base,
        slot: impl Fn(u32) -> Option<Ref>,
        fields: &BTreeMap<usize, Ref>,
    ) -> Option<Ref> {
        match base {
            Base::Value(r) => Some(self.resolve(r)),
            Base::Slot(s) => slot(s).map(|r| self.resolve(r)),
            Base::Field(i) => fields.get(&i).map(|r| self.resolve(*r)),
        }
    }

    /// Loads the carried fields at the preamble's end.
    pub(super) fn first_fields(&mut self, slots: &[(u32, Spec, Ref)]) -> BTreeMap<usize, Carried> {
        let mut out = BTreeMap::new();
        let mut values = BTreeMap::new();
        for (n, f) in self.plan.fields.clone().into_iter().enumerate() {
            let slot = |s| slots.iter().find(|t| t.0 == s).map(|t| t.2);
            let Some(base) = self.base_of(f.base, slot, &values).filter(|_| !f.given_up) else { continue };
            let typed = f.type_id.is_none()
                || self.fact(base).type_id == f.type_id
                || (self.plan.entry && self.enter_field(base, f.type_id));
            if !typed {
                self.plan.fields[n].given_up = true;
                continue;
            }
            let value = self.load(Op::Load, &[base], f.mem);
            let first = self.fact(value);
            let spec = match f.spec {
                Some(s) => s,
                None if value.is_const() && is_version(f.mem) => Spec::Fixed(value),
                None => Spec::of_field(f.mem.ty.ty(), first),
            };
            if self.plan.entry && !self.enter_with(spec, value) {
                self.plan.fields[n].given_up = true;
                continue;
            }
            let value = self.resolve(value);
            values.insert(n, value);
            out.insert(n, Carried { spec, value, first });
        }
        out
    }

    /// Tests at the entry that the object of a field has its type.
    fn enter_field(&mut self, base: Ref, type_id: Option<u32>) -> bool {
        self.enter_with(Spec::Word { kind: Kind::Ptr, type_id }, base)
    }

    /// A guard in every turn tells what to assume of a field.
    pub(super) fn plan_field_spec(&mut self, n: usize, spec: Spec) {
        let f = &mut self.plan.fields[n];
        if f.spec.is_none() && f.mem.ty.ty() == Ty::Val {
            f.spec = Some(spec);
            self.plan.changed = true;
        }
    }

    /// In the header: the fields' parameters are what the heap holds.
    pub(super) fn import_fields(&mut self, fields: &mut BTreeMap<usize, Carried>, slots: &Overlay) {
        let mut values = BTreeMap::new();
        for (n, c) in fields.iter_mut() {
            let f = self.plan.fields[*n].clone();
            c.value = self.parameter(c.spec, c.value);
            if let Spec::Word { kind: Kind::Float, .. } = c.spec {
                let raw = self.new_parameter(Ty::F64);
                self.st.pure.insert(Self::key(Op::UnboxFloat, &[c.value]), raw);
            }
            if let Spec::Raw(Ty::I64) = c.spec {
                // What its type says, as of the loads that it stands for.
                let (lo, hi) = f.mem.ty.range();
                self.learn(c.value, Fact::range(lo, hi));
            }
            values.insert(*n, c.value);
            let Some(base) = self.base_of(f.base, |s| slots.get(&s).copied(), &values) else { continue };
            let known = self.st.heap.entry(f.mem.alias).or_default();
            let same = |k: &Known| k.base == base && k.index.is_none() && k.mem.offset == f.mem.offset;
            known.retain(|k| !same(k));
            known.push(Known { base, index: None, mem: f.mem, value: c.value });
        }
    }

    /// The raw double that is carried beside a float.
    pub(super) fn raw_argument(&mut self, spec: Spec, r: Ref) -> Option<Ref> {
        match spec {
            Spec::Word { kind: Kind::Float, .. } => Some(self.op(Op::UnboxFloat, &[r])),
            _ => None,
        }
    }

    /// The arguments for the fields' parameters at a back edge; none where the attempt has failed.
    pub(super) fn field_arguments(
        &mut self,
        w: &mut Walk,
        slots: &[(u32, Spec, Ref)],
        root: bool,
    ) -> Option<Vec<Ref>> {
        let fields = self.header.as_ref()?.fields.clone();
        let mut values = BTreeMap::new();
        let mut args = Vec::new();
        let mut good = !self.plan.changed;
        for (n, c) in fields {
            let f = self.plan.fields[n].clone();
            let slot = |s| slots.iter().find(|t| t.0 == s).map(|t| t.2);
            let Some(base) = self.base_of(f.base, slot, &values) else { continue };
            let typed = f.type_id.is_none() || self.fact(base).type_id == f.type_id;
            let known = self.known_field(base, f.mem);
            if !typed || (root && known.is_none()) {
                self.plan.fields[n].given_up |= root;
                good = false;
                continue;
            }
            let value = match known {
                Some(v) => v,
                None => self.load(Op::Load, &[base], f.mem),
            };
            let value = if f.mem.ty.ty() == Ty::Val { self.as_value(value) } else { value };
            if let Some(weaker) = self.keep_field(w, c, value, root) {
                self.plan.fields[n].spec = Some(weaker);
                good = false;
            }
            let value = self.resolve(value);
            values.insert(n, value);
            if !good {
                continue;
            }
            args.extend(self.argument(c.spec, value));
            args.extend(self.raw_argument(c.spec, value));
        }
        good.then_some(args)
    }

    fn keep_field(&mut self, w: &mut Walk, c: Carried, value: Ref, root: bool) -> Option<Spec> {
        match c.spec {
            Spec::Raw(_) => None,
            Spec::Fixed(s) if self.resolve(s) == self.resolve(value) => None,
            Spec::Fixed(s) => {
                let bits = self.g.body.as_const(s)?.bits;
                let ok = !root
                    && self.passes.guards
                    && self.guard_at_end(w, Op::GuardWord, value, &Imm::Word(bits));
                if ok { None } else { Some(Spec::Raw(self.ty(s))) }
            }
            Spec::Word { kind: Kind::Float, .. } => {
                let f = self.fact(value);
                if f.kind == Kind::Float || f.type_id == Some(self.layout.float_type_id) {
                    return None;
                }
                let ok = !root
                    && f.kind == Kind::Unknown
                    && self.passes.guards
                    && self.guard_at_end(w, Op::GuardFloat, value, &Imm::None);
                if ok { None } else { Some(ANY) }
            }
            spec => self.keep(w, spec, value, c.first, root),
        }
    }

    /// The field's value, if it is known.
    fn known_field(&self, base: Ref, m: Mem) -> Option<Ref> {
        let known = self.st.heap.get(&m.alias)?;
        let k = known.iter().find(|k| {
            k.base == base && k.index.is_none() && k.mem.offset == m.offset && k.mem.ty.ty() == m.ty.ty()
        })?;
        Some(self.resolve(k.value))
    }

    /// At a back edge: values whose type ids the header relies on have them.
    pub(super) fn keep_types(&mut self, w: &mut Walk, root: bool) {
        for (n, (r, id, given_up)) in self.plan.types.clone().into_iter().enumerate() {
            if given_up || self.fact(r).type_id == Some(id) {
                continue;
            }
            if root || !self.passes.guards || !self.guard_at_end(w, Op::GuardType, r, &Imm::TypeId(id)) {
                self.plan.types[n].2 = true;
                self.plan.changed = true;
            }
        }
    }

    /// Finds fields that the loop reads in every turn and could carry, and types that it tests in every turn.
    pub(super) fn find_fields(&mut self) {
        let Some(h) = &self.header else { return };
        if self.plan.plain {
            return;
        }
        let before: BTreeSet<Ref> = match self.plan.entry {
            true => self.entry_values.clone(),
            false => self.g.blocks[0].insts.iter().copied().collect(),
        };
        let outer = |r: Ref| (r.is_const() && !self.plan.entry) || before.contains(&r);
        let mut found = Vec::new();
        let mut types = Vec::new();
        for r in &self.g.blocks[h.block.0 as usize].insts {
            let i = &self.g.body.insts[r.index()];
            match (i.op, &i.imm) {
                (Op::GuardType, Imm::TypeId(id)) if before.contains(&i.args[0]) && !self.plan.entry => {
                    types.push((i.args[0], *id))
                }
                (Op::Load, Imm::Mem(m)) => {
                    let at = i.args[0];
                    let base = if outer(at) {
                        Base::Value(at)
                    } else if let Some(s) = h.params.get(&at) {
                        Base::Slot(*s)
                    } else if let Some(n) = h.fields.iter().find(|f| f.1.value == at) {
                        Base::Field(*n.0)
                    } else {
                        continue;
                    };
                    let thread = self.g.body.def(at).is_some_and(|d| d.op == Op::Thread);
                    let fixed = at.is_const() || (outer(at) && (m.immutable || thread));
                    let type_id = h.known.get(&at).and_then(|f| f.type_id);
                    // Without a type (a pointer into an array) nobody knows what is there.
                    if fixed || type_id.is_some() {
                        found.push((base, *m, type_id.filter(|_| !fixed)));
                    }
                }
                _ => {}
            }
        }
        for (base, mem, type_id) in found {
            let new = |f: &Field| f.base != base || f.mem.offset != mem.offset || f.mem.ty != mem.ty;
            if self.plan.fields.iter().all(new) {
                self.plan.fields.push(Field { base, mem, type_id, spec: None, given_up: false });
                self.plan.changed = true;
            }
        }
        for (r, id) in types {
            let r = self.untyped(r);
            if self.plan.types.iter().all(|t| t.0 != r) && before.contains(&r) {
                self.plan.types.push((r, id, false));
                self.plan.changed = true;
            }
        }
    }

    /// The value behind an `as_ptr`.
    pub(super) fn untyped(&self, r: Ref) -> Ref {
        match self.g.body.def(r) {
            Some(d) if d.op == Op::AsPtr => d.args[0],
            _ => r,
        }
    }
}

/// Is the field a version, which the trace compares with a constant?
fn is_version(m: Mem) -> bool {
    m.alias == crate::record::alias_id(Alias::FunctionVersion)
}
