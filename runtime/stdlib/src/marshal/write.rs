//! Values to bytes.

use taipan_bytecode::marshal::{dump_code_after, dump_const, tag};
use taipan_bytecode::{BigInt, Const, Wtf8Str};
use taipan_runtime::error::PyResult;
use taipan_runtime::raise;
use taipan_runtime::runtime::{exception_class, types};
use taipan_runtime::types::code::Code;
use taipan_runtime::types::complex::Complex;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::list::List;
use taipan_runtime::types::set::ops::AnySet;
use taipan_runtime::types::slice::Slice;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::{ELLIPSIS, FALSE, NONE, TRUE, Value};

/// Nesting beyond this is an error.
const MAX_DEPTH: u32 = 2000;

struct Writer {
    bytes: Vec<u8>,
    /// Objects that code has registered for references.
    refs: u32,
    depth: u32,
    version: i32,
    allow_code: bool,
}

/// The serialised form of a value.
pub fn dump(value: Value, version: i32, allow_code: bool) -> PyResult<Vec<u8>> {
    let mut w = Writer { bytes: Vec::new(), refs: 0, depth: 0, version, allow_code };
    w.value(value)?;
    Ok(w.bytes)
}

impl Writer {
    fn head(&mut self, tag: u8, length: usize) {
        self.bytes.push(tag);
        self.bytes.extend((length as u32).to_le_bytes());
    }

    fn items(&mut self, tag: u8, items: &[Value]) -> PyResult<()> {
        self.head(tag, items.len());
        items.iter().try_for_each(|&v| self.value(v))
    }

    fn value(&mut self, v: Value) -> PyResult<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return raise!(ValueError, "object too deeply nested to marshal");
        }
        self.any(v)?;
        self.depth -= 1;
        Ok(())
    }

    fn any(&mut self, v: Value) -> PyResult<()> {
        let t = types();
        let class = v.class();
        if let Some(c) = scalar(v) {
            self.bytes.extend(dump_const(&c));
            return Ok(());
        }
        if let Some(s) = v.exact::<taipan_runtime::types::str::Str>() {
            self.text(&s);
        } else if let Some(x) = v.exact::<Tuple>() {
            self.items(tag::TUPLE, x.items())?;
        } else if let Some(x) = v.exact::<List>() {
            let items = x.items.to_refs();
            let values: Vec<Value> = items.iter().map(|r| r.value()).collect();
            self.items(tag::LIST, &values)?;
        } else if let Some(d) = v.exact::<Dict>() {
            self.bytes.push(tag::DICT);
            for (key, value) in d.iter() {
                self.value(key)?;
                self.value(value)?;
            }
            self.bytes.push(tag::NULL);
        } else if class == t.set || class == t.frozenset {
            let Some(set) = AnySet::of(v) else { return self.unmarshallable() };
            let items = set.table().stepwise().collect::<Vec<_>>();
            let values: Vec<Value> = items.iter().map(|(r, _)| r.value()).collect();
            self.items(if class == t.set { tag::SET } else { tag::FROZENSET }, &values)?;
        } else if let Some(s) = v.exact::<Slice>() {
            if self.version < 5 {
                return self.unmarshallable();
            }
            self.bytes.push(tag::SLICE);
            for part in [s.start.value(), s.stop.value(), s.step.value()] {
                self.value(part)?;
            }
        } else if let Some(code) = v.exact::<Code>() {
            if !self.allow_code {
                return raise!(ValueError, "marshalling code objects is disallowed");
            }
            let (bytes, refs) = dump_code_after(&code.code, self.refs);
            self.bytes.extend(bytes);
            self.refs = refs;
        } else if v.is(exception_class(taipan_runtime::error::Exc::StopIteration).value()) {
            self.bytes.push(tag::STOPITER);
        } else if let Some(data) = taipan_runtime::types::bytes::buffer(v) {
            let data = data?;
            self.head(tag::STRING, data.len());
            self.bytes.extend(data);
        } else {
            return self.unmarshallable();
        }
        Ok(())
    }

    fn text(&mut self, s: &taipan_runtime::types::str::Str) {
        if let Some(text) = s.as_ascii() {
            if text.len() < 256 {
                self.bytes.extend([tag::SHORT_ASCII, text.len() as u8]);
            } else {
                self.head(tag::ASCII, text.len());
            }
            self.bytes.extend(text.as_bytes());
            return;
        }
        let text = Wtf8Str::from_code_points(s.chars().iter());
        self.head(tag::UNICODE, text.as_bytes().len());
        self.bytes.extend(text.as_bytes());
    }

    fn unmarshallable<T>(&self) -> PyResult<T> {
        raise!(ValueError, "unmarshallable object")
    }
}

/// The constant that a number or singleton is.
fn scalar(v: Value) -> Option<Const> {
    let singleton = match v {
        NONE => Some(Const::None),
        TRUE => Some(Const::True),
        FALSE => Some(Const::False),
        ELLIPSIS => Some(Const::Ellipsis),
        _ => None,
    };
    if singleton.is_some() {
        return singleton;
    }
    let t = types();
    if v.class() == t.int {
        if let Some(i) = v.as_i64() {
            return Some(Const::Int(i));
        }
        let big = v.as_big()?;
        let (sign, magnitude) = big.as_ref().clone().into_parts();
        let negative = sign == dashu_int::Sign::Negative;
        return Some(Const::BigInt(BigInt { negative, magnitude: magnitude.to_le_bytes() }));
    }
    if let Some(f) = v.as_exact_float() {
        return Some(Const::Float(f));
    }
    let c = v.exact::<Complex>()?;
    Some(Const::Complex { real: c.value.re, imag: c.value.im })
}
