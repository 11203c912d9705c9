//! The arguments of attributes.

use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitStr, Meta, Token};

/// `("signature", name = "..", doc = "..")`, every part optional.
#[derive(Default)]
pub struct Options {
    /// The text signature.
    pub signature: Option<LitStr>,
    /// The Python name.
    pub name: Option<String>,
    /// The docstring.
    pub doc: Option<String>,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> syn::Result<Options> {
        let mut options = Options::default();
        while !input.is_empty() {
            if input.peek(LitStr) {
                options.signature = Some(input.parse()?);
            } else {
                let key: Ident = input.parse()?;
                input.parse::<Token![=]>()?;
                let value: LitStr = input.parse()?;
                match key.to_string().as_str() {
                    "name" => options.name = Some(value.value()),
                    "doc" => options.doc = Some(value.value()),
                    _ => return Err(syn::Error::new(key.span(), "expected `name` or `doc`")),
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

/// The options of an attribute, which may be a bare path.
pub fn options(attr: &Attribute) -> syn::Result<Options> {
    match &attr.meta {
        Meta::Path(_) => Ok(Options::default()),
        _ => attr.parse_args(),
    }
}

/// Take the first attribute with one of these names off the list.
pub fn take(attrs: &mut Vec<Attribute>, names: &[&str]) -> Option<(String, Attribute)> {
    let i = attrs.iter().position(|a| names.iter().any(|n| a.path().is_ident(n)))?;
    let attr = attrs.remove(i);
    let name = attr.path().get_ident().map(Ident::to_string)?;
    Some((name, attr))
}

/// The text of the doc comments.
pub fn docs(attrs: &[Attribute]) -> String {
    let lines = attrs.iter().filter_map(|a| match &a.meta {
        Meta::NameValue(nv) if nv.path.is_ident("doc") => match &nv.value {
            Expr::Lit(ExprLit { lit: Lit::Str(s), .. }) => {
                let text = s.value();
                Some(text.strip_prefix(' ').map_or(text.clone(), str::to_owned))
            }
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The Python name of a Rust function.
pub fn python_name(ident: &Ident, options: &Options) -> String {
    match &options.name {
        Some(name) => name.clone(),
        None => ident.to_string().trim_start_matches("r#").to_owned(),
    }
}
