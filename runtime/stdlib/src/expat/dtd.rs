//! The document type declaration: its identifiers, and the entities that its internal subset declares.

use super::errors::{self, Failure};
use super::markup::{is_name, lines};

/// Where something outside of the document is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct External {
    /// `SYSTEM`
    pub system: Option<String>,
    /// `PUBLIC`
    pub public: Option<String>,
}

/// A declaration in the internal subset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declaration {
    /// An entity: name, whether it is one for the subset itself, its text or where it is, and its notation.
    Entity {
        name: String,
        parameter: bool,
        value: Option<String>,
        external: External,
        notation: Option<String>,
    },
    /// A notation.
    Notation(String, External),
    /// `<!ELEMENT name model>`
    Element(String, String),
    /// `<!ATTLIST element name type default>`: the default, and whether a value is required.
    Attribute { element: String, name: String, kind: String, default: Option<String>, required: bool },
    /// A processing instruction.
    Instruction(String, String),
    /// A comment.
    Comment(String),
    /// `%name;`
    Reference(String),
}

/// A document type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doctype {
    pub name: String,
    pub external: External,
    /// What stands in brackets, if there are any.
    pub subset: Option<Vec<Declaration>>,
}

struct Scanner<'a> {
    rest: &'a str,
    whole: usize,
}

type Result<T> = std::result::Result<T, Failure>;

impl<'a> Scanner<'a> {
    fn fail<T>(&self) -> Result<T> {
        Err(Failure { code: errors::SYNTAX, at: self.whole - self.rest.len() })
    }
    fn space(&mut self) -> bool {
        let before = self.rest.len();
        self.rest = self.rest.trim_start();
        self.rest.len() < before
    }
    fn take(&mut self, text: &str) -> bool {
        let found = self.rest.strip_prefix(text);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }
    fn until(&mut self, text: &str) -> Result<&'a str> {
        match self.rest.split_once(text) {
            Some((before, rest)) => {
                self.rest = rest;
                Ok(before)
            }
            None => self.fail(),
        }
    }
    fn name(&mut self) -> Result<String> {
        let end = self.rest.find(|c: char| c.is_whitespace() || "<>[]\"'%;()|,?*+#".contains(c));
        let (name, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        if !is_name(name) {
            return self.fail();
        }
        self.rest = rest;
        Ok(name.to_owned())
    }
    fn literal(&mut self) -> Result<String> {
        self.space();
        for quote in ["\"", "'"] {
            if self.take(quote) {
                return self.until(quote).map(lines);
            }
        }
        self.fail()
    }
    /// `SYSTEM "..."` or `PUBLIC "..." "..."`; of a notation the second may be absent.
    fn external(&mut self, notation: bool) -> Result<Option<External>> {
        if self.take("SYSTEM") {
            return Ok(Some(External { system: Some(self.literal()?), public: None }));
        }
        if self.take("PUBLIC") {
            let public = self.literal()?;
            let public = public.split_whitespace().collect::<Vec<_>>().join(" ");
            self.space();
            let system = if notation && self.rest.starts_with('>') { None } else { Some(self.literal()?) };
            return Ok(Some(External { system, public: Some(public) }));
        }
        Ok(None)
    }
    fn close(&mut self) -> Result<()> {
        self.space();
        if self.take(">") { Ok(()) } else { self.fail() }
    }

    fn entity(&mut self) -> Result<Declaration> {
        self.space();
        let parameter = self.take("%");
        self.space();
        let name = self.name()?;
        self.space();
        let (mut value, mut notation) = (None, None);
        let external = self.external(false)?;
        if external.is_none() {
            value = Some(self.literal()?);
        } else {
            self.space();
            if self.take("NDATA") {
                self.space();
                notation = Some(self.name()?);
            }
        }
        self.close()?;
        Ok(Declaration::Entity { name, parameter, value, external: external.unwrap_or_default(), notation })
    }

    fn attributes(&mut self, found: &mut Vec<Declaration>) -> Result<()> {
        self.space();
        let element = self.name()?;
        loop {
            self.space();
            if self.take(">") {
                return Ok(());
            }
            let name = self.name()?;
            self.space();
            let notation = self.take("NOTATION");
            self.space();
            let mut kind = if self.take("(") {
                let choices: String = self.until(")")?.split_whitespace().collect();
                format!("({choices})")
            } else {
                self.name()?
            };
            if notation {
                kind.insert_str(0, "NOTATION");
            }
            self.space();
            let (mut default, mut required) = (None, false);
            if self.take("#REQUIRED") {
                required = true;
            } else if !self.take("#IMPLIED") {
                required = self.take("#FIXED");
                default = Some(self.literal()?);
            }
            found.push(Declaration::Attribute { element: element.clone(), name, kind, default, required });
        }
    }

    fn subset(&mut self) -> Result<Vec<Declaration>> {
        let mut found = Vec::new();
        loop {
            self.space();
            if self.take("]") {
                return Ok(found);
            } else if self.take("<!ENTITY") {
                found.push(self.entity()?);
            } else if self.take("<!ATTLIST") {
                self.attributes(&mut found)?;
            } else if self.take("<!ELEMENT") {
                self.space();
                let name = self.name()?;
                found.push(Declaration::Element(name, self.until(">")?.trim().to_owned()));
            } else if self.take("<!NOTATION") {
                self.space();
                let name = self.name()?;
                self.space();
                let external = self.external(true)?;
                self.close()?;
                found.push(Declaration::Notation(name, external.unwrap_or_default()));
            } else if self.take("<!--") {
                found.push(Declaration::Comment(lines(self.until("-->")?)));
            } else if self.take("<?") {
                let text = self.until("?>")?;
                let (target, data) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
                found.push(Declaration::Instruction(target.to_owned(), lines(data.trim_start())));
            } else if self.take("%") {
                found.push(Declaration::Reference(self.until(";")?.to_owned()));
            } else {
                return self.fail();
            }
        }
    }
}

/// Reads what is between `<!DOCTYPE` and its `>`.
pub fn read(text: &str) -> Result<Doctype> {
    let mut s = Scanner { rest: text, whole: text.len() };
    s.space();
    let name = s.name()?;
    s.space();
    let external = s.external(false)?.unwrap_or_default();
    s.space();
    let subset = if s.take("[") { Some(s.subset()?) } else { None };
    s.space();
    if s.rest.is_empty() { Ok(Doctype { name, external, subset }) } else { s.fail() }
}
