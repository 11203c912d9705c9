//! `wrapper_descriptor` and `method-wrapper`: native slots as methods.

use crate::error::PyResult;
use crate::object::{Header, Kind, Own, P, Ref, alloc};
use crate::protocol::compare::hash_identity;
use crate::protocol::slot_table::{SlotFn, Wrap, check_count};
use crate::runtime::{runtime, types};
use crate::slots::{Args, CmpOp};
use crate::types::str::Str;
use crate::types::type_object::TypeObject;
use crate::types::{int, tuple};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::{object_layout, pymethods};

/// `wrapper_descriptor`
#[repr(C)]
pub struct SlotWrapper {
    /// The header.
    pub head: Header,
    /// `__objclass__`
    pub owner: Own<TypeObject>,
    /// `__name__`, interned.
    pub name: P<Str>,
    /// The slot.
    pub function: SlotFn,
    /// How to call it.
    pub wrap: Wrap,
    /// Which of the slot's methods this is (reflected, deleting, a comparison).
    pub part: usize,
}
object_layout!(SlotWrapper, Kind::SlotWrapper, container, [owner]);

/// `method-wrapper`: a wrapper with its instance.
#[repr(C)]
pub struct MethodWrapper {
    /// The header.
    pub head: Header,
    /// The wrapper.
    pub wrapper: Own<SlotWrapper>,
    /// `__self__`
    pub this: Ref,
}
object_layout!(MethodWrapper, Kind::MethodWrapper, container, [wrapper, this]);

impl SlotWrapper {
    /// The method `name` of `owner`, from its slot.
    pub fn new(
        owner: P<TypeObject>,
        name: P<Str>,
        function: SlotFn,
        wrap: Wrap,
        part: usize,
    ) -> Own<SlotWrapper> {
        let head = Header::new(types().wrapper_descriptor);
        alloc(SlotWrapper { head, owner: owner.own_typed(), name, function, wrap, part })
    }

    /// Call the slot on `this`, which is an instance of the owner.
    pub fn call(&self, this: Value, args: Args<'_>) -> PyResult {
        if !args.names.is_empty() && !matches!(self.wrap, Wrap::call | Wrap::init) {
            return crate::raise!(TypeError, "wrapper {}() takes no keyword arguments", self.name.to_lossy());
        }
        let a = args.values;
        let (min, max) = self.arity();
        check_count(a, min, max)?;
        let optional = |i: usize| a.get(i).copied().unwrap_or(NONE);
        match self.function {
            SlotFn::Unary(f) => f(this),
            SlotFn::Binary(f) if self.part == 1 => f(a[0], this),
            SlotFn::Binary(f) => f(this, a[0]),
            SlotFn::Ternary(f) if self.part == 1 => f(a[0], this, optional(1)),
            SlotFn::Ternary(f) => f(this, a[0], optional(1)),
            SlotFn::Inquiry(f) => f(this).map(|b| Ref::from_raw(Value::bool(b))),
            SlotFn::LenFn(f) => f(this).map(|n| int::new(n as i64)),
            SlotFn::HashFn(f) => f(this).map(int::new),
            SlotFn::CompareFn(f) => f(this, a[0], CmpOp::ALL[self.part]),
            SlotFn::NextFn(f) => match f(this)? {
                Some(v) => Ok(v),
                None => crate::raise!(StopIteration),
            },
            SlotFn::StoreItemFn(f) => f(this, a[0], a.get(1).copied()).map(none),
            SlotFn::ContainsFn(f) => f(this, a[0]).map(|b| Ref::from_raw(Value::bool(b))),
            SlotFn::RepeatFn(f) => {
                f(this, crate::protocol::index::index_size(a[0], crate::error::Exc::OverflowError)?)
            }
            SlotFn::GetAttrFn(f) => f(this, attribute_name(a[0])?),
            SlotFn::SetAttrFn(f) => {
                self.check_setattr(this)?;
                f(this, attribute_name(a[0])?, a.get(1).copied()).map(none)
            }
            SlotFn::CallFn(f) => f(this, args),
            SlotFn::InitFn(f) => f(this, args).map(none),
            SlotFn::DescrGetFn(f) => descr_get(f, this, optional(0), optional(1)),
            SlotFn::DescrSetFn(f) => f(this, a[0], a.get(1).copied()).map(none),
            SlotFn::FinalizeFn(f) => {
                f(this);
                Ok(Ref::from_raw(NONE))
            }
            SlotFn::NewFn(_) => crate::raise!(TypeError, "__new__ has no wrapper"),
        }
    }

    /// The least and the most arguments.
    fn arity(&self) -> (usize, usize) {
        match self.wrap {
            Wrap::unary | Wrap::hash | Wrap::next | Wrap::inquiry | Wrap::len | Wrap::finalize => (0, 0),
            Wrap::getattr | Wrap::compare | Wrap::binary | Wrap::inplace | Wrap::getitem => (1, 1),
            Wrap::contains | Wrap::sequence => (1, 1),
            Wrap::setattr | Wrap::setitem | Wrap::descr_set => (2 - self.part, 2 - self.part),
            Wrap::descr_get | Wrap::power => (1, 2),
            Wrap::call | Wrap::init | Wrap::new => (0, usize::MAX),
        }
    }

    /// `object.__setattr__(cls, …)` must not get round the checks of a more derived native type.
    fn check_setattr(&self, this: Value) -> PyResult<()> {
        let SlotFn::SetAttrFn(own) = self.function else { return Ok(()) };
        let class = this.class();
        let native = class.mro.borrow().iter().copied().find(|c| !c.is_heap());
        let native = native.and_then(|c| c.slots.setattr.get());
        if native.is_some_and(|f| f as usize != own as usize) {
            let name = self.name.to_lossy();
            return crate::raise!(TypeError, "can't apply this {name} to {} object", this.class().name());
        }
        Ok(())
    }
}

fn none(_: ()) -> Ref {
    Ref::from_raw(NONE)
}

fn descr_get(f: crate::slots::DescrGetFn, this: Value, object: Value, owner: Value) -> PyResult {
    let object = (!object.is_none()).then_some(object);
    let owner = match (owner.downcast::<TypeObject>(), object) {
        (Some(t), _) => t,
        (None, Some(o)) => o.class(),
        (None, None) => return crate::raise!(TypeError, "__get__(None, None) is invalid"),
    };
    f(this, object, owner)
}

/// An attribute's name, interned.
pub fn attribute_name(v: Value) -> PyResult<P<Str>> {
    match v.as_str() {
        Some(s) => Ok(crate::protocol::repr::intern_name(s)),
        None => crate::raise!(TypeError, "attribute name must be string, not '{}'", v.class().name()),
    }
}

#[pymethods]
impl SlotWrapper {
    #[slot(call)]
    fn call_unbound(w: P<SlotWrapper>, args: Args<'_>) -> PyResult {
        let (name, owner) = (w.name, w.owner.p());
        let Some(&this) = args.pos().first() else {
            return crate::raise!(
                TypeError,
                "descriptor '{}' of '{}' object needs an argument",
                name.to_lossy(),
                owner.name()
            );
        };
        if !this.is_instance_of(owner) {
            return crate::raise!(
                TypeError,
                "descriptor '{}' requires a '{}' object but received a '{}'",
                name.to_lossy(),
                owner.name(),
                this.class().name()
            );
        }
        let keep = w.own_typed();
        keep.call(this, Args { values: &args.values[1..], names: args.names })
    }
    #[slot(descr_get)]
    fn get(w: P<SlotWrapper>, object: Option<Value>, _owner: P<TypeObject>) -> PyResult {
        let Some(object) = object else { return Ok(w.own()) };
        if !object.is_instance_of(w.owner.p()) {
            return crate::raise!(
                TypeError,
                "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                w.name.to_lossy(),
                w.owner.name(),
                object.class().name()
            );
        }
        let head = Header::new(types().method_wrapper);
        Ok(alloc(MethodWrapper { head, wrapper: w.own_typed(), this: object.own() }).erase())
    }
    #[slot(repr)]
    fn repr(w: P<SlotWrapper>) -> PyResult {
        Ok(format!(
            "<slot wrapper '{}' of '{}' objects>",
            w.name.to_lossy(),
            crate::protocol::type_attr::full_name(w.owner.p())
        )
        .as_str()
        .into())
    }
    #[getter]
    fn __name__(w: P<SlotWrapper>) -> P<Str> {
        w.name
    }
    #[getter]
    fn __qualname__(w: P<SlotWrapper>) -> String {
        format!("{}.{}", w.owner.qualified_name(), w.name.to_lossy())
    }
    #[getter]
    fn __objclass__(w: P<SlotWrapper>) -> P<TypeObject> {
        w.owner.p()
    }
    #[getter]
    fn __doc__(w: P<SlotWrapper>) -> Option<&'static str> {
        w.wrap.doc()
    }
    #[getter]
    fn __text_signature__(w: P<SlotWrapper>) -> Option<&'static str> {
        Some(w.wrap.signature())
    }
    #[method("(self, /)")]
    fn __reduce__(w: P<SlotWrapper>) -> PyResult {
        super::native_function::reduce_descriptor(w.owner.p(), &w.name.to_lossy())
    }
}

#[pymethods]
impl MethodWrapper {
    #[slot(call)]
    fn call(m: P<MethodWrapper>, args: Args<'_>) -> PyResult {
        let keep = m.own_typed();
        keep.wrapper.call(*keep.this, args)
    }
    #[slot(repr)]
    fn repr(m: P<MethodWrapper>) -> PyResult {
        let (name, class) = (m.wrapper.name.to_lossy(), m.this.class().name());
        let address = m.this.bits();
        Ok(format!("<method-wrapper '{name}' of {class} object at {address:#x}>").as_str().into())
    }
    #[slot(compare)]
    fn compare(m: P<MethodWrapper>, other: Value, op: CmpOp) -> PyResult {
        let Some(o) = other.downcast::<MethodWrapper>().filter(|_| matches!(op, CmpOp::Eq | CmpOp::Ne))
        else {
            return Ok(NOT_IMPLEMENTED.own());
        };
        let same = m.wrapper.p() == o.wrapper.p() && m.this.is(*o.this);
        Ok(Value::bool(same == (op == CmpOp::Eq)).own())
    }
    #[slot(hash)]
    fn hash(m: P<MethodWrapper>) -> PyResult<i64> {
        Ok(hash_identity(*m.this)? ^ hash_identity(m.wrapper.p().value())?)
    }
    #[getter]
    fn __name__(m: P<MethodWrapper>) -> P<Str> {
        m.wrapper.name
    }
    #[getter]
    fn __qualname__(m: P<MethodWrapper>) -> String {
        format!("{}.{}", m.wrapper.owner.qualified_name(), m.wrapper.name.to_lossy())
    }
    #[getter]
    fn __self__(m: P<MethodWrapper>) -> Value {
        *m.this
    }
    #[getter]
    fn __objclass__(m: P<MethodWrapper>) -> P<TypeObject> {
        m.wrapper.owner.p()
    }
    #[getter]
    fn __doc__(m: P<MethodWrapper>) -> Option<&'static str> {
        m.wrapper.wrap.doc()
    }
    #[getter]
    fn __text_signature__(m: P<MethodWrapper>) -> Option<&'static str> {
        Some(m.wrapper.wrap.signature())
    }
    #[method("(self, /)")]
    fn __reduce__(m: P<MethodWrapper>) -> PyResult {
        let getattr = runtime().builtins().get_text("getattr").unwrap_or(NONE).own();
        let args = tuple::from_refs(vec![m.this.clone(), m.wrapper.name.own()]);
        Ok(tuple::from_refs(vec![getattr, args.erase()]).erase())
    }
}

/// `__new__` of native types.
pub mod new_wrapper {
    use super::*;
    use crate::native::NativeDef;

    /// The function; its `__self__` is the class.
    pub static DEF: NativeDef = NativeDef {
        name: "__new__",
        signature: "($type, *args, **kwargs)",
        doc: "Create and return a new object.  See help(type) for accurate signature.",
        params: &[],
        var_args: true,
        var_kwargs: true,
        intrinsic: crate::sem::intrinsics::Mark::none(),
        numeric: std::sync::OnceLock::new(),
        call: call_new,
    };

    fn call_new(this: Value, args: Args<'_>) -> PyResult {
        let Some(owner) = this.downcast::<TypeObject>() else {
            return crate::raise!(SystemError, "__new__() called with non-type 'self'");
        };
        let name = owner.name();
        let Some(&first) = args.pos().first() else {
            return crate::raise!(TypeError, "{name}.__new__(): not enough arguments");
        };
        let Some(class) = first.downcast::<TypeObject>() else {
            let got = first.class().name();
            return crate::raise!(TypeError, "{name}.__new__(X): X is not a type object ({got})");
        };
        let sub = class.name();
        if !class.is_subtype(owner) {
            return crate::raise!(TypeError, "{name}.__new__({sub}): {sub} is not a subtype of {name}");
        }
        // The most derived native class must be made by its own `__new__`.
        let native = class.mro.borrow().iter().copied().find(|c| !c.is_heap()).unwrap_or(owner);
        let (own, theirs) = (owner.slots.new.get(), native.slots.new.get());
        if own.map(|f| f as usize) != theirs.map(|f| f as usize) {
            let native = native.name();
            return crate::raise!(TypeError, "{name}.__new__({sub}) is not safe, use {native}.__new__()");
        }
        match own {
            Some(new) => new(class, Args { values: &args.values[1..], names: args.names }),
            None => crate::raise!(TypeError, "cannot create '{sub}' instances"),
        }
    }
}
