//! `re.Pattern`

use super::engine::{Machine, NONE};
use super::matched::{Match, groups_of};
use super::ops::flag;
use super::program::Program;
use super::scanner::Scanner;
use super::search::search;
use super::subject::{Subject, with_text};
use super::template::{Replacement, replacement};
use taipan_runtime::error::{PyResult, check_room};
use taipan_runtime::memory::push;
use taipan_runtime::object::{Header, Kind, Own, P, Ref};
use taipan_runtime::protocol::call::call_method_text;
use taipan_runtime::protocol::compare::{equal, hash};
use taipan_runtime::protocol::repr::repr;
use taipan_runtime::protocol::sequence::not_implemented;
use taipan_runtime::slots::CmpOp;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::str::StrBuilder;
use taipan_runtime::types::tuple::{self, Tuple};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{int, list};
use taipan_runtime::value::{NONE as PY_NONE, Value};
use taipan_runtime::{object_layout, pymethods, raise};

/// A compiled pattern.
#[repr(C)]
pub struct Pattern {
    /// The header.
    pub head: Header,
    /// The source, or None.
    pub source: Ref,
    /// Flags of the compiler.
    pub flags: u32,
    /// Number of groups.
    pub groups: usize,
    /// Group numbers by name.
    pub groupindex: Own<Dict>,
    /// Group names by number.
    pub indexgroup: Own<Tuple>,
    /// The class of its matches.
    pub match_class: P<TypeObject>,
    /// What it was compiled to.
    pub program: Box<Program>,
}
object_layout!(Pattern, Kind::Native, container, [source, groupindex, indexgroup]);

/// One match: begin, end, the groups' marks, the group closed last.
pub struct Found<'a> {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Begin and end of each group.
    pub marks: &'a [usize],
    /// The group closed last; 0 for none.
    pub lastindex: u32,
}

/// How a pattern is applied.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// At the start.
    Match,
    /// At the start, up to the end.
    FullMatch,
    /// Anywhere.
    Search,
}

impl Pattern {
    /// The subject, which must be of the pattern's kind.
    pub fn subject(&self, v: Value) -> PyResult<Subject> {
        let s = Subject::of(v)?;
        if self.source.is_none() || self.source.as_str().is_some() == s.is_text() {
            return Ok(s);
        }
        if s.is_text() {
            return raise!(TypeError, "cannot use a bytes pattern on a string-like object");
        }
        raise!(TypeError, "cannot use a string pattern on a bytes-like object")
    }

    /// Apply the pattern once between two positions; `f` gets the match.
    pub fn once<R>(
        &self,
        s: &Subject,
        range: (usize, usize),
        mode: Mode,
        not_empty_at: usize,
        f: impl FnOnce(Found<'_>) -> PyResult<R>,
    ) -> PyResult<Option<R>> {
        let (from, end) = range;
        if from > end {
            return Ok(None);
        }
        with_text!(s, text => {
            let mut m = Machine::new(&self.program, self.groups, text, end);
            m.full = mode == Mode::FullMatch;
            m.not_empty_at = not_empty_at;
            let found = match mode {
                Mode::Search => search(&mut m, from, not_empty_at)?,
                _ => m.run(from)?.map(|end| (from, end)),
            };
            match found {
                Some((start, end)) => f(Found { start, end, marks: m.marks(), lastindex: m.lastindex }).map(Some),
                None => Ok(None),
            }
        })
    }

    /// Every match between two positions, `limit` at most (0 for all).
    pub fn each(
        &self,
        s: &Subject,
        range: (usize, usize),
        limit: i64,
        mut f: impl FnMut(Found<'_>) -> PyResult<()>,
    ) -> PyResult<()> {
        let (mut at, end) = range;
        let (mut n, mut not_empty_at) = (0, NONE);
        with_text!(s, text => {
            let mut m = Machine::new(&self.program, self.groups, text, end);
            while (limit <= 0 || n < limit) && at <= end {
                let Some((start, stop)) = search(&mut m, at, not_empty_at)? else { break };
                f(Found { start, end: stop, marks: m.marks(), lastindex: m.lastindex })?;
                n += 1;
                not_empty_at = if stop == start { stop } else { NONE };
                at = stop;
            }
            Ok(())
        })
    }
}

/// `pos` and `endpos` as positions in a subject.
pub fn bounds(len: usize, pos: isize, endpos: isize) -> (usize, usize) {
    let clamp = |i: isize| (i.max(0) as usize).min(len);
    (clamp(pos), clamp(endpos))
}

fn apply(this: P<Pattern>, string: Value, pos: isize, endpos: isize, mode: Mode) -> PyResult {
    let s = this.subject(string)?;
    let range = bounds(s.len(), pos, endpos);
    let found = this.once(&s, range, mode, NONE, |f| Match::make(this, string, range, &f))?;
    Ok(found.unwrap_or(Ref::from_raw(PY_NONE)))
}

/// The pieces of a substitution, joined; also how many there were.
fn substitute(this: P<Pattern>, repl: Value, string: Value, count: i64) -> PyResult<(Ref, usize)> {
    let this = this.own_typed();
    let filter = replacement(this.p(), repl)?;
    let s = this.subject(string)?;
    let range = (0, s.len());
    let (mut pieces, mut last, mut n) = (Vec::new(), 0, 0);
    this.each(&s, range, count, |f| {
        if last < f.start {
            push(&mut pieces, s.slice(last, f.start))?;
        }
        let item = match &filter {
            Replacement::Literal(r) => r.clone(),
            Replacement::Template(t) => t.expand(&s, &f)?,
            Replacement::Callable(c) => {
                let m = Match::make(this.p(), string, range, &f)?;
                taipan_runtime::protocol::call::call1(c.value(), m.value())?
            }
        };
        if !item.is_none() {
            push(&mut pieces, item)?;
        }
        last = f.end;
        n += 1;
        Ok(())
    })?;
    if n == 0 {
        return Ok((s.slice(0, s.len()), 0));
    }
    if last < s.len() {
        pieces.push(s.slice(last, s.len()));
    }
    let (joiner, pieces) = (s.empty(), list::new(pieces));
    Ok((call_method_text(joiner.value(), "join", &[pieces.p().value()])?, n))
}

/// `re.compile('…', re.X|re.Y)`
fn shown(this: P<Pattern>) -> PyResult {
    const NAMES: [(&str, u32); 8] = [
        ("re.IGNORECASE", flag::IGNORECASE),
        ("re.LOCALE", flag::LOCALE),
        ("re.MULTILINE", flag::MULTILINE),
        ("re.DOTALL", flag::DOTALL),
        ("re.UNICODE", flag::UNICODE),
        ("re.VERBOSE", flag::VERBOSE),
        ("re.DEBUG", flag::DEBUG),
        ("re.ASCII", flag::ASCII),
    ];
    let mut flags = this.flags;
    if this.source.as_str().is_some() && flags & (flag::LOCALE | flag::UNICODE | flag::ASCII) == flag::UNICODE
    {
        flags &= !flag::UNICODE;
    }
    let mut out = StrBuilder::new();
    out.push_str("re.compile(");
    let source = repr(this.source.value())?;
    source.chars().iter().take(200).for_each(|c| out.push(c));
    let mut names: Vec<String> = Vec::new();
    for (name, bit) in NAMES {
        if flags & bit != 0 {
            names.push(name.to_owned());
            flags &= !bit;
        }
    }
    if flags != 0 {
        names.push(format!("{flags:#x}"));
    }
    if !names.is_empty() {
        out.push_str(", ");
        out.push_str(&names.join("|"));
    }
    out.push_str(")");
    Ok(out.finish().erase())
}

#[pymethods]
impl Pattern {
    #[slot(repr)]
    fn repr(this: P<Pattern>) -> PyResult {
        shown(this)
    }
    #[slot(hash)]
    fn hash(this: P<Pattern>) -> PyResult<i64> {
        let mut h = hash(this.source.value())? as u64;
        for &w in &this.program.code {
            h = (h ^ u64::from(w)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
        }
        h ^= u64::from(this.flags) ^ this.groups as u64;
        Ok(if h as i64 == -1 { -2 } else { h as i64 })
    }
    #[slot(compare)]
    fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
        let (Some(x), Some(y)) = (a.downcast::<Pattern>(), b.downcast::<Pattern>()) else {
            return not_implemented();
        };
        if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
            return not_implemented();
        }
        let alike = x.flags == y.flags
            && x.program.code == y.program.code
            && x.source.as_str().is_some() == y.source.as_str().is_some();
        let same = alike && equal(x.source.value(), y.source.value())?;
        Ok(Ref::from_raw(Value::bool(same == (op == CmpOp::Eq))))
    }
    /// Matches zero or more characters at the beginning of the string.
    #[method("(self, /, string, pos=0, endpos=sys.maxsize)", name = "match")]
    fn match_(this: P<Pattern>, string: Value, pos: isize, endpos: isize) -> PyResult {
        apply(this, string, pos, endpos, Mode::Match)
    }
    /// Matches against all of the string.
    #[method("(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn fullmatch(this: P<Pattern>, string: Value, pos: isize, endpos: isize) -> PyResult {
        apply(this, string, pos, endpos, Mode::FullMatch)
    }
    /// Scan through string looking for a match, and return a corresponding match object instance.
    ///
    /// Return None if no position in the string matches.
    #[method("(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn search(this: P<Pattern>, string: Value, pos: isize, endpos: isize) -> PyResult {
        apply(this, string, pos, endpos, Mode::Search)
    }
    /// Return a list of all non-overlapping matches of pattern in string.
    #[method("(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn findall(this: P<Pattern>, string: Value, pos: isize, endpos: isize) -> PyResult {
        let s = this.subject(string)?;
        let mut all = Vec::new();
        this.each(&s, bounds(s.len(), pos, endpos), 0, |f| {
            let item = match this.groups {
                0 => s.slice(f.start, f.end),
                1 => groups_of(&s, &f).pop().flatten().unwrap_or_else(|| s.empty()),
                _ => {
                    let groups = groups_of(&s, &f).into_iter().map(|g| g.unwrap_or_else(|| s.empty()));
                    tuple::from_refs(groups.collect()).erase()
                }
            };
            push(&mut all, item)
        })?;
        check_room(all.len(), size_of::<Ref>())?;
        Ok(list::new(all).erase())
    }
    /// Return an iterator over all non-overlapping matches for the RE pattern in string.
    ///
    /// For each match, the iterator returns a match object.
    #[method("(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn finditer(this: P<Pattern>, string: Value, pos: isize, endpos: isize) -> PyResult {
        let scanner = Scanner::make(this, string, pos, endpos)?;
        let search = taipan_runtime::protocol::attr::getattr_text(scanner.value(), "search")?;
        let Some(iter) = taipan_runtime::runtime::runtime().builtins().get_text("iter") else {
            return raise!(RuntimeError, "lost builtins.iter");
        };
        let iter = iter.own();
        taipan_runtime::protocol::call::call2(iter.value(), search.value(), PY_NONE)
    }
    #[method("(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn scanner(this: P<Pattern>, string: Value, pos: isize, endpos: isize) -> PyResult {
        Scanner::make(this, string, pos, endpos)
    }
    /// Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.
    #[method("(self, /, repl, string, count=0)")]
    fn sub(this: P<Pattern>, repl: Value, string: Value, count: isize) -> PyResult {
        substitute(this, repl, string, count as i64).map(|(text, _)| text)
    }
    /// Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.
    #[method("(self, /, repl, string, count=0)")]
    fn subn(this: P<Pattern>, repl: Value, string: Value, count: isize) -> PyResult {
        let (text, n) = substitute(this, repl, string, count as i64)?;
        Ok(tuple::from_refs(vec![text, int::new(n as i64)]).erase())
    }
    /// Split string by the occurrences of pattern.
    #[method("(self, /, string, maxsplit=0)")]
    fn split(this: P<Pattern>, string: Value, maxsplit: isize) -> PyResult {
        let s = this.subject(string)?;
        let (mut all, mut last) = (Vec::new(), 0);
        if maxsplit >= 0 {
            this.each(&s, (0, s.len()), maxsplit as i64, |f| {
                all.push(s.slice(last, f.start));
                all.extend(groups_of(&s, &f).into_iter().map(|g| g.unwrap_or(Ref::from_raw(PY_NONE))));
                last = f.end;
                Ok(())
            })?;
        }
        all.push(s.slice(last, s.len()));
        Ok(list::new(all).erase())
    }
    #[method("(self, /)", name = "__copy__")]
    fn copy(this: P<Pattern>) -> Value {
        this.value()
    }
    #[method("(self, memo, /)", name = "__deepcopy__")]
    fn deepcopy(this: P<Pattern>, _memo: Value) -> Value {
        this.value()
    }
    /// See PEP 585
    #[classmethod("($cls, item, /)", name = "__class_getitem__")]
    fn class_getitem(class: Value, item: Value) -> PyResult {
        taipan_runtime::types::generic_alias::new(class, item)
    }
    /// A dictionary mapping group names to group numbers.
    #[getter(name = "groupindex")]
    fn get_groupindex(this: P<Pattern>) -> PyResult {
        let proxy = taipan_runtime::runtime::types().mappingproxy;
        taipan_runtime::protocol::call::call1(proxy.value(), this.groupindex.p().value())
    }
    /// The pattern string from which the RE object was compiled.
    #[getter]
    fn pattern(this: P<Pattern>) -> Value {
        this.source.value()
    }
    /// The regex matching flags.
    #[getter(name = "flags")]
    fn get_flags(this: P<Pattern>) -> u32 {
        this.flags
    }
    /// The number of capturing groups in the pattern.
    #[getter(name = "groups")]
    fn get_groups(this: P<Pattern>) -> usize {
        this.groups
    }
}
