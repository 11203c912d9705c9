//! `match`: patterns (PEP 634).
//!
//! While a pattern is tested the subject parts lie on the stack; captured values lie below them until the whole
//! pattern has matched, and are then bound in order.

use ruff_python_ast::name::Name;
use ruff_python_ast::{
    Expr, Identifier, MatchCase, Pattern, PatternMatchAs, PatternMatchClass, PatternMatchMapping,
    PatternMatchOr, PatternMatchSequence, Singleton, StmtMatch,
};
use taipan_bytecode::{Const, Opcode};

use super::Compiler;
use super::expr::Display;
use crate::assemble::{Label, Loc};
use crate::error::Result;
use crate::symtable::mangle;

/// State of compiling one pattern.
#[derive(Default)]
struct Context {
    /// Captured names; their values lie on the stack, the first one deepest.
    stores: Vec<Name>,
    /// A wildcard or capture may stand here though it makes what follows unreachable.
    allow_irrefutable: bool,
    /// `fail_pop[n]` drops n values and goes on with the next case.
    fail_pop: Vec<Label>,
    /// Values above the captured ones.
    on_top: usize,
}

impl<'a> Compiler<'a> {
    pub(super) fn match_stmt(&mut self, node: &'a StmtMatch) -> Result<()> {
        self.expr(&node.subject)?;
        let end = self.label();
        let Some((last, cases)) = node.cases.split_last() else {
            return self.error("expected 'case'", node);
        };
        let default = is_wildcard(&last.pattern) && !cases.is_empty();
        let with_tests = if default { cases } else { &node.cases };
        let mut context = Context::default();
        let count = with_tests.len();
        for (index, case) in with_tests.iter().enumerate() {
            // The last case that looks at the subject consumes it.
            let keep_subject = index + 1 < count;
            self.match_case(case, keep_subject, index + 1 == node.cases.len(), &mut context, end)?;
        }
        if default {
            let loc = Loc::from(&last.pattern);
            self.op(Opcode::NOP, loc);
            if let Some(guard) = &last.guard {
                self.jump_if(guard, end, false)?;
            }
            self.conditional_body(&last.body)?;
        }
        self.bind(end);
        Ok(())
    }

    fn match_case(
        &mut self,
        case: &'a MatchCase,
        keep_subject: bool,
        is_last: bool,
        context: &mut Context,
        end: Label,
    ) -> Result<()> {
        let loc = Loc::from(&case.pattern);
        if keep_subject {
            self.op_int(Opcode::COPY, 1, loc);
        }
        context.stores.clear();
        // Irrefutable cases must be last, unless a guard makes them refutable.
        context.allow_irrefutable = case.guard.is_some() || is_last;
        context.fail_pop.clear();
        context.on_top = 0;
        self.pattern(&case.pattern, context)?;
        for name in std::mem::take(&mut context.stores) {
            self.store_name(&name, loc)?;
        }
        if let Some(guard) = &case.guard {
            self.ensure_fail_pop(context, 0);
            self.jump_if(guard, context.fail_pop[0], false)?;
        }
        if keep_subject {
            self.op(Opcode::POP_TOP, loc);
        }
        self.conditional_body(&case.body)?;
        self.jump(end, Loc::NONE);
        self.emit_fail_pop(context, loc);
        Ok(())
    }

    fn ensure_fail_pop(&mut self, context: &mut Context, count: usize) {
        while context.fail_pop.len() <= count {
            let label = self.label();
            context.fail_pop.push(label);
        }
    }

    /// Jumps, or goes on, to the next case after dropping what this pattern has on the stack.
    fn jump_to_fail_pop(&mut self, op: Option<Opcode>, context: &mut Context, loc: Loc) {
        let pops = context.on_top + context.stores.len();
        self.ensure_fail_pop(context, pops);
        match op {
            Some(op) => self.jump_op(op, context.fail_pop[pops], loc),
            None => self.jump(context.fail_pop[pops], loc),
        }
    }

    fn emit_fail_pop(&mut self, context: &mut Context, loc: Loc) {
        let labels = std::mem::take(&mut context.fail_pop);
        for (count, label) in labels.into_iter().enumerate().rev() {
            self.bind(label);
            if count > 0 {
                self.op(Opcode::POP_TOP, loc);
            }
        }
    }

    fn pattern(&mut self, pattern: &'a Pattern, context: &mut Context) -> Result<()> {
        let loc = Loc::from(pattern);
        match pattern {
            Pattern::MatchValue(node) => {
                self.expr(&node.value)?;
                self.op_int(Opcode::COMPARE_OP, 2, loc);
                self.jump_to_fail_pop(Some(Opcode::POP_JUMP_IF_FALSE), context, loc);
                Ok(())
            }
            Pattern::MatchSingleton(node) => {
                let value = match node.value {
                    Singleton::None => Const::None,
                    Singleton::True => Const::True,
                    Singleton::False => Const::False,
                };
                self.load_const(value, loc);
                self.op_int(Opcode::IS_OP, 0, loc);
                self.jump_to_fail_pop(Some(Opcode::POP_JUMP_IF_FALSE), context, loc);
                Ok(())
            }
            Pattern::MatchSequence(node) => self.sequence_pattern(node, context),
            Pattern::MatchMapping(node) => self.mapping_pattern(node, context),
            Pattern::MatchClass(node) => self.class_pattern(node, context),
            Pattern::MatchStar(node) => self.capture(node.name.as_ref(), context, loc),
            Pattern::MatchAs(node) => self.as_pattern(node, context),
            Pattern::MatchOr(node) => self.or_pattern(node, context),
        }
    }

    fn sub_pattern(&mut self, pattern: &'a Pattern, context: &mut Context) -> Result<()> {
        let before = std::mem::replace(&mut context.allow_irrefutable, true);
        self.pattern(pattern, context)?;
        context.allow_irrefutable = before;
        Ok(())
    }

    /// Keeps the value on top for the name, below what the pattern still needs.
    fn capture(&mut self, name: Option<&Identifier>, context: &mut Context, loc: Loc) -> Result<()> {
        let Some(name) = name else {
            self.op(Opcode::POP_TOP, loc);
            return Ok(());
        };
        if name.id == "__debug__" {
            return self.error("cannot assign to __debug__", name);
        }
        let mangled = mangle(self.unit_ref().private.as_ref(), &name.id);
        if context.stores.contains(&mangled) {
            return self.error(format!("multiple assignments to name '{}' in pattern", name.id), name);
        }
        self.rotate(context.on_top + context.stores.len() + 1, loc);
        context.stores.push(mangled);
        Ok(())
    }

    /// Moves the top value below the `count - 1` under it.
    fn rotate(&mut self, count: usize, loc: Loc) {
        for depth in (2..=count).rev() {
            self.op_int(Opcode::SWAP, depth as u32, loc);
        }
    }

    fn as_pattern(&mut self, node: &'a PatternMatchAs, context: &mut Context) -> Result<()> {
        let loc = Loc::from(node);
        let Some(inner) = &node.pattern else {
            if !context.allow_irrefutable {
                return match &node.name {
                    Some(name) => self
                        .error(format!("name capture '{name}' makes remaining patterns unreachable"), node),
                    None => self.error("wildcard makes remaining patterns unreachable", node),
                };
            }
            return self.capture(node.name.as_ref(), context, loc);
        };
        // A copy of the subject for the name stays on the stack.
        context.on_top += 1;
        self.op_int(Opcode::COPY, 1, loc);
        self.pattern(inner, context)?;
        context.on_top -= 1;
        self.capture(node.name.as_ref(), context, loc)
    }

    fn sequence_pattern(&mut self, node: &'a PatternMatchSequence, context: &mut Context) -> Result<()> {
        let loc = Loc::from(node);
        let patterns = &node.patterns;
        let mut star = None;
        let mut only_wildcard = true;
        let mut star_wildcard = false;
        for (index, pattern) in patterns.iter().enumerate() {
            if let Pattern::MatchStar(inner) = pattern {
                if star.is_some() {
                    return self.error("multiple starred expressions in sequence pattern", pattern);
                }
                star_wildcard = inner.name.is_none();
                only_wildcard &= star_wildcard;
                star = Some(index);
            } else {
                only_wildcard &= is_wildcard(pattern);
            }
        }
        context.on_top += 1;
        self.op(Opcode::MATCH_SEQUENCE, loc);
        self.jump_to_fail_pop(Some(Opcode::POP_JUMP_IF_FALSE), context, loc);
        let size = patterns.len();
        let exact = match star {
            None => Some((size, 2)),
            Some(_) if size > 1 => Some((size - 1, 5)),
            Some(_) => None,
        };
        if let Some((length, comparison)) = exact {
            self.op(Opcode::GET_LEN, loc);
            self.load_const(Const::Int(length as i64), loc);
            self.op_int(Opcode::COMPARE_OP, comparison, loc);
            self.jump_to_fail_pop(Some(Opcode::POP_JUMP_IF_FALSE), context, loc);
        }
        context.on_top -= 1;
        if only_wildcard {
            self.op(Opcode::POP_TOP, loc);
            Ok(())
        } else if star_wildcard {
            self.sequence_by_index(patterns, star.unwrap_or(size), context, loc)
        } else {
            self.sequence_by_unpacking(patterns, star, context, loc)
        }
    }

    fn sequence_by_unpacking(
        &mut self,
        patterns: &'a [Pattern],
        star: Option<usize>,
        context: &mut Context,
        loc: Loc,
    ) -> Result<()> {
        match star {
            Some(before) => {
                let after = patterns.len() - before - 1;
                if before >= 1 << 8 || after >= 1 << 23 {
                    return self
                        .error("too many expressions in star-unpacking sequence pattern", &patterns[0]);
                }
                self.op_int(Opcode::UNPACK_EX, (before | after << 8) as u32, loc);
            }
            None => self.op_int(Opcode::UNPACK_SEQUENCE, patterns.len() as u32, loc),
        }
        context.on_top += patterns.len();
        for pattern in patterns {
            context.on_top -= 1;
            self.sub_pattern(pattern, context)?;
        }
        Ok(())
    }

    /// `[a, b, *_, z]`: subscripts instead of making a list that nobody wants.
    fn sequence_by_index(
        &mut self,
        patterns: &'a [Pattern],
        star: usize,
        context: &mut Context,
        loc: Loc,
    ) -> Result<()> {
        context.on_top += 1;
        let size = patterns.len();
        for (index, pattern) in patterns.iter().enumerate() {
            if is_wildcard(pattern) || index == star {
                continue;
            }
            self.op_int(Opcode::COPY, 1, loc);
            if index < star {
                self.load_const(Const::Int(index as i64), loc);
            } else {
                // From the end: the subject may be longer than the pattern.
                self.op(Opcode::GET_LEN, loc);
                self.load_const(Const::Int((size - index) as i64), loc);
                self.op(Opcode::BINARY_SUBTRACT, loc);
            }
            self.op(Opcode::BINARY_SUBSCR, loc);
            self.sub_pattern(pattern, context)?;
        }
        context.on_top -= 1;
        self.op(Opcode::POP_TOP, loc);
        Ok(())
    }

    fn mapping_pattern(&mut self, node: &'a PatternMatchMapping, context: &mut Context) -> Result<()> {
        let loc = Loc::from(node);
        let size = node.keys.len();
        context.on_top += 1;
        self.op(Opcode::MATCH_MAPPING, loc);
        self.jump_to_fail_pop(Some(Opcode::POP_JUMP_IF_FALSE), context, loc);
        if size == 0 && node.rest.is_none() {
            context.on_top -= 1;
            self.op(Opcode::POP_TOP, loc);
            return Ok(());
        }
        if size > 0 {
            self.op(Opcode::GET_LEN, loc);
            self.load_const(Const::Int(size as i64), loc);
            self.op_int(Opcode::COMPARE_OP, 5, loc);
            self.jump_to_fail_pop(Some(Opcode::POP_JUMP_IF_FALSE), context, loc);
        }
        self.check_mapping_keys(&node.keys)?;
        self.display(&node.keys, Display::Tuple, loc)?;
        self.op(Opcode::MATCH_KEYS, loc);
        context.on_top += 2;
        self.op_int(Opcode::COPY, 1, loc);
        self.op(Opcode::NOP, Loc::NONE);
        self.jump_to_fail_pop(Some(Opcode::POP_JUMP_IF_NONE), context, loc);
        self.op_int(Opcode::UNPACK_SEQUENCE, size as u32, loc);
        context.on_top = context.on_top + size - 1;
        for pattern in &node.patterns {
            context.on_top -= 1;
            self.sub_pattern(pattern, context)?;
        }
        // Left: the subject and the tuple of keys.
        context.on_top -= 2;
        if let Some(rest) = &node.rest {
            self.mapping_rest(size, loc);
            self.capture(Some(rest), context, loc)?;
        } else {
            self.op(Opcode::POP_TOP, loc);
            self.op(Opcode::POP_TOP, loc);
        }
        Ok(())
    }

    /// `subject keys -- rest`: a dict of what the pattern did not name.
    fn mapping_rest(&mut self, size: usize, loc: Loc) {
        self.op_int(Opcode::BUILD_MAP, 0, loc);
        self.op_int(Opcode::SWAP, 3, loc);
        self.op_int(Opcode::DICT_UPDATE, 2, loc);
        self.op_int(Opcode::UNPACK_SEQUENCE, size as u32, loc);
        for remaining in (0..size).rev() {
            self.op_int(Opcode::COPY, remaining as u32 + 2, loc);
            self.op_int(Opcode::SWAP, 2, loc);
            self.op(Opcode::DELETE_SUBSCR, loc);
        }
    }

    fn check_mapping_keys(&self, keys: &[Expr]) -> Result<()> {
        let mut seen = Vec::new();
        for key in keys {
            let Some(value) = self.constant(key) else { continue };
            let dedup = value.dedup_key();
            if seen.contains(&dedup) {
                let text =
                    format!("mapping pattern checks duplicate key ({})", taipan_bytecode::dis::repr(&value));
                return self.error(text, key);
            }
            seen.push(dedup);
        }
        Ok(())
    }

    fn class_pattern(&mut self, node: &'a PatternMatchClass, context: &mut Context) -> Result<()> {
        let loc = Loc::from(node);
        let (patterns, keywords) = (&node.arguments.patterns, &node.arguments.keywords);
        for (index, keyword) in keywords.iter().enumerate() {
            let same = |other: &&ruff_python_ast::PatternKeyword| other.attr.id == keyword.attr.id;
            if let Some(other) = keywords[index + 1..].iter().find(same) {
                let text = format!("attribute name repeated in class pattern: {}", keyword.attr);
                return self.error(text, other);
            }
        }
        self.expr(&node.cls)?;
        let private = self.unit_ref().private.clone();
        let names = keywords.iter().map(|k| Const::str(&mangle(private.as_ref(), &k.attr.id))).collect();
        self.load_const(Const::Tuple(names), loc);
        self.op_int(Opcode::MATCH_CLASS, patterns.len() as u32, loc);
        self.op_int(Opcode::COPY, 1, loc);
        context.on_top += 1;
        self.jump_to_fail_pop(Some(Opcode::POP_JUMP_IF_NONE), context, loc);
        let all: Vec<&'a Pattern> =
            patterns.iter().chain(keywords.iter().map(|keyword| &keyword.pattern)).collect();
        self.op_int(Opcode::UNPACK_SEQUENCE, all.len() as u32, loc);
        context.on_top = context.on_top + all.len() - 1;
        for pattern in all {
            context.on_top -= 1;
            if is_wildcard(pattern) {
                self.op(Opcode::POP_TOP, loc);
            } else {
                self.sub_pattern(pattern, context)?;
            }
        }
        Ok(())
    }

    fn or_pattern(&mut self, node: &'a PatternMatchOr, context: &mut Context) -> Result<()> {
        let loc = Loc::from(node);
        let end = self.label();
        let size = node.patterns.len();
        let outer = std::mem::take(context);
        let mut control: Vec<Name> = Vec::new();
        for (index, alternative) in node.patterns.iter().enumerate() {
            let at = Loc::from(alternative);
            // Each alternative has a context of its own; only the last one may be irrefutable, if the whole may.
            context.stores.clear();
            context.allow_irrefutable = index + 1 == size && outer.allow_irrefutable;
            context.fail_pop.clear();
            context.on_top = 0;
            self.op_int(Opcode::COPY, 1, at);
            self.pattern(alternative, context)?;
            if index == 0 {
                control.clone_from(&context.stores);
            } else if control.len() != context.stores.len() {
                return self.error("alternative patterns bind different names", node);
            } else {
                self.reorder_captures(&control, context, node, at)?;
            }
            self.jump(end, at);
            self.emit_fail_pop(context, at);
        }
        *context = outer;
        // No alternative has matched: drop the subject and fail.
        self.op(Opcode::POP_TOP, loc);
        self.jump_to_fail_pop(None, context, loc);
        self.bind(end);
        // The captured values go below what the outer pattern still needs, and below its own captures' order.
        let stored = control.len();
        let rotation = stored + 1 + context.on_top + context.stores.len();
        for name in control {
            self.rotate(rotation, loc);
            if context.stores.contains(&name) {
                return self.error(format!("multiple assignments to name '{name}' in pattern"), node);
            }
            context.stores.push(name);
        }
        // The copy of the subject.
        self.op(Opcode::POP_TOP, loc);
        Ok(())
    }

    /// Brings the captured values into the order of the first alternative's names.
    fn reorder_captures(
        &mut self,
        control: &[Name],
        context: &mut Context,
        node: &'a PatternMatchOr,
        loc: Loc,
    ) -> Result<()> {
        let stores = context.stores.len();
        for target in (0..stores).rev() {
            let name = &control[target];
            let Some(at) = context.stores.iter().position(|store| store == name) else {
                return self.error("alternative patterns bind different names", node);
            };
            if at != target {
                // Exchange the two, by way of the top.
                let (target_depth, at_depth) = ((stores - target) as u32, (stores - at) as u32);
                for depth in [target_depth, at_depth, target_depth] {
                    if depth > 1 {
                        self.op_int(Opcode::SWAP, depth, loc);
                    }
                }
                context.stores.swap(at, target);
            }
        }
        Ok(())
    }
}

/// `_`, or a name that matches anything is not meant: only the wildcard.
fn is_wildcard(pattern: &Pattern) -> bool {
    matches!(pattern, Pattern::MatchAs(PatternMatchAs { pattern: None, name: None, .. }))
}
