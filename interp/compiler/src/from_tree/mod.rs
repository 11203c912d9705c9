//! From the nodes of `ast`, as a program may have made them, to the parser's tree. The inverse of [`crate::tree`].
//!
//! The parser's tree says where a node is by offsets into a source, and the nodes have lines and columns: so there is a
//! stand-in for the source, with lines of blanks that are long enough. What the compiler reads from a source it finds
//! there: a letter where a decorated definition begins, and behind the last line the literals that the parser's tree
//! cannot hold.

mod expr;
mod parts;
mod pattern;
mod stmt;
mod string;

use std::cell::RefCell;

use ruff_python_ast::name::Name;
use ruff_python_ast::{AtomicNodeIndex, Identifier, Mod, ModExpression, ModModule};
use ruff_text_size::{TextRange, TextSize};
use taipan_bytecode::Const;
use taipan_bytecode::syntax::{Node, Tree};

use crate::Mode;

/// Why nodes are no program. The message is CPython's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TreeError {
    /// `ValueError`.
    Value(String),
    /// `TypeError`.
    Type(String),
}

type Result<T> = std::result::Result<T, TreeError>;

/// Later lines, and columns further to the right, are taken for the last there are.
const MAX_LINE: u32 = 1 << 20;
const MAX_COLUMN: u32 = 1 << 12;

/// The parser's tree of nodes, and the stand-in for its source.
pub(crate) fn module(tree: &Tree, mode: Mode) -> Result<(Mod, String)> {
    let Tree::Node(node) = tree else { return fail("expected some sort of mod, but got something else") };
    let mut widths = Vec::new();
    measure(tree, &mut widths);
    let mut marks = Vec::new();
    let reader = Reader::new(&widths);
    let found = match (node.class, mode) {
        ("Module", Mode::Exec) | ("Interactive", Mode::Single) => {
            let body = reader.stmts(node, "body")?;
            Mod::Module(ModModule { node_index: AtomicNodeIndex::NONE, range: TextRange::default(), body })
        }
        ("Expression", Mode::Eval) => Mod::Expression(ModExpression {
            node_index: AtomicNodeIndex::NONE,
            range: TextRange::default(),
            body: Box::new(reader.load(node, "body")?),
        }),
        (class, _) => {
            let wanted = match mode {
                Mode::Exec => "Module",
                Mode::Eval => "Expression",
                Mode::Single => "Interactive",
            };
            return Err(TreeError::Type(format!("expected {wanted} node, got {class}")));
        }
    };
    definitions(tree, &mut marks);
    let source = reader.source(&marks);
    Ok((found, source))
}

fn fail<T>(message: impl Into<String>) -> Result<T> {
    Err(TreeError::Value(message.into()))
}

/// Calls `visit` with each node.
fn walk<'t>(tree: &'t Tree, visit: &mut impl FnMut(&'t Node)) {
    match tree {
        Tree::Node(node) => {
            visit(node);
            node.fields.iter().for_each(|(_, field)| walk(field, visit));
        }
        Tree::List(items) => items.iter().for_each(|item| walk(item, visit)),
        Tree::None | Tree::Value(_) => {}
    }
}

/// How long each line has to be, so that something can stand wherever a node begins.
fn measure(tree: &Tree, widths: &mut Vec<u32>) {
    walk(tree, &mut |node| {
        let Some(p) = node.position else { return };
        for (line, col) in [(p.line, p.col), (p.end_line, p.end_col)] {
            let line = line.unwrap_or(0).min(MAX_LINE) as usize;
            if widths.len() <= line {
                widths.resize(line + 1, 0);
            }
            widths[line] = widths[line].max(col.unwrap_or(0).min(MAX_COLUMN) + 1);
        }
    });
}

/// Where decorated functions and classes begin: line and column.
fn definitions(tree: &Tree, marks: &mut Vec<(u32, u32)>) {
    walk(tree, &mut |node| {
        if let ("FunctionDef" | "AsyncFunctionDef" | "ClassDef", Some(p)) = (node.class, node.position) {
            marks.push((p.line.unwrap_or(0), p.col.unwrap_or(0)));
        }
    });
}

/// What an expression is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Context {
    Load,
    Store,
    Del,
}

impl Context {
    fn name(self) -> &'static str {
        match self {
            Context::Load => "Load",
            Context::Store => "Store",
            Context::Del => "Del",
        }
    }
}

/// Reads the nodes of one tree.
struct Reader {
    /// Where each line begins, the first being 0.
    starts: Vec<u32>,
    /// What stands behind the last line.
    appendix: RefCell<String>,
    end: u32,
}

impl Reader {
    fn new(widths: &[u32]) -> Reader {
        let mut starts = Vec::with_capacity(widths.len() + 1);
        let mut end = 0;
        for (line, width) in widths.iter().enumerate() {
            starts.push(end);
            // Lines count from 1: that of what has none is part of the first.
            end += width + u32::from(line > 0);
        }
        Reader { starts, appendix: RefCell::new(String::new()), end }
    }

    fn offset(&self, line: Option<u32>, col: Option<u32>) -> TextSize {
        let line = line.unwrap_or(0).min(MAX_LINE) as usize;
        let start = self.starts.get(line).copied().unwrap_or(0);
        TextSize::new(start + col.unwrap_or(0).min(MAX_COLUMN))
    }

    fn range(&self, node: &Node) -> TextRange {
        let Some(p) = node.position else { return TextRange::default() };
        let start = self.offset(p.line, p.col);
        TextRange::new(start, self.offset(p.end_line, p.end_col).max(start))
    }

    /// Text for the compiler to read, and where it is.
    fn append(&self, text: &str) -> TextRange {
        let mut appendix = self.appendix.borrow_mut();
        let start = TextSize::new(self.end + appendix.len() as u32);
        appendix.push_str(text);
        TextRange::at(start, TextSize::new(text.len() as u32))
    }

    /// The stand-in for the source.
    fn source(&self, marks: &[(u32, u32)]) -> String {
        let mut bytes = vec![b' '; self.end as usize];
        for start in self.starts.iter().skip(2) {
            bytes[*start as usize - 1] = b'\n';
        }
        if let Some(last) = bytes.last_mut().filter(|_| self.starts.len() > 1) {
            *last = b'\n';
        }
        for &(line, col) in marks {
            let at = self.offset(Some(line), Some(col)).to_usize();
            if let Some(b) = bytes.get_mut(at).filter(|b| **b == b' ') {
                *b = b'd';
            }
        }
        String::from_utf8_lossy(&bytes).into_owned() + &self.appendix.borrow()
    }

    fn identifier(&self, node: &Node, field: &str) -> Result<Identifier> {
        match self.optional_identifier(node, field)? {
            Some(id) => Ok(id),
            None => missing(node, field),
        }
    }

    fn optional_identifier(&self, node: &Node, field: &str) -> Result<Option<Identifier>> {
        match get(node, field) {
            Tree::None => Ok(None),
            tree => Ok(Some(self.name(tree, self.range(node))?)),
        }
    }

    fn name(&self, tree: &Tree, range: TextRange) -> Result<Identifier> {
        let Tree::Value(Const::Str(s)) = tree else {
            return Err(TreeError::Type("AST identifier must be of type str".into()));
        };
        match s.as_str() {
            Some(text @ ("None" | "True" | "False")) => {
                fail(format!("identifier field can't represent '{text}' constant"))
            }
            Some(text) => Ok(Identifier { id: Name::new(text), range, node_index: AtomicNodeIndex::NONE }),
            None => fail("identifier field can't represent a lone surrogate"),
        }
    }

    fn identifiers(&self, node: &Node, field: &str) -> Result<Vec<Identifier>> {
        let found: Result<Vec<_>> =
            list(node, field).iter().map(|t| self.name(t, self.range(node))).collect();
        let found = found?;
        if found.is_empty() { fail(format!("empty {field} on {}", node.class)) } else { Ok(found) }
    }
}

/// A field, `None` if it is not there.
fn get<'t>(node: &'t Node, field: &str) -> &'t Tree {
    node.fields.iter().find(|(name, _)| *name == field).map_or(&Tree::None, |(_, tree)| tree)
}

/// The items of a field that is a list.
fn list<'t>(node: &'t Node, field: &str) -> &'t [Tree] {
    match get(node, field) {
        Tree::List(items) => items,
        _ => &[],
    }
}

fn int(node: &Node, field: &str) -> i64 {
    match get(node, field) {
        Tree::Value(Const::Int(i)) => *i,
        Tree::Value(Const::True) => 1,
        _ => 0,
    }
}

/// The class of a field without fields of its own: an operator or a context.
fn class_of<'t>(node: &'t Node, field: &str) -> Result<&'t str> {
    match get(node, field) {
        Tree::Node(node) => Ok(node.class),
        _ => missing(node, field),
    }
}

fn missing<T>(node: &Node, field: &str) -> Result<T> {
    fail(format!("required field \"{field}\" missing from {}", node.class))
}

/// The node that an item is.
fn as_node<'t>(tree: &'t Tree, kind: &str) -> Result<&'t Node> {
    match tree {
        Tree::Node(node) => Ok(node),
        _ => fail(format!("None disallowed in {kind} list")),
    }
}
