//! The optimizer: from a region's recorded fragments to one [`Graph`].
//!
//! One forward walk over each fragment carries a [`State`](state::State) of what is known; every instruction is
//! folded, shared, forwarded, sunk or emitted as it comes by. The files of this folder each do one thing:
//!
//! - [`facts`]: what is known of values: kinds, type ids, ranges of ints
//! - [`fold`]: constants, algebra, comparisons decided by ranges, sharing of equal computations
//! - [`guards`]: guards that are known to hold go away; what a guard proves
//! - [`checked`]: overflow checks that ranges make superfluous
//! - [`heap`]: loads that are known, by alias class
//! - [`virtuals`]: objects that are not made until they escape
//! - [`lists`]: the items of such lists
//! - [`refcount`]: counts that cancel, increments that wait until they matter
//! - [`snapshots`]: the states at exits, in terms of the graph
//! - [`peel`]: the loop: a preamble, then a body that starts from what the preamble proved
//! - [`entry`]: the loop's entry where there is no preamble
//! - [`join`]: where paths come together again
//! - [`leaf`]: the way through a function that needs no call
//! - [`carry`]: what the loop's header assumes of slots and of fields of objects
//! - [`objects`]: objects that are carried round the loop without being made
//! - [`dce`]: a backward pass that removes what nobody needs
//! - [`place`]: what only a side fragment needs is computed there
//! - [`counted`]: what an index is compared with on every turn is compared with once for many
//! - [`stores`]: what the loop stores on every turn is left to its exits
//!
//! A region is optimized again from scratch whenever it is compiled, and whenever an assumption that the loop's
//! header was built on turns out wrong at a back edge (see [`peel`]): the walk is cheap next to Cranelift.

mod carry;
mod checked;
mod counted;
mod dce;
mod entry;
mod facts;
mod fold;
mod guards;
mod heap;
mod join;
mod leaf;
mod lists;
mod objects;
mod peel;
mod place;
mod refcount;
mod snapshots;
mod state;
mod stores;
mod virtuals;
mod walk;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::ir::{Block, BlockId, Graph, Imm, Inst, Op, Ref, Region, SnapId, Term, Ty};
use crate::layout::Layout;
use state::{Clobbers, State};
use walk::Side;

/// Which passes run. All do by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passes {
    /// Constants, algebra, equal computations.
    pub fold: bool,
    /// Known guards go away; guards teach facts.
    pub guards: bool,
    /// Ranges of ints.
    pub ranges: bool,
    /// Known loads.
    pub heap: bool,
    /// Objects are made late or never.
    pub sink: bool,
    /// Reference counts that cancel.
    pub refcount: bool,
    /// Two copies of the loop, and typed loop-carried values.
    pub peel: bool,
    /// Dead code.
    pub dce: bool,
    /// Loops of more recorded instructions than this are not peeled.
    pub peel_limit: usize,
}

impl Passes {
    /// Nothing is optimized.
    pub const NONE: Passes = Passes {
        fold: false,
        guards: false,
        ranges: false,
        heap: false,
        sink: false,
        refcount: false,
        peel: false,
        dce: false,
        peel_limit: 0,
    };
    /// The passes by name.
    pub const NAMES: [&str; 8] = ["fold", "guards", "ranges", "heap", "sink", "refcount", "peel", "dce"];
    /// Switches a pass by its name; false where there is none of this name.
    pub fn set(&mut self, name: &str, on: bool) -> bool {
        *match name {
            "fold" => &mut self.fold,
            "guards" => &mut self.guards,
            "ranges" => &mut self.ranges,
            "heap" => &mut self.heap,
            "sink" => &mut self.sink,
            "refcount" => &mut self.refcount,
            "peel" => &mut self.peel,
            "dce" => &mut self.dce,
            _ => return false,
        } = on;
        true
    }
}

impl Default for Passes {
    fn default() -> Passes {
        Passes {
            fold: true,
            guards: true,
            ranges: true,
            heap: true,
            sink: true,
            refcount: true,
            peel: true,
            dce: true,
            peel_limit: 2000,
        }
    }
}

/// The optimizer at work on one attempt.
pub(crate) struct Opt<'a> {
    region: &'a Region,
    layout: &'a Layout,
    passes: &'a Passes,
    g: Graph,
    st: State,
    /// The block that is being written.
    block: usize,
    /// Side fragments whose guards have been emitted.
    work: VecDeque<Side>,
    header: Option<peel::Header>,
    /// What a typed entry has loaded; the carried slots among that; the state there.
    entry_values: BTreeSet<Ref>,
    entry_base: snapshots::Overlay,
    entry_snap: Option<SnapId>,
    /// What joins start from, and those that there are.
    anchor: join::Anchor,
    joins: Vec<join::Join>,
    /// What the loop's header assumes, as far as known from earlier attempts.
    plan: carry::Plan,
    /// What the back edges of this attempt clobber.
    clobbered: Clobbers,
    /// How many guards use a snapshot.
    uses: BTreeMap<SnapId, u32>,
}

/// Optimizes a region.
///
/// # Errors
/// Where a fragment reads an input that its parent's snapshot does not give.
pub fn optimize(region: &Region, layout: &Layout, passes: &Passes) -> Result<Graph, String> {
    let mut plan = carry::Plan { entry: passes.peel && region.typed_entry, ..carry::Plan::default() };
    loop {
        let mut opt = Opt {
            region,
            layout,
            passes,
            g: Graph::default(),
            st: State::default(),
            block: 0,
            work: VecDeque::new(),
            header: None,
            entry_values: BTreeSet::new(),
            entry_base: snapshots::Overlay::new(),
            entry_snap: None,
            anchor: join::Anchor::default(),
            joins: Vec::new(),
            plan,
            clobbered: Clobbers::default(),
            uses: BTreeMap::new(),
        };
        opt.run()?;
        if opt.settle() {
            let mut g = opt.g;
            if passes.dce {
                dce::run(&mut g);
                place::run(&mut g);
                stores::run(&mut g);
                if counted::run(&mut g) {
                    dce::run(&mut g);
                }
                if let Some(entry) = region.entry {
                    (g.entry, g.leaf) = (Some(entry), leaf::find(&g));
                }
            }
            return Ok(g);
        }
        plan = opt.plan;
    }
}

impl Opt<'_> {
    /// Starts a block; gives its id.
    fn new_block(&mut self) -> BlockId {
        // The term is replaced when the block ends.
        self.g.blocks.push(Block {
            rare: false,
            params: Vec::new(),
            insts: Vec::new(),
            term: Term::Exit(SnapId(u32::MAX)),
        });
        BlockId((self.g.blocks.len() - 1) as u32)
    }
    /// Appends an instruction to the current block, as it is.
    fn push(&mut self, inst: Inst) -> Ref {
        if let Some(s) = inst.snap {
            *self.uses.entry(s).or_insert(0) += 1;
        }
        let snap = inst.snap;
        let r = self.g.body.push(inst);
        self.g.blocks[self.block].insts.push(r);
        if let Some(side) = self.work.back_mut()
            && Some(side.snap) == snap
            && side.guard.is_none()
        {
            side.guard = Some(r);
        }
        r
    }
    fn end_block(&mut self, term: Term) {
        self.g.blocks[self.block].term = term;
    }
    /// The value that is now known to be the same.
    fn resolve(&self, mut r: Ref) -> Ref {
        while let Some(n) = self.st.subst.get(&r) {
            r = *n;
        }
        r
    }
    fn ty(&self, r: Ref) -> Ty {
        self.g.body.ty(r)
    }
    /// A pure computation: folded, shared, or emitted.
    fn pure(&mut self, op: Op, ty: Ty, args: &[Ref], imm: Imm) -> Ref {
        let inst = Inst { ty, imm, ..Inst::new(op, args) };
        if self.passes.fold
            && let Some(r) = self.fold(&inst)
        {
            return r;
        }
        self.share(inst)
    }
    /// A pure computation of the table's type.
    fn op(&mut self, op: Op, args: &[Ref]) -> Ref {
        self.pure(op, op.result(), args, Imm::None)
    }
}

/// For tests and `-X jit=stress`: makes every `n`-th guard fail, from the `first`-th on. (Not those of counted loops that
/// find their limit anew: nothing leaves there, and it would be found for ever.)
pub fn force_guards(g: &mut Graph, first: usize, n: usize) {
    let no = g.body.constant(crate::ir::Const::bool(false));
    let rare: Vec<bool> = g.blocks.iter().map(|b| b.rare).collect();
    let mut count = 0;
    for b in &mut g.blocks {
        let mut out = Vec::with_capacity(b.insts.len());
        for r in &b.insts {
            let snap = g.body.insts[r.index()].snap;
            let again = snap.and_then(|s| g.continued.get(&s)).is_some_and(|b| rare[b.0 as usize]);
            if snap.is_some() {
                if !again && count >= first && (count - first).is_multiple_of(n) {
                    out.push(g.body.push(Inst { snap, ..Inst::new(Op::GuardTrue, &[no]) }));
                }
                count += 1;
            }
            out.push(*r);
        }
        b.insts = out;
    }
}
