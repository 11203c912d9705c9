//! `_contextvars`

mod context;
mod var;

pub use module::MODULE;

/// Context Variables
#[taipan_runtime::pymodule(name = "_contextvars")]
mod module {
    use super::{context, var};
    use crate::construct::add_class;
    use taipan_runtime::error::PyResult;
    use taipan_runtime::object::{Header, P, alloc_in};
    use taipan_runtime::runtime::{immortal, types};
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::type_object::flags::{HAS_WEAKREF, TRAILING};

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        let object = types().object;
        let weak = HAS_WEAKREF | TRAILING;
        add_class::<context::Context>(m, "Context", object, weak, context::install);
        add_class::<var::ContextVar>(m, "ContextVar", object, 0, var::ContextVar::install);
        let token = add_class::<var::Token>(m, "Token", object, 0, var::Token::install);
        token
            .dict()
            .insert_text("__hash__", taipan_runtime::object::Ref::from_raw(taipan_runtime::value::NONE));
        let missing = taipan_runtime::native::new_class::<var::Missing>(
            "builtins",
            "Token.MISSING",
            object,
            taipan_runtime::types::type_object::flags::NO_NEW,
            var::Missing::install,
        );
        let value = immortal(alloc_in(missing, var::Missing { head: Header::new(missing) }).erase());
        token.dict().insert_text("MISSING", value.own());
        Ok(())
    }

    #[pyfunction("()")]
    fn copy_context() -> PyResult {
        context::copy(context::current()?)
    }
}
