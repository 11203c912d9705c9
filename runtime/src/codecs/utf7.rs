//! UTF-7 (RFC 2152): base64 of UTF-16 between `+` and `-`.

use super::fault::{DecodeErrors, DecodeFault};
use crate::text::{Chars, StrBuilder};

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn digit(b: u8) -> Option<u32> {
    Some(match b {
        b'A'..=b'Z' => u32::from(b - b'A'),
        b'a'..=b'z' => u32::from(b - b'a') + 26,
        b'0'..=b'9' => u32::from(b - b'0') + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// The state inside a base64 section.
#[derive(Default)]
struct Shift {
    bits: u32,
    buffer: u32,
    surrogate: Option<u32>,
}

impl Shift {
    fn feed(&mut self, six: u32, out: &mut StrBuilder) {
        self.buffer = (self.buffer << 6) | six;
        self.bits += 6;
        if self.bits < 16 {
            return;
        }
        self.bits -= 16;
        let unit = self.buffer >> self.bits;
        self.buffer &= (1 << self.bits) - 1;
        if let Some(high) = self.surrogate.take() {
            if (0xdc00..0xe000).contains(&unit) {
                out.push(0x10000 + ((high & 0x3ff) << 10) + (unit & 0x3ff));
                return;
            }
            out.push(high);
        }
        if (0xd800..0xdc00).contains(&unit) { self.surrogate = Some(unit) } else { out.push(unit) }
    }
    /// What is wrong with leaving the section now.
    fn leftover(&self) -> Option<&'static str> {
        match self.bits {
            0 => None,
            6.. => Some("partial character in shift sequence"),
            _ if self.buffer != 0 => Some("non-zero padding bits in shift sequence"),
            _ => None,
        }
    }
    fn unterminated(&self) -> bool {
        self.surrogate.is_some() || self.bits >= 6 || (self.bits > 0 && self.buffer != 0)
    }
}

/// Decode; returns how many bytes were consumed. Unless `final_`, an open base64 section is left (its
/// characters are taken back).
pub fn decode<H: DecodeErrors>(
    input: &[u8],
    final_: bool,
    out: &mut StrBuilder,
    errors: &mut H,
) -> Result<usize, H::Error> {
    let encoding = "utf7";
    let (mut at, mut start) = (0, 0);
    let mut shift: Option<Shift> = None;
    // Characters of an open section wait here until it is closed.
    let mut pending = StrBuilder::new();
    loop {
        let Some(&b) = input.get(at) else {
            let Some(open) = shift.take() else { return Ok(at) };
            if !final_ {
                return Ok(start);
            }
            out.push_chars(std::mem::take(&mut pending).chars());
            if !open.unterminated() {
                return Ok(at);
            }
            let fault =
                DecodeFault { encoding, input, start, end: at, reason: "unterminated shift sequence" };
            at = errors.decode_error(fault, out)?;
            continue;
        };
        let mut problem = None;
        if let Some(open) = &mut shift {
            if let Some(six) = digit(b) {
                open.feed(six, &mut pending);
                at += 1;
                continue;
            }
            out.push_chars(std::mem::take(&mut pending).chars());
            problem = open.leftover();
            if problem.is_some() {
                at += 1;
            } else {
                if let (Some(high), true) = (open.surrogate, b < 128 && b != b'+') {
                    out.push(high);
                }
                at += usize::from(b == b'-');
            }
            shift = None;
        } else if b == b'+' {
            start = at;
            match input.get(at + 1) {
                Some(b'-') => {
                    out.push(b.into());
                    at += 2;
                }
                Some(&next) if digit(next).is_none() => {
                    at += 2;
                    problem = Some("ill-formed sequence");
                }
                _ => {
                    at += 1;
                    shift = Some(Shift::default());
                }
            }
        } else {
            if b < 128 {
                out.push(b.into());
            } else {
                start = at;
                problem = Some("unexpected special character");
            }
            at += 1;
        }
        if let Some(reason) = problem {
            at = errors.decode_error(DecodeFault { encoding, input, start, end: at, reason }, out)?;
        }
    }
}

fn is_direct(c: u32) -> bool {
    matches!(c, 9 | 10 | 13 | 32..=125) && c != u32::from(b'\\') && c != u32::from(b'+')
}

/// Encode; everything can be, lone surrogates too.
pub fn encode(input: Chars<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len());
    let (mut shifted, mut bits, mut buffer) = (false, 0u32, 0u64);
    for c in input.iter() {
        if is_direct(c) || (!shifted && c == u32::from(b'+')) {
            if shifted {
                if bits > 0 {
                    out.push(BASE64[(buffer << (6 - bits)) as usize & 63]);
                    (bits, buffer) = (0, 0);
                }
                shifted = false;
                if digit(c as u8).is_some() || c == u32::from(b'-') {
                    out.push(b'-');
                }
            }
            out.push(c as u8);
            if c == u32::from(b'+') {
                out.push(b'-');
            }
            continue;
        }
        if !shifted {
            out.push(b'+');
            shifted = true;
        }
        let units =
            if c >= 0x10000 { [0xd800 + ((c - 0x10000) >> 10), 0xdc00 + (c & 0x3ff)] } else { [c, 0] };
        for &unit in &units[..if c >= 0x10000 { 2 } else { 1 }] {
            buffer = (buffer << 16) | u64::from(unit);
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                out.push(BASE64[(buffer >> bits) as usize & 63]);
            }
            buffer &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        out.push(BASE64[(buffer << (6 - bits)) as usize & 63]);
    }
    if shifted {
        out.push(b'-');
    }
    out
}
