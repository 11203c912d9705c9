//! Packing and unpacking of single items.

use super::format::{Field, Format, fail};
use dashu_int::IBig;
use taipan_runtime::buffer::Buffer;
use taipan_runtime::error::{Exc, PyResult, take_if, zeroed};
use taipan_runtime::object::{Own, Ref};
use taipan_runtime::protocol::index::{has_index, index, to_f64};
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::raise;
use taipan_runtime::types::bytearray::ByteArray;
use taipan_runtime::types::bytes::{self, Bytes};
use taipan_runtime::types::memoryview::element::{f16_to_f64, f64_to_f16};
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::{complex, float, int, tuple};
use taipan_runtime::value::{NONE, Value};

/// Write a number's low bytes, at most eight.
fn store(out: &mut [u8], little: bool, word: u64) {
    // (Where the number of bytes is known, they are one store.)
    match out.len() {
        1 => out[0] = word as u8,
        2 => out.copy_from_slice(&if little {
            (word as u16).to_le_bytes()
        } else {
            (word as u16).to_be_bytes()
        }),
        4 => out.copy_from_slice(&if little {
            (word as u32).to_le_bytes()
        } else {
            (word as u32).to_be_bytes()
        }),
        _ => out.copy_from_slice(&if little { word.to_le_bytes() } else { word.to_be_bytes() }),
    }
}

/// Read bytes, at most eight, as an unsigned number.
fn load(bytes: &[u8], little: bool) -> u64 {
    match *bytes {
        [a] => a.into(),
        [a, b] => u16::from_le_bytes(if little { [a, b] } else { [b, a] }).into(),
        [a, b, c, d] => u32::from_le_bytes(if little { [a, b, c, d] } else { [d, c, b, a] }).into(),
        [a, b, c, d, e, f, g, h] => {
            u64::from_le_bytes(if little { [a, b, c, d, e, f, g, h] } else { [h, g, f, e, d, c, b, a] })
        }
        _ => unreachable!("items have one, two, four or eight bytes"),
    }
}

fn is_signed(code: u8) -> bool {
    matches!(code, b'b' | b'h' | b'i' | b'l' | b'q' | b'n')
}

fn pack_int(out: &mut [u8], f: Field, little: bool, v: Value) -> PyResult<()> {
    if let Some(n) = v.as_small_int() {
        let spare = 64 - 8 * f.size as u32;
        let fits = if is_signed(f.code) {
            n << spare >> spare == n
        } else {
            n >= 0 && n as u64 >> 1 >> (63 - spare) == 0
        };
        if fits {
            store(out, little, n as u64);
            return Ok(());
        }
    }
    if !has_index(v) {
        return fail("required argument is not an integer");
    }
    let i = index(v)?;
    let bits = 8 * f.size as u32;
    let (low, high): (i128, i128) = if is_signed(f.code) {
        (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
    } else {
        (0, (1i128 << bits) - 1)
    };
    let number = match i.as_i64() {
        Some(n) => Some(i128::from(n)),
        None => i.as_big().and_then(|b| i128::try_from(b.as_ref()).ok()),
    };
    match number.filter(|n| (low..=high).contains(n)) {
        Some(n) => {
            store(out, little, n as u64);
            Ok(())
        }
        None => fail(&format!("'{}' format requires {low} <= number <= {high}", f.code as char)),
    }
}

fn number(v: Value) -> PyResult<f64> {
    to_f64(v).or_else(|raised| match take_if(Exc::TypeError) {
        Some(_) => fail("required argument is not a float"),
        None => Err(raised),
    })
}

fn pack_float(out: &mut [u8], code: u8, little: bool, x: f64) -> PyResult<()> {
    match code {
        b'd' | b'D' => store(out, little, x.to_bits()),
        b'f' | b'F' => {
            let y = x as f32;
            if y.is_infinite() && x.is_finite() {
                return raise!(OverflowError, "float too large to pack with f format");
            }
            store(out, little, y.to_bits().into());
        }
        _ => match f64_to_f16(x) {
            Some(h) => store(out, little, h.into()),
            None => return raise!(OverflowError, "float too large to pack with e format"),
        },
    }
    Ok(())
}

fn byte_argument(v: Value, message: &str) -> PyResult<Vec<u8>> {
    if let Some(b) = v.downcast::<Bytes>() {
        return Ok(b.as_slice().to_vec());
    }
    if v.downcast::<ByteArray>().is_some() {
        return Ok(Buffer::require(v)?.to_vec());
    }
    fail(message)
}

fn pack_one(out: &mut [u8], f: Field, little: bool, v: Value) -> PyResult<()> {
    match f.code {
        b'c' => match v.downcast::<Bytes>().map(|b| b.as_slice().to_vec()) {
            Some(b) if b.len() == 1 => {
                out[0] = b[0];
                Ok(())
            }
            _ => fail("char format requires a bytes object of length 1"),
        },
        b'?' => {
            out[0] = u8::from(truth(v)?);
            Ok(())
        }
        b's' => {
            let b = byte_argument(v, "argument for 's' must be a bytes object")?;
            let n = b.len().min(out.len());
            out[..n].copy_from_slice(&b[..n]);
            Ok(())
        }
        b'p' => {
            let b = byte_argument(v, "argument for 'p' must be a bytes object")?;
            if let Some((head, body)) = out.split_first_mut() {
                let n = b.len().min(body.len());
                body[..n].copy_from_slice(&b[..n]);
                *head = n.min(255) as u8;
            }
            Ok(())
        }
        b'e' | b'f' | b'd' => pack_float(out, f.code, little, number(v)?),
        b'F' | b'D' => {
            let (re, im) = match v.as_complex() {
                Some(c) => (c.re, c.im),
                None => match to_f64(v) {
                    Ok(re) => (re, 0.0),
                    Err(_) if take_if(Exc::TypeError).is_some() => {
                        return fail("required argument is not a complex");
                    }
                    Err(raised) => return Err(raised),
                },
            };
            let (a, b) = out.split_at_mut(f.size / 2);
            pack_float(a, f.code, little, re)?;
            pack_float(b, f.code, little, im)
        }
        b'P' => {
            if !has_index(v) {
                return fail("required argument is not an integer");
            }
            let i = index(v)?;
            let word = i.as_big().map(|b| i128::try_from(b.as_ref()));
            match word {
                Some(Ok(n)) if n >= i128::from(i64::MIN) && n <= i128::from(u64::MAX) => {
                    store(out, little, n as u64);
                    Ok(())
                }
                _ => raise!(OverflowError, "int too large to convert"),
            }
        }
        _ => pack_int(out, f, little, v),
    }
}

/// Give `f` the bytes of as many values as the format has.
pub fn pack<T>(format: &Format, values: &[Value], f: impl FnOnce(&[u8]) -> T) -> PyResult<T> {
    let mut small = [0; 64];
    if let Some(out) = small.get_mut(..format.size) {
        pack_into(format, values, out)?;
        return Ok(f(out));
    }
    let mut out = zeroed(format.size)?;
    pack_into(format, values, &mut out)?;
    Ok(f(&out))
}

/// Pack into zeroed bytes, as many as the format says.
fn pack_into(format: &Format, values: &[Value], out: &mut [u8]) -> PyResult<()> {
    let mut values = values.iter();
    for f in &format.fields {
        for i in 0..f.count {
            let at = f.offset + i * f.size;
            if let Some(&v) = values.next() {
                pack_one(&mut out[at..at + f.size], *f, format.little, v)?;
            }
        }
    }
    Ok(())
}

fn unpack_float(bytes: &[u8], code: u8, little: bool) -> f64 {
    let word = load(bytes, little);
    match code {
        b'd' | b'D' => f64::from_bits(word),
        b'f' | b'F' => f64::from(f32::from_bits(word as u32)),
        _ => f16_to_f64(word as u16),
    }
}

fn unpack_one(bytes: &[u8], f: Field, little: bool) -> Ref {
    match f.code {
        b'c' | b's' => bytes::new(bytes).erase(),
        b'p' => {
            let n = bytes.first().map_or(0, |&n| usize::from(n).min(bytes.len() - 1));
            bytes::new(bytes.get(1..=n).unwrap_or(&[])).erase()
        }
        b'?' => Ref::from_raw(Value::bool(bytes[0] != 0)),
        b'e' | b'f' | b'd' => float::new(unpack_float(bytes, f.code, little)),
        b'F' | b'D' => {
            let (a, b) = bytes.split_at(f.size / 2);
            complex::new(unpack_float(a, f.code, little), unpack_float(b, f.code, little))
        }
        code => {
            let word = load(bytes, little);
            if is_signed(code) {
                let shift = 64 - 8 * f.size as u32;
                return int::new((word << shift) as i64 >> shift);
            }
            match i64::try_from(word) {
                Ok(n) => int::new(n),
                Err(_) => int::from_big(IBig::from(word)),
            }
        }
    }
}

/// The values in `format.size` bytes.
pub fn unpack(format: &Format, bytes: &[u8]) -> Own<Tuple> {
    let mut at = format.fields.iter().flat_map(|f| (0..f.count).map(move |i| (f, f.offset + i * f.size)));
    tuple::from_fn(format.values, |_| match at.next() {
        Some((f, at)) => unpack_one(&bytes[at..at + f.size], *f, format.little),
        None => NONE.own(),
    })
}
