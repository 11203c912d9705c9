//! Exceptions in traces: from the instruction that raises to the handler, if that is in a frame of the trace.
//!
//! What [`taipan_runtime::sem::unwind`] does to the interpreter's frames is done to the trace's at the same time:
//! inlined frames end, operands are dropped, traceback entries are made by helpers. An exception that no frame of the
//! trace handles leaves it (`ExitKind::Raise`), and so does one that was not there when the trace was recorded: a
//! side trace then starts with it.

use super::{Abort, Concrete, Recorder, Sym};
use crate::ir::{ExitKind, Ref as IrRef, Source, Terminator};
use taipan_runtime::exec::code::Handler;
use taipan_runtime::exec::insn::{A_TEMP, B_TEMP, DST_LOCAL, Insn, KEYWORDS, Op};
use taipan_runtime::helper::Helper;
use taipan_runtime::helpers;
use taipan_runtime::protocol::operator::Operator;
use taipan_runtime::sem::operators::{Finish, finish};
use taipan_runtime::value::{UNBOUND, Value};

/// Where the exception that is being recorded comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raised {
    /// Nowhere that the trace knows: another time the instruction may not raise.
    Perhaps,
    /// An instruction that always raises.
    Surely,
    /// The exit that the trace continues.
    AtStart,
}

/// Helpers that always raise.
pub(super) fn always_raises(h: &'static Helper) -> bool {
    [&helpers::RAISE, &helpers::RAISE_FROM, &helpers::RERAISE].into_iter().any(|r| std::ptr::eq(r, h))
}

impl<C: Concrete> Recorder<C> {
    /// The index of the instruction that a frame is at.
    fn index(&self, frame: usize, innermost: *const Insn) -> usize {
        let f = self.frames.at(frame);
        f.code.index_of(if frame + 1 == self.frames.count() { innermost } else { f.call })
    }

    /// The innermost frame of the trace that handles an exception raised at this instruction.
    fn handler(&self, at: *const Insn) -> Option<(usize, Handler)> {
        for k in (0..self.frames.count()).rev() {
            let f = self.frames.at(k);
            if let Some(h) = f.code.handler(self.index(k, at)) {
                return Some((k, h));
            }
            if f.generator {
                // How a generator ends by an exception is the interpreter's business.
                return None;
            }
        }
        None
    }

    /// Is an exception raised by the current instruction handled in the trace?
    pub(super) fn handles(&self) -> bool {
        self.handler(self.c.current()).is_some()
    }

    /// An exception has been raised. `true`: the trace (and the concrete machine) goes on in its handler.
    /// Otherwise it ends, and the exception is still to be handled.
    pub fn unwind(&mut self, add_traceback: bool) -> bool {
        let raised = std::mem::replace(&mut self.raised, Raised::Perhaps);
        if self.abort.is_some() || self.done.is_some() {
            return false;
        }
        let at = match raised {
            Raised::Perhaps => return false,
            Raised::Surely => self.c.current(),
            Raised::AtStart => self.c.upcoming(),
        };
        let Some((frame, handler)) = self.handler(at) else {
            if raised == Raised::AtStart {
                self.give_up(Abort::Raised);
            } else {
                let snap = self.snapshot_at(ExitKind::Raise, at, None);
                self.done = Some(Terminator::Exit(snap));
            }
            return false;
        };
        let index = self.index(frame, at);
        self.end_frames(frame, handler, at, add_traceback);
        let exception = match self.raising.take() {
            Some(raising) => self.caught(raising),
            None => {
                if self.handling != 0 {
                    self.b.call(&helpers::LINK_RAISED, &[]);
                }
                self.b.call(&helpers::TAKE_RAISED, &[])
            }
        };
        self.c.unwind(add_traceback, raised == Raised::AtStart);
        let mut slot = (self.frames.at(frame).code.locals + u32::from(handler.depth)) as u16;
        if handler.lasti {
            let word = Value::small_int(index as i64);
            let ir = self.b.const_val(word);
            self.frames.set_entry(frame, slot, Sym { word, ir, owned: true });
            slot += 1;
        }
        let word = self.c.get(slot);
        self.frames.set_entry(frame, slot, Sym { word, ir: exception, owned: true });
        self.fresh = false;
        true
    }

    /// The frames above the handler's end; in the handler's, operands are dropped. Each gets its traceback entry.
    fn end_frames(&mut self, frame: usize, handler: Handler, at: *const Insn, add_traceback: bool) {
        let mut callee: Option<u32> = None;
        for k in (frame..self.frames.count()).rev() {
            let f = self.frames.at(k);
            let index = f.code.index_of(if callee.is_none() { at } else { f.call });
            if add_traceback || callee.is_some() {
                self.traceback_entry(k, index);
            }
            let f = self.frames.at(k);
            let (locals, depth) = (f.code.locals, u32::from(f.code.depth[index]));
            // While a callee ran, the slots from its first one on were the callee's.
            let live = callee.map_or(locals + depth, |first| first.min(locals + depth));
            let from = if k == frame { locals + u32::from(handler.depth) } else { 0 };
            let mut drops = Vec::new();
            for slot in from as u16..live as u16 {
                drops.extend(self.give_up_slot(k, slot));
            }
            if k > frame {
                let ended = self.frames.pop();
                callee = Some(ended.first.into());
                drops.extend(ended.instance);
            }
            for e in drops.into_iter().rev() {
                self.orphan(e);
                self.drop_sym(e);
            }
        }
    }

    /// What memory holds in a slot of the base frame that the trace has not touched.
    pub(super) fn memory_slot(&mut self, slot: u16) -> Sym {
        let ir = self.b.slot_load(0, slot.into());
        Sym { word: UNBOUND, ir, owned: true }
    }

    /// The raised exception's traceback gets an entry for a frame.
    fn traceback_entry(&mut self, frame: usize, index: usize) {
        if let Some(raising) = self.raising {
            match self.inline_entry(raising, frame, index) {
                Some(raising) => self.raising = Some(raising),
                None => self.give_up(Abort::Span),
            }
            return;
        }
        let f = self.frames.at(frame);
        let lasti = i64::from(f.code.unit[index]) * 2;
        let (function, code) = (f.function, f.code);
        let lasti = self.b.const_int(lasti);
        if frame == 0 {
            self.b.call(&helpers::TRACE_FRAME, &[lasti]);
            return;
        }
        if code.locals as usize > super::SCRATCH_WORDS {
            self.give_up(Abort::Span);
            return;
        }
        let locals: Vec<Sym> = (0..code.locals as u16)
            .map(|slot| self.held(frame, slot).unwrap_or_else(|| self.unbound()))
            .collect();
        let words = self.lend(&locals);
        let span: IrRef = self.span(&words);
        let function = match self.frame_function(frame) {
            Some(f) => f.ir,
            None => self.constant_word(function.value()),
        };
        self.b.call(&helpers::TRACE_INLINED, &[function, lasti, span]);
        self.drop_boxes(&locals, &words);
        self.drop_boxes(&locals, &words);
    }

    fn unbound(&mut self) -> Sym {
        let ir = self.b.const_val(UNBOUND);
        Sym { word: UNBOUND, ir, owned: true }
    }

    /// The current instruction has raised, by a call with this result (zero): from here on it surely does; where it
    /// does not, the trace is left behind the instruction. Not for instructions that do something else with a result
    /// than put it into their destination.
    pub(super) fn guard_raises(&mut self, ir: IrRef) {
        let i = self.insn();
        let Some(operands) = operands(i) else { return };
        let frame = self.frames.count() - 1;
        let mut gone = Vec::new();
        for slot in operands {
            gone.extend(self.frames.entry(frame, slot));
        }
        if i.has(DST_LOCAL) {
            let now = self.c.get(i.c);
            gone.push(self.slot(i.c, now));
        }
        let here = self.c.current();
        let mut s = self.state_at(ExitKind::Behind, here.wrapping_add(1), Some((i.c, ir)));
        let owned = gone.into_iter().filter(|e| e.owned && self.counted(e.ir));
        s.drops.extend(owned.map(|e| Source::Ref(e.ir)));
        let snap = self.b.snapshot(s);
        self.b.guard_word(ir, 0, snap);
        self.raised = Raised::Surely;
    }
}

/// The slots of an instruction's operands on the operand stack, all of which are dropped when its result is put.
fn operands(i: Insn) -> Option<Vec<u16>> {
    let keywords = u16::from(i.has(KEYWORDS));
    match (i.op, finish(i)) {
        (Op::Call, _) => Some((i.a..=i.a + i.d as u16 + keywords).collect()),
        (Op::CallMethod, _) => Some((i.a..=i.a + 1 + i.d as u16 + keywords).collect()),
        (Op::GetIter, _) | (_, Some(Finish::Put(None | Some((Operator::Binary(..), _))))) => {
            let slots = [(A_TEMP, i.a), (B_TEMP, i.b)].into_iter();
            Some(slots.filter(|(flag, _)| i.has(*flag)).map(|s| s.1).collect())
        }
        _ => None,
    }
}
