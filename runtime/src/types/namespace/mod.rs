//! `types.SimpleNamespace`.

use crate::error::PyResult;
use crate::object::{Header, Kind, Own, OwnedCell, P, alloc_in};
use crate::protocol::compare::rich_compare;
use crate::protocol::repr::{guarded, repr_text};
use crate::runtime::types;
use crate::slots::{Args, CmpOp};
use crate::types::dict::{self, Dict};
use crate::types::tuple;
use crate::types::type_object::TypeObject;
use crate::value::{NOT_IMPLEMENTED, Value};
use crate::{object_layout, pymethods};

/// A namespace: nothing but a dict.
#[repr(C)]
pub struct Namespace {
    /// The header.
    pub head: Header,
    /// `__dict__`; always set.
    pub dict: OwnedCell,
}
object_layout!(Namespace, Kind::Namespace, container, [dict]);

/// A namespace with these attributes.
pub fn new(attributes: &[(&str, Value)]) -> Own<Namespace> {
    let n = in_class(types().namespace);
    for (name, v) in attributes {
        n.dict().insert_text(name, v.own());
    }
    n
}

fn in_class(class: P<TypeObject>) -> Own<Namespace> {
    let dict = OwnedCell::new(Some(dict::new().erase()));
    alloc_in(class, Namespace { head: Header::new(class), dict })
}

impl Namespace {
    /// The attributes.
    pub fn dict(&self) -> P<Dict> {
        match self.dict.get().and_then(Value::downcast::<Dict>) {
            Some(d) => d,
            None => unreachable!("a namespace always has its dict"),
        }
    }
}

#[pymethods]
impl Namespace {
    #[slot(new)]
    fn make(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        Ok(in_class(class).erase())
    }
    #[slot(init)]
    fn init(n: P<Namespace>, args: Args<'_>) -> PyResult<()> {
        let d = n.dict();
        match args.pos() {
            [] => {}
            &[from] => {
                let copy = dict::new();
                dict::update(copy.p(), from)?;
                for i in 0..copy.places() {
                    let Some((k, v)) = copy.entry(i) else { continue };
                    if k.as_str().is_none() {
                        return crate::raise!(TypeError, "keywords must be strings");
                    }
                    d.insert(k, v.own())?;
                }
            }
            more => {
                let name = n.head.class.get().name();
                return crate::raise!(TypeError, "{name} expected at most 1 argument, got {}", more.len());
            }
        }
        for (k, v) in args.keywords() {
            d.insert(k, v.own())?;
        }
        Ok(())
    }
    #[slot(repr)]
    fn repr(n: P<Namespace>) -> PyResult {
        let class = n.head.class.get();
        let name = if class == types().namespace { "namespace".to_owned() } else { class.name() };
        let items = guarded(n.value(), || {
            let mut parts = Vec::new();
            for (k, v) in n.dict().copy().iter() {
                if let Some(key) = k.as_str().filter(|s| !s.is_empty()) {
                    parts.push(format!("{}={}", key.to_lossy(), repr_text(v)?));
                }
            }
            Ok(parts.join(", "))
        })?;
        Ok(format!("{name}({})", items.as_deref().unwrap_or("...")).as_str().into())
    }
    #[slot(compare)]
    fn compare(n: P<Namespace>, other: Value, op: CmpOp) -> PyResult {
        match other.downcast::<Namespace>() {
            Some(o) => rich_compare(n.dict().value(), o.dict().value(), op),
            None => Ok(NOT_IMPLEMENTED.own()),
        }
    }
    #[method("(self, /)")]
    fn __reduce__(n: P<Namespace>) -> PyResult {
        let class = n.head.class.get().own();
        Ok(tuple::from_refs(vec![class, tuple::empty().erase(), n.dict().own()]).erase())
    }
    #[method("(self, /, **changes)")]
    fn __replace__(n: P<Namespace>, changes: crate::native::Kwargs) -> PyResult {
        let copy = crate::protocol::call::call0(n.head.class.get().value())?;
        let Some(c) = copy.downcast::<Namespace>() else {
            let (want, got) = (n.head.class.get().name(), copy.class().name());
            return crate::raise!(TypeError, "expect {want} type, but {got}() returned '{got}' object");
        };
        for (k, v) in n.dict().iter() {
            c.dict().insert(k, v.own())?;
        }
        for (k, v) in changes.pairs {
            c.dict().insert(k, v.own())?;
        }
        Ok(copy)
    }
}
