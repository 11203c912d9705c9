//! The first pass: blocks, and what each does with its names.

use hashbrown::HashMap;
use ruff_python_ast::name::Name;
use ruff_python_ast::{Identifier, Mod};
use ruff_text_size::{Ranged, TextRange};

use super::{
    BlockKind, NameScope, Private, Role, Scope, ScopeId, Symbol, SymbolTable, def, mangle, node_key,
};
use crate::error::{Failure, Result};

/// Builds and analyzes the symbol table of a module.
pub(crate) fn build(
    module: &Mod,
    future_annotations: bool,
    allow_top_level_await: bool,
    max_depth: u32,
) -> Result<SymbolTable> {
    let mut builder = Builder::new(future_annotations, allow_top_level_await, max_depth);
    let top = builder.enter(BlockKind::Module, Name::new("top"), module, Role::Body, module.range());
    match module {
        Mod::Module(module) => builder.body(&module.body)?,
        Mod::Expression(expression) => builder.expr(&expression.body)?,
    }
    builder.leave();
    let mut table = SymbolTable { scopes: builder.scopes, by_node: builder.by_node, top };
    super::analyze::analyze(&mut table)?;
    Ok(table)
}

/// State of the first pass.
pub(crate) struct Builder {
    pub(super) scopes: Vec<Scope>,
    by_node: HashMap<(usize, Role), ScopeId>,
    pub(super) stack: Vec<ScopeId>,
    /// The class whose private names are mangled.
    pub(super) private: Option<Private>,
    pub(super) future_annotations: bool,
    pub(super) allow_top_level_await: bool,
    depth: u32,
    max_depth: u32,
}

impl Builder {
    fn new(future_annotations: bool, allow_top_level_await: bool, max_depth: u32) -> Self {
        Self {
            scopes: Vec::new(),
            by_node: HashMap::new(),
            stack: Vec::new(),
            private: None,
            future_annotations,
            allow_top_level_await,
            depth: 0,
            max_depth,
        }
    }

    /// Counts nesting; the compiler's recursion follows the same tree, so this one check covers both.
    pub(super) fn deeper(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > self.max_depth { Err(Failure::recursion()) } else { Ok(()) }
    }

    pub(super) fn shallower(&mut self) {
        self.depth -= 1;
    }

    pub(super) fn current_id(&self) -> ScopeId {
        self.stack[self.stack.len() - 1]
    }

    pub(super) fn current(&self) -> &Scope {
        &self.scopes[self.current_id().0 as usize]
    }

    pub(super) fn current_mut(&mut self) -> &mut Scope {
        let id = self.current_id();
        &mut self.scopes[id.0 as usize]
    }

    /// Makes a block for a node and enters it.
    pub(super) fn enter<T>(
        &mut self,
        kind: BlockKind,
        name: Name,
        node: &T,
        role: Role,
        range: TextRange,
    ) -> ScopeId {
        let id = self.enter_detached(kind, name, range);
        self.by_node.insert(node_key(node, role), id);
        if let [.., parent, _] = self.stack[..] {
            self.scopes[parent.0 as usize].children.push(id);
        }
        id
    }

    /// Makes a block that the analysis does not see: annotations that are never evaluated.
    pub(super) fn enter_detached(&mut self, kind: BlockKind, name: Name, range: TextRange) -> ScopeId {
        let nested = self.stack.last().is_some_and(|&parent| {
            let parent = &self.scopes[parent.0 as usize];
            parent.nested || parent.is_function_like()
        });
        let in_class =
            self.stack.last().is_some_and(|parent| self.scopes[parent.0 as usize].kind == BlockKind::Class);
        let id = ScopeId(self.scopes.len() as u32);
        self.scopes.push(Scope {
            kind,
            name,
            symbols: HashMap::new(),
            params: Vec::new(),
            children: Vec::new(),
            range,
            nested,
            generator: false,
            coroutine: false,
            comprehension: None,
            comp_inlined: false,
            comp_iter_target: false,
            comp_iter_expr: self
                .stack
                .last()
                .map_or(0, |parent| self.scopes[parent.0 as usize].comp_iter_expr),
            needs_class_closure: false,
            needs_classdict: false,
            can_see_class_scope: false,
            method: kind == BlockKind::Function && in_class,
            annotations_used: false,
            has_conditional_annotations: false,
            in_conditional_block: false,
            annotation_block: None,
            scope_info: "",
            unevaluated: false,
            directives: Vec::new(),
        });
        self.stack.push(id);
        if matches!(kind, BlockKind::Annotation | BlockKind::TypeVariable | BlockKind::TypeAlias) {
            let scope = self.current_mut();
            let format = Name::new(".format");
            let symbol = Symbol { flags: def::PARAM | def::USE, scope: NameScope::Unknown };
            scope.symbols.insert(format.clone(), symbol);
            scope.params.push(format);
        }
        id
    }

    pub(super) fn enter_existing(&mut self, id: ScopeId) {
        self.stack.push(id);
    }

    pub(super) fn leave(&mut self) {
        self.stack.pop();
    }

    /// Marks the current block, an annotation or type scope, as one that looks names up in the class first.
    pub(super) fn see_class_scope(&mut self, at: TextRange) -> Result<()> {
        self.current_mut().can_see_class_scope = true;
        self.add(&Name::new("__classdict__"), def::USE, at)
    }

    pub(super) fn add_identifier(&mut self, name: &Identifier, flags: u16) -> Result<()> {
        self.add(&name.id, flags, name.range())
    }

    pub(super) fn add(&mut self, name: &Name, flags: u16, at: TextRange) -> Result<()> {
        let id = self.current_id();
        self.add_to(id, name, flags, at)
    }

    pub(super) fn add_to(&mut self, id: ScopeId, name: &Name, flags: u16, at: TextRange) -> Result<()> {
        let mangled = mangle(self.private.as_ref(), name);
        if flags & (def::LOCAL | def::PARAM | def::IMPORT) != 0 && name == "__debug__" {
            return Err(Failure::new("cannot assign to __debug__", &at));
        }
        let comp_iter_target = self.current().comp_iter_target;
        let scope = &mut self.scopes[id.0 as usize];
        let symbol = scope.symbols.entry(mangled.clone()).or_default();
        if flags & def::PARAM != 0 && symbol.has(def::PARAM) {
            let text = format!("duplicate argument '{name}' in function definition");
            return Err(Failure::new(text, &at));
        }
        if flags & def::TYPE_PARAM != 0 && symbol.has(def::TYPE_PARAM) {
            return Err(Failure::new(format!("duplicate type parameter '{name}'"), &at));
        }
        symbol.flags |= flags;
        if comp_iter_target {
            if symbol.has(def::GLOBAL | def::NONLOCAL) {
                let text =
                    format!("comprehension inner loop cannot rebind assignment expression target '{name}'");
                return Err(Failure::new(text, &at));
            }
            symbol.flags |= def::COMP_ITER;
        }
        if flags & def::PARAM != 0 {
            scope.params.push(mangled);
        } else if flags & def::GLOBAL != 0 {
            // What a function declares global, the module treats as global too.
            let top = self.stack[0];
            self.scopes[top.0 as usize].symbols.entry(mangled).or_default().flags |= flags;
        }
        Ok(())
    }

    pub(super) fn lookup(&self, name: &Name) -> Symbol {
        self.current().lookup(&mangle(self.private.as_ref(), name))
    }

    pub(super) fn lookup_in(&self, id: ScopeId, name: &Name) -> Symbol {
        self.scopes[id.0 as usize].lookup(&mangle(self.private.as_ref(), name))
    }

    pub(super) fn set_comp_iter_target(&mut self, on: bool) {
        self.current_mut().comp_iter_target = on;
    }

    pub(super) fn in_comp_iter_expr(&self) -> bool {
        self.current().comp_iter_expr > 0
    }

    pub(super) fn count_comp_iter_expr(&mut self, delta: i32) {
        let scope = self.current_mut();
        scope.comp_iter_expr = scope.comp_iter_expr.saturating_add_signed(delta);
    }
}
