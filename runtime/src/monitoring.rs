//! `sys.monitoring`: tools, the events that they want, and calling them.
//!
//! The Tracer machine and the unwinder say what happens, as for [`crate::tracing`].

use crate::error::PyResult;
use crate::frame::Frame;
use crate::object::{OwnedCell, P, Ref};
use crate::protocol::call::call;
use crate::raise;
use crate::runtime::runtime;
use crate::slots::Args;
use crate::thread::Thread;
use crate::types::code::Code;
use crate::types::frame::{self as frame_object, FrameObject, Place};
use crate::types::int;
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

/// An event, by its bit's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Event {
    /// A function starts.
    PyStart,
    /// A generator goes on.
    PyResume,
    /// A function is about to return.
    PyReturn,
    /// A generator is about to yield.
    PyYield,
    /// A call of native code is about to happen.
    Call,
    /// A line is about to be executed.
    Line,
    /// An instruction is about to be executed.
    Instruction,
    /// An unconditional jump has happened.
    Jump,
    /// A conditional jump has fallen through.
    BranchLeft,
    /// A conditional jump has jumped.
    BranchRight,
    /// An iterator that is no generator has said that it is exhausted.
    StopIteration,
    /// An exception is raised.
    Raise,
    /// An exception has found its handler.
    ExceptionHandled,
    /// A function ends by an exception.
    PyUnwind,
    /// An exception is thrown into a generator.
    PyThrow,
    /// An exception goes on behind a `finally`.
    Reraise,
    /// Native code has returned.
    CReturn,
    /// Native code has raised an exception.
    CRaise,
    /// Either kind of branch.
    Branch,
}

impl Event {
    /// Name and number of each.
    pub const ALL: [(&'static str, Event); 19] = [
        ("PY_START", Event::PyStart),
        ("PY_RESUME", Event::PyResume),
        ("PY_RETURN", Event::PyReturn),
        ("PY_YIELD", Event::PyYield),
        ("CALL", Event::Call),
        ("LINE", Event::Line),
        ("INSTRUCTION", Event::Instruction),
        ("JUMP", Event::Jump),
        ("BRANCH_LEFT", Event::BranchLeft),
        ("BRANCH_RIGHT", Event::BranchRight),
        ("STOP_ITERATION", Event::StopIteration),
        ("RAISE", Event::Raise),
        ("EXCEPTION_HANDLED", Event::ExceptionHandled),
        ("PY_UNWIND", Event::PyUnwind),
        ("PY_THROW", Event::PyThrow),
        ("RERAISE", Event::Reraise),
        ("C_RETURN", Event::CReturn),
        ("C_RAISE", Event::CRaise),
        ("BRANCH", Event::Branch),
    ];
    /// The bit in sets of events.
    pub const fn bit(self) -> u32 {
        1 << self as u8
    }
    /// Which events a tool asks for to get this one.
    const fn asked(self) -> u32 {
        match self {
            Event::CReturn | Event::CRaise => Event::Call.bit(),
            Event::BranchLeft | Event::BranchRight => self.bit() | Event::Branch.bit(),
            _ => self.bit(),
        }
    }
    /// May be wanted for single code objects, and may be disabled.
    pub const fn is_local(self) -> bool {
        (self as u8) <= Event::StopIteration as u8 || matches!(self, Event::Branch)
    }
}

/// How many tools there are.
pub const TOOLS: usize = 6;

/// A tool.
#[derive(Default)]
pub struct Tool {
    /// Its name, if it is in use.
    pub name: OwnedCell,
    /// What it wants to hear from all code.
    events: Cell<u32>,
    /// What it wants to hear from a code object besides, by that one's address; the object is kept.
    local: RefCell<HashMap<usize, (Ref, u32)>>,
    callbacks: RefCell<HashMap<u8, Ref>>,
    /// Places in code objects from which it does not want to hear an event again.
    disabled: RefCell<HashSet<(usize, u8, u32)>>,
}

/// The tools of an interpreter.
#[derive(Default)]
pub struct Monitoring {
    tools: [Tool; TOOLS],
    /// All that any tool wants from any code.
    wanted: Cell<u32>,
    /// `sys.monitoring.DISABLE`
    pub disable: OwnedCell,
    /// `sys.monitoring.MISSING`
    pub missing: OwnedCell,
}

fn address(code: P<Code>) -> usize {
    code.as_ptr() as usize
}

impl Monitoring {
    /// A tool, by its number.
    pub fn tool(&self, id: usize) -> &Tool {
        &self.tools[id]
    }
    /// Does any tool want any event?
    #[inline]
    pub fn is_active(&self) -> bool {
        self.wanted.get() != 0
    }
    /// Does any tool want this event?
    #[inline]
    pub fn wants(&self, event: Event) -> bool {
        self.wanted.get() & event.asked() != 0
    }
    /// Places that were disabled are heard of again.
    pub fn restart(&self) {
        self.tools.iter().for_each(|tool| tool.disabled.borrow_mut().clear());
    }
    fn update(&self) {
        let local = |tool: &Tool| tool.local.borrow().values().fold(0, |all, (_, set)| all | set);
        let all = self.tools.iter().fold(0, |all, tool| all | tool.events.get() | local(tool));
        self.wanted.set(all);
        if all != 0 {
            crate::tracing::attend(crate::thread::current());
        }
    }
    /// What a tool wants to hear from all code.
    pub fn set_events(&self, id: usize, set: u32) {
        self.tools[id].events.set(set);
        self.update();
    }
    /// What it wants to hear from this code besides.
    pub fn set_local_events(&self, id: usize, code: P<Code>, set: u32) {
        let mut local = self.tools[id].local.borrow_mut();
        let old = if set == 0 {
            local.remove(&address(code))
        } else {
            local.insert(address(code), (code.own(), set))
        };
        drop(local);
        drop(old);
        self.update();
    }
    /// The tool wants nothing any more.
    pub fn clear(&self, id: usize) {
        let tool = &self.tools[id];
        tool.events.set(0);
        drop((tool.local.take(), tool.callbacks.take(), tool.disabled.take()));
        self.update();
    }
}

impl Tool {
    /// What it wants to hear from all code.
    pub fn events(&self) -> u32 {
        self.events.get()
    }
    /// What it wants to hear from this code besides.
    pub fn local_events(&self, code: P<Code>) -> u32 {
        self.local.borrow().get(&address(code)).map_or(0, |(_, set)| *set)
    }
    /// Set or take away the function that is called with an event; returns the one before.
    pub fn register(&self, bit: u8, function: Option<Ref>) -> Option<Ref> {
        let mut callbacks = self.callbacks.borrow_mut();
        match function {
            Some(f) => callbacks.insert(bit, f),
            None => callbacks.remove(&bit),
        }
    }
}

/// Something has happened at a unit of the frame's `co_code`: call the tools that want to hear of it. `args` are what
/// a callback gets behind code and offset (of a line, behind the code).
#[cold]
#[inline(never)]
pub fn fire(thread: &Thread, frame: &Frame, event: Event, unit: u32, args: &[Value]) -> PyResult<()> {
    let monitoring = &runtime().monitoring;
    let code = frame.function.code.get();
    for tool in &monitoring.tools {
        let wants = (tool.events.get() | tool.local_events(code)) & event.asked() != 0;
        let disabled = (address(code), event as u8, unit);
        if !wants || tool.disabled.borrow().contains(&disabled) {
            continue;
        }
        let callback = |event: Event| tool.callbacks.borrow().get(&(event as u8)).cloned();
        let function = match event {
            Event::BranchLeft | Event::BranchRight => callback(event).or_else(|| callback(Event::Branch)),
            _ => callback(event),
        };
        let Some(function) = function else { continue };
        let offset = int::new(i64::from(unit) * 2);
        let mut all = vec![code.value(), *offset];
        if event == Event::Line {
            all.pop();
        }
        all.extend_from_slice(args);
        let place = if event == Event::PyStart { Place::Start } else { Place::Unit(unit) };
        let object = frame_object::of(frame);
        let Some(shown) = object.exact::<FrameObject>() else { continue };
        let outer = shown.told.replace(Some(place));
        let answer = crate::tracing::quietly(thread, || call(*function, Args::positional(&all)));
        shown.told.set(outer);
        let answer = answer?;
        if monitoring.disable.get().is_some_and(|disable| answer.value().is(disable)) {
            if !event.is_local() {
                drop(tool.register(event as u8, None));
                let name = Event::ALL[event as usize].0;
                return raise!(ValueError, "Cannot disable {name} events. Callback removed.");
            }
            tool.disabled.borrow_mut().insert(disabled);
        }
    }
    Ok(())
}
