//! The functions of `_codecs`.

pub use functions::MODULE;

#[taipan_runtime::pymodule(name = "_codecs")]
mod functions {
    use crate::codecs::{
        charmap, decode_with, decoded, encode_with, encoded, error_name, handlers, input, input_or_text,
    };
    use taipan_runtime::builtins::warn::warn;
    use taipan_runtime::codecs::errors::Handler;
    use taipan_runtime::codecs::registry::{self, Direction};
    use taipan_runtime::codecs::wide::{self, Order};
    use taipan_runtime::codecs::{Policy, escapes, name_argument, narrow, utf7, utf8};
    use taipan_runtime::error::{Exc, PyResult};
    use taipan_runtime::object::{Own, P};
    use taipan_runtime::raise;
    use taipan_runtime::text::StrBuilder;
    use taipan_runtime::types::dict::Dict;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::str::Str;
    use taipan_runtime::types::{bytes, int, tuple};
    use taipan_runtime::value::Value;

    #[init]
    fn init(_module: P<Module>) -> PyResult<()> {
        handlers::register()
    }

    /// Register a codec search function.
    #[pyfunction("(search_function, /)")]
    fn register(search_function: Value) -> PyResult<()> {
        registry::register(search_function)
    }

    /// Unregister a codec search function and clear the registry's cache.
    #[pyfunction("(search_function, /)")]
    fn unregister(search_function: Value) {
        registry::unregister(search_function);
    }

    /// Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.
    #[pyfunction("(encoding, /)")]
    fn lookup(encoding: P<Str>) -> PyResult {
        registry::lookup(&name_argument(encoding)?)
    }

    fn optional_name(v: Option<Value>, function: &str, parameter: &str) -> PyResult<Option<String>> {
        match v {
            None => Ok(None),
            Some(v) => match v.as_str() {
                Some(s) => name_argument(s).map(Some),
                None => {
                    let class = v.class().name();
                    raise!(TypeError, "{function}() argument '{parameter}' must be str, not {class}")
                }
            },
        }
    }

    fn transcode(
        direction: Direction,
        obj: Value,
        encoding: Option<Value>,
        errors: Option<Value>,
        function: &str,
    ) -> PyResult {
        let encoding = optional_name(encoding, function, "encoding")?.unwrap_or_else(|| "utf-8".to_owned());
        let errors = optional_name(errors, function, "errors")?;
        let codec = registry::lookup(&encoding)?;
        registry::run(&codec, direction, obj, errors.as_deref(), &encoding)
    }

    /// Encodes obj using the codec registered for encoding.
    #[pyfunction("(obj, encoding='utf-8', errors='strict')")]
    fn encode(obj: Value, encoding: Option<Value>, errors: Option<Value>) -> PyResult {
        transcode(Direction::Encode, obj, encoding, errors, "encode")
    }

    /// Decodes obj using the codec registered for encoding.
    #[pyfunction("(obj, encoding='utf-8', errors='strict')")]
    fn decode(obj: Value, encoding: Option<Value>, errors: Option<Value>) -> PyResult {
        transcode(Direction::Decode, obj, encoding, errors, "decode")
    }

    /// Register the specified error handler under the name errors.
    #[pyfunction("(errors, handler, /)")]
    fn register_error(errors: P<Str>, handler: Value) -> PyResult<()> {
        registry::register_error(&name_argument(errors)?, handler)
    }

    /// Un-register the specified error handler for the error handling `errors`.
    #[pyfunction("(errors, /)")]
    fn _unregister_error(errors: P<Str>) -> PyResult<bool> {
        let name = name_argument(errors)?;
        if Policy::from_name(&name).is_some() {
            return raise!(ValueError, "cannot un-register built-in error handler '{name}'");
        }
        Ok(registry::unregister_error(&name))
    }

    /// Return the error handler for the specified error handling name.
    #[pyfunction("(name, /)")]
    fn lookup_error(name: P<Str>) -> PyResult {
        registry::error_handler(&name_argument(name)?)
    }

    fn warn_about(bad: Option<escapes::BadEscape>, kind: &str) -> PyResult<()> {
        match bad {
            Some(b) => warn(Exc::DeprecationWarning, &b.warning(kind)),
            None => Ok(()),
        }
    }

    /// Decode the escapes of a bytes literal.
    #[pyfunction("(data, errors=None, /)")]
    fn escape_decode(data: Value, errors: Option<Value>) -> PyResult {
        let source = input_or_text(data)?;
        let errors = error_name(errors, "escape_decode", 2)?;
        let (out, bad) = escapes::decode_bytes_escapes(&source.data, errors.as_deref().unwrap_or("strict"))?;
        warn_about(bad, "b")?;
        encoded(&out, source.data.len())
    }

    /// Encode as in a bytes literal.
    #[pyfunction("(data, errors=None, /)")]
    fn escape_encode(data: P<bytes::Bytes>, errors: Option<Value>) -> PyResult {
        error_name(errors, "escape_encode", 2)?;
        encoded(&escapes::encode_bytes_escapes(data.as_slice()), data.len)
    }

    /// Decode the escapes of a string literal.
    #[pyfunction("(data, errors=None, final=True, /)")]
    fn unicode_escape_decode(data: Value, errors: Option<Value>, finish: bool) -> PyResult {
        let source = input_or_text(data)?;
        let errors = error_name(errors, "unicode_escape_decode", 2)?;
        let mut out = StrBuilder::with_capacity(source.data.len());
        let mut handler = Handler::decoding(errors.as_deref(), source.object.as_ref().map(|o| o.value()));
        let (used, bad) = escapes::decode_unicode_escape(&source.data, finish, &mut out, &mut handler)?;
        warn_about(bad, "")?;
        decoded(out, used)
    }

    /// Decode the escapes of a raw string literal.
    #[pyfunction("(data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(data: Value, errors: Option<Value>, finish: bool) -> PyResult {
        let source = input_or_text(data)?;
        let errors = error_name(errors, "raw_unicode_escape_decode", 2)?;
        let mut out = StrBuilder::with_capacity(source.data.len());
        let mut handler = Handler::decoding(errors.as_deref(), source.object.as_ref().map(|o| o.value()));
        let used = escapes::decode_raw_unicode_escape(&source.data, finish, &mut out, &mut handler)?;
        decoded(out, used)
    }

    /// Encode as in a string literal.
    #[pyfunction("(str, errors=None, /)")]
    fn unicode_escape_encode(text: P<Str>, errors: Option<Value>) -> PyResult {
        encode_with(text, errors, "unicode_escape_encode", |c, _| Ok(escapes::encode_unicode_escape(c)))
    }

    /// Encode as in a raw string literal.
    #[pyfunction("(str, errors=None, /)")]
    fn raw_unicode_escape_encode(text: P<Str>, errors: Option<Value>) -> PyResult {
        encode_with(text, errors, "raw_unicode_escape_encode", |c, _| {
            Ok(escapes::encode_raw_unicode_escape(c))
        })
    }

    /// The bytes of a bytes-like object, or the UTF-8 of a string.
    #[pyfunction("(data, errors=None, /)")]
    fn readbuffer_encode(data: Value, errors: Option<Value>) -> PyResult {
        error_name(errors, "readbuffer_encode", 2)?;
        let source = input_or_text(data)?;
        encoded(&source.data, source.data.len())
    }

    /// Decode ASCII.
    #[pyfunction("(data, errors=None, /)")]
    fn ascii_decode(data: Value, errors: Option<Value>) -> PyResult {
        decode_with(data, errors, "ascii_decode", |i, o, h| narrow::decode_ascii(i, o, h).map(|()| i.len()))
    }

    /// Encode as ASCII.
    #[pyfunction("(str, errors=None, /)")]
    fn ascii_encode(text: P<Str>, errors: Option<Value>) -> PyResult {
        encode_with(text, errors, "ascii_encode", |c, h| narrow::encode_ascii(c, h))
    }

    /// Decode Latin-1.
    #[pyfunction("(data, errors=None, /)")]
    fn latin_1_decode(data: Value, errors: Option<Value>) -> PyResult {
        decode_with(data, errors, "latin_1_decode", |i, o, _| {
            narrow::decode_latin1(i, o);
            Ok(i.len())
        })
    }

    /// Encode as Latin-1.
    #[pyfunction("(str, errors=None, /)")]
    fn latin_1_encode(text: P<Str>, errors: Option<Value>) -> PyResult {
        encode_with(text, errors, "latin_1_encode", |c, h| narrow::encode_latin1(c, h))
    }

    /// Decode by a map.
    #[pyfunction("(data, errors=None, mapping=None, /)")]
    fn charmap_decode(data: Value, errors: Option<Value>, mapping: Option<Value>) -> PyResult {
        let source = input(data)?;
        let errors = error_name(errors, "charmap_decode", 2)?;
        charmap::decode(&source, errors.as_deref(), mapping.filter(|m| !m.is_none()))
    }

    /// Encode by a map.
    #[pyfunction("(str, errors=None, mapping=None, /)")]
    fn charmap_encode(text: P<Str>, errors: Option<Value>, mapping: Option<Value>) -> PyResult {
        let errors = error_name(errors, "charmap_encode", 2)?;
        let data = charmap::encode(text, errors.as_deref(), mapping.filter(|m| !m.is_none()))?;
        encoded(&data, text.len())
    }

    /// The encoding map of a decoding table.
    #[pyfunction("(map, /)")]
    fn charmap_build(map: P<Str>) -> PyResult<Own<Dict>> {
        charmap::build(map)
    }

    /// Decode UTF-7.
    #[pyfunction("(data, errors=None, final=False, /)")]
    fn utf_7_decode(data: Value, errors: Option<Value>, finish: bool) -> PyResult {
        decode_with(data, errors, "utf_7_decode", |i, o, h| utf7::decode(i, finish, o, h))
    }

    /// Encode as UTF-7.
    #[pyfunction("(str, errors=None, /)")]
    fn utf_7_encode(text: P<Str>, errors: Option<Value>) -> PyResult {
        encode_with(text, errors, "utf_7_encode", |c, _| Ok(utf7::encode(c)))
    }

    /// Decode UTF-8.
    #[pyfunction("(data, errors=None, final=False, /)")]
    fn utf_8_decode(data: Value, errors: Option<Value>, finish: bool) -> PyResult {
        decode_with(data, errors, "utf_8_decode", |i, o, h| utf8::decode(i, finish, o, h))
    }

    /// Encode as UTF-8.
    #[pyfunction("(str, errors=None, /)")]
    fn utf_8_encode(text: P<Str>, errors: Option<Value>) -> PyResult {
        encode_with(text, errors, "utf_8_encode", |c, h| utf8::encode(c, h))
    }

    /// Decode UTF-16 by its byte order mark.
    #[pyfunction("(data, errors=None, final=False, /)")]
    fn utf_16_decode(data: Value, errors: Option<Value>, finish: bool) -> PyResult {
        decode_with(data, errors, "utf_16_decode", |i, o, h| {
            wide::decode_utf16(i, Order::Mark, finish, o, h).map(|r| r.0)
        })
    }

    /// Decode UTF-16 in little-endian order.
    #[pyfunction("(data, errors=None, final=False, /)")]
    fn utf_16_le_decode(data: Value, errors: Option<Value>, finish: bool) -> PyResult {
        decode_with(data, errors, "utf_16_le_decode", |i, o, h| {
            wide::decode_utf16(i, Order::Little, finish, o, h).map(|r| r.0)
        })
    }

    /// Encode as UTF-16 in little-endian order.
    #[pyfunction("(str, errors=None, /)")]
    fn utf_16_le_encode(text: P<Str>, errors: Option<Value>) -> PyResult {
        encode_with(text, errors, "utf_16_le_encode", |c, h| wide::encode_utf16(c, Order::Little, h))
    }

    /// Decode UTF-16 in big-endian order.
    #[pyfunction("(data, errors=None, final=False, /)")]
    fn utf_16_be_decode(data: Value, errors: Option<Value>, finish: bool) -> PyResult {
        decode_with(data, errors, "utf_16_be_decode", |i, o, h| {
            wide::decode_utf16(i, Order::Big, finish, o, h).map(|r| r.0)
        })
    }

    /// Encode as UTF-16 in big-endian order.
    #[pyfunction("(str, errors=None, /)")]
    fn utf_16_be_encode(text: P<Str>, errors: Option<Value>) -> PyResult {
        encode_with(text, errors, "utf_16_be_encode", |c, h| wide::encode_utf16(c, Order::Big, h))
    }

    /// Encode as UTF-16; order 0 writes a byte order mark.
    #[pyfunction("(str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(text: P<Str>, errors: Option<Value>, byteorder: i32) -> PyResult {
        let order = Order::from_number(byteorder.into());
        encode_with(text, errors, "utf_16_encode", |c, h| wide::encode_utf16(c, order, h))
    }

    /// Decode UTF-16, and tell the byte order.
    #[pyfunction("(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_16_ex_decode(data: Value, errors: Option<Value>, byteorder: i32, finish: bool) -> PyResult {
        let source = input(data)?;
        let errors = error_name(errors, "utf_16_ex_decode", 2)?;
        let mut out = StrBuilder::new();
        let mut handler = Handler::decoding(errors.as_deref(), source.object.as_ref().map(|o| o.value()));
        let order = Order::from_number(byteorder.into());
        let (used, found) = wide::decode_utf16(&source.data, order, finish, &mut out, &mut handler)?;
        let parts = vec![out.finish().erase(), int::new(used as i64), int::new(found.number())];
        Ok(tuple::from_refs(parts).erase())
    }

    /// Decode UTF-32 by its byte order mark.
    #[pyfunction("(data, errors=None, final=False, /)")]
    fn utf_32_decode(data: Value, errors: Option<Value>, finish: bool) -> PyResult {
        decode_with(data, errors, "utf_32_decode", |i, o, h| {
            wide::decode_utf32(i, Order::Mark, finish, o, h).map(|r| r.0)
        })
    }

    /// Decode UTF-32 in little-endian order.
    #[pyfunction("(data, errors=None, final=False, /)")]
    fn utf_32_le_decode(data: Value, errors: Option<Value>, finish: bool) -> PyResult {
        decode_with(data, errors, "utf_32_le_decode", |i, o, h| {
            wide::decode_utf32(i, Order::Little, finish, o, h).map(|r| r.0)
        })
    }

    /// Encode as UTF-32 in little-endian order.
    #[pyfunction("(str, errors=None, /)")]
    fn utf_32_le_encode(text: P<Str>, errors: Option<Value>) -> PyResult {
        encode_with(text, errors, "utf_32_le_encode", |c, h| wide::encode_utf32(c, Order::Little, h))
    }

    /// Decode UTF-32 in big-endian order.
    #[pyfunction("(data, errors=None, final=False, /)")]
    fn utf_32_be_decode(data: Value, errors: Option<Value>, finish: bool) -> PyResult {
        decode_with(data, errors, "utf_32_be_decode", |i, o, h| {
            wide::decode_utf32(i, Order::Big, finish, o, h).map(|r| r.0)
        })
    }

    /// Encode as UTF-32 in big-endian order.
    #[pyfunction("(str, errors=None, /)")]
    fn utf_32_be_encode(text: P<Str>, errors: Option<Value>) -> PyResult {
        encode_with(text, errors, "utf_32_be_encode", |c, h| wide::encode_utf32(c, Order::Big, h))
    }

    /// Encode as UTF-32; order 0 writes a byte order mark.
    #[pyfunction("(str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(text: P<Str>, errors: Option<Value>, byteorder: i32) -> PyResult {
        let order = Order::from_number(byteorder.into());
        encode_with(text, errors, "utf_32_encode", |c, h| wide::encode_utf32(c, order, h))
    }

    /// Decode UTF-32, and tell the byte order.
    #[pyfunction("(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_32_ex_decode(data: Value, errors: Option<Value>, byteorder: i32, finish: bool) -> PyResult {
        let source = input(data)?;
        let errors = error_name(errors, "utf_32_ex_decode", 2)?;
        let mut out = StrBuilder::new();
        let mut handler = Handler::decoding(errors.as_deref(), source.object.as_ref().map(|o| o.value()));
        let order = Order::from_number(byteorder.into());
        let (used, found) = wide::decode_utf32(&source.data, order, finish, &mut out, &mut handler)?;
        let parts = vec![out.finish().erase(), int::new(used as i64), int::new(found.number())];
        Ok(tuple::from_refs(parts).erase())
    }
}
