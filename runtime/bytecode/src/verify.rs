//! Checks a code object: known opcodes, arguments and jump targets in range, and stack depths that agree wherever
//! control flow meets, never below zero and never above `stacksize`. What passes can be executed without checks of
//! the stack.

use std::fmt;

use crate::code::{Code, Const, Instruction};
use crate::opcode::{Intrinsic1, Intrinsic2, Opcode, OperandKind, SpecialMethod};
use crate::tables::ExceptionEntry;

/// What is wrong with a code object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// Qualified name of the code object.
    pub code: String,
    /// Unit of the instruction.
    pub unit: u32,
    /// What is wrong there.
    pub problem: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: {}", self.code, self.unit * 2, self.problem)
    }
}

impl std::error::Error for VerifyError {}

/// Locals and stack places that a frame can have: executable instructions name them by 16 bits.
pub const MAX_FRAME_SLOTS: usize = u16::MAX as usize - 2;

/// Can a frame have as many slots as this code needs?
pub fn fits(code: &Code) -> bool {
    code.localsplus_names.len().saturating_add(code.stacksize as usize) <= MAX_FRAME_SLOTS
}

/// Verifies the code object and those nested in its constants.
pub fn verify_all(code: &Code) -> Result<(), VerifyError> {
    verify(code)?;
    for constant in &code.consts {
        if let Const::Code(inner) = constant {
            verify_all(inner)?;
        }
    }
    Ok(())
}

/// Verifies one code object; the greatest depth of its stack.
pub fn verify(code: &Code) -> Result<u32, VerifyError> {
    let mut verifier = Verifier::new(code)?;
    verifier.walk()?;
    if verifier.deepest > code.stacksize {
        return Err(
            verifier.error(0, format!("depth {} over stacksize {}", verifier.deepest, code.stacksize))
        );
    }
    Ok(verifier.deepest)
}

/// The instructions of verified code, and by unit the depth on entry of each that is reached.
pub fn depths(code: &Code) -> Result<(Vec<Instruction>, Vec<Option<u32>>), VerifyError> {
    let mut verifier = Verifier::new(code)?;
    verifier.walk()?;
    Ok((verifier.list, verifier.depth))
}

/// A unit that no instruction starts at.
const NOWHERE: u32 = u32::MAX;

struct Verifier<'a> {
    code: &'a Code,
    /// By unit of an instruction's start: index into `list`, or `NOWHERE`.
    starts: Vec<u32>,
    list: Vec<Instruction>,
    /// The exception table's entries, by ascending start.
    handlers: Vec<ExceptionEntry>,
    depth: Vec<Option<u32>>,
    /// Units reached by jumps, to go on from.
    work: Vec<u32>,
    deepest: u32,
}

impl<'a> Verifier<'a> {
    fn new(code: &'a Code) -> Result<Self, VerifyError> {
        let list: Vec<_> = code.instructions().collect();
        let mut starts = vec![NOWHERE; code.unit_count()];
        for (index, instruction) in list.iter().enumerate() {
            starts[instruction.start as usize] = index as u32;
        }
        let depth = vec![None; code.unit_count()];
        let handlers = code.exception_entries().collect();
        let verifier = Self { code, starts, list, handlers, depth, work: Vec::new(), deepest: 0 };
        if !code.code.len().is_multiple_of(2) || verifier.list.is_empty() {
            return Err(verifier.error(0, "no code, or half a unit".into()));
        }
        if !fits(code) {
            return Err(verifier.error(0, "more locals and stack places than a frame can have".into()));
        }
        if code.localsplus_kinds.len() != code.localsplus_names.len() {
            return Err(verifier.error(0, "as many kinds as names are needed".into()));
        }
        Ok(verifier)
    }

    fn error(&self, unit: u32, problem: String) -> VerifyError {
        VerifyError { code: self.code.qualname.to_string(), unit, problem }
    }

    /// A way from `from` to `unit`, where the stack has this depth then; is it the first one?
    fn arrive(&mut self, from: u32, unit: u32, depth: u32) -> Result<bool, VerifyError> {
        self.deepest = self.deepest.max(depth);
        if self.starts.get(unit as usize).is_none_or(|&index| index == NOWHERE) {
            return Err(self.error(from, format!("goes on at {}, which is no instruction", unit * 2)));
        }
        match self.depth[unit as usize] {
            None => {
                self.depth[unit as usize] = Some(depth);
                Ok(true)
            }
            Some(known) if known != depth => {
                Err(self.error(from, format!("depth {depth} at {}, elsewhere {known}", unit * 2)))
            }
            Some(_) => Ok(false),
        }
    }

    fn jump(&mut self, from: u32, unit: u32, depth: u32) -> Result<(), VerifyError> {
        if self.arrive(from, unit, depth)? {
            self.work.push(unit);
        }
        Ok(())
    }

    fn walk(&mut self) -> Result<(), VerifyError> {
        self.jump(0, 0, 0)?;
        while let Some(unit) = self.work.pop() {
            let (mut index, mut depth) = (self.starts[unit as usize], self.depth[unit as usize]);
            // Straight on, as far as nobody has been before.
            while let Some(now) = depth {
                let instruction = self.list[index as usize];
                depth = self.step(instruction, now)?;
                if let Some(next) = depth
                    && !self.arrive(instruction.start, instruction.unit + 1, next)?
                {
                    break;
                }
                index += 1;
            }
        }
        Ok(())
    }

    /// What one instruction needs, and where it may jump to; the depth with which the next one is reached, if it is.
    fn step(&mut self, instruction: Instruction, depth: u32) -> Result<Option<u32>, VerifyError> {
        let unit = instruction.start;
        let Some(op) = Opcode::from_u8(instruction.opcode) else {
            return Err(self.error(unit, format!("unknown opcode {}", instruction.opcode)));
        };
        self.check_argument(unit, op, instruction.arg)?;
        if reads_below(op, instruction.arg) > depth {
            return Err(self.error(unit, format!("{} reads below the stack ({depth})", op.name())));
        }
        let after = |jump: bool| {
            let (pops, pushes) = op.stack_effect(instruction.arg, jump);
            depth.checked_sub(pops).map(|rest| rest + pushes)
        };
        let underflow = || format!("{} underflows a stack of {depth}", op.name());
        if let Some(target) = instruction.jump_target() {
            let depth = after(true).ok_or_else(|| self.error(unit, underflow()))?;
            self.jump(unit, target, depth)?;
        }
        let next = after(false).ok_or_else(|| self.error(unit, underflow()))?;
        let covers = |e: &&ExceptionEntry| e.start <= instruction.unit && instruction.unit < e.end;
        if op.can_raise()
            && let Some(&entry) = self.handlers.iter().find(covers)
        {
            if entry.depth > depth {
                return Err(self.error(unit, format!("handler wants {} values of {depth}", entry.depth)));
            }
            self.jump(unit, entry.target, entry.depth + u32::from(entry.lasti) + 1)?;
        }
        Ok((!op.is_terminator()).then_some(next))
    }

    fn check_argument(&self, unit: u32, op: Opcode, arg: u32) -> Result<(), VerifyError> {
        let limit = match op.operand() {
            OperandKind::Const => self.code.consts.len(),
            OperandKind::Local => self.code.localsplus_names.len(),
            OperandKind::Name => self.code.names.len(),
            OperandKind::Compare => crate::opcode::COMPARE_OPS.len(),
            OperandKind::Common => crate::opcode::COMMON_CONSTANTS.len(),
            OperandKind::Intrinsic1 => Intrinsic1::ALL.len(),
            OperandKind::Intrinsic2 => Intrinsic2::ALL.len(),
            OperandKind::Special => SpecialMethod::ALL.len(),
            OperandKind::Invert => 2,
            OperandKind::Conversion => 4,
            OperandKind::Yield => 3,
            _ => return Ok(()),
        };
        if arg as usize >= limit {
            return Err(self.error(unit, format!("{} {arg} is out of range ({limit})", op.name())));
        }
        Ok(())
    }
}

/// Values that the instruction needs on the stack though it does not pop them.
fn reads_below(op: Opcode, arg: u32) -> u32 {
    match op {
        Opcode::COPY | Opcode::SWAP => arg.max(1),
        Opcode::LIST_APPEND
        | Opcode::SET_ADD
        | Opcode::LIST_EXTEND
        | Opcode::SET_UPDATE
        | Opcode::DICT_UPDATE => arg + 1,
        Opcode::MAP_ADD => arg + 2,
        Opcode::DICT_MERGE => arg + 3,
        Opcode::WITH_EXCEPT_START => 5,
        Opcode::GET_LEN | Opcode::MATCH_MAPPING | Opcode::MATCH_SEQUENCE => 1,
        Opcode::MATCH_KEYS => 2,
        _ => 0,
    }
}
