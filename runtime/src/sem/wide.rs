//! Arithmetic on ints of up to 128 bits that are not negative: hashes and random generators, which multiply beyond 63
//! bits and mask. What a result is good for, its number of bits says: to the trace recorder it is known beforehand.

use super::arith::drop_operands;
use crate::exec::insn::{Insn, Op};
use crate::machine::{Machine, WideOp};

/// The operation, if it is one that has a wide form.
#[inline(always)]
fn wide_op(op: Op) -> Option<WideOp> {
    Some(match op {
        Op::Add => WideOp::Add,
        Op::Sub => WideOp::Sub,
        Op::Mul => WideOp::Mul,
        Op::FloorDiv => WideOp::Div,
        Op::Mod => WideOp::Rem,
        Op::And => WideOp::And,
        Op::Or => WideOp::Or,
        Op::Xor => WideOp::Xor,
        Op::Lshift => WideOp::Shl,
        Op::Rshift => WideOp::Shr,
        _ => return None,
    })
}

/// A binary operator on ints that are not negative, if operands and result have at most 128 bits.
#[inline(always)]
pub fn binary<M: Machine>(m: &mut M, i: Insn, op: Op, x: M::V, y: M::V) -> Option<()> {
    let op = wide_op(op)?;
    let (a, b) = m.both_wide(op, x, y)?;
    let r = m.wide_arith(op, a, b)?;
    drop_operands(m, i);
    let v = m.box_wide(r);
    m.put(i, v);
    Some(())
}

/// The result, if it is not negative and has at most 128 bits.
pub fn arith(op: WideOp, a: u128, b: u128) -> Option<u128> {
    let shift = || u32::try_from(b).ok().filter(|k| *k < 128);
    match op {
        WideOp::Add => a.checked_add(b),
        WideOp::Sub => a.checked_sub(b),
        WideOp::Mul => a.checked_mul(b),
        WideOp::Div => a.checked_div(b),
        WideOp::Rem => a.checked_rem(b),
        WideOp::And => Some(a & b),
        WideOp::Or => Some(a | b),
        WideOp::Xor => Some(a ^ b),
        WideOp::Shl => shift().filter(|k| *k <= a.leading_zeros()).map(|k| a << k),
        WideOp::Shr => shift().map(|k| a >> k),
    }
}
