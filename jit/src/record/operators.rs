//! Inlined functions of operators and properties: how their results finish the instructions that called them.
//!
//! # Invariants
//! A trace's frame that has a callee is at an instruction of its code (`call`).

use super::{Abort, Concrete, Recorder, Sym};
use crate::ir::{ExitKind, Ty};
use taipan_runtime::exec::insn::{A_TEMP, B_TEMP, C_TEMP, DST_LOCAL, INVERT, Op};
use taipan_runtime::machine::Machine;
use taipan_runtime::sem::operators::{Finish, finish};
use taipan_runtime::value::NOT_IMPLEMENTED;

impl<C: Concrete> Recorder<C> {
    /// If a frame runs the function of an operator: what its caller's instruction does with the result.
    pub(super) fn implements(&self, frame: usize) -> Option<Finish> {
        if frame == 0 {
            return None;
        }
        finish(self.calling(frame - 1))
    }

    /// The innermost frame is about to return this: guard what its caller's instruction makes of it, while the return
    /// can still be executed again.
    pub(super) fn guard_result(&mut self, how: Finish, result: Sym) {
        if how == Finish::Drop {
            return;
        }
        if result.word.is(NOT_IMPLEMENTED) && how != Finish::Put(None) {
            self.give_up(Abort::Special);
            return;
        }
        if !matches!(self.raw_type(result.ir), Ty::Val | Ty::Ptr)
            && !matches!(how, Finish::Jump(..) | Finish::Truth)
        {
            return;
        }
        let (frame, i) = (self.frames.count() - 1, self.insn());
        let returns = i.op == Op::Return;
        if returns {
            self.frames.set_entry(frame, i.a, result);
        }
        match how {
            Finish::Put(None) | Finish::Drop => {}
            Finish::Put(_) if self.as_const(result.ir).is_none() => {
                let snap = self.snapshot(ExitKind::Resume);
                self.b.guard_not_word(result.ir, NOT_IMPLEMENTED.bits(), snap);
            }
            Finish::Put(_) => {}
            Finish::Jump(..) | Finish::Truth => match (self.raw_type(result.ir), result.word.is_bool()) {
                (Ty::Bool, _) if self.as_const(result.ir).is_none() => {
                    let snap = self.snapshot(ExitKind::Resume);
                    if result.word.is(taipan_runtime::value::TRUE) {
                        self.b.guard_true(result.ir, snap);
                    } else {
                        self.b.guard_false(result.ir, snap);
                    }
                }
                (_, true) => self.guard_identity(result),
                _ => self.give_up(Abort::Special),
            },
        }
        if returns {
            self.frames.forget(frame, i.a);
        }
    }

    /// The frame has ended, in the concrete machine too: operands go, the result is put.
    pub(super) fn finish_operator(&mut self, result: Sym) {
        let frame = self.frames.count() - 1;
        let i = self.calling(frame);
        let mut gone = Vec::new();
        let third = (i.op == Op::StoreSubscr).then_some((C_TEMP, i.c));
        for (flag, slot) in [(A_TEMP, i.a), (B_TEMP, i.b)].into_iter().chain(third) {
            if i.has(flag) {
                gone.extend(self.frames.entry(frame, slot));
                self.frames.forget(frame, slot);
            }
        }
        let how = finish(i);
        let mut result = result;
        if how == Some(Finish::Truth) {
            let holds = result.word.is(taipan_runtime::value::TRUE) != i.has(INVERT);
            result = self.literal(taipan_runtime::value::Value::bool(holds));
        }
        if how == Some(Finish::Drop) {
            gone.push(result);
        } else if !result.owned && !gone.is_empty() && !result.ir.is_const() {
            result = self.own(result);
        }
        if matches!(how, Some(Finish::Put(_) | Finish::Truth)) {
            if i.has(DST_LOCAL) {
                gone.push(self.slot(i.c, result.word));
            }
            self.frames.set_entry(frame, i.c, result);
        }
        for e in gone {
            self.orphan(e);
            self.drop_sym(e);
        }
    }
}
