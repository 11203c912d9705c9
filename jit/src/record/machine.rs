//! `impl Machine for Recorder`: each method does the real thing and emits IR.
//!
//! # Invariants
//! - The words in a [`Sym`] are the concrete machine's; ownership of the *concrete* references is the concrete
//!   machine's business alone, ownership in the *trace* is what `Sym::owned` says.
//! - Addresses in constants belong to objects in `keep`, to code, or to the runtime.

use super::numbers::raw_type;
use super::{Abort, Array, Concrete, Known, Raw, Recorder, Sym};
use crate::ir::{ExitKind, MemTy, Ref as IrRef, Ty};
use crate::record::frames::{Head, StartFrame};
use std::mem::offset_of;
use taipan_runtime::error::PyResult;
use taipan_runtime::exec::code::ExecCode;
use taipan_runtime::exec::insn::{A_TEMP, B_TEMP, DST_LOCAL, Insn, KEYWORDS};
use taipan_runtime::helper::Helper;
use taipan_runtime::helpers;
use taipan_runtime::machine::{
    Alias, AttrHit, Exit, Field, FltFn, FltOp, IntOp, Machine, MethodHit, Owned, RawInt, Step, StoreHit,
    WideOp,
};
use taipan_runtime::object::{Object, P};
use taipan_runtime::protocol::operator::Operator;
use taipan_runtime::protocol::place::dict_cell;
use taipan_runtime::sem::intrinsics::Intrinsic;
use taipan_runtime::slots::CmpOp;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::descriptor::NativeFunction;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::instance::Instance;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{UNBOUND, Value};

/// Entering machine code pays for a generator's last turn from so many ops on.
pub(super) const WORTH_OPS: usize = 100;
impl<C: Concrete> Machine for Recorder<C> {
    type V = Sym;
    type Int = Raw<i64>;
    type Flt = Raw<f64>;
    const WIDE_FIRST: bool = true;
    type Bool = Raw<bool>;
    type Ptr<T: Object> = (C::Ptr<T>, IrRef);
    type Base = Array;

    fn stop(&mut self) -> Option<Exit> {
        if let Some(exit) = self.check_limits() {
            return Some(exit);
        }
        self.settle_quiet();
        let at_header =
            self.head != Head::Function && self.frames.count() == 1 && self.c.upcoming() == self.header;
        if at_header && !self.fresh {
            self.close();
            self.c.save_upcoming();
            return Some(Exit::Stop);
        }
        let upcoming = self.c.upcoming();
        if !self.fresh && self.join(upcoming) {
            self.c.save_upcoming();
            return Some(Exit::Stop);
        }
        if self.frames.count() == 1 && upcoming > self.body_end {
            self.give_up(Abort::LastTurn);
            self.c.save_upcoming();
            return Some(Exit::Stop);
        }
        self.fresh = false;
        None
    }
    fn fetch(&mut self) -> Insn {
        self.c.fetch()
    }
    fn jump(&mut self, distance: i32) {
        self.c.jump(distance);
    }
    fn back_edge(&mut self, i: Insn) -> Step {
        let distance = i32::from(i.b) | (i32::from(i.c as i16) << 16);
        let target = self.c.current().wrapping_offset(distance as isize);
        let to_header = self.head != Head::Function && self.frames.count() == 1 && target == self.header;
        // The poll comes with the state at the loop's start.
        let snap = self.snapshot_at(ExitKind::Poll, target, None);
        self.b.poll(snap);
        self.c.jump(distance);
        if !to_header {
            let code = self.c.code();
            let counter = &code.loops[i.d as usize];
            let generator = self.frames.count() > 1 && self.frames.top().generator;
            if counter.region.get() != 0 && !generator {
                // The other loop has machine code of its own.
                self.link(target, counter);
                return Ok(());
            }
            let n = self.inner.entry(target as usize).or_insert(0);
            *n += 1;
            // The loop gets a region of its own when it is hot. A generator's may yield before it comes round.
            let linked = match self.head {
                Head::Loop => false,
                Head::Function => true,
                Head::Resumption => *n > 1,
            };
            if linked && self.root && self.frames.count() == 1 {
                self.link(target, counter);
            } else if *n > 3 {
                self.resume_out_of_line();
                self.give_up(Abort::InnerLoop);
            }
        }
        Ok(())
    }
    fn quicken(&mut self, i: Insn) {
        self.c.quicken(i);
    }
    fn redo(&mut self) {
        self.c.redo();
    }
    fn code(&self) -> &'static ExecCode {
        self.c.code()
    }

    fn get(&mut self, slot: u16) -> Sym {
        let word = self.c.get(slot);
        let e = self.slot(slot, word);
        Sym { word, ir: e.ir, owned: false }
    }
    fn constant(&mut self, index: u16) -> Sym {
        self.constant_wide(index.into())
    }
    fn constant_wide(&mut self, index: u32) -> Sym {
        let word = self.c.constant_wide(index);
        self.literal(word)
    }
    fn word(&self, v: Sym) -> Value {
        v.word
    }
    fn literal(&mut self, v: Value) -> Sym {
        let ir = self.constant_word(v);
        self.sym(v, ir)
    }
    fn put(&mut self, i: Insn, v: Owned<Sym>) {
        let old = i.has(DST_LOCAL).then(|| self.c.get(i.c));
        // The old word's class may run code when it is dropped for real, below: the trace's part comes first.
        self.store_slot(i.c, v.0, old);
        self.c.put(i, Owned(v.0.word));
    }
    fn put_temp(&mut self, slot: u16, v: Owned<Sym>) {
        let frame = self.frames.count() - 1;
        self.frames.set_entry(frame, slot, v.0);
        self.c.put_temp(slot, Owned(v.0.word));
    }
    fn take(&mut self, slot: u16) -> Owned<Sym> {
        let Owned(word) = self.c.take(slot);
        let e = self.slot(slot, word);
        let frame = self.frames.count() - 1;
        self.frames.forget(frame, slot);
        Owned(Sym { word, ..e })
    }
    fn own_slot(&mut self, slot: u16) {
        let word = self.c.get(slot);
        let e = self.slot(slot, word);
        let e = self.own(e);
        self.frames.set_entry(self.frames.count() - 1, slot, e);
        self.orphan(e);
    }
    fn take_local(&mut self, slot: u16) -> Owned<Sym> {
        let Owned(word) = self.c.take_local(slot);
        let e = self.slot(slot, word);
        let frame = self.frames.count() - 1;
        let ir = self.b.const_val(UNBOUND);
        self.frames.set_entry(frame, slot, Sym { word: UNBOUND, ir, owned: true });
        Owned(Sym { word, ..e })
    }
    fn drop_temp(&mut self, slot: u16) {
        let frame = self.frames.count() - 1;
        let word = self.c.get(slot);
        let e = self.slot(slot, word);
        self.frames.forget(frame, slot);
        self.drop_sym(e);
        self.c.drop_temp(slot);
    }
    fn drop_numbers(&mut self, i: Insn) {
        let frame = self.frames.count() - 1;
        for (flag, slot) in [(A_TEMP, i.a), (B_TEMP, i.b)] {
            if i.has(flag)
                && let Some(e) = self.frames.entry(frame, slot)
            {
                self.frames.forget(frame, slot);
                if self.known.get(&e.ir) == Some(&Known::Float) {
                    self.drop_sym(e);
                }
            }
        }
        self.c.drop_numbers(i);
    }
    fn retain(&mut self, v: Sym) -> Owned<Sym> {
        let Owned(word) = self.c.retain(v.word);
        let v = Sym { word, ir: v.ir, owned: false };
        let i = self.insn();
        let frame = self.frames.count() - 1;
        // What the instruction drops may be the only owner.
        let drops = [(A_TEMP, i.a), (B_TEMP, i.b)].into_iter().any(|(flag, slot)| {
            i.has(flag) && self.frames.entry(frame, slot).is_some_and(|e| e.owned && self.counted(e.ir))
        });
        Owned(if drops && !v.ir.is_const() { self.own(v) } else { v })
    }
    fn release(&mut self, v: Owned<Sym>) {
        self.drop_sym(v.0);
        self.c.release(Owned(v.0.word));
    }

    fn both_int(&mut self, x: Sym, y: Sym) -> Option<(Raw<i64>, Raw<i64>)> {
        let (a, b) = self.c.both_int(x.word, y.word)?;
        let (x, y) = (self.unbox_int(x), self.unbox_int(y));
        Some((Raw { now: a, ir: x }, Raw { now: b, ir: y }))
    }
    // The interpreter leaves floats on the heap to helpers; in a trace they are as good as the others.
    fn both_float(&mut self, x: Sym, y: Sym) -> Option<(Raw<f64>, Raw<f64>)> {
        let (a, b) = (x.word.as_exact_float()?, y.word.as_exact_float()?);
        let (x, y) = (self.unbox_float(x), self.unbox_float(y));
        Some((Raw { now: a, ir: x }, Raw { now: b, ir: y }))
    }
    fn mixed_float(&mut self, x: Sym, y: Sym) -> Option<(Raw<f64>, Raw<f64>)> {
        let number = |v: Value| v.as_small_int().map(|i| i as f64).or_else(|| v.as_exact_float());
        let (a, b) = (number(x.word)?, number(y.word)?);
        let mut one = |v: Sym| {
            if v.word.is_int() {
                let i = self.unbox_int(v);
                self.b.i2f(i)
            } else {
                self.unbox_float(v)
            }
        };
        let (x, y) = (one(x), one(y));
        Some((Raw { now: a, ir: x }, Raw { now: b, ir: y }))
    }
    fn as_int(&mut self, v: Sym) -> Option<Raw<i64>> {
        let now = self.c.as_int(v.word)?;
        let ir = self.unbox_int(v);
        Some(Raw { now, ir })
    }
    fn as_float(&mut self, v: Sym) -> Option<Raw<f64>> {
        let now = v.word.as_exact_float()?;
        let ir = self.unbox_float(v);
        Some(Raw { now, ir })
    }
    fn as_bool(&mut self, v: Sym) -> Option<bool> {
        let now = self.c.as_bool(v.word)?;
        if self.raw_type(v.ir) == Ty::Bool {
            return Some(self.test(Raw { now, ir: v.ir }));
        }
        self.guard_identity(v);
        self.learn(v.ir, Known::Immediate);
        Some(now)
    }
    fn is_word(&mut self, v: Sym, word: Value) -> bool {
        let is = self.c.is_word(v.word, word);
        if self.as_const(v.ir).is_some() || !matches!(self.raw_type(v.ir), Ty::Val | Ty::Ptr) {
            return is;
        }
        if is {
            self.guard_identity(v);
        } else if !matches!(self.known.get(&v.ir), Some(Known::Object(_))) || word.is_pointer() {
            let snap = self.snapshot(ExitKind::Resume);
            self.b.guard_not_word(v.ir, word.bits(), snap);
        }
        is
    }
    fn exhausted(&mut self, v: Sym, i: Insn) -> bool {
        let ended = self.c.exhausted(v.word, i);
        let frame = self.frames.count() - 1;
        let here = self.c.current();
        if ended {
            let old = i.has(DST_LOCAL).then(|| self.frames.entry(frame, i.c)).flatten();
            if i.has(DST_LOCAL) && old.is_none() {
                // What the local holds is known to memory alone: read it, so that the exit can drop it.
                let now = self.c.get(i.c);
                self.slot(i.c, now);
            }
            let old = if i.has(DST_LOCAL) { self.frames.entry(frame, i.c) } else { None };
            let drops = old.filter(|e| e.owned && self.counted(e.ir)).map(|e| e.ir);
            let snap = self.snapshot_behind(here.wrapping_add(1), Some((i.c, v.ir)), drops);
            self.b.guard_word(v.ir, UNBOUND.bits(), snap);
        } else {
            let it = self.frames.entry(frame, i.a);
            let drops = it.filter(|e| e.owned && self.counted(e.ir)).map(|e| e.ir);
            let snap = self.snapshot_behind(here.wrapping_offset(i.d as isize), None, drops);
            self.b.guard_not_word(v.ir, UNBOUND.bits(), snap);
        }
        ended
    }
    fn known_same(&self, x: Sym, y: Sym) -> bool {
        x.ir == y.ir
    }
    fn same(&mut self, x: Sym, y: Sym) -> Raw<bool> {
        let now = self.c.same(x.word, y.word);
        if x.ir == y.ir {
            // A raw double would be boxed twice.
            return Raw { now, ir: self.b.const_bool(true) };
        }
        let words = self.lend(&[x, y]);
        let ir = self.b.eq(words[0], words[1]);
        self.drop_boxes(&[x, y], &words);
        Raw { now, ir }
    }
    fn exact<T: Object>(&mut self, v: Sym) -> Option<(C::Ptr<T>, IrRef)> {
        let p = self.c.exact::<T>(v.word)?;
        self.guard_id(v, T::KIND as u32);
        Some((p, v.ir))
    }
    fn made<T: Object>(&mut self, v: &Owned<Sym>) -> (C::Ptr<T>, IrRef) {
        self.learn(v.0.ir, Known::Object(T::KIND as u32));
        (self.c.made::<T>(&Owned(v.0.word)), v.0.ir)
    }
    fn intrinsic(&mut self, f: Sym) -> Option<Intrinsic> {
        if self.generic() {
            return None;
        }
        let i = self.c.intrinsic(f.word)?;
        match f.word.exact::<NativeFunction>() {
            // Bound methods are made over and over.
            Some(native) if self.as_const(f.ir).is_none() => {
                self.guard_id(f, NativeFunction::KIND as u32);
                let at = offset_of!(NativeFunction, def) as u32;
                let def = self.b.load(f.ir, Self::mem(Alias::BoundMethod, MemTy::I64, at, true));
                let snap = self.snapshot(ExitKind::Resume);
                self.b.guard_word(def, std::ptr::from_ref(native.def) as u64, snap);
            }
            _ => self.guard_identity(f),
        }
        Some(i)
    }
    fn instance_check(&mut self, v: Sym, class: Sym) -> Option<bool> {
        if self.generic() {
            return None;
        }
        let is = self.c.instance_check(v.word, class.word)?;
        if !self.guard_class(v) {
            return None;
        }
        self.guard_identity(class);
        Some(is)
    }
    fn class_has(&mut self, v: Sym, flag: u32) -> Option<bool> {
        let found = self.c.class_has(v.word, flag)?;
        (!self.generic() && self.guard_class(v)).then_some(found)
    }
    fn has_id(&mut self, v: Sym, id: u32) -> bool {
        if !self.c.has_id(v.word, id) {
            return false;
        }
        self.guard_id(v, id);
        true
    }
    fn test(&mut self, b: Raw<bool>) -> bool {
        if self.as_const(b.ir).is_none() {
            let snap = self.snapshot_of_test();
            if b.now {
                self.b.guard_true(b.ir, snap);
            } else {
                self.b.guard_false(b.ir, snap);
            }
        }
        b.now
    }

    fn int(&mut self, i: i64) -> Raw<i64> {
        Raw { now: i, ir: self.b.const_int(i) }
    }
    fn int_arith(&mut self, op: IntOp, a: Raw<i64>, b: Raw<i64>) -> Option<Raw<i64>> {
        let now = self.c.int_arith(op, a.now, b.now)?;
        let (x, y) = (a.ir, b.ir);
        let checked = matches!(op, IntOp::Add | IntOp::Sub | IntOp::Mul | IntOp::Shl | IntOp::FloorDiv);
        let snap = if checked { Some(self.snapshot(ExitKind::Resume)) } else { None };
        let ir = match (op, snap) {
            (IntOp::Add, Some(s)) => self.b.add_checked(x, y, s),
            (IntOp::Sub, Some(s)) => self.b.sub_checked(x, y, s),
            (IntOp::Mul, Some(s)) => self.b.mul_checked(x, y, s),
            (IntOp::Shl, Some(s)) => self.b.shl_checked(x, y, s),
            (IntOp::FloorDiv, Some(s)) => {
                let r = self.b.floor_div(x, y);
                self.b.guard_fits(r, s);
                r
            }
            (IntOp::Mod, _) => self.b.floor_mod(x, y),
            (IntOp::And, _) => self.b.and(x, y),
            (IntOp::Or, _) => self.b.or(x, y),
            (IntOp::Xor, _) => self.b.xor(x, y),
            _ => self.b.sar(x, y),
        };
        Some(Raw { now, ir })
    }
    fn foresee(&mut self, a: Raw<i64>, usual: i64) {
        if a.now == usual && self.as_const(a.ir).is_none() {
            let usual = self.b.const_int(usual);
            let same = self.b.eq(a.ir, usual);
            let snap = self.snapshot(ExitKind::Resume);
            self.b.guard_true(same, snap);
        }
    }
    fn int_add_unchecked(&mut self, a: Raw<i64>, b: Raw<i64>) -> Raw<i64> {
        Raw { now: self.c.int_add_unchecked(a.now, b.now), ir: self.b.add(a.ir, b.ir) }
    }
    fn int_cmp(&mut self, op: CmpOp, a: Raw<i64>, b: Raw<i64>) -> Raw<bool> {
        Raw { now: self.c.int_cmp(op, a.now, b.now), ir: self.cmp_ir(op, a.ir, b.ir) }
    }
    fn int_below(&mut self, a: Raw<i64>, b: Raw<i64>) -> Raw<bool> {
        Raw { now: self.c.int_below(a.now, b.now), ir: self.b.ult(a.ir, b.ir) }
    }
    fn int_to_float(&mut self, a: Raw<i64>) -> Raw<f64> {
        Raw { now: self.c.int_to_float(a.now), ir: self.b.i2f(a.ir) }
    }
    fn flt_arith(&mut self, op: FltOp, a: Raw<f64>, b: Raw<f64>) -> Option<Raw<f64>> {
        let now = self.c.flt_arith(op, a.now, b.now)?;
        let ir = match op {
            FltOp::Add => self.b.fadd(a.ir, b.ir),
            FltOp::Sub => self.b.fsub(a.ir, b.ir),
            FltOp::Mul => self.b.fmul(a.ir, b.ir),
            FltOp::Div => {
                let zero = self.b.const_float(0.0);
                let ok = self.b.fne(b.ir, zero);
                let snap = self.snapshot(ExitKind::Resume);
                self.b.guard_true(ok, snap);
                self.b.fdiv(a.ir, b.ir)
            }
        };
        Some(Raw { now, ir })
    }
    fn flt(&mut self, f: f64) -> Raw<f64> {
        Raw { now: f, ir: self.b.const_float(f) }
    }
    fn flt_cmp(&mut self, op: CmpOp, a: Raw<f64>, b: Raw<f64>) -> Raw<bool> {
        Raw { now: self.c.flt_cmp(op, a.now, b.now), ir: self.fcmp_ir(op, a.ir, b.ir) }
    }
    fn flt_fn(&mut self, f: FltFn, a: Raw<f64>) -> Raw<f64> {
        Raw { now: self.c.flt_fn(f, a.now), ir: self.float_function(f, a.ir) }
    }
    fn flt_to_int(&mut self, a: Raw<f64>) -> Raw<i64> {
        Raw { now: self.c.flt_to_int(a.now), ir: self.b.f2i(a.ir) }
    }
    fn flt_call<const N: usize>(&mut self, h: &'static Helper, args: [Raw<f64>; N]) -> Raw<f64> {
        let now = self.c.flt_call(h, args.map(|a| a.now));
        Raw { now, ir: self.b.call(h, &args.map(|a| a.ir)) }
    }
    fn numeric(&self, f: Sym) -> Option<&'static Helper> {
        self.c.numeric(f.word)
    }
    fn select_int(&mut self, c: Raw<bool>, a: Raw<i64>, b: Raw<i64>) -> Raw<i64> {
        Raw { now: self.c.select_int(c.now, a.now, b.now), ir: self.b.select(c.ir, a.ir, b.ir) }
    }
    fn select_float(&mut self, c: Raw<bool>, a: Raw<f64>, b: Raw<f64>) -> Raw<f64> {
        Raw { now: self.c.select_float(c.now, a.now, b.now), ir: self.b.select(c.ir, a.ir, b.ir) }
    }
    fn box_int(&mut self, a: Raw<i64>) -> Owned<Sym> {
        let Owned(word) = self.c.box_int(a.now);
        Self::owned(self.sym(word, a.ir))
    }
    fn wide(&mut self, op: WideOp, x: Sym, y: Sym) -> Option<Owned<Sym>> {
        let (a, b) = self.wide_operands(op, x, y)?;
        let r = self.wide_result(op, a, b)?;
        Some(self.wide_boxed(op, [x, y], r))
    }
    fn box_float(&mut self, a: Raw<f64>) -> Owned<Sym> {
        let Owned(word) = self.c.box_float(a.now);
        Self::owned(self.sym(word, a.ir))
    }
    fn box_bool(&mut self, b: Raw<bool>, negate: bool) -> Owned<Sym> {
        let Owned(word) = self.c.box_bool(b.now, negate);
        let ir = if negate { self.b.bnot(b.ir) } else { b.ir };
        Self::owned(self.sym(word, ir))
    }

    fn load_int<T: Object>(&mut self, p: Self::Ptr<T>, f: Field<T, i64>) -> Raw<i64> {
        let now = self.c.load_int(p.0, f);
        let ir = self.b.load(p.1, Self::mem(f.alias, MemTy::I64, f.offset, f.immutable));
        Raw { now, ir }
    }
    fn load<T: Object>(&mut self, p: Self::Ptr<T>, f: Field<T, Value>) -> Sym {
        let now = self.c.load(p.0, f);
        let ir = self.b.load(p.1, Self::mem(f.alias, MemTy::Val, f.offset, f.immutable));
        self.sym(now, ir)
    }
    fn load_byte<T: Object>(&mut self, p: Self::Ptr<T>, f: Field<T, u8>) -> Raw<i64> {
        let now = self.c.load_byte(p.0, f);
        let ir = self.b.load(p.1, Self::mem(f.alias, MemTy::U8, f.offset, f.immutable));
        Raw { now, ir }
    }
    fn load_base<T: Object, X>(&mut self, p: Self::Ptr<T>, f: Field<T, *mut X>) -> Array {
        let now = self.c.load_base(p.0, f);
        let ir = self.b.load(p.1, Self::mem(f.alias, MemTy::Ptr, f.offset, f.immutable));
        Array { now, ir, behind: None }
    }
    fn trailing<T: Object>(&mut self, p: Self::Ptr<T>) -> Array {
        Array { now: self.c.trailing(p.0), ir: p.1, behind: Some(size_of::<T>() as u32) }
    }
    fn elem(&mut self, base: Array, index: Raw<i64>, alias: Alias) -> Sym {
        let now = self.c.elem(base.now, index.now, alias);
        let immutable = alias == Alias::TupleItem;
        let ir = match self.fixed_place(base, index) {
            Some(offset) => self.b.load(base.ir, Self::mem(alias, MemTy::Val, offset, immutable)),
            None => {
                let base = self.address(base);
                self.b.load_elem(base, index.ir, Self::mem(alias, MemTy::Val, 0, immutable))
            }
        };
        self.sym(now, ir)
    }
    fn swap_elem(&mut self, base: Array, index: Raw<i64>, v: Owned<Sym>, alias: Alias) -> Owned<Sym> {
        let old_ir = match self.fixed_place(base, index) {
            Some(offset) => {
                let mem = Self::mem(alias, MemTy::Val, offset, false);
                let old = self.b.load(base.ir, mem);
                let v = self.own(v.0);
                let word = self.tagged(v);
                self.b.store(base.ir, word, mem);
                old
            }
            None => {
                let mem = Self::mem(alias, MemTy::Val, 0, false);
                let at = self.address(base);
                let old = self.b.load_elem(at, index.ir, mem);
                let v = self.own(v.0);
                let word = self.tagged(v);
                self.b.store_elem(at, index.ir, word, mem);
                old
            }
        };
        let v = v.0;
        let Owned(old) = self.c.swap_elem(base.now, index.now, Owned(v.word), alias);
        Self::owned(self.sym(old, old_ir))
    }
    fn raw_int(&mut self, base: Array, index: Raw<i64>, item: RawInt, alias: Alias) -> Option<Raw<i64>> {
        let now = self.c.raw_int(base.now, index.now, item, alias)?;
        Some(Raw { now, ir: self.load_int_item(base, index, item, alias) })
    }
    fn set_raw_int(&mut self, base: Array, index: Raw<i64>, item: RawInt, v: Raw<i64>, alias: Alias) {
        self.store_number(base, index, raw_type(item), v.ir, alias);
        self.c.set_raw_int(base.now, index.now, item, v.now, alias);
    }
    fn raw_float(&mut self, base: Array, index: Raw<i64>, alias: Alias) -> Raw<f64> {
        Raw {
            now: self.c.raw_float(base.now, index.now, alias),
            ir: self.load_number(base, index, MemTy::F64, alias),
        }
    }
    fn set_raw_float(&mut self, base: Array, index: Raw<i64>, v: Raw<f64>, alias: Alias) {
        self.store_number(base, index, MemTy::F64, v.ir, alias);
        self.c.set_raw_float(base.now, index.now, v.now, alias);
    }
    fn character(&mut self, c: Raw<i64>) -> Sym {
        let word = self.c.character(c.now);
        let ir = self.load_character(c.ir);
        self.sym(word, ir)
    }
    fn set_shape(&mut self, p: Self::Ptr<Instance>, shape: u32) {
        let id = self.b.const_int(shape.into());
        let at = offset_of!(taipan_runtime::object::Header, id) as u32;
        self.b.store(p.1, id, Self::mem(Alias::Shape, MemTy::U32, at, false));
        self.learn(p.1, Known::Object(shape));
        self.c.set_shape(p.0, shape);
    }
    fn store_int<T: Object>(&mut self, p: Self::Ptr<T>, f: Field<T, i64>, v: Raw<i64>) {
        self.b.store(p.1, v.ir, Self::mem(f.alias, MemTy::I64, f.offset, false));
        self.c.store_int(p.0, f, v.now);
    }
    fn swap<T: Object>(&mut self, p: Self::Ptr<T>, f: Field<T, Value>, v: Owned<Sym>) -> Owned<Sym> {
        let mem = Self::mem(f.alias, MemTy::Val, f.offset, false);
        let old_ir = self.b.load(p.1, mem);
        let v = self.own(v.0);
        let word = self.tagged(v);
        self.b.store(p.1, word, mem);
        let Owned(old) = self.c.swap(p.0, f, Owned(v.word));
        Self::owned(self.sym(old, old_ir))
    }

    fn function(&mut self) -> Sym {
        let word = self.c.function();
        if let Some(f) = self.frame_function(self.frames.count() - 1) {
            return Sym { word, ..f };
        }
        if self.frames.count() > 1 || self.head == Head::Loop {
            return self.literal(word);
        }
        // Whichever function of this code the region was entered with.
        let frame = self.b.frame();
        let at = offset_of!(taipan_runtime::frame::Frame, function) as u32;
        let ir = self.b.load(frame, Self::mem(Alias::BoundMethod, MemTy::Ptr, at, true));
        self.learn(ir, Known::Object(Function::KIND as u32));
        self.grounds.keep.push(word.own());
        self.sym(word, ir)
    }
    fn at_module_level(&mut self) -> bool {
        self.c.at_module_level()
    }
    fn cached_global(&mut self, d: i32) -> Option<Sym> {
        let word = self.c.cached_global(d)?;
        let f = self.frames.top().function;
        let name = self.c.code().caches[d as usize].name;
        let place = f.globals.place_of(name);
        if place.is_some() && f.globals.loses_keys.get() && self.c.code().deletes(name) {
            // It gets another place each time: the helper finds it.
            return None;
        }
        if let Some(constant) = self.lasting_global(f, name, word, place.is_none()) {
            return Some(constant);
        }
        if let Some(place) = place {
            return Some(self.dict_value(f.globals, place, word));
        }
        // A builtin: the globals do not have the name as long as their keys stay.
        self.guard_keys(f.globals);
        let place = f.builtins.place_of(name)?;
        Some(self.dict_value(f.builtins, place, word))
    }
    fn attr(&mut self, v: Sym, d: i32) -> AttrHit<Self> {
        if self.generic() {
            return AttrHit::Miss;
        }
        let word = v.word;
        // The interpreter's cache may be another class's.
        let hit = match self.c.attr(word, d) {
            AttrHit::Miss => {
                self.c.relearn(d);
                self.c.attr(word, d)
            }
            hit => hit,
        };
        match hit {
            AttrHit::Slot(p, slot) => {
                self.guard_id(v, word.header().id.get());
                self.guard_class_version(word.class());
                AttrHit::Slot((p, v.ir), slot)
            }
            AttrHit::Value(found) => {
                let name = self.c.code().caches[d as usize].name;
                AttrHit::Value(self.found(v, name, found))
            }
            AttrHit::Miss => AttrHit::Miss,
        }
    }
    fn attr_store(&mut self, v: Sym, d: i32) -> Option<StoreHit<Self>> {
        if self.generic() {
            return None;
        }
        let hit = match self.c.attr_store(v.word, d) {
            None => {
                self.c.relearn(d);
                self.c.attr_store(v.word, d).or_else(|| self.c.attr_store(v.word, d))?
            }
            Some(hit) => hit,
        };
        self.guard_id(v, v.word.header().id.get());
        self.guard_class_version(v.word.class());
        if hit.shape.is_some() {
            let at = offset_of!(Instance, inline) as u32;
            let room = self.b.load(v.ir, Self::mem(Alias::BoundMethod, MemTy::U32, at, true));
            let slot = self.b.const_int(hit.slot.into());
            let ok = self.b.ult(slot, room);
            let snap = self.snapshot(ExitKind::Resume);
            self.b.guard_true(ok, snap);
        }
        Some(StoreHit { instance: (hit.instance, v.ir), slot: hit.slot, shape: hit.shape })
    }
    fn method(&mut self, v: Sym, d: i32) -> MethodHit<Self> {
        if self.generic() {
            return MethodHit::Miss;
        }
        let hit = match self.c.method(v.word, d) {
            MethodHit::Miss => {
                self.c.relearn(d);
                self.c.method(v.word, d)
            }
            hit => hit,
        };
        match hit {
            // Its dict may get the name without the class or the object's id telling.
            MethodHit::Method(_) if v.word.is_pointer() && dict_cell(v.word, v.word.class()).is_some() => {
                MethodHit::Miss
            }
            MethodHit::Method(f) => MethodHit::Method(self.class_function(v, f)),
            MethodHit::Bound(f, class) => {
                let f = self.class_function(v, f);
                let ir = self.constant_word(class);
                MethodHit::Bound(f, self.sym(class, ir))
            }
            MethodHit::Value(f) => {
                let name = self.c.code().caches[d as usize].name;
                MethodHit::Value(self.found(v, name, f))
            }
            MethodHit::Miss => MethodHit::Miss,
        }
    }
    fn method_self(&mut self) -> Owned<Sym> {
        let Owned(word) = self.c.method_self();
        let thread = self.b.thread();
        let at = offset_of!(Thread, method_self) as u32;
        let ir = self.b.load(thread, Self::mem(Alias::MethodSelf, MemTy::Val, at, false));
        Self::owned(self.sym(word, ir))
    }
    fn special_method(&mut self, v: Sym, number: i32) -> Option<Sym> {
        let word = self.c.special_method(v.word, number)?;
        Some(self.class_function(v, word))
    }
    fn super_method(&mut self, sup: Sym, class: Sym, this: Sym, n: i32) -> Option<Sym> {
        let word = self.c.super_method(sup.word, class.word, this.word, n)?;
        self.guard_identity(sup);
        self.guard_identity(class);
        Some(self.class_function(this, word))
    }
    fn super_static(&mut self, sup: Sym, class: Sym, this: Sym, n: i32) -> Option<Sym> {
        let word = self.c.super_static(sup.word, class.word, this.word, n)?;
        self.guard_identity(sup);
        self.guard_identity(class);
        Some(self.class_function(this, word))
    }
    fn cache_name(&mut self, d: i32) -> Sym {
        let word = self.c.cache_name(d);
        self.literal(word)
    }
    fn callee(&mut self, f: Self::Ptr<Function>, argc: u32) -> Option<(P<Function>, &'static ExecCode)> {
        if self.generic() {
            return None;
        }
        let plain = self.c.callee(f.0, argc);
        let (p, code) = plain.filter(|(_, code)| code.simple && code.argcount == argc)?;
        if self.foreign(p) {
            return None;
        }
        if code.locals > 200 {
            self.give_up(Abort::TooDeep);
        }
        let f = Sym { word: p.value(), ir: f.1, owned: false };
        self.called = None;
        if self.is_dynamic(f) {
            self.guard_code(f, p);
            self.called = Some(f);
        } else {
            self.guard_identity(f);
            self.guard_function_version(p);
        }
        Some((p, code))
    }
    fn initializer(&mut self, class: Sym, argc: u32) -> Option<(P<Function>, &'static ExecCode, bool)> {
        if self.generic() {
            return None;
        }
        let plain = self.c.initializer(class.word, argc);
        let (f, code, exception) = plain.filter(|(_, code, _)| code.argcount == argc + 1)?;
        self.called = None;
        if code.locals > 200 {
            self.give_up(Abort::TooDeep);
        }
        self.guard_identity(class);
        if let Some(class) = class.word.exact::<TypeObject>() {
            self.guard_class_version(class);
        }
        self.guard_function_version(f);
        Some((f, code, exception))
    }
    fn constructor(&mut self, class: Sym, i: Insn, argc: u32) -> Option<Sym> {
        let init = self.c.constructor(class.word, i, argc).filter(|_| !self.generic())?;
        let function = init.exact::<Function>().filter(|f| f.exec().locals <= 200)?;
        let names = if i.has(KEYWORDS) { self.keyword_names(i.a, argc + 1)? } else { Vec::new() };
        let positional = argc as usize + 1 - names.len();
        self.planned = Some(self.plan(function, positional, &names, None)?);
        self.called = None;
        self.guard_identity(class);
        if let Some(class) = class.word.exact::<TypeObject>() {
            self.guard_class_version(class);
        }
        self.guard_function_version(function);
        let ir = self.constant_word(init);
        Some(self.sym(init, ir))
    }
    fn push_constructor(&mut self, init: Sym, i: Insn, argc: u32, instance: Owned<Sym>) -> Step {
        match self.push_bound_frame(init, i, i.a, argc, Some(instance)) {
            Some(step) => step,
            None => unreachable!("the call was planned"),
        }
    }
    fn call_method(&mut self, v: Sym, argc: u32) -> Option<(P<Function>, &'static ExecCode)> {
        let hit = self.c.call_method(v.word, argc).filter(|_| !self.generic())?;
        if self.foreign(hit.0) || !self.guard_class(v) {
            return None;
        }
        self.called = None;
        self.guard_function_version(hit.0);
        Some(hit)
    }
    fn push_frame(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        first: u16,
        argc: u32,
        instance: Option<Owned<Sym>>,
    ) -> Step {
        if instance.is_none() && self.out_of_line(code) {
            let args = self.span_syms(first, argc);
            return self.invoke(f, code, args);
        }
        let args = self.span_syms(first, argc);
        let call = self.c.current();
        let instance_sym = instance.map(|i| i.0);
        self.c.push_frame(f, code, first, argc, instance_sym.map(|i| Owned(i.word)))?;
        let caller = self.frames.count() - 1;
        for k in 0..argc as u16 {
            self.frames.forget(caller, first + k);
        }
        self.frames.top().call = call;
        let start = StartFrame::of_callee(code, f, call, first);
        let callee = self.called.take();
        self.frames.push(start, callee, args);
        self.frames.top().instance = instance_sym;
        Ok(())
    }
    fn push_method(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        i: Insn,
        this: Owned<Sym>,
        argc: u32,
    ) -> Step {
        let mut args = vec![self.own(this.0)];
        args.extend(self.span_syms(i.a + 1, argc));
        if self.out_of_line(code) {
            // The concrete machine calls the method as it is: what was counted for that goes.
            self.c.release(Owned(this.0.word));
            return self.invoke(f, code, args);
        }
        let call = self.c.current();
        let caller = self.frames.count() - 1;
        self.c.push_method(f, code, i, Owned(this.0.word), argc)?;
        let method = self.frames.entry(caller, i.a);
        for k in 0..=argc as u16 {
            self.frames.forget(caller, i.a + k);
        }
        let callee = self.called.take().map(|f| self.own(f));
        let function = match callee {
            Some(f) => f,
            None => Sym { word: f.value(), ir: self.constant_word(f.value()), owned: false },
        };
        self.frames.set_entry(caller, i.a, function);
        self.frames.top().call = call;
        let start = StartFrame::of_callee(code, f, call, i.a + 1);
        self.frames.push(start, callee.map(|f| Sym { owned: false, ..f }), args);
        if let Some(method) = method {
            self.drop_sym(method);
        }
        Ok(())
    }
    fn operator(&mut self, x: Sym, y: Sym, op: Operator) -> Option<(P<Function>, &'static ExecCode, bool)> {
        if self.generic() {
            return None;
        }
        let hit = self.c.operator(x.word, y.word, op)?;
        if self.out_of_line(hit.1) {
            return None;
        }
        for v in [x, y] {
            if !self.guard_class(v) {
                return None;
            }
        }
        self.guard_function_version(hit.0);
        Some(hit)
    }
    fn getter(&mut self, v: Sym, d: i32) -> Option<(P<Function>, &'static ExecCode)> {
        if self.generic() {
            return None;
        }
        let hit = self.c.getter(v.word, d)?;
        if self.out_of_line(hit.1) || !self.guard_class(v) {
            return None;
        }
        self.guard_function_version(hit.0);
        Some(hit)
    }
    fn promote(&mut self, a: Raw<i64>) -> i64 {
        let now = self.b.const_int(a.now);
        if self.as_const(a.ir).is_none() {
            let same = self.b.eq(a.ir, now);
            let snap = self.snapshot(ExitKind::Resume);
            self.b.guard_true(same, snap);
        }
        a.now
    }
    fn push_spread(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        i: Insn,
        args: Self::Ptr<Tuple>,
        argc: u32,
    ) -> Option<Step> {
        self.push_spread_frame(f, code, i, args, argc)
    }
    fn push_spread_bound(
        &mut self,
        f: Sym,
        i: Insn,
        args: Self::Ptr<Tuple>,
        argc: u32,
        keywords: bool,
    ) -> Option<Step> {
        if self.generic() {
            return None;
        }
        self.push_spread_bound_frame(f, i, args, argc, keywords)
    }
    fn push_operator<const N: usize>(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        args: [Sym; N],
    ) -> Step {
        let call = self.c.current();
        let caller = self.frames.top();
        caller.call = call;
        let first = caller.code.operator_slot(caller.code.index_of(call));
        self.c.push_operator(f, code, args.map(|a| a.word))?;
        let start = StartFrame::of_callee(code, f, call, first);
        let args = args.into_iter().map(|a| Sym { owned: false, ..a }).collect();
        self.frames.push(start, None, args);
        Ok(())
    }
    fn entered(&mut self, _: &'static ExecCode) -> Step {
        Ok(())
    }
    fn pop_frame(&mut self, result: Owned<Sym>) -> Step {
        self.leave_frame(result)
    }
    fn push_bound(&mut self, f: Sym, i: Insn, first: u16, argc: u32) -> Option<Step> {
        if self.generic() {
            return None;
        }
        self.push_bound_frame(f, i, first, argc, None)
    }
    fn resume(&mut self, it: Sym, sent: Option<u16>) -> Option<Step> {
        self.resume_inline(it, sent)
    }
    fn yield_value(&mut self, i: Insn) -> Option<Step> {
        if self.frames.count() > 1 {
            return self.yield_inline(i);
        }
        if self.root && self.head == Head::Loop {
            return None;
        }
        self.yield_from_region();
        self.c.yield_value(i)
    }
    fn return_generator(&mut self) -> Option<Step> {
        None
    }
    fn call<const N: usize>(&mut self, h: &'static Helper, args: [Sym; N]) -> PyResult<Owned<Sym>> {
        self.helper_call(h, args)
    }
    fn attempt<const N: usize>(&mut self, h: &'static Helper, args: [Sym; N]) -> Option<Owned<Sym>> {
        let Owned(word) = self.c.attempt(h, args.map(|a| a.word))?;
        let ir = self.lent_call(h, &args);
        let snap = self.snapshot(ExitKind::Behind);
        self.b.guard_not_word(ir, UNBOUND.bits(), snap);
        Some(Self::owned(self.sym(word, ir)))
    }
    fn decide<const N: usize>(&mut self, h: &'static Helper, args: [Sym; N]) -> Raw<bool> {
        let now = self.c.decide(h, args.map(|a| a.word));
        if std::ptr::eq(h, &helpers::IS_EMPTY) && self.known_dict(args[0].ir).is_some() {
            return Raw { now, ir: self.b.const_bool(now) };
        }
        let ir = self.lent_call(h, &args);
        Raw { now, ir: if self.raw_type(ir) == Ty::Bool { ir } else { self.b.int_bool(ir) } }
    }
    fn ask<const N: usize>(&mut self, h: &'static Helper, args: [Sym; N]) -> PyResult<bool> {
        self.helper_ask(h, args)
    }
    fn call_span(&mut self, h: &'static Helper, first: u16, n: u32, imm: i64) -> PyResult<Owned<Sym>> {
        self.span_call(h, first, n, imm)
    }
    fn special(&mut self, i: Insn) -> Step {
        let short = self.head == Head::Resumption && self.b.len() < WORTH_OPS;
        if self.root && (self.head == Head::Loop || short) {
            self.give_up(Abort::Special);
        } else if self.abort.is_none() && self.done.is_none() {
            // The interpreter does it, once the trace has brought it there.
            self.end_at(self.c.current());
        }
        self.c.special(i)
    }
}
