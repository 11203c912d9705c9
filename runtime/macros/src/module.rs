//! `#[pymodule]`

use crate::attrs::{Options, docs, options, python_name, take};
use crate::signature;
use crate::wrapper::{Receiver, def_ident, native_def};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Item, ItemFn, ItemMod};

const MARKS: &[&str] = &["pyfunction", "pyattr", "init"];

pub fn expand(args: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let given: Options = syn::parse2(args)?;
    let mut module: ItemMod = syn::parse2(item)?;
    let name = python_name(&module.ident, &given);
    let doc = given.doc.clone().unwrap_or_else(|| docs(&module.attrs));
    let Some((_, items)) = &mut module.content else {
        return Err(syn::Error::new_spanned(&module, "`#[pymodule]` needs the module's body"));
    };
    let (mut defs, mut functions, mut steps) = (Vec::new(), Vec::new(), Vec::new());
    for item in items.iter_mut() {
        let Item::Fn(f) = item else { continue };
        while let Some((kind, attr)) = take(&mut f.attrs, MARKS) {
            let ident = f.sig.ident.clone();
            match kind.as_str() {
                "pyfunction" => {
                    let (def, tokens) = function(f, &options(&attr)?)?;
                    defs.push(tokens);
                    functions.push(quote!(&#def));
                }
                "pyattr" => {
                    let name = python_name(&ident, &options(&attr)?);
                    steps.push(quote! {
                        let value = ::taipan_runtime::native::IntoResult::into_result(#ident())?;
                        m.dict().insert_text(#name, value);
                    });
                }
                _ => steps.push(quote!(#ident(m)?;)),
            }
        }
    }
    let tail: syn::File = syn::parse2(quote! {
        #(#defs)*
        /// The module's definition.
        pub static MODULE: ::taipan_runtime::native::ModuleDef = ::taipan_runtime::native::ModuleDef {
            name: #name,
            doc: #doc,
            functions: &[#(#functions),*],
            exec: fill_module,
        };
        fn fill_module(
            m: ::taipan_runtime::object::P<::taipan_runtime::types::module::Module>,
        ) -> ::taipan_runtime::error::PyResult<()> {
            #(#steps)*
            let _ = m;
            Ok(())
        }
    })?;
    items.extend(tail.items);
    Ok(quote!(#module))
}

fn function(f: &ItemFn, options: &Options) -> syn::Result<(syn::Ident, TokenStream)> {
    let ident = &f.sig.ident;
    let Some(lit) = &options.signature else {
        return Err(syn::Error::new_spanned(ident, "give a signature: #[pyfunction(\"(x, /)\")]"));
    };
    let mut parsed = signature::parse(lit, None)?;
    let receiver = if parsed.wants_module { Receiver::First } else { Receiver::Nothing };
    if !parsed.wants_module {
        parsed = signature::parse(lit, Some("module"))?;
    }
    let doc = options.doc.clone().unwrap_or_else(|| docs(&f.attrs));
    let def = def_ident(&ident.to_string());
    let tokens =
        native_def(&def, &python_name(ident, options), &doc, &parsed, &quote!(#ident), &f.sig, receiver)?;
    Ok((def, tokens))
}
