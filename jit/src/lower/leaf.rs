//! Lowering of the way through the region's own function that calls nothing, where the function is called: see
//! [`crate::opt`]'s page about leaves.

use cranelift_codegen::ir::{Block as CBlock, InstBuilder, Value};

use super::Lower;
use crate::ir::{Callee, Graph, Imm, Op, Ref, Step, Term};
use std::collections::{HashMap, HashSet};

/// The result of a leaf.
#[derive(Clone, Copy)]
pub(super) enum LeafResult {
    /// A raw int.
    Int(Value),
    /// A word.
    Word(Value),
}

/// An argument of a call.
#[derive(Clone, Copy)]
struct Argument {
    word: Value,
    /// The raw int that it is the word of.
    raw: Option<Value>,
}

/// The boxes of ints that are needed as arguments of calls alone, where the leaf may be taken: once each.
pub(super) fn lent(g: &Graph) -> HashSet<Ref> {
    let mut lent = HashSet::new();
    if g.leaf.is_none() {
        return lent;
    }
    let mut uses: HashMap<Ref, u32> = HashMap::new();
    for b in &g.blocks {
        let insts = b.insts.iter().map(|r| &g.body.insts[r.index()]);
        for i in insts.clone() {
            i.args.iter().for_each(|a| *uses.entry(*a).or_default() += 1);
        }
        if let Term::Jump(_, args) = &b.term {
            args.iter().for_each(|a| *uses.entry(*a).or_default() += 1);
        }
        let calls = insts.filter(|i| i.op == Op::Invoke);
        lent.extend(calls.flat_map(|i| i.args.iter().copied()));
    }
    lent.retain(|a| uses[a] == 1 && g.body.def(*a).is_some_and(|i| i.op == Op::BoxInt));
    lent
}

impl Lower<'_, '_> {
    /// The result of a call that takes the leaf; where it does not, the code goes to `miss` before anything has
    /// happened. `None`: these arguments do not suit the leaf.
    pub(super) fn leaf(&mut self, c: &Callee, args: &[Ref], miss: CBlock) -> Option<LeafResult> {
        let leaf =
            self.g.leaf.as_ref().filter(|_| self.g.entry == Some(c.entry) && self.failing.is_none())?;
        if c.functions() > 0 || !leaf.steps.iter().all(|s| self.suits(s, args)) {
            return None;
        }
        // They may be values of the leaf: this call's, not the one's that is about to be written.
        let args: Vec<Argument> = args.iter().map(|a| self.lend(*a)).collect();
        let outer: Vec<(Ref, Option<Value>)> =
            leaf.steps.iter().map(|s| (s.inst, self.vals[s.inst.index()].take())).collect();
        let ahead = std::mem::take(&mut self.unboxed_later);
        self.leaf_misses = Some(miss);
        for step in &leaf.steps {
            self.leaf_step(step, &args);
        }
        let result = match self.leaf_int(leaf.result, &args) {
            Some(i) => LeafResult::Int(i),
            None => LeafResult::Word(self.value(leaf.result)),
        };
        self.leaf_misses = None;
        self.unboxed_later = ahead;
        for (r, v) in outer {
            self.vals[r.index()] = v;
        }
        Some(result)
    }

    /// The result as a raw int, where it is one.
    fn leaf_int(&mut self, result: Ref, args: &[Argument]) -> Option<Value> {
        if let Some(c) = self.g.body.as_const(result) {
            let word = taipan_runtime::value::Value::from_bits(c.bits)?;
            return word.as_small_int().map(|i| self.iconst(i));
        }
        match self.raw(result) {
            Some(raw) => Some(self.value(raw)),
            None => self.argument(result, args)?.raw,
        }
    }

    /// The word of the result.
    pub(super) fn leaf_word(&mut self, result: LeafResult) -> Value {
        match result {
            LeafResult::Int(i) => self.tag_int(i),
            LeafResult::Word(v) => v,
        }
    }

    /// The argument that an operand of the leaf is.
    fn argument<T: Copy>(&self, r: Ref, args: &[T]) -> Option<T> {
        let Imm::Slot { slot, .. } = self.g.body.def(r)?.imm else { return None };
        args.get(slot as usize).copied()
    }

    fn lend(&mut self, arg: Ref) -> Argument {
        let raw = self.raw(arg).map(|raw| self.value(raw));
        Argument { word: self.value(arg), raw }
    }

    /// What a word is the box of, where that is a raw int.
    fn raw(&self, r: Ref) -> Option<Ref> {
        self.g.body.def(r).filter(|i| i.op == Op::BoxInt).map(|i| i.args[0])
    }

    /// Is there such an argument, and does dropping it do nothing?
    fn suits(&self, step: &Step, args: &[Ref]) -> bool {
        let inst = &self.g.body.insts[step.inst.index()];
        match inst.op {
            Op::SlotLoad => self.argument(step.inst, args).is_some(),
            Op::Decref => self.argument(inst.args[0], args).is_some_and(|a| match self.g.body.as_const(a) {
                Some(c) => taipan_runtime::value::Value::from_bits(c.bits).is_some_and(|v| !v.is_pointer()),
                None => self.g.body.def(a).is_some_and(|i| matches!(i.op, Op::BoxInt | Op::BoxBool)),
            }),
            _ => true,
        }
    }

    fn leaf_step(&mut self, step: &Step, args: &[Argument]) {
        let inst = &self.g.body.insts[step.inst.index()];
        let raw = inst.args.first().and_then(|a| self.argument(*a, args)).and_then(|a| a.raw);
        match (inst.op, raw) {
            (Op::SlotLoad, _) => {
                let argument = self.argument(step.inst, args).expect("the arguments suit the leaf");
                self.vals[step.inst.index()] = Some(argument.word);
            }
            (Op::Decref, _) => {}
            (Op::GuardInt, Some(_)) if step.holds => {}
            (Op::UnboxInt, Some(raw)) => self.vals[step.inst.index()] = Some(raw),
            _ if step.holds => self.inst(step.inst, inst),
            // Where the guard holds, the code is on another way.
            _ => {
                let fails = self.fb.create_block();
                let miss = self.leaf_misses.replace(fails);
                self.inst(step.inst, inst);
                self.fb.ins().jump(miss.expect("a leaf is being written"), &[]);
                self.leaf_misses = miss;
                self.continue_in(fails);
            }
        }
    }
}
