//! Replacement templates: `re.sub`'s second argument and `Match.expand`'s.

use super::pattern::{Found, Pattern};
use super::subject::Subject;
use taipan_runtime::buffer::Buffer;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, Kind, Own, P, Ref, alloc_in};
use taipan_runtime::protocol::attr::getattr_text;
use taipan_runtime::protocol::call::{call_method_text, call2};
use taipan_runtime::types::bytes::Bytes;
use taipan_runtime::types::list;
use taipan_runtime::types::list::List;
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, pymethods, raise};

/// A parsed template.
#[repr(C)]
pub struct Template {
    head: Header,
    literal: Ref,
    /// Group numbers; each literal follows its group.
    groups: Vec<usize>,
    literals: Vec<Ref>,
}
object_layout!(Template, Kind::Native, container, [literal, literals]);

#[pymethods]
impl Template {}

fn is_empty(v: Value) -> bool {
    v.as_str().is_some_and(|s| s.is_empty()) || v.downcast::<Bytes>().is_some_and(|b| b.as_slice().is_empty())
}

impl Template {
    /// From the list `[literal, group, literal, …]`.
    pub fn make(groups: usize, parts: P<List>) -> PyResult {
        let Some(class) = native_class::<Template>() else {
            return raise!(SystemError, "_sre is not initialised");
        };
        let bad = || raise!(TypeError, "invalid template");
        let parts = parts.items.to_refs();
        if parts.len().is_multiple_of(2) {
            return bad();
        }
        let (mut numbers, mut literals) = (Vec::new(), Vec::new());
        for pair in parts[1..].chunks_exact(2) {
            match pair[0].as_i64().and_then(|i| usize::try_from(i).ok()).filter(|&g| g <= groups) {
                Some(g) => numbers.push(g),
                None => return bad(),
            }
            literals.push(pair[1].clone());
        }
        let t = Template { head: Header::new(class), literal: parts[0].clone(), groups: numbers, literals };
        Ok(alloc_in(class, t).erase())
    }
    /// The text for a match.
    pub fn expand(&self, s: &Subject, f: &Found<'_>) -> PyResult {
        if self.groups.is_empty() {
            return Ok(self.literal.clone());
        }
        let mut pieces = Vec::with_capacity(2 * self.groups.len() + 1);
        if !is_empty(self.literal.value()) {
            pieces.push(self.literal.clone());
        }
        let all = super::matched::groups_of(s, f);
        for (&g, literal) in self.groups.iter().zip(&self.literals) {
            let item = if g == 0 { Some(s.slice(f.start, f.end)) } else { all.get(g - 1).cloned().flatten() };
            pieces.extend(item);
            if !is_empty(literal.value()) {
                pieces.push(literal.clone());
            }
        }
        let (joiner, pieces) = (s.empty(), list::new(pieces));
        call_method_text(joiner.value(), "join", &[pieces.p().value()])
    }
}

/// What a match is replaced by.
pub enum Replacement {
    /// Always the same.
    Literal(Ref),
    /// Text with groups put in.
    Template(Own<Template>),
    /// What a function returns for the match.
    Callable(Ref),
}

/// Parse a template by `re._compile_template`.
pub fn compile_template(pattern: P<Pattern>, template: Value) -> PyResult<Own<Template>> {
    let re = crate::construct::import("re")?;
    let f = getattr_text(re.value(), "_compile_template")?;
    let r = call2(f.value(), pattern.value(), template)?;
    match r.downcast::<Template>() {
        Some(t) => Ok(t.own_typed()),
        None => raise!(RuntimeError, "the result of compiling a replacement string is {}", r.class().name()),
    }
}

/// What `repl` stands for.
pub fn replacement(pattern: P<Pattern>, repl: Value) -> PyResult<Replacement> {
    if repl.class().slots.call.get().is_some() {
        return Ok(Replacement::Callable(repl.own()));
    }
    let backslash = u32::from(b'\\');
    let literal = match repl.as_str() {
        Some(s) => !s.chars().iter().any(|c| c == backslash),
        None => match Buffer::get(repl)? {
            Some(b) => !b.to_vec().contains(&b'\\'),
            None => false,
        },
    };
    if literal {
        return Ok(Replacement::Literal(repl.own()));
    }
    let t = compile_template(pattern, repl)?;
    Ok(if t.groups.is_empty() { Replacement::Literal(t.literal.clone()) } else { Replacement::Template(t) })
}
