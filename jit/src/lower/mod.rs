//! Lowering: from a [`Graph`] to one Cranelift function, `fn(thread, fp, frame) -> value`.
//!
//! Each guard is a conditional branch to a cold block; guards with the same snapshot share one. A cold block
//! stores what the exit needs into the thread's exit buffer and the exit's number below it, and returns 0; the end of a
//! function region returns the result. Snapshots that are
//! continued are no exits: the branch goes to the block of the side fragment.
//! Constants are written where they are used (an `iconst` costs no register), addresses of helpers likewise, so
//! that the code needs no relocation.

mod arith;
mod cold;
mod exit;
mod fail;
mod guard;
mod invoke;
mod late;
mod leaf;
mod object;
mod strings;
mod wide;

use std::collections::{HashMap, HashSet};
use std::fmt;

use cranelift_codegen::entity::EntityRef;
use cranelift_codegen::ir::{
    AbiParam, Block as CBlock, Function, InstBuilder, MemFlagsData, SigRef, Signature, Type, UserFuncName,
    Value, types,
};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use taipan_runtime::call_site::CallSite;
use taipan_runtime::helper::{Helper, Returns};

pub use cold::{Thunk, cold_helpers, thunk};
pub use fail::Failing;

use crate::exits::ExitDesc;
use crate::ir::{ExitKind, Graph, Imm, Inst, MemTy, Op, Ref, Region, SnapId, Term, Ty};
use crate::layout::Layout;

/// Why a region was not compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompileError {
    /// The recorder wrote something that is not IR.
    Invalid(String),
    /// An exit needs more words than the exit buffer has.
    ExitTooLarge(usize),
    /// The code generator refused.
    Codegen(String),
    /// There is no room for the code.
    Memory(String),
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::Invalid(s) => write!(f, "invalid IR: {s}"),
            CompileError::ExitTooLarge(n) => write!(f, "an exit needs {n} words"),
            CompileError::Codegen(s) => write!(f, "code generator: {s}"),
            CompileError::Memory(s) => write!(f, "code memory: {s}"),
        }
    }
}
impl std::error::Error for CompileError {}

/// The Cranelift type of a value.
fn clif_type(ty: Ty) -> Type {
    match ty {
        Ty::F64 => types::F64,
        Ty::Bool => types::I8,
        _ => types::I64,
    }
}

/// What lowering gives.
pub struct Lowered {
    /// The function.
    pub func: Function,
    /// The exits, by index.
    pub exits: Vec<ExitDesc>,
    /// The calls whose addresses the code has.
    pub call_sites: Vec<Box<CallSite>>,
}

/// An exit whose block is not written yet.
struct Pending {
    snap: SnapId,
    block: CBlock,
    /// The operations that leave through it.
    ops: Vec<Op>,
    /// What a call's result is at this exit, which lies where the call's ways have not come together yet.
    called: Option<(Ref, Value)>,
}

struct Lower<'a, 'f> {
    g: &'a Graph,
    layout: &'a Layout,
    thunks: &'a [Thunk],
    fb: FunctionBuilder<'f>,
    call_conv: CallConv,
    thread: Value,
    fp: Value,
    frame: Value,
    /// Cranelift's values, by index of the instruction.
    vals: Vec<Option<Value>>,
    blocks: Vec<CBlock>,
    /// Their indices in `pending`.
    exit_blocks: HashMap<SnapId, usize>,
    /// Exits whose blocks are not written yet.
    pending: Vec<Pending>,
    sigs: HashMap<Signature, SigRef>,
    /// Where exits return.
    leave: CBlock,
    /// A value that is unboxed as a float after `guard_float`, and the `unbox_float` that does it: the guard
    /// computes the double too, since both look at the same tag.
    unboxed_later: HashMap<Ref, Ref>,
    /// Results of calls that are guarded not to be zero, with the snapshot: only a call that left may result in zero,
    /// and is tested out of line.
    nonzero_later: HashMap<Ref, SnapId>,
    /// Results of calls that are unboxed as ints later in the block, by `unbox_int`s.
    ints_later: HashMap<Ref, Ref>,
    /// Results of calls that are raw ints: their words are made where they are used.
    words_later: HashMap<Ref, Value>,
    /// What else is made where it is used.
    late: HashSet<Ref>,
    /// Results of calls of Python functions that such a guard and one that nothing has changed follow at once: the
    /// count before, and the snapshot of the latter.
    stable_later: HashMap<Ref, (Ref, SnapId)>,
    /// Such results, where the guard that they are not zero has been written.
    checked_calls: Vec<Ref>,
    /// What has said where the trace is, in this block.
    place: Option<Ref>,
    /// The `pc` of the base frame may be a call site: what it is when the frame ends.
    final_pc: Option<u64>,
    /// Those so far.
    #[allow(clippy::vec_box, reason = "machine code has their addresses")]
    call_sites: Vec<Box<CallSite>>,
    /// Where guards go while a leaf is being written.
    leaf_misses: Option<CBlock>,
    failing: Option<&'a Failing>,
    /// Guards that count in `failing` so far.
    counted_guards: usize,
}

/// `(thread, fp, frame) -> value`.
fn region_signature(call_conv: CallConv) -> Signature {
    let mut sig = Signature::new(call_conv);
    sig.params.extend([AbiParam::new(types::I64); 3]);
    sig.returns.push(AbiParam::new(types::I64));
    sig
}

/// Lowers a graph.
///
/// # Errors
/// Where an exit does not fit the exit buffer.
pub fn lower(
    g: &Graph,
    layout: &Layout,
    thunks: &[Thunk],
    target: TargetFrontendConfig,
    ctx: &mut FunctionBuilderContext,
    first_exit: u64,
    failing: Option<&Failing>,
) -> Result<Lowered, CompileError> {
    let call_conv = target.default_call_conv;
    let mut func = Function::with_name_signature(UserFuncName::default(), region_signature(call_conv));
    let mut fb = FunctionBuilder::new(&mut func, ctx);
    let blocks: Vec<CBlock> = g.blocks.iter().map(|_| fb.create_block()).collect();
    let entry = fb.create_block();
    let leave = fb.create_block();
    fb.set_cold_block(leave);
    fb.append_block_params_for_function_params(entry);
    fb.switch_to_block(entry);
    let [thread, fp, frame] = [0, 1, 2].map(|i| fb.block_params(entry)[i]);
    let mut l = Lower {
        g,
        layout,
        thunks,
        fb,
        call_conv,
        thread,
        fp,
        frame,
        vals: vec![None; g.body.insts.len()],
        blocks,
        exit_blocks: HashMap::new(),
        pending: Vec::new(),
        sigs: HashMap::new(),
        leave,
        unboxed_later: HashMap::new(),
        nonzero_later: HashMap::new(),
        ints_later: HashMap::new(),
        words_later: HashMap::new(),
        late: late::find(g),
        stable_later: HashMap::new(),
        checked_calls: Vec::new(),
        place: None,
        final_pc: invoke::final_pc(g),
        call_sites: Vec::new(),
        leaf_misses: None,
        failing,
        counted_guards: 0,
    };
    l.fb.ins().jump(l.blocks[0], &[]);
    for b in 0..g.blocks.len() {
        l.block(b);
    }
    let exits = l.exits(first_exit)?;
    let call_sites = std::mem::take(&mut l.call_sites);
    l.fb.seal_all_blocks();
    l.fb.finalize(target);
    Ok(Lowered { func, exits, call_sites })
}

impl Lower<'_, '_> {
    fn block(&mut self, b: usize) {
        let g = self.g;
        let block = &g.blocks[b];
        self.fb.switch_to_block(self.blocks[b]);
        if block.rare {
            self.fb.set_cold_block(self.blocks[b]);
        }
        for p in &block.params {
            let v = self.fb.append_block_param(self.blocks[b], clif_type(g.body.ty(*p)));
            self.vals[p.index()] = Some(v);
        }
        self.look_ahead(&block.insts);
        self.place = None;
        for r in &block.insts {
            self.inst(*r, &g.body.insts[r.index()]);
        }
        match &block.term {
            Term::Jump(t, args) => {
                let args: Vec<_> = args.iter().map(|a| self.value(*a).into()).collect();
                self.fb.ins().jump(self.blocks[t.0 as usize], &args);
            }
            Term::Exit(s) if g.body.snap(*s).kind == ExitKind::Return => self.return_(*s),
            Term::Exit(s) if g.body.snap(*s).kind == ExitKind::Yield => self.yield_(),
            Term::Exit(s) if let ExitKind::Link(cell) = g.body.snap(*s).kind => self.link(cell),
            Term::Exit(s) => {
                let to = self.exit_block(*s, None);
                self.fb.ins().jump(to, &[]);
            }
        }
    }

    /// Finds what a block's instructions can do for later ones.
    fn look_ahead(&mut self, insts: &[Ref]) {
        self.unboxed_later.clear();
        self.nonzero_later.clear();
        self.stable_later.clear();
        self.ints_later.clear();
        for three in insts.windows(3) {
            let [call, nonzero, stable] =
                [three[0], three[1], three[2]].map(|r| &self.g.body.insts[r.index()]);
            let follows =
                call.op == Op::Invoke && nonzero.op == Op::GuardNonzero && nonzero.args[0] == three[0];
            if let (true, Op::GuardStable, Some(snap)) = (follows, stable.op, stable.snap) {
                self.stable_later.insert(three[0], (stable.args[0], snap));
            }
        }
        for r in insts {
            let i = &self.g.body.insts[r.index()];
            match (i.op, i.snap) {
                (Op::UnboxFloat, _) => {
                    self.unboxed_later.insert(i.args[0], *r);
                }
                (Op::UnboxInt, _) => {
                    self.ints_later.insert(i.args[0], *r);
                }
                (Op::GuardNonzero, Some(snap)) if self.failing.is_none() => {
                    self.nonzero_later.insert(i.args[0], snap);
                }
                _ => {}
            }
        }
    }

    /// Cranelift's value for a reference; constants are written anew.
    fn value(&mut self, r: Ref) -> Value {
        if let Some(c) = self.g.body.as_const(r) {
            return match c.ty {
                Ty::F64 => self.fb.ins().f64const(c.as_float()),
                Ty::Bool => self.fb.ins().iconst(types::I8, c.bits as i64),
                _ => self.iconst(c.bits as i64),
            };
        }
        match self.vals[r.index()] {
            None if self.late.contains(&r) => return self.late_value(r),
            None if let Some(i) = self.words_later.get(&r).copied() => return self.tag_int(i),
            _ => {}
        }
        self.vals[r.index()].expect("the verifier has seen that definitions dominate uses")
    }

    fn iconst(&mut self, i: i64) -> Value {
        self.fb.ins().iconst(types::I64, i)
    }

    /// Where a guard with this snapshot goes.
    fn exit_block(&mut self, s: SnapId, op: Option<Op>) -> CBlock {
        if let Some(b) = self.leaf_misses {
            return b;
        }
        if let Some(b) = self.g.continued.get(&s) {
            return self.blocks[b.0 as usize];
        }
        if let Some(n) = self.exit_blocks.get(&s) {
            let Pending { block, ops, .. } = &mut self.pending[*n];
            ops.extend(op.filter(|op| !ops.contains(op)));
            return *block;
        }
        let b = self.cold_block();
        self.exit_blocks.insert(s, self.pending.len());
        self.pending.push(Pending { snap: s, block: b, ops: Vec::from_iter(op), called: None });
        b
    }

    /// The same for a guard where a call's result is not what it is behind the call.
    fn exit_block_of(&mut self, snap: SnapId, op: Op, called: (Ref, Value)) -> CBlock {
        let block = self.cold_block();
        self.pending.push(Pending { snap, block, ops: vec![op], called: Some(called) });
        block
    }

    /// A block for what follows a branch, entered at once.
    fn continue_in(&mut self, b: CBlock) {
        self.fb.switch_to_block(b);
    }

    fn cold_block(&mut self) -> CBlock {
        let b = self.fb.create_block();
        self.fb.set_cold_block(b);
        b
    }

    fn inst(&mut self, r: Ref, inst: &Inst) {
        if self.late.contains(&r) {
            return;
        }
        let value = match inst.op {
            Op::SlotLoad => Some(self.slot_load(inst)),
            Op::SlotStore => {
                let Imm::Slot { slot, .. } = inst.imm else { unreachable!("the verifier checks immediates") };
                let v = self.value(inst.args[0]);
                self.fb.ins().store(MemFlagsData::trusted(), v, self.fp, 8 * slot as i32);
                None
            }
            Op::Thread => Some(self.thread),
            Op::Frame => Some(self.frame),
            Op::Slots => Some(self.fp),
            Op::Param | Op::Disturb => None,
            Op::Place => {
                self.place = Some(r);
                None
            }
            Op::Load | Op::LoadElem => Some(self.load(inst)),
            Op::Store | Op::StoreElem => {
                self.store(inst);
                None
            }
            Op::Call => self.call_op(inst),
            Op::Invoke => self.invoke(r, inst),
            Op::Alloc => Some(self.alloc(inst)),
            Op::Incref => {
                self.incref(inst.args[0]);
                None
            }
            Op::Decref => {
                self.decref(inst.args[0]);
                None
            }
            Op::BoxInt => Some(self.box_int(inst.args[0])),
            Op::BoxFloat => Some(self.box_float(inst.args[0])),
            Op::BoxBool => Some(self.box_bool(inst.args[0])),
            Op::BoxU64 => Some(self.box_u64(inst.args[0])),
            Op::BoxU128 => Some(self.box_u128(inst.args[0], inst.args[1])),
            Op::UnboxU64 => Some(self.unbox_u64(inst.args[0])),
            Op::UnboxInt if self.vals[r.index()].is_some() => self.vals[r.index()],
            Op::UnboxInt => {
                let v = self.value(inst.args[0]);
                Some(self.fb.ins().sshr_imm_s(v, 1))
            }
            Op::UnboxFloat => match self.vals[r.index()] {
                Some(v) => Some(v),
                None => Some(self.unbox_float(inst.args[0])),
            },
            Op::UnboxBool => {
                let v = self.value(inst.args[0]);
                Some(self.unbox_bool(v))
            }
            _ if inst.op.can_guard() => self.guard(inst),
            _ => Some(self.arith(inst)),
        };
        if value.is_some() {
            self.vals[r.index()] = value;
        }
    }

    fn slot_load(&mut self, inst: &Inst) -> Value {
        let Imm::Slot { slot, .. } = inst.imm else { unreachable!("the verifier checks immediates") };
        self.fb.ins().load(types::I64, MemFlagsData::trusted(), self.fp, 8 * slot as i32)
    }

    /// The address and the constant offset of a memory access.
    fn address(&mut self, inst: &Inst) -> (Value, i32) {
        let m = inst.mem();
        let base = self.value(inst.args[0]);
        if !matches!(inst.op, Op::LoadElem | Op::StoreElem) {
            return (base, m.offset);
        }
        let size = m.ty.size();
        if let Some(c) = self.g.body.as_const(inst.args[1]) {
            let offset = c.as_int().checked_mul(size as i64).and_then(|o| o.checked_add(m.offset as i64));
            if let Some(offset) = offset.and_then(|o| i32::try_from(o).ok()) {
                return (base, offset);
            }
        }
        let index = self.value(inst.args[1]);
        let scaled = match size {
            1 => index,
            _ => self.fb.ins().ishl_imm_s(index, size.trailing_zeros() as i64),
        };
        (self.fb.ins().iadd(base, scaled), m.offset)
    }

    fn load(&mut self, inst: &Inst) -> Value {
        let m = inst.mem();
        let (base, offset) = self.address(inst);
        let mut flags = MemFlagsData::trusted();
        if m.immutable {
            flags.set_readonly();
        }
        let ins = self.fb.ins();
        match m.ty {
            MemTy::I64 | MemTy::Len | MemTy::Val | MemTy::Ptr => ins.load(types::I64, flags, base, offset),
            MemTy::F64 => ins.load(types::F64, flags, base, offset),
            MemTy::U32 => ins.uload32(flags, base, offset),
            MemTy::I32 => ins.sload32(flags, base, offset),
            MemTy::U16 => ins.uload16(types::I64, flags, base, offset),
            MemTy::U8 => ins.uload8(types::I64, flags, base, offset),
        }
    }

    fn store(&mut self, inst: &Inst) {
        let (base, offset) = self.address(inst);
        let v = self.value(inst.args[inst.args.len() - 1]);
        self.store_at(inst.mem().ty, v, base, offset);
    }

    fn store_at(&mut self, ty: MemTy, v: Value, base: Value, offset: i32) {
        let flags = MemFlagsData::trusted();
        match ty {
            MemTy::U32 | MemTy::I32 => self.fb.ins().istore32(flags, v, base, offset),
            MemTy::U16 => self.fb.ins().istore16(flags, v, base, offset),
            MemTy::U8 => self.fb.ins().istore8(flags, v, base, offset),
            _ => self.fb.ins().store(flags, v, base, offset),
        };
    }

    fn call_op(&mut self, inst: &Inst) -> Option<Value> {
        let Imm::Helper(h) = inst.imm else { unreachable!("the verifier checks immediates") };
        let args: Vec<Value> = inst
            .args
            .iter()
            .map(|a| {
                let v = self.value(*a);
                if self.g.body.ty(*a) == Ty::Bool { self.fb.ins().uextend(types::I64, v) } else { v }
            })
            .collect();
        let layout = self.layout;
        if let (Some(strings), Some(sense)) =
            (&layout.strings, strings::string_equality(layout.strings.as_ref(), &self.g.body, inst))
        {
            return Some(self.string_equal(strings, &args, sense));
        }
        if invoke::asks_place(inst) {
            self.store_place();
        }
        let v = self.call(h, &args);
        if inst.ty == Ty::Bool { Some(self.fb.ins().ireduce(types::I8, v)) } else { Some(v) }
    }

    /// Calls a helper with these words and doubles.
    fn call(&mut self, h: &Helper, args: &[Value]) -> Value {
        let mut sig = Signature::new(self.call_conv);
        let mut all = Vec::with_capacity(args.len() + 1);
        if self.layout.helpers_take_thread {
            sig.params.push(AbiParam::new(types::I64));
            all.push(self.thread);
        }
        for (i, a) in args.iter().enumerate() {
            let float = h.floats >> i & 1 != 0;
            sig.params.push(AbiParam::new(if float { types::F64 } else { types::I64 }));
            all.push(*a);
        }
        let result = if h.returns == Returns::Float { types::F64 } else { types::I64 };
        sig.returns.push(AbiParam::new(result));
        let fb = &mut self.fb;
        let sig = *self.sigs.entry(sig).or_insert_with_key(|s| fb.import_signature(s.clone()));
        let f = self.iconst(h.address() as i64);
        let call = self.fb.ins().call_indirect(sig, f, &all);
        self.fb.inst_results(call)[0]
    }
}

/// The number of values of a lowered function, for statistics.
pub fn value_count(f: &Function) -> usize {
    f.dfg.values().last().map_or(0, |v| v.index() + 1)
}

/// Checks a region before it is optimized.
///
/// # Errors
/// What the verifier says.
pub fn check_region(r: &Region) -> Result<(), CompileError> {
    crate::ir::verify::check_region(r).map_err(|e| CompileError::Invalid(e.0))
}
