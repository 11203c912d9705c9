//! Calls that are not inlined: the callee's function region is called by machine code.
//!
//! A call is inlined until the callee's code runs in [`MAX_RECURSION`] frames of the trace, or the trace gets long;
//! from there on the callee runs out of line, in a frame of its own, if it has a region (or is the function whose
//! region is being recorded). The recorder itself calls it like any other callable.

use super::{Abort, Concrete, MAX_FRAMES, Recorder, SCRATCH_WORDS, Sym};
use crate::ir::{Callee, ExitKind, Through};
use taipan_runtime::exec::code::ExecCode;
use taipan_runtime::exec::insn::Op;
use taipan_runtime::helpers;
use taipan_runtime::machine::{Exit, Machine, Owned, Step};
use taipan_runtime::object::P;
use taipan_runtime::types::function::Function;

/// Frames of the trace that run the same code, at most.
pub const MAX_RECURSION: usize = 1;
/// Code in which so many side traces have started where it was inlined is called, if it has a region.
pub const BRANCHY: u32 = 4;
/// A trace of more ops than this inlines only what has no region.
pub const INLINE_OPS: usize = 1200;

impl<C: Concrete> Recorder<C> {
    /// Is a call of this code left out of line?
    pub(super) fn out_of_line(&mut self, code: &'static ExecCode) -> bool {
        let running = self.frames.running(code);
        let native = code.entry.native.get() != 0;
        let too_deep = running >= MAX_RECURSION || self.frames.count() >= MAX_FRAMES;
        if !too_deep {
            return native && (self.b.len() > INLINE_OPS || code.entry.branches.get() >= BRANCHY);
        }
        let recorded = self.function && self.root && std::ptr::eq(self.frames.at(0).code, code);
        if !native && !recorded {
            // It is worth a region: the next call starts one.
            let counter = &code.entry;
            if counter.failures.get() == 0 {
                counter.threshold.set(counter.threshold.get().min(counter.count.get().saturating_add(1)));
            }
            self.give_up(Abort::TooDeep);
            return false;
        }
        true
    }

    /// Call the function's region with the `argc` arguments from `first` on.
    pub(super) fn invoke(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        first: u16,
        argc: u32,
    ) -> Step {
        let i = self.insn();
        let slots = code.frame_slots + SCRATCH_WORDS as u32;
        let snap = self.snapshot(ExitKind::Resume);
        let room = self.b.const_int(slots.into());
        self.b.guard_room(room, snap);
        let syms = self.span_syms(first, argc);
        let args: Vec<_> = syms
            .into_iter()
            .map(|s| {
                let s = self.own(s);
                self.tagged(s)
            })
            .collect();
        let frame = self.frames.count() - 1;
        for k in 0..argc as u16 {
            self.frames.forget(frame, first + k);
        }
        self.before_call(&helpers::CALL);
        let callee = self.callee_record(f, code, slots);
        let ir = self.b.invoke(callee, &args);
        let span = if first == i.a + 1 { (&helpers::CALL, argc) } else { (&helpers::CALL_METHOD, i.d as u32) };
        let Ok(Owned(word)) = self.c.call_span(span.0, i.a, span.1, 0) else { return Err(Exit::Raised) };
        self.guard_raised(&helpers::CALL, ir);
        let words = i.d as u16 + if i.op == Op::CallMethod { 2 } else { 1 };
        for k in 0..words {
            let e = self.frames.entry(frame, i.a + k);
            self.frames.forget(frame, i.a + k);
            if let Some(e) = e {
                self.drop_sym(e);
            }
            self.c.drop_temp(i.a + k);
        }
        self.put(i, Self::owned(Sym { word, ir, owned: true }));
        Ok(())
    }

    fn callee_record(&mut self, f: P<Function>, code: &'static ExecCode, slots: u32) -> Callee {
        self.keep.push(f.own());
        let mut through = Vec::new();
        let mut first = 0;
        for k in 1..self.frames.count() {
            let t = self.frames.at(k);
            first += u32::from(t.first);
            let innermost = k + 1 == self.frames.count();
            through.push(Through {
                function: t.function.as_ptr() as u64,
                code: std::ptr::from_ref(t.code) as u64,
                pc: if innermost { self.c.current() } else { t.call } as u64,
                first,
            });
        }
        Callee {
            entry: code.entry.native.as_ptr() as u64,
            function: f.as_ptr() as u64,
            code: std::ptr::from_ref(code) as u64,
            pc: code.start() as u64,
            locals: code.locals,
            frame_slots: slots,
            through,
        }
    }
}
