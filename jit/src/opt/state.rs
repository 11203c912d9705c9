//! What the forward walk knows at a point of the trace. It is cloned at guards that a side fragment continues.

use std::collections::{HashMap, HashSet};

use super::facts::Fact;
use crate::ir::{AllocDesc, Imm, Mem, Op, Ref};

/// A map that is quick and the same in every run.
pub(super) type Map<K, V> = HashMap<K, V, foldhash::fast::FixedState>;
/// A set that is quick and the same in every run.
pub(super) type Set<K> = HashSet<K, foldhash::fast::FixedState>;

/// What makes two pure computations the same.
pub(super) type PureKey = (Op, crate::ir::Args, Imm);

/// A known memory word.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub base: Ref,
    /// The index, for elements.
    pub index: Option<Ref>,
    pub mem: Mem,
    pub value: Ref,
}

/// An object that has not been made.
#[derive(Clone, Debug)]
pub(super) struct Virtual {
    /// Size and header; without fields.
    pub desc: AllocDesc,
    pub fields: Vec<(Mem, Ref)>,
    pub refcount: u32,
}

/// What a path since the loop's header may have changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Clobbers {
    /// Everything in the heap.
    pub all: bool,
    /// Shapes of objects.
    pub shapes: bool,
    /// Fields of these alias classes.
    pub classes: Vec<u16>,
}

impl Clobbers {
    pub fn add_class(&mut self, c: u16) {
        if !self.classes.contains(&c) {
            self.classes.push(c);
        }
    }
    /// Adds another's; true where that changed anything.
    pub fn join(&mut self, o: &Clobbers) -> bool {
        let before = (self.all, self.shapes, self.classes.len());
        self.all |= o.all;
        self.shapes |= o.shapes;
        o.classes.iter().for_each(|c| self.add_class(*c));
        before != (self.all, self.shapes, self.classes.len())
    }
}

/// See the module's page.
#[derive(Clone, Default)]
pub(super) struct State {
    /// Known of values, beyond what their definitions say.
    pub facts: Map<Ref, Fact>,
    /// Values that are known to be another one.
    pub subst: Map<Ref, Ref>,
    /// Available pure computations.
    pub pure: Map<PureKey, Ref>,
    /// Guards that hold, of those that teach no fact.
    pub passed: Set<(Op, Ref, u64)>,
    /// Known memory, by alias class.
    pub heap: Map<u16, Vec<Known>>,
    /// Objects that have not been made, by the value that stands for them.
    pub virtuals: Map<Ref, Virtual>,
    /// What `Thread::handled` is to hold, where it does not yet.
    pub handled: Option<Ref>,
    /// What it holds meanwhile, if that is known.
    pub handled_before: Option<Ref>,
    /// Increments that have not been made.
    pub pending: Vec<(Ref, u32)>,
    /// Something has happened since the last `guard_quiet` that may have run Python code.
    pub disturbed: bool,
    /// What has been clobbered since the header.
    pub clobbers: Clobbers,
    /// Counts effects: a translated snapshot is good for one value of it.
    pub epoch: u32,
}
