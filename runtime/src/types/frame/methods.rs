//! The attributes of `frame`.

use super::{FrameLocalsProxy, FrameObject, Place, of};
use crate::error::PyResult;
use crate::frame;
use crate::object::{P, Ref};
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::generator::{State, close};
use crate::value::{NONE, Value};
use crate::{pymethods, raise};
use taipan_bytecode::CodeFlags;

/// `sys._getframe(depth)`
pub fn getframe(depth: usize) -> PyResult {
    let thread = crate::thread::current();
    let mut at = frame::current();
    for _ in 0..depth {
        at = at.and_then(|f| f.back(thread));
    }
    match at {
        Some(f) => Ok(of(f)),
        None => raise!(ValueError, "call stack is not deep enough"),
    }
}

impl FrameObject {
    /// The line of the current (or last) instruction.
    pub fn line(&self) -> Option<u32> {
        match self.told.get() {
            None => self.exec().position(self.instruction()).line,
            Some(Place::Start) => Some(self.exec().code.first_line),
            Some(Place::Unit(unit)) => {
                Some(self.exec().lines()[unit as usize]).filter(|line| *line != crate::exec::code::NO_LINE)
            }
        }
    }
    /// A function's frame, whose variables are in slots.
    fn is_function(&self) -> bool {
        self.exec().code.flags.contains(CodeFlags::OPTIMIZED)
    }
}

/// A truth value that must be a `bool`.
fn boolean(value: Value) -> PyResult<bool> {
    if value.is_bool() {
        return Ok(value.is(crate::value::TRUE));
    }
    raise!(TypeError, "attribute value type must be bool")
}

#[pymethods]
impl FrameObject {
    #[slot(repr)]
    fn repr(f: P<FrameObject>) -> PyResult {
        let code = &f.exec().code;
        let file = crate::protocol::repr::repr_text(*Ref::from(&*code.filename))?;
        let line = f.line().map_or_else(|| "None".to_owned(), |n| n.to_string());
        let (at, name) = (f.value().bits(), &code.name);
        Ok(format!("<frame at {at:#x}, file {file}, line {line}, code {name}>").as_str().into())
    }
    #[getter]
    fn f_back(f: P<FrameObject>) -> Option<Ref> {
        f.back()
    }
    /// Return the code object being executed in this frame.
    #[getter]
    fn f_code(f: P<FrameObject>) -> P<Code> {
        f.function.code.get()
    }
    /// Return the global variables dictionary used by this frame.
    #[getter]
    fn f_globals(f: P<FrameObject>) -> P<Dict> {
        f.function.globals
    }
    /// Return the built-in variables in the frame.
    #[getter]
    fn f_builtins(f: P<FrameObject>) -> P<Dict> {
        f.function.builtins
    }
    /// Return the mapping used by the frame to look up local variables.
    #[getter]
    fn f_locals(f: P<FrameObject>) -> Ref {
        if f.is_function() {
            return FrameLocalsProxy::of(f).erase();
        }
        if f.namespace.is_none() { f.function.globals.own() } else { f.namespace.clone() }
    }
    /// Return the current line number in the frame.
    #[getter]
    fn f_lineno(f: P<FrameObject>) -> Option<u32> {
        f.line()
    }
    /// Return the index of the last attempted instruction in the frame.
    #[getter]
    fn f_lasti(f: P<FrameObject>) -> i64 {
        if f.suspended().is_some_and(|g| g.state.get() == State::Created) {
            return -1;
        }
        let unit = match f.told.get() {
            None => f.exec().unit[f.instruction()],
            Some(Place::Start) => 0,
            Some(Place::Unit(unit)) => unit,
        };
        i64::from(unit) * 2
    }
    /// Return the generator or coroutine associated with this frame, or None.
    #[getter]
    fn f_generator(f: P<FrameObject>) -> Option<Value> {
        f.generator.get().map(|g| g.value())
    }
    /// Return the trace function for this frame, or None if no trace function is set.
    #[getter]
    fn f_trace(f: P<FrameObject>) -> Ref {
        f.trace.borrow().clone().unwrap_or_else(|| NONE.own())
    }
    #[setter]
    fn set_f_trace(f: P<FrameObject>, value: Option<Value>) -> PyResult<()> {
        let new = value.filter(|v| !v.is_none()).map(Value::own);
        drop(f.trace.replace(new));
        Ok(())
    }
    #[getter]
    fn f_trace_lines(f: P<FrameObject>) -> bool {
        f.trace_lines.get()
    }
    #[setter]
    fn set_f_trace_lines(f: P<FrameObject>, value: Value) -> PyResult<()> {
        f.trace_lines.set(boolean(value)?);
        Ok(())
    }
    #[getter]
    fn f_trace_opcodes(f: P<FrameObject>) -> bool {
        f.trace_opcodes.get()
    }
    #[setter]
    fn set_f_trace_opcodes(f: P<FrameObject>, value: Value) -> PyResult<()> {
        f.trace_opcodes.set(boolean(value)?);
        Ok(())
    }
    /// Clear all references held by the frame.
    #[method("(self, /)")]
    fn clear(f: P<FrameObject>) -> PyResult<()> {
        let hold = f.own_typed();
        if let Some(g) = hold.suspended() {
            if g.state.get() == State::Suspended {
                return raise!(RuntimeError, "cannot clear a suspended frame");
            }
            return close(g).map(drop);
        }
        if hold.frame().is_some() || hold.generator.get().is_some() {
            return raise!(RuntimeError, "cannot clear an executing frame");
        }
        drop(hold.locals.take());
        drop(hold.extra.take());
        Ok(())
    }
    /// Return the size of the frame in memory, in bytes.
    #[method("(self, /)")]
    fn __sizeof__(f: P<FrameObject>) -> usize {
        size_of::<FrameObject>() + 8 * f.exec().frame_slots as usize
    }
}
