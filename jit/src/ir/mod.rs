//! The trace IR: SSA, typed, one table of operations ([`ops`]), snapshots at guards.
//!
//! The recorder writes [`Fragment`]s with a [`FragmentBuilder`]; fragments that belong together are a
//! [`Region`], which is kept, and optimized afresh at every compilation into a [`Graph`], which is lowered.
//! Both forms print as text ([`text`]) and parse back ([`parse`]).

mod body;
mod fragment;
mod graph;
pub mod ops;
pub mod parse;
mod snapshot;
pub mod text;
mod types;
pub mod verify;

pub use body::{Body, Inst};
pub use fragment::{Attached, ExitKey, Fragment, FragmentBuilder, Region, Terminator, result_type};
pub use graph::{Block, BlockId, Graph, Leaf, Step, Term};
pub use ops::{Kind, Op, OpEffect, Shape};
pub use snapshot::{
    ExitKind, FUNC_SLOT, FrameShape, FrameState, GENERATOR_KEY, INSTANCE_SLOT, OPERATOR_KEY, PendingStore,
    SlotValue, SnapId, Snapshot, Source, VirtualObject, shape,
};
pub use types::{
    ALIAS_TYPE_ID, AllocDesc, AllocField, Args, Callee, Const, Imm, Maker, Mem, MemTy, Place, Ref, Through,
    Ty, call_result,
};
