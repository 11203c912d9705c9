//! The generator object: the frame's slots follow the struct, and the frame runs there.
//!
//! Coroutines and async generators have the same layout under kinds of their own.
//!
//! # Invariants
//! - `slots` words follow the struct. While suspended, `live` of them are owned words (locals, then operands); while
//!   running, the frame record says; when finished, none.
//! - `function` owns the code that `pc` points into.

use crate::exec::code::ExecCode;
use crate::exec::insn::Insn;
use crate::object::{Header, Kind, Object, Own, P, Visitor, alloc_uninit, decref};
use crate::runtime::types;
use crate::types::function::Function;
use crate::value::{NONE, UNBOUND, Value};
use std::cell::Cell;
use taipan_bytecode::CodeFlags;

/// What a generator is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// Not started.
    Created,
    /// At a yield.
    Suspended,
    /// On the frame stack.
    Running,
    /// Returned or raised.
    Finished,
}

/// A generator.
#[repr(C)]
pub struct Generator {
    /// The header.
    pub head: Header,
    /// The function whose frame this is.
    pub function: P<Function>,
    /// Where it goes on.
    pub pc: Cell<*const Insn>,
    /// Words behind the struct.
    pub slots: u32,
    /// Owned words among them while it is suspended.
    pub live: Cell<u32>,
    /// What it is doing.
    pub state: Cell<State>,
    /// `__name__`
    pub name: Cell<Value>,
    /// `__qualname__`
    pub qualname: Cell<Value>,
    /// The exception it is handling while suspended inside an `except`; owned, or None.
    pub handled: Cell<Value>,
    /// Weak references.
    pub weakrefs: Cell<Option<Value>>,
    /// The frame object, once asked for; owned.
    pub frame_object: Cell<Value>,
    /// Async generators: the hooks have run; a call of `aclose` has begun; an `asend` or `athrow` is running.
    pub hooks_done: Cell<bool>,
    /// See `hooks_done`.
    pub closed: Cell<bool>,
    /// See `hooks_done`.
    pub running_async: Cell<bool>,
    /// `cr_origin`, owned, or None.
    pub origin: Cell<Value>,
    /// The finalizer hook of async generators; owned, or None.
    pub finalizer: Cell<Value>,
    /// The locals mapping of a module's code that awaits; owned, or None.
    pub namespace: Cell<Value>,
}

/// A coroutine: a generator under another kind.
#[repr(transparent)]
pub struct Coroutine(pub Generator);

/// An async generator: a generator under another kind.
#[repr(transparent)]
pub struct AsyncGenerator(pub Generator);

// SAFETY: `repr(C)`, starts with the header; `size` counts the slots.
unsafe impl Object for Generator {
    const KIND: Kind = Kind::Generator;
    const CONTAINER: bool = true;
    fn size(&self) -> usize {
        size_of::<Generator>() + 8 * self.slots as usize
    }
    fn traverse(&self, visit: Visitor<'_>) {
        visit(&[self.function.value()]);
        for c in [&self.handled, &self.frame_object, &self.origin, &self.finalizer, &self.namespace] {
            visit(&[c.get()]);
        }
        if matches!(self.state.get(), State::Created | State::Suspended) {
            self.live_slots().iter().for_each(|c| visit(&[c.get()]));
        }
    }
    fn clear(&self) {
        self.drop_frame();
    }
}

macro_rules! same_layout {
    ($($name:ident),*) => {$(
        // SAFETY: transparent over `Generator`.
        unsafe impl Object for $name {
            const KIND: Kind = Kind::$name;
            const CONTAINER: bool = true;
            fn size(&self) -> usize {
                self.0.size()
            }
            fn traverse(&self, visit: Visitor<'_>) {
                self.0.traverse(visit);
            }
            fn clear(&self) {
                self.0.clear();
            }
        }
    )*};
}
same_layout!(Coroutine, AsyncGenerator);

impl Generator {
    /// The frame's slots.
    #[inline(always)]
    pub fn fp(&self) -> *mut Value {
        // SAFETY: the slots follow the struct.
        unsafe { (&raw const *self).add(1).cast::<Value>().cast_mut() }
    }
    fn live_slots(&self) -> &[Cell<Value>] {
        // SAFETY: `live` initialised words follow the struct.
        unsafe { std::slice::from_raw_parts(self.fp().cast(), self.live.get() as usize) }
    }
    /// The code.
    #[inline(always)]
    pub fn exec(&self) -> &'static ExecCode {
        self.function.exec()
    }
    /// The locals mapping, of a coroutine that is a module's code: the globals, unless it was given another.
    pub fn locals_mapping(&self) -> Option<Value> {
        if self.exec().code.flags.contains(CodeFlags::OPTIMIZED) {
            return None;
        }
        let given = self.namespace.get();
        Some(if given.is_none() { self.function.globals.value() } else { given })
    }
    /// Drop what the suspended frame holds; it is finished afterwards.
    pub fn drop_frame(&self) {
        if matches!(self.state.get(), State::Created | State::Suspended) {
            crate::types::frame::detach_suspended(self);
            self.state.set(State::Finished);
            // Machine code may know the state.
            crate::thread::current().event();
            let n = self.live.replace(0) as usize;
            for i in (0..n).rev() {
                // SAFETY: it was live; nobody sees it any more.
                decref(unsafe { *self.fp().add(i) });
            }
        }
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        self.drop_frame();
        decref(self.function.value());
        let owned = [&self.name, &self.qualname, &self.handled, &self.frame_object, &self.origin];
        for c in owned.into_iter().chain([&self.finalizer, &self.namespace]) {
            decref(c.get());
        }
    }
}

/// A generator, coroutine or async generator (as the code's flags say) from a frame that has just been set up: the
/// first `live` slots move in. `pc` is the instruction that the first resumption executes.
///
/// # Safety
/// `fp[..live]` are owned words, which the caller gives up.
pub unsafe fn new(function: P<Function>, fp: *const Value, live: u32, pc: *const Insn) -> Own<Generator> {
    let exec = function.exec();
    let class = match exec.generator_kind() {
        Kind::Coroutine => types().coroutine,
        Kind::AsyncGenerator => types().async_generator,
        _ => types().generator,
    };
    let slots = exec.frame_slots;
    // SAFETY: struct and slots are written here; the caller gives up the words.
    unsafe {
        let p = alloc_uninit::<Generator>(8 * slots as usize);
        p.write(Generator {
            head: Header::new(class),
            function,
            pc: Cell::new(pc),
            slots,
            live: Cell::new(live),
            state: Cell::new(State::Created),
            name: Cell::new(function.name.get().own().into_raw()),
            qualname: Cell::new(function.qualname.get().own().into_raw()),
            handled: Cell::new(NONE),
            weakrefs: Cell::new(None),
            frame_object: Cell::new(UNBOUND),
            hooks_done: Cell::new(false),
            closed: Cell::new(false),
            running_async: Cell::new(false),
            origin: Cell::new(NONE),
            finalizer: Cell::new(NONE),
            namespace: Cell::new(NONE),
        });
        std::mem::forget(function.own());
        std::ptr::copy_nonoverlapping(fp, p.add(1).cast(), live as usize);
        Own::from_raw(P::from_ptr(p))
    }
}

/// The generator under any of its three kinds.
pub fn of(v: Value) -> Option<P<Generator>> {
    let layout = v.is_pointer().then(|| v.header().class.get().layout.get())?;
    if matches!(layout, Kind::Generator | Kind::Coroutine | Kind::AsyncGenerator) {
        // SAFETY: the three layouts are the same.
        return Some(unsafe { P::from_ptr(v.bits() as *const Generator) });
    }
    None
}

/// A generator or coroutine: what `for`, `yield from` and `await` resume.
#[inline(always)]
pub fn resumable(v: Value) -> Option<P<Generator>> {
    let id = v.is_pointer().then(|| v.header().id.get())?;
    if id == Kind::Generator as u32 || id == Kind::Coroutine as u32 {
        // SAFETY: the two layouts are the same.
        return Some(unsafe { P::from_ptr(v.bits() as *const Generator) });
    }
    None
}
