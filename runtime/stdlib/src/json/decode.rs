//! JSON documents to Python objects.

use super::scanner::Scanner;
use super::strings::{Unit, fail, is, plain_end, scan, text_of};
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;
use taipan_runtime::error::{Exc, PyResult, raise_with};
use taipan_runtime::object::{Own, P, Ref};
use taipan_runtime::protocol::call::call1;
use taipan_runtime::runtime::types;
use taipan_runtime::text::Flavor;
use taipan_runtime::text::parse_float::parse_ascii;
use taipan_runtime::thread::current;
use taipan_runtime::types::int::text::parse_any;
use taipan_runtime::types::str::{self, Str};
use taipan_runtime::types::{dict, float, int, list, tuple};
use taipan_runtime::value::{FALSE, NONE, TRUE, Value};

/// A key that was met: where, and the object made of it.
struct Key {
    from: usize,
    to: usize,
    text: Own<Str>,
}

/// The reading of one document.
pub struct Decoder<'a, C: Unit> {
    scanner: &'a Scanner,
    doc: P<Str>,
    text: &'a [C],
    /// Keys met so far: equal ones share an object.
    keys: HashTable<Key>,
    hasher: FixedState,
}

/// What was read, and where it ends.
type Read<T = Ref> = PyResult<(T, usize)>;

impl<'a, C: Unit> Decoder<'a, C> {
    /// Of a document, whose characters `text` are.
    pub fn new(scanner: &'a Scanner, doc: P<Str>, text: &'a [C]) -> Decoder<'a, C> {
        Decoder { scanner, doc, text, keys: HashTable::new(), hasher: FixedState::with_seed(0) }
    }

    fn fail<T>(&self, message: &str, at: usize) -> PyResult<T> {
        fail(self.doc, message, at as i64)
    }
    /// There is no value here: what `JSONDecoder` makes "Expecting value" of.
    #[cold]
    fn nothing<T>(&self, at: usize) -> PyResult<T> {
        raise_with(Exc::StopIteration, &[int::new(at as i64).value()])
    }
    #[inline(always)]
    fn is(&self, at: usize, c: u8) -> bool {
        is(self.text, at, c)
    }
    /// The first place from `at` on without white space.
    #[inline(always)]
    fn skip_space(&self, mut at: usize) -> usize {
        while self.text.get(at).is_some_and(|&c| matches!(c.into(), 0x20 | 0x0a | 0x0d | 0x09)) {
            at += 1;
        }
        at
    }

    /// The value that begins here.
    pub fn value(&mut self, at: usize) -> Read {
        let Some(&c) = self.text.get(at) else { return self.nothing(at) };
        let c: u32 = c.into();
        match u8::try_from(c).unwrap_or(0) {
            b'"' => {
                let (s, end) = scan(self.doc, self.text, at + 1, self.scanner.strict)?;
                Ok((s.erase(), end))
            }
            b'{' => self.object(at + 1),
            b'[' => self.array(at + 1),
            b'n' if self.follows(at, b"null") => Ok((Ref::from_raw(NONE), at + 4)),
            b't' if self.follows(at, b"true") => Ok((Ref::from_raw(TRUE), at + 4)),
            b'f' if self.follows(at, b"false") => Ok((Ref::from_raw(FALSE), at + 5)),
            b'N' if self.follows(at, b"NaN") => self.constant("NaN", at),
            b'I' if self.follows(at, b"Infinity") => self.constant("Infinity", at),
            b'-' if self.follows(at, b"-Infinity") => self.constant("-Infinity", at),
            _ => self.number(at),
        }
    }
    fn follows(&self, at: usize, word: &[u8]) -> bool {
        self.text
            .get(at..at + word.len())
            .is_some_and(|t| t.iter().zip(word).all(|(&a, &b)| a.into() == u32::from(b)))
    }
    fn constant(&self, name: &str, at: usize) -> Read {
        let text = str::new(name);
        Ok((call1(self.scanner.parse_constant.value(), text.p().value())?, at + name.len()))
    }

    /// The object whose brace is before `at`.
    fn object(&mut self, at: usize) -> Read {
        current().check_repr_stack(" while decoding a JSON object from a unicode string")?;
        let (found, mut pairs) = (dict::new(), Vec::new());
        let with_pairs = !self.scanner.object_pairs_hook.is_none();
        let mut at = self.skip_space(at);
        while !self.is(at, b'}') {
            let (key, value);
            (key, at) = self.key(at)?;
            (value, at) = self.value(at)?;
            if with_pairs {
                pairs.push(tuple::from_refs(vec![key.erase(), value]).erase());
            } else {
                found.insert_str(key.p(), value)?;
            }
            at = self.skip_space(at);
            if self.is(at, b'}') {
                break;
            }
            at = self.after_comma(at, b'}', "Illegal trailing comma before end of object")?;
        }
        let (found, at) = (found.erase(), at + 1);
        if with_pairs {
            let pairs = list::new(pairs);
            return Ok((call1(self.scanner.object_pairs_hook.value(), pairs.p().value())?, at));
        }
        if !self.scanner.object_hook.is_none() {
            return Ok((call1(self.scanner.object_hook.value(), found.value())?, at));
        }
        Ok((found, at))
    }

    /// The array whose bracket is before `at`.
    fn array(&mut self, at: usize) -> Read {
        current().check_repr_stack(" while decoding a JSON array from a unicode string")?;
        let mut items = Vec::new();
        let mut at = self.skip_space(at);
        while !self.is(at, b']') {
            let value;
            (value, at) = self.value(at)?;
            items.push(value);
            at = self.skip_space(at);
            if self.is(at, b']') {
                break;
            }
            at = self.after_comma(at, b']', "Illegal trailing comma before end of array")?;
        }
        Ok((list::new(items).erase(), at + 1))
    }

    /// Where the element after the comma at `at` begins.
    fn after_comma(&self, at: usize, close: u8, trailing: &str) -> PyResult<usize> {
        if !self.is(at, b',') {
            return self.fail("Expecting ',' delimiter", at);
        }
        let next = self.skip_space(at + 1);
        if self.is(next, close) { self.fail(trailing, at) } else { Ok(next) }
    }

    /// A key with its colon; where the value begins.
    fn key(&mut self, at: usize) -> Read<Own<Str>> {
        if !self.is(at, b'"') {
            return self.fail("Expecting property name enclosed in double quotes", at);
        }
        let from = at + 1;
        let to = plain_end(self.text, from, self.scanner.strict);
        let (key, end) = if self.is(to, b'"') {
            (self.shared_key(from, to), to + 1)
        } else {
            scan(self.doc, self.text, from, self.scanner.strict)?
        };
        let colon = self.skip_space(end);
        if !self.is(colon, b':') {
            return self.fail("Expecting ':' delimiter", colon);
        }
        Ok((key, self.skip_space(colon + 1)))
    }
    fn shared_key(&mut self, from: usize, to: usize) -> Own<Str> {
        let (text, hasher) = (self.text, &self.hasher);
        let wanted = &text[from..to];
        let hash = hasher.hash_one(wanted);
        if let Some(k) = self.keys.find(hash, |k| &text[k.from..k.to] == wanted) {
            return k.text.clone();
        }
        let key = text_of(wanted);
        let entry = Key { from, to, text: key.clone() };
        self.keys.insert_unique(hash, entry, |k| hasher.hash_one(&text[k.from..k.to]));
        key
    }

    /// Where the digits from `at` on end.
    #[inline(always)]
    fn digits(&self, mut at: usize) -> usize {
        while self.is_digit(at) {
            at += 1;
        }
        at
    }
    #[inline(always)]
    fn is_digit(&self, at: usize) -> bool {
        self.text.get(at).is_some_and(|&c| matches!(c.into(), 0x30..=0x39))
    }

    fn number(&self, start: usize) -> Read {
        let first = if self.is(start, b'-') { start + 1 } else { start };
        if !self.is_digit(first) {
            return self.nothing(start);
        }
        let mut end = if self.is(first, b'0') { first + 1 } else { self.digits(first + 1) };
        let mut is_float = false;
        if self.is(end, b'.') && self.is_digit(end + 1) {
            is_float = true;
            end = self.digits(end + 2);
        }
        if self.is(end, b'e') || self.is(end, b'E') {
            let sign = usize::from(self.is(end + 1, b'+') || self.is(end + 1, b'-'));
            let exponent = end + 1 + sign;
            if self.is_digit(exponent) {
                is_float = true;
                end = self.digits(exponent);
            }
        }
        let text = &self.text[start..end];
        let n = if is_float { self.float(text)? } else { self.int(text, first > start)? };
        Ok((n, end))
    }
    fn float(&self, text: &[C]) -> PyResult {
        let custom = self.scanner.parse_float.value();
        if !custom.is(types().float.value()) {
            return call1(custom, text_of(text).p().value());
        }
        let ascii: Vec<u8> = text.iter().map(|&c| c.into() as u8).collect();
        match parse_ascii(&ascii) {
            Some(f) => Ok(float::new(f)),
            None => taipan_runtime::text::parse_float::parse(C::chars(text), Flavor::Str)
                .map(float::new)
                .map_err(Into::into),
        }
    }
    fn int(&self, text: &[C], negative: bool) -> PyResult {
        /// Digits that fit in 64 bits, whatever they are.
        const FEW: usize = 18;
        let custom = self.scanner.parse_int.value();
        if !custom.is(types().int.value()) {
            return call1(custom, text_of(text).p().value());
        }
        let digits = &text[usize::from(negative)..];
        if digits.len() <= FEW {
            let n = digits.iter().fold(0, |n, &c| 10 * n + i64::from(c.into() - 0x30));
            return Ok(int::new(if negative { -n } else { n }));
        }
        match parse_any(text_of(text).p().value(), 10)? {
            Some(n) => Ok(n),
            None => self.nothing(0),
        }
    }
}

/// The value that begins at a place of a document, and where it ends.
pub fn decode(scanner: &Scanner, doc: P<Str>, at: usize) -> Read {
    if at >= doc.len() {
        return raise_with(Exc::StopIteration, &[int::new(at as i64).value()]);
    }
    // The document stays as it is: the caller holds it, and a str that two hold is not appended to in place.
    let held: Value = doc.value();
    let held = held.own();
    let read = taipan_runtime::with_units!(doc.chars(), text => Decoder::new(scanner, doc, text).value(at));
    drop(held);
    read
}
