//! Elements of a view in native formats: one character of `struct`, perhaps behind an `@`.

use crate::error::{Exc, PyResult, take_if};
use crate::object::Ref;
use crate::protocol::{index, truth};
use crate::raise;
use crate::types::bytes::{self, Bytes};
use crate::types::{float, int};
use crate::value::Value;
use dashu_int::IBig;

/// The character of a native format, and the size of its elements; `None` for other formats.
pub fn native(format: &str) -> Option<(u8, usize)> {
    let code = match format.strip_prefix('@').unwrap_or(format).as_bytes() {
        [c] => *c,
        _ => return None,
    };
    let size = match code {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        _ => return None,
    };
    Some((code, size))
}

fn word<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[..N]);
    out
}

/// The value of an element; `bytes` are as many as the format says.
pub fn unpack(format: &str, bytes: &[u8]) -> PyResult {
    let Some((code, _)) = native(format) else { return unsupported(format) };
    Ok(match code {
        b'c' => bytes::new(bytes).erase(),
        b'b' => int::new((bytes[0] as i8).into()),
        b'B' => int::new(bytes[0].into()),
        b'?' => Value::bool(bytes[0] != 0).own(),
        b'h' => int::new(i16::from_ne_bytes(word(bytes)).into()),
        b'H' => int::new(u16::from_ne_bytes(word(bytes)).into()),
        b'i' => int::new(i32::from_ne_bytes(word(bytes)).into()),
        b'I' => int::new(u32::from_ne_bytes(word(bytes)).into()),
        b'l' | b'q' | b'n' => int::new(i64::from_ne_bytes(word(bytes))),
        b'L' | b'Q' | b'N' | b'P' => int::from_u64(u64::from_ne_bytes(word(bytes))),
        b'e' => float::new(f16_to_f64(u16::from_ne_bytes(word(bytes)))),
        b'f' => float::new(f32::from_ne_bytes(word(bytes)).into()),
        _ => float::new(f64::from_ne_bytes(word(bytes))),
    })
}

#[cold]
fn unsupported<T>(format: &str) -> PyResult<T> {
    raise!(NotImplementedError, "memoryview: format {format} not supported")
}

/// The bytes of a value as an element.
pub fn pack(format: &str, v: Value) -> PyResult<Vec<u8>> {
    let Some((code, size)) = native(format) else { return unsupported(format) };
    let bad_type = || raise!(TypeError, "memoryview: invalid type for format '{format}'");
    let bad_value = || raise!(ValueError, "memoryview: invalid value for format '{format}'");
    match code {
        b'c' => match v.downcast::<Bytes>() {
            Some(b) if b.len == 1 => Ok(b.as_slice().to_vec()),
            Some(_) => bad_value(),
            None => bad_type(),
        },
        b'?' => Ok(vec![u8::from(truth::truth(v)?)]),
        b'e' | b'f' | b'd' => {
            let f = match index::to_f64(v) {
                Ok(f) => f,
                Err(raised) => {
                    return if take_if(Exc::TypeError).is_some() { bad_type() } else { Err(raised) };
                }
            };
            match code {
                b'd' => Ok(f.to_ne_bytes().to_vec()),
                b'f' => Ok((f as f32).to_ne_bytes().to_vec()),
                _ => match f64_to_f16(f) {
                    Some(h) => Ok(h.to_ne_bytes().to_vec()),
                    None => bad_value(),
                },
            }
        }
        _ => {
            let i: Ref = match index::index(v) {
                Ok(i) => i,
                Err(raised) => {
                    return if take_if(Exc::TypeError).is_some() { bad_type() } else { Err(raised) };
                }
            };
            let signed = code.is_ascii_lowercase();
            let bytes = i.as_big().and_then(|n| fit(&n, size, signed));
            bytes.map_or_else(bad_value, Ok)
        }
    }
}

/// The native bytes of an int, if it fits.
fn fit(n: &IBig, size: usize, signed: bool) -> Option<Vec<u8>> {
    if signed {
        let i = i64::try_from(n).ok()?;
        let shift = 64 - 8 * size as u32;
        let fits = (i << shift) >> shift == i;
        let bytes = i.to_ne_bytes();
        let part = if cfg!(target_endian = "little") { &bytes[..size] } else { &bytes[8 - size..] };
        if fits { Some(part.to_vec()) } else { None }
    } else {
        let u = u64::try_from(n).ok()?;
        let bytes = u.to_ne_bytes();
        let part = if cfg!(target_endian = "little") { &bytes[..size] } else { &bytes[8 - size..] };
        if size == 8 || u >> (8 * size) == 0 { Some(part.to_vec()) } else { None }
    }
}

/// The number that a half-precision float stands for.
pub fn f16_to_f64(h: u16) -> f64 {
    let sign = if h & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = ((h >> 10) & 31, f64::from(h & 0x3ff));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        e => (1.0 + fraction / 1024.0) * 2f64.powi(i32::from(e) - 15),
    }
}

/// The nearest half-precision float (ties to even); `None` if the number is too large.
pub fn f64_to_f16(f: f64) -> Option<u16> {
    let sign = if f.is_sign_negative() { 0x8000 } else { 0 };
    if f.is_nan() {
        return Some(sign | 0x7e00);
    }
    let a = f.abs();
    if a.is_infinite() {
        return Some(sign | 0x7c00);
    }
    // In units of the smallest step at this magnitude, rounded to even.
    let exponent = if a < 2f64.powi(-14) { -14 } else { (a.to_bits() >> 52) as i32 - 1023 };
    let steps = (a / 2f64.powi(exponent - 10)).round_ties_even() as u32;
    let bits = if a < 2f64.powi(-14) { steps } else { (((exponent + 15) as u32) << 10) + steps - 1024 };
    if bits >= 0x7c00 { None } else { Some(sign | bits as u16) }
}
