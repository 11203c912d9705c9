//! Opcodes to objects.

use super::input::Input;
use super::ops::{self, *};
use super::reduce::call_expanded;
use super::{UnpicklingError, raise_after};
use crate::construct::{import, raise_own};
use taipan_runtime::codecs::decode_bytes;
use taipan_runtime::error::{Exc, PyResult, take_if};
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::attr::{getattr, getattr_opt, getattr_text, setattr};
use taipan_runtime::protocol::call::{call, call_method, call0, call1, call2};
use taipan_runtime::protocol::iter;
use taipan_runtime::protocol::mapping::setitem;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::raise;
use taipan_runtime::runtime::types;
use taipan_runtime::slots::Args;
use taipan_runtime::types::dict::{self, Dict};
use taipan_runtime::types::int::text::parse_any;
use taipan_runtime::types::list::{self, List};
use taipan_runtime::types::set::{self, Set};
use taipan_runtime::types::str::{self, Str, intern, interned};
use taipan_runtime::types::tuple::{self, Tuple};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{bytearray, bytes, float, int, memoryview};
use taipan_runtime::value::{FALSE, NONE as PY_NONE, TRUE, Value};

/// How strings of Python 2 are read.
#[derive(Clone)]
pub struct Strings {
    pub encoding: String,
    pub errors: String,
    pub fix_imports: bool,
}

/// What an unpickler's class or user has put in.
pub struct Hooks {
    /// `find_class`, unless it is the usual one.
    pub find_class: Option<Ref>,
    pub persistent_load: Option<Ref>,
    /// An iterator over out-of-band buffers.
    pub buffers: Option<Ref>,
}

/// The reading of one pickle.
pub struct Loader<'a> {
    pub input: Input<'a>,
    pub memo: Vec<Option<Ref>>,
    pub strings: Strings,
    pub hooks: Hooks,
    /// Told the protocol when it is read.
    pub on_protocol: Option<&'a dyn Fn(u8)>,
    protocol: u8,
    stack: Vec<Ref>,
    marks: Vec<usize>,
}

fn fail<T>(message: &str) -> PyResult<T> {
    raise_own::<UnpicklingError, T>(message)
}

impl<'a> Loader<'a> {
    /// Of this input, with a memo from before.
    pub fn new(input: Input<'a>, memo: Vec<Option<Ref>>, strings: Strings, hooks: Hooks) -> Loader<'a> {
        Loader {
            input,
            memo,
            strings,
            hooks,
            on_protocol: None,
            protocol: 0,
            stack: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// The object.
    pub fn load(&mut self) -> PyResult {
        loop {
            let op = self.input.opcode()?;
            if op == STOP {
                self.input.settle()?;
                return self.pop();
            }
            if !self.constant(op)? && !self.container(op)? && !self.memo_or_stack(op)? && !self.made(op)? {
                return match op {
                    0x21..0x7f if op != b'\'' => fail(&format!("invalid load key, '{}'.", op as char)),
                    b'\'' => fail("invalid load key, '\''."),
                    _ => fail(&format!("invalid load key, '\\x{op:02x}'.")),
                };
            }
        }
    }

    fn push(&mut self, v: impl Into<Ref>) {
        self.stack.push(v.into());
    }
    /// Where the part of the stack begins that opcodes may take from.
    fn fence(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }
    fn underflow<T>(&self) -> PyResult<T> {
        if self.marks.is_empty() { fail("unpickling stack underflow") } else { fail("unexpected MARK found") }
    }
    fn pop(&mut self) -> PyResult {
        if self.stack.len() <= self.fence() {
            return self.underflow();
        }
        match self.stack.pop() {
            Some(v) => Ok(v),
            None => self.underflow(),
        }
    }
    fn top(&self) -> PyResult<Value> {
        match self.stack.last() {
            Some(v) if self.stack.len() > self.fence() => Ok(v.value()),
            _ => self.underflow(),
        }
    }
    fn pop_mark(&mut self) -> PyResult<Vec<Ref>> {
        match self.marks.pop() {
            Some(at) => Ok(self.stack.split_off(at)),
            None => fail("could not find MARK"),
        }
    }
    fn last(&mut self, n: usize) -> PyResult<Vec<Ref>> {
        if self.stack.len() < self.fence() + n {
            return self.underflow();
        }
        Ok(self.stack.split_off(self.stack.len() - n))
    }
    fn little(&mut self, n: usize) -> PyResult<usize> {
        Ok(self.input.take(n)?.iter().rev().fold(0, |all, &b| all << 8 | usize::from(b)))
    }

    /// Opcodes that push what follows them. `false` if it is none of them.
    fn constant(&mut self, op: u8) -> PyResult<bool> {
        match op {
            ops::NONE => self.push(Ref::from_raw(PY_NONE)),
            NEWTRUE => self.push(Ref::from_raw(TRUE)),
            NEWFALSE => self.push(Ref::from_raw(FALSE)),
            BININT1 | BININT2 => {
                let n = self.little(if op == BININT1 { 1 } else { 2 })?;
                self.push(int::new(n as i64));
            }
            BININT => {
                let n = i32::from_le_bytes(self.input.array()?);
                self.push(int::new(n.into()));
            }
            LONG1 => {
                let n = self.little(1)?;
                self.long(n)?;
            }
            LONG4 => match usize::try_from(i32::from_le_bytes(self.input.array()?)) {
                Ok(n) => self.long(n)?,
                Err(_) => return fail("LONG pickle has negative byte count"),
            },
            BINFLOAT => {
                let f = f64::from_be_bytes(self.input.array()?);
                self.push(float::new(f));
            }
            SHORT_BINUNICODE | BINUNICODE => {
                let n = self.little(if op == BINUNICODE { 4 } else { 1 })?;
                self.utf8(n)?;
            }
            BINUNICODE8 => {
                let n = self.input.length8("BINUNICODE8")?;
                self.utf8(n)?;
            }
            SHORT_BINBYTES | BINBYTES => {
                let n = self.little(if op == BINBYTES { 4 } else { 1 })?;
                self.bytes(n)?;
            }
            BINBYTES8 => {
                let n = self.input.length8("BINBYTES8")?;
                self.bytes(n)?;
            }
            BYTEARRAY8 => {
                let n = self.input.length8("BYTEARRAY8")?;
                let data = self.input.take(n)?.to_vec();
                self.push(bytearray::new(data));
            }
            BINSTRING => match usize::try_from(i32::from_le_bytes(self.input.array()?)) {
                Ok(n) => self.old_string(n)?,
                Err(_) => return fail("BINSTRING pickle has negative byte count"),
            },
            SHORT_BINSTRING => {
                let n = self.little(1)?;
                self.old_string(n)?;
            }
            _ => return self.text_constant(op),
        }
        Ok(true)
    }
    /// The same for those of protocol 0, which are followed by a line.
    fn text_constant(&mut self, op: u8) -> PyResult<bool> {
        match op {
            INT | LONG => {
                let line = self.input.full_line()?;
                let v = match &line[..] {
                    b"00" if op == INT => Ref::from_raw(FALSE),
                    b"01" if op == INT => Ref::from_raw(TRUE),
                    text => {
                        let digits = if op == LONG { text.strip_suffix(b"L").unwrap_or(text) } else { text };
                        let text = bytes::new(digits);
                        match parse_any(text.p().value(), 10)? {
                            Some(n) => n,
                            None => return raise!(ValueError, "could not convert string to int"),
                        }
                    }
                };
                self.push(v);
            }
            FLOAT => {
                let line = self.input.full_line()?;
                match taipan_runtime::text::parse_float::parse_ascii(&line) {
                    Some(f) => self.push(float::new(f)),
                    None => return raise!(ValueError, "could not convert string to float"),
                }
            }
            STRING => {
                let line = self.input.line()?;
                let quoted = match &line[..] {
                    [a @ (b'"' | b'\''), middle @ .., b] if a == b => middle,
                    _ => return fail("the STRING opcode argument must be quoted"),
                };
                let (data, _) = taipan_runtime::codecs::escapes::decode_bytes_escapes(quoted, "strict")?;
                self.decoded(&data)?;
            }
            UNICODE => {
                let line = self.input.line()?;
                let text = decode_bytes(&line, None, Some("raw_unicode_escape"), None)?;
                self.push(text.erase());
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn long(&mut self, n: usize) -> PyResult<()> {
        let v = int::from_big(dashu_int::IBig::from_le_bytes(self.input.take(n)?));
        self.push(v);
        Ok(())
    }
    fn utf8(&mut self, n: usize) -> PyResult<()> {
        let data = self.input.take(n)?;
        let text = match std::str::from_utf8(data) {
            Ok(text) => str::new(text),
            Err(_) => decode_bytes(data, None, Some("utf-8"), Some("surrogatepass"))?,
        };
        self.push(text.erase());
        Ok(())
    }
    fn bytes(&mut self, n: usize) -> PyResult<()> {
        let b = bytes::new(self.input.take(n)?);
        self.push(b.erase());
        Ok(())
    }
    fn old_string(&mut self, n: usize) -> PyResult<()> {
        let data = self.input.take(n)?.to_vec();
        self.decoded(&data)
    }
    fn decoded(&mut self, data: &[u8]) -> PyResult<()> {
        let v = if self.strings.encoding == "bytes" {
            bytes::new(data).erase()
        } else {
            decode_bytes(data, None, Some(&self.strings.encoding), Some(&self.strings.errors))?.erase()
        };
        self.push(v);
        Ok(())
    }

    /// Opcodes that make containers and fill them.
    fn container(&mut self, op: u8) -> PyResult<bool> {
        match op {
            EMPTY_TUPLE => self.push(tuple::empty().erase()),
            EMPTY_LIST => self.push(list::new(Vec::new()).erase()),
            EMPTY_DICT => self.push(dict::new().erase()),
            EMPTY_SET => self.push(set::new().erase()),
            TUPLE1 | TUPLE2 | TUPLE3 => {
                let items = self.last(usize::from(op - TUPLE1) + 1)?;
                self.push(tuple::from_refs(items).erase());
            }
            TUPLE => {
                let items = self.pop_mark()?;
                self.push(tuple::from_refs(items).erase());
            }
            LIST => {
                let items = self.pop_mark()?;
                self.push(list::new(items).erase());
            }
            FROZENSET => {
                let items = list::new(self.pop_mark()?);
                let made = call1(types().frozenset.value(), items.p().value())?;
                self.push(made);
            }
            DICT => {
                let items = self.pop_mark()?;
                let d = dict::new();
                put(d.p().value(), &items)?;
                self.push(d.erase());
            }
            APPEND => {
                let v = self.pop()?;
                let to = self.top()?;
                append(to, vec![v], "append")?;
            }
            APPENDS => {
                let items = self.pop_mark()?;
                let to = self.top()?;
                append(to, items, "extend")?;
            }
            SETITEM => {
                let pair = self.last(2)?;
                let to = self.top()?;
                put(to, &pair)?;
            }
            SETITEMS => {
                let items = self.pop_mark()?;
                let to = self.top()?;
                put(to, &items)?;
            }
            ADDITEMS => {
                let items = self.pop_mark()?;
                let to = self.top()?;
                match to.downcast::<Set>() {
                    Some(s) if to.exact::<Set>().is_some() => {
                        for v in &items {
                            s.table.add(v.value())?;
                        }
                    }
                    _ => {
                        for v in &items {
                            call_method(to, interned("add"), &[v.value()])?;
                        }
                    }
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Opcodes for the memo, the stack, and the pickle itself.
    fn memo_or_stack(&mut self, op: u8) -> PyResult<bool> {
        match op {
            MARK => self.marks.push(self.stack.len()),
            POP => {
                // The mark is what is on top, if nothing was pushed since.
                if self.marks.last() == Some(&self.stack.len()) {
                    self.marks.pop();
                } else {
                    self.pop()?;
                }
            }
            POP_MARK => drop(self.pop_mark()?),
            DUP => {
                let v = self.top()?.own();
                self.push(v);
            }
            GET | PUT => {
                let line = self.input.full_line()?;
                let i = std::str::from_utf8(&line).ok().and_then(|t| t.trim().parse::<i64>().ok());
                match (i.map(usize::try_from), op) {
                    (Some(Ok(i)), GET) => self.recall(i)?,
                    (Some(Ok(i)), _) => self.remember(i)?,
                    (Some(Err(_)), PUT) => return raise!(ValueError, "negative PUT argument"),
                    _ => return raise!(ValueError, "invalid literal for int() with base 10"),
                }
            }
            BINGET | LONG_BINGET => {
                let i = self.little(if op == BINGET { 1 } else { 4 })?;
                self.recall(i)?;
            }
            BINPUT | LONG_BINPUT => {
                let i = self.little(if op == BINPUT { 1 } else { 4 })?;
                self.remember(i)?;
            }
            MEMOIZE => self.remember(self.memo.len())?,
            PROTO => {
                self.protocol = self.input.array::<1>()?[0];
                if i64::from(self.protocol) > HIGHEST_PROTOCOL {
                    return raise!(ValueError, "unsupported pickle protocol: {}", self.protocol);
                }
                if let Some(tell) = self.on_protocol {
                    tell(self.protocol);
                }
            }
            FRAME => {
                let n = self.input.length8("FRAME length")?;
                self.input.frame(n)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn recall(&mut self, i: usize) -> PyResult<()> {
        match self.memo.get(i).and_then(Clone::clone) {
            Some(v) => self.push(v),
            None => return fail(&format!("Memo value not found at index {i}")),
        }
        Ok(())
    }
    fn remember(&mut self, i: usize) -> PyResult<()> {
        let v = self.top()?.own();
        if i >= self.memo.len() {
            taipan_runtime::error::check_room(i + 1, 8)?;
            self.memo.resize(i + 1, None);
        }
        self.memo[i] = Some(v);
        Ok(())
    }

    /// Opcodes that make objects of classes.
    fn made(&mut self, op: u8) -> PyResult<bool> {
        match op {
            GLOBAL => {
                let (module, name) = (self.name()?, self.name()?);
                let found = self.find(module.p(), name.p())?;
                self.push(found);
            }
            STACK_GLOBAL => {
                let (name, module) = (self.pop()?, self.pop()?);
                match (module.as_str(), name.as_str()) {
                    (Some(m), Some(n)) => {
                        let found = self.find(m, n)?;
                        self.push(found);
                    }
                    _ => return fail("STACK_GLOBAL requires str"),
                }
            }
            REDUCE => {
                let (args, f) = (self.pop()?, self.pop()?);
                let Some(args) = args.downcast::<Tuple>() else {
                    return raise!(TypeError, "argument list must be a tuple");
                };
                let made = call(f.value(), Args::positional(args.items()))?;
                self.push(made);
            }
            NEWOBJ => {
                let (args, class) = (self.pop()?, self.pop()?);
                let made = new_object(class.value(), args.value(), None)?;
                self.push(made);
            }
            NEWOBJ_EX => {
                let (kw, args, class) = (self.pop()?, self.pop()?, self.pop()?);
                let made = new_object(class.value(), args.value(), Some(kw.value()))?;
                self.push(made);
            }
            BUILD => {
                let state = self.pop()?;
                build(self.top()?, state.value())?;
            }
            INST => {
                let (module, name) = (self.name()?, self.name()?);
                let class = self.find(module.p(), name.p())?;
                let args = self.pop_mark()?;
                let made = instantiate(class.value(), args)?;
                self.push(made);
            }
            OBJ => {
                let mut items = self.pop_mark()?;
                if items.is_empty() {
                    return self.underflow();
                }
                let class = items.remove(0);
                let made = instantiate(class.value(), items)?;
                self.push(made);
            }
            PERSID | BINPERSID => {
                let id = if op == BINPERSID {
                    self.pop()?
                } else {
                    let line = self.input.line()?;
                    match std::str::from_utf8(&line).ok().filter(|t| t.is_ascii()) {
                        Some(text) => str::new(text).erase(),
                        None => return fail("persistent IDs in protocol 0 must be ASCII strings"),
                    }
                };
                let Some(hook) = self.hooks.persistent_load.clone() else {
                    return fail(
                        "A load persistent id instruction was encountered, but no persistent_load function was specified.",
                    );
                };
                let v = call1(hook.value(), id.value())?;
                self.push(v);
            }
            EXT1 | EXT2 | EXT4 => {
                let code = match op {
                    EXT4 => i32::from_le_bytes(self.input.array()?).into(),
                    _ => self.little(usize::from(op - EXT1) + 1)? as i64,
                };
                let v = self.extension(code)?;
                self.push(v);
            }
            NEXT_BUFFER => {
                let Some(buffers) = self.hooks.buffers.clone() else {
                    return fail(
                        "pickle stream refers to out-of-band data but no *buffers* argument was given",
                    );
                };
                match iter::next(buffers.value())? {
                    Some(b) => self.push(b),
                    None => return fail("not enough out-of-band buffers"),
                }
            }
            READONLY_BUFFER => {
                let b = self.pop()?;
                let view = taipan_runtime::buffer::Buffer::require(b.value())?;
                let v = if view.readonly { b } else { memoryview::from_buffer(view.into_readonly()).erase() };
                self.push(v);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
    /// A name on a line of its own.
    fn name(&mut self) -> PyResult<taipan_runtime::object::Own<Str>> {
        let line = self.input.full_line()?;
        decode_bytes(&line, None, Some("utf-8"), None)
    }
    fn find(&mut self, module: P<Str>, name: P<Str>) -> PyResult {
        match &self.hooks.find_class {
            Some(hook) => call2(hook.value(), module.value(), name.value()),
            None => find_class(module, name, self.protocol, self.strings.fix_imports),
        }
    }
    fn extension(&mut self, code: i64) -> PyResult {
        let copyreg = import("copyreg")?;
        let table = |name: &str| getattr_text(copyreg.value(), name);
        let (cache, inverted) = (table("_extension_cache")?, table("_inverted_registry")?);
        let number = int::new(code);
        let known = |d: &Ref| -> PyResult<Option<Ref>> {
            match d.downcast::<Dict>() {
                Some(d) => Ok(d.get(number.value())?.map(|v| v.own())),
                None => Ok(None),
            }
        };
        if let Some(v) = known(&cache)? {
            return Ok(v);
        }
        let Some(pair) = known(&inverted)? else {
            if code <= 0 {
                return fail("EXT specifies code <= 0");
            }
            return raise!(ValueError, "unregistered extension code {code}");
        };
        let names = pair.downcast::<Tuple>();
        let Some(&[module, name]) = names.as_ref().map(|t| t.items()) else {
            return raise!(ValueError, "_inverted_registry[{code}] isn't a 2-tuple of strings");
        };
        let (Some(m), Some(n)) = (module.as_str(), name.as_str()) else {
            return raise!(ValueError, "_inverted_registry[{code}] isn't a 2-tuple of strings");
        };
        let found = self.find(m, n)?;
        setitem(cache.value(), number.value(), found.value())?;
        Ok(found)
    }
}

/// `Unpickler.find_class`
pub fn find_class(module: P<Str>, name: P<Str>, protocol: u8, fix_imports: bool) -> PyResult {
    let sys = import("sys")?;
    let audit = getattr_text(sys.value(), "audit")?;
    let event = str::new("pickle.find_class");
    taipan_runtime::protocol::call::call3(audit.value(), event.p().value(), module.value(), name.value())?;
    let (mut module, mut name) = (module.own_typed(), name.own_typed());
    if protocol < 3 && fix_imports {
        let compat = import("_compat_pickle")?;
        let lookup = |table: &str, key: Value| -> PyResult<Option<Ref>> {
            match getattr_text(compat.value(), table)?.downcast::<Dict>() {
                Some(d) => Ok(d.get(key)?.map(|v| v.own())),
                None => Ok(None),
            }
        };
        let key = tuple::from_values(&[module.p().value(), name.p().value()]);
        if let Some(pair) = lookup("NAME_MAPPING", key.p().value())? {
            if let Some(&[m, n]) = pair.downcast::<Tuple>().as_ref().map(|t| t.items())
                && let (Some(m), Some(n)) = (m.as_str(), n.as_str())
            {
                (module, name) = (m.own_typed(), n.own_typed());
            }
        } else if let Some(m) =
            lookup("IMPORT_MAPPING", module.p().value())?.and_then(|m| m.as_str().map(|m| m.own_typed()))
        {
            module = m;
        }
    }
    let module_name = module.to_lossy();
    let mut found = import(&module_name)?;
    if protocol < 4 {
        return getattr(found.value(), intern(name));
    }
    let path = name.to_lossy();
    let dotted = path.contains('.');
    for part in path.split('.') {
        found = match getattr(found.value(), interned(part)) {
            Err(raised) if dotted => match take_if(Exc::AttributeError) {
                Some(old) => {
                    let path = taipan_runtime::protocol::repr::repr_text(name.p().value())?;
                    let message = format!("Can't resolve path {path} on module '{module_name}'");
                    return raise_after(old, raise!(AttributeError, "{message}"));
                }
                None => return Err(raised),
            },
            found => found?,
        };
    }
    Ok(found)
}

/// Append items by `extend`, or by `append` where a class has no other; exact lists directly.
fn append(to: Value, items: Vec<Ref>, method: &str) -> PyResult<()> {
    if let Some(l) = to.exact::<List>() {
        items.into_iter().for_each(|v| l.items.push(v));
        return Ok(());
    }
    if method == "extend"
        && let Some(extend) = getattr_opt(to, interned("extend"))?
    {
        let items = list::new(items);
        return call1(extend.value(), items.p().value()).map(drop);
    }
    let append = getattr(to, interned("append"))?;
    for v in items {
        call1(append.value(), v.value())?;
    }
    Ok(())
}

/// `to[key] = value` for keys and values in turn.
fn put(to: Value, items: &[Ref]) -> PyResult<()> {
    if !items.len().is_multiple_of(2) {
        return fail("odd number of items for SET ITEMS");
    }
    let plain = to.exact::<Dict>();
    for pair in items.chunks_exact(2) {
        match plain {
            Some(d) => d.insert(pair[0].value(), pair[1].clone())?,
            None => setitem(to, pair[0].value(), pair[1].value())?,
        }
    }
    Ok(())
}

/// `class.__new__(class, *args, **keywords)`
fn new_object(class: Value, args: Value, keywords: Option<Value>) -> PyResult {
    let op = if keywords.is_some() { "NEWOBJ_EX" } else { "NEWOBJ" };
    let named = |v: Value| v.class().name().to_string();
    let Some(args) = args.downcast::<Tuple>() else {
        return fail(&format!("{op} expected an arg tuple, got {}", named(args)));
    };
    let Some(c) = class.downcast::<TypeObject>() else {
        return fail(&format!("{op} class argument must be a type, not {}", named(class)));
    };
    if c.slots.new.get().is_none() {
        return fail(&format!("{op} class argument '{}' has NULL tp_new", c.name()));
    }
    let new = getattr(class, interned("__new__"))?;
    let mut values = vec![class];
    values.extend_from_slice(args.items());
    match keywords {
        None => call(new.value(), Args::positional(&values)),
        Some(kw) => match kw.downcast::<Dict>() {
            Some(kw) => call_expanded(new.value(), &values, kw),
            None => fail(&format!("{op} expected a keyword dict, got {}", named(kw))),
        },
    }
}

/// How classes of protocol 0 and 1 are called.
fn instantiate(class: Value, args: Vec<Ref>) -> PyResult {
    let plain = args.is_empty()
        && class.downcast::<TypeObject>().is_some()
        && getattr_opt(class, interned("__getinitargs__"))?.is_none();
    if plain {
        let new = getattr(class, interned("__new__"))?;
        return call1(new.value(), class);
    }
    let args = tuple::from_refs(args);
    if args.items().is_empty() { call0(class) } else { call(class, Args::positional(args.items())) }
}

/// Give an object its state.
fn build(v: Value, state: Value) -> PyResult<()> {
    if let Some(setstate) = getattr_opt(v, interned("__setstate__"))? {
        return call1(setstate.value(), state).map(drop);
    }
    let both = state.downcast::<Tuple>();
    let (state, slots) = match both.as_ref().map(|t| t.items()) {
        Some(&[state, slots]) => (state, Some(slots)),
        _ => (state, None),
    };
    if !state.is_none() {
        let Some(d) = state.downcast::<Dict>() else { return fail("state is not a dictionary") };
        if truth(state)? {
            let own = getattr(v, interned("__dict__"))?;
            for (k, x) in pairs(d) {
                let key = match k.exact::<Str>() {
                    Some(s) => intern(s.own_typed()).value(),
                    None => k.value(),
                };
                setitem(own.value(), key, x.value())?;
            }
        }
    }
    let Some(slots) = slots.filter(|s| !s.is_none()) else { return Ok(()) };
    let Some(d) = slots.downcast::<Dict>() else { return fail("slot state is not a dictionary") };
    for (k, x) in pairs(d) {
        match k.as_str() {
            Some(name) => setattr(v, name, x.value())?,
            None => {
                return raise!(
                    TypeError,
                    "attribute name must be string, not '{}'",
                    k.value().class().name()
                );
            }
        }
    }
    Ok(())
}
fn pairs(d: P<Dict>) -> Vec<(Ref, Ref)> {
    d.iter().map(|(k, v)| (k.own(), v.own())).collect()
}
