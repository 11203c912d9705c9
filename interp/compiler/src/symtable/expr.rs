//! Expressions in the first pass.

use ruff_python_ast::name::Name;
use ruff_python_ast::{
    Comprehension, Expr, ExprContext, ExprLambda, ExprName, ExprNamed, InterpolatedStringElement, Keyword,
};
use ruff_text_size::{Ranged, TextRange};

use super::{BlockKind, Builder, ComprehensionKind, Role, def};
use crate::error::{Failure, Result};

impl Builder {
    pub(super) fn exprs(&mut self, list: &[Expr]) -> Result<()> {
        list.iter().try_for_each(|expr| self.expr(expr))
    }

    pub(super) fn opt_expr(&mut self, expr: Option<&Expr>) -> Result<()> {
        expr.map_or(Ok(()), |expr| self.expr(expr))
    }

    pub(super) fn keyword(&mut self, keyword: &Keyword) -> Result<()> {
        if keyword.arg.as_ref().is_some_and(|name| name.as_str() == "__debug__") {
            return Err(Failure::new("cannot assign to __debug__", keyword));
        }
        self.expr(&keyword.value)
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> Result<()> {
        // A chain of left operands may be as long as the source: no recursion for it.
        let mut right_operands = Vec::new();
        let mut expr = expr;
        while let Expr::BinOp(node) = expr {
            right_operands.push(&*node.right);
            expr = &node.left;
        }
        self.deeper()?;
        self.plain_expr(expr)?;
        for right in right_operands.into_iter().rev() {
            self.expr(right)?;
        }
        self.shallower();
        Ok(())
    }

    fn plain_expr(&mut self, expr: &Expr) -> Result<()> {
        match expr {
            Expr::Name(node) => self.name(node),
            Expr::Named(node) => self.named(node),
            Expr::Lambda(node) => self.lambda(node),
            Expr::ListComp(node) => {
                self.comprehension(expr, ComprehensionKind::List, &node.generators, &[&node.elt])
            }
            Expr::SetComp(node) => {
                self.comprehension(expr, ComprehensionKind::Set, &node.generators, &[&node.elt])
            }
            Expr::DictComp(node) => {
                let parts: Vec<&Expr> = node.key.iter().map(|key| &**key).chain([&*node.value]).collect();
                self.comprehension(expr, ComprehensionKind::Dict, &node.generators, &parts)
            }
            Expr::Generator(node) => {
                self.comprehension(expr, ComprehensionKind::Generator, &node.generators, &[&node.elt])
            }
            Expr::Yield(node) => {
                self.no_suspension(expr, "yield expression")?;
                self.opt_expr(node.value.as_deref())?;
                self.mark_generator(expr)
            }
            Expr::YieldFrom(node) => {
                self.no_suspension(expr, "yield expression")?;
                self.expr(&node.value)?;
                self.mark_generator(expr)
            }
            Expr::Await(node) => {
                self.no_suspension(expr, "await expression")?;
                self.check_await(expr)?;
                self.expr(&node.value)?;
                self.current_mut().coroutine = true;
                Ok(())
            }
            Expr::BoolOp(node) => self.exprs(&node.values),
            Expr::BinOp(node) => {
                self.expr(&node.left)?;
                self.expr(&node.right)
            }
            Expr::UnaryOp(node) => self.expr(&node.operand),
            Expr::If(node) => {
                self.expr(&node.test)?;
                self.expr(&node.body)?;
                self.expr(&node.orelse)
            }
            Expr::Dict(node) => {
                for item in &node.items {
                    self.opt_expr(item.key.as_ref())?;
                    self.expr(&item.value)?;
                }
                Ok(())
            }
            Expr::Set(node) => self.exprs(&node.elts),
            Expr::List(node) => self.exprs(&node.elts),
            Expr::Tuple(node) => self.exprs(&node.elts),
            Expr::Compare(node) => {
                self.expr(&node.left)?;
                self.exprs(&node.comparators)
            }
            Expr::Call(node) => {
                self.expr(&node.func)?;
                self.exprs(&node.arguments.args)?;
                node.arguments.keywords.iter().try_for_each(|keyword| self.keyword(keyword))
            }
            Expr::Attribute(node) => {
                if node.attr.as_str() == "__debug__" && node.ctx != ExprContext::Load {
                    let what = if node.ctx == ExprContext::Del { "delete" } else { "assign to" };
                    return Err(Failure::new(format!("cannot {what} __debug__"), expr));
                }
                self.expr(&node.value)
            }
            Expr::Subscript(node) => {
                self.expr(&node.value)?;
                self.expr(&node.slice)
            }
            Expr::Starred(node) => self.expr(&node.value),
            Expr::Slice(node) => {
                self.opt_expr(node.lower.as_deref())?;
                self.opt_expr(node.upper.as_deref())?;
                self.opt_expr(node.step.as_deref())
            }
            Expr::FString(node) => node.value.elements().try_for_each(|element| self.interpolated(element)),
            Expr::TString(node) => node.value.elements().try_for_each(|element| self.interpolated(element)),
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::IpyEscapeCommand(_) => Ok(()),
        }
    }

    fn interpolated(&mut self, element: &InterpolatedStringElement) -> Result<()> {
        let InterpolatedStringElement::Interpolation(node) = element else {
            return Ok(());
        };
        self.expr(&node.expression)?;
        match &node.format_spec {
            Some(spec) => spec.elements.iter().try_for_each(|element| self.interpolated(element)),
            None => Ok(()),
        }
    }

    fn name(&mut self, node: &ExprName) -> Result<()> {
        let flags = if node.ctx == ExprContext::Load { def::USE } else { def::LOCAL };
        if node.ctx == ExprContext::Del && node.id == "__debug__" {
            return Err(Failure::new("cannot delete __debug__", node));
        }
        self.add(&node.id, flags, node.range())?;
        // Zero-argument super() reads __class__ though nobody names it.
        if node.ctx == ExprContext::Load && node.id == "super" && self.current().is_function_like() {
            self.add(&Name::new("__class__"), def::USE, node.range())?;
        }
        Ok(())
    }

    fn named(&mut self, node: &ExprNamed) -> Result<()> {
        self.no_suspension(node, "named expression")?;
        if self.in_comp_iter_expr() {
            let text = "assignment expression cannot be used in a comprehension iterable expression";
            return Err(Failure::new(text, node));
        }
        if self.current().comprehension.is_some()
            && let Expr::Name(target) = &*node.target
        {
            self.extend_named_scope(target)?;
        }
        self.expr(&node.value)?;
        self.expr(&node.target)
    }

    /// An assignment expression in a comprehension binds in the block around all comprehensions.
    fn extend_named_scope(&mut self, target: &ExprName) -> Result<()> {
        let (name, at) = (&target.id, target.range());
        for id in self.stack.clone().into_iter().rev() {
            let scope = &self.scopes[id.0 as usize];
            let symbol = self.lookup_in(id, name);
            if scope.comprehension.is_some() {
                if symbol.has(def::COMP_ITER) && symbol.has(def::LOCAL | def::GLOBAL) {
                    let text = format!(
                        "assignment expression cannot rebind comprehension iteration variable '{name}'"
                    );
                    return Err(Failure::new(text, &at));
                }
                continue;
            }
            let place = match scope.kind {
                BlockKind::Function => {
                    let flag = if symbol.has(def::GLOBAL) { def::GLOBAL } else { def::NONLOCAL };
                    self.add(name, flag, at)?;
                    return self.add_to(id, name, def::LOCAL, at);
                }
                BlockKind::Module => {
                    self.add(name, def::GLOBAL, at)?;
                    return self.add_to(id, name, def::GLOBAL, at);
                }
                BlockKind::Class => "in a class body",
                BlockKind::TypeParameters => "within the definition of a generic",
                BlockKind::TypeAlias => "in a type alias",
                BlockKind::TypeVariable => "in a TypeVar bound",
                BlockKind::Annotation => "in an annotation",
            };
            let text = format!("assignment expression within a comprehension cannot be used {place}");
            return Err(Failure::new(text, &at));
        }
        Ok(())
    }

    fn lambda(&mut self, node: &ExprLambda) -> Result<()> {
        if let Some(parameters) = &node.parameters {
            self.defaults(parameters)?;
        }
        self.enter(BlockKind::Function, Name::new("<lambda>"), node, Role::Body, node.range());
        if let Some(parameters) = &node.parameters {
            self.parameters(parameters)?;
        }
        self.expr(&node.body)?;
        self.leave();
        Ok(())
    }

    fn comprehension(
        &mut self,
        node: &Expr,
        kind: ComprehensionKind,
        generators: &[Comprehension],
        elements: &[&Expr],
    ) -> Result<()> {
        let Some((first, rest)) = generators.split_first() else {
            return Err(Failure::new("invalid syntax", node));
        };
        self.count_comp_iter_expr(1);
        self.expr(&first.iter)?;
        self.count_comp_iter_expr(-1);
        self.enter(BlockKind::Function, Name::new(kind.code_name()), node, Role::Body, node.range());
        self.current_mut().comprehension = Some(kind);
        self.current_mut().coroutine = first.is_async;
        self.add(&Name::new(".0"), def::PARAM, node.range())?;
        self.comprehension_target(&first.target)?;
        self.exprs(&first.ifs)?;
        for generator in rest {
            self.comprehension_target(&generator.target)?;
            self.count_comp_iter_expr(1);
            self.expr(&generator.iter)?;
            self.count_comp_iter_expr(-1);
            self.exprs(&generator.ifs)?;
            self.current_mut().coroutine |= generator.is_async;
        }
        elements.iter().try_for_each(|element| self.expr(element))?;
        let is_generator = kind == ComprehensionKind::Generator;
        self.current_mut().generator = is_generator;
        let is_async = self.current().coroutine && !is_generator;
        self.leave();
        if is_async {
            self.check_async_comprehension(node.range())?;
            self.current_mut().coroutine = true;
        }
        Ok(())
    }

    fn comprehension_target(&mut self, target: &Expr) -> Result<()> {
        self.set_comp_iter_target(true);
        self.expr(target)?;
        self.set_comp_iter_target(false);
        Ok(())
    }

    /// An asynchronous comprehension needs an asynchronous function, or a comprehension that becomes asynchronous by it.
    fn check_async_comprehension(&mut self, at: TextRange) -> Result<()> {
        let scope = self.current();
        if scope.coroutine || scope.comprehension.is_some() || self.top_level_await() {
            return Ok(());
        }
        Err(Failure::new("asynchronous comprehension outside of an asynchronous function", &at))
    }

    /// `compile(..., flags=PyCF_ALLOW_TOP_LEVEL_AWAIT)` at module level.
    fn top_level_await(&self) -> bool {
        self.allow_top_level_await && self.current().kind == BlockKind::Module
    }

    fn check_await(&mut self, expr: &Expr) -> Result<()> {
        let scope = self.current();
        if self.top_level_await() || scope.comprehension.is_some() || scope.coroutine {
            return Ok(());
        }
        let text = if matches!(scope.kind, BlockKind::Function) {
            "'await' outside async function"
        } else {
            "'await' outside function"
        };
        Err(Failure::new(text, expr))
    }

    fn mark_generator(&mut self, expr: &Expr) -> Result<()> {
        let scope = self.current_mut();
        if let Some(kind) = scope.comprehension {
            let what = match kind {
                ComprehensionKind::List => "'yield' inside list comprehension",
                ComprehensionKind::Set => "'yield' inside set comprehension",
                ComprehensionKind::Dict => "'yield' inside dict comprehension",
                ComprehensionKind::Generator => "'yield' inside generator expression",
            };
            return Err(Failure::new(what, expr));
        }
        if scope.kind != BlockKind::Function {
            let what = if expr.is_yield_from_expr() {
                "'yield from' outside function"
            } else {
                "'yield' outside function"
            };
            return Err(Failure::new(what, expr));
        }
        scope.generator = true;
        Ok(())
    }

    /// Annotation and type scopes allow no `yield`, `await` and `:=`.
    fn no_suspension(&self, at: &impl Ranged, what: &str) -> Result<()> {
        let scope = self.current();
        let place = match scope.kind {
            BlockKind::Annotation => "an annotation",
            BlockKind::TypeVariable | BlockKind::TypeAlias | BlockKind::TypeParameters => scope.scope_info,
            _ => return Ok(()),
        };
        Err(Failure::new(format!("{what} cannot be used within {place}"), at))
    }
}
