//! The heap cache: loads whose word is known are not emitted.
//!
//! A word is known after a load of it, or a store to it. Memory is told apart by alias class: a store forgets
//! words of its own class (but not those at another offset of the same base, or at another constant index), a
//! helper that writes forgets everything that is not immutable.
//!
//! ```text
//! v1 = load v0 i64[+16 #3]
//! store v5 v6 i64[+24 #4]            another class
//! v2 = load v0 i64[+16 #3]           -> v1
//! store v0 v7 i64[+16 #3]
//! v3 = load v0 i64[+16 #3]           -> v7
//! ```

use taipan_runtime::helper::{Effect, Helper};
use taipan_runtime::machine::Alias;

use super::Opt;
use super::facts::Fact;
use super::state::{Clobbers, Known};
use crate::ir::{ALIAS_TYPE_ID, Callee, Imm, Inst, Mem, MemTy, Op, Ref, Ty};

/// Can a word known as one be used as the other?
fn same_type(a: MemTy, b: MemTy) -> bool {
    let (x, y) = (a.ty(), b.ty());
    a == b || (x.is_value() && y.is_value()) || (x == y && a.size() == 8 && b.size() == 8)
}

fn same_place(k: &Known, base: Ref, index: Option<Ref>, m: Mem) -> bool {
    k.base == base && k.index == index && k.mem.offset == m.offset && k.mem.ty.size() == m.ty.size()
}

/// Is this the thread's word for the exception that is being handled?
fn is_handled(m: Mem) -> bool {
    m.alias == crate::record::alias_id(Alias::Handled) && !m.immutable
}

/// What is in lists and in arrays of raw numbers.
const LISTS: [Alias; 5] = [Alias::ListPtr, Alias::ListLen, Alias::ListItem, Alias::ByteVec, Alias::Number];
/// What is in iterators and exceptions, and the second result of a helper.
const ITERATORS: [Alias; 9] = [
    Alias::RangeNext,
    Alias::RangeLeft,
    Alias::ListIterIndex,
    Alias::ListIterList,
    Alias::TupleIterIndex,
    Alias::TupleIterTuple,
    Alias::NumberIter,
    Alias::MethodSelf,
    Alias::Exception,
];

/// What Python functions do not change without `Thread::changes`.
const STABLE: [Alias; 3] = [Alias::FunctionVersion, Alias::DictValue, Alias::Changes];

impl Opt<'_> {
    /// A load from `base` (at `index`).
    pub(super) fn load(&mut self, op: Op, args: &[Ref], m: Mem) -> Ref {
        let (base, index) = (args[0], args.get(1).copied());
        if let Some(e) = self.st.handled.filter(|_| is_handled(m)) {
            return self.resolve(e);
        }
        if index.is_none()
            && let Some(v) = self.load_virtual(base, m)
        {
            return v;
        }
        let id = self.fact(base).type_id;
        if let Some(id) = id
            && index.is_none()
            && m.ty == MemTy::U32
            && m.offset == self.layout.type_id_offset
            && self.passes.heap
        {
            return self.g.body.int(id as i64);
        }
        if self.passes.heap
            && let Some(known) = self.st.heap.get(&m.alias)
            && let Some(k) = known.iter().find(|k| same_place(k, base, index, m))
            && same_type(k.mem.ty, m.ty)
        {
            return self.resolve(k.value);
        }
        let inst = Inst { op, ty: m.ty.ty(), imm: Imm::Mem(m), ..Inst::new(op, args) };
        let value = self.push(inst);
        self.st.heap.entry(m.alias).or_default().push(Known { base, index, mem: m, value });
        value
    }

    /// A store to `base` (at `index`).
    pub(super) fn store(&mut self, op: Op, args: &[Ref], m: Mem) {
        let (base, value) = (args[0], args[args.len() - 1]);
        let index = (args.len() == 3).then(|| args[1]);
        if index.is_none() && self.store_virtual(base, m, value) {
            return;
        }
        if is_handled(m) && self.passes.sink {
            return self.handle(base, m, value);
        }
        let base = self.escape(base);
        let value = self.escape(value);
        let mut args = args.to_vec();
        args[0] = base;
        let last = args.len() - 1;
        args[last] = value;
        self.store_word(op, &args, m);
    }

    /// A store of what exists to what exists.
    fn store_word(&mut self, op: Op, args: &[Ref], m: Mem) {
        let (base, value) = (args[0], args[args.len() - 1]);
        let index = (args.len() == 3).then(|| args[1]);
        if value.is_const() {
            self.flush_one(value);
        }
        self.push(Inst { imm: Imm::Mem(m), ..Inst::new(op, args) });
        self.st.epoch += 1;
        if m.alias == ALIAS_TYPE_ID {
            self.set_shape(base, value);
        }
        self.st.clobbers.add_class(m.alias);
        let apart = |k: &Known, g: &crate::ir::Body| match (k.index, index) {
            (None, None) => k.base == base && k.mem.offset != m.offset,
            (Some(a), Some(b)) if k.base == base && k.mem.offset == m.offset => {
                matches!((g.as_const(a), g.as_const(b)), (Some(a), Some(b)) if a != b)
            }
            _ => false,
        };
        let body = &self.g.body;
        let known = self.st.heap.entry(m.alias).or_default();
        known.retain(|k| k.mem.immutable || apart(k, body));
        let f = if self.ty(value) == Ty::I64 { self.fact(value) } else { Fact::UNKNOWN };
        let (lo, hi) = m.ty.range();
        if f.lo >= lo && f.hi <= hi {
            self.st.heap.entry(m.alias).or_default().push(Known { base, index, mem: m, value });
        }
    }

    /// Another exception (or none) is being handled: the thread is told when somebody may ask.
    fn handle(&mut self, thread: Ref, m: Mem, e: Ref) {
        let known =
            self.st.heap.get(&m.alias).and_then(|k| k.iter().find(|k| same_place(k, thread, None, m)));
        if self.st.handled.is_none() {
            self.st.handled_before = known.map(|k| k.value);
        }
        let before = self.st.handled_before.map(|r| self.resolve(r));
        self.st.handled = Some(e).filter(|e| before != Some(*e));
        self.st.epoch += 1;
    }

    /// Tells the thread which exception is being handled.
    pub(super) fn tell_handled(&mut self) {
        let Some(e) = self.st.handled.take() else { return };
        let thread = self.op(Op::Thread, &[]);
        let e = self.escape(e);
        let at = std::mem::offset_of!(taipan_runtime::thread::Thread, handled) as i32;
        let alias = crate::record::alias_id(Alias::Handled);
        let m = Mem { ty: MemTy::Val, offset: at, alias, immutable: false };
        self.store_word(Op::Store, &[thread, e], m);
    }

    /// A call of a helper.
    pub(super) fn call(&mut self, h: &'static Helper, args: &[Ref], ty: Ty) -> Ref {
        if h.can_raise || h.effect >= Effect::Quiet {
            self.tell_handled();
        }
        let args: Vec<Ref> = args.iter().map(|a| self.escape(*a)).collect();
        let inst = Inst { ty, imm: Imm::Helper(h), ..Inst::new(Op::Call, &args) };
        if h.effect == Effect::Pure && h.returns != taipan_runtime::helper::Returns::Value {
            return self.share(inst);
        }
        if h.effect >= Effect::Moves {
            self.flush_before(&args);
        }
        let r = self.push(inst);
        self.clobber(h.effect);
        r
    }

    /// Runs a Python function, which may do anything.
    pub(super) fn invoke(&mut self, c: &Callee, args: &[Ref]) -> Ref {
        self.tell_handled();
        let args: Vec<Ref> = args
            .iter()
            .map(|a| {
                let a = self.escape(*a);
                self.as_value(a)
            })
            .collect();
        self.flush_before(&args);
        let r = self.push(Inst { imm: Imm::Callee(Box::new(c.clone())), ..Inst::new(Op::Invoke, &args) });
        // A `guard_stable` follows, or a `disturb`.
        self.st.epoch += 1;
        self.st.disturbed = true;
        self.st.clobbers.all = true;
        self.forget_heap_but(&STABLE);
        self.forget_shapes();
        r
    }

    /// Something has this effect on the heap. Where it may do more than that if Python code runs, a `guard_quiet`
    /// follows, or a `disturb`.
    pub(super) fn clobber(&mut self, e: Effect) {
        match e {
            Effect::Pure | Effect::Reads | Effect::Fresh | Effect::Aside | Effect::Moves => {}
            Effect::Lists => self.forget_classes(&LISTS),
            Effect::Quiet => {
                self.st.disturbed = true;
                self.forget_classes(&ITERATORS);
            }
            Effect::Native => {
                self.st.disturbed = true;
                self.forget_classes(&ITERATORS);
                self.forget_classes(&LISTS);
            }
            Effect::Any => {
                self.st.epoch += 1;
                self.st.disturbed = false;
                self.st.clobbers.all = true;
                self.forget_heap();
                self.forget_shapes();
            }
        }
    }

    fn forget_classes(&mut self, classes: &[Alias]) {
        self.st.epoch += 1;
        for class in classes {
            let class = crate::record::alias_id(*class);
            self.st.clobbers.add_class(class);
            if let Some(known) = self.st.heap.get_mut(&class) {
                known.retain(|k| k.mem.immutable);
            }
        }
    }

    /// An object gets another shape: what is known to have a shape that it has not had stays as it is.
    fn set_shape(&mut self, object: Ref, shape: Ref) {
        let fresh = self.g.body.def(object).is_some_and(|d| d.op == Op::Alloc);
        match self.fact(object).type_id {
            Some(old) => {
                let facts = self.st.facts.values_mut();
                facts.filter(|f| f.type_id == Some(old)).for_each(|f| f.type_id = None);
            }
            None => self.forget_shapes(),
        }
        self.st.clobbers.shapes |= !fresh;
        if let Some(c) = self.g.body.as_const(shape) {
            self.learn(object, Fact { type_id: Some(c.bits as u32), ..Fact::of(super::facts::Kind::Ptr) });
        }
    }

    /// Forgets what this may have changed.
    pub(super) fn forget_clobbered(&mut self, c: &Clobbers) {
        if c.all {
            self.forget_heap();
        }
        for (class, known) in self.st.heap.iter_mut() {
            if c.classes.contains(class) {
                known.retain(|k| k.mem.immutable);
            }
        }
        if c.all || c.shapes {
            self.forget_shapes();
        }
    }

    pub(super) fn forget_heap(&mut self) {
        self.forget_heap_but(&[]);
    }

    fn forget_heap_but(&mut self, classes: &[Alias]) {
        for (class, known) in &mut self.st.heap {
            if !classes.iter().any(|c| crate::record::alias_id(*c) == *class) {
                known.retain(|k| k.mem.immutable);
            }
        }
    }

    /// Objects may have changed shape.
    pub(super) fn forget_shapes(&mut self) {
        let first = self.layout.first_shape_id;
        for f in self.st.facts.values_mut() {
            f.type_id = f.type_id.filter(|t| *t < first);
        }
    }
}
