//! Operators and properties of classes written in Python: their functions get a frame.
//!
//! The operands stay where they are while the function runs; its arguments are copies behind them. When it returns,
//! the instruction that called it is finished with its result (`interp/src/operators.rs`, and the recorder's
//! `pop_operator`): operands dropped, the result put, or jumped on. `NotImplemented` leads to the other operand's method
//! there.

use crate::exec::insn::{INPLACE, Insn, Op};
use crate::machine::{Machine, Step};
use crate::protocol::number::BinaryOp;
use crate::protocol::operator::Operator;
use crate::slots::CmpOp;

/// The binary operators in the order of their instructions.
pub const BINARY: [BinaryOp; 13] = [
    BinaryOp::Add,
    BinaryOp::Subtract,
    BinaryOp::Multiply,
    BinaryOp::TrueDivide,
    BinaryOp::FloorDivide,
    BinaryOp::Modulo,
    BinaryOp::Power,
    BinaryOp::MatrixMultiply,
    BinaryOp::LShift,
    BinaryOp::RShift,
    BinaryOp::And,
    BinaryOp::Or,
    BinaryOp::Xor,
];

/// Where the operands of an instruction with two of them are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operands {
    /// Both in slots.
    Slots,
    /// The right one is a constant.
    Right,
    /// The left one is a constant.
    Left,
}

/// What an instruction that an operator's function was called for does with the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// Puts it into its destination.
    Put(Option<(Operator, Operands)>),
    /// Jumps on its truth.
    Jump(CmpOp, Operands),
    /// Puts its truth (or the opposite) into its destination.
    Truth,
    /// Drops it.
    Drop,
}

/// What becomes of the result, for the instructions of this module.
pub fn finish(i: Insn) -> Option<Finish> {
    let n = i.op as usize;
    let (first, last) = (Op::Add as usize, Op::KXor as usize);
    let variant = |k: usize| [Operands::Slots, Operands::Right, Operands::Left][k];
    if (first..=last).contains(&n) {
        let op = Operator::Binary(BINARY[(n - first) / 3], i.has(INPLACE));
        return Some(Finish::Put(Some((op, variant((n - first) % 3)))));
    }
    let (first, last) = (Op::JumpLt as usize, Op::JumpGeK as usize);
    if (first..=last).contains(&n) {
        let op = CmpOp::ALL[(n - first) / 2];
        return Some(Finish::Jump(op, variant((n - first) % 2)));
    }
    match i.op {
        Op::Compare => {
            Some(Finish::Put(Some((Operator::Compare(CmpOp::ALL[i.d as usize]), Operands::Slots))))
        }
        Op::CompareK => {
            Some(Finish::Put(Some((Operator::Compare(CmpOp::ALL[i.d as usize]), Operands::Right))))
        }
        Op::Contains => Some(Finish::Truth),
        Op::StoreSubscr => Some(Finish::Drop),
        Op::Subscr | Op::SubscrK | Op::LoadAttr | Op::LoadAttrSlot | Op::WithExceptStart => {
            Some(Finish::Put(None))
        }
        _ => None,
    }
}

/// Calls the function that implements the operator, if that is a plain one.
#[inline(always)]
pub fn call<M: Machine>(m: &mut M, op: Operator, x: M::V, y: M::V) -> Option<Step> {
    let (f, code, swapped) = m.operator(x, y, op)?;
    let args = if swapped { [y, x] } else { [x, y] };
    let step = m.push_operator(f, code, args);
    Some(step.and_then(|()| m.entered(code)))
}

/// As `call`, for `x[y] = z`.
#[inline(always)]
pub fn set_item<M: Machine>(m: &mut M, x: M::V, y: M::V, z: M::V) -> Option<Step> {
    let (f, code, _) = m.operator(x, y, Operator::SetItem)?;
    let step = m.push_operator(f, code, [x, y, z]);
    Some(step.and_then(|()| m.entered(code)))
}

/// Calls the getter of the property that attribute cache `d` names.
#[inline(always)]
pub fn get<M: Machine>(m: &mut M, i: Insn, x: M::V) -> Option<Step> {
    let (f, code) = m.getter(x, i.d)?;
    let step = m.push_operator(f, code, [x]);
    Some(step.and_then(|()| m.entered(code)))
}
