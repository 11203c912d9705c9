//! Comprehensions: inlined into the code around them (PEP 709), generator expressions as functions.

use ruff_python_ast::name::Name;
use ruff_python_ast::{Comprehension, Expr};
use taipan_bytecode::Opcode;

use super::Compiler;
use super::unit::UnitKind;
use crate::assemble::{Arg, Label, Loc};
use crate::error::Result;
use crate::symtable::{BlockKind, ComprehensionKind, NameScope, Role, ScopeId, Symbol, def};

/// What an inlined comprehension has to put back at its end.
struct Inlined {
    /// Symbols that were overridden, with what was there before.
    overrides: Vec<(Name, Option<Symbol>)>,
    /// Slots whose values are saved on the stack, in order.
    saved: Vec<Arg>,
    /// Names that are fast locals only here.
    hidden: Vec<Name>,
    /// Restores the slots when an exception leaves the comprehension.
    cleanup: Option<Label>,
}

/// The comprehension being compiled.
#[derive(Clone, Copy)]
struct Shape<'a> {
    kind: ComprehensionKind,
    generators: &'a [Comprehension],
    element: &'a Expr,
    value: Option<&'a Expr>,
}

impl<'a> Compiler<'a> {
    pub(super) fn comprehension(
        &mut self,
        node: &'a Expr,
        kind: ComprehensionKind,
        generators: &'a [Comprehension],
        element: &'a Expr,
        value: Option<&'a Expr>,
    ) -> Result<()> {
        let mut loc = Loc::from(node);
        if node.as_generator_expr().is_some_and(|generator| !generator.parenthesized) {
            loc = self.with_parentheses(loc);
        }
        let shape = Shape { kind, generators, element, value };
        let scope = self.table.find(node, Role::Body);
        let Some(first) = generators.first() else {
            return self.error("invalid syntax", node);
        };
        let inlined = self.table.scope(scope).comp_inlined;
        if inlined {
            self.outermost_iterator(first)?;
            let state = self.begin_inlined(scope, loc);
            self.empty_collection(kind, loc);
            self.op_int(Opcode::SWAP, 2, loc);
            self.comprehension_loop(shape, 0, 0)?;
            self.end_inlined(state, loc);
            return Ok(());
        }
        self.enter(UnitKind::Comprehension, scope, kind.code_name(), loc);
        self.unit().argcount = 1;
        let handler = self.begin_generator();
        if kind != ComprehensionKind::Generator {
            self.empty_collection(kind, loc);
        }
        self.op_arg(Opcode::LOAD_FAST, Arg::Fast(0), Loc::from(&first.iter));
        self.comprehension_loop(shape, 0, 0)?;
        if kind == ComprehensionKind::Generator {
            self.load_none(Loc::NONE);
        }
        self.op(Opcode::RETURN_VALUE, loc);
        self.end_generator(handler);
        let is_async_result = self.scope().coroutine && kind != ComprehensionKind::Generator;
        let code = self.leave();
        self.make_function(code, 0, loc);
        self.outermost_iterator(first)?;
        self.op_int(Opcode::CALL_FUNCTION, 1, loc);
        if is_async_result {
            self.await_value(0, loc);
        }
        Ok(())
    }

    /// A generator expression that is a call's only argument shares the call's parentheses.
    fn with_parentheses(&self, loc: Loc) -> Loc {
        let bytes = self.source.as_bytes();
        let before = bytes[..loc.start as usize].iter().rposition(|byte| !byte.is_ascii_whitespace());
        let after = bytes[loc.end as usize..].iter().position(|byte| !byte.is_ascii_whitespace());
        match (before, after.map(|after| after + loc.end as usize)) {
            (Some(before), Some(after)) if bytes[before] == b'(' && bytes[after] == b')' => {
                Loc { start: before as u32, end: after as u32 + 1 }
            }
            _ => loc,
        }
    }

    /// The outermost iterable is evaluated outside.
    fn outermost_iterator(&mut self, first: &'a Comprehension) -> Result<()> {
        let loc = Loc::from(&first.iter);
        if first.is_async {
            self.expr(&first.iter)?;
            self.op(Opcode::GET_AITER, loc);
        } else {
            self.iterable(&first.iter)?;
            self.op(Opcode::GET_ITER, loc);
        }
        Ok(())
    }

    fn empty_collection(&mut self, kind: ComprehensionKind, loc: Loc) {
        let op = match kind {
            ComprehensionKind::List | ComprehensionKind::Generator => Opcode::BUILD_LIST,
            ComprehensionKind::Set => Opcode::BUILD_SET,
            ComprehensionKind::Dict => Opcode::BUILD_MAP,
        };
        self.op_int(op, 0, loc);
    }

    /// `collection iterators -- collection`: the loops from number `index` inward; `depth` iterators lie above the
    /// collection, the one of loop 0 not counted.
    fn comprehension_loop(&mut self, shape: Shape<'a>, index: usize, depth: u32) -> Result<()> {
        let generator = &shape.generators[index];
        if generator.is_async {
            return self.async_comprehension_loop(shape, index, depth);
        }
        let loc = Loc::from(&generator.iter);
        let (start, if_cleanup, anchor) = (self.label(), self.label(), self.label());
        let mut looping = true;
        if index > 0 {
            match single_item(&generator.iter) {
                // `for y in [f(x)]` is an assignment.
                Some(item) => {
                    self.expr(item)?;
                    looping = false;
                }
                None => {
                    self.iterable(&generator.iter)?;
                    self.op(Opcode::GET_ITER, loc);
                }
            }
        }
        let depth = depth + u32::from(looping);
        if looping {
            self.bind(start);
            self.jump_op(Opcode::FOR_ITER, anchor, loc);
        }
        self.store(&generator.target)?;
        self.comprehension_body(shape, index, depth, if_cleanup)?;
        self.bind(if_cleanup);
        if looping {
            self.jump(start, Loc::from(shape.element));
            self.bind(anchor);
        }
        Ok(())
    }

    fn async_comprehension_loop(&mut self, shape: Shape<'a>, index: usize, depth: u32) -> Result<()> {
        let generator = &shape.generators[index];
        let loc = Loc::from(&generator.iter);
        let (start, if_cleanup, except) = (self.label(), self.label(), self.label());
        if index > 0 {
            self.expr(&generator.iter)?;
            self.op(Opcode::GET_AITER, loc);
        }
        self.bind(start);
        self.push_handler(except, false, loc);
        self.op(Opcode::GET_ANEXT, loc);
        self.load_none(loc);
        self.send_loop(2, loc);
        self.pop_handler();
        self.store(&generator.target)?;
        self.comprehension_body(shape, index, depth + 1, if_cleanup)?;
        self.bind(if_cleanup);
        self.jump(start, Loc::from(shape.element));
        self.bind(except);
        self.op(Opcode::END_ASYNC_FOR, loc);
        Ok(())
    }

    fn comprehension_body(
        &mut self,
        shape: Shape<'a>,
        index: usize,
        depth: u32,
        if_cleanup: Label,
    ) -> Result<()> {
        for condition in &shape.generators[index].ifs {
            self.jump_if(condition, if_cleanup, false)?;
        }
        if index + 1 < shape.generators.len() {
            return self.comprehension_loop(shape, index + 1, depth);
        }
        let element = Loc::from(shape.element);
        self.expr(shape.element)?;
        match shape.kind {
            ComprehensionKind::Generator => {
                self.yield_value(element);
                self.op(Opcode::POP_TOP, element);
            }
            ComprehensionKind::List => self.op_int(Opcode::LIST_APPEND, depth + 1, element),
            ComprehensionKind::Set => self.op_int(Opcode::SET_ADD, depth + 1, element),
            ComprehensionKind::Dict => {
                let mut whole = element;
                if let Some(value) = shape.value {
                    self.expr(value)?;
                    whole.end = Loc::from(value).end;
                }
                self.op_int(Opcode::MAP_ADD, depth + 1, whole);
            }
        }
        Ok(())
    }

    /// `iterator -- saved[n] iterator`: isolates the comprehension's variables from those outside.
    fn begin_inlined(&mut self, id: ScopeId, loc: Loc) -> Inlined {
        let in_class = self.scope().kind == BlockKind::Class && self.unit_ref().inlined == 0;
        let function_like = self.scope().is_function_like();
        let mut state =
            Inlined { overrides: Vec::new(), saved: Vec::new(), hidden: Vec::new(), cleanup: None };
        let entry = self.table.scope(id);
        let mut symbols: Vec<(&'a Name, Symbol)> =
            entry.symbols.iter().map(|(name, symbol)| (name, *symbol)).collect();
        symbols.sort_unstable_by(|a, b| a.0.as_str().cmp(b.0.as_str()));
        self.unit().inlined += 1;
        for (name, symbol) in symbols {
            if symbol.has(def::PARAM) {
                continue;
            }
            let bound_here = symbol.has(def::LOCAL) && !symbol.has(def::NONLOCAL);
            let outer = self.symbol(name).scope;
            // A global here, and a local outside only because another comprehension was inlined there.
            let differs = symbol.scope == NameScope::GlobalImplicit
                && matches!(outer, NameScope::Local | NameScope::Cell);
            if !bound_here && !in_class && !differs {
                continue;
            }
            let inherits = symbol.scope == NameScope::Free
                || symbol.scope == NameScope::Cell && outer == NameScope::Free;
            if symbol.scope != outer && !inherits || in_class {
                let before = self.unit().overrides.insert(name.clone(), symbol);
                state.overrides.push((name.clone(), before));
            }
            if !bound_here {
                continue;
            }
            if !function_like && self.unit().hidden.insert(name.clone(), true) != Some(true) {
                state.hidden.push(name.clone());
            }
            let is_cell = symbol.scope == NameScope::Cell;
            let slot = match self.unit_ref().deref_index(name).filter(|_| is_cell) {
                Some(cell) => Arg::Deref(cell),
                None => Arg::Fast(self.unit().locals.add(name)),
            };
            self.op_arg(Opcode::LOAD_FAST_AND_CLEAR, slot, loc);
            if is_cell {
                self.op_arg(Opcode::MAKE_CELL, slot, loc);
            }
            state.saved.push(slot);
        }
        if !state.saved.is_empty() {
            // Brings the iterator back to the top.
            self.op_int(Opcode::SWAP, state.saved.len() as u32 + 1, loc);
            let cleanup = self.label();
            self.unit().asm.push_handler(cleanup, false, 1, loc);
            state.cleanup = Some(cleanup);
        }
        state
    }

    /// `saved[n] collection -- collection`.
    fn end_inlined(&mut self, state: Inlined, loc: Loc) {
        self.unit().inlined -= 1;
        if let Some(cleanup) = state.cleanup {
            self.pop_handler();
            let end = self.label();
            self.jump(end, loc);
            self.bind(cleanup);
            self.restore_slots(&state.saved, loc);
            self.op_int(Opcode::RERAISE, 0, loc);
            self.bind(end);
            self.restore_slots(&state.saved, loc);
        }
        for (name, before) in state.overrides.into_iter().rev() {
            let overrides = &mut self.unit().overrides;
            match before {
                Some(symbol) => overrides.insert(name, symbol),
                None => overrides.remove(&name),
            };
        }
        for name in state.hidden {
            self.unit().hidden.insert(name, false);
        }
    }

    /// `saved[n] x -- x`. The iterator stood where the first saved value was swapped away from.
    fn restore_slots(&mut self, saved: &[Arg], loc: Loc) {
        self.op_int(Opcode::SWAP, saved.len() as u32 + 1, loc);
        for slot in saved.iter().rev() {
            self.op_arg(Opcode::STORE_FAST, *slot, loc);
        }
    }
}

/// The item of a list or tuple of one.
fn single_item(expr: &Expr) -> Option<&Expr> {
    let items = match expr {
        Expr::List(node) => &node.elts,
        Expr::Tuple(node) => &node.elts,
        _ => return None,
    };
    match &items[..] {
        [item] if !item.is_starred_expr() => Some(item),
        _ => None,
    }
}
