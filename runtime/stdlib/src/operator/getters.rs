//! `itemgetter`, `attrgetter`, `methodcaller`.

use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Header, Kind, Own, P, Ref, alloc_in};
use taipan_runtime::protocol::attr::getattr;
use taipan_runtime::protocol::call::call;
use taipan_runtime::protocol::mapping::getitem;
use taipan_runtime::protocol::repr::{guarded, intern_name, repr};
use taipan_runtime::protocol::type_attr::module_name;
use taipan_runtime::slots::Args;
use taipan_runtime::types::str::{self, Str, StrBuilder};
use taipan_runtime::types::tuple::{self, Tuple};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, raise};

/// The one argument of a call.
fn operand(name: &str, args: Args<'_>) -> PyResult<Value> {
    if !args.names.is_empty() {
        return raise!(TypeError, "{name}() takes no keyword arguments");
    }
    match args.pos() {
        &[v] => Ok(v),
        many => raise!(TypeError, "{name} expected 1 argument, got {}", many.len()),
    }
}

fn full_name(class: P<TypeObject>) -> String {
    format!("{}.{}", module_name(class).unwrap_or_default(), class.qualified_name())
}

/// `name(a, b, key=value)`
fn shown(v: Value, items: &[Value], pairs: &[(Ref, Ref)]) -> PyResult {
    let text = guarded(v, || {
        let mut out = StrBuilder::new();
        out.push_str(&full_name(v.class()));
        out.push_str("(");
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            out.push_pystr(&*repr(*item)?);
        }
        for (k, x) in pairs {
            out.push_str(", ");
            out.push_pystr(&*taipan_runtime::protocol::repr::str(k.value())?);
            out.push_str("=");
            out.push_pystr(&*repr(x.value())?);
        }
        out.push_str(")");
        Ok(out.finish())
    })?;
    Ok(match text {
        Some(t) => t.erase(),
        None => str::new(&format!("{}(...)", full_name(v.class()))).erase(),
    })
}

/// `itemgetter(item, *items)`
#[repr(C)]
pub struct ItemGetter {
    head: Header,
    items: Own<Tuple>,
}
object_layout!(ItemGetter, Kind::Native, container, [items]);

#[taipan_runtime::pymethods]
impl ItemGetter {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        if !args.names.is_empty() {
            return raise!(TypeError, "itemgetter() takes no keyword arguments");
        }
        if args.pos().is_empty() {
            return raise!(TypeError, "itemgetter expected 1 argument, got 0");
        }
        let items = tuple::from_values(args.pos());
        Ok(alloc_in(class, ItemGetter { head: Header::new(class), items }).erase())
    }
    #[slot(call)]
    fn call(this: P<ItemGetter>, args: Args<'_>) -> PyResult {
        let v = operand("itemgetter", args)?;
        let items = this.items.clone();
        match items.items() {
            &[one] => getitem(v, one),
            many => {
                let found: PyResult<Vec<Ref>> = many.iter().map(|&i| getitem(v, i)).collect();
                Ok(tuple::from_refs(found?).erase())
            }
        }
    }
    #[slot(repr)]
    fn repr(this: P<ItemGetter>) -> PyResult {
        shown(this.value(), this.items.items(), &[])
    }
    /// Return state information for pickling
    #[method("(self, /)", name = "__reduce__")]
    fn reduce(this: P<ItemGetter>) -> Ref {
        tuple::from_values(&[this.head.class.get().value(), this.items.p().value()]).erase()
    }
}

/// `attrgetter(attr, *attrs)`
#[repr(C)]
pub struct AttrGetter {
    head: Header,
    names: Own<Tuple>,
    /// The parts of each dotted name, interned (and so immortal).
    paths: Vec<Vec<P<Str>>>,
}
object_layout!(AttrGetter, Kind::Native, container, [names]);

fn follow(v: Value, path: &[P<Str>]) -> PyResult {
    let mut at = v.own();
    for &name in path {
        at = getattr(at.value(), name)?;
    }
    Ok(at)
}

#[taipan_runtime::pymethods]
impl AttrGetter {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        if !args.names.is_empty() {
            return raise!(TypeError, "attrgetter() takes no keyword arguments");
        }
        if args.pos().is_empty() {
            return raise!(TypeError, "attrgetter expected 1 argument, got 0");
        }
        let mut paths = Vec::new();
        for v in args.pos() {
            let Some(s) = v.as_str() else { return raise!(TypeError, "attribute name must be a string") };
            let chars: Vec<u32> = s.chars().iter().collect();
            let parts = chars.split(|&c| c == u32::from('.'));
            paths.push(parts.map(|p| str::intern(str::from_chars(p))).collect());
        }
        let names = tuple::from_values(args.pos());
        Ok(alloc_in(class, AttrGetter { head: Header::new(class), names, paths }).erase())
    }
    #[slot(call)]
    fn call(this: P<AttrGetter>, args: Args<'_>) -> PyResult {
        let v = operand("attrgetter", args)?;
        let this = this.own_typed();
        match &this.paths[..] {
            [one] => follow(v, one),
            many => {
                let found: PyResult<Vec<Ref>> = many.iter().map(|p| follow(v, p)).collect();
                Ok(tuple::from_refs(found?).erase())
            }
        }
    }
    #[slot(repr)]
    fn repr(this: P<AttrGetter>) -> PyResult {
        shown(this.value(), this.names.items(), &[])
    }
    /// Return state information for pickling
    #[method("(self, /)", name = "__reduce__")]
    fn reduce(this: P<AttrGetter>) -> Ref {
        tuple::from_values(&[this.head.class.get().value(), this.names.p().value()]).erase()
    }
}

/// `methodcaller(name, *args, **kwargs)`
#[repr(C)]
pub struct MethodCaller {
    head: Header,
    name: P<Str>,
    args: Own<Tuple>,
    /// Keyword names, then their values.
    names: Own<Tuple>,
    values: Own<Tuple>,
}
object_layout!(MethodCaller, Kind::Native, container, [args, names, values]);

#[taipan_runtime::pymethods]
impl MethodCaller {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let &[name, ref rest @ ..] = args.pos() else {
            return raise!(TypeError, "methodcaller needs at least one argument, the method name");
        };
        let Some(name) = name.as_str() else { return raise!(TypeError, "method name must be a string") };
        let m = MethodCaller {
            head: Header::new(class),
            name: intern_name(name),
            args: tuple::from_values(rest),
            names: tuple::from_values(args.names),
            values: tuple::from_values(&args.values[args.pos().len()..]),
        };
        Ok(alloc_in(class, m).erase())
    }
    #[slot(call)]
    fn call(this: P<MethodCaller>, args: Args<'_>) -> PyResult {
        let v = operand("methodcaller", args)?;
        let this = this.own_typed();
        if this.names.len == 0 {
            return taipan_runtime::protocol::call::call_method(v, this.name, this.args.items());
        }
        let method = getattr(v, this.name)?;
        let values = [this.args.items(), this.values.items()].concat();
        call(method.value(), Args { values: &values, names: this.names.items() })
    }
    #[slot(repr)]
    fn repr(this: P<MethodCaller>) -> PyResult {
        let mut items = vec![this.name.value()];
        items.extend_from_slice(this.args.items());
        let pairs: Vec<(Ref, Ref)> =
            this.names.items().iter().zip(this.values.items()).map(|(k, v)| (k.own(), v.own())).collect();
        shown(this.value(), &items, &pairs)
    }
    /// Return state information for pickling
    #[method("(self, /)", name = "__reduce__")]
    fn reduce(this: P<MethodCaller>) -> PyResult {
        let class = this.head.class.get().value();
        let mut all = vec![this.name.value()];
        if this.names.len == 0 {
            all.extend_from_slice(this.args.items());
            let args = tuple::from_values(&all).erase();
            return Ok(tuple::from_values(&[class, args.value()]).erase());
        }
        let Some(partial) = taipan_runtime::native::native_class::<crate::functools::Partial>() else {
            return raise!(ImportError, "functools has not been imported");
        };
        let mut values = vec![class, this.name.value()];
        values.extend_from_slice(this.values.items());
        let maker = call(partial.value(), Args { values: &values, names: this.names.items() })?;
        Ok(tuple::from_values(&[maker.value(), this.args.p().value()]).erase())
    }
}
