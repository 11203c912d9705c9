//! Syntax trees and tokens as pure data: what the compiler hands to `ast` and `tokenize`.

use crate::code::Const;
use crate::tables::Position;

/// A field of a node.
#[derive(Clone, Debug)]
pub enum Tree {
    /// Absent.
    None,
    /// A node.
    Node(Box<Node>),
    /// Several of them.
    List(Vec<Tree>),
    /// A constant: the value of a `Constant`, an identifier, a number.
    Value(Const),
}

/// A node of `ast`.
#[derive(Clone, Debug)]
pub struct Node {
    /// The class in `ast`.
    pub class: &'static str,
    /// The fields by name.
    pub fields: Vec<(&'static str, Tree)>,
    /// Where it is, for the classes that have positions.
    pub position: Option<Position>,
}

/// A token of `tokenize`.
#[derive(Clone, Debug)]
pub struct Token {
    /// Its name in `token`.
    pub kind: &'static str,
    /// The text.
    pub text: String,
    /// Line and column (in characters) of the start.
    pub start: (u32, u32),
    /// Line and column after the end.
    pub end: (u32, u32),
    /// The physical line or lines that it is in.
    pub line: String,
}
