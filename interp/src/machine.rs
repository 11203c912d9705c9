//! `Interp`: the machine that is the interpreter. Values are plain words; every method is direct.
//!
//! # Invariants
//! - `pc` points behind the instruction being executed; `fp`, `code` and `consts` are the innermost frame's.
//! - The frame's own `pc` is brought up to date before anything that can raise, run Python code or look at frames.
//! - Everything the trait promises about ownership holds for the words in `fp`'s slots.

use crate::caches;
use crate::frames::{pop_special, recursion_error, run_special};
use taipan_runtime::concrete;
use taipan_runtime::error::PyResult;
use taipan_runtime::exec::cache::{
    Cache, GETTER, GLOBAL, IN_CLASS, OF_CLASS, SHADOWABLE, SMALL_INT, WRAPPED,
};
use taipan_runtime::exec::code::ExecCode;
use taipan_runtime::exec::insn::{A_TEMP, DST_LOCAL, Insn, Op, WIDE};
use taipan_runtime::frame::{Frame, flags};
use taipan_runtime::helper::Helper;
use taipan_runtime::machine::{
    Alias, AttrHit, Exit, Field, FltFn, FltOp, IntOp, Machine, MethodHit, Owned, RawInt, Step, StoreHit,
    WideOp,
};
use taipan_runtime::object::{Object, P, Ref, decref, decref_after, incref};
use taipan_runtime::protocol::operator::Operator;
use taipan_runtime::protocol::{call, isinstance};
use taipan_runtime::runtime::runtime;
use taipan_runtime::sem::intrinsics::Intrinsic;
use taipan_runtime::sem::with;
use taipan_runtime::slots::{Args, CmpOp};
use taipan_runtime::thread::Thread;
use taipan_runtime::types::descriptor::{MethodDescriptor, NativeFunction};
use taipan_runtime::types::dict::DictItemIter;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::instance::Instance;
use taipan_runtime::types::list::List;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{INT_MAX, INT_MIN, NONE, UNBOUND, Value};

/// The interpreter's state while it runs; split into registers by inlining.
pub struct Interp {
    pub(crate) pc: *const Insn,
    pub(crate) fp: *mut Value,
    pub(crate) code: *const ExecCode,
    pub(crate) consts: *const Value,
    pub(crate) thread: &'static Thread,
}

impl Interp {
    /// Pick up the innermost frame of the thread.
    #[inline(always)]
    pub fn enter(thread: &'static Thread) -> Interp {
        // SAFETY: the innermost record is a running frame's.
        let frame = unsafe { &*thread.frame.get() };
        Interp { pc: frame.pc, fp: frame.fp, code: frame.code, consts: frame.code().consts.as_ptr(), thread }
    }
    /// The current instruction becomes the frame's `pc`.
    #[inline(always)]
    pub(crate) fn save(&self) {
        // SAFETY: the innermost record is this frame's.
        unsafe { (*self.thread.frame.get()).pc = self.pc.sub(1) };
    }
    /// The instruction that comes next becomes the frame's `pc`.
    pub(crate) fn save_next(&self) {
        self.frame().pc = self.pc;
    }
    #[inline(always)]
    pub(crate) fn frame(&self) -> &'static mut Frame {
        // SAFETY: the innermost record is this frame's; no other reference to it is held meanwhile.
        unsafe { &mut *self.thread.frame.get() }
    }
    #[inline(always)]
    pub(crate) fn slot(&self, slot: u16) -> *mut Value {
        // SAFETY: operands are slots of the frame.
        unsafe { self.fp.add(slot as usize) }
    }
    #[inline(always)]
    pub(crate) fn cache(&self, d: i32) -> &'static Cache {
        // SAFETY: caches are numbered by expansion.
        unsafe { (&*self.code).caches.get_unchecked(d as usize) }
    }
    /// Go on in the innermost frame, behind its call, with the call's result.
    #[inline(always)]
    pub(crate) fn resume_caller(&mut self, result: Ref) {
        let frame = self.frame();
        // SAFETY: the caller's `pc` is its call.
        let i = unsafe { *frame.pc };
        self.reload(frame);
        decref(self.take_raw(i.a));
        self.put(i, Owned(result.into_raw()));
    }
    #[inline(always)]
    pub(crate) fn reload(&mut self, frame: &Frame) {
        self.fp = frame.fp;
        self.code = frame.code;
        self.consts = frame.code().consts.as_ptr();
        // SAFETY: behind the call there is an instruction.
        self.pc = unsafe { frame.pc.add(1) };
    }
    #[inline(always)]
    pub(crate) fn take_raw(&self, slot: u16) -> Value {
        // SAFETY: an operand slot.
        unsafe { *self.slot(slot) }
    }

    /// Do something with another machine, in the same state: what takes the address of the loop's machine, and is not
    /// inlined there, keeps its registers in memory.
    #[inline(always)]
    fn apart<R>(&mut self, f: impl FnOnce(&mut Interp) -> R) -> R {
        #[inline(never)]
        fn run<R>(thread: &'static Thread, f: impl FnOnce(&mut Interp) -> R) -> R {
            let mut m = Interp::enter_behind(thread);
            let r = f(&mut m);
            m.save();
            r
        }
        self.save();
        let r = run(self.thread, f);
        *self = Interp::enter_behind(self.thread);
        r
    }
    /// Pick up the innermost frame, its `pc` being the current instruction.
    #[inline(always)]
    fn enter_behind(thread: &'static Thread) -> Interp {
        let mut m = Interp::enter(thread);
        m.pc = m.pc.wrapping_add(1);
        m
    }

    /// Where the instruction that comes next puts the last of the `n` items of what lies in `slot`, if it unpacks that.
    #[inline(always)]
    fn unpack_ahead(&self, slot: u16, n: u16) -> Option<u16> {
        // SAFETY: the code goes on behind an instruction that has a result.
        let next = unsafe { &*self.pc };
        let unpacks = next.op == Op::UnpackSequence && next.a == slot && next.d == i32::from(n);
        (unpacks && next.has(A_TEMP)).then_some(next.c)
    }

    /// The record for a new frame, if the limits allow one with slots up to `top`.
    #[inline(always)]
    pub(crate) fn new_record(&self, top: *mut Value) -> Option<*mut Frame> {
        let record = self.thread.frame.get().wrapping_add(1);
        (record < self.thread.frames_limit.get() && top < self.thread.stack_limit.get()).then_some(record)
    }
}

/// See `Machine::wide`; the instruction is at `pc`.
#[inline(never)]
fn wide(code: &ExecCode, pc: *const Insn, op: WideOp, x: Value, y: Value) -> Option<Ref> {
    let v = taipan_runtime::sem::wide::number(op, x, y)?;
    code.mark(pc, WIDE);
    Some(v)
}

impl Machine for Interp {
    type V = Value;
    type Int = i64;
    type Flt = f64;
    type Bool = bool;
    type Ptr<T: Object> = P<T>;
    type Base = *mut Value;

    #[inline(always)]
    fn fetch(&mut self) -> Insn {
        // SAFETY: `pc` is an instruction of the code; the last one does not fall through.
        let op = unsafe {
            self.pc = self.pc.add(1);
            (*self.pc.sub(1)).op
        };
        self.operands(Insn { op, flags: 0, a: 0, b: 0, c: 0, d: 0 })
    }
    #[inline(always)]
    fn operands(&mut self, fetched: Insn) -> Insn {
        // SAFETY: the instruction that was fetched. Field by field: a copy of the whole would go through memory.
        unsafe {
            let p = self.pc.sub(1);
            Insn { op: fetched.op, flags: (*p).flags, a: (*p).a, b: (*p).b, c: (*p).c, d: (*p).d }
        }
    }
    #[inline(always)]
    fn jump(&mut self, distance: i32) {
        // SAFETY: jumps stay inside the code.
        self.pc = unsafe { self.pc.offset(distance as isize - 1) };
    }
    #[inline(always)]
    fn back_edge(&mut self, i: Insn) -> Step {
        let distance = i32::from(i.b) | (i32::from(i.c as i16) << 16);
        self.jump(distance);
        // SAFETY: loops are numbered by expansion.
        let counter = unsafe { (&*self.code).loops.get_unchecked(i.d as usize) };
        if counter.hit() || self.thread.poll.load(std::sync::atomic::Ordering::Relaxed) != 0 {
            // The loop's first instruction is what comes next, not what is being executed.
            // SAFETY: `save` stores the instruction before.
            self.pc = unsafe { self.pc.add(1) };
            if self.thread.poll.load(std::sync::atomic::Ordering::Relaxed) != 0 {
                return Err(Exit::Poll);
            }
            return Err(Exit::Hot);
        }
        Ok(())
    }
    #[inline(always)]
    fn quicken(&mut self, i: Insn) {
        // SAFETY: instructions are cells of the code.
        unsafe { self.pc.sub(1).cast_mut().write(i) };
    }
    #[inline(always)]
    fn redo(&mut self) {
        // SAFETY: back to the current instruction.
        self.pc = unsafe { self.pc.sub(1) };
    }
    #[inline(always)]
    fn code(&self) -> &'static ExecCode {
        // SAFETY: the frame's code.
        unsafe { &*self.code }
    }

    #[inline(always)]
    fn get(&mut self, slot: u16) -> Value {
        self.take_raw(slot)
    }
    #[inline(always)]
    fn constant(&mut self, index: u16) -> Value {
        // SAFETY: constants are numbered by the compiler.
        unsafe { *self.consts.add(index as usize) }
    }
    #[inline(always)]
    fn constant_wide(&mut self, index: u32) -> Value {
        // SAFETY: as above.
        unsafe { *self.consts.add(index as usize) }
    }
    #[inline(always)]
    fn word(&self, v: Value) -> Value {
        v
    }
    #[inline(always)]
    fn literal(&mut self, v: Value) -> Value {
        v
    }
    #[inline(always)]
    fn put(&mut self, i: Insn, v: Owned<Value>) {
        let p = self.slot(i.c);
        // SAFETY: the destination is a slot; a local's old word is owned.
        unsafe {
            if i.has(DST_LOCAL) {
                let old = p.replace(v.0);
                decref_after(old, || self.save());
            } else {
                p.write(v.0);
            }
        }
    }
    #[inline(always)]
    fn put_temp(&mut self, slot: u16, v: Owned<Value>) {
        // SAFETY: an operand slot.
        unsafe { self.slot(slot).write(v.0) };
    }
    #[inline(always)]
    fn take(&mut self, slot: u16) -> Owned<Value> {
        Owned(self.take_raw(slot))
    }
    #[inline(always)]
    fn take_local(&mut self, slot: u16) -> Owned<Value> {
        // SAFETY: a local.
        Owned(unsafe { self.slot(slot).replace(UNBOUND) })
    }
    #[inline(always)]
    fn drop_temp(&mut self, slot: u16) {
        decref(self.take_raw(slot));
    }
    #[inline(always)]
    fn drop_numbers(&mut self, _i: Insn) {}
    #[inline(always)]
    fn retain(&mut self, v: Value) -> Owned<Value> {
        incref(v);
        Owned(v)
    }
    #[inline(always)]
    fn release(&mut self, v: Owned<Value>) {
        decref(v.0);
    }

    #[inline(always)]
    fn both_int(&mut self, x: Value, y: Value) -> Option<(i64, i64)> {
        if x.bits() & y.bits() & 1 != 0 { Some((x.int_unchecked(), y.int_unchecked())) } else { None }
    }
    #[inline(always)]
    fn both_float(&mut self, x: Value, y: Value) -> Option<(f64, f64)> {
        match (x.as_flonum(), y.as_flonum()) {
            (Some(a), Some(b)) => Some((a, b)),
            _ => None,
        }
    }
    #[inline(always)]
    fn mixed_float(&mut self, x: Value, y: Value) -> Option<(f64, f64)> {
        match (x.as_flonum(), y.as_flonum()) {
            (Some(a), None) if y.is_int() => Some((a, y.int_unchecked() as f64)),
            (None, Some(b)) if x.is_int() => Some((x.int_unchecked() as f64, b)),
            _ => None,
        }
    }
    #[inline(always)]
    fn as_int(&mut self, v: Value) -> Option<i64> {
        v.as_small_int()
    }
    #[inline(always)]
    fn as_float(&mut self, v: Value) -> Option<f64> {
        v.as_flonum()
    }
    #[inline(always)]
    fn as_bool(&mut self, v: Value) -> Option<bool> {
        if v.is_bool() { Some(v.is(taipan_runtime::value::TRUE)) } else { None }
    }
    #[inline(always)]
    fn intrinsic(&mut self, f: Value) -> Option<Intrinsic> {
        if let Some(f) = f.exact::<NativeFunction>() {
            f.def.intrinsic.get()
        } else {
            f.exact::<MethodDescriptor>()?.def.intrinsic.get()
        }
    }
    #[inline(always)]
    fn instance_check(&mut self, v: Value, class: Value) -> Option<bool> {
        let class = class.exact::<TypeObject>()?;
        let is = v.class() == class || v.is_instance_of(class);
        if !is && isinstance::may_claim(v) { None } else { Some(is) }
    }
    #[inline(always)]
    fn class_has(&mut self, v: Value, flag: u32) -> Option<bool> {
        Some(v.class().has(flag))
    }
    #[inline(always)]
    fn is_word(&mut self, v: Value, word: Value) -> bool {
        v.is(word)
    }
    #[inline(always)]
    fn exhausted(&mut self, v: Value, _i: Insn) -> bool {
        v.is_unbound()
    }
    #[inline(always)]
    fn same(&mut self, x: Value, y: Value) -> bool {
        x.is(y)
    }
    #[inline(always)]
    fn known_same(&self, x: Value, y: Value) -> bool {
        x.is(y)
    }
    #[inline(always)]
    fn exact<T: Object>(&mut self, v: Value) -> Option<P<T>> {
        v.exact::<T>()
    }
    #[inline(always)]
    fn made<T: Object>(&mut self, v: &Owned<Value>) -> P<T> {
        // SAFETY: the helper's row says what it makes.
        unsafe { v.0.cast::<T>() }
    }
    #[inline(always)]
    fn has_id(&mut self, v: Value, id: u32) -> bool {
        v.is_pointer() && v.header().id.get() == id
    }
    #[inline(always)]
    fn test(&mut self, b: bool) -> bool {
        b
    }

    #[inline(always)]
    fn int(&mut self, i: i64) -> i64 {
        i
    }
    #[inline(always)]
    fn int_arith(&mut self, op: IntOp, a: i64, b: i64) -> Option<i64> {
        let r = match op {
            IntOp::Add => a.wrapping_add(b),
            IntOp::Sub => a.wrapping_sub(b),
            IntOp::Mul => a.checked_mul(b)?,
            IntOp::FloorDiv => concrete::int_floordiv(a, b)?,
            IntOp::Mod => concrete::int_mod(a, b),
            IntOp::And => a & b,
            IntOp::Or => a | b,
            IntOp::Xor => a ^ b,
            IntOp::Shl => {
                let r = a.wrapping_shl(b as u32);
                if r.wrapping_shr(b as u32) != a {
                    return None;
                }
                r
            }
            IntOp::Shr => a >> b,
        };
        if r.wrapping_shl(1) >> 1 == r { Some(r) } else { None }
    }
    #[inline(always)]
    fn int_add_unchecked(&mut self, a: i64, b: i64) -> i64 {
        a.wrapping_add(b)
    }
    #[inline(always)]
    fn int_cmp(&mut self, op: CmpOp, a: i64, b: i64) -> bool {
        op.holds(&a, &b)
    }
    #[inline(always)]
    fn int_below(&mut self, a: i64, b: i64) -> bool {
        (a as u64) < b as u64
    }
    #[inline(always)]
    fn int_to_float(&mut self, a: i64) -> f64 {
        a as f64
    }
    #[inline(always)]
    fn flt_arith(&mut self, op: FltOp, a: f64, b: f64) -> Option<f64> {
        Some(match op {
            FltOp::Add => a + b,
            FltOp::Sub => a - b,
            FltOp::Mul => a * b,
            FltOp::Div if b == 0.0 => return None,
            FltOp::Div => a / b,
        })
    }
    #[inline(always)]
    fn flt_fn(&mut self, f: FltFn, a: f64) -> f64 {
        f.of(a)
    }
    #[inline(always)]
    fn flt_to_int(&mut self, a: f64) -> i64 {
        a as i64
    }
    #[inline(always)]
    fn flt_call<const N: usize>(&mut self, h: &'static Helper, args: [f64; N]) -> f64 {
        f64::from_bits(h.call(&args.map(f64::to_bits)))
    }
    #[inline(always)]
    fn numeric(&self, f: Value) -> Option<&'static Helper> {
        f.exact::<NativeFunction>().and_then(|f| f.def.numeric.get().copied())
    }
    #[inline(always)]
    fn select_int(&mut self, c: bool, a: i64, b: i64) -> i64 {
        if c { a } else { b }
    }
    #[inline(always)]
    fn select_float(&mut self, c: bool, a: f64, b: f64) -> f64 {
        if c { a } else { b }
    }
    #[inline(always)]
    fn flt(&mut self, f: f64) -> f64 {
        f
    }
    #[inline(always)]
    fn flt_cmp(&mut self, op: CmpOp, a: f64, b: f64) -> bool {
        op.holds(&a, &b)
    }
    #[inline(always)]
    fn box_int(&mut self, a: i64) -> Owned<Value> {
        Owned(Value::small_int(a))
    }
    #[inline(always)]
    fn wide(&mut self, op: WideOp, x: Value, y: Value) -> Option<Owned<Value>> {
        wide(self.code(), self.pc.wrapping_sub(1), op, x, y).map(|v| Owned(v.into_raw()))
    }
    #[inline(always)]
    fn box_float(&mut self, a: f64) -> Owned<Value> {
        Owned(taipan_runtime::types::float::new(a).into_raw())
    }
    #[inline(always)]
    fn box_bool(&mut self, b: bool, negate: bool) -> Owned<Value> {
        Owned(Value::bool(b != negate))
    }

    #[inline(always)]
    fn load_int<T: Object>(&mut self, p: P<T>, f: Field<T, i64>) -> i64 {
        // SAFETY: the descriptor names an i64 field of `T`.
        unsafe { *p.as_ptr().cast::<u8>().add(f.offset as usize).cast::<i64>() }
    }
    #[inline(always)]
    fn load<T: Object>(&mut self, p: P<T>, f: Field<T, Value>) -> Value {
        // SAFETY: the descriptor names a word of `T`.
        unsafe { *p.as_ptr().cast::<u8>().add(f.offset as usize).cast::<Value>() }
    }
    #[inline(always)]
    fn load_byte<T: Object>(&mut self, p: P<T>, f: Field<T, u8>) -> i64 {
        // SAFETY: the descriptor names a byte of `T`.
        i64::from(unsafe { *p.as_ptr().cast::<u8>().add(f.offset as usize) })
    }
    #[inline(always)]
    fn load_base<T: Object, X>(&mut self, p: P<T>, f: Field<T, *mut X>) -> *mut Value {
        // SAFETY: the descriptor names a pointer field of `T`.
        unsafe { *p.as_ptr().cast::<u8>().add(f.offset as usize).cast::<*mut Value>() }
    }
    #[inline(always)]
    fn trailing<T: Object>(&mut self, p: P<T>) -> *mut Value {
        // SAFETY: the words follow the struct.
        unsafe { p.as_ptr().add(1).cast() }
    }
    #[inline(always)]
    fn elem(&mut self, base: *mut Value, index: i64, _alias: Alias) -> Value {
        // SAFETY: the semantics checked the index.
        unsafe { *base.add(index as usize) }
    }
    #[inline(always)]
    fn swap_elem(&mut self, base: *mut Value, index: i64, v: Owned<Value>, _alias: Alias) -> Owned<Value> {
        // SAFETY: as above.
        Owned(unsafe { base.add(index as usize).replace(v.0) })
    }
    #[inline(always)]
    fn raw_int(&mut self, base: *mut Value, index: i64, item: RawInt, _alias: Alias) -> Option<i64> {
        let i = index as usize;
        // SAFETY: the semantics checked the index, and know what lies there.
        let v = unsafe {
            match item {
                RawInt::U8 => i64::from(*base.cast::<u8>().add(i)),
                RawInt::U16 => i64::from(*base.cast::<u16>().add(i)),
                RawInt::U32 => i64::from(*base.cast::<u32>().add(i)),
                RawInt::I32 => i64::from(*base.cast::<i32>().add(i)),
                RawInt::I64 => *base.cast::<i64>().add(i),
            }
        };
        (INT_MIN..=INT_MAX).contains(&v).then_some(v)
    }
    #[inline(always)]
    fn set_raw_int(&mut self, base: *mut Value, index: i64, item: RawInt, v: i64, _alias: Alias) {
        let i = index as usize;
        // SAFETY: as above.
        unsafe {
            match item {
                RawInt::U8 => *base.cast::<u8>().add(i) = v as u8,
                RawInt::U16 => *base.cast::<u16>().add(i) = v as u16,
                RawInt::U32 | RawInt::I32 => *base.cast::<u32>().add(i) = v as u32,
                RawInt::I64 => *base.cast::<i64>().add(i) = v,
            }
        }
    }
    #[inline(always)]
    fn raw_float(&mut self, base: *mut Value, index: i64, _alias: Alias) -> f64 {
        // SAFETY: as above.
        unsafe { *base.cast::<f64>().add(index as usize) }
    }
    #[inline(always)]
    fn set_raw_float(&mut self, base: *mut Value, index: i64, v: f64, _alias: Alias) {
        // SAFETY: as above.
        unsafe { *base.cast::<f64>().add(index as usize) = v }
    }
    #[inline(always)]
    fn character(&mut self, c: i64) -> Value {
        runtime().latin1_char(c as u8).value()
    }
    #[inline(always)]
    fn set_shape(&mut self, p: P<Instance>, shape: u32) {
        p.head.id.set(shape);
    }
    #[inline(always)]
    fn store_int<T: Object>(&mut self, p: P<T>, f: Field<T, i64>, v: i64) {
        // SAFETY: as for `load_int`.
        unsafe { *p.as_ptr().cast::<u8>().add(f.offset as usize).cast::<i64>() = v }
    }
    #[inline(always)]
    fn swap<T: Object>(&mut self, p: P<T>, f: Field<T, Value>, v: Owned<Value>) -> Owned<Value> {
        // SAFETY: as for `load`.
        Owned(unsafe { p.as_ptr().cast::<u8>().add(f.offset as usize).cast::<Value>().replace(v.0) })
    }

    #[inline(always)]
    fn function(&mut self) -> Value {
        self.frame().function.value()
    }
    #[inline(always)]
    fn at_module_level(&mut self) -> bool {
        let f = self.frame();
        f.has(flags::NAMESPACE) && f.namespace.is(f.function.globals.value())
    }
    #[inline(always)]
    fn cached_global(&mut self, d: i32) -> Option<Value> {
        let c = self.cache(d);
        let f = self.frame().function;
        if c.version.get() == f.globals.keys_version.get()
            && (c.shape.get() == GLOBAL || c.version2.get() == f.builtins.keys_version.get())
        {
            // The place is known without a look at the dicts: the value is there before they are compared.
            // SAFETY: the dict has the keys that it had when the cache was filled, and so its entries.
            return Some(unsafe { *c.place.get() });
        }
        caches::fill_global(c, f)
    }
    #[inline(always)]
    fn attr(&mut self, v: Value, d: i32) -> AttrHit<Interp> {
        let c = self.cache(d);
        if v.is_pointer() && v.header().id.get() == c.shape.get() {
            let h = v.header();
            if h.class.get().version.get() == c.version.get() {
                if c.slot.get() >= OF_CLASS {
                    return if c.slot.get() == IN_CLASS {
                        AttrHit::Value(c.value.get())
                    } else {
                        AttrHit::Miss
                    };
                }
                // SAFETY: attribute slots are cached for what is laid out like an instance.
                return AttrHit::Slot(unsafe { P::from_ptr(v.bits() as *const Instance) }, c.slot.get());
            }
            if let Some(found) = caches::own_attr(c, v) {
                return AttrHit::Value(found);
            }
        }
        caches::attr_miss(c, v)
    }
    #[inline(always)]
    fn attr_store(&mut self, v: Value, d: i32) -> Option<StoreHit<Interp>> {
        let c = self.cache(d);
        if v.is_pointer() && v.header().id.get() == c.shape.get() {
            let h = v.header();
            if h.class.get().version.get() == c.version.get() {
                // SAFETY: stores are cached for what is laid out like an instance.
                let instance: P<Instance> = unsafe { P::from_ptr(v.bits() as *const Instance) };
                let shape = c.version2.get();
                if shape == 0 {
                    return Some(StoreHit { instance, slot: c.slot.get(), shape: None });
                }
                if c.slot.get() < instance.inline {
                    return Some(StoreHit { instance, slot: c.slot.get(), shape: Some(shape) });
                }
                return None;
            }
        }
        caches::store_miss(c, v)
    }
    #[inline(always)]
    fn method(&mut self, v: Value, d: i32) -> MethodHit<Interp> {
        let c = self.cache(d);
        if v.is_pointer() && v.header().id.get() == c.shape.get() {
            let h = v.header();
            if h.class.get().version.get() == c.version.get() {
                return match c.slot.get() {
                    WRAPPED => caches::called(v, c.value.get()),
                    SHADOWABLE if caches::shadowed(c, v) => MethodHit::Miss,
                    _ => MethodHit::Method(c.value.get()),
                };
            }
            if let Some(found) = caches::own_attr(c, v) {
                return MethodHit::Value(found);
            }
        } else if v.is_int() && c.shape.get() == SMALL_INT {
            return MethodHit::Method(c.value.get());
        }
        caches::method_miss(c, v)
    }
    #[inline(always)]
    fn method_self(&mut self) -> Owned<Value> {
        Owned(self.thread.method_self.get())
    }
    #[inline(always)]
    fn special_method(&mut self, v: Value, number: i32) -> Option<Value> {
        with::special_function(v, number)
    }
    #[inline(always)]
    fn super_method(&mut self, sup: Value, class: Value, this: Value, n: i32) -> Option<Value> {
        with::super_function(sup, class, this, self.code().names[n as usize])
    }
    #[inline(always)]
    fn super_static(&mut self, sup: Value, class: Value, this: Value, n: i32) -> Option<Value> {
        with::super_static(sup, class, this, self.code().names[n as usize])
    }
    #[inline(always)]
    fn cache_name(&mut self, d: i32) -> Value {
        self.cache(d).name.value()
    }
    #[inline(always)]
    fn callee(&mut self, f: P<Function>, argc: u32) -> Option<(P<Function>, &'static ExecCode)> {
        let code = f.exec();
        let enough = code.argcount == argc || (argc < code.argcount && caches::has_defaults(f, argc));
        (code.direct && enough).then_some((f, code))
    }
    #[inline(always)]
    fn initializer(&mut self, class: Value, argc: u32) -> Option<(P<Function>, &'static ExecCode, bool)> {
        caches::initializer(class, argc)
    }
    #[inline(always)]
    fn constructor(&mut self, class: Value, _: Insn, _: u32) -> Option<Value> {
        caches::constructor(class)
    }
    #[inline(always)]
    fn push_constructor(&mut self, init: Value, i: Insn, argc: u32, instance: Owned<Value>) -> Step {
        self.start_constructor(init, i, argc, instance)
    }
    #[inline(always)]
    fn call_method(&mut self, v: Value, argc: u32) -> Option<(P<Function>, &'static ExecCode)> {
        let f = taipan_runtime::protocol::operator::call_method(v)?;
        let code = f.exec();
        (code.simple && code.argcount == argc + 1).then_some((f, code))
    }
    #[inline(always)]
    fn push_frame(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        first: u16,
        argc: u32,
        instance: Option<Owned<Value>>,
    ) -> Step {
        self.save();
        let caller = self.frame();
        let mut fp = self.slot(first);
        if caller.has(flags::GENERATOR) {
            // The caller's slots lie in its generator: the callee's go to the value stack.
            fp = caller.top;
        }
        // SAFETY: within the value stack, as checked.
        let top = unsafe { fp.add(code.frame_slots as usize) };
        let Some(record) = self.new_record(top) else {
            if let Some(v) = instance {
                decref(v.0);
            }
            self.apart(|m| m.drop_beyond(first, argc));
            return recursion_error();
        };
        // SAFETY: there is room for the slots; the record is the next of the thread's.
        unsafe {
            if caller.has(flags::GENERATOR) {
                for k in 0..argc as usize {
                    fp.add(k).write(self.slot(first).add(k).replace(UNBOUND));
                }
            }
            for k in argc as usize..code.locals as usize {
                fp.add(k).write(UNBOUND);
            }
            if argc < code.argcount {
                crate::eval::write_defaults(f, code, fp, argc);
            }
            let r = &mut *record;
            r.fp = fp;
            r.code = code;
            r.function = f;
            r.top = top;
            r.flags.set(0);
            if let Some(v) = instance {
                r.flags.set(flags::INIT);
                r.namespace = v.0;
            }
            r.pc = code.start();
        }
        self.thread.frame.set(record);
        self.fp = fp;
        self.code = code;
        self.consts = code.consts.as_ptr();
        self.pc = code.start();
        Ok(())
    }
    #[inline(always)]
    fn entered(&mut self, code: &'static ExecCode) -> Step {
        let hot = code.entry.hit();
        let poll = self.thread.poll.load(std::sync::atomic::Ordering::Relaxed);
        if !hot && poll == 0 {
            return Ok(());
        }
        // What comes next is the function's first instruction; `save` stores the one before.
        // SAFETY: it is not executed.
        self.pc = unsafe { self.pc.add(1) };
        Err(if poll != 0 { Exit::Poll } else { Exit::HotCall })
    }
    #[inline(always)]
    fn pop_frame(&mut self, result: Owned<Value>) -> Step {
        let frame = self.frame();
        if frame.flags.get() == flags::GENERATOR {
            self.finish_generator(result);
            return Ok(());
        }
        let operator = frame.flags.get() == flags::OPERATOR;
        if !operator && frame.flags.get() != 0 {
            self.save();
            let step = pop_special(self.thread, result.0);
            if step == Err(Exit::Returned) {
                return step;
            }
            *self = Interp::enter(self.thread);
            if step.is_err() {
                // The instruction at the frame's `pc` is the one that has raised: the current one.
                self.pc = self.pc.wrapping_add(1);
            }
            return step;
        }
        // The slots keep the words that are dropped: nobody may read them.
        frame.flags.set(flags::ENDED);
        for k in (0..self.code().locals as usize).rev() {
            // SAFETY: locals are owned words or `UNBOUND`.
            decref(unsafe { *self.fp.add(k) });
        }
        self.thread.frame.set(self.thread.frame.get().wrapping_sub(1));
        if operator {
            return self.return_operator(result);
        }
        self.resume_caller(Ref::from_raw(result.0));
        Ok(())
    }
    #[inline(always)]
    fn push_method(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        i: Insn,
        this: Owned<Value>,
        argc: u32,
    ) -> Step {
        self.start_method(f, code, i, this, argc)
    }
    #[inline(always)]
    fn promote(&mut self, a: i64) -> i64 {
        a
    }
    #[inline(always)]
    fn push_spread(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        i: Insn,
        args: P<Tuple>,
        argc: u32,
    ) -> Option<Step> {
        self.apart(|m| m.start_spread(f, code, i, args, argc))
    }
    #[inline(always)]
    fn push_spread_bound(&mut self, f: Value, i: Insn, args: P<Tuple>, _: u32, _: bool) -> Option<Step> {
        self.save();
        let slots = self.slot(i.a + 1);
        // SAFETY: the call's operands lie there.
        let bound = unsafe { crate::eval::push_spread(self.thread, f, slots, args, i.d & 1 != 0) };
        self.started(bound)
    }
    #[inline(always)]
    fn operator(
        &mut self,
        x: Value,
        y: Value,
        op: Operator,
    ) -> Option<(P<Function>, &'static ExecCode, bool)> {
        let (f, swapped) = taipan_runtime::protocol::operator::find(x, y, op)?;
        let code = f.exec();
        (code.simple && code.argcount == op.arity()).then_some((f, code, swapped))
    }
    #[inline(always)]
    fn getter(&mut self, v: Value, d: i32) -> Option<(P<Function>, &'static ExecCode)> {
        let c = self.cache(d);
        let known = v.is_pointer()
            && c.slot.get() == GETTER
            && v.header().id.get() == c.shape.get()
            && v.header().class.get().version.get() == c.version.get();
        let f = if known { c.value.get().exact::<Function>()? } else { caches::find_getter(c, v)? };
        let code = f.exec();
        (code.simple && code.argcount == 1).then_some((f, code))
    }
    #[inline(always)]
    fn push_operator<const N: usize>(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        args: [Value; N],
    ) -> Step {
        self.apart(|m| m.start_operator(f, code, args))
    }
    #[inline(always)]
    fn push_bound(&mut self, f: Value, i: Insn, first: u16, argc: u32) -> Option<Step> {
        self.save();
        let slots = self.slot(first);
        // SAFETY: the call's operands lie there.
        let bound = unsafe { crate::eval::push_bound(self.thread, f, i, slots, argc) };
        self.started(bound)
    }
    #[inline(always)]
    fn yield_value(&mut self, i: Insn) -> Option<Step> {
        self.suspend(i)
    }
    #[inline(always)]
    fn return_generator(&mut self) -> Option<Step> {
        self.make_generator()
    }
    #[inline(always)]
    fn resume(&mut self, v: Value, sent: Option<u16>) -> Option<Step> {
        self.start_generator(v, sent)
    }
    #[inline(always)]
    fn skip_unpack(&mut self, slot: u16, n: u16) -> Option<u16> {
        let first = self.unpack_ahead(slot, n)?;
        self.pc = self.pc.wrapping_add(1);
        Some(first)
    }
    #[inline(always)]
    fn next_item(&mut self, it: Value, i: Insn) -> Option<Step> {
        let items = it.exact::<DictItemIter>()?;
        let first = self.unpack_ahead(i.c, 2)?;
        self.save();
        let (key, value) = match items.advance() {
            Ok(pair) => pair?,
            Err(_) => return Some(Err(Exit::Raised)),
        };
        for (slot, v) in [(first, value), (first + 1, key)] {
            let v = self.retain(v);
            self.put_temp(slot, v);
        }
        self.pc = self.pc.wrapping_add(1);
        Some(Ok(()))
    }
    #[inline(always)]
    fn append(&mut self, list: Value, v: Value) -> PyResult<Owned<Value>> {
        match list.exact::<List>().filter(|l| l.items.has_room()) {
            Some(l) => {
                l.items.push(v.own());
                Ok(Owned(NONE))
            }
            None => self.call(&taipan_runtime::helpers::LIST_APPEND, [list, v]),
        }
    }
    #[inline(always)]
    fn call_native(
        &mut self,
        f: Value,
        this: Value,
        first: u16,
        argc: u32,
    ) -> Option<PyResult<Owned<Value>>> {
        let (call, this) = call::native(f, this)?;
        self.save();
        // SAFETY: the call's operands, which nobody writes until it returns.
        let args = unsafe { std::slice::from_raw_parts(self.slot(first), argc as usize) };
        Some(call(this, Args::positional(args)).map(|v| Owned(v.into_raw())))
    }
    #[inline(always)]
    fn call<const N: usize>(&mut self, h: &'static Helper, args: [Value; N]) -> PyResult<Owned<Value>> {
        self.save();
        let word = h.call(&args.map(Value::bits));
        taipan_runtime::error::from_word(word).map(|v| Owned(v.into_raw()))
    }
    #[inline(always)]
    fn attempt<const N: usize>(&mut self, h: &'static Helper, args: [Value; N]) -> Option<Owned<Value>> {
        self.save();
        let v = Value::from_bits(h.call(&args.map(Value::bits)))?;
        if v.is_unbound() { None } else { Some(Owned(v)) }
    }
    #[inline(always)]
    fn decide<const N: usize>(&mut self, h: &'static Helper, args: [Value; N]) -> bool {
        h.call(&args.map(Value::bits)) == 1
    }
    #[inline(always)]
    fn ask<const N: usize>(&mut self, h: &'static Helper, args: [Value; N]) -> PyResult<bool> {
        self.save();
        match h.call(&args.map(Value::bits)) {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(taipan_runtime::error::Raised),
        }
    }
    #[inline(always)]
    fn call_span(&mut self, h: &'static Helper, first: u16, n: u32, imm: i64) -> PyResult<Owned<Value>> {
        self.save();
        let word = h.call(&[self.slot(first) as u64, n.into(), imm as u64]);
        taipan_runtime::error::from_word(word).map(|v| Owned(v.into_raw()))
    }
    #[inline(always)]
    fn special(&mut self, _i: Insn) -> Step {
        self.save();
        run_special(self.thread)?;
        *self = Interp::enter(self.thread);
        Ok(())
    }
}
