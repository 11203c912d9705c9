//! Generators that a loop of the trace resumes: their turns are inlined.
//!
//! Such a frame's slots lie in the generator, where machine code reads and writes them like fields of any object: what
//! a yield writes there, the next turn knows without reading it, and carries round the loop.
//!
//! # Invariants
//! - Between the resumption and the yield or the end, memory says that the generator is running: nobody but the trace
//!   touches its slots, and the collector does not look at them.
//! - Snapshots list of the frame what differs from the generator's memory, and the generator itself.
//! - Neither the generator nor the trace's frames are handling an exception: there is nothing to exchange.

use super::invoke::branchy;
use super::{Concrete, MAX_FRAMES, Recorder, StartFrame, Sym};
use crate::ir::{ExitKind, MemTy, Ref as IrRef};
use std::mem::offset_of;
use taipan_runtime::exec::code::ExecCode;
use taipan_runtime::exec::insn::{Insn, Op};
use taipan_runtime::machine::{Alias, Machine, Owned, Step};
use taipan_runtime::object::P;
use taipan_runtime::sem::generator::delegating;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::generator::{self, Generator, State};
use taipan_runtime::value::{NONE, UNBOUND, Value};

/// Bytes from a generator's start to a slot of its frame.
fn place(slot: u16) -> usize {
    size_of::<Generator>() + 8 * usize::from(slot)
}

impl<C: Concrete> Recorder<C> {
    fn generator_field(&mut self, g: IrRef, ty: MemTy, at: usize) -> IrRef {
        self.b.load(g, Self::mem(Alias::Generator, ty, at as u32, false))
    }

    fn set_generator_field(&mut self, g: IrRef, ty: MemTy, at: usize, v: IrRef) {
        self.b.store(g, v, Self::mem(Alias::Generator, ty, at as u32, false));
    }

    /// A slot of an inlined generator's frame that the trace does not know.
    pub(super) fn generator_slot(&mut self, g: Sym, slot: u16, word: Value) -> Sym {
        let ir = self.generator_field(g.ir, MemTy::Val, place(slot));
        Sym { word, ir, owned: true }
    }

    /// The function of an inlined generator.
    pub(super) fn generator_function(&mut self, g: Sym) -> IrRef {
        let at = offset_of!(Generator, function) as u32;
        self.b.load(g.ir, Self::mem(Alias::BoundMethod, MemTy::Ptr, at, true))
    }

    /// The function of an inlined frame, where it is no constant.
    pub(super) fn frame_function(&mut self, k: usize) -> Option<Sym> {
        let (callee, word) = (self.frames.at(k).callee?, self.frames.at(k).function.value());
        if !self.frames.at(k).generator {
            return Some(callee);
        }
        Some(Sym { word, ir: self.generator_function(callee), owned: false })
    }

    /// The instruction that is running in a frame with a callee.
    pub(super) fn calling(&self, frame: usize) -> Insn {
        let f = self.frames.at(frame);
        f.code.insns[f.code.index_of(f.call)].get()
    }

    fn inlines_generator(&self, code: &ExecCode) -> bool {
        // A loop with code of its own comes round without a yield: the generator is resumed out of line.
        let loops = code.loops.iter().any(|l| l.region.get() != 0);
        !loops
            && !code.no_jit.get()
            && self.frames.running(code) == 0
            && self.frames.count() < MAX_FRAMES
            && code.locals <= 200
            && self.b.len() <= super::invoke::INLINE_OPS
            && code.entry.branches.get() < branchy(code)
    }

    /// See `Machine::resume`: the generator `it` runs in the trace until it yields.
    pub(super) fn resume_inline(&mut self, it: Sym, sent: Option<u16>) -> Option<Step> {
        let g = generator::resumable(it.word)?;
        let code = g.function.exec();
        let idle = g.handled.get().is_none() && self.c.handles_nothing() && self.handling == 0;
        let fit = matches!(g.state.get(), State::Created | State::Suspended)
            && g.frame_object.get().is_unbound()
            && delegating(g).is_none()
            && idle
            && self.inlines_generator(code);
        if !fit {
            return None;
        }
        self.guard_id(it, it.word.header().id.get());
        self.guard_suspended(it, g);
        let value = match sent {
            None => self.literal(NONE),
            Some(slot) => {
                let word = self.c.get(slot);
                let v = self.slot(slot, word);
                if g.state.get() == State::Created && !self.is_word(v, NONE) {
                    return None;
                }
                self.own(v)
            }
        };
        let call = self.c.current();
        let caller = self.frames.top();
        let first = caller.code.locals + u32::from(caller.code.depth[caller.code.index_of(call)]);
        let running = self.b.const_int(State::Running as i64);
        self.set_generator_field(it.ir, MemTy::U8, offset_of!(Generator, state), running);
        // Its destination takes the value sent.
        let at = code.insns[code.index_of(g.pc.get())].get();
        let step = self.c.resume(it.word, sent)?;
        if step.is_err() {
            return Some(step);
        }
        if let Some(slot) = sent {
            self.frames.forget(self.frames.count() - 1, slot);
        }
        self.frames.top().call = call;
        let start = StartFrame {
            code,
            function: g.function,
            call,
            first: first as u16,
            instance: None,
            generator: true,
            listed: Vec::new(),
        };
        self.frames.push(start, Some(Sym { owned: false, ..it }), Vec::new());
        let frame = self.frames.count() - 1;
        self.frames.set_entry(frame, at.c, Sym { owned: true, ..value });
        Some(step)
    }

    /// Guard that the generator is suspended where it is now, with code and globals like now, and that there is nothing
    /// special about it.
    fn guard_suspended(&mut self, it: Sym, g: P<Generator>) {
        let ir = self.generator_function(it);
        let function = Sym { word: g.function.value(), ir, owned: false };
        self.guard_code(function, g.function);
        let fields = [
            (MemTy::U8, offset_of!(Generator, state), g.state.get() as u64),
            (MemTy::I64, offset_of!(Generator, pc), g.pc.get() as u64),
            (MemTy::Val, offset_of!(Generator, handled), NONE.bits()),
            (MemTy::Val, offset_of!(Generator, frame_object), UNBOUND.bits()),
        ];
        for (ty, at, now) in fields {
            let v = self.generator_field(it.ir, ty, at);
            let snap = self.snapshot(ExitKind::Resume);
            self.b.guard_word(v, now, snap);
        }
        let thread = self.b.thread();
        let handled = self.generator_field(thread, MemTy::I64, offset_of!(Thread, handled));
        let now = self.c.handled();
        let snap = self.snapshot(ExitKind::Resume);
        self.b.guard_word(handled, now, snap);
    }

    /// An inlined generator yields: the loop that has resumed it gets the value.
    pub(super) fn yield_inline(&mut self, i: Insn) -> Option<Step> {
        let at = self.c.current();
        let frame = self.frames.count() - 1;
        let g = self.frames.at(frame).callee?;
        let resumed_by = self.calling(frame - 1);
        if !self.c.handles_nothing() || resumed_by.op != Op::ForIter {
            return None;
        }
        let word = self.c.get(i.a);
        let v = self.slot(i.a, word);
        let v = self.own(v);
        self.frames.forget(frame, i.a);
        let changed: Vec<(u32, Sym)> = self.frames.at(frame).entries(i.a.into()).collect();
        for (slot, e) in changed {
            let e = self.own(e);
            let word = self.tagged(e);
            self.set_generator_field(g.ir, MemTy::Val, place(slot as u16), word);
        }
        let (pc, live) = (self.b.const_int(at as i64), self.b.const_int(i.a.into()));
        let suspended = self.b.const_int(State::Suspended as i64);
        self.set_generator_field(g.ir, MemTy::I64, offset_of!(Generator, pc), pc);
        self.set_generator_field(g.ir, MemTy::U32, offset_of!(Generator, live), live);
        self.set_generator_field(g.ir, MemTy::U8, offset_of!(Generator, state), suspended);
        let step = self.c.yield_value(i);
        if step != Some(Ok(())) {
            self.give_up(super::Abort::Special);
            return step;
        }
        self.frames.pop();
        let frame = self.frames.count() - 1;
        self.put_result(frame, resumed_by, v);
        step
    }

    /// An inlined generator returns: the loop that has resumed it ends, the `Send` has its result.
    pub(super) fn finish_inline(&mut self, result: Owned<Sym>) -> Step {
        let frame = self.frames.count() - 1;
        let Some(g) = self.frames.at(frame).callee else { unreachable!("an inlined generator's frame") };
        let resumed_by = self.calling(frame - 1);
        let result = self.own(result.0);
        let mut drops = Vec::new();
        for slot in 0..self.frames.at(frame).code.locals as u16 {
            let word = self.c.get(slot);
            drops.push(self.slot(slot, word));
            self.frames.forget(frame, slot);
        }
        let (finished, none) = (self.b.const_int(State::Finished as i64), self.b.const_int(0));
        self.set_generator_field(g.ir, MemTy::U32, offset_of!(Generator, live), none);
        self.set_generator_field(g.ir, MemTy::U8, offset_of!(Generator, state), finished);
        self.frames.pop();
        let frame = self.frames.count() - 1;
        if resumed_by.op == Op::ForIter {
            drops.push(result);
            drops.extend(self.give_up_slot(frame, resumed_by.a));
        } else {
            self.frames.set_entry(frame, resumed_by.c, result);
        }
        for e in drops {
            self.orphan(e);
            self.drop_sym(e);
        }
        self.c.pop_frame(Owned(result.word))
    }

    /// Loops in an inlined generator that come round too often without a yield make it one that is called.
    pub(super) fn resume_out_of_line(&mut self) {
        let top = self.frames.top();
        if top.generator {
            top.code.entry.branches.set(u32::MAX);
        }
    }
}
