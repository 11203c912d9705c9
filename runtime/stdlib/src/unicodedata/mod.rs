//! `unicodedata`: UCD 16.0.

mod old;
mod tables;

pub use module::MODULE;

use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::props::{BidiClass, BidiMirrored, EastAsianWidth, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData, PropertyNamesShort};
use std::borrow::Cow;
use taipan_runtime::error::{Exc, PyResult, raise_message};
use taipan_runtime::object::{Own, P, Ref};
use taipan_runtime::raise;
use taipan_runtime::types::str::{self, Str, StrBuilder};
use taipan_runtime::value::Value;

/// The character of a one-character string.
fn character(s: P<Str>, function: &str) -> PyResult<u32> {
    match s.len() {
        1 => Ok(s.chars().at(0)),
        n => raise!(
            TypeError,
            "{function}() argument 1 must be a unicode character, not a string of length {n}"
        ),
    }
}

fn or_default(found: Option<Ref>, default: Option<Value>, message: &str) -> PyResult {
    match (found, default) {
        (Some(v), _) => Ok(v),
        (None, Some(v)) => Ok(v.own()),
        (None, None) => raise_message(Exc::ValueError, message),
    }
}

fn category(c: u32) -> &'static str {
    let value = CodePointMapData::<GeneralCategory>::new().get32(c);
    PropertyNamesShort::<GeneralCategory>::new().get(value).unwrap_or("Cn")
}

fn bidirectional(c: u32) -> &'static str {
    if CodePointMapData::<GeneralCategory>::new().get32(c) == GeneralCategory::Unassigned {
        return "";
    }
    let value = CodePointMapData::<BidiClass>::new().get32(c);
    PropertyNamesShort::<BidiClass>::new().get(value).unwrap_or("")
}

fn combining(c: u32) -> u32 {
    CanonicalCombiningClassMapBorrowed::new().get32_u8(c).into()
}

fn is_mirrored(c: u32) -> bool {
    CodePointSetData::new::<BidiMirrored>().contains32(c)
}

fn east_asian_width(c: u32) -> &'static str {
    let value = CodePointMapData::<EastAsianWidth>::new().get32(c);
    PropertyNamesShort::<EastAsianWidth>::new().get(value).unwrap_or("N")
}

fn decomposition(c: u32) -> String {
    hangul(c).unwrap_or_else(|| tables::decomposition(c).to_owned())
}

fn name(c: u32) -> Option<Ref> {
    let name = char::from_u32(c).and_then(unicode_names2::name)?;
    Some(Ref::from(name.to_string().as_str()))
}

/// The character with this name, or a `KeyError`.
fn named(name: P<Str>) -> PyResult<u32> {
    let text = name.to_lossy();
    match unicode_names2::character(&text) {
        Some(c) => Ok(c.into()),
        None => raise_message(Exc::KeyError, &format!("undefined character name '{text}'")),
    }
}

/// Normalize; lone surrogates stay where they are and end what can be composed. What is in the form already is given back.
fn normalize(form: &str, s: P<Str>) -> PyResult<Own<Str>> {
    if s.is_empty() {
        return Ok(str::exactly_str(s));
    }
    let Some(run) = normalizer(form) else { return raise!(ValueError, "invalid normalization form") };
    // What composes or is composed has characters from here on.
    const FIRST_COMBINING: u32 = 0x300;
    if s.is_ascii() || form == "NFC" && s.chars().iter().all(|c| c < FIRST_COMBINING) {
        return Ok(str::exactly_str(s));
    }
    let mut out = StrBuilder::new();
    let mut piece = String::with_capacity(2 * s.len());
    for c in s.chars().iter() {
        match char::from_u32(c) {
            Some(c) => piece.push(c),
            // A surrogate.
            None => {
                out.push_str(&run(&piece));
                piece.clear();
                out.push(c);
            }
        }
    }
    match run(&piece) {
        Cow::Borrowed(_) if out.is_empty() => Ok(str::exactly_str(s)),
        text => {
            out.push_str(&text);
            Ok(out.finish())
        }
    }
}

/// What brings text into a form; borrowed, where it is in that form.
fn normalizer(form: &str) -> Option<fn(&str) -> Cow<'_, str>> {
    Some(match form {
        "NFC" => |text| ComposingNormalizerBorrowed::new_nfc().normalize(text),
        "NFKC" => |text| ComposingNormalizerBorrowed::new_nfkc().normalize(text),
        "NFD" => |text| DecomposingNormalizerBorrowed::new_nfd().normalize(text),
        "NFKD" => |text| DecomposingNormalizerBorrowed::new_nfkd().normalize(text),
        _ => return None,
    })
}

/// The decomposition of a Hangul syllable.
fn hangul(c: u32) -> Option<String> {
    let s = c.checked_sub(0xac00).filter(|&s| s < 11172)?;
    let (l, v, t) = (0x1100 + s / 588, 0x1161 + s % 588 / 28, 0x11a7 + s % 28);
    if t == 0x11a7 { Some(format!("{l:04X} {v:04X}")) } else { Some(format!("{l:04X} {v:04X} {t:04X}")) }
}

/// This module provides access to the Unicode Character Database which
/// defines character properties for all Unicode characters. The data in
/// this database is based on the UnicodeData.txt file version
/// 16.0.0 which is publicly available from the Unicode Consortium.
#[taipan_runtime::pymodule(name = "unicodedata")]
mod module {
    use super::*;
    use crate::construct::{add_class, set_doc};
    use taipan_runtime::runtime::types;
    use taipan_runtime::text::props::decimal_value;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::type_object::flags::NO_NEW;
    use taipan_runtime::types::{float, int};

    #[init]
    fn contents(m: P<Module>) -> PyResult<()> {
        m.set("unidata_version", *Ref::from("16.0.0"));
        let class = add_class::<old::Ucd>(m, "UCD", types().object, NO_NEW, old::Ucd::install);
        set_doc(class, "The Unicode Character Database of another version.");
        m.set("ucd_3_2_0", *old::new(class));
        Ok(())
    }

    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[pyfunction("(chr, default=<unrepresentable>, /)")]
    fn decimal(chr: P<Str>, default: Option<Value>) -> PyResult {
        let c = character(chr, "decimal")?;
        or_default(decimal_value(c).map(|n| int::new(n.into())), default, "not a decimal")
    }
    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[pyfunction("(chr, default=<unrepresentable>, /)")]
    fn digit(chr: P<Str>, default: Option<Value>) -> PyResult {
        let c = character(chr, "digit")?;
        or_default(tables::digit(c).map(|n| int::new(n.into())), default, "not a digit")
    }
    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[pyfunction("(chr, default=<unrepresentable>, /)")]
    fn numeric(chr: P<Str>, default: Option<Value>) -> PyResult {
        let c = character(chr, "numeric")?;
        or_default(tables::numeric(c).map(float::new), default, "not a numeric character")
    }
    /// Returns the general category assigned to the character chr as string.
    #[pyfunction("(chr, /)")]
    fn category(chr: P<Str>) -> PyResult<&'static str> {
        Ok(super::category(character(chr, "category")?))
    }
    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[pyfunction("(chr, /)")]
    fn bidirectional(chr: P<Str>) -> PyResult<&'static str> {
        Ok(super::bidirectional(character(chr, "bidirectional")?))
    }
    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[pyfunction("(chr, /)")]
    fn combining(chr: P<Str>) -> PyResult<u32> {
        Ok(super::combining(character(chr, "combining")?))
    }
    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored"
    /// character in bidirectional text, 0 otherwise.
    #[pyfunction("(chr, /)")]
    fn mirrored(chr: P<Str>) -> PyResult<u32> {
        Ok(is_mirrored(character(chr, "mirrored")?).into())
    }
    /// Returns the east asian width assigned to the character chr as string.
    #[pyfunction("(chr, /)")]
    fn east_asian_width(chr: P<Str>) -> PyResult<&'static str> {
        Ok(super::east_asian_width(character(chr, "east_asian_width")?))
    }
    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[pyfunction("(chr, /)")]
    fn decomposition(chr: P<Str>) -> PyResult<String> {
        Ok(super::decomposition(character(chr, "decomposition")?))
    }
    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[pyfunction("(form, unistr, /)")]
    fn is_normalized(form: P<Str>, unistr: P<Str>) -> PyResult<bool> {
        Ok(super::normalize(&form.to_lossy(), unistr)?.equals(&unistr))
    }
    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[pyfunction("(form, unistr, /)")]
    fn normalize(form: P<Str>, unistr: P<Str>) -> PyResult<Own<Str>> {
        super::normalize(&form.to_lossy(), unistr)
    }
    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[pyfunction("(chr, default=<unrepresentable>, /)")]
    fn name(chr: P<Str>, default: Option<Value>) -> PyResult {
        or_default(super::name(character(chr, "name")?), default, "no such name")
    }
    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the
    /// corresponding character.  If not found, KeyError is raised.
    #[pyfunction("(name, /)")]
    fn lookup(name: P<Str>) -> PyResult<Own<Str>> {
        Ok(str::char_str(named(name)?))
    }
}
