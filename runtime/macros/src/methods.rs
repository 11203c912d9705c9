//! `#[pymethods]`

use crate::attrs::{Options, docs, options, python_name, take};
use crate::signature;
use crate::wrapper::{Receiver, def_ident, last_segment, native_def, param_types};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::BTreeMap;
use syn::{Attribute, Ident, ImplItem, ImplItemFn, ItemImpl, LitStr, Type};

const MARKS: &[&str] = &["method", "classmethod", "staticmethod", "getter", "setter", "slot"];

/// What is collected while the functions are gone through.
#[derive(Default)]
struct Collected {
    /// Definitions, in the body of `install`.
    items: Vec<TokenStream>,
    /// Entries of the class's dict.
    entries: Vec<TokenStream>,
    /// Assignments of slots.
    slots: Vec<TokenStream>,
    /// Getter, setter and doc by attribute name.
    attributes: BTreeMap<String, (Option<TokenStream>, Option<TokenStream>, String)>,
}

pub fn expand(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let install = if args.is_empty() { format_ident!("install") } else { syn::parse2::<Ident>(args)? };
    let mut block: ItemImpl = syn::parse2(item)?;
    let ty = (*block.self_ty).clone();
    let mut found = Collected::default();
    for item in &mut block.items {
        if let ImplItem::Fn(f) = item {
            while let Some((kind, attr)) = take(&mut f.attrs, MARKS) {
                collect(&mut found, &ty, f, &kind, &attr)?;
            }
        }
    }
    for (i, (name, (get, set, doc))) in found.attributes.iter().enumerate() {
        let def = format_ident!("GETSET_{i}");
        let or_none = |f: &Option<TokenStream>| match f {
            Some(f) => quote!(Some(#f)),
            None => quote!(None),
        };
        let (get, set) = (or_none(get), or_none(set));
        found.items.push(quote! {
            static #def: ::taipan_runtime::types::descriptor::GetSetDef = ::taipan_runtime::types::descriptor::GetSetDef {
                name: #name, doc: #doc, get: #get, set: #set,
            };
        });
        found.entries.push(quote!(::taipan_runtime::native::Item::GetSet(&#def)));
    }
    let Collected { items, entries, slots, .. } = found;
    let extra: ImplItem = syn::parse2(quote! {
        /// Puts the methods into the class's dict and sets its slots.
        pub fn #install(class: ::taipan_runtime::object::P<::taipan_runtime::types::type_object::TypeObject>) {
            #(#items)*
            ::taipan_runtime::native::install(class, &[#(#entries),*]);
            #(#slots)*
        }
    })?;
    block.items.push(extra);
    Ok(quote!(#block))
}

fn collect(
    found: &mut Collected,
    ty: &Type,
    f: &ImplItemFn,
    kind: &str,
    attr: &Attribute,
) -> syn::Result<()> {
    let ident = &f.sig.ident;
    let function = quote!(#ty::#ident);
    if kind == "slot" {
        let slot: Ident = attr.parse_args()?;
        found.slots.push(slot_assignment(&slot, &function, f)?);
        return Ok(());
    }
    let options = options(attr)?;
    let doc = options.doc.clone().unwrap_or_else(|| docs(&f.attrs));
    match kind {
        "getter" => {
            let name = python_name(ident, &options);
            let getter = quote! {
                |v| ::taipan_runtime::native::IntoResult::into_result(
                    #function(::taipan_runtime::native::FromReceiver::from_receiver(v, #name)?)
                )
            };
            let entry = found.attributes.entry(name).or_default();
            (entry.0, entry.2) = (Some(getter), doc);
        }
        "setter" => {
            let name = setter_name(ident, &options);
            let types = param_types(&f.sig)?;
            let value = match types.get(1).and_then(|t| last_segment(t)).as_deref() {
                Some("Option") => quote!(value),
                _ => quote!(match value {
                    Some(value) => value,
                    None => return ::taipan_runtime::native::cannot_delete(#name),
                }),
            };
            found.attributes.entry(name.clone()).or_default().1 = Some(quote! {
                |v, value| #function(::taipan_runtime::native::FromReceiver::from_receiver(v, #name)?, #value)
            });
        }
        _ => callable(found, f, kind, &options, &function, &doc, attr)?,
    }
    Ok(())
}

fn callable(
    found: &mut Collected,
    f: &ImplItemFn,
    kind: &str,
    options: &Options,
    function: &TokenStream,
    doc: &str,
    attr: &Attribute,
) -> syn::Result<()> {
    let lit: &LitStr = options
        .signature
        .as_ref()
        .ok_or_else(|| syn::Error::new_spanned(attr, "give a signature: \"(x, /)\""))?;
    let (name, receiver, item) = match kind {
        "method" => (Some("self"), Receiver::First, quote!(Method)),
        "classmethod" => (Some("type"), Receiver::First, quote!(ClassMethod)),
        _ => (None, Receiver::Nothing, quote!(StaticMethod)),
    };
    let parsed = signature::parse(lit, name)?;
    let python = python_name(&f.sig.ident, options);
    let def = def_ident(&f.sig.ident.to_string());
    found.items.push(native_def(&def, &python, doc, &parsed, function, &f.sig, receiver)?);
    found.entries.push(quote!(::taipan_runtime::native::Item::#item(&#def)));
    Ok(())
}

fn setter_name(ident: &Ident, options: &Options) -> String {
    let name = python_name(ident, options);
    match (&options.name, name.strip_prefix("set_")) {
        (None, Some(rest)) => rest.to_owned(),
        _ => name,
    }
}

fn slot_assignment(slot: &Ident, function: &TokenStream, f: &ImplItemFn) -> syn::Result<TokenStream> {
    let types = param_types(&f.sig)?;
    let first = types.first().and_then(|t| last_segment(t));
    let is_raw = slot == "new" || matches!(first.as_deref(), Some("Value") | None);
    if is_raw {
        return Ok(quote!(class.slots.#slot.set(Some(#function));));
    }
    let rest: Vec<Ident> = (1..types.len()).map(|i| format_ident!("a{i}")).collect();
    let name = slot.to_string();
    Ok(quote! {
        class.slots.#slot.set(Some(|v, #(#rest),*| {
            #function(::taipan_runtime::native::FromReceiver::from_receiver(v, #name)?, #(#rest),*)
        }));
    })
}
