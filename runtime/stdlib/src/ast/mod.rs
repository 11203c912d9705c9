//! `_ast`: the classes of syntax trees, and trees from source.

mod build;
mod node;
mod read;
mod schema;

pub use build::Builder;
pub use module::MODULE;
pub use node::is_node;
pub use read::Reader;

use schema::SCHEMA;
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Own, P, Ref};
use taipan_runtime::protocol::call::call;
use taipan_runtime::protocol::mapping::getitem;
use taipan_runtime::protocol::number;
use taipan_runtime::raise;
use taipan_runtime::runtime::{runtime, types};
use taipan_runtime::slots::Args;
use taipan_runtime::types::dict::{self, Dict};
use taipan_runtime::types::module::Module;
use taipan_runtime::types::tuple::{self, Tuple};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{NONE, Value};

/// A class of `_ast`, which is imported if it has not been yet.
pub fn class(name: &str) -> PyResult<P<TypeObject>> {
    let module = crate::construct::import("_ast")?;
    let found = module.downcast::<Module>().and_then(|m| m.dict().get_text(name));
    match found.and_then(|v| v.downcast::<TypeObject>()) {
        Some(class) => Ok(class),
        None => raise!(SystemError, "_ast.{name} is missing"),
    }
}

/// The tree of source text: `compile(..., PyCF_ONLY_AST)`.
pub fn parse(request: &taipan_runtime::eval_hook::CompileRequest<'_>) -> PyResult {
    let tree = (taipan_runtime::eval_hook::hooks().parse)(request)?;
    Builder::default().build(&tree)
}

/// A field in a signature: `expr* args` gives `args` and `list[expr]`.
struct Field<'a> {
    name: &'a str,
    class: &'a str,
    optional: bool,
    list: bool,
}

/// Name and fields of `Call(expr func, expr* args)`.
fn signature(text: &str) -> (&str, Vec<Field<'_>>) {
    let Some((name, rest)) = text.split_once('(') else { return (text, Vec::new()) };
    let fields = rest.trim_end_matches(')').split(", ").filter_map(|part| {
        let (class, name) = part.split_once(' ')?;
        let optional = class.ends_with('?');
        let list = class.ends_with('*');
        Some(Field { name, class: class.trim_end_matches(['?', '*']), optional, list })
    });
    (name, fields.collect())
}

fn name_tuple(names: &[&str]) -> Own<Tuple> {
    tuple::from_refs(names.iter().map(|&n| taipan_runtime::types::str::interned(n).own()).collect())
}

const POSITIONS: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// Make a class of nodes and put it into the module.
fn make_class(m: P<Module>, text: &str, base: Value, doc: &str, positions: Option<bool>) -> PyResult {
    let (name, fields) = signature(text);
    let namespace = dict::new();
    let names: Vec<&str> = fields.iter().map(|f| f.name).collect();
    let names = name_tuple(&names);
    namespace.insert_text("_fields", names.clone().erase());
    namespace.insert_text("__match_args__", names.erase());
    namespace.insert_text("__module__", Ref::from("ast"));
    namespace.insert_text("__doc__", Ref::from(doc));
    if let Some(positions) = positions {
        let attributes: &[&str] = if positions { &POSITIONS } else { &[] };
        namespace.insert_text("_attributes", name_tuple(attributes).erase());
        let optional: &[&str] = match positions {
            // Type parameters must have an end.
            true if name != "type_param" && name != "pattern" => &POSITIONS[2..],
            _ => &[],
        };
        for name in optional {
            namespace.insert_text(name, Ref::from_raw(NONE));
        }
    }
    for field in fields.iter().filter(|f| f.optional) {
        namespace.insert_text(field.name, Ref::from_raw(NONE));
    }
    let bases = tuple::from_values(&[base]);
    let class_name = Ref::from(name);
    let args = [*class_name, bases.p().value(), namespace.p().value()];
    let class = call(types().type_.value(), Args::positional(&args))?;
    m.set(name, *class);
    Ok(class)
}

/// The class that a field's type names.
fn field_class(m: P<Module>, name: &str) -> PyResult {
    match name {
        "identifier" | "string" => Ok(types().str.own()),
        "int" => Ok(types().int.own()),
        "constant" => Ok(types().object.own()),
        _ => match m.dict().get_text(name) {
            Some(class) => Ok(class.own()),
            None => raise!(SystemError, "_ast.{name} is missing"),
        },
    }
}

/// `_field_types` of a class, once all classes are there.
fn add_field_types(m: P<Module>, text: &str) -> PyResult<()> {
    let (name, fields) = signature(text);
    let field_types: Own<Dict> = dict::new();
    for field in &fields {
        let class = field_class(m, field.class)?;
        let kind = if field.list {
            getitem(types().list.value(), *class)?
        } else if field.optional {
            number::or(*class, NONE)?
        } else {
            class
        };
        field_types.insert_text(field.name, kind);
    }
    if let Some(class) = m.dict().get_text(name).and_then(|v| v.downcast::<TypeObject>()) {
        class.dict().insert_text("__annotations_cache__", field_types.clone().erase());
        class.dict().insert_text("_field_types", field_types.erase());
    }
    Ok(())
}

/// The docstring of an abstract class: all derived ones.
fn sum_doc(base: &str, classes: &[&str]) -> String {
    let indent = format!("\n{:width$} | ", "", width = base.len());
    format!("{base} = {}", classes.join(&indent))
}

#[taipan_runtime::pymodule(name = "_ast")]
mod module {
    use super::*;
    use crate::construct::add_class;
    use taipan_runtime::types::int;
    use taipan_runtime::types::type_object::flags::{BASETYPE, HAS_DICT, TRAILING};

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        let object = types().object;
        let root =
            add_class::<node::Ast>(m, "AST", object, BASETYPE | HAS_DICT | TRAILING, node::Ast::install);
        let empty = || tuple::empty().erase();
        for (name, value) in [("_fields", empty()), ("_attributes", empty()), ("__match_args__", empty())] {
            root.dict().insert_text(name, value);
        }
        root.dict().insert_text("__module__", Ref::from("ast"));
        for sum in SCHEMA {
            let doc =
                if sum.classes.is_empty() { sum.base.to_owned() } else { sum_doc(sum.base, sum.classes) };
            let base = make_class(m, sum.base, root.value(), &doc, Some(sum.positions))?;
            for class in sum.classes {
                make_class(m, class, *base, class, None)?;
            }
        }
        for sum in SCHEMA {
            if sum.classes.is_empty() {
                add_field_types(m, sum.base)?;
            }
            sum.classes.iter().try_for_each(|class| add_field_types(m, class))?;
        }
        let _ = runtime();
        let flags = [
            ("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000),
            ("PyCF_ONLY_AST", 0x400),
            ("PyCF_TYPE_COMMENTS", 0x1000),
            ("PyCF_OPTIMIZED_AST", 0x8400),
        ];
        for (name, value) in flags {
            m.set(name, *int::new(value));
        }
        Ok(())
    }
}
