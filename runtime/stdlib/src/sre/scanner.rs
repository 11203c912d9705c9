//! The scanner: finds one match after the other.

use super::engine::NONE;
use super::matched::Match;
use super::pattern::{Mode, Pattern, bounds};
use super::subject::Subject;
use std::cell::Cell;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, Kind, Own, P, Ref, alloc_in};
use taipan_runtime::value::{NONE as PY_NONE, Value};
use taipan_runtime::{object_layout, pymethods, raise};

/// `pattern.scanner(string)`
#[repr(C)]
pub struct Scanner {
    head: Header,
    pattern: Own<Pattern>,
    string: Ref,
    subject: Subject,
    range: (usize, usize),
    /// Where to go on; `NONE` when there was no further match.
    at: Cell<usize>,
    not_empty_at: Cell<usize>,
    busy: Cell<bool>,
}
object_layout!(Scanner, Kind::Native, container, [pattern, string]);

impl Scanner {
    /// A scanner over a part of a string.
    pub fn make(pattern: P<Pattern>, string: Value, pos: isize, endpos: isize) -> PyResult {
        let Some(class) = native_class::<Scanner>() else {
            return raise!(SystemError, "_sre is not initialised");
        };
        let subject = pattern.subject(string)?;
        let range = bounds(subject.len(), pos, endpos);
        let s = Scanner {
            head: Header::new(class),
            pattern: pattern.own_typed(),
            string: string.own(),
            subject,
            range,
            at: Cell::new(range.0),
            not_empty_at: Cell::new(NONE),
            busy: Cell::new(false),
        };
        Ok(alloc_in(class, s).erase())
    }
    fn advance(&self, mode: Mode) -> PyResult {
        let at = self.at.get();
        if at == NONE {
            return Ok(Ref::from_raw(PY_NONE));
        }
        if self.busy.replace(true) {
            return raise!(ValueError, "regular expression scanner already executing");
        }
        let found =
            self.pattern.once(&self.subject, (at, self.range.1), mode, self.not_empty_at.get(), |f| {
                let m = Match::make(self.pattern.p(), self.string.value(), self.range, &f)?;
                Ok((m, f.start, f.end))
            });
        self.busy.set(false);
        match found? {
            Some((m, start, end)) => {
                self.not_empty_at.set(if start == end { end } else { NONE });
                self.at.set(end);
                Ok(m)
            }
            None => {
                self.at.set(NONE);
                Ok(Ref::from_raw(PY_NONE))
            }
        }
    }
}

#[pymethods]
impl Scanner {
    #[method("(self, /)", name = "match")]
    fn match_(this: P<Scanner>) -> PyResult {
        this.own_typed().advance(Mode::Match)
    }
    #[method("(self, /)")]
    fn search(this: P<Scanner>) -> PyResult {
        this.own_typed().advance(Mode::Search)
    }
    #[getter(name = "pattern")]
    fn get_pattern(this: P<Scanner>) -> Value {
        this.pattern.p().value()
    }
}
