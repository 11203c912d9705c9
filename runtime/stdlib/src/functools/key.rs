//! `cmp_to_key`

use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::protocol::call::call2;
use taipan_runtime::protocol::compare::{hash_not_implemented, rich_compare};
use taipan_runtime::slots::{Args, CmpOp};
use taipan_runtime::types::int;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, raise};

/// A value that compares by a function; without a value, what makes such values.
#[repr(C)]
pub struct KeyWrapper {
    head: Header,
    compare: Ref,
    object: OwnedCell,
}
object_layout!(KeyWrapper, Kind::Native, container, [compare, object]);

impl KeyWrapper {
    /// For this comparison function, around a value.
    pub fn new(class: P<TypeObject>, compare: Value, object: Option<Value>) -> KeyWrapper {
        let object = OwnedCell::new(object.map(|v| v.own()));
        KeyWrapper { head: Header::new(class), compare: compare.own(), object }
    }
}

#[taipan_runtime::pymethods]
impl KeyWrapper {
    #[slot(call)]
    fn call(this: P<KeyWrapper>, args: Args<'_>) -> PyResult {
        let object = match (args.pos(), args.names) {
            (&[v], []) => v,
            ([], &[name]) if name.as_str().is_some_and(|s| s.is_str("obj")) => args.values[0],
            ([], []) => return raise!(TypeError, "K() missing required argument 'obj' (pos 1)"),
            _ => return raise!(TypeError, "K() takes at most 1 argument ({} given)", args.values.len()),
        };
        let class = this.head.class.get();
        Ok(alloc_in(class, KeyWrapper::new(class, this.compare.value(), Some(object))).erase())
    }
    #[slot(compare)]
    fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
        let (Some(x), Some(y)) = (a.downcast::<KeyWrapper>(), b.downcast::<KeyWrapper>()) else {
            return raise!(TypeError, "other argument must be K instance");
        };
        let (Some(p), Some(q)) = (x.object.get(), y.object.get()) else {
            return raise!(AttributeError, "object");
        };
        let (p, q) = (p.own(), q.own());
        let r = call2(x.compare.value(), p.value(), q.value())?;
        let zero = int::new(0);
        rich_compare(r.value(), zero.value(), op)
    }
    #[slot(hash)]
    fn hash(this: Value) -> PyResult<i64> {
        hash_not_implemented(this)
    }
    /// Value wrapped by a key function.
    #[getter]
    fn obj(this: P<KeyWrapper>) -> Value {
        this.object.or_none()
    }
    #[setter]
    fn set_obj(this: P<KeyWrapper>, value: Option<Value>) -> PyResult<()> {
        this.object.set(value.map(|v| v.own()));
        Ok(())
    }
}
