//! Lowering of ints of 64 bits without a sign: boxes and their contents. What is immediate is done here, what is an
//! object by helpers, out of line.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block as CBlock, InstBuilder, Value, types};
use taipan_runtime::value::{INT_MAX, INT_TAG};

use super::Lower;
use crate::ir::Ref;

impl Lower<'_, '_> {
    /// The word of an int.
    pub(super) fn box_u64(&mut self, r: Ref) -> Value {
        let u = self.value(r);
        let limit = self.iconst(INT_MAX);
        let fits = self.fb.ins().icmp(IntCC::UnsignedLessThanOrEqual, u, limit);
        let (object, done) = (self.cold_block(), self.fb.create_block());
        let word = self.fb.append_block_param(done, types::I64);
        let tagged = self.tag_int(u);
        self.fb.ins().brif(fits, done, &[tagged.into()], object, &[]);
        self.continue_in(object);
        let boxed = self.call_cold(self.layout.ints.box_u64, &[u]);
        self.fb.ins().jump(done, &[boxed.into()]);
        self.continue_in(done);
        word
    }

    pub(super) fn box_u128(&mut self, lo: Ref, hi: Ref) -> Value {
        let (lo, hi) = (self.value(lo), self.value(hi));
        self.call(self.layout.ints.box_u128, &[lo, hi])
    }

    /// An immediate int that is not negative goes on at once; objects are looked into out of line.
    pub(super) fn guard_u64(&mut self, r: Ref, exit: CBlock) {
        let v = self.value(r);
        let (other, done) = (self.cold_block(), self.fb.create_block());
        let bits = self.iconst(i64::MIN | INT_TAG as i64);
        let bits = self.fb.ins().band(v, bits);
        let small = self.fb.ins().icmp_imm_s(IntCC::Equal, bits, INT_TAG as i64);
        self.fb.ins().brif(small, done, &[], other, &[]);
        self.continue_in(other);
        let ok = self.call_cold(self.layout.ints.is_u64, &[v]);
        let ok = self.fb.ins().ireduce(types::I8, ok);
        self.fb.ins().brif(ok, done, &[], exit, &[]);
        self.continue_in(done);
    }

    /// The number that a value is for which `guard_u64` holds.
    pub(super) fn unbox_u64(&mut self, r: Ref) -> Value {
        let v = self.value(r);
        let (object, done) = (self.cold_block(), self.fb.create_block());
        let number = self.fb.append_block_param(done, types::I64);
        let tag = self.fb.ins().band_imm_s(v, INT_TAG as i64);
        let small = self.fb.ins().ushr_imm_s(v, 1);
        self.fb.ins().brif(tag, done, &[small.into()], object, &[]);
        self.continue_in(object);
        let u = self.call_cold(self.layout.ints.u64_of, &[v]);
        self.fb.ins().jump(done, &[u.into()]);
        self.continue_in(done);
        number
    }
}
