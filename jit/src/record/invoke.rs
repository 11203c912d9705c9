//! Calls that are not inlined: the callee's function region is called by machine code.
//!
//! A call is inlined as long as that pays: not where the callee's code runs in the trace already (recursion) or has
//! loops (they have regions of their own, which go on in their base frame), where
//! traces have kept branching in it, or where the trace is deep or long. Otherwise the callee runs out of line, in a
//! frame of its own: by its region's code, or in the interpreter until it has one. The recorder itself calls it like
//! any other callable.

use super::{Abort, Concrete, MAX_FRAMES, Recorder, SCRATCH_WORDS, Sym};
use crate::ir::{Callee, ExitKind, Ref as IrRef, Through};
use crate::memory::interpret;
use taipan_runtime::exec::code::ExecCode;
use taipan_runtime::exec::insn::{Insn, KEYWORDS, Op};
use taipan_runtime::helpers;
use taipan_runtime::machine::{Exit, Machine, Owned, Step};
use taipan_runtime::object::{Kind, P};
use taipan_runtime::types::function::Function;

/// Code in which so many side traces have started where it was inlined is called from then on.
const BRANCHY: u32 = 16;
/// The same for code that calls itself, be it by way of others: each branch in it multiplies those below.
const BRANCHY_RECURSIVE: u32 = 4;
/// Frames of one code in a trace at most: recursion is inlined so far.
const RECURSION: usize = 2;
/// Code of so few instructions recurses deeper in a trace.
const SMALL: usize = 18;
/// See [`SMALL`].
const SMALL_RECURSION: usize = 3;
/// A trace of more ops than this inlines no recursion any more: what branches a lot would fill the region.
const RECURSION_OPS: usize = 150;
/// Calls ask for room for so many slots at least.
const ROOM: u32 = 256;
/// A trace of more ops than this inlines nothing any more.
pub(super) const INLINE_OPS: usize = 1200;

/// The number of side traces in inlined code from which on it is called.
pub fn branchy(code: &ExecCode) -> u32 {
    if code.entry.recursive.get() { BRANCHY_RECURSIVE } else { BRANCHY }
}

impl<C: Concrete> Recorder<C> {
    /// Is a call of this code left out of line?
    pub(super) fn out_of_line(&mut self, code: &'static ExecCode) -> bool {
        let entry = &code.entry;
        let depth = self.frames.running(code);
        if depth > 0 {
            self.frames.cycle(code).for_each(|c| c.entry.recursive.set(true));
        }
        let ops = if depth == 0 { INLINE_OPS } else { RECURSION_OPS };
        let recursion = if code.insns.len() <= SMALL { SMALL_RECURSION } else { RECURSION };
        let inline = depth < recursion
            && code.loops.is_empty()
            && self.frames.count() < MAX_FRAMES
            && self.b.len() <= ops
            && entry.branches.get() < branchy(code);
        if !inline && entry.native.get() == 0 {
            entry.native.set(interpret as *const () as usize);
        }
        !inline
    }

    /// Is a call of this function left to the call helper? Out of line, it would run with other global names than the
    /// machine code of its code knows.
    pub(super) fn foreign(&mut self, f: P<Function>) -> bool {
        !self.c.calls(f) && self.out_of_line(f.exec())
    }

    /// Call the function with these arguments, in the order of its slots. They come from the operands of the current
    /// instruction, which are gone afterwards.
    pub(super) fn invoke(&mut self, f: P<Function>, code: &'static ExecCode, args: Vec<Sym>) -> Step {
        if !self.c.calls(f) {
            self.give_up(Abort::Special);
        }
        let i = self.insn();
        let slots = code.frame_slots + SCRATCH_WORDS as u32;
        let snap = self.snapshot(ExitKind::Interpret);
        // So much that one guard does for the calls behind it, too.
        let room = self.b.const_int(slots.next_power_of_two().max(ROOM).into());
        self.b.guard_room(room, self.base_slots().into(), snap);
        let args: Vec<_> = args
            .into_iter()
            .map(|s| {
                let s = self.own(s);
                self.tagged(s)
            })
            .collect();
        let frame = self.frames.count() - 1;
        let (span, below) =
            if i.op == Op::CallMethod { (&helpers::CALL_METHOD, 2) } else { (&helpers::CALL, 1) };
        let keywords = i.has(KEYWORDS);
        let words = i.d as u16 + below + u16::from(keywords);
        self.forget_arguments(frame, i, below);
        self.secure();
        self.has_inlined |= self.frames.count() > 1;
        if self.expects_quiet {
            self.expect_stable();
        }
        let (callee, functions) = self.callee_record(f, code, slots);
        let ir = self.b.invoke(callee, &[args, functions].concat());
        let result = self.watched(|c| c.call_span(span, i.a, i.d as u32, keywords.into()));
        let Ok(Owned(word)) = result else {
            self.b.disturb();
            self.disturbed();
            self.guard_raises(ir);
            return Err(Exit::Raised);
        };
        self.guard_raised(&helpers::CALL, ir);
        if !self.expects_quiet {
            self.b.disturb();
            self.disturbed();
        }
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

    /// The call that is running in a frame.
    pub(super) fn running_call(&self, frame: usize) -> *const Insn {
        let (f, current) = (self.frames.at(frame), self.c.current());
        // When an inlined frame has ended, the instruction still is its last.
        if frame + 1 == self.frames.count() && f.code.has(current) { current } else { f.call }
    }

    /// See [`Callee::base_slots`].
    pub(super) fn base_slots(&self) -> u32 {
        let base = self.frames.at(0);
        let generator = base.code.generator_kind() != Kind::Function;
        if generator { 0 } else { base.code.frame_slots + SCRATCH_WORDS as u32 }
    }

    /// The arguments have moved: `self` too, of a method.
    fn forget_arguments(&mut self, frame: usize, i: Insn, below: u16) {
        let first = if below == 2 { i.a + 1 } else { i.a + below };
        for slot in first..i.a + below + i.d as u16 {
            self.frames.forget(frame, slot);
        }
    }

    /// The inlined ones of the first so many frames, their functions as recorded, and those that are generators.
    pub(super) fn through(&self, count: usize) -> (Vec<Through>, Vec<IrRef>) {
        let mut generators = Vec::new();
        let mut first = 0;
        let one = |k| {
            let t = self.frames.at(k);
            first += u32::from(t.first);
            generators.extend(t.callee.filter(|_| t.generator).map(|g| g.ir));
            Through {
                function: t.function.as_ptr() as u64,
                code: std::ptr::from_ref(t.code) as u64,
                call: self.running_call(k) as u64,
                first,
                generator: t.generator,
            }
        };
        ((1..count).map(one).collect(), generators)
    }

    /// What the callee's record and those of the inlined frames below it hold, and the functions among
    /// that which are no constants.
    fn callee_record(&mut self, f: P<Function>, code: &'static ExecCode, slots: u32) -> (Callee, Vec<IrRef>) {
        let frames = 1..self.frames.count();
        let callees: Vec<Option<Sym>> = frames.map(|k| self.frame_function(k)).collect();
        let mut functions = Vec::new();
        let mut function = |f: P<Function>, dynamic: Option<Sym>| match dynamic {
            Some(s) => {
                functions.push(s.ir);
                0
            }
            None => f.as_ptr() as u64,
        };
        let called = self.called.take();
        if called.is_none() {
            self.grounds.keep.push(f.own());
        }
        let own = function(f, called);
        let (mut through, _) = self.through(self.frames.count());
        for (k, (t, callee)) in through.iter_mut().zip(callees).enumerate() {
            t.function = function(self.frames.at(k + 1).function, callee);
        }
        let callee = Callee {
            entry: code.entry.native.as_ptr() as u64,
            function: own,
            code: std::ptr::from_ref(code) as u64,
            call: self.running_call(0) as u64,
            locals: code.locals,
            frame_slots: slots,
            base_slots: self.base_slots(),
            through,
        };
        (callee, functions)
    }
}
