//! uuencode.

use super::fail;
use taipan_runtime::error::PyResult;

pub fn encode(data: &[u8], backtick: bool) -> PyResult<Vec<u8>> {
    if data.len() > 45 {
        return fail("At most 45 bytes at once");
    }
    let shown = |six: u32| if six == 0 && backtick { b'`' } else { six as u8 + b' ' };
    let mut out = vec![shown(data.len() as u32)];
    for group in data.chunks(3) {
        let word = group.iter().fold(0u32, |w, &b| w << 8 | u32::from(b)) << (8 * (3 - group.len()));
        out.extend((0..4).map(|i| shown(word >> (18 - 6 * i) & 63)));
    }
    out.push(b'\n');
    Ok(out)
}

pub fn decode(data: &[u8]) -> PyResult<Vec<u8>> {
    let Some((&first, rest)) = data.split_first() else { return Ok(Vec::new()) };
    let length = (first.wrapping_sub(b' ') & 63) as usize;
    let mut out = Vec::with_capacity(length);
    let (mut word, mut bits) = (0u32, 0);
    let mut chars = rest.iter();
    while out.len() < length {
        // A line end in the data stands for the blanks that a mailer has stripped.
        let six = match chars.next() {
            None | Some(b'\n' | b'\r') => 0,
            Some(&c) if (b' '..=b' ' + 64).contains(&c) => u32::from(c - b' ') & 63,
            Some(_) => return fail("Illegal char"),
        };
        word = word << 6 | six;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((word >> bits) as u8);
            word &= (1 << bits) - 1;
        }
    }
    if chars.any(|c| !matches!(c, b' ' | b'`' | b'\n' | b'\r')) {
        return fail("Trailing garbage");
    }
    Ok(out)
}
