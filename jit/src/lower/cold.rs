//! Calls on cold paths.
//!
//! A call clobbers the registers that its convention gives to the callee (on x86-64 all that hold doubles), and the
//! allocator keeps what lives across it on the stack, in the hot loop around it as well. So helpers that are
//! called where a fast path has failed (a count reached zero, a free list is empty, a double has no immediate form)
//! are reached through a thunk with the convention `PreserveAll`: it saves whatever the helper may clobber, and to the
//! code around the call it changes nothing. That convention has no results: the thunk leaves its result in the first
//! word of the exit buffer.
//!
//! The thunk's saving costs a few nanoseconds. Where each loop has a call on its hot path anyway, what it carries lies
//! on the stack in any case, and cold paths call as usual.

use cranelift_codegen::ir::{
    AbiParam, Function, InstBuilder, MemFlagsData, Signature, UserFuncName, Value, types,
};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use std::sync::Arc;
use taipan_runtime::helper::{Helper, Returns};

use super::Lower;
use super::strings::string_equality;
use crate::ir::{Graph, Op, Term};
use crate::layout::Layout;
use crate::memory::CodeBlock;

/// A helper and its thunk. What calls a thunk keeps it alive.
pub type Thunk = (&'static Helper, Arc<CodeBlock>);

/// Where a block leads to before it has made a call.
fn quiet_targets(g: &Graph, layout: &Layout, b: usize) -> Vec<usize> {
    let block = &g.blocks[b];
    let mut targets = Vec::new();
    for i in block.insts.iter().map(|r| &g.body.insts[r.index()]) {
        let call = matches!(i.op, Op::Call | Op::Invoke | Op::BoxU128);
        if call && string_equality(layout.strings.as_ref(), &g.body, i).is_none() {
            return targets;
        }
        targets.extend(i.snap.and_then(|s| g.continued.get(&s)).map(|t| t.0 as usize));
    }
    if let Term::Jump(t, _) = &block.term {
        targets.push(t.0 as usize);
    }
    targets
}

/// Is there a way round a loop without a call? There is where not all blocks can be taken away one by one, each
/// when no other leads to it any more.
fn has_quiet_loop(g: &Graph, layout: &Layout) -> bool {
    let targets: Vec<Vec<usize>> = (0..g.blocks.len()).map(|b| quiet_targets(g, layout, b)).collect();
    let mut sources = vec![0_usize; g.blocks.len()];
    targets.iter().flatten().for_each(|t| sources[*t] += 1);
    let mut free: Vec<usize> = (0..g.blocks.len()).filter(|b| sources[*b] == 0).collect();
    let mut taken = 0;
    while let Some(b) = free.pop() {
        taken += 1;
        for t in &targets[b] {
            sources[*t] -= 1;
            if sources[*t] == 0 {
                free.push(*t);
            }
        }
    }
    taken < g.blocks.len()
}

/// The helpers that a graph's code calls through thunks on cold paths.
pub fn cold_helpers(g: &Graph, layout: &Layout) -> Vec<&'static Helper> {
    if !has_quiet_loop(g, layout) {
        return Vec::new();
    }
    let mut helpers: Vec<&'static Helper> = Vec::new();
    for i in g.blocks.iter().flat_map(|b| &b.insts).map(|r| &g.body.insts[r.index()]) {
        let helper = match i.op {
            Op::Decref => Some(layout.dealloc),
            Op::BoxFloat => Some(layout.box_float_cold),
            Op::BoxU64 => Some(layout.ints.box_u64),
            Op::GuardU64 => Some(layout.ints.is_u64),
            Op::UnboxU64 => Some(layout.ints.u64_of),
            Op::Alloc => Some(layout.alloc),
            Op::Invoke => Some(layout.frames.detach),
            Op::GuardInnermost => Some(layout.frames.is_seen),
            _ => layout
                .strings
                .as_ref()
                .filter(|s| string_equality(Some(s), &g.body, i).is_some())
                .map(|s| s.compare),
        };
        helpers.extend(helper.filter(|h| !helpers.iter().any(|known| std::ptr::eq(*known, *h))));
    }
    helpers
}

fn float_param(h: &Helper, i: usize) -> AbiParam {
    AbiParam::new(if h.floats >> i & 1 != 0 { types::F64 } else { types::I64 })
}

/// `(thread, arguments)`, as the code of regions calls a thunk.
fn thunk_signature(h: &Helper) -> Signature {
    let mut sig = Signature::new(CallConv::PreserveAll);
    sig.params.push(AbiParam::new(types::I64));
    sig.params.extend((0..usize::from(h.arity)).map(|i| float_param(h, i)));
    sig
}

/// The thunk of a helper.
pub fn thunk(
    h: &'static Helper,
    layout: &Layout,
    target: TargetFrontendConfig,
    ctx: &mut FunctionBuilderContext,
) -> Function {
    let mut func = Function::with_name_signature(UserFuncName::default(), thunk_signature(h));
    let mut fb = FunctionBuilder::new(&mut func, ctx);
    let entry = fb.create_block();
    fb.append_block_params_for_function_params(entry);
    fb.switch_to_block(entry);
    let params = fb.block_params(entry).to_vec();
    let mut sig = Signature::new(target.default_call_conv);
    if layout.helpers_take_thread {
        sig.params.push(AbiParam::new(types::I64));
    }
    sig.params.extend((0..usize::from(h.arity)).map(|i| float_param(h, i)));
    sig.returns.push(AbiParam::new(if h.returns == Returns::Float { types::F64 } else { types::I64 }));
    let sig = fb.import_signature(sig);
    let callee = fb.ins().iconst(types::I64, h.address() as i64);
    let args = if layout.helpers_take_thread { &params[..] } else { &params[1..] };
    let call = fb.ins().call_indirect(sig, callee, args);
    let result = fb.inst_results(call)[0];
    fb.ins().store(MemFlagsData::trusted(), result, params[0], layout.exit_buffer_offset);
    fb.ins().return_(&[]);
    fb.seal_all_blocks();
    fb.finalize(target);
    func
}

impl Lower<'_, '_> {
    /// Calls a helper from a cold path, by its thunk where there is one: then all registers stay as they are.
    pub(super) fn call_cold(&mut self, h: &'static Helper, args: &[Value]) -> Value {
        let Some(thunk) = self.thunks.iter().find(|(of, _)| std::ptr::eq(*of, h)).map(|(_, t)| t.address())
        else {
            return self.call(h, args);
        };
        let sig = {
            let fb = &mut self.fb;
            *self.sigs.entry(thunk_signature(h)).or_insert_with_key(|s| fb.import_signature(s.clone()))
        };
        let mut all = vec![self.thread];
        all.extend(args);
        let f = self.iconst(thunk as i64);
        self.fb.ins().call_indirect(sig, f, &all);
        let flags = MemFlagsData::trusted();
        self.fb.ins().load(types::I64, flags, self.thread, self.layout.exit_buffer_offset)
    }
}
