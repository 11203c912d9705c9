//! What native classes share: binding the arguments of `__new__`, and adding the class to its module.

use taipan_runtime::error::PyResult;
use taipan_runtime::native::{NativeDef, bind, new_class};
use taipan_runtime::object::{Object, P};
use taipan_runtime::slots::Args;
use taipan_runtime::types::module::Module;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{UNBOUND, Value};

/// Describes a constructor's parameters: `constructor!("count", Either start, Either step = None)`; what
/// has a default is optional, and `; args` behind the list stands for `*args`.
#[macro_export]
macro_rules! constructor {
    ($name:literal $(, $kind:ident $param:ident $(= $opt:tt)?)* $(; $var:ident)?) => {
        ::taipan_runtime::native::NativeDef {
            name: $name,
            signature: "",
            doc: "",
            params: &[$(::taipan_runtime::native::Param {
                name: stringify!($param),
                kind: ::taipan_runtime::native::ParamKind::$kind,
                required: $crate::constructor!(@required $($opt)?),
            }),*],
            var_args: $crate::constructor!(@var $($var)?),
            var_kwargs: false,
            intrinsic: taipan_runtime::sem::intrinsics::Mark::none(),
            numeric: std::sync::OnceLock::new(),
            call: $crate::construct::not_called,
        }
    };
    (@required) => { true };
    (@required $opt:tt) => { false };
    (@var) => { false };
    (@var $v:ident) => { true };
}

/// The `call` of a constructor's description, which only serves for binding.
pub fn not_called(_: Value, _: Args<'_>) -> PyResult {
    taipan_runtime::raise!(SystemError, "a constructor's description is not a function")
}

/// The arguments of a constructor, `None` where one is absent, and the rest for `*args`.
pub fn arguments<'a, const N: usize>(
    def: &'static NativeDef,
    class: P<TypeObject>,
    args: Args<'a>,
) -> PyResult<([Option<Value>; N], &'a [Value])> {
    let mut out = [UNBOUND; N];
    let rest = bind(def, class.value(), args, &mut out)?;
    Ok((out.map(|v| if v.is_unbound() { None } else { Some(v) }), rest.args))
}

/// Make the class whose instances are `T`s and put it into the module.
pub fn add_class<T: Object>(
    m: P<Module>,
    name: &'static str,
    base: P<TypeObject>,
    flags: u32,
    install: fn(P<TypeObject>),
) -> P<TypeObject> {
    let module = m.name().unwrap_or_default();
    let class = new_class::<T>(&module, name, base, flags, install);
    m.set(name, class.value());
    class
}

/// Set a class's `__doc__`.
pub fn set_doc(class: P<TypeObject>, doc: &str) {
    class.dict().insert_text("__doc__", taipan_runtime::types::str::new(doc).erase());
}

/// Import a module by its full name.
pub fn import(name: &str) -> PyResult {
    let Some(importer) = taipan_runtime::runtime::runtime().builtins().get_text("__import__") else {
        return taipan_runtime::raise!(ImportError, "__import__ not found");
    };
    let importer = importer.own();
    let text = taipan_runtime::types::str::new(name);
    let top = taipan_runtime::protocol::call::call1(importer.value(), text.p().value())?;
    match taipan_runtime::runtime::runtime().modules().get_text(name) {
        Some(m) => Ok(m.own()),
        None => Ok(top),
    }
}

/// Make an exception class, put it into the module, and remember it under the marker type `M`.
pub fn add_exception<M: 'static>(
    m: P<Module>,
    module: &str,
    name: &str,
    base: P<TypeObject>,
) -> P<TypeObject> {
    use taipan_runtime::types::type_object::flags::{BASETYPE, IS_EXCEPTION};
    let known =
        taipan_runtime::runtime::runtime().native_classes.borrow().get(&std::any::TypeId::of::<M>()).copied();
    // A module that is imported anew has the same class: the functions of the old one raise it, too.
    let class = known.unwrap_or_else(|| {
        taipan_runtime::boot::native_class(module, name, base, BASETYPE | IS_EXCEPTION, |_| {}, |_| {})
    });
    taipan_runtime::runtime::runtime().native_classes.borrow_mut().insert(std::any::TypeId::of::<M>(), class);
    m.set(name, class.value());
    class
}

/// The exception class remembered under `M`.
pub fn exception<M: 'static>() -> PyResult<P<TypeObject>> {
    let known = taipan_runtime::runtime::runtime().native_classes.borrow();
    match known.get(&std::any::TypeId::of::<M>()) {
        Some(&class) => Ok(class),
        None => taipan_runtime::raise!(SystemError, "the module is not initialised"),
    }
}

/// Raise the exception class remembered under `M` with a message.
pub fn raise_own<M: 'static, T>(message: &str) -> PyResult<T> {
    let class = exception::<M>()?;
    let text = taipan_runtime::types::str::new(message);
    let e = taipan_runtime::protocol::call::call1(class.value(), text.p().value())?;
    taipan_runtime::error::raise_exception(e)
}

/// As [`raise_own`], with these arguments.
#[cold]
pub fn raise_own_with<M: 'static, T>(args: &[taipan_runtime::object::Ref]) -> PyResult<T> {
    let class = exception::<M>()?;
    let args: Vec<Value> = args.iter().map(|a| a.value()).collect();
    let e = taipan_runtime::protocol::call::call(class.value(), Args::positional(&args))?;
    taipan_runtime::error::raise_exception(e)
}

/// Leave a note on the exception that is being raised.
#[cold]
pub fn with_note<T>(note: impl FnOnce() -> PyResult<String>) -> PyResult<T> {
    let raised = taipan_runtime::error::take();
    // The error counts, not the one of its note.
    let note = note().and_then(|text| {
        let text = taipan_runtime::types::str::new(&text);
        taipan_runtime::types::exception::add_note(raised.value(), text.p().value())
    });
    if note.is_err() {
        drop(taipan_runtime::error::take());
    }
    taipan_runtime::error::raise_exception(raised)
}

/// The full name of an object's class, without `builtins` and `__main__`.
pub fn type_name(v: Value) -> String {
    let class = v.class();
    let name = class.qualified_name();
    match taipan_runtime::protocol::type_attr::module_name(class) {
        Some(module) if module != "builtins" && module != "__main__" => format!("{module}.{name}"),
        _ => name.to_string(),
    }
}
