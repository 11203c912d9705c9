//! Algorithms on doubles with Python's meaning: rounding to decimal digits, hexadecimal text, ratios.

use crate::concrete::{frexp, ldexp};
use crate::text::float_repr::{POWERS, scaled};
use crate::types::int::big;
use dashu_int::IBig;
use std::cmp::Ordering;

/// `round(x, digits)`, correctly rounded (halves of the exact decimal value to even); `None` on overflow.
pub fn round_digits(x: f64, digits: i64) -> Option<f64> {
    // Beyond these every double is a multiple of the unit, or rounds to zero.
    if !x.is_finite() || x == 0.0 || digits > 323 {
        return Some(x);
    }
    if digits < -308 {
        return Some(0.0f64.copysign(x));
    }
    if digits >= 0 {
        if let Some(rounded) = round_by_integers(x, digits as usize) {
            return Some(rounded);
        }
        let text = format!("{:.*}", digits as usize, x);
        return text.parse().ok().filter(|f: &f64| f.is_finite());
    }
    let whole = x.abs().trunc();
    let fraction = x.abs() - whole;
    let unit = IBig::from(10u8).pow(digits.unsigned_abs() as usize);
    let (mut q, r) = big::floor_div_rem(&big::from_f64(whole), &unit);
    let twice: IBig = r << 1;
    let up = match twice.cmp(&unit) {
        Ordering::Greater => true,
        Ordering::Equal => fraction > 0.0 || (&q & IBig::ONE) == IBig::ONE,
        Ordering::Less => false,
    };
    if up {
        q += IBig::ONE;
    }
    big::to_f64(&(q * unit)).map(|f| f.copysign(x))
}

/// The rounded number as a quotient of two ints that are doubles, too: the division rounds it correctly.
fn round_by_integers(x: f64, digits: usize) -> Option<f64> {
    let n = scaled(x.abs(), digits).filter(|&n| n <= 1 << 53)?;
    Some((n as f64 / POWERS[digits] as f64).copysign(x))
}

/// Numerator and denominator of a finite float, in lowest terms.
pub fn integer_ratio(x: f64) -> (IBig, IBig) {
    let (mut m, mut e) = frexp(x);
    while m != m.floor() {
        m *= 2.0;
        e -= 1;
    }
    let n = big::from_f64(m);
    if e > 0 { (n << e as usize, IBig::ONE) } else { (n, IBig::ONE << (-e) as usize) }
}

/// `float.hex` of a finite float.
pub fn to_hex(x: f64) -> String {
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let (m, e) = frexp(x.abs());
    let shift = 1 - (-1021 - e).max(0);
    let mut m = ldexp(m, shift.into());
    let e = e - shift;
    let mut digits = String::new();
    for i in 0..14 {
        let d = m as u32;
        digits.extend(char::from_digit(d, 16));
        if i == 0 {
            digits.push('.');
        }
        m = (m - f64::from(d)) * 16.0;
    }
    format!("{sign}0x{digits}p{e:+}")
}

/// Why `float.fromhex` failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HexError {
    /// Not the text of a number.
    Invalid,
    /// Out of range.
    TooLarge,
}

/// `float.fromhex`
pub fn from_hex(text: &str) -> Result<f64, HexError> {
    let text = text.trim_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
    let (negative, body) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let signed = |f: f64| if negative { -f } else { f };
    match body.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => return Ok(signed(f64::INFINITY)),
        "nan" => return Ok(signed(f64::NAN)),
        _ => {}
    }
    let body = body.strip_prefix("0x").or_else(|| body.strip_prefix("0X")).unwrap_or(body);
    let (number, exponent) = match body.find(['p', 'P']) {
        Some(i) => (&body[..i], parse_exponent(&body[i + 1..])?),
        None => (body, 0),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(HexError::Invalid);
    }
    let m = IBig::from_str_radix(&digits, 16).map_err(|_| HexError::Invalid)?;
    let e = exponent.saturating_sub(4 * fraction.len() as i64);
    if m.is_zero() {
        return Ok(signed(0.0));
    }
    let top = e.saturating_add(big::bit_length(&m) as i64);
    if top > 1024 {
        return Err(HexError::TooLarge);
    }
    if top < -1080 {
        return Ok(signed(0.0));
    }
    let r = if e >= 0 {
        big::to_f64(&(m << e as usize))
    } else {
        big::true_divide(&m, &(IBig::ONE << (-e) as usize))
    };
    r.map(signed).ok_or(HexError::TooLarge)
}

fn parse_exponent(text: &str) -> Result<i64, HexError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(HexError::Invalid);
    }
    let n = digits.parse::<i64>().unwrap_or(i64::MAX / 4);
    Ok(if text.starts_with('-') { -n } else { n })
}

/// Compares a float with a big int exactly; `None` for a NaN.
pub fn compare_big(f: f64, i: &IBig) -> Option<Ordering> {
    if f.is_nan() {
        return None;
    }
    if f.is_infinite() {
        return Some(if f > 0.0 { Ordering::Greater } else { Ordering::Less });
    }
    let whole = f.trunc();
    Some(big::from_f64(whole).cmp(i).then(f.partial_cmp(&whole).unwrap_or(Ordering::Equal)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_correct() {
        for (x, n, r) in [
            (2.675, 2, 2.67),
            (0.5, 0, 0.0),
            (2.5, 0, 2.0),
            (0.25, 1, 0.2),
            (-1.5, 0, -2.0),
            (25.0, -1, 20.0),
            (25.1, -1, 30.0),
            (1e22, -2, 1e22),
            (5e15, -16, 0.0),
            (0.125, 2, 0.12),
            (1e300, 5, 1e300),
        ] {
            assert_eq!(round_digits(x, n), Some(r), "round({x}, {n})");
        }
        assert_eq!(round_digits(1.7e308, -308), None);
    }

    #[test]
    fn hexadecimal_text() {
        assert_eq!(to_hex(3.0), "0x1.8000000000000p+1");
        assert_eq!(to_hex(-0.1), "-0x1.999999999999ap-4");
        assert_eq!(to_hex(5e-324), "0x0.0000000000001p-1022");
        assert_eq!(from_hex("0x1.999999999999ap-4"), Ok(0.1));
        assert_eq!(from_hex(" -0x.8p0\n"), Ok(-0.5));
        assert_eq!(from_hex("0x1p-1075"), Ok(0.0));
        assert_eq!(from_hex("0x1.8p-1075"), Ok(5e-324));
        assert_eq!(from_hex("0x1p1024"), Err(HexError::TooLarge));
        assert_eq!(from_hex("0x"), Err(HexError::Invalid));
        assert_eq!(from_hex("1p"), Err(HexError::Invalid));
    }

    #[test]
    fn ratios() {
        assert_eq!(integer_ratio(0.75), (IBig::from(3), IBig::from(4)));
        assert_eq!(integer_ratio(-4.0), (IBig::from(-4), IBig::ONE));
        assert_eq!(compare_big(1e30, &IBig::from(5)), Some(Ordering::Greater));
    }
}
