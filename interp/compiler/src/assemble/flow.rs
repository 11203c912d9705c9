//! Passes over the control flow graph.

use super::{Arg, Assembler, Block, Instr, Label, Loc, Op};
use taipan_bytecode::Opcode;

/// A block that leaves the function and is not longer than this is copied to where it is jumped to from (CPython's
/// MAX_COPY_SIZE), so that the copy gets the line of the jump.
const MAX_COPY: usize = 4;

impl Assembler {
    /// Blocks that control can reach; with `handlers`, also by exceptions.
    pub(super) fn reachable(&self, handlers: bool) -> Vec<bool> {
        let mut seen = vec![false; self.blocks.len()];
        let mut work = vec![0usize];
        while let Some(index) = work.pop() {
            if index >= self.blocks.len() || std::mem::replace(&mut seen[index], true) {
                continue;
            }
            let block = &self.blocks[index];
            for instr in &block.instrs {
                if let Some(label) = instr.label() {
                    work.push(self.block_of(label));
                }
                if let (Op::Setup { handler, .. }, true) = (instr.op, handlers) {
                    work.push(self.block_of(self.handlers[handler.0 as usize].label));
                }
            }
            if block.falls_through() {
                work.push(index + 1);
            }
        }
        seen
    }

    /// Empties the blocks that nothing reaches. (Empty blocks stay, so that labels keep their numbers.)
    pub(super) fn remove_unreachable(&mut self) {
        let seen = self.reachable(true);
        for (block, seen) in self.blocks.iter_mut().zip(seen) {
            if !seen {
                block.instrs.clear();
            }
        }
    }

    /// The first block at or after `index` with an instruction in it.
    fn first_filled(&self, index: usize) -> Option<usize> {
        (index..self.blocks.len()).find(|&index| !self.blocks[index].instrs.is_empty())
    }

    /// The instruction that a jump to `block` executes first, if that is an unconditional jump.
    fn jump_at(&self, block: usize) -> Option<Instr> {
        let mut index = self.first_filled(block)?;
        loop {
            let mut rest = self.blocks[index]
                .instrs
                .iter()
                .skip_while(|instr| instr.is(Opcode::NOP) && instr.loc.is_none());
            match rest.next() {
                Some(instr) => return instr.is_unconditional_jump().then_some(*instr),
                None => index = self.first_filled(index + 1)?,
            }
        }
    }

    /// Lets a jump to a jump go to where that goes to.
    pub(super) fn thread_jumps(&mut self) {
        for index in 0..self.blocks.len() {
            for at in 0..self.blocks[index].instrs.len() {
                // A chain of jumps has an end, or is an empty endless loop: a bound serves both.
                for _ in 0..64 {
                    let instr = self.blocks[index].instrs[at];
                    let Some(label) = instr.label() else { break };
                    if !may_thread(instr.op) {
                        break;
                    }
                    let Some(next) = self.jump_at(self.block_of(label)) else { break };
                    // A jump with a line of its own must be seen by a tracer.
                    if next.arg == instr.arg
                        || (!next.loc.is_none() && instr.is_unconditional_jump() && next.loc != instr.loc)
                    {
                        break;
                    }
                    let target = &mut self.blocks[index].instrs[at];
                    target.arg = next.arg;
                    if instr.is_unconditional_jump() && next.op == Op::Jump {
                        target.op = Op::Jump;
                    }
                }
            }
        }
        self.thread_conditions();
    }

    /// Short-circuit values that meet another test: `COPY 1; POP_JUMP_IF_FALSE x; POP_TOP` where x tests the same value
    /// again, to drop it (`POP_JUMP_IF_...`) or to keep it (`COPY 1; POP_JUMP_IF_...`).
    fn thread_conditions(&mut self) {
        let mut entries = self.entry_counts();
        for index in 0..self.blocks.len() {
            let Some((sense, label)) = self.kept_test(index) else { continue };
            let Some(target) = self.first_filled(self.block_of(label)) else { continue };
            let Some(first) = self.blocks[target].instrs.first().copied() else { continue };
            let at = self.blocks[index].instrs.len() - 1;
            if let Some(other) = truth_jump(&first) {
                let next = self.first_filled(index + 1).filter(|&next| {
                    entries[next] == 1
                        && self.blocks[next].instrs.first().is_some_and(|i| i.is(Opcode::POP_TOP))
                });
                let (Some(next), Some(onward)) = (next, first.label()) else { continue };
                let onward = if other == sense { onward } else { self.label_for(target + 1) };
                self.blocks[next].instrs[0] =
                    Instr { op: Op::Real(Opcode::NOP), arg: Arg::Int(0), ..self.blocks[next].instrs[0] };
                self.blocks[index].instrs[at].arg = Arg::Label(onward);
                self.blocks[index].instrs.remove(at - 1);
                self.count_entry(&mut entries, onward);
            } else if let Some((other, onward)) = self.kept_test(target).filter(|_| is_copy_top(&first)) {
                if self.blocks[target].instrs.len() != 2 {
                    continue;
                }
                let onward = if other == sense { onward } else { self.label_for(target + 1) };
                self.blocks[index].instrs[at].arg = Arg::Label(onward);
                self.count_entry(&mut entries, onward);
            }
        }
    }

    /// The truth waited for and the label, if the block ends with `COPY 1; POP_JUMP_IF_...`.
    fn kept_test(&self, block: usize) -> Option<(bool, Label)> {
        let [.., copy, jump] = &self.blocks[block].instrs[..] else { return None };
        is_copy_top(copy).then_some(())?;
        Some((truth_jump(jump)?, jump.label()?))
    }

    fn count_entry(&self, entries: &mut [u32], label: Label) {
        if let Some(block) = self.first_filled(self.block_of(label)) {
            entries[block] += 1;
        }
    }

    /// Number of ways into each block, exceptions apart.
    fn entry_counts(&self) -> Vec<u32> {
        let mut entries = vec![0; self.blocks.len()];
        for (index, block) in self.blocks.iter().enumerate() {
            for label in block.instrs.iter().filter_map(Instr::label) {
                self.count_entry(&mut entries, label);
            }
            if !block.instrs.is_empty()
                && block.falls_through()
                && let Some(next) = self.first_filled(index + 1)
            {
                entries[next] += 1;
            }
        }
        entries
    }

    /// Copies short blocks that leave the function and have no line to where they are jumped to from.
    pub(super) fn copy_exits(&mut self) {
        for index in 0..self.blocks.len() {
            let Some(last) = self.blocks[index].instrs.last().copied() else { continue };
            let Some(label) = last.label().filter(|_| last.is_unconditional_jump()) else { continue };
            let Some(target) = self.first_filled(self.block_of(label)) else { continue };
            if target == index || !is_small_exit(&self.blocks[target]) {
                continue;
            }
            let mut copy = self.blocks[target].instrs.clone();
            for instr in &mut copy {
                instr.loc = last.loc;
            }
            let block = &mut self.blocks[index].instrs;
            block.pop();
            block.append(&mut copy);
        }
    }

    /// Instructions without a line take that of the one before them, also across blocks that are entered from one
    /// place only.
    pub(super) fn propagate_locations(&mut self) {
        let mut entries = vec![0u32; self.blocks.len()];
        let mut from: Vec<Option<Loc>> = vec![None; self.blocks.len()];
        for (index, block) in self.blocks.iter().enumerate() {
            for instr in &block.instrs {
                if let Some(target) = instr.label().and_then(|label| self.first_filled(self.block_of(label)))
                {
                    entries[target] += 1;
                    from[target].get_or_insert(instr.loc);
                }
            }
            if block.falls_through()
                && !block.instrs.is_empty()
                && let Some(next) = self.first_filled(index + 1)
            {
                entries[next] += 1;
            }
        }
        let mut previous: Option<Loc> = None;
        for (index, block) in self.blocks.iter_mut().enumerate() {
            if block.instrs.is_empty() {
                continue;
            }
            let mut current = match (entries[index], previous, from[index]) {
                (1, Some(loc), None) => loc,
                (1, None, Some(loc)) => loc,
                _ => Loc::NONE,
            };
            for instr in &mut block.instrs {
                if instr.loc.is_none() {
                    instr.loc = current;
                } else {
                    current = instr.loc;
                }
            }
            previous = block.falls_through().then_some(current);
        }
    }
}

fn may_thread(op: Op) -> bool {
    match op {
        Op::Jump | Op::JumpNoInterrupt => true,
        Op::Real(op) => matches!(
            op,
            Opcode::POP_JUMP_IF_FALSE
                | Opcode::POP_JUMP_IF_TRUE
                | Opcode::POP_JUMP_IF_NONE
                | Opcode::POP_JUMP_IF_NOT_NONE
        ),
        Op::Setup { .. } => false,
    }
}

fn is_copy_top(instr: &Instr) -> bool {
    instr.is(Opcode::COPY) && instr.arg == Arg::Int(1)
}

/// Which truth a conditional jump waits for.
fn truth_jump(instr: &Instr) -> Option<bool> {
    match instr.op {
        Op::Real(Opcode::POP_JUMP_IF_FALSE) => Some(false),
        Op::Real(Opcode::POP_JUMP_IF_TRUE) => Some(true),
        _ => None,
    }
}

fn is_small_exit(block: &Block) -> bool {
    let leaves = |instr: &Instr| matches!(instr.op, Op::Real(op) if op.is_terminator());
    block.instrs.len() <= MAX_COPY
        && block.instrs.last().is_some_and(leaves)
        && block.instrs.iter().all(|instr| instr.loc.is_none())
}
