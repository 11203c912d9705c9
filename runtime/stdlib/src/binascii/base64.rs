//! Base 64.

use super::fail;
use taipan_runtime::error::PyResult;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub fn encode(data: &[u8], newline: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    for group in data.chunks(3) {
        let word = group.iter().fold(0u32, |w, &b| w << 8 | u32::from(b)) << (8 * (3 - group.len()));
        for i in 0..4 {
            let six = (word >> (18 - 6 * i) & 63) as usize;
            out.push(if i <= group.len() { ALPHABET[six] } else { b'=' });
        }
    }
    if newline {
        out.push(b'\n');
    }
    out
}

const DIGITS: [u8; 256] = {
    let mut table = [255; 256];
    let mut i = 0;
    while i < 64 {
        table[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    table
};

pub fn decode(data: &[u8], strict: bool) -> PyResult<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len() / 4 * 3);
    if strict && data.first() == Some(&b'=') {
        return fail("Leading padding not allowed");
    }
    let (mut place, mut left, mut pads, mut padding_started) = (0, 0u8, 0, false);
    for (i, &c) in data.iter().enumerate() {
        if c == b'=' {
            padding_started = true;
            if strict && place == 0 {
                return fail("Excess padding not allowed");
            }
            if place >= 2 {
                pads += 1;
                if place + pads >= 4 {
                    // A quad is complete: what follows is ignored, or an error.
                    return if strict && i + 1 < data.len() {
                        fail("Excess data after padding")
                    } else {
                        Ok(out)
                    };
                }
            } else if strict {
                return fail("Discontinuous padding not allowed");
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
        if strict && padding_started {
            return fail("Discontinuous padding not allowed");
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
        1 => fail(&format!(
            "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
            out.len() / 3 * 4 + 1
        )),
        _ => fail("Incorrect padding"),
    }
}
