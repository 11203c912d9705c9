//! Instructions that work on the concrete frame: names in mappings, cells, generators, exceptions, matching,
//! imports. The interpreter executes them here; the recorder makes its state concrete first, or stops.
//!
//! # Invariants
//! `frame` is the thread's innermost; its slots are as the operands of `i` say. On `Err` all operands are still in
//! place (or were overwritten by `UNBOUND`).

use crate::error::{PyResult, Raised, take_if};
use crate::exec::insn::{A_TEMP, B_TEMP, C_TEMP, DST_LOCAL, Insn, Op, WRITTEN};
use crate::frame::{Frame, flags};
use crate::object::{P, Ref, decref};
use crate::protocol::{attr, mapping};
use crate::raise;
use crate::sem::{cold, generator, matching};
use crate::thread::Thread;
use crate::types::cell::Cell;
use crate::types::exception;
use crate::types::str::Str;
use crate::types::{self};
use crate::value::{NONE, UNBOUND, Value};
use taipan_bytecode::CodeFlags;
use taipan_bytecode::opcode::TOLD_CONSTANTS;

/// What a special instruction comes to.
pub enum Flow {
    /// On to the next instruction.
    Next,
    /// Jump.
    Jump(i32),
    /// The frame is gone (its slots were moved out): the caller gets this value.
    Return(Ref),
    /// The generator's frame is suspended: whoever resumed it gets this value.
    Yield(Ref),
    /// The exception goes on without a traceback entry for this instruction.
    Reraised,
}

/// The frame's slots, for one instruction.
pub struct Slots<'a> {
    /// The frame.
    pub frame: &'a mut Frame,
    /// The instruction.
    pub i: Insn,
}

impl Slots<'_> {
    /// What a slot holds.
    pub fn get(&self, slot: u16) -> Value {
        // SAFETY: operands are slots of the frame.
        unsafe { *self.frame.fp.add(slot as usize) }
    }
    /// Write a slot whose old word is not owned.
    pub fn set(&mut self, slot: u16, v: Ref) {
        // SAFETY: as above.
        unsafe { *self.frame.fp.add(slot as usize) = v.into_raw() }
    }
    /// Take a slot's word.
    pub fn take(&mut self, slot: u16) -> Ref {
        // SAFETY: as above; `UNBOUND` needs no owner.
        Ref::from_raw(unsafe { self.frame.fp.add(slot as usize).replace(UNBOUND) })
    }
    /// Drop the operands that the flags say are consumed.
    pub fn drop_operands(&mut self) {
        for (flag, slot) in [(A_TEMP, self.i.a), (B_TEMP, self.i.b), (C_TEMP, self.i.c)] {
            if self.i.has(flag) {
                drop(self.take(slot));
            }
        }
    }
    /// Drop the operands and put the result.
    pub fn finish(&mut self, v: Ref) -> PyResult<Flow> {
        self.drop_operands();
        self.put(v);
        Ok(Flow::Next)
    }
    /// Put the result.
    pub fn put(&mut self, v: Ref) {
        let old = if self.i.has(DST_LOCAL) { Some(self.take(self.i.c)) } else { None };
        self.set(self.i.c, v);
        drop(old);
    }
    /// Interned name `d` of the code.
    pub fn name(&self) -> P<Str> {
        self.frame.code().names[self.i.d as usize]
    }
    /// Name of a local.
    pub fn local_name(&self, slot: u16) -> P<Str> {
        self.frame.code().local_names[slot as usize]
    }
    fn namespace(&self) -> PyResult<Value> {
        match self.frame.namespace() {
            Some(ns) => Ok(ns),
            None => raise!(SystemError, "no locals"),
        }
    }
}

/// Execute one instruction.
#[inline(never)]
pub fn execute(thread: &Thread, frame: &mut Frame, i: Insn) -> PyResult<Flow> {
    let mut s = Slots { frame, i };
    match i.op {
        Op::Nop => Ok(Flow::Next),
        Op::LoadName
        | Op::StoreName
        | Op::DeleteName
        | Op::LoadLocals
        | Op::LoadFromDictOrDeref
        | Op::LoadFromDictOrGlobals
        | Op::SetupAnnotations
        | Op::LoadBuildClass => names(&mut s),
        Op::CheckBound | Op::DeleteFast | Op::LoadDeref | Op::DeleteDeref => cells(&mut s),
        Op::DeleteAttr | Op::LoadSpecial | Op::LoadSuperAttr | Op::LoadSuperMethod => attributes(&mut s),
        Op::Intrinsic1 | Op::Intrinsic2 => super::functions::execute(&mut s),
        Op::ImportName | Op::ImportStar => super::import::execute(&mut s),
        Op::GetYieldFromIter
        | Op::Send
        | Op::CleanupThrow
        | Op::YieldValue
        | Op::ReturnGenerator
        | Op::EndAsyncFor => generator::execute(thread, &mut s),
        Op::CheckEgMatch | Op::Raise => exceptions(thread, &mut s),
        Op::MatchMapping | Op::MatchSequence | Op::BuildInterpolation | Op::BuildTemplate => {
            matching::execute(&mut s)
        }
        other => raise!(SystemError, "instruction {} has no concrete form", other.name()),
    }
}

fn names(s: &mut Slots<'_>) -> PyResult<Flow> {
    let i = s.i;
    let v = match i.op {
        Op::LoadName => {
            let name = s.frame.code().caches[i.d as usize].name;
            match s.frame.namespace() {
                Some(ns) => match namespace_get(ns, name)? {
                    Some(v) => v,
                    None => cold::load_global(s.frame.function, name)?,
                },
                None => cold::load_global(s.frame.function, name)?,
            }
        }
        Op::StoreName => {
            let (ns, name, v) = (s.namespace()?, s.name(), s.get(i.a));
            namespace_set(ns, name, v)?;
            s.drop_operands();
            return Ok(Flow::Next);
        }
        Op::DeleteName => {
            let (ns, name) = (s.namespace()?, s.name());
            delete_name(ns, name)?;
            return Ok(Flow::Next);
        }
        Op::LoadLocals => s.namespace()?.own(),
        Op::LoadFromDictOrDeref => match namespace_get(s.get(i.a), s.local_name(i.b))? {
            Some(v) => v,
            None => deref(s, i.b)?,
        },
        Op::LoadFromDictOrGlobals => match namespace_get(s.get(i.a), s.name())? {
            Some(v) => v,
            None => cold::load_global(s.frame.function, s.name())?,
        },
        Op::SetupAnnotations => {
            let (ns, name) = (s.namespace()?, types::str::interned("__annotations__"));
            if namespace_get(ns, name)?.is_none() {
                namespace_set(ns, name, types::dict::new().erase().value())?;
            }
            return Ok(Flow::Next);
        }
        _ => builtin(s, "__build_class__")?,
    };
    if matches!(i.op, Op::LoadFromDictOrDeref | Op::LoadFromDictOrGlobals) && i.has(A_TEMP) {
        drop(s.take(i.a));
    }
    s.put(v);
    Ok(Flow::Next)
}

/// The value of LOAD_COMMON_CONSTANT.
#[inline]
pub fn common_constant(n: usize) -> Value {
    if n >= TOLD_CONSTANTS && crate::tracing::active(crate::thread::current()) {
        return NONE;
    }
    crate::runtime::runtime().common_constants()[n]
}

fn builtin(s: &Slots<'_>, name: &str) -> PyResult {
    match s.frame.function.builtins.get_text(name) {
        Some(v) => Ok(v.own()),
        None => raise!(NameError, "{name} not found"),
    }
}

/// `ns[name]`, `None` if it is not there.
pub fn namespace_get(ns: Value, name: P<Str>) -> PyResult<Option<Ref>> {
    if let Some(d) = ns.exact::<types::dict::Dict>() {
        return Ok(d.get_str(name)?.map(Value::own));
    }
    match mapping::getitem(ns, name.value()) {
        Ok(v) => Ok(Some(v)),
        Err(Raised) => match take_if(crate::error::Exc::KeyError) {
            Some(_) => Ok(None),
            None => Err(Raised),
        },
    }
}

/// `ns[name] = v`
pub fn namespace_set(ns: Value, name: P<Str>, v: Value) -> PyResult<()> {
    match ns.exact::<types::dict::Dict>() {
        Some(d) => d.insert_str(name, v.own()),
        None => mapping::setitem(ns, name.value(), v),
    }
}

fn delete_name(ns: Value, name: P<Str>) -> PyResult<()> {
    let removed = match ns.exact::<types::dict::Dict>() {
        Some(d) => d.remove(name.value())?.is_some(),
        None => match mapping::delitem(ns, name.value()) {
            Ok(()) => true,
            Err(Raised) if take_if(crate::error::Exc::KeyError).is_some() => false,
            Err(Raised) => return Err(Raised),
        },
    };
    if !removed {
        cold::name_error(name)?;
    }
    Ok(())
}

/// The content of the cell in a slot; the errors of an empty one.
fn deref(s: &Slots<'_>, slot: u16) -> PyResult {
    if let Some(cell) = s.get(slot).exact::<Cell>()
        && !cell.value.get().is_unbound()
    {
        return Ok(cell.value.get().own());
    }
    unbound(s, slot)
}

#[cold]
fn unbound(s: &Slots<'_>, slot: u16) -> PyResult {
    let name = s.local_name(slot).to_lossy();
    if s.frame.code().code.localsplus_kinds[slot as usize].is_free() {
        return raise!(
            NameError,
            "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
        );
    }
    raise!(UnboundLocalError, "cannot access local variable '{name}' where it is not associated with a value")
}

fn cells(s: &mut Slots<'_>) -> PyResult<Flow> {
    let i = s.i;
    match i.op {
        Op::CheckBound => return unbound(s, i.a).map(|_| Flow::Next),
        Op::DeleteFast => drop(unbound(s, i.a)?),
        Op::LoadDeref => {
            let v = deref(s, i.a)?;
            s.put(v);
        }
        _ => {
            drop(deref(s, i.a)?);
            if let Some(cell) = s.get(i.a).exact::<Cell>() {
                drop(cell.set(Ref::from_raw(UNBOUND)));
            }
        }
    }
    Ok(Flow::Next)
}

fn attributes(s: &mut Slots<'_>) -> PyResult<Flow> {
    let i = s.i;
    match i.op {
        Op::DeleteAttr => {
            attr::delattr(s.get(i.a), s.name())?;
            s.drop_operands();
        }
        Op::LoadSpecial => {
            let owner = s.get(i.a).own();
            let found = super::with::load_special(*owner, i.d)?;
            s.drop_operands();
            push_method(s, found, owner);
        }
        _ => {
            let (sup, class, this) = (s.get(i.a), s.get(i.a + 1), s.get(i.a + 2));
            let name = s.name();
            let method = i.op == Op::LoadSuperMethod;
            let found = super::with::load_super(sup, class, this, name, method, i.has(WRITTEN))?;
            let this = this.own();
            for k in 0..3 {
                drop(s.take(i.a + k));
            }
            if i.op == Op::LoadSuperMethod {
                push_method(s, found, this);
            } else {
                let (attr::Method::Unbound(v) | attr::Method::Attribute(v)) = found;
                s.set(i.c, v);
            }
        }
    }
    Ok(Flow::Next)
}

fn push_method(s: &mut Slots<'_>, found: attr::Method, owner: Ref) {
    let (f, this) = match found {
        attr::Method::Unbound(f) => (f, owner),
        attr::Method::Attribute(f) => (f, Ref::from_raw(UNBOUND)),
    };
    s.set(s.i.c, f);
    s.set(s.i.c + 1, this);
}

fn exceptions(thread: &Thread, s: &mut Slots<'_>) -> PyResult<Flow> {
    let i = s.i;
    match i.op {
        Op::CheckEgMatch => {
            let found = exception::check_eg_match(s.get(i.a), s.get(i.b), || None)?;
            let [rest, matched] =
                [found.rest, found.matched].map(|v| v.unwrap_or_else(|| Ref::from_raw(NONE)));
            if !matched.is_none() {
                drop(Ref::from_raw(thread.handled.replace(matched.clone().into_raw())));
            }
            drop((s.take(i.a), s.take(i.b)));
            s.set(i.a, rest);
            s.set(i.c, matched);
        }
        _ => return raise_handled(),
    }
    Ok(Flow::Next)
}

/// `raise` alone. The traceback has this frame's entry already.
fn raise_handled() -> PyResult<Flow> {
    match crate::thread::current().handled() {
        Some(_) => exception::reraise::<Flow>().or(Ok(Flow::Reraised)),
        None => exception::reraise(),
    }
}

/// Is the code a coroutine's or an `@types.coroutine` generator's?
pub(super) fn may_await(frame: &Frame) -> bool {
    let f = frame.code().code.flags;
    f.intersects(CodeFlags(CodeFlags::COROUTINE.0 | CodeFlags::ITERABLE_COROUTINE.0))
}

/// End the record of a frame that returned: its locals are dropped, `namespace` and frame object let go.
pub fn end_frame(thread: &Thread, frame: &mut Frame) {
    types::frame::detach(frame);
    frame.flags.set(frame.flags.get() | flags::ENDED);
    super::unwind::drop_slots(frame, 0, frame.code().locals as usize);
    if frame.has(flags::NAMESPACE) {
        decref(frame.namespace);
    }
    thread.frame.set(thread.frame.get().wrapping_sub(1));
}
