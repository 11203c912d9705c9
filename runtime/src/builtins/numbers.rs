//! The functions of `builtins` on numbers and characters.

use crate::concrete::CompensatedSum;
use crate::error::PyResult;
use crate::object::Ref;
use crate::protocol::{call, index, iter, number};
use crate::pymodule;
use crate::runtime::types;
use crate::types::int::Num;
use crate::types::{complex, float, int};
use crate::value::Value;

/// The number of an exact float.
fn exact_float(v: Value) -> Option<f64> {
    v.as_exact_float()
}

/// The number of an exact int or bool that fits in 64 bits.
fn exact_int(v: Value) -> Option<i64> {
    if v.is_int() || v.is_bool() {
        return v.as_i64();
    }
    if index::is_exact_int(v) { v.as_i64() } else { None }
}

/// `sum(iterable, start)`: ints, then floats and complex numbers with compensation, then whatever `+` does.
pub fn sum(iterable: Value, start: Value) -> PyResult {
    let it = iter::iter(iterable)?;
    sum_on(*it, start.own(), &[sum_ints, sum_floats, sum_complex])
}

/// `SUM_ADD`: the total with an item, or with that and all that are left, if one of them is no int. The total has
/// these rounding errors, if it is a float.
pub fn sum_step(total: Value, errors: Value, it: Value, item: Value) -> PyResult {
    if exact_int(total).is_some() && exact_int(item).is_some() {
        return number::add(total, item);
    }
    match (exact_float(total), exact_float(errors)) {
        (Some(hi), Some(lo)) => {
            let mut total = CompensatedSum::with_errors(hi, lo);
            let (sum, end) = match summand(item) {
                Some(x) => {
                    total.add(x);
                    more_floats(it, total)?
                }
                None => (float::new(total.value()), Some(item.own())),
            };
            match end {
                None => Ok(sum),
                Some(v) => sum_on(it, number::add(*sum, *v)?, &[sum_complex]),
            }
        }
        _ => sum_on(it, number::add(total, item)?, &[sum_floats, sum_complex]),
    }
}

/// The sum of the total and the items of an iterator. What ends a run of ints, floats or complex numbers (those that may
/// still come) is added as `+` does it.
fn sum_on(it: Value, mut total: Ref, runs: &[fn(Value, Value) -> Run]) -> PyResult {
    for run in runs {
        match run(it, *total)? {
            None => {}
            Some((sum, None)) => return Ok(sum),
            Some((sum, Some(v))) => total = number::add(*sum, *v)?,
        }
    }
    while let Some(v) = iter::next(it)? {
        total = number::add(*total, *v)?;
    }
    Ok(total)
}

/// If the total so far is of its kind, what a run comes to: the sum, and the item that ended it.
type Run = PyResult<Option<(Ref, Option<Ref>)>>;

/// Ends at an item that is no int or overflows.
fn sum_ints(it: Value, start: Value) -> Run {
    let Some(mut total) = exact_int(start) else { return Ok(None) };
    while let Some(v) = iter::next(it)? {
        match exact_int(*v).and_then(|i| total.checked_add(i)) {
            Some(t) => total = t,
            None => return Ok(Some((int::new(total), Some(v)))),
        }
    }
    Ok(Some((int::new(total), None)))
}

fn sum_floats(it: Value, start: Value) -> Run {
    match exact_float(start) {
        Some(start) => more_floats(it, CompensatedSum::new(start)).map(Some),
        None => Ok(None),
    }
}

/// What is added to a float: a float, or an int that is small.
fn summand(v: Value) -> Option<f64> {
    match (exact_float(v), Num::of(v)) {
        (Some(f), _) => Some(f),
        (None, Some(Num::Small(i))) => Some(i as f64),
        _ => None,
    }
}

/// A run of floats: the sum, and the item that ended it.
fn more_floats(it: Value, mut total: CompensatedSum) -> PyResult<(Ref, Option<Ref>)> {
    while let Some(v) = iter::next(it)? {
        match summand(*v) {
            Some(x) => total.add(x),
            None => return Ok((float::new(total.value()), Some(v))),
        }
    }
    Ok((float::new(total.value()), None))
}

fn sum_complex(it: Value, start: Value) -> Run {
    let start = if start.class() == types().complex { start.as_complex() } else { None };
    let Some(start) = start else { return Ok(None) };
    let (mut re, mut im) = (CompensatedSum::new(start.re), CompensatedSum::new(start.im));
    loop {
        let next = iter::next(it)?;
        let total = || complex::new(re.value(), im.value());
        let Some(v) = next else { return Ok(Some((total(), None))) };
        if v.class() == types().complex
            && let Some(c) = v.as_complex()
        {
            re.add(c.re);
            im.add(c.im);
        } else if let Some(f) = exact_float(*v) {
            re.add(f);
        } else if let Some(Num::Small(i)) = Num::of(*v) {
            re.add(i as f64);
        } else {
            return Ok(Some((total(), Some(v))));
        }
    }
}

/// `round(v, ndigits)`
pub fn round(v: Value, ndigits: Option<Value>) -> PyResult {
    let ndigits = ndigits.filter(|n| !n.is_none());
    if ndigits.is_none() {
        if v.is_int() {
            return Ok(v.own());
        }
        if let Some(f) = v.as_exact_float() {
            return float::to_int(crate::concrete::round_half_even(f));
        }
    }
    let args: &[Value] = ndigits.as_slice();
    match call::call_special(v, crate::names::names().__round__, args) {
        Some(r) => r,
        None => crate::raise!(TypeError, "type {} doesn't define __round__ method", v.class().name()),
    }
}

/// Numbers and characters.
#[pymodule(name = "builtins")]
pub mod functions {
    use super::{index, int, number};
    use crate::error::PyResult;
    use crate::object::Ref;
    use crate::raise;
    use crate::types::bytes::Bytes;
    use crate::types::str;
    use crate::value::{NONE, Value};

    /// Return the absolute value of the argument.
    #[pyfunction("($module, x, /)")]
    fn abs(_m: Value, x: Value) -> PyResult {
        number::absolute(x)
    }

    /// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
    #[pyfunction("($module, x, y, /)")]
    fn divmod(_m: Value, x: Value, y: Value) -> PyResult {
        number::divmod(x, y)
    }

    /// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
    ///
    /// Some types, such as ints, are able to use a more efficient algorithm when
    /// invoked using the three argument form.
    #[pyfunction("($module, /, base, exp, mod=None)")]
    fn pow(_m: Value, base: Value, exp: Value, modulus: Option<Value>) -> PyResult {
        number::power(base, exp, modulus.unwrap_or(NONE))
    }

    /// Round a number to a given precision in decimal digits.
    ///
    /// The return value is an integer if ndigits is omitted or None.  Otherwise
    /// the return value has the same type as the number.  ndigits may be negative.
    #[pyfunction("($module, /, number, ndigits=None)")]
    fn round(_m: Value, number: Value, ndigits: Option<Value>) -> PyResult {
        super::round(number, ndigits)
    }

    /// Return the sum of a 'start' value (default: 0) plus an iterable of numbers
    ///
    /// When the iterable is empty, return the start value.
    /// This function is intended specifically for use with numeric values and may
    /// reject non-numeric types.
    #[pyfunction("($module, iterable, /, start=0)")]
    fn sum(_m: Value, iterable: Value, start: Option<Value>) -> PyResult {
        let start = start.unwrap_or(Value::small_int(0));
        if start.as_str().is_some() {
            return raise!(TypeError, "sum() can't sum strings [use ''.join(seq) instead]");
        }
        let t = crate::runtime::types();
        if start.is_instance_of(t.bytes) {
            return raise!(TypeError, "sum() can't sum bytes [use b''.join(seq) instead]");
        }
        if start.is_instance_of(t.bytearray) {
            return raise!(TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]");
        }
        super::sum(iterable, start)
    }

    fn in_base(v: Value, radix: u8, prefix: &str) -> PyResult {
        let i = index::index(v)?;
        Ok(int::text::with_prefix(*i, radix, prefix))
    }

    /// Return the binary representation of an integer.
    #[pyfunction("($module, number, /)")]
    fn bin(_m: Value, number: Value) -> PyResult {
        in_base(number, 2, "0b")
    }

    /// Return the octal representation of an integer.
    #[pyfunction("($module, number, /)")]
    fn oct(_m: Value, number: Value) -> PyResult {
        in_base(number, 8, "0o")
    }

    /// Return the hexadecimal representation of an integer.
    #[pyfunction("($module, number, /)")]
    fn hex(_m: Value, number: Value) -> PyResult {
        in_base(number, 16, "0x")
    }

    /// Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.
    #[pyfunction("($module, i, /)")]
    fn chr(_m: Value, i: Value) -> PyResult {
        let code = match i.as_small_int() {
            Some(i) => i,
            None => index::index_clamped(i)?,
        };
        match u32::try_from(code) {
            Ok(c) if c < 0x11_0000 => Ok(str::char_str(c).erase()),
            _ => raise!(ValueError, "chr() arg not in range(0x110000)"),
        }
    }

    /// Return the ordinal value of a character.
    ///
    /// If the argument is a one-byte string, return the integer value of that byte.
    #[pyfunction("($module, character, /)")]
    fn ord(_m: Value, character: Value) -> PyResult {
        if let Some(s) = character.as_str() {
            if s.len() == 1 {
                return Ok(int::new(s.chars().at(0).into()));
            }
            return raise!(TypeError, "ord() expected a character, but string of length {} found", s.len());
        }
        if let Some(data) = crate::types::bytes::buffer(character).filter(|_| is_bytes(character)) {
            let data = data?;
            return match data[..] {
                [b] => Ok(int::new(b.into())),
                _ => {
                    let n = data.len();
                    raise!(TypeError, "ord() expected a character, but string of length {n} found")
                }
            };
        }
        raise!(TypeError, "ord() expected string of length 1, but {} found", character.class().name())
    }

    fn is_bytes(v: Value) -> bool {
        v.downcast::<Bytes>().is_some() || v.is_instance_of(crate::runtime::types().bytearray)
    }

    /// Return the hash value for the given object.
    ///
    /// Two objects that compare equal must also have the same hash value, but the
    /// reverse is not necessarily true.
    #[pyfunction("($module, obj, /)")]
    fn hash(_m: Value, obj: Value) -> PyResult<i64> {
        crate::protocol::compare::hash(obj)
    }

    /// Return the identity of an object.
    ///
    /// This is guaranteed to be unique among simultaneously existing objects.
    #[pyfunction("($module, obj, /)")]
    fn id(_m: Value, obj: Value) -> Ref {
        int::from_u64(obj.bits())
    }
}
