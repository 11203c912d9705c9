//! The slots and attributes of `function`.

use super::Function;
use crate::error::PyResult;
use crate::eval_hook::hooks;
use crate::object::{P, Ref};
use crate::protocol::call::call1;
use crate::pymethods;
use crate::runtime::runtime;
use crate::slots::Args;
use crate::types::cell;
use crate::types::code::Code;
use crate::types::descriptor::BoundMethod;
use crate::types::dict::{self, Dict};
use crate::types::tuple::{self, Tuple};
use crate::types::type_object::TypeObject;
use crate::value::{NONE, UNBOUND, Value};
use std::cell::Cell;

/// A field's value; nothing is `None`.
fn or_none(field: &Cell<Value>) -> Ref {
    let v = field.get();
    if v.is_unbound() { Ref::from_raw(NONE) } else { v.own() }
}

/// Put `v` into a field.
fn put(field: &Cell<Value>, v: Value) {
    drop(Ref::from_raw(field.replace(v.own().into_raw())));
}

/// `None` is nothing.
fn unless_none(value: Option<Value>) -> Value {
    value.filter(|v| !v.is_none()).unwrap_or(UNBOUND)
}

/// A `str` for `__name__` or `__qualname__`.
fn text(value: Option<Value>, what: &str) -> PyResult<Value> {
    match value.filter(|v| v.as_str().is_some()) {
        Some(v) => Ok(v),
        None => crate::raise!(TypeError, "{what} must be set to a string object"),
    }
}

#[pymethods]
impl Function {
    #[slot(call)]
    fn call(v: Value, args: Args<'_>) -> PyResult {
        match v.downcast::<Function>() {
            Some(f) => (hooks().call_function)(f, args),
            None => crate::raise!(TypeError, "expected a function"),
        }
    }
    #[slot(new)]
    fn make(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        make_function(args)
    }
    #[slot(descr_get)]
    fn get(v: Value, object: Option<Value>, _owner: P<TypeObject>) -> PyResult {
        Ok(match object {
            Some(o) => BoundMethod::new(v, o).erase(),
            None => v.own(),
        })
    }
    #[slot(repr)]
    fn repr(f: P<Function>) -> PyResult {
        let name = f.qualname.get().as_str().map(|s| s.to_lossy()).unwrap_or_default();
        Ok(format!("<function {name} at {:#x}>", f.value().bits()).as_str().into())
    }
    #[getter]
    fn __name__(f: P<Function>) -> Ref {
        or_none(&f.name)
    }
    #[setter(name = "__name__")]
    fn set_name(f: P<Function>, value: Option<Value>) -> PyResult<()> {
        put(&f.name, text(value, "__name__")?);
        Ok(())
    }
    #[getter]
    fn __qualname__(f: P<Function>) -> Ref {
        or_none(&f.qualname)
    }
    #[setter(name = "__qualname__")]
    fn set_qualname(f: P<Function>, value: Option<Value>) -> PyResult<()> {
        put(&f.qualname, text(value, "__qualname__")?);
        Ok(())
    }
    #[getter]
    fn __module__(f: P<Function>) -> Ref {
        or_none(&f.module)
    }
    #[setter(name = "__module__")]
    fn set_module(f: P<Function>, value: Option<Value>) -> PyResult<()> {
        put(&f.module, value.unwrap_or(NONE));
        Ok(())
    }
    #[getter]
    fn __doc__(f: P<Function>) -> Ref {
        or_none(&f.doc)
    }
    #[setter(name = "__doc__")]
    fn set_doc(f: P<Function>, value: Option<Value>) -> PyResult<()> {
        put(&f.doc, value.unwrap_or(NONE));
        Ok(())
    }
    #[getter]
    fn __code__(f: P<Function>) -> P<Code> {
        f.code.get()
    }
    #[setter(name = "__code__")]
    fn set_code_attr(f: P<Function>, value: Option<Value>) -> PyResult<()> {
        let Some(code) = value.and_then(Value::downcast::<Code>) else {
            return crate::raise!(TypeError, "__code__ must be set to a code object");
        };
        let have = f.closure.get().downcast::<Tuple>().map_or(0, |t| t.len);
        let want = code.code.freevars().count();
        if have != want {
            let name = f.name.get().as_str().map(|s| s.to_lossy()).unwrap_or_default();
            return crate::raise!(
                ValueError,
                "{name}() requires a code object with {have} free vars, not {want}"
            );
        }
        f.set_code(code.own_typed());
        Ok(())
    }
    #[getter]
    fn __globals__(f: P<Function>) -> P<Dict> {
        f.globals
    }
    #[getter]
    fn __builtins__(f: P<Function>) -> P<Dict> {
        f.builtins
    }
    #[getter]
    fn __closure__(f: P<Function>) -> Ref {
        or_none(&f.closure)
    }
    #[getter]
    fn __defaults__(f: P<Function>) -> Ref {
        or_none(&f.defaults)
    }
    #[setter(name = "__defaults__")]
    fn set_defaults(f: P<Function>, value: Option<Value>) -> PyResult<()> {
        let v = unless_none(value);
        if !v.is_unbound() && v.downcast::<Tuple>().is_none() {
            return crate::raise!(TypeError, "__defaults__ must be set to a tuple object");
        }
        put(&f.defaults, v);
        f.changed();
        Ok(())
    }
    #[getter]
    fn __kwdefaults__(f: P<Function>) -> Ref {
        or_none(&f.kwdefaults)
    }
    #[setter(name = "__kwdefaults__")]
    fn set_kwdefaults(f: P<Function>, value: Option<Value>) -> PyResult<()> {
        let v = unless_none(value);
        if !v.is_unbound() && v.downcast::<Dict>().is_none() {
            return crate::raise!(TypeError, "__kwdefaults__ must be set to a dict object");
        }
        put(&f.kwdefaults, v);
        f.changed();
        Ok(())
    }
    #[getter]
    fn __annotate__(f: P<Function>) -> Ref {
        or_none(&f.annotate)
    }
    #[setter(name = "__annotate__")]
    fn set_annotate(f: P<Function>, value: Option<Value>) -> PyResult<()> {
        let Some(v) = value else { return crate::raise!(TypeError, "__annotate__ cannot be deleted") };
        if !v.is_none() && v.class().slots.call.get().is_none() {
            return crate::raise!(TypeError, "__annotate__ must be callable or None");
        }
        if !v.is_none() {
            put(&f.annotations, UNBOUND);
        }
        put(&f.annotate, unless_none(Some(v)));
        Ok(())
    }
    #[getter]
    fn __annotations__(f: P<Function>) -> PyResult {
        annotations(f)
    }
    #[setter(name = "__annotations__")]
    fn set_annotations(f: P<Function>, value: Option<Value>) -> PyResult<()> {
        let v = unless_none(value);
        if !v.is_unbound() && v.downcast::<Dict>().is_none() {
            return crate::raise!(TypeError, "__annotations__ must be set to a dict object");
        }
        put(&f.annotations, v);
        put(&f.annotate, UNBOUND);
        Ok(())
    }
    #[getter]
    fn __type_params__(f: P<Function>) -> Ref {
        let v = f.type_params.get();
        if v.is_unbound() { tuple::empty().erase() } else { v.own() }
    }
    #[setter(name = "__type_params__")]
    fn set_type_params(f: P<Function>, value: Option<Value>) -> PyResult<()> {
        match value.filter(|v| v.downcast::<Tuple>().is_some()) {
            Some(v) => put(&f.type_params, v),
            None => return crate::raise!(TypeError, "__type_params__ must be set to a tuple"),
        }
        Ok(())
    }
}

/// `f.__annotations__`: computed by `__annotate__` when first asked for.
fn annotations(f: P<Function>) -> PyResult {
    let known = f.annotations.get();
    if known.downcast::<Dict>().is_some() {
        return Ok(known.own());
    }
    let result = if let Some(pairs) = known.downcast::<Tuple>() {
        let d = dict::new();
        for pair in pairs.items().chunks_exact(2) {
            d.insert(pair[0], pair[1].own())?;
        }
        d.erase()
    } else if f.annotate.get().is_unbound() {
        dict::new().erase()
    } else {
        let r = call1(f.annotate.get(), Value::small_int(1))?;
        if r.downcast::<Dict>().is_none() {
            let got = r.class().name();
            return crate::raise!(TypeError, "__annotate__() must return a dict, not {got}");
        }
        r
    };
    put(&f.annotations, *result);
    Ok(result)
}

/// `types.FunctionType(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)`
fn make_function(args: Args<'_>) -> PyResult {
    use crate::builtins::args::{named, parse, required};
    let [code, globals, name, argdefs, closure, kwdefaults] = parse(
        "function",
        args,
        &[
            required("code"),
            required("globals"),
            named("name"),
            named("argdefs"),
            named("closure"),
            named("kwdefaults"),
        ],
    )?;
    let given = |v: Option<Value>| v.filter(|v| !v.is_none());
    let (code, globals) = (code.unwrap_or(NONE), globals.unwrap_or(NONE));
    let bad = |what: &str, want: &str, got: Value| {
        crate::raise!(TypeError, "function() argument '{what}' must be {want}, not {}", got.class().name())
    };
    let Some(code) = code.downcast::<Code>() else { return bad("code", "code", code) };
    let Some(globals) = globals.downcast::<Dict>() else { return bad("globals", "dict", globals) };
    let free = code.code.freevars().count();
    let cells = match given(closure) {
        Some(c) => match c.downcast::<Tuple>() {
            Some(t) => Some(t),
            None => return crate::raise!(TypeError, "arg 5 (closure) must be tuple"),
        },
        None if free > 0 => return crate::raise!(TypeError, "arg 5 (closure) must be tuple"),
        None => None,
    };
    let n = cells.map_or(0, |t| t.len);
    if n != free {
        let name = &code.code.name;
        return crate::raise!(ValueError, "{name} requires closure of length {free}, not {n}");
    }
    for c in cells.iter().flat_map(|t| t.items()) {
        if c.downcast::<cell::Cell>().is_none() {
            return crate::raise!(TypeError, "arg 5 (closure) expected cell, found {}", c.class().name());
        }
    }
    let builtins = match globals.get_text("__builtins__") {
        Some(b) => builtins_dict(b),
        None => runtime().builtins(),
    };
    let f = super::new(code.own_typed(), globals, builtins);
    if let Some(name) = given(name) {
        if name.as_str().is_none() {
            return crate::raise!(TypeError, "arg 3 (name) must be None or string");
        }
        put(&f.name, name);
    }
    if let Some(d) = given(argdefs) {
        if d.downcast::<Tuple>().is_none() {
            return crate::raise!(TypeError, "arg 4 (defaults) must be None or tuple");
        }
        put(&f.defaults, d);
    }
    if let Some(d) = given(kwdefaults) {
        if d.downcast::<Dict>().is_none() {
            return crate::raise!(TypeError, "arg 6 (kwdefaults) must be None or dict");
        }
        put(&f.kwdefaults, d);
    }
    if let Some(t) = cells {
        put(&f.closure, t.value());
    }
    Ok(f.erase())
}

/// The dict of what `__builtins__` is: a module or a dict.
fn builtins_dict(b: Value) -> P<Dict> {
    if let Some(m) = b.downcast::<crate::types::module::Module>() {
        return m.dict();
    }
    b.downcast::<Dict>().unwrap_or_else(|| runtime().builtins())
}
