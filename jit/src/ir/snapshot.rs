//! Snapshots: what the interpreter's frames look like where a guard fails.
//!
//! Frame 0 is the base frame, which exists in memory: its snapshot lists only slots that differ from the state
//! at the fragment's entry. Inner frames are inlined calls, which exist nowhere: theirs list every live slot.

use super::{Mem, Ref};

/// Index of a snapshot in its fragment or graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SnapId(pub u32);

/// The pseudo-slot of an inner frame that holds its function object, where it is not the constant that the payload
/// knows.
pub const FUNC_SLOT: u32 = u32::MAX - 1;

/// The pseudo-slot of an inner frame that holds the instance which an `__init__` call results in.
pub const INSTANCE_SLOT: u32 = u32::MAX;

/// The bit of an inner frame's key that says that it implements an operator of its caller's instruction.
pub const OPERATOR_KEY: u64 = 1 << 33;

/// The bit of an inner frame's key that says that it is a generator's: [`FUNC_SLOT`] holds the generator, and slots that
/// are not listed are as its memory says.
pub const GENERATOR_KEY: u64 = 1 << 34;

/// What happens at an exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExitKind {
    /// Execute the instruction at the innermost frame's pc.
    Resume,
    /// As `Resume`, but the guard's answer is taken for granted: it goes on behind the instruction, or nothing has
    /// happened yet only because the guard has failed. Leaving here although the guard holds would be wrong.
    Behind,
    /// As `Resume`: the instruction before has run code that may have changed anything.
    Disturbed,
    /// As `Resume`, but no side trace goes on: there is no room for a callee, or somebody knows inlined frames.
    Interpret,
    /// Something asks for the thread's attention; then as `Resume`.
    Poll,
    /// An exception is set in the thread: unwind from the innermost frame's pc.
    Raise,
    /// As `Raise`, but no side trace goes on.
    Unwind,
    /// The base frame ends: its slot 0 is the result, and nothing else of it is live.
    Return,
    /// The base frame goes on at the header of another loop, at its `pc`: in the machine code whose address lies in
    /// this cell.
    Link(u64),
    /// The base frame, a generator's, yields at its `pc`, the instruction `YieldValue`: its slots are in memory.
    Yield,
}

impl ExitKind {
    /// Is an exception set in the thread?
    pub const fn raises(self) -> bool {
        matches!(self, ExitKind::Raise | ExitKind::Unwind)
    }
    /// Is it to be left to the interpreter?
    pub const fn is_final(self) -> bool {
        matches!(self, ExitKind::Interpret | ExitKind::Unwind)
    }
}

/// Where a slot's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A value or constant; of type `i64`, `f64` or `bool` it is boxed at the exit.
    Ref(Ref),
    /// An object to be built at the exit: index into [`Snapshot::virtuals`].
    Virtual(u32),
}

/// The value of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SlotValue {
    /// Where it comes from.
    pub src: Source,
    /// The trace has not counted this reference: the exit must.
    pub borrowed: bool,
}

impl SlotValue {
    /// An owned value.
    pub const fn owned(r: Ref) -> SlotValue {
        SlotValue { src: Source::Ref(r), borrowed: false }
    }
    /// A borrowed value.
    pub const fn borrowed(r: Ref) -> SlotValue {
        SlotValue { src: Source::Ref(r), borrowed: true }
    }
}

/// One frame of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FrameState {
    /// Which code this is, for the recorder and the exits; opaque here.
    pub key: u64,
    /// Where to go on; opaque here.
    pub pc: u32,
    /// Whatever else an exit needs to build the frame; opaque here.
    pub payload: u64,
    /// The number of live slots, locals included (number of locals + operand stack depth): what is at or above
    /// is dead.
    pub depth: u32,
    /// Slots and their values, by rising slot.
    pub slots: Vec<(u32, SlotValue)>,
}

impl FrameState {
    /// The value of a slot, where it is listed.
    pub fn get(&self, slot: u32) -> Option<SlotValue> {
        self.slots.binary_search_by_key(&slot, |s| s.0).ok().map(|i| self.slots[i].1)
    }
}

/// What two states must have in common for one fragment to continue both: everything but the values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FrameShape {
    key: u64,
    /// As in [`FrameState`].
    pub pc: u32,
    /// Of an inner frame whose function is no value.
    payload: Option<u64>,
    depth: u32,
    /// Of an inner frame: the slots that are listed.
    slots: Vec<u32>,
}

/// The shape of a state's frames.
pub fn shape(frames: &[FrameState]) -> Vec<FrameShape> {
    let one = |(k, f): (usize, &FrameState)| {
        let slots: Vec<u32> = if k == 0 { Vec::new() } else { f.slots.iter().map(|s| s.0).collect() };
        let payload = (k > 0 && !slots.contains(&FUNC_SLOT)).then_some(f.payload);
        FrameShape { key: if k == 0 { 0 } else { f.key }, pc: f.pc, payload, depth: f.depth, slots }
    };
    frames.iter().enumerate().map(one).collect()
}

/// An object that is built at the exit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VirtualObject {
    /// Size and header; `fields` say where each of `values` goes.
    pub desc: super::AllocDesc,
    /// The reference count it gets, apart from borrowed mentions.
    pub refcount: u32,
    /// The values of the fields, in the order of `desc.fields`. May mention virtuals, itself included.
    pub values: Vec<Source>,
}

/// A store that the exit makes: of a raw word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PendingStore {
    /// Into this object.
    pub object: Ref,
    /// Where.
    pub mem: Mem,
    /// The word.
    pub value: Ref,
}

/// The interpreter's state at a guard.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// What to do.
    pub kind: ExitKind,
    /// Outermost (the base frame) first.
    pub frames: Vec<FrameState>,
    /// Objects to build.
    pub virtuals: Vec<VirtualObject>,
    /// Values to count once more per mention, because the trace has put that off. Recorders leave it empty.
    pub increfs: Vec<Ref>,
    /// Owned values that no slot holds any more: the exit drops them. What an instruction would have dropped behind
    /// the effect that its guard looks at.
    pub drops: Vec<Source>,
    /// What memory should hold by now. Recorders leave it empty.
    pub stores: Vec<PendingStore>,
    /// The exception that is being handled (or None), where the trace has not told the thread yet. Recorders leave it
    /// empty.
    pub handled: Option<Source>,
}

impl Snapshot {
    /// A snapshot without virtuals.
    pub fn new(kind: ExitKind, frames: Vec<FrameState>) -> Snapshot {
        Snapshot {
            kind,
            frames,
            virtuals: Vec::new(),
            increfs: Vec::new(),
            drops: Vec::new(),
            stores: Vec::new(),
            handled: None,
        }
    }
    /// Calls `f` for every value that is mentioned.
    pub fn for_each_ref(&self, mut f: impl FnMut(Ref)) {
        let mut see = |s: &Source| {
            if let Source::Ref(r) = s {
                f(*r)
            }
        };
        for frame in &self.frames {
            frame.slots.iter().for_each(|(_, v)| see(&v.src));
        }
        for v in &self.virtuals {
            v.values.iter().for_each(&mut see);
        }
        self.drops.iter().chain(&self.handled).for_each(&mut see);
        self.increfs.iter().for_each(|r| f(*r));
        self.stores.iter().for_each(|s| {
            f(s.object);
            f(s.value);
        });
    }
    /// Replaces every value that is mentioned.
    pub fn map_refs(&mut self, mut f: impl FnMut(Ref) -> Ref) {
        let mut see = |s: &mut Source| {
            if let Source::Ref(r) = s {
                *r = f(*r)
            }
        };
        for frame in &mut self.frames {
            frame.slots.iter_mut().for_each(|(_, v)| see(&mut v.src));
        }
        for v in &mut self.virtuals {
            v.values.iter_mut().for_each(&mut see);
        }
        self.drops.iter_mut().chain(&mut self.handled).for_each(&mut see);
        self.increfs.iter_mut().for_each(|r| *r = f(*r));
        for s in &mut self.stores {
            (s.object, s.value) = (f(s.object), f(s.value));
        }
    }
}
