//! The methods and attributes of parsers.

use super::parser::{XmlParser, guarded};
use crate::buffer::bytes_of;
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::attr::{generic_getattr, generic_setattr};
use taipan_runtime::protocol::call::call_method_text;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::types::bytes;
use taipan_runtime::types::str::Str;
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{pymethods, raise};

/// The handlers that can be set.
const HANDLERS: [&str; 22] = [
    "StartElementHandler",
    "EndElementHandler",
    "ProcessingInstructionHandler",
    "CharacterDataHandler",
    "UnparsedEntityDeclHandler",
    "NotationDeclHandler",
    "StartNamespaceDeclHandler",
    "EndNamespaceDeclHandler",
    "CommentHandler",
    "StartCdataSectionHandler",
    "EndCdataSectionHandler",
    "DefaultHandler",
    "DefaultHandlerExpand",
    "NotStandaloneHandler",
    "ExternalEntityRefHandler",
    "StartDoctypeDeclHandler",
    "EndDoctypeDeclHandler",
    "EntityDeclHandler",
    "XmlDeclHandler",
    "ElementDeclHandler",
    "AttlistDeclHandler",
    "SkippedEntityHandler",
];

fn handler_name(name: P<Str>) -> Option<&'static str> {
    HANDLERS.iter().find(|h| name.is_str(h)).copied()
}

fn parse(p: P<XmlParser>, data: &[u8], last: bool) -> PyResult<i64> {
    if p.parsing.get() {
        return p.fail(23, "");
    }
    guarded(&p, || p.feed(data, last)).map(|()| 1)
}

#[pymethods]
impl XmlParser {
    #[slot(getattr)]
    fn getattr(p: P<XmlParser>, name: P<Str>) -> PyResult {
        match handler_name(name) {
            Some(handler) => Ok(p.handlers.get_text(handler).unwrap_or(NONE).own()),
            None => generic_getattr(p.value(), name),
        }
    }
    #[slot(setattr)]
    fn setattr(p: P<XmlParser>, name: P<Str>, value: Option<Value>) -> PyResult<()> {
        let Some(handler) = handler_name(name) else { return generic_setattr(p.value(), name, value) };
        let Some(value) = value else { return raise!(TypeError, "Cannot delete attribute") };
        if handler == "CharacterDataHandler" {
            p.flush()?;
        }
        p.handlers.insert_text(handler, value.own());
        Ok(())
    }
    /// Parse XML data.
    ///
    /// 'isfinal' should be true at end of input.
    #[method("($self, data, isfinal=False, /)")]
    fn Parse(p: P<XmlParser>, data: Value, isfinal: Option<Value>) -> PyResult<i64> {
        let last = isfinal.map_or(Ok(false), truth)?;
        let Some(s) = data.as_str() else { return parse(p, &bytes_of(data)?, last) };
        // Text is text, whatever encoding it says it is in.
        p.state.borrow_mut().encoding.get_or_insert_with(|| "utf-8".to_owned());
        let text = taipan_runtime::codecs::encode_str(s, Some("utf-8"), None)?;
        parse(p, &bytes_of(*text)?, last)
    }
    /// Parse XML data from file-like object.
    #[method("($self, file, /)")]
    fn ParseFile(p: P<XmlParser>, file: Value) -> PyResult<i64> {
        if taipan_runtime::protocol::attr::getattr_opt(file, crate::startup::name("read"))?.is_none() {
            return raise!(TypeError, "argument must have 'read' attribute");
        }
        loop {
            let data = call_method_text(file, "read", &[Value::small_int(2048)])?;
            if data.downcast::<bytes::Bytes>().is_none()
                && data.as_str().is_none()
                && taipan_runtime::buffer::Buffer::get(*data)?.is_none()
            {
                let class = data.class().name();
                return raise!(TypeError, "read() did not return a bytes object (type={class})");
            }
            let last = !truth(*data)?;
            let last = Value::bool(last);
            let result = XmlParser::Parse(p, *data, Some(last))?;
            if last.is(taipan_runtime::value::TRUE) {
                return Ok(result);
            }
        }
    }
    /// Set the base URL for the parser.
    #[method("($self, base, /)")]
    fn SetBase(p: P<XmlParser>, base: P<Str>) {
        p.base.set(Some(base.value().own()));
    }
    /// Return base URL string for the parser.
    #[method("($self, /)")]
    fn GetBase(p: P<XmlParser>) -> Value {
        p.base.or_none()
    }
    /// Return the untranslated text of the input that caused the current event.
    #[method("($self, /)")]
    fn GetInputContext(p: P<XmlParser>) -> Ref {
        if !p.parsing.get() {
            return NONE.own();
        }
        let s = p.state.borrow();
        bytes::new(&s.text.as_bytes()[s.at..]).erase()
    }
    /// Create a parser for parsing an external entity based on the information passed to the ExternalEntityRefHandler.
    #[method("($self, context, encoding=None, /)")]
    fn ExternalEntityParserCreate(p: P<XmlParser>, _context: Value, encoding: Option<Value>) -> PyResult {
        let encoding = encoding.and_then(Value::as_str).map(|s| s.to_lossy().to_string());
        let child =
            super::new_parser(encoding, p.state.borrow().separator.clone(), p.intern.get().map(Value::own))?;
        if let Some(c) = child.downcast::<XmlParser>() {
            c.buffer_text.set(p.buffer_text.get());
            c.ordered_attributes.set(p.ordered_attributes.get());
            c.specified_attributes.set(p.specified_attributes.get());
            c.namespace_prefixes.set(p.namespace_prefixes.get());
            c.state.borrow_mut().entities = p.state.borrow().entities.clone();
            c.state.borrow_mut().namespaces = p.state.borrow().namespaces.clone();
            for name in HANDLERS {
                if let Some(f) = p.handlers.get_text(name) {
                    c.handlers.insert_text(name, f.own());
                }
            }
        }
        Ok(child)
    }
    /// Controls parsing of parameter entities (including the external DTD subset).
    #[method("($self, flag, /)")]
    fn SetParamEntityParsing(_p: P<XmlParser>, _flag: i64) -> i64 {
        // What is outside of the document is not read: not even where that is asked for.
        0
    }
    /// Allows the application to provide an artificial external subset if one is not specified as part of the document
    /// instance.
    #[method("($self, flag=True, /)")]
    fn UseForeignDTD(p: P<XmlParser>, flag: Option<Value>) -> PyResult<()> {
        let flag = flag.map_or(Ok(true), truth)?;
        p.state.borrow_mut().incomplete = flag;
        Ok(())
    }
    /// Retrieve reparse deferral enabled status.
    #[method("($self, /)")]
    fn GetReparseDeferralEnabled(_p: P<XmlParser>) -> bool {
        false
    }
    /// Enable/Disable reparse deferral.
    #[method("($self, enabled, /)")]
    fn SetReparseDeferralEnabled(_p: P<XmlParser>, _enabled: Value) {}

    #[getter]
    fn intern(p: P<XmlParser>) -> Value {
        p.intern.or_none()
    }
    #[getter]
    fn buffer_text(p: P<XmlParser>) -> bool {
        p.buffer_text.get()
    }
    #[setter(name = "buffer_text")]
    fn set_buffer_text(p: P<XmlParser>, v: Option<Value>) -> PyResult<()> {
        let on = v.map_or(Ok(false), truth)?;
        if !on {
            p.flush()?;
        }
        p.buffer_text.set(on);
        Ok(())
    }
    #[getter]
    fn buffer_size(p: P<XmlParser>) -> i64 {
        p.buffer_size.get() as i64
    }
    #[setter(name = "buffer_size")]
    fn set_buffer_size(p: P<XmlParser>, v: Option<Value>) -> PyResult<()> {
        let Some(n) = v.filter(|v| v.is_int_like()) else {
            return raise!(TypeError, "buffer_size must be an integer");
        };
        match n.as_i64() {
            Some(n) if n > 0 && n <= i32::MAX.into() => {
                p.flush()?;
                p.buffer_size.set(n as usize);
                Ok(())
            }
            Some(n) if n <= 0 => raise!(ValueError, "buffer_size must be greater than zero"),
            _ => raise!(ValueError, "buffer_size must not be greater than {}", i32::MAX),
        }
    }
    #[getter]
    fn buffer_used(p: P<XmlParser>) -> i64 {
        p.state.borrow().held.len() as i64
    }
    #[getter]
    fn ordered_attributes(p: P<XmlParser>) -> bool {
        p.ordered_attributes.get()
    }
    #[setter(name = "ordered_attributes")]
    fn set_ordered_attributes(p: P<XmlParser>, v: Option<Value>) -> PyResult<()> {
        p.ordered_attributes.set(v.map_or(Ok(false), truth)?);
        Ok(())
    }
    #[getter]
    fn specified_attributes(p: P<XmlParser>) -> bool {
        p.specified_attributes.get()
    }
    #[setter(name = "specified_attributes")]
    fn set_specified_attributes(p: P<XmlParser>, v: Option<Value>) -> PyResult<()> {
        p.specified_attributes.set(v.map_or(Ok(false), truth)?);
        Ok(())
    }
    #[getter]
    fn namespace_prefixes(p: P<XmlParser>) -> bool {
        p.namespace_prefixes.get()
    }
    #[setter(name = "namespace_prefixes")]
    fn set_namespace_prefixes(p: P<XmlParser>, v: Option<Value>) -> PyResult<()> {
        p.namespace_prefixes.set(v.map_or(Ok(false), truth)?);
        Ok(())
    }
    #[getter]
    fn CurrentLineNumber(p: P<XmlParser>) -> u32 {
        p.state.borrow().place.line
    }
    #[getter]
    fn CurrentColumnNumber(p: P<XmlParser>) -> u32 {
        p.state.borrow().place.column
    }
    #[getter]
    fn CurrentByteIndex(p: P<XmlParser>) -> i64 {
        p.state.borrow().place.byte as i64
    }
    #[getter]
    fn ErrorCode(p: P<XmlParser>) -> i64 {
        p.state.borrow().error.0
    }
    #[getter]
    fn ErrorLineNumber(p: P<XmlParser>) -> u32 {
        p.state.borrow().error.1.line
    }
    #[getter]
    fn ErrorColumnNumber(p: P<XmlParser>) -> u32 {
        p.state.borrow().error.1.column
    }
    #[getter]
    fn ErrorByteIndex(p: P<XmlParser>) -> i64 {
        p.state.borrow().error.1.byte as i64
    }
}
