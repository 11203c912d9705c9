//! Stack depths: the size of the stack, and what each handler finds on it.

use super::{Assembler, Op};

impl Assembler {
    /// Sets the handlers' depths; the greatest depth of all.
    pub(super) fn compute_depths(&mut self) -> u32 {
        let mut entry: Vec<Option<u32>> = vec![None; self.blocks.len()];
        let mut work = vec![(0usize, 0u32)];
        let mut deepest = 0;
        while let Some((index, depth)) = work.pop() {
            if index >= self.blocks.len() || entry[index].is_some() {
                continue;
            }
            entry[index] = Some(depth);
            let mut depth = depth;
            for at in 0..self.blocks[index].instrs.len() {
                let instr = self.blocks[index].instrs[at];
                match instr.op {
                    Op::Setup { handler, below } => {
                        let kept = depth.saturating_sub(below);
                        let info = &mut self.handlers[handler.0 as usize];
                        info.depth = kept;
                        let (label, at_entry) = (info.label, kept + 1 + u32::from(info.lasti));
                        deepest = deepest.max(at_entry);
                        work.push((self.block_of(label), at_entry));
                    }
                    Op::Jump | Op::JumpNoInterrupt => {
                        if let Some(label) = instr.label() {
                            work.push((self.block_of(label), depth));
                        }
                    }
                    Op::Real(op) => {
                        let arg = if let super::Arg::Int(arg) = instr.arg { arg } else { 0 };
                        if let Some(label) = instr.label() {
                            let (pops, pushes) = op.stack_effect(arg, true);
                            work.push((self.block_of(label), depth.saturating_sub(pops) + pushes));
                        }
                        let (pops, pushes) = op.stack_effect(arg, false);
                        depth = depth.saturating_sub(pops) + pushes;
                        deepest = deepest.max(depth);
                    }
                }
            }
            if self.blocks[index].falls_through() {
                work.push((index + 1, depth));
            }
        }
        deepest
    }
}
