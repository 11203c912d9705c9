//! Uncaught exceptions as CPython's default `sys.excepthook` prints them: the format of `traceback.py`, made natively
//! so that it works before, and without, the standard library.

mod anchors;
mod frames;
mod sources;
mod syntax;
mod width;

pub use sources::Sources;

use crate::error::{Exc, PyResult, Raised};
use crate::object::{Own, P, Ref};
use crate::protocol::attr::{getattr_opt, getattr_text};
use crate::protocol::repr;
use crate::runtime::{exception_class, runtime};
use crate::suggest;
use crate::types::cell::Cell;
use crate::types::dict::Dict;
use crate::types::exception::{BaseException, as_exception, field, is_group, members, notes};
use crate::types::frame::FrameObject;
use crate::types::list::List;
use crate::types::str::{Str, interned};
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// Members of a group that are shown.
const MAX_GROUP_WIDTH: usize = 15;
/// Nested groups that are shown.
const MAX_GROUP_DEPTH: usize = 10;

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";

/// The report of an exception: traceback, causes, contexts, groups, notes.
pub fn format_exception(e: Value) -> String {
    let keep = e.own();
    let mut printer = Printer { out: String::new(), depth: 0, need_close: false, seen: Vec::new() };
    printer.chain(keep.value());
    printer.out
}

/// The last lines alone: what `traceback.format_exception_only` gives.
pub fn format_exception_only(e: Value) -> String {
    exception_lines(e, None).concat()
}

/// Text of a str, with lone surrogates as the error handler of stderr shows them.
pub(crate) fn shown(s: &Str) -> String {
    match s.to_utf8() {
        Some(text) => text,
        None => {
            let c = |c: u32| char::from_u32(c).map_or_else(|| format!("\\u{c:04x}"), |c| c.to_string());
            s.chars().iter().map(c).collect()
        }
    }
}

/// Make a text of `v`, or say that it failed.
fn safe(v: Value, what: &str, f: fn(Value) -> PyResult<Own<Str>>, name: &str) -> String {
    match f(v) {
        Ok(s) => shown(&s),
        Err(Raised) => {
            drop(crate::error::take());
            format!("<{what} {name}() failed>")
        }
    }
}

/// The value of a step that may fail without spoiling the report.
fn quietly<T>(r: PyResult<T>) -> Option<T> {
    match r {
        Ok(v) => Some(v),
        Err(Raised) => {
            drop(crate::error::take());
            None
        }
    }
}

/// Name of the class, with its module unless that goes without saying.
fn class_name(e: Value) -> String {
    let class = e.class();
    let qualname = class.qualified_name();
    match quietly(getattr_text(class.value(), "__module__")) {
        Some(m) => match m.as_str() {
            Some(s) if s.is_str("builtins") || s.is_str("__main__") => qualname,
            Some(s) => format!("{}.{qualname}", shown(&s)),
            None => format!("<unknown>.{qualname}"),
        },
        None => qualname,
    }
}

/// The lines behind the traceback: for most exceptions one, and the notes.
fn exception_lines(e: Value, tb: Option<P<Traceback>>) -> Vec<String> {
    let class = class_name(e);
    let mut lines = Vec::new();
    let syntax = e.is_instance_of(exception_class(Exc::SyntaxError));
    if let Some(p) = as_exception(e).filter(|_| syntax) {
        syntax::lines(p, &class, &mut lines);
    } else {
        let mut text = safe(e, "exception", repr::str, "str");
        text.push_str(&suggestion(e, tb));
        lines.push(if text.is_empty() { format!("{class}\n") } else { format!("{class}: {text}\n") });
    }
    note_lines(e, &mut lines);
    lines
}

fn note_lines(e: Value, lines: &mut Vec<String>) {
    let Some(Some(notes)) = quietly(notes(e)) else { return };
    let v = notes.value();
    let items: Option<Vec<Ref>> = if let Some(l) = v.downcast::<List>() {
        Some(l.items.to_refs())
    } else {
        v.downcast::<Tuple>().map(|t| t.items().iter().map(|v| v.own()).collect())
    };
    match items {
        Some(items) => {
            for note in items {
                let text = safe(note.value(), "note", repr::str, "str");
                lines.extend(text.split('\n').map(|l| format!("{l}\n")));
            }
        }
        None if v.is_none() => {}
        None => lines.push(format!("{}\n", safe(v, "__notes__", repr::repr, "repr"))),
    }
}

/// The wrong name in a NameError, AttributeError or ImportError.
fn wrong_name(e: P<BaseException>) -> Option<Ref> {
    let v = e.value();
    let named = if v.is_instance_of(exception_class(Exc::ImportError)) {
        e.field(field::ImportError::name_from)
    } else if v.is_instance_of(exception_class(Exc::AttributeError)) {
        e.field(field::AttributeError::name)
    } else {
        e.field(field::NameError::name)
    };
    named.filter(|n| n.as_str().is_some()).map(|n| n.own())
}

fn last_frame(tb: Option<P<Traceback>>) -> Option<Own<FrameObject>> {
    let mut at = tb?;
    while let Some(next) = at.next() {
        at = next;
    }
    at.frame.downcast::<FrameObject>().map(P::own_typed)
}

/// Sorted names that `dir(v)` lists.
fn names_of(v: Value) -> Option<Vec<String>> {
    let listed = quietly(crate::protocol::call::call_method_text(v, "__dir__", &[]));
    let listed = match listed {
        Some(l) => l,
        // A class: its `__dir__` wants an instance.
        None => {
            let f = quietly(getattr_text(v.class().value(), "__dir__"))?;
            quietly(crate::protocol::call::call1(f.value(), v))?
        }
    };
    let items = quietly(crate::protocol::iter::collect(listed.value()))?;
    let mut names: Vec<String> = items.iter().filter_map(|n| n.as_str()).map(|s| s.to_lossy()).collect();
    names.sort();
    Some(names)
}

fn keys_of(d: P<Dict>) -> impl Iterator<Item = String> {
    let keys: Vec<String> = d.iter().filter_map(|(k, _)| k.as_str()).map(|s| s.to_lossy()).collect();
    keys.into_iter()
}

/// The names that code in the frame can use: locals, globals, builtins.
fn names_in(frame: P<FrameObject>) -> Vec<String> {
    let exec = frame.function.exec();
    let bound = |i: &usize| !frame.local(*i).is_unbound();
    let mut names: Vec<String> =
        (0..exec.local_names.len()).filter(bound).map(|i| exec.local_names[i].to_lossy()).collect();
    names.extend(frame.namespace.value().downcast::<Dict>().into_iter().flat_map(keys_of));
    names.extend(keys_of(frame.function.globals));
    names.extend(keys_of(frame.function.builtins));
    names
}

/// The value of a local variable of the frame.
fn local(frame: P<FrameObject>, name: &str) -> Option<Ref> {
    let exec = frame.function.exec();
    let i = exec.local_names.iter().position(|n| n.is_str(name))?;
    let mut v = frame.local(i);
    if let Some(cell) = v.exact::<Cell>() {
        v = cell.value.get();
    }
    if v.is_unbound() { None } else { Some(v.own()) }
}

/// ". Did you mean: 'x'?" and its relatives.
fn suggestion(e: Value, tb: Option<P<Traceback>>) -> String {
    let is = |exc| e.is_instance_of(exception_class(exc));
    let (import, attribute, name) = (is(Exc::ImportError), is(Exc::AttributeError), is(Exc::NameError));
    if !import && !attribute && !name {
        return String::new();
    }
    let Some(p) = as_exception(e) else { return String::new() };
    let Some(wrong) = wrong_name(p).and_then(|n| n.as_str().map(|s| s.to_lossy())) else {
        return String::new();
    };
    let best = if import {
        from_import(p, &wrong)
    } else if attribute {
        from_attributes(p, &wrong, tb)
    } else {
        from_names(&wrong, tb)
    };
    let mut text = best.as_ref().map_or_else(String::new, |b| format!(". Did you mean: '{b}'?"));
    if name && is_stdlib_module(&wrong) {
        let lead = if best.is_some() { " Or did" } else { ". Did" };
        text.push_str(&format!("{lead} you forget to import '{wrong}'?"));
    }
    text
}

fn is_stdlib_module(name: &str) -> bool {
    let Some(all) = runtime().sys_dict().get_text("stdlib_module_names") else { return false };
    quietly(crate::protocol::mapping::contains(all, interned(name).value())).unwrap_or(false)
}

fn closest(wrong: &str, names: &[String]) -> Option<String> {
    suggest::closest(wrong, names.iter().map(String::as_str)).map(str::to_owned)
}

fn visible(names: Vec<String>, wrong: &str) -> Vec<String> {
    if wrong.starts_with('_') { names } else { names.into_iter().filter(|n| !n.starts_with('_')).collect() }
}

fn from_import(e: P<BaseException>, wrong: &str) -> Option<String> {
    let module = e.field(field::ImportError::name)?.as_str()?;
    let module = runtime().modules().get_text(&module.to_lossy())?.own();
    closest(wrong, &visible(names_of(module.value())?, wrong))
}

fn from_attributes(e: P<BaseException>, wrong: &str, tb: Option<P<Traceback>>) -> Option<String> {
    let object = e.field(field::AttributeError::obj).unwrap_or(crate::value::NONE).own();
    let names = names_of(object.value())?;
    // Inside the object's own methods its private names are nobody's secret.
    let inside =
        last_frame(tb).and_then(|f| local(f.p(), "self")).is_some_and(|this| this.value().is(object.value()));
    closest(wrong, &if inside { names } else { visible(names, wrong) })
}

fn from_names(wrong: &str, tb: Option<P<Traceback>>) -> Option<String> {
    let frame = last_frame(tb)?;
    if let Some(this) = local(frame.p(), "self")
        && let Some(Some(_)) = quietly(getattr_opt(this.value(), interned(wrong)))
    {
        return Some(format!("self.{wrong}"));
    }
    let names = names_in(frame.p());
    closest(wrong, &names)
}

/// Writes the report.
struct Printer {
    out: String,
    /// Depth in exception groups.
    depth: usize,
    need_close: bool,
    /// Exceptions that have been shown, against circular chains.
    seen: Vec<u64>,
}

impl Printer {
    fn emit(&mut self, text: &str, margin: char) {
        let indent = "  ".repeat(self.depth);
        for line in text.split_inclusive('\n') {
            if self.depth > 0 {
                self.out.push_str(&indent);
                self.out.push(margin);
                self.out.push(' ');
            }
            self.out.push_str(line);
        }
    }

    fn raw(&mut self, text: &str) {
        self.out.push_str(&"  ".repeat(self.depth));
        self.out.push_str(text);
    }

    /// The exception with what led to it, first cause first.
    fn chain(&mut self, e: Value) {
        let mut links: Vec<(Ref, Option<&str>)> = Vec::new();
        let mut at = Some(e.own());
        while let Some(e) = at.take() {
            self.seen.push(e.value().bits());
            let Some(p) = as_exception(e.value()) else { break };
            let fresh = |v: Option<Value>| v.filter(|v| !self.seen.contains(&v.bits()));
            let (next, message) = if let Some(cause) = fresh(p.cause()) {
                (Some(cause), Some(CAUSE))
            } else if let Some(context) = fresh(p.context()).filter(|_| !p.suppress_context.get()) {
                (Some(context), Some(CONTEXT))
            } else {
                (None, None)
            };
            at = next.map(|v| v.own());
            links.push((e, message));
        }
        for (e, message) in links.into_iter().rev() {
            if let Some(m) = message {
                self.emit(m, '|');
            }
            match as_exception(e.value()) {
                Some(p) if is_group(e.value()) => self.group(p),
                Some(p) => self.plain(p),
                None => {}
            }
        }
    }

    fn traceback(&mut self, e: P<BaseException>, head: &str, margin: char) -> Option<P<Traceback>> {
        let tb = e.traceback().and_then(Value::downcast::<Traceback>);
        if let Some(tb) = tb {
            let body = frames::format(tb);
            if !body.is_empty() {
                self.emit(head, margin);
                self.emit(&body, '|');
            }
        }
        tb
    }

    fn plain(&mut self, e: P<BaseException>) {
        let tb = self.traceback(e, "Traceback (most recent call last):\n", '|');
        for line in exception_lines(e.value(), tb) {
            self.emit(&line, '|');
        }
    }

    fn group(&mut self, e: P<BaseException>) {
        if self.depth > MAX_GROUP_DEPTH {
            return self.emit(&format!("... (max_group_depth is {MAX_GROUP_DEPTH})\n"), '|');
        }
        let top = self.depth == 0;
        if top {
            self.depth = 1;
        }
        let margin = if top { '+' } else { '|' };
        let tb = self.traceback(e, "Exception Group Traceback (most recent call last):\n", margin);
        for line in exception_lines(e.value(), tb) {
            self.emit(&line, '|');
        }
        let all: Vec<Ref> =
            quietly(members(e)).map_or_else(Vec::new, |t| t.items().iter().map(|v| v.own()).collect());
        let n = if all.len() <= MAX_GROUP_WIDTH { all.len() } else { MAX_GROUP_WIDTH + 1 };
        self.need_close = false;
        for (i, member) in all.iter().take(n).enumerate() {
            let last = i + 1 == n;
            if last {
                // A nested group may draw the closing line instead.
                self.need_close = true;
            }
            let truncated = i >= MAX_GROUP_WIDTH;
            let title = if truncated { "...".to_owned() } else { (i + 1).to_string() };
            let corner = if i == 0 { "+-" } else { "  " };
            self.raw(&format!("{corner}+---------------- {title} ----------------\n"));
            self.depth += 1;
            if truncated {
                let left = all.len() - MAX_GROUP_WIDTH;
                let plural = if left > 1 { "s" } else { "" };
                self.emit(&format!("and {left} more exception{plural}\n"), '|');
            } else {
                self.chain(member.value());
            }
            if last && self.need_close {
                self.raw("+------------------------------------\n");
                self.need_close = false;
            }
            self.depth -= 1;
        }
        if top {
            self.depth = 0;
        }
    }
}
