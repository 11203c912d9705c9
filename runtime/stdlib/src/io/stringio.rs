//! `StringIO`: a text stream in memory.

use super::base::size_argument;
use super::newline::{Newline, Universal, optional_str};
use super::unsupported;
use crate::construct::arguments;
use crate::constructor;
use std::cell::{Cell, RefCell};
use taipan_runtime::error::PyResult;
use taipan_runtime::memory::make_room;
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::protocol::index;
use taipan_runtime::slots::Args;
use taipan_runtime::text::Chars;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{int, str, tuple};
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, raise};

/// A stream of characters in memory.
#[repr(C)]
pub struct StringIo {
    head: Header,
    data: RefCell<Vec<u32>>,
    pos: Cell<usize>,
    closed: Cell<bool>,
    newline: Cell<Newline>,
    decoder: Cell<Universal>,
    /// The `newline` argument as it was given.
    given: RefCell<Option<Ref>>,
}
object_layout!(StringIo, Kind::Native, leaf);

static STRING: NativeDef = constructor!("StringIO", Either initial_value = 0, Either newline = 0);

impl StringIo {
    fn open(&self) -> PyResult<()> {
        if self.closed.get() { raise!(ValueError, "I/O operation on closed file") } else { Ok(()) }
    }
    fn put(&self, s: P<Str>) -> PyResult<()> {
        let newline = self.newline.get();
        let translated: Ref = if newline.universal {
            let mut decoder = self.decoder.get();
            let translated = decoder.feed(s.chars(), newline.translate, true);
            self.decoder.set(decoder);
            translated.map_or_else(|| s.own(), |t| t.finish().erase())
        } else {
            s.own()
        };
        let text = translated.as_str().unwrap_or(s);
        let ended = newline.translate_out(text);
        let text = ended.as_ref().and_then(|e| e.as_str()).unwrap_or(text);
        if text.is_empty() {
            return Ok(());
        }
        let mut data = self.data.borrow_mut();
        let (from, to) = (self.pos.get(), self.pos.get() + text.len());
        let more = to.saturating_sub(data.len());
        make_room(&mut data, more)?;
        if from == data.len() {
            data.extend(text.chars().iter());
        } else {
            if data.len() < to {
                data.resize(to, 0);
            }
            for (slot, c) in data[from..to].iter_mut().zip(text.chars().iter()) {
                *slot = c;
            }
        }
        self.pos.set(to);
        Ok(())
    }
    fn take(&self, n: usize) -> Ref {
        let data = self.data.borrow();
        let from = self.pos.get().min(data.len());
        let to = from.saturating_add(n).min(data.len());
        self.pos.set(self.pos.get().max(to));
        str::from_chars(&data[from..to]).erase()
    }
    fn line(&self, limit: usize) -> Ref {
        let n = {
            let data = self.data.borrow();
            let from = self.pos.get().min(data.len());
            let end = self.newline.get().line_end(Chars::Ucs4(&data), from);
            end.unwrap_or(data.len()) - from
        };
        self.take(n.min(limit))
    }
}

#[taipan_runtime::pymethods]
impl StringIo {
    #[slot(new)]
    fn new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        let s = StringIo {
            head: Header::new(class),
            data: RefCell::default(),
            pos: Cell::new(0),
            closed: Cell::new(false),
            newline: Cell::new(Newline { universal: false, translate: false, end: "\n", written: None }),
            decoder: Cell::default(),
            given: RefCell::new(Some("\n".into())),
        };
        Ok(alloc_in(class, s).erase())
    }
    #[slot(init)]
    fn init(v: Value, args: Args<'_>) -> PyResult<()> {
        let Some(this) = v.downcast::<StringIo>() else { return raise!(TypeError, "StringIO required") };
        let ([initial, newline], _) = arguments::<2>(&STRING, v.class(), args)?;
        if let Some(newline) = newline {
            let arg = optional_str(Some(newline), "newline")?;
            this.newline.set(Newline::parse(arg)?);
            let old = this.given.borrow_mut().replace(newline.own());
            drop(old);
        }
        let Some(initial) = initial.filter(|i| !i.is_none()) else { return Ok(()) };
        let Some(s) = initial.as_str() else {
            return raise!(TypeError, "initial_value must be str or None, not {}", initial.class().name());
        };
        this.put(s)?;
        this.pos.set(0);
        Ok(())
    }
    #[slot(next)]
    fn next(this: P<StringIo>) -> PyResult<Option<Ref>> {
        this.open()?;
        let line = this.line(usize::MAX);
        Ok(if line.as_str().is_some_and(|s| s.is_empty()) { None } else { Some(line) })
    }
    /// Read at most size characters, returned as a string.
    #[method("(self, size=-1, /)")]
    fn read(this: P<StringIo>, size: Option<Value>) -> PyResult {
        this.open()?;
        Ok(this.take(usize::try_from(size_argument(size)?).unwrap_or(usize::MAX)))
    }
    /// Read until newline or EOF.
    #[method("(self, size=-1, /)")]
    fn readline(this: P<StringIo>, size: Option<Value>) -> PyResult {
        this.open()?;
        Ok(this.line(usize::try_from(size_argument(size)?).unwrap_or(usize::MAX)))
    }
    /// Write string to file.
    #[method("(self, s, /)")]
    fn write(this: P<StringIo>, s: Value) -> PyResult<usize> {
        let Some(text) = s.as_str() else {
            return raise!(TypeError, "string argument expected, got '{}'", s.class().name());
        };
        this.open()?;
        this.put(text)?;
        Ok(text.len())
    }
    /// Change stream position.
    #[method("(self, pos, whence=0, /)")]
    fn seek(this: P<StringIo>, pos: Value, whence: i32) -> PyResult<usize> {
        this.open()?;
        let pos = index::index_size(pos, taipan_runtime::error::Exc::OverflowError)?;
        match whence {
            0 if pos < 0 => return raise!(ValueError, "Negative seek position {pos}"),
            0 => this.pos.set(pos as usize),
            1 | 2 if pos != 0 => return raise!(OSError, "Can't do nonzero cur-relative seeks"),
            1 => {}
            2 => this.pos.set(this.data.borrow().len()),
            _ => return raise!(ValueError, "Invalid whence ({whence}, should be 0, 1 or 2)"),
        }
        Ok(this.pos.get())
    }
    /// Tell the current file position.
    #[method("(self, /)")]
    fn tell(this: P<StringIo>) -> PyResult<usize> {
        this.open()?;
        Ok(this.pos.get())
    }
    /// Truncate size to pos.
    #[method("(self, pos=None, /)")]
    fn truncate(this: P<StringIo>, pos: Option<Value>) -> PyResult {
        this.open()?;
        let size = match pos.filter(|s| !s.is_none()) {
            Some(s) => index::to_i64(s)?,
            None => this.pos.get() as i64,
        };
        let Ok(n) = usize::try_from(size) else { return raise!(ValueError, "Negative size value {size}") };
        this.data.borrow_mut().truncate(n);
        Ok(int::new(size))
    }
    /// Retrieve the entire contents of the object.
    #[method("(self, /)")]
    fn getvalue(this: P<StringIo>) -> PyResult {
        this.open()?;
        Ok(str::from_chars(&this.data.borrow()).erase())
    }
    /// Close the IO object.
    #[method("(self, /)")]
    fn close(this: P<StringIo>) {
        this.closed.set(true);
        this.data.take();
    }
    #[getter]
    fn closed(this: P<StringIo>) -> bool {
        this.closed.get()
    }
    #[getter]
    fn line_buffering(this: P<StringIo>) -> PyResult<bool> {
        this.open().map(|()| false)
    }
    #[getter]
    fn newlines(this: P<StringIo>) -> PyResult {
        this.open()?;
        Ok(this.decoder.get().seen.value())
    }
    /// Returns True if the IO object can be read.
    #[method("(self, /)")]
    fn readable(this: P<StringIo>) -> PyResult<bool> {
        this.open().map(|()| true)
    }
    /// Returns True if the IO object can be written.
    #[method("(self, /)")]
    fn writable(this: P<StringIo>) -> PyResult<bool> {
        this.open().map(|()| true)
    }
    /// Returns True if the IO object can be seeked.
    #[method("(self, /)")]
    fn seekable(this: P<StringIo>) -> PyResult<bool> {
        this.open().map(|()| true)
    }
    #[method("(self, /)")]
    fn detach(_this: P<StringIo>) -> PyResult {
        unsupported("detach")
    }
    #[method("(self, /)", name = "__getstate__")]
    fn getstate(this: P<StringIo>) -> PyResult {
        this.open()?;
        let newline = this.given.borrow().clone().unwrap_or_else(|| NONE.own());
        let dict = taipan_runtime::protocol::attr::dict_of(this.value());
        let dict = dict.map_or_else(|| NONE.own(), |d| d.copy().erase());
        let value = str::from_chars(&this.data.borrow()).erase();
        Ok(tuple::from_refs(vec![value, newline, int::new(this.pos.get() as i64), dict]).erase())
    }
    #[method("(self, state, /)", name = "__setstate__")]
    fn setstate(this: P<StringIo>, state: P<Tuple>) -> PyResult<()> {
        let &[value, newline, pos, ..] = state.items() else {
            return raise!(TypeError, "StringIO.__setstate__ argument should be 4-tuple, got tuple");
        };
        this.open()?;
        this.newline.set(Newline::parse(optional_str(Some(newline), "newline")?)?);
        let Some(s) = value.as_str() else { return raise!(TypeError, "initial_value must be str") };
        *this.data.borrow_mut() = s.chars().iter().collect();
        this.pos.set(index::to_i64(pos)?.max(0) as usize);
        Ok(())
    }
}
