//! Arguments of constructors (`new` and `init` slots), with the messages of CPython's argument parsers.

use crate::error::PyResult;
use crate::raise;
use crate::slots::Args;
use crate::value::Value;

/// A parameter of a constructor.
pub struct Param {
    /// The name; empty if it is positional-only.
    pub name: &'static str,
    /// Is there no default?
    pub required: bool,
}

/// A positional-only parameter.
pub const fn only(required: bool) -> Param {
    Param { name: "", required }
}
/// An optional parameter that can be given by name.
pub const fn named(name: &'static str) -> Param {
    Param { name, required: false }
}
/// A required parameter that can be given by name.
pub const fn required(name: &'static str) -> Param {
    Param { name, required: true }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// The arguments in the order of the parameters.
pub fn parse<const N: usize>(
    function: &str,
    args: Args<'_>,
    params: &[Param; N],
) -> PyResult<[Option<Value>; N]> {
    let positional = args.pos();
    let by_name = params.iter().any(|p| !p.name.is_empty());
    if !by_name && !args.names.is_empty() {
        return no_keywords(function);
    }
    let min = params.iter().filter(|p| p.required).count();
    if args.values.len() > N {
        if !by_name {
            return wrong_count(function, positional.len(), min, N);
        }
        let (how, given) = (if min < N { "at most" } else { "exactly" }, args.values.len());
        let keyword = if positional.is_empty() { "keyword " } else { "" };
        return raise!(
            TypeError,
            "{function}() takes {how} {N} {keyword}argument{} ({given} given)",
            plural(N)
        );
    }
    let mut out = [None; N];
    for (slot, v) in out.iter_mut().zip(positional) {
        *slot = Some(*v);
    }
    for (name, v) in args.keywords() {
        let text = name.as_str();
        let place = params.iter().position(|p| !p.name.is_empty() && text.is_some_and(|t| t.is_str(p.name)));
        match place {
            Some(i) if out[i].is_some() => {
                let (name, at) = (params[i].name, i + 1);
                return raise!(
                    TypeError,
                    "argument for {function}() given by name ('{name}') and position ({at})"
                );
            }
            Some(i) => out[i] = Some(v),
            None => {
                let name = text.map(|t| t.to_lossy()).unwrap_or_default();
                let hint = crate::suggest::closest(&name, params.iter().map(|p| p.name));
                let hint = hint.map_or(String::new(), |h| format!(". Did you mean '{h}'?"));
                return raise!(TypeError, "{function}() got an unexpected keyword argument '{name}'{hint}");
            }
        }
    }
    match params.iter().zip(&out).position(|(p, v)| p.required && v.is_none()) {
        None => Ok(out),
        Some(_) if !by_name => wrong_count(function, positional.len(), min, N),
        Some(i) => match params[i].name {
            "" => raise!(
                TypeError,
                "{function}() takes at least {min} positional argument{} ({} given)",
                plural(min),
                positional.len()
            ),
            name => raise!(TypeError, "{function}() missing required argument '{name}' (pos {})", i + 1),
        },
    }
}

/// "f() takes no keyword arguments"
#[cold]
pub fn no_keywords<T>(function: &str) -> PyResult<T> {
    raise!(TypeError, "{function}() takes no keyword arguments")
}

/// "f expected 1 argument, got 2"
#[cold]
pub fn wrong_count<T>(function: &str, given: usize, min: usize, max: usize) -> PyResult<T> {
    let (how, n) = if min == max {
        ("", min)
    } else if given < min {
        ("at least ", min)
    } else {
        ("at most ", max)
    };
    raise!(TypeError, "{function} expected {how}{n} argument{}, got {given}", plural(n))
}

/// Between `min` and `max` positional arguments and no keywords.
pub fn positional<'a>(function: &str, args: Args<'a>, min: usize, max: usize) -> PyResult<&'a [Value]> {
    if !args.names.is_empty() {
        return no_keywords(function);
    }
    if args.values.len() < min || args.values.len() > max {
        return wrong_count(function, args.values.len(), min, max);
    }
    Ok(args.values)
}
