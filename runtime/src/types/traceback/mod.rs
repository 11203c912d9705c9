//! `traceback`: where an exception passed through, outermost frame first.

use crate::error::PyResult;
use crate::object::{Header, Kind, Own, OwnedCell, P, Ref, alloc};
use crate::object_layout;
use crate::raise;
use crate::runtime::types;
use crate::slots::Args;
use crate::types::code::Code;
use crate::types::frame::FrameObject;
use crate::types::type_object::TypeObject;
use crate::value::{NONE, Value};
use std::cell::Cell;
use taipan_bytecode::tables::Position;

/// A traceback.
#[repr(C)]
pub struct Traceback {
    /// The header.
    pub head: Header,
    /// `tb_next`: the entry of the frame that this one called.
    pub next: OwnedCell,
    /// `tb_frame`
    pub frame: Ref,
    /// `tb_lasti`: byte offset of the instruction, or -1.
    pub lasti: i32,
    /// `tb_lineno`, or -1 to compute it from `lasti` when it is asked for.
    pub lineno: Cell<i32>,
}
object_layout!(Traceback, Kind::Traceback, container, [next, frame]);

/// A traceback entry in front of `next`; `lineno` -1 is computed from `lasti` on demand.
pub fn new(next: Option<Ref>, frame: Ref, lasti: i32, lineno: i32) -> Own<Traceback> {
    alloc(Traceback {
        head: Header::new(types().traceback),
        next: OwnedCell::new(next),
        frame,
        lasti,
        lineno: Cell::new(lineno),
    })
}

impl Traceback {
    /// The code of the frame.
    pub fn code(&self) -> PyResult<Own<Code>> {
        match self.frame.downcast::<FrameObject>() {
            Some(f) => Ok(f.function.code.get().own_typed()),
            None => raise!(TypeError, "tb_frame must be a frame, not '{}'", self.frame.class().name()),
        }
    }
    /// The position of the instruction; nothing is known with a negative `lasti`.
    pub fn position(&self) -> PyResult<Position> {
        match u32::try_from(self.lasti) {
            Ok(at) => Ok(self.code()?.code.position_at(at / 2)),
            Err(_) => Ok(Position::default()),
        }
    }
    /// `tb_lineno`; `None` where the instruction has no line.
    pub fn line(&self) -> PyResult<Option<i32>> {
        if self.lineno.get() < 0 && self.lasti >= 0 {
            let Some(line) = self.position()?.line else { return Ok(None) };
            self.lineno.set(i32::try_from(line).unwrap_or(i32::MAX));
        }
        Ok(Some(self.lineno.get()))
    }
    /// The entry of the called frame.
    pub fn next(&self) -> Option<P<Traceback>> {
        self.next.get().and_then(Value::downcast::<Traceback>)
    }
    /// Set `tb_next`, unless that would make a loop.
    pub fn set_next(&self, next: Option<Value>) -> PyResult<()> {
        let next = next.filter(|v| !v.is_none());
        if let Some(v) = next {
            let Some(start) = v.downcast::<Traceback>() else {
                return raise!(TypeError, "expected traceback object or None, got '{}'", v.class().name());
            };
            let mut at = Some(start);
            while let Some(tb) = at {
                if std::ptr::eq(tb.as_ptr(), self) {
                    return raise!(ValueError, "traceback loop detected");
                }
                at = tb.next();
            }
        }
        self.next.set(next.map(|v| v.own()));
        Ok(())
    }
}

/// Put an entry for `frame` in front of the exception's traceback, as an exception passes through the frame.
pub fn add(exception: Value, frame: Ref, lasti: i32, lineno: i32) {
    if let Some(e) = crate::types::exception::as_exception(exception) {
        let next = e.traceback().map(|t| t.own());
        e.set_traceback(Some(new(next, frame, lasti, lineno).erase()));
    }
}

/// `types.TracebackType(tb_next, tb_frame, tb_lasti, tb_lineno)`
pub fn traceback_new(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
    const NAMES: [&str; 4] = ["tb_next", "tb_frame", "tb_lasti", "tb_lineno"];
    let mut found: [Option<Value>; 4] = [None; 4];
    let given = args.values.len();
    if args.pos().len() > 4 {
        return raise!(TypeError, "TracebackType() takes at most 4 arguments ({given} given)");
    }
    for (slot, v) in found.iter_mut().zip(args.pos()) {
        *slot = Some(*v);
    }
    for (name, v) in args.keywords() {
        let text = name.as_str().map(|s| s.to_lossy()).unwrap_or_default();
        match NAMES.iter().position(|n| *n == text) {
            Some(i) => found[i] = Some(v),
            None => return raise!(TypeError, "TracebackType() got an unexpected keyword argument '{text}'"),
        }
    }
    let mut values = [NONE; 4];
    for (i, v) in found.into_iter().enumerate() {
        match v {
            Some(v) => values[i] = v,
            None => {
                return raise!(
                    TypeError,
                    "TracebackType() missing required argument '{}' (pos {})",
                    NAMES[i],
                    i + 1
                );
            }
        }
    }
    let [next, frame, lasti, lineno] = values;
    if !next.is_none() && next.downcast::<Traceback>().is_none() {
        return raise!(TypeError, "expected traceback object or None, got '{}'", next.class().name());
    }
    if frame.class() != types().frame {
        return raise!(
            TypeError,
            "TracebackType() argument 'tb_frame' must be frame, not {}",
            frame.class().name()
        );
    }
    let (lasti, lineno) = (crate::protocol::index::to_i32(lasti)?, crate::protocol::index::to_i32(lineno)?);
    let next = if next.is_none() { None } else { Some(next.own()) };
    Ok(new(next, frame.own(), lasti, lineno).erase())
}

/// Layout and attributes of the class.
pub fn configure(class: P<TypeObject>) {
    class.set_layout::<Traceback>();
    class.slots.new.set(Some(traceback_new));
    Traceback::install(class);
}

#[crate::pymethods]
impl Traceback {
    #[getter]
    fn tb_next(this: P<Traceback>) -> Value {
        this.next.or_none()
    }
    #[setter]
    fn set_tb_next(this: P<Traceback>, next: Value) -> PyResult<()> {
        this.set_next(Some(next))
    }
    #[getter]
    fn tb_frame(this: P<Traceback>) -> Value {
        this.frame.value()
    }
    #[getter]
    fn tb_lasti(this: P<Traceback>) -> i32 {
        this.lasti
    }
    #[getter]
    fn tb_lineno(this: P<Traceback>) -> PyResult<Option<i32>> {
        this.line()
    }
    #[method("(self, /)", name = "__dir__")]
    fn dir(_this: P<Traceback>) -> Ref {
        let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
        crate::types::list::new(names.iter().map(|n| crate::types::str::new(n).erase()).collect()).erase()
    }
}
