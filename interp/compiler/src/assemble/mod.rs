//! From instructions with labels to a code object: basic blocks, optimisation, layout, tables.
//!
//! The compiler emits into [`Assembler`]; [`finish`](Assembler::finish) runs the passes: unreachable code goes, jumps
//! are threaded, handlers move behind the warm code, unbound locals are found, depths computed, jumps sized.

mod depth;
mod emit;
mod flow;
mod layout;
mod locals;
mod peephole;

use taipan_bytecode::Opcode;

pub(crate) use emit::{Assembled, Frame};

/// A source range in bytes, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Loc {
    pub start: u32,
    pub end: u32,
}

impl Loc {
    /// An instruction that belongs to no line of its own.
    pub const NONE: Self = Self { start: u32::MAX, end: u32::MAX };

    /// Line 0, before the first: where the code of an empty module is.
    pub const BEFORE: Self = Self { start: u32::MAX - 1, end: u32::MAX };

    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

impl<T: ruff_text_size::Ranged> From<&T> for Loc {
    fn from(node: &T) -> Self {
        let range = node.range();
        Self { start: range.start().to_u32(), end: range.end().to_u32() }
    }
}

/// A place to jump to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Label(u32);

/// An exception handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HandlerId(u32);

/// Real opcodes, and those that exist only until layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Real(Opcode),
    /// A jump in either direction; backward it is a loop's back edge.
    Jump,
    /// A jump in either direction that is no back edge.
    JumpNoInterrupt,
    /// From here on the handler is in force (which instructions it covers is marked on them); it finds what is on the
    /// stack here, less `below` values.
    Setup {
        handler: HandlerId,
        below: u32,
    },
}

/// An instruction's argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arg {
    Int(u32),
    /// Index into the local variables.
    Fast(u32),
    /// Index into cells and free variables.
    Deref(u32),
    Label(Label),
}

/// An instruction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instr {
    pub op: Op,
    pub arg: Arg,
    pub loc: Loc,
    pub handler: Option<HandlerId>,
}

impl Instr {
    pub fn is(&self, op: Opcode) -> bool {
        self.op == Op::Real(op)
    }

    fn label(&self) -> Option<Label> {
        match self.arg {
            Arg::Label(label) => Some(label),
            _ => None,
        }
    }

    /// Control does not go on to the next instruction.
    fn is_terminator(&self) -> bool {
        match self.op {
            Op::Real(op) => op.is_terminator(),
            Op::Jump | Op::JumpNoInterrupt => true,
            Op::Setup { .. } => false,
        }
    }

    fn is_unconditional_jump(&self) -> bool {
        matches!(self.op, Op::Jump | Op::JumpNoInterrupt)
    }
}

/// Instructions that are entered only at the first one.
#[derive(Clone, Debug, Default)]
struct Block {
    instrs: Vec<Instr>,
}

impl Block {
    fn falls_through(&self) -> bool {
        !self.instrs.last().is_some_and(Instr::is_terminator)
    }
}

#[derive(Clone, Copy, Debug)]
struct Handler {
    label: Label,
    lasti: bool,
    /// Values that stay on the stack; found by the depth pass.
    depth: u32,
}

/// Collects the instructions of one code object.
#[derive(Debug)]
pub(crate) struct Assembler {
    /// In order of the layout; control falls from one into the next.
    blocks: Vec<Block>,
    /// Block of each label.
    labels: Vec<Option<u32>>,
    handlers: Vec<Handler>,
    /// Handlers in force, innermost last.
    active: Vec<HandlerId>,
}

impl Assembler {
    pub fn new() -> Self {
        Self { blocks: vec![Block::default()], labels: Vec::new(), handlers: Vec::new(), active: Vec::new() }
    }

    pub fn new_label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() as u32 - 1)
    }

    /// The label means the next instruction.
    pub fn bind(&mut self, label: Label) {
        if self.blocks.last().is_some_and(|block| !block.instrs.is_empty()) {
            self.blocks.push(Block::default());
        }
        self.labels[label.0 as usize] = Some(self.blocks.len() as u32 - 1);
    }

    pub fn emit(&mut self, op: Op, arg: Arg, loc: Loc) {
        let instr = Instr { op, arg, loc, handler: self.active.last().copied() };
        // A block ends with its jump, conditional or not.
        let jumps = |instr: &Instr| instr.is_terminator() || instr.label().is_some();
        let ended = self.blocks.last().is_none_or(|block| block.instrs.last().is_some_and(jumps));
        if ended {
            self.blocks.push(Block::default());
        }
        if let Some(block) = self.blocks.last_mut() {
            block.instrs.push(instr);
        }
    }

    /// The handler at `label` protects what is emitted until [`pop_handler`](Self::pop_handler).
    pub fn push_handler(&mut self, label: Label, lasti: bool, below: u32, loc: Loc) {
        let id = HandlerId(self.handlers.len() as u32);
        self.handlers.push(Handler { label, lasti, depth: 0 });
        self.emit(Op::Setup { handler: id, below }, Arg::Int(0), loc);
        self.active.push(id);
    }

    pub fn pop_handler(&mut self) {
        self.active.pop();
    }

    /// The handlers in force, to be put back after code that unwinds them.
    pub fn active_handlers(&self) -> Vec<HandlerId> {
        self.active.clone()
    }

    pub fn restore_handlers(&mut self, handlers: Vec<HandlerId>) {
        self.active = handlers;
    }

    /// The last instructions of the current block, for folding.
    pub fn tail(&self) -> &[Instr] {
        self.blocks.last().map_or(&[], |block| &block.instrs)
    }

    /// Drops the last `count` instructions of the current block.
    pub fn drop_tail(&mut self, count: usize) {
        if let Some(block) = self.blocks.last_mut() {
            let keep = block.instrs.len() - count;
            block.instrs.truncate(keep);
        }
    }

    /// Puts instructions in front of everything.
    pub fn prepend(&mut self, instrs: Vec<Instr>) {
        let first = Block { instrs };
        self.blocks.insert(0, first);
        for block in self.labels.iter_mut().flatten() {
            *block += 1;
        }
    }

    fn block_of(&self, label: Label) -> usize {
        // Every label that is jumped to has been bound when the function is complete.
        self.labels[label.0 as usize].unwrap_or(0) as usize
    }

    /// A label for a block.
    fn label_for(&mut self, block: usize) -> Label {
        let label = self.new_label();
        self.labels[label.0 as usize] = Some(block as u32);
        label
    }

    /// Runs all passes.
    pub fn finish(mut self, frame: &Frame<'_>) -> Assembled {
        self.seal();
        self.peephole(frame);
        self.thread_jumps();
        self.remove_unreachable();
        self.copy_exits();
        self.remove_unreachable();
        self.mark_unbound_locals(frame);
        self.move_cold_blocks();
        self.drop_silent_jumps();
        self.propagate_locations();
        self.remove_redundant(frame);
        self.fix_directions();
        let stacksize = self.compute_depths();
        self.encode(frame, stacksize)
    }

    /// Makes sure that the last block does not fall off the end.
    fn seal(&mut self) {
        if self.blocks.last().is_some_and(|block| block.instrs.is_empty()) && self.blocks.len() > 1 {
            // A label bound at the very end: nothing comes there, as every body ends with a return.
            let last = self.blocks.len() as u32 - 1;
            if !self.labels.contains(&Some(last)) {
                self.blocks.pop();
            }
        }
    }
}
