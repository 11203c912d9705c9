//! UTF-16 and UTF-32, in either byte order or by their byte order mark.

use super::fault::{DecodeErrors, DecodeFault, EncodeErrors, EncodeFault, Substitute};
use crate::text::{Chars, StrBuilder};

/// The order of the bytes in a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By the mark; native, with a mark, when encoding.
    Mark,
    /// Least significant first.
    Little,
    /// Most significant first.
    Big,
}

impl Order {
    /// CPython's number for it: -1, 0 or 1.
    pub fn number(self) -> i64 {
        match self {
            Order::Little => -1,
            Order::Mark => 0,
            Order::Big => 1,
        }
    }
    /// The order with this number.
    pub fn from_number(n: i64) -> Order {
        match n.signum() {
            -1 => Order::Little,
            0 => Order::Mark,
            _ => Order::Big,
        }
    }
    fn is_big(self) -> bool {
        match self {
            Order::Mark => cfg!(target_endian = "big"),
            other => other == Order::Big,
        }
    }
}

/// The order that the mark says, and the mark's length.
fn resolve(input: &[u8], order: Order, width: usize) -> (Order, usize) {
    if order != Order::Mark {
        return (order, 0);
    }
    match (width, input) {
        (2, [0xff, 0xfe, ..]) => (Order::Little, 2),
        (2, [0xfe, 0xff, ..]) => (Order::Big, 2),
        (4, [0xff, 0xfe, 0, 0, ..]) => (Order::Little, 4),
        (4, [0, 0, 0xfe, 0xff, ..]) => (Order::Big, 4),
        _ => (Order::Mark, 0),
    }
}

fn unit16(input: &[u8], at: usize, big: bool) -> Option<u16> {
    let pair = [*input.get(at)?, *input.get(at + 1)?];
    Some(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
}

/// Decode UTF-16; returns the bytes consumed and the order found.
pub fn decode_utf16<H: DecodeErrors>(
    input: &[u8],
    order: Order,
    final_: bool,
    out: &mut StrBuilder,
    errors: &mut H,
) -> Result<(usize, Order), H::Error> {
    let (found, mut at) = resolve(input, order, 2);
    let big = found.is_big();
    let encoding = if big { "utf-16-be" } else { "utf-16-le" };
    while at < input.len() {
        let (end, reason) = match unit16(input, at, big) {
            None if !final_ => break,
            None => (input.len(), "truncated data"),
            Some(high @ 0xd800..=0xdbff) => match unit16(input, at + 2, big) {
                Some(low @ 0xdc00..=0xdfff) => {
                    out.push(0x10000 + ((u32::from(high) & 0x3ff) << 10) + (u32::from(low) & 0x3ff));
                    at += 4;
                    continue;
                }
                Some(_) => (at + 2, "illegal UTF-16 surrogate"),
                None if !final_ => break,
                None => (input.len(), "unexpected end of data"),
            },
            Some(0xdc00..=0xdfff) => (at + 2, "illegal encoding"),
            Some(c) => {
                out.push(c.into());
                at += 2;
                continue;
            }
        };
        at = errors.decode_error(DecodeFault { encoding, input, start: at, end, reason }, out)?;
    }
    Ok((at, found))
}

/// Decode UTF-32; returns the bytes consumed and the order found.
pub fn decode_utf32<H: DecodeErrors>(
    input: &[u8],
    order: Order,
    final_: bool,
    out: &mut StrBuilder,
    errors: &mut H,
) -> Result<(usize, Order), H::Error> {
    let (found, mut at) = resolve(input, order, 4);
    let big = found.is_big();
    let encoding = if big { "utf-32-be" } else { "utf-32-le" };
    while at < input.len() {
        let word = input.get(at..at + 4).and_then(|w| <[u8; 4]>::try_from(w).ok());
        let (end, reason) =
            match word.map(|w| if big { u32::from_be_bytes(w) } else { u32::from_le_bytes(w) }) {
                None if !final_ => break,
                None => (input.len(), "truncated data"),
                Some(0xd800..=0xdfff) => (at + 4, "code point in surrogate code point range(0xd800, 0xe000)"),
                Some(0x110000..) => (at + 4, "code point not in range(0x110000)"),
                Some(c) => {
                    out.push(c);
                    at += 4;
                    continue;
                }
            };
        at = errors.decode_error(DecodeFault { encoding, input, start: at, end, reason }, out)?;
    }
    Ok((at, found))
}

/// Encode as UTF-16; [`Order::Mark`] writes a mark first.
pub fn encode_utf16<H: EncodeErrors>(
    input: Chars<'_>,
    order: Order,
    errors: &mut H,
) -> Result<Vec<u8>, H::Error> {
    let big = order.is_big();
    let encoding = match order {
        Order::Mark => "utf-16",
        Order::Little => "utf-16-le",
        Order::Big => "utf-16-be",
    };
    let put = |out: &mut Vec<u8>, unit: u32| {
        let unit = unit as u16;
        out.extend(if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
    };
    let write = |out: &mut Vec<u8>, c: u32| {
        if c >= 0x10000 {
            put(out, 0xd800 + ((c - 0x10000) >> 10));
            put(out, 0xdc00 + (c & 0x3ff));
        } else {
            put(out, c);
        }
    };
    encode(input, order, encoding, 2, write, errors)
}

/// Encode as UTF-32; [`Order::Mark`] writes a mark first.
pub fn encode_utf32<H: EncodeErrors>(
    input: Chars<'_>,
    order: Order,
    errors: &mut H,
) -> Result<Vec<u8>, H::Error> {
    let big = order.is_big();
    let encoding = match order {
        Order::Mark => "utf-32",
        Order::Little => "utf-32-le",
        Order::Big => "utf-32-be",
    };
    let write = |out: &mut Vec<u8>, c: u32| out.extend(if big { c.to_be_bytes() } else { c.to_le_bytes() });
    encode(input, order, encoding, 4, write, errors)
}

fn encode<H: EncodeErrors>(
    input: Chars<'_>,
    order: Order,
    encoding: &str,
    width: usize,
    write: impl Fn(&mut Vec<u8>, u32),
    errors: &mut H,
) -> Result<Vec<u8>, H::Error> {
    let mut out = Vec::with_capacity((input.len() + 1) * width);
    if order == Order::Mark {
        write(&mut out, 0xfeff);
    }
    let mut i = 0;
    while i < input.len() {
        let c = input.at(i);
        if !(0xd800..0xe000).contains(&c) {
            write(&mut out, c);
            i += 1;
            continue;
        }
        let fault = EncodeFault { encoding, input, start: i, end: i + 1, reason: "surrogates not allowed" };
        let (substitute, next) = errors.encode_error(fault)?;
        match substitute {
            Substitute::Bytes(b) if b.len().is_multiple_of(width) => out.extend(b),
            Substitute::Text(t) if t.chars().is_ascii() => t.chars().iter().for_each(|c| write(&mut out, c)),
            _ => return Err(errors.refuse(fault)),
        }
        i = next;
    }
    Ok(out)
}
