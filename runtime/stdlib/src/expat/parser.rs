//! From pieces of a document to calls of handlers.

use super::errors::{self, Failure};
use super::markup::{self, Found, Piece};
use super::state::{Decoding, Entity, State};
use std::cell::{Cell, RefCell};
use taipan_runtime::codecs;
use taipan_runtime::error::{PyResult, Raised, raise_exception};
use taipan_runtime::object::{Header, Kind, Own, OwnedCell, Ref};
use taipan_runtime::object_layout;
use taipan_runtime::protocol::attr::setattr;
use taipan_runtime::protocol::call::{call, call1};
use taipan_runtime::slots::Args;
use taipan_runtime::types::dict::{self, Dict};
use taipan_runtime::types::{int, list, str};
use taipan_runtime::value::{NONE, Value};

/// A parser.
#[repr(C)]
pub struct XmlParser {
    pub head: Header,
    /// Handlers by their names.
    pub handlers: Own<Dict>,
    pub intern: OwnedCell,
    pub base: OwnedCell,
    pub buffer_text: Cell<bool>,
    pub buffer_size: Cell<usize>,
    pub ordered_attributes: Cell<bool>,
    pub specified_attributes: Cell<bool>,
    pub namespace_prefixes: Cell<bool>,
    pub parsing: Cell<bool>,
    pub state: RefCell<State>,
}
object_layout!(XmlParser, Kind::Native, container, [handlers, intern, base]);

/// Expansions may be so many times as long as the document, once they are longer than that.
const MAX_AMPLIFICATION: usize = 100;
const MAX_UNCHECKED: usize = 8 << 20;
const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

pub(super) fn text(s: &str) -> Ref {
    Ref::from(s)
}

pub(super) fn optional(s: Option<&str>) -> Ref {
    s.map_or_else(|| NONE.own(), text)
}

pub(super) fn name(s: &str) -> Ref {
    str::interned(s).value().own()
}

impl XmlParser {
    fn handler(&self, name: &str) -> Option<Ref> {
        self.handlers.get_text(name).filter(|f| !f.is_none()).map(Value::own)
    }

    /// Call a handler, if it is set; character data that was held back comes first.
    pub(super) fn tell(&self, handler: &str, args: &[Ref]) -> PyResult<bool> {
        let Some(f) = self.handler(handler) else { return Ok(false) };
        self.flush()?;
        let args: Vec<Value> = args.iter().map(|a| **a).collect();
        call(*f, Args::positional(&args))?;
        Ok(true)
    }

    /// Tell what no handler wants to hear of.
    pub(super) fn tell_default(&self, raw: &str) -> PyResult<()> {
        let handler = if self.handler("DefaultHandlerExpand").is_some() {
            "DefaultHandlerExpand"
        } else {
            "DefaultHandler"
        };
        self.tell(handler, &[text(raw)]).map(drop)
    }

    /// Tell the character data that was held back.
    pub fn flush(&self) -> PyResult<()> {
        let held = std::mem::take(&mut self.state.borrow_mut().held);
        match self.handler("CharacterDataHandler") {
            Some(f) if !held.is_empty() => call1(*f, *text(&held)).map(drop),
            _ => Ok(()),
        }
    }

    fn characters(&self, data: &str, raw: &str) -> PyResult<()> {
        let Some(f) = self.handler("CharacterDataHandler") else { return self.tell_default(raw) };
        if self.buffer_text.get() {
            let full = {
                let mut s = self.state.borrow_mut();
                s.held.push_str(data);
                s.held.len() > self.buffer_size.get()
            };
            return if full { self.flush() } else { Ok(()) };
        }
        // Each line, and each line's end.
        let mut rest = data;
        while !rest.is_empty() {
            let end = match rest.find('\n') {
                Some(0) => 1,
                Some(at) => at,
                None => rest.len(),
            };
            call1(*f, *text(&rest[..end]))?;
            rest = &rest[end..];
        }
        Ok(())
    }

    /// Raise the error with this number, `ahead` of the current place.
    pub fn fail<T>(&self, code: i64, ahead: &str) -> PyResult<T> {
        let place = {
            let mut s = self.state.borrow_mut();
            let place = s.place.behind(ahead);
            (s.error, s.finished) = ((code, place), true);
            place
        };
        let message = errors::message(code).unwrap_or("unknown error");
        let class = crate::startup::import_from("pyexpat", "ExpatError")?;
        let message = format!("{message}: line {}, column {}", place.line, place.column);
        let e = call1(*class, *text(&message))?;
        for (attribute, value) in
            [("code", code), ("offset", place.column.into()), ("lineno", place.line.into())]
        {
            setattr(*e, str::interned(attribute), *int::new(value))?;
        }
        raise_exception(e)
    }

    /// Take more of the document.
    pub fn feed(&self, data: &[u8], last: bool) -> PyResult<()> {
        if self.state.borrow().finished {
            return self.fail(errors::FINISHED, "");
        }
        self.state.borrow_mut().raw.extend_from_slice(data);
        self.decode(last)?;
        let rest = self.state.borrow().text.clone();
        let mut at = 0;
        while let Some(length) = self.step(&rest[at..], last)? {
            at += length;
            let mut s = self.state.borrow_mut();
            s.place = s.place.behind(&rest[at - length..at]);
            s.at = at;
        }
        {
            let mut s = self.state.borrow_mut();
            s.text.drain(..at);
            s.at = 0;
        }
        if self.state.borrow().undecodable {
            let rest = self.state.borrow().text.clone();
            return self.fail(errors::INVALID_TOKEN, &rest);
        }
        self.flush()?;
        if last {
            let complete = {
                let s = self.state.borrow();
                s.open.is_empty() && s.had_root
            };
            if !complete {
                return self.fail(errors::NO_ELEMENTS, "");
            }
            self.state.borrow_mut().finished = true;
        }
        Ok(())
    }

    /// Make text of the bytes that have come.
    fn decode(&self, last: bool) -> PyResult<()> {
        let mut s = self.state.borrow_mut();
        if s.decoding == Decoding::Unknown {
            let Some((decoding, mark)) = s.detect(last) else { return Ok(()) };
            s.decoding = decoding;
            s.raw.drain(..mark);
        }
        let raw = std::mem::take(&mut s.raw);
        match s.decoding.clone() {
            Decoding::Unknown => {}
            Decoding::Latin1 => s.text.extend(raw.iter().map(|b| char::from(*b))),
            Decoding::Utf8 => match std::str::from_utf8(&raw) {
                Ok(text) => s.text.push_str(text),
                Err(e) => {
                    let (good, rest) = raw.split_at(e.valid_up_to());
                    s.text.push_str(&String::from_utf8_lossy(good));
                    s.undecodable = e.error_len().is_some() || last;
                    s.raw = rest.to_vec();
                }
            },
            Decoding::Utf16 { big } => {
                let units: Vec<u16> = raw
                    .chunks_exact(2)
                    .map(|p| {
                        if big { u16::from_be_bytes([p[0], p[1]]) } else { u16::from_le_bytes([p[0], p[1]]) }
                    })
                    .collect();
                // Half of a pair waits for the other.
                let half = units.last().is_some_and(|u| (0xd800..0xdc00).contains(u)) && !last;
                let whole = units.len() - usize::from(half);
                s.text.extend(char::decode_utf16(units[..whole].iter().copied()).map_while(Result::ok));
                s.raw = raw[2 * whole..].to_vec();
            }
            Decoding::Named(name) => {
                drop(s);
                if codecs::registry::lookup(&name).is_err() {
                    drop(taipan_runtime::error::take());
                    return self.fail(errors::UNKNOWN_ENCODING, "");
                }
                let decoded = codecs::decode_bytes(&raw, None, Some(&name), None)?;
                self.state.borrow_mut().text.push_str(&decoded.to_lossy());
            }
        }
        Ok(())
    }

    /// Deliver the first piece of `rest`: how long it is, or nothing if there is none (yet).
    fn step(&self, rest: &str, last: bool) -> PyResult<Option<usize>> {
        match markup::next(rest, last) {
            Ok(Found::Piece(piece, length)) => {
                self.deliver(piece, &rest[..length])?;
                Ok(Some(length))
            }
            Ok(Found::Unfinished | Found::End) => Ok(None),
            Err(Failure { mut code, at }) => {
                let s = self.state.borrow();
                if s.open.is_empty() && rest.starts_with('&') {
                    code = if s.had_root { errors::JUNK_AFTER_DOC_ELEMENT } else { errors::SYNTAX };
                }
                drop(s);
                self.fail(code, rest.get(..at).unwrap_or_default())
            }
        }
    }

    /// What may not stand outside of the root element.
    fn only_inside(&self, ahead: &str) -> PyResult<()> {
        let s = self.state.borrow();
        if !s.open.is_empty() {
            return Ok(());
        }
        let code = if s.had_root { errors::JUNK_AFTER_DOC_ELEMENT } else { errors::SYNTAX };
        drop(s);
        self.fail(code, ahead)
    }

    fn deliver(&self, piece: Piece, raw: &str) -> PyResult<()> {
        match piece {
            Piece::Text(data) => {
                let blank = data.trim_matches([' ', '\t', '\n']).is_empty();
                if self.state.borrow().open.is_empty() {
                    if !blank {
                        let ahead = raw.len() - raw.trim_start().len();
                        self.only_inside(&raw[..ahead])?;
                    }
                    return self.tell_default(raw);
                }
                self.characters(&data, raw)
            }
            Piece::Reference(name) => {
                self.only_inside("")?;
                self.reference(&name, raw)
            }
            Piece::CData(data) => {
                self.only_inside("")?;
                if !self.tell("StartCdataSectionHandler", &[])? {
                    self.tell_default("<![CDATA[")?;
                }
                self.characters(&data, &data)?;
                if !self.tell("EndCdataSectionHandler", &[])? {
                    self.tell_default("]]>")?;
                }
                Ok(())
            }
            Piece::Comment(data) => self.tell_or_default("CommentHandler", &[text(&data)], raw),
            Piece::Instruction(target, data) => {
                self.tell_or_default("ProcessingInstructionHandler", &[name(&target), text(&data)], raw)
            }
            Piece::Declaration(version, encoding, standalone) => {
                if self.state.borrow().place.byte != 0 {
                    return self.fail(errors::MISPLACED_XML_PI, "");
                }
                let standalone = int::new(standalone.map_or(-1, i64::from));
                let args = [text(&version), optional(encoding.as_deref()), standalone];
                self.tell_or_default("XmlDeclHandler", &args, raw)
            }
            Piece::Doctype(data) => self.doctype(&data, raw),
            Piece::Start(tag, attributes, empty) => {
                self.start(&tag, attributes, raw)?;
                if empty { self.end(&tag, "") } else { Ok(()) }
            }
            Piece::End(tag) => self.end(&tag, raw),
        }
    }

    fn tell_or_default(&self, handler: &str, args: &[Ref], raw: &str) -> PyResult<()> {
        if self.tell(handler, args)? { Ok(()) } else { self.tell_default(raw) }
    }

    fn start(&self, tag: &str, mut attributes: Vec<(String, String)>, raw: &str) -> PyResult<()> {
        if self.state.borrow().open.is_empty() && self.state.borrow().had_root {
            return self.fail(errors::JUNK_AFTER_DOC_ELEMENT, "");
        }
        for (_, value) in &mut attributes {
            *value = self.attribute_value(value)?;
        }
        if !self.specified_attributes.get()
            && let Some(defaults) = self.state.borrow().defaults.get(tag)
        {
            for (key, value) in defaults {
                if !attributes.iter().any(|(k, _)| k == key) {
                    attributes.push((key.clone(), value.clone()));
                }
            }
        }
        let declared = self.declare(&mut attributes)?;
        let expanded = self.expand(tag, true)?;
        let mut pairs = Vec::new();
        for (key, value) in &attributes {
            pairs.push((name(&self.expand(key, false)?), text(value)));
        }
        {
            let mut s = self.state.borrow_mut();
            s.had_root = true;
            s.open.push((tag.to_owned(), expanded.clone(), declared));
        }
        if self.handler("StartElementHandler").is_none() {
            return self.tell_default(raw);
        }
        let attributes = if self.ordered_attributes.get() {
            list::new(pairs.into_iter().flat_map(|(k, v)| [k, v]).collect()).erase()
        } else {
            let d = dict::new();
            for (k, v) in pairs {
                d.insert(*k, v)?;
            }
            d.erase()
        };
        self.tell("StartElementHandler", &[name(&expanded), attributes]).map(drop)
    }

    fn end(&self, tag: &str, raw: &str) -> PyResult<()> {
        let top = self.state.borrow().open.last().cloned();
        let Some((open, expanded, declared)) = top else {
            return self.fail(errors::INVALID_TOKEN, "");
        };
        if open != tag {
            return self.fail(errors::TAG_MISMATCH, "</");
        }
        self.tell_or_default("EndElementHandler", &[name(&expanded)], raw)?;
        let gone = {
            let mut s = self.state.borrow_mut();
            s.open.pop();
            let keep = s.namespaces.len() - declared;
            s.namespaces.split_off(keep)
        };
        for (prefix, _) in gone.iter().rev() {
            let prefix = optional(Some(prefix.as_str()).filter(|p| !p.is_empty()));
            self.tell("EndNamespaceDeclHandler", &[prefix])?;
        }
        Ok(())
    }

    /// Take the namespaces that attributes declare; how many there are.
    fn declare(&self, attributes: &mut Vec<(String, String)>) -> PyResult<usize> {
        if self.state.borrow().separator.is_none() {
            return Ok(0);
        }
        let (declarations, others) = std::mem::take(attributes)
            .into_iter()
            .partition::<Vec<_>, _>(|(key, _)| key == "xmlns" || key.starts_with("xmlns:"));
        *attributes = others;
        for (key, uri) in &declarations {
            let prefix = key.strip_prefix("xmlns:").unwrap_or_default();
            self.state.borrow_mut().namespaces.push((prefix.to_owned(), uri.clone()));
            let shown = optional(Some(prefix).filter(|p| !p.is_empty()));
            self.tell(
                "StartNamespaceDeclHandler",
                &[shown, optional(Some(uri).filter(|u| !u.is_empty()).map(String::as_str))],
            )?;
        }
        Ok(declarations.len())
    }

    /// A name with its namespace; that without a prefix is an element's alone.
    fn expand(&self, name: &str, element: bool) -> PyResult<String> {
        let s = self.state.borrow();
        let Some(separator) = &s.separator else { return Ok(name.to_owned()) };
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        if prefix.is_empty() && !element {
            return Ok(name.to_owned());
        }
        let uri = match s.namespaces.iter().rev().find(|(p, _)| p == prefix) {
            Some((_, uri)) => uri.as_str(),
            None if prefix == "xml" => XML_NAMESPACE,
            None if prefix.is_empty() => "",
            None => {
                drop(s);
                return self.fail(errors::UNBOUND_PREFIX, "");
            }
        };
        if uri.is_empty() {
            return Ok(local.to_owned());
        }
        let mut expanded = format!("{uri}{separator}{local}");
        if self.namespace_prefixes.get() && !prefix.is_empty() {
            expanded += &format!("{separator}{prefix}");
        }
        Ok(expanded)
    }

    pub(super) fn attribute_value(&self, value: &str) -> PyResult<String> {
        let mut out = String::new();
        let mut rest = value;
        while let Some((before, behind)) = rest.split_once('&') {
            out.push_str(before);
            let Some((name, behind)) = behind.split_once(';') else {
                return self.fail(errors::INVALID_TOKEN, "");
            };
            rest = behind;
            if let Some(c) = self.character(name)? {
                out.push(c);
                continue;
            }
            let entity = self.state.borrow().entities.get(name).cloned();
            match entity {
                Some(Entity::Text(replacement)) => {
                    self.enter(name, replacement.len())?;
                    let value = self.attribute_value(&replacement.replace(['\t', '\n'], " "));
                    self.state.borrow_mut().replacing.pop();
                    out.push_str(&value?);
                }
                Some(Entity::External(..)) => return self.fail(errors::ATTRIBUTE_EXTERNAL_ENTITY_REF, ""),
                None if self.state.borrow().incomplete => {}
                None => return self.fail(errors::UNDEFINED_ENTITY, ""),
            }
        }
        out.push_str(rest);
        Ok(out)
    }

    /// The character that a reference stands for, if it is none to an entity that was declared.
    pub(super) fn character(&self, name: &str) -> PyResult<Option<char>> {
        let Some(number) = name.strip_prefix('#') else {
            return Ok(match name {
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "quot" => Some('"'),
                "apos" => Some('\''),
                _ => None,
            });
        };
        let point = match number.strip_prefix('x') {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => number.parse().ok(),
        };
        match point.and_then(char::from_u32).filter(|c| markup::is_char(*c)) {
            Some(c) => Ok(Some(c)),
            None => self.fail(errors::BAD_CHAR_REF, ""),
        }
    }

    /// An entity is being replaced by so many bytes.
    fn enter(&self, name: &str, length: usize) -> PyResult<()> {
        let mut s = self.state.borrow_mut();
        if s.replacing.iter().any(|n| n == name) {
            drop(s);
            return self.fail(errors::RECURSIVE_ENTITY_REF, "");
        }
        s.replaced += length;
        if s.replaced > MAX_UNCHECKED && s.replaced / MAX_AMPLIFICATION > s.place.byte {
            drop(s);
            return self.fail(errors::AMPLIFICATION_LIMIT_BREACH, "");
        }
        s.replacing.push(name.to_owned());
        Ok(())
    }

    fn reference(&self, name: &str, raw: &str) -> PyResult<()> {
        if let Some(c) = self.character(name)? {
            return self.characters(c.encode_utf8(&mut [0; 4]), raw);
        }
        let entity = self.state.borrow().entities.get(name).cloned();
        match entity {
            Some(Entity::Text(replacement)) => {
                if self.handler("DefaultHandler").is_some() && self.handler("DefaultHandlerExpand").is_none()
                {
                    // That handler wants to see references as they are.
                    return self.tell_default(raw);
                }
                taipan_runtime::thread::current().check_native_stack(" in an XML entity")?;
                self.enter(name, replacement.len())?;
                let depth = self.state.borrow().open.len();
                let mut at = 0;
                while at < replacement.len() {
                    match self.step(&replacement[at..], true)? {
                        Some(length) => at += length,
                        None => break,
                    }
                }
                self.state.borrow_mut().replacing.pop();
                if self.state.borrow().open.len() == depth { Ok(()) } else { self.fail(13, "") }
            }
            Some(Entity::External(_, Some(_))) => self.fail(15, ""),
            Some(Entity::External(external, None)) => {
                let Some(f) = self.handler("ExternalEntityRefHandler") else { return self.tell_default(raw) };
                self.flush()?;
                let args = [
                    text(name),
                    self.base.or_none().own(),
                    optional(external.system.as_deref()),
                    optional(external.public.as_deref()),
                ];
                let args: Vec<Value> = args.iter().map(|a| **a).collect();
                let answer = call(*f, Args::positional(&args))?;
                if answer.as_i64() == Some(0) {
                    self.fail(errors::EXTERNAL_ENTITY_HANDLING, "")
                } else {
                    Ok(())
                }
            }
            None if self.state.borrow().incomplete => {
                let args = [text(name), Value::bool(false).own()];
                self.tell_or_default("SkippedEntityHandler", &args, raw)
            }
            None => self.fail(errors::UNDEFINED_ENTITY, ""),
        }
    }
}

/// Errors of handlers pass through; nothing else raises.
pub fn guarded<T>(parser: &XmlParser, work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    parser.parsing.set(true);
    let result = work();
    parser.parsing.set(false);
    if result.is_err() {
        parser.state.borrow_mut().finished = true;
    }
    result.map_err(|Raised| Raised)
}
