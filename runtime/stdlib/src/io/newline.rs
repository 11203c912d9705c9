//! Line ends: universal newlines, and `IncrementalNewlineDecoder`.

use crate::construct::arguments;
use crate::constructor;
use std::cell::{Cell, RefCell};
use taipan_runtime::error::PyResult;
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::protocol::call::call_method_text;
use taipan_runtime::protocol::index;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::slots::Args;
use taipan_runtime::text::{Chars, StrBuilder};
use taipan_runtime::types::str::Str;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{bytes, int, str, tuple};
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, raise};

const CR: u32 = 13;
const LF: u32 = 10;

/// Which line ends have been seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// `\r`
    pub cr: bool,
    /// `\n`
    pub lf: bool,
    /// `\r\n`
    pub crlf: bool,
}

impl Seen {
    /// The `newlines` attribute: `None`, one of them, or a tuple.
    pub fn value(self) -> Ref {
        let all: Vec<Ref> = [(self.cr, "\r"), (self.lf, "\n"), (self.crlf, "\r\n")]
            .into_iter()
            .filter(|(seen, _)| *seen)
            .map(|(_, text)| Ref::from(text))
            .collect();
        match all.len() {
            0 => NONE.own(),
            1 => all[0].clone(),
            _ => tuple::from_refs(all).erase(),
        }
    }
}

/// Translates line ends piece by piece: a `\r` at the end of a piece waits for the next.
#[derive(Clone, Copy, Debug, Default)]
pub struct Universal {
    /// What has been seen.
    pub seen: Seen,
    /// A `\r` is waiting.
    pub pending_cr: bool,
}

impl Universal {
    /// The next piece; with `translate`, line ends become `\n`. `last`: nothing follows. `None` is the piece as it is.
    pub fn feed(&mut self, piece: Chars<'_>, translate: bool, last: bool) -> Option<StrBuilder> {
        if !self.pending_cr && !piece.contains(CR) {
            self.seen.lf = self.seen.lf || piece.contains(LF);
            return None;
        }
        let mut out = StrBuilder::with_capacity(piece.len() + 1);
        let mut previous_cr = std::mem::take(&mut self.pending_cr);
        if previous_cr && !translate {
            out.push(CR);
        }
        let last_cr = !last && !piece.is_empty() && piece.at(piece.len() - 1) == CR;
        let n = if last_cr { piece.len() - 1 } else { piece.len() };
        for c in piece.slice(0..n).iter() {
            if previous_cr {
                let is_crlf = c == LF;
                self.seen.crlf |= is_crlf;
                self.seen.cr |= !is_crlf;
                if translate {
                    out.push(LF);
                }
                if is_crlf {
                    previous_cr = false;
                    if !translate {
                        out.push(LF);
                    }
                    continue;
                }
            }
            previous_cr = c == CR;
            if !previous_cr {
                self.seen.lf |= c == LF;
                out.push(c);
            } else if !translate {
                out.push(c);
            }
        }
        if previous_cr {
            // A line end of its own: what follows it is known (the end, or another `\r` that waits).
            self.seen.cr = true;
            if translate {
                out.push(LF);
            }
        }
        self.pending_cr = last_cr;
        Some(out)
    }
}

/// `IncrementalNewlineDecoder`
#[repr(C)]
pub struct NewlineDecoder {
    head: Header,
    decoder: RefCell<Option<Ref>>,
    translate: Cell<bool>,
    state: Cell<Universal>,
}
object_layout!(NewlineDecoder, Kind::Native, container, [decoder]);

static DECODER: NativeDef =
    constructor!("IncrementalNewlineDecoder", Either decoder, Either translate, Either errors = 0);

impl NewlineDecoder {
    fn inner(&self) -> Option<Ref> {
        self.decoder.borrow().as_ref().filter(|d| !d.is_none()).cloned()
    }
}

#[taipan_runtime::pymethods]
impl NewlineDecoder {
    #[slot(new)]
    fn new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        let d = NewlineDecoder {
            head: Header::new(class),
            decoder: RefCell::new(None),
            translate: Cell::new(false),
            state: Cell::default(),
        };
        Ok(alloc_in(class, d).erase())
    }
    #[slot(init)]
    fn init(v: Value, args: Args<'_>) -> PyResult<()> {
        let Some(this) = v.downcast::<NewlineDecoder>() else {
            return raise!(TypeError, "IncrementalNewlineDecoder required");
        };
        let ([decoder, translate, _], _) = arguments::<3>(&DECODER, v.class(), args)?;
        this.translate.set(truth(translate.unwrap_or(NONE))?);
        let old = this.decoder.borrow_mut().replace(decoder.unwrap_or(NONE).own());
        drop(old);
        this.state.set(Universal::default());
        Ok(())
    }
    #[method("(self, input, final=False)")]
    fn decode(this: P<NewlineDecoder>, input: Value, last: bool) -> PyResult {
        let text = match this.inner() {
            Some(d) => call_method_text(*d, "decode", &[input, Value::bool(last)])?,
            None => input.own(),
        };
        let Some(s) = text.as_str() else {
            return raise!(TypeError, "decoder should return a string result, not '{}'", text.class().name());
        };
        let mut state = this.state.get();
        let out = state.feed(s.chars(), this.translate.get(), last);
        this.state.set(state);
        Ok(out.map_or(text, |translated| translated.finish().erase()))
    }
    #[method("(self, /)")]
    fn getstate(this: P<NewlineDecoder>) -> PyResult {
        let (buffer, flag) = match this.inner() {
            Some(d) => {
                let state = call_method_text(*d, "getstate", &[])?;
                let Some(t) = state.downcast::<Tuple>().filter(|t| t.len == 2) else {
                    return raise!(TypeError, "illegal decoder state");
                };
                (t.items()[0].own(), index::to_i64(t.items()[1])?)
            }
            None => (bytes::new(b"").erase(), 0),
        };
        let flag = flag << 1 | i64::from(this.state.get().pending_cr);
        Ok(tuple::from_refs(vec![buffer, int::new(flag)]).erase())
    }
    #[method("(self, state, /)")]
    fn setstate(this: P<NewlineDecoder>, state: P<Tuple>) -> PyResult<()> {
        let &[buffer, flag] = state.items() else {
            return raise!(TypeError, "state argument must be a tuple");
        };
        let flag = index::to_i64(flag)?;
        let mut own = this.state.get();
        own.pending_cr = flag & 1 != 0;
        this.state.set(own);
        if let Some(d) = this.inner() {
            let inner = tuple::from_refs(vec![buffer.own(), int::new(flag >> 1)]);
            call_method_text(*d, "setstate", &[inner.p().value()])?;
        }
        Ok(())
    }
    #[method("(self, /)")]
    fn reset(this: P<NewlineDecoder>) -> PyResult<()> {
        this.state.set(Universal::default());
        match this.inner() {
            Some(d) => call_method_text(*d, "reset", &[]).map(drop),
            None => Ok(()),
        }
    }
    #[getter]
    fn newlines(this: P<NewlineDecoder>) -> Ref {
        this.state.get().seen.value()
    }
}

/// How a text stream treats line ends: its `newline` argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newline {
    /// Are `\r` and `\r\n` line ends when reading?
    pub universal: bool,
    /// Do they become `\n`?
    pub translate: bool,
    /// What ends lines when reading; empty where `universal` decides.
    pub end: &'static std::primitive::str,
    /// What `\n` becomes when writing, if anything else.
    pub written: Option<&'static std::primitive::str>,
}

impl Newline {
    /// The meaning of the argument; `None` is the platform's way.
    pub fn parse(arg: Option<P<Str>>) -> PyResult<Newline> {
        let given = arg.map(|s| s.to_lossy());
        let (end, written) = match given.as_deref() {
            None | Some("") => ("", None),
            Some("\n") => ("\n", None),
            Some("\r") => ("\r", Some("\r")),
            Some("\r\n") => ("\r\n", Some("\r\n")),
            Some(_) => {
                let v = arg.map_or(NONE, P::value);
                return raise!(
                    ValueError,
                    "illegal newline value: {}",
                    taipan_runtime::protocol::repr::repr_text(v)?
                );
            }
        };
        let universal = end.is_empty();
        Ok(Newline { universal, translate: given.is_none(), end, written })
    }
    /// Behind the first line end at or after `from`; `None` if there is none.
    pub fn line_end(&self, text: Chars<'_>, from: usize) -> Option<usize> {
        let rest = text.slice(from..text.len());
        if self.translate || self.end == "\n" {
            return rest.position(LF).map(|i| from + i + 1);
        }
        if self.universal {
            let i = rest.iter().position(|c| c == LF || c == CR)?;
            let crlf = rest.at(i) == CR && rest.get(i + 1) == Some(LF);
            return Some(from + i + 1 + usize::from(crlf));
        }
        if self.end == "\r" {
            return rest.position(CR).map(|i| from + i + 1);
        }
        (0..rest.len().saturating_sub(1))
            .find(|&i| rest.at(i) == CR && rest.at(i + 1) == LF)
            .map(|i| from + i + 2)
    }
    /// The text as it is written.
    pub fn translate_out(&self, s: P<Str>) -> Option<Ref> {
        let end = self.written?;
        if !s.chars().contains(LF) {
            return None;
        }
        let mut out = StrBuilder::with_capacity(s.len() + 8);
        for c in s.chars().iter() {
            if c == LF { out.push_str(end) } else { out.push(c) }
        }
        Some(out.finish().erase())
    }
}

/// An optional str argument, `None` included.
pub fn optional_str(v: Option<Value>, what: &std::primitive::str) -> PyResult<Option<P<Str>>> {
    match v {
        None => Ok(None),
        Some(v) if v.is_none() => Ok(None),
        Some(v) => match v.as_str() {
            Some(s) => Ok(Some(s)),
            None => raise!(TypeError, "{what} must be str or None, not {}", v.class().name()),
        },
    }
}

/// Part of a string.
pub fn slice(s: &Str, from: usize, to: usize) -> Ref {
    str::from_slice(s.chars().slice(from..to)).erase()
}
