//! Objects to opcodes: what has opcodes of its own. The rest is in `reduce`.

use super::buffer::PickleBuffer;
use super::ops::{self, *};
use super::output::Output;
use super::{PicklingError, full_name};
use crate::construct::{raise_own, with_note};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use taipan_runtime::codecs::escapes::encode_raw_unicode_escape;
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::call::call1;
use taipan_runtime::protocol::repr::repr_text;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::runtime::types;
use taipan_runtime::text::float_repr;
use taipan_runtime::thread::current;
use taipan_runtime::types::bytearray::ByteArray;
use taipan_runtime::types::bytes::{self, Bytes};
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::int::text::to_decimal;
use taipan_runtime::types::list::List;
use taipan_runtime::types::set::{FrozenSet, Set};
use taipan_runtime::types::str::{self, Chars, Str};
use taipan_runtime::types::tuple::{self, Tuple};
use taipan_runtime::value::{FALSE, NONE as PY_NONE, TRUE, Value};

/// What was pickled, by address: its number, and a reference that keeps the address its own.
pub type Memo = HashMap<u64, (u32, Ref), FixedState>;

/// Items that one `APPENDS` or the like covers, at most.
const BATCH: usize = 1000;

/// How a pickle is written.
#[derive(Clone, Copy)]
pub struct Style {
    /// The protocol.
    pub protocol: i64,
    /// May opcodes be followed by binary data?
    pub binary: bool,
    /// Write no memo?
    pub fast: bool,
    /// Map names to those of Python 2?
    pub fix_imports: bool,
}

/// The functions that a pickler's class or user has put in, where they have.
#[derive(Default)]
pub struct Hooks {
    pub persistent_id: Option<Ref>,
    pub reducer_override: Option<Ref>,
    pub dispatch_table: Option<Ref>,
    pub buffer_callback: Option<Ref>,
}

/// The writing of one pickle.
pub struct Saver {
    pub out: Output,
    pub memo: Memo,
    pub style: Style,
    pub hooks: Hooks,
}

impl Saver {
    pub(super) fn protocol(&self) -> i64 {
        self.style.protocol
    }
    pub(super) fn binary(&self) -> bool {
        self.style.binary
    }

    /// The whole pickle of an object.
    pub fn dump(&mut self, v: Value) -> PyResult<()> {
        if self.protocol() >= 2 {
            self.out.op_with(PROTO, &[self.protocol() as u8]);
        }
        if self.protocol() >= 4 {
            self.out.start_framing();
        }
        self.save(v)?;
        self.out.op(STOP);
        Ok(())
    }

    /// Write an object.
    pub fn save(&mut self, v: Value) -> PyResult<()> {
        self.out.boundary()?;
        if let Some(hook) = &self.hooks.persistent_id {
            let hook = hook.clone();
            let id = call1(hook.value(), v)?;
            if !id.is_none() {
                return self.persistent(id.value());
            }
        }
        self.save_itself(v)
    }
    /// The same without asking for a persistent id.
    fn save_itself(&mut self, v: Value) -> PyResult<()> {
        if v.is_none() {
            self.out.op(ops::NONE);
            return Ok(());
        }
        if v.is(TRUE) || v.is(FALSE) {
            self.bool(v.is(TRUE));
            return Ok(());
        }
        if v.class() == types().int {
            return self.int(v);
        }
        if let Some(f) = v.as_exact_float() {
            self.float(f);
            return Ok(());
        }
        if let Some(&(i, _)) = self.memo.get(&v.bits()) {
            self.get(i);
            return Ok(());
        }
        if let Some(s) = v.exact::<Str>() {
            return self.str(s);
        }
        if let Some(b) = v.exact::<Bytes>() {
            return self.bytes(b);
        }
        current().check_repr_stack(" while pickling an object")?;
        if let Some(d) = v.exact::<Dict>() {
            return self.dict(d);
        }
        if let Some(l) = v.exact::<List>() {
            return self.list(l);
        }
        if let Some(t) = v.exact::<Tuple>() {
            return self.tuple(t);
        }
        if let Some(s) = v.exact::<Set>() {
            return self.set(s);
        }
        if let Some(s) = v.exact::<FrozenSet>() {
            return self.frozenset(s);
        }
        if let Some(b) = v.exact::<ByteArray>() {
            return self.bytearray(b);
        }
        if let Some(b) = v.downcast::<PickleBuffer>() {
            return self.picklebuffer(b);
        }
        self.reduce(v)
    }

    fn persistent(&mut self, id: Value) -> PyResult<()> {
        if self.binary() {
            self.save_itself(id)?;
            self.out.op(BINPERSID);
            return Ok(());
        }
        let text = taipan_runtime::protocol::repr::str(id)?;
        let Some(ascii) = text.as_ascii() else {
            return raise_own::<PicklingError, _>("persistent IDs in protocol 0 must be ASCII strings");
        };
        self.out.op_with(PERSID, ascii.as_bytes());
        self.out.op(b'\n');
        Ok(())
    }

    /// Fetch what was pickled as number `i`.
    pub(super) fn get(&mut self, i: u32) {
        match u8::try_from(i) {
            _ if !self.binary() => self.out.op_with(GET, format!("{i}\n").as_bytes()),
            Ok(i) => self.out.op_with(BINGET, &[i]),
            Err(_) => self.out.op_with(LONG_BINGET, &i.to_le_bytes()),
        }
    }
    /// Remember an object that was just pickled.
    pub(super) fn memoize(&mut self, v: Value) {
        if self.style.fast {
            return;
        }
        let i = self.memo.len() as u32;
        self.memo.insert(v.bits(), (i, v.own()));
        match u8::try_from(i) {
            _ if self.protocol() >= 4 => self.out.op(MEMOIZE),
            _ if !self.binary() => self.out.op_with(PUT, format!("{i}\n").as_bytes()),
            Ok(i) => self.out.op_with(BINPUT, &[i]),
            Err(_) => self.out.op_with(LONG_BINPUT, &i.to_le_bytes()),
        }
    }
    /// The number of an object that was pickled while its parts were.
    pub(super) fn known(&self, v: Value) -> Option<u32> {
        self.memo.get(&v.bits()).map(|&(i, _)| i)
    }

    fn bool(&mut self, b: bool) {
        match (self.protocol() >= 2, b) {
            (true, true) => self.out.op(NEWTRUE),
            (true, false) => self.out.op(NEWFALSE),
            (false, true) => self.out.push(b"I01\n"),
            (false, false) => self.out.push(b"I00\n"),
        }
    }
    fn int(&mut self, v: Value) -> PyResult<()> {
        let small = v.as_i64().and_then(|i| i32::try_from(i).ok());
        if let (Some(i), true) = (small, self.binary()) {
            match (u8::try_from(i), u16::try_from(i)) {
                (Ok(i), _) => self.out.op_with(BININT1, &[i]),
                (_, Ok(i)) => self.out.op_with(BININT2, &i.to_le_bytes()),
                _ => self.out.op_with(BININT, &i.to_le_bytes()),
            }
            return Ok(());
        }
        if self.protocol() >= 2 {
            let data = v.as_big().map_or(Vec::new(), |i| i.to_le_bytes().into_vec());
            match u8::try_from(data.len()) {
                Ok(n) => self.out.op_with(LONG1, &[n]),
                Err(_) => self.out.op_with(LONG4, &(data.len() as u32).to_le_bytes()),
            }
            self.out.push(&data);
            return Ok(());
        }
        let text = to_decimal(v)?;
        let digits = text.as_str().and_then(|s| s.as_ascii().map(str::to_owned)).unwrap_or_default();
        if small.is_some() {
            self.out.op_with(INT, format!("{digits}\n").as_bytes());
        } else {
            self.out.op_with(LONG, format!("{digits}L\n").as_bytes());
        }
        Ok(())
    }
    fn float(&mut self, f: f64) {
        if self.binary() {
            self.out.op_with(BINFLOAT, &f.to_be_bytes());
        } else {
            self.out.op_with(FLOAT, format!("{}\n", float_repr::repr(f)).as_bytes());
        }
    }

    fn str(&mut self, s: P<Str>) -> PyResult<()> {
        if !self.binary() {
            self.text_line(s);
        } else if let Some(text) = s.as_ascii() {
            self.utf8(text.as_bytes())?;
        } else {
            let data = taipan_runtime::codecs::encode_str(s, Some("utf-8"), Some("surrogatepass"))?;
            self.utf8(data.downcast::<Bytes>().as_ref().map_or(&[], |b| b.as_slice()))?;
        }
        self.memoize(s.value());
        Ok(())
    }
    fn utf8(&mut self, data: &[u8]) -> PyResult<()> {
        let header = sized(data.len(), (SHORT_BINUNICODE, 4), BINUNICODE, BINUNICODE8, self.protocol())?;
        self.out.payload(&header, data, None)
    }
    /// Protocol 0's text: what would end the line, or be read as an escape, is escaped.
    fn text_line(&mut self, s: P<Str>) {
        self.out.op(UNICODE);
        for c in s.chars().iter() {
            match c {
                0x5c | 0 | 0x0a | 0x0d | 0x1a => self.out.push(format!("\\u{c:04x}").as_bytes()),
                _ => self.out.push(&encode_raw_unicode_escape(Chars::Ucs4(&[c]))),
            }
        }
        self.out.op(b'\n');
    }

    fn bytes(&mut self, b: P<Bytes>) -> PyResult<()> {
        if self.protocol() < 3 {
            return self.bytes_by_name(b);
        }
        self.bytes_data(b.as_slice(), Some(b.value()))?;
        self.memoize(b.value());
        Ok(())
    }
    fn bytes_data(&mut self, data: &[u8], object: Option<Value>) -> PyResult<()> {
        let header = sized(data.len(), (SHORT_BINBYTES, 0), BINBYTES, BINBYTES8, self.protocol())?;
        self.out.payload(&header, data, object)
    }
    /// Before protocol 3: how Python 2 can make the same.
    fn bytes_by_name(&mut self, b: P<Bytes>) -> PyResult<()> {
        if b.as_slice().is_empty() {
            return self.call(types().bytes.value(), &[], b.value());
        }
        let encode = taipan_runtime::protocol::attr::getattr_text(
            crate::construct::import("codecs")?.value(),
            "encode",
        )?;
        let (text, name) = (str::latin1(b.as_slice()), str::new("latin1"));
        self.call(encode.value(), &[text.p().value(), name.p().value()], b.value())
    }
    fn bytearray(&mut self, b: P<ByteArray>) -> PyResult<()> {
        if self.protocol() < 5 {
            let data = bytes::new(&b.borrow());
            let args: &[Value] = if b.is_empty() { &[] } else { &[data.p().value()] };
            return self.call(types().bytearray.value(), args, b.value());
        }
        let data = b.borrow().to_vec();
        self.bytearray_data(&data)?;
        self.memoize(b.value());
        Ok(())
    }
    fn bytearray_data(&mut self, data: &[u8]) -> PyResult<()> {
        let mut header = vec![BYTEARRAY8];
        header.extend((data.len() as u64).to_le_bytes());
        self.out.payload(&header, data, None)
    }
    fn picklebuffer(&mut self, b: P<PickleBuffer>) -> PyResult<()> {
        if self.protocol() < 5 {
            return raise_own::<PicklingError, _>("PickleBuffer can only be pickled with protocol >= 5");
        }
        let view = b.buffer()?;
        if !view.is_contiguous() && !view.is_fortran_contiguous() {
            return raise_own::<PicklingError, _>(
                "PickleBuffer can not be pickled when pointing to a non-contiguous buffer",
            );
        }
        if let Some(callback) = self.hooks.buffer_callback.clone()
            && !truth(call1(callback.value(), b.value())?.value())?
        {
            self.out.op(NEXT_BUFFER);
            if view.readonly {
                self.out.op(READONLY_BUFFER);
            }
            return Ok(());
        }
        let n = view.nbytes();
        let readonly = view.readonly;
        let flat = view.with_layout("B".into(), 1, vec![n], vec![1]);
        let data = flat.bytes().unwrap_or(&[]);
        if readonly {
            self.bytes_data(data, None)?
        } else {
            self.bytearray_data(data)?
        }
        self.memoize(b.value());
        Ok(())
    }
    /// A call of a global that makes the object.
    fn call(&mut self, f: Value, args: &[Value], object: Value) -> PyResult<()> {
        let args = tuple::from_values(args);
        self.save_call(f, args.p(), Some(object))
    }

    /// Write part `i` of an object.
    fn item(&mut self, v: Value, of: Value, i: usize) -> PyResult<()> {
        match self.save(v) {
            Ok(()) => Ok(()),
            Err(_) => with_note(|| Ok(format!("when serializing {} item {i}", full_name(of)))),
        }
    }
    fn tuple(&mut self, t: P<Tuple>) -> PyResult<()> {
        let n = t.items().len();
        if n == 0 {
            if self.binary() {
                self.out.op(EMPTY_TUPLE)
            } else {
                self.out.push(&[MARK, TUPLE])
            }
            return Ok(());
        }
        let short = n <= 3 && self.protocol() >= 2;
        if !short {
            self.out.op(MARK);
        }
        for (i, &v) in t.items().iter().enumerate() {
            self.item(v, t.value(), i)?;
        }
        if let Some(known) = self.known(t.value()) {
            // It holds itself: what was put on the stack is dropped for the tuple made meanwhile.
            if !short && self.binary() {
                self.out.op(POP_MARK);
            } else {
                (0..n + usize::from(!short)).for_each(|_| self.out.op(POP));
            }
            self.get(known);
            return Ok(());
        }
        self.out.op(if short { [TUPLE1, TUPLE2, TUPLE3][n - 1] } else { TUPLE });
        self.memoize(t.value());
        Ok(())
    }
    fn list(&mut self, l: P<List>) -> PyResult<()> {
        if self.binary() {
            self.out.op(EMPTY_LIST)
        } else {
            self.out.push(&[MARK, LIST])
        }
        self.memoize(l.value());
        let mut at = 0;
        self.appends(l.value(), || {
            let v = l.items.get(at).map(|v| v.own());
            at += 1;
            Ok(v)
        })
    }
    /// The items that `next` gives are appended to the object.
    pub(super) fn appends(
        &mut self,
        of: Value,
        mut next: impl FnMut() -> PyResult<Option<Ref>>,
    ) -> PyResult<()> {
        let mut i = 0;
        let mut following = next()?;
        while let Some(first) = following.take() {
            following = next()?;
            let single = following.is_none() || !self.binary();
            if single {
                self.item(first.value(), of, i)?;
                self.out.op(APPEND);
                i += 1;
                continue;
            }
            self.out.op(MARK);
            self.item(first.value(), of, i)?;
            i += 1;
            let mut n = 1;
            while n < BATCH
                && let Some(v) = following.take()
            {
                self.item(v.value(), of, i)?;
                (i, n, following) = (i + 1, n + 1, next()?);
            }
            self.out.op(APPENDS);
        }
        Ok(())
    }
    fn dict(&mut self, d: P<Dict>) -> PyResult<()> {
        if self.binary() {
            self.out.op(EMPTY_DICT)
        } else {
            self.out.push(&[MARK, DICT])
        }
        self.memoize(d.value());
        let (mut place, size) = (0, d.len());
        self.setitems(d.value(), || {
            if d.len() != size {
                return taipan_runtime::raise!(RuntimeError, "dictionary changed size during iteration");
            }
            while place < d.places() {
                place += 1;
                if let Some((k, v)) = d.entry(place - 1) {
                    return Ok(Some((k.own(), v.own())));
                }
            }
            Ok(None)
        })
    }
    /// The pairs that `next` gives are put into the object.
    pub(super) fn setitems(
        &mut self,
        of: Value,
        mut next: impl FnMut() -> PyResult<Option<(Ref, Ref)>>,
    ) -> PyResult<()> {
        let mut following = next()?;
        while let Some(first) = following.take() {
            following = next()?;
            if following.is_none() || !self.binary() {
                self.pair(&first, of)?;
                self.out.op(SETITEM);
                continue;
            }
            self.out.op(MARK);
            self.pair(&first, of)?;
            let mut n = 1;
            while n < BATCH
                && let Some(pair) = following.take()
            {
                self.pair(&pair, of)?;
                (n, following) = (n + 1, next()?);
            }
            self.out.op(SETITEMS);
        }
        Ok(())
    }
    fn pair(&mut self, (k, v): &(Ref, Ref), of: Value) -> PyResult<()> {
        self.save(k.value())?;
        match self.save(v.value()) {
            Ok(()) => Ok(()),
            Err(_) => {
                with_note(|| Ok(format!("when serializing {} item {}", full_name(of), repr_text(k.value())?)))
            }
        }
    }
    fn element(&mut self, v: Value, of: Value) -> PyResult<()> {
        match self.save(v) {
            Ok(()) => Ok(()),
            Err(_) => with_note(|| Ok(format!("when serializing {} element", full_name(of)))),
        }
    }
    fn set(&mut self, s: P<Set>) -> PyResult<()> {
        let items: Vec<Ref> = s.table.iter().map(|(v, _)| v.own()).collect();
        if self.protocol() < 4 {
            let items = taipan_runtime::types::list::new(items);
            return self.call(types().set.value(), &[items.p().value()], s.value());
        }
        self.out.op(EMPTY_SET);
        self.memoize(s.value());
        for batch in items.chunks(BATCH) {
            self.out.op(MARK);
            for v in batch {
                self.element(v.value(), s.value())?;
            }
            self.out.op(ADDITEMS);
        }
        Ok(())
    }
    fn frozenset(&mut self, s: P<FrozenSet>) -> PyResult<()> {
        let items: Vec<Ref> = s.table.iter().map(|(v, _)| v.own()).collect();
        if self.protocol() < 4 {
            let items = taipan_runtime::types::list::new(items);
            return self.call(types().frozenset.value(), &[items.p().value()], s.value());
        }
        self.out.op(MARK);
        for v in &items {
            self.element(v.value(), s.value())?;
        }
        if let Some(known) = self.known(s.value()) {
            self.out.op(POP_MARK);
            self.get(known);
            return Ok(());
        }
        self.out.op(FROZENSET);
        self.memoize(s.value());
        Ok(())
    }

    /// Is it a class or function, which is pickled by name?
    pub(super) fn by_name(v: Value) -> bool {
        v.class() == types().type_ || v.exact::<Function>().is_some()
    }
    /// The types of the three singletons, which no module has.
    pub(super) fn singleton_of(class: Value) -> Option<Value> {
        [PY_NONE, taipan_runtime::value::NOT_IMPLEMENTED, taipan_runtime::value::ELLIPSIS]
            .into_iter()
            .find(|v| v.class().value().is(class))
    }
}

/// The opcode for so many bytes, with its length: `short` from a protocol on, else with 4 or 8 bytes of length.
fn sized(n: usize, short: (u8, i64), medium: u8, long: u8, protocol: i64) -> PyResult<Vec<u8>> {
    let mut header = Vec::with_capacity(9);
    if n < 256 && protocol >= short.1 {
        header.extend([short.0, n as u8]);
    } else if let Ok(n) = u32::try_from(n) {
        header.push(medium);
        header.extend(n.to_le_bytes());
    } else if protocol >= 4 {
        header.push(long);
        header.extend((n as u64).to_le_bytes());
    } else {
        return taipan_runtime::raise!(
            OverflowError,
            "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher"
        );
    }
    Ok(header)
}
