//! What a parser remembers of its document: no objects.

use super::dtd::External;
use std::collections::HashMap;

/// A general entity.
#[derive(Clone, Debug)]
pub enum Entity {
    /// Its text.
    Text(String),
    /// Where it is; the notation of what is no XML.
    External(External, Option<String>),
}

/// How the input's bytes are text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decoding {
    /// The first bytes will tell.
    Unknown,
    Utf8,
    Utf16 {
        big: bool,
    },
    Latin1,
    /// Bytes that a codec of Python's decodes one by one.
    Named(String),
}

/// A place in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub line: u32,
    pub column: u32,
    pub byte: usize,
}

impl Place {
    /// The place behind this text.
    pub fn behind(mut self, text: &str) -> Place {
        self.byte += text.len();
        match text.rfind('\n') {
            Some(at) => {
                self.line += text.bytes().filter(|b| *b == b'\n').count() as u32;
                self.column = text[at + 1..].chars().count() as u32;
            }
            None => self.column += text.chars().count() as u32,
        }
        self
    }
}

/// The state of a document.
pub struct State {
    /// The encoding that the program has given.
    pub encoding: Option<String>,
    pub decoding: Decoding,
    /// Bytes that are not decoded yet.
    pub raw: Vec<u8>,
    /// Text of which no piece has been made yet, from `at` on.
    pub text: String,
    pub at: usize,
    /// Nothing can come behind the text: what came was no text.
    pub undecodable: bool,
    /// What stands between URI and name, if namespaces are looked at.
    pub separator: Option<String>,
    /// Open elements, as written and as they were told, and how many namespaces each has declared.
    pub open: Vec<(String, String, usize)>,
    /// Prefixes and their URIs; the last one counts.
    pub namespaces: Vec<(String, String)>,
    pub entities: HashMap<String, Entity>,
    /// The entities that are being replaced.
    pub replacing: Vec<String>,
    /// Bytes that entities were replaced by.
    pub replaced: usize,
    /// Values of attributes that an element does not give, by element.
    pub defaults: HashMap<String, Vec<(String, String)>>,
    /// Not all declarations can be known.
    pub incomplete: bool,
    pub had_root: bool,
    pub finished: bool,
    pub place: Place,
    /// Character data that is held back.
    pub held: String,
    /// The last error, and where it was.
    pub error: (i64, Place),
}

impl State {
    pub fn new(encoding: Option<String>, separator: Option<String>) -> State {
        let place = Place { line: 1, column: 0, byte: 0 };
        State {
            encoding,
            decoding: Decoding::Unknown,
            raw: Vec::new(),
            text: String::new(),
            at: 0,
            undecodable: false,
            separator,
            open: Vec::new(),
            namespaces: Vec::new(),
            entities: HashMap::new(),
            replacing: Vec::new(),
            replaced: 0,
            defaults: HashMap::new(),
            incomplete: false,
            had_root: false,
            finished: false,
            place,
            held: String::new(),
            error: (0, place),
        }
    }

    /// The encoding of what begins with these bytes, if they are enough to tell; how many of them are its mark.
    pub fn detect(&self, last: bool) -> Option<(Decoding, usize)> {
        let bytes = self.raw.as_slice();
        if let Some(name) = &self.encoding {
            let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            return Some((by_name(name, bytes), mark));
        }
        if bytes.len() < 4 && !last {
            return None;
        }
        match bytes {
            [0xff, 0xfe, ..] => return Some((Decoding::Utf16 { big: false }, 2)),
            [0xfe, 0xff, ..] => return Some((Decoding::Utf16 { big: true }, 2)),
            [b'<', 0, ..] => return Some((Decoding::Utf16 { big: false }, 0)),
            [0, b'<', ..] => return Some((Decoding::Utf16 { big: true }, 0)),
            _ => {}
        }
        let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        if !bytes[mark..].starts_with(b"<?xml") {
            return Some((Decoding::Utf8, mark));
        }
        let Some(end) = bytes.windows(2).position(|w| w == b"?>") else {
            return last.then_some((Decoding::Utf8, mark));
        };
        let declared = String::from_utf8_lossy(&bytes[..end]);
        let name = declared.split_once("encoding").and_then(|(_, rest)| {
            let rest = rest.trim_start().strip_prefix('=')?.trim_start();
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            rest[1..].split_once(quote).map(|(name, _)| name)
        });
        Some((name.map_or(Decoding::Utf8, |name| by_name(name, bytes)), mark))
    }
}

fn by_name(name: &str, bytes: &[u8]) -> Decoding {
    match name.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" | "us-ascii" | "ascii" => Decoding::Utf8,
        "iso-8859-1" | "latin-1" | "latin1" => Decoding::Latin1,
        // What could be read so far is not in it, whatever it says.
        "utf-16" if bytes.first() == Some(&b'<') && bytes.get(1) != Some(&0) => Decoding::Utf8,
        "utf-16" => Decoding::Utf16 { big: bytes.starts_with(&[0xfe, 0xff]) || bytes.first() == Some(&0) },
        "utf-16le" => Decoding::Utf16 { big: false },
        "utf-16be" => Decoding::Utf16 { big: true },
        _ => Decoding::Named(name.to_owned()),
    }
}
