//! Native functions and the descriptors of native methods.

use crate::error::PyResult;
use crate::native::NativeDef;
use crate::object::{Header, Kind, Own, OwnedCell, P, Ref, alloc};
use crate::protocol::compare::hash_identity;
use crate::runtime::{runtime, types};
use crate::slots::{Args, CmpOp};
use crate::types::module::Module;
use crate::types::type_object::TypeObject;
use crate::types::{str, tuple};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::{object_layout, pymethods};

/// `builtin_function_or_method`: a native function, with the module or instance that it is bound to.
#[repr(C)]
pub struct NativeFunction {
    /// The header.
    pub head: Header,
    /// What it does.
    pub def: &'static NativeDef,
    /// `__self__`: the module, the instance, or the class of a static method.
    pub this: OwnedCell,
    /// `__module__`: a str or `None`.
    pub module: OwnedCell,
    /// Weak references to it.
    pub weakrefs: std::cell::Cell<Option<Value>>,
}
object_layout!(NativeFunction, Kind::NativeFunction, container, [this, module]);

impl NativeFunction {
    /// A native function bound to `this`.
    pub fn new(def: &'static NativeDef, this: Option<Ref>, module: Option<Ref>) -> Own<NativeFunction> {
        alloc(NativeFunction {
            head: Header::new(types().builtin_function),
            def,
            this: OwnedCell::new(this),
            module: OwnedCell::new(module),
            weakrefs: std::cell::Cell::new(None),
        })
    }
}

/// `method_descriptor`: a native method in a class dict.
#[repr(C)]
pub struct MethodDescriptor {
    /// The header.
    pub head: Header,
    /// What it does.
    pub def: &'static NativeDef,
    /// `__objclass__`; outlives the descriptor, which is in its dict.
    pub owner: Own<TypeObject>,
}
object_layout!(MethodDescriptor, Kind::MethodDescriptor, container, [owner]);

impl MethodDescriptor {
    /// The descriptor of a method of `owner`.
    pub fn new(def: &'static NativeDef, owner: P<TypeObject>) -> Own<MethodDescriptor> {
        alloc(MethodDescriptor {
            head: Header::new(types().method_descriptor),
            def,
            owner: owner.own_typed(),
        })
    }
}

/// `classmethod_descriptor`: a native class method in a class dict.
#[repr(C)]
pub struct ClassMethodDescriptor {
    /// The header.
    pub head: Header,
    /// What it does; `this` is the class.
    pub def: &'static NativeDef,
    /// `__objclass__`
    pub owner: Own<TypeObject>,
}
object_layout!(ClassMethodDescriptor, Kind::ClassMethodDescriptor, container, [owner]);

impl ClassMethodDescriptor {
    /// The descriptor of a class method of `owner`.
    pub fn new(def: &'static NativeDef, owner: P<TypeObject>) -> Own<ClassMethodDescriptor> {
        alloc(ClassMethodDescriptor {
            head: Header::new(types().classmethod_descriptor),
            def,
            owner: owner.own_typed(),
        })
    }
}

/// `__doc__` of native things: empty is `None`.
pub fn doc_value(doc: &'static str) -> Option<&'static str> {
    (!doc.is_empty()).then_some(doc)
}

/// `<built-in function len>`, `<built-in method append of list object at 0x…>`
pub fn function_repr(f: P<NativeFunction>) -> String {
    match f.this.get() {
        Some(this) if this.downcast::<Module>().is_none() => format!(
            "<built-in method {} of {} object at {:#x}>",
            f.def.name,
            this.class().name(),
            this.bits()
        ),
        _ => format!("<built-in function {}>", f.def.name),
    }
}

#[pymethods]
impl NativeFunction {
    #[slot(call)]
    fn call(v: Value, args: Args<'_>) -> PyResult {
        match v.downcast::<NativeFunction>() {
            Some(f) => (f.def.call)(f.this.or_none(), args),
            None => crate::raise!(TypeError, "expected a native function"),
        }
    }
    #[slot(repr)]
    fn repr(f: P<NativeFunction>) -> PyResult {
        Ok(function_repr(f).as_str().into())
    }
    #[slot(compare)]
    fn compare(f: P<NativeFunction>, other: Value, op: CmpOp) -> PyResult {
        let Some(g) = other.downcast::<NativeFunction>().filter(|_| matches!(op, CmpOp::Eq | CmpOp::Ne))
        else {
            return Ok(NOT_IMPLEMENTED.own());
        };
        let same = std::ptr::eq(f.def, g.def) && f.this.or_none().is(g.this.or_none());
        Ok(Value::bool(same == (op == CmpOp::Eq)).own())
    }
    #[slot(hash)]
    fn hash(f: P<NativeFunction>) -> PyResult<i64> {
        let this = hash_identity(f.this.or_none())?;
        Ok(this ^ (std::ptr::from_ref(f.def) as i64).rotate_right(4))
    }
    #[getter]
    fn __name__(f: P<NativeFunction>) -> &'static str {
        f.def.name
    }
    #[getter]
    fn __qualname__(f: P<NativeFunction>) -> String {
        match f.this.get() {
            Some(this) if this.downcast::<Module>().is_none() => {
                let class = this.downcast::<TypeObject>().unwrap_or_else(|| this.class());
                format!("{}.{}", class.qualified_name(), f.def.name)
            }
            _ => f.def.name.to_owned(),
        }
    }
    #[getter]
    fn __doc__(f: P<NativeFunction>) -> Option<&'static str> {
        doc_value(f.def.doc)
    }
    #[getter]
    fn __text_signature__(f: P<NativeFunction>) -> Option<&'static str> {
        doc_value(f.def.signature)
    }
    #[getter]
    fn __self__(f: P<NativeFunction>) -> Option<Value> {
        f.this.get()
    }
    #[getter]
    fn __module__(f: P<NativeFunction>) -> Option<Value> {
        f.module.get()
    }
    #[method("(self, /)")]
    fn __reduce__(f: P<NativeFunction>) -> PyResult {
        match f.this.get() {
            Some(this) if this.downcast::<Module>().is_none() => {
                let getattr = runtime().builtins().get_text("getattr").unwrap_or(NONE).own();
                let args = [this, str::new(f.def.name).p().value()].map(Value::own);
                Ok(tuple::from_refs(vec![getattr, tuple::from_refs(args.into()).erase()]).erase())
            }
            _ => Ok(f.def.name.into()),
        }
    }
}

/// Check the receiver of a method descriptor.
fn check_receiver(def: &NativeDef, owner: P<TypeObject>, args: Args<'_>) -> PyResult<Value> {
    match args.pos().first() {
        Some(&this) if this.is_instance_of(owner) => Ok(this),
        Some(&this) => not_for(def, owner, this),
        None => crate::raise!(TypeError, "unbound method {}.{}() needs an argument", owner.name(), def.name),
    }
}

#[cold]
fn not_for<T>(def: &NativeDef, owner: P<TypeObject>, this: Value) -> PyResult<T> {
    crate::raise!(
        TypeError,
        "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
        def.name,
        owner.name(),
        this.class().name()
    )
}

#[pymethods]
impl MethodDescriptor {
    #[slot(call)]
    fn call(v: Value, args: Args<'_>) -> PyResult {
        let Some(d) = v.downcast::<MethodDescriptor>() else {
            return crate::raise!(TypeError, "expected a method descriptor");
        };
        let this = check_receiver(d.def, d.owner.p(), args)?;
        (d.def.call)(this, Args { values: &args.values[1..], names: args.names })
    }
    #[slot(descr_get)]
    fn get(d: P<MethodDescriptor>, object: Option<Value>, _owner: P<TypeObject>) -> PyResult {
        match object {
            None => Ok(d.own()),
            Some(o) if !o.is_instance_of(d.owner.p()) => not_for(d.def, d.owner.p(), o),
            Some(o) => Ok(NativeFunction::new(d.def, Some(o.own()), None).erase()),
        }
    }
    #[slot(repr)]
    fn repr(d: P<MethodDescriptor>) -> PyResult {
        Ok(method_repr(d.owner.p(), d.def.name))
    }
    #[getter]
    fn __name__(d: P<MethodDescriptor>) -> &'static str {
        d.def.name
    }
    #[getter]
    fn __qualname__(d: P<MethodDescriptor>) -> String {
        format!("{}.{}", d.owner.qualified_name(), d.def.name)
    }
    #[getter]
    fn __objclass__(d: P<MethodDescriptor>) -> P<TypeObject> {
        d.owner.p()
    }
    #[getter]
    fn __doc__(d: P<MethodDescriptor>) -> Option<&'static str> {
        doc_value(d.def.doc)
    }
    #[getter]
    fn __text_signature__(d: P<MethodDescriptor>) -> Option<&'static str> {
        doc_value(d.def.signature)
    }
    #[method("(self, /)")]
    fn __reduce__(d: P<MethodDescriptor>) -> PyResult {
        reduce_descriptor(d.owner.p(), d.def.name)
    }
}

/// The `repr` of a class's native method.
fn method_repr(owner: P<TypeObject>, name: &str) -> Ref {
    let owner = crate::protocol::type_attr::full_name(owner);
    format!("<method '{name}' of '{owner}' objects>").as_str().into()
}

/// `(getattr, (class, name))`
pub(super) fn reduce_descriptor(owner: P<TypeObject>, name: &str) -> PyResult {
    let getattr = runtime().builtins().get_text("getattr").unwrap_or(NONE).own();
    let args = tuple::from_refs(vec![owner.own(), name.into()]);
    Ok(tuple::from_refs(vec![getattr, args.erase()]).erase())
}

#[pymethods]
impl ClassMethodDescriptor {
    #[slot(call)]
    fn call(v: Value, args: Args<'_>) -> PyResult {
        let Some(d) = v.downcast::<ClassMethodDescriptor>() else {
            return crate::raise!(TypeError, "expected a class method descriptor");
        };
        let (name, owner) = (d.def.name, d.owner.name());
        let Some(&this) = args.pos().first() else {
            return crate::raise!(TypeError, "unbound method {owner}.{name}() needs an argument");
        };
        let Some(class) = this.downcast::<TypeObject>() else {
            let got = this.class().name();
            return crate::raise!(
                TypeError,
                "descriptor '{name}' requires a type but received a '{got}' instance"
            );
        };
        if !class.is_subtype(d.owner.p()) {
            let got = class.name();
            return crate::raise!(
                TypeError,
                "descriptor '{name}' requires a subtype of '{owner}' but received '{got}'"
            );
        }
        (d.def.call)(this, Args { values: &args.values[1..], names: args.names })
    }
    #[slot(descr_get)]
    fn get(d: P<ClassMethodDescriptor>, _object: Option<Value>, owner: P<TypeObject>) -> PyResult {
        if !owner.is_subtype(d.owner.p()) {
            return crate::raise!(
                TypeError,
                "descriptor '{}' requires a subtype of '{}' but received '{}'",
                d.def.name,
                d.owner.name(),
                owner.name()
            );
        }
        Ok(NativeFunction::new(d.def, Some(owner.own()), None).erase())
    }
    #[slot(repr)]
    fn repr(d: P<ClassMethodDescriptor>) -> PyResult {
        Ok(method_repr(d.owner.p(), d.def.name))
    }
    #[getter]
    fn __name__(d: P<ClassMethodDescriptor>) -> &'static str {
        d.def.name
    }
    #[getter]
    fn __qualname__(d: P<ClassMethodDescriptor>) -> String {
        format!("{}.{}", d.owner.qualified_name(), d.def.name)
    }
    #[getter]
    fn __objclass__(d: P<ClassMethodDescriptor>) -> P<TypeObject> {
        d.owner.p()
    }
    #[getter]
    fn __doc__(d: P<ClassMethodDescriptor>) -> Option<&'static str> {
        doc_value(d.def.doc)
    }
    #[getter]
    fn __text_signature__(d: P<ClassMethodDescriptor>) -> Option<&'static str> {
        doc_value(d.def.signature)
    }
}
