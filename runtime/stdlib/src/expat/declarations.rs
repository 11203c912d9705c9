//! Telling of a document type and its declarations.

use super::dtd::{self, Declaration, Doctype, External};
use super::errors::{self, Failure};
use super::parser::{XmlParser, name, optional, text};
use super::state::Entity;
use taipan_runtime::error::PyResult;
use taipan_runtime::types::int;
use taipan_runtime::value::Value;

impl XmlParser {
    pub(super) fn doctype(&self, data: &str, raw: &str) -> PyResult<()> {
        let Doctype { name: root, external, subset } = match dtd::read(data) {
            Ok(doctype) => doctype,
            Err(Failure { code, at }) => {
                let ahead = raw.len() - 1 - data.len() + at;
                return self.fail(code, raw.get(..ahead).unwrap_or_default());
            }
        };
        if external != External::default() {
            self.state.borrow_mut().incomplete = true;
        }
        let has_subset = Value::bool(subset.is_some());
        let args = [
            name(&root),
            optional(external.system.as_deref()),
            optional(external.public.as_deref()),
            int::new(i64::from(has_subset.is(taipan_runtime::value::TRUE))),
        ];
        if !self.tell("StartDoctypeDeclHandler", &args)? {
            for token in tokens(raw) {
                self.tell_default(token)?;
            }
        }
        for declaration in subset.unwrap_or_default() {
            self.declaration(declaration)?;
        }
        self.tell("EndDoctypeDeclHandler", &[]).map(drop)
    }

    fn declaration(&self, declaration: Declaration) -> PyResult<()> {
        let base = || self.base.or_none().own();
        match declaration {
            Declaration::Entity { name: entity, parameter, value, external, notation } => {
                let value = value.map(|v| self.entity_value(&v)).transpose()?;
                let (system, public) =
                    (optional(external.system.as_deref()), optional(external.public.as_deref()));
                let unparsed =
                    [name(&entity), base(), system.clone(), public.clone(), optional(notation.as_deref())];
                let told = notation.is_some() && self.tell("UnparsedEntityDeclHandler", &unparsed)?;
                if !told {
                    let args = [
                        name(&entity),
                        int::new(parameter.into()),
                        optional(value.as_deref()),
                        base(),
                        system,
                        public,
                        optional(notation.as_deref()),
                    ];
                    self.tell("EntityDeclHandler", &args)?;
                }
                if !parameter {
                    let found = value.map_or_else(|| Entity::External(external, notation), Entity::Text);
                    self.state.borrow_mut().entities.entry(entity).or_insert(found);
                }
                Ok(())
            }
            Declaration::Notation(notation, external) => {
                let (system, public) =
                    (optional(external.system.as_deref()), optional(external.public.as_deref()));
                self.tell("NotationDeclHandler", &[name(&notation), base(), system, public]).map(drop)
            }
            Declaration::Element(element, model) => {
                let model = super::model::read(&model);
                self.tell("ElementDeclHandler", &[name(&element), model]).map(drop)
            }
            Declaration::Attribute { element, name: attribute, kind, default, required } => {
                let default = default.map(|v| self.attribute_value(&v)).transpose()?;
                if let Some(value) = &default {
                    let mut s = self.state.borrow_mut();
                    let defaults = s.defaults.entry(element.clone()).or_default();
                    defaults.push((attribute.clone(), value.clone()));
                }
                let args = [
                    name(&element),
                    name(&attribute),
                    text(&kind),
                    optional(default.as_deref()),
                    int::new(required.into()),
                ];
                self.tell("AttlistDeclHandler", &args).map(drop)
            }
            Declaration::Comment(data) => self.tell("CommentHandler", &[text(&data)]).map(drop),
            Declaration::Instruction(target, data) => {
                self.tell("ProcessingInstructionHandler", &[name(&target), text(&data)]).map(drop)
            }
            Declaration::Reference(_) => {
                self.state.borrow_mut().incomplete = true;
                Ok(())
            }
        }
    }

    /// The text of an entity: references to characters are replaced at once, those to entities later.
    fn entity_value(&self, value: &str) -> PyResult<String> {
        let mut out = String::new();
        let mut rest = value;
        while let Some((before, behind)) = rest.split_once("&#") {
            out.push_str(before);
            let Some((number, behind)) = behind.split_once(';') else {
                return self.fail(errors::INVALID_TOKEN, "");
            };
            out.extend(self.character(&format!("#{number}"))?);
            rest = behind;
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// The tokens of a document type declaration.
fn tokens(raw: &str) -> Vec<&str> {
    let mut found = vec![&raw[..9]];
    let mut rest = &raw[9..];
    while let Some(first) = rest.chars().next() {
        let end = match first {
            c if c.is_whitespace() => rest.find(|c: char| !c.is_whitespace()),
            '"' | '\'' => rest[1..].find(first).map(|at| at + 2),
            '[' => rest.rfind(']').map(|at| at + 1),
            '>' => Some(1),
            _ => rest.find(|c: char| c.is_whitespace() || matches!(c, '[' | '>' | '"' | '\'')),
        };
        let (token, behind) = rest.split_at(end.unwrap_or(rest.len()));
        found.push(token);
        rest = behind;
    }
    found
}
