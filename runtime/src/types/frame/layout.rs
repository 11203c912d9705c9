//! The frame object.
//!
//! # Invariants
//! - `record` is the running frame's record, or null; [`detach`] or [`suspend`] is called before a record with an
//!   object goes.
//! - `generator` is the generator whose frame this is, until the frame ends; the generator owns the object and takes
//!   itself out of it when it dies. Its slots are the frame's, running or not.
//! - `locals` holds the frame's local slots once it is detached.

use crate::exec::code::ExecCode;
use crate::frame::{Frame, flags};
use crate::object::{Header, Kind, Object, Own, P, Ref, Visitor, alloc};
use crate::runtime::types;
use crate::types::function::Function;
use crate::types::generator::{Generator, State};
use crate::value::{NONE, UNBOUND, Value};
use crate::value_vec::ValueVec;
use std::cell::{Cell, RefCell};

/// Where a trace function is told that a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the start of its code, on the line of the definition.
    Start,
    /// At a unit of `co_code`.
    Unit(u32),
}

/// A frame as an object.
#[repr(C)]
pub struct FrameObject {
    /// The header.
    pub head: Header,
    /// The running frame's record, or null.
    pub record: Cell<*mut Frame>,
    /// The generator, until its frame ends; borrowed.
    pub generator: Cell<Option<P<Generator>>>,
    /// The function; owned.
    pub function: P<Function>,
    /// Index of the instruction, once detached.
    pub index: Cell<usize>,
    /// The caller's frame object, once detached.
    pub back: RefCell<Option<Ref>>,
    /// The local slots, once detached.
    pub locals: ValueVec,
    /// The locals mapping of class bodies and modules, or None.
    pub namespace: Ref,
    /// `f_trace`
    pub trace: RefCell<Option<Ref>>,
    /// `f_trace_lines`
    pub trace_lines: Cell<bool>,
    /// `f_trace_opcodes`
    pub trace_opcodes: Cell<bool>,
    /// While a trace function runs: what it is told of, if that is not the current instruction.
    pub told: Cell<Option<Place>>,
    /// Variables added through `f_locals` that are no locals of the code.
    pub extra: RefCell<Option<Ref>>,
}

// SAFETY: `repr(C)`, starts with the header, fixed size.
unsafe impl Object for FrameObject {
    const KIND: Kind = Kind::Frame;
    const CONTAINER: bool = true;
    fn traverse(&self, visit: Visitor<'_>) {
        visit(&[self.function.value(), self.namespace.value()]);
        self.locals.traverse(visit);
        for r in [&self.back, &self.trace, &self.extra] {
            if let Some(v) = r.borrow().as_ref() {
                visit(&[v.value()]);
            }
        }
    }
    fn clear(&self) {
        drop(self.locals.take());
        drop((self.back.take(), self.trace.take(), self.extra.take()));
    }
}

impl Drop for FrameObject {
    fn drop(&mut self) {
        crate::object::decref(self.function.value());
    }
}

fn make(
    function: P<Function>,
    namespace: Option<Value>,
    generator: Option<P<Generator>>,
) -> Own<FrameObject> {
    std::mem::forget(function.own());
    alloc(FrameObject {
        head: Header::new(types().frame),
        record: Cell::new(std::ptr::null_mut()),
        generator: Cell::new(generator),
        function,
        index: Cell::new(0),
        back: RefCell::new(None),
        locals: ValueVec::default(),
        namespace: namespace.unwrap_or(NONE).own(),
        trace: RefCell::new(None),
        trace_lines: Cell::new(true),
        trace_opcodes: Cell::new(false),
        told: Cell::new(None),
        extra: RefCell::new(None),
    })
}

/// The object of a running frame; made on first use.
pub fn of(frame: &Frame) -> Ref {
    frame.looked_at(crate::thread::current());
    unwatched(frame)
}

/// The object of a frame that ended by an exception in machine code, where it was inlined: it has been detached.
pub fn ended(function: P<Function>, locals: &[Value], index: usize, back: Ref) -> Ref {
    let object = make(function, None, None);
    let unit = function.exec().unit.iter().position(|u| *u as usize == index);
    object.index.set(unit.unwrap_or(0));
    locals.iter().for_each(|v| object.locals.push(v.own()));
    *object.back.borrow_mut() = Some(back);
    object.erase()
}

/// As `of`, where nobody is going to read its slots.
fn unwatched(frame: &Frame) -> Ref {
    if frame.has(flags::OBJECT) {
        return frame.object.get().own();
    }
    let object = if frame.has(flags::GENERATOR) {
        of_generator(frame.generator)
    } else {
        make(frame.function, frame.namespace(), None).erase()
    };
    attach(frame, object.clone());
    object
}

/// The frame object of a generator that has not finished; made on first use.
pub fn of_generator(g: P<Generator>) -> Ref {
    if g.frame_object.get().is_unbound() {
        g.frame_object.set(make(g.function, g.locals_mapping(), Some(g)).erase().into_raw());
    }
    g.frame_object.get().own()
}

/// A running frame's record and its object learn of each other; the record owns `object`.
fn attach(frame: &Frame, object: Ref) {
    let record = std::ptr::from_ref(frame).cast_mut();
    if let Some(o) = object.exact::<FrameObject>() {
        o.record.set(record);
    }
    frame.object.set(object.into_raw());
    frame.flags.set(frame.flags.get() | flags::OBJECT);
    crate::thread::current().frame_object_made();
}

/// The record forgets its object.
fn take(frame: &Frame) -> Ref {
    frame.flags.set(frame.flags.get() & !flags::OBJECT);
    crate::thread::current().frame_object_gone();
    Ref::from_raw(frame.object.get())
}

/// A generator's frame runs again: its object, if it has one, learns of the record.
#[inline(always)]
pub fn resumed(frame: &Frame, g: P<Generator>) {
    let object = g.frame_object.get();
    if !object.is_unbound() {
        attach(frame, object.own());
    }
}

/// A generator's frame stops running, to go on later.
pub fn suspend(frame: &mut Frame) {
    if frame.has(flags::OBJECT) {
        let object = take(frame);
        if let Some(o) = object.exact::<FrameObject>() {
            o.record.set(std::ptr::null_mut());
        }
    }
}

/// The frame ends: take its state into the object, if somebody else still holds it, and let go.
#[inline]
pub fn detach(frame: &mut Frame) {
    if frame.has(flags::OBJECT) {
        detach_object(frame);
    }
}

#[cold]
#[inline(never)]
fn detach_object(frame: &mut Frame) {
    let object = take(frame);
    let Some(o) = object.exact::<FrameObject>() else { return };
    if frame.has(flags::GENERATOR) {
        drop(Ref::from_raw(frame.generator.frame_object.replace(UNBOUND)));
    }
    o.generator.set(None);
    o.index.set(frame.index());
    o.record.set(std::ptr::null_mut());
    if o.head.refcount.get() > 1 {
        let locals = if frame.readable() { frame.code().locals as usize } else { 0 };
        for i in 0..locals {
            o.locals.push(frame.slot(i).own());
        }
        if let Some(back) = frame.back(crate::thread::current()) {
            *o.back.borrow_mut() = Some(unwatched(back));
        }
    }
}

/// A suspended generator's frame ends without running: the same.
pub fn detach_suspended(g: &Generator) {
    let object = g.frame_object.replace(UNBOUND);
    if object.is_unbound() {
        return;
    }
    let object = Ref::from_raw(object);
    let Some(o) = object.exact::<FrameObject>() else { return };
    o.generator.set(None);
    o.index.set(o.exec().index_of(g.pc.get()));
    if o.head.refcount.get() > 1 {
        for i in 0..(o.exec().locals as usize).min(g.live.get() as usize) {
            // SAFETY: a live slot of the suspended frame.
            o.locals.push(unsafe { *g.fp().add(i) }.own());
        }
    }
}

impl FrameObject {
    /// The running frame.
    pub fn frame(&self) -> Option<&'static Frame> {
        let record = self.record.get().cast_const();
        if record.is_null() {
            return None;
        }
        let current = crate::thread::current();
        let other = || crate::gil::threads().into_iter().find(|t| t.owns(record));
        if let Some(t) = if current.owns(record) { Some(current) } else { other() } {
            t.written_frame();
        }
        // SAFETY: module invariant.
        unsafe { self.record.get().as_ref() }
    }
    /// The code.
    pub fn exec(&self) -> &'static ExecCode {
        self.function.exec()
    }
    /// Index of the current (or last) instruction.
    pub fn instruction(&self) -> usize {
        match (self.frame(), self.generator.get()) {
            (Some(f), _) => f.index(),
            (None, Some(g)) => self.exec().index_of(g.pc.get()),
            (None, None) => self.index.get(),
        }
    }
    /// The caller's frame.
    pub fn back(&self) -> Option<Ref> {
        match self.frame() {
            Some(f) if crate::thread::current().owns(f) => f.back(crate::thread::current()).map(of),
            Some(f) => {
                let owner = crate::gil::threads().into_iter().find(|t| t.owns(f))?;
                f.back(owner).map(of)
            }
            None => self.back.borrow().clone(),
        }
    }
    /// Is it a generator's frame, not started or at a yield?
    pub fn suspended(&self) -> Option<P<Generator>> {
        self.generator.get().filter(|g| matches!(g.state.get(), State::Created | State::Suspended))
    }
    /// The slots of a frame that has not ended.
    fn slots(&self) -> Option<*mut Value> {
        match (self.frame(), self.generator.get()) {
            (Some(f), _) => f.readable().then_some(f.fp),
            (None, Some(g)) => Some(g.fp()),
            (None, None) => None,
        }
    }
    /// What a local slot holds: a value, a cell, or `UNBOUND`.
    pub fn local(&self, i: usize) -> Value {
        match self.slots() {
            // SAFETY: `i` is a local of a frame that has not ended.
            Some(fp) => unsafe { *fp.add(i) },
            None => self.locals.get(i).unwrap_or(UNBOUND),
        }
    }
    /// Put a value into a local slot.
    pub fn set_local(&self, i: usize, v: Ref) {
        match self.slots() {
            // SAFETY: as above.
            Some(fp) => drop(Ref::from_raw(unsafe { fp.add(i).replace(v.into_raw()) })),
            None => {
                if i < self.locals.len() {
                    drop(self.locals.replace(i, v));
                }
            }
        }
    }
}
