//! The slots and methods of `module`.

use super::Module;
use crate::error::PyResult;
use crate::names::names;
use crate::object::{P, Ref};
use crate::protocol::attr;
use crate::protocol::call::{call0, call1};
use crate::protocol::repr::repr_text;
use crate::pymethods;
use crate::slots::Args;
use crate::types::dict::{self, Dict};
use crate::types::str::Str;
use crate::types::type_object::TypeObject;
use crate::types::{list, str};
use crate::value::{NONE, Value};

/// `module.name`, or `None` where there is none: `__getattr__` of the module comes last.
pub fn lookup(m: P<Module>, name: P<Str>) -> PyResult<Option<Ref>> {
    if let Some(v) = attr::generic_lookup(m.value(), name)? {
        return Ok(Some(v));
    }
    let d = m.dict();
    match d.place_of(names().__getattr__).map(|i| d.value_at(i).own()) {
        Some(hook) => call1(*hook, name.value()).map(Some),
        None => Ok(None),
    }
}

/// Is the module's `__spec__._initializing` true?
fn initializing(m: P<Module>) -> PyResult<bool> {
    let d = m.dict();
    let Some(spec) = d.place_of(names().__spec__).map(|i| d.value_at(i).own()) else { return Ok(false) };
    match attr::getattr_opt(*spec, names()._initializing)? {
        Some(v) => crate::protocol::truth::truth(*v),
        None => Ok(false),
    }
}

fn missing(m: P<Module>, name: P<Str>) -> PyResult {
    let text = name.to_lossy();
    let message = match m.name() {
        None => format!("module has no attribute '{text}'"),
        Some(module) if initializing(m)? => format!(
            "partially initialized module '{module}' has no attribute '{text}' (most likely due to a circular import)"
        ),
        Some(module) => format!("module '{module}' has no attribute '{text}'"),
    };
    attr::raise_missing(m.value(), name, message)
}

#[pymethods]
impl Module {
    #[slot(new)]
    fn make(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        Ok(Module::in_class(class).erase())
    }
    #[slot(init)]
    fn init(v: Value, args: Args<'_>) -> PyResult<()> {
        let Some(m) = v.downcast::<Module>() else { return crate::raise!(TypeError, "expected a module") };
        let [name, doc] = crate::builtins::args::parse(
            "module",
            args,
            &[crate::builtins::args::required("name"), crate::builtins::args::named("doc")],
        )?;
        let name = name.unwrap_or(NONE);
        if name.as_str().is_none() {
            let got = name.class().name();
            return crate::raise!(TypeError, "module() argument 'name' must be str, not {got}");
        }
        m.set("__name__", name);
        m.set("__doc__", doc.unwrap_or(NONE));
        for key in ["__package__", "__loader__", "__spec__"] {
            m.set(key, NONE);
        }
        Ok(())
    }
    #[slot(getattr)]
    fn getattr(m: P<Module>, name: P<Str>) -> PyResult {
        match lookup(m, name)? {
            Some(v) => Ok(v),
            None => missing(m, name),
        }
    }
    #[slot(repr)]
    fn repr(m: P<Module>) -> PyResult {
        let text = |key: &str| m.get(key).filter(|v| !v.is_none());
        let name = match text("__name__") {
            Some(n) => repr_text(n)?,
            None => "'?'".to_owned(),
        };
        if let Some(spec) = text("__spec__") {
            return repr_from_spec(spec, &name);
        }
        let out = match (text("__file__"), text("__loader__")) {
            (Some(file), _) => format!("<module {name} from {}>", repr_text(file)?),
            (None, Some(loader)) => format!("<module {name} ({})>", repr_text(loader)?),
            (None, None) => format!("<module {name}>"),
        };
        Ok(str::new(&out).erase())
    }
    #[getter]
    fn __dict__(m: P<Module>) -> P<Dict> {
        m.dict()
    }
    #[getter]
    fn __annotations__(m: P<Module>) -> PyResult {
        if let Some(a) = m.get("__annotations__") {
            return Ok(a.own());
        }
        let f = annotate(m);
        let result = if f.class().slots.call.get().is_some() {
            let r = call1(*f, Value::small_int(1))?;
            if r.downcast::<Dict>().is_none() {
                let got = r.class().name();
                return crate::raise!(TypeError, "__annotate__() must return a dict, not {got}");
            }
            r
        } else {
            dict::new().erase()
        };
        if !initializing(m)? {
            m.set("__annotations__", result.clone());
        }
        Ok(result)
    }
    #[setter(name = "__annotations__")]
    fn set_annotations(m: P<Module>, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(v) => m.set("__annotations__", v),
            None => {
                if m.dict().remove(names().__annotations__.value())?.is_none() {
                    return crate::raise!(AttributeError, "__annotations__");
                }
            }
        }
        drop(m.dict().remove(names().__annotate__.value())?);
        Ok(())
    }
    #[getter]
    fn __annotate__(m: P<Module>) -> Ref {
        annotate(m)
    }
    #[setter(name = "__annotate__")]
    fn set_annotate(m: P<Module>, value: Option<Value>) -> PyResult<()> {
        let Some(v) = value else { return crate::raise!(TypeError, "cannot delete __annotate__ attribute") };
        if !v.is_none() && v.class().slots.call.get().is_none() {
            return crate::raise!(TypeError, "__annotate__ must be callable or None");
        }
        m.set("__annotate__", v);
        if !v.is_none() {
            drop(m.dict().remove(names().__annotations__.value())?);
        }
        Ok(())
    }
    /// __dir__() -> list
    /// specialized dir() implementation
    #[method("($self, /)")]
    fn __dir__(m: P<Module>) -> PyResult {
        if let Some(hook) = m.get("__dir__") {
            return call0(*hook.own());
        }
        Ok(list::new(m.dict().iter().map(|(k, _)| k.own()).collect()).erase())
    }
}

fn annotate(m: P<Module>) -> Ref {
    match m.get("__annotate__") {
        Some(f) => f.own(),
        None => {
            m.set("__annotate__", NONE);
            Ref::from_raw(NONE)
        }
    }
}

fn repr_from_spec(spec: Value, name: &str) -> PyResult {
    let get = |key: &str| attr::getattr_opt(spec, str::interned(key));
    let name = match get("name")? {
        Some(n) => repr_text(*n)?,
        None => name.to_owned(),
    };
    let origin = get("origin")?.filter(|o| !o.is_none());
    let has_location = match get("has_location")? {
        Some(v) => crate::protocol::truth::truth(*v)?,
        None => false,
    };
    let out = match origin {
        Some(o) if has_location => format!("<module {name} from {}>", repr_text(*o)?),
        Some(o) => format!("<module {name} ({})>", crate::protocol::repr::str(*o)?.to_lossy()),
        None => match get("loader")?.filter(|l| !l.is_none()) {
            Some(l) => format!("<module {name} ({})>", repr_text(*l)?),
            None => format!("<module {name}>"),
        },
    };
    Ok(str::new(&out).erase())
}
