//! Base 64.

use super::fail;
use taipan_runtime::error::PyResult;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The two digits of each twelve bits.
static PAIRS: [[u8; 2]; 4096] = {
    let mut table = [[0; 2]; 4096];
    let mut i = 0;
    while i < 4096 {
        table[i] = [ALPHABET[i >> 6], ALPHABET[i & 63]];
        i += 1;
    }
    table
};

pub fn encode(data: &[u8], newline: bool) -> Vec<u8> {
    let len = data.len().div_ceil(3) * 4;
    let mut out = Vec::with_capacity(len + 1);
    out.resize(len, b'=');
    let groups = data.chunks_exact(3);
    let rest = groups.remainder();
    let mut quads = out.chunks_exact_mut(4);
    for (group, quad) in groups.zip(&mut quads) {
        let word = usize::from(group[0]) << 16 | usize::from(group[1]) << 8 | usize::from(group[2]);
        quad[..2].copy_from_slice(&PAIRS[word >> 12]);
        quad[2..].copy_from_slice(&PAIRS[word & 0xfff]);
    }
    if let Some(quad) = quads.next() {
        let at = |i: usize| rest.get(i).map_or(0, |&b| usize::from(b));
        let word = at(0) << 16 | at(1) << 8;
        quad[..2].copy_from_slice(&PAIRS[word >> 12]);
        if rest.len() == 2 {
            quad[2] = PAIRS[word & 0xfff][0];
        }
    }
    if newline {
        out.push(b'\n');
    }
    out
}

/// What each character stands for, 255 for those that are no digits.
static DIGITS: [u8; 256] = {
    let mut table = [255; 256];
    let mut i = 0;
    while i < 64 {
        table[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    table
};

/// Decode whole quads as long as all four are digits; how many characters that were.
fn decode_quads(data: &[u8], out: &mut Vec<u8>) -> usize {
    out.resize(data.len() / 4 * 3, 0);
    let mut quads = 0;
    for (quad, group) in data.chunks_exact(4).zip(out.chunks_exact_mut(3)) {
        let digit = |i: usize| u32::from(DIGITS[usize::from(quad[i])]);
        let (a, b, c, d) = (digit(0), digit(1), digit(2), digit(3));
        if a | b | c | d == 255 {
            break;
        }
        let word = a << 18 | b << 12 | c << 6 | d;
        group.copy_from_slice(&word.to_be_bytes()[1..]);
        quads += 1;
    }
    out.truncate(3 * quads);
    4 * quads
}

/// A quad with one digit, after what has been decoded.
fn one_too_many<T>(before: &[u8]) -> PyResult<T> {
    let n = before.len() / 3 * 4 + 1;
    fail(&format!(
        "Invalid base64-encoded string: number of data characters ({n}) cannot be 1 more than a multiple of 4"
    ))
}

pub fn decode(data: &[u8], strict: bool) -> PyResult<Vec<u8>> {
    let mut out = Vec::new();
    if strict && data.first() == Some(&b'=') {
        return fail("Leading padding not allowed");
    }
    let easy = decode_quads(data, &mut out);
    let (mut place, mut left, mut pads) = (0, 0u8, 0);
    for &c in &data[easy..] {
        if c == b'=' {
            if place >= 2 {
                pads += 1;
            }
            if strict {
                match place {
                    1 => return one_too_many(&out),
                    0 => return fail("Excess padding not allowed"),
                    _ if place + pads > 4 => return fail("Excess padding not allowed"),
                    _ => {}
                }
            }
            continue;
        }
        let digit = DIGITS[c as usize];
        if digit == 255 {
            if strict {
                return fail("Only base64 data is allowed");
            }
            continue;
        }
        if strict && pads > 0 {
            let complete = place + pads >= 4;
            return fail(if complete {
                "Excess data after padding"
            } else {
                "Discontinuous padding not allowed"
            });
        }
        pads = 0;
        match place {
            0 => left = digit,
            1 => {
                out.push(left << 2 | digit >> 4);
                left = digit & 15;
            }
            2 => {
                out.push(left << 4 | digit >> 2);
                left = digit & 3;
            }
            _ => out.push(left << 6 | digit),
        }
        place = (place + 1) % 4;
    }
    match place {
        0 => Ok(out),
        2 | 3 if place + pads >= 4 => Ok(out),
        1 => one_too_many(&out),
        _ => fail("Incorrect padding"),
    }
}
