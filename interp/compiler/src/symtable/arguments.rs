//! Parameters and annotations in the first pass.

use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, Parameters, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::{BlockKind, Builder, Role, def};
use crate::error::Result;

impl Builder {
    /// Defaults belong to the block around the function.
    pub(super) fn defaults(&mut self, parameters: &Parameters) -> Result<()> {
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args) {
            self.opt_expr(parameter.default.as_deref())?;
        }
        for parameter in &parameters.kwonlyargs {
            self.opt_expr(parameter.default.as_deref())?;
        }
        Ok(())
    }

    pub(super) fn parameters(&mut self, parameters: &Parameters) -> Result<()> {
        let plain = parameters.posonlyargs.iter().chain(&parameters.args).chain(&parameters.kwonlyargs);
        let plain = plain.map(|parameter| &parameter.parameter);
        let rest = parameters.vararg.iter().chain(&parameters.kwarg).map(|parameter| &**parameter);
        for parameter in plain.chain(rest) {
            self.add_identifier(&parameter.name, def::PARAM)?;
        }
        Ok(())
    }

    pub(super) fn function_annotations(
        &mut self,
        parameters: &Parameters,
        returns: Option<&Expr>,
        node: &StmtFunctionDef,
    ) -> Result<()> {
        if !crate::compile::has_annotations(parameters, returns) {
            return Ok(());
        }
        let sees_class = self.current().can_see_class_scope || self.current().kind == BlockKind::Class;
        let name = Name::new("__annotate__");
        self.enter(BlockKind::Annotation, name.clone(), node, Role::Annotations, node.range());
        if self.future_annotations {
            // What is kept as text uses no names, but must be valid.
            self.leave();
            self.enter_detached(BlockKind::Annotation, name, node.range());
            self.current_mut().unevaluated = true;
        }
        if sees_class {
            self.see_class_scope(node.range())?;
        }
        let plain = parameters.posonlyargs.iter().chain(&parameters.args);
        let plain = plain.map(|parameter| &parameter.parameter);
        let stars = parameters.vararg.iter().chain(&parameters.kwarg).map(|parameter| &**parameter);
        let keywords = parameters.kwonlyargs.iter().map(|parameter| &parameter.parameter);
        for parameter in plain.chain(stars).chain(keywords) {
            self.opt_expr(parameter.annotation.as_deref())?;
        }
        self.opt_expr(returns)?;
        self.leave();
        Ok(())
    }

    /// The annotation of a variable: into the `__annotate__` block of a class or module; checked but not evaluated in
    /// a function or under the future import.
    pub(super) fn variable_annotation(&mut self, annotation: &Expr) -> Result<()> {
        let kind = self.current().kind;
        let unevaluated = self.future_annotations || !matches!(kind, BlockKind::Class | BlockKind::Module);
        let name = Name::new("__annotate__");
        if self.future_annotations {
            self.current_mut().annotations_used = true;
        }
        if unevaluated {
            self.enter_detached(BlockKind::Annotation, name, annotation.range());
            self.current_mut().unevaluated = true;
        } else {
            let scope = self.current();
            let conditional = kind == BlockKind::Module || scope.in_conditional_block;
            if conditional && !scope.has_conditional_annotations {
                self.current_mut().has_conditional_annotations = true;
                self.add(&Name::new("__conditional_annotations__"), def::USE, annotation.range())?;
            }
            match self.current().annotation_block {
                Some(block) => self.enter_existing(block),
                None => {
                    let parent = self.current_id();
                    let block = self.enter(
                        BlockKind::Annotation,
                        name,
                        annotation,
                        Role::Annotations,
                        annotation.range(),
                    );
                    self.scopes[parent.0 as usize].annotation_block = Some(block);
                    if kind == BlockKind::Class {
                        self.see_class_scope(annotation.range())?;
                    }
                    if conditional {
                        self.add(&Name::new("__conditional_annotations__"), def::USE, annotation.range())?;
                    }
                }
            }
            if conditional {
                // The first conditional annotation may come after unconditional ones.
                self.add(&Name::new("__conditional_annotations__"), def::USE, annotation.range())?;
            }
        }
        self.expr(annotation)?;
        self.leave();
        Ok(())
    }
}
