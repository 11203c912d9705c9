//! The optimized form of a region: a control-flow graph of extended basic blocks. A block runs straight through
//! its guards; a guard's snapshot either is an exit or continues in another block.
//!
//! Block 0 is the entry; a `Jump` to it starts over from memory. At most one other block (the loop header) has
//! parameters and several predecessors by `Jump`; every other block is entered from guards of its one parent only, so that all values of the parent up to
//! there may be used in it.

use std::collections::{HashMap, HashSet};

use super::{Body, ExitKey, Ref, SlotValue, SnapId, Source};

/// Index of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockId(pub u32);

/// How a block ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// To a block, with arguments for its parameters.
    Jump(BlockId, Vec<Ref>),
    /// Through a snapshot: an exit, or the block that continues it.
    Exit(SnapId),
}

/// A block.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its parameters: `param` instructions.
    pub params: Vec<Ref>,
    /// Its instructions, in order.
    pub insts: Vec<Ref>,
    /// How it ends.
    pub term: Term,
}

/// A step of a [`Leaf`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The instruction.
    pub inst: Ref,
    /// Of a guard: does it hold? If not, the leaf goes on in the block that continues it.
    pub holds: bool,
}

/// A way through a function region from its start to a result that calls nothing and changes nothing but the counts of
/// its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Instructions of the graph.
    pub steps: Vec<Step>,
    /// The result.
    pub result: Ref,
}

/// An optimized region.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// Instructions, constants, snapshots.
    pub body: Body,
    /// The blocks; the first is the entry.
    pub blocks: Vec<Block>,
    /// Snapshots that a block continues.
    pub continued: HashMap<SnapId, BlockId>,
    /// Where each snapshot comes from, by its id.
    pub origin: Vec<ExitKey>,
    /// The snapshots of the preamble.
    pub early: HashSet<SnapId>,
    /// Of a function region: see [`Region::entry`](super::Region::entry).
    pub entry: Option<u64>,
    /// Of a function region: its shortest leaf.
    pub leaf: Option<Leaf>,
}

impl Graph {
    /// The number of instructions in blocks.
    pub fn inst_count(&self) -> usize {
        self.blocks.iter().map(|b| b.insts.len()).sum()
    }
    /// The result of a function region that ends with this snapshot.
    ///
    /// # Panics
    /// For a snapshot of another kind: the optimizer makes every result a value.
    pub fn result(&self, s: SnapId) -> Ref {
        match self.body.snap(s).frames[0].slots.first() {
            Some((_, SlotValue { src: Source::Ref(r), .. })) => *r,
            other => panic!("no result: {other:?}"),
        }
    }
    /// The block that is entered by jumps, if there is a loop.
    pub fn header(&self) -> Option<BlockId> {
        self.blocks.iter().find_map(|b| match &b.term {
            Term::Jump(t, _) if t.0 != 0 => Some(*t),
            _ => None,
        })
    }
}
