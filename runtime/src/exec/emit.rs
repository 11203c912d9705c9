//! The emitter behind `expand.rs`: instructions, the symbolic operand stack, and jumps to be patched.

use crate::exec::cache::Cache;
use crate::exec::insn::{A_TEMP, DST_LOCAL, Insn, Op};

/// What stands in a place of the symbolic operand stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// An owned word in the place's own slot.
    Temp,
    /// A local that has not been copied yet.
    Local(u16),
    /// A constant that has not been loaded yet.
    Const(u32),
}

/// An operand as an instruction names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operand {
    /// Slot, or index of a constant.
    pub index: u16,
    /// On the operand stack: consumed.
    pub temp: bool,
    /// A constant.
    pub constant: bool,
}

impl Operand {
    /// `flag` if this operand is consumed.
    pub fn flag(self, flag: u8) -> u8 {
        if self.temp { flag } else { 0 }
    }
}

/// See the module's page.
pub(super) struct Emitter {
    pub insns: Vec<Insn>,
    pub depth: Vec<u16>,
    pub unit: Vec<u32>,
    pub caches: Vec<Cache>,
    /// `(instruction, target unit)` of forward jumps.
    pub patches: Vec<(usize, u32)>,
    pub stack: Vec<Entry>,
    pub locals: u16,
    /// The unit being translated.
    pub now: u32,
    /// Instructions before this index must not be changed any more: a label lies here.
    pub barrier: usize,
}

impl Emitter {
    /// The slot of a place on the operand stack.
    pub fn slot(&self, place: usize) -> u16 {
        self.locals + place as u16
    }
    /// The slot of the next place.
    pub fn next_slot(&self) -> u16 {
        self.slot(self.stack.len())
    }
    /// Emit as it is; every place of the symbolic stack is real, except those that the instruction consumes
    /// (which are off the stack already).
    pub fn raw(&mut self, insn: Insn) -> usize {
        self.insns.push(insn);
        self.unit.push(self.now);
        self.depth.push(0);
        self.insns.len() - 1
    }
    /// Make every place below `n` real.
    pub fn flush_below(&mut self, n: usize) {
        for place in 0..n {
            let slot = self.slot(place);
            let mut insn = match self.stack[place] {
                Entry::Temp => continue,
                Entry::Local(l) => Insn { a: l, ..Insn::new(Op::LoadFast) },
                Entry::Const(k) => Insn { d: k as i32, ..Insn::new(Op::LoadConst) },
            };
            insn.c = slot;
            let i = self.raw(insn);
            self.depth[i] = place as u16;
            self.stack[place] = Entry::Temp;
        }
    }
    /// Make every place real.
    pub fn flush(&mut self) {
        self.flush_below(self.stack.len());
    }
    /// Emit an instruction whose operands were taken off the stack with `pop`: the places left are made real
    /// first. `consumed` of the operands were real.
    pub fn emit(&mut self, insn: Insn, consumed: usize) -> usize {
        self.flush();
        let i = self.raw(insn);
        self.depth[i] = (self.stack.len() + consumed) as u16;
        i
    }
    /// Take the top off. A constant is loaded first unless the instruction has a form for it (`constants`).
    pub fn pop(&mut self, constants: bool) -> Operand {
        let place = self.stack.len() - 1;
        if let Entry::Const(k) = self.stack[place]
            && (!constants || k > u32::from(u16::MAX))
        {
            self.flush();
        }
        let slot = self.slot(place);
        match self.stack.pop() {
            Some(Entry::Local(index)) => Operand { index, temp: false, constant: false },
            Some(Entry::Const(k)) => Operand { index: k as u16, temp: false, constant: true },
            _ => Operand { index: slot, temp: true, constant: false },
        }
    }
    /// Take `n` places off, all made real; returns the first one's slot.
    pub fn pop_real(&mut self, n: usize) -> u16 {
        self.flush();
        self.stack.truncate(self.stack.len() - n);
        self.next_slot()
    }
    /// `c = op a`, pushed.
    pub fn unary(&mut self, op: Op, d: i32) {
        let a = self.pop(false);
        let c = self.next_slot();
        self.emit(Insn { op, flags: a.flag(A_TEMP), a: a.index, b: 0, c, d }, usize::from(a.temp));
        self.stack.push(Entry::Temp);
    }
    /// Emit an instruction over `n` real places that leaves one value.
    pub fn over(&mut self, op: Op, n: usize, d: i32) {
        self.over_with(op, n, d, 0);
    }
    /// [`Emitter::over`] with more flags.
    pub fn over_with(&mut self, op: Op, n: usize, d: i32, flags: u8) {
        let a = self.pop_real(n);
        self.emit(Insn { op, flags: A_TEMP | flags, a, b: n as u16, c: a, d }, n);
        self.stack.push(Entry::Temp);
    }
    /// Emit a yield: the code's `n`th.
    pub fn yield_value(&mut self, n: u16, d: i32) {
        let a = self.pop_real(1);
        self.emit(Insn { op: Op::YieldValue, flags: A_TEMP, a, b: n, c: a, d }, 1);
        self.stack.push(Entry::Temp);
    }
    /// Emit an instruction without operands that pushes one value.
    pub fn push_new(&mut self, op: Op, d: i32) {
        let c = self.next_slot();
        self.emit(Insn { c, d, ..Insn::new(op) }, 0);
        self.stack.push(Entry::Temp);
    }
    /// Store the top into a local: folded into the instruction that made the value where that is the last one.
    pub fn store_fast(&mut self, local: u16) {
        let a = self.pop(true);
        if a.temp {
            let last = self.insns.len().wrapping_sub(1);
            if self.insns.len() > self.barrier
                && let Some(i) = self.insns.last()
                && has_plain_destination(i.op)
                && i.c == a.index
                && !i.has(DST_LOCAL)
            {
                self.insns[last].c = local;
                self.insns[last].flags |= DST_LOCAL;
                self.flush();
                return;
            }
            self.emit(Insn { a: a.index, c: local, flags: DST_LOCAL | A_TEMP, ..Insn::new(Op::Move) }, 1);
        } else if a.constant {
            self.emit(
                Insn { d: i32::from(a.index), c: local, flags: DST_LOCAL, ..Insn::new(Op::LoadConst) },
                0,
            );
        } else {
            self.emit(Insn { a: a.index, c: local, flags: DST_LOCAL, ..Insn::new(Op::LoadFast) }, 0);
        }
    }
}

/// May the destination be a local: is `c` one destination, written last, through the common path?
fn has_plain_destination(op: Op) -> bool {
    let n = op as u8;
    (Op::Add as u8..=Op::SubscrK as u8).contains(&n)
        || (Op::BuildSlice as u8..=Op::BuildString as u8).contains(&n)
        || matches!(
            op,
            Op::LoadAttr
                | Op::LoadGlobal
                | Op::LoadDeref
                | Op::Call
                | Op::CallMethod
                | Op::CallEx
                | Op::GetIter
                | Op::ForIter
                | Op::BinarySlice
                | Op::ListToTuple
                | Op::FormatSimple
                | Op::FormatWithSpec
        )
}
