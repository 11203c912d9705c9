//! `FrameLocalsProxy`: the variables of a function's frame as a mapping that writes through (PEP 667).

use super::FrameObject;
use crate::builtins::args::positional;
use crate::error::PyResult;
use crate::frame::{Frame, flags};
use crate::object::{Header, Kind, Own, P, Ref, alloc};
use crate::protocol::repr::{guarded, repr_text};
use crate::protocol::{compare, iter, mapping};
use crate::runtime::types;
use crate::slots::{Args, CmpOp};
use crate::types::cell::Cell;
use crate::types::dict::{self, Dict};
use crate::types::type_object::TypeObject;
use crate::types::{list, tuple};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::{object_layout, pymethods, raise};

/// The mapping.
#[repr(C)]
pub struct FrameLocalsProxy {
    /// The header.
    pub head: Header,
    /// The frame.
    pub frame: Own<FrameObject>,
}
object_layout!(FrameLocalsProxy, Kind::FrameLocalsProxy, container, [frame]);

/// What a variable's slot means: the value, through its cell if it has one.
fn through_cell(v: Value, in_cell: bool) -> Value {
    match v.exact::<Cell>() {
        Some(cell) if in_cell => cell.value.get(),
        _ => v,
    }
}

/// A function's variables with values, in a new dict: what `locals()` returns.
pub fn snapshot(f: &Frame) -> PyResult {
    if f.has(flags::OBJECT)
        && let Some(o) = f.object.get().exact::<FrameObject>()
    {
        return FrameLocalsProxy::of(o).to_dict().map(Own::erase);
    }
    let (code, found) = (f.code(), dict::new());
    for (i, (&name, kind)) in code.local_names.iter().zip(&code.code.localsplus_kinds).enumerate() {
        let v = through_cell(f.slot(i), kind.is_cell() || kind.is_free());
        if !v.is_unbound() && !kind.is_hidden() {
            found.insert_str(name, v.own())?;
        }
    }
    Ok(found.erase())
}

impl FrameLocalsProxy {
    /// The variables of this frame.
    pub fn of(frame: P<FrameObject>) -> Own<FrameLocalsProxy> {
        alloc(FrameLocalsProxy { head: Header::new(types().frame_locals_proxy), frame: frame.own_typed() })
    }
    fn extra(&self) -> Option<Own<Dict>> {
        let extra = self.frame.extra.borrow();
        extra.as_ref().and_then(|d| d.downcast::<Dict>()).map(P::own_typed)
    }
    fn value_at(&self, i: usize) -> Value {
        let kind = self.frame.exec().code.localsplus_kinds[i];
        through_cell(self.frame.local(i), kind.is_cell() || kind.is_free())
    }
    /// The slot of the variable with this name.
    fn slot(&self, key: Value) -> Option<usize> {
        let name = key.as_str()?;
        let exec = self.frame.exec();
        let kinds = &exec.code.localsplus_kinds;
        (0..kinds.len()).find(|&i| !kinds[i].is_hidden() && exec.local_names[i].equals(&name))
    }
    fn find(&self, key: Value) -> PyResult<Option<Ref>> {
        if let Some(i) = self.slot(key) {
            let v = self.value_at(i);
            if !v.is_unbound() {
                return Ok(Some(v.own()));
            }
        }
        match self.extra() {
            Some(d) => Ok(d.get(key)?.map(Value::own)),
            None => Ok(None),
        }
    }
    fn store(&self, key: Value, v: Value) -> PyResult<()> {
        if let Some(i) = self.slot(key) {
            let kind = self.frame.exec().code.localsplus_kinds[i];
            match self.frame.local(i).exact::<Cell>() {
                Some(cell) if kind.is_cell() || kind.is_free() => drop(cell.set(v.own())),
                _ => self.frame.set_local(i, v.own()),
            }
            return Ok(());
        }
        let extra = match self.extra() {
            Some(d) => d,
            None => {
                let d = dict::new();
                *self.frame.extra.borrow_mut() = Some(d.clone().erase());
                d
            }
        };
        extra.insert(key, v.own())
    }
    fn remove(&self, key: Value) -> PyResult<Option<Ref>> {
        if self.slot(key).is_some() {
            return raise!(ValueError, "cannot remove local variables from FrameLocalsProxy");
        }
        match self.extra() {
            Some(d) => Ok(d.remove(key)?.map(|(_, v)| v)),
            None => Ok(None),
        }
    }
    fn pairs(&self) -> Vec<(Ref, Ref)> {
        let exec = self.frame.exec();
        let mut all = Vec::new();
        for (i, &name) in exec.local_names.iter().enumerate() {
            let v = self.value_at(i);
            if !v.is_unbound() && !exec.code.localsplus_kinds[i].is_hidden() {
                all.push((name.own(), v.own()));
            }
        }
        if let Some(d) = self.extra() {
            all.extend(d.iter().map(|(k, v)| (k.own(), v.own())));
        }
        all
    }
    fn to_dict(&self) -> PyResult<Own<Dict>> {
        let d = dict::new();
        for (k, v) in self.pairs() {
            d.insert(*k, v)?;
        }
        Ok(d)
    }
    fn key_list(&self) -> Ref {
        list::new(self.pairs().into_iter().map(|(k, _)| k).collect()).erase()
    }
    fn merge(&self, other: Value) -> PyResult<()> {
        let to_add = dict::new();
        dict::update(to_add.p(), other)?;
        to_add.iter().try_for_each(|(k, v)| self.store(k, v))
    }
}

#[pymethods]
impl FrameLocalsProxy {
    #[slot(new)]
    fn make(_class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let [frame] = *positional("FrameLocalsProxy", args, 1, 1)? else { return raise!(TypeError) };
        match frame.downcast::<FrameObject>() {
            Some(f) => Ok(FrameLocalsProxy::of(f).erase()),
            None => raise!(TypeError, "expect frame, not {}", frame.class().name()),
        }
    }
    #[slot(repr)]
    fn repr(p: P<FrameLocalsProxy>) -> PyResult {
        let text = guarded(p.value(), || repr_text(p.to_dict()?.p().value()))?;
        Ok(text.unwrap_or_else(|| "{...}".to_owned()).as_str().into())
    }
    #[slot(getitem)]
    fn getitem(p: P<FrameLocalsProxy>, key: Value) -> PyResult {
        match p.find(key)? {
            Some(v) => Ok(v),
            None => raise!(KeyError, "local variable '{}' is not defined", repr_text(key)?),
        }
    }
    #[slot(setitem)]
    fn setitem(p: P<FrameLocalsProxy>, key: Value, v: Option<Value>) -> PyResult<()> {
        match v {
            Some(v) => p.store(key, v),
            None => match p.remove(key)? {
                Some(_) => Ok(()),
                None => mapping::key_error(key),
            },
        }
    }
    #[slot(contains)]
    fn contains(p: P<FrameLocalsProxy>, key: Value) -> PyResult<bool> {
        Ok(p.find(key)?.is_some())
    }
    #[slot(len)]
    fn len(p: P<FrameLocalsProxy>) -> PyResult<usize> {
        Ok(p.pairs().len())
    }
    #[slot(iter)]
    fn iter(p: P<FrameLocalsProxy>) -> PyResult {
        iter::iter(*p.key_list())
    }
    #[slot(compare)]
    fn compare(p: P<FrameLocalsProxy>, other: Value, op: CmpOp) -> PyResult {
        let same = if let Some(o) = other.downcast::<FrameLocalsProxy>() {
            p.frame.p() == o.frame.p()
        } else if other.downcast::<Dict>().is_some() && matches!(op, CmpOp::Eq | CmpOp::Ne) {
            return compare::rich_compare(p.to_dict()?.p().value(), other, op);
        } else {
            return Ok(NOT_IMPLEMENTED.own());
        };
        match op {
            CmpOp::Eq => Ok(Value::bool(same).own()),
            CmpOp::Ne => Ok(Value::bool(!same).own()),
            _ => Ok(NOT_IMPLEMENTED.own()),
        }
    }
    #[slot(or)]
    fn or(a: Value, b: Value) -> PyResult {
        let mapped = |v: Value| v.downcast::<FrameLocalsProxy>().is_some() || v.downcast::<Dict>().is_some();
        if !mapped(a) || !mapped(b) {
            return Ok(NOT_IMPLEMENTED.own());
        }
        let both = dict::new();
        dict::update(both.p(), a)?;
        dict::update(both.p(), b)?;
        Ok(both.erase())
    }
    #[slot(ior)]
    fn ior(p: P<FrameLocalsProxy>, other: Value) -> PyResult {
        p.merge(other)?;
        Ok(p.own())
    }
    /// Return a list of the names of the variables.
    #[method("(self, /)")]
    fn keys(p: P<FrameLocalsProxy>) -> Ref {
        p.key_list()
    }
    /// Return a list of the values of the variables.
    #[method("(self, /)")]
    fn values(p: P<FrameLocalsProxy>) -> Ref {
        list::new(p.pairs().into_iter().map(|(_, v)| v).collect()).erase()
    }
    /// Return a list of names and values.
    #[method("(self, /)")]
    fn items(p: P<FrameLocalsProxy>) -> Ref {
        let pair = |(k, v)| tuple::from_refs(vec![k, v]).erase();
        list::new(p.pairs().into_iter().map(pair).collect()).erase()
    }
    /// Return the variables in a new dict.
    #[method("(self, /)")]
    fn copy(p: P<FrameLocalsProxy>) -> PyResult {
        Ok(p.to_dict()?.erase())
    }
    /// Return the variable's value, or the default.
    #[method("(self, key, default=None, /)")]
    fn get(p: P<FrameLocalsProxy>, key: Value, default: Option<Value>) -> PyResult {
        Ok(p.find(key)?.unwrap_or_else(|| default.unwrap_or(NONE).own()))
    }
    /// Return the variable's value; set it to the default if it has none.
    #[method("(self, key, default=None, /)")]
    fn setdefault(p: P<FrameLocalsProxy>, key: Value, default: Option<Value>) -> PyResult {
        if let Some(v) = p.find(key)? {
            return Ok(v);
        }
        let v = default.unwrap_or(NONE);
        p.store(key, v)?;
        Ok(v.own())
    }
    /// Remove a variable that is no local of the code and return its value.
    #[method("(self, key, default=<unrepresentable>, /)")]
    fn pop(p: P<FrameLocalsProxy>, key: Value, default: Option<Value>) -> PyResult {
        match (p.remove(key)?, default) {
            (Some(v), _) => Ok(v),
            (None, Some(d)) => Ok(d.own()),
            (None, None) => mapping::key_error(key),
        }
    }
    /// Set variables from a mapping.
    #[method("(self, other, /)")]
    fn update(p: P<FrameLocalsProxy>, other: Value) -> PyResult<()> {
        p.merge(other)
    }
    /// Return a reverse iterator over the names.
    #[method("(self, /)")]
    fn __reversed__(p: P<FrameLocalsProxy>) -> PyResult {
        let mut names: Vec<Ref> = p.pairs().into_iter().map(|(k, _)| k).collect();
        names.reverse();
        iter::iter(*list::new(names).erase())
    }
}
