//! Raw numbers: functions of doubles; items of `bytes`, `bytearray` and typed arrays, the characters of a `str`.

use super::{Array, Concrete, Known, Raw, Recorder};
use crate::ir::{ExitKind, MemTy, Ref as IrRef};
use taipan_runtime::machine::{Alias, FltFn, RawInt};
use taipan_runtime::object::Kind;
use taipan_runtime::runtime::runtime;

/// How the IR names a raw int in memory.
pub(super) fn raw_type(item: RawInt) -> MemTy {
    match item {
        RawInt::U8 => MemTy::U8,
        RawInt::U16 => MemTy::U16,
        RawInt::U32 => MemTy::U32,
        RawInt::I32 => MemTy::I32,
        RawInt::I64 => MemTy::I64,
    }
}

impl<C: Concrete> Recorder<C> {
    pub(super) fn load_number(&mut self, base: Array, index: Raw<i64>, ty: MemTy, alias: Alias) -> IrRef {
        let (at, offset) = (base.ir, base.behind.unwrap_or(0));
        self.b.load_elem(at, index.ir, Self::mem(alias, ty, offset, false))
    }
    pub(super) fn load_int_item(
        &mut self,
        base: Array,
        index: Raw<i64>,
        item: RawInt,
        alias: Alias,
    ) -> IrRef {
        let ir = self.load_number(base, index, raw_type(item), alias);
        if item == RawInt::I64 {
            let snap = self.snapshot(ExitKind::Resume);
            self.b.guard_fits(ir, snap);
        }
        ir
    }
    pub(super) fn store_number(&mut self, base: Array, index: Raw<i64>, ty: MemTy, v: IrRef, alias: Alias) {
        let (at, offset) = (base.ir, base.behind.unwrap_or(0));
        self.b.store_elem(at, index.ir, v, Self::mem(alias, ty, offset, false));
    }
    /// A function that is an operation of the IR.
    pub(super) fn float_function(&mut self, f: FltFn, a: IrRef) -> IrRef {
        match f {
            FltFn::Neg => self.b.fneg(a),
            FltFn::Abs => self.b.fabs(a),
            FltFn::Sqrt => self.b.fsqrt(a),
            FltFn::Floor => self.b.ffloor(a),
            FltFn::Ceil => self.b.fceil(a),
            FltFn::Trunc => self.b.ftrunc(a),
        }
    }
    /// The `str` of a character below 256, from the runtime's table.
    pub(super) fn load_character(&mut self, c: IrRef) -> IrRef {
        let table = self.b.const_int(runtime().latin1_table() as i64);
        let ir = self.b.load_elem(table, c, Self::mem(Alias::TupleItem, MemTy::Val, 0, true));
        self.learn(ir, Known::Object(Kind::Str as u32));
        ir
    }
}
