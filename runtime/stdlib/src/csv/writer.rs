//! `_csv.writer`.

use super::fail;
use super::rules::{Quoting, Rules};
use taipan_runtime::error::{Exc, PyResult, take_if};
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, Kind, OwnedCell, P, Ref, alloc};
use taipan_runtime::protocol::{call, iter, number, repr};
use taipan_runtime::text::{Chars, StrBuilder};
use taipan_runtime::types::str::Str;
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, raise};

/// See the module's page.
#[repr(C)]
pub struct Writer {
    head: Header,
    write: OwnedCell,
    dialect: OwnedCell,
    /// What ends a row, a str.
    terminator: OwnedCell,
    rules: Rules,
}
object_layout!(Writer, Kind::Native, container, [write, dialect, terminator]);

/// A writer that gives its rows to the function `write`.
pub fn new(write: Value, dialect: Value) -> PyResult {
    let Some(class) = native_class::<Writer>() else {
        return raise!(SystemError, "_csv_rows is not initialised");
    };
    let (rules, terminator) = (Rules::of(dialect)?, Rules::terminator(dialect)?);
    Ok(alloc(Writer {
        head: Header::new(class),
        write: OwnedCell::new(Some(write.own())),
        dialect: OwnedCell::new(Some(dialect.own())),
        terminator: OwnedCell::new(Some(terminator)),
        rules,
    })
    .erase())
}

#[taipan_runtime::pymethods]
impl Writer {
    /// writerow(iterable)
    ///
    /// Construct and write a CSV record from an iterable of fields.  Non-string
    /// elements will be converted to string.
    #[method("(self, row, /)")]
    fn writerow(this: P<Writer>, row: Value) -> PyResult {
        this.write_row(row)
    }
    /// writerows(iterable of iterables)
    ///
    /// Construct and write a series of iterables to a csv file.  Non-string
    /// elements will be converted to string.
    #[method("(self, rows, /)")]
    fn writerows(this: P<Writer>, rows: Value) -> PyResult<()> {
        iter::for_each(rows, |row| this.write_row(*row).map(drop))
    }
    /// The dialect.
    #[getter]
    fn dialect(this: P<Writer>) -> PyResult {
        Ok(this.dialect.get().unwrap_or(NONE).own())
    }
}

/// A row that is being put together.
struct Row {
    text: StrBuilder,
    /// Fields so far.
    fields: usize,
    /// Was the last one `None`?
    is_none: bool,
}

impl Writer {
    fn write_row(&self, row: Value) -> PyResult {
        let fields = iter::iter(row).or_else(|raised| match take_if(Exc::TypeError) {
            Some(_) => fail(&format!("iterable expected, not {}", row.class().name())),
            None => Err(raised),
        })?;
        let mut out = Row { text: StrBuilder::new(), fields: 0, is_none: false };
        iter::for_each(*fields, |field| self.append(&mut out, *field))?;
        if out.fields == 1 && out.text.is_empty() {
            let bare = self.leaves_bare(out.is_none);
            let Some(quote) = self.rules.quote.filter(|_| !bare) else {
                return fail("single empty field record must be quoted");
            };
            out.text.push_n(quote, 2);
        }
        if let Some(end) = self.terminator.get().and_then(|t| t.as_str()) {
            out.text.push_pystr(&end);
        }
        let text = out.text.try_finish()?.erase();
        let write = self.write.get().unwrap_or(NONE).own();
        call::call1(*write, *text)
    }

    /// Is an empty field written without quotes?
    fn leaves_bare(&self, is_none: bool) -> bool {
        match self.rules.quoting {
            Quoting::None => true,
            Quoting::Strings | Quoting::NotNull => is_none,
            _ => false,
        }
    }

    fn append(&self, out: &mut Row, field: Value) -> PyResult<()> {
        let r = &self.rules;
        let mut quoted = match r.quoting {
            Quoting::NonNumeric => !number::is_number(field),
            Quoting::All => true,
            Quoting::Strings => field.as_str().is_some(),
            Quoting::NotNull => !field.is_none(),
            Quoting::Minimal | Quoting::None => false,
        };
        out.is_none = field.is_none();
        let text: Option<Ref> = match field.as_str() {
            Some(_) => Some(field.own()),
            None if out.is_none => None,
            None => Some(repr::str(field)?.erase()),
        };
        let chars = text.as_ref().and_then(|t| t.as_str());
        let chars = chars.as_ref().map_or(Chars::Latin1(&[]), |s| s.chars());
        if chars.is_empty() && r.delimiter == 32 && r.skip_space {
            if self.leaves_bare(out.is_none) {
                return fail(
                    "empty field must be quoted if delimiter is a space and skipinitialspace is true",
                );
            }
            quoted = true;
        }
        if out.fields > 0 {
            out.text.push(r.delimiter);
        }
        out.fields += 1;
        let terminator = self.terminator.get().and_then(|t| t.as_str());
        self.put(&mut out.text, chars, quoted, terminator)
    }

    /// Append a field, with the quotes and escapes that it needs.
    fn put(
        &self,
        out: &mut StrBuilder,
        chars: Chars<'_>,
        mut quoted: bool,
        terminator: Option<P<Str>>,
    ) -> PyResult<()> {
        let r = &self.rules;
        let end = terminator.as_ref().map_or(Chars::Latin1(&[]), |t| t.chars());
        let special = |c: u32| {
            c == r.delimiter || Some(c) == r.escape || Some(c) == r.quote || c == 13 || c == 10 || {
                // (The usual line ends have just been looked for.)
                !matches!(end, Chars::Latin1(b"\r\n" | b"\n")) && end.contains(c)
            }
        };
        // What is put before a special character: an escape, another quote, or nothing in a field that is quoted.
        let before = |c: u32| -> PyResult<Option<u32>> {
            let escaped = match r.quoting {
                Quoting::None => true,
                _ if Some(c) == r.quote => !r.double_quote,
                _ => Some(c) == r.escape,
            };
            match r.escape {
                Some(escape) if escaped => Ok(Some(escape)),
                None if escaped => fail("need to escape, but no escapechar set"),
                _ => Ok(r.quote.filter(|&q| q == c)),
            }
        };
        let any = chars.iter().any(special);
        if any && r.quoting != Quoting::None {
            let calls_for_quotes = |c: u32| match r.quote == Some(c) {
                true => r.double_quote,
                false => Some(c) != r.escape,
            };
            quoted = quoted || chars.iter().any(|c| special(c) && calls_for_quotes(c));
        }
        let quote = r.quote.filter(|_| quoted);
        quote.into_iter().for_each(|q| out.push(q));
        if any {
            for c in chars.iter() {
                if special(c)
                    && let Some(first) = before(c)?
                {
                    out.push(first);
                }
                out.push(c);
            }
        } else {
            out.push_chars(chars);
        }
        quote.into_iter().for_each(|q| out.push(q));
        Ok(())
    }
}
