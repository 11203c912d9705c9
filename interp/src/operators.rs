//! The end of a call that an operator or a property has made: its instruction is finished with the result.
//!
//! # Invariants
//! The frame is the innermost; its `pc` is the instruction that has called, and its operands are where they were.

use crate::frames::{calling, put_in};
use crate::machine::Interp;
use taipan_runtime::error::PyResult;
use taipan_runtime::exec::insn::{A_TEMP, B_TEMP, C_TEMP, INVERT, Insn, Op};
use taipan_runtime::frame::Frame;
use taipan_runtime::machine::{Exit, Machine, Owned, Step};
use taipan_runtime::object::{Ref, decref};
use taipan_runtime::protocol::operator::Operator;
use taipan_runtime::protocol::{compare, number, truth};
use taipan_runtime::sem::operators::{Finish, Operands, finish};
use taipan_runtime::value::{NOT_IMPLEMENTED, UNBOUND, Value};

impl Interp {
    /// The end of an operator's or property's function whose frame nobody has looked at, and which is gone.
    #[inline(always)]
    pub(crate) fn return_operator(&mut self, result: Owned<Value>) -> Step {
        let frame = self.frame();
        // SAFETY: the caller's `pc` is what has called.
        let op = unsafe { (*frame.pc).op };
        if matches!(op, Op::LoadAttr | Op::Subscr | Op::SubscrK) {
            // The most frequent ones by far, which take whatever the function returned.
            self.reload(frame);
            let i = self.operands(Insn { op, flags: 0, a: 0, b: 0, c: 0, d: 0 });
            for (flag, slot) in [(A_TEMP, i.a), (B_TEMP, i.b)] {
                if i.has(flag) {
                    self.drop_temp(slot);
                }
            }
            self.put(i, result);
            return Ok(());
        }
        let step = finish_operator(frame, Ref::from_raw(result.0));
        *self = Interp::enter(self.thread);
        if step.is_err() {
            // What has raised is the current instruction.
            self.pc = self.pc.wrapping_add(1);
        }
        step
    }
}

/// Finish the instruction at the frame's `pc`, whose function has returned `result`.
#[inline(never)]
pub fn finish_operator(frame: &mut Frame, result: Ref) -> Step {
    let i = calling(frame);
    let Some(how) = finish(i) else { unreachable!("only these instructions call operators") };
    let distance = match how {
        Finish::Put(op) => {
            let result = match op {
                Some((op, operands)) if result.is(NOT_IMPLEMENTED) => other(frame, i, op, operands),
                _ => Ok(result),
            };
            let Ok(v) = result else { return Err(Exit::Raised) };
            drop_operands(frame, i);
            put_in(frame, i, v);
            1
        }
        Finish::Truth => {
            let Ok(holds) = truth::truth(*result) else { return Err(Exit::Raised) };
            drop_operands(frame, i);
            put_in(frame, i, Ref::from_raw(Value::bool(holds != i.has(INVERT))));
            1
        }
        Finish::Drop => {
            drop(result);
            drop_operands(frame, i);
            1
        }
        Finish::Jump(op, operands) => {
            let Ok(holds) = holds(frame, i, op, operands, result) else { return Err(Exit::Raised) };
            drop_operands(frame, i);
            if holds != i.has(INVERT) { i.d as isize } else { 1 }
        }
    };
    // SAFETY: jumps stay inside the code; behind the instruction there is another.
    frame.pc = unsafe { frame.pc.offset(distance) };
    Ok(())
}

fn holds(
    frame: &Frame,
    i: Insn,
    op: taipan_runtime::slots::CmpOp,
    operands: Operands,
    result: Ref,
) -> PyResult<bool> {
    let result =
        if result.is(NOT_IMPLEMENTED) { other(frame, i, Operator::Compare(op), operands)? } else { result };
    truth::truth(*result)
}

/// The left operand's method does not know: what the other operand makes of it.
fn other(frame: &Frame, i: Insn, op: Operator, operands: Operands) -> PyResult {
    let constant = |n: u16| frame.code().consts[n as usize];
    let x = if operands == Operands::Left { constant(i.a) } else { frame.slot(i.a.into()) };
    let y = if operands == Operands::Right { constant(i.b) } else { frame.slot(i.b.into()) };
    match op {
        Operator::Binary(op, inplace) => number::after_method(op, inplace, x, y),
        Operator::Compare(op) => compare::after_method(x, y, op),
        Operator::GetItem | Operator::SetItem | Operator::Contains => Ok(Ref::from_raw(NOT_IMPLEMENTED)),
    }
}

fn drop_operands(frame: &Frame, i: Insn) {
    let drop_operand = |flag, slot: u16| {
        if i.has(flag) {
            // SAFETY: an operand of the instruction, which consumes it.
            decref(unsafe { frame.fp.add(slot.into()).replace(UNBOUND) });
        }
    };
    drop_operand(A_TEMP, i.a);
    drop_operand(B_TEMP, i.b);
    if i.op == Op::StoreSubscr {
        drop_operand(C_TEMP, i.c);
    }
}
