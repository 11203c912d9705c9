//! `mappingproxy`: a read-only view of a mapping.

use crate::error::PyResult;
use crate::names::names;
use crate::object::{Header, Kind, Own, P, Ref, alloc};
use crate::protocol::call::{call_method, call_method_text};
use crate::protocol::compare::{hash, rich_compare};
use crate::protocol::repr::repr_text;
use crate::protocol::{iter, mapping, number};
use crate::runtime::types;
use crate::slots::{Args, CmpOp};
use crate::types::type_object::TypeObject;
use crate::types::{list, str, tuple};
use crate::value::{NONE, Value};
use crate::{object_layout, pymethods};

/// The view.
#[repr(C)]
pub struct MappingProxy {
    /// The header.
    pub head: Header,
    /// The mapping.
    pub mapping: Ref,
}
object_layout!(MappingProxy, Kind::MappingProxy, container, [mapping]);

/// A view of `mapping`, which must be one (and no list or tuple).
pub fn new(mapping: Value) -> PyResult<Own<MappingProxy>> {
    let is_sequence =
        mapping.downcast::<list::List>().is_some() || mapping.downcast::<tuple::Tuple>().is_some();
    if is_sequence || mapping.class().slots.getitem.get().is_none() {
        return crate::raise!(
            TypeError,
            "mappingproxy() argument must be a mapping, not {}",
            mapping.class().name()
        );
    }
    Ok(alloc(MappingProxy { head: Header::new(types().mappingproxy), mapping: mapping.own() }))
}

/// The mapping behind a view; other values are themselves.
fn unwrap(v: Value) -> Value {
    v.downcast::<MappingProxy>().map_or(v, |p| *p.mapping)
}

#[pymethods]
impl MappingProxy {
    #[slot(new)]
    fn make(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        match (args.pos(), args.keywords().next()) {
            (&[m], None) => new(m).map(Ref::from),
            (&[], Some((k, m))) if k.as_str().is_some_and(|k| k.is_str("mapping")) => new(m).map(Ref::from),
            (&[], _) => {
                crate::raise!(TypeError, "mappingproxy() missing required argument 'mapping' (pos 1)")
            }
            (all, _) => {
                crate::raise!(TypeError, "mappingproxy() takes exactly 1 argument ({} given)", all.len())
            }
        }
    }
    #[slot(getitem)]
    fn getitem(p: P<MappingProxy>, key: Value) -> PyResult {
        mapping::getitem(*p.mapping, key)
    }
    #[slot(contains)]
    fn contains(p: P<MappingProxy>, key: Value) -> PyResult<bool> {
        mapping::contains(*p.mapping, key)
    }
    #[slot(len)]
    fn len(p: P<MappingProxy>) -> PyResult<usize> {
        mapping::len(*p.mapping)
    }
    #[slot(iter)]
    fn iter(p: P<MappingProxy>) -> PyResult {
        iter::iter(*p.mapping)
    }
    #[slot(compare)]
    fn compare(p: P<MappingProxy>, other: Value, op: CmpOp) -> PyResult {
        rich_compare(*p.mapping, unwrap(other), op)
    }
    #[slot(hash)]
    fn hash(p: P<MappingProxy>) -> PyResult<i64> {
        hash(*p.mapping)
    }
    #[slot(or)]
    fn or(a: Value, b: Value) -> PyResult {
        number::or(unwrap(a), unwrap(b))
    }
    #[slot(ior)]
    fn ior(p: P<MappingProxy>, _other: Value) -> PyResult {
        crate::raise!(TypeError, "'|=' is not supported by {}; use '|' instead", p.head.class.get().name())
    }
    #[slot(repr)]
    fn repr(p: P<MappingProxy>) -> PyResult {
        Ok(str::new(&format!("mappingproxy({})", repr_text(*p.mapping)?)).erase())
    }
    #[slot(str)]
    fn str(p: P<MappingProxy>) -> PyResult {
        crate::protocol::repr::str(*p.mapping).map(Ref::from)
    }
    /// Return the value for key if key is in the mapping, else default.
    #[method("($self, key, default=None, /)")]
    fn get(p: P<MappingProxy>, key: Value, default: Option<Value>) -> PyResult {
        call_method_text(*p.mapping, "get", &[key, default.unwrap_or(NONE)])
    }
    /// a set-like object providing a view on D's keys
    #[method("($self, /)")]
    fn keys(p: P<MappingProxy>) -> PyResult {
        call_method(*p.mapping, names().keys, &[])
    }
    /// an object providing a view on D's values
    #[method("($self, /)")]
    fn values(p: P<MappingProxy>) -> PyResult {
        call_method(*p.mapping, names().values, &[])
    }
    /// a set-like object providing a view on D's items
    #[method("($self, /)")]
    fn items(p: P<MappingProxy>) -> PyResult {
        call_method(*p.mapping, names().items, &[])
    }
    /// a shallow copy of D
    #[method("($self, /)")]
    fn copy(p: P<MappingProxy>) -> PyResult {
        call_method_text(*p.mapping, "copy", &[])
    }
    /// Return a reverse iterator over the dict keys.
    #[method("($self, /)")]
    fn __reversed__(p: P<MappingProxy>) -> PyResult {
        call_method(*p.mapping, names().__reversed__, &[])
    }
    /// See PEP 585
    #[classmethod("($cls, object, /)")]
    fn __class_getitem__(class: Value, item: Value) -> PyResult {
        crate::types::generic_alias::new(class, item)
    }
}
