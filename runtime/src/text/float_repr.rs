//! Floats as text: the shortest digits that read back (zmij), and the `e`, `f`, `g` conversions with correct
//! rounding (in integers of 128 bits where they suffice, else the standard library's exact formatting), laid out as CPython's `PyOS_double_to_string` does.

/// The options of [`format`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Flags {
    /// `#`: keep the point, and for `g` the trailing zeros.
    pub alternate: bool,
    /// Always a digit behind the point, or an exponent (`repr`).
    pub add_dot_0: bool,
    /// `z`: a negative zero loses its sign.
    pub no_neg_zero: bool,
}

/// Digits more than this many places behind the point of any double are zeros.
const MAX_PRECISION: usize = 1100;

/// Decimal digits `d1 d2 d3 …` and where the point is: `0.d1d2d3… * 10^point`.
struct Digits {
    text: Vec<u8>,
    point: i32,
}

/// `repr(f)`: `1.0`, `1e+16`, `nan`.
pub fn repr(f: f64) -> String {
    format(f, b'r', 0, Flags { add_dot_0: true, ..Flags::default() })
}

/// The digits and exponent of zmij's or the standard library's `d.ddde±x` and `ddd.ddd`; `f` is finite.
fn from_text(text: &str) -> Digits {
    let (mantissa, exponent) = match text.split_once('e') {
        Some((m, e)) => (m, e.parse::<i32>().unwrap_or(0)),
        None => (text, 0),
    };
    let whole = mantissa.find('.').unwrap_or(mantissa.len());
    let mut digits: Vec<u8> = mantissa.bytes().filter(|&b| b != b'.').collect();
    let zeros = digits.iter().take_while(|&&b| b == b'0').count();
    while digits.last() == Some(&b'0') {
        digits.pop();
    }
    if digits.is_empty() {
        return Digits { text: vec![b'0'], point: 1 };
    }
    digits.drain(..zeros);
    Digits { text: digits, point: whole as i32 - zeros as i32 + exponent }
}

fn shortest(f: f64) -> Digits {
    from_text(zmij::Buffer::new().format_finite(f))
}

/// `n` significant digits, trailing zeros dropped.
fn rounded(f: f64, n: usize) -> Digits {
    let n = n.clamp(1, MAX_PRECISION);
    from_text(&std::format!("{:.*e}", n - 1, f))
}

/// A float in a conversion: code `e`, `f`, `g` or `r` (shortest digits), upper case for upper case output.
///
/// `precision` counts as in C; it is ignored for `r`. A negative number has its `-`; a NaN never has.
pub fn format(f: f64, code: u8, precision: usize, flags: Flags) -> String {
    let upper = code.is_ascii_uppercase();
    if !f.is_finite() {
        let text = match (f.is_nan(), f.is_sign_negative()) {
            (true, _) => "nan",
            (_, false) => "inf",
            (_, true) => "-inf",
        };
        return if upper { text.to_ascii_uppercase() } else { text.to_owned() };
    }
    let body = match code.to_ascii_lowercase() {
        b'f' => fixed(f.abs(), precision, flags),
        b'e' => {
            let digits = rounded(f.abs(), precision.saturating_add(1));
            exponential(&digits, precision, flags)
        }
        b'g' => general(f.abs(), precision.max(1), flags),
        _ => shortest_text(f.abs(), flags),
    };
    let zero =
        flags.no_neg_zero && !body.bytes().take_while(|b| *b != b'e').any(|b| matches!(b, b'1'..=b'9'));
    let mut text = body;
    if f.is_sign_negative() && !zero {
        text.insert(0, '-');
    }
    if upper {
        text.make_ascii_uppercase();
    }
    text
}

/// Powers of ten: the product of one and a double's mantissa has at most 127 bits, and each is a double, too.
pub const POWERS: [u128; 23] = {
    let mut powers = [1; 23];
    let mut i = 1;
    while i < powers.len() {
        powers[i] = powers[i - 1] * 10;
        i += 1;
    }
    powers
};

/// `f * 10^places`, of a finite `f` that is not negative, rounded half to even; `None` where computing it exactly takes
/// more than 128 bits.
pub fn scaled(f: f64, places: usize) -> Option<u128> {
    let power = POWERS.get(places)?;
    let (exponent, fraction) = ((f.to_bits() >> 52) as i32, f.to_bits() & ((1 << 52) - 1));
    let (m, e) = if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    let product = u128::from(m) * power;
    if e >= 0 {
        return (e as u32 <= product.leading_zeros()).then(|| product << e);
    }
    let shift = e.unsigned_abs();
    if shift > 127 {
        // The product is less than half of what it is divided by.
        return Some(0);
    }
    let (quotient, rest, half) = (product >> shift, product & ((1 << shift) - 1), 1 << (shift - 1));
    Some(quotient + u128::from(rest > half || (rest == half && quotient & 1 == 1)))
}

/// The digits of `scaled(f, precision)` with the point where it belongs.
fn fixed_by_integers(f: f64, precision: usize) -> Option<String> {
    let mut n = scaled(f, precision)?;
    // 39 digits, and the point.
    let mut buffer = [b'0'; 40];
    let mut at = buffer.len();
    for i in 0.. {
        if i == precision && i != 0 {
            at -= 1;
            buffer[at] = b'.';
        }
        let digit;
        (n, digit) = match u64::try_from(n) {
            Ok(n) => (u128::from(n / 10), (n % 10) as u8),
            Err(_) => (n / 10, (n % 10) as u8),
        };
        at -= 1;
        buffer[at] = b'0' + digit;
        if n == 0 && i >= precision {
            break;
        }
    }
    Some(buffer[at..].iter().map(|&b| b as char).collect())
}

fn fixed(f: f64, precision: usize, flags: Flags) -> String {
    let text = fixed_by_integers(f, precision);
    let mut text = text.unwrap_or_else(|| fixed_by_library(f, precision));
    if precision == 0 {
        if flags.alternate {
            text.push('.');
        } else if flags.add_dot_0 {
            text.push_str(".0");
        }
    }
    text
}

fn fixed_by_library(f: f64, precision: usize) -> String {
    let mut text = std::format!("{:.*}", precision.min(MAX_PRECISION), f);
    if precision > MAX_PRECISION {
        text.extend(std::iter::repeat_n('0', precision - MAX_PRECISION));
    }
    text
}

/// `d.ddde±xx` with `places` digits behind the point.
fn exponential(digits: &Digits, places: usize, flags: Flags) -> String {
    let mut text = String::with_capacity(places + 8);
    text.push(digits.text[0] as char);
    if places > 0 || flags.alternate {
        text.push('.');
    }
    text.extend(digits.text[1..].iter().map(|&b| b as char));
    text.extend(std::iter::repeat_n('0', places.saturating_sub(digits.text.len() - 1)));
    let zero = digits.text == b"0";
    let e = if zero { 0 } else { digits.point - 1 };
    text.push_str(&std::format!("e{}{:02}", if e < 0 { '-' } else { '+' }, e.abs()));
    text
}

/// Digits around their point, at least `places` of them behind it.
fn positional(digits: &Digits, places: usize, flags: Flags) -> String {
    let (d, point) = (&digits.text, digits.point);
    let mut text = String::with_capacity(d.len() + 8);
    let whole = usize::try_from(point).unwrap_or(0);
    if whole == 0 {
        text.push('0');
    }
    for i in 0..whole {
        text.push(d.get(i).map_or('0', |&b| b as char));
    }
    let mut behind = usize::try_from(-point).unwrap_or(0);
    let rest = d.get(whole..).unwrap_or(&[]);
    behind = if rest.is_empty() { 0 } else { behind };
    let shown = (behind + rest.len()).max(places);
    if shown > 0 || flags.alternate {
        text.push('.');
    }
    text.extend(std::iter::repeat_n('0', behind));
    text.extend(rest.iter().map(|&b| b as char));
    text.extend(std::iter::repeat_n('0', shown - behind - rest.len()));
    text
}

fn general(f: f64, precision: usize, flags: Flags) -> String {
    let digits = rounded(f, precision);
    let limit = i64::try_from(precision).unwrap_or(i64::MAX) - i64::from(flags.add_dot_0);
    if f != 0.0 && (digits.point <= -4 || i64::from(digits.point) > limit) {
        let places = if flags.alternate { precision - 1 } else { digits.text.len() - 1 };
        return exponential(&digits, places, flags);
    }
    let places = if flags.alternate {
        (precision as i64 - i64::from(digits.point)).max(0) as usize
    } else {
        usize::from(flags.add_dot_0)
    };
    positional(&digits, places, flags)
}

fn shortest_text(f: f64, flags: Flags) -> String {
    let digits = shortest(f);
    if digits.point <= -4 || digits.point > 16 {
        return exponential(&digits, digits.text.len() - 1, flags);
    }
    positional(&digits, usize::from(flags.add_dot_0), flags)
}
