//! The functions of `builtins` on objects: attributes, classes, text, namespaces.

use crate::error::PyResult;
use crate::frame;
use crate::names::names;
use crate::object::{P, Ref};
use crate::protocol::{attr, call, mapping, repr};
use crate::types::list;
use crate::types::str::Str;
use crate::value::Value;
use crate::{pymodule, raise};

/// An attribute's name as an interned str.
fn name_of(name: Value) -> PyResult<P<Str>> {
    match name.as_str() {
        Some(s) => Ok(repr::intern_name(s)),
        None => raise!(TypeError, "attribute name must be string, not '{}'", name.class().name()),
    }
}

/// `globals()`: the calling function's global names.
fn globals() -> PyResult {
    match frame::current() {
        Some(f) => Ok(f.globals().own()),
        None => raise!(SystemError, "globals does not exist"),
    }
}

/// `locals()`: the calling function's namespace, or a new dict of its variables.
fn locals() -> PyResult {
    match frame::current() {
        Some(f) => frame_locals(f),
        None => raise!(SystemError, "frame does not exist"),
    }
}

/// The namespace of a frame; for a function, a new dict of what its variables are now (PEP 667).
pub fn frame_locals(f: &frame::Frame) -> PyResult {
    if let Some(namespace) = f.namespace() {
        return Ok(namespace.own());
    }
    crate::types::frame::snapshot(f)
}

/// `dir(v)`; without an argument, the local names.
fn dir(v: Option<Value>) -> PyResult {
    let found = match v {
        None => {
            let scope = locals()?;
            return sorted(list::new(mapping::keys(*scope)?).erase());
        }
        Some(v) => call::call_special(v, names().__dir__, &[]),
    };
    match found {
        Some(r) => sorted(list::from_iterable(*r?)?.erase()),
        None => raise!(TypeError, "object does not provide __dir__"),
    }
}

fn sorted(l: Ref) -> PyResult {
    if let Some(l) = l.downcast::<list::List>() {
        list::sort(l, None, false)?;
    }
    Ok(l)
}

/// Objects.
#[pymodule(name = "builtins")]
pub mod functions {
    use super::{P, PyResult, Ref, Str, Value, attr, name_of, names, raise, repr};
    use crate::protocol::{format, isinstance};

    /// Return whether the object is callable (i.e., some kind of function).
    ///
    /// Note that classes are callable, as are instances of classes with a
    /// __call__() method.
    #[pyfunction("($module, obj, /)")]
    fn callable(_m: Value, obj: Value) -> bool {
        obj.class().slots.call.get().is_some()
    }

    /// Get a named attribute from an object; getattr(x, 'y') is equivalent to x.y.
    /// When a default argument is given, it is returned when the attribute doesn't
    /// exist; without it, an exception is raised in that case.
    #[pyfunction("(object, name, default=<unrepresentable>, /)")]
    fn getattr(object: Value, name: Value, default: Option<Value>) -> PyResult {
        let name = name_of(name)?;
        match default {
            None => attr::getattr(object, name),
            Some(d) => Ok(attr::getattr_opt(object, name)?.unwrap_or_else(|| d.own())),
        }
    }

    /// Return whether the object has an attribute with the given name.
    ///
    /// This is done by calling getattr(obj, name) and catching AttributeError.
    #[pyfunction("($module, obj, name, /)")]
    fn hasattr(_m: Value, obj: Value, name: Value) -> PyResult<bool> {
        Ok(attr::getattr_opt(obj, name_of(name)?)?.is_some())
    }

    /// Sets the named attribute on the given object to the specified value.
    ///
    /// setattr(x, 'y', v) is equivalent to ``x.y = v``
    #[pyfunction("($module, obj, name, value, /)")]
    fn setattr(_m: Value, obj: Value, name: Value, value: Value) -> PyResult<()> {
        attr::setattr(obj, name_of(name)?, value)
    }

    /// Deletes the named attribute from the given object.
    ///
    /// delattr(x, 'y') is equivalent to ``del x.y``
    #[pyfunction("($module, obj, name, /)")]
    fn delattr(_m: Value, obj: Value, name: Value) -> PyResult<()> {
        attr::delattr(obj, name_of(name)?)
    }

    /// Return whether an object is an instance of a class or of a subclass thereof.
    ///
    /// A tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``isinstance(x, A) or isinstance(x, B)
    /// or ...`` etc.
    #[pyfunction("($module, obj, class_or_tuple, /)", name = "isinstance")]
    fn isinstance_(_m: Value, obj: Value, class_or_tuple: Value) -> PyResult<bool> {
        isinstance::isinstance(obj, class_or_tuple)
    }

    /// Return whether 'cls' is derived from another class or is the same class.
    ///
    /// A tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``issubclass(x, A) or issubclass(x, B)
    /// or ...``.
    #[pyfunction("($module, cls, class_or_tuple, /)")]
    fn issubclass(_m: Value, cls: Value, class_or_tuple: Value) -> PyResult<bool> {
        isinstance::issubclass(cls, class_or_tuple)
    }

    /// Return the canonical string representation of the object.
    ///
    /// For many object types, including most builtins, eval() will return
    /// an equal object when passed that string.
    #[pyfunction("($module, obj, /)", name = "repr")]
    fn repr_(_m: Value, obj: Value) -> PyResult {
        repr::repr(obj).map(Ref::from)
    }

    /// Return an ASCII-only representation of an object.
    ///
    /// As repr(), return a string containing a printable representation of an
    /// object, but escape the non-ASCII characters in the string returned by
    /// repr() using \\x, \\u or \\U escapes. This generates a string similar
    /// to that returned by repr() in Python 2.
    #[pyfunction("($module, obj, /)")]
    fn ascii(_m: Value, obj: Value) -> PyResult {
        repr::ascii(obj).map(Ref::from)
    }

    /// Return type(value).__format__(value, format_spec)
    ///
    /// Many built-in types implement format_spec according to the
    /// Format Specification Mini-language. See help('FORMATTING') for details.
    #[pyfunction("($module, value, format_spec='', /)", name = "format")]
    fn format_(_m: Value, value: Value, format_spec: Option<P<Str>>) -> PyResult {
        let spec = format_spec.map_or_else(|| crate::types::str::empty().erase(), |s| s.own());
        format::format(value, *spec)
    }

    /// dir([object]) -> list of strings
    ///
    /// If called without an argument, return the names in the current scope.
    /// Else, return an alphabetized list of names comprising (some of) the attributes
    /// of the given object, and of attributes reachable from it.
    #[pyfunction("(object=<unrepresentable>, /)")]
    fn dir(object: Option<Value>) -> PyResult {
        super::dir(object)
    }

    /// vars([object]) -> dictionary
    ///
    /// Without arguments, equivalent to locals().
    /// With an argument, equivalent to object.__dict__.
    #[pyfunction("(object=<unrepresentable>, /)")]
    fn vars(object: Option<Value>) -> PyResult {
        let Some(object) = object else { return super::locals() };
        match attr::getattr_opt(object, names().__dict__)? {
            Some(d) => Ok(d),
            None => raise!(TypeError, "vars() argument must have __dict__ attribute"),
        }
    }

    /// Return the dictionary containing the current scope's global variables.
    ///
    /// NOTE: Updates to this dictionary *will* affect name lookups in the current
    /// global scope and vice-versa.
    #[pyfunction("($module, /)")]
    fn globals(_m: Value) -> PyResult {
        super::globals()
    }

    /// Return a dictionary containing the current scope's local variables.
    ///
    /// NOTE: Whether or not updates to this dictionary will affect name lookups in
    /// the local scope and vice-versa is *implementation dependent* and not
    /// covered by any backwards compatibility guarantees.
    #[pyfunction("($module, /)")]
    fn locals(_m: Value) -> PyResult {
        super::locals()
    }
}
