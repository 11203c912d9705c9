//! A code object under construction.

use std::collections::BTreeSet;

use hashbrown::HashMap;
use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, Stmt};
use taipan_bytecode::code::ConstKey;
use taipan_bytecode::{CodeFlags, Const};

use crate::assemble::{Assembler, Label, Loc};
use crate::symtable::{NameScope, Private, Scope, ScopeId, Symbol, def};

/// What a code object is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnitKind {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
    TypeParams,
    /// `__annotate__`, the value of a type alias, a bound.
    Annotations,
}

/// Names with numbers in order of their first use.
#[derive(Debug, Default)]
pub(super) struct NameTable {
    pub list: Vec<Name>,
    index: HashMap<Name, u32>,
}

impl NameTable {
    pub fn from_list(list: Vec<Name>) -> Self {
        let index = list.iter().enumerate().map(|(at, name)| (name.clone(), at as u32)).collect();
        Self { list, index }
    }

    pub fn add(&mut self, name: &Name) -> u32 {
        if let Some(&at) = self.index.get(name) {
            return at;
        }
        let at = self.list.len() as u32;
        self.list.push(name.clone());
        self.index.insert(name.clone(), at);
        at
    }

    pub fn get(&self, name: &str) -> Option<u32> {
        self.index.get(name).copied()
    }
}

/// What `break`, `continue` and `return` have to undo on their way out.
#[derive(Clone, Debug)]
pub(super) enum BlockKind<'a> {
    While,
    For,
    AsyncFor,
    TryExcept,
    /// The body of a `try` with this `finally`.
    FinallyTry(&'a [Stmt]),
    /// In a `finally` that an exception entered.
    FinallyEnd,
    With {
        is_async: bool,
        loc: Loc,
    },
    /// In a handler, perhaps with a name to delete at its end.
    HandlerCleanup(Option<Name>),
    /// A value (a return value) lies on the stack.
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
}

/// An entry of the stack of enclosing statements.
#[derive(Clone, Debug)]
pub(super) struct FrameBlock<'a> {
    pub kind: BlockKind<'a>,
    /// `continue` goes here.
    pub start: Label,
    /// `break` goes here.
    pub exit: Label,
}

/// An annotation to be put into `__annotate__`.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeferredAnnotation<'a> {
    pub name: &'a Name,
    pub annotation: &'a Expr,
    pub loc: Loc,
    /// Its number in `__conditional_annotations__`.
    pub conditional: Option<u32>,
}

#[derive(Debug)]
pub(super) struct Unit<'a> {
    pub kind: UnitKind,
    pub scope: ScopeId,
    pub name: String,
    pub qualname: String,
    pub private: Option<Private>,
    pub first_line: u32,
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    /// Flags beyond those that follow from the scope.
    pub extra_flags: CodeFlags,
    /// Number of parameters of all kinds.
    pub params: usize,
    pub locals: NameTable,
    pub cells: NameTable,
    pub free: NameTable,
    pub names: NameTable,
    pub consts: Vec<Const>,
    const_index: HashMap<ConstKey, u32>,
    pub asm: Assembler,
    pub blocks: Vec<FrameBlock<'a>>,
    /// Names that an inlined comprehension gives another scope.
    pub overrides: HashMap<Name, Symbol>,
    /// Names of inlined comprehensions in a module or class: true while they are fast locals.
    pub hidden: HashMap<Name, bool>,
    /// How many inlined comprehensions we are in.
    pub inlined: u32,
    pub static_attributes: BTreeSet<String>,
    pub deferred: Vec<DeferredAnnotation<'a>>,
    pub next_conditional: u32,
    pub in_conditional_block: bool,
}

impl<'a> Unit<'a> {
    pub fn new(
        kind: UnitKind,
        id: ScopeId,
        scope: &Scope,
        name: &str,
        qualname: String,
        private: Option<Private>,
        first_line: u32,
    ) -> Self {
        let mut cells = Vec::new();
        if scope.is_function_like() || kind == UnitKind::Class || kind == UnitKind::Module {
            cells = scope.names_where(NameScope::Cell, def::COMP_CELL);
            // A free variable that an inlined comprehension also has as a cell of its own stays free here.
            cells.retain(|name| scope.lookup(name).scope != NameScope::Free);
        }
        let mut special = Vec::new();
        if kind == UnitKind::Class {
            let has = [
                (scope.needs_class_closure, "__class__"),
                (scope.needs_classdict, "__classdict__"),
                (scope.has_conditional_annotations, "__conditional_annotations__"),
            ];
            special.extend(has.into_iter().filter(|(needed, _)| *needed).map(|(_, name)| Name::new(name)));
        }
        special.extend(cells.into_iter().filter(|name| !special.contains(name)).collect::<Vec<_>>());
        Self {
            kind,
            scope: id,
            name: name.to_owned(),
            qualname,
            private,
            first_line,
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            extra_flags: CodeFlags::default(),
            params: scope.params.len(),
            locals: NameTable::from_list(scope.params.clone()),
            cells: NameTable::from_list(special),
            free: NameTable::from_list(scope.names_where(NameScope::Free, def::FREE_CLASS)),
            names: NameTable::default(),
            consts: Vec::new(),
            const_index: HashMap::new(),
            asm: Assembler::new(),
            blocks: Vec::new(),
            overrides: HashMap::new(),
            hidden: HashMap::new(),
            inlined: 0,
            static_attributes: BTreeSet::new(),
            deferred: Vec::new(),
            next_conditional: 0,
            in_conditional_block: false,
        }
    }

    /// Number of a constant; equal ones of the same type share it.
    pub fn add_const(&mut self, value: Const) -> u32 {
        let next = self.consts.len() as u32;
        if let Some(key) = value.dedup_key() {
            let index = *self.const_index.entry(key).or_insert(next);
            if index != next {
                return index;
            }
        }
        self.consts.push(value);
        next
    }

    /// Number of a cell or free variable, for [`crate::assemble::Arg::Deref`].
    pub fn deref_index(&self, name: &str) -> Option<u32> {
        let cells = self.cells.list.len() as u32;
        self.cells.get(name).or_else(|| self.free.get(name).map(|index| cells + index))
    }
}
