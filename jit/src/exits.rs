//! Descriptions of a compiled region's exits: what the code that rebuilds frames reads.
//!
//! Machine code stores the words that an exit needs into the thread's exit buffer and returns the exit's index
//! in [`Compiled::exits`](crate::compile::Compiled).

use crate::ir::{AllocDesc, Const, ExitKey, ExitKind, Mem, Op, Ty};

/// Where a value lies at an exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitSource {
    /// Known at compile time (an int, double or bool constant is boxed like a word of that type).
    Const(Const),
    /// In the exit buffer, as a raw word of this type: `I64` is an int to be boxed (it may not fit 63 bits),
    /// `U64` one without a sign, `F64` the bits of a float to be boxed, `Bool` 0 or 1, `Val` and `Ptr` a tagged word.
    Word {
        /// Index in the exit buffer.
        index: u32,
        /// What it is.
        ty: Ty,
    },
    /// An object to build: index into [`ExitDesc::virtuals`].
    Virtual(u32),
}

/// The value of a slot at an exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExitValue {
    /// Where it lies.
    pub src: ExitSource,
    /// Count it: the trace has not. (Of an object to build: one more than its `refcount`.)
    pub borrowed: bool,
}

/// A frame at an exit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitFrame {
    /// As in the recorder's [`FrameState`](crate::ir::FrameState).
    pub key: u64,
    /// Likewise.
    pub pc: u32,
    /// Likewise.
    pub payload: u64,
    /// The number of live slots, locals included.
    pub depth: u32,
    /// Of the base frame (the first), the slots whose memory is stale; of others, every live slot.
    pub slots: Vec<(u32, ExitValue)>,
}

/// An object to build at an exit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitVirtual {
    /// Size, header, and the fields that `values` go to.
    pub desc: AllocDesc,
    /// The reference count it gets.
    pub refcount: u32,
    /// The fields' values. A field of type `val` gets the boxed value, a field of type `i64` or `f64` the raw one.
    pub values: Vec<ExitSource>,
}

/// A raw word to store at an exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExitStore {
    /// Into this object.
    pub object: ExitSource,
    /// Where.
    pub mem: Mem,
    /// The word.
    pub value: ExitSource,
}

/// An exit of a compiled region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitDesc {
    /// What to attach a side fragment to.
    pub source: ExitKey,
    /// The operations that leave through it (none: the end of a fragment).
    pub guards: Vec<Op>,
    /// It is in the loop's preamble.
    pub early: bool,
    /// What to do.
    pub kind: ExitKind,
    /// Outermost first.
    pub frames: Vec<ExitFrame>,
    /// Objects to build. They may mention each other, and themselves.
    pub virtuals: Vec<ExitVirtual>,
    /// Values to count once more per mention.
    pub increfs: Vec<ExitSource>,
    /// Values to drop when the frames are filled.
    pub drops: Vec<ExitSource>,
    /// What memory should hold by now.
    pub stores: Vec<ExitStore>,
    /// What the thread is to handle, where it does not know yet.
    pub handled: Option<ExitSource>,
}

impl ExitDesc {
    /// The operations that leave through it, in words: which of them has, nobody knows.
    pub fn guards(&self) -> String {
        match &self.guards[..] {
            [] => "end".to_owned(),
            guards => guards.iter().map(|g| g.name()).collect::<Vec<_>>().join(" or "),
        }
    }
}
