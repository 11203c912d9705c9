//! The second pass: from what each block does with its names to where they live.

use hashbrown::{HashMap, HashSet};
use ruff_python_ast::name::Name;

use super::{BlockKind, NameScope, Scope, ScopeId, Symbol, SymbolTable, def};
use crate::error::{Failure, Result};

type NameSet = HashSet<Name>;

/// Names that a class body makes without saying so.
const CLASS_CELLS: [&str; 3] = ["__class__", "__classdict__", "__conditional_annotations__"];

/// What the enclosing blocks hand down.
#[derive(Clone, Default)]
struct Visible {
    /// Names bound in enclosing functions; None at the top.
    bound: Option<NameSet>,
    global: NameSet,
    type_params: NameSet,
}

/// Decides the scope of every name.
pub(super) fn analyze(table: &mut SymbolTable) -> Result<()> {
    let top = table.top;
    let mut free = NameSet::new();
    analyze_block(table, top, Visible::default(), &mut free, None)
}

fn analyze_block(
    table: &mut SymbolTable,
    id: ScopeId,
    mut visible: Visible,
    free: &mut NameSet,
    class: Option<ScopeId>,
) -> Result<()> {
    let mut local = NameSet::new();
    let mut scopes: HashMap<Name, NameScope> = HashMap::new();
    let mut inner = Visible::default();
    let mut inner_bound = NameSet::new();
    let kind = table.scope(id).kind;
    // A class namespace is invisible in nested functions: hand down what is visible before the class's own names.
    if kind == BlockKind::Class {
        inner.global.clone_from(&visible.global);
        inner_bound.extend(visible.bound.iter().flatten().cloned());
    }
    for (name, symbol) in sorted_symbols(table.scope(id)) {
        let scope = analyze_name(table, id, &name, symbol, &mut visible, &mut local, free, class)?;
        scopes.insert(name, scope);
    }
    if kind == BlockKind::Class {
        inner_bound.extend(CLASS_CELLS.into_iter().map(Name::new));
    } else {
        if table.scope(id).is_function_like() {
            inner_bound.extend(local);
        }
        inner_bound.extend(visible.bound.iter().flatten().cloned());
        inner.global.clone_from(&visible.global);
    }
    inner.bound = Some(inner_bound);
    inner.type_params = visible.type_params;

    let mut inlined_cells = NameSet::new();
    let new_free = analyze_children(table, id, &inner, class, &mut scopes, &mut inlined_cells)?;
    let mut new_free = new_free;
    if table.scope(id).is_function_like() {
        for (name, scope) in &mut scopes {
            if *scope == NameScope::Local && (new_free.contains(name) || inlined_cells.contains(name)) {
                *scope = NameScope::Cell;
                new_free.remove(name);
            }
        }
    } else if kind == BlockKind::Class {
        let scope = &mut table.scopes[id.0 as usize];
        scope.needs_class_closure |= new_free.remove("__class__");
        scope.needs_classdict |= new_free.remove("__classdict__");
        scope.has_conditional_annotations |= new_free.remove("__conditional_annotations__");
    }
    update_symbols(
        &mut table.scopes[id.0 as usize],
        &scopes,
        visible.bound.as_ref(),
        &new_free,
        &inlined_cells,
    );
    free.extend(new_free);
    Ok(())
}

fn sorted_symbols(scope: &Scope) -> Vec<(Name, Symbol)> {
    let mut list: Vec<_> = scope.symbols.iter().map(|(name, symbol)| (name.clone(), *symbol)).collect();
    // The order decides which of several errors is reported, so it must not depend on hashes.
    list.sort_unstable_by(|a, b| a.0.as_str().cmp(b.0.as_str()));
    list
}

fn analyze_children(
    table: &mut SymbolTable,
    id: ScopeId,
    inner: &Visible,
    class: Option<ScopeId>,
    scopes: &mut HashMap<Name, NameScope>,
    inlined_cells: &mut NameSet,
) -> Result<NameSet> {
    let mut new_free = NameSet::new();
    let children = std::mem::take(&mut table.scopes[id.0 as usize].children);
    let mut spliced = Vec::with_capacity(children.len());
    for child in children {
        let entry = table.scope(child);
        let new_class = match (entry.can_see_class_scope, table.scope(id).kind) {
            (true, BlockKind::Class) => Some(id),
            (true, _) => class,
            (false, _) => None,
        };
        let inline =
            entry.comprehension.is_some() && !entry.generator && !table.scope(id).can_see_class_scope;
        let mut child_free = NameSet::new();
        analyze_block(table, child, inner.clone(), &mut child_free, new_class)?;
        if inline {
            inline_comprehension(table, id, child, scopes, &mut child_free, inlined_cells);
            spliced.append(&mut table.scopes[child.0 as usize].children);
        } else {
            spliced.push(child);
        }
        new_free.extend(child_free);
    }
    table.scopes[id.0 as usize].children = spliced;
    Ok(new_free)
}

fn analyze_name(
    table: &SymbolTable,
    id: ScopeId,
    name: &Name,
    symbol: Symbol,
    visible: &mut Visible,
    local: &mut NameSet,
    free: &mut NameSet,
    class: Option<ScopeId>,
) -> Result<NameScope> {
    let scope = table.scope(id);
    let directive = scope.directives.iter().find(|(declared, _)| declared == name);
    let at = directive.map_or(scope.range, |(_, range)| *range);
    if symbol.has(def::GLOBAL) {
        if symbol.has(def::NONLOCAL) {
            return Err(Failure::new(format!("name '{name}' is nonlocal and global"), &at));
        }
        visible.global.insert(name.clone());
        if let Some(bound) = &mut visible.bound {
            bound.remove(name);
        }
        return Ok(NameScope::GlobalExplicit);
    }
    if symbol.has(def::NONLOCAL) {
        let Some(bound) = &visible.bound else {
            return Err(Failure::new("nonlocal declaration not allowed at module level", &at));
        };
        if !bound.contains(name) {
            return Err(Failure::new(format!("no binding for nonlocal '{name}' found"), &at));
        }
        if visible.type_params.contains(name) {
            let text = format!("nonlocal binding not allowed for type parameter '{name}'");
            return Err(Failure::new(text, &at));
        }
        free.insert(name.clone());
        return Ok(NameScope::Free);
    }
    if symbol.has(def::BOUND) {
        local.insert(name.clone());
        visible.global.remove(name);
        if symbol.has(def::TYPE_PARAM) {
            visible.type_params.insert(name.clone());
        } else {
            visible.type_params.remove(name);
        }
        return Ok(NameScope::Local);
    }
    // In a scope that sees a class: what the class binds is looked up there at run time, then in the globals.
    if let Some(class) = class {
        let outer = table.scope(class).lookup(name);
        if outer.has(def::GLOBAL) {
            return Ok(NameScope::GlobalExplicit);
        }
        if outer.has(def::BOUND) && !outer.has(def::NONLOCAL) {
            return Ok(NameScope::GlobalImplicit);
        }
    }
    if visible.bound.as_ref().is_some_and(|bound| bound.contains(name)) {
        free.insert(name.clone());
        return Ok(NameScope::Free);
    }
    Ok(NameScope::GlobalImplicit)
}

/// Takes the names of a comprehension over into the block around it (PEP 709).
fn inline_comprehension(
    table: &mut SymbolTable,
    id: ScopeId,
    comp: ScopeId,
    scopes: &mut HashMap<Name, NameScope>,
    comp_free: &mut NameSet,
    inlined_cells: &mut NameSet,
) {
    let kind = table.scope(id).kind;
    for (name, symbol) in sorted_symbols(table.scope(comp)) {
        if symbol.has(def::PARAM) {
            continue;
        }
        let mut scope = symbol.scope;
        if scope == NameScope::Cell || symbol.has(def::COMP_CELL) {
            inlined_cells.insert(name.clone());
        }
        let class_cell = kind == BlockKind::Class && CLASS_CELLS.contains(&name.as_str());
        if class_cell && scope == NameScope::Free {
            // A class body does not see its own cells (functions in it do): such a name is global there.
            scope = NameScope::GlobalImplicit;
            if !free_in_children(table, comp, &name) {
                comp_free.remove(&name);
                table.scopes[comp.0 as usize].symbols.remove(&name);
            }
        }
        match table.scope(id).symbols.get(&name).copied() {
            None => {
                let copied = Symbol { flags: symbol.flags, scope: NameScope::Unknown };
                table.scopes[id.0 as usize].symbols.insert(name.clone(), copied);
                scopes.insert(name, scope);
            }
            Some(outer) => {
                // What is free in the comprehension and local outside is now simply local, unless an inner function
                // of the comprehension captures it.
                if outer.has(def::BOUND) && kind != BlockKind::Class && !free_in_children(table, comp, &name)
                {
                    comp_free.remove(&name);
                }
            }
        }
    }
    table.scopes[comp.0 as usize].comp_inlined = true;
}

fn free_in_children(table: &SymbolTable, id: ScopeId, name: &Name) -> bool {
    let children = &table.scope(id).children;
    children.iter().any(|&child| table.scope(child).lookup(name).scope == NameScope::Free)
}

fn update_symbols(
    scope: &mut Scope,
    scopes: &HashMap<Name, NameScope>,
    bound: Option<&NameSet>,
    free: &NameSet,
    inlined_cells: &NameSet,
) {
    let class_like = scope.kind == BlockKind::Class || scope.can_see_class_scope;
    for (name, symbol) in &mut scope.symbols {
        if inlined_cells.contains(name) {
            symbol.flags |= def::COMP_CELL;
        }
        symbol.scope = scopes.get(name).copied().unwrap_or_default();
    }
    for name in free {
        if let Some(symbol) = scope.symbols.get_mut(name) {
            // Free in a method, and bound in the class with the same name.
            if class_like {
                symbol.flags |= def::FREE_CLASS;
            }
            continue;
        }
        if bound.is_some_and(|bound| !bound.contains(name)) {
            continue;
        }
        scope.symbols.insert(name.clone(), Symbol { flags: 0, scope: NameScope::Free });
    }
}
