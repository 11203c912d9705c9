//! `_typing`

pub use module::MODULE;

/// Primitives and accelerators for the typing module.
#[taipan_runtime::pymodule(name = "_typing")]
mod module {
    use taipan_runtime::error::PyResult;
    use taipan_runtime::object::P;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::typing::no_default;
    use taipan_runtime::value::Value;

    #[init]
    fn names(m: P<Module>) -> PyResult<()> {
        let t = types();
        let all = [
            ("TypeVar", t.typevar),
            ("TypeVarTuple", t.typevartuple),
            ("ParamSpec", t.paramspec),
            ("ParamSpecArgs", t.paramspecargs),
            ("ParamSpecKwargs", t.paramspeckwargs),
            ("TypeAliasType", t.typealiastype),
            ("Generic", t.generic),
            ("Union", t.union_),
        ];
        for (name, class) in all {
            m.set(name, class.value());
        }
        m.set("NoDefault", no_default());
        Ok(())
    }

    #[pyfunction("(x, /)")]
    fn _idfunc(x: Value) -> Value {
        x
    }
}
