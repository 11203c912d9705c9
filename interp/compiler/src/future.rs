//! `from __future__ import ...`.

use ruff_python_ast::{Expr, Mod, Stmt};
use taipan_bytecode::CodeFlags;

use crate::error::{Failure, Result};

/// Features that are always on: accepted and without effect.
const MANDATORY: [&str; 8] = [
    "generator_stop",
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
];

/// The flags that a module's future imports set. They must come first, after the docstring.
pub(crate) fn features(module: &Mod) -> Result<CodeFlags> {
    let mut flags = CodeFlags::default();
    let Mod::Module(module) = module else { return Ok(flags) };
    let mut allowed = true;
    for (index, stmt) in module.body.iter().enumerate() {
        match stmt {
            Stmt::ImportFrom(node) if node.level == 0 && node.module.as_deref() == Some("__future__") => {
                if !allowed {
                    let text = "from __future__ imports must occur at the beginning of the file";
                    return Err(Failure::new(text, stmt));
                }
                for alias in &node.names {
                    flags |= feature(&alias.name, stmt)?;
                }
            }
            Stmt::Expr(node) if index == 0 && matches!(*node.value, Expr::StringLiteral(_)) => {}
            _ => allowed = false,
        }
    }
    nested(&module.body)?;
    Ok(flags)
}

fn feature(name: &str, stmt: &Stmt) -> Result<CodeFlags> {
    match name {
        "annotations" => Ok(CodeFlags::FUTURE_ANNOTATIONS),
        "barry_as_FLUFL" => Ok(CodeFlags::FUTURE_BARRY_AS_BDFL),
        "braces" => Err(Failure::new("not a chance", stmt)),
        name if MANDATORY.contains(&name) => Ok(CodeFlags::default()),
        _ => Err(Failure::new(format!("future feature {name} is not defined"), stmt)),
    }
}

/// A future import inside another statement is too late.
fn nested(body: &[Stmt]) -> Result<()> {
    use ruff_python_ast::statement_visitor::{StatementVisitor, walk_stmt};
    struct Finder(Option<ruff_text_size::TextRange>);
    impl<'a> StatementVisitor<'a> for Finder {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            if let Stmt::ImportFrom(node) = stmt
                && node.level == 0
                && node.module.as_deref() == Some("__future__")
            {
                self.0.get_or_insert(node.range);
            }
            walk_stmt(self, stmt);
        }
    }
    let mut finder = Finder(None);
    for stmt in body.iter().filter(|stmt| !stmt.is_import_from_stmt()) {
        finder.visit_stmt(stmt);
    }
    match finder.0 {
        Some(range) => {
            Err(Failure::new("from __future__ imports must occur at the beginning of the file", &range))
        }
        None => Ok(()),
    }
}
