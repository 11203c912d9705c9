//! The slots and methods of `dict`.

use super::{Dict, iter, merge, views};
use crate::error::PyResult;
use crate::names::names;
use crate::object::{Header, P, Ref, alloc_in};
use crate::protocol::{call, compare, mapping, repr};
use crate::slots::{Args, CmpOp};
use crate::types::type_object::{TypeObject, flags};
use crate::types::{str, tuple};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::{pymethods, raise};

/// Sets the layout, slots and methods of `dict`.
pub fn install(class: P<TypeObject>) {
    class.flags.set(class.flags.get() | flags::MAPPING);
    class.slots.hash.set(Some(compare::hash_not_implemented));
    Dict::install_methods(class);
}

/// Raise `KeyError` with a message.
fn key_error_text<T>(text: &str) -> PyResult<T> {
    let text: Ref = text.into();
    mapping::key_error(text.value())
}

fn same(a: P<Dict>, b: P<Dict>) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut i = 0;
    while i < a.places() {
        if let Some((k, v)) = a.entry(i) {
            let (k, v) = (k.own(), v.own());
            match b.get_hashed(*k, a.hash_at(i))? {
                Some(w) => {
                    let w = w.own();
                    if !compare::equal(*v, *w)? {
                        return Ok(false);
                    }
                }
                None => return Ok(false),
            }
        }
        i += 1;
    }
    Ok(true)
}

#[pymethods(install_methods)]
impl Dict {
    #[slot(new)]
    fn py_new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        Ok(alloc_in(class, Dict::empty(Header::new(class))).erase())
    }

    #[slot(init)]
    fn init(this: P<Dict>, args: Args<'_>) -> PyResult<()> {
        merge::update_from_args(this, args, "dict")
    }

    #[slot(repr)]
    fn repr(this: P<Dict>) -> PyResult {
        if this.is_empty() {
            return Ok("{}".into());
        }
        let text = repr::guarded(this.value(), || {
            let mut out = str::StrBuilder::new();
            out.push_str("{");
            let mut i = 0;
            while i < this.places() {
                if let Some((k, v)) = this.entry(i) {
                    let (k, v) = (k.own(), v.own());
                    if out.len() > 1 {
                        out.push_str(", ");
                    }
                    repr::write_repr(&mut out, *k)?;
                    out.push_str(": ");
                    repr::write_repr(&mut out, *v)?;
                }
                i += 1;
            }
            out.push_str("}");
            Ok(out.try_finish()?.erase())
        })?;
        Ok(text.unwrap_or_else(|| "{...}".into()))
    }

    #[slot(len)]
    fn py_len(this: P<Dict>) -> PyResult<usize> {
        Ok(this.len())
    }

    #[slot(getitem)]
    fn getitem(this: P<Dict>, key: Value) -> PyResult {
        if let Some(v) = this.get(key)? {
            return Ok(v.own());
        }
        if this.value().exact::<Dict>().is_none()
            && let Some(r) = call::call_special(this.value(), names().__missing__, &[key])
        {
            return r;
        }
        mapping::key_error(key)
    }

    #[slot(setitem)]
    fn setitem(this: P<Dict>, key: Value, v: Option<Value>) -> PyResult<()> {
        match v {
            Some(v) => this.insert(key, v.own()),
            None => match this.remove(key)? {
                Some(pair) => {
                    drop(pair);
                    Ok(())
                }
                None => mapping::key_error(key),
            },
        }
    }

    #[slot(contains)]
    fn py_contains(this: P<Dict>, key: Value) -> PyResult<bool> {
        this.contains(key)
    }

    #[slot(iter)]
    fn py_iter(this: P<Dict>) -> PyResult {
        Ok(iter::keys(this))
    }

    #[slot(compare)]
    fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
        let (Some(x), Some(y)) = (a.downcast::<Dict>(), b.downcast::<Dict>()) else {
            return Ok(NOT_IMPLEMENTED.own());
        };
        match op {
            CmpOp::Eq | CmpOp::Ne => Ok(Value::bool(same(x, y)? == (op == CmpOp::Eq)).own()),
            _ => Ok(NOT_IMPLEMENTED.own()),
        }
    }

    #[slot(or)]
    fn or(a: Value, b: Value) -> PyResult {
        let (Some(x), Some(_)) = (a.downcast::<Dict>(), b.downcast::<Dict>()) else {
            return Ok(NOT_IMPLEMENTED.own());
        };
        let d = x.copy();
        merge::update(d.p(), b)?;
        Ok(d.erase())
    }

    #[slot(ior)]
    fn ior(this: P<Dict>, other: Value) -> PyResult {
        merge::update(this, other)?;
        Ok(this.own())
    }

    /// Return the value for key if key is in the dictionary, else default.
    #[method("(self, key, default=None, /)", name = "get")]
    fn py_get(this: P<Dict>, key: Value, default: Option<Value>) -> PyResult {
        Ok(this.get(key)?.or(default).unwrap_or(NONE).own())
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[method("(self, key, default=None, /)")]
    fn setdefault(this: P<Dict>, key: Value, default: Option<Value>) -> PyResult {
        Ok(this.set_default(key, default.unwrap_or(NONE))?.own())
    }

    /// D.pop(k[,d]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[method("(self, key, default=<unrepresentable>, /)")]
    fn pop(this: P<Dict>, key: Value, default: Option<Value>) -> PyResult {
        match (this.remove(key)?, default) {
            (Some((_, v)), _) => Ok(v),
            (None, Some(d)) => Ok(d.own()),
            (None, None) => mapping::key_error(key),
        }
    }

    /// Remove and return a (key, value) pair as a 2-tuple.
    ///
    /// Pairs are returned in LIFO (last-in, first-out) order.
    /// Raises KeyError if the dict is empty.
    #[method("(self, /)")]
    fn popitem(this: P<Dict>) -> PyResult {
        match this.pop_last() {
            Some((k, v)) => Ok(tuple::from_refs(vec![k, v]).erase()),
            None => key_error_text("popitem(): dictionary is empty"),
        }
    }

    /// Return a set-like object providing a view on the dict's keys.
    #[method("(self, /)")]
    fn keys(this: P<Dict>) -> Ref {
        views::keys(this)
    }

    /// Return a set-like object providing a view on the dict's items.
    #[method("(self, /)")]
    fn items(this: P<Dict>) -> Ref {
        views::items(this)
    }

    /// Return an object providing a view on the dict's values.
    #[method("(self, /)")]
    fn values(this: P<Dict>) -> Ref {
        views::values(this)
    }

    /// D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.
    ///
    /// If E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]
    /// If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v
    /// In either case, this is followed by: for k in F:  D[k] = F[k]
    #[method("($self, *args, **kwargs)")]
    fn update(this: P<Dict>, args: &[Value], kwargs: crate::native::Kwargs) -> PyResult<()> {
        merge::update_from_args(this, Args::positional(args), "update")?;
        for (name, v) in kwargs.pairs {
            this.insert(name, v.own())?;
        }
        Ok(())
    }

    /// Create a new dictionary with keys from iterable and values set to value.
    #[classmethod("($type, iterable, value=None, /)")]
    fn fromkeys(class: P<TypeObject>, iterable: Value, value: Option<Value>) -> PyResult {
        let value = value.unwrap_or(NONE);
        let d = call::call0(class.value())?;
        match d.exact::<Dict>() {
            Some(exact) => crate::protocol::iter::for_each(iterable, |k| exact.insert(*k, value.own()))?,
            None => crate::protocol::iter::for_each(iterable, |k| mapping::setitem(*d, *k, value))?,
        }
        Ok(d)
    }

    /// Remove all items from the dict.
    #[method("(self, /)", name = "clear")]
    fn py_clear(this: P<Dict>) {
        this.clear_all();
    }

    /// Return a shallow copy of the dict.
    #[method("(self, /)", name = "copy")]
    fn py_copy(this: P<Dict>) -> Ref {
        this.copy().erase()
    }

    /// Return a reverse iterator over the dict keys.
    #[method("(self, /)")]
    fn __reversed__(this: P<Dict>) -> Ref {
        iter::rev_keys(this)
    }

    /// Return the size of the dict in memory.
    #[method("(self, /)")]
    fn __sizeof__(this: P<Dict>) -> usize {
        size_of::<Dict>() + this.capacity.get() as usize * size_of::<super::Entry>()
    }

    /// See PEP 585
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(class: P<TypeObject>, object: Value) -> PyResult {
        crate::types::generic_alias::new(class.value(), object)
    }
}

/// `keys` that cannot be hashed: the message says what they were to be used as.
#[cold]
pub(crate) fn unhashable<T>(key: Value, what: &str, raised: crate::error::Raised) -> PyResult<T> {
    let is_plain = crate::thread::current()
        .raised()
        .is_some_and(|e| e.class() == crate::runtime::exception_class(crate::error::Exc::TypeError));
    if !is_plain {
        return Err(raised);
    }
    let old = crate::error::take();
    let text = repr::str(*old)?.to_lossy();
    drop(old);
    raise!(
        TypeError,
        "cannot use '{}' as a {what} ({text})",
        crate::protocol::type_attr::full_name(key.class())
    )
}
