//! `method`: a function with its first argument.

use crate::error::PyResult;
use crate::names::names;
use crate::object::{Header, Kind, Own, P, Ref, alloc};
use crate::protocol::call::call_prepend;
use crate::protocol::compare::{equal, hash, hash_identity};
use crate::protocol::repr::repr_text;
use crate::protocol::{attr, type_attr};
use crate::runtime::{runtime, types};
use crate::slots::{Args, CmpOp};
use crate::types::str::Str;
use crate::types::tuple;
use crate::types::type_object::TypeObject;
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::{object_layout, pymethods};
use std::cell::Cell;

/// A bound method.
#[repr(C)]
pub struct BoundMethod {
    /// The header.
    pub head: Header,
    /// `__func__`
    pub func: Ref,
    /// `__self__`
    pub this: Ref,
    /// Weak references to it.
    pub weakrefs: Cell<Option<Value>>,
}
object_layout!(BoundMethod, Kind::BoundMethod, container, [func, this]);

impl BoundMethod {
    /// `func` bound to `this`.
    pub fn new(func: Value, this: Value) -> Own<BoundMethod> {
        alloc(BoundMethod {
            head: Header::new(types().method),
            func: func.own(),
            this: this.own(),
            weakrefs: Cell::new(None),
        })
    }
}

#[pymethods]
impl BoundMethod {
    #[slot(new)]
    fn make(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let &[func, this] = args.pos() else {
            return crate::raise!(TypeError, "method expected 2 arguments, got {}", args.pos().len());
        };
        if func.class().slots.call.get().is_none() {
            return crate::raise!(TypeError, "first argument must be callable");
        }
        if this.is_none() {
            return crate::raise!(TypeError, "instance must not be None");
        }
        Ok(BoundMethod::new(func, this).erase())
    }
    #[slot(call)]
    fn call(v: Value, args: Args<'_>) -> PyResult {
        match v.downcast::<BoundMethod>() {
            Some(m) => {
                let keep = m.own_typed();
                call_prepend(*keep.func, *keep.this, args)
            }
            None => crate::raise!(TypeError, "expected a method"),
        }
    }
    #[slot(getattr)]
    fn getattr(m: P<BoundMethod>, name: P<Str>) -> PyResult {
        // Attributes of the type come first, then the function's.
        if let Some(d) = type_attr::lookup(m.head.class.get(), name) {
            let d = d.own();
            return match d.class().slots.descr_get.get() {
                Some(get) => get(*d, Some(m.value()), m.head.class.get()),
                None => Ok(d),
            };
        }
        attr::getattr(*m.func, name)
    }
    #[slot(repr)]
    fn repr(m: P<BoundMethod>) -> PyResult {
        let n = names();
        let name = match attr::getattr_opt(*m.func, n.__qualname__)? {
            Some(q) => Some(q),
            None => attr::getattr_opt(*m.func, n.__name__)?,
        };
        let name = name.and_then(|q| q.as_str().map(|s| s.to_lossy())).unwrap_or_else(|| "?".to_owned());
        Ok(format!("<bound method {name} of {}>", repr_text(*m.this)?).as_str().into())
    }
    #[slot(compare)]
    fn compare(m: P<BoundMethod>, other: Value, op: CmpOp) -> PyResult {
        let Some(o) = other.downcast::<BoundMethod>().filter(|_| matches!(op, CmpOp::Eq | CmpOp::Ne)) else {
            return Ok(NOT_IMPLEMENTED.own());
        };
        let same = equal(*m.func, *o.func)? && m.this.is(*o.this);
        Ok(Value::bool(same == (op == CmpOp::Eq)).own())
    }
    #[slot(hash)]
    fn hash(m: P<BoundMethod>) -> PyResult<i64> {
        Ok(match hash_identity(*m.this)? ^ hash(*m.func)? {
            -1 => -2,
            h => h,
        })
    }
    #[getter]
    fn __func__(m: P<BoundMethod>) -> Value {
        *m.func
    }
    #[getter]
    fn __self__(m: P<BoundMethod>) -> Value {
        *m.this
    }
    #[getter]
    fn __doc__(m: P<BoundMethod>) -> PyResult<Option<Ref>> {
        attr::getattr_opt(*m.func, names().__doc__)
    }
    #[method("(self, /)")]
    fn __reduce__(m: P<BoundMethod>) -> PyResult {
        let getattr = runtime().builtins().get_text("getattr").unwrap_or(NONE).own();
        let name = attr::getattr(*m.func, names().__name__)?;
        let args = tuple::from_refs(vec![m.this.clone(), name]);
        Ok(tuple::from_refs(vec![getattr, args.erase()]).erase())
    }
}
