//! Nodes from the compiler's trees.

use super::node::make;
use hashbrown::HashMap;
use taipan_bytecode::syntax::{Node, Tree};
use taipan_runtime::error::PyResult;
use taipan_runtime::exec::code::const_value;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::attr::dict_of;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{int, list};
use taipan_runtime::value::NONE;

/// Makes the objects of one tree.
#[derive(Default)]
pub struct Builder {
    classes: HashMap<&'static str, P<TypeObject>>,
    /// Nodes without fields and positions are shared.
    shared: HashMap<&'static str, Ref>,
}

impl Builder {
    /// The object for a tree.
    pub fn build(&mut self, tree: &Tree) -> PyResult {
        match tree {
            Tree::None => Ok(Ref::from_raw(NONE)),
            Tree::Value(c) => Ok(const_value(c)),
            Tree::List(items) => {
                let items: PyResult<Vec<Ref>> = items.iter().map(|item| self.build(item)).collect();
                Ok(list::new(items?).erase())
            }
            Tree::Node(node) => self.node(node),
        }
    }

    fn node(&mut self, node: &Node) -> PyResult {
        let empty = node.fields.is_empty() && node.position.is_none();
        if let Some(made) = self.shared.get(node.class).filter(|_| empty) {
            return Ok(made.clone());
        }
        let class = match self.classes.get(node.class) {
            Some(&class) => class,
            None => {
                let class = super::class(node.class)?;
                self.classes.insert(node.class, class);
                class
            }
        };
        let object = make(class).erase();
        if let Some(dict) = dict_of(*object) {
            for (name, tree) in &node.fields {
                dict.insert_text(name, self.build(tree)?);
            }
            if let Some(p) = node.position {
                let parts = [
                    ("lineno", p.line),
                    ("col_offset", p.col),
                    ("end_lineno", p.end_line),
                    ("end_col_offset", p.end_col),
                ];
                for (name, value) in parts {
                    dict.insert_text(name, int::new(value.unwrap_or(0).into()));
                }
            }
        }
        if empty {
            self.shared.insert(node.class, object.clone());
        }
        Ok(object)
    }
}
