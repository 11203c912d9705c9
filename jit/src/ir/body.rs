//! Instructions and what they refer to: the part that recorded fragments and optimized graphs share.

use std::collections::HashMap;

use super::{Args, Const, Imm, Op, Ref, SnapId, Snapshot, Ty};

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
