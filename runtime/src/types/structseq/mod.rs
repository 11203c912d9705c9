//! Struct sequences: tuples with named items, of which the last may be hidden from the sequence (`os.stat_result`,
//! `time.struct_time`, `sys.version_info`).
//!
//! The visible items are the tuple's; hidden ones lie in the slots behind the layout.

use crate::boot::native_class;
use crate::error::PyResult;
use crate::native::{Item, install};
use crate::object::{P, Ref};
use crate::protocol::place::trailing_slot;
use crate::protocol::repr::repr_text;
use crate::raise;
use crate::runtime::{runtime, types};
use crate::slots::Args;
use crate::types::descriptor::GetSetDef;
use crate::types::dict::{self, Dict};
use crate::types::tuple::{self, Tuple};
use crate::types::type_object::{TypeObject, flags};
use crate::types::{int, str};
use crate::value::{NONE, Value};

/// Describes a class of struct sequences.
pub struct Spec {
    /// `__module__`
    pub module: &'static str,
    /// `__name__`
    pub name: &'static str,
    /// `__doc__`
    pub doc: &'static str,
    /// Name and doc of each field; a field named `""` is reached by its index alone.
    pub fields: &'static [(&'static str, &'static str)],
    /// Fields that are items of the sequence.
    pub visible: usize,
    /// Can Python code make instances?
    pub constructible: bool,
}

/// Fields a struct sequence can have.
const MAX_FIELDS: usize = 32;

fn field<const I: usize>(v: Value) -> PyResult {
    item(v, I)
}

/// Field `i`, hidden or not.
fn item(v: Value, i: usize) -> PyResult {
    let Some(t) = v.downcast::<Tuple>() else {
        return raise!(TypeError, "expected a struct sequence, not '{}'", v.class().name());
    };
    if let Some(&v) = t.items().get(i) {
        return Ok(v.own());
    }
    let hidden = trailing_slot(v, v.class(), i - t.len).get();
    Ok(if hidden.is_unbound() { Ref::from_raw(NONE) } else { hidden.own() })
}

macro_rules! getters {
    ($($i:literal)*) => { [$(field::<$i>),*] };
}
static GETTERS: [fn(Value) -> PyResult; MAX_FIELDS] = getters! {
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
};

/// Make the class of a description.
pub fn make_class(spec: &'static Spec) -> P<TypeObject> {
    assert!(spec.visible <= spec.fields.len() && spec.fields.len() <= MAX_FIELDS);
    let hidden = spec.fields.len() - spec.visible;
    let extra =
        if spec.constructible { 0 } else { flags::NO_NEW } | if hidden > 0 { flags::TRAILING } else { 0 };
    let layout = |class: P<TypeObject>| class.slot_count.set(hidden as u32);
    let class = native_class(spec.module, spec.name, types().tuple, extra, layout, |class| {
        Methods::install(class);
        let named = spec.fields.iter().enumerate().filter(|(_, (name, _))| !name.is_empty());
        let defs: Vec<Item> = named
            .map(|(i, &(name, doc))| {
                // Lives as long as the class, which is never freed.
                let def: &'static GetSetDef =
                    Box::leak(Box::new(GetSetDef { name, doc, get: Some(GETTERS[i]), set: None }));
                Item::GetSet(def)
            })
            .collect();
        install(class, &defs);
        class.slots.new.set(Some(py_new));
        class.slots.repr.set(Some(py_repr));
    });
    let d = class.dict();
    d.insert_text("__doc__", str::new(spec.doc).erase());
    let unnamed = spec.fields.iter().filter(|(name, _)| name.is_empty()).count();
    for (name, n) in
        [("n_fields", spec.fields.len()), ("n_sequence_fields", spec.visible), ("n_unnamed_fields", unnamed)]
    {
        d.insert_text(name, int::new(n as i64));
    }
    let names = spec.fields[..spec.visible].iter().filter(|(n, _)| !n.is_empty());
    let names = tuple::from_refs(names.map(|(n, _)| str::new(n).erase()).collect());
    d.insert_text("__match_args__", names.erase());
    runtime().struct_sequences.borrow_mut().insert(class.as_ptr() as usize, spec);
    class
}

/// An instance with these fields, hidden ones last.
pub fn new(class: P<TypeObject>, fields: Vec<Ref>) -> Ref {
    let visible = spec_of(class).map_or(fields.len(), |s| s.visible).min(fields.len());
    let values: Vec<Value> = fields[..visible].iter().map(Ref::value).collect();
    let t = tuple::new_in(class, &values).erase();
    for (i, v) in fields.into_iter().skip(visible).enumerate() {
        drop(Ref::from_raw(trailing_slot(t.value(), class, i).replace(v.into_raw())));
    }
    t
}

fn spec_of(class: P<TypeObject>) -> Option<&'static Spec> {
    let all = runtime().struct_sequences.borrow();
    class.mro.borrow().iter().find_map(|c| all.get(&(c.as_ptr() as usize)).copied())
}

fn spec_of_instance(v: Value) -> PyResult<&'static Spec> {
    match spec_of(v.class()) {
        Some(s) => Ok(s),
        None => raise!(TypeError, "'{}' is no struct sequence", v.class().name()),
    }
}

fn full_name(spec: &Spec) -> String {
    format!("{}.{}", spec.module, spec.name)
}

/// `__new__(sequence, dict={})`: the dict gives hidden fields.
fn py_new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
    let Some(spec) = spec_of(class) else { return raise!(TypeError, "no struct sequence") };
    let mut found: [Option<Value>; 2] = [None; 2];
    if args.pos().len() > 2 {
        return raise!(TypeError, "{}() takes at most 2 arguments ({} given)", spec.name, args.values.len());
    }
    for (slot, v) in found.iter_mut().zip(args.pos()) {
        *slot = Some(*v);
    }
    for (name, v) in args.keywords() {
        match name.as_str().map(|s| s.to_lossy()).unwrap_or_default().as_str() {
            "sequence" => found[0] = Some(v),
            "dict" => found[1] = Some(v),
            other => {
                return raise!(TypeError, "{}() got an unexpected keyword argument '{other}'", spec.name);
            }
        }
    }
    let Some(sequence) = found[0] else {
        return raise!(TypeError, "{}() missing required argument 'sequence' (pos 1)", spec.name);
    };
    let mut fields = crate::protocol::sequence::fast(sequence, "constructor requires a sequence")?;
    let (n, most) = (fields.len(), spec.fields.len());
    let name = full_name(spec);
    if n < spec.visible || n > most {
        let how = match () {
            () if spec.visible == most => "a",
            () if n < spec.visible => "an at least",
            () => "an at most",
        };
        let wanted = if n < spec.visible { spec.visible } else { most };
        return raise!(TypeError, "{name}() takes {how} {wanted}-sequence ({n}-sequence given)");
    }
    let hidden: Option<P<Dict>> = match found[1].filter(|v| !v.is_none()) {
        None => None,
        Some(d) => match d.downcast::<Dict>() {
            Some(d) => Some(d),
            None => return raise!(TypeError, "{name}() takes a dict as second arg, if any"),
        },
    };
    for (key, _) in &spec.fields[n..] {
        let v = hidden.and_then(|d| d.get_text(key)).unwrap_or(NONE);
        fields.push(v.own());
    }
    Ok(new(class, fields))
}

/// `module.name(field=value, …)`
fn py_repr(v: Value) -> PyResult {
    let spec = spec_of_instance(v)?;
    let keep = v.own();
    let Some(t) = keep.downcast::<Tuple>() else { return raise!(TypeError, "no struct sequence") };
    let mut out = format!("{}(", full_name(spec));
    for (i, (item, (name, _))) in t.items().iter().zip(spec.fields).enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        out.push_str(&format!("{name}={}", repr_text(*item)?));
    }
    out.push(')');
    Ok(str::new(&out).erase())
}

struct Methods;

#[crate::pymethods]
impl Methods {
    #[method("(self, /)", name = "__reduce__")]
    fn reduce(this: Value) -> PyResult {
        let spec = spec_of_instance(this)?;
        let Some(t) = this.downcast::<Tuple>() else { return raise!(TypeError, "no struct sequence") };
        let hidden = dict::new();
        for (i, (name, _)) in spec.fields.iter().enumerate().skip(spec.visible) {
            hidden.insert_text(name, item(this, i)?);
        }
        let args = tuple::from_refs(vec![tuple::from_values(t.items()).erase(), hidden.erase()]);
        Ok(tuple::from_refs(vec![this.class().own(), args.erase()]).erase())
    }
    /// Return a copy of the structure with new values for the specified fields.
    #[method("(self, /, **changes)", name = "__replace__")]
    fn replace(this: Value, changes: crate::native::Kwargs) -> PyResult {
        let spec = spec_of_instance(this)?;
        let mut left = changes.pairs;
        let mut fields = Vec::new();
        for (i, (name, _)) in spec.fields.iter().enumerate() {
            let given = left.iter().position(|(k, _)| k.as_str().is_some_and(|s| s.is_str(name)));
            fields.push(match given {
                Some(at) => left.remove(at).1.own(),
                None => item(this, i)?,
            });
        }
        if !left.is_empty() {
            let names = crate::types::list::from_values(&left.iter().map(|(k, _)| *k).collect::<Vec<_>>());
            return raise!(TypeError, "Got unexpected field name(s): {}", repr_text(names.p().value())?);
        }
        Ok(new(this.class(), fields))
    }
}
