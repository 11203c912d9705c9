//! `_weakref`

pub use module::MODULE;

/// Weak-reference support module.
#[taipan_runtime::pymodule(name = "_weakref")]
mod module {
    use taipan_runtime::error::PyResult;
    use taipan_runtime::object::{P, Ref};
    use taipan_runtime::raise;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::dict::Dict;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::weakref::{self, WeakRef};
    use taipan_runtime::value::Value;

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        let t = types();
        m.set("ref", t.weakref.value());
        m.set("ReferenceType", t.weakref.value());
        m.set("ProxyType", t.weakproxy.value());
        m.set("CallableProxyType", t.weakcallableproxy.value());
        Ok(())
    }

    /// Return the number of weak references to 'object'.
    #[pyfunction("(object, /)")]
    fn getweakrefcount(object: Value) -> usize {
        if object.is_pointer() { weakref::all(object).len() } else { 0 }
    }
    /// Return a list of all weak reference objects pointing to 'object'.
    #[pyfunction("(object, /)")]
    fn getweakrefs(object: Value) -> Ref {
        let all = if object.is_pointer() { weakref::all(object) } else { Vec::new() };
        taipan_runtime::types::list::new(all.into_iter().map(P::own).collect()).erase()
    }
    /// Create a proxy object that weakly references 'object'.
    ///
    /// 'callback', if given, is called with a reference to the
    /// proxy when 'object' is about to be finalized.
    #[pyfunction("(object, callback=None, /)")]
    fn proxy(object: Value, callback: Option<Value>) -> PyResult {
        let callable = object.class().slots.call.get().is_some();
        let class = if callable { types().weakcallableproxy } else { types().weakproxy };
        match weakref::new(class, object, callback.filter(|c| !c.is_none())) {
            Some(r) => Ok(r.erase()),
            None => raise!(TypeError, "cannot create weak reference to '{}' object", object.class().name()),
        }
    }
    /// Atomically remove key from dict if it points to a dead weakref.
    #[pyfunction("(dct, key, /)")]
    fn _remove_dead_weakref(dct: P<Dict>, key: Value) -> PyResult<()> {
        let Some(found) = dct.get(key)? else { return Ok(()) };
        let Some(r) = found.downcast::<WeakRef>() else { return raise!(TypeError, "not a weakref") };
        if r.target.get().is_none() {
            drop(dct.remove(key)?);
        }
        Ok(())
    }
}
