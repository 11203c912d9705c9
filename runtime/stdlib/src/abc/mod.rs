//! `_abc`: the registries and caches of abstract base classes.

mod data;

pub use module::MODULE;

/// Module contains faster C implementation of abc.ABCMeta
#[taipan_runtime::pymodule(name = "_abc")]
mod module {
    use super::data;
    use taipan_runtime::error::PyResult;
    use taipan_runtime::native::new_class;
    use taipan_runtime::object::P;
    use taipan_runtime::runtime::{runtime, types};
    use taipan_runtime::types::module::Module;
    use taipan_runtime::value::Value;

    #[init]
    fn classes(_m: P<Module>) -> PyResult<()> {
        new_class::<data::AbcData>("_abc", "_abc_data", types().object, 0, |_| {});
        Ok(())
    }

    /// Returns the current ABC cache token.
    ///
    /// The token is an opaque object (supporting equality testing) identifying the
    /// current version of the ABC cache for virtual subclasses. The token changes
    /// with every call to register() on any ABC.
    #[pyfunction("()")]
    fn get_cache_token() -> u64 {
        runtime().abc_version.get()
    }
    /// Internal ABC helper for class set-up. Should be never used outside abc module.
    #[pyfunction("(self, /)")]
    fn _abc_init(class: Value) -> PyResult<()> {
        data::init(class)
    }
    /// Internal ABC helper for subclasss registration. Should be never used outside abc module.
    #[pyfunction("(self, subclass, /)")]
    fn _abc_register(class: Value, subclass: Value) -> PyResult {
        data::register(class, subclass)
    }
    /// Internal ABC helper for instance checks. Should be never used outside abc module.
    #[pyfunction("(self, instance, /)")]
    fn _abc_instancecheck(class: Value, instance: Value) -> PyResult {
        data::instance_check(class, instance)
    }
    /// Internal ABC helper for subclasss checks. Should be never used outside abc module.
    #[pyfunction("(self, subclass, /)")]
    fn _abc_subclasscheck(class: Value, subclass: Value) -> PyResult<bool> {
        data::subclass_check(class, subclass)
    }
    /// Internal ABC helper for cache and registry debugging.
    ///
    /// Return shallow copies of registry, of both caches, and
    /// negative cache version. Don't call this function directly,
    /// instead use ABC._dump_registry() for a nice repr.
    #[pyfunction("(self, /)")]
    fn _get_dump(class: Value) -> PyResult {
        data::dump(class)
    }
    /// Internal ABC helper to reset registry of a given class.
    ///
    /// Should be only used by refleak.py
    #[pyfunction("(self, /)")]
    fn _reset_registry(class: Value) -> PyResult<()> {
        data::reset_registry(class)
    }
    /// Internal ABC helper to reset both caches of a given class.
    ///
    /// Should be only used by refleak.py
    #[pyfunction("(self, /)")]
    fn _reset_caches(class: Value) -> PyResult<()> {
        data::reset_caches(class)
    }
}
