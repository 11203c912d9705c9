//! Instructions and what they refer to: the part that recorded fragments and optimized graphs share.

use std::collections::HashMap;

use super::{Args, Const, ExitKind, Imm, Op, Ref, SlotValue, SnapId, Snapshot, Source, Ty};

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inst {
    /// What it does.
    pub op: Op,
    /// The type of its result.
    pub ty: Ty,
    /// Its operands.
    pub args: Args,
    /// Its immediate.
    pub imm: Imm,
    /// The state to rebuild where it leaves the trace; for operations that can.
    pub snap: Option<SnapId>,
}

impl Inst {
    /// An instruction without immediate and snapshot, of the table's result type.
    pub fn new(op: Op, args: &[Ref]) -> Inst {
        Inst { op, ty: op.result(), args: Args::new(args), imm: Imm::None, snap: None }
    }
    /// The memory access of a load or store.
    ///
    /// # Panics
    /// For any other operation.
    pub fn mem(&self) -> super::Mem {
        match self.imm {
            Imm::Mem(m) => m,
            _ => panic!("{} accesses no memory", self.op.name()),
        }
    }
}

/// Instructions, constants and snapshots.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Instructions, by index of their [`Ref`].
    pub insts: Vec<Inst>,
    /// The pool of constants, each once.
    pub consts: Vec<Const>,
    /// The snapshots.
    pub snaps: Vec<Snapshot>,
    const_index: HashMap<Const, u32>,
}

impl Body {
    /// The reference to a constant.
    pub fn constant(&mut self, c: Const) -> Ref {
        let i = *self.const_index.entry(c).or_insert_with(|| {
            self.consts.push(c);
            (self.consts.len() - 1) as u32
        });
        Ref::constant(i as usize)
    }
    /// What is in the box that `r` is, if the exit with this snapshot can make that: of a double, or of an int of 64 bits.
    pub fn boxed_at(&self, s: SnapId, r: Ref) -> Option<Ref> {
        // A function's result is made by machine code.
        let exits = self.snap(s).kind != ExitKind::Return;
        self.boxed(r).filter(|_| exits)
    }
    /// What is in the box that `r` is.
    pub fn boxed(&self, r: Ref) -> Option<Ref> {
        self.def(r).filter(|i| matches!(i.op, Op::BoxFloat | Op::BoxU64)).map(|i| i.args[0])
    }
    /// The exits of these snapshots make these boxes themselves: they are not made before.
    pub fn unbox_in_snapshots(&mut self, gone: impl Fn(SnapId, Ref) -> bool) {
        let mut snaps = std::mem::take(&mut self.snaps);
        let exits = snaps.iter_mut().enumerate().filter(|(_, snap)| snap.kind != ExitKind::Return);
        for (n, snap) in exits {
            let content = |r: Ref| self.boxed(r).filter(|_| gone(SnapId(n as u32), r));
            for frame in &mut snap.frames {
                for (_, v) in &mut frame.slots {
                    if let Source::Ref(r) = v.src
                        && let Some(content) = content(r)
                    {
                        *v = SlotValue { src: Source::Ref(content), borrowed: false };
                    }
                }
            }
            let is_gone = |s: &Source| matches!(s, Source::Ref(r) if content(*r).is_some());
            snap.drops.retain(|s| !is_gone(s));
            snap.increfs.retain(|r| content(*r).is_none());
            snap.map_refs(|r| content(r).unwrap_or(r));
        }
        self.snaps = snaps;
    }
    /// The reference to a raw int.
    pub fn int(&mut self, i: i64) -> Ref {
        self.constant(Const::int(i))
    }
    /// The constant behind a reference.
    pub fn as_const(&self, r: Ref) -> Option<Const> {
        r.is_const().then(|| self.consts[r.index()])
    }
    /// The type of a value.
    pub fn ty(&self, r: Ref) -> Ty {
        if r.is_const() { self.consts[r.index()].ty } else { self.insts[r.index()].ty }
    }
    /// The instruction that defines a value, unless it is a constant.
    pub fn def(&self, r: Ref) -> Option<&Inst> {
        (!r.is_const()).then(|| &self.insts[r.index()])
    }
    /// Appends an instruction (to the arena; a graph also puts it in a block).
    pub fn push(&mut self, inst: Inst) -> Ref {
        self.insts.push(inst);
        Ref::inst(self.insts.len() - 1)
    }
    /// Adds a snapshot.
    pub fn snapshot(&mut self, s: Snapshot) -> SnapId {
        self.snaps.push(s);
        SnapId((self.snaps.len() - 1) as u32)
    }
    /// The snapshot with this id.
    pub fn snap(&self, id: SnapId) -> &Snapshot {
        &self.snaps[id.0 as usize]
    }
}
