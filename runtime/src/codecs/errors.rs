//! Coding errors as Python sees them: exceptions, and handlers registered with `codecs.register_error`.

use super::fault::{DecodeErrors, DecodeFault, EncodeErrors, EncodeFault, Policy, Substitute, Verdict};
use super::{Encoding, registry};
use crate::error::{Exc, PyResult, Raised};
use crate::object::{P, Ref};
use crate::protocol::{attr, call};
use crate::runtime::exception_class;
use crate::slots::Args;
use crate::text::StrBuilder;
use crate::types::bytes::{self, Bytes};
use crate::types::int;
use crate::types::str::{self, Str};
use crate::types::tuple::{self, Tuple};
use crate::value::Value;
use crate::{protocol, raise};

/// The error handling of one decoding or encoding.
pub struct Handler<'a> {
    name: &'a str,
    policy: Option<Policy>,
    /// The registered handler, once it was needed.
    callback: Option<Ref>,
    /// What is decoded or encoded, if it is an object already.
    object: Option<Ref>,
}

impl<'a> Handler<'a> {
    /// For decoding; `object` is a `bytes` object with the input, if there is one.
    pub fn decoding(errors: Option<&'a str>, object: Option<Value>) -> Handler<'a> {
        let name = errors.unwrap_or("strict");
        Handler { name, policy: Policy::from_name(name), callback: None, object: object.map(|o| o.own()) }
    }
    /// For encoding `s`.
    pub fn encoding(errors: Option<&'a str>, s: P<Str>) -> Handler<'a> {
        Handler::decoding(errors, Some(s.value()))
    }
    fn run(&mut self, exception: Value, direction: &str, accepts: &str) -> PyResult<(Ref, i64)> {
        let callback = match &self.callback {
            Some(f) => f.clone(),
            None => self.callback.insert(registry::error_handler(self.name)?).clone(),
        };
        let result = call::call1(*callback, exception)?;
        let wrong = || raise!(TypeError, "{direction} error handler must return ({accepts}, int) tuple");
        let Some(pair) = result.downcast::<Tuple>() else { return wrong() };
        let &[substitute, position] = pair.items() else { return wrong() };
        let acceptable = substitute.as_str().is_some()
            || (accepts == "str/bytes" && substitute.downcast::<Bytes>().is_some());
        match position.as_i64() {
            Some(i) if acceptable => Ok((substitute.own(), i)),
            _ => wrong(),
        }
    }
}

/// A handler's position, counted from the end if negative, must lie in the input.
fn checked_position(i: i64, len: usize) -> PyResult<usize> {
    let at = if i < 0 { i + len as i64 } else { i };
    match usize::try_from(at) {
        Ok(at) if at <= len => Ok(at),
        _ => raise!(IndexError, "position {i} from error handler out of bounds"),
    }
}

fn coding_error(exc: Exc, encoding: &str, object: Value, start: usize, end: usize, reason: &str) -> PyResult {
    let (encoding, reason) = (str::new(encoding).erase(), str::new(reason).erase());
    let (start, end) = (int::new(start as i64), int::new(end as i64));
    let arguments = [*encoding, object, *start, *end, *reason];
    call::call(exception_class(exc).value(), Args::positional(&arguments))
}

fn wrong_kind<T>(exception: &str) -> PyResult<T> {
    raise!(TypeError, "don't know how to handle {exception} in error callback")
}

impl DecodeErrors for Handler<'_> {
    type Error = Raised;
    #[cold]
    fn decode_error(&mut self, fault: DecodeFault<'_>, out: &mut StrBuilder) -> PyResult<usize> {
        let verdict = match self.policy {
            Some(p) => p.decode(&fault, out),
            None => Verdict::Raise,
        };
        match verdict {
            Verdict::Handled(at) => return Ok(at),
            Verdict::WrongKind => return wrong_kind("UnicodeDecodeError"),
            Verdict::Raise => {}
        }
        let object = self.object.get_or_insert_with(|| bytes::new(fault.input).erase()).clone();
        let e = coding_error(
            Exc::UnicodeDecodeError,
            fault.encoding,
            *object,
            fault.start,
            fault.end,
            fault.reason,
        )?;
        if self.policy.is_some() {
            return crate::error::raise_exception(e);
        }
        let (substitute, at) = self.run(*e, "decoding", "str")?;
        if let Some(s) = substitute.as_str() {
            out.push_pystr(&s);
        }
        checked_position(at, fault.input.len())
    }
}

impl Handler<'_> {
    fn encode_exception(&mut self, fault: &EncodeFault<'_>) -> PyResult {
        let object = self.object.get_or_insert_with(|| str::from_slice(fault.input).erase()).clone();
        coding_error(Exc::UnicodeEncodeError, fault.encoding, *object, fault.start, fault.end, fault.reason)
    }
}

impl EncodeErrors for Handler<'_> {
    type Error = Raised;
    #[cold]
    fn encode_error(&mut self, fault: EncodeFault<'_>) -> PyResult<(Substitute, usize)> {
        let verdict = match self.policy {
            Some(p) => p.encode(&fault),
            None => Verdict::Raise,
        };
        match verdict {
            Verdict::Handled(done) => return Ok(done),
            Verdict::WrongKind => return wrong_kind("UnicodeEncodeError"),
            Verdict::Raise => {}
        }
        if self.policy.is_some() {
            return Err(self.refuse(fault));
        }
        let e = self.encode_exception(&fault)?;
        let (substitute, at) = self.run(*e, "encoding", "str/bytes")?;
        let at = checked_position(at, fault.input.len())?;
        Ok((substituted(*substitute), at))
    }
    #[cold]
    fn refuse(&mut self, fault: EncodeFault<'_>) -> Raised {
        match self.encode_exception(&fault) {
            Ok(e) => match crate::error::raise_exception::<std::convert::Infallible>(e) {
                Err(raised) => raised,
                Ok(never) => match never {},
            },
            Err(raised) => raised,
        }
    }
}

fn substituted(v: Value) -> Substitute {
    if let Some(b) = v.downcast::<Bytes>() {
        return Substitute::Bytes(b.as_slice().to_vec());
    }
    let mut text = StrBuilder::new();
    if let Some(s) = v.as_str() {
        text.push_pystr(&s);
    }
    Substitute::Text(text)
}

/// Encode `s` with an error handler's name.
pub fn encode_with(encoding: Encoding, s: P<Str>, errors: Option<&str>) -> PyResult<Vec<u8>> {
    let _owner = s.own();
    encoding.encode(s.chars(), &mut Handler::encoding(errors, s))
}

/// The fields of a `UnicodeError`.
struct Fields {
    object: Ref,
    encoding: String,
    reason: String,
    start: usize,
    end: usize,
}

fn fields(e: Value, with_encoding: bool, len: impl Fn(Value) -> usize) -> PyResult<Fields> {
    let object = attr::getattr_text(e, "object")?;
    let number = |name: &str| -> PyResult<i64> { protocol::index::to_i64(*attr::getattr_text(e, name)?) };
    let text = |name: &str| -> PyResult<String> {
        let v = attr::getattr_text(e, name)?;
        Ok(v.as_str().map(|s| s.to_lossy()).unwrap_or_default())
    };
    let n = len(*object) as i64;
    let start = number("start")?.clamp(0, (n - 1).max(0)) as usize;
    let end = (number("end")?.clamp(n.min(1), n) as usize).max(start);
    let encoding = if with_encoding { text("encoding")? } else { String::new() };
    Ok(Fields { encoding, reason: text("reason")?, start, end, object })
}

fn answer(text: Ref, at: usize) -> PyResult {
    Ok(tuple::from_refs(vec![text, int::new(at as i64)]).erase())
}

/// What the function `codecs.<policy>_errors` does with an exception.
pub fn policy_function(policy: Policy, e: Value) -> PyResult {
    let is = |exc: Exc| e.is_instance_of(exception_class(exc));
    if policy == Policy::Strict {
        return if is(Exc::Exception) {
            crate::error::raise_exception(e.own())
        } else {
            raise!(TypeError, "codec must pass exception instance")
        };
    }
    let (encode, decode, translate) =
        (is(Exc::UnicodeEncodeError), is(Exc::UnicodeDecodeError), is(Exc::UnicodeTranslateError));
    let translates = matches!(policy, Policy::Ignore | Policy::Replace | Policy::BackslashReplace);
    if encode || (translate && translates) {
        let f = fields(e, encode, |o| o.as_str().map_or(0, |s| s.len()))?;
        let Some(s) = f.object.as_str() else { return wrong_kind(&e.class().name()) };
        if translate && policy == Policy::Replace {
            let mut out = StrBuilder::new();
            out.push_n(0xfffd, f.end - f.start);
            return answer(out.finish().erase(), f.end);
        }
        let fault = EncodeFault {
            encoding: &f.encoding,
            input: s.chars(),
            start: f.start,
            end: f.end,
            reason: &f.reason,
        };
        return match policy.encode(&fault) {
            Verdict::Handled((Substitute::Text(t), at)) => answer(t.finish().erase(), at),
            Verdict::Handled((Substitute::Bytes(b), at)) => answer(bytes::new(&b).erase(), at),
            Verdict::Raise => crate::error::raise_exception(e.own()),
            Verdict::WrongKind => wrong_kind(&e.class().name()),
        };
    }
    if decode {
        let f = fields(e, true, |o| o.downcast::<Bytes>().map_or(0, |b| b.as_slice().len()))?;
        let Some(b) = f.object.downcast::<Bytes>() else { return wrong_kind(&e.class().name()) };
        let input = b.as_slice();
        let fault =
            DecodeFault { encoding: &f.encoding, input, start: f.start, end: f.end, reason: &f.reason };
        let mut out = StrBuilder::new();
        return match policy.decode(&fault, &mut out) {
            Verdict::Handled(at) => answer(out.finish().erase(), at),
            Verdict::Raise => crate::error::raise_exception(e.own()),
            Verdict::WrongKind => wrong_kind(&e.class().name()),
        };
    }
    wrong_kind(&e.class().name())
}
