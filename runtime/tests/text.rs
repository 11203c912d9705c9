//! `str`, `bytes`, `bytearray` and `memoryview` against CPython 3.14's answers in `text/cases.txt` (made by
//! `text/generate.py`).
//!
//! # Invariants
//! - A thread state stays attached only while the runtime that it belongs to lives.

use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Own, Ref};
use taipan_runtime::protocol::{attr, call, compare, iter, mapping, number, repr};
use taipan_runtime::runtime::{Runtime, types};
use taipan_runtime::slots::{Args, CmpOp};
use taipan_runtime::text::escape::{Escape, read_escape};
use taipan_runtime::text::{Chars, parse_float, parse_int};
use taipan_runtime::thread::{self, Thread};
use taipan_runtime::types::{bytes, complex, dict, float, int, list, slice, str, tuple};
use taipan_runtime::value::{NONE, Value};

/// Run `f` in a fresh interpreter.
fn with_runtime(f: impl FnOnce()) {
    let rt = Runtime::new([1, 2]);
    let thread = Thread::new(&raw const *rt, 1);
    // SAFETY: both outlive `f`, and nobody else uses them.
    let before = unsafe { thread::attach(&raw const *thread) };
    taipan_runtime::boot::boot(&rt);
    f();
    // SAFETY: as above.
    unsafe { thread::attach(before) };
    std::mem::forget((rt, thread));
}

/// Reads the literals that `generate.py` writes.
struct Literals<'a> {
    text: &'a [u8],
    at: usize,
}

impl Literals<'_> {
    fn eat(&mut self, token: &str) -> bool {
        let hit = self.text[self.at..].starts_with(token.as_bytes());
        self.at += if hit { token.len() } else { 0 };
        hit
    }
    fn items(&mut self, close: &str) -> Vec<Ref> {
        let mut items = Vec::new();
        while !self.eat(close) {
            items.push(self.value());
            self.eat(",");
            self.eat(" ");
        }
        items
    }
    fn quoted(&mut self, unicode: bool) -> Vec<u32> {
        let quote = self.text[self.at];
        self.at += 1;
        let mut out = Vec::new();
        while self.text[self.at] != quote {
            if self.text[self.at] != b'\\' {
                out.push(self.text[self.at].into());
                self.at += 1;
                continue;
            }
            match read_escape(&self.text[self.at + 1..], unicode) {
                Escape::Char(c, n) => {
                    out.extend(c);
                    self.at += n + 1;
                }
                other => panic!("{other:?}"),
            }
        }
        self.at += 1;
        out
    }
    fn value(&mut self) -> Ref {
        for (word, v) in [("None", NONE), ("True", Value::bool(true)), ("False", Value::bool(false))] {
            if self.eat(word) {
                return v.own();
            }
        }
        if self.eat("[") {
            return list::new(self.items("]")).erase();
        }
        if self.eat("bytearray(") {
            let b = self.items(")").remove(0);
            return ok(call::call1(types().bytearray.value(), *b));
        }
        if self.eat("memoryview(") {
            let b = self.items(")").remove(0);
            return ok(call::call1(types().memoryview.value(), *b));
        }
        if self.eat("slice(") {
            let p = self.items(")");
            return slice::new(*p[0], *p[1], *p[2]).erase();
        }
        if self.eat("{") {
            let d = dict::new();
            while !self.eat("}") {
                let k = self.value();
                assert!(self.eat(": "));
                d.insert(*k, self.value()).unwrap();
                self.eat(", ");
            }
            return d.erase();
        }
        match self.text[self.at] {
            b'\'' | b'"' => str::from_chars(&self.quoted(true)).erase(),
            b'b' => {
                self.at += 1;
                let data: Vec<u8> = self.quoted(false).iter().map(|&c| c as u8).collect();
                bytes::new(&data).erase()
            }
            b'(' => {
                self.at += 1;
                if let Some(z) = self.complex() {
                    return z;
                }
                tuple::from_refs(self.items(")")).erase()
            }
            _ => self.number(),
        }
    }
    fn word(&mut self) -> String {
        let stop = |b: &u8| b",)]}: ".contains(b);
        let n = self.text[self.at..].iter().position(stop).unwrap_or(self.text.len() - self.at);
        self.at += n;
        String::from_utf8_lossy(&self.text[self.at - n..self.at]).into_owned()
    }
    fn complex(&mut self) -> Option<Ref> {
        let end = self.text[self.at..].iter().position(|&b| b == b')')?;
        let body =
            std::str::from_utf8(&self.text[self.at..self.at + end]).ok()?.strip_suffix('j')?.to_owned();
        let (re, im) = body.split_once('+')?;
        self.at += end + 1;
        Some(complex::new(re.parse().ok()?, im.parse().ok()?))
    }
    fn number(&mut self) -> Ref {
        let word = self.word();
        if let Some(im) = word.strip_suffix('j') {
            return complex::new(0.0, im.parse().unwrap());
        }
        let chars = Chars::Latin1(word.as_bytes());
        match parse_int::parse(chars, 10, Default::default(), 0) {
            Ok(parse_int::ParsedInt::Small(i)) => int::new(i),
            Ok(parse_int::ParsedInt::Big(i)) => int::from_big(i),
            Err(_) => float::new(
                parse_float::parse(chars, Default::default()).unwrap_or_else(|_| panic!("{word:?}")),
            ),
        }
    }
}

fn ok(r: PyResult) -> Ref {
    r.unwrap_or_else(|_| {
        let e = taipan_runtime::error::take();
        panic!("{}: {}", e.class().name(), repr::str(*e).map(|s| s.to_lossy()).unwrap_or_default())
    })
}

fn literal(text: &str) -> Ref {
    let mut l = Literals { text: text.as_bytes(), at: 0 };
    let v = l.value();
    assert_eq!(l.at, text.len(), "{text}");
    v
}

fn perform(receiver: Value, method: &str, args: &[Value], kwargs: Value) -> PyResult {
    let arg = || args[0];
    Ok(match method {
        "%" => return number::modulo(receiver, arg()),
        "+" => return number::add(receiver, arg()),
        "*" => return number::multiply(receiver, arg()),
        "in" => Value::bool(mapping::contains(receiver, arg())?).own(),
        "[]" => return mapping::getitem(receiver, arg()),
        "==" => return compare::rich_compare(receiver, arg(), CmpOp::Eq),
        "<" => return compare::rich_compare(receiver, arg(), CmpOp::Lt),
        "str" => repr::str(receiver)?.erase(),
        "repr" => repr::repr(receiver)?.erase(),
        "ascii" => repr::ascii(receiver)?.erase(),
        "hash" => {
            let same = bytes::from_buffer(receiver)?;
            Value::bool(compare::hash(receiver)? == compare::hash(*same)?).own()
        }
        "list" => list::new(iter::collect(receiver)?).erase(),
        "format" if receiver.as_str().is_none() => {
            let Some(spec) = arg().as_str() else {
                return taipan_runtime::raise!(
                    TypeError,
                    "format() argument 2 must be str, not {}",
                    arg().class().name()
                );
            };
            str::format::format_value(receiver, spec)?.erase()
        }
        _ => {
            let f =
                if method == "new" { receiver.class().own() } else { attr::getattr_text(receiver, method)? };
            let kwargs = kwargs.exact::<dict::Dict>().expect("a dict");
            let pairs: Vec<(Value, Value)> = kwargs.iter().collect();
            let values: Vec<Value> = args.iter().copied().chain(pairs.iter().map(|p| p.1)).collect();
            let names: Vec<Value> = pairs.iter().map(|p| p.0).collect();
            return call::call(*f, Args { values: &values, names: &names });
        }
    })
}

fn shown(v: Value) -> String {
    if v.is_instance_of(types().memoryview) {
        return "view".to_owned();
    }
    if v.is_instance_of(types().bytes) && v.class() != types().bytes {
        return format!("subclass {}", v.class().name());
    }
    repr::ascii(v).map_or_else(|_| "error in repr".to_owned(), |s| s.to_lossy())
}

fn answer(receiver: Value, method: &str, args: Value, kwargs: Value) -> String {
    let items = args.exact::<tuple::Tuple>().expect("a tuple");
    let before = shown(receiver);
    match perform(receiver, method, items.items(), kwargs) {
        Ok(v) => {
            let mut text = shown(*v);
            let after = shown(receiver);
            if receiver.is_instance_of(types().bytearray) && before != after {
                text.push_str(&format!(" then {after}"));
            }
            text
        }
        Err(_) => {
            let e = taipan_runtime::error::take();
            let message = repr::str(*e).unwrap();
            let message = taipan_runtime::text::escape::ascii_str(message.chars()).chars().to_lossy();
            let message = message[1..message.len() - 1].replace("\\'", "'");
            format!("! {}: {message}", e.class().name())
        }
    }
}

#[test]
fn appending_in_place() {
    // The reference is passed on.
    fn grow(s: Own<str::Str>, tail: &Own<str::Str>) -> Own<str::Str> {
        let left = s.p();
        let _passed_on = s.erase().into_raw();
        str::append(left, tail.p()).expect("there is memory")
    }
    with_runtime(|| {
        let (x, wide) = (str::new("x"), str::new("€"));
        let mut s = grow(str::new("starting"), &x);
        let place = s.p();
        for _ in 0..2 {
            s = grow(s, &x);
        }
        assert_eq!(s.p(), place);
        let other = s.clone();
        s = grow(s, &x);
        assert!(s.is_str("startingxxxx") && other.is_str("startingxxx"));
        s = grow(s, &wide);
        assert!(s.is_str("startingxxxx€") && s.hash() == str::new("startingxxxx€").hash());
    });
}

#[test]
fn methods_answer_as_cpythons() {
    with_runtime(|| {
        let cases = include_str!("text/cases.txt");
        let mut wrong = Vec::new();
        for line in cases.lines() {
            let [receiver, method, args, kwargs, want]: [&str; 5] =
                line.split('\t').collect::<Vec<_>>().try_into().expect("five columns");
            // `__import__` belongs to the layers above, and with it the codecs of the standard library.
            let (r, a, k) = (literal(receiver), literal(args), literal(kwargs));
            let got = answer(*r, method, *a, *k);
            if got != want {
                wrong.push(format!("{receiver} {method} {args} {kwargs}\n  want {want}\n  got  {got}"));
            }
        }
        assert!(
            wrong.is_empty(),
            "{} of {} are wrong\n{}",
            wrong.len(),
            cases.lines().count(),
            wrong.join("\n")
        );
    });
}
