//! Arguments to parameters, with the messages of CPython's argument parsers.
//!
//! CPython has four calling conventions for native functions, each with messages of its own; which one a function
//! would have follows from its parameters: none at all, exactly one positional, positional ones, or with keywords.

use super::{NativeDef, ParamKind};
use crate::error::PyResult;
use crate::object::P;
use crate::slots::Args;
use crate::types::descriptor::{ClassMethodDescriptor, MethodDescriptor};
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::type_object::TypeObject;
use crate::value::{UNBOUND, Value};

/// What `**kwargs` collects.
#[derive(Default)]
pub struct Kwargs {
    /// Names (exact strs) and values.
    pub pairs: Vec<(Value, Value)>,
}

/// The arguments that no named parameter took.
pub struct Rest<'a> {
    /// For `*args`.
    pub args: &'a [Value],
    /// For `**kwargs`.
    pub kwargs: Kwargs,
}

/// Are these exactly `n` positional arguments? The fast path of the generated wrappers.
#[inline(always)]
pub fn exact<'a>(args: Args<'a>, n: usize) -> Option<&'a [Value]> {
    if args.names.is_empty() && args.values.len() == n { Some(args.values) } else { None }
}

/// Positional arguments alone, to parameters of which the first `max` can be given by position, and of which the first
/// `required` and no others must be given: they are copied to `out`, whose rest stays as it is. `None` leaves the call
/// to [`bind`]. All that is known about the function is a constant in the generated wrapper.
#[inline(always)]
pub fn by_position<'a>(
    args: Args<'a>,
    required: usize,
    max: usize,
    var_args: bool,
    out: &mut [Value],
) -> Option<Rest<'a>> {
    let n = args.values.len();
    if !args.names.is_empty() || n < required || (n > max && !var_args) {
        return None;
    }
    let n = n.min(max);
    out[..n].copy_from_slice(&args.values[..n]);
    Some(Rest { args: &args.values[n..], kwargs: Kwargs::default() })
}

/// Bind `args` to the parameters of `def`: the value of parameter `i` goes to `out[i]`, `UNBOUND` if it has none.
pub fn bind<'a>(
    def: &'static NativeDef,
    this: Value,
    args: Args<'a>,
    out: &mut [Value],
) -> PyResult<Rest<'a>> {
    let positional = args.pos();
    let max = def.params.iter().take_while(|p| p.kind != ParamKind::KeywordOnly).count();
    let n = positional.len().min(max);
    out.fill(UNBOUND);
    out[..n].copy_from_slice(&positional[..n]);
    let mut rest = Rest { args: &positional[n..], kwargs: Kwargs::default() };
    if !def.var_args && positional.len() > max {
        return too_many(def, this, args, max);
    }
    if !args.names.is_empty() {
        keywords(def, this, args, n, out, &mut rest.kwargs)?;
    }
    match def.params.iter().zip(out.iter()).position(|(p, v)| p.required && v.is_unbound()) {
        Some(i) => missing(def, this, args, i),
        None => Ok(rest),
    }
}

fn keywords(
    def: &'static NativeDef,
    this: Value,
    args: Args<'_>,
    positional: usize,
    out: &mut [Value],
    extra: &mut Kwargs,
) -> PyResult<()> {
    if !has_keywords(def) {
        return crate::raise!(TypeError, "{} takes no keyword arguments", function_name(def, this));
    }
    if !def.var_args && !def.var_kwargs && args.values.len() > def.params.len() {
        return too_many(def, this, args, usize::MAX).map(drop);
    }
    for (name, value) in args.keywords() {
        let Some(text) = name.as_str() else { return crate::raise!(TypeError, "keywords must be strings") };
        let place =
            def.params.iter().position(|p| p.kind != ParamKind::PositionalOnly && text.is_str(p.name));
        match place {
            Some(i) if i < positional => {
                return crate::raise!(
                    TypeError,
                    "argument for {}() given by name ('{}') and position ({})",
                    def.name,
                    def.params[i].name,
                    i + 1
                );
            }
            Some(i) => out[i] = value,
            None if def.var_kwargs => extra.pairs.push((name, value)),
            None => return unexpected(def, text),
        }
    }
    Ok(())
}

#[cold]
fn unexpected(def: &'static NativeDef, name: P<Str>) -> PyResult<()> {
    let by_name = def.params.iter().filter(|p| p.kind != ParamKind::PositionalOnly);
    let names: Vec<&str> = by_name.map(|p| p.name).collect();
    let hint = crate::suggest::closest(&name.to_lossy(), names.into_iter());
    let hint = hint.map_or(String::new(), |h| format!(". Did you mean '{h}'?"));
    crate::raise!(TypeError, "{}() got an unexpected keyword argument '{}'{hint}", def.name, name.to_lossy())
}

fn has_keywords(def: &NativeDef) -> bool {
    def.var_kwargs || def.params.iter().any(|p| p.kind != ParamKind::PositionalOnly)
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

#[cold]
fn too_many<'a>(def: &'static NativeDef, this: Value, args: Args<'_>, max: usize) -> PyResult<Rest<'a>> {
    let (name, given) = (def.name, args.pos().len());
    let required = def.params.iter().filter(|p| p.required && p.kind != ParamKind::KeywordOnly).count();
    // `sorted` counts its positional arguments apart from its keywords.
    if !has_keywords(def) || def.name == "sorted" && args.names.is_empty() {
        return positional_count(def, this, given, required, max);
    }
    if args.values.len() > def.params.len() && !def.var_kwargs {
        let n = def.params.len();
        let all = def.params.iter().filter(|p| p.required).count();
        let how = if all < n { "at most" } else { "exactly" };
        let keyword = if given == 0 { "keyword " } else { "" };
        return crate::raise!(
            TypeError,
            "{name}() takes {how} {n} {keyword}argument{} ({} given)",
            plural(n),
            args.values.len()
        );
    }
    if max == 0 {
        return crate::raise!(TypeError, "{name}() takes no positional arguments");
    }
    let how = if required < max { "at most" } else { "exactly" };
    crate::raise!(TypeError, "{name}() takes {how} {max} positional argument{} ({given} given)", plural(max))
}

/// The messages of functions that take no keywords.
#[cold]
fn positional_count<'a>(
    def: &'static NativeDef,
    this: Value,
    given: usize,
    min: usize,
    max: usize,
) -> PyResult<Rest<'a>> {
    match (min, max) {
        (0, 0) => crate::raise!(TypeError, "{} takes no arguments ({given} given)", function_name(def, this)),
        (1, 1) if !def.var_args && !has_keywords(def) => {
            crate::raise!(
                TypeError,
                "{} takes exactly one argument ({given} given)",
                function_name(def, this)
            )
        }
        _ => {
            let (how, n) = match () {
                () if min == max && !def.var_args => ("", min),
                () if given < min => ("at least ", min),
                () => ("at most ", max),
            };
            crate::raise!(TypeError, "{} expected {how}{n} argument{}, got {given}", def.name, plural(n))
        }
    }
}

#[cold]
fn missing<'a>(def: &'static NativeDef, this: Value, args: Args<'_>, i: usize) -> PyResult<Rest<'a>> {
    let given = args.pos().len();
    let positional = def.params.iter().filter(|p| p.kind != ParamKind::KeywordOnly);
    let max = positional.clone().count();
    let min = positional.filter(|p| p.required).count();
    if !has_keywords(def) {
        return positional_count(def, this, given, min, max);
    }
    let param = &def.params[i];
    if param.kind == ParamKind::PositionalOnly {
        let only = def.params.iter().filter(|p| p.kind == ParamKind::PositionalOnly && p.required).count();
        let how = if only < max { "at least" } else { "exactly" };
        return crate::raise!(
            TypeError,
            "{}() takes {how} {only} positional argument{} ({given} given)",
            def.name,
            plural(only)
        );
    }
    crate::raise!(TypeError, "{}() missing required argument '{}' (pos {})", def.name, param.name, i + 1)
}

/// The function's name in messages: `list.append()`, `len()`, `math.sqrt()`.
pub fn function_name(def: &'static NativeDef, this: Value) -> String {
    if let Some(m) = this.downcast::<Module>() {
        return match m.name() {
            Some(module) if module != "builtins" => format!("{module}.{}()", def.name),
            _ => format!("{}()", def.name),
        };
    }
    let class = match this.downcast::<TypeObject>() {
        // A class method is bound to the class that it was asked of.
        Some(class) if is_class_method(class, def) => return format!("{}.{}()", class.name(), def.name),
        Some(class) if owner(class, def).is_some() => class,
        _ => this.class(),
    };
    match owner(class, def) {
        Some(owner) => format!("{}.{}()", owner.name(), def.name),
        None => format!("{}()", def.name),
    }
}

fn is_class_method(class: P<TypeObject>, def: &'static NativeDef) -> bool {
    let found = owner(class, def).and_then(|c| c.dict.get()).and_then(|d| d.get_text(def.name));
    found.is_some_and(|v| v.downcast::<ClassMethodDescriptor>().is_some())
}

/// The class in whose dict the method is.
fn owner(class: P<TypeObject>, def: &'static NativeDef) -> Option<P<TypeObject>> {
    class.mro.borrow().iter().copied().find(|c| {
        let found = c.dict.get().and_then(|d| d.get_text(def.name));
        found.is_some_and(|v| {
            let method = v.downcast::<MethodDescriptor>().map(|m| m.def);
            let method = method.or_else(|| v.downcast::<ClassMethodDescriptor>().map(|m| m.def));
            method.is_some_and(|d| std::ptr::eq(d, def))
        })
    })
}
