//! The methods of `int`.

use super::arith::{self, Num, own_num};
use super::{Int, big, from_big, new, text};
use crate::builtins::args::{named, only, parse, wrong_count};
use crate::error::{Exc, PyResult, check_room};
use crate::object::{Header, P, Ref, alloc_in};
use crate::protocol::{call, index, iter};
use crate::raise;
use crate::runtime::types;
use crate::slots::Args;
use crate::types::bytes::{self, Bytes};
use crate::types::str::Str;
use crate::types::tuple;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use crate::{names::names, pymethods};
use dashu_int::{IBig, Sign, UBig};

/// Sets the slots and methods of `int`.
pub fn install(class: P<TypeObject>) {
    let s = &class.slots;
    s.add.set(Some(arith::add));
    s.sub.set(Some(arith::subtract));
    s.mul.set(Some(arith::multiply));
    s.truediv.set(Some(arith::true_divide));
    s.floordiv.set(Some(arith::floor_divide));
    s.modulo.set(Some(arith::modulo));
    s.divmod.set(Some(arith::divmod));
    s.pow.set(Some(arith::power));
    s.lshift.set(Some(arith::lshift));
    s.rshift.set(Some(arith::rshift));
    s.and.set(Some(arith::and));
    s.or.set(Some(arith::or));
    s.xor.set(Some(arith::xor));
    s.neg.set(Some(arith::negative));
    s.pos.set(Some(arith::positive));
    s.abs.set(Some(arith::absolute));
    s.invert.set(Some(arith::invert));
    s.bool_.set(Some(arith::is_true));
    s.int.set(Some(arith::positive));
    s.index.set(Some(arith::positive));
    s.float.set(Some(arith::as_float));
    s.hash.set(Some(arith::hash));
    s.compare.set(Some(arith::compare));
    Int::install_methods(class);
}

/// An int of this class, `int` itself or a subclass.
pub fn in_class(class: P<TypeObject>, value: Ref) -> Ref {
    if class == types().int {
        return value;
    }
    let value = own_num(*value).big().into_owned();
    alloc_in(class, Int { head: Header::new(class), value }).erase()
}

/// `int(x)` and `int(x, base)` as an exact int.
fn convert(x: Option<Value>, base: Option<Value>) -> PyResult {
    let Some(x) = x else {
        return if base.is_some() { raise!(TypeError, "int() missing string argument") } else { Ok(new(0)) };
    };
    let Some(base) = base else { return from_object(x) };
    let base = index::index_clamped(base)?;
    if base != 0 && !(2..=36).contains(&base) {
        return raise!(ValueError, "int() base must be >= 2 and <= 36, or 0");
    }
    match text::parse_any(x, base as u32)? {
        Some(i) => Ok(i),
        None => raise!(TypeError, "int() can't convert non-string with explicit base"),
    }
}

fn from_object(x: Value) -> PyResult {
    if let Some(i) = index::to_int(x)? {
        return Ok(i);
    }
    if let Some(i) = text::parse_any(x, 10)? {
        return Ok(i);
    }
    let class = x.class().name();
    raise!(TypeError, "int() argument must be a string, a bytes-like object or a real number, not '{class}'")
}

fn little_endian(order: Option<P<Str>>) -> PyResult<bool> {
    match order {
        None => Ok(false),
        Some(s) if s.is_str("little") => Ok(true),
        Some(s) if s.is_str("big") => Ok(false),
        Some(_) => raise!(ValueError, "byteorder must be either 'little' or 'big'"),
    }
}

/// The last `length` bytes of a number, if it fits in them (and they in 8), least significant first if `little`.
fn small_to_bytes(i: i64, length: usize, signed: bool, little: bool) -> Option<Ref> {
    let bits = u32::try_from(8 * length).ok().filter(|&b| b <= 64)?;
    // What is cut off must be a repetition of the sign.
    let kept = if signed { bits.checked_sub(1)? } else { bits };
    if i.checked_shr(kept).unwrap_or(0) != if signed && i < 0 { -1 } else { 0 } || (i < 0 && !signed) {
        return None;
    }
    Some(
        if little {
            bytes::new(&i.to_le_bytes()[..length])
        } else {
            bytes::new(&i.to_be_bytes()[8 - length..])
        }
        .into(),
    )
}

/// The bytes of `length`, least significant first, in two's complement if negative.
fn to_le_bytes(n: Num, length: usize, signed: bool) -> PyResult<Vec<u8>> {
    let negative = n.is_negative();
    if negative && !signed {
        return raise!(OverflowError, "can't convert negative int to unsigned");
    }
    let value = n.big();
    let mut out = if signed {
        value.to_le_bytes().into_vec()
    } else {
        value.into_owned().into_parts().1.to_le_bytes().into_vec()
    };
    let fill = if negative { 0xff } else { 0 };
    while out.len() > length && out.last() == Some(&fill) {
        // The sign bit must stay what it is.
        if signed && out.len() >= 2 && (out[out.len() - 2] & 0x80 != 0) != negative {
            break;
        }
        out.pop();
    }
    if out.len() > length || (negative && length == 0) {
        return raise!(OverflowError, "int too big to convert");
    }
    out.resize(length, fill);
    Ok(out)
}

#[pymethods(install_methods)]
impl Int {
    #[slot(new)]
    fn py_new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        if args.names.is_empty() && args.values.len() > 2 {
            return wrong_count("int", args.values.len(), 0, 2);
        }
        if let (&[x], []) = (args.values, args.names) {
            return convert(Some(x), None).map(|r| in_class(class, r));
        }
        let [x, base] = parse("int", args, &[only(false), named("base")])?;
        convert(x, base).map(|r| in_class(class, r))
    }

    #[slot(repr)]
    fn repr(v: Value) -> PyResult {
        text::to_decimal(v)
    }

    /// Returns self, the complex conjugate of any int.
    #[method("(self, /)")]
    fn conjugate(this: Value) -> PyResult {
        arith::positive(this)
    }

    /// Number of bits necessary to represent self in binary.
    #[method("(self, /)")]
    fn bit_length(this: Value) -> usize {
        match own_num(this) {
            Num::Small(i) => 64 - i.unsigned_abs().leading_zeros() as usize,
            Num::Big(p) => big::bit_length(&p.value),
        }
    }

    /// Number of ones in the binary representation of the absolute value of self.
    #[method("(self, /)")]
    fn bit_count(this: Value) -> usize {
        match own_num(this) {
            Num::Small(i) => i.unsigned_abs().count_ones() as usize,
            Num::Big(p) => p.value.as_sign_words().1.iter().map(|w| w.count_ones() as usize).sum(),
        }
    }

    /// Return an array of bytes representing an integer.
    #[method("(self, /, length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(this: Value, length: isize, byteorder: Option<P<Str>>, signed: bool) -> PyResult {
        let little = little_endian(byteorder)?;
        let Ok(length) = usize::try_from(length) else {
            return raise!(ValueError, "length argument must be non-negative");
        };
        if let Num::Small(i) = own_num(this)
            && let Some(r) = small_to_bytes(i, length, signed, little)
        {
            return Ok(r);
        }
        check_room(length, 1)?;
        let mut out = to_le_bytes(own_num(this), length, signed)?;
        if !little {
            out.reverse();
        }
        Ok(bytes::new(&out).into())
    }

    /// Return the integer represented by the given array of bytes.
    #[classmethod("($type, /, bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(class: P<TypeObject>, source: Value, byteorder: Option<P<Str>>, signed: bool) -> PyResult {
        let little = little_endian(byteorder)?;
        if let Some(b) = source.exact::<Bytes>()
            && b.as_slice().len() < 8
            && class == types().int
        {
            let mut word = [0; 8];
            let data = b.as_slice();
            // As the upper bytes of a word, so that a shift brings the sign down.
            if little {
                word[8 - data.len()..].copy_from_slice(data);
            } else {
                word[8 - data.len()..].iter_mut().zip(data.iter().rev()).for_each(|(to, &from)| *to = from);
            }
            let (n, unused) = (u64::from_le_bytes(word), 64 - 8 * data.len() as u32);
            let n =
                if signed { (n as i64).checked_shr(unused) } else { n.checked_shr(unused).map(|n| n as i64) };
            return Ok(new(n.unwrap_or(0)));
        }
        let mut data = bytes_of(source)?;
        if !little {
            data.reverse();
        }
        let value = if signed { IBig::from_le_bytes(&data) } else { IBig::from(UBig::from_le_bytes(&data)) };
        let r = from_big(value);
        if class == types().int { Ok(r) } else { call::call1(class.value(), *r) }
    }

    /// Return a pair of integers, whose ratio is equal to the original int.
    #[method("(self, /)")]
    fn as_integer_ratio(this: Value) -> PyResult {
        Ok(tuple::from_refs(vec![arith::positive(this)?, new(1)]).erase())
    }

    /// Returns True. Exists for duck type compatibility with float.is_integer.
    #[method("(self, /)")]
    fn is_integer(_this: Value) -> bool {
        true
    }

    /// Truncating an Integral returns itself.
    #[method("(self, /)")]
    fn __trunc__(this: Value) -> PyResult {
        arith::positive(this)
    }

    /// Flooring an Integral returns itself.
    #[method("(self, /)")]
    fn __floor__(this: Value) -> PyResult {
        arith::positive(this)
    }

    /// Ceiling of an Integral returns itself.
    #[method("(self, /)")]
    fn __ceil__(this: Value) -> PyResult {
        arith::positive(this)
    }

    /// Rounding an Integral returns itself.
    ///
    /// Rounding with an ndigits argument also returns an integer.
    #[method("(self, ndigits=None, /)")]
    fn __round__(this: Value, ndigits: Option<Value>) -> PyResult {
        let Some(n) = ndigits.filter(|n| !n.is_none()) else { return arith::positive(this) };
        let n = index::index_clamped(n)?;
        if n >= 0 {
            return arith::positive(this);
        }
        let x = own_num(this);
        let digits = usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX);
        // A unit with more digits than the number (and one more for the rounding) gives zero.
        if digits > big::bit_length(&x.big()) / 3 + 2 {
            return Ok(new(0));
        }
        Ok(from_big(big::round_to(&x.big(), digits)))
    }

    #[method("(self, /)")]
    fn __getnewargs__(this: Value) -> PyResult {
        Ok(tuple::from_refs(vec![arith::positive(this)?]).erase())
    }

    /// Convert to a string according to format_spec.
    #[method("(self, format_spec, /)")]
    fn __format__(this: Value, format_spec: P<Str>) -> PyResult {
        text::format(this, format_spec)
    }

    /// Returns size in memory, in bytes.
    #[method("(self, /)")]
    fn __sizeof__(this: Value) -> usize {
        // CPython's: a header of 24 bytes and 30-bit digits of four bytes.
        let bits = Int::bit_length(this);
        24 + 4 * bits.div_ceil(30).max(1)
    }

    /// the real part of a complex number
    #[getter]
    fn real(this: Value) -> PyResult {
        arith::positive(this)
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(_this: Value) -> i64 {
        0
    }

    /// the numerator of a rational number in lowest terms
    #[getter]
    fn numerator(this: Value) -> PyResult {
        arith::positive(this)
    }

    /// the denominator of a rational number in lowest terms
    #[getter]
    fn denominator(_this: Value) -> i64 {
        1
    }
}

/// The bytes of an object, as `bytes(source)` would find them, without integers as sizes.
fn bytes_of(source: Value) -> PyResult<Vec<u8>> {
    if let Some(b) = source.exact::<Bytes>() {
        return Ok(b.as_slice().to_vec());
    }
    if let Some(r) = call::call_special(source, names().__bytes__, &[]) {
        let r = r?;
        return match r.downcast::<Bytes>() {
            Some(b) => Ok(b.as_slice().to_vec()),
            None => raise!(TypeError, "__bytes__ returned non-bytes (type {})", r.class().name()),
        };
    }
    if let Some(view) = bytes::buffer(source) {
        return view;
    }
    if source.as_str().is_some() || !crate::protocol::sequence::is_iterable(source) {
        return raise!(TypeError, "cannot convert '{}' object to bytes", source.class().name());
    }
    let mut out = Vec::new();
    iter::for_each(source, |item| {
        let i = index::index_size(*item, Exc::ValueError)?;
        match u8::try_from(i) {
            Ok(b) => out.push(b),
            Err(_) => return raise!(ValueError, "bytes must be in range(0, 256)"),
        }
        Ok(())
    })?;
    Ok(out)
}

/// Is the int negative?
pub fn is_negative(v: Value) -> bool {
    match Num::of(v) {
        Some(Num::Small(i)) => i < 0,
        Some(Num::Big(p)) => p.value.sign() == Sign::Negative,
        None => false,
    }
}

/// An int (or bool, or instance of a subclass) as a float.
pub fn to_f64(v: Value) -> PyResult<f64> {
    match own_num(v) {
        Num::Small(i) => Ok(i as f64),
        Num::Big(p) => match big::to_f64(&p.value) {
            Some(f) => Ok(f),
            None => raise!(OverflowError, "int too large to convert to float"),
        },
    }
}
