//! Calls whose arguments must be bound: keywords, defaults, `*args`.
//!
//! Which argument or default each parameter gets depends on the function, the number of arguments and the keywords'
//! names, all of them constants under guard: the trace has no binding left in it, the callee's slots are the
//! caller's values. Only a tuple for `*args` is made.

use super::{Concrete, Recorder, StartFrame, Sym};
use crate::ir::{ExitKind, MemTy, Ref as IrRef};
use taipan_runtime::exec::insn::{Insn, KEYWORDS};
use taipan_runtime::helpers;
use taipan_runtime::machine::Alias;
use taipan_runtime::machine::{Owned, Step};
use taipan_runtime::object::P;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::{NONE, UNBOUND, Value};

/// Where a parameter's value comes from.
#[derive(Clone, Copy)]
pub(super) enum Source {
    /// The call's argument of this number.
    Argument(u16),
    /// What the binding has put there: a default, which belongs to the function, or an empty tuple.
    Constant,
    /// The default of a keyword-only parameter, or of a function that is no constant.
    Default(Sym),
    /// A tuple of the arguments in this range.
    Rest(u16, u16),
    /// An empty dict for `**kwargs`.
    NewDict,
    Unbound,
}

impl<C: Concrete> Recorder<C> {
    /// See `Machine::push_bound`, and (with `instance`, which is always inlined) `Machine::push_constructor`.
    pub(super) fn push_bound_frame(
        &mut self,
        f: Sym,
        i: Insn,
        first: u16,
        argc: u32,
        instance: Option<Owned<Sym>>,
    ) -> Option<Step> {
        let function = f.word.exact::<Function>()?;
        let plan = match self.planned.take() {
            Some(plan) if instance.is_some() => plan,
            _ => {
                // What cannot be planned, or is left out of line, is the call helper's.
                let names = if i.has(KEYWORDS) { self.keyword_names(first, argc)? } else { Vec::new() };
                self.callee_plan(f, function, argc as usize - names.len(), &names)?
            }
        };
        let words = argc + u32::from(i.has(KEYWORDS));
        let mut syms = self.span_syms(first, words);
        let call = self.c.current();
        let code = function.exec();
        let rest = plan.iter().find_map(|s| if let Source::Rest(n, m) = s { Some((*n, *m)) } else { None });
        let rest = rest.map(|(n, m)| self.rest(&mut syms, n as usize..m as usize));
        if instance.is_none() && self.out_of_line(code) {
            let slots = self.bound_slots(function, &plan, &mut syms, rest);
            let bound = slots.into_iter().take_while(|s| !s.word.is_unbound()).collect();
            return Some(self.invoke(function, code, bound));
        }
        let slots = self.bound_slots(function, &plan, &mut syms, rest);
        let step = match &instance {
            Some(v) => self.c.push_constructor(f.word, i, argc, Owned(v.0.word)),
            None => self.c.push_bound(f.word, i, first, argc)?,
        };
        if step.is_err() {
            return Some(step);
        }
        let caller = self.frames.count() - 1;
        for k in 0..words as u16 {
            self.frames.forget(caller, first + k);
        }
        self.frames.top().call = call;
        let start = StartFrame::of_callee(code, function, call, first);
        let callee = self.called.take();
        self.frames.push(start, callee, slots);
        self.frames.top().instance = instance.map(|v| v.0);
        Some(step)
    }

    /// The plan for a call of this function, which is guarded; `called` is the function where it is no constant.
    fn callee_plan(
        &mut self,
        f: Sym,
        function: P<Function>,
        positional: usize,
        names: &[Value],
    ) -> Option<Vec<Source>> {
        // A dict of defaults is the function's own.
        let dynamic = self.is_dynamic(f) && function.kwdefaults.get().is_none();
        if function.exec().locals > 200 || self.foreign(function) {
            return None;
        }
        if dynamic {
            self.guard_code(f, function);
        }
        let plan = self.plan(function, positional, names, dynamic.then_some(f))?;
        if !dynamic {
            self.guard_identity(f);
            self.guard_function_version(function);
        }
        self.called = dynamic.then_some(Sym { owned: false, ..f });
        Some(plan)
    }

    /// See `Machine::push_spread`.
    pub(super) fn push_spread_frame(
        &mut self,
        f: P<Function>,
        code: &'static taipan_runtime::exec::code::ExecCode,
        i: Insn,
        args: (C::Ptr<Tuple>, IrRef),
        argc: u32,
    ) -> Option<Step> {
        let callee = self.called.take();
        if self.out_of_line(code) {
            return None;
        }
        let call = self.c.current();
        let caller = self.frames.count() - 1;
        let words = 1 + (i.d & 1) as u16;
        let gone: Vec<Sym> = (1..=words).filter_map(|k| self.frames.entry(caller, i.a + k)).collect();
        let step = self.c.push_spread(f, code, i, args.0, argc)?;
        if step.is_err() {
            return Some(step);
        }
        let mut slots = Vec::with_capacity(argc as usize);
        for k in 0..argc {
            let offset = size_of::<Tuple>() as u32 + 8 * k;
            let ir = self.b.load(args.1, Self::mem(Alias::TupleItem, MemTy::Val, offset, true));
            let item = Sym { word: self.c.get(k as u16), ir, owned: false };
            // The tuple, which goes, may be all that keeps it.
            slots.push(self.own(item));
        }
        for k in 1..=words {
            self.frames.forget(caller, i.a + k);
        }
        self.frames.top().call = call;
        let start = StartFrame::of_callee(code, f, call, i.a + 1);
        self.frames.push(start, callee, slots);
        for e in gone {
            self.drop_sym(e);
        }
        Some(step)
    }

    /// See `Machine::push_spread_bound`.
    pub(super) fn push_spread_bound_frame(
        &mut self,
        f: Sym,
        i: Insn,
        args: (C::Ptr<Tuple>, IrRef),
        argc: u32,
        keywords: bool,
    ) -> Option<Step> {
        let function = f.word.exact::<Function>()?;
        let code = function.exec();
        if keywords || self.out_of_line(code) {
            return None;
        }
        let plan = self.callee_plan(f, function, argc as usize, &[])?;
        let call = self.c.current();
        let caller = self.frames.count() - 1;
        let words = 1 + (i.d & 1) as u16;
        let gone: Vec<Sym> = (1..=words).filter_map(|k| self.frames.entry(caller, i.a + k)).collect();
        let mut syms: Vec<Sym> = (0..argc)
            .map(|k| {
                let offset = size_of::<Tuple>() as u32 + 8 * k;
                let ir = self.b.load(args.1, Self::mem(Alias::TupleItem, MemTy::Val, offset, true));
                // The tuple, which goes, may be all that keeps it.
                self.own(Sym { word: UNBOUND, ir, owned: false })
            })
            .collect();
        let rest = plan.iter().find_map(|s| if let Source::Rest(n, m) = s { Some((*n, *m)) } else { None });
        let rest = rest.map(|(n, m)| self.rest(&mut syms, n as usize..m as usize));
        let slots = self.bound_slots(function, &plan, &mut syms, rest);
        let step = self.c.push_spread_bound(f.word, i, args.0, argc, keywords)?;
        if step.is_err() {
            return Some(step);
        }
        for k in 1..=words {
            self.frames.forget(caller, i.a + k);
        }
        self.frames.top().call = call;
        let start = StartFrame::of_callee(code, function, call, i.a + 1);
        let callee = self.called.take();
        self.frames.push(start, callee, slots);
        for e in gone {
            self.drop_sym(e);
        }
        Some(step)
    }

    /// The callee's locals.
    fn bound_slots(
        &mut self,
        f: P<Function>,
        plan: &[Source],
        syms: &mut [Sym],
        rest: Option<IrRef>,
    ) -> Vec<Sym> {
        let unbound = self.b.const_val(UNBOUND);
        let defaults = f.defaults.get().exact::<Tuple>();
        let takes = f.exec().argcount as usize;
        let mut slots = Vec::with_capacity(plan.len());
        for (slot, source) in plan.iter().enumerate() {
            slots.push(match source {
                Source::Argument(n) => {
                    let moved = syms[*n as usize];
                    syms[*n as usize].owned = false;
                    moved
                }
                Source::Constant => {
                    let default = defaults.filter(|_| slot < takes);
                    let word = default.map_or_else(
                        || taipan_runtime::types::tuple::from_values(&[]).erase().into_raw(),
                        |d| d.items()[slot + d.items().len() - takes],
                    );
                    let ir = self.constant_word(word);
                    Sym { word, ir, owned: false }
                }
                Source::Default(default) => *default,
                Source::Rest(..) => Sym { word: NONE, ir: rest.unwrap_or(unbound), owned: true },
                Source::NewDict => {
                    let ir = self.b.call(&helpers::NEW_DICT, &[]);
                    Sym { word: NONE, ir, owned: true }
                }
                Source::Unbound => Sym { word: UNBOUND, ir: unbound, owned: true },
            });
        }
        slots
    }

    /// The tuple for `*args`: these arguments move into it.
    fn rest(&mut self, syms: &mut [Sym], range: std::ops::Range<usize>) -> IrRef {
        for s in &mut syms[range.clone()] {
            *s = self.own(*s);
        }
        let class = taipan_runtime::runtime::types().tuple;
        let ir = self.tuple_of(
            &syms[range.clone()],
            class,
            <Tuple as taipan_runtime::object::Object>::KIND as u32,
        );
        for s in &mut syms[range] {
            s.owned = false;
        }
        ir
    }

    /// How a call's arguments (so many by position, then those of these names) become the callee's slots; none where
    /// the binding fails, or has to make a dict. `dynamic`: the function, where it is no constant.
    pub(super) fn plan(
        &mut self,
        f: P<Function>,
        positional: usize,
        names: &[Value],
        dynamic: Option<Sym>,
    ) -> Option<Vec<Source>> {
        use taipan_bytecode::CodeFlags;
        let exec = f.exec();
        let flags = exec.code.flags;
        if !flags.contains(CodeFlags::OPTIMIZED) || flags.is_generator_like() {
            return None;
        }
        let (takes, varargs) = (exec.argcount as usize, flags.contains(CodeFlags::VARARGS));
        if positional > takes && !varargs {
            return None;
        }
        let named = takes + exec.code.kwonlyargcount as usize;
        let mut slots = vec![Source::Unbound; exec.locals as usize];
        for (k, slot) in slots.iter_mut().enumerate().take(positional.min(takes)) {
            *slot = Source::Argument(k as u16);
        }
        if varargs {
            let rest = takes.min(positional);
            slots[named] = if positional > takes {
                Source::Rest(rest as u16, positional as u16)
            } else {
                Source::Constant
            };
        }
        for (k, name) in names.iter().enumerate() {
            let key = name.as_str()?;
            let posonly = exec.code.posonlyargcount as usize;
            let slot = (posonly..named).find(|s| exec.local_names[*s].equals(&key))?;
            if !matches!(slots[slot], Source::Unbound) {
                return None;
            }
            slots[slot] = Source::Argument((positional + k) as u16);
        }
        if flags.contains(CodeFlags::VARKEYWORDS) {
            // All keywords were parameters' names: nothing is left for it.
            slots[named + usize::from(varargs)] = Source::NewDict;
        }
        self.plan_defaults(f, &mut slots[..named], dynamic)?;
        Some(slots)
    }

    /// Parameters without an argument get their defaults; none where one has no default.
    fn plan_defaults(&mut self, f: P<Function>, slots: &mut [Source], dynamic: Option<Sym>) -> Option<()> {
        let exec = f.exec();
        let takes = exec.argcount as usize;
        let defaults = f.defaults.get().exact::<Tuple>().map_or(0, |t| t.items().len());
        let mut tuple = None;
        for (slot, source) in slots.iter_mut().enumerate() {
            if !matches!(source, Source::Unbound) {
                continue;
            }
            if slot >= takes {
                let defaults = f.kwdefaults.get().exact::<Dict>()?;
                let place = defaults.place_of(exec.local_names[slot])?;
                let default = self.dict_value(defaults, place, defaults.value_at(place));
                *source = Source::Default(Sym { owned: false, ..default });
            } else if slot + defaults < takes {
                return None;
            } else if let Some(dynamic) = dynamic {
                let tuple = *tuple.get_or_insert_with(|| self.default_tuple(dynamic, f, defaults));
                let at = slot + defaults - takes;
                let offset = (size_of::<Tuple>() + 8 * at) as u32;
                let ir = self.b.load(tuple, Self::mem(Alias::TupleItem, MemTy::Val, offset, true));
                let word = f.defaults.get().exact::<Tuple>().map_or(UNBOUND, |t| t.items()[at]);
                *source = Source::Default(Sym { owned: false, ..self.sym(word, ir) });
            } else {
                *source = Source::Constant;
            }
        }
        Some(())
    }

    /// The tuple of so many defaults of a function that is no constant.
    fn default_tuple(&mut self, f: Sym, now: P<Function>, count: usize) -> IrRef {
        let at = std::mem::offset_of!(Function, defaults) as u32;
        let ir = self.b.load(f.ir, Self::mem(Alias::FunctionVersion, MemTy::Val, at, false));
        let tuple = self.sym(now.defaults.get(), ir);
        self.guard_id(tuple, <Tuple as taipan_runtime::object::Object>::KIND as u32);
        let at = std::mem::offset_of!(Tuple, len) as u32;
        let len = self.b.load(ir, Self::mem(Alias::TupleLen, MemTy::I64, at, true));
        let snap = self.snapshot(ExitKind::Resume);
        self.b.guard_word(len, count as u64, snap);
        ir
    }

    /// The keywords' names, where the trace knows the tuple.
    pub(super) fn keyword_names(&mut self, first: u16, argc: u32) -> Option<Vec<Value>> {
        let slot = first + argc as u16;
        let word = self.c.get(slot);
        let e = self.slot(slot, word);
        self.as_const(e.ir)?;
        Some(word.exact::<Tuple>()?.items().to_vec())
    }
}
