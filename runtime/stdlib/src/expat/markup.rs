//! The next piece of markup or text in a document, of which perhaps only a part is there.
//!
//! `quick-xml` finds where a piece ends; what it does not check of well-formedness is checked here.

use super::errors::{self, Failure};
use quick_xml::Reader;
use quick_xml::errors::{Error, SyntaxError};
use quick_xml::events::Event;

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// `<?xml ...?>`: version, encoding, standalone.
    Declaration(String, Option<String>, Option<bool>),
    /// A start tag: name, attributes as written, and whether it is an end tag too.
    Start(String, Vec<(String, String)>, bool),
    /// An end tag.
    End(String),
    /// Text without references.
    Text(String),
    /// `<![CDATA[...]]>`
    CData(String),
    /// `<!-- -->`
    Comment(String),
    /// `<? ?>`: target and data.
    Instruction(String, String),
    /// `<!DOCTYPE ...>`: what is between.
    Doctype(String),
    /// `&...;`: what is between.
    Reference(String),
}

/// What [`next`] found.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// A piece, and how many bytes it takes.
    Piece(Piece, usize),
    /// The rest is the beginning of one.
    Unfinished,
    /// Nothing is left.
    End,
}

/// May this character be in a document?
pub fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

fn starts_name(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | ':') || c as u32 > 0x7f && c.is_alphanumeric()
}

/// Is this the name of an element, attribute or entity?
pub fn is_name(text: &str) -> bool {
    let inside = |c: char| {
        starts_name(c) || c.is_numeric() || matches!(c, '-' | '.' | '\u{b7}' | '\u{300}'..='\u{36f}')
    };
    text.starts_with(starts_name) && text.chars().all(inside)
}

fn fail<T>(code: i64, at: usize) -> Result<T, Failure> {
    Err(Failure { code, at })
}

/// The first piece of `text`; `last` if nothing comes behind it.
pub fn next(text: &str, last: bool) -> Result<Found, Failure> {
    if text.is_empty() {
        return Ok(Found::End);
    }
    if !text.starts_with(['<', '&']) {
        return plain(text, last);
    }
    if !last
        && text.len() < 9
        && ["<![CDATA[", "<!DOCTYPE", "<!--", "<?xml "].iter().any(|m| m.starts_with(text))
    {
        return Ok(Found::Unfinished);
    }
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    (config.check_end_names, config.allow_unmatched_ends, config.check_comments) = (false, true, true);
    let event = match reader.read_event() {
        Ok(event) => event,
        Err(error) => return broken(&error, text, last),
    };
    let length = reader.buffer_position() as usize;
    match piece(&event, text) {
        Ok(piece) => Ok(Found::Piece(piece, length)),
        Err(failure) => Err(failure),
    }
}

fn broken(error: &Error, text: &str, last: bool) -> Result<Found, Failure> {
    match error {
        Error::Syntax(SyntaxError::InvalidBangMarkup) => fail(errors::INVALID_TOKEN, 2.min(text.len())),
        Error::Syntax(_) if !last => Ok(Found::Unfinished),
        Error::Syntax(SyntaxError::UnclosedCData) => fail(errors::UNCLOSED_CDATA_SECTION, 0),
        Error::Syntax(_) => fail(errors::UNCLOSED_TOKEN, 0),
        // An ampersand without its semicolon.
        _ if text.starts_with('&') => {
            let name =
                text[1..].find(|c: char| !(starts_name(c) || c.is_numeric() || matches!(c, '-' | '.' | '#')));
            match name {
                None if !last => Ok(Found::Unfinished),
                None => fail(errors::UNCLOSED_TOKEN, 0),
                Some(at) => fail(errors::INVALID_TOKEN, 1 + at),
            }
        }
        _ => fail(errors::INVALID_TOKEN, text.find("--").map_or(0, |at| at + 2)),
    }
}

/// Text up to the next markup or reference.
fn plain(text: &str, last: bool) -> Result<Found, Failure> {
    let mut end = text.find(['<', '&']).unwrap_or(text.len());
    if end == text.len() && !last {
        // What may be the beginning of something else waits.
        end = text.trim_end_matches([']', '\r']).len();
        if end == 0 {
            return Ok(Found::Unfinished);
        }
    }
    let text = &text[..end];
    if let Some(at) = text.find(|c| !is_char(c)) {
        return fail(errors::INVALID_TOKEN, at);
    }
    if let Some(at) = text.find("]]>") {
        return fail(errors::INVALID_TOKEN, at);
    }
    Ok(Found::Piece(Piece::Text(lines(text)), end))
}

/// Line ends are `\n`.
pub fn lines(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

fn checked(text: &str, offset: usize) -> Result<String, Failure> {
    match text.find(|c| !is_char(c)) {
        Some(at) => fail(errors::INVALID_TOKEN, offset + at),
        None => Ok(lines(text)),
    }
}

fn piece(event: &Event<'_>, text: &str) -> Result<Piece, Failure> {
    Ok(match event {
        Event::Start(e) => start(e.name().0, &mut e.attributes(), false, text)?,
        Event::Empty(e) => start(e.name().0, &mut e.attributes(), true, text)?,
        Event::End(e) => {
            let name = e.name().0.trim_end();
            if !is_name(name) {
                return fail(errors::INVALID_TOKEN, 2);
            }
            Piece::End(name.to_owned())
        }
        Event::Text(t) => Piece::Text(checked(t, 0)?),
        Event::CData(t) => Piece::CData(checked(t, 9)?),
        Event::Comment(t) => Piece::Comment(checked(t, 4)?),
        Event::DocType(t) => Piece::Doctype(t.to_string()),
        Event::GeneralRef(r) => {
            let name: &str = r;
            if !name.starts_with('#') && !is_name(name) {
                return fail(errors::INVALID_TOKEN, 1);
            }
            Piece::Reference(name.to_owned())
        }
        Event::PI(p) => {
            let target = p.target();
            if !is_name(target) || target.eq_ignore_ascii_case("xml") {
                return fail(errors::INVALID_TOKEN, 2);
            }
            Piece::Instruction(target.to_owned(), checked(p.content().trim_start(), 2)?)
        }
        Event::Decl(d) => declaration(d)?,
        Event::Eof => return fail(errors::UNCLOSED_TOKEN, 0),
    })
}

fn start(
    name: &str,
    attributes: &mut quick_xml::events::attributes::Attributes<'_>,
    empty: bool,
    text: &str,
) -> Result<Piece, Failure> {
    use quick_xml::events::attributes::AttrError;
    if !is_name(name) {
        return fail(errors::INVALID_TOKEN, 1);
    }
    let mut found = Vec::new();
    for attribute in attributes {
        let attribute = match attribute {
            Ok(attribute) => attribute,
            Err(AttrError::Duplicated(at, _)) => return fail(errors::DUPLICATE_ATTRIBUTE, at + 1),
            Err(_) => return fail(errors::INVALID_TOKEN, text.find('>').unwrap_or(0)),
        };
        let (key, value) = (attribute.key.0, &*attribute.value);
        if !is_name(key) || value.contains('<') {
            let at = text.find(if is_name(key) { value } else { key }).unwrap_or(0);
            return fail(errors::INVALID_TOKEN, at);
        }
        found.push((key.to_owned(), checked(value, 0)?.replace(['\t', '\n'], " ")));
    }
    Ok(Piece::Start(name.to_owned(), found, empty))
}

fn declaration(d: &quick_xml::events::BytesDecl<'_>) -> Result<Piece, Failure> {
    let (mut version, mut encoding, mut standalone) = (None, None, None);
    for attribute in quick_xml::events::attributes::Attributes::new(d, 3) {
        let Ok(attribute) = attribute else { return fail(errors::XML_DECL, 6) };
        let value = attribute.value.to_string();
        match attribute.key.0 {
            "version" => version = Some(value),
            "encoding" => encoding = Some(value),
            "standalone" => match value.as_str() {
                "yes" => standalone = Some(true),
                "no" => standalone = Some(false),
                _ => return fail(errors::XML_DECL, 6),
            },
            _ => return fail(errors::XML_DECL, 6),
        }
    }
    match version {
        Some(version) => Ok(Piece::Declaration(version, encoding, standalone)),
        None => fail(errors::XML_DECL, 6),
    }
}
