//! The Tracer machine: the interpreter, telling `sys.settrace`'s and `sys.setprofile`'s functions what happens
//! (`taipan_runtime::tracing`).
//!
//! The loop runs with it while a function is set; where it finds that none is any more, it leaves for the plain
//! interpreter.
//!
//! Lines are found by units of `co_code`, not by executable instructions, of which one may stand for several units (or
//! for none: a `pass`).

use crate::machine::Interp;
use taipan_runtime::error::PyResult;
use taipan_runtime::exec::code::{ExecCode, NO_LINE};
use taipan_runtime::exec::insn::{Insn, Op};
use taipan_runtime::frame::{Frame, flags};
use taipan_runtime::helper::Helper;
use taipan_runtime::helpers;
use taipan_runtime::machine::{
    Alias, AttrHit, Exit, Field, FltFn, FltOp, IntOp, Machine, MethodHit, Owned, RawInt, Step, StoreHit,
    WideOp,
};
use taipan_runtime::monitoring::{self, Event as Monitored};
use taipan_runtime::object::{Object, P};
use taipan_runtime::protocol::operator::Operator;
use taipan_runtime::runtime::runtime;
use taipan_runtime::sem::intrinsics::Intrinsic;
use taipan_runtime::slots::CmpOp;
use taipan_runtime::thread::Thread;
use taipan_runtime::tracing::{self, Event};
use taipan_runtime::types::frame::Place;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::instance::Instance;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::{NONE, Value};

/// See the module's page.
pub struct Tracer {
    m: Interp,
    /// The frame that executed the last instruction, and the instruction's index, unless the frame has just been
    /// picked up.
    last: Option<(*const Frame, usize)>,
}

impl Tracer {
    /// Pick up the innermost frame of the thread.
    pub fn enter(thread: &'static Thread) -> Tracer {
        if thread.told.get().is_null() {
            // A tool wants to hear of all threads: of this one from here on.
            thread.told.set(thread.frame.get());
        }
        Tracer { m: Interp::enter(thread), last: None }
    }
    /// The loop was left: the frame's `pc` is saved, unless the frame is gone.
    pub fn leave(&self, exit: Exit) {
        if !matches!(exit, Exit::Returned | Exit::Yielded) {
            self.m.save();
        }
        self.popped();
    }

    /// What happens before the next instruction.
    fn before(&mut self) -> PyResult<()> {
        let thread = self.m.thread;
        let frame = self.m.frame();
        let address = std::ptr::from_ref::<Frame>(frame);
        // Where the frame was when it called something: `pc` moves on only when somebody may look.
        let index = frame.code().index_of(self.m.pc);
        let last = match self.last {
            Some((at, last)) if at == address => Some(last),
            Some(_) if frame.index() == index => index.checked_sub(1),
            Some(_) => Some(frame.index()),
            None => None,
        };
        self.m.save_next();
        let begins = address > thread.told.get().cast_const();
        tracing::begin(thread, None)?;
        self.last = Some((address, index));
        let monitored = runtime().monitoring.is_active();
        if !monitored && !tracing::is_traced(frame) {
            return Ok(());
        }
        let last = match frame.code().insns[index.saturating_sub(1)].get().op {
            Op::YieldValue if begins && index > 0 => Some(index - 1),
            _ if begins => None,
            _ => last,
        };
        if index >= first_traceable(frame.code()) {
            if monitored && let Some(last) = last {
                self.jumped(frame, last, index)?;
            }
            self.lines(frame, last, index)?;
            if monitored {
                monitoring::fire(thread, frame, Monitored::Instruction, frame.code().unit[index], &[])?;
            }
            tracing::tell(thread, frame, Event::Opcode, NONE, None)?;
        }
        Ok(())
    }

    /// Tell of a jump or branch from one instruction to another.
    fn jumped(&self, frame: &Frame, from: usize, to: usize) -> PyResult<()> {
        let code = frame.code();
        let taken = to != from + 1;
        let event = match code.insns[from].get().op {
            Op::Jump | Op::JumpBack => Monitored::Jump,
            Op::JumpIfFalse | Op::JumpIfTrue | Op::JumpIfNone | Op::JumpIfNotNone | Op::ForIter => {
                if taken {
                    Monitored::BranchRight
                } else {
                    Monitored::BranchLeft
                }
            }
            op if op.name().starts_with("Jump") => {
                if taken {
                    Monitored::BranchRight
                } else {
                    Monitored::BranchLeft
                }
            }
            _ => return Ok(()),
        };
        if !runtime().monitoring.wants(event) {
            return Ok(());
        }
        let destination = Value::small_int(i64::from(code.unit[to]) * 2);
        monitoring::fire(self.m.thread, frame, event, code.unit[from], &[destination])
    }

    /// The lines that begin with the instruction at `index`, the one at `last` having been executed before.
    fn lines(&self, frame: &Frame, last: Option<usize>, index: usize) -> PyResult<()> {
        let code = frame.code();
        let (lines, end) = (code.lines(), code.unit[index] as usize);
        let start = if index == 0 { 0 } else { (code.unit[index - 1] as usize + 1).min(end) };
        let back = last.is_some_and(|last| last >= index);
        let mut line = match last {
            Some(last) if !back => lines[code.unit[last] as usize],
            _ => NO_LINE,
        };
        let falls_through = last.is_some_and(|last| last + 1 == index);
        for unit in start..=end {
            let here = lines[unit];
            if here == NO_LINE || here == line {
                continue;
            }
            let linear =
                lines[..unit].iter().rev().find(|line| **line != NO_LINE).copied().unwrap_or(NO_LINE);
            if linear != here || !falls_through && unit == start {
                let unit = unit as u32;
                if runtime().monitoring.wants(Monitored::Line) {
                    let line = Value::small_int(here.into());
                    monitoring::fire(self.m.thread, frame, Monitored::Line, unit, &[line])?;
                }
                tracing::tell(self.m.thread, frame, Event::Line, NONE, Some(Place::Unit(unit)))?;
            }
            line = here;
        }
        Ok(())
    }

    /// Call a native function, and tell a profiler.
    fn call_native(&mut self, h: &'static Helper, span: (u16, u32), imm: i64) -> PyResult<Owned<Value>> {
        let (first, n) = span;
        let thread = self.m.thread;
        let slots = [0, 1, 2].map(|k| self.m.get(first + k));
        let is_method = std::ptr::eq(h, &raw const helpers::CALL_METHOD);
        let argument = match (is_method, n) {
            (true, _) if !slots[1].is_unbound() => Some(slots[1]),
            (true, 1..) => Some(slots[2]),
            (false, 1..) => Some(slots[1]),
            _ => None,
        };
        let Some(callee) = tracing::native_callee(slots[0], argument) else {
            return self.m.call_span(h, first, n, imm);
        };
        self.m.save();
        let frame = self.m.frame();
        let argument = argument.or_else(|| runtime().monitoring.missing.get()).unwrap_or(NONE);
        let tell = |event: Event, monitored: Monitored| {
            if runtime().monitoring.wants(monitored) {
                let unit = frame.code().unit[frame.index()];
                monitoring::fire(thread, frame, monitored, unit, &[*callee, argument])?;
            }
            tracing::tell(thread, frame, event, *callee, None)
        };
        tell(Event::CCall, Monitored::Call)?;
        let result = self.m.call_span(h, first, n, imm);
        let Ok(result) = result else {
            let raised = thread.take_raised();
            tell(Event::CException, Monitored::CRaise)?;
            raised.into_iter().for_each(|e| thread.set_raised(e));
            return Err(taipan_runtime::error::Raised);
        };
        if let Err(e) = tell(Event::CReturn, Monitored::CReturn) {
            self.m.release(result);
            return Err(e);
        }
        Ok(result)
    }

    /// Does anybody want to hear of native calls?
    fn wants_calls(&self) -> bool {
        self.m.thread.profile.get().is_some() || runtime().monitoring.wants(Monitored::Call)
    }

    /// A frame has ended or is suspended.
    fn popped(&self) {
        let thread = self.m.thread;
        thread.told.set(thread.told.get().min(thread.frame.get()));
    }

    /// The frame is going to return or to yield `v`.
    fn ends(&mut self, v: Value, yields: bool) -> Step {
        self.m.save();
        let frame = self.m.frame();
        frame.flags.set(frame.flags.get() & !flags::TRACED);
        let told = tracing::end(self.m.thread, frame, v, yields).map_err(|_| Exit::Raised);
        self.last = Some((std::ptr::null(), 0));
        told
    }
}

/// The first instruction that a debugger stops at: behind those that set the frame up.
fn first_traceable(code: &ExecCode) -> usize {
    let ops = code.insns.iter().map(|i| i.get().op);
    let mut first = 0;
    for (index, op) in ops.enumerate() {
        match op {
            Op::CopyFreeVars | Op::MakeCell => {}
            Op::ReturnGenerator => first = index + 2,
            _ => return first.max(index),
        }
    }
    first
}

macro_rules! same {
    ($(fn $name:ident($($arg:ident: $ty:ty),*) -> $result:ty;)*) => {
        $(#[inline(always)]
        fn $name(&mut self, $($arg: $ty),*) -> $result {
            self.m.$name($($arg),*)
        })*
    };
}

impl Machine for Tracer {
    type V = Value;
    type Int = i64;
    type Flt = f64;
    type Bool = bool;
    type Ptr<T: Object> = P<T>;
    type Base = *mut Value;

    fn stop(&mut self) -> Option<Exit> {
        let exit = if !tracing::active(self.m.thread) {
            Some(Exit::Stop)
        } else if self.before().is_err() {
            Some(Exit::Raised)
        } else {
            None
        };
        if exit.is_some() {
            // `save` stores the instruction before: the one that would have come next.
            self.m.pc = self.m.pc.wrapping_add(1);
        }
        exit
    }
    fn code(&self) -> &'static ExecCode {
        self.m.code()
    }
    fn word(&self, v: Value) -> Value {
        v
    }
    fn intrinsic(&mut self, f: Value) -> Option<Intrinsic> {
        // A profiler hears of every native call.
        if self.wants_calls() { None } else { self.m.intrinsic(f) }
    }
    fn call_span(&mut self, h: &'static Helper, first: u16, n: u32, imm: i64) -> PyResult<Owned<Value>> {
        let calls = [&raw const helpers::CALL, &raw const helpers::CALL_METHOD];
        if calls.contains(&std::ptr::from_ref(h)) && self.wants_calls() {
            return self.call_native(h, (first, n), imm);
        }
        self.m.call_span(h, first, n, imm)
    }
    fn pop_frame(&mut self, result: Owned<Value>) -> Step {
        if let Err(exit) = self.ends(result.0, false) {
            self.m.release(result);
            return Err(exit);
        }
        let step = self.m.pop_frame(result);
        self.popped();
        step
    }
    fn yield_value(&mut self, i: Insn) -> Option<Step> {
        let v = self.m.get(i.a);
        if let Err(exit) = self.ends(v, true) {
            return Some(Err(exit));
        }
        let step = self.m.yield_value(i);
        if step.is_some() {
            self.popped();
        }
        step
    }
    fn return_generator(&mut self) -> Option<Step> {
        let step = self.m.return_generator();
        self.last = Some((std::ptr::null(), 0));
        self.popped();
        step
    }
    fn special(&mut self, i: Insn) -> Step {
        let before = self.m.thread.frame.get();
        let step = self.m.special(i);
        if self.m.thread.frame.get() < before {
            self.popped();
        }
        step
    }

    fn known_same(&self, x: Value, y: Value) -> bool {
        self.m.known_same(x, y)
    }
    fn numeric(&self, f: Value) -> Option<&'static Helper> {
        self.m.numeric(f)
    }
    fn flt_call<const N: usize>(&mut self, h: &'static Helper, args: [f64; N]) -> f64 {
        self.m.flt_call(h, args)
    }
    same! {
        fn fetch() -> Insn;
        fn operands(fetched: Insn) -> Insn;
        fn jump(distance: i32) -> ();
        fn back_edge(i: Insn) -> Step;
        fn quicken(i: Insn) -> ();
        fn redo() -> ();
        fn get(slot: u16) -> Value;
        fn constant(index: u16) -> Value;
        fn constant_wide(index: u32) -> Value;
        fn literal(v: Value) -> Value;
        fn put(i: Insn, v: Owned<Value>) -> ();
        fn put_temp(slot: u16, v: Owned<Value>) -> ();
        fn take(slot: u16) -> Owned<Value>;
        fn moved(slot: u16) -> ();
        fn moved_local(slot: u16) -> ();
        fn take_local(slot: u16) -> Owned<Value>;
        fn drop_temp(slot: u16) -> ();
        fn drop_numbers(i: Insn) -> ();
        fn retain(v: Value) -> Owned<Value>;
        fn release(v: Owned<Value>) -> ();
        fn both_int(x: Value, y: Value) -> Option<(i64, i64)>;
        fn both_float(x: Value, y: Value) -> Option<(f64, f64)>;
        fn mixed_float(x: Value, y: Value) -> Option<(f64, f64)>;
        fn as_int(v: Value) -> Option<i64>;
        fn as_float(v: Value) -> Option<f64>;
        fn as_bool(v: Value) -> Option<bool>;
        fn is_word(v: Value, word: Value) -> bool;
        fn exhausted(v: Value, i: Insn) -> bool;
        fn same(x: Value, y: Value) -> bool;
        fn instance_check(v: Value, class: Value) -> Option<bool>;
        fn class_has(v: Value, flag: u32) -> Option<bool>;
        fn has_id(v: Value, id: u32) -> bool;
        fn test(b: bool) -> bool;
        fn int(i: i64) -> i64;
        fn int_arith(op: IntOp, a: i64, b: i64) -> Option<i64>;
        fn int_add_unchecked(a: i64, b: i64) -> i64;
        fn promote(a: i64) -> i64;
        fn int_cmp(op: CmpOp, a: i64, b: i64) -> bool;
        fn int_below(a: i64, b: i64) -> bool;
        fn int_to_float(a: i64) -> f64;
        fn flt_arith(op: FltOp, a: f64, b: f64) -> Option<f64>;
        fn flt_cmp(op: CmpOp, a: f64, b: f64) -> bool;
        fn flt(f: f64) -> f64;
        fn flt_fn(f: FltFn, a: f64) -> f64;
        fn flt_to_int(a: f64) -> i64;
        fn select_int(c: bool, a: i64, b: i64) -> i64;
        fn select_float(c: bool, a: f64, b: f64) -> f64;
        fn box_int(a: i64) -> Owned<Value>;
        fn wide(op: WideOp, x: Value, y: Value) -> Option<Owned<Value>>;
        fn box_float(a: f64) -> Owned<Value>;
        fn box_bool(b: bool, negate: bool) -> Owned<Value>;
        fn elem(base: *mut Value, index: i64, alias: Alias) -> Value;
        fn swap_elem(base: *mut Value, index: i64, v: Owned<Value>, alias: Alias) -> Owned<Value>;
        fn raw_int(base: *mut Value, index: i64, item: RawInt, alias: Alias) -> Option<i64>;
        fn set_raw_int(base: *mut Value, index: i64, item: RawInt, v: i64, alias: Alias) -> ();
        fn raw_float(base: *mut Value, index: i64, alias: Alias) -> f64;
        fn set_raw_float(base: *mut Value, index: i64, v: f64, alias: Alias) -> ();
        fn character(c: i64) -> Value;
        fn set_shape(p: P<Instance>, shape: u32) -> ();
        fn function() -> Value;
        fn at_module_level() -> bool;
        fn cached_global(d: i32) -> Option<Value>;
        fn method_self() -> Owned<Value>;
        fn special_method(v: Value, number: i32) -> Option<Value>;
        fn super_method(sup: Value, class: Value, this: Value, n: i32) -> Option<Value>;
        fn super_static(sup: Value, class: Value, this: Value, n: i32) -> Option<Value>;
        fn cache_name(d: i32) -> Value;
        fn callee(f: P<Function>, argc: u32) -> Option<(P<Function>, &'static ExecCode)>;
        fn initializer(class: Value, argc: u32) -> Option<(P<Function>, &'static ExecCode, bool)>;
        fn constructor(class: Value, i: Insn, argc: u32) -> Option<Value>;
        fn push_constructor(init: Value, i: Insn, argc: u32, instance: Owned<Value>) -> Step;
        fn call_method(v: Value, argc: u32) -> Option<(P<Function>, &'static ExecCode)>;
        fn push_frame(f: P<Function>, code: &'static ExecCode, first: u16, argc: u32, instance: Option<Owned<Value>>) -> Step;
        fn push_method(f: P<Function>, code: &'static ExecCode, i: Insn, this: Owned<Value>, argc: u32) -> Step;
        fn push_spread(f: P<Function>, code: &'static ExecCode, i: Insn, args: P<Tuple>, argc: u32) -> Option<Step>;
        fn push_spread_bound(f: Value, i: Insn, args: P<Tuple>, argc: u32, keywords: bool) -> Option<Step>;
        fn operator(x: Value, y: Value, op: Operator) -> Option<(P<Function>, &'static ExecCode, bool)>;
        fn getter(v: Value, d: i32) -> Option<(P<Function>, &'static ExecCode)>;
        fn entered(code: &'static ExecCode) -> Step;
        fn push_bound(f: Value, i: Insn, first: u16, argc: u32) -> Option<Step>;
        fn resume(generator: Value, sent: Option<u16>) -> Option<Step>;
    }
    fn exact<T: Object>(&mut self, v: Value) -> Option<P<T>> {
        self.m.exact(v)
    }
    fn made<T: Object>(&mut self, v: &Owned<Value>) -> P<T> {
        self.m.made(v)
    }
    fn load_int<T: Object>(&mut self, p: P<T>, f: Field<T, i64>) -> i64 {
        self.m.load_int(p, f)
    }
    fn load<T: Object>(&mut self, p: P<T>, f: Field<T, Value>) -> Value {
        self.m.load(p, f)
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
    fn store_int<T: Object>(&mut self, p: P<T>, f: Field<T, i64>, v: i64) {
        self.m.store_int(p, f, v);
    }
    fn swap<T: Object>(&mut self, p: P<T>, f: Field<T, Value>, v: Owned<Value>) -> Owned<Value> {
        self.m.swap(p, f, v)
    }
    fn attr(&mut self, v: Value, d: i32) -> AttrHit<Self> {
        match self.m.attr(v, d) {
            AttrHit::Slot(p, slot) => AttrHit::Slot(p, slot),
            AttrHit::Value(v) => AttrHit::Value(v),
            AttrHit::Miss => AttrHit::Miss,
        }
    }
    fn attr_store(&mut self, v: Value, d: i32) -> Option<StoreHit<Self>> {
        let StoreHit { instance, slot, shape } = self.m.attr_store(v, d)?;
        Some(StoreHit { instance, slot, shape })
    }
    fn method(&mut self, v: Value, d: i32) -> MethodHit<Self> {
        match self.m.method(v, d) {
            MethodHit::Method(f) => MethodHit::Method(f),
            MethodHit::Bound(f, this) => MethodHit::Bound(f, this),
            MethodHit::Value(v) => MethodHit::Value(v),
            MethodHit::Miss => MethodHit::Miss,
        }
    }
    fn push_operator<const N: usize>(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        args: [Value; N],
    ) -> Step {
        self.m.push_operator(f, code, args)
    }
    fn call<const N: usize>(&mut self, h: &'static Helper, args: [Value; N]) -> PyResult<Owned<Value>> {
        self.m.call(h, args)
    }
    fn attempt<const N: usize>(&mut self, h: &'static Helper, args: [Value; N]) -> Option<Owned<Value>> {
        self.m.attempt(h, args)
    }
    fn decide<const N: usize>(&mut self, h: &'static Helper, args: [Value; N]) -> bool {
        self.m.decide(h, args)
    }
    fn ask<const N: usize>(&mut self, h: &'static Helper, args: [Value; N]) -> PyResult<bool> {
        self.m.ask(h, args)
    }
}
