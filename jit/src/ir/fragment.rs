//! Recorded fragments, the builder that the recorder writes them with, and regions of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use taipan_runtime::helper::Helper;
use taipan_runtime::value::Value;

use super::{
    AllocDesc, Args, Body, Callee, Const, Imm, Inst, Mem, Op, Place, Ref, SnapId, Snapshot, Ty, call_result,
};

/// How a fragment ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terminator {
    /// Back to the header of the region's loop. The snapshot (kind `Resume`) is the state there: one frame, the
    /// base, at the header's pc.
    Jump(SnapId),
    /// Leave the region with this state.
    Exit(SnapId),
}

impl Terminator {
    /// The state at the end.
    pub const fn snap(self) -> SnapId {
        match self {
            Terminator::Jump(s) | Terminator::Exit(s) => s,
        }
    }
}

/// A linear piece of recorded code. Its inputs are its `slot_load`s; a side fragment's inputs come from the
/// snapshot that it continues.
#[derive(Clone, Debug)]
pub struct Fragment {
    /// Its instructions, in order.
    pub body: Body,
    /// How it ends.
    pub term: Terminator,
}

/// An exit of a region, as the recorder names it: a snapshot of a recorded fragment. Every guard with this
/// snapshot, in every copy that the optimizer makes, leaves through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExitKey {
    /// Index of the fragment in its region.
    pub fragment: u32,
    /// The snapshot in the fragment.
    pub snap: SnapId,
}

/// A side fragment's place in its region.
#[derive(Clone, Debug)]
pub struct Attached {
    /// The fragment. Copies of a region share it.
    pub fragment: Arc<Fragment>,
    /// The exit it continues; none for the root.
    pub parent: Option<ExitKey>,
}

/// Everything that is compiled to one function: a root fragment, and side fragments that continue its exits.
#[derive(Clone, Debug)]
pub struct Region {
    /// The caller's name for it; opaque here.
    pub key: u64,
    /// The root is first; a parent comes before its children.
    pub fragments: Vec<Attached>,
    /// Of a function's region: where the address of its code lies, by which its calls are told ([`Callee::entry`]).
    pub entry: Option<u64>,
    /// The loop's preamble is left early: it gets a typed entry in its place.
    pub typed_entry: bool,
    /// Ends of fragments at the state in which a side fragment (of another end) starts: it continues them too.
    pub merges: BTreeMap<ExitKey, u32>,
    /// The side fragments by the exits that they continue.
    children: BTreeMap<ExitKey, u32>,
    /// The number of recorded instructions.
    ops: usize,
}

impl Region {
    /// A region of one fragment.
    pub fn new(key: u64, root: Fragment) -> Region {
        Region::of(key, vec![Attached { fragment: Arc::new(root), parent: None }], BTreeMap::new())
    }
    /// A region of these fragments.
    pub fn of(key: u64, fragments: Vec<Attached>, merges: BTreeMap<ExitKey, u32>) -> Region {
        let numbered = fragments.iter().zip(0..);
        let children = numbered.filter_map(|(f, i)| Some((f.parent?, i))).collect();
        let ops = fragments.iter().map(|f| f.fragment.body.insts.len()).sum();
        Region { key, fragments, entry: None, typed_entry: false, merges, children, ops }
    }
    /// Adds a fragment that continues an exit; gives its index.
    ///
    /// # Errors
    /// Gives the fragment back where the exit does not exist or is already continued.
    pub fn attach(&mut self, exit: ExitKey, fragment: Fragment) -> Result<u32, Box<Fragment>> {
        let known = self
            .fragments
            .get(exit.fragment as usize)
            .is_some_and(|p| (exit.snap.0 as usize) < p.fragment.body.snaps.len());
        if !known || self.child(exit).is_some() {
            return Err(Box::new(fragment));
        }
        let n = self.fragments.len() as u32;
        self.ops += fragment.body.insts.len();
        self.children.insert(exit, n);
        self.fragments.push(Attached { fragment: Arc::new(fragment), parent: Some(exit) });
        Ok(n)
    }
    /// The fragment that continues an exit.
    pub fn child(&self, exit: ExitKey) -> Option<u32> {
        self.merges.get(&exit).or_else(|| self.children.get(&exit)).copied()
    }
    /// Takes the last fragment away again.
    pub fn detach_last(&mut self) {
        if let Some(last) = self.fragments.pop() {
            self.ops -= last.fragment.body.insts.len();
            last.parent.map(|exit| self.children.remove(&exit));
        }
        let n = self.fragments.len() as u32;
        self.merges.retain(|end, to| end.fragment < n && *to < n);
    }
    /// The end of a fragment leads to where fragment `to` starts.
    pub fn merge(&mut self, end: ExitKey, to: u32) {
        self.merges.insert(end, to);
    }
    /// Do several ends of fragments lead to where this one starts?
    pub fn is_join(&self, fragment: u32) -> bool {
        self.merges.values().any(|to| *to == fragment)
    }
    /// Is this key that of a fragment's end?
    pub fn is_end(&self, key: ExitKey) -> bool {
        self.fragments[key.fragment as usize].fragment.term == Terminator::Exit(key.snap)
    }
    /// The states in which side fragments start that continue ends: where others may end.
    pub fn joins(&self) -> impl Iterator<Item = (u32, &Snapshot)> {
        let ends = self.fragments.iter().enumerate().filter_map(|(i, f)| Some((i as u32, f.parent?)));
        ends.filter(|(_, p)| self.is_end(*p)).map(|(i, p)| (i, self.snap(p)))
    }
    /// A recorded snapshot.
    pub fn snap(&self, key: ExitKey) -> &Snapshot {
        self.fragments[key.fragment as usize].fragment.body.snap(key.snap)
    }
    /// How many side fragments start where this exit leads to?
    pub fn starts_like(&self, exit: ExitKey) -> usize {
        let place = |k: ExitKey| {
            let frames = &self.snap(k).frames;
            (frames.len(), frames.last().map(|f| f.pc))
        };
        let parents = self.fragments.iter().filter_map(|f| f.parent);
        parents.filter(|p| place(*p) == place(exit)).count()
    }
    /// Every heap object that the code mentions by address: constants, words that guards compare with, classes of
    /// new objects. Whoever owns the compiled region keeps them alive as long as the code (an object that dies
    /// could be replaced by another at the same address). May give one several times.
    pub fn heap_constants(&self) -> Vec<u64> {
        let mut out = Vec::new();
        let mut see = |w: u64| {
            if w != 0 && w & taipan_runtime::value::POINTER_MASK == 0 {
                out.push(w);
            }
        };
        for a in &self.fragments {
            let body = &a.fragment.body;
            body.consts.iter().filter(|c| c.ty.is_value()).for_each(|c| see(c.bits));
            for i in &body.insts {
                match &i.imm {
                    Imm::Word(w) if body.ty(i.args[0]).is_value() => see(*w),
                    Imm::Alloc(d) => see(d.type_ptr),
                    _ => {}
                }
            }
        }
        out
    }
    /// The number of recorded instructions.
    pub fn op_count(&self) -> usize {
        self.ops
    }
}

/// Writes a fragment, instruction by instruction. The operands' kinds are checked in debug builds.
#[derive(Debug, Default)]
pub struct FragmentBuilder {
    body: Body,
    /// The last snapshot is that of one exit alone.
    apart: bool,
}

macro_rules! builder_method {
    (plain $var:ident $name:ident ($($arg:ident),*)) => {
        #[doc = concat!("Emits `", stringify!($name), "`.")]
        pub fn $name(&mut self $(, $arg: Ref)*) -> Ref {
            self.emit(Op::$var, &[$($arg),*], Imm::None, None)
        }
    };
    (void $var:ident $name:ident ($($arg:ident),*)) => {
        #[doc = concat!("Emits `", stringify!($name), "`.")]
        pub fn $name(&mut self $(, $arg: Ref)*) {
            self.emit(Op::$var, &[$($arg),*], Imm::None, None);
        }
    };
    (checked $var:ident $name:ident ($($arg:ident),*)) => {
        #[doc = concat!("Emits `", stringify!($name), "`.")]
        pub fn $name(&mut self $(, $arg: Ref)*, snap: SnapId) -> Ref {
            self.emit(Op::$var, &[$($arg),*], Imm::None, Some(snap))
        }
    };
    (guard $var:ident $name:ident ($($arg:ident),*)) => {
        #[doc = concat!("Emits `", stringify!($name), "`.")]
        pub fn $name(&mut self $(, $arg: Ref)*, snap: SnapId) {
            self.emit(Op::$var, &[$($arg),*], Imm::None, Some(snap));
        }
    };
    (guardid $var:ident $name:ident ($($arg:ident),*)) => {
        #[doc = concat!("Emits `", stringify!($name), "`.")]
        pub fn $name(&mut self $(, $arg: Ref)*, id: u32, snap: SnapId) {
            self.emit(Op::$var, &[$($arg),*], Imm::TypeId(id), Some(snap));
        }
    };
    (guardword $var:ident $name:ident ($($arg:ident),*)) => {
        #[doc = concat!("Emits `", stringify!($name), "`.")]
        pub fn $name(&mut self $(, $arg: Ref)*, word: u64, snap: SnapId) {
            self.emit(Op::$var, &[$($arg),*], Imm::Word(word), Some(snap));
        }
    };
    (mem $var:ident $name:ident ($($arg:ident),*)) => {
        #[doc = concat!("Emits `", stringify!($name), "`. (A store's result means nothing.)")]
        pub fn $name(&mut self $(, $arg: Ref)*, mem: Mem) -> Ref {
            self.emit(Op::$var, &[$($arg),*], Imm::Mem(mem), None)
        }
    };
    (special $var:ident $name:ident ($($arg:ident),*)) => {};
}

macro_rules! builder_methods {
    ($($var:ident $name:ident $shape:ident ($($arg:ident : $kind:ident),*) -> $res:ident, $eff:ident;)*) => {
        /// One method per operation.
        #[allow(clippy::should_implement_trait, reason = "they emit")]
        impl FragmentBuilder {
            $(builder_method!($shape $var $name ($($arg),*));)*
        }
    };
}
crate::for_each_ir_op!(builder_methods);

impl FragmentBuilder {
    /// An empty fragment.
    pub fn new() -> FragmentBuilder {
        FragmentBuilder::default()
    }
    /// The number of instructions so far.
    pub fn len(&self) -> usize {
        self.body.insts.len()
    }
    /// No instructions yet?
    pub fn is_empty(&self) -> bool {
        self.body.insts.is_empty()
    }
    /// The type of a value.
    pub fn ty(&self, r: Ref) -> Ty {
        self.body.ty(r)
    }
    /// The constant that a value is.
    pub fn as_const(&self, r: Ref) -> Option<Const> {
        self.body.as_const(r)
    }
    /// What has been written so far.
    pub fn body(&self) -> &Body {
        &self.body
    }
    /// A raw int.
    pub fn const_int(&mut self, i: i64) -> Ref {
        self.body.constant(Const::int(i))
    }
    /// A double.
    pub fn const_float(&mut self, f: f64) -> Ref {
        self.body.constant(Const::float(f))
    }
    /// A bool.
    pub fn const_bool(&mut self, b: bool) -> Ref {
        self.body.constant(Const::bool(b))
    }
    /// A tagged word. The region's owner keeps the object alive.
    pub fn const_val(&mut self, v: Value) -> Ref {
        self.body.constant(Const::val(v))
    }
    /// A pointer. The region's owner keeps the object alive.
    pub fn const_ptr(&mut self, p: usize) -> Ref {
        self.body.constant(Const::ptr(p))
    }
    /// The value that a slot has at the fragment's entry: a tagged word. Once per slot.
    pub fn slot_load(&mut self, frame: u32, slot: u32) -> Ref {
        self.emit(Op::SlotLoad, &[], Imm::Slot { frame, slot }, None)
    }
    /// `a` where `c` holds, else `b`.
    pub fn select(&mut self, c: Ref, a: Ref, b: Ref) -> Ref {
        self.emit(Op::Select, &[c, a, b], Imm::None, None)
    }
    /// Calls a helper; a guard on the result follows where it can raise.
    pub fn call(&mut self, helper: &'static Helper, args: &[Ref]) -> Ref {
        debug_assert_eq!(helper.arity as usize, args.len(), "{}", helper.name);
        self.emit(Op::Call, args, Imm::Helper(helper), None)
    }
    /// Runs a Python function's region; a guard on the result follows, zero is "raised".
    pub fn invoke(&mut self, callee: Callee, args: &[Ref]) -> Ref {
        self.emit(Op::Invoke, args, Imm::Callee(Box::new(callee)), None)
    }
    /// Says where the trace is; `generators` are the inlined ones.
    pub fn place(&mut self, place: Place, generators: &[Ref]) {
        self.emit(Op::Place, generators, Imm::Place(Box::new(place)), None);
    }
    /// Makes an object; `values` are those of `desc.fields`. It starts with a count of 1, which the trace owns.
    pub fn alloc(&mut self, desc: AllocDesc, values: &[Ref]) -> Ref {
        debug_assert_eq!(desc.fields.len(), values.len());
        self.emit(Op::Alloc, values, Imm::Alloc(Box::new(desc)), None)
    }
    /// Adds a snapshot; the same one as the last gives the last one's id.
    pub fn snapshot(&mut self, s: Snapshot) -> SnapId {
        match self.body.snaps.last() {
            Some(last) if *last == s && !self.apart => SnapId((self.body.snaps.len() - 1) as u32),
            _ => {
                self.apart = false;
                self.body.snapshot(s)
            }
        }
    }
    /// The same, for an exit of its own.
    pub fn snapshot_apart(&mut self, s: Snapshot) -> SnapId {
        self.apart = true;
        self.body.snapshot(s)
    }
    /// Any instruction of the table.
    pub fn emit(&mut self, op: Op, args: &[Ref], imm: Imm, snap: Option<SnapId>) -> Ref {
        let ty = result_type(&self.body, op, args, &imm);
        let inst = Inst { op, ty, args: Args::new(args), imm, snap };
        debug_assert_eq!(super::verify::check_inst(&self.body, &inst), Ok(()), "{inst:?}");
        self.body.push(inst)
    }
    /// Ends the fragment.
    pub fn finish(self, term: Terminator) -> Fragment {
        Fragment { body: self.body, term }
    }
}

/// The type of an instruction's result.
pub fn result_type(body: &Body, op: Op, args: &[Ref], imm: &Imm) -> Ty {
    match (op, imm) {
        (Op::Load | Op::LoadElem, Imm::Mem(m)) => m.ty.ty(),
        (Op::Call, Imm::Helper(h)) => call_result(h),
        (Op::Select, _) => args.get(1).map_or(Ty::Void, |a| body.ty(*a)),
        _ => op.result(),
    }
}
