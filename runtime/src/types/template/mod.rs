//! Template strings (PEP 750): `string.templatelib`'s `Template` and `Interpolation`.

use crate::error::PyResult;
use crate::object::{Header, Kind, Own, OwnedCell, P, Ref, alloc};
use crate::protocol::repr::repr_text;
use crate::runtime::types;
use crate::slots::Args;
use crate::types::str::{self, Str};
use crate::types::tuple::{self, Tuple};
use crate::types::type_object::TypeObject;
use crate::value::{NONE, Value};
use crate::{object_layout, pymethods};
use std::cell::Cell;

/// What a `t'...'` literal makes.
#[repr(C)]
pub struct Template {
    /// The header.
    pub head: Header,
    /// `strings`: one more than the interpolations.
    pub strings: Own<Tuple>,
    /// `interpolations`
    pub interpolations: Own<Tuple>,
}
object_layout!(Template, Kind::Template, container, [strings, interpolations]);

/// A replacement field.
#[repr(C)]
pub struct Interpolation {
    /// The header.
    pub head: Header,
    /// `value`
    pub value: Ref,
    /// `expression`, a str.
    pub expression: Ref,
    /// `conversion`: `'a'`, `'r'`, `'s'` or `None`.
    pub conversion: Ref,
    /// `format_spec`, a str.
    pub format_spec: Ref,
}
object_layout!(Interpolation, Kind::Interpolation, container, [value, expression, conversion, format_spec]);

/// The iterator of a template: its parts, without empty strings.
#[repr(C)]
pub struct TemplateIter {
    /// The header.
    pub head: Header,
    /// The template, until it is exhausted.
    template: OwnedCell,
    /// The next part, counting strings and interpolations in turn.
    next: Cell<usize>,
}
object_layout!(TemplateIter, Kind::TemplateIter, container, [template]);

/// A template of these strings and interpolations.
pub fn new(strings: Own<Tuple>, interpolations: Own<Tuple>) -> Own<Template> {
    alloc(Template { head: Header::new(types().template), strings, interpolations })
}

/// An interpolation; `conversion` is a one-character str or `None`.
pub fn interpolation(
    value: Value,
    expression: Value,
    conversion: Value,
    format_spec: Value,
) -> Own<Interpolation> {
    alloc(Interpolation {
        head: Header::new(types().interpolation),
        value: value.own(),
        expression: expression.own(),
        conversion: conversion.own(),
        format_spec: format_spec.own(),
    })
}

/// A template from strings and interpolations in any order: adjacent strings become one, missing ones empty.
fn from_parts(parts: &[Value]) -> PyResult<Own<Template>> {
    let (mut strings, mut interpolations): (Vec<Ref>, Vec<Ref>) = (Vec::new(), Vec::new());
    for &part in parts {
        if let Some(s) = part.as_str() {
            match strings.last().filter(|_| strings.len() > interpolations.len()).and_then(|l| l.as_str()) {
                Some(last) => {
                    let joined = str::concat(&last, &s).erase();
                    strings.pop();
                    strings.push(joined);
                }
                None => strings.push(part.own()),
            }
        } else if part.downcast::<Interpolation>().is_some() {
            if strings.len() == interpolations.len() {
                strings.push(str::empty().erase());
            }
            interpolations.push(part.own());
        } else {
            let got = part.class().name();
            return crate::raise!(
                TypeError,
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {got}"
            );
        }
    }
    if strings.len() == interpolations.len() {
        strings.push(str::empty().erase());
    }
    Ok(new(tuple::from_refs(strings), tuple::from_refs(interpolations)))
}

/// Strings and interpolations in turn.
fn parts(t: P<Template>) -> Vec<Value> {
    let mut all = Vec::new();
    for (i, &s) in t.strings.items().iter().enumerate() {
        all.push(s);
        all.extend(t.interpolations.items().get(i));
    }
    all
}

#[pymethods]
impl Template {
    #[slot(new)]
    fn make(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        if !args.names.is_empty() {
            return crate::raise!(TypeError, "Template.__new__ only accepts *args arguments");
        }
        from_parts(args.pos()).map(Own::erase)
    }
    #[slot(repr)]
    fn repr(t: P<Template>) -> PyResult {
        let (strings, fields) = (repr_text(t.strings.p().value())?, repr_text(t.interpolations.p().value())?);
        Ok(str::new(&format!("Template(strings={strings}, interpolations={fields})")).erase())
    }
    #[slot(iter)]
    fn iter(t: P<Template>) -> PyResult {
        let head = Header::new(types().template_iter);
        Ok(alloc(TemplateIter { head, template: OwnedCell::new(Some(t.own())), next: Cell::new(0) }).erase())
    }
    #[slot(concat)]
    fn concat(t: P<Template>, other: Value) -> PyResult {
        let Some(o) = other.downcast::<Template>() else {
            let got = other.class().name();
            return crate::raise!(
                TypeError,
                "can only concatenate string.templatelib.Template (not \"{got}\") to string.templatelib.Template"
            );
        };
        let mut all = parts(t);
        all.extend(parts(o));
        from_parts(&all).map(Own::erase)
    }
    /// Strings
    #[getter]
    fn strings(t: P<Template>) -> P<Tuple> {
        t.strings.p()
    }
    /// Interpolations
    #[getter]
    fn interpolations(t: P<Template>) -> P<Tuple> {
        t.interpolations.p()
    }
    /// Values of interpolations
    #[getter]
    fn values(t: P<Template>) -> Ref {
        let value = |v: &Value| v.downcast::<Interpolation>().map_or(NONE, |i| *i.value).own();
        tuple::from_refs(t.interpolations.items().iter().map(value).collect()).erase()
    }
    #[method("($self, /)")]
    fn __reduce__(t: P<Template>) -> PyResult {
        let class = t.head.class.get().own();
        let all = parts(t);
        Ok(tuple::from_refs(vec![class, tuple::from_values(&all).erase()]).erase())
    }
}

#[pymethods]
impl Interpolation {
    #[slot(new)]
    fn make(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        use crate::builtins::args::{named, parse, required};
        let [value, expression, conversion, spec] = parse(
            "Interpolation",
            args,
            &[required("value"), named("expression"), named("conversion"), named("format_spec")],
        )?;
        let empty = str::empty().erase();
        let text = |v: Option<Value>, what: &str| match v {
            None => Ok(*empty),
            Some(v) if v.as_str().is_some() => Ok(v),
            Some(v) => {
                crate::raise!(
                    TypeError,
                    "Interpolation() argument '{what}' must be str, not {}",
                    v.class().name()
                )
            }
        };
        let (expression, spec) = (text(expression, "expression")?, text(spec, "format_spec")?);
        let conversion = conversion.unwrap_or(NONE);
        if !conversion.is_none() {
            let Some(c) = conversion.as_str() else {
                let got = conversion.class().name();
                return crate::raise!(
                    TypeError,
                    "Interpolation() argument 'conversion' must be str, not {got}"
                );
            };
            if !["a", "r", "s"].iter().any(|ok| c.is_str(ok)) {
                return crate::raise!(
                    ValueError,
                    "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"
                );
            }
        }
        Ok(interpolation(value.unwrap_or(NONE), expression, conversion, spec).erase())
    }
    #[slot(repr)]
    fn repr(i: P<Interpolation>) -> PyResult {
        let parts: PyResult<Vec<String>> =
            [*i.value, *i.expression, *i.conversion, *i.format_spec].into_iter().map(repr_text).collect();
        Ok(str::new(&format!("Interpolation({})", parts?.join(", "))).erase())
    }
    /// Value
    #[getter]
    fn value(i: P<Interpolation>) -> Value {
        *i.value
    }
    /// Expression
    #[getter]
    fn expression(i: P<Interpolation>) -> Value {
        *i.expression
    }
    /// Conversion
    #[getter]
    fn conversion(i: P<Interpolation>) -> Value {
        *i.conversion
    }
    /// Format specifier
    #[getter]
    fn format_spec(i: P<Interpolation>) -> Value {
        *i.format_spec
    }
    #[method("($self, /)")]
    fn __reduce__(i: P<Interpolation>) -> Ref {
        let fields = vec![i.value.clone(), i.expression.clone(), i.conversion.clone(), i.format_spec.clone()];
        tuple::from_refs(vec![i.head.class.get().own(), tuple::from_refs(fields).erase()]).erase()
    }
    /// See PEP 585
    #[classmethod("($cls, object, /)")]
    fn __class_getitem__(class: Value, item: Value) -> PyResult {
        crate::types::generic_alias::new(class, item)
    }
}

#[pymethods]
impl TemplateIter {
    #[slot(iter)]
    fn iter(v: Value) -> PyResult {
        Ok(v.own())
    }
    #[slot(next)]
    fn next(it: P<TemplateIter>) -> PyResult<Option<Ref>> {
        while let Some(t) = it.template.get().and_then(Value::downcast::<Template>) {
            let i = it.next.get();
            it.next.set(i + 1);
            let source = if i.is_multiple_of(2) { &t.strings } else { &t.interpolations };
            let Some(&part) = source.items().get(i / 2) else {
                it.template.set(None);
                break;
            };
            if !part.downcast::<Str>().is_some_and(|s| s.is_empty()) {
                return Ok(Some(part.own()));
            }
        }
        Ok(None)
    }
}

/// Layout, flags and methods of the classes here; `false` if the kind is none of them.
pub fn configure(kind: Kind, class: P<TypeObject>) -> bool {
    match kind {
        Kind::Template => {
            class.set_layout::<Template>();
            Template::install(class);
        }
        Kind::Interpolation => {
            class.set_layout::<Interpolation>();
            Interpolation::install(class);
            let fields = ["value", "expression", "conversion", "format_spec"].map(|f| str::interned(f).own());
            class.dict().insert_text("__match_args__", tuple::from_refs(fields.into()).erase());
        }
        Kind::TemplateIter => {
            class.set_layout::<TemplateIter>();
            TemplateIter::install(class);
        }
        _ => return false,
    }
    true
}
