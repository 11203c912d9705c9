//! The frame object.
//!
//! # Invariants
//! - `record` is the running frame's record, or null; [`detach`] is called before a record with an object goes.
//! - `locals` holds the frame's local slots once it is detached.

use crate::frame::{Frame, flags};
use crate::object::{Header, Kind, Object, P, Ref, Visitor, alloc};
use crate::runtime::types;
use crate::types::function::Function;
use crate::value::{NONE, Value};
use crate::value_vec::ValueVec;
use std::cell::{Cell, RefCell};

/// A frame as an object.
#[repr(C)]
pub struct FrameObject {
    /// The header.
    pub head: Header,
    /// The running frame's record, or null.
    pub record: Cell<*mut Frame>,
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
    /// Variables added through `f_locals` that are no locals of the code.
    pub extra: RefCell<Option<Ref>>,
}

// SAFETY: `repr(C)`, starts with the header, fixed size.
unsafe impl Object for FrameObject {
    const KIND: Kind = Kind::Frame;
    const CONTAINER: bool = true;
    fn traverse(&self, visit: Visitor<'_>) {
        visit(self.function.value());
        visit(self.namespace.value());
        self.locals.traverse(visit);
        for r in [&self.back, &self.trace, &self.extra] {
            if let Some(v) = r.borrow().as_ref() {
                visit(v.value());
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

/// The object of a running frame; made on first use.
pub fn of(frame: &Frame) -> Ref {
    if frame.has(flags::OBJECT) {
        return frame.object.own();
    }
    let record = std::ptr::from_ref(frame).cast_mut();
    std::mem::forget(frame.function.own());
    let object = alloc(FrameObject {
        head: Header::new(types().frame),
        record: Cell::new(record),
        function: frame.function,
        index: Cell::new(0),
        back: RefCell::new(None),
        locals: ValueVec::default(),
        namespace: frame.namespace().unwrap_or(NONE).own(),
        trace: RefCell::new(None),
        trace_lines: Cell::new(true),
        trace_opcodes: Cell::new(false),
        extra: RefCell::new(None),
    })
    .erase();
    // SAFETY: the record is the running frame's; only this thread touches it.
    unsafe {
        (*record).object = object.clone().into_raw();
        (*record).flags |= flags::OBJECT;
    }
    object
}

/// The frame ends: take its state into the object, if somebody else still holds it, and let go.
pub fn detach(frame: &mut Frame) {
    if !frame.has(flags::OBJECT) {
        return;
    }
    frame.flags &= !flags::OBJECT;
    let object = Ref::from_raw(frame.object);
    let Some(o) = object.exact::<FrameObject>() else { return };
    o.index.set(frame.index());
    o.record.set(std::ptr::null_mut());
    if o.head.refcount.get() > 1 {
        for i in 0..frame.code().locals as usize {
            o.locals.push(frame.slot(i).own());
        }
        if let Some(back) = frame.back(crate::thread::current()) {
            *o.back.borrow_mut() = Some(of(back));
        }
    }
}

impl FrameObject {
    /// The running frame.
    pub fn frame(&self) -> Option<&'static Frame> {
        // SAFETY: module invariant.
        unsafe { self.record.get().as_ref() }
    }
    /// Index of the current (or last) instruction.
    pub fn instruction(&self) -> usize {
        self.frame().map_or(self.index.get(), Frame::index)
    }
    /// What a local slot holds: a value, a cell, or `UNBOUND`.
    pub fn local(&self, i: usize) -> Value {
        match self.frame() {
            Some(f) => f.slot(i),
            None => self.locals.get(i).unwrap_or(crate::value::UNBOUND),
        }
    }
    /// Put a value into a local slot.
    pub fn set_local(&self, i: usize, v: Ref) {
        match self.frame() {
            // SAFETY: `i` is a local of the running frame.
            Some(f) => drop(Ref::from_raw(unsafe { f.fp.add(i).replace(v.into_raw()) })),
            None => {
                if i < self.locals.len() {
                    drop(self.locals.replace(i, v));
                }
            }
        }
    }
}
