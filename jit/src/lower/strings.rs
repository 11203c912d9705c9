//! Lowering of `==` and `!=` of strings: most are decided by their addresses, lengths or first characters.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};

use super::Lower;
use crate::ir::{Body, Imm, Inst, Op};
use crate::layout::StringLayout;

/// Is the instruction an equality of two strings (`true`), or the opposite?
pub(super) fn string_equality(layout: Option<&StringLayout>, body: &Body, inst: &Inst) -> Option<bool> {
    let strings = layout?;
    let (Op::Call, Imm::Helper(h)) = (inst.op, &inst.imm) else { return None };
    if !std::ptr::eq(*h, strings.compare) {
        return None;
    }
    let op = body.as_const(inst.args[2])?.bits;
    strings.equal.iter().position(|e| *e == op).map(|at| at == 0)
}

impl Lower<'_, '_> {
    /// Are two strings equal (or, where `sense` is false, not)?
    ///
    /// ```text
    /// same object?                   equal
    /// other length?                  not
    /// no characters?                 equal
    /// other first byte?              not: also where the characters are of another width, as then the strings differ
    /// else                           the helper
    /// ```
    pub(super) fn string_equal(&mut self, strings: &StringLayout, args: &[Value], sense: bool) -> Value {
        let (a, b) = (args[0], args[1]);
        let flags = MemFlagsData::trusted();
        let (equal, differ) = (i64::from(sense), i64::from(!sense));
        let [other, same_length, some] = [(); 3].map(|()| self.fb.create_block());
        let (slow, done) = (self.cold_block(), self.fb.create_block());
        let result = self.fb.append_block_param(done, types::I8);
        let [equal, differ] = [equal, differ].map(|v| self.fb.ins().iconst(types::I8, v));
        let same = self.fb.ins().icmp(IntCC::Equal, a, b);
        self.fb.ins().brif(same, done, &[equal.into()], other, &[]);
        self.continue_in(other);
        let [n, m] = [a, b].map(|s| self.fb.ins().load(types::I64, flags, s, strings.len));
        let same = self.fb.ins().icmp(IntCC::Equal, n, m);
        self.fb.ins().brif(same, same_length, &[], done, &[differ.into()]);
        self.continue_in(same_length);
        self.fb.ins().brif(n, some, &[], done, &[equal.into()]);
        self.continue_in(some);
        let [x, y] = [a, b].map(|s| self.fb.ins().uload8(types::I64, flags, s, strings.chars));
        let same = self.fb.ins().icmp(IntCC::Equal, x, y);
        self.fb.ins().brif(same, slow, &[], done, &[differ.into()]);
        self.continue_in(slow);
        let answer = self.call_cold(strings.compare, args);
        let answer = self.fb.ins().ireduce(types::I8, answer);
        self.fb.ins().jump(done, &[answer.into()]);
        self.continue_in(done);
        result
    }
}
