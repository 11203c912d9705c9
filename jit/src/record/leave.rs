//! Frames of the trace end: the base frame, or an inlined one, whose caller goes on with the result.

use super::machine::WORTH_OPS;
use super::{Abort, Concrete, Frames, Head, Recorder, Sym};
use taipan_runtime::exec::insn::{DST_LOCAL, Insn, Op};
use taipan_runtime::machine::{Owned, Step};
use taipan_runtime::value::UNBOUND;

impl<C: Concrete> Recorder<C> {
    /// See `Machine::pop_frame`.
    pub(super) fn leave_frame(&mut self, result: Owned<Sym>) -> Step {
        if self.frames.count() == 1 {
            return self.leave_base(result);
        }
        let frame = self.frames.count() - 1;
        if self.frames.at(frame).generator {
            return self.finish_inline(result);
        }
        let operator = self.implements(frame);
        if let Some(how) = operator {
            self.guard_result(how, result.0);
        }
        let locals = Frames::locals(self.frames.at(frame));
        let drops = locals.iter().flatten().any(|e| e.owned && self.counted(e.ir));
        let mut v = result.0;
        if drops && !v.ir.is_const() {
            v = self.own(v);
        }
        for slot in 0..locals.len() {
            self.frames.forget(frame, slot as u16);
        }
        self.ending = true;
        for e in locals.into_iter().flatten() {
            self.orphan(e);
            self.drop_sym(e);
        }
        self.ending = false;
        let popped = self.frames.pop();
        self.c.pop_frame(Owned(v.word))?;
        if let Some(instance) = popped.instance {
            if v.word.is_none() {
                if self.as_const(v.ir).is_none() {
                    self.give_up(Abort::Special);
                }
                v = instance;
            } else {
                self.give_up(Abort::Raised);
            }
        }
        if operator.is_some() {
            self.finish_operator(v);
            return Ok(());
        }
        // The concrete machine has put the result where the call says.
        let i = self.calling(self.frames.count() - 1);
        let frame = self.frames.count() - 1;
        if popped.instance.is_none()
            && let Some(e) = self.give_up_slot(frame, i.a)
        {
            self.drop_sym(e);
        }
        self.put_result(frame, i, v);
        Ok(())
    }

    /// What a slot of any frame holds: the base frame's memory, or an inlined generator's, may know that alone. `None`
    /// of another inlined frame: nothing.
    pub(super) fn held(&mut self, frame: usize, slot: u16) -> Option<Sym> {
        if let Some(known) = self.frames.entry(frame, slot) {
            return Some(known);
        }
        let f = self.frames.at(frame);
        match f.callee.filter(|_| f.generator) {
            Some(g) => Some(self.generator_slot(g, slot, UNBOUND)),
            None if frame == 0 => Some(self.memory_slot(slot)),
            None => None,
        }
    }

    /// What a frame that had a callee holds in a slot, which it gives up.
    pub(super) fn give_up_slot(&mut self, frame: usize, slot: u16) -> Option<Sym> {
        let held = self.held(frame, slot)?;
        self.frames.forget(frame, slot);
        Some(held)
    }

    /// The result of the instruction `i` that was running in the frame, now the innermost: the concrete machine has put
    /// it already.
    pub(super) fn put_result(&mut self, frame: usize, i: Insn, v: Sym) {
        // The concrete old word is gone; in the trace it goes now.
        let old = i.has(DST_LOCAL).then(|| self.slot(i.c, v.word));
        self.frames.set_entry(frame, i.c, v);
        if let Some(old) = old {
            self.orphan(old);
            self.drop_sym(old);
        }
    }

    /// The traced frame returns: the interpreter does that, once the trace has brought it there.
    fn leave_base(&mut self, result: Owned<Sym>) -> Step {
        if self.head == Head::Function || self.c.code().plain {
            let i = self.insn();
            if i.op == Op::Return {
                // The result has been taken out of its slot.
                self.frames.forget(0, i.a);
            }
            self.return_from_region(result.0);
        } else if self.root && (self.head == Head::Loop || self.b.len() < WORTH_OPS) {
            self.give_up(Abort::Left);
        } else {
            let i = self.insn();
            if i.op == Op::Return {
                self.frames.set_entry(0, i.a, result.0);
            }
            self.end_at(self.c.current());
        }
        self.c.pop_frame(Owned(result.0.word))
    }
}
