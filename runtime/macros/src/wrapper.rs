//! The wrapper of a native function: binds, converts, calls.

use crate::signature::{Kind, Signature, default_expr};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{FnArg, Ident, Signature as RustSignature, Type};

/// How the function gets what it is called on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// As its first parameter.
    First,
    /// Not at all.
    Nothing,
}

/// The type's last path segment.
pub fn last_segment(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(p) => p.path.segments.last().map(|s| s.ident.to_string()),
        _ => None,
    }
}

/// The types of a function's parameters.
pub fn param_types(sig: &RustSignature) -> syn::Result<Vec<&Type>> {
    let types = sig.inputs.iter().map(|a| match a {
        FnArg::Typed(t) => Ok(&*t.ty),
        FnArg::Receiver(r) => Err(syn::Error::new_spanned(r, "write `this: P<T>` instead of `self`")),
    });
    types.collect()
}

/// A `static NativeDef` called `def` and its wrapper function, as items.
pub fn native_def(
    def: &Ident,
    python_name: &str,
    doc: &str,
    signature: &Signature,
    function: &TokenStream,
    rust: &RustSignature,
    receiver: Receiver,
) -> syn::Result<TokenStream> {
    let types = param_types(rust)?;
    let skip = usize::from(receiver == Receiver::First);
    if types.len() != signature.params.len() + skip {
        let m = format!(
            "{} parameters in the signature, {} here",
            signature.params.len(),
            types.len() - skip.min(types.len())
        );
        return Err(syn::Error::new_spanned(&rust.inputs, m));
    }
    let named: Vec<_> = signature
        .params
        .iter()
        .zip(&types[skip..])
        .filter(|(p, _)| !matches!(p.kind, Kind::VarArgs | Kind::VarKwargs))
        .collect();
    let var_args = signature.params.iter().any(|p| p.kind == Kind::VarArgs);
    let var_kwargs = signature.params.iter().any(|p| p.kind == Kind::VarKwargs);
    let params = named.iter().map(|(p, _)| {
        let (name, required) = (&p.name, p.default.is_none());
        let kind = match p.kind {
            Kind::PositionalOnly => quote!(PositionalOnly),
            Kind::KeywordOnly => quote!(KeywordOnly),
            _ => quote!(Either),
        };
        quote!(::taipan_runtime::native::Param {
            name: #name, kind: ::taipan_runtime::native::ParamKind::#kind, required: #required,
        })
    });
    let wrapper = format_ident!("call_{}", def.to_string().to_lowercase());
    let body = wrapper_body(def, python_name, signature, function, &types, receiver)?;
    let text = &signature.text;
    Ok(quote! {
        static #def: ::taipan_runtime::native::NativeDef = ::taipan_runtime::native::NativeDef {
            name: #python_name,
            signature: #text,
            doc: #doc,
            params: &[#(#params),*],
            var_args: #var_args,
            var_kwargs: #var_kwargs,
            intrinsic: ::taipan_runtime::sem::intrinsics::Mark::none(),
            numeric: ::std::sync::OnceLock::new(),
            call: #wrapper,
        };
        fn #wrapper(
            this: ::taipan_runtime::value::Value,
            args: ::taipan_runtime::slots::Args<'_>,
        ) -> ::taipan_runtime::error::PyResult {
            #body
        }
    })
}

fn wrapper_body(
    def: &Ident,
    python_name: &str,
    signature: &Signature,
    function: &TokenStream,
    types: &[&Type],
    receiver: Receiver,
) -> syn::Result<TokenStream> {
    let skip = usize::from(receiver == Receiver::First);
    let first = match receiver {
        Receiver::First => Some(quote! {
            ::taipan_runtime::native::FromReceiver::from_receiver(this, #python_name)?
        }),
        Receiver::Nothing => None,
    };
    let (mut actual, mut index) = (Vec::new(), 0usize);
    let mut by_position = true;
    for (p, ty) in signature.params.iter().zip(&types[skip..]) {
        by_position &= matches!(p.kind, Kind::PositionalOnly | Kind::Either);
        actual.push(match p.kind {
            Kind::VarArgs => quote!(rest.args),
            Kind::VarKwargs => quote!(rest.kwargs),
            _ => {
                let convert = quote! {
                    ::taipan_runtime::native::FromArg::from_arg(
                        values[#index],
                        ::taipan_runtime::native::ArgAt { def: &#def, index: #index },
                    )?
                };
                index += 1;
                match &p.default {
                    Some(d) if last_segment(ty).as_deref() != Some("Option") => {
                        let e = default_expr(d, signature.span)?;
                        let i = index - 1;
                        quote!(if values[#i].is_unbound() { #e } else { #convert })
                    }
                    _ => convert,
                }
            }
        });
    }
    let arguments = first.into_iter().chain(actual);
    let call = quote!(::taipan_runtime::native::IntoResult::into_result(#function(#(#arguments),*)));
    let bind = quote!(::taipan_runtime::native::bind(&#def, this, args, &mut buffer)?);
    let bind = match positional(signature) {
        Some((required, max, var_args)) => quote! {
            match ::taipan_runtime::native::by_position(args, #required, #max, #var_args, &mut buffer) {
                Some(rest) => rest,
                None => #bind,
            }
        },
        None => bind,
    };
    Ok(if by_position {
        quote! {
            let mut buffer = [::taipan_runtime::value::UNBOUND; #index];
            let values: &[::taipan_runtime::value::Value] = match ::taipan_runtime::native::exact(args, #index) {
                Some(values) => values,
                None => {
                    #bind;
                    &buffer
                }
            };
            let _ = values;
            #call
        }
    } else {
        quote! {
            let mut buffer = [::taipan_runtime::value::UNBOUND; #index];
            let rest = #bind;
            let values = &buffer;
            let _ = (&rest, values);
            #call
        }
    })
}

/// Of a function that can be called with positional arguments alone: how many it needs, how many it takes, and whether
/// it takes any number more.
fn positional(signature: &Signature) -> Option<(usize, usize, bool)> {
    let (mut required, mut max, mut var_args) = (0usize, 0usize, false);
    for p in &signature.params {
        match p.kind {
            Kind::VarArgs => var_args = true,
            Kind::VarKwargs => {}
            Kind::KeywordOnly if p.default.is_none() => return None,
            Kind::KeywordOnly => {}
            _ => {
                max += 1;
                if p.default.is_none() {
                    required = max;
                }
            }
        }
    }
    Some((required, max, var_args))
}

/// The identifier of a definition.
pub fn def_ident(name: &str) -> Ident {
    Ident::new(&format!("DEF_{}", name.trim_start_matches("r#").to_uppercase()), Span::call_site())
}
