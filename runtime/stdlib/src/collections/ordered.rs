//! `OrderedDict`: a dict that can be reordered, and whose comparisons see the order.

use crate::construct::set_doc;
use taipan_runtime::boot::native_class;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::Kwargs;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::attr::{dict_of, getattr_opt};
use taipan_runtime::protocol::call::{call_method_text, call0};
use taipan_runtime::protocol::compare::{equal, hash};
use taipan_runtime::protocol::iter::{collect, for_each, iter};
use taipan_runtime::protocol::mapping::{getitem, key_error, setitem};
use taipan_runtime::protocol::repr::{guarded, repr};
use taipan_runtime::protocol::sequence::not_implemented;
use taipan_runtime::protocol::type_attr::lookup;
use taipan_runtime::runtime::{runtime, types};
use taipan_runtime::slots::{Args, CmpOp};
use taipan_runtime::types::dict::{self, Dict};
use taipan_runtime::types::module::Module;
use taipan_runtime::types::str::{self, StrBuilder, interned};
use taipan_runtime::types::tuple;
use taipan_runtime::types::type_object::{TypeObject, flags};
use taipan_runtime::value::{FALSE, NONE, TRUE, Value};
use taipan_runtime::{pymethods, raise};

/// Marks the class in `Runtime::native_classes`.
struct Ordered;

/// Make the class.
pub fn add(m: P<Module>) {
    let flags = flags::BASETYPE | flags::TRAILING | flags::HAS_DICT | flags::HAS_WEAKREF;
    let class = native_class("collections", "OrderedDict", types().dict, flags, |_| {}, Ordered::install);
    runtime().native_classes.borrow_mut().insert(std::any::TypeId::of::<Ordered>(), class);
    set_doc(class, "Dictionary that remembers insertion order");
    m.set("OrderedDict", class.value());
}

fn ordered_class() -> Option<P<TypeObject>> {
    runtime().native_classes.borrow().get(&std::any::TypeId::of::<Ordered>()).copied()
}

fn is_ordered(v: Value) -> bool {
    ordered_class().is_some_and(|c| v.is_instance_of(c))
}

/// Is it exactly an `OrderedDict`, so that no method can be overridden?
fn is_exact(v: Value) -> bool {
    ordered_class() == Some(v.class())
}

fn store(this: P<Dict>, key: Value, value: Value) -> PyResult<()> {
    if is_exact(this.value()) { this.insert(key, value.own()) } else { setitem(this.value(), key, value) }
}

/// `MutableMapping.update`: through `__setitem__` of the subclass.
fn update_from(this: P<Dict>, name: &str, args: &[Value], kwargs: &Kwargs) -> PyResult<()> {
    if args.len() > 1 {
        return raise!(TypeError, "{name}() takes at most 1 positional argument ({} given)", args.len());
    }
    if let Some(&other) = args.first() {
        merge(this, other)?;
    }
    for (k, v) in &kwargs.pairs {
        store(this, *k, *v)?;
    }
    Ok(())
}

fn merge(this: P<Dict>, other: Value) -> PyResult<()> {
    if let Some(d) = other.exact::<Dict>() {
        let items: Vec<(Ref, Ref)> = d.iter().map(|(k, v)| (k.own(), v.own())).collect();
        return items.iter().try_for_each(|(k, v)| store(this, k.value(), v.value()));
    }
    if let Some(keys) = getattr_opt(other, interned("keys"))? {
        let keys = call0(keys.value())?;
        return for_each(keys.value(), |k| {
            let v = getitem(other, k.value())?;
            store(this, k.value(), v.value())
        });
    }
    let pairs = match getattr_opt(other, interned("items"))? {
        Some(items) => call0(items.value())?,
        None => other.own(),
    };
    let mut i = 0;
    for_each(pairs.value(), |pair| {
        let parts = collect(pair.value())?;
        match &parts[..] {
            [k, v] => {
                i += 1;
                store(this, k.value(), v.value())
            }
            short if short.len() < 2 => raise!(
                ValueError,
                "need more than {} value{} to unpack",
                short.len(),
                if short.len() == 1 { "" } else { "s" }
            ),
            _ => raise!(ValueError, "too many values to unpack (expected 2)"),
        }
    })
}

/// A new, empty one of the same class.
fn fresh(this: Value) -> PyResult {
    call0(this.class().value())
}

fn take(this: P<Dict>, key: Value, default: Option<Value>) -> PyResult {
    if is_exact(this.value()) {
        return match (this.remove(key)?, default) {
            (Some((_, v)), _) => Ok(v),
            (None, Some(d)) => Ok(d.own()),
            (None, None) => key_error(key),
        };
    }
    if this.contains(key)? {
        let v = getitem(this.value(), key)?;
        taipan_runtime::protocol::mapping::delitem(this.value(), key)?;
        return Ok(v);
    }
    match default {
        Some(d) => Ok(d.own()),
        None => match lookup(this.head.class.get(), interned("__missing__")) {
            Some(_) => call_method_text(this.value(), "__missing__", &[key]),
            None => key_error(key),
        },
    }
}

#[pymethods]
impl Ordered {
    #[slot(init)]
    fn init(this: P<Dict>, args: Args<'_>) -> PyResult<()> {
        let kwargs = Kwargs { pairs: args.keywords().collect() };
        if args.pos().len() > 1 {
            return raise!(TypeError, "expected at most 1 arguments, got {}", args.pos().len());
        }
        update_from(this, "OrderedDict", args.pos(), &kwargs)
    }
    #[slot(repr)]
    fn repr(this: P<Dict>) -> PyResult {
        let name = this.head.class.get().name();
        if this.is_empty() {
            return Ok(str::new(&format!("{name}()")).erase());
        }
        let text = guarded(this.value(), || {
            let plain = match lookup(this.head.class.get(), interned("items")) {
                Some(_) if !is_exact(this.value()) => {
                    let d = dict::new();
                    let items = call_method_text(this.value(), "items", &[])?;
                    for_each(items.value(), |pair| {
                        let parts = taipan_runtime::protocol::sequence::unpack(pair.value(), 2)?;
                        d.insert(parts[0].value(), parts[1].clone())
                    })?;
                    d
                }
                _ => this.copy(),
            };
            repr(plain.p().value())
        })?;
        let mut out = StrBuilder::new();
        match text {
            None => out.push_str("..."),
            Some(t) => {
                out.push_str(&name);
                out.push_str("(");
                out.push_pystr(&t);
                out.push_str(")");
            }
        }
        Ok(out.finish().erase())
    }
    #[slot(compare)]
    fn compare(a: Value, b: Value, op: CmpOp) -> PyResult {
        let (Some(x), Some(y)) = (a.downcast::<Dict>(), b.downcast::<Dict>()) else {
            return not_implemented();
        };
        if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
            return not_implemented();
        }
        let same = match types().dict.slots.compare.get() {
            Some(f) => f(a, b, CmpOp::Eq)?,
            None => return not_implemented(),
        };
        let mut same = same.is(TRUE);
        if same && is_ordered(b) && is_ordered(a) {
            let keys = |d: P<Dict>| d.iter().map(|(k, _)| k.own()).collect::<Vec<Ref>>();
            for (k, l) in keys(x).iter().zip(&keys(y)) {
                if !equal(k.value(), l.value())? {
                    same = false;
                    break;
                }
            }
        }
        Ok(Ref::from_raw(if same == (op == CmpOp::Eq) { TRUE } else { FALSE }))
    }
    #[slot(or)]
    fn or(a: Value, b: Value) -> PyResult {
        let (Some(_), Some(_)) = (a.downcast::<Dict>(), b.downcast::<Dict>()) else {
            return not_implemented();
        };
        let class = if is_ordered(a) { a.class() } else { b.class() };
        let new = taipan_runtime::protocol::call::call1(class.value(), a)?;
        if let Some(d) = new.downcast::<Dict>() {
            merge(d, b)?;
        }
        Ok(new)
    }
    #[slot(ior)]
    fn ior(a: Value, b: Value) -> PyResult {
        let Some(d) = a.downcast::<Dict>() else { return not_implemented() };
        merge(d, b)?;
        Ok(a.own())
    }
    /// Create a new ordered dictionary with keys from iterable and values set to value.
    #[classmethod("($cls, iterable, value=None)")]
    fn fromkeys(class: Value, iterable: Value, value: Option<Value>) -> PyResult {
        let new = call0(class)?;
        let value = value.unwrap_or(NONE);
        for_each(iterable, |k| setitem(new.value(), k.value(), value))?;
        Ok(new)
    }
    /// Remove and return a (key, value) pair from the dictionary.
    ///
    /// Pairs are returned in LIFO order if last is true or FIFO order if false.
    #[method("(self, last=True)")]
    fn popitem(this: P<Dict>, last: bool) -> PyResult {
        let pair = if last { this.pop_last() } else { this.pop_first() };
        match pair {
            Some((k, v)) => Ok(tuple::from_refs(vec![k, v]).erase()),
            None => raise!(KeyError, "dictionary is empty"),
        }
    }
    /// Move an existing element to the end (or beginning if last is false).
    ///
    /// Raise KeyError if the element does not exist.
    #[method("(self, key, last=True)")]
    fn move_to_end(this: P<Dict>, key: Value, last: bool) -> PyResult<()> {
        let h = hash(key)?;
        match this.place_hashed(key, h)? {
            None => key_error(key),
            Some(i) => {
                if last {
                    this.move_to_end(i)
                } else {
                    this.move_to_front(i)
                }
                Ok(())
            }
        }
    }
    /// od.pop(key[,default]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[method("(self, key, default=None)")]
    fn pop(this: P<Dict>, key: Value, default: Option<Value>) -> PyResult {
        take(this, key, default)
    }
    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[method("(self, key, default=None)")]
    fn setdefault(this: P<Dict>, key: Value, default: Option<Value>) -> PyResult {
        let default = default.unwrap_or(NONE);
        if is_exact(this.value()) {
            return Ok(this.set_default(key, default)?.own());
        }
        if this.contains(key)? {
            return getitem(this.value(), key);
        }
        setitem(this.value(), key, default)?;
        Ok(default.own())
    }
    /// D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.
    #[method("(self, /, *args, **kwargs)")]
    fn update(this: P<Dict>, args: &[Value], kwargs: Kwargs) -> PyResult<()> {
        update_from(this, "update", args, &kwargs)
    }
    /// A shallow copy of ordered dict.
    #[method("(self, /)")]
    fn copy(this: P<Dict>) -> PyResult {
        let new = fresh(this.value())?;
        let items: Vec<(Ref, Ref)> = this.iter().map(|(k, v)| (k.own(), v.own())).collect();
        for (k, v) in items {
            setitem(new.value(), k.value(), v.value())?;
        }
        if let (Some(from), Some(to)) = (dict_of(this.value()), dict_of(new.value())) {
            let items: Vec<(Ref, Ref)> = from.iter().map(|(k, v)| (k.own(), v.own())).collect();
            for (k, v) in items {
                to.insert(k.value(), v)?;
            }
        }
        Ok(new)
    }
    /// Return state information for pickling
    #[method("(self, /)", name = "__reduce__")]
    fn reduce(this: P<Dict>) -> PyResult {
        let state = call_method_text(this.value(), "__getstate__", &[])?;
        let items = call_method_text(this.value(), "items", &[])?;
        let items = iter(items.value())?;
        let class = this.head.class.get().own();
        let none = Ref::from_raw(NONE);
        Ok(tuple::from_refs(vec![class, tuple::empty().erase(), state, none, items]).erase())
    }
}
