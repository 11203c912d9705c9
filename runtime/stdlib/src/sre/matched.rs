//! `re.Match`

use super::engine::NONE;
use super::pattern::{Found, Pattern};
use super::subject::Subject;
use super::template::compile_template;
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Header, Kind, Own, P, Ref, alloc_in};
use taipan_runtime::protocol::index::{has_index, index_size};
use taipan_runtime::protocol::repr::repr_text;
use taipan_runtime::types::tuple::{self, Tuple};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{dict, int, str};
use taipan_runtime::value::{NONE as PY_NONE, Value};
use taipan_runtime::{object_layout, pymethods, raise};

/// A match.
#[repr(C)]
pub struct Match {
    head: Header,
    pattern: Own<Pattern>,
    string: Ref,
    /// Begin and end of the whole and of each group; `NONE` where a group took no part.
    marks: Box<[usize]>,
    pos: usize,
    endpos: usize,
    lastindex: u32,
}
object_layout!(Match, Kind::Native, container, [pattern, string]);

fn pair(marks: &[usize], group: usize) -> Option<(usize, usize)> {
    match (marks.get(2 * group), marks.get(2 * group + 1)) {
        (Some(&a), Some(&b)) if a != NONE && b != NONE && a <= b => Some((a, b)),
        _ => None,
    }
}

/// The groups' texts.
pub fn groups_of(s: &Subject, f: &Found<'_>) -> Vec<Option<Ref>> {
    (0..f.marks.len() / 2).map(|g| pair(f.marks, g).map(|(a, b)| s.slice(a, b))).collect()
}

impl Match {
    /// A match object.
    pub fn make(pattern: P<Pattern>, string: Value, range: (usize, usize), f: &Found<'_>) -> PyResult {
        let class = pattern.match_class;
        let mut marks = Vec::with_capacity(2 + f.marks.len());
        marks.extend([f.start, f.end]);
        for g in 0..f.marks.len() / 2 {
            let (a, b) = pair(f.marks, g).unwrap_or((NONE, NONE));
            marks.extend([a, b]);
        }
        let m = Match {
            head: Header::new(class),
            pattern: pattern.own_typed(),
            string: string.own(),
            marks: marks.into(),
            pos: range.0,
            endpos: range.1,
            lastindex: f.lastindex,
        };
        Ok(alloc_in(class, m).erase())
    }
    /// The match as the engine gave it.
    pub fn found(&self) -> Found<'_> {
        Found { start: self.marks[0], end: self.marks[1], marks: &self.marks[2..], lastindex: self.lastindex }
    }
    fn number(&self, group: Value) -> PyResult<usize> {
        let i = if has_index(group) {
            Some(index_size(group, taipan_runtime::error::Exc::IndexError)?)
        } else {
            self.pattern.groupindex.get(group)?.and_then(|v| v.as_i64())
        };
        match i.and_then(|i| usize::try_from(i).ok()).filter(|&i| i <= self.pattern.groups) {
            Some(i) => Ok(i),
            None => raise!(IndexError, "no such group"),
        }
    }
    fn item(&self, group: usize, default: Value) -> PyResult {
        match pair(&self.marks, group) {
            Some((a, b)) => Subject::part(self.string.value(), a, b),
            None => Ok(default.own()),
        }
    }
    fn place(&self, group: Option<Value>) -> PyResult<(i64, i64)> {
        let g = group.map_or(Ok(0), |g| self.number(g))?;
        Ok(pair(&self.marks, g).map_or((-1, -1), |(a, b)| (a as i64, b as i64)))
    }
}

#[pymethods]
impl Match {
    #[slot(repr)]
    fn repr(this: P<Match>) -> PyResult {
        let text = this.item(0, PY_NONE)?;
        let shown: String = repr_text(text.value())?.chars().take(50).collect();
        let (a, b) = (this.marks[0], this.marks[1]);
        Ok(str::new(&format!("<re.Match object; span=({a}, {b}), match={shown}>")).erase())
    }
    #[slot(getitem)]
    fn getitem(this: P<Match>, group: Value) -> PyResult {
        this.item(this.number(group)?, PY_NONE)
    }
    /// group([group1, ...]) -> str or tuple.
    ///
    /// Return subgroup(s) of the match by indices or names.
    /// For 0 returns the entire match.
    #[method("(self, /, *args)")]
    fn group(this: P<Match>, args: &[Value]) -> PyResult {
        match args {
            [] => this.item(0, PY_NONE),
            &[one] => this.item(this.number(one)?, PY_NONE),
            many => {
                let all: PyResult<Vec<Ref>> =
                    many.iter().map(|&g| this.item(this.number(g)?, PY_NONE)).collect();
                Ok(tuple::from_refs(all?).erase())
            }
        }
    }
    /// Return a tuple containing all the subgroups of the match, from 1.
    ///
    ///   default
    ///     Is used for groups that did not participate in the match.
    #[method("(self, /, default=None)")]
    fn groups(this: P<Match>, default: Option<Value>) -> PyResult {
        let default = default.unwrap_or(PY_NONE);
        let mut all = Vec::with_capacity(this.pattern.groups);
        for g in 1..=this.pattern.groups {
            all.push(this.item(g, default)?);
        }
        Ok(tuple::from_refs(all).erase())
    }
    /// Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.
    ///
    ///   default
    ///     Is used for groups that did not participate in the match.
    #[method("(self, /, default=None)")]
    fn groupdict(this: P<Match>, default: Option<Value>) -> PyResult {
        let d = dict::new();
        let names: Vec<(Ref, usize)> = this
            .pattern
            .groupindex
            .iter()
            .filter_map(|(k, v)| Some((k.own(), usize::try_from(v.as_i64()?).ok()?)))
            .collect();
        for (name, g) in names {
            d.insert(name.value(), this.item(g, default.unwrap_or(PY_NONE))?)?;
        }
        Ok(d.erase())
    }
    /// Return index of the start of the substring matched by group.
    #[method("(self, group=0, /)")]
    fn start(this: P<Match>, group: Option<Value>) -> PyResult<i64> {
        this.place(group).map(|(a, _)| a)
    }
    /// Return index of the end of the substring matched by group.
    #[method("(self, group=0, /)")]
    fn end(this: P<Match>, group: Option<Value>) -> PyResult<i64> {
        this.place(group).map(|(_, b)| b)
    }
    /// For match object m, return the 2-tuple (m.start(group), m.end(group)).
    #[method("(self, group=0, /)")]
    fn span(this: P<Match>, group: Option<Value>) -> PyResult {
        let (a, b) = this.place(group)?;
        Ok(tuple::from_refs(vec![int::new(a), int::new(b)]).erase())
    }
    /// Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.
    #[method("(self, /, template)")]
    fn expand(this: P<Match>, template: Value) -> PyResult {
        let this = this.own_typed();
        let t = compile_template(this.pattern.p(), template)?;
        t.expand(&Subject::of(this.string.value())?, &this.found())
    }
    #[method("(self, /)", name = "__copy__")]
    fn copy(this: P<Match>) -> Value {
        this.value()
    }
    #[method("(self, memo, /)", name = "__deepcopy__")]
    fn deepcopy(this: P<Match>, _memo: Value) -> Value {
        this.value()
    }
    /// See PEP 585
    #[classmethod("($cls, item, /)", name = "__class_getitem__")]
    fn class_getitem(class: P<TypeObject>, item: Value) -> PyResult {
        taipan_runtime::types::generic_alias::new(class.value(), item)
    }
    /// The integer index of the last matched capturing group.
    #[getter(name = "lastindex")]
    fn get_lastindex(this: P<Match>) -> Option<u32> {
        (this.lastindex > 0).then_some(this.lastindex)
    }
    /// The name of the last matched capturing group.
    #[getter]
    fn lastgroup(this: P<Match>) -> Value {
        let names: P<Tuple> = this.pattern.indexgroup.p();
        if this.lastindex == 0 {
            PY_NONE
        } else {
            names.items().get(this.lastindex as usize).copied().unwrap_or(PY_NONE)
        }
    }
    #[getter]
    fn regs(this: P<Match>) -> Ref {
        let number = |m: usize| if m == NONE { int::new(-1) } else { int::new(m as i64) };
        let pairs =
            this.marks.chunks_exact(2).map(|p| tuple::from_refs(vec![number(p[0]), number(p[1])]).erase());
        tuple::from_refs(pairs.collect()).erase()
    }
    /// The string passed to match() or search().
    #[getter(name = "string")]
    fn get_string(this: P<Match>) -> Value {
        this.string.value()
    }
    /// The regular expression object.
    #[getter]
    fn re(this: P<Match>) -> Value {
        this.pattern.p().value()
    }
    /// The index into the string at which the RE engine started looking for a match.
    #[getter(name = "pos")]
    fn get_pos(this: P<Match>) -> usize {
        this.pos
    }
    /// The index into the string beyond which the RE engine will not go.
    #[getter(name = "endpos")]
    fn get_endpos(this: P<Match>) -> usize {
        this.endpos
    }
}
