//! Finds the loads of locals that may be unbound: LOAD_FAST becomes LOAD_FAST_CHECK.
//!
//! A forward dataflow analysis on the set of locals that may be unbound at the start of each block; parameters are
//! bound at the start of the function.

use taipan_bytecode::Opcode;

use super::emit::Frame;
use super::{Arg, Assembler, Instr, Op};

/// A set of locals.
type Bits = Vec<u64>;

impl Assembler {
    pub(super) fn mark_unbound_locals(&mut self, frame: &Frame<'_>) {
        let locals = frame.local_count();
        if locals == 0 {
            return;
        }
        let words = locals.div_ceil(64);
        let mut entry: Vec<Option<Bits>> = vec![None; self.blocks.len()];
        let mut start = vec![0u64; words];
        for local in (0..locals).filter(|&local| !frame.is_bound_at_start(local)) {
            start[local / 64] |= 1 << (local % 64);
        }
        entry[0] = Some(start);
        let mut work = vec![0usize];
        while let Some(index) = work.pop() {
            let Some(mut state) = entry[index].clone() else { continue };
            let mut reach: Vec<(usize, Bits)> = Vec::new();
            for instr in &self.blocks[index].instrs {
                // An exception may come before or after the instruction's store: both states reach the handler.
                if let Some(handler) = instr.handler.filter(|_| changes(instr)) {
                    reach.push((self.block_of(self.handlers[handler.0 as usize].label), state.clone()));
                }
                step(instr, &mut state);
                if let Some(handler) = instr.handler.filter(|_| changes(instr)) {
                    reach.push((self.block_of(self.handlers[handler.0 as usize].label), state.clone()));
                }
                if let Op::Setup { handler, .. } = instr.op {
                    reach.push((self.block_of(self.handlers[handler.0 as usize].label), state.clone()));
                }
                if let Some(label) = instr.label() {
                    reach.push((self.block_of(label), state.clone()));
                }
            }
            // The state at the start matters to the handler of a block whose Setup is in an earlier one.
            if let (Some(first), Some(at_start)) = (self.blocks[index].instrs.first(), &entry[index])
                && let Some(handler) = first.handler
            {
                reach.push((self.block_of(self.handlers[handler.0 as usize].label), at_start.clone()));
            }
            if self.blocks[index].falls_through() && index + 1 < self.blocks.len() {
                reach.push((index + 1, state));
            }
            for (target, bits) in reach {
                if merge(&mut entry[target], &bits) {
                    work.push(target);
                }
            }
        }
        for (block, state) in self.blocks.iter_mut().zip(entry) {
            let Some(mut state) = state else { continue };
            for instr in &mut block.instrs {
                if let (true, Arg::Fast(local)) = (instr.is(Opcode::LOAD_FAST), instr.arg) {
                    let local = local as usize;
                    if state[local / 64] >> (local % 64) & 1 != 0 {
                        instr.op = Op::Real(Opcode::LOAD_FAST_CHECK);
                    }
                }
                step(instr, &mut state);
            }
        }
    }
}

fn changes(instr: &Instr) -> bool {
    matches!(
        instr.op,
        Op::Real(
            Opcode::STORE_FAST
                | Opcode::DELETE_FAST
                | Opcode::LOAD_FAST_AND_CLEAR
                | Opcode::LOAD_FAST_CHECK
                | Opcode::LOAD_FAST
        )
    )
}

fn step(instr: &Instr, state: &mut Bits) {
    let (Op::Real(op), Arg::Fast(local)) = (instr.op, instr.arg) else { return };
    let (word, bit) = (local as usize / 64, 1u64 << (local % 64));
    match op {
        Opcode::DELETE_FAST | Opcode::LOAD_FAST_AND_CLEAR => state[word] |= bit,
        // A load that succeeds proves it bound.
        Opcode::STORE_FAST | Opcode::LOAD_FAST | Opcode::LOAD_FAST_CHECK => state[word] &= !bit,
        _ => {}
    }
}

/// Adds `bits`; did that change anything?
fn merge(known: &mut Option<Bits>, bits: &Bits) -> bool {
    match known {
        None => {
            *known = Some(bits.clone());
            true
        }
        Some(known) => {
            let mut changed = false;
            for (word, &more) in known.iter_mut().zip(bits) {
                changed |= more & !*word != 0;
                *word |= more;
            }
            changed
        }
    }
}
