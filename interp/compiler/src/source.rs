//! Source text: from bytes to text, and from offsets to lines.

use ruff_text_size::TextRange;

use crate::error::{ErrorKind, Failure, Result};

/// Where the lines of a text begin.
#[derive(Debug)]
pub(crate) struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, &byte) in bytes.iter().enumerate() {
            // "\r\n" is one line end, a lone "\r" too.
            if byte == b'\n' || byte == b'\r' && bytes.get(at + 1) != Some(&b'\n') {
                starts.push(at as u32 + 1);
            }
        }
        Self { starts }
    }

    /// Line of an offset, from 1.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32
    }

    /// Line from 1, column from 0 in bytes.
    pub fn line_col(&self, offset: u32) -> (u32, u32) {
        let line = self.line(offset);
        (line, offset - self.starts[line as usize - 1])
    }

    /// Offset of the first byte of a line (from 1).
    pub fn start_of(&self, line: u32) -> u32 {
        self.starts.get(line as usize - 1).copied().unwrap_or(0)
    }

    /// The text of a line with its end.
    pub fn text<'a>(&self, source: &'a str, line: u32) -> Option<&'a str> {
        let start = *self.starts.get(line.checked_sub(1)? as usize)? as usize;
        let end = self.starts.get(line as usize).map_or(source.len(), |&next| next as usize);
        source.get(start..end)
    }
}

/// Decodes source bytes: byte order mark, coding cookie, UTF-8 otherwise.
pub(crate) fn decode(bytes: &[u8], filename: &str) -> Result<String> {
    let (bytes, bom) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    let cookie = find_cookie(bytes);
    let encoding = cookie.as_ref().map_or("utf-8", |(name, _)| normal_name(name));
    if bom && encoding != "utf-8" {
        let name = cookie.map(|(name, _)| name).unwrap_or_default();
        return Err(no_range(format!("encoding problem: {name} with BOM")));
    }
    match encoding {
        "utf-8" => decode_utf8(bytes, filename, cookie.is_some()),
        "latin-1" => Ok(bytes.iter().map(|&byte| char::from(byte)).collect()),
        "ascii" => match bytes.iter().position(|byte| !byte.is_ascii()) {
            None => Ok(bytes.iter().map(|&byte| char::from(byte)).collect()),
            Some(at) => Err(no_range(format!(
                "'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
                bytes[at]
            ))),
        },
        _ => {
            let name = cookie.map(|(name, _)| name).unwrap_or_default();
            Err(no_range(format!("unknown encoding: {name}")))
        }
    }
}

/// The encoding that the cookie names, if [`decode`] does not know it.
pub(crate) fn foreign_encoding(bytes: &[u8]) -> Option<String> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return None;
    }
    find_cookie(bytes).map(|(name, _)| name).filter(|name| normal_name(name).is_empty())
}

fn no_range(msg: String) -> Box<Failure> {
    Failure::of_kind(ErrorKind::Syntax, msg, None)
}

fn decode_utf8(bytes: &[u8], filename: &str, declared: bool) -> Result<String> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let at = error.valid_up_to();
    let bad = bytes[at];
    if declared {
        let reason = match error.error_len() {
            None => "unexpected end of data",
            Some(_) if (0xc2..=0xf4).contains(&bad) => "invalid continuation byte",
            Some(_) => "invalid start byte",
        };
        let text =
            format!("(unicode error) 'utf-8' codec can't decode byte 0x{bad:02x} in position {at}: {reason}");
        return Err(no_range(text));
    }
    // CPython looks at the first two lines for a cookie, and has not counted them yet.
    let line = match bytes[..at].iter().filter(|&&byte| byte == b'\n').count() + 1 {
        2 => 1,
        line => line,
    };
    let place = ruff_text_size::TextRange::empty((at as u32).into());
    let message = format!(
        "Non-UTF-8 code starting with '\\x{bad:02x}' in file {filename} on line {line}, but no encoding declared; see \
         https://peps.python.org/pep-0263/ for details"
    );
    Err(Failure::of_kind(ErrorKind::Syntax, message, Some(place)))
}

/// The encoding that a comment in the first two lines declares (PEP 263), and its line.
fn find_cookie(bytes: &[u8]) -> Option<(String, usize)> {
    for (number, line) in bytes.split(|&byte| byte == b'\n').take(2).enumerate() {
        let trimmed = line.trim_ascii_start();
        let blank = trimmed.iter().all(|&byte| matches!(byte, b'\r' | b'\x0c' | b' ' | b'\t'));
        if let Some(comment) = trimmed.strip_prefix(b"#") {
            if let Some(name) = cookie_in(comment) {
                return Some((name, number));
            }
        } else if !blank {
            return None;
        }
    }
    None
}

fn cookie_in(comment: &[u8]) -> Option<String> {
    let at = comment.windows(6).position(|window| window == b"coding")? + 6;
    let rest = &comment[at..];
    if !matches!(rest.first(), Some(b':' | b'=')) {
        return cookie_in(rest);
    }
    let name = rest[1..].trim_ascii_start();
    let end = name.iter().position(|&b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')));
    let name = &name[..end.unwrap_or(name.len())];
    (!name.is_empty()).then(|| String::from_utf8_lossy(name).into_owned())
}

fn normal_name(name: &str) -> &'static str {
    let name = name.to_ascii_lowercase().replace('_', "-");
    match name.as_str() {
        "utf-8" | "utf8" | "u8" | "utf" | "utf8-ucs2" | "utf8-ucs4" | "cp65001" | "utf-8-sig" => "utf-8",
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "iso-latin-1" | "8859" | "cp819" | "l1"
        | "latin" => "latin-1",
        "ascii" | "us-ascii" | "646" | "ansi-x3.4-1968" => "ascii",
        name if name.starts_with("utf-8-") => "utf-8",
        name if name.starts_with("latin-1-") || name.starts_with("iso-8859-1-") => "latin-1",
        _ => "",
    }
}

/// Part of the source.
pub(crate) fn slice(source: &str, range: TextRange) -> &str {
    &source[range.start().to_usize()..range.end().to_usize()]
}
