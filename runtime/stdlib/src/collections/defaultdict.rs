//! `defaultdict`: a dict with a factory for missing values, which is kept in a slot behind the dict's layout.

use crate::construct::set_doc;
use taipan_runtime::boot::native_class;
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{P, Ref, decref};
use taipan_runtime::protocol::call::{call, call0};
use taipan_runtime::protocol::mapping::{key_error, setitem};
use taipan_runtime::protocol::place::trailing_slot;
use taipan_runtime::protocol::repr::{guarded, repr};
use taipan_runtime::runtime::types;
use taipan_runtime::slots::Args;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::module::Module;
use taipan_runtime::types::str::{self, StrBuilder};
use taipan_runtime::types::tuple;
use taipan_runtime::types::type_object::{TypeObject, flags};
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{pymethods, raise};

/// Make the class.
pub fn add(m: P<Module>) {
    let layout = |class: P<TypeObject>| class.slot_count.set(1);
    let flags = flags::BASETYPE | flags::TRAILING;
    let class = native_class("collections", "defaultdict", types().dict, flags, layout, Methods::install);
    set_doc(
        class,
        "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default factory is called \
         without arguments to produce\na new value when a key is not present, in __getitem__ only.\nA defaultdict \
         compares equal to a dict with the same items.\nAll remaining arguments are treated the same as if they \
         were\npassed to the dict constructor, including keyword arguments.",
    );
    m.set("defaultdict", class.value());
}

fn factory(v: Value) -> Option<Value> {
    let held = trailing_slot(v, v.class(), 0).get();
    if held.is_unbound() || held.is_none() { None } else { Some(held) }
}

fn set_factory(v: Value, f: Option<Value>) {
    let new = f.unwrap_or(NONE).own().into_raw();
    decref(trailing_slot(v, v.class(), 0).replace(new));
}

struct Methods;

#[pymethods]
impl Methods {
    #[slot(init)]
    fn init(this: Value, args: Args<'_>) -> PyResult<()> {
        let given = args.pos().first().copied();
        if let Some(f) = given
            && !f.is_none()
            && f.class().slots.call.get().is_none()
        {
            return raise!(TypeError, "first argument must be callable or None");
        }
        set_factory(this, given);
        let rest = if given.is_some() { &args.values[1..] } else { args.values };
        match types().dict.slots.init.get() {
            Some(init) => init(this, Args { values: rest, names: args.names }),
            None => Ok(()),
        }
    }
    #[slot(repr)]
    fn repr(this: Value) -> PyResult {
        let base = match types().dict.slots.repr.get() {
            Some(f) => f(this)?,
            None => return raise!(SystemError, "dict has no repr"),
        };
        let mut out = StrBuilder::new();
        out.push_str(&this.class().name());
        out.push_str("(");
        match factory(this) {
            None => out.push_str("None"),
            Some(f) => match guarded(this, || repr(f))? {
                Some(text) => out.push_pystr(&text),
                None => out.push_str("..."),
            },
        }
        out.push_str(", ");
        if let Some(s) = base.as_str() {
            out.push_pystr(&s);
        }
        out.push_str(")");
        Ok(out.finish().erase())
    }
    #[slot(or)]
    fn or(a: Value, b: Value) -> PyResult {
        if a.downcast::<Dict>().is_none() || b.downcast::<Dict>().is_none() {
            return taipan_runtime::protocol::sequence::not_implemented();
        }
        // The result is a defaultdict with the factory of whichever operand is one.
        let own = taipan_runtime::runtime::types().dict;
        let model = if is_default(a) { a } else { b };
        let new = call(model.class().value(), Args::positional(&[factory(model).unwrap_or(NONE), a]))?;
        debug_assert!(own != new.class());
        taipan_runtime::protocol::call::call_method_text(new.value(), "update", &[b])?;
        Ok(new)
    }
    /// __missing__(key) # Called by __getitem__ for missing key; pseudo-code:
    ///   if self.default_factory is None: raise KeyError((key,))
    ///   self[key] = value = self.default_factory()
    ///   return value
    #[method("(self, key, /)", name = "__missing__")]
    fn missing(this: Value, key: Value) -> PyResult {
        let Some(f) = factory(this) else { return key_error(key) };
        let f = f.own();
        let value = call0(f.value())?;
        setitem(this, key, value.value())?;
        Ok(value)
    }
    /// D.copy() -> a shallow copy of D.
    #[method("(self, /)")]
    fn copy(this: Value) -> PyResult {
        call(this.class().value(), Args::positional(&[factory(this).unwrap_or(NONE), this]))
    }
    /// D.copy() -> a shallow copy of D.
    #[method("(self, /)", name = "__copy__")]
    fn copy2(this: Value) -> PyResult {
        Methods::copy(this)
    }
    /// Return state information for pickling.
    #[method("(self, /)", name = "__reduce__")]
    fn reduce(this: Value) -> PyResult {
        let args = match factory(this) {
            Some(f) => tuple::from_values(&[f]).erase(),
            None => tuple::empty().erase(),
        };
        let items = taipan_runtime::protocol::call::call_method_text(this, "items", &[])?;
        let items = taipan_runtime::protocol::iter::iter(items.value())?;
        let none = || Ref::from_raw(NONE);
        Ok(tuple::from_refs(vec![this.class().own(), args, none(), none(), items]).erase())
    }
    /// See PEP 585
    #[classmethod("($cls, item, /)", name = "__class_getitem__")]
    fn class_getitem(class: Value, item: Value) -> PyResult {
        taipan_runtime::types::generic_alias::new(class, item)
    }
    /// Factory for default value called by __missing__().
    #[getter]
    fn default_factory(this: Value) -> Value {
        factory(this).unwrap_or(NONE)
    }
    #[setter]
    fn set_default_factory(this: Value, value: Option<Value>) -> PyResult<()> {
        set_factory(this, value);
        Ok(())
    }
}

fn is_default(v: Value) -> bool {
    let name = str::interned("default_factory");
    v.class().has(flags::TRAILING) && taipan_runtime::protocol::type_attr::lookup(v.class(), name).is_some()
}
