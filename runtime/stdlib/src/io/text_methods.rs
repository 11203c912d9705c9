//! The Python side of `TextIOWrapper`.

use super::base::size_argument;
use super::buffered::Buffered;
use super::fileio::FileIo;
use super::newline::{Newline, optional_str};
use super::textio::{TextIo, locale_encoding};
use super::unsupported;
use crate::construct::arguments;
use crate::constructor;
use taipan_runtime::error::{PyResult, Raised, raise_exception, take};
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::attr::{getattr_opt, getattr_text};
use taipan_runtime::protocol::call::call_method_text;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::protocol::{index, repr};
use taipan_runtime::raise;
use taipan_runtime::slots::Args;
use taipan_runtime::types::str;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{NONE, Value};

static TEXT: NativeDef = constructor!(
    "TextIOWrapper", Either buffer, Either encoding = 0, Either errors = 0, Either newline = 0,
    Either line_buffering = 0, Either write_through = 0
);

/// The encoding that an `encoding` argument means.
fn encoding_of(arg: Option<P<str::Str>>) -> PyResult<String> {
    let Some(name) = arg.map(|s| s.to_lossy()) else { return Ok(locale_encoding().to_owned()) };
    if name.contains('\0') {
        return raise!(ValueError, "embedded null character");
    }
    Ok(if name == "locale" { locale_encoding().to_owned() } else { name })
}

fn flag(v: Option<Value>, default: bool) -> PyResult<bool> {
    match v {
        None => Ok(default),
        Some(v) if v.is_none() => Ok(default),
        Some(v) => truth(v),
    }
}

/// The methods of `TextIOWrapper`.
pub struct Methods;

#[taipan_runtime::pymethods]
impl Methods {
    #[slot(new)]
    fn new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        Ok(TextIo::empty(class))
    }
    #[slot(init)]
    fn init(v: Value, args: Args<'_>) -> PyResult<()> {
        let Some(this) = v.downcast::<TextIo>() else { return raise!(TypeError, "TextIOWrapper required") };
        let ([buffer, encoding, errors, newline, line_buffering, write_through], _) =
            arguments::<6>(&TEXT, v.class(), args)?;
        let what = |name: &str| format!("TextIOWrapper() argument '{name}'");
        let encoding = encoding_of(optional_str(encoding, &what("encoding"))?)?;
        let errors =
            optional_str(errors, &what("errors"))?.map_or_else(|| "strict".to_owned(), |e| e.to_lossy());
        let newline = Newline::parse(optional_str(newline, &what("newline"))?)?;
        this.newline.set(newline);
        this.line_buffering.set(flag(line_buffering, false)?);
        this.write_through.set(flag(write_through, false)?);
        this.attach(buffer.unwrap_or(NONE), &encoding, &errors)
    }
    #[slot(finalize)]
    fn finalize(v: Value) {
        let Some(this) = v.downcast::<TextIo>() else { return };
        match this.buffer() {
            Err(Raised) => drop(take()),
            Ok(buffer) => {
                let open = matches!(this.closed(), Ok(false));
                if open && let Some(b) = buffer.downcast::<Buffered>() {
                    warn_unclosed(b, v);
                }
                super::base::finalize(v);
            }
        }
    }
    #[slot(repr)]
    fn repr(this: P<TextIo>) -> PyResult {
        let mut text = "<_io.TextIOWrapper".to_owned();
        for name in ["name", "mode"] {
            match getattr_opt(this.value(), str::interned(name)) {
                Ok(Some(v)) => text.push_str(&format!(" {name}={}", repr::repr_text(*v)?)),
                Ok(None) => {}
                Err(Raised) => drop(take()),
            }
        }
        text.push_str(&format!(" encoding='{}'>", this.encoding.borrow()));
        Ok(Ref::from(text.as_str()))
    }
    #[slot(next)]
    fn next(this: P<TextIo>) -> PyResult<Option<Ref>> {
        this.telling.set(false);
        let line = if this.value().class().is_heap() {
            call_method_text(this.value(), "readline", &[])?
        } else {
            this.read_line(usize::MAX)?
        };
        match line.as_str() {
            None => {
                raise!(OSError, "readline() should have returned a str object, not '{}'", line.class().name())
            }
            Some(s) if s.is_empty() => {
                this.telling.set(true);
                Ok(None)
            }
            Some(_) => Ok(Some(line)),
        }
    }
    #[method("(self, s, /)")]
    fn write(this: P<TextIo>, s: Value) -> PyResult<usize> {
        let Some(text) = s.as_str() else {
            return raise!(TypeError, "write() argument must be str, not {}", s.class().name());
        };
        TextIo::write(this, text)?;
        Ok(text.len())
    }
    #[method("(self, size=-1, /)", name = "read")]
    fn read_method(this: P<TextIo>, size: Option<Value>) -> PyResult {
        match usize::try_from(size_argument(size)?) {
            Ok(n) => this.read(n),
            Err(_) => this.read_to_end(),
        }
    }
    #[method("(self, size=-1, /)")]
    fn readline(this: P<TextIo>, size: Option<Value>) -> PyResult {
        this.read_line(usize::try_from(size_argument(size)?).unwrap_or(usize::MAX))
    }
    #[method("(self, /)")]
    fn flush(this: P<TextIo>) -> PyResult<()> {
        this.check_open()?;
        this.telling.set(true);
        this.write_out()?;
        call_method_text(*this.buffer()?, "flush", &[]).map(drop)
    }
    #[method("(self, /)")]
    fn close(this: P<TextIo>) -> PyResult<()> {
        let buffer = this.buffer()?;
        if this.closed()? {
            return Ok(());
        }
        let first = call_method_text(this.value(), "flush", &[]).err().map(|Raised| take());
        this.discard_pending();
        let closed = call_method_text(*buffer, "close", &[]);
        match (first, closed) {
            (None, Ok(_)) => Ok(()),
            (None, Err(raised)) => Err(raised),
            (Some(e), Ok(_)) => raise_exception(e),
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
    fn detach(this: P<TextIo>) -> PyResult {
        call_method_text(this.value(), "flush", &[])?;
        this.take_buffer()
    }
    #[method("(self, /)")]
    fn fileno(this: P<TextIo>) -> PyResult {
        call_method_text(*this.buffer()?, "fileno", &[])
    }
    #[method("(self, /)")]
    fn seekable(this: P<TextIo>) -> PyResult {
        call_method_text(*this.buffer()?, "seekable", &[])
    }
    #[method("(self, /)")]
    fn readable(this: P<TextIo>) -> PyResult {
        call_method_text(*this.buffer()?, "readable", &[])
    }
    #[method("(self, /)")]
    fn writable(this: P<TextIo>) -> PyResult {
        call_method_text(*this.buffer()?, "writable", &[])
    }
    #[method("(self, /)")]
    fn isatty(this: P<TextIo>) -> PyResult {
        call_method_text(*this.buffer()?, "isatty", &[])
    }
    #[method("(self, /)", name = "tell")]
    fn tell_method(this: P<TextIo>) -> PyResult {
        TextIo::tell(this)
    }
    #[method("(self, cookie, whence=0, /)", name = "seek")]
    fn seek_method(this: P<TextIo>, cookie: Value, whence: i32) -> PyResult {
        TextIo::seek(this, cookie, whence)
    }
    #[method("(self, pos=None, /)")]
    fn truncate(this: P<TextIo>, pos: Option<Value>) -> PyResult {
        call_method_text(this.value(), "flush", &[])?;
        let pos = match pos.filter(|p| !p.is_none()) {
            Some(p) => p.own(),
            None => TextIo::tell(this)?,
        };
        call_method_text(*this.buffer()?, "truncate", &[*pos])
    }
    /// Reconfigure the text stream with new parameters.
    #[method(
        "(self, *, encoding=None, errors=None, newline=<unrepresentable>, line_buffering=None, write_through=None)"
    )]
    fn reconfigure(
        this: P<TextIo>,
        encoding: Option<Value>,
        errors: Option<Value>,
        newline: Option<Value>,
        line_buffering: Option<Value>,
        write_through: Option<Value>,
    ) -> PyResult<()> {
        let what = |name: &str| format!("reconfigure() argument '{name}'");
        let encoding = optional_str(encoding, &what("encoding"))?;
        let errors = optional_str(errors, &what("errors"))?;
        if this.has_started() && (encoding.is_some() || errors.is_some() || newline.is_some()) {
            return unsupported(
                "It is not possible to set the encoding or newline of stream after the first read",
            );
        }
        let parsed = match newline {
            Some(n) => Some(Newline::parse(optional_str(Some(n), &what("newline"))?)?),
            None => None,
        };
        let line_buffering = flag(line_buffering, this.line_buffering.get())?;
        let write_through = flag(write_through, this.write_through.get())?;
        call_method_text(this.value(), "flush", &[])?;
        if encoding.is_some() || errors.is_some() {
            let name = match encoding {
                Some(e) => encoding_of(Some(e))?,
                None => this.encoding.borrow().clone(),
            };
            let errors = match errors {
                Some(e) => e.to_lossy(),
                None if encoding.is_some() => "strict".to_owned(),
                None => this.errors.borrow().clone(),
            };
            this.set_codec(&name, &errors)?;
        }
        if let Some(n) = parsed {
            this.newline.set(n);
        }
        this.line_buffering.set(line_buffering);
        this.write_through.set(write_through);
        Ok(())
    }
    #[getter]
    fn encoding(this: P<TextIo>) -> String {
        this.encoding.borrow().clone()
    }
    #[getter]
    fn errors(this: P<TextIo>) -> String {
        this.errors.borrow().clone()
    }
    #[getter]
    fn newlines(this: P<TextIo>) -> Ref {
        this.newlines()
    }
    #[getter]
    fn buffer(this: P<TextIo>) -> PyResult {
        match this.buffer() {
            Ok(b) => Ok(b),
            Err(Raised) => {
                drop(take());
                Ok(NONE.own())
            }
        }
    }
    #[getter]
    fn closed(this: P<TextIo>) -> PyResult<bool> {
        this.closed()
    }
    #[getter]
    fn name(this: P<TextIo>) -> PyResult {
        getattr_text(*this.buffer()?, "name")
    }
    #[getter]
    fn line_buffering(this: P<TextIo>) -> bool {
        this.line_buffering.get()
    }
    #[getter]
    fn write_through(this: P<TextIo>) -> bool {
        this.write_through.get()
    }
    #[getter]
    fn _chunk_size(this: P<TextIo>) -> usize {
        this.chunk_size.get()
    }
    #[getter(name = "_CHUNK_SIZE")]
    fn chunk_size_upper(this: P<TextIo>) -> usize {
        this.chunk_size.get()
    }
    #[setter(name = "_CHUNK_SIZE")]
    fn set_chunk_size_upper(this: P<TextIo>, size: Value) -> PyResult<()> {
        match usize::try_from(index::to_i64(size)?) {
            Ok(n) if n > 0 => {
                this.chunk_size.set(n);
                Ok(())
            }
            _ => raise!(ValueError, "a strictly positive integer is required"),
        }
    }
    #[method("(self, /)", name = "__getstate__")]
    fn getstate(this: P<TextIo>) -> PyResult {
        raise!(TypeError, "cannot pickle '{}' instances", this.value().class().name())
    }
}

/// The file was never closed: say so on behalf of the outermost stream.
fn warn_unclosed(b: P<Buffered>, source: Value) {
    let Ok(raw) = b.raw() else {
        drop(take());
        return;
    };
    if raw.downcast::<FileIo>().is_some() && call_method_text(*raw, "_dealloc_warn", &[source]).is_err() {
        drop(take());
    }
}
