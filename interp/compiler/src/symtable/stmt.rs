//! Statements in the first pass.

use ruff_python_ast::name::Name;
use ruff_python_ast::{
    Alias, ExceptHandler, Expr, Identifier, Pattern, Stmt, StmtAnnAssign, StmtClassDef, StmtFunctionDef,
    StmtTypeAlias, TypeParam, TypeParams,
};
use ruff_text_size::Ranged;

use super::{BlockKind, Builder, Private, Role, def};
use crate::error::{Failure, Result};

impl Builder {
    pub(super) fn body(&mut self, body: &[Stmt]) -> Result<()> {
        body.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    /// A body that may not be executed: annotations in it are conditional.
    fn conditional(&mut self, body: &[Stmt]) -> Result<()> {
        let before = std::mem::replace(&mut self.current_mut().in_conditional_block, true);
        self.body(body)?;
        self.current_mut().in_conditional_block = before;
        Ok(())
    }

    fn stmt(&mut self, stmt: &Stmt) -> Result<()> {
        self.deeper()?;
        match stmt {
            Stmt::FunctionDef(node) => self.function_def(node)?,
            Stmt::ClassDef(node) => self.class_def(node)?,
            Stmt::TypeAlias(node) => self.type_alias(node)?,
            Stmt::AnnAssign(node) => self.ann_assign(node)?,
            Stmt::Global(node) => self.declare(&node.names, "global", def::GLOBAL, stmt)?,
            Stmt::Nonlocal(node) => self.declare(&node.names, "nonlocal", def::NONLOCAL, stmt)?,
            Stmt::Import(node) => node.names.iter().try_for_each(|alias| self.alias(alias, stmt))?,
            Stmt::ImportFrom(node) => node.names.iter().try_for_each(|alias| self.alias(alias, stmt))?,
            Stmt::Return(node) => self.opt_expr(node.value.as_deref())?,
            Stmt::Delete(node) => self.exprs(&node.targets)?,
            Stmt::Assign(node) => {
                self.exprs(&node.targets)?;
                self.expr(&node.value)?;
            }
            Stmt::AugAssign(node) => {
                self.expr(&node.target)?;
                self.expr(&node.value)?;
            }
            Stmt::Expr(node) => self.expr(&node.value)?,
            Stmt::Assert(node) => {
                self.expr(&node.test)?;
                self.opt_expr(node.msg.as_deref())?;
            }
            Stmt::Raise(node) => {
                self.opt_expr(node.exc.as_deref())?;
                self.opt_expr(node.cause.as_deref())?;
            }
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::IpyEscapeCommand(_) => {}
            _ => self.compound(stmt)?,
        }
        self.shallower();
        Ok(())
    }

    fn compound(&mut self, stmt: &Stmt) -> Result<()> {
        match stmt {
            Stmt::For(node) => {
                self.expr(&node.target)?;
                self.expr(&node.iter)?;
                self.conditional(&node.body)?;
                self.conditional(&node.orelse)
            }
            Stmt::While(node) => {
                self.expr(&node.test)?;
                self.conditional(&node.body)?;
                self.conditional(&node.orelse)
            }
            Stmt::If(node) => {
                self.expr(&node.test)?;
                self.conditional(&node.body)?;
                for clause in &node.elif_else_clauses {
                    self.opt_expr(clause.test.as_ref())?;
                    self.conditional(&clause.body)?;
                }
                Ok(())
            }
            Stmt::With(node) => {
                for item in &node.items {
                    self.expr(&item.context_expr)?;
                    self.opt_expr(item.optional_vars.as_deref())?;
                }
                self.conditional(&node.body)
            }
            Stmt::Match(node) => {
                self.expr(&node.subject)?;
                for case in &node.cases {
                    self.pattern(&case.pattern)?;
                    self.opt_expr(case.guard.as_deref())?;
                    self.conditional(&case.body)?;
                }
                Ok(())
            }
            Stmt::Try(node) => {
                self.conditional(&node.body)?;
                for ExceptHandler::ExceptHandler(handler) in &node.handlers {
                    self.opt_expr(handler.type_.as_deref())?;
                    if let Some(name) = &handler.name {
                        self.add_identifier(name, def::LOCAL)?;
                    }
                    self.conditional(&handler.body)?;
                }
                self.conditional(&node.orelse)?;
                self.conditional(&node.finalbody)
            }
            _ => Ok(()),
        }
    }

    fn function_def(&mut self, node: &StmtFunctionDef) -> Result<()> {
        self.add_identifier(&node.name, def::LOCAL)?;
        self.defaults(&node.parameters)?;
        for decorator in &node.decorator_list {
            self.expr(&decorator.expression)?;
        }
        let saved = self.private.clone();
        if let Some(type_params) = &node.type_params {
            self.enter_type_params(&node.name, node, type_params, node.range())?;
            let has_default =
                |list: &[ruff_python_ast::ParameterWithDefault]| list.iter().any(|p| p.default.is_some());
            let parameters = &node.parameters;
            if has_default(&parameters.posonlyargs) || has_default(&parameters.args) {
                self.add(&Name::new(".defaults"), def::PARAM, node.range())?;
            }
            if has_default(&parameters.kwonlyargs) {
                self.add(&Name::new(".kwdefaults"), def::PARAM, node.range())?;
            }
            self.type_params(type_params)?;
        }
        self.function_annotations(&node.parameters, node.returns.as_deref(), node)?;
        self.enter(BlockKind::Function, node.name.id.clone(), node, Role::Body, node.range());
        self.current_mut().coroutine = node.is_async;
        self.parameters(&node.parameters)?;
        self.body(&node.body)?;
        self.leave();
        if node.type_params.is_some() {
            self.leave();
        }
        self.private = saved;
        Ok(())
    }

    fn class_def(&mut self, node: &StmtClassDef) -> Result<()> {
        self.add_identifier(&node.name, def::LOCAL)?;
        for decorator in &node.decorator_list {
            self.expr(&decorator.expression)?;
        }
        let saved = self.private.clone();
        if let Some(type_params) = &node.type_params {
            self.enter_type_params(&node.name, node, type_params, node.range())?;
            for name in [".type_params", ".generic_base"] {
                self.add(&Name::new(name), def::LOCAL | def::USE, node.range())?;
            }
            self.private = Some(Private::generic(&node.name.id, type_params));
            self.type_params(type_params)?;
        }
        if let Some(arguments) = &node.arguments {
            self.exprs(&arguments.args)?;
            arguments.keywords.iter().try_for_each(|keyword| self.keyword(keyword))?;
        }
        self.enter(BlockKind::Class, node.name.id.clone(), node, Role::Body, node.range());
        self.private = Some(Private::class(&node.name.id));
        if node.type_params.is_some() {
            self.add(&Name::new("__type_params__"), def::LOCAL, node.range())?;
            self.add(&Name::new(".type_params"), def::USE, node.range())?;
        }
        self.body(&node.body)?;
        self.leave();
        if node.type_params.is_some() {
            self.leave();
        }
        self.private = saved;
        Ok(())
    }

    fn type_alias(&mut self, node: &StmtTypeAlias) -> Result<()> {
        self.expr(&node.name)?;
        let name = node.name.as_name_expr().map_or_else(Name::empty, |name| name.id.clone());
        let in_class = self.current().kind == BlockKind::Class;
        if let Some(type_params) = &node.type_params {
            let identifier = Identifier::new(name.clone(), node.name.range());
            self.enter_type_params(&identifier, node, type_params, node.range())?;
            self.type_params(type_params)?;
        }
        self.enter(BlockKind::TypeAlias, name, node, Role::Body, node.range());
        self.current_mut().scope_info = "a type alias";
        if in_class {
            self.see_class_scope(node.value.range())?;
        }
        self.expr(&node.value)?;
        self.leave();
        if node.type_params.is_some() {
            self.leave();
        }
        Ok(())
    }

    fn enter_type_params<T>(
        &mut self,
        name: &Identifier,
        node: &T,
        type_params: &TypeParams,
        range: ruff_text_size::TextRange,
    ) -> Result<()> {
        let in_class = self.current().kind == BlockKind::Class;
        self.enter(BlockKind::TypeParameters, name.id.clone(), node, Role::TypeParams, range);
        self.current_mut().scope_info = "the definition of a generic";
        if in_class {
            self.see_class_scope(type_params.range())?;
        }
        Ok(())
    }

    fn type_params(&mut self, params: &TypeParams) -> Result<()> {
        for param in &params.type_params {
            let (name, bound, default, what) = match param {
                TypeParam::TypeVar(node) => {
                    (&node.name, node.bound.as_deref(), node.default.as_deref(), "a TypeVar default")
                }
                TypeParam::TypeVarTuple(node) => {
                    (&node.name, None, node.default.as_deref(), "a TypeVarTuple default")
                }
                TypeParam::ParamSpec(node) => {
                    (&node.name, None, node.default.as_deref(), "a ParamSpec default")
                }
            };
            if matches!(
                name.as_str(),
                "__classdict__" | "__class__" | "__classcell__" | "__conditional_annotations__"
            ) {
                let text = format!("reserved name '{name}' cannot be used for type parameter");
                return Err(Failure::new(text, param));
            }
            self.add(&name.id, def::TYPE_PARAM | def::LOCAL, param.range())?;
            let bound_kind = if bound.is_some_and(Expr::is_tuple_expr) {
                "a TypeVar constraint"
            } else {
                "a TypeVar bound"
            };
            for (expr, role, what) in [(bound, Role::Bound, bound_kind), (default, Role::Default, what)] {
                let Some(expr) = expr else { continue };
                let sees_class = self.current().can_see_class_scope;
                self.enter(BlockKind::TypeVariable, name.id.clone(), param, role, expr.range());
                self.current_mut().scope_info = what;
                if sees_class {
                    self.see_class_scope(expr.range())?;
                }
                self.expr(expr)?;
                self.leave();
            }
        }
        Ok(())
    }

    fn ann_assign(&mut self, node: &StmtAnnAssign) -> Result<()> {
        if let Expr::Name(name) = &*node.target {
            let symbol = self.lookup(&name.id);
            if symbol.has(def::GLOBAL | def::NONLOCAL) && self.current_id() != self.stack[0] && node.simple {
                let what = if symbol.has(def::GLOBAL) { "global" } else { "nonlocal" };
                return Err(Failure::new(format!("annotated name '{}' can't be {what}", name.id), node));
            }
            if node.simple {
                self.add(&name.id, def::ANNOT | def::LOCAL, name.range())?;
            } else if node.value.is_some() {
                self.add(&name.id, def::LOCAL, name.range())?;
            }
        } else {
            self.expr(&node.target)?;
        }
        self.variable_annotation(&node.annotation)?;
        self.opt_expr(node.value.as_deref())
    }

    fn declare(&mut self, names: &[Identifier], what: &str, flag: u16, stmt: &Stmt) -> Result<()> {
        for name in names {
            let symbol = self.lookup(&name.id);
            let complain = if symbol.has(def::PARAM) {
                Some(format!("name '{name}' is parameter and {what}"))
            } else if symbol.has(def::USE) {
                Some(format!("name '{name}' is used prior to {what} declaration"))
            } else if symbol.has(def::ANNOT) {
                Some(format!("annotated name '{name}' can't be {what}"))
            } else if symbol.has(def::LOCAL | def::IMPORT) {
                Some(format!("name '{name}' is assigned to before {what} declaration"))
            } else {
                None
            };
            if let Some(text) = complain {
                return Err(Failure::new(text, stmt));
            }
            if flag == def::NONLOCAL && self.current_id() == self.stack[0] {
                return Err(Failure::new("nonlocal declaration not allowed at module level", stmt));
            }
            let mangled = super::mangle(self.private.as_ref(), &name.id);
            self.current_mut().directives.push((mangled, stmt.range()));
            self.add_identifier(name, flag)?;
        }
        Ok(())
    }

    fn alias(&mut self, alias: &Alias, stmt: &Stmt) -> Result<()> {
        if alias.name.as_str() == "*" {
            if self.current().kind != BlockKind::Module {
                return Err(Failure::new("import * only allowed at module level", alias));
            }
            return Ok(());
        }
        if let Some(asname) = &alias.asname {
            return self.add_identifier(asname, def::IMPORT);
        }
        let name = match alias.name.split_once('.') {
            Some((first, _)) if stmt.is_import_stmt() => Name::new(first),
            _ => alias.name.id.clone(),
        };
        self.add(&name, def::IMPORT, alias.range())
    }

    fn pattern(&mut self, pattern: &Pattern) -> Result<()> {
        self.deeper()?;
        match pattern {
            Pattern::MatchValue(node) => self.expr(&node.value)?,
            Pattern::MatchSingleton(_) => {}
            Pattern::MatchSequence(node) => node.patterns.iter().try_for_each(|item| self.pattern(item))?,
            Pattern::MatchMapping(node) => {
                self.exprs(&node.keys)?;
                node.patterns.iter().try_for_each(|item| self.pattern(item))?;
                self.capture(node.rest.as_ref())?;
            }
            Pattern::MatchClass(node) => {
                self.expr(&node.cls)?;
                node.arguments.patterns.iter().try_for_each(|item| self.pattern(item))?;
                node.arguments.keywords.iter().try_for_each(|item| self.pattern(&item.pattern))?;
            }
            Pattern::MatchStar(node) => self.capture(node.name.as_ref())?,
            Pattern::MatchAs(node) => {
                if let Some(inner) = &node.pattern {
                    self.pattern(inner)?;
                }
                self.capture(node.name.as_ref())?;
            }
            Pattern::MatchOr(node) => node.patterns.iter().try_for_each(|item| self.pattern(item))?,
        }
        self.shallower();
        Ok(())
    }

    fn capture(&mut self, name: Option<&Identifier>) -> Result<()> {
        name.map_or(Ok(()), |name| self.add_identifier(name, def::LOCAL))
    }
}
