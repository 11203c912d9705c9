//! Statements.

use ruff_python_ast::{
    Alias, AtomicNodeIndex, Decorator, ElifElseClause, ExceptHandler, ExceptHandlerExceptHandler, Expr, Stmt,
    StmtAnnAssign, StmtAssert, StmtAssign, StmtAugAssign, StmtBreak, StmtClassDef, StmtContinue, StmtDelete,
    StmtExpr, StmtFor, StmtFunctionDef, StmtGlobal, StmtIf, StmtImport, StmtImportFrom, StmtMatch,
    StmtNonlocal, StmtPass, StmtRaise, StmtReturn, StmtTry, StmtTypeAlias, StmtWhile, StmtWith, Suite,
    WithItem,
};
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::syntax::{Node, Tree};

use super::{Context, Reader, Result, TreeError, as_node, fail, get, int, list};

const NONE: AtomicNodeIndex = AtomicNodeIndex::NONE;

impl Reader {
    pub(super) fn stmts(&self, node: &Node, field: &str) -> Result<Suite> {
        list(node, field).iter().map(|s| self.stmt(as_node(s, "statement")?)).collect()
    }

    /// As `stmts`, but at least one.
    pub(super) fn body(&self, node: &Node, field: &str) -> Result<Suite> {
        let body = self.stmts(node, field)?;
        if body.is_empty() { fail(format!("empty {field} on {}", node.class)) } else { Ok(body) }
    }

    fn stmt(&self, s: &Node) -> Result<Stmt> {
        let (range, node_index) = (self.range(s), NONE);
        Ok(match s.class {
            "FunctionDef" | "AsyncFunctionDef" => self.function(s, range)?,
            "ClassDef" => self.class(s, range)?,
            "For" | "AsyncFor" => Stmt::For(StmtFor {
                node_index,
                range,
                is_async: s.class == "AsyncFor",
                target: Box::new(self.field(s, "target", Context::Store)?),
                iter: self.boxed(s, "iter")?,
                body: self.body(s, "body")?,
                orelse: self.stmts(s, "orelse")?,
            }),
            "While" => Stmt::While(StmtWhile {
                node_index,
                range,
                test: self.boxed(s, "test")?,
                body: self.body(s, "body")?,
                orelse: self.stmts(s, "orelse")?,
            }),
            "If" => Stmt::If(StmtIf {
                node_index,
                range,
                test: self.boxed(s, "test")?,
                body: self.body(s, "body")?,
                elif_else_clauses: self.clauses(s)?,
            }),
            "With" | "AsyncWith" => Stmt::With(StmtWith {
                node_index,
                range,
                is_async: s.class == "AsyncWith",
                items: self.with_items(s)?,
                body: self.body(s, "body")?,
            }),
            "Match" => {
                let cases: Result<Vec<_>> = list(s, "cases").iter().map(|c| self.match_case(c)).collect();
                let cases = cases?;
                if cases.is_empty() {
                    return fail("empty cases on Match");
                }
                Stmt::Match(StmtMatch { node_index, range, subject: self.boxed(s, "subject")?, cases })
            }
            "Try" | "TryStar" => self.try_stmt(s, range)?,
            _ => self.assignment(s, range)?,
        })
    }

    fn assignment(&self, s: &Node, range: TextRange) -> Result<Stmt> {
        let node_index = NONE;
        Ok(match s.class {
            "Delete" => Stmt::Delete(StmtDelete {
                node_index,
                range,
                targets: self.some(s, "targets", Context::Del)?,
            }),
            "Assign" => Stmt::Assign(StmtAssign {
                node_index,
                range,
                targets: self.some(s, "targets", Context::Store)?,
                value: self.boxed(s, "value")?,
            }),
            "AugAssign" => Stmt::AugAssign(StmtAugAssign {
                node_index,
                range,
                target: self.single_target(s, "target")?,
                op: super::parts::operator(s, "op")?,
                value: self.boxed(s, "value")?,
            }),
            "AnnAssign" => Stmt::AnnAssign(StmtAnnAssign {
                node_index,
                range,
                target: self.single_target(s, "target")?,
                annotation: self.boxed(s, "annotation")?,
                value: self.optional(s, "value")?,
                simple: int(s, "simple") != 0,
            }),
            "TypeAlias" => {
                let name = self.field(s, "name", Context::Store)?;
                if !name.is_name_expr() {
                    return Err(TreeError::Type("TypeAlias with non-Name name".into()));
                }
                Stmt::TypeAlias(StmtTypeAlias {
                    node_index,
                    range,
                    name: Box::new(name),
                    type_params: self.type_params(s)?,
                    value: self.boxed(s, "value")?,
                })
            }
            _ => self.simple(s, range)?,
        })
    }

    /// What `+=` and `:` may assign to.
    fn single_target(&self, s: &Node, field: &str) -> Result<Box<Expr>> {
        let target = self.field(s, field, Context::Store)?;
        match target {
            Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => Ok(Box::new(target)),
            _ => fail(format!("invalid target of {}", s.class)),
        }
    }

    fn simple(&self, s: &Node, range: TextRange) -> Result<Stmt> {
        let node_index = NONE;
        Ok(match s.class {
            "Return" => Stmt::Return(StmtReturn { node_index, range, value: self.optional(s, "value")? }),
            "Raise" => {
                let (exc, cause) = (self.optional(s, "exc")?, self.optional(s, "cause")?);
                if exc.is_none() && cause.is_some() {
                    return fail("Raise with cause but no exception");
                }
                Stmt::Raise(StmtRaise { node_index, range, exc, cause })
            }
            "Assert" => Stmt::Assert(StmtAssert {
                node_index,
                range,
                test: self.boxed(s, "test")?,
                msg: self.optional(s, "msg")?,
            }),
            "Import" => {
                Stmt::Import(StmtImport { node_index, range, names: self.aliases(s)?, is_lazy: false })
            }
            "ImportFrom" => {
                let Ok(level) = u32::try_from(int(s, "level")) else {
                    return fail("Negative ImportFrom level");
                };
                Stmt::ImportFrom(StmtImportFrom {
                    node_index,
                    range,
                    module: self.optional_identifier(s, "module")?,
                    names: self.aliases(s)?,
                    level,
                    is_lazy: false,
                })
            }
            "Global" => Stmt::Global(StmtGlobal { node_index, range, names: self.identifiers(s, "names")? }),
            "Nonlocal" => {
                Stmt::Nonlocal(StmtNonlocal { node_index, range, names: self.identifiers(s, "names")? })
            }
            "Expr" => Stmt::Expr(StmtExpr { node_index, range, value: self.boxed(s, "value")? }),
            "Pass" => Stmt::Pass(StmtPass { node_index, range }),
            "Break" => Stmt::Break(StmtBreak { node_index, range }),
            "Continue" => Stmt::Continue(StmtContinue { node_index, range }),
            class => return fail(format!("unexpected statement {class}")),
        })
    }

    fn decorators(&self, s: &Node) -> Result<Vec<Decorator>> {
        let found = self.exprs(s, "decorator_list", Context::Load)?.into_iter();
        Ok(found.map(|e| Decorator { range: e.range(), node_index: NONE, expression: e }).collect())
    }

    fn function(&self, s: &Node, range: TextRange) -> Result<Stmt> {
        let decorators = self.decorators(s)?;
        Ok(Stmt::FunctionDef(StmtFunctionDef {
            node_index: NONE,
            range: with_decorators(range, &decorators),
            is_async: s.class == "AsyncFunctionDef",
            decorator_list: decorators.into_iter().collect(),
            name: self.identifier(s, "name")?,
            type_params: self.type_params(s)?,
            parameters: Box::new(self.parameters(s)?),
            returns: self.optional(s, "returns")?,
            body: self.body(s, "body")?,
        }))
    }

    fn class(&self, s: &Node, range: TextRange) -> Result<Stmt> {
        let decorators = self.decorators(s)?;
        let arguments = self.arguments(s, "bases", range)?;
        Ok(Stmt::ClassDef(StmtClassDef {
            node_index: NONE,
            range: with_decorators(range, &decorators),
            decorator_list: decorators.into_iter().collect(),
            name: self.identifier(s, "name")?,
            type_params: self.type_params(s)?,
            arguments: (!arguments.is_empty()).then(|| Box::new(arguments)),
            body: self.body(s, "body")?,
        }))
    }

    /// An `If` that is alone in the `orelse` of another is an `elif` to the parser.
    fn clauses(&self, s: &Node) -> Result<Vec<ElifElseClause>> {
        let mut clauses = Vec::new();
        let mut node = s;
        loop {
            match list(node, "orelse") {
                [] => return Ok(clauses),
                [Tree::Node(inner)] if inner.class == "If" => {
                    clauses.push(ElifElseClause {
                        range: self.range(inner),
                        node_index: NONE,
                        test: Some(self.load(inner, "test")?),
                        body: self.body(inner, "body")?,
                    });
                    node = inner;
                }
                _ => {
                    let body = self.stmts(node, "orelse")?;
                    let range = body.first().map_or_else(TextRange::default, Ranged::range);
                    clauses.push(ElifElseClause { range, node_index: NONE, test: None, body });
                    return Ok(clauses);
                }
            }
        }
    }

    fn with_items(&self, s: &Node) -> Result<Vec<WithItem>> {
        let one = |item: &Tree| {
            let item = as_node(item, "withitem")?;
            let context_expr = self.load(item, "context_expr")?;
            let optional_vars = match get(item, "optional_vars") {
                Tree::Node(e) => Some(Box::new(self.expr(e, Context::Store)?)),
                _ => None,
            };
            Ok(WithItem { range: context_expr.range(), node_index: NONE, context_expr, optional_vars })
        };
        let items: Result<Vec<WithItem>> = list(s, "items").iter().map(one).collect();
        let items = items?;
        if items.is_empty() { fail(format!("empty items on {}", s.class)) } else { Ok(items) }
    }

    fn try_stmt(&self, s: &Node, range: TextRange) -> Result<Stmt> {
        let one = |h: &Tree| {
            let h = as_node(h, "excepthandler")?;
            Ok(ExceptHandler::ExceptHandler(ExceptHandlerExceptHandler {
                range: self.range(h),
                node_index: NONE,
                type_: self.optional(h, "type")?,
                name: self.optional_identifier(h, "name")?,
                body: self.body(h, "body")?,
            }))
        };
        let handlers: Result<Vec<ExceptHandler>> = list(s, "handlers").iter().map(one).collect();
        let (handlers, orelse, finalbody) =
            (handlers?, self.stmts(s, "orelse")?, self.stmts(s, "finalbody")?);
        if handlers.is_empty() && finalbody.is_empty() {
            return fail(format!("{} has neither handlers nor finalbody", s.class));
        }
        if handlers.is_empty() && !orelse.is_empty() {
            return fail(format!("{} has orelse but no except handlers", s.class));
        }
        Ok(Stmt::Try(StmtTry {
            node_index: NONE,
            range,
            body: self.body(s, "body")?,
            handlers,
            orelse,
            finalbody,
            is_star: s.class == "TryStar",
        }))
    }

    fn aliases(&self, s: &Node) -> Result<Vec<Alias>> {
        let one = |a: &Tree| {
            let a = as_node(a, "alias")?;
            let range = self.range(a);
            let (name, asname) = (self.identifier(a, "name")?, self.optional_identifier(a, "asname")?);
            Ok(Alias { range, node_index: NONE, name, asname })
        };
        let names: Result<Vec<Alias>> = list(s, "names").iter().map(one).collect();
        let names = names?;
        if names.is_empty() { fail(format!("empty names on {}", s.class)) } else { Ok(names) }
    }
}

/// The parser's range of a definition begins with its decorators.
fn with_decorators(range: TextRange, decorators: &[Decorator]) -> TextRange {
    match decorators.first() {
        Some(first) if first.range.start() < range.start() => {
            TextRange::new(first.range.start(), range.end())
        }
        _ => range,
    }
}
