//! `_json`: the reader and the writer under `json`.

mod decode;
mod encoder;
mod escape;
mod scanner;
mod strings;

pub use module::MODULE;

#[taipan_runtime::pymodule(name = "_json")]
mod module {
    use super::encoder::Encoder;
    use super::escape::{Escapes, escaped};
    use super::scanner::Scanner;
    use super::strings::scan;
    use taipan_runtime::error::PyResult;
    use taipan_runtime::object::P;
    use taipan_runtime::protocol::truth::truth;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::{int, tuple};
    use taipan_runtime::value::Value;
    use taipan_runtime::{raise, with_units};

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        let object = types().object;
        let scanner =
            taipan_runtime::native::new_class::<Scanner>("_json", "Scanner", object, 0, Scanner::install);
        crate::construct::set_doc(scanner, "JSON scanner object");
        m.set("make_scanner", scanner.value());
        let encoder =
            taipan_runtime::native::new_class::<Encoder>("_json", "Encoder", object, 0, Encoder::install);
        crate::construct::set_doc(
            encoder,
            "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
        );
        m.set("make_encoder", encoder.value());
        Ok(())
    }

    /// scanstring(string, end, strict=True) -> (string, end)
    ///
    /// Scan the string s for a JSON string. End is the index of the
    /// character in s after the quote that started the JSON string.
    /// Unescapes all valid JSON string escape sequences and raises ValueError
    /// on attempt to decode an invalid string. If strict is False then literal
    /// control characters are allowed in the string.
    ///
    /// Returns a tuple of the decoded string and the index of the character in s
    /// after the end quote.
    #[pyfunction("(string, end, strict=True, /)")]
    fn scanstring(string: Value, end: isize, strict: Option<Value>) -> PyResult {
        let Some(s) = string.as_str() else {
            return raise!(TypeError, "first argument must be a string, not {}", string.class().name());
        };
        let strict = strict.map_or(Ok(true), truth)?;
        let Some(begin) = usize::try_from(end).ok().filter(|&b| b <= s.len()) else {
            return raise!(ValueError, "end is out of bounds");
        };
        let (text, next) = with_units!(s.chars(), units => scan(s, units, begin, strict))?;
        Ok(tuple::from_refs(vec![text.erase(), int::new(next as i64)]).erase())
    }

    /// encode_basestring_ascii(string) -> string
    ///
    /// Return an ASCII-only JSON representation of a Python string
    #[pyfunction("(string, /)")]
    fn encode_basestring_ascii(string: Value) -> PyResult {
        escaped(string, Escapes::Ascii)
    }
    /// encode_basestring(string) -> string
    ///
    /// Return a JSON representation of a Python string
    #[pyfunction("(string, /)")]
    fn encode_basestring(string: Value) -> PyResult {
        escaped(string, Escapes::Needed)
    }
}
