//! Exceptions that the trace makes, raises and handles itself.
//!
//! An exception is an object like others to the optimizer, its traceback too: where the handler only looks at its class
//! and attributes, neither is ever made. What the thread is to know of it (that it is being handled) it is told when
//! somebody may ask (`opt/heap.rs`). The frame objects of the traceback are calls of helpers that are put off as long.
//!
//! # Invariants
//! - An exception is raised here only where a frame of the trace handles it: nothing is ever in `Thread::raised`.
//! - `Thread::handled` is loaded and stored where handlers begin and end; that store moves the reference before it into
//!   the handler's slot.

use super::unwind::Raised;
use super::{Concrete, Recorder, SCRATCH_WORDS, Sym};
use crate::ir::{ExitKind, MemTy, Op, Ref as IrRef};
use std::mem::offset_of;
use taipan_runtime::error::PyResult;
use taipan_runtime::exec::insn::KEYWORDS;
use taipan_runtime::helper::Helper;
use taipan_runtime::helpers;
use taipan_runtime::machine::{Alias, Machine, Owned};
use taipan_runtime::object::{Kind, P};
use taipan_runtime::protocol::type_attr;
use taipan_runtime::runtime::types;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::exception::{self, BaseException, Family, as_exception};
use taipan_runtime::types::instance::Instance;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::traceback::Traceback;
use taipan_runtime::types::tuple::{self, Tuple};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{NONE, UNBOUND, Value};

/// An exception that the trace raises.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raising {
    /// It, owned.
    pub exception: IrRef,
    /// Its traceback, if it has one.
    traceback: Option<IrRef>,
    /// The frame object of the base frame, if an entry needs it.
    base: Option<IrRef>,
}

/// What an exception that is raised is linked with.
struct Links {
    context: Option<IrRef>,
    cause: Option<Sym>,
}

impl<C: Concrete> Recorder<C> {
    fn exception_field(ty: MemTy, at: u32) -> crate::ir::Mem {
        Self::mem(Alias::Exception, ty, at, false)
    }

    /// A new exception of a class that makes them plainly.
    fn made_exception(&mut self, class: P<TypeObject>, args: &[Sym]) -> IrRef {
        let at = BaseException::PLACES;
        let inline = exception::slots(class, Family::Plain);
        let args = self.args_tuple(args);
        let (zero, unbound) = (self.b.const_int(0), self.b.const_val(UNBOUND));
        let (room, family) = (self.b.const_int(inline.into()), self.b.const_int(Family::Plain as i64));
        let mut fields = vec![
            Self::mem(Alias::BoundMethod, MemTy::I64, at.dict, false),
            Self::mem(Alias::BoundMethod, MemTy::I64, at.weakrefs, false),
            Self::mem(Alias::BoundMethod, MemTy::U32, at.inline, false),
            Self::exception_field(MemTy::U8, at.suppress_context),
            Self::exception_field(MemTy::U8, at.family),
            Self::exception_field(MemTy::Val, at.args),
            Self::exception_field(MemTy::I64, at.traceback),
            Self::exception_field(MemTy::I64, at.context),
            Self::exception_field(MemTy::I64, at.cause),
        ];
        let mut values = vec![zero, zero, room, zero, family, args, zero, zero, zero];
        for k in Family::Plain.first_attribute()..inline {
            let at = size_of::<Instance>() as u32 + 8 * k;
            fields.push(Self::mem(Alias::InstanceSlot, MemTy::Val, at, false));
            values.push(unbound);
        }
        let size = size_of::<Instance>() + 8 * inline as usize;
        self.allocate(class, class.instance_id.get(), size, &fields, &values)
    }

    /// A tuple of borrowed arguments.
    fn args_tuple(&mut self, args: &[Sym]) -> IrRef {
        if args.is_empty() {
            let empty = tuple::empty().erase();
            let ir = self.constant_word(empty.value());
            self.b.incref(ir);
            return ir;
        }
        let items: Vec<Sym> = args.iter().map(|a| self.own(Sym { owned: false, ..*a })).collect();
        self.tuple_of(&items, types().tuple, Kind::Tuple as u32)
    }

    /// What a helper that takes a span is to do: perhaps it makes an exception, or initializes one. The result's word is
    /// still to come.
    pub(super) fn exception_span(&mut self, h: &'static Helper, syms: &[Sym]) -> Option<IrRef> {
        let i = self.insn();
        if i.has(KEYWORDS) || self.generic() {
            return None;
        }
        let (f, args) = syms.split_first()?;
        if let Some(class) = f.word.exact::<TypeObject>() {
            let made = std::ptr::eq(h, &helpers::NEW_EXCEPTION) && exception::made_plainly(class);
            let called = std::ptr::eq(h, &helpers::CALL) && exception::called_plainly(class);
            if !made && !called {
                return None;
            }
            self.guard_identity(*f);
            self.guard_class_version(class);
            return Some(self.made_exception(class, args));
        }
        let method = std::ptr::eq(h, &helpers::CALL_METHOD);
        if !(method || std::ptr::eq(h, &helpers::CALL)) || !exception::is_base_init(f.word) {
            return None;
        }
        let args = if method && args[0].word.is_unbound() { &args[1..] } else { args };
        let (this, args) = args.split_first()?;
        as_exception(this.word).filter(|e| e.family() == Family::Plain)?;
        if method {
            self.is_word(syms[1], UNBOUND);
        }
        self.guard_identity(*f);
        if !self.guard_class(*this) {
            return None;
        }
        let at = Self::exception_field(MemTy::Val, BaseException::PLACES.args);
        let new = self.args_tuple(args);
        let old = self.b.load(this.ir, at);
        self.b.store(this.ir, new, at);
        self.drop_sym(Sym { word: NONE, ir: old, owned: true });
        Some(self.b.const_val(NONE))
    }

    /// See `Machine::call`: what the trace does itself.
    pub(super) fn exception_call<const N: usize>(
        &mut self,
        h: &'static Helper,
        args: [Sym; N],
    ) -> Option<PyResult<Owned<Sym>>> {
        let first = *args.first()?;
        let begins = std::ptr::eq(h, &helpers::PUSH_HANDLED);
        let mut result = None;
        if begins || std::ptr::eq(h, &helpers::POP_HANDLED) {
            let e = self.tagged(first);
            self.b.incref(e);
            let before = self.handle(e);
            self.handling += if begins { 1 } else { -1 };
            if begins {
                result = Some(before);
            } else {
                self.drop_sym(Sym { word: NONE, ir: before, owned: true });
            }
        } else if let Some(field) = self.exception_attribute(h, &args) {
            result = Some(field);
        } else if self.raises_inline(h, &args) {
            self.raised = Raised::Surely;
        } else {
            return None;
        }
        let word = match self.c.call(h, args.map(|a| a.word)) {
            Ok(Owned(word)) => word,
            Err(raised) => return Some(Err(raised)),
        };
        let ir = result.unwrap_or_else(|| self.constant_word(word));
        Some(Ok(Owned(Sym { word, ir, owned: true })))
    }

    /// `e.args`, `e.__cause__` or `e.__context__`, where they are what `BaseException` makes them.
    fn exception_attribute(&mut self, h: &'static Helper, args: &[Sym]) -> Option<IrRef> {
        let is = |one: &'static Helper| std::ptr::eq(h, one);
        let wanted = [&helpers::GET_ATTR, &helpers::TYPE, &helpers::TRACEBACK].into_iter().any(is);
        if !wanted || self.generic() {
            return None;
        }
        let v = args[0];
        let now = as_exception(v.word)?;
        let places = BaseException::PLACES;
        let (at, held) = if is(&helpers::GET_ATTR) {
            let name = args[1].word.exact::<Str>()?;
            let found = match name.to_lossy().as_str() {
                "args" => (places.args, Some(now.args().value())),
                "__cause__" => (places.cause, now.cause()),
                "__context__" => (places.context, now.context()),
                _ => return None,
            };
            let base = types().base_exception;
            if type_attr::lookup(v.word.class(), name) != type_attr::lookup(base, name) {
                return None;
            }
            found
        } else {
            (places.traceback, now.traceback())
        };
        if !self.guard_class(v) {
            return None;
        }
        if is(&helpers::TYPE) {
            let class = self.constant_word(v.word.class().value());
            self.b.incref(class);
            return Some(class);
        }
        let snap = self.snapshot(ExitKind::Resume);
        if held.is_none() {
            let none = self.b.load(v.ir, Self::exception_field(MemTy::I64, at));
            self.b.guard_word(none, 0, snap);
            return Some(self.b.const_val(NONE));
        }
        let field = self.b.load(v.ir, Self::exception_field(MemTy::Val, at));
        self.b.guard_not_word(field, 0, snap);
        self.b.incref(field);
        Some(field)
    }

    /// `raise e` or `raise e from cause`, if the trace can do it: what is raised is in `raising` then, and the concrete
    /// machine still to raise it.
    pub(super) fn raises_inline(&mut self, h: &'static Helper, args: &[Sym]) -> bool {
        let again = std::ptr::eq(h, &helpers::RERAISE);
        let raises = again || std::ptr::eq(h, &helpers::RAISE) || std::ptr::eq(h, &helpers::RAISE_FROM);
        if !raises || self.generic() || !self.handles() {
            return false;
        }
        let e = args[0];
        let links =
            if again { Some(Links { context: None, cause: None }) } else { self.links(e, args.get(1)) };
        let Some(links) = links else { return false };
        let raising = match e.word.exact::<TypeObject>() {
            Some(class) if exception::called_plainly(class) => {
                self.guard_identity(e);
                self.guard_class_version(class);
                let exception = self.made_exception(class, &[]);
                Raising { exception, traceback: None, base: None }
            }
            Some(_) => return false,
            None => {
                let Some(now) = as_exception(e.word) else { return false };
                if !self.guard_class(e) {
                    return false;
                }
                let traceback = self.traceback_of(e, now);
                self.b.incref(e.ir);
                Raising { exception: e.ir, traceback, base: None }
            }
        };
        self.store_links(raising.exception, links);
        self.raising = Some(raising);
        true
    }

    /// Can a new exception be raised here? What it is linked with is simple.
    pub(super) fn can_raise(&self) -> bool {
        let thread = taipan_runtime::thread::current();
        thread.handled().is_none() || !thread.handled.get().is_none()
    }

    /// A new exception of a builtin class is raised, where [`Self::can_raise`] has said so.
    pub(super) fn raise_new(&mut self, class: P<TypeObject>, args: &[Sym]) {
        let context = self.context();
        let exception = self.made_exception(class, args);
        self.store_links(exception, Links { context, cause: None });
        self.raising = Some(Raising { exception, traceback: None, base: None });
    }

    /// What is being handled, as the context of a new exception, under guard.
    fn context(&mut self) -> Option<IrRef> {
        let handled = self.handled();
        let snap = self.snapshot(ExitKind::Resume);
        if taipan_runtime::thread::current().handled().is_some() {
            self.b.guard_not_word(handled, NONE.bits(), snap);
            return Some(handled);
        }
        let thread = self.b.thread();
        let at = offset_of!(Thread, kept_handled) as u32;
        let kept = self.b.load(thread, Self::mem(Alias::Handled, MemTy::I64, at, true));
        self.b.guard_word(handled, NONE.bits(), snap);
        self.b.guard_word(kept, 0, snap);
        None
    }

    /// The traceback that an exception has.
    fn traceback_of(&mut self, e: Sym, now: P<BaseException>) -> Option<IrRef> {
        let at = BaseException::PLACES.traceback;
        let snap = self.snapshot(ExitKind::Resume);
        if now.traceback().is_none() {
            let none = self.b.load(e.ir, Self::exception_field(MemTy::I64, at));
            self.b.guard_word(none, 0, snap);
            return None;
        }
        let traceback = self.b.load(e.ir, Self::exception_field(MemTy::Val, at));
        self.b.guard_not_word(traceback, 0, snap);
        Some(traceback)
    }

    /// Context and cause of an exception that is about to be raised; none where that is not simple. Guards what they
    /// depend on.
    fn links(&mut self, e: Sym, cause: Option<&Sym>) -> Option<Links> {
        let thread = taipan_runtime::thread::current();
        let (own, now) = (thread.handled.get(), thread.handled());
        let fresh = e.word.exact::<TypeObject>().is_some() || self.is_new(e.ir);
        // Only of a new exception it is known that none refers to it.
        if now.is_some() && (own.is_none() || !fresh) || cause.is_some() && !fresh {
            return None;
        }
        let cause = match cause {
            Some(c) if c.word.is_none() && self.as_const(c.ir).is_some() => Some(*c),
            Some(c) => {
                as_exception(c.word)?;
                if !self.guard_class(*c) {
                    return None;
                }
                Some(*c)
            }
            None => None,
        };
        let context = self.context();
        Some(Links { context, cause })
    }

    fn store_links(&mut self, e: IrRef, links: Links) {
        let at = BaseException::PLACES;
        if let Some(context) = links.context {
            self.b.incref(context);
            self.b.store(e, context, Self::exception_field(MemTy::Val, at.context));
        }
        if let Some(cause) = links.cause {
            let one = self.b.const_int(1);
            self.b.store(e, one, Self::exception_field(MemTy::U8, at.suppress_context));
            if !cause.word.is_none() {
                self.b.incref(cause.ir);
                self.b.store(e, cause.ir, Self::exception_field(MemTy::Val, at.cause));
            }
        }
    }

    /// Has the trace made this object, and not passed it on?
    pub(super) fn is_new(&self, r: IrRef) -> bool {
        let body = self.b.body();
        let known = |op: Op| matches!(op, Op::Incref | Op::Decref | Op::Load | Op::Place) || op.can_guard();
        if !self.is_made(r) {
            return false;
        }
        let mut users = body.insts[r.index() + 1..].iter().filter(|i| i.args.contains(&r));
        users.all(|i| known(i.op) || i.op == Op::Store && !i.args[1..].contains(&r))
    }

    /// The thread's word for the exception that is being handled.
    fn handled(&mut self) -> IrRef {
        let thread = self.b.thread();
        let at = offset_of!(Thread, handled) as u32;
        self.b.load(thread, Self::mem(Alias::Handled, MemTy::Val, at, false))
    }

    /// `e` is being handled from here on, the reference to which is given away; what was before.
    pub(super) fn handle(&mut self, e: IrRef) -> IrRef {
        let before = self.handled();
        let thread = self.b.thread();
        let at = offset_of!(Thread, handled) as u32;
        self.b.store(thread, e, Self::mem(Alias::Handled, MemTy::Val, at, false));
        before
    }

    /// Is the exception an instance of the class or of one of the classes, if that can be said for good?
    pub(super) fn matches_always(&mut self, e: Sym, class: Sym) -> Option<bool> {
        if self.generic() || as_exception(e.word).is_none() {
            return None;
        }
        let classes: Vec<Value> = match class.word.exact::<Tuple>() {
            Some(t) => t.items().to_vec(),
            None => vec![class.word],
        };
        if !classes.iter().all(|c| exception::is_exception_class(*c)) {
            return None;
        }
        let made = self.b.body().def(class.ir).filter(|d| d.op == Op::Alloc);
        let constant = made.map(|d| {
            // Behind length and hash: the items.
            d.args[2..].iter().all(|a| a.is_const())
        });
        if constant == Some(false) || !self.guard_class(e) {
            return None;
        }
        if constant.is_none() {
            self.guard_identity(class);
        }
        Some(exception::given_matches(e.word, class.word))
    }

    /// The exception that the trace raises gets a traceback entry for a frame.
    pub(super) fn inline_entry(
        &mut self,
        mut raising: Raising,
        frame: usize,
        index: usize,
    ) -> Option<Raising> {
        let lasti = i64::from(self.frames.at(frame).code.unit[index]) * 2;
        let object = if frame == 0 {
            self.base_object(&mut raising)
        } else {
            self.ended_object(&mut raising, frame, lasti)?
        };
        let (lasti, line) = (self.b.const_int(lasti), self.b.const_int(-1));
        let none = self.b.const_int(0);
        let (next, next_ty) = match raising.traceback {
            Some(t) => (t, MemTy::Val),
            None => (none, MemTy::I64),
        };
        let fields = [
            Self::exception_field(next_ty, offset_of!(Traceback, next) as u32),
            Self::exception_field(MemTy::Val, offset_of!(Traceback, frame) as u32),
            Self::exception_field(MemTy::I32, offset_of!(Traceback, lasti) as u32),
            Self::exception_field(MemTy::I32, offset_of!(Traceback, lineno) as u32),
        ];
        let class = types().traceback;
        let values = [next, object, lasti, line];
        let entry = self.allocate(class, class.instance_id.get(), size_of::<Traceback>(), &fields, &values);
        raising.traceback = Some(entry);
        Some(raising)
    }

    /// The base frame's object, owned.
    fn base_object(&mut self, raising: &mut Raising) -> IrRef {
        if let Some(known) = raising.base {
            self.b.incref(known);
            return known;
        }
        let made = self.put_off(&helpers::FRAME_OBJECT, 0, types().frame, &[], &[]);
        raising.base = Some(made);
        made
    }

    /// The object of an inlined frame that ends, owned: it has copies of the locals.
    fn ended_object(&mut self, raising: &mut Raising, frame: usize, lasti: i64) -> Option<IrRef> {
        let f = self.frames.at(frame);
        let (function, locals) = (f.function, f.code.locals as u16);
        if locals as usize > SCRATCH_WORDS {
            return None;
        }
        let function = match self.frame_function(frame) {
            Some(f) => f.ir,
            None => self.constant_word(function.value()),
        };
        self.b.incref(function);
        let lasti = self.b.const_val(Value::small_int(lasti / 2));
        let mut words = vec![function, lasti, self.base_object(raising)];
        for slot in 0..locals {
            let Some(held) = self.held(frame, slot) else {
                words.push(self.b.const_val(UNBOUND));
                continue;
            };
            let word = self.tagged(held);
            if self.counted(held.ir) {
                self.b.incref(word);
            }
            words.push(word);
        }
        Some(self.put_off(&helpers::ENDED_FRAME, 0, types().frame, &words, &[]))
    }

    /// The exception has reached its handler.
    pub(super) fn caught(&mut self, raising: Raising) -> IrRef {
        if let Some(traceback) = raising.traceback {
            let at = Self::exception_field(MemTy::Val, BaseException::PLACES.traceback);
            self.b.store(raising.exception, traceback, at);
        }
        raising.exception
    }
}
