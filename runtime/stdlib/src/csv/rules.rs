//! A dialect, as the loops over characters want it.

use taipan_runtime::error::PyResult;
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::attr::getattr_text;
use taipan_runtime::protocol::index::to_i64;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::raise;
use taipan_runtime::value::Value;

/// Which fields are quoted; the values of `csv.QUOTE_…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// Those that have to be.
    Minimal,
    /// All.
    All,
    /// All that are no numbers; what is not quoted is read as a number.
    NonNumeric,
    /// None.
    None,
    /// Strings; what is not quoted is read as a number or `None`.
    Strings,
    /// All but `None`.
    NotNull,
}

/// The rules of a dialect.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Between fields.
    pub delimiter: u32,
    /// Around fields.
    pub quote: Option<u32>,
    /// Before a character that is to be taken as it is.
    pub escape: Option<u32>,
    /// Which fields are quoted.
    pub quoting: Quoting,
    /// Is a quote in a quoted field written twice?
    pub double_quote: bool,
    /// Is the space behind a delimiter ignored?
    pub skip_space: bool,
    /// Is bad input an error?
    pub strict: bool,
}

impl Rules {
    /// Those of a `Dialect`, which has checked its attributes.
    pub fn of(dialect: Value) -> PyResult<Rules> {
        let get = |name: &str| getattr_text(dialect, name);
        let character =
            |name: &str| -> PyResult<Option<u32>> { Ok(get(name)?.as_str().and_then(|s| s.chars().get(0))) };
        let Some(delimiter) = character("delimiter")? else {
            return raise!(TypeError, "\"delimiter\" must be a unicode character");
        };
        Ok(Rules {
            delimiter,
            quote: character("quotechar")?,
            escape: character("escapechar")?,
            quoting: match to_i64(*get("quoting")?)? {
                0 => Quoting::Minimal,
                1 => Quoting::All,
                2 => Quoting::NonNumeric,
                3 => Quoting::None,
                4 => Quoting::Strings,
                5 => Quoting::NotNull,
                _ => return raise!(TypeError, "bad \"quoting\" value"),
            },
            double_quote: truth(*get("doublequote")?)?,
            skip_space: truth(*get("skipinitialspace")?)?,
            strict: truth(*get("strict")?)?,
        })
    }
    /// What ends a written row.
    pub fn terminator(dialect: Value) -> PyResult<Ref> {
        getattr_text(dialect, "lineterminator")
    }
}
