//! The symbol table: which scope every name of every block belongs to.
//!
//! The rules are those of CPython 3.14's `Python/symtable.c` (blocks, flags and the two passes); scopes are found from
//! the syntax tree by the address of their node, which does not move while a module is compiled.

mod analyze;
mod arguments;
mod build;
mod expr;
mod stmt;

use std::rc::Rc;

use hashbrown::HashMap;
use ruff_python_ast::TypeParams;
use ruff_python_ast::name::Name;
use ruff_text_size::TextRange;

pub(crate) use build::{Builder, build};

/// Index of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ScopeId(pub u32);

/// Kinds of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    Module,
    Class,
    Function,
    /// `__annotate__`.
    Annotation,
    /// The value of a `type` statement.
    TypeAlias,
    /// The scope of type parameters around a generic function, class or alias.
    TypeParameters,
    /// A bound, constraints or default of a type parameter.
    TypeVariable,
}

/// Which comprehension a function block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ComprehensionKind {
    List,
    Set,
    Dict,
    Generator,
}

impl ComprehensionKind {
    /// Name of its code object.
    pub fn code_name(self) -> &'static str {
        match self {
            Self::List => "<listcomp>",
            Self::Set => "<setcomp>",
            Self::Dict => "<dictcomp>",
            Self::Generator => "<genexpr>",
        }
    }
}

/// What a block does with a name.
pub(crate) mod def {
    pub const GLOBAL: u16 = 1;
    pub const LOCAL: u16 = 1 << 1;
    pub const PARAM: u16 = 1 << 2;
    pub const NONLOCAL: u16 = 1 << 3;
    pub const USE: u16 = 1 << 4;
    /// Free in a method of this class and bound in the class too.
    pub const FREE_CLASS: u16 = 1 << 6;
    pub const IMPORT: u16 = 1 << 7;
    pub const ANNOT: u16 = 1 << 8;
    pub const COMP_ITER: u16 = 1 << 9;
    pub const TYPE_PARAM: u16 = 1 << 10;
    /// A cell of an inlined comprehension.
    pub const COMP_CELL: u16 = 1 << 11;
    pub const BOUND: u16 = LOCAL | PARAM | IMPORT | TYPE_PARAM;
}

/// Where a name of a block lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum NameScope {
    #[default]
    Unknown,
    Local,
    GlobalExplicit,
    GlobalImplicit,
    Free,
    Cell,
}

/// A name in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Symbol {
    /// Bits of [`def`].
    pub flags: u16,
    pub scope: NameScope,
}

impl Symbol {
    pub fn has(self, flags: u16) -> bool {
        self.flags & flags != 0
    }
}

/// A block.
#[derive(Debug)]
pub(crate) struct Scope {
    pub kind: BlockKind,
    pub name: Name,
    pub symbols: HashMap<Name, Symbol>,
    /// Parameters in order.
    pub params: Vec<Name>,
    pub children: Vec<ScopeId>,
    pub range: TextRange,
    /// Inside a function, directly or not.
    pub nested: bool,
    pub generator: bool,
    pub coroutine: bool,
    pub comprehension: Option<ComprehensionKind>,
    pub comp_inlined: bool,
    /// Inside the target of a comprehension's `for`, while building.
    comp_iter_target: bool,
    /// How many outermost iterables we are in, while building.
    comp_iter_expr: u32,
    pub needs_class_closure: bool,
    pub needs_classdict: bool,
    /// An annotation or type-parameter scope directly in a class: names are looked up in `__classdict__` first.
    pub can_see_class_scope: bool,
    /// A function defined directly in a class body.
    pub method: bool,
    /// Annotations were met with `from __future__ import annotations` on (SETUP_ANNOTATIONS is needed).
    pub annotations_used: bool,
    pub has_conditional_annotations: bool,
    pub in_conditional_block: bool,
    /// The block of the deferred annotations of a class or module.
    pub annotation_block: Option<ScopeId>,
    /// What a type-parameter scope belongs to, for messages ("a TypeVar bound").
    pub scope_info: &'static str,
    /// Annotations that are never evaluated (in functions, or under the future import).
    pub unevaluated: bool,
    /// Where names were declared global or nonlocal.
    pub directives: Vec<(Name, TextRange)>,
}

impl Scope {
    /// Locals are in slots.
    pub fn is_function_like(&self) -> bool {
        !matches!(self.kind, BlockKind::Module | BlockKind::Class)
    }

    pub fn lookup(&self, name: &str) -> Symbol {
        self.symbols.get(name).copied().unwrap_or_default()
    }

    /// Names whose scope is `scope` or that carry one of `flags`, sorted.
    pub fn names_where(&self, scope: NameScope, flags: u16) -> Vec<Name> {
        let chosen = self.symbols.iter().filter(|(_, symbol)| symbol.scope == scope || symbol.has(flags));
        let mut names: Vec<Name> = chosen.map(|(name, _)| name.clone()).collect();
        names.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
        names
    }
}

/// Which of a node's blocks is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    Body,
    TypeParams,
    Annotations,
    /// Bound or constraints of a TypeVar.
    Bound,
    /// Default of a type parameter.
    Default,
}

/// Finds blocks: address of the node and role.
pub(crate) fn node_key<T>(node: &T, role: Role) -> (usize, Role) {
    (std::ptr::from_ref(node).addr(), role)
}

/// All blocks of a module.
#[derive(Debug)]
pub(crate) struct SymbolTable {
    pub scopes: Vec<Scope>,
    by_node: HashMap<(usize, Role), ScopeId>,
    pub top: ScopeId,
}

impl SymbolTable {
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    /// The block of a node. The first pass made one for every node that the second asks for.
    pub fn find<T>(&self, node: &T, role: Role) -> ScopeId {
        self.by_node[&node_key(node, role)]
    }
}

/// The class whose private names are mangled.
#[derive(Clone, Debug)]
pub(crate) struct Private {
    class: Name,
    /// In the bases of a generic class and the bounds of its parameters: these parameters, and no other names.
    only: Option<Rc<[Name]>>,
}

impl Private {
    /// In the body of a class.
    pub fn class(class: &Name) -> Private {
        Private { class: class.clone(), only: None }
    }
    /// Between the type parameters of a class and its body.
    pub fn generic(class: &Name, params: &TypeParams) -> Private {
        let names = params.type_params.iter().map(|param| param.name().id.clone());
        Private { class: class.clone(), only: Some(names.collect()) }
    }
}

/// Private names in a class: `__x` becomes `_Class__x`.
pub(crate) fn mangle(private: Option<&Private>, name: &Name) -> Name {
    let Some(private) = private else {
        return name.clone();
    };
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.clone();
    }
    if private.only.as_ref().is_some_and(|only| !only.contains(name)) {
        return name.clone();
    }
    match private.class.trim_start_matches('_') {
        "" => name.clone(),
        class => Name::new(format!("_{class}{name}")),
    }
}
