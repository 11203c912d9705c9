//! What several methods of the recorder's machine emit: guards, memory accesses, tests, what surrounds a call.
//!
//! # Invariants
//! As for [`super::machine`]: the concrete machine's current instruction is one of its frame's code.

use super::{Abort, Array, Concrete, Known, MAX_OPS, Raw, Recorder, SCRATCH_WORDS, Sym, VALID};
use crate::ir::{ExitKind, MemTy, Place, Ref as IrRef, Ty};
use std::mem::offset_of;
use std::rc::Rc;
use taipan_runtime::exec::insn::{A_TEMP, B_TEMP, DST_LOCAL, INVERT, Insn, Op};
use taipan_runtime::helper::{Effect, Helper};
use taipan_runtime::machine::{Alias, Exit, Owned};
use taipan_runtime::object::{Kind, P};
use taipan_runtime::runtime::runtime;
use taipan_runtime::slots::CmpOp;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::module::Module;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{UNBOUND, Value};
use taipan_runtime::watch::Fact;

/// Bytes of a dict entry, and of its value in it.
const ENTRY: usize = size_of::<taipan_runtime::types::dict::Entry>();
const ENTRY_KEY: usize = offset_of!(taipan_runtime::types::dict::Entry, key);
const ENTRY_VALUE: usize = offset_of!(taipan_runtime::types::dict::Entry, value);

impl<C: Concrete> Recorder<C> {
    pub(super) fn insn(&self) -> Insn {
        // SAFETY: the concrete machine is executing it.
        unsafe { *self.c.current() }
    }
    pub(super) fn sym(&self, word: Value, ir: IrRef) -> Sym {
        Sym { word, ir, owned: false }
    }
    pub(super) fn unbox_int(&mut self, v: Sym) -> IrRef {
        match self.raw_type(v.ir) {
            Ty::I64 => v.ir,
            _ if self.as_const(v.ir).is_some() && v.word.as_small_int().is_some() => {
                self.b.const_int(v.word.int_unchecked())
            }
            _ => {
                let snap = self.snapshot(ExitKind::Resume);
                let word = self.tagged(v);
                self.b.guard_int(word, snap);
                self.learn(v.ir, Known::Immediate);
                self.b.unbox_int(word)
            }
        }
    }
    pub(super) fn unbox_float(&mut self, v: Sym) -> IrRef {
        match self.raw_type(v.ir) {
            Ty::F64 => v.ir,
            _ => {
                let snap = self.snapshot(ExitKind::Resume);
                self.b.guard_float(v.ir, snap);
                self.learn(v.ir, Known::Float);
                self.b.unbox_float(v.ir)
            }
        }
    }
    /// Guard that the value is this very word.
    pub(super) fn guard_identity(&mut self, v: Sym) {
        if self.as_const(v.ir).is_some() {
            return;
        }
        let r = self.tagged(v);
        let snap = self.snapshot(ExitKind::Resume);
        if v.word.is_pointer() {
            self.grounds.keep.push(v.word.own());
        }
        self.b.guard_word(r, v.word.bits(), snap);
    }
    pub(super) fn guard_id(&mut self, v: Sym, id: u32) {
        if self.as_const(v.ir).is_some() && id < taipan_runtime::object::FIRST_SHAPE {
            return;
        }
        let snap = self.snapshot(ExitKind::Resume);
        self.b.guard_type(v.ir, id, snap);
        self.learn(v.ir, Known::Object(id));
    }
    /// Rely on a fact as it is now; `false` where it is none to rely on. The region is entered no more when it breaks;
    /// that it has not is guarded wherever something has run that may have broken it.
    fn assume(&mut self, fact: Fact) -> bool {
        let Some(assumption) = runtime().watch.watch(fact) else { return false };
        if !self.grounds.assumptions.iter().any(|a| Rc::ptr_eq(a, &assumption)) {
            self.grounds.assumptions.push(assumption);
        }
        self.guard_u32(self.validity as usize, 0, Alias::FunctionVersion, VALID);
        true
    }
    pub(super) fn guard_class_version(&mut self, class: P<TypeObject>) {
        if self.assume(Fact::Class(class)) {
            return;
        }
        let at = class.as_ptr() as usize;
        self.guard_u32(at, offset_of!(TypeObject, version), Alias::FunctionVersion, class.version.get());
    }
    /// Guard that a function, which the trace keeps alive, has the code and the defaults that it has now.
    pub(super) fn guard_function_version(&mut self, f: P<Function>) {
        self.grounds.keep.push(f.own());
        if self.assume(Fact::Function(f)) {
            return;
        }
        let at = f.as_ptr() as usize;
        self.guard_u32(at, offset_of!(Function, version), Alias::FunctionVersion, f.version.get());
    }
    /// Is the current instruction one that the trace records for whatever function, class or shape comes there?
    pub(super) fn generic(&self) -> bool {
        self.generic == Some(self.c.current())
    }
    /// May a call of this function be one of another with the same code the next time? Closures are made over and over.
    pub(super) fn is_dynamic(&self, f: Sym) -> bool {
        let functions = f.word.exact::<Function>().map_or(0, |f| f.code.get().functions.get());
        self.as_const(f.ir).is_none() && (functions > 1 || self.is_made(f.ir))
    }
    /// Has the trace made this object?
    pub(super) fn is_made(&self, r: IrRef) -> bool {
        self.b.body().def(r).is_some_and(|d| d.op == crate::ir::Op::Alloc)
    }
    /// Guard that a function has the code and the globals of this one.
    pub(super) fn guard_code(&mut self, f: Sym, now: P<Function>) {
        self.grounds.keep.push(now.own());
        let words = [
            (offset_of!(Function, exec), Alias::FunctionVersion, false, now.exec.get() as u64),
            (offset_of!(Function, globals), Alias::BoundMethod, true, now.globals.as_ptr() as u64),
        ];
        for (at, alias, constant, now) in words {
            let word = self.b.load(f.ir, Self::mem(alias, MemTy::I64, at as u32, constant));
            let snap = self.snapshot(ExitKind::Resume);
            self.b.guard_word(word, now, snap);
        }
    }
    /// The value of a global name, as a constant, where it is of a kind that programs rarely replace: definitions, not
    /// data.
    /// A builtin is one as long as the globals do not have the name.
    pub(super) fn lasting_global(
        &mut self,
        f: P<Function>,
        name: P<Str>,
        word: Value,
        builtin: bool,
    ) -> Option<Sym> {
        let kind = if word.is_pointer() { word.class().layout.get() } else { Kind::Free };
        let lasting = matches!(kind, Kind::Function | Kind::Type | Kind::NativeFunction | Kind::Module);
        let hash = name.hash();
        let holds = lasting
            && self.assume(Fact::Key(f.globals, hash))
            && (!builtin || self.assume(Fact::Key(f.builtins, hash)));
        holds.then(|| {
            let ir = self.constant_word(word);
            self.sym(word, ir)
        })
    }
    /// Guard that a dict, which the trace depends on from here on, has the keys that it has now.
    pub(super) fn guard_keys(&mut self, dict: P<Dict>) {
        dict.traced.set(true);
        let at = dict.as_ptr() as usize;
        self.guard_u32(at, offset_of!(Dict, keys_version), Alias::FunctionVersion, dict.keys_version.get());
    }
    /// A call of a helper that borrows these operands.
    pub(super) fn lent_call(&mut self, h: &'static Helper, operands: &[Sym]) -> IrRef {
        if self.handling != 0 && !self.generic() {
            self.learn_builtins(operands);
        }
        let words = self.lend(operands);
        let ir = self.b.call(h, &words);
        self.drop_boxes(operands, &words);
        ir
    }
    /// Guard that operands are of the builtin types that they are of: helpers ask for less then.
    fn learn_builtins(&mut self, operands: &[Sym]) {
        for v in operands.iter().take(2).filter(|v| v.word.is_pointer()) {
            let id = v.word.header().id.get();
            let known = matches!(self.known.get(&v.ir), Some(Known::Object(k)) if *k == id);
            if id < taipan_runtime::object::FIRST_SHAPE
                && !known
                && matches!(self.raw_type(v.ir), Ty::Val | Ty::Ptr)
            {
                // Of constants too: the optimizer does not look at objects.
                let snap = self.snapshot(ExitKind::Resume);
                self.b.guard_type(v.ir, id, snap);
                self.learn(v.ir, Known::Object(id));
            }
        }
    }
    /// Guard that a dict has the key that it has now at a place.
    fn guard_place(&mut self, dict: P<Dict>, entries: IrRef, place: usize) {
        let Some((key, _)) = dict.entry(place) else {
            self.give_up(Abort::Special);
            return;
        };
        dict.traced.set(true);
        self.grounds.keep.push(key.own());
        let p = self.b.const_ptr(dict.as_ptr() as usize);
        let at = offset_of!(Dict, filled) as u32;
        let filled = self.b.load(p, Self::mem(Alias::DictValue, MemTy::U32, at, false));
        let index = self.b.const_int(place as i64);
        let is_there = self.b.ult(index, filled);
        let snap = self.snapshot(ExitKind::Resume);
        self.b.guard_true(is_there, snap);
        let offset = (place * ENTRY + ENTRY_KEY) as u32;
        let found = self.b.load(entries, Self::mem(Alias::DictValue, MemTy::I64, offset, false));
        self.b.guard_word(found, key.bits(), snap);
    }
    /// The value of a key of a dict whose keys are as they are now; or, where they change all the time, at least this
    /// one's place.
    pub(super) fn dict_value(&mut self, dict: P<Dict>, place: usize, word: Value) -> Sym {
        let loses_keys = dict.loses_keys.get();
        if !loses_keys {
            self.guard_keys(dict);
        }
        let p = self.b.const_ptr(dict.as_ptr() as usize);
        let entries =
            self.b.load(p, Self::mem(Alias::DictValue, MemTy::Ptr, offset_of!(Dict, entries) as u32, false));
        if loses_keys {
            self.guard_place(dict, entries, place);
        }
        let offset = (place * ENTRY + ENTRY_VALUE) as u32;
        let ir = self.b.load(entries, Self::mem(Alias::DictValue, MemTy::Val, offset, false));
        self.sym(word, ir)
    }
    /// After a helper: leave if it raised.
    pub(super) fn guard_raised(&mut self, h: &'static Helper, r: IrRef) {
        if h.can_raise {
            let snap = self.snapshot(ExitKind::Raise);
            self.b.guard_nonzero(r, snap);
        }
    }
    pub(super) fn before_call(&mut self, h: &'static Helper) {
        match h.effect {
            Effect::Quiet | Effect::Native => {
                self.secure();
                self.expect_quiet();
                self.say_place();
            }
            Effect::Any => {
                self.secure();
                self.say_place();
            }
            Effect::Moves => self.secure(),
            _ => {}
        }
    }
    /// Say where the trace is, to whoever looks at frames from what is called now.
    pub(super) fn say_place(&mut self) {
        // A frame that ends is no longer there when its locals are dropped.
        let count = self.frames.count() - usize::from(self.ending);
        self.has_inlined |= count > 1;
        let (through, generators) = self.through(count);
        let place = Place { call: self.running_call(0) as u64, through, ended: count == 0 };
        self.b.place(place, &generators);
    }
    pub(super) fn store_base_pc(&mut self, at: *const Insn) {
        let frame = self.b.frame();
        let pc = self.b.const_int(at as i64);
        let mem = Self::mem(
            Alias::FloatValue,
            MemTy::I64,
            offset_of!(taipan_runtime::frame::Frame, pc) as u32,
            false,
        );
        self.b.store(frame, pc, mem);
    }
    /// The opposite of what a test found: where execution goes on then.
    pub(super) fn opposite(&mut self, i: Insn, found: bool) -> Option<crate::ir::SnapId> {
        let here = self.c.current();
        match i.op {
            Op::Not | Op::Contains | Op::CheckExcMatch => {
                // The operands are dropped by now; the destination gets the other answer.
                if i.has(DST_LOCAL) {
                    return None;
                }
                let other =
                    if i.op == Op::Not { Value::bool(found) } else { Value::bool(found == i.has(INVERT)) };
                let ir = self.b.const_val(other);
                Some(self.snapshot_at(ExitKind::Behind, here.wrapping_add(1), Some((i.c, ir))))
            }
            _ => {
                let jumps = match i.op {
                    Op::JumpIfFalse => !found,
                    Op::JumpIfTrue => found,
                    _ => found != i.has(INVERT),
                };
                let pc = if jumps { here.wrapping_add(1) } else { here.wrapping_offset(i.d as isize) };
                Some(self.snapshot_at(ExitKind::Behind, pc, None))
            }
        }
    }
    /// Drop the owned operands of the current instruction in the trace, ahead of the concrete drop.
    pub(super) fn drop_operands_early(&mut self, i: Insn) {
        let frame = self.frames.count() - 1;
        for (flag, slot) in [(A_TEMP, i.a), (B_TEMP, i.b)] {
            if i.has(flag)
                && let Some(e) = self.frames.entry(frame, slot)
            {
                self.frames.forget(frame, slot);
                self.drop_sym(e);
            }
        }
    }
    /// Write these words where nothing of the base frame's is (below its record's `top`, behind its slots unless those
    /// lie in a generator), for a helper that takes a span; the address.
    pub(super) fn span(&mut self, words: &[IrRef]) -> IrRef {
        let (from, behind) = match self.base_slots() {
            // A generator's: its record says.
            0 => {
                let frame = self.b.frame();
                let top_at = offset_of!(taipan_runtime::frame::Frame, top) as u32;
                (self.b.load(frame, Self::mem(Alias::BoundMethod, MemTy::Ptr, top_at, true)), 0)
            }
            n => (self.b.slots(), i64::from(n)),
        };
        let from = self.b.as_int(from);
        let offset = self.b.const_int(8 * (behind - SCRATCH_WORDS as i64));
        let span = self.b.add(from, offset);
        for (k, r) in words.iter().enumerate() {
            self.b.store(span, *r, Self::mem(Alias::FloatValue, MemTy::Val, 8 * k as u32, false));
        }
        span
    }
    /// The operands of a span: unread slots are read.
    pub(super) fn span_syms(&mut self, first: u16, n: u32) -> Vec<Sym> {
        (0..n as u16)
            .map(|k| {
                let word = self.c.get(first + k);
                self.slot(first + k, word)
            })
            .collect()
    }
    pub(super) fn cmp_ir(&mut self, op: CmpOp, a: IrRef, b: IrRef) -> IrRef {
        match op {
            CmpOp::Lt => self.b.lt(a, b),
            CmpOp::Le => self.b.le(a, b),
            CmpOp::Eq => self.b.eq(a, b),
            CmpOp::Ne => self.b.ne(a, b),
            CmpOp::Gt => self.b.gt(a, b),
            CmpOp::Ge => self.b.ge(a, b),
        }
    }
    pub(super) fn fcmp_ir(&mut self, op: CmpOp, a: IrRef, b: IrRef) -> IrRef {
        match op {
            CmpOp::Lt => self.b.flt(a, b),
            CmpOp::Le => self.b.fle(a, b),
            CmpOp::Eq => self.b.feq(a, b),
            CmpOp::Ne => self.b.fne(a, b),
            CmpOp::Gt => self.b.fgt(a, b),
            CmpOp::Ge => self.b.fge(a, b),
        }
    }
    pub(super) fn owned(v: Sym) -> Owned<Sym> {
        Owned(Sym { owned: true, ..v })
    }
    /// Put an owned or borrowed word into a slot of the innermost frame; a local's old word goes.
    pub(super) fn store_slot(&mut self, slot: u16, v: Sym, old: Option<Value>) {
        let frame = self.frames.count() - 1;
        if let Some(old) = old {
            let e = self.slot(slot, old);
            self.frames.set_entry(frame, slot, v);
            if self.handling != 0 && old.is_unbound() && self.as_const(e.ir).is_none() {
                // The handler's name. A drop of what may be anything would have to tell the thread what is handled.
                let snap = self.snapshot_behind(self.c.current().wrapping_add(1), None, Some(e.ir));
                self.b.guard_word(e.ir, UNBOUND.bits(), snap);
                return;
            }
            self.orphan(e);
            self.drop_sym(e);
        } else {
            self.frames.set_entry(frame, slot, v);
        }
    }
    pub(super) fn check_limits(&mut self) -> Option<Exit> {
        if self.abort.is_some() || self.done.is_some() {
            self.c.save_upcoming();
            return Some(Exit::Stop);
        }
        self.left = self.left.map(|n| n.wrapping_sub(1));
        if self.left == Some(u32::MAX) {
            self.give_up(Abort::Abandoned);
            self.c.save_upcoming();
            return Some(Exit::Stop);
        }
        if self.b.len() > MAX_OPS {
            self.give_up(Abort::TooLong);
            self.c.save_upcoming();
            return Some(Exit::Stop);
        }
        None
    }
    /// Bytes from the object's start to a word behind it, where the index is a constant.
    pub(super) fn fixed_place(&self, base: Array, index: Raw<i64>) -> Option<u32> {
        let behind = base.behind?;
        self.as_const(index.ir)?;
        u32::try_from(index.now).ok()?.checked_mul(8)?.checked_add(behind)
    }
    /// An array's address.
    pub(super) fn address(&mut self, base: Array) -> IrRef {
        let Some(behind) = base.behind else { return base.ir };
        let words = self.b.as_int(base.ir);
        let size = self.b.const_int(behind.into());
        self.b.add(words, size)
    }
}

impl<C: Concrete> Recorder<C> {
    /// Guard that the value has the class that it has now; false where that cannot be done.
    pub(super) fn guard_class(&mut self, v: Sym) -> bool {
        if v.word.is_int() {
            self.unbox_int(v);
        } else if v.word.as_exact_float().is_some() {
            self.unbox_float(v);
        } else if v.word.is_pointer() {
            self.guard_id(v, v.word.header().id.get());
            self.guard_class_version(v.word.class());
        } else if matches!(self.raw_type(v.ir), Ty::Val | Ty::Ptr) {
            self.guard_identity(v);
        } else {
            return self.raw_type(v.ir) == Ty::Bool;
        }
        true
    }
    /// Call a helper; one that looks at the frames cannot be called from machine code, where there are none.
    pub(super) fn watched<T>(&mut self, call: impl FnOnce(&mut C) -> T) -> T {
        let watch = self.c.watch();
        let result = call(&mut self.c);
        if self.c.unwatch(watch) {
            self.give_up(Abort::Frames);
        }
        result
    }
    /// A function found in the class of `v`: a constant as long as the class stays as it is.
    pub(super) fn class_function(&mut self, v: Sym, found: Value) -> Sym {
        self.guard_owner(v);
        let ir = self.constant_word(found);
        self.sym(found, ir)
    }
    /// A value found in the class of `v`, or in the class or module that `v` is.
    pub(super) fn found(&mut self, v: Sym, name: P<taipan_runtime::types::str::Str>, found: Value) -> Sym {
        if let Some(m) = v.word.exact::<Module>() {
            self.guard_identity(v);
            if let Some(place) = m.dict().place_of(name) {
                return self.dict_value(m.dict(), place, found);
            }
            self.give_up(Abort::Special);
        }
        if v.word.is_pointer() {
            self.guard_owner(v);
        }
        let ir = self.constant_word(found);
        self.sym(found, ir)
    }
    /// Guard what attributes of `v` depend on that are not its own: its class, and of a class itself too.
    fn guard_owner(&mut self, v: Sym) {
        if !v.word.is_pointer() {
            if !self.guard_class(v) {
                self.give_up(Abort::Special);
            }
            return;
        }
        if let Some(class) = v.word.downcast::<TypeObject>() {
            self.guard_identity(v);
            self.guard_class_version(class);
        } else {
            self.guard_id(v, v.word.header().id.get());
        }
        self.guard_class_version(v.word.class());
    }
}
