//! The macros that native modules and builtin types are written with: `#[pymethods]` on an `impl` block, and
//! `#[pymodule]` on an inline module. What they generate is described in `taipan_runtime::native`.

mod attrs;
mod methods;
mod module;
mod signature;
mod wrapper;

use proc_macro::TokenStream;

/// Turns the marked functions of an `impl` block into Python methods:
///
/// - `#[method("($self, object, /)")]`, `#[classmethod("(iterable, /)")]`, `#[staticmethod("(x)")]` with the
///   signature in the form of CPython's Argument Clinic; the parameters behind the receiver follow it one by one;
/// - `#[getter]`, `#[setter]` (which gets a `Value`, or an `Option<Value>` if it can delete);
/// - `#[slot(repr)]`, with a field of `Slots`; the first parameter may be a `P<T>`, which is then checked.
///
/// `name = "..."` gives a Python name other than the function's. Generates `pub fn install(class)`; another name
/// for it: `#[pymethods(install_more)]`.
#[proc_macro_attribute]
pub fn pymethods(args: TokenStream, item: TokenStream) -> TokenStream {
    methods::expand(args.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Turns an inline module into a native Python module: `#[pymodule(name = "math", doc = "...")]`.
///
/// - `#[pyfunction("(x, /)")]`; if the signature starts with `$module`, the first parameter is the module;
/// - `#[pyattr] fn pi() -> f64`: the attribute's value;
/// - `#[init] fn init(m: P<Module>) -> PyResult<()>`: the rest.
///
/// Generates `pub static MODULE: ModuleDef` in the module.
#[proc_macro_attribute]
pub fn pymodule(args: TokenStream, item: TokenStream) -> TokenStream {
    module::expand(args.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}
