//! `unicodedata.ucd_3_2_0`: the database of Unicode 3.2, which the preparation of internet names asks for, as what was
//! different then. `generate.py` writes the table.

use super::{
    bidirectional, category, character, combining, decomposition, east_asian_width, is_mirrored, name, named,
    normalize, or_default, tables,
};
use std::collections::HashMap;
use std::sync::OnceLock;
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Header, Kind, Own, P, Ref, alloc};
use taipan_runtime::object_layout;
use taipan_runtime::text::props::decimal_value;
use taipan_runtime::types::str::{self, Str, StrBuilder};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{float, int};
use taipan_runtime::value::Value;

/// `first last property value`, in hexadecimal, by property and code.
static TABLE: &str = include_str!("ucd_3_2_0.txt");

struct Range {
    first: u32,
    last: u32,
    value: &'static str,
}

/// The ranges of each property.
fn ranges() -> &'static HashMap<&'static str, Vec<Range>> {
    static RANGES: OnceLock<HashMap<&'static str, Vec<Range>>> = OnceLock::new();
    RANGES.get_or_init(|| {
        let mut all: HashMap<&str, Vec<Range>> = HashMap::new();
        for line in TABLE.lines() {
            let mut fields = line.splitn(4, ' ');
            let mut code = || u32::from_str_radix(fields.next().unwrap_or(""), 16).unwrap_or(u32::MAX);
            let (first, last) = (code(), code());
            let (property, value) = (fields.next().unwrap_or(""), fields.next().unwrap_or(""));
            all.entry(property).or_default().push(Range { first, last, value });
        }
        all
    })
}

/// What a property of a character was then, if it has changed. A number that there was not is `-`.
fn then(property: &str, c: u32) -> Option<&'static str> {
    let ranges = ranges().get(property)?;
    let i = ranges.partition_point(|r| r.last < c);
    ranges.get(i).filter(|r| r.first <= c).map(|r| r.value)
}

/// Has the character been assigned later?
fn is_new(c: u32) -> bool {
    then("unassigned", c).is_some()
}

/// A number then; `now` is what it is.
fn number<T: std::str::FromStr>(property: &str, c: u32, now: Option<T>) -> Option<T> {
    match then(property, c) {
        _ if is_new(c) => None,
        Some(value) => value.parse().ok(),
        None => now,
    }
}

/// See the module's page.
#[repr(C)]
pub struct Ucd {
    head: Header,
}
object_layout!(Ucd, Kind::Native, leaf);

/// The database.
pub fn new(class: P<TypeObject>) -> Ref {
    alloc(Ucd { head: Header::new(class) }).erase()
}

/// The normal form: characters that were not there stay, and end what can be composed.
fn normalize_then(form: P<Str>, s: P<Str>) -> PyResult<Own<Str>> {
    let form = form.to_lossy();
    let mut out = StrBuilder::new();
    let mut run = StrBuilder::new();
    for c in s.chars().iter() {
        if is_new(c) {
            let known = std::mem::take(&mut run).finish();
            out.push_pystr(&*normalize(&form, known.p())?);
            out.push(c);
        } else if let Some(mapped) = then("normalization", c) {
            run.push_str(mapped);
        } else {
            run.push(c);
        }
    }
    out.push_pystr(&*normalize(&form, run.finish().p())?);
    Ok(out.finish())
}

#[taipan_runtime::pymethods]
impl Ucd {
    #[getter]
    fn unidata_version(_this: Value) -> &'static str {
        "3.2.0"
    }
    /// Converts a Unicode character into its equivalent decimal value.
    #[method("(self, chr, default=<unrepresentable>, /)")]
    fn decimal(_this: Value, chr: P<Str>, default: Option<Value>) -> PyResult {
        let c = character(chr, "decimal")?;
        let found = number("decimal", c, decimal_value(c).map(i64::from));
        or_default(found.map(int::new), default, "not a decimal")
    }
    /// Converts a Unicode character into its equivalent digit value.
    #[method("(self, chr, default=<unrepresentable>, /)")]
    fn digit(_this: Value, chr: P<Str>, default: Option<Value>) -> PyResult {
        let c = character(chr, "digit")?;
        or_default(tables::digit(c).map(|n| int::new(n.into())), default, "not a digit")
    }
    /// Converts a Unicode character into its equivalent numeric value.
    #[method("(self, chr, default=<unrepresentable>, /)")]
    fn numeric(_this: Value, chr: P<Str>, default: Option<Value>) -> PyResult {
        let c = character(chr, "numeric")?;
        or_default(
            number("numeric", c, tables::numeric(c)).map(float::new),
            default,
            "not a numeric character",
        )
    }
    /// Returns the general category assigned to the character chr as string.
    #[method("(self, chr, /)")]
    fn category(_this: Value, chr: P<Str>) -> PyResult<&'static str> {
        let c = character(chr, "category")?;
        Ok(if is_new(c) { "Cn" } else { then("category", c).unwrap_or_else(|| category(c)) })
    }
    /// Returns the bidirectional class assigned to the character chr as string.
    #[method("(self, chr, /)")]
    fn bidirectional(_this: Value, chr: P<Str>) -> PyResult<&'static str> {
        let c = character(chr, "bidirectional")?;
        Ok(if is_new(c) { "" } else { then("bidirectional", c).unwrap_or_else(|| bidirectional(c)) })
    }
    /// Returns the canonical combining class assigned to the character chr as integer.
    #[method("(self, chr, /)")]
    fn combining(_this: Value, chr: P<Str>) -> PyResult<u32> {
        let c = character(chr, "combining")?;
        Ok(if is_new(c) { 0 } else { combining(c) })
    }
    /// Returns the mirrored property assigned to the character chr as integer.
    #[method("(self, chr, /)")]
    fn mirrored(_this: Value, chr: P<Str>) -> PyResult<u32> {
        let c = character(chr, "mirrored")?;
        Ok((!is_new(c) && then("mirrored", c).map_or_else(|| is_mirrored(c), |value| value == "1")).into())
    }
    /// Returns the east asian width assigned to the character chr as string.
    #[method("(self, chr, /)")]
    fn east_asian_width(_this: Value, chr: P<Str>) -> PyResult<&'static str> {
        let c = character(chr, "east_asian_width")?;
        Ok(if is_new(c) { "N" } else { then("east_asian_width", c).unwrap_or_else(|| east_asian_width(c)) })
    }
    /// Returns the character decomposition mapping assigned to the character chr as string.
    #[method("(self, chr, /)")]
    fn decomposition(_this: Value, chr: P<Str>) -> PyResult<String> {
        let c = character(chr, "decomposition")?;
        Ok(if is_new(c) { String::new() } else { decomposition(c) })
    }
    /// Return whether the Unicode string unistr is in the normal form 'form'.
    #[method("(self, form, unistr, /)")]
    fn is_normalized(_this: Value, form: P<Str>, unistr: P<Str>) -> PyResult<bool> {
        Ok(normalize_then(form, unistr)?.equals(&unistr))
    }
    /// Return the normal form 'form' for the Unicode string unistr.
    #[method("(self, form, unistr, /)")]
    fn normalize(_this: Value, form: P<Str>, unistr: P<Str>) -> PyResult<Own<Str>> {
        normalize_then(form, unistr)
    }
    /// Returns the name assigned to the character chr as a string.
    #[method("(self, chr, default=<unrepresentable>, /)")]
    fn name(_this: Value, chr: P<Str>, default: Option<Value>) -> PyResult {
        let c = character(chr, "name")?;
        or_default(if is_new(c) { None } else { name(c) }, default, "no such name")
    }
    /// Look up character by name.
    #[method("(self, name, /)")]
    fn lookup(_this: Value, name: P<Str>) -> PyResult<Own<Str>> {
        Ok(str::char_str(named(name)?))
    }
}
