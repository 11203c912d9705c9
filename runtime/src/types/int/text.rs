//! Ints to and from text.

use super::arith::{Num, own_num};
use crate::error::PyResult;
use crate::object::P;
use crate::object::Ref;
use crate::runtime::runtime;
pub use crate::text::digits::decimal_i64;
use crate::text::digits::with_digits;
use crate::text::format_spec::{IntRef, format_int};
use crate::text::parse_int::{ParsedInt, parse, to_decimal as big_to_decimal};
use crate::text::{Flavor, StrBuilder};
use crate::types::bytes;
use crate::types::str::{self, Chars, Str};
use crate::value::Value;

/// `sys.get_int_max_str_digits()`; 0 is no limit.
pub fn max_digits() -> usize {
    runtime().int_max_str_digits.get()
}

/// The int that a `str`, `bytes` or `bytearray` says; `None` for other types.
pub fn parse_any(x: Value, base: u32) -> PyResult<Option<Ref>> {
    let parsed = if let Some(s) = x.as_str() {
        parse(s.chars(), base, Flavor::Str, max_digits())
    } else if let Some(data) = bytes::buffer(x) {
        parse(Chars::Latin1(&data?), base, Flavor::Bytes, max_digits())
    } else {
        return Ok(None);
    };
    Ok(Some(match parsed? {
        ParsedInt::Small(i) => super::new(i),
        ParsedInt::Big(i) => super::from_big(i),
    }))
}

/// `int.__repr__(v)`, of an int.
pub fn to_decimal(v: Value) -> PyResult {
    Ok(match own_num(v) {
        Num::Small(i) => decimal_i64(i, |digits| str::latin1(digits).erase()),
        Num::Big(p) => str::new(&big_to_decimal(&p.value, max_digits())?).erase(),
    })
}

/// `format(v, spec)`
pub fn format(v: Value, spec: P<Str>) -> PyResult {
    if spec.is_empty() {
        return crate::protocol::repr::str(v).map(Ref::from);
    }
    let n = own_num(v);
    let n = match &n {
        Num::Small(i) => IntRef::Small(*i),
        Num::Big(p) => IntRef::Big(&p.value),
    };
    Ok(v.class().with_name(|name| format_int(n, spec.chars(), name, max_digits()))?.into())
}

/// Text of an int in a base that is a power of two, with its prefix: `hex`, `oct`, `bin`.
pub fn with_prefix(v: Value, radix: u8, prefix: &str) -> Ref {
    let n = own_num(v);
    let mut text = StrBuilder::new();
    if n.is_negative() {
        text.push(u32::from(b'-'));
    }
    text.push_str(prefix);
    match n {
        Num::Small(i) => with_digits(i.unsigned_abs(), radix.trailing_zeros(), |d| text.push_latin1(d)),
        Num::Big(p) => text.push_str(p.value.in_radix(radix).to_string().trim_start_matches('-')),
    }
    text.finish().erase()
}
