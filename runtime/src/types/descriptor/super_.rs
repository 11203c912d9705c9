//! `super`.

use crate::error::PyResult;
use crate::frame;
use crate::names::names;
use crate::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use crate::protocol::attr;
use crate::runtime::types;
use crate::slots::Args;
use crate::types::cell::Cell;
use crate::types::str::Str;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use crate::{object_layout, pymethods};

/// A view of an object's attributes that begins behind a class in the MRO.
#[repr(C)]
pub struct Super {
    /// The header.
    pub head: Header,
    /// `__thisclass__`
    pub class: OwnedCell,
    /// `__self__`, if bound.
    pub this: OwnedCell,
    /// `__self_class__`: the class whose MRO is searched.
    pub this_class: OwnedCell,
}
object_layout!(Super, Kind::Super, container, [class, this, this_class]);

fn as_type(cell: &OwnedCell) -> Option<P<TypeObject>> {
    cell.get().and_then(Value::downcast)
}

/// The class whose MRO `super(class, this)` searches.
fn check(class: P<TypeObject>, this: Value) -> PyResult<P<TypeObject>> {
    if let Some(t) = this.downcast::<TypeObject>()
        && t.is_subtype(class)
    {
        return Ok(t);
    }
    if this.is_instance_of(class) {
        return Ok(this.class());
    }
    let claimed = attr::getattr_opt(this, names().__class__)?;
    if let Some(t) = claimed.and_then(|c| c.downcast::<TypeObject>())
        && t != this.class()
        && t.is_subtype(class)
    {
        return Ok(t);
    }
    let (what, name) = match this.downcast::<TypeObject>() {
        Some(t) => ("type", t.name()),
        None => ("instance of", this.class().name()),
    };
    crate::raise!(
        TypeError,
        "super(type, obj): obj ({what} {name}) is not an instance or subtype of type ({}).",
        class.name()
    )
}

/// The class and the object of `super()` without arguments, from the frame.
fn from_frame() -> PyResult<(P<TypeObject>, Ref)> {
    let Some(f) = frame::current() else { return crate::raise!(RuntimeError, "super(): no current frame") };
    let code = &f.code().code;
    if code.argcount == 0 {
        return crate::raise!(RuntimeError, "super(): no arguments");
    }
    let mut first = f.slot(0);
    if let Some(c) = first.exact::<Cell>()
        && code.localsplus_kinds.first().is_some_and(|k| k.is_cell())
    {
        first = c.value.get();
    }
    if first.is_unbound() {
        return crate::raise!(RuntimeError, "super(): arg[0] deleted");
    }
    let kinds = code.localsplus_kinds.iter();
    let place = code.localsplus_names.iter().zip(kinds).position(|(n, k)| k.is_free() && &**n == "__class__");
    let Some(i) = place else { return crate::raise!(RuntimeError, "super(): __class__ cell not found") };
    let class = f.slot(i).downcast::<Cell>().map(|c| c.value.get());
    let Some(class) = class.filter(|c| !c.is_unbound()) else {
        return crate::raise!(RuntimeError, "super(): empty __class__ cell");
    };
    match class.downcast::<TypeObject>() {
        Some(t) => Ok((t, first.own())),
        None => crate::raise!(RuntimeError, "super(): __class__ is not a type ({})", class.class().name()),
    }
}

/// The attribute behind `class` in the MRO of `owner`; `None` if there is none.
pub fn super_lookup(
    class: P<TypeObject>,
    owner: P<TypeObject>,
    this: Option<Value>,
    name: P<Str>,
) -> PyResult<Option<Ref>> {
    let found = {
        let mro = owner.mro.borrow();
        let at = mro.iter().position(|t| *t == class);
        at.and_then(|at| {
            mro[at + 1..].iter().find_map(|t| {
                let d = t.dict();
                d.place_of(name).map(|i| d.value_at(i).own())
            })
        })
    };
    let Some(found) = found else { return Ok(None) };
    match found.class().slots.descr_get.get() {
        Some(get) => get(*found, this, owner).map(Some),
        None => Ok(Some(found)),
    }
}

#[pymethods]
impl Super {
    #[slot(new)]
    fn make(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        let empty = || OwnedCell::new(None);
        let s = Super { head: Header::new(class), class: empty(), this: empty(), this_class: empty() };
        Ok(alloc_in(class, s).erase())
    }
    #[slot(init)]
    fn init(s: P<Super>, args: Args<'_>) -> PyResult<()> {
        if !args.names.is_empty() {
            return crate::raise!(TypeError, "super() takes no keyword arguments");
        }
        let (class, this) = match *args.pos() {
            [] => {
                let (class, this) = from_frame()?;
                (class, Some(this))
            }
            [class] | [class, _] => {
                let Some(t) = class.downcast::<TypeObject>() else {
                    let got = class.class().name();
                    return crate::raise!(TypeError, "super() argument 1 must be a type, not {got}");
                };
                (t, args.pos().get(1).filter(|v| !v.is_none()).map(|v| v.own()))
            }
            ref all => {
                return crate::raise!(TypeError, "super expected at most 2 arguments, got {}", all.len());
            }
        };
        let owner = match &this {
            Some(this) => Some(check(class, **this)?),
            None => None,
        };
        s.class.set(Some(class.own()));
        s.this.set(this);
        s.this_class.set(owner.map(P::own));
        Ok(())
    }
    #[slot(getattr)]
    fn getattr(s: P<Super>, name: P<Str>) -> PyResult {
        if name != names().__class__
            && let (Some(class), Some(owner), Some(this)) =
                (as_type(&s.class), as_type(&s.this_class), s.this.get())
        {
            let keep = s.own_typed();
            let instance = Some(this).filter(|t| !t.is(owner.value()));
            if let Some(found) = super_lookup(class, owner, instance, name)? {
                return Ok(found);
            }
            drop(keep);
        }
        attr::generic_getattr(s.value(), name)
    }
    #[slot(descr_get)]
    fn get(s: P<Super>, object: Option<Value>, _owner: P<TypeObject>) -> PyResult {
        let (Some(object), None, Some(class)) =
            (object.filter(|o| !o.is_none()), s.this.get(), as_type(&s.class))
        else {
            return Ok(s.own());
        };
        if s.head.class.get() != types().super_ {
            return crate::protocol::call::call2(s.head.class.get().value(), class.value(), object);
        }
        let owner = check(class, object)?;
        let cell = |v: Ref| OwnedCell::new(Some(v));
        let head = Header::new(types().super_);
        let bound =
            Super { head, class: cell(class.own()), this: cell(object.own()), this_class: cell(owner.own()) };
        Ok(alloc_in(types().super_, bound).erase())
    }
    #[slot(repr)]
    fn repr(s: P<Super>) -> PyResult {
        let class = as_type(&s.class).map_or_else(|| "NULL".to_owned(), |t| t.name());
        Ok(match as_type(&s.this_class) {
            Some(owner) => format!("<super: <class '{class}'>, <{} object>>", owner.name()),
            None => format!("<super: <class '{class}'>, NULL>"),
        }
        .as_str()
        .into())
    }
    /// the class invoking super()
    #[getter]
    fn __thisclass__(s: P<Super>) -> Option<Value> {
        s.class.get()
    }
    /// the instance invoking super(); may be None
    #[getter]
    fn __self__(s: P<Super>) -> Option<Value> {
        s.this.get()
    }
    /// the type of the instance invoking super(); may be None
    #[getter]
    fn __self_class__(s: P<Super>) -> Option<Value> {
        s.this_class.get()
    }
}
