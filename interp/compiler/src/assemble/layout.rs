//! The order of blocks and the direction of jumps.

use taipan_bytecode::Opcode;

use super::{Arg, Assembler, Block, Instr, Label, Loc, Op};

impl Assembler {
    /// Moves the blocks that only exceptions reach behind the others.
    pub(super) fn move_cold_blocks(&mut self) {
        let warm = self.reachable(false);
        if warm.iter().zip(&self.blocks).all(|(warm, block)| *warm || block.instrs.is_empty()) {
            return;
        }
        let count = self.blocks.len();
        // Where control falls from one side to the other, it has to jump now.
        for index in 0..count {
            let next = (index + 1..count).find(|&next| !self.blocks[next].instrs.is_empty());
            let Some(next) = next else { continue };
            if self.blocks[index].instrs.is_empty()
                || !self.blocks[index].falls_through()
                || warm[index] == warm[next]
            {
                continue;
            }
            let label = self.label_for(next);
            let handler = self.blocks[index].instrs.last().and_then(|last| last.handler);
            let jump = Instr { op: Op::JumpNoInterrupt, arg: Arg::Label(label), loc: Loc::NONE, handler };
            self.blocks[index].instrs.push(jump);
        }
        let order: Vec<usize> =
            (0..count).filter(|&i| warm[i]).chain((0..count).filter(|&i| !warm[i])).collect();
        let mut place = vec![0u32; count];
        for (new, &old) in order.iter().enumerate() {
            place[old] = new as u32;
        }
        // Labels of emptied blocks mean the next filled one.
        let filled: Vec<Option<usize>> =
            (0..count).map(|i| (i..count).find(|&next| !self.blocks[next].instrs.is_empty())).collect();
        for block in self.labels.iter_mut().flatten() {
            let target = filled[*block as usize].unwrap_or(*block as usize);
            *block = place[target];
        }
        let mut old: Vec<Option<Block>> = std::mem::take(&mut self.blocks).into_iter().map(Some).collect();
        self.blocks = order.into_iter().filter_map(|index| old[index].take()).collect();
        // A jump from cold into warm code is no loop's back edge, unless it goes to a loop's own back edge.
        let warm_count = warm.iter().filter(|warm| **warm).count();
        self.quiet_cold_jumps(warm_count);
    }

    fn quiet_cold_jumps(&mut self, warm_count: usize) {
        for index in warm_count..self.blocks.len() {
            for at in 0..self.blocks[index].instrs.len() {
                let instr = self.blocks[index].instrs[at];
                let Some(label) = instr.label().filter(|_| instr.op == Op::Jump) else { continue };
                let target = self.block_of(label);
                // `continue` in a handler goes to a loop's header: it stays a back edge.
                if target < warm_count && !self.is_loop_header(target, warm_count) {
                    self.blocks[index].instrs[at].op = Op::JumpNoInterrupt;
                }
            }
        }
    }

    /// Does a jump in or after the block go back to it?
    fn is_loop_header(&self, block: usize, warm_count: usize) -> bool {
        self.blocks[block..warm_count.max(block)].iter().any(|other| {
            let back = |instr: &Instr| {
                instr.op == Op::Jump && instr.label().is_some_and(|l| self.block_of(l) == block)
            };
            other.instrs.iter().any(back)
        }) || self.blocks[block].instrs.first().is_some_and(|instr| instr.is(Opcode::FOR_ITER))
    }

    /// Conditional jumps go forward only: those that would go backward are turned round over a JUMP_BACKWARD, or go
    /// to a jump at the end of the code.
    pub(super) fn fix_directions(&mut self) {
        let mut index = 0;
        while index < self.blocks.len() {
            let last = self.blocks[index].instrs.len();
            for at in 0..last {
                let instr = self.blocks[index].instrs[at];
                let (Op::Real(op), Some(label)) = (instr.op, instr.label()) else { continue };
                if self.block_of(label) > index {
                    continue;
                }
                match inverse(op) {
                    Some(turned) => self.jump_over(index, at, turned, label),
                    None => {
                        let trampoline = self.trampoline(instr);
                        self.blocks[index].instrs[at].arg = Arg::Label(trampoline);
                    }
                }
            }
            index += 1;
        }
    }

    /// `POP_JUMP_IF_x back` becomes `POP_JUMP_IF_not_x over; JUMP back; over:`.
    fn jump_over(&mut self, index: usize, at: usize, turned: Opcode, back: Label) {
        let instr = self.blocks[index].instrs[at];
        let rest = self.blocks[index].instrs.split_off(at + 1);
        let jump = Block { instrs: vec![Instr { op: Op::Jump, arg: Arg::Label(back), ..instr }] };
        for block in self.labels.iter_mut().flatten().filter(|block| **block as usize > index) {
            *block += 2;
        }
        self.blocks.splice(index + 1..index + 1, [jump, Block { instrs: rest }]);
        let over = self.label_for(index + 2);
        let test = &mut self.blocks[index].instrs[at];
        (test.op, test.arg) = (Op::Real(turned), Arg::Label(over));
    }

    /// A block at the end that jumps to where the instruction wanted to.
    fn trampoline(&mut self, instr: Instr) -> Label {
        self.blocks.push(Block { instrs: vec![Instr { op: Op::JumpNoInterrupt, ..instr }] });
        self.label_for(self.blocks.len() - 1)
    }
}

fn inverse(op: Opcode) -> Option<Opcode> {
    Some(match op {
        Opcode::POP_JUMP_IF_FALSE => Opcode::POP_JUMP_IF_TRUE,
        Opcode::POP_JUMP_IF_TRUE => Opcode::POP_JUMP_IF_FALSE,
        Opcode::POP_JUMP_IF_NONE => Opcode::POP_JUMP_IF_NOT_NONE,
        Opcode::POP_JUMP_IF_NOT_NONE => Opcode::POP_JUMP_IF_NONE,
        _ => return None,
    })
}
