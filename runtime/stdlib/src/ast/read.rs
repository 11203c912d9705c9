//! From nodes to the compiler's trees: what `compile()` is given.

use super::schema::{SCHEMA, Sum};
use super::{Field, signature};
use hashbrown::HashMap;
use taipan_bytecode::syntax::{Node, Tree};
use taipan_bytecode::{Const, Position};
use taipan_runtime::error::{PyResult, Raised};
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::attr::getattr_opt;
use taipan_runtime::protocol::index::index;
use taipan_runtime::protocol::repr::repr_text;
use taipan_runtime::raise;
use taipan_runtime::types::code::const_from;
use taipan_runtime::types::list::List;
use taipan_runtime::types::type_object::{TypeObject, mro_tuple};
use taipan_runtime::value::Value;

/// The name, fields and base of a class.
struct Class {
    name: &'static str,
    fields: Vec<Field<'static>>,
    sum: &'static Sum,
}

/// Reads the nodes of one tree.
pub struct Reader {
    classes: HashMap<usize, Class>,
}

fn address(class: P<TypeObject>) -> usize {
    class.as_ptr() as usize
}

impl Reader {
    /// A reader that knows the classes of `ast`.
    pub fn new() -> PyResult<Reader> {
        let mut classes = HashMap::new();
        for sum in SCHEMA {
            let alone = [sum.base];
            let texts: &[&str] = if sum.classes.is_empty() { &alone } else { sum.classes };
            for text in texts {
                let (name, fields) = signature(text);
                classes.insert(address(super::class(name)?), Class { name, fields, sum });
            }
        }
        Ok(Reader { classes })
    }

    /// The tree of a `mod`.
    pub fn read(&self, v: Value) -> PyResult<Tree> {
        self.node(v, "mod")
    }

    fn node(&self, v: Value, base: &str) -> PyResult<Tree> {
        taipan_runtime::thread::current().check_native_stack(" during  ast construction")?;
        let known =
            mro_tuple(v.class()).items().iter().find_map(|class| self.classes.get(&(class.bits() as usize)));
        let Some(class) = known.filter(|class| signature(class.sum.base).0 == base) else {
            return raise!(TypeError, "expected some sort of {base}, but got {}", repr_text(v)?);
        };
        let mut fields = Vec::with_capacity(class.fields.len());
        for field in &class.fields {
            if !matches!(field.name, "type_comment" | "kind" | "type_ignores") {
                fields.push((field.name, self.field(v, class, field)?));
            }
        }
        let position = if class.sum.positions { Some(position(v, base)?) } else { None };
        Ok(Tree::Node(Box::new(Node { class: class.name, fields, position })))
    }

    fn field(&self, v: Value, class: &Class, field: &Field<'static>) -> PyResult<Tree> {
        let Some(found) = getattr_opt(v, crate::startup::name(field.name))? else {
            if field.list {
                return Ok(Tree::List(Vec::new()));
            }
            if field.class == "expr_context" {
                return Ok(Tree::Node(Box::new(Node { class: "Load", fields: Vec::new(), position: None })));
            }
            if field.optional {
                return Ok(Tree::None);
            }
            return missing(field.name, class.name);
        };
        if !field.list {
            return self.value(*found, class, field);
        }
        let Some(items) = found.downcast::<List>() else {
            let kind = found.class().name();
            return raise!(TypeError, "{} field \"{}\" must be a list, not a {kind}", class.name, field.name);
        };
        // A copy: attributes that are computed may change the list.
        let items = taipan_runtime::protocol::iter::collect(items.value())?;
        let trees: PyResult<Vec<Tree>> = items.iter().map(|item| self.value(**item, class, field)).collect();
        trees.map(Tree::List)
    }

    fn value(&self, v: Value, class: &Class, field: &Field<'_>) -> PyResult<Tree> {
        if field.class == "constant" {
            return match const_from(v) {
                Ok(value) => Ok(Tree::Value(value)),
                Err(Raised) => {
                    drop(taipan_runtime::error::take());
                    raise!(TypeError, "got an invalid type in Constant: {}", v.class().name())
                }
            };
        }
        if v.is_none() {
            // Where it may not be, the compiler says so; an absent item of a list has a meaning in some.
            if field.optional || field.list {
                return Ok(Tree::None);
            }
            return raise!(ValueError, "field '{}' is required for {}", field.name, class.name);
        }
        match field.class {
            "identifier" => match v.as_str() {
                Some(_) => Ok(Tree::Value(const_from(v)?)),
                None => raise!(TypeError, "AST identifier must be of type str"),
            },
            "string" => match v.as_str() {
                Some(_) => Ok(Tree::Value(const_from(v)?)),
                None => raise!(TypeError, "AST string must be of type str"),
            },
            "int" => Ok(Tree::Value(Const::Int(integer(v)?))),
            base => self.node(v, base),
        }
    }
}

fn missing<T>(field: &str, class: &str) -> PyResult<T> {
    raise!(TypeError, "required field \"{field}\" missing from {class}")
}

fn integer(v: Value) -> PyResult<i64> {
    let number = if v.is_int() || v.is_bool() { Some(v.own()) } else { index(v).ok() };
    match number.and_then(|n: Ref| n.as_i64()) {
        Some(n) => Ok(n),
        None => {
            drop(taipan_runtime::thread::current().take_raised());
            raise!(ValueError, "invalid integer value: {}", repr_text(v)?)
        }
    }
}

fn position(v: Value, base: &str) -> PyResult<Position> {
    let number = |name: &str| -> PyResult<Option<i64>> {
        match getattr_opt(v, crate::startup::name(name))?.filter(|n| !n.is_none()) {
            Some(n) => integer(*n).map(Some),
            None => Ok(None),
        }
    };
    let Some(line) = number("lineno")? else { return missing("lineno", base) };
    let Some(col) = number("col_offset")? else { return missing("col_offset", base) };
    let end_line = number("end_lineno")?.unwrap_or(line);
    let end_col = number("end_col_offset")?.unwrap_or(col);
    if line > end_line {
        return raise!(ValueError, "AST node line range ({line}, {end_line}) is not valid");
    }
    if line < 0 && end_line != line || col < 0 && col != end_col {
        return raise!(
            ValueError,
            "AST node column range ({col}, {end_col}) for line range ({line}, {end_line}) is not valid"
        );
    }
    if line == end_line && col > end_col {
        return raise!(ValueError, "line {line}, column {col}-{end_col} is not a valid range");
    }
    let part = |n: i64| u32::try_from(n.max(0)).unwrap_or(u32::MAX);
    Ok(Position::new(part(line), part(end_line), part(col), part(end_col)))
}
