//! The Python side of buffered streams.

use super::buffered::{Buffered, optional_bytes, read_size};
use super::{DEFAULT_BUFFER_SIZE, unsupported};
use crate::construct::arguments;
use crate::constructor;
use taipan_runtime::buffer::Buffer;
use taipan_runtime::error::{PyResult, Raised, take};
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::attr::{getattr_opt, getattr_text};
use taipan_runtime::protocol::call::call_method_text;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::protocol::{index, repr};
use taipan_runtime::raise;
use taipan_runtime::slots::Args;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{bytes, int, str};
use taipan_runtime::value::{NONE, Value};

/// Ask the raw stream whether it can do something.
fn require(raw: Value, question: &str, message: &str) -> PyResult<()> {
    let answer = call_method_text(raw, question, &[])?;
    if truth(*answer)? { Ok(()) } else { unsupported(message) }
}

static BUFFERED: NativeDef = constructor!("Buffered", Either raw, Either buffer_size = 0);

fn init(v: Value, args: Args<'_>, reads: bool, writes: bool) -> PyResult<()> {
    let Some(this) = v.downcast::<Buffered>() else {
        return raise!(TypeError, "a buffered stream is required");
    };
    let ([raw, size], _) = arguments::<2>(&BUFFERED, v.class(), args)?;
    let raw = raw.unwrap_or(NONE);
    let size = match size {
        None => DEFAULT_BUFFER_SIZE as i64,
        Some(s) => index::to_i64(s)?,
    };
    if size <= 0 {
        return raise!(ValueError, "buffer size must be strictly positive");
    }
    if reads && writes {
        require(raw, "seekable", "File or stream is not seekable.")?;
    }
    if reads {
        require(raw, "readable", "File or stream is not readable.")?;
    }
    if writes {
        require(raw, "writable", "File or stream is not writable.")?;
    }
    this.attach(raw, size as usize, reads, writes);
    Ok(())
}

/// What the three classes share.
pub struct Common;

#[taipan_runtime::pymethods]
impl Common {
    #[slot(new)]
    fn new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        Ok(Buffered::empty(class))
    }
    #[slot(finalize)]
    fn finalize(v: Value) {
        if let Some(this) = v.downcast::<Buffered>()
            && let Ok(raw) = this.raw()
        {
            if let Ok(false) = this.closed()
                && call_method_text(*raw, "_dealloc_warn", &[v]).is_err()
            {
                drop(take());
            }
            super::base::finalize(v);
        } else if taipan_runtime::thread::current().raised().is_some() {
            drop(take());
        }
    }
    #[slot(repr)]
    fn repr(this: P<Buffered>) -> PyResult {
        let class = this.value().class();
        let module = taipan_runtime::protocol::type_attr::module_name(class).unwrap_or_default();
        let name = match getattr_opt(this.value(), str::interned("name")) {
            Ok(name) => name,
            Err(Raised) => {
                drop(take());
                None
            }
        };
        let text = match name {
            Some(n) => format!("<{module}.{} name={}>", class.name(), repr::repr_text(*n)?),
            None => format!("<{module}.{}>", class.name()),
        };
        Ok(Ref::from(text.as_str()))
    }
    #[getter]
    fn raw(this: P<Buffered>) -> Ref {
        this.raw().unwrap_or_else(|Raised| {
            drop(take());
            NONE.own()
        })
    }
    #[getter]
    fn closed(this: P<Buffered>) -> PyResult<bool> {
        this.closed()
    }
    #[getter]
    fn name(this: P<Buffered>) -> PyResult {
        getattr_text(*this.raw()?, "name")
    }
    #[getter]
    fn mode(this: P<Buffered>) -> PyResult {
        getattr_text(*this.raw()?, "mode")
    }
    #[method("(self, /)")]
    fn detach(this: P<Buffered>) -> PyResult {
        call_method_text(this.value(), "flush", &[])?;
        this.detach()
    }
    #[method("(self, /)")]
    fn seekable(this: P<Buffered>) -> PyResult {
        call_method_text(*this.raw()?, "seekable", &[])
    }
    #[method("(self, /)")]
    fn fileno(this: P<Buffered>) -> PyResult {
        call_method_text(*this.raw()?, "fileno", &[])
    }
    #[method("(self, /)")]
    fn isatty(this: P<Buffered>) -> PyResult {
        call_method_text(*this.raw()?, "isatty", &[])
    }
    #[method("(self, /)")]
    fn readable(this: P<Buffered>) -> PyResult {
        if !this.abilities().0 {
            return Ok(Value::bool(false).own());
        }
        call_method_text(*this.raw()?, "readable", &[])
    }
    #[method("(self, /)")]
    fn writable(this: P<Buffered>) -> PyResult {
        if !this.abilities().1 {
            return Ok(Value::bool(false).own());
        }
        call_method_text(*this.raw()?, "writable", &[])
    }
    #[method("(self, source, /)")]
    fn _dealloc_warn(this: P<Buffered>, source: Value) -> PyResult<()> {
        let raw = this.raw()?;
        if getattr_opt(*raw, str::interned("_dealloc_warn"))?.is_some()
            && call_method_text(*raw, "_dealloc_warn", &[source]).is_err()
        {
            drop(take());
        }
        Ok(())
    }
    #[method("(self, /)")]
    fn flush(this: P<Buffered>) -> PyResult<()> {
        this.check_open("flush")?;
        let _busy = Buffered::enter(this)?;
        this.sync()
    }
    #[method("(self, /)")]
    fn close(this: P<Buffered>) -> PyResult<()> {
        let raw = this.raw()?;
        if this.closed()? {
            return Ok(());
        }
        let flushed = call_method_text(this.value(), "flush", &[]);
        let first = flushed.err().map(|Raised| take());
        let closed = call_method_text(*raw, "close", &[]);
        this.discard_pending();
        match (first, closed) {
            (None, Ok(_)) => Ok(()),
            (None, Err(raised)) => Err(raised),
            (Some(e), Ok(_)) => taipan_runtime::error::raise_exception(e),
            (Some(e), Err(Raised)) => {
                let second = take();
                if let Some(s) = taipan_runtime::types::exception::as_exception(*second) {
                    s.set_context(Some(e));
                }
                taipan_runtime::thread::current().set_raised(second);
                Err(Raised)
            }
        }
    }
    #[method("(self, /)")]
    fn tell(this: P<Buffered>) -> PyResult<i64> {
        let _busy = Buffered::enter(this)?;
        this.tell()
    }
    #[method("(self, target, whence=0, /)")]
    fn seek(this: P<Buffered>, target: Value, whence: i32) -> PyResult<i64> {
        if !(0..=4).contains(&whence) {
            return raise!(ValueError, "whence value {whence} unsupported");
        }
        this.check_open("seek")?;
        require(*this.raw()?, "seekable", "File or stream is not seekable.")?;
        let target = index::to_i64(target)?;
        let _busy = Buffered::enter(this)?;
        this.seek(target, whence)
    }
    #[method("(self, pos=None, /)")]
    fn truncate(this: P<Buffered>, pos: Option<Value>) -> PyResult {
        this.check_open("truncate")?;
        if !this.abilities().1 {
            return unsupported("truncate");
        }
        let at = {
            let _busy = Buffered::enter(this)?;
            this.sync()?;
            match pos.filter(|p| !p.is_none()) {
                Some(p) => p.own(),
                None => int::new(this.tell()?),
            }
        };
        call_method_text(*this.raw()?, "truncate", &[*at])
    }
    #[method("(self, /)", name = "__getstate__")]
    fn getstate(this: P<Buffered>) -> PyResult {
        raise!(TypeError, "cannot pickle '{}' instances", this.value().class().name())
    }
}

/// Reading: `BufferedReader` and `BufferedRandom`.
pub struct Reading;

#[taipan_runtime::pymethods]
impl Reading {
    #[method("(self, size=-1, /)")]
    fn read(this: P<Buffered>, size: Option<Value>) -> PyResult {
        let size = read_size(size)?;
        this.check_open("read")?;
        this.check_reads()?;
        let _busy = Buffered::enter(this)?;
        Ok(optional_bytes(match size {
            Some(n) => this.read_exactly(n)?,
            None => this.read_to_end()?,
        }))
    }
    #[method("(self, size=-1, /)")]
    fn read1(this: P<Buffered>, size: Option<Value>) -> PyResult {
        let n = usize::try_from(super::base::size_argument(size)?).unwrap_or(this.size.get());
        this.check_open("read")?;
        let _busy = Buffered::enter(this)?;
        Ok(bytes::new(&this.read_once(n)?).erase())
    }
    #[method("(self, size=0, /)")]
    fn peek(this: P<Buffered>, size: Option<Value>) -> PyResult {
        let _ = size;
        this.check_open("peek")?;
        let _busy = Buffered::enter(this)?;
        Ok(bytes::new(&this.peek()?).erase())
    }
    #[method("(self, size=-1, /)")]
    fn readline(this: P<Buffered>, size: Option<Value>) -> PyResult {
        let limit = usize::try_from(super::base::size_argument(size)?).unwrap_or(usize::MAX);
        this.check_open("readline")?;
        let _busy = Buffered::enter(this)?;
        Ok(bytes::new(&this.read_line(limit)?).erase())
    }
    #[slot(next)]
    fn next(this: P<Buffered>) -> PyResult<Option<Ref>> {
        this.check_open("readline")?;
        let line = {
            let _busy = Buffered::enter(this)?;
            this.read_line(usize::MAX)?
        };
        Ok(if line.is_empty() { None } else { Some(bytes::new(&line).erase()) })
    }
    #[method("(self, buffer, /)")]
    fn readinto(this: P<Buffered>, buffer: Value) -> PyResult<Option<usize>> {
        this.check_open("readinto")?;
        let target = Buffer::require_writable(buffer, "readinto() argument")?;
        let _busy = Buffered::enter(this)?;
        let data = this.read_exactly(target.nbytes())?;
        Ok(data.map(|d| {
            target.with_bytes_mut(|t| t[..d.len()].copy_from_slice(&d));
            d.len()
        }))
    }
    #[method("(self, buffer, /)")]
    fn readinto1(this: P<Buffered>, buffer: Value) -> PyResult<usize> {
        this.check_open("readinto")?;
        let target = Buffer::require_writable(buffer, "readinto1() argument")?;
        let _busy = Buffered::enter(this)?;
        let data = this.read_once(target.nbytes())?;
        target.with_bytes_mut(|t| t[..data.len()].copy_from_slice(&data));
        Ok(data.len())
    }
}

/// Writing: `BufferedWriter` and `BufferedRandom`.
pub struct Writing;

#[taipan_runtime::pymethods]
impl Writing {
    #[method("(self, buffer, /)")]
    fn write(this: P<Buffered>, buffer: Value) -> PyResult<usize> {
        if this.closed()? {
            return raise!(ValueError, "write to closed file");
        }
        if buffer.as_str().is_some() {
            return raise!(TypeError, "a bytes-like object is required, not 'str'");
        }
        let data = Buffer::require(buffer)?.to_vec();
        let _busy = Buffered::enter(this)?;
        this.write(&data)?;
        Ok(data.len())
    }
}

/// The three classes' constructors.
pub struct Reader;
/// See [`Reader`].
pub struct Writer;
/// See [`Reader`].
pub struct Random;

#[taipan_runtime::pymethods]
impl Reader {
    #[slot(init)]
    fn init(v: Value, args: Args<'_>) -> PyResult<()> {
        init(v, args, true, false)
    }
}
#[taipan_runtime::pymethods]
impl Writer {
    #[slot(init)]
    fn init(v: Value, args: Args<'_>) -> PyResult<()> {
        init(v, args, false, true)
    }
}
#[taipan_runtime::pymethods]
impl Random {
    #[slot(init)]
    fn init(v: Value, args: Args<'_>) -> PyResult<()> {
        init(v, args, true, true)
    }
}
