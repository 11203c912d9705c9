//! `_types`

pub use module::MODULE;

/// Define names for built-in types.
#[taipan_runtime::pymodule(name = "_types")]
mod module {
    use taipan_runtime::error::PyResult;
    use taipan_runtime::object::P;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::module::Module;

    #[init]
    fn names(m: P<Module>) -> PyResult<()> {
        let t = types();
        let all = [
            ("AsyncGeneratorType", t.async_generator),
            ("BuiltinFunctionType", t.builtin_function),
            ("BuiltinMethodType", t.builtin_function),
            ("CapsuleType", t.builtin_module_data),
            ("CellType", t.cell),
            ("ClassMethodDescriptorType", t.classmethod_descriptor),
            ("CodeType", t.code),
            ("CoroutineType", t.coroutine),
            ("EllipsisType", t.ellipsis_type),
            ("FrameType", t.frame),
            ("FunctionType", t.function),
            ("GeneratorType", t.generator),
            ("GenericAlias", t.generic_alias),
            ("GetSetDescriptorType", t.getset_descriptor),
            ("LambdaType", t.function),
            ("MappingProxyType", t.mappingproxy),
            ("MemberDescriptorType", t.member_descriptor),
            ("MethodDescriptorType", t.method_descriptor),
            ("MethodType", t.method),
            ("MethodWrapperType", t.method_wrapper),
            ("ModuleType", t.module),
            ("NoneType", t.none_type),
            ("NotImplementedType", t.not_implemented_type),
            ("SimpleNamespace", t.namespace),
            ("TracebackType", t.traceback),
            ("UnionType", t.union_),
            ("WrapperDescriptorType", t.wrapper_descriptor),
        ];
        for (name, class) in all {
            m.set(name, class.value());
        }
        Ok(())
    }
}
