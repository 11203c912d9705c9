//! `_csv.reader`: a state machine over the characters of lines.

use super::fail;
use super::rules::{Quoting, Rules};
use std::cell::{Cell, RefCell};
use taipan_runtime::error::PyResult;
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, Kind, Own, OwnedCell, P, Ref, alloc};
use taipan_runtime::protocol::{call, iter};
use taipan_runtime::runtime::types;
use taipan_runtime::text::{Chars, StrBuilder};
use taipan_runtime::types::list::{self, List};
use taipan_runtime::types::{int, str};
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, raise, with_units};

const CR: u32 = 13;
const LF: u32 = 10;
const SPACE: u32 = 32;

/// Characters of a field, unless `field_size_limit` says something else.
const LIMIT: i64 = 128 * 1024;
/// Where that is kept.
const LIMIT_NAME: &str = "csv.field_size_limit";

/// The limit so far; it becomes `new`.
pub fn field_size_limit(new: Option<i64>) -> PyResult<i64> {
    let old = crate::state::get(LIMIT_NAME).and_then(|v| v.as_i64()).unwrap_or(LIMIT);
    if let Some(n) = new {
        crate::state::set(LIMIT_NAME, int::new(n));
    }
    Ok(old)
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    StartRecord,
    StartField,
    EscapedChar,
    InField,
    InQuotedField,
    EscapeInQuotedField,
    QuoteInQuotedField,
    EatLineEnd,
    AfterEscapedLineEnd,
}

/// A field that is being read.
#[derive(Default)]
struct Field {
    text: StrBuilder,
    /// Has it begun without a quote?
    unquoted: bool,
}

/// See the module's page.
#[repr(C)]
pub struct Reader {
    head: Header,
    input: OwnedCell,
    dialect: OwnedCell,
    /// The list of the fields read so far; none between the rows.
    fields: OwnedCell,
    rules: Rules,
    state: Cell<State>,
    field: RefCell<Field>,
    line_num: Cell<i64>,
}
object_layout!(Reader, Kind::Native, container, [input, dialect, fields]);

/// A reader of the lines that `input`, an iterator, gives.
pub fn new(input: Value, dialect: Value) -> PyResult {
    let Some(class) = native_class::<Reader>() else {
        return raise!(SystemError, "_csv_rows is not initialised");
    };
    let rules = Rules::of(dialect)?;
    Ok(alloc(Reader {
        head: Header::new(class),
        input: OwnedCell::new(Some(input.own())),
        dialect: OwnedCell::new(Some(dialect.own())),
        fields: OwnedCell::new(None),
        rules,
        state: Cell::default(),
        field: RefCell::default(),
        line_num: Cell::new(0),
    })
    .erase())
}

#[taipan_runtime::pymethods]
impl Reader {
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }
    #[slot(next)]
    fn next(this: P<Reader>) -> PyResult<Option<Ref>> {
        this.fields.set(Some(list::with_room(0).erase()));
        *this.field.borrow_mut() = Field::default();
        this.state.set(State::StartRecord);
        let limit = field_size_limit(None)?;
        loop {
            let input = this.input.get().unwrap_or(NONE).own();
            let Some(line) = iter::next(*input)? else {
                let unfinished =
                    !this.field.borrow().text.is_empty() || this.state.get() == State::InQuotedField;
                if !unfinished {
                    return Ok(None);
                }
                if this.rules.strict {
                    return fail("unexpected end of data");
                }
                this.save(this.fields()?.p())?;
                break;
            };
            let Some(s) = line.as_str() else {
                return fail(&format!(
                    "iterator should return strings, not {} (the file should be opened in text mode)",
                    line.class().name()
                ));
            };
            let fields = this.fields()?;
            this.line_num.set(this.line_num.get() + 1);
            with_units!(s.chars(), line => this.parse(line, fields.p(), limit))?;
            if this.state.get() == State::StartRecord {
                break;
            }
        }
        Ok(this.fields.take())
    }
    /// The dialect.
    #[getter]
    fn dialect(this: P<Reader>) -> PyResult {
        Ok(this.dialect.get().unwrap_or(NONE).own())
    }
    /// Lines read so far.
    #[getter]
    fn line_num(this: P<Reader>) -> i64 {
        this.line_num.get()
    }
}

impl Reader {
    fn fields(&self) -> PyResult<Own<List>> {
        match self.fields.get().and_then(|v| v.exact::<List>()) {
            Some(l) => Ok(l.own_typed()),
            None => fail("iterator has already advanced the reader"),
        }
    }

    /// The field is complete.
    fn save(&self, fields: P<List>) -> PyResult<()> {
        let Field { text, unquoted } = std::mem::take(&mut *self.field.borrow_mut());
        let text = text.finish();
        let value = match (unquoted, text.is_empty(), self.rules.quoting) {
            (true, true, Quoting::NotNull | Quoting::Strings) => NONE.own(),
            (true, false, Quoting::NonNumeric | Quoting::Strings) => {
                call::call1(types().float.value(), text.p().value())?
            }
            _ => text.erase(),
        };
        fields.items.try_push(value)
    }

    /// These characters belong to the field.
    fn add(&self, chars: Chars<'_>, limit: i64) -> PyResult<()> {
        let mut field = self.field.borrow_mut();
        field.text.push_chars(chars);
        if field.text.len() as i64 > limit {
            drop(field);
            return fail(&format!("field larger than field limit ({limit})"));
        }
        Ok(())
    }

    /// Read a line. The end of the line counts as one more character, `None`.
    fn parse<T: Unit>(&self, line: &[T], fields: P<List>, limit: i64) -> PyResult<()> {
        let r = &self.rules;
        let quotes = r.quote.filter(|_| r.quoting != Quoting::None);
        let add = |from: usize, to: usize| self.add(T::chars(&line[from..to]), limit);
        let line_end = |c: Option<u32>| matches!(c, Some(CR | LF));
        let (mut state, mut at) = (self.state.get(), 0);
        while at <= line.len() {
            let start = at;
            let c: Option<u32> = line.get(at).map(|&c| c.into());
            at += 1;
            // (As in CPython, such a field does not end with the line.)
            if state == State::AfterEscapedLineEnd && c.is_none() {
                break;
            }
            if state == State::StartRecord {
                if c.is_none() {
                    break;
                }
                if line_end(c) {
                    state = State::EatLineEnd;
                    continue;
                }
                state = State::StartField;
            }
            let ended = if c.is_none() { State::StartRecord } else { State::EatLineEnd };
            state = match state {
                State::StartField | State::InField | State::AfterEscapedLineEnd => {
                    let first = state == State::StartField;
                    if first {
                        self.field.borrow_mut().unquoted = true;
                    }
                    if c.is_none() || line_end(c) {
                        self.save(fields)?;
                        ended
                    } else if first && c == quotes {
                        self.field.borrow_mut().unquoted = false;
                        State::InQuotedField
                    } else if c == r.escape {
                        State::EscapedChar
                    } else if first && c == Some(SPACE) && r.skip_space {
                        State::StartField
                    } else if c == Some(r.delimiter) {
                        self.save(fields)?;
                        State::StartField
                    } else {
                        let plain = |c: u32| c != r.delimiter && c != CR && c != LF && Some(c) != r.escape;
                        at += line[at..].iter().take_while(|&&c| plain(c.into())).count();
                        add(start, at)?;
                        if first { State::InField } else { state }
                    }
                }
                State::EscapedChar if line_end(c) => {
                    add(start, at)?;
                    State::AfterEscapedLineEnd
                }
                State::EscapedChar | State::EscapeInQuotedField => {
                    let back =
                        if state == State::EscapedChar { State::InField } else { State::InQuotedField };
                    if c.is_none() {
                        self.add(Chars::Latin1(b"\n"), limit)?;
                        state = back;
                        break;
                    }
                    add(start, at)?;
                    back
                }
                State::InQuotedField if c.is_none() => break,
                State::InQuotedField if c == r.escape => State::EscapeInQuotedField,
                State::InQuotedField if c == quotes => {
                    if r.double_quote {
                        State::QuoteInQuotedField
                    } else {
                        State::InField
                    }
                }
                State::InQuotedField => {
                    let plain = |c: u32| Some(c) != r.quote && Some(c) != r.escape;
                    at += line[at..].iter().take_while(|&&c| plain(c.into())).count();
                    add(start, at)?;
                    State::InQuotedField
                }
                State::QuoteInQuotedField if c.is_none() || line_end(c) => {
                    self.save(fields)?;
                    ended
                }
                State::QuoteInQuotedField if c == quotes => {
                    add(start, at)?;
                    State::InQuotedField
                }
                State::QuoteInQuotedField if c == Some(r.delimiter) => {
                    self.save(fields)?;
                    State::StartField
                }
                State::QuoteInQuotedField if r.strict => return self.no_delimiter(),
                State::QuoteInQuotedField => {
                    add(start, at)?;
                    State::InField
                }
                _ if c.is_none() => State::StartRecord,
                _ if line_end(c) => State::EatLineEnd,
                _ => {
                    return fail(
                        "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                    );
                }
            };
        }
        self.state.set(state);
        Ok(())
    }

    #[cold]
    fn no_delimiter(&self) -> PyResult<()> {
        let shown = |c: u32| str::char_str(c).to_lossy();
        let quote = self.rules.quote.map(shown).unwrap_or_default();
        fail(&format!("'{}' expected after '{quote}'", shown(self.rules.delimiter)))
    }
}

/// A character of a line in one of the widths.
trait Unit: Copy + Into<u32> {
    fn chars(units: &[Self]) -> Chars<'_>;
}
impl Unit for u8 {
    fn chars(units: &[u8]) -> Chars<'_> {
        Chars::Latin1(units)
    }
}
impl Unit for u16 {
    fn chars(units: &[u16]) -> Chars<'_> {
        Chars::Ucs2(units)
    }
}
impl Unit for u32 {
    fn chars(units: &[u32]) -> Chars<'_> {
        Chars::Ucs4(units)
    }
}
