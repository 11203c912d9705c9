//! The recorder: the machine that does the real thing and emits IR.
//!
//! It wraps a concrete machine (the interpreter's): every method has its effect there, so that a recording can be
//! abandoned at any instruction, the concrete state simply being the interpreter's. Beside it, `frames` says for
//! every slot which IR value it holds and who owns the reference.
//!
//! # Ownership
//! A slot's word is *owned* (the trace has counted it, or took over a count) or *borrowed* (something else owns it:
//! another slot, a container, a constant). Loads of locals and of container items start out borrowed; before
//! anything that may drop the owner (a call, a count that goes down) the borrowed words that need it are counted.
//! What has not been counted is marked in the snapshots, and the exit counts it.

mod alloc;
mod bound;
mod dicts;
mod emit;
mod exceptions;
mod frames;
mod generators;
mod helper;
mod invoke;
mod join;
mod leave;
mod lookups;
mod machine;
mod numbers;
mod operators;
mod span;
mod unwind;
mod wide;

pub use frames::{Frames, Head, JoinPoint, Start, StartFrame};
pub use invoke::branchy;
pub use join::Joined;
pub use unwind::Raised;

use crate::ir::{
    Const, ExitKind, FUNC_SLOT, Fragment, FragmentBuilder, FrameState, INSTANCE_SLOT, Mem, MemTy,
    Ref as IrRef, SlotValue, SnapId, Snapshot, Source, Terminator, Ty,
};
use std::cell::Cell;
use std::collections::HashMap;
use std::mem::offset_of;
use std::rc::Rc;
use taipan_runtime::exec::cache::Counter;
use taipan_runtime::exec::insn::{Insn, Op};
use taipan_runtime::frame::Watch;
use taipan_runtime::machine::{Alias, Machine};
use taipan_runtime::object::{Kind, P, Ref};
use taipan_runtime::thread::{CHANGES_SHIFT, Thread};
use taipan_runtime::types::function::Function;
use taipan_runtime::value::Value;
use taipan_runtime::watch::Assumption;

/// Why a recording was given up: one row a reason.
macro_rules! abort_reasons {
    ($($name:ident $text:literal;)*) => {
        /// Why a recording was given up.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Abort { $(#[doc = $text] $name,)* }
        impl Abort {
            /// The reason in words.
            pub fn text(self) -> &'static str {
                match self { $(Abort::$name => $text,)* }
            }
        }
    };
}
abort_reasons! {
    TooLong "the trace got too long";
    TooDeep "too many inlined calls";
    Special "an instruction that cannot be recorded";
    InnerLoop "an inner loop";
    Raised "an exception";
    Left "the traced frame was left";
    LastTurn "the loop's last turn";
    Frames "a callee that looks at the frames";
    Changed "it changes what it relies on";
    Abandoned "abandoned, for a test";
    Span "a call with too many arguments";
}

/// The concrete machine under a recorder.
pub trait Concrete: Machine<V = Value, Int = i64, Flt = f64, Bool = bool, Base = *mut Value> {
    /// The instruction being executed.
    fn current(&self) -> *const Insn;
    /// The instruction that comes next.
    fn upcoming(&self) -> *const Insn;
    /// The frame's `pc` becomes the instruction that comes next.
    fn save_upcoming(&self);
    /// A helper is called: watch whether it looks at the frames.
    fn watch(&self) -> Watch;
    /// It has returned: has it?
    fn unwatch(&self, watch: Watch) -> bool;
    /// May the innermost frame go on in the machine code of this loop of its code, whenever there is some?
    fn links(&self, counter: &Counter) -> bool;
    /// May machine code call this function, whenever there is machine code for it?
    fn calls(&self, f: P<Function>) -> bool;
    /// The raised exception is handled in some frame: go on there. The instruction that raised is the current one, or
    /// (`saved`) the one at the frame's `pc`.
    fn unwind(&mut self, add_traceback: bool, saved: bool);
    /// The thread's counts of events and changes.
    fn counts(&self) -> Counts;
    /// The word of the thread's field for the exception being handled.
    fn handled(&self) -> u64;
    /// Is no exception being handled?
    fn handles_nothing(&self) -> bool;
    /// Attribute cache `d` learns from its next miss, however often it has missed.
    fn relearn(&self, d: i32);
}

/// `Thread::events` and `Thread::changes`.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    /// Of events.
    pub events: u64,
    /// Of changes among them.
    pub changes: u64,
}

/// A value of the recorder: the concrete word, and the IR value that stands for it (raw, where it is a boxed int,
/// float or bool).
#[derive(Clone, Copy, Debug)]
pub struct Sym {
    /// What it is now.
    pub word: Value,
    /// What it is in the trace.
    pub ir: IrRef,
    /// Does the trace own a count for it?
    pub owned: bool,
}

/// A raw value of the recorder.
#[derive(Clone, Copy, Debug)]
pub struct Raw<T> {
    /// What it is now.
    pub now: T,
    /// What it is in the trace.
    pub ir: IrRef,
}

/// The address of an array of words.
#[derive(Clone, Copy, Debug)]
pub struct Array {
    /// What it is now.
    pub now: *mut Value,
    /// In the trace: this address, or (`behind`) that of the object behind whose struct of so many bytes it lies.
    pub ir: IrRef,
    /// See `ir`.
    pub behind: Option<u32>,
}

/// What is known of an IR value of type `val`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// An immediate that is no float: never counted.
    Immediate,
    /// A float: counted only if it is no flonum.
    Float,
    /// An int: counted only if it is an object.
    Int,
    /// An object with this id.
    Object(u32),
}

/// Ops recorded at most.
pub const MAX_OPS: usize = 4000;
/// Inlined frames at most.
pub const MAX_FRAMES: usize = 8;
/// The validity word of a region that may run; see [`Start::validity`].
pub const VALID: u32 = 1;
/// Words behind the base frame's slots that machine code may use for spans.
pub const SCRATCH_WORDS: usize = 64;

/// What a fragment relies on.
#[derive(Default)]
pub struct Grounds {
    /// Objects that its constants refer to: they are to stay alive.
    pub keep: Vec<Ref>,
    /// What is watched.
    pub assumptions: Vec<Rc<Assumption>>,
}

/// How a recording ended.
pub enum Outcome {
    /// A fragment.
    Done(Box<Fragment>, Grounds),
    /// The same, and where it has come together with other paths.
    Joined(Box<Fragment>, Grounds, Joined),
    /// Nothing, for this reason, at this operation.
    Aborted(Abort, Op),
}

/// See the module's page.
pub struct Recorder<C: Concrete> {
    c: C,
    b: FragmentBuilder,
    frames: Frames,
    known: HashMap<IrRef, Known>,
    /// The words of ints that were boxed in the trace.
    wides: HashMap<IrRef, wide::Wide>,
    grounds: Grounds,
    /// See [`Start::validity`].
    validity: *const Cell<u32>,
    /// The header of the region's loop: where the trace closes.
    header: *const Insn,
    /// The last instruction of the loop, where the trace must not leave it; else the last of all.
    body_end: *const Insn,
    /// No instruction has been recorded yet.
    fresh: bool,
    /// Records a root, not a side fragment.
    root: bool,
    /// What the region begins with. A function's ends where the function returns, a resumption's at the next yield.
    head: Head,
    /// The instruction at which the trace starts, where so many traces start already, each for another function, class or
    /// shape, that this one assumes nothing about them there.
    generic: Option<*const Insn>,
    /// How many handlers the trace has begun and not ended.
    handling: i32,
    /// What is in dicts that the trace has made.
    dicts: HashMap<IrRef, dicts::Items>,
    /// The exception that the trace is raising itself.
    raising: Option<exceptions::Raising>,
    /// The function that is about to be called, where it is no constant.
    called: Option<Sym>,
    /// How the arguments of the constructor that is about to be called become its slots.
    planned: Option<bound::Plan>,
    /// Instructions after which the recording is abandoned.
    left: Option<u32>,
    /// Where the exception comes from that is being raised.
    raised: Raised,
    /// The count of events (or, where it has `invoked`, of changes) that the trace read before the current instruction
    /// did what may move it.
    quiet: Option<IrRef>,
    /// Are calls out of line expected to move no events?
    expects_quiet: bool,
    /// The instruction has called a Python function out of line.
    invoked: bool,
    /// The instruction has called what may look at inlined frames.
    has_inlined: bool,
    /// The innermost frame ends: its locals are being dropped.
    ending: bool,
    /// The counts as they were when the instruction began.
    counts: Counts,
    /// Back edges to other headers that were followed.
    inner: HashMap<usize, u32>,
    /// Why the recording ends without a trace, and at which operation.
    abort: Option<(Abort, Op)>,
    done: Option<Terminator>,
    /// Where the trace may end, as other paths come there.
    joins: Vec<JoinPoint>,
    joined: Option<Joined>,
}

impl<C: Concrete> Recorder<C> {
    /// A recorder that starts at the concrete machine's upcoming instruction. `header` is where the region's loop
    /// begins, and `start` what the frames hold.
    pub fn new(c: C, header: *const Insn, mut start: Start) -> Recorder<C> {
        let raised = if start.raised { Raised::AtStart } else { Raised::Perhaps };
        let expects_quiet = !start.disturbed;
        let unsettled = start.unsettled;
        let mut b = FragmentBuilder::new();
        let (root, head, left, generic) = (start.root, start.head, start.abandon_after, start.generic);
        let any_way = start.any_way;
        let (joins, validity) = (std::mem::take(&mut start.joins), start.validity);
        let base = (start.frames[0].code, start.frames[0].listed.clone());
        let inner: Vec<(usize, Vec<u32>, Option<Value>, Value)> = (start.frames.iter().enumerate().skip(1))
            .map(|(k, f)| (k, f.listed.clone(), f.instance, f.function.value()))
            .collect();
        let unbound = b.const_val(taipan_runtime::value::UNBOUND);
        let mut frames = Frames::new(start, unbound);
        for (k, listed, instance, function) in inner {
            for slot in listed {
                let ir = b.slot_load(k as u32, slot);
                let word = taipan_runtime::value::UNBOUND;
                match (slot, instance) {
                    (INSTANCE_SLOT, Some(word)) => {
                        frames.inlined(k).instance = Some(Sym { word, ir, owned: true });
                    }
                    (FUNC_SLOT, _) => {
                        frames.inlined(k).callee = Some(Sym { word: function, ir, owned: false });
                    }
                    _ => frames.set_entry(k, slot as u16, Sym { word, ir, owned: true }),
                }
            }
        }
        if head == Head::Function {
            // A function starts with its parameters; what the exit does not list is as it was then.
            for slot in base.0.parameters..base.0.locals {
                if !base.1.contains(&slot) {
                    frames.set_unbound(slot as u16);
                }
            }
        }
        let counts = c.counts();
        let turns = root && head == Head::Loop && !any_way;
        let body_end = if turns { base.0.loop_end(header) } else { usize::MAX as *const Insn };
        let generic = generic.then(|| c.upcoming());
        let mut recorder = Recorder {
            c,
            b,
            frames,
            known: HashMap::new(),
            wides: HashMap::new(),
            grounds: Grounds::default(),
            validity,
            header,
            body_end,
            fresh: true,
            root,
            head,
            called: None,
            planned: None,
            handling: 0,
            raising: None,
            dicts: HashMap::new(),
            generic,
            left,
            raised,
            quiet: None,
            expects_quiet,
            invoked: false,
            has_inlined: false,
            ending: false,
            counts,
            inner: HashMap::new(),
            abort: None,
            done: None,
            joins,
            joined: None,
        };
        recorder.has_inlined = unsettled;
        if root && head == Head::Function {
            let snap = recorder.snapshot_at(ExitKind::Poll, base.0.start(), None);
            recorder.b.poll(snap);
        }
        recorder
    }

    /// The recording's outcome, and the concrete machine as it is now.
    pub fn finish(self) -> (Outcome, C) {
        let outcome = match (self.abort, self.done) {
            (None, Some(_)) if self.grounds.assumptions.iter().any(|a| !a.holds()) => {
                Outcome::Aborted(Abort::Changed, self.insn().op)
            }
            (None, Some(term)) => {
                let (fragment, grounds) = (Box::new(self.b.finish(term)), self.grounds);
                match self.joined {
                    Some(joined) => Outcome::Joined(fragment, grounds, joined),
                    None => Outcome::Done(fragment, grounds),
                }
            }
            (Some((abort, op)), _) => Outcome::Aborted(abort, op),
            (None, None) => Outcome::Aborted(Abort::Raised, self.insn().op),
        };
        (outcome, self.c)
    }

    fn give_up(&mut self, why: Abort) {
        if self.abort.is_none() && self.done.is_none() {
            self.abort = Some((why, self.insn().op));
        }
    }

    // ---- values --------------------------------------------------------------------------------------------

    /// The IR value as a tagged word.
    fn tagged(&mut self, v: Sym) -> IrRef {
        match self.b.ty(v.ir) {
            Ty::I64 => self.b.box_int(v.ir),
            Ty::F64 => self.b.box_float(v.ir),
            Ty::U64 => self.b.box_u64(v.ir),
            Ty::Bool => self.b.box_bool(v.ir),
            _ => v.ir,
        }
    }

    /// The words of operands that a helper borrows. Doubles are boxed for it: unless it keeps them, `drop_boxes` is due.
    fn lend(&mut self, operands: &[Sym]) -> Vec<IrRef> {
        operands.iter().map(|v| self.tagged(*v)).collect()
    }

    /// Drop the boxes that `lend` has made.
    fn drop_boxes(&mut self, operands: &[Sym], words: &[IrRef]) {
        for (v, word) in operands.iter().zip(words) {
            if matches!(self.b.ty(v.ir), Ty::F64 | Ty::U64) {
                self.b.decref(*word);
            }
        }
    }

    /// A constant word; the trace keeps the object alive.
    fn constant_word(&mut self, v: Value) -> IrRef {
        if v.is_pointer() {
            self.grounds.keep.push(v.own());
        }
        self.b.const_val(v)
    }

    fn raw_type(&self, r: IrRef) -> Ty {
        self.b.ty(r)
    }

    /// May the value be an object whose count matters?
    fn counted(&self, r: IrRef) -> bool {
        match self.b.ty(r) {
            Ty::Val | Ty::Ptr => {}
            _ => return false,
        }
        if let Some(c) = self.b.as_const(r) {
            return Value::from_bits(c.bits).is_some_and(Value::is_pointer);
        }
        !matches!(self.known.get(&r), Some(Known::Immediate))
    }

    fn learn(&mut self, r: IrRef, k: Known) {
        if !r.is_const() {
            self.known.insert(r, k);
        }
    }

    // ---- snapshots -----------------------------------------------------------------------------------------

    /// The state at the start of the current instruction.
    fn snapshot(&mut self, kind: ExitKind) -> SnapId {
        let pc = self.c.current();
        self.snapshot_at(kind, pc, None)
    }

    /// The state at the start of the current instruction, for a test. A jump's exit is its own, and not shared with
    /// guards of the same instruction: the way that it leads to knows that those have held.
    fn snapshot_of_test(&mut self) -> SnapId {
        if !self.insn().op.is_jump() {
            return self.snapshot(ExitKind::Resume);
        }
        let state = self.state_at(ExitKind::Resume, self.c.current(), None);
        self.b.snapshot_apart(state)
    }

    /// The state behind the current instruction, whose effect has happened: the innermost frame at `pc`, with the
    /// result in a slot; the exit drops what the instruction would have dropped.
    fn snapshot_behind(
        &mut self,
        pc: *const Insn,
        dst: Option<(u16, IrRef)>,
        drops: Option<IrRef>,
    ) -> SnapId {
        let mut s = self.state_at(ExitKind::Behind, pc, dst);
        s.drops.extend(drops.map(Source::Ref));
        self.b.snapshot(s)
    }

    /// The state with the innermost frame at `pc`. `dst`: a slot of it that holds this instead.
    fn snapshot_at(&mut self, kind: ExitKind, pc: *const Insn, dst: Option<(u16, IrRef)>) -> SnapId {
        let s = self.state_at(kind, pc, dst);
        self.b.snapshot(s)
    }

    fn state_at(&mut self, kind: ExitKind, pc: *const Insn, dst: Option<(u16, IrRef)>) -> Snapshot {
        let n = self.frames.count();
        let mut states = Vec::with_capacity(n);
        for k in 0..n {
            let f = self.frames.at(k);
            let innermost = k + 1 == n;
            let at = if innermost { pc } else { f.call };
            let index = f.code.index_of(at);
            let depth = if innermost {
                f.code.locals + u32::from(f.code.depth[index])
            } else {
                self.frames.at(k + 1).first.into()
            };
            let mut slots = Vec::new();
            for (slot, e) in f.entries(depth) {
                slots.push((slot, SlotValue { src: Source::Ref(e.ir), borrowed: !e.owned }));
            }
            if let (true, Some((slot, ir))) = (innermost, dst) {
                let slot = u32::from(slot);
                slots.retain(|s| s.0 != slot);
                slots.push((slot, SlotValue::owned(ir)));
                slots.sort_by_key(|s| s.0);
            }
            for (slot, e) in [(FUNC_SLOT, f.callee), (INSTANCE_SLOT, f.instance)] {
                let Some(e) = e else { continue };
                slots.push((slot, SlotValue { src: Source::Ref(e.ir), borrowed: !e.owned }));
            }
            states.push(FrameState {
                key: u64::from(f.first)
                    | u64::from(f.instance.is_some()) << 32
                    | if f.generator && k > 0 { crate::ir::GENERATOR_KEY } else { 0 }
                    | if self.implements(k).is_some() { crate::ir::OPERATOR_KEY } else { 0 },
                pc: index as u32,
                payload: f.function.as_ptr() as u64,
                depth,
                slots,
            });
        }
        Snapshot::new(kind, states)
    }

    // ---- ownership -----------------------------------------------------------------------------------------

    /// Something may drop owners now: count every borrowed word in a slot that nothing in the trace's frames owns.
    fn secure(&mut self) {
        let needy: Vec<(usize, u16)> = self.frames.borrowed_without_owner();
        for (frame, slot) in needy {
            let Some(e) = self.frames.entry(frame, slot) else { continue };
            if self.counted(e.ir) && !e.ir.is_const() {
                let r = self.tagged(e);
                self.b.incref(r);
                self.frames.set_entry(frame, slot, Sym { owned: true, ..e });
            }
        }
    }

    /// The trace owns a count for `v` from here on.
    fn own(&mut self, v: Sym) -> Sym {
        if v.owned || !self.counted(v.ir) {
            return Sym { owned: true, ..v };
        }
        self.b.incref(v.ir);
        Sym { owned: true, ..v }
    }

    /// Drop a reference.
    fn drop_sym(&mut self, v: Sym) {
        if v.owned && self.counted(v.ir) {
            self.secure();
            // A constant does not die: the code keeps it.
            let leaf = match self.known.get(&v.ir) {
                Some(Known::Float | Known::Int) => true,
                Some(Known::Object(id)) => *id == Kind::Str as u32,
                _ => false,
            };
            if !leaf && !v.ir.is_const() {
                self.say_place();
                self.expect_quiet();
            }
            self.b.decref(v.ir);
        }
    }

    /// A local's word is about to go: slots that borrow it get a count of their own.
    fn orphan(&mut self, gone: Sym) {
        if !self.counted(gone.ir) || gone.ir.is_const() {
            return;
        }
        for (frame, slot) in self.frames.borrowers_of(gone.ir) {
            if let Some(e) = self.frames.entry(frame, slot) {
                self.b.incref(e.ir);
                self.frames.set_entry(frame, slot, Sym { owned: true, ..e });
            }
        }
    }

    // ---- effects of native code ----------------------------------------------------------------------------

    /// The instruction does something that changes little, unless it runs Python code: that it has not is guarded
    /// where the next instruction begins.
    fn expect_quiet(&mut self) {
        // What has run a Python function is forgiven more than that.
        if !self.invoked {
            self.quiet = Some(self.count(Alias::Events, offset_of!(Thread, events)));
        }
    }

    /// The instruction calls a Python function out of line: that it has changed no versions and no watched dicts is
    /// guarded where the next instruction begins.
    fn expect_stable(&mut self) {
        self.invoked = true;
        self.quiet = Some(self.count(Alias::Changes, offset_of!(Thread, changes)));
    }

    fn count(&mut self, alias: Alias, at: usize) -> IrRef {
        let thread = self.b.thread();
        self.b.load(thread, Self::mem(alias, MemTy::I64, at as u32, false))
    }

    /// The instruction has done what may change anything: nothing is guarded.
    fn disturbed(&mut self) {
        self.quiet = None;
        self.invoked = false;
        self.counts = self.c.counts();
    }

    /// At the start of an instruction: what the one before has done was quiet, or anything may be different now.
    fn settle_quiet(&mut self) {
        let counts = self.c.counts();
        let before = std::mem::replace(&mut self.counts, counts);
        let invoked = std::mem::take(&mut self.invoked);
        let seen = std::mem::take(&mut self.has_inlined);
        let Some(count) = self.quiet.take() else {
            if seen {
                self.guard_innermost();
            }
            return;
        };
        let moved = if invoked {
            counts.changes >> CHANGES_SHIFT != before.changes >> CHANGES_SHIFT
        } else {
            counts.events != before.events
        };
        if moved {
            self.b.disturb();
            if seen {
                self.guard_innermost();
            }
            return;
        }
        let pc = self.c.upcoming();
        let snap = self.snapshot_at(ExitKind::Disturbed, pc, None);
        if invoked {
            self.b.guard_stable(count, snap);
        } else {
            self.b.guard_quiet(count, snap);
        }
    }

    /// At the start of an instruction, behind calls that may have looked at inlined frames.
    fn guard_innermost(&mut self) {
        let pc = self.c.upcoming();
        let snap = self.snapshot_at(ExitKind::Interpret, pc, None);
        self.b.guard_innermost(snap);
    }

    // ---- slots ---------------------------------------------------------------------------------------------

    /// What a slot of the innermost frame holds.
    fn slot(&mut self, slot: u16, word: Value) -> Sym {
        let frame = self.frames.count() - 1;
        if let Some(e) = self.frames.entry(frame, slot) {
            return Sym { word, ..e };
        }
        // Of an inlined frame, every slot that holds something is known.
        if let (true, Some(g)) = (self.frames.at(frame).generator, self.frames.at(frame).callee) {
            let e = self.generator_slot(g, slot, word);
            self.frames.set_loaded(frame, slot, e);
            return e;
        }
        let ir = match self.frames.input(frame) {
            Some(0) => self.b.slot_load(0, slot.into()),
            _ => self.b.const_val(taipan_runtime::value::UNBOUND),
        };
        let e = Sym { word, ir, owned: true };
        self.frames.set_loaded(frame, slot, e);
        e
    }

    // ---- memory --------------------------------------------------------------------------------------------

    fn mem(alias: Alias, ty: MemTy, offset: u32, immutable: bool) -> Mem {
        Mem { ty, offset: offset as i32, alias: alias_id(alias), immutable }
    }

    /// Guard that a 32-bit field of an object that never moves has this value.
    fn guard_u32(&mut self, object: usize, offset: usize, alias: Alias, expected: u32) {
        let p = self.b.const_ptr(object);
        let v = self.b.load(p, Self::mem(alias, MemTy::U32, offset as u32, false));
        let snap = self.snapshot(ExitKind::Resume);
        self.b.guard_word(v, expected.into(), snap);
    }

    /// The base frame of a function's region returns: its locals are dropped, and the trace ends with the result.
    fn return_from_region(&mut self, result: Sym) {
        let locals = self.frames.at(0).code.locals as u16;
        let result = self.own(result);
        let mut entries = Vec::new();
        for slot in 0..locals {
            let word = self.c.get(slot);
            entries.push(self.slot(slot, word));
            self.frames.forget(0, slot);
        }
        self.ending = true;
        for e in entries {
            self.orphan(e);
            self.drop_sym(e);
        }
        self.ending = false;
        let f = self.frames.at(0);
        let slots = vec![(0, SlotValue::owned(result.ir))];
        let payload = f.function.as_ptr() as u64;
        let state = FrameState { key: f.first.into(), pc: 0, payload, depth: 1, slots };
        let snap = self.b.snapshot(Snapshot::new(ExitKind::Return, vec![state]));
        self.done = Some(Terminator::Exit(snap));
    }

    /// Every slot that changed is owned.
    fn own_slots(&mut self) {
        for (frame, slot) in self.frames.borrowed() {
            if let Some(e) = self.frames.entry(frame, slot) {
                let e = self.own(e);
                self.frames.set_entry(frame, slot, e);
            }
        }
    }

    /// Close the loop.
    fn close(&mut self) {
        self.own_slots();
        let snap = self.snapshot_at(ExitKind::Resume, self.header, None);
        self.done = Some(Terminator::Jump(snap));
    }

    /// The trace has reached another loop of its frame. If that is the base frame, the loop's machine code goes on
    /// (or the interpreter, as long as there is none).
    fn link(&mut self, header: *const Insn, counter: &Counter) {
        if self.frames.count() > 1 || !self.c.links(counter) {
            self.end_at(header);
            return;
        }
        if counter.native.get() == 0 {
            counter.native.set(crate::memory::resume as *const () as usize);
        }
        self.store_base_pc(header);
        let kind = ExitKind::Link(counter.native.as_ptr() as u64);
        let snap = self.snapshot_at(kind, header, None);
        self.done = Some(Terminator::Exit(snap));
    }

    /// The base frame, a generator's, yields: its slots are in memory then, with the value among them.
    fn yield_from_region(&mut self) {
        self.own_slots();
        let at = self.c.current();
        self.store_base_pc(at);
        let snap = self.snapshot_at(ExitKind::Yield, at, None);
        self.done = Some(Terminator::Exit(snap));
    }

    /// End the trace here: the interpreter goes on at `pc`.
    fn end_at(&mut self, pc: *const Insn) {
        let snap = self.snapshot_at(ExitKind::Resume, pc, None);
        self.done = Some(Terminator::Exit(snap));
    }

    /// Is this IR value the constant `v`?
    fn as_const(&self, r: IrRef) -> Option<Const> {
        self.b.as_const(r)
    }
}

/// The number of an alias family in the IR.
pub fn alias_id(a: Alias) -> u16 {
    match a {
        Alias::Shape => crate::ir::ALIAS_TYPE_ID,
        other => other as u16 + 1,
    }
}
