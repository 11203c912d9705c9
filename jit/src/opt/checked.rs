//! Arithmetic that leaves where the result does not fit 63 bits: the check goes away where ranges show that the
//! result fits, and the whole operation where its operands are constants.
//!
//! ```text
//! v1 = lt v0 v9
//! guard_true v1 @0           v0 <= 2^62 - 2
//! v2 = add_checked v0 1 @1   -> v2 = add v0 1
//! ```

use super::Opt;
use super::facts::Fact;
use crate::ir::{Imm, Inst, Op, Ref, SnapId, Ty};
use taipan_runtime::value::{INT_MAX, INT_MIN};

/// The same without the check.
pub(super) fn unchecked(op: Op) -> Op {
    match op {
        Op::AddChecked => Op::Add,
        Op::SubChecked => Op::Sub,
        Op::MulChecked => Op::Mul,
        Op::ShlChecked => Op::Shl,
        Op::NegChecked => Op::Neg,
        _ => op,
    }
}

impl Opt<'_> {
    /// Emits checked arithmetic; `snap` makes the snapshot when it is needed.
    pub(super) fn checked(&mut self, op: Op, args: &[Ref], snap: impl FnOnce(&mut Self) -> SnapId) -> Ref {
        let range = self.compute_range(op, args);
        if let Some((lo, hi)) = range
            && Fact::range(lo, hi).fits()
        {
            return self.pure(unchecked(op), Ty::I64, args, Imm::None);
        }
        if self.passes.fold
            && let Some(r) = self.checked_identity(op, args)
        {
            return r;
        }
        let mut inst = Inst::new(op, args);
        let key = (op, inst.args.clone(), Imm::None);
        if self.passes.fold
            && let Some(r) = self.st.pure.get(&key)
        {
            return self.resolve(*r);
        }
        inst.snap = Some(snap(self));
        let r = self.push(inst);
        self.st.pure.insert(key, r);
        if let Some((lo, hi)) = range {
            self.learn(r, Fact::range(lo.max(INT_MIN), hi.min(INT_MAX)));
        }
        r
    }

    fn checked_identity(&mut self, op: Op, args: &[Ref]) -> Option<Ref> {
        let c = |o: &Self, i: usize| args.get(i).and_then(|r| o.g.body.as_const(*r)).map(|c| c.as_int());
        match (op, c(self, 0), c(self, 1)) {
            (Op::AddChecked | Op::SubChecked | Op::ShlChecked, _, Some(0)) | (Op::MulChecked, _, Some(1)) => {
                Some(args[0])
            }
            (Op::AddChecked, Some(0), _) | (Op::MulChecked, Some(1), _) => Some(args[1]),
            _ => None,
        }
    }
}
