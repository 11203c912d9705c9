//! The last step: offsets, bytes and tables.

use taipan_bytecode::tables::{ExceptionEntry, LineTableWriter, encode_exception_table};
use taipan_bytecode::{Const, Opcode, Position};

use super::{Arg, Assembler, HandlerId, Instr, Loc, Op};
use crate::source::LineIndex;

/// What the passes need to know of the function.
pub(crate) struct Frame<'a> {
    pub lines: &'a LineIndex,
    pub first_line: u32,
    /// Number of parameters: they are the first locals.
    pub params: usize,
    /// Slot of each local in `localsplus` is its index; of each cell and free variable, this.
    pub deref_slots: &'a [u32],
    pub locals: usize,
    pub consts: &'a [Const],
    /// The docstring stays the first constant.
    pub keep_first_const: bool,
}

impl Frame<'_> {
    pub fn line(&self, loc: Loc) -> Option<u32> {
        match loc {
            Loc::BEFORE => Some(0),
            loc => (!loc.is_none()).then(|| self.lines.line(loc.start)),
        }
    }

    pub fn is_none(&self, constant: u32) -> bool {
        matches!(self.consts.get(constant as usize), Some(Const::None))
    }

    pub fn local_count(&self) -> usize {
        self.locals
    }

    pub fn is_bound_at_start(&self, local: usize) -> bool {
        local < self.params
    }

    fn position(&self, loc: Loc) -> Position {
        if loc.is_none() {
            return Position::default();
        }
        if loc == Loc::BEFORE {
            return Position::new(0, 0, 0, 0);
        }
        let (line, col) = self.lines.line_col(loc.start);
        let (end_line, end_col) = self.lines.line_col(loc.end);
        Position::new(line, end_line, col, end_col)
    }
}

/// The parts of a code object that assembling gives.
pub(crate) struct Assembled {
    pub code: Vec<u8>,
    pub linetable: Vec<u8>,
    pub exceptiontable: Vec<u8>,
    pub stacksize: u32,
    /// The constants in use.
    pub consts: Vec<Const>,
}

impl Assembler {
    pub(super) fn encode(mut self, frame: &Frame<'_>, stacksize: u32) -> Assembled {
        let consts = self.renumber_consts(frame);
        // Which block each instruction is in does not matter any more: a flat list with label positions.
        let mut starts = Vec::with_capacity(self.blocks.len() + 1);
        let mut list: Vec<Instr> = Vec::new();
        for block in &self.blocks {
            starts.push(list.len());
            list.extend(block.instrs.iter().filter(|instr| !matches!(instr.op, Op::Setup { .. })));
        }
        starts.push(list.len());
        let target = |label| starts[self.block_of(label)];
        let targets: Vec<Option<usize>> = list.iter().map(|instr| instr.label().map(target)).collect();
        let args: Vec<u32> = list.iter().map(|instr| plain_arg(instr, frame)).collect();
        let offsets = size_jumps(&targets, &args);

        let mut code = Vec::with_capacity(list.len() * 2);
        let mut lines = LineTableWriter::new(frame.first_line);
        let mut pending: Option<(u32, Loc)> = None;
        for (at, instr) in list.iter().enumerate() {
            let end = offsets[at + 1];
            let (op, arg) = match targets[at] {
                Some(to) if offsets[to] >= end => (forward(instr.op), offsets[to] - end),
                Some(to) => (backward(instr.op), end - offsets[to]),
                None => (forward(instr.op), args[at]),
            };
            let units = end - offsets[at];
            for shift in (1..units).rev() {
                code.extend([Opcode::EXTENDED_ARG as u8, (arg >> (8 * shift)) as u8]);
            }
            code.extend([op as u8, arg as u8]);
            pending = match pending {
                Some((count, loc)) if loc == instr.loc => Some((count + units, loc)),
                other => {
                    if let Some((count, loc)) = other {
                        lines.push(count, frame.position(loc));
                    }
                    Some((units, instr.loc))
                }
            };
        }
        if let Some((count, loc)) = pending {
            lines.push(count, frame.position(loc));
        }
        let entries = self.exception_table(&list, &starts, &offsets);
        Assembled {
            code,
            linetable: lines.finish(),
            exceptiontable: encode_exception_table(&entries),
            stacksize,
            consts,
        }
    }

    fn exception_table(&self, list: &[Instr], starts: &[usize], offsets: &[u32]) -> Vec<ExceptionEntry> {
        let mut entries: Vec<ExceptionEntry> = Vec::new();
        let mut current: Option<(HandlerId, u32)> = None;
        for at in 0..=list.len() {
            let handler = list.get(at).and_then(|instr| instr.handler);
            if let Some((id, start)) = current
                && handler != Some(id)
            {
                let info = self.handlers[id.0 as usize];
                let target = offsets[starts[self.block_of(info.label)]];
                let end = offsets[at];
                entries.push(ExceptionEntry { start, end, target, depth: info.depth, lasti: info.lasti });
                current = None;
            }
            if let (None, Some(id)) = (current, handler) {
                current = Some((id, offsets[at]));
            }
        }
        entries
    }

    /// Drops constants that folding has made superfluous.
    fn renumber_consts(&mut self, frame: &Frame<'_>) -> Vec<Const> {
        let mut used = vec![false; frame.consts.len()];
        if frame.keep_first_const && !used.is_empty() {
            used[0] = true;
        }
        let loads = |instr: &&mut Instr| instr.is(Opcode::LOAD_CONST);
        for instr in self.blocks.iter_mut().flat_map(|block| &mut block.instrs).filter(loads) {
            if let Arg::Int(index) = instr.arg {
                used[index as usize] = true;
            }
        }
        let mut numbers = vec![0u32; used.len()];
        let mut consts = Vec::new();
        for (index, used) in used.iter().enumerate() {
            numbers[index] = consts.len() as u32;
            if *used {
                consts.push(frame.consts[index].clone());
            }
        }
        for instr in self.blocks.iter_mut().flat_map(|block| &mut block.instrs).filter(loads) {
            if let Arg::Int(index) = &mut instr.arg {
                *index = numbers[*index as usize];
            }
        }
        // CPython never leaves co_consts empty.
        if consts.is_empty() {
            consts.extend(frame.consts.first().cloned());
        }
        consts
    }
}

fn plain_arg(instr: &Instr, frame: &Frame<'_>) -> u32 {
    match instr.arg {
        Arg::Int(arg) | Arg::Fast(arg) => arg,
        Arg::Deref(index) => frame.deref_slots[index as usize],
        Arg::Label(_) => 0,
    }
}

/// Offsets of the instructions in units (and the end): grown until every jump fits.
fn size_jumps(targets: &[Option<usize>], args: &[u32]) -> Vec<u32> {
    let mut units: Vec<u32> = args.iter().map(|&arg| units_for(arg)).collect();
    loop {
        let mut offsets = Vec::with_capacity(units.len() + 1);
        let mut at = 0;
        for &size in &units {
            offsets.push(at);
            at += size;
        }
        offsets.push(at);
        let mut grown = false;
        for (index, target) in targets.iter().enumerate() {
            let Some(target) = *target else { continue };
            let needed = units_for(offsets[index + 1].abs_diff(offsets[target]));
            if needed > units[index] {
                units[index] = needed;
                grown = true;
            }
        }
        if !grown {
            return offsets;
        }
    }
}

fn units_for(arg: u32) -> u32 {
    match arg {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xff_ffff => 3,
        _ => 4,
    }
}

fn forward(op: Op) -> Opcode {
    match op {
        Op::Real(op) => op,
        Op::Jump | Op::JumpNoInterrupt => Opcode::JUMP_FORWARD,
        Op::Setup { .. } => Opcode::NOP,
    }
}

fn backward(op: Op) -> Opcode {
    match op {
        Op::Jump => Opcode::JUMP_BACKWARD,
        Op::JumpNoInterrupt => Opcode::JUMP_BACKWARD_NO_INTERRUPT,
        other => forward(other),
    }
}
