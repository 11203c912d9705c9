//! `TextIOWrapper`: text over a buffered binary stream.
//!
//! UTF-8, ASCII and Latin-1 are converted here; other encodings by the codec's incremental encoder and decoder.

use super::buffered::Buffered;
use super::newline::{Newline, Universal, slice};
use super::unsupported;
use std::cell::{Cell, RefCell};
use taipan_runtime::codecs::errors::{Handler, encode_with};
use taipan_runtime::codecs::{Encoding, narrow, registry, utf8};
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::protocol::attr::{getattr_opt, getattr_text};
use taipan_runtime::protocol::call::{call_method_text, call1};
use taipan_runtime::protocol::index;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::text::StrBuilder;
use taipan_runtime::types::bytes::Bytes;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{bytes, int, str, tuple};
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, raise};

/// Where a decoder stands between two chunks.
#[derive(Clone, Default)]
struct DecoderState {
    /// Bytes of an incomplete character.
    tail: Vec<u8>,
    universal: Universal,
    /// The state of a codec's decoder: `getstate()`.
    object: Option<Ref>,
}

/// A text stream.
#[repr(C)]
pub struct TextIo {
    head: Header,
    buffer: OwnedCell,
    detached: Cell<bool>,
    pub(super) encoding: RefCell<String>,
    pub(super) errors: RefCell<String>,
    fast: Cell<Option<Encoding>>,
    encoder: OwnedCell,
    decoder: OwnedCell,
    pub(super) newline: Cell<Newline>,
    pub(super) line_buffering: Cell<bool>,
    pub(super) write_through: Cell<bool>,
    pub(super) chunk_size: Cell<usize>,
    pending: RefCell<Vec<u8>>,
    decoded: OwnedCell,
    used: Cell<usize>,
    state: RefCell<DecoderState>,
    /// The decoder's state before the chunk that `decoded` comes from, and that chunk.
    snapshot: RefCell<Option<(DecoderState, Vec<u8>)>>,
    pub(super) telling: Cell<bool>,
    /// Has anything been decoded?
    started: Cell<bool>,
}
object_layout!(TextIo, Kind::Native, container, [buffer, encoder, decoder]);

impl TextIo {
    /// A stream that is not attached to anything.
    pub fn empty(class: P<TypeObject>) -> Ref {
        let t = TextIo {
            head: Header::new(class),
            buffer: OwnedCell::default(),
            detached: Cell::new(false),
            encoding: RefCell::default(),
            errors: RefCell::default(),
            fast: Cell::new(None),
            encoder: OwnedCell::default(),
            decoder: OwnedCell::default(),
            newline: Cell::new(Newline { universal: true, translate: true, end: "", written: None }),
            line_buffering: Cell::new(false),
            write_through: Cell::new(false),
            chunk_size: Cell::new(8192),
            pending: RefCell::default(),
            decoded: OwnedCell::default(),
            used: Cell::new(0),
            state: RefCell::default(),
            snapshot: RefCell::default(),
            telling: Cell::new(true),
            started: Cell::new(false),
        };
        alloc_in(class, t).erase()
    }

    /// Set the binary stream and what it is converted with.
    pub fn attach(
        &self,
        buffer: Value,
        encoding: &std::primitive::str,
        errors: &std::primitive::str,
    ) -> PyResult<()> {
        self.set_codec(encoding, errors)?;
        self.buffer.set(Some(buffer.own()));
        self.detached.set(false);
        self.forget_decoded();
        *self.state.borrow_mut() = DecoderState::default();
        Ok(())
    }
    /// Convert with this encoding from now on.
    pub fn set_codec(&self, encoding: &std::primitive::str, errors: &std::primitive::str) -> PyResult<()> {
        let fast = Encoding::from_name(encoding)
            .filter(|e| matches!(e, Encoding::Utf8 | Encoding::Ascii | Encoding::Latin1));
        self.fast.set(fast);
        if fast.is_none() {
            let codec = registry::lookup_text_encoding(encoding, "codecs.open()")?;
            let errors = Ref::from(errors);
            let make = |name: &std::primitive::str| call1(*getattr_text(*codec, name)?, *errors);
            self.encoder.set(Some(make("incrementalencoder")?));
            self.decoder.set(Some(make("incrementaldecoder")?));
        }
        *self.encoding.borrow_mut() = encoding.to_owned();
        *self.errors.borrow_mut() = errors.to_owned();
        Ok(())
    }
    /// The binary stream.
    pub fn buffer(&self) -> PyResult<Ref> {
        match self.buffer.get() {
            Some(b) => Ok(b.own()),
            None if self.detached.get() => raise!(ValueError, "underlying buffer has been detached"),
            None => raise!(ValueError, "I/O operation on uninitialized object"),
        }
    }
    /// Separate the binary stream.
    pub fn take_buffer(&self) -> PyResult {
        let b = self.buffer()?;
        self.detached.set(true);
        drop(self.buffer.take());
        Ok(b)
    }
    /// Is the binary stream closed?
    pub fn closed(&self) -> PyResult<bool> {
        let buffer = self.buffer()?;
        match buffer.downcast::<Buffered>() {
            Some(b) => b.closed(),
            None => truth(*getattr_text(*buffer, "closed")?),
        }
    }
    /// `ValueError` if it is closed.
    pub fn check_open(&self) -> PyResult<()> {
        if self.closed()? { raise!(ValueError, "I/O operation on closed file.") } else { Ok(()) }
    }
    /// Has anything been read?
    pub fn has_started(&self) -> bool {
        self.started.get()
    }
    /// The line ends seen so far.
    pub fn newlines(&self) -> Ref {
        self.state.borrow().universal.seen.value()
    }

    fn forget_decoded(&self) {
        self.decoded.set(None);
        self.used.set(0);
        *self.snapshot.borrow_mut() = None;
    }

    fn encode(&self, s: P<Str>) -> PyResult<Vec<u8>> {
        if let Some(fast) = self.fast.get() {
            if let Some(text) = s.as_ascii() {
                return Ok(text.as_bytes().to_vec());
            }
            let errors = self.errors.borrow().clone();
            return encode_with(fast, s, Some(&errors));
        }
        let Some(encoder) = self.encoder.get().map(Value::own) else { return unsupported("not writable") };
        let out = call_method_text(*encoder, "encode", &[s.value()])?;
        match out.downcast::<Bytes>() {
            Some(b) => Ok(b.as_slice().to_vec()),
            None => raise!(TypeError, "encoder should return a bytes object, not '{}'", out.class().name()),
        }
    }

    /// Write text; it goes to the binary stream when enough has come together.
    pub fn write(this: P<TextIo>, s: P<Str>) -> PyResult<()> {
        this.check_open()?;
        let newline = this.newline.get();
        let line_end = this.line_buffering.get() && (s.chars().contains(10) || s.chars().contains(13));
        let translated = newline.translate_out(s);
        let text = translated.as_ref().and_then(|t| t.as_str()).unwrap_or(s);
        let direct = this.fast.get().and_then(|_| text.as_ascii());
        match direct {
            Some(ascii) => this.pending.borrow_mut().extend_from_slice(ascii.as_bytes()),
            None => {
                let data = this.encode(text)?;
                this.pending.borrow_mut().extend_from_slice(&data);
            }
        }
        let n = this.pending.borrow().len();
        if n >= this.chunk_size.get() || line_end || this.write_through.get() {
            this.write_out()?;
        }
        if line_end {
            call_method_text(*this.buffer()?, "flush", &[])?;
        }
        if this.started.get() {
            this.forget_decoded();
            this.reset_decoder()?;
        }
        Ok(())
    }
    /// Hand what is pending to the binary stream.
    pub fn write_out(&self) -> PyResult<()> {
        let data = self.pending.take();
        if data.is_empty() {
            return Ok(());
        }
        let buffer = self.buffer()?;
        if let Some(b) = buffer.downcast::<Buffered>().filter(|_| !buffer.class().is_heap()) {
            if b.closed()? {
                return raise!(ValueError, "write to closed file");
            }
            b.check_writes()?;
            let _busy = Buffered::enter(b)?;
            return b.write(&data);
        }
        call_method_text(*buffer, "write", &[*bytes::new(&data).erase()]).map(drop)
    }
    /// Forget what has not been written.
    pub fn discard_pending(&self) {
        self.pending.borrow_mut().clear();
    }

    fn reset_decoder(&self) -> PyResult<()> {
        let seen = self.state.borrow().universal.seen;
        let universal = Universal { seen, pending_cr: false };
        *self.state.borrow_mut() = DecoderState { universal, ..DecoderState::default() };
        match self.decoder.get().filter(|_| self.fast.get().is_none()).map(Value::own) {
            Some(d) => call_method_text(*d, "reset", &[]).map(drop),
            None => Ok(()),
        }
    }

    /// Decode the next chunk.
    fn decode(&self, chunk: &[u8], last: bool) -> PyResult<Ref> {
        self.started.set(true);
        let mut out = StrBuilder::with_capacity(chunk.len());
        let text;
        if let Some(fast) = self.fast.get() {
            let errors = self.errors.borrow().clone();
            let mut handler = Handler::decoding(Some(&errors), None);
            let tail = std::mem::take(&mut self.state.borrow_mut().tail);
            let joined;
            let input = if tail.is_empty() {
                chunk
            } else {
                joined = [tail.as_slice(), chunk].concat();
                joined.as_slice()
            };
            match fast {
                Encoding::Utf8 => {
                    let n = utf8::decode(input, last, &mut out, &mut handler)?;
                    self.state.borrow_mut().tail = input[n..].to_vec();
                }
                Encoding::Ascii => narrow::decode_ascii(input, &mut out, &mut handler)?,
                _ => narrow::decode_latin1(input, &mut out),
            }
            text = None;
        } else {
            let Some(decoder) = self.decoder.get().map(Value::own) else {
                return unsupported("not readable");
            };
            let chunk = bytes::new(chunk).erase();
            let piece = call_method_text(*decoder, "decode", &[*chunk, Value::bool(last)])?;
            if piece.as_str().is_none() {
                return raise!(
                    TypeError,
                    "decoder should return a string result, not '{}'",
                    piece.class().name()
                );
            }
            text = Some(piece);
        }
        let newline = self.newline.get();
        let decoded = text.as_ref().and_then(|t| t.as_str());
        let chars = match &decoded {
            Some(s) => Some(s.chars()),
            None => Some(out.chars()),
        };
        let translated = match (newline.universal, chars) {
            (true, Some(chars)) => {
                let mut universal = self.state.borrow().universal;
                let translated = universal.feed(chars, newline.translate, last);
                self.state.borrow_mut().universal = universal;
                translated
            }
            _ => None,
        };
        Ok(match translated {
            Some(translated) => translated.finish().erase(),
            None => text.unwrap_or_else(|| out.finish().erase()),
        })
    }

    fn save_state(&self) -> PyResult<DecoderState> {
        let mut state = self.state.borrow().clone();
        if self.fast.get().is_none()
            && let Some(d) = self.decoder.get().map(Value::own)
        {
            state.object = Some(call_method_text(*d, "getstate", &[])?);
        }
        Ok(state)
    }
    fn restore_state(&self, state: DecoderState) -> PyResult<()> {
        if let (Some(object), Some(d)) = (&state.object, self.decoder.get().map(Value::own)) {
            call_method_text(*d, "setstate", &[**object])?;
        }
        *self.state.borrow_mut() = state;
        Ok(())
    }

    /// Bytes from the binary stream: about a chunk, or all.
    fn read_bytes(&self, all: bool, hint: usize) -> PyResult<Vec<u8>> {
        let buffer = self.buffer()?;
        if let Some(b) = buffer.downcast::<Buffered>().filter(|_| !buffer.class().is_heap()) {
            b.check_open("read")?;
            b.check_reads()?;
            let _busy = Buffered::enter(b)?;
            return if all { Ok(b.read_to_end()?.unwrap_or_default()) } else { b.read_once_or_fill(hint) };
        }
        let data = if all {
            call_method_text(*buffer, "read", &[])?
        } else {
            let once = getattr_opt(*buffer, str::interned("read1"))?;
            let method = if once.is_some() { "read1" } else { "read" };
            call_method_text(*buffer, method, &[*int::new(hint as i64)])?
        };
        match taipan_runtime::buffer::Buffer::get(*data)? {
            Some(b) => Ok(b.to_vec()),
            None if data.is_none() && all => Ok(Vec::new()),
            None => raise!(
                TypeError,
                "underlying read1() should have returned a bytes-like object, not '{}'",
                data.class().name()
            ),
        }
    }

    /// Decode one more chunk into `decoded`; `false` at the end.
    fn read_chunk(&self, hint: usize) -> PyResult<bool> {
        loop {
            let before = self.save_state()?;
            let chunk = self.read_bytes(false, self.chunk_size.get().max(hint))?;
            let end = chunk.is_empty();
            let text = self.decode(&chunk, end)?;
            *self.snapshot.borrow_mut() = Some((before, chunk));
            let empty = text.as_str().is_none_or(|s| s.is_empty());
            self.decoded.set(Some(text));
            self.used.set(0);
            if !empty || end {
                return Ok(!end || !empty);
            }
        }
    }
    /// What is decoded and not used.
    fn rest(&self) -> Option<(Ref, usize)> {
        let text = self.decoded.get()?.own();
        let used = self.used.get();
        if text.as_str().is_some_and(|s| used < s.len()) { Some((text, used)) } else { None }
    }

    fn before_read(&self) -> PyResult<()> {
        self.check_open()?;
        self.write_out()
    }

    /// At most `n` characters.
    pub fn read(&self, n: usize) -> PyResult {
        self.before_read()?;
        let mut out = StrBuilder::new();
        while out.len() < n {
            let Some((text, used)) = self.rest() else {
                if !self.read_chunk(n - out.len())? {
                    break;
                }
                continue;
            };
            let Some(s) = text.as_str() else { break };
            let to = s.len().min(used + (n - out.len()));
            self.used.set(to);
            if out.is_empty() && (to - used == n || to < s.len()) {
                return Ok(slice(&s, used, to));
            }
            taipan_runtime::error::check_room(out.len() + (to - used), 2 * size_of::<u32>())?;
            out.push_chars(s.chars().slice(used..to));
        }
        Ok(out.try_finish()?.erase())
    }
    /// Everything up to the end.
    pub fn read_to_end(&self) -> PyResult {
        self.before_read()?;
        let data = self.read_bytes(true, 0)?;
        let text = self.decode(&data, true)?;
        let before = self.rest();
        self.forget_decoded();
        match before {
            None => Ok(text),
            Some((ahead, used)) => {
                let mut out = StrBuilder::new();
                if let (Some(a), Some(t)) = (ahead.as_str(), text.as_str()) {
                    out.push_chars(a.chars().slice(used..a.len()));
                    out.push_chars(t.chars());
                }
                Ok(out.try_finish()?.erase())
            }
        }
    }
    /// A line, of at most `limit` characters.
    pub fn read_line(&self, limit: usize) -> PyResult {
        self.before_read()?;
        let newline = self.newline.get();
        let mut out: Option<StrBuilder> = None;
        loop {
            let Some((text, used)) = self.rest() else {
                if !self.read_chunk(0)? {
                    return Ok(out.unwrap_or_default().finish().erase());
                }
                continue;
            };
            let Some(s) = text.as_str() else { return Ok(text) };
            let have = out.as_ref().map_or(0, StrBuilder::len);
            // `\r\n` may lie across two chunks.
            let split = newline.end == "\r\n"
                && have > 0
                && out.as_ref().is_some_and(|o| o.chars().at(have - 1) == 13)
                && s.chars().at(used) == 10;
            let end = if split { Some(used + 1) } else { newline.line_end(s.chars(), used) };
            let to = end.unwrap_or(s.len()).min(used.saturating_add(limit - have));
            self.used.set(to);
            let done = end.is_some_and(|e| e <= to) || have + (to - used) >= limit;
            if done && out.is_none() {
                return Ok(slice(&s, used, to));
            }
            let out = out.get_or_insert_default();
            taipan_runtime::error::check_room(have + (to - used), 2 * size_of::<u32>())?;
            out.push_chars(s.chars().slice(used..to));
            if done {
                return Ok(std::mem::take(out).finish().erase());
            }
        }
    }

    /// The position as a number that `seek` understands: the byte offset, and above it the decoder's flags.
    pub fn tell(this: P<TextIo>) -> PyResult {
        this.check_open()?;
        let buffer = this.buffer()?;
        if !truth(*call_method_text(*buffer, "seekable", &[])?)? {
            return unsupported("underlying stream is not seekable");
        }
        if !this.telling.get() {
            return raise!(OSError, "telling position disabled by next() call");
        }
        this.write_out()?;
        call_method_text(*buffer, "flush", &[])?;
        let position = index::to_i64(*call_method_text(*buffer, "tell", &[])?)?;
        let snapshot = this.snapshot.borrow().clone();
        let Some((before, chunk)) = snapshot else { return Ok(int::new(position)) };
        let start = position - chunk.len() as i64 - before.tail.len() as i64;
        let wanted = this.used.get();
        let now = this.save_state()?;
        let input = [before.tail.as_slice(), chunk.as_slice()].concat();
        this.restore_state(DecoderState { tail: Vec::new(), ..before })?;
        let found = this.walk(&input, wanted);
        let flags = this.flags();
        this.restore_state(now)?;
        match found? {
            Some(fed) => cookie(start + fed as i64, flags?),
            None => raise!(OSError, "can't reconstruct logical file position"),
        }
    }
    /// Feed bytes one by one until `wanted` characters have come out; how many bytes that took.
    fn walk(&self, input: &[u8], wanted: usize) -> PyResult<Option<usize>> {
        let mut chars = 0;
        let mut fed = 0;
        while chars < wanted {
            if fed == input.len() {
                let rest = self.decode(b"", true)?;
                chars += rest.as_str().map_or(0, |s| s.len());
                break;
            }
            let text = self.decode(&input[fed..=fed], false)?;
            chars += text.as_str().map_or(0, |s| s.len());
            fed += 1;
        }
        // A `\r` that waits for its `\n` belongs to the next line end; bytes of a character that is not complete
        // are read again.
        let waiting = self.state.borrow().tail.len();
        Ok((chars == wanted).then_some(fed - waiting))
    }
    fn flags(&self) -> PyResult<i64> {
        let pending = i64::from(self.state.borrow().universal.pending_cr);
        let state = self.save_state()?;
        let inner = match state.object.as_ref().and_then(|o| o.downcast::<Tuple>()) {
            Some(t) if t.len == 2 => index::to_i64(t.items()[1])?,
            _ => 0,
        };
        Ok(inner << 1 | pending)
    }

    /// Move to a position that `tell` gave, to the start, or to the end.
    pub fn seek(this: P<TextIo>, target: Value, whence: i32) -> PyResult {
        this.check_open()?;
        let buffer = this.buffer()?;
        if !truth(*call_method_text(*buffer, "seekable", &[])?)? {
            return unsupported("underlying stream is not seekable");
        }
        let zero = index::index(target)?.as_i64() == Some(0);
        let mut to = target.own();
        match whence {
            1 if !zero => return unsupported("can't do nonzero cur-relative seeks"),
            1 => to = TextIo::tell(this)?,
            2 if !zero => return unsupported("can't do nonzero end-relative seeks"),
            2 => {
                call_method_text(this.value(), "flush", &[])?;
                this.forget_decoded();
                this.reset_decoder()?;
                return call_method_text(*buffer, "seek", &[*int::new(0), *int::new(2)]);
            }
            0 => {}
            _ => return raise!(ValueError, "invalid whence ({whence}, should be 0, 1 or 2)"),
        }
        let Some(big) = index::index(*to)?.as_big().map(|b| b.into_owned()) else {
            return raise!(TypeError, "an integer is required");
        };
        if big < dashu_int::IBig::ZERO {
            let text = taipan_runtime::protocol::repr::repr_text(*to)?;
            return raise!(ValueError, "negative seek position {text}");
        }
        call_method_text(this.value(), "flush", &[])?;
        let modulus = dashu_int::IBig::from(1) << 64;
        let (flags, position) = (&big / &modulus, &big % &modulus);
        call_method_text(*buffer, "seek", &[*int::from_big(position)])?;
        this.forget_decoded();
        this.reset_decoder()?;
        let flags = i64::try_from(&flags).unwrap_or(0);
        if flags != 0 {
            let mut state = this.save_state()?;
            state.universal.pending_cr = flags & 1 != 0;
            if state.object.is_some() {
                let pair = vec![bytes::new(b"").erase(), int::new(flags >> 1)];
                state.object = Some(tuple::from_refs(pair).erase());
            }
            this.restore_state(state)?;
        }
        if zero
            && whence == 0
            && let Some(e) = this.encoder.get().map(Value::own)
        {
            call_method_text(*e, "reset", &[])?;
        }
        Ok(to)
    }
}

fn cookie(position: i64, flags: i64) -> PyResult {
    if flags == 0 {
        return Ok(int::new(position));
    }
    Ok(int::from_big(dashu_int::IBig::from(flags) << 64 | dashu_int::IBig::from(position)))
}

/// The name of the encoding of the environment: the locale's. Everything but UTF-8 is history.
pub fn locale_encoding() -> &'static std::primitive::str {
    "UTF-8"
}
