//! `_tuplegetter`: the attributes of named tuples.

use crate::construct::arguments;
use crate::constructor;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::slots::Args;
use taipan_runtime::types::tuple::{self, Tuple};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{int, str};
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, raise};

/// Reads item `index` of a tuple.
#[repr(C)]
pub struct TupleGetter {
    head: Header,
    index: usize,
    doc: OwnedCell,
}
object_layout!(TupleGetter, Kind::Native, container, [doc]);

static TUPLEGETTER: NativeDef = constructor!("_tuplegetter", PositionalOnly index, PositionalOnly doc);

#[taipan_runtime::pymethods]
impl TupleGetter {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([index, doc], _) = arguments::<2>(&TUPLEGETTER, class, args)?;
        let index = taipan_runtime::protocol::index::to_i64(index.unwrap_or(NONE))?;
        let Ok(index) = usize::try_from(index) else {
            return raise!(ValueError, "index must not be negative");
        };
        let doc = OwnedCell::new(doc.map(|v| v.own()));
        Ok(alloc_in(class, TupleGetter { head: Header::new(class), index, doc }).erase())
    }
    #[slot(descr_get)]
    fn get(this: P<TupleGetter>, instance: Option<Value>, _owner: P<TypeObject>) -> PyResult {
        let Some(v) = instance.filter(|v| !v.is_none()) else { return Ok(this.own()) };
        let i = this.index;
        let Some(t) = v.downcast::<Tuple>() else {
            let got = v.class().name();
            return raise!(
                TypeError,
                "descriptor for index '{i}' for tuple subclasses doesn't apply to '{got}' object"
            );
        };
        match t.items().get(i) {
            Some(item) => Ok(item.own()),
            None => raise!(IndexError, "tuple index out of range"),
        }
    }
    #[slot(descr_set)]
    fn set(_this: P<TupleGetter>, _instance: Value, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(_) => raise!(AttributeError, "can't set attribute"),
            None => raise!(AttributeError, "can't delete attribute"),
        }
    }
    #[slot(repr)]
    fn repr(this: P<TupleGetter>) -> PyResult {
        let doc = taipan_runtime::protocol::repr::repr_text(this.doc.or_none())?;
        let name = this.head.class.get().name();
        Ok(str::new(&format!("{name}({}, {doc})", this.index)).erase())
    }
    #[method("(self, /)", name = "__reduce__")]
    fn reduce(this: P<TupleGetter>) -> Ref {
        let index = int::new(this.index as i64);
        let args = tuple::from_refs(vec![index, this.doc.or_none().own()]).erase();
        tuple::from_refs(vec![this.head.class.get().own(), args]).erase()
    }
    #[getter(name = "__doc__")]
    fn doc(this: P<TupleGetter>) -> Value {
        this.doc.or_none()
    }
    #[setter(name = "__doc__")]
    fn set_doc(this: P<TupleGetter>, value: Option<Value>) -> PyResult<()> {
        this.doc.set(value.map(|v| v.own()));
        Ok(())
    }
}
