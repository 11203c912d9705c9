//! Small replacements within blocks.

use taipan_bytecode::Opcode;

use super::emit::Frame;
use super::{Arg, Assembler, Instr, Loc, Op};

impl Assembler {
    pub(super) fn peephole(&mut self, frame: &Frame<'_>) {
        for block in &mut self.blocks {
            swap_unpacking(&mut block.instrs);
            swap_stores(&mut block.instrs);
            negate_tests(&mut block.instrs);
            test_for_none(&mut block.instrs, frame);
            block.instrs.retain(|instr| !(instr.is(Opcode::NOP) && instr.loc.is_none()));
        }
    }

    /// Drops jumps to the next instruction that belong to no line.
    pub(super) fn drop_silent_jumps(&mut self) {
        for index in 0..self.blocks.len() {
            let Some(last) = self.blocks[index].instrs.last().copied() else { continue };
            let Some(label) = last.label().filter(|_| last.is_unconditional_jump() && last.loc.is_none())
            else {
                continue;
            };
            let filled =
                |from: usize| (from..self.blocks.len()).find(|&next| !self.blocks[next].instrs.is_empty());
            if filled(self.block_of(label)) == filled(index + 1) {
                self.blocks[index].instrs.pop();
            }
        }
    }

    /// Drops jumps to the next instruction and NOPs whose line shows elsewhere.
    pub(super) fn remove_redundant(&mut self, frame: &Frame<'_>) {
        let mut previous_line = None;
        for index in 0..self.blocks.len() {
            let after = (index + 1..self.blocks.len()).find(|&next| !self.blocks[next].instrs.is_empty());
            let next_line = after.and_then(|next| frame.line(self.blocks[next].instrs[0].loc));
            if let Some(last) = self.blocks[index].instrs.last().copied()
                && let (true, Some(label)) = (last.is_unconditional_jump(), last.label())
            {
                let target = self.block_of(label);
                let target = (target..self.blocks.len()).find(|&next| !self.blocks[next].instrs.is_empty());
                if target.is_some() && target == after {
                    let block = &mut self.blocks[index].instrs;
                    block.pop();
                    block.push(Instr { op: Op::Real(Opcode::NOP), arg: Arg::Int(0), ..last });
                }
            }
            let instrs = std::mem::take(&mut self.blocks[index].instrs);
            let mut kept: Vec<Instr> = Vec::with_capacity(instrs.len());
            for (at, instr) in instrs.iter().enumerate() {
                if instr.is(Opcode::NOP) {
                    let line = frame.line(instr.loc);
                    let follows = instrs[at + 1..]
                        .iter()
                        .find(|next| !matches!(next.op, Op::Setup { .. }))
                        .map_or(next_line, |next| frame.line(next.loc));
                    if line.is_none() || line == previous_line || line == follows {
                        continue;
                    }
                }
                if !matches!(instr.op, Op::Setup { .. }) {
                    previous_line = frame.line(instr.loc);
                }
                kept.push(*instr);
            }
            if kept.last().is_some_and(Instr::is_terminator) {
                previous_line = None;
            }
            self.blocks[index].instrs = kept;
        }
    }
}

/// `BUILD_TUPLE n; UNPACK_SEQUENCE n`: nothing for 1, a swap for 2 and 3.
fn swap_unpacking(instrs: &mut [Instr]) {
    for at in 1..instrs.len() {
        let (build, unpack) = (instrs[at - 1], instrs[at]);
        let tuple = build.is(Opcode::BUILD_TUPLE) || build.is(Opcode::BUILD_LIST);
        if !tuple || !unpack.is(Opcode::UNPACK_SEQUENCE) || build.arg != unpack.arg {
            continue;
        }
        let nop =
            |loc: Loc| Instr { op: Op::Real(Opcode::NOP), arg: Arg::Int(0), loc, handler: unpack.handler };
        match unpack.arg {
            Arg::Int(1) => {
                instrs[at - 1] = nop(Loc::NONE);
                instrs[at] = nop(unpack.loc);
            }
            Arg::Int(n @ (2 | 3)) => {
                instrs[at - 1] = nop(Loc::NONE);
                instrs[at] = Instr { op: Op::Real(Opcode::SWAP), arg: Arg::Int(n), ..unpack };
            }
            _ => {}
        }
    }
}

/// `SWAP n` before n stores into distinct places becomes an exchange of the stores.
fn swap_stores(instrs: &mut Vec<Instr>) {
    instrs.retain(|instr| !(instr.is(Opcode::NOP) && instr.loc.is_none()));
    for at in 0..instrs.len() {
        let (true, Arg::Int(n)) = (instrs[at].is(Opcode::SWAP), instrs[at].arg) else { continue };
        let n = n as usize;
        let Some(stores) = instrs.get(at + 1..at + 1 + n) else { continue };
        let plain = |instr: &Instr| instr.is(Opcode::STORE_FAST);
        let mut slots: Vec<Arg> = stores.iter().map(|store| store.arg).collect();
        slots.sort_unstable_by_key(|arg| if let Arg::Fast(slot) = arg { *slot } else { 0 });
        slots.dedup();
        // Only stores into different locals commute; others could run code.
        if n < 2 || !stores.iter().all(plain) || slots.len() != n {
            continue;
        }
        let same_handler = stores.iter().all(|store| store.handler == instrs[at].handler);
        if !same_handler {
            continue;
        }
        instrs.swap(at + 1, at + n);
        instrs[at].op = Op::Real(Opcode::NOP);
        instrs[at].arg = Arg::Int(0);
    }
}

/// `IS_OP` or `CONTAINS_OP` and `UNARY_NOT` is the same with the other argument; `UNARY_NOT` before a conditional jump
/// turns it round.
fn negate_tests(instrs: &mut Vec<Instr>) {
    let mut at = 1;
    while at < instrs.len() {
        let (test, not) = (instrs[at - 1], instrs[at]);
        let invertible = test.is(Opcode::IS_OP) || test.is(Opcode::CONTAINS_OP);
        if let (true, true, Arg::Int(n)) = (invertible, not.is(Opcode::UNARY_NOT), test.arg) {
            instrs[at - 1].arg = Arg::Int(n ^ 1);
            instrs[at - 1].loc = not.loc;
            instrs.remove(at);
            continue;
        }
        if test.is(Opcode::UNARY_NOT) {
            let turned = match not.op {
                Op::Real(Opcode::POP_JUMP_IF_FALSE) => Opcode::POP_JUMP_IF_TRUE,
                Op::Real(Opcode::POP_JUMP_IF_TRUE) => Opcode::POP_JUMP_IF_FALSE,
                _ => {
                    at += 1;
                    continue;
                }
            };
            instrs[at].op = Op::Real(turned);
            instrs.remove(at - 1);
            continue;
        }
        at += 1;
    }
}

/// `LOAD_CONST None; IS_OP; POP_JUMP_IF_...` becomes one jump.
fn test_for_none(instrs: &mut Vec<Instr>, frame: &Frame<'_>) {
    let mut at = 2;
    while at < instrs.len() {
        let (none, is, jump) = (instrs[at - 2], instrs[at - 1], instrs[at]);
        let loads_none =
            none.is(Opcode::LOAD_CONST) && matches!(none.arg, Arg::Int(index) if frame.is_none(index));
        let sense = match jump.op {
            Op::Real(Opcode::POP_JUMP_IF_TRUE) => true,
            Op::Real(Opcode::POP_JUMP_IF_FALSE) => false,
            _ => {
                at += 1;
                continue;
            }
        };
        if !loads_none || !is.is(Opcode::IS_OP) {
            at += 1;
            continue;
        }
        let on_none = sense ^ (is.arg == Arg::Int(1));
        let op = if on_none { Opcode::POP_JUMP_IF_NONE } else { Opcode::POP_JUMP_IF_NOT_NONE };
        instrs[at].op = Op::Real(op);
        instrs.drain(at - 2..at);
        at = at.saturating_sub(1).max(2);
    }
}
