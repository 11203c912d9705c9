//! Lowering of the short ways through the region's own function, where the function is called: see
//! [`Leaf`](crate::ir::Leaf).

use cranelift_codegen::ir::{Block as CBlock, InstBuilder, Value};

use super::Lower;
use crate::ir::{Callee, Const, Imm, Leaf, Op, Ref, Step};
use taipan_runtime::value::Value as Word;

/// An argument of a call.
#[derive(Clone, Copy)]
struct Argument {
    word: Value,
    /// The raw int that it is the word of.
    raw: Option<Value>,
}

/// Where a leaf's ways lead.
#[derive(Clone, Copy)]
pub(super) struct Ways {
    /// A result: the block's parameter.
    pub done: CBlock,
    /// The results are raw ints.
    pub ints: bool,
    /// The call must be made, before anything has happened.
    pub miss: CBlock,
}

impl<'a> Lower<'a, '_> {
    /// The leaf of a call, if it suits the arguments.
    pub(super) fn leaf_of(&self, c: &Callee, args: &[Ref]) -> Option<&'a Leaf> {
        let own = self.g.entry == Some(c.entry) && c.functions() == 0 && self.failing.is_none();
        self.g.leaf.as_ref().filter(|leaf| own && self.suits(leaf, args))
    }

    /// Are all results raw ints?
    pub(super) fn gives_ints(&self, leaf: &Leaf, args: &[Ref]) -> bool {
        let mut all = true;
        leaf.for_each(&mut |l| {
            all &= l.result.is_none_or(|r| match self.g.body.as_const(r) {
                Some(c) => small_int(c).is_some(),
                None => self.raw(r).or_else(|| self.raw(self.argument(r, args)?)).is_some(),
            });
        });
        all
    }

    /// Writes a leaf.
    pub(super) fn leaf(&mut self, leaf: &'a Leaf, arguments: &[Ref], to: Ways) {
        // They may be values of the leaf: this call's, not the one's that is about to be written.
        let args: Vec<Argument> = arguments.iter().map(|a| self.lend(*a)).collect();
        let mut insts: Vec<Ref> = Vec::new();
        leaf.for_each(&mut |l| insts.extend(l.steps.iter().map(|s| s.inst)));
        let outer: Vec<Option<Value>> = insts.iter().map(|r| self.vals[r.index()].take()).collect();
        let ahead = std::mem::take(&mut self.unboxed_later);
        let mut parts = vec![(leaf, None)];
        while let Some((part, block)) = parts.pop() {
            // The first goes on in the block that is being written.
            if let Some(block) = block {
                self.continue_in(block);
            }
            for step in &part.steps {
                if self.is_known(step, &args) {
                    continue;
                }
                let other = step.fails.as_deref().filter(|l| self.suits(l, arguments));
                let other = other.map(|l| (l, self.fb.create_block()));
                self.leaf_misses = Some(other.map_or(to.miss, |(_, b)| b));
                self.leaf_step(step, &args);
                parts.extend(other.map(|(l, b)| (l, Some(b))));
            }
            match part.result {
                Some(r) => {
                    let result = if to.ints { self.leaf_int(r, &args) } else { self.value(r) };
                    self.fb.ins().jump(to.done, &[result.into()]);
                }
                None => {
                    self.fb.ins().jump(to.miss, &[]);
                }
            }
        }
        self.leaf_misses = None;
        self.unboxed_later = ahead;
        for (r, v) in insts.into_iter().zip(outer) {
            self.vals[r.index()] = v;
        }
    }

    /// A result as a raw int.
    fn leaf_int(&mut self, result: Ref, args: &[Argument]) -> Value {
        if let Some(i) = self.g.body.as_const(result).and_then(small_int) {
            return self.iconst(i);
        }
        match self.raw(result) {
            Some(raw) => self.value(raw),
            None => self.argument(result, args).and_then(|a| a.raw).expect("the results are ints"),
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

    /// Are there such arguments, and does dropping them do nothing?
    fn suits(&self, leaf: &Leaf, args: &[Ref]) -> bool {
        leaf.steps.iter().all(|step| {
            let inst = &self.g.body.insts[step.inst.index()];
            match inst.op {
                Op::SlotLoad => self.argument(step.inst, args).is_some(),
                Op::Decref => self.argument(inst.args[0], args).is_some_and(|a| self.is_immediate(a)),
                _ => true,
            }
        })
    }

    fn is_immediate(&self, r: Ref) -> bool {
        match self.g.body.as_const(r) {
            Some(c) => Word::from_bits(c.bits).is_some_and(|v| !v.is_pointer()),
            None => self.g.body.def(r).is_some_and(|i| matches!(i.op, Op::BoxInt | Op::BoxBool)),
        }
    }

    /// Is this a guard that the argument is an int, and it is?
    fn is_known(&self, step: &Step, args: &[Argument]) -> bool {
        let inst = &self.g.body.insts[step.inst.index()];
        inst.op == Op::GuardInt && self.argument(inst.args[0], args).is_some_and(|a| a.raw.is_some())
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
            (Op::UnboxInt, Some(raw)) => self.vals[step.inst.index()] = Some(raw),
            _ => self.inst(step.inst, inst),
        }
    }
}

/// The int that a constant word is.
fn small_int(c: Const) -> Option<i64> {
    Word::from_bits(c.bits).and_then(Word::as_small_int)
}
