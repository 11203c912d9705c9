//! `pyexpat`: an XML parser that calls handlers, as Expat does.

mod declarations;
mod dtd;
mod errors;
mod markup;
#[allow(non_snake_case, reason = "Python's names")]
mod methods;
mod model;
mod parser;
mod state;

pub use module::MODULE;

use parser::XmlParser;
use state::State;
use std::cell::{Cell, RefCell};
use taipan_runtime::error::PyResult;
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, OwnedCell, Ref, alloc_in};
use taipan_runtime::raise;
use taipan_runtime::types::dict;
use taipan_runtime::value::Value;

/// Marks `ExpatError`.
pub struct ExpatError;

fn new_parser(encoding: Option<String>, separator: Option<String>, intern: Option<Ref>) -> PyResult {
    let Some(class) = native_class::<XmlParser>() else {
        return raise!(SystemError, "pyexpat is not initialised");
    };
    let parser = XmlParser {
        head: Header::new(class),
        handlers: dict::new(),
        intern: OwnedCell::new(intern),
        base: OwnedCell::new(None),
        buffer_text: Cell::new(false),
        buffer_size: Cell::new(8192),
        ordered_attributes: Cell::new(false),
        specified_attributes: Cell::new(false),
        namespace_prefixes: Cell::new(false),
        parsing: Cell::new(false),
        state: RefCell::new(State::new(encoding, separator)),
    };
    Ok(alloc_in(class, parser).erase())
}

/// Python wrapper for Expat parser.
#[allow(non_snake_case, reason = "Python's names")]
#[taipan_runtime::pymodule(name = "pyexpat")]
mod module {
    use super::*;
    use crate::construct::{add_class, add_exception};
    use taipan_runtime::error::Exc;
    use taipan_runtime::object::P;
    use taipan_runtime::runtime::{exception_class, types};
    use taipan_runtime::types::module::{self as modules, Module};
    use taipan_runtime::types::type_object::flags::NO_NEW;
    use taipan_runtime::types::{int, list, tuple};

    #[init]
    fn contents(m: P<Module>) -> PyResult<()> {
        add_exception::<ExpatError>(m, "xml.parsers.expat", "ExpatError", exception_class(Exc::Exception));
        if let Some(class) = m.dict().get_text("ExpatError") {
            m.set("error", class);
        }
        add_class::<XmlParser>(m, "XMLParserType", types().object, NO_NEW, XmlParser::install);
        m.set("EXPAT_VERSION", *Ref::from("expat_2.7.4"));
        m.set("native_encoding", *Ref::from("UTF-8"));
        m.set("version_info", tuple::from_refs(vec![int::new(2), int::new(7), int::new(4)]).p().value());
        m.set("features", list::new(Vec::new()).p().value());
        for (name, value) in [("NEVER", 0), ("UNLESS_STANDALONE", 1), ("ALWAYS", 2)] {
            m.set(&format!("XML_PARAM_ENTITY_PARSING_{name}"), *int::new(value));
        }
        let errors = modules::new("pyexpat.errors", "Constants used to describe error conditions.");
        let (codes, messages) = (dict::new(), dict::new());
        for (index, (name, message)) in errors::ERRORS.iter().enumerate() {
            let code = int::new(index as i64 + 1);
            errors.set(&format!("XML_ERROR_{name}"), *Ref::from(*message));
            codes.insert_text(message, code.clone());
            messages.insert(*code, Ref::from(*message))?;
        }
        errors.set("codes", codes.p().value());
        errors.set("messages", messages.p().value());
        m.set("errors", errors.p().value());
        let model = modules::new("pyexpat.model", "Constants used to interpret content model information.");
        for (name, value) in model::CONSTANTS {
            model.set(name, *int::new(value));
        }
        m.set("model", model.p().value());
        Ok(())
    }

    fn optional_text(v: Option<Value>, what: &str) -> PyResult<Option<String>> {
        match v.filter(|v| !v.is_none()) {
            None => Ok(None),
            Some(v) => match v.as_str() {
                Some(s) => Ok(Some(s.to_lossy().to_string())),
                None => raise!(
                    TypeError,
                    "ParserCreate() argument '{what}' must be str or None, not {}",
                    v.class().name()
                ),
            },
        }
    }

    /// Return a new XML parser object.
    #[pyfunction("(encoding=None, namespace_separator=None, intern=None)")]
    fn ParserCreate(
        encoding: Option<Value>,
        namespace_separator: Option<Value>,
        intern: Option<Value>,
    ) -> PyResult {
        let encoding = optional_text(encoding, "encoding")?;
        let separator = optional_text(namespace_separator, "namespace_separator")?;
        if separator.as_ref().is_some_and(|s| s.chars().count() > 1) {
            return raise!(ValueError, "namespace_separator must be at most one character, omitted, or None");
        }
        let intern = match intern {
            None => Some(dict::new().erase()),
            Some(v) if v.is_none() => None,
            Some(v) if v.downcast::<taipan_runtime::types::dict::Dict>().is_some() => Some(v.own()),
            Some(_) => return raise!(TypeError, "intern must be a dictionary"),
        };
        new_parser(encoding, separator, intern)
    }
    /// Returns string error for given number.
    #[pyfunction("(code, /)")]
    fn ErrorString(code: i64) -> Option<Ref> {
        errors::message(code).map(Ref::from)
    }
}
