//! The `builtins` module: its functions, constants and classes. Functions that need the compiler or the import
//! system (`__build_class__`, `__import__`, `compile`, `eval`, `exec`, `open`, `input`) are added by the layers that
//! have them.

pub mod args;
pub mod iteration;
pub mod lookup;
pub mod numbers;
pub mod objects;
pub mod output;
pub mod warn;

use crate::error::{Exc, PyResult};
use crate::object::P;
use crate::runtime::{exception_class, runtime, types};
use crate::types::module::Module;
use crate::types::str;
use crate::value::{ELLIPSIS, FALSE, NONE, NOT_IMPLEMENTED, TRUE};

/// Make the module; its dict is the one that look-ups of global names end at.
pub fn boot() -> PyResult<()> {
    let m = Module::in_class(types().module);
    m.dict.set(Some(runtime().builtins().own()));
    m.set("__name__", str::new("builtins"));
    m.set("__doc__", str::new(DOC));
    m.set("__package__", str::empty());
    for name in ["__loader__", "__spec__"] {
        m.set(name, NONE);
    }
    fill(m.p())?;
    runtime().modules().insert_text("builtins", m.erase());
    Ok(())
}

const DOC: &str = "Built-in functions, types, exceptions, and other objects.

This module provides direct access to all 'built-in'
identifiers of Python; for example, builtins.len is
the full name for the built-in function len().

This module is not normally accessed explicitly by most
applications, but can be useful in modules that provide
objects with the same name as a builtin and need access to
the built-in object.";

/// Put functions, constants and classes into the module.
pub fn fill(m: P<Module>) -> PyResult<()> {
    for def in [
        &numbers::functions::MODULE,
        &objects::functions::MODULE,
        &iteration::functions::MODULE,
        &output::functions::MODULE,
        &crate::types::generator::functions::MODULE,
    ] {
        def.fill(m)?;
    }
    for (name, v) in [
        ("None", NONE),
        ("True", TRUE),
        ("False", FALSE),
        ("Ellipsis", ELLIPSIS),
        ("NotImplemented", NOT_IMPLEMENTED),
        ("__debug__", TRUE),
    ] {
        m.set(name, v);
    }
    for class in public_classes() {
        m.set(&class.name(), class.value());
    }
    for &(exc, _, _) in Exc::ALL {
        let class = exception_class(exc);
        m.set(&class.name(), class.value());
    }
    m.set("ExceptionGroup", crate::types::exception::exception_group_class().value());
    for name in ["EnvironmentError", "IOError"] {
        m.set(name, exception_class(Exc::OSError).value());
    }
    Ok(())
}

/// The classes that have names in `builtins`.
fn public_classes() -> Vec<P<crate::types::type_object::TypeObject>> {
    let t = types();
    vec![
        t.object,
        t.type_,
        t.int,
        t.float,
        t.complex,
        t.bool_,
        t.str,
        t.bytes,
        t.bytearray,
        t.memoryview,
        t.list,
        t.tuple,
        t.dict,
        t.set,
        t.frozenset,
        t.range,
        t.slice,
        t.classmethod,
        t.staticmethod,
        t.property,
        t.super_,
        t.reversed,
        t.enumerate,
        t.zip,
        t.map,
        t.filter,
    ]
}
