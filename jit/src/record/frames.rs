//! The recorder's view of the frames: which IR value each slot holds.

use super::Sym;
use crate::ir::{FrameShape, Ref as IrRef};
use std::cell::Cell;
use taipan_runtime::exec::code::ExecCode;
use taipan_runtime::exec::insn::Insn;
use taipan_runtime::object::P;
use taipan_runtime::types::function::Function;
use taipan_runtime::value::{UNBOUND, Value};

/// A frame as it is when the recording starts, outermost first.
pub struct StartFrame {
    /// The code.
    pub code: &'static ExecCode,
    /// The function.
    pub function: P<Function>,
    /// The call that is running in it (of the innermost: anything).
    pub call: *const Insn,
    /// The caller's slot that is this frame's first.
    pub first: u16,
    /// The instance that an `__init__` call results in.
    pub instance: Option<Value>,
    /// Is it an inlined generator's?
    pub generator: bool,
    /// Of an exit's frame: the slots that it lists.
    pub listed: Vec<u32>,
}

impl StartFrame {
    /// The frame of a function that is called at `call`, with its arguments in its slots.
    pub fn of_callee(
        code: &'static ExecCode,
        function: P<Function>,
        call: *const Insn,
        first: u16,
    ) -> StartFrame {
        StartFrame { code, function, call, first, instance: None, generator: false, listed: Vec::new() }
    }
}

/// What a region begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Head {
    /// The header of a loop.
    Loop,
    /// A function's start.
    Function,
    /// Where a generator goes on when it is resumed.
    Resumption,
}

/// The frames that a recording starts in: one for a root, an exit's for a side fragment.
pub struct Start {
    /// Outermost first.
    pub frames: Vec<StartFrame>,
    /// Is it a root, not an exit's?
    pub root: bool,
    /// What the region begins with.
    pub head: Head,
    /// Nothing is assumed about functions and classes at the first instruction.
    pub generic: bool,
    /// Something was disturbed that was not expected to be: calls out of line are expected to disturb everything.
    pub disturbed: bool,
    /// What has been called last may have looked at inlined frames.
    pub unsettled: bool,
    /// Of a loop: it need not be a turn of the loop, but may be the way out of it.
    pub any_way: bool,
    /// For tests: give up after so many instructions.
    pub abandon_after: Option<u32>,
    /// Has an exception been raised, which is to be handled first?
    pub raised: bool,
    /// Where it may end, as other paths come there.
    pub joins: Vec<JoinPoint>,
    /// The region's word that is not zero as long as what it relies on holds.
    pub validity: *const Cell<u32>,
}

/// A state that other paths of the region have been in: what comes behind it is recorded once for all.
pub struct JoinPoint {
    /// The frames' shapes.
    pub shape: Vec<FrameShape>,
    /// The fragment that starts there, if there is one already.
    pub fragment: Option<u32>,
}

/// A frame of the trace.
pub struct TraceFrame {
    /// The code.
    pub code: &'static ExecCode,
    /// The function.
    pub function: P<Function>,
    /// The call that is running in it, while there is a callee.
    pub call: *const Insn,
    /// The caller's slot that is this frame's first.
    pub first: u16,
    /// What an `__init__` call results in.
    pub instance: Option<Sym>,
    /// The function where it is no constant, the generator where it is an inlined one's: borrowed of the caller's slot.
    pub callee: Option<Sym>,
    /// Is it an inlined generator's?
    pub generator: bool,
    /// Its number among the frames that the recording started in.
    input: Option<u32>,
    slots: Vec<Option<Entry>>,
}

#[derive(Clone, Copy)]
struct Entry {
    sym: Sym,
    /// The slot still holds what it held when the recording started: snapshots need not list it.
    unchanged: bool,
}

impl TraceFrame {
    /// The slots below `depth` that snapshots list.
    pub fn entries(&self, depth: u32) -> impl Iterator<Item = (u32, Sym)> + '_ {
        // The others' slots are in memory.
        let inner = self.input != Some(0) && !self.generator;
        self.slots.iter().enumerate().take(depth as usize).filter_map(move |(i, e)| {
            let e = (*e)?;
            (inner || !e.unchanged).then_some((i as u32, e.sym))
        })
    }
    fn new(f: StartFrame, input: Option<u32>) -> TraceFrame {
        let slots = vec![None; f.code.frame_slots as usize];
        TraceFrame {
            code: f.code,
            function: f.function,
            call: f.call,
            first: f.first,
            instance: None,
            callee: None,
            generator: f.generator,
            input,
            slots,
        }
    }
}

/// All frames of the trace, outermost first.
pub struct Frames {
    frames: Vec<TraceFrame>,
    /// What a slot holds whose word was moved away: the constant `UNBOUND`.
    dead: Sym,
}

impl Frames {
    /// The frames at the start of a recording.
    pub fn new(start: Start, dead: IrRef) -> Frames {
        let numbered = start.frames.into_iter().enumerate();
        let frames = numbered.map(|(i, f)| TraceFrame::new(f, Some(i as u32))).collect();
        Frames { frames, dead: Sym { word: UNBOUND, ir: dead, owned: true } }
    }
    /// Their number.
    pub fn count(&self) -> usize {
        self.frames.len()
    }
    /// Frame `k`, counted from the outermost.
    pub fn at(&self, k: usize) -> &TraceFrame {
        &self.frames[k]
    }
    /// A local of the base frame is unbound when the region is entered.
    pub fn set_unbound(&mut self, slot: u16) {
        self.put(0, slot, Entry { sym: self.dead, unchanged: true });
    }
    /// How many frames of the trace run this code?
    pub fn running(&self, code: &ExecCode) -> usize {
        self.frames.iter().filter(|f| std::ptr::eq(f.code, code)).count()
    }
    /// What runs in the frames from the last of this code on.
    pub fn cycle(&self, code: &ExecCode) -> impl Iterator<Item = &'static ExecCode> {
        let last = self.frames.iter().rposition(|f| std::ptr::eq(f.code, code)).unwrap_or(self.frames.len());
        self.frames[last..].iter().map(|f| f.code)
    }
    /// An inlined frame that the recording starts in.
    pub fn inlined(&mut self, k: usize) -> &mut TraceFrame {
        &mut self.frames[k]
    }
    /// The innermost frame.
    pub fn top(&mut self) -> &mut TraceFrame {
        self.frames.last_mut().expect("the base frame is never popped")
    }
    /// The number of a frame in the recording's start.
    pub fn input(&self, k: usize) -> Option<u32> {
        self.frames[k].input
    }
    /// What a slot holds, if the trace knows.
    pub fn entry(&self, frame: usize, slot: u16) -> Option<Sym> {
        self.frames[frame].slots.get(slot as usize).copied().flatten().map(|e| e.sym)
    }
    /// The slot holds this now.
    pub fn set_entry(&mut self, frame: usize, slot: u16, sym: Sym) {
        self.put(frame, slot, Entry { sym, unchanged: false });
    }
    /// The slot was read for the first time.
    pub fn set_loaded(&mut self, frame: usize, slot: u16, sym: Sym) {
        self.put(frame, slot, Entry { sym, unchanged: true });
    }
    fn put(&mut self, frame: usize, slot: u16, e: Entry) {
        let slots = &mut self.frames[frame].slots;
        if slots.len() <= slot as usize {
            slots.resize(slot as usize + 1, None);
        }
        slots[slot as usize] = Some(e);
    }
    /// The slot's word was moved away: nothing of it is live.
    pub fn forget(&mut self, frame: usize, slot: u16) {
        self.put(frame, slot, Entry { sym: self.dead, unchanged: false });
    }
    /// A callee's frame. `callee`: the function, where it is no constant.
    pub fn push(&mut self, f: StartFrame, callee: Option<Sym>, args: Vec<Sym>) {
        let mut t = TraceFrame::new(f, None);
        t.callee = callee;
        for (i, a) in args.into_iter().enumerate() {
            t.slots[i] = Some(Entry { sym: a, unchanged: false });
        }
        self.frames.push(t);
    }
    /// The innermost frame ends.
    pub fn pop(&mut self) -> TraceFrame {
        self.frames.pop().expect("the base frame is never popped")
    }
    /// The locals of a popped frame.
    pub fn locals(f: &TraceFrame) -> Vec<Option<Sym>> {
        f.slots.iter().take(f.code.locals as usize).map(|e| e.map(|e| e.sym)).collect()
    }

    fn all(&self) -> impl Iterator<Item = (usize, u16, Entry)> + '_ {
        let n = self.frames.len();
        self.frames.iter().enumerate().flat_map(move |(k, f)| {
            // While a callee runs, the slots from its first one on are the callee's.
            let end = if k + 1 < n { self.frames[k + 1].first as usize } else { f.slots.len() };
            let slots = f.slots.iter().enumerate().take(end);
            slots.filter_map(move |(i, e)| e.map(|e| (k, i as u16, e)))
        })
    }
    /// Slots that borrow a word which no other slot owns.
    pub fn borrowed_without_owner(&self) -> Vec<(usize, u16)> {
        let owned: Vec<IrRef> =
            self.all().filter(|(_, _, e)| e.sym.owned).map(|(_, _, e)| e.sym.ir).collect();
        self.all()
            .filter(|(_, _, e)| !e.sym.owned && !owned.contains(&e.sym.ir))
            .map(|(k, i, _)| (k, i))
            .collect()
    }
    /// Slots that borrow this word.
    pub fn borrowers_of(&self, r: IrRef) -> Vec<(usize, u16)> {
        self.all().filter(|(_, _, e)| !e.sym.owned && e.sym.ir == r).map(|(k, i, _)| (k, i)).collect()
    }
    /// Slots that borrow.
    pub fn borrowed(&self) -> Vec<(usize, u16)> {
        self.all().filter(|(_, _, e)| !e.sym.owned).map(|(k, i, _)| (k, i)).collect()
    }
}
