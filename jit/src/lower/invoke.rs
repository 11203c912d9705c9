//! Lowering of calls of Python functions: a word for its frame's record, arguments in its slots, the function region's code.
//!
//! ```text
//! call site, slots  behind the innermost frame's: what its record, and those of inlined frames, are made of if
//!                   somebody looks (`taipan_runtime::call_site`)
//! call [entry]      the result; or zero, and the number of an exit in the thread's word for it
//! linked?           call the code that it leads to
//! exit?             the runtime goes on in the interpreter until the callee returns
//! frame objects?    of the frames that have ended
//! innermost = the base frame
//! ```

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block as CBlock, ConstantData, InstBuilder, MemFlagsData, Value, types};
use taipan_runtime::call_site::{CallSite, Called};
use taipan_runtime::helper::Effect;
use taipan_runtime::thread::CHANGES_SHIFT;
use taipan_runtime::value::{INT_TAG, UNBOUND};

use super::leaf::Ways;
use super::{Lower, region_signature};
use crate::ir::{Callee, Graph, Imm, Inst, Op, Ref, SnapId, Through};
use crate::memory::LINKED;

/// What the record of an inlined frame is made of. `known`: its generator is.
fn inlined(t: &Through, known: bool) -> Called {
    Called {
        function: t.function as *const _,
        code: t.code as *const _,
        call: t.call as *const _,
        first: t.first as usize,
        generator: t.generator && known,
    }
}

/// What the records of a Python function's call are made of when somebody looks.
fn called(c: &Callee) -> CallSite {
    let callee = Called {
        function: c.function as *const _,
        code: c.code as *const _,
        call: std::ptr::null(),
        first: 0,
        generator: false,
    };
    CallSite {
        call: c.call as *const _,
        frames: c.through.iter().map(|t| inlined(t, false)).chain([callee]).collect(),
        base_slots: c.base_slots as usize,
        slots: c.frame_slots as usize,
        ended: false,
    }
}

/// The `pc` of a base frame that ends, where its code says by call sites where it is.
pub(super) fn final_pc(g: &Graph) -> Option<u64> {
    for b in &g.blocks {
        let mut place = None;
        for i in b.insts.iter().map(|r| &g.body.insts[r.index()]) {
            match &i.imm {
                Imm::Place(p) => place = Some(&**p).filter(|p| p.needs_site()),
                _ if asks_place(i) && place.is_some() => return place.map(|p| p.call),
                _ => {}
            }
        }
    }
    None
}

/// May native code that the instruction calls look at frames?
pub(super) fn asks_place(i: &Inst) -> bool {
    i.op == Op::Decref || matches!(i.imm, Imm::Helper(h) if h.effect >= Effect::Aside)
}

impl Lower<'_, '_> {
    fn load_word(&mut self, base: Value, offset: i32) -> Value {
        self.fb.ins().load(types::I64, MemFlagsData::trusted(), base, offset)
    }
    fn store_word(&mut self, v: Value, base: Value, offset: i32) {
        self.fb.ins().store(MemFlagsData::trusted(), v, base, offset);
    }

    /// The end of the base frame's slots, where the callee's begin.
    fn base_top(&mut self, base_slots: u32) -> Value {
        match base_slots {
            0 => self.load_word(self.frame, self.layout.frames.top),
            n => self.fb.ins().iadd_imm_s(self.fp, 8 * i64::from(n)),
        }
    }

    /// Leaves unless there is room for one more frame with so many slots, and native stack for its code.
    pub(super) fn guard_room(&mut self, inst: &Inst, exit: CBlock) {
        let f = self.layout.frames;
        let Imm::Word(base_slots) = inst.imm else { unreachable!("the verifier checks immediates") };
        let slots = self.g.body.as_const(inst.args[0]).map_or(0, |c| c.as_int());
        // Inlined frames are at most a handful: the limit has that much to spare.
        let next = self.fb.ins().iadd_imm_s(self.frame, i64::from(f.size));
        let limit = self.load_word(self.thread, f.records_limit);
        let full = self.fb.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, next, limit);
        self.leave_if(full, exit);
        let top = self.base_top(base_slots as u32);
        let end = self.fb.ins().iadd_imm_s(top, 8 * slots);
        let limit = self.load_word(self.thread, f.stack_limit);
        let full = self.fb.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, end, limit);
        self.leave_if(full, exit);
        let sp = self.fb.ins().get_stack_pointer(types::I64);
        let limit = self.load_word(self.thread, f.native_limit);
        let full = self.fb.ins().icmp(IntCC::UnsignedLessThan, sp, limit);
        self.leave_if(full, exit);
    }

    /// The word that leads to a call site, whose address the code has from here on.
    fn site_word(&mut self, site: CallSite) -> u64 {
        let site = Box::new(site);
        let word = site.word();
        self.call_sites.push(site);
        word
    }

    /// Says where the trace is, before a call of native code that may look at frames: in the base frame's `pc`.
    pub(super) fn store_place(&mut self) {
        let g = self.g;
        let Some(inst) = self.place.map(|r| &g.body.insts[r.index()]) else { return };
        let Imm::Place(place) = &inst.imm else { unreachable!("the verifier checks immediates") };
        let f = self.layout.frames;
        let known = !inst.args.is_empty();
        let word = if place.needs_site() {
            self.site_word(CallSite {
                call: place.call as *const _,
                frames: place.through.iter().map(|t| inlined(t, known)).collect(),
                base_slots: 0,
                slots: 0,
                ended: place.ended,
            })
        } else {
            place.call
        };
        let pc = self.iconst(word as i64);
        self.store_word(pc, self.frame, f.pc);
        let frames = (1..).zip(&place.through).filter(|(_, t)| t.generator).map(|(k, _)| k);
        for (k, generator) in frames.zip(inst.args.iter()) {
            let generator = self.value(*generator);
            self.store_word(generator, self.frame, k * f.size + f.generator);
        }
    }

    /// Leaves where somebody has frame objects of inlined frames.
    pub(super) fn guard_innermost(&mut self, exit: CBlock) {
        let (moved, next) = (self.cold_block(), self.fb.create_block());
        let other = self.is_not_innermost();
        self.fb.ins().brif(other, moved, &[], next, &[]);
        self.continue_in(moved);
        let seen = self.call_cold(self.layout.frames.is_seen, &[]);
        self.fb.ins().brif(seen, exit, &[], next, &[]);
        self.continue_in(next);
    }

    /// Is another frame than the base frame the thread's innermost?
    fn is_not_innermost(&mut self) -> Value {
        let innermost = self.load_word(self.thread, self.layout.frames.innermost);
        self.fb.ins().icmp(IntCC::NotEqual, innermost, self.frame)
    }

    /// Stores two words that are constant.
    fn store_pair(&mut self, pair: [u64; 2], base: Value, offset: i32) {
        let bytes: Vec<u8> = pair.iter().flat_map(|w| w.to_le_bytes()).collect();
        let constant = self.fb.func.dfg.constants.insert(ConstantData::from(&bytes[..]));
        let pair = self.fb.ins().vconst(types::I64X2, constant);
        self.fb.ins().store(MemFlagsData::trusted(), pair, base, offset);
    }

    /// Leaves the call site's address in the callee's record, whose address is the result; the callee's function, which
    /// its code may ask for; and functions of inlined frames that are no constants in theirs.
    fn push_records(&mut self, c: &Callee, functions: &[Value]) -> Value {
        let f = self.layout.frames;
        let word = self.site_word(called(c));
        let own = c.through.len() as i32 + 1;
        self.store_pair([word, c.function], self.frame, own * f.size + f.code);
        // The callee's comes first.
        let callee = std::iter::once((own, c.function));
        let unknown = callee.chain((1..).zip(c.through.iter().map(|t| t.function))).filter(|(_, f)| *f == 0);
        for ((k, _), function) in unknown.zip(functions) {
            self.store_word(*function, self.frame, k * f.size + f.function);
        }
        self.fb.ins().iadd_imm_s(self.frame, i64::from(own * f.size))
    }

    fn fill_slots(&mut self, c: &Callee, args: &[Value], fp: Value) {
        for (i, a) in args.iter().enumerate() {
            self.store_word(*a, fp, 8 * i as i32);
        }
        if args.len() < c.locals as usize {
            let unbound = self.iconst(UNBOUND.bits() as i64);
            for i in args.len()..c.locals as usize {
                self.store_word(unbound, fp, 8 * i as i32);
            }
        }
    }

    /// `None`: the result is a raw int, whose word is made where it is used.
    pub(super) fn invoke(&mut self, r: Ref, inst: &Inst) -> Option<Value> {
        let Imm::Callee(c) = &inst.imm else { unreachable!("the verifier checks immediates") };
        let Some(leaf) = self.leaf_of(c, &inst.args) else {
            return Some(self.invoke_frame(r, inst, c));
        };
        let (miss, done) = (self.fb.create_block(), self.fb.create_block());
        let continued = |(_, snap): &(Ref, SnapId)| self.g.continued.contains_key(snap);
        if self.stable_later.get(&r).is_some_and(continued) {
            // What continues it uses the result, and so comes behind both ways.
            self.stable_later.remove(&r);
        }
        let result = self.fb.append_block_param(done, types::I64);
        let as_int = self.ints_later.get(&r).copied().zip(self.stable_later.get(&r).copied());
        let as_int = as_int.filter(|_| self.gives_ints(leaf, &inst.args));
        self.leaf(leaf, &inst.args, Ways { done, ints: as_int.is_some(), miss });
        self.continue_in(miss);
        let called = self.invoke_frame(r, inst, c);
        let Some((unbox, (_, snap))) = as_int else {
            self.fb.ins().jump(done, &[called.into()]);
            self.continue_in(done);
            return Some(result);
        };
        // The state behind the call is that of the guard between, whose exit serves for this one.
        let exit = self.exit_block_of(snap, Op::GuardInt, (r, called));
        let bit = self.fb.ins().band_imm_s(called, INT_TAG as i64);
        self.stay_if(bit, exit);
        let called = self.fb.ins().sshr_imm_s(called, 1);
        self.fb.ins().jump(done, &[called.into()]);
        self.continue_in(done);
        self.words_later.insert(r, result);
        self.vals[unbox.index()] = Some(result);
        None
    }

    /// Calls a function in a frame of its own.
    fn invoke_frame(&mut self, r: Ref, inst: &Inst, c: &Callee) -> Value {
        let f = self.layout.frames;
        let args: Vec<Value> = inst.args.iter().map(|a| self.value(*a)).collect();
        let (args, functions) = args.split_at(args.len() - c.functions());
        let fp = self.base_top(c.base_slots);
        self.fill_slots(c, args, fp);
        let record = self.push_records(c, functions);
        self.store_word(record, self.thread, f.innermost);
        let frames = c.through.len() + 1;
        let result = self.run_region(r, c.entry, [fp, record], frames);
        match self.stable_later.get(&r) {
            Some((before, snap)) if self.checked_calls.contains(&r) => {
                self.end_stable(frames, *before, *snap, (r, result))
            }
            _ => {
                let next = self.fb.create_block();
                self.end_frames(frames, next);
            }
        }
        result
    }

    /// So many frames above the base frame have ended; goes on in `next`.
    fn end_frames(&mut self, frames: usize, next: CBlock) {
        let f = self.layout.frames;
        self.store_word(self.frame, self.thread, f.innermost);
        let objects = self.fb.ins().load(types::I32, MemFlagsData::trusted(), self.thread, f.objects);
        let cold = self.cold_block();
        self.fb.ins().brif(objects, cold, &[], next, &[]);
        self.continue_in(cold);
        self.detach(frames);
        self.fb.ins().jump(next, &[]);
        self.continue_in(next);
    }

    /// The same, and the guard that follows: one test for both, since the count of changes moves, in its lower half,
    /// when a frame gets an object. The exit is taken, too, if an inlined frame has got one.
    fn end_stable(&mut self, frames: usize, before: Ref, snap: SnapId, called: (Ref, Value)) {
        let f = self.layout.frames;
        self.store_word(self.frame, self.thread, f.innermost);
        let before = self.value(before);
        let exit = match self.g.continued.get(&snap) {
            Some(b) => self.blocks[b.0 as usize],
            None => self.exit_block_of(snap, Op::GuardStable, called),
        };
        let (moved, next) = (self.cold_block(), self.fb.create_block());
        let same = self.is_unchanged(before);
        self.fb.ins().brif(same, next, &[], moved, &[]);
        self.continue_in(moved);
        self.detach(frames);
        let changed = self.changed(before);
        let other = self.is_not_innermost();
        let other = self.fb.ins().uextend(types::I64, other);
        let leaves = self.fb.ins().bor(changed, other);
        self.fb.ins().brif(leaves, exit, &[], next, &[]);
        self.continue_in(next);
    }

    /// Is the count of changes still this? If it is, no frame has got an object since, either.
    fn is_unchanged(&mut self, before: Value) -> Value {
        let now = self.load_word(self.thread, self.layout.changes_offset);
        self.fb.ins().icmp(IntCC::Equal, now, before)
    }

    /// The changes since then: of the count's upper half.
    fn changed(&mut self, before: Value) -> Value {
        let now = self.load_word(self.thread, self.layout.changes_offset);
        let moved = self.fb.ins().bxor(now, before);
        self.fb.ins().ushr_imm_u(moved, i64::from(CHANGES_SHIFT))
    }

    pub(super) fn guard_stable(&mut self, inst: &Inst, exit: CBlock) {
        let before = self.value(inst.args[0]);
        let (moved, next) = (self.cold_block(), self.fb.create_block());
        let same = self.is_unchanged(before);
        self.fb.ins().brif(same, next, &[], moved, &[]);
        self.continue_in(moved);
        let changed = self.changed(before);
        self.fb.ins().brif(changed, exit, &[], next, &[]);
        self.continue_in(next);
    }

    fn detach(&mut self, frames: usize) {
        let f = self.layout.frames;
        let record = self.fb.ins().iadd_imm_s(self.frame, frames as i64 * i64::from(f.size));
        let frames = self.iconst(frames as i64);
        self.call_cold(f.detach, &[record, frames]);
    }

    /// Calls the code whose address lies at `entry`, with this base frame; the result, whichever way it leaves. So many
    /// frames end with it.
    fn run_region(&mut self, r: Ref, entry: u64, [fp, record]: [Value; 2], frames: usize) -> Value {
        let sig = {
            let fb = &mut self.fb;
            *self
                .sigs
                .entry(region_signature(self.call_conv))
                .or_insert_with_key(|s| fb.import_signature(s.clone()))
        };
        let entry = self.iconst(entry as i64);
        let code = self.load_word(entry, 0);
        let (again, done) = (self.fb.create_block(), self.fb.create_block());
        let (odd, linked, left) = (self.cold_block(), self.cold_block(), self.cold_block());
        let result = self.fb.append_block_param(done, types::I64);
        let at = self.fb.append_block_param(again, types::I64);
        self.fb.ins().jump(again, &[code.into()]);
        self.continue_in(again);
        let call = self.fb.ins().call_indirect(sig, at, &[self.thread, fp, record]);
        let value = self.fb.inst_results(call)[0];
        self.fb.ins().brif(value, done, &[value.into()], odd, &[]);
        self.continue_in(odd);
        let buffer = self.layout.exit_buffer_offset;
        let exit = self.load_word(self.thread, buffer - 8);
        let is_linked = self.fb.ins().icmp_imm_s(IntCC::Equal, exit, LINKED as i64);
        self.fb.ins().brif(is_linked, linked, &[], left, &[]);
        self.continue_in(linked);
        let next = self.load_word(self.thread, buffer);
        self.fb.ins().jump(again, &[next.into()]);
        self.continue_in(left);
        let finished = self.call(self.layout.frames.leave, &[exit]);
        match self.nonzero_later.get(&r) {
            Some(snap) => {
                let raised = self.exit_block(*snap, Some(Op::GuardNonzero));
                self.checked_calls.push(r);
                let ended = self.cold_block();
                self.fb.ins().brif(finished, done, &[finished.into()], ended, &[]);
                self.continue_in(ended);
                let next = self.cold_block();
                self.end_frames(frames, next);
                self.fb.ins().jump(raised, &[]);
            }
            None => {
                self.fb.ins().jump(done, &[finished.into()]);
            }
        }
        self.continue_in(done);
        result
    }
}
