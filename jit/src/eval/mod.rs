//! The reference evaluator: runs recorded regions and optimized graphs, one instruction at a time, so that what
//! comes out of the optimizer and of the machine code can be compared with what was recorded.
//!
//! Memory and helpers are the [`Host`]'s, so that evaluation needs no unsafe code.

mod scalar;

use std::collections::BTreeMap;

use taipan_runtime::helper::{Helper, Returns};
use taipan_runtime::value::{Value, decode_flonum, encode_flonum};

use crate::exits::{ExitSource, ExitValue};
use crate::ir::{
    AllocDesc, Body, Callee, Const, ExitKey, ExitKind, Graph, Imm, Inst, Mem, MemTy, Op, Ref, Region,
    SlotValue, SnapId, Snapshot, Source, Term, Terminator, Ty,
};
use crate::layout::Layout;
pub use scalar::scalar;

/// The world that a trace runs in.
pub trait Host {
    /// Reads memory, zero-extended.
    fn load(&mut self, address: u64, size: u32) -> u64;
    /// Writes memory.
    fn store(&mut self, address: u64, size: u32, value: u64);
    /// Calls a helper; doubles as their bits.
    fn call(&mut self, helper: &'static Helper, args: &[u64]) -> u64;
    /// Runs a Python function; takes over the arguments.
    fn invoke(&mut self, callee: &Callee, args: &[u64]) -> u64;
    /// The thread pointer.
    fn thread(&self) -> u64;
    /// The address of the base frame's record.
    fn frame(&self) -> u64;
    /// The address of the base frame's slots.
    fn slots(&self) -> u64;
    /// Should this guard fail, whatever its condition says? `n` counts the guards that were executed.
    fn force(&mut self, n: u64, inst: &Inst) -> bool {
        let _ = (n, inst);
        false
    }
}

/// A value at an exit, boxed where that needs no allocation.
#[derive(Clone, Debug, PartialEq)]
pub enum Out {
    /// A tagged word.
    Word(u64),
    /// A float, immediate or not.
    Float(u64),
    /// An int of more than 63 bits.
    BigInt(i64),
    /// An object that was not made: its type id, count and fields.
    Object {
        /// The header's id.
        type_id: u32,
        /// Offset and value of each field.
        fields: BTreeMap<i32, Out>,
    },
    /// An object that is being described further out.
    Cycle,
}

/// A value with its type, as a tagged word or what stands for it.
pub fn out(ty: Ty, bits: u64) -> Out {
    match (Const { ty, bits }).boxed() {
        Some(w) if w & 3 == 2 => Out::Float(decode_flonum(w).to_bits()),
        Some(w) => Out::Word(w),
        None if ty == Ty::F64 => Out::Float(bits),
        None => Out::BigInt(bits as i64),
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    /// Through which recorded exit.
    pub source: ExitKey,
    /// To do what.
    pub kind: ExitKind,
    /// Every frame: its key, its pc, and its slots. Of the base frame, every slot that is known to differ from
    /// memory or was asked for.
    pub frames: Vec<(u64, u32, BTreeMap<u32, Out>)>,
    /// How many guards were executed.
    pub guards: u64,
}

struct Env<'a, H> {
    body: &'a Body,
    vals: Vec<u64>,
    host: &'a mut H,
    layout: &'a Layout,
    guards: &'a mut u64,
}

enum Step {
    Next,
    Leave(SnapId),
}

impl<H: Host> Env<'_, H> {
    fn get(&self, r: Ref) -> u64 {
        self.body.as_const(r).map_or_else(|| self.vals[r.index()], |c| c.bits)
    }

    fn inst(&mut self, r: Ref) -> Step {
        let i = &self.body.insts[r.index()];
        let args: Vec<u64> = i.args.iter().map(|a| self.get(*a)).collect();
        if let Some(s) = i.snap {
            let n = *self.guards;
            *self.guards += 1;
            let value = self.guard(i, &args);
            if self.host.force(n, i) {
                return Step::Leave(s);
            }
            return match value {
                Some(v) => {
                    self.vals[r.index()] = v;
                    Step::Next
                }
                None => Step::Leave(s),
            };
        }
        let value = match (i.op, &i.imm) {
            (Op::Thread, _) => self.host.thread(),
            (Op::Frame, _) => self.host.frame(),
            (Op::Slots, _) => self.host.slots(),
            (Op::Load, Imm::Mem(m)) => self.load(args[0], *m),
            (Op::LoadElem, Imm::Mem(m)) => self.load(element(args[0], args[1], *m), *m),
            (Op::Store, Imm::Mem(m)) => self.store(args[0], *m, args[1]),
            (Op::StoreElem, Imm::Mem(m)) => self.store(element(args[0], args[1], *m), *m, args[2]),
            (Op::Alloc, Imm::Alloc(d)) => self.alloc(d, &args),
            (Op::Incref, _) => self.count(args[0], 1),
            (Op::Decref, _) => self.count(args[0], -1),
            (Op::Call, Imm::Helper(h)) => {
                let v = self.host.call(h, &args);
                if i.ty == Ty::Bool { v & 0xff } else { v }
            }
            (Op::Invoke, Imm::Callee(c)) => self.host.invoke(c, &args),
            (Op::BoxFloat, _) => match encode_flonum(f64::from_bits(args[0])) {
                Some(w) => w,
                None => self.host.call(self.layout.box_float_cold, &args),
            },
            (Op::UnboxFloat, _) => self.unbox_float(args[0]),
            (Op::BoxU64, _) => match (Const { ty: Ty::U64, bits: args[0] }).boxed() {
                Some(w) => w,
                None => self.host.call(self.layout.ints.box_u64, &args),
            },
            (Op::BoxU128, _) => self.host.call(self.layout.ints.box_u128, &args),
            (Op::UnboxU64, _) => self.host.call(self.layout.ints.u64_of, &args),
            // Parameters and slots are set where the block or fragment is entered.
            (Op::Param | Op::SlotLoad, _) => self.vals[r.index()],
            _ => scalar(i.op, &args).unwrap_or_default(),
        };
        self.vals[r.index()] = value;
        Step::Next
    }

    fn unbox_float(&mut self, w: u64) -> u64 {
        if w & 2 != 0 {
            return decode_flonum(w).to_bits();
        }
        self.host.load(w.wrapping_add(self.layout.float_value_offset as u64), 8)
    }

    /// The result of a guard that holds (0 where it has none).
    fn guard(&mut self, i: &Inst, a: &[u64]) -> Option<u64> {
        let id_at =
            |s: &mut Self, p: u64| s.host.load(p.wrapping_add(s.layout.type_id_offset as u64), 4) as u32;
        let fits = |v: i128| i64::try_from(v).ok().filter(|v| Value::try_int(*v).is_some()).map(|v| v as u64);
        let int = |n: usize| a[n] as i64 as i128;
        let ok = match (i.op, &i.imm) {
            (Op::AddChecked, _) => return fits(int(0) + int(1)),
            (Op::SubChecked, _) => return fits(int(0) - int(1)),
            (Op::MulChecked, _) => return fits(int(0) * int(1)),
            (Op::ShlChecked, _) => return fits(int(0) << (a[1] & 63)),
            (Op::NegChecked, _) => return fits(-int(0)),
            (Op::GuardFits, _) => fits(int(0)).is_some(),
            (Op::GuardInt, _) => a[0] & 1 != 0,
            (Op::GuardU64, _) => self.host.call(self.layout.ints.is_u64, a) & 0xff != 0,
            (Op::GuardFloat, _) => {
                a[0] & 3 == 2 || (a[0] & 7 == 0 && id_at(self, a[0]) == self.layout.float_type_id)
            }
            (Op::GuardBool, _) => a[0] & !8 == taipan_runtime::value::FALSE.bits(),
            (Op::GuardPtr, _) => a[0] & 7 == 0,
            (Op::GuardType, Imm::TypeId(id)) => a[0] & 7 == 0 && id_at(self, a[0]) == *id,
            (Op::GuardWord, Imm::Word(w)) => a[0] == *w,
            (Op::GuardNotWord, Imm::Word(w)) => a[0] != *w,
            (Op::GuardTrue | Op::GuardNonzero, _) => a[0] != 0,
            (Op::GuardFalse, _) => a[0] == 0,
            (Op::GuardBoolOk, _) => a[0] <= 1,
            (Op::GuardRoom | Op::GuardInnermost, _) => true,
            (Op::GuardQuiet | Op::GuardStable, _) => {
                let offset = self.layout.count_offset(i.op);
                let at = self.host.thread().wrapping_add(offset as u64);
                self.host.load(at, 8) == a[0]
            }
            _ => {
                let at = self.host.thread().wrapping_add(self.layout.poll_offset as u64);
                self.host.load(at, 4) == 0
            }
        };
        ok.then_some(0)
    }

    fn load(&mut self, base: u64, m: Mem) -> u64 {
        let v = self.host.load(base.wrapping_add(m.offset as u64), m.ty.size());
        if m.ty == MemTy::I32 { v as u32 as i32 as i64 as u64 } else { v }
    }

    fn store(&mut self, base: u64, m: Mem, v: u64) -> u64 {
        self.host.store(base.wrapping_add(m.offset as u64), m.ty.size(), v);
        0
    }

    fn alloc(&mut self, d: &AllocDesc, values: &[u64]) -> u64 {
        let args = [d.size as u64, d.container as u64, d.type_id as u64, d.type_ptr];
        let p = self.host.call(self.layout.alloc, &args);
        for (f, v) in d.fields.iter().zip(values) {
            self.store(p, f.mem, *v);
        }
        p
    }

    fn count(&mut self, w: u64, by: i32) -> u64 {
        if w & 7 != 0 {
            return 0;
        }
        let at = w.wrapping_add(self.layout.refcount_offset as u64);
        let n = self.host.load(at, 4) as u32;
        let n = n.wrapping_add_signed(by);
        self.host.store(at, 4, n as u64);
        if n == 0 {
            self.host.call(self.layout.dealloc, &[w]);
        }
        0
    }

    fn out(&self, snap: &Snapshot, src: Source, open: &mut Vec<u32>) -> Out {
        match src {
            Source::Ref(r) => out(self.body.ty(r), self.get(r)),
            Source::Virtual(i) => {
                if open.contains(&i) {
                    return Out::Cycle;
                }
                open.push(i);
                let v = &snap.virtuals[i as usize];
                let fields = v.desc.fields.iter().zip(&v.values);
                let fields = fields.map(|(f, s)| (f.mem.offset, self.out(snap, *s, open))).collect();
                open.pop();
                Out::Object { type_id: v.desc.type_id, fields }
            }
        }
    }

    fn frames(&self, snap: &Snapshot) -> Vec<(u64, u32, BTreeMap<u32, Out>)> {
        let slot = |s: &Self, v: &SlotValue| s.out(snap, v.src, &mut Vec::new());
        let frames = snap.frames.iter();
        let out = frames.map(|f| (f.key, f.pc, f.slots.iter().map(|(n, v)| (*n, slot(self, v))).collect()));
        out.collect()
    }

    /// The state at an exit of a recorded fragment, on top of what earlier fragments have changed.
    fn leave(&self, fragment: u32, id: SnapId, changed: &BTreeMap<u32, Out>) -> Left {
        let snap = self.body.snap(id);
        let mut frames = self.frames(snap);
        let mut base = changed.clone();
        base.append(&mut frames[0].2);
        base.retain(|s, _| *s < snap.frames[0].depth);
        frames[0].2 = base;
        Left { source: ExitKey { fragment, snap: id }, kind: snap.kind, frames, guards: *self.guards }
    }

    /// A slot's tagged word; a float is boxed.
    fn word(&mut self, src: Source) -> u64 {
        let Source::Ref(r) = src else { return 0 };
        let (ty, bits) = (self.body.ty(r), self.get(r));
        match ((Const { ty, bits }).boxed(), ty) {
            (Some(w), _) => w,
            (None, Ty::F64) => self.host.call(self.layout.box_float_cold, &[bits]),
            (None, Ty::U64) => self.host.call(self.layout.ints.box_u64, &[bits]),
            (None, _) => 0,
        }
    }

    /// What the exit stores and counts.
    fn settle(&mut self, snap: &Snapshot) {
        for s in &snap.stores {
            self.store(self.get(s.object), s.mem, self.get(s.value));
        }
        let borrowed =
            snap.frames.iter().flat_map(|f| &f.slots).filter(|(_, v)| v.borrowed).map(|(_, v)| v.src);
        for s in borrowed.chain(snap.increfs.iter().map(|r| Source::Ref(*r))) {
            if let Source::Ref(r) = s
                && self.body.ty(r).is_value()
            {
                self.count(self.get(r), 1);
            }
        }
        for s in &snap.drops {
            if let Source::Ref(r) = s
                && self.body.ty(*r).is_value()
            {
                self.count(self.get(*r), -1);
            }
        }
    }
}

fn element(base: u64, index: u64, m: Mem) -> u64 {
    base.wrapping_add(index.wrapping_mul(m.ty.size() as u64))
}

/// Where the evaluation of a region goes on: at the start of a fragment, with these slots.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    /// The fragment.
    pub fragment: u32,
    /// The base frame.
    pub base: BTreeMap<u32, u64>,
    /// Inner frames.
    pub inner: Vec<BTreeMap<u32, u64>>,
}

impl Resume {
    /// The entry of the region.
    pub fn entry(slots: &[u64]) -> Resume {
        let base = slots.iter().enumerate().map(|(i, w)| (i as u32, *w)).collect();
        Resume { fragment: 0, base, inner: Vec::new() }
    }
}

/// Runs a recorded region, fragment by fragment. After `max_jumps` jumps back to the header it leaves there.
/// `see` is shown every exit that is passed: the guard's snapshot with the state there.
pub fn region<H: Host>(
    r: &Region,
    layout: &Layout,
    mut at: Resume,
    host: &mut H,
    max_jumps: u64,
    mut see: impl FnMut(&Left),
) -> Left {
    let (mut jumps, mut guards) = (0, 0);
    let mut changed: BTreeMap<u32, Out> = BTreeMap::new();
    loop {
        let f = &r.fragments[at.fragment as usize].fragment;
        let vals = vec![0; f.body.insts.len()];
        let mut env = Env { body: &f.body, vals, host, layout, guards: &mut guards };
        let mut left = None;
        for (n, i) in f.body.insts.iter().enumerate() {
            if let Imm::Slot { frame, slot } = i.imm {
                let from = if frame == 0 { Some(&at.base) } else { at.inner.get(frame as usize - 1) };
                env.vals[n] = from.and_then(|m| m.get(&slot)).copied().unwrap_or_default();
                continue;
            }
            if let Some(s) = i.snap {
                see(&env.leave(at.fragment, s, &changed));
            }
            if let Step::Leave(s) = env.inst(Ref::inst(n)) {
                left = Some(s);
                break;
            }
        }
        let id = left.unwrap_or(f.term.snap());
        let snap = f.body.snap(id);
        let out = env.leave(at.fragment, id, &changed);
        env.settle(snap);
        let jumping = left.is_none() && matches!(f.term, Terminator::Jump(_)) && jumps < max_jumps;
        let child = if jumping { None } else { r.child(out.source) };
        if !jumping && child.is_none() {
            return out;
        }
        changed = out.frames.into_iter().next().map(|f| f.2).unwrap_or_default();
        for (slot, v) in &snap.frames[0].slots {
            let w = env.word(v.src);
            at.base.insert(*slot, w);
        }
        at.inner = snap.frames[1..]
            .iter()
            .map(|f| f.slots.iter().map(|(s, v)| (*s, env.word(v.src))).collect())
            .collect();
        jumps += jumping as u64;
        at.fragment = child.unwrap_or(0);
    }
}

/// Runs a graph. After `max_jumps` jumps back to the header (from within the loop) it leaves there with no frames
/// but the parameters' values.
pub fn graph<H: Host>(
    g: &Graph,
    layout: &Layout,
    slots: &[u64],
    host: &mut H,
    max_jumps: u64,
) -> Option<Left> {
    let mut guards = 0;
    let vals = vec![0; g.body.insts.len()];
    let mut env = Env { body: &g.body, vals, host, layout, guards: &mut guards };
    let (mut b, mut jumps) = (0usize, 0);
    let mut memory = slots.to_vec();
    loop {
        let block = &g.blocks[b];
        let mut left = None;
        for r in &block.insts {
            let i = &g.body.insts[r.index()];
            if let (Op::SlotStore, Imm::Slot { slot, .. }) = (i.op, &i.imm) {
                let at = *slot as usize;
                memory.resize(memory.len().max(at + 1), 0);
                memory[at] = env.get(i.args[0]);
            } else if let Imm::Slot { slot, .. } = i.imm {
                env.vals[r.index()] = memory.get(slot as usize).copied().unwrap_or_default();
            } else if let Step::Leave(s) = env.inst(*r) {
                left = Some(s);
                break;
            }
        }
        let snap = match (&block.term, left) {
            (_, Some(s)) => s,
            (Term::Exit(s), None) => *s,
            (Term::Jump(t, args), None) => {
                if jumps > max_jumps {
                    return None;
                }
                jumps += 1;
                let args: Vec<u64> = args.iter().map(|a| env.get(*a)).collect();
                b = t.0 as usize;
                for (p, a) in g.blocks[b].params.iter().zip(args) {
                    env.vals[p.index()] = a;
                }
                continue;
            }
        };
        let Some(t) = g.continued.get(&snap) else {
            let s = g.body.snap(snap);
            let frames = env.frames(s);
            env.settle(s);
            let source = g.origin[snap.0 as usize];
            return Some(Left { source, kind: s.kind, frames, guards });
        };
        b = t.0 as usize;
    }
}

/// The value of an exit's slot, from the exit buffer.
pub fn exit_value(v: &ExitValue, buffer: &[u64]) -> Out {
    match v.src {
        ExitSource::Const(c) => out(c.ty, c.bits),
        ExitSource::Word { index, ty } => out(ty, buffer[index as usize]),
        ExitSource::Virtual(_) => Out::Cycle,
    }
}

/// Does a helper return a double?
pub fn returns_float(h: &Helper) -> bool {
    h.returns == Returns::Float
}
