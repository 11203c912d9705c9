//! `AST`, the base of all nodes.

use taipan_runtime::builtins::warn::warn;
use taipan_runtime::error::{Exc, PyResult};
use taipan_runtime::native::native_class;
use taipan_runtime::object::{Header, Kind, Own, P, Ref, alloc_in};
use taipan_runtime::protocol::attr::{dict_of, getattr, getattr_opt, setattr};
use taipan_runtime::protocol::call::{call, call0};
use taipan_runtime::protocol::repr::repr_text;
use taipan_runtime::slots::Args;
use taipan_runtime::types::dict::{self, Dict};
use taipan_runtime::types::generic_alias::GenericAlias;
use taipan_runtime::types::list::{self, List};
use taipan_runtime::types::str::{self, Str};
use taipan_runtime::types::tuple::{self, Tuple};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::union::Union;
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, pymethods, raise};

/// A node; everything in it is in its dict.
#[repr(C)]
pub struct Ast {
    head: Header,
}
object_layout!(Ast, Kind::Native, container, []);

/// A node of this class without fields.
pub fn make(class: P<TypeObject>) -> Own<Ast> {
    alloc_in(class, Ast { head: Header::new(class) })
}

/// The names in `_fields` or `_attributes` of a class.
fn names_of(v: Value, attribute: &str) -> PyResult<Vec<Own<Str>>> {
    let Some(found) = getattr_opt(v.class().value(), str::interned(attribute))? else {
        return Ok(Vec::new());
    };
    let mut names = Vec::new();
    taipan_runtime::protocol::iter::for_each(*found, |name| match name.as_str() {
        Some(s) => {
            names.push(s.own_typed());
            Ok(())
        }
        None => raise!(TypeError, "AST {attribute} must be strings, not {}", name.class().name()),
    })?;
    Ok(names)
}

fn is_name(names: &[Own<Str>], s: P<Str>) -> bool {
    names.iter().any(|n| n.equals(&s))
}

/// What a field that was not given gets.
fn fill_missing(this: Value, missing: &[Own<Str>]) -> PyResult<()> {
    let class = this.class();
    let Some(types) = class.dict().get_text("_field_types").and_then(|d| d.downcast::<Dict>()) else {
        return Ok(());
    };
    let types = types.own_typed();
    for name in missing {
        let Some(wanted) = types.get(name.p().value())?.map(Value::own) else {
            let message = format!(
                "Field {} is missing from {}._field_types. This will become an error in Python 3.15.",
                repr_text(name.p().value())?,
                class.name()
            );
            warn(Exc::DeprecationWarning, &message)?;
            continue;
        };
        if wanted.downcast::<Union>().is_some() {
            continue;
        }
        if wanted.downcast::<GenericAlias>().is_some() {
            setattr(this, name.p(), list::new(Vec::new()).erase().value())?;
        } else if wanted.downcast::<TypeObject>().is_some_and(|t| t.name() == "expr_context") {
            let load = super::class("Load")?;
            let context = call0(load.value())?;
            setattr(this, name.p(), context.value())?;
        } else {
            let message = format!(
                "{}.__init__ missing 1 required positional argument: {}. This will become an error in Python 3.15.",
                class.name(),
                repr_text(name.p().value())?
            );
            warn(Exc::DeprecationWarning, &message)?;
        }
    }
    Ok(())
}

/// An item of a list in a node's repr.
fn shown(v: Value, depth: u32) -> PyResult<String> {
    if v.downcast::<Ast>().is_some() {
        return node_repr(v, depth);
    }
    let items: Vec<Ref> = match (v.exact::<List>(), v.exact::<Tuple>()) {
        (Some(l), _) => l.items.to_refs(),
        (_, Some(t)) => t.items().iter().map(|v| v.own()).collect(),
        _ => return repr_text(v),
    };
    if items.is_empty() {
        return repr_text(v);
    }
    let mut parts = Vec::new();
    let one = |v: &Ref| if v.downcast::<Ast>().is_some() { node_repr(**v, depth) } else { repr_text(**v) };
    parts.push(one(&items[0])?);
    if items.len() > 2 {
        parts.push("...".to_owned());
    }
    if let [_, .., last] = &items[..] {
        parts.push(one(last)?);
    }
    let (open, close) = if v.exact::<List>().is_some() { ("[", "]") } else { ("(", ")") };
    Ok(format!("{open}{}{close}", parts.join(", ")))
}

fn node_repr(v: Value, depth: u32) -> PyResult<String> {
    let class = v.class().name();
    if depth == 0 {
        return Ok(format!("{class}(...)"));
    }
    let mut parts = Vec::new();
    for name in names_of(v, "_fields")? {
        let value = getattr(v, name.p())?;
        parts.push(format!("{}={}", name.to_lossy(), shown(*value, depth - 1)?));
    }
    Ok(format!("{class}({})", parts.join(", ")))
}

#[pymethods]
impl Ast {
    #[slot(new)]
    fn new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        Ok(make(class).erase())
    }
    #[slot(init)]
    fn init(this: Value, args: Args<'_>) -> PyResult<()> {
        let class = this.class();
        let fields = names_of(this, "_fields")?;
        let given = args.pos();
        if given.len() > fields.len() {
            let (name, most) = (class.name(), fields.len());
            let plural = if most == 1 { "" } else { "s" };
            return raise!(TypeError, "{name} constructor takes at most {most} positional argument{plural}");
        }
        for (name, value) in fields.iter().zip(given) {
            setattr(this, name.p(), *value)?;
        }
        let mut missing: Vec<Own<Str>> = fields[given.len()..].to_vec();
        for (key, value) in args.keywords() {
            let Some(key) = key.as_str() else { continue };
            if is_name(&fields, key) {
                if is_name(&fields[..given.len()], key) {
                    let (name, key) = (class.name(), repr_text(key.value())?);
                    return raise!(TypeError, "{name} got multiple values for argument {key}");
                }
                missing.retain(|m| !m.equals(&key));
            } else if !is_name(&names_of(this, "_attributes")?, key) {
                let message = format!(
                    "{}.__init__ got an unexpected keyword argument {}. Support for arbitrary keyword arguments is \
                     deprecated and will be removed in Python 3.15.",
                    class.name(),
                    repr_text(key.value())?
                );
                warn(Exc::DeprecationWarning, &message)?;
            }
            setattr(this, key, value)?;
        }
        fill_missing(this, &missing)
    }
    #[slot(repr)]
    fn repr(this: Value) -> PyResult {
        let text =
            taipan_runtime::protocol::repr::guarded(this, || node_repr(this, 3).map(|text| str::new(&text)))?;
        Ok(match text {
            Some(t) => t.erase(),
            None => Ref::from(format!("{}(...)", this.class().name()).as_str()),
        })
    }
    #[method("(self, /)", name = "__reduce__")]
    fn reduce(this: Value) -> PyResult {
        let state = match dict_of(this) {
            Some(d) => d.copy(),
            None => dict::new(),
        };
        let mut positional = Vec::new();
        for name in names_of(this, "_fields")? {
            match state.remove(name.p().value())? {
                Some((_, value)) => positional.push(value),
                None => break,
            }
        }
        let positional = tuple::from_refs(positional).erase();
        let parts = vec![this.class().own(), positional, state.erase()];
        Ok(tuple::from_refs(parts).erase())
    }
    /// Return a copy of the AST node with new values for the specified fields.
    #[method("(self, /, **fields)", name = "__replace__")]
    fn replace(this: Value, fields: taipan_runtime::native::Kwargs) -> PyResult {
        let merged = match dict_of(this) {
            Some(d) => d.copy(),
            None => dict::new(),
        };
        for (key, value) in fields.pairs {
            merged.insert(key, value.own())?;
        }
        let names: Vec<Ref> = merged.iter().map(|(k, _)| k.own()).collect();
        let values: Vec<Ref> = merged.iter().map(|(_, v)| v.own()).collect();
        let (names, values): (Vec<Value>, Vec<Value>) =
            (names.iter().map(Ref::value).collect(), values.iter().map(Ref::value).collect());
        call(this.class().value(), Args { values: &values, names: &names })
    }
}

/// Is it a node?
pub fn is_node(v: Value) -> bool {
    native_class::<Ast>().is_some_and(|c| v.is_instance_of(c))
}
