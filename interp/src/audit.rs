//! The Audit machine: the interpreter, and checks that the semantics keep the rules of [`Machine`].
//!
//! The interpreter would not notice an instruction that asks a question after its first effect, or one that forgets a
//! reference; the recorder would make traces of it that are wrong only where a guard fails. Here both end the process
//! at once:
//!
//! - In one instruction all questions come before the first effect.
//! - What an instruction owns is put somewhere exactly once, before the instruction ends.
//!
//! For tests, in builds with debug assertions: `-X jit=audit`.

use crate::machine::Interp;
use taipan_runtime::error::PyResult;
use taipan_runtime::exec::code::ExecCode;
use taipan_runtime::exec::insn::{Insn, Op};
use taipan_runtime::helper::{Effect, Helper};
use taipan_runtime::machine::{
    Alias, AttrHit, Exit, Field, FltFn, FltOp, IntOp, Machine, MethodHit, Owned, RawInt, Step, StoreHit,
    WideOp,
};
use taipan_runtime::object::{Object, P};
use taipan_runtime::protocol::operator::Operator;
use taipan_runtime::sem::intrinsics::Intrinsic;
use taipan_runtime::slots::CmpOp;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::instance::Instance;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::Value;

/// A word; if it is an [`Owned`]'s, with the number of that reference (else 0).
#[derive(Clone, Copy, Debug)]
pub struct Word {
    value: Value,
    reference: u32,
}

/// See the module's page.
pub struct Audit {
    m: Interp,
    op: Op,
    /// References that the current instruction owns.
    owned: Vec<u32>,
    references: u32,
    /// The current instruction's first effect.
    effect: Option<&'static str>,
}

fn borrowed(value: Value) -> Word {
    Word { value, reference: 0 }
}

impl Audit {
    /// Pick up the innermost frame of the thread.
    pub fn enter(thread: &'static Thread) -> Audit {
        Audit { m: Interp::enter(thread), op: Op::Nop, owned: Vec::new(), references: 0, effect: None }
    }
    /// The loop was left.
    pub fn leave(self, exit: Exit) {
        self.ended();
        if !matches!(exit, Exit::Returned | Exit::Yielded) {
            self.m.save();
        }
    }
    /// The current instruction has ended.
    fn ended(&self) {
        assert!(self.owned.is_empty(), "audit: {} keeps a reference that it owns", self.op.name());
    }
    fn question(&self, name: &str) {
        if let Some(effect) = self.effect {
            panic!("audit: {} asks {name} after {effect}", self.op.name());
        }
    }
    fn effect(&mut self, name: &'static str) {
        self.effect.get_or_insert(name);
    }
    fn calls(&mut self, h: &'static Helper) {
        if h.effect > Effect::Fresh {
            self.effect(h.name);
        }
    }
    /// The instruction owns this from now on.
    fn gains(&mut self, Owned(value): Owned<Value>) -> Owned<Word> {
        if value.is_unbound() {
            // A helper's answer that there is nothing.
            return Owned(borrowed(value));
        }
        self.references += 1;
        self.owned.push(self.references);
        Owned(Word { value, reference: self.references })
    }
    /// The instruction has put it somewhere.
    fn gives(&mut self, Owned(word): Owned<Word>) -> Owned<Value> {
        match self.owned.iter().position(|r| *r == word.reference) {
            Some(i) => {
                self.owned.swap_remove(i);
            }
            // Nothing is lost or freed twice where there is no count.
            None => assert!(!word.value.is_pointer(), "audit: {} puts what it does not own", self.op.name()),
        }
        Owned(word.value)
    }
}

/// Methods that ask: not after an effect.
macro_rules! questions {
    ($(fn $name:ident($($arg:ident: $ty:ty),*) -> $result:ty = |$m:ident| $call:expr;)*) => {
        $(fn $name(&mut self, $($arg: $ty),*) -> $result {
            self.question(stringify!($name));
            let $m = &mut self.m;
            $call
        })*
    };
}

/// Methods without question or effect.
macro_rules! plain {
    ($(fn $name:ident($($arg:ident: $ty:ty),*) -> $result:ty;)*) => {
        $(fn $name(&mut self, $($arg: $ty),*) -> $result {
            self.m.$name($($arg),*)
        })*
    };
}

impl Machine for Audit {
    type V = Word;
    type Int = i64;
    type Flt = f64;
    type Bool = bool;
    type Ptr<T: Object> = P<T>;
    type Base = *mut Value;

    fn fetch(&mut self) -> Insn {
        self.ended();
        self.effect = None;
        let i = self.m.fetch();
        self.op = i.op;
        i
    }
    fn operands(&mut self, fetched: Insn) -> Insn {
        self.m.operands(fetched)
    }
    fn code(&self) -> &'static ExecCode {
        self.m.code()
    }
    fn word(&self, v: Word) -> Value {
        v.value
    }
    fn numeric(&self, f: Word) -> Option<&'static Helper> {
        self.m.numeric(f.value)
    }
    fn flt_call<const N: usize>(&mut self, h: &'static Helper, args: [f64; N]) -> f64 {
        self.m.flt_call(h, args)
    }
    plain! {
        fn jump(distance: i32) -> ();
        fn back_edge(i: Insn) -> Step;
        fn quicken(i: Insn) -> ();
        fn redo() -> ();
        fn int(i: i64) -> i64;
        fn int_add_unchecked(a: i64, b: i64) -> i64;
        fn int_cmp(op: CmpOp, a: i64, b: i64) -> bool;
        fn int_below(a: i64, b: i64) -> bool;
        fn int_to_float(a: i64) -> f64;
        fn flt(f: f64) -> f64;
        fn flt_cmp(op: CmpOp, a: f64, b: f64) -> bool;
        fn flt_fn(f: FltFn, a: f64) -> f64;
        fn flt_to_int(a: f64) -> i64;
        fn select_int(c: bool, a: i64, b: i64) -> i64;
        fn select_float(c: bool, a: f64, b: f64) -> f64;
        fn at_module_level() -> bool;
        fn entered(code: &'static ExecCode) -> Step;
    }
    questions! {
        fn both_int(x: Word, y: Word) -> Option<(i64, i64)> = |m| m.both_int(x.value, y.value);
        fn both_float(x: Word, y: Word) -> Option<(f64, f64)> = |m| m.both_float(x.value, y.value);
        fn mixed_float(x: Word, y: Word) -> Option<(f64, f64)> = |m| m.mixed_float(x.value, y.value);
        fn as_int(v: Word) -> Option<i64> = |m| m.as_int(v.value);
        fn as_float(v: Word) -> Option<f64> = |m| m.as_float(v.value);
        fn as_bool(v: Word) -> Option<bool> = |m| m.as_bool(v.value);
        fn is_word(v: Word, word: Value) -> bool = |m| m.is_word(v.value, word);
        fn has_id(v: Word, id: u32) -> bool = |m| m.has_id(v.value, id);
        fn promote(a: i64) -> i64 = |m| m.promote(a);
        fn test(b: bool) -> bool = |m| m.test(b);
        fn int_arith(op: IntOp, a: i64, b: i64) -> Option<i64> = |m| m.int_arith(op, a, b);
        fn flt_arith(op: FltOp, a: f64, b: f64) -> Option<f64> = |m| m.flt_arith(op, a, b);
        fn intrinsic(f: Word) -> Option<Intrinsic> = |m| m.intrinsic(f.value);
        fn instance_check(v: Word, class: Word) -> Option<bool> = |m| m.instance_check(v.value, class.value);
        fn cached_global(d: i32) -> Option<Word> = |m| m.cached_global(d).map(borrowed);
        fn special_method(v: Word, number: i32) -> Option<Word> =
            |m| m.special_method(v.value, number).map(borrowed);
        fn super_static(sup: Word, class: Word, this: Word, n: i32) -> Option<Word> =
            |m| m.super_static(sup.value, class.value, this.value, n).map(borrowed);
        fn super_method(sup: Word, class: Word, this: Word, n: i32) -> Option<Word> =
            |m| m.super_method(sup.value, class.value, this.value, n).map(borrowed);
        fn callee(f: P<Function>, argc: u32) -> Option<(P<Function>, &'static ExecCode)> =
            |m| m.callee(f, argc);
        fn initializer(class: Word, argc: u32) -> Option<(P<Function>, &'static ExecCode, bool)> =
            |m| m.initializer(class.value, argc);
        fn constructor(class: Word, i: Insn, argc: u32) -> Option<Word> =
            |m| m.constructor(class.value, i, argc).map(borrowed);
        fn call_method(v: Word, argc: u32) -> Option<(P<Function>, &'static ExecCode)> =
            |m| m.call_method(v.value, argc);
        fn operator(x: Word, y: Word, op: Operator) -> Option<(P<Function>, &'static ExecCode, bool)> =
            |m| m.operator(x.value, y.value, op);
        fn getter(v: Word, d: i32) -> Option<(P<Function>, &'static ExecCode)> = |m| m.getter(v.value, d);
    }

    fn get(&mut self, slot: u16) -> Word {
        borrowed(self.m.get(slot))
    }
    fn constant(&mut self, index: u16) -> Word {
        borrowed(self.m.constant(index))
    }
    fn constant_wide(&mut self, index: u32) -> Word {
        borrowed(self.m.constant_wide(index))
    }
    fn literal(&mut self, v: Value) -> Word {
        borrowed(self.m.literal(v))
    }
    fn put(&mut self, i: Insn, v: Owned<Word>) {
        self.effect("put");
        let v = self.gives(v);
        self.m.put(i, v);
    }
    fn put_temp(&mut self, slot: u16, v: Owned<Word>) {
        self.effect("put_temp");
        let v = self.gives(v);
        self.m.put_temp(slot, v);
    }
    fn take(&mut self, slot: u16) -> Owned<Word> {
        self.effect("take");
        let v = self.m.take(slot);
        self.gains(v)
    }
    fn moved(&mut self, slot: u16) {
        self.effect("moved");
        self.m.moved(slot);
    }
    fn moved_local(&mut self, slot: u16) {
        self.effect("moved_local");
        self.m.moved_local(slot);
    }
    fn take_local(&mut self, slot: u16) -> Owned<Word> {
        self.effect("take_local");
        let v = self.m.take_local(slot);
        self.gains(v)
    }
    fn drop_temp(&mut self, slot: u16) {
        self.effect("drop_temp");
        self.m.drop_temp(slot);
    }
    fn drop_numbers(&mut self, i: Insn) {
        self.effect("drop_numbers");
        self.m.drop_numbers(i);
    }
    fn retain(&mut self, v: Word) -> Owned<Word> {
        self.effect("retain");
        let v = self.m.retain(v.value);
        self.gains(v)
    }
    fn release(&mut self, v: Owned<Word>) {
        self.effect("release");
        let v = self.gives(v);
        self.m.release(v);
    }

    fn exhausted(&mut self, v: Word, i: Insn) -> bool {
        // The rule's exception: the guard leaves behind the instruction.
        self.m.exhausted(v.value, i)
    }
    fn same(&mut self, x: Word, y: Word) -> bool {
        self.m.same(x.value, y.value)
    }
    fn class_has(&mut self, v: Word, flag: u32) -> Option<bool> {
        self.question("class_has");
        self.m.class_has(v.value, flag)
    }
    fn known_same(&self, x: Word, y: Word) -> bool {
        self.m.known_same(x.value, y.value)
    }
    fn exact<T: Object>(&mut self, v: Word) -> Option<P<T>> {
        self.question("exact");
        self.m.exact(v.value)
    }
    fn made<T: Object>(&mut self, v: &Owned<Word>) -> P<T> {
        self.m.made(&Owned(v.0.value))
    }
    fn box_int(&mut self, a: i64) -> Owned<Word> {
        let v = self.m.box_int(a);
        self.gains(v)
    }
    fn wide(&mut self, op: WideOp, x: Word, y: Word) -> Option<Owned<Word>> {
        self.question("wide");
        let v = self.m.wide(op, x.value, y.value)?;
        Some(self.gains(v))
    }
    fn box_float(&mut self, a: f64) -> Owned<Word> {
        let v = self.m.box_float(a);
        self.gains(v)
    }
    fn box_bool(&mut self, b: bool, negate: bool) -> Owned<Word> {
        let v = self.m.box_bool(b, negate);
        self.gains(v)
    }

    fn load_int<T: Object>(&mut self, p: P<T>, f: Field<T, i64>) -> i64 {
        self.m.load_int(p, f)
    }
    fn load<T: Object>(&mut self, p: P<T>, f: Field<T, Value>) -> Word {
        borrowed(self.m.load(p, f))
    }
    fn load_byte<T: Object>(&mut self, p: P<T>, f: Field<T, u8>) -> i64 {
        self.m.load_byte(p, f)
    }
    fn load_base<T: Object, X>(&mut self, p: P<T>, f: Field<T, *mut X>) -> *mut Value {
        self.m.load_base(p, f)
    }
    fn trailing<T: Object>(&mut self, p: P<T>) -> *mut Value {
        self.m.trailing(p)
    }
    fn elem(&mut self, base: *mut Value, index: i64, alias: Alias) -> Word {
        borrowed(self.m.elem(base, index, alias))
    }
    fn swap_elem(&mut self, base: *mut Value, index: i64, v: Owned<Word>, alias: Alias) -> Owned<Word> {
        self.effect("swap_elem");
        let v = self.gives(v);
        let old = self.m.swap_elem(base, index, v, alias);
        self.gains(old)
    }
    fn raw_int(&mut self, base: *mut Value, index: i64, item: RawInt, alias: Alias) -> Option<i64> {
        self.m.raw_int(base, index, item, alias)
    }
    fn set_raw_int(&mut self, base: *mut Value, index: i64, item: RawInt, v: i64, alias: Alias) {
        self.effect("set_raw_int");
        self.m.set_raw_int(base, index, item, v, alias);
    }
    fn raw_float(&mut self, base: *mut Value, index: i64, alias: Alias) -> f64 {
        self.m.raw_float(base, index, alias)
    }
    fn set_raw_float(&mut self, base: *mut Value, index: i64, v: f64, alias: Alias) {
        self.effect("set_raw_float");
        self.m.set_raw_float(base, index, v, alias);
    }
    fn character(&mut self, c: i64) -> Word {
        borrowed(self.m.character(c))
    }
    fn set_shape(&mut self, p: P<Instance>, shape: u32) {
        self.effect("set_shape");
        self.m.set_shape(p, shape);
    }
    fn store_int<T: Object>(&mut self, p: P<T>, f: Field<T, i64>, v: i64) {
        self.effect("store_int");
        self.m.store_int(p, f, v);
    }
    fn swap<T: Object>(&mut self, p: P<T>, f: Field<T, Value>, v: Owned<Word>) -> Owned<Word> {
        self.effect("swap");
        let v = self.gives(v);
        let old = self.m.swap(p, f, v);
        self.gains(old)
    }

    fn push_spread(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        i: Insn,
        args: P<Tuple>,
        argc: u32,
    ) -> Option<Step> {
        self.question("push_spread");
        self.m.push_spread(f, code, i, args, argc)
    }
    fn push_spread_bound(
        &mut self,
        f: Word,
        i: Insn,
        args: P<Tuple>,
        argc: u32,
        keywords: bool,
    ) -> Option<Step> {
        self.question("push_spread_bound");
        let step = self.m.push_spread_bound(f.value, i, args, argc, keywords)?;
        self.effect("push_spread_bound");
        Some(step)
    }
    fn push_operator<const N: usize>(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        args: [Word; N],
    ) -> Step {
        self.effect("push_operator");
        self.m.push_operator(f, code, args.map(|a| a.value))
    }
    fn yield_value(&mut self, i: Insn) -> Option<Step> {
        self.question("yield_value");
        self.m.yield_value(i)
    }
    fn return_generator(&mut self) -> Option<Step> {
        self.question("return_generator");
        self.m.return_generator()
    }
    fn function(&mut self) -> Word {
        borrowed(self.m.function())
    }
    fn attr(&mut self, v: Word, d: i32) -> AttrHit<Self> {
        self.question("attr");
        match self.m.attr(v.value, d) {
            AttrHit::Slot(p, slot) => AttrHit::Slot(p, slot),
            AttrHit::Value(v) => AttrHit::Value(borrowed(v)),
            AttrHit::Miss => AttrHit::Miss,
        }
    }
    fn attr_store(&mut self, v: Word, d: i32) -> Option<StoreHit<Self>> {
        self.question("attr_store");
        let StoreHit { instance, slot, shape } = self.m.attr_store(v.value, d)?;
        Some(StoreHit { instance, slot, shape })
    }
    fn method(&mut self, v: Word, d: i32) -> MethodHit<Self> {
        self.question("method");
        match self.m.method(v.value, d) {
            MethodHit::Method(f) => MethodHit::Method(borrowed(f)),
            MethodHit::Bound(f, this) => MethodHit::Bound(borrowed(f), borrowed(this)),
            MethodHit::Value(v) => MethodHit::Value(borrowed(v)),
            MethodHit::Miss => MethodHit::Miss,
        }
    }
    fn method_self(&mut self) -> Owned<Word> {
        let v = self.m.method_self();
        self.gains(v)
    }
    fn cache_name(&mut self, d: i32) -> Word {
        borrowed(self.m.cache_name(d))
    }

    fn push_frame(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        first: u16,
        argc: u32,
        instance: Option<Owned<Word>>,
    ) -> Step {
        self.effect("push_frame");
        let instance = instance.map(|v| self.gives(v));
        self.m.push_frame(f, code, first, argc, instance)
    }
    fn push_method(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        i: Insn,
        this: Owned<Word>,
        argc: u32,
    ) -> Step {
        self.effect("push_method");
        let this = self.gives(this);
        self.m.push_method(f, code, i, this, argc)
    }
    fn push_constructor(&mut self, init: Word, i: Insn, argc: u32, instance: Owned<Word>) -> Step {
        self.effect("push_constructor");
        let instance = self.gives(instance);
        self.m.push_constructor(init.value, i, argc, instance)
    }
    fn push_bound(&mut self, f: Word, i: Insn, first: u16, argc: u32) -> Option<Step> {
        self.question("push_bound");
        let step = self.m.push_bound(f.value, i, first, argc)?;
        self.effect("push_bound");
        Some(step)
    }
    fn resume(&mut self, generator: Word, sent: Option<u16>) -> Option<Step> {
        self.question("resume");
        let step = self.m.resume(generator.value, sent)?;
        self.effect("resume");
        Some(step)
    }
    fn pop_frame(&mut self, result: Owned<Word>) -> Step {
        self.effect("pop_frame");
        let result = self.gives(result);
        self.m.pop_frame(result)
    }
    fn call<const N: usize>(&mut self, h: &'static Helper, args: [Word; N]) -> PyResult<Owned<Word>> {
        self.calls(h);
        let v = self.m.call(h, args.map(|a| a.value))?;
        Ok(self.gains(v))
    }
    fn attempt<const N: usize>(&mut self, h: &'static Helper, args: [Word; N]) -> Option<Owned<Word>> {
        self.question("attempt");
        let v = self.m.attempt(h, args.map(|a| a.value))?;
        self.calls(h);
        Some(self.gains(v))
    }
    fn decide<const N: usize>(&mut self, h: &'static Helper, args: [Word; N]) -> bool {
        self.calls(h);
        self.m.decide(h, args.map(|a| a.value))
    }
    fn ask<const N: usize>(&mut self, h: &'static Helper, args: [Word; N]) -> PyResult<bool> {
        self.calls(h);
        self.m.ask(h, args.map(|a| a.value))
    }
    fn call_span(&mut self, h: &'static Helper, first: u16, n: u32, imm: i64) -> PyResult<Owned<Word>> {
        self.calls(h);
        let v = self.m.call_span(h, first, n, imm)?;
        Ok(self.gains(v))
    }
    fn special(&mut self, i: Insn) -> Step {
        self.effect("special");
        self.m.special(i)
    }
}
