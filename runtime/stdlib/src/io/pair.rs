//! `BufferedRWPair`: a reader and a writer as one stream.

use super::buffered::Buffered;
use crate::construct::arguments;
use crate::constructor;
use taipan_runtime::error::{PyResult, Raised, raise_exception, take};
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::protocol::attr::getattr_text;
use taipan_runtime::protocol::call::call_method_text;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::slots::Args;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, raise};

/// A pair of streams.
#[repr(C)]
pub struct Pair {
    head: Header,
    reader: OwnedCell,
    writer: OwnedCell,
}
object_layout!(Pair, Kind::Native, container, [reader, writer]);

static PAIR: NativeDef = constructor!("BufferedRWPair", PositionalOnly reader, PositionalOnly writer, PositionalOnly buffer_size = 0);

impl Pair {
    fn part(cell: &OwnedCell) -> PyResult<Ref> {
        match cell.get() {
            Some(v) => Ok(v.own()),
            None => raise!(ValueError, "I/O operation on uninitialized object"),
        }
    }
    fn read_side(&self, method: &str, args: &[Value]) -> PyResult {
        call_method_text(*Pair::part(&self.reader)?, method, args)
    }
    fn write_side(&self, method: &str, args: &[Value]) -> PyResult {
        call_method_text(*Pair::part(&self.writer)?, method, args)
    }
}

#[taipan_runtime::pymethods]
impl Pair {
    #[slot(new)]
    fn new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        let pair =
            Pair { head: Header::new(class), reader: OwnedCell::default(), writer: OwnedCell::default() };
        Ok(alloc_in(class, pair).erase())
    }
    #[slot(init)]
    fn init(v: Value, args: Args<'_>) -> PyResult<()> {
        let Some(this) = v.downcast::<Pair>() else { return raise!(TypeError, "BufferedRWPair required") };
        let ([reader, writer, size], _) = arguments::<3>(&PAIR, v.class(), args)?;
        let size: Vec<Value> = size.into_iter().collect();
        for (name, raw, cell) in
            [("BufferedReader", reader, &this.reader), ("BufferedWriter", writer, &this.writer)]
        {
            let class = crate::startup::import_from("_io", name)?;
            let mut args = vec![raw.unwrap_or(NONE)];
            args.extend_from_slice(&size);
            cell.set(Some(taipan_runtime::protocol::call::call(*class, Args::positional(&args))?));
        }
        Ok(())
    }
    #[method("(self, size=-1, /)")]
    fn read(this: P<Pair>, size: Option<Value>) -> PyResult {
        this.read_side("read", &[size.unwrap_or(Value::small_int(-1))])
    }
    #[method("(self, size=-1, /)")]
    fn read1(this: P<Pair>, size: Option<Value>) -> PyResult {
        this.read_side("read1", &[size.unwrap_or(Value::small_int(-1))])
    }
    #[method("(self, size=0, /)")]
    fn peek(this: P<Pair>, size: Option<Value>) -> PyResult {
        this.read_side("peek", &[size.unwrap_or(Value::small_int(0))])
    }
    #[method("(self, buffer, /)")]
    fn readinto(this: P<Pair>, buffer: Value) -> PyResult {
        this.read_side("readinto", &[buffer])
    }
    #[method("(self, buffer, /)")]
    fn readinto1(this: P<Pair>, buffer: Value) -> PyResult {
        this.read_side("readinto1", &[buffer])
    }
    #[method("(self, buffer, /)")]
    fn write(this: P<Pair>, buffer: Value) -> PyResult {
        this.write_side("write", &[buffer])
    }
    #[method("(self, /)")]
    fn flush(this: P<Pair>) -> PyResult {
        this.write_side("flush", &[])
    }
    #[method("(self, /)")]
    fn readable(this: P<Pair>) -> PyResult {
        this.read_side("readable", &[])
    }
    #[method("(self, /)")]
    fn writable(this: P<Pair>) -> PyResult {
        this.write_side("writable", &[])
    }
    #[method("(self, /)")]
    fn close(this: P<Pair>) -> PyResult<()> {
        let first = this.write_side("close", &[]).err().map(|Raised| take());
        this.read_side("close", &[])?;
        match first {
            Some(e) => raise_exception(e),
            None => Ok(()),
        }
    }
    #[method("(self, /)")]
    fn isatty(this: P<Pair>) -> PyResult<bool> {
        if truth(*this.write_side("isatty", &[])?)? {
            return Ok(true);
        }
        truth(*this.read_side("isatty", &[])?)
    }
    #[getter]
    fn closed(this: P<Pair>) -> PyResult {
        getattr_text(*Pair::part(&this.writer)?, "closed")
    }
    #[slot(finalize)]
    fn finalize(v: Value) {
        if v.downcast::<Pair>()
            .is_some_and(|p| p.writer.get().is_some_and(|w| w.downcast::<Buffered>().is_some()))
        {
            super::base::finalize(v);
        }
    }
}
