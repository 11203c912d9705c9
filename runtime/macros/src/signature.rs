//! Text signatures, in the form of CPython's Argument Clinic: `($self, key, default=None, /)`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::LitStr;

/// What a parameter is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    PositionalOnly,
    Either,
    KeywordOnly,
    VarArgs,
    VarKwargs,
}

/// A parameter.
pub struct Param {
    pub name: String,
    pub kind: Kind,
    pub default: Option<String>,
}

/// A signature.
pub struct Signature {
    /// `$module`
    pub wants_module: bool,
    pub params: Vec<Param>,
    /// As `__text_signature__` has it.
    pub text: String,
    pub span: Span,
}

/// Split at commas outside quotes and brackets.
fn split(text: &str) -> Vec<String> {
    let (mut parts, mut part, mut depth, mut quote) = (Vec::new(), String::new(), 0, None);
    for c in text.chars() {
        match (quote, c) {
            (Some(q), c) if q == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(std::mem::take(&mut part).trim().to_owned());
                continue;
            }
            _ => {}
        }
        part.push(c);
    }
    if !part.trim().is_empty() {
        parts.push(part.trim().to_owned());
    }
    parts
}

/// Parse a signature. `receiver` is what the receiver is called in `__text_signature__`, if there always is one.
pub fn parse(lit: &LitStr, receiver: Option<&str>) -> syn::Result<Signature> {
    let text = lit.value();
    let error = |m: &str| syn::Error::new(lit.span(), m);
    let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
    let inner = inner.ok_or_else(|| error("a signature is written in parentheses"))?;
    // Argument Clinic's optional groups, `(sub[, start[, end]], /)`: parameters whose absence is `None`.
    let plain = inner.replace("[, ", ", ?").replace(']', "");
    let grouped = inner.contains("[, ");
    let mut parts = split(if grouped { &plain } else { inner });
    let first = parts.first().cloned().unwrap_or_default();
    let written = first.starts_with('$') || (first == "self" && receiver == Some("self"));
    if written {
        parts.remove(0);
    }
    let mut params: Vec<Param> = Vec::new();
    let mut kind = Kind::Either;
    for part in &parts {
        if part == "/" {
            params.iter_mut().for_each(|p| p.kind = Kind::PositionalOnly);
        } else if part == "*" {
            kind = Kind::KeywordOnly;
        } else if let Some(name) = part.strip_prefix("**") {
            params.push(Param { name: name.to_owned(), kind: Kind::VarKwargs, default: None });
        } else if let Some(name) = part.strip_prefix('*') {
            params.push(Param { name: name.to_owned(), kind: Kind::VarArgs, default: None });
            kind = Kind::KeywordOnly;
        } else {
            let (name, default) = match (part.strip_prefix('?'), part.split_once('=')) {
                (Some(n), _) => (n, Some("None".to_owned())),
                (_, Some((n, d))) => (n.trim(), Some(d.trim().to_owned())),
                _ => (part.as_str(), None),
            };
            params.push(Param { name: name.to_owned(), kind, default });
        }
    }
    let receiver_name = first.strip_prefix('$').or(receiver);
    let text = match receiver_name {
        Some(r) if grouped => format!("(${r}, {})", inner.trim_start_matches("$self, ")),
        Some(r) => {
            // A receiver is positional-only; the slash that says so may be there already.
            let mut all = vec![format!("${r}")];
            all.extend(parts.iter().cloned());
            if !parts.iter().any(|p| p == "/") {
                all.insert(1, "/".to_owned());
            }
            format!("({})", all.join(", "))
        }
        None => format!("({})", parts.join(", ")),
    };
    Ok(Signature { wants_module: first == "$module", params, text, span: lit.span() })
}

/// A default value as a Rust expression, for parameters that are no `Option`.
pub fn default_expr(default: &str, span: Span) -> syn::Result<TokenStream> {
    Ok(match default {
        "True" => quote!(true),
        "False" => quote!(false),
        "None" => quote!(::taipan_runtime::value::NONE),
        "sys.maxsize" => quote!(isize::MAX),
        other => {
            if other.starts_with(['\'', '"']) {
                return Err(syn::Error::new(span, "a parameter with a text default is an `Option`"));
            }
            let e: syn::Expr = syn::parse_str(other)
                .map_err(|_| syn::Error::new(span, format!("`{other}`: make the parameter an `Option`")))?;
            quote!(#e)
        }
    })
}
