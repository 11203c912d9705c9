//! What a codec met that it cannot convert, and the error policies that need no Python.

use crate::text::escape::push_escape;
use crate::text::{Chars, StrBuilder};

/// Bytes that cannot be decoded.
#[derive(Clone, Copy, Debug)]
pub struct DecodeFault<'a> {
    /// The encoding's name, for the exception.
    pub encoding: &'a str,
    /// The whole input.
    pub input: &'a [u8],
    /// The first offending byte.
    pub start: usize,
    /// Behind the last offending byte.
    pub end: usize,
    /// Why.
    pub reason: &'a str,
}

/// Characters that cannot be encoded.
#[derive(Clone, Copy, Debug)]
pub struct EncodeFault<'a> {
    /// The encoding's name, for the exception.
    pub encoding: &'a str,
    /// The whole input.
    pub input: Chars<'a>,
    /// The first offending character.
    pub start: usize,
    /// Behind the last offending character.
    pub end: usize,
    /// Why.
    pub reason: &'a str,
}

/// What an encoder is to put in the place of characters that it cannot encode.
pub enum Substitute {
    /// Characters, which it encodes.
    Text(StrBuilder),
    /// Bytes, which it copies.
    Bytes(Vec<u8>),
}

/// Who decides about bytes that cannot be decoded.
pub trait DecodeErrors {
    /// What is raised.
    type Error;
    /// Append a substitute; returns where to go on in the input.
    fn decode_error(&mut self, fault: DecodeFault<'_>, out: &mut StrBuilder) -> Result<usize, Self::Error>;
}

/// Who decides about characters that cannot be encoded.
pub trait EncodeErrors {
    /// What is raised.
    type Error;
    /// The substitute, and where to go on in the input.
    fn encode_error(&mut self, fault: EncodeFault<'_>) -> Result<(Substitute, usize), Self::Error>;
    /// Raise the fault, whatever the policy: a substitute cannot be encoded itself.
    fn refuse(&mut self, fault: EncodeFault<'_>) -> Self::Error;
}

macro_rules! policies {
    ($($variant:ident $name:literal;)*) => {
        /// The error policies that every interpreter knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Policy { $(#[doc = concat!("`", $name, "`")] $variant,)* }
        impl Policy {
            /// Every policy and its name.
            pub const ALL: &'static [(Policy, &'static str)] = &[$((Policy::$variant, $name)),*];
        }
    };
}
policies! {
    Strict "strict";
    Ignore "ignore";
    Replace "replace";
    XmlCharRefReplace "xmlcharrefreplace";
    BackslashReplace "backslashreplace";
    NameReplace "namereplace";
    SurrogatePass "surrogatepass";
    SurrogateEscape "surrogateescape";
}

/// What a policy did about a fault.
pub enum Verdict<T> {
    /// It is dealt with.
    Handled(T),
    /// The fault is to be raised.
    Raise,
    /// The policy is not for this kind of fault (`TypeError`).
    WrongKind,
}

fn is_surrogate(c: u32) -> bool {
    (0xd800..0xe000).contains(&c)
}

/// Bytes a unit and big-endianness of a UTF encoding, by its name; `None` for other encodings.
fn utf_layout(encoding: &str) -> Option<(usize, bool)> {
    let rest = encoding.to_ascii_lowercase();
    let rest = rest.strip_prefix("utf")?.trim_start_matches(['-', '_']);
    let (width, rest) = match rest.get(..2) {
        Some("16") => (2, &rest[2..]),
        Some("32") => (4, &rest[2..]),
        _ if rest.starts_with('8') => return if rest.len() == 1 { Some((1, false)) } else { None },
        _ => return None,
    };
    match rest.trim_start_matches(['-', '_']) {
        "be" => Some((width, true)),
        "le" | "" => Some((width, false)),
        _ => None,
    }
}

impl Policy {
    /// The policy with this name.
    pub fn from_name(name: &str) -> Option<Policy> {
        Policy::ALL.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// Decide about bytes that cannot be decoded: append the substitute, tell where to go on.
    pub fn decode(self, fault: &DecodeFault<'_>, out: &mut StrBuilder) -> Verdict<usize> {
        let bad = &fault.input[fault.start..fault.end];
        match self {
            Policy::Strict => Verdict::Raise,
            Policy::Ignore => Verdict::Handled(fault.end),
            Policy::Replace => {
                out.push(0xfffd);
                Verdict::Handled(fault.end)
            }
            Policy::BackslashReplace => {
                bad.iter().for_each(|&b| push_escape(out, b.into()));
                Verdict::Handled(fault.end)
            }
            Policy::SurrogateEscape => {
                let n = bad.iter().take(4).take_while(|&&b| b >= 128).count();
                bad[..n].iter().for_each(|&b| out.push(0xdc00 + u32::from(b)));
                if n == 0 { Verdict::Raise } else { Verdict::Handled(fault.start + n) }
            }
            Policy::SurrogatePass => pass_surrogate_in(fault, out),
            Policy::XmlCharRefReplace | Policy::NameReplace => Verdict::WrongKind,
        }
    }

    /// Decide about characters that cannot be encoded.
    pub fn encode(self, fault: &EncodeFault<'_>) -> Verdict<(Substitute, usize)> {
        let bad = fault.input.slice(fault.start..fault.end);
        let mut text = StrBuilder::new();
        match self {
            Policy::Strict => return Verdict::Raise,
            Policy::Ignore => {}
            Policy::Replace => text.push_n(u32::from(b'?'), bad.len()),
            Policy::XmlCharRefReplace => bad.iter().for_each(|c| text.push_str(&format!("&#{c};"))),
            Policy::BackslashReplace => bad.iter().for_each(|c| push_escape(&mut text, c)),
            Policy::NameReplace => {
                bad.iter().for_each(|c| match char::from_u32(c).and_then(unicode_names2::name) {
                    Some(name) => text.push_str(&format!("\\N{{{name}}}")),
                    None => push_escape(&mut text, c),
                })
            }
            Policy::SurrogateEscape => {
                let bytes: Option<Vec<u8>> = bad
                    .iter()
                    .map(|c| if (0xdc80..0xdd00).contains(&c) { Some((c - 0xdc00) as u8) } else { None })
                    .collect();
                return match bytes {
                    Some(b) => Verdict::Handled((Substitute::Bytes(b), fault.end)),
                    None => Verdict::Raise,
                };
            }
            Policy::SurrogatePass => return pass_surrogates_out(fault),
        }
        Verdict::Handled((Substitute::Text(text), fault.end))
    }
}

fn pass_surrogate_in(fault: &DecodeFault<'_>, out: &mut StrBuilder) -> Verdict<usize> {
    let Some((width, big)) = utf_layout(fault.encoding) else { return Verdict::Raise };
    let rest = &fault.input[fault.start..];
    let (c, n) = match (width, rest) {
        (1, [a @ 0xe0..=0xef, b @ 0x80..=0xbf, c @ 0x80..=0xbf, ..]) => {
            ((u32::from(a & 15) << 12) | (u32::from(b & 63) << 6) | u32::from(c & 63), 3)
        }
        (2, [a, b, ..]) => {
            (if big { u16::from_be_bytes([*a, *b]) } else { u16::from_le_bytes([*a, *b]) }.into(), 2)
        }
        (4, [a, b, c, d, ..]) => {
            let word = [*a, *b, *c, *d];
            (if big { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }, 4)
        }
        _ => return Verdict::Raise,
    };
    if !is_surrogate(c) {
        return Verdict::Raise;
    }
    out.push(c);
    Verdict::Handled(fault.start + n)
}

fn pass_surrogates_out(fault: &EncodeFault<'_>) -> Verdict<(Substitute, usize)> {
    let Some((width, big)) = utf_layout(fault.encoding) else { return Verdict::Raise };
    let mut bytes = Vec::new();
    for c in fault.input.slice(fault.start..fault.end).iter() {
        if !is_surrogate(c) {
            return Verdict::Raise;
        }
        match (width, big) {
            (1, _) => {
                bytes.extend([0xe0 | (c >> 12) as u8, 0x80 | (c >> 6 & 63) as u8, 0x80 | (c & 63) as u8])
            }
            (2, true) => bytes.extend((c as u16).to_be_bytes()),
            (2, false) => bytes.extend((c as u16).to_le_bytes()),
            (_, true) => bytes.extend(c.to_be_bytes()),
            (_, false) => bytes.extend(c.to_le_bytes()),
        }
    }
    Verdict::Handled((Substitute::Bytes(bytes), fault.end))
}
