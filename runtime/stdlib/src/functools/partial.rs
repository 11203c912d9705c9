//! `partial` and `Placeholder`.

use taipan_runtime::error::PyResult;
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, Kind, Own, OwnedCell, P, Ref, alloc, alloc_in};
use taipan_runtime::protocol::attr::{dict_of, set_dict};
use taipan_runtime::protocol::call::call;
use taipan_runtime::protocol::repr::{guarded, repr};
use taipan_runtime::protocol::type_attr::module_name;
use taipan_runtime::runtime::immortal;
use taipan_runtime::slots::Args;
use taipan_runtime::types::descriptor::BoundMethod;
use taipan_runtime::types::dict::{self, Dict};
use taipan_runtime::types::str::StrBuilder;
use taipan_runtime::types::tuple::{self, Tuple};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, raise};

/// The class of `Placeholder`.
#[repr(C)]
pub struct PlaceholderType {
    head: Header,
}
object_layout!(PlaceholderType, Kind::Native, leaf);

/// Make the one placeholder.
pub fn placeholder(class: P<TypeObject>) -> Value {
    let v = immortal(alloc(PlaceholderType { head: Header::new(class) }).erase());
    class.dict().insert_text("__taipan_instance__", v.own());
    v
}

fn is_placeholder(v: Value) -> bool {
    v.downcast::<PlaceholderType>().is_some()
}

#[taipan_runtime::pymethods]
impl PlaceholderType {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        if !args.values.is_empty() {
            return raise!(TypeError, "PlaceholderType takes no arguments");
        }
        match class.dict().get_text("__taipan_instance__") {
            Some(v) => Ok(v.own()),
            None => raise!(SystemError, "_functools is not initialised"),
        }
    }
    #[slot(repr)]
    fn repr(_this: Value) -> PyResult {
        Ok(taipan_runtime::types::str::new("Placeholder").erase())
    }
    #[method("(self, /)", name = "__reduce__")]
    fn reduce(_this: Value) -> &'static str {
        "Placeholder"
    }
}

/// `partial(func, *args, **keywords)`
#[repr(C)]
pub struct Partial {
    head: Header,
    function: OwnedCell,
    args: OwnedCell,
    keywords: OwnedCell,
    placeholders: std::cell::Cell<usize>,
}
object_layout!(Partial, Kind::Native, container, [function, args, keywords]);

impl Partial {
    fn items(&self) -> Vec<Value> {
        self.args.get().and_then(|t| t.downcast::<Tuple>()).map(|t| t.items().to_vec()).unwrap_or_default()
    }
    fn kwargs(&self) -> Option<P<Dict>> {
        self.keywords.get().and_then(|d| d.downcast::<Dict>())
    }
}

/// The stored arguments with placeholders replaced by the first of `new`, and the rest of `new` behind them.
fn merge(stored: &[Value], new: &[Value]) -> Vec<Value> {
    let mut rest = new.iter().copied();
    let mut all: Vec<Value> = Vec::with_capacity(stored.len() + new.len());
    for &v in stored {
        all.push(if is_placeholder(v) { rest.next().unwrap_or(v) } else { v });
    }
    all.extend(rest);
    all
}

#[taipan_runtime::pymethods]
impl Partial {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let &[function, ref given @ ..] = args.pos() else {
            return raise!(TypeError, "type 'partial' takes at least one argument");
        };
        if function.class().slots.call.get().is_none() {
            return raise!(TypeError, "the first argument must be callable");
        }
        if given.last().is_some_and(|&v| is_placeholder(v)) {
            return raise!(TypeError, "trailing Placeholders are not allowed");
        }
        if args.keywords().any(|(_, v)| is_placeholder(v)) {
            return raise!(TypeError, "Placeholder cannot be passed as a keyword argument");
        }
        let own_call = native_class::<Partial>().and_then(|c| c.slots.call.get()).map(|f| f as usize);
        let inner = function.downcast::<Partial>().filter(|_| {
            function.class().slots.call.get().map(|f| f as usize) == own_call
                && taipan_runtime::protocol::place::dict_cell(function, function.class())
                    .and_then(|c| c.get())
                    .is_none_or(|d| d.is_empty())
        });
        let (function, all, keywords) = match inner {
            None => (function, given.to_vec(), dict::new()),
            Some(p) => {
                let keywords = p.kwargs().map_or_else(dict::new, |d| d.copy());
                (p.function.or_none(), merge(&p.items(), given), keywords)
            }
        };
        for (name, value) in args.keywords() {
            keywords.insert(name, value.own())?;
        }
        let placeholders = all.iter().filter(|&&v| is_placeholder(v)).count();
        let p = Partial {
            head: Header::new(class),
            function: OwnedCell::new(Some(function.own())),
            args: OwnedCell::new(Some(tuple::from_values(&all).erase())),
            keywords: OwnedCell::new(Some(keywords.erase())),
            placeholders: std::cell::Cell::new(placeholders),
        };
        Ok(alloc_in(class, p).erase())
    }
    #[slot(call)]
    fn call(this: P<Partial>, args: Args<'_>) -> PyResult {
        let _keep: Own<Partial> = this.own_typed();
        let (function, stored, keywords) =
            (this.function.or_none().own(), this.args.or_none().own(), this.kwargs());
        let expected = this.placeholders.get();
        if args.pos().len() < expected {
            let got = args.pos().len();
            return raise!(
                TypeError,
                "missing positional arguments in 'partial' call; expected at least {expected}, got {got}"
            );
        }
        let items = stored.downcast::<Tuple>();
        let mut values = merge(items.as_ref().map_or(&[], |t| t.items()), args.pos());
        let Some(keywords) = keywords.filter(|d| !d.is_empty()) else {
            values.extend_from_slice(&args.values[args.pos().len()..]);
            return call(function.value(), Args { values: &values, names: args.names });
        };
        let merged = if args.names.is_empty() { keywords.own_typed() } else { keywords.copy() };
        for (name, value) in args.keywords() {
            merged.insert(name, value.own())?;
        }
        let names: Vec<Value> = merged.iter().map(|(k, _)| k).collect();
        if let Some(bad) = names.iter().find(|k| k.as_str().is_none()) {
            let _ = bad;
            return raise!(TypeError, "keywords must be strings");
        }
        values.extend(merged.iter().map(|(_, v)| v));
        call(function.value(), Args { values: &values, names: &names })
    }
    #[slot(descr_get)]
    fn get(this: P<Partial>, instance: Option<Value>, _owner: P<TypeObject>) -> PyResult {
        match instance.filter(|v| !v.is_none()) {
            None => Ok(this.own()),
            Some(v) => Ok(BoundMethod::new(this.value(), v).erase()),
        }
    }
    #[slot(repr)]
    fn repr(this: P<Partial>) -> PyResult {
        let class = this.head.class.get();
        let text = guarded(this.value(), || {
            let mut out = StrBuilder::new();
            out.push_str(&module_name(class).unwrap_or_default());
            out.push_str(".");
            out.push_str(&class.qualified_name());
            out.push_str("(");
            let (function, args, keywords) =
                (this.function.or_none().own(), this.args.or_none().own(), this.kwargs());
            out.push_pystr(&*repr(function.value())?);
            for &v in args.downcast::<Tuple>().as_ref().map_or(&[][..], |t| t.items()) {
                out.push_str(", ");
                out.push_pystr(&*repr(v)?);
            }
            let pairs: Vec<(Ref, Ref)> =
                keywords.map(|d| d.iter().map(|(k, v)| (k.own(), v.own())).collect()).unwrap_or_default();
            for (k, v) in &pairs {
                out.push_str(", ");
                out.push_pystr(&*taipan_runtime::protocol::repr::str(k.value())?);
                out.push_str("=");
                out.push_pystr(&*repr(v.value())?);
            }
            out.push_str(")");
            Ok(out.finish())
        })?;
        Ok(match text {
            Some(t) => t.erase(),
            None => taipan_runtime::types::str::new("...").erase(),
        })
    }
    /// function object to use in future partial calls
    #[getter]
    fn func(this: P<Partial>) -> Value {
        this.function.or_none()
    }
    /// tuple of arguments to future partial calls
    #[getter]
    fn args(this: P<Partial>) -> Value {
        this.args.or_none()
    }
    /// dictionary of keyword arguments to future partial calls
    #[getter]
    fn keywords(this: P<Partial>) -> Value {
        this.keywords.or_none()
    }
    #[method("(self, /)", name = "__reduce__")]
    fn reduce(this: P<Partial>) -> Ref {
        let state = dict_of(this.value()).map_or(Ref::from_raw(NONE), |d| d.own());
        let function = this.function.or_none();
        let args = tuple::from_values(&[function]).erase();
        let state =
            tuple::from_values(&[function, this.args.or_none(), this.keywords.or_none(), state.value()]);
        tuple::from_refs(vec![this.head.class.get().own(), args, state.erase()]).erase()
    }
    #[method("(self, state, /)", name = "__setstate__")]
    fn set_state(this: P<Partial>, state: Value) -> PyResult<()> {
        let bad = || raise!(TypeError, "invalid partial state");
        let Some(t) = state.downcast::<Tuple>() else { return bad() };
        let &[function, args, keywords, attributes] = t.items() else { return bad() };
        if function.class().slots.call.get().is_none() || args.downcast::<Tuple>().is_none() {
            return bad();
        }
        let keywords = if keywords.is_none() {
            dict::new()
        } else {
            match keywords.downcast::<Dict>() {
                Some(d) => d.copy(),
                None => return bad(),
            }
        };
        let items = taipan_runtime::protocol::iter::collect(args)?;
        if items.last().is_some_and(|v| is_placeholder(v.value())) {
            return raise!(TypeError, "trailing Placeholders are not allowed");
        }
        if let Some(d) = attributes.downcast::<Dict>() {
            set_dict(this.value(), d.own_typed());
        }
        this.placeholders.set(items.iter().filter(|v| is_placeholder(v.value())).count());
        this.function.set(Some(function.own()));
        this.args.set(Some(tuple::from_refs(items).erase()));
        this.keywords.set(Some(keywords.erase()));
        Ok(())
    }
    /// See PEP 585
    #[classmethod("($cls, item, /)", name = "__class_getitem__")]
    fn class_getitem(class: Value, item: Value) -> PyResult {
        taipan_runtime::types::generic_alias::new(class, item)
    }
}
